package fields

import (
	"slices"
	"strconv"

	"beckon/model"
	"beckon/tui/form"
)

// surveys are those of a window.
var surveys = []struct{ path, title, detail string }{
	{"surveys.preChat", "Survey before the conversation", "Asked before a conversation begins."},
	{"surveys.postChat", "Survey after the conversation", "Asked when it has ended."},
	{"surveys.offline", "Survey while nobody is there", "Asked instead of a conversation."},
	{"surveys.agent", "Survey for the agent", "Asked of the agent behind it."},
}

func (it Item) window() []form.Section {
	at := func(name string) string { return "branding." + name }
	color := func(name, label, against string) form.Field {
		k := form.Color{Hint: "the theme's"}
		if against != "" {
			k.Against = func() string { return text(it.Now(), at(against)) }
		}
		return form.Field{Path: at(name), Label: label, Kind: k}
	}
	yes := func(name, label string) form.Field {
		return form.Field{Path: at(name), Label: label, Kind: form.Toggle{}}
	}
	url := form.Text{Hint: "such as https://shop.example/"}
	out := []form.Section{
		{Title: "Window", Fields: []form.Field{
			{Path: "default", Label: "For new engagements", Help: "New engagements for conversations begin with this window; one window at most is it.",
				Kind: form.Toggle{Yes: "this window, unless another is chosen", No: "no"}},
			{Path: "theme", Label: "Theme", Kind: form.Choice{Options: choices(model.Window{}, "theme"), Default: "horizon"}},
			{Path: "api.method", Label: "Page's method", Kind: form.Text{Hint: "this window is opened"},
				Help: it.optional("A JavaScript method of the page that is called in place of the window.")},
			{Path: "api.context", Label: "Its context", Kind: form.Text{Hint: "window"}, When: func() bool { return given(it.Now(), "api") }},
		}},
		{Title: "Branding", Fields: []form.Field{
			{Path: at("title"), Label: "Title", Kind: form.Text{}},
			color("background", "Background", ""), color("text", "Text", "background"),
			color("consumerBubble", "Visitor's bubble", "text"), color("agentBubble", "Agent's bubble", "text"),
			color("systemMessages", "System messages", "background"), color("infoLine", "Info line", "background"),
			color("primaryButton", "Main button", ""), color("secondaryButton", "Other buttons", ""),
			{Path: at("font"), Label: "Font", Kind: form.Text{}, Width: 30},
			{Path: at("icons"), Label: "Icons", Kind: form.Choice{Options: choices(model.WindowBranding{}, "icons"), Unset: "the theme's"}},
			{Path: at("cornersTop"), Label: "Corners, top", Kind: form.Number{Max: 20, Unit: "px"}},
			{Path: at("cornersBottom"), Label: "Corners, bottom", Kind: form.Number{Max: 20, Unit: "px"}},
			{Path: at("image"), Label: "Image", Kind: url},
			yes("agentPicture", "Agent's picture"),
			{Path: at("agentPictureUrl"), Label: "Its address", Kind: url},
			yes("floating", "Floating"), yes("emoji", "Emoji"), yes("menuTop", "Menu at the top"),
			{Path: at("noAttachmentIcon"), Label: "Attachments", Kind: form.Toggle{Inverted: true, Yes: "with an icon", No: "without an icon"}},
			yes("emailTranscript", "Transcript by email"),
		}},
		{Title: "Header", Fields: []form.Field{
			{Path: at("header.image"), Label: "Image", Kind: url},
			{Path: at("header.target"), Label: "Leads to", Kind: form.Text{Hint: "such as https://shop.example/help"}},
			{Path: at("header.alt"), Label: "Alt text", Kind: form.Text{}},
			{Path: at("header.background"), Label: "Background", Kind: form.Color{}},
			{Path: at("header.align"), Label: "Align", Kind: form.Choice{Options: choices(model.WindowHeader{}, "align"), Unset: "the theme's"}},
			{Path: at("header.scrolling"), Label: "Scrolling", Kind: form.Toggle{}},
		}},
	}
	for _, s := range surveys {
		out = append(out, it.survey(s.path, s.title))
	}
	return out
}

func (it Item) survey(path, title string) form.Section {
	list := path + ".questions"
	id := func(i int) string { return text(it.Now(), number(list, i)+".id") }
	kind := func(q, field string, types ...model.QuestionType) func() bool {
		return func() bool {
			return slices.Contains(types, model.QuestionType(text(it.Now(), q+".type"))) || given(it.Now(), q+"."+field)
		}
	}
	return form.Section{Title: title, Help: it.optional("Asked once it has something."), Fields: []form.Field{
		{Path: path + ".title", Label: "Heading", Kind: form.Text{}},
		{Path: list, Label: "Questions", Kind: form.Records{Noun: "question",
			New: func() any {
				taken := map[string]bool{}
				for i := 0; given(it.Now(), number(list, i)); i++ {
					taken[id(i)] = true
				}
				n := len(taken) + 1
				for taken["question-"+strconv.Itoa(n)] {
					n++
				}
				return model.Question{ID: "question-" + strconv.Itoa(n), Type: model.TextField}
			},
			Title: func(i int) string { return text(it.Now(), number(list, i)+".label") },
			Fields: func(q string, _ int) []form.Field {
				return []form.Field{
					{Path: q + ".label", Label: "Question", Required: true, Kind: form.Text{}},
					{Path: q + ".type", Label: "Answered by", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.Question{}, "type")}},
					{Path: q + ".options", Label: "Options", Kind: form.List{Noun: "option"}, When: kind(q, "options", model.Dropdown, model.RadioButton, model.Checkbox)},
					{Path: q + ".validation", Label: "Has to be", Kind: form.Choice{Options: choices(model.Question{}, "validation"), Unset: "anything"},
						When: kind(q, "validation", model.TextField, model.TextArea)},
					{Path: q + ".mandatory", Label: "Must be answered", Kind: form.Toggle{}},
					{Path: q + ".id", Label: "ID", Required: true, Kind: form.Text{Max: LongestID, Hint: "such as order-number"}, Width: 30},
				}
			}}},
	}}
}
