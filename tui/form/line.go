package form

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// syntax is how the text of a field is read.
type syntax struct {
	// parse gives the text as the document has it, or what is wrong with it;
	// nil takes any text of one line. It is never asked about the empty text.
	parse func(string) (string, error)
	unit  string
	hint  string
	// plus is what "+" and "-" do; nil types them.
	plus func(value string, by int) (string, bool)
	// open is what enter opens: a list, a calendar.
	open func(value string, take func(string)) tea.Cmd
	// said is what there is to say of a good value, such as its contrast.
	said func(value string) (string, theme.Token)
	// swatch is the color to show beside the value.
	swatch func(value string) (r, g, b uint8, ok bool)
	// listed are values offered to who answers line by line.
	listed func() []Option
}

// line is a value typed on one line. What can be read goes into the document
// with every key, as one step of undo until the focus leaves; what cannot
// stays in the line and is told when the focus has left.
type line struct {
	base
	name  string // "goal": for the label of a step
	get   func(path string) (string, bool)
	set   func(path, text string) []Edit // an empty text clears
	syn   syntax
	in    widget.Input
	seen  string // what the document had when it was last looked at
	wrong string // why the text is not in the document
	said  string // why a paste was refused; until the next key
	busy  bool
	// begin is what the document had when this run of typing began: a text that
	// cannot be read leaves no half of itself behind.
	begin string
	turn  int
	// room and left are of the last picture, for a click into the text.
	room, left int
}

const longestLine = text.MaxEntry + 8

func (l *line) typing() bool { return true }

func (l *line) enter(int) { l.f.turn++; l.changed() }

func (l *line) leave() {
	l.said = ""
	l.f.turn++
	if l.wrong == "" {
		l.show(l.seen)
	}
	l.changed()
}

func (l *line) show(s string) {
	l.in.Max = longestLine
	l.in.SetValue(s)
}

func (l *line) load() {
	now, _ := l.get(l.path)
	if l.syn.said != nil {
		l.changed() // what is said may be about other fields
	}
	if now == l.seen {
		return
	}
	l.seen = now
	if l.busy {
		return // it is this line that changes it
	}
	if read, err := l.read(); err != nil || read != now {
		l.show(now) // not what is being typed here: somebody else changed it
		l.wrong = ""
	}
	l.changed()
}

// read is the typed text as the document would have it.
func (l *line) read() (string, error) {
	s, err := text.Entry(l.in.Value())
	if err != nil || s == "" {
		return "", err
	}
	if l.syn.parse != nil {
		return l.syn.parse(s)
	}
	return s, nil
}

// typed puts what was typed into the document, if it can be read.
func (l *line) typed(key string) {
	l.changed()
	s, err := l.read()
	l.wrong = ""
	if l.turn != l.f.turn {
		l.turn, l.begin = l.f.turn, l.seen
	}
	if err != nil {
		l.wrong = sentence(err)
		if key != "" && l.seen != l.begin {
			l.put(key, l.begin)
		}
		l.f.touch()
		return
	}
	if now, _ := l.get(l.path); s == now {
		l.f.touch()
		return
	}
	if !l.put(key, s) {
		l.wrong = "this cannot be kept"
	}
}

// put writes a value into the document and leaves the line as it is.
func (l *line) put(key, s string) bool {
	label := "change " + l.name
	if s == "" {
		label = "clear " + l.name
	}
	l.busy = true
	defer func() { l.busy = false }()
	return l.f.change(label, key, l.set(l.path, s)...)
}

func (l *line) key(k tea.Key) bool {
	if l.said != "" {
		l.said = ""
		l.changed()
	}
	switch s := k.String(); {
	case l.syn.plus != nil && (s == "+" || s == "-"):
		if v, ok := l.syn.plus(l.in.Value(), map[string]int{"+": 1, "-": -1}[s]); ok {
			l.show(v)
			l.typed(l.joined())
			return true
		}
	case k.Text != "" && !text.Safe(k.Text) && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0:
		l.refuse(k.Text)
		return true
	}
	before := l.in.Value()
	if !l.in.Type(k) {
		return false
	}
	if l.in.Value() != before {
		l.typed(l.joined())
	}
	l.changed()
	return true
}

// joined is the key by which what is typed becomes one step of undo.
func (l *line) joined() string { return fmt.Sprintf("%s/%d", l.path, l.f.turn) }

func (l *line) paste(s string) {
	flat := strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(strings.TrimRight(s, "\r\n"), "\r\n", "\n"))
	l.said = ""
	if _, err := text.Entry(flat); err != nil {
		l.refuse(flat)
		return
	}
	l.f.turn++
	l.in.Paste(flat)
	l.typed(l.joined())
	l.f.turn++
}

// refuse says why a text is not taken; what stands in the line stays.
func (l *line) refuse(s string) {
	if _, err := text.Entry(s); err != nil {
		l.said = "Not taken: " + sentence(err) + "."
	}
	l.changed()
}

func (l *line) do(id action, arg any) (tea.Cmd, bool) {
	switch id {
	case keymap.Open:
		if l.syn.open != nil {
			return l.syn.open(l.seen, l.take), true
		}
	case clearField:
		if l.in.Value() != "" {
			l.take("")
		}
		return nil, true
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		l.point(p.X - l.left)
		return nil, true
	}
	return nil, false
}

// point puts the caret before the character at a column, as long as the whole
// text is shown.
func (l *line) point(x int) {
	text := l.in.Value()
	if frame.Width(text) >= l.room || x < 0 {
		return
	}
	l.in.Type(tea.Key{Code: tea.KeyHome})
	used := 0
	for _, c := range characters(text) {
		if used += frame.Width(c); used > x {
			break
		}
		l.in.Type(tea.Key{Code: tea.KeyRight})
	}
	l.changed()
}

// take replaces the value as one step.
func (l *line) take(s string) {
	l.show(s)
	l.f.turn++
	l.typed("")
	l.f.turn++
}

func (l *line) problem() string { return l.wrong }

func (l *line) draw(th *theme.Theme, w int, focused bool) picture {
	l.in.Hint = l.syn.hint
	tail, look := l.tail()
	room := w
	swatch := ""
	if l.syn.swatch != nil && !th.Options().NoColor {
		if r, g, b, ok := l.syn.swatch(l.seen); ok && w > 16 {
			swatch = fmt.Sprintf("\x1b[48;2;%d;%d;%dm  \x1b[m ", r, g, b)
			room -= 3
		}
	}
	if l.syn.said != nil && room-9 >= leastSaid {
		tail = frame.Truncate(tail, room-9, th.Ellipsis)
	}
	if n := frame.Width(tail); n > 0 && n+1+8 <= room {
		room -= n + 1
		tail = " " + th.Paint(look, tail)
	} else {
		tail = ""
	}
	l.room, l.left = room, 0
	if swatch != "" {
		l.left = 3
	}
	row, x := l.in.Row(th, max(1, room))
	p := picture{rows: []string{swatch + row + tail}, x: x + l.left, caret: focused, framed: true}
	if l.said != "" {
		for _, s := range frame.Wrap(text.Line(l.said, 300), w) {
			p.rows = append(p.rows, th.Paint(theme.Danger, s))
		}
	}
	return p
}

// leastSaid is how many cells what is said of a value takes at least; of fewer
// nobody makes sense.
const leastSaid = 9

// tail is the unit, or what there is to say of the value.
func (l *line) tail() (string, theme.Token) {
	if l.syn.said != nil && l.wrong == "" && l.seen != "" {
		if s, look := l.syn.said(l.seen); s != "" {
			return text.Line(s, 80), look
		}
	}
	return text.Line(l.syn.unit, 40), theme.Muted
}

// sentence is an error as the operator reads it, without the class of it.
func sentence(err error) string {
	s := err.Error()
	for _, class := range []string{"not a time: ", "not an amount: "} {
		s = strings.TrimPrefix(s, class)
	}
	return text.Line(strings.TrimSuffix(s, "."), 300)
}

// words are a name of a choice as a title: "peeling-corner" is "peeling corner".
func words(s string) string { return strings.ReplaceAll(s, "-", " ") }
