package edit

import (
	"encoding"
	"reflect"
	"strings"
	"sync"

	"beckon/model"
)

// Kind is the kind of value that a field takes.
type Kind uint8

// The kinds. Every one but List and Group has a text form, the one it has in a
// file.
const (
	Text     Kind = iota
	Bool          // "true" or "false"
	Int           // a whole number of at most 9 digits
	Money         // "49.50"
	Duration      // "1m30s"
	Date          // "2026-03-01"
	Clock         // "09:30"
	Choice        // one of [Field.Choices]
	List          // elements of one kind, in order
	Group         // fields of its own
)

// String returns the kind in words.
func (k Kind) String() string {
	names := [...]string{"text", "yes or no", "a whole number", "an amount", "a duration", "a date", "a time of day", "a choice", "a list", "fields"}
	if int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}

// Field is what can be said of a field without looking at a document.
type Field struct {
	// Path is where it is, with indexes or "[]" as it was asked for.
	Path Path
	// Name is the last field's name on the path; an element has its list's.
	Name string
	Kind Kind
	// Optional fields tell "not given" from zero: 0 % is not the default, an
	// empty group is not none. Others are not given when they are zero.
	Optional bool
	// Element reports an element of a list; it is removed and not cleared.
	Element bool
	// Fixed fields cannot be changed: a document's kind.
	Fixed bool
	// Recursive groups are of a type that the path has passed before; [Walk]
	// lists them and goes no further.
	Recursive bool
	// Choices of a Choice, or of the elements of a List of them, in the order
	// in which a form offers them.
	Choices []string
	// Of is the kind of a List's elements.
	Of Kind

	typ   reflect.Type // without a pointer
	owner reflect.Type // the record with the field, or with the list
}

// Clearable reports whether the field may be cleared. Whether a document is
// complete without it is for [model.Validate] to tell.
func (f Field) Clearable() bool { return !f.Fixed && !f.Element && f.Path != "" }

// Help returns what the field means, as its type's comment says.
func (f Field) Help() string {
	if f.owner == nil {
		return model.Describe(reflect.Zero(f.typ).Interface(), "")
	}
	return model.Describe(reflect.Zero(f.owner).Interface(), f.Name)
}

// FieldOf says what a path or pattern leads to in documents of a kind. The
// error is a [*PathError].
func FieldOf(k model.Kind, p Path) (Field, error) {
	doc := model.NewDocument(k)
	if doc == nil {
		return Field{}, &PathError{p, "no such kind of document"}
	}
	parts, err := p.Parts()
	if err != nil {
		return Field{}, err
	}
	return fieldAt(reflect.TypeOf(doc).Elem(), p, parts)
}

func fieldAt(document reflect.Type, p Path, parts []Part) (Field, error) {
	f := describe(document)
	for i, s := range parts {
		here := JoinPath(parts[:i]...)
		if s.Field == "" {
			if f.Kind != List {
				return Field{}, &PathError{p, place(here) + " is no list"}
			}
			elem := describe(f.typ.Elem())
			elem.Name, elem.owner, elem.Choices = f.Name, f.owner, f.Choices
			elem.Element, elem.Optional = true, false // a nil element is an empty one
			elem.name()
			f = elem
			continue
		}
		if f.Kind != Group {
			return Field{}, &PathError{p, place(here) + " has no fields"}
		}
		j, ok := recordOf(f.typ).byName[s.Field]
		if !ok {
			return Field{}, &PathError{p, place(here) + " has no field " + s.Field + "; there are " + recordOf(f.typ).names()}
		}
		f = recordOf(f.typ).fields[j].Field
		f.Fixed = i == 0 && s.Field == "kind"
	}
	f.Path = p
	return f, nil
}

func place(p Path) string {
	if p == "" {
		return "the document"
	}
	return string(p)
}

// Walk lists the fields of documents of a kind that a form has to reach, in
// the order of a file: every value; every list of values, by its elements
// ("audiences[]"); every optional group, since its being there says something,
// before its fields; and groups that nest within themselves once, as
// Recursive. The document's kind is not listed.
func Walk(k model.Kind) []Field {
	doc := model.NewDocument(k)
	if doc == nil {
		return nil
	}
	var out []Field
	var walk func(f Field, passed []reflect.Type)
	walk = func(f Field, passed []reflect.Type) {
		switch f.Kind {
		case List:
			elem, err := FieldOf(k, f.Path.At(-1))
			if err == nil {
				walk(elem, passed)
			}
		case Group:
			for _, t := range passed {
				f.Recursive = f.Recursive || t == f.typ
			}
			if f.Optional || f.Recursive {
				out = append(out, f)
			}
			if f.Recursive {
				return
			}
			passed = append(passed[:len(passed):len(passed)], f.typ)
			for _, inner := range recordOf(f.typ).fields {
				at := inner.Field
				at.Path = f.Path.Field(inner.Name)
				walk(at, passed)
			}
		default:
			if f.Path != "kind" {
				out = append(out, f)
			}
		}
	}
	walk(describe(reflect.TypeOf(doc).Elem()), nil)
	return out
}

// record is a struct type as files see it: its fields in order, those of
// inlined structs among them.
type record struct {
	fields []member
	byName map[string]int
}

// names are those of all fields, for who has to name one.
func (r *record) names() string {
	out := make([]string, len(r.fields))
	for i, f := range r.fields {
		out[i] = f.Name
	}
	return strings.Join(out, ", ")
}

type member struct {
	Field
	index []int
	// deep reports that copying the value shares something: it has pointers or
	// lists.
	deep bool
}

// records holds every record of a catalog. It is built once and never changed.
var records = sync.OnceValue(func() map[reflect.Type]*record {
	out := map[reflect.Type]*record{}
	for _, k := range model.Kinds() {
		gather(reflect.TypeOf(model.NewDocument(k)).Elem(), out)
	}
	return out
})

func gather(t reflect.Type, out map[reflect.Type]*record) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || out[t] != nil || isText(t) {
		return
	}
	r := newRecord(t)
	out[t] = r
	for _, f := range r.fields {
		gather(f.typ, out)
	}
}

// recordOf returns the record of a struct type.
func recordOf(t reflect.Type) *record {
	if r := records()[t]; r != nil {
		return r
	}
	return newRecord(t)
}

func newRecord(t reflect.Type) *record {
	r := &record{byName: map[string]int{}}
	owner := reflect.Zero(t).Interface()
	var add func(t reflect.Type, at []int)
	add = func(in reflect.Type, at []int) {
		for i := range in.NumField() {
			sf := in.Field(i)
			name, options, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
			index := append(append([]int(nil), at...), i)
			if strings.Contains(options, "inline") {
				add(sf.Type, index)
				continue
			}
			if name == "" || name == "-" || !sf.IsExported() {
				continue
			}
			f := describe(sf.Type)
			f.Name, f.owner = name, t
			f.Choices = model.FieldChoices(owner, name)
			f.name()
			r.byName[name] = len(r.fields)
			r.fields = append(r.fields, member{f, index, isDeep(sf.Type)})
		}
	}
	add(t, nil)
	return r
}

func isDeep(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return true
	case reflect.Struct:
		for i := range t.NumField() {
			if isDeep(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// name turns a text with choices into a choice.
func (f *Field) name() {
	if f.Choices == nil {
		return
	}
	if f.Kind == Text {
		f.Kind = Choice
	}
	if f.Kind == List && f.Of == Text {
		f.Of = Choice
	}
}

// describe says what a type alone tells.
func describe(t reflect.Type) Field {
	f := Field{typ: t}
	if t.Kind() == reflect.Pointer {
		f.Optional, f.typ = true, t.Elem()
	}
	f.Kind = kindOf(f.typ)
	if f.Kind == List {
		f.Of = describe(f.typ.Elem()).Kind
	}
	return f
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// isText reports whether values of a type are written as one text.
func isText(t reflect.Type) bool { return reflect.PointerTo(t).Implements(textType) }

func kindOf(t reflect.Type) Kind {
	switch t {
	case reflect.TypeFor[model.Money]():
		return Money
	case reflect.TypeFor[model.Duration]():
		return Duration
	case reflect.TypeFor[model.Date]():
		return Date
	case reflect.TypeFor[model.Clock]():
		return Clock
	}
	switch t.Kind() {
	case reflect.Bool:
		return Bool
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int
	case reflect.Slice:
		return List
	case reflect.Struct:
		return Group
	}
	return Text
}
