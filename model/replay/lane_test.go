package replay

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"beckon/model/engine"
	"beckon/model/journey"
)

// Whatever a lane says of an instant, a replay to that instant says.
func TestALaneIsWhatAReplayToEachInstantShows(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := firstOf(drawJourneys(t, eng))
		o := PlayerOptions{Seed: rapid.Uint64().Draw(t, "seed"), Policy: rapid.SampledFrom([]Policy{{}, {Decline: 1}, {Accept: 0.5}}).Draw(t, "policy")}
		holdToReplays(t, newPlayer(t, eng, events, o), rapid.IntRange(0, 10).Draw(t, "first"), 11)
	})
}

func TestALaneOfTheShopIsWhatAReplayShows(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	for _, name := range []string{"cart-rescued.jsonl", "back-after-weeks.jsonl", "help-declined.jsonl", "nobody-at-the-desk.jsonl"} {
		holdToReplays(t, newPlayer(t, eng, firstOf(journeysOf(t, name)), PlayerOptions{}), 0, 1)
	}
}

func firstOf(events []*journey.Event) []*journey.Event {
	n := 0
	for n < len(events) && events[n].Visitor == events[0].Visitor {
		n++
	}
	return events[:n]
}

// holdToReplays compares lanes with replays to every mark, to just before and
// after it, and to some while later; of these to each nth from the first on.
func holdToReplays(t interface{ Fatalf(string, ...any) }, p *Player, first, nth int) {
	lanes, eng := p.Lanes(), p.Engine()
	where := []Position{p.Start(), p.End()}
	for _, m := range p.Marks() {
		where = append(where, m.Position, p.Seek(m.At-1), p.Seek(m.At), p.Seek(m.At+1), p.Seek(m.At+12_345))
	}
	slices.SortFunc(where, func(a, b Position) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Events, b.Events))
	})
	where = slices.Compact(where)
	for k := first; k < len(where); k += nth {
		f := p.At(where[k])
		open := f.State.Visit != "" && f.Decisions != nil
		for i := range eng.Engagements() {
			want := Standing{Open: open}
			if open {
				want.Gate = f.Decisions[i].Gate
				if slices.ContainsFunc(f.State.Screen, func(o engine.OnScreen) bool { return o.Engagement == i }) {
					want.OnScreen, want.Gate = true, engine.Shown
				}
			}
			if got := lanes.At(i, f.Position); got != want {
				t.Fatalf("at %v (%v): %s is %+v in its lane, %+v in a replay", f.Position, f.At.Time(), eng.Engagements()[i].Path, got, want)
			}
		}
	}
}

func TestALaneTurnsWhereItsStandingChanges(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	for _, name := range []string{"cart-rescued.jsonl", "back-after-weeks.jsonl", "tent-shopper.jsonl"} {
		p := newPlayer(t, eng, firstOf(journeysOf(t, name)), PlayerOptions{})
		lanes := p.Lanes()
		for i := range eng.Engagements() {
			stays := lanes.Stays(i)
			var next, prev []Position
			for at, ok := lanes.Next(i, Position{At: -1}); ok; at, ok = lanes.Next(i, at) {
				next = append(next, at)
			}
			for at, ok := lanes.Prev(i, Position{At: 1 << 60}); ok; at, ok = lanes.Prev(i, at) {
				prev = append(prev, at)
			}
			slices.Reverse(prev)
			last := Standing{}
			for k, s := range stays {
				if s.Standing == last {
					t.Fatalf("%s: %+v follows its like at %v", eng.Engagements()[i].Path, s.Standing, s.From)
				}
				last = s.Standing
				if next[k] != s.From || prev[k] != s.From {
					t.Fatalf("%s: a stay from %v, next leads to %v, previous to %v", eng.Engagements()[i].Path, s.From, next[k], prev[k])
				}
			}
			if len(next) != len(stays) || len(prev) != len(stays) {
				t.Fatalf("%d stays, %d forward, %d back", len(stays), len(next), len(prev))
			}
		}
	}
	var none Lanes
	if _, ok := none.Next(3, Position{}); ok || none.At(-1, Position{}) != (Standing{}) || len(none.Stays(0)) != 0 {
		t.Error("lanes of nothing lead somewhere")
	}
}

// ending is a context that ends when it was asked so often whether it did.
type ending struct {
	context.Context
	left int
}

func (c *ending) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestLanesAndComparisonsEndWithTheirContextAndAreMadeWholeAfterwards(t *testing.T) {
	t.Parallel()
	eng, events := shop(t), longVisit(7000)
	long := func() *Player { return newPlayer(t, eng, events, PlayerOptions{}) }
	p, q := long(), long()
	want := p.Lanes()
	if _, err := q.LanesWithin(&ending{context.Background(), 2}); !errors.Is(err, context.Canceled) {
		t.Fatalf("made whole: %v", err)
	}
	got, err := q.LanesWithin(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("not the lanes of another player: %v", err)
	}
	if again, err := q.LanesWithin(&ending{}); err != nil || again != got {
		t.Errorf("made twice: %v", err)
	}
	a := long()
	b, _ := a.WithSeed(a.Start(), 9)
	seen := 0
	for n := 0; ; n += 7 {
		diffs, err := WhatIfWithin(&ending{context.Background(), n}, a, b)
		if err == nil {
			if !reflect.DeepEqual(diffs, WhatIf(p, b)) {
				t.Error("it compares otherwise")
			}
			break
		}
		if seen++; !errors.Is(err, context.Canceled) || diffs != nil {
			t.Fatalf("after %d looks: %v, %d differences", n, err, len(diffs))
		}
	}
	if seen < 3 {
		t.Errorf("it was given up %d times", seen)
	}
}

// BenchmarkLanes is one pass over the shop's journey of 16 events.
func BenchmarkLanes(b *testing.B) {
	eng := shop(b)
	p := newPlayer(b, eng, firstOf(journeysOf(b, "cart-rescued.jsonl")), PlayerOptions{})
	b.ReportAllocs()
	for b.Loop() {
		p.Lanes()
	}
}
