package tuitest

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAnEmulatorTakesALineInAnyPieces(t *testing.T) {
	t.Parallel()
	const line = "┏━ Größe ━┓ ▌→ 😀 \x1b[31m━\x1b[0m ✓ end"
	whole, pieces := NewEmulator(40, 2), NewEmulator(40, 2)
	if _, err := io.Copy(whole, strings.NewReader(line)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(pieces, iotest.OneByteReader(strings.NewReader(line))); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(whole.String(), "✓ end") || whole.String() != pieces.String() {
		t.Errorf("in pieces it shows\n%s\nand whole\n%s", pieces, whole)
	}
	// A piece that is no text at all ends nothing.
	if _, err := io.Copy(pieces, iotest.OneByteReader(strings.NewReader("\xff\xe2\x80ok"))); err != nil || !strings.Contains(pieces.String(), "ok") {
		t.Errorf("%v\n%s", err, pieces)
	}
}
