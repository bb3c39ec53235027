package simulator

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
)

// A player is for one goroutine at a time, and belongs to the screen's from
// when its timeline is done. Until then it belongs to a chain of commands, of
// which each goes through a slice of the journey and hands it back with a
// message: the screen goes on with the journey that it has, tells how far the
// chain came, and breaks it off at any slice. Short journeys are gone through
// in place, so that nothing seems to wait.

const (
	// shortGates is up to how many gates, events times engagements, are gone
	// through at once: some milliseconds, less than half a frame.
	shortGates = 200_000
	// sliceGates is how many make a slice of a longer journey.
	sliceGates = 400_000
)

// reading is a journey that is gone through before it is shown.
type reading struct {
	player *replay.Player // nil: none is
	gen    int            // of the chain
	what   string         // a change of the journey that is shown, "" for another journey
	events int            // that were gone through
	then   func() tea.Cmd
}

// slicedMsg says that a slice was gone through.
type slicedMsg struct {
	gen    int
	events int
	done   bool
}

// ahead is how many gates a player has to go through yet.
func ahead(p *replay.Player) int {
	return (len(p.Events()) - p.Prepared()) * len(p.Engine().Engagements())
}

// ready does something with a player once its timeline is done: at once for a
// short journey. What names a change of the journey that is shown; it is
// refused while another one is under way, which it would undo. Another
// journey, without a name, takes the place of what is under way.
func (s *Screen) ready(p *replay.Player, what string, then func() tea.Cmd) tea.Cmd {
	if s.reading.player != nil && what != "" {
		s.tell("Wait, or esc: " + s.readingWords() + ".")
		return nil
	}
	s.reading.player = nil
	s.reading.gen++
	if ahead(p) <= shortGates {
		p.Marks()
		return tea.Batch(then(), s.wantLanes())
	}
	s.reading.player, s.reading.what, s.reading.events, s.reading.then = p, what, p.Prepared(), then
	return s.slice()
}

// slice goes through the next slice.
func (s *Screen) slice() tea.Cmd {
	p, gen := s.reading.player, s.reading.gen
	n := max(1, sliceGates/max(1, len(p.Engine().Engagements())))
	return func() tea.Msg {
		done := p.Prepare(n)
		return slicedMsg{gen, p.Prepared(), done}
	}
}

// sliced goes on with the next slice, or with what waits for the last.
func (s *Screen) sliced(m slicedMsg) tea.Cmd {
	switch {
	case m.gen != s.reading.gen || s.reading.player == nil:
		return nil
	case !m.done:
		s.reading.events = m.events // the player itself is the next slice's already
		return s.slice()
	}
	s.reading.player = nil
	return tea.Batch(s.reading.then(), s.wantLanes())
}

// breakOff leaves what is under way undone, and tells whether anything was.
func (s *Screen) breakOff() bool {
	if s.reading.player == nil {
		return false
	}
	s.reading.player = nil
	s.reading.gen++
	said := "The journey was not read to its end: the one before stays."
	if s.reading.what != "" {
		said = "Not done: " + s.reading.what + "."
	}
	s.tell(said)
	return true
}

// readingWords says how far it came, "" while nothing is under way.
func (s *Screen) readingWords() string {
	p := s.reading.player
	if p == nil {
		return ""
	}
	return "reading the journey " + strconv.Itoa(100*s.reading.events/max(1, len(p.Events()))) + "%"
}

// twin is another player of the same journey, which knows what the first
// does: it looks elsewhere while the first stays where it is.
func twin(p *replay.Player) *replay.Player {
	q, _ := p.WithSeed(p.Start(), p.Options().Seed)
	return q
}
