package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/replay"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/screen/campaigns"
)

var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// here is a world without an environment, where it is always Monday.
func here() *world {
	return &world{in: strings.NewReader(""), out: &strings.Builder{}, err: &strings.Builder{}, now: func() time.Time { return monday },
		getenv: func(name string) string { return map[string]string{"USER": "ana"}[name] }}
}

// filled opens a store with the demo shop in it.
func filled(t *testing.T) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Check(context.Background()); err != nil {
			t.Errorf("the store is damaged: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if did, err := fill(t.Context(), here(), s); err != nil || !did {
		t.Fatalf("fill = %v, %v", did, err)
	}
	return s
}

func TestAnEmptyStoreIsFilledOnceInOneChange(t *testing.T) {
	t.Parallel()
	s := filled(t)
	if did, err := fill(t.Context(), here(), s); err != nil || did {
		t.Errorf("a second fill = %v, %v", did, err)
	}
	rev, err := s.Revision(t.Context())
	if err != nil || rev != 1 {
		t.Errorf("revision %d, %v", rev, err)
	}
	c, err := storedCatalog(t.Context(), s, 0)
	if err != nil || len(c.Campaigns) < 7 || c.Revision != 1 {
		t.Fatalf("the catalog has %d campaigns at revision %d, %v", len(c.Campaigns), c.Revision, err)
	}
	scenarios, err := storedScenarios(t.Context(), s, rev)
	if err != nil || len(scenarios) < 40 {
		t.Fatalf("%d scenarios, %v", len(scenarios), err)
	}
	for _, k := range c.Campaigns {
		if trials, err := tryScenarios(t.Context(), s, k.ID); err != nil || replay.Refuse(trials) != nil {
			t.Errorf("%s: %v, %v", k.ID, replay.Refuse(trials), err)
		}
	}
	audit, err := s.Audit(t.Context(), store.AuditQuery{Kind: "campaign", ID: "cart-rescue"})
	if err != nil || len(audit) != 1 || audit[0].Action != "create" || audit[0].Author != "ana" {
		t.Errorf("audit %+v, %v", audit, err)
	}
}

func TestAnEmptyStoreStaysEmptyWhereThatIsAsked(t *testing.T) {
	t.Parallel()
	s, err := boltstore.Open(t.Context(), filepath.Join(t.TempDir(), "own.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, tt := range []struct {
		noDemo bool
		said   string
		rev    store.Revision
	}{{true, "The store is empty", 0}, {false, "now holds a demo shop", 1}, {true, "", 1}, {false, "", 1}} {
		said, err := greet(t.Context(), here(), s, tt.noDemo, "")
		if err != nil || !strings.Contains(said, tt.said) || tt.said == "" && said != "" {
			t.Errorf("--no-demo=%v says %q, %v", tt.noDemo, said, err)
		}
		if rev, err := s.Revision(t.Context()); err != nil || rev != tt.rev {
			t.Errorf("--no-demo=%v leaves revision %d, %v", tt.noDemo, rev, err)
		}
	}
}

func TestTheKeeperWritesRefusesAndTells(t *testing.T) {
	t.Parallel()
	s := filled(t)
	k := &keeper{store: s, who: "ana", now: func() time.Time { return monday }}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var cart *model.Campaign
	for _, c := range loaded.Catalog.Campaigns {
		if c.ID == "cart-rescue" {
			cart = c
		}
	}
	base := loaded.Versions["cart-rescue"]
	if cart == nil || base.Revision != 1 || base.Author != "ana" || len(loaded.Versions) != len(loaded.Catalog.Campaigns) {
		t.Fatalf("loaded %+v of %d", base, len(loaded.Versions))
	}
	changed := *cart
	changed.Priority = model.Low
	edit := campaigns.Edit{Campaign: &changed, Base: base.Revision, Why: "make it low", Action: "update", Element: "priority", Old: "high", New: "low"}
	v, err := k.Put(t.Context(), edit)
	if err != nil || v.Revision != 2 || v.Why != "make it low" {
		t.Fatalf("Put = %+v, %v", v, err)
	}

	news, err := k.Next(t.Context(), 1)
	if err != nil || news.Revision != 2 || len(news.Changed) != 1 || news.Reload {
		t.Fatalf("Next = %+v, %v", news, err)
	}
	if c, ok := news.Changed[0].Document.(*model.Campaign); !ok || c.Priority != model.Low || news.Changed[0].Version.Revision != 2 {
		t.Errorf("the news are %+v", news.Changed[0])
	}
	if again, err := k.Next(t.Context(), 0); err != nil || again.Revision == 0 || len(again.Changed) < 20 {
		t.Errorf("from the start: %d changes to %d, %v", len(again.Changed), again.Revision, err)
	}

	_, err = k.Put(t.Context(), edit)
	var conflict *campaigns.Conflict
	if !errors.As(err, &conflict) || conflict.Theirs == nil || conflict.Theirs.(*model.Campaign).Priority != model.Low || conflict.Revision != 2 {
		t.Errorf("a stale edit: %v", err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: monday, Writes: []store.Write{store.Delete{Kind: "campaign", ID: "cart-rescue", Base: 2}}}); err != nil {
		t.Fatal(err)
	}
	edit.Base = 2
	if _, err = k.Put(t.Context(), edit); !errors.As(err, &conflict) || conflict.Theirs != nil || conflict.Author != "ben" {
		t.Errorf("an edit of what was deleted: %v", err)
	}
	if news, err := k.Next(t.Context(), 2); err != nil || len(news.Changed) != 1 || news.Changed[0].Document != nil {
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

func TestTheLibraryPlaysWhatTheStoreHasAndFiles(t *testing.T) {
	t.Parallel()
	s := filled(t)
	l := newLibrary(s, "ana", func() time.Time { return monday })
	eng, err := l.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := l.Engine(t.Context()); err != nil || again != eng {
		t.Errorf("the same revision was compiled again: %v", err)
	}
	list, err := l.Journeys(t.Context())
	if err != nil || len(list) < 12 || list[0].ID != "cart-rescued" || list[0].Name != "Cart rescued" {
		t.Fatalf("journeys %+v, %v", list, err)
	}
	for _, j := range list {
		if j.About == "" {
			t.Errorf("%s tells nothing about itself", j.ID)
		}
		rec, err := l.Load(t.Context(), j.ID)
		if err != nil || len(rec.Visitors) == 0 || len(rec.Visitors[0].Events) == 0 {
			t.Errorf("%s: %+v, %v", j.ID, rec, err)
		}
	}
	if _, err := l.Load(t.Context(), "nowhere"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a journey that is not there: %v", err)
	}
	path := filepath.Join(t.TempDir(), "many.jsonl")
	var b strings.Builder
	for i := range maxVisitors + 7 {
		b.WriteString(`{"visitor":"v-` + strings.Repeat("x", i%5) + number(int64(i)) + `","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/"}` + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	rec, err := l.ReadFile(t.Context(), path, "")
	if err != nil || len(rec.Visitors) != maxVisitors || rec.Left != 7 {
		t.Errorf("of a large file %d visitors are kept and %d left, %v", len(rec.Visitors), rec.Left, err)
	}
	if _, err := l.ReadFile(t.Context(), filepath.Join(t.TempDir(), "nowhere.log"), ""); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestAStoresAddressIsAFile(t *testing.T) {
	t.Parallel()
	w := here()
	env := map[string]string{"HOME": "/home/ana"}
	w.getenv = func(name string) string { return env[name] }
	check := func(url, want string) {
		t.Helper()
		if got, err := storePath(w, url); err != nil || got != filepath.FromSlash(want) {
			t.Errorf("storePath(%q) = %q, %v, want %q", url, got, err, want)
		}
	}
	check("", "/home/ana/.local/share/beckon/beckon.db")
	check("bolt://", "/home/ana/.local/share/beckon/beckon.db")
	env["XDG_DATA_HOME"] = "relative" // the specification says to ignore it
	check("", "/home/ana/.local/share/beckon/beckon.db")
	env["XDG_DATA_HOME"] = "/data"
	check("", "/data/beckon/beckon.db")
	env["BECKON_STORE"] = "bolt:///var/shop.db"
	check("", "/var/shop.db")
	check("bolt://other.db", "other.db")
	check("plain.db", "plain.db")
	if _, err := storePath(w, "redis://x"); !errors.Is(err, errStore) {
		t.Errorf("redis: %v", err)
	}
}

func TestAFileAppearsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "report.xml")
	broken := errors.New("it broke")
	for _, step := range []struct {
		err  error
		want string
	}{{nil, "first"}, {broken, "first"}} {
		err := writeFile(path, func(w io.Writer) error {
			if _, err := w.Write([]byte("first")); err != nil {
				return err
			}
			return step.err
		})
		if !errors.Is(err, step.err) {
			t.Errorf("writeFile = %v", err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != step.want {
			t.Errorf("the file holds %q, %v", got, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
