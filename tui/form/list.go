package form

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// List is a list of texts, shown as chips with a line behind them: enter or a
// comma adds what is typed, left goes to the chips.
type List struct {
	Hint string
	// Noun is what one of them is: "keyword".
	Noun string
	// Parse gives an element as the document has it, or what is wrong with it.
	Parse func(string) (string, error)
	// Title is how an element is shown; nil is as it is.
	Title func(string) string
	// Options are offered with enter on an empty line; typing adds any other
	// text all the same, unless Closed.
	Options func() []Option
	Closed  bool
	// Max is how many there may be; 0 is any number.
	Max int
	// Repeats keeps a text that is there already.
	Repeats bool
	// new is what a picker offers last, to make a new item of a name.
	new func(name string, then func(string)) tea.Cmd
}

// IPRanges is a list of addresses and ranges of them.
func IPRanges() List {
	return List{Noun: "range", Hint: "such as 203.0.113.0/24", Parse: IPRange{}.parse}
}

func (k List) stops(f *Form, at Field) []stop {
	c := keep(f, at.Path, func() *chips { return &chips{base: base{f: f, path: at.Path}, name: at.noun(), at: -1} })
	c.kind = k
	if c.kind.Noun == "" {
		c.kind.Noun = "value"
	}
	return []stop{f.stopAt(at, at.Path, c)}
}

type chips struct {
	base
	kind  List
	name  string
	seen  []string
	at    int // the chip with the focus, -1 is the line behind them
	edits int // the chip that is being edited in the line, plus 1
	in    widget.Input
	wrong string
	said  string
	spots []spot
}

func (c *chips) load() {
	if now := c.f.values(c.path); !slices.Equal(now, c.seen) {
		c.seen = now
		c.at = min(c.at, len(now)-1)
		if c.edits > len(now) {
			c.edits = 0
		}
		c.changed()
	}
}

func (c *chips) typing() bool { return c.at < 0 && !c.kind.Closed }

func (c *chips) enter(dir int) { c.at = -1; c.changed() }

func (c *chips) leave() {
	c.said = ""
	c.add()
	c.at = -1
	c.changed()
}

func (c *chips) problem() string { return c.wrong }

// add takes what stands in the line into the list.
func (c *chips) add() bool {
	c.changed()
	c.wrong = ""
	s, err := text.Entry(c.in.Value())
	if err == nil && s != "" && c.kind.Parse != nil {
		s, err = c.kind.Parse(s)
	}
	switch {
	case err != nil:
		c.wrong = sentence(err)
	case s == "":
		if c.edits > 0 {
			c.edits = 0
		}
		return false
	case c.edits > 0:
		n := c.edits - 1
		c.edits = 0
		c.in.SetValue("")
		if c.seen[n] != s {
			c.f.step("change "+article(c.kind.Noun)+" of "+c.name, setting(item(c.path, n), s))
		}
		return true
	case !c.kind.Repeats && slices.Contains(c.seen, s):
		c.wrong = text.Line(s, 60) + " is in the list already"
	case c.kind.Max > 0 && len(c.seen) >= c.kind.Max:
		c.wrong = fmt.Sprintf("at most %d", c.kind.Max)
	default:
		c.in.SetValue("")
		return c.f.step("add "+article(c.kind.Noun)+" to "+c.name, inserting(c.path, len(c.seen), s))
	}
	c.f.touch()
	return false
}

func (c *chips) key(k tea.Key) bool {
	c.said = ""
	c.changed()
	c.in.Max = longestLine
	s := k.String()
	empty := c.in.Value() == ""
	switch {
	case (s == "left" || s == "backspace") && empty && len(c.seen) > 0 && c.edits == 0:
		c.at = len(c.seen) - 1
	case (s == "," || s == ";") && !empty:
		c.add()
	case k.Text != "" && !text.Safe(k.Text) && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0:
		c.refuse(k.Text)
	default:
		if !c.in.Type(k) {
			return false
		}
		c.wrong = ""
	}
	return true
}

func (c *chips) refuse(s string) {
	if _, err := text.Entry(s); err != nil {
		c.said = "Not taken: " + sentence(err) + "."
	}
}

// paste adds every line of a text as an element, all as one step.
func (c *chips) paste(s string) {
	c.said = ""
	c.changed()
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) < 2 {
		if _, err := text.Entry(strings.ReplaceAll(s, "\t", " ")); err != nil {
			c.refuse(s)
			return
		}
		c.in.Max = longestLine
		c.in.Paste(strings.TrimRight(s, "\r\n"))
		return
	}
	have := slices.Clone(c.seen)
	var edits []Edit
	for i, l := range lines {
		v, err := text.Entry(l)
		if err == nil && v != "" && c.kind.Parse != nil {
			v, err = c.kind.Parse(v)
		}
		if err != nil {
			c.said = fmt.Sprintf("Not taken: line %d: %s.", i+1, sentence(err))
			return
		}
		if v == "" || !c.kind.Repeats && slices.Contains(have, v) {
			continue
		}
		edits = append(edits, inserting(c.path, len(have), v))
		have = append(have, v)
	}
	if c.kind.Max > 0 && len(have) > c.kind.Max {
		c.said = fmt.Sprintf("Not taken: that would be %d, at most %d.", len(have), c.kind.Max)
		return
	}
	if len(edits) > 0 {
		c.f.step(fmt.Sprintf("add %d to %s", len(edits), c.name), edits...)
	}
}

func (c *chips) remove() {
	if c.at < 0 || c.at >= len(c.seen) {
		return
	}
	n := c.at
	c.f.step("take "+article(c.kind.Noun)+" out of "+c.name, removing(c.path, n))
	c.at = min(n, len(c.seen)-1)
	c.changed()
}

func (c *chips) swap(by int) {
	to := c.at + by
	if c.at < 0 || to < 0 || to >= len(c.seen) {
		return
	}
	from := c.at
	c.at = to
	c.f.step("reorder "+c.name, moving(c.path, from, to))
	c.at = to
}

func (c *chips) options() []Option {
	var out []Option
	if c.kind.Options != nil {
		out = c.kind.Options()
	}
	return slices.DeleteFunc(slices.Clone(out), func(o Option) bool { return slices.Contains(c.seen, o.Value) })
}

func (c *chips) choose(value string) {
	c.in.SetValue(value)
	c.edits = 0
	c.add()
}

func (c *chips) list() tea.Cmd {
	options := c.options()
	if len(options) == 0 && c.kind.new == nil {
		if c.kind.Closed {
			c.f.warn("there is nothing left to choose")
		} else {
			c.f.warn("Type " + article(c.kind.Noun) + "; enter or a comma takes it.")
		}
		return nil
	}
	var add func(string) tea.Cmd
	if c.kind.new != nil {
		add = func(name string) tea.Cmd { return c.kind.new(name, c.choose) }
	}
	c.f.pickOrAdd("Add "+article(c.kind.Noun), "type to search", options, func(v string) tea.Cmd {
		c.choose(v)
		return nil
	}, c.kind.Noun, add)
	return nil
}

func (c *chips) do(id action, arg any) (tea.Cmd, bool) {
	switch id {
	case keymap.Left:
		if c.at < 0 {
			c.at = len(c.seen)
		}
		c.at = max(0, c.at-1)
		if len(c.seen) == 0 {
			c.at = -1
		}
	case keymap.Right:
		if c.at >= 0 {
			if c.at++; c.at >= len(c.seen) {
				c.at = -1
			}
		}
	case keymap.Open, toggleField:
		switch {
		case c.at >= 0 && !c.kind.Closed:
			c.in.Max = longestLine
			c.in.SetValue(c.seen[c.at])
			c.edits, c.at = c.at+1, -1
		case c.at < 0 && c.in.Value() != "":
			c.add()
		case c.at < 0 && (c.kind.Options != nil || c.kind.new != nil):
			return c.list(), true
		default:
			return nil, c.at >= 0
		}
	case clearField, removeRow:
		if c.at < 0 {
			return nil, id == clearField
		}
		c.remove()
	case moveUp, moveDown:
		if c.at < 0 {
			return nil, false
		}
		c.swap(map[action]int{moveUp: -1, moveDown: 1}[id])
	case addRow:
		if c.kind.Options == nil && c.kind.new == nil {
			c.at = -1
			break
		}
		return c.list(), true
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		for _, s := range c.spots {
			if p.Y == s.y && p.X >= s.x && p.X < s.x+s.w {
				c.at = s.n
				c.changed()
				return nil, true
			}
		}
		c.at = -1
		if c.kind.Closed {
			c.changed()
			return c.list(), true
		}
	default:
		return nil, false
	}
	c.changed()
	return nil, true
}

func (c *chips) title(v string) string {
	if c.kind.Title != nil {
		v = c.kind.Title(v)
	}
	return text.Line(v, 80)
}

func (c *chips) draw(th *theme.Theme, w int, focused bool) picture {
	c.spots = c.spots[:0]
	var f flow
	p := picture{caret: focused}
	for i, v := range c.seen {
		if c.edits == i+1 {
			continue
		}
		s := frame.FitWith("["+c.title(v)+"]", min(w, 2+frame.Width(c.title(v))), th.Ellipsis)
		n := frame.Width(s)
		look := theme.Accent
		if focused && i == c.at {
			look = theme.Selection
		}
		x, y := f.add(th.Paint(look, s), n, w)
		c.spots = append(c.spots, spot{x, y, n, i})
		if i == c.at {
			p.x, p.y = x, y
		}
	}
	if focused && c.at < 0 || len(c.seen) == 0 || c.in.Value() != "" {
		room := min(w, max(16, frame.Width(c.in.Value())+1, frame.Width(c.kind.Hint)+2))
		if c.kind.Closed {
			s := "add " + c.kind.Noun + " " + th.Descending
			x, y := f.add(chosen(th, frame.FitWith(s, min(w, frame.Width(s)), th.Ellipsis), focused && c.at < 0), frame.Width(s), w)
			if c.at < 0 {
				p.x, p.y = x, y
			}
		} else {
			c.in.Hint = c.kind.Hint
			if c.in.Hint == "" {
				c.in.Hint = "add " + article(c.kind.Noun)
			}
			row, caret := c.in.Row(th, room)
			x, y := f.add(row, room, w)
			if c.at < 0 {
				p.x, p.y = x+caret, y
			}
		}
	}
	p.rows = f.rows()
	if c.said != "" {
		for _, s := range frame.Wrap(text.Line(c.said, 300), w) {
			p.rows = append(p.rows, th.Paint(theme.Danger, s))
		}
	}
	return p
}
