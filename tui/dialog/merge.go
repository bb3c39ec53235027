package dialog

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Pick is which value of a [Contest] is taken.
type Pick uint8

// The picks. Undecided is where it begins: nothing is taken by default.
const (
	Undecided Pick = iota
	PickMine
	PickTheirs
	PickOwn // Contest.Own
)

// Contest is one value that two people set, and not alike.
type Contest struct {
	Label        string
	Mine, Theirs string // the values in words; empty: none
	Was          string // before either
	// Settable lets a third value be given, which begins as Own; Check says what
	// is wrong with one.
	Settable bool
	Own      string
	Check    func(string) error

	Picked Pick
}

// Merge puts two versions of something together: it shows every value that
// both set with both values, and is done once each of them is decided. What
// needs no decision stands below.
type Merge struct {
	Title    string
	Head     []widget.Line // who else wrote it, when, and what for
	Names    [2]string     // whose the values are: "yours", "ben's"
	Contests []*Contest
	Foot     []widget.Line // what was brought together by itself
	Yes      string        // the verb of what enter does: "Save"
	Then     func() tea.Cmd

	at     int
	input  widget.Input
	typing bool
	wrong  string
	body   layout.Rect
	starts []int // row of each contest, then of the foot, in the last picture
	sides  map[int]side
	top    int
	height int
	done   layout.Rect
	leave  layout.Rect
}

var _ Dialog = (*Merge)(nil)

// Open counts the contests that are not decided.
func (m *Merge) Open() int {
	n := 0
	for _, c := range m.Contests {
		if c.Picked == Undecided {
			n++
		}
	}
	return n
}

// Value is what a contest says on one side.
func (c *Contest) Value(p Pick) string {
	v := map[Pick]string{PickMine: c.Mine, PickTheirs: c.Theirs, PickOwn: c.Own}[p]
	if v == "" {
		return "none"
	}
	return v
}

// side is what stands in a row.
type side struct {
	contest int
	side    Pick
}

const (
	mergeWidth = 76
	sideWidth  = 12 // of the longest name of a side
)

// Draw implements Dialog.
func (m *Merge) Draw(th *theme.Theme, room layout.Size) Drawing {
	w := max(1, min(room.W, mergeWidth))
	rows := m.rows(th, w-1) // a column for the bar
	const below = 3         // what is said, the buttons, the keys
	m.height = max(1, min(room.H-below, len(rows)))
	m.top = max(0, min(m.top, len(rows)-m.height))
	if i := m.at; i < len(m.Contests) { // the whole contest is seen, its head at least
		m.top = layout.Window(m.top, m.starts[i+1]-1, m.height, len(rows))
		m.top = min(m.top, m.starts[i])
		if i == 0 && m.starts[1] <= m.height {
			m.top = 0
		}
	}
	bar := widget.Scrollbar(th, m.height, m.top, len(rows))
	out := frame.Block(rows[m.top:], w-1, m.height)
	for y := range out {
		if bar != nil {
			out[y] += bar[y]
		} else {
			out[y] += " "
		}
	}
	m.body = layout.Rect{W: w, H: m.height}
	said, look := m.said()
	y := len(out) + 1
	yes, no := "  "+text.Line(m.Yes, 30)+" (enter)  ", "  Leave it (esc)  "
	m.done = layout.Rect{Y: y, W: frame.Width(yes), H: 1}
	m.leave = layout.Rect{X: frame.Width(yes) + 2, Y: y, W: frame.Width(no), H: 1}
	yesLook := theme.Button
	if m.Open() == 0 {
		yesLook = theme.ButtonFocus
	}
	out = append(out, th.Paint(look, frame.FitWith(said, w, th.Ellipsis)), th.Paint(yesLook, yes)+"  "+th.Paint(theme.Button, no), th.Paint(theme.Muted, frame.FitWith(m.keys(), w, th.Ellipsis)))
	if len(out) > room.H {
		out = out[len(out)-room.H:]
	}
	d := Drawing{Title: text.Line(m.Title, 120), Rows: frame.Block(out, w, len(out)), W: w, Warning: true}
	if m.typing {
		row, x := m.input.Row(th, max(1, w-7))
		d.Rows[min(m.height, len(d.Rows)-1)] = frame.Fit("Value: "+row, w)
		d.X, d.Y, d.Cursor = 7+x, min(m.height, len(d.Rows)-1), true
	}
	return d
}

func (m *Merge) rows(th *theme.Theme, w int) []string {
	rows := append([]string{}, widget.Wrapped(th, m.Head, w)...)
	m.starts, m.sides = m.starts[:0], map[int]side{}
	for i, c := range m.Contests {
		rows = append(rows, "")
		m.starts = append(m.starts, len(rows))
		mark, look := "  ", theme.Strong
		if i == m.at {
			mark, look = th.Selected+" ", theme.Title
		}
		head := mark + text.Line(c.Label, 200)
		if c.Was != "" {
			head += ", was " + text.Line(c.Was, 200)
		}
		for n, l := range frame.Wrap(head, w) {
			if n > 0 {
				l = "  " + l
			}
			rows = append(rows, th.Paint(look, frame.FitWith(l, w, th.Ellipsis)))
		}
		names := map[Pick]string{PickMine: m.Names[0], PickTheirs: m.Names[1], PickOwn: "another"}
		for _, p := range []Pick{PickMine, PickTheirs, PickOwn} {
			if p == PickOwn && c.Picked != PickOwn {
				continue
			}
			box, look := "( ) ", theme.Text
			if c.Picked == p {
				box, look = "(x) ", theme.OK
			}
			left := "    " + box + frame.Fit(text.Line(names[p], sideWidth), sideWidth) + " "
			for n, l := range frame.Wrap(text.Line(c.Value(p), 400), max(1, w-frame.Width(left))) {
				if n > 0 {
					left = strings.Repeat(" ", frame.Width(left))
				}
				m.sides[len(rows)] = side{i, p}
				rows = append(rows, th.Paint(look, left+l))
			}
		}
	}
	m.starts = append(m.starts, len(rows))
	if len(m.Foot) > 0 {
		rows = append(rows, "")
		rows = append(rows, widget.Wrapped(th, m.Foot, w)...)
	}
	return rows
}

func (m *Merge) said() (string, theme.Token) {
	n := m.Open()
	switch {
	case m.wrong != "":
		return m.wrong, theme.Danger
	case n == 1:
		return "1 field to choose.", theme.Warn
	case n > 0:
		return fmt.Sprintf("%d fields to choose.", n), theme.Warn
	case len(m.Contests) == 0:
		return "Nothing of it stands against your changes.", theme.OK
	}
	return "Everything is chosen.", theme.OK
}

func (m *Merge) keys() string {
	switch {
	case m.typing:
		return "enter takes the value, esc leaves it"
	case len(m.Contests) == 0:
		return "up, down read"
	}
	out := "m " + text.Line(m.Names[0], sideWidth) + "  t " + text.Line(m.Names[1], sideWidth)
	if m.Contests[min(m.at, len(m.Contests)-1)].Settable {
		out += "  e another"
	}
	if len(m.Contests) > 1 {
		out += "  M T all open  tab next"
	}
	return out + "  pgdn reads on"
}

// Key implements Dialog.
func (m *Merge) Key(k tea.Key) (tea.Cmd, bool) {
	if m.typing {
		m.typed(k)
		return nil, false
	}
	m.wrong = ""
	switch k.String() {
	case "esc", "ctrl+c", "q":
		return nil, true
	case "enter", "y":
		return m.finish()
	case "pgdown", "pgup", "home", "end":
		m.scroll(k.String())
		return nil, false
	}
	if len(m.Contests) == 0 {
		switch k.String() {
		case "up", "k":
			m.top--
		case "down", "j":
			m.top++
		}
		return nil, false
	}
	if m.at >= len(m.Contests) && strings.Contains("m t e 1 2 3 left right space", k.String()) {
		m.at = m.next(0) // nothing is decided unseen
		return nil, false
	}
	c := m.Contests[min(m.at, len(m.Contests)-1)]
	switch k.String() {
	case "up", "k", "shift+tab":
		m.move(-1)
	case "down", "j", "tab":
		m.move(1)
	case "m", "1", "left":
		m.pick(c, PickMine)
	case "t", "2", "right":
		m.pick(c, PickTheirs)
	case "space":
		if c.Picked = PickTheirs + PickMine - c.Picked; c.Picked != PickMine && c.Picked != PickTheirs {
			c.Picked = PickMine
		}
	case "M", "T":
		for _, c := range m.Contests {
			if c.Picked == Undecided {
				c.Picked = map[string]Pick{"M": PickMine, "T": PickTheirs}[k.String()]
			}
		}
	case "e", "3":
		if !c.Settable {
			m.wrong = "This is one or the other; what comes of it can be edited afterwards."
			break
		}
		m.typing = true
		m.input.Max = 4000
		m.input.SetValue(c.Own)
	}
	return nil, false
}

// pick decides a contest and goes to the next open one.
func (m *Merge) pick(c *Contest, p Pick) {
	c.Picked = p
	m.at = m.next(m.at)
}

// next is the first open contest from one on, or that one.
func (m *Merge) next(from int) int {
	for i := range m.Contests {
		if at := (from + i) % len(m.Contests); m.Contests[at].Picked == Undecided {
			return at
		}
	}
	return from
}

func (m *Merge) move(n int) { m.at = max(0, min(m.at+n, len(m.Contests)-1)) }

// scroll turns the text; beyond the contests there is the foot, which no
// contest holds back.
func (m *Merge) scroll(key string) {
	if n := len(m.Contests); n > 0 && m.at < n {
		m.at = n // set free; the next move comes back
	}
	switch key {
	case "pgdown":
		m.top += max(1, m.height-1)
	case "pgup":
		m.top -= max(1, m.height-1)
	case "home":
		m.top = 0
	case "end":
		m.top = 1 << 20
	}
}

func (m *Merge) typed(k tea.Key) {
	c := m.Contests[m.at]
	switch k.String() {
	case "esc", "ctrl+c":
		m.typing, m.wrong = false, ""
	case "enter":
		v := m.input.Value()
		if c.Check != nil {
			if err := c.Check(v); err != nil {
				m.typing, m.wrong = false, err.Error()
				return
			}
		}
		m.typing, c.Own = false, v
		m.pick(c, PickOwn)
	default:
		m.input.Type(k)
	}
}

func (m *Merge) finish() (tea.Cmd, bool) {
	for i, c := range m.Contests {
		if c.Picked == Undecided {
			m.at = i
			m.wrong, _ = m.said()
			return nil, false
		}
	}
	if m.Then == nil {
		return nil, true
	}
	return m.Then(), true
}

// Paste implements Dialog.
func (m *Merge) Paste(s string) {
	if m.typing {
		m.input.Paste(s)
	}
}

// Click implements Dialog.
func (m *Merge) Click(x, y int) (tea.Cmd, bool) {
	switch {
	case m.typing:
	case m.done.Contains(x, y):
		return m.finish()
	case m.leave.Contains(x, y):
		return nil, true
	case m.body.Contains(x, y):
		if i, ok := m.sides[m.top+y]; ok {
			m.at, m.Contests[i.contest].Picked = i.contest, i.side
		}
	}
	return nil, false
}

// Wheel implements Dialog.
func (m *Merge) Wheel(n int) {
	m.at = len(m.Contests)
	m.top = max(0, m.top+n*3)
}
