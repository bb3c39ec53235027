package simulator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// tickMsg moves the head while it plays.
type tickMsg struct{ gen int }

// The pace of frames while playing. The head follows the clock and not the
// frames, so a slow link shows fewer of them and is never late.
const (
	tickHere = 100 * time.Millisecond
	tickFar  = 200 * time.Millisecond
)

func (s *Screen) transport(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.player == nil {
		return nil, false
	}
	switch id {
	case Play:
		return s.playOrStop(), true
	case NextEvent:
		s.jump(s.player.NextEvent(s.head))
	case PrevEvent:
		s.jump(s.player.PrevEvent(s.head))
	case NextDecision:
		s.jump(s.player.NextDecision(s.head))
	case PrevDecision:
		s.jump(s.player.PrevDecision(s.head))
	case Restart:
		s.move(s.player.Start())
	case ToEnd:
		s.move(s.player.End())
	case Faster, Slower:
		step := 1
		if id == Slower {
			step = -1
		}
		s.rebase()
		s.clock.speed = max(0, min(s.clock.speed+step, len(speeds)-1))
	case SkipIdle:
		s.clock.skip = !s.clock.skip
		s.tell(map[bool]string{true: "Playing skips what is idle.", false: "Playing shows what is idle, too."}[s.clock.skip])
	case Loop:
		s.clock.loop = !s.clock.loop
		s.tell(map[bool]string{true: "Playing begins anew at the end.", false: "Playing stops at the end."}[s.clock.loop])
	case GoTo:
		s.askWhere()
	case seek:
		p, _ := arg.(frame.Pointer)
		s.move(s.player.Seek(s.bar.at(p.X, p.W)))
	default:
		return nil, false
	}
	return nil, true
}

// onPage is what the keys that move mean on the page: along the events with
// left and right, along the decisions with up and down.
func (s *Screen) onPage(id keymap.ID) (tea.Cmd, bool) {
	to := map[keymap.ID]keymap.ID{
		keymap.Left: PrevEvent, keymap.Right: NextEvent, keymap.Up: PrevDecision, keymap.Down: NextDecision,
		keymap.First: Restart, keymap.Last: ToEnd,
	}
	if other, ok := to[id]; ok {
		return s.transport(other, nil)
	}
	if id == keymap.Open && s.foldAll() {
		return s.animate(), true
	}
	return nil, id == keymap.Click || id == keymap.Wheel
}

// move puts the head somewhere.
func (s *Screen) move(to replay.Position) {
	s.head = to
	s.rebase()
	s.refresh()
}

// jump moves to where a step leads, if it leads anywhere.
func (s *Screen) jump(to replay.Position, ok bool) {
	if ok {
		s.move(to)
	}
}

func (s *Screen) playOrStop() tea.Cmd {
	if s.clock.playing {
		s.stop()
		return nil
	}
	if s.ses.Still {
		return nil
	}
	if !s.head.Before(s.player.End()) {
		s.head = s.player.Start()
	}
	s.clock.playing = true
	s.rebase()
	s.refresh()
	s.clock.gen++
	return s.nextTick()
}

// stop leaves the head where it is; ticks on their way are stale.
func (s *Screen) stop() {
	s.clock.playing, s.clock.until = false, replay.Position{}
	s.clock.gen++
}

// rebase lets the head be counted from where it is now.
func (s *Screen) rebase() {
	s.clock.from, s.clock.since = s.head, s.ses.Now()
}

func (s *Screen) nextTick() tea.Cmd {
	every, gen := tickHere, s.clock.gen
	if s.ses.Remote {
		every = tickFar
	}
	if s.moves() {
		every = s.pace()
	}
	return pane.After(every, tickMsg{gen})
}

// tick moves the head to where the clock says it is.
func (s *Screen) tick(m tickMsg) tea.Cmd {
	if !s.clock.playing || m.gen != s.clock.gen {
		return nil
	}
	if s.two != nil {
		return s.two.tick()
	}
	gone := s.ses.Now().Sub(s.clock.since).Milliseconds() * int64(speeds[s.clock.speed])
	to := s.player.Seek(s.clock.from.At + journey.Instant(max(0, gone)))
	if to.Before(s.clock.from) {
		to = s.clock.from
	}
	if until := s.clock.until; until != (replay.Position{}) && !to.Before(until) {
		s.stop()
		s.move(until)
		return s.animate()
	}
	if s.clock.skip {
		if over, ok := s.idle(to); ok {
			s.head = over
			s.rebase()
			s.refresh()
			return s.nextTick()
		}
	}
	if end := s.player.End(); !to.Before(end) {
		if s.clock.loop && s.player.Start().Before(end) {
			s.head = s.player.Start()
			s.rebase()
			s.refresh()
			return s.nextTick()
		}
		s.head = end
		s.stop()
		s.refresh()
		return nil
	}
	s.head = to
	s.refresh()
	return s.nextTick()
}

// margins of a stretch that is skipped, in the operator's time: so long one
// sees what came before it, and what comes after it is not a surprise.
const (
	idleAfter  = 700 * time.Millisecond
	idleBefore = 300 * time.Millisecond
)

// idle tells where to go on, if nothing happened for a while and nothing comes
// for a while.
func (s *Screen) idle(at replay.Position) (replay.Position, bool) {
	virtual := func(d time.Duration) journey.Instant {
		return journey.Instant(d.Milliseconds() * int64(speeds[s.clock.speed]))
	}
	last := s.clock.from.At
	if m, ok := s.player.Prev(replay.Position{At: at.At + 1}, func(*replay.Mark) bool { return true }); ok {
		last = max(last, m.At)
	}
	to := s.player.End()
	if m, ok := s.player.Next(at, func(*replay.Mark) bool { return true }); ok {
		to = m.Position
	}
	to = s.player.Seek(to.At - virtual(idleBefore))
	if at.At-last < virtual(idleAfter) || to.At-at.At < virtual(tickFar) {
		return at, false
	}
	return to, true
}

// flags says in words what playing does besides.
func (c *clock) flags() string {
	out := ""
	if c.skip {
		out += " skip"
	}
	if c.loop {
		out += " loop"
	}
	return out
}

// askWhere asks for a place on the timeline.
func (s *Screen) askWhere() {
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: "Go to", Label: "A share of the timeline, a clock time (UTC), or so far on or back.", Hint: "such as 40%, 10:15:30, +30s or -2m", Max: 20,
		Check: func(v string) error { _, err := s.where(v); return err },
		Then: func(v string) tea.Cmd {
			if at, err := s.where(v); err == nil {
				s.move(s.player.Seek(at))
			}
			return nil
		},
	})
}

var errWhere = errors.New("say 40%, 10:15:30, +30s or -2m")

// where reads a place on the timeline.
func (s *Screen) where(v string) (journey.Instant, error) {
	v = strings.TrimSpace(v)
	start, end := s.player.Start().At, s.player.End().At
	if share, ok := strings.CutSuffix(v, "%"); ok {
		n, err := strconv.Atoi(strings.TrimSpace(share))
		if err != nil || n < 0 || n > 100 {
			return 0, errors.New("a share is from 0% to 100%")
		}
		return s.bar.at(n, 101), nil
	}
	if strings.HasPrefix(v, "+") || strings.HasPrefix(v, "-") {
		d, err := model.ParseDuration(v[1:])
		if err != nil {
			return 0, fmt.Errorf("so far: %w", err)
		}
		if v[0] == '-' {
			d = -d
		}
		return max(start, min(s.head.At.Add(d), end)), nil
	}
	for _, form := range []string{"15:04:05", "15:04"} {
		t, err := time.Parse(form, v)
		if err != nil {
			continue
		}
		// The first such time from the beginning of the journey on.
		day := start.Time().Truncate(24 * time.Hour)
		at := journey.At(day.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second))
		if at < start {
			at = at.Add(model.DayLong)
		}
		if at > end {
			return 0, errors.New("the journey is over by then")
		}
		return at, nil
	}
	return 0, errWhere
}

// tell shows a message.
func (s *Screen) tell(words string) { s.ses.Shell.Toast(widget.Info, words) }
