package journey

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// asStandard reads a value as the standard library does, into a tree of its own.
func asStandard(d *json.Decoder) (*node, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		n := &node{kind: list}
		if t == '{' {
			n.kind = object
		}
		for d.More() {
			if n.kind == object {
				k, err := d.Token()
				if err != nil {
					return nil, err
				}
				n.keys = append(n.keys, k.(string))
			}
			v, err := asStandard(d)
			if err != nil {
				return nil, err
			}
			n.vals = append(n.vals, v)
		}
		_, err := d.Token()
		return n, err
	case json.Number:
		return &node{kind: number, text: t.String()}, nil
	case string:
		return &node{kind: str, text: t}, nil
	case bool:
		return &node{kind: boolean, text: fmt.Sprint(t)}, nil
	}
	return &node{}, nil
}

// told writes a tree.
func (n *node) told(b *strings.Builder) {
	fmt.Fprintf(b, "%d %q %q [", n.kind, n.text, n.keys)
	for _, v := range n.vals {
		v.told(b)
	}
	b.WriteString("]")
}

func toldTree(n *node) string {
	var b strings.Builder
	n.told(&b)
	return b.String()
}

// One reader of trees for line after line gives what the standard library does,
// each time, of what is written within a line too, and whatever was refused
// before.
func TestTreesAreThoseOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\/é\x00-\x1f ]{0,40}`))
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		flat := rapid.OneOf(rapid.Map(text, func(s string) any { return s }), rapid.Map(rapid.Int64(), func(n int64) any { return n }),
			rapid.Map(rapid.Bool(), func(b bool) any { return b }), rapid.Just[any](nil), rapid.Just[any](json.Number("-0.50e+3")))
		if depth == 0 {
			return flat
		}
		return rapid.OneOf(flat, rapid.Map(rapid.SliceOfN(value(depth-1), 0, 12), func(l []any) any { return l }),
			rapid.Map(rapid.MapOfN(text, value(depth-1), 0, 12), func(m map[string]any) any { return m }))
	}
	lines := rapid.SliceOfN(value(3), 1, 4)
	rapid.Check(t, func(t *rapid.T) {
		var in trees
		for _, v := range lines.Draw(t, "lines") {
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(rapid.Bool().Draw(t, "escaped"))
			if err := e.Encode(v); err != nil {
				t.Fatal(err)
			}
			line := bytes.TrimSpace(b.Bytes())
			got, err := in.parse(line)
			if err != nil {
				if asFault(err).reason != "duplicate-key" {
					t.Fatalf("%s: %v", line, err)
				}
				continue
			}
			d := json.NewDecoder(bytes.NewReader(line))
			d.UseNumber()
			want, err := asStandard(d)
			if err != nil {
				t.Fatal(err)
			}
			inner, err := in.within(`{"within":["x\n",1]}`)
			if err != nil || inner.get("within").vals[0].text != "x\n" {
				t.Fatalf("%v %v", inner, err)
			}
			if g, w := toldTree(got), toldTree(want); g != w {
				t.Fatalf("%s\n%s\n%s", line, g, w)
			}
		}
	})
}

// Whatever the number of keys, that one comes twice is seen, in either case, and
// that none does.
func TestKeysThatComeTwice(t *testing.T) {
	t.Parallel()
	part := rapid.StringMatching(`[a-cA-C_éÉ]{1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(part, 0, 60).Draw(t, "keys")
		for i := range rapid.SampledFrom([]int{0, 0, 300}).Draw(t, "more") {
			keys = append(keys, fmt.Sprint("k", i))
		}
		twice := false
		seen := map[string]bool{}
		for _, k := range keys {
			twice = twice || seen[strings.ToLower(k)]
			seen[strings.ToLower(k)] = true
		}
		s := scanner{}
		if s.distinct(keys); (s.f != nil) != twice {
			t.Fatalf("%q: %v, twice %v", keys, s.f, twice)
		}
	})
}

// fill makes all texts in a value parts of a line, and calls each with them.
func fill(v reflect.Value, part func() string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(part())
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), part)
		} else if v.Type() == reflect.TypeFor[*Geo]() {
			v.Set(reflect.ValueOf(&Geo{part(), part(), part()}))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), part)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), part)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{part(): part(), part(): part()}))
	}
}

// textsIn tells of all texts in a value.
func textsIn(v reflect.Value, tell func(s string)) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() { // what has a type of its own is a word of Beckon's
			tell(v.String())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			textsIn(v.Elem(), tell)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			textsIn(v.Field(i), tell)
		}
	case reflect.Slice:
		for i := range v.Len() {
			textsIn(v.Index(i), tell)
		}
	case reflect.Map:
		for k, v := range v.Seq2() {
			textsIn(k, tell)
			textsIn(v, tell)
		}
	}
}

// An event that is kept has texts of its own, and is no part of the line that it
// was read from, which may be a thousand times as long.
func TestEventsHoldOnToNoLine(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		for typ := PageView; typ <= Leave; typ++ {
			var b strings.Builder
			for i := range 4000 { // no two parts are equal, and some are long
				fmt.Fprintf(&b, "%05d", i)
			}
			line, at := b.String(), 0
			part := func() string {
				n := 10
				if at%3 == 0 {
					n = 600
				}
				at += n
				return line[at-n : at]
			}
			e := &Event{Type: typ}
			new(decoder).alloc(e)
			fill(reflect.ValueOf(e).Elem(), part)
			if e.Type, e.At = typ, at0; e.Personal != nil {
				e.Personal.Gender = "female" // always such a word
			}
			h := hider{keep: keep}
			h.hideIn(e, FormatGA4)
			begin := uintptr(unsafe.Pointer(unsafe.StringData(line)))
			texts := 0
			textsIn(reflect.ValueOf(e).Elem(), func(s string) {
				if s == "" {
					return
				}
				texts++
				if p := uintptr(unsafe.Pointer(unsafe.StringData(s))); p >= begin && p < begin+uintptr(len(line)) {
					t.Errorf("%s, kept %v: %.20q is a part of the line", typ, keep, s)
				}
			})
			if texts < 2 {
				t.Errorf("%s: %d texts", typ, texts)
			}
		}
	}
}
