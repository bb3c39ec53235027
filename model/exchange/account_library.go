package exchange

import (
	"strings"

	"beckon/model"
)

// goal reads a goal. Known are two types, 0 with a page to land on and 1 with a
// number of pages; other types with a page become goals of the type other.
// Domain 1.3 and 5.1.
func (f *fields) goal(o *value, path string) *model.Goal {
	g := &model.Goal{Header: f.header(o, path, model.KindGoal)}
	indicator, at := o.get("indicatorValue"), member(path, "indicatorValue")
	known := []string{}
	if s := f.text(indicator, at, "url"); s != "" {
		rule := model.PageRule{URLRule: model.URLRule{Contains: s}}
		if m := indicator.get("matchType"); !m.isNull() && m.scalar() != "0" {
			f.note(member(at, "matchType"), m, "no match of this number is known: say how the page is matched")
			rule = model.PageRule{}
		}
		if n := indicator.get("reachedCounter"); !n.isNull() && n.scalar() != "1" {
			f.note(member(at, "reachedCounter"), n, "no counterpart here: once is enough")
		}
		g.URLs = []model.PageRule{rule}
		known = append(known, "url", "matchType", "reachedCounter")
	}
	switch kind := o.get("type"); kind.scalar() {
	case "0":
		g.Type = model.GoalSell
	case "1":
		g.Type, g.URLs = model.GoalPageViews, nil
		g.Pages = f.whole(indicator, at, "numberOfPages", 1, 1000, 0)
		known = []string{"numberOfPages"}
	default:
		if len(g.URLs) > 0 {
			g.Type = model.GoalOther
		}
		f.note(member(path, "type"), kind, "no goal of this number is known: choose its type")
	}
	if v := o.get("indicatorType"); !v.isNull() && v.scalar() != "0" {
		f.note(member(path, "indicatorType"), v, kept)
	}
	f.rest(indicator, at, known...)
	f.rest(o, path, "id", "name", "description", "type", "indicatorType", "indicatorValue")
	return g
}

// Codes of condition boxes. Domain 2.10, 5.1.
const (
	boxAll   = "0"
	boxPages = "4"
)

// entryPoint reads an onsite location. What of its pages cannot be read becomes
// a rule to be filled in, which blocks publishing: without a rule it would be
// the entire website.
func (f *fields) entryPoint(o *value, path string) *model.EntryPoint {
	e := &model.EntryPoint{Header: f.header(o, path, model.KindEntryPoint)}
	boxes := o.get("conditionBoxes")
	for i, box := range boxes.list() {
		at := element(member(path, "conditionBoxes"), i)
		switch box.get("type").scalar() {
		case boxAll:
		case boxPages:
			data := member(at, "data")
			e.Include = append(e.Include, f.pages(box.get("data").get("include"), member(data, "include"))...)
			e.Exclude = append(e.Exclude, f.pages(box.get("data").get("exclude"), member(data, "exclude"))...)
			f.rest(box.get("data"), data, "include", "exclude")
			f.rest(box, at, "type", "data")
		default:
			f.note(at, box, "no condition of this kind is known: say which pages are meant")
			e.Include = append(e.Include, model.PageRule{})
		}
	}
	if !boxes.isNull() && boxes.kind != '[' {
		f.note(member(path, "conditionBoxes"), boxes, "cannot be read: say which pages are meant")
		e.Include = append(e.Include, model.PageRule{})
	}
	f.rest(o, path, "id", "name", "description", "conditionBoxes")
	return e
}

// pages reads the rows of an entry point.
func (f *fields) pages(list *value, path string) []model.PageRule {
	var out []model.PageRule
	unknown := func(at string, v *value) {
		f.note(at, v, "cannot be read: say which pages are meant")
		out = append(out, model.PageRule{})
	}
	if !list.isNull() && list.kind != '[' {
		unknown(path, list)
	}
	for i, row := range list.list() {
		at, before := element(path, i), len(out)
		for j, s := range row.get("sections").list() {
			here := element(member(at, "sections"), j)
			name, ok := s.get("name").text()
			if !ok || strings.TrimSpace(name) == "" {
				unknown(here, s)
				continue
			}
			out = append(out, model.PageRule{Section: name})
			f.rest(s, here, "name")
		}
		for j, u := range row.get("urls").list() {
			here := element(member(at, "urls"), j)
			rule, ok := pageRule(u)
			if !ok {
				unknown(here, u)
				continue
			}
			out = append(out, rule)
			f.rest(u, here, "url", "matchType", "operator")
		}
		f.rest(row, at, "sections", "urls")
		if len(out) == before {
			unknown(at, row)
		}
	}
	return out
}

// pageRule reads the URL of a row, with the operator by number or name; without
// one it is contained.
func pageRule(u *value) (model.PageRule, bool) {
	s, ok := u.get("url").text()
	if !ok {
		s, ok = u.text()
	}
	if !ok || strings.TrimSpace(s) == "" {
		return model.PageRule{}, false
	}
	op := u.get("matchType")
	if op.isNull() {
		op = u.get("operator")
	}
	switch strings.ToLower(op.scalar()) {
	case "0", "contains":
		return model.PageRule{URLRule: model.URLRule{Contains: s}}, true
	case "exact", "equals":
		return model.PageRule{URLRule: model.URLRule{Exact: s}}, true
	case "advanced", "regex":
		return model.PageRule{URLRule: model.URLRule{Regex: s}}, true
	case "":
		if op.isNull() {
			return model.PageRule{URLRule: model.URLRule{Contains: s}}, true
		}
	}
	return model.PageRule{}, false
}

// condition reads the boxes of an audience or behavior. What is inside is not
// public, so a box becomes a condition to be filled in, which blocks
// publishing: without it the audience would be everyone.
func (f *fields) condition(o *value, path string) model.Condition {
	var out model.Condition
	boxes := o.get("conditionBoxes")
	for i, box := range boxes.list() {
		if box.get("type").scalar() == boxAll {
			continue
		}
		f.note(element(member(path, "conditionBoxes"), i), box, "what is inside is not public: say the condition anew; kept, and written back by an export")
		out.All = append(out.All, model.Condition{})
	}
	if !boxes.isNull() && boxes.kind != '[' {
		f.note(member(path, "conditionBoxes"), boxes, "cannot be read: say the condition anew")
		out.All = append(out.All, model.Condition{})
	}
	f.rest(o, path, "id", "name", "description", "conditionBoxes")
	return out
}

func (f *fields) audience(o *value, path string) *model.Audience {
	return &model.Audience{Header: f.header(o, path, model.KindAudience), When: f.condition(o, path)}
}

func (f *fields) behavior(o *value, path string) *model.Behavior {
	return &model.Behavior{Header: f.header(o, path, model.KindBehavior), When: f.condition(o, path)}
}

// window reads the name of a window; its design has no public shape.
func (f *fields) window(o *value, path string) *model.Window {
	f.rest(o, path, "id", "name", "description")
	return &model.Window{Header: f.header(o, path, model.KindWindow)}
}

// library reads an item of any library.
func (f *fields) library(k model.Kind, o *value, path string) model.Document {
	switch k {
	case model.KindGoal:
		return f.goal(o, path)
	case model.KindEntryPoint:
		return f.entryPoint(o, path)
	case model.KindAudience:
		return f.audience(o, path)
	case model.KindBehavior:
		return f.behavior(o, path)
	case model.KindWindow:
		return f.window(o, path)
	}
	return nil
}
