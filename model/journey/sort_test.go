package journey

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
)

// few draws events of few visitors at few instants, so that many are equal.
func few() *rapid.Generator[[]*Event] {
	return rapid.Custom(func(t *rapid.T) []*Event {
		var out []*Event
		for range rapid.IntRange(1, 80).Draw(t, "n") {
			e := anyEvent().Draw(t, "event")
			if e.Type == PageView {
				e.Page.UserAgent = ""
			}
			e.Visitor = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "visitor")
			e.At = at0 + Instant(rapid.IntRange(0, 3).Draw(t, "at"))
			out = append(out, e)
		}
		return out
	})
}

func linesOf(t interface {
	Fatal(...any)
	Helper()
}, o Options, events []*Event) []string {
	t.Helper()
	j, err := SortedEvents(o, events)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var out []string
	for e, err := range j.All() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(AppendEvent(nil, e)))
	}
	return out
}

func TestOrderIsTheSameInMemoryAndOnDiskHoweverLinesAreShuffled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		events := few().Draw(t, "events")
		want := linesOf(t, Options{}, events)
		if len(want) != len(events) {
			t.Fatalf("%d of %d events", len(want), len(events))
		}
		shuffled := slices.Clone(events)
		rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		// A run of one byte is a run for every event: merges of merges.
		got := linesOf(t, Options{RunBytes: rapid.SampledFrom([]int64{1, 3000}).Draw(t, "run"), TempDir: dir}, shuffled)
		if !slices.Equal(want, got) {
			t.Fatalf("want\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Fatalf("left on disk: %v %v", left, err)
		}
	})
}

func TestEventsOfOneInstantAreInCausalOrder(t *testing.T) {
	t.Parallel()
	order := []Type{Agents, PageView, Identify, CustomerInfo, MarketingInfo, Personal, SearchInfo, ProductView, Cart, Error, Signal, Lead, Service, Purchase, Respond, Conversation, Leave}
	var events []*Event
	for i := len(order) - 1; i >= 0; i-- {
		e := &Event{Visitor: "v", At: at0, Type: order[i]}
		(&decoder{}).alloc(e)
		events = append(events, e)
	}
	j, err := SortedEvents(Options{}, events)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	i := 0
	for e, err := range j.All() {
		if err != nil || e.Type != order[i] {
			t.Fatalf("place %d is %v (%v), want %v", i, e.Type, err, order[i])
		}
		i++
	}
}

func TestALongJourneyComesInStretches(t *testing.T) {
	t.Parallel()
	var events []*Event
	add := func(visitor string, n int) {
		for i := range n {
			events = append(events, &Event{Visitor: visitor, At: at0 + Instant(i), Type: Leave})
		}
	}
	add("a", 2)
	add("b", maxStretch*2+1)
	add("c", maxStretch)
	j, err := SortedEvents(Options{}, events)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	type shape struct {
		visitor     string
		n           int
		first, last bool
	}
	var got []shape
	for {
		st, err := j.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, shape{st.Visitor, len(st.Events), st.First, st.Last})
	}
	want := []shape{{"a", 2, true, true}, {"b", maxStretch, true, false}, {"b", maxStretch, false, false}, {"b", 1, false, true}, {"c", maxStretch, true, true}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if j.Report().Visitors != 3 {
		t.Errorf("%d visitors", j.Report().Visitors)
	}
}

func TestSortingOnADiskThatFailsIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	_, err := SortedEvents(Options{RunBytes: 1, TempDir: t.TempDir() + "/none"}, []*Event{{Visitor: "v", At: at0, Type: Leave}})
	if err == nil || !strings.Contains(err.Error(), "sorting on disk") {
		t.Errorf("%v", err)
	}
	dir := t.TempDir()
	_, err = SortedReader(Options{RunBytes: 1, TempDir: dir, Strict: true}, "in", strings.NewReader(nativeSample+"x\n"))
	if p := (Problem{}); !errors.As(err, &p) {
		t.Errorf("%v", err)
	}
	_, err = SortedReader(Options{RunBytes: 1, TempDir: dir, Strict: true}, "in", strings.NewReader(segmentSample+"x\n"))
	if p := (Problem{}); !errors.As(err, &p) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	j, err := SortedReader(Options{RunBytes: 1, TempDir: dir}, "in", strings.NewReader(nativeSample))
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) == 0 {
		t.Error("nothing went to disk: the test shows nothing")
	}
	if err := errors.Join(j.Close(), j.Close()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestADamagedRunIsAnError(t *testing.T) {
	t.Parallel()
	s := &sorter{in: t.TempDir(), limit: 20000}
	for i := range 1000 {
		if err := s.add(record{ev: &Event{Visitor: "v", At: at0 + Instant(i), Type: Leave}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []int64{0, 10, 100} {
		if err := os.Truncate(s.runs[0].path, size); err != nil {
			t.Fatal(err)
		}
		m, err := s.merge(s.runs, nil)
		for err == nil {
			_, err = m.next()
		}
		if err == io.EOF {
			t.Errorf("cut to %d bytes: no error", size)
		}
	}
	if err := s.remove(); err != nil {
		t.Fatal(err)
	}
}

// sum law: a cart summed from changes has the total of its products.
func TestChangesSumToTheCart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c runningCart
		for range rapid.IntRange(1, 40).Draw(t, "changes") {
			p := Product{SKU: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sku"), Quantity: rapid.IntRange(0, 5).Draw(t, "n")}
			if rapid.Bool().Draw(t, "priced") {
				p.Price = ptr(model.Money(rapid.Int64Range(0, 1_000_000).Draw(t, "price")))
			}
			r := rapid.SampledFrom([]role{cartAdd, cartRemove}).Draw(t, "change")
			e := c.take(&Event{Type: Cart, Cart: &CartState{Products: []Product{p}}}, r)
			total, items := model.Money(0), 0
			for _, p := range e.Cart.Products {
				items += p.Quantity
				if p.Price != nil {
					total += *p.Price * model.Money(p.Quantity)
				}
			}
			if e.Cart.Total != total || e.Cart.NumItems != items || !e.Cart.Partial {
				t.Fatalf("%+v, want total %v of %d items", e.Cart, total, items)
			}
		}
	})
}
