package widget

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
)

// Input is one line of text being typed. The zero value is empty and ready.
// It holds no character that could act on a terminal: such are left out when
// typed, pasted or set.
type Input struct {
	Hint string // shown while it is empty
	Max  int    // runes; 0 means 256
	// Marked is for a text that was proposed: the next character that is typed, or
	// a paste, takes its place, and a key that edits keeps it. Either unmarks it.
	Marked bool

	before []string // what lies left of the caret, a visible character each
	after  []string
}

// Value gives the text.
func (in *Input) Value() string { return strings.Join(in.before, "") + strings.Join(in.after, "") }

// SetValue replaces the text and puts the caret behind it.
func (in *Input) SetValue(s string) {
	in.before, in.after, in.Marked = nil, nil, false
	in.insert(s)
}

// Paste inserts a text at the caret; line breaks and tabs become blanks.
func (in *Input) Paste(s string) {
	in.over()
	in.insert(s)
}

// over takes a marked text away.
func (in *Input) over() {
	if in.Marked {
		in.SetValue("")
	}
}

// Type does what a key does in a line of text and tells whether it did
// anything with it.
func (in *Input) Type(k tea.Key) bool {
	switch k.String() {
	case "left", "ctrl+b":
		in.left()
	case "right", "ctrl+f":
		in.right()
	case "home", "ctrl+a":
		in.after = append(append([]string{}, in.before...), in.after...)
		in.before = nil
	case "end", "ctrl+e":
		in.before, in.after = append(in.before, in.after...), nil
	case "backspace", "ctrl+h":
		if n := len(in.before); n > 0 {
			in.before = in.before[:n-1]
		}
	case "delete":
		if len(in.after) > 0 {
			in.after = in.after[1:]
		}
	case "ctrl+u":
		in.before = nil
	case "ctrl+k":
		in.after = nil
	case "ctrl+w", "alt+backspace":
		for n := len(in.before); n > 0 && in.before[n-1] == " "; n-- {
			in.before = in.before[:n-1]
		}
		for n := len(in.before); n > 0 && in.before[n-1] != " "; n-- {
			in.before = in.before[:n-1]
		}
	default:
		if k.Text == "" || k.Mod&(tea.ModCtrl|tea.ModAlt) != 0 {
			return false
		}
		in.over()
		in.insert(k.Text)
	}
	in.Marked = false
	return true
}

func (in *Input) left() {
	if n := len(in.before); n > 0 {
		in.after = append([]string{in.before[n-1]}, in.after...)
		in.before = in.before[:n-1]
	}
}

func (in *Input) right() {
	if len(in.after) > 0 {
		in.before = append(in.before, in.after[0])
		in.after = in.after[1:]
	}
}

func (in *Input) insert(s string) {
	limit := in.Max
	if limit <= 0 {
		limit = 256
	}
	used := 0
	for _, c := range in.before {
		used += len([]rune(c))
	}
	for _, c := range in.after {
		used += len([]rune(c))
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || r == 0xfffd:
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	for s != "" && used < limit {
		c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(c):]
		if n := len([]rune(c)); text.Safe(c) && used+n <= limit {
			in.before = append(in.before, c)
			used += n
		}
	}
}

// Row draws the line exactly w cells wide and gives the column of the caret,
// which is always visible.
func (in *Input) Row(th *theme.Theme, w int) (row string, caret int) {
	if w <= 0 {
		return "", 0
	}
	if len(in.before)+len(in.after) == 0 {
		return th.Paint(theme.Placeholder, frame.FitWith(clean(in.Hint), w, th.Ellipsis)), 0
	}
	// The part left of the caret is shown from its end, so that the caret is
	// inside whatever its length.
	from, used := len(in.before), 0
	for from > 0 && used+frame.Width(frame.Fit(in.before[from-1], cells(in.before[from-1]))) < w {
		from--
		used += cells(in.before[from])
	}
	line := strings.Join(in.before[from:], "")
	caret = cells(line)
	if sign := frame.Width(th.Ellipsis); from > 0 && caret >= sign { // there is more to the left
		gone := 0
		for ; gone < sign; from++ {
			gone += cells(in.before[from])
		}
		line = th.Ellipsis + strings.Repeat(" ", gone-sign) + strings.Join(in.before[from:], "")
	}
	whole := line + strings.Join(in.after, "")
	if in.Marked { // what is beside it tells where it ends
		whole = th.Paint(theme.Selection, whole)
	}
	return th.Paint(theme.Input, frame.FitWith(whole, w, th.Ellipsis)), caret
}

// cells is the width that a text has once fitted.
func cells(s string) int { return frame.Width(frame.Truncate(s, 1<<20, "")) }
