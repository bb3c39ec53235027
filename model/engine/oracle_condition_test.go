package engine

import (
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// holds returns the value of a condition now, read from the events of the
// visit so far.
func (p *plain) holds(c model.Condition) Truth {
	v := p.visit
	switch {
	case c.All != nil:
		return allOf(c.All, p.holds)
	case c.Any != nil:
		return anyOf(c.Any, p.holds)
	case c.Exclude != nil:
		return truth(anyOf(c.Exclude, p.holds) != True)

	case c.Referral != nil:
		first := v.firstPage()
		if first == nil {
			return Unknown
		}
		return truth(first.Referrer != "" && slices.ContainsFunc(c.Referral.URLs, readURL(first.Referrer).matches))
	case c.SearchKeywords != nil:
		return phrases(v.arrival().Keywords, c.SearchKeywords.Keywords)
	case c.IP != nil:
		return p.ip(c.IP)
	case c.Platform != nil:
		platform, _, _ := v.device()
		return known(platform != "", slices.Contains(c.Platform.In, platform))
	case c.MarketingSource != nil:
		return v.marketingSource(c.MarketingSource)
	case c.Geo != nil:
		return v.geo(c.Geo)
	case c.Visitor != "":
		return truth(v.returning() == (c.Visitor == model.Returning))
	case c.Customer != nil:
		if len(c.Customer.Types) > 0 {
			return listed(v.customer().Type, c.Customer.Types)
		}
		return listed(v.customer().Status, c.Customer.Statuses)
	case c.Age != nil:
		return v.age(c.Age)
	case c.Registered != nil:
		return v.registered(c.Registered)
	case c.CompanySize != nil:
		n := v.customer().CompanySize
		return known(n != nil, n != nil && within(*n, c.CompanySize))
	case c.Balance != nil:
		b := v.customer().Balance
		return known(b != nil, b != nil && moneyWithin(*b, *c.Balance))
	case c.CustomerID != nil:
		id := v.customer().CustomerID
		return known(id != "" && !journey.Hidden(id), slices.Contains(c.CustomerID.In, id))
	case c.Gender != nil:
		return listed(v.person().Gender, c.Gender.In)
	case c.StoreZIP != nil:
		return listed(v.customer().StoreZIP, c.StoreZIP.In)
	case c.StoreNumber != nil:
		return listed(v.customer().StoreNumber, c.StoreNumber.In)

	case c.Language != nil:
		return v.language(c.Language.In)
	case c.Browser != nil:
		_, browser, _ := v.device()
		return listed(browser, c.Browser.In)
	case c.OS != nil:
		_, _, os := v.device()
		return listed(os, c.OS.In)
	case c.Visits != nil:
		return truth(within(v.visits(), c.Visits))
	case c.DaysSinceLastVisit != nil:
		last := v.lastVisit()
		return known(last != 0, within(int(v.start.Sub(last)/model.DayLong), c.DaysSinceLastVisit))
	case c.Attribute != nil:
		return v.attribute(c.Attribute)

	case c.Flow != nil:
		return truth(v.flow(c.Flow))
	case c.TimeOnEntryPoint != nil:
		for _, id := range c.TimeOnEntryPoint.EntryPoints {
			if !timeWithin(p.timeOn(id), c.TimeOnEntryPoint.TimeCondition) {
				return False
			}
		}
		return True
	case c.Visited != nil:
		for _, id := range c.Visited.EntryPoints {
			if !slices.ContainsFunc(v.pages, func(page plainPage) bool { return p.matches(id, &page) }) {
				return False
			}
		}
		return True
	case c.AboutToAbandon:
		return truth(len(v.signals(journey.SignalAboutToAbandon, true)) > 0)
	case c.CartValue != nil:
		return v.cartValue(c.CartValue)
	case c.CartProducts != nil:
		return v.cartProducts(c.CartProducts)
	case c.ViewedProduct != nil:
		return truth(v.viewed(c.ViewedProduct))
	case c.VisitorError != nil:
		return truth(v.visitorError(c.VisitorError))
	case c.Engaged != nil:
		return truth(v.engaged(c.Engaged))
	case c.ServiceActivity != nil:
		for _, e := range v.of(journey.Service) {
			if slices.Contains(c.ServiceActivity.Statuses, e.Service.Status) &&
				(len(c.ServiceActivity.Topics) == 0 || anyEqual(c.ServiceActivity.Topics, e.Service.Topic)) {
				return True
			}
		}
		return False

	case c.TimeOnPage != nil:
		page := v.page()
		return known(page != nil, page != nil && timeWithin(p.now.Sub(page.at), *c.TimeOnPage))
	case c.TimeOnSite != nil:
		return truth(timeWithin(p.now.Sub(v.start), *c.TimeOnSite))
	case c.PagesViewed != nil:
		return truth(within(len(v.pages), c.PagesViewed))
	case c.CartItems != nil:
		cart := v.cart()
		return known(cart != nil, cart != nil && within(cart.NumItems, c.CartItems))
	case c.SearchedFor != nil:
		var searched []string
		for _, e := range v.of(journey.SearchInfo) {
			searched = append(searched, e.Search.Keywords...)
		}
		return truth(phrases(searched, c.SearchedFor.Keywords) == True)
	case c.ScrollDepth != nil:
		deepest, told := 0, false
		for _, e := range v.signals(journey.SignalScroll, true) {
			if e.Signal.Value != nil {
				deepest, told = max(deepest, *e.Signal.Value), true
			}
		}
		return known(told, within(deepest, c.ScrollDepth))
	case c.Idle != nil:
		return truth(timeWithin(p.now.Sub(v.last), *c.Idle))
	case c.ExitSignal:
		return truth(len(v.signals(journey.SignalExit, true)) > 0)
	case c.Event != nil:
		n := 0
		for _, e := range v.signals(c.Event.Name, false) {
			if c.Event.Within == 0 || p.now.Sub(e.At) <= c.Event.Within {
				n++
			}
		}
		return truth(n >= max(c.Event.Count, 1))
	}
	return True // the empty condition
}

// Small words.

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

func known(is, b bool) Truth {
	if !is {
		return Unknown
	}
	return truth(b)
}

func allOf(cs []model.Condition, holds func(model.Condition) Truth) Truth {
	out := True
	for _, c := range cs {
		switch holds(c) {
		case False:
			return False
		case Unknown:
			out = Unknown
		}
	}
	return out
}

func anyOf(cs []model.Condition, holds func(model.Condition) Truth) Truth {
	out := False
	for _, c := range cs {
		switch holds(c) {
		case True:
			return True
		case Unknown:
			out = Unknown
		}
	}
	return out
}

func anyEqual(list []string, s string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
}

func listed(s string, list []string) Truth { return known(s != "", anyEqual(list, s)) }

func within(n int, r *model.IntRange) bool {
	return (r.Min == nil || n >= *r.Min) && (r.Max == nil || n <= *r.Max)
}

func moneyWithin(n model.Money, r model.MoneyRange) bool {
	return (r.Min == nil || n >= *r.Min) && (r.Max == nil || n <= *r.Max)
}

func timeWithin(d model.Duration, t model.TimeCondition) bool {
	return (t.MoreThan == nil || d > *t.MoreThan) && (t.AtLeast == nil || d >= *t.AtLeast) && (t.AtMost == nil || d <= *t.AtMost)
}

// phrases is true if any phrase contains any keyword, letters' case aside, and
// unknown if there are no phrases.
func phrases(said, keywords []string) Truth {
	for _, s := range said {
		for _, k := range keywords {
			if strings.Contains(strings.ToLower(s), strings.ToLower(k)) {
				return True
			}
		}
	}
	return known(len(said) > 0, false)
}

// Facts, read from the visit's events.

// of returns the events of a type.
func (v *plainVisit) of(t journey.Type) []*journey.Event {
	var out []*journey.Event
	for _, e := range v.events {
		if e.Type == t {
			out = append(out, e)
		}
	}
	return out
}

// signals returns the signals of a name, on the page or in the visit.
func (v *plainVisit) signals(name string, onPage bool) []*journey.Event {
	var out []*journey.Event
	for _, e := range v.events {
		if e.Type == journey.PageView && onPage {
			out = nil
		}
		if e.Type == journey.Signal && e.Signal.Name == name {
			out = append(out, e)
		}
	}
	return out
}

func (v *plainVisit) firstPage() *journey.Page {
	if pages := v.of(journey.PageView); len(pages) > 0 {
		return pages[0].Page
	}
	return nil
}

func (v *plainVisit) arrival() journey.Arrival {
	if first := v.firstPage(); first != nil {
		return journey.ArrivalOf(first.URL, first.Referrer)
	}
	return journey.Arrival{}
}

func (v *plainVisit) device() (platform model.Platform, browser, os string) {
	for _, e := range v.of(journey.PageView) {
		var pl model.Platform
		var b, o string
		if e.Page.UserAgent != "" {
			pl, b, o = journey.Device(e.Page.UserAgent)
		}
		platform = firstTold(e.Page.Platform, pl, platform)
		browser = firstTold(e.Page.Browser, b, browser)
		os = firstTold(e.Page.OS, o, os)
	}
	return platform, browser, os
}

func firstTold[S ~string](all ...S) S {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func (p *plain) ip(c *model.IPCondition) Truth {
	var told string
	for _, e := range p.visit.of(journey.PageView) {
		told = firstTold(e.Page.IP, told)
	}
	if network, err := netip.ParsePrefix(told); err == nil {
		return p.network(c, network)
	}
	addr, err := netip.ParseAddr(told)
	if err != nil {
		return Unknown
	}
	return p.address(c, addr)
}

// network asks of every address of a network, of 256 that are spread over it
// where it has more.
func (p *plain) network(c *model.IPCondition, n netip.Prefix) Truth {
	in := 0
	last := n.Addr().AsSlice()
	for i := range 256 {
		b := slices.Clone(last)
		for at := n.Bits() / 8; at < len(b); at++ {
			b[at] = byte(i)
		}
		a, _ := netip.AddrFromSlice(b)
		if p.address(c, a) == True {
			in++
		}
	}
	switch in {
	case 0:
		return False
	case 256:
		return True
	}
	return Unknown
}

func (p *plain) address(c *model.IPCondition, addr netip.Addr) Truth {
	for _, r := range c.Ranges {
		if prefix, err := netip.ParsePrefix(r); err == nil && prefix.Contains(addr) {
			return True
		}
		if from, to, ok := strings.Cut(r, "-"); ok {
			lo, hi := netip.MustParseAddr(from), netip.MustParseAddr(to)
			if lo.Is4() == addr.Is4() && lo.Compare(addr) <= 0 && addr.Compare(hi) <= 0 {
				return True
			}
		}
	}
	return False
}

func (v *plainVisit) marketingSource(c *model.MarketingCondition) Truth {
	a := v.arrival()
	channel, affiliate, campaign := a.Channel, a.Affiliate, a.Campaign
	for _, e := range v.of(journey.MarketingInfo) {
		channel = firstTold(e.Marketing.Channel, channel)
		affiliate = firstTold(e.Marketing.Affiliate, affiliate)
		campaign = firstTold(e.Marketing.Campaign, campaign)
	}
	switch {
	case len(c.Channels) > 0:
		return known(channel != "", slices.Contains(c.Channels, channel))
	case len(c.Affiliates) > 0:
		return listed(affiliate, c.Affiliates)
	}
	return listed(campaign, c.Campaigns)
}

func (v *plainVisit) geo(c *model.GeoCondition) Truth {
	var g *journey.Geo
	for _, e := range v.of(journey.PageView) {
		if e.Page.Geo != nil {
			g = e.Page.Geo
		}
	}
	if g == nil {
		return Unknown
	}
	return truth(g.Country != "" && anyEqual(c.Countries, g.Country) ||
		g.Region != "" && (anyEqual(c.Regions, g.Region) || anyEqual(c.Regions, g.Country+"/"+g.Region)) ||
		g.City != "" && (anyEqual(c.Cities, g.City) || anyEqual(c.Cities, g.Country+"/"+g.Region+"/"+g.City)))
}

// told returns the first page that tells something.
func (v *plainVisit) told(tells func(*journey.Page) bool) *journey.Page {
	for _, e := range v.of(journey.PageView) {
		if tells(e.Page) {
			return e.Page
		}
	}
	return nil
}

func (v *plainVisit) visits() int {
	if page := v.told(func(p *journey.Page) bool { return p.Visits > 0 }); page != nil {
		return page.Visits
	}
	return v.number
}

func (v *plainVisit) returning() bool {
	if page := v.told(func(p *journey.Page) bool { return p.Returning != nil }); page != nil {
		return *page.Returning
	}
	return v.visits() > 1
}

func (v *plainVisit) lastVisit() journey.Instant {
	if page := v.told(func(p *journey.Page) bool { return p.LastVisit != 0 }); page != nil {
		return page.LastVisit
	}
	return v.previous
}

// customer returns all that ctmrinfo told, later over earlier.
func (v *plainVisit) customer() journey.Customer {
	all := journey.Customer{Other: map[string]string{}}
	for _, e := range v.of(journey.CustomerInfo) {
		c := e.Customer
		all.Type = firstTold(c.Type, all.Type)
		all.Status = firstTold(c.Status, all.Status)
		all.CustomerID = firstTold(c.CustomerID, all.CustomerID)
		all.StoreZIP = firstTold(c.StoreZIP, all.StoreZIP)
		all.StoreNumber = firstTold(c.StoreNumber, all.StoreNumber)
		if c.Balance != nil {
			all.Balance = c.Balance
		}
		if c.CompanySize != nil {
			all.CompanySize = c.CompanySize
		}
		if c.RegistrationDate != 0 {
			all.RegistrationDate = c.RegistrationDate
		}
		for k, s := range c.Other {
			all.Other[k] = s
		}
	}
	return all
}

// person returns all that personal told, later over earlier.
func (v *plainVisit) person() journey.Person {
	all := journey.Person{Other: map[string]string{}}
	for _, e := range v.of(journey.Personal) {
		c := e.Personal
		all.Gender = firstTold(c.Gender, all.Gender)
		all.Language = firstTold(c.Language, all.Language)
		if c.Age != nil {
			all.Age = c.Age
		}
		if c.Birth != 0 {
			all.Birth = c.Birth
		}
		for k, s := range c.Other {
			all.Other[k] = s
		}
	}
	return all
}

func (v *plainVisit) age(r *model.IntRange) Truth {
	person := v.person()
	if person.Age != nil {
		return truth(within(*person.Age, r))
	}
	if person.Birth == 0 {
		return Unknown
	}
	born, today := person.Birth.UTC(), v.start.Time()
	years := today.Year() - born.Year()
	if today.Month() < born.Month() || today.Month() == born.Month() && today.Day() < born.Day() {
		years--
	}
	return truth(within(years, r))
}

func (v *plainVisit) registered(r *model.RegisteredCondition) Truth {
	date := v.customer().RegistrationDate
	if date == 0 {
		return Unknown
	}
	due := date.UTC()
	switch r.Unit {
	case "days":
		due = due.AddDate(0, 0, r.AtLeast)
	case "weeks":
		due = due.AddDate(0, 0, 7*r.AtLeast)
	case "months":
		due = due.AddDate(0, r.AtLeast, 0)
	case "years":
		due = due.AddDate(r.AtLeast, 0, 0)
	}
	return truth(!due.After(model.DateOf(v.start.Time()).UTC()))
}

func (v *plainVisit) language(in []string) Truth {
	told := ""
	for _, e := range v.of(journey.PageView) {
		told = firstTold(e.Page.Language, told)
	}
	told = strings.ToLower(firstTold(told, v.person().Language))
	for _, tag := range in {
		if tag = strings.ToLower(tag); told == tag || strings.HasPrefix(told, tag+"-") {
			return known(told != "", true)
		}
	}
	return known(told != "", false)
}

func (v *plainVisit) attribute(c *model.AttributeCondition) Truth {
	all := map[string]string{}
	for _, e := range v.of(journey.Identify) {
		for k, s := range e.Identify.Traits {
			all[k] = s
		}
	}
	customer, person := v.customer(), v.person()
	for k, s := range map[string]string{"ctype": customer.Type, "cstatus": customer.Status, "customerId": customer.CustomerID,
		"storeZipCode": customer.StoreZIP, "storeNumber": customer.StoreNumber, "gender": person.Gender, "language": person.Language} {
		if s != "" {
			all[k] = s
		}
	}
	if customer.Balance != nil {
		all["balance"] = customer.Balance.String()
	}
	if customer.CompanySize != nil {
		all["companySize"] = strconv.Itoa(*customer.CompanySize)
	}
	if customer.RegistrationDate != 0 {
		all["registrationDate"] = customer.RegistrationDate.String()
	}
	if person.Age != nil {
		all["age"] = strconv.Itoa(*person.Age)
	}
	for k, s := range customer.Other {
		all[k] = s
	}
	for k, s := range person.Other {
		all[k] = s
	}

	told, ok := all[c.Name]
	if c.Op == model.OpExists {
		return truth(ok)
	}
	if !ok {
		return Unknown
	}
	hit := slices.ContainsFunc(c.Values, func(value string) bool {
		t, s := strings.ToLower(told), strings.ToLower(value)
		switch c.Op {
		case model.OpEquals, model.OpNotEquals:
			return t == s
		case model.OpContains:
			return strings.Contains(t, s)
		case model.OpStartsWith:
			return strings.HasPrefix(t, s)
		case model.OpEndsWith:
			return strings.HasSuffix(t, s)
		case model.OpMatches:
			return regexp.MustCompile(value).MatchString(told)
		}
		a, ok1 := new(big.Rat).SetString(told)
		b, ok2 := new(big.Rat).SetString(value)
		if !ok1 || !ok2 {
			return false
		}
		switch c.Op {
		case model.OpGreater:
			return a.Cmp(b) > 0
		case model.OpAtLeast:
			return a.Cmp(b) >= 0
		case model.OpLess:
			return a.Cmp(b) < 0
		case model.OpAtMost:
			return a.Cmp(b) <= 0
		}
		return false
	})
	return truth(hit != (c.Op == model.OpNotEquals))
}

// flow walks the visit's pages through a flow from the beginning.
func (v *plainVisit) flow(f *model.FlowCondition) bool {
	place, state := -1, model.FlowTrigger("")
	last := len(f.Steps) - 1
	required := func(from int) int { // the next required step, or the last
		for i := from; i <= last; i++ {
			if !f.Steps[i].Optional {
				return i
			}
		}
		return -1
	}
	for i := range v.pages {
		on := func(step int) bool { return v.pages[i].matches(f.Steps[step].PageRule) == True }
		if place < 0 {
			if first := required(0); first >= 0 && on(first) {
				place = first
			}
			if place == last {
				return false
			}
			continue
		}
		moved := false
		for step := place + 1; step <= last; step++ {
			if on(step) {
				place, state, moved = step, "", true
				break
			}
			if !f.Steps[step].Optional {
				break
			}
		}
		if moved {
			if place == last {
				return false
			}
			continue
		}
		stay := func() {
			if state == model.FlowAbandoned {
				state = ""
			}
		}
		if on(place) {
			stay()
			continue
		}
		for step := place - 1; step >= 0; step-- {
			if on(step) {
				place, state, moved = step, model.FlowBack, true
				break
			}
		}
		if moved {
			continue
		}
		later := false
		for step := place + 1; step <= last; step++ {
			later = later || on(step)
		}
		if later {
			stay()
		} else {
			state = model.FlowAbandoned
		}
	}
	want := f.On
	if want == "" {
		want = model.FlowAbandoned
	}
	return state == want
}

// timeOn returns the time spent on an entry point.
func (p *plain) timeOn(id string) model.Duration {
	var sum model.Duration
	for i := range p.visit.pages {
		until := p.now
		if i+1 < len(p.visit.pages) {
			until = p.visit.pages[i+1].at
		}
		if p.matches(id, &p.visit.pages[i]) {
			sum += until.Sub(p.visit.pages[i].at)
		}
	}
	return sum
}

// cart returns the visit's cart, or nil. Decreased is told apart.
func (v *plainVisit) cart() *journey.CartState {
	cart, _ := v.carts()
	return cart
}

func (v *plainVisit) carts() (cart *journey.CartState, decreased bool) {
	for _, e := range v.events {
		switch e.Type {
		case journey.Cart:
			decreased = cart != nil && e.Cart.Total < cart.Total
			cart = e.Cart
		case journey.Purchase:
			decreased = false
			cart = &journey.CartState{}
		}
	}
	return cart, decreased
}

func (v *plainVisit) cartValue(c *model.CartCondition) Truth {
	cart, decreased := v.carts()
	switch {
	case cart == nil:
		return Unknown
	case c.Decreased:
		return truth(decreased)
	case c.Emptied:
		return truth(decreased && cart.Total == 0)
	}
	return truth(moneyWithin(cart.Total, c.MoneyRange))
}

func (v *plainVisit) cartProducts(c *model.ProductCondition) Truth {
	cart := v.cart()
	if cart == nil || cart.NumItems > 0 && len(cart.Products) == 0 {
		return Unknown
	}
	return truth(slices.ContainsFunc(cart.Products, func(p journey.Product) bool { return isListed(*c, p) }))
}

// isListed reports whether a product is on any of the lists; no list is every
// product.
func isListed(c model.ProductCondition, p journey.Product) bool {
	return c.Empty() || p.Name != "" && anyEqual(c.Names, p.Name) || p.SKU != "" && anyEqual(c.SKUs, p.SKU) ||
		p.Category != "" && anyEqual(c.Categories, p.Category)
}

func (v *plainVisit) viewed(c *model.ViewedCondition) bool {
	var purchased []string
	for _, e := range v.of(journey.Purchase) {
		for _, p := range e.Purchase.Products {
			if p.SKU != "" {
				purchased = append(purchased, p.SKU)
			}
		}
	}
	views := map[string]int{}
	for _, e := range v.of(journey.ProductView) {
		for _, p := range e.ProductView.Products {
			if !isListed(c.ProductCondition, p) || p.SKU != "" && anyEqual(purchased, p.SKU) {
				continue
			}
			if c.Price != nil && (p.Price == nil || !moneyWithin(*p.Price, *c.Price)) {
				continue
			}
			if s := c.Stock; s != nil {
				status := p.StatusInStock != "" && anyEqual(s.Status, p.StatusInStock)
				quantity := s.AtMost != nil && p.QuantityInStock != nil && *p.QuantityInStock <= *s.AtMost
				if !status && !quantity {
					continue
				}
			}
			key := "sku " + strings.ToLower(p.SKU)
			if p.SKU == "" {
				key = "name " + strings.ToLower(p.Name)
			}
			views[key]++
		}
	}
	for _, n := range views {
		if n >= max(c.Views, 1) {
			return true
		}
	}
	return false
}

func (v *plainVisit) visitorError(c *model.ErrorCondition) bool {
	var open []*journey.VisitorError
	for _, e := range v.of(journey.Error) {
		if !e.Error.Resolved {
			open = append(open, e.Error)
			continue
		}
		open = slices.DeleteFunc(open, func(o *journey.VisitorError) bool {
			switch {
			case e.Error.Code != "":
				return strings.EqualFold(o.Code, e.Error.Code)
			case e.Error.Message != "":
				return strings.EqualFold(o.Message, e.Error.Message)
			}
			return o.ContextID == e.Error.ContextID
		})
	}
	count := func(is func(*journey.VisitorError) bool) int {
		n := 0
		for _, o := range open {
			if is(o) {
				n++
			}
		}
		return n
	}
	for _, m := range c.Messages {
		if count(func(o *journey.VisitorError) bool { return strings.EqualFold(o.Message, m) }) >= max(c.From, 1) {
			return true
		}
	}
	for _, m := range c.Codes {
		if count(func(o *journey.VisitorError) bool { return strings.EqualFold(o.Code, m) }) >= max(c.From, 1) {
			return true
		}
	}
	return false
}

func (v *plainVisit) engaged(c *model.EngagedCondition) bool {
	for _, path := range c.Engagements {
		for _, s := range c.Statuses {
			if map[model.EngagedStatus]map[string]bool{model.Exposed: v.exposed, model.Declined: v.declined,
				model.Clicked: v.clicked, model.Interacted: v.interacted}[s][path] {
				return true
			}
		}
	}
	return false
}

// Time frames.

// inTimeFrame reports whether a campaign runs now, or the gate that stops it.
func (p *plain) inTimeFrame(f *model.TimeFrame) (Gate, bool) {
	local := p.in(f.Zone)
	if today := model.DateOf(local); today < f.Start {
		return NotStarted, false
	} else if f.End != 0 && today > f.End {
		return Ended, false
	}
	for _, id := range f.Occasions {
		o := byID(p.catalog.Occasions, id)
		there := p.in(o.Zone)
		today := model.DateOf(there)
		for _, line := range o.Lines {
			to := line.To
			if to == 0 {
				to = line.From
			}
			if today < line.From || today > to {
				continue
			}
			switch line.Status {
			case model.DayAll:
				return 0, true
			case model.DayCustom:
				return OccasionOff, inShifts(line.Shifts, there)
			}
			return OccasionOff, false
		}
	}
	switch f.Hours {
	case model.SpecificHours:
		return OutsideHours, inShifts([]model.Shift{{From: f.From, To: f.To}}, local)
	case model.CustomHours:
		s := byID(p.catalog.Schedules, f.Schedule)
		there := p.in(s.Zone)
		switch day := s.Days.All()[there.Weekday()]; day.Status {
		case model.DayOff:
			return OutsideHours, false
		case model.DayCustom:
			return OutsideHours, inShifts(day.Shifts, there)
		}
	}
	return 0, true
}

// in returns the wall clock of a zone, by default the account's.
func (p *plain) in(zone string) time.Time {
	loc, err := time.LoadLocation(firstTold(zone, p.catalog.Settings.Zone, "UTC"))
	if err != nil {
		panic(err)
	}
	return p.now.Time().In(loc)
}

// inShifts reports whether a wall clock is in any of the shifts.
func inShifts(shifts []model.Shift, t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	for _, s := range shifts {
		to := s.To.Minutes()
		if s.To == model.ClockAt(23, 59) {
			to = 24 * 60
		}
		if minute >= s.From.Minutes() && minute < to {
			return true
		}
	}
	return false
}
