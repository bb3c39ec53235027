package replay

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/modeltest"
)

// shop compiles the demo shop.
func shop(t testing.TB) *engine.Engine {
	t.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, c)
}

func compiled(t fataler, c *model.Catalog) *engine.Engine {
	eng, err := engine.Compile(c)
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return eng
}

// journeysOf reads the demo shop's journeys of a name's pattern, in order.
func journeysOf(t testing.TB, pattern string) []*journey.Event {
	t.Helper()
	names, err := fs.Glob(fixtures.Journeys(), pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no journey %s: %v", pattern, err)
	}
	var out []*journey.Event
	for _, name := range names {
		f, err := fixtures.Journeys().Open(name)
		if err != nil {
			t.Fatal(err)
		}
		j, err := journey.SortedReader(journey.Options{Robots: true, Strict: true, KeepPersonal: true}, path.Base(name), f)
		if err != nil {
			t.Fatal(err)
		}
		for ev, err := range j.All() {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, ev)
		}
		f.Close()
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return ordered(t, out)
}

// ordered returns events in the order of a replay.
func ordered(t testing.TB, events []*journey.Event) []*journey.Event {
	t.Helper()
	j, err := journey.SortedEvents(journey.Options{Robots: true}, events)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var out []*journey.Event
	for {
		st, err := j.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, st.Events...)
	}
}

// drawJourneys draws journeys through the demo shop: pages that its campaigns
// look at, carts, errors, answers, pauses that cut visits.
func drawJourneys(t *rapid.T, eng *engine.Engine) []*journey.Event {
	urls := []string{"https://shop.example/", "https://shop.example/cart", "https://shop.example/checkout/payment", "https://shop.example/help",
		"https://shop.example/account/bills", "https://shop.example/tents/trail-tent-2p", "https://shop.example/journal/care", "https://shop.example/order/confirmed"}
	for _, page := range modeltest.Pages {
		urls = append(urls, "https://shop.example"+page)
	}
	refs := eng.Engagements()
	var out []*journey.Event
	for v := range rapid.IntRange(1, 6).Draw(t, "visitors") {
		at := DefaultStart.Add(model.Duration(v) * model.Minute)
		visitor := fmt.Sprintf("v-%d", v)
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			at = at.Add(rapid.SampledFrom([]model.Duration{0, 700, 5 * model.Second, 40 * model.Second, 4 * model.Minute, 31 * model.Minute}).Draw(t, "pause"))
			ev := &journey.Event{Visitor: visitor, At: at}
			engagement := rapid.SampledFrom(refs).Draw(t, "engagement").Path
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				total := model.Money(rapid.IntRange(0, 300).Draw(t, "total")) * model.MoneyScale
				ev.Type, ev.Cart = journey.Cart, &journey.CartState{Total: total, Currency: "EUR", NumItems: 2}
			case 1:
				ev.Type, ev.Error = journey.Error, &journey.VisitorError{Message: "declined", Code: "card-declined"}
			case 2:
				ev.Type, ev.Respond = journey.Respond, &journey.Response{Engagement: engagement,
					Action: rapid.SampledFrom([]journey.Action{journey.Accept, journey.Decline}).Draw(t, "action")}
			case 3:
				ev.Type, ev.Conversation = journey.Conversation, &journey.ConversationChange{Start: rapid.Bool().Draw(t, "start")}
			case 4:
				ev.Type, ev.Purchase = journey.Purchase, &journey.Order{Total: 990000, Currency: "EUR", OrderID: rapid.SampledFrom([]string{"", "o-1"}).Draw(t, "order")}
			case 5:
				ev.Type, ev.Signal = journey.Signal, &journey.SignalSent{Name: rapid.SampledFrom([]string{"about-to-abandon", "exit"}).Draw(t, "signal")}
			default:
				ev.Type, ev.Page = journey.PageView, &journey.Page{URL: rapid.SampledFrom(urls).Draw(t, "url"), Title: "Fell & Fern"}
			}
			out = append(out, ev)
		}
	}
	return slices.Clip(out)
}
