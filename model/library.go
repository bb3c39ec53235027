package model

// GoalType is what a goal measures. Domain 1.3.
type GoalType string

// The five types to choose from, and the predefined Interact.
const (
	GoalSell      GoalType = "sell"
	GoalLead      GoalType = "lead"
	GoalService   GoalType = "service"
	GoalPageViews GoalType = "page-views"
	GoalOther     GoalType = "other"
	GoalInteract  GoalType = "interact"
)

// Conversion reports whether reaching the goal is a conversion (sell, lead,
// service) and not an assisting goal. Domain 1.3.
func (t GoalType) Conversion() bool { return t == GoalSell || t == GoalLead || t == GoalService }

// Goal is how a campaign's success is measured. One indicator fits each type:
// sell takes URLs or Transaction, lead takes URLs or LeadEvent, service takes
// Service, page-views takes Pages, other takes URLs, interact takes none.
type Goal struct {
	Header `yaml:",inline"`
	Type   GoalType `yaml:"type" json:"type"`
	// URLs are landing pages; any of them will do.
	URLs []PageRule `yaml:"urls,omitempty" json:"urls,omitempty"`
	// Transaction counts approved purchases. MoreThan is strict and ignores
	// the currency; zero is any value.
	Transaction *TransactionGoal `yaml:"transaction,omitempty" json:"transaction,omitempty"`
	// LeadEvent counts lead attributes.
	LeadEvent bool `yaml:"leadEvent,omitempty" json:"leadEvent,omitempty"`
	// Service boxes: any topic of a box that reaches its status.
	Service []ServiceBox `yaml:"service,omitempty" json:"service,omitempty"`
	// Pages is the number of pages to view in one visit.
	Pages int `yaml:"pages,omitempty" json:"pages,omitempty"`
	// OncePerVisit counts the goal once per visit and not each time.
	OncePerVisit bool `yaml:"oncePerVisit,omitempty" json:"oncePerVisit,omitempty"`
}

// TransactionGoal is the Transaction indicator.
type TransactionGoal struct {
	MoreThan Money `yaml:"moreThan,omitempty" json:"moreThan,omitzero"`
}

// ServiceBox is one "Status #n" box of a service goal: one status, one or
// more topics; no topics is any topic.
type ServiceBox struct {
	Status ServiceStatus `yaml:"status" json:"status"`
	Topics []string      `yaml:"topics,omitempty" json:"topics,omitempty"`
}

// Audience is a visitor profile: who. Domain 1.4. An empty condition is
// everyone.
type Audience struct {
	Header `yaml:",inline"`
	When   Condition `yaml:"when,omitempty" json:"when,omitzero"`
}

// Behavior is what visitors do that triggers an engagement. Domain 2.10. An
// empty condition is "All behaviors": always, at page load.
type Behavior struct {
	Header `yaml:",inline"`
	When   Condition `yaml:"when,omitempty" json:"when,omitzero"`
}

// EntryPoint is where: pages that any include row matches and no exclude row.
// No include row is the entire website. Domain 2.9.
type EntryPoint struct {
	Header  `yaml:",inline"`
	Include []PageRule `yaml:"include,omitempty" json:"include,omitempty"`
	Exclude []PageRule `yaml:"exclude,omitempty" json:"exclude,omitempty"`
}

// DayStatus says how a day or an occasion is covered.
type DayStatus string

// The statuses. The zero value of a schedule's day is all, of an occasion off.
const (
	DayAll    DayStatus = "all"
	DayCustom DayStatus = "custom"
	DayOff    DayStatus = "off"
)

// Shift is a span of a day. From is inclusive, To exclusive, except 23:59,
// which includes its minute. Both on 5-minute steps. Domain 1.5.
type Shift struct {
	From Clock `yaml:"from" json:"from"`
	To   Clock `yaml:"to" json:"to"`
}

// Schedule is weekly hours in a zone of its own. Domain 1.5.
type Schedule struct {
	Header `yaml:",inline"`
	// Zone is an IANA name; empty is the settings' zone.
	Zone string `yaml:"zone,omitempty" json:"zone,omitempty"`
	Days Week   `yaml:"days,omitempty" json:"days,omitzero"`
}

// Week holds the seven days.
type Week struct {
	Monday    Day `yaml:"monday,omitempty" json:"monday,omitzero"`
	Tuesday   Day `yaml:"tuesday,omitempty" json:"tuesday,omitzero"`
	Wednesday Day `yaml:"wednesday,omitempty" json:"wednesday,omitzero"`
	Thursday  Day `yaml:"thursday,omitempty" json:"thursday,omitzero"`
	Friday    Day `yaml:"friday,omitempty" json:"friday,omitzero"`
	Saturday  Day `yaml:"saturday,omitempty" json:"saturday,omitzero"`
	Sunday    Day `yaml:"sunday,omitempty" json:"sunday,omitzero"`
}

// Day is one weekday: all hours (the default), custom shifts, or off.
type Day struct {
	Status DayStatus `yaml:"status,omitempty" json:"status,omitempty"`
	Shifts []Shift   `yaml:"shifts,omitempty" json:"shifts,omitempty"`
}

// IsZero reports whether the day is left at its default.
func (d Day) IsZero() bool { return d.Status == "" && len(d.Shifts) == 0 }

// IsZero reports whether every day is left at its default.
func (w Week) IsZero() bool {
	for _, d := range w.All() {
		if !d.IsZero() {
			return false
		}
	}
	return true
}

// All returns the days indexed by time.Weekday, Sunday first.
func (w Week) All() [7]Day {
	return [7]Day{w.Sunday, w.Monday, w.Tuesday, w.Wednesday, w.Thursday, w.Friday, w.Saturday}
}

// Occasion is a list of special occasions, exceptions to the regular hours, in
// a zone of its own. Domain 1.5.
type Occasion struct {
	Header `yaml:",inline"`
	Zone   string         `yaml:"zone,omitempty" json:"zone,omitempty"`
	Lines  []OccasionLine `yaml:"lines" json:"lines"`
}

// OccasionLine covers the days From to To, both included. Where lines overlap,
// the first that covers a day decides.
type OccasionLine struct {
	Name   string    `yaml:"name" json:"name"`
	From   Date      `yaml:"from" json:"from"`
	To     Date      `yaml:"to,omitempty" json:"to,omitzero"` // zero is From
	Status DayStatus `yaml:"status,omitempty" json:"status,omitempty"`
	Shifts []Shift   `yaml:"shifts,omitempty" json:"shifts,omitempty"`
}

// Template is a creative of the gallery. Domain 2.4.
type Template struct {
	Header   `yaml:",inline"`
	Format   Format         `yaml:"format" json:"format"`
	Type     EngagementType `yaml:"type" json:"type"`
	UseCase  string         `yaml:"useCase,omitempty" json:"useCase,omitempty"`
	Style    string         `yaml:"style,omitempty" json:"style,omitempty"`
	Size     string         `yaml:"size,omitempty" json:"size,omitempty"`
	Creative Creative       `yaml:"creative,omitempty" json:"creative,omitzero"`
}
