package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

// load reads the catalog that was asked for. One of the past is one for all
// visits, whenever they were, so that the numbers are of one catalog; the
// Simulator takes that of an instant of one visit.
func (f *replayFlags) load(ctx context.Context, w *world) (*model.Catalog, string, error) {
	if f.catalogAt == "" {
		return loadCatalog(ctx, w, f.catalog, f.store)
	}
	if len(f.catalog) > 0 {
		return nil, "", misuse("--catalog-at is about the store's past: leave --catalog out")
	}
	if err := storeThere(ctx, w, f.store); err != nil {
		return nil, "", err
	}
	path, err := storePath(w, f.store)
	if err != nil {
		return nil, "", err
	}
	s, err := openStore(ctx, w, path)
	if err != nil {
		return nil, "", err
	}
	defer s.Close()
	c, words, err := catalogAt(ctx, s, f.catalogAt)
	if err != nil {
		return nil, "", err
	}
	return c, fmt.Sprintf("store %s at %s", text.Line(path, 200), words), nil
}

// catalogAt reads the catalog as of a revision, or as it was in force at an
// instant, and says in words which it is.
func catalogAt(ctx context.Context, s store.Store, when string) (*model.Catalog, string, error) {
	if n, err := strconv.ParseUint(when, 10, 64); err == nil && n > 0 {
		c, err := storedCatalog(ctx, s, store.Revision(n))
		if errors.Is(err, store.ErrNoRevision) {
			now, _ := s.Revision(ctx)
			return nil, "", misuse(fmt.Sprintf("--catalog-at %d: the store is at revision %d", n, now))
		}
		return c, fmt.Sprintf("revision %d", n), err
	}
	instant, err := instantFlag("catalog-at", when)
	if err != nil {
		return nil, "", err
	}
	e, err := inForceAt(ctx, s, instant.Time(), rfc3339)
	if err != nil {
		return nil, "", err
	}
	c, err := storedCatalog(ctx, s, e.Revision)
	return c, fmt.Sprintf("revision %d, in force at %s since %s (%s: %s)", e.Revision, instant, e.At.UTC().Format(time.RFC3339), text.Line(e.Author, 40), changeWords(e)), err
}

// inForceAt finds the change of the catalog that was the last one up to an
// instant, by the clocks of those who made them. The error is
// [simulator.ErrNotYet] where there was none; it tells with say when the store
// begins.
func inForceAt(ctx context.Context, s store.Store, at time.Time, say func(time.Time) string) (store.AuditEntry, error) {
	q := store.AuditQuery{Until: at}
	for {
		page, err := s.Audit(ctx, q)
		if err != nil {
			return store.AuditEntry{}, fmt.Errorf("reading the audit: %w", err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if q.After = e.Seq; isCatalogKind(e.Kind) {
				return e, nil
			}
		}
	}
	begins := "the store has no catalog"
	if first, err := s.Audit(ctx, store.AuditQuery{OldestFirst: true, Limit: 1}); err == nil && len(first) > 0 {
		begins = "the store begins at " + say(first[0].At)
	}
	return store.AuditEntry{}, fmt.Errorf("%w at %s: %s", simulator.ErrNotYet, at.UTC().Format(time.RFC3339), begins)
}

func rfc3339(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// changeWords say what a change was for, or what it did.
func changeWords(e store.AuditEntry) string {
	if e.Why != "" {
		return text.Line(e.Why, 120)
	}
	return e.Action + " of " + e.Kind + " " + text.Line(e.ID, 60)
}

// CatalogAt implements simulator.Source.
func (l *library) CatalogAt(ctx context.Context, at journey.Instant) (simulator.Catalog, error) {
	e, err := inForceAt(ctx, l.store, at.Time(), l.share.shelf.when)
	if err != nil {
		return simulator.Catalog{}, err
	}
	return simulator.Catalog{Revision: uint64(e.Revision), Name: fmt.Sprintf("revision %d, in force then", e.Revision),
		About: l.aboutChange(e)}, nil
}

// aboutChange says when a change was, by whom and what for, in a sentence.
func (l *library) aboutChange(e store.AuditEntry) string {
	return fmt.Sprintf("%s by %s: %s.", l.share.shelf.when(e.At), text.Line(e.Author, 40), changeWords(e))
}
