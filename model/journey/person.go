package journey

import (
	"strconv"
	"strings"

	"beckon/model"
)

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
