package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// happened writes displays, answers and goals that count as lines, without what
// only a replay of the whole knows.
func happened(records []Record) []string {
	var out []string
	for _, r := range records {
		switch r := r.(type) {
		case *Display:
			c := *r
			c.OpenPage = false
			out = append(out, string(AppendJSON(nil, &c)))
		case *Response:
			c := *r
			c.OpenPage = false
			out = append(out, string(AppendJSON(nil, &c)))
		case *Goal:
			if c := *r; !c.Duplicate && !c.Repeated && !c.Control {
				c.OpenPage = false
				out = append(out, string(AppendJSON(nil, &c)))
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestWatchingDecidesAsAReplay: events come interleaved, out of order within the
// lateness, and time passes; what is displayed, answered and reached is what a
// replay of the whole tells.
func TestWatchingDecidesAsAReplay(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := sortedEvents(t, drawJourneys(t, eng))
		for i, ev := range events { // no two at one instant
			c := *ev
			c.At += journey.Instant(i)
			events[i] = &c
		}
		slices.SortStableFunc(events, func(a, b *journey.Event) int {
			if a.Visitor != b.Visitor {
				return strings.Compare(a.Visitor, b.Visitor)
			}
			return int(a.At - b.At)
		})
		policy := rapid.SampledFrom([]Policy{{}, {Accept: 0.4, Decline: 0.3}}).Draw(t, "policy")
		var want []Record
		if _, err := Run(context.Background(), eng, source(events), Options{Seed: 3, Policy: policy}, func(r Record) error { want = append(want, r); return nil }); err != nil {
			t.Fatal(err)
		}
		type coming struct {
			ev *journey.Event
			at journey.Instant
		}
		var come []coming
		for _, ev := range events {
			come = append(come, coming{ev, ev.At + journey.Instant(rapid.IntRange(0, 4000).Draw(t, "late"))})
		}
		slices.SortStableFunc(come, func(a, b coming) int { return int(a.at - b.at) })
		var got []Record
		w := NewWatcher(eng, WatchOptions{Seed: 3, Policy: policy, Lateness: 5 * model.Second}, func(r Record) error { got = append(got, r); return nil })
		for _, c := range come {
			if err := w.Take(c.ev); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := w.Pass(7 * model.Hour); err != nil {
			t.Fatal(err)
		}
		if total := w.Totals(); total.Late != 0 || total.Events != int64(len(events)) || total.Waiting != 0 || total.Forgotten != 0 {
			t.Fatalf("%+v of %d events", total, len(events))
		}
		a, b := happened(want), happened(got)
		if !slices.Equal(a, b) {
			t.Fatalf("a replay tells\n%s\nwatched was\n%s", strings.Join(a, ""), strings.Join(b, ""))
		}
	})
}

func pageAt(visitor string, at model.Duration) *journey.Event {
	return &journey.Event{Visitor: visitor, At: DefaultStart.Add(at), Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/"}}
}

func TestWhatComesTooLateAndWhoIsForgottenIsTold(t *testing.T) {
	t.Parallel()
	w := NewWatcher(shop(t), WatchOptions{Lateness: 5 * model.Second, Visitors: 10}, nil)
	for i := range 25 {
		if err := w.Take(pageAt(fmt.Sprintf("v-%d", i), model.Duration(i)*model.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Take(pageAt("late", 10*model.Second)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := w.Totals()
	if got.Late != 1 || got.Forgotten != 15 || got.Visitors != 10 || got.Events != 25 || got.Visits != 25 || got.Clock != DefaultStart.Add(24*model.Second) {
		t.Errorf("%+v", got)
	}
}

// TestTimeThatPassesShowsWhatWaits: the help at the cart shows after its time on
// the page, though no event comes any more.
func TestTimeThatPassesShowsWhatWaits(t *testing.T) {
	t.Parallel()
	var shown []string
	w := NewWatcher(shop(t), WatchOptions{}, func(r Record) error {
		if d, ok := r.(*Display); ok {
			shown = append(shown, d.Engagement)
		}
		return nil
	})
	at := DefaultStart
	cart := ChangeCart(120*model.MoneyScale, 2)
	cart.Visitor, cart.At = "v-1", at.Add(model.Second)
	page := OpenPage("https://shop.example/cart")
	page.Visitor, page.At = "v-1", at
	for _, ev := range []*journey.Event{page, cart} {
		if err := w.Take(ev); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Pass(15 * model.Second); err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(shown)
	if err := w.Pass(3 * model.Minute); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(before, "cart-rescue/help-overlay") || !slices.Contains(shown, "cart-rescue/help-overlay") {
		t.Errorf("shown at once %v, then %v", before, shown)
	}
}

func TestWatchingEndsWithTheCallersError(t *testing.T) {
	t.Parallel()
	w := NewWatcher(shop(t), WatchOptions{Lateness: 1}, func(Record) error { return errTest })
	var err error
	for i := range 200 {
		if err = w.Take(pageAt("v-1", model.Duration(i)*5*model.Second)); err != nil {
			break
		}
	}
	if !errors.Is(err, errTest) {
		t.Errorf("%v", err)
	}
}

// TestAClockThatIsAheadMovesNothing: what is up to a minute ahead waits for its
// time, what is beyond is left out, and neither makes others late.
func TestAClockThatIsAheadMovesNothing(t *testing.T) {
	t.Parallel()
	w := NewWatcher(shop(t), WatchOptions{Lateness: model.Second}, nil)
	for _, at := range []model.Duration{0, 40 * model.Second, 24 * model.Hour, 2 * model.Second} {
		w.Now(DefaultStart.Add(2 * model.Second))
		if err := w.Take(pageAt("v-1", at)); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Totals(); got.Ahead != 1 || got.Late != 0 || got.Events != 1 || got.Waiting != 2 || got.Open != 1 {
		t.Errorf("%+v", got)
	}
	w.Now(DefaultStart.Add(50 * model.Second))
	if err := w.Pass(0); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.Totals(); got.Events != 3 || got.Waiting != 0 {
		t.Errorf("%+v", got)
	}
}

// TestAPageThatShowsNothingTellsWhoCameNearest: and only where that is asked for.
func TestAPageThatShowsNothingTellsWhoCameNearest(t *testing.T) {
	t.Parallel()
	asks := 0
	var told []*Gate
	shown := 0
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	c.Campaigns = slices.DeleteFunc(c.Campaigns, func(k *model.Campaign) bool { return k.ID != "cart-rescue" })
	eng, err := engine.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWatcher(eng, WatchOptions{Lateness: model.Second, Nearest: func() bool { asks++; return asks != 3 }}, func(r Record) error {
		switch r := r.(type) {
		case *Gate:
			told = append(told, r)
		case *Display:
			shown++
		}
		return nil
	})
	for i := range 5 {
		ev := pageAt("v-1", model.Duration(i)*model.Second)
		ev.Page.URL = "https://other.example/about"
		if err := w.Take(ev); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if asks != 5 || shown > 0 || len(told) != 4 {
		t.Fatalf("asked %d times, %d shown, told of %d", asks, shown, len(told))
	}
	for _, g := range told {
		if g.Engagement == "" || g.Visit == "" || g.URL != "https://other.example/about" || g.Gate.String() == "shown" {
			t.Errorf("%+v", g)
		}
	}
}

func TestAVisitThatIsCutShortIsCounted(t *testing.T) {
	t.Parallel()
	w := NewWatcher(shop(t), WatchOptions{Lateness: model.Second, Visitors: 2}, nil)
	for i, name := range []string{"a", "b", "c"} {
		if err := w.Take(pageAt(name, model.Duration(i)*model.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.Totals(); got.Open != 2 || got.Cut != 1 || got.Forgotten != 1 {
		t.Errorf("%+v", got)
	}
	if err := w.Pass(7 * model.Hour); err != nil {
		t.Fatal(err)
	}
	if got := w.Totals(); got.Open != 0 || got.Cut != 1 {
		t.Errorf("when the visits are over: %+v", got)
	}
}
