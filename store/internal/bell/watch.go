package bell

import (
	"context"
	"fmt"
	"sync"

	"beckon/store"
)

// Watch is a [store.Watch] of a store that rings a bell after every commit, and when it ends.
type Watch struct {
	bell *Bell
	read func(ctx context.Context, since store.Revision) ([]store.Event, error)
	last store.Revision // told up to here
	once sync.Once
	done chan struct{}
}

var _ store.Watch = (*Watch)(nil)

// Watch subscribes to what is behind a revision. Read gives some commits behind one, none where there are none yet; its errors are
// those of Next.
func (b *Bell) Watch(since store.Revision, read func(ctx context.Context, since store.Revision) ([]store.Event, error)) *Watch {
	return &Watch{bell: b, read: read, last: since, done: make(chan struct{})}
}

// Next implements [store.Watch].
func (w *Watch) Next(ctx context.Context) ([]store.Event, error) {
	for {
		rung := w.bell.Wait()
		select {
		case <-w.done:
			return nil, fmt.Errorf("watching: %w", store.ErrClosed)
		default:
		}
		events, err := w.read(ctx, w.last)
		if err != nil {
			return nil, err
		}
		if len(events) > 0 {
			w.last = events[len(events)-1].Revision
			return events, nil
		}
		select {
		case <-rung:
		case <-w.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Close implements [store.Watch].
func (w *Watch) Close() error {
	w.once.Do(func() { close(w.done) })
	return nil
}
