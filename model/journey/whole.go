package journey

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"
)

// wholeReader reads a file that is one JSON value, or several, one after the
// other: an array of messages, or an object with one under a key. Each message is
// accounted for as a line, by the number of the line on which it begins.
type wholeReader struct {
	reader // of a message
	im     *importer
	key    string
	noun   string // what the file calls a message
}

// whole reads the whole file.
func (r wholeReader) whole() error {
	s := &splitter{r: r.im.lines.r, line: 1}
	s.mark()
	for n := 0; ; n++ {
		c, err := s.byte()
		if n > 0 && err == io.EOF {
			return nil
		}
		if n > 0 && err != nil {
			return r.im.brokeOff(err)
		}
		var failed error // of the import, not of the file
		if err == nil {
			err = s.r.UnreadByte()
		}
		if err == nil {
			err = r.value(s, c, &failed)
		}
		if failed != nil {
			return failed
		}
		if err != nil || s.f != nil {
			return r.im.ended(s, err)
		}
	}
}

// value reads a value that begins with a byte.
func (r wholeReader) value(s *splitter, begin byte, failed *error) error {
	element := func(b []byte, n int64, long bool) error {
		r.im.lines.n = n
		*failed = r.im.take(r.reader, line{b: b, long: long})
		return *failed
	}
	s.within = "its list of " + r.noun + "s"
	switch begin {
	case '[':
		return s.list("", r.noun, element)
	case '{':
	default:
		s.f = &fault{reason: "json", detail: "want a list of " + r.noun + "s"}
		return nil
	}
	found := false
	err := s.object("", func(key string) error {
		if key != r.key {
			_, _, err := s.value(0)
			return err
		}
		found = true
		err := s.list(r.key, r.noun, element)
		if err == nil {
			s.within = "the object that holds " + s.within
		}
		return err
	})
	if err == nil && s.f == nil && !found {
		s.f = &fault{reason: "missing", field: r.key, detail: "missing"}
	}
	return err
}

// ended accounts for how the value of a whole file ended.
func (im *importer) ended(s *splitter, err error) error {
	im.lines.n = s.line
	f := s.f
	switch {
	case err == io.EOF || err != nil && broken(err):
		if err != io.EOF {
			if err := im.brokeOff(err); err != nil {
				return err
			}
		}
		f = &fault{reason: "truncated", detail: "the file ends within " + cmp.Or(s.within, "its list of "+s.noun+"s")}
	case err != nil:
		return im.brokeOff(err)
	}
	if f != nil {
		im.n = s.line
		im.begin()
		im.reject(f)
		return im.finish(nil)
	}
	return nil
}

// splitter cuts a JSON array into its elements without holding more than one.
type splitter struct {
	r    *bufio.Reader
	noun string // of an element
	// within is what a file that ends too early ends within, if not a list.
	within string
	line   int64
	any    bool // an element was read
	buf    []byte
	f      *fault
	// longText is how much of a text is kept, if not 0: the rest is passed over,
	// up to its end, so that what is around it can be read.
	longText int
}

// mark passes over a byte order mark.
func (s *splitter) mark() {
	if b, err := s.r.Peek(3); err == nil && string(b) == "\xef\xbb\xbf" {
		s.r.Discard(3)
	}
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
	var cut textCut
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
		switch {
		case text && s.longText > 0 && cut.drops(c, s.longText):
		case len(s.buf) < limit:
			s.buf = append(s.buf, c)
		default:
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
			text, cut = true, textCut{}
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth <= 0 {
				return s.buf, long, nil
			}
		}
	}
}

// textCut is where the reading of a text stands, of which no more than its
// beginning is kept.
type textCut struct {
	n       int // bytes so far
	escape  int // bytes that an escape still takes
	digits  [2]byte
	dropped bool
}

// drops tells whether a byte of the text is left out. No escape, no rune and
// no pair of surrogates is broken; the quote that ends the text stays.
func (t *textCut) drops(c byte, most int) bool {
	t.n++
	switch {
	case t.escape == 1 && c == 'u':
		t.escape = 4
		return t.dropped
	case t.escape > 0:
		if t.escape > 2 { // the first two of four digits
			t.digits[4-t.escape] = c | 0x20
		}
		t.escape--
		return t.dropped
	case c == '"':
		return false
	}
	half := t.digits[0] == 'd' && (t.digits[1] == '8' || t.digits[1] == '9' || t.digits[1] == 'a' || t.digits[1] == 'b')
	if t.digits = [2]byte{}; c == '\\' {
		t.escape = 1
	}
	if t.n > most && !half && c&0xc0 != 0x80 {
		t.dropped = true
	}
	return t.dropped
}

// object reads an object key by key; do reads the value. Keys that come twice,
// or differ only in case, are refused.
func (s *splitter) object(what string, do func(key string) error) error {
	c, err := s.byte()
	if err == nil && c != '{' {
		s.f = &fault{reason: "type", field: what, detail: "want an object"}
	}
	var keys []string
	for err == nil && s.f == nil {
		if c, err = s.byte(); err != nil || c == '}' {
			return err
		}
		if len(keys) > 0 {
			if c != ',' {
				s.f = &fault{reason: "json", field: what, detail: "not valid JSON: want a comma or an end"}
				return nil
			}
			if c, err = s.byte(); err != nil {
				return err
			}
		}
		var key string
		if key, err = s.keyOf(c, what); err != nil || s.f != nil {
			return err
		}
		if i := slices.IndexFunc(keys, func(o string) bool { return strings.EqualFold(o, key) }); i >= 0 {
			s.f = sameKey(key, keys[i])
			return nil
		}
		if keys = append(keys, key); len(keys) > 256 {
			s.f = &fault{reason: "value", field: what, detail: "more than 256 keys"}
			return nil
		}
		err = do(key)
	}
	return err
}

// keyOf reads a key, which begins with the byte that was just read, and its colon.
func (s *splitter) keyOf(c byte, what string) (string, error) {
	bad := func() { s.f = &fault{reason: "json", field: what, detail: "not valid JSON: want a key"} }
	if c != '"' {
		bad()
		return "", nil
	}
	if err := s.r.UnreadByte(); err != nil {
		return "", err
	}
	b, _, err := s.value(0)
	if err != nil {
		return "", err
	}
	k, f := parseTree(b)
	if c, err = s.byte(); err != nil {
		return "", err
	}
	if f != nil || c != ':' {
		bad()
		return "", nil
	}
	return k.text, nil
}

// list reads a list; do reads an element, which begins on a line.
func (s *splitter) list(what, noun string, do func(b []byte, n int64, long bool) error) error {
	c, err := s.byte()
	if err != nil {
		return err
	}
	if c != '[' {
		s.f = &fault{reason: "type", field: what, detail: "want a list of " + noun + "s"}
		return nil
	}
	s.any, s.noun = false, noun
	for {
		b, n, long, err := s.element()
		if err != nil || n == 0 {
			return err
		}
		if err := do(b, n, long); err != nil {
			return err
		}
	}
}
