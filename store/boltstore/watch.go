package boltstore

import (
	"context"
	"fmt"
	"sync"

	"beckon/store"
)

const (
	watchEvents = 256
	watchBytes  = 4 << 20
)

// hub wakes whoever waits for a commit. It carries no data, so nobody can be too slow for it.
type hub struct {
	mu   sync.Mutex
	next chan struct{}
}

func (h *hub) init() { h.next = make(chan struct{}) }

// wait returns a channel that is closed by the next wake. Take it before looking for what it announces.
func (h *hub) wait() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.next
}

func (h *hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.next)
	h.next = make(chan struct{})
}

// Watch implements [store.Store].
func (s *Store) Watch(ctx context.Context, since store.Revision) (store.Watch, error) {
	if _, err := s.events(ctx, since, 0); err != nil {
		return nil, err
	}
	return &watch{s: s, last: since, done: make(chan struct{})}, nil
}

type watch struct {
	s    *Store
	last store.Revision // told up to here
	once sync.Once
	done chan struct{}
}

func (w *watch) Next(ctx context.Context) ([]store.Event, error) {
	for {
		woken := w.s.hub.wait()
		select {
		case <-w.done:
			return nil, fmt.Errorf("watching: %w", store.ErrClosed)
		default:
		}
		events, err := w.s.events(ctx, w.last, watchEvents)
		if err != nil {
			return nil, fmt.Errorf("watching: %w", err)
		}
		if len(events) > 0 {
			w.last = events[len(events)-1].Revision
			return events, nil
		}
		select {
		case <-woken:
		case <-w.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (w *watch) Close() error {
	w.once.Do(func() { close(w.done) })
	return nil
}

// events reads at most limit commits behind a revision, fewer where they are large.
func (s *Store) events(ctx context.Context, since store.Revision, limit int) (events []store.Event, err error) {
	err = s.read(ctx, func(tx transaction) error {
		now := tx.revision()
		if since > now {
			return fmt.Errorf("revision %d, the store is at %d: %w", since, now, store.ErrNoRevision)
		}
		size := 0
		for rev := since + 1; rev <= now && len(events) < limit && size < watchBytes; rev++ {
			c, err := tx.commit(rev)
			if err != nil {
				return err
			}
			e := store.Event{Revision: rev, Author: c.author, Why: c.why, At: c.at}
			for _, ref := range c.refs {
				doc, err := tx.version(ref, rev)
				if err != nil {
					return err
				}
				e.Documents = append(e.Documents, doc)
				size += len(doc.Body)
			}
			events = append(events, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return events, nil
}
