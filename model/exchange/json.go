package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"beckon/model"
	"beckon/model/text"
)

// Limits of a JSON file. A campaign with its creatives takes some 10 KB.
const (
	// MaxJSONBytes bounds a file.
	MaxJSONBytes = 16 << 20
	// MaxJSONDepth bounds how deep objects and arrays nest.
	MaxJSONDepth = 32
	// MaxObjects bounds the campaigns, engagements and library items of one
	// import.
	MaxObjects = 10_000
)

// value is one JSON value. Objects keep the order of their keys; strings and
// numbers keep the text they were written in, so that what is not understood is
// written back as it was.
type value struct {
	kind byte // one of: { [ " 0 t (true or false) n (null)
	// raw is the text of a string with its quotes, a number, true, false, null.
	raw    []byte
	keys   []string // decoded
	items  []*value
	offset int
}

// parseJSON reads one value. Refused are: text that is no UTF-8 or no JSON,
// what is larger or deeper than the limits, and a key given twice in an object,
// or again but for letters' case.
func parseJSON(file string, data []byte) (*value, error) {
	return parseDepth(file, data, MaxJSONDepth)
}

// parseKept reads what was kept, which stands some levels deeper.
func parseKept(file string, data []byte) (*value, error) {
	return parseDepth(file, data, MaxJSONDepth+4)
}

func parseDepth(file string, data []byte, most int) (*value, error) {
	refuse := func(offset int, path, reason string) error {
		e := &model.FileError{Source: model.Source{File: file}, Path: path, Reason: reason}
		if offset >= 0 {
			before := data[:min(offset, len(data))]
			e.Line = bytes.Count(before, []byte("\n")) + 1
			e.Column = utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		}
		return model.FileErrors{e}
	}
	if len(data) > MaxJSONBytes {
		return nil, refuse(-1, "", fmt.Sprintf("larger than %d MiB", MaxJSONBytes>>20))
	}
	if !utf8.Valid(data) {
		return nil, refuse(-1, "", "not UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, refuse(-1, "", "an empty file")
	}
	// Depth first: what checks the syntax is recursive.
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > most {
				return nil, refuse(i, "", fmt.Sprintf("nests deeper than %d levels", most))
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		offset := -1
		if syntax, ok := err.(*json.SyntaxError); ok {
			offset = int(syntax.Offset) - 1
		}
		return nil, refuse(offset, "", "not JSON: "+text.Line(err.Error(), 80))
	}
	r := &jsonReader{data: data}
	v := r.value("$")
	if r.reason != "" {
		return nil, refuse(r.at, r.path, r.reason)
	}
	return v, nil
}

// jsonReader walks over text that is known to be JSON.
type jsonReader struct {
	data         []byte
	pos          int
	at           int // of the first thing refused
	path, reason string
}

func (r *jsonReader) space() {
	for r.pos < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[r.pos]) >= 0 {
		r.pos++
	}
}

func (r *jsonReader) value(path string) *value {
	r.space()
	v := &value{offset: r.pos}
	switch b := r.data[r.pos]; b {
	case '{':
		v.kind = '{'
		seen := map[string]bool{}
		for r.pos++; ; {
			if r.space(); r.data[r.pos] == '}' {
				r.pos++
				return v
			}
			at := r.pos
			key := unquote(r.quoted())
			if fold := strings.ToLower(key); seen[fold] && r.reason == "" {
				r.at, r.path, r.reason = at, member(path, key), "given twice, or again but for letters' case"
			} else {
				seen[fold] = true
			}
			v.keys = append(v.keys, key)
			v.items = append(v.items, r.value(member(path, key)))
		}
	case '[':
		v.kind = '['
		for r.pos++; ; {
			if r.space(); r.data[r.pos] == ']' {
				r.pos++
				return v
			}
			v.items = append(v.items, r.value(element(path, len(v.items))))
		}
	case '"':
		v.kind, v.raw = '"', r.quoted()
	default:
		start := r.pos
		for r.pos < len(r.data) && strings.IndexByte(" \t\r\n,:]}", r.data[r.pos]) < 0 {
			r.pos++
		}
		v.raw = r.data[start:r.pos]
		switch b {
		case 't', 'f':
			v.kind = 't'
		case 'n':
			v.kind = 'n'
		default:
			v.kind = '0'
		}
	}
	return v
}

func (r *jsonReader) quoted() []byte {
	start := r.pos
	for r.pos++; r.data[r.pos] != '"'; r.pos++ {
		if r.data[r.pos] == '\\' {
			r.pos++
		}
	}
	r.pos++
	raw := r.data[start:r.pos]
	// The decoder puts U+FFFD in the place of half a surrogate pair, which would
	// change the text on the way back.
	if bytes.Contains(raw, []byte(`\u`)) && r.reason == "" {
		lost := strings.Count(unquote(raw), "\ufffd") - bytes.Count(raw, []byte("\ufffd")) - bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
		if lost > 0 {
			r.at, r.path, r.reason = start, "", "half of a surrogate pair is no character"
		}
	}
	return raw
}

func unquote(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// member and element are paths as JSONPath writes them, fit to be shown.
func member(path, key string) string { return path + "." + text.Line(key, 60) }

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// get returns a member of an object, or nil.
func (v *value) get(key string) *value {
	if v == nil || v.kind != '{' {
		return nil
	}
	for i, k := range v.keys {
		if k == key {
			return v.items[i]
		}
	}
	return nil
}

// set gives a member of an object a value, in its place or at the end.
func (v *value) set(key string, to *value) {
	for i, k := range v.keys {
		if k == key {
			v.items[i] = to
			return
		}
	}
	v.keys, v.items = append(v.keys, key), append(v.items, to)
}

// drop takes a member out.
func (v *value) drop(key string) {
	for i, k := range v.keys {
		if k == key {
			v.keys = append(v.keys[:i:i], v.keys[i+1:]...)
			v.items = append(v.items[:i:i], v.items[i+1:]...)
			return
		}
	}
}

// object returns a member that is an object, making one where there is none.
func (v *value) object(key string) *value {
	if m := v.get(key); m != nil && m.kind == '{' {
		return m
	}
	m := &value{kind: '{'}
	v.set(key, m)
	return m
}

// list returns the items of an array, none where it is no array.
func (v *value) list() []*value {
	if v == nil || v.kind != '[' {
		return nil
	}
	return v.items
}

// isNull reports whether a value is missing or null.
func (v *value) isNull() bool { return v == nil || v.kind == 'n' }

// text returns a string's text.
func (v *value) text() (string, bool) {
	if v == nil || v.kind != '"' {
		return "", false
	}
	return unquote(v.raw), true
}

// scalar returns the text of a string or number: ids come as either.
func (v *value) scalar() string {
	if s, ok := v.text(); ok {
		return s
	}
	if v != nil && v.kind == '0' {
		return string(v.raw)
	}
	return ""
}

// boolean returns true or false.
func (v *value) boolean() (is, ok bool) {
	if v == nil || v.kind != 't' {
		return false, false
	}
	return string(v.raw) == "true", true
}

// whole returns a whole number of at most nine digits, written as a number or,
// as sizes are, as a string, with "px" or without.
func (v *value) whole() (int, bool) {
	s := strings.TrimSuffix(v.scalar(), "px")
	if len(s) == 0 || len(s) > 10 {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil
}

// empty reports whether a value says nothing.
func (v *value) empty() bool {
	if v == nil {
		return true
	}
	switch v.kind {
	case 'n':
		return true
	case '{', '[':
		return len(v.items) == 0
	case '"':
		return len(v.raw) == 2
	}
	return string(v.raw) == "0" || string(v.raw) == "false"
}

// clone copies a value, so that writing into it leaves the other alone.
func (v *value) clone() *value {
	if v == nil {
		return nil
	}
	out := *v
	out.keys = append([]string(nil), v.keys...)
	out.items = make([]*value, len(v.items))
	for i, item := range v.items {
		out.items[i] = item.clone()
	}
	return &out
}

// append writes a value, indented by two spaces a level; on one line where
// indent is negative.
func (v *value) append(b []byte, indent int) []byte {
	line := func(level int) {
		if indent < 0 {
			return
		}
		b = append(b, '\n')
		for range level {
			b = append(b, "  "...)
		}
	}
	next := indent + 1
	if indent < 0 {
		next = indent
	}
	switch v.kind {
	case '{', '[':
		b = append(b, v.kind)
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			line(next)
			if v.kind == '{' {
				b = append(b, quote(v.keys[i])...)
				if b = append(b, ':'); indent >= 0 {
					b = append(b, ' ')
				}
			}
			b = item.append(b, next)
		}
		if len(v.items) > 0 {
			line(indent)
		}
		return append(b, v.kind+2) // "}" and "]" stand two after "{" and "["
	}
	return append(b, v.raw...)
}

func (v *value) line() []byte { return v.append(nil, -1) }

func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return []byte(`""`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Values to write.
func jsonText(s string) *value { return &value{kind: '"', raw: quote(s)} }
func jsonInt(n int) *value     { return &value{kind: '0', raw: []byte(strconv.Itoa(n))} }
func jsonBool(is bool) *value  { return &value{kind: 't', raw: strconv.AppendBool(nil, is)} }
func jsonNull() *value         { return &value{kind: 'n', raw: []byte("null")} }

// jsonNumber is for text that is known to be a number.
func jsonNumber(s string) *value { return &value{kind: '0', raw: []byte(s)} }

func jsonList(items ...*value) *value { return &value{kind: '[', items: items} }

func jsonObject() *value { return &value{kind: '{'} }
