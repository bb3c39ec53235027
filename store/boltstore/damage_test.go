package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// good makes a store with branches and pages of every kind, and returns its file and what is in it. It is a snapshot, so that every
// page of the file was in use at some time.
func good(t *testing.T) (file []byte, content []store.Document) {
	t.Helper()
	path := newPath(t)
	s := opened(t, path, Options{})
	fill(t, s, 60, 6)
	content, err := store.At(bg, s, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Snapshot(bg, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), content
}

// Whatever happens to the file, opening it says so or gives back what was written, and never ends the process: this test would not
// come to its end.
func TestDamageIsReportedOrHarmless(t *testing.T) {
	t.Parallel()
	file, content := good(t)
	const page, rounds = 4096, 40
	pages := len(file) / page
	rng := rand.New(rand.NewPCG(7, uint64(len(file))))
	random := func(b []byte) {
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
	}
	somePage := func(d []byte) []byte { n := rng.IntN(pages); return d[n*page : (n+1)*page] }
	for name, damage := range map[string]func(d []byte) []byte{
		"one bit":         func(d []byte) []byte { d[rng.IntN(len(d))] ^= 1 << rng.IntN(8); return d },
		"a sector zeroed": func(d []byte) []byte { n := rng.IntN(len(d) / 512); clear(d[n*512 : (n+1)*512]); return d },
		"a page zeroed":   func(d []byte) []byte { clear(somePage(d)); return d },
		"a page random":   func(d []byte) []byte { random(somePage(d)); return d },
		"a page twice":    func(d []byte) []byte { copy(somePage(d), somePage(d)); return d },
		"a page header":   func(d []byte) []byte { somePage(d)[rng.IntN(16)] ^= 1 << rng.IntN(8); return d },
		"cut at a page":   func(d []byte) []byte { return d[:page*rng.IntN(pages)] },
		"cut anywhere":    func(d []byte) []byte { return d[:rng.IntN(len(d))] },
		"both headers":    func(d []byte) []byte { clear(d[:2*page]); return d },
		"one header":      func(d []byte) []byte { n := rng.IntN(2); clear(d[n*page : (n+1)*page]); return d },
	} {
		reported, harmless := 0, 0
		for range rounds {
			path := newPath(t)
			damaged := damage(bytes.Clone(file))
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(bg, path, Options{})
			if err != nil {
				if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore") {
					t.Fatalf("%s: %v, want ErrCorrupt with the path and the next step", name, err)
				}
				reported++
				os.Remove(path)
				continue
			}
			harmless++
			if err := s.Check(bg); err != nil {
				t.Fatalf("%s: opened, but %v", name, err)
			}
			docs, err := store.At(bg, s, 0)
			if err != nil {
				t.Fatalf("%s: opened, but %v", name, err)
			}
			if !reflect.DeepEqual(content, docs) {
				t.Fatalf("%s: opened and gives wrong answers:\n%s", name, cmp.Diff(content, docs))
			}
			s.Close()
			os.Remove(path)
		}
		t.Logf("%-16s %2d reported, %2d harmless", name, reported, harmless)
		if (strings.HasPrefix(name, "cut") || name == "one header" || name == "both headers") && harmless > 0 {
			t.Errorf("%s: %d went unnoticed", name, harmless)
		}
	}
}

// The reason for the checksums: bbolt opens, checks and serves a value with a changed bit.
func TestBboltAloneServesAChangedBit(t *testing.T) {
	t.Parallel()
	file, _ := good(t)
	path := newPath(t)
	damaged := bytes.Clone(file)
	damaged = bytes.ReplaceAll(damaged, []byte("doc-003 version"), []byte("doc-003 vershon")) // in every page that has it, free or not
	if bytes.Equal(damaged, file) {
		t.Fatal("the document is not in the file as it was written")
	}
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bg, path, Options{}); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "checksum") {
		t.Fatalf("open: %v, want ErrCorrupt", err)
	}
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		return nil
	}); err != nil {
		t.Fatalf("bbolt does see it (%v): the checksums are not needed", err)
	}
}

// The reason for reading the pages first: bbolt dies of a damaged page where nobody can catch it.
func TestBboltAloneDiesOfADamagedPage(t *testing.T) {
	t.Parallel()
	file, _ := good(t)
	m, _, err := readMetas(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	clear(file[int64(m.root)*m.pageSize:][:m.pageSize])
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	c := start(t, "plain bolt", path)
	patience := time.AfterFunc(20*time.Second, func() { c.Process.Kill() }) // it would wait if it survived
	defer patience.Stop()
	if err := c.Wait(); err == nil || !strings.Contains(c.err.String(), "goroutine") {
		t.Fatalf("bbolt survives it (%v, %s): reading first is not needed", err, c.err.String())
	}
	if _, err := Open(bg, path, Options{}); !errors.Is(err, store.ErrCorrupt) {
		t.Fatal(err)
	}
}

func TestHeaderTornByAPowerCutIsForgiven(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
	mustSave(t, s, "b", 1, 0)
	s.Close()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := readMetas(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	newest := int64(m.tx%2) * m.pageSize
	clear(file[newest+100-20 : newest+100])
	clear(file[newest+60 : newest+80]) // the second half of the header was not written
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bg, path, Options{}); !errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("in a file that was closed in order: %v, want ErrCorrupt", err)
	}
	if err := writeOwner(path, Owner{PID: 1}); err != nil { // as a process leaves it that dies
		t.Fatal(err)
	}
	s = opened(t, path, Options{})
	if rev, err := s.Revision(bg); err != nil || rev != 1 {
		t.Fatalf("revision %d, %v; want the commit before the torn one", rev, err)
	}
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}
}

// lose deletes a record behind the store's back, in pages that are whole and with checksums that match.
func lose(t *testing.T, path, bucket string) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		key, _ := b.Cursor().First()
		return b.Delete(key)
	}); err != nil {
		t.Fatal(err)
	}
}

func TestCheckFindsWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, bucket := range []string{bucketDocs, bucketHistory, bucketCommits, bucketAudit, bucketKeys} {
		path := newPath(t)
		s := opened(t, path, Options{})
		fill(t, s, 5, 3)
		if err := s.Check(bg); err != nil {
			t.Fatal(err)
		}
		s.Close()
		lose(t, path, bucket)
		s = opened(t, path, Options{}) // closed in order, every page whole: nothing to suspect
		if err := s.Check(bg); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("a record of %s is missing, check says %v", bucket, err)
		}
	}
}

func TestUncleanFileIsCheckedInFullBeforeItIsServed(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	fill(t, s, 5, 3)
	s.Close()
	lose(t, path, bucketDocs)
	if err := writeOwner(path, Owner{PID: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bg, path, Options{}); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "docs") {
		t.Fatalf("got %v, want ErrCorrupt at docs", err)
	}
}

func TestProbeTellsWhatTheChildFound(t *testing.T) {
	t.Parallel()
	file, _ := good(t)
	path := filepath.Join(t.TempDir(), "a name with 'quotes' and spaces.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Probe(bg, path); err != nil {
		t.Fatalf("a good file: %v", err)
	}
	lose(t, path, bucketAudit)
	var corrupt *store.CorruptError
	if err := Probe(bg, path); !errors.As(err, &corrupt) || corrupt.Bucket != bucketAudit || corrupt.Place != path {
		t.Fatalf("a file without its first audit entry: %v", err)
	}
	if err := Probe(bg, path+"-missing"); err == nil || errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("a file that is not there: %v", err)
	}
}

func TestProbeOutlivesAChildThatDies(t *testing.T) {
	file, _ := good(t)
	path := newPath(t)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BOLTSTORE_TEST_DIE", "1")
	err := Probe(bg, path)
	if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "died") || !strings.Contains(err.Error(), "it was all too much") {
		t.Fatalf("got %v", err)
	}
}

func TestErrorsOfDamageNameTheDocument(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "cart-rescue", 1, 0)
	if err := s.db.Update(func(tx *bolt.Tx) error {
		key := historyKey(store.Ref{Kind: "campaign", ID: "cart-rescue"}, 1)
		b := tx.Bucket([]byte(bucketHistory))
		value := bytes.Clone(b.Get(key))
		value[len(value)-1]++
		return b.Put(key, value)
	}); err != nil {
		t.Fatal(err)
	}
	_, getErr := s.Get(bg, "campaign", "cart-rescue")
	_, listErr := s.List(bg, store.Query{})
	_, historyErr := s.History(bg, "campaign", "cart-rescue", store.HistoryQuery{})
	_, conflictErr := save(s, "cart-rescue", 3, 99)
	for what, err := range map[string]error{"get": getErr, "list": listErr, "history": historyErr, "conflict": conflictErr, "check": s.Check(bg)} {
		if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(fmt.Sprint(err), "cart-rescue") {
			t.Errorf("%s: %v, want ErrCorrupt that names the document", what, err)
		}
	}
}
