package journey

import (
	"errors"
	"io"
	"os"
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
// of ids that are joined, and with nothing else.
type stitcher struct{ parent map[string]string }

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

func (s *stitcher) find(k string) string {
	for {
		p, ok := s.parent[k]
		if !ok {
			s.parent[k] = k
			return k
		}
		if p == k {
			return k
		}
		if pp := s.parent[p]; pp != p { // shorten the way
			s.parent[k] = pp
		}
		k = p
	}
}

// union makes the lesser root the root: the least key of all is the root, a
// browser's id before a user's.
func (s *stitcher) union(a, b string) {
	a, b = s.find(a), s.find(b)
	if a == b {
		return
	}
	if b < a {
		a, b = b, a
	}
	s.parent[b] = a
}

// names returns the root of every key that was joined, and forgets the ways there.
func (s *stitcher) names() map[string]string {
	for k := range s.parent {
		s.parent[k] = s.find(k)
	}
	return s.parent
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
