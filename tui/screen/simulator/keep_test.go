package simulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// What was seen is kept; the campaign becomes a draft; the scenario fails, and
// is opened where it does.
func TestARunIsKeptAndFailsWhenTheCampaignIsBroken(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium} {
		src, err := newShop("cart-rescued")
		if err != nil {
			t.Fatal(err)
		}
		driveOver(t, size, src, &pane.Session{}, func(d *tuitest.Driver) {
			toTheOverlay(d)
			d.Press("f6")
			d.Expect("Keep as a scenario", "What is to be", "[x] 2:12 shown: cart-rescue/help-overlay")
			d.Press("home", "ctrl+k")
			d.Type("help at the cart")
			d.Press("down")
			d.Type("help.yaml")
			d.Press("down", "space", "enter") // all but the first
			d.Expect("Kept as help-at-the-cart and in help.yaml; f7 runs it.")
			if len(src.tests) != 1 || strings.Count(string(src.tests[0].Text), "expect:") != 5 || len(src.wrote["help.yaml"]) == 0 {
				t.Fatalf("kept %s", src.tests)
			}
			d.Press("f7")
			d.Expect("1 scenario passed", "help at the cart", "passed")
			d.Press("enter")
			d.Expect("Open it", "Read what happened")
			d.Press("enter")
			d.Expect("09:16:12 UTC", "Stuck with your order?")
			if src.eng, err = past(); err != nil { // the cart campaign is a draft
				t.Fatal(err)
			}
			d.Press("f7")
			d.Expect("1 of 1 scenario failed", "FAILED", "expected:")
			d.Press("enter")
			d.Expect("Open it where it fails")
			d.Press("enter")
			d.Expect("It fails here. Expected: cart-rescue/help-overlay", "09:16:12 UTC", "✗ draft")
			d.ExpectNot("Stuck with your order?")
			d.Press("f7", "enter")
			d.Type("expect")
			d.Press("enter")
			d.Expect("Expect what happens now?", "4 displays in this")
			d.Press("n", "f7")
			d.Expect("1 of 1 scenario failed")
			d.Press("enter")
			d.Type("expect")
			d.Press("enter", "y")
			d.Expect("Kept as help-at-the-cart")
			d.Press("f7")
			d.Expect("1 scenario passed")
			d.Press("enter")
			d.Type("write")
			d.Press("enter", "home", "ctrl+k")
			d.Type("help.yaml")
			d.Press("enter")
			d.Expect("Replace help.yaml?")
			d.Press("y")
			d.Expect("Written to help.yaml")
			d.Press("f7", "enter")
			d.Type("delete")
			d.Press("enter")
			d.Expect("keeps nothing from being published")
			d.Press("y")
			d.Expect("Deleted help-at-the-cart")
			d.Press("f7")
			d.Expect("There is no scenario in the store")
		})
	}
}

func TestAScenarioThatCannotBeReadIsListed(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	src.tests = []replay.Kept{{ID: "broken", Text: []byte("scenario: 1\nsteps: no")}}
	driveOver(t, medium, src, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("f7")
		d.Expect("1 of 1 scenario failed", "cannot be run", "broken")
		d.Press("enter")
		d.ExpectNot("Open it")
		d.Press("enter")
		d.Expect("broken")
	})
}

func TestAScenarioOfTheSameNameIsReplacedIfAsked(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	driveOver(t, medium, src, &pane.Session{}, func(d *tuitest.Driver) {
		toTheOverlay(d)
		d.Press("f6", "enter")
		d.Expect("Kept as")
		d.Press("f6", "enter")
		d.Expect("Replace the scenario?")
		d.Press("y")
		d.Expect("Kept as")
		if len(src.tests) != 1 {
			t.Errorf("%d scenarios", len(src.tests))
		}
	})
}

// Every scenario of the demo shop is opened where it stands after its last
// step, and where it would fail.
func TestAStepOfAScenarioHasItsPlaceInTheJourney(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	rec, err := src.Load(context.Background(), "cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	p, err := replay.NewPlayer(src.eng, rec.Visitors[0].Events, replay.PlayerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sc, _ := p.Keep(p.End(), replay.KeepOptions{})
	q, err := playerOfScenario(src.eng, sc)
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range sc.Steps {
		at := momentOf(sc, i)
		f := q.At(at)
		if f.Position != at {
			t.Fatalf("step %d is at %+v, the journey has %+v", i+1, at, f.Position)
		}
		if step.Expect == nil || len(step.Expect.Shown) == 0 {
			continue
		}
		n, _ := src.eng.Index(step.Expect.Shown[0])
		there := false
		for _, x := range f.State.Screen {
			there = there || x.Engagement == n
		}
		if !there {
			t.Errorf("step %d expects %s, which is not on the screen", i+1, step.Expect.Shown[0])
		}
	}
	if got := momentOf(sc, len(sc.Steps)); got != p.End() {
		t.Errorf("the end is %+v, want %+v", got, p.End())
	}
}

func TestGoldenKeeping(t *testing.T) {
	t.Parallel()
	at := journey.At(time.Date(2026, 3, 2, 9, 16, 12, 0, time.UTC))
	for _, tt := range []struct {
		name string
		ask  func(*testing.T, *Screen)
	}{
		{"keep", func(_ *testing.T, s *Screen) { s.Do(Keep, nil) }},
		{"scenarios", func(t *testing.T, s *Screen) { s.ran(trials(t, s)) }},
		{"scenario", func(t *testing.T, s *Screen) { m := trials(t, s); s.askScenario(m.trials[0], m.eng) }},
	} {
		for _, size := range []layout.Size{small, medium} {
			s, shell := driven(t, "cart-rescued", at)
			tt.ask(t, s)
			golden(t, tt.name, shell.last(), size)
		}
	}
}

// trials are two kept scenarios, one of which fails.
func trials(t *testing.T, s *Screen) ranMsg {
	t.Helper()
	src := s.src.(*shop)
	sc, _ := s.player.Keep(s.head, replay.KeepOptions{})
	if _, err := src.KeepScenario(context.Background(), "holds", sc, false); err != nil {
		t.Fatal(err)
	}
	other := *sc
	other.Name, other.Steps = "nothing is shown at the cart", append(append([]replay.Step(nil), sc.Steps...), replay.Step{Word: "expect", Expect: &replay.Expect{Nothing: true}})
	if _, err := src.KeepScenario(context.Background(), "fails", &other, false); err != nil {
		t.Fatal(err)
	}
	m, ok := s.runScenarios()().(ranMsg)
	if !ok || m.err != nil {
		t.Fatalf("%+v", m)
	}
	return m
}
