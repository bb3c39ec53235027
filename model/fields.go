package model

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// record is a struct type as the files see it: its fields in order, those of
// inlined structs among them.
type record struct {
	fields []field
	byName map[string]int
	names  []string
}

type field struct {
	name    string
	index   []int
	typ     reflect.Type
	owner   reflect.Type // the struct that declares it
	goName  string
	choices []string
}

// records holds every struct of a catalog. It is built once and never changed.
var records = sync.OnceValue(func() map[reflect.Type]*record {
	out := map[reflect.Type]*record{}
	for _, k := range Kinds() {
		gatherRecords(reflect.TypeOf(NewDocument(k)), out)
	}
	return out
})

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// isText reports whether values of a type are written as one text.
func isText(t reflect.Type) bool { return reflect.PointerTo(t).Implements(textType) }

func gatherRecords(t reflect.Type, out map[reflect.Type]*record) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		gatherRecords(t.Elem(), out)
	case reflect.Struct:
		if out[t] != nil || isText(t) {
			return
		}
		r := newRecord(t)
		out[t] = r
		for _, f := range r.fields {
			gatherRecords(f.typ, out)
		}
	}
}

func newRecord(t reflect.Type) *record {
	r := &record{byName: map[string]int{}}
	r.gather(t, nil)
	for i, f := range r.fields {
		r.byName[f.name] = i
		r.names = append(r.names, f.name)
	}
	return r
}

func (r *record) gather(t reflect.Type, at []int) {
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		index := append(append([]int(nil), at...), i)
		if strings.Contains(options, "inline") {
			r.gather(sf.Type, index)
			continue
		}
		if name == "" || name == "-" || !sf.IsExported() {
			continue
		}
		f := field{name: name, index: index, typ: sf.Type, owner: t, goName: sf.Name}
		elem := sf.Type
		for elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Slice {
			elem = elem.Elem()
		}
		if f.choices = choices[elem]; f.choices == nil {
			f.choices = fieldChoices[t][name]
		}
		r.fields = append(r.fields, f)
	}
}

// recordOf returns the record of a struct type.
func recordOf(t reflect.Type) *record {
	if r := records()[t]; r != nil {
		return r
	}
	return newRecord(t)
}

func appendIndex(b []byte, i int) []byte {
	b = append(b, '[')
	b = strconv.AppendInt(b, int64(i), 10)
	return append(b, ']')
}
