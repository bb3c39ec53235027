package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

func measured(t fataler, eng *engine.Engine, events []*journey.Event, o Options) *Results {
	if o.Results == nil {
		o.Results = &ResultsOptions{Examples: 2, Rows: 1000, Each: true, EachEngagement: true}
	}
	s, err := Run(context.Background(), eng, source(events), o, nil)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return s.Results
}

func resultsJSON(t fataler, r *Results) string {
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("encoding: %v", err)
	}
	return string(data)
}

// told is any record, read back.
type told struct {
	Record, Visitor, Visit, At, Start  string
	Campaign, Engagement, Action, Gate string
	URL, Value, Currency               string
	Control                            json.RawMessage
	Engaged, Duplicate, Repeated       bool
	Shown, Prospects                   []string
	Displays                           int64
	controlled                         bool
	controls                           []string
}

// visitTold is a visit, put together from its records.
type visitTold struct {
	visit told
	recs  []told
}

func readTold(t fataler, lines string) []*visitTold {
	var out []*visitTold
	open := map[string]*visitTold{}
	for line := range strings.Lines(lines) {
		var r told
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if r.Record == "summary" {
			continue
		}
		v := open[r.Visit]
		if v == nil {
			v = &visitTold{}
			open[r.Visit] = v
			out = append(out, v)
		}
		if r.Record == "visit" {
			if err := json.Unmarshal(r.Control, &r.controls); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			v.visit = r
			continue
		}
		r.controlled = string(r.Control) == "true"
		v.recs = append(v.recs, r)
	}
	return out
}

// slowly computes the counts of a scope from records, one visit after the other:
// of the engagements that belong says, of the goals of the campaigns that wins
// says.
func slowly(visits []*visitTold, engagements func(string) bool, campaigns func(string) bool, account bool) Counts {
	var c Counts
	prospects, exposed := map[string]bool{}, map[string]bool{}
	for _, v := range visits {
		c.Visits++
		one := Counts{}
		var held, of int64
		for _, id := range v.visit.Prospects {
			if campaigns(id) {
				of++
				if slices.Contains(v.visit.controls, id) {
					held++
				}
			}
		}
		clicked := map[string]bool{}
		var controlGoals int64
		for _, r := range v.recs {
			switch r.Record {
			case "display":
				if engagements(r.Engagement) {
					one.Displays++
				}
			case "response":
				if !engagements(r.Engagement) {
					continue
				}
				switch r.Action {
				case "accept":
					one.Accepted++
					clicked[r.Campaign] = true
				case "decline":
					one.Declined++
				default:
					one.TimedOut++
				}
			case "goal":
				if r.Duplicate || r.Repeated || !campaigns(r.Campaign) {
					continue
				}
				switch {
				case r.controlled:
					controlGoals++
				case one.Displays > 0:
					one.Goals++
					if clicked[r.Campaign] {
						one.EngagedGoals++
					}
				}
			}
		}
		if account {
			one.Prospects = min(1, of)
			if of > 0 && of == held {
				one.Control = 1
			}
		} else {
			one.Prospects, one.Control = min(1, of), min(1, held)
		}
		if one.Control > 0 {
			one.ControlGoals = controlGoals
		}
		one.Exposed, one.Engaged, one.Converted, one.EngagedConverted, one.ControlConverted = min(1, one.Displays), min(1, one.Accepted), min(1, one.Goals), min(1, one.EngagedGoals), min(1, one.ControlGoals)
		if one.Prospects > 0 && !prospects[v.visit.Visitor] {
			prospects[v.visit.Visitor] = true
			one.ProspectVisitors = 1
		}
		if one.Exposed > 0 && !exposed[v.visit.Visitor] {
			exposed[v.visit.Visitor] = true
			one.ExposedVisitors = 1
		}
		c.add(&one)
	}
	return c
}

// furthest returns the gate that an engagement came to in a visit.
func furthest(v *visitTold, path string) engine.Gate {
	best := engine.Draft
	for _, r := range v.recs {
		if r.Record == "gate" && r.Engagement == path {
			g, _ := engine.ParseGate(r.Gate)
			best = max(best, g)
		}
	}
	return best
}

// decorated gives some pages a place, a device and a way to have come.
func decorated(t *rapid.T, events []*journey.Event) []*journey.Event {
	for _, ev := range events {
		if ev.Page != nil && rapid.Bool().Draw(t, "decorated") {
			ev.Page.Geo = &journey.Geo{Country: rapid.SampledFrom([]string{"DE", "PL", ""}).Draw(t, "country")}
			ev.Page.Platform = rapid.SampledFrom([]model.Platform{model.Desktop, model.Smartphone, ""}).Draw(t, "platform")
			ev.Page.Referrer = rapid.SampledFrom([]string{"", "https://www.google.com/?q=tent", "https://news.example/a"}).Draw(t, "referrer")
		}
		if ev.Purchase != nil {
			ev.Purchase.Currency = rapid.SampledFrom([]string{"EUR", "USD"}).Draw(t, "currency")
		}
	}
	return events
}

// TestResultsAreWhatTheRecordsOfTheSameRunAddUpTo: a slow and obvious computation
// from the JSON records, for every scope, gate and breakdown.
func TestResultsAreWhatTheRecordsOfTheSameRunAddUpTo(t *testing.T) {
	t.Parallel()
	eng := controlledShop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := sortedEvents(t, decorated(t, drawJourneys(t, eng)))
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.4, Decline: 0.2}, Workers: 1, Trace: true}
		out, _ := lines(t, eng, events, o)
		visits := readTold(t, out)
		got := measured(t, eng, events, o)

		all := func(string) bool { return true }
		if diff := cmp.Diff(slowly(visits, all, all, true), got.Account.Counts); diff != "" {
			t.Fatalf("the account, from records (-), counted (+):\n%s", diff)
		}
		for _, c := range got.Campaigns {
			mine := func(id string) bool { return id == c.ID }
			of := func(path string) bool { return strings.HasPrefix(path, c.ID+"/") }
			if diff := cmp.Diff(slowly(visits, of, mine, false), c.Counts); diff != "" {
				t.Fatalf("campaign %s, from records (-), counted (+):\n%s", c.ID, diff)
			}
			checkRevenue(t, &c.Scope, visits, c.ID)
		}
		for _, e := range got.Engagements {
			checkEngagement(t, &e, visits)
		}
		checkBreakdowns(t, got, visits, events)
		checkPressure(t, got, visits)
	})
}

func checkRevenue(t fataler, s *Scope, visits []*visitTold, campaign string) {
	exposed, control := map[string]*Total{}, map[string]*Total{}
	add := func(to map[string]*Total, r *told) {
		value, err := model.ParseMoney(r.Value)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if to[r.Currency] == nil {
			to[r.Currency] = &Total{}
		}
		to[r.Currency].Add(value)
	}
	for _, v := range visits {
		for _, r := range v.recs {
			switch {
			case r.Record != "goal" || r.Campaign != campaign || r.Duplicate || r.Repeated || r.Value == "":
			case r.controlled:
				add(control, &r)
			default:
				add(exposed, &r)
			}
		}
	}
	for i := range s.Revenue {
		r := &s.Revenue[i]
		for name, pair := range map[string][2]*Total{"exposed": {exposed[r.Currency], &r.Exposed}, "control": {control[r.Currency], &r.Control}} {
			want := pair[0]
			if want == nil {
				want = &Total{}
			}
			if !want.Equal(*pair[1]) {
				t.Fatalf("%s: %s revenue in %s is %v, from records %v", s.ID, name, r.Currency, pair[1], want)
			}
		}
		delete(exposed, r.Currency)
		delete(control, r.Currency)
	}
	if len(exposed)+len(control) > 0 {
		t.Fatalf("%s: revenue was not counted: %v, %v", s.ID, exposed, control)
	}
}

func checkEngagement(t fataler, e *EngagementGates, visits []*visitTold) {
	path := e.ID
	gates := map[string]int64{}
	var want Counts
	own := func(p string) bool { return p == path }
	want = slowly(visits, own, func(id string) bool { return id == e.Campaign }, false)
	want.Prospects, want.Control, want.ProspectVisitors, want.ControlGoals, want.ControlConverted = 0, 0, 0, 0, 0
	seen := map[string]bool{}
	for _, v := range visits {
		g := furthest(v, path)
		if g != engine.Shown {
			gates[g.String()]++
		}
		if !g.Prospect() {
			continue
		}
		want.Prospects++
		if !seen[v.visit.Visitor] {
			seen[v.visit.Visitor] = true
			want.ProspectVisitors++
		}
		if slices.Contains(v.visit.controls, e.Campaign) {
			want.Control++
			var goals int64
			for _, r := range v.recs {
				if r.Record == "goal" && r.Campaign == e.Campaign && r.controlled && !r.Duplicate && !r.Repeated {
					goals++
				}
			}
			want.ControlGoals += goals
			want.ControlConverted += min(1, goals)
		}
	}
	if diff := cmp.Diff(want, e.Counts); diff != "" {
		t.Fatalf("%s, from records (-), counted (+):\n%s", path, diff)
	}
	sum := e.Exposed
	for _, g := range e.Gates {
		sum += g.Visits
		if gates[g.Gate] != g.Visits {
			t.Fatalf("%s stops %d visits at %s, from records %d", path, g.Visits, g.Gate, gates[g.Gate])
		}
		if want := min(2, g.Visits); int64(len(g.Examples)) != want {
			t.Fatalf("%s keeps %d examples of %d visits at %s", path, len(g.Examples), g.Visits, g.Gate)
		}
		for _, x := range g.Examples {
			i := slices.IndexFunc(visits, func(v *visitTold) bool { return v.visit.Visit == x.Visit && v.visit.Visitor == x.Visitor })
			if i < 0 || furthest(visits[i], path).String() != g.Gate {
				t.Fatalf("%s: %v is no visit that stopped at %s", path, x, g.Gate)
			}
		}
	}
	if sum != e.Visits {
		t.Fatalf("%s: shown and gates add up to %d of %d visits", path, sum, e.Visits)
	}
}

// checkBreakdowns looks at the displays of every row, and at all sums.
func checkBreakdowns(t fataler, r *Results, visits []*visitTold, events []*journey.Event) {
	facts := func(v *visitTold) map[string]string {
		start, _ := journey.ParseInstant(v.visit.Start)
		next := journey.Instant(1 << 60)
		for _, o := range visits {
			if at, _ := journey.ParseInstant(o.visit.Start); o.visit.Visitor == v.visit.Visitor && at > start {
				next = min(next, at)
			}
		}
		out, arrived := map[string]string{ByCountry: "", ByDevice: "", BySource: ""}, false
		for _, ev := range events {
			if ev.Visitor != v.visit.Visitor || ev.At < start || ev.At >= next || ev.Page == nil {
				continue
			}
			if !arrived {
				arrived = true
				out[BySource] = string(journey.ArrivalOf(ev.Page.URL, ev.Page.Referrer).Channel)
			}
			if out[ByDevice] == "" {
				out[ByDevice] = string(ev.Page.Platform)
			}
			if out[ByCountry] == "" && ev.Page.Geo != nil {
				out[ByCountry] = ev.Page.Geo.Country
			}
		}
		return out
	}
	displays := map[string]map[string]int64{}
	add := func(by, name string, n int64) {
		if displays[by] == nil {
			displays[by] = map[string]int64{}
		}
		displays[by][name] += n
	}
	exposed := map[[2]string]int64{} // visits by a campaign and a page that it was shown on
	for _, v := range visits {
		seen := map[[2]string]bool{}
		for _, r := range v.recs {
			if r.Record == "display" {
				add(ByPage, pageName(r.URL), 1)
				if key := [2]string{r.Campaign, pageName(r.URL)}; !seen[key] {
					seen[key] = true
					exposed[key]++
				}
			}
		}
		for by, name := range facts(v) {
			add(by, name, v.visit.Displays)
		}
	}
	for _, b := range r.Breakdowns {
		var sum Counts
		for _, row := range b.Rows {
			sum.add(&row.Counts)
			if b.Campaign == "" && b.By != ByHour && b.By != ByDay && displays[b.By][row.Name] != row.Displays {
				t.Fatalf("by %s, %q has %d displays, from records %d", b.By, row.Name, row.Displays, displays[b.By][row.Name])
			}
		}
		if b.Other != nil || b.Bounded {
			t.Fatalf("by %s there are others, with few names", b.By)
		}
		if b.Engagement != "" {
			i := slices.IndexFunc(r.Engagements, func(e EngagementGates) bool { return e.ID == b.Engagement })
			want := r.Engagements[i].Counts
			if b.By == ByPage { // of pages only what happened on them adds up
				want, sum = Counts{Displays: want.Displays, Accepted: want.Accepted, Declined: want.Declined, TimedOut: want.TimedOut},
					Counts{Displays: sum.Displays, Accepted: sum.Accepted, Declined: sum.Declined, TimedOut: sum.TimedOut}
			}
			want.Visits, sum.Visits = 0, 0
			if diff := cmp.Diff(want, sum); diff != "" {
				t.Fatalf("by %s of %s the rows do not add up to it:\n%s", b.By, b.Engagement, diff)
			}
			continue
		}
		if b.Campaign != "" {
			i := slices.IndexFunc(r.Campaigns, func(c CampaignResults) bool { return c.ID == b.Campaign })
			want := r.Campaigns[i].Counts
			if b.By == ByPage { // of pages only what happened on them adds up
				for _, row := range b.Rows {
					if n := exposed[[2]string{b.Campaign, row.Name}]; row.Exposed != n || row.Visits < n {
						t.Fatalf("%s on %q: shown in %d visits of %d, from records %d", b.Campaign, row.Name, row.Exposed, row.Visits, n)
					}
				}
				want, sum = Counts{Displays: want.Displays, Accepted: want.Accepted, Declined: want.Declined, TimedOut: want.TimedOut},
					Counts{Displays: sum.Displays, Accepted: sum.Accepted, Declined: sum.Declined, TimedOut: sum.TimedOut}
			}
			want.Visits, sum.Visits = 0, 0 // here those that have to do with it
			if diff := cmp.Diff(want, sum); diff != "" {
				t.Fatalf("by %s of %s, the campaign (-), the rows together (+):\n%s", b.By, b.Campaign, diff)
			}
			continue
		}
		if b.By == ByPage {
			if sum.Displays != r.Account.Displays || sum.Accepted != r.Account.Accepted || sum.TimedOut != r.Account.TimedOut {
				t.Fatalf("pages have %d displays, %d accepted; all are %d, %d", sum.Displays, sum.Accepted, r.Account.Displays, r.Account.Accepted)
			}
			continue
		}
		if diff := cmp.Diff(r.Account.Counts, sum); diff != "" {
			t.Fatalf("by %s, the account (-), the rows together (+):\n%s", b.By, diff)
		}
	}
}

func checkPressure(t fataler, r *Results, visits []*visitTold) {
	var want Pressure
	for _, v := range visits {
		start, _ := journey.ParseInstant(v.visit.Start)
		want.note(v.visit.Displays, VisitRef{v.visit.Visitor, v.visit.Visit, start})
	}
	if diff := cmp.Diff(want, r.Pressure); diff != "" {
		t.Fatalf("contact pressure, from records (-), counted (+):\n%s", diff)
	}
}

// controlledShop is the demo shop with control groups that a few visitors meet.
func controlledShop(t testing.TB) *engine.Engine {
	t.Helper()
	c := *shop(t).Catalog()
	share := 25
	c.Settings.SiteControlGroup = &share
	c.Campaigns = slices.Clone(c.Campaigns)
	for i, k := range c.Campaigns {
		k := *k
		k.ControlGroup = &share
		c.Campaigns[i] = &k
	}
	return compiled(t, &c)
}

func TestResultsHaveTheSameBytesWithAnyNumberOfWorkersAndTwice(t *testing.T) {
	t.Parallel()
	eng := controlledShop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := sortedEvents(t, decorated(t, drawJourneys(t, eng)))
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.4, Decline: 0.2}, Workers: 1,
			Results: &ResultsOptions{Examples: 2, Rows: rapid.SampledFrom([]int{2, 100}).Draw(t, "rows"), Each: true, Conditions: 1, Draws: true}}
		want := resultsJSON(t, measured(t, eng, events, o))
		for _, workers := range []int{1, 2} {
			o.Workers = workers
			if got := resultsJSON(t, measured(t, eng, events, o)); got != want {
				t.Fatalf("%d workers:\n%s\none:\n%s", workers, got, want)
			}
		}
		var back Results
		if err := json.Unmarshal([]byte(want), &back); err != nil {
			t.Fatalf("reading results: %v", err)
		}
		if got := resultsJSON(t, &back); got != want {
			t.Fatalf("results read back and written:\n%s\nbefore:\n%s", got, want)
		}
	})
}

// TestBreakingDownChangesNoOtherNumber: what is counted of campaigns and engagements
// does not depend on whether they are broken down, which counts them another way.
func TestBreakingDownChangesNoOtherNumber(t *testing.T) {
	t.Parallel()
	eng := controlledShop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := sortedEvents(t, decorated(t, drawJourneys(t, eng)))
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.4, Decline: 0.2}, Workers: 1}
		of := func(ro ResultsOptions) string {
			ro.Examples = 2
			o.Results = &ro
			r := measured(t, eng, events, o)
			r.Breakdowns = nil
			return resultsJSON(t, r)
		}
		want := of(ResultsOptions{Rows: 100, Each: true, EachEngagement: true})
		for _, less := range []ResultsOptions{{Rows: 100, Each: true}, {Rows: 100}, {Rows: -1}} {
			if got := of(less); got != want {
				t.Fatalf("with less broken down:\n%s\nwith all:\n%s", got, want)
			}
		}
	})
}

// TestAStoppedRunIsARunOfTheFirstVisitors: whatever the moment and the workers,
// the numbers are those of the visitors up to the one that is named.
func TestAStoppedRunIsARunOfTheFirstVisitors(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	var events []*journey.Event
	for v := range 300 {
		for i := range 1 + v%40 {
			events = append(events, &journey.Event{Visitor: fmt.Sprintf("v-%03d", v), At: DefaultStart.Add(model.Duration(i) * 20 * model.Second), Type: journey.PageView,
				Page: &journey.Page{URL: fmt.Sprintf("https://shop.example/tents/%d", i%7)}})
		}
	}
	for _, stopAt := range []int{0, 1, 700, 5000, len(events)} {
		stop := make(chan struct{})
		feed := func(yield func(*journey.Event, error) bool) {
			for i, ev := range events {
				if i == stopAt {
					close(stop)
				}
				if !yield(ev, nil) {
					return
				}
			}
		}
		s, err := Run(t.Context(), eng, feed, Options{Workers: 2, Stop: stop, Results: &ResultsOptions{Examples: 1}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := s.Results
		if r.Complete != (stopAt == len(events)) {
			t.Fatalf("stopped at event %d of %d: complete %v", stopAt, len(events), r.Complete)
		}
		upTo := slices.DeleteFunc(slices.Clone(events), func(ev *journey.Event) bool { return !r.Complete && ev.Visitor > r.UpTo })
		if stopAt > 0 && stopAt < len(events) && (r.UpTo < events[stopAt-1].Visitor || len(upTo) == len(events)) {
			t.Errorf("stopped at event %d, it says up to %q", stopAt, r.UpTo)
		}
		want := measured(t, eng, upTo, Options{Results: &ResultsOptions{Examples: 1}})
		want.Complete, want.UpTo = r.Complete, r.UpTo
		if want, got := resultsJSON(t, want), resultsJSON(t, r); got != want {
			t.Fatalf("stopped at event %d:\n%s\na run of the first visitors:\n%s", stopAt, got, want)
		}
	}
}

func TestNamesBeyondTheBoundAreCountedTogether(t *testing.T) {
	t.Parallel()
	b := newBreakdowns(nil, nil)
	one := groupCounts{Counts: Counts{Visits: 1}}
	for i := range 2*mostNames + 7 {
		d := newGroupDelta()
		d.add(pageOf, -1, d.id(fmt.Sprintf("shop.example/%05d", i)), &one)
		d.add(pageOf, -1, d.id("shop.example/00003"), &one)
		b.add(d)
	}
	got := b.list(1)[0]
	if len(got.Rows) != 1 || got.Rows[0].Name != "shop.example/00003" || got.Rows[0].Visits != 2*mostNames+8 || !got.Bounded || got.Names != mostNames || got.Other.Visits != 2*mostNames+6 {
		t.Errorf("rows %+v, names %d, bounded %v, other %+v", got.Rows, got.Names, got.Bounded, got.Other)
	}
}

func TestPagesGoByTheirPath(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://Shop.Example/Cart/?mail=a@b.example#x": "shop.example/Cart",
		"http://shop.example":                           "shop.example",
		"https://SHOP.example/":                         "shop.example",
		"":                                              "",
		"/a/b?c":                                        "/a/b",
	} {
		if got := pageName(url); got != want {
			t.Errorf("pageName(%q) = %q, want %q", url, got, want)
		}
	}
	if got := pageName("https://s.example/" + strings.Repeat("ü", 500)); len(got) > mostPage || !bytes.ContainsRune([]byte(got), 'ü') || strings.ContainsRune(got, '\ufffd') {
		t.Errorf("a long name is cut to %q", got)
	}
}

func TestHoursAreOfTheAccountsZoneAndBecomeDays(t *testing.T) {
	t.Parallel()
	c := *shop(t).Catalog()
	c.Settings.Zone = "Asia/Kathmandu" // 5:45
	eng := compiled(t, &c)
	visits := func(days int) *Breakdown {
		var events []*journey.Event
		for i := range days {
			at, _ := journey.ParseInstant("2026-03-02T18:20:00Z")
			events = append(events, &journey.Event{Visitor: "v", At: at.Add(model.Duration(i) * 24 * model.Hour), Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/"}})
		}
		for _, b := range measured(t, eng, events, Options{}).Breakdowns {
			if (b.By == ByHour || b.By == ByDay) && b.Campaign == "" {
				return &b
			}
		}
		t.Fatal("nothing over time")
		return nil
	}
	if b := visits(1); b.By != ByHour || b.Rows[0].Name != "2026-03-03T00:00:00+05:45" {
		t.Errorf("by %s: %+v", b.By, b.Rows)
	}
	if b := visits(6); b.By != ByDay || len(b.Rows) != 6 || b.Rows[5].Name != "2026-03-08" {
		t.Errorf("by %s: %+v", b.By, b.Rows)
	}
}
