package model

import (
	"cmp"
	"slices"
	"strings"
)

// KindEngagement names an engagement in a [Reference] and a [Use]; its ID is
// the path "campaign/engagement". It is no kind of document.
const KindEngagement Kind = "engagement"

// Reference is one document's mention of another.
type Reference struct {
	// Path is the field that holds the mention.
	Path string
	Kind Kind
	ID   string
}

// References lists what a document mentions, in the order of its fields.
// Fields left empty are not mentions.
func References(d Document) []Reference {
	var r references
	switch d := d.(type) {
	case *Campaign:
		r.one("goal", KindGoal, d.Goal)
		r.many("audiences", KindAudience, d.Audiences)
		r.one("timeFrame.schedule", KindSchedule, d.TimeFrame.Schedule)
		r.many("timeFrame.occasions", KindOccasion, d.TimeFrame.Occasions)
		for i, e := range d.Engagements {
			if e == nil {
				continue
			}
			at := indexed("engagements", i)
			r.many(at+".entryPoints", KindEntryPoint, e.EntryPoints)
			r.many(at+".behaviors", KindBehavior, e.Behaviors)
			r.one(at+".window", KindWindow, e.Window)
			r.one(at+".template", KindTemplate, e.Template)
		}
	case *Audience:
		r.condition("when", &d.When, 0)
	case *Behavior:
		r.condition("when", &d.When, 0)
	}
	return r
}

type references []Reference

func (r *references) one(path string, k Kind, id string) {
	if id != "" {
		*r = append(*r, Reference{path, k, id})
	}
}

func (r *references) many(path string, k Kind, ids []string) {
	for i, id := range ids {
		r.one(indexed(path, i), k, id)
	}
}

func (r *references) condition(path string, c *Condition, depth int) {
	if depth > MaxDepth {
		return
	}
	for _, g := range c.groups() {
		for i := range g.children {
			r.condition(indexed(path+"."+g.name, i), &g.children[i], depth+1)
		}
	}
	if t := c.TimeOnEntryPoint; t != nil {
		r.many(path+".timeOnEntryPoint.entryPoints", KindEntryPoint, t.EntryPoints)
	}
	if v := c.Visited; v != nil {
		r.many(path+".visited.entryPoints", KindEntryPoint, v.EntryPoints)
	}
	if e := c.Engaged; e != nil {
		r.many(path+".engaged.engagements", KindEngagement, e.Engagements)
	}
}

func indexed(path string, i int) string { return string(appendIndex([]byte(path), i)) }

// Use is one place where an item is used.
type Use struct {
	// Kind and ID name the document that uses the item.
	Kind Kind
	ID   string
	// Engagement is the path "campaign/engagement" of the engagement that uses
	// it, empty where the document itself does.
	Engagement string
	// Path is the field.
	Path string
}

// Index finds documents, engagements and uses of a catalog as it stood when
// [Catalog.Index] made it. Where two documents of a kind share an ID, it finds
// the first.
type Index struct {
	catalog     *Catalog
	names       map[DocumentKey][]string // IDs by name
	documents   map[DocumentKey]Document
	engagements map[string]indexedEngagement
	uses        map[DocumentKey][]Use
	// under is an index of other documents, of which some are replaced: by those
	// of this one, or by nothing.
	under    *Index
	replaced map[DocumentKey]bool
}

type indexedEngagement struct {
	campaign   *Campaign
	engagement *Engagement
}

// Index makes an index of the catalog.
func (c *Catalog) Index() *Index { return newIndex(c, sorted(c)) }

// Over is the index of a catalog that is the one of this index with documents
// in place of those of their IDs, or besides, and without those that are gone.
// It looks at these alone, so that it costs little among many.
func (x *Index) Over(c *Catalog, docs []Document, gone ...DocumentKey) *Index {
	under, replaced, over := x, map[DocumentKey]bool{}, &Catalog{}
	for _, key := range gone {
		replaced[key] = true
	}
	for _, d := range docs {
		replaced[DocumentKey{kindOf(d), d.Head().ID}] = true
		over.Add(d)
	}
	if x.under != nil { // one layer over another makes one
		under = x.under
		for key, d := range x.documents {
			if !replaced[key] {
				over.Add(d)
			}
		}
		for key := range x.replaced {
			replaced[key] = true
		}
	}
	out := newIndex(c, sorted(over))
	out.under, out.replaced = under, replaced
	return out
}

func newIndex(c *Catalog, docs []Document) *Index {
	x := &Index{catalog: c, names: map[DocumentKey][]string{}, documents: map[DocumentKey]Document{}, engagements: map[string]indexedEngagement{}, uses: map[DocumentKey][]Use{}}
	for _, d := range docs {
		key := DocumentKey{kindOf(d), d.Head().ID}
		if x.documents[key] == nil {
			x.documents[key] = d
		}
		name := nameKey(key.Kind, d.Head().Name)
		x.names[name] = append(x.names[name], key.ID)
		campaign, _ := d.(*Campaign)
		if campaign != nil {
			for _, e := range campaign.Engagements {
				if e == nil {
					continue
				}
				if path := campaign.Path(e); x.engagements[path].engagement == nil {
					x.engagements[path] = indexedEngagement{campaign, e}
				}
			}
		}
		for _, r := range References(d) {
			use := Use{Kind: key.Kind, ID: key.ID, Path: r.Path}
			if i := engagementAt(r.Path); campaign != nil && i >= 0 {
				use.Engagement = campaign.Path(campaign.Engagements[i])
			}
			to := DocumentKey{r.Kind, r.ID}
			x.uses[to] = append(x.uses[to], use)
		}
	}
	return x
}

// engagementAt returns the index in a path that begins "engagements[2]", or -1.
func engagementAt(path string) int {
	rest, ok := strings.CutPrefix(path, "engagements[")
	if !ok {
		return -1
	}
	digits, _, _ := strings.Cut(rest, "]")
	i, ok := wholeNumber(digits)
	if !ok {
		return -1
	}
	return int(i)
}

// Document returns a document, or nil.
func (x *Index) Document(k Kind, id string) Document {
	key := DocumentKey{k, id}
	if d := x.documents[key]; d != nil || x.under == nil || x.replaced[key] {
		return d
	}
	return x.under.documents[key]
}

// Goal returns a goal, or nil.
func (x *Index) Goal(id string) *Goal { return find[*Goal](x, KindGoal, id) }

// Audience returns an audience, or nil.
func (x *Index) Audience(id string) *Audience { return find[*Audience](x, KindAudience, id) }

// Schedule returns a schedule, or nil.
func (x *Index) Schedule(id string) *Schedule { return find[*Schedule](x, KindSchedule, id) }

// Occasion returns a list of special occasions, or nil.
func (x *Index) Occasion(id string) *Occasion { return find[*Occasion](x, KindOccasion, id) }

// Window returns a window, or nil.
func (x *Index) Window(id string) *Window { return find[*Window](x, KindWindow, id) }

// EntryPoint returns an entry point, or nil.
func (x *Index) EntryPoint(id string) *EntryPoint { return find[*EntryPoint](x, KindEntryPoint, id) }

// Behavior returns a behavior, or nil.
func (x *Index) Behavior(id string) *Behavior { return find[*Behavior](x, KindBehavior, id) }

// Template returns a template, or nil.
func (x *Index) Template(id string) *Template { return find[*Template](x, KindTemplate, id) }

// Campaign returns a campaign, or nil.
func (x *Index) Campaign(id string) *Campaign { return find[*Campaign](x, KindCampaign, id) }

func find[D Document](x *Index, k Kind, id string) D {
	d, _ := x.Document(k, id).(D)
	return d
}

// Engagement returns an engagement by its path "campaign/engagement" and its
// campaign, or nils.
func (x *Index) Engagement(path string) (*Campaign, *Engagement) {
	e := x.engagements[path]
	if e.engagement == nil && x.under != nil {
		if e = x.under.engagements[path]; e.campaign != nil && x.replaced[DocumentKey{KindCampaign, e.campaign.ID}] {
			e = indexedEngagement{} // its campaign does not have it any more
		}
	}
	return e.campaign, e.engagement
}

// named lists the IDs of the documents of a name, in the order of the catalog.
func (x *Index) named(name DocumentKey) []string {
	if x.under == nil {
		return x.names[name]
	}
	out := slices.Clone(x.names[name])
	for _, id := range x.under.names[name] {
		if !x.replaced[DocumentKey{name.Kind, id}] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// nearest finds what a mistyped ID most likely means.
func (x *Index) nearest(k Kind, id string) string {
	if k == KindEngagement {
		return nearestOf(x, id, func(x *Index) map[string]indexedEngagement { return x.engagements }, func(path string) string {
			if _, e := x.Engagement(path); e == nil {
				return ""
			}
			return path
		})
	}
	return nearestOf(x, id, func(x *Index) map[DocumentKey]Document { return x.documents }, func(key DocumentKey) string {
		if key.Kind != k || x.Document(k, key.ID) == nil {
			return ""
		}
		return key.ID
	})
}

// nearestOf looks through the keys of a map of an index and of the one under
// it. Of names that are equally near it finds the first by the alphabet.
func nearestOf[K comparable, V any](x *Index, id string, in func(*Index) map[K]V, name func(K) string) string {
	n := newNearness(id)
	n.unordered = true
	for at := x; at != nil; at = at.under {
		for key := range in(at) {
			if s := name(key); s != "" {
				n.try(s)
			}
		}
	}
	return n.found
}

// Uses tells where a document is used, in the order of the catalog. For
// [KindEngagement] the ID is the engagement's path.
func (x *Index) Uses(k Kind, id string) []Use {
	key := DocumentKey{k, id}
	if x.under == nil {
		return x.uses[key]
	}
	out := slices.Clone(x.uses[key])
	for _, u := range x.under.uses[key] {
		if !x.replaced[DocumentKey{u.Kind, u.ID}] {
			out = append(out, u)
		}
	}
	order := Kinds()
	slices.SortStableFunc(out, func(a, b Use) int {
		return cmp.Or(slices.Index(order, a.Kind)-slices.Index(order, b.Kind), strings.Compare(a.ID, b.ID))
	})
	return out
}

// UsedBy tells which engagements a change of a document touches, as paths in
// the order of the catalog: those that mention it, those of campaigns that
// mention it, and those whose behaviors or audiences do.
func (x *Index) UsedBy(k Kind, id string) []string {
	var out []string
	seen, visited := map[string]bool{}, map[DocumentKey]bool{}
	var follow func(DocumentKey)
	follow = func(key DocumentKey) {
		if visited[key] {
			return
		}
		visited[key] = true
		for _, u := range x.Uses(key.Kind, key.ID) {
			var paths []string
			switch {
			case u.Engagement != "":
				paths = []string{u.Engagement}
			case u.Kind == KindCampaign:
				c := x.Campaign(u.ID)
				for _, e := range c.Engagements {
					if e != nil {
						paths = append(paths, c.Path(e))
					}
				}
			default:
				follow(DocumentKey{u.Kind, u.ID})
			}
			for _, p := range paths {
				if !seen[p] {
					seen[p] = true
					out = append(out, p)
				}
			}
		}
	}
	follow(DocumentKey{k, id})
	return out
}
