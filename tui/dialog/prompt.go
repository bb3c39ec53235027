package dialog

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Prompt asks for one line of text.
type Prompt struct {
	Title string
	Label string // a sentence above the line
	Hint  string // shown while it is empty
	Value string // what it starts with
	Max   int    // runes; 0 means 256
	// Amend is for a Value that people change rather than give anew, such as a
	// name: what is typed goes on behind it, as it does where Wrong is said of
	// what they gave before. Elsewhere the first character that is typed, or a
	// paste, takes the place of Value; a key that edits keeps it.
	Amend bool
	// MayBeEmpty lets an empty answer through where the console asks line by line;
	// elsewhere Check decides alone.
	MayBeEmpty bool
	// Wrong says what came of Value when it was given before; it is shown below
	// the text until that changes.
	Wrong string
	// Check says what is wrong with the text; shown below it from the first
	// enter on.
	Check func(string) error
	Then  func(string) tea.Cmd // on enter
	Paths Paths                // where what is asked for is a path: tab goes on with it

	input   widget.Input
	further completion
	started bool
	tried   bool
	button  [2]layout.Rect // done, leave it
}

// What a prompt says can be done with it; each answers the mouse.
const (
	promptDone  = "enter: done"
	promptLeave = "esc: leave it"
	promptPaths = "tab: completes the path"
)

func (p *Prompt) start() {
	if p.started {
		return
	}
	p.started = true
	p.input.Max, p.input.Hint = p.Max, p.Hint
	p.input.SetValue(p.Value)
	p.input.Marked = !p.Amend && p.Wrong == ""
}

func (p *Prompt) wrong() error {
	if p.Check == nil {
		return nil
	}
	return p.Check(p.input.Value())
}

// Draw implements Dialog.
func (p *Prompt) Draw(th *theme.Theme, room layout.Size) Drawing {
	p.start()
	w := max(1, min(room.W, 64))
	var rows []string
	if p.Label != "" {
		rows = append(rows, frame.Wrap(text.Line(p.Label, 400), w)...)
	}
	line, x := p.input.Row(th, w)
	y := len(rows)
	rows = append(rows, line)
	wrong := ""
	if err := p.wrong(); err != nil && p.tried {
		wrong = err.Error()
	} else if p.input.Value() == p.Value {
		wrong = p.Wrong
	}
	if wrong != "" {
		for _, l := range frame.Wrap(text.Line(wrong, 300), w) {
			rows = append(rows, th.Paint(theme.Danger, l))
		}
	}
	rows = append(rows, p.further.choices(th, &p.input, w, 4)...)
	keys := promptDone + "   " + promptLeave
	if p.Paths != nil {
		keys += "   " + promptPaths
	}
	rows = append(rows, th.Paint(theme.Muted, frame.Truncate(keys, w, th.Ellipsis)))
	rows = rows[max(0, len(rows)-room.H):]
	last := len(rows) - 1
	p.button[0] = layout.Rect{Y: last, W: frame.Width(promptDone), H: 1}
	p.button[1] = layout.Rect{X: p.button[0].W + 3, Y: last, W: frame.Width(promptLeave), H: 1}
	return Drawing{Title: text.Line(p.Title, 120), Rows: frame.Block(rows, w, len(rows)), W: w, X: x, Y: min(y, len(rows)-1), Cursor: true}
}

// Key implements Dialog.
func (p *Prompt) Key(k tea.Key) (tea.Cmd, bool) {
	p.start()
	switch k.String() {
	case "esc", "ctrl+c":
		return nil, true
	case "enter":
		return p.done()
	case "tab":
		return p.Paths.complete(p, p.input.Value()), false
	}
	p.input.Type(k)
	return nil, false
}

func (p *Prompt) complete(c Completed) { p.further.take(c, &p.input) }

// done hands over what was typed, unless it is wrong.
func (p *Prompt) done() (tea.Cmd, bool) {
	p.tried = true
	if p.wrong() != nil {
		return nil, false
	}
	if p.Then == nil {
		return nil, true
	}
	return p.Then(p.input.Value()), true
}

// Paste implements Dialog.
func (p *Prompt) Paste(s string) {
	p.start()
	p.input.Paste(s)
}

// Click implements Dialog.
func (p *Prompt) Click(x, y int) (tea.Cmd, bool) {
	p.start()
	switch {
	case p.button[0].Contains(x, y):
		return p.done()
	case p.button[1].Contains(x, y):
		return nil, true
	}
	return nil, false
}

// Wheel implements Dialog.
func (p *Prompt) Wheel(int) {}
