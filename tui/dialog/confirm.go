package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Confirm asks whether to go on. The answer it starts with is No.
type Confirm struct {
	Title  string
	Body   string // what will happen, and whether it can be undone
	Yes    string // the verb of the button: "Publish"
	Danger bool
	// Name, when set, has to be typed before the answer can be Yes: for what
	// cannot be undone.
	Name string
	Then func() tea.Cmd // on Yes
	Else func() tea.Cmd // on No; nil: nothing

	yes    bool
	key    string // letter that confirms
	input  widget.Input
	button [2]layout.Rect // No and Yes in the last picture
}

// confirmKeys are the letters that confirm; the first that did not open the
// dialog is taken.
var confirmKeys = [...]string{"y", "o"}

func (c *Confirm) opened(key string) {
	c.key = confirmKeys[0]
	if key == c.key {
		c.key = confirmKeys[1]
	}
}

// Draw implements Dialog.
func (c *Confirm) Draw(th *theme.Theme, room layout.Size) Drawing {
	if c.key == "" {
		c.opened("")
	}
	w := max(1, min(room.W, 64))
	d := Drawing{Title: text.Line(c.Title, 120), W: w, Warning: c.Danger}
	var rows []string
	for _, p := range text.Lines(c.Body, 40, 2000) {
		rows = append(rows, frame.Wrap(p, w)...)
	}
	buttons := 1
	if c.Name != "" {
		buttons = 3
	}
	if keep := room.H - buttons - 1; len(rows) > keep {
		rows = rows[:max(0, keep)]
	}
	if len(rows) > 0 {
		rows = append(rows, "")
	}
	if c.Name != "" {
		rows = append(rows, "Type "+th.Paint(theme.Strong, text.Line(c.Name, 60))+" to confirm:")
		line, x := c.input.Row(th, w)
		d.X, d.Y, d.Cursor = x, len(rows), true
		rows = append(rows, line)
	}
	no, yes := "  No (n)  ", "  "+c.verb()+" ("+c.key+")  "
	if c.Name != "" {
		no, yes = "  No (esc)  ", "  "+c.verb()+" (enter)  "
	}
	noLook, yesLook := theme.ButtonFocus, theme.Button
	if c.answer() {
		noLook, yesLook = yesLook, noLook
	}
	y := len(rows)
	c.button[0] = layout.Rect{X: 0, Y: y, W: frame.Width(no), H: 1}
	c.button[1] = layout.Rect{X: frame.Width(no) + 2, Y: y, W: frame.Width(yes), H: 1}
	rows = append(rows, mark(th, !c.answer(), no, noLook)+"  "+mark(th, c.answer(), yes, yesLook))
	d.Rows = frame.Block(rows, w, len(rows))
	return d
}

// mark draws a button; the chosen one has a sign too, for terminals without
// color.
func mark(th *theme.Theme, chosen bool, label string, look theme.Token) string {
	if chosen {
		label = th.Selected + label[1:]
	}
	return th.Paint(look, label)
}

func (c *Confirm) verb() string {
	if c.Yes == "" {
		return "Yes"
	}
	return text.Line(c.Yes, 24)
}

// answer is what enter says now.
func (c *Confirm) answer() bool {
	if c.Name != "" {
		return strings.TrimSpace(c.input.Value()) == strings.TrimSpace(c.Name)
	}
	return c.yes
}

// Key implements Dialog.
func (c *Confirm) Key(k tea.Key) (tea.Cmd, bool) {
	key := k.String()
	switch key {
	case "esc", "ctrl+c":
		return c.no()
	case "enter":
		if c.answer() {
			return c.then()
		}
		if c.Name != "" {
			return nil, false
		}
		return c.no()
	}
	if c.Name != "" {
		c.input.Type(k)
		return nil, false
	}
	switch key {
	case "left", "right", "up", "down", "tab", "shift+tab", "h", "l":
		c.yes = !c.yes
	case "n", "q":
		return c.no()
	case c.key:
		return c.then()
	}
	return nil, false
}

func (c *Confirm) then() (tea.Cmd, bool) {
	if c.Then == nil {
		return nil, true
	}
	return c.Then(), true
}

func (c *Confirm) no() (tea.Cmd, bool) {
	if c.Else == nil {
		return nil, true
	}
	return c.Else(), true
}

// Paste implements Dialog.
func (c *Confirm) Paste(s string) {
	if c.Name != "" {
		c.input.Paste(s)
	}
}

// Click implements Dialog.
func (c *Confirm) Click(x, y int) (tea.Cmd, bool) {
	switch {
	case c.button[0].Contains(x, y):
		return c.no()
	case c.button[1].Contains(x, y) && (c.Name == "" || c.answer()):
		return c.then()
	}
	return nil, false
}

// Wheel implements Dialog.
func (c *Confirm) Wheel(int) {}
