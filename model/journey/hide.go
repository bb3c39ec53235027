package journey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/netip"
	"regexp"
	"strings"
)

// hider takes out of events what tells of a person; see the comment of the
// package.
//
// What it gives out is never a part of a line: events that are kept keep no
// lines with them, and equal texts are one.
type hider struct {
	key []byte
	// keep leaves all in.
	keep                                            bool
	ids, names, texts, urls, agents, addresses, own memo
	places                                          map[Geo]*Geo
	mac                                             hash.Hash // by the key
}

// memo is what texts that are seen again and again have become. Its zero value
// is empty. It forgets all before it grows large, and long texts at once.
type memo struct {
	known map[string]string
	size  int
}

// Bounds of a memo.
const (
	maxMemo      = 1 << 15
	maxMemoBytes = 2 << 20
)

// of returns what a text becomes, done once for a text that is short enough.
func (m *memo) of(s string, do func(string) string) string {
	if s == "" {
		return ""
	}
	if known, ok := m.known[s]; ok {
		return known
	}
	return m.keep(s, do(s))
}

func (m *memo) keep(from, to string) string {
	if len(from)+len(to) > 1<<9 {
		return strings.Clone(to)
	}
	if m.known == nil || len(m.known) >= maxMemo || m.size > maxMemoBytes {
		m.known, m.size = make(map[string]string), 0
	}
	same := from == to
	from = strings.Clone(from)
	if to = strings.Clone(to); same {
		to = from
	}
	m.known[from] = to
	m.size += len(from) + len(to)
	return to
}

// as is what a text becomes that stays as it is.
func as(s string) string { return s }

// become returns what a text becomes where nothing of a person is kept, and the
// text itself where it is.
func (h *hider) become(known *memo, s string, hide func(string) string) string {
	if h.keep {
		return h.own.of(s, as)
	}
	return known.of(s, hide)
}

// text returns a text without what is of a person in it.
func (h *hider) text(s string) string { return h.become(&h.texts, s, scrub) }

// url is text for a URL.
func (h *hider) url(s string) string { return h.become(&h.urls, s, hideURL) }

// agent is text for a user agent.
func (h *hider) agent(s string) string { return h.become(&h.agents, s, scrubAgent) }

// address returns the network that an address is kept as.
func (h *hider) address(s string) string { return h.become(&h.addresses, s, network) }

// id returns the hash that stands for an id.
func (h *hider) id(s string) string {
	if s == "" {
		return s
	}
	if known, ok := h.ids.known[s]; ok {
		return known
	}
	if Hidden(s) {
		return h.ids.keep(s, s)
	}
	of := s
	if strings.Contains(s, "@") {
		of = strings.ToLower(s)
	}
	return h.ids.keep(s, "id-"+h.sum(of))
}

// sum is a hash of a text, by the key.
func (h *hider) sum(s string) string {
	if h.mac == nil {
		h.mac = hmac.New(sha256.New, h.key)
	}
	h.mac.Reset()
	io.WriteString(h.mac, s)
	var room [sha256.Size]byte
	return hex.EncodeToString(h.mac.Sum(room[:0])[:8])
}

// pseudonym is what a journey of Beckon's own form may call a visitor.
var pseudonym = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.~@:-]{0,79}$`)

// name is id for the native form, whose visitors and visits go by names that
// somebody gave them: they stay, unless they look like a person's.
func (h *hider) name(s string) string {
	if known, ok := h.names.known[s]; ok {
		return known
	}
	if !pseudonym.MatchString(s) || scrub(s) != s || netip.Addr.IsValid(addr(s)) {
		return h.id(s)
	}
	return h.names.keep(s, s)
}

// hide returns what stands for an id of a person or a browser.
func (im *importer) hide(id string) string {
	h := &im.who
	if !h.keep {
		return h.id(id)
	}
	if !strings.Contains(id, "@") {
		return h.text(id)
	}
	if known, ok := h.ids.known[id]; ok {
		return known
	}
	return h.ids.keep(id, "mail-"+h.sum(strings.ToLower(id)))
}

// hideIn takes out of an event of a format what tells of a person, unless that
// is kept, and makes its texts its own. Ids of formats whose messages are joined
// by them are hashes already.
func (h *hider) hideIn(e *Event, f Format) {
	named := h.id
	switch {
	case h.keep:
		named = h.text
	case f == FormatNative || f == FormatOtto: // numbers of a data set that was made anonymous
		named = h.name
	}
	if !strings.HasPrefix(e.Visitor, anonymousKey) && !strings.HasPrefix(e.Visitor, userKey) || f == FormatNative || f == FormatTable || f == FormatOtto {
		e.Visitor = named(e.Visitor)
	}
	if e.Visit != "" {
		e.Visit = named(e.Visit)
	}
	switch e.Type {
	case PageView:
		h.hidePage(e.Page)
	case Cart:
		h.clean(&e.Cart.Currency)
		h.products(e.Cart.Products)
	case Purchase:
		h.clean(&e.Purchase.Currency, &e.Purchase.OrderID)
		h.products(e.Purchase.Products)
	case ProductView:
		h.clean(&e.ProductView.Currency)
		h.products(e.ProductView.Products)
	case CustomerInfo:
		c := e.Customer
		if c.CustomerID != "" {
			c.CustomerID = h.user(c.CustomerID)
		}
		h.clean(&c.Type, &c.Status, &c.Currency, &c.StoreZIP, &c.StoreNumber)
		c.Other = h.traits(c.Other)
	case MarketingInfo:
		h.clean(&e.Marketing.Affiliate, &e.Marketing.Campaign)
	case Personal:
		p := e.Personal
		h.clean(&p.Language)
		p.Other = h.traits(p.Other)
		if p.Birth != 0 && !h.keep {
			if p.Age == nil {
				p.Age = ageAt(p.Birth, e.At)
			}
			p.Birth = 0
		}
	case Lead:
		h.clean(&e.Lead.Topic, &e.Lead.Currency, &e.Lead.LeadID)
	case Service:
		h.clean(&e.Service.Topic, &e.Service.Category, &e.Service.ServiceID)
	case Error:
		e.Error.ContextID, e.Error.Message = h.url(e.Error.ContextID), h.url(e.Error.Message)
		h.clean(&e.Error.ContextID, &e.Error.Message, &e.Error.Code)
	case SearchInfo:
		h.all(e.Search.Keywords)
	case Identify:
		if e.Identify.User != "" {
			e.Identify.User = h.user(e.Identify.User)
		}
		e.Identify.Traits = h.traits(e.Identify.Traits)
	case Signal:
		h.clean(&e.Signal.Name)
	case Agents:
		h.clean(&e.Agents.Skill)
	case Respond:
		h.clean(&e.Respond.Engagement)
	case Conversation:
		h.clean(&e.Conversation.Engagement)
	}
}

// user is id where ids are not kept.
func (h *hider) user(id string) string {
	if h.keep {
		return h.text(id)
	}
	return h.id(id)
}

func (h *hider) clean(all ...*string) {
	for _, s := range all {
		*s = h.text(*s)
	}
}

func (h *hider) all(list []string) {
	for i := range list {
		list[i] = h.text(list[i])
	}
}

func (h *hider) products(list []Product) {
	for i := range list {
		h.clean(&list[i].Name, &list[i].Category, &list[i].SKU, &list[i].StatusInStock)
	}
}

// hidePage hides in a page. A user agent has versions that look like addresses.
func (h *hider) hidePage(p *Page) {
	p.URL, p.Referrer, p.IP = h.url(p.URL), h.url(p.Referrer), h.address(p.IP)
	p.UserAgent = h.agent(p.UserAgent)
	h.clean(&p.Title, &p.Browser, &p.OS, &p.Language)
	h.all(p.Sections)
	if p.Geo != nil {
		p.Geo = h.place(*p.Geo)
	}
}

// maxPlacesKept is how many places are one with others.
const maxPlacesKept = 1 << 12

// place hides in a place; equal ones are one.
func (h *hider) place(g Geo) *Geo {
	if known, ok := h.places[g]; ok {
		return known
	}
	if h.places == nil || len(h.places) >= maxPlacesKept {
		h.places = map[Geo]*Geo{}
	}
	place := g
	h.clean(&place.Country, &place.Region, &place.City)
	if len(g.Country)+len(g.Region)+len(g.City) < 1<<9 {
		h.places[Geo{strings.Clone(g.Country), strings.Clone(g.Region), strings.Clone(g.City)}] = &place
	}
	return &place
}

// traits are a map's own texts, and where they are not kept, those that tell of
// no person.
func (h *hider) traits(all map[string]string) map[string]string {
	if all == nil {
		return nil
	}
	if !h.keep {
		all = hideTraits(all)
	}
	var own map[string]string
	for k, v := range all {
		if own == nil {
			own = make(map[string]string, len(all))
		}
		own[h.own.of(k, as)] = h.own.of(v, as)
	}
	return own
}
