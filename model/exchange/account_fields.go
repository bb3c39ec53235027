package exchange

import (
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// fields reads the members of objects and notes what has no counterpart.
type fields struct {
	file     string
	findings *[]Finding
	// lookup finds a document here by its id over there.
	lookup func(k model.Kind, foreignID string) string
}

// Reasons of findings.
const (
	kept     = "no counterpart here: kept, and written back by an export"
	dropped  = "relative to the moment it was read: left out"
	notTaken = "not taken over: "
)

func (f *fields) note(path string, v *value, reason string) {
	*f.findings = append(*f.findings, Finding{File: text.Line(f.file, 200), Path: path, Value: v.shown(), Empty: v.empty(), Reason: reason})
}

// rest notes every member that is none of the known ones.
func (f *fields) rest(o *value, path string, known ...string) {
	if o == nil || o.kind != '{' {
		return
	}
	for i, k := range o.keys {
		if !slices.Contains(known, k) {
			f.note(member(path, k), o.items[i], kept)
		}
	}
}

// text reads a text; missing and null are "".
func (f *fields) text(o *value, path, key string) string {
	v := o.get(key)
	if v.isNull() {
		return ""
	}
	s, ok := v.text()
	if !ok {
		f.note(member(path, key), v, notTaken+"want a text")
	}
	return s
}

// flag reads true or false; missing and null are otherwise.
func (f *fields) flag(o *value, path, key string, otherwise bool) bool {
	v := o.get(key)
	if v.isNull() {
		return otherwise
	}
	is, ok := v.boolean()
	if !ok {
		f.note(member(path, key), v, notTaken+"want true or false")
		return otherwise
	}
	return is
}

// whole reads a whole number of least to most; missing and null are otherwise.
func (f *fields) whole(o *value, path, key string, least, most, otherwise int) int {
	v := o.get(key)
	if v.isNull() {
		return otherwise
	}
	n, ok := v.whole()
	if !ok || n < least || n > most {
		f.note(member(path, key), v, notTaken+"want a whole number of "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
		return otherwise
	}
	return n
}

// pixels reads a size or a place.
func (f *fields) pixels(o *value, path, key string) int { return f.whole(o, path, key, 0, 4000, 0) }

// color reads a color in one of the ways styles write it.
func (f *fields) color(o *value, path, key string, transparent bool) string {
	s := strings.ToLower(strings.TrimSpace(f.text(o, path, key)))
	out, ok := parseColor(s)
	if !ok || out == "transparent" && !transparent {
		if s != "transparent" {
			f.note(member(path, key), o.get(key), notTaken+"want a color such as #0a5fb4")
		}
		return ""
	}
	if len(out) == 7 {
		if raw := strings.TrimSpace(f.text(o, path, key)); len(raw) == 7 {
			return raw // with its letters' case
		}
	}
	return out
}

func parseColor(s string) (string, bool) {
	switch {
	case s == "" || s == "transparent":
		return s, true
	case len(s) == 7 && s[0] == '#' && strings.Trim(s[1:], "0123456789abcdef") == "":
		return s, true
	case len(s) == 4 && s[0] == '#' && strings.Trim(s[1:], "0123456789abcdef") == "":
		return "#" + strings.Repeat(s[1:2], 2) + strings.Repeat(s[2:3], 2) + strings.Repeat(s[3:4], 2), true
	}
	inner, ok := strings.CutPrefix(s, "rgb(")
	if inner, ok = strings.CutSuffix(inner, ")"); !ok || !strings.HasPrefix(s, "rgb(") {
		return "", false
	}
	parts := strings.Split(inner, ",")
	if len(parts) != 3 {
		return "", false
	}
	const digits = "0123456789abcdef"
	out := []byte("#")
	for _, p := range parts {
		n, err := strconv.ParseUint(strings.TrimSpace(p), 10, 8)
		if err != nil {
			return "", false
		}
		out = append(out, digits[n>>4], digits[n&15])
	}
	return string(out), true
}

// reference reads one id.
func (f *fields) reference(o *value, path, key string, k model.Kind) string {
	v := o.get(key)
	if v.isNull() {
		return ""
	}
	id := f.lookup(k, v.scalar())
	if v.scalar() == "" || id == "" {
		f.note(member(path, key), v, "no "+string(k)+" of this id came with it or is known here: choose one")
		return ""
	}
	return id
}

// references reads a list of ids.
func (f *fields) references(o *value, path, key string, k model.Kind) []string {
	v := o.get(key)
	if v.isNull() {
		return nil
	}
	if v.kind != '[' {
		f.note(member(path, key), v, notTaken+"want a list of ids")
		return nil
	}
	var out []string
	for i, item := range v.items {
		id := f.lookup(k, item.scalar())
		if item.scalar() == "" || id == "" {
			f.note(element(member(path, key), i), item, "no "+string(k)+" of this id came with it or is known here: choose one")
			continue
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
