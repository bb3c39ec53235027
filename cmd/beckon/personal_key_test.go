package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/serve"
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

func TestAVisitorGoesByOneHashOverSSHAndAtTheServersMachine(t *testing.T) {
	t.Parallel()
	const traffic = `{"type":"page","messageId":"m1","anonymousId":"a-1","userId":"ana@example.org","timestamp":"2026-03-02T10:00:00Z","properties":{"url":"https://shop.example/cart"}}` + "\n"
	visitors := regexp.MustCompile(`"visitor":"(id-[0-9a-f]{16})"`)
	file := filepath.Join(t.TempDir(), "segment.jsonl")
	if err := os.WriteFile(file, []byte(traffic), 0o600); err != nil {
		t.Fatal(err)
	}
	local := func(store string) string {
		t.Helper()
		w := here()
		if code := run([]string{"replay", "--json", "--store", store, file}, w); code != exitFine {
			t.Fatalf("exit code %d: %s", code, w.err)
		}
		m := visitors.FindStringSubmatch(w.out.(*strings.Builder).String())
		if m == nil {
			t.Fatalf("no visitor: %s", w.out)
		}
		return m[1]
	}
	g := serveTeam(t, serve.Bounds{})
	var told []string
	for _, who := range []string{"vi", "ana"} { // the first makes the key
		out, errs, code := g.run(who, "replay", traffic)
		m := visitors.FindStringSubmatch(out)
		if code != 0 || m == nil {
			t.Fatalf("%d, %q, %q", code, out, errs)
		}
		told = append(told, m[1])
	}
	// While it is served, a replay beside it says that it has no key.
	w := here()
	if run([]string{"replay", "--json", "--store", g.path, "--catalog", "../../fixtures/catalog", file}, w); strings.Contains(w.out.(*strings.Builder).String(), told[0]) {
		t.Error("a replay without the store has its hashes")
	}
	g.stop()
	if err := g.store.Close(); err != nil {
		t.Fatal(err)
	}
	told = append(told, local(g.path), local(g.path))
	for _, id := range told {
		if id != told[0] {
			t.Errorf("one visitor is %q", told)
		}
	}
	other := filepath.Join(t.TempDir(), "other.db")
	shopAt(t, other)
	if id := local(other); id == told[0] {
		t.Errorf("one visitor is %s in two stores", id)
	}
}
