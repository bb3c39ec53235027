package replay

import (
	"context"
	"errors"
	"strings"
	"testing"

	"beckon/model/engine"
)

const (
	quietShop   = "scenario: nobody is helped on the home page\nsteps:\n  - page: https://shop.example/\n  - expect: {not-shown: cart-rescue/help-overlay, because: entry-point}\n"
	helpfulShop = "scenario: everybody is helped at once\nsteps:\n  - page: https://shop.example/cart\n  - expect: {shown: cart-rescue/help-overlay}\n"
	goneShop    = "scenario: who is gone is shown\nsteps:\n  - page: https://shop.example/cart\n  - expect: {shown: cart-rescue/gone}\n"
	otherShop   = "scenario: bills are paid\nsteps:\n  - page: https://shop.example/\n  - expect: {goal: bill-pay, count: 9}\n"
)

func TestTheScenariosOfACampaignAreThoseThatNameIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps string
		want  bool
	}{
		"an engagement that is shown":    {"- expect: {shown: [a/x, cart-rescue/help]}", true},
		"one that is not shown":          {"- expect: {not-shown: cart-rescue/help}", true},
		"one of several":                 {"- expect: {one-of: [a/x, cart-rescue/help]}", true},
		"displays of an engagement":      {"- expect: {displays: {cart-rescue/help: 1}}", true},
		"a prospect":                     {"- expect: {prospect: cart-rescue}", true},
		"a control group":                {"- expect: {control: [a, cart-rescue]}", true},
		"a goal":                         {"- expect: {goal: cart-rescue}", true},
		"an answer":                      {"- decline: cart-rescue/help\n  - expect: {nothing: true}", true},
		"a conversation":                 {"- conversation: {start: cart-rescue/help}\n  - expect: {nothing: true}", true},
		"another campaign":               {"- expect: {shown: cart-rescue-2/help, nothing: true}", false},
		"no campaign":                    {"- expect: {nothing: true}", false},
		"an engagement of the same name": {"- expect: {shown: a/cart-rescue}", false},
	} {
		scenarios, err := ParseScenario("s", []byte("scenario: x\nsteps:\n  "+c.steps+"\n"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := scenarios[0].Concerns("cart-rescue"); got != c.want {
			t.Errorf("%s: concerns it: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatConcernsACampaignIsTriedAndRefusesIt(t *testing.T) {
	t.Parallel()
	asked := 0
	compile := func() (*engine.Engine, error) { asked++; return shop(t), nil }
	try := func(kept ...Kept) []Trial {
		t.Helper()
		trials, err := Try(t.Context(), kept, "cart-rescue", compile)
		if err != nil {
			t.Fatal(err)
		}
		return trials
	}
	other := Kept{"other", []byte(otherShop)}
	if trials := try(other); len(trials) != 0 || asked != 0 {
		t.Errorf("what is about another campaign: %d trials, compiled %d times", len(trials), asked)
	}
	quiet := Kept{"quiet", []byte(quietShop)}
	if trials := try(other, quiet); len(trials) != 1 || !trials[0].Passed() || Refuse(trials) != nil || trials[0].Title != "nobody is helped on the home page" {
		t.Errorf("one that holds: %+v", trials)
	}
	trials := try(quiet, Kept{"helpful", []byte(helpfulShop)}, Kept{"gone", []byte(goneShop)}, Kept{"broken", []byte("scenario: [\n")})
	r, ok := RefusalOf(Refuse(trials))
	if len(trials) != 4 || !ok || len(r.Trials) != 3 {
		t.Fatalf("%d trials, %v", len(trials), r)
	}
	if got, want := r.Error(), `the scenario "everybody is helped at once" fails, and 2 others`; got != want {
		t.Errorf("refused because %s, want %s", got, want)
	}
	r.Trials = r.Trials[1:]
	if got, want := r.Error(), `the scenario "who is gone is shown" cannot be run, and 1 other`; got != want {
		t.Errorf("refused because %s, want %s", got, want)
	}
	for i, want := range map[int]string{1: "expected: cart-rescue/help-overlay on the screen", 2: "no engagement of the catalog: cart-rescue/gone", 3: "FAIL broken: broken"} {
		if got := trials[i].Text(); !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Try(ctx, []Kept{quiet}, "cart-rescue", compile); !errors.Is(err, context.Canceled) {
		t.Errorf("a try that is over goes on: %v", err)
	}
	if _, err := Try(t.Context(), []Kept{quiet}, "cart-rescue", func() (*engine.Engine, error) { return nil, errTest }); !errors.Is(err, errTest) {
		t.Errorf("a catalog that cannot be compiled: %v", err)
	}
}
