package journey

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
)

// SignalHeartbeat is the name of the signal that a page sends while it is looked
// at: page_ping, user_engagement, ping.
const SignalHeartbeat = "heartbeat"

// origin is what all events of one message share: who, in which visit, when.
type origin struct {
	im             *importer
	visitor, visit string
	user           string // signed in as
	at             Instant
}

// origin tells whose a message is, by the ids of a browser and of a user, of
// which one may be missing. What is no event any more for that is rejected.
func (r *identities) origin(anonymous, user, visit string, at Instant) (origin, *fault) {
	anonymous, user = r.im.hide(anonymous), r.im.hide(user)
	if anonymous == "" && user == "" {
		return origin{}, &fault{reason: "no-id", detail: "neither a browser's id nor a user's"}
	}
	return origin{im: r.im, visitor: r.visitor(anonymous, user), visit: visit, user: user, at: at}, nil
}

// emit tells of an event, which is copied.
func (o *origin) emit(e Event, r role) {
	ev := o.im.dec.newEvent()
	*ev = e
	ev.Visitor, ev.Visit, ev.At = o.visitor, o.visit, o.at
	o.im.emit(ev, r)
}

// newPage makes room for a page.
func (o *origin) newPage() *Page { return o.im.dec.newPage() }

// geo is a place, or nil if nothing is told of it; it is good until the page
// that has it is told of, which gets one of its own.
func (o *origin) geo(country, region, city string) *Geo {
	o.im.geo = Geo{Country: country, Region: region, City: city}
	if o.im.geo == (Geo{}) {
		return nil
	}
	return &o.im.geo
}

// signedIn tells that the visitor is signed in, unless that is known.
func (o *origin) signedIn() {
	if o.user != "" {
		o.emit(Event{Type: Identify, Identify: &Identity{User: o.user}}, inferred)
	}
}

// page tells of a page that is looked at: a page view if viewed, else the page
// that something else happened on, which is a page view where none was told.
func (o *origin) page(p *Page, viewed bool) *fault {
	switch {
	case p.URL == "" && viewed:
		o.im.skip("no-url")
		return nil
	case p.URL == "":
		return nil
	case len(p.URL) > maxURL || len(p.Referrer) > maxURL:
		return &fault{reason: "value", field: "url", detail: "a URL longer than " + strconv.Itoa(maxURL) + " bytes", value: p.URL}
	}
	if _, err := netip.ParseAddr(p.IP); p.IP != "" && err != nil {
		p.IP = "" // hashed or masked: nothing that a condition looks at
	}
	r := inferred
	if viewed {
		r = plain
	}
	o.emit(Event{Type: PageView, Page: p}, r)
	return nil
}

// history tells how many visits the visitor has made, by a number as text.
func (p *Page) history(visits string) {
	if visits == "" {
		return
	}
	if n, err := strconv.Atoi(visits); err == nil && n > 0 && n <= maxCount {
		returning := n > 1
		p.Visits, p.Returning = n, &returning
	}
}

// marketing tells of a campaign that brought the visitor, if any is named.
func (o *origin) marketing(campaign, source, medium string) {
	if campaign+source+medium != "" {
		o.emit(Event{Type: MarketingInfo, Marketing: &Marketing{Channel: mediumChannel(medium, source), Affiliate: source, Campaign: campaign}}, plain)
	}
}

// views tells of products that are looked at; false if there are none.
func (o *origin) views(currency string, products []Product) bool {
	if len(products) == 0 {
		return false
	}
	o.emit(Event{Type: ProductView, ProductView: &Views{Currency: strings.ToUpper(currency), Products: products}}, plain)
	return true
}

// change tells of products that come to the cart or leave it; false if there
// are none.
func (o *origin) change(r role, currency string, products []Product) bool {
	if len(products) == 0 {
		return false
	}
	o.emit(Event{Type: Cart, Cart: &CartState{Currency: strings.ToUpper(currency), Products: products}}, r)
	return true
}

// cart tells of a whole cart; false if there is neither a total nor a product.
func (o *origin) cart(total, currency string, products []Product) bool {
	amount, told := o.im.amount(total)
	c := snapshot(amount, told, strings.ToUpper(currency), products)
	if c != nil {
		o.emit(Event{Type: Cart, Cart: c}, plain)
	}
	return c != nil
}

// order tells of a purchase; false if there is neither a total nor an id.
func (o *origin) order(total, currency, id string, products []Product) bool {
	amount, told := o.im.amount(total)
	if !told && id == "" {
		return false
	}
	o.emit(orderOf(amount, strings.ToUpper(currency), id, products), plain)
	return true
}

// search tells of phrases that were searched for; false if there is none.
func (o *origin) search(phrases ...string) bool {
	var kept []string
	for _, p := range phrases {
		kept = addPhrase(kept, p)
	}
	if kept == nil {
		return false
	}
	o.emit(Event{Type: SearchInfo, Search: &Search{Keywords: kept}}, plain)
	return true
}

// signal tells of anything else by its name.
func (o *origin) signal(name string) {
	o.emit(Event{Type: Signal, Signal: &SignalSent{Name: name}}, plain)
}

// scrolled tells how far down the page was, in percent as text; false if that
// is none.
func (o *origin) scrolled(percent string) bool {
	n, err := strconv.Atoi(percent)
	if err != nil || n < 0 || n > 100 {
		return false
	}
	o.emit(Event{Type: Signal, Signal: &SignalSent{Name: SignalScroll, Value: &n}}, plain)
	return true
}

// snapshot makes a cart, or nil if there is neither a product nor a total. A
// total that is not told is summed from the list, and the cart is partial if a
// price is missing.
func snapshot(total model.Money, told bool, currency string, products []Product) *CartState {
	if !told && len(products) == 0 {
		return nil
	}
	c := &CartState{Total: total, Currency: currency, Products: products}
	sum := runningCart{}
	for i := range products {
		p := &products[i]
		sum.items = min(sum.items+p.Quantity, maxCount)
		if p.Price == nil {
			c.Partial = !told
		}
		sum.charge(p, 1)
	}
	c.NumItems = sum.items
	if !told {
		c.Total = sum.total
	}
	return c
}

// orderOf makes a purchase, its items counted from the list.
func orderOf(total model.Money, currency, id string, products []Product) Event {
	o := &Order{Total: total, Currency: currency, OrderID: id, Products: products}
	for i := range products {
		o.NumItems = min(o.NumItems+products[i].Quantity, maxCount)
	}
	return Event{Type: Purchase, Purchase: o}
}

// productOf makes a product of texts, and false if nothing names it. What is no
// amount is no price, and what is no number is one piece.
func (o *origin) productOf(sku, name, category, price, quantity string) (Product, bool) {
	p := Product{SKU: sku, Name: name, Category: category, Quantity: 1}
	if a, ok := o.im.amount(price); ok {
		p.Price = &a
	}
	if q, ok := o.im.pieces(quantity); ok {
		p.Quantity = q
	}
	return p, sku != "" || name != ""
}

// unreadAmounts is noted where amount or pieces was told what is none.
const unreadAmounts = "some amounts or numbers of pieces cannot be read, such as NaN, 1e400 or 12,50; they are taken for not told"

// amount is looseMoney for a source that may have told nothing.
func (im *importer) amount(s string) (model.Money, bool) {
	a, ok := looseMoney(s)
	if !ok && told(s) != "" {
		im.rep.note(unreadAmounts)
	}
	return a, ok
}

// pieces is amount for a number of pieces.
func (im *importer) pieces(s string) (int, bool) {
	n, ok := pieces(s)
	if !ok && told(s) != "" {
		im.rep.note(unreadAmounts)
	}
	return n, ok
}

// pieces reads a number of pieces, also one written with decimals, as 2.0.
func pieces(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	q, err := strconv.Atoi(s)
	if err != nil {
		a, ok := looseMoney(s)
		if !ok || a%model.MoneyScale != 0 {
			return 0, false
		}
		q = int(a / model.MoneyScale)
	}
	return q, q >= 0 && q <= maxCount
}

// productsOf makes products of a list, at most maxCartProducts.
func (o *origin) productsOf(list []*node, of func(n *node) (Product, bool)) []Product {
	if len(list) == 0 {
		return nil
	}
	out := make([]Product, 0, min(len(list), maxCartProducts))
	for _, n := range list {
		if len(out) == maxCartProducts {
			break
		}
		if p, ok := of(n); ok {
			out = append(out, p)
		}
	}
	return slices.Clip(out)
}
