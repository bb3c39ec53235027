package widget

import (
	"time"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
)

// Level says how much a message matters.
type Level uint8

const (
	Info Level = iota
	Warning
	Failure
)

// Toast is a message that goes away by itself.
type Toast struct {
	Level Level
	Text  string
	At    time.Time
	// Doing is what failed. Once the same succeeds the failure is told no longer.
	Doing string
	gone  bool // taken off the screen before its time
	read  bool
}

// stay is how long a message of a level is shown.
func (l Level) stay() time.Duration {
	switch l {
	case Failure:
		return 12 * time.Second
	case Warning:
		return 8 * time.Second
	default:
		return 4 * time.Second
	}
}

// remembered is how many messages can be read again.
const remembered = 50

// sayable is how many runes of a message are remembered: the reason of an error
// stands at its end.
const sayable = 600

// shownAtOnce is how many messages stand on the screen together.
const shownAtOnce = 3

// Toasts keeps the messages that are shown and the last ones that were. The
// zero value is empty and ready.
type Toasts struct{ past []Toast }

// Add shows a message from now on; an information takes the place of the one
// before. The text is made harmless here.
func (t *Toasts) Add(level Level, s string, now time.Time) {
	t.add(Toast{Level: level, Text: s, At: now})
}

// AddFailed shows that something failed, in the place of an earlier failure to do
// the same.
func (t *Toasts) AddFailed(doing, s string, now time.Time) {
	t.Succeeded(doing)
	t.add(Toast{Level: Failure, Text: s, At: now, Doing: doing})
}

// Succeeded takes failures to do something off the screen, now that it was done.
func (t *Toasts) Succeeded(doing string) {
	for i := range t.past {
		if m := &t.past[i]; m.Level == Failure && m.Doing != "" && m.Doing == doing {
			m.gone = true
		}
	}
}

func (t *Toasts) add(m Toast) {
	m.Text = text.Line(m.Text, sayable)
	level := m.Level
	if n := len(t.past); n > 0 && t.past[n-1].Text == m.Text && t.past[n-1].Level == level {
		t.past[n-1] = m // said again: once on the screen is enough
		return
	}
	// What only confirms is true until the next: a change and its undo never
	// stand side by side.
	for i := range t.past {
		if level == Info && t.past[i].Level == Info {
			t.past[i].gone = true
		}
	}
	t.past = append(t.past, m)
	if len(t.past) > remembered {
		t.past = append([]Toast{}, t.past[len(t.past)-remembered:]...)
	}
}

// Past lists the last messages, the latest first.
func (t *Toasts) Past() []Toast {
	out := make([]Toast, 0, len(t.past))
	for i := len(t.past) - 1; i >= 0; i-- {
		out = append(out, t.past[i])
	}
	return out
}

// Unread lists the messages that were not asked for in this way before, the
// oldest first.
func (t *Toasts) Unread() []Toast {
	var out []Toast
	for i := range t.past {
		if !t.past[i].read {
			t.past[i].read = true
			out = append(out, t.past[i])
		}
	}
	return out
}

// Shown lists what stands on the screen at an instant, the latest last.
func (t *Toasts) Shown(now time.Time) []Toast {
	var out []Toast
	for _, m := range t.past {
		if !m.gone && now.Before(m.At.Add(m.Level.stay())) {
			out = append(out, m)
		}
	}
	return out[max(0, len(out)-shownAtOnce):]
}

// Next is when the next message goes away; false when none is shown.
func (t *Toasts) Next(now time.Time) (time.Duration, bool) {
	var next time.Duration
	for _, m := range t.past {
		if left := m.At.Add(m.Level.stay()).Sub(now); !m.gone && left > 0 && (next == 0 || left < next) {
			next = left
		}
	}
	return next, next > 0
}

// Clear takes everything off the screen.
func (t *Toasts) Clear() {
	for i := range t.past {
		t.past[i].gone = true
	}
}

// Row draws the message in at most w cells. Of one that is too long, more says
// where all of it can be read.
func (m Toast) Row(th *theme.Theme, w int, more string) string {
	sign, look := th.Glyphs.Info, theme.Toast
	switch m.Level {
	case Warning:
		sign, look = th.Glyphs.Warn, theme.ToastWarn
	case Failure:
		sign, look = th.Cross, theme.ToastDanger
	}
	said := sign + " " + m.Text
	if room := w - 3 - frame.Width(more); frame.Width(said) > w-2 && room > w/2 {
		said = frame.Truncate(said, room, th.Ellipsis) + " " + more
	}
	return th.Paint(look, " "+frame.Truncate(said, max(1, w-2), th.Ellipsis)+" ")
}
