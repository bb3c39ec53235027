package engine

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model/journey"
)

// TestLosersAreTheCandidatesOfTheTrace: who else was a candidate is told with every
// display, traced or not, and is what the trace of the same evaluation says.
func TestLosersAreTheCandidatesOfTheTrace(t *testing.T) {
	t.Parallel()
	lost := 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		if rapid.Bool().Draw(t, "wide") {
			w = drawWideWorld(t)
		}
		e := compileWorld(t, w)
		o := w.options
		o.Outcomes, o.Draws = true, true
		told := func(trace bool) (all []string) {
			o.Trace, o.GatesOnly = trace, false
			run := e.NewRun(o)
			run.Reset("v-1")
			step := func(ev *journey.Event, records []Record) {
				var displays, draws []string
				evaluations := 0
				for i := range records {
					switch r := &records[i]; r.Kind {
					case Displayed:
						losers := slices.Sorted(slices.Values(r.Losers))
						lost += len(losers)
						displays = append(displays, fmt.Sprint(r.Engagement, losers))
					case Evaluated:
						evaluations++
						for _, d := range r.Evaluation.Draws {
							losers := []int32{}
							for _, c := range d.Candidates {
								if c.Engagement != d.Winner {
									losers = append(losers, int32(c.Engagement))
								}
							}
							slices.Sort(losers)
							draws = append(draws, fmt.Sprint(d.Winner, losers))
						}
					}
				}
				if evaluations == 1 { // of several the last trace alone is there
					if diff := cmp.Diff(draws, displays); diff != "" {
						t.Fatalf("%+v: candidates by the trace (-) and told with displays (+):\n%s", ev, diff)
					}
				}
				all = append(all, displays...)
			}
			for _, ev := range append(slices.Clone(w.events), nil) {
				for records, due := run.Before(ev); due; records, due = run.Before(ev) {
					step(ev, records)
				}
				if ev != nil {
					step(ev, run.Step(ev))
				}
			}
			step(nil, run.End())
			return all
		}
		if diff := cmp.Diff(told(true), told(false)); diff != "" {
			t.Fatalf("traced (-) and not (+):\n%s", diff)
		}
	})
	if lost == 0 {
		t.Error("nobody ever lost a draw")
	}
}
