package replay

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model/edit"
	"beckon/model/engine"
)

// TestPausingGivesTheOthersWhatAReplayWithoutItGives: and the ledger has a draw
// for every candidate that a display left behind.
func TestPausingGivesTheOthersWhatAReplayWithoutItGives(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := sortedEvents(t, drawJourneys(t, eng))
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.2, Decline: 0.2}, Workers: 2}
		ids := []string{rapid.SampledFrom(eng.Campaigns()).Draw(t, "campaign").ID, "ask-a-guide"}
		got, err := Rivals(context.Background(), eng, ids, source(events), o)
		if err != nil {
			t.Fatal(err)
		}
		base := measured(t, eng, events, o)
		for i, id := range ids {
			without := measured(t, compiled(t, Paused(eng.Catalog(), id)), events, o)
			others := map[string]More{}
			for _, m := range got.Paused[i].Others {
				others[m.Campaign] = m
			}
			for j, c := range base.Campaigns {
				is := without.Campaigns[j]
				if c.ID == id {
					if got.Paused[i].Displays != c.Displays || is.Displays != 0 {
						t.Fatalf("%s has %d displays, it is told %d; paused %d", id, c.Displays, got.Paused[i].Displays, is.Displays)
					}
					continue
				}
				m := others[c.ID]
				if m.Displays != is.Displays-c.Displays || m.Exposed != is.Exposed-c.Exposed {
					t.Fatalf("without %s, %s is told to have %+d displays more, a replay has %d instead of %d", id, c.ID, m.Displays, is.Displays, c.Displays)
				}
			}
		}
		o.Trace = true
		lost := int64(0)
		for _, d := range got.Draws {
			lost += d.Draws
		}
		want := int64(0)
		if _, err := Run(context.Background(), eng, source(events), o, func(r Record) error {
			if g, ok := r.(*Gate); ok && g.Gate == engine.Shown && g.Draw != nil {
				want += int64(len(g.Draw.Candidates) - 1)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if lost != want {
			t.Fatalf("the ledger has %d lost draws, the records %d", lost, want)
		}
	})
}

func TestPausingLeavesTheCatalogAsItWas(t *testing.T) {
	t.Parallel()
	c := shop(t).Catalog()
	before := edit.Clone(c.Campaigns[0])
	paused := Paused(c, c.Campaigns[0].ID)
	if !edit.Equal(before, c.Campaigns[0]) || edit.Equal(before, paused.Campaigns[0]) {
		t.Error("the catalog that was paused has changed, or its copy has not")
	}
}

func TestASweepIsAReplayForEachValue(t *testing.T) {
	t.Parallel()
	shop := shop(t)
	values := []string{"0", "10", "25"}
	var engines []*engine.Engine
	for _, v := range values {
		k := edit.Clone(shop.Catalog().Campaigns[5])
		if _, err := edit.Set("controlGroup", v).Apply(k); err != nil {
			t.Fatal(err)
		}
		engines = append(engines, compiled(t, shop.Catalog().With(k)))
	}
	id := shop.Catalog().Campaigns[5].ID
	events := journeysOf(t, "*.jsonl")
	o := Options{Policy: Policy{Accept: 0.2}, Workers: 2}
	got, _, err := Sweep(t.Context(), values, engines, id, source(events), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range got {
		r := measured(t, engines[i], events, o)
		c := &r.Campaigns[5]
		want := SweepPoint{values[i], c.Displays, c.Exposed, c.ExposedVisitors, c.Accepted, c.Converted, r.Account.Displays, r.Account.Rates.AverageExposures, r.Pressure.Most}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("%s, a replay (-), the sweep (+):\n%s", values[i], diff)
		}
	}
	if _, _, err := Sweep(t.Context(), nil, nil, "", source(events), o); err == nil {
		t.Error("there is a sweep over nothing")
	}
}
