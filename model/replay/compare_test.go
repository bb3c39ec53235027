package replay

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// drawVariant changes the demo shop's catalog a little.
func drawVariant(t *rapid.T, c *model.Catalog) *engine.Engine {
	v := *c
	v.Campaigns = slices.Clone(c.Campaigns)
	for i, k := range v.Campaigns {
		k := *k
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			k.Published = !k.Published
		case 1:
			k.Priority = rapid.SampledFrom([]model.Priority{model.High, model.Medium, model.Low}).Draw(t, "priority")
		case 2:
			k.Engagements = slices.Clone(k.Engagements)
			off := *k.Engagements[0]
			off.Disabled = true
			k.Engagements[0] = &off
		case 3:
			k.Audiences = []string{v.Audiences[rapid.IntRange(0, len(v.Audiences)-1).Draw(t, "audience")].ID}
		}
		v.Campaigns[i] = &k
	}
	if rapid.Bool().Draw(t, "visits") {
		v.Settings.Visit.Idle = 5 * model.Minute
	}
	return compiled(t, &v)
}

func compared(t fataler, base, head *engine.Engine, events []*journey.Event, o Options) (*Comparison, []Changed) {
	var list []Changed
	c, err := Compare(context.Background(), base, head, source(events), o, func(x Changed) error { list = append(list, x); return nil })
	if err != nil {
		t.Fatalf("Compare: %v", err)
	}
	return c, list
}

// shownByVisit reads from the records of one run what each visit was shown, and
// when first.
func shownByVisit(t fataler, eng *engine.Engine, events []*journey.Event, o Options) map[string]map[string]string {
	out, _ := lines(t, eng, events, o)
	all := map[string]map[string]string{}
	for _, v := range readTold(t, out) {
		shown := map[string]string{}
		for _, r := range v.recs {
			if r.Record == "display" && shown[r.Engagement] == "" {
				shown[r.Engagement] = r.At
			}
		}
		all[v.visit.Visitor+"\x00"+v.visit.Visit] = shown
	}
	return all
}

// TestEveryListedVisitDiffersAndNoOther: against two full streams of records.
func TestEveryListedVisitDiffersAndNoOther(t *testing.T) {
	t.Parallel()
	shop := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		base, head := drawVariant(t, shop.Catalog()), drawVariant(t, shop.Catalog())
		events := sortedEvents(t, drawJourneys(t, shop))
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.3, Decline: 0.3}, Workers: 2}
		c, list := compared(t, base, head, events, o)
		a, b := shownByVisit(t, base, events, o), shownByVisit(t, head, events, o)
		want := ChangeCounts{}
		differ := map[string]string{}
		for id := range merged(a, b) {
			if len(a[id]) > 0 {
				want.Base++
			}
			if len(b[id]) > 0 {
				want.Head++
			}
			first := ""
			for _, pair := range [2][2]map[string]string{{a[id], b[id]}, {b[id], a[id]}} {
				for path, at := range pair[0] {
					if pair[1][path] == "" && (first == "" || at < first) {
						first = at
					}
				}
			}
			switch {
			case first == "" && len(a[id]) > 0:
				want.Same++
			case first == "":
				continue
			case len(a[id]) == 0:
				want.Gained++
			case len(b[id]) == 0:
				want.Lost++
			default:
				want.Moved++
			}
			if first != "" {
				differ[id] = first
			}
		}
		if diff := cmp.Diff(want, c.Total); diff != "" {
			t.Fatalf("from records (-), compared (+):\n%s", diff)
		}
		for _, x := range list {
			var line struct{ At string }
			if err := json.Unmarshal(x.AppendJSON(nil), &line); err != nil {
				t.Fatalf("%s: %v", x.AppendJSON(nil), err)
			}
			if id := x.Visitor + "\x00" + x.Visit; differ[id] != line.At {
				t.Fatalf("%+v is listed, by the records it differs at %q", x, differ[id])
			}
			delete(differ, x.Visitor+"\x00"+x.Visit)
		}
		if len(differ) > 0 {
			t.Fatalf("these visits differ and are not listed: %v", differ)
		}
		for _, k := range c.Each {
			var gained, lost, moved int64
			for _, x := range list {
				for _, y := range x.Campaigns {
					switch {
					case y.Campaign != k.Campaign:
					case y.Kind == Gained:
						gained++
					case y.Kind == Lost:
						lost++
					default:
						moved++
					}
				}
			}
			if gained != k.Gained || lost != k.Lost || moved != k.Moved || k.Base-k.Lost+k.Gained != k.Head || k.Base != k.Same+k.Lost+k.Moved {
				t.Fatalf("%+v, but listed are %d gained, %d lost, %d moved", k, gained, lost, moved)
			}
		}
	})
}

func merged(a, b map[string]map[string]string) map[string]bool {
	out := map[string]bool{}
	for id := range a {
		out[id] = true
	}
	for id := range b {
		out[id] = true
	}
	return out
}

func TestTheSameCatalogTwiceDiffersInNothingAndExchangedIsTheMirrorImage(t *testing.T) {
	t.Parallel()
	shop := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		base, head := drawVariant(t, shop.Catalog()), drawVariant(t, shop.Catalog())
		events := sortedEvents(t, drawJourneys(t, shop))
		if rapid.Bool().Draw(t, "named visits") {
			for i := range events {
				events[i].Visit = rapid.SampledFrom([]string{"", "s-1", "s-2"}).Draw(t, "visit")
			}
		}
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: Policy{Accept: 0.3, Decline: 0.3}, Workers: rapid.IntRange(1, 3).Draw(t, "workers")}
		if c, list := compared(t, base, base, events, o); len(list) > 0 || c.Total.Same != c.Total.Base || c.Total.Same != c.Total.Head {
			t.Fatalf("one catalog twice: %+v, %v", c.Total, list)
		}
		c, list := compared(t, base, head, events, o)
		d, mirror := compared(t, head, base, events, o)
		turn := func(x ChangeCounts) ChangeCounts {
			x.Base, x.Head, x.Gained, x.Lost = x.Head, x.Base, x.Lost, x.Gained
			return x
		}
		d.Total = turn(d.Total)
		for i := range d.Each {
			d.Each[i] = turn(d.Each[i])
		}
		for i := range mirror {
			m := &mirror[i]
			m.Base, m.Head, m.Kind = m.Head, m.Base, m.Kind.mirrored()
			for k := range m.Campaigns {
				m.Campaigns[k].Kind = m.Campaigns[k].Kind.mirrored()
			}
		}
		if diff := cmp.Diff(c, d) + cmp.Diff(list, mirror, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("there (-) and back (+):\n%s", diff)
		}
	})
}

func TestAComparisonEndsWithTheFirstError(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "*.jsonl")
	broken := func(yield func(*journey.Event, error) bool) {
		for _, ev := range events[:len(events)/2] {
			if !yield(ev, nil) {
				return
			}
		}
		yield(nil, errTest)
	}
	if _, err := Compare(t.Context(), eng, eng, broken, Options{}, nil); !errors.Is(err, errTest) {
		t.Errorf("of the source: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Compare(ctx, eng, eng, source(events), Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	less := *eng.Catalog()
	less.Campaigns = nil
	_, err := Compare(t.Context(), eng, compiled(t, &less), source(events), Options{}, func(Changed) error { return errTest })
	if !errors.Is(err, errTest) {
		t.Errorf("of the caller: %v", err)
	}
}

func TestSidesStoppedHaveComeEquallyFar(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "*.jsonl")
	for _, at := range []int{0, 1, len(events) / 2} {
		stop := make(chan struct{})
		feed := func(yield func(*journey.Event, error) bool) {
			for i, ev := range events {
				if i == at {
					close(stop)
				}
				if !yield(ev, nil) {
					return
				}
			}
		}
		less := *eng.Catalog()
		less.Campaigns = less.Campaigns[:1]
		got, err := Compare(t.Context(), eng, compiled(t, &less), feed, Options{Stop: stop}, nil)
		if err != nil || got.Complete {
			t.Fatalf("stopped at %d: %+v, %v", at, got, err)
		}
		upTo := slices.DeleteFunc(slices.Clone(events), func(ev *journey.Event) bool { return strings.Compare(ev.Visitor, got.UpTo) > 0 })
		want, _ := compared(t, eng, compiled(t, &less), upTo, Options{})
		want.Complete, want.UpTo = got.Complete, got.UpTo
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("stopped at %d, the first visitors (-) differ:\n%s", at, diff)
		}
	}
}
