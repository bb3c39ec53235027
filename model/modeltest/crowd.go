package modeltest

import (
	"fmt"

	"beckon/model"
)

// Crowd is a catalog made large for measurements: that many campaigns, and
// that many items spread over the eight libraries, all of them like those of
// the catalog given, which stays as it is. Every new campaign mentions items of
// its own number, so that references go all over the libraries.
func Crowd(c *model.Catalog, campaigns, items int) *model.Catalog {
	out := &model.Catalog{Revision: c.Revision, Settings: c.Settings}
	kinds := [...]model.Kind{model.KindAudience, model.KindGoal, model.KindAudience, model.KindSchedule, model.KindOccasion, model.KindWindow, model.KindEntryPoint, model.KindBehavior, model.KindTemplate}
	like := map[model.Kind][]model.Document{}
	for _, d := range c.Documents() {
		if k := d.Head().Kind; k != model.KindSettings {
			out.Add(d)
			like[k] = append(like[k], d)
		}
	}
	for i := range items {
		if kind := kinds[i%len(kinds)]; len(like[kind]) > 0 {
			out.Add(copyOf(like[kind][i%len(like[kind])], fmt.Sprintf("%s-%05d", kind, i/len(kinds))))
		}
	}
	each := items / len(kinds)
	id := func(kind model.Kind, n int) string { return fmt.Sprintf("%s-%05d", kind, n%max(1, each)) }
	for i := range campaigns - len(c.Campaigns) {
		k := *c.Campaigns[i%len(c.Campaigns)]
		k.ID, k.Name = fmt.Sprintf("campaign-%05d", i), fmt.Sprintf("%s %05d", k.Name, i)
		if each > 0 {
			k.Goal, k.Audiences = id(model.KindGoal, i), []string{id(model.KindAudience, i)}
			k.Engagements = append([]*model.Engagement(nil), k.Engagements...)
			for j := range k.Engagements {
				e := *k.Engagements[j]
				e.EntryPoints, e.Behaviors = []string{id(model.KindEntryPoint, i+j)}, []string{id(model.KindBehavior, i+j)}
				k.Engagements[j] = &e
			}
		}
		out.Add(&k)
	}
	out.Sort()
	return out
}

// copyOf is a document under another ID, its parts shared.
func copyOf(d model.Document, id string) model.Document {
	switch d := d.(type) {
	case *model.Goal:
		n := *d
		return named(&n, id)
	case *model.Audience:
		n := *d
		return named(&n, id)
	case *model.Schedule:
		n := *d
		return named(&n, id)
	case *model.Occasion:
		n := *d
		return named(&n, id)
	case *model.Window:
		n := *d
		n.Default = false
		return named(&n, id)
	case *model.EntryPoint:
		n := *d
		return named(&n, id)
	case *model.Behavior:
		n := *d
		return named(&n, id)
	case *model.Template:
		n := *d
		return named(&n, id)
	}
	return d
}

func named(d model.Document, id string) model.Document {
	h := d.Head()
	h.ID, h.Name = id, h.Name+" "+id
	return d
}
