package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/journey"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

func TestTheCatalogOfAnInstantIsTheOneThatWasInForce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	shopAt(t, path)
	s := reopened(t, path)
	begins, err := s.Audit(t.Context(), store.AuditQuery{OldestFirst: true, Limit: 1})
	if err != nil || len(begins) == 0 {
		t.Fatal(err)
	}
	first := begins[0].At
	c, err := storedCatalog(t.Context(), s, 1)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at time.Time, d model.Document) store.Revision {
		t.Helper()
		body, err := model.EncodeDocument(d)
		if err != nil {
			t.Fatal(err)
		}
		written, rev, err := putSince(t.Context(), s, store.Change{Author: "ana", Why: "the season", At: at}, []document{{string(d.Head().Kind), d.Head().ID, body}}, anyRevision)
		if err != nil || len(written) != 1 {
			t.Fatalf("%v, %v", written, err)
		}
		return rev
	}
	k := edit.Clone(c.Index().Campaign(running)).(*model.Campaign)
	k.Priority = model.Low
	low := change(first.Add(time.Hour), k)
	k.Priority = model.Medium
	medium := change(first.Add(2*time.Hour), k)
	// What is no part of the catalog changes nothing about it.
	if _, err := s.Commit(t.Context(), store.Change{Author: "ana", At: first.Add(90 * time.Minute), Audit: []store.AuditEntry{{Action: "sign in"}}}); err != nil {
		t.Fatal(err)
	}
	l := newLibrary(s, "ana", here().now)
	for _, tt := range []struct {
		at       time.Duration
		want     store.Revision
		priority model.Priority
	}{
		{0, 1, c.Index().Campaign(running).Priority}, {time.Hour - time.Millisecond, 1, c.Index().Campaign(running).Priority}, {time.Hour, low, model.Low},
		{2*time.Hour - time.Millisecond, low, model.Low}, {2 * time.Hour, medium, model.Medium}, {1000 * time.Hour, medium, model.Medium},
	} {
		at := first.Add(tt.at)
		found, words, err := catalogAt(t.Context(), s, at.UTC().Format(time.RFC3339Nano))
		if err != nil {
			t.Errorf("%v: %v", tt.at, err)
			continue
		}
		if got := found.Index().Campaign(running).Priority; got != tt.priority || found.Revision != uint64(tt.want) || !strings.HasPrefix(words, "revision ") {
			t.Errorf("%v: %s, revision %d, %s", tt.at, got, found.Revision, words)
		}
		other, err := l.CatalogAt(t.Context(), journey.At(at))
		if err != nil || other.Revision != uint64(tt.want) {
			t.Errorf("%v: %+v, %v", tt.at, other, err)
		}
	}
	l.share.shelf.settled(&model.Settings{Zone: "America/Sao_Paulo"})
	if _, err := l.CatalogAt(t.Context(), journey.At(first.Add(-time.Second))); !errors.Is(err, simulator.ErrNotYet) || !strings.HasSuffix(err.Error(), "the store begins at "+first.In(time.FixedZone("-03", -3*3600)).Format("Mon 2 Jan 2006 15:04 MST")) {
		t.Errorf("before there was a store: %v", err)
	}
	if found, words, err := catalogAt(t.Context(), s, "1"); err != nil || found.Revision != 1 || words != "revision 1" {
		t.Errorf("revision 1: %s, %v", words, err)
	}
	for _, when := range []string{"99", "soon", "0"} {
		if _, _, err := catalogAt(t.Context(), s, when); err == nil {
			t.Errorf("%s was taken", when)
		}
	}
	s.Close()

	// The command replays through it, and says which it is.
	var out, errs bytes.Buffer
	w := here()
	w.out, w.err = &out, &errs
	file := filepath.Join("..", "..", "fixtures", "journeys", "cart-rescued.jsonl")
	if err := runReplay(t.Context(), w, &replayFlags{store: path, catalogAt: first.Add(time.Hour).UTC().Format(time.RFC3339Nano), respond: "ignore"}, []string{file}); err != nil {
		t.Fatal(err)
	}
	if said := errs.String(); !strings.Contains(said, "at revision 2, in force at ") || !strings.Contains(said, "(ana: the season)") {
		t.Errorf("said %s", said)
	}
	if err := runReplay(t.Context(), w, &replayFlags{store: path, catalog: []string{"x"}, catalogAt: "1", respond: "ignore"}, []string{file}); !errors.Is(err, errArguments) {
		t.Errorf("with files: %v", err)
	}
}
