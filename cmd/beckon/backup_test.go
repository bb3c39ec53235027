package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/serve"
)

func TestBackupOfAStoreThatIsServed(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	head, err := store.HeadOf(t.Context(), g.store)
	if err != nil {
		t.Fatal(err)
	}
	headOf := func(file string) store.Head {
		t.Helper()
		h, err := store.HeadOf(t.Context(), reopened(t, file))
		if err != nil {
			t.Fatal(err)
		}
		return h
	}

	out, errs, code := g.run("ana", "backup", "")
	if code != exitFine {
		t.Fatalf("an admin's: %d, %s", code, errs)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.db")
	if _, err := boltstore.Restore(t.Context(), elsewhere, strings.NewReader(out), boltstore.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := headOf(elsewhere); got != head {
		t.Errorf("the backup over SSH ends at %v, the store at %v", got, head)
	}
	for _, who := range []string{"pia", "ed", "vi"} {
		out, errs, code := g.run(who, "backup", "")
		if code != exitBad || out != "" || !strings.Contains(errs, "only admins may take a backup of the whole store; "+who+" is ") {
			t.Errorf("%s: %d, %d bytes, %s", who, code, len(out), errs)
		}
	}
	if out, errs, code := g.run("vi", "verify --head "+head.String(), ""); code != exitFine || !strings.Contains(out, "all of it fits") {
		t.Errorf("verify: %d, %s%s", code, out, errs)
	}
	if out, _, code := g.run("vi", "verify --head "+store.Head{Revision: 1, Sum: head.Sum}.String(), ""); code != exitNo || !strings.Contains(out, "its sum is not the one that was noted") {
		t.Errorf("verify with another head: %d, %s", code, out)
	}

	// At the machine itself the holder is asked; while nobody answers, it is
	// said who holds the store.
	var said bytes.Buffer
	w := here()
	w.out = &said
	file := filepath.Join(t.TempDir(), "here.db")
	if err := backupTo(t.Context(), w, g.path, file, false, false); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "ssh HOST backup") {
		t.Errorf("nobody answers: %v", err)
	}
	defer answering(g.store, slog.New(slog.DiscardHandler)).Close()
	if err := backupTo(t.Context(), w, g.path, file, false, false); err != nil {
		if len(g.path) > 90 {
			t.Skipf("the name of the store is too long for a socket: %v", err)
		}
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "from the process that holds the store") || headOf(file) != head {
		t.Errorf("said %s", said.String())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if info, err := os.Stat(g.path + ".sock"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}

	// It is not replaced under those who work in it.
	said.Reset()
	if err := restoreFrom(t.Context(), w, g.path, elsewhere, true, false); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "not replaced under those who work in it") {
		t.Errorf("restore: %v", err)
	}
	if again, err := store.HeadOf(t.Context(), g.store); err != nil || again != head {
		t.Errorf("the store is at %v, %v", again, err)
	}
}

// Who asks amiss, or goes away, leaves the holder as it was.
func TestHolderOutlivesThoseWhoAsk(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "ask")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "shop.db")
	shopAt(t, path)
	s := reopened(t, path)
	defer answering(s, slog.New(slog.DiscardHandler)).Close()
	for _, question := range []string{"", "snap", "give me everything\n", "snapshot\n"} {
		c, err := net.Dial("unix", path+".sock")
		if err != nil {
			t.Fatal(err)
		}
		c.Write([]byte(question))
		c.Close()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := boltstore.AskSnapshot(ctx, path, filepath.Join(dir, "x.db")); err == nil {
		t.Error("an ended context was given a snapshot")
	}
	if err := boltstore.AskSnapshot(t.Context(), path, filepath.Join(dir, "y.db")); err != nil {
		t.Error(err)
	}
	if err := boltstore.AskSnapshot(t.Context(), filepath.Join(dir, "other.db"), filepath.Join(dir, "z.db")); !errors.Is(err, boltstore.ErrUnanswered) {
		t.Errorf("a store that nobody holds: %v", err)
	}
}
