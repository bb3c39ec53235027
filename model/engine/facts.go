package engine

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// factGroup is a set of facts that change together: an event dirties groups,
// a dimension names the groups it looks at.
type factGroup uint32

const (
	factHistory  factGroup = 1 << iota // number of visits, last visit, visit's start
	factArrival                        // referrer, keywords, marketing source
	factBrowser                        // user agent, language, address, place
	factCustomer                       // ctmrinfo, personal, traits
	factPage                           // the page
	factVisited                        // pages seen, flows
	factCart
	factViews
	factErrors
	factSearches
	factServices
	factEngaged
	factSignals
	factGroups = iota // how many there are

	factAll = factSignals<<1 - 1

	factsOfAudience = factHistory | factArrival | factBrowser | factCustomer
)

// facts is what is known of a visitor at an instant: what conditions look at.
// The history stays with the visitor; everything else ends with the visit.
// Lists are reused from visit to visit, so that a visit allocates nothing
// once they have grown.
type facts struct {
	now      journey.Instant
	counted  int             // visits counted within the journey
	previous journey.Instant // last event of the journey's previous visit

	visitFacts

	geoKeys   []string // what the place is found by
	attrs     map[string]string
	products  []journey.Product // in the cart
	views     []journey.Product
	purchased []string // SKUs, lower-cased
	errors    []journey.VisitorError
	searches  []string // lower-cased, sorted, each once
	services  []journey.ServiceUpdate
	signals   []signalSeen

	// Entry points and flows that behaviors look at.
	visited row
	spent   []model.Duration // before the present page
	flows   []flowState

	// engaged says how far the visitor went with the engagements that conditions
	// refer to, in order.
	engaged []engagedWith
}

// visitFacts are those that end with the visit and are no lists.
type visitFacts struct {
	// History.
	visits               int             // counted or told, this visit included
	returning            Truth           // told, or Unknown
	lastVisit            journey.Instant // end of the last visit, or 0
	toldVisits, toldLast bool            // by a page of the visit

	start journey.Instant // of the visit
	last  journey.Instant // the visitor's last event
	pages int

	// The page.
	page      *journey.Page
	view      *pageEntry
	pageStart journey.Instant
	scroll    int // percent, -1 is unknown
	exit      bool
	abandon   bool

	// Arrival.
	arrived     bool
	landing     string
	referrerRaw string
	referrer    address
	arrival     journey.Arrival
	arrivalOK   bool // arrival was worked out
	channel     model.MarketingChannel
	affiliate   string
	campaign    string

	// Browser.
	userAgent string
	device    struct { // what userAgent says
		platform    model.Platform
		browser, os string
	}
	platform model.Platform
	browser  string
	os       string
	language string
	ipTold   string       // as the last page that told it did
	ip       netip.Prefix // of one address, or the network that is known of it
	ipSpan   ipSpan
	geo      journey.Geo
	geoKnown bool // its keys were worked out

	// Customer and person.
	customer journey.Customer
	person   journey.Person
	user     string // signed in as, "" is nobody

	// Cart.
	cartTold   bool
	total      model.Money
	items      int
	lastChange model.Money

	// Conversation.
	conversation bool
	accepted     int // bit of the last accepted conversation engagement, or -1
}

type signalSeen struct {
	name string
	at   journey.Instant
}

// engagedWith holds a bit per model.EngagedStatus of one engagement.
type engagedWith struct {
	bit int32
	how uint8
}

func (f *facts) engagedAs(bit int32) uint8 {
	for _, x := range f.engaged {
		if x.bit == bit {
			return x.how
		}
	}
	return 0
}

func (f *facts) engage(bit int32, how uint8) {
	i, found := slices.BinarySearchFunc(f.engaged, bit, func(x engagedWith, bit int32) int { return int(x.bit - bit) })
	if !found {
		f.engaged = slices.Insert(f.engaged, i, engagedWith{bit: bit})
	}
	f.engaged[i].how |= how
}

// resetVisit forgets what ends with a visit.
func (f *facts) resetVisit() {
	f.visitFacts = visitFacts{} // and then field by field: a whole one would be made elsewhere and copied
	f.scroll, f.accepted, f.returning = -1, -1, Unknown
	f.geoKeys, f.products, f.views, f.purchased = f.geoKeys[:0], f.products[:0], f.views[:0], f.purchased[:0]
	f.errors, f.searches, f.services, f.signals, f.engaged = f.errors[:0], f.searches[:0], f.services[:0], f.signals[:0], f.engaged[:0]
	clear(f.attrs)
	f.visited.zero()
	clear(f.spent)
	clear(f.flows)
}

// startVisit begins a visit at an instant.
func (f *facts) startVisit(at journey.Instant) {
	f.counted++
	f.visits = f.counted
	f.lastVisit = f.previous
	f.start = at
}

// open takes a page.
func (f *facts) open(e *Engine, p *journey.Page, view *pageEntry) factGroup {
	dirty := factPage
	if len(f.flows) > 0 {
		dirty |= factVisited
	}
	f.leavePage()
	f.page, f.view, f.pageStart = p, view, f.now
	f.pages++
	f.scroll, f.exit, f.abandon = -1, false, false
	for _, ep := range view.entryPoints {
		if !f.visited.has(ep) {
			f.visited.set(ep)
			dirty |= factVisited
		}
	}
	for i := range f.flows {
		f.flows[i].step(&e.flows[i], view.flowSteps(i))
	}
	if !f.arrived {
		f.arrived, f.landing, f.referrerRaw, f.referrer = true, p.URL, p.Referrer, normalize(p.Referrer)
		dirty |= factArrival
		if e.needArrival {
			f.arrival, f.arrivalOK = view.arrivalFrom(p), true
		}
	}
	if p.UserAgent != "" {
		if p.UserAgent != f.userAgent && e.needDevice {
			f.device.platform, f.device.browser, f.device.os = journey.Device(p.UserAgent)
		}
		f.userAgent = p.UserAgent
		if d := f.device; e.needDevice && (d.platform != f.platform || d.browser != f.browser || d.os != f.os) {
			f.platform, f.browser, f.os = d.platform, d.browser, d.os
			dirty |= factBrowser
		}
	}
	if p.Platform != "" && p.Platform != f.platform {
		f.platform = p.Platform
		dirty |= factBrowser
	}
	if p.Browser != "" && p.Browser != f.browser {
		f.browser = p.Browser
		dirty |= factBrowser
	}
	if p.OS != "" && p.OS != f.os {
		f.os = p.OS
		dirty |= factBrowser
	}
	if p.Language != "" && p.Language != f.language {
		f.language = p.Language
		dirty |= factBrowser
	}
	if p.IP != "" && p.IP != f.ipTold {
		f.ipTold = p.IP
		if ip, err := netip.ParseAddr(p.IP); err == nil {
			ip = ip.Unmap().WithZone("")
			f.setIP(netip.PrefixFrom(ip, ip.BitLen()))
			dirty |= factBrowser
		} else if network, err := netip.ParsePrefix(p.IP); err == nil {
			f.setIP(network.Masked())
			dirty |= factBrowser
		}
	}
	if p.Geo != nil && *p.Geo != f.geo {
		f.geo, f.geoKnown = *p.Geo, false
		dirty |= factBrowser
	}
	if p.Returning != nil && f.returning == Unknown {
		f.returning = truthOf(*p.Returning)
		dirty |= factHistory
	}
	if p.Visits > 0 && !f.toldVisits {
		f.visits, f.toldVisits = p.Visits, true
		dirty |= factHistory
	}
	if p.LastVisit != 0 && !f.toldLast {
		f.lastVisit, f.toldLast = p.LastVisit, true
		dirty |= factHistory
	}
	return dirty
}

func (f *facts) setIP(p netip.Prefix) { f.ip, f.ipSpan = p, spanOf(p.Addr(), lastOf(p)) }

// placeKeys lists the keys that the place has.
func (f *facts) placeKeys() []string {
	if !f.geoKnown {
		f.geoKeys, f.geoKnown = appendGeoKeys(f.geoKeys[:0], f.geo), true
	}
	return f.geoKeys
}

// leavePage adds the present page's time to its entry points.
func (f *facts) leavePage() {
	if f.page == nil {
		return
	}
	for _, ep := range f.view.entryPoints {
		f.spent[ep] += f.now.Sub(f.pageStart)
	}
	f.page, f.view = nil, nil
}

// timeOn returns the time spent on an entry point in the visit.
func (f *facts) timeOn(ep int) model.Duration {
	d := f.spent[ep]
	if f.view != nil {
		for _, i := range f.view.entryPoints {
			if int(i) == ep {
				return d + f.now.Sub(f.pageStart)
			}
		}
	}
	return d
}

// isReturning is the truth of "a returning visitor".
func (f *facts) isReturning() Truth {
	if f.returning != Unknown {
		return f.returning
	}
	return truthOf(f.visits > 1)
}

// daysSince returns whole days from the last visit to this one's start.
func (f *facts) daysSince() (int64, bool) {
	if f.lastVisit == 0 || f.lastVisit > f.start {
		return 0, false
	}
	return int64(f.start.Sub(f.lastVisit) / model.DayLong), true
}

// today is the UTC date of the visit's start.
func (f *facts) today() model.Date { return model.DateOf(f.start.Time()) }

// age returns the visitor's age in whole years.
func (f *facts) age() (int64, bool) {
	if f.person.Age != nil {
		return int64(*f.person.Age), true
	}
	if f.person.Birth.IsZero() {
		return 0, false
	}
	y, m, d := f.person.Birth.UTC().Date()
	ty, tm, td := f.today().UTC().Date()
	age := ty - y
	if tm < m || tm == m && td < d {
		age--
	}
	return int64(age), true
}

// lang returns the visitor's language, or "".
func (f *facts) lang() string {
	if f.language != "" {
		return f.language
	}
	return f.person.Language
}

// source returns the marketing source.
func (f *facts) source() (ch model.MarketingChannel, affiliate, campaign string) {
	ch, affiliate, campaign = f.channel, f.affiliate, f.campaign
	if f.arrivalOK {
		if ch == "" {
			ch = f.arrival.Channel
		}
		if affiliate == "" {
			affiliate = f.arrival.Affiliate
		}
		if campaign == "" {
			campaign = f.arrival.Campaign
		}
	}
	return ch, affiliate, campaign
}

// take merges, replaces or appends what an event tells, and returns what
// changed. Pages, answers and conversations are the run's.
func (f *facts) take(e *Engine, ev *journey.Event) factGroup {
	switch ev.Type {
	case journey.Cart:
		c := ev.Cart
		if f.cartTold {
			f.lastChange = c.Total - f.total
		} else {
			f.lastChange = 0
		}
		f.cartTold, f.total, f.items = true, c.Total, c.NumItems
		f.products = append(f.products[:0], c.Products...)
		return factCart
	case journey.Purchase:
		f.cartTold, f.total, f.items, f.lastChange = true, 0, 0, 0
		f.products = f.products[:0]
		for _, p := range ev.Purchase.Products {
			if p.SKU != "" {
				f.purchased = append(f.purchased, strings.ToLower(p.SKU))
			}
		}
		return factCart | factViews
	case journey.ProductView:
		f.views = append(f.views, ev.ProductView.Products...)
		return factViews
	case journey.CustomerInfo:
		f.takeCustomer(ev.Customer)
		return factCustomer
	case journey.MarketingInfo:
		if m := ev.Marketing; m.Channel != "" {
			f.channel = m.Channel
		}
		if m := ev.Marketing; m.Affiliate != "" {
			f.affiliate = m.Affiliate
		}
		if m := ev.Marketing; m.Campaign != "" {
			f.campaign = m.Campaign
		}
		return factArrival
	case journey.Personal:
		f.takePerson(ev.Personal)
		return factCustomer
	case journey.Service:
		f.services = append(f.services, *ev.Service)
		return factServices
	case journey.Error:
		f.takeError(ev.Error)
		return factErrors
	case journey.SearchInfo:
		for _, k := range ev.Search.Keywords {
			k = strings.ToLower(k)
			if i, found := slices.BinarySearch(f.searches, k); !found {
				f.searches = slices.Insert(f.searches, i, k)
			}
		}
		return factSearches
	case journey.Identify:
		f.user = ev.Identify.User
		for k, v := range ev.Identify.Traits {
			f.setAttr(k, v)
		}
		return factCustomer
	case journey.Signal:
		s := ev.Signal
		if e.signals[s.Name] { // what no campaign names is not remembered
			f.signals = append(f.signals, signalSeen{s.Name, f.now})
		}
		switch s.Name {
		case journey.SignalAboutToAbandon:
			f.abandon = true
		case journey.SignalExit:
			f.exit = true
		case journey.SignalScroll:
			if s.Value != nil {
				f.scroll = max(f.scroll, *s.Value)
			}
		}
		return factSignals
	}
	return 0
}

func (f *facts) setAttr(k, v string) {
	if f.attrs == nil {
		f.attrs = make(map[string]string)
	}
	f.attrs[k] = v
}

// tell merges one field, and keeps it under its name; "" says nothing.
func (f *facts) tell(name, value string, to *string) {
	if value != "" {
		*to = value
		if !journey.Hidden(value) {
			f.setAttr(name, value)
		}
	}
}

func (f *facts) takeCustomer(c *journey.Customer) {
	k := &f.customer
	f.tell("ctype", c.Type, &k.Type)
	f.tell("cstatus", c.Status, &k.Status)
	f.tell("customerId", c.CustomerID, &k.CustomerID)
	f.tell("storeZipCode", c.StoreZIP, &k.StoreZIP)
	f.tell("storeNumber", c.StoreNumber, &k.StoreNumber)
	f.tell("currency", c.Currency, &k.Currency)
	if c.Balance != nil {
		k.Balance = c.Balance
		f.setAttr("balance", c.Balance.String())
	}
	if c.CompanySize != nil {
		k.CompanySize = c.CompanySize
		f.setAttr("companySize", strconv.Itoa(*c.CompanySize))
	}
	if !c.RegistrationDate.IsZero() {
		k.RegistrationDate = c.RegistrationDate
		f.setAttr("registrationDate", c.RegistrationDate.String())
	}
	for name, v := range c.Other {
		f.setAttr(name, v)
	}
}

func (f *facts) takePerson(p *journey.Person) {
	k := &f.person
	if p.Age != nil {
		k.Age = p.Age
		f.setAttr("age", strconv.Itoa(*p.Age))
	}
	if !p.Birth.IsZero() {
		k.Birth = p.Birth
	}
	if p.Gender != "" {
		k.Gender = p.Gender
		f.setAttr("gender", p.Gender)
	}
	if p.Language != "" {
		k.Language = p.Language
		f.setAttr("language", p.Language)
	}
	for name, v := range p.Other {
		f.setAttr(name, v)
	}
}

// takeError appends an error, or clears those a resolved one ends.
func (f *facts) takeError(e *journey.VisitorError) {
	if !e.Resolved {
		f.errors = append(f.errors, *e)
		return
	}
	kept := f.errors[:0]
	for _, x := range f.errors {
		var same bool
		switch {
		case e.Code != "":
			same = strings.EqualFold(x.Code, e.Code)
		case e.Message != "":
			same = strings.EqualFold(x.Message, e.Message)
		default:
			same = e.ContextID != "" && strings.EqualFold(x.ContextID, e.ContextID)
		}
		if !same {
			kept = append(kept, x)
		}
	}
	f.errors = kept
}
