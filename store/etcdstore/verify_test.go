package etcdstore

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"beckon/store"
)

// filled has 90 commits of 30 documents, of which some are gone.
func filled(t *testing.T, o Options) *Store {
	t.Helper()
	s := opened(t, o, patient)
	for round := range store.Revision(3) {
		var changes []store.Change
		for n := range store.Revision(30) {
			base := store.Revision(0)
			if round > 0 {
				base = 30*(round-1) + n + 1
			}
			c := writesTo(fmt.Sprintf("d%02d", n), base)
			if round == 2 && n%7 == 0 {
				c.Writes = []store.Write{store.Delete{Kind: "campaign", ID: fmt.Sprintf("d%02d", n), Base: base}}
			}
			changes = append(changes, c)
		}
		_, out := atOnce(t, s, changes...)
		if i := slices.IndexFunc(out, func(e ended) bool { return e.err != nil }); i >= 0 {
			t.Fatal(out[i].err)
		}
	}
	return s
}

func TestHistoriesAreTheHistoryOfEveryDocument(t *testing.T) {
	t.Parallel()
	s := filled(t, fresh(calmCluster(t)))
	var want []store.Document
	for n := range 30 {
		docs, err := s.History(bg, "campaign", fmt.Sprintf("d%02d", n), store.HistoryQuery{})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, docs...)
	}
	if len(want) != 90 {
		t.Fatalf("%d versions", len(want))
	}
	for _, limit := range []int{1, 2, 3, 7, 90, 0} {
		var got []store.Document
		for q := (store.HistoriesQuery{Limit: limit}); ; {
			page, err := s.Histories(bg, q)
			if err != nil || limit > 0 && len(page) > limit {
				t.Fatalf("%d versions of at most %d, %v", len(page), limit, err)
			}
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
			last := page[len(page)-1]
			q.After, q.Before = store.Ref{Kind: last.Kind, ID: last.ID}, last.Revision
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %d (-want +got):\n%s", limit, diff)
		}
	}
	if some, err := s.Histories(bg, store.HistoriesQuery{After: store.Ref{Kind: "campaign", ID: "d28"}}); err != nil || len(some) != 3 || some[0].ID != "d29" {
		t.Errorf("behind a document: %+v, %v", some, err)
	}
}

// oneByOne hides what a store can do beside the contract.
type oneByOne struct{ store.Store }

func TestVerifyAsksForManyDocumentsAtATime(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	filled(t, o)
	verify := func(hide func(store.Store) store.Store) int {
		s := alone(t, o)
		asked := 0
		s.asking = func() { asked++ }
		v, err := store.Verify(bg, hide(s))
		if err != nil || v.Total > 0 || v.Commits != 90 || v.Versions != 90 || v.Entries != 90 {
			t.Errorf("%+v, %v", v, err)
		}
		return asked
	}
	together := verify(func(s store.Store) store.Store { return s })
	apart := verify(func(s store.Store) store.Store { return oneByOne{s} })
	if together > 30 || apart < together+30 {
		t.Errorf("%d requests, and %d where documents are asked for one by one", together, apart)
	}
}

func TestVerifyFindsTheSameFaultsInHistoriesAsInEachHistory(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	s := filled(t, o)
	for _, rev := range []store.Revision{5, 40, 41} {
		if _, err := calmCluster(t).Client().Delete(bg, s.keys.part(s.ix.at(rev).token.body(0))); err != nil {
			t.Fatal(err)
		}
	}
	together, err := store.Verify(bg, opened(t, o, patient))
	if err != nil {
		t.Fatal(err)
	}
	apart, err := store.Verify(bg, oneByOne{opened(t, o, patient)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(apart, together); diff != "" || together.Total < 6 {
		t.Errorf("%d faults (-apart +together):\n%s", together.Total, diff)
	}
}
