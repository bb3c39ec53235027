package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// rotate does what logrotate does: every file gets the next number, the oldest goes,
// and the log begins anew.
func (g *growing) rotate(keep int) {
	os.Remove(g.path + "." + string(rune('0'+keep)))
	for n := keep - 1; n >= 1; n-- {
		from, to := g.path+"."+string(rune('0'+n)), g.path+"."+string(rune('1'+n))
		if err := os.Rename(from, to); err != nil && !errors.Is(err, os.ErrNotExist) {
			g.t.Error(err)
		}
	}
	g.rename()
	g.open()
}

// dated moves the log to a name with a date, as of some instant.
func (g *growing) dated(name string, at int) {
	to := filepath.Join(filepath.Dir(g.path), name)
	g.do(os.Rename(g.path, to))
	when := time.Date(2026, 3, 2, 10, at, 0, 0, time.UTC)
	g.do(os.Chtimes(to, when, when))
	g.open()
}

// copyTruncate does what copytruncate does.
func (g *growing) copyTruncate() {
	if old, err := os.ReadFile(g.path + ".1"); err == nil {
		g.do(os.WriteFile(g.path+".2", old, 0o600))
		g.do(os.Remove(g.path + ".1"))
	}
	b, err := os.ReadFile(g.path)
	g.do(errors.Join(err, os.WriteFile(g.path+".1", b, 0o600), os.Truncate(g.path, 0)))
}

// pack compresses a file as gzip and zstd do: the new one is as old as the other,
// which goes once it is done.
func (g *growing) pack(path, ending string, done bool) {
	g.t.Helper()
	b, err := os.ReadFile(path)
	g.do(err)
	info, err := os.Stat(path)
	g.do(err)
	var out bytes.Buffer
	var z io.WriteCloser = gzip.NewWriter(&out)
	if ending == ".zst" {
		z, err = zstd.NewWriter(&out)
		g.do(err)
	}
	_, err = z.Write(b)
	g.do(errors.Join(err, z.Close()))
	packed := out.Bytes()
	if !done {
		packed = packed[:len(packed)/2]
	}
	g.do(errors.Join(os.WriteFile(path+ending, packed, 0o600), os.Chtimes(path+ending, info.ModTime(), info.ModTime())))
	if done {
		g.do(os.Remove(path))
	}
}

func TestFilesThatWereRotatedBetweenTwoLooksAreReadInOrder(t *testing.T) {
	t.Parallel()
	const lost = "; where the old file went is not known, so files between may be missed"
	for name, c := range map[string]struct {
		before  func(g *growing) // what is there when following begins
		at      func(g *growing) // what happens between two looks
		after   func(g *growing)
		fromEnd bool
		want    string
		notes   string
	}{
		"one file between": {at: func(g *growing) { g.rotate(5); g.write("one\n")(); g.rotate(5); g.write("two\n")() },
			want: "old\none\ntwo\n", notes: "rotated, 1 file between read first"},
		"three between, the first of them empty": {at: func(g *growing) {
			for _, s := range []string{"", "one\n", "two\n", "three\n"} {
				g.rotate(5)
				g.write(s)()
			}
		}, want: "old\none\ntwo\nthree\n", notes: "rotated, 3 files between read first"},
		"files that were there before are not read": {before: func(g *growing) {
			g.write("oldest\n")()
			g.rotate(5)
			g.write("older\n")()
			g.rotate(5)
			g.write("old\n")()
		},
			at: func(g *growing) { g.rotate(5); g.write("one\n")(); g.rotate(5); g.write("two\n")() }, want: "old\none\ntwo\n", notes: "rotated, 1 file between read first"},
		"from the end, too": {at: func(g *growing) { g.rotate(5); g.write("one\n")(); g.rotate(5) }, fromEnd: true, want: "one\n", notes: "rotated, 1 file between read first"},
		"a line that was not ended is one": {at: func(g *growing) { g.write("half")(); g.rotate(5); g.write("one")(); g.rotate(5); g.write("two\n")() },
			want: "old\nhalf\none\ntwo\n", notes: "rotated, 1 file between read first"},
		"some of them are gone": {at: func(g *growing) {
			for _, s := range []string{"one\n", "two\n", "three\n"} {
				g.rotate(5)
				g.write(s)()
			}
			g.do(os.Remove(g.path + ".2"))
		}, want: "old\ntwo\nthree\n", notes: "rotated, 1 file between read first; 1 file between could not be read, 0 bytes or more of lines are missed"},
		"the old one is gone, and what came between may be": {at: func(g *growing) {
			for _, s := range []string{"one\n", "two\n", "three\n"} {
				g.rotate(2)
				g.write(s)()
			}
		}, want: "old\none\ntwo\nthree\n", notes: "rotated, 2 files between read first" + lost},
		"one between is compressed": {at: func(g *growing) {
			for _, s := range []string{"one\n", "two\n"} {
				g.rotate(5)
				g.write(s)()
			}
			g.do(errors.Join(os.Remove(g.path+".1"), os.WriteFile(g.path+".1.gz", []byte("packed"), 0o600), os.Chtimes(g.path+".1.gz", time.Time{}, time.Now().Add(time.Hour))))
		}, want: "old\ntwo\n", notes: "rotated; 1 file between could not be read, 6 bytes or more of lines are missed"},
		"those between are compressed, also while the system's file of it is there yet": {at: func(g *growing) {
			for _, s := range []string{"one\n", "two\n", "three\n", "four\n"} {
				g.rotate(5)
				g.write(s)()
			}
			g.pack(g.path+".3", ".gz", true)
			g.pack(g.path+".2", ".zst", true)
			g.pack(g.path+".1", ".gz", false)
		}, want: "old\none\ntwo\nthree\nfour\n", notes: "rotated, 3 files between read first"},
		"the old one and those between are compressed": {at: func(g *growing) {
			for i, s := range []string{"one\n", "two\n"} {
				when := time.Date(2026, 3, 2, 10, i, 0, 0, time.UTC)
				g.do(os.Chtimes(g.path, when, when))
				g.rotate(5)
				g.write(s)()
			}
			g.pack(g.path+".2", ".gz", true)
			g.pack(g.path+".1", ".gz", true)
		}, want: "old\none\ntwo\n", notes: "rotated, 1 file between read first"},
		"the old one is compressed under a new date": {at: func(g *growing) {
			g.rotate(5)
			g.pack(g.path+".1", ".gz", true)
			g.do(os.Chtimes(g.path+".1.gz", time.Time{}, time.Now().Add(time.Hour)))
			g.write("one\n")()
		}, want: "old\none\n", notes: "rotated"},
		"copied, truncated and compressed: what was not read yet is in the copy": {at: func(g *growing) {
			g.write("half\n")()
			g.copyTruncate()
			g.pack(g.path+".1", ".gz", true)
			g.write("one\n")()
		}, want: "old\nhalf\none\n", notes: "truncated"},
		"the old one was compressed, as it was written last": {at: func(g *growing) {
			when := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
			g.do(os.Chtimes(g.path, when, when))
			g.rotate(5)
			g.do(errors.Join(os.Remove(g.path+".1"), os.WriteFile(g.path+".1.gz", []byte("packed"), 0o600), os.Chtimes(g.path+".1.gz", when, when)))
			g.write("one\n")()
		}, want: "old\none\n", notes: "rotated"},
		"called by dates": {at: func(g *growing) {
			g.dated("access.log-20260302", 1)
			g.write("one\n")()
			g.dated("access-2026-03-03T10-00.log", 2)
			g.write("two\n")()
			g.dated("access.log.2026-03-04", 3)
			g.write("three\n")()
		}, want: "old\none\ntwo\nthree\n", notes: "rotated, 2 files between read first"},
		"what is called otherwise is none of them": {at: func(g *growing) {
			for _, name := range []string{"access.log.bak", "access.log.1.txt", "other.log.1", "access.log1", "access_log.1"} {
				g.do(os.WriteFile(filepath.Join(filepath.Dir(g.path), name), []byte("foreign\n"), 0o600))
			}
			g.rotate(5)
			g.write("one\n")()
		}, want: "old\none\n", notes: "rotated"},
		"a copy of what was read is none of them": {at: func(g *growing) {
			g.do(os.WriteFile(g.path+".20260302", []byte("old\n"), 0o600))
			g.rotate(5)
			g.write("one\n")()
		}, want: "old\none\n", notes: "rotated"},
		"again and again": {at: func(g *growing) { g.rotate(5); g.write("one\n")(); g.rotate(5); g.write("two\n")() },
			after: func(g *growing) { g.rotate(5); g.write("three\n")(); g.rotate(5); g.write("four\n")() },
			want:  "old\none\ntwo\nthree\nfour\n", notes: "rotated, 1 file between read first, rotated, 1 file between read first"},
		"rotated once more while those between are read": {at: func(g *growing) { g.rotate(5); g.write("one\n")(); g.rotate(5); g.write("two\n")() },
			after: func(g *growing) {
				for _, s := range []string{"three\n", "four\n", "five\n"} {
					g.rotate(9)
					g.write(s)()
				}
			}, want: "old\none\ntwo\nthree\nfour\nfive\n", notes: "rotated, 1 file between read first, rotated, 2 files between read first"},
		"copied and truncated: what was not read yet is in the copy": {at: func(g *growing) { g.write("ha")(); g.write("lf\n")(); g.copyTruncate(); g.write("one\n")() },
			want: "old\nhalf\none\n", notes: "truncated"},
		"copied and truncated twice": {at: func(g *growing) {
			g.write("one\n")()
			g.copyTruncate()
			g.write("two\n")()
			g.copyTruncate()
			g.write("three\n")()
		},
			want: "old\none\ntwo\nthree\n", notes: "truncated"},
		"truncated beside an earlier copy": {at: func(g *growing) {
			g.do(os.WriteFile(g.path+".1", []byte("ol"), 0o600))
			g.truncate(0)()
			g.write("one\n")()
		}, want: "old\none\n", notes: "truncated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGrowing(t)
			if c.before != nil {
				c.before(g)
			} else {
				g.write("old\n")()
			}
			g.then(func() { c.at(g) })
			g.rest()
			if c.after != nil {
				g.then(func() { c.after(g) })
				g.rest()
			}
			g.rest()
			tail, notes, err := g.follow(c.fromEnd)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(tail)
			if err != nil || string(got) != c.want {
				t.Errorf("read %q, want %q: %v", got, c.want, err)
			}
			if said := strings.Join(*notes, ", "); said != c.notes {
				t.Errorf("noted %q, want %q", said, c.notes)
			}
		})
	}
}

// A file that unpacks to more than all reason is missed, as any is that cannot be read.
func TestARotatedFileThatUnpacksToTooMuchIsMissed(t *testing.T) {
	t.Parallel()
	g := newGrowing(t)
	g.write("old\n")()
	g.then(func() {
		g.rotate(5)
		g.write(strings.Repeat("\n", 17<<20))()
		g.rotate(5)
		g.pack(g.path+".1", ".zst", true)
		g.write("two\n")()
	})
	g.rest()
	tail, notes, err := g.follow(false)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(tail)
	if said := strings.Join(*notes, ", "); err != nil || string(got) != "old\ntwo\n" || !strings.HasPrefix(said, "rotated; 1 file between could not be read, ") {
		t.Errorf("read %d bytes, noted %q: %v", len(got), said, err)
	}
}

// Between two reads of what is there already nobody waits, and a file may be cut and
// grow beyond its old length meanwhile: what was read last no longer stands there.
func TestAFileThatIsCutAndGrowsWhileItIsReadIsNoticed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, then string
		read        int
		want        string // "": it is known at the end alone
	}{
		"what was read last is another":     {"line 1\nline 2\nline 3\n", "anew 1\nanew 2\nanew 3\nanew 4\n", 9, "\nanew 1\nanew 2\nanew 3\nanew 4\n"},
		"lines are alike, but for the head": {"first\n" + strings.Repeat("the same again and again\n", 40), "other\n" + strings.Repeat("the same again and again\n", 50), 900, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGrowing(t)
			g.write(c.first)()
			tail, notes, err := g.follow(false)
			if err != nil {
				t.Fatal(err)
			}
			b := make([]byte, c.read)
			if _, err := io.ReadFull(tail, b); err != nil {
				t.Fatal(err)
			}
			g.truncate(0)()
			g.write(c.then)()
			rest, err := io.ReadAll(tail)
			got := string(rest)
			if err != nil || !strings.HasSuffix(got, c.then) || c.want != "" && got != c.want || len(*notes) != 1 || (*notes)[0] != "truncated" {
				t.Errorf("read %q, then %q, noted %q: %v", b, got, *notes, err)
			}
		})
	}
}
