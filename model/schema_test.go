package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
)

// checker holds a value to as much of JSON Schema as ours uses.
type checker struct{ defs map[string]any }

func newChecker(t *testing.T) (checker, map[string]any) {
	t.Helper()
	b, err := model.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(b, &root); err != nil {
		t.Fatal(err)
	}
	return checker{root["$defs"].(map[string]any)}, root
}

func (c checker) check(s map[string]any, v any, at string) error {
	if ref, ok := s["$ref"].(string); ok {
		d, ok := c.defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		if !ok {
			return fmt.Errorf("%s: no definition %s", at, ref)
		}
		if err := c.check(d, v, at); err != nil {
			return err
		}
	}
	if want, ok := s["const"]; ok && !reflect.DeepEqual(want, v) {
		return fmt.Errorf("%s: %v is not %v", at, v, want)
	}
	if list, ok := s["enum"].([]any); ok && !slices.Contains(list, v) {
		return fmt.Errorf("%s: %v is none of %v", at, v, list)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		list, ok := s[key].([]any)
		if !ok {
			continue
		}
		var fits int
		var errs []error
		for _, o := range list {
			if err := c.check(o.(map[string]any), v, at); err != nil {
				errs = append(errs, err)
			} else {
				fits++
			}
		}
		if fits == 0 || key == "oneOf" && fits > 1 {
			return fmt.Errorf("%s: fits %d of %s: %v", at, fits, key, errs)
		}
	}
	switch s["type"] {
	case "object":
		return c.object(s, v, at)
	case "array":
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s: %v is no list", at, v)
		}
		for i, item := range list {
			if err := c.check(s["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case "string":
		text, ok := v.(string)
		if p, has := s["pattern"].(string); !ok || has && !regexp.MustCompile(p).MatchString(text) {
			return fmt.Errorf("%s: %v does not match %v", at, v, s)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return fmt.Errorf("%s: %v is no boolean", at, v)
		}
	case "integer", "number":
		n, ok := v.(float64)
		low, hasLow := s["minimum"].(float64)
		high, hasHigh := s["maximum"].(float64)
		if !ok || hasLow && n < low || hasHigh && n > high {
			return fmt.Errorf("%s: %v is out of bounds", at, v)
		}
	}
	return nil
}

func (c checker) object(s map[string]any, v any, at string) error {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s: %v is no object", at, v)
	}
	if s["additionalProperties"] != false {
		return fmt.Errorf("%s: the schema lets unknown fields in", at)
	}
	if most, ok := s["maxProperties"].(float64); ok && len(m) > int(most) {
		return fmt.Errorf("%s: %d fields", at, len(m))
	}
	if required, ok := s["required"].([]any); ok {
		for _, name := range required {
			if _, ok := m[name.(string)]; !ok {
				return fmt.Errorf("%s: %v is missing", at, name)
			}
		}
	}
	properties := s["properties"].(map[string]any)
	for name, value := range m {
		p, ok := properties[name].(map[string]any)
		if !ok {
			return fmt.Errorf("%s: unknown field %s", at, name)
		}
		if err := c.check(p, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func TestSchemaAcceptsEveryCatalog(t *testing.T) {
	t.Parallel()
	c, root := newChecker(t)
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		if err := model.EncodeJSON(&b, modeltest.Catalog(t)); err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(b.Bytes(), &v); err != nil {
			t.Fatalf("what EncodeJSON writes is no JSON: %v", err)
		}
		if err := c.check(root, v, "catalog"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	t.Parallel()
	c, root := newChecker(t)
	for _, data := range []string{
		`{"kind": "goal", "id": "a", "formatt": 1}`, `{"kind": "goal"}`, `{"id": "a"}`, `{"kind": "gaol", "id": "a"}`, `{"kind": "goal", "id": "a", "type": "sale"}`,
		`{"kind": "goal", "id": "a", "transaction": {"moreThan": "1e3"}}`, `{"kind": "campaign", "id": "a", "timeFrame": {"start": "2026-13-01"}}`,
		`{"kind": "campaign", "id": "a", "timeFrame": {"from": "25:00"}}`, `{"kind": "settings", "evaluateEvery": "soon"}`, `{"kind": "window", "id": "a", "theme": "beach"}`,
		`{"kind": "campaign", "id": "a", "engagements": [{"id": "e", "creative": {"online": {"elements": [{"kind": "label", "x": 1}]}}}]}`,
	} {
		var v any
		if err := json.Unmarshal([]byte(data), &v); err != nil {
			t.Fatal(err)
		}
		if c.check(root, v, "document") == nil {
			t.Errorf("the schema takes %s", data)
		}
		if _, err := model.DecodeDocuments("f.json", []byte(data)); err == nil {
			t.Errorf("the reader takes %s", data)
		}
	}
}

func TestSchemaIsStableAndDescribed(t *testing.T) {
	t.Parallel()
	a, err := model.Schema()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := model.Schema()
	if !bytes.Equal(a, b) {
		t.Error("two calls differ")
	}
	if bytes.Contains(a, []byte("Domain ")) {
		t.Error("descriptions cite rules that only the code's readers have")
	}
	for _, tc := range []struct {
		owner any
		field string
		want  string
	}{
		{model.Engagement{}, "delay", "Delay after landing on the page before it may show."},
		{&model.Campaign{}, "id", "ID is kebab-case and unique within its kind."},
		{model.WindowHeader{}, "align", "left, middle, right"},
		{model.Follow{}, "", "Follow says how long a displayed engagement goes with the visitor: for a number of further pages, or on every page loaded within a time of the first display. At most one of the two is set."},
		{model.Campaign{}, "nothing", ""},
		{nil, "", ""},
	} {
		if got := model.Describe(tc.owner, tc.field); got != tc.want {
			t.Errorf("Describe(%T, %q) = %q, want %q", tc.owner, tc.field, got, tc.want)
		}
	}
}
