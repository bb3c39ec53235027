package simulator

import (
	"sort"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/page"
	"beckon/tui/widget"
)

// second is how finely the screen looks at time.
const second journey.Instant = 1000

// look is what the screen shows: all of it derived from one position.
type look struct {
	of        *replay.Player
	at        replay.Position
	marks     int // how many marks lie at or before it
	frame     replay.Frame
	page      page.View
	shown     map[int]engine.OnScreen // on the screen, by engagement
	rows      []row
	said      [2][]widget.Line // of the visitor: who it is and the visit, what the shop knows
	described bool             // said is of this position
	laid      int              // in how many columns they were laid out
	number    uint64           // grows with every change
}

// steady is the position that the screen shows for the head: the second that
// it lies in, or the last mark in it. Between the two nothing happens; so what
// is shown is calm, and still the same whatever way led here.
func steady(p *replay.Player, head replay.Position) (replay.Position, int) {
	marks := p.Marks()
	n := sort.Search(len(marks), func(i int) bool { return head.Before(marks[i].Position) })
	at := head
	if floor := head.At - (head.At%second+second)%second; floor > p.Start().At {
		at.At = floor
	} else {
		at.At = p.Start().At
	}
	if n > 0 && at.Before(marks[n-1].Position) {
		at = marks[n-1].Position
	}
	at.Events = head.Events
	return at, n
}

// refresh derives what is shown from the player and the head, if either is
// elsewhere than before.
func (s *Screen) refresh() {
	if s.player == nil {
		return
	}
	at, marks := steady(s.player, s.head)
	if s.look.of == s.player && s.look.at == at && s.look.marks == marks {
		return
	}
	fresh := s.look.of != s.player
	s.look.of, s.look.at, s.look.marks = s.player, at, marks
	s.look.number++
	s.look.frame = s.player.At(at)
	s.look.shown = make(map[int]engine.OnScreen, len(s.look.frame.State.Screen))
	for _, x := range s.look.frame.State.Screen {
		s.look.shown[x.Engagement] = x
	}
	s.look.page = s.pageView()
	s.listLeaving()
	if fresh {
		s.bar = newBar(s.player)
		s.listEvents()
	}
	s.look.laid, s.look.described = 0, false
	s.order()
}
