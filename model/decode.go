package model

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"weak"
)

// Located is a document and where it was read.
type Located struct {
	Document Document
	// Source is where the document begins.
	Source Source
	// written finds its fields; nil for a document that was not read from text.
	written *written
	// unread are the paths of fields that could not be read, and of those that
	// a misspelt field seems to mean; nil for a document that was read whole.
	unread []string
}

// written is a document as it was read. The nodes of a document of a YAML stream
// take ten times its text: they are made again where a place in it is asked for,
// and kept for no longer than nobody wants their memory.
type written struct {
	text yamlPart
	root *node // of a document that is no part of its own

	mu    sync.Mutex
	again weak.Pointer[node]
}

func (w *written) node() *node {
	if w == nil {
		return nil
	}
	if w.root != nil {
		return w.root
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := w.again.Value(); n != nil {
		return n
	}
	n, err := parseYAML(w.text)
	if err != nil {
		return nil // it was read before
	}
	w.again = weak.Make(n)
	return n
}

// Place returns where a field stands, by its path as in [Problem.Path]. A
// field that is not written is placed where the innermost written one around
// it is.
func (l Located) Place(path string) Source {
	at := l.Source
	if path == "" {
		return at
	}
	n := l.written.node()
	for n != nil && path != "" {
		var name string
		if path[0] == '[' {
			digits, rest, _ := strings.Cut(path[1:], "]")
			i, err := strconv.Atoi(digits)
			if err != nil || n.kind != listNode || i < 0 || i >= len(n.items) {
				return at
			}
			n, path = n.items[i], strings.TrimPrefix(rest, ".")
			at.Line, at.Column = n.line, n.column
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		name, path = path[:end], strings.TrimPrefix(path[end:], ".")
		value, key := n.item(name)
		if n = value; n != nil {
			at.Line, at.Column = key.line, key.column
		}
	}
	return at
}

// DecodeDocuments reads the documents of one file: a YAML stream, one JSON
// object, or a list of objects in either. The name stands in errors and
// sources; a name that ends in ".json" is read as JSON alone.
//
// Everything that is wrong is returned at once, as [FileErrors], beside the
// documents that could be read. A document may be unfinished: what it lacks is
// for [Validate] to tell. Malformed are: text that is no UTF-8, YAML or JSON;
// an unknown kind, field or name of a choice; a field given twice, or again
// but for letters' case; a value of the wrong shape; no kind or no id.
func DecodeDocuments(name string, data []byte) ([]Located, error) {
	var all complaints
	var docs []Located
	for _, l := range decodeDocuments(name, data, &all, func(string) {}) {
		if l.unread == nil {
			docs = append(docs, l)
		}
	}
	return docs, all.err()
}

// Unmarshal reads one YAML or JSON document strictly, as [DecodeDocuments]
// does, into a struct with yaml tags: strings, numbers, booleans, types that
// unmarshal text, and structs, pointers and lists of these.
func Unmarshal(name string, data []byte, into any) error {
	var all complaints
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("reading %s: want a pointer to a struct, not %T", shown(name), into)
	}
	var roots []*node
	for _, p := range parseFile(name, data, &all, func(string) {}) {
		n := p.root
		if n == nil {
			var err *syntaxError
			if n, err = parseYAML(p.yamlPart); err != nil {
				all.add(&FileError{Source: Source{name, err.line, err.column}, Reason: err.reason})
				continue
			}
		}
		roots = append(roots, n)
	}
	if len(roots) != 1 && len(all.list) == 0 {
		all.add(&FileError{Source: Source{File: name}, Reason: fmt.Sprintf("want one document, found %d", len(roots))})
	}
	if len(roots) == 1 {
		d := decoder{file: name, all: &all}
		d.value(roots[0], v.Elem(), nil, nil)
	}
	return all.err()
}

// decodeDocuments returns the documents that were read, be it in part. lost is
// told the text of what gave none.
func decodeDocuments(name string, data []byte, all *complaints, lost func(text string)) []Located {
	read := readParts(name, parseFile(name, data, all, lost))
	for _, r := range read {
		if r.refused != nil {
			all.add(r.refused)
			lost(r.text)
		}
	}
	out := make([]Located, 0, len(read))
	for _, r := range read {
		for _, d := range r.docs {
			if len(out) >= MaxDocuments {
				all.add(&FileError{Source: d.at, Reason: fmt.Sprintf("more than %d documents", MaxDocuments)})
				return out
			}
			all.addAll(&d.wrong)
			if d.ok {
				out = append(out, d.Located)
			} else if d.id != nil {
				lost(*d.id)
			}
		}
	}
	return out
}

// readPart is what became of a part of a file.
type readPart struct {
	text    string     // where it is refused
	refused *FileError // it is no YAML
	docs    []readDocument
}

// readDocument is what became of a document.
type readDocument struct {
	Located
	ok    bool
	at    Source
	id    *string // where it gave no document, and has one
	wrong complaints
}

// readParts reads the parts of a file, on all processors, in their order. No
// part needs another: names for values, which YAML has, hold within a document.
func readParts(name string, parts []filePart) []readPart {
	out := make([]readPart, len(parts))
	workers := min(runtime.GOMAXPROCS(0), len(parts)/partsAtOnce)
	if workers < 2 {
		for i, p := range parts {
			out[i] = p.read(name)
		}
		return out
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for {
				to := int(next.Add(partsAtOnce))
				from := to - partsAtOnce
				if from >= len(parts) {
					return
				}
				for i := from; i < min(to, len(parts)); i++ {
					out[i] = parts[i].read(name)
				}
			}
		})
	}
	done.Wait()
	return out
}

// partsAtOnce are taken by one who reads: so many are some milliseconds of work.
const partsAtOnce = 16

// filePart is a document of a YAML stream, or what a file of JSON holds.
type filePart struct {
	yamlPart
	root *node // of JSON
}

func (p filePart) read(name string) readPart {
	root := p.root
	if root == nil {
		var err *syntaxError
		if root, err = parseYAML(p.yamlPart); err != nil {
			return readPart{text: p.text, refused: &FileError{Source: Source{name, err.line, err.column}, Reason: err.reason}}
		}
	}
	if root.kind != listNode {
		w := &written{text: p.yamlPart, root: p.root}
		return readPart{docs: []readDocument{readDocumentOf(name, root, w)}}
	}
	out := readPart{docs: make([]readDocument, len(root.items))}
	for i, n := range root.items {
		out.docs[i] = readDocumentOf(name, n, &written{root: n})
	}
	return out
}

func readDocumentOf(name string, n *node, w *written) readDocument {
	d := readDocument{at: Source{name, n.line, n.column}}
	if d.Located, d.ok = decodeDocument(name, n, &d.wrong); d.ok {
		d.written = w
	} else if id, _ := n.item("id"); id != nil {
		d.id = &id.text
	}
	return d
}

// parseFile checks a file's bytes and returns its parts. lost is told the text of
// what has none.
func parseFile(name string, data []byte, all *complaints, lost func(text string)) []filePart {
	refuse := func(offset int, reason string) []filePart {
		lost(string(data[:min(len(data), MaxFileBytes)]))
		at := Source{File: name}
		if offset >= 0 {
			p := placer{data: data}
			at.Line, at.Column = p.place(offset)
		}
		all.add(&FileError{Source: at, Reason: reason})
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > MaxFileBytes {
		return refuse(-1, fmt.Sprintf("larger than %d MiB", MaxFileBytes>>20))
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return refuse(-1, "written in UTF-16, want UTF-8")
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return refuse(-1, "a binary file, want YAML or JSON")
	}
	if i := invalidUTF8(data); i >= 0 {
		return refuse(i, fmt.Sprintf("not UTF-8 at byte %d", i))
	}
	if i, r := control(data); i >= 0 {
		return refuse(i, fmt.Sprintf(`a control character (U+%04X); write it as an escape in "double quotes"`, r))
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return refuse(-1, "an empty file")
	}
	first := bytes.TrimLeft(data, " \t\r\n")[0]
	if strings.HasSuffix(strings.ToLower(name), ".json") || (first == '{' || first == '[') && json.Valid(data) {
		n, err := parseJSON(data)
		if err != nil {
			all.add(&FileError{Source: Source{name, err.line, err.column}, Reason: err.reason})
			lost(string(data))
			return nil
		}
		return []filePart{{root: n}}
	}
	parts := splitYAML(string(data))
	if len(parts) == 0 {
		return refuse(-1, "holds no document")
	}
	out := make([]filePart, len(parts))
	for i, p := range parts {
		out[i] = filePart{yamlPart: p}
	}
	return out
}

func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// control finds a raw character that YAML does not allow.
func control(data []byte) (int, rune) {
	for i, r := range string(data) {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff || r == 0xfeff {
			return i, r
		}
	}
	return -1, 0
}

// decodeDocument reads one document, as far as that goes: its unread fields say
// what could not be. A document without a known kind is not returned.
func decodeDocument(file string, root *node, all *complaints) (Located, bool) {
	at := Source{file, root.line, root.column}
	d := decoder{file: file, all: all}
	if root.kind != mappingNode {
		all.add(&FileError{Source: at, Reason: "want a document with kind, id and name, found " + root.kind.String()})
		return Located{}, false
	}
	kind, _ := root.item("kind")
	if kind == nil || kind.kind == nullNode {
		reason := "missing, want " + listed(names(Kinds()...))
		for i := range root.keys {
			if Nearest(root.keys[i].text, []string{"kind"}) != "" {
				reason += fmt.Sprintf(" (line %d names a field nearly so)", root.keys[i].line)
			}
		}
		all.add(&FileError{Source: at, Path: "kind", Reason: reason})
		return Located{}, false
	}
	doc := NewDocument(Kind(kind.text))
	if kind.kind != scalarNode || doc == nil {
		d.choice(kind, names(Kinds()...), &step{field: "kind"})
		return Located{}, false
	}
	d.document = kind.text
	if id, _ := root.item("id"); id != nil && id.kind == scalarNode && id.text != "" {
		d.document += " " + shown(id.text)
	} else if Kind(kind.text) != KindSettings {
		d.refuse(root, &step{field: "id"}, "missing", "")
	}
	d.value(root, reflect.ValueOf(doc).Elem(), nil, nil)
	return Located{Document: doc, Source: at, unread: d.unread}, true
}

// decoder fills a Go value from nodes and notes what does not fit.
type decoder struct {
	file     string
	document string
	all      *complaints
	unread   []string
}

func (d *decoder) refuse(n *node, at *step, reason, value string) {
	d.unread = append(d.unread, at.String())
	d.all.add(&FileError{Source: Source{d.file, n.line, n.column}, Document: d.document, Path: at.String(), Reason: reason, Value: shown(value)})
}

// choice reports a name that is none of a list.
func (d *decoder) choice(n *node, list []string, at *step) {
	reason := "want " + listed(list)
	if near := Nearest(n.text, list); near != "" {
		reason += ", did you mean " + near + "?"
	}
	if n.kind != scalarNode {
		d.refuse(n, at, reason+", found "+n.kind.String(), "")
		return
	}
	d.refuse(n, at, reason, n.text)
}

func (d *decoder) value(n *node, v reflect.Value, allowed []string, at *step) {
	if n.kind == nullNode {
		return // not given
	}
	if v.Kind() == reflect.Pointer {
		fresh := reflect.New(v.Type().Elem())
		d.value(n, fresh.Elem(), allowed, at)
		v.Set(fresh)
		return
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if d.scalar(n, at, "a value") {
			if err := u.UnmarshalText([]byte(n.text)); err != nil {
				d.refuse(n, at, plainReason(err), n.text)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.record(n, v, at)
	case reflect.Slice:
		if n.kind != listNode {
			d.refuse(n, at, "want a list, found "+n.kind.String(), n.text)
			return
		}
		if len(n.items) == 0 {
			return
		}
		list := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
		for i, item := range n.items {
			here := &step{outer: at, index: i}
			if item.kind == nullNode {
				d.refuse(item, here, "an empty item", "")
				continue
			}
			d.value(item, list.Index(i), allowed, here)
		}
		v.Set(list)
	case reflect.String:
		if !d.scalar(n, at, "text") {
			return
		}
		if allowed != nil && n.text != "" {
			if i := indexOf(allowed, n.text); i < 0 {
				d.choice(n, allowed, at)
				return
			} else {
				v.SetString(allowed[i])
				return
			}
		}
		v.SetString(strings.Clone(n.text)) // the file that it is a piece of goes
	case reflect.Bool:
		if !d.scalar(n, at, "true or false") {
			return
		}
		if n.style != bareStyle || n.text != "true" && n.text != "false" {
			d.refuse(n, at, "want true or false", n.text)
			return
		}
		v.SetBool(n.text == "true")
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		if !d.scalar(n, at, "a whole number") {
			return
		}
		i, ok := wholeNumber(n.text)
		if n.style != bareStyle || !ok || v.OverflowInt(i) {
			d.refuse(n, at, "want a whole number of at most 9 digits", n.text)
			return
		}
		v.SetInt(i)
	default:
		d.refuse(n, at, "cannot be given in a file", "")
	}
}

func indexOf(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// wholeNumber reads up to nine digits, so that no conversion overflows.
func wholeNumber(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) == 0 || len(digits) > 9 || len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	i, err := strconv.ParseInt(s, 10, 64)
	return i, err == nil
}

func (d *decoder) scalar(n *node, at *step, want string) bool {
	if n.kind != scalarNode {
		d.refuse(n, at, "want "+want+", found "+n.kind.String(), "")
		return false
	}
	return true
}

func (d *decoder) record(n *node, v reflect.Value, at *step) {
	r := recordOf(v.Type())
	if n.kind != mappingNode {
		d.refuse(n, at, "want fields ("+brief(r.names)+"), found "+n.kind.String(), n.text)
		return
	}
	seen := make(map[string]*node, len(n.keys))
	for i := range n.keys {
		key := &n.keys[i]
		here := &step{outer: at, field: key.text}
		fold := strings.ToLower(key.text)
		if first := seen[fold]; first != nil {
			reason := "given twice"
			if first.text != key.text {
				reason = "given twice, but for letters' case"
			}
			d.refuse(key, safeStep(here), fmt.Sprintf("%s, first on line %d", reason, first.line), "")
			continue
		}
		seen[fold] = key
		f, ok := r.byName[key.text]
		if !ok {
			reason := "unknown field"
			if near := Nearest(key.text, r.names); near != "" {
				reason += ", did you mean " + near + "?"
				d.unread = append(d.unread, (&step{outer: at, field: near}).String())
			} else if len(r.names) <= 12 {
				reason += ", want " + listed(r.names)
			}
			d.refuse(key, safeStep(here), reason, "")
			continue
		}
		d.value(n.items[i], v.FieldByIndex(r.fields[f].index), r.fields[f].choices, here)
	}
}

// safeStep makes a name that a file invented fit to be shown.
func safeStep(s *step) *step { return &step{outer: s.outer, field: emptyName(shown(s.field))} }

func emptyName(s string) string {
	if s == "" {
		return `""`
	}
	return s
}

func brief(names []string) string {
	if len(names) > 6 {
		return strings.Join(names[:6], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// plainReason takes the class of error ("not a time: want …") off the reason.
func plainReason(err error) string {
	if _, reason, ok := strings.Cut(err.Error(), ": "); ok {
		return shown(reason)
	}
	return shown(err.Error())
}
