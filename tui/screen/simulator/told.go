package simulator

import (
	"strconv"
	"strings"

	"beckon/model/engine"
	"beckon/model/journey"
)

// told is what the journey told of the visit so far, by the ten types of
// attributes. What conditions look at is the engine's; this names what stands
// behind it.
type told struct {
	name  string
	words string
}

// toldOf lists the ten types with what was told of each: replaced, merged or
// appended as each type is.
func toldOf(events []*journey.Event, st *engine.State) []told {
	var (
		purchases, leads, services appended
		errors, views              int
		customer, person           = map[string]bool{}, map[string]bool{}
		marketing                  journey.Marketing
	)
	merge := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	for _, ev := range events {
		if ev.At < st.Start {
			continue
		}
		switch {
		case ev.Purchase != nil:
			purchases.add(ev)
		case ev.Lead != nil:
			leads.add(ev)
		case ev.Service != nil:
			services.add(ev)
		case ev.ProductView != nil:
			views += len(ev.ProductView.Products)
		case ev.Error != nil:
			errors++
		case ev.Marketing != nil:
			if ev.Marketing.Channel != "" {
				marketing.Channel = ev.Marketing.Channel
			}
			merge(&marketing.Affiliate, ev.Marketing.Affiliate)
			merge(&marketing.Campaign, ev.Marketing.Campaign)
		case ev.Customer != nil:
			c := ev.Customer
			for name, is := range map[string]bool{"ctype": c.Type != "", "cstatus": c.Status != "", "customerId": c.CustomerID != "", "balance": c.Balance != nil, "companySize": c.CompanySize != nil,
				"registrationDate": !c.RegistrationDate.IsZero(), "storeZipCode": c.StoreZIP != "", "storeNumber": c.StoreNumber != "", "currency": c.Currency != ""} {
				if is {
					customer[name] = true
				}
			}
			for name := range c.Other {
				customer[name] = true
			}
		case ev.Personal != nil:
			p := ev.Personal
			for name, is := range map[string]bool{"age": p.Age != nil, "gender": p.Gender != "", "language": p.Language != ""} {
				if is {
					person[name] = true
				}
			}
			for name := range p.Other {
				person[name] = true
			}
		}
	}
	cart := ""
	if st.CartTold {
		cart = money(st.Cart.Total, st.Cart.Currency) + ", " + plural(st.Cart.NumItems, "item") + products(st.Cart.Products)
	}
	seen := ""
	if n := len(st.Viewed); n > 0 {
		seen = number(views) + ": " + strings.TrimPrefix(products(st.Viewed[max(0, n-6):]), ": ")
	}
	open := make([]string, len(st.Errors))
	for i, e := range st.Errors {
		open[i] = words(e.Code, e.Message)
	}
	failed := strings.Join(open, "; ")
	if n := errors - len(open); n > 0 && len(open) == 0 {
		failed = "none open any more"
	}
	return []told{
		{"Cart", cart},
		{"Purchases", purchases.words(func(ev *journey.Event) string { return strings.TrimPrefix(describeEvent(ev), "buys for ") })},
		{"Looked at", seen},
		{"Customer", valuesOf(customer, st.Attributes)},
		{"Marketing", strings.TrimPrefix(facts("channel", string(marketing.Channel), "affiliate", marketing.Affiliate, "campaign", marketing.Campaign), ": ")},
		{"Person", valuesOf(person, st.Attributes)},
		{"Leads", leads.words(func(ev *journey.Event) string {
			return first(strings.TrimPrefix(facts("topic", ev.Lead.Topic, "id", ev.Lead.LeadID), ": "), "a lead")
		})},
		{"Service", services.words(func(ev *journey.Event) string {
			return first(strings.TrimPrefix(facts("topic", ev.Service.Topic, "status", string(ev.Service.Status), "id", ev.Service.ServiceID), ": "), "a request")
		})},
		{"Errors", failed},
		{"Searches", strings.Join(st.Searches, ", ")},
	}
}

// appended is what was told again and again; the last is told of.
type appended struct {
	n    int
	last *journey.Event
}

func (a *appended) add(ev *journey.Event) { a.n, a.last = a.n+1, ev }

// words writes how many there were, and the last.
func (a *appended) words(say func(*journey.Event) string) string {
	switch a.n {
	case 0:
		return ""
	case 1:
		return say(a.last)
	}
	return strconv.Itoa(a.n) + ", last " + say(a.last)
}

// valuesOf writes the attributes of some names, as the engine merged them.
func valuesOf(names map[string]bool, attrs map[string]string) string {
	var out []string
	for _, k := range sortedKeys(attrs) {
		if names[k] {
			out = append(out, k+" "+attrs[k])
		}
	}
	return strings.Join(out, ", ")
}
