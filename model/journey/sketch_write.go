package journey

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// Body is the mapping file as it is to be kept: as it was where a mapping was
// opened and nothing of it changed, with all remarks in it; else with the
// reasons of what was guessed.
func (s *Sketch) Body() []byte {
	if s.source != nil && s.Same(s.opened) {
		return slices.Clone(s.source)
	}
	return s.YAML(true)
}

// notes makes the comments that say why something was guessed.
func (s *Sketch) notes(notes bool) func(keys ...string) string {
	return func(keys ...string) string {
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
}

// formYAML says how the table is written.
func (s *Sketch) formYAML(note func(...string) string) string {
	var b strings.Builder
	line := func(indent, key, value string, of ...string) {
		fmt.Fprintf(&b, "%s%s: %s%s\n", indent, key, value, note(of...))
	}
	line("", "format", s.Form)
	if plain := map[string]string{"csv": ",", "tsv": "\t"}[s.Form]; s.Form != "jsonl" && s.separator() != plain {
		line("", "separator", strconv.Quote(s.separator()), FieldSeparator)
	}
	if s.Form != "jsonl" && s.quote() != map[string]byte{"csv": '"'}[s.Form] {
		q := noQuote
		if s.quote() != 0 {
			q = string(rune(s.quote()))
		}
		line("", "quote", strconv.Quote(q), FieldQuote)
	}
	if s.skip() > 0 {
		line("", "skip", strconv.Itoa(s.skip()), FieldSkip)
	}
	if s.Form != "jsonl" && s.renamed && s.set[FieldEach] != EveryCell {
		if s.set[FieldHeader] == "no" {
			line("", "header", "false", FieldHeader)
		} else {
			line("", "header", "true")
		}
		b.WriteString("columns:\n")
		for _, c := range s.Columns {
			if !strings.HasPrefix(c, "#") {
				fmt.Fprintf(&b, "  - %s\n", strconv.Quote(c))
			}
		}
	}
	if c := s.cutColumn(); c != "" {
		line("", "each", strconv.Quote(c), FieldEach)
		line("", "split", strconv.Quote(s.set[FieldSplit]), FieldSplit)
	} else if each := s.set[FieldEach]; each != "" {
		line("", "each", strconv.Quote(each), FieldEach)
	}
	if n := s.set[FieldNumbers]; n != numbersPlain {
		line("", "numbers", n, FieldNumbers)
	}
	return b.String()
}

// YAML is the mapping file. With notes every guess says why in a comment.
func (s *Sketch) YAML(notes bool) []byte {
	var b strings.Builder
	note := s.notes(notes)
	line := func(indent, key, value string, of ...string) {
		fmt.Fprintf(&b, "%s%s: %s%s\n", indent, key, value, note(of...))
	}
	b.WriteString(s.formYAML(note))
	line("", "visitor", strconv.Quote(s.set[FieldVisitor]), FieldVisitor)
	if v := s.set[FieldVisit]; v != "" {
		line("", "visit", strconv.Quote(v), FieldVisit)
	}
	b.WriteString("at:\n")
	line("  ", "value", strconv.Quote(s.set[FieldAt]), FieldAt)
	if ways := waysOf(s.set[FieldLayout]); len(ways) > 1 {
		b.WriteString("  layout:\n")
		for _, w := range ways {
			fmt.Fprintf(&b, "    - %s\n", strconv.Quote(w))
		}
	} else {
		line("  ", "layout", strconv.Quote(s.set[FieldLayout]), FieldLayout)
	}
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
	for _, e := range s.eventsInOrder(note) {
		b.WriteString(e)
	}
	if notes {
		b.WriteString(s.doubtsYAML(b.String()))
	}
	return []byte(b.String())
}

// eventsInOrder writes the events: those of a mapping that was opened where
// they were, because what a row gives comes in that order, then all others.
func (s *Sketch) eventsInOrder(note func(...string) string) []string {
	type placed struct {
		at   int
		yaml string
	}
	var out []placed
	for i, r := range s.events() {
		at, there := s.places[r.typ]
		if !there {
			at = maxMapping + i
		}
		out = append(out, placed{at, s.eventYAML(r, note)})
	}
	for _, k := range s.kept {
		out = append(out, placed{k.at, k.yaml()})
	}
	slices.SortStableFunc(out, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	var all []string
	for _, p := range out {
		all = append(all, p.yaml)
	}
	return all
}

// eventYAML writes an event that is made of the fields.
func (s *Sketch) eventYAML(r rowEvent, note func(...string) string) string {
	var b strings.Builder
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
		return b.String()
	}
	b.WriteByte('\n')
	writeNode(&b, n, strings.Repeat(" ", len(lead)+2), note)
	return b.String()
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
	put := func(path, key string) {
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
				next.kind, next.text = str, key
			}
			n = next
		}
	}
	for _, p := range payloadFieldsOfSketch {
		path := p.at[typ]
		if typ == "purchase" && p.key == "quantity" && s.set["sku"] == "" && s.set["name"] == "" {
			continue // so many pieces of what? The order has so many items, below
		}
		if path != "" && s.set[p.key] != "" {
			put(path, p.key)
		}
	}
	for _, path := range s.more(typ) {
		if key := moreField + typ + "." + path; s.set[key] != "" {
			put(path, key)
		}
	}
	if typ == "purchase" && s.set["quantity"] != "" && (root == nil || root.get("cart") == nil || root.get("cart").get("numItems") == nil) {
		put("cart.numItems", "quantity") // an order of one product has so many items
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

// writeNode writes a tree in which keys that count from "0" make a list.
func writeNode(b *strings.Builder, n *node, indent string, note func(...string) string) {
	for i, k := range n.keys {
		v := n.vals[i]
		if v.kind == str {
			fmt.Fprintf(b, "%s%s: %s%s\n", indent, yamlKey(k), strconv.Quote(v.text), note(v.keys[0]))
			continue
		}
		fmt.Fprintf(b, "%s%s:\n", indent, yamlKey(k))
		if inList(v.keys) {
			for _, e := range v.vals {
				if e.kind == str {
					fmt.Fprintf(b, "%s  - %s%s\n", indent, strconv.Quote(e.text), note(e.keys[0]))
					continue
				}
				var inner strings.Builder
				writeNode(&inner, e, indent+"    ", note)
				b.WriteString(indent + "  - " + strings.TrimPrefix(inner.String(), indent+"    "))
			}
			continue
		}
		writeNode(b, v, indent+"  ", note)
	}
}

// inList reports whether keys are places in a list.
func inList(keys []string) bool {
	for _, k := range keys {
		if strings.Trim(k, "0123456789") != "" {
			return false
		}
	}
	return len(keys) > 0
}

// yamlKey is a key as YAML takes it for text.
func yamlKey(k string) string {
	if strings.Trim(k, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || slices.Contains([]string{"", "true", "false", "yes", "no", "on", "off", "null", "y", "n"}, strings.ToLower(k)) {
		return strconv.Quote(k)
	}
	return k
}

// byNumber orders codes: numbers as numbers, before words.
func byNumber(a, b string) int {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// writeValues writes the names made from columns that an opened mapping had.
func (s *Sketch) writeValues(b *strings.Builder) {
	if len(s.values) == 0 {
		return
	}
	b.WriteString("values:\n")
	for _, v := range s.values {
		fmt.Fprintf(b, "  %s:\n    from: %s\n", strconv.Quote(v.name), strconv.Quote(v.from.text))
		switch {
		case v.passThru:
		case len(v.to) == 0:
			b.WriteString("    map: {}\n")
		default:
			b.WriteString("    map:\n")
			for _, k := range slices.SortedFunc(maps.Keys(v.to), byNumber) {
				fmt.Fprintf(b, "      %s: %s\n", strconv.Quote(k), strconv.Quote(v.to[k]))
			}
		}
		if v.hasElse {
			fmt.Fprintf(b, "    else: %s\n", strconv.Quote(v.orElse.text))
		}
	}
}
