package gallery

import (
	"embed"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"sync"

	"beckon/model"
)

//go:embed templates
var files embed.FS

// built reads the templates when they are first asked for: most runs of the
// program never open the gallery.
var built = sync.OnceValue(func() []*model.Template {
	names, err := fs.Glob(files, "templates/*.yaml")
	if err != nil {
		panic("the gallery's pattern: " + err.Error())
	}
	var all []*model.Template
	for _, name := range names {
		templates, err := read(name)
		if err != nil {
			panic("the gallery as built: " + err.Error())
		}
		all = append(all, templates...)
	}
	slices.SortStableFunc(all, func(a, b *model.Template) int {
		if n := slices.Index(model.Formats(), a.Format) - slices.Index(model.Formats(), b.Format); n != 0 {
			return n
		}
		if n := typeOrder(a.Type) - typeOrder(b.Type); n != 0 {
			return n
		}
		return rank(a) - rank(b)
	})
	return all
})

func read(name string) ([]*model.Template, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the gallery: %w", err)
	}
	docs, err := model.DecodeDocuments(name, data)
	if err != nil {
		return nil, fmt.Errorf("reading the gallery: %w", err)
	}
	out := make([]*model.Template, len(docs))
	for i, d := range docs {
		t, ok := d.Document.(*model.Template)
		if !ok {
			return nil, fmt.Errorf("reading the gallery: %s is no template", d.Source)
		}
		out[i] = t
	}
	return out, nil
}

func typeOrder(t model.EngagementType) int {
	if t == model.Conversation {
		return 0
	}
	return 1
}

// rank puts the use cases in their order, then the blank one, then HTML.
func rank(t *model.Template) int {
	cases := UseCases(t.Type)
	switch i := slices.Index(cases, t.UseCase); {
	case i >= 0:
		return i
	case t.Creative.HTML == "":
		return len(cases)
	}
	return len(cases) + 1
}

// Templates returns the built-in templates: by format as in [model.Formats],
// conversation before content, use cases in their order, then the blank one
// and HTML. They are the caller's own copies.
func Templates() []*model.Template {
	all := built()
	out := make([]*model.Template, len(all))
	for i, t := range all {
		c := *t
		c.Creative = clone(t.Creative)
		out[i] = &c
	}
	return out
}

// UseCases lists the use cases of a type in the order in which the gallery
// offers them; those of both types for the zero type. Domain 2.4.
func UseCases(t model.EngagementType) []string {
	conversation := []string{"Banking and finance", "e-Commerce", "Education", "Gaming", "General", "Health", "Technology", "Travel"}
	content := []string{"Support and services", "Sales", "Discounts", "Seasons", "Promotions", "Travel", "Holiday specials"}
	switch t {
	case model.Conversation:
		return conversation
	case model.Content:
		return content
	}
	for _, c := range content {
		if !slices.Contains(conversation, c) {
			conversation = append(conversation, c)
		}
	}
	return conversation
}

// Styles of the built-in templates. "Blank" is to design one's own, "HTML" to
// write it.
func Styles() []string { return []string{"Natural", "Plain", "Bright", "Blank", "HTML"} }

// Sizes of the built-in templates; what they measure depends on the format.
func Sizes() []string { return []string{"small", "medium", "large"} }

// Filter narrows templates, built-in ones and those of a library. A field left
// zero lets all through. A template without a use case or size, as the blank
// and HTML ones are, serves every one.
type Filter struct {
	Format  model.Format
	Type    model.EngagementType
	UseCase string
	Style   string
	Size    string
}

// Match reports whether the filter lets a template through.
func (f Filter) Match(t *model.Template) bool {
	fits := func(want, has string) bool { return want == "" || has == "" || want == has }
	return (f.Format == "" || f.Format == t.Format) && (f.Type == "" || f.Type == t.Type) &&
		fits(f.UseCase, t.UseCase) && (f.Style == "" || f.Style == t.Style) && fits(f.Size, t.Size)
}

// Select returns the templates that the filter lets through, in their order.
func (f Filter) Select(templates []*model.Template) []*model.Template {
	var out []*model.Template
	for _, t := range templates {
		if f.Match(t) {
			out = append(out, t)
		}
	}
	return out
}

// BuiltIn reports whether a template is one of the gallery's, unchanged. A
// template of a library that began as one and was changed is the library's.
func BuiltIn(t *model.Template) bool {
	return slices.ContainsFunc(built(), func(b *model.Template) bool { return b.ID == t.ID && reflect.DeepEqual(b, t) })
}
