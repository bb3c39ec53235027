package page

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// The looks of an engagement: its title bar, its body, the button that accepts,
// the others.
const (
	edgeLook   = theme.Overlay
	bodyLook   = theme.Dialog
	acceptLook = theme.ButtonFocus
	otherLook  = theme.Button
)

// A cell of the terminal stands for so many pixels of a creative.
const (
	pixelsW = 8
	pixelsH = 16
)

// engagements draws what is shown over the page's content, the light box
// between what it dims, the whole body, and what it does not.
func (p *painter) engagements(body, a area) {
	for i := range p.v.Shown {
		switch s := &p.v.Shown[i]; s.format() {
		case model.Sticky:
			p.sticky(a, s)
		case model.SlideOut:
			p.slideOut(a, s)
		}
	}
	for i := range p.v.Shown {
		s := &p.v.Shown[i]
		switch s.format() {
		case model.Overlay:
			if s.Engagement.Creative.LightBox {
				p.dim(body)
			}
			p.overlay(a, s)
		case model.Toaster:
			p.toaster(a, s)
		case model.PeelingCorner:
			p.peel(a, s)
		}
	}
}

func (s *Shown) format() model.Format {
	if s.Engagement == nil {
		return ""
	}
	return s.Engagement.Format
}

// face is what is drawn in the state that is shown.
func (s *Shown) face() *model.Face {
	c := &s.Engagement.Creative
	switch {
	case s.State == model.Offline && c.Offline != nil:
		return c.Offline
	case s.State == model.Busy && c.Busy != nil:
		return c.Busy
	}
	return &c.Online
}

// elements gives those of a kind in their order.
func (s *Shown) elements(kinds ...model.ElementKind) []model.Element {
	var out []model.Element
	for _, e := range s.face().Elements {
		if slices.Contains(kinds, e.Kind) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(x, y model.Element) int { return x.Order - y.Order })
	return out
}

// says is the text of an element, or what stands for its image.
func says(e model.Element) string {
	if e.Text != "" {
		return e.Text
	}
	return e.Alt
}

// label is the first text of the kinds, else the engagement's name.
func (s *Shown) label(kinds ...model.ElementKind) string {
	for _, e := range s.elements(kinds...) {
		if t := says(e); t != "" {
			return t
		}
	}
	if s.Engagement.Name != "" {
		return s.Engagement.Name
	}
	return s.Engagement.ID
}

// state is the availability in words, and whether it came along.
func (s *Shown) state() string {
	out := string(s.State)
	if out == "" {
		out = string(model.Online)
	}
	if s.Followed {
		out += ", followed"
	}
	return out
}

// dim is the light box: the page in the look of a backdrop, and where there is
// no color to tell, without its pictures and thinly dotted.
func (p *painter) dim(a area) {
	a.c.relook(a.Rect, theme.Backdrop)
	if !p.th.Options().NoColor {
		return
	}
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
	if !at.Empty() {
		p.spots = append(p.spots, Spot{at.Rect, s.Path, act})
	}
}

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

// content of a card: headings and labels, wrapped, and the buttons.
type cardText struct {
	lines   []cardLine
	buttons []string
	picture string // words of an image, beside the text
	hasPic  bool
}

type cardLine struct {
	s    string
	head bool
}

// text lays the elements out in w cells.
func (s *Shown) text(w int) cardText {
	var t cardText
	if page := s.Engagement.Creative.HTML; page != "" {
		for _, l := range wrap(htmlText(page), w) {
			t.lines = append(t.lines, cardLine{l, false})
		}
		t.buttons = []string{s.label(model.Button)}
		return t
	}
	for _, e := range s.elements(model.Picture) {
		t.picture, t.hasPic = e.Alt, w >= 34
	}
	if t.hasPic {
		w = w*2/3 - 1
	}
	for _, e := range s.elements(model.Label) {
		head := e.Heading > 0 || e.Bold
		if len(t.lines) > 0 && t.lines[len(t.lines)-1].head && !head {
			t.lines = append(t.lines, cardLine{})
		}
		for _, l := range wrap(says(e), w) {
			t.lines = append(t.lines, cardLine{l, head})
		}
	}
	for _, e := range s.elements(model.Button) {
		t.buttons = append(t.buttons, says(e))
	}
	if len(t.lines) == 0 && len(t.buttons) == 0 {
		for _, l := range wrap(s.label(model.Peel, model.Pin), w) {
			t.lines = append(t.lines, cardLine{l, true})
		}
	}
	return t
}

// htmlText is what a creative of HTML says, without its marks.
func htmlText(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	var words []string
	for range 2000 { // tokens; more says no screen
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(words, " ")
		case html.TextToken:
			words = append(words, strings.Fields(string(z.Text()))...)
		}
	}
	return strings.Join(words, " ")
}

// rows is how many rows the buttons take in w cells.
func (t *cardText) rows(w int) int {
	if len(t.buttons) == 0 {
		return 0
	}
	n, x := 1, 0
	for _, b := range t.buttons {
		bw := width(b) + 4
		if x > 0 && x+bw > w {
			n++
			x = 0
		}
		x += bw + 1
	}
	return n
}

// card draws an engagement's card into the area, which it fills.
func (p *painter) card(a area, s *Shown) {
	if a.W < 4 || a.H < 2 {
		return
	}
	a.fill(" ", bodyLook)
	in := a.box(bodyLook)
	p.head(a, s)
	in = in.in(1, 0, in.W-2, in.H)
	t := s.text(in.W)
	w := in.W
	below := t.rows(w)
	room := in.H - below
	if t.hasPic && room >= 2 {
		w = in.W*2/3 - 1
		pic := in.in(w+2, 0, in.W-w-2, max(1, room-1))
		pic.fill(p.th.BarEmpty, bodyLook)
		if t.picture != "" && pic.H > 1 {
			pic.putCenter(pic.H/2, " "+frame.Truncate(t.picture, max(1, pic.W-2), p.th.Ellipsis)+" ", bodyLook)
		}
	}
	y := 0
	if len(t.lines) < room-1 {
		y = (room - len(t.lines)) / 2
	}
	for i, l := range t.lines {
		if y >= room {
			break
		}
		if y == room-1 && i < len(t.lines)-1 && room > 1 {
			in.put(0, y, p.th.Ellipsis, bodyLook)
			break
		}
		look := bodyLook
		if l.head {
			look = theme.DialogTitle
		}
		in.in(0, y, w, 1).put(0, 0, l.s, look)
		y++
	}
	p.buttons(in.in(0, in.H-below, in.W, below), s, t.buttons)
}

// head writes the state into the card's upper edge, and the sign that closes
// it at the right.
func (p *painter) head(a area, s *Shown) {
	a.in(0, 0, a.W, 1).fill(" ", edgeLook)
	top := a.in(1, 0, a.W-2, 1)
	if w := width(s.state()) + 2; w <= top.W-4 {
		top.put(1, 0, s.state(), edgeLook)
	}
	if len(s.elements(model.CloseButton)) > 0 && top.W >= 5 {
		x := top.in(top.W-3, 0, 3, 1)
		x.put(0, 0, " x ", edgeLook)
		p.spot(x, s, journey.Decline)
	}
}

// buttons draws the buttons; the first accepts, what stands beside it turns
// down.
func (p *painter) buttons(a area, s *Shown, labels []string) {
	x, y := 0, 0
	for i, l := range labels {
		w := min(width(l)+4, a.W)
		if x > 0 && x+w > a.W {
			x, y = 0, y+1
		}
		look, act := acceptLook, journey.Accept
		if i > 0 {
			look, act = otherLook, journey.Decline
		}
		at := a.in(x, y, w, 1)
		if at.Empty() {
			return
		}
		at.fill(" ", look)
		at.in(1, 0, at.W-2, 1).putCenter(0, l, look)
		p.spot(at, s, act)
		x += w + 1
	}
}

// size of a card in cells: as wide as designed within bounds, as high as its
// text needs.
func (s *Shown) size(room layout.Size, least, most int) layout.Size {
	w := s.face().Width / pixelsW
	w = max(min(least, room.W), min(w, most, room.W))
	t := s.text(w - 4)
	h := len(t.lines) + 2
	if n := t.rows(w - 4); n > 0 {
		h += n + 1
	}
	if t.hasPic {
		h = max(h, min(9, s.face().Height/pixelsH))
	}
	return layout.Size{W: w, H: min(h+1, room.H)}
}

func (p *painter) overlay(a area, s *Shown) {
	room := layout.Size{W: max(1, a.W-4), H: max(1, a.H-1)}
	z := s.size(room, 28, 60)
	pos := s.Engagement.Creative.Position
	p.card(place(a.in(2, 0, a.W-4, a.H), pos, z.W, z.H), s)
}

// toaster is a card at the upper or lower edge, open towards it.
func (p *painter) toaster(a area, s *Shown) {
	z := s.size(layout.Size{W: max(1, a.W-4), H: a.H}, 26, 44)
	z.H = max(3, z.H-1)
	c := &s.Engagement.Creative
	pos := string(c.Position)
	edge := "bottom"
	if c.Edge == "top" {
		edge = "top"
	}
	side := "right"
	if i := strings.LastIndexByte(pos, '-'); i >= 0 {
		side = pos[i+1:]
	}
	p.card(place(a.in(2, 0, a.W-4, a.H), model.Position(edge+"-"+side), z.W, z.H), s)
}

// peel is a corner of the page turned over: a triangle with the teaser, which
// the accept opens.
func (p *painter) peel(a area, s *Shown) {
	left := strings.HasSuffix(string(s.Engagement.Creative.Position), "left")
	w := max(12, min(s.face().Width/pixelsW*2, 34, a.W*2/5))
	h := min(w/3, a.H-1)
	if h < 2 {
		return
	}
	lines := wrap(s.label(model.Peel, model.Label, model.Button), w-8)
	for y := range h {
		n := w - y*w/h // cells of this row
		x := a.W - n
		edge := "\\"
		if left {
			x, edge = 0, "/"
		}
		row := a.in(x, y, n, 1)
		row.fill(" ", edgeLook)
		if left {
			row.put(n-1, 0, edge, edgeLook)
		} else {
			row.put(0, 0, edge, edgeLook)
		}
		said := ""
		switch {
		case y == 0:
			said = s.state()
		case y-1 < len(lines):
			said = lines[y-1]
		}
		if room := n - 3; room > 0 && said != "" {
			said = frame.Truncate(said, room, p.th.Ellipsis)
			if left {
				row.put(1, 0, said, edgeLook)
			} else {
				row.in(0, 0, n-1, 1).putRight(0, said, edgeLook)
			}
		}
		p.spot(row, s, journey.Accept)
	}
}

// sticky is a tab at its side of the page.
func (p *painter) sticky(a area, s *Shown) {
	said := s.label(model.Button, model.Label)
	w := 0
	for _, word := range strings.Fields(said) {
		w = max(w, width(word))
	}
	w = max(8, min(w, 14, a.W/3))
	lines := wrap(said, w)
	at := p.side(a, s, w+3, len(lines)+2)
	if at.Empty() {
		return
	}
	at.fill(" ", edgeLook)
	in := at.in(1, 0, at.W-2, at.H)
	in.put(0, 0, s.state(), edgeLook)
	in.line(0, 1, in.W, p.th.Box.H, edgeLook)
	for i, l := range lines {
		in.put(0, 2+i, l, edgeLook)
	}
	p.spot(at, s, journey.Accept)
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
	return place(a.in(0, 1, a.W, a.H-2), model.Position(row+"-"+pos), w, h)
}

// slideOut is a pin at the side and the panel that it pulls out.
func (p *painter) slideOut(a area, s *Shown) {
	w := max(20, min(s.face().Width/pixelsW, 36, a.W/2))
	t := s.text(w - 4)
	h := min(len(t.lines)+t.rows(w-4)+4, a.H-2)
	pins := s.elements(model.Pin)
	pinW := 0
	if len(pins) > 0 {
		pinW = 3
	}
	at := p.side(a, s, w+pinW, h)
	if at.Empty() {
		return
	}
	left := s.Engagement.Side == model.Left
	panel, pin := at.in(pinW, 0, at.W-pinW, at.H), at.in(0, 0, pinW, at.H)
	if left {
		panel, pin = at.in(0, 0, at.W-pinW, at.H), at.in(at.W-pinW, 0, pinW, at.H)
	}
	p.card(panel, s)
	if pinW == 0 {
		return
	}
	pin.fill(" ", edgeLook)
	y := 0
	for _, r := range says(pins[0]) {
		if y >= pin.H-1 {
			break
		}
		if r != ' ' {
			pin.put(1, y, string(r), edgeLook)
		}
		y++
	}
	p.spot(pin, s, journey.Accept)
}

// embedded is a block of the page itself; it gives the row below it.
func (p *painter) embedded(a area, y int, s *Shown) int {
	w := min(a.W, max(30, s.face().Width/pixelsW))
	t := s.text(w - 4)
	h := min(len(t.lines)+t.rows(w-4)+2, a.H-y)
	if h < 3 {
		return y
	}
	p.card(a.in(0, y, w, h), s)
	return y + h + 1
}
