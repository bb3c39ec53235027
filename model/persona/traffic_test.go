package persona_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/persona"
)

// monday is the first of the demo week.
var monday = at("2026-03-02T00:00:00Z")

func at(s string) journey.Instant {
	i, err := journey.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return i
}

// lines is what traffic is written as.
func lines(t interface{ Fatal(...any) }, traffic persona.Traffic) []byte {
	var out bytes.Buffer
	w := journey.NewWriter(&out)
	if _, err := traffic.Each(context.Background(), w.Write); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The sum is that of another machine and another day: whoever changes it
// changes the traffic that others have made with a seed.
func TestEqualSeedsGiveEqualBytesAnywhere(t *testing.T) {
	t.Parallel()
	traffic := persona.Traffic{Visitors: 300, Seed: 7, Start: monday}
	a, b := lines(t, traffic), lines(t, traffic)
	if !bytes.Equal(a, b) {
		t.Error("equal traffic differs")
	}
	sum := sha256.Sum256(a)
	if got, want := hex.EncodeToString(sum[:8]), "f193d592c974b009"; got != want {
		t.Errorf("the traffic of seed 7 has the sum %s, and had %s", got, want)
	}
	traffic.Seed = 8
	if bytes.Equal(a, lines(t, traffic)) {
		t.Error("another seed gives the same")
	}
}

func TestAVisitorIsTheSameWhateverTheirNumber(t *testing.T) {
	t.Parallel()
	few := persona.Traffic{Visitors: 40, Seed: 3, Start: monday}
	many := few
	many.Visitors = 700
	var kept [][]byte
	for l := range bytes.Lines(lines(t, many)) {
		var n int
		if _, err := fmt.Sscanf(string(l), `{"visitor":"v3-%d"`, &n); err != nil {
			t.Fatal(err)
		}
		if n < 40 {
			kept = append(kept, l)
		}
	}
	if !bytes.Equal(bytes.Join(kept, nil), lines(t, few)) {
		t.Error("the first 40 of 700 visitors are not the 40 visitors of a smaller run")
	}
	for i := range int64(40) {
		one, err := many.Journey(i)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range one {
			if !slices.ContainsFunc(kept, func(l []byte) bool {
				return bytes.Equal(bytes.TrimSuffix(l, []byte("\n")), journey.AppendEvent(nil, e))
			}) {
				t.Fatalf("visitor %d alone does what the log does not tell: %s", i, journey.AppendEvent(nil, e))
			}
		}
	}
}

// Windows and the merge are for memory; what is told is the journeys, sorted.
func TestTheLogIsAllJourneysSorted(t *testing.T) {
	t.Parallel()
	traffic := persona.Traffic{Visitors: 150, Seed: 11, Start: monday, Days: 3}
	var want []*journey.Event
	for i := range traffic.Visitors {
		one, err := traffic.Journey(i)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, one...)
	}
	slices.SortStableFunc(want, func(a, b *journey.Event) int { return int(a.At - b.At) })
	for _, window := range []int64{16, 1 << 19} {
		i := 0
		told, err := persona.EachInWindows(traffic, window, func(e *journey.Event) error {
			if !bytes.Equal(journey.AppendEvent(nil, e), journey.AppendEvent(nil, want[i])) {
				t.Fatalf("window of %d: event %d is\n%s, want\n%s", window, i, journey.AppendEvent(nil, e), journey.AppendEvent(nil, want[i]))
			}
			i++
			return nil
		})
		if err != nil || told.Events != int64(len(want)) || told.Visitors != 150 || told.First != want[0].At || told.Last != want[len(want)-1].At {
			t.Errorf("window of %d: told %+v, %v, want %d events", window, told, err, len(want))
		}
	}
}

func TestAMixIsMetWithinChance(t *testing.T) {
	t.Parallel()
	m, err := persona.ParseMix("cart-abandoner=3, bill-payer=1")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		mix    persona.Mix
		shares map[persona.Kind]float64
	}{
		"ordinary": {persona.Mix{}, map[persona.Kind]float64{persona.FirstTimeBrowser: .4, persona.BargainHunter: .15, persona.CartAbandoner: .2,
			persona.BillPayer: .1, persona.CustomerInTrouble: .1, persona.Lead: .05}},
		"named": {m, map[persona.Kind]float64{persona.CartAbandoner: .75, persona.BillPayer: .25}},
	} {
		const n = 4000
		traffic := persona.Traffic{Visitors: n, Seed: 5, Mix: c.mix, Start: monday}
		got := map[persona.Kind]int{}
		for i := range int64(n) {
			k, err := traffic.Kind(i)
			if err != nil {
				t.Fatal(err)
			}
			got[k]++
		}
		for _, k := range persona.Kinds() {
			p := c.shares[k]
			if off := math.Abs(float64(got[k]) - n*p); off > 4*math.Sqrt(n*p*(1-p)) {
				t.Errorf("%s: %d of %d are %s, want about %.0f", name, got[k], n, k, n*p)
			}
		}
	}
}

func TestMixesAreReadAndRefused(t *testing.T) {
	t.Parallel()
	if m, err := persona.ParseMix(""); err != nil || m != persona.OrdinaryMix() {
		t.Errorf("nothing is %v, %v", m, err)
	}
	for _, s := range []string{"lead=1", "cart-abandoner=3,bill-payer=1", persona.OrdinaryMix().String()} {
		m, err := persona.ParseMix(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if again, err := persona.ParseMix(m.String()); err != nil || again != m {
			t.Errorf("%s is written as %s, which is read as %v, %v", s, m, again, err)
		}
	}
	for s, want := range map[string]string{
		"cart-abandonner=3":      "did you mean cart-abandoner?",
		"cart-abandoner":         "want a weight",
		"cart-abandoner=-1":      "want a weight",
		"cart-abandoner=1.5":     "want a weight",
		"cart-abandoner=1000001": "want a weight",
		"cart-abandoner=NaN":     "want a weight",
		"lead=1,lead=2":          "lead is given twice",
		"lead=0":                 "all weights are 0",
		",":                      "unknown persona",
	} {
		if _, err := persona.ParseMix(s); !errors.Is(err, persona.ErrMix) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want it to say %q", s, err, want)
		}
	}
}

func TestWhatCannotBeMadeIsRefused(t *testing.T) {
	t.Parallel()
	fine := persona.Traffic{Visitors: 1, Start: monday}
	if err := fine.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*persona.Traffic){
		"no visitors":    func(p *persona.Traffic) { p.Visitors = 0 },
		"less than none": func(p *persona.Traffic) { p.Visitors = -1 },
		"too many":       func(p *persona.Traffic) { p.Visitors = persona.MaxVisitors + 1 },
		"negative days":  func(p *persona.Traffic) { p.Days = -1 },
		"no start":       func(p *persona.Traffic) { p.Start = 0 },
		"too late":       func(p *persona.Traffic) { p.Start = at("2099-12-30T00:00:00Z") },
		"an empty curve": func(p *persona.Traffic) { p.Curve = persona.Curve{Hours: [24]uint32{1}} },
		"an empty site":  func(p *persona.Traffic) { p.Site = &persona.Site{} },
		"no department": func(p *persona.Traffic) {
			site := *persona.FellAndFern()
			site.Products = slices.Clone(site.Products)
			site.Products[2].Department = len(site.Departments)
			p.Site = &site
		},
	} {
		p := fine
		change(&p)
		if err := p.Check(); err == nil {
			t.Errorf("%s: not refused", name)
		}
		if _, err := p.Each(t.Context(), func(*journey.Event) error { return nil }); err == nil {
			t.Errorf("%s: told", name)
		}
	}
}

func TestAnInterruptEndsTheTelling(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := persona.Traffic{Visitors: 5000, Start: monday}.Each(ctx, func(*journey.Event) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 20_000 {
		t.Errorf("%v after %d events", err, n)
	}
	full := errors.New("disk full")
	if _, err := (persona.Traffic{Visitors: 5, Start: monday}).Each(t.Context(), func(*journey.Event) error { return full }); !errors.Is(err, full) {
		t.Errorf("an error of the writer is %v", err)
	}
}

// Visits begin by the clock of the zone, also on the day that has 23 hours.
func TestHoursAndDaysFollowTheCurve(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	curve := persona.OrdinaryCurve()
	traffic := persona.Traffic{Visitors: 3000, Seed: 2, Days: 28, Zone: zone, Start: journey.At(time.Date(2026, 3, 9, 0, 0, 0, 0, zone))}
	var hours [24]float64
	var days [7]float64
	n := 0.0
	for i := range traffic.Visitors {
		events, err := traffic.Journey(i)
		if err != nil {
			t.Fatal(err)
		}
		first := events[0].At.Time().In(zone)
		if first.Before(traffic.Start.Time()) || !first.Before(time.Date(2026, 4, 6, 0, 0, 0, 0, zone)) {
			t.Fatalf("visitor %d comes at %s", i, first)
		}
		hours[first.Hour()]++
		days[first.Weekday()]++
		n++
	}
	near := func(what string, got float64, weight uint32, all uint32) {
		p := float64(weight) / float64(all)
		if math.Abs(got-n*p) > 4.5*math.Sqrt(n*p*(1-p))+0.01*n*p {
			t.Errorf("%s: %v of %v visits, want about %.0f", what, got, n, n*p)
		}
	}
	var all uint32
	for _, w := range curve.Hours {
		all += w
	}
	for h, w := range curve.Hours {
		near(fmt.Sprintf("%d o'clock", h), hours[h], w, all)
	}
	all = 0
	for _, w := range curve.Days {
		all += w
	}
	for d, w := range curve.Days {
		near(time.Weekday(d).String(), days[d], w, all)
	}
}

// Whatever is asked for, what visitors do makes sense and the native reader
// takes every line.
func TestJourneysMakeSense(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var m persona.Mix
		for i := range m {
			m[i] = rapid.Uint32Range(0, 3).Draw(t, "weight")
		}
		traffic := persona.Traffic{Visitors: rapid.Int64Range(1, 30).Draw(t, "visitors"), Seed: rapid.Uint64().Draw(t, "seed"), Mix: m,
			Days: rapid.IntRange(1, 40).Draw(t, "days"), Start: monday.Add(model.Duration(rapid.Int64Range(0, 1e10).Draw(t, "start")))}
		data := lines(t, traffic)
		journeys, err := journey.SortedReader(journey.Options{Format: journey.FormatNative, Strict: true, Robots: true}, "generated", bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer journeys.Close()
		ids := map[string]bool{}
		for {
			st, err := journeys.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			makesSense(t, st.Events, ids)
		}
		r := journeys.Report()
		if r.Read != r.Lines || len(r.Unknown) > 0 || r.Visitors != traffic.Visitors || r.Events != int64(bytes.Count(data, []byte("\n"))) {
			t.Fatalf("not all of it is read:\n%s", r)
		}
		last := journey.Instant(0)
		for l := range bytes.Lines(data) {
			i, err := journey.ParseInstant(string(bytes.Split(l, []byte(`"`))[7]))
			if err != nil || i < last {
				t.Fatalf("%s after %s: %v", i, last, err)
			}
			last = i
		}
	})
}

// makesSense checks one journey. ids are those of orders, leads and quotes.
func makesSense(t *rapid.T, events []*journey.Event, ids map[string]bool) {
	if events[0].Type != journey.PageView || events[0].Page.UserAgent == "" || events[0].Page.Returning == nil {
		t.Fatalf("begins with %s", journey.AppendEvent(nil, events[0]))
	}
	once := func(id string) {
		if id == "" || ids[id] {
			t.Fatalf("%s: the id %q is empty or was there before", events[0].Visitor, id)
		}
		ids[id] = true
	}
	var cart *journey.CartState
	for i, e := range events {
		if i > 0 && e.At < events[i-1].At {
			t.Fatalf("%s: back in time", e.Visitor)
		}
		switch e.Type {
		case journey.Cart:
			adds(t, e.Cart.Total, e.Cart.NumItems, e.Cart.Products)
			cart = e.Cart
		case journey.Purchase:
			adds(t, e.Purchase.Total, e.Purchase.NumItems, e.Purchase.Products)
			if cart == nil || cart.Total != e.Purchase.Total || cart.NumItems == 0 {
				t.Fatalf("%s buys what is not in the cart: %+v", e.Visitor, e.Purchase)
			}
			once(e.Purchase.OrderID)
			cart = nil
		case journey.Lead:
			once(e.Lead.LeadID)
		case journey.ProductView:
			if p := e.ProductView.Products[0]; p.Price == nil || *p.Price <= 0 || p.QuantityInStock != nil && *p.QuantityInStock < 0 {
				t.Fatalf("%s views %+v", e.Visitor, p)
			}
		case journey.Respond, journey.Conversation, journey.Agents:
			t.Fatalf("%s answers: %s", e.Visitor, e.Type)
		}
	}
}

// adds checks that a total is that of its list, and nothing below zero.
func adds(t *rapid.T, total model.Money, items int, products []journey.Product) {
	var sum model.Money
	n := 0
	for _, p := range products {
		if p.Quantity < 1 || *p.Price < 0 {
			t.Fatalf("%d pieces at %s", p.Quantity, p.Price)
		}
		sum += *p.Price * model.Money(p.Quantity)
		n += p.Quantity
	}
	if sum != total || n != items {
		t.Fatalf("total %s of %d items; the list has %s of %d", total, items, sum, n)
	}
}

func TestOneVisitorCanBeHad(t *testing.T) {
	t.Parallel()
	for _, k := range persona.Kinds() {
		if k.About() == "" {
			t.Errorf("nothing is said about %s", k)
		}
		back := 0
		for seed := range uint64(20) {
			v := persona.New(k, seed, monday)
			events := v.Events()
			if events[0].At != monday || events[0].Visitor != v.ID() || len(events) < 2 {
				t.Errorf("%s begins with %s", v.ID(), journey.AppendEvent(nil, events[0]))
			}
			if events[len(events)-1].At > monday.Add(20*model.Hour) {
				back++
			}
			v.Visits = 1
			once := v.Events()
			if once[len(once)-1].At > monday.Add(5*model.Hour) {
				t.Errorf("%s: one visit takes until %s", v.ID(), once[len(once)-1].At)
			}
			for i, e := range once {
				if !bytes.Equal(journey.AppendEvent(nil, e), journey.AppendEvent(nil, events[i])) {
					t.Fatalf("%s: the first of more visits is another", v.ID())
				}
			}
		}
		if back == 0 || back == 20 {
			t.Errorf("%d of 20 of %s come again", back, k)
		}
	}
}

func BenchmarkTraffic(b *testing.B) {
	events := int64(0)
	for i := range b.N {
		w := journey.NewWriter(io.Discard)
		told, err := persona.Traffic{Visitors: 2000, Seed: uint64(i), Start: monday}.Each(context.Background(), w.Write)
		if err != nil {
			b.Fatal(err)
		}
		events += told.Events
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
