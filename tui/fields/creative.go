package fields

import (
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/tui/form"
)

// creative is what is drawn of an engagement or a template.
type creative struct {
	at     string // its path
	doc    func() model.Document
	of     func() *model.Creative // nil while there is none
	format func() model.Format
	chat   func() bool // the state of the agents counts
}

// where shows a field for some formats, or where it holds something.
func (c creative) where(path string, formats ...model.Format) func() bool {
	return func() bool { return slices.Contains(formats, c.format()) || given(c.doc(), path) }
}

// drawn tells whether it is made of elements and not of HTML.
func (c creative) drawn() bool { k := c.of(); return k != nil && k.HTML == "" }

// place lists where it stands on the page.
func (c creative) place() []form.Field {
	at := c.at + "."
	custom := func(path string) func() bool {
		return func() bool { k := c.of(); return k != nil && k.Position == model.CustomPlace || given(c.doc(), path) }
	}
	return []form.Field{
		{Path: at + "position", Label: "Position", Kind: form.Choice{Options: choices(model.Creative{}, "position"), Unset: "the format's own", Menu: true},
			When: func() bool { return c.format() != model.Embedded || given(c.doc(), at+"position") }},
		{Path: at + "left", Label: "Left", Kind: pixels, When: custom(at + "left")},
		{Path: at + "top", Label: "Top", Kind: pixels, Beside: true, When: custom(at + "top")},
		{Path: at + "edge", Label: "Slides in from", Kind: form.Choice{Default: "bottom", Options: choices(model.Creative{}, "edge")}, When: c.where(at+"edge", model.Toaster)},
		{Path: at + "lightBox", Label: "Light box", Kind: form.Toggle{Yes: "dims the page behind it", No: "no"}, When: c.where(at+"lightBox", model.Overlay)},
		{Path: at + "html", Label: "HTML", Kind: form.Prose{Rows: 4, Hint: "instead of elements; no scripts"}, When: c.where(at+"html", model.Overlay, model.Embedded)},
	}
}

// online lists what is drawn while agents are there, and of content.
func (c creative) online(title string) []form.Field {
	out := c.fields(c.at+".online", title, model.Online)
	for i := range out {
		out[i].When = both(out[i].When, c.drawn)
	}
	return out
}

// away says whether anything is drawn while nobody is there.
func (c creative) away() []form.Field {
	path := c.at + ".offlineOff"
	return []form.Field{{Path: path, Label: "While offline", Kind: form.Toggle{Inverted: true, Yes: "shown", No: "nothing is drawn"},
		When: func() bool { return c.chat() || given(c.doc(), path) }}}
}

// face is what is drawn in a state, nil where it has none of its own.
func (c creative) face(state model.Availability) *model.Face {
	k := c.of()
	switch {
	case k == nil:
		return nil
	case state == model.Offline:
		return k.Offline
	case state == model.Busy:
		return k.Busy
	}
	return &k.Online
}

func both(a, b func() bool) func() bool {
	if a == nil {
		return b
	}
	return func() bool { return a() && b() }
}

var pixels = form.Number{Max: 4000, Unit: "px"}

const imageHint = "such as https://shop.example/tent.png"

// fields are those of what is drawn in one state.
func (c creative) fields(at, title string, state model.Availability) []form.Field {
	image := func() bool { f := c.face(state); return f != nil && (f.Image != "" || f.ImageFit != "") }
	element := func(i int) model.Element {
		if f := c.face(state); f != nil && i < len(f.Elements) {
			return f.Elements[i]
		}
		return model.Element{}
	}
	ground := func(i int) string {
		if b := element(i).Background; b != "" && b != "transparent" {
			return b
		}
		if f := c.face(state); f != nil {
			return f.Background
		}
		return ""
	}
	return []form.Field{
		{Path: at + ".width", Label: title + "Width", Kind: pixels},
		{Path: at + ".height", Label: "Height", Kind: pixels, Beside: true},
		{Path: at + ".margin", Label: "Margin", Kind: pixels, Beside: true},
		{Path: at + ".background", Label: title + "Background", Kind: form.Color{Transparent: true}},
		{Path: at + ".image", Label: title + "Image", Kind: form.Text{Hint: imageHint}},
		{Path: at + ".imageFit", Label: "Image fit", Kind: form.Choice{Options: choices(model.Face{}, "imageFit"), Unset: "as it is"}, When: image},
		{Path: at + ".border.color", Label: title + "Border", Kind: form.Color{}},
		{Path: at + ".border.width", Label: "Border width", Kind: pixels},
		{Path: at + ".border.radius", Label: "Corner radius", Kind: pixels, Beside: true},
		{Path: at + ".elements", Label: title + "Elements", Kind: form.Records{Noun: "element",
			New: func() any { return model.Element{Kind: model.Label, Text: "Text"} },
			Title: func(i int) string {
				e := element(i)
				if e.Text == "" {
					return string(e.Kind)
				}
				return string(e.Kind) + ": " + e.Text
			},
			Fields: func(at string, i int) []form.Field { return elementFields(at, i, element, ground) }}},
	}
}

func elementFields(at string, i int, element func(int) model.Element, ground func(int) string) []form.Field {
	words := func(given func(model.Element) bool) func() bool {
		return func() bool {
			e := element(i)
			return e.Kind == model.Label || e.Kind == model.Button || given(e)
		}
	}
	return []form.Field{
		{Path: at + ".kind", Label: "Kind", Required: true, Kind: form.Choice{Options: choices(model.Element{}, "kind"), Menu: true}},
		{Path: at + ".text", Label: "Text", Kind: form.Prose{Rows: 1}},
		{Path: at + ".color", Label: "Color", Kind: form.Color{Against: func() string { return ground(i) }}},
		{Path: at + ".background", Label: "Background", Kind: form.Color{Transparent: true}},
		{Path: at + ".image", Label: "Image", Kind: form.Text{Hint: imageHint}},
		{Path: at + ".alt", Label: "Alt text", Kind: form.Text{Hint: "for who does not see it"}},
		{Path: at + ".left", Label: "Left", Kind: pixels},
		{Path: at + ".top", Label: "Top", Kind: pixels, Beside: true},
		{Path: at + ".width", Label: "Width", Kind: pixels},
		{Path: at + ".height", Label: "Height", Kind: pixels, Beside: true},
		{Path: at + ".font", Label: "Font", Kind: form.Text{}, Width: 30, When: words(func(e model.Element) bool { return e.Font != "" })},
		{Path: at + ".fontSize", Label: "Font size", Kind: pixels, When: words(func(e model.Element) bool { return e.FontSize != 0 })},
		{Path: at + ".bold", Label: "Bold", Kind: form.Toggle{}, Beside: true, When: words(func(e model.Element) bool { return e.Bold })},
		{Path: at + ".heading", Label: "Heading", Kind: form.Number{Max: 6, Hint: "none"}, When: words(func(e model.Element) bool { return e.Heading != 0 })},
		{Path: at + ".order", Label: "Announced as no.", Kind: form.Number{Max: 4000}},
		{Path: at + ".z", Label: "Stacking", Kind: form.Number{Max: 4000}, Beside: true},
	}
}

// template lists the sections of a template.
func (it Item) template() []form.Section {
	now := func() *model.Template {
		if t, ok := it.Now().(*model.Template); ok {
			return t
		}
		return &model.Template{}
	}
	c := creative{at: "creative", doc: it.Now, of: func() *model.Creative { return &now().Creative },
		format: func() model.Format { return now().Format }, chat: func() bool { return now().Type == model.Conversation }}
	out := []form.Section{
		{Title: "Template", Fields: []form.Field{
			{Path: "format", Label: "Format", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.Template{}, "format")}},
			{Path: "type", Label: "Type", Required: true, Kind: form.Choice{Options: choices(model.Template{}, "type")}},
			{Path: "useCase", Label: "Use case", Kind: form.Text{}, Width: 40},
			{Path: "style", Label: "Style", Kind: form.Text{}, Width: 40},
			{Path: "size", Label: "Size", Kind: form.Text{}, Width: 40},
		}},
		{Title: "Creative", Fields: append(c.place(), c.away()...)},
		{Title: "Online", Fields: c.online("")},
	}
	for _, s := range []model.Availability{model.Offline, model.Busy} {
		sec := form.Section{Title: strings.ToUpper(string(s[:1])) + string(s[1:]), Fields: c.fields("creative."+string(s), "", s)}
		sec.Help = it.optional("A creative of its own once it has something.")
		shown := func() bool { return c.chat() || c.face(s) != nil }
		for i := range sec.Fields {
			sec.Fields[i].When = both(sec.Fields[i].When, shown)
		}
		out = append(out, sec)
	}
	return out
}

// number is the path of an element of a list.
func number(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
