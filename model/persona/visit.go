package persona

import (
	"net/url"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// visit is one visit in the making. Its methods are the words that stories are
// told in: each adds the events of one thing that a visitor does.
type visit struct {
	dice
	site   *Site
	who    *who
	number int // of this visit, from 0
	at     journey.Instant
	// until is when the visit is over, whatever the story.
	until journey.Instant
	over  bool
	// history
	before    int // visits, those before our first included
	lastVisit journey.Instant

	trolley []line // carried from visit to visit
	paid    bool   // the bill, in any visit so far
	signed  bool   // in
	landed  bool
	serial  int // of ids
	out     []*journey.Event
}

// line is a line of the cart.
type line struct {
	product  *Product
	quantity int
}

// Bounds of how long a visitor does nothing: below what cuts a visit in two.
const (
	leastStay = 400
	mostStay  = 20 * model.Minute
	mostVisit = 5 * model.Hour
)

// emit adds an event at the present instant, unless the visit is over.
func (v *visit) emit(e journey.Event) bool {
	if v.over || v.at > v.until {
		v.over = true
		return false
	}
	e.Visitor, e.At = v.who.id, v.at
	v.out = append(v.out, &e)
	return true
}

// stay lets time pass about a median.
func (v *visit) stay(median model.Duration) { v.at = v.at.Add(v.time(median, leastStay, mostStay)) }

// linger lets time pass, so long at least.
func (v *visit) linger(least, median model.Duration) {
	v.at = v.at.Add(v.time(median, least, mostStay))
}

// open loads a page; the first of the visit tells how and by whom it came.
func (v *visit) open(p *Page, query string) {
	page := &journey.Page{URL: v.site.Origin + p.Path, Title: p.Title, Sections: p.Sections}
	if v.landed {
		if query != "" {
			page.URL += "?" + query
		}
		v.emit(journey.Event{Type: journey.PageView, Page: page})
		return
	}
	v.landed = true
	a := v.comesBy()
	if query != "" && a.query != "" {
		query += "&"
	}
	if query += a.query; query != "" {
		page.URL += "?" + query
	}
	w := v.who
	page.Referrer, page.UserAgent, page.IP, page.Language = a.referrer, w.device.userAgent, w.ip, w.place.language
	geo := w.place.geo
	page.Geo = &geo
	returning := v.before > 0
	page.Returning = &returning
	if returning {
		page.Visits, page.LastVisit = v.before+1, v.lastVisit
	}
	v.emit(journey.Event{Type: journey.PageView, Page: page})
	v.marketing(a)
	if len(v.trolley) > 0 { // the site has kept it
		v.tellCart()
	}
}

// see opens a page and looks at it for a while.
func (v *visit) see(p *Page, median model.Duration) {
	v.open(p, "")
	v.stay(median)
}

// view opens a product's page.
func (v *visit) view(p *Product, median model.Duration) {
	v.open(&p.Page, "")
	viewed := journey.Product{Name: p.Name, Category: p.Category, SKU: p.SKU, Price: &p.Price, Quantity: 1}
	if p.Stock > 0 {
		left := int(min(uint64(p.Stock)*4, v.about(uint64(p.Stock), 12)))
		viewed.QuantityInStock = &left
		switch {
		case left == 0:
			viewed.StatusInStock = "out of stock"
		case left <= 3:
			viewed.StatusInStock = "low"
		default:
			viewed.StatusInStock = "in stock"
		}
	}
	v.emit(journey.Event{Type: journey.ProductView, ProductView: &journey.Views{Currency: v.site.Currency, Products: []journey.Product{viewed}}})
	v.stay(median)
}

// read opens an article and scrolls, by some of a hundred.
func (v *visit) read(p *Page, median model.Duration) {
	v.open(p, "")
	for depth := 25; depth <= 100 && v.in100(75); depth += 25 {
		v.stay(median / 4)
		v.signal(journey.SignalScroll, depth)
	}
	v.stay(median / 4)
}

// search looks for something.
func (v *visit) search(phrase string, finds bool, median model.Duration) {
	p := &v.site.SearchResults
	if !finds {
		p = &v.site.NothingFound
	}
	v.open(p, "q="+url.QueryEscape(phrase))
	v.emit(journey.Event{Type: journey.SearchInfo, Search: &journey.Search{Keywords: []string{phrase}}})
	if !finds {
		v.emit(journey.Event{Type: journey.Signal, Signal: &journey.SignalSent{Name: "search-empty"}})
	}
	v.stay(median)
}

// searchInVain looks for what the site does not have, in other words each time.
func (v *visit) searchInVain() {
	for i, phrase := range *one(&v.dice, v.site.SearchesInVain) {
		if i > 1 && !v.in100(50) {
			return
		}
		v.search(phrase, false, 14*model.Second)
	}
}

// signal sends a signal; a value of 0 is none.
func (v *visit) signal(name string, value int) {
	s := &journey.SignalSent{Name: name}
	if value != 0 {
		s.Value = &value
	}
	v.emit(journey.Event{Type: journey.Signal, Signal: s})
}

// put lays pieces of a product into the cart.
func (v *visit) put(p *Product, quantity int) {
	for i := range v.trolley {
		if v.trolley[i].product == p {
			v.trolley[i].quantity += quantity
			if !v.tellCart() {
				v.trolley[i].quantity -= quantity
			}
			return
		}
	}
	v.trolley = append(v.trolley, line{p, quantity})
	if !v.tellCart() {
		v.trolley = v.trolley[:len(v.trolley)-1]
	}
}

// takeOut takes the dearest line out of the cart.
func (v *visit) takeOut() {
	dear := -1
	for i, l := range v.trolley {
		if dear < 0 || l.product.Price > v.trolley[dear].product.Price {
			dear = i
		}
	}
	if dear < 0 || v.over || v.at > v.until {
		return
	}
	v.trolley = append(v.trolley[:dear:dear], v.trolley[dear+1:]...)
	v.tellCart()
}

// sum adds the cart up.
func (v *visit) sum() (total model.Money, items int, products []journey.Product) {
	for _, l := range v.trolley {
		p := l.product
		total += p.Price * model.Money(l.quantity)
		items += l.quantity
		products = append(products, journey.Product{Name: p.Name, Category: p.Category, SKU: p.SKU, Price: &p.Price, Quantity: l.quantity})
	}
	return total, items, products
}

// tellCart tells what is in the cart.
func (v *visit) tellCart() bool {
	total, items, products := v.sum()
	return v.emit(journey.Event{Type: journey.Cart, Cart: &journey.CartState{Total: total, Currency: v.site.Currency, NumItems: items, Products: products}})
}

// order confirms the purchase of the cart.
func (v *visit) order() {
	if len(v.trolley) == 0 {
		return
	}
	total, items, products := v.sum()
	id := v.id("FF")
	v.open(&v.site.Confirmation, "order="+id)
	if v.emit(journey.Event{Type: journey.Purchase, Purchase: &journey.Order{Total: total, Currency: v.site.Currency, OrderID: id, NumItems: items, Products: products}}) {
		v.trolley = nil
	}
	v.stay(15 * model.Second)
}

// id returns an id that no other visitor, and no other visit, has.
func (v *visit) id(prefix string) string {
	v.serial++
	return prefix + "-" + strconv.FormatUint(20000+v.who.index, 10) + "-" + strconv.Itoa(v.number*100+v.serial)
}

// signIn tells who the visitor is, if the site knows.
func (v *visit) signIn() {
	w := v.who
	if w.customer == nil || v.signed || !v.emit(journey.Event{Type: journey.Identify, Identify: &journey.Identity{User: w.user}}) {
		return
	}
	v.signed = true
	c := *w.customer
	v.emit(journey.Event{Type: journey.CustomerInfo, Customer: &c})
	if w.person != nil {
		p := *w.person
		v.emit(journey.Event{Type: journey.Personal, Personal: &p})
	}
	v.stay(4 * model.Second)
}

// fail meets an error, or the end of one.
func (v *visit) fail(context, message, code string, resolved bool) {
	v.emit(journey.Event{Type: journey.Error, Error: &journey.VisitorError{ContextID: context, Message: message, Code: code, Level: 10, Resolved: resolved}})
}

// service tells how far a request has come.
func (v *visit) service(topic string, status model.ServiceStatus, category, id string) {
	v.emit(journey.Event{Type: journey.Service, Service: &journey.ServiceUpdate{Topic: topic, Status: status, Category: category, ServiceID: id}})
}

// lead leaves an address with the shop.
func (v *visit) lead(topic string, value model.Money) {
	l := &journey.LeadMade{Topic: topic, LeadID: v.id("Q")}
	if value != 0 {
		l.Value, l.Currency = &value, v.site.Currency
	}
	v.emit(journey.Event{Type: journey.Lead, Lead: l})
}

// track opens the page of an order.
func (v *visit) track(order string) {
	p := v.site.Tracking
	p.Path = strings.Replace(p.Path, "%s", order, 1)
	v.see(&p, 20*model.Second)
}

// leave closes the last page, where the browser tells of it.
func (v *visit) leave() {
	if v.in100(85) {
		v.emit(journey.Event{Type: journey.Leave})
	}
}

// product draws one, mostly the one that the visitor came for.
func (v *visit) product() *Product {
	if v.in100(45) {
		return &v.site.Products[v.who.favorite]
	}
	return weighted(&v.dice, v.site.Products, func(p *Product) int { return p.Liking })
}

// of draws a product of a category, or any if there is none.
func (v *visit) of(categories ...string) *Product {
	p := weighted(&v.dice, v.site.Products, func(p *Product) int {
		for _, c := range categories {
			if p.Category == c {
				return p.Liking * 1000
			}
		}
		return 1
	})
	return p
}
