package journey

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// matomoReader reads requests to the Tracking API of Matomo: bodies of bulk
// requests {"requests": ["?idsite=1&...", ...]}, one a line or one over many
// lines; URLs of matomo.php or piwik.php with their query, one a line; and, if
// the format is named, the combined log of the server that was asked, whose
// other lines are skipped (request).
//
//   - A request with a url and nothing else is a page view; groups of
//     action_name ("Help / Feedback") are its sections. One that tells _pks or
//     _pkn is a view of a product as well.
//   - idgoal=0 with an ec_id is a purchase, without one a cart, whole, with
//     revenue as its total; another idgoal a lead.
//   - search is a search; ca=1 (a crash) an error, as is an event of the
//     category that Matomo's own error tracking sends; ping=1 a heartbeat; any
//     other event a signal of its action (e_a), link and download signals of
//     these names, an interaction with content (c_i) a signal of its own. An
//     impression of content is skipped (content). All of these on a page whose
//     URL is not that of the visitor's last page tell of one that was not sent.
//   - _rcn, or mtm_, pk_ or utm_ parameters of a page's URL, give its marketing
//     source.
//
// The visitor is who shares a cid (or else an _id) or a uid. Matomo cuts visits
// itself, and its requests do not say where: the idle rule does, and new_visit
// is noted. The instant is cdt, in UTC, or else that of the log. Without either
// a request is rejected (no-time): h, m and s are a local time without a day.
//
// A request that comes again, with the same rand and the same content, is
// skipped (duplicate). token_auth is not kept.
type matomoReader struct {
	im  *importer
	ids *identities
	who combinedReader // names who asked, in a server's log
	now tracked        // the request at hand
}

// trackers are the names under which the Tracking API is asked.
var trackers = []string{"matomo.php?", "piwik.php?"}

// trackingQuery finds the query of a request to the Tracking API in a line.
func trackingQuery(s string) (string, bool) {
	for _, t := range trackers {
		before, query, ok := strings.Cut(s, t)
		if !ok || before != "" && !strings.HasSuffix(before, "/") {
			continue
		}
		query, _, _ = strings.Cut(query, " ")
		return query, strings.Contains("&"+query, "&idsite=")
	}
	return "", false
}

func (r *matomoReader) end() error { return r.ids.end() }

func (r *matomoReader) line(b []byte) error {
	r.ids.begin()
	r.im.trees.again()
	f := r.requests(b)
	if f != nil {
		r.im.reject(f)
	}
	return nil
}

// requests reads the requests of a line.
func (r *matomoReader) requests(b []byte) *fault {
	if b[0] != '{' && b[0] != '"' {
		return r.logged(string(b))
	}
	n, err := r.im.trees.parse(b)
	if err != nil {
		return asFault(err)
	}
	if n.kind == str { // of a body over lines
		return r.only(n.text, &logged{})
	}
	list := n.get("requests")
	switch {
	case list == nil:
		return &fault{reason: "missing", field: "requests", detail: "missing"}
	case list.items() == nil:
		return &fault{reason: "type", field: "requests", detail: "want a list of requests, have " + list.kind.String()}
	}
	for i, q := range list.vals {
		f := &fault{reason: "type", detail: "want text, have " + q.kind.String()}
		if q.kind == str {
			f = r.request(q.text, &logged{})
		}
		if f != nil {
			f.field = element("requests", i, f.field)
			return f
		}
	}
	r.ids.remember(len(list.vals) < 2)
	return nil
}

// logged is what a server's log tells of a request.
type logged struct {
	at                Instant
	host, agent, page string
	fingerprint       string // of who asked
}

// logged reads a line that is a URL, or one of a combined log.
func (r *matomoReader) logged(s string) *fault {
	if q, f := parseCombined([]byte(s)); f == nil {
		query, ok := trackingQuery(q.target)
		if !ok {
			r.im.skip("request")
			return nil
		}
		return r.only(query, &logged{at: q.at, host: q.host, agent: q.agent, page: q.referrer, fingerprint: r.who.visitor(&q)})
	}
	if query, ok := trackingQuery(s); ok {
		return r.only(query, &logged{})
	}
	if s[0] == '?' {
		return r.only(s, &logged{})
	}
	before, _, _ := strings.Cut(s, "?") // what follows may have a token in it
	return &fault{reason: "format", detail: "neither a bulk request nor a request to matomo.php with an idsite", value: before}
}

// only reads the only request of a line.
func (r *matomoReader) only(query string, l *logged) *fault {
	f := r.request(query, l)
	if f == nil {
		r.ids.remember(true)
	}
	return f
}

// tracked is a request's parameters.
type tracked struct {
	keys, vals []string
	origin
}

func (t *tracked) get(key string) string {
	if i := slices.Index(t.keys, key); i >= 0 {
		return t.vals[i]
	}
	return ""
}

// first returns the first of a few parameters that is told.
func (t *tracked) first(keys ...string) string {
	for _, k := range keys {
		if v := t.get(k); v != "" {
			return v
		}
	}
	return ""
}

// parse reads a query. A parameter that comes twice is refused, as Matomo takes
// one of the two.
func (t *tracked) parse(query string) *fault {
	query, _, _ = strings.Cut(strings.TrimPrefix(query, "?"), "#")
	for pair := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(k)
		val, err2 := url.QueryUnescape(v)
		switch {
		case pair == "":
			continue
		case err != nil || err2 != nil:
			return &fault{reason: "escape", field: k, detail: "not a valid escape", value: v}
		case len(key) != len(k) && !utf8.ValidString(key) || len(val) != len(v) && !utf8.ValidString(val): // as the line was
			return &fault{reason: "encoding", field: k, detail: "not UTF-8 when its escapes are undone", value: v}
		case key == "token_auth":
			continue
		case len(t.keys) == 256:
			return &fault{reason: "value", detail: "more than 256 parameters"}
		}
		if i := slices.IndexFunc(t.keys, func(o string) bool { return len(o) == len(key) && strings.EqualFold(o, key) }); i >= 0 {
			return sameKey(key, t.keys[i])
		}
		t.keys, t.vals = append(t.keys, key), append(t.vals, val)
	}
	return nil
}

// instant tells when the request happened.
func (t *tracked) instant(l *logged) (Instant, *fault) {
	s := t.get("cdt")
	if s == "" {
		if l.at == 0 {
			return 0, &fault{reason: "no-time", field: "cdt", detail: "missing, and no log tells the time"}
		}
		return l.at, nil
	}
	if at, ok := parseStamp(s); ok {
		return at, nil
	}
	if at, ok := parseLayout(s, "unix-s", time.UTC); ok {
		return at, nil
	}
	return 0, &fault{reason: "time", field: "cdt", detail: "not an instant such as 2026-03-02 10:15:00, nor seconds since 1970, from 2000 to 2100", value: s}
}

// request reads one request.
func (r *matomoReader) request(query string, l *logged) *fault {
	t := &r.now
	*t = tracked{keys: t.keys[:0], vals: t.vals[:0]}
	f := t.parse(query)
	if f != nil {
		return f
	}
	at, f := t.instant(l)
	if f != nil {
		return f
	}
	browser := t.first("cid", "_id")
	if browser == "" && t.get("uid") == "" {
		browser = l.fingerprint
	}
	if t.origin, f = r.ids.origin(browser, t.get("uid"), "", at); f != nil {
		return f
	}
	agent := t.get("ua")
	if agent == "" {
		agent = l.agent
	}
	if r.im.leavesOut(agent) {
		r.im.leave("robot")
		return nil
	}
	if t.get("new_visit") == "1" {
		r.im.rep.note("new_visit=1 of Matomo's requests is not followed: visits are cut where nothing came for long")
	}
	if t.get("c_n") != "" && t.get("c_i") == "" {
		r.im.skip("content")
		return nil
	}
	before := len(r.im.pending)
	if f := t.events(agent, l); f != nil {
		return f
	}
	if id := t.get("rand"); id != "" && len(r.im.pending) > before {
		r.ids.duplicate(id, at, before, t.content)
	}
	return nil
}

// content writes what is the same whenever the request is sent.
func (t *tracked) content(d *digest) {
	for i, k := range t.keys {
		if k != "cdt" && k != "queuedtracking" && k != "send_image" {
			d.text(k)
			d.text(t.vals[i])
		}
	}
}

// events makes the request's events.
func (t *tracked) events(agent string, l *logged) *fault {
	what := t.kind()
	if f := t.onPage(what == "page", agent, l); f != nil {
		return f
	}
	t.signedIn()
	switch what {
	case "page":
		if p, ok := t.productOf(t.get("_pks"), t.get("_pkn"), category(t.get("_pkc")), t.get("_pkp"), ""); ok {
			t.views("", []Product{p})
		}
	case "ping":
		t.signal(SignalHeartbeat)
	case "search":
		t.search(t.get("search"))
	case "crash":
		t.emit(Event{Type: Error, Error: &VisitorError{ContextID: t.get("url"), Message: t.get("cra"), Code: t.get("cra_tp")}}, plain)
	case "event":
		if strings.EqualFold(t.get("e_c"), "JavaScript Errors") {
			t.emit(Event{Type: Error, Error: &VisitorError{ContextID: t.get("url"), Message: t.get("e_n"), Code: t.get("e_a")}}, plain)
			break
		}
		t.signal(t.get("e_a"))
	case "goal":
		return t.goal()
	default:
		t.signal(what)
	}
	return nil
}

// kind tells what the request tracks.
func (t *tracked) kind() string {
	switch {
	case t.get("ping") == "1":
		return "ping"
	case t.get("idgoal") != "":
		return "goal"
	case t.get("search") != "":
		return "search"
	case t.get("ca") == "1" && t.get("cra") != "":
		return "crash"
	case t.get("e_a") != "":
		return "event"
	case t.get("c_i") != "":
		return "content"
	case t.get("download") != "":
		return "download"
	case t.get("link") != "":
		return "link"
	case t.get("ca") == "1":
		return "action"
	}
	return "page"
}

// onPage tells of the page.
func (t *tracked) onPage(viewed bool, agent string, l *logged) *fault {
	p := t.newPage()
	*p = Page{URL: t.get("url"), Referrer: t.get("urlref"), UserAgent: agent, IP: t.get("cip"),
		Geo: t.geo(strings.ToUpper(t.get("country")), t.get("region"), t.get("city"))}
	if p.URL == "" {
		p.URL = l.page
	}
	if p.IP == "" {
		p.IP = l.host
	}
	p.Language, _, _ = strings.Cut(t.get("lang"), ",")
	if viewed {
		p.Title = t.get("action_name")
		if i := strings.LastIndex(p.Title, " / "); i >= 0 {
			p.Sections = strings.Split(p.Title[:i], " / ")
		}
	}
	p.history(t.get("_idvc"))
	if f := t.page(p, viewed); f != nil || !viewed {
		return f
	}
	var q url.Values
	if strings.Contains(p.URL, "?") {
		if u, err := url.Parse(p.URL); err == nil {
			q = u.Query()
		}
	}
	param := func(name string) string {
		return cmp.Or(q.Get("mtm_"+name), q.Get("matomo_"+name), q.Get("pk_"+name), q.Get("piwik_"+name), q.Get("utm_"+name))
	}
	t.marketing(cmp.Or(t.get("_rcn"), param("campaign")), param("source"), param("medium"))
	return nil
}

// goal makes a cart, a purchase or a lead.
func (t *tracked) goal() *fault {
	id, revenue := t.get("idgoal"), t.get("revenue")
	if id != "0" {
		lead := &LeadMade{Topic: "goal " + id}
		if a, ok := t.im.amount(revenue); ok {
			lead.Value = &a
		}
		t.emit(Event{Type: Lead, Lead: lead}, plain)
		return nil
	}
	var products []Product
	if items := t.get("ec_items"); items != "" {
		n, err := t.im.trees.within(items)
		if err == nil && n.kind != list {
			err = &fault{reason: "type", detail: "want a list of items, have " + n.kind.String()}
		}
		if err != nil {
			f := asFault(err)
			f.field = strings.TrimSuffix("ec_items."+f.field, ".")
			return f
		}
		products = t.productsOf(n.vals, t.item)
	}
	if order := t.get("ec_id"); order != "" {
		t.order(revenue, "", order, products)
	} else if !t.cart(revenue, "", products) {
		t.signal("cart")
	}
	return nil
}

// item reads an item of ec_items: [sku, name, category or categories, price,
// pieces].
func (t *tracked) item(n *node) (Product, bool) {
	part := func(i int) string {
		if i < len(n.items()) {
			return n.vals[i].scalar()
		}
		return ""
	}
	kind := part(2)
	if len(n.items()) > 2 && n.vals[2].kind == list {
		kind = pathOf(n.vals[2])
	}
	return t.productOf(part(0), part(1), kind, part(3), part(4))
}

// category reads a category, or a list of them as JSON, as a path.
func category(s string) string {
	if strings.HasPrefix(s, "[") {
		if n, err := parseTree([]byte(s)); err == nil {
			return pathOf(n)
		}
	}
	return s
}

// pathOf joins a list of texts.
func pathOf(n *node) string {
	var parts []string
	for _, v := range n.items() {
		if s := v.scalar(); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "/")
}
