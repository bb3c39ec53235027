package model

// Condition is a tree of what must hold. Exactly one field is set at each
// node; the zero Condition holds always.
//
// A condition is true, false or unknown. Unknown means that the fact it looks
// at was never reported; it lets nobody in and excludes nobody. What a visitor
// is (place, platform, customer facts, cart) is unknown until reported. What a
// visitor does (pages, views, searches, errors, events) is false until it
// happens.
//
//   - All: false if any child is false, else unknown if any is unknown.
//   - Any: true if any child is true, else unknown if any is unknown.
//   - Exclude: false if any child is true, else true. Never unknown.
//
// Audiences use the fields from Referral to Attribute, behaviors those from
// Flow to Event; [Validate] holds that.
type Condition struct {
	All     []Condition `yaml:"all,omitempty" json:"all,omitempty"`
	Any     []Condition `yaml:"any,omitempty" json:"any,omitempty"`
	Exclude []Condition `yaml:"exclude,omitempty" json:"exclude,omitempty"`

	// Who the visitor is. Domain 1.4, conditions 1 to 16 in its order.

	// Referral: the referrer of the visit's first page.
	Referral *ReferralCondition `yaml:"referral,omitempty" json:"referral,omitempty"`
	// SearchKeywords that brought the visitor.
	SearchKeywords *KeywordCondition `yaml:"searchKeywords,omitempty" json:"searchKeywords,omitempty"`
	// IP ranges: CIDR or "first-last".
	IP *IPCondition `yaml:"ip,omitempty" json:"ip,omitempty"`
	// Platform: desktop, tablet, smartphone.
	Platform *PlatformCondition `yaml:"platform,omitempty" json:"platform,omitempty"`
	// MarketingSource: channels, affiliates or campaigns.
	MarketingSource *MarketingCondition `yaml:"marketingSource,omitempty" json:"marketingSource,omitempty"`
	// Geo: countries, regions, cities; any of them.
	Geo *GeoCondition `yaml:"geo,omitempty" json:"geo,omitempty"`
	// Visitor: first-time or returning.
	Visitor VisitorKind `yaml:"visitor,omitempty" json:"visitor,omitempty"`
	// Customer: types or statuses, never both; exact, case-insensitive.
	Customer *CustomerCondition `yaml:"customer,omitempty" json:"customer,omitempty"`
	// Age in whole years at the visit's start.
	Age *IntRange `yaml:"age,omitempty" json:"age,omitempty"`
	// Registered at least so long before the visit's start.
	Registered *RegisteredCondition `yaml:"registered,omitempty" json:"registered,omitempty"`
	// CompanySize in employees.
	CompanySize *IntRange `yaml:"companySize,omitempty" json:"companySize,omitempty"`
	// Balance in any currency.
	Balance *MoneyRange `yaml:"balance,omitempty" json:"balance,omitempty"`
	// CustomerID is exact.
	CustomerID *ListCondition `yaml:"customerId,omitempty" json:"customerId,omitempty"`
	// Gender: male, female, other.
	Gender *ListCondition `yaml:"gender,omitempty" json:"gender,omitempty"`
	// StoreZIP is exact, case-insensitive.
	StoreZIP *ListCondition `yaml:"storeZip,omitempty" json:"storeZip,omitempty"`
	// StoreNumber is exact, case-insensitive.
	StoreNumber *ListCondition `yaml:"storeNumber,omitempty" json:"storeNumber,omitempty"`

	// Who the visitor is, as operators of other systems expect.

	// Language: BCP 47 tags; "de" also matches "de-AT"; case-insensitive.
	Language *ListCondition `yaml:"language,omitempty" json:"language,omitempty"`
	// Browser: names as the user agent tells them, case-insensitive.
	Browser *ListCondition `yaml:"browser,omitempty" json:"browser,omitempty"`
	// OS: names as the user agent tells them, case-insensitive.
	OS *ListCondition `yaml:"os,omitempty" json:"os,omitempty"`
	// Visits of this visitor, this one included.
	Visits *IntRange `yaml:"visits,omitempty" json:"visits,omitempty"`
	// DaysSinceLastVisit: whole days from the last visit's end to this one's
	// start; unknown on a first visit.
	DaysSinceLastVisit *IntRange `yaml:"daysSinceLastVisit,omitempty" json:"daysSinceLastVisit,omitempty"`
	// Attribute by name.
	Attribute *AttributeCondition `yaml:"attribute,omitempty" json:"attribute,omitempty"`

	// What the visitor does. Domain 2.10, conditions 1 to 10 in its order.

	// Flow was abandoned or gone back in.
	Flow *FlowCondition `yaml:"flow,omitempty" json:"flow,omitempty"`
	// TimeOnEntryPoint, cumulative over the visit.
	TimeOnEntryPoint *TimeOnEntryPointCondition `yaml:"timeOnEntryPoint,omitempty" json:"timeOnEntryPoint,omitempty"`
	// Visited: every one of the entry points was visited in the visit.
	Visited *VisitedCondition `yaml:"visited,omitempty" json:"visited,omitempty"`
	// AboutToAbandon: the signal "about-to-abandon" arrived on this page.
	AboutToAbandon bool `yaml:"aboutToAbandon,omitempty" json:"aboutToAbandon,omitempty"`
	// CartValue: the total is in a range, fell, or fell to zero.
	CartValue *CartCondition `yaml:"cartValue,omitempty" json:"cartValue,omitempty"`
	// CartProducts: any listed product is in the cart.
	CartProducts *ProductCondition `yaml:"cartProducts,omitempty" json:"cartProducts,omitempty"`
	// ViewedProduct: any listed product was viewed and not purchased, with a
	// number of views and stock (7, 7a, 7b).
	ViewedProduct *ViewedCondition `yaml:"viewedProduct,omitempty" json:"viewedProduct,omitempty"`
	// VisitorError: unresolved errors.
	VisitorError *ErrorCondition `yaml:"visitorError,omitempty" json:"visitorError,omitempty"`
	// Engaged with another engagement in the visit.
	Engaged *EngagedCondition `yaml:"engaged,omitempty" json:"engaged,omitempty"`
	// ServiceActivity: a topic reached a status.
	ServiceActivity *ServiceCondition `yaml:"serviceActivity,omitempty" json:"serviceActivity,omitempty"`

	// What the visitor does, as operators of other systems expect.

	// TimeOnPage since the current page's load.
	TimeOnPage *TimeCondition `yaml:"timeOnPage,omitempty" json:"timeOnPage,omitempty"`
	// TimeOnSite since the visit's start.
	TimeOnSite *TimeCondition `yaml:"timeOnSite,omitempty" json:"timeOnSite,omitempty"`
	// PagesViewed in the visit, this one included.
	PagesViewed *IntRange `yaml:"pagesViewed,omitempty" json:"pagesViewed,omitempty"`
	// CartItems is the number of items as the shop told it.
	CartItems *IntRange `yaml:"cartItems,omitempty" json:"cartItems,omitempty"`
	// SearchedFor: a phrase searched in the visit contains any keyword.
	SearchedFor *KeywordCondition `yaml:"searchedFor,omitempty" json:"searchedFor,omitempty"`
	// ScrollDepth in percent, the deepest on this page; unknown until the
	// signal "scroll" arrives.
	ScrollDepth *IntRange `yaml:"scrollDepth,omitempty" json:"scrollDepth,omitempty"`
	// Idle: time since the visitor's last event.
	Idle *TimeCondition `yaml:"idle,omitempty" json:"idle,omitempty"`
	// ExitSignal: the signal "exit" arrived on this page.
	ExitSignal bool `yaml:"exitSignal,omitempty" json:"exitSignal,omitempty"`
	// Event: a signal of any name, a number of times, within a time.
	Event *EventCondition `yaml:"event,omitempty" json:"event,omitempty"`
}

// ReferralCondition matches the referrer's URL; any rule will do.
type ReferralCondition struct {
	URLs []URLRule `yaml:"urls" json:"urls"`
}

// KeywordCondition is a list of keywords; a phrase that contains any of them,
// letters' case aside, matches.
type KeywordCondition struct {
	Keywords []string `yaml:"keywords" json:"keywords"`
}

// IPCondition is a list of ranges, "203.0.113.0/24" or
// "203.0.113.5-203.0.113.9", IPv4 or IPv6, ends included.
type IPCondition struct {
	Ranges []string `yaml:"ranges" json:"ranges"`
}

// Platform is a class of device.
type Platform string

// The platforms. Domain 1.4 no. 4.
const (
	Desktop    Platform = "desktop"
	Tablet     Platform = "tablet"
	Smartphone Platform = "smartphone"
)

// PlatformCondition matches any listed platform.
type PlatformCondition struct {
	In []Platform `yaml:"in" json:"in"`
}

// MarketingChannel is where a visitor came from.
type MarketingChannel string

// The channels, in the order of their codes 0 to 6. Domain 4.1.
const (
	ChannelDirect   MarketingChannel = "direct"
	ChannelSearch   MarketingChannel = "search"
	ChannelSocial   MarketingChannel = "social"
	ChannelEmail    MarketingChannel = "email"
	ChannelReferral MarketingChannel = "referral"
	ChannelPaid     MarketingChannel = "paid-search"
	ChannelDisplay  MarketingChannel = "display"
)

// MarketingChannels lists the channels by code.
func MarketingChannels() []MarketingChannel {
	return []MarketingChannel{ChannelDirect, ChannelSearch, ChannelSocial, ChannelEmail, ChannelReferral, ChannelPaid, ChannelDisplay}
}

// MarketingCondition takes channels, or affiliates, or campaigns: one list.
// Affiliates and campaigns are exact, case-insensitive.
type MarketingCondition struct {
	Channels   []MarketingChannel `yaml:"channels,omitempty" json:"channels,omitempty"`
	Affiliates []string           `yaml:"affiliates,omitempty" json:"affiliates,omitempty"`
	Campaigns  []string           `yaml:"campaigns,omitempty" json:"campaigns,omitempty"`
}

// GeoCondition matches if any entry of any list does; case-insensitive.
// Countries are ISO 3166 codes (or names, as the source tells them). A region
// or city may be qualified: "DE/BE", "DE/BE/Berlin" or "Berlin".
type GeoCondition struct {
	Countries []string `yaml:"countries,omitempty" json:"countries,omitempty"`
	Regions   []string `yaml:"regions,omitempty" json:"regions,omitempty"`
	Cities    []string `yaml:"cities,omitempty" json:"cities,omitempty"`
}

// VisitorKind tells new visitors from returning ones.
type VisitorKind string

// The kinds.
const (
	FirstTime VisitorKind = "first-time"
	Returning VisitorKind = "returning"
)

// CustomerCondition takes types or statuses, never both.
type CustomerCondition struct {
	Types    []string `yaml:"types,omitempty" json:"types,omitempty"`
	Statuses []string `yaml:"statuses,omitempty" json:"statuses,omitempty"`
}

// IntRange is inclusive at both ends; a nil end is open; one at least is set.
type IntRange struct {
	Min *int `yaml:"min,omitempty" json:"min,omitempty"`
	Max *int `yaml:"max,omitempty" json:"max,omitempty"`
}

// MoneyRange is inclusive at both ends; a nil end is open; one at least is set.
type MoneyRange struct {
	Min *Money `yaml:"min,omitempty" json:"min,omitempty"`
	Max *Money `yaml:"max,omitempty" json:"max,omitempty"`
}

// RegisteredCondition: at least N units elapsed since the registration date.
// Months and years are calendar ones. Domain 8 no. 23.
type RegisteredCondition struct {
	AtLeast int    `yaml:"atLeast" json:"atLeast"`
	Unit    string `yaml:"unit" json:"unit"` // days, weeks, months, years
}

// ListCondition matches any of the values.
type ListCondition struct {
	In []string `yaml:"in" json:"in"`
}

// AttributeOp compares an attribute's value.
type AttributeOp string

// The operators. Text is compared without regard to case, except by matches
// (RE2, unanchored); greater to at-most compare decimal numbers. Every
// operator but exists is unknown while the attribute was never reported;
// exists is then false.
const (
	OpEquals     AttributeOp = "equals" // any of the values
	OpNotEquals  AttributeOp = "not-equals"
	OpContains   AttributeOp = "contains"
	OpStartsWith AttributeOp = "starts-with"
	OpEndsWith   AttributeOp = "ends-with"
	OpMatches    AttributeOp = "matches"
	OpExists     AttributeOp = "exists"
	OpGreater    AttributeOp = "greater-than"
	OpAtLeast    AttributeOp = "at-least"
	OpLess       AttributeOp = "less-than"
	OpAtMost     AttributeOp = "at-most"
)

// AttributeCondition looks at an attribute by name: the traits of identify,
// and the fields of ctmrinfo and personal, by their own names. Names are
// case-sensitive. With several values any will do (none, for not-equals).
type AttributeCondition struct {
	Name   string      `yaml:"name" json:"name"`
	Op     AttributeOp `yaml:"op" json:"op"`
	Values []string    `yaml:"values,omitempty" json:"values,omitempty"`
}

// FlowTrigger is what happened in a flow.
type FlowTrigger string

// The triggers. The zero value counts as abandoned. Domain 2.10.
const (
	FlowAbandoned FlowTrigger = "abandoned"
	FlowBack      FlowTrigger = "back"
)

// FlowCondition is a named path of two steps or more. Domain 2.10, 8 no. 17
// and 18; the automaton is described in model/engine.
type FlowCondition struct {
	Name  string      `yaml:"name,omitempty" json:"name,omitempty"`
	Steps []FlowStep  `yaml:"steps" json:"steps"`
	On    FlowTrigger `yaml:"on,omitempty" json:"on,omitempty"`
}

// FlowStep is one page of a flow, required unless Optional.
type FlowStep struct {
	PageRule `yaml:",inline"`
	Optional bool `yaml:"optional,omitempty" json:"optional,omitempty"`
}

// TimeCondition bounds a time. One of MoreThan (strict) and AtLeast
// (inclusive) may be set, and AtMost (inclusive); one at least is set.
type TimeCondition struct {
	MoreThan *Duration `yaml:"moreThan,omitempty" json:"moreThan,omitempty"`
	AtLeast  *Duration `yaml:"atLeast,omitempty" json:"atLeast,omitempty"`
	AtMost   *Duration `yaml:"atMost,omitempty" json:"atMost,omitempty"`
}

// TimeOnEntryPointCondition: on every one of the entry points, the time spent
// in the visit is within the bounds.
type TimeOnEntryPointCondition struct {
	EntryPoints   []string `yaml:"entryPoints" json:"entryPoints"`
	TimeCondition `yaml:",inline"`
}

// VisitedCondition lists entry points' IDs; all must have been visited.
type VisitedCondition struct {
	EntryPoints []string `yaml:"entryPoints" json:"entryPoints"`
}

// CartCondition takes a range, or Decreased, or Emptied: one of the three.
// The first cart of a visit never counts as a decrease, nor does the emptying
// that a purchase brings.
type CartCondition struct {
	MoneyRange `yaml:",inline"`
	Decreased  bool `yaml:"decreased,omitempty" json:"decreased,omitempty"`
	Emptied    bool `yaml:"emptied,omitempty" json:"emptied,omitempty"`
}

// ProductCondition matches a product by name, SKU or category, equal but for
// letters' case; any entry of any list will do.
type ProductCondition struct {
	Names      []string `yaml:"names,omitempty" json:"names,omitempty"`
	SKUs       []string `yaml:"skus,omitempty" json:"skus,omitempty"`
	Categories []string `yaml:"categories,omitempty" json:"categories,omitempty"`
}

// Empty reports whether nothing is listed; then every product matches.
func (p ProductCondition) Empty() bool {
	return len(p.Names) == 0 && len(p.SKUs) == 0 && len(p.Categories) == 0
}

// ViewedCondition: a product that matches the lists, the price range and the
// stock was viewed Views times at least (0 counts as 1), and its SKU was not
// purchased in the visit.
type ViewedCondition struct {
	ProductCondition `yaml:",inline"`
	Price            *MoneyRange     `yaml:"price,omitempty" json:"price,omitempty"`
	Views            int             `yaml:"views,omitempty" json:"views,omitempty"`
	Stock            *StockCondition `yaml:"stock,omitempty" json:"stock,omitempty"`
}

// StockCondition: the status is any of Status, or the quantity is AtMost or
// less.
type StockCondition struct {
	Status []string `yaml:"status,omitempty" json:"status,omitempty"`
	AtMost *int     `yaml:"atMost,omitempty" json:"atMost,omitempty"`
}

// ErrorCondition: an error with any of the messages, or any of the codes, is
// unresolved, From times at least (0 counts as 1). Equal but for letters' case.
type ErrorCondition struct {
	Messages []string `yaml:"messages,omitempty" json:"messages,omitempty"`
	Codes    []string `yaml:"codes,omitempty" json:"codes,omitempty"`
	From     int      `yaml:"from,omitempty" json:"from,omitempty"`
}

// EngagedStatus is how far a visitor went with an engagement.
type EngagedStatus string

// The statuses. Domain 2.10 no. 9.
const (
	Exposed    EngagedStatus = "exposed"
	Declined   EngagedStatus = "declined"
	Clicked    EngagedStatus = "clicked"
	Interacted EngagedStatus = "interacted"
)

// EngagedCondition: any of the statuses was reached with any of the
// engagements ("campaign/engagement") in the visit.
type EngagedCondition struct {
	Engagements []string        `yaml:"engagements" json:"engagements"`
	Statuses    []EngagedStatus `yaml:"statuses" json:"statuses"`
}

// ServiceStatus is the state of a service request.
type ServiceStatus string

// ServiceStatuses lists the statuses by code, 0 to 13. Domain 4.1.
func ServiceStatuses() []ServiceStatus {
	return []ServiceStatus{"complete", "in-progress", "approved", "cancelled", "not-approved", "reviewed", "missing-details",
		"closed", "removed", "assigned", "waiting-for-customer-response", "waiting-for-response", "pending", "resolved"}
}

// ServiceCondition: a service event with any of the topics (none is any) has
// any of the statuses. Topics are equal but for letters' case.
type ServiceCondition struct {
	Topics   []string        `yaml:"topics,omitempty" json:"topics,omitempty"`
	Statuses []ServiceStatus `yaml:"statuses" json:"statuses"`
}

// EventCondition: the signal Name arrived Count times at least (0 counts as
// 1), in the visit or, if Within is set, within that time up to now.
type EventCondition struct {
	Name   string   `yaml:"name" json:"name"`
	Count  int      `yaml:"count,omitempty" json:"count,omitempty"`
	Within Duration `yaml:"within,omitempty" json:"within,omitzero"`
}
