package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/modeltest"
)

func source(events []*journey.Event) iter.Seq2[*journey.Event, error] {
	return func(yield func(*journey.Event, error) bool) {
		for _, ev := range events {
			if !yield(ev, nil) {
				return
			}
		}
	}
}

// lines runs events and returns the records as JSON Lines, and the summary.
func lines(t interface{ Fatalf(string, ...any) }, eng *engine.Engine, events []*journey.Event, o Options) (string, *Summary) {
	var out bytes.Buffer
	summary, err := Run(context.Background(), eng, source(events), o, func(r Record) error {
		out.Write(AppendJSON(nil, r))
		return nil
	})
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return out.String(), summary
}

func balance(t interface{ Fatalf(string, ...any) }, s *Summary) {
	for i := range s.Engagements {
		e := &s.Engagements[i]
		sum := e.Shown()
		for _, n := range e.Stopped() {
			sum += n
		}
		if e.Visits != s.Visits || sum != e.Visits {
			t.Fatalf("%s: %d visits of %d, but shown and gates add up to %d", e.ID, e.Visits, s.Visits, sum)
		}
	}
}

func TestTheDemoShopsVisitorsAreShownThings(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "*.jsonl")
	out, s := lines(t, eng, events, Options{Policy: Policy{Accept: 0.3, Decline: 0.3}})
	balance(t, s)
	if s.Events != int64(len(events)) || s.Visitors < 12 || s.Visits < s.Visitors {
		t.Errorf("summary counts %d visitors, %d visits, %d events of %d", s.Visitors, s.Visits, s.Events, len(events))
	}
	kinds := map[string]int64{}
	for line := range strings.Lines(out) {
		kind, _, _ := strings.Cut(strings.TrimPrefix(line, `{"record":"`), `"`)
		kinds[kind]++
	}
	var displays, shown int64
	for _, e := range s.Engagements {
		displays += e.Displays
		shown += e.Shown()
	}
	if kinds["display"] != displays || displays == 0 || shown == 0 {
		t.Errorf("%d display records, the summary counts %d displays in %d visits", kinds["display"], displays, shown)
	}
	if kinds["visit"] != s.Visits || kinds["summary"] != 1 || kinds["goal"] == 0 || kinds["response"] == 0 || kinds["gate"] != 0 {
		t.Errorf("records by kind: %v, visits %d", kinds, s.Visits)
	}
}

func TestWorkersTraceAndOrderOfLinesChangeNoByte(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawJourneys(t, eng)
		policy := rapid.SampledFrom([]Policy{{}, {Accept: 1}, {Decline: 1}, {Accept: 0.3, Decline: 0.3}}).Draw(t, "policy")
		o := Options{Seed: rapid.Uint64().Draw(t, "seed"), Policy: policy, ClosePages: rapid.Bool().Draw(t, "close"), Workers: 1}
		in := sortedEvents(t, events)
		want, s := lines(t, eng, in, o)
		balance(t, s)

		o.Workers = 2
		if got, _ := lines(t, eng, in, o); got != want {
			t.Fatalf("two workers:\n%s\none:\n%s", got, want)
		}
		shuffled := slices.Clone(events)
		rand.New(rand.NewPCG(o.Seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, _ := lines(t, eng, sortedEvents(t, shuffled), o); got != want {
			t.Fatalf("shuffled:\n%s\nin order:\n%s", got, want)
		}
		o.Trace = true
		traced, _ := lines(t, eng, in, o)
		var rest strings.Builder
		gates := 0
		for line := range strings.Lines(traced) {
			if strings.HasPrefix(line, `{"record":"gate"`) {
				gates++
				continue
			}
			rest.WriteString(line)
		}
		if rest.String() != want || gates == 0 {
			t.Fatalf("with the trace (%d gate records):\n%s\nwithout:\n%s", gates, rest.String(), want)
		}
	})
}

func sortedEvents(t *rapid.T, events []*journey.Event) []*journey.Event {
	j, err := journey.SortedEvents(journey.Options{Robots: true}, events)
	if err != nil {
		t.Fatalf("sorting: %v", err)
	}
	defer j.Close()
	var out []*journey.Event
	for ev, err := range j.All() {
		if err != nil {
			t.Fatalf("sorting: %v", err)
		}
		out = append(out, ev)
	}
	return out
}

func TestEveryVisitIsAccountedForOnAnyCatalog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		eng, err := engine.Compile(modeltest.Catalog(t))
		if err != nil {
			t.Fatalf("compiling: %v", err)
		}
		if len(eng.Engagements()) == 0 {
			return
		}
		out, s := lines(t, eng, sortedEvents(t, drawJourneys(t, eng)), Options{Policy: Policy{Accept: 0.2, Decline: 0.2}, Workers: 1})
		balance(t, s)
		if n := int64(strings.Count(out, `{"record":"visit"`)); n != s.Visits {
			t.Fatalf("%d visit records, the summary counts %d", n, s.Visits)
		}
	})
}

func TestAJourneyLongerThanABatchIsOneJourney(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	var events []*journey.Event
	add := func(visitor string, n int) {
		for i := range n {
			events = append(events, &journey.Event{Visitor: visitor, At: DefaultStart.Add(model.Duration(i) * model.Second), Type: journey.PageView,
				Page: &journey.Page{URL: fmt.Sprintf("https://shop.example/tents/%d", i%7)}})
		}
	}
	add("a", 10)
	add("b", 3*batchEvents+17)
	for i := range 300 {
		add(fmt.Sprintf("c-%04d", i), 30)
	}
	add("d", batchEvents)
	want, s := lines(t, eng, events, Options{Workers: 1})
	if s.Visitors != 303 || s.Events != int64(len(events)) {
		t.Fatalf("%d visitors, %d events of %d", s.Visitors, s.Events, len(events))
	}
	var seen Progress
	for _, workers := range []int{2, 5} {
		got, _ := lines(t, eng, events, Options{Workers: workers, Progress: func(p Progress) { seen = p }})
		if got != want {
			t.Errorf("%d workers give other bytes than one", workers)
		}
		if seen != (Progress{Visitors: 303, Events: int64(len(events))}) {
			t.Errorf("the last progress was %+v", seen)
		}
	}
}

var errTest = errors.New("it broke")

func TestARunEndsWithTheFirstError(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "*.jsonl")
	t.Run("of the source", func(t *testing.T) {
		t.Parallel()
		broken := func(yield func(*journey.Event, error) bool) {
			for _, ev := range events[:len(events)/2] {
				if !yield(ev, nil) {
					return
				}
			}
			yield(nil, errTest)
		}
		if s, err := Run(context.Background(), eng, broken, Options{}, nil); !errors.Is(err, errTest) || s != nil {
			t.Errorf("Run = %v, %v", s, err)
		}
	})
	t.Run("of emit", func(t *testing.T) {
		t.Parallel()
		n := 0
		_, err := Run(context.Background(), eng, source(events), Options{Workers: 3}, func(Record) error {
			if n++; n == 5 {
				return errTest
			}
			return nil
		})
		if !errors.Is(err, errTest) || n != 5 {
			t.Errorf("Run = %v after %d records", err, n)
		}
	})
	t.Run("of the context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(context.Background())
		endless := func(yield func(*journey.Event, error) bool) {
			for i := 0; ; i++ {
				ev := &journey.Event{Visitor: "v", At: DefaultStart + journey.Instant(i), Type: journey.PageView, Page: &journey.Page{URL: "/"}}
				if !yield(ev, nil) {
					return
				}
				if i == 3*batchEvents {
					cancel()
				}
			}
		}
		if _, err := Run(ctx, eng, endless, Options{Workers: 2}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v", err)
		}
	})
	t.Run("of the order", func(t *testing.T) {
		t.Parallel()
		for name, wrong := range map[string][]*journey.Event{
			"visitors": {{Visitor: "b", Type: journey.Leave}, {Visitor: "a", Type: journey.Leave}},
			"instants": {{Visitor: "a", At: 2, Type: journey.Leave}, {Visitor: "a", At: 1, Type: journey.Leave}},
		} {
			if _, err := Run(context.Background(), eng, source(wrong), Options{}, nil); !errors.Is(err, ErrOrder) {
				t.Errorf("%s: Run = %v", name, err)
			}
		}
	})
}

func TestNothingComesOfNoTraffic(t *testing.T) {
	t.Parallel()
	out, s := lines(t, shop(t), nil, Options{})
	if s.Visits != 0 || !strings.HasPrefix(out, `{"record":"summary","visitors":0,"visits":0,"events":0,`) {
		t.Errorf("got %s", out)
	}
}

// BenchmarkRun replays the demo shop's journeys, a hundred visitors of each.
func BenchmarkRun(b *testing.B) {
	eng := shop(b)
	var events []*journey.Event
	for i := range 100 {
		for _, ev := range journeysOf(b, "*.jsonl") {
			c := *ev
			c.Visitor = fmt.Sprintf("%03d-%s", i, ev.Visitor)
			events = append(events, &c)
		}
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				if _, err := Run(context.Background(), eng, source(events), Options{Workers: workers}, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(events))*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
