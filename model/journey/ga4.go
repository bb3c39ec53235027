package journey

import (
	"strings"

	"beckon/model"
)

// ga4Reader reads the export of Google Analytics 4 to BigQuery as JSON Lines, a
// row of an events table a line.
//
//   - page_view becomes a page view (no-url if it tells no page_location),
//     content_group its section. Anything else on a page whose URL is not that
//     of the visitor's last page, or in a new visit, tells of one that was not
//     sent. screen_view is skipped (screen): campaigns are for the web.
//     session_start and first_visit, which the session's id and number tell,
//     are skipped (session).
//   - view_item becomes a view of products; view_cart and begin_checkout carts;
//     add_to_cart and remove_from_cart changes, summed to carts; purchase a
//     purchase; search and view_search_results a search; exception an error;
//     generate_lead and sign_up a lead; scroll the signal of that name with its
//     percentage; user_engagement a heartbeat. Every other event, and one of
//     these without what it needs, becomes a signal of its name.
//   - collected_traffic_source of a page view, which is of the visit, gives the
//     marketing source. traffic_source, which is of the visitor's first visit
//     ever, does not.
//
// The visitor is who shares a user_pseudo_id or a user_id. The visit is
// ga_session_id; ga_session_number tells how many there were. The instant is
// event_timestamp, microseconds. Equal lines are not the same event: the export
// has no id by which to tell.
//
// Countries are names, and become codes. There is no user agent, so that robots
// are not known; Google leaves those out that declare themselves.
type ga4Reader struct {
	im     *importer
	ids    *identities
	params []param // of the present row
}

// param is a parameter of an event.
type param struct {
	name  string
	value *node
}

// isExported reports whether a JSON object looks like a row of the export.
func isExported(t *node) bool { return t.get("event_name") != nil && t.get("event_timestamp") != nil }

func (r *ga4Reader) end() error { return r.ids.end() }

func (r *ga4Reader) line(b []byte) error {
	n, err := r.im.trees.parse(b)
	if err != nil {
		r.im.reject(asFault(err))
		return nil
	}
	if f := r.row(n); f != nil {
		r.im.reject(f)
	}
	return nil
}

// exported is one row.
type exported struct {
	*node
	origin
	params []param
}

// row reads one row.
func (r *ga4Reader) row(n *node) *fault {
	if n.kind != object {
		return &fault{reason: "type", detail: "want an object, have " + n.kind.String()}
	}
	r.params = r.params[:0]
	for _, p := range n.get("event_params").items() {
		r.params = append(r.params, param{p.get("key").scalar(), p.get("value")})
	}
	e := exported{node: n, params: r.params}
	name := n.get("event_name").scalar()
	if name == "" {
		return &fault{reason: "missing", field: "event_name", detail: "missing"}
	}
	stamp := n.get("event_timestamp").scalar()
	at, ok := parseLayout(stamp, "unix-us", nil)
	switch {
	case stamp == "":
		return &fault{reason: "no-time", field: "event_timestamp", detail: "missing"}
	case !ok:
		return &fault{reason: "time", field: "event_timestamp", detail: "want microseconds since 1970, from 2000 to 2100", value: stamp}
	}
	var f *fault
	if e.origin, f = r.ids.origin(n.get("user_pseudo_id").scalar(), n.get("user_id").scalar(), e.param("ga_session_id"), at); f != nil {
		return f
	}
	switch name {
	case "screen_view":
		r.im.skip("screen")
		return nil
	case "session_start", "first_visit", "first_open":
		r.im.skip("session")
		return nil
	}
	if f := e.onPage(name == "page_view"); f != nil {
		return f
	}
	e.signedIn()
	if name != "page_view" && !e.happened(name) {
		e.signal(name)
	}
	return nil
}

// param returns a parameter of the event, or "".
func (e *exported) param(name string) string {
	for i := range e.params {
		if e.params[i].name != name {
			continue
		}
		v := e.params[i].value
		if v != nil && v.kind < list {
			return v.scalar()
		}
		return firstOf(v, "string_value", "int_value", "double_value", "float_value")
	}
	return ""
}

// told returns the text unless it stands for nothing.
func told(s string) string {
	switch s {
	case "(not set)", "(none)", "(direct)", "(not provided)", "(data deleted)":
		return ""
	}
	return s
}

// onPage tells of the page.
func (e *exported) onPage(viewed bool) *fault {
	device, geo := e.get("device"), e.get("geo")
	p := e.newPage()
	*p = Page{URL: e.param("page_location"), Title: e.param("page_title"), Referrer: e.param("page_referrer"),
		Browser: told(firstOf(device.get("web_info"), "browser")), OS: told(device.get("operating_system").scalar()), Language: told(device.get("language").scalar())}
	if p.Browser == "" {
		p.Browser = told(device.get("browser").scalar())
	}
	switch device.get("category").scalar() {
	case "desktop":
		p.Platform = model.Desktop
	case "mobile":
		p.Platform = model.Smartphone
	case "tablet":
		p.Platform = model.Tablet
	}
	if g := told(e.param("content_group")); viewed && g != "" {
		p.Sections = []string{g}
	}
	country := told(geo.get("country").scalar())
	if country != "" {
		var known bool
		if country, known = countryCode(country); !known {
			e.im.rep.note("some countries have names without a known code; they are kept as they are written")
		}
	}
	p.Geo = e.geo(country, told(geo.get("region").scalar()), told(geo.get("city").scalar()))
	p.history(e.param("ga_session_number"))
	if f := e.page(p, viewed); f != nil || !viewed {
		return f
	}
	from := e.get("collected_traffic_source")
	e.marketing(told(from.get("manual_campaign_name").scalar()), told(from.get("manual_source").scalar()), told(from.get("manual_medium").scalar()))
	return nil
}

// happened tells of an event that the format gives a meaning; false if it has
// none, or lacks what it needs.
func (e *exported) happened(name string) bool {
	value, currency := e.param("value"), e.param("currency")
	switch name {
	case "view_item":
		return e.views(currency, e.products())
	case "add_to_cart":
		return e.change(cartAdd, currency, e.products())
	case "remove_from_cart":
		return e.change(cartRemove, currency, e.products())
	case "view_cart", "begin_checkout":
		return e.cart(value, currency, e.products())
	case "purchase", "ecommerce_purchase":
		id, total := e.param("transaction_id"), value
		shop := e.get("ecommerce")
		if id == "" {
			id = told(shop.get("transaction_id").scalar())
		}
		if total == "" {
			total = shop.get("purchase_revenue").scalar()
		}
		return e.order(total, currency, id, e.products())
	case "search", "view_search_results":
		return e.search(e.param("search_term"))
	case "exception":
		v := &VisitorError{ContextID: e.param("page_location"), Message: e.param("description")}
		if fatal := e.param("fatal"); fatal == "1" || fatal == "true" {
			v.Level = 1
		}
		e.emit(Event{Type: Error, Error: v}, plain)
		return true
	case "generate_lead", "sign_up":
		l := &LeadMade{Topic: name, Currency: strings.ToUpper(currency)}
		if source := e.param("lead_source"); source != "" {
			l.Topic = source
		}
		if a, ok := e.im.amount(value); ok {
			l.Value = &a
		}
		e.emit(Event{Type: Lead, Lead: l}, plain)
		return true
	case "scroll":
		return e.scrolled(e.param("percent_scrolled"))
	case "user_engagement":
		e.signal(SignalHeartbeat)
		return true
	}
	return false
}

// products reads the items.
func (e *exported) products() []Product {
	return e.productsOf(e.get("items").items(), func(n *node) (Product, bool) {
		path := ""
		for _, k := range [...]string{"item_category", "item_category2", "item_category3", "item_category4", "item_category5"} {
			switch c := told(n.get(k).scalar()); {
			case path == "":
				path = c
			case c != "":
				path += "/" + c
			}
		}
		return e.productOf(told(n.get("item_id").scalar()), told(n.get("item_name").scalar()), path, n.get("price").scalar(), n.get("quantity").scalar())
	})
}
