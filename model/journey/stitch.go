package journey

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/cespare/xxhash/v2"
)

// Keys of ids, so that a user's id is never taken for a browser's.
const (
	anonymousKey = "a:"
	userKey      = "u:"
)

// key is the key of a message's visitor before all ids are known.
func key(anonymous, user string) string {
	if anonymous != "" {
		return anonymousKey + anonymous
	}
	return userKey + user
}

// stitcher joins ids that belong to one visitor. Memory grows with the number
// of ids that are joined, and with nothing else: with what an id is long and some
// 20 bytes, none of which the garbage collector has to look at.
type stitcher struct {
	ids    texts
	parent []uint32
}

// join says that two ids were seen together; empty ones say nothing.
func (s *stitcher) join(anonymous, user string) {
	if anonymous != "" && user != "" {
		s.union(anonymousKey+anonymous, userKey+user)
	}
}

// alias says that a previous id, of either sort, now has other ids.
func (s *stitcher) alias(previous, anonymous, user string) {
	if previous == "" {
		return
	}
	s.union(anonymousKey+previous, userKey+previous)
	if user != "" {
		s.union(anonymousKey+previous, userKey+user)
	}
	if anonymous != "" {
		s.union(anonymousKey+previous, anonymousKey+anonymous)
	}
}

// find returns the number of an id's root; an id that is new is one.
func (s *stitcher) find(k string) uint32 {
	n, known := s.ids.number(k, true)
	if !known {
		s.parent = append(s.parent, n)
	}
	return s.root(n)
}

func (s *stitcher) root(n uint32) uint32 {
	for s.parent[n] != n {
		s.parent[n] = s.parent[s.parent[n]] // shorten the way
		n = s.parent[n]
	}
	return n
}

// union makes the lesser root the root: the least key of all is the root, a
// browser's id before a user's.
func (s *stitcher) union(a, b string) {
	x, y := s.find(a), s.find(b)
	if x == y {
		return
	}
	if bytes.Compare(s.ids.text(y), s.ids.text(x)) < 0 {
		x, y = y, x
	}
	s.parent[y] = x
}

// name returns the root of a key; the key itself, if it was not joined.
func (s *stitcher) name(k string) string {
	n, known := s.ids.number(k, false)
	if !known {
		return k
	}
	if r := s.root(n); r != n {
		return string(s.ids.text(r))
	}
	return k
}

// texts numbers texts from 0 on, in the order in which they come, and keeps them
// one behind the other.
type texts struct {
	blocks [][]byte
	at     []uint64 // block and place in it, of each
	table  []uint32 // number + 1 by hash, 0 for none; at most three quarters full
}

// textBlock is how large a block is; no text that is kept is nearly as long.
const textBlock = 1 << 20

// number returns the number of a text, and whether it had one. It is given one, if
// it is to be.
func (t *texts) number(k string, give bool) (n uint32, known bool) {
	if give && 4*(len(t.at)+1) > 3*len(t.table) {
		t.grow()
	}
	if len(t.table) == 0 {
		return 0, false
	}
	i := t.slot(xxhash.Sum64String(k), func(n uint32) bool { return string(t.text(n)) == k })
	if n := t.table[i]; n > 0 {
		return n - 1, true
	}
	if !give {
		return 0, false
	}
	t.at = append(t.at, t.keep(k))
	t.table[i] = uint32(len(t.at))
	return uint32(len(t.at) - 1), false
}

// slot returns the place in the table that has the hash's text, or is free for it.
func (t *texts) slot(hash uint64, same func(n uint32) bool) int {
	mask := uint64(len(t.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if n := t.table[i]; n == 0 || same(n-1) {
			return int(i)
		}
	}
}

func (t *texts) grow() {
	t.table = make([]uint32, max(256, 2*len(t.table)))
	for n := range t.at {
		i := t.slot(xxhash.Sum64(t.text(uint32(n))), func(uint32) bool { return false })
		t.table[i] = uint32(n + 1)
	}
}

// keep puts a text behind the last, its length before it.
func (t *texts) keep(k string) uint64 {
	need := len(k) + binary.MaxVarintLen32
	if b := len(t.blocks) - 1; b < 0 || cap(t.blocks[b])-len(t.blocks[b]) < need {
		t.blocks = append(t.blocks, make([]byte, 0, max(textBlock, need)))
	}
	b := len(t.blocks) - 1
	at := uint64(b)<<32 | uint64(len(t.blocks[b]))
	t.blocks[b] = append(binary.AppendUvarint(t.blocks[b], uint64(len(k))), k...)
	return at
}

// text returns the text of a number, which must not be changed.
func (t *texts) text(n uint32) []byte {
	b := t.blocks[t.at[n]>>32][t.at[n]&(1<<32-1):]
	size, k := binary.Uvarint(b)
	return b[k : k+int(size)]
}

// spool keeps records in their order of arrival, on disk where they are many.
type spool struct {
	in    string // directory of the file
	limit int64
	mem   []record
	size  int64
	file  *os.File
	w     *recordWriter
}

func (s *spool) add(r record) error {
	if s.w != nil {
		return s.w.write(&r)
	}
	s.mem = append(s.mem, r)
	if s.size += weight(&r); s.size < s.limit {
		return nil
	}
	f, err := os.CreateTemp(s.in, "beckon-spool-")
	if err != nil {
		return err
	}
	s.file, s.w = f, newRecordWriter(f)
	for i := range s.mem {
		if err := s.w.write(&s.mem[i]); err != nil {
			return err
		}
	}
	s.mem = nil
	return nil
}

// each gives all records in order. Nothing may be added any more.
func (s *spool) each(do func(record) error) error {
	for i := range s.mem {
		if err := do(s.mem[i]); err != nil {
			return err
		}
	}
	s.mem = nil
	if s.file == nil {
		return nil
	}
	if err := s.w.close(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := newRecordReader(s.file)
	for {
		var rec record
		err := r.read(&rec)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(rec)
		}
		if err != nil {
			return err
		}
	}
}

func (s *spool) remove() error {
	s.mem = nil
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
