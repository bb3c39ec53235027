package page

import (
	"strconv"

	"beckon/model"
	"beckon/tui/theme"
)

// content draws the page's own content, with the embedded engagements in
// their place below its heading.
func (p *painter) content(a area) {
	a = a.in(2, 0, a.W-4, a.H)
	kind := KindOf(p.v.URL, p.v.Title, p.v.Sections)
	y := 0
	if a.H >= 10 {
		y++
	}
	title := p.v.Title
	if title == "" {
		title = kind.String()
	}
	if kind == FailurePage {
		title = p.th.Warn + " " + title
	}
	if kind != ProductPage { // a product page has its name beside the picture
		a.put(0, y, title, theme.Page)
		y += 2
	}
	if p.v.Problem != "" && y < a.H {
		a.put(0, y, p.th.Warn+" "+p.v.Problem, theme.Page)
		y += 2
	}
	for i := range p.v.Shown {
		if s := &p.v.Shown[i]; s.Engagement != nil && s.Engagement.Format == model.Embedded {
			y = p.embedded(a, y, s)
		}
	}
	rest := a.in(0, y, a.W, a.H-y)
	switch kind {
	case HomePage:
		p.home(rest)
	case CategoryPage:
		p.cards(rest, 3)
	case SearchPage:
		p.results(rest)
	case ProductPage:
		p.product(rest, title)
	case CartPage:
		p.cart(rest)
	case CheckoutPage:
		p.checkout(rest)
	case BillingPage:
		p.bill(rest)
	case HelpPage:
		p.questions(rest)
	case AccountPage:
		p.account(rest)
	case ConfirmationPage:
		p.confirmation(rest)
	default:
		p.prose(rest, 0)
	}
}

// greek draws lines that stand for text: each as wide as its number and the
// room say, so that a picture is the same each time.
func (p *painter) greek(a area, x, y, w, n, seed int) {
	for i := range n {
		part := 100 - (seed+i*37)%45
		p.words(a, x, y+i, w*part/100, seed+i)
	}
}

// words draws one line of words.
func (p *painter) words(a area, x, y, w, seed int) {
	for at := 0; at < w; seed++ {
		n := min(3+(seed*7)%8, w-at)
		a.line(x+at, y, n, p.th.Rail, theme.Page)
		at += n + 1
	}
}

// picture draws a box that stands for an image.
func (p *painter) picture(a area) { a.fill(p.th.BarEmpty, theme.Page) }

// button draws a button of the page and gives the column behind it.
func (p *painter) button(a area, x, y int, label string) int {
	return a.put(x, y, " "+label+" ", theme.PageBar)
}

// field draws a form field over w cells.
func (p *painter) field(a area, x, y, w int) {
	in := a.in(x, y, w, 3)
	if in.H < 3 || in.W < 4 {
		a.line(x, y, w, p.th.Rail, theme.Page)
		return
	}
	in.box(theme.Page)
}

func (p *painter) home(a area) {
	h := max(3, min(a.H/2, 9))
	hero := a.in(0, 0, a.W, h)
	p.picture(hero)
	if h >= 5 {
		strip := hero.in(2, h/2-1, min(hero.W-4, 30), 3)
		strip.fill(" ", theme.Page)
		p.words(strip, 1, 0, 18, 1)
		p.words(strip, 1, 1, 24, 4)
	}
	p.cards(a.in(0, h+1, a.W, a.H-h-1), 3)
}

// cards draws a grid of products.
func (p *painter) cards(a area, columns int) {
	if a.W < 48 {
		columns = 2
	}
	w := (a.W - (columns-1)*3) / columns
	high := 6
	for y := 0; y+2 < a.H; y += high + 2 {
		for i := range columns {
			card := a.in(i*(w+3), y, w, min(high, a.H-y))
			p.picture(card.in(0, 0, w, max(1, card.H-3)))
			if card.H >= 4 {
				p.words(card, 0, card.H-2, w*2/3, y+i)
				card.line(0, card.H-1, 6, p.th.Rail, theme.Page)
			}
		}
	}
}

func (p *painter) results(a area) {
	box := a.in(0, 0, min(a.W, 44), 3).box(theme.Page)
	box.put(1, 0, p.v.Search, theme.Page)
	for y := 4; y+1 < a.H; y += 3 {
		a.line(0, y, min(24, a.W), p.th.Rail, theme.Page)
		p.words(a, 2, y+1, a.W*3/5, y)
	}
}

func (p *painter) product(a area, title string) {
	w := a.W * 2 / 5
	p.picture(a.in(0, 0, w, min(a.H, 10)))
	for i := range 3 {
		p.picture(a.in(i*(w/3), 11, w/3-1, 2))
	}
	r := a.in(w+3, 0, a.W-w-3, a.H)
	name, price := title, ""
	if n := len(p.v.Products); n > 0 {
		if last := p.v.Products[n-1]; last.Name != "" {
			price = last.Price
			if p.v.Title == "" {
				name = last.Name
			}
		}
	}
	r.put(0, 0, name, theme.Page)
	if price != "" {
		r.put(0, 1, price, theme.Page)
	} else {
		r.line(0, 1, 7, p.th.Rail, theme.Page)
	}
	p.greek(r, 0, 3, r.W, 3, 5)
	p.button(r, 0, 7, "Add to cart")
	p.greek(r, 0, 9, r.W, max(0, min(4, r.H-9)), 9)
}

func (p *painter) cart(a area) {
	y := 0
	for _, x := range p.v.Products {
		if y+3 > a.H {
			break
		}
		p.picture(a.in(0, y, 5, 1))
		a.in(7, y, max(0, a.W-34), 1).put(0, 0, x.Name, theme.Page)
		a.in(a.W-24, y, 10, 1).put(0, 0, strconv.Itoa(max(1, x.Quantity))+" x", theme.Page)
		a.putRight(y, x.Price, theme.Page)
		y += 2
	}
	if len(p.v.Products) == 0 {
		if p.v.Items == 0 && p.v.Total != "" {
			a.put(0, y, "nothing in it", theme.Page)
			y++
		}
		for range min(max(p.v.Items, 1), 3) {
			if p.v.Items == 0 && p.v.Total != "" || y+2 > a.H {
				break
			}
			p.picture(a.in(0, y, 5, 1))
			p.words(a, 7, y, a.W/3, y)
			a.line(a.W-7, y, 7, p.th.Rail, theme.Page)
			y += 2
		}
	}
	a.line(0, y, a.W, p.th.Box.H, theme.Page)
	if p.v.Total != "" {
		a.putRight(y+1, "Total  "+p.v.Total, theme.Page)
	}
	r := a.in(a.W-12, y+3, 12, 1)
	p.button(r, 0, 0, "Checkout")
}

func (p *painter) checkout(a area) {
	x := 0
	for i, step := range []string{"Address", "Payment", "Confirm"} {
		sign := p.th.Draft
		if i == p.step() {
			sign = p.th.Running
		}
		x = a.put(x, 0, sign+" "+step, theme.Page) + 1
		if i < 2 {
			a.line(x, 0, 4, p.th.Rail, theme.Page)
			x += 5
		}
	}
	w := min(a.W, 46)
	y := 2
	for i := 0; y+4 < a.H && i < 4; i++ {
		a.line(0, y, 9+i*2, p.th.Rail, theme.Page)
		p.field(a, 0, y+1, w)
		y += 4
	}
	p.button(a, 0, min(y, a.H-1), "Continue")
	if p.v.Total != "" && a.W > 70 {
		a.in(w+4, 2, a.W-w-4, 1).putRight(0, "Total  "+p.v.Total, theme.Page)
	}
}

// step is how far a checkout's address says it is.
func (p *painter) step() int {
	for _, w := range []string{"payment", "pay"} {
		if contains(p.v.URL, w) {
			return 1
		}
	}
	if contains(p.v.URL, "confirm") || contains(p.v.URL, "review") {
		return 2
	}
	return 0
}

func (p *painter) bill(a area) {
	for y := 0; y < min(4, a.H-5); y++ {
		p.words(a, 0, y, a.W/2-y*3%7, y)
		a.line(a.W-8, y, 8, p.th.Rail, theme.Page)
	}
	y := min(4, max(0, a.H-5))
	a.line(0, y, a.W, p.th.Box.H, theme.Page)
	a.put(0, y+1, "To pay", theme.Page)
	a.line(a.W-8, y+1, 8, p.th.Rail, theme.Page)
	p.button(a, 0, y+3, "Pay now")
	p.greek(a, 0, y+5, a.W*3/4, max(0, min(3, a.H-y-5)), 2)
}

func (p *painter) questions(a area) {
	box := a.in(0, 0, min(a.W, 44), 3).box(theme.Page)
	box.put(1, 0, p.v.Search, theme.Page)
	for y := 4; y < a.H; y += 2 {
		a.put(0, y, p.th.Closed, theme.Page)
		p.words(a, 2, y, a.W/2+(y*5)%9, y)
	}
}

func (p *painter) account(a area) {
	for i, n := range []int{8, 6, 10, 7, 9} {
		if i*2 < a.H {
			a.line(0, i*2, n, p.th.Rail, theme.Page)
		}
	}
	r := a.in(16, 0, a.W-16, a.H)
	for y := 0; y+3 <= r.H; y += 4 {
		in := r.in(0, y, r.W, 3).box(theme.Page)
		p.words(in, 1, 0, in.W*3/5, y)
	}
}

func (p *painter) confirmation(a area) {
	x := a.put(0, 0, p.th.Check+" ", theme.Page)
	p.words(a, x, 0, a.W/2, 1)
	p.greek(a, 0, 2, a.W*2/3, max(0, min(3, a.H-2)), 3)
	if a.H > 7 {
		in := a.in(0, 6, a.W, min(4, a.H-6)).box(theme.Page)
		p.greek(in, 1, 0, in.W*3/5, in.H, 6)
	}
}

// prose draws paragraphs and a picture beside the first.
func (p *painter) prose(a area, y int) {
	w := a.W
	if a.W > 50 && a.H > 6 {
		w = a.W * 3 / 5
		p.picture(a.in(w+3, y, a.W-w-3, min(7, a.H-y)))
	}
	for i := 0; y < a.H; y, i = y+1, i+1 {
		if i%5 == 4 {
			if y > 7 {
				w = a.W
			}
			continue
		}
		p.words(a, 0, y, w*(100-(i*37)%35)/100, i)
	}
}
