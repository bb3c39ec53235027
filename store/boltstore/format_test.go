package boltstore

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"beckon/store"
	"beckon/store/internal/wire"
)

var writeFormat = flag.Bool("write-format", false, "write testdata/format-N.db for the current format; do so once, when a format is new")

// released is what every file in testdata holds.
func released(t *testing.T, s *Store) {
	t.Helper()
	for i, c := range []store.Change{
		{Writes: []store.Write{store.Put{Kind: "campaign", ID: "cart-rescue", Body: []byte("name: Cart rescue\n")},
			store.Put{Kind: "goal", ID: "purchase", Body: []byte(strings.Repeat("indicator: Purchase\n", 500))}}, Key: "import 1"},
		{Writes: []store.Write{store.Put{Kind: "campaign", ID: "cart-rescue", Body: []byte("name: Cart rescue 2\n"), Base: 1}},
			Audit: []store.AuditEntry{{Kind: "campaign", ID: "cart-rescue", Action: "update", Element: "name", Old: "Cart rescue", New: "Cart rescue 2"}}},
		{Writes: []store.Write{store.Delete{Kind: "goal", ID: "purchase", Base: 1}}},
	} {
		c.Author, c.From, c.Why, c.At = "ana", "console", fmt.Sprint("change ", i+1), at
		if _, err := s.Commit(bg, c); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryReleasedFormatOpens(t *testing.T) {
	t.Parallel()
	golden := filepath.Join("testdata", fmt.Sprintf("format-%d.db", formats.current))
	if *writeFormat {
		s := opened(t, newPath(t), Options{})
		released(t, s)
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := s.SnapshotFile(bg, golden); err != nil {
			t.Fatal(err)
		}
	}
	for format := 1; format <= formats.current; format++ {
		file, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("format-%d.db", format)))
		if err != nil {
			t.Fatal(err)
		}
		path := newPath(t)
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		s, fresh := opened(t, path, Options{}), opened(t, newPath(t), Options{})
		released(t, fresh)
		if err := s.Check(bg); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contents(t, fresh), contents(t, s)); diff != "" {
			t.Errorf("format %d (-written now +read):\n%s", format, diff)
		}
	}
}

type content struct {
	Now    []store.Document
	Events []store.Event
	Audit  []store.AuditEntry
}

func contents(t *testing.T, s *Store) (c content) {
	t.Helper()
	var err error
	if c.Now, err = store.At(bg, s, 0); err != nil {
		t.Fatal(err)
	}
	if c.Events, err = s.events(bg, 0, 1000); err != nil {
		t.Fatal(err)
	}
	if c.Audit, err = s.Audit(bg, store.AuditQuery{}); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewerFormatIsRefusedByName(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	newer := schema{current: 7}
	s, err := open(bg, path, Options{}, newer)
	if err != nil {
		t.Fatal(err)
	}
	// Even where the newer format has other values in its buckets.
	if err := s.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketAudit)).Put(numberKey(1), []byte("in an envelope of tomorrow"))
	}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	before, _ := os.ReadFile(path)
	_, err = Open(bg, path, Options{})
	var newerErr *store.NewerFormatError
	if !errors.As(err, &newerErr) || !errors.Is(err, store.ErrNewerFormat) || newerErr.Found != 7 || newerErr.Known != formats.current {
		t.Fatalf("open: %v, want NewerFormatError", err)
	}
	if err := Probe(bg, path); !errors.Is(err, store.ErrNewerFormat) {
		t.Fatalf("probe: %v, want ErrNewerFormat", err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := Restore(bg, newPath(t), f, Options{}); !errors.Is(err, store.ErrNewerFormat) {
		t.Fatalf("restore: %v, want ErrNewerFormat", err)
	}
	if after, _ := os.ReadFile(path); string(before) != string(after) {
		t.Fatal("the file has changed")
	}
}

// later is a program two formats ahead: the first step adds a bucket, the second changes a document.
var later = schema{current: formats.current + 2, steps: map[int]func(*bolt.Tx) error{
	formats.current: func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("drafts"))
		return err
	},
	formats.current + 1: func(tx *bolt.Tx) error {
		key := []byte("moved")
		return tx.Bucket([]byte("drafts")).Put(key, wire.Seal("drafts", key, []byte("by the second step")))
	},
}}

func TestOlderFormatIsBroughtUpToDateAfterACopy(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	released(t, s)
	want := contents(t, s)
	s.Close()

	s, err := open(bg, path, Options{}, later)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, contents(t, s)); diff != "" {
		t.Fatal(diff)
	}
	if err := s.db.View(func(tx *bolt.Tx) error {
		if tx.Bucket([]byte("drafts")).Get([]byte("moved")) == nil {
			return errors.New("the steps have not run")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(bg, path, Options{}); !errors.Is(err, store.ErrNewerFormat) {
		t.Fatalf("the old program opens it: %v", err)
	}
	kept := opened(t, fmt.Sprintf("%s.format-%d", path, formats.current), Options{})
	if diff := cmp.Diff(want, contents(t, kept)); diff != "" {
		t.Fatalf("the copy of the old format:\n%s", diff)
	}
}

func TestStepThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]func(*bolt.Tx) error{
		"an error": func(tx *bolt.Tx) error {
			return errors.Join(tx.DeleteBucket([]byte(bucketDocs)), errors.New("a document that nobody foresaw"))
		},
		"a panic": func(tx *bolt.Tx) error { panic("a document that nobody foresaw") },
		"no step": nil,
	} {
		path := newPath(t)
		s := opened(t, path, Options{})
		released(t, s)
		want := contents(t, s)
		s.Close()
		broken := schema{current: formats.current + 1, steps: map[int]func(*bolt.Tx) error{formats.current: step}}
		if _, err := open(bg, path, Options{}, broken); err == nil || !strings.Contains(err.Error(), fmt.Sprint(".format-", formats.current)) {
			t.Fatalf("%s: %v, want an error that names the copy", name, err)
		}
		s = opened(t, path, Options{})
		if diff := cmp.Diff(want, contents(t, s)); diff != "" {
			t.Fatalf("%s:\n%s", name, diff)
		}
	}
}
