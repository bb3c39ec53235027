package model

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"beckon/model/text"
)

// Category is where the console's menu has a condition. Domain 2.10.
type Category string

// The categories of behaviors, that of audiences, and that of the groups.
const (
	Navigation     Category = "Navigation"
	ECommerce      Category = "eCommerce"
	VisitorJourney Category = "Visitor Journey"
	VisitorProfile Category = "Visitor Profile"
	Grouping       Category = "Group"
)

// Leaf is a kind of condition.
type Leaf struct {
	// Name is the field in a file, "cartValue".
	Name string
	// Title is what a menu calls it, "Cart value".
	Title    string
	Category Category
}

// Behavior reports whether behaviors, and not audiences, use the condition.
func (l Leaf) Behavior() bool {
	return l.Category == Navigation || l.Category == ECommerce || l.Category == VisitorJourney
}

// Audience reports whether audiences use the condition.
func (l Leaf) Audience() bool { return l.Category == VisitorProfile }

// leaves lists all kinds in the order of the fields of [Condition].
var leaves = []Leaf{
	{"all", "All of", Grouping},
	{"any", "Any of", Grouping},
	{"exclude", "None of", Grouping},
	{"referral", "External referral", VisitorProfile},
	{"searchKeywords", "Search keywords", VisitorProfile},
	{"ip", "IP range", VisitorProfile},
	{"platform", "Platform", VisitorProfile},
	{"marketingSource", "Marketing source", VisitorProfile},
	{"geo", "Geo location", VisitorProfile},
	{"visitor", "New or returning", VisitorProfile},
	{"customer", "Customer info", VisitorProfile},
	{"age", "Consumer age", VisitorProfile},
	{"registered", "Time since registration", VisitorProfile},
	{"companySize", "Company size", VisitorProfile},
	{"balance", "Balance", VisitorProfile},
	{"customerId", "Customer ID", VisitorProfile},
	{"gender", "Gender", VisitorProfile},
	{"storeZip", "Store ZIP code", VisitorProfile},
	{"storeNumber", "Store number", VisitorProfile},
	{"language", "Language", VisitorProfile},
	{"browser", "Browser", VisitorProfile},
	{"os", "Operating system", VisitorProfile},
	{"visits", "Number of visits", VisitorProfile},
	{"daysSinceLastVisit", "Days since the last visit", VisitorProfile},
	{"attribute", "Attribute", VisitorProfile},
	{"flow", "Flow", Navigation},
	{"timeOnEntryPoint", "Time on entry point", Navigation},
	{"visited", "Visited entry point", Navigation},
	{"aboutToAbandon", "About to abandon", Navigation},
	{"cartValue", "Cart value", ECommerce},
	{"cartProducts", "Products in cart", ECommerce},
	{"viewedProduct", "Viewed product", ECommerce},
	{"visitorError", "Visitor error", VisitorJourney},
	{"engaged", "Engaged in session", VisitorJourney},
	{"serviceActivity", "Service activity", VisitorJourney},
	{"timeOnPage", "Time on page", Navigation},
	{"timeOnSite", "Time on site", Navigation},
	{"pagesViewed", "Pages viewed", Navigation},
	{"cartItems", "Items in cart", ECommerce},
	{"searchedFor", "Searched for", VisitorJourney},
	{"scrollDepth", "Scroll depth", Navigation},
	{"idle", "Idle", Navigation},
	{"exitSignal", "Exit signal", Navigation},
	{"event", "Custom event", VisitorJourney},
}

// Leaves lists every kind of condition: the groups, then audiences', then
// behaviors', in the order of the fields of [Condition].
func Leaves() []Leaf { return append([]Leaf(nil), leaves...) }

// LeafNamed returns the kind of condition with a name, "cartValue".
func LeafNamed(name string) (Leaf, bool) {
	for _, l := range leaves {
		if l.Name == name {
			return l, true
		}
	}
	return Leaf{}, false
}

// Set returns the names of the fields that are set, in their order. A
// condition that says one thing has one; the zero condition has none.
func (c *Condition) Set() []string {
	var out []string
	v := reflect.ValueOf(c).Elem()
	for _, f := range recordOf(v.Type()).fields {
		if fv := v.FieldByIndex(f.index); fv.Kind() == reflect.Slice && fv.Len() > 0 || fv.Kind() != reflect.Slice && !fv.IsZero() {
			out = append(out, f.name)
		}
	}
	return out
}

// Leaf returns the name of the one field that is set, "cartValue" or "all";
// "" for the zero condition, and for one that sets several (see [Condition.Set]).
func (c Condition) Leaf() string {
	if set := c.Set(); len(set) == 1 {
		return set[0]
	}
	return ""
}

// IsZero reports whether nothing is set: the condition holds always.
func (c Condition) IsZero() bool { return len(c.Set()) == 0 }

type group struct {
	name     string
	children []Condition
}

func (c *Condition) groups() []group {
	return []group{{"all", c.All}, {"any", c.Any}, {"exclude", c.Exclude}}
}

// Sentence says the condition in plain words, "total of the cart is 50.00 or
// more and, on any of cart, 30s or more were spent". Names and values in it
// are made harmless; the zero condition is "always".
func (c Condition) Sentence() string { return c.sentence(0) }

func (c Condition) sentence(depth int) string {
	if depth > MaxDepth {
		return "…"
	}
	var parts []string
	for _, name := range c.Set() {
		parts = append(parts, c.words(name, depth))
	}
	if len(parts) == 0 {
		return "always"
	}
	return strings.Join(parts, " and ")
}

// words says one field.
func (c *Condition) words(name string, depth int) string {
	switch name {
	case "all":
		return joined(c.All, " and ", depth, depth > 0)
	case "any":
		return joined(c.Any, " or ", depth, depth > 0)
	case "exclude":
		return "not (" + joined(c.Exclude, " or ", depth, false) + ")"
	case "referral":
		return "came from a page whose URL " + ruleList(c.Referral.URLs, URLRule.words)
	case "searchKeywords":
		return "came by searching for " + quoted(c.SearchKeywords.Keywords)
	case "ip":
		return "IP address is in " + plainList(c.IP.Ranges)
	case "platform":
		return "uses a " + plainList(names(c.Platform.In...))
	case "marketingSource":
		m := c.MarketingSource
		return "came by " + alternatives(
			alternative("", names(m.Channels...)), alternative("affiliate ", m.Affiliates), alternative("campaign ", m.Campaigns))
	case "geo":
		g := c.Geo
		return "is in " + alternatives(alternative("", g.Countries), alternative("", g.Regions), alternative("", g.Cities))
	case "visitor":
		return "is a " + text.Line(string(c.Visitor), 40) + " visitor"
	case "customer":
		return "is a customer of " + alternatives(alternative("type ", c.Customer.Types), alternative("status ", c.Customer.Statuses))
	case "age":
		return "age is " + c.Age.words()
	case "registered":
		return fmt.Sprintf("registered at least %d %s ago", c.Registered.AtLeast, text.Line(c.Registered.Unit, 20))
	case "companySize":
		return "company has " + c.CompanySize.words() + " employees"
	case "balance":
		return "balance is " + c.Balance.words()
	case "customerId":
		return "customer ID is " + plainList(c.CustomerID.In)
	case "gender":
		return "gender is " + plainList(c.Gender.In)
	case "storeZip":
		return "store ZIP code is " + plainList(c.StoreZIP.In)
	case "storeNumber":
		return "store number is " + plainList(c.StoreNumber.In)
	case "language":
		return "language is " + plainList(c.Language.In)
	case "browser":
		return "browser is " + plainList(c.Browser.In)
	case "os":
		return "operating system is " + plainList(c.OS.In)
	case "visits":
		return "number of visits is " + c.Visits.words()
	case "daysSinceLastVisit":
		return "last visit was " + c.DaysSinceLastVisit.words() + " days ago"
	case "attribute":
		return c.Attribute.words()
	}
	return c.behaviorWords(name)
}

func (c *Condition) behaviorWords(name string) string {
	switch name {
	case "flow":
		return c.Flow.words()
	case "timeOnEntryPoint":
		return "on " + allOf(c.TimeOnEntryPoint.EntryPoints) + ", " + c.TimeOnEntryPoint.TimeCondition.words() + " was spent"
	case "visited":
		return "visited " + allOf(c.Visited.EntryPoints)
	case "aboutToAbandon":
		return "is about to abandon"
	case "cartValue":
		switch v := c.CartValue; {
		case v.Emptied:
			return "total of the cart fell to 0"
		case v.Decreased:
			return "total of the cart fell"
		default:
			return "total of the cart is " + v.MoneyRange.words()
		}
	case "cartProducts":
		return "the cart holds " + c.CartProducts.words()
	case "viewedProduct":
		return c.ViewedProduct.words()
	case "visitorError":
		return c.VisitorError.words()
	case "engaged":
		return plainList(names(c.Engaged.Statuses...)) + " " + plainList(c.Engaged.Engagements)
	case "serviceActivity":
		out := "a service request"
		if len(c.ServiceActivity.Topics) > 0 {
			out += " about " + quoted(c.ServiceActivity.Topics)
		}
		return out + " is " + plainList(names(c.ServiceActivity.Statuses...))
	case "timeOnPage":
		return c.TimeOnPage.words() + " on the page"
	case "timeOnSite":
		return c.TimeOnSite.words() + " on the site"
	case "pagesViewed":
		return "pages viewed: " + c.PagesViewed.words()
	case "cartItems":
		return "items in the cart: " + c.CartItems.words()
	case "searchedFor":
		return "searched for " + quoted(c.SearchedFor.Keywords)
	case "scrollDepth":
		return "scrolled " + c.ScrollDepth.words() + " percent of the page"
	case "idle":
		return "idle for " + c.Idle.words()
	case "exitSignal":
		return "gave an exit signal"
	case "event":
		return c.Event.words()
	}
	return text.Line(name, 40)
}

// joined joins a group's sentences, in brackets if there are several.
func joined(list []Condition, join string, depth int, brackets bool) string {
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = list[i].sentence(depth + 1)
	}
	out := strings.Join(parts, join)
	if brackets && len(parts) > 1 {
		return "(" + out + ")"
	}
	return out
}

func (r *IntRange) words() string {
	return rangeWords(r.Min, r.Max, strconv.Itoa)
}

func (r *MoneyRange) words() string {
	return rangeWords(r.Min, r.Max, Money.String)
}

func rangeWords[T comparable](low, high *T, show func(T) string) string {
	switch {
	case low != nil && high != nil && *low == *high:
		return show(*low)
	case low != nil && high != nil:
		return show(*low) + " to " + show(*high)
	case low != nil:
		return show(*low) + " or more"
	case high != nil:
		return show(*high) + " or less"
	}
	return "any"
}

func (t *TimeCondition) words() string {
	var parts []string
	if t.MoreThan != nil {
		parts = append(parts, "more than "+t.MoreThan.String())
	}
	if t.AtLeast != nil {
		parts = append(parts, t.AtLeast.String()+" or more")
	}
	if t.AtMost != nil {
		parts = append(parts, t.AtMost.String()+" or less")
	}
	if len(parts) == 0 {
		return "any time"
	}
	return strings.Join(parts, " and ")
}

func (r URLRule) words() string {
	for _, w := range []struct{ verb, value string }{
		{"contains ", r.Contains}, {"is ", r.Exact}, {"starts with ", r.StartsWith}, {"is like ", r.Wildcard}, {"matches ", r.Regex},
	} {
		if w.value != "" {
			return w.verb + quote(text.Line(w.value, 60))
		}
	}
	return "is anything"
}

// Words says a rule about a page: `URL contains "/cart"`.
func (r PageRule) Words() string {
	switch {
	case r.Section != "":
		return "section " + text.Line(r.Section, 60)
	case r.Title != nil:
		return "title " + r.Title.words()
	}
	return "URL " + r.URLRule.words()
}

func (a *AttributeCondition) words() string {
	name := text.Line(a.Name, 40)
	if a.Op == OpExists {
		return name + " is known"
	}
	return name + " " + strings.ReplaceAll(text.Line(string(a.Op), 20), "-", " ") + " " + quoted(a.Values)
}

func (f *FlowCondition) words() string {
	name := text.Line(f.Name, 40)
	if name == "" {
		parts := make([]string, len(f.Steps))
		for i, s := range f.Steps {
			parts[i] = s.Words()
		}
		name = short(parts, " > ")
	}
	if f.On == FlowBack {
		return "went back in the flow " + name
	}
	return "abandoned the flow " + name
}

func (p *ProductCondition) words() string {
	if p.Empty() {
		return "any product"
	}
	return alternatives(alternative("", p.Names), alternative("SKU ", p.SKUs), alternative("category ", p.Categories))
}

func (v *ViewedCondition) words() string {
	out := "viewed " + v.ProductCondition.words()
	if v.Price != nil {
		out += " for " + v.Price.words()
	}
	if v.Stock != nil {
		var stock []string
		if len(v.Stock.Status) > 0 {
			stock = append(stock, "stock "+plainList(v.Stock.Status))
		}
		if v.Stock.AtMost != nil {
			stock = append(stock, strconv.Itoa(*v.Stock.AtMost)+" or fewer in stock")
		}
		out += ", " + strings.Join(stock, " or ")
	}
	if v.Views > 1 {
		out += fmt.Sprintf(" %d times or more", v.Views)
	}
	return out
}

func (e *ErrorCondition) words() string {
	out := "met the error " + alternatives(alternative("", e.Messages), alternative("code ", e.Codes))
	if e.From > 1 {
		out += fmt.Sprintf(" %d times or more", e.From)
	}
	return out
}

func (e *EventCondition) words() string {
	out := "event " + text.Line(e.Name, 40)
	if e.Count > 1 {
		out += fmt.Sprintf(" %d times or more", e.Count)
	}
	if e.Within > 0 {
		out += " within " + e.Within.String()
	}
	return out
}

// alternative is a list under a word; alternatives joins those that are given.
func alternative(word string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return word + plainList(list)
}

func alternatives(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return "anything"
	}
	return strings.Join(out, " or ")
}

func ruleList[R any](rules []R, words func(R) string) string {
	parts := make([]string, len(rules))
	for i, r := range rules {
		parts[i] = words(r)
	}
	return short(parts, " or ")
}

func plainList(list []string) string { return short(harmless(list), " or ") }

func allOf(list []string) string { return short(harmless(list), " and ") }

// quote puts what is harmless already into quotation marks and leaves it as it
// was written: a regular expression has backslashes of its own.
func quote(s string) string { return `"` + s + `"` }

func quoted(list []string) string {
	out := harmless(list)
	for i, s := range out {
		out[i] = quote(s)
	}
	return short(out, " or ")
}

func harmless(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text.Line(s, 60)
	}
	return out
}

// short joins a list and leaves out what a sentence has no room for.
func short(list []string, join string) string {
	if len(list) == 0 {
		return "nothing"
	}
	if len(list) > 4 {
		list = append(append([]string(nil), list[:3]...), fmt.Sprintf("%d others", len(list)-3))
	}
	return strings.Join(list, join)
}
