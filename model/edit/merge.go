package edit

import (
	"reflect"
	"slices"

	"beckon/model"
)

// Side is one of the two versions that a merge brings together.
type Side string

// The sides.
const (
	Mine   Side = "mine"
	Theirs Side = "theirs"
)

// Conflict is a field that both sides changed, and not alike; or an element or
// optional group that one removed and the other changed; or a list that both
// put into another order. Its texts are fit to be shown.
type Conflict struct {
	// Path is where it is in the merged document.
	Path  Path
	Label string
	// Base, Mine and Theirs are the values in words, "" for none.
	Base, Mine, Theirs string
	// Kept is the side whose value the merged document has: mine, but of what
	// one side removed the other's, so that nothing that was written is lost.
	Kept Side
	// Other gives the merged document the other side's value. Where there are
	// several conflicts, apply from the last to the first, so that places in
	// lists stay right. It is the zero Edit where the conflict is about a
	// list's order, which is left to be made by hand.
	Other Edit
}

// String returns "priority: high (mine) or low (theirs), was medium".
func (c Conflict) String() string {
	none := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	return c.Label + ": " + none(c.Mine) + " (mine) or " + none(c.Theirs) + " (theirs), was " + none(c.Base)
}

// Merge3 brings two versions of a document together that were both made of a
// base: what one side alone changed is taken, what both changed alike too, and
// the rest is told. Lists are merged by elements, paired as [Diff] pairs them.
// A nil base stands for an empty document. Of documents of different kinds it
// keeps mine, with one conflict that no edit settles.
func Merge3(base, mine, theirs model.Document) (model.Document, []Conflict) {
	m, t, ok := alike(mine, theirs)
	b, _, same := alike(base, mine)
	if !ok || !same || !b.IsValid() || b.Type() != m.Type() {
		return Clone(mine), []Conflict{{Label: "document", Base: documentWords(base), Mine: documentWords(mine), Theirs: documentWords(theirs), Kept: Mine}}
	}
	merged := reflect.New(m.Type())
	var g merger
	merged.Elem().Set(g.record("", "", b, m, t))
	out := merged.Interface().(model.Document)
	out.Head().Kind = mineOr(m, t)
	return out, g.out
}

// mineOr returns the kind that either side says.
func mineOr(m, t reflect.Value) model.Kind {
	for _, v := range []reflect.Value{m, t} {
		if k := v.Addr().Interface().(model.Document).Head().Kind; k != "" {
			return k
		}
	}
	return ""
}

type merger struct{ out []Conflict }

func (g *merger) record(p Path, label string, b, m, t reflect.Value) reflect.Value {
	out := reflect.New(m.Type()).Elem()
	for _, f := range recordOf(m.Type()).fields {
		at := func(v reflect.Value) reflect.Value { return v.FieldByIndex(f.index) }
		here := p.Field(f.Name)
		switch {
		case here == "kind":
		case f.Kind == List:
			at(out).Set(g.list(here, label, f.Name, at(b), at(m), at(t)))
		default:
			at(out).Set(g.field(f.Field, here, join(label, fieldWords(f.Name)), at(b), at(m), at(t)))
		}
	}
	return out
}

func (g *merger) field(f Field, p Path, label string, b, m, t reflect.Value) reflect.Value {
	switch {
	case equal(m, t), equal(b, t):
		return m
	case equal(b, m):
		return t
	}
	if x, y, z := inner(m), inner(t), inner(b); f.Kind == Group && x.IsValid() && y.IsValid() {
		if !z.IsValid() {
			z = reflect.Zero(x.Type())
		}
		out := reflect.New(m.Type()).Elem()
		assign(out, g.record(p, label, z, x, y))
		return out
	}
	c := Conflict{Path: p, Label: label, Base: shown(b), Mine: shown(m), Theirs: shown(t), Kept: Mine}
	keep, other := m, t
	if f.Kind == Group && !inner(m).IsValid() {
		c.Kept, keep, other = Theirs, t, m
	}
	if x := inner(other); !x.IsValid() || !f.Optional && isEmpty(x) {
		c.Other = Clear(p)
	} else {
		c.Other = Edit{Op: OpSet, Path: p, value: cloned(x).Interface(), known: true}
	}
	g.out = append(g.out, c)
	return keep
}

// item is an element in the versions of a list that have it; -1 is none.
type item struct{ base, mine, theirs int }

func (g *merger) list(p Path, label, name string, b, m, t reflect.Value) reflect.Value {
	switch {
	case equal(m, t), equal(b, t):
		return m
	case equal(b, m):
		return t
	}
	items, ofMine, ofTheirs := pairUp(b, m, t)
	removed := func(x item) bool { // by one side, and the other left it alone
		return x.base >= 0 && (x.mine < 0 && (x.theirs < 0 || equal(b.Index(x.base), t.Index(x.theirs))) ||
			x.theirs < 0 && x.mine >= 0 && equal(b.Index(x.base), m.Index(x.mine)))
	}
	mineMoved, theirsMoved := disorder(items, ofMine), disorder(items, ofTheirs)
	if mineMoved && theirsMoved && !sameOrder(items, ofMine, ofTheirs) {
		g.out = append(g.out, Conflict{Path: p, Label: join(label, "order of "+fieldWords(name)), Base: shown(b), Mine: shown(m), Theirs: shown(t), Kept: Mine})
	}
	lead, follow := ofTheirs, ofMine
	if mineMoved {
		lead, follow = ofMine, ofTheirs
	}
	order := weave(lead, follow, func(i int) bool { return !removed(items[i]) })
	out := reflect.MakeSlice(m.Type(), 0, len(order))
	for n, i := range order {
		out = reflect.Append(out, g.element(p.At(n), label, name, n, items[i], b, m, t))
	}
	if len(order) == 0 {
		return reflect.Zero(m.Type())
	}
	return out
}

// pairUp finds the elements of three versions of a list. For every place of
// mine and of theirs it also returns the item that is there.
func pairUp(b, m, t reflect.Value) (items []item, ofMine, ofTheirs []int) {
	for i := range b.Len() {
		items = append(items, item{i, -1, -1})
	}
	ofMine, ofTheirs = slices.Repeat([]int{-1}, m.Len()), slices.Repeat([]int{-1}, t.Len())
	for _, at := range match(b, m, true) {
		items[at.a].mine, ofMine[at.b] = at.b, at.a
	}
	for _, at := range match(b, t, true) {
		items[at.a].theirs, ofTheirs[at.b] = at.b, at.a
	}
	// What both added is one element if it is the same, or has the same id.
	newMine, placesMine := unpaired(m, ofMine)
	newTheirs, placesTheirs := unpaired(t, ofTheirs)
	both := map[int]int{}
	for _, at := range match(newMine, newTheirs, false) {
		both[placesMine[at.a]] = placesTheirs[at.b]
	}
	for _, i := range placesMine {
		x := item{-1, i, -1}
		if j, ok := both[i]; ok {
			x.theirs, ofTheirs[j] = j, len(items)
		}
		ofMine[i] = len(items)
		items = append(items, x)
	}
	for _, j := range placesTheirs {
		if ofTheirs[j] < 0 {
			ofTheirs[j] = len(items)
			items = append(items, item{-1, -1, j})
		}
	}
	return items, ofMine, ofTheirs
}

// unpaired returns the elements that belong to no item, and their places.
func unpaired(list reflect.Value, of []int) (reflect.Value, []int) {
	out, places := reflect.MakeSlice(list.Type(), 0, 0), []int(nil)
	for i, x := range of {
		if x < 0 {
			out, places = reflect.Append(out, list.Index(i)), append(places, i)
		}
	}
	return out, places
}

// disorder reports whether a side has elements of the base in another order.
func disorder(items []item, of []int) bool {
	last := -1
	for _, i := range of {
		if x := items[i]; x.base >= 0 {
			if x.base < last {
				return true
			}
			last = x.base
		}
	}
	return false
}

// sameOrder reports whether both sides have what they share in one order.
func sameOrder(items []item, mine, theirs []int) bool {
	shared := func(i int) bool { return items[i].mine < 0 || items[i].theirs < 0 }
	return slices.Equal(slices.DeleteFunc(slices.Clone(mine), shared), slices.DeleteFunc(slices.Clone(theirs), shared))
}

// weave returns the items to keep in the order of the leading side; what only
// the other side has comes after what it comes after there.
func weave(lead, follow []int, keep func(int) bool) []int {
	var out []int
	placed := map[int]bool{}
	for _, i := range lead {
		if keep(i) {
			out = append(out, i)
			placed[i] = true
		}
	}
	before := -1
	for _, i := range follow {
		if !keep(i) {
			continue
		}
		if !placed[i] {
			out = slices.Insert(out, slices.Index(out, before)+1, i)
			placed[i] = true
		}
		before = i
	}
	return out
}

func (g *merger) element(p Path, label, name string, n int, x item, b, m, t reflect.Value) reflect.Value {
	var base, mine, theirs reflect.Value
	if x.base >= 0 {
		base = b.Index(x.base)
	}
	if x.mine >= 0 {
		mine = m.Index(x.mine)
	}
	if x.theirs >= 0 {
		theirs = t.Index(x.theirs)
	}
	switch {
	case mine.IsValid() && theirs.IsValid():
		if kindOf(inner(mine).Type()) != Group {
			return mine // paired because equal
		}
		if !base.IsValid() {
			base = reflect.Zero(inner(mine).Type())
		}
		out := reflect.New(mine.Type()).Elem()
		assign(out, g.record(p, join(label, elementWords(name, n, mine)), inner(base), inner(mine), inner(theirs)))
		return out
	case !base.IsValid() && mine.IsValid():
		return mine
	case !base.IsValid():
		return theirs
	}
	c := Conflict{Path: p, Base: shownElement(base), Mine: shownElement(mine), Theirs: shownElement(theirs), Kept: Mine, Other: Remove(p)}
	kept := mine
	if !mine.IsValid() {
		c.Kept, kept = Theirs, theirs
	}
	c.Label = join(label, elementWords(name, n, kept))
	g.out = append(g.out, c)
	return kept
}
