package edit

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"beckon/model"
	"beckon/model/text"
)

// A ValueError says that a value cannot be had by the field it was meant for.
type ValueError struct {
	Path Path
	// Reason says what is wanted, as the reader of files says it. It holds no
	// foreign text.
	Reason string
	// Value is what was given, made harmless and cut.
	Value string
}

// Error returns "path: reason: value", fit to be shown.
func (e *ValueError) Error() string {
	s := text.Line(string(e.Path), 200) + ": " + e.Reason
	if e.Value != "" {
		s += ": " + e.Value
	}
	return s
}

// Value is what a field holds.
type Value struct {
	Field
	// Given reports whether the field would be written to a file: it is not
	// at its zero, or, if Optional, is there.
	Given bool
	// Len is the number of elements of a List.
	Len int

	value reflect.Value // without a pointer; invalid where nothing is
}

// Get returns what a document holds at a path. Where the path leads through an
// optional group that is not there, the value is one that is not given. The
// error is a [*PathError].
func Get(d model.Document, p Path) (Value, error) {
	root, err := structOf(d)
	if err != nil {
		return Value{}, err
	}
	parts, err := p.Parts()
	if err != nil {
		return Value{}, err
	}
	f, err := fieldAt(root.Type(), p, parts)
	if err != nil {
		return Value{}, err
	}
	v, err := locate(root, p, parts)
	if err != nil {
		return Value{}, err
	}
	out := Value{Field: f, value: inner(v)}
	out.Given = out.value.IsValid() && (f.Optional || !isEmpty(out.value))
	if f.Kind == List && out.value.IsValid() {
		out.Len = out.value.Len()
	}
	return out, nil
}

// Text returns the value's text form as in a file, "" where an optional one is
// not given; a List or Group is put in words, cut after 200 characters. It is
// foreign text: a screen shows it through model/text.
func (v Value) Text() string {
	if !v.value.IsValid() {
		return ""
	}
	if v.Kind == List || v.Kind == Group {
		return summary(v.value)
	}
	return textOf(v.value)
}

// Any returns a copy of the value, of the type that the field has in package
// model, without a pointer: a string, an int, a [model.Money], a
// [model.Condition], a []string. It is nil where an optional value, or what it
// would be in, is not there.
func (v Value) Any() any {
	if !v.value.IsValid() {
		return nil
	}
	return cloned(v.value).Interface()
}

// New returns an empty value of the field's type, as [Value.Any] would give
// it; of a List, an empty element.
func (f Field) New() any {
	t := f.typ
	if f.Kind == List {
		if t = t.Elem(); t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return reflect.Zero(t).Interface()
}

// Fields names the fields of a Group in the order of a file.
func (f Field) Fields() []string {
	if f.Kind != Group {
		return nil
	}
	var out []string
	for _, m := range recordOf(f.typ).fields {
		out = append(out, m.Name)
	}
	return out
}

// structOf returns the struct of a document.
func structOf(d model.Document) (reflect.Value, error) {
	v := reflect.ValueOf(d)
	if d == nil || v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return reflect.Value{}, &PathError{"", "no document"}
	}
	if _, ok := records()[v.Elem().Type()]; !ok {
		return reflect.Value{}, &PathError{"", "no kind of document"}
	}
	return v.Elem(), nil
}

// locate follows parts that are right for the type. The result is of the
// declared type, and invalid where something on the way is not there.
func locate(v reflect.Value, p Path, parts []Part) (reflect.Value, error) {
	for i, s := range parts {
		v = inner(v)
		if s.Field != "" {
			if v.IsValid() {
				r := recordOf(v.Type())
				v = v.FieldByIndex(r.fields[r.byName[s.Field]].index)
			}
			continue
		}
		n := 0
		if v.IsValid() {
			n = v.Len()
		}
		if err := inRange(p, JoinPath(parts[:i]...), s.Index, n-1); err != nil {
			return v, err
		}
		v = v.Index(s.Index)
	}
	return v, nil
}

func inRange(p, list Path, i, last int) error {
	switch {
	case i < 0:
		return &PathError{p, "want the number of an element of " + string(list)}
	case i > last:
		return &PathError{p, fmt.Sprintf("%s has no place %d, it ends at %d", list, i, last)}
	}
	return nil
}

// inner follows a pointer; a nil one becomes the invalid value.
func inner(v reflect.Value) reflect.Value {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

// isEmpty reports whether a value is left out of a file, as the codec has it:
// a pointer to a zero value is not.
func isEmpty(v reflect.Value) bool {
	switch {
	case v.Kind() == reflect.Slice:
		return v.Len() == 0
	case v.Kind() == reflect.Struct:
		for _, f := range recordOf(v.Type()).fields {
			if !isEmpty(v.FieldByIndex(f.index)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

// textOf returns the text form of a value that has one.
func textOf(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		if err != nil {
			return ""
		}
		return string(b)
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	}
	return v.String()
}

// Clone returns a copy that shares nothing with a document.
func Clone(d model.Document) model.Document {
	v, err := structOf(d)
	if err != nil {
		return nil
	}
	fresh := reflect.New(v.Type())
	fresh.Elem().Set(cloned(v))
	return fresh.Interface().(model.Document)
}

// cloned copies a value. What the codec writes alike becomes alike: a list
// without elements is nil, and a nil element is an empty one.
func cloned(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(cloned(v.Elem()))
		}
	case reflect.Slice:
		if v.Len() > 0 {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(cloned(filled(v.Index(i))))
		}
	case reflect.Struct:
		out.Set(v)
		for _, f := range recordOf(v.Type()).fields {
			if f.deep {
				out.FieldByIndex(f.index).Set(cloned(v.FieldByIndex(f.index)))
			}
		}
	default:
		out.Set(v)
	}
	return out
}

// filled gives a nil element of a list the empty value it stands for.
func filled(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return reflect.New(v.Type().Elem())
	}
	return v
}

// Equal reports whether two documents are the same by value: of one kind, and
// written alike.
func Equal(a, b model.Document) bool {
	x, err := structOf(a)
	y, err2 := structOf(b)
	if err != nil || err2 != nil || x.Type() != y.Type() {
		return false
	}
	for _, f := range recordOf(x.Type()).fields {
		// A document that does not say its kind is written with its type's.
		if f.Name != "kind" && !equal(x.FieldByIndex(f.index), y.FieldByIndex(f.index)) {
			return false
		}
	}
	return true
}

func equal(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return equal(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equal(filled(a.Index(i)), filled(b.Index(i))) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for _, f := range recordOf(a.Type()).fields {
			if !equal(a.FieldByIndex(f.index), b.FieldByIndex(f.index)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// read makes a value of a field's type, without a pointer, of a text or of a
// Go value. depth is how many levels the field is below the document.
func read(f Field, given any, depth int) (reflect.Value, error) {
	if s, ok := given.(string); ok && f.Kind != Text {
		return readText(f, s)
	}
	if raw, ok := given.(json.RawMessage); ok {
		into := reflect.New(f.typ)
		if err := json.Unmarshal(raw, into.Interface()); err != nil {
			return reflect.Value{}, &ValueError{Path: f.Path, Reason: "not a saved value of the field"}
		}
		given = into.Interface()
	}
	v := inner(reflect.ValueOf(given))
	if !v.IsValid() {
		return v, &ValueError{Path: f.Path, Reason: "no value is given; to have none, clear the field"}
	}
	if v.Type() != f.typ {
		return v, &ValueError{Path: f.Path, Reason: fmt.Sprintf("want %s, a %s, not a %s", f.Kind, f.typ, v.Type())}
	}
	if err := writable(v, depth); err != nil {
		return v, &ValueError{Path: f.Path, Reason: err.Error()}
	}
	return cloned(v), nil
}

// readText has the codec read a text, so that a form and a file accept the
// same and say the same.
func readText(f Field, s string) (reflect.Value, error) {
	refuse := func(reason string) (reflect.Value, error) {
		return reflect.Value{}, &ValueError{Path: f.Path, Reason: reason, Value: text.Line(s, 60)}
	}
	if f.Kind == List || f.Kind == Group || f.owner == nil {
		return refuse("want " + f.Kind.String() + ", not one text")
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unwritten) {
		return refuse("want " + f.Kind.String() + ", of characters that can be seen")
	}
	if s == "" && f.Element {
		return refuse("an empty item")
	}
	value, err := json.Marshal(s)
	if err != nil {
		return refuse("want " + f.Kind.String())
	}
	if (f.Kind == Bool || f.Kind == Int) && bare(s) {
		value = []byte(s)
	}
	if f.Element {
		value = append(append([]byte{'['}, value...), ']')
	}
	holder := reflect.New(f.owner)
	err = model.Unmarshal("a value.json", []byte(`{"`+f.Name+`": `+string(value)+`}`), holder.Interface())
	var wrong *model.FileError
	if errors.As(err, &wrong) {
		return refuse(wrong.Reason)
	}
	if err != nil {
		return refuse("want " + f.Kind.String())
	}
	r := recordOf(f.owner)
	out := inner(holder.Elem().FieldByIndex(r.fields[r.byName[f.Name]].index))
	if f.Element {
		out = inner(out.Index(0))
	}
	return out, nil
}

// unwritten reports characters that a file has as escapes alone.
func unwritten(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfeff || r == 0xfffd || r == 0xfffe || r == 0xffff
}

// bare reports whether a text may stand in a file without quotes as true,
// false or a whole number.
func bare(s string) bool {
	if s == "true" || s == "false" {
		return true
	}
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && (digits == "0" || digits[0] != '0') && strings.Trim(digits, "0123456789") == ""
}

// writable says why a value cannot be written to a file and read back.
func writable(v reflect.Value, depth int) error {
	if depth > model.MaxDepth {
		return fmt.Errorf("nested more than %d levels deep", model.MaxDepth)
	}
	if v.Kind() != reflect.Pointer && isText(v.Type()) {
		if v.IsZero() {
			return nil
		}
		back := reflect.New(v.Type())
		if err := back.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(textOf(v))); err != nil || !back.Elem().Equal(v) {
			return fmt.Errorf("out of the range of %s", kindOf(v.Type()))
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return writable(v.Elem(), depth)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := writable(v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for _, f := range recordOf(v.Type()).fields {
			fv := v.FieldByIndex(f.index)
			if isEmpty(fv) {
				continue
			}
			if err := writable(fv, depth+1); err != nil {
				return err
			}
		}
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return errors.New("not UTF-8")
		}
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		if i := v.Int(); i > 999_999_999 || i < -999_999_999 {
			return errors.New("want a whole number of at most 9 digits")
		}
	}
	return nil
}
