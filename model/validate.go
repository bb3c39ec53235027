package model

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"beckon/model/text"
)

// Validate tells everything that is wrong or doubtful in a catalog, in the
// order of its documents and their fields. It knows no date: whether campaigns
// have begun or ended is for [ValidateAt]. Equal catalogs give equal problems.
func Validate(c *Catalog) []Problem { return ValidateAt(c, time.Time{}) }

// ValidateAt is [Validate], and warns of published campaigns that have not
// begun or have ended at an instant.
func ValidateAt(c *Catalog, now time.Time) []Problem {
	return newValidator(c.Index(), now).all()
}

// all tells everything of the whole catalog.
func (v *validator) all() []Problem {
	for _, d := range sorted(v.catalog) {
		v.document(d)
	}
	if v.catalog.Settings.ID == "" {
		v.document(&v.catalog.Settings)
	}
	v.libraries()
	v.competition(nil)
	return v.finish()
}

// ValidateCampaign tells what is wrong with one campaign and with what it
// uses, and how it competes with the others: what publishing it asks for. It
// is nil if the catalog has no such campaign.
func ValidateCampaign(c *Catalog, id string, now time.Time) []Problem {
	return c.Index().ValidateCampaign(id, now)
}

// ValidateCampaign is the function of this name, for those who have an index.
func (x *Index) ValidateCampaign(id string, now time.Time) []Problem {
	campaign := x.Campaign(id)
	if campaign == nil {
		return nil
	}
	v := newValidator(x, now)
	seen := map[Document]bool{}
	var follow func(Document)
	follow = func(d Document) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		v.document(d)
		for _, r := range References(d) {
			if r.Kind != KindEngagement {
				follow(x.Document(r.Kind, r.ID))
			}
		}
	}
	follow(campaign)
	v.competition(campaign)
	return v.finish()
}

// ValidateDocument tells what is wrong with one document as a part of the
// catalog, whether the catalog holds it, holds an older version of it, or does
// not hold it yet. How engagements compete is left to [ValidateCampaign].
func ValidateDocument(c *Catalog, d Document) []Problem { return c.Index().ValidateDocument(d) }

// ValidateDocument is the function of this name, for those who have an index,
// as a form that checks what is typed does.
func (x *Index) ValidateDocument(d Document) []Problem {
	v := newValidator(x, time.Time{})
	v.document(d)
	if kind, h := kindOf(d), d.Head(); kind != KindSettings && strings.TrimSpace(h.Name) != "" {
		for _, id := range x.named(nameKey(kind, h.Name)) {
			if id != h.ID {
				v.report("name", "name-duplicate", "%s has this name too", shown(id))
				break
			}
		}
	}
	return v.finish()
}

// nameKey is a name within its library, letters' case aside.
func nameKey(k Kind, name string) DocumentKey {
	return DocumentKey{k, strings.ToLower(strings.TrimSpace(name))}
}

type validator struct {
	catalog *Catalog
	index   *Index
	now     time.Time
	out     []Problem
	// The document at hand.
	kind  Kind
	id    string
	draft bool
	zones map[string]*time.Location
	// lost reports that what is mentioned may stand where nothing could be
	// read; nil if everything could.
	lost func(Reference) bool
}

func newValidator(x *Index, now time.Time) *validator {
	return &validator{catalog: x.catalog, index: x, now: now, zones: map[string]*time.Location{}}
}

func (v *validator) finish() []Problem {
	order := map[Kind]int{}
	for i, k := range Kinds() {
		order[k] = i
	}
	slices.SortStableFunc(v.out, func(a, b Problem) int {
		if a.Kind != b.Kind {
			return order[a.Kind] - order[b.Kind]
		}
		return strings.Compare(a.ID, b.ID)
	})
	return v.out
}

// asWritten is what a message names as files write it, see [Problem.Written].
type asWritten string

// either is one of several names.
func either(names ...string) asWritten { return asWritten(listed(names)) }

// report notes a problem of the document at hand. Foreign text among the
// arguments must have passed model/text.
func (v *validator) report(path, code, format string, args ...any) {
	p := Problem{Severity: severities[code], Kind: v.kind, ID: v.id, Path: path, Code: code, Message: fmt.Sprintf(format, args...), Draft: v.draft}
	for _, a := range args {
		if w, is := a.(asWritten); is {
			p.Written = string(w)
		}
	}
	v.out = append(v.out, p)
}

func (v *validator) begin(d Document) {
	v.kind, v.id, v.draft = kindOf(d), d.Head().ID, false
	if c, ok := d.(*Campaign); ok {
		v.draft = !c.Published
	}
}

func (v *validator) document(d Document) {
	v.begin(d)
	h := d.Head()
	v.identity("", h.ID, h.Name)
	v.choices(reflect.ValueOf(d).Elem(), nil)
	switch d := d.(type) {
	case *Settings:
		v.settings(d)
	case *Goal:
		v.goal(d)
	case *Audience:
		v.condition("when", &d.When, inAudience, 1)
	case *Behavior:
		v.condition("when", &d.When, inBehavior, 1)
	case *Schedule:
		v.schedule(d)
	case *Occasion:
		v.occasion(d)
	case *Window:
		v.window(d)
	case *EntryPoint:
		v.entryPoint(d)
	case *Template:
		v.template(d)
	case *Campaign:
		v.campaign(d)
	}
	for _, r := range References(d) {
		v.reference(d, r)
	}
}

// IsKebab reports whether a text is written as IDs are: a to z, 0 to 9 and
// single hyphens.
func IsKebab(s string) bool { return kebab.MatchString(s) }

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// identity checks an id and a name under a path.
func (v *validator) identity(at, id, name string) {
	switch {
	case id == "":
		v.report(join(at, "id"), "id-missing", "no id")
	case len(id) > 64 || !IsKebab(id):
		v.report(join(at, "id"), "id-invalid", "want a to z, 0 to 9 and single hyphens, at most 64: %s", shown(id))
	}
	switch {
	case strings.TrimSpace(name) == "":
		v.report(join(at, "name"), "name-missing", "no name")
	default:
		if _, err := text.Name(name); err != nil {
			v.report(join(at, "name"), "name-unsafe", "%s", plainReason(err))
		}
	}
}

func join(at, field string) string {
	if at == "" {
		return field
	}
	return at + "." + field
}

// choices looks for names that are no choice, which a file cannot hold but a
// program can.
func (v *validator) choices(value reflect.Value, at *step) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			v.choices(value.Elem(), at)
		}
	case reflect.Slice:
		for i := range value.Len() {
			v.choices(value.Index(i), &step{outer: at, index: i})
		}
	case reflect.Struct:
		if isText(value.Type()) {
			return
		}
		for _, f := range recordOf(value.Type()).fields {
			fv := value.FieldByIndex(f.index)
			here := &step{outer: at, field: f.name}
			if f.choices == nil {
				v.choices(fv, here)
				continue
			}
			if fv.Kind() != reflect.Slice {
				v.choice(fv.String(), f.choices, here)
				continue
			}
			for i := range fv.Len() {
				v.choice(fv.Index(i).String(), f.choices, &step{outer: here, index: i})
			}
		}
	}
}

func (v *validator) choice(value string, allowed []string, at *step) {
	if value != "" && !slices.Contains(allowed, value) {
		v.report(at.String(), "choice-unknown", "want %s: %s", either(allowed...), shown(value))
	}
}

// reference checks that what a document mentions exists. A campaign that is
// not in the catalog yet has its own engagements.
func (v *validator) reference(d Document, r Reference) {
	switch {
	case r.Kind == KindEngagement:
		if _, e := v.index.Engagement(r.ID); e != nil {
			return
		}
	case v.index.Document(r.Kind, r.ID) != nil:
		return
	}
	if v.lost != nil && v.lost(r) {
		return
	}
	hint := ""
	if near := v.index.nearest(r.Kind, r.ID); near != "" {
		hint = ", did you mean " + shown(near) + "?"
	}
	v.report(r.Path, "reference-missing", "no %s %s%s", r.Kind, shown(r.ID), hint)
}

// libraries checks what documents of a kind have to agree on.
func (v *validator) libraries() {
	ids := map[DocumentKey]bool{}
	var defaultWindow string
	for _, d := range sorted(v.catalog) {
		v.begin(d)
		h, key := d.Head(), DocumentKey{v.kind, v.id}
		if ids[key] && h.ID != "" {
			v.report("id", "id-duplicate", "another %s has this id", v.kind)
		}
		ids[key] = true
		if first := v.index.named(nameKey(v.kind, h.Name)); strings.TrimSpace(h.Name) != "" && first[0] != h.ID {
			v.report("name", "name-duplicate", "%s has this name too", shown(first[0]))
		}
		if w, ok := d.(*Window); ok && w.Default {
			if defaultWindow != "" {
				v.report("default", "default-several", "%s is the default already", shown(defaultWindow))
			} else {
				defaultWindow = w.ID
			}
		}
	}
}

// LoadZone returns the time zone of an IANA name: "UTC", or a name with an
// area as in "Europe/Berlin". Abbreviations ("EST5EDT", "CET"), "Local" and ""
// are refused: they mean different things to different people and machines. A
// zone is read once a process.
func LoadZone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	if loc, ok := loadedZones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	area, _, ok := strings.Cut(name, "/")
	if !ok || area == "" || area == "posix" || area == "right" || len(name) > 64 {
		return nil, fmt.Errorf("%w: want an IANA time zone such as Europe/Berlin or UTC", ErrTime)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w: no time zone of this name, want an IANA name such as Europe/Berlin or UTC", ErrTime)
	}
	loadedZones.Store(name, loc)
	return loc, nil
}

// loadedZones are those that were read, by name. There are no more than the
// world has: what has no zone is not kept.
var loadedZones sync.Map // of *time.Location

// zone checks a time zone; empty is allowed where a default stands behind it.
func (v *validator) zone(path, name string) {
	if v.location(name) == nil {
		v.report(path, "zone-invalid", "want an IANA time zone such as Europe/Berlin or UTC: %s", shown(name))
	}
}

// location returns a zone, or nil; zones are read once a validation.
func (v *validator) location(name string) *time.Location {
	loc, ok := v.zones[name]
	if !ok {
		loc, _ = LoadZone(name)
		v.zones[name] = loc
	}
	return loc
}

// texts checks a list of texts: not empty where it must hold something, no
// blank entry, none twice (letters' case aside).
func (v *validator) texts(path string, list []string, must bool) {
	if must && len(list) == 0 {
		v.report(path, "list-empty", "want one value at least")
	}
	v.entries(path, list)
}

func (v *validator) entries(path string, list []string) {
	seen := make(map[string]bool, len(list))
	for i, s := range list {
		fold := strings.ToLower(s)
		switch {
		case strings.TrimSpace(s) == "":
			v.report(indexed(path, i), "value-empty", "a blank value")
		case seen[fold]:
			v.report(indexed(path, i), "value-repeated", "given twice: %s", shown(s))
		}
		seen[fold] = true
	}
}

// unused warns of a setting without effect.
func (v *validator) unused(given bool, path, why string) {
	if given {
		v.report(path, "setting-unused", "has no effect: %s", why)
	}
}
