package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/store"
	libraryscreen "beckon/tui/screen/library"
)

// libraryKeeper keeps the library screen's catalog in a store, and replays the
// store's journeys.
type libraryKeeper struct {
	store store.Store
	who   string
	now   func() time.Time
	share share
}

var _ libraryscreen.Keeper = (*libraryKeeper)(nil)

// Catalog implements library.Keeper.
func (k *libraryKeeper) Catalog(ctx context.Context) (libraryscreen.Loaded, error) {
	rev, err := k.store.Revision(ctx)
	if err != nil {
		return libraryscreen.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	c, err := k.share.shelf.at(ctx, k.store, rev)
	if err != nil {
		return libraryscreen.Loaded{}, err
	}
	docs, err := store.At(ctx, k.store, rev, catalogKinds()...)
	if err != nil {
		return libraryscreen.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	out := libraryscreen.Loaded{Catalog: c, Versions: make(map[model.DocumentKey]libraryscreen.Version, len(docs))}
	for _, d := range docs {
		out.Versions[model.DocumentKey{Kind: model.Kind(d.Kind), ID: d.ID}] = itemVersion(d)
	}
	return out, nil
}

func itemVersion(d store.Document) libraryscreen.Version {
	return libraryscreen.Version{Revision: uint64(d.Revision), Author: d.Author, Why: d.Why, At: d.At}
}

// Commit implements library.Keeper.
func (k *libraryKeeper) Commit(ctx context.Context, c libraryscreen.Change) (libraryscreen.Version, error) {
	at := k.now().UTC()
	out := store.Change{Author: k.who, Why: clipped(c.Why, store.MaxWhy), At: at}
	for _, w := range c.Writes {
		kind := string(w.Kind)
		if w.Document == nil {
			out.Writes = append(out.Writes, store.Delete{Kind: kind, ID: w.ID, Base: store.Revision(w.Base)})
		} else {
			body, err := model.EncodeDocument(w.Document)
			if err != nil {
				return libraryscreen.Version{}, fmt.Errorf("encoding %s %s: %w", kind, w.ID, err)
			}
			out.Writes = append(out.Writes, store.Put{Kind: kind, ID: w.ID, Body: body, Base: store.Revision(w.Base)})
		}
		entry := store.AuditEntry{Kind: kind, ID: w.ID, Action: w.Action, Element: w.Element, Old: w.Old, New: w.New}
		if w.Action == "update" {
			out.Audit = append(out.Audit, elements(ctx, k.store, store.Revision(w.Base), w.Document, entry)...)
		} else {
			out.Audit = append(out.Audit, entry)
		}
	}
	rev, err := k.store.Commit(ctx, out)
	if err != nil {
		return libraryscreen.Version{}, writeError(ctx, k.store, err)
	}
	return libraryscreen.Version{Revision: uint64(rev), Author: k.who, Why: out.Why, At: at}, nil
}

// clipped cuts a text to so many bytes, between characters.
func clipped(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// Next implements library.Keeper.
func (k *libraryKeeper) Next(ctx context.Context, after uint64) (libraryscreen.News, error) {
	all, rev, replaced, err := newsSince(ctx, k.store, k.share, after)
	out := libraryscreen.News{Revision: rev, Reload: replaced}
	for _, n := range all {
		out.Changed = append(out.Changed, libraryscreen.Changed{Kind: model.Kind(n.Kind), ID: n.ID, Version: itemVersion(n.Document), Document: n.now})
	}
	return out, err
}

func (k *libraryKeeper) journeys(ctx context.Context) (int, []*journey.Event, error) {
	return k.share.shelf.journeys(ctx, k.store)
}

// Effect implements library.Keeper: both catalogs see the same visitors, the
// same draws and the same control groups.
func (k *libraryKeeper) Effect(ctx context.Context, before, after *model.Catalog) (libraryscreen.Effect, error) {
	n, events, err := k.journeys(ctx)
	if err != nil {
		return libraryscreen.Effect{}, err
	}
	if n == 0 {
		return libraryscreen.Effect{}, errors.New("there is no journey in the store")
	}
	old, err := displaysOf(ctx, before, "as it is", events)
	if err != nil {
		return libraryscreen.Effect{}, err
	}
	edited, err := displaysOf(ctx, after, "as it would be", events)
	if err != nil {
		return libraryscreen.Effect{}, err
	}
	out := libraryscreen.Effect{Journeys: n, Visits: old.Visits, Events: old.Events}
	then := make(map[string]int64, len(edited.Engagements))
	for _, e := range edited.Engagements {
		then[e.ID] = e.Displays
	}
	seen := make(map[string]bool, len(old.Engagements))
	for _, e := range old.Engagements {
		seen[e.ID] = true
		if e.Displays > 0 || then[e.ID] > 0 {
			out.Engagements = append(out.Engagements, libraryscreen.Displays{Engagement: e.ID, Before: e.Displays, After: then[e.ID]})
		}
	}
	for _, e := range edited.Engagements {
		if !seen[e.ID] && e.Displays > 0 {
			out.Engagements = append(out.Engagements, libraryscreen.Displays{Engagement: e.ID, After: e.Displays})
		}
	}
	return out, nil
}

func displaysOf(ctx context.Context, c *model.Catalog, which string, events []*journey.Event) (*replay.Summary, error) {
	eng, err := engine.Compile(c)
	if err != nil {
		return nil, fmt.Errorf("the catalog %s cannot be used: %w", which, err)
	}
	summary, err := replay.Run(ctx, eng, func(yield func(*journey.Event, error) bool) {
		for _, ev := range events {
			if !yield(ev, nil) {
				return
			}
		}
	}, replay.Options{}, nil)
	if err != nil {
		return nil, fmt.Errorf("replaying the journeys: %w", err)
	}
	return summary, nil
}

// Pages implements library.Keeper.
func (k *libraryKeeper) Pages(ctx context.Context) ([]journey.Page, error) {
	_, events, err := k.journeys(ctx)
	if err != nil {
		return nil, err
	}
	var out []journey.Page
	seen := map[string]bool{}
	for _, ev := range events {
		if ev.Page == nil {
			continue
		}
		name := ev.Page.URL + "\n" + ev.Page.Title + "\n" + strings.Join(ev.Page.Sections, "\n")
		if !seen[name] {
			seen[name] = true
			out = append(out, *ev.Page)
		}
	}
	return out, nil
}
