package form

import (
	"regexp"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/edit"
)

// said is what a problem of the document says at its field. The model names
// fields and values as files write them; here they have the names that the
// screen gives them. What is wanted is left out where the field shows what there
// is to choose from: only what is lacking is said then.
func (f *Form) said(p model.Problem, at *stop) string {
	if p.Written == "" {
		return p.Message
	}
	var choices []Option
	if c, is := at.control.(interface{ options() []Option }); is {
		choices = c.options()
	}
	if lacking, is := strings.CutSuffix(p.Message, ": want "+p.Written); is && len(choices) > 0 {
		return lacking
	}
	names := writtenName.ReplaceAllStringFunc(p.Written, func(name string) string {
		if name == "or" || name == "and" {
			return name
		}
		return f.called(p.Path, name, choices)
	})
	return strings.Replace(p.Message, p.Written, names, 1)
}

// writtenName is one name of [model.Problem.Written].
var writtenName = regexp.MustCompile(`[^ ,]+`)

// called is what the form calls what files call so: one of the choices at a
// path, the way in which a condition is used, another condition, or a field
// beside the path or below it.
func (f *Form) called(path, name string, choices []Option) string {
	for _, o := range choices {
		if o.Value == name {
			return o.title()
		}
	}
	for _, h := range ways[edit.Path(path).Last().Field] {
		if slices.Equal(h.fields, []string{name}) {
			return strings.TrimSuffix(h.title, " is")
		}
	}
	if l, is := model.LeafNamed(name); is {
		return lower(l.Title)
	}
	for _, place := range []string{name, below(path, name), below(string(edit.Path(path).Parent()), name)} {
		for i := range f.stops {
			s := &f.stops[i]
			if s.caption != "" && s.key == place+"#caption" {
				return lower(s.caption)
			}
			if s.control == nil || s.path == "" || !within(s.path, place) {
				continue
			}
			if said := label(s); said != "" {
				return lower(strings.TrimSuffix(said, " is"))
			}
		}
	}
	return words(strings.ToLower(capital.ReplaceAllString(name, " $0")))
}

var capital = regexp.MustCompile(`[A-Z]+`)
