package widget

import (
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
)

// Cell is a piece of text with one look. The text may come from anywhere.
type Cell struct {
	Text string
	Look theme.Token
}

// T is a cell of plain text.
func T(s string) Cell { return Cell{Text: s} }

// longest is how many runes of one text are looked at: no screen is wider.
const longest = 2048

// clean makes the text of a cell harmless. Signs of our own pass unchanged.
func clean(s string) string { return text.Line(s, longest) }

// Painted is the cell as a line of its own width.
func (c Cell) Painted(th *theme.Theme) string { return th.Paint(c.Look, clean(c.Text)) }

// fit draws the cell exactly w cells wide.
func (c Cell) fit(th *theme.Theme, w int, right bool) string {
	s := clean(c.Text)
	if right {
		if frame.Width(s) <= w {
			return th.Paint(c.Look, frame.FitRight(s, w))
		}
	}
	return th.Paint(c.Look, frame.FitWith(s, w, th.Ellipsis))
}

// Result is what a widget did with an action.
type Result int

const (
	// Ignored means that the action is not one of the widget's.
	Ignored Result = iota
	// Handled means that it was done, even where it changed nothing.
	Handled
	// Opened means that the selected line was clicked once more.
	Opened
)

// Doer is a widget that moves or scrolls by actions.
type Doer interface {
	Do(id keymap.ID, arg any) Result
}

// Target is the widget that an action is for: the one under the mouse when the
// mouse asked for it, else the focused one.
func Target(arg any, focused Doer) Doer {
	if p, ok := arg.(frame.Pointer); ok {
		if d, ok := p.Arg.(Doer); ok {
			return d
		}
	}
	return focused
}

// wheelStep is how many lines one notch of the wheel moves.
const wheelStep = 3
