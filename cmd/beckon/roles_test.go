package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/exchange"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/store/guard"
	"beckon/tui/screen/builder"
	"beckon/tui/screen/campaigns"
	libraryscreen "beckon/tui/screen/library"
	"beckon/tui/screen/settings"
)

// A desk is an operator's screens, by their keepers, on a guarded store.
type desk struct {
	t         *testing.T
	who       string
	store     store.Store // as the operator may use it
	campaigns *keeper
	builder   *workshop
	library   *libraryKeeper
	settings  *settingsKeeper
	simulator *library
	catalog   *model.Catalog // as the store was filled, at revision 1
}

func (d *desk) campaign(id string) *model.Campaign {
	c := d.catalog.Index().Campaign(id)
	if c == nil {
		d.t.Fatalf("no campaign %s", id)
	}
	return edit.Clone(c).(*model.Campaign)
}

func (d *desk) put(c *model.Campaign) error {
	_, err := d.campaigns.Put(d.t.Context(), campaigns.Edit{Campaign: c, Base: 1, Action: "update"})
	return err
}

func (d *desk) build(c builder.Change) error {
	c.Audit = append(c.Audit, builder.Entry{Key: model.DocumentKey{Kind: model.KindCampaign, ID: c.Campaign.ID}, Action: "update"})
	_, err := d.builder.Write(d.t.Context(), c)
	return err
}

func (d *desk) item(w libraryscreen.Write) error {
	w.Action = "update"
	_, err := d.library.Commit(d.t.Context(), libraryscreen.Change{Writes: []libraryscreen.Write{w}})
	return err
}

func (d *desk) docs(docs ...document) error {
	_, _, err := putSince(d.t.Context(), d.store, store.Change{Author: d.who, At: monday}, docs, anyRevision)
	return err
}

const (
	unpublished = "summer-camp" // of the demo shop, as are the others
	running     = "cart-rescue"
)

// writes are all that the screens and the commands over SSH write, with the
// least role that it takes.
var writes = []struct {
	name  string
	needs guard.Role
	do    func(*desk) error
}{
	{"campaigns: change a draft", guard.Editor, func(d *desk) error {
		c := d.campaign(unpublished)
		c.Priority = model.High
		return d.put(c)
	}},
	{"campaigns: publish", guard.Publisher, func(d *desk) error {
		c := d.campaign(unpublished)
		c.Published = true
		return d.put(c)
	}},
	{"campaigns: change what is published", guard.Publisher, func(d *desk) error {
		c := d.campaign(running)
		c.Priority = model.Low
		return d.put(c)
	}},
	{"campaigns: take back", guard.Publisher, func(d *desk) error {
		c := d.campaign(running)
		c.Published = false
		return d.put(c)
	}},
	{"campaigns: import a draft", guard.Editor, func(d *desk) error {
		data, err := exchange.Export(d.catalog, unpublished)
		if err != nil {
			return err
		}
		path := filepath.Join(d.t.TempDir(), "copy.yaml")
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), "id: "+unpublished, "id: another")), 0o600); err != nil {
			return err
		}
		in, err := d.campaigns.Plan(d.t.Context(), path)
		if err != nil {
			return err
		}
		_, err = d.campaigns.Import(d.t.Context(), in)
		return err
	}},
	{"builder: keep a draft", guard.Editor, func(d *desk) error {
		return d.builder.SaveDraft(d.t.Context(), builder.Draft{Key: "+1", Name: "Spring", Work: half(d.t, "Spring")})
	}},
	{"builder: drop a draft", guard.Editor, func(d *desk) error { return d.builder.DropDraft(d.t.Context(), "+1") }},
	{"builder: save a new campaign and its goal", guard.Editor, func(d *desk) error {
		c := d.campaign(unpublished)
		c.ID, c.Goal = "spring", "calls"
		goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "calls", Name: "Calls"}, Type: model.GoalInteract}
		return d.build(builder.Change{Campaign: c, Items: []builder.Item{{Document: goal}}})
	}},
	{"builder: publish a new campaign", guard.Publisher, func(d *desk) error {
		c := d.campaign(running)
		c.ID = "spring"
		return d.build(builder.Change{Campaign: c})
	}},
	{"builder: save a draft with an item that is in use", guard.Publisher, func(d *desk) error {
		goal := edit.Clone(d.catalog.Index().Goal("order-placed"))
		goal.Head().Name = "Sold"
		return d.build(builder.Change{Campaign: d.campaign(unpublished), Base: 1, Items: []builder.Item{{Document: goal, Base: 1}}})
	}},
	{"builder: delete a draft", guard.Editor, func(d *desk) error {
		return d.build(builder.Change{Campaign: d.campaign(unpublished), Base: 1, Delete: true})
	}},
	{"builder: delete what is published", guard.Publisher, func(d *desk) error {
		return d.build(builder.Change{Campaign: d.campaign(running), Base: 1, Delete: true})
	}},
	{"library: a new item", guard.Editor, func(d *desk) error {
		return d.item(libraryscreen.Write{Kind: model.KindGoal, ID: "calls", Document: &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "calls", Name: "Calls"}, Type: model.GoalInteract}})
	}},
	{"library: change an item that is in use", guard.Publisher, func(d *desk) error {
		goal := edit.Clone(d.catalog.Index().Goal("order-placed"))
		goal.Head().Name = "Sold"
		return d.item(libraryscreen.Write{Kind: model.KindGoal, ID: "order-placed", Document: goal, Base: 1})
	}},
	{"library: delete an item that is in use", guard.Publisher, func(d *desk) error {
		return d.item(libraryscreen.Write{Kind: model.KindGoal, ID: "order-placed", Base: 1})
	}},
	{"settings: change them", guard.Publisher, func(d *desk) error {
		own := edit.Clone(&d.catalog.Settings).(*model.Settings)
		own.Head().Name = "Changed"
		_, err := d.settings.Put(d.t.Context(), settings.Edit{Settings: own, Base: 1})
		return err
	}},
	{"simulator: save a journey", guard.Editor, func(d *desk) error {
		_, err := d.simulator.CopyJourney(d.t.Context(), "bill-payment", "Another")
		return err
	}},
	{"simulator: rename a journey", guard.Editor, func(d *desk) error {
		_, err := d.simulator.RenameJourney(d.t.Context(), "bill-payment", "Another")
		return err
	}},
	{"simulator: delete a journey", guard.Editor, func(d *desk) error { return d.simulator.DeleteJourney(d.t.Context(), "bill-payment") }},
	{"simulator: keep a scenario", guard.Editor, func(d *desk) error { return d.docs(document{kindScenario, "spring", []byte("scenario: x\n")}) }},
	{"what an import keeps beside the documents", guard.Editor, func(d *desk) error { return d.docs(document{exchange.KindForeign, "campaign-1", []byte("{}\n")}) }},
	{"operators: add one", guard.Admin, func(d *desk) error {
		o := guard.Operator{Name: "new", Role: guard.Viewer}
		_, err := guard.Write(d.t.Context(), d.store, store.Change{Author: d.who, At: monday}, o, store.AuditEntry{Action: "create"})
		return err
	}},
	{"operators: make oneself an admin", guard.Admin, func(d *desk) error {
		o, err := guard.Find(d.t.Context(), d.store, d.who)
		if err != nil {
			return err
		}
		o.Role = guard.Admin
		_, err = guard.Write(d.t.Context(), d.store, store.Change{Author: d.who, At: monday}, o, store.AuditEntry{Action: "update"})
		return err
	}},
}

func TestEveryWriteTakesItsRoleAndNoLess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	shopAt(t, path)
	s := reopened(t, path)
	catalog, err := storedCatalog(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range guard.Roles() {
		o := guard.Operator{Name: "bo-" + string(role), Role: role}
		if _, err := guard.Write(t.Context(), s, store.Change{Author: "root", At: monday}, o, store.AuditEntry{Action: "create"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	shop, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shared := reopened(t, path) // for what is refused, and changes nothing
	before, err := shared.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range guard.Roles() {
		for _, w := range writes {
			may := slices.Index(guard.Roles(), role) >= slices.Index(guard.Roles(), w.needs)
			s := shared
			if may {
				own := filepath.Join(t.TempDir(), "own.db")
				if err := os.WriteFile(own, shop, 0o600); err != nil {
					t.Fatal(err)
				}
				s = reopened(t, own)
			}
			who := "bo-" + string(role)
			g := guard.New(s, who, "192.0.2.1:1", editorKinds()...)
			now := func() time.Time { return monday }
			err := w.do(&desk{t: t, who: who, store: g, catalog: catalog,
				campaigns: &keeper{store: g, who: who, now: now}, builder: &workshop{store: g, who: who, now: now},
				library: &libraryKeeper{store: g, who: who, now: now}, settings: &settingsKeeper{store: g, who: who, now: now},
				simulator: newLibrary(g, who, now)})
			switch {
			case may && err != nil:
				t.Errorf("%s, %s: %v", role, w.name, err)
			case !may && !errors.Is(err, guard.ErrRefused):
				t.Errorf("%s, %s: %v, want it refused", role, w.name, err)
			case !may && !strings.Contains(err.Error(), "only "+string(w.needs)+"s may"):
				t.Errorf("%s, %s: %v does not say who may", role, w.name, err)
			}
			if may {
				s.Close()
			}
		}
	}
	if after, err := shared.Revision(t.Context()); err != nil || after != before {
		t.Errorf("what was refused was written: revision %d, then %d, %v", before, after, err)
	}
	if drafts, err := store.AllScraps(t.Context(), shared, "bo-viewer"); err != nil || len(drafts) > 0 {
		t.Errorf("a viewer has %d drafts, %v", len(drafts), err)
	}
}

func reopened(t *testing.T, path string) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
