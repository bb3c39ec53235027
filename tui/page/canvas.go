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
	look theme.Token
}

// canvas is a picture being drawn. Cells are written in any order, later ones
// over earlier ones.
type canvas struct {
	th    *theme.Theme
	w, h  int
	cells []cell
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
func (c *canvas) set(x, y int, s string, look theme.Token) {
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
			b.WriteString(c.th.Paint(look, run.String()))
		}
		out[y] = b.String()
	}
	return out
}

// relook gives every cell of a rectangle another look, as a light box does.
func (c *canvas) relook(r layout.Rect, look theme.Token) {
	for y := max(0, r.Y); y < min(c.h, r.Y+r.H); y++ {
		for x := max(0, r.X); x < min(c.w, r.X+r.W); x++ {
			c.cells[y*c.w+x].look = look
		}
	}
}

// area is a rectangle of a canvas; what sticks out of it is cut off.
type area struct {
	c *canvas
	layout.Rect
}

func (c *canvas) whole() area { return area{c, layout.Rect{W: c.w, H: c.h}} }

// in is a rectangle inside the area, in the area's coordinates.
func (a area) in(x, y, w, h int) area {
	left, top := max(0, x), max(0, y)
	right, bottom := min(a.W, x+w), min(a.H, y+h)
	return area{a.c, layout.Rect{X: a.X + left, Y: a.Y + top, W: max(0, right-left), H: max(0, bottom-top)}}
}

// fill covers the area with one glyph, a cell wide.
func (a area) fill(glyph string, look theme.Token) {
	for y := range a.H {
		for x := range a.W {
			a.c.set(a.X+x, a.Y+y, glyph, look)
		}
	}
}

// line draws n glyphs to the right of (x, y).
func (a area) line(x, y, n int, glyph string, look theme.Token) {
	if y < 0 || y >= a.H {
		return
	}
	for i := max(0, x); i < min(a.W, x+n); i++ {
		a.c.set(a.X+i, a.Y+y, glyph, look)
	}
}

// put writes a text from (x, y) to at most the right edge, and gives the
// column behind it. The text may come from anywhere.
func (a area) put(x, y int, s string, look theme.Token) int {
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
		a.c.set(a.X+x, a.Y+y, g, look)
		if w == 2 {
			a.c.set(a.X+x+1, a.Y+y, "", look)
		}
		x += w
	}
	return x
}

// putRight writes a text that ends at the right edge.
func (a area) putRight(y int, s string, look theme.Token) int {
	w := width(s)
	x := max(0, a.W-w)
	a.put(x, y, s, look)
	return x
}

// putCenter writes a text in the middle of the row.
func (a area) putCenter(y int, s string, look theme.Token) {
	a.put(max(0, (a.W-width(s))/2), y, s, look)
}

// paragraph writes wrapped text from the row y and gives the row below it.
func (a area) paragraph(x, y, w int, s string, look theme.Token) int {
	for _, l := range wrap(s, min(w, a.W-x)) {
		a.put(x, y, l, look)
		y++
	}
	return y
}

// box draws a frame around the area and gives its inside.
func (a area) box(look theme.Token) area {
	if a.W < 2 || a.H < 2 {
		return a
	}
	p := a.c.th.Box
	right, bottom := a.W-1, a.H-1
	a.line(1, 0, a.W-2, p.H, look)
	a.line(1, bottom, a.W-2, p.H, look)
	for y := 1; y < bottom; y++ {
		a.c.set(a.X, a.Y+y, p.V, look)
		a.c.set(a.X+right, a.Y+y, p.V, look)
	}
	a.c.set(a.X, a.Y, p.TL, look)
	a.c.set(a.X+right, a.Y, p.TR, look)
	a.c.set(a.X, a.Y+bottom, p.BL, look)
	a.c.set(a.X+right, a.Y+bottom, p.BR, look)
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
