package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/store/boltstore"
	"beckon/tui/screen/builder"
	"beckon/tui/tuitest"
)

// sitting is the whole program as a process of its own, at a terminal.
type sitting struct {
	*tuitest.Terminal
	cmd *exec.Cmd
}

// sit starts the console on a store and goes to the Builder.
func sit(t *testing.T, path string) *sitting {
	t.Helper()
	s := &sitting{Terminal: tuitest.NewTerminal(t, 120, 40), cmd: exec.Command("beckon", "--store", "bolt://"+path)}
	s.cmd.Env = []string{"TERM=xterm-256color", "USER=ana", "HOME=" + filepath.Dir(path), "NO_COLOR=1"}
	s.Start(s.cmd)
	s.Await("Cart rescue")
	return s
}

// end waits for the process and returns how it ended.
func (s *sitting) end() error {
	_, err := s.cmd.Process.Wait()
	return err
}

func (s *sitting) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
}

// shop is a store in a file with the demo shop, that nobody holds.
func shop(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fill(t.Context(), here(), s); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// left is what a process left behind: the names of ana's drafts, each of which
// must be whole and lead back to where it began.
func left(t *testing.T, path string) []string {
	t.Helper()
	ctx := context.Background()
	s, err := boltstore.Open(ctx, path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if rev, err := s.Revision(ctx); err != nil || rev != 1 {
		t.Fatalf("revision %d, %v: drafts are no commits", rev, err)
	}
	var found []builder.Draft
	if found, err = (&workshop{store: s, who: "ana", now: time.Now}).Drafts(ctx); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range found {
		h, err := edit.LoadHistory(d.Work)
		if err != nil {
			t.Fatalf("a torn draft: %v", err)
		}
		names = append(names, h.Document().Head().Name)
		steps := 0
		for ; ; steps++ {
			if _, ok := h.Undo(); !ok {
				break
			}
		}
		if c, ok := h.Document().(*model.Campaign); !ok || c.Name != "" || steps == 0 {
			t.Errorf("undoing %d steps leads to %+v", steps, h.Document())
		}
	}
	return names
}

func TestAKilledConsoleGivesTheDraftBackWithItsPast(t *testing.T) {
	t.Parallel()
	path := shop(t)
	s := sit(t, path)
	s.Send("n")
	s.Await("New campaign")
	s.Send("Spring sale")
	s.Await("draft kept")
	s.kill(t)
	if names := left(t, path); len(names) != 1 || names[0] != "Spring sale" {
		t.Fatalf("drafts %q", names)
	}

	s = sit(t, path)
	s.Send(tabOf(t, "builder"))
	s.Await("Your drafts")
	s.Await("Spring sale")
	s.Send("\r")
	s.Await("Your draft is back")
	s.Send("\x1a")
	s.Await("Builder › New campaign") // the name is undone
	s.Send("\x19")
	s.Await("Builder › Spring sale")
	s.kill(t)
}

// A draft is kept with every step that is left, so that there is always one on
// its way when the process is killed.
func TestAConsoleKilledWhileItKeepsADraftLeavesTheOneBeforeOrTheNewOne(t *testing.T) {
	t.Parallel()
	path := shop(t)
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	const typed = "Thequickbrownfoxjumpsoverthelazydogandrestsathome"
	for round := range rounds {
		s := sit(t, path)
		s.Send("n")
		s.Await("New campaign")
		s.Send("T\x0c") // ctrl+l: the first draft
		s.Await("draft kept")
		for i := range 5 + round*4 {
			s.Send("," + typed[i+1:i+2] + "\x0c")
		}
		if round%2 == 1 {
			s.Await("› " + typed[:4])
		}
		s.kill(t)
		names := left(t, path)
		if len(names) != round+1 {
			t.Fatalf("round %d left %d drafts: %q", round, len(names), names)
		}
		for _, name := range names {
			if name == "" || !strings.HasPrefix(typed, name) {
				t.Errorf("round %d left %q", round, name)
			}
		}
	}
}

func TestWhateverEndsTheConsoleTheDraftIsKept(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *sitting){
		"quit":            func(_ *testing.T, s *sitting) { s.Send("\x03\x03") },
		"a hangup":        func(t *testing.T, s *sitting) { tell(t, s, syscall.SIGHUP) },
		"a termination":   func(t *testing.T, s *sitting) { tell(t, s, syscall.SIGTERM) },
		"a lost terminal": func(_ *testing.T, s *sitting) { s.HangUp() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := shop(t)
			s := sit(t, path)
			s.Send("n")
			s.Await("New campaign")
			s.Send("Spring sale")
			s.Await("Builder › Spring sale")
			end(t, s)
			if err := s.end(); err != nil {
				t.Fatal(err)
			}
			if names := left(t, path); len(names) != 1 || names[0] != "Spring sale" {
				t.Errorf("drafts %q", names)
			}
		})
	}
}

func tell(t *testing.T, s *sitting, what syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(what); err != nil {
		t.Fatal(err)
	}
}

// The tests above would notice a draft that is lost: a process that is killed
// before it has kept one leaves none.
func TestAConsoleKilledBeforeItKeepsADraftHasLostIt(t *testing.T) {
	t.Parallel()
	for range 20 { // a slow machine may keep it first
		path := shop(t)
		s := sit(t, path)
		s.Send("n")
		s.Await("New campaign")
		s.Send("S")
		s.Await("Builder › S")
		s.kill(t)
		if len(left(t, path)) == 0 {
			return
		}
	}
	t.Fatal("twenty processes that were killed at once lost nothing: the tests prove nothing")
}
