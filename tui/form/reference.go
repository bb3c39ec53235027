package form

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
)

// Reference is the ID of one library item. Enter lists the items, with what
// each says; typing searches.
type Reference struct {
	To model.Kind
	// None is what an empty reference means: "all skills"; "none" if empty.
	None string
	// Options replace those of World.Library.
	Options func() []Option
}

// References is a list of IDs.
type References struct {
	To      model.Kind
	Options func() []Option
}

// LibraryOf lists the items of a catalog for World.Library: every item of a
// kind by its name, with its description or what its condition says; for
// model.KindEngagement the engagements of all campaigns. A list is made once,
// when it is first asked for: fields ask at every key. Nobody changes it.
func LibraryOf(c *model.Catalog) func(model.Kind) []Option {
	made := map[model.Kind][]Option{}
	return func(kind model.Kind) []Option {
		list, ok := made[kind]
		if !ok {
			list = slices.Clip(optionsOf(c, kind)) // who appends makes a copy
			made[kind] = list
		}
		return list
	}
}

func optionsOf(c *model.Catalog, kind model.Kind) []Option {
	var out []Option
	if kind == model.KindEngagement {
		for _, k := range c.Campaigns {
			for _, e := range k.Engagements {
				out = append(out, Option{Value: k.Path(e), Title: e.Name, Group: k.Name, Detail: k.Path(e)})
			}
		}
		return out
	}
	for _, d := range c.Documents() {
		h := d.Head()
		if h.Kind != kind {
			continue
		}
		o := Option{Value: h.ID, Title: h.Name, Detail: h.Description, Key: h.ID}
		switch d := d.(type) {
		case *model.Audience:
			o.Detail = sentenceOf(d.When, "everyone", h.Description)
		case *model.Behavior:
			o.Detail = sentenceOf(d.When, "always", h.Description)
		case *model.EntryPoint:
			if o.Detail == "" {
				o.Detail = pagesOf(d)
			}
		case *model.Goal:
			if o.Detail == "" {
				o.Detail = words(string(d.Type))
			}
		}
		out = append(out, o)
	}
	return out
}

func sentenceOf(c model.Condition, always, description string) string {
	s := c.Sentence()
	if c.IsZero() {
		s = always
	}
	if description != "" {
		s = description + " (" + s + ")"
	}
	return s
}

func pagesOf(p *model.EntryPoint) string {
	if len(p.Include) == 0 {
		return "the entire website"
	}
	s := p.Include[0].Words()
	if len(p.Include) > 1 {
		s += " or others"
	}
	return s
}

// library is what a reference may point to.
func (f *Form) library(kind model.Kind, own func() []Option) func() []Option {
	return func() []Option {
		switch {
		case own != nil:
			return own()
		case f.world.Library != nil:
			return f.world.Library(kind)
		}
		return nil
	}
}

// adder is the "add new" of a kind, nil where there is none.
func (f *Form) adder(kind model.Kind) func(string, func(string)) tea.Cmd {
	if f.world.Add == nil || kind == "" || kind == model.KindEngagement {
		return nil
	}
	return func(name string, then func(string)) tea.Cmd { return f.world.Add(kind, name, then) }
}

// Referrer is what takes an item into the field of a path, as if it had just been
// added there; nil where no field of that path mentions any.
func (f *Form) Referrer(path string) func(id string) {
	for i := range f.stops {
		s := &f.stops[i]
		if s.path != path {
			continue
		}
		switch c := s.control.(type) {
		case *reference:
			return c.choose
		case *chips:
			return c.choose
		}
	}
	return nil
}

func titled(options func() []Option) func(string) string {
	return func(v string) string {
		list := options()
		if i := slices.IndexFunc(list, func(o Option) bool { return o.Value == v }); i >= 0 {
			return list[i].title()
		}
		return v + " (not there)"
	}
}

func (k References) stops(f *Form, at Field) []stop {
	options := f.library(k.To, k.Options)
	noun := words(string(k.To))
	if noun == "" {
		noun = "one"
	}
	if f.adder(k.To) != nil && at.Help == "" {
		at.Help = "Enter adds one of the library, or makes a new " + noun + "."
	}
	return List{Noun: noun, Closed: true, Options: options, Title: titled(options), new: f.adder(k.To)}.stops(f, at)
}

func (k Reference) stops(f *Form, at Field) []stop {
	r := keep(f, at.Path, func() *reference { return &reference{base: base{f: f, path: at.Path}, name: at.noun()} })
	r.kind, r.list, r.new = k, f.library(k.To, k.Options), f.adder(k.To)
	if r.new != nil && at.Help == "" {
		at.Help = "Enter chooses one of the library, or makes a new " + words(string(k.To)) + "."
	}
	return []stop{f.stopAt(at, at.Path, r)}
}

type reference struct {
	base
	kind Reference
	name string
	list func() []Option
	new  func(string, func(string)) tea.Cmd
	seen string
	word string // the name of what it points to
}

func (r *reference) load() {
	now, _ := r.f.value(r.path)
	word := ""
	if r.list != nil && now != "" {
		word = titled(r.list)(now)
	}
	if now != r.seen || word != r.word {
		r.seen, r.word = now, word
		r.changed()
	}
}

func (r *reference) options() []Option {
	var out []Option
	if r.kind.None != "" {
		out = append(out, Option{Title: r.kind.None})
	}
	return append(out, r.list()...)
}

func (r *reference) choose(value string) {
	switch {
	case value == r.seen:
	case value == "":
		r.f.step("clear "+r.name, clearing(r.path))
	default:
		r.f.step("change "+r.name, setting(r.path, value))
	}
}

func (r *reference) do(id action, arg any) (tea.Cmd, bool) {
	switch id {
	case keymap.Open, toggleField, keymap.Click, addRow:
		options := r.options()
		if len(options) == 0 && r.new == nil {
			r.f.warn("there is nothing to choose from yet")
			return nil, true
		}
		var add func(string) tea.Cmd
		if r.new != nil {
			add = func(name string) tea.Cmd { return r.new(name, r.choose) }
		}
		r.f.pickOrAdd("Choose "+r.name, "type to search", options, func(v string) tea.Cmd {
			r.choose(v)
			return nil
		}, words(string(r.kind.To)), add)
	case clearField:
		r.choose("")
	default:
		return nil, false
	}
	return nil, true
}

func (r *reference) draw(th *theme.Theme, w int, focused bool) picture {
	said, look := r.word, theme.Text
	switch {
	case r.seen == "" && r.kind.None != "":
		said, look = r.kind.None, theme.Muted
	case r.seen == "":
		said, look = "choose", theme.Placeholder
	case said == "":
		said = r.seen
	}
	said = text.Line(said, 200)
	s := frame.FitWith(said, min(frame.Width(said), max(1, w-2)), th.Ellipsis)
	if focused {
		return picture{rows: []string{th.Paint(theme.Selection, s+" "+th.Descending)}, caret: true}
	}
	return picture{rows: []string{th.Paint(look, s) + " " + th.Paint(theme.Muted, th.Descending)}}
}

// suggest makes what enter opens, and what is listed line by line, for a text
// with suggestions.
func (f *Form) suggest(label, what string) (open func(string, func(string)) tea.Cmd, listed func() []Option) {
	listed = func() []Option {
		if f.world.Suggest == nil {
			return nil
		}
		list := f.world.Suggest(what)
		out := make([]Option, len(list))
		for i, s := range list {
			out[i] = Option{Value: s}
		}
		return out
	}
	open = func(_ string, take func(string)) tea.Cmd {
		options := listed()
		if len(options) == 0 {
			f.warn("nothing to suggest; type it")
			return nil
		}
		f.pick(label, "type to search", options, func(v string) tea.Cmd {
			take(v)
			return nil
		})
		return nil
	}
	return open, listed
}
