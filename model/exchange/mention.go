package exchange

import (
	"strings"

	"beckon/model"
)

// mentions calls visit for every reference of a document, in the order of
// [model.References], with a pointer through which it may be renamed.
func mentions(d model.Document, visit func(k model.Kind, id *string)) {
	one := func(k model.Kind, id *string) {
		if *id != "" {
			visit(k, id)
		}
	}
	many := func(k model.Kind, ids []string) {
		for i := range ids {
			one(k, &ids[i])
		}
	}
	switch d := d.(type) {
	case *model.Campaign:
		one(model.KindGoal, &d.Goal)
		many(model.KindAudience, d.Audiences)
		one(model.KindSchedule, &d.TimeFrame.Schedule)
		many(model.KindOccasion, d.TimeFrame.Occasions)
		for _, e := range d.Engagements {
			if e == nil {
				continue
			}
			many(model.KindEntryPoint, e.EntryPoints)
			many(model.KindBehavior, e.Behaviors)
			one(model.KindWindow, &e.Window)
			one(model.KindTemplate, &e.Template)
		}
	case *model.Audience:
		inCondition(&d.When, 0, many)
	case *model.Behavior:
		inCondition(&d.When, 0, many)
	}
}

func inCondition(c *model.Condition, depth int, many func(model.Kind, []string)) {
	if depth > model.MaxDepth {
		return
	}
	for _, group := range [][]model.Condition{c.All, c.Any, c.Exclude} {
		for i := range group {
			inCondition(&group[i], depth+1, many)
		}
	}
	if t := c.TimeOnEntryPoint; t != nil {
		many(model.KindEntryPoint, t.EntryPoints)
	}
	if v := c.Visited; v != nil {
		many(model.KindEntryPoint, v.EntryPoints)
	}
	if e := c.Engaged; e != nil {
		many(model.KindEngagement, e.Engagements)
	}
}

// renames says which documents go by another ID from now on.
type renames map[model.DocumentKey]string

// of returns the ID that a reference has from now on. An engagement goes with
// its campaign.
func (r renames) of(k model.Kind, id string) string {
	if k == model.KindEngagement {
		campaign, engagement, ok := strings.Cut(id, "/")
		if to := r[model.DocumentKey{Kind: model.KindCampaign, ID: campaign}]; ok && to != "" {
			return to + "/" + engagement
		}
		return id
	}
	if to := r[model.DocumentKey{Kind: k, ID: id}]; to != "" {
		return to
	}
	return id
}

// in renames every reference of a document.
func (r renames) in(d model.Document) {
	mentions(d, func(k model.Kind, id *string) { *id = r.of(k, *id) })
}

// touch reports whether a document mentions something renamed.
func (r renames) touch(d model.Document) bool {
	found := false
	mentions(d, func(k model.Kind, id *string) { found = found || r.of(k, *id) != *id })
	return found
}
