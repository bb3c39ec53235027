package exchange

import (
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// File is one JSON file of an account's configuration: a campaign, an item of a
// library, a list of either, or one object that holds such lists by the names
// of the resources ("campaigns", "engagements", "goals", "onsiteLocations",
// "visitorProfiles", "visitorBehaviors", "windows").
type File struct {
	// Name stands in errors and findings. Where a file's objects do not tell what
	// they are, as profiles and behaviors do not, the name must:
	// "visitor-profiles.json".
	Name string
	Data []byte
}

// record is one object that was read.
type record struct {
	kind       model.Kind // of the document it becomes, or [model.KindEngagement]
	object     *value
	file, path string
	id         string // the document's
	// engagements of a campaign, inside it or apart; linked ones have theirs.
	engagements []*record
	linked      bool
}

// resources are the names of the resources, plain and as paths, and what their
// objects become.
var resources = []struct {
	words []string // of a file's name, in lower case
	key   string
	kind  model.Kind
}{
	{[]string{"engagement-window", "window"}, "windows", model.KindWindow},
	{[]string{"engagement"}, "engagements", model.KindEngagement},
	{[]string{"campaign"}, "campaigns", model.KindCampaign},
	{[]string{"goal"}, "goals", model.KindGoal},
	{[]string{"onsite", "location", "entry"}, "onsiteLocations", model.KindEntryPoint},
	{[]string{"profile", "audience"}, "visitorProfiles", model.KindAudience},
	{[]string{"behavior", "behaviour"}, "visitorBehaviors", model.KindBehavior},
}

// ImportJSON reads campaigns in the account-config shape of domain 5.1, with
// the library items given, and plans how they get into a catalog. Nothing is
// written. What was kept of earlier imports makes the same objects the same
// documents again, and resolves ids whose objects did not come.
//
// [Plan.Findings] tells, field by field, what has no counterpart here; those
// fields are kept in [Plan.Foreign]. The error, [model.FileErrors], tells of what
// is no JSON, too large, nests too deep, gives a key or an id twice, or does not
// say what it is; nothing is imported then.
func ImportJSON(c *model.Catalog, foreign []Foreign, files []File, o Options) (*Plan, error) {
	if o.Prefer != "" && !o.Prefer.known() {
		return nil, fmt.Errorf("importing campaigns: %w: want rename, mine or theirs", ErrPlan)
	}
	in := &accountReader{shelf: newShelf(foreign), plan: newPlan(c, o), ids: map[model.DocumentKey]string{}, taken: map[model.DocumentKey]bool{}}
	for _, f := range files {
		in.file(f)
	}
	if len(in.wrong) == 0 && len(in.records) == 0 {
		in.refuse("", "", "holds no campaign and no item of a library")
	}
	if len(in.wrong) == 0 {
		in.link()
		in.name()
	}
	if len(in.wrong) == 0 {
		in.documents()
	}
	if len(in.wrong) > 0 {
		return nil, fmt.Errorf("importing campaigns: %w", in.wrong)
	}
	in.plan.settle()
	return in.plan, nil
}

type accountReader struct {
	shelf   *shelf
	plan    *Plan
	records []*record
	objects int
	// ids are the documents here, by kind and id over there.
	ids   map[model.DocumentKey]string
	taken map[model.DocumentKey]bool
	wrong model.FileErrors
}

func (in *accountReader) refuse(file, path, reason string) {
	if len(in.wrong) < model.MaxFileErrors {
		in.wrong = append(in.wrong, &model.FileError{Source: model.Source{File: file}, Path: path, Reason: reason})
	}
}

// file sorts what one file holds.
func (in *accountReader) file(f File) {
	v, err := parseJSON(f.Name, f.Data)
	if err != nil {
		if wrong, ok := err.(model.FileErrors); ok {
			in.wrong = append(in.wrong, wrong...)
		}
		return
	}
	if v.kind != '{' && v.kind != '[' {
		in.refuse(f.Name, "$", "want an object or a list of objects")
		return
	}
	if v.kind == '{' && classify(v) == "" && named(f.Name) == "" {
		if !in.wrapper(f, v) {
			in.refuse(f.Name, "$", "cannot be told what it is: want a campaign, or lists by name such as campaigns and goals")
		}
		return
	}
	in.add(f, "", v, "$")
}

// wrapper reads an object that holds lists by name.
func (in *accountReader) wrapper(f File, v *value) bool {
	found := false
	note := &fields{file: f.Name, findings: &in.plan.Findings}
	for i, key := range v.keys {
		at := member("$", key)
		kind := model.Kind("")
		for _, r := range resources {
			if key == r.key {
				kind = r.kind
			}
		}
		if kind == "" {
			note.note(at, v.items[i], "left out: no list of the account's configuration")
			continue
		}
		found = true
		in.add(f, kind, v.items[i], at)
	}
	return found
}

// add takes one object, or each of a list.
func (in *accountReader) add(f File, kind model.Kind, v *value, path string) {
	list := []*value{v}
	at := func(int) string { return path }
	if v.kind == '[' {
		list = v.items
		at = func(i int) string { return element(path, i) }
	}
	for i, o := range list {
		k := kind
		if k == "" {
			k = classify(o)
		}
		if k == "" {
			k = named(f.Name)
		}
		switch {
		case o.kind != '{':
			in.refuse(f.Name, at(i), "want an object")
		case k == "":
			in.refuse(f.Name, at(i), "cannot be told what it is: name the file for it, such as visitor-profiles.json")
		case !in.room(f.Name, at(i)):
			return
		default:
			in.records = append(in.records, &record{kind: k, object: o, file: f.Name, path: at(i)})
		}
	}
}

func (in *accountReader) room(file, path string) bool {
	if in.objects++; in.objects == MaxObjects+1 {
		in.refuse(file, path, fmt.Sprintf("more than %d objects", MaxObjects))
	}
	return in.objects <= MaxObjects
}

// classify tells what an object is by its fields, or "".
func classify(o *value) model.Kind {
	has := func(keys ...string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return o.get(k) != nil })
	}
	switch {
	case has("engagementIds", "goalId", "controlGroup", "expirationDate"):
		return model.KindCampaign
	case has("displayInstances", "followMePages"):
		return model.KindEngagement
	case has("indicatorType", "indicatorValue"):
		return model.KindGoal
	}
	for _, box := range o.get("conditionBoxes").list() {
		if box.get("type").scalar() == boxPages {
			return model.KindEntryPoint
		}
	}
	return ""
}

// named tells by a file's name what its objects are, or "".
func named(file string) model.Kind {
	name := strings.ToLower(file[strings.LastIndexAny(file, `/\`)+1:])
	for _, r := range resources {
		for _, w := range r.words {
			if strings.Contains(name, w) {
				return r.kind
			}
		}
	}
	return ""
}

// link gives every campaign its engagements: those inside it, and those that
// it or they name.
func (in *accountReader) link() {
	campaigns, apart := map[string]*record{}, map[string]*record{}
	var loose []*record
	rest := in.records[:0:0]
	for _, r := range in.records {
		if r.kind != model.KindEngagement {
			rest = append(rest, r)
		}
		switch id := r.object.get("id").scalar(); {
		case r.kind == model.KindEngagement && apart[id] == nil && id != "":
			apart[id] = r
			loose = append(loose, r)
		case r.kind == model.KindEngagement && id != "":
			in.refuse(r.file, member(r.path, "id"), "another engagement has this id")
		case r.kind == model.KindEngagement:
			loose = append(loose, r)
		case r.kind == model.KindCampaign && id != "":
			campaigns[id] = r
		}
	}
	in.records = rest
	for _, r := range in.records {
		if r.kind != model.KindCampaign {
			continue
		}
		inside := map[string]bool{}
		list := r.object.get("engagements")
		for i, e := range list.list() {
			at := element(member(r.path, "engagements"), i)
			if e.kind != '{' {
				in.refuse(r.file, at, "want an object")
				continue
			}
			id := e.get("id").scalar()
			if inside[id] && id != "" {
				in.refuse(r.file, member(at, "id"), "another engagement of the campaign has this id")
			}
			if !in.room(r.file, at) {
				return
			}
			inside[id] = true
			r.engagements = append(r.engagements, &record{kind: model.KindEngagement, object: e, file: r.file, path: at})
		}
		if !list.isNull() && list.kind != '[' {
			in.refuse(r.file, member(r.path, "engagements"), "want a list")
		}
		for i, id := range r.object.get("engagementIds").list() {
			switch e := apart[id.scalar()]; {
			case inside[id.scalar()]:
			case e == nil:
				f := &fields{file: r.file, findings: &in.plan.Findings}
				f.note(element(member(r.path, "engagementIds"), i), id, "no engagement of this id came with it: left out")
			case e.linked:
				in.refuse(e.file, e.path, "two campaigns name this engagement")
			default:
				e.linked = true
				r.engagements = append(r.engagements, e)
			}
		}
	}
	for _, e := range loose {
		if e.linked {
			continue
		}
		f := &fields{file: e.file, findings: &in.plan.Findings}
		if c := campaigns[e.object.get("campaignId").scalar()]; c != nil {
			c.engagements = append(c.engagements, e)
			continue
		}
		f.note(e.path, e.object, "no campaign names this engagement: left out")
	}
}

// name gives every document its ID: the one it had, or one made of its name.
func (in *accountReader) name() {
	claim := func(k model.Kind, want string) string {
		used := func(id string) bool { return in.taken[model.DocumentKey{Kind: k, ID: id}] }
		if used(want) {
			want = freeID(want, used)
		}
		in.taken[model.DocumentKey{Kind: k, ID: want}] = true
		return want
	}
	for _, r := range in.records { // what was here before goes first
		id := r.object.get("id").scalar()
		if id == "" {
			continue
		}
		key := model.DocumentKey{Kind: r.kind, ID: id}
		if in.ids[key] != "" {
			in.refuse(r.file, member(r.path, "id"), "another "+string(r.kind)+" has this id")
			continue
		}
		if before := in.shelf.byID[r.kind][id]; before != "" {
			r.id = claim(r.kind, before)
			in.ids[key] = r.id
		} else {
			in.ids[key] = " " // seen
		}
	}
	for _, r := range in.records {
		if r.id != "" {
			continue
		}
		name, _ := r.object.get("name").text()
		r.id = claim(r.kind, Slug(name, string(r.kind)))
		if id := r.object.get("id").scalar(); id != "" {
			in.ids[model.DocumentKey{Kind: r.kind, ID: id}] = r.id
		}
	}
}

// documents reads every object now that all ids are known.
func (in *accountReader) documents() {
	lookup := func(k model.Kind, id string) string {
		if here := in.ids[model.DocumentKey{Kind: k, ID: id}]; here != "" {
			return here
		}
		if here := in.shelf.byID[k][id]; here != "" && in.plan.index.Document(k, here) != nil {
			return here
		}
		return ""
	}
	all := &model.Catalog{}
	at := map[model.DocumentKey]model.Source{}
	for _, r := range in.records {
		f := &fields{file: r.file, findings: &in.plan.Findings, lookup: lookup}
		kept := Foreign{Kind: r.kind, ID: r.id, object: r.object.clone()}
		var d model.Document
		if r.kind == model.KindCampaign {
			c := f.campaign(r.object, r.path)
			in.engagements(f, r, c, &kept)
			kept.object.drop(relativeTime)
			if kept.object.get("engagements") != nil {
				kept.object.set("engagements", jsonList())
			}
			d = c
		} else {
			d = f.library(r.kind, r.object, r.path)
		}
		d.Head().ID = r.id
		if n := len(kept.Encode()); n > MaxForeignBytes {
			in.refuse(r.file, r.path, fmt.Sprintf("an object of %d bytes, more than %d", n, MaxForeignBytes))
		}
		at[model.DocumentKey{Kind: r.kind, ID: r.id}] = model.Source{File: r.file}
		in.plan.foreign = append(in.plan.foreign, kept)
		all.Add(d)
	}
	all.Sort()
	for _, d := range all.Documents() {
		h := d.Head()
		in.plan.add(d, at[model.DocumentKey{Kind: h.Kind, ID: h.ID}])
	}
}

func (in *accountReader) engagements(f *fields, r *record, c *model.Campaign, kept *Foreign) {
	before, _ := in.shelf.of(model.KindCampaign, r.id)
	taken := map[string]bool{}
	for _, e := range r.engagements {
		if was := before.engagementID(e.object.get("id").scalar()); was != "" {
			taken[was] = true
		}
	}
	for _, e := range r.engagements {
		here := &fields{file: e.file, findings: f.findings, lookup: f.lookup}
		out := here.engagement(e.object, e.path)
		if out.ID = before.engagementID(e.object.get("id").scalar()); out.ID == "" {
			if out.ID = Slug(out.Name, "engagement"); taken[out.ID] {
				out.ID = freeID(out.ID, func(id string) bool { return taken[id] })
			}
			taken[out.ID] = true
		}
		c.Engagements = append(c.Engagements, out)
		kept.engagements = append(kept.engagements, foreignEngagement{out.ID, e.object.clone()})
	}
}

// Foreign returns what is to be kept beside the documents of an import of
// JSON, by the IDs they go by: to be written in the same change. Where a
// document here was kept, it goes with that.
func (p *Plan) Foreign() []Foreign {
	out := make([]Foreign, len(p.foreign))
	for i, f := range p.foreign {
		if item := p.Item(f.Kind, f.ID); item != nil {
			f.ID = item.As
		}
		out[i] = f
	}
	slices.SortStableFunc(out, func(a, b Foreign) int { return strings.Compare(a.Key(), b.Key()) })
	return out
}

// Lines returns the findings as text, one a line, fit to be shown: those that
// say something first, then the empty fields.
func Lines(findings []Finding) []string {
	var full, empty []string
	for _, f := range findings {
		if f.Empty {
			empty = append(empty, text.Line(f.String(), 400))
		} else {
			full = append(full, text.Line(f.String(), 400))
		}
	}
	return append(full, empty...)
}
