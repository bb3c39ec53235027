package replay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model/engine"
	"beckon/model/journey"
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

// Of what is listed one by one, every line says which engagement, or for a goal
// which campaign, it is about, whatever the number is of.
func TestWhatIsListedOneByOneSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "*.jsonl")
	o := Options{Policy: Policy{Accept: 0.4, Decline: 0.2}, Workers: 2}
	want := map[string][]Found{}
	if _, err := Run(context.Background(), eng, source(events), o, func(r Record) error {
		add := func(what string, m *Moment, campaign, engagement string) {
			want[what] = append(want[what], Found{m.Visitor, m.Visit, m.At, campaign, engagement})
		}
		switch r := r.(type) {
		case *Display:
			add("displays", &r.Moment, r.Campaign, r.Engagement)
		case *Response:
			switch r.Action {
			case journey.Accept:
				add("accepts", &r.Moment, r.Campaign, r.Engagement)
			case journey.Decline:
				add("declines", &r.Moment, r.Campaign, r.Engagement)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	listed := func(selector string) []Found {
		x, err := ParseSelector(eng, selector)
		if err != nil {
			t.Fatal(err)
		}
		var got []Found
		if _, err := Find(context.Background(), eng, source(events), o, x, func(f Found) error { got = append(got, f); return nil }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for what, w := range want {
		if got := listed(":" + what); !slices.Equal(got, w) {
			t.Errorf("%s:\n%v\nwant\n%v", what, got, w)
		}
	}
	if len(want["displays"]) < 20 || len(want["accepts"]) == 0 || len(want["declines"]) == 0 {
		t.Errorf("the journeys show too little: %v", want)
	}
	for _, selector := range []string{"cart-rescue:displays", "cart-rescue:exposed", "cart-rescue:engaged"} {
		for _, f := range listed(selector) {
			if f.Campaign != "cart-rescue" || !strings.HasPrefix(f.Engagement, "cart-rescue/") {
				t.Errorf("%s lists %+v", selector, f)
			}
		}
	}
	for _, f := range listed(":goals") {
		if f.Campaign == "" || f.Engagement != "" {
			t.Errorf(":goals lists %+v", f)
		}
	}
	for _, f := range listed("cart-rescue:prospects") {
		if f.Campaign != "" || f.Engagement != "" {
			t.Errorf("a visit is of %+v", f)
		}
	}
}

// Who goes to a display that was found sees that display: the one of that
// engagement, and not the one before it in the visit.
func TestADisplayThatWasFoundIsOnThePageAtItsInstant(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "*.jsonl")
	of := map[string][]*journey.Event{}
	for _, ev := range events {
		of[ev.Visitor] = append(of[ev.Visitor], ev)
	}
	o := Options{Seed: 3, Workers: 1}
	seen := 0
	if _, err := Find(context.Background(), eng, source(events), o, Selector{What: "displays"}, func(f Found) error {
		p, err := NewPlayer(eng, of[f.Visitor], PlayerOptions{Seed: o.Seed, Policy: o.Policy})
		if err != nil {
			return err
		}
		i, ok := eng.Index(f.Engagement)
		at := p.SeekDisplay(f.At, i)
		shown := p.At(at).Decisions
		x, explained := p.Explain(at, i)
		if seen++; !ok || !explained || len(shown) <= i || shown[i].Gate != engine.Shown || x.Gate != engine.Shown {
			t.Errorf("%+v: the trace there says %v", f, x.Gate)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Errorf("%d displays were found", seen)
	}
}
