package exchange

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"beckon/model"
	"beckon/model/text"
)

// ExportJSON returns a campaign and the library items that have a place there
// in the account-config shape of domain 5.1, as one object of lists by name,
// which [ImportJSON] reads. What was kept of an import is written back: fields
// that were not changed here stand as they stood, those that have no
// counterpart included. Engagements are written inside their campaign. What
// never was over there gets an id below zero, to be replaced by whoever takes it
// in.
//
// The findings tell, by the field's path here, what could not be written.
func ExportJSON(c *model.Catalog, campaignID string, foreign []Foreign) ([]byte, []Finding, error) {
	x := c.Index()
	campaign := x.Campaign(campaignID)
	if campaign == nil {
		return nil, nil, fmt.Errorf("exporting a campaign: no campaign %s", text.Line(campaignID, 80))
	}
	all := &model.Catalog{}
	for _, d := range closure(x, campaign) {
		all.Add(d)
	}
	all.Sort()
	w := &accountWriter{catalog: c, shelf: newShelf(foreign), ids: map[model.DocumentKey]*value{}, back: map[model.DocumentKey]string{}, low: -1}
	for _, d := range all.Documents() {
		w.number(d)
	}
	out := jsonObject()
	out.set("campaigns", jsonList())
	for _, r := range resources {
		if r.kind == model.KindEngagement || r.kind == model.KindCampaign {
			continue
		}
		for _, d := range all.Documents() {
			if d.Head().Kind == r.kind {
				if out.get(r.key) == nil {
					out.set(r.key, jsonList())
				}
				list := out.get(r.key)
				list.items = append(list.items, w.library(d))
			}
		}
	}
	for _, d := range all.Documents() {
		switch d.(type) {
		case *model.Schedule, *model.Occasion, *model.Template:
			h := d.Head()
			w.lost(string(h.Kind)+" "+text.Line(h.ID, 80), "", "no counterpart over there: left out")
		}
	}
	campaigns := out.get("campaigns")
	campaigns.items = append(campaigns.items, w.campaign(campaign))
	return append(out.append(nil, 0), '\n'), w.findings, nil
}

type accountWriter struct {
	catalog *model.Catalog
	shelf   *shelf
	// ids over there, by documents here, and back.
	ids      map[model.DocumentKey]*value
	back     map[model.DocumentKey]string
	low      int // the next id for what has none
	findings []Finding
}

func (w *accountWriter) lost(path, shown, reason string) {
	w.findings = append(w.findings, Finding{Path: path, Value: shown, Reason: reason})
}

// free returns an id below zero that no object has.
func (w *accountWriter) free() *value {
	for ; ; w.low-- {
		used := false
		for _, f := range w.shelf.byKey {
			used = used || f.ForeignID() == strconv.Itoa(w.low)
			for _, e := range f.engagements {
				used = used || e.object.get("id").scalar() == strconv.Itoa(w.low)
			}
		}
		if !used {
			w.low--
			return jsonInt(w.low + 1)
		}
	}
}

// number gives a document its id over there.
func (w *accountWriter) number(d model.Document) {
	h := d.Head()
	key := model.DocumentKey{Kind: h.Kind, ID: h.ID}
	f, _ := w.shelf.of(h.Kind, h.ID)
	id := f.object.get("id")
	if id.scalar() == "" || w.back[model.DocumentKey{Kind: h.Kind, ID: id.scalar()}] != "" {
		id = w.free() // none, or that of another that came of the same object
	}
	w.ids[key] = id
	w.back[model.DocumentKey{Kind: h.Kind, ID: id.scalar()}] = h.ID
}

// reader reads what is written, to see what changed and what was lost.
func (w *accountWriter) reader() *fields {
	return &fields{findings: new([]Finding), lookup: func(k model.Kind, id string) string {
		return w.back[model.DocumentKey{Kind: k, ID: id}]
	}}
}

// base returns a copy of what was kept of a document, or a new object, with its
// id.
func (w *accountWriter) base(d model.Document) (o *value, fresh bool) {
	h := d.Head()
	f, ok := w.shelf.of(h.Kind, h.ID)
	if o = f.object.clone(); !ok || o == nil {
		o, fresh = jsonObject(), true
	}
	o.set("id", w.ids[model.DocumentKey{Kind: h.Kind, ID: h.ID}].clone())
	return o, fresh
}

// header writes the name and description.
func header(o *value, fresh bool, was, now model.Header) {
	put(o, "name", was.Name, now.Name, fresh, jsonText)
	put(o, "description", was.Description, now.Description, fresh, jsonText)
}

// put writes a member where it changed, or where everything is new.
func put[T comparable](o *value, key string, was, now T, fresh bool, as func(T) *value) {
	if fresh || was != now {
		o.set(key, as(now))
	}
}

// library writes an item of a library.
func (w *accountWriter) library(d model.Document) *value {
	o, fresh := w.base(d)
	was := w.reader().library(d.Head().Kind, o, "$")
	header(o, fresh, *was.Head(), *d.Head())
	switch d := d.(type) {
	case *model.Goal:
		writeGoal(o, fresh, was.(*model.Goal), d)
	case *model.EntryPoint:
		was := was.(*model.EntryPoint)
		if fresh || !reflect.DeepEqual(was.Include, d.Include) || !reflect.DeepEqual(was.Exclude, d.Exclude) {
			o.set("conditionBoxes", boxes(d))
		}
	case *model.Audience:
		writeCondition(o, &was.(*model.Audience).When, &d.When)
	case *model.Behavior:
		writeCondition(o, &was.(*model.Behavior).When, &d.When)
	}
	again := w.reader().library(d.Head().Kind, o, "$")
	again.Head().ID = d.Head().ID
	w.compare(d, again)
	return o
}

// writeCondition leaves what was kept of a condition. Conditions made here have
// no public shape there: they get an empty box, to be filled in by whoever takes
// it in, because without a box everybody would be meant.
func writeCondition(o *value, was, now *model.Condition) {
	none := model.Condition{}
	before, after := !reflect.DeepEqual(*was, none), !reflect.DeepEqual(*now, none)
	switch {
	case after && !before:
		box := jsonObject()
		box.set("type", jsonNull())
		o.set("conditionBoxes", jsonList(box))
	case before && !after:
		o.set("conditionBoxes", jsonList())
	}
}

func writeGoal(o *value, fresh bool, was, now *model.Goal) {
	if reflect.DeepEqual(was.URLs, now.URLs) && was.Type == now.Type && was.Pages == now.Pages && !fresh {
		return
	}
	indicator := o.object("indicatorValue")
	switch now.Type {
	case model.GoalSell:
		o.set("type", jsonInt(0))
	case model.GoalPageViews:
		o.set("type", jsonInt(1))
		indicator.set("numberOfPages", jsonInt(now.Pages))
	default:
		if fresh || was.Type != now.Type {
			o.set("type", jsonNull())
		}
	}
	o.set("indicatorType", jsonInt(0))
	if len(now.URLs) > 0 && now.URLs[0].Contains != "" {
		indicator.set("url", jsonText(now.URLs[0].Contains))
		indicator.set("matchType", jsonInt(0))
		if indicator.get("reachedCounter") == nil {
			indicator.set("reachedCounter", jsonInt(1))
		}
	} else {
		indicator.drop("url")
	}
}

// boxes writes an entry point's pages, a row for each rule. One without a
// counterpart gets an empty row, to be filled in by whoever takes it in.
func boxes(e *model.EntryPoint) *value {
	rows := func(rules []model.PageRule) *value {
		out := jsonList()
		for _, r := range rules {
			row := jsonObject()
			operator, url := "", ""
			switch {
			case r.Section != "":
				section := jsonObject()
				section.set("name", jsonText(r.Section))
				row.set("sections", jsonList(section))
				out.items = append(out.items, row)
				continue
			case r.Contains != "":
				operator, url = "contains", r.Contains
			case r.Exact != "":
				operator, url = "exact", r.Exact
			case r.Regex != "":
				operator, url = "advanced", r.Regex
			default:
				// No row, and the others would mean more pages than these.
				out.items = append(out.items, row)
				continue
			}
			u := jsonObject()
			u.set("url", jsonText(url))
			u.set("operator", jsonText(operator))
			row.set("urls", jsonList(u))
			out.items = append(out.items, row)
		}
		return out
	}
	if len(e.Include) == 0 && len(e.Exclude) == 0 {
		return jsonList()
	}
	data := jsonObject()
	data.set("include", rows(e.Include))
	data.set("exclude", rows(e.Exclude))
	box := jsonObject()
	box.set("type", jsonInt(4))
	box.set("data", data)
	return jsonList(box)
}

// campaign writes a campaign and its engagements.
func (w *accountWriter) campaign(c *model.Campaign) *value {
	o, fresh := w.base(c)
	was := w.reader().campaign(o, "$")
	header(o, fresh, was.Header, c.Header)
	if fresh {
		o.set("type", jsonInt(0))
	}
	put(o, "status", was.Published, c.Published, fresh, func(published bool) *value {
		if published {
			return jsonInt(1)
		}
		return jsonInt(0)
	})
	if c.Published {
		undelete(o)
	}
	put(o, "goalId", was.Goal, c.Goal, fresh, func(id string) *value { return w.id(model.KindGoal, id) })
	if fresh || !slices.Equal(was.Audiences, c.Audiences) {
		o.set("visitorProfiles", w.list(model.KindAudience, c.Audiences))
	}
	if fresh || was.Control() != c.Control() {
		o.object("controlGroup").set("percentage", jsonInt(c.Control()))
	}
	put(o, "weight", was.Priority.Tier(), c.Priority.Tier(), fresh, func(tier int) *value { return jsonNumber(weights[tier]) })
	w.timeFrame(o, fresh, &was.TimeFrame, &c.TimeFrame)

	kept, _ := w.shelf.of(model.KindCampaign, c.ID)
	list, ids := jsonList(), jsonList()
	again := w.reader().campaign(o, "$")
	for _, e := range c.Engagements {
		if e == nil {
			continue
		}
		v := w.engagement(kept.engagement(e.ID), e)
		list.items = append(list.items, v)
		ids.items = append(ids.items, v.get("id").clone())
		read := w.reader().engagement(v, "$")
		read.ID = e.ID
		again.Engagements = append(again.Engagements, read)
	}
	if fresh || o.get("engagementIds") != nil {
		o.set("engagementIds", ids)
	}
	o.set("engagements", list)
	again.ID = c.ID
	w.compare(w.plain(c), again)
	return o
}

// undelete takes back what says that an object was deleted.
func undelete(o *value) {
	for _, key := range []string{"isDeleted", "deleted"} {
		if is, _ := o.get(key).boolean(); is {
			o.set(key, jsonBool(false))
		}
	}
}

// plain writes out the defaults that the shape over there has no word for, so
// that they do not count as lost.
func (w *accountWriter) plain(c *model.Campaign) *model.Campaign {
	out := *c
	share := c.Control()
	out.ControlGroup, out.Priority = &share, tiers[c.Priority.Tier()]
	if out.TimeFrame.Zone == "" {
		out.TimeFrame.Zone = w.catalog.Settings.Zone
	}
	if out.TimeFrame.Hours == model.AllHours {
		out.TimeFrame.Hours = ""
	}
	out.Engagements = nil
	for _, e := range c.Engagements {
		if e == nil {
			continue
		}
		e := *e
		if e.Type == model.Conversation && e.Channel == "" {
			e.Channel = model.Messaging
		}
		if e.Authentication == model.Unauthenticated {
			e.Authentication = ""
		}
		if (e.Format == model.Sticky || e.Format == model.SlideOut) && e.Side == "" {
			e.Side = model.Right
		}
		if e.Creative.Edge == "bottom" {
			e.Creative.Edge = ""
		}
		out.Engagements = append(out.Engagements, &e)
	}
	return &out
}

func (w *accountWriter) timeFrame(o *value, fresh bool, was, now *model.TimeFrame) {
	put(o, "startDate", was.Start, now.Start, fresh, func(d model.Date) *value { return day(d, "00:00:00") })
	put(o, "expirationDate", was.End, now.End, fresh, func(d model.Date) *value { return day(d, "23:59:59") })
	zone := now.Zone
	if zone == "" && (fresh || was.Zone != "") {
		zone = w.catalog.Settings.Zone
	}
	put(o, "timeZone", was.Zone, zone, fresh, jsonText)
	if was.Start == now.Start && was.End == now.End && was.Zone == zone {
		return
	}
	// What is worked out of the dates must go with them.
	loc, err := model.LoadZone(zone)
	if err != nil {
		return
	}
	offset := func(key string, d model.Date, at time.Time) {
		if o.get(key).isNull() || d.IsZero() {
			return
		}
		_, seconds := at.Zone()
		o.set(key, jsonInt(seconds*1000))
	}
	offset("startDateTimeZoneOffset", now.Start, now.Start.In(loc))
	offset("expirationDateTimeZoneOffset", now.End, (now.End + 1).In(loc).Add(-time.Second))
}

func day(d model.Date, clock string) *value {
	if d.IsZero() {
		return jsonNull()
	}
	return jsonText(d.String() + " " + clock)
}

// id returns a document's id over there, or null.
func (w *accountWriter) id(k model.Kind, id string) *value {
	if v := w.ids[model.DocumentKey{Kind: k, ID: id}]; v != nil {
		return v.clone()
	}
	return jsonNull()
}

func (w *accountWriter) list(k model.Kind, ids []string) *value {
	out := jsonList()
	for _, id := range ids {
		if v := w.id(k, id); v.kind != 'n' {
			out.items = append(out.items, v)
		}
	}
	return out
}

// compare notes every field of a document that reading back does not give.
func (w *accountWriter) compare(now, again model.Document) {
	h := now.Head()
	a, err := model.EncodeDocumentJSON(now)
	b, err2 := model.EncodeDocumentJSON(again)
	if err != nil || err2 != nil {
		return // what cannot be written was refused before
	}
	x, err := parseDepth("", a, model.MaxDepth+2)
	y, err2 := parseDepth("", b, model.MaxDepth+2)
	if err != nil || err2 != nil {
		return
	}
	w.differ(string(h.Kind)+" "+text.Line(h.ID, 80), x, y)
}

func (w *accountWriter) differ(path string, now, again *value) {
	const reason = "no counterpart over there: left out"
	switch {
	case now == nil:
	case again == nil || now.kind != again.kind:
		w.lost(path, now.shown(), reason)
	case now.kind == '{':
		for i, k := range now.keys {
			w.differ(member(path, k), now.items[i], again.get(k))
		}
	case now.kind == '[':
		for i, item := range now.items {
			var other *value
			if i < len(again.items) {
				other = again.items[i]
			}
			w.differ(element(path, i), item, other)
		}
	case string(now.raw) != string(again.raw):
		w.lost(path, now.shown(), reason)
	}
}
