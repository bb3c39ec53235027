package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// log is a file of a test, and what happens to it while its reader waits, step
// by step, so that nothing depends on time.
type growing struct {
	t     *testing.T
	path  string
	w     *os.File // the writer's, which it keeps over a rename
	steps []func()
}

func newGrowing(t *testing.T) *growing {
	return &growing{t: t, path: filepath.Join(t.TempDir(), "access.log")}
}

func (g *growing) do(err error) {
	if err != nil {
		g.t.Error(err)
	}
}

func (g *growing) open() {
	f, err := os.OpenFile(g.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	g.do(err)
	if g.w != nil {
		g.w.Close()
	}
	g.w = f
	g.t.Cleanup(func() { f.Close() })
}

func (g *growing) then(steps ...func()) { g.steps = append(g.steps, steps...) }

func (g *growing) write(s string) func() {
	return func() {
		if g.w == nil {
			g.open()
		}
		_, err := g.w.WriteString(s)
		g.do(err)
	}
}

func (g *growing) rename() { g.do(os.Rename(g.path, g.path+".1")) }

func (g *growing) truncate(n int64) func() { return func() { g.do(os.Truncate(g.path, n)) } }

// rest is as many looks as it takes to leave a file that was renamed.
func (g *growing) rest() {
	for range lingered + 2 {
		g.then(func() {})
	}
}

// follow opens the file and makes a step whenever the reader waits; after the
// last it ends. It returns the reader and what it was told.
func (g *growing) follow(fromEnd bool) (*tailed, *[]string, error) {
	ctx, cancel := context.WithCancel(g.t.Context())
	g.t.Cleanup(cancel)
	notes := new([]string)
	wait := func(context.Context) {
		if len(g.steps) == 0 {
			cancel()
			return
		}
		step := g.steps[0]
		g.steps = g.steps[1:]
		step()
	}
	tail, err := openTail(ctx, g.path, fromEnd, wait, func(why string) { *notes = append(*notes, why) })
	if err == nil {
		g.t.Cleanup(func() { tail.Close() })
	}
	return tail, notes, err
}

func TestAFollowedFileIsReadOverRotationAndTruncation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps   func(g *growing)
		fromEnd bool
		none    bool // the file is not there at first
		want    string
		notes   string
	}{
		"it grows, also by half a line": {steps: func(g *growing) { g.then(g.write("one\ntw"), func() {}, g.write("o\n")) }, want: "old\none\ntwo\n"},
		"only what is new":              {steps: func(g *growing) { g.then(g.write("one\n")) }, fromEnd: true, want: "one\n"},
		"the last line needs no end":    {steps: func(g *growing) { g.then(g.write("one")) }, want: "old\none"},
		"it is there later":             {steps: func(g *growing) { g.then(func() {}, g.write("one\n")) }, none: true, want: "one\n", notes: "not there yet; waiting for it, there now"},
		"another file takes the name": {steps: func(g *growing) {
			g.then(g.rename, g.open, g.write("one\n"))
			g.rest()
		}, want: "old\none\n", notes: "rotated"},
		"nothing has the name for long": {steps: func(g *growing) {
			g.then(g.rename)
			g.rest()
			g.then(g.open, g.write("one\n"))
			g.rest()
		}, want: "old\none\n", notes: "no file has the name now; waiting for the next, rotated"},
		"the writer keeps the old file for a while": {steps: func(g *growing) {
			g.then(g.rename, func() { g.do(os.WriteFile(g.path, []byte("new\n"), 0o600)) }, func() {}, g.write("late to the old file\n"), func() {}, g.write("and later\n"))
			g.rest()
		}, want: "old\nlate to the old file\nand later\nnew\n", notes: "rotated"},
		"a line that was not ended when the file was rotated is one": {steps: func(g *growing) {
			g.then(g.write("half"), g.rename, g.open, g.write("one\n"))
			g.rest()
		}, want: "old\nhalf\none\n", notes: "rotated"},
		"truncated to nothing": {steps: func(g *growing) { g.then(g.truncate(0), g.write("1\n")) }, want: "old\n1\n", notes: "truncated"},
		"truncated to nothing, and grown at once to less than it was": {steps: func(g *growing) {
			g.then(func() { g.truncate(0)(); g.write("1\n")() })
		}, want: "old\n1\n", notes: "truncated"},
		"truncated to nothing, and grown at once to more than it was": {steps: func(g *growing) {
			g.then(func() { g.truncate(0)(); g.write("longer than it was\n")() })
		}, want: "old\nlonger than it was\n", notes: "truncated"},
		"truncated to nothing, and grown at once to what it was": {steps: func(g *growing) {
			g.then(func() { g.truncate(0)(); g.write("new\n")() }, func() { g.truncate(0)(); g.write("newer\n")() })
		}, want: "old\nnew\nnewer\n", notes: "truncated, truncated"},
		"truncated to nothing, and grown to what is alike but for its beginning": {steps: func(g *growing) {
			again := strings.Repeat("again\n", 60)
			g.then(g.write(again), func() { g.truncate(0)(); g.write("new\n" + again + "more\n")() })
		}, want: "old\n" + strings.Repeat("again\n", 60) + "new\n" + strings.Repeat("again\n", 60) + "more\n", notes: "truncated"},
		"written anew in place, and alike for its first 4 KiB": {steps: func(g *growing) {
			alike := strings.Repeat("alike\n", 1000)
			g.then(g.write(alike+strings.Repeat("one\n", 200)), func() { g.truncate(0)(); g.write("old\n" + alike + strings.Repeat("two\n", 300))() })
		}, want: "old\n" + strings.Repeat("alike\n", 1000) + strings.Repeat("one\n", 200) + "old\n" + strings.Repeat("alike\n", 1000) + strings.Repeat("two\n", 300), notes: "truncated"},
		"truncated below the place": {steps: func(g *growing) {
			g.then(g.write("one\ntwo\n"), func() { g.truncate(4)(); g.write("3\n")() })
		}, want: "old\none\ntwo\nold\n3\n", notes: "truncated"},
		"a writer that does not append goes on at its place, after a hole": {steps: func(g *growing) {
			g.then(func() {
				f, err := os.OpenFile(g.path, os.O_WRONLY, 0)
				g.do(err)
				defer f.Close()
				g.do(f.Truncate(0))
				_, err = f.WriteAt([]byte("one\n"), 4)
				g.do(err)
			})
		}, want: "old\none\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGrowing(t)
			if !c.none {
				g.write("old\n")()
			}
			c.steps(g)
			tail, notes, err := g.follow(c.fromEnd)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(tail)
			if err != nil || string(got) != c.want || len(g.steps) > 0 {
				t.Errorf("read %q, want %q: %v; %d steps left", got, c.want, err, len(g.steps))
			}
			if said := strings.Join(*notes, ", "); said != c.notes {
				t.Errorf("noted %q, want %q", said, c.notes)
			}
		})
	}
}

// A file that has been rotated is made by one and given to its readers by another.
func TestAFollowedFileMayBeShutForAWhile(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("SKIPPED: root reads every file")
	}
	g := newGrowing(t)
	g.write("old\n")()
	g.then(g.rename, g.open, g.write("one\n"), func() { g.do(os.Chmod(g.path, 0)) })
	g.rest()
	g.rest()
	g.then(func() { g.do(os.Chmod(g.path, 0o600)) })
	tail, notes, err := g.follow(false)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(tail)
	if said := strings.Join(*notes, ", "); err != nil || string(got) != "old\none\n" || said != "the file may not be read; waiting until it may, rotated" {
		t.Errorf("read %q, noted %q: %v", got, said, err)
	}
}

func TestWhatDoesNotGrowIsNotFollowed(t *testing.T) {
	t.Parallel()
	g := newGrowing(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Dir(g.path):           "a directory; name a file",
		filepath.Join(g.path, "none"):  g.path + ": no such directory, so the file is not waited for",
		filepath.Join(file, "none"):    file + ": no directory, so the file is not waited for",
		filepath.Join(file, "a", "no"): filepath.Join(file, "a") + ": no directory, so the file is not waited for",
		os.DevNull:                     "no file that grows",
	} {
		g.path = path
		if _, _, err := g.follow(false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
