package replay

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"beckon/model/journey"
)

// shape is what the native form of journeys lets a value be.
type shape struct {
	fields map[string]*shape
	names  []string // of fields, sorted
	items  *shape   // of a list
	open   bool     // takes further fields
}

// shapes returns what each type of event takes, by its name in files, from the
// published schema, so that there is one truth about it.
var shapes = sync.OnceValue(func() map[string]*shape {
	type schema struct {
		Ref        string            `json:"$ref"`
		Properties map[string]schema `json:"properties"`
		Items      *schema           `json:"items"`
		Additional json.RawMessage   `json:"additionalProperties"`
		Defs       map[string]schema `json:"$defs"`
	}
	var root schema
	if err := json.Unmarshal(journey.Schema(), &root); err != nil {
		return nil // a test reads it
	}
	var build func(s schema) *shape
	build = func(s schema) *shape {
		if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
			s = root.Defs[name]
		}
		out := &shape{open: len(s.Additional) > 0 && string(s.Additional) != "false"}
		if s.Items != nil {
			out.items = build(*s.Items)
		}
		if s.Properties != nil || out.open {
			out.fields = map[string]*shape{}
		}
		for name, p := range s.Properties {
			if name == "type" {
				continue
			}
			out.fields[name] = build(p)
			out.names = append(out.names, name)
		}
		slices.Sort(out.names)
		return out
	}
	out := map[string]*shape{}
	for name, s := range root.Defs {
		if journey.ParseType(name) != journey.None {
			out[name] = build(s)
		}
	}
	return out
})

// wrapper returns the one field that a type's native form keeps everything in,
// or "". A scenario may leave it out: "error: {message: …}".
func wrapper(typ string) string {
	s := shapes()[typ]
	if s == nil || len(s.names) != 1 || s.fields[s.names[0]].fields == nil {
		return ""
	}
	return s.names[0]
}
