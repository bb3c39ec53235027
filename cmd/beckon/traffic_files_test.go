package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// A screen reads its traffic again for the visits behind a number: what can be
// read once alone is refused at once, or it would wait for what nobody writes.
func TestTrafficTakesFilesDirectoriesAndPatternsAndNothingThatBlocks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	page := func(visitor string) []byte {
		return []byte(`{"visitor":"` + visitor + `","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}` + "\n")
	}
	for name, body := range map[string][]byte{"logs/a.jsonl": page("ann"), "logs/b.jsonl": page("ben"), "logs/c.log": page("cy"), "empty.log": nil, "logs/README": []byte("The logs.\n")} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, _ store.Store) {
		d.Press(tabOf(t, "traffic"))
		d.Wait(time.Second)
		open := func(path string) {
			d.Press("O", "ctrl+u")
			d.Paste(path)
			d.Press("enter")
			d.Wait(2 * time.Second)
		}
		for path, want := range map[string]string{
			"-":                             "standard input is this console's keyboard",
			filepath.Join(dir, "pipe"):      "once alone",
			filepath.Join(dir, "*.gz"):      "no file is like",
			filepath.Join(dir, "no.log"):    "there is no such file",
			filepath.Join(dir, "empty.log"): "the file is empty",
		} {
			open(path)
			said := strings.NewReplacer("┃", "", "│", "", "\n", "").Replace(d.Screen())
			if said = strings.Join(strings.Fields(said), " "); !strings.Contains(said, "It could not be replayed:") || !strings.Contains(said, want) {
				t.Errorf("%s: %q is not said:\n%s", path, want, d.Screen())
			}
		}
		open(filepath.Join(dir, "logs", "*.jsonl"))
		d.Expect("Replayed 2 visits of 2 visitors")
		d.Press("tab", "enter") // the visits are found in all files again
		d.Wait(2 * time.Second)
		d.Expect("2 visits", "ann", "ben")
		open(filepath.Join(dir, "logs"))
		d.Expect("Replayed 3 visits of 3 visitors", "1 file left out, as no traffic or read already: i tells")
		d.Press("i")
		d.Expect("Left out", "mapping")
		d.Press("esc")
		// The run is kept with all of them, and repeats to the byte.
		d.Press("Y")
		d.Type("all")
		d.Press("enter")
		d.Wait(2 * time.Second)
		d.Press("y")
		d.Wait(time.Second)
		d.Press("R")
		d.Wait(2 * time.Second)
		d.Expect("byte for byte")
	})
}
