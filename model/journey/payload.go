package journey

import (
	"strconv"
	"strings"

	"beckon/model"
)

// payload reads the field that was entered, which is not of the envelope.
func (d *decoder) payload(e *Event, o *obj) {
	if !o.known {
		d.path = append(d.path[:0], e.Type.String(), o.key)
		d.ignore()
		d.path = append(d.path[:0], o.key)
		return
	}
	switch e.Type {
	case PageView:
		d.page(e.Page, o.key)
	case Cart:
		d.cart(e.Cart, o.key)
	case Purchase:
		d.purchase(e.Purchase, o.key)
	case ProductView:
		switch o.key {
		case "currency":
			e.ProductView.Currency = d.text()
		case "products":
			e.ProductView.Products = d.products()
		}
	case CustomerInfo:
		d.customer(e.Customer)
	case MarketingInfo:
		d.marketing(e.Marketing)
	case Personal:
		d.person(e.Personal)
	case Lead:
		d.lead(e.Lead)
	case Service:
		d.service(e.Service)
	case Error:
		d.visitorError(e.Error)
	case SearchInfo:
		e.Search.Keywords = d.texts()
	default:
		d.visitorsDoing(e, o.key)
	}
}

// visitorsDoing reads the fields of the types that are no attributes.
func (d *decoder) visitorsDoing(e *Event, key string) {
	switch e.Type {
	case Respond:
		switch key {
		case "engagement":
			e.Respond.Engagement = d.engagement()
		case "action":
			e.Respond.Action = Action(d.oneOf("accept", "decline"))
		}
	case Conversation:
		switch key {
		case "action":
			e.Conversation.Start = d.oneOf("start", "end") == "start"
		case "engagement":
			e.Conversation.Engagement = d.engagement()
		}
	case Agents:
		switch key {
		case "skill":
			e.Agents.Skill = d.text()
		case "state":
			e.Agents.State = model.Availability(d.oneOf(string(model.Online), string(model.Busy), string(model.Offline)))
		}
	case Identify:
		switch key {
		case "user":
			e.Identify.User = d.text()
		case "traits":
			e.Identify.Traits = d.traits()
		}
	case Signal:
		switch key {
		case "name":
			e.Signal.Name = d.text()
		case "value":
			v := int(d.integer(-maxCount, maxCount))
			e.Signal.Value = &v
		}
	}
}

// oneOf reads one of a few words.
func (d *decoder) oneOf(words ...string) string {
	s := d.text()
	if d.s.f != nil {
		return ""
	}
	for _, w := range words {
		if s == w {
			return s
		}
	}
	d.fail("value", "want "+strings.Join(words, ", "), s)
	return ""
}

// engagement reads "campaign/engagement".
func (d *decoder) engagement() string {
	s := d.text()
	if c, e, ok := strings.Cut(s, "/"); d.s.f == nil && (!ok || c == "" || e == "" || strings.Contains(e, "/")) {
		d.fail("value", "want campaign/engagement", s)
	}
	return s
}

// traits reads an object of scalars.
func (d *decoder) traits() map[string]string {
	var o obj
	if !d.object(&o, nil) {
		return nil
	}
	out := map[string]string{}
	for d.next(&o) {
		out[d.share([]byte(o.key))] = d.scalarText()
		d.done()
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (d *decoder) url() string {
	s := d.text()
	if len(s) > maxURL {
		d.fail("value", "a URL longer than "+strconv.Itoa(maxURL)+" bytes", s)
	}
	return s
}

func (d *decoder) page(p *Page, key string) {
	switch key {
	case "url":
		p.URL = d.url()
	case "title":
		p.Title = d.text()
	case "referrer":
		p.Referrer = d.url()
	case "sections":
		p.Sections = d.texts()
	case "userAgent":
		p.UserAgent = d.text()
	case "ip":
		p.IP = d.text()
	case "geo":
		g := Geo{}
		var o obj
		if d.object(&o, geoNames) {
			for d.next(&o) {
				switch o.key {
				case "country":
					g.Country = d.text()
				case "region":
					g.Region = d.text()
				case "city":
					g.City = d.text()
				default:
					d.ignore()
				}
				d.done()
			}
		}
		p.Geo = &g
	case "language":
		p.Language = d.text()
	case "platform":
		p.Platform = model.Platform(d.oneOf(string(model.Desktop), string(model.Tablet), string(model.Smartphone)))
	case "browser":
		p.Browser = d.text()
	case "os":
		p.OS = d.text()
	case "returning":
		v := d.truth()
		p.Returning = &v
	case "visits":
		p.Visits = int(d.integer(1, maxCount))
	case "lastVisit":
		p.LastVisit = d.instant()
	}
}

func (d *decoder) cart(c *CartState, key string) {
	switch key {
	case "total":
		c.Total = d.money()
	case "currency":
		c.Currency = d.text()
	case "numItems":
		c.NumItems = d.count()
	case "products":
		c.Products = d.products()
	case "partial":
		c.Partial = d.truth()
	}
}

func (d *decoder) purchase(p *Order, key string) {
	switch key {
	case "total":
		p.Total = d.money()
	case "currency":
		p.Currency = d.text()
	case "orderId":
		p.OrderID = d.text()
	case "cart":
		var o obj
		if !d.object(&o, orderCartNames) {
			return
		}
		for d.next(&o) {
			switch o.key {
			case "numItems":
				p.NumItems = d.count()
			case "products":
				p.Products = d.products()
			default:
				d.ignore()
			}
			d.done()
		}
	}
}

// products reads a list of {product, quantity}.
func (d *decoder) products() []Product {
	if k := d.s.kind(); k != list {
		d.want("a list of products", k)
		return nil
	}
	var out []Product
	if !d.s.open('[') {
		return nil
	}
	for first := true; d.s.more(&first, ']'); {
		d.path[len(d.path)-1] = "products[" + strconv.Itoa(len(out)) + "]"
		p := Product{Quantity: 1}
		var o obj
		found := false
		if d.object(&o, itemNames) {
			for d.next(&o) {
				switch o.key {
				case "product":
					found = true
					d.product(&p)
				case "quantity":
					p.Quantity = d.count()
				default:
					d.ignore()
				}
				d.done()
			}
		}
		if !found {
			d.fail("missing", "product is missing", "")
		}
		out = append(out, p)
	}
	if d.s.f == nil {
		d.path[len(d.path)-1] = "products"
	}
	return out
}

func (d *decoder) product(p *Product) {
	var o obj
	if !d.object(&o, productNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "name":
			p.Name = d.text()
		case "category":
			p.Category = d.text()
		case "sku":
			p.SKU = d.text()
		case "price":
			m := d.money()
			p.Price = &m
		case "statusInStock":
			p.StatusInStock = d.text()
		case "quantityInStock":
			n := d.count()
			p.QuantityInStock = &n
		default:
			d.ignore()
		}
		d.done()
	}
}
