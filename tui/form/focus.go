package form

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/widget"
)

// touch tells that what is shown changed without a change of the document.
func (f *Form) touch() {
	f.version++
	f.judge()
}

func (f *Form) warn(s string) { f.tell(widget.Warning, s) }

func (f *Form) ellipsis() string {
	if f.ses != nil && f.ses.Theme != nil {
		return f.ses.Theme.Ellipsis
	}
	return ""
}

// leave takes the focus off the present stop: from now on its problems are
// told.
func (f *Form) leave() {
	s := f.current()
	if s == nil {
		return
	}
	key := s.key
	f.inside = false
	s.control.leave() // may change the document, and with it the stops
	if e := f.entries[key]; e != nil {
		e.touched = true
	}
	f.touch()
}

// enter gives the focus to a stop, from before (1) or behind (-1).
func (f *Form) enter(i, dir int) {
	if i < 0 || i >= len(f.stops) || !f.open(i) {
		return
	}
	f.place, f.focus, f.inside = i, f.stops[i].key, true
	f.stops[i].control.enter(dir)
	f.touch()
}

// move goes to the next or the previous stop. It tells whether there was one.
func (f *Form) move(dir int) bool {
	f.leave()
	from, _ := f.place, f.focus
	for i := from + dir; i >= 0 && i < len(f.stops); i += dir {
		if f.open(i) {
			f.enter(i, dir)
			return true
		}
	}
	return false
}

// vertical goes to the stop on the row above or below.
func (f *Form) vertical(dir int) bool {
	d := f.drawn
	here, ok := d.rectOf(f.place)
	if !ok {
		return f.move(dir)
	}
	best, bestRow, bestGap := -1, 0, 0
	for _, p := range d.placed {
		row := p.rect.Y
		if !f.openIndex(p.stop) || dir > 0 && row <= here.Y || dir < 0 && row >= here.Y {
			continue
		}
		gap := abs(p.rect.X - here.X)
		nearer := dir > 0 && row < bestRow || dir < 0 && row > bestRow
		if best < 0 || nearer || row == bestRow && gap < bestGap {
			best, bestRow, bestGap = p.stop, row, gap
		}
	}
	if best < 0 {
		return false
	}
	key := f.stops[best].key
	f.leave()
	if i := f.index(key); i >= 0 {
		f.enter(i, dir)
	}
	return true
}

func (f *Form) openIndex(i int) bool { return i >= 0 && i < len(f.stops) && f.open(i) }

func abs(n int) int { return max(n, -n) }

// Type does what a key does while a text is typed.
func (f *Form) Type(k tea.Key) (tea.Cmd, bool) {
	s := f.current()
	if s == nil || s.fixed != "" || !s.control.typing() {
		return nil, false
	}
	if b, is := s.control.(*button); is {
		if k.Text == "" {
			return nil, false
		}
		return f.typed(b, k.Text, func() { f.Type(k) }), true
	}
	f.inside = true
	if !s.control.key(k) {
		return nil, false
	}
	f.touch()
	return nil, true
}

// Paste inserts a text as one step.
func (f *Form) Paste(text string) tea.Cmd {
	s := f.current()
	if s == nil || s.fixed != "" || !s.control.typing() {
		return nil
	}
	if b, is := s.control.(*button); is {
		return f.typed(b, text, func() { f.Paste(text) })
	}
	f.inside = true
	s.control.paste(text)
	f.touch()
	return nil
}

// Owns tells whether an argument of the mouse is about this form, where a
// screen has others.
func (f *Form) Owns(arg any) bool {
	p, ok := arg.(frame.Pointer)
	if !ok {
		return false
	}
	t, ok := p.Arg.(target)
	return ok && t.form == f
}

// target is what a rectangle of the form stands for.
type target struct {
	form  *Form
	key   string
	label bool // beside the value: it takes the focus and no more
}

// Do does an action: moves of the focus, undo and redo, what the field or its
// row can do, and the mouse. False hands it back to the screen: back always
// is, and what is typed so far stays.
func (f *Form) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	a := f.own(id)
	if p, ok := arg.(frame.Pointer); ok {
		return f.pointed(a, p)
	}
	switch a {
	case keymap.NextPane:
		return nil, f.move(1)
	case keymap.PrevPane:
		return nil, f.move(-1)
	case keymap.Undo:
		f.Undo()
		return nil, true
	case keymap.Redo:
		f.Redo()
		return nil, true
	case keymap.Back:
		f.leave()
		return nil, false
	case nextProblem, priorProblem:
		f.jump(map[action]int{nextProblem: 1, priorProblem: -1}[a])
		return nil, true
	}
	if cmd, ok := f.toControl(a, nil); ok {
		return cmd, true
	}
	page := max(1, f.drawn.height-2)
	switch a {
	case keymap.Up:
		return nil, f.vertical(-1) || true
	case keymap.Down:
		return nil, f.vertical(1) || true
	case keymap.Open:
		f.move(1)
		return nil, true
	case keymap.PageDown, keymap.HalfDown:
		f.page(page)
		return nil, true
	case keymap.PageUp, keymap.HalfUp:
		f.page(-page)
		return nil, true
	case keymap.First, keymap.Last:
		f.leave()
		list, dir := f.stops, 1
		if a == keymap.Last {
			dir = -1
		}
		for i := range list {
			if n := i; dir < 0 {
				i = len(list) - 1 - n
			}
			if f.openIndex(i) {
				f.enter(i, dir)
				break
			}
		}
		return nil, true
	}
	return nil, false
}

// page moves the focus by rows.
func (f *Form) page(by int) {
	here, ok := f.drawn.rectOf(f.place)
	if !ok {
		return
	}
	best := -1
	for _, p := range f.drawn.placed {
		if !f.openIndex(p.stop) {
			continue
		}
		d := p.rect.Y - here.Y
		if by > 0 && d > 0 && d <= by && (best < 0 || p.stop > best) || by < 0 && d < 0 && d >= by && (best < 0 || p.stop < best) {
			best = p.stop
		}
	}
	if best >= 0 {
		key := f.stops[best].key
		f.leave()
		f.enter(f.index(key), by/abs(by))
	} else {
		f.vertical(by / abs(by))
	}
}

// toControl gives an action to the control with the focus, then to its row.
func (f *Form) toControl(a action, arg any) (tea.Cmd, bool) {
	s := f.current()
	if s == nil {
		return nil, false
	}
	if s.fixed != "" {
		if a == keymap.Open && s.control.typing() {
			return nil, false // enter goes on, as it does where text was typed; why it is fixed stands below
		}
		switch a {
		case toggleField, clearField, keymap.Open, addRow, removeRow, keymap.Left, keymap.Right:
			f.warn(s.fixed)
			return nil, true
		}
		return nil, false
	}
	defer f.touch()
	if cmd, ok := s.control.do(a, arg); ok {
		return cmd, true
	}
	if s.row == nil {
		return nil, false
	}
	op := map[action]func(){addRow: s.row.add, removeRow: s.row.remove, copyRow: s.row.copy, moveUp: s.row.up, moveDown: s.row.down,
		groupRow: s.row.group, ungroupRow: s.row.ungroup}[a]
	if op == nil {
		return nil, false
	}
	op()
	return nil, true
}

// pointed does what the mouse asks for.
func (f *Form) pointed(a action, p frame.Pointer) (tea.Cmd, bool) {
	t, ok := p.Arg.(target)
	if !ok || t.form != f {
		return nil, false
	}
	switch a {
	case keymap.Wheel:
		f.top += 3 * p.Wheel
		f.wheeled = true
		f.version++
		return nil, true
	case keymap.Click:
		i := f.index(t.key)
		if i < 0 || !f.open(i) {
			return nil, true
		}
		again := f.focus == t.key
		if !again {
			f.leave()
			if i = f.index(t.key); i < 0 {
				return nil, true
			}
			f.enter(i, 1)
		}
		if t.label {
			return nil, true
		}
		p.X-- // the edge
		if r, ok := f.drawn.rectOf(i); ok {
			p.Y += max(0, f.drawn.top-r.Y) // rows that are scrolled away
		}
		cmd, ok := f.toControl(keymap.Click, p)
		if !ok && again {
			cmd, _ = f.toControl(keymap.Open, nil)
		}
		return cmd, true
	}
	return nil, false
}
