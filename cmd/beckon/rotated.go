package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"beckon/model/journey"
)

// A log that is rotated more than once between two looks leaves files that were
// never seen under its name: access.log.1 and access.log.2 of which only the older
// is the one that was followed. They are found by what they are called and by what
// was not there before, and read in their order before the log goes on.

const (
	mostBetween  = 256     // files that are read between two
	mostUnpacked = 4 << 30 // bytes of one of them that was compressed
	mostKnown    = 64      // files, the newest, that are known by their beginnings, too
)

// rotatedFile is a file beside a log that is called as rotation calls it.
type rotatedFile struct {
	name   string
	info   fs.FileInfo
	number int    // 1 is the newest; 0: it is called by a date or the like
	packed bool   // it is compressed
	head   []byte // of a known one
}

// nextFile is a file that is read once the present one is at its end.
type nextFile struct {
	f  *os.File
	at int64 // where
}

// rotatedAs tells whether a file beside a log is called like one of its rotations:
// by the log's name, or by that around its ending, and a number or an instant.
func rotatedAs(log, name string) (number int, packed, is bool) {
	rest, found := name, false
	for _, ending := range []string{".gz", ".zst", ".bz2", ".xz", ".lz4", ".zip"} {
		if rest, packed = strings.CutSuffix(name, ending); packed {
			break
		}
	}
	ending := filepath.Ext(log)
	stem := strings.TrimSuffix(log, ending)
	if mark, ok := strings.CutPrefix(rest, log); ok {
		rest, found = mark, true
	} else if mark, ok := strings.CutPrefix(rest, stem); ok && stem != "" && ending != "" {
		rest, found = strings.CutSuffix(mark, ending)
	}
	mark := strings.TrimLeft(rest, ".-_")
	if !found || mark == "" || len(rest)-len(mark) != 1 || mark[0] < '0' || mark[0] > '9' || strings.Trim(mark, "0123456789.-_:TZ") != "" {
		return 0, false, false
	}
	if n, err := strconv.Atoi(mark); err == nil && len(mark) <= 4 {
		number = n
	}
	return number, packed, true
}

// beside lists the rotations of the log, the oldest first.
func (t *tailed) beside() ([]rotatedFile, error) {
	dir, log := filepath.Split(t.path)
	all, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil, err
	}
	var out []rotatedFile
	for _, e := range all {
		number, packed, is := rotatedAs(log, e.Name())
		if !is {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			out = append(out, rotatedFile{name: filepath.Join(dir, e.Name()), info: info, number: number, packed: packed})
		}
	}
	out = slices.DeleteFunc(out, func(r rotatedFile) bool { // it is being compressed
		plain := strings.TrimSuffix(r.name, filepath.Ext(r.name))
		return r.packed && slices.ContainsFunc(out, func(o rotatedFile) bool { return o.name == plain })
	})
	slices.SortFunc(out, olderFirst)
	return out, nil
}

// olderFirst goes by number, or by when was written last.
func olderFirst(a, b rotatedFile) int {
	if a.number > 0 && b.number > 0 {
		return cmp.Or(b.number-a.number, strings.Compare(a.name, b.name))
	}
	return cmp.Or(a.info.ModTime().Compare(b.info.ModTime()), strings.Compare(a.name, b.name))
}

// know takes what stands beside the log as older than it.
func (t *tailed) know(all []rotatedFile) {
	t.known = all
	for i := max(0, len(all)-mostKnown); i < len(all); i++ {
		if !all[i].packed {
			all[i].head = headOf(all[i].name, all[i].info)
		}
	}
}

// headOf are the first bytes of a file, if it is still the one that was listed.
func headOf(name string, is fs.FileInfo) []byte {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !os.SameFile(info, is) {
		return nil
	}
	b := make([]byte, marked)
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil
	}
	return b[:n]
}

// isKnown reports whether a file was there before. Another may have been given the
// number that the system knew a deleted one by.
func (t *tailed) isKnown(r rotatedFile) bool {
	for _, k := range t.known {
		if !os.SameFile(k.info, r.info) {
			continue
		}
		if k.info.Size() == r.info.Size() && k.info.ModTime().Equal(r.info.ModTime()) || k.packed || k.head == nil {
			return true
		}
		return r.info.Size() >= k.info.Size() && bytes.HasPrefix(headOf(r.name, r.info), k.head)
	}
	return false
}

// between opens the files that came between the one that was followed, nil where
// there was none, and the one that has the name now, and says what is missed.
func (t *tailed) between(mine, now fs.FileInfo) (files []nextFile, said string) {
	all, err := t.beside()
	if err != nil {
		return nil, "; its directory cannot be listed, so files between may be missed"
	}
	place := func(f fs.FileInfo) int {
		return slices.IndexFunc(all, func(r rotatedFile) bool { return f != nil && os.SameFile(r.info, f) })
	}
	newest := 0
	if i := place(now); i >= 0 { // it is rotated itself by now: what is newer comes another time
		newest, all = all[i].number, all[:i]
	}
	at, packed := place(mine), false
	var missed, known int64
	miss := func(r rotatedFile) { missed++; known += r.info.Size() }
	for i, r := range all {
		switch {
		case i == at || t.isKnown(r):
		case at >= 0 && r.number > 0 && all[at].number > 0 && i < at: // older
		case r.packed && mine != nil && !r.info.ModTime().After(mine.ModTime()):
			packed = true // the one that was followed, or older
		case len(files) == mostBetween:
			miss(r)
		default:
			switch f, err := t.openWhole(r); {
			case err != nil:
				miss(r)
			case t.isCopy(f):
				packed = packed || r.packed
				f.Close()
			default:
				files = append(files, nextFile{f: f})
			}
		}
	}
	if at >= 0 && all[at].number > 0 { // the numbers tell how many there were
		missed += int64(max(0, all[at].number-1-newest-(len(all)-1-at)))
	}
	t.know(all)
	if n := int64(len(files)); n > 0 {
		said = ", " + many(n, "file") + " between read first"
	}
	switch {
	case missed > 0:
		said += fmt.Sprintf("; %s between could not be read, %s bytes or more of lines are missed", many(missed, "file"), number(known))
	case mine != nil && at < 0 && !packed:
		said += "; where the old file went is not known, so files between may be missed"
	}
	return files, said
}

// openListed opens a file that was listed, if it is still the one.
func openListed(r rotatedFile) (*os.File, error) {
	f, err := os.Open(r.name)
	if err != nil {
		return nil, err
	}
	is, err := f.Stat()
	if err == nil && !os.SameFile(is, r.info) {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// openWhole opens a file that was listed; what is compressed it unpacks first, into a
// file that nobody else sees.
func (t *tailed) openWhole(r rotatedFile) (*os.File, error) {
	f, err := openListed(r)
	if err != nil || !r.packed {
		return f, err
	}
	defer f.Close()
	in, done, err := journey.Unpacked(f)
	if err != nil {
		return nil, err
	}
	defer done()
	out, err := os.CreateTemp("", "beckon-rotated-*")
	if err != nil {
		return nil, err
	}
	if err = os.Remove(out.Name()); err == nil {
		var n int64
		if n, err = io.Copy(out, io.LimitReader(heeded{t.ctx, in}, mostUnpacked+1)); n > mostUnpacked {
			err = errors.New("too large")
		}
	}
	if err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}

// heeded is a reader that fails once its context has ended.
type heeded struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (h heeded) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.Reader.Read(p)
}

// isCopy reports whether a file is a copy of the one that was followed, which was
// read.
func (t *tailed) isCopy(f *os.File) bool {
	b := make([]byte, len(t.head))
	n, _ := f.ReadAt(b, 0)
	return n > 0 && bytes.Equal(b[:n], t.head)
}

// copied opens what was copied of the log before it was truncated (copytruncate):
// the copy that goes on from what was read, from there, and those that came after.
func (t *tailed) copied() (files []nextFile) {
	all, err := t.beside()
	if err != nil || len(t.mark) == 0 {
		return nil
	}
	for _, r := range all {
		if t.isKnown(r) || len(files) == mostBetween {
			continue
		}
		f, err := t.openWhole(r)
		if err != nil {
			continue
		}
		b := make([]byte, len(t.mark))
		_, err = f.ReadAt(b, t.at-int64(len(b)))
		switch {
		case err == nil && bytes.Equal(b, t.mark) && t.isCopy(f):
			files = append(files, nextFile{f, t.at})
		case len(files) > 0:
			files = append(files, nextFile{f: f})
		default:
			f.Close()
		}
	}
	t.know(all)
	return files
}
