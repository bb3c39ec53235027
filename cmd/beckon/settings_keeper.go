package main

import (
	"context"
	"fmt"
	"time"

	"beckon/model"
	"beckon/store"
	"beckon/tui/screen/settings"
)

// settingsKeeper keeps the account's settings in a store.
type settingsKeeper struct {
	store store.Store
	who   string
	now   func() time.Time
	share share
}

var _ settings.Keeper = (*settingsKeeper)(nil)

// Settings implements settings.Keeper.
func (k *settingsKeeper) Settings(ctx context.Context) (settings.Loaded, error) {
	rev, err := k.store.Revision(ctx)
	if err != nil {
		return settings.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	c, err := k.share.shelf.at(ctx, k.store, rev)
	if err != nil {
		return settings.Loaded{}, err
	}
	docs, err := store.At(ctx, k.store, rev, string(model.KindSettings))
	if err != nil {
		return settings.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	out := settings.Loaded{Catalog: c}
	for _, d := range docs {
		if d.ID == c.Settings.ID {
			out.Version = settingsVersion(d)
		}
	}
	return out, nil
}

func settingsVersion(d store.Document) settings.Version {
	return settings.Version{Revision: uint64(d.Revision), Author: d.Author, Why: d.Why, At: d.At}
}

// Put implements settings.Keeper.
func (k *settingsKeeper) Put(ctx context.Context, e settings.Edit) (settings.Version, error) {
	body, err := model.EncodeDocument(e.Settings)
	if err != nil {
		return settings.Version{}, fmt.Errorf("encoding the settings: %w", err)
	}
	kind, id, at := string(model.KindSettings), e.Settings.ID, k.now().UTC()
	change := store.Change{Author: k.who, Why: clipped(e.Why, store.MaxWhy), At: at,
		Writes: []store.Write{store.Put{Kind: kind, ID: id, Body: body, Base: store.Revision(e.Base)}}}
	for _, c := range e.Changes {
		change.Audit = append(change.Audit, store.AuditEntry{Kind: kind, ID: id, Action: "update", Element: c.Element, Old: c.Old, New: c.New})
	}
	rev, err := k.store.Commit(ctx, change)
	if err != nil {
		return settings.Version{}, writeError(ctx, k.store, err)
	}
	return settings.Version{Revision: uint64(rev), Author: k.who, Why: change.Why, At: at}, nil
}

// Next implements settings.Keeper.
func (k *settingsKeeper) Next(ctx context.Context, after uint64) (settings.News, error) {
	all, rev, replaced, err := newsSince(ctx, k.store, k.share, after)
	out := settings.News{Revision: rev, Reload: replaced}
	for _, n := range all {
		if n.Kind != string(model.KindSettings) {
			continue
		}
		out.Reload = out.Reload || n.Deleted
		if now, ok := n.now.(*model.Settings); ok {
			out.Settings, out.Version = now, settingsVersion(n.Document)
		}
	}
	return out, err
}
