package replay

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// largeShop compiles a catalog of campaigns of two engagements, each with an
// audience, a place and a behavior of two conditions.
func largeShop(tb testing.TB, campaigns int) *engine.Engine {
	tb.Helper()
	r := rand.New(rand.NewPCG(uint64(campaigns), 1))
	c := &model.Catalog{Settings: model.DefaultSettings()}
	head := func(k model.Kind, id string) model.Header { return model.Header{Kind: k, ID: id, Name: id} }
	places := []string{"home", "products", "pricing", "blog", "support", "checkout", "account"}
	seconds := func(n int) *model.Duration { d := model.Duration(n) * model.Second; return &d }
	for i := range campaigns {
		id := fmt.Sprintf("c%05d", i)
		country := []string{"c0", "c1", "c2", "c3"}[r.IntN(4)]
		c.Audiences = append(c.Audiences, &model.Audience{Header: head(model.KindAudience, id), When: model.Condition{Any: []model.Condition{
			{Geo: &model.GeoCondition{Countries: []string{country, "c0"}}}, {Customer: &model.CustomerCondition{Types: []string{"gold"}}}}}})
		pages, from := 1+r.IntN(6), model.Money(r.IntN(150))*model.MoneyScale
		two := []model.Condition{
			{TimeOnPage: &model.TimeCondition{AtLeast: seconds(1 + r.IntN(19))}},
			{TimeOnSite: &model.TimeCondition{AtLeast: seconds(5 + r.IntN(80))}},
			{PagesViewed: &model.IntRange{Min: &pages}},
			{CartValue: &model.CartCondition{MoneyRange: model.MoneyRange{Min: &from}}},
		}
		r.Shuffle(len(two), func(i, j int) { two[i], two[j] = two[j], two[i] })
		c.Behaviors = append(c.Behaviors, &model.Behavior{Header: head(model.KindBehavior, id), When: model.Condition{All: two[:2]}})
		c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, id),
			Include: []model.PageRule{{URLRule: model.URLRule{StartsWith: "https://www.shop.example/" + places[r.IntN(len(places))]}}}})
		x := &model.Campaign{Header: head(model.KindCampaign, id), Published: true, Audiences: []string{id},
			Priority: []model.Priority{model.High, model.Medium, model.Low}[r.IntN(3)], TimeFrame: model.TimeFrame{Start: model.DateOf(DefaultStart.Time()) - 30}}
		formats := []model.Format{model.Overlay, model.Toaster, model.PeelingCorner, model.Sticky, model.SlideOut}
		for j := range 2 {
			x.Engagements = append(x.Engagements, &model.Engagement{ID: fmt.Sprint("e", j), Name: id, Format: formats[r.IntN(len(formats))],
				Type:        []model.EngagementType{model.Conversation, model.Content}[r.IntN(2)],
				EntryPoints: []string{id}, Behaviors: []string{id}, Side: []model.Side{model.Left, model.Right}[r.IntN(2)]})
		}
		c.Campaigns = append(c.Campaigns, x)
	}
	eng, err := engine.Compile(c)
	if err != nil {
		tb.Fatal(err)
	}
	return eng
}

// longVisit is one visit of so many events, half a second to two seconds
// apart.
func longVisit(events int) []*journey.Event {
	r := rand.New(rand.NewPCG(9, 9))
	out := make([]*journey.Event, events)
	now := DefaultStart
	for i := range out {
		e := &journey.Event{Visitor: "v-1", Visit: "s-1", At: now}
		now = now.Add(model.Duration(500 + r.IntN(1500)))
		switch k := r.IntN(100); {
		case i == 0 || k < 40:
			place := []string{"home", "products", "pricing", "blog", "support", "checkout", "account"}[r.IntN(7)]
			e.Type, e.Page = journey.PageView, &journey.Page{URL: fmt.Sprintf("https://www.shop.example/%s/item%d", place, r.IntN(20))}
			if i == 0 {
				e.Page.Geo = &journey.Geo{Country: "c1"}
			}
		case k < 70:
			e.Type, e.Signal = journey.Signal, &journey.SignalSent{Name: "beat"}
		case k < 85:
			e.Type, e.Cart = journey.Cart, &journey.CartState{Total: model.Money(r.IntN(200)) * model.MoneyScale, NumItems: 1 + r.IntN(5)}
		case k < 92:
			e.Type, e.ProductView = journey.ProductView, &journey.Views{Products: []journey.Product{{SKU: fmt.Sprint("p-", r.IntN(500)), Quantity: 1}}}
		default:
			e.Type, e.Customer = journey.CustomerInfo, &journey.Customer{Type: []string{"gold", "silver"}[r.IntN(2)]}
		}
		out[i] = e
	}
	return out
}

const (
	benchCampaigns = 1_000
	benchEvents    = 10_000
)

// BenchmarkOpen goes through a long visit for the first time.
func BenchmarkOpen(b *testing.B) {
	eng, events := largeShop(b, benchCampaigns), longVisit(benchEvents)
	b.ReportAllocs()
	for b.Loop() {
		newPlayer(b, eng, events, PlayerOptions{Policy: Policy{Decline: 0.3}}).Marks()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchEvents, "ns/event")
}

// BenchmarkPrepare is one slice of opening.
func BenchmarkPrepare(b *testing.B) {
	eng, events := largeShop(b, benchCampaigns), longVisit(benchEvents)
	p := newPlayer(b, eng, events, PlayerOptions{Policy: Policy{Decline: 0.3}})
	b.ReportAllocs()
	for b.Loop() {
		if p.Prepare(64) {
			b.StopTimer()
			p = newPlayer(b, eng, events, PlayerOptions{Policy: Policy{Decline: 0.3}})
			b.StartTimer()
		}
	}
}

// BenchmarkScrub looks at a long visit from one place after another: anywhere,
// one second back, and one further event; and plays it at 1000x, a frame of
// 16 ms at a time.
func BenchmarkScrub(b *testing.B) {
	eng, events := largeShop(b, benchCampaigns), longVisit(benchEvents)
	p := newPlayer(b, eng, events, PlayerOptions{Policy: Policy{Decline: 0.3}})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	end := p.End()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("opened: %d marks, %d evaluations, %d checkpoints, %.1f MB", len(p.Marks()), len(p.scan.evals), len(p.scan.points), float64(after.HeapAlloc-before.HeapAlloc)/1e6)
	span := end.At.Sub(p.Start().At)
	r := rand.New(rand.NewPCG(1, 2))
	at := end
	for _, c := range []struct {
		name string
		next func() Position
	}{
		{"anywhere", func() Position { return p.Seek(p.Start().At.Add(model.Duration(r.Int64N(int64(span))))) }},
		{"back", func() Position {
			if at = p.Seek(at.At.Add(-model.Second)); !p.Start().Before(at) {
				at = end
			}
			return at
		}},
		{"event", func() Position {
			next, ok := p.NextEvent(at)
			if at = next; !ok {
				at = p.Start()
			}
			return at
		}},
		{"play-1000x", func() Position {
			if at = p.Seek(at.At.Add(16 * model.Second)); end.Before(at) {
				at = p.Start()
			}
			return at
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.At(c.next())
			}
		})
	}
}

// BenchmarkAct drives the visitor by hand at the end of a long visit, and looks
// at what comes of it.
func BenchmarkAct(b *testing.B) {
	eng, events := largeShop(b, benchCampaigns), longVisit(benchEvents)
	p := newPlayer(b, eng, events, PlayerOptions{})
	p.Marks()
	at := p.Seek(events[len(events)-1].At)
	b.ReportAllocs()
	for b.Loop() {
		q, there := p.Act(at, ChangeCart(120*model.MoneyScale, 2))
		q.At(there)
		q.Marks()
	}
}

// BenchmarkWhatIf compares a long visit with itself under another seed.
func BenchmarkWhatIf(b *testing.B) {
	eng, events := largeShop(b, benchCampaigns), longVisit(benchEvents)
	p := newPlayer(b, eng, events, PlayerOptions{})
	q, _ := p.WithSeed(p.Start(), 7)
	p.Marks()
	q.Marks()
	b.ReportAllocs()
	for b.Loop() {
		WhatIf(p, q)
	}
	b.ReportMetric(float64(len(WhatIf(p, q))), "differences")
}
