package library

import (
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
)

// fields lists what of an item is in its form.
type fields struct {
	doc      func() model.Document // as it is now
	fresh    bool
	settings *model.Settings
}

// sections are the parts of the form of the item's kind.
func (f fields) sections() []form.Section {
	name := form.Section{Title: "Name", Fields: []form.Field{
		{Path: "name", Label: "Name", Kind: form.Text{Name: true}, Required: true},
		{Path: "id", Label: "ID", Required: true, Fixed: f.fixed, Width: 40,
			Kind: form.Text{Max: longestID, Pattern: kebab, Want: "want lower-case letters, digits and single hyphens between them"}},
		{Path: "description", Label: "Description", Kind: form.Prose{Rows: 2}},
	}}
	switch f.doc().(type) {
	case *model.Goal:
		return []form.Section{name, f.goal()}
	case *model.Audience:
		return []form.Section{name, {Title: "Who", Fields: []form.Field{
			{Path: "when", Label: "Visitors for whom", Kind: form.Condition{Audience: true, Always: "every visitor"}}}}}
	case *model.Behavior:
		return []form.Section{name, {Title: "When", Fields: []form.Field{
			{Path: "when", Label: "As soon as", Kind: form.Condition{Always: "at once, whatever the visitor does"}}}}}
	case *model.Schedule:
		return []form.Section{name, {Title: "Weekly hours", Fields: []form.Field{f.zone(), {Path: "days", Label: "Hours", Kind: form.Week{}}}}}
	case *model.Occasion:
		return []form.Section{name, f.occasion()}
	case *model.Window:
		return append([]form.Section{name}, f.window()...)
	case *model.EntryPoint:
		return []form.Section{name,
			{Title: "Pages", Help: "A page is meant if any of these fits; without one, the entire website is.",
				Fields: []form.Field{{Path: "include", Label: "Include", Kind: form.PageRules{}}}},
			{Title: "But not", Help: "A page that any of these fits is left out.",
				Fields: []form.Field{{Path: "exclude", Label: "Exclude", Kind: form.PageRules{}}}}}
	case *model.Template:
		return append([]form.Section{name}, f.template()...)
	}
	return []form.Section{name}
}

// fixed says why the ID cannot be changed here.
func (f fields) fixed() string {
	if f.fresh {
		return ""
	}
	return "the list changes it, with every mention of it (i)"
}

func (f fields) zone() form.Field {
	zone := f.settings.Zone
	if zone == "" {
		zone = "UTC"
	}
	return form.Field{Path: "zone", Label: "Time zone", Kind: form.Zone{Default: zone + ", the account's"}}
}

// partHelp says how to turn a part off.
const partHelp = "f10 turns the whole on and off."

// part is the optional part of an item that a path lies in, "" for none.
func part(path edit.Path) edit.Path {
	for _, p := range []edit.Path{"transaction", "api", "surveys.preChat", "surveys.postChat", "surveys.offline", "surveys.agent", "creative.offline", "creative.busy"} {
		if p.Holds(path) {
			return p
		}
	}
	return ""
}

// given tells whether a path holds something, so that it has to be seen.
func (f fields) given(path string) bool {
	v, err := edit.Get(f.doc(), edit.Path(path))
	return err == nil && v.Given
}

func (f fields) text(path string) string {
	v, err := edit.Get(f.doc(), edit.Path(path))
	if err != nil {
		return ""
	}
	return v.Text()
}

func (f fields) goal() form.Section {
	typed := func(path string, types ...model.GoalType) func() bool {
		return func() bool {
			g, ok := f.doc().(*model.Goal)
			return ok && slices.Contains(types, g.Type) || f.given(path)
		}
	}
	return form.Section{Title: "Goal", Fields: []form.Field{
		{Path: "type", Label: "Type", Required: true, Kind: form.Choice{Menu: true, Options: []form.Option{
			{Value: string(model.GoalSell), Title: "sell", Detail: "Purchases: a page of thanks, or the transaction that a page reports."},
			{Value: string(model.GoalLead), Title: "lead", Detail: "Leads: a page of thanks, or the lead that a page reports."},
			{Value: string(model.GoalService), Title: "service", Detail: "Service requests that reach a status."},
			{Value: string(model.GoalPageViews), Title: "page views", Detail: "A number of pages in one visit; an assisting goal."},
			{Value: string(model.GoalOther), Title: "other", Detail: "A landing page; an assisting goal."},
			{Value: string(model.GoalInteract), Title: "interact", Detail: "A conversation starts or content is clicked; an assisting goal."},
		}}},
		{Path: "urls", Label: "Landing pages", Kind: form.PageRules{}, When: typed("urls", model.GoalSell, model.GoalLead, model.GoalOther)},
		{Path: "transaction.moreThan", Label: "Purchases above", Kind: form.Money{Hint: "not counted"}, When: typed("transaction", model.GoalSell),
			Help: "Counts the purchases that pages report, of more than this amount; 0 counts them all. " + partHelp},
		{Path: "leadEvent", Label: "Leads that are reported", Kind: form.Toggle{Yes: "count", No: "do not count"}, When: typed("leadEvent", model.GoalLead)},
		{Path: "service", Label: "Service requests", When: typed("service", model.GoalService), Kind: form.Records{Noun: "status", Open: true,
			New:   func() any { return model.ServiceBox{} },
			Title: func(i int) string { return plain(f.text("service[" + strconv.Itoa(i) + "].status")) },
			Fields: func(at string, _ int) []form.Field {
				return []form.Field{{Path: at + ".status", Label: "Status", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.ServiceBox{}, "status")}},
					{Path: at + ".topics", Label: "Topics", Kind: form.List{Noun: "topic", Hint: "any topic"}}}
			}}},
		{Path: "pages", Label: "Pages in one visit", Kind: form.Number{Min: 1, Max: 1000, Unit: "pages"}, When: typed("pages", model.GoalPageViews)},
		{Path: "oncePerVisit", Label: "Counted", Kind: form.Toggle{Yes: "once a visit", No: "each time"}},
	}}
}

// choices are the values that a field of a type allows.
func choices(owner any, field string) []form.Option {
	return form.Options(model.FieldChoices(owner, field)...)
}

func (f fields) occasion() form.Section {
	return form.Section{Title: "Days", Fields: []form.Field{f.zone(),
		{Path: "lines", Label: "Occasions", Kind: form.Records{Noun: "occasion", Open: true,
			New: func() any { return model.OccasionLine{} },
			Title: func(i int) string {
				at := "lines[" + strconv.Itoa(i) + "]"
				return strings.TrimSpace(f.text(at+".from") + "  " + f.text(at+".name"))
			},
			Fields: func(at string, _ int) []form.Field {
				return []form.Field{
					{Path: at + ".name", Label: "Name", Required: true, Kind: form.Text{Hint: "Christmas"}},
					{Path: at + ".from", Label: "First day", Required: true, Kind: form.Date{}},
					{Path: at + ".to", Label: "Last day", Kind: form.Date{Hint: "the first day"}, Beside: true},
					{Path: at, Label: "Hours", Kind: form.Hours{Default: model.DayOff}},
				}
			}}}}}
}

func (f fields) window() []form.Section {
	color := func(name, label, against string) form.Field {
		k := form.Color{}
		if against != "" {
			k.Against = func() string { return f.text("branding." + against) }
		}
		return form.Field{Path: "branding." + name, Label: label, Kind: k}
	}
	url := form.Text{Hint: "https://"}
	yes := func(name, label string) form.Field {
		return form.Field{Path: "branding." + name, Label: label, Kind: form.Toggle{}}
	}
	out := []form.Section{
		{Title: "Window", Fields: []form.Field{
			{Path: "default", Label: "Default", Kind: form.Toggle{Yes: "new engagements take it", No: "no"}},
			{Path: "theme", Label: "Theme", Kind: form.Choice{Options: choices(model.Window{}, "theme"), Default: "horizon"}},
			{Path: "api.method", Label: "Page's method", Kind: form.Text{Hint: "this window is opened"},
				Help: "A JavaScript method of the page that is called in place of the window. " + partHelp},
			{Path: "api.context", Label: "Its context", Kind: form.Text{Hint: "window"}, When: func() bool { return f.given("api") }},
		}},
		{Title: "Branding", Fields: []form.Field{
			{Path: "branding.title", Label: "Title", Kind: form.Text{}},
			color("background", "Background", ""), color("text", "Text", "background"),
			color("consumerBubble", "Visitor's bubble", "text"), color("agentBubble", "Agent's bubble", "text"),
			color("systemMessages", "System messages", "background"), color("infoLine", "Info line", "background"),
			color("primaryButton", "Primary button", ""), color("secondaryButton", "Secondary button", ""),
			{Path: "branding.font", Label: "Font", Kind: form.Text{}, Width: 30},
			{Path: "branding.icons", Label: "Icons", Kind: form.Choice{Options: choices(model.WindowBranding{}, "icons"), Unset: "as the theme"}},
			{Path: "branding.cornersTop", Label: "Corners, top", Kind: form.Number{Min: 0, Max: 20, Unit: "px"}},
			{Path: "branding.cornersBottom", Label: "Corners, bottom", Kind: form.Number{Min: 0, Max: 20, Unit: "px"}},
			{Path: "branding.image", Label: "Image", Kind: url},
			yes("agentPicture", "Agent's picture"),
			{Path: "branding.agentPictureUrl", Label: "Its address", Kind: url},
			yes("floating", "Floating"), yes("emoji", "Emoji"), yes("menuTop", "Menu on top"),
			{Path: "branding.noAttachmentIcon", Label: "Attachments", Kind: form.Toggle{Yes: "shown", No: "hidden", Inverted: true}},
			yes("emailTranscript", "Transcript by email"),
		}},
		{Title: "Header", Fields: []form.Field{
			{Path: "branding.header.image", Label: "Image", Kind: url},
			{Path: "branding.header.target", Label: "Leads to", Kind: url},
			{Path: "branding.header.alt", Label: "In words", Kind: form.Text{}},
			{Path: "branding.header.background", Label: "Background", Kind: form.Color{}},
			{Path: "branding.header.align", Label: "Align", Kind: form.Choice{Options: choices(model.WindowHeader{}, "align"), Unset: "as the theme"}},
			{Path: "branding.header.scrolling", Label: "Scrolling", Kind: form.Toggle{}},
		}},
	}
	for _, s := range [][2]string{{"preChat", "Survey before the conversation"}, {"postChat", "Survey after the conversation"},
		{"offline", "Survey while offline"}, {"agent", "Agent's survey"}} {
		out = append(out, f.survey("surveys."+s[0], s[1]))
	}
	return out
}

func (f fields) survey(at, title string) form.Section {
	return form.Section{Title: title, Help: "Asked once it has something. " + partHelp, Fields: []form.Field{
		{Path: at + ".title", Label: "Heading", Kind: form.Text{}},
		{Path: at + ".questions", Label: "Questions", Kind: form.Records{Noun: "question",
			New:   func() any { return model.Question{Type: model.TextField} },
			Title: func(i int) string { return f.text(at + ".questions[" + strconv.Itoa(i) + "].label") },
			Fields: func(q string, _ int) []form.Field {
				listed := func() bool {
					t := model.QuestionType(f.text(q + ".type"))
					return t == model.Dropdown || t == model.RadioButton || t == model.Checkbox || f.given(q+".options")
				}
				return []form.Field{
					{Path: q + ".label", Label: "Question", Required: true, Kind: form.Text{}},
					{Path: q + ".id", Label: "ID", Required: true, Kind: form.Text{Max: longestID, Hint: "order-number"}, Width: 30},
					{Path: q + ".type", Label: "Answered by", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.Question{}, "type")}},
					{Path: q + ".options", Label: "Options", Kind: form.List{Noun: "option"}, When: listed},
					{Path: q + ".validation", Label: "Has to be", Kind: form.Choice{Options: choices(model.Question{}, "validation"), Unset: "anything"}},
					{Path: q + ".mandatory", Label: "Must be answered", Kind: form.Toggle{}},
				}
			}}},
	}}
}

func (f fields) template() []form.Section {
	out := []form.Section{
		{Title: "Template", Fields: []form.Field{
			{Path: "format", Label: "Format", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.Template{}, "format")}},
			{Path: "type", Label: "Type", Required: true, Kind: form.Choice{Options: choices(model.Template{}, "type")}},
			{Path: "useCase", Label: "Use case", Kind: form.Text{}, Width: 40},
			{Path: "style", Label: "Style", Kind: form.Text{}, Width: 40},
			{Path: "size", Label: "Size", Kind: form.Text{}, Width: 40},
		}},
		{Title: "Creative", Fields: []form.Field{
			{Path: "creative.position", Label: "Position", Kind: form.Choice{Menu: true, Options: choices(model.Creative{}, "position"), Unset: "as the format has it"}},
			{Path: "creative.left", Label: "Left", Kind: form.Number{Unit: "px"}, When: f.custom("creative.left")},
			{Path: "creative.top", Label: "Top", Kind: form.Number{Unit: "px"}, When: f.custom("creative.top")},
			{Path: "creative.lightBox", Label: "Light box", Kind: form.Toggle{Yes: "dims the page", No: "no"}},
			{Path: "creative.edge", Label: "Slides in from", Kind: form.Choice{Options: choices(model.Creative{}, "edge"), Default: "bottom"}},
			{Path: "creative.html", Label: "HTML", Help: "In place of the elements; overlay and embedded only, no scripts.", Kind: form.Prose{}},
			{Path: "creative.offlineOff", Label: "While offline", Kind: form.Toggle{Yes: "nothing is drawn", No: "drawn"}},
		}},
	}
	out = append(out, f.face("creative.online", "Online", false), f.face("creative.offline", "Offline", true), f.face("creative.busy", "Busy", true))
	return out
}

func (f fields) custom(path string) func() bool {
	return func() bool { return f.text("creative.position") == string(model.CustomPlace) || f.given(path) }
}

func (f fields) face(at, title string, optional bool) form.Section {
	s := form.Section{Title: title}
	if optional {
		s.Help = "A creative of its own once it has something. " + partHelp
	}
	add := func(name, label string, k form.Kind) {
		s.Fields = append(s.Fields, form.Field{Path: at + "." + name, Label: label, Kind: k})
	}
	px := form.Number{Unit: "px"}
	add("width", "Width", px)
	add("height", "Height", px)
	add("margin", "Margin", px)
	add("background", "Background", form.Color{Transparent: true})
	add("image", "Image", form.Text{Hint: "https://"})
	add("imageFit", "Image fits", form.Choice{Options: choices(model.Face{}, "imageFit"), Unset: "as it is"})
	add("border.color", "Border", form.Color{})
	add("border.width", "Border's width", px)
	add("border.radius", "Corners", px)
	add("elements", "Elements", form.Records{Noun: "element",
		New: func() any { return model.Element{Kind: model.Label} },
		Title: func(i int) string {
			e := at + ".elements[" + strconv.Itoa(i) + "]"
			return strings.TrimSpace(plain(f.text(e+".kind")) + "  " + f.text(e+".text"))
		},
		Fields: func(e string, _ int) []form.Field {
			back := func() string {
				if c := f.text(e + ".background"); c != "" && c != "transparent" {
					return c
				}
				return f.text(at + ".background")
			}
			return []form.Field{
				{Path: e + ".kind", Label: "Kind", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.Element{}, "kind")}},
				{Path: e + ".text", Label: "Text", Kind: form.Prose{Rows: 1}},
				{Path: e + ".image", Label: "Image", Kind: form.Text{Hint: "https://"}},
				{Path: e + ".alt", Label: "In words", Kind: form.Text{}},
				{Path: e + ".left", Label: "Left", Kind: px}, {Path: e + ".top", Label: "Top", Kind: px},
				{Path: e + ".width", Label: "Width", Kind: px}, {Path: e + ".height", Label: "Height", Kind: px},
				{Path: e + ".color", Label: "Color", Kind: form.Color{Against: back}},
				{Path: e + ".background", Label: "Background", Kind: form.Color{Transparent: true}},
				{Path: e + ".font", Label: "Font", Kind: form.Text{}, Width: 30},
				{Path: e + ".fontSize", Label: "Font size", Kind: px},
				{Path: e + ".bold", Label: "Bold", Kind: form.Toggle{}},
				{Path: e + ".heading", Label: "Heading", Kind: form.Number{Min: 0, Max: 6, Hint: "no heading"}},
				{Path: e + ".order", Label: "Announced as no.", Kind: form.Number{}},
				{Path: e + ".z", Label: "Layer", Kind: form.Number{}},
			}
		}})
	return s
}
