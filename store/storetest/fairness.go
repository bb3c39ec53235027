package storetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"beckon/store"
)

// Fairness lets writers of several processes save at once, so many each beside as many of the others, and go on until the last of them has
// so many saves acknowledged: nobody becomes first because the others have stopped. With shared they all write one document, each save
// read, changed, written, and again after a conflict, and none may need more attempts for one than 20 for each of them. Else each writes
// one of its own: no save may be refused, and until the slowest has its saves all together may have made no more than four times as many
// as if they had taken turns.
func Fairness(t *testing.T, processes []store.Store, each, saves int, shared bool) {
	t.Helper()
	mustCommit(t, processes[0], change(0, put("counter", "0", 0)))
	var (
		wg    sync.WaitGroup
		left  atomic.Int64
		given atomic.Bool // somebody gave up
		mu    sync.Mutex
		worst int
		total [2]int // saves by the processes of even and of odd number
		tried int
	)
	began := time.Now()
	most := 20 * len(processes) * each
	left.Store(int64(len(processes) * each))
	for p, s := range processes {
		for w := range each {
			wg.Go(func() {
				id := "counter"
				if !shared {
					id = fmt.Sprintf("own-%d-%d", p, w)
				}
				done, attempts, longest, all := 0, 0, 0, 0
				for left.Load() > 0 && !given.Load() {
					saved, err := countUp(s, id, fmt.Sprint("writer ", p, " ", w), done)
					attempts++
					all++
					switch {
					case err != nil:
						t.Errorf("writer %d of process %d: %v", w, p, err)
						given.Store(true)
					case attempts > most || !saved && !shared:
						t.Errorf("writer %d of process %d: save %d was refused %d times, while others saved", w, p, done+1, attempts)
						given.Store(true)
					case saved:
						longest, attempts = max(longest, attempts), 0
						if done++; done == saves {
							left.Add(-1)
						}
					}
				}
				mu.Lock()
				defer mu.Unlock()
				worst = max(worst, longest)
				total[p%2] += done
				tried += all
			})
		}
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	want := len(processes) * each * saves
	if all := total[0] + total[1]; all < want || !shared && all > 4*want {
		t.Errorf("%d and %d saves until the slowest of %d writers had %d: in turns it were %d", total[0], total[1], len(processes)*each, saves, want)
	}
	t.Logf("%d and %d saves, %d attempts, at most %d for one, in %v", total[0], total[1], tried, worst, time.Since(began).Round(time.Millisecond))
}

// countUp adds one to a document, which it makes where there is none. It reports false where somebody else was faster.
func countUp(s store.Store, id, author string, i int) (saved bool, err error) {
	doc, err := s.Get(bg, "campaign", id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	n := 0
	if err == nil {
		if n, err = strconv.Atoi(string(doc.Body)); err != nil {
			return false, err
		}
	}
	c := change(i, put(id, strconv.Itoa(n+1), doc.Revision))
	c.Author = author
	if _, err = s.Commit(bg, c); errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}
