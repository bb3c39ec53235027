package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/screen/builder"
	"beckon/tui/tuitest"
)

// half is a campaign as it is while somebody begins it, with its past.
func half(t *testing.T, name string) []byte {
	t.Helper()
	h, err := edit.NewHistory(&model.Campaign{Header: model.Header{Kind: model.KindCampaign}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Do("change name", edit.Set("name", name)); err != nil {
		t.Fatal(err)
	}
	body, err := h.Save()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestDraftsAreTheOperatorsOwn(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t), context.Background()
	now := monday
	ana := &workshop{store: s, who: "ana", now: func() time.Time { return now }}
	ben := &workshop{store: s, who: "ben", now: func() time.Time { return now }}
	goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "calls", Name: "Calls"}}
	for _, name := range []string{"Spri", "Spring"} {
		if err := ana.SaveDraft(ctx, builder.Draft{Key: "+1", Name: name, Work: half(t, name), Items: []builder.Item{{Document: goal}},
			Begun: []builder.Begun{{Work: half(t, "in it"), Base: 7, Field: "audiences"}}}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	if err := ana.SaveDraft(ctx, builder.Draft{Key: "cart-rescue", Name: "Cart rescue", Work: half(t, "Cart rescue")}); err != nil {
		t.Fatal(err)
	}
	drafts, err := ana.Drafts(ctx)
	if err != nil || len(drafts) != 2 || drafts[0].Key != "cart-rescue" || drafts[1].Name != "Spring" {
		t.Fatalf("drafts %+v, %v", drafts, err)
	}
	h, err := edit.LoadHistory(drafts[1].Work)
	if err != nil || h.Document().Head().Name != "Spring" {
		t.Fatalf("the draft reads as %v, %v", h, err)
	}
	if _, ok := h.Undo(); !ok || h.Document().Head().Name != "" {
		t.Error("its past is gone")
	}
	if items := drafts[1].Items; len(items) != 1 || items[0].Document.Head().Name != "Calls" || items[0].Base != 0 {
		t.Errorf("items %+v", items)
	}
	begun := drafts[1].Begun
	if len(begun) != 1 || begun[0].Base != 7 || begun[0].Field != "audiences" || len(drafts[0].Begun) != 0 {
		t.Fatalf("under edit %+v", begun)
	}
	if h, err := edit.LoadHistory(begun[0].Work); err != nil || h.Document().Head().Name != "in it" {
		t.Errorf("what is under edit reads as %v, %v", h, err)
	}
	if theirs, err := ben.Drafts(ctx); err != nil || len(theirs) != 0 {
		t.Errorf("another operator sees %d drafts, %v", len(theirs), err)
	}
	for range 2 { // what is gone is gone
		if err := ana.DropDraft(ctx, "+1"); err != nil {
			t.Fatal(err)
		}
	}
	if drafts, err = ana.Drafts(ctx); err != nil || len(drafts) != 1 {
		t.Errorf("%d drafts are left, %v", len(drafts), err)
	}
	if c, err := storedCatalog(ctx, s, 0); err != nil || c.Index().Goal("calls") != nil {
		t.Errorf("a draft is part of the catalog: %v", err)
	}
	if rev, err := s.Revision(ctx); err != nil || rev != 1 {
		t.Errorf("drafts have brought the store to revision %d, %v", rev, err)
	}
}

func TestACampaignIsWrittenWithItsItemsOrNotAtAll(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t), context.Background()
	k := &workshop{store: s, who: "ana", now: func() time.Time { return monday }}
	l, err := k.Catalog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Pages) == 0 || l.Revisions[model.DocumentKey{Kind: model.KindCampaign, ID: "cart-rescue"}] != 1 {
		t.Errorf("%d pages, revisions %v", len(l.Pages), l.Revisions)
	}
	goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "calls", Name: "Calls"}, Type: model.GoalInteract}
	c := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "spring", Name: "Spring"}, Goal: "calls"}
	if err := k.SaveDraft(ctx, builder.Draft{Key: "+1", Name: "Spring", Work: half(t, "Spring")}); err != nil {
		t.Fatal(err)
	}
	change := builder.Change{Campaign: c, Items: []builder.Item{{Document: goal}}, Draft: "+1", Why: "save Spring",
		Audit: []builder.Entry{{Key: model.DocumentKey{Kind: model.KindCampaign, ID: "spring"}, Action: "create", New: "Spring"}}}
	rev, err := k.Write(ctx, change)
	if err != nil || rev <= l.Catalog.Revision {
		t.Fatalf("revision %d, %v", rev, err)
	}
	if drafts, err := k.Drafts(ctx); err != nil || len(drafts) != 0 {
		t.Errorf("%d drafts are left, %v", len(drafts), err)
	}
	audit, err := s.Audit(ctx, store.AuditQuery{Kind: "campaign", ID: "spring"})
	if err != nil || len(audit) != 1 || audit[0].Why != "save Spring" || audit[0].Author != "ana" {
		t.Errorf("audit %+v, %v", audit, err)
	}

	// The same once more comes too late: the goal is there already.
	other := *c
	other.ID = "summer"
	var stale *builder.Conflict
	if _, err := k.Write(ctx, builder.Change{Campaign: &other, Items: change.Items}); !errors.As(err, &stale) {
		t.Fatalf("a goal was overwritten: %v", err)
	}
	if stale.Key != (model.DocumentKey{Kind: model.KindGoal, ID: "calls"}) || stale.Author != "ana" || stale.Theirs == nil || stale.Revision != rev {
		t.Errorf("conflict %+v", stale)
	}
	if _, err := s.Get(ctx, "campaign", "summer"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("half of a change was written: %v", err)
	}
	if _, err := k.Write(ctx, builder.Change{Campaign: c, Base: rev, Delete: true, Why: "delete Spring"}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Write(ctx, builder.Change{Campaign: c, Base: rev}); !errors.As(err, &stale) || stale.Theirs != nil {
		t.Errorf("a deleted campaign came back: %v", err)
	}
}

func TestTheBuilderOpensACampaignOfTheShop(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, s store.Store) {
		d.Press("/")
		d.Type("cart rescue")
		d.Press("enter", "e")
		d.Wait(time.Second)
		d.Expect("Builder › Cart rescue › Name", "Cart rescue", "published")
		d.Press("esc")
		d.Expect("Campaigns › Cart rescue")
		d.Press("n")
		d.Wait(time.Second)
		d.Expect("Builder › New campaign")
		d.Type("Bill payments")
		d.Wait(3 * time.Second)
		d.Expect("draft kept")
		d.Press("f2")
		d.Expect("Saved Bill payments; it is not published")
		if _, err := s.Get(context.Background(), "campaign", "bill-payments"); err != nil {
			t.Error(err)
		}
	})
}
