package simulator

import (
	"fmt"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/text"
)

// longest is how many runes of one foreign text are looked at.
const longest = 512

// clean makes a text harmless before it is laid out by hand.
func clean(s string) string { return text.Line(s, longest) }

// stamp writes an instant as date and time.
func stamp(at journey.Instant) string { return at.Time().Format("Mon 2 Jan 2006 15:04:05 UTC") }

// clockOf writes an instant as a time of day.
func clockOf(at journey.Instant) string { return at.Time().Format("15:04:05") }

// span2 writes a span of time as a clock would: 0:24, 37:53, 2:05:00, 3d 4:00:00.
func span2(ms journey.Instant) string {
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	sec := int64(ms / second)
	days, hours, minutes := sec/86400, sec/3600%24, sec/60%60
	switch {
	case days > 0:
		return fmt.Sprintf("%s%dd %d:%02d:%02d", sign, days, hours, minutes, sec%60)
	case hours > 0:
		return fmt.Sprintf("%s%d:%02d:%02d", sign, hours, minutes, sec%60)
	}
	return fmt.Sprintf("%s%d:%02d", sign, minutes, sec%60)
}

func speedWords(i int) string { return strconv.Itoa(speeds[i]) + "x" }

func number(n int) string { return strconv.Itoa(n) }

// plural writes a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// money writes an amount and its currency.
func money(m model.Money, currency string) string {
	return strings.TrimSpace(m.String() + " " + currency)
}

// nameOf is what people call an engagement.
func nameOf(e *model.Engagement) string {
	if e.Name != "" {
		return e.Name
	}
	return e.ID
}

// describeEvent says in words what an event is; the words may hold foreign
// text.
func describeEvent(ev *journey.Event) string {
	switch {
	case ev.Page != nil:
		out := "opens " + ev.Page.URL
		if ev.Page.Title != "" {
			out += " (" + ev.Page.Title + ")"
		}
		return out
	case ev.Cart != nil:
		return "cart " + money(ev.Cart.Total, ev.Cart.Currency) + ", " + plural(ev.Cart.NumItems, "item") + products(ev.Cart.Products)
	case ev.Purchase != nil:
		out := "buys for " + money(ev.Purchase.Total, ev.Purchase.Currency)
		if ev.Purchase.OrderID != "" {
			out += ", order " + ev.Purchase.OrderID
		}
		return out + products(ev.Purchase.Products)
	case ev.ProductView != nil:
		return "looks at " + strings.TrimPrefix(products(ev.ProductView.Products), ": ")
	case ev.Customer != nil:
		return "customer" + facts("type", ev.Customer.Type, "status", ev.Customer.Status, "id", ev.Customer.CustomerID)
	case ev.Marketing != nil:
		return "comes from" + facts("channel", string(ev.Marketing.Channel), "affiliate", ev.Marketing.Affiliate, "campaign", ev.Marketing.Campaign)
	case ev.Personal != nil:
		age := ""
		if ev.Personal.Age != nil {
			age = strconv.Itoa(*ev.Personal.Age)
		}
		return "person" + facts("age", age, "gender", ev.Personal.Gender, "language", ev.Personal.Language)
	case ev.Lead != nil:
		return "leaves a lead" + facts("topic", ev.Lead.Topic, "id", ev.Lead.LeadID)
	case ev.Service != nil:
		return "service" + facts("topic", ev.Service.Topic, "status", string(ev.Service.Status), "id", ev.Service.ServiceID)
	case ev.Error != nil:
		what := ev.Error.Message
		if what == "" {
			what = ev.Error.Code
		}
		if ev.Error.Resolved {
			return "error resolved: " + what
		}
		return "meets an error: " + what
	case ev.Search != nil:
		return "searches " + strings.Join(ev.Search.Keywords, ", ")
	case ev.Respond != nil:
		return string(ev.Respond.Action) + "s " + ev.Respond.Engagement
	case ev.Conversation != nil:
		if ev.Conversation.Start {
			return "conversation begins"
		}
		return "conversation ends"
	case ev.Agents != nil:
		skill := ev.Agents.Skill
		if skill == "" {
			skill = "all skills"
		}
		return "agents of " + skill + ": " + string(ev.Agents.State)
	case ev.Identify != nil && ev.Identify.User == "":
		return "signs out"
	case ev.Identify != nil:
		return "signs in as " + ev.Identify.User
	case ev.Signal != nil:
		if ev.Signal.Value != nil {
			return "signal " + ev.Signal.Name + " " + strconv.Itoa(*ev.Signal.Value)
		}
		return "signal " + ev.Signal.Name
	case ev.Type == journey.Leave:
		return "leaves the site"
	}
	return ev.Type.String()
}

// products names what is in a list.
func products(list []journey.Product) string {
	var names []string
	for _, p := range list {
		name := p.Name
		if name == "" {
			name = p.SKU
		}
		if p.Quantity > 1 {
			name = strconv.Itoa(p.Quantity) + " x " + name
		}
		if name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// facts writes the facts that are told: pairs of a name and a value.
func facts(pairs ...string) string {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, pairs[i]+" "+pairs[i+1])
		}
	}
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, ", ")
}
