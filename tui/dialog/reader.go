package dialog

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Reader shows lines to read, and scrolls them.
type Reader struct {
	Title string
	Lines []widget.Line

	lines widget.Lines
	set   bool
}

// Draw implements Dialog.
func (r *Reader) Draw(th *theme.Theme, room layout.Size) Drawing {
	if !r.set {
		r.lines.SetLines(r.Lines...)
		r.set = true
	}
	w := max(1, min(room.W, 76))
	h := max(1, min(room.H, len(widget.Wrapped(th, r.Lines, w))))
	return Drawing{Title: text.Line(r.Title, 120), Rows: r.lines.Rows(th, layout.Size{W: w, H: h}, true), W: w, Leave: true}
}

// Key implements Dialog.
func (r *Reader) Key(k tea.Key) (tea.Cmd, bool) {
	switch k.String() {
	case "esc", "enter", "q", "ctrl+c", "space":
		return nil, true
	case "up", "k":
		r.lines.Do(keymap.Up, nil)
	case "down", "j":
		r.lines.Do(keymap.Down, nil)
	case "pgup":
		r.lines.Do(keymap.PageUp, nil)
	case "pgdown":
		r.lines.Do(keymap.PageDown, nil)
	case "home", "g":
		r.lines.Do(keymap.First, nil)
	case "end", "G":
		r.lines.Do(keymap.Last, nil)
	}
	return nil, false
}

// Paste implements Dialog.
func (r *Reader) Paste(string) {}

// Click implements Dialog.
func (r *Reader) Click(int, int) (tea.Cmd, bool) { return nil, false }

// Wheel implements Dialog.
func (r *Reader) Wheel(n int) {
	for range max(n, -n) * 3 {
		if n < 0 {
			r.lines.Do(keymap.Up, nil)
		} else {
			r.lines.Do(keymap.Down, nil)
		}
	}
}
