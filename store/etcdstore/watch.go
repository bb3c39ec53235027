package etcdstore

import (
	"context"
	"fmt"

	"beckon/store"
)

const (
	watchEvents = 256
	watchBytes  = 4 << 20
)

// Watch implements [store.Store].
func (s *Store) Watch(ctx context.Context, since store.Revision) (store.Watch, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	ix, now := s.ix, s.ix.last()
	s.mu.RUnlock()
	if since > now { // the index may be behind
		if err := s.current(ctx); err != nil {
			return nil, err
		}
		s.mu.RLock()
		ix, now = s.ix, s.ix.last()
		s.mu.RUnlock()
		if since > now {
			return nil, s.noRevision(since, now)
		}
	}
	// All that is told lies in the index and under keys that stay, so that nothing can be missed.
	return s.news.Watch(since, func(ctx context.Context, since store.Revision) ([]store.Event, error) {
		if err := s.usable(ctx); err != nil {
			return nil, err
		}
		events, err := s.events(ctx, ix, since)
		if err != nil {
			return nil, fmt.Errorf("watching: %w", err)
		}
		return events, nil
	}), nil
}

// events reads some commits behind a revision, fewer where they are large.
func (s *Store) events(ctx context.Context, ix *index, since store.Revision) ([]store.Event, error) {
	s.mu.RLock()
	if s.ix != ix {
		s.mu.RUnlock()
		return nil, fmt.Errorf("the store was replaced: %w", store.ErrNoRevision)
	}
	broken := ix.broken
	var some []*indexed
	size := 0
	for rev := since + 1; rev <= ix.last() && len(some) < watchEvents && size < watchBytes; rev++ {
		c := ix.at(rev)
		some = append(some, c)
		for _, w := range c.writes {
			size += int(w.size)
		}
	}
	s.mu.RUnlock()
	if broken != nil {
		return nil, broken
	}
	var all []version
	for _, c := range some {
		all = append(all, c.versions...)
	}
	docs, err := s.withBodies(ctx, all)
	if err != nil {
		return nil, err
	}
	var events []store.Event
	for _, c := range some {
		e := store.Event{Revision: c.revision, Author: c.author, Why: c.why, At: c.at}
		if n := len(c.versions); n > 0 {
			e.Documents, docs = docs[:n:n], docs[n:]
		}
		events = append(events, e)
	}
	return events, nil
}
