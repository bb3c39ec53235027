package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// driveConsole runs the whole console on a store with the demo shop.
func driveConsole(t *testing.T, size layout.Size, use func(*tuitest.Driver, store.Store)) {
	t.Helper()
	driveOn(t, size, true, use)
}

// driveOn runs the whole console on a store that starts with the demo shop, or
// empty.
func driveOn(t *testing.T, size layout.Size, demo bool, use func(*tuitest.Driver, store.Store)) {
	t.Helper()
	// Filled outside of the bubble: what the store keeps for the whole process
	// is then not the bubble's.
	path := filepath.Join(t.TempDir(), "shop.db")
	shopAt(t, path)
	if !demo {
		path = filepath.Join(t.TempDir(), "empty.db")
	}
	var s *boltstore.Store
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		var err error
		if s, err = boltstore.Open(context.Background(), path, boltstore.Options{}); err != nil {
			t.Fatal(err)
		}
		w := here()
		w.now = time.Now // simulated
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		ses := &pane.Session{Ctx: ctx, Who: "ana", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		root, err := app.New(ses, screens(s, "ana", w)...)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		use(d, s)
		if err := s.Check(context.Background()); err != nil {
			t.Errorf("the store is damaged: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// shopAt makes a store with the demo shop.
func shopAt(t *testing.T, path string) {
	t.Helper()
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fill(t.Context(), here(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := storedCatalog(t.Context(), s, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheConsoleShowsTheShopAndWhatOthersChange(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, s store.Store) {
		d.Expect("Campaigns", "Simulator", "Cart rescue", "revision 1")
		doc, err := s.Get(context.Background(), "campaign", "cart-rescue")
		if err != nil {
			t.Fatal(err)
		}
		body := strings.Replace(string(doc.Body), "name: Cart rescue", "name: Saved carts", 1)
		if _, err := s.Commit(context.Background(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{
			store.Put{Kind: string(model.KindCampaign), ID: "cart-rescue", Body: []byte(body), Base: doc.Revision}}}); err != nil {
			t.Fatal(err)
		}
		d.Wait(time.Second)
		d.Expect("Saved carts", "revision 2")
	})
}

func TestTheConsolePlaysAVisitor(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, _ store.Store) {
		d.Press("3")
		d.Wait(time.Second)
		d.Expect("Simulator", "Cart rescued", "event 1 of", "Engagements")
		d.Press(".")
		d.Wait(time.Second)
		d.Expect("event 2 of")
	})
}

// tabOf is the key that leads to a screen.
func tabOf(t *testing.T, id string) string {
	t.Helper()
	for i, s := range screens(nil, "ana", here()) {
		if s.ID() == id {
			return strconv.Itoa(i + 1)
		}
	}
	t.Fatalf("there is no screen %s", id)
	return ""
}
