package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"beckon/model/text"
)

// tailed reads a file that grows, and goes on where it begins anew: when another
// file takes its name (rotation by rename), when it becomes shorter (truncation,
// copytruncate), and when it is no longer what was read, because it was truncated
// and has grown to its old length or beyond since.
//
// It looks again and again, and is not told by the system: inotify and its like
// do not hear what another machine writes to a network file system, watch a name
// and not what takes it, and lose news when there is much. A look at a quiet file
// is two reads and two stats, five times a second.
//
// Files that had the name between two looks are read where rotation keeps them, see
// rotated.go, compressed ones included; so is what was copied before it was truncated.
// What cannot be had: what was deleted by then, which is told, and what was cut off
// before it was read without a copy.
type tailed struct {
	ctx  context.Context
	path string
	// wait returns when it is time to look again, or when ctx is done.
	wait func(ctx context.Context)
	// note is told when the file begins anew, and why.
	note func(why string)

	f     *os.File // nil: there is none yet
	at    int64
	mark  []byte // what was read last, up to marked bytes
	head  []byte // what the file begins with, up to as many
	buf   []byte // what is read, with the mark before it
	quiet bool   // the end was reached: the next read is of what came since
	over  int    // looks since another file has the name and nothing came any more
	gone  int    // looks since no file has the name
	shut  int    // looks since the file that has it may not be read

	next  []nextFile    // files that are read before the one that has the name, and it
	known []rotatedFile // that stood beside the log when it was begun
}

const (
	marked = 256 // bytes by which a file is known again
	// lingered is how often a file that was renamed is still looked at: its writer
	// goes on until it is told.
	lingered = 5
)

// openTail opens a file to follow; at its end, if only what is new is wanted. It
// need not be there yet, if its directory is.
func openTail(ctx context.Context, path string, fromEnd bool, wait func(context.Context), note func(string)) (*tailed, error) {
	t := &tailed{ctx: ctx, path: path, wait: wait, note: note}
	if all, err := t.beside(); err == nil { // else it is told when it matters
		t.know(all)
	}
	f, err := t.open()
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		dir := filepath.Dir(path)
		switch info, below := os.Stat(dir); {
		case errors.Is(below, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: no such directory, so the file is not waited for", text.Line(dir, 200))
		case errors.Is(below, syscall.ENOTDIR) || below == nil && !info.IsDir():
			return nil, fmt.Errorf("%s: no directory, so the file is not waited for", text.Line(dir, 200))
		case below == nil:
			note("not there yet; waiting for it")
			return t, nil
		}
	}
	if err != nil {
		return nil, err
	}
	t.f = f
	if !fromEnd {
		return t, nil
	}
	if err := t.toEnd(); err != nil {
		f.Close()
		return nil, err
	}
	return t, nil
}

// open opens the file that has the name. It looks first: opening a pipe waits for
// who writes to it.
func (t *tailed) open() (*os.File, error) {
	info, err := os.Stat(t.path)
	if err != nil {
		return nil, err
	}
	if err := t.followable(info); err != nil {
		return nil, err
	}
	f, err := os.Open(t.path)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = t.followable(info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// followable refuses what is no file that grows.
func (t *tailed) followable(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return fmt.Errorf("%s: a directory; name a file", text.Line(t.path, 200))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: no file that grows; - reads a pipe from standard input", text.Line(t.path, 200))
	}
	return nil
}

// toEnd goes to the end of the file, which is the beginning of a line as far as
// that can be told.
func (t *tailed) toEnd() (err error) {
	if t.at, err = t.f.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	b := make([]byte, min(marked, t.at))
	n, err := t.f.ReadAt(b, t.at-int64(len(b)))
	if err != nil && err != io.EOF {
		return err
	}
	t.mark, t.quiet = b[:n], true
	h := make([]byte, min(marked, t.at))
	if n, err = t.f.ReadAt(h, 0); err != nil && err != io.EOF {
		return err
	}
	t.head = h[:n]
	return nil
}

// Read implements io.Reader: it waits for more, and tells of an end only when
// ctx is done.
func (t *tailed) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if n, err := t.take(p); n > 0 || err != nil {
			return n, err
		}
		cut := t.cut()
		anew, err := t.beginsAnew()
		if err != nil {
			return 0, err
		}
		if anew {
			if cut && t.at == 0 { // what was not ended is a line all the same
				p[0] = '\n'
				return 1, nil
			}
			continue
		}
		if t.ctx.Err() != nil {
			return 0, io.EOF
		}
		t.quiet = true
		t.wait(t.ctx)
	}
}

// cut reports whether what was read last did not end its line.
func (t *tailed) cut() bool { return len(t.mark) > 0 && t.mark[len(t.mark)-1] != '\n' }

// take reads what there is, unless it does not go on from what was read: both are
// read at once, so that what is given is never of another file than it seems.
func (t *tailed) take(p []byte) (int, error) {
	if t.f == nil {
		return 0, nil
	}
	before := len(t.mark)
	if t.quiet && !t.same() {
		return 0, nil
	}
	if need := before + len(p); cap(t.buf) < need {
		t.buf = make([]byte, need)
	}
	b := t.buf[:before+len(p)]
	n, err := t.f.ReadAt(b, t.at-int64(before))
	if err != nil && err != io.EOF {
		return 0, fmt.Errorf("following the file: %w", err)
	}
	if n <= before {
		return 0, nil
	}
	if known, hole := stands(b[:before], t.mark); !known {
		return 0, nil
	} else if hole { // it is known by what is read now
		t.mark, t.head = t.mark[:0], t.head[:0]
	}
	n = copy(p, b[before:n])
	if missing := marked - len(t.head); missing > 0 && t.at == int64(len(t.head)) {
		t.head = append(t.head, p[:min(n, missing)]...)
	}
	t.quiet, t.over = false, 0
	t.at += int64(n)
	t.mark = append(t.mark, p[max(0, n-marked):n]...)
	t.mark = append(t.mark[:0], t.mark[max(0, len(t.mark)-marked):]...)
	return n, nil
}

// same reports whether what was read first and last still stands where it stood.
func (t *tailed) same() bool {
	for _, part := range []struct {
		was []byte
		at  int64
	}{{t.mark, t.at - int64(len(t.mark))}, {t.head, 0}} {
		b := make([]byte, len(part.was))
		if n, err := t.f.ReadAt(b, part.at); err != nil && err != io.EOF || n < len(b) {
			return false
		}
		if known, _ := stands(b, part.was); !known {
			return false
		}
	}
	return true
}

// stands reports whether bytes are what was read. A hole is as good: a writer that
// does not append goes on at its place after a truncation, and what is before it is
// gone.
func stands(is, was []byte) (known, hole bool) {
	if bytes.Equal(is, was) {
		return true, false
	}
	hole = len(bytes.Trim(is, "\x00")) == 0
	return hole, hole
}

// beginsAnew looks whether another file has the name, or the file is shorter or
// another, and goes on where it is read on. It is asked at the file's end.
func (t *tailed) beginsAnew() (bool, error) {
	if t.f == nil {
		return t.goTo("there now")
	}
	mine, err := t.f.Stat()
	if err != nil {
		return false, fmt.Errorf("following the file: %w", err)
	}
	if len(t.next) > 1 && mine.Size() <= t.at { // the writer has long left it
		t.f.Close()
		t.goOn()
		return true, nil
	}
	if mine.Size() < t.at || !t.same() {
		t.next = append(t.copied(), append([]nextFile{{f: t.f}}, t.next...)...)
		t.goOn()
		t.note("truncated")
		return true, nil
	}
	if len(t.next) == 1 {
		if t.over++; t.over <= lingered {
			return false, nil
		}
		if t.f != t.next[0].f {
			t.f.Close()
		}
		t.goOn()
		return true, nil
	}
	there, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // moved away; the next one comes
		if t.gone++; t.gone == lingered {
			t.note("no file has the name now; waiting for the next")
		}
		return false, nil
	case err != nil:
		return false, fmt.Errorf("following the file: %w", err)
	case os.SameFile(mine, there):
		t.gone = 0
		return false, nil
	case mine.Size() > t.at: // written to between the read and the look
		return false, nil
	}
	if t.over++; t.over <= lingered {
		return false, nil
	}
	return t.goTo("rotated")
}

// goTo opens the file that has the name now.
func (t *tailed) goTo(why string) (bool, error) {
	f, err := t.open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case errors.Is(err, fs.ErrPermission): // who rotates makes it, and then gives it to its readers
		if t.shut++; t.shut == lingered {
			t.note("the file may not be read; waiting until it may")
		}
		return false, nil
	case err != nil:
		return false, fmt.Errorf("following the file: %w", err)
	}
	now, err := f.Stat()
	if err != nil {
		f.Close()
		return false, fmt.Errorf("following the file: %w", err)
	}
	var mine fs.FileInfo
	if t.f != nil {
		if mine, err = t.f.Stat(); err != nil {
			f.Close()
			return false, fmt.Errorf("following the file: %w", err)
		}
	}
	files, said := t.between(mine, now)
	if t.f != nil {
		t.f.Close()
	}
	t.next = append(files, nextFile{f: f})
	t.goOn()
	t.note(why + said)
	return true, nil
}

// goOn goes to the next file that waits. One that goes on from what was read keeps
// by what it is known.
func (t *tailed) goOn() {
	to := t.next[0]
	t.next = t.next[1:]
	if to.at == 0 {
		t.mark, t.head = t.mark[:0], t.head[:0]
	}
	t.f, t.at, t.quiet, t.over, t.gone, t.shut = to.f, to.at, false, 0, 0, 0
}

func (t *tailed) endsWithContext() {}

// Close closes the file, and those that wait.
func (t *tailed) Close() error {
	for _, w := range t.next {
		w.f.Close()
	}
	if t.f == nil {
		return nil
	}
	return t.f.Close()
}
