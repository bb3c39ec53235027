package page

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/layout"
)

// A cell of the terminal stands for so many pixels of a creative: as many as
// its text needs to be read in the terminal's letters.
const (
	pixelsW = 8
	pixelsH = 16
)

// The window that creatives are designed for, in pixels: what a custom
// position and the share of the page that a creative takes are measured by.
const (
	desktopW, desktopH = 1280, 720
	phoneW, phoneH     = 390, 664
)

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
func says(e *model.Element) string {
	if e.Text != "" {
		return e.Text
	}
	return e.Alt
}

// label is the first text of the kinds, else the engagement's name.
func (s *Shown) label(kinds ...model.ElementKind) string {
	for _, k := range kinds {
		for _, e := range s.elements(k) {
			if t := says(&e); t != "" {
				return t
			}
		}
	}
	if s.Engagement.Name != "" {
		return s.Engagement.Name
	}
	return s.Engagement.ID
}

// piece is an element and where it stands on its card.
type piece struct {
	model.Element
	layout.Rect
	lines []string
	act   journey.Action // of a button
}

// card is a creative laid out in cells.
type card struct {
	w, h   int // with the border
	pieces []piece
}

// bounds of a card: the room there is, the least and the most of its width.
type bounds struct {
	room        layout.Size
	least, most int
	phone       bool
	more        string // the sign that a text goes on
}

// lay makes a card as wide and as high as it was designed, in proportion to
// the page, but never so small that its text does not fit. Its elements stand
// where they were put as long as there is room, else below each other.
func (s *Shown) lay(b bounds) card {
	f := s.face()
	viewW, viewH := desktopW, desktopH
	if b.phone {
		viewW, viewH = phoneW, phoneH
	}
	pw, ph := min(max(0, f.Width), 4*desktopW), min(max(0, f.Height), 4*desktopW)
	w := max(pw*b.room.W/viewW, min(pw/pixelsW, b.most))
	w = within(w, min(b.least, b.room.W), min(max(b.least, b.most), b.room.W))
	h := max(ph*b.room.H/viewH, min(ph/pixelsH, b.room.H*3/4))
	h = within(h, min(3, b.room.H), b.room.H)
	if ps, need, ok := s.placed(max(1, w-4), max(1, h-2)); ok && need+2 <= b.room.H {
		return card{w, max(h, need+2), ps}
	}
	_, need := s.flow(max(1, w-4), 1<<10, b)
	h = within(need+2, min(3, b.room.H), b.room.H)
	ps, _ := s.flow(max(1, w-4), max(0, h-2), b)
	return card{w, h, ps}
}

// placed puts the elements where the designer did, on w by h cells; what
// overlaps there, because letters do not shrink, moves down. It gives the rows
// that they need, and tells whether they can be placed at all.
func (s *Shown) placed(w, h int) (out []piece, need int, ok bool) {
	f := s.face()
	if s.Engagement.Creative.HTML != "" || f.Width <= 0 || f.Height <= 0 || w < 1 {
		return nil, 0, false
	}
	across := func(px int) int { return min(max(0, px), f.Width) * w / f.Width }
	down := func(px int) int { return min(max(0, px), f.Height) * h / f.Height }
	somewhere := false
	for i, e := range s.elements(model.Label, model.Button, model.Picture) {
		somewhere = somewhere || i > 0 && (e.Left != 0 || e.Top != 0)
		out = append(out, piece{Element: e, Rect: layout.Rect{X: min(across(e.Left), w-1), Y: down(e.Top)}})
	}
	if !somewhere && len(out) != 1 {
		return nil, 0, false
	}
	first := true
	for i := range out {
		if out[i].Kind == model.Button {
			if out[i].act = journey.Decline; first {
				out[i].act, first = journey.Accept, false
			}
		}
	}
	slices.SortStableFunc(out, func(x, y piece) int { return cmp.Or(cmp.Compare(x.Top, y.Top), cmp.Compare(x.Left, y.Left)) })
	for i := range out {
		x := &out[i]
		said := says(&x.Element)
		switch x.Kind {
		case model.Picture:
			x.W, x.H = max(3, across(x.Width)), max(1, down(x.Element.Height))
			x.W = min(x.W, w-x.X)
		case model.Button:
			x.W = min(max(width(said)+4, across(x.Width)), w)
			x.X = min(x.X, w-x.W)
			if x.H = 1; down(x.Element.Height) >= 3 {
				x.H = 3
			}
		default:
			end := w
			if x.Width > 0 {
				end = min(w, x.X+max(across(x.Width), longestWord(said)))
			}
			for j := range out { // what stands beside it narrows it
				if o := &out[j]; o.Kind != model.Label && o.Left > x.Left && o.Top <= x.Top && x.Top < o.Top+o.Element.Height && o.X > x.X {
					end = min(end, o.X-1)
				}
			}
			if end-x.X < min(longestWord(said), 12) {
				return nil, 0, false
			}
			x.lines = wrap(said, end-x.X)
			for _, l := range x.lines {
				x.W = max(x.W, width(l))
			}
			x.H = len(x.lines)
		}
		for again := true; again; {
			again = false
			for j := range out[:i] {
				if o := out[j].Rect; !cut(o, x.Rect).Empty() {
					x.Y, again = o.Y+o.H, true
					if out[j].Kind == model.Label && x.Kind == model.Button && x.Y+x.H < h {
						x.Y++ // a blank line above the button
					}
					if out[j].Kind == model.Button && x.Kind == model.Button {
						x.X = min(out[j].X, w-x.W) // no longer beside it: below it
					}
				}
			}
		}
		if x.Y > 1<<10 {
			return nil, 0, false
		}
		need = max(need, x.Y+x.H)
	}
	slices.SortStableFunc(out, func(x, y piece) int { return x.Z - y.Z })
	return out, need, len(out) > 0
}

// longestWord is the width of a text's longest word.
func longestWord(s string) int {
	n := 0
	for word := range strings.FieldsSeq(s) {
		n = max(n, width(word))
	}
	return n
}

// flow puts the elements below each other on w by h cells, a picture at the
// right of the text where there is room for it, the buttons last. It gives the
// rows that they need.
func (s *Shown) flow(w, h int, b bounds) (out []piece, need int) {
	labels, buttons, pictures := s.elements(model.Label), s.elements(model.Button), s.elements(model.Picture)
	if page := s.Engagement.Creative.HTML; page != "" {
		labels, buttons = htmlElements(page)
		pictures = nil
	}
	if len(labels) == 0 && len(buttons) == 0 {
		labels = []model.Element{{Kind: model.Label, Text: s.label(model.Peel, model.Pin), Bold: true}}
	}
	// The buttons' rows, from the lower edge up.
	var row []piece
	x, rows := 0, 0
	for i, e := range buttons {
		at := piece{Element: e, act: journey.Decline}
		if i == 0 {
			at.act = journey.Accept
		}
		at.W, at.H = min(width(says(&e))+4, w), 1
		if x > 0 && x+at.W > w {
			x, rows = 0, rows+1
		}
		at.X, at.Y = x, rows
		x += at.W + 1
		row = append(row, at)
	}
	if len(buttons) > 0 {
		rows++
	}
	room, textW := max(0, h-rows), w
	beside := len(pictures) > 0 && w >= 30 && !b.phone && room >= 2
	if beside {
		textW = w*2/3 - 1
	}
	y := 0
	for i, e := range labels {
		lines := wrap(says(&e), textW)
		if i > 0 && !strong(&e) && strong(&labels[i-1]) && y+1+len(lines) <= room {
			y++ // a blank line below a heading
		}
		if y+len(lines) > room && y < room {
			lines = append(slices.Clone(lines[:room-y-1]), b.more)
		}
		if y >= room || len(lines) == 0 {
			continue
		}
		out = append(out, piece{Element: e, Rect: layout.Rect{Y: y, W: textW, H: len(lines)}, lines: lines})
		y += len(lines)
	}
	if y > 0 && rows > 0 && y < room {
		y++ // a blank line above the buttons
	}
	need = y + rows
	if beside {
		need = max(need, min(6, s.face().Height/pixelsH)+rows)
		out = append(out, piece{Element: pictures[0], Rect: layout.Rect{X: textW + 2, W: w - textW - 2, H: min(room, max(need-rows, 2)) - min(1, rows)}})
	}
	for _, at := range row {
		if at.Y += min(need, h) - rows; at.Y >= 0 {
			out = append(out, at)
		}
	}
	return out, need
}

// strong tells whether a text is drawn bold.
func strong(e *model.Element) bool { return e.Heading > 0 || e.Bold || e.FontSize >= 18 }

// htmlElements reads what a creative of HTML says: its text, what stands in a
// heading, and its links and buttons.
func htmlElements(page string) (labels, buttons []model.Element) {
	z := html.NewTokenizer(strings.NewReader(page))
	var words, link []string
	heading, linked, hidden := 0, false, false
	flush := func(next int) {
		if len(words) > 0 {
			labels = append(labels, model.Element{Kind: model.Label, Text: strings.Join(words, " "), Heading: heading})
		}
		words, heading = nil, next
	}
	for range 2000 { // tokens; more says no screen
		switch z.Next() {
		case html.ErrorToken:
			if len(link) > 0 {
				buttons = append(buttons, model.Element{Kind: model.Button, Text: strings.Join(link, " ")})
			}
			flush(0)
			return labels, buttons
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			t := z.Token()
			open := t.Type == html.StartTagToken
			switch t.Data {
			case "a", "button":
				if !open && len(link) > 0 {
					buttons = append(buttons, model.Element{Kind: model.Button, Text: strings.Join(link, " ")})
				}
				linked, link = open, nil
			case "script", "style", "title":
				hidden = open
			case "h1", "h2", "h3", "h4", "h5", "h6":
				next := 0
				if open {
					next = int(t.Data[1] - '0')
				}
				flush(next)
			case "p", "div", "br", "li", "tr":
				flush(0)
			}
		case html.TextToken:
			switch said := strings.Fields(string(z.Text())); {
			case hidden:
			case linked:
				link = append(link, said...)
			default:
				words = append(words, said...)
			}
		}
	}
	flush(0)
	return labels, buttons
}
