package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"beckon/model/exchange"
	"beckon/model/replay"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

// Scenarios implements simulator.Source.
func (l *library) Scenarios(ctx context.Context) ([]replay.Kept, error) {
	stored, err := storedScenarios(ctx, l.store, 0)
	if err != nil {
		return nil, err
	}
	out := make([]replay.Kept, len(stored))
	for i, d := range stored {
		out[i] = replay.Kept{ID: d.id, Text: d.body}
	}
	return out, nil
}

// KeepScenario implements simulator.Source.
func (l *library) KeepScenario(ctx context.Context, id string, s *replay.Scenario, replace bool) (string, error) {
	if id == "" {
		id = exchange.Slug(s.Name, kindScenario)
	}
	doc, err := scenarioDocument(id, s)
	if err != nil {
		return "", err
	}
	return id, l.put(ctx, doc, replace, "keep the scenario "+id)
}

// DropScenario implements simulator.Source.
func (l *library) DropScenario(ctx context.Context, id string) error {
	return dropScenario(ctx, l.store, id, l.work.who, l.work.now())
}

// WriteScenario implements simulator.Source. The file names no catalog: it is
// run on the one at hand.
func (l *library) WriteScenario(ctx context.Context, path string, s *replay.Scenario, replace bool) (string, error) {
	path, err := (&keeper{elsewhere: l.elsewhere}).filePath(path)
	if err != nil {
		return "", err
	}
	kept := *s
	kept.Catalog = ""
	body, err := replay.EncodeScenario(&kept)
	if err != nil {
		return "", err
	}
	switch there, err := plainFile(path); {
	case err != nil:
		return "", err
	case there != nil && !replace:
		return "", fmt.Errorf("%w: %s", simulator.ErrTaken, path)
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return path, writeFile(path, func(out io.Writer) error {
		_, err := out.Write(body)
		return err
	})
}

// put writes a document, beside what there is or, if asked for, instead of it.
// Further writes go along.
func (l *library) put(ctx context.Context, doc document, replace bool, why string, more ...store.Write) error {
	put := store.Put{Kind: doc.kind, ID: doc.id, Body: doc.body}
	action := "create"
	switch was, err := l.store.Get(ctx, doc.kind, doc.id); {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return fmt.Errorf("reading the store: %w", err)
	case !replace:
		return fmt.Errorf("%w: %s", simulator.ErrTaken, title(doc.id))
	default:
		put.Base, action = was.Revision, "update"
	}
	change := store.Change{Author: l.work.who, Why: clipped(why, store.MaxWhy), At: l.work.now().UTC(), Writes: append([]store.Write{put}, more...),
		Audit: []store.AuditEntry{{Kind: doc.kind, ID: doc.id, Action: action}}}
	for _, w := range more {
		ref, _ := store.Target(w)
		change.Audit = append(change.Audit, store.AuditEntry{Kind: ref.Kind, ID: ref.ID, Action: "delete"})
	}
	if _, err := l.store.Commit(ctx, change); err != nil {
		return fmt.Errorf("writing to the store: %w", err)
	}
	return nil
}
