package page

import (
	"strings"

	"github.com/charmbracelet/colorprofile"

	"beckon/model"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// peel is a corner of the page turned over: a triangle with the teaser, and
// once it is peeled the creative below it.
func (p *painter) peel(a area, s *Shown) {
	left := strings.HasSuffix(string(s.Engagement.Creative.Position), "left")
	teaser := s.label(model.Peel, model.Label, model.Button)
	small := layout.Size{W: max(16, min(s.face().Width/pixelsW, 26, a.W*2/5)), H: max(4, min(7, a.H/2))}
	c := s.lay(p.bounds(a, 26, 50))
	open := s.Motion.opened(peeling, s.Expanded) * s.Motion.there(peeling)
	if open > 0.97 {
		at := a.in(0, 0, c.w, c.h)
		if !left {
			at = a.in(a.W-c.w, 0, c.w, c.h)
		}
		p.card(at, s, c)
		p.fold(at, s, left)
		return
	}
	there := s.Motion.there(peeling)
	size := layout.Size{W: small.W + int(float64(c.w-small.W)*open), H: small.H + int(float64(c.h-small.H)*open)}
	size.W, size.H = int(float64(size.W)*there), int(float64(size.H)*there)
	p.corner(a, s, size, left, teaser)
}

// corner draws the triangle of a size: the ground of the creative, the page's
// paper folded back along its long side.
func (p *painter) corner(a area, s *Shown, size layout.Size, left bool, teaser string) {
	w, h := min(size.W, a.W), min(size.H, a.H)
	if h < 2 || w < 4 {
		return
	}
	paper := s.paper()
	back := is(theme.PagePicture)
	fold := ink{token: theme.Page, fg: rgbOf(p.th.Style(theme.PagePicture).GetBackground()), behind: true}
	lines := wrap(teaser, max(1, w*2/3-4))
	if len(lines) > h-1 {
		lines = wrap(teaser, max(1, w-6))
	}
	for y := range h {
		n := max(2, w-y*w/h) // cells of this row
		x := a.W - n
		if left {
			x = 0
		}
		row := a.in(x, y, n, 1)
		row.fill(" ", paper)
		flap := min(n-1, 1+w/10)
		if left {
			row.in(n-flap-1, 0, flap, 1).fill(p.sheet(), back)
			row.put(n-1, 0, p.th.FoldLeft, fold)
		} else {
			row.in(1, 0, flap, 1).fill(p.sheet(), back)
			row.put(0, 0, p.th.FoldRight, fold)
		}
		inner := row.in(flap+1, 0, n-flap-1, 1)
		if left {
			inner = row.in(0, 0, n-flap-1, 1)
		}
		switch {
		case y == 0:
			for _, said := range []string{"peel " + p.th.Dot + " " + s.state(), s.state(), s.standing()} {
				if said == "" || width(said)+2 > inner.W {
					continue
				}
				if left {
					inner.put(0, 0, " "+said+" ", is(tagLook))
				} else {
					inner.putRight(0, " "+said+" ", is(tagLook))
				}
				break
			}
		case y-1 < len(lines):
			said := p.clip(lines[y-1], inner.W-1)
			look := paper
			look.bold = true
			if left {
				inner.put(1, 0, said, look)
			} else {
				inner.in(0, 0, inner.W-1, 1).putRight(0, said, look)
			}
		}
		p.spot(row, s, opens)
	}
}

// sheet is the glyph that covers a ground: nothing, but where there are no
// colors or few, which would not tell it from the page.
func (p *painter) sheet() string {
	if o := p.th.Options(); o.NoColor || o.Profile <= colorprofile.ANSI {
		return p.th.BarEmpty
	}
	return " "
}

// fold turns the inner corner of a peeled card over; a click there folds the
// page back.
func (p *painter) fold(at area, s *Shown, left bool) {
	back := is(theme.PagePicture)
	for i := range 3 {
		y := at.H - 1 - i
		if y < 1 || at.W < 12 {
			return
		}
		n := 3 - i
		row := at.in(0, y, n+1, 1)
		end, x := p.th.LowL, n
		if left {
			row = at.in(at.W-n-1, y, n+1, 1)
			end, x = p.th.LowR, 0
		}
		row.fill(p.sheet(), back)
		look := s.paper()
		look.fg, look.behind = rgbOf(p.th.Style(theme.PagePicture).GetBackground()), true
		look.token = theme.PagePicture
		row.put(x, 0, end, look)
		p.spot(row, s, opens)
	}
}
