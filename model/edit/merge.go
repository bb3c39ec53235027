package edit

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// Side is one of the two versions that a merge brings together.
type Side string

// The sides. Both is for what they changed alike, Own for a value that whoever
// settles a conflict puts in the place of either.
const (
	Mine   Side = "mine"
	Theirs Side = "theirs"
	Both   Side = "both"
	Own    Side = "own"
)

// Answer settles a conflict.
type Answer struct {
	Side Side   // Mine, Theirs or Own
	Text string // the value of Own, as [Set] takes it
}

// Taken is a change that needed no choice: one side alone made it, or both made
// it alike.
type Taken struct {
	Side Side
	Change
}

// Merged are two versions brought together.
type Merged struct {
	Document  model.Document
	Conflicts []Conflict // settled or not, in the order of a file
	Taken     []Taken
}

// Open counts the conflicts that no answer has settled.
func (m Merged) Open(answers map[string]Answer) int {
	n := 0
	for _, c := range m.Conflicts {
		if _, ok := answers[c.Key]; !ok {
			n++
		}
	}
	return n
}

// Conflict is a field that both sides changed, and not alike; or an element or
// optional group that one removed and the other changed; or a list that both
// put into another order. Its texts are fit to be shown.
type Conflict struct {
	// Key names it among those of the same three versions, whatever is chosen.
	Key string
	// Path is where it is in the merged document.
	Path  Path
	Label string
	// Base, Mine and Theirs are the values in words, "" for none.
	Base, Mine, Theirs string
	// Kept is the side whose value the merged document has: the chosen one, else
	// mine, but of what one side removed the other's, so that nothing that was
	// written is lost.
	Kept Side
	// Value is mine as a text that [Set] takes, where Settable says that there may
	// be one of one's own.
	Value    string
	Settable bool
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

// Merge3 is [Merge] with nothing chosen.
func Merge3(base, mine, theirs model.Document) (model.Document, []Conflict) {
	m, _ := Merge(base, mine, theirs, nil) // without a choice there is no error
	return m.Document, m.Conflicts
}

// Merge brings two versions of a document together that were both made of a
// base: what one side alone changed is taken, what both changed alike too, and
// the rest is told, and decided by the answers, by the conflicts' keys. Lists are
// merged by elements, paired as [Diff] pairs them. A nil base stands for an
// empty document. Of documents of different kinds it keeps one, in one conflict.
// The error is about a value of one's own that its field cannot have; it leaves
// the conflict as if nothing was chosen.
func Merge(base, mine, theirs model.Document, answers map[string]Answer) (Merged, error) {
	m, t, ok := alike(mine, theirs)
	b, _, same := alike(base, mine)
	if !ok || !same || !b.IsValid() || b.Type() != m.Type() {
		c := Conflict{Key: "document", Label: "document", Base: documentWords(base), Mine: documentWords(mine), Theirs: documentWords(theirs), Kept: Mine}
		kept := mine
		if answers[c.Key].Side == Theirs {
			c.Kept, kept = Theirs, theirs
		}
		return Merged{Document: Clone(kept), Conflicts: []Conflict{c}}, nil
	}
	merged := reflect.New(m.Type())
	g := merger{answers: answers}
	merged.Elem().Set(g.record("", "", "", b, m, t))
	out := merged.Interface().(model.Document)
	out.Head().Kind = mineOr(m, t)
	var wrong error
	for i, c := range g.out {
		answer := answers[c.Key]
		if answer.Side != Own || !c.Settable {
			continue
		}
		if _, err := Set(c.Path, answer.Text).Apply(out); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("%s: %w", c.Label, err))
			continue
		}
		g.out[i].Kept = Own
	}
	return Merged{Document: out, Conflicts: g.out, Taken: g.taken}, wrong
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

// merger carries, beside a path and a label, a key along: the path by the places
// that elements have among all three versions, which no choice moves.
type merger struct {
	answers map[string]Answer
	out     []Conflict
	taken   []Taken
}

// conflict notes one, and returns the side to keep.
func (g *merger) conflict(c Conflict) Side {
	if s := g.answers[c.Key].Side; s == Mine || s == Theirs {
		c.Kept = s
	}
	if c.Mine == c.Theirs {
		c.Mine, c.Theirs = c.Mine+" (mine)", c.Theirs+" (theirs)" // they differ beyond what is quoted
	}
	g.out = append(g.out, c)
	return c.Kept
}

func (g *merger) took(side Side, compare func(*differ)) {
	var d differ
	compare(&d)
	for _, c := range d.out {
		g.taken = append(g.taken, Taken{side, c})
	}
}

// alone is whose value there is to take without a choice, "" where both changed
// it and not alike.
func alone(b, m, t reflect.Value) (Side, reflect.Value) {
	switch {
	case equal(m, t):
		return Both, m
	case equal(b, t):
		return Mine, m
	case equal(b, m):
		return Theirs, t
	}
	return "", m
}

func (g *merger) record(p Path, key, label string, b, m, t reflect.Value) reflect.Value {
	out := reflect.New(m.Type()).Elem()
	for _, f := range recordOf(m.Type()).fields {
		at := func(v reflect.Value) reflect.Value { return v.FieldByIndex(f.index) }
		here, k := p.Field(f.Name), key+"."+f.Name
		switch {
		case here == "kind":
		case f.Kind == List:
			at(out).Set(g.list(here, k, label, f.Name, at(b), at(m), at(t)))
		default:
			at(out).Set(g.field(f.Field, here, k, join(label, fieldWords(f.Name)), at(b), at(m), at(t)))
		}
	}
	return out
}

func (g *merger) field(f Field, p Path, key, label string, b, m, t reflect.Value) reflect.Value {
	if side, v := alone(b, m, t); side != "" {
		g.took(side, func(d *differ) { d.field(f, p, label, b, v) })
		return v
	}
	if x, y, z := inner(m), inner(t), inner(b); f.Kind == Group && x.IsValid() && y.IsValid() {
		if !z.IsValid() {
			z = reflect.Zero(x.Type())
		}
		out := reflect.New(m.Type()).Elem()
		assign(out, g.record(p, key, label, z, x, y))
		return out
	}
	c := Conflict{Key: key, Path: p, Label: label, Base: shown(b), Mine: shown(m), Theirs: shown(t), Kept: Mine}
	if f.Kind != Group {
		c.Settable = true
		if v := inner(m); v.IsValid() {
			c.Value = textOf(v)
		}
	} else if !inner(m).IsValid() {
		c.Kept = Theirs
	}
	kept := g.conflict(c)
	keep, other := m, t
	if kept == Theirs {
		keep, other = t, m
	}
	told := &g.out[len(g.out)-1]
	if x := inner(other); !x.IsValid() || !f.Optional && isEmpty(x) {
		told.Other = Clear(p)
	} else {
		told.Other = Edit{Op: OpSet, Path: p, value: cloned(x).Interface(), known: true}
	}
	return keep
}

// item is an element in the versions of a list that have it; -1 is none.
type item struct{ base, mine, theirs int }

func (g *merger) list(p Path, key, label, name string, b, m, t reflect.Value) reflect.Value {
	if side, v := alone(b, m, t); side != "" {
		g.took(side, func(d *differ) { d.list(p, label, name, b, v) })
		return v
	}
	items, ofMine, ofTheirs := pairUp(b, m, t)
	removed := func(x item) Side { // by one side, and the other left it alone
		switch {
		case x.base < 0:
		case x.mine < 0 && x.theirs < 0:
			return Both
		case x.mine < 0 && equal(b.Index(x.base), t.Index(x.theirs)):
			return Mine
		case x.theirs < 0 && x.mine >= 0 && equal(b.Index(x.base), m.Index(x.mine)):
			return Theirs
		}
		return ""
	}
	for i, x := range items {
		if side := removed(x); side != "" {
			g.taken = append(g.taken, Taken{side, Change{Action: Removed, Path: p.At(i), Label: join(label, elementWords(name, i, b.Index(x.base))), Old: shownElement(b.Index(x.base))}})
		}
	}
	lead, follow := g.order(p, key, label, name, items, ofMine, ofTheirs, b, m, t)
	order := weave(lead, follow, func(i int) bool { return removed(items[i]) == "" })
	out := reflect.MakeSlice(m.Type(), 0, len(order))
	for _, i := range order {
		n := out.Len()
		if v := g.element(p.At(n), fmt.Sprintf("%s[%d]", key, i), label, name, n, items[i], b, m, t); v.IsValid() {
			out = reflect.Append(out, v)
		}
	}
	if out.Len() == 0 {
		return reflect.Zero(m.Type())
	}
	return out
}

// order tells which side's order leads, and whether that was to be chosen.
func (g *merger) order(p Path, key, label, name string, items []item, ofMine, ofTheirs []int, b, m, t reflect.Value) (lead, follow []int) {
	mineMoved, theirsMoved := disorder(items, ofMine), disorder(items, ofTheirs)
	label = join(label, "order of "+fieldWords(name))
	tell := func(side Side, v reflect.Value) {
		g.taken = append(g.taken, Taken{side, Change{Action: Changed, Path: p, Label: label, Old: orderWords(name, b), New: orderWords(name, v)}})
	}
	switch {
	case mineMoved && theirsMoved && !sameOrder(items, ofMine, ofTheirs):
		if g.conflict(Conflict{Key: key + " order", Path: p, Label: label, Base: orderWords(name, b), Mine: orderWords(name, m), Theirs: orderWords(name, t), Kept: Mine}) == Theirs {
			return ofTheirs, ofMine
		}
		return ofMine, ofTheirs
	case mineMoved && theirsMoved:
		tell(Both, m)
	case mineMoved:
		tell(Mine, m)
	case theirsMoved:
		tell(Theirs, t)
	}
	if mineMoved {
		return ofMine, ofTheirs
	}
	return ofTheirs, ofMine
}

// orderWords calls the elements of a list in their order.
func orderWords(name string, list reflect.Value) string {
	words := make([]string, list.Len())
	for i := range words {
		if words[i] = elementWords(name, i, list.Index(i)); kindOf(inner(list.Index(i)).Type()) != Group {
			words[i] = shownElement(list.Index(i))
		}
	}
	return text.Line(strings.Join(words, ", "), maxSummary)
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

// element merges one element; the result is invalid where it is to go.
func (g *merger) element(p Path, key, label, name string, n int, x item, b, m, t reflect.Value) reflect.Value {
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
	added := func(side Side, v reflect.Value) {
		g.taken = append(g.taken, Taken{side, Change{Action: Added, Path: p, Label: join(label, elementWords(name, n, v)), New: shownElement(v)}})
	}
	switch {
	case mine.IsValid() && theirs.IsValid():
		if !base.IsValid() && equal(mine, theirs) {
			added(Both, mine)
			return mine
		}
		if kindOf(inner(mine).Type()) != Group {
			return mine // paired because equal
		}
		if !base.IsValid() {
			base = reflect.Zero(inner(mine).Type())
		}
		out := reflect.New(mine.Type()).Elem()
		assign(out, g.record(p, key, join(label, elementWords(name, n, mine)), inner(base), inner(mine), inner(theirs)))
		return out
	case !base.IsValid() && mine.IsValid():
		added(Mine, mine)
		return mine
	case !base.IsValid():
		added(Theirs, theirs)
		return theirs
	}
	c := Conflict{Key: key, Path: p, Base: shownElement(base), Mine: shownElement(mine), Theirs: shownElement(theirs), Kept: Mine, Other: Remove(p)}
	there := mine
	if !mine.IsValid() {
		c.Kept, there = Theirs, theirs
	}
	c.Label = join(label, elementWords(name, n, there))
	if g.conflict(c) == Theirs {
		return theirs
	}
	return mine
}
