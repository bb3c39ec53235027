package replay

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// mirrored is how a difference looks from the other side.
func mirrored(d Difference) Difference {
	d.A, d.B, d.StandingA, d.StandingB = d.B, d.A, d.StandingB, d.StandingA
	switch d.Kind {
	case VisitLost, DisplayLost, GoalLost, AnswerLost:
		d.Kind++
	case VisitGained, DisplayGained, GoalGained, AnswerGained:
		d.Kind--
	}
	return d
}

// drawChange draws a player that differs from another in one thing.
func drawChange(t *rapid.T, p *Player) *Player {
	at := p.Seek(p.Start().At.Add(model.Duration(rapid.IntRange(0, 400_000).Draw(t, "at"))))
	i := rapid.IntRange(0, len(p.events)-1).Draw(t, "event")
	var q *Player
	switch rapid.SampledFrom([]string{"seed", "insert", "delete", "move", "shift", "control", "who", "policy", "page"}).Draw(t, "change") {
	case "seed":
		q, _ = p.WithSeed(at, p.o.Seed+1)
	case "insert":
		q, _ = p.Act(at, ChangeCart(120*model.MoneyScale, 2))
	case "page":
		q, _ = p.Act(at, OpenPage("https://shop.example/cart"))
	case "delete":
		q, _ = p.Delete(i)
	case "move":
		q, _ = p.Move(i, at)
	case "shift":
		q, _ = p.Shift(at, at.At.Add(model.Duration(rapid.IntRange(-100, 100).Draw(t, "hours"))*model.Hour))
	case "control":
		q, _ = p.InControl(at, p.eng.Campaigns()[0].ID, rapid.Bool().Draw(t, "in"))
	case "who":
		q, _ = p.As(at, Who{Geo: &journey.Geo{Country: "FR"}})
	case "policy":
		q, _ = p.WithPolicy(at, Policy{Decline: 1})
	}
	return q
}

// TestWhatIfIsEmptyForEqualRunsAndMirrored: and what it tells is so.
func TestWhatIfIsEmptyForEqualRunsAndMirrored(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		p := drawWorld(t, eng)
		q := drawChange(t, p)
		if d := WhatIf(p, newPlayer(t, p.eng, p.events, p.o)); len(d) > 0 {
			t.Fatalf("a run differs from itself: %+v", d)
		}
		there, back := WhatIf(p, q), WhatIf(q, p)
		want := make([]Difference, len(there))
		for i, d := range there {
			want[i] = mirrored(d)
		}
		if diff := cmp.Diff(want, back); diff != "" {
			t.Fatalf("seen from the other side (+) it is not the mirror image (-):\n%s", diff)
		}
		before := journey.Instant(-1 << 62)
		for _, d := range there {
			at := min(d.A.At, d.B.At.Add(p.moved-q.moved))
			if at < before {
				t.Fatalf("%+v comes too late", d)
			}
			before = at
			if d.Kind != GateDiffers {
				continue
			}
			for side, p := range []*Player{p, q} {
				at, said := d.A, d.StandingA
				if side == 1 {
					at, said = d.B, d.StandingB
				}
				i, _ := p.eng.Index(d.Engagement)
				f := p.At(at)
				on := slices.ContainsFunc(f.State.Screen, func(x engine.OnScreen) bool { return x.Engagement == i })
				if on != said.OnScreen || !on && f.Decisions[i].Gate != said.Gate {
					t.Fatalf("%+v: side %d stands at %v, on the screen %v", d, side, f.Decisions[i].Gate, on)
				}
			}
		}
		// Nothing is left out: with as many displays as were told to differ the
		// counts add up.
		count := func(p *Player) (n int) {
			for _, m := range p.Marks() {
				if m.Kind == MarkDisplay {
					n++
				}
			}
			return n
		}
		more := 0
		for _, d := range there {
			switch d.Kind {
			case DisplayGained:
				more++
			case DisplayLost:
				more--
			}
		}
		if count(q) != count(p)+more {
			t.Fatalf("%d displays became %d, told %+d", count(p), count(q), more)
		}
	})
}

func TestWhatIfTellsWhereRunsPart(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	p := newPlayer(t, eng, nil, PlayerOptions{Start: DefaultStart, Control: &engine.Control{}})
	p, at := p.Act(p.Start(), OpenPage("https://shop.example/cart"), ChangeCart(120*model.MoneyScale, 2))
	p, at = p.Act(p.Wait(at, 31*model.Second), &journey.Event{Type: journey.Respond, Respond: &journey.Response{Engagement: "cart-rescue/help-overlay", Action: journey.Accept}},
		StartConversation("cart-rescue/help-overlay"))
	p, _ = p.Act(p.Wait(at, model.Minute), OpenPage("https://shop.example/order/confirmed"), Buy(99*model.MoneyScale, "o-1"))
	small, _ := p.Replace(1, ChangeCart(20*model.MoneyScale, 2))

	var got []string
	for _, d := range WhatIf(p, small) {
		if d.Campaign == "cart-rescue" {
			what := map[DifferenceKind]string{DisplayLost: "display lost", AnswerLost: "answer lost", GoalLost: "goal lost", GateDiffers: "gate"}[d.Kind]
			if d.Kind == GateDiffers {
				what += " " + d.StandingA.Gate.String() + " " + d.StandingB.Gate.String()
			}
			got = append(got, d.A.At.Sub(DefaultStart).String()+" "+what)
			if d.A.At != d.B.At {
				t.Errorf("%+v is at two instants", d)
			}
		}
	}
	if want := []string{"30s display lost", "31s answer lost", "31s gate conversation-open behavior", "1m31s goal lost"}; !slices.Equal(got, want) {
		t.Errorf("with a small cart: %q, want %q", got, want)
	}
	if d := WhatIf(p, small); d[0].Kind != DisplayLost || d[0].Engagement != "cart-rescue/help-overlay" {
		t.Errorf("the runs part with %+v", d[0])
	}
}
