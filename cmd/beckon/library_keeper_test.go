package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/store"
	libraryscreen "beckon/tui/screen/library"
	"beckon/tui/screen/settings"
)

func TestTheLibraryKeeperWritesAllOfAChangeOrNothing(t *testing.T) {
	t.Parallel()
	s := filled(t)
	k := &libraryKeeper{store: s, who: "ana", now: func() time.Time { return monday }}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(loaded.Catalog.Documents()); len(loaded.Versions) != n || n < 50 {
		t.Fatalf("%d versions of %d documents", len(loaded.Versions), n)
	}
	goal := loaded.Catalog.Index().Goal("order-placed")
	renamed := edit.Clone(goal)
	renamed.Head().Name = "Something sold"
	change := libraryscreen.Change{Why: "rename it, and keep a copy", Writes: []libraryscreen.Write{
		{Kind: model.KindGoal, ID: goal.ID, Document: renamed, Base: 1, Action: "update", Element: "name", Old: goal.Name, New: "Something sold"},
		{Kind: model.KindGoal, ID: "new-goal", Document: &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "new-goal", Name: "New"}, Type: model.GoalInteract}, Action: "create"},
	}}
	v, err := k.Commit(t.Context(), change)
	if err != nil || v.Revision != 2 || v.Author != "ana" || v.Why != change.Why {
		t.Fatalf("Commit = %+v, %v", v, err)
	}
	audit, err := s.Audit(t.Context(), store.AuditQuery{Kind: "goal", ID: goal.ID, Action: "update"})
	if err != nil || len(audit) != 1 || audit[0].Element != "name" || audit[0].New != "Something sold" {
		t.Errorf("audit %+v, %v", audit, err)
	}
	news, err := k.Next(t.Context(), 1)
	if err != nil || news.Revision != 2 || len(news.Changed) != 2 || news.Changed[0].Document.Head().Name != "Something sold" {
		t.Fatalf("Next = %+v, %v", news, err)
	}

	// The second document is stale, so that the first is not written either.
	stale := libraryscreen.Change{Writes: []libraryscreen.Write{
		{Kind: model.KindGoal, ID: "new-goal", Base: 2, Action: "delete"},
		{Kind: model.KindGoal, ID: goal.ID, Document: goal, Base: 1, Action: "update"}}}
	_, err = k.Commit(t.Context(), stale)
	var conflict *libraryscreen.Conflict
	if !errors.As(err, &conflict) || conflict.Key.ID != goal.ID || conflict.Theirs.Head().Name != "Something sold" || conflict.Revision != 2 {
		t.Fatalf("a stale change: %v", err)
	}
	if _, err := s.Get(t.Context(), "goal", "new-goal"); err != nil {
		t.Errorf("half of it was written: %v", err)
	}
	stale.Writes[1].Base = 2
	if _, err := k.Commit(t.Context(), stale); err != nil {
		t.Fatal(err)
	}
	if news, err := k.Next(t.Context(), 2); err != nil || len(news.Changed) != 2 || news.Changed[0].Document != nil {
		t.Errorf("a deletion: %+v, %v", news, err)
	}
	if news, err := k.Next(t.Context(), 99); err != nil || !news.Reload || news.Revision != 3 {
		t.Errorf("from a revision that is not there: %+v, %v", news, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Next(ctx, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("a session that ended: %v", err)
	}
}

func TestTheEffectOfAnEditIsCountedOnTheStoresJourneys(t *testing.T) {
	t.Parallel()
	k := &libraryKeeper{store: filled(t), who: "ana", now: func() time.Time { return monday }}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same, err := k.Effect(t.Context(), loaded.Catalog, loaded.Catalog)
	if err != nil || same.Journeys < 12 || same.Visits == 0 || same.Events == 0 || len(same.Engagements) == 0 {
		t.Fatalf("Effect = %+v, %v", same, err)
	}
	for _, d := range same.Engagements {
		if d.Before != d.After || d.Before == 0 {
			t.Errorf("one catalog shows %s %d and %d times", d.Engagement, d.Before, d.After)
		}
	}
	// An audience that nobody is in shows nothing.
	after := *loaded.Catalog
	after.Audiences = nil
	for _, a := range loaded.Catalog.Audiences {
		closed := *a
		closed.When = model.Condition{Geo: &model.GeoCondition{Countries: []string{"AQ"}}}
		after.Audiences = append(after.Audiences, &closed)
	}
	closed, err := k.Effect(t.Context(), loaded.Catalog, &after)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range closed.Engagements {
		if d.After != 0 || d.Before != same.Engagements[i].Before {
			t.Errorf("nobody is in any audience, but %s goes from %d to %d", d.Engagement, d.Before, d.After)
		}
	}
	after.Goals = nil
	if _, err := k.Effect(t.Context(), loaded.Catalog, &after); err == nil {
		t.Error("a catalog with missing goals was replayed")
	}
	pages, err := k.Pages(t.Context())
	if err != nil || len(pages) < 10 || pages[0].URL == "" {
		t.Errorf("%d pages, %v", len(pages), err)
	}
}

func TestTheSettingsKeeperWritesRefusesAndTells(t *testing.T) {
	t.Parallel()
	s := filled(t)
	k := &settingsKeeper{store: s, who: "ana", now: func() time.Time { return monday }}
	loaded, err := k.Settings(t.Context())
	if err != nil || loaded.Version.Revision != 1 || loaded.Version.Author != "ana" || loaded.Catalog.Revision != 1 {
		t.Fatalf("Settings = %+v, %v", loaded.Version, err)
	}
	changed := loaded.Catalog.Settings
	changed.Currency = "CHF"
	e := settings.Edit{Settings: &changed, Base: 1, Why: "we moved", Changes: []settings.Field{{Element: "currency", Old: "EUR", New: "CHF"}}}
	v, err := k.Put(t.Context(), e)
	if err != nil || v.Revision != 2 {
		t.Fatalf("Put = %+v, %v", v, err)
	}
	audit, err := s.Audit(t.Context(), store.AuditQuery{Kind: "settings", Action: "update"})
	if err != nil || len(audit) != 1 || audit[0].Element != "currency" || audit[0].New != "CHF" {
		t.Errorf("audit %+v, %v", audit, err)
	}
	if news, err := k.Next(t.Context(), 1); err != nil || news.Settings == nil || news.Settings.Currency != "CHF" || news.Version.Revision != 2 {
		t.Errorf("Next = %+v, %v", news, err)
	}
	var conflict *settings.Conflict
	if _, err := k.Put(t.Context(), e); !errors.As(err, &conflict) || conflict.Theirs == nil || conflict.Theirs.(*model.Settings).Currency != "CHF" {
		t.Errorf("a stale edit: %v", err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: monday, Writes: []store.Write{store.Delete{Kind: "settings", ID: changed.ID, Base: 2}}}); err != nil {
		t.Fatal(err)
	}
	if news, err := k.Next(t.Context(), 2); err != nil || !news.Reload {
		t.Errorf("deleted settings: %+v, %v", news, err)
	}
	e.Base = 2
	if _, err := k.Put(t.Context(), e); !errors.As(err, &conflict) || conflict.Theirs != nil {
		t.Errorf("an edit of what was deleted: %v", err)
	}
	if again, err := k.Settings(t.Context()); err != nil || again.Version.Revision != 0 {
		t.Errorf("without settings: %+v, %v", again.Version, err)
	}
	if news, err := k.Next(t.Context(), 99); err != nil || !news.Reload {
		t.Errorf("from a revision that is not there: %+v, %v", news, err)
	}
}
