package journey

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
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

// names returns the visitor of every key that was joined.
func (s *stitcher) names() map[string]string {
	out := make(map[string]string, len(s.parent))
	for k := range s.parent {
		out[k] = strings.Clone(s.find(k)[len(anonymousKey):])
	}
	return out
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

// wholeReader reads a file that is one JSON value: an array of messages, or an
// object with one under a key. Each message is accounted for as a line, by the
// number of the line on which it begins.
type wholeReader struct {
	reader // of a message
	im     *importer
	key    string
	noun   string // what the file calls a message
}

// whole reads the whole file.
func (r wholeReader) whole() error {
	s := splitter{r: r.im.lines.r, line: 1, key: r.key, noun: r.noun}
	if b, err := s.r.Peek(3); err == nil && string(b) == "\xef\xbb\xbf" {
		s.r.Discard(3)
	}
	found, err := s.start()
	for err == nil && found {
		var l line
		var n int64
		l.b, n, l.long, err = s.element()
		if err != nil || n == 0 {
			break
		}
		r.im.lines.n = n
		if err := r.im.take(r.reader, l); err != nil {
			return err
		}
	}
	r.im.lines.n = s.line
	f := s.f
	switch {
	case err == io.EOF || err != nil && broken(err):
		if err != io.EOF {
			if err := r.im.brokeOff(err); err != nil {
				return err
			}
		}
		f = &fault{reason: "truncated", detail: "the file ends within its list of " + r.noun + "s"}
	case err != nil:
		return r.im.brokeOff(err)
	}
	if f != nil {
		r.im.n = s.line
		r.im.begin()
		r.im.reject(f)
		return r.im.finish(nil)
	}
	return nil
}

// splitter cuts a JSON array into its elements without holding more than one.
type splitter struct {
	r    *bufio.Reader
	key  string // of the list, in an object
	noun string // of an element
	line int64
	any  bool // an element was read
	buf  []byte
	f    *fault
}

// byte returns the next byte that is no space.
func (s *splitter) byte() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == '\n':
			s.line++
		case c != ' ' && c != '\t' && c != '\r':
			return c, nil
		}
	}
}

// start goes to the first element; false if there is none.
func (s *splitter) start() (bool, error) {
	c, err := s.byte()
	if err != nil || c == '[' {
		return err == nil, err
	}
	if c != '{' {
		s.f = &fault{reason: "json", detail: "want a list of " + s.noun + "s"}
		return false, nil
	}
	for {
		if c, err = s.byte(); err != nil {
			return false, err
		}
		if c == '}' {
			s.f = &fault{reason: "missing", field: s.key, detail: "missing"}
			return false, nil
		}
		if c == ',' {
			continue
		}
		if err := s.r.UnreadByte(); err != nil {
			return false, err
		}
		k, _, err := s.value(0)
		if err != nil {
			return false, err
		}
		if c, err = s.byte(); err != nil {
			return false, err
		}
		if len(k) == 0 || k[0] != '"' || c != ':' {
			s.f = &fault{reason: "json", detail: "not valid JSON: want a key"}
			return false, nil
		}
		if string(k) == `"`+s.key+`"` {
			if c, err = s.byte(); err != nil || c == '[' {
				return err == nil, err
			}
			s.f = &fault{reason: "type", field: s.key, detail: "want a list of " + s.noun + "s"}
			return false, nil
		}
		if _, _, err := s.value(0); err != nil {
			return false, err
		}
	}
}

// element returns the next element and the line it begins on; line 0 is the
// end of the list.
func (s *splitter) element() (b []byte, n int64, long bool, err error) {
	c, err := s.byte()
	if err != nil || c == ']' {
		return nil, 0, false, err
	}
	if s.any {
		if c != ',' {
			s.f = &fault{reason: "json", detail: "not valid JSON: want a comma or an end between " + s.noun + "s"}
			return nil, 0, false, nil
		}
		if c, err = s.byte(); err != nil {
			return nil, 0, false, err
		}
	}
	s.any = true
	if c == ']' || c == ',' || c == '}' {
		s.f = &fault{reason: "json", detail: "not valid JSON: want a " + s.noun}
		return nil, 0, false, nil
	}
	n = s.line
	if err := s.r.UnreadByte(); err != nil {
		return nil, 0, false, err
	}
	b, long, err = s.value(maxLine)
	return b, n, long, err
}

// value returns the bytes of one value, which is not checked any further. Of
// one longer than limit only the beginning is kept; 0 is a limit of 256.
func (s *splitter) value(limit int) (b []byte, long bool, err error) {
	if limit == 0 {
		limit = 256
	}
	s.buf = s.buf[:0]
	depth, text, escaped := 0, false, false
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return nil, false, err
		}
		if !text && depth == 0 && len(s.buf) > 0 && (c == ',' || c == ']' || c == '}' || c == ':') {
			return s.buf, long, s.r.UnreadByte() // a number or a word ended
		}
		if c == '\n' {
			s.line++
		}
		if len(s.buf) < limit {
			s.buf = append(s.buf, c)
		} else {
			long = true
		}
		switch {
		case text:
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				text = false
				if depth == 0 {
					return s.buf, long, nil
				}
			}
		case c == '"':
			text = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth <= 0 {
				return s.buf, long, nil
			}
		}
	}
}
