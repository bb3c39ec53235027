package boltstore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"beckon/store"
	"beckon/store/storetest"
)

// TestMain is what main is in a program: the child that checks a suspicious store starts here too, and so do the children that
// these tests hold a lock with or kill.
func TestMain(m *testing.M) {
	if _, probe := os.LookupEnv(probeVariable); probe && os.Getenv("BOLTSTORE_TEST_DIE") != "" {
		panic("it was all too much")
	}
	ProbeMain()
	os.Setenv("GORACE", "atexit_sleep_ms=0") // children under the race detector would each wait for a second
	if role := os.Getenv("BOLTSTORE_TEST_CHILD"); role != "" {
		children[role](os.Getenv("BOLTSTORE_TEST_FILE"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return opened(t, newPath(t), Options{}) })
}

func TestFiftyEditorsOfOneDocument(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	editors, saves := 50, 100
	if testing.Short() || raceEnabled {
		editors, saves = 10, 20
	}
	storetest.Editors(t, s, editors, saves)
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}
}

func TestTwoOperators(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	storetest.Operators(t, s, s, storetest.Rounds(t, 300))
}

var bg = context.Background()

var at = time.Date(2026, 3, 2, 10, 15, 0, 0, time.UTC)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "beckon.db") }

func opened(t testing.TB, path string, opts Options) *Store {
	t.Helper()
	s, err := Open(bg, path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// save writes version n of document id over the one with revision base.
func save(s *Store, id string, n int, base store.Revision) (store.Revision, error) {
	return s.Commit(bg, store.Change{Author: "ana", Why: "test", At: at, Key: fmt.Sprint(id, " ", n),
		Writes: []store.Write{store.Put{Kind: "campaign", ID: id, Body: body(id, n), Base: base}},
		Audit:  []store.AuditEntry{{Kind: "campaign", ID: id, Action: "update", New: fmt.Sprint(n)}}})
}

// body is the content of version n, of a size that is sometimes above a page.
func body(id string, n int) []byte {
	b := fmt.Appendf(nil, "%s version %d ", id, n)
	seed := uint32(n + 1)
	for range (n * 37) % 6000 {
		seed = seed*1664525 + 1013904223
		b = append(b, byte(seed>>24))
	}
	return b
}

func mustSave(t testing.TB, s *Store, id string, n int, base store.Revision) store.Revision {
	t.Helper()
	rev, err := save(s, id, n, base)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// fill writes documents with a few versions each, so that the file has branches and pages of every bucket.
func fill(t testing.TB, s *Store, documents, versions int) {
	t.Helper()
	for v := range versions {
		c := store.Change{Author: "ana", Why: fmt.Sprint("round ", v), At: at, Key: fmt.Sprint("round ", v)}
		for d := range documents {
			id := fmt.Sprintf("doc-%03d", d)
			base := store.Revision(v)
			c.Writes = append(c.Writes, store.Put{Kind: "campaign", ID: id, Body: body(id, v*13+d), Base: base})
			c.Audit = append(c.Audit, store.AuditEntry{Kind: "campaign", ID: id, Action: "update"})
		}
		if _, err := s.Commit(bg, c); err != nil {
			t.Fatal(err)
		}
		for d := range min(documents, 8) {
			e := store.Scrap{Owner: fmt.Sprint("owner ", d%3), Key: fmt.Sprintf("doc-%03d", d), Body: body("scrap", v*13+d), At: at}
			if err := s.PutScrap(bg, e); err != nil {
				t.Fatal(err)
			}
		}
	}
}
