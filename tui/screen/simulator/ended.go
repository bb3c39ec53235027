package simulator

import (
	"beckon/model/engine"
	"beckon/model/replay"
)

// outcome is how far an engagement came in a visit that has ended.
type outcome struct {
	gate engine.Gate
	at   replay.Position // the last time it came so far, or its first display
	last string          // what became of it last, if it was displayed: "accepted"
}

// ended is what came of a visit, kept until another one is asked for.
type ended struct {
	of       *replay.Player
	mark     int // that ends the visit
	outcomes []outcome
	look     *replay.Player // answers for the outcomes' instants, and leaves the screen's player where it is
}

// longestLook bounds how many instants of a visit are looked at to find how
// far its engagements came.
const longestLook = 400

// between tells whether no visit is open at the head although there was one.
func (s *Screen) between() bool {
	return s.player != nil && s.look.frame.State.Visit == "" && s.lastEnd() >= 0
}

// lastEnd is the mark at which the last visit before the head ended, -1 if
// none did.
func (s *Screen) lastEnd() int {
	marks := s.player.Marks()
	for i := min(s.look.marks, len(marks)) - 1; i >= 0; i-- {
		switch marks[i].Kind {
		case replay.MarkVisitEnd:
			return i
		case replay.MarkVisit:
			return -1
		}
	}
	return -1
}

// outcomes says how far each engagement came in the visit that has ended, by
// engagement.
func (s *Screen) outcomes() []outcome {
	end := s.lastEnd()
	if s.ended.of == s.player && s.ended.mark == end {
		return s.ended.outcomes
	}
	s.ended = ended{of: s.player, mark: end}
	if end < 0 {
		return nil
	}
	marks := s.player.Marks()
	first := 0
	for i := end - 1; i >= 0 && first == 0; i-- {
		if marks[i].Kind == replay.MarkVisit {
			first = i
		}
	}
	look := twin(s.player)
	s.ended.look = look
	out := make([]outcome, len(s.player.Engine().Engagements()))
	looked, last := 0, replay.Position{At: -1}
	for _, m := range marks[first:end] {
		if m.Position == last || looked == longestLook || m.Kind != replay.MarkEvent && m.Kind != replay.MarkChange {
			continue
		}
		looked, last = looked+1, m.Position
		for i, d := range look.At(m.Position).Decisions {
			if i < len(out) && (out[i].at == replay.Position{} || d.Gate >= out[i].gate) {
				out[i].gate, out[i].at = d.Gate, m.Position
			}
		}
	}
	became := map[replay.MarkKind]string{replay.MarkDisplay: "shown", replay.MarkAccept: "accepted", replay.MarkDecline: "declined", replay.MarkTimeout: "timed out"}
	for _, m := range marks[first:end] {
		word, ok := became[m.Kind]
		if !ok || m.Engagement < 0 || m.Engagement >= len(out) {
			continue
		}
		o := &out[m.Engagement]
		if m.Kind == replay.MarkDisplay && o.last == "" {
			o.gate, o.at = engine.Shown, m.Position
		}
		o.last = word
	}
	s.ended.outcomes = out
	return out
}

// words tells of a displayed engagement in a row.
func (o outcome) words() string {
	if o.last == "" {
		return ""
	}
	out := "shown at " + clockOf(o.at.At)
	if o.last != "shown" {
		out += ", " + o.last
	}
	return out
}
