package boltstore

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
	if _, err := s.events(ctx, since, 0); err != nil {
		return nil, err
	}
	return s.news.Watch(since, func(ctx context.Context, since store.Revision) ([]store.Event, error) {
		events, err := s.events(ctx, since, watchEvents)
		if err != nil {
			return nil, fmt.Errorf("watching: %w", err)
		}
		return events, nil
	}), nil
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
