package dialog

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Review is a question with more to read than a [Confirm] has room for:
// its text scrolls, its buttons stay.
type Review struct {
	Title  string
	Lines  []widget.Line
	Yes    string
	Danger bool
	Then   func() tea.Cmd
	// Verbs are what can be done with it in place of Yes, each by its key.
	Verbs []Verb

	lines   widget.Lines
	set     bool
	yes     bool
	buttons [2]layout.Rect // No and Yes in the last picture
	places  []layout.Rect  // of the verbs
}

// Verb is one of several things that can be done.
type Verb struct {
	Key, Title string
	Then       func() tea.Cmd
}

var _ Dialog = (*Review)(nil)

// Draw implements Dialog.
func (r *Review) Draw(th *theme.Theme, room layout.Size) Drawing {
	if !r.set {
		r.lines.SetLines(r.Lines...)
		r.set = true
	}
	w := max(1, min(room.W, 76))
	h := max(1, min(room.H-2, len(widget.Wrapped(th, r.Lines, w))))
	rows := append(frame.Rows{}, r.lines.Rows(th, layout.Size{W: w, H: h}, true)...)
	rows = append(rows, "")
	if len(r.Verbs) > 0 {
		return r.drawVerbs(th, rows, w)
	}
	no, yes := "  No (n)  ", "  "+r.Yes+" (y)  "
	noLook, yesLook := theme.ButtonFocus, theme.Button
	if r.yes {
		noLook, yesLook = yesLook, noLook
		yes = th.Selected + yes[1:]
	} else {
		no = th.Selected + no[1:]
	}
	y := len(rows)
	r.buttons[0] = layout.Rect{Y: y, W: frame.Width(no), H: 1}
	r.buttons[1] = layout.Rect{X: frame.Width(no) + 2, Y: y, W: frame.Width(yes), H: 1}
	rows = append(rows, th.Paint(noLook, no)+"  "+th.Paint(yesLook, yes))
	return Drawing{Title: text.Line(r.Title, 120), Rows: frame.Block(rows, w, len(rows)), W: w, Warning: r.Danger}
}

// drawVerbs draws a button for each verb, and one that leaves.
func (r *Review) drawVerbs(th *theme.Theme, rows frame.Rows, w int) Drawing {
	leave := th.Selected + " Leave it (esc)  " // enter does
	y, x := len(rows), frame.Width(leave)+1
	r.buttons = [2]layout.Rect{{Y: y, W: frame.Width(leave), H: 1}}
	line := th.Paint(theme.ButtonFocus, leave)
	r.places = r.places[:0]
	for _, v := range r.Verbs {
		button := "  " + text.Line(v.Title, 30) + " (" + v.Key + ")  "
		r.places = append(r.places, layout.Rect{X: x, Y: y, W: frame.Width(button), H: 1})
		x += frame.Width(button) + 1
		line += " " + th.Paint(theme.Button, button)
	}
	rows = append(rows, frame.Fit(line, w))
	return Drawing{Title: text.Line(r.Title, 120), Rows: frame.Block(rows, w, len(rows)), W: w, Warning: r.Danger}
}

// Key implements Dialog.
func (r *Review) Key(k tea.Key) (tea.Cmd, bool) {
	for _, v := range r.Verbs {
		if k.String() == v.Key {
			return v.Then(), true
		}
	}
	switch k.String() {
	case "esc", "ctrl+c", "n", "q":
		return nil, true
	case "y":
		if len(r.Verbs) > 0 {
			return nil, false
		}
		return r.Then(), true
	case "enter":
		if r.yes && len(r.Verbs) == 0 {
			return r.Then(), true
		}
		return nil, true
	case "left", "right", "tab", "shift+tab", "h", "l":
		r.yes = !r.yes
	case "up", "k":
		r.lines.Do(keymap.Up, nil)
	case "down", "j":
		r.lines.Do(keymap.Down, nil)
	case "pgup":
		r.lines.Do(keymap.PageUp, nil)
	case "pgdown", "space":
		r.lines.Do(keymap.PageDown, nil)
	case "home", "g":
		r.lines.Do(keymap.First, nil)
	case "end", "G":
		r.lines.Do(keymap.Last, nil)
	}
	return nil, false
}

// Paste implements Dialog.
func (r *Review) Paste(string) {}

// Click implements Dialog.
func (r *Review) Click(x, y int) (tea.Cmd, bool) {
	switch {
	case r.buttons[0].Contains(x, y):
		return nil, true
	case r.buttons[1].Contains(x, y):
		return r.Then(), true
	}
	for i, at := range r.places {
		if at.Contains(x, y) {
			return r.Verbs[i].Then(), true
		}
	}
	return nil, false
}

// Wheel implements Dialog.
func (r *Review) Wheel(n int) {
	for range max(n, -n) * 3 {
		if n < 0 {
			r.lines.Do(keymap.Up, nil)
		} else {
			r.lines.Do(keymap.Down, nil)
		}
	}
}
