package journey

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxURL is the longest URL that readers take, in bytes.
const maxURL = 8 << 10

// decoder reads native events. It keeps what it allocates in slabs and shares
// equal strings, since a file says the same few things a million times.
type decoder struct {
	s scanner
	// lenient takes numbers and truths from text, for tables.
	lenient bool
	// unknown is told of fields that the native form does not know.
	unknown func(field string)

	path  []string
	known map[string]string
	// The last ids, which often come again at once; sharing all of them would
	// cost more than it saves.
	visitor, visit string
	size           int // bytes in known
	// Events and pages are made so many at once. One that is kept holds the
	// others, so that where each is kept or not by itself they are made alone.
	events []Event
	pages  []Page
	alone  bool
}

// together is how many events or pages are made at once.
func (d *decoder) together() int {
	if d.alone {
		return 1
	}
	return 64
}

// ParseEvent reads one line of the native form. Errors name the field. Unknown
// fields are ignored.
func ParseEvent(line []byte) (*Event, error) {
	d := decoder{unknown: func(string) {}}
	e, f := d.event(line)
	if f != nil {
		return nil, f
	}
	return e, nil
}

// Fields by object, for the check of duplicates and case. The first four of
// every event are the envelope.
var (
	envelopeNames = []string{"visitor", "at", "type", "visit"}
	eventNames    = [...][]string{
		PageView: withEnvelope("url", "title", "referrer", "sections", "userAgent", "ip", "geo", "language", "platform",
			"browser", "os", "returning", "visits", "lastVisit"),
		Cart:          withEnvelope("total", "currency", "numItems", "products", "partial"),
		Purchase:      withEnvelope("total", "currency", "orderId", "cart"),
		ProductView:   withEnvelope("currency", "products"),
		CustomerInfo:  withEnvelope("info"),
		MarketingInfo: withEnvelope("info"),
		Personal:      withEnvelope("personal"),
		Lead:          withEnvelope("lead"),
		Service:       withEnvelope("service"),
		Error:         withEnvelope("error"),
		SearchInfo:    withEnvelope("keywords"),
		Respond:       withEnvelope("engagement", "action"),
		Conversation:  withEnvelope("action", "engagement"),
		Agents:        withEnvelope("skill", "state"),
		Identify:      withEnvelope("user", "traits"),
		Signal:        withEnvelope("name", "value"),
		Leave:         withEnvelope(),
	}
	geoNames       = []string{"country", "region", "city"}
	orderCartNames = []string{"numItems", "products"}
	itemNames      = []string{"product", "quantity"}
	productNames   = []string{"name", "category", "sku", "price", "statusInStock", "quantityInStock"}
	customerNames  = []string{"ctype", "cstatus", "balance", "currency", "customerId", "socialId", "imei", "userName", "companySize",
		"companyBranch", "accountName", "role", "lastPaymentDate", "registrationDate", "loginStatus", "storeZipCode", "storeNumber"}
	marketingNames = []string{"channel", "affiliate", "campaignId"}
	personNames    = []string{"firstname", "lastname", "age", "contacts", "gender", "company", "language"}
	ageNames       = []string{"age", "year", "month", "day"}
	contactNames   = []string{"email", "phone", "phoneType", "address"}
	addressNames   = []string{"country", "region"}
	leadNames      = []string{"topic", "value", "currency", "leadId"}
	serviceNames   = []string{"topic", "status", "category", "serviceId"}
	errorNames     = []string{"contextId", "message", "code", "level", "resolved"}
	dateNames      = []string{"day", "month", "year"}
)

func withEnvelope(names ...string) []string { return append(slices.Clone(envelopeNames), names...) }

// obj is where the reading of one object stands.
type obj struct {
	names []string
	seen  uint32
	first bool
	key   string   // a name, or an unknown key
	known bool     // key is one of names
	extra []string // unknown keys so far
}

// object enters an object with the fields names.
func (d *decoder) object(o *obj, names []string) bool {
	if k := d.s.kind(); k != object {
		d.want("an object", k)
		return false
	}
	*o = obj{names: names, first: true}
	return d.s.open('{')
}

// next steps to the next field that is not null.
func (d *decoder) next(o *obj) bool {
	for d.s.more(&o.first, '}') {
		key := d.s.text()
		d.s.colon()
		if d.s.f != nil {
			return false
		}
		if !d.find(o, key) {
			return false
		}
		if d.s.peek() == 'n' {
			d.s.word("null")
			continue
		}
		d.path = append(d.path, o.key)
		return d.s.f == nil
	}
	return false
}

// done leaves the field that next entered.
func (d *decoder) done() {
	if d.s.f == nil {
		d.path = d.path[:len(d.path)-1]
	}
}

// find sets the object's key, refusing what came before.
func (d *decoder) find(o *obj, key []byte) bool {
	for i, n := range o.names {
		if string(key) == n {
			o.key, o.known = n, true
			if o.seen&(1<<i) != 0 {
				d.s.f = sameKey(n, n)
				return false
			}
			o.seen |= 1 << i
			return true
		}
	}
	o.key, o.known = string(key), false
	for _, list := range [2][]string{o.names, o.extra} {
		for _, n := range list {
			if len(n) == len(key) && strings.EqualFold(n, o.key) {
				d.s.f = sameKey(o.key, n)
				return false
			}
		}
	}
	o.extra = append(o.extra, o.key)
	if len(o.extra) > 256 {
		d.s.fail("value", "more than 256 unknown fields")
		return false
	}
	return true
}

// ignore passes over an unknown field and tells of it.
func (d *decoder) ignore() {
	d.s.skip()
	if d.s.f == nil {
		d.unknown(strings.Join(d.path, "."))
	}
}

func (d *decoder) fail(reason, detail, value string) {
	if d.s.f == nil {
		d.s.f = &fault{reason: reason, detail: detail, value: value}
	}
}

func (d *decoder) want(what string, have kind) {
	d.fail("type", "want "+what+", have "+have.String(), "")
}

// event reads a whole line.
func (d *decoder) event(line []byte) (*Event, *fault) {
	d.s = scanner{b: line, scratch: d.s.scratch[:0]}
	d.path = d.path[:0]
	if !utf8.Valid(line) {
		return nil, badUTF8(line)
	}
	e := d.newEvent()
	var o obj
	if d.object(&o, envelopeNames) {
		d.fields(e, &o)
	}
	d.s.end()
	if d.s.f == nil {
		d.required(e, &o)
	}
	if f := d.s.f; f != nil {
		if f.field == "" {
			f.field = strings.Join(d.path, ".")
		}
		return nil, f
	}
	return e, nil
}

func badUTF8(line []byte) *fault {
	n := 0
	for n < len(line) {
		r, w := utf8.DecodeRune(line[n:])
		if r == utf8.RuneError && w == 1 {
			break
		}
		n += w
	}
	return &fault{reason: "encoding", detail: "not UTF-8 at byte " + strconv.Itoa(n+1)}
}

// fields reads the fields of an event. Those of the payload need the type: if
// it has not come yet, it is looked for ahead.
func (d *decoder) fields(e *Event, o *obj) {
	for d.next(o) {
		switch {
		case o.key == "visitor" && o.known:
			e.Visitor = d.id(&d.visitor)
		case o.key == "visit" && o.known:
			e.Visit = d.id(&d.visit)
		case o.key == "at" && o.known:
			e.At = d.instant()
		case o.key == "type" && o.known:
			d.setType(e, o, d.text())
		case e.Type == None:
			if i := slices.Index(o.names, "type"); o.seen&(1<<i) == 0 {
				d.lookAhead(e, o)
				continue // the field is read again, now known or not
			}
			d.ignore()
		default:
			d.payload(e, o)
		}
		d.done()
	}
}

// lookAhead finds the type behind the field that was just entered, and goes
// back to that field.
func (d *decoder) lookAhead(e *Event, o *obj) {
	back, depth, key := d.s.i, d.s.depth, o.key
	d.s.skip()
	typ := ""
	for first := false; typ == "" && d.s.more(&first, '}'); {
		k := string(d.s.text())
		d.s.colon()
		if k == "type" {
			typ = d.text()
		} else {
			d.s.skip()
		}
	}
	if d.s.f != nil {
		return
	}
	d.done()
	if typ == "" {
		d.path = append(d.path, "type")
		d.fail("missing", "missing", "")
		return
	}
	o.extra = o.extra[:len(o.extra)-1]
	d.setType(e, o, typ)
	d.s.i, d.s.depth = back, depth
	if d.s.f != nil || !d.find(o, []byte(key)) {
		return
	}
	d.path = append(d.path, o.key)
	if e.Type != None {
		d.payload(e, o)
	} else {
		d.ignore()
	}
	d.done()
}

func (d *decoder) setType(e *Event, o *obj, name string) {
	if d.s.f != nil || e.Type != None { // None: not found ahead already
		return
	}
	t := ParseType(name)
	if t == None {
		d.fail("value", "unknown type"+hint(name, typeNames[1:]), name)
		return
	}
	e.Type = t
	o.names = eventNames[t]
	for _, k := range o.extra { // keys that came before the type was known
		if slices.ContainsFunc(o.names, func(n string) bool { return strings.EqualFold(n, k) }) {
			d.s.f = sameKey(k, k)
		}
	}
	d.alloc(e)
}

// alloc makes the payload of the event's type.
func (d *decoder) alloc(e *Event) {
	switch e.Type {
	case PageView:
		e.Page = d.newPage()
	case Cart:
		e.Cart = &CartState{}
	case Purchase:
		e.Purchase = &Order{}
	case ProductView:
		e.ProductView = &Views{}
	case CustomerInfo:
		e.Customer = &Customer{}
	case MarketingInfo:
		e.Marketing = &Marketing{}
	case Personal:
		e.Personal = &Person{}
	case Lead:
		e.Lead = &LeadMade{}
	case Service:
		e.Service = &ServiceUpdate{}
	case Error:
		e.Error = &VisitorError{}
	case SearchInfo:
		e.Search = &Search{}
	case Respond:
		e.Respond = &Response{}
	case Conversation:
		e.Conversation = &ConversationChange{}
	case Agents:
		e.Agents = &AgentState{}
	case Identify:
		e.Identify = &Identity{}
	case Signal:
		e.Signal = &SignalSent{}
	}
}

func (d *decoder) newEvent() *Event {
	if len(d.events) == 0 {
		d.events = make([]Event, d.together())
	}
	e := &d.events[0]
	d.events = d.events[1:]
	return e
}

func (d *decoder) newPage() *Page {
	if len(d.pages) == 0 {
		d.pages = make([]Page, d.together())
	}
	p := &d.pages[0]
	d.pages = d.pages[1:]
	return p
}

// required refuses an event that lacks what its type must have.
func (d *decoder) required(e *Event, o *obj) {
	lacks := func(field string, yes bool) {
		if yes && d.s.f == nil {
			d.s.f = &fault{reason: "missing", field: field, detail: "missing"}
		}
	}
	has := func(name string) bool {
		i := slices.Index(o.names, name)
		return i >= 0 && o.seen&(1<<i) != 0
	}
	lacks("type", e.Type == None)
	lacks("visitor", e.Visitor == "")
	lacks("at", e.At == 0)
	if d.s.f == nil {
		d.requiredOf(e, has, lacks)
	}
}

// requiredOf is required for the payload; has tells what was written.
func (d *decoder) requiredOf(e *Event, has func(string) bool, lacks func(string, bool)) {
	switch e.Type {
	case PageView:
		lacks("url", e.Page.URL == "")
	case Cart:
		lacks("total", !has("total"))
		lacks("numItems", !has("numItems"))
	case ProductView:
		lacks("products", !has("products"))
	case CustomerInfo, MarketingInfo:
		lacks("info", !has("info"))
	case Personal:
		lacks("personal", !has("personal"))
	case Lead:
		lacks("lead", !has("lead"))
	case Service:
		lacks("service", !has("service"))
	case Error:
		lacks("error", !has("error"))
	case SearchInfo:
		lacks("keywords", !has("keywords"))
	case Respond:
		lacks("engagement", e.Respond.Engagement == "")
		lacks("action", e.Respond.Action == "")
	case Conversation:
		lacks("action", !has("action"))
	case Agents:
		lacks("state", e.Agents.State == "")
	case Signal:
		lacks("name", e.Signal.Name == "")
	}
}
