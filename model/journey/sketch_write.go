package journey

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// YAML is the mapping file. With notes every guess says why in a comment.
func (s *Sketch) YAML(notes bool) []byte {
	var b strings.Builder
	note := func(keys ...string) string {
		var out []string
		for _, k := range keys {
			if w := s.why[k]; notes && w != "" {
				out = append(out, text.Line(w, 160))
			}
		}
		if len(out) == 0 {
			return ""
		}
		return " # " + strings.Join(out, "; ")
	}
	line := func(indent, key, value string, of ...string) {
		fmt.Fprintf(&b, "%s%s: %s%s\n", indent, key, value, note(of...))
	}
	line("", "format", s.Form)
	if s.Form == "csv" && s.separator() != "," {
		line("", "separator", strconv.Quote(s.separator()), FieldSeparator)
	}
	if s.Form != "jsonl" && s.renamed {
		if s.set[FieldHeader] == "no" {
			line("", "header", "false", FieldHeader)
		} else {
			line("", "header", "true")
		}
		b.WriteString("columns:\n")
		for _, c := range s.Columns {
			fmt.Fprintf(&b, "  - %s\n", strconv.Quote(c))
		}
	}
	if each := s.set[FieldEach]; each != "" {
		line("", "each", strconv.Quote(each), FieldEach)
	}
	line("", "visitor", strconv.Quote(s.set[FieldVisitor]), FieldVisitor)
	if v := s.set[FieldVisit]; v != "" {
		line("", "visit", strconv.Quote(v), FieldVisit)
	}
	b.WriteString("at:\n")
	line("  ", "value", strconv.Quote(s.set[FieldAt]), FieldAt)
	line("  ", "layout", strconv.Quote(s.set[FieldLayout]), FieldLayout)
	shown := map[string]bool{}
	for _, f := range s.Fields() {
		shown[f.Key] = true
	}
	for _, f := range []struct{ key, name string }{{FieldZone, "zone"}, {FieldOrder, "order"}, {FieldGap, "gap"}} {
		if v := s.set[f.key]; v != "" && shown[f.key] {
			line("  ", f.name, strconv.Quote(v), f.key)
		}
	}
	s.writeValues(&b)
	b.WriteString("events:\n")
	for _, r := range s.events() {
		lead := "  - "
		if r.values != nil {
			t, _ := parseTemplate(s.set[FieldKind], 0)
			fmt.Fprintf(&b, "  - when:\n      %s:\n", strconv.Quote(t.parts[0].name))
			for _, v := range r.values {
				fmt.Fprintf(&b, "        - %s%s\n", strconv.Quote(v), note(KindField(v)))
			}
			lead = "    "
		} else if n := note(FieldRow); n != "" {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(n))
		}
		fmt.Fprintf(&b, "%s%s:", lead, r.typ)
		n := s.payload(r.typ)
		if n == nil {
			b.WriteString(" {}\n")
			continue
		}
		b.WriteByte('\n')
		writeNode(&b, n, strings.Repeat(" ", len(lead)+2), note)
	}
	return []byte(b.String())
}

// rowEvent is an event of rows with some values of the kind; nil is all rows.
type rowEvent struct {
	typ    string
	values []string
}

// events are the events of rows, in the order of kinds.
func (s *Sketch) events() []rowEvent {
	var out []rowEvent
	if s.set[FieldKind] == "" {
		for _, t := range typesOf(s.set[FieldRow]) {
			out = append(out, rowEvent{typ: t})
		}
		return out
	}
	kinds := s.Kinds()
	for _, k := range SketchKinds() {
		values := slices.DeleteFunc(slices.Clone(kinds), func(v string) bool { return s.set[KindField(v)] != k })
		if len(values) == 0 {
			continue
		}
		for _, t := range typesOf(k) {
			out = append(out, rowEvent{t, values})
		}
	}
	return out
}

// payload is what an event holds: a tree whose leaves are fields; nil is
// nothing.
func (s *Sketch) payload(typ string) *node {
	var root *node
	for _, p := range payloadFieldsOfSketch {
		path, v := p.at[typ], s.set[p.key]
		if path == "" || v == "" {
			continue
		}
		if root == nil {
			root = &node{kind: object}
		}
		n := root
		steps := strings.Split(path, ".")
		for i, k := range steps {
			var next *node
			if j := slices.Index(n.keys, k); j >= 0 {
				next = n.vals[j]
			} else {
				next = &node{kind: object}
				n.keys, n.vals = append(n.keys, k), append(n.vals, next)
			}
			if i+1 == len(steps) {
				next.kind, next.text = str, p.key
			}
			n = next
		}
	}
	if typ == "purchase" && root != nil && s.set["quantity"] != "" { // an order of one product has so many items
		if cart := root.get("cart"); cart != nil {
			cart.keys, cart.vals = append(cart.keys, "numItems"), append(cart.vals, &node{kind: str, text: "quantity"})
		}
	}
	var bind func(n *node)
	bind = func(n *node) {
		if n.kind == str {
			n.keys, n.text = []string{n.text}, s.set[n.text]
			return
		}
		for _, v := range n.vals {
			bind(v)
		}
	}
	if root != nil {
		bind(root)
	}
	return root
}

// writeNode writes a tree in which the only key "0" makes a list.
func writeNode(b *strings.Builder, n *node, indent string, note func(...string) string) {
	for i, k := range n.keys {
		v := n.vals[i]
		if v.kind == str {
			fmt.Fprintf(b, "%s%s: %s%s\n", indent, k, strconv.Quote(v.text), note(v.keys[0]))
			continue
		}
		fmt.Fprintf(b, "%s%s:\n", indent, k)
		if len(v.keys) == 1 && v.keys[0] == "0" {
			if e := v.vals[0]; e.kind == str {
				fmt.Fprintf(b, "%s  - %s%s\n", indent, strconv.Quote(e.text), note(e.keys[0]))
			} else {
				var inner strings.Builder
				writeNode(&inner, e, indent+"    ", note)
				b.WriteString(indent + "  - " + strings.TrimPrefix(inner.String(), indent+"    "))
			}
			continue
		}
		writeNode(b, v, indent+"  ", note)
	}
}

// writeValues writes the names made from columns that an opened mapping had.
func (s *Sketch) writeValues(b *strings.Builder) {
	if len(s.values) == 0 {
		return
	}
	b.WriteString("values:\n")
	for _, v := range s.values {
		fmt.Fprintf(b, "  %s:\n    from: %s\n", strconv.Quote(v.name), strconv.Quote(v.from.text))
		if !v.passThru {
			b.WriteString("    map:\n")
			for _, k := range slices.Sorted(maps.Keys(v.to)) {
				fmt.Fprintf(b, "      %s: %s\n", strconv.Quote(k), strconv.Quote(v.to[k]))
			}
		}
		if v.hasElse {
			fmt.Fprintf(b, "    else: %s\n", strconv.Quote(v.orElse.text))
		}
	}
}
