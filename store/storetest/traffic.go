package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"beckon/store"
)

// Traffic is writers and watchers at work while a test does harm to what a store depends on. Every other commit has no document, so
// that no base keeps it from being written twice.
type Traffic struct {
	t      *testing.T
	stores []store.Store
	before store.Revision // what was there
	ctx    context.Context
	stop   context.CancelFunc
	busy   sync.WaitGroup

	mu       sync.Mutex
	more     chan struct{} // closed by the next acknowledgment
	acked    map[string]told
	unknown  []string
	refused  int
	lastAck  time.Time
	worst    time.Duration // longest time without an acknowledgment
	watchers []*watcher
}

// watcher looks on from the start.
type watcher struct {
	of     store.Watch
	until  chan store.Revision // the last revision that there will be
	result chan error
}

func (w *watcher) run(ctx context.Context) error {
	seen, last, known := store.Revision(0), store.Revision(0), false
	for !known || seen < last {
		if !known {
			select {
			case last = <-w.until:
				known = true
				continue
			default:
			}
		}
		wait, cancel := context.WithTimeout(ctx, time.Second) // to hear of the end
		events, err := w.of.Next(wait)
		cancel()
		for _, e := range events {
			if e.Revision != seen+1 {
				return fmt.Errorf("revision %d was told after %d", e.Revision, seen)
			}
			seen++
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("revision %d was told last, of %d: %w", seen, last, ctx.Err())
		case err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, store.ErrAway):
			return err
		}
	}
	if seen > last {
		return fmt.Errorf("revision %d was told, the last one is %d", seen, last)
	}
	return nil
}

// Begin starts two writers and a watcher on every store; all of them are the same one, by other ways.
func Begin(t *testing.T, stores ...store.Store) *Traffic {
	t.Helper()
	before := must[store.Revision](t)(stores[0].Revision(bg))
	tr := &Traffic{t: t, stores: stores, before: before, acked: map[string]told{}, more: make(chan struct{}), lastAck: time.Now()}
	tr.ctx, tr.stop = context.WithCancel(context.Background())
	t.Cleanup(func() {
		tr.stop()
		tr.busy.Wait()
	})
	for i, s := range stores {
		for k := range 2 {
			tr.busy.Go(func() { tr.write(s, fmt.Sprint("writer ", i, ".", k)) })
		}
		of, err := s.Watch(context.Background(), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { of.Close() })
		w := &watcher{of: of, until: make(chan store.Revision, 1), result: make(chan error, 1)}
		tr.watchers = append(tr.watchers, w)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
			defer cancel()
			w.result <- w.run(ctx)
		}()
	}
	return tr
}

func (tr *Traffic) write(s store.Store, name string) {
	for n := 0; tr.ctx.Err() == nil; n++ {
		why := fmt.Sprint(name, " ", n)
		c := store.Change{Author: name, Why: why, At: start, Audit: []store.AuditEntry{{Action: "note", New: why}}}
		if n%2 == 1 {
			c.Writes = []store.Write{put(why, why, 0)}
		}
		rev, err := s.Commit(tr.ctx, c)
		tr.mu.Lock()
		switch {
		case err == nil:
			tr.acked[why] = told{rev, c.Writes}
			tr.worst = max(tr.worst, time.Since(tr.lastAck))
			tr.lastAck = time.Now()
			close(tr.more)
			tr.more = make(chan struct{})
		case errors.Is(err, store.ErrUnknown):
			tr.unknown = append(tr.unknown, why)
		case errors.Is(err, store.ErrReadOnly), tr.ctx.Err() != nil:
			tr.refused++
		default:
			tr.t.Errorf("%s: %v", why, err)
			tr.stop()
		}
		tr.mu.Unlock()
	}
}

// Acked waits until so many more commits were acknowledged.
func (tr *Traffic) Acked(n int) {
	tr.t.Helper()
	late := time.After(time.Minute)
	tr.mu.Lock()
	want := len(tr.acked) + n
	for len(tr.acked) < want {
		more := tr.more
		tr.mu.Unlock()
		select {
		case <-more:
		case <-tr.ctx.Done():
			tr.t.Fatal("the writers have stopped")
		case <-late:
			tr.t.Fatal("nothing is written any longer")
		}
		tr.mu.Lock()
	}
	tr.mu.Unlock()
}

// Calm forgets the longest time without an acknowledgment.
func (tr *Traffic) Calm() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.worst, tr.lastAck = 0, time.Now()
}

// End stops the writers and checks all that must hold: see [Explained]; and the watches have told every commit once, in order.
func (tr *Traffic) End() {
	tr.t.Helper()
	tr.stop()
	tr.busy.Wait()
	if tr.t.Failed() {
		return
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	Explained(tr.t, tr.stores[0], tr.before, tr.acked, tr.unknown)
	last := must[store.Revision](tr.t)(tr.stores[0].Revision(bg))
	for i, w := range tr.watchers {
		w.until <- last
		if err := <-w.result; err != nil {
			tr.t.Errorf("the watch of store %d: %v", i, err)
		}
	}
	tr.t.Logf("%d acknowledged, %d refused, %d not known; longest time without an acknowledgment %v", len(tr.acked), tr.refused, len(tr.unknown), tr.worst.Round(10*time.Millisecond))
}
