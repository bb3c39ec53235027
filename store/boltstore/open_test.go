package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

func TestBusyFileTellsWhoHasIt(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	c := start(t, "hold", path)
	if got := c.line(t); got != "ready" {
		t.Fatal(got)
	}
	_, err := Open(bg, path, Options{Patience: 1})
	want := fmt.Sprintf("process %d since 2026-03-02 10:15:00 UTC, serving 127.0.0.1:2222: connect there with ssh, or stop it", c.Process.Pid)
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Fatalf("got  %v\nwant %s", err, want)
	}
	var inUse *store.InUseError
	if !errors.As(err, &inUse) || inUse.PID != c.Process.Pid || !inUse.Since.Equal(at) {
		t.Fatalf("got %+v", inUse)
	}
	if err := Probe(bg, path); !errors.Is(err, store.ErrInUse) {
		t.Fatalf("probing it: %v, want ErrInUse", err)
	}
	c.in.Close()
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	opened(t, path, Options{}) // once it is closed, the next one gets it
}

func TestOwnerIsToldWhileOpenAndForgottenWhenClosed(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{Owner: Owner{PID: 12, Since: at}})
	if err := s.SetAddress("[::1]:2222"); err != nil {
		t.Fatal(err)
	}
	_, err := Open(bg, path, Options{Patience: 1})
	var inUse *store.InUseError
	if !errors.As(err, &inUse) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&store.InUseError{Place: path, PID: 12, Since: at, Address: "[::1]:2222"}, inUse); diff != "" {
		t.Fatal(diff)
	}
	if err := os.WriteFile(ownerPath(path), []byte("{not json"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = Open(bg, path, Options{Patience: 1}); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "another process") {
		t.Fatalf("with an owner file that cannot be read: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ownerPath(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the owner file after closing: %v", err)
	}
}

func TestFilesAreClosedToOtherUsers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: Windows has no such modes")
	}
	dir := filepath.Join(t.TempDir(), "new", "directory")
	path := filepath.Join(dir, "beckon.db")
	s := opened(t, path, Options{})
	snapshot := filepath.Join(dir, "snapshot.db")
	if err := s.SnapshotFile(bg, snapshot); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, ownerPath(path): 0o600, snapshot: 0o600, dir: 0o700, filepath.Dir(dir): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
	s.Close()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	opened(t, path, Options{})
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("a file that others may read keeps mode %o", info.Mode().Perm())
	}
}

func TestDirectoryHoldsNoLeftovers(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
	if err := s.Snapshot(bg, new(strings.Builder)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	left := filepath.Join(filepath.Dir(path), ".beckon.db.snapshot-123")
	if err := os.WriteFile(left, []byte("cut by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened(t, path, Options{}).Close()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != "beckon.db" {
		t.Fatalf("the directory holds %v", entries)
	}
}

func TestTwoCreatorsMakeOneStore(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
	s.Close()
	if err := create(path, formats); err != nil { // a second one that saw no file either
		t.Fatal(err)
	}
	s = opened(t, path, Options{})
	if _, err := s.Get(bg, "campaign", "a"); err != nil {
		t.Fatalf("what the first one wrote: %v", err)
	}
}

func TestWhatIsNoStoreIsRefused(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(path string) error{
		"empty file": func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"text": func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("kind: campaign\n", 5000)), 0o600)
		},
		"other bbolt file": func(path string) error {
			db, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				return err
			}
			return errors.Join(db.Update(func(tx *bolt.Tx) error {
				b, err := tx.CreateBucket([]byte("songs"))
				if err != nil {
					return err
				}
				return b.Put([]byte("1"), []byte("la la la"))
			}), db.Close())
		},
		"empty bbolt file": func(path string) error {
			db, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				return err
			}
			return db.Close()
		},
	} {
		path := newPath(t)
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		if _, err := Open(bg, path, Options{}); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want ErrCorrupt with the path", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s: was changed", name)
		}
	}
}

func TestFullStoreRefusesAndGoesOnReading(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	const limit = 12 << 20
	s := opened(t, path, Options{MaxSize: limit})
	noise := make([]byte, 0, store.MaxBody)
	for len(noise) < store.MaxBody {
		noise = append(noise, body("noise", len(noise)+161)...)
	}
	var err error
	saved := 0
	for ; saved < 40; saved++ {
		_, err = s.Commit(bg, store.Change{Author: "ana", At: at,
			Writes: []store.Write{store.Put{Kind: "journey", ID: fmt.Sprint(saved), Body: noise[:store.MaxBody]}}})
		if err != nil {
			break
		}
	}
	if !errors.Is(err, store.ErrFull) || saved == 0 {
		t.Fatalf("after %d documents: %v, want ErrFull", saved, err)
	}
	if errors.Is(err, store.ErrReadOnly) || s.ReadOnly() != nil {
		t.Fatalf("a change that was refused before it was written made the store read-only: %v", err)
	}
	if info, _ := os.Stat(path); info.Size() > limit+growth {
		t.Fatalf("the file has %d bytes", info.Size())
	}
	if rev, err := s.Revision(bg); err != nil || int(rev) != saved {
		t.Fatalf("revision %d, %v after %d saves", rev, err, saved)
	}
	if docs, err := store.At(bg, s, 0); err != nil || len(docs) != saved {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = opened(t, path, Options{MaxSize: 2 * limit})
	if _, err := s.Commit(bg, store.Change{Author: "ana", At: at,
		Writes: []store.Write{store.Put{Kind: "journey", ID: "more", Body: noise[:store.MaxBody]}}}); err != nil {
		t.Fatalf("with more room: %v", err)
	}
}

func TestIdleReadersDoNotGrowTheFile(t *testing.T) {
	t.Parallel()
	const saves = 500
	// Without history the file would stay as it is; with it, it grows by what is written. The same work with and without readers
	// that look at one page and wait must make the same file.
	size := func(readers bool, held func(s *Store) func()) int64 {
		path := newPath(t)
		s := opened(t, path, Options{})
		fill(t, s, 200, 1)
		if readers {
			for range 10 {
				w, err := s.Watch(bg, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer w.Close()
				if _, err := w.Next(bg); err != nil {
					t.Fatal(err)
				}
				if _, err := s.List(bg, store.Query{Limit: 1}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if held != nil {
			defer held(s)()
		}
		base := store.Revision(1)
		for n := range saves {
			base = mustSave(t, s, "doc-000", n, base)
		}
		var used int64
		if err := s.db.View(func(tx *bolt.Tx) error {
			used = tx.Size()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return used
	}
	alone, watched := size(false, nil), size(true, nil)
	if watched > alone+alone/20 {
		t.Errorf("with idle readers the file has %d bytes, without %d", watched, alone)
	}
	// The reason for all this: a read transaction that stays open.
	heldOpen := size(false, func(s *Store) func() {
		tx, err := s.db.Begin(false)
		if err != nil {
			t.Fatal(err)
		}
		return func() { tx.Rollback() }
	})
	if heldOpen < 2*alone {
		t.Errorf("with a transaction held open the file has %d bytes, without %d: this test proves nothing", heldOpen, alone)
	}
}

func TestFileThatMayNotBeWrittenIsReadAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s = opened(t, path, Options{})
	if d, err := s.Get(bg, "campaign", "a"); err != nil || d.Revision != 1 {
		t.Fatalf("reading: %+v, %v", d, err)
	}
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}
	if _, err := save(s, "a", 2, 1); !errors.Is(err, store.ErrReadOnly) || !strings.Contains(err.Error(), path) {
		t.Fatalf("a save: %v", err)
	}
	if err := s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "k", At: at}); !errors.Is(err, store.ErrReadOnly) {
		t.Fatalf("a draft: %v", err)
	}
	if err := s.ReadOnly(); !errors.Is(err, store.ErrReadOnly) {
		t.Fatalf("ReadOnly: %v", err)
	}
	if err := s.Reopen(bg); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Fatalf("the file was changed (%v)", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o444 && runtime.GOOS != "windows" {
		t.Fatalf("its mode is %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Fatalf("beside it lie %v, %v", entries, err)
	}
}

func TestAStoreThatIsOpenedToBeReadStaysAsItIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("where there is no store: %v", err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	change := store.Change{Author: "ana", At: at, Writes: []store.Write{store.Put{Kind: "goal", ID: "g", Body: []byte("x")}}}
	if _, err := s.Commit(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if d, err := r.Get(t.Context(), "goal", "g"); err != nil || string(d.Body) != "x" {
		t.Errorf("read %q, %v", d.Body, err)
	}
	change.Writes = []store.Write{store.Put{Kind: "goal", ID: "h", Body: []byte("x")}}
	if _, err := r.Commit(t.Context(), change); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a commit: %v, want it refused", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file is another (%v)", err)
	}
	if _, err := os.Stat(path + ".owner"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an owner was noted: %v", err)
	}
}
