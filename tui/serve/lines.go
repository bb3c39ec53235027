package serve

import (
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxTyped is how many bytes a line that is being typed may have.
const maxTyped = 16 << 10

// typing is what a kernel's terminal does for a program that reads lines: it
// shows what is typed, lets it be corrected, and gives it on when enter is
// pressed. A client who asks for a terminal has switched its own off.
//
// Backspace takes back a character, ctrl+w a word, ctrl+u the line. ctrl+c, and
// ctrl+d on an empty line, end the input. Arrows and the like do nothing, and
// are not shown.
type typing struct {
	r    io.Reader
	echo io.Writer

	buf   [1 << 10]byte
	in    []byte // read and not yet looked at
	line  []byte // typed
	ready []byte // given on
	state typingState
	cr    bool // the last byte was a carriage return
	ended bool
}

type typingState uint8

const (
	plainly typingState = iota
	behindEscape
	inSequence // CSI
	oneMore    // SS3
)

func newTyping(r io.Reader, echo io.Writer) *typing { return &typing{r: r, echo: echo} }

// Read gives whole lines, or parts of one.
func (t *typing) Read(p []byte) (int, error) {
	for len(t.ready) == 0 {
		switch {
		case t.ended:
			return 0, io.EOF
		case len(t.in) == 0:
			n, err := t.r.Read(t.buf[:])
			if t.in = t.buf[:n]; err != nil && n == 0 {
				return 0, err
			}
		}
		for len(t.in) > 0 && len(t.ready) == 0 && !t.ended {
			b := t.in[0]
			t.in = t.in[1:]
			if err := t.take(b); err != nil {
				return 0, err
			}
		}
	}
	n := copy(p, t.ready)
	t.ready = t.ready[n:]
	return n, nil
}

// take takes a byte, and shows what it does.
func (t *typing) take(b byte) error {
	cr := t.cr
	t.cr = b == '\r'
	switch t.state {
	case behindEscape:
		t.state = map[byte]typingState{'[': inSequence, 'O': oneMore, 0x1b: behindEscape}[b]
		return nil
	case inSequence:
		if b >= 0x40 && b <= 0x7e {
			t.state = plainly
		}
		return nil
	case oneMore:
		t.state = plainly
		return nil
	}
	switch {
	case b == 0x1b:
		t.state = behindEscape
	case b == '\n' && cr: // of the enter before
	case b == '\r' || b == '\n':
		t.ready = append(append(t.ready, t.line...), '\n')
		t.line = t.line[:0]
		return t.show("\n")
	case b == 0x7f || b == '\b':
		return t.erase(1)
	case b == 0x17: // ctrl+w
		left := bytes.TrimRight(t.line, " ")
		left = left[:bytes.LastIndexByte(left, ' ')+1]
		return t.erase(utf8.RuneCount(t.line[len(left):]))
	case b == 0x15: // ctrl+u
		return t.erase(utf8.RuneCount(t.line))
	case b == 0x03: // ctrl+c
		t.ended = true
		return t.show("^C\n")
	case b == 0x04: // ctrl+d
		t.ended = len(t.line) == 0
	case b < 0x20, len(t.line) >= maxTyped:
	default:
		t.line = append(t.line, b)
		return t.show(string([]byte{b}))
	}
	return nil
}

// erase takes the last n characters of the line back.
func (t *typing) erase(n int) error {
	for ; n > 0 && len(t.line) > 0; n-- {
		_, size := utf8.DecodeLastRune(t.line)
		last := string(t.line[len(t.line)-size:])
		t.line = t.line[:len(t.line)-size]
		for range ansi.StringWidth(last) {
			if err := t.show("\b \b"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *typing) show(s string) error {
	_, err := io.WriteString(t.echo, s)
	return err
}
