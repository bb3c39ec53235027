package journey

import "strconv"

// ottoReader reads sessions of the OTTO recommender data set: a line is an
// object {"session": id, "events": [{"aid", "ts", "type"}]}.
//
//   - A session is all of one visitor's activity over weeks; the idle rule cuts
//     it into visits.
//   - clicks become a page view of the article and a view of the product.
//   - carts become a cart: the articles so far, without prices, marked partial
//     until an order empties it.
//   - orders become a purchase without a total. Articles ordered at one instant
//     share their order's id, by which goals count them once.
//
// Articles are numbers and nothing else; URLs are made of them, under
// https://otto.example. A session without events is skipped (no-event).
type ottoReader struct{ im *importer }

// isSession reports whether a JSON object looks like a session.
func isSession(t *node) bool {
	events := t.get("events")
	if t.get("session") == nil || events == nil || events.kind != list {
		return false
	}
	for _, e := range events.vals {
		return e.get("aid") != nil && e.get("ts") != nil && e.get("type") != nil
	}
	return true
}

func (r *ottoReader) line(b []byte) error {
	n, err := r.im.trees.parse(b)
	if err != nil {
		r.im.reject(asFault(err))
		return nil
	}
	session, events := n.get("session").scalar(), n.get("events")
	switch {
	case n.kind != object:
		r.im.reject(&fault{reason: "type", detail: "want an object, have " + n.kind.String()})
	case session == "":
		r.im.reject(&fault{reason: "missing", field: "session", detail: "missing"})
	case events == nil || events.kind != list:
		r.im.reject(&fault{reason: "missing", field: "events", detail: "not a list"})
	default:
		o := origin{im: r.im, visitor: "otto-" + session}
		for i, e := range events.vals {
			if f := r.event(&o, session, e); f != nil {
				f.field = element("events", i, f.field)
				r.im.reject(f)
				return nil
			}
		}
	}
	return nil
}

func (r *ottoReader) end() error { return nil }

// event makes the events of one element.
func (r *ottoReader) event(o *origin, session string, e *node) *fault {
	article, ts := e.get("aid").scalar(), e.get("ts").scalar()
	if article == "" {
		return &fault{reason: "missing", field: "aid", detail: "missing"}
	}
	if _, err := strconv.ParseUint(article, 10, 64); err != nil {
		return &fault{reason: "value", field: "aid", detail: "want a number", value: article}
	}
	at, ok := parseLayout(ts, "unix-ms", nil)
	if !ok {
		return &fault{reason: "time", field: "ts", detail: "want milliseconds since 1970, from 2000 to 2100", value: ts}
	}
	o.at = at
	p, _ := o.productOf(article, "", "", "", "")
	switch kind := e.get("type").scalar(); kind {
	case "clicks":
		if f := o.page(&Page{URL: "https://otto.example/article/" + article, Title: "Article " + article, Sections: []string{"article"}}, true); f != nil {
			return f
		}
		o.views("", []Product{p})
	case "carts":
		o.change(cartAdd, "", []Product{p})
	case "orders":
		order := orderOf(0, "", session+"-"+ts, []Product{p})
		order.Purchase.NumItems = 0 // not told, and the data set tells no pieces
		o.emit(order, plain)
	default:
		return &fault{reason: "value", field: "type", detail: "want clicks, carts or orders", value: kind}
	}
	return nil
}
