package edit

import (
	"reflect"
	"slices"
	"strconv"

	"beckon/model"
)

// Action says what happened to a field or an element.
type Action string

// The actions. Added and Removed are elements of lists and optional groups.
const (
	Changed Action = "changed"
	Added   Action = "added"
	Removed Action = "removed"
	Moved   Action = "moved"
)

// Change is one difference between two documents. Its texts are fit to be
// shown.
type Change struct {
	Action Action
	// Path is where it is in the new document; of what was removed, where it
	// was in its list in the old one.
	Path Path
	// Label is the path in words, as [Label] has them.
	Label string
	// Old and New are the values in words, "" for one that is not given; of
	// what moved, its places from 1.
	Old, New string
	// Edit makes the change, after the changes before it.
	Edit Edit
}

// String returns "time frame, start: 2026-03-01, was 2026-02-01".
func (c Change) String() string {
	switch {
	case c.Action == Moved:
		return c.Label + ": moved from " + c.Old + " to " + c.New
	case c.Action == Added:
		return c.Label + ": added: " + c.New
	case c.Action == Removed:
		return c.Label + ": removed: " + c.Old
	case c.Old == "":
		return c.Label + ": " + c.New
	case c.New == "":
		return c.Label + ": none, was " + c.Old
	}
	return c.Label + ": " + c.New + ", was " + c.Old
}

// Edits returns the edits that make the changes: applied to the old document
// they give the new one.
func Edits(changes []Change) []Edit {
	out := make([]Edit, len(changes))
	for i, c := range changes {
		out[i] = c.Edit
	}
	return out
}

// Diff tells field by field how two versions of a document differ, in the
// order of a file. Elements of lists are the same where their id or name is,
// others as a longest common subsequence has it; an element changed in its
// place is told by its fields. A nil document stands for an empty one.
// Documents of different kinds differ as a whole, in one change that no edit
// makes.
func Diff(before, after model.Document) []Change {
	a, b, ok := alike(before, after)
	if !ok {
		return []Change{{Action: Changed, Label: "document", Old: documentWords(before), New: documentWords(after)}}
	}
	var d differ
	d.record("", "", a, b)
	return d.out
}

// alike returns the structs of two documents of one type, copied.
func alike(x, y model.Document) (a, b reflect.Value, ok bool) {
	a, errA := structOf(x)
	b, errB := structOf(y)
	switch {
	case errA != nil && errB != nil:
		return a, b, false
	case errA != nil && absent(x):
		a = reflect.Zero(b.Type())
	case errB != nil && absent(y):
		b = reflect.Zero(a.Type())
	case errA != nil || errB != nil || a.Type() != b.Type():
		return a, b, false
	}
	return cloned(a), cloned(b), true
}

func absent(d model.Document) bool {
	if d == nil {
		return true
	}
	v := reflect.ValueOf(d)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

func documentWords(d model.Document) string {
	v, err := structOf(d)
	if err != nil {
		return ""
	}
	kind, id := string(d.Head().Kind), d.Head().ID
	if kind == "" {
		kind = v.Type().Name()
	}
	return shown(reflect.ValueOf(kind + " " + id))
}

// differ compares values of one type; labels are carried along with paths.
type differ struct{ out []Change }

func (d *differ) add(c Change) { d.out = append(d.out, c) }

func (d *differ) record(p Path, label string, a, b reflect.Value) {
	for _, f := range recordOf(a.Type()).fields {
		if p == "" && f.Name == "kind" {
			continue // a document whose kind is not set is of its type's kind
		}
		if f.Kind == List {
			d.list(p.Field(f.Name), label, f.Name, a.FieldByIndex(f.index), b.FieldByIndex(f.index))
			continue
		}
		d.field(f.Field, p.Field(f.Name), join(label, fieldWords(f.Name)), a.FieldByIndex(f.index), b.FieldByIndex(f.index))
	}
}

func (d *differ) field(f Field, p Path, label string, a, b reflect.Value) {
	if equal(a, b) {
		return
	}
	x, y := inner(a), inner(b)
	if f.Kind == Group && x.IsValid() && y.IsValid() {
		d.record(p, label, x, y)
		return
	}
	c := Change{Action: Changed, Path: p, Label: label, Old: shown(a), New: shown(b)}
	switch {
	case !y.IsValid() || !f.Optional && isEmpty(y):
		c.Edit = Clear(p)
	default:
		c.Edit = Edit{Op: OpSet, Path: p, value: cloned(y).Interface(), known: true}
	}
	if f.Kind == Group && !x.IsValid() {
		c.Action = Added
	} else if f.Kind == Group {
		c.Action = Removed
	}
	d.add(c)
}

// list tells removals, then moves, additions, and what changed inside.
func (d *differ) list(p Path, label, name string, a, b reflect.Value) {
	if equal(a, b) {
		return
	}
	pairs := match(a, b, true)
	stays := map[int]bool{}
	for _, at := range pairs {
		stays[at.a] = true
	}
	for i := a.Len() - 1; i >= 0; i-- { // from the end, so that places stay right
		if stays[i] {
			continue
		}
		d.add(Change{Action: Removed, Path: p.At(i), Label: join(label, elementWords(name, i, a.Index(i))), Old: shownElement(a.Index(i)), Edit: Remove(p.At(i))})
	}
	d.moves(p, label, name, b, pairs)
	arrived := map[int]bool{}
	for _, at := range pairs {
		arrived[at.b] = true
	}
	for j := range b.Len() {
		if arrived[j] {
			continue
		}
		d.add(Change{Action: Added, Path: p.At(j), Label: join(label, elementWords(name, j, b.Index(j))), New: shownElement(b.Index(j)),
			Edit: Edit{Op: OpInsert, Path: p.At(j), value: cloned(inner(b.Index(j))).Interface(), known: true}})
	}
	byNew := slices.Clone(pairs)
	slices.SortFunc(byNew, func(x, y pair) int { return x.b - y.b })
	for _, at := range byNew {
		x, y := inner(a.Index(at.a)), inner(b.Index(at.b))
		if kindOf(x.Type()) == Group {
			d.record(p.At(at.b), join(label, elementWords(name, at.b, y)), x, y)
		}
	}
}

// moves tells the fewest moves that bring the elements that stay into their
// new order.
func (d *differ) moves(p Path, label, name string, b reflect.Value, pairs []pair) {
	fixed := map[int]bool{}
	for _, at := range steady(pairs) {
		fixed[at.b] = true
	}
	if len(fixed) == len(pairs) {
		return
	}
	now := make([]int, len(pairs)) // new places, in the order at hand
	old := map[int]int{}
	for i, at := range pairs {
		now[i], old[at.b] = at.b, at.a
	}
	order := slices.Sorted(slices.Values(now))
	for n, j := range order {
		if fixed[j] {
			continue
		}
		from := slices.Index(now, j)
		now = slices.Delete(now, from, from+1)
		to := 0
		if n > 0 {
			to = slices.Index(now, order[n-1]) + 1
		}
		now = slices.Insert(now, to, j)
		if from == to {
			continue // the moves before have brought it there
		}
		d.add(Change{Action: Moved, Path: p.At(j), Label: join(label, elementWords(name, j, b.Index(j))),
			Old: strconv.Itoa(old[j] + 1), New: strconv.Itoa(j + 1), Edit: Move(p.At(from), to)})
	}
}
