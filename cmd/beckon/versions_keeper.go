package main

import (
	"context"
	"errors"
	"fmt"

	"beckon/model"
	"beckon/store"
	"beckon/tui/screen/builder"
	"beckon/tui/versions"
)

// versionPage is how many versions are read at a time.
const versionPage = 50

// versionsOf reads a page of the versions of a document of the catalog.
func versionsOf(ctx context.Context, s store.Store, key model.DocumentKey, before uint64) ([]versions.Version, error) {
	docs, err := s.History(ctx, string(key.Kind), key.ID, store.HistoryQuery{Before: store.Revision(before), Limit: versionPage})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // it was never saved
	}
	if err != nil {
		return nil, fmt.Errorf("reading the history of %s %s: %w", key.Kind, key.ID, err)
	}
	out := make([]versions.Version, len(docs))
	for i, d := range docs {
		out[i] = versionIn(d)
		if d.Deleted {
			continue
		}
		if out[i].Document, err = decodeStored(d); err != nil {
			out[i].Unread = err.Error()
		}
	}
	return out, nil
}

func versionIn(d store.Document) versions.Version {
	return versions.Version{Revision: uint64(d.Revision), Author: d.Author, Why: d.Why, At: d.At}
}

// Versions implements builder.Keeper.
func (k *workshop) Versions(ctx context.Context, key model.DocumentKey, before uint64) ([]versions.Version, error) {
	return versionsOf(ctx, k.store, key, before)
}

// Past implements library.Keeper.
func (k *libraryKeeper) Past(ctx context.Context, key model.DocumentKey, before uint64) ([]versions.Version, error) {
	return versionsOf(ctx, k.store, key, before)
}

// Gone implements builder.Keeper. The audit knows what was deleted; whether it
// is still so, the documents do.
func (k *workshop) Gone(ctx context.Context) ([]builder.Gone, error) {
	kind := string(model.KindCampaign)
	living, err := store.At(ctx, k.store, 0, kind)
	if err != nil {
		return nil, fmt.Errorf("reading the campaigns: %w", err)
	}
	seen := make(map[string]bool, len(living))
	for _, d := range living {
		seen[d.ID] = true
	}
	var out []builder.Gone
	q := store.AuditQuery{Kind: kind, Action: "delete"}
	for {
		entries, err := k.store.Audit(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("reading what was deleted: %w", err)
		}
		if len(entries) == 0 {
			return out, nil
		}
		for _, e := range entries {
			q.After = e.Seq
			if seen[e.ID] {
				continue
			}
			seen[e.ID] = true
			out = append(out, builder.Gone{ID: e.ID, Name: e.Old,
				Version: versions.Version{Revision: uint64(e.Revision), Author: e.Author, Why: e.Why, At: e.At}})
		}
	}
}
