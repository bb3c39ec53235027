package main

import (
	"context"
	"errors"
	"fmt"

	"beckon/model"
	"beckon/store"
)

// news is a document of the catalog as a commit left it; nil: deleted.
type news struct {
	store.Document
	now model.Document
}

// newsSince waits for commits behind a revision and gives what they did to the
// catalog, up to which revision. Where the store was replaced it says so: then
// everything is to be read again. Who has waited takes a turn.
func newsSince(ctx context.Context, s store.Store, at share, after uint64) (all []news, rev uint64, replaced bool, err error) {
	defer at.turn.take(ctx)
	return awaitNews(ctx, s, at, after)
}

// awaitNews is [newsSince] for who has more to read: he takes his turn when
// nothing is to be waited for any more, since all others wait for its end.
func awaitNews(ctx context.Context, s store.Store, at share, after uint64) (all []news, rev uint64, replaced bool, err error) {
	watch, err := s.Watch(ctx, store.Revision(after))
	var events []store.Event
	if err == nil {
		defer watch.Close()
		events, err = watch.Next(ctx)
	}
	if errors.Is(err, store.ErrNoRevision) {
		at.shelf.forget()
		now, err := s.Revision(ctx)
		if err != nil {
			return nil, 0, false, fmt.Errorf("reading the store: %w", err)
		}
		return nil, uint64(now), true, nil
	}
	if err != nil {
		return nil, 0, false, fmt.Errorf("watching the store: %w", err)
	}
	rev = after
	for _, ev := range events {
		rev = uint64(ev.Revision)
		for _, d := range ev.Documents {
			if !isCatalogKind(d.Kind) {
				continue
			}
			n := news{Document: d}
			if d.Deleted {
				at.shelf.gone(d)
			} else if n.now, err = at.shelf.document(d); err != nil {
				return nil, 0, false, err
			}
			all = append(all, n)
		}
	}
	return all, rev, false, nil
}

// Changed implements simulator.Following.
func (l *library) Changed(ctx context.Context, after uint64) (uint64, string, error) {
	if after == 0 {
		rev, err := l.store.Revision(ctx)
		if err != nil {
			return 0, "", fmt.Errorf("reading the store: %w", err)
		}
		if rev > 0 {
			return uint64(rev), "", nil
		}
	}
	for {
		all, rev, replaced, err := newsSince(ctx, l.store, l.share, after)
		if err != nil || replaced {
			return rev, "", err
		}
		if len(all) > 0 {
			return rev, all[len(all)-1].Author, nil
		}
		after = rev // journeys, scenarios, operators: nothing that decides
	}
}
