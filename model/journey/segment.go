package journey

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// segmentReader reads messages of Segment and RudderStack: JSON Lines, a JSON
// array, or {"batch": [...]}, on one line or over many.
//
//   - page becomes a page view, its category a section; one that tells no URL
//     is skipped (no-url). screen is skipped
//     (screen): campaigns are for the web, where there are no screens.
//   - track becomes what its name says in the e-commerce spec: Product Viewed,
//     Cart Viewed and Checkout Started (snapshots), Product Added and Removed
//     (changes, summed to snapshots), Order Completed, Products Searched. Every
//     other event, and one of these without what it needs, becomes a signal of
//     its name. Order Completed counts its total, or its revenue (which by the
//     spec leaves tax and shipping out), or its value.
//   - A track or identify message on a page whose URL is not that of the
//     visitor's last page, or in a new visit, tells of a page view that was not
//     sent: it gives one.
//   - identify signs in and gives traits, personal facts and customer info,
//     where traits fit. Any other message with a userId signs in as well, if
//     the visit is not signed in as that user. group tells the customer's
//     company. alias joins ids and is no event (alias).
//   - context.campaign of a page gives its marketing source.
//
// The visitor is who shares an anonymousId or a userId, by any message of
// the input, wherever it stands. Ids that are e-mail addresses are replaced by
// a hash; e-mail addresses, telephone numbers, names and addresses of persons
// are left out. RudderStack's context.sessionId is the visit.
//
// The instant is timestamp; else originalTimestamp, moved by receivedAt minus
// sentAt, the error of the device's clock. Without either a message is rejected
// (no-time), without an id as well (no-id).
//
// A message that comes again, with the same messageId and the same content but
// for the stamps of its delivery, is skipped (duplicate). Messages that share
// an id and differ are kept and noted.
type segmentReader struct {
	im    *importer
	ids   *identities
	names memo // of track messages, folded
}

var messageTypes = []string{"track", "page", "identify", "screen", "group", "alias"}

// isMessage reports whether a JSON object looks like a message, or a batch.
func isMessage(t *node) bool {
	if b := t.get("batch").items(); len(b) > 0 {
		return isMessage(b[0])
	}
	if !slices.Contains(messageTypes, strings.ToLower(t.get("type").scalar())) {
		return false
	}
	for _, k := range []string{"messageId", "anonymousId", "userId", "originalTimestamp", "context", "event"} {
		if t.get(k) != nil {
			return true
		}
	}
	return false
}

// end ends a file.
func (r *segmentReader) end() error { return r.ids.end() }

// line reads one line: a message or a batch of them.
func (r *segmentReader) line(b []byte) error {
	n, err := r.im.trees.parse(b)
	if err != nil {
		r.im.reject(asFault(err))
		return nil
	}
	r.ids.begin()
	batch := n.get("batch").items()
	if n.get("type") != nil || batch == nil {
		r.message(n, nil)
	}
	for i, m := range batch {
		if r.message(m, n.get("sentAt")); r.im.rejects != nil {
			r.im.rejects.field = element("batch", i, r.im.rejects.field)
			return nil
		}
	}
	if r.im.rejects == nil {
		r.ids.remember(len(batch) < 2)
	}
	return nil
}

// message reads one message. sentAt is its batch's.
func (r *segmentReader) message(n, sentAt *node) {
	reject := func(reason, field, detail, value string) {
		r.im.reject(&fault{reason: reason, field: field, detail: detail, value: value})
	}
	if n.kind != object {
		reject("type", "", "want a message, have "+n.kind.String(), "")
		return
	}
	m := message{reader: r, node: n, ctx: n.get("context"), props: n.get("properties")}
	switch m.typ = strings.ToLower(n.get("type").scalar()); {
	case m.typ == "":
		reject("missing", "type", "missing", "")
		return
	case !slices.Contains(messageTypes, m.typ):
		reject("value", "type", "unknown"+hint(m.typ, messageTypes), m.typ)
		return
	}
	anonymous, user := r.im.hide(n.get("anonymousId").scalar()), r.im.hide(n.get("userId").scalar())
	if m.typ == "alias" {
		r.ids.who.alias(r.im.hide(n.get("previousId").scalar()), anonymous, user)
	}
	if anonymous == "" && user == "" {
		reject("no-id", "", "neither anonymousId nor userId", "")
		return
	}
	visitor := r.ids.visitor(anonymous, user)
	var f *fault
	if m.at, f = m.instant(sentAt); f != nil {
		r.im.reject(f)
		return
	}
	if m.typ == "screen" || m.typ == "alias" {
		r.im.skip(m.typ)
		return
	}
	if m.uncorrected {
		r.im.rep.note("some messages have the time of a device's clock, and nothing to correct it by: no receivedAt and sentAt")
	}
	m.visitor, m.user = visitor, user
	m.session = m.ctx.get("sessionId").scalar()
	before := len(r.im.pending)
	if f := m.events(r.im); f != nil {
		r.im.reject(f)
		return
	}
	if id := n.get("messageId").scalar(); id != "" && len(r.im.pending) > before {
		stamped := n.get("originalTimestamp") != nil
		r.ids.duplicate(id, m.at, before, func(d *digest) {
			d.content(n, func(key string) bool {
				return key == "sentAt" || key == "receivedAt" || key == "timestamp" && stamped
			})
		})
	}
}

// message is one message being read.
type message struct {
	reader           *segmentReader
	node, ctx, props *node
	typ              string
	at               Instant
	visitor, user    string
	session          string
	uncorrected      bool // by the clock of a device
}

// instant tells when the message's event happened.
func (m *message) instant(batchSentAt *node) (Instant, *fault) {
	read := func(field string) (Instant, bool, *fault) {
		n := m.node.get(field)
		if n == nil && field == "sentAt" {
			n = batchSentAt
		}
		if n.scalar() == "" {
			return 0, false, nil
		}
		for _, l := range []string{"rfc3339", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00"} {
			if i, ok := parseLayout(n.text, l, time.UTC); ok {
				return i, true, nil
			}
		}
		return 0, false, &fault{reason: "time", field: field, detail: "not an instant such as 2026-03-02T10:15:00Z, from 2000 to 2100", value: n.text}
	}
	if i, ok, f := read("timestamp"); ok || f != nil {
		return i, f
	}
	i, ok, f := read("originalTimestamp")
	if f != nil {
		return 0, f
	}
	if !ok {
		return 0, &fault{reason: "no-time", detail: "neither timestamp nor originalTimestamp"}
	}
	received, ok1, f1 := read("receivedAt")
	sent, ok2, f2 := read("sentAt")
	if ok1 && ok2 && f1 == nil && f2 == nil {
		i = received - (sent - i)
	} else {
		m.uncorrected = true
	}
	if !i.inWindow() {
		return 0, outOfWindow(i.Time().String())
	}
	return i, nil
}

// events makes the message's events.
func (m *message) events(im *importer) *fault {
	agent := m.ctx.get("userAgent").scalar()
	if im.leavesOut(agent) {
		im.leave("robot")
		return nil
	}
	o := origin{im: im, visitor: m.visitor, visit: m.session, user: m.user, at: m.at}
	if f := m.page(&o, agent); f != nil {
		return f
	}
	emit := o.emit
	if m.typ != "identify" {
		o.signedIn()
	}
	switch m.typ {
	case "track":
		return m.track(emit)
	case "identify":
		before := len(im.pending)
		m.identify(emit)
		if len(im.pending) == before {
			im.skip("no-facts")
		}
	case "group":
		if c := m.company(); c != nil {
			emit(Event{Type: CustomerInfo, Customer: c}, plain)
		} else {
			im.skip("group")
		}
	}
	return nil
}

// page makes the page that the message tells of.
func (m *message) page(o *origin, agent string) *fault {
	in := m.ctx.get("page")
	if in == nil {
		in = m.node.get("page")
	}
	field := func(k string) string {
		if m.typ == "page" {
			if s := m.props.get(k).scalar(); s != "" {
				return s
			}
		}
		return in.get(k).scalar()
	}
	url := field("url")
	if url == "" {
		if m.typ == "page" {
			o.im.skip("no-url")
		}
		return nil
	}
	p := o.newPage()
	p.URL, p.Title, p.Referrer = url, field("title"), field("referrer")
	if len(p.URL) > maxURL || len(p.Referrer) > maxURL {
		return &fault{reason: "value", field: "properties.url", detail: "a URL longer than " + strconv.Itoa(maxURL) + " bytes", value: p.URL}
	}
	if p.Referrer == "$direct" {
		p.Referrer = ""
	}
	r := inferred
	if m.typ == "page" {
		r = plain
		category := m.node.get("category").scalar()
		if category == "" {
			category = m.props.get("category").scalar()
		}
		if category != "" {
			p.Sections = []string{category}
		}
		if p.Title == "" {
			p.Title = m.node.get("name").scalar()
		}
	}
	p.UserAgent = agent
	p.Language = m.ctx.get("locale").scalar()
	if p.IP = m.ctx.get("ip").scalar(); p.IP == "" {
		p.IP = m.node.get("request_ip").scalar()
	}
	l := m.ctx.get("location")
	p.Geo = o.geo(l.get("country").scalar(), l.get("region").scalar(), l.get("city").scalar())
	if agent == "" {
		p.OS = m.ctx.at("os", "name").scalar()
	}
	o.emit(Event{Type: PageView, Page: p}, r)
	if c := m.marketing(); c != nil && m.typ == "page" {
		o.emit(Event{Type: MarketingInfo, Marketing: c}, plain)
	}
	return nil
}

// marketing reads context.campaign, or nil.
func (m *message) marketing() *Marketing {
	c := m.ctx.get("campaign")
	name, source, medium := c.get("name").scalar(), c.get("source").scalar(), c.get("medium").scalar()
	if name+source+medium == "" {
		return nil
	}
	return &Marketing{Channel: mediumChannel(medium, source), Affiliate: source, Campaign: name}
}
