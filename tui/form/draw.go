package form

import (
	"fmt"
	"strings"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// drawn is the last picture: all rows of the form and where the stops stand in
// them. Only a window of it is on the screen.
type drawn struct {
	key    frame.Key
	lines  []string
	placed []placed
	w      int
	height int // of the window
	rows   frame.Rows
	top    int
	caret  layout.Rect // X and Y of the cursor in lines; W 0 hides it
	helpH  int
}

// placed is where the value of a stop stands in all rows.
type placed struct {
	stop int
	rect layout.Rect
}

func (d *drawn) rectOf(stop int) (layout.Rect, bool) {
	for _, p := range d.placed {
		if p.stop == stop {
			return p.rect, true
		}
	}
	return layout.Rect{}, false
}

// aside is the narrowest form with labels at the left of the values.
const aside = 56

// Rows draws the form: the fields, scrolled so that the focus is seen, and
// below them what the field with the focus means.
func (f *Form) Rows(size layout.Size, focused bool) frame.Rows {
	th := f.ses.Theme
	key := frame.Key{Version: f.version, W: size.W, H: size.H, Focused: focused, Look: th.Look()}
	if f.drawn.rows != nil && f.drawn.key == key {
		return f.drawn.rows
	}
	d := drawn{key: key, w: size.W}
	if size.H >= 6 {
		d.helpH = 2
		if size.H >= 12 {
			d.helpH = 3
		}
	}
	d.height = max(0, size.H-d.helpH)
	b := builder{f: f, th: th, d: &d, w: max(1, size.W-1), focused: focused}
	b.all()
	f.drawn = d
	f.scroll()
	f.drawn.rows = f.window(th, size)
	return f.drawn.rows
}

// scroll puts the window where the focus is seen, with its problems below it.
func (f *Form) scroll() {
	d := &f.drawn
	total := len(d.lines)
	if r, ok := d.rectOf(f.place); ok && !f.wheeled {
		bottom := r.Y + r.H - 1
		if bottom+1 < total {
			bottom++ // what stands below the value
		}
		f.top = layout.Window(f.top, bottom, d.height, total)
		first := r.Y
		if first > 0 && f.top >= first {
			first-- // the label or the title above
		}
		if first <= 1 {
			first = 0
		}
		if r.H < d.height {
			f.top = layout.Window(f.top, first, d.height, total)
		} else if d.caret.W > 0 {
			f.top = layout.Window(f.top, d.caret.Y, d.height, total)
		}
	}
	f.wheeled = false
	f.top = max(0, min(f.top, total-d.height))
	d.top = f.top
}

// window cuts what is on the screen out of all rows.
func (f *Form) window(th *theme.Theme, size layout.Size) frame.Rows {
	d := &f.drawn
	out := make(frame.Rows, 0, max(0, size.H))
	bar := widget.Scrollbar(th, d.height, d.top, len(d.lines))
	for i := range d.height {
		line := ""
		if d.top+i < len(d.lines) {
			line = d.lines[d.top+i]
		}
		if bar != nil && size.W > 0 {
			line = frame.Fit(line, size.W-1) + bar[i]
		}
		out = append(out, frame.Fit(line, size.W))
	}
	for _, l := range f.helpRows(th, size.W, d.helpH) {
		out = append(out, frame.Fit(l, size.W))
	}
	return out
}

// helpRows says what the field with the focus means.
func (f *Form) helpRows(th *theme.Theme, w, n int) []string {
	out := make([]string, n)
	if n == 0 || w <= 0 {
		return out
	}
	out[0] = th.Paint(theme.Border, strings.Repeat(th.Box.H, w))
	s := f.current()
	if s == nil {
		return out
	}
	said := s.help
	if said == "" && s.path != "" {
		said = helpOf(f.doc.Document(), s.path)
	}
	if s.fixed != "" {
		said = "Cannot be changed: " + s.fixed + "."
	}
	lines := frame.Wrap(text.Line(said, 1000), w)
	for i, l := range lines {
		if i+1 < n {
			if i+2 == n && i+1 < len(lines) {
				l = frame.Truncate(l+" "+strings.Join(lines[i+1:], " "), w, th.Ellipsis)
			}
			out[i+1] = th.Paint(theme.Muted, l)
		}
	}
	return out
}

// Cursor is where the cursor stands in the last picture.
func (f *Form) Cursor() (x, y int, visible bool) {
	d := &f.drawn
	if d.caret.W == 0 || d.caret.Y < d.top || d.caret.Y >= d.top+d.height || d.caret.X >= d.w {
		return 0, 0, false
	}
	return d.caret.X, d.caret.Y - d.top, true
}

// Hits makes the fields of the last picture clickable and the wheel turn it.
func (f *Form) Hits(h *frame.Hits) {
	d := &f.drawn
	h.Add(frame.Hit{Rect: layout.Rect{W: d.w, H: d.height}, Wheel: keymap.Wheel, Arg: target{form: f}})
	end := layout.Rect{Y: -1} // the value before, for what stands beside it
	for _, p := range d.placed {
		before := end
		end = p.rect
		if p.stop >= len(f.stops) || f.stops[p.stop].control == nil {
			continue
		}
		left := 0
		if before.Y == p.rect.Y {
			left = before.X + before.W
		}
		if y := p.rect.Y - d.top; y >= 0 && y < d.height && left < p.rect.X {
			h.Add(frame.Hit{Rect: layout.Rect{X: left, Y: y, W: p.rect.X - left, H: 1},
				Click: keymap.Click, Wheel: keymap.Wheel, Arg: target{f, f.stops[p.stop].key, true}})
		}
		top, bottom := max(p.rect.Y, d.top), min(p.rect.Y+p.rect.H, d.top+d.height)
		if bottom <= top {
			continue
		}
		h.Add(frame.Hit{Rect: layout.Rect{X: p.rect.X, Y: top - d.top, W: p.rect.W, H: bottom - top},
			Click: keymap.Click, Wheel: keymap.Wheel, Arg: target{f, f.stops[p.stop].key, false}})
	}
}

// builder lays the stops out on rows.
type builder struct {
	f       *Form
	th      *theme.Theme
	d       *drawn
	w       int
	focused bool

	labelW int
	x      int // where the present row ends; 0 when nothing can stand beside
	left   int // where values of the present row begin when they wrap
	below  []told
	last   int // row that x is about
}

func (b *builder) all() {
	for n, s := range b.f.sections {
		if b.f.only >= 0 && n != b.f.only {
			continue
		}
		b.section(n, s)
	}
	b.flush()
}

func (b *builder) section(n int, s Section) {
	b.flush()
	if len(b.d.lines) > 0 {
		b.line("")
	}
	if s.Title != "" {
		title := b.th.Paint(theme.Title, frame.Truncate(text.Line(s.Title, 80), b.w, b.th.Ellipsis))
		count := 0
		for i := range b.f.stops {
			if b.f.stops[i].section == n {
				count += len(b.f.told[b.f.stops[i].key])
			}
		}
		if count > 0 {
			title += "  " + b.th.Paint(theme.Danger, fmt.Sprintf("%s %d to look at", b.th.Cross, count))
		}
		b.line(title)
	}
	if s.Help != "" {
		for _, l := range frame.Wrap(text.Line(s.Help, 600), b.w) {
			b.line(b.th.Paint(theme.Muted, l))
		}
	}
	b.labelW = 0
	for i := range b.f.stops {
		if st := &b.f.stops[i]; st.section == n && !st.beside && st.label != "" {
			b.labelW = max(b.labelW, frame.Width(text.Line(st.label, 40))+st.indent*2+2)
		}
	}
	b.labelW = min(b.labelW, 26)
	for i := range b.f.stops {
		if b.f.stops[i].section == n {
			b.stop(i)
		}
	}
}

func (b *builder) line(s string) {
	b.d.lines = append(b.d.lines, s)
}

// flush ends the present row: what is wrong with its values stands below it.
func (b *builder) flush() {
	for _, t := range b.below {
		look, mark := theme.Danger, b.th.Cross
		if t.warning {
			look, mark = theme.Warn, b.th.Warn
		}
		left := min(b.left, max(0, b.w-20))
		for i, l := range frame.Wrap(text.Line(t.text, 400), max(8, b.w-left-2)) {
			if i > 0 {
				mark = " "
			}
			b.line(strings.Repeat(" ", left) + b.th.Paint(look, mark+" "+l))
		}
	}
	b.below, b.x = nil, 0
}

func (b *builder) stop(i int) {
	s := &b.f.stops[i]
	focus := b.focused && b.f.place == i && b.f.focus == s.key
	if s.control == nil {
		b.flush()
		if s.note != nil {
			indent := 2 + s.indent*2
			for _, l := range widget.Wrapped(b.th, s.note(), max(1, b.w-indent)) {
				b.line(strings.Repeat(" ", min(indent, b.w-1)) + l)
			}
		}
		return
	}
	label := text.Line(s.label, 60)
	if s.required {
		label += "*"
	}
	if s.beside && b.x > 0 && b.besides(i, s, label, focus) {
		return
	}
	above := b.left // where the values of the row above begin
	b.flush()
	indent := 2 + s.indent*2
	look := theme.Muted
	margin := strings.Repeat(" ", min(indent, b.w))
	if focus {
		look = theme.Strong
		margin = b.th.Paint(theme.Accent, b.th.Selected) + strings.Repeat(" ", max(0, min(indent, b.w)-1))
	}
	at := indent
	head := margin
	room := max(b.labelW-s.indent*2, 4) // of a label
	switch {
	case label == "":
	case b.w >= aside && (!s.beside || above == indent+room && frame.Width(label) < room):
		head += b.th.Paint(look, frame.FitWith(label, room, b.th.Ellipsis))
		at += room
	case s.beside:
		label = frame.Truncate(label, max(1, b.w/3), b.th.Ellipsis)
		head += b.th.Paint(look, label) + " "
		at += frame.Width(label) + 1
	default:
		b.line(head + b.th.Paint(look, frame.Truncate(label, max(1, b.w-indent), b.th.Ellipsis)))
		head = strings.Repeat(" ", min(indent+1, b.w))
		if focus {
			head = b.th.Paint(theme.Accent, b.th.Selected) + head[min(1, len(head)):]
		}
		at = indent + 1
	}
	room = b.w - at
	if s.width > 0 {
		room = min(room, s.width+2)
	}
	p := b.f.picture(i, max(4, room), b.th, focus)
	y := len(b.d.lines)
	for n, row := range b.framed(p, max(4, room), focus) {
		if n > 0 {
			head = strings.Repeat(" ", min(at, b.w))
		}
		b.line(head + row)
	}
	b.put(i, s, p, at, y, max(4, room), focus)
	b.left = at
	b.x, b.last = at+widest(p, max(4, room)), y
	if len(p.rows) > 1 {
		b.x = 0
	}
}

// besides puts a stop on the present row, if there is room for it.
func (b *builder) besides(i int, s *stop, label string, focus bool) bool {
	need := s.width
	if need == 0 {
		need = 14
	}
	gap := 1
	if label != "" {
		label = frame.Truncate(label, 30, b.th.Ellipsis)
		gap += frame.Width(label) + 1
	}
	room := b.w - b.x - gap
	if room < need+2 {
		return false
	}
	w := room
	if s.width > 0 {
		w = min(room, s.width+2)
	}
	p := b.f.picture(i, w, b.th, focus)
	if len(p.rows) > 1 {
		return false
	}
	look := theme.Muted
	if focus {
		look = theme.Strong
	}
	head := " "
	if label != "" {
		head = " " + b.th.Paint(look, label) + " "
	}
	row := b.d.lines[b.last]
	b.d.lines[b.last] = row + head + b.framed(p, w, focus)[0]
	at := b.x + gap
	if focus && !strings.Contains(b.d.lines[b.last], b.th.Selected) {
		b.d.lines[b.last] = b.th.Paint(theme.Accent, b.th.Selected) + frame.Cut(b.d.lines[b.last], 1, frame.Width(b.d.lines[b.last]))
	}
	b.put(i, s, p, at, b.last, w, focus)
	b.x = at + widest(p, w)
	return true
}

// widest is how many cells a value takes with its edges.
func widest(p picture, w int) int {
	if p.framed {
		return w
	}
	n := 0
	for _, r := range p.rows {
		n = max(n, frame.Width(r))
	}
	return min(w, n+2)
}

// framed puts the edges around a value; those of the focus are other signs.
func (b *builder) framed(p picture, w int, focus bool) []string {
	edge, look := b.th.Box.V, theme.Border
	if focus {
		edge, look = b.th.BoxFocus.V, theme.BorderFocus
	}
	out := make([]string, len(p.rows))
	for i, r := range p.rows {
		switch {
		case p.framed && i == 0 || p.framed && p.all:
			out[i] = b.th.Paint(look, edge) + frame.Fit(r, w-2) + b.th.Paint(look, edge)
		case focus && i == 0:
			out[i] = b.th.Paint(look, edge) + frame.Fit(r, min(w-2, frame.Width(r))) + b.th.Paint(look, edge)
		default:
			out[i] = " " + frame.Fit(r, min(w-2, frame.Width(r))) + " "
		}
	}
	return out
}

// put notes where a value stands and what is to be said below it.
func (b *builder) put(i int, s *stop, p picture, x, y, w int, focus bool) {
	b.d.placed = append(b.d.placed, placed{i, layout.Rect{X: x, Y: y, W: widest(p, w), H: len(p.rows)}})
	if focus && p.caret {
		b.d.caret = layout.Rect{X: x + 1 + p.x, Y: y + p.y, W: 1}
	}
	b.below = append(b.below, b.f.told[s.key]...)
}

// picture is the value of a stop, drawn anew when something about it changed.
func (f *Form) picture(i, w int, th *theme.Theme, focus bool) picture {
	s := &f.stops[i]
	e := f.entries[s.key]
	key := frame.Key{Version: s.control.version(), W: w, Focused: focus, Look: th.Look()}
	if e != nil && e.memo.full && e.memo.key == key {
		return e.memo.picture
	}
	p := s.control.draw(th, max(1, w-2), focus)
	if e != nil {
		e.memo = memo{key, p, true}
	}
	return p
}
