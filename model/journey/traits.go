package journey

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
)

// identify makes what traits tell.
func (m *message) identify(emit func(Event, role)) {
	traits := m.traits()
	kept := map[string]string{}
	for k, v := range traits {
		if !personalTrait(k) {
			kept[k] = v
		}
	}
	if m.user != "" {
		id := &Identity{User: m.user}
		if len(kept) > 0 {
			id.Traits = kept
		}
		emit(Event{Type: Identify, Identify: id}, plain)
	}
	c := &Customer{CustomerID: m.user}
	fits := false
	for _, k := range slices.Sorted(maps.Keys(traits)) {
		v := traits[k]
		switch foldName(k) {
		case "customertype", "ctype":
			c.Type, fits = v, true
		case "customerstatus", "cstatus":
			c.Status, fits = v, true
		case "createdat":
			if d, ok := anyDate(v); ok {
				c.RegistrationDate, fits = d, true
			}
		case "balance":
			if a, ok := looseMoney(v); ok {
				c.Balance, fits = &a, true
			}
		case "employees", "companyemployees", "companysize":
			if n, err := strconv.Atoi(v); err == nil && n >= 0 && n <= maxCount {
				c.CompanySize, fits = &n, true
			}
		}
	}
	if fits || m.user != "" {
		emit(Event{Type: CustomerInfo, Customer: c}, plain)
	}
	p, fits := &Person{}, false
	for _, k := range slices.Sorted(maps.Keys(traits)) {
		v := traits[k]
		switch foldName(k) {
		case "age":
			if n, err := strconv.Atoi(v); err == nil && n >= 0 && n <= 150 {
				p.Age, fits = &n, true
			}
		case "birthday", "dateofbirth":
			if d, ok := anyDate(v); ok {
				p.Birth, fits = d, true
			}
		case "gender":
			if g, ok := parseGender(firstGender(v)); ok {
				p.Gender, fits = g, true
			}
		case "language":
			p.Language, fits = v, true
		}
	}
	if fits {
		emit(Event{Type: Personal, Personal: p}, plain)
	}
}

// firstGender spells out the initials that traits often have.
func firstGender(v string) string {
	switch strings.ToLower(v) {
	case "m":
		return "male"
	case "f":
		return "female"
	}
	return v
}

// traits returns the scalar traits of the message, and those of its company as
// company.name; the message's own win over those of its context.
func (m *message) traits() map[string]string {
	out := map[string]string{}
	for _, t := range []*node{m.ctx.get("traits"), m.node.get("traits")} {
		if t == nil || t.kind != object {
			continue
		}
		for i, k := range t.keys {
			v := t.vals[i]
			if v.kind == object && k == "company" {
				for j, ck := range v.keys {
					if s := v.vals[j].scalar(); s != "" {
						out["company."+ck] = s
					}
				}
			}
			if s := v.scalar(); s != "" {
				out[k] = s
			}
		}
	}
	return out
}

// company reads what a group message tells, or nil.
func (m *message) company() *Customer {
	t := m.node.get("traits")
	c := &Customer{}
	for _, k := range []string{"employees", "size"} {
		if n, err := strconv.Atoi(t.get(k).scalar()); err == nil && n >= 0 && n <= maxCount && c.CompanySize == nil {
			c.CompanySize = &n
		}
	}
	if name := t.get("name").scalar(); name != "" {
		c.Other = map[string]string{"accountName": name}
	}
	if c.CompanySize == nil && c.Other == nil {
		return nil
	}
	return c
}

// foldName brings names of events and traits to one form: letters and digits in
// lower case.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 0x7f:
			return r
		}
		return -1
	}, s)
}

// personalTrait reports whether a trait is about a person and nothing that a
// condition looks at.
func personalTrait(k string) bool {
	k = foldName(k)
	for _, w := range []string{"email", "mail", "phone", "mobile", "name", "address", "street", "birth", "ssn", "passport", "password", "token", "avatar", "ip", "zip", "postal"} {
		if k == w || len(w) > 3 && strings.Contains(k, w) {
			return true
		}
	}
	return false
}

// anyDate reads a date, or the date of an instant.
func anyDate(s string) (model.Date, bool) {
	for _, l := range []string{time.DateOnly, time.RFC3339Nano, time.DateTime, "2006-01-02T15:04:05.999Z0700"} {
		if t, err := time.Parse(l, s); err == nil && t.Year() >= 1850 && t.Year() <= 2100 {
			return dateOf(t.Year(), int(t.Month()), t.Day()), true
		}
	}
	return 0, false
}
