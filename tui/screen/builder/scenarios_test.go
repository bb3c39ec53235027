package builder

import (
	"context"
	"errors"
	"testing"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/replay"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// complete is begun with all that publishing asks for; its creative shows at
// once on /cart.
func complete() *model.Catalog {
	c := begun()
	c.Add(&model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "at-once", Name: "At once"}})
	k := c.Campaigns[0]
	k.Engagements[0].Behaviors = []string{"at-once"}
	return c
}

const (
	passes = "scenario: nobody is helped on the home page\nsteps:\n  - page: https://your.site/\n  - expect: {not-shown: cart-abandonment/help}\n"
	fails  = "scenario: nobody is helped at the cart\nat: 2026-03-11T10:00:00Z\nsteps:\n  - agents: online\n  - page: https://your.site/cart\n  - expect: {nothing: true, not-shown: cart-abandonment/help}\n"
	gone   = "scenario: a banner that is gone is shown\nat: 2026-03-11T10:00:00Z\nsteps:\n  - agents: online\n  - page: https://your.site/cart\n  - expect: {shown: cart-abandonment/banner}\n"
	others = "scenario: something else\nsteps:\n  - page: https://your.site/\n  - expect: {shown: nobody/nothing}\n"
)

// guards are scenarios of each fate.
func guards() []replay.Kept {
	return []replay.Kept{{ID: "fails", Text: []byte(fails)}, {ID: "gone", Text: []byte(gone)}, {ID: "others", Text: []byte(others)},
		{ID: "passes", Text: []byte(passes)}, {ID: "unreadable", Text: []byte("scenario: [\n")}}
}

// toPublish opens the campaign at its last step.
func toPublish(d *tuitest.Driver) {
	d.T.Helper()
	d.Press("f5")
	d.Type("12")
	d.Press("enter")
	d.Expect("12 Check and publish")
}

func TestPublishingIsRefusedWhileAScenarioFailsAndDoneAfterTheFix(t *testing.T) {
	t.Parallel()
	k := newCabinet(complete())
	k.scenarios = []replay.Kept{{ID: "fails", Text: []byte(fails)}, {ID: "passes", Text: []byte(passes)}, {ID: "others", Text: []byte(others)}}
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		toPublish(d)
		d.Expect("1 of 2 scenarios did not pass", "failed: nobody is helped at the cart", "expected: cart-abandonment/help not on the screen",
			"happened: on the screen: cart-abandonment/help", "passed: nobody is helped on the home page")
		d.ExpectNot("something else")
		d.Press("a", "p")
		d.Expect(`the scenario "nobody is helped at the cart" fails`)
		d.ExpectNot("Publish Cart abandonment?")
		// The whole of it, with the trace.
		d.ClickText("failed: nobody is helped at the cart")
		d.Press("enter")
		d.Expect("FAIL scenario/fails:1", "step 3, 0s after the start", "entry-point")
		d.Press("esc")
		d.Press("f5")
		d.Type("11")
		d.Press("enter", "tab")
		d.Type("60s") // nobody is helped at once any more
		toPublish(d)
		d.Expect("2 scenarios passed")
		d.Press("a", "p")
		d.Expect("Publish Cart abandonment?")
		d.Press("y")
		d.Expect("is published")
		if !k.campaign("cart-abandonment").Published {
			t.Error("it is not")
		}
	})
}

func TestABrokenScenarioSaysWhatToDoAndIsTakenOut(t *testing.T) {
	t.Parallel()
	k := newCabinet(complete())
	k.scenarios = guards()[1:2]
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		toPublish(d)
		d.Expect("Its scenario did not pass", "broken: a banner that is gone", "cannot be run", "no engagement of the catalog: cart", "d takes it out")
		d.Press("a", "p")
		d.Expect(`the scenario "a banner that is gone is shown" cannot be run`)
		d.ClickText("broken: a banner that is gone")
		d.Press("d")
		d.Expect("Take the scenario out of the store?")
		d.Press("y")
		d.Expect("No scenario concerns it", "Nothing keeps it from being published")
		if len(k.scenarios) != 0 {
			t.Error("it is still there")
		}
	})
}

func TestScenariosThatAreStillRunningHoldPublishingAndThoseOfOlderWorkAreDropped(t *testing.T) {
	t.Parallel()
	k := newCabinet(complete())
	k.scenarios = []replay.Kept{{ID: "fails", Text: []byte(fails)}}
	s := stillWith(t, theme.Options{}, k, "cart-abandonment")
	s.goTo(stepPublish)
	if got := s.whyNotPublished(); got != "it is still being checked" {
		t.Errorf("before the check: %q", got)
	}
	judging := s.judge()
	if got := s.whyNotPublished(); got != "it is still being checked" {
		t.Errorf("while it is checked: %q", got)
	}
	first := s.Update(judging())
	for _, p := range s.judged.problems {
		s.work.accepted[problemKey(p)] = true
	}
	if got := s.whyNotPublished(); got != "its scenarios are still running" {
		t.Errorf("while they run: %q", got)
	}
	// The work changes under the run: it shows a minute later.
	if err := s.work.doc.do("wait", edit.Set("engagements[0].delay", "60s")); err != nil {
		t.Fatal(err)
	}
	second := s.Update(s.judge()())
	s.Update(first())
	if got := s.whyNotPublished(); got != "its scenarios are still running" {
		t.Errorf("with the answer for older work: %q", got)
	}
	s.Update(second())
	for _, p := range s.judged.problems {
		s.work.accepted[problemKey(p)] = true
	}
	if got := s.whyNotPublished(); got != "" {
		t.Errorf("once they passed: %q", got)
	}
}

func TestARunThatFailsIsToldHoldsPublishingAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	k := newCabinet(complete())
	k.unrun = errors.New("the disk is gone")
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		toPublish(d)
		d.Expect("The scenarios could not be run", "the disk is gone")
		d.Press("a", "p")
		d.Expect("its scenarios could not be run")
		d.ClickText("the disk is gone")
		d.Press("enter")
		d.Expect("No scenario concerns it")
	})
}

func TestWhatChangedSinceTheRunRefusesTheWrite(t *testing.T) {
	t.Parallel()
	k := newCabinet(complete())
	trials, err := k.Try(context.Background(), complete().Campaigns[0], nil)
	if err != nil || len(trials) != 0 {
		t.Fatalf("%v, %v", trials, err)
	}
	k.refuse = replay.Refuse([]replay.Trial{{ID: "new", Title: "somebody put it in just now", Err: errors.New("it cannot be read")}})
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		toPublish(d)
		d.Press("a", "p", "y")
		d.Expect("1 scenario keeps Cart abandonment from being published", "somebody put it in just now")
		d.Press("esc")
		if k.campaign("cart-abandonment").Published {
			t.Error("it is published")
		}
	})
}
