package replay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"beckon/model/engine"
)

// TestAsManyVisitsAreListedAsANumberSays: for every number of the results, those
// of breakdowns included.
func TestAsManyVisitsAreListedAsANumberSays(t *testing.T) {
	t.Parallel()
	eng := controlledShop(t)
	numbers := func(c *Counts) map[string]int64 {
		return map[string]int64{"visits": c.Visits, "prospects": c.Prospects, "control": c.Control, "displays": c.Displays, "exposed": c.Exposed,
			"accepts": c.Accepted, "declines": c.Declined, "timeouts": c.TimedOut, "engaged": c.Engaged, "goals": c.Goals, "converted": c.Converted,
			"engaged-converted": c.EngagedConverted, "control-goals": c.ControlGoals, "control-converted": c.ControlConverted}
	}
	rapid.Check(t, func(t *rapid.T) {
		events := sortedEvents(t, decorated(t, drawJourneys(t, eng)))
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.4, Decline: 0.2}, Workers: 2}
		r := measured(t, eng, events, o)
		check := func(selector string, want int64) {
			x, err := ParseSelector(eng, selector)
			if err != nil {
				t.Fatalf("%s: %v", selector, err)
			}
			var got []Found
			if _, err := Find(context.Background(), eng, source(events), o, x, func(f Found) error { got = append(got, f); return nil }); err != nil {
				t.Fatalf("%s: %v", selector, err)
			}
			if int64(len(got)) != want {
				t.Fatalf("%s lists %d, the results say %d: %v", selector, len(got), want, got)
			}
			if !slices.IsSortedFunc(got, func(a, b Found) int { return max(-1, min(1, compareFound(a, b))) }) {
				t.Fatalf("%s lists out of order: %v", selector, got)
			}
		}
		what := rapid.SampledFrom(Selectable()).Draw(t, "number")
		scopes := map[string]*Counts{"": &r.Account.Counts}
		k := rapid.SampledFrom(r.Campaigns).Draw(t, "campaign")
		e := rapid.SampledFrom(r.Engagements).Draw(t, "engagement")
		scopes[k.ID], scopes[e.ID] = &k.Counts, &e.Counts
		scope := rapid.SampledFrom([]string{"", k.ID, e.ID}).Draw(t, "scope")
		check(scope+":"+what, numbers(scopes[scope])[what])
		if len(e.Gates) > 0 {
			g := rapid.SampledFrom(e.Gates).Draw(t, "gate")
			check(e.ID+":"+g.Gate, g.Visits)
		}
		check(e.ID+":"+engine.Shown.String(), e.Exposed)
		b := rapid.SampledFrom(r.Breakdowns).Filter(func(b Breakdown) bool { return b.Campaign == "" }).Draw(t, "breakdown")
		row := rapid.SampledFrom(b.Rows).Draw(t, "row")
		name := row.Name
		if name == "" {
			name = "unknown"
		}
		check(fmt.Sprintf(":%s,%s=%s", what, b.By, name), numbers(&row.Counts)[what])

		n := rapid.IntRange(0, min(len(r.Pressure.Visits)-1, 6)).Draw(t, "displays in a visit")
		check(fmt.Sprintf(":visits,displays=%s", r.Pressure.Row(n)), r.Pressure.Visits[n])
		onward := int64(0)
		for _, v := range r.Pressure.Visits[n:] {
			onward += v
		}
		check(fmt.Sprintf(":visits,displays=%d+", n), onward)

		// Of an engagement, or the pages of a campaign, rows are of the visits that
		// had to do with it.
		fine := slices.DeleteFunc(slices.Clone(r.Breakdowns), func(b Breakdown) bool { return b.Engagement == "" && (b.Campaign == "" || b.By != ByPage) })
		if len(fine) == 0 || slices.Contains([]string{"visits", "prospects", "control", "control-goals", "control-converted"}, what) {
			return
		}
		b = rapid.SampledFrom(fine).Draw(t, "breakdown of an engagement")
		row = rapid.SampledFrom(b.Rows).Draw(t, "its row")
		if name = row.Name; name == "" {
			name = "unknown"
		}
		check(fmt.Sprintf("%s:%s,%s=%s", cmp.Or(b.Engagement, b.Campaign), what, b.By, name), numbers(&row.Counts)[what])
	})
}

func compareFound(a, b Found) int {
	if a.Visitor != b.Visitor {
		if a.Visitor < b.Visitor {
			return -1
		}
		return 1
	}
	return int(a.At - b.At)
}

func TestSelectorsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	for _, s := range []string{"", "cart-rescue", "cart-rescue:audience", "cart-rescue:exposd", "cart-rescu:exposed", ":shown", ":visits,county=DE", ":visits,country", ":visits,displays=many", ":visits,displays=-1", ":"} {
		if x, err := ParseSelector(eng, s); err == nil {
			t.Errorf("%q is read as %+v", s, x)
		}
	}
	p := Pressure{Visits: make([]int64, pressureBars)}
	if few, last := p.Row(3), p.Row(pressureBars-1); few != "3" || last != "32+" {
		t.Errorf("rows of pressure are called %s and %s", few, last)
	}
	if x, err := ParseSelector(eng, "cart-rescue:exposed,country=DE,page=shop.example/cart"); err != nil || len(x.Where) != 2 {
		t.Errorf("%+v: %v", x, err)
	}
}
