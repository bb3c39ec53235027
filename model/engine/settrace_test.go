package engine

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestTraceMayBeTurnedOnLate: turned on before an event, the trace of what the
// event causes is that of a run that traced all along.
func TestTraceMayBeTurnedOnLate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		from := rapid.IntRange(0, len(w.events)-1).Draw(t, "from")
		o := w.options
		o.Trace = false
		late, all := e.NewRun(o), e.NewRun(w.options)
		all.SetTrace(true)
		late.Reset("v-1")
		all.Reset("v-1")
		traced := false
		for i, ev := range w.events {
			if i == from {
				late.SetTrace(true)
			}
			late.Step(ev)
			for _, x := range all.Step(ev) {
				traced = traced || i >= from && x.Kind == Evaluated
			}
		}
		if !traced {
			return // nothing was evaluated since: there is no trace yet
		}
		if want, got := slices.Clone(all.Decisions()), late.Decisions(); !cmp.Equal(want, got) {
			t.Fatalf("decisions of the last evaluation differ (-all along +turned on at event %d):\n%s", from, cmp.Diff(want, got))
		}
		for i := range e.Engagements() {
			if want, got := all.Explain(i), late.Explain(i); !cmp.Equal(want, got) {
				t.Fatalf("explanations differ:\n%s", cmp.Diff(want, got))
			}
		}
	})
}
