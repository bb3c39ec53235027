package campaigns

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// difference is one field that two versions of a campaign do not share.
type difference struct{ field, old, new string }

// nothing stands for a field that a version does not have.
const nothing = "none"

// differences lists the fields in which two versions differ, in the order of
// the file form, engagements by their IDs. All texts are harmless to show.
func differences(old, new *model.Campaign) []difference {
	a, b := fieldsOf(old), fieldsOf(new)
	var out []difference
	for _, f := range a.order {
		if n, ok := b.values[f]; !ok {
			out = append(out, difference{f, a.values[f], nothing})
		} else if n != a.values[f] {
			out = append(out, difference{f, a.values[f], n})
		}
	}
	for _, f := range b.order {
		if _, ok := a.values[f]; !ok {
			out = append(out, difference{f, nothing, b.values[f]})
		}
	}
	return out
}

type fields struct {
	order  []string
	values map[string]string
}

// fieldsOf flattens a campaign's file form. Texts are made harmless and cut
// only when they are shown, so that what differs behind the cut still differs.
func fieldsOf(k *model.Campaign) fields {
	f := fields{values: map[string]string{}}
	b, err := model.EncodeDocumentJSON(k)
	if err != nil {
		return f
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var all any
	if d.Decode(&all) != nil {
		return f
	}
	f.walk("", all)
	slices.Sort(f.order)
	return f
}

func (f *fields) walk(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			f.walk(strings.TrimPrefix(path+"."+name, "."), child)
		}
	case []any:
		for i, child := range v {
			// An engagement keeps its name wherever it stands in the list.
			if m, ok := child.(map[string]any); ok && path == "engagements" {
				if id, ok := m["id"].(string); ok && id != "" {
					f.walk("engagement "+id, child)
					continue
				}
			}
			f.walk(fmt.Sprintf("%s %d", path, i+1), child)
		}
	default:
		f.order = append(f.order, path)
		f.values[path] = fmt.Sprint(v)
	}
}

func (d difference) words() string {
	return text.Line(d.field, 80) + ": was " + text.Line(d.old, 60) + ", is " + text.Line(d.new, 60)
}
