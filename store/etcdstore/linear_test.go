package etcdstore

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"beckon/store"
)

// TestWhatManyReadAndWriteAtOnceCouldHaveHappenedInOrder has readers and writers of one document on several machines, and looks for one
// order of all that they did that explains it.
func TestWhatManyReadAndWriteAtOnceCouldHaveHappenedInOrder(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	var (
		mu      sync.Mutex
		history []porcupine.Operation
		wg      sync.WaitGroup
	)
	began := time.Now()
	for client := range 6 {
		s := opened(t, o, patient)
		wg.Go(func() {
			base := store.Revision(0)
			for n := range 25 {
				op := porcupine.Operation{ClientId: client, Call: int64(time.Since(began))}
				if (n+client)%2 == 0 {
					doc, err := s.Get(bg, "campaign", "x")
					if err != nil && !errors.Is(err, store.ErrNotFound) {
						t.Errorf("reading: %v", err)
						return
					}
					base = doc.Revision
					op.Input, op.Output = step{}, result{revision: doc.Revision}
				} else {
					rev, err := s.Commit(bg, store.Change{Author: fmt.Sprint(client), At: at, Writes: []store.Write{store.Put{Kind: "campaign", ID: "x", Base: base}}})
					if err != nil && !errors.Is(err, store.ErrConflict) {
						t.Errorf("writing: %v", err)
						return
					}
					op.Input, op.Output = step{writes: true, base: base}, result{revision: rev, refused: err != nil}
				}
				op.Return = int64(time.Since(began))
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	if got := porcupine.CheckOperationsTimeout(oneDocument, history, time.Minute); got != porcupine.Ok {
		t.Errorf("%d operations: %v", len(history), got)
	}
	for i := range history { // the control: a read of what was there before is found
		if out, ok := history[i].Output.(result); ok && !history[i].Input.(step).writes && out.revision > 1 {
			history[i].Output = result{revision: out.revision - 1}
			history[i].Call = history[len(history)-1].Return
			history[i].Return = history[i].Call + 1
			break
		}
	}
	if got := porcupine.CheckOperationsTimeout(oneDocument, history, time.Minute); got != porcupine.Illegal {
		t.Errorf("with a read that was late: %v", got)
	}
}

// step is a read of the document, or a write over a base.
type step struct {
	writes bool
	base   store.Revision
}

type result struct {
	revision store.Revision
	refused  bool
}

// oneDocument is the contract for one document alone: its state is the revision that lives.
var oneDocument = porcupine.Model{
	Init: func() any { return store.Revision(0) },
	Step: func(state, input, output any) (bool, any) {
		now, in, out := state.(store.Revision), input.(step), output.(result)
		switch {
		case !in.writes:
			return out.revision == now, now
		case out.refused:
			return in.base != now, now
		}
		return in.base == now && out.revision == now+1, out.revision
	},
	Equal: func(a, b any) bool { return a == b },
}
