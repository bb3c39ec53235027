package engine

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"beckon/model/journey"
)

// TestASnapshotGoesOnAsIfNothingHadBeen: from a snapshot taken after any event,
// whichever run takes it up, whatever it did before, has the same decisions,
// traces and state, and does the same afterwards as the run that was never
// interrupted. A snapshot may be taken up many times.
func TestASnapshotGoesOnAsIfNothingHadBeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		o := w.options
		o.Trace = true
		want := runOn(e, e.NewRun(o), w.events)
		run, other := e.NewRun(o), e.NewRun(o)
		run.Reset("v-1")
		var got [][]plainRecord
		var saved []*Snapshot
		for _, ev := range w.events {
			got = append(got, readRecords(e, run.Step(ev)))
			s := run.Save(true)
			if !other.Restore(s) {
				t.Fatal("a snapshot of the same engine is refused")
			}
			sameStanding(t, run, other)
			run, other = other, run
			saved = append(saved, s)
		}
		back := rapid.IntRange(0, len(saved)-1).Draw(t, "back to")
		if !run.Restore(saved[back]) {
			t.Fatal("a snapshot is refused the second time")
		}
		var all []plainRecord
		for _, records := range got[:back+1] {
			all = append(all, records...)
		}
		for _, ev := range w.events[back+1:] {
			all = append(all, readRecords(e, run.Step(ev))...)
		}
		all = append(all, readRecords(e, run.End())...)
		same(t, "never interrupted (-) and from a snapshot (+)", want, all, w.catalog, w.events)
	})
}

// sameStanding compares where two runs stand, and the traces of everything.
func sameStanding(t *rapid.T, a, b *Run) {
	if diff := cmp.Diff(a.State(), b.State(), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the state differs:\n%s", diff)
	}
	if diff := cmp.Diff(a.Decisions(), b.Decisions(), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the decisions differ:\n%s", diff)
	}
	for i := range a.e.n {
		if diff := cmp.Diff(a.Explain(i), b.Explain(i), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the trace of %d differs:\n%s", i, diff)
		}
	}
	if a.Evaluations() != b.Evaluations() {
		t.Fatalf("%d evaluations and %d", a.Evaluations(), b.Evaluations())
	}
}

// TestTraceAfterTracesTheRest: of an evaluation that is traced alone the trace
// is the one it has among others.
func TestTraceAfterTracesTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		o := w.options
		o.Trace = true
		all, one := e.NewRun(o), e.NewRun(o)
		all.Reset("v-1")
		for _, ev := range w.events {
			all.Step(ev)
		}
		one.Reset("v-1")
		one.TraceAfter(all.Evaluations() - 1)
		evaluated := 0
		for _, ev := range w.events {
			for _, r := range one.Step(ev) {
				if r.Kind == Evaluated {
					evaluated++
				}
			}
		}
		if want := min(1, all.Evaluations()); evaluated != want {
			t.Fatalf("%d of %d evaluations traced, want %d", evaluated, all.Evaluations(), want)
		}
		sameStanding(t, all, one)
	})
}

// TestGatesAloneAreThoseOfTheWholeTrace: at every evaluation.
func TestGatesAloneAreThoseOfTheWholeTrace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		o := w.options
		o.Trace = true
		whole := e.NewRun(o)
		o.GatesOnly = true
		alone := e.NewRun(o)
		gates := func(run *Run, ev *journey.Event) (out [][]Gate) {
			for _, r := range run.Step(ev) {
				if r.Kind == Evaluated {
					var one []Gate
					for _, d := range r.Evaluation.Decisions {
						one = append(one, d.Gate)
					}
					out = append(out, one)
				}
			}
			return out
		}
		whole.Reset("v-1")
		alone.Reset("v-1")
		for i, ev := range w.events {
			// Of the evaluations of one step the last one's decisions are at hand.
			want, got := gates(whole, ev), gates(alone, ev)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("event %d: the whole trace (-) and gates alone (+):\n%s", i+1, diff)
			}
		}
	})
}

func TestASnapshotOfAnotherEngineIsRefused(t *testing.T) {
	t.Parallel()
	a, b := benchEngine(t, 1), benchEngine(t, 1)
	s := a.NewRun(Options{}).Save(false)
	for name, refused := range map[string]bool{
		"another engine": b.NewRun(Options{}).Restore(s), "other options": a.NewRun(Options{Outcomes: true}).Restore(s), "none": a.NewRun(Options{}).Restore(nil),
	} {
		if refused {
			t.Errorf("%s: taken up", name)
		}
	}
}

// TestEveryFieldOfARunIsKeptOrScratch: whoever adds a field to a run or its
// facts says here whether a snapshot keeps it.
func TestEveryFieldOfARunIsKeptOrScratch(t *testing.T) {
	t.Parallel()
	// Set anew by every call, remembered for speed alone, or given with the run.
	scratch := []string{"e", "o", "event", "open", "fresh", "recs", "losers", "memo", "isTrue", "mixed", "mixedAt", "partSeen", "round", "hits", "keyBuf", "keys", "layer", "saved", "key", "rows", "waits", "both", "almanac",
		"followers", "stopRows", "stopsChanged", "nextTick", "visits", "askedWords", "zoneDraws", "lockedNow", "stopState", "stopsOK", "unstopped", "pass", "closings", "facesMade", "met", "delayed", "part", "pending", "inPlace", "passOK", "candidatesKnown", "standing", "faces", "agentsOK", "hash", "hashOK", "lazy", "wordwise", "few", "picked", "visitSlot", "manySlots", "audienceKnown", "eligibleKnown", "placeOK", "eligibleOK", "live", "signed", "goalBuf", "changes", "truths", "outcomes", "gone", "entered", "totals", "prospect", "heldOut", "traceAfter", "tracing", "pageCache", "places", "touched", "targetRound"}
	// Kept in rows, or made of other fields.
	elsewhere := []string{"asked", "control", "inAudience", "eligible", "prospects", "candidates", "closed", "controlled", "lockedZones", "lockedBefore", "reach", "exposed"}
	known := map[string]bool{}
	for _, name := range append(scratch, elsewhere...) {
		known[name] = true
	}
	kept := reflect.TypeFor[Snapshot]()
	for f := range fieldsOf(reflect.TypeFor[Run]()) {
		if _, ok := kept.FieldByName(f); ok == known[f] && f != "rows" && f != "e" {
			t.Errorf("Run.%s: in the snapshot %v, known as scratch or kept elsewhere %v", f, ok, known[f])
		}
	}
	lists := 0
	for f, typ := range fieldsOf(reflect.TypeFor[facts]()) {
		if typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			lists++
			from, to := facts{}, facts{}
			v := reflect.ValueOf(&from).Elem().FieldByName(f)
			if typ.Kind() == reflect.Slice {
				setUnexported(v, reflect.MakeSlice(typ, 1, 1))
			} else {
				m := reflect.MakeMap(typ)
				m.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf("v"))
				setUnexported(v, m)
			}
			to.copyLists(&facts{}, &from)
			if got := reflect.ValueOf(&to).Elem().FieldByName(f); got.Len() != 1 || got.UnsafePointer() == v.UnsafePointer() {
				t.Errorf("facts.%s is a list that a snapshot shares or leaves out", f)
			}
		}
	}
	if lists == 0 {
		t.Error("no list among the facts")
	}
}

// fieldsOf yields a struct's fields by name.
func fieldsOf(typ reflect.Type) func(func(string, reflect.Type) bool) {
	return func(yield func(string, reflect.Type) bool) {
		for i := range typ.NumField() {
			if !yield(typ.Field(i).Name, typ.Field(i).Type) {
				return
			}
		}
	}
}

func setUnexported(v, to reflect.Value) {
	reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem().Set(to)
}
