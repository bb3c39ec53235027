package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Dialog is one question. Its methods are called on the program's goroutine.
type Dialog interface {
	// Draw gives the inside in at most the room there is.
	Draw(th *theme.Theme, room layout.Size) Drawing
	// Key takes every key. Done closes the dialog, before the command runs.
	Key(k tea.Key) (cmd tea.Cmd, done bool)
	// Paste takes pasted text.
	Paste(s string)
	// Click takes a press at a cell of the inside.
	Click(x, y int) (cmd tea.Cmd, done bool)
	// Wheel takes a turn by n lines.
	Wheel(n int)
}

// Drawing is the inside of a dialog: rows of one width.
type Drawing struct {
	Title   string
	Rows    frame.Rows
	W       int // cells of each row
	X, Y    int // of the cursor
	Cursor  bool
	Warning bool // the title looks dangerous
	// Leave says in the frame how to leave the dialog, and answers the mouse
	// there; for those that say it nowhere else.
	Leave bool
}

// opened is told which key opened the dialog.
type opened interface{ opened(key string) }

// The grace of a dialog that opens by itself: keys count once there were none
// for quiet, and after patience in any case.
const (
	quiet    = 425 * time.Millisecond
	patience = 1500 * time.Millisecond
)

// Stack holds the open dialogs. The zero value is empty and ready.
type Stack struct {
	open []entry
	at   layout.Rect // inside of the top dialog in the last picture
	out  layout.Rect // where its frame says how to leave it
}

// leaveNote is the word in the frame.
const leaveNote = "esc"

type entry struct {
	dialog Dialog
	since  time.Time // when it opened by itself; zero when it was asked for
	last   time.Time // last key that was ignored
}

// Push opens a dialog that the operator asked for with a key; the key is
// empty when it was the mouse or the palette.
func (s *Stack) Push(d Dialog, key string) {
	if o, ok := d.(opened); ok {
		o.opened(key)
	}
	s.open = append(s.open, entry{dialog: d})
}

// PushUnasked opens a dialog that the operator did not ask for.
func (s *Stack) PushUnasked(d Dialog, now time.Time) {
	s.Push(d, "")
	s.open[len(s.open)-1].since = now
	s.open[len(s.open)-1].last = now
}

// Len is the number of open dialogs.
func (s *Stack) Len() int { return len(s.open) }

// Top is the dialog that has the keys, nil when none is open.
func (s *Stack) Top() Dialog {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1].dialog
}

// Pop takes the top dialog off the stack, for who answers it by other means
// than keys; nil when none is open.
func (s *Stack) Pop() Dialog {
	d := s.Top()
	if d != nil {
		s.open = s.open[:len(s.open)-1]
	}
	return d
}

// Key hands a key to the top dialog.
func (s *Stack) Key(k tea.Key, now time.Time) tea.Cmd {
	if len(s.open) == 0 {
		return nil
	}
	e := &s.open[len(s.open)-1]
	if !e.since.IsZero() {
		if now.Sub(e.last) < quiet && now.Sub(e.since) < patience {
			e.last = now
			return nil
		}
		e.since = time.Time{}
	}
	return s.act(func(d Dialog) (tea.Cmd, bool) { return d.Key(k) })
}

// Paste hands pasted text to the top dialog.
func (s *Stack) Paste(text string) {
	if d := s.Top(); d != nil {
		d.Paste(text)
	}
}

// Click hands a press to the top dialog; one beside it does nothing.
func (s *Stack) Click(x, y int) tea.Cmd {
	if s.out.Contains(x, y) {
		return s.act(func(d Dialog) (tea.Cmd, bool) { return d.Key(tea.Key{Code: tea.KeyEscape}) })
	}
	if !s.at.Contains(x, y) {
		return nil
	}
	return s.act(func(d Dialog) (tea.Cmd, bool) { return d.Click(x-s.at.X, y-s.at.Y) })
}

// Wheel hands a turn to the top dialog.
func (s *Stack) Wheel(n int) {
	if d := s.Top(); d != nil {
		d.Wheel(n)
	}
}

// act lets the top dialog act and takes it off the stack when it is done. The
// action may have opened another one on top meanwhile.
func (s *Stack) act(do func(Dialog) (tea.Cmd, bool)) tea.Cmd {
	n := len(s.open) - 1
	if n < 0 {
		return nil
	}
	d := s.open[n].dialog
	cmd, done := do(d)
	if done {
		for i := range s.open {
			if s.open[i].dialog == d {
				s.open = append(s.open[:i], s.open[i+1:]...)
				break
			}
		}
	}
	return cmd
}

// Over draws all dialogs over the screen and tells where the cursor is.
func (s *Stack) Over(th *theme.Theme, base frame.Rows, size layout.Size) (rows frame.Rows, x, y int, cursor bool) {
	if len(s.open) == 0 {
		return base, 0, 0, false
	}
	rows = make(frame.Rows, len(base))
	for i, line := range base {
		rows[i] = th.Over(theme.Backdrop, line)
	}
	screen := layout.Rect{W: size.W, H: size.H}
	for _, e := range s.open {
		room := layout.Size{W: max(1, min(size.W-4, 100)), H: max(1, size.H-4)}
		d := e.dialog.Draw(th, room)
		w, h := min(d.W, room.W), min(len(d.Rows), room.H)
		at := screen.Center(layout.Size{W: w + 4, H: h + 2})
		rows = frame.Over(rows, size.W, boxed(th, d, w, h), at)
		s.at, s.out = layout.Rect{X: at.X + 2, Y: at.Y + 1, W: w, H: h}, layout.Rect{}
		if d.Leave {
			n := len(leaveNote) + 2
			s.out = layout.Rect{X: at.X + at.W - n - 2, Y: at.Y, W: n, H: 1}
		}
		x, y = s.at.X+d.X, s.at.Y+d.Y
		cursor = d.Cursor && s.at.Contains(x, y) && screen.Contains(x, y)
	}
	return rows, x, y, cursor
}

func boxed(th *theme.Theme, d Drawing, w, h int) frame.Rows {
	inside := make(frame.Rows, h)
	for i := range inside {
		inside[i] = " " + frame.Fit(d.Rows[i], w) + " "
	}
	box := widget.Box{Title: d.Title, Focused: true, Look: theme.DialogTitle}
	if d.Leave {
		box.Note = leaveNote
	}
	if d.Warning {
		box.Title = th.Warn + " " + d.Title
	}
	rows := box.Rows(th, layout.Size{W: w + 4, H: h + 2}, inside)
	for i, line := range rows {
		rows[i] = th.Paint(theme.Dialog, line)
	}
	return rows
}
