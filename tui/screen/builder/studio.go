package builder

import (
	"fmt"

	"beckon/model"
	"beckon/tui/form"
)

// studioFields are what can be designed of an engagement.
func (w *work) studioFields(at string) []form.Field {
	c := at + "creative."
	of := func(formats ...model.Format) func() bool {
		return func() bool {
			e := w.engagement()
			if e == nil {
				return false
			}
			for _, f := range formats {
				if e.Format == f {
					return true
				}
			}
			return false
		}
	}
	placed := func() bool { e := w.engagement(); return e != nil && e.Format != model.Embedded }
	custom := func() bool { e := w.engagement(); return e != nil && e.Creative.Position == model.CustomPlace }
	drawn := func() bool { e := w.engagement(); return e != nil && e.Creative.HTML == "" }
	out := []form.Field{
		{Path: at + "name", Label: "Name", Kind: form.Text{Name: true}, Required: true},
		{Path: at + "description", Label: "Description", Kind: form.Text{}},
		{Path: at + "disabled", Label: "Shown", Kind: form.Toggle{Inverted: true, Yes: "enabled", No: "disabled"}},
		{Path: at + "side", Label: "Side", Kind: form.Choice{Default: string(model.Right), Options: form.Options(string(model.Left), string(model.Right))},
			When: of(model.Sticky, model.SlideOut)},
		{Path: at + "div", Label: "Div", Kind: form.Text{Hint: "the id of the page's element"}, Required: true, When: of(model.Embedded)},
		{Path: c + "position", Label: "Position", Kind: form.Choice{Options: form.Options(model.Choices(model.Position(""))...), Unset: "the format's own", Menu: true}, When: placed},
		{Path: c + "left", Label: "Left", Kind: form.Number{Max: 4000, Unit: "px"}, When: custom},
		{Path: c + "top", Label: "Top", Kind: form.Number{Max: 4000, Unit: "px"}, Beside: true, When: custom},
		{Path: c + "edge", Label: "Slides in from", Kind: form.Choice{Default: "bottom", Options: form.Options("bottom", "top")}, When: of(model.Toaster)},
		{Path: c + "lightBox", Label: "Light box", Kind: form.Toggle{Yes: "dims the page behind it", No: "no"}, When: of(model.Overlay)},
		{Path: c + "html", Label: "HTML", Kind: form.Prose{Rows: 4, Hint: "instead of elements; no scripts"}, When: of(model.Overlay, model.Embedded)},
	}
	for _, f := range w.faceFields(c+"online", "", func() *model.Face { return w.face(model.Online) }) {
		f.When = both(f.When, drawn)
		out = append(out, f)
	}
	chat := func() bool {
		e := w.engagement()
		return e != nil && e.Type == model.Conversation && e.Channel == model.Chat
	}
	busy := func() bool { e := w.engagement(); return chat() && e.Format != model.Overlay }
	out = append(out, form.Field{Path: c + "offlineOff", Label: "While offline", Kind: form.Toggle{Inverted: true, Yes: "shown", No: "nothing is drawn"}, When: chat})
	for _, s := range []struct {
		path  string
		title string
		when  func() bool
		state model.Availability
	}{{c + "offline", "Offline: ", chat, model.Offline}, {c + "busy", "Busy: ", busy, model.Busy}} {
		has := func() bool { return s.when() && w.face(s.state) != nil }
		for _, f := range w.faceFields(s.path, s.title, func() *model.Face { return w.face(s.state) }) {
			f.When = both(f.When, has)
			out = append(out, f)
		}
	}
	return out
}

func both(a, b func() bool) func() bool {
	if a == nil {
		return b
	}
	return func() bool { return a() && b() }
}

// face is the creative of a state, nil where it has none of its own.
func (w *work) face(state model.Availability) *model.Face {
	e := w.engagement()
	switch {
	case e == nil:
		return nil
	case state == model.Offline:
		return e.Creative.Offline
	case state == model.Busy:
		return e.Creative.Busy
	}
	return &e.Creative.Online
}

// faceFields are those of the creative in one state.
func (w *work) faceFields(at, title string, face func() *model.Face) []form.Field {
	ground := func() string {
		if f := face(); f != nil {
			return f.Background
		}
		return ""
	}
	image := func() bool { f := face(); return f != nil && f.Image != "" }
	element := func(i int) model.Element {
		if f := face(); f != nil && i < len(f.Elements) {
			return f.Elements[i]
		}
		return model.Element{}
	}
	px := form.Number{Max: 4000, Unit: "px"}
	return []form.Field{
		{Path: at + ".width", Label: title + "Width", Kind: px},
		{Path: at + ".height", Label: "Height", Kind: px, Beside: true},
		{Path: at + ".margin", Label: "Margin", Kind: px, Beside: true},
		{Path: at + ".background", Label: title + "Background", Kind: form.Color{Transparent: true}},
		{Path: at + ".image", Label: title + "Image", Kind: form.Text{Hint: "https:// or a path of the site"}},
		{Path: at + ".imageFit", Label: "Image fit", Kind: form.Choice{Options: form.Options("repeat", "cover", "center"), Unset: "as it is"}, When: image},
		{Path: at + ".border.color", Label: title + "Border", Kind: form.Color{}},
		{Path: at + ".border.width", Label: "Border width", Kind: px},
		{Path: at + ".border.radius", Label: "Corner radius", Kind: px, Beside: true},
		{Path: at + ".elements", Label: title + "Elements", Kind: form.Records{Noun: "element",
			New: func() any { return model.Element{Kind: model.Label, Text: "Text"} },
			Title: func(i int) string {
				e := element(i)
				s := string(e.Kind)
				if e.Text != "" {
					s += ": " + e.Text
				}
				return s
			},
			Fields: func(at string, i int) []form.Field {
				against := func() string {
					if b := element(i).Background; b != "" && b != "transparent" {
						return b
					}
					return ground()
				}
				is := func(kinds ...model.ElementKind) func() bool {
					return func() bool {
						for _, k := range kinds {
							if element(i).Kind == k {
								return true
							}
						}
						return false
					}
				}
				words := is(model.Label, model.Button)
				return []form.Field{
					{Path: at + ".kind", Label: "Kind", Kind: form.Choice{Options: form.Options(model.Choices(model.ElementKind(""))...), Menu: true}},
					{Path: at + ".text", Label: "Text", Kind: form.Text{}},
					{Path: at + ".color", Label: "Color", Kind: form.Color{Against: against}},
					{Path: at + ".background", Label: "Ground", Kind: form.Color{Transparent: true}},
					{Path: at + ".image", Label: "Image", Kind: form.Text{Hint: "https:// or a path of the site"}},
					{Path: at + ".alt", Label: "Said of it", Kind: form.Text{Hint: "for who does not see it"}},
					{Path: at + ".left", Label: "Left", Kind: px},
					{Path: at + ".top", Label: "Top", Kind: px, Beside: true},
					{Path: at + ".width", Label: "Width", Kind: px},
					{Path: at + ".height", Label: "Height", Kind: px, Beside: true},
					{Path: at + ".font", Label: "Font", Kind: form.Text{}, When: words},
					{Path: at + ".fontSize", Label: "Size", Kind: px, When: words},
					{Path: at + ".bold", Label: "Bold", Kind: form.Toggle{}, Beside: true, When: words},
					{Path: at + ".heading", Label: "Heading", Kind: form.Number{Max: 6, Hint: "none"}, When: words},
					{Path: at + ".order", Label: "Announced as no.", Kind: form.Number{Max: 4000}},
					{Path: at + ".z", Label: "Stacking", Kind: form.Number{Max: 4000}, Beside: true},
				}
			}}},
	}
}

// surveyFields are those of one survey of a window.
func surveyFields(at, title string, survey func() *model.Survey) []form.Field {
	question := func(i int) model.Question {
		if s := survey(); s != nil && i < len(s.Questions) {
			return s.Questions[i]
		}
		return model.Question{}
	}
	return []form.Field{
		{Path: at + ".title", Label: title, Kind: form.Text{Hint: "the survey's heading"}},
		{Path: at + ".questions", Label: "Questions", Kind: form.Records{Noun: "question",
			New: func() any {
				n := 1
				if s := survey(); s != nil {
					n = len(s.Questions) + 1
				}
				id := unused(fmt.Sprintf("question-%d", n), func(id string) bool {
					s := survey()
					for i := range n - 1 {
						if s.Questions[i].ID == id {
							return true
						}
					}
					return false
				})
				return model.Question{ID: id, Type: model.TextField}
			},
			Title: func(i int) string { return question(i).Label },
			Fields: func(at string, i int) []form.Field {
				several := func() bool {
					t := question(i).Type
					return t == model.Dropdown || t == model.RadioButton || t == model.Checkbox
				}
				typed := func() bool { return question(i).Type == model.TextField || question(i).Type == model.TextArea }
				return []form.Field{
					{Path: at + ".label", Label: "Question", Kind: form.Text{}, Required: true},
					{Path: at + ".type", Label: "Answered by", Kind: form.Choice{Options: form.Options(model.Choices(model.QuestionType(""))...), Menu: true}},
					{Path: at + ".options", Label: "Options", Kind: form.List{Noun: "option"}, When: several},
					{Path: at + ".validation", Label: "Must be", Kind: form.Choice{Options: form.Options("email", "phone", "number"), Unset: "any text"}, When: typed},
					{Path: at + ".mandatory", Label: "Mandatory", Kind: form.Toggle{}},
					{Path: at + ".id", Label: "ID", Kind: form.Text{}},
				}
			}}},
	}
}
