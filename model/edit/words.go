package edit

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"beckon/model"
	"beckon/model/text"
)

// maxSummary and maxElementName bound what is quoted of a document, in runes.
const (
	maxSummary     = 200
	maxElementName = 40
)

// Label says in words what a path leads to: "time frame, start", "engagement
// Help overlay, creative, online, element 1, text". An element is called by
// its name or id, or else by its number, from 1. It is fit to be shown; a path
// that leads nowhere is given back.
func Label(d model.Document, p Path) string {
	root, err := structOf(d)
	if err != nil {
		return text.Line(string(p), maxSummary)
	}
	parts, err := p.Parts()
	if err == nil {
		_, err = fieldAt(root.Type(), p, parts)
	}
	if err != nil {
		return text.Line(string(p), maxSummary)
	}
	label, v, name := "", root, ""
	for i, s := range parts {
		if v = inner(v); s.Field != "" {
			if name = s.Field; v.IsValid() {
				r := recordOf(v.Type())
				v = v.FieldByIndex(r.fields[r.byName[name]].index)
			}
			if i+1 == len(parts) || parts[i+1].Field != "" {
				label = join(label, fieldWords(name))
			}
			continue
		}
		if v.IsValid() && s.Index >= 0 && s.Index < v.Len() {
			v = v.Index(s.Index)
		} else {
			v = reflect.Value{}
		}
		label = join(label, elementWords(name, s.Index, v))
	}
	return label
}

func join(label, words string) string {
	if label == "" {
		return words
	}
	return label + ", " + words
}

// spelled are names that their letters do not put into words.
var spelled = map[string]string{
	"id": "ID", "lob": "line of business", "html": "HTML", "url": "URL", "urls": "URLs", "ip": "IP", "os": "OS", "skus": "SKUs", "api": "API",
	"customerId": "customer ID", "storeZip": "store ZIP", "agentPictureUrl": "agent picture URL", "z": "stacking order",
	"all": "all of", "any": "any of", "exclude": "none of", "in": "values", "div": "div",
}

// fieldWords puts a field's name into words: "timeFrame" is "time frame".
func fieldWords(name string) string {
	if s, ok := spelled[name]; ok {
		return s
	}
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// singular are elements that their list's name does not name.
var singular = map[string]string{
	"urls": "URL", "skus": "SKU", "in": "value", "include": "include row", "exclude": "exclude row", "statuses": "status",
	"customerStatuses": "customer status", "linesOfBusiness": "line of business", "service": "service box",
}

// elementWords calls an element of a list by its name, id or number.
func elementWords(list string, i int, v reflect.Value) string {
	what, ok := singular[list]
	switch {
	case v.IsValid() && inner(v).IsValid() && inner(v).Type() == reflect.TypeFor[model.Condition]():
		if i < 0 {
			return "condition of " + strings.TrimSuffix(fieldWords(list), " of")
		}
		return "condition " + strconv.Itoa(i+1) + " of " + strings.TrimSuffix(fieldWords(list), " of")
	case ok:
	case strings.HasSuffix(list, "ies"):
		what = fieldWords(strings.TrimSuffix(list, "ies")) + "y"
	default:
		what = fieldWords(strings.TrimSuffix(list, "s"))
	}
	if i < 0 {
		return what
	}
	if v = inner(v); v.IsValid() && v.Kind() == reflect.Struct {
		for _, key := range []string{"name", "id"} {
			if s, ok := fieldText(v, key); ok && strings.TrimSpace(s) != "" {
				return what + " " + text.Line(s, maxElementName)
			}
		}
	}
	return what + " " + strconv.Itoa(i+1)
}

// fieldText returns a text of a record by its field's name.
func fieldText(v reflect.Value, name string) (string, bool) {
	r := recordOf(v.Type())
	i, ok := r.byName[name]
	if !ok || r.fields[i].Kind != Text {
		return "", false
	}
	return v.FieldByIndex(r.fields[i].index).String(), true
}

// summary puts a list or group into one line, fit to be shown.
func summary(v reflect.Value) string {
	var b strings.Builder
	summarize(&b, v, false)
	return text.Line(b.String(), maxSummary)
}

func summarize(b *strings.Builder, v reflect.Value, within bool) {
	if v = inner(v); !v.IsValid() || b.Len() > 4*maxSummary {
		return // it will be cut anyway
	}
	switch k := kindOf(v.Type()); {
	case k == List:
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			summarize(b, v.Index(i), true)
		}
	case k != Group:
		b.WriteString(shortWords(v))
	default:
		switch whole := v.Interface().(type) {
		case model.Condition:
			b.WriteString(whole.Sentence())
			return
		case model.PageRule:
			b.WriteString(whole.Words())
			return
		}
		if isEmpty(v) && !within {
			b.WriteString("(empty)")
			return
		}
		if within {
			b.WriteByte('(')
		}
		first := true
		for _, f := range recordOf(v.Type()).fields {
			fv := v.FieldByIndex(f.index)
			if isEmpty(fv) {
				continue
			}
			if !first {
				b.WriteString(", ")
			}
			first = false
			b.WriteString(fieldWords(f.Name) + " ")
			summarize(b, fv, true)
		}
		if within {
			b.WriteByte(')')
		}
	}
}

// shortWords is a value's text form for people: yes and no, not true and
// false.
func shortWords(v reflect.Value) string {
	if v.Kind() == reflect.Bool {
		if v.Bool() {
			return "yes"
		}
		return "no"
	}
	s := textOf(v)
	if len(s) > 4*maxSummary { // before anything walks it
		s = text.Line(s, maxSummary)
	}
	return s
}

// shown is what a change says a value is: "" where it is not given.
func shown(v reflect.Value) string {
	optional := v.IsValid() && v.Kind() == reflect.Pointer
	if v = inner(v); !v.IsValid() || !optional && isEmpty(v) {
		return ""
	}
	return summary(v)
}

// shownElement is what a change says an element of a list is; an empty one is
// there all the same.
func shownElement(v reflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	if s := summary(filled(v)); s != "" {
		return s
	}
	return "(empty)"
}
