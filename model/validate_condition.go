package model

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// MaxConditionDepth is how deep conditions nest, a condition alone being 1.
const MaxConditionDepth = 16

// tree says whose condition is looked at.
type tree string

const (
	inAudience tree = "audience"
	inBehavior tree = "behavior"
)

// condition checks a node and what is below it. The root may be zero.
func (v *validator) condition(at string, c *Condition, in tree, depth int) {
	if depth > MaxConditionDepth {
		v.report(at, "condition-too-deep", "nests deeper than %d levels", MaxConditionDepth)
		return
	}
	set := c.Set()
	if len(set) == 0 && depth > 1 {
		v.report(at, "condition-empty", "a condition that says nothing")
	}
	if len(set) > 1 {
		v.report(at, "condition-several", "%s in one place: put them into all or any", asWritten(strings.Join(set, " and ")))
	}
	for _, name := range set {
		leaf, _ := LeafNamed(name)
		if in == inAudience && leaf.Behavior() || in == inBehavior && leaf.Audience() {
			v.report(join(at, name), "condition-misplaced", "%s is not for an %s", strings.ToLower(leaf.Title), in)
		}
	}
	for _, g := range c.groups() {
		for i := range g.children {
			v.condition(indexed(join(at, g.name), i), &g.children[i], in, depth+1)
		}
	}
	v.audienceLeaves(at, c)
	v.behaviorLeaves(at, c)
	if depth == 1 || len(c.All) > 0 {
		v.contradictions(at, c)
	}
}

// countryCode is the form of ISO 3166's codes of two letters.
var countryCode = regexp.MustCompile(`^[A-Za-z]{2}$`)

func (v *validator) audienceLeaves(at string, c *Condition) {
	at += "."
	if r := c.Referral; r != nil {
		if len(r.URLs) == 0 {
			v.report(at+"referral.urls", "list-empty", "want one rule at least")
		}
		for i := range r.URLs {
			here := indexed(at+"referral.urls", i)
			if n := v.urlRule(here, &r.URLs[i]); n == 0 {
				v.report(here, "rule-missing", "nothing to look for: want %s", either("contains", "exact", "startsWith", "wildcard", "regex"))
			} else if n > 1 {
				v.report(here, "rule-several", "want one rule, found %d", n)
			}
		}
	}
	if k := c.SearchKeywords; k != nil {
		v.texts(at+"searchKeywords.keywords", k.Keywords, true)
	}
	if r := c.IP; r != nil {
		v.texts(at+"ip.ranges", r.Ranges, true)
		for i, s := range r.Ranges {
			if _, _, err := ParseIPRange(s); err != nil && strings.TrimSpace(s) != "" {
				v.report(indexed(at+"ip.ranges", i), "ip-invalid", "want 203.0.113.0/24 or 203.0.113.5-203.0.113.9: %s", shown(s))
			}
		}
	}
	if p := c.Platform; p != nil {
		v.texts(at+"platform.in", names(p.In...), true)
	}
	if m := c.MarketingSource; m != nil {
		lists := 0
		for _, n := range []int{len(m.Channels), len(m.Affiliates), len(m.Campaigns)} {
			if n > 0 {
				lists++
			}
		}
		if lists == 0 {
			v.report(at+"marketingSource", "list-empty", "no value: want %s", either("channels", "affiliates", "campaigns"))
		}
		if lists > 1 {
			v.report(at+"marketingSource", "source-several", "want %s: one list", either("channels", "affiliates", "campaigns"))
		}
		v.texts(at+"marketingSource.channels", names(m.Channels...), false)
		v.texts(at+"marketingSource.affiliates", m.Affiliates, false)
		v.texts(at+"marketingSource.campaigns", m.Campaigns, false)
	}
	if g := c.Geo; g != nil {
		if len(g.Countries)+len(g.Regions)+len(g.Cities) == 0 {
			v.report(at+"geo", "list-empty", "no place: want %s", either("countries", "regions", "cities"))
		}
		v.texts(at+"geo.countries", g.Countries, false)
		for i, name := range g.Countries {
			if !countryCode.MatchString(name) && strings.TrimSpace(name) != "" {
				v.report(indexed(at+"geo.countries", i), "country-named", "no code such as DE: it holds only where the traffic tells the name: %s", shown(name))
			}
		}
		v.texts(at+"geo.regions", g.Regions, false)
		v.texts(at+"geo.cities", g.Cities, false)
	}
	if k := c.Customer; k != nil {
		v.customer(at+"customer", k)
	}
	v.intRange(at+"age", c.Age, 0, 150)
	if r := c.Registered; r != nil {
		if r.AtLeast < 1 || r.Unit == "" {
			v.report(at+"registered", "registered-invalid", "want 1 or more, and days, weeks, months or years")
		}
	}
	v.intRange(at+"companySize", c.CompanySize, 0, 999_999_999)
	v.moneyRange(at+"balance", c.Balance, true)
	for _, l := range []struct {
		name string
		list *ListCondition
	}{{"customerId", c.CustomerID}, {"gender", c.Gender}, {"storeZip", c.StoreZIP}, {"storeNumber", c.StoreNumber},
		{"language", c.Language}, {"browser", c.Browser}, {"os", c.OS}} {
		if l.list == nil {
			continue
		}
		v.texts(at+l.name+".in", l.list.In, true)
		for i, s := range l.list.In {
			here := indexed(at+l.name+".in", i)
			if l.name == "gender" && s != "" && !slices.Contains(Genders(), strings.ToLower(s)) {
				v.report(here, "choice-unknown", "want %s: %s", either(Genders()...), shown(s))
			}
			if l.name == "language" && s != "" && !languageTag.MatchString(s) {
				v.report(here, "language-invalid", "want a language tag such as de or en-US: %s", shown(s))
			}
		}
	}
	v.intRange(at+"visits", c.Visits, 1, 1_000_000)
	v.intRange(at+"daysSinceLastVisit", c.DaysSinceLastVisit, 0, 36_500)
	if a := c.Attribute; a != nil {
		v.attribute(at+"attribute", a)
	}
}

func (v *validator) customer(at string, k *CustomerCondition) {
	switch {
	case len(k.Types) == 0 && len(k.Statuses) == 0:
		v.report(at, "list-empty", "no value: want %s", either("types", "statuses"))
	case len(k.Types) > 0 && len(k.Statuses) > 0:
		v.report(at, "customer-both", "want %s, never both: use two conditions", either("types", "statuses"))
	}
	s := &v.catalog.Settings
	for _, l := range []struct {
		name        string
		list, known []string
	}{{"types", k.Types, s.CustomerTypes}, {"statuses", k.Statuses, s.CustomerStatuses}} {
		v.texts(at+"."+l.name, l.list, false)
		for i, value := range l.list {
			if !slices.ContainsFunc(l.known, func(k string) bool { return strings.EqualFold(k, value) }) && value != "" {
				v.report(indexed(at+"."+l.name, i), "customer-unknown", "the settings do not name it: %s", shown(value))
			}
		}
	}
}

func (v *validator) attribute(at string, a *AttributeCondition) {
	if a.Name == "" {
		v.report(at+".name", "attribute-name-missing", "no name")
	}
	switch a.Op {
	case "":
		v.report(at+".op", "operator-missing", "no operator: want %s", either(choicesOf(a.Op)...))
	case OpExists:
		v.unused(len(a.Values) > 0, at+".values", "exists looks at no value")
		return
	}
	if len(a.Values) == 0 {
		v.report(at+".values", "list-empty", "want one value at least")
	}
	for i, s := range a.Values {
		here := indexed(at+".values", i)
		switch a.Op {
		case OpMatches:
			v.regex(here, s)
		case OpGreater, OpAtLeast, OpLess, OpAtMost:
			if _, err := ParseMoney(s); err != nil {
				v.report(here, "number-invalid", "want a decimal number: %s", shown(s))
			}
		case OpContains, OpStartsWith, OpEndsWith:
			if s == "" {
				v.report(here, "value-empty", "a blank value")
			}
		}
	}
}

// ParseIPRange reads "203.0.113.0/24", "203.0.113.5-203.0.113.9" or a single
// address, and returns the first and last address.
func ParseIPRange(s string) (first, last netip.Addr, err error) {
	bad := fmt.Errorf("not an IP range: want 203.0.113.0/24 or 203.0.113.5-203.0.113.9")
	if low, high, ok := strings.Cut(s, "-"); ok {
		first, err = netip.ParseAddr(strings.TrimSpace(low))
		if err == nil {
			last, err = netip.ParseAddr(strings.TrimSpace(high))
		}
	} else if strings.Contains(s, "/") {
		var p netip.Prefix
		if p, err = netip.ParsePrefix(strings.TrimSpace(s)); err == nil {
			first, last = prefixEnds(p)
		}
	} else {
		first, err = netip.ParseAddr(strings.TrimSpace(s))
		last = first
	}
	if err != nil || first.Zone() != "" || last.Zone() != "" || first.BitLen() != last.BitLen() || last.Less(first) {
		return netip.Addr{}, netip.Addr{}, bad
	}
	return first, last, nil
}

func prefixEnds(p netip.Prefix) (first, last netip.Addr) {
	first = p.Masked().Addr()
	b := first.AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ = netip.AddrFromSlice(b)
	return first, last
}

func (v *validator) behaviorLeaves(at string, c *Condition) {
	at += "."
	if f := c.Flow; f != nil {
		v.flow(at+"flow", f)
	}
	if t := c.TimeOnEntryPoint; t != nil {
		v.texts(at+"timeOnEntryPoint.entryPoints", t.EntryPoints, true)
		v.time(at+"timeOnEntryPoint", &t.TimeCondition)
	}
	if x := c.Visited; x != nil {
		v.texts(at+"visited.entryPoints", x.EntryPoints, true)
	}
	if c.AboutToAbandon {
		v.report(at+"aboutToAbandon", "about-to-abandon", "holds only where journeys carry the signal about-to-abandon")
	}
	if k := c.CartValue; k != nil {
		v.cart(at+"cartValue", k)
	}
	if p := c.CartProducts; p != nil {
		if p.Empty() {
			v.report(at+"cartProducts", "list-empty", "no product: want %s", either("names", "skus", "categories"))
		}
		v.products(at+"cartProducts", p)
	}
	if w := c.ViewedProduct; w != nil {
		v.viewed(at+"viewedProduct", w)
	}
	if e := c.VisitorError; e != nil {
		if len(e.Messages)+len(e.Codes) == 0 {
			v.report(at+"visitorError", "list-empty", "no error: want %s", either("messages", "codes"))
		}
		v.texts(at+"visitorError.messages", e.Messages, false)
		v.texts(at+"visitorError.codes", e.Codes, false)
		v.count(at+"visitorError.from", e.From)
	}
	if e := c.Engaged; e != nil {
		v.texts(at+"engaged.engagements", e.Engagements, true)
		v.texts(at+"engaged.statuses", names(e.Statuses...), true)
	}
	if s := c.ServiceActivity; s != nil {
		v.texts(at+"serviceActivity.topics", s.Topics, false)
		v.texts(at+"serviceActivity.statuses", names(s.Statuses...), true)
	}
	v.time(at+"timeOnPage", c.TimeOnPage)
	v.time(at+"timeOnSite", c.TimeOnSite)
	v.intRange(at+"pagesViewed", c.PagesViewed, 1, 1_000_000)
	v.intRange(at+"cartItems", c.CartItems, 0, 999_999_999)
	if k := c.SearchedFor; k != nil {
		v.texts(at+"searchedFor.keywords", k.Keywords, true)
	}
	v.intRange(at+"scrollDepth", c.ScrollDepth, 0, 100)
	v.time(at+"idle", c.Idle)
	if e := c.Event; e != nil {
		if strings.TrimSpace(e.Name) == "" {
			v.report(at+"event.name", "event-name-missing", "no name")
		}
		v.count(at+"event.count", e.Count)
	}
}

func (v *validator) flow(at string, f *FlowCondition) {
	if len(f.Steps) < 2 {
		v.report(at+".steps", "flow-too-short", "want two steps or more, found %d", len(f.Steps))
	}
	required := 0
	for i := range f.Steps {
		s, here := &f.Steps[i], indexed(at+".steps", i)
		if !s.Optional {
			required++
		}
		v.pageRule(here, &s.PageRule)
		for j := range f.Steps[:i] {
			if reflect.DeepEqual(f.Steps[j].PageRule, s.PageRule) {
				v.report(here, "flow-repeated-step", "the same page as step %d", j+1)
				break
			}
		}
	}
	if required == 0 && len(f.Steps) > 0 {
		v.report(at+".steps", "flow-no-required", "no step is required")
	}
}

func (v *validator) cart(at string, k *CartCondition) {
	n := 0
	for _, given := range []bool{k.Min != nil || k.Max != nil, k.Decreased, k.Emptied} {
		if given {
			n++
		}
	}
	switch {
	case n == 0:
		v.report(at, "range-missing", "no amount: want %s", either("min", "max", "decreased", "emptied"))
	case n > 1:
		v.report(at, "cart-several", "want a range, %s: one of them", either("decreased", "emptied"))
	}
	if k.Min != nil || k.Max != nil {
		v.moneyRange(at, &k.MoneyRange, false)
	}
}

func (v *validator) products(at string, p *ProductCondition) {
	v.texts(at+".names", p.Names, false)
	v.texts(at+".skus", p.SKUs, false)
	v.texts(at+".categories", p.Categories, false)
}

func (v *validator) viewed(at string, w *ViewedCondition) {
	v.products(at, &w.ProductCondition)
	v.moneyRange(at+".price", w.Price, false)
	v.count(at+".views", w.Views)
	if s := w.Stock; s != nil {
		switch {
		case len(s.Status) == 0 && s.AtMost == nil:
			v.report(at+".stock", "list-empty", "no stock: want %s", either("status", "atMost"))
		case s.AtMost != nil && *s.AtMost < 0:
			v.report(at+".stock.atMost", "count-negative", "want 0 or more: %d", *s.AtMost)
		}
		v.texts(at+".stock.status", s.Status, false)
	}
}

func (v *validator) count(path string, n int) {
	if n < 0 {
		v.report(path, "count-negative", "want 0 or more: %d", n)
	}
}

func (v *validator) intRange(at string, r *IntRange, low, high int) {
	if r == nil {
		return
	}
	if r.Min == nil && r.Max == nil {
		v.report(at, "range-missing", "no bound: want %s", either("min", "max", "both"))
	}
	if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
		v.report(at, "range-reversed", "%d is above %d", *r.Min, *r.Max)
	}
	for _, b := range []struct {
		name  string
		value *int
	}{{"min", r.Min}, {"max", r.Max}} {
		if b.value != nil && (*b.value < low || *b.value > high) {
			v.report(at+"."+b.name, "range-out-of-bounds", "want %d to %d: %d", low, high, *b.value)
		}
	}
}

func (v *validator) moneyRange(at string, r *MoneyRange, negative bool) {
	if r == nil {
		return
	}
	if r.Min == nil && r.Max == nil {
		v.report(at, "range-missing", "no bound: want %s", either("min", "max", "both"))
	}
	if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
		v.report(at, "range-reversed", "%s is above %s", *r.Min, *r.Max)
	}
	if r.Max != nil && *r.Max < 0 && !negative {
		v.report(at+".max", "range-out-of-bounds", "want 0 or more: %s", *r.Max)
	}
}

func (v *validator) time(at string, t *TimeCondition) {
	if t == nil {
		return
	}
	if t.MoreThan == nil && t.AtLeast == nil && t.AtMost == nil {
		v.report(at, "time-missing", "no time: want %s", either("moreThan", "atLeast", "atMost"))
	}
	if t.MoreThan != nil && t.AtLeast != nil {
		v.report(at, "time-both", "want %s, not both", either("moreThan", "atLeast"))
	}
	for _, low := range []*Duration{t.MoreThan, t.AtLeast} {
		if low != nil && t.AtMost != nil && (*low > *t.AtMost || low == t.MoreThan && *low == *t.AtMost) {
			v.report(at, "range-reversed", "%s leaves nothing up to %s", *low, *t.AtMost)
		}
	}
}
