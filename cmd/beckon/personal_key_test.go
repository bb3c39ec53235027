package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"beckon/store"
	"beckon/store/boltstore"
)

// holds looks for a text anywhere in a file's bytes: holds FILE TEXT.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	if bytes.Contains(data, []byte(args[1])) == neg {
		ts.Fatalf("%s holds %q: %v", args[0], args[1], neg)
	}
}

// hashes sees that the visitors of the journeys messages and again are one in
// the first store, and another in the second: hashes FIRST SECOND.
func hashes(ts *testscript.TestScript, _ bool, args []string) {
	visitor := regexp.MustCompile(`"visitor":"(id-[0-9a-f]{16})"`)
	of := func(file, id string) string {
		s, err := boltstore.Open(context.Background(), ts.MkAbs(file), boltstore.Options{})
		ts.Check(err)
		defer s.Close()
		d, err := s.Get(context.Background(), kindJourney, id)
		ts.Check(err)
		m := visitor.FindSubmatch(d.Body)
		if m == nil {
			ts.Fatalf("%s: %s", id, d.Body)
		}
		return string(m[1])
	}
	if one, again := of(args[0], "messages"), of(args[0], "again"); one != again {
		ts.Fatalf("one visitor is %s and %s in one store", one, again)
	}
	if one, other := of(args[0], "again"), of(args[1], "again"); one == other {
		ts.Fatalf("one visitor is %s in two stores", one)
	}
}

func TestTheKeyOfHashesLiesInTheStore(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "s.db")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var keys []string
	for range 2 { // it outlives the process
		s, err := boltstore.Open(t.Context(), file, boltstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		key, err := personalKey(t.Context(), s, "", now)
		if err != nil || len(key) != 64 {
			t.Fatalf("%q %v", key, err)
		}
		keys = append(keys, key)
		if given, err := personalKey(t.Context(), s, "of the environment", now); err != nil || given != "of the environment" {
			t.Errorf("%q %v", given, err)
		}
		docs, err := store.At(t.Context(), s, 0)
		if err != nil || len(docs) != 0 {
			t.Errorf("it is a document: %v %v", docs, err)
		}
		s.Close()
	}
	if keys[0] != keys[1] {
		t.Errorf("%v", keys)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}
