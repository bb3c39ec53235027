package widget

import (
	"slices"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// Box is a frame around a pane, with a title at the left and a note at the
// right of its upper edge. With focus its lines are other signs, not only
// another color.
type Box struct {
	Title   string
	Note    string
	Focused bool
	Look    theme.Token // of the title; zero: as the edge
}

// Inner is the room inside a box of the given size.
func (Box) Inner(size layout.Size) layout.Size {
	return layout.Size{W: max(0, size.W-2), H: max(0, size.H-2)}
}

// Rows draws the box of the given size around the rows of its inside.
func (b Box) Rows(th *theme.Theme, size layout.Size, inside frame.Rows) frame.Rows {
	if size.W < 2 || size.H < 2 {
		return frame.Blank(size.W, size.H)
	}
	p, look := b.lines(th)
	inner := b.Inner(size)
	edge := th.Paint(look, p.V)
	out := make(frame.Rows, 0, size.H)
	out = append(out, b.top(th, p, look, inner.W))
	for i := range inner.H {
		out = append(out, edge+frame.Fit(rowAt(inside, i), inner.W)+edge)
	}
	return append(out, th.Paint(look, p.BL+strings.Repeat(p.H, inner.W)+p.BR))
}

// leastNote is how many cells of a note that is too long are worth being shown.
const leastNote = 12

// rowAt is a row of a picture, empty where it has none.
func rowAt(r frame.Rows, i int) string {
	if i < len(r) {
		return r[i]
	}
	return ""
}

// Boxed is a pane in its box as it was drawn last. The zero value is empty and
// ready; it belongs to one program.
type Boxed struct {
	box    Box
	size   layout.Size
	look   uint32
	inside frame.Rows
	rows   frame.Rows
}

// Rows is [Box.Rows]. Of a pane in which little changed, the rows that did are
// drawn anew.
func (k *Boxed) Rows(th *theme.Theme, b Box, size layout.Size, inside frame.Rows) frame.Rows {
	was := *k
	alike := was.rows != nil && was.box.Focused == b.Focused && was.size == size && was.look == th.Look()
	if alike && was.box == b && frame.Same(was.inside, inside) {
		return was.rows
	}
	*k = Boxed{box: b, size: size, look: th.Look(), inside: inside}
	if !alike || size.W < 2 || size.H < 2 {
		k.rows = b.Rows(th, size, inside)
		return k.rows
	}
	p, look := b.lines(th)
	edge := th.Paint(look, p.V)
	k.rows = slices.Clone(was.rows)
	k.rows[0] = b.top(th, p, look, size.W-2)
	for i := range size.H - 2 {
		if line := rowAt(inside, i); line != rowAt(was.inside, i) {
			k.rows[1+i] = edge + frame.Fit(line, size.W-2) + edge
		}
	}
	return k.rows
}

// lines are the signs that the box is drawn with, and their look.
func (b Box) lines(th *theme.Theme) (theme.Box, theme.Token) {
	if b.Focused {
		return th.BoxFocus, theme.BorderFocus
	}
	return th.Box, theme.Border
}

func (b Box) top(th *theme.Theme, p theme.Box, look theme.Token, w int) string {
	title, note := clean(b.Title), clean(b.Note)
	if title != "" {
		title = " " + frame.Truncate(title, max(0, w-4), th.Ellipsis) + " "
	}
	if note != "" {
		room := w - frame.Width(title) - 4
		if frame.Width(note) > room && room < leastNote {
			room = 0
		}
		if note = frame.Truncate(note, room, th.Ellipsis); note != "" {
			note = " " + note + " "
		}
	}
	if frame.Width(title)+1 > w {
		title = ""
	}
	titleLook := look
	if b.Look != theme.Text {
		titleLook = b.Look
	}
	lead := min(1, w)
	fill := max(0, w-lead-frame.Width(title)-frame.Width(note))
	tail := 0
	if note != "" {
		tail = 1
		fill--
	}
	return th.Paint(look, p.TL+strings.Repeat(p.H, lead)) + th.Paint(titleLook, title) +
		th.Paint(look, strings.Repeat(p.H, max(0, fill))) + th.Paint(theme.Muted, note) +
		th.Paint(look, strings.Repeat(p.H, tail)+p.TR)
}

// TabsWidth is how many cells the names of tabs take at least, unshortened.
func TabsWidth(names []string) int {
	n := 0
	for _, name := range names {
		n += 3 + frame.Width(clean(name))
	}
	return n
}

// TabBar draws the names of tabs on one row of w cells, each with its number,
// and gives the rectangle of each. Where they do not fit they stand closer, and
// then are shortened evenly.
func TabBar(th *theme.Theme, names []string, active, w int) (string, []layout.Rect) {
	longest := 0
	for _, n := range names {
		longest = max(longest, frame.Width(clean(n)))
	}
	behind := " "
	if TabsWidth(names)+len(names) > w {
		behind = ""
	}
	for ; longest > 1; longest-- {
		need := 0
		for _, n := range names {
			need += 3 + len(behind) + min(longest, frame.Width(clean(n)))
		}
		if need <= w {
			break
		}
	}
	var b strings.Builder
	rects := make([]layout.Rect, len(names))
	x := 0
	for i, n := range names {
		label := " " + string(rune('1'+i%9)) + " " + frame.Truncate(clean(n), longest, th.Ellipsis) + behind
		look := theme.TabIdle
		if i == active {
			look = theme.TabActive
		}
		b.WriteString(th.Paint(look, label))
		rects[i] = layout.Rect{X: x, W: frame.Width(label), H: 1}
		x += rects[i].W
	}
	return frame.Fit(b.String(), w), rects
}
