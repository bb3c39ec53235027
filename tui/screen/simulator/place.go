package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/pane"
)

var _ pane.Placing = (*Screen)(nil)

// whereabouts are the journey as it is, with what was driven, and the instant.
type whereabouts struct {
	Name    string          `json:"name"`
	Visitor string          `json:"visitor"`
	Events  string          `json:"events"` // as journey files have them
	Seed    uint64          `json:"seed,omitempty"`
	Start   journey.Instant `json:"start"`
	At      journey.Instant `json:"at"`
	Speed   int             `json:"speed"`
	Pane    int             `json:"pane,omitempty"`
	Row     string          `json:"row,omitempty"`
}

// roomForJourney bounds a journey that is kept: of a longer one the operator
// comes back to the screen alone.
const roomForJourney = 200 << 10

// Place implements pane.Placing.
func (s *Screen) Place() []byte {
	if s.player == nil || s.share.guest {
		return nil
	}
	o := s.player.Options()
	p := whereabouts{Name: s.rec.Name, Visitor: o.Visitor, Seed: o.Seed, Start: o.Start, At: s.head.At, Speed: s.clock.speed, Pane: int(s.focus)}
	if s.pinned {
		p.Row, _ = s.why.SelectedKey()
	}
	var b bytes.Buffer
	w := journey.NewWriter(&b)
	for _, ev := range s.player.Events() {
		if w.Write(ev) != nil || b.Len() > roomForJourney {
			return nil
		}
	}
	if w.Flush() != nil || b.Len() > roomForJourney {
		return nil
	}
	p.Events = b.String()
	body, err := json.Marshal(p)
	if err != nil {
		return nil
	}
	return body
}

// Return implements pane.Placing: the journey is replayed through the catalog
// as it is now.
func (s *Screen) Return(at []byte) tea.Cmd {
	var p whereabouts
	if json.Unmarshal(at, &p) != nil || len(p.Events) > 2*roomForJourney {
		return nil
	}
	events, err := eventsOf(p.Events)
	if err != nil || len(events) == 0 && p.Visitor == "" {
		return nil
	}
	rec := &Recording{Name: p.Name, Visitors: []Visitor{{ID: p.Visitor, Events: events}}}
	s.asked++
	asked, src, eng := s.asked, s.src, s.eng
	return s.ses.Shell.Work("going back to the journey", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := loadedMsg{asked: asked, rec: rec, watch: Watch{Recording: rec, At: p.At, Engagement: p.Row}, what: "going back to the journey", back: &p}
		m.eng, m.player, m.err = playerOf(ctx, src, eng, rec, 0, replay.PlayerOptions{Seed: p.Seed, Visitor: p.Visitor, Start: p.Start})
		return m
	})
}

// eventsOf reads a journey as it was kept.
func eventsOf(lines string) ([]*journey.Event, error) {
	var out []*journey.Event
	for n, line := range bytes.Split([]byte(lines), []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		ev, err := journey.ParseEvent(line)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", n+1, err)
		}
		out = append(out, ev)
	}
	return out, nil
}

// comeBack goes to the pane and the speed that the operator had.
func (s *Screen) comeBack(p *whereabouts) {
	if p.Speed >= 0 && p.Speed < len(speeds) {
		s.clock.speed = p.Speed
	}
	if to := place(p.Pane); to >= pagePane && to < lanePane {
		s.focus = to
	}
}
