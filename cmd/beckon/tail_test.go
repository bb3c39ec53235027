package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAFollowedFileIsReadOverRotationAndTruncation: each step happens while the
// reader waits, so nothing depends on time.
func TestAFollowedFileIsReadOverRotationAndTruncation(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "access.log")
	add := func(name, s string) {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString(s)
			f.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}
	add("access.log", "old\n")
	ctx, cancel := context.WithCancel(t.Context())
	var notes []string
	steps := []func(){
		func() { add("access.log", "one\ntw") },
		func() { add("access.log", "o\n") },
		func() { os.Rename(path, filepath.Join(dir, "access.log.1")) },
		func() { add("access.log.1", "late to the old file") },
		func() { add("access.log", "three\n") },
		func() {
			data, _ := os.ReadFile(path)
			os.WriteFile(filepath.Join(dir, "copy"), data, 0o600)
			os.Truncate(path, 0)
		},
		func() { add("access.log", "4\n") },
		func() {},
		func() { os.Truncate(path, 0); add("access.log", "5") },
		cancel,
	}
	wait := func(context.Context) {
		if len(steps) == 0 {
			t.Error("it still waits")
			cancel()
			return
		}
		steps[0]()
		steps = steps[1:]
	}
	tail, err := openTail(ctx, path, true, wait, func(why string) { notes = append(notes, why) })
	if err != nil {
		t.Fatal(err)
	}
	defer tail.Close()
	got, err := io.ReadAll(tail)
	if want := "one\ntwo\nlate to the old file\nthree\n4\n5"; err != nil || string(got) != want {
		t.Errorf("read %q, want %q: %v", got, want, err)
	}
	if strings.Join(notes, " ") != "rotated truncated truncated" {
		t.Errorf("noted %v", notes)
	}
}
