package campaigns

import (
	"maps"
	"slices"
	"strings"

	"beckon/model"
)

// world is the catalog as the screen knows it. The documents in it are shared
// and never changed; a change makes a new world, which is cheap because it
// shares all the rest. All screens of a process may have the same.
type world struct {
	catalog  *model.Catalog
	versions map[string]Version // of campaigns, by ID
	place    map[string]int     // of campaigns in the catalog, by ID
	*ground
	derived
}

// ground is what campaigns stand on: the libraries, and the clock that schedules
// and settings make. While only campaigns change, worlds stand on the same, and
// what is said of another campaign stays.
type ground struct {
	library map[model.DocumentKey]model.Document
	frames  *model.TimeFrames
}

func newWorld(c *model.Catalog, versions map[string]Version) *world {
	w := &world{catalog: c, versions: versions, place: placesOfAll(c.Campaigns),
		ground: &ground{library: map[model.DocumentKey]model.Document{}, frames: c.TimeFrames()}}
	w.shelve(model.KindGoal, documents(c.Goals))
	w.shelve(model.KindAudience, documents(c.Audiences))
	w.shelve(model.KindSchedule, documents(c.Schedules))
	w.shelve(model.KindOccasion, documents(c.Occasions))
	w.shelve(model.KindWindow, documents(c.Windows))
	w.shelve(model.KindEntryPoint, documents(c.EntryPoints))
	w.shelve(model.KindBehavior, documents(c.Behaviors))
	w.shelve(model.KindTemplate, documents(c.Templates))
	return w
}

// placesOfAll are the places of campaigns in their list, by ID.
func placesOfAll(list []*model.Campaign) map[string]int {
	out := make(map[string]int, len(list))
	for i, k := range list {
		if _, twice := out[k.ID]; !twice {
			out[k.ID] = i
		}
	}
	return out
}

func documents[D model.Document](list []D) []model.Document {
	out := make([]model.Document, len(list))
	for i, d := range list {
		out[i] = d
	}
	return out
}

func (w *world) shelve(kind model.Kind, list []model.Document) {
	for _, d := range list {
		key := model.DocumentKey{Kind: kind, ID: d.Head().ID}
		if w.library[key] == nil {
			w.library[key] = d
		}
	}
}

// campaign finds a campaign, nil if there is none of the ID.
func (w *world) campaign(id string) *model.Campaign {
	if i, ok := w.place[id]; ok {
		return w.catalog.Campaigns[i]
	}
	return nil
}

// item finds a document of a library, nil if there is none.
func item[D model.Document](w *world, kind model.Kind, id string) (d D, ok bool) {
	d, ok = w.library[model.DocumentKey{Kind: kind, ID: id}].(D)
	return d, ok
}

// with is the world after others' changes, or our own. A campaign's version
// that is not newer than the known one changes nothing: our own write comes
// back with the news.
func (w *world) with(changes []Changed) *world {
	c := *w.catalog
	versions := maps.Clone(w.versions)
	if versions == nil {
		versions = map[string]Version{}
	}
	last := map[model.DocumentKey]model.Document{} // nil: deleted
	same := true                                   // ground
	for _, ch := range changes {
		same = same && ch.Kind == model.KindCampaign
		if ch.Kind == model.KindCampaign {
			if v, known := versions[ch.ID]; known && ch.Version.Revision <= v.Revision {
				continue
			}
			versions[ch.ID] = ch.Version
			if ch.Document == nil {
				delete(versions, ch.ID)
			}
		}
		if s, ok := ch.Document.(*model.Settings); ok {
			c.Settings = *s
			continue
		}
		last[model.DocumentKey{Kind: ch.Kind, ID: ch.ID}] = ch.Document
		c.Revision = max(c.Revision, ch.Version.Revision)
	}
	c.Goals = replaced(c.Goals, model.KindGoal, last)
	c.Audiences = replaced(c.Audiences, model.KindAudience, last)
	c.Schedules = replaced(c.Schedules, model.KindSchedule, last)
	c.Occasions = replaced(c.Occasions, model.KindOccasion, last)
	c.Windows = replaced(c.Windows, model.KindWindow, last)
	c.EntryPoints = replaced(c.EntryPoints, model.KindEntryPoint, last)
	c.Behaviors = replaced(c.Behaviors, model.KindBehavior, last)
	c.Templates = replaced(c.Templates, model.KindTemplate, last)
	c.Campaigns = replaced(c.Campaigns, model.KindCampaign, last)
	next := &world{catalog: &c, versions: versions, place: w.place, ground: w.ground}
	if !slices.EqualFunc(c.Campaigns, w.catalog.Campaigns, func(a, b *model.Campaign) bool { return a.ID == b.ID }) {
		next.place = placesOfAll(c.Campaigns)
	}
	if same {
		return next
	}
	next.ground = &ground{library: maps.Clone(w.library), frames: c.TimeFrames()}
	for key, d := range last {
		if delete(next.library, key); d != nil && key.Kind != model.KindCampaign {
			next.library[key] = d
		}
	}
	return next
}

// replaced is a list with the changed documents of its kind; the list itself
// is shared with other worlds and stays as it is.
func replaced[D model.Document](list []D, kind model.Kind, last map[model.DocumentKey]model.Document) []D {
	touched := false
	for key := range last {
		touched = touched || key.Kind == kind
	}
	if !touched {
		return list
	}
	out := make([]D, 0, len(list)+1)
	seen := map[string]bool{}
	for _, d := range list {
		id := d.Head().ID
		if changed, ok := last[model.DocumentKey{Kind: kind, ID: id}]; ok {
			if n, is := changed.(D); is && !seen[id] {
				out = append(out, n)
			}
			seen[id] = true
			continue
		}
		out = append(out, d)
	}
	before := len(out)
	for key, d := range last {
		if n, is := d.(D); is && key.Kind == kind && !seen[key.ID] {
			out = append(out, n)
		}
	}
	if len(out) == before {
		return out
	}
	slices.SortStableFunc(out, func(a, b D) int { return strings.Compare(a.Head().ID, b.Head().ID) })
	return out
}

// findings are the problems of a catalog, by the document that they are about.
type findings map[model.DocumentKey][]model.Problem

func findingsOf(problems []model.Problem) findings {
	out := findings{}
	for _, p := range problems {
		key := model.DocumentKey{Kind: p.Kind, ID: p.ID}
		out[key] = append(out[key], p)
	}
	return out
}

// of gives what is wrong with a campaign and with the library items that it
// uses, its own first.
func (f findings) of(w *world, k *model.Campaign) []model.Problem {
	if len(f) == 0 {
		return nil
	}
	var out []model.Problem
	seen := map[model.DocumentKey]bool{}
	var follow func(model.DocumentKey, model.Document)
	follow = func(key model.DocumentKey, d model.Document) {
		if d == nil || seen[key] {
			return
		}
		seen[key] = true
		out = append(out, f[key]...)
		for _, r := range model.References(d) {
			next := model.DocumentKey{Kind: r.Kind, ID: r.ID}
			follow(next, w.library[next])
		}
	}
	follow(model.DocumentKey{Kind: model.KindCampaign, ID: k.ID}, k)
	return out
}

// tally counts problems by severity.
func tally(problems []model.Problem) (failures, warnings int) {
	for _, p := range problems {
		if p.Severity == model.Error {
			failures++
		} else {
			warnings++
		}
	}
	return failures, warnings
}
