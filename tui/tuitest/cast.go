package tuitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"beckon/tui/frame"
	"beckon/tui/layout"
)

// Recording is an asciicast v2 file as a player would show it.
type Recording struct {
	Size   layout.Size // at the end
	Lines  int         // behind the header
	Length float64     // seconds
	Output string      // all of it
	screen *screen
}

// Replay plays an asciicast v2 file on a virtual screen; the test fails where
// it is none.
func Replay(t testing.TB, data []byte) *Recording {
	t.Helper()
	lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	var head struct{ Version, Width, Height int }
	if err := json.Unmarshal(lines[0], &head); err != nil || head.Version != 2 || head.Width < 1 || head.Height < 1 {
		t.Fatalf("no header of an asciicast v2: %s (%v)", lines[0], err)
	}
	r := &Recording{Size: layout.Size{W: head.Width, H: head.Height}, Lines: len(lines) - 1,
		screen: &screen{vt: NewEmulator(head.Width, head.Height)}}
	for i, line := range lines[1:] {
		var ev []any
		if err := json.Unmarshal(line, &ev); err != nil || len(ev) != 3 {
			t.Fatalf("line %d is no event: %s (%v)", i+2, line, err)
		}
		at, ok1 := ev[0].(float64)
		kind, ok2 := ev[1].(string)
		what, ok3 := ev[2].(string)
		if !ok1 || !ok2 || !ok3 || at < r.Length {
			t.Fatalf("line %d is no event in order: %s", i+2, line)
		}
		r.Length = at
		switch kind {
		case "o":
			r.Output += what
			if _, err := r.screen.vt.Write([]byte(what)); err != nil {
				t.Fatalf("line %d: %v", i+2, err)
			}
		case "r":
			if _, err := fmt.Sscanf(what, "%dx%d", &r.Size.W, &r.Size.H); err != nil {
				t.Fatalf("line %d: %v", i+2, err)
			}
			r.screen.resize(r.Size.W, r.Size.H)
		default:
			t.Fatalf("line %d is of the kind %q", i+2, kind)
		}
	}
	return r
}

// Rows are what it ends with.
func (r *Recording) Rows() frame.Rows { return r.screen.lines() }

// Screen is what it ends with, blanks at the ends of lines left out.
func (r *Recording) Screen() string {
	rows := r.screen.lines()
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "\n")
}
