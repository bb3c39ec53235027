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
// is a read and two stats, five times a second.
//
// What cannot be had: a file that was there for less than the time between two
// looks, and what was cut off before it was read.
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
	quiet bool   // the end was reached: the next read is of what came since
	over  int    // looks since another file has the name and nothing came any more
	gone  int    // looks since no file has the name
	shut  int    // looks since the file that has it may not be read
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
	f, err := t.open()
	if errors.Is(err, fs.ErrNotExist) {
		if info, below := os.Stat(filepath.Dir(path)); below == nil && info.IsDir() {
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
			if cut { // what was not ended is a line all the same
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

// take reads what there is, unless it does not go on from what was read.
func (t *tailed) take(p []byte) (int, error) {
	if t.f == nil {
		return 0, nil
	}
	n, err := t.f.ReadAt(p, t.at)
	if err != nil && err != io.EOF {
		return 0, fmt.Errorf("following the file: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	if t.quiet {
		same, hole := t.same()
		if !same {
			return 0, nil
		}
		if hole { // it is known by what is read now
			t.mark = t.mark[:0]
		}
	}
	t.quiet, t.over = false, 0
	t.at += int64(n)
	t.mark = append(t.mark, p[max(0, n-marked):n]...)
	t.mark = append(t.mark[:0], t.mark[max(0, len(t.mark)-marked):]...)
	return n, nil
}

// same reports whether what was read last still stands where it stood. A hole
// there is as good: a writer that does not append goes on at its place after a
// truncation, and what is before it is gone.
func (t *tailed) same() (same, hole bool) {
	b := make([]byte, len(t.mark))
	if n, err := t.f.ReadAt(b, t.at-int64(len(b))); err != nil || n < len(b) {
		return false, false
	}
	if bytes.Equal(b, t.mark) {
		return true, false
	}
	hole = len(bytes.Trim(b, "\x00")) == 0
	return hole, hole
}

// beginsAnew looks whether another file has the name, or the file is shorter or
// another, and goes to its beginning. It is asked at the file's end.
func (t *tailed) beginsAnew() (bool, error) {
	if t.f == nil {
		return t.goTo("there now")
	}
	mine, err := t.f.Stat()
	if err != nil {
		return false, fmt.Errorf("following the file: %w", err)
	}
	same, _ := t.same()
	if mine.Size() < t.at || !same {
		t.restart(t.f)
		t.note("truncated")
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
	if t.f != nil {
		t.f.Close()
	}
	t.restart(f)
	t.note(why)
	return true, nil
}

func (t *tailed) restart(f *os.File) {
	t.f, t.at, t.mark, t.quiet, t.over, t.gone, t.shut = f, 0, t.mark[:0], false, 0, 0, 0
}

func (t *tailed) endsWithContext() {}

// Close closes the file.
func (t *tailed) Close() error {
	if t.f == nil {
		return nil
	}
	return t.f.Close()
}
