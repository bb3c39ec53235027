package main

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/store"
	"beckon/tui/keymap"
	"beckon/tui/pane"
)

// renamed gives a campaign that every console shows another name.
func renamed(ctx context.Context, s store.Store, name string) error {
	d, err := s.Get(ctx, string(model.KindCampaign), "summer-camp")
	if err != nil {
		return err
	}
	found, err := decodeStored(d)
	if err != nil {
		return err
	}
	found.Head().Name = name
	body, err := model.EncodeDocument(found)
	if err != nil {
		return err
	}
	_, err = s.Commit(ctx, store.Change{Author: "ana", At: time.Now(), Writes: []store.Write{store.Put{Kind: d.Kind, ID: d.ID, Body: body, Base: d.Revision}}})
	return err
}

// together does something eight times at once.
func together[T any](do func() T) []T {
	out := make([]T, 8)
	var all sync.WaitGroup
	for i := range out {
		all.Go(func() { out[i] = do() })
	}
	all.Wait()
	return out
}

func TestWhatManyReadOfAStoreIsMadeOnce(t *testing.T) {
	t.Parallel()
	s, h := filled(t), newShelf()
	sit := func() *library {
		return newSharedLibrary(s, "ana", here().now, share{shelf: h})
	}
	compiled := func() *engine.Engine {
		eng, err := sit().Engine(context.Background())
		if err != nil {
			t.Error(err)
		}
		return eng
	}
	first := together(compiled)
	for _, eng := range first {
		if eng != first[0] {
			t.Fatal("it was compiled twice")
		}
	}
	for _, events := range together(func() []*journey.Event { e, _ := sit().Seen(context.Background()); return e }) {
		again, err := sit().Seen(context.Background())
		if err != nil || len(events) == 0 || again[0] != events[0] {
			t.Fatalf("journeys were read twice: %d events, %v", len(events), err)
		}
	}

	if err := renamed(t.Context(), s, "Camp in summer"); err != nil {
		t.Fatal(err)
	}
	second := together(compiled)
	was, now := first[0].Catalog(), second[0].Catalog()
	for i, c := range now.Campaigns {
		if changed := c.ID == "summer-camp"; changed == (c == was.Campaigns[i]) {
			t.Errorf("%s: changed is %v, decoded anew the contrary", c.ID, changed)
		}
	}
	alone, err := storedCatalog(t.Context(), s, 0)
	if err != nil || !reflect.DeepEqual(alone, now) {
		t.Errorf("what is shared is not what one reads who is alone: %v", err)
	}
	if past, err := h.at(t.Context(), s, store.Revision(was.Revision)); err != nil || !reflect.DeepEqual(past, was) {
		t.Errorf("an older revision is another: %v", err)
	}
	if compiled() != second[0] {
		t.Error("an older revision took the place of the newest")
	}

	h.forget()
	if third := compiled(); third == second[0] || third.Catalog().Campaigns[0] == now.Campaigns[0] {
		t.Error("what was forgotten is there still")
	}
}

func TestNewsAreOfTheDocumentsThatTheCatalogHas(t *testing.T) {
	t.Parallel()
	s, h := filled(t), newShelf()
	ana, ben := &keeper{store: s, now: here().now, share: share{shelf: h}}, &keeper{store: s, now: here().now, share: share{shelf: h}}
	loaded, err := ana.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := loaded.Catalog.Revision
	if err := renamed(t.Context(), s, "Camp in summer"); err != nil {
		t.Fatal(err)
	}
	one, err1 := ana.Next(t.Context(), before)
	two, err2 := ben.Next(t.Context(), before)
	if err1 != nil || err2 != nil || len(one.Changed) != 1 || len(two.Changed) != 1 || one.Changed[0].Document != two.Changed[0].Document {
		t.Fatalf("both were told %+v, %v and %+v, %v", one, err1, two, err2)
	}
	late, err := ben.Catalog(t.Context())
	if err != nil || late.Catalog.Index().Campaign("summer-camp") != one.Changed[0].Document {
		t.Errorf("who comes later has another document: %v", err)
	}
}

func TestCatalogsOfTheSameDocumentsAreCheckedOnce(t *testing.T) {
	t.Parallel()
	s, h := filled(t), newShelf()
	k := &keeper{store: s, now: here().now, share: share{shelf: h}}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mine := *loaded.Catalog
	mine.Campaigns = append([]*model.Campaign(nil), mine.Campaigns...)
	theirs := mine
	theirs.Revision++
	noon := time.Date(2026, 6, 1, 12, 0, 7, 0, time.UTC)
	was := *mine.Campaigns[0]
	was.Goal = "nothing-of-this-name"
	broken := mine
	broken.Campaigns = append([]*model.Campaign{&was}, mine.Campaigns[1:]...)
	other := mine
	other.Settings.Skills = nil
	for name, tt := range map[string]struct {
		c   *model.Catalog
		now time.Time
	}{
		"another's of the same": {&theirs, noon.Add(20 * time.Second)}, "one document differs": {&broken, noon}, "the settings differ": {&other, noon},
		"much later": {&mine, noon.AddDate(20, 0, 0)}, "the same": {&mine, noon},
	} {
		if got, want := k.Check(tt.c, tt.now), model.ValidateAt(tt.c, tt.now); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: told %d problems, want %d", name, len(got), len(want))
		}
	}
	if reflect.DeepEqual(k.Check(&broken, noon), k.Check(&mine, noon)) {
		t.Error("nothing tells the catalogs apart")
	}
	if all := len(h.verdicts); all != 4 {
		t.Errorf("%d catalogs were checked, want 4 of 5", all)
	}
	for range keptVerdicts + 2 {
		noon = noon.AddDate(0, 0, 1)
		k.Check(&mine, noon)
	}
	if len(h.verdicts) != keptVerdicts {
		t.Errorf("%d verdicts are kept", len(h.verdicts))
	}
}

// counting counts what is listed of a store.
type counting struct {
	store.Store
	lists atomic.Int64
}

func (c *counting) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	c.lists.Add(1)
	return c.Store.List(ctx, q)
}

func TestHowRequestsStandBehindARevisionIsReadOnce(t *testing.T) {
	t.Parallel()
	s, h := &counting{Store: filled(t)}, newShelf()
	read := func(since uint64) int64 {
		before := s.lists.Load()
		for _, err := range together(func() error {
			_, err := approvals{s, "ana", here().now, h}.board(context.Background(), since)
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		return s.lists.Load() - before
	}
	one := func() int64 {
		before := s.lists.Load()
		if _, err := readRequests(t.Context(), s, decodeStored); err != nil {
			t.Fatal(err)
		}
		return s.lists.Load() - before
	}()
	for _, tt := range []struct {
		name  string
		since uint64
		want  int64
	}{
		{"the first who hears of it reads for all", 10, one},
		{"who is late is told the same", 10, 0},
		{"who is behind is told what is newer", 9, 0},
		{"another revision is read", 11, one},
		{"who heard of nothing reads by himself", 0, 8 * one},
	} {
		if got := read(tt.since); got != tt.want {
			t.Errorf("%s: %d lists, want %d", tt.name, got, tt.want)
		}
	}
	h.forget()
	if got := read(10); got != one {
		t.Errorf("of a store that was replaced: %d lists, want %d", got, one)
	}
}

func TestWhoWaitsForARequestThatIsNotReadGivesUp(t *testing.T) {
	t.Parallel()
	s, h := &counting{Store: filled(t)}, newShelf()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.requests(ctx, s, 10); err == nil || s.lists.Load() != 0 {
		t.Errorf("%v, after %d lists", err, s.lists.Load())
	}
	if _, err := h.requests(t.Context(), s, 10); err != nil {
		t.Errorf("who comes later is told: %v", err)
	}
}

func TestConsolesOfAServerShareTheirKeys(t *testing.T) {
	t.Parallel()
	s, h := filled(t), newShelf()
	sit := func(who string, at *shelf) *keymap.Map {
		w := here()
		w.share.shelf = at
		ses := &pane.Session{Ctx: t.Context(), Who: who, Now: w.now}
		root, end, err := seated(t.Context(), s, ses, w)
		if err != nil {
			t.Fatal(err)
		}
		defer end(t.Context())
		if root.Frame() == nil {
			t.Error("nothing is drawn")
		}
		return ses.Keys
	}
	if a, b := sit("ana", h), sit("ben", h); a == nil || a != b {
		t.Error("two consoles made the catalogue of keys twice")
	}
	if sit("ana", h) == sit("ana", nil) {
		t.Error("one that is alone has it from nowhere")
	}
}

func TestWhatWasDeletedIsNotKeptForThoseWhoComeLater(t *testing.T) {
	t.Parallel()
	s, h := filled(t), newShelf()
	k := &keeper{store: s, now: here().now, share: share{shelf: h}}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, rev := len(h.documents), loaded.Catalog.Revision
	for i := range 20 {
		goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: fmt.Sprintf("for-a-day-%d", i), Name: "For a day"}}
		body, err := model.EncodeDocument(goal)
		if err != nil {
			t.Fatal(err)
		}
		write := func(w store.Write) {
			t.Helper()
			now, err := s.Commit(t.Context(), store.Change{Author: "ana", At: monday, Writes: []store.Write{w}})
			if err != nil {
				t.Fatal(err)
			}
			news, err := k.Next(t.Context(), rev)
			if err != nil || len(news.Changed) != 1 {
				t.Fatalf("%+v, %v", news, err)
			}
			rev = uint64(now)
		}
		write(store.Put{Kind: string(model.KindGoal), ID: goal.ID, Body: body})
		if len(h.documents) != before+1 {
			t.Fatalf("%d documents with one more than %d: nothing is measured", len(h.documents), before)
		}
		write(store.Delete{Kind: string(model.KindGoal), ID: goal.ID, Base: store.Revision(rev)})
	}
	if len(h.documents) != before {
		t.Errorf("%d documents are kept of %d", len(h.documents), before)
	}
}

// The first screen may be one that reads no catalog: the one where somebody was
// cut off.
func TestTheClockOfAConsoleIsRightBeforeAScreenIsDrawn(t *testing.T) {
	t.Parallel()
	w := here()
	ses := &pane.Session{Ctx: t.Context(), Who: "ana", Now: w.now, Log: slog.New(slog.DiscardHandler)}
	_, end, err := seated(t.Context(), filled(t), ses, w)
	if err != nil {
		t.Fatal(err)
	}
	defer end(t.Context())
	if zone := ses.Zone(); zone != "Europe/Berlin" {
		t.Errorf("times are told in %s", zone)
	}
}

// A server may stand anywhere, and its operators elsewhere.
func TestTheClockOfAConsoleIsInTheZoneOfTheAccount(t *testing.T) {
	t.Parallel()
	s, h := filled(t), newShelf()
	kiritimati := time.FixedZone("somewhere", 14*3600)
	now := h.clock(func() time.Time { return time.Date(2026, 7, 1, 23, 0, 0, 0, kiritimati) })
	says := func(when, want string) {
		t.Helper()
		if got := now().Format("2006-01-02 15:04 MST"); got != want {
			t.Errorf("%s it is %s, want %s", when, got, want)
		}
	}
	says("before anything is read", "2026-07-01 09:00 UTC")
	rev, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.at(t.Context(), s, rev)
	if err != nil {
		t.Fatal(err)
	}
	says("in the shop", "2026-07-01 11:00 CEST")
	set := c.Settings
	put := func(zone string, rev store.Revision) {
		t.Helper()
		set.Zone = zone
		body, err := model.EncodeDocument(&set)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.document(store.Document{Kind: string(model.KindSettings), ID: set.ID, Body: body, Revision: rev}); err != nil {
			t.Fatal(err)
		}
	}
	put("Asia/Tokyo", rev+2)
	says("once the settings say so", "2026-07-01 18:00 JST")
	put("America/New_York", rev+1)
	says("by news that come late", "2026-07-01 18:00 JST")
	put("", rev+3)
	says("where they name none", "2026-07-01 09:00 UTC")
}
