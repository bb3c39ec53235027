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
		purchases, leads, services, errors []string
		customer, person                   = map[string]bool{}, map[string]bool{}
		marketing                          journey.Marketing
		views                              int
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
			purchases = append(purchases, strings.TrimPrefix(describeEvent(ev), "buys for "))
		case ev.Lead != nil:
			leads = append(leads, first(strings.TrimPrefix(facts("topic", ev.Lead.Topic, "id", ev.Lead.LeadID), ": "), "a lead"))
		case ev.Service != nil:
			services = append(services, first(strings.TrimPrefix(facts("topic", ev.Service.Topic, "status", string(ev.Service.Status), "id", ev.Service.ServiceID), ": "), "a request"))
		case ev.ProductView != nil:
			views += len(ev.ProductView.Products)
		case ev.Error != nil:
			errors = append(errors, "")
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
	if n := len(errors) - len(open); n > 0 && len(open) == 0 {
		failed = "none open any more"
	}
	return []told{
		{"Cart", cart},
		{"Purchases", counted(purchases)},
		{"Looked at", seen},
		{"Customer", valuesOf(customer, st.Attributes)},
		{"Marketing", strings.TrimPrefix(facts("channel", string(marketing.Channel), "affiliate", marketing.Affiliate, "campaign", marketing.Campaign), ": ")},
		{"Person", valuesOf(person, st.Attributes)},
		{"Leads", counted(leads)},
		{"Service", counted(services)},
		{"Errors", failed},
		{"Searches", strings.Join(st.Searches, ", ")},
	}
}

// counted writes a list of what was appended, the last first.
func counted(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strconv.Itoa(len(list)) + ", last " + list[len(list)-1]
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
