package simulator

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/page"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// The rule of a link that is slow: while the clock's line alone changes, no
// frame is larger than this.
const frameBudget = 100

// frames lets so much time pass in steps of a frame and gives what each sent,
// if anything.
func frames(d *tuitest.Driver, span time.Duration) []string {
	var out []string
	d.Sent()
	for gone := time.Duration(0); gone < span; gone += motionHere {
		d.Wait(motionHere)
		if sent := d.Sent(); sent != "" {
			out = append(out, sent)
		}
	}
	return out
}

func TestEveryFrameOfPlayingInWhichOnlyTheClockMovesIsSmall(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		slower int // presses of "-" from 10x
		span   time.Duration
		least  int
	}{
		"1x":  {3, 15 * time.Second, 14},
		"5x":  {1, 3 * time.Second, 14},
		"10x": {0, 1500 * time.Millisecond, 13},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
				for range tt.slower {
					d.Press("-")
				}
				d.Press("space")
				d.Wait(300 * time.Millisecond)
				sent := frames(d, tt.span)
				if len(sent) < tt.least {
					t.Errorf("%d frames in %v: it does not play", len(sent), tt.span)
				}
				largest := 0
				for _, f := range sent {
					if largest = max(largest, len(f)); len(f) > frameBudget {
						t.Errorf("a frame of %d bytes: %q", len(f), f)
					}
				}
				t.Logf("%d frames, the largest of %d bytes", len(sent), largest)
			}, "cart-rescued")
		})
	}
}

// at puts the head to a clock time.
func (s *Screen) at(t *testing.T, clock string) {
	t.Helper()
	i, err := s.where(clock)
	if err != nil {
		t.Fatal(err)
	}
	s.move(s.player.Seek(i))
}

// An overlay that comes costs what its cells and its light box cost, for as
// long as it comes, and nothing after.
func TestAMotionCostsItsFramesAndEnds(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("t")
		d.Type("09:16:10")
		d.Press("enter", "-", "-", "-", "space")
		all := frames(d, 2*time.Second+page.MotionTime+200*time.Millisecond)
		large, sum := 0, 0
		for _, f := range all {
			if sum += len(f); len(f) > frameBudget {
				large++
			}
			if len(f) > 6000 {
				t.Errorf("a frame of %d bytes", len(f))
			}
		}
		if large < 5 || large > int(page.MotionTime/motionHere)+4 {
			t.Errorf("%d frames of a motion of %v", large, page.MotionTime)
		}
		for _, f := range frames(d, 3*time.Second) {
			if len(f) > frameBudget {
				t.Errorf("it still moves: %d bytes", len(f))
			}
		}
		t.Logf("%d frames of motion, %d bytes in all", large, sum)
	}, "cart-rescued")
}

func TestSteppingAndSeekingShowEverythingAtRest(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		for range 8 {
			d.Press(">")
			if sent := frames(d, time.Second); len(sent) > 0 {
				t.Fatalf("%d frames after a step: %q", len(sent), sent[0])
			}
		}
	}, "cart-rescued")
}

func TestAnAnswerIsSeenToHappenAndThenAllIsStill(t *testing.T) {
	t.Parallel()
	for name, still := range map[string]bool{"moving": false, "without movement": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drive(t, medium, &pane.Session{Still: still}, func(d *tuitest.Driver) {
				d.Press("t")
				d.Type("09:16:12")
				d.Press("enter", "a", "down", "enter") // two are on the screen: the overlay is the second
				moved := frames(d, page.MotionTime)
				if still != (len(moved) == 0) {
					t.Errorf("%d frames", len(moved))
				}
				d.Expect("Fell & Fern", "Type a message")
				d.Wait(6 * time.Second) // a message of the shell goes
				if rest := frames(d, time.Minute); len(rest) > 0 {
					t.Errorf("%d frames of a screen at rest: %q", len(rest), rest[0])
				}
			}, "cart-rescued")
		})
	}
}

// played plays a screen from one clock time on for so long.
func played(t *testing.T, name, clock string, span time.Duration) (*Screen, *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	s := opened(t, name, &pane.Session{})
	s.ses.Now = func() time.Time { return now }
	s.Rows(layout.Size{W: 120, H: 37}, true)
	s.at(t, clock)
	s.clock.speed = 0
	s.playOrStop()
	now = now.Add(span)
	s.Update(tickMsg{s.clock.gen})
	return s, &now
}

func TestAMotionIsAFunctionOfTheHead(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 120, H: 37}
	// One tick or many lead to the same picture.
	one, _ := played(t, "cart-rescued", "09:16:10", 2200*time.Millisecond)
	many, now := played(t, "cart-rescued", "09:16:10", 0)
	for range 22 {
		*now = now.Add(100 * time.Millisecond)
		many.Update(tickMsg{many.clock.gen})
	}
	a, b := one.Rows(size, true).Join(), many.Rows(size, true).Join()
	if a != b {
		t.Errorf("one tick\n%s\nmany\n%s", a, b)
	}
	if !one.moves() {
		t.Fatal("nothing moves 200 ms after the display")
	}
	one.stop()
	if one.moves() || one.Rows(size, true).Join() == a {
		t.Error("paused, it still moves")
	}
	many.clock.speed = len(speeds) - 1
	if many.moves() {
		t.Error("at 1000x there are motions")
	}
}

func TestNoTickGoesOnWhenHiddenSettledOrStale(t *testing.T) {
	t.Parallel()
	s, now := played(t, "cart-rescued", "09:16:13", 0)
	s.stop()
	if cmd := s.respond(journey.Accept); cmd != nil { // two are there: it asks
		t.Error("a question moves")
	}
	s.answer(s.look.frame.State.Screen[0].Engagement, journey.Decline)
	if cmd := s.animate(); cmd == nil || !s.moves() {
		t.Fatal("an answer moves nothing")
	}
	gen := s.page.motion.gen
	if s.Update(motionMsg{gen - 1}) != nil {
		t.Error("a stale tick goes on")
	}
	if s.Update(motionMsg{gen}) == nil {
		t.Error("the chain ends at once")
	}
	s.Pause(true)
	if s.Update(motionMsg{gen}) != nil {
		t.Error("a hidden screen ticks")
	}
	s.hidden = false
	*now = now.Add(page.MotionTime)
	if s.Update(motionMsg{gen}) != nil || s.moves() {
		t.Error("a settled screen ticks")
	}
}

func TestThePageIsShownOnTheOtherDevice(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Expect("Tents        ×  +", "https://shop.example/c/tents")
		d.Press("d")
		d.ExpectNot("×  +")
		d.Expect("████", "https://shop.example/c/tents")
		d.Press(">", ">", "d")
		d.Expect("×  +")
	}, "cart-rescued")
}

// find opens a journey at its first display of a format.
func find(t *testing.T, name string, f model.Format) *Screen {
	t.Helper()
	s := opened(t, name, &pane.Session{})
	s.Rows(layout.Size{W: 120, H: 37}, true)
	refs := s.player.Engine().Engagements()
	m, ok := s.player.Next(s.player.Start(), func(m *replay.Mark) bool {
		return m.Kind == replay.MarkDisplay && refs[m.Engagement].Engagement.Format == f
	})
	if !ok {
		t.Fatalf("%s shows no %s", name, f)
	}
	s.move(m.Position)
	return s
}

func (s *Screen) expanded(t *testing.T, f model.Format) bool {
	t.Helper()
	for _, x := range s.look.page.Shown {
		if x.Engagement.Format == f {
			return x.Expanded
		}
	}
	t.Fatalf("no %s is on the page", f)
	return false
}

func TestAPanelOpensByEnterByTheMouseAndBeforeItsAccept(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 120, H: 37}
	s := find(t, "after-the-order", model.SlideOut)
	if s.expanded(t, model.SlideOut) {
		t.Error("it is displayed expanded")
	}
	if cmd, _ := s.Do(keymap.Open, nil); cmd == nil || !s.expanded(t, model.SlideOut) {
		t.Error("enter does not open it")
	}
	s.Rows(size, true)
	s.Do(keymap.Open, nil)
	if s.expanded(t, model.SlideOut) {
		t.Error("enter does not fold it up")
	}
	refs := s.player.Engine().Engagements()
	m, ok := s.player.Next(s.head, func(m *replay.Mark) bool {
		return m.Kind == replay.MarkAccept && refs[m.Engagement].Engagement.Format == model.SlideOut
	})
	if !ok {
		t.Skip("nobody accepts it")
	}
	s.move(s.player.Seek(m.At - second))
	if !s.expanded(t, model.SlideOut) {
		t.Error("a second before it is clicked it is not open")
	}
	s.move(s.player.Seek(m.At - opensBefore - 2*second))
	if s.expanded(t, model.SlideOut) {
		t.Error("long before it is clicked it is open")
	}
}

func TestAWindowIsFoldedUpToABadge(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 120, H: 37}
	s := opened(t, "cart-rescued", &pane.Session{})
	s.Rows(size, true)
	s.at(t, "09:17:00")
	if !strings.Contains(s.Rows(size, true).Join(), "Type a message") {
		t.Fatalf("no window:\n%s", s.Rows(size, true).Join())
	}
	var cmd tea.Cmd
	if cmd, _ = s.Do(keymap.Open, nil); cmd != nil {
		t.Error("a badge is there at once")
	}
	if got := s.Rows(size, true).Join(); strings.Contains(got, "Type a message") || !strings.Contains(got, "talking") {
		t.Errorf("not folded up:\n%s", got)
	}
	if cmd, _ = s.Do(keymap.Open, nil); cmd == nil {
		t.Error("the window does not rise")
	}
	s.page.motion.when = time.Time{}
	if !strings.Contains(s.Rows(size, true).Join(), "Type a message") {
		t.Error("not opened again")
	}
}
