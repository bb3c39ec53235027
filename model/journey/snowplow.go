package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// snowplowReader reads enriched events of Snowplow, one a line: TSV without a
// header, of the 131 columns of the canonical event; CSV or TSV with a header,
// as a warehouse's table is written; or JSON by the names of these columns.
// Entities and events with a schema are JSON in a column each, or all in the
// columns contexts and unstruct_event.
//
//   - page_view becomes a page view (no-url if it tells none). Anything else on
//     a page whose URL is not that of the visitor's last page, or in a new
//     visit, tells of one that was not sent. screen_view is skipped (screen).
//   - Of the e-commerce actions product_view becomes a view of products,
//     add_to_cart and remove_from_cart changes, summed to carts, whose total is
//     that of the cart entity where it is told, and transaction a purchase. The
//     older events add_to_cart, remove_from_cart and transaction become the
//     same; their items, which are events of their own, are skipped
//     (order-item).
//   - site_search becomes a search and application_error an error; page_ping the
//     signal scroll, if it tells how far down the page the visitor is, else a
//     heartbeat. Every other event, and one of these without what it needs,
//     becomes a signal: of the action's type, of a structured event's action,
//     or else of the event's name.
//   - mkt_ columns of a page view give its marketing source.
//
// The visitor is who shares a domain_userid (without one, a network_userid) or
// a user_id. The visit is domain_sessionid; domain_sessionidx tells how many
// there were. The instant is true_tstamp, derived_tstamp, collector_tstamp or
// dvce_created_tstamp, the first that there is, in UTC.
//
// An event that comes again, with the same event_id and the same content (by
// event_fingerprint, or else by all columns but the stamps of its delivery), is
// skipped (duplicate).
type snowplowReader struct {
	im  *importer
	ids *identities
	tableForm
	row atomicRow
}

// tableForm is how the rows of a file are written.
type tableForm struct {
	known     bool
	json      bool
	separator string
	quote     byte
	columns   []string
}

// canonicalColumns are the columns of the enriched event, in their order.
var canonicalColumns = strings.Fields(`app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id
name_tracker v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint domain_userid domain_sessionidx network_userid
geo_country geo_region geo_city geo_zipcode geo_latitude geo_longitude geo_region_name ip_isp ip_organization ip_domain ip_netspeed
page_url page_title page_referrer page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery page_urlfragment
refr_urlscheme refr_urlhost refr_urlport refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source refr_term
mkt_medium mkt_source mkt_term mkt_content mkt_campaign contexts se_category se_action se_label se_property se_value unstruct_event
tr_orderid tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state tr_country ti_orderid ti_sku ti_name ti_category ti_price ti_quantity
pp_xoffset_min pp_xoffset_max pp_yoffset_min pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine br_lang
br_features_pdf br_features_flash br_features_java br_features_director br_features_quicktime br_features_realplayer br_features_windowsmedia
br_features_gears br_features_silverlight br_cookies br_colordepth br_viewwidth br_viewheight os_name os_family os_manufacturer os_timezone
dvce_type dvce_ismobile dvce_screenwidth dvce_screenheight doc_charset doc_width doc_height tr_currency tr_total_base tr_tax_base tr_shipping_base
ti_currency ti_price_base base_currency geo_timezone mkt_clickid mkt_network etl_tags dvce_sent_tstamp refr_domain_userid refr_dvce_tstamp
derived_contexts domain_sessionid derived_tstamp event_vendor event_name event_format event_version event_fingerprint true_tstamp`)

// deliveryColumns differ between deliveries of one event.
var deliveryColumns = []string{"etl_tstamp", "collector_tstamp", "dvce_sent_tstamp", "derived_tstamp", "v_collector", "v_etl", "etl_tags", "user_ipaddress"}

// isAtomic reports whether a JSON object looks like an enriched event.
func isAtomic(t *node) bool {
	return t.get("event_id") != nil && (t.get("domain_userid") != nil || t.get("collector_tstamp") != nil)
}

// isEnriched reports whether a line is an enriched event without a header, or
// the header of a table of them.
func isEnriched(l []byte) bool {
	s := string(l)
	return headerForm(s).known || strings.Count(s, "\t") == len(canonicalColumns)-1
}

// headerForm tells the form of a table by its header.
func headerForm(s string) (f tableForm) {
	f.separator, f.quote = ",", '"'
	if strings.Contains(s, "\t") {
		f.separator, f.quote = "\t", 0
	}
	columns, open, fault := cut([]byte(s), f.separator, f.quote)
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	f.columns = columns
	f.known = !open && fault == nil && slices.Contains(columns, "event_id") &&
		(slices.Contains(columns, "domain_userid") || slices.Contains(columns, "collector_tstamp"))
	return f
}

func (r *snowplowReader) end() error { return r.ids.end() }

func (r *snowplowReader) line(b []byte) error {
	if !r.known { // the first line
		switch f := headerForm(string(b)); {
		case f.known:
			return r.header(f)
		case b[0] == '{':
			r.tableForm = tableForm{known: true, json: true}
		default:
			r.tableForm = tableForm{known: true, separator: "\t", columns: canonicalColumns}
			r.row.bind(canonicalColumns)
		}
	}
	f := r.read(b)
	if f == nil {
		f = r.event()
	}
	if f != nil {
		r.im.reject(f)
		return nil
	}
	r.ids.remember(true)
	return nil
}

// header takes the names of the columns.
func (r *snowplowReader) header(f tableForm) error {
	for i, c := range f.columns {
		if slices.ContainsFunc(f.columns[:i], func(o string) bool { return strings.EqualFold(o, c) }) {
			return fmt.Errorf("%s: %w: the header has the column %q twice", r.im.file, ErrFormat, text.Line(c, 60))
		}
	}
	r.tableForm = f
	r.row.bind(f.columns)
	r.im.skip("header")
	return nil
}

// read makes a line the present row.
func (r *snowplowReader) read(b []byte) (f *fault) {
	r.row.object, r.row.cells = nil, nil
	r.row.trees.again()
	clear(r.row.parsed)
	if r.json {
		n, err := r.im.trees.parse(b)
		switch {
		case err != nil:
			return asFault(err)
		case n.kind != object:
			return &fault{reason: "type", detail: "want an object, have " + n.kind.String()}
		}
		r.row.object = n
		return nil
	}
	if r.quote == 0 {
		r.row.cells = strings.Split(string(b), r.separator)
	} else if r.row.cells, f = r.im.cells(b, r.separator, r.quote); f != nil {
		return f
	}
	if len(r.row.cells) != len(r.columns) {
		return &fault{reason: "columns", detail: fmt.Sprintf("want %d columns, have %d", len(r.columns), len(r.row.cells))}
	}
	return nil
}

// instant tells when the event happened.
func (r *snowplowReader) instant() (Instant, *fault) {
	for _, c := range []string{"true_tstamp", "derived_tstamp", "collector_tstamp", "dvce_created_tstamp"} {
		s := r.row.get(c)
		if s == "" {
			continue
		}
		at, ok := parseStamp(s)
		if !ok {
			return 0, &fault{reason: "time", field: c, detail: "not an instant such as 2026-03-02 10:15:00.250, from 2000 to 2100", value: s}
		}
		return at, nil
	}
	return 0, &fault{reason: "no-time", detail: "none of true_tstamp, derived_tstamp, collector_tstamp, dvce_created_tstamp"}
}

// parseStamp reads an instant as warehouses write it: a space or a T, with a
// zone or, as UTC, without.
func parseStamp(s string) (Instant, bool) {
	if len(s) < 19 || len(s) > 40 {
		return 0, false
	}
	b := append(make([]byte, 0, 48), s...)
	if b[10] == ' ' {
		b[10] = 'T'
	}
	switch zone := strings.IndexAny(s[19:], "zZ+-"); {
	case strings.HasSuffix(s, " UTC"):
		b = append(b[:len(b)-4], 'Z')
	case zone < 0:
		b = append(b, 'Z')
	case len(s) == 19+zone+3: // +00
		b = append(b, ":00"...)
	}
	at, f := parseInstant(b)
	return at, f == nil
}

// event makes the events of the present row.
func (r *snowplowReader) event() *fault {
	r.ids.begin()
	row := &r.row
	row.fault = nil
	at, f := r.instant()
	if f != nil {
		return f
	}
	browser := row.get("domain_userid")
	if browser == "" {
		browser = row.get("network_userid")
	}
	o, f := r.ids.origin(browser, row.get("user_id"), row.get("domain_sessionid"), at)
	if f != nil {
		return f
	}
	event := row.get("event")
	name := row.get("event_name")
	if name == "" {
		name = event
	}
	agent := row.get("useragent")
	switch {
	case name == "":
		return &fault{reason: "missing", field: "event", detail: "neither event nor event_name"}
	case r.im.leavesOut(agent):
		r.im.leave("robot")
		return nil
	case name == "screen_view":
		r.im.skip("screen")
		return nil
	case event == "transaction_item":
		r.im.skip("order-item")
		r.im.rep.note("the products of orders are events of their own, and not joined to them")
		return nil
	}
	before := len(r.im.pending)
	if f := row.page(&o, agent, name == "page_view"); f != nil {
		return f
	}
	o.signedIn()
	if name != "page_view" && !row.happened(&o, name) && row.fault == nil {
		o.signal(row.otherName(name))
	}
	if row.fault != nil {
		return row.fault
	}
	if id := row.get("event_id"); id != "" && len(r.im.pending) > before {
		r.ids.duplicate(id, at, before, row.content)
	}
	return nil
}

// page tells of the page.
func (row *atomicRow) page(o *origin, agent string, viewed bool) *fault {
	p := o.newPage()
	*p = Page{URL: row.get("page_url"), Title: row.get("page_title"), Referrer: row.get("page_referrer"), UserAgent: agent,
		Language: row.get("br_lang"), IP: row.get("user_ipaddress"), Geo: o.geo(row.get("geo_country"), row.get("geo_region"), row.get("geo_city"))}
	if agent == "" {
		p.Browser, p.OS = row.get("br_family"), row.get("os_family")
		switch row.get("dvce_type") {
		case "Computer":
			p.Platform = model.Desktop
		case "Mobile":
			p.Platform = model.Smartphone
		case "Tablet":
			p.Platform = model.Tablet
		}
	}
	p.history(row.get("domain_sessionidx"))
	if f := o.page(p, viewed); f != nil || !viewed {
		return f
	}
	o.marketing(row.get("mkt_campaign"), row.get("mkt_source"), row.get("mkt_medium"))
	return nil
}

// The schemas that have a meaning, by vendor and name.
const (
	shopVendor     = "com.snowplowanalytics.snowplow.ecommerce"
	snowplowVendor = "com.snowplowanalytics.snowplow"
)

// happened tells of an event that the format gives a meaning; false if it has
// none, or lacks what it needs.
func (row *atomicRow) happened(o *origin, name string) bool {
	switch name {
	case "snowplow_ecommerce_action":
		return row.shopAction(o)
	case "add_to_cart", "remove_from_cart":
		of := &oldAdd
		if name == "remove_from_cart" {
			of = &oldRemove
		}
		n := row.ownData(of)
		p, ok := o.productOf(n.get("sku").scalar(), n.get("name").scalar(), n.get("category").scalar(), firstOf(n, "unitPrice", "unit_price"), n.get("quantity").scalar())
		if !ok {
			return false
		}
		r := cartAdd
		if name == "remove_from_cart" {
			r = cartRemove
		}
		return o.change(r, n.get("currency").scalar(), []Product{p})
	case "transaction":
		return o.order(row.get("tr_total"), row.get("tr_currency"), row.get("tr_orderid"), nil)
	case "site_search":
		var phrases []string
		for _, t := range row.ownData(&siteSearch).get("terms").items() {
			phrases = append(phrases, t.scalar())
		}
		return o.search(phrases...)
	case "application_error":
		n := row.ownData(&siteError)
		if n == nil {
			return false
		}
		o.emit(Event{Type: Error, Error: &VisitorError{ContextID: row.get("page_url"), Message: n.get("message").scalar(), Code: firstOf(n, "exceptionName", "exception_name")}}, plain)
		return true
	case "page_ping":
		top, seen, height := whole(row.get("pp_yoffset_max")), whole(row.get("br_viewheight")), whole(row.get("doc_height"))
		if height <= 0 || top+seen <= 0 || !o.scrolled(strconv.Itoa(min(100, 100*(top+seen)/height))) {
			o.signal(SignalHeartbeat)
		}
		return true
	}
	return false
}

// whole reads a small number, or 0.
func whole(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<24 {
		return 0
	}
	return n
}

// shopAction tells of an e-commerce action.
func (row *atomicRow) shopAction(o *origin) bool {
	kind := row.ownData(&shopEvent).get("type").scalar()
	switch kind {
	case "product_view":
		currency, products := row.products(o)
		return o.views(currency, products)
	case "add_to_cart", "remove_from_cart":
		currency, products := row.products(o)
		r, told := cartAdd, cartAddTold
		if kind == "remove_from_cart" {
			r, told = cartRemove, cartRemoveTold
		}
		cart := row.entity(&shopCart)
		if c := cart.get("currency").scalar(); c != "" {
			currency = c
		}
		total, ok := o.im.amount(firstOf(cart, "total_value", "totalValue"))
		if !ok {
			return o.change(r, currency, products)
		}
		if len(products) == 0 {
			return false
		}
		o.emit(Event{Type: Cart, Cart: &CartState{Total: total, Currency: strings.ToUpper(currency), Products: products}}, told)
		return true
	case "transaction":
		t := row.entity(&shopTransaction)
		_, products := row.products(o)
		before := len(o.im.pending)
		if !o.order(t.get("revenue").scalar(), t.get("currency").scalar(), firstOf(t, "transaction_id", "transactionId"), products) {
			return false
		}
		if n, ok := o.im.pieces(firstOf(t, "total_quantity", "totalQuantity")); ok && len(o.im.pending) > before {
			o.im.pending[before].ev.Purchase.NumItems = n
		}
		return true
	}
	return false
}

// products reads the product entities and their currency.
func (row *atomicRow) products(o *origin) (currency string, products []Product) {
	products = o.productsOf(row.entities(&shopProduct), func(n *node) (Product, bool) {
		if currency == "" {
			currency = n.get("currency").scalar()
		}
		return o.productOf(n.get("id").scalar(), n.get("name").scalar(), n.get("category").scalar(), n.get("price").scalar(), n.get("quantity").scalar())
	})
	return currency, products
}

// otherName is the name of an event without a meaning of its own.
func (row *atomicRow) otherName(name string) string {
	if kind := row.ownData(&shopEvent).get("type").scalar(); name == "snowplow_ecommerce_action" && kind != "" {
		return kind
	}
	if action := row.get("se_action"); row.get("event") == "struct" && action != "" {
		return action
	}
	return name
}

// content writes what is the same whenever the event is delivered.
func (row *atomicRow) content(d *digest) {
	if print := row.get("event_fingerprint"); print != "" {
		d.text(print)
		return
	}
	if row.object != nil {
		d.content(row.object, func(k string) bool { return slices.Contains(deliveryColumns, k) })
		return
	}
	for i, c := range row.cells {
		if !row.differs[i] {
			d.text(c)
		}
	}
}
