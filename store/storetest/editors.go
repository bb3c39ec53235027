package storetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"beckon/store"
)

// Editors lets many editors count in one document at once, each save read, add one, write, and again after a conflict. Nothing may be
// lost: the counter, the revision and the audit all end at editors times saves, and a watcher that looked on has seen every number
// once and in order.
func Editors(t *testing.T, s store.Store, editors, saves int) {
	t.Helper()
	total := editors * saves
	mustCommit(t, s, change(0, put("counter", "0", 0)))
	watch := must[store.Watch](t)(s.Watch(bg, 1))
	defer watch.Close()

	var (
		wg      sync.WaitGroup
		refused atomic.Int64
	)
	for e := range editors {
		wg.Go(func() {
			for i := range saves {
				again, err := increment(s, fmt.Sprint("editor ", e), i)
				if refused.Add(again); err != nil {
					t.Errorf("editor %d: %v", e, err)
					return
				}
			}
		})
	}
	wg.Go(func() {
		seen := 0
		for seen < total {
			events, err := watch.Next(t.Context())
			if err != nil {
				t.Errorf("watching: %v", err)
				return
			}
			for _, e := range events {
				if seen++; string(e.Documents[0].Body) != strconv.Itoa(seen) || e.Revision != store.Revision(seen+1) {
					t.Errorf("event %d is revision %d with %q", seen, e.Revision, e.Documents[0].Body)
					return
				}
			}
		}
	})
	wg.Wait()
	if t.Failed() {
		return
	}
	same(t, "counter", string(must[store.Document](t)(s.Get(bg, "campaign", "counter")).Body), strconv.Itoa(total))
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(total+1))
	last := must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{Limit: 1}))
	same(t, "audit", last[0].Seq, uint64(total))
	same(t, "the newest audit entry", last[0].New, strconv.Itoa(total))
	t.Logf("%d saves by %d editors, refused %d times", total, editors, refused.Load())
}

// increment saves once, and returns how often it was refused first.
func increment(s store.Store, author string, i int) (refused int64, err error) {
	for ; ; refused++ {
		doc, err := s.Get(bg, "campaign", "counter")
		if err != nil {
			return refused, err
		}
		n, err := strconv.Atoi(string(doc.Body))
		if err != nil {
			return refused, err
		}
		next := strconv.Itoa(n + 1)
		c := change(i, put("counter", next, doc.Revision))
		c.Author = author
		c.Audit = []store.AuditEntry{{Kind: "campaign", ID: "counter", Action: "update", Old: string(doc.Body), New: next}}
		_, err = s.Commit(bg, c)
		if !errors.Is(err, store.ErrConflict) {
			return refused, err
		}
	}
}
