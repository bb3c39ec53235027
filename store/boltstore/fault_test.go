package boltstore

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"beckon/store"
)

// What bbolt does when the disk fails: an error although the change is there, an error and it is not, a panic.
var commitFaults = map[string]struct {
	commit  func(*bolt.Tx) error
	visible bool
	is      error
}{
	"an error after it was written": {func(tx *bolt.Tx) error { return errors.Join(tx.Commit(), syscall.EIO) }, true, syscall.EIO},
	"an error before":               {func(tx *bolt.Tx) error { return errors.Join(tx.Rollback(), syscall.EIO) }, false, syscall.EIO},
	"disk full after it was written": {func(tx *bolt.Tx) error {
		return errors.Join(tx.Commit(), &os.PathError{Op: "sync", Path: "x", Err: syscall.ENOSPC})
	}, true, store.ErrFull},
	"a panic": {func(tx *bolt.Tx) error { panic("page 7 already freed") }, false, store.ErrCorrupt},
	"a memory fault": {func(tx *bolt.Tx) error {
		var nothing *int
		*nothing = 1
		return nil
	}, false, store.ErrCorrupt},
}

func TestFailedCommitMakesTheStoreReadOnlyUntilReopened(t *testing.T) {
	t.Parallel()
	for name, fault := range commitFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := opened(t, newPath(t), Options{})
			mustSave(t, s, "a", 1, 0)
			watch, err := s.Watch(bg, 1)
			if err != nil {
				t.Fatal(err)
			}
			s.commitTx = fault.commit
			_, err = save(s, "a", 2, 1)
			if !errors.Is(err, store.ErrReadOnly) || !errors.Is(err, fault.is) {
				t.Fatalf("the save that failed: %v", err)
			}
			s.commitTx = (*bolt.Tx).Commit
			if _, err := save(s, "b", 1, 0); !errors.Is(err, store.ErrReadOnly) || !errors.Is(err, fault.is) {
				t.Fatalf("a save after it: %v", err)
			}
			if err := s.ReadOnly(); !errors.Is(err, store.ErrReadOnly) {
				t.Fatalf("ReadOnly: %v", err)
			}
			if _, err := s.Get(bg, "campaign", "a"); err != nil {
				t.Fatalf("reading goes on, but: %v", err)
			}
			if err := s.Reopen(bg); err != nil {
				t.Fatal(err)
			}
			want := store.Revision(1)
			if fault.visible {
				want = 2
			}
			if rev, err := s.Revision(bg); err != nil || rev != want {
				t.Fatalf("revision %d, %v after reopening, want %d", rev, err, want)
			}
			// The same save again is safe, whatever had become of it.
			if rev, err := save(s, "a", 2, 1); err != nil || rev != 2 {
				t.Fatalf("the same save again: %d, %v", rev, err)
			}
			if events, err := watch.Next(bg); err != nil || len(events) != 1 || events[0].Revision != 2 {
				t.Fatalf("a watch from before: %v, %v", events, err)
			}
			if err := s.Check(bg); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestSaveWithoutRoomLeavesNothingAndTheNextOneWorksOnceThereIsRoom(t *testing.T) {
	t.Parallel()
	for name, hindered := range map[string]error{
		"disk full":  &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC},
		"quota":      &os.PathError{Op: "write", Path: "x", Err: syscall.EDQUOT},
		"file limit": errors.New("file resize error: truncate x: file too large"),
		"size limit": bolterrors.ErrMaxSizeReached,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := opened(t, newPath(t), Options{})
			mustSave(t, s, "a", 1, 0)
			s.commitTx = func(tx *bolt.Tx) error { return errors.Join(tx.Rollback(), hindered) }
			_, err := save(s, "a", 2, 1)
			if !errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrReadOnly) || !strings.Contains(err.Error(), "nothing was written") {
				t.Fatalf("the save without room: %v", err)
			}
			if err := s.ReadOnly(); err != nil {
				t.Fatalf("ReadOnly: %v", err)
			}
			s.commitTx = (*bolt.Tx).Commit
			if rev, err := save(s, "a", 2, 1); err != nil || rev != 2 {
				t.Fatalf("the same save with room: %d, %v", rev, err)
			}
			if err := s.Check(bg); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Without the rule, a caller who takes the error at its word writes the change twice.
func TestFailedCommitThatIsRetriedWouldApplyTwice(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	entry := store.Change{Author: "ana", At: at, Audit: []store.AuditEntry{{Action: "publish"}}}
	s.commitTx = commitFaults["an error after it was written"].commit
	if _, err := s.Commit(bg, entry); err == nil {
		t.Fatal("no error")
	}
	s.commitTx = (*bolt.Tx).Commit
	s.poison.Store(nil) // the protection is off
	if _, err := s.Commit(bg, entry); err != nil {
		t.Fatal(err)
	}
	if entries, err := s.Audit(bg, store.AuditQuery{}); err != nil || len(entries) != 2 {
		t.Fatalf("%d entries, %v: the error left nothing behind, so the rule is not needed", len(entries), err)
	}
}

func TestReadOnlyStoreClosesSuspicious(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	s.commitTx = commitFaults["an error before"].commit
	save(s, "a", 1, 0)
	s.Close()
	if _, left := readOwner(path); !left {
		t.Fatal("the next one to open the file is not told that a commit failed")
	}
	s = opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
}

func TestFileCutUnderARunningStoreIsAnError(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	fill(t, s, 50, 3)
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(bg, "campaign", "doc-001"); !errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("get: %v", err)
	}
	if _, err := s.List(bg, store.Query{}); !errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("list: %v", err)
	}
	if err := s.Check(bg); !errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("check: %v", err)
	}
	if _, err := save(s, "doc-001", 9, 3); !errors.Is(err, store.ErrCorrupt) || !errors.Is(err, store.ErrReadOnly) {
		t.Fatalf("save: %v", err)
	}
	if err := s.ReadOnly(); !errors.Is(err, store.ErrReadOnly) {
		t.Fatalf("ReadOnly: %v", err)
	}
	if err := s.Reopen(bg); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), path) {
		t.Fatalf("reopen: %v", err)
	}
	if _, err := s.Get(bg, "campaign", "doc-001"); !errors.Is(err, store.ErrCorrupt) {
		t.Fatalf("get after a failed reopen: %v", err)
	}
}

func TestFileEmptiedUnderARunningStoreIsAnError(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	fill(t, s, 5, 3)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	for range 2 { // bbolt keeps its locks after the first time, and must not be asked again
		if _, err := s.Get(bg, "campaign", "doc-001"); !errors.Is(err, store.ErrCorrupt) {
			t.Fatalf("get: %v", err)
		}
		if _, err := save(s, "doc-001", 9, 3); !errors.Is(err, store.ErrCorrupt) {
			t.Fatalf("save: %v", err)
		}
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Reopen(bg); err != nil {
		t.Fatalf("with the content back: %v", err)
	}
	mustSave(t, s, "doc-001", 9, 3)
}
