package model_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
)

// An index over another answers as one that is made anew.
func TestAnIndexOverAnotherIsTheIndexOfTheWhole(t *testing.T) {
	t.Parallel()
	keyOf := func(d model.Document) model.DocumentKey {
		return model.DocumentKey{Kind: d.Head().Kind, ID: d.Head().ID}
	}
	rapid.Check(t, func(rt *rapid.T) {
		here, there := modeltest.Catalog(rt), modeltest.Catalog(rt)
		x := here.Index()
		whole := here
		for range rapid.IntRange(1, 3).Draw(rt, "layers") {
			var docs []model.Document
			var gone []model.DocumentKey
			written := map[model.DocumentKey]bool{}
			for _, d := range there.Documents() {
				if d.Head().Kind != model.KindSettings && rapid.Bool().Draw(rt, "written") {
					docs = append(docs, d)
					written[keyOf(d)] = true
				}
			}
			next := &model.Catalog{Settings: whole.Settings}
			for _, d := range whole.Documents() {
				switch key := keyOf(d); {
				case key.Kind == model.KindSettings || written[key]:
				case rapid.IntRange(0, 4).Draw(rt, "gone") == 0:
					gone = append(gone, key)
				default:
					next.Add(d)
				}
			}
			for _, d := range docs {
				next.Add(d)
			}
			next.Sort()
			x, whole = x.Over(next, docs, gone...), next
		}
		want := whole.Index()
		for _, d := range append(slices.Clone(here.Documents()), there.Documents()...) {
			key := keyOf(d)
			if a, b := x.Document(key.Kind, key.ID), want.Document(key.Kind, key.ID); key.Kind != model.KindSettings && a != b {
				rt.Fatalf("%v is %v, want %v", key, a, b)
			}
			if diff := cmp.Diff(want.Uses(key.Kind, key.ID), x.Uses(key.Kind, key.ID)); diff != "" && len(want.Uses(key.Kind, key.ID))+len(x.Uses(key.Kind, key.ID)) > 0 {
				rt.Fatalf("uses of %v (- want):\n%s", key, diff)
			}
			if diff := cmp.Diff(want.UsedBy(key.Kind, key.ID), x.UsedBy(key.Kind, key.ID)); diff != "" {
				rt.Fatalf("%v is used by (- want):\n%s", key, diff)
			}
			if diff := cmp.Diff(want.ValidateDocument(d), x.ValidateDocument(d)); diff != "" {
				rt.Fatalf("problems of %v (- want):\n%s", key, diff)
			}
			if k, ok := d.(*model.Campaign); ok {
				for _, e := range k.Engagements {
					kc, ke := want.Engagement(k.Path(e))
					if c, e := x.Engagement(k.Path(e)); c != kc || e != ke {
						rt.Fatalf("%v, want %v", e, ke)
					}
				}
			}
		}
	})
}
