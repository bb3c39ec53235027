package engine

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// The sizes of the benchmarks' catalogs, in campaigns of two engagements.
var benchSizes = []int{1, 100, 1_000, 10_000}

// benchCatalog makes a catalog like a large shop's: every campaign has two
// audience conditions, a place and two behaviors, all of which must hold, and
// two engagements. About one in sixty matches an event.
func benchCatalog(n int) *model.Catalog {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	c := shop()
	c.Settings = model.DefaultSettings()
	c.Settings.Displays = model.DisplaySettings{Limit: 3}
	for _, s := range benchSections {
		c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, s), Include: []model.PageRule{{Section: `"` + s + `"`}}})
	}
	for i := range n {
		id := fmt.Sprintf("c%05d", i)
		audience(c, id, model.Condition{All: []model.Condition{benchAudience(r), benchAudience(r)}})
		behavior(c, id, model.Condition{All: []model.Condition{benchBehavior(r), benchBehavior(r)}})
		c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, id), Include: []model.PageRule{benchPlace(r)}})
		formats := []model.Format{model.Overlay, model.Toaster, model.PeelingCorner, model.Sticky, model.SlideOut}
		x := campaign(id)
		for j := range 2 {
			x.Engagements = append(x.Engagements, offer(fmt.Sprint("e", j), formats[r.IntN(len(formats))],
				[]model.EngagementType{model.Conversation, model.Content}[r.IntN(2)], at(id), when(id), on([]model.Side{model.Left, model.Right}[r.IntN(2)])))
		}
		x.Audiences, x.Priority, x.ControlGroup = []string{id}, []model.Priority{model.High, model.Medium, model.Low}[r.IntN(3)], nil
		c.Campaigns = append(c.Campaigns, x)
	}
	return c
}

const benchCountries, benchItems, benchWords = 16, 20, 30

var benchSections = []string{"home", "products", "pricing", "blog", "support", "checkout", "account"}

func benchSome(r *rand.Rand, name string, of, at int) []string {
	var out []string
	for i := range of {
		if r.IntN(100) < at {
			out = append(out, fmt.Sprint(name, i))
		}
	}
	return append(out, fmt.Sprint(name, r.IntN(of)))
}

func benchAudience(r *rand.Rand) model.Condition {
	switch k := r.IntN(1000); {
	case k < 232:
		return model.Condition{Geo: &model.GeoCondition{Countries: benchSome(r, "c", benchCountries, 50)}}
	case k < 280:
		return model.Condition{Geo: &model.GeoCondition{Regions: benchSome(r, "r", 5*benchCountries, 45)}}
	case k < 337:
		return model.Condition{Geo: &model.GeoCondition{Cities: benchSome(r, "t", 20*benchCountries, 40)}}
	case k < 491:
		return model.Condition{Visitor: []model.VisitorKind{model.FirstTime, model.Returning}[r.IntN(2)]}
	case k < 643:
		return model.Condition{Platform: &model.PlatformCondition{In: [][]model.Platform{{model.Desktop}, {model.Smartphone}, {model.Smartphone, model.Tablet},
			{model.Desktop, model.Tablet}}[r.IntN(4)]}}
	case k < 736:
		return model.Condition{OS: valuesOf(benchSome(r, "os", 5, 50)...)}
	case k < 860:
		return model.Condition{MarketingSource: &model.MarketingCondition{Channels: model.MarketingChannels()[r.IntN(3) : 4+r.IntN(4)]}}
	case k < 953:
		return model.Condition{Customer: &model.CustomerCondition{Types: benchSome(r, "type", 5, 50)}}
	}
	return model.Condition{IP: &model.IPCondition{Ranges: []string{fmt.Sprintf("%d.0.0.0/%d", 64*r.IntN(4), 1+r.IntN(2))}}}
}

func benchBehavior(r *rand.Rand) model.Condition {
	switch k := r.IntN(1000); {
	case k < 231:
		return model.Condition{TimeOnPage: &model.TimeCondition{AtLeast: ptr(model.Duration(1+r.IntN(19)) * model.Second)}}
	case k < 375:
		return model.Condition{TimeOnSite: &model.TimeCondition{AtLeast: ptr(model.Duration(5+r.IntN(80)) * model.Second)}}
	case k < 568:
		return model.Condition{PagesViewed: &model.IntRange{Min: ptr(1 + r.IntN(6))}}
	case k < 680:
		from := r.IntN(100)
		return model.Condition{CartValue: &model.CartCondition{MoneyRange: model.MoneyRange{Min: ptr(amount(int64(from))), Max: ptr(amount(int64(from + 60 + r.IntN(200))))}}}
	case k < 762:
		return model.Condition{CartItems: &model.IntRange{Min: ptr(1 + r.IntN(3))}}
	case k < 877:
		return model.Condition{Visited: &model.VisitedCondition{EntryPoints: []string{benchSections[r.IntN(len(benchSections))]}}}
	case k < 935:
		return model.Condition{SearchedFor: &model.KeywordCondition{Keywords: benchSome(r, "<kw", benchWords, 30)}}
	}
	return model.Condition{VisitorError: &model.ErrorCondition{Codes: benchSome(r, "e", 6, 50)}}
}

func benchPlace(r *rand.Rand) model.PageRule {
	s := benchSections[r.IntN(len(benchSections))]
	switch k := r.IntN(100); {
	case k < 29:
		return model.PageRule{Section: `"` + s + `"`}
	case k < 39:
		return model.PageRule{URLRule: model.URLRule{Exact: fmt.Sprintf("https://www.shop.example/%s/item%d", s, r.IntN(benchItems))}}
	case k < 57:
		return model.PageRule{URLRule: model.URLRule{StartsWith: "https://www.shop.example/" + s}}
	case k < 74:
		return model.PageRule{URLRule: model.URLRule{Wildcard: fmt.Sprintf("*.example/%s/*%d*", s, r.IntN(10))}}
	}
	return model.PageRule{URLRule: model.URLRule{Contains: []string{"utm_source=", "/" + s, "item1"}[r.IntN(3)]}}
}

// benchVisits makes visits of 20 events.
func benchVisits(n int) [][]*journey.Event {
	r := rand.New(rand.NewPCG(9, 9))
	out := make([][]*journey.Event, n)
	for i := range out {
		id := fmt.Sprint("v-", i)
		now := monday
		for j := range 20 {
			e := &journey.Event{Visitor: id, Visit: id, At: now}
			now += journey.Instant(500 + r.IntN(19_500))
			switch k := r.IntN(100); {
			case j == 0 || k < 40:
				s := benchSections[r.IntN(len(benchSections))]
				u := fmt.Sprintf("https://www.shop.example/%s/item%d", s, r.IntN(benchItems))
				if r.IntN(5) == 0 {
					u += "?utm_source=mail"
				}
				e.Type, e.Page = journey.PageView, &journey.Page{URL: u, Sections: []string{s}}
				if j == 0 {
					country := r.IntN(benchCountries)
					e.Page.Geo = &journey.Geo{Country: fmt.Sprint("c", country), Region: fmt.Sprint("r", 5*country+r.IntN(5)), City: fmt.Sprint("t", 20*country+r.IntN(20))}
					e.Page.Platform = []model.Platform{model.Desktop, model.Smartphone, model.Tablet}[r.IntN(3)]
					e.Page.OS, e.Page.IP = fmt.Sprint("os", r.IntN(5)), fmt.Sprintf("%d.2.3.4", 1+r.IntN(250))
					e.Page.Returning = ptr(r.IntN(2) == 0)
				}
			case k < 69:
				e.Type, e.Signal = journey.Signal, &journey.SignalSent{Name: "beat"}
			case k < 81:
				e.Type, e.Cart = journey.Cart, &journey.CartState{Total: amount(int64(r.IntN(200))), NumItems: 1 + r.IntN(5)}
			case k < 88:
				e.Type, e.Search = journey.SearchInfo, &journey.Search{Keywords: []string{fmt.Sprintf("<kw%d>", r.IntN(benchWords))}}
			case k < 94:
				e.Type, e.Customer = journey.CustomerInfo, &journey.Customer{Type: fmt.Sprint("type", r.IntN(5))}
			case k < 98:
				e.Type, e.Error = journey.Error, &journey.VisitorError{Code: fmt.Sprint("e", r.IntN(6))}
			default:
				e.Type, e.Purchase = journey.Purchase, &journey.Order{}
			}
			out[i] = append(out[i], e)
		}
	}
	return out
}

func benchEngine(b testing.TB, n int) *Engine {
	b.Helper()
	e, err := Compile(benchCatalog(n))
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// playVisit plays one visit.
func playVisit(r *Run, visit []*journey.Event) {
	r.Reset(visit[0].Visitor)
	for _, ev := range visit {
		r.Step(ev)
	}
	r.End()
}

// sparseCatalog is benchCatalog's where every campaign is at home on one item's
// page: nearly all name pages that nobody visits, and what else they ask for is
// never looked at.
func sparseCatalog(n int) *model.Catalog {
	c := benchCatalog(n)
	for i := range n {
		c.EntryPoints[len(c.EntryPoints)-n+i].Include = []model.PageRule{{URLRule: model.URLRule{
			Exact: fmt.Sprintf("https://www.shop.example/%s/item%d", benchSections[i%7], i/7%(50*benchItems))}}}
	}
	return c
}

// benchEvents runs one event an operation, in the order of visits.
func benchEvents(b *testing.B, n int, o Options) {
	b.Helper()
	benchEventsOn(b, benchEngine(b, n), o)
}

func benchEventsOn(b *testing.B, e *Engine, o Options) { benchVisitsOn(b, e, o, benchVisits(200)) }

func benchVisitsOn(b *testing.B, e *Engine, o Options, visits [][]*journey.Event) {
	b.Helper()
	run := e.NewRun(o)
	for _, v := range visits { // pages become known
		playVisit(run, v)
	}
	b.ReportAllocs()
	i, j := 0, 0
	for b.Loop() {
		if j == 0 {
			run.Reset(visits[i][0].Visitor)
		}
		run.Step(visits[i][j])
		if j++; j == len(visits[i]) {
			run.End()
			i, j = (i+1)%len(visits), 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkDecide decides what to show after every event; a visit ends with
// its last.
func BenchmarkDecide(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchEvents(b, n, Options{ClosePages: true}) })
	}
}

// BenchmarkMatches also keeps how far every engagement came.
func BenchmarkMatches(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchEvents(b, n, Options{ClosePages: true, Outcomes: true}) })
	}
}

// BenchmarkSparse is either of them where most campaigns have nothing to do with
// what happens.
func BenchmarkSparse(b *testing.B) {
	for _, n := range benchSizes {
		e, err := Compile(sparseCatalog(n))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint("decide/", n), func(b *testing.B) { benchEventsOn(b, e, Options{ClosePages: true}) })
		b.Run(fmt.Sprint("matches/", n), func(b *testing.B) { benchEventsOn(b, e, Options{ClosePages: true, Outcomes: true}) })
	}
}

// BenchmarkCrowd is either of them of more visitors than rows are remembered of:
// they come from hundreds of places, and what each searched for so far is his own.
func BenchmarkCrowd(b *testing.B) {
	visits := benchVisits(2_000)
	for _, n := range benchSizes {
		e := benchEngine(b, n)
		b.Run(fmt.Sprint("decide/", n), func(b *testing.B) { benchVisitsOn(b, e, Options{ClosePages: true}, visits) })
		b.Run(fmt.Sprint("matches/", n), func(b *testing.B) { benchVisitsOn(b, e, Options{ClosePages: true, Outcomes: true}, visits) })
	}
}

// BenchmarkFew decides for five visitors again and again, whose rows stay in the
// machine's caches: what BenchmarkDecide takes longer waits for memory, or guesses wrong.
func BenchmarkFew(b *testing.B) {
	visits := benchVisits(5)
	for _, n := range benchSizes {
		e := benchEngine(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchVisitsOn(b, e, Options{ClosePages: true}, visits) })
	}
}

// BenchmarkTrace also records every engagement's decision at every evaluation.
func BenchmarkTrace(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchEvents(b, n, Options{ClosePages: true, Outcomes: true, Trace: true}) })
	}
}

// BenchmarkVisits plays whole visits of 20 events on all cores.
func BenchmarkVisits(b *testing.B) {
	for _, n := range benchSizes {
		for _, outcomes := range []bool{false, true} {
			name := "decide"
			if outcomes {
				name = "outcomes"
			}
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				e, visits, o := benchEngine(b, n), benchVisits(200), Options{ClosePages: true, Outcomes: outcomes}
				b.ResetTimer()
				b.RunParallel(func(p *testing.PB) {
					run := e.NewRun(o)
					for i := 0; p.Next(); i++ {
						playVisit(run, visits[i%len(visits)])
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
			})
		}
	}
}

// BenchmarkAgainstPlain plays the same visits on the engine and on an
// evaluator that looks at every campaign at every event, in turn, so that what
// else the machine does touches both; x is how many times as long the latter
// takes.
func BenchmarkAgainstPlain(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			catalog, visits := benchCatalog(n), benchVisits(50)
			e := benchEngine(b, n)
			run, naive := e.NewRun(Options{ClosePages: true}), newNaive(catalog)
			for _, v := range visits {
				playVisit(run, v)
			}
			var ours, theirs time.Duration
			i := 0
			for b.Loop() {
				v := visits[i%len(visits)]
				start := time.Now()
				for range 10 {
					playVisit(run, v)
				}
				middle := time.Now()
				naive.play(v)
				ours += middle.Sub(start) / 10
				theirs += time.Since(middle)
				i++
			}
			events := float64(20 * i)
			b.ReportMetric(float64(ours)/events, "engine-ns/event")
			b.ReportMetric(float64(theirs)/events, "plain-ns/event")
			b.ReportMetric(float64(theirs)/float64(ours), "x")
		})
	}
}

// BenchmarkColdPage loads pages never seen before.
func BenchmarkColdPage(b *testing.B) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := benchEngine(b, n)
			run := e.NewRun(Options{})
			run.Reset("v-1")
			events := make([]*journey.Event, 20_000)
			for i := range events {
				events[i] = &journey.Event{Visitor: "v-1", Visit: "s", At: monday, Type: journey.PageView, Page: &journey.Page{
					URL: fmt.Sprintf("https://www.shop.example/%s/item%d?session=%d", benchSections[i%7], i%benchItems, i), Sections: benchSections[i%7 : i%7+1]}}
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				run.Step(events[i%len(events)])
				i++
			}
		})
	}
}

// BenchmarkCompile compiles a catalog.
func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := benchCatalog(n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkExplain explains every engagement of 10,000 campaigns at one
// instant.
func BenchmarkExplain(b *testing.B) {
	e, visit := benchEngine(b, 10_000), benchVisits(1)[0]
	run := e.NewRun(Options{})
	run.Reset(visit[0].Visitor)
	for _, ev := range visit {
		run.Step(ev)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range e.Engagements() {
			run.Explain(i)
		}
	}
}

// TestNoAllocations: an event that shows nothing allocates nothing, once its
// pages and what visitors tell were seen before. It runs alone, because allocations are counted for all.
func TestNoAllocations(t *testing.T) {
	catalog, visits := benchCatalog(1_000), benchVisits(20)
	for _, c := range catalog.Campaigns {
		for _, x := range c.Engagements {
			x.Type = model.Conversation
		}
	}
	e, err := Compile(catalog)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name string
		o    Options
	}{
		{"a member of the site's control group", Options{Control: &Control{Site: true}}},
		{"a member, with outcomes", Options{Control: &Control{Site: true}, Outcomes: true}},
		{"prospects while a conversation is open", Options{Control: &Control{}}},
		{"prospects while a conversation is open, with outcomes", Options{Control: &Control{}, Outcomes: true}},
	} {
		t.Run(x.name, func(t *testing.T) {
			// Each event is taken by two runs, of which the second is measured.
			runs := [2]*Run{e.NewRun(x.o), e.NewRun(x.o)}
			talk := func(v []*journey.Event) *journey.Event {
				return &journey.Event{Visitor: v[0].Visitor, Visit: v[0].Visit, At: v[0].At, Type: journey.Conversation,
					Conversation: &journey.ConversationChange{Start: true}}
			}
			for _, v := range visits {
				for _, run := range runs {
					playVisit(run, v)
					playVisit(run, slices.Insert(slices.Clone(v), 1, talk(v)))
				}
			}
			for _, v := range visits {
				talk := talk(v)
				for _, run := range runs {
					run.Reset(v[0].Visitor)
					run.Step(v[0])
					run.Step(talk)
				}
				for i, ev := range v[1:] {
					turn := 0
					if n := testing.AllocsPerRun(1, func() {
						if len(runs[turn].Step(ev)) != 0 {
							t.Fatalf("something happened at event %d", i)
						}
						turn++
					}); n != 0 {
						t.Errorf("%s, event %d (%s): %v allocations", v[0].Visitor, i, ev.Type, n)
					}
				}
				for _, run := range runs {
					run.End()
				}
			}
		})
	}
}

// naive is the evaluator one would write first: facts in a struct, every
// campaign's conditions called one after the other at every event, regular
// expressions compiled once. It knows no ticks, no limits and no hours.
type naive struct {
	campaigns []naiveCampaign
	facts     naiveFacts
	shown     int
}

type naiveCampaign struct {
	campaign *model.Campaign
	who, why []func(*naiveFacts) bool
	where    func(*naiveFacts) bool
	zones    []string
}

type naiveFacts struct {
	now, start, loaded journey.Instant
	url                string
	sections           []string
	country, region    string
	city, os           string
	platform           model.Platform
	ip                 uint8
	returning          bool
	channel            model.MarketingChannel
	customer           string
	pages, items       int
	total              model.Money
	cart               bool
	searches, errors   []string
	visited, locked    map[string]bool
}

func newNaive(c *model.Catalog) *naive {
	n := &naive{}
	for i, x := range c.Campaigns {
		k := naiveCampaign{campaign: x, where: naivePlace(c.EntryPoints[1+len(benchSections)+i].Include[0])}
		for _, w := range c.Audiences[i+1].When.All {
			k.who = append(k.who, naiveAudience(w))
		}
		for _, w := range c.Behaviors[i+1].When.All {
			k.why = append(k.why, naiveBehavior(w))
		}
		for _, e := range x.Engagements {
			k.zones = append(k.zones, e.Zone())
		}
		n.campaigns = append(n.campaigns, k)
	}
	return n
}

func (n *naive) play(visit []*journey.Event) {
	n.facts = naiveFacts{start: visit[0].At, channel: model.ChannelDirect, visited: map[string]bool{}, locked: map[string]bool{}}
	f := &n.facts
	for _, e := range visit {
		f.now = e.At
		switch e.Type {
		case journey.PageView:
			f.pages++
			f.loaded, f.url, f.sections = e.At, strings.ToLower(strings.TrimPrefix(e.Page.URL, "https://")), e.Page.Sections
			f.visited[e.Page.Sections[0]] = true
			clear(f.locked)
			if g := e.Page.Geo; g != nil {
				f.country, f.region, f.city, f.os, f.platform, f.returning = g.Country, g.Region, g.City, e.Page.OS, e.Page.Platform, *e.Page.Returning
				_, _ = fmt.Sscanf(e.Page.IP, "%d.", &f.ip)
			}
		case journey.Cart:
			f.cart, f.total, f.items = true, e.Cart.Total, e.Cart.NumItems
		case journey.Purchase:
			f.cart, f.total, f.items = true, 0, 0
		case journey.SearchInfo:
			f.searches = append(f.searches, e.Search.Keywords...)
		case journey.CustomerInfo:
			f.customer = e.Customer.Type
		case journey.Error:
			f.errors = append(f.errors, e.Error.Code)
		}
		n.decide()
	}
}

// decide shows, in each zone, an engagement of the highest tier present.
func (n *naive) decide() {
	f := &n.facts
	best := map[string]*naiveCampaign{}
	for i := range n.campaigns {
		c := &n.campaigns[i]
		if !naiveAll(c.who, f) || !c.where(f) || !naiveAll(c.why, f) {
			continue
		}
		for _, zone := range c.zones {
			if b := best[zone]; !f.locked[zone] && (b == nil || c.campaign.Priority.Tier() < b.campaign.Priority.Tier()) {
				best[zone] = c
			}
		}
	}
	for zone := range best {
		f.locked[zone] = true
		n.shown++
	}
}

func naiveAll(all []func(*naiveFacts) bool, f *naiveFacts) bool {
	for _, c := range all {
		if !c(f) {
			return false
		}
	}
	return true
}

func naiveAudience(c model.Condition) func(*naiveFacts) bool {
	switch {
	case c.Geo != nil && c.Geo.Countries != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.Geo.Countries, f.country) }
	case c.Geo != nil && c.Geo.Cities != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.Geo.Cities, f.city) }
	case c.Geo != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.Geo.Regions, f.region) }
	case c.Visitor != "":
		return func(f *naiveFacts) bool { return f.returning == (c.Visitor == model.Returning) }
	case c.Platform != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.Platform.In, f.platform) }
	case c.OS != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.OS.In, f.os) }
	case c.MarketingSource != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.MarketingSource.Channels, f.channel) }
	case c.Customer != nil:
		return func(f *naiveFacts) bool { return slices.Contains(c.Customer.Types, f.customer) }
	}
	var from, bits int
	_, _ = fmt.Sscanf(c.IP.Ranges[0], "%d.0.0.0/%d", &from, &bits)
	return func(f *naiveFacts) bool { return f.ip>>(8-bits) == uint8(from)>>(8-bits) }
}

func naiveBehavior(c model.Condition) func(*naiveFacts) bool {
	switch {
	case c.TimeOnPage != nil:
		return func(f *naiveFacts) bool { return f.now.Sub(f.loaded) >= *c.TimeOnPage.AtLeast }
	case c.TimeOnSite != nil:
		return func(f *naiveFacts) bool { return f.now.Sub(f.start) >= *c.TimeOnSite.AtLeast }
	case c.PagesViewed != nil:
		return func(f *naiveFacts) bool { return within(f.pages, c.PagesViewed) }
	case c.CartValue != nil:
		return func(f *naiveFacts) bool { return f.cart && moneyWithin(f.total, c.CartValue.MoneyRange) }
	case c.CartItems != nil:
		return func(f *naiveFacts) bool { return f.cart && within(f.items, c.CartItems) }
	case c.Visited != nil:
		return func(f *naiveFacts) bool { return f.visited[c.Visited.EntryPoints[0]] }
	case c.SearchedFor != nil:
		return func(f *naiveFacts) bool {
			return slices.ContainsFunc(c.SearchedFor.Keywords, func(k string) bool {
				return slices.ContainsFunc(f.searches, func(s string) bool { return strings.Contains(s, k) })
			})
		}
	}
	return func(f *naiveFacts) bool {
		return slices.ContainsFunc(c.VisitorError.Codes, func(k string) bool { return slices.Contains(f.errors, k) })
	}
}

func naivePlace(r model.PageRule) func(*naiveFacts) bool {
	switch {
	case r.Section != "":
		s := strings.Trim(r.Section, `"`)
		return func(f *naiveFacts) bool { return slices.Contains(f.sections, s) }
	case r.Exact != "":
		s := strings.TrimPrefix(r.Exact, "https://")
		return func(f *naiveFacts) bool { return f.url == s }
	case r.StartsWith != "":
		s := strings.TrimPrefix(r.StartsWith, "https://")
		return func(f *naiveFacts) bool { return strings.HasPrefix(f.url, s) }
	case r.Contains != "":
		return func(f *naiveFacts) bool { return strings.Contains(f.url, r.Contains) }
	}
	re := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(r.Wildcard), `\*`, ".*") + "$")
	return func(f *naiveFacts) bool { return re.MatchString(f.url) }
}
