package simulator

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

var _ pane.Guide = (*Screen)(nil)

// scene is what a stop of a tour shows.
type scene uint8

const (
	atCampaign scene = iota // the screen with the campaigns
	atInstant               // the page at an instant
	atTrace                 // why an engagement shows there, or not
	atAnswer                // the page, once the visitor accepted there
	atEnd                   // the page, the tour is over
)

// stop is one stop of a tour: data, made of a campaign and of the marks of a
// journey.
type stop struct {
	scene   scene
	at      replay.Position
	path    string // campaign, or of the engagement that it is about
	caption string
}

// tourMsg is a tour that was made.
type tourMsg struct {
	shownMsg
	stops []stop
}

// Tour implements pane.Guide: it looks for a visitor who is shown the campaign
// among the library's journeys, else in what is open.
func (s *Screen) Tour(of pane.TourOf) tea.Cmd {
	s.asked++
	asked, src, old, open := s.asked, s.src, s.eng, s.rec
	return s.ses.Shell.Work("preparing the tour", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := tourMsg{shownMsg: shownMsg{asked: asked}}
		eng, err := src.Engine(ctx)
		if err != nil {
			m.err = fmt.Errorf("compiling the catalog: %w", err)
			return m
		}
		if of.Campaign == "" {
			if of.Campaign, m.err = showpiece(ctx, src, eng); m.err != nil {
				return m
			}
		}
		var ok bool
		if m.sought, ok = soughtIn(eng, of.Campaign); !ok {
			m.err = fmt.Errorf("there is no engagement in %s", text.Line(of.Campaign, 120))
			return m
		}
		m.sought.seed = of.Seed
		if m.found, m.err = m.sought.through(ctx, src, eng, nil); m.err == nil && m.found.rec == nil && open != nil {
			m.found, m.err = m.sought.find(ctx, eng, open)
		}
		guide := guide{eng: eng, sought: m.sought, found: m.found}
		if m.err == nil && m.found.visitor != "" {
			m.loaded = playing(ctx, src, old, asked, m.found)
			m.err, guide.player = m.loaded.err, m.loaded.player
		}
		if m.err == nil {
			m.stops = guide.stops()
		}
		return m
	})
}

var errNoShowpiece = errors.New("no journey of the library is shown anything; name a campaign")

// showpiece chooses the campaign of a tour where nobody did: in the first
// journey that is shown anything, the last one that the visitor accepted, else
// the first one shown.
func showpiece(ctx context.Context, src Source, eng *engine.Engine) (string, error) {
	journeys, err := src.Journeys(ctx)
	if err != nil {
		return "", fmt.Errorf("reading the library: %w", err)
	}
	for _, j := range journeys {
		rec, err := src.Load(ctx, j.ID)
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", text.Line(j.Name, 60), err)
		}
		_, p, err := playerOf(ctx, src, eng, rec, 0, replay.PlayerOptions{})
		if err != nil {
			return "", err
		}
		chosen := -1
		for _, m := range p.Marks() {
			if m.Kind == replay.MarkAccept || m.Kind == replay.MarkDisplay && chosen < 0 {
				chosen = m.Engagement
			}
		}
		if chosen >= 0 {
			return eng.Campaigns()[eng.Engagements()[chosen].Campaign].ID, nil
		}
	}
	return "", errNoShowpiece
}

// toured begins the tour, or says why there is none.
func (s *Screen) toured(m tourMsg) tea.Cmd {
	switch {
	case m.asked != s.asked, errors.Is(m.err, context.Canceled):
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("preparing the tour", m.err)
		return nil
	}
	var cmd tea.Cmd
	if m.loaded.player != nil {
		cmd = s.loaded(m.loaded)
	}
	speed := s.clock.speed
	t := pane.Tour{End: func() {
		s.stop()
		s.clock.speed = speed
	}}
	for _, st := range m.stops {
		t.Stops = append(t.Stops, pane.Stop{Caption: st.caption, Do: func() tea.Cmd { return s.visitStop(st) }})
	}
	return tea.Batch(cmd, func() tea.Msg { return t })
}

// visitStop brings the console to what a stop is about.
func (s *Screen) visitStop(st stop) tea.Cmd {
	if st.scene == atCampaign {
		return s.ses.Shell.Show("campaigns", st.path)
	}
	cmd := s.ses.Shell.Show(s.ID(), nil)
	if s.player == nil {
		return cmd
	}
	s.zoomed, s.traced, s.focus, s.pinned, s.narrow = false, false, pagePane, false, narrow{}
	s.why.SetFilter("")
	var next tea.Cmd
	switch st.scene {
	case atInstant:
		next = s.glide(st.at, st.caption)
	case atTrace:
		s.stop()
		s.move(st.at)
		s.selectPath(st.path)
		s.openTrace()
	case atAnswer:
		s.stop()
		s.move(st.at)
		if i, ok := s.eng.Index(st.path); ok {
			next = s.answer(i, journey.Accept)
		}
	default:
		s.order()
	}
	return tea.Batch(cmd, next)
}

// glide plays to a place while its caption is read, no faster than it has to;
// where nothing moves it goes there.
func (s *Screen) glide(to replay.Position, caption string) tea.Cmd {
	s.stop()
	s.order()
	within := pane.ReadingTime(caption).Milliseconds() * 2 / 5
	last := len(speeds) - 1
	if far := to.At - journey.Instant(within*int64(speeds[last])); s.head.At < far {
		s.move(s.player.Seek(far))
	}
	if s.ses.Still || s.ses.Lines || s.head.At >= to.At {
		s.move(to)
		return s.animate()
	}
	for i, speed := range speeds {
		if s.clock.speed = i; int64(to.At-s.head.At) <= within*int64(speed) {
			break
		}
	}
	cmd := s.playOrStop()
	s.clock.until = to
	return cmd
}

// askTour asks the console for a tour of the selected engagement's campaign.
func (s *Screen) askTour() tea.Cmd {
	r, ok := s.why.Selected()
	if !ok {
		s.ses.Shell.Toast(widget.Warning, "Select an engagement of the campaign first.")
		return nil
	}
	return func() tea.Msg { return pane.TourOf{Campaign: r.campaignID} }
}
