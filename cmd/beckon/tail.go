package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"beckon/model/text"
)

// tailed reads a file that grows, and goes on where it begins anew: when another
// file takes its name (rotation by rename), and when it becomes shorter
// (truncation, copytruncate). What is written into a file that was truncated
// before it is looked at again, beyond where it stood, cannot be told from
// growth.
type tailed struct {
	ctx  context.Context
	path string
	// wait returns when it is time to look again, or when ctx is done.
	wait func(ctx context.Context)
	// note is told when the file begins anew, and why.
	note func(why string)

	f    *os.File
	at   int64
	last byte // that was read
	any  bool // something was, since the file began
}

// openTail opens a file to follow; at its end, if only what is new is wanted.
func openTail(ctx context.Context, path string, fromEnd bool, wait func(context.Context), note func(string)) (*tailed, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s: a directory; name a file", text.Line(path, 200))
	}
	t := &tailed{ctx: ctx, path: path, wait: wait, note: note, f: f}
	if err == nil && fromEnd {
		t.at, err = f.Seek(0, io.SeekEnd)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return t, nil
}

// Read implements io.Reader: it waits for more, and tells of an end only when
// ctx is done.
func (t *tailed) Read(p []byte) (int, error) {
	for {
		if n, err := t.take(p); n > 0 || err != nil {
			return n, err
		}
		anew, err := t.beginsAnew()
		if err != nil {
			return 0, err
		}
		if anew {
			// What was not ended is a line all the same.
			if cut := t.any && t.last != '\n'; cut && len(p) > 0 {
				t.any = false
				p[0] = '\n'
				return 1, nil
			}
			t.any = false
			continue
		}
		if t.ctx.Err() != nil {
			return 0, io.EOF
		}
		t.wait(t.ctx)
	}
}

// take reads what there is.
func (t *tailed) take(p []byte) (int, error) {
	n, err := t.f.Read(p)
	if n > 0 {
		t.at += int64(n)
		t.last, t.any = p[n-1], true
		return n, nil
	}
	if err == nil || err == io.EOF {
		return 0, nil
	}
	return 0, fmt.Errorf("following the file: %w", err)
}

// beginsAnew looks whether another file has the name, or the file is shorter,
// and goes there. It is asked at the file's end.
func (t *tailed) beginsAnew() (bool, error) {
	mine, err := t.f.Stat()
	if err != nil {
		return false, fmt.Errorf("following the file: %w", err)
	}
	if mine.Size() < t.at {
		if _, err := t.f.Seek(0, io.SeekStart); err != nil {
			return false, fmt.Errorf("following the file: %w", err)
		}
		t.at = 0
		t.note("truncated")
		return true, nil
	}
	there, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // moved away; the next one comes
		return false, nil
	case err != nil:
		return false, fmt.Errorf("following the file: %w", err)
	case os.SameFile(mine, there):
		return false, nil
	case mine.Size() > t.at: // written to between the read and the rename
		return false, nil
	}
	f, err := os.Open(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("following the file: %w", err)
	}
	t.f.Close()
	t.f, t.at = f, 0
	t.note("rotated")
	return true, nil
}

// Close closes the file.
func (t *tailed) Close() error { return t.f.Close() }
