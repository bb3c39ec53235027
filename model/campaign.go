package model

// Campaign says why (goal), who (audience), when (time frame), how strongly
// (priority) and with how large a hold-out (control group) its engagements are
// shown. Domain 1.1.
type Campaign struct {
	Header `yaml:",inline"`

	// LOB is the line of business, optional; set once (domain 1.9).
	LOB string `yaml:"lob,omitempty" json:"lob,omitempty"`
	// Published campaigns compete; others are drafts. Domain 1.2.
	Published bool `yaml:"published,omitempty" json:"published,omitempty"`
	// Goal is the ID of the one goal.
	Goal string `yaml:"goal" json:"goal"`
	// Audiences are IDs; a visitor of any of them is in. Domain 1.4.
	Audiences []string `yaml:"audiences" json:"audiences"`
	// TimeFrame says when the campaign runs.
	TimeFrame TimeFrame `yaml:"timeFrame" json:"timeFrame"`
	// Priority is high, medium (the default) or low. Domain 1.6.
	Priority Priority `yaml:"priority,omitempty" json:"priority,omitempty"`
	// ControlGroup is the share of visitors who never see this campaign, in
	// whole percent 0..25; nil is the default of 10. Domain 1.7.
	ControlGroup *int `yaml:"controlGroup,omitempty" json:"controlGroup,omitempty"`
	// Engagements in the order in which the operator added them.
	Engagements []*Engagement `yaml:"engagements" json:"engagements"`
}

// Default shares of the control groups, in percent. Domain 1.7.
const (
	DefaultSiteControl     = 5
	DefaultCampaignControl = 10
	MaxControl             = 25
)

// Control returns the control group's share in percent, defaulted.
func (c *Campaign) Control() int {
	if c.ControlGroup == nil {
		return DefaultCampaignControl
	}
	return *c.ControlGroup
}

// Priority is a campaign's tier in the draw.
type Priority string

// The tiers. The zero value counts as medium.
const (
	High   Priority = "high"
	Medium Priority = "medium"
	Low    Priority = "low"
)

// Tier returns 0 for high, 1 for medium (and the zero value), 2 for low.
func (p Priority) Tier() int {
	switch p {
	case High:
		return 0
	case Low:
		return 2
	}
	return 1
}

// TierWeights are the chances of the tiers in percent, in the order of
// [Priority.Tier]; the draw renormalises over the tiers present. Domain 1.6.
var TierWeights = [3]int{70, 20, 10}

// Hours says how a time frame's regular hours are given.
type Hours string

// The ways to give regular hours. The zero value counts as all.
const (
	AllHours      Hours = "all"
	SpecificHours Hours = "specific"
	CustomHours   Hours = "custom" // a schedule of the library
)

// TimeFrame is when a campaign runs. Domain 1.5: in the date range, and (the
// special occasion's shifts if one covers the day, else the regular hours).
type TimeFrame struct {
	// Start is the first day, from midnight in Zone.
	Start Date `yaml:"start" json:"start"`
	// End is the last day, to its end; zero is "no end date".
	End Date `yaml:"end,omitempty" json:"end,omitzero"`
	// Zone is an IANA name; empty is the settings' zone.
	Zone string `yaml:"zone,omitempty" json:"zone,omitempty"`
	// Hours is all (the default), specific or custom.
	Hours Hours `yaml:"hours,omitempty" json:"hours,omitempty"`
	// From and To are the shift of every day when Hours is specific.
	From Clock `yaml:"from,omitempty" json:"from,omitzero"`
	To   Clock `yaml:"to,omitempty" json:"to,omitzero"`
	// Schedule is a schedule's ID when Hours is custom.
	Schedule string `yaml:"schedule,omitempty" json:"schedule,omitempty"`
	// Occasions are IDs of special-occasion lists; they win over the hours.
	Occasions []string `yaml:"occasions,omitempty" json:"occasions,omitempty"`
}
