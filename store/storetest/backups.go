package storetest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"beckon/store"
)

// Backups takes backups, one after the other, while writers make so many saves, and then a few beside each until two had some. Take takes
// one and returns what is restored of it, which is closed by whoever takes. Each is one state of the store: nothing that was
// acknowledged before it began is missing, nothing is there that the store does not have, and all of it fits.
func Backups(t *testing.T, s store.Store, saves int, take func(t *testing.T) store.Store) {
	t.Helper()
	const writers = 4
	var (
		busy        sync.WaitGroup
		saved       atomic.Int64
		newest      atomic.Uint64
		ctx, cancel = context.WithCancel(bg)
	)
	defer busy.Wait()
	defer cancel()
	more, enough := make(chan struct{}, writers), make(chan struct{})
	before := must[store.Revision](t)(s.Revision(bg))
	ended := make(chan struct{})
	for w := range writers {
		busy.Go(func() {
			for n, base := 0, store.Revision(0); ctx.Err() == nil; n++ {
				if saved.Load() >= int64(saves) {
					select {
					case <-more:
					case <-enough:
						return
					case <-ctx.Done():
						return
					}
				}
				rev, err := s.Commit(ctx, pairOf(w, n, base))
				if err != nil {
					if ctx.Err() == nil {
						t.Errorf("writer %d: %v", w, err)
						cancel()
					}
					return
				}
				base = rev
				saved.Add(1)
				for was := newest.Load(); was < uint64(rev) && !newest.CompareAndSwap(was, uint64(rev)); was = newest.Load() {
				}
			}
		})
	}
	go func() {
		busy.Wait()
		close(ended)
	}()
	taken, beside := 0, 0 // backups, and those with saves beside them
	for over := false; !over; taken++ {
		select {
		case <-ended: // one more, of a store that is at rest
			over = true
		default:
		}
		floor, done := store.Revision(newest.Load()), saved.Load()
		for len(more) < cap(more) {
			more <- struct{}{}
		}
		restored := take(t)
		if saved.Load() > done {
			if beside++; beside == 2 {
				close(enough)
			}
		}
		ceiling := must[store.Revision](t)(s.Revision(bg))
		succeed(t, oneState(s, restored, floor, ceiling))
		if over {
			notAnyState(t, s, restored, ceiling)
		}
		succeed(t, restored.Close())
	}
	if t.Failed() {
		return
	}
	now := must[store.Revision](t)(s.Revision(bg))
	same(t, "revision", now, before+store.Revision(saved.Load()))
	t.Logf("%d saves, %d backups, saves went on beside %d of them", saved.Load(), taken, beside)
}

// pairOf is a change that writes two documents which say the same.
func pairOf(writer, n int, base store.Revision) store.Change {
	body := fmt.Sprintf("%d %s", n, bytes.Repeat([]byte{byte('a' + n%26)}, 400))
	c := change(n, put(fmt.Sprint("left-", writer), body, base), put(fmt.Sprint("right-", writer), body, base))
	c.Author = fmt.Sprint("writer ", writer)
	c.Audit = []store.AuditEntry{{Kind: "campaign", ID: fmt.Sprint("left-", writer), Action: "update", New: fmt.Sprint(n)}}
	if n%10 == 0 {
		c.Key = fmt.Sprint(writer, "/", n)
	}
	return c
}

// oneState says what is wrong with a restored backup that was taken while a store went from one revision to another.
func oneState(s, restored store.Store, floor, ceiling store.Revision) error {
	head, err := store.HeadOf(bg, restored)
	if err != nil {
		return err
	}
	if head.Revision < floor || head.Revision > ceiling {
		return fmt.Errorf("the backup ends at revision %d, and the store went from %d to %d", head.Revision, floor, ceiling)
	}
	if head.Revision == 0 {
		return nil
	}
	there, err := s.Commits(bg, head.Revision-1, 1)
	if err != nil {
		return err
	}
	if there[0].Sum != head.Sum {
		return fmt.Errorf("at revision %d the backup has another sum than the store", head.Revision)
	}
	found, err := store.Verify(bg, restored, head)
	if err != nil {
		return err
	}
	if found.Total > 0 {
		return fmt.Errorf("the backup does not hold together: %v", found.Faults[0])
	}
	if c, ok := restored.(store.Checker); ok {
		if err := c.Check(bg); err != nil {
			return err
		}
	}
	docs, err := store.At(bg, restored, 0)
	if err != nil {
		return err
	}
	want, err := store.At(bg, s, head.Revision)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(want, docs, cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("the documents are not those of revision %d (-store +backup):\n%s", head.Revision, diff)
	}
	return nil
}

// notAnyState is the control: a backup that lacks the last save, and one with half of a save in it, are found.
func notAnyState(t *testing.T, s, restored store.Store, end store.Revision) {
	t.Helper()
	if oneState(s, restored, end+1, end+1) == nil {
		t.Error("a backup that lacks what was acknowledged before passes")
	}
	docs := must[[]store.Document](t)(store.At(bg, restored, 0))
	past := must[[]store.Document](t)(restored.History(bg, docs[0].Kind, docs[0].ID, store.HistoryQuery{}))
	if len(past) < 2 {
		t.Fatalf("%v has %d versions", docs[0].ID, len(past))
	}
	docs[0] = past[1]
	if oneState(s, torn{restored, docs}, end, end) == nil {
		t.Error("a backup with half of a save passes")
	}
}

// torn shows documents of no single state.
type torn struct {
	store.Store
	docs []store.Document
}

func (s torn) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	if q.After != (store.Ref{}) {
		return nil, nil
	}
	return s.docs, nil
}
