package model

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Sort puts every slice of documents in the order of IDs, the order in which a
// catalog is written.
func (c *Catalog) Sort() {
	sortByID(c.Goals)
	sortByID(c.Audiences)
	sortByID(c.Schedules)
	sortByID(c.Occasions)
	sortByID(c.Windows)
	sortByID(c.EntryPoints)
	sortByID(c.Behaviors)
	sortByID(c.Templates)
	sortByID(c.Campaigns)
}

func sortByID[D Document](list []D) {
	slices.SortStableFunc(list, func(a, b D) int { return strings.Compare(a.Head().ID, b.Head().ID) })
}

// sorted returns the documents in canonical order, whatever the slices' order.
func sorted(c *Catalog) []Document {
	docs := c.Documents()
	order := map[Kind]int{}
	for i, k := range Kinds() {
		order[k] = i
	}
	slices.SortStableFunc(docs, func(a, b Document) int {
		if x, y := order[kindOf(a)], order[kindOf(b)]; x != y {
			return x - y
		}
		return strings.Compare(a.Head().ID, b.Head().ID)
	})
	return docs
}

// Encode writes a catalog as a stream of YAML documents in canonical form: by
// kind as in [Kinds], then by ID; fields in the order of the types, those at
// their zero value left out. Equal catalogs give equal bytes.
func Encode(w io.Writer, c *Catalog) error {
	for i, d := range sorted(c) {
		b, err := EncodeDocument(d)
		if err != nil {
			return err
		}
		if i > 0 {
			b = append([]byte("---\n"), b...)
		}
		if _, err := w.Write(b); err != nil {
			return fmt.Errorf("writing the catalog: %w", err)
		}
	}
	return nil
}

// EncodeDocument returns one document as canonical YAML.
func EncodeDocument(d Document) ([]byte, error) {
	n, err := documentNode(d)
	if err != nil {
		return nil, err
	}
	return printYAML(nil, n, 0), nil
}

// EncodeJSON writes a catalog as a list of JSON objects, one a document, in
// the order and with the fields of [Encode].
func EncodeJSON(w io.Writer, c *Catalog) error {
	list := &node{kind: listNode}
	for _, d := range sorted(c) {
		n, err := documentNode(d)
		if err != nil {
			return err
		}
		list.items = append(list.items, n)
	}
	if _, err := w.Write(append(printJSON(nil, list, 0), '\n')); err != nil {
		return fmt.Errorf("writing the catalog: %w", err)
	}
	return nil
}

// EncodeDocumentJSON returns one document as JSON, with the fields of
// [EncodeDocument].
func EncodeDocumentJSON(d Document) ([]byte, error) {
	n, err := documentNode(d)
	if err != nil {
		return nil, err
	}
	return append(printJSON(nil, n, 0), '\n'), nil
}

// kindOf returns the kind that goes with a document's type.
func kindOf(d Document) Kind {
	switch d.(type) {
	case *Settings:
		return KindSettings
	case *Goal:
		return KindGoal
	case *Audience:
		return KindAudience
	case *Schedule:
		return KindSchedule
	case *Occasion:
		return KindOccasion
	case *Window:
		return KindWindow
	case *EntryPoint:
		return KindEntryPoint
	case *Behavior:
		return KindBehavior
	case *Template:
		return KindTemplate
	case *Campaign:
		return KindCampaign
	}
	return ""
}

// documentNode turns a document into nodes. A document whose Kind does not say
// its type gets the kind of its type.
func documentNode(d Document) (*node, error) {
	v := reflect.ValueOf(d)
	kind := kindOf(d)
	if kind == "" || v.IsNil() {
		return nil, fmt.Errorf("encoding a document: %T is no kind of document", d)
	}
	defaults := reflect.ValueOf(NewDocument(kind)).Elem()
	n, err := recordNode(v.Elem(), &defaults)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %s: %w", kind, shown(d.Head().ID), err)
	}
	if first, _ := n.item("kind"); first != nil {
		first.text = string(kind)
	} else {
		n.keys = append([]node{{kind: scalarNode, text: "kind"}}, n.keys...)
		n.items = append([]*node{{kind: scalarNode, text: string(kind)}}, n.items...)
	}
	return n, nil
}

// recordNode turns a struct into a mapping. A zero field is left out, unless
// reading it back would give a default other than zero.
func recordNode(v reflect.Value, defaults *reflect.Value) (*node, error) {
	n := &node{kind: mappingNode}
	for _, f := range recordOf(v.Type()).fields {
		fv := v.FieldByIndex(f.index)
		if isEmpty(fv) && (defaults == nil || isEmpty(defaults.FieldByIndex(f.index))) {
			continue
		}
		item, err := valueNode(fv)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		n.keys = append(n.keys, node{kind: scalarNode, text: f.name})
		n.items = append(n.items, item)
	}
	return n, nil
}

// isEmpty reports whether a value is left out: zero, or a list without items.
// A pointer to a zero value is not.
func isEmpty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	if v.Kind() == reflect.Struct {
		for _, f := range recordOf(v.Type()).fields {
			if !isEmpty(v.FieldByIndex(f.index)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

func valueNode(v reflect.Value) (*node, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return &node{kind: mappingNode}, nil
		}
		return valueNode(v.Elem())
	}
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		if err != nil {
			return nil, err
		}
		out := &node{kind: scalarNode, text: string(b), style: quotedStyle}
		switch v.Interface().(type) {
		case Date, Duration:
			// No reader takes these for anything but text.
			out.style = dateStyle
		}
		return out, nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return recordNode(v, nil)
	case reflect.Slice:
		out := &node{kind: listNode}
		for i := range v.Len() {
			item, err := valueNode(v.Index(i))
			if err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
			out.items = append(out.items, item)
		}
		return out, nil
	case reflect.String:
		s := v.String()
		if i := invalidUTF8([]byte(s)); i >= 0 {
			return nil, fmt.Errorf("text is not UTF-8 at byte %d", i)
		}
		return &node{kind: scalarNode, text: s}, nil
	case reflect.Bool:
		return &node{kind: scalarNode, text: strconv.FormatBool(v.Bool()), style: bareStyle}, nil
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		text := strconv.FormatInt(v.Int(), 10)
		if _, ok := wholeNumber(text); !ok {
			return nil, errors.New("a number of more than 9 digits")
		}
		return &node{kind: scalarNode, text: text, style: bareStyle}, nil
	}
	return nil, fmt.Errorf("%s cannot be written", v.Type())
}

var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}$`)

// WriteDir writes a catalog into a directory, one file a document in a folder
// a kind: "campaigns/cart-rescue.yaml". Everything is encoded before anything
// is written, and every file is replaced whole or not at all. Files of
// documents that the catalog no longer has are left alone. A document whose ID
// does not serve as a file's name is refused.
func WriteDir(dir string, c *Catalog) error {
	type file struct {
		name string
		data []byte
	}
	var files []file
	taken := map[string]bool{}
	for _, d := range sorted(c) {
		h := d.Head()
		if !fileName.MatchString(h.ID) {
			return fmt.Errorf("writing the catalog: %s %q: the id does not serve as a file's name", kindOf(d), shown(h.ID))
		}
		name := filepath.Join(folder(kindOf(d)), h.ID+".yaml")
		if taken[name] {
			return fmt.Errorf("writing the catalog: two documents %s %s", kindOf(d), h.ID)
		}
		taken[name] = true
		data, err := EncodeDocument(d)
		if err != nil {
			return err
		}
		files = append(files, file{name, data})
	}
	for _, f := range files {
		if err := ReplaceFile(filepath.Join(dir, f.name), f.data); err != nil {
			return fmt.Errorf("writing the catalog: %w", err)
		}
	}
	return nil
}

// folder is where the documents of a kind are written.
func folder(k Kind) string {
	if k == KindSettings {
		return string(k)
	}
	return string(k) + "s"
}

// ReplaceFile writes a file beside its place and moves it there: whenever a
// machine stops, the old one is there or the new one. A file that has these bytes
// already is left as it is, since there is nothing to lose.
func ReplaceFile(name string, data []byte) (err error) {
	if holds(name, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// holds reports whether a file, and no link to one, has these bytes.
func holds(name string, data []byte) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	is, err := os.ReadFile(name)
	return err == nil && bytes.Equal(is, data)
}
