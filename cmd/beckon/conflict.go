package main

import (
	"context"
	"errors"
	"fmt"

	"beckon/model"
	"beckon/store"
	"beckon/tui/conflict"
)

// maxMoves bounds how often in a row an ID is followed that was changed.
const maxMoves = 16

// writeError tells the screens what refused a write: where somebody else was
// faster, with what he wrote, under a new ID too.
func writeError(ctx context.Context, s store.Store, err error) error {
	var stale *store.ConflictError
	if !errors.As(err, &stale) {
		return fmt.Errorf("writing to the store: %w", err)
	}
	ref, theirs := stale.Ref(), stale.Theirs
	if theirs.Deleted {
		moved, err := movedTo(ctx, s, theirs)
		if err != nil {
			return err
		}
		if moved.Revision != 0 {
			theirs = moved
		}
	}
	out := &conflict.Conflict{Key: model.DocumentKey{Kind: model.Kind(ref.Kind), ID: ref.ID}, Revision: uint64(theirs.Revision),
		Author: theirs.Author, Why: theirs.Why, At: theirs.At}
	if !theirs.Deleted && theirs.Revision != 0 {
		d, err := decodeStored(theirs)
		if err != nil {
			return err
		}
		out.Theirs = d
	}
	return out
}

// movedTo finds a document whose ID was changed, which is told by the audit: it
// was deleted under the one as it was created under the other. Revision 0 says
// that it is gone.
func movedTo(ctx context.Context, s store.Store, gone store.Document) (store.Document, error) {
	for range maxMoves {
		entries, err := s.Audit(ctx, store.AuditQuery{Kind: gone.Kind, ID: gone.ID, Action: "delete", Limit: 1})
		if err != nil {
			return store.Document{}, fmt.Errorf("reading what became of %s %s: %w", gone.Kind, gone.ID, err)
		}
		if len(entries) == 0 || entries[0].Revision != gone.Revision || entries[0].Element != "id" || entries[0].New == "" {
			return store.Document{}, nil
		}
		to := entries[0].New
		now, err := s.Get(ctx, gone.Kind, to)
		switch {
		case err == nil:
			return now, nil
		case !errors.Is(err, store.ErrNotFound):
			return store.Document{}, fmt.Errorf("reading %s %s: %w", gone.Kind, to, err)
		}
		versions, err := s.History(ctx, gone.Kind, to, store.HistoryQuery{Limit: 1})
		if err != nil || len(versions) == 0 || !versions[0].Deleted {
			return store.Document{}, nil
		}
		gone = versions[0]
	}
	return store.Document{}, nil
}
