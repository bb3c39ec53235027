package main

import (
	"strings"
	"testing"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/replay"
	"beckon/store"
	"beckon/tui/screen/builder"
	"beckon/tui/screen/campaigns"
)

func TestNeitherScreenPublishesWhileAScenarioOfTheStoreFails(t *testing.T) {
	t.Parallel()
	s := filled(t)
	ctx := t.Context()
	c, err := storedCatalog(ctx, s, 0)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := edit.Clone(c.Index().Campaign("cart-rescue")).(*model.Campaign)
	// Disabled, the overlay is shown to nobody: the shop's scenarios say that it is.
	for _, e := range k.Engagements {
		e.Disabled = e.ID == "help-overlay"
	}
	shop, bench := &keeper{store: s, who: "ana", now: here().now}, &workshop{store: s, who: "ana", now: here().now}
	publish := campaigns.Edit{Campaign: k, Base: 1, Why: "publish", Action: campaigns.ActionPublish}
	change := builder.Change{Campaign: k, Base: 1, Why: "publish"}

	_, err = shop.Put(ctx, publish)
	r, refused := replay.RefusalOf(err)
	if !refused || len(r.Trials) == 0 || !strings.Contains(r.Trials[0].Text(), "help-overlay") {
		t.Fatalf("the screen Campaigns: %v", err)
	}
	if _, err = bench.Write(ctx, change); err == nil || err.Error() != r.Error() {
		t.Errorf("the screen Builder: %v, want %v", err, r)
	}
	// What does not publish is not held up: a campaign is paused at once.
	if rev, err := s.Revision(ctx); err != nil || rev != 1 {
		t.Fatalf("revision %d, %v: something was written", rev, err)
	}
	// Without the scenarios it may be published.
	for _, one := range r.Trials {
		if err := bench.DropScenario(ctx, one.ID); err != nil {
			t.Fatal(err)
		}
		if err := bench.DropScenario(ctx, one.ID); err != nil {
			t.Errorf("a second time: %v", err)
		}
	}
	if trials, err := shop.Try(ctx, k); err != nil || replay.Refuse(trials) != nil {
		t.Fatalf("%v, %v", trials, err)
	}
	if _, err := bench.Write(ctx, change); err != nil {
		t.Errorf("still refused: %v", err)
	}
	audit, err := s.Audit(ctx, store.AuditQuery{Kind: kindScenario, ID: r.Trials[0].ID})
	if err != nil || len(audit) == 0 || audit[0].Action != "delete" || audit[0].Author != "ana" {
		t.Errorf("the audit says %+v, %v", audit, err)
	}
}

func TestPublishingIsTriedWithTheItemsThatAreWrittenWithIt(t *testing.T) {
	t.Parallel()
	s := filled(t)
	c, err := storedCatalog(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	k := c.Index().Campaign("cart-rescue")
	bench := &workshop{store: s, who: "ana", now: here().now}
	trials, err := bench.Try(t.Context(), k, nil)
	if err != nil || len(trials) == 0 || replay.Refuse(trials) != nil {
		t.Fatalf("as it is: %d trials, %v, %v", len(trials), replay.Refuse(trials), err)
	}
	elsewhere := &model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "cart", Name: "Cart"},
		Include: []model.PageRule{{URLRule: model.URLRule{Contains: "/nowhere"}}}}
	if trials, err = bench.Try(t.Context(), k, []model.Document{elsewhere}); err != nil || replay.Refuse(trials) == nil {
		t.Errorf("with the cart elsewhere: %v, %v", replay.Refuse(trials), err)
	}
	change := builder.Change{Campaign: k, Base: 1, Why: "publish", Items: []builder.Item{{Document: elsewhere, Base: 1}}}
	_, err = bench.Write(t.Context(), change)
	if _, refused := replay.RefusalOf(err); !refused {
		t.Errorf("written with the cart elsewhere: %v", err)
	}
}
