package journey

import (
	"math/big"
	"strconv"
	"strings"

	"beckon/model"
)

// track makes what a track message's name and properties say.
func (m *message) track(emit func(Event, role)) *fault {
	name := m.node.get("event")
	if name.scalar() == "" || name.kind != str {
		return &fault{reason: "missing", field: "event", detail: "a track message without a name"}
	}
	event := name.text
	folded := m.reader.names.of(event, foldName)
	switch folded {
	case "productviewed":
		if p := m.products(); len(p) > 0 {
			emit(Event{Type: ProductView, ProductView: &Views{Currency: m.currency(), Products: p}}, plain)
			return nil
		}
	case "productadded", "productremoved":
		if p := m.products(); len(p) > 0 {
			r := cartAdd
			if folded == "productremoved" {
				r = cartRemove
			}
			emit(Event{Type: Cart, Cart: &CartState{Currency: m.currency(), Products: p}}, r)
			return nil
		}
	case "cartviewed", "checkoutstarted":
		if c := m.cart(); c != nil {
			emit(Event{Type: Cart, Cart: c}, plain)
			return nil
		}
	case "ordercompleted":
		id := m.property("order_id", "orderId", "checkout_id")
		if total, told := m.amount("total", "revenue", "value"); told || id != "" {
			emit(orderOf(total, m.currency(), id, m.products()), plain)
			return nil
		}
	case "productssearched", "productsearched":
		q := m.property("query", "search_term", "search")
		if q == "" {
			q = m.props.at("query", "query").scalar()
		}
		if q != "" {
			emit(Event{Type: SearchInfo, Search: &Search{Keywords: []string{q}}}, plain)
			return nil
		}
	}
	emit(Event{Type: Signal, Signal: &SignalSent{Name: event}}, plain)
	return nil
}

// property returns the first of a few properties that is a scalar.
func (m *message) property(names ...string) string {
	for _, k := range names {
		if s := m.props.get(k).scalar(); s != "" {
			return s
		}
	}
	return ""
}

func (m *message) currency() string { return strings.ToUpper(m.property("currency")) }

// amount reads the first of a few properties that is an amount.
func (m *message) amount(names ...string) (model.Money, bool) {
	for _, k := range names {
		if a, ok := m.reader.im.amount(m.props.get(k).scalar()); ok {
			return a, true
		}
	}
	return 0, false
}

// looseMoney reads an amount as other programs write it: with more decimals
// than money has, which are rounded half away from zero, or with an exponent.
func looseMoney(s string) (model.Money, bool) {
	if len(s) == 0 || len(s) > 40 {
		return 0, false
	}
	if m, err := model.ParseMoney(s); err == nil {
		return m, true
	}
	mantissa, exp, _ := strings.Cut(strings.ToLower(s), "e")
	if n, err := strconv.Atoi(exp); exp != "" && (err != nil || n < -40 || n > 20) {
		return 0, false
	}
	for _, c := range []byte(strings.TrimPrefix(mantissa, "-")) {
		if (c < '0' || c > '9') && c != '.' {
			return 0, false
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false
	}
	m, err := model.ParseMoney(r.FloatString(4))
	return m, err == nil
}

// cart reads a snapshot, or nil if it tells neither products nor a total.
func (m *message) cart() *CartState {
	total, told := m.amount("total", "value", "subtotal", "revenue")
	return snapshot(total, told, m.currency(), m.products())
}

// products reads properties.products, or the product that the properties are.
func (m *message) products() []Product {
	list := m.props.get("products").items()
	if list == nil && m.props.get("products") == nil && m.props != nil {
		list = []*node{m.props}
	}
	var out []Product
	for _, n := range list {
		if n.kind != object {
			continue
		}
		p := Product{SKU: firstOf(n, "sku", "product_id", "productId", "id"), Name: firstOf(n, "name", "product_name"), Category: firstOf(n, "category"), Quantity: 1}
		if p.SKU == "" && p.Name == "" {
			continue
		}
		if a, ok := m.reader.im.amount(firstOf(n, "price")); ok {
			p.Price = &a
		}
		if q, ok := m.reader.im.pieces(firstOf(n, "quantity")); ok {
			p.Quantity = q
		}
		if out = append(out, p); len(out) == maxCartProducts {
			break
		}
	}
	return out
}

func firstOf(n *node, names ...string) string {
	for _, k := range names {
		if s := n.get(k).scalar(); s != "" {
			return s
		}
	}
	return ""
}
