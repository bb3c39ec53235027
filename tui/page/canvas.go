package page

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// cell is one cell of the picture. The right half of a wide character has an
// empty text.
type cell struct {
	s    string
	look ink
}

// canvas is a picture being drawn. Cells are written in any order, later ones
// over earlier ones.
type canvas struct {
	th    *theme.Theme
	w, h  int
	cells []cell
	opens map[ink]string // what turns a look of foreign colors on
}

func newCanvas(th *theme.Theme, w, h int) *canvas {
	c := &canvas{th: th, w: max(0, w), h: max(0, h)}
	c.cells = make([]cell, c.w*c.h)
	for i := range c.cells {
		c.cells[i].s = " "
	}
	return c
}

// set writes one cell. What is left of a wide character that it splits becomes
// blank.
func (c *canvas) set(x, y int, s string, look ink) {
	if x < 0 || y < 0 || x >= c.w || y >= c.h {
		return
	}
	i := y*c.w + x
	if c.cells[i].s == "" && x > 0 && s != "" {
		c.cells[i-1].s = " "
	}
	if x+1 < c.w && c.cells[i+1].s == "" && s != "" {
		c.cells[i+1].s = " "
	}
	c.cells[i] = cell{s, look}
}

// rows paints runs of equal looks.
func (c *canvas) rows() frame.Rows {
	out := make(frame.Rows, c.h)
	var b, run strings.Builder
	for y := range out {
		b.Reset()
		line := c.cells[y*c.w : (y+1)*c.w]
		for x := 0; x < len(line); {
			look := line[x].look
			run.Reset()
			for ; x < len(line) && line[x].look == look; x++ {
				run.WriteString(line[x].s)
			}
			b.WriteString(c.paint(look, run.String()))
		}
		out[y] = b.String()
	}
	return out
}

// paint gives a run its look.
func (c *canvas) paint(look ink, s string) string {
	if !look.own(c.th) {
		return c.th.Paint(look.token, s)
	}
	open, ok := c.opens[look]
	if !ok {
		open = look.open(c.th)
		if c.opens == nil {
			c.opens = map[ink]string{}
		}
		c.opens[look] = open
	}
	return open + s + "\x1b[m"
}

// relook changes the look of every cell of a rectangle, as a light box does.
func (c *canvas) relook(r layout.Rect, change func(ink) ink) {
	known := map[ink]ink{}
	for y := max(0, r.Y); y < min(c.h, r.Y+r.H); y++ {
		for x := max(0, r.X); x < min(c.w, r.X+r.W); x++ {
			was := &c.cells[y*c.w+x].look
			to, ok := known[*was]
			if !ok {
				to = change(*was)
				known[*was] = to
			}
			*was = to
		}
	}
}

// area is a rectangle of a canvas; what sticks out of it is cut off. An area
// may have been moved partly out of sight: clip is what of it is seen.
type area struct {
	c *canvas
	layout.Rect
	clip layout.Rect
}

func (c *canvas) whole() area {
	all := layout.Rect{W: c.w, H: c.h}
	return area{c, all, all}
}

// in is a rectangle inside the area, in the area's coordinates.
func (a area) in(x, y, w, h int) area {
	left, top := max(0, x), max(0, y)
	right, bottom := min(a.W, x+w), min(a.H, y+h)
	return area{a.c, layout.Rect{X: a.X + left, Y: a.Y + top, W: max(0, right-left), H: max(0, bottom-top)}, a.clip}
}

// within lets nothing of the area be seen outside of another.
func (a area) within(b area) area {
	a.clip = cut(a.clip, b.Rect)
	return a
}

// moved is the area elsewhere, with all that will be drawn into it.
func (a area) moved(dx, dy int) area {
	a.Rect = a.Rect.Move(dx, dy)
	return a
}

// seen is the part of the area that is seen.
func (a area) seen() layout.Rect { return cut(a.Rect, a.clip) }

// cut is the part that two rectangles share.
func cut(a, b layout.Rect) layout.Rect {
	x, y := max(a.X, b.X), max(a.Y, b.Y)
	return layout.Rect{X: x, Y: y, W: max(0, min(a.X+a.W, b.X+b.W)-x), H: max(0, min(a.Y+a.H, b.Y+b.H)-y)}
}

// set writes one cell.
func (a area) set(x, y int, s string, look ink) {
	if x += a.X; a.clip.Contains(x, y+a.Y) {
		a.c.set(x, y+a.Y, s, look)
	}
}

// fill covers the area with one glyph, a cell wide.
func (a area) fill(glyph string, look ink) {
	for y := range a.H {
		for x := range a.W {
			a.set(x, y, glyph, look)
		}
	}
}

// line draws n glyphs to the right of (x, y).
func (a area) line(x, y, n int, glyph string, look ink) {
	if y < 0 || y >= a.H {
		return
	}
	for i := max(0, x); i < min(a.W, x+n); i++ {
		a.set(i, y, glyph, look)
	}
}

// put writes a text from (x, y) to at most the right edge, and gives the
// column behind it. The text may come from anywhere.
func (a area) put(x, y int, s string, look ink) int {
	if y < 0 || y >= a.H || x < 0 || x >= a.W {
		return x
	}
	s = frame.Truncate(text.Line(s, a.W-x+1), a.W-x, a.c.th.Ellipsis)
	for s != "" {
		g, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(g):]
		if w == 0 || x+w > a.W {
			continue
		}
		if w == 2 { // both halves are seen, or none
			if left, right := a.clip.Contains(a.X+x, a.Y+y), a.clip.Contains(a.X+x+1, a.Y+y); left != right {
				a.set(x, y, " ", look)
				a.set(x+1, y, " ", look)
			} else if left {
				a.set(x, y, g, look)
				a.set(x+1, y, "", look)
			}
		} else {
			a.set(x, y, g, look)
		}
		x += w
	}
	return x
}

// putRight writes a text that ends at the right edge.
func (a area) putRight(y int, s string, look ink) int {
	w := width(s)
	x := max(0, a.W-w)
	a.put(x, y, s, look)
	return x
}

// putCenter writes a text in the middle of the row.
func (a area) putCenter(y int, s string, look ink) {
	a.put(max(0, (a.W-width(s))/2), y, s, look)
}

// paragraph writes wrapped text from the row y and gives the row below it.
func (a area) paragraph(x, y, w int, s string, look ink) int {
	for _, l := range wrap(s, min(w, a.W-x)) {
		a.put(x, y, l, look)
		y++
	}
	return y
}

// box draws a frame around the area and gives its inside.
func (a area) box(look ink) area { return a.frame(a.c.th.Box, look) }

// frame is box with other lines.
func (a area) frame(p theme.Box, look ink) area {
	if a.W < 2 || a.H < 2 {
		return a
	}
	right, bottom := a.W-1, a.H-1
	a.line(1, 0, a.W-2, p.H, look)
	a.line(1, bottom, a.W-2, p.H, look)
	for y := 1; y < bottom; y++ {
		a.set(0, y, p.V, look)
		a.set(right, y, p.V, look)
	}
	a.set(0, 0, p.TL, look)
	a.set(right, 0, p.TR, look)
	a.set(0, bottom, p.BL, look)
	a.set(right, bottom, p.BR, look)
	return a.in(1, 1, a.W-2, a.H-2)
}

// width is what a text takes once it is written.
func width(s string) int {
	return frame.Width(frame.Truncate(text.Line(s, longest), longest, ""))
}

// longest is how many runes of one text are looked at.
const longest = 1024

// wrap breaks a foreign text into lines of at most w cells.
func wrap(s string, w int) []string {
	if w <= 0 || s == "" {
		return nil
	}
	return frame.Wrap(text.Line(s, longest), w)
}
