package model

// Format is the shape of an engagement on the page. Domain 2.3.
type Format string

// The six formats. Overlay, toaster and peeling corner are proactive.
const (
	Overlay       Format = "overlay"
	Toaster       Format = "toaster"
	PeelingCorner Format = "peeling-corner"
	Sticky        Format = "sticky"
	SlideOut      Format = "slide-out"
	Embedded      Format = "embedded"
)

// Formats lists all formats, proactive ones first.
func Formats() []Format {
	return []Format{Overlay, Toaster, PeelingCorner, Sticky, SlideOut, Embedded}
}

// Proactive reports whether the number of displays and invite after decline
// govern the format. Domain 3.5.
func (f Format) Proactive() bool {
	return f == Overlay || f == Toaster || f == PeelingCorner
}

// EngagementType is what a click leads to.
type EngagementType string

// The types. Domain 2.2.
const (
	Conversation EngagementType = "conversation"
	Content      EngagementType = "content"
)

// Channel is how a conversation is held.
type Channel string

// The channels. The zero value counts as messaging. Domain 2.5.
const (
	Messaging Channel = "messaging"
	Chat      Channel = "chat"
)

// Authentication says which pages a conversation engagement may show on.
type Authentication string

// Authenticated engagements need an identity on the page. The zero value
// counts as unauthenticated. Domain 2.5.
const (
	Unauthenticated Authentication = "unauthenticated"
	Authenticated   Authentication = "authenticated"
)

// Side is where a sticky or slide-out engagement sits.
type Side string

// The sides. The zero value counts as right.
const (
	Left  Side = "left"
	Right Side = "right"
)

// Engagement is what is shown. Its full name is "campaign/engagement".
type Engagement struct {
	// ID is kebab-case and unique within the campaign.
	ID          string `yaml:"id" json:"id"`
	Name        string `yaml:"name" json:"name"`
	Description string `yaml:"description,omitempty" json:"description,omitempty"`
	// Disabled engagements stay but never show. Domain 1.2.
	Disabled bool `yaml:"disabled,omitempty" json:"disabled,omitempty"`

	Format Format         `yaml:"format" json:"format"`
	Type   EngagementType `yaml:"type" json:"type"`

	// Side places a sticky or slide-out engagement; it picks the zone.
	Side Side `yaml:"side,omitempty" json:"side,omitempty"`
	// Div is the id of the page element that holds an embedded engagement; it
	// names the zone.
	Div string `yaml:"div,omitempty" json:"div,omitempty"`

	// EntryPoints are IDs; a page of any of them will do. Domain 2.9.
	EntryPoints []string `yaml:"entryPoints" json:"entryPoints"`
	// Behaviors are IDs; any of them will do. Domain 2.10.
	Behaviors []string `yaml:"behaviors" json:"behaviors"`

	// Conversation settings, for conversation engagements.
	Channel        Channel        `yaml:"channel,omitempty" json:"channel,omitempty"`
	Authentication Authentication `yaml:"authentication,omitempty" json:"authentication,omitempty"`
	// Skill is the routing skill; empty is all skills.
	Skill string `yaml:"skill,omitempty" json:"skill,omitempty"`
	// IgnoreMaxWait keeps the online creative while agents have no capacity.
	// Chat only. Domain 2.7.
	IgnoreMaxWait bool `yaml:"ignoreMaxWait,omitempty" json:"ignoreMaxWait,omitempty"`
	// Window is a window's ID.
	Window string `yaml:"window,omitempty" json:"window,omitempty"`
	// SeparateWindow opens the window as a browser window of its own.
	SeparateWindow bool `yaml:"separateWindow,omitempty" json:"separateWindow,omitempty"`
	// AgentNote is shown to the agent who takes the conversation.
	AgentNote string `yaml:"agentNote,omitempty" json:"agentNote,omitempty"`

	// URL is where a click on a content engagement leads.
	URL string `yaml:"url,omitempty" json:"url,omitempty"`
	// SameTab opens URL in the visitor's tab and not in a new one.
	SameTab bool `yaml:"sameTab,omitempty" json:"sameTab,omitempty"`

	// Language is a BCP 47 tag; it picks automatic messages only. Domain 2.5.
	Language string `yaml:"language,omitempty" json:"language,omitempty"`

	// Delay after landing on the page before it may show. Domain 8 no. 33.
	Delay Duration `yaml:"delay,omitempty" json:"delay,omitzero"`
	// Duration after which the display is removed, 0 is never.
	Duration Duration `yaml:"duration,omitempty" json:"duration,omitzero"`
	// Follow re-shows it on the visitor's next pages. Domain 8 no. 9.
	Follow Follow `yaml:"follow,omitempty" json:"follow,omitzero"`

	// Template names the template the creative was copied from.
	Template string `yaml:"template,omitempty" json:"template,omitempty"`
	// Creative is what is drawn, per availability state.
	Creative Creative `yaml:"creative,omitempty" json:"creative,omitzero"`
}

// Follow says how long a displayed engagement goes with the visitor: for a
// number of further pages, or on every page loaded within a time of the first
// display. At most one of the two is set.
type Follow struct {
	Pages int      `yaml:"pages,omitempty" json:"pages,omitempty"`
	Time  Duration `yaml:"time,omitempty" json:"time,omitzero"`
}

// IsZero reports whether the engagement does not follow.
func (f Follow) IsZero() bool { return f.Pages == 0 && f.Time == 0 }

// Zone returns the place on the page the engagement competes for: "left",
// "right", "proactive" or "embedded:" and the div. Domain 3.3.
func (e *Engagement) Zone() string {
	switch {
	case e.Format.Proactive():
		return ZoneProactive
	case e.Format == Embedded:
		return ZoneEmbedded + e.Div
	case e.Side == Left:
		return ZoneLeft
	}
	return ZoneRight
}

// The zones. An embedded zone is ZoneEmbedded followed by the div's id.
const (
	ZoneLeft      = "left"
	ZoneRight     = "right"
	ZoneProactive = "proactive"
	ZoneEmbedded  = "embedded:"
)

// Path returns the engagement's full name, "campaign/engagement".
func (c *Campaign) Path(e *Engagement) string { return c.ID + "/" + e.ID }
