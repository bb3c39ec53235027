package library

import (
	"maps"
	"slices"
	"strings"

	"beckon/model"
)

// world is the catalog as the screen knows it. The documents in it are shared
// and never changed; a change makes a new world, which shares all the rest.
type world struct {
	catalog   *model.Catalog
	versions  map[model.DocumentKey]Version
	documents map[model.DocumentKey]model.Document
}

func newWorld(c *model.Catalog, versions map[model.DocumentKey]Version) *world {
	docs := c.Documents()
	w := &world{catalog: c, versions: versions, documents: make(map[model.DocumentKey]model.Document, len(docs))}
	for _, d := range docs {
		if key := keyOf(d); w.documents[key] == nil {
			w.documents[key] = d
		}
	}
	return w
}

func keyOf(d model.Document) model.DocumentKey {
	h := d.Head()
	return model.DocumentKey{Kind: h.Kind, ID: h.ID}
}

// with is the world after changes of others, or our own. A version that is not
// newer than the known one changes nothing: our own write comes back with the
// news.
func (w *world) with(changes []Changed) *world {
	versions := maps.Clone(w.versions)
	if versions == nil {
		versions = map[model.DocumentKey]Version{}
	}
	c := *w.catalog
	last := map[model.DocumentKey]model.Document{} // nil: deleted
	for _, ch := range changes {
		key := model.DocumentKey{Kind: ch.Kind, ID: ch.ID}
		if v, known := versions[key]; known && ch.Version.Revision <= v.Revision {
			continue
		}
		versions[key] = ch.Version
		if ch.Document == nil {
			delete(versions, key)
		}
		c.Revision = max(c.Revision, ch.Version.Revision)
		if s, ok := ch.Document.(*model.Settings); ok {
			c.Settings = *s
			continue
		}
		last[key] = ch.Document
	}
	docs := maps.Clone(w.documents)
	for key, d := range last {
		if delete(docs, key); d != nil {
			docs[key] = d
		}
	}
	next := &world{catalog: replaced(&c, last), versions: versions, documents: docs}
	if s := &next.catalog.Settings; s.ID != "" {
		docs[keyOf(s)] = s
	}
	return next
}

// replaced is the catalog with some documents in the place of others; nil takes
// one away. The catalog that is given is changed, its lists are not.
func replaced(c *model.Catalog, last map[model.DocumentKey]model.Document) *model.Catalog {
	c.Goals = list(c.Goals, model.KindGoal, last)
	c.Audiences = list(c.Audiences, model.KindAudience, last)
	c.Schedules = list(c.Schedules, model.KindSchedule, last)
	c.Occasions = list(c.Occasions, model.KindOccasion, last)
	c.Windows = list(c.Windows, model.KindWindow, last)
	c.EntryPoints = list(c.EntryPoints, model.KindEntryPoint, last)
	c.Behaviors = list(c.Behaviors, model.KindBehavior, last)
	c.Templates = list(c.Templates, model.KindTemplate, last)
	c.Campaigns = list(c.Campaigns, model.KindCampaign, last)
	return c
}

func list[D model.Document](all []D, kind model.Kind, last map[model.DocumentKey]model.Document) []D {
	touched := false
	for key := range last {
		touched = touched || key.Kind == kind
	}
	if !touched {
		return all
	}
	out := make([]D, 0, len(all)+1)
	seen := map[string]bool{}
	for _, d := range all {
		id := d.Head().ID
		changed, ok := last[model.DocumentKey{Kind: kind, ID: id}]
		if !ok {
			out = append(out, d)
			continue
		}
		if n, is := changed.(D); is && !seen[id] {
			out = append(out, n)
		}
		seen[id] = true
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

// shelf lists the items of one library in the order of their IDs.
func (w *world) shelf(kind model.Kind) []model.Document {
	c := w.catalog
	switch kind {
	case model.KindGoal:
		return documents(c.Goals)
	case model.KindAudience:
		return documents(c.Audiences)
	case model.KindSchedule:
		return documents(c.Schedules)
	case model.KindOccasion:
		return documents(c.Occasions)
	case model.KindWindow:
		return documents(c.Windows)
	case model.KindEntryPoint:
		return documents(c.EntryPoints)
	case model.KindBehavior:
		return documents(c.Behaviors)
	case model.KindTemplate:
		return documents(c.Templates)
	}
	return nil
}

func documents[D model.Document](all []D) []model.Document {
	out := make([]model.Document, len(all))
	for i, d := range all {
		out[i] = d
	}
	return out
}

// survey is what only a look at the whole catalog tells of its items. It is
// made by a command: with ten thousand campaigns it takes longer than a frame.
type survey struct {
	w        *world
	index    *model.Index
	users    map[model.DocumentKey]int // engagements that a change touches
	problems map[model.DocumentKey][]model.Problem
}

func surveyOf(w *world) *survey {
	s := &survey{w: w, index: w.catalog.Index(), users: map[model.DocumentKey]int{}, problems: map[model.DocumentKey][]model.Problem{}}
	for _, shelf := range shelves() {
		for _, d := range w.shelf(shelf.kind) {
			key := keyOf(d)
			s.users[key] = len(s.index.UsedBy(key.Kind, key.ID))
			if p := s.index.ValidateDocument(d); len(p) > 0 {
				s.problems[key] = p
			}
		}
	}
	return s
}

// of is an index of a world: the survey's own where it is of that world.
func (s *survey) of(w *world) *model.Index {
	if s != nil && s.w == w {
		return s.index
	}
	return w.catalog.Index()
}
