package form

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
)

// steer makes a change of rows and then gives the focus to the stop of a key.
func (f *Form) steer(key string, change func()) {
	f.leave()
	change()
	f.goToKey(key)
}

func (f *Form) goToKey(key string) {
	if i := f.index(key); i >= 0 {
		f.enter(i, 1)
		f.touch()
	}
}

// rows are the operations on an element of a list of records.
type rows struct {
	f     *Form
	list  string
	noun  string
	max   int
	fresh func() any
	value func(i int) any // a copy of an element
	// key is the stop that gets the focus with an element.
	key func(i int) string
}

func (r rows) insert(i int, value any) {
	if n := r.f.count(r.list); r.max > 0 && n >= r.max {
		r.f.warn(fmt.Sprintf("at most %d", r.max))
		return
	}
	r.f.fresh = item(r.list, i)
	r.f.steer(r.key(i), func() {
		r.f.renumber(r.list, func(k int) int {
			if k >= i {
				return k + 1
			}
			return k
		})
		r.f.step("add "+article(r.noun), inserting(r.list, i, value))
	})
}

func (r rows) remove(i int) {
	r.f.renumber(r.list, func(k int) int {
		switch {
		case k == i:
			return -1
		case k > i:
			return k - 1
		}
		return k
	})
	r.f.step("delete "+article(r.noun), removing(r.list, i))
	if n := r.f.count(r.list); n > 0 {
		r.f.goToKey(r.key(min(i, n-1)))
	}
}

func (r rows) move(i, by int) {
	r.f.steer(r.key(i+by), func() {
		r.f.renumber(r.list, func(k int) int {
			switch k {
			case i:
				return i + by
			case i + by:
				return i
			}
			return k
		})
		r.f.step("move "+article(r.noun), moving(r.list, i, i+by))
	})
}

// ops are what can be done with element i.
func (r rows) ops(i int) *rowOps {
	o := &rowOps{noun: r.noun,
		add:    func() { r.insert(i+1, r.fresh()) },
		remove: func() { r.remove(i) },
		copy:   func() { r.insert(i+1, r.value(i)) },
	}
	if i > 0 {
		o.up = func() { r.move(i, -1) }
	}
	if i+1 < r.f.count(r.list) {
		o.down = func() { r.move(i, 1) }
	}
	return o
}

// adder is the button below the elements.
func (r rows) adder() stop {
	s, b := r.f.buttonAt(r.list, "add", "+ add "+article(r.noun), func() tea.Cmd {
		r.insert(r.f.count(r.list), r.fresh())
		return nil
	})
	b.begin = r.begin
	s.path, s.help = r.list, "Enter adds "+article(r.noun)+" at the end; so does typing."
	return s
}

// begin adds an element and puts the focus into its first text, empty: what it
// is made with gives way to what is typed. False: it has none.
func (r rows) begin(string) bool {
	n := r.f.count(r.list)
	r.insert(n, r.fresh())
	here := item(r.list, n)
	for i := r.f.index(r.key(n)); i >= 0 && i < len(r.f.stops); i++ {
		s := &r.f.stops[i]
		switch {
		case s.path != "" && !within(s.path, here):
			return false
		case s.control == nil || !s.control.typing() || !r.f.open(i):
			continue
		}
		r.f.enter(i, 1)
		s.control.do(clearField, nil)
		return true
	}
	return false
}

// Records is a list of records, each with fields of its own: questions of a
// survey, elements of a creative. They fold; a new one is open.
type Records struct {
	Noun string
	// Fields lists the fields of element i; at is its path.
	Fields func(at string, i int) []Field
	// Title says element i on its head; nil is its number.
	Title func(i int) string
	// New makes a new element, a value of its type in package model; Copy makes
	// one of an element, nil is as it is.
	New  func() any
	Copy func(i int) any
	Max  int
	// Open unfolds all of them at first.
	Open bool
}

func (k Records) stops(f *Form, at Field) []stop {
	r := rows{f: f, list: at.Path, noun: k.Noun, max: k.Max, fresh: k.New,
		key: func(i int) string { return item(at.Path, i) + "#head" },
		value: func(i int) any {
			if k.Copy != nil {
				return k.Copy(i)
			}
			return f.any(item(at.Path, i))
		}}
	var out []stop
	if at.Label != "" {
		out = append(out, f.caption(at))
	}
	n := f.count(at.Path)
	for i := range n {
		here := item(at.Path, i)
		h := keep(f, here+"#head", func() *head { return &head{base: base{f: f, path: here}, open: k.Open || f.fresh == here} })
		title := fmt.Sprintf("%s %d", k.Noun, i+1)
		if k.Title != nil {
			if s := k.Title(i); s != "" {
				title = fmt.Sprintf("%d  %s", i+1, s)
			}
		}
		if h.title != title {
			h.title = title
			h.changed()
		}
		ops := r.ops(i)
		out = append(out, stop{key: here + "#head", path: here, control: h, row: ops, help: "Enter folds and unfolds it; f6 and f7 move it, ctrl+t duplicates it, ctrl+x deletes it."})
		if !h.open {
			continue
		}
		for _, field := range k.Fields(here, i) {
			for _, s := range f.expand(field) {
				s.indent++
				if s.row == nil {
					s.row = ops
				}
				out = append(out, s)
			}
		}
	}
	if k.Max == 0 || n < k.Max {
		add := r.adder()
		out = append(out, add)
	}
	return out
}

// any is a copy of what stands at a path.
func (f *Form) any(path string) any {
	v, _ := held[any](f, path)
	return v
}

// caption is a line above the stops of a field that has several.
func (f *Form) caption(at Field) stop {
	label := at.Label
	if at.Required {
		label += "*"
	}
	return stop{key: at.Path + "#caption", caption: at.Label, note: func() []widgetLine { return captionLines(label) }}
}

// head is the line above the fields of a record; it folds and unfolds them.
type head struct {
	base
	title string
	open  bool
}

func (h *head) fold(open bool) {
	if h.open != open {
		h.open = open
		h.changed()
		h.f.Reload()
	}
}

func (h *head) do(id action, _ any) (tea.Cmd, bool) {
	switch id {
	case keymap.Open, toggleField, keymap.Click:
		h.fold(!h.open)
	case keymap.Left:
		h.fold(false)
	case keymap.Right:
		h.fold(true)
	default:
		return nil, false
	}
	return nil, true
}

func (h *head) draw(th *theme.Theme, w int, focused bool) picture {
	mark := th.Closed
	if h.open {
		mark = th.Opened
	}
	title := text.Line(h.title, 200)
	s := mark + " " + frame.FitWith(title, min(frame.Width(title), max(1, w-2)), th.Ellipsis)
	if focused {
		return picture{rows: []string{th.Paint(theme.Selection, s)}, caret: true}
	}
	return picture{rows: []string{th.Paint(theme.Strong, s)}}
}

// article puts "a" or "an" before a noun.
func article(noun string) string {
	if strings.HasPrefix(noun, "SKU") || strings.IndexAny(noun[:min(1, len(noun))], "aeio") == 0 {
		return "an " + noun
	}
	return "a " + noun
}
