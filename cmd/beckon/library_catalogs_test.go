package main

import (
	"errors"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/journey"
	"beckon/tui/screen/builder"
	"beckon/tui/screen/campaigns"
	"beckon/tui/screen/simulator"
)

// published tells whether a campaign is, in the engine of a catalog.
func published(t *testing.T, l *library, c simulator.Catalog, id string) (published bool, priority model.Priority) {
	t.Helper()
	eng, err := l.EngineOf(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.EngineOf(t.Context(), c)
	if err != nil || again != eng {
		t.Errorf("the same catalog is compiled twice, %v", err)
	}
	for _, k := range eng.Catalog().Campaigns {
		if k.ID == id {
			return k.Published, k.Priority
		}
	}
	t.Fatalf("no campaign %s", id)
	return false, ""
}

func TestJourneysGoThroughEarlierRevisionsAndDrafts(t *testing.T) {
	t.Parallel()
	s := filled(t)
	l := newLibrary(s, "ana", func() time.Time { return monday })
	k := &keeper{store: s, who: "ben", now: func() time.Time { return monday }}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var cart model.Campaign
	for _, c := range loaded.Catalog.Campaigns {
		if c.ID == "cart-rescue" {
			cart = *c
		}
	}
	was := cart.Priority
	cart.Priority = model.Low
	if _, err := k.Put(t.Context(), campaigns.Edit{Campaign: &cart, Base: 1, Why: "make it low", Action: "update", Element: "priority"}); err != nil {
		t.Fatal(err)
	}
	draft := cart
	draft.Published, draft.Priority = false, model.Medium
	work := &workshop{store: s, who: "ana", now: func() time.Time { return monday }}
	save := func() {
		t.Helper()
		h, err := edit.NewHistory(&cart, 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Replace("another priority", &draft); err != nil {
			t.Fatal(err)
		}
		body, err := h.Save()
		if err != nil {
			t.Fatal(err)
		}
		if err := work.SaveDraft(t.Context(), builder.Draft{Key: "d-1", Name: "Cart rescue", Work: body}); err != nil {
			t.Fatal(err)
		}
	}
	save()
	found, err := l.Catalogs(t.Context())
	if err != nil || len(found) != 3 || found[0].Draft != "d-1" || found[1].Revision != 2 || found[2].Revision != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	if found[1].About != "Mon 2 Mar 2026 10:00 UTC by ben: make it low." || found[0].Name != "your draft of Cart rescue" {
		t.Errorf("told as %q and %q", found[1].About, found[0].Name)
	}
	if found[0].About != "Changed Mon 2 Mar 2026 10:00 UTC, not published." {
		t.Errorf("the draft is told as %q", found[0].About)
	}
	l.share.shelf.settled(&model.Settings{Zone: "America/Sao_Paulo"})
	there, err := l.Catalogs(t.Context())
	if err != nil || there[0].About != "Changed Mon 2 Mar 2026 07:00 -03, not published." || there[1].About != "Mon 2 Mar 2026 07:00 -03 by ben: make it low." {
		t.Errorf("not told in the zone of the account: %+v, %v", there[:2], err)
	}
	if then, err := l.CatalogAt(t.Context(), journey.At(monday.Add(time.Hour))); err != nil || then.About != there[1].About {
		t.Errorf("in force then: %+v, %v", then, err)
	}
	if is, p := published(t, l, found[0], "cart-rescue"); !is || p != model.Medium {
		t.Errorf("the draft is published %v with priority %s", is, p)
	}
	if _, p := published(t, l, found[1], "cart-rescue"); p != model.Low {
		t.Errorf("revision 2 has priority %s", p)
	}
	if _, p := published(t, l, found[2], "cart-rescue"); p != was {
		t.Errorf("revision 1 has priority %s, want %s", p, was)
	}
	draft.Priority = model.High
	work.now = func() time.Time { return monday.Add(time.Second) }
	save()
	if _, p := published(t, l, found[0], "cart-rescue"); p != model.High {
		t.Errorf("the draft was changed and has priority %s", p)
	}
	if err := work.DropDraft(t.Context(), "d-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.EngineOf(t.Context(), found[0]); !errors.Is(err, simulator.ErrNoCatalog) {
		t.Errorf("a dropped draft: %v", err)
	}
	if _, err := l.EngineOf(t.Context(), simulator.Catalog{Revision: 99}); !errors.Is(err, simulator.ErrNoCatalog) {
		t.Errorf("a revision to come: %v", err)
	}
}
