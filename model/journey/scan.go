package journey

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is the deepest nesting that any reader follows.
const maxDepth = 32

// scanner reads JSON from one line. The first error sticks: every method is
// then a no-op, so that callers check once. The bytes must be valid UTF-8.
type scanner struct {
	b       []byte
	i       int
	depth   int
	scratch []byte
	undone  bool // the last text had escapes, and is in scratch
	f       *fault
}

func (s *scanner) fail(reason, detail string) {
	if s.f == nil {
		s.f = &fault{reason: reason, detail: detail}
	}
}

func (s *scanner) syntax(detail string) {
	if s.f == nil {
		s.f = &fault{reason: "json", detail: detail + " at byte " + strconv.Itoa(s.i+1)}
	}
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

// peek returns the next byte that is no space, or 0 at the end.
func (s *scanner) peek() byte {
	if s.f != nil {
		return 0
	}
	if s.i < len(s.b) && s.b[s.i] > ' ' {
		return s.b[s.i]
	}
	s.space()
	if s.i >= len(s.b) {
		return 0
	}
	return s.b[s.i]
}

// open enters an object or a list.
func (s *scanner) open(c byte) bool {
	if s.peek() != c {
		if s.f == nil {
			s.syntax("not valid JSON")
		}
		return false
	}
	s.i++
	if s.depth++; s.depth > maxDepth {
		s.fail("depth", "nested deeper than "+strconv.Itoa(maxDepth))
		return false
	}
	return true
}

// more steps to the next element of an object or list, or leaves it.
func (s *scanner) more(first *bool, end byte) bool {
	c := s.peek()
	if s.f != nil {
		return false
	}
	if c == end {
		s.i++
		s.depth--
		return false
	}
	if !*first {
		if c != ',' {
			s.syntax("not valid JSON: want a comma or an end")
			return false
		}
		s.i++
		if s.peek() == end {
			s.syntax("not valid JSON: a comma before the end")
			return false
		}
	}
	*first = false
	return s.f == nil
}

// end checks that nothing follows.
func (s *scanner) end() {
	if s.f == nil && s.peek() != 0 || s.f == nil && s.i < len(s.b) {
		s.syntax("something follows the value")
	}
}

// text reads a string and returns its bytes, valid until the next call: a part
// of the line, or, where it has escapes, what they stand for.
func (s *scanner) text() []byte {
	s.undone = false
	if s.peek() != '"' {
		if s.f == nil {
			s.syntax("not valid JSON: want text")
		}
		return nil
	}
	s.i++
	start := s.i
	s.run()
	switch {
	case s.i == len(s.b):
		s.syntax("text without its end")
		return nil
	case s.b[s.i] == '"':
		s.i++
		return s.b[start : s.i-1]
	case s.b[s.i] == '\\':
		return s.escaped(start)
	}
	s.syntax("not valid JSON: a control character in text")
	return nil
}

// run passes over the bytes of a string up to a quote, a backslash or a control
// character, eight at a time while none of eight is one.
func (s *scanner) run() {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for s.i+8 <= len(s.b) {
		w := binary.LittleEndian.Uint64(s.b[s.i:])
		quote, back := w^ones*'"', w^ones*'\\'
		// The lowest top bit is that of the first byte of these: borrows go up.
		found := ((quote-ones)&^quote | (back-ones)&^back | (w-ones*0x20)&^w) & tops
		if found != 0 {
			s.i += bits.TrailingZeros64(found) / 8
			return
		}
		s.i += 8
	}
	for s.i < len(s.b) && s.b[s.i] != '"' && s.b[s.i] != '\\' && s.b[s.i] >= 0x20 {
		s.i++
	}
}

// escaped goes on with a string that has escapes.
func (s *scanner) escaped(start int) []byte {
	s.undone, s.scratch = true, s.scratch[:0]
	for {
		s.run()
		s.scratch = append(s.scratch, s.b[start:s.i]...)
		if s.i == len(s.b) {
			break
		}
		c := s.b[s.i]
		s.i++
		if c == '"' {
			return s.scratch
		}
		if c < 0x20 {
			s.syntax("not valid JSON: a control character in text")
			return nil
		}
		if s.i == len(s.b) {
			break
		}
		c = s.b[s.i]
		s.i++
		switch c {
		case '"', '\\', '/':
			s.scratch = append(s.scratch, c)
		case 'b':
			s.scratch = append(s.scratch, '\b')
		case 'f':
			s.scratch = append(s.scratch, '\f')
		case 'n':
			s.scratch = append(s.scratch, '\n')
		case 'r':
			s.scratch = append(s.scratch, '\r')
		case 't':
			s.scratch = append(s.scratch, '\t')
		case 'u':
			r := s.hex4()
			if utf16.IsSurrogate(r) {
				if s.i+1 < len(s.b) && s.b[s.i] == '\\' && s.b[s.i+1] == 'u' {
					s.i += 2
					r = utf16.DecodeRune(r, s.hex4())
				}
				if utf16.IsSurrogate(r) || r == utf8.RuneError {
					s.fail("encoding", "half a surrogate pair")
				}
			}
			if s.f != nil {
				return nil
			}
			s.scratch = utf8.AppendRune(s.scratch, r)
		default:
			s.syntax("not valid JSON: an unknown escape")
			return nil
		}
		start = s.i
	}
	s.syntax("text without its end")
	return nil
}

func (s *scanner) hex4() rune {
	if s.i+4 > len(s.b) {
		s.syntax("text without its end")
		return 0
	}
	n, err := strconv.ParseUint(string(s.b[s.i:s.i+4]), 16, 32)
	if err != nil {
		s.syntax("not valid JSON: a broken \\u escape")
		return 0
	}
	s.i += 4
	return rune(n)
}

// number reads a number and returns its source text.
func (s *scanner) number() []byte {
	s.peek()
	start := s.i
	digits := func() bool {
		from := s.i
		for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
			s.i++
		}
		return s.i > from
	}
	is := func(c byte) bool { return s.i < len(s.b) && s.b[s.i] == c }
	if is('-') {
		s.i++
	}
	if is('0') {
		s.i++
	} else if !digits() {
		s.syntax("not valid JSON: want a value")
		return nil
	}
	if is('.') {
		s.i++
		if !digits() {
			s.syntax("not valid JSON: a broken number")
			return nil
		}
	}
	if is('e') || is('E') {
		s.i++
		if is('+') || is('-') {
			s.i++
		}
		if !digits() {
			s.syntax("not valid JSON: a broken number")
			return nil
		}
	}
	return s.b[start:s.i]
}

// word reads true, false or null.
func (s *scanner) word(w string) bool {
	if s.f != nil || !strings.HasPrefix(string(s.b[s.i:min(len(s.b), s.i+len(w))]), w) {
		s.syntax("not valid JSON: want a value")
		return false
	}
	s.i += len(w)
	return true
}

// kind tells what value is next.
func (s *scanner) kind() kind {
	switch s.peek() {
	case '"':
		return str
	case '{':
		return object
	case '[':
		return list
	case 't', 'f':
		return boolean
	case 'n':
		return null
	}
	return number
}

// skip passes over one value, checking its syntax.
func (s *scanner) skip() {
	switch s.kind() {
	case str:
		s.text()
	case object:
		if s.open('{') {
			for first := true; s.more(&first, '}'); {
				s.text()
				s.colon()
				s.skip()
			}
		}
	case list:
		if s.open('[') {
			for first := true; s.more(&first, ']'); {
				s.skip()
			}
		}
	case boolean:
		s.boolean()
	case null:
		s.word("null")
	default:
		s.number()
	}
}

func (s *scanner) boolean() bool {
	if s.peek() == 't' {
		return s.word("true")
	}
	s.word("false")
	return false
}

func (s *scanner) colon() {
	if s.peek() != ':' {
		s.syntax("not valid JSON: want a colon")
		return
	}
	s.i++
}
