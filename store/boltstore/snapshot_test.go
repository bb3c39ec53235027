package boltstore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"beckon/store"
	"beckon/store/storetest"
)

func TestSnapshotIsOneStateWhileOthersSave(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	mustSave(t, s, "left", 0, 0)
	mustSave(t, s, "right", 0, 0)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		base := store.Revision(0)
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			left, right := store.Revision(1), store.Revision(2)
			if base > 0 {
				left, right = base, base
			}
			var err error
			base, err = s.Commit(bg, store.Change{Author: "ana", At: at, Writes: []store.Write{
				store.Put{Kind: "campaign", ID: "left", Body: body("", n), Base: left},
				store.Put{Kind: "campaign", ID: "right", Body: body("", n), Base: right}}})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 5 {
		var b bytes.Buffer
		if err := s.Snapshot(bg, &b); err != nil {
			t.Fatal(err)
		}
		path := newPath(t)
		if kept, err := Restore(bg, path, &b, Options{}); err != nil || kept != "" {
			t.Fatalf("restore: %q, %v", kept, err)
		}
		copied := opened(t, path, Options{})
		docs, err := store.At(bg, copied, 0)
		if err != nil || len(docs) != 2 {
			t.Fatalf("%d documents, %v", len(docs), err)
		}
		if docs[0].Revision > 2 && !bytes.Equal(docs[0].Body, docs[1].Body) {
			t.Fatalf("half a commit is in the snapshot: %+v", docs)
		}
		if err := copied.Check(bg); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
}

// slowWriter takes what it is given only when it is told to.
type slowWriter struct {
	reached chan struct{}
	goOn    chan struct{}
	once    sync.Once
}

func (w *slowWriter) Write(p []byte) (int, error) {
	w.once.Do(func() {
		close(w.reached)
		<-w.goOn
	})
	return len(p), nil
}

func TestSlowReceiverOfASnapshotHoldsNothingUp(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	mustSave(t, s, "a", 0, 0)
	w := &slowWriter{reached: make(chan struct{}), goOn: make(chan struct{})}
	done := make(chan error)
	go func() { done <- s.Snapshot(bg, w) }()
	<-w.reached
	// While the receiver takes its time, bbolt has no reader that keeps pages from being used again, and another snapshot works.
	base := store.Revision(1)
	for n := 1; n <= 20; n++ {
		base = mustSave(t, s, "a", n, base)
	}
	if err := s.Snapshot(bg, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // waits for read transactions, and there is none
		t.Fatal(err)
	}
	close(w.goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestSnapshotThatCannotBeSentLeavesNothing(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 0, 0)
	r, w := io.Pipe()
	r.CloseWithError(errors.New("the line is cut"))
	if err := s.Snapshot(bg, w); err == nil || !strings.Contains(err.Error(), "the line is cut") {
		t.Fatalf("got %v", err)
	}
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if err := s.SnapshotFile(ctx, filepath.Join(filepath.Dir(path), "copy.db")); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if err := s.SnapshotFile(bg, filepath.Join(filepath.Dir(path), "missing", "copy.db")); err == nil {
		t.Fatal("a snapshot in a directory that is not there")
	}
	if names := names(t, path); strings.Join(names, " ") != "beckon.db beckon.db.owner" {
		t.Fatalf("the directory holds %v", names)
	}
}

func names(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestRestoreKeepsTheStoreThatWasThere(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
	var b bytes.Buffer
	if err := s.Snapshot(bg, &b); err != nil {
		t.Fatal(err)
	}
	mustSave(t, s, "a", 2, 1)
	if _, err := Restore(bg, path, bytes.NewReader(b.Bytes()), Options{Patience: 1}); !errors.Is(err, store.ErrInUse) {
		t.Fatalf("while it is in use: %v, want ErrInUse", err)
	}
	s.Close()
	for i, want := range []string{path + ".before-restore", path + ".before-restore-2"} {
		kept, err := Restore(bg, path, bytes.NewReader(b.Bytes()), Options{})
		if err != nil || kept != want {
			t.Fatalf("restore: %q, %v, want %q", kept, err, want)
		}
		s := opened(t, path, Options{})
		if doc, err := s.Get(bg, "campaign", "a"); err != nil || string(doc.Body) != string(body("a", 1)) {
			t.Fatalf("after the restore: %q, %v", doc.Body, err)
		}
		mustSave(t, s, "a", 3, 1)
		s.Close()
		old := opened(t, kept, Options{})
		if doc, err := old.Get(bg, "campaign", "a"); err != nil || string(doc.Body) != string(body("a", 2+i)) {
			t.Fatalf("the store that was kept: %q, %v", doc.Body, err)
		}
	}
}

func TestRestoreRefusesWhatIsDamagedBeforeItReplacesAnything(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	fill(t, s, 20, 2)
	var b bytes.Buffer
	if err := s.Snapshot(bg, &b); err != nil {
		t.Fatal(err)
	}
	s.Close()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	gone := newPath(t)
	if err := os.WriteFile(gone, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	lose(t, gone, bucketHistory)
	incomplete, err := os.ReadFile(gone)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.ReplaceAll(b.Bytes(), []byte("doc-003 version"), []byte("doc-003 vershon"))
	torn := bytes.Clone(b.Bytes())
	clear(torn[4096:8192])
	for name, snapshot := range map[string][]byte{
		"nothing": nil, "text": []byte("kind: campaign\n"), "cut": b.Bytes()[:b.Len()/2], "a bit": flipped, "a header": torn, "a version missing": incomplete,
	} {
		if _, err := Restore(bg, path, bytes.NewReader(snapshot), Options{}); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", name, err)
		}
	}
	if _, err := Restore(bg, path, io.MultiReader(bytes.NewReader(b.Bytes()), failing{}), Options{}); err == nil || errors.Is(err, store.ErrCorrupt) {
		t.Errorf("a reader that fails: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Fatalf("the store has changed (%v)", err)
	}
	if diff := cmp.Diff([]string{"beckon.db"}, names(t, path)); diff != "" {
		t.Fatal(diff)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the line is cut") }

// A backup is one state, however many saves go on beside it, and keeps no page from being used again for long: the file is as large as it
// were without. What grows where a reader stays, TestIdleReadersDoNotGrowTheFile shows.
func TestBackupsBesideSaves(t *testing.T) {
	t.Parallel()
	saves := storetest.Rounds(t, 200)
	s := opened(t, newPath(t), Options{})
	storetest.Backups(t, s, saves, func(t *testing.T) store.Store {
		file, path := newPath(t), newPath(t)
		if err := s.SnapshotFile(bg, file); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := Restore(bg, path, f, Options{}); err != nil {
			t.Fatal(err)
		}
		return opened(t, path, Options{})
	})
	used := func(s *Store) (size int64) {
		if err := s.db.View(func(tx *bolt.Tx) error {
			size = tx.Size()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return size
	}
	alone := opened(t, newPath(t), Options{})
	for c, err := range commitsOf(s) {
		if err == nil {
			_, err = alone.Commit(bg, c.Change)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if with, without := used(s), used(alone); with > without*3/2 {
		t.Errorf("with backups the file has %d bytes, without %d", with, without)
	} else {
		t.Logf("with backups the file has %d bytes, without %d", with, without)
	}
}

func commitsOf(s store.Store) iter.Seq2[store.Commit, error] {
	return func(yield func(store.Commit, error) bool) {
		for since := store.Revision(0); ; {
			page, err := s.Commits(bg, since, 0)
			if err != nil {
				yield(store.Commit{}, err)
				return
			}
			for _, c := range page {
				if since = c.Revision; !yield(c, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

// The control: a plain copy of the file while saves go on is none.
func TestAPlainCopyOfAFileThatIsWrittenIsNoBackup(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	base := store.Revision(0)
	for n := range 30 {
		base = mustSave(t, s, "a", n, base)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := io.CopyN(&b, f, 8<<10); err != nil { // the headers, which say where the rest is
		t.Fatal(err)
	}
	for n := range 60 {
		base = mustSave(t, s, "a", 30+n, base)
	}
	if _, err := io.Copy(&b, f); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(bg, newPath(t), &b, Options{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("restoring it: %v, want ErrCorrupt", err)
	}
}
