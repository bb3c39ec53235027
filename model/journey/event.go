package journey

import (
	"time"

	"beckon/model"
)

// Instant is a moment in milliseconds since 1970-01-01 UTC.
type Instant int64

// At returns the instant of a time, cut to the millisecond.
func At(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time returns the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// Add returns the instant a span later.
func (i Instant) Add(d model.Duration) Instant { return i + Instant(d) }

// Sub returns the span from j to i.
func (i Instant) Sub(j Instant) model.Duration { return model.Duration(i - j) }

// Type is what happened.
type Type uint8

// The types of events. Cart to SearchInfo are the ten attribute types of
// domain 4.1.
const (
	None Type = iota
	PageView
	Cart
	Purchase
	ProductView
	CustomerInfo
	MarketingInfo
	Personal
	Lead
	Service
	Error
	SearchInfo
	Respond
	Conversation
	Agents
	Identify
	Signal
	Leave
)

// typeNames are the names in files, by Type.
var typeNames = [...]string{"", "page", "cart", "purchase", "prodView", "ctmrinfo", "mrktInfo", "personal", "lead",
	"service", "error", "searchInfo", "respond", "conversation", "agents", "identify", "signal", "leave"}

// String returns the type's name in files, "page" to "leave".
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return ""
}

// ParseType returns the type of a name, or None.
func ParseType(s string) Type {
	for i, n := range typeNames {
		if n == s && i > 0 {
			return Type(i)
		}
	}
	return None
}

// Event is one thing that happened. The field that belongs to Type is set and
// no other; Leave has none. Events are read-only once made: the engine and
// the screens share them.
type Event struct {
	// Visitor is the persistent id of the browser. Required.
	Visitor string
	// Visit is the source's id of the visit, or "" to let the idle rule cut.
	Visit string
	At    Instant
	Type  Type
	// Line is the line of the source file, from 1, or 0 if made up.
	Line int64

	Page         *Page
	Cart         *CartState
	Purchase     *Order
	ProductView  *Views
	Customer     *Customer
	Marketing    *Marketing
	Personal     *Person
	Lead         *LeadMade
	Service      *ServiceUpdate
	Error        *VisitorError
	Search       *Search
	Respond      *Response
	Conversation *ConversationChange
	Agents       *AgentState
	Identify     *Identity
	Signal       *SignalSent
}

// Move has an event, and the last visit that its page tells of, happen later by a
// span, or earlier by a negative one. It is for whoever makes the event, before others
// share it.
func (e *Event) Move(by model.Duration) {
	e.At = e.At.Add(by)
	if e.Page != nil && e.Page.LastVisit != 0 {
		e.Page.LastVisit = e.Page.LastVisit.Add(by)
	}
}

// Page is a page load, or a route change of a single-page application. Facts
// of the browser hold for the visit from the page that tells them.
type Page struct {
	URL      string
	Title    string
	Referrer string
	Sections []string

	UserAgent string
	// Platform, Browser and OS are told by sources without a raw user agent;
	// they win over what UserAgent says.
	Platform model.Platform
	Browser  string
	OS       string
	Language string
	IP       string
	Geo      *Geo

	// Returning, Visits and LastVisit tell the visitor's history where the
	// source knows it; otherwise it is counted within the journey. Visits
	// counts this visit.
	Returning *bool
	Visits    int
	LastVisit Instant
}

// Geo is a place; any part may be missing.
type Geo struct {
	Country string `json:"country,omitempty"`
	Region  string `json:"region,omitempty"`
	City    string `json:"city,omitempty"`
}

// Product of a cart, a purchase or a view.
type Product struct {
	Name     string
	Category string
	SKU      string
	// Price is nil where the source tells none.
	Price *model.Money
	// StatusInStock and QuantityInStock are told of views only.
	StatusInStock   string
	QuantityInStock *int
	// Quantity is 1 where the source tells none.
	Quantity int
}

// CartState is a snapshot that replaces the cart. Total and NumItems are as the
// source told them, never computed from the list.
type CartState struct {
	Total    model.Money
	Currency string
	NumItems int
	Products []Product
	// Partial marks a snapshot summed from deltas whose start is unknown.
	Partial bool
}

// Order is an approved purchase.
type Order struct {
	Total    model.Money
	Currency string
	OrderID  string
	NumItems int
	Products []Product
}

// Views are products viewed at once.
type Views struct {
	Currency string
	Products []Product
}

// Customer carries ctmrinfo. Empty fields say nothing and keep what was known.
type Customer struct {
	Type             string // ctype
	Status           string // cstatus
	CustomerID       string
	Balance          *model.Money
	Currency         string
	CompanySize      *int
	RegistrationDate model.Date
	StoreZIP         string
	StoreNumber      string
	// Other holds the remaining scalar fields by their own names: role,
	// userName, companyBranch, loginStatus and so on.
	Other map[string]string
}

// Marketing carries mrktInfo.
type Marketing struct {
	Channel   model.MarketingChannel
	Affiliate string
	Campaign  string // campaignId
}

// Person carries personal. Age is nil where only a birth date is told.
type Person struct {
	Age      *int
	Birth    model.Date // zero if unknown; a birth year alone is its 1 January
	Gender   string     // male, female, other
	Language string
	// Other holds the remaining scalar fields by name: firstname, lastname,
	// company, email and so on.
	Other map[string]string
}

// LeadMade is a lead.
type LeadMade struct {
	Topic    string
	Value    *model.Money
	Currency string
	LeadID   string
}

// ServiceUpdate is a service request that reached a status.
type ServiceUpdate struct {
	Topic     string
	Status    model.ServiceStatus
	Category  string
	ServiceID string
}

// VisitorError is an error the visitor met, or, if Resolved, its end.
type VisitorError struct {
	ContextID string
	Message   string
	Code      string
	Level     int64
	Resolved  bool
}

// Search holds the phrases searched for.
type Search struct {
	Keywords []string
}

// Action is how a visitor answers an engagement.
type Action string

// The actions. A timeout is not an answer; the engine times out by itself.
const (
	Accept  Action = "accept"
	Decline Action = "decline"
)

// Response is an answer to an engagement on the screen.
type Response struct {
	Engagement string // "campaign/engagement"
	Action     Action
}

// ConversationChange starts or ends a conversation. Engagement may name the
// one it came from; otherwise it is the last accepted conversation engagement.
type ConversationChange struct {
	Start      bool
	Engagement string
}

// AgentState tells how agents of a skill are; Skill "" is all skills.
type AgentState struct {
	Skill string
	State model.Availability
}

// Identity signs the visitor in; an empty User signs out.
type Identity struct {
	User   string
	Traits map[string]string
}

// Names of signals with a meaning of their own.
const (
	SignalAboutToAbandon = "about-to-abandon"
	SignalExit           = "exit"
	SignalScroll         = "scroll"
)

// SignalSent is a named signal of the page. Value is a percentage for scroll.
type SignalSent struct {
	Name  string
	Value *int
}
