package dialog

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Entry is one line of a [Sheet]: a text, one of some choices, or a box to
// tick. What it holds is Value; a box that is ticked holds Ticked.
type Entry struct {
	Label string
	Help  string // a sentence, shown below the lines while the entry has the focus
	Hint  string // shown while a text is empty
	Value string
	// Choices are what the value is one of; Names, where given, say them to the
	// operator.
	Choices, Names []string
	Box            bool
	Max            int // runes of a text; 0 means 256
	// Proposed is a text that stands for another as often as not: what is typed
	// takes its place, and a key that edits keeps it. Others are gone on with.
	Proposed bool
	// Check says what is wrong with the value; it is told while it is typed. An
	// empty text is scolded from the first enter on.
	Check func(string) error

	input  widget.Input
	filled bool
}

// Ticked is the value of a box that is ticked.
const Ticked = "yes"

// Is tells whether the box is ticked.
func (e *Entry) Is() bool { return e.Value == Ticked }

// Sheet asks for several things at once. Enter is done, from every line.
type Sheet struct {
	Title   string
	Note    string // a sentence above the lines
	Entries []*Entry
	Yes     string // the verb of what enter does: "Open"
	Width   int    // cells that it would like to have; 0 means 76
	// Check says what is wrong with all of it; told while it is typed, once every
	// entry is right by itself.
	Check func() error
	Then  func() tea.Cmd // on enter

	at, top int
	tried   bool
	list    layout.Rect
	done    layout.Rect
	leave   layout.Rect
}

const (
	sheetWidth = 76
	labelWidth = 24
)

func (s *Sheet) fill() {
	for _, e := range s.Entries {
		if e.filled {
			continue
		}
		e.filled = true
		e.input.Max, e.input.Hint = e.Max, e.Hint
		if e.Choices == nil && !e.Box {
			e.input.SetValue(e.Value)
			e.Value = e.input.Value()
			e.input.Marked = e.Proposed
		}
	}
	s.at = max(0, min(s.at, len(s.Entries)-1))
}

// wrong says what is wrong with an entry now.
func (s *Sheet) wrong(e *Entry) error {
	if e.Check == nil || e.Value == "" && !s.tried {
		return nil
	}
	return e.Check(e.Value)
}

// Wrong is the first entry that is wrong, -1 for the sheet as a whole.
func (s *Sheet) Wrong() (int, error) {
	for i, e := range s.Entries {
		if e.Check != nil {
			if err := e.Check(e.Value); err != nil {
				return i, err
			}
		}
	}
	if s.Check != nil {
		return -1, s.Check()
	}
	return 0, nil
}

// said is what stands below the lines.
func (s *Sheet) said() (words string, wrong bool) {
	if len(s.Entries) == 0 {
		return "", false
	}
	e := s.Entries[s.at]
	if err := s.wrong(e); err != nil {
		return err.Error(), true
	}
	for _, other := range s.Entries {
		if err := s.wrong(other); err != nil {
			return other.Label + ": " + err.Error(), true
		}
	}
	if _, err := s.Wrong(); err != nil && s.tried {
		return err.Error(), true
	}
	if i, err := s.Wrong(); err != nil && i < 0 {
		return err.Error(), true
	}
	return e.Help, false
}

// Draw implements Dialog.
func (s *Sheet) Draw(th *theme.Theme, room layout.Size) Drawing {
	s.fill()
	w := s.Width
	if w == 0 {
		w = sheetWidth
	}
	w = max(1, min(room.W, w))
	var rows []string
	if s.Note != "" {
		for _, l := range frame.Wrap(text.Line(s.Note, 400), w) {
			rows = append(rows, th.Paint(theme.Muted, l))
		}
		rows = append(rows, "")
	}
	const below = 4 // a blank row, two of what is said, the buttons
	if keep := room.H - below - 1; len(rows) > keep {
		rows = rows[:max(0, keep)]
	}
	labels := 0
	for _, e := range s.Entries {
		if !e.Box {
			labels = max(labels, frame.Width(text.Line(e.Label, labelWidth)))
		}
	}
	height := max(1, min(room.H-below-len(rows), len(s.Entries)))
	s.top = layout.Window(s.top, s.at, height, len(s.Entries))
	bar := widget.Scrollbar(th, height, s.top, len(s.Entries))
	inner := w
	if bar != nil {
		inner--
	}
	d := Drawing{Title: text.Line(s.Title, 120), W: w}
	s.list = layout.Rect{Y: len(rows), W: inner, H: height}
	for y := range height {
		i := s.top + y
		if i >= len(s.Entries) {
			break
		}
		line, x := s.line(th, i, labels, inner)
		if i == s.at {
			d.X, d.Y, d.Cursor = x, len(rows), s.Entries[i].Choices == nil && !s.Entries[i].Box
		}
		line = frame.Fit(line, inner)
		if bar != nil {
			line += bar[y]
		}
		rows = append(rows, line)
	}
	said, wrong := s.said()
	look := theme.Muted
	if wrong {
		look = theme.Danger
	}
	rows = append(rows, "")
	told := frame.Wrap(text.Line(said, 300), w)
	for i := range 2 {
		line := ""
		if i < len(told) {
			line = th.Paint(look, told[i])
		}
		rows = append(rows, line)
	}
	verb := s.Yes
	if verb == "" {
		verb = "Done"
	}
	yes, no := "  "+text.Line(verb, 30)+" (enter)  ", "  Leave it (esc)  "
	s.done = layout.Rect{Y: len(rows), W: frame.Width(yes), H: 1}
	s.leave = layout.Rect{X: frame.Width(yes) + 2, Y: len(rows), W: frame.Width(no), H: 1}
	rows = append(rows, th.Paint(theme.ButtonFocus, yes)+"  "+th.Paint(theme.Button, no)+"  "+th.Paint(theme.Muted, s.keys()))
	if len(rows) > room.H {
		rows = rows[len(rows)-room.H:]
	}
	d.Rows = frame.Block(rows, w, len(rows))
	return d
}

// keys says which keys change the entry with the focus.
func (s *Sheet) keys() string {
	switch {
	case len(s.Entries) == 0:
		return ""
	case s.Entries[s.at].Box:
		return "space: tick, or not"
	case s.Entries[s.at].Choices != nil:
		return "left, right: another"
	}
	return "up, down: another line"
}

// line draws an entry, and tells where its caret is.
func (s *Sheet) line(th *theme.Theme, i, labels, w int) (string, int) {
	e, focused := s.Entries[i], i == s.at
	mark := " "
	if focused {
		mark = th.Selected
	}
	if e.Box {
		box := "[ ] "
		if e.Is() {
			box = "[x] "
		}
		line := mark + box + frame.FitWith(text.Line(e.Label, 300), max(1, w-5), th.Ellipsis)
		if focused {
			line = th.Over(theme.Selection, frame.Fit(line, w))
		}
		return line, 0
	}
	look := theme.Muted
	if focused {
		look = theme.Strong
	}
	warn := " "
	if s.wrong(e) != nil {
		warn = th.Paint(theme.Danger, th.Cross)
	}
	head := mark + th.Paint(look, frame.Fit(text.Line(e.Label, labelWidth), labels)) + " " + warn + " "
	left := labels + 4
	room := max(1, w-left)
	if e.Choices != nil {
		value := frame.Truncate(text.Line(e.Name(slices.Index(e.Choices, e.Value)), 200), max(1, room-4), th.Ellipsis)
		value = "< " + value + " >"
		if focused {
			return head + th.Over(theme.Selection, value), 0
		}
		return head + value, 0
	}
	input := e.input
	input.Marked = input.Marked && focused
	row, x := input.Row(th, room)
	return head + row, left + x
}

// Name is what a choice is called, by its number; -1 is none of them.
func (e *Entry) Name(i int) string {
	switch {
	case i < 0 || i >= len(e.Choices):
		return e.Value
	case i < len(e.Names):
		return e.Names[i]
	}
	return e.Choices[i]
}

// Key implements Dialog.
func (s *Sheet) Key(k tea.Key) (tea.Cmd, bool) {
	s.fill()
	switch k.String() {
	case "esc", "ctrl+c":
		return nil, true
	case "enter":
		return s.finish()
	}
	if len(s.Entries) == 0 {
		return nil, false
	}
	e := s.Entries[s.at]
	switch key := k.String(); key {
	case "up", "shift+tab":
		s.move(-1)
	case "down", "tab":
		s.move(1)
	case "pgup":
		s.move(-max(1, s.list.H))
	case "pgdown":
		s.move(max(1, s.list.H))
	default:
		switch {
		case e.Box:
			if key == "space" || key == "left" || key == "right" || key == "x" {
				e.toggle()
			}
		case e.Choices != nil:
			e.choose(key)
		default:
			e.input.Type(k)
			e.Value = e.input.Value()
		}
	}
	return nil, false
}

func (e *Entry) toggle() {
	if e.Is() {
		e.Value = ""
	} else {
		e.Value = Ticked
	}
}

// choose goes to another choice, by a step or by its first letter.
func (e *Entry) choose(key string) {
	n := len(e.Choices)
	if n == 0 {
		return
	}
	at := max(0, slices.Index(e.Choices, e.Value))
	switch key {
	case "right", "space":
		at = (at + 1) % n
	case "left":
		at = (at + n - 1) % n
	case "home":
		at = 0
	case "end":
		at = n - 1
	default:
		if utf8.RuneCountInString(key) != 1 {
			return
		}
		for step := 1; step <= n; step++ {
			i := (at + step) % n
			if strings.HasPrefix(strings.ToLower(e.Name(i)), strings.ToLower(key)) {
				at = i
				break
			}
		}
	}
	e.Value = e.Choices[at]
}

func (s *Sheet) move(n int) { s.at = max(0, min(s.at+n, len(s.Entries)-1)) }

func (s *Sheet) finish() (tea.Cmd, bool) {
	s.tried = true
	if i, err := s.Wrong(); err != nil {
		if i >= 0 {
			s.at = i
		}
		return nil, false
	}
	if s.Then == nil {
		return nil, true
	}
	return s.Then(), true
}

// Paste implements Dialog.
func (s *Sheet) Paste(words string) {
	s.fill()
	if len(s.Entries) == 0 {
		return
	}
	if e := s.Entries[s.at]; e.Choices == nil && !e.Box {
		e.input.Paste(words)
		e.Value = e.input.Value()
	}
}

// Click implements Dialog.
func (s *Sheet) Click(x, y int) (tea.Cmd, bool) {
	switch {
	case s.done.Contains(x, y):
		return s.finish()
	case s.leave.Contains(x, y):
		return nil, true
	case s.list.Contains(x, y):
		i := s.top + y - s.list.Y
		if i >= len(s.Entries) {
			break
		}
		s.at = i
		switch e := s.Entries[i]; {
		case e.Box:
			e.toggle()
		case e.Choices != nil:
			e.choose("right")
		}
	}
	return nil, false
}

// Wheel implements Dialog.
func (s *Sheet) Wheel(n int) { s.move(n) }
