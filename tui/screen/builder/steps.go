package builder

import (
	"fmt"
	"strings"

	"beckon/model"
	"beckon/tui/form"
)

// step is one pane of the way to a campaign. The numbers that operators know
// from the manual are in its name.
type step int

const (
	stepName step = iota
	stepGoal
	stepTime
	stepEngagements
	stepGallery
	stepStudio
	stepWindow
	stepLocation
	stepBehavior
	stepPublish
	steps
)

// about says what a step is called, in full and where there is little room,
// what it is for, and whether it is about one engagement.
type about struct {
	number, title, short, help string
	engagement                 bool
	form                       bool // its pane is a form
}

func (s step) about() about {
	return [steps]about{
		stepName:        {"1-2", "Name", "Name", "What the campaign is called, such as First time visitors or Post-purchase support.", false, true},
		stepGoal:        {"3-4", "Goal", "Goal", "How the success of the campaign is measured. Enter lists the library and makes a new goal.", false, true},
		stepTime:        {"5", "Audience and time", "Audience", "Who may see it, when it runs, and how strongly it competes.", false, true},
		stepEngagements: {"6", "Engagements", "Engagements", "What visitors are shown.", false, false},
		stepGallery:     {"7", "Gallery", "Gallery", "Templates by format, use case, style and size.", false, false},
		stepStudio:      {"8", "Studio", "Studio", "How the engagement looks, in each state.", true, true},
		stepWindow:      {"9", "Window", "Window", "What a click leads to.", true, true},
		stepLocation:    {"10", "Location", "Location", "On which pages it may show. Any of the entry points will do.", true, true},
		stepBehavior:    {"11", "Behavior", "Behavior", "What visitors do that triggers it. Any of the behaviors will do.", true, true},
		stepPublish:     {"12", "Check and publish", "Publish", "What is wrong, what changes, and the way to the visitors.", false, false},
	}[s]
}

// stepOf finds the step where the field of a path is made.
func stepOf(path string) step {
	rest, in := strings.CutPrefix(path, "engagements[")
	if !in {
		field, _, _ := strings.Cut(path, ".")
		field, _, _ = strings.Cut(field, "[")
		switch field {
		case "goal":
			return stepGoal
		case "audiences", "timeFrame", "priority", "controlGroup":
			return stepTime
		case "engagements":
			return stepEngagements
		}
		return stepName
	}
	_, field, _ := strings.Cut(rest, "].")
	whole := field
	field, _, _ = strings.Cut(field, ".")
	field, _, _ = strings.Cut(field, "[")
	switch field {
	case "format", "type", "template":
		return stepGallery
	case "channel", "authentication", "skill", "ignoreMaxWait", "window", "separateWindow", "agentNote", "url", "sameTab":
		return stepWindow
	case "entryPoints":
		return stepLocation
	case "behaviors", "delay", "duration", "follow", "language":
		return stepBehavior
	case "creative":
		if whole == "creative" {
			return stepGallery // nothing to draw yet
		}
	}
	return stepStudio
}

// engagementOf is the number of the engagement that a path leads into, -1 for
// none.
func engagementOf(path string) int {
	i := -1
	if _, err := fmt.Sscanf(path, "engagements[%d]", &i); err != nil {
		return -1
	}
	return i
}

// sections are the forms of the campaign's steps, in the order of the steps
// that are forms.
func (w *work) sections() []form.Section {
	out := make([]form.Section, 0, steps)
	for s := range steps {
		if !s.about().form {
			continue
		}
		sec := form.Section{Help: s.about().help, Fields: w.fields(s)}
		if s.about().engagement && w.engagement() == nil {
			sec.Help = "There is no engagement yet: add one in step 6, from the gallery."
		}
		out = append(out, sec)
	}
	return out
}

// sectionOf is the number of a step's form, -1 where it has none.
func sectionOf(s step) int {
	n := -1
	for i := range s + 1 {
		if i.about().form {
			n++
		}
	}
	if !s.about().form {
		return -1
	}
	return n
}

// stepWith is the step of a form's number.
func stepWith(section int) step {
	for s := range steps {
		if sectionOf(s) == section {
			return s
		}
	}
	return stepName
}

func (w *work) fields(s step) []form.Field {
	switch s {
	case stepName:
		return w.nameFields()
	case stepGoal:
		return []form.Field{{Path: "goal", Label: "Goal", Kind: form.Reference{To: model.KindGoal}, Required: true}}
	case stepTime:
		return w.timeFields()
	}
	e := w.engagement()
	if e == nil {
		return nil
	}
	at := fmt.Sprintf("engagements[%d].", w.at)
	switch s {
	case stepStudio:
		return w.studioFields(at)
	case stepWindow:
		return w.windowFields(at)
	case stepLocation:
		return []form.Field{{Path: at + "entryPoints", Label: "Entry points", Kind: form.References{To: model.KindEntryPoint}, Required: true}}
	case stepBehavior:
		return w.behaviorFields(at)
	}
	return nil
}

func (w *work) nameFields() []form.Field {
	lobs := form.Options(w.stock.kept.Settings.LinesOfBusiness...)
	for i := range lobs {
		lobs[i].Title = lobs[i].Value
	}
	return []form.Field{
		{Path: "name", Label: "Name", Kind: form.Text{Name: true, Hint: "Cart abandonment"}, Required: true},
		{Path: "id", Label: "ID", Kind: form.Text{}, Fixed: func() string {
			if w.doc.settled() {
				return "it is written under this ID"
			}
			return "it follows from the name until the campaign is saved"
		}},
		{Path: "description", Label: "Description", Kind: form.Prose{Rows: 3}},
		{Path: "lob", Label: "Line of business", Kind: form.Choice{Options: lobs, Unset: "none"},
			When: func() bool { return len(lobs) > 0 || w.campaign().LOB != "" },
			Fixed: func() string {
				if base := w.base(); w.doc.settled() && base.LOB != "" {
					return "a line of business is set once"
				}
				return ""
			}},
	}
}

func (w *work) timeFields() []form.Field {
	hours := func(h model.Hours) func() bool { return func() bool { return w.campaign().TimeFrame.Hours == h } }
	zone := w.stock.kept.Settings.Zone
	return []form.Field{
		{Path: "audiences", Label: "Audiences", Kind: form.References{To: model.KindAudience}, Required: true,
			Help: "A visitor of any of them is in."},
		{Path: "timeFrame.start", Label: "First day", Kind: form.Date{}, Required: true, Width: 14},
		{Path: "timeFrame.end", Label: "Last day", Kind: form.Date{Hint: "no end"}, Beside: true, Width: 14},
		{Path: "timeFrame.zone", Label: "Time zone", Kind: form.Zone{Default: zone}, Width: 30},
		{Path: "timeFrame.hours", Label: "Hours", Kind: form.Choice{Default: string(model.AllHours), Options: []form.Option{
			{Value: string(model.AllHours), Title: "all"}, {Value: string(model.SpecificHours), Title: "specific"},
			{Value: string(model.CustomHours), Title: "a schedule"}}}},
		{Path: "timeFrame.from", Label: "From", Kind: form.Clock{Hint: "08:00"}, When: hours(model.SpecificHours), Width: 10},
		{Path: "timeFrame.to", Label: "To", Kind: form.Clock{Hint: "20:00"}, When: hours(model.SpecificHours), Beside: true, Width: 10},
		{Path: "timeFrame.schedule", Label: "Schedule", Kind: form.Reference{To: model.KindSchedule}, When: hours(model.CustomHours)},
		{Path: "timeFrame.occasions", Label: "Occasions", Kind: form.References{To: model.KindOccasion},
			Help: "Special occasions win over the hours."},
		{Path: "priority", Label: "Priority", Kind: form.Choice{Default: string(model.Medium),
			Options: form.Options(string(model.High), string(model.Medium), string(model.Low))}},
		{Path: "controlGroup", Label: "Control group", Kind: form.Percent{Max: model.MaxControl, Hint: fmt.Sprint(model.DefaultCampaignControl)},
			Help: fmt.Sprintf("The share of visitors who never see this campaign, so that its lift can be measured; %d %% unless you say otherwise.", model.DefaultCampaignControl)},
	}
}

func (w *work) windowFields(at string) []form.Field {
	is := func(t model.EngagementType) func() bool {
		return func() bool { e := w.engagement(); return e != nil && e.Type == t }
	}
	chat := func() bool {
		e := w.engagement()
		return e != nil && e.Type == model.Conversation && e.Channel == model.Chat
	}
	talk, content := is(model.Conversation), is(model.Content)
	return []form.Field{
		{Path: at + "window", Label: "Window", Kind: form.Reference{To: model.KindWindow}, Required: true, When: talk},
		{Path: at + "separateWindow", Label: "Opens", Kind: form.Toggle{Yes: "as a browser window of its own", No: "over the page"}, When: talk},
		{Path: at + "channel", Label: "Channel", When: talk, Kind: form.Choice{Default: string(model.Messaging),
			Options: form.Options(string(model.Messaging), string(model.Chat))}},
		{Path: at + "ignoreMaxWait", Label: "While agents are busy", Kind: form.Toggle{Yes: "as if they were not", No: "the busy state"}, When: chat},
		{Path: at + "authentication", Label: "Visitors", When: talk, Kind: form.Choice{Default: string(model.Unauthenticated),
			Options: form.Options(string(model.Unauthenticated), string(model.Authenticated))}},
		{Path: at + "skill", Label: "Skill", Kind: form.Text{Suggest: "skill", Hint: "all skills"}, When: talk},
		{Path: at + "agentNote", Label: "Note for agents", Kind: form.Prose{Rows: 2}, When: talk},
		{Path: at + "url", Label: "Link", Kind: form.Text{Hint: "https://"}, Required: true, When: content},
		{Path: at + "sameTab", Label: "Opens in", Kind: form.Toggle{Yes: "the visitor's tab", No: "a new tab"}, When: content},
	}
}

func (w *work) behaviorFields(at string) []form.Field {
	moves := func() bool { e := w.engagement(); return e != nil && e.Format != model.Embedded }
	return []form.Field{
		{Path: at + "behaviors", Label: "Behaviors", Kind: form.References{To: model.KindBehavior}, Required: true},
		{Path: at + "delay", Label: "Not before", Kind: form.Duration{Hint: "at once"}, Help: "How long after landing on the page it may show."},
		{Path: at + "duration", Label: "Goes after", Kind: form.Duration{Hint: "never"}, Help: "How long it stays when nobody touches it."},
		{Path: at + "follow.pages", Label: "Follows for", Kind: form.Number{Max: 100, Unit: "pages"}, When: moves,
			Help: "It goes with the visitor for so many further pages; or set a time."},
		{Path: at + "follow.time", Label: "or for", Kind: form.Duration{Hint: "no time"}, Beside: true, When: moves},
		{Path: at + "language", Label: "Language", Kind: form.Text{Hint: "en-US"}, Width: 16, Help: "Picks the automatic messages only."},
	}
}
