package model

// Settings of the account. Domain 1.8. One document of this kind per catalog;
// without one, [DefaultSettings] hold.
type Settings struct {
	Header `yaml:",inline"`

	// Zone is the account's IANA time zone, the default of time frames.
	Zone string `yaml:"zone,omitempty" json:"zone,omitempty"`
	// Currency is an ISO 4217 code for amounts without one.
	Currency string `yaml:"currency,omitempty" json:"currency,omitempty"`

	// SiteControlGroup is the share of visitors who see no engagement at all,
	// in whole percent 0..25; nil is the default of 5. Domain 1.7.
	SiteControlGroup *int `yaml:"siteControlGroup,omitempty" json:"siteControlGroup,omitempty"`

	Displays DisplaySettings `yaml:"displays,omitempty" json:"displays,omitzero"`
	// InviteAfterDecline says whether proactive engagements of a type may show
	// after one of that type was declined; nil is the default of the type:
	// conversation no, content yes. Domain 3.5.
	InviteAfterDecline InviteAfterDecline `yaml:"inviteAfterDecline,omitempty" json:"inviteAfterDecline,omitzero"`

	// EvaluateEvery is how often conditions are looked at again on a page; nil
	// is 10 s, 0 is at the exact instant a condition becomes true. Domain 3.2.
	EvaluateEvery *Duration `yaml:"evaluateEvery,omitempty" json:"evaluateEvery,omitempty"`
	Visit         VisitRule `yaml:"visit,omitempty" json:"visit,omitzero"`
	// Agents is the state of agents no event has told of; the zero value
	// counts as online, because recorded traffic seldom knows.
	Agents Availability `yaml:"agents,omitempty" json:"agents,omitempty"`

	// CustomerTypes and CustomerStatuses, at most 110 each. Domain 1.4.
	CustomerTypes    []string `yaml:"customerTypes,omitempty" json:"customerTypes,omitempty"`
	CustomerStatuses []string `yaml:"customerStatuses,omitempty" json:"customerStatuses,omitempty"`
	LinesOfBusiness  []string `yaml:"linesOfBusiness,omitempty" json:"linesOfBusiness,omitempty"`
	Skills           []string `yaml:"skills,omitempty" json:"skills,omitempty"`

	// Approval makes what visitors see change only once a second operator has
	// approved exactly that. It decides nothing for a visitor.
	Approval bool `yaml:"approval,omitempty" json:"approval,omitempty"`

	// CrossSession is the attribution window in days: 0, 1, 7, 14 or 31 (the
	// default when nil).
	CrossSession *int `yaml:"crossSession,omitempty" json:"crossSession,omitempty"`
	// Attribution is first or last (the default).
	Attribution string `yaml:"attribution,omitempty" json:"attribution,omitempty"`
}

// DisplaySettings limit proactive displays per visit over all campaigns.
// Limits are 1, 2, 3, or 0 for unlimited. Domain 3.5.
type DisplaySettings struct {
	// Split counts conversation and content apart.
	Split bool `yaml:"split,omitempty" json:"split,omitempty"`
	// Limit is the combined limit, when not split.
	Limit int `yaml:"limit,omitempty" json:"limit,omitempty"`
	// Conversation and Content are the limits when split.
	Conversation int `yaml:"conversation,omitempty" json:"conversation,omitempty"`
	Content      int `yaml:"content,omitempty" json:"content,omitempty"`
}

// IsZero reports whether displays are unlimited and combined.
func (d DisplaySettings) IsZero() bool { return d == DisplaySettings{} }

// InviteAfterDecline holds the setting per type.
type InviteAfterDecline struct {
	Conversation *bool `yaml:"conversation,omitempty" json:"conversation,omitempty"`
	Content      *bool `yaml:"content,omitempty" json:"content,omitempty"`
}

// IsZero reports whether both are left at their defaults.
func (i InviteAfterDecline) IsZero() bool { return i.Conversation == nil && i.Content == nil }

// VisitRule cuts a visitor's events into visits. Domain 3.1.
type VisitRule struct {
	// Idle ends a visit after so long without an event; 0 is 30 minutes.
	Idle Duration `yaml:"idle,omitempty" json:"idle,omitzero"`
	// MaxAge ends a visit so long after its start; 0 is 6 hours.
	MaxAge Duration `yaml:"maxAge,omitempty" json:"maxAge,omitzero"`
}

// IsZero reports whether the defaults hold.
func (v VisitRule) IsZero() bool { return v == VisitRule{} }

// DefaultSettings returns the settings an account starts with.
func DefaultSettings() Settings {
	return Settings{Header: Header{Kind: KindSettings, ID: "account", Name: "Account settings"}, Zone: "UTC", Currency: "EUR"}
}

// SiteControl returns the site control group's share in percent, defaulted.
func (s *Settings) SiteControl() int {
	if s.SiteControlGroup == nil {
		return DefaultSiteControl
	}
	return *s.SiteControlGroup
}

// Every returns the evaluation interval, defaulted; 0 is at exact instants.
func (s *Settings) Every() Duration {
	if s.EvaluateEvery == nil {
		return 10 * Second
	}
	return *s.EvaluateEvery
}

// VisitIdle returns the idle limit of a visit, defaulted.
func (s *Settings) VisitIdle() Duration {
	if s.Visit.Idle == 0 {
		return 30 * Minute
	}
	return s.Visit.Idle
}

// VisitMaxAge returns the age limit of a visit, defaulted.
func (s *Settings) VisitMaxAge() Duration {
	if s.Visit.MaxAge == 0 {
		return 6 * Hour
	}
	return s.Visit.MaxAge
}

// MayInvite reports whether a proactive engagement of the type may show after
// a proactive one of that type was declined in the visit.
func (s *Settings) MayInvite(t EngagementType) bool {
	if t == Content {
		return s.InviteAfterDecline.Content == nil || *s.InviteAfterDecline.Content
	}
	return s.InviteAfterDecline.Conversation != nil && *s.InviteAfterDecline.Conversation
}
