package serve

import (
	"encoding/base64"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// maxPending bounds a sequence that is not finished, in bytes: the largest is a
// copy to the clipboard.
const maxPending = 1 << 20

// Output is the guard between Bubble Tea and a terminal.
//
// It lets through printable text and the sequences that the program itself
// uses, which are listed in allow.go: styles, cursor, erasing, scrolling, the
// modes that are switched on and off, the queries that Bubble Tea makes, a
// title of clean text, links to http and https, and a copy to the clipboard that
// [Output.Copy] announced. Everything else is dropped and counted.
//
// A terminal shows nothing hostile as long as every screen shows foreign text
// through model/text. Output is there for the day somebody forgets, and its
// count is how a test finds out.
//
// Write may be called from several goroutines; each must write whole sequences
// or be alone.
type Output struct {
	w       io.Writer
	dropped atomic.Int64

	mu      sync.Mutex
	pending []byte // a sequence or rune that is not finished
	out     []byte // scratch
	copies  []string
}

// NewOutput returns the guard before w. If w is a terminal, so is the result for
// Bubble Tea, which asks it for the size.
func NewOutput(w io.Writer) *Output { return &Output{w: w} }

// Dropped returns how many sequences, control characters and broken bytes were
// dropped so far. Anything but 0 is a fault of the program.
func (o *Output) Dropped() int64 { return o.dropped.Load() }

// Copy returns a command that writes s, at most 512 KiB, to the clipboard of the
// operator's terminal, once. No other write to the clipboard passes.
func (o *Output) Copy(s string) tea.Cmd {
	return func() tea.Msg {
		o.mu.Lock()
		o.copies = append(o.copies, base64.StdEncoding.EncodeToString([]byte(s)))
		o.mu.Unlock()
		return tea.SetClipboard(s)()
	}
}

// armed reports whether payload was announced, and uses the announcement up.
func (o *Output) armed(payload string) bool {
	i := slices.Index(o.copies, payload)
	if i < 0 {
		return false
	}
	o.copies = slices.Delete(o.copies, i, i+1)
	return true
}

// Fd returns the descriptor of the terminal behind the guard, or an invalid one.
// Bubble Tea reads the window size by it.
func (o *Output) Fd() uintptr {
	if f, ok := o.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// Read is never used; Bubble Tea wants a terminal to be a file.
func (o *Output) Read([]byte) (int, error) { return 0, io.EOF }

// Close does not close what is behind the guard, which is not its own.
func (o *Output) Close() error { return nil }

// Write passes p on without what is not allowed. It reports len(p) unless
// writing failed.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	in := p
	if len(o.pending) > 0 {
		o.pending = append(o.pending, p...)
		in = o.pending
	}
	o.out = o.out[:0]
	for len(in) > 0 {
		n, ok := o.next(in)
		if n == 0 { // not finished
			if len(in) <= maxPending {
				break
			}
			n, ok = len(in), false
		}
		if ok {
			o.out = append(o.out, in[:n]...)
		} else {
			o.dropped.Add(1)
		}
		in = in[n:]
	}
	o.pending = append(o.pending[:0], in...)
	if cap(o.pending) > maxPending/4 && len(o.pending) == 0 {
		o.pending = nil
	}
	if len(o.out) == 0 {
		return len(p), nil
	}
	if _, err := o.w.Write(o.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// next takes the first sequence, control character or stretch of text of p. It
// returns its length, 0 if its end is not there yet, and whether it may pass.
func (o *Output) next(p []byte) (int, bool) {
	switch c := p[0]; {
	case c == 0x1b:
		return o.sequence(p)
	case c < 0x20:
		return 1, c == '\n' || c == '\r' || c == '\t' || c == '\b'
	case c == 0x7f:
		return 1, false
	case c < 0x7f:
		n := 1
		for n < len(p) && p[n] >= 0x20 && p[n] < 0x7f {
			n++
		}
		return n, true
	}
	if !utf8.FullRune(p) {
		return 0, false
	}
	r, n := utf8.DecodeRune(p)
	switch {
	case r == utf8.RuneError && n == 1, r < 0xa0, r == 0x2028, r == 0x2029:
		return n, false
	case r >= 0x2500 && r < 0x2800, r == 0x200d: // the frames of the program; emoji
		return n, true
	}
	return n, !unicode.Is(unicode.Cf, r)
}

// sequence takes what begins with ESC.
func (o *Output) sequence(p []byte) (int, bool) {
	if len(p) == 1 {
		return 0, false
	}
	switch p[1] {
	case '[':
		for i := 2; i < len(p); i++ {
			switch c := p[i]; {
			case c >= 0x20 && c <= 0x3f:
			case c >= 0x40 && c <= 0x7e:
				return i + 1, allowCSI(p[2:i], c)
			default:
				return i, false // broken off; what breaks it is looked at by itself
			}
		}
		return 0, false
	case ']', 'P', 'X', '^', '_':
		for i := 2; i < len(p); i++ {
			switch {
			case p[i] == 0x07 && p[1] == ']':
				return i + 1, o.allowString(p[1], p[2:i])
			case p[i] == 0x1b && i+1 == len(p):
				return 0, false
			case p[i] == 0x1b && p[i+1] == '\\':
				return i + 2, o.allowString(p[1], p[2:i])
			case p[i] < 0x20 || p[i] == 0x7f:
				return i, false
			}
		}
		return 0, false
	}
	for i := 1; i < len(p); i++ {
		switch c := p[i]; {
		case c >= 0x20 && c <= 0x2f:
		case c >= 0x30 && c <= 0x7e:
			return i + 1, i == 1 && c == 'M' // reverse index
		default:
			return i, false
		}
	}
	return 0, false
}
