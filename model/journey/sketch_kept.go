package journey

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// What the fields of a sketch do not say is kept as it is written: events with
// several conditions or with fields of their own, one to a line, and fields of
// events that have no place in the list, by their path.
const (
	keptField = "event:"
	moreField = "more:"
	// FieldMore adds a field of an event by its path.
	FieldMore = "more"
	// FieldEvent adds an event as a mapping file has it.
	FieldEvent = keptField + "+"
)

// MoreField is the key of a field by its path.
func MoreField(path string) string { return moreField + path }

// keptLine is how long an event may be that is changed as a line.
const keptLine = 3000

// keptEvent is an event of a mapping that the fields do not say.
type keptEvent struct {
	rule eventRule
	at   int // its place in the mapping that was opened
}

// tree is the event as a tree.
func (k keptEvent) tree() *node {
	root := &node{kind: object}
	put := func(key string, v *node) { root.keys, root.vals = append(root.keys, key), append(root.vals, v) }
	for _, c := range []struct {
		key  string
		list []condition
	}{{"when", k.rule.when}, {"unless", k.rule.unless}} {
		if len(c.list) == 0 {
			continue
		}
		all := &node{kind: object}
		for _, one := range c.list {
			in := &node{kind: list}
			for _, v := range one.in {
				in.vals = append(in.vals, &node{kind: str, text: v})
			}
			all.keys, all.vals = append(all.keys, one.value.parts[0].name), append(all.vals, in)
		}
		put(c.key, all)
	}
	put(k.rule.name(), k.rule.payload.tree())
	return root
}

func (s *shape) tree() *node {
	n := &node{kind: s.kind, keys: s.keys}
	if s.kind == str {
		n.text = s.leaf.text
	}
	for _, v := range s.vals {
		n.vals = append(n.vals, v.tree())
	}
	return n
}

// line is the event in a line.
func (k keptEvent) line() string {
	var b strings.Builder
	writeFlow(&b, k.tree(), false)
	return b.String()
}

// names are the columns and values that it reads.
func (k keptEvent) names() []string {
	var out []string
	take := func(t template) {
		for _, p := range t.parts {
			if p.name != "" {
				out = append(out, p.name)
			}
		}
	}
	for _, c := range slices.Concat(k.rule.when, k.rule.unless) {
		take(c.value)
	}
	var walk func(s *shape)
	walk = func(s *shape) {
		take(s.leaf)
		for _, v := range s.vals {
			walk(v)
		}
	}
	walk(k.rule.payload)
	return out
}

// writeFlow writes a tree in one line of YAML; sorted puts keys into an order.
func writeFlow(b *strings.Builder, n *node, sorted bool) {
	switch n.kind {
	case object:
		order := make([]int, len(n.keys))
		for i := range order {
			order[i] = i
		}
		if sorted {
			slices.SortFunc(order, func(x, y int) int { return cmp.Compare(n.keys[x], n.keys[y]) })
		}
		b.WriteByte('{')
		for i, at := range order {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(yamlKey(n.keys[at]) + ": ")
			writeFlow(b, n.vals[at], sorted)
		}
		b.WriteByte('}')
	case list:
		b.WriteByte('[')
		for i, v := range n.vals {
			if i > 0 {
				b.WriteString(", ")
			}
			writeFlow(b, v, sorted)
		}
		b.WriteByte(']')
	default:
		b.WriteString(strconv.Quote(n.text))
	}
}

// yaml is the event as an element of the list of events.
func (k keptEvent) yaml() string {
	var b strings.Builder
	writeBlock(&b, k.tree(), "    ")
	return "  - " + strings.TrimPrefix(b.String(), "    ")
}

// writeBlock writes a tree in lines.
func writeBlock(b *strings.Builder, n *node, indent string) {
	item := func(head string, v *node) {
		switch {
		case v.kind != object && v.kind != list:
			fmt.Fprintf(b, "%s%s%s\n", indent, head, strconv.Quote(v.text))
		case len(v.vals) == 0:
			fmt.Fprintf(b, "%s%s%s\n", indent, head, map[kind]string{object: "{}", list: "[]"}[v.kind])
		case head == "- ":
			var in strings.Builder
			writeBlock(&in, v, indent+"  ")
			b.WriteString(indent + head + strings.TrimPrefix(in.String(), indent+"  "))
		default:
			b.WriteString(indent + strings.TrimSuffix(head, " ") + "\n")
			writeBlock(b, v, indent+"  ")
		}
	}
	for i, v := range n.vals {
		if n.kind == list {
			item("- ", v)
		} else {
			item(yamlKey(n.keys[i])+": ", v)
		}
	}
}

// keptReads says that an event that is kept as it is reads a name.
func (s *Sketch) keptReads(name string) error {
	for i, k := range s.kept {
		if slices.Contains(k.names(), name) {
			return fmt.Errorf("event %d, which is kept as it is written, reads it", i+1)
		}
	}
	return nil
}

// setKept changes an event that is kept as it is, adds one, or takes one away.
func (s *Sketch) setKept(key, value string) error {
	at, err := strconv.Atoi(strings.TrimPrefix(key, keptField))
	switch {
	case key == FieldEvent:
		at = len(s.kept)
	case err != nil || at < 0 || at >= len(s.kept):
		return errors.New("there is no such event")
	}
	if strings.TrimSpace(value) == "" {
		if key != FieldEvent {
			s.kept = slices.Delete(slices.Clone(s.kept), at, at+1)
		}
		return nil
	}
	rule, err := s.readEvent(value)
	if err != nil {
		return err
	}
	if key == FieldEvent {
		s.kept = append(slices.Clone(s.kept), keptEvent{rule, 2 * maxMapping})
		return nil
	}
	s.kept = slices.Clone(s.kept)
	s.kept[at].rule = rule
	return nil
}

// readEvent reads an event that is written in a line.
func (s *Sketch) readEvent(line string) (eventRule, error) {
	if len(line) > keptLine || strings.ContainsAny(line, "\r\n") {
		return eventRule{}, fmt.Errorf("an event in a line of up to %d bytes", keptLine)
	}
	var b strings.Builder
	b.WriteString(s.formYAML(s.notes(false)) + "visitor: \"v\"\nat: \"t\"\n")
	s.writeValues(&b)
	m, err := ParseMapping("event", []byte(b.String()+"events:\n  - "+line+"\n"))
	if err != nil {
		_, said, _ := strings.Cut(strings.SplitN(err.Error(), "\n", 2)[0], ": ")
		return eventRule{}, errors.New(said)
	}
	if len(m.events) != 1 {
		return eventRule{}, errors.New("one event, such as {when: {type: carts}, cartAdd: {products: [{product: {sku: \"{aid}\"}}]}}")
	}
	k := keptEvent{rule: m.events[0]}
	for _, n := range k.names() {
		if n != ofLine && s.table(n) == nil && !slices.Contains(s.Columns, n) {
			return eventRule{}, fmt.Errorf("there is no column %s%s", text.Line(n, 40), near(n, s.Columns))
		}
	}
	return k.rule, nil
}

// keptFields are the fields of what is kept as it is written.
func (s *Sketch) keptFields() []Field {
	part := "As written"
	var out []Field
	for i, k := range s.kept {
		out = append(out, Field{Key: keptField + strconv.Itoa(i), Part: part, Title: fmt.Sprintf("Event %d", i+1), Help: "An event of its own, as a mapping file has it: " + eventHelp, Form: AsWritten, Value: k.line()})
	}
	return append(out, Field{Key: FieldEvent, Part: part, More: true, Title: "One more event", Help: "For what the fields above do not say: several conditions, or another payload. " + eventHelp, Form: AsWritten})
}

const eventHelp = `{when: {type: buy}, unless: {sum: ""}, purchase: {total: "{sum}"}}.`

// more are the paths of a type's fields that have no place in the list.
func (s *Sketch) more(typ string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(s.set)) {
		if path, ok := strings.CutPrefix(k, moreField+typ+"."); ok {
			out = append(out, path)
		}
	}
	return out
}

// moreFields are the further fields of the types of events that there are, and
// which there are to be added.
func (s *Sketch) moreFields(types []string) []Field {
	var out []Field
	more := Field{Key: FieldMore, Part: "More fields", More: true, Title: "One more field", Help: "A field of an event by its path in the native form, such as page.language; beckon schema journey prints them all.", Form: OneOfOrText}
	all := payloadFields()
	for _, t := range types {
		for _, path := range s.more(t) {
			out = append(out, Field{Key: moreField + t + "." + path, Part: more.Part, Title: text.Line(t+"."+path, 60), Help: "What the field is read from; it is left out where it is empty."})
		}
		for _, path := range leaves(all[t]) {
			_, there := s.set[moreField+t+"."+path]
			if there || slices.ContainsFunc(payloadFieldsOfSketch, func(p payloadField) bool { return p.at[t] == path }) {
				continue
			}
			more.Choices = append(more.Choices, FieldChoice{t + "." + path, t + "." + path})
		}
	}
	if len(types) == 0 {
		return out
	}
	return append(out, more)
}

// leaves are the paths of what holds text in a payload.
func leaves(n *schemaNode) []string {
	var out []string
	var walk func(n *schemaNode, path string)
	walk = func(n *schemaNode, path string) {
		switch {
		case n.items != nil:
			walk(n.items, path+".0")
		case len(n.names) > 0:
			for _, k := range n.names {
				walk(n.props[k], path+"."+k)
			}
		case path != "" && n.props == nil:
			out = append(out, path[1:])
		}
	}
	walk(n, "")
	return out
}

// checkPath says what is wrong with the path of a field.
func checkPath(path string) error {
	if path == "" {
		return nil
	}
	steps := strings.Split(path, ".")
	n := payloadFields()[steps[0]]
	if n == nil {
		return fmt.Errorf("%s is no event; a path begins with one, as page.language does", text.Line(steps[0], 40))
	}
	for i, k := range steps[1:] {
		var next *schemaNode
		switch {
		case n.items != nil:
			if at, err := strconv.Atoi(k); err != nil || at < 0 || at > 99 || strconv.Itoa(at) != k {
				return fmt.Errorf("%s holds a list: the place in it is a number, from 0", strings.Join(steps[:i+1], "."))
			}
			next = n.items
		case n.props[k] != nil:
			next = n.props[k]
		case n.open && k != "" && i == len(steps)-2:
			return nil
		default:
			return fmt.Errorf("%s has no field %s%s", strings.Join(steps[:i+1], "."), text.Line(k, 40), near(k, n.names))
		}
		n = next
	}
	if n.props != nil || n.items != nil || len(steps) == 1 {
		return fmt.Errorf("%s holds several fields: go on with a dot and one of them", path)
	}
	return nil
}
