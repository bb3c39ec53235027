package builder

import (
	"strings"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
)

// itemSections are the form of a library item. The document is asked for when
// it is drawn, so that fields follow what is typed.
func itemSections(doc *book, kind model.Kind) []form.Section {
	head := []form.Field{{Path: "name", Label: "Name", Kind: form.Text{Name: true}, Required: true}}
	tail := []form.Field{{Path: "description", Label: "Description", Kind: form.Text{}}}
	section := func(title, help string, fields ...form.Field) form.Section {
		return form.Section{Title: title, Help: help, Fields: fields}
	}
	whole := func(title, help string, fields ...form.Field) []form.Section {
		return []form.Section{section(title, help, append(append(head, fields...), tail...)...)}
	}
	switch kind {
	case model.KindGoal:
		return whole("Goal", "One indicator fits each type; i chooses another.", goalFields(doc)...)
	case model.KindAudience:
		return whole("Audience", "Who. Without a condition it is everyone.",
			form.Field{Path: "when", Label: "Who", Kind: form.Condition{Audience: true, Always: "everyone"}})
	case model.KindBehavior:
		return whole("Behavior", "What visitors do. Without a condition it holds always.",
			form.Field{Path: "when", Label: "What they do", Kind: form.Condition{Always: "always, at page load"}})
	case model.KindEntryPoint:
		return whole("Entry point", "Pages that any row includes and none excludes. Without a row it is the entire website.",
			form.Field{Path: "include", Label: "Pages", Kind: form.PageRules{}},
			form.Field{Path: "exclude", Label: "But not", Kind: form.PageRules{}})
	case model.KindSchedule:
		return whole("Schedule", "Weekly hours, in a zone of their own.",
			form.Field{Path: "zone", Label: "Time zone", Kind: form.Zone{Default: "the account's"}},
			form.Field{Path: "days", Label: "Hours", Kind: form.Week{}})
	case model.KindOccasion:
		return whole("Special occasions", "Exceptions to the regular hours. Where lines overlap, the first decides.",
			form.Field{Path: "zone", Label: "Time zone", Kind: form.Zone{Default: "the account's"}},
			form.Field{Path: "lines", Label: "Occasions", Kind: occasionLines(doc)})
	case model.KindWindow:
		out := whole("Window", "i adds and takes away surveys.", windowBranding()...)
		return append(out, windowSurveys(doc)...)
	}
	return nil
}

func goalFields(doc *book) []form.Field {
	goal := func() *model.Goal { g, _ := doc.Document().(*model.Goal); return g }
	is := func(has func(*model.Goal) bool) func() bool {
		return func() bool { g := goal(); return g != nil && has(g) }
	}
	return []form.Field{
		{Path: "type", Label: "Type", Kind: form.Choice{Options: form.Options(model.Choices(model.GoalType(""))...), Menu: true},
			Fixed: func() string { return "the indicator goes with it: i chooses both" }},
		{Path: "transaction.moreThan", Label: "A purchase above", Kind: form.Money{Hint: "any value"},
			When: is(func(g *model.Goal) bool { return g.Transaction != nil })},
		{Path: "urls", Label: "Landing pages", Kind: form.PageRules{},
			When: is(func(g *model.Goal) bool {
				return g.Type == model.GoalOther || g.Type == model.GoalSell && g.Transaction == nil || g.Type == model.GoalLead && !g.LeadEvent
			})},
		{Path: "pages", Label: "Pages of a visit", Kind: form.Number{Min: 1, Max: 1000}, When: is(func(g *model.Goal) bool { return g.Type == model.GoalPageViews })},
		{Path: "service", Label: "Service", When: is(func(g *model.Goal) bool { return g.Type == model.GoalService }), Kind: form.Records{Noun: "status", Open: true,
			New: func() any { return model.ServiceBox{Status: "complete"} },
			Fields: func(at string, _ int) []form.Field {
				return []form.Field{
					{Path: at + ".status", Label: "Status", Kind: form.Choice{Options: form.Options(model.Choices(model.ServiceStatus(""))...), Menu: true}},
					{Path: at + ".topics", Label: "Topics", Kind: form.List{Noun: "topic", Hint: "any topic"}},
				}
			}}},
		{Path: "oncePerVisit", Label: "Counts", Kind: form.Toggle{Yes: "once per visit", No: "each time"}},
	}
}

// indicator is a goal's type with the one indicator that fits it.
type indicator struct {
	title, detail string
	goal          model.Goal
}

func indicators() []indicator {
	return []indicator{
		{"Sell: a purchase", "Any approved purchase, or one above an amount.", model.Goal{Type: model.GoalSell, Transaction: &model.TransactionGoal{}}},
		{"Sell: a landing page", "A page that only buyers see.", model.Goal{Type: model.GoalSell}},
		{"Lead: the page tells", "The page reports a lead.", model.Goal{Type: model.GoalLead, LeadEvent: true}},
		{"Lead: a landing page", "A page that only leads see, such as thanks for a form.", model.Goal{Type: model.GoalLead}},
		{"Service: a status", "A service request reaches a status.", model.Goal{Type: model.GoalService, Service: []model.ServiceBox{{Status: "complete"}}}},
		{"Page views", "A number of pages in one visit.", model.Goal{Type: model.GoalPageViews, Pages: 5}},
		{"Other: a landing page", "Any page that you name.", model.Goal{Type: model.GoalOther}},
		{"Interact", "A conversation starts, or content is clicked.", model.Goal{Type: model.GoalInteract}},
	}
}

// edits make a goal be of the indicator.
func (i indicator) edits() []edit.Edit {
	out := []edit.Edit{edit.Set("type", string(i.goal.Type)), edit.Clear("urls"), edit.Clear("transaction"), edit.Clear("leadEvent"), edit.Clear("service"), edit.Clear("pages")}
	if t := i.goal.Transaction; t != nil {
		out = append(out, edit.Set("transaction", *t))
	}
	if i.goal.LeadEvent {
		out = append(out, edit.Set("leadEvent", "true"))
	}
	if len(i.goal.Service) > 0 {
		out = append(out, edit.Set("service", i.goal.Service))
	}
	if i.goal.Pages > 0 {
		out = append(out, edit.Set("pages", "5"))
	}
	return out
}

func occasionLines(doc *book) form.Records {
	line := func(i int) model.OccasionLine {
		if o, ok := doc.Document().(*model.Occasion); ok && i < len(o.Lines) {
			return o.Lines[i]
		}
		return model.OccasionLine{}
	}
	return form.Records{Noun: "occasion", New: func() any { return model.OccasionLine{} },
		Title: func(i int) string {
			if l := line(i); l.From.IsZero() {
				return l.Name
			}
			return strings.TrimSpace(line(i).Name + " " + line(i).From.String())
		},
		Fields: func(at string, _ int) []form.Field {
			return []form.Field{
				{Path: at + ".name", Label: "Name", Kind: form.Text{}, Required: true},
				{Path: at + ".from", Label: "First day", Kind: form.Date{}, Required: true},
				{Path: at + ".to", Label: "Last day", Kind: form.Date{Hint: "the same"}, Beside: true},
				{Path: at, Label: "Hours", Kind: form.Hours{Default: model.DayOff}},
			}
		}}
}

func windowBranding() []form.Field {
	const b = "branding."
	color := func(field, label string) form.Field {
		return form.Field{Path: b + field, Label: label, Kind: form.Color{Hint: "the theme's"}}
	}
	return []form.Field{
		{Path: "theme", Label: "Theme", Kind: form.Choice{Options: form.Options("ocean", "horizon", "harmony"), Default: "horizon"}},
		{Path: b + "title", Label: "Title", Kind: form.Text{}},
		color("background", "Background"), color("text", "Text"), color("consumerBubble", "Visitor's bubble"), color("agentBubble", "Agent's bubble"),
		color("systemMessages", "System messages"), color("infoLine", "Info line"), color("primaryButton", "Main button"), color("secondaryButton", "Other buttons"),
		{Path: b + "font", Label: "Font", Kind: form.Text{}},
		{Path: b + "icons", Label: "Icons", Kind: form.Choice{Options: form.Options("bright", "dark"), Unset: "the theme's"}},
		{Path: b + "cornersTop", Label: "Corners, top", Kind: form.Number{Max: 20, Unit: "px"}},
		{Path: b + "cornersBottom", Label: "bottom", Kind: form.Number{Max: 20, Unit: "px"}, Beside: true},
		{Path: b + "image", Label: "Image", Kind: form.Text{}},
		{Path: b + "header.image", Label: "Header image", Kind: form.Text{}},
		{Path: b + "header.target", Label: "Header link", Kind: form.Text{Hint: "https://"}},
		{Path: b + "header.alt", Label: "Said of it", Kind: form.Text{}},
		{Path: b + "header.background", Label: "Header ground", Kind: form.Color{}},
		{Path: b + "header.align", Label: "Header stands", Kind: form.Choice{Options: form.Options("left", "middle", "right"), Unset: "as it is"}},
		{Path: b + "header.scrolling", Label: "Header scrolls", Kind: form.Toggle{}},
		{Path: b + "agentPicture", Label: "Agent's picture", Kind: form.Toggle{}},
		{Path: b + "agentPictureUrl", Label: "from", Kind: form.Text{Hint: "https://"}},
		{Path: b + "floating", Label: "Floating", Kind: form.Toggle{}},
		{Path: b + "emoji", Label: "Emoji", Kind: form.Toggle{}},
		{Path: b + "menuTop", Label: "Menu at the top", Kind: form.Toggle{}},
		{Path: b + "noAttachmentIcon", Label: "Attachments", Kind: form.Toggle{Inverted: true, Yes: "with an icon", No: "without an icon"}},
		{Path: b + "emailTranscript", Label: "Transcript by email", Kind: form.Toggle{}},
		{Path: "default", Label: "For new engagements", Kind: form.Toggle{Yes: "the default", No: "to choose"}},
	}
}

func windowSurveys(doc *book) []form.Section {
	window := func() *model.Window {
		w, _ := doc.Document().(*model.Window)
		if w == nil {
			return &model.Window{}
		}
		return w
	}
	var out []form.Section
	for _, s := range []struct {
		path, title string
		of          func(*model.Window) *model.Survey
	}{
		{"surveys.preChat", "Survey before the conversation", func(w *model.Window) *model.Survey { return w.Surveys.PreChat }},
		{"surveys.postChat", "Survey after the conversation", func(w *model.Window) *model.Survey { return w.Surveys.PostChat }},
		{"surveys.offline", "Survey while nobody is there", func(w *model.Window) *model.Survey { return w.Surveys.Offline }},
		{"surveys.agent", "Survey for the agent", func(w *model.Window) *model.Survey { return w.Surveys.Agent }},
	} {
		of := func() *model.Survey { return s.of(window()) }
		if of() == nil {
			continue
		}
		out = append(out, form.Section{Title: s.title, Fields: surveyFields(s.path, "Heading", of)})
	}
	if window().API != nil {
		out = append(out, form.Section{Title: "A window of the page's own", Fields: []form.Field{
			{Path: "api.method", Label: "Method", Kind: form.Text{Hint: "openChat"}, Required: true},
			{Path: "api.context", Label: "of", Kind: form.Text{Hint: "window"}},
		}})
	}
	return out
}

// part is an optional part of a document: a survey, a state's creative.
type part struct {
	title, detail string
	path          edit.Path
	there         bool
	fresh         any
}

// parts lists what can be added to and taken away from a window.
func windowParts(w *model.Window) []part {
	survey := model.Survey{Questions: []model.Question{{ID: "question-1", Label: "What is it about?", Type: model.TextField}}}
	return []part{
		{"Survey before the conversation", "Asked before a conversation begins.", "surveys.preChat", w.Surveys.PreChat != nil, survey},
		{"Survey after the conversation", "Asked when it has ended.", "surveys.postChat", w.Surveys.PostChat != nil, survey},
		{"Survey while nobody is there", "Asked instead of a conversation.", "surveys.offline", w.Surveys.Offline != nil, survey},
		{"Survey for the agent", "Asked of the agent behind it.", "surveys.agent", w.Surveys.Agent != nil, survey},
		{"A window of the page's own", "A method of the page opens it instead.", "api", w.API != nil, model.WindowAPI{Method: "openChat"}},
	}
}

// kindWords are what operators call a kind of item.
func kindWords(k model.Kind) string { return strings.ReplaceAll(string(k), "-", " ") }
