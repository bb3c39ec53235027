package model

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/invopop/jsonschema"
)

// Schema returns the JSON Schema (2020-12) of a catalog's documents: one
// document of any kind, or a list of them. It says what a file may hold;
// whether a document is complete is for [Validate] to tell. Equal programs
// give equal bytes.
func Schema() ([]byte, error) {
	root := &jsonschema.Schema{
		Version:     jsonschema.Version,
		Title:       "Beckon catalog",
		Description: "Campaigns, library items and account settings: one document, or a list of them.",
		Definitions: jsonschema.Definitions{},
	}
	document := &jsonschema.Schema{Description: "One document of a catalog; its kind says which."}
	for _, kind := range Kinds() {
		t := reflect.TypeOf(NewDocument(kind)).Elem()
		s := schemaReflector().ReflectFromType(t)
		for name, d := range s.Definitions {
			root.Definitions[name] = d
		}
		document.OneOf = append(document.OneOf, &jsonschema.Schema{Ref: "#/$defs/" + t.Name()})
	}
	for t, r := range records() {
		if s := root.Definitions[t.Name()]; s != nil {
			refine(s, t, r)
		}
	}
	root.Definitions["Document"] = document
	root.AnyOf = []*jsonschema.Schema{
		{Ref: "#/$defs/Document"},
		{Type: "array", Items: &jsonschema.Schema{Ref: "#/$defs/Document"}},
	}
	b, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("making the schema of a catalog: %w", err)
	}
	return append(b, '\n'), nil
}

func schemaReflector() *jsonschema.Reflector {
	return &jsonschema.Reflector{
		Anonymous:                  true,
		RequiredFromJSONSchemaTags: true,
		Mapper:                     SchemaOf,
		LookupComment: func(t reflect.Type, field string) string {
			if field == "" {
				return descriptions()[t.Name()]
			}
			return descriptions()[t.Name()+"."+field]
		},
	}
}

// SchemaOf returns the schema of a type of this package that is written as one
// value: an amount, a date, a time, a duration or a choice; nil for any other.
// It serves as the mapper of a jsonschema reflector, for types elsewhere that
// hold such values.
func SchemaOf(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[Money]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "string", Pattern: `^-?[0-9]{1,12}(\.[0-9]{1,4})?$`}, {Type: "number"}}, Examples: []any{"49.50"}}
	case reflect.TypeFor[Duration]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "string", Pattern: `^([0-9]{1,4}d)?([0-9]+(\.[0-9]+)?(ms|s|m|h))*$|^0$`}, {Const: 0}}, Examples: []any{"1m30s", "2d"}}
	case reflect.TypeFor[Date]():
		return &jsonschema.Schema{Type: "string", Pattern: `^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`, Examples: []any{"2026-03-01"}}
	case reflect.TypeFor[Clock]():
		return &jsonschema.Schema{Type: "string", Pattern: `^([01]?[0-9]|2[0-3]):[0-5][0-9]( ?[aApP][mM])?$`, Examples: []any{"09:30"}}
	}
	if list := choices[t]; list != nil {
		return &jsonschema.Schema{Type: "string", Enum: enum(list)}
	}
	return nil
}

func enum(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// bounds of whole numbers that are the same wherever they stand.
var bounds = map[string][2]int{
	"Campaign.controlGroup": {0, MaxControl}, "Settings.siteControlGroup": {0, MaxControl},
	"DisplaySettings.limit": {0, 3}, "DisplaySettings.conversation": {0, 3}, "DisplaySettings.content": {0, 3},
	"WindowBranding.cornersTop": {0, 20}, "WindowBranding.cornersBottom": {0, 20}, "Element.heading": {0, 6},
}

// refine adds what the types alone do not say.
func refine(s *jsonschema.Schema, t reflect.Type, r *record) {
	for _, f := range r.fields {
		p, ok := s.Properties.Get(f.name)
		if !ok {
			continue
		}
		if list := fieldChoices[f.owner][f.name]; list != nil {
			p.Enum = enum(list)
		}
		if b, ok := bounds[f.owner.Name()+"."+f.name]; ok {
			p.Minimum, p.Maximum = json.Number(strconv.Itoa(b[0])), json.Number(strconv.Itoa(b[1]))
		}
	}
	one := uint64(1)
	switch t {
	case reflect.TypeFor[Condition](), reflect.TypeFor[PageRule](), reflect.TypeFor[URLRule]():
		s.MaxProperties = &one
	}
	for _, kind := range Kinds() {
		if reflect.TypeOf(NewDocument(kind)).Elem() == t {
			s.Required = []string{"kind", "id"}
			if kind == KindSettings {
				s.Required = []string{"kind"}
			}
			s.Properties.Set("kind", &jsonschema.Schema{Const: string(kind), Description: "Says that the document is of this kind."})
		}
	}
}
