package exchange

import (
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// KindForeign is the kind under which a store keeps what [Foreign.Encode]
// returns, with [Foreign.Key] as ID. It is no kind of catalog document: a
// catalog is complete without.
const KindForeign = "foreign"

// MaxForeignBytes bounds what is kept beside one document: what a store takes.
const MaxForeignBytes = 1 << 20

// Foreign is a JSON object kept beside the document that came of it: its id
// over there and every field, understood or not, as it was written. An export
// writes it back with what was changed here. It goes by the document's ID;
// whoever renames or deletes the document renames or deletes it as well.
type Foreign struct {
	// Kind and ID name the document.
	Kind model.Kind
	ID   string

	object      *value
	engagements []foreignEngagement
}

// foreignEngagement is the object of one of a campaign's engagements, by the
// engagement's ID.
type foreignEngagement struct {
	id     string
	object *value
}

// Key is the ID under which a store keeps it: "campaign/cart-rescue".
func (f Foreign) Key() string { return string(f.Kind) + "/" + f.ID }

// ForeignID returns the object's id over there; empty if it has none.
func (f Foreign) ForeignID() string { return f.object.get("id").scalar() }

// Encode returns the bytes to store. Equal values give equal bytes.
func (f Foreign) Encode() []byte {
	v := jsonObject()
	v.set("kind", jsonText(string(f.Kind)))
	v.set("id", jsonText(f.ID))
	object := f.object
	if object == nil {
		object = jsonObject()
	}
	v.set("object", object)
	if len(f.engagements) > 0 {
		list := jsonList()
		for _, e := range f.engagements {
			o := jsonObject()
			o.set("id", jsonText(e.id))
			o.set("object", e.object)
			list.items = append(list.items, o)
		}
		v.set("engagements", list)
	}
	return append(v.line(), '\n')
}

// DecodeForeign reads what [Foreign.Encode] returned. The name stands in
// errors.
func DecodeForeign(name string, data []byte) (Foreign, error) {
	wrong := func(path string) (Foreign, error) {
		return Foreign{}, fmt.Errorf("reading what was kept of an import: %w", &model.FileError{Source: model.Source{File: name}, Path: path, Reason: "not as it was written"})
	}
	v, err := parseKept(name, data)
	if err != nil {
		return Foreign{}, fmt.Errorf("reading what was kept of an import: %w", err)
	}
	kind, _ := v.get("kind").text()
	id, _ := v.get("id").text()
	f := Foreign{Kind: model.Kind(kind), ID: id, object: v.get("object")}
	if model.NewDocument(f.Kind) == nil || id == "" {
		return wrong("kind")
	}
	if f.object == nil || f.object.kind != '{' {
		return wrong("object")
	}
	for _, e := range v.get("engagements").list() {
		id, ok := e.get("id").text()
		object := e.get("object")
		if !ok || object == nil || object.kind != '{' {
			return wrong("engagements")
		}
		f.engagements = append(f.engagements, foreignEngagement{id, object})
	}
	return f, nil
}

// shelf finds what was kept of earlier imports.
type shelf struct {
	byKey map[string]Foreign
	byID  map[model.Kind]map[string]string // documents by their ids over there
}

// newShelf keeps, of two documents that came of one object, the first by its
// key for the object's id: the other was renamed beside it.
func newShelf(foreign []Foreign) *shelf {
	foreign = slices.Clone(foreign)
	slices.SortStableFunc(foreign, func(a, b Foreign) int { return strings.Compare(a.Key(), b.Key()) })
	s := &shelf{byKey: map[string]Foreign{}, byID: map[model.Kind]map[string]string{}}
	for _, f := range foreign {
		s.byKey[f.Key()] = f
		if id := f.ForeignID(); id != "" {
			if s.byID[f.Kind] == nil {
				s.byID[f.Kind] = map[string]string{}
			}
			if s.byID[f.Kind][id] == "" {
				s.byID[f.Kind][id] = f.ID
			}
		}
	}
	return s
}

func (s *shelf) of(k model.Kind, id string) (Foreign, bool) {
	f, ok := s.byKey[Foreign{Kind: k, ID: id}.Key()]
	return f, ok
}

// engagement returns the object of an engagement, or nil.
func (f Foreign) engagement(id string) *value {
	for _, e := range f.engagements {
		if e.id == id {
			return e.object
		}
	}
	return nil
}

// engagementID returns the ID here of an engagement over there, or "".
func (f Foreign) engagementID(foreignID string) string {
	for _, e := range f.engagements {
		if foreignID != "" && e.object.get("id").scalar() == foreignID {
			return e.id
		}
	}
	return ""
}

// Slug makes an ID of a name; where nothing of it may stand in one, it is the
// word given.
func Slug(name, otherwise string) string {
	out := make([]byte, 0, len(name))
	for _, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		default:
			if len(out) > 0 && out[len(out)-1] != '-' {
				out = append(out, '-')
			}
			continue
		}
		out = append(out, byte(r))
	}
	if len(out) > maxID {
		out = out[:maxID]
	}
	for len(out) > 0 && out[len(out)-1] == '-' {
		out = out[:len(out)-1]
	}
	if len(out) == 0 {
		return otherwise
	}
	return string(out)
}

// shown makes a value harmless and short.
func (v *value) shown() string {
	if s, ok := v.text(); ok {
		return text.Line(s, 60)
	}
	if v == nil {
		return ""
	}
	switch v.kind {
	case '{':
		if len(v.items) > 0 {
			return "an object of " + text.Many(int64(len(v.items)), "field")
		}
		return "{}"
	case '[':
		if len(v.items) > 0 {
			return fmt.Sprintf("a list of %d", len(v.items))
		}
		return "[]"
	}
	return text.Line(string(v.raw), 60)
}
