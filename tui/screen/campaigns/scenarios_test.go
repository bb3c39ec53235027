package campaigns

import (
	"errors"
	"testing"
	"time"

	"beckon/model/replay"
	"beckon/tui/tuitest"
)

var errLate = errors.New("it cannot be read")

func TestPublishingIsRefusedWhileAScenarioFails(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		const drafted = "summer-camp"
		s.mu.Lock()
		s.scenarios = []replay.Kept{
			{ID: "wrong", Text: []byte("scenario: summer begins in winter\nsteps:\n  - page: https://shop.example/\n  - expect: {goal: summer-camp, count: 3}\n")},
			{ID: "gone", Text: []byte("scenario: a tent that is gone is shown\nsteps:\n  - page: https://shop.example/\n  - expect: {shown: summer-camp/gone}\n")},
			{ID: "fine", Text: []byte("scenario: nobody has camped yet\nsteps:\n  - page: https://shop.example/\n  - expect: {goal: summer-camp, count: 0}\n")},
		}
		s.mu.Unlock()
		pick(d, "Summer camp")
		d.Press("p")
		d.Expect("2 scenarios keep Summer camp from being published", "summer begins in winter", "a tent that is gone is shown", "expected: the goal of summer-camp reached 3 times")
		d.ExpectNot("nobody has camped yet")
		d.Press("enter")
		d.Expect("FAIL scenario/wrong:1", "happened: reached never")
		d.Press("esc")
		if s.writes() != 0 || s.at(drafted).Published {
			t.Fatal("it is published")
		}
		s.mu.Lock()
		s.scenarios = s.scenarios[2:]
		s.mu.Unlock()
		d.Press("p")
		d.Expect("Publish Summer camp?", "1 scenario that concerns it holds.")
		// One that comes in while the question is open is seen as it is written.
		s.mu.Lock()
		s.refuse = replay.Refuse([]replay.Trial{{ID: "late", Title: "somebody put it in just now", Err: errLate}})
		s.mu.Unlock()
		d.Press("y")
		d.Expect("1 scenario keeps Summer camp from being published", "somebody put it in just now")
		d.Wait(2 * time.Second) // nobody asked for it, so it takes no key at first
		d.Press("esc", "p", "y")
		d.Expect("Published Summer camp")
		if !s.at(drafted).Published {
			t.Error("it is not published")
		}
	})
}
