package replay

import (
	"context"
	"strings"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/model/persona"
)

// What is written as messages of Segment gives the decisions that it gives as it is.
func TestMessagesOfSegmentGiveTheDecisionsOfWhatTheyWereMadeOf(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	traffic := persona.Traffic{Visitors: 120, Seed: 5, Start: DefaultStart, Days: 2, Mix: persona.OrdinaryMix(), Zone: time.UTC}
	var messages strings.Builder
	w := journey.NewSegmentWriter(&messages)
	var native []*journey.Event
	told := 0
	if _, err := traffic.Each(context.Background(), func(e *journey.Event) error {
		c := *e
		switch e.Type { // what messages can say, all of it
		case journey.PageView:
			p := *e.Page
			p.Returning, p.Visits, p.LastVisit, p.Sections = nil, 0, 0, p.Sections[:min(1, len(p.Sections))]
			c.Page = &p
		case journey.ProductView:
			v := *e.ProductView
			v.Products = append([]journey.Product(nil), v.Products...)
			for i := range v.Products {
				v.Products[i].StatusInStock, v.Products[i].QuantityInStock = "", nil
			}
			c.ProductView = &v
		case journey.Cart, journey.Purchase, journey.SearchInfo, journey.MarketingInfo:
		case journey.Signal:
			if e.Signal.Value != nil {
				return nil
			}
		default:
			return nil
		}
		native = append(native, &c)
		told++
		return w.Write(&c)
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if lost := w.Told(); len(lost.LeftOut)+len(lost.Approximate) > 0 {
		t.Fatalf("not all is said: %+v", lost)
	}
	run := func(j *journey.Journeys, err error) (string, *Summary) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		var out []byte
		s, err := Run(t.Context(), eng, j.All(), Options{Seed: 7, Policy: Policy{}, Workers: 1}, func(r Record) error {
			out = AppendJSON(out, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(out), s
	}
	want, s := run(journey.SortedEvents(journey.Options{Robots: true}, native))
	got, _ := run(journey.SortedReader(journey.Options{KeepPersonal: true, Robots: true, Strict: true}, "messages", strings.NewReader(messages.String())))
	displays := int64(0)
	for _, e := range s.Engagements {
		displays += e.Displays
	}
	if got != want || displays < 50 {
		a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
		for i := range a {
			if i >= len(b) || a[i] != b[i] {
				t.Errorf("record %d of %d and %d, %d displays of %d events:\n%s\n%s", i, len(a), len(b), displays, told, a[i], strings.Join(b[i:min(i+1, len(b))], ""))
				break
			}
		}
	}
}
