package page

import (
	"strings"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/theme"
)

// sticky is a tab at its side of the page; on a phone it is a button above the
// lower edge, whatever its design.
func (p *painter) sticky(a area, s *Shown) {
	said := s.label(model.Button, model.Label)
	look := s.paper()
	for _, e := range s.elements(model.Button, model.Label) {
		if bg := hex(e.Background); bg != 0 {
			look.bg = bg
		}
		if fg := hex(e.Color); fg != 0 {
			look.fg = fg
		}
		break
	}
	look.bold, look.token = true, theme.DialogTitle
	if p.v.Phone {
		p.pill(a, s, said, look)
		return
	}
	f := s.face()
	w := within(max(longestWord(said)+4, min(f.Width, 4*desktopW)/pixelsW), 10, min(18, max(10, a.W/3)))
	lines := wrap(said, w-4)
	h := within(min(f.Height, 4*desktopH)*2/3/pixelsH, len(lines)+2, max(len(lines)+2, a.H*2/3))
	at := p.side(a, s, w, h)
	if at.Empty() {
		return
	}
	at = at.moved(s.outward()*away(s.Motion.there(sliding), at.W), 0)
	at.fill(" ", look)
	at.frame(p.lines(s), look.rim())
	for i, l := range lines {
		at.in(1, 0, at.W-2, at.H).putCenter(1+(at.H-2-len(lines))/2+i, l, look)
	}
	p.tag(at.in(1, 0, at.W-2, 1), s)
	p.spot(at, s, journey.Accept)
	p.hint(a, s)
}

// hint writes where a click leads into the lower edge of the page, as browsers
// do, for what has no edge of its own to say it.
func (p *painter) hint(a area, s *Shown) {
	if to := s.leads(p.th); to != "" && a.H > 4 {
		at := a.in(0, a.H-1, min(a.W, width(to)+2), 1)
		at.put(0, 0, " "+p.clip(to, at.W-2)+" ", is(tagLook))
	}
}

// pill is the one look that a sticky has on phones.
func (p *painter) pill(a area, s *Shown, said string, look ink) {
	w := min(a.W-2, max(width(said)+6, width(s.state())+6, 14))
	at := place(a.in(1, 0, a.W-2, a.H), model.BottomRight, w, min(3, a.H))
	at = at.moved(0, away(s.Motion.there(sliding), at.H))
	at.fill(" ", look)
	at.frame(p.th.Round, look.rim())
	at.in(1, 0, at.W-2, at.H).putCenter(at.H/2, p.clip(said, at.W-2), look)
	if at.H >= 3 {
		p.tag(at.in(1, 0, at.W-2, 1), s)
	}
	p.spot(at, s, journey.Accept)
}

// outward is the direction in which a side engagement leaves the page.
func (s *Shown) outward() int {
	if s.Engagement.Side == model.Left {
		return -1
	}
	return 1
}

// side is a rectangle at the engagement's side of the page, at the height
// that its position says.
func (p *painter) side(a area, s *Shown, w, h int) area {
	pos := "right"
	if s.Engagement.Side == model.Left {
		pos = "left"
	}
	row := "middle"
	switch c := string(s.Engagement.Creative.Position); {
	case strings.HasPrefix(c, "top"):
		row = "top"
	case strings.HasPrefix(c, "bottom"):
		row = "bottom"
	}
	return place(a.in(0, 0, a.W, a.H), model.Position(row+"-"+pos), w, h)
}

// slideOut is a pin at the side and the panel that it pulls out.
func (p *painter) slideOut(a area, s *Shown) {
	b := p.bounds(a, 24, 50)
	const pinW = 5
	b.room.W, b.most = max(1, a.W-pinW-1), min(b.most, max(1, a.W-pinW-1))
	c := s.lay(b)
	pin := s.pin()
	said := says(&pin)
	pinH := within(width(said)+2, 4, max(4, min(12, a.H)))
	at := p.side(a, s, c.w+pinW, max(c.h, pinH))
	if at.Empty() {
		return
	}
	open := s.Motion.opened(sliding, s.Expanded)
	gone := away(open, at.W-pinW) + away(s.Motion.there(sliding), pinW)
	if s.Motion.Leaving > 0 {
		gone = away(open, at.W-pinW) + away(s.Motion.there(sliding), at.W)
	}
	at = at.moved(s.outward()*gone, 0)
	left := s.Engagement.Side == model.Left
	panel, tab := at.in(pinW, 0, at.W-pinW, c.h), at.in(0, (at.H-pinH)/2, pinW, pinH)
	if left {
		panel, tab = at.in(0, 0, at.W-pinW, c.h), at.in(at.W-pinW, (at.H-pinH)/2, pinW, pinH)
	}
	if open > 0 {
		p.card(panel, s, c)
	}
	p.drawPin(tab, s, &pin)
	if open == 0 {
		p.pinTag(a, tab, s, left)
		p.hint(a, s)
	}
}

// pin is the element that pulls the panel out; a creative without one gets one
// with its first words.
func (s *Shown) pin() model.Element {
	if pins := s.elements(model.Pin); len(pins) > 0 && says(&pins[0]) != "" {
		return pins[0]
	}
	return model.Element{Kind: model.Pin, Text: s.label(model.Button, model.Label)}
}

// drawPin draws the pin with its text from top to bottom.
func (p *painter) drawPin(tab area, s *Shown, pin *model.Element) {
	look := s.paper()
	if bg := hex(pin.Background); bg != 0 {
		look.bg = bg
	}
	if fg := hex(pin.Color); fg != 0 {
		look.fg = fg
	}
	look.bold, look.token = true, theme.DialogTitle
	tab.fill(" ", look)
	in := tab.frame(p.th.Round, look.rim())
	y := max(0, (in.H-width(says(pin)))/2)
	for _, r := range p.clip(says(pin), in.H) {
		if y >= in.H {
			break
		}
		in.put(1, y, string(r), look)
		y++
	}
	p.spot(tab, s, opens)
}

// pinTag writes the tag beside a pin whose panel is folded up.
func (p *painter) pinTag(a, tab area, s *Shown, left bool) {
	said := s.called() + " " + p.th.Dot + " " + s.state()
	w := width(said) + 2
	x := tab.X - a.X - w
	if left {
		x = tab.X - a.X + tab.W
	}
	if x >= 0 && x+w <= a.W && s.Motion.Still() {
		a.in(x, tab.Y-a.Y+tab.H/2, w, 1).put(0, 0, " "+said+" ", is(tagLook))
	}
}
