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

// other keeps a scalar under its own name, telling of an unknown one.
func (d *decoder) other(to *map[string]string, o *obj) {
	if k := d.s.kind(); !o.known {
		if k >= list {
			d.ignore()
			return
		}
		d.unknown(strings.Join(d.path, "."))
	}
	s := d.scalarText()
	if *to == nil {
		*to = map[string]string{}
	}
	(*to)[d.share([]byte(o.key))] = s
}

func (d *decoder) customer(c *Customer) {
	var o obj
	if !d.object(&o, customerNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "ctype":
			c.Type = d.text()
		case "cstatus":
			c.Status = d.text()
		case "balance":
			m := d.money()
			c.Balance = &m
		case "currency":
			c.Currency = d.text()
		case "customerId":
			c.CustomerID = d.text()
		case "companySize":
			n := d.count()
			c.CompanySize = &n
		case "registrationDate":
			c.RegistrationDate = d.dateObject(1900)
		case "lastPaymentDate":
			if date := d.dateObject(1900); d.s.f == nil {
				if c.Other == nil {
					c.Other = map[string]string{}
				}
				c.Other["lastPaymentDate"] = date.String()
			}
		case "storeZipCode":
			c.StoreZIP = d.text()
		case "storeNumber":
			c.StoreNumber = d.text()
		default:
			d.other(&c.Other, &o)
		}
		d.done()
	}
}

// dateObject reads {day, month, year}.
func (d *decoder) dateObject(least int64) model.Date {
	var o obj
	if !d.object(&o, dateNames) {
		return 0
	}
	var y, m, day int64
	for d.next(&o) {
		switch o.key {
		case "year":
			y = d.integer(least, 2100)
		case "month":
			m = d.integer(1, 12)
		case "day":
			day = d.integer(1, 31)
		default:
			d.ignore()
		}
		d.done()
	}
	return d.date(y, m, day)
}

func (d *decoder) marketing(m *Marketing) {
	var o obj
	if !d.object(&o, marketingNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "channel":
			s := d.scalarText()
			if c, ok := parseChannel(s); ok {
				m.Channel = c
			} else {
				d.fail("value", "want a channel from 0 to 6 or its name", s)
			}
		case "affiliate":
			m.Affiliate = d.text()
		case "campaignId":
			m.Campaign = d.text()
		default:
			d.ignore()
		}
		d.done()
	}
}

// parseChannel reads a channel's code, as a number or text, or its name.
func parseChannel(s string) (model.MarketingChannel, bool) {
	all := model.MarketingChannels()
	if n, err := strconv.Atoi(s); err == nil {
		if n < 0 || n >= len(all) {
			return "", false
		}
		return all[n], true
	}
	s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "-")
	for _, c := range all {
		if s == string(c) {
			return c, true
		}
	}
	return "", false
}

func (d *decoder) person(p *Person) {
	var o obj
	if !d.object(&o, personNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "age":
			d.age(p)
		case "contacts":
			d.contacts(p)
		case "gender":
			s := d.scalarText()
			if g, ok := parseGender(s); ok {
				p.Gender = g
			} else {
				d.fail("value", "want MALE, FEMALE or OTHER", s)
			}
		case "language":
			p.Language = d.text()
		default:
			d.other(&p.Other, &o)
		}
		d.done()
	}
}

// parseGender reads a gender by name or by its older code.
func parseGender(s string) (string, bool) {
	switch strings.ToLower(s) {
	case "male", "0":
		return "male", true
	case "female", "1":
		return "female", true
	case "other", "2":
		return "other", true
	}
	return "", false
}

func (d *decoder) age(p *Person) {
	var o obj
	if !d.object(&o, ageNames) {
		return
	}
	var y, m, day int64
	for d.next(&o) {
		switch o.key {
		case "age":
			n := int(d.integer(0, 150))
			p.Age = &n
		case "year":
			y = d.integer(1850, 2100)
		case "month":
			m = d.integer(1, 12)
		case "day":
			day = d.integer(1, 31)
		default:
			d.ignore()
		}
		d.done()
	}
	if y != 0 {
		p.Birth = d.date(y, m, day)
	} else if m != 0 || day != 0 {
		d.fail("missing", "a birth date needs its year", "")
	}
}

// contacts keeps the first of each kind.
func (d *decoder) contacts(p *Person) {
	if k := d.s.kind(); k != list {
		d.want("a list of contacts", k)
		return
	}
	keep := func(key string) {
		if _, ok := p.Other[key]; ok {
			d.text()
			return
		}
		if s := d.text(); s != "" {
			if p.Other == nil {
				p.Other = map[string]string{}
			}
			p.Other[key] = s
		}
	}
	if !d.s.open('[') {
		return
	}
	for first := true; d.s.more(&first, ']'); {
		var o obj
		if !d.object(&o, contactNames) {
			return
		}
		for d.next(&o) {
			switch o.key {
			case "email", "phone", "phoneType":
				keep(o.key)
			case "address":
				var a obj
				if d.object(&a, addressNames) {
					for d.next(&a) {
						if a.known {
							keep(a.key)
						} else {
							d.ignore()
						}
						d.done()
					}
				}
			default:
				d.ignore()
			}
			d.done()
		}
	}
}

func (d *decoder) lead(l *LeadMade) {
	var o obj
	if !d.object(&o, leadNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "topic":
			l.Topic = d.text()
		case "value":
			m := d.money()
			l.Value = &m
		case "currency":
			l.Currency = d.text()
		case "leadId":
			l.LeadID = d.text()
		default:
			d.ignore()
		}
		d.done()
	}
}

func (d *decoder) service(u *ServiceUpdate) {
	var o obj
	if !d.object(&o, serviceNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "topic":
			u.Topic = d.text()
		case "status":
			s := d.scalarText()
			if st, ok := parseStatus(s); ok {
				u.Status = st
			} else {
				d.fail("value", "want a status from 0 to 13 or its name", s)
			}
		case "category":
			u.Category = d.text()
		case "serviceId":
			u.ServiceID = d.text()
		default:
			d.ignore()
		}
		d.done()
	}
}

// parseStatus reads a service status' code, as a number or text, or its name
// in any of the forms "in-progress", "In Progress", "IN_PROGRESS".
func parseStatus(s string) (model.ServiceStatus, bool) {
	all := model.ServiceStatuses()
	if n, err := strconv.Atoi(s); err == nil {
		if n < 0 || n >= len(all) {
			return "", false
		}
		return all[n], true
	}
	s = strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(s)))
	for _, st := range all {
		if s == string(st) {
			return st, true
		}
	}
	return "", false
}

func (d *decoder) visitorError(v *VisitorError) {
	var o obj
	if !d.object(&o, errorNames) {
		return
	}
	for d.next(&o) {
		switch o.key {
		case "contextId":
			v.ContextID = d.text()
		case "message":
			v.Message = d.text()
		case "code":
			if d.s.kind() == boolean {
				d.want("text", boolean)
			} else {
				v.Code = d.scalarText()
			}
		case "level":
			v.Level = d.integer(-maxCount, maxCount)
		case "resolved":
			v.Resolved = d.truth()
		default:
			d.ignore()
		}
		d.done()
	}
}
