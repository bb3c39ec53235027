package journey

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// SegmentWriter writes events as messages of Segment, one a line, which
// [FormatSegment] reads. What no message can say is left out whole and counted:
// answers, conversations, agents, errors, leads and the like are nobody's
// messages. What is written is read as it was, with these exceptions, which are
// counted, too: who signs in is a customer of that id, and of a cart or an order
// the pieces are those of its list.
type SegmentWriter struct {
	w    *bufio.Writer
	buf  []byte
	n    int64
	held *Event // a page, for the source that may be told next
	told SegmentTold
}

// SegmentTold is what became of events, by their types in files.
type SegmentTold struct {
	LeftOut     map[string]int64 // events that no message can say
	Approximate map[string]int64 // written, and read as nearly the same
}

// NewSegmentWriter returns a writer to w. Call [SegmentWriter.Flush] at the end.
func NewSegmentWriter(w io.Writer) *SegmentWriter {
	return &SegmentWriter{w: bufio.NewWriterSize(w, 64<<10), told: SegmentTold{map[string]int64{}, map[string]int64{}}}
}

// Told is what became of the events so far.
func (w *SegmentWriter) Told() SegmentTold { return w.told }

// Write writes one event. The source of a visit goes into the message of its page,
// if it is told next and at the same instant.
func (w *SegmentWriter) Write(e *Event) error {
	if p := w.held; p != nil {
		w.held = nil
		if e.Type == MarketingInfo && e.Visitor == p.Visitor && e.Visit == p.Visit && e.At == p.At {
			if medium, ok := mediumOf(e.Marketing); ok {
				return w.message(p, e.Marketing, medium)
			}
		}
		if err := w.message(p, nil, ""); err != nil {
			return err
		}
	}
	if e.Type == PageView {
		c := *e
		w.held = &c
		return nil
	}
	return w.message(e, nil, "")
}

// Flush writes what is held and buffered.
func (w *SegmentWriter) Flush() error {
	if p := w.held; p != nil {
		w.held = nil
		if err := w.message(p, nil, ""); err != nil {
			return err
		}
	}
	return w.w.Flush()
}

// mediumOf is a medium that is read as the channel, with the campaign's source.
func mediumOf(m *Marketing) (medium string, ok bool) {
	if m.Campaign+m.Affiliate == "" && m.Channel == "" {
		return "", false
	}
	for _, medium := range []string{"", "cpc", "organic", "social", "email", "display", "referral", "direct"} {
		if mediumChannel(medium, m.Affiliate) == m.Channel && medium+m.Campaign+m.Affiliate != "" {
			return medium, true
		}
	}
	return "", false
}

// message writes one event, if a message can say it.
func (w *SegmentWriter) message(e *Event, source *Marketing, medium string) error {
	f := fieldWriter{b: append(w.buf[:0], '{')}
	exact, ok := true, true
	begin := func(typ string) {
		f.always("type", typ)
		w.n++
		f.always("messageId", "m-"+strconv.FormatInt(w.n, 10))
		f.always("anonymousId", e.Visitor)
		f.instant("timestamp", e.At)
	}
	context := func(fill func()) {
		f.open("context")
		f.text("sessionId", e.Visit)
		if fill != nil {
			fill()
		}
		f.close()
	}
	track := func(name string, fill func()) {
		begin("track")
		f.always("event", name)
		context(nil)
		f.open("properties")
		if fill != nil {
			fill()
		}
		f.close()
	}
	switch e.Type {
	case PageView:
		exact = pageIsSaid(e.Page)
		begin("page")
		if len(e.Page.Sections) > 0 {
			f.text("category", e.Page.Sections[0])
		}
		context(func() { f.messagePage(e.Page, source, medium) })
	case Cart:
		exact = e.Cart.NumItems == piecesOf(e.Cart.Products) && !e.Cart.Partial
		track("Cart Viewed", func() {
			f.money("total", &e.Cart.Total)
			f.text("currency", e.Cart.Currency)
			f.messageProducts(e.Cart.Products)
		})
		exact = exact && productsAreSaid(e.Cart.Currency, e.Cart.Products)
	case Purchase:
		exact = e.Purchase.NumItems == piecesOf(e.Purchase.Products) && productsAreSaid(e.Purchase.Currency, e.Purchase.Products)
		track("Order Completed", func() {
			f.money("total", &e.Purchase.Total)
			f.text("currency", e.Purchase.Currency)
			f.text("order_id", e.Purchase.OrderID)
			f.messageProducts(e.Purchase.Products)
		})
	case ProductView:
		ok, exact = len(e.ProductView.Products) > 0, productsAreSaid(e.ProductView.Currency, e.ProductView.Products)
		track("Product Viewed", func() {
			f.text("currency", e.ProductView.Currency)
			f.messageProducts(e.ProductView.Products)
		})
	case SearchInfo:
		ok = len(e.Search.Keywords) == 1 && e.Search.Keywords[0] != ""
		if ok {
			track("Products Searched", func() { f.text("query", e.Search.Keywords[0]) })
		}
	case Signal:
		ok = e.Signal.Name != "" && e.Signal.Value == nil && !trackNames[foldName(e.Signal.Name)]
		track(e.Signal.Name, nil)
	case Identify:
		ok, exact = e.Identify.User != "", false // it makes a customer, too
		begin("identify")
		f.text("userId", e.Identify.User)
		context(nil)
		f.open("traits")
		f.rest(e.Identify.Traits, nil)
		f.close()
	case Personal:
		p := e.Personal
		ok = p.Age != nil || p.Birth != 0 || p.Gender != "" || p.Language != ""
		exact = len(p.Other) == 0
		begin("identify")
		context(nil)
		f.open("traits")
		if p.Age != nil {
			f.integer("age", int64(*p.Age))
		}
		if p.Birth != 0 {
			f.always("birthday", p.Birth.String())
		}
		f.text("gender", strings.ToLower(p.Gender))
		f.text("language", p.Language)
		f.close()
	default:
		ok = false
	}
	w.buf = append(f.b, "}\n"...)
	if !ok {
		w.told.LeftOut[e.Type.String()]++
		return nil
	}
	if !exact {
		w.told.Approximate[e.Type.String()]++
	}
	_, err := w.w.Write(w.buf)
	return err
}

// trackNames are folded names of messages that mean something else than a signal.
var trackNames = map[string]bool{"productviewed": true, "productadded": true, "productremoved": true, "cartviewed": true, "checkoutstarted": true,
	"ordercompleted": true, "productssearched": true, "productsearched": true}

// messagePage appends what a message tells of its page.
func (w *fieldWriter) messagePage(p *Page, source *Marketing, medium string) {
	w.open("page")
	w.text("url", p.URL)
	w.text("title", p.Title)
	w.text("referrer", p.Referrer)
	w.close()
	w.text("userAgent", p.UserAgent)
	w.text("locale", p.Language)
	w.text("ip", p.IP)
	if p.UserAgent == "" && p.OS != "" {
		w.open("os")
		w.text("name", p.OS)
		w.close()
	}
	if p.Geo != nil {
		w.open("location")
		w.text("country", p.Geo.Country)
		w.text("region", p.Geo.Region)
		w.text("city", p.Geo.City)
		w.close()
	}
	if source != nil {
		w.open("campaign")
		w.text("name", source.Campaign)
		w.text("source", source.Affiliate)
		w.text("medium", medium)
		w.close()
	}
}

// messageProducts appends a list of products.
func (w *fieldWriter) messageProducts(list []Product) {
	w.key("products")
	w.b = append(w.b, '[')
	for i := range list {
		p := &list[i]
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		w.text("sku", p.SKU)
		w.text("name", p.Name)
		w.text("category", p.Category)
		w.money("price", p.Price)
		if p.Quantity != 1 {
			w.integer("quantity", int64(p.Quantity))
		}
		w.close()
	}
	w.b = append(w.b, ']')
}

// pageIsSaid reports whether a message tells all of a page.
func pageIsSaid(p *Page) bool {
	return len(p.Sections) <= 1 && p.Platform == "" && p.Browser == "" && (p.OS == "" || p.UserAgent == "") && p.Returning == nil && p.Visits == 0 && p.LastVisit == 0
}

// productsAreSaid reports whether messages tell all of some products.
func productsAreSaid(currency string, list []Product) bool {
	for i := range list {
		p := &list[i]
		if p.SKU+p.Name == "" || p.StatusInStock != "" || p.QuantityInStock != nil || p.Quantity < 1 {
			return false
		}
	}
	return currency == strings.ToUpper(currency) && len(list) <= maxCartProducts
}

func piecesOf(list []Product) int {
	n := 0
	for i := range list {
		n = min(n+list[i].Quantity, maxCount)
	}
	return n
}
