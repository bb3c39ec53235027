package model

// Kind names a kind of catalog document.
type Kind string

// The kinds of documents, in the order in which a catalog is written.
const (
	KindSettings   Kind = "settings"
	KindGoal       Kind = "goal"
	KindAudience   Kind = "audience"
	KindSchedule   Kind = "schedule"
	KindOccasion   Kind = "occasion"
	KindWindow     Kind = "window"
	KindEntryPoint Kind = "entry-point"
	KindBehavior   Kind = "behavior"
	KindTemplate   Kind = "template"
	KindCampaign   Kind = "campaign"
)

// Kinds lists every kind in canonical order.
func Kinds() []Kind {
	return []Kind{KindSettings, KindGoal, KindAudience, KindSchedule, KindOccasion, KindWindow,
		KindEntryPoint, KindBehavior, KindTemplate, KindCampaign}
}

// Header is what every document starts with.
type Header struct {
	// Kind says which type the document has.
	Kind Kind `yaml:"kind" json:"kind"`
	// ID is kebab-case and unique within its kind.
	ID string `yaml:"id" json:"id"`
	// Name is what people call it; unique within a library.
	Name string `yaml:"name" json:"name"`
	// Description is optional free text.
	Description string `yaml:"description,omitempty" json:"description,omitempty"`
}

// Head returns the document's header.
func (h *Header) Head() *Header { return h }

// Document is any catalog document: a pointer to one of the types of this
// package that embed [Header].
type Document interface{ Head() *Header }

// Catalog is every campaign, every library item and the account's settings at
// one revision: what the engine compiles. The order of its slices is not
// significant; the codec writes them sorted by ID.
type Catalog struct {
	// Revision is the store's revision this catalog was read at, 0 for files.
	Revision uint64

	Settings    Settings
	Goals       []*Goal
	Audiences   []*Audience
	Schedules   []*Schedule
	Occasions   []*Occasion
	Windows     []*Window
	EntryPoints []*EntryPoint
	Behaviors   []*Behavior
	Templates   []*Template
	Campaigns   []*Campaign
}

// Documents returns every document in canonical order: by kind as in [Kinds],
// then as the slices stand. Settings come first, if they have an ID.
func (c *Catalog) Documents() []Document {
	var out []Document
	if c.Settings.ID != "" {
		out = append(out, &c.Settings)
	}
	for _, d := range c.Goals {
		out = append(out, d)
	}
	for _, d := range c.Audiences {
		out = append(out, d)
	}
	for _, d := range c.Schedules {
		out = append(out, d)
	}
	for _, d := range c.Occasions {
		out = append(out, d)
	}
	for _, d := range c.Windows {
		out = append(out, d)
	}
	for _, d := range c.EntryPoints {
		out = append(out, d)
	}
	for _, d := range c.Behaviors {
		out = append(out, d)
	}
	for _, d := range c.Templates {
		out = append(out, d)
	}
	for _, d := range c.Campaigns {
		out = append(out, d)
	}
	return out
}

// Add puts a document into its slice; a settings document replaces the
// settings. It reports whether the document's type is one of this package's.
func (c *Catalog) Add(d Document) bool {
	switch d := d.(type) {
	case *Settings:
		c.Settings = *d
	case *Goal:
		c.Goals = append(c.Goals, d)
	case *Audience:
		c.Audiences = append(c.Audiences, d)
	case *Schedule:
		c.Schedules = append(c.Schedules, d)
	case *Occasion:
		c.Occasions = append(c.Occasions, d)
	case *Window:
		c.Windows = append(c.Windows, d)
	case *EntryPoint:
		c.EntryPoints = append(c.EntryPoints, d)
	case *Behavior:
		c.Behaviors = append(c.Behaviors, d)
	case *Template:
		c.Templates = append(c.Templates, d)
	case *Campaign:
		c.Campaigns = append(c.Campaigns, d)
	default:
		return false
	}
	return true
}

// With returns a catalog with documents in place of those of their IDs. The
// catalog itself stays as it is; its documents are shared.
func (c *Catalog) With(docs ...Document) *Catalog {
	if len(docs) == 0 {
		return c
	}
	replaced := make(map[DocumentKey]bool, len(docs))
	for _, d := range docs {
		replaced[DocumentKey{kindOf(d), d.Head().ID}] = true
	}
	out := &Catalog{Revision: c.Revision, Settings: c.Settings}
	for _, d := range c.Documents() {
		if _, settings := d.(*Settings); !settings && !replaced[DocumentKey{kindOf(d), d.Head().ID}] {
			out.Add(d)
		}
	}
	for _, d := range docs {
		out.Add(d)
	}
	return out
}

// NewDocument returns an empty document of a kind with its defaults set, or
// nil for an unknown kind.
func NewDocument(k Kind) Document {
	switch k {
	case KindSettings:
		s := DefaultSettings()
		return &s
	case KindGoal:
		return &Goal{Header: Header{Kind: k}}
	case KindAudience:
		return &Audience{Header: Header{Kind: k}}
	case KindSchedule:
		return &Schedule{Header: Header{Kind: k}}
	case KindOccasion:
		return &Occasion{Header: Header{Kind: k}}
	case KindWindow:
		return &Window{Header: Header{Kind: k}}
	case KindEntryPoint:
		return &EntryPoint{Header: Header{Kind: k}}
	case KindBehavior:
		return &Behavior{Header: Header{Kind: k}}
	case KindTemplate:
		return &Template{Header: Header{Kind: k}}
	case KindCampaign:
		return &Campaign{Header: Header{Kind: k}}
	}
	return nil
}
