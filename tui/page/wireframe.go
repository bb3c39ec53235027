package page

import (
	"strconv"

	"beckon/model"
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
		a.put(0, y, title, strongLook)
		y += 2
	}
	if p.v.Problem != "" && y < a.H {
		y = p.problem(a, y)
	}
	for i := range p.v.Shown {
		if s := &p.v.Shown[i]; s.format() == model.Embedded {
			y = p.embedded(a, y, s)
		}
	}
	rest := a.in(0, y, a.W, a.H-y)
	switch kind {
	case HomePage:
		p.home(rest)
	case CategoryPage:
		p.category(rest)
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
	case FailurePage:
		p.failure(rest)
	default:
		p.prose(rest, 0)
	}
}

// problem draws the message of an error in its box and gives the row below.
func (p *painter) problem(a area, y int) int {
	if a.H-y < 5 {
		a.put(0, y, p.th.Warn+" "+p.v.Problem, strongLook)
		return y + 2
	}
	in := a.in(0, y, min(a.W, max(24, width(p.v.Problem)+6)), 3).box(strongLook)
	in.put(1, 0, p.th.Warn+" "+p.v.Problem, strongLook)
	return y + 4
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
		a.line(x+at, y, n, p.th.Rail, mutedLook)
		at += n + 1
	}
}

// picture draws a box that stands for an image.
func (p *painter) picture(a area) { p.image(a, pictureLook, "") }

// button draws a button of the page and gives the column behind it.
func (p *painter) button(a area, x, y int, label string) int {
	if p.th.Options().NoColor {
		return a.put(x, y, "[ "+label+" ]", pushLook)
	}
	return a.put(x, y, "  "+label+"  ", pushLook)
}

// field draws a form field with its label over w cells and gives the row
// below.
func (p *painter) field(a area, x, y, w int, label string) int {
	a.put(x, y, label, mutedLook)
	in := a.in(x, y+1, w, 3)
	if a.H-y < 4 || in.W < 4 {
		a.line(x, y+1, w, p.th.Rail, mutedLook)
		return y + 2
	}
	in.box(mutedLook)
	return y + 4
}

// link draws something that can be clicked.
func (p *painter) link(a area, x, y int, label string) int { return a.put(x, y, label, linkLook) }

func (p *painter) home(a area) {
	h := max(3, min(a.H/2, 9))
	hero := a.in(0, 0, a.W, h)
	p.picture(hero)
	if h >= 4 {
		strip := hero.in(2, h/2-1, min(hero.W-4, 30), 3)
		strip.fill(" ", pageLook)
		p.words(strip, 1, 0, 18, 1)
		p.words(strip, 1, 1, 24, 4)
	}
	p.cards(a.in(0, h+1, a.W, a.H-h-1), 3)
}

// category draws the filters beside a grid of products.
func (p *painter) category(a area) {
	if a.W < 60 {
		p.cards(a, 2)
		return
	}
	side := a.in(0, 0, 14, a.H)
	for y, i := 0, 0; y+1 < side.H; y, i = y+1, i+1 {
		if i%5 == 4 {
			continue
		}
		if i%5 == 0 {
			side.line(0, y, 7+i%4, p.th.Rail, pageLook)
			continue
		}
		side.put(0, y, "[ ]", mutedLook)
		side.line(4, y, 4+(i*5)%6, p.th.Rail, mutedLook)
	}
	p.cards(a.in(17, 0, a.W-17, a.H), 3)
}

// cards draws a grid of products.
func (p *painter) cards(a area, columns int) {
	if a.W < 48 {
		columns = 2
	}
	w := (a.W - (columns-1)*3) / columns
	high := 6
	if a.H < 9 {
		high = 4
	}
	for y := 0; y+2 < a.H; y += high + 1 {
		for i := range columns {
			card := a.in(i*(w+3), y, w, min(high, a.H-y))
			p.picture(card.in(0, 0, w, max(1, card.H-2)))
			if card.H >= 3 {
				p.words(card, 0, card.H-2, w*2/3, y+i)
				card.line(0, card.H-1, 6, p.th.Rail, pageLook)
			}
		}
	}
}

// search draws the field with what was searched for and gives the row below.
func (p *painter) search(a area) int {
	const button = "Search"
	w := min(a.W-width(button)-6, 44)
	if a.H < 6 {
		x := a.in(0, 0, w, 1).put(0, 0, p.v.Search+" ", pageLook)
		p.button(a, x+1, 0, button)
		return 2
	}
	box := a.in(0, 0, w, 3).box(mutedLook)
	box.put(1, 0, p.v.Search, pageLook)
	p.button(a, w+1, 1, button)
	return 4
}

func (p *painter) results(a area) {
	y := p.search(a)
	if p.v.Search != "" && y < a.H {
		a.put(0, y, "Results for "+strconv.Quote(p.clip(p.v.Search, 40)), mutedLook)
		y += 2
	}
	for ; y+1 < a.H; y += 3 {
		p.picture(a.in(0, y, 5, 2))
		a.line(7, y, min(24, a.W-7), p.th.Rail, linkLook)
		p.words(a, 7, y+1, a.W*3/5, y)
	}
}

// subject is the product that a product page is about: the one viewed last.
func (p *painter) subject(title string) (name, price string) {
	name = title
	if n := len(p.v.Products); n > 0 {
		if last := p.v.Products[n-1]; last.Name != "" {
			name, price = last.Name, last.Price
		}
	}
	return name, price
}

func (p *painter) product(a area, title string) {
	w := a.W * 2 / 5
	high := min(a.H, 10)
	if a.H > 8 {
		high = min(a.H-3, 10)
		for i := range 3 {
			p.picture(a.in(i*(w/3), high+1, w/3-1, 2))
		}
	}
	p.image(a.in(0, 0, w, high), pictureLook, "photo")
	r := a.in(w+3, 0, a.W-w-3, a.H)
	name, price := p.subject(title)
	r.put(0, 0, name, strongLook)
	if price != "" {
		r.put(0, 1, price, pageLook)
	} else {
		r.line(0, 1, 7, p.th.Rail, pageLook)
	}
	p.greek(r, 0, 3, r.W, 2, 5)
	x := r.in(0, 6, 7, 1).put(0, 0, "- 1 +", mutedLook)
	p.button(r, x+2, 6, "Add to cart")
	p.greek(r, 0, 8, r.W, max(0, min(5, r.H-8)), 9)
}

func (p *painter) cart(a area) {
	y := 0
	for i, x := range p.v.Products {
		if y+4 > a.H {
			a.put(0, y, "and "+strconv.Itoa(len(p.v.Products)-i)+" more", mutedLook)
			y++
			break
		}
		p.picture(a.in(0, y, 5, 1))
		price := a.W - min(14, a.W/3)
		if n := strconv.Itoa(max(1, x.Quantity)); a.W >= 48 {
			a.in(7, y, max(0, price-19), 1).put(0, 0, x.Name, pageLook)
			a.in(price-11, y, 10, 1).put(0, 0, "- "+n+" +", mutedLook)
		} else {
			price = a.W - min(width(x.Price), a.W/3)
			a.in(7, y, max(0, price-8), 1).put(0, 0, n+" x "+x.Name, pageLook)
		}
		a.in(price, y, a.W-price, 1).putRight(0, x.Price, pageLook)
		y++
		if a.H-y > 2*(len(p.v.Products)-i)+2 {
			y++
		}
	}
	if len(p.v.Products) == 0 {
		y = p.unnamed(a)
	}
	a.line(0, y, a.W, p.th.Box.H, mutedLook)
	if p.v.Total != "" {
		a.putRight(y+1, "Total  "+p.v.Total, strongLook)
	}
	const label = "Checkout"
	step := 3
	if a.H-y < 4 {
		step = 2
	}
	p.button(a.in(a.W-width(label)-4, y+step, width(label)+4, 1), 0, 0, label)
	if a.W > 40 {
		p.link(a, 0, y+step, p.th.StepBack+" Go on shopping")
	}
}

// unnamed draws the lines of a cart whose products were not told.
func (p *painter) unnamed(a area) (y int) {
	if p.v.Items == 0 && p.v.Total != "" {
		a.put(0, 0, "Your cart is empty.", mutedLook)
		return 2
	}
	for range min(max(p.v.Items, 1), 3) {
		if y+2 > a.H {
			break
		}
		p.picture(a.in(0, y, 5, 1))
		p.words(a, 7, y, a.W/3, y)
		a.line(a.W-7, y, 7, p.th.Rail, mutedLook)
		y += 2
	}
	return y
}

// steps of a checkout, and the fields of each.
var steps = []struct {
	name   string
	fields [4]string
}{
	{"Address", [4]string{"Name", "Street", "Town", "Phone"}},
	{"Payment", [4]string{"Card number", "Name on the card", "Good until", "Code"}},
	{"Review", [4]string{"Deliver to", "Pay with", "Note", "Coupon"}},
}

func (p *painter) checkout(a area) {
	x := 0
	now := p.step()
	for i, s := range steps {
		sign, look := p.th.Draft, mutedLook
		switch {
		case i == now:
			sign, look = p.th.Running, strongLook
		case i < now:
			sign = p.th.Check
		}
		x = a.put(x, 0, sign+" "+s.name, look) + 1
		if i < len(steps)-1 {
			a.line(x, 0, 4, p.th.Rail, mutedLook)
			x += 5
		}
	}
	w := min(a.W, 46)
	aside := a.W >= 66
	if aside {
		w = min(w, a.W-26)
	}
	y := 2
	for _, label := range steps[now].fields {
		if y+4 >= a.H {
			break
		}
		y = p.field(a, 0, y, w, label)
	}
	if a.H > 3 {
		p.button(a, 0, min(y, a.H-1), "Continue")
	}
	if aside {
		p.summary(a.in(w+4, 2, a.W-w-4, min(7, a.H-2)))
	}
}

// summary is the box beside a form that says what is ordered.
func (p *painter) summary(a area) {
	in := a.box(mutedLook)
	in = in.in(1, 0, in.W-2, in.H)
	in.put(0, 0, "Your order", strongLook)
	for y := range max(0, min(2, in.H-3)) {
		p.words(in, 0, 1+y, in.W/2, y+2)
		in.line(in.W-6, 1+y, 6, p.th.Rail, mutedLook)
	}
	if in.H >= 2 && p.v.Total != "" {
		in.put(0, in.H-1, "Total", strongLook)
		in.putRight(in.H-1, p.v.Total, strongLook)
	}
}

// step is how far a checkout's address says it is.
func (p *painter) step() int {
	switch {
	case contains(p.v.URL, "pay"):
		return 1
	case contains(p.v.URL, "confirm"), contains(p.v.URL, "review"):
		return 2
	}
	return 0
}

func (p *painter) bill(a area) {
	w := min(a.W, 60)
	lines := max(0, min(4, a.H-6))
	for y := range lines {
		p.words(a, 0, y, w/2-y*3%7, y)
		a.line(w-8, y, 8, p.th.Rail, mutedLook)
	}
	y := lines
	a.line(0, y, w, p.th.Box.H, mutedLook)
	a.put(0, y+1, "Amount due", strongLook)
	a.line(w-8, y+1, 8, p.th.Rail, pageLook)
	x := p.button(a, 0, y+3, "Pay now")
	p.link(a, x+2, y+3, "Download the bill")
	p.greek(a, 0, y+5, a.W*3/4, max(0, min(3, a.H-y-5)), 2)
}

func (p *painter) questions(a area) {
	y := p.search(a)
	for i := 0; y < a.H; y, i = y+2, i+1 {
		sign := p.th.Closed
		if i == 0 && a.H > 10 {
			sign = p.th.Opened
		}
		a.put(0, y, sign, mutedLook)
		p.words(a, 2, y, a.W/2+(y*5)%9, y)
		if i == 0 && a.H > 10 {
			p.greek(a, 4, y+1, a.W*2/3, 2, 3)
			y += 2
		}
	}
}

// account draws the form that signs in, and for who is signed in his own
// pages.
func (p *painter) account(a area) {
	if p.v.User == "" {
		w := min(a.W, 40)
		y := p.field(a, 0, 0, w, "Email")
		y = p.field(a, 0, y, w, "Password")
		if y < a.H {
			x := p.button(a, 0, y, "Sign in")
			p.link(a, x+2, y, "Forgot it?")
		}
		return
	}
	a.put(0, 0, p.v.User, strongLook)
	for i, s := range []string{"Orders", "Bills", "Addresses", "Settings"} {
		p.link(a, 0, 2+i*2, s)
	}
	r := a.in(16, 2, a.W-16, a.H-2)
	for y := 0; y+3 <= r.H; y += 4 {
		in := r.in(0, y, r.W, 3).box(mutedLook)
		p.words(in, 1, 0, in.W*3/5, y)
		in.line(in.W-9, 0, 7, p.th.Rail, mutedLook)
	}
}

func (p *painter) confirmation(a area) {
	x := a.put(0, 0, p.th.Check+" ", strongLook)
	p.words(a, x, 0, a.W/2, 1)
	p.greek(a, 0, 2, a.W*2/3, max(0, min(2, a.H-2)), 3)
	if a.H > 8 {
		p.summary(a.in(0, 5, min(a.W, 50), min(6, a.H-5)))
	}
}

// failure draws a page that says that something went wrong.
func (p *painter) failure(a area) {
	p.greek(a, 0, 0, a.W/2, max(0, min(2, a.H)), 4)
	if a.H > 4 {
		x := p.button(a, 0, 3, "Try again")
		p.link(a, x+2, 3, "To the first page")
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
