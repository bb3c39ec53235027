package journey

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"beckon/model"
)

// Writer writes events in the native form, one a line.
type Writer struct {
	w   *bufio.Writer
	buf []byte
}

// NewWriter returns a writer to w. Call [Writer.Flush] at the end.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriterSize(w, 64<<10)} }

// Write writes one event.
func (w *Writer) Write(e *Event) error {
	w.buf = append(AppendEvent(w.buf[:0], e), '\n')
	_, err := w.w.Write(w.buf)
	return err
}

// Flush writes what is buffered.
func (w *Writer) Flush() error { return w.w.Flush() }

// AppendEvent appends the event's line, without the line end, in the canonical
// form: fields in a fixed order, what is empty or usual left out. Equal events
// give equal bytes, and reading them gives the event again, its Line aside.
// Control characters are escaped.
func AppendEvent(b []byte, e *Event) []byte {
	w := fieldWriter{b: append(b, '{')}
	w.text("visitor", e.Visitor)
	w.instant("at", e.At)
	w.text("type", e.Type.String())
	w.text("visit", e.Visit)
	switch e.Type {
	case PageView:
		w.page(e.Page)
	case Cart:
		w.money("total", &e.Cart.Total)
		w.text("currency", e.Cart.Currency)
		w.integer("numItems", int64(e.Cart.NumItems))
		w.products(e.Cart.Products)
		w.truth("partial", e.Cart.Partial)
	case Purchase:
		w.money("total", &e.Purchase.Total)
		w.text("currency", e.Purchase.Currency)
		w.text("orderId", e.Purchase.OrderID)
		if p := e.Purchase; p.NumItems != 0 || len(p.Products) > 0 {
			w.open("cart")
			w.integer("numItems", int64(p.NumItems))
			w.products(p.Products)
			w.close()
		}
	case ProductView:
		w.text("currency", e.ProductView.Currency)
		if len(e.ProductView.Products) == 0 {
			w.key("products")
			w.b = append(w.b, "[]"...)
		}
		w.products(e.ProductView.Products)
	case CustomerInfo:
		w.customer(e.Customer)
	case MarketingInfo:
		w.open("info")
		if i := slices.Index(model.MarketingChannels(), e.Marketing.Channel); i >= 0 {
			w.integer("channel", int64(i))
		}
		w.text("affiliate", e.Marketing.Affiliate)
		w.text("campaignId", e.Marketing.Campaign)
		w.close()
	case Personal:
		w.person(e.Personal)
	case Lead:
		w.open("lead")
		w.text("topic", e.Lead.Topic)
		w.money("value", e.Lead.Value)
		w.text("currency", e.Lead.Currency)
		w.text("leadId", e.Lead.LeadID)
		w.close()
	case Service:
		w.open("service")
		w.text("topic", e.Service.Topic)
		w.text("status", string(e.Service.Status))
		w.text("category", e.Service.Category)
		w.text("serviceId", e.Service.ServiceID)
		w.close()
	case Error:
		w.open("error")
		w.text("contextId", e.Error.ContextID)
		w.text("message", e.Error.Message)
		w.text("code", e.Error.Code)
		if e.Error.Level != 0 {
			w.integer("level", e.Error.Level)
		}
		w.truth("resolved", e.Error.Resolved)
		w.close()
	case SearchInfo:
		w.key("keywords")
		w.texts(e.Search.Keywords)
	case Respond:
		w.text("engagement", e.Respond.Engagement)
		w.text("action", string(e.Respond.Action))
	case Conversation:
		action := "end"
		if e.Conversation.Start {
			action = "start"
		}
		w.text("action", action)
		w.text("engagement", e.Conversation.Engagement)
	case Agents:
		w.text("skill", e.Agents.Skill)
		w.text("state", string(e.Agents.State))
	case Identify:
		w.text("user", e.Identify.User)
		if len(e.Identify.Traits) > 0 {
			w.open("traits")
			for _, k := range slices.Sorted(maps.Keys(e.Identify.Traits)) {
				w.always(k, e.Identify.Traits[k])
			}
			w.close()
		}
	case Signal:
		w.text("name", e.Signal.Name)
		if e.Signal.Value != nil {
			w.integer("value", int64(*e.Signal.Value))
		}
	}
	return append(w.b, '}')
}

// fieldWriter appends the fields of one object.
type fieldWriter struct{ b []byte }

func (w *fieldWriter) key(k string) {
	if c := w.b[len(w.b)-1]; c != '{' && c != '[' {
		w.b = append(w.b, ',')
	}
	w.b = appendText(w.b, k)
	w.b = append(w.b, ':')
}

func (w *fieldWriter) open(k string) {
	w.key(k)
	w.b = append(w.b, '{')
}

func (w *fieldWriter) close() { w.b = append(w.b, '}') }

// text appends a field unless it is empty.
func (w *fieldWriter) text(k, v string) {
	if v != "" {
		w.always(k, v)
	}
}

func (w *fieldWriter) always(k, v string) {
	w.key(k)
	w.b = appendText(w.b, v)
}

func (w *fieldWriter) texts(v []string) {
	w.b = append(w.b, '[')
	for i, s := range v {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = appendText(w.b, s)
	}
	w.b = append(w.b, ']')
}

func (w *fieldWriter) integer(k string, v int64) {
	w.key(k)
	w.b = strconv.AppendInt(w.b, v, 10)
}

func (w *fieldWriter) truth(k string, v bool) {
	if v {
		w.key(k)
		w.b = append(w.b, "true"...)
	}
}

func (w *fieldWriter) money(k string, v *model.Money) {
	if v != nil {
		w.always(k, v.String())
	}
}

func (w *fieldWriter) instant(k string, v Instant) {
	w.key(k)
	w.b = append(v.append(append(w.b, '"')), '"')
}

func (w *fieldWriter) date(k string, v model.Date) {
	if v == 0 {
		return
	}
	w.open(k)
	w.dateFields(v)
	w.close()
}

func (w *fieldWriter) dateFields(v model.Date) {
	y, m, d := v.UTC().Date()
	w.integer("day", int64(d))
	w.integer("month", int64(m))
	w.integer("year", int64(y))
}

func (w *fieldWriter) page(p *Page) {
	w.text("url", p.URL)
	w.text("title", p.Title)
	w.text("referrer", p.Referrer)
	if len(p.Sections) > 0 {
		w.key("sections")
		w.texts(p.Sections)
	}
	w.text("userAgent", p.UserAgent)
	w.text("ip", p.IP)
	if p.Geo != nil {
		w.open("geo")
		w.text("country", p.Geo.Country)
		w.text("region", p.Geo.Region)
		w.text("city", p.Geo.City)
		w.close()
	}
	w.text("language", p.Language)
	w.text("platform", string(p.Platform))
	w.text("browser", p.Browser)
	w.text("os", p.OS)
	if p.Returning != nil {
		w.key("returning")
		w.b = strconv.AppendBool(w.b, *p.Returning)
	}
	if p.Visits != 0 {
		w.integer("visits", int64(p.Visits))
	}
	if p.LastVisit != 0 {
		w.instant("lastVisit", p.LastVisit)
	}
}

func (w *fieldWriter) products(list []Product) {
	if len(list) == 0 {
		return
	}
	w.key("products")
	w.b = append(w.b, '[')
	for i := range list {
		p := &list[i]
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		w.open("product")
		w.text("name", p.Name)
		w.text("category", p.Category)
		w.text("sku", p.SKU)
		w.money("price", p.Price)
		w.text("statusInStock", p.StatusInStock)
		if p.QuantityInStock != nil {
			w.integer("quantityInStock", int64(*p.QuantityInStock))
		}
		w.close()
		if p.Quantity != 1 {
			w.integer("quantity", int64(p.Quantity))
		}
		w.close()
	}
	w.b = append(w.b, ']')
}

// rest appends the remaining scalars that have none of the names, in order.
func (w *fieldWriter) rest(other map[string]string, names []string) {
	for _, k := range slices.Sorted(maps.Keys(other)) {
		if !slices.Contains(names, k) {
			w.always(k, other[k])
		}
	}
}

func (w *fieldWriter) customer(c *Customer) {
	w.open("info")
	w.text("ctype", c.Type)
	w.text("cstatus", c.Status)
	w.money("balance", c.Balance)
	w.text("currency", c.Currency)
	w.text("customerId", c.CustomerID)
	if c.CompanySize != nil {
		w.integer("companySize", int64(*c.CompanySize))
	}
	w.date("registrationDate", c.RegistrationDate)
	w.text("storeZipCode", c.StoreZIP)
	w.text("storeNumber", c.StoreNumber)
	if t, err := time.Parse(time.DateOnly, c.Other["lastPaymentDate"]); err == nil {
		w.date("lastPaymentDate", dateOf(t.Year(), int(t.Month()), t.Day()))
	}
	w.rest(c.Other, customerOwn)
	w.close()
}

// What the writer has written by other means when it comes to the rest.
var (
	customerOwn = []string{"ctype", "cstatus", "balance", "currency", "customerId", "companySize", "registrationDate",
		"storeZipCode", "storeNumber", "lastPaymentDate"}
	personOwn = []string{"age", "gender", "language", "contacts", "email", "phone", "phoneType", "country", "region"}
)

func (w *fieldWriter) person(p *Person) {
	w.open("personal")
	if p.Age != nil || p.Birth != 0 {
		w.open("age")
		if p.Age != nil {
			w.integer("age", int64(*p.Age))
		}
		if p.Birth != 0 {
			w.dateFields(p.Birth)
		}
		w.close()
	}
	w.text("gender", strings.ToUpper(p.Gender))
	w.text("language", p.Language)
	w.contacts(p.Other)
	w.rest(p.Other, personOwn)
	w.close()
}

// contacts appends the contact that p.Other holds.
func (w *fieldWriter) contacts(other map[string]string) {
	if other["email"]+other["phone"]+other["phoneType"]+other["country"]+other["region"] == "" {
		return
	}
	w.key("contacts")
	w.b = append(w.b, "[{"...)
	for _, k := range [...]string{"email", "phone", "phoneType"} {
		w.text(k, other[k])
	}
	if other["country"]+other["region"] != "" {
		w.open("address")
		w.text("country", other["country"])
		w.text("region", other["region"])
		w.close()
	}
	w.b = append(w.b, "}]"...)
}

// appendText appends a JSON string. Control characters, those beyond ASCII
// included, are escaped, as files are looked at on terminals; what is not
// UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, n := rune(c), 1
		if c >= utf8.RuneSelf {
			if r, n = utf8.DecodeRuneInString(s[i:]); r > 0x9f && !(r == utf8.RuneError && n == 1) {
				i += n
				continue
			}
		}
		b = append(b, s[start:i]...)
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case r == utf8.RuneError:
			b = append(b, "\uFFFD"...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		}
		i += n
		start = i
	}
	return append(append(b, s[start:]...), '"')
}
