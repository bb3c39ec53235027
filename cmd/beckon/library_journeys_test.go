package main

import (
	"errors"
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/screen/simulator"
)

func TestJourneysAreSavedCopiedRenamedAndDeleted(t *testing.T) {
	t.Parallel()
	s := filled(t)
	l := newLibrary(s, "ana", func() time.Time { return monday })
	rec, err := l.Load(t.Context(), "cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	j, err := l.SaveJourney(t.Context(), "My Cart, once more", rec.Visitors, false)
	if err != nil || j != (simulator.Journey{ID: "my-cart-once-more", Name: "My cart once more"}) {
		t.Fatalf("%+v, %v", j, err)
	}
	again, err := l.Load(t.Context(), j.ID)
	if err != nil || len(again.Visitors) != 1 || len(again.Visitors[0].Events) != len(rec.Visitors[0].Events) {
		t.Fatalf("%+v, %v", again, err)
	}
	if _, err := l.SaveJourney(t.Context(), "my cart once more", rec.Visitors, false); !errors.Is(err, simulator.ErrTaken) {
		t.Errorf("saved over another: %v", err)
	}
	rec.Visitors[0].Events = rec.Visitors[0].Events[:3]
	if _, err := l.SaveJourney(t.Context(), "my cart once more", rec.Visitors, true); err != nil {
		t.Fatal(err)
	}
	if again, err = l.Load(t.Context(), j.ID); err != nil || len(again.Visitors[0].Events) != 3 {
		t.Errorf("replaced by %+v, %v", again, err)
	}
	if _, err := l.CopyJourney(t.Context(), j.ID, "cart rescued"); !errors.Is(err, simulator.ErrTaken) {
		t.Errorf("copied over another: %v", err)
	}
	if c, err := l.CopyJourney(t.Context(), j.ID, "Copy"); err != nil || c.ID != "copy" {
		t.Errorf("%+v, %v", c, err)
	}
	if r, err := l.RenameJourney(t.Context(), "copy", "Other"); err != nil || r.ID != "other" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := l.Load(t.Context(), "copy"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("renamed it is still there: %v", err)
	}
	if err := l.DeleteJourney(t.Context(), "other"); err != nil {
		t.Error(err)
	}
	if err := l.DeleteJourney(t.Context(), "other"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	audit, err := s.Audit(t.Context(), store.AuditQuery{Kind: kindJourney, ID: j.ID, OldestFirst: true})
	if err != nil || len(audit) != 2 || audit[0].Action != "create" || audit[1].Action != "update" || audit[1].Author != "ana" {
		t.Errorf("audit %+v, %v", audit, err)
	}
}
