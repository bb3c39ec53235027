package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

func TestAConsoleAtATerminalIsRecordedWithItsSizesAndWithoutItsKeys(t *testing.T) {
	t.Parallel()
	path := shop(t)
	file := filepath.Join(filepath.Dir(path), "session.cast")
	s := &sitting{Terminal: tuitest.NewTerminal(t, 120, 40), cmd: exec.Command("beckon", "record", file, "--store", "bolt://"+path)}
	s.cmd.Env = []string{"TERM=xterm-256color", "USER=ana", "HOME=" + filepath.Dir(path), "NO_COLOR=1"}
	s.Start(s.cmd)
	s.Await("Cart rescue")
	s.Send("\x1b[200~pasted words\x1b[201~2")
	s.Await("Library ›")
	s.Resize(100, 30)
	if err := s.cmd.Process.Signal(syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	data := func() []byte {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	s.Send("1")
	s.Await("17 campaigns")
	s.Send("q")
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	r := tuitest.Replay(t, data())
	if r.Size != (layout.Size{W: 100, H: 30}) {
		t.Errorf("the window ends as %v", r.Size)
	}
	for _, want := range []string{"\x1b[?1049h", "Cart rescue", "Library", "\x1b[?1049l"} {
		if !strings.Contains(r.Output, want) {
			t.Errorf("%q was not recorded", want)
		}
	}
	if strings.Contains(string(data()), "pasted words") || strings.Contains(string(data()), `,"i",`) {
		t.Error("what was typed is in the recording")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
}
