package simulator

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/page"
	"beckon/tui/pane"
)

// motion is what the operator set in motion: an answer, something folded up
// or opened. What the journey moves needs nothing kept: while it plays, a
// motion is a function of the head, the mark that set it off, and the speed.
// Standing still or jumping, everything is at rest.
type motion struct {
	gen     int // of the tick chain that goes on while nothing plays
	ticking bool
	when    time.Time
	from    replay.Position // the head before the answer
	to      replay.Position // and after it
	path    string          // what was folded or opened
	answer  bool
}

// motionMsg draws the next moment of a motion.
type motionMsg struct{ gen int }

// The pace of a motion's frames, and the speed from which the journey is too
// fast for motions to be seen.
const (
	motionHere = 33 * time.Millisecond
	motionFar  = 100 * time.Millisecond
	tooFast    = 50
)

// leaving is an engagement that went, as it was, and the mark that removed it.
type leaving struct {
	shown page.Shown
	at    replay.Position
}

// stir notes what the operator sets in motion, at the head as it was before.
func (s *Screen) stir(from replay.Position, path string) {
	s.page.motion.when, s.page.motion.from, s.page.motion.to = s.ses.Now(), from, s.head
	s.page.motion.path, s.page.motion.answer = path, from != s.head
}

// left is what is left of the motion that a mark set off.
func (s *Screen) left(at replay.Position) time.Duration {
	if s.ses.Still {
		return 0
	}
	if m := &s.page.motion; m.answer && m.from.Before(at) && !m.to.Before(at) {
		return s.acted()
	}
	return s.played(at.At, s.clock.from.Before(at))
}

// played is what is left of a motion since an instant, if the head came there
// by playing.
func (s *Screen) played(at journey.Instant, since bool) time.Duration {
	speed := speeds[s.clock.speed]
	if !s.clock.playing || !since || speed >= tooFast {
		return 0
	}
	gone := time.Duration(s.head.At-at) * time.Millisecond / time.Duration(speed)
	return max(0, page.MotionTime-max(0, gone))
}

// acted is what is left of a motion since the operator's doing.
func (s *Screen) acted() time.Duration {
	m := &s.page.motion
	if s.ses.Still || m.when.IsZero() || m.to != s.head && !s.clock.playing {
		return 0
	}
	return max(0, page.MotionTime-max(0, s.ses.Now().Sub(m.when)))
}

// inMotion is a view as it is at this moment, and a number that differs
// between moments that are drawn otherwise: 0 is at rest.
func (s *Screen) inMotion(v page.View) (page.View, uint64) {
	if s.ses.Still || !s.clock.playing && s.acted() == 0 || v.URL == "" && v.Title == "" {
		return v, 0
	}
	const step = time.Second / 60
	sum := uint64(0)
	note := func(left time.Duration) time.Duration {
		left = (left + step - 1) / step * step
		sum = sum*1_000_003 + uint64(left/step)
		return left
	}
	v.Shown = slices.Clone(v.Shown)
	for i := range v.Shown {
		x := &v.Shown[i]
		index, _ := s.player.Engine().Index(x.Path)
		since := s.look.shown[index].Since
		x.Motion.Coming = note(s.left(s.markAt(index, since)))
		x.Motion.Opening = note(s.opening(x, index))
	}
	for _, l := range s.page.leaving {
		if left := note(s.left(l.at)); left > 0 {
			l.shown.Motion.Leaving = left
			v.Shown = append(v.Shown, l.shown)
		}
	}
	if v.Window != nil && s.page.since.there {
		w := *v.Window
		left := s.left(s.page.since.at)
		if s.page.motion.path == "" && !s.page.motion.answer && !w.Minimized {
			left = max(left, s.acted())
		}
		w.Motion.Coming = note(left)
		v.Window = &w
	}
	return v, sum
}

// opening is what is left of the motion of a corner or a panel.
func (s *Screen) opening(x *page.Shown, index int) time.Duration {
	if !page.Expands(x.Engagement.Format) {
		return 0
	}
	if m := &s.page.motion; !m.answer && m.path == x.Path {
		if left := s.acted(); left > 0 {
			return left
		}
	}
	if at := s.openedBy(index); x.Expanded && at > 0 {
		return s.played(at, s.clock.from.At < at)
	}
	return 0
}

// markAt is the position of the mark that put an engagement on this page.
func (s *Screen) markAt(engagement int, since journey.Instant) replay.Position {
	marks := s.player.Marks()
	for i := s.look.marks - 1; i >= 0 && marks[i].At >= since; i-- {
		if m := &marks[i]; m.Engagement == engagement && (m.Kind == replay.MarkDisplay || m.Kind == replay.MarkFollow) {
			return m.Position
		}
	}
	return replay.Position{At: since}
}

// listLeaving finds what went so short ago that it is still seen to go. It
// went with nobody's new page: a page takes everything along at once.
func (s *Screen) listLeaving() {
	s.page.leaving = nil
	if s.ses.Still {
		return
	}
	longest := journey.Instant(page.MotionTime.Milliseconds() * int64(tooFast))
	marks := s.player.Marks()
	refs := s.player.Engine().Engagements()
	for i := s.look.marks - 1; i >= 0 && marks[i].At > s.look.at.At-longest; i-- {
		m := &marks[i]
		if m.Kind == replay.MarkEvent && m.Event.Page != nil {
			return
		}
		if m.Kind != replay.MarkAccept && m.Kind != replay.MarkDecline && m.Kind != replay.MarkTimeout || s.left(m.Position) == 0 {
			continue
		}
		if _, back := s.look.shown[m.Engagement]; back {
			continue
		}
		ref := refs[m.Engagement]
		shown := page.Shown{Engagement: ref.Engagement, Path: ref.Path, State: model.Online}
		before := s.player.At(s.player.Seek(m.At - 1))
		if k := slices.IndexFunc(before.State.Screen, func(x engine.OnScreen) bool { return x.Engagement == m.Engagement }); k >= 0 {
			shown.State, shown.Followed = before.State.Screen[k].Availability, before.State.Screen[k].Followed
		}
		shown.Expanded = page.Expands(ref.Engagement.Format) && m.Kind == replay.MarkAccept
		s.page.leaving = append(s.page.leaving, leaving{shown, m.Position})
	}
}

// moves tells whether anything on the page is on its way, and the page is
// seen.
func (s *Screen) moves() bool {
	if s.player == nil || s.hidden || !s.sees(pagePane) {
		return false
	}
	v, _ := s.inMotion(s.look.page)
	for i := range v.Shown {
		if !v.Shown[i].Motion.Still() {
			return true
		}
	}
	return v.Window != nil && !v.Window.Motion.Still()
}

// sees tells whether a pane is on the screen.
func (s *Screen) sees(p place) bool {
	panes, _ := s.arrange(s.size)
	return slices.ContainsFunc(panes, func(x slot) bool { return x.pane == p })
}

// pace is the time to the next frame of a motion.
func (s *Screen) pace() time.Duration {
	if s.ses.Remote {
		return motionFar
	}
	return motionHere
}

// animate begins the chain of ticks that shows what the operator set in
// motion. While the journey plays, the transport's own ticks do.
func (s *Screen) animate() tea.Cmd {
	if s.clock.playing || !s.moves() {
		return nil
	}
	s.page.motion.gen++
	return s.nextMoment()
}

func (s *Screen) nextMoment() tea.Cmd {
	gen := s.page.motion.gen
	return pane.After(s.pace(), motionMsg{gen})
}

// moment is one frame of a motion; the chain ends when all is at rest.
func (s *Screen) moment(m motionMsg) tea.Cmd {
	if m.gen != s.page.motion.gen || s.clock.playing || !s.moves() {
		return nil
	}
	return s.nextMoment()
}
