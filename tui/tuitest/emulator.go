package tuitest

import (
	"unicode/utf8"

	"github.com/hinshun/vt10x"
)

// An Emulator is a terminal that takes what a line brings in any pieces. The
// terminal of vt10x alone leaves half a rune at the end of a piece unread, which
// it tells by a short count; to io.Copy that is the end of the line.
//
// Writes are one behind the other; reading meanwhile is guarded by Lock.
type Emulator struct {
	vt10x.Terminal
	rest []byte // half a rune
}

// NewEmulator makes a terminal of so many cells.
func NewEmulator(width, height int) *Emulator {
	return &Emulator{Terminal: vt10x.New(vt10x.WithSize(width, height))}
}

// Write draws p, but for half a rune at its end, which is drawn with what comes
// next.
func (e *Emulator) Write(p []byte) (int, error) {
	b := append(e.rest, p...)
	whole := len(b)
	for back := 1; back < utf8.UTFMax && back <= len(b); back++ {
		if last := b[len(b)-back:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				whole -= back
			}
			break
		}
	}
	e.rest = append([]byte(nil), b[whole:]...)
	if _, err := e.Terminal.Write(b[:whole]); err != nil {
		return 0, err
	}
	return len(p), nil
}
