package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	trafficscreen "beckon/tui/screen/traffic"
)

// mostFields of a changed object are told one by one.
const mostFields = 50

// differencesOf lists what two catalogs have otherwise, object by object in the
// order of kinds: an engagement is one of its own, and its campaign has changed
// only if something besides its engagements has.
func differencesOf(base, head *model.Catalog) []trafficscreen.Difference {
	was, is := objectsOf(base), objectsOf(head)
	var out []trafficscreen.Difference
	add := func(kind, id, name, how string, changes []edit.Change) {
		d := trafficscreen.Difference{Kind: kind, ID: text.Line(id, 100), Name: text.Line(cmp.Or(name, id), 80), How: how}
		for i, c := range changes {
			if i == mostFields {
				d.Fields = append(d.Fields, fmt.Sprintf("and %d more", len(changes)-i))
				break
			}
			d.Fields = append(d.Fields, text.Line(c.String(), 300))
		}
		out = append(out, d)
	}
	for key, before := range was {
		after, there := is[key]
		if !there {
			add(string(key.Kind), key.ID, before.Head().Name, trafficscreen.InBase, nil)
			continue
		}
		changes := edit.Diff(before, after)
		b, ok := before.(*model.Campaign)
		a, also := after.(*model.Campaign)
		if ok && also {
			changes = engagementsApart(b, a, changes, add)
		}
		if len(changes) > 0 {
			add(string(key.Kind), key.ID, after.Head().Name, trafficscreen.Otherwise, changes)
		}
	}
	for key, after := range is {
		if _, there := was[key]; !there {
			add(string(key.Kind), key.ID, after.Head().Name, trafficscreen.InHead, nil)
		}
	}
	slices.SortFunc(out, func(a, b trafficscreen.Difference) int {
		return cmp.Or(cmp.Compare(kindPlace(a.Kind), kindPlace(b.Kind)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// objectsOf are the documents of a catalog, its settings among them.
func objectsOf(c *model.Catalog) map[model.DocumentKey]model.Document {
	out := map[model.DocumentKey]model.Document{}
	settings := c.Settings
	for _, d := range append(c.Documents(), &settings) {
		h := d.Head()
		out[model.DocumentKey{Kind: h.Kind, ID: h.ID}] = d
	}
	return out
}

// kindPlace orders kinds: campaigns, their engagements, then what they share.
func kindPlace(kind string) int {
	return slices.Index(append([]model.Kind{model.KindCampaign, model.KindEngagement}, model.Kinds()...), model.Kind(kind))
}

// engagementsApart adds what differs in the engagements of a campaign, and
// returns the changes of the campaign itself.
func engagementsApart(before, after *model.Campaign, changes []edit.Change, add func(kind, id, name, how string, changes []edit.Change)) []edit.Change {
	var own []edit.Change
	of := map[string][]edit.Change{}
	for _, c := range changes {
		rest, ok := strings.CutPrefix(string(c.Path), "engagements[")
		place, field, _ := strings.Cut(rest, "]")
		i, err := strconv.Atoi(place)
		switch {
		case !ok || err != nil:
			own = append(own, c)
		case field == "" && (c.Action == edit.Added || c.Action == edit.Removed): // is told below
		case field == "", i >= len(after.Engagements):
			own = append(own, c)
		default:
			id := after.Engagements[i].ID
			of[id] = append(of[id], c)
		}
	}
	had := map[string]bool{}
	for i := range before.Engagements {
		e := before.Engagements[i]
		had[e.ID] = true
		if !slices.ContainsFunc(after.Engagements, func(x *model.Engagement) bool { return x.ID == e.ID }) {
			add(string(model.KindEngagement), before.ID+"/"+e.ID, e.Name, trafficscreen.InBase, nil)
		}
	}
	for i := range after.Engagements {
		switch e := after.Engagements[i]; {
		case !had[e.ID]:
			add(string(model.KindEngagement), after.ID+"/"+e.ID, e.Name, trafficscreen.InHead, nil)
		case len(of[e.ID]) > 0:
			add(string(model.KindEngagement), after.ID+"/"+e.ID, e.Name, trafficscreen.Otherwise, of[e.ID])
		}
	}
	return own
}
