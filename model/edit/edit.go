package edit

import (
	"encoding/json"
	"fmt"
	"reflect"

	"beckon/model"
)

// Op is what an edit does.
type Op string

// The operations.
const (
	OpSet    Op = "set"
	OpClear  Op = "clear"
	OpInsert Op = "insert"
	OpRemove Op = "remove"
	OpMove   Op = "move"
)

// Edit is one change of one field or list of a document. Make it with [Set],
// [Clear], [Insert], [Remove] or [Move]; the zero Edit is refused. It can be
// kept as JSON.
type Edit struct {
	Op   Op   `json:"op"`
	Path Path `json:"path"`
	// To is the place that a Move leads to.
	To int `json:"to,omitempty"`

	// value of a Set or Insert: a text, a Go value, or JSON that was kept.
	value any
	// known values were in the document before and need no check.
	known bool
}

// Set gives a field a value. The value is its text form ("49.50", "1m30s",
// "high"), or a Go value of the field's type in package model, such as a
// [model.Condition] or a []string; it is copied when the edit is applied.
// Groups on the way that are not there come to be. An empty text clears any
// field but an element. A text is held to what a file may hold; of a Go value,
// names of choices are left for [model.Validate].
func Set(p Path, value any) Edit { return Edit{Op: OpSet, Path: p, value: value} }

// Clear takes a field's value away: afterwards it is not given.
func Clear(p Path) Edit { return Edit{Op: OpClear, Path: p} }

// Insert puts a value into a list, before the element that the path names, or
// at the end if it names the place after the last ("engagements[3]" of three)
// or the list itself ("engagements"). The value is as for [Set].
func Insert(p Path, value any) Edit { return Edit{Op: OpInsert, Path: p, value: value} }

// Remove takes an element out of a list.
func Remove(p Path) Edit { return Edit{Op: OpRemove, Path: p} }

// Move puts an element of a list at another place, counted without it: after
// Move("engagements[0]", 2) it is engagements[2].
func Move(p Path, to int) Edit { return Edit{Op: OpMove, Path: p, To: to} }

// Apply changes a document and returns the edit that changes it back. If it
// fails, with a [*PathError] or a [*ValueError], nothing has changed. It works
// in place: [Clone] a document that others hold first, or use a [History].
func (e Edit) Apply(d model.Document) (inverse Edit, err error) {
	_, inverse, err = e.apply(d)
	return inverse, err
}

// Apply applies edits in order, all or none, and returns those that change the
// document back, in the order in which to apply them.
func Apply(d model.Document, edits ...Edit) (inverse []Edit, err error) {
	_, inverse, err = applyAll(d, edits)
	return inverse, err
}

func applyAll(d model.Document, edits []Edit) (done, inverse []Edit, err error) {
	done, inverse = make([]Edit, len(edits)), make([]Edit, len(edits))
	for i, e := range edits {
		if done[i], inverse[len(edits)-1-i], err = e.apply(d); err == nil {
			continue
		}
		for _, back := range inverse[len(edits)-i:] {
			if _, _, wrong := back.apply(d); wrong != nil {
				return nil, nil, fmt.Errorf("%w; and taking back what was done: %w", err, wrong)
			}
		}
		return nil, nil, err
	}
	return done, inverse, nil
}

// apply also returns the edit as it was understood: its value typed, its place
// in a list a number.
func (e Edit) apply(d model.Document) (done, inverse Edit, err error) {
	root, err := structOf(d)
	if err != nil {
		return e, Edit{}, err
	}
	parts, err := e.Path.Parts()
	if err != nil {
		return e, Edit{}, err
	}
	f, err := fieldAt(root.Type(), e.Path, parts)
	if err != nil {
		return e, Edit{}, err
	}
	if e.Path == "" || f.Fixed {
		return e, Edit{}, &PathError{e.Path, place(e.Path) + " cannot be changed"}
	}
	switch e.Op {
	case OpSet, OpClear:
		return e.put(root, f, parts)
	case OpInsert:
		return e.insert(root, f, parts)
	case OpRemove, OpMove:
		return e.rearrange(root, f, parts)
	}
	return e, Edit{}, &PathError{e.Path, "no edit of this kind"}
}

// put sets or clears a field.
func (e Edit) put(root reflect.Value, f Field, parts []Part) (done, inverse Edit, err error) {
	if s, ok := e.value.(string); ok && s == "" && e.Op == OpSet && !f.Element && f.Kind < List {
		e = Clear(e.Path)
	}
	if e.Op == OpClear && f.Element {
		return e, Edit{}, &PathError{e.Path, "an element of a list is removed, not cleared"}
	}
	old, err := locate(root, e.Path, parts)
	if err != nil {
		return e, Edit{}, err
	}
	if e.Op == OpClear {
		if !old.IsValid() || old.IsZero() {
			return e, e, nil // there is nothing to take away
		}
		inverse = e.back(inner(old))
		old.Set(reflect.Zero(old.Type()))
		return e, inverse, nil
	}
	value, err := e.typed(f, len(parts)+1)
	if err != nil {
		return e, Edit{}, err
	}
	e.value, e.known = value.Interface(), true
	if !old.IsValid() {
		// Something on the way is not there: it is made, and taken away again.
		outer, path := missing(root, parts)
		fresh := reflect.New(outer.Type().Elem())
		at, err := locate(fill(fresh.Elem(), parts[len(path):]), e.Path, parts[len(path):])
		if err != nil {
			return e, Edit{}, err
		}
		assign(at, cloned(value))
		inverse = Clear(JoinPath(path...))
		if n := len(path); path[n-1].Field == "" { // an element that stands for an empty one
			inverse = Edit{Op: OpSet, Path: inverse.Path, value: reflect.Zero(fresh.Type().Elem()).Interface(), known: true}
		}
		outer.Set(fresh)
		return e, inverse, nil
	}
	switch {
	case !inner(old).IsValid() && f.Element: // an element that stands for an empty one
		inverse = e.back(reflect.Zero(f.typ))
	case !inner(old).IsValid():
		inverse = Clear(e.Path)
	default:
		inverse = e.back(inner(old))
	}
	assign(old, cloned(value))
	return e, inverse, nil
}

// back returns the edit that gives the field a value that it had.
func (e Edit) back(old reflect.Value) Edit {
	return Edit{Op: OpSet, Path: e.Path, value: cloned(old).Interface(), known: true}
}

func (e Edit) typed(f Field, depth int) (reflect.Value, error) {
	if e.known {
		if v := inner(reflect.ValueOf(e.value)); v.IsValid() && v.Type() == f.typ {
			return v, nil
		}
	}
	return read(f, e.value, depth)
}

// assign stores a value, behind a pointer where the place has one.
func assign(at, value reflect.Value) {
	if at.Kind() == reflect.Pointer {
		p := reflect.New(at.Type().Elem())
		p.Elem().Set(value)
		value = p
	}
	at.Set(value)
}

// missing returns the outermost pointer on the way that is nil, and its parts.
func missing(v reflect.Value, parts []Part) (reflect.Value, []Part) {
	for i, s := range parts {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, parts[:i]
			}
			v = v.Elem()
		}
		if s.Field != "" {
			r := recordOf(v.Type())
			v = v.FieldByIndex(r.fields[r.byName[s.Field]].index)
		} else {
			v = v.Index(s.Index)
		}
	}
	return v, parts
}

// fill makes the pointers on the way to, but not of, the last of the parts.
func fill(root reflect.Value, parts []Part) reflect.Value {
	v := root
	for _, s := range parts {
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem()))
			v = v.Elem()
		}
		if s.Field == "" {
			break // a list that is new has no elements; locate tells
		}
		r := recordOf(v.Type())
		v = v.FieldByIndex(r.fields[r.byName[s.Field]].index)
	}
	return root
}

// insert puts a value into a list.
func (e Edit) insert(root reflect.Value, f Field, parts []Part) (done, inverse Edit, err error) {
	place := e.Path
	if f.Element {
		parts, place = parts[:len(parts)-1], e.Path.Parent()
	} else if f.Kind != List {
		return e, Edit{}, &PathError{e.Path, "not a list"}
	}
	list, err := locate(root, e.Path, parts)
	if err != nil {
		return e, Edit{}, err
	}
	n := 0
	if list.IsValid() {
		n = list.Len()
	}
	at := n
	if f.Element {
		at = e.Path.Last().Index
		if err := inRange(e.Path, place, at, n); err != nil {
			return e, Edit{}, err
		}
	}
	e.Path = place.At(at)
	elem, err := fieldAt(root.Type(), e.Path, append(parts[:len(parts):len(parts)], Part{Index: at}))
	if err != nil {
		return e, Edit{}, err
	}
	value, err := e.typed(elem, len(parts)+2)
	if err != nil {
		return e, Edit{}, err
	}
	e.value, e.known = value.Interface(), true
	if !list.IsValid() {
		whole := with(reflect.Zero(declared(root.Type(), parts)), 0, cloned(value))
		set := Edit{Op: OpSet, Path: place, value: whole.Interface(), known: true}
		_, inverse, err := set.apply(root.Addr().Interface().(model.Document))
		return e, inverse, err
	}
	list.Set(with(list, at, cloned(value)))
	return e, Remove(e.Path), nil
}

// declared returns the type of a list that is not there.
func declared(t reflect.Type, parts []Part) reflect.Type {
	for _, s := range parts {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if s.Field == "" {
			t = t.Elem()
			continue
		}
		r := recordOf(t)
		t = t.FieldByIndex(r.fields[r.byName[s.Field]].index).Type
	}
	return t
}

// rearrange removes or moves an element.
func (e Edit) rearrange(root reflect.Value, f Field, parts []Part) (done, inverse Edit, err error) {
	if !f.Element {
		return e, Edit{}, &PathError{e.Path, "not an element of a list"}
	}
	at, place := e.Path.Last().Index, e.Path.Parent()
	list, err := locate(root, e.Path, parts[:len(parts)-1])
	if err != nil {
		return e, Edit{}, err
	}
	n := 0
	if list.IsValid() {
		n = list.Len()
	}
	if err := inRange(e.Path, place, at, n-1); err != nil {
		return e, Edit{}, err
	}
	if e.Op == OpMove {
		if err := inRange(place.At(e.To), place, e.To, n-1); err != nil {
			return e, Edit{}, err
		}
	}
	elem, rest := list.Index(at), without(list, at)
	if e.Op == OpRemove {
		inverse = Edit{Op: OpInsert, Path: e.Path, value: cloned(inner(filled(elem))).Interface(), known: true}
		list.Set(rest)
		return e, inverse, nil
	}
	list.Set(with(rest, e.To, inner(filled(elem))))
	return e, Move(place.At(e.To), at), nil
}

// with returns a new list with one value more.
func with(list reflect.Value, at int, value reflect.Value) reflect.Value {
	n := list.Len()
	out := reflect.MakeSlice(list.Type(), n+1, n+1)
	reflect.Copy(out, list.Slice(0, at))
	assign(out.Index(at), value)
	reflect.Copy(out.Slice(at+1, n+1), list.Slice(at, n))
	return out
}

// without returns a new list with one element less; without any it is nil.
func without(list reflect.Value, at int) reflect.Value {
	n := list.Len()
	if n == 1 {
		return reflect.Zero(list.Type())
	}
	out := reflect.MakeSlice(list.Type(), n-1, n-1)
	reflect.Copy(out, list.Slice(0, at))
	reflect.Copy(out.Slice(at, n-1), list.Slice(at+1, n))
	return out
}

// kept is an edit as JSON has it.
type kept struct {
	Op    Op              `json:"op"`
	Path  Path            `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
	To    int             `json:"to,omitempty"`
}

// MarshalJSON implements json.Marshaler. An edit that was applied by a
// [History] keeps the value that the field got, not the text it was given as.
func (e Edit) MarshalJSON() ([]byte, error) {
	k := kept{Op: e.Op, Path: e.Path, To: e.To}
	if e.Op == OpSet || e.Op == OpInsert {
		var err error
		if k.Value, err = json.Marshal(e.value); err != nil {
			return nil, fmt.Errorf("keeping the edit of %s: %w", e.Path, err)
		}
	}
	return json.Marshal(k)
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *Edit) UnmarshalJSON(b []byte) error {
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return fmt.Errorf("reading a kept edit: %w", err)
	}
	*e = Edit{Op: k.Op, Path: k.Path, To: k.To}
	if k.Value != nil {
		e.value = k.Value
	}
	return nil
}
