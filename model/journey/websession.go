package journey

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
)

// webSessionReader reads the web sessions that LivePerson's Data Access API
// exports: JSON, a session a line, as its .gz files have it, or sessions over
// several lines. Values that may be missing are written with the name of their
// type, {"long": 7}, or as they are.
//
//   - Navigation becomes page views, with their sections, referrer, and what the
//     session's own record tells of the device and its geo record of the place.
//     Titles are not told.
//   - Engagement attributes become the events they are. A total is the cart's
//     as it is told, without its currency, which is that of the account; a
//     customer who is authenticated is signed in.
//   - Of the impressions Accept and Close are answers, accept and decline, to an
//     engagement that goes by the numbers of the campaign and of itself
//     ("129082910/12"): one of a catalog that has these ids. Show and Timeout,
//     and one without an instant or a number, are left out (impression): what
//     shows the engine says.
//   - Which campaigns were eligible (eligibility) and goals that were achieved
//     (goal) are left out: they are what the engine says of the same visit.
//   - A session that has ended (endTime) is left then.
//
// The visitor is the visitorId, the visit the visitId; visitors who are
// authenticated as one customer are one. Attributes have no id by which a
// duplicate could be told.
type webSessionReader struct {
	im  *importer
	ids *identities
}

// sessionSchema begins the names of the types.
const sessionSchema = "com.liveperson.dataaccess."

// isWebSession reports whether a JSON object looks like a session.
func isWebSession(t *node) bool {
	records := bare(t.get("recordCollection"))
	if records == nil || records.kind != list {
		return false
	}
	kind := bare(t.get("dataType")).scalar()
	return kind == "" || kind == "WebSession"
}

// isWebSessionText reports whether a text begins like a session that does not
// end in its first line.
func isWebSessionText(s []byte) bool {
	head := string(s[:min(len(s), 4096)])
	return strings.HasPrefix(head, "{") && strings.Contains(head, sessionSchema+"DataTypeEnum") && strings.Contains(head, `"WebSession"`) && !endsInFirstLine(s)
}

// bare takes the names of types off a value; a null becomes nil.
func bare(n *node) *node {
	for n != nil && n.kind == object && len(n.keys) == 1 {
		switch k := n.keys[0]; k {
		case "string", "long", "int", "double", "float", "boolean", "array":
		default:
			if !strings.HasPrefix(k, sessionSchema) {
				return n
			}
		}
		n = n.vals[0]
	}
	if n != nil && n.kind == null {
		return nil
	}
	return n
}

// class is the name of a value's type, if it is told.
func class(n *node) string {
	if n == nil || n.kind != object || len(n.keys) != 1 || !strings.HasPrefix(n.keys[0], sessionSchema) {
		return ""
	}
	return n.keys[0][len(sessionSchema):]
}

// under returns the value of an object's key in any case, bare.
func under(n *node, key string) *node {
	if n == nil || n.kind != object {
		return nil
	}
	for i, k := range n.keys {
		if len(k) == len(key) && strings.EqualFold(k, key) {
			return bare(n.vals[i])
		}
	}
	return nil
}

// tells returns the text of the first of a few keys that is told.
func tells(n *node, keys ...string) string {
	for _, k := range keys {
		if s := under(n, k).scalar(); s != "" {
			return s
		}
	}
	return ""
}

// holding returns the record, or what is directly in it, that has a key.
func holding(record *node, keys ...string) *node {
	has := func(n *node) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return under(n, k) != nil })
	}
	if record == nil || record.kind != object {
		return nil
	}
	if has(record) {
		return record
	}
	for i, k := range record.keys {
		if v := bare(record.vals[i]); k != "header" && v != nil && v.kind == object && has(v) {
			return v
		}
	}
	return nil
}

func (r *webSessionReader) end() error { return r.ids.end() }

func (r *webSessionReader) line(b []byte) error {
	n, err := r.im.trees.parse(b)
	if err != nil {
		r.im.reject(asFault(err))
		return nil
	}
	if f := r.session(n); f != nil {
		r.im.reject(f)
	}
	return nil
}

// webSession is what is told of a session as a whole.
type webSession struct {
	origin
	page Page // of the device and the place
}

// session reads one session.
func (r *webSessionReader) session(n *node) *fault {
	records := bare(n.get("recordCollection"))
	switch {
	case n.kind != object:
		return &fault{reason: "type", detail: "want an object, have " + n.kind.String()}
	case records == nil || records.kind != list:
		return &fault{reason: "missing", field: "recordCollection", detail: "not a list"}
	case !isWebSession(n):
		r.im.skip("other-data")
		return nil
	}
	s := webSession{}
	var visitor, visit, customer string
	bodies := make([]*node, len(records.vals))
	for i, v := range records.vals {
		b := under(v, "body")
		bodies[i] = b
		header := under(b, "header")
		for _, id := range []struct {
			to  *string
			key string
		}{{&visitor, "visitorId"}, {&visit, "visitId"}} {
			switch told := tells(header, id.key); {
			case *id.to == "":
				*id.to = told
			case told != "" && told != *id.to:
				return &fault{reason: "value", field: element("recordCollection", i, "header."+id.key), detail: "two of them in one session", value: told}
			}
		}
		if g := holding(b, "countryCode", "country", "iPV4", "iPV6"); g != nil && under(b, "navigationData") == nil {
			s.place(g)
		}
		if d := holding(b, "userAgent", "deviceFamily", "deviceOS"); d != nil {
			s.device(d)
		}
		for _, a := range under(b, "engagementAttributes").items() {
			if d := under(bare(a), "data"); tells(d, "isAuthenticated") == "true" && customer == "" {
				customer = tells(d, "customerId")
			}
		}
	}
	if visitor == "" {
		return &fault{reason: "no-id", field: "visitorId", detail: "missing"}
	}
	if r.im.leavesOut(s.page.UserAgent) {
		r.im.leave("robot")
		return nil
	}
	var f *fault
	if s.origin, f = r.ids.origin(visitor, customer, visit, 0); f != nil {
		return f
	}
	for i, b := range bodies {
		if f := s.record(b); f != nil {
			f.field = element("recordCollection", i, f.field)
			return f
		}
	}
	meta := under(n, "metaData")
	if end := under(meta, "endTime"); end != nil {
		if s.at, f = sessionInstant(end, "metaData.endTime"); f != nil {
			return f
		}
		if len(r.im.pending) > 0 {
			s.emit(Event{Type: Leave}, plain)
		}
	}
	return nil
}

// place takes the geo record.
func (s *webSession) place(n *node) {
	s.page.IP = tells(n, "iPV4", "iPV6")
	country := strings.ToUpper(tells(n, "countryCode"))
	if country == "" {
		country, _ = countryCode(tells(n, "country"))
	}
	if at := (Geo{Country: country, Region: tells(n, "state"), City: tells(n, "city")}); at != (Geo{}) {
		s.page.Geo = &at
	}
}

// device takes the record of the session.
func (s *webSession) device(n *node) {
	p := &s.page
	if p.UserAgent = tells(n, "userAgent"); p.UserAgent != "" {
		return
	}
	switch tells(n, "deviceFamily") {
	case "DESKTOP":
		p.Platform = model.Desktop
	case "TABLET":
		p.Platform = model.Tablet
	case "MOBILE":
		p.Platform = model.Smartphone
	}
	switch os := tells(n, "deviceOS"); os {
	case "WINDOWS":
		p.OS = "Windows"
	case "MAC_OS", "MAC_OSX":
		p.OS = "macOS"
	case "LINUX":
		p.OS = "Linux"
	case "IOS":
		p.OS = "iOS"
	case "ANDROID":
		p.OS = "Android"
	}
}

// sessionInstant reads milliseconds since 1970, or a UTC stamp.
func sessionInstant(n *node, field string) (Instant, *fault) {
	s := n.scalar()
	if at, ok := parseLayout(s, "unix-ms", time.UTC); ok {
		return at, nil
	}
	if at, ok := parseStamp(s); ok {
		return at, nil
	}
	return 0, &fault{reason: "time", field: field, detail: "want milliseconds since 1970, from 2000 to 2100", value: s}
}

// record reads one record of the session.
func (s *webSession) record(b *node) *fault {
	each := func(name string, do func(n *node) *fault) *fault {
		for i, v := range under(b, name).items() {
			v = bare(v)
			var f *fault
			if s.at, f = sessionInstant(under(v, "timestamp"), "timestamp"); f == nil {
				f = do(v)
			}
			if f != nil {
				f.field = element(name, i, f.field)
				return f
			}
		}
		return nil
	}
	if f := each("navigationData", s.visited); f != nil {
		return f
	}
	if f := each("engagementAttributes", s.attribute); f != nil {
		return f
	}
	for _, v := range under(b, "impressions").items() {
		s.impression(bare(v))
	}
	for range under(b, "eligibilityData").items() {
		s.im.leave("eligibility")
	}
	for range under(b, "achievedGoals").items() {
		s.im.leave("goal")
	}
	return nil
}

// visited tells of a page.
func (s *webSession) visited(n *node) *fault {
	p := s.newPage()
	*p = s.page
	p.URL, p.Referrer = tells(n, "url"), tells(n, "referrerUrl")
	for _, v := range under(n, "sections").items() {
		if name := bare(v).scalar(); name != "" {
			p.Sections = append(p.Sections, name)
		}
	}
	return s.origin.page(p, true)
}

// impression tells how the visitor answered.
func (s *webSession) impression(n *node) {
	action := map[string]Action{"accept": Accept, "close": Decline}[strings.ToLower(tells(n, "impressionType"))]
	campaign, engagement := tells(under(n, "campaign"), "id"), tells(under(n, "engagement"), "id")
	at, f := sessionInstant(under(n, "timestamp"), "timestamp")
	if action == "" || campaign == "" || engagement == "" || f != nil || strings.Contains(campaign+engagement, "/") {
		s.im.leave("impression")
		return
	}
	s.at = at
	s.emit(Event{Type: Respond, Respond: &Response{Engagement: campaign + "/" + engagement, Action: action}}, plain)
}

// attribute tells of an engagement attribute.
func (s *webSession) attribute(n *node) *fault {
	kind, d := class(n.get("data")), under(n, "data")
	currency := tells(d, "currency")
	total := tells(d, "total")
	switch {
	case kind == "CustomerInfo":
		s.customer(d)
	case kind == "PersonalInfo":
		s.person(d)
	case kind == "CartStatus", kind == "Cart":
		before := len(s.im.pending)
		if !s.cart(total, currency, s.products(d)) {
			s.im.leave("attribute")
		} else if items, ok := s.im.pieces(tells(d, "numItems")); ok && len(s.im.pending) > before {
			s.im.pending[before].ev.Cart.NumItems = items
		}
	case kind == "Purchase", kind == "Transaction":
		before := len(s.im.pending)
		cart := under(d, "cart")
		if !s.order(total, currency, tells(d, "orderId"), s.products(cart)) {
			s.im.leave("attribute")
		} else if items, ok := s.im.pieces(tells(cart, "numItems")); ok && len(s.im.pending) > before {
			s.im.pending[before].ev.Purchase.NumItems = items
		}
	case kind == "ViewedProduct":
		if !s.views(currency, s.products(d)) {
			s.im.leave("attribute")
		}
	case kind == "Lead":
		l := &LeadMade{Topic: tells(d, "topic"), LeadID: tells(d, "leadId"), Currency: strings.ToUpper(currency)}
		if a, ok := s.im.amount(tells(d, "value")); ok {
			l.Value = &a
		}
		s.emit(Event{Type: Lead, Lead: l}, plain)
	case kind == "ServiceActivity":
		status := tells(d, "status")
		st, ok := parseStatus(status)
		if status != "" && !ok {
			return &fault{reason: "value", field: "status", detail: "want a status from 0 to 13 or its name", value: status}
		}
		s.emit(Event{Type: Service, Service: &ServiceUpdate{Topic: tells(d, "topic"), Status: st, Category: tells(d, "category"), ServiceID: tells(d, "serviceId")}}, plain)
	case kind == "VisitorError":
		v := &VisitorError{ContextID: tells(d, "contextId"), Message: tells(d, "message"), Code: tells(d, "code"), Resolved: tells(d, "resolved") == "true"}
		if level, err := strconv.ParseInt(tells(d, "level"), 10, 64); err == nil && level >= -maxCount && level <= maxCount {
			v.Level = level
		}
		s.emit(Event{Type: Error, Error: v}, plain)
	case kind == "MarketingCampaignInfo":
		m := &Marketing{Affiliate: tells(d, "affiliate"), Campaign: tells(d, "campaignId")}
		m.Channel, _ = parseChannel(tells(d, "originatingChannel"))
		s.emit(Event{Type: MarketingInfo, Marketing: m}, plain)
	case under(d, "keywords") != nil:
		var phrases []string
		for _, v := range under(d, "keywords").items() {
			phrases = append(phrases, bare(v).scalar())
		}
		s.search(phrases...)
	default:
		s.im.leave("attribute")
	}
	return nil
}

// products reads the products of an attribute.
func (s *webSession) products(d *node) []Product {
	return s.productsOf(under(d, "products").items(), func(n *node) (Product, bool) {
		n = bare(n)
		p := under(n, "product")
		return s.productOf(tells(p, "sku"), tells(p, "name"), tells(p, "category"), tells(p, "price"), tells(n, "quantity"))
	})
}

// customer tells of the customer.
func (s *webSession) customer(d *node) {
	c := &Customer{Type: tells(d, "customerType"), Status: tells(d, "customerStatus"), CustomerID: s.im.hide(tells(d, "customerId")),
		StoreZIP: tells(d, "storeZipCode"), StoreNumber: tells(d, "storeNumber"), RegistrationDate: ymd(under(d, "registrationDate"))}
	if a, ok := s.im.amount(tells(d, "balance")); ok {
		c.Balance = &a
	}
	if n, err := strconv.Atoi(tells(d, "companySize")); err == nil && n >= 0 && n <= maxCount {
		c.CompanySize = &n
	}
	for _, k := range []string{"accountName", "role"} {
		c.Other = withOther(c.Other, k, tells(d, k))
	}
	if paid := ymd(under(d, "lastPaymentDate")); paid != 0 {
		c.Other = withOther(c.Other, "lastPaymentDate", paid.String())
	}
	if tells(d, "isAuthenticated") == "true" && c.CustomerID != "" {
		s.emit(Event{Type: Identify, Identify: &Identity{User: c.CustomerID}}, inferred)
	}
	s.emit(Event{Type: CustomerInfo, Customer: c}, plain)
}

// person tells of the person, but neither names nor contacts.
func (s *webSession) person(d *node) {
	p := &Person{}
	p.Gender, _ = parseGender(tells(d, "gender"))
	p.Other = withOther(p.Other, "company", tells(d, "company"))
	age := under(d, "customerAge")
	if n, err := strconv.Atoi(tells(age, "customerAgeInYears")); err == nil && n >= 0 && n <= 150 {
		p.Age = &n
	}
	born := func(key string, unknown string) string {
		if s := tells(age, key); s != "" {
			return s
		}
		return unknown
	}
	if year := born("customerYearOfBirth", ""); year != "" {
		p.Birth = dateParts(year, born("customerMonthOfBirth", "1"), born("customerDateOfBirth", "1"))
	}
	if p.Gender == "" && p.Other == nil && p.Age == nil && p.Birth == 0 {
		s.im.leave("no-facts")
		return
	}
	s.emit(Event{Type: Personal, Personal: p}, plain)
}

// withOther adds a text that is told to a map of them.
func withOther(m map[string]string, key, value string) map[string]string {
	if value == "" {
		return m
	}
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// ymd reads {year, month, day}, or no date.
func ymd(n *node) model.Date { return dateParts(tells(n, "year"), tells(n, "month"), tells(n, "day")) }

// dateParts makes a date of numbers, or none of what is none.
func dateParts(year, month, day string) model.Date {
	y, err1 := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	d, err3 := strconv.Atoi(day)
	if err1 != nil || err2 != nil || err3 != nil || y < 1850 || y > 2100 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0
	}
	return dateOf(y, m, d)
}

// sessionsReader reads sessions over several lines, one after the other.
type sessionsReader struct{ *webSessionReader }

// whole reads the whole file.
func (r sessionsReader) whole() error {
	im := r.im
	s := &splitter{r: im.lines.r, line: 1, noun: "session"}
	s.mark()
	for {
		c, err := s.byte()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return im.brokeOff(err)
		case c != '{':
			s.f = &fault{reason: "json", detail: "want a session, which begins with a brace"}
			return im.ended(s, nil)
		}
		n := s.line
		if err := s.r.UnreadByte(); err != nil {
			return err
		}
		var l line
		if l.b, l.long, err = s.value(maxLine); err != nil {
			return im.ended(s, err)
		}
		im.lines.n = n
		if err := im.take(r.webSessionReader, l); err != nil {
			return err
		}
	}
}
