package fields

import (
	"fmt"
	"slices"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
)

// Campaign is what the fields of a campaign depend on.
type Campaign struct {
	// Now is the campaign as it is when it is asked.
	Now func() *model.Campaign
	// At is the number of the engagement that steps 7 to 11 are about.
	At int
	// LinesOfBusiness and Zone are the account's.
	LinesOfBusiness []string
	Zone            string
	// ID and LOB say why these cannot be changed now; empty or nil means that
	// they can.
	ID, LOB func() string
}

// engagement is the one that steps 7 to 11 are about, nil while there is none.
func (c Campaign) engagement() *model.Engagement {
	if k := c.Now(); k != nil && c.At >= 0 && c.At < len(k.Engagements) {
		return k.Engagements[c.At]
	}
	return nil
}

func (c Campaign) given(path string) bool { return given(c.Now(), path) }

// given tells whether a path of a document holds something, so that it has to
// be seen.
func given(d model.Document, path string) bool {
	v, err := edit.Get(d, edit.Path(path))
	return err == nil && v.Given
}

func text(d model.Document, path string) string {
	v, err := edit.Get(d, edit.Path(path))
	if err != nil {
		return ""
	}
	return v.Text()
}

// choices are the values that a field of a type allows.
func choices(owner any, field string) []form.Option {
	return form.Options(model.FieldChoices(owner, field)...)
}

// Sections are the forms of the steps that have one, in their order.
func (c Campaign) Sections() []form.Section {
	out := make([]form.Section, 0, Steps)
	for s := range Steps {
		a := s.About()
		if !a.Form {
			continue
		}
		sec := form.Section{Help: a.Help, Fields: c.Step(s)}
		if a.Engagement && c.engagement() == nil {
			sec.Help = "There is no engagement yet: add one in step 6, from the gallery."
		}
		out = append(out, sec)
	}
	return out
}

// Step lists the fields of a step's form; a step about an engagement has none
// while there is none.
func (c Campaign) Step(s Step) []form.Field {
	switch s {
	case StepName:
		return c.name()
	case StepGoal:
		return []form.Field{{Path: "goal", Label: "Goal", Kind: form.Reference{To: model.KindGoal}, Required: true}}
	case StepTime:
		return c.time()
	}
	if c.engagement() == nil {
		return nil
	}
	at := fmt.Sprintf("engagements[%d].", c.At)
	switch s {
	case StepStudio:
		return c.studio(at)
	case StepWindow:
		return c.window(at)
	case StepLocation:
		return []form.Field{{Path: at + "entryPoints", Label: "Entry points", Kind: form.References{To: model.KindEntryPoint}, Required: true}}
	case StepBehavior:
		return c.behavior(at)
	}
	return nil
}

func (c Campaign) name() []form.Field {
	lobs := make([]form.Option, len(c.LinesOfBusiness))
	for i, lob := range c.LinesOfBusiness {
		lobs[i] = form.Option{Value: lob, Title: lob} // a name, not a word of ours
	}
	return []form.Field{
		{Path: "name", Label: "Name", Kind: form.Text{Name: true, Hint: "such as Cart abandonment"}, Required: true},
		{Path: "id", Label: "ID", Kind: form.Text{}, Fixed: c.ID},
		{Path: "description", Label: "Description", Kind: form.Prose{Rows: 3}},
		{Path: "lob", Label: "Line of business", Kind: form.Choice{Options: lobs, Unset: "none"}, Fixed: c.LOB,
			When: func() bool { return len(lobs) > 0 || c.Now().LOB != "" }},
	}
}

func (c Campaign) time() []form.Field {
	hours := func(h model.Hours) func() bool { return func() bool { return c.Now().TimeFrame.Hours == h } }
	return []form.Field{
		{Path: "audiences", Label: "Audiences", Kind: form.References{To: model.KindAudience}, Required: true,
			Help: "A visitor of any of them is in."},
		{Path: "timeFrame.start", Label: "First day", Kind: form.Date{}, Required: true, Width: 14},
		{Path: "timeFrame.end", Label: "Last day", Kind: form.Date{Hint: "no end"}, Beside: true, Width: 14},
		{Path: "timeFrame.zone", Label: "Time zone", Kind: form.Zone{Default: c.Zone}, Width: 30},
		{Path: "timeFrame.hours", Label: "Hours", Help: "All day, the same hours every day, or a schedule of the library with hours for each weekday.",
			Kind: form.Choice{Default: string(model.AllHours), Options: []form.Option{
				{Value: string(model.AllHours), Title: "all"}, {Value: string(model.SpecificHours), Title: "specific"},
				{Value: string(model.CustomHours), Title: "a schedule"}}}},
		{Path: "timeFrame.from", Label: "From", Kind: form.Clock{Hint: "such as 08:00"}, When: hours(model.SpecificHours), Width: 16},
		{Path: "timeFrame.to", Label: "To", Kind: form.Clock{Hint: "such as 20:00"}, When: hours(model.SpecificHours), Beside: true, Width: 16},
		{Path: "timeFrame.schedule", Label: "Schedule", Kind: form.Reference{To: model.KindSchedule}, When: hours(model.CustomHours)},
		{Path: "timeFrame.occasions", Label: "Occasions", Kind: form.References{To: model.KindOccasion},
			Help: "Special occasions win over the hours."},
		{Path: "priority", Label: "Priority", Kind: form.Choice{Default: string(model.Medium),
			Options: form.Options(string(model.High), string(model.Medium), string(model.Low))}},
		{Path: "controlGroup", Label: "Control group", Kind: form.Percent{Max: model.MaxControl, Hint: fmt.Sprint(model.DefaultCampaignControl)},
			Help: fmt.Sprintf("The share of visitors who never see this campaign, so that its lift can be measured; %d %% unless you say otherwise.", model.DefaultCampaignControl)},
	}
}

// chat tells whether the engagement leads to a chat, where the state of the
// agents counts.
func (c Campaign) chat() bool {
	e := c.engagement()
	return e != nil && e.Type == model.Conversation && e.Channel == model.Chat
}

func (c Campaign) window(at string) []form.Field {
	is := func(t model.EngagementType) func() bool {
		return func() bool { e := c.engagement(); return e != nil && e.Type == t }
	}
	talk, content := is(model.Conversation), is(model.Content)
	return []form.Field{
		{Path: at + "window", Label: "Window", Kind: form.Reference{To: model.KindWindow}, Required: true, When: talk},
		{Path: at + "separateWindow", Label: "Opens", Kind: form.Toggle{Yes: "as a browser window of its own", No: "over the page"}, When: talk},
		{Path: at + "channel", Label: "Channel", When: talk, Kind: form.Choice{Default: string(model.Messaging),
			Options: form.Options(string(model.Messaging), string(model.Chat))}},
		{Path: at + "ignoreMaxWait", Label: "While agents are busy", Kind: form.Toggle{Yes: "as if they were not", No: "the busy state"}, When: c.chat},
		{Path: at + "authentication", Label: "Visitors", When: talk, Kind: form.Choice{Default: string(model.Unauthenticated),
			Options: form.Options(string(model.Unauthenticated), string(model.Authenticated))}},
		{Path: at + "skill", Label: "Skill", Kind: form.Text{Suggest: "skill", Hint: "all skills"}, When: talk},
		{Path: at + "agentNote", Label: "Note for agents", Kind: form.Prose{Rows: 2}, When: talk},
		{Path: at + "url", Label: "Link", Kind: form.Text{Hint: "such as https://shop.example/help"}, Required: true, When: content},
		{Path: at + "sameTab", Label: "Opens in", Kind: form.Toggle{Yes: "the visitor's tab", No: "a new tab"}, When: content},
	}
}

func (c Campaign) behavior(at string) []form.Field {
	moves := func() bool {
		e := c.engagement()
		return e != nil && (e.Format != model.Embedded || !e.Follow.IsZero())
	}
	return []form.Field{
		{Path: at + "behaviors", Label: "Behaviors", Kind: form.References{To: model.KindBehavior}, Required: true},
		{Path: at + "delay", Label: "Not before", Kind: form.Duration{Hint: "at once"}, Help: "How long after landing on the page it may show."},
		{Path: at + "duration", Label: "Goes after", Kind: form.Duration{Hint: "never"}, Help: "How long it stays when nobody touches it."},
		{Path: at + "follow.pages", Label: "Follows for", Kind: form.Number{Max: 100, Unit: "pages"}, When: moves,
			Help: "It goes with the visitor for so many further pages; or set a time."},
		{Path: at + "follow.time", Label: "or for", Kind: form.Duration{Hint: "no time"}, Beside: true, When: moves},
		{Path: at + "language", Label: "Language", Kind: form.Text{Hint: "such as en-US"}, Width: 16, Help: "Picks the automatic messages only."},
	}
}

// studio lists what can be designed of an engagement.
func (c Campaign) studio(at string) []form.Field {
	is := func(path string, formats ...model.Format) func() bool {
		return func() bool {
			e := c.engagement()
			return e != nil && slices.Contains(formats, e.Format) || c.given(path)
		}
	}
	out := []form.Field{
		{Path: at + "name", Label: "Name", Kind: form.Text{Name: true}, Required: true},
		{Path: at + "description", Label: "Description", Kind: form.Text{}},
		{Path: at + "disabled", Label: "Shown", Kind: form.Toggle{Inverted: true, Yes: "enabled", No: "disabled"}},
		{Path: at + "side", Label: "Side", Kind: form.Choice{Default: string(model.Right), Options: form.Options(string(model.Left), string(model.Right))},
			When: is(at+"side", model.Sticky, model.SlideOut)},
		{Path: at + "div", Label: "Div", Kind: form.Text{Hint: "the id of the page's element"}, Required: true, When: is(at+"div", model.Embedded)},
	}
	creative := creative{at: at + "creative", doc: func() model.Document { return c.Now() }, chat: c.chat,
		format: func() model.Format {
			if e := c.engagement(); e != nil {
				return e.Format
			}
			return ""
		},
		of: func() *model.Creative {
			if e := c.engagement(); e != nil {
				return &e.Creative
			}
			return nil
		}}
	out = append(out, creative.place()...)
	out = append(out, creative.online("")...)
	out = append(out, creative.away()...)
	for _, s := range []struct {
		field, title string
		state        model.Availability
	}{{".offline", "Offline: ", model.Offline}, {".busy", "Busy: ", model.Busy}} {
		has := func() bool { return creative.face(s.state) != nil }
		for _, f := range creative.fields(creative.at+s.field, s.title, s.state) {
			f.When = both(f.When, has)
			out = append(out, f)
		}
	}
	return out
}

// Parts are what the engagement of steps 7 to 11 has only sometimes.
func (c Campaign) Parts() []Part {
	e := c.engagement()
	if e == nil {
		return nil
	}
	at := edit.Path("engagements").At(c.At).Field("creative")
	offline, busy := states(at, &e.Creative)
	var out []Part
	if c.chat() || e.Creative.Offline != nil {
		out = append(out, offline)
	}
	if c.chat() && e.Format != model.Overlay || e.Creative.Busy != nil {
		out = append(out, busy)
	}
	return out
}
