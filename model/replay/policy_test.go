package replay

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"beckon/model/journey"
)

func TestPolicyIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Policy{
		"":                       {},
		"ignore":                 {},
		"accept":                 {Accept: 1},
		"decline":                {Decline: 1},
		"accept=0.1,decline=0.3": {Accept: 0.1, Decline: 0.3},
		"decline=1":              {Decline: 1},
		"accept=.5, decline=.5":  {Accept: 0.5, Decline: 0.5},
		"accept=0":               {},
	} {
		got, err := ParsePolicy(in)
		if err != nil || got != want {
			t.Errorf("ParsePolicy(%q) = %+v, %v, want %+v", in, got, err, want)
		}
		again, err := ParsePolicy(got.String())
		if err != nil || again != got {
			t.Errorf("ParsePolicy(%q) = %+v, %v, want %+v", got.String(), again, err, got)
		}
	}
}

func TestPolicyRefusesWhatIsNoShare(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"yes", "accept=", "accept=1.1", "accept=-0.1", "accept=NaN", "accept=1e-1", "accept=0.7,decline=0.4",
		"accept=0.1,accept=0.1", "close=0.1", "accept=0.1;decline=0.2", "accept=0.1.2", "ACCEPT"} {
		if p, err := ParsePolicy(in); !errors.Is(err, ErrPolicy) {
			t.Errorf("ParsePolicy(%q) = %+v, %v, want a refusal", in, p, err)
		}
	}
}

func TestPolicyAnswersByShareAndAlwaysAlike(t *testing.T) {
	t.Parallel()
	p := Policy{Accept: 0.2, Decline: 0.3}
	const n = 20000
	var accepts, declines int
	for i := range n {
		visitor := fmt.Sprintf("v-%d", i)
		got := p.answer(7, visitor, visitor+"@x", "a/b", 1)
		if again := p.answer(7, visitor, visitor+"@x", "a/b", 1); again != got {
			t.Fatalf("the same display was answered %q, then %q", got, again)
		}
		switch got {
		case journey.Accept:
			accepts++
		case journey.Decline:
			declines++
		}
	}
	for name, got := range map[string]float64{"accepts": float64(accepts)/n - 0.2, "declines": float64(declines)/n - 0.3} {
		if math.Abs(got) > 0.015 {
			t.Errorf("the share of %s is off by %.3f", name, got)
		}
	}
	other := 0
	for i := range 1000 {
		visitor := fmt.Sprintf("v-%d", i)
		if p.answer(7, visitor, "x", "a/b", 1) != p.answer(7, visitor, "x", "a/b", 2) {
			other++
		}
	}
	if other < 400 {
		t.Errorf("the second display was answered like the first %d of 1000 times: it is drawn anew", 1000-other)
	}
}
