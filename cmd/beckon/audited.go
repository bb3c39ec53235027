package main

import (
	"context"

	"beckon/model"
	"beckon/model/edit"
	"beckon/store"
)

// elements tells the audit of a new version of a document, one entry for each
// field that differs from the version that it replaces. Where fields cannot be
// told, because there was none before or it cannot be read, the whole is told
// in one entry.
func elements(ctx context.Context, s store.Store, base store.Revision, after model.Document, whole store.AuditEntry) []store.AuditEntry {
	if base == 0 || after == nil {
		return []store.AuditEntry{whole}
	}
	was, err := s.History(ctx, whole.Kind, whole.ID, store.HistoryQuery{Before: base + 1, Limit: 1})
	if err != nil || len(was) == 0 || was[0].Revision != base || was[0].Deleted {
		return []store.AuditEntry{whole}
	}
	before, err := decodeStored(was[0])
	if err != nil {
		return []store.AuditEntry{whole}
	}
	var out []store.AuditEntry
	for _, d := range edit.Diff(before, after) {
		e := store.AuditEntry{Kind: whole.Kind, ID: whole.ID, Action: whole.Action, Element: clipped(string(d.Path), store.MaxName), Old: d.Old, New: d.New}
		if e.Element == "" {
			e.Element = clipped(d.Label, store.MaxName)
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return []store.AuditEntry{whole}
	}
	return out
}
