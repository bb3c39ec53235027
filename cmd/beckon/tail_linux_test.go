package main

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

// Opening a pipe waits for who writes to it: it is refused before, where it is
// named and where it takes the name of a file that was followed.
func TestAPipeIsRefusedAndNotWaitedFor(t *testing.T) {
	t.Parallel()
	pipe := func(path string) func() {
		return func() {
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	g := newGrowing(t)
	pipe(g.path)()
	if _, _, err := g.follow(false); err == nil || !strings.HasSuffix(err.Error(), "access.log: no file that grows; - reads a pipe from standard input") {
		t.Errorf("%v", err)
	}
	if err := os.Remove(g.path); err != nil {
		t.Fatal(err)
	}
	g.write("old\n")()
	g.then(g.rename, pipe(g.path))
	g.rest()
	tail, _, err := g.follow(false)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(tail); string(got) != "old\n" || err == nil || !strings.Contains(err.Error(), "no file that grows") {
		t.Errorf("read %q: %v", got, err)
	}
}
