package form

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
)

// Toggle is yes or no. Where both have words of their own, both are shown with
// a mark at the one that holds: an empty box before "counted together" would say
// that they are not.
type Toggle struct {
	Yes, No string // what is said of either; empty is "yes" and "no"
	// Inverted shows yes where the document says false: "shown" for disabled.
	Inverted bool
	// With lists what else a turn changes, in the same step; nil changes nothing.
	With func(on bool) []Edit
}

func (k Toggle) stops(f *Form, at Field) []stop {
	if at.Width == 0 {
		at.Width = 8 + max(len(k.Yes), len(k.No))
		if k.paired() {
			at.Width = 12 + len(k.Yes) + len(k.No)
		}
	}
	t := keep(f, at.Path, func() *toggle { return &toggle{base: base{f: f, path: at.Path}, name: at.noun()} })
	t.kind = k
	return []stop{f.stopAt(at, at.Path, t)}
}

// paired tells whether either has words of its own.
func (k Toggle) paired() bool { return k.Yes != "" && k.No != "" && k.No != "no" }

type toggle struct {
	base
	kind  Toggle
	name  string
	seen  string
	spots []spot // of the last picture, for the mouse: 0 is no, 1 is yes
}

func (t *toggle) load() {
	if now, _ := t.f.value(t.path); now != t.seen {
		t.seen = now
		t.changed()
	}
}

func (t *toggle) on() bool { return (t.seen == "true") != t.kind.Inverted }

// words are what is said of either.
func (t *toggle) words() (yes, no string) {
	yes, no = t.kind.Yes, t.kind.No
	if yes == "" {
		yes = "yes"
	}
	if no == "" {
		no = "no"
	}
	return yes, no
}

func (t *toggle) turn() {
	verb := "turn on "
	if t.on() {
		verb = "turn off "
	}
	edits := []Edit{setting(t.path, "true")}
	if t.seen == "true" {
		edits[0] = clearing(t.path)
	}
	if t.kind.With != nil {
		edits = append(edits, t.kind.With(!t.on())...)
	}
	t.f.step(verb+t.name, edits...)
}

func (t *toggle) do(id action, arg any) (tea.Cmd, bool) {
	switch id {
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		for _, s := range t.spots {
			if p.Y == s.y && p.X >= s.x && p.X < s.x+s.w && t.on() == (s.n == 1) {
				return nil, true // it is that already
			}
		}
		t.turn()
	case toggleField, keymap.Open:
		t.turn()
	case keymap.Left, keymap.Right:
		if t.on() == (id == keymap.Left) {
			t.turn()
		}
	case clearField:
		if t.seen == "true" {
			t.turn()
		}
	default:
		return nil, false
	}
	return nil, true
}

func (t *toggle) draw(th *theme.Theme, w int, focused bool) picture {
	t.spots = t.spots[:0]
	yes, no := t.words()
	mark, said := "[ ] ", no
	switch {
	case t.on():
		mark, said = "[x] ", yes
	case t.kind.Yes != "":
		said = yes // what the empty box says is not so
	}
	if !t.kind.paired() {
		return picture{rows: []string{chosen(th, frame.FitWith(mark+said, min(w, 4+len(said)), th.Ellipsis), focused)}, x: 1, caret: focused}
	}
	if 10+len(yes)+len(no) > w {
		said = no
		if t.on() {
			said = yes
		}
		return picture{rows: []string{chosen(th, frame.FitWith("("+th.Bullet+") "+said, min(w, 4+len(said)), th.Ellipsis), focused)}, x: 1, caret: focused}
	}
	var row strings.Builder
	x, caret := 0, 0
	for i, said := range []string{no, yes} {
		holds := t.on() == (i == 1)
		mark := "( ) "
		if holds {
			mark, caret = "("+th.Bullet+") ", x+1
		}
		if i > 0 {
			row.WriteString("  ")
		}
		row.WriteString(chosen(th, mark+said, focused && holds))
		t.spots = append(t.spots, spot{x, 0, 4 + len(said), i})
		x += 4 + len(said) + 2
	}
	return picture{rows: []string{row.String()}, x: caret, caret: focused}
}

// chosen marks what has the focus.
func chosen(th *theme.Theme, s string, focused bool) string {
	if focused {
		return th.Paint(theme.Selection, s)
	}
	return s
}

// Choice is one of a few values. Where they fit on the row they are all shown,
// else the present one, and enter lists them.
type Choice struct {
	Options []Option
	// Default is what holds while nothing is chosen; it is shown, and choosing
	// it clears the field. Empty: nothing is chosen.
	Default string
	// Unset, where given, is offered first, to clear the field.
	Unset string
	// Menu shows the present value alone, whatever the room.
	Menu bool
}

func (k Choice) stops(f *Form, at Field) []stop {
	c := keep(f, at.Path, func() *choice {
		return &choice{base: base{f: f, path: at.Path}, name: at.noun(), get: f.value, set: setOrClear}
	})
	c.list, c.fallback, c.menu = k.Options, k.Default, k.Menu
	if k.Unset != "" {
		c.list = append([]Option{{Title: k.Unset}}, k.Options...)
	}
	return []stop{f.stopAt(at, at.Path, c)}
}

type choice struct {
	base
	name     string
	list     []Option
	fallback string
	menu     bool
	get      func(path string) (string, bool)
	set      func(path, value string) []Edit
	seen     string
	spots    []spot // of the last picture, for the mouse
}

// spot is a drawn part of a value.
type spot struct{ x, y, w, n int }

func (c *choice) load() {
	if now, _ := c.get(c.path); now != c.seen {
		c.seen = now
		c.changed()
	}
}

// present is the number of the value that holds, -1 for none.
func (c *choice) present() int {
	now := c.seen
	if now == "" {
		now = c.fallback
	}
	return slices.IndexFunc(c.list, func(o Option) bool { return o.Value == now })
}

func (c *choice) options() []Option { return c.list }

func (c *choice) choose(value string) {
	if i := slices.IndexFunc(c.list, func(o Option) bool { return o.Value == value }); i >= 0 && c.list[i].Disabled != "" {
		c.f.warn(c.list[i].title() + ": " + c.list[i].Disabled)
		return
	}
	if value == c.seen || value == c.fallback && c.seen == "" {
		return
	}
	label := "change " + c.name
	if value == "" {
		label = "clear " + c.name
	}
	if edits := c.set(c.path, value); len(edits) > 0 {
		c.f.step(label, edits...)
	} else {
		c.f.Reload() // an operator without a value: there is nothing to keep yet
	}
}

func (c *choice) do(id action, arg any) (tea.Cmd, bool) { return c.doWith(c.choose, id, arg) }

func (c *choice) doWith(choose func(string), id action, arg any) (tea.Cmd, bool) {
	n := len(c.list)
	switch id {
	case keymap.Left, keymap.Right, toggleField:
		if n == 0 {
			return nil, true
		}
		to := c.present() + 1
		if id == keymap.Left {
			to = max(c.present()-1, 0)
		} else if id == toggleField {
			to %= n
		}
		choose(c.list[min(to, n-1)].Value)
	case keymap.Open:
		return c.menuOf(choose), true
	case clearField:
		if c.seen != "" {
			choose("")
		}
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		for _, s := range c.spots {
			if p.Y == s.y && p.X >= s.x && p.X < s.x+s.w {
				choose(c.list[s.n].Value)
				return nil, true
			}
		}
		if len(c.spots) == 0 {
			return c.menuOf(choose), true
		}
	default:
		return nil, false
	}
	return nil, true
}

// menuOf opens the list.
func (c *choice) menuOf(choose func(string)) tea.Cmd {
	c.f.pick(strings.ToUpper(c.name[:1])+c.name[1:], "type to search", c.list, func(v string) tea.Cmd {
		choose(v)
		return nil
	})
	return nil
}

func (c *choice) draw(th *theme.Theme, w int, focused bool) picture {
	c.spots = c.spots[:0]
	now := c.present()
	need := 0
	for _, o := range c.list {
		need += frame.Width(text.Line(o.title(), 60)) + 6
	}
	if !c.menu && need-2 <= w && len(c.list) <= 6 {
		var b strings.Builder
		x, caret := 0, 0
		for i, o := range c.list {
			mark := "( ) "
			if i == now {
				mark, caret = "("+th.Bullet+") ", x+1
			}
			s := mark + text.Line(o.title(), 60)
			n := frame.Width(s)
			c.spots = append(c.spots, spot{x, 0, n, i})
			if i > 0 {
				b.WriteString("  ")
			}
			b.WriteString(chosen(th, s, focused && (i == now || now < 0 && i == 0)))
			x += n + 2
		}
		return picture{rows: []string{b.String()}, x: caret, caret: focused}
	}
	said, look := "choose", theme.Placeholder
	if now >= 0 {
		said, look = c.list[now].title(), theme.Text
	} else if c.seen != "" {
		said, look = c.seen, theme.Warn // what the document has is none of them
	}
	s := frame.FitWith(text.Line(said, 200), min(frame.Width(text.Line(said, 200)), max(1, w-2)), th.Ellipsis)
	if focused {
		s = th.Paint(theme.Selection, s+" "+th.Descending)
	} else {
		s = th.Paint(look, s) + " " + th.Paint(theme.Muted, th.Descending)
	}
	return picture{rows: []string{s}, caret: focused}
}

// Several is any of a few values, a list of them in the document.
type Several struct{ Options []Option }

func (k Several) stops(f *Form, at Field) []stop {
	c := keep(f, at.Path, func() *several { return &several{base: base{f: f, path: at.Path}, name: at.noun()} })
	c.list = k.Options
	return []stop{f.stopAt(at, at.Path, c)}
}

type several struct {
	base
	name  string
	list  []Option
	seen  []string
	at    int
	spots []spot
}

func (c *several) load() {
	if now := c.f.values(c.path); !slices.Equal(now, c.seen) {
		c.seen = now
		c.changed()
	}
}

// all are the options, and behind them what the document has besides.
func (c *several) all() []Option {
	out := c.list
	for _, v := range c.seen {
		if !slices.ContainsFunc(out, func(o Option) bool { return o.Value == v }) {
			out = append(slices.Clip(out), Option{Value: v})
		}
	}
	return out
}

func (c *several) options() []Option { return c.all() }

func (c *several) choose(value string) {
	if i := slices.Index(c.seen, value); i >= 0 {
		c.f.step("take "+words(value)+" out of "+c.name, removing(c.path, i))
		return
	}
	// In the order of the options, so that equal choices are equal lists.
	list := c.all()
	place := func(v string) int {
		return slices.IndexFunc(list, func(o Option) bool { return o.Value == v })
	}
	n := 0
	for n < len(c.seen) && place(c.seen[n]) < place(value) {
		n++
	}
	c.f.step("add "+words(value)+" to "+c.name, inserting(c.path, n, value))
}

func (c *several) enter(dir int) {
	c.at = 0
	if dir < 0 {
		c.at = max(0, len(c.all())-1)
	}
	c.changed()
}

func (c *several) do(id action, arg any) (tea.Cmd, bool) {
	list := c.all()
	switch id {
	case keymap.Left, keymap.Right:
		c.at = min(max(c.at+map[action]int{keymap.Left: -1, keymap.Right: 1}[id], 0), max(0, len(list)-1))
		c.changed()
	case toggleField, keymap.Open:
		if c.at < len(list) {
			c.choose(list[c.at].Value)
		}
	case clearField:
		if len(c.seen) > 0 {
			c.f.step("clear "+c.name, clearing(c.path))
		}
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		for _, s := range c.spots {
			if p.Y == s.y && p.X >= s.x && p.X < s.x+s.w {
				c.at = s.n
				c.choose(list[s.n].Value)
			}
		}
	default:
		return nil, false
	}
	return nil, true
}

func (c *several) draw(th *theme.Theme, w int, focused bool) picture {
	c.spots = c.spots[:0]
	var f flow
	p := picture{caret: focused}
	for i, o := range c.all() {
		mark := "[ ] "
		if slices.Contains(c.seen, o.Value) {
			mark = "[x] "
		}
		s := frame.FitWith(mark+text.Line(o.title(), 60), min(w, 4+frame.Width(text.Line(o.title(), 60))), th.Ellipsis)
		x, y := f.add(chosen(th, s, focused && i == c.at), frame.Width(s), w)
		c.spots = append(c.spots, spot{x, y, frame.Width(s), i})
		if i == c.at {
			p.x, p.y = x+1, y
		}
	}
	p.rows = f.rows()
	return p
}

// flow puts pieces on rows, one after the other, two cells apart.
type flow struct {
	lines []string
	used  int
}

func (f *flow) add(s string, n, w int) (x, y int) {
	if len(f.lines) == 0 || f.used+2+n > w {
		f.lines = append(f.lines, s)
		f.used = n
		return 0, len(f.lines) - 1
	}
	x = f.used + 2
	f.lines[len(f.lines)-1] += "  " + s
	f.used = x + n
	return x, len(f.lines) - 1
}

func (f *flow) rows() []string {
	if len(f.lines) == 0 {
		return []string{""}
	}
	return f.lines
}
