package page

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// The looks of an engagement where its designer says nothing, or the terminal
// has no color. The tag is the console's word and no part of the creative.
const (
	tagLook    = theme.Overlay
	bodyLook   = theme.Dialog
	acceptLook = theme.ButtonFocus
	otherLook  = theme.Button
)

// layers gives the order in which a browser stacks the formats, the lowest
// first. Embedded ones are a part of the page; the light box lies below the
// overlay and above all others.
var layers = map[model.Format]int{
	model.PeelingCorner: 1,
	model.Sticky:        2,
	model.SlideOut:      3,
	model.Toaster:       4,
	model.Overlay:       5,
}

// engagements draws what is shown over the page's content, the light box
// between what it dims, the whole body, and what it does not.
func (p *painter) engagements(body, a area) {
	var over []*Shown
	for i := range p.v.Shown {
		if s := &p.v.Shown[i]; layers[s.format()] > 0 {
			over = append(over, s)
		}
	}
	slices.SortStableFunc(over, func(x, y *Shown) int { return cmp.Compare(layers[x.format()], layers[y.format()]) })
	for _, s := range over {
		from := len(p.spots)
		switch s.format() {
		case model.PeelingCorner:
			p.peel(a, s)
		case model.Sticky:
			p.sticky(a, s)
		case model.SlideOut:
			p.slideOut(a, s)
		case model.Toaster:
			p.toaster(a, s)
		case model.Overlay:
			if s.Engagement.Creative.LightBox {
				p.dim(body, math.Ceil(s.Motion.there(sliding)*fadeSteps)/fadeSteps)
			}
			p.overlay(a, s)
		}
		if s.Motion.Leaving > 0 {
			p.spots = p.spots[:from] // what goes takes no answer
		}
	}
}

// standing is the availability in a word. Content hangs on no agents, and has none.
func (s *Shown) standing() string {
	if s.Engagement.Type == model.Content {
		return string(model.Content)
	}
	return cmp.Or(string(s.State), string(model.Online))
}

// state is how it stands, and whether it came along.
func (s *Shown) state() string {
	out := s.standing()
	if s.Followed {
		out += ", followed"
	}
	return out
}

// called is what the tag says in front of the state: the format, and for what
// stands in the page the element that holds it.
func (s *Shown) called() string {
	out := strings.ReplaceAll(string(s.format()), "-", " ")
	if s.format() == model.Embedded && s.Engagement.Div != "" {
		out += " in #" + s.Engagement.Div
	}
	return out
}

// fadeSteps is in how many steps a light box comes: each sends the whole page
// again.
const fadeSteps = 3

// dim is the light box: the page shaded by so much, and where there is no
// color to tell, without its pictures and thinly dotted.
func (p *painter) dim(a area, part float64) {
	if !p.th.Options().NoColor {
		a.c.relook(a.seen(), func(i ink) ink { return i.shaded(p.th, part) })
		return
	}
	if part < 0.5 {
		return
	}
	a.c.relook(a.seen(), func(ink) ink { return is(theme.Backdrop) })
	for y := range a.H {
		for x := range a.W {
			i := (a.Y+y)*a.c.w + a.X + x
			if s := a.c.cells[i].s; s != " " && s != p.th.BarEmpty {
				continue
			}
			a.c.cells[i].s = " "
			if (x+2*(y%2))%4 == 0 {
				a.c.cells[i].s = p.th.Dot
			}
		}
	}
}

// spot notes that a part of the picture answers the engagement.
func (p *painter) spot(at area, s *Shown, act journey.Action) {
	if seen := at.seen(); !seen.Empty() {
		p.spots = append(p.spots, Spot{Rect: seen, Path: s.Path, Action: act, Opens: act == ""})
	}
}

// opens is the action of a spot that expands or folds up.
const opens journey.Action = ""

// place puts a card of a size on the grid of the page.
func place(a area, pos model.Position, w, h int) area {
	w, h = min(w, a.W), min(h, a.H)
	x, y := (a.W-w)/2, (a.H-h)/2
	if strings.HasSuffix(string(pos), "left") {
		x = 0
	} else if strings.HasSuffix(string(pos), "right") {
		x = a.W - w
	}
	if strings.HasPrefix(string(pos), "top") {
		y = 0
	} else if strings.HasPrefix(string(pos), "bottom") {
		y = a.H - h
	}
	return a.in(x, y, w, h)
}

// spotOn puts a card where its creative says: on the grid, or so many pixels
// from the corner of the page.
func (p *painter) spotOn(a area, c *model.Creative, w, h int) area {
	if c.Position != model.CustomPlace {
		return place(a, c.Position, w, h)
	}
	viewW, viewH := desktopW, desktopH
	if p.v.Phone {
		viewW, viewH = phoneW, phoneH
	}
	w, h = min(w, a.W), min(h, a.H)
	x := min(max(0, c.Left), viewW) * a.W / viewW
	y := min(max(0, c.Top), viewH) * a.H / viewH
	return a.in(min(x, a.W-w), min(y, a.H-h), w, h)
}

// paper is the look of a face's ground.
func (s *Shown) paper() ink {
	bg := hex(s.face().Background)
	if bg == 0 {
		bg = white // transparent, or a picture: what is written on it is legible
	}
	return ink{token: bodyLook, fg: black, bg: bg}
}

// edge is the look of the lines around a face.
func (s *Shown) edge() ink {
	out := s.paper()
	out.behind = true
	if b := s.face().Border; b.Width > 0 && hex(b.Color) != 0 {
		out.fg = hex(b.Color)
	} else {
		out.fg = out.bg.toward(black, 0.35)
		if luminance(out.bg.color()) < 0.2 {
			out.fg = out.bg.toward(white, 0.5)
		}
	}
	return out
}

// lines are the pieces of the frame around a face.
func (p *painter) lines(s *Shown) theme.Box {
	if s.face().Border.Radius > 0 {
		return p.th.Round
	}
	return p.th.Box
}

// rim is the look of the lines around something of one color.
func (i ink) rim() ink {
	i.fg, i.behind, i.bold = i.bg.toward(black, 0.35), true, false
	return i
}

// card draws an engagement's card into the area, which it fills.
func (p *painter) card(a area, s *Shown, c card) {
	if a.W < 4 || a.H < 2 {
		return
	}
	paper := s.paper()
	a.fill(" ", paper)
	a.frame(p.lines(s), s.edge())
	in := a.in(2, 1, a.W-4, a.H-2)
	for i := range c.pieces {
		p.piece(in, s, &c.pieces[i], paper)
	}
	p.foot(a, s)
	p.head(a, s)
}

// piece draws one element of a card.
func (p *painter) piece(in area, s *Shown, x *piece, paper ink) {
	at := in.in(x.X, x.Y, x.W, x.H)
	switch x.Kind {
	case model.Picture:
		look := paper
		look.bg = paper.bg.toward(black, 0.12)
		if bg := hex(x.Background); bg != 0 {
			look.bg = bg
		}
		p.image(at, look, x.Alt)
	case model.Button:
		p.push(at, x, s, paper)
	default:
		look := paper
		if fg := hex(x.Color); fg != 0 {
			look.fg = fg
		}
		if bg := hex(x.Background); bg != 0 {
			look.bg = bg
		}
		if strong(&x.Element) {
			look.bold, look.token = true, theme.DialogTitle
		}
		for i, l := range x.lines {
			at.put(0, i, l, look)
		}
	}
}

// image draws a box that stands for a picture, with what it shows in words.
func (p *painter) image(a area, look ink, alt string) {
	a.fill(p.sheet(), look)
	if alt != "" && a.W >= 6 {
		a.putCenter(a.H/2, " "+p.clip(alt, a.W-2)+" ", look)
	}
}

// push draws a button of a creative.
func (p *painter) push(at area, x *piece, s *Shown, paper ink) {
	look := ink{token: acceptLook, fg: hex(x.Color), bg: hex(x.Background)}
	if x.act != journey.Accept {
		look.token = otherLook
	}
	if look.bg == 0 && look.token == otherLook {
		look.bg = paper.bg.toward(black, 0.14)
	}
	if look.fg == 0 && look.token == otherLook {
		look.fg = paper.fg
	}
	at.fill(" ", look)
	label := p.clip(says(&x.Element), at.W-4)
	middle := at.in(0, at.H/2, at.W, 1)
	middle.putCenter(0, label, look)
	if p.th.Options().NoColor || look.bg == paper.bg { // nothing else shows its ends
		middle.put(0, 0, "[", look)
		middle.put(at.W-1, 0, "]", look)
	}
	p.spot(at, s, x.act)
}

// head writes the tag into the card's upper edge, and the sign that closes it
// at the right.
func (p *painter) head(a area, s *Shown) {
	top := a.in(1, 0, a.W-2, 1)
	room := top.W - 2
	if closes := s.elements(model.CloseButton); len(closes) > 0 && top.W >= 5 {
		look := s.paper()
		if fg := hex(closes[0].Color); fg != 0 {
			look.fg = fg
		}
		x := top.in(top.W-4, 0, 3, 1)
		x.put(0, 0, " "+p.th.Close+" ", look)
		p.spot(x, s, journey.Decline)
		room -= 4
	}
	p.tag(top.in(1, 0, room, 1), s)
}

// tag writes what the console has to say of an engagement: as much of it as
// there is room for.
func (p *painter) tag(a area, s *Shown) {
	for _, said := range []string{s.called() + " " + p.th.Dot + " " + s.state(), s.state(), s.standing()} {
		if said != "" && width(said)+2 <= a.W {
			a.put(0, 0, " "+said+" ", is(tagLook))
			return
		}
	}
}

// foot writes where a click on content leads into the card's lower edge.
func (p *painter) foot(a area, s *Shown) {
	to := s.leads(p.th)
	low := a.in(2, a.H-1, a.W-4, 1)
	if s.format() == model.PeelingCorner {
		low = a.in(5, a.H-1, a.W-10, 1) // its own corner is folded
	}
	if to != "" && low.W >= 12 && a.H >= 4 {
		if width(to)+2 > low.W {
			to = strings.TrimSuffix(to, newTab)
		}
		low.putRight(0, " "+p.clip(to, low.W-2)+" ", is(tagLook))
	}
}

// leads says where a click on content leads.
func (s *Shown) leads(th *theme.Theme) string {
	if s.Engagement.Type != model.Content || s.Engagement.URL == "" {
		return ""
	}
	to := th.Arrow + " " + shortAddress(s.Engagement.URL)
	if !s.Engagement.SameTab {
		to += newTab
	}
	return to
}

const newTab = ", new tab"

// within holds a number between two bounds.
func within(n, least, most int) int { return max(least, min(n, most)) }

// bounds makes the bounds of a card: at most a share, in percent, of the page.
func (p *painter) bounds(a area, least, percent int) bounds {
	if p.v.Phone {
		percent = max(percent, 92)
	}
	room := layout.Size{W: max(1, a.W-2), H: max(1, a.H)}
	if a.H > 8 {
		room.H-- // so that something of the page is seen
	}
	return bounds{room: room, least: least, most: max(least, a.W*percent/100), phone: p.v.Phone, more: p.th.Ellipsis}
}

func (p *painter) overlay(a area, s *Shown) {
	c := s.lay(p.bounds(a, 26, 66))
	at := p.spotOn(a.in(1, 0, a.W-2, a.H), &s.Engagement.Creative, c.w, c.h)
	there := s.Motion.there(sliding)
	if there < 0.1 || s.Motion.Leaving > 0 { // it goes at once, its light box fades
		return
	}
	p.card(at.moved(0, away(there, min(4, a.H-at.H))), s, c)
}

// toaster is a card at the upper or lower edge, out of which it slides.
func (p *painter) toaster(a area, s *Shown) {
	c := s.lay(p.bounds(a, 26, 50))
	pos := string(s.Engagement.Creative.Position)
	edge, out := "bottom", 1
	if s.Engagement.Creative.Edge == "top" {
		edge, out = "top", -1
	}
	side := "right"
	if i := strings.LastIndexByte(pos, '-'); i >= 0 {
		side = pos[i+1:]
	}
	at := place(a.in(1, 0, a.W-2, a.H), model.Position(edge+"-"+side), c.w, c.h)
	if there := s.Motion.there(sliding); there > 0 {
		p.card(at.moved(0, out*away(there, at.H)), s, c)
	}
}

// embedded is a block of the page itself; it gives the row below it.
func (p *painter) embedded(a area, y int, s *Shown) int {
	room := a.in(0, y, a.W, a.H-y)
	b := bounds{room: layout.Size{W: room.W, H: max(1, room.H)}, least: min(30, room.W), most: room.W, phone: p.v.Phone, more: p.th.Ellipsis}
	if room.H < 3 {
		return y
	}
	c := s.lay(b)
	c.h = min(c.h, room.H)
	h := c.h - away(s.Motion.there(sliding), c.h)
	if h < 1 {
		return y
	}
	at := room.in(0, 0, c.w, c.h)
	from := len(p.spots)
	p.card(at.within(room.in(0, 0, c.w, h)), s, c)
	if s.Motion.Leaving > 0 {
		p.spots = p.spots[:from]
	}
	return y + h + 1
}
