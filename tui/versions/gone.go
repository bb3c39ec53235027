package versions

import (
	"slices"

	"beckon/model"
	"beckon/model/gallery"
	"beckon/model/text"
)

// Gone lists what a document mentions and a catalog does not have any more,
// each once, in the words that noun has for kinds.
func Gone(d model.Document, find *model.Index, noun func(model.Kind) string) []string {
	var out []string
	for _, r := range model.References(d) {
		there := find.Document(r.Kind, r.ID) != nil
		switch r.Kind {
		case model.KindEngagement:
			_, e := find.Engagement(r.ID)
			there = e != nil
		case model.KindTemplate:
			there = there || slices.ContainsFunc(gallery.Templates(), func(t *model.Template) bool { return t.ID == r.ID })
		}
		if name := "the " + noun(r.Kind) + " " + text.Line(r.ID, 64); !there && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
