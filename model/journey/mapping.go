package journey

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"beckon/model"
	"beckon/model/text"
)

// Limits of a mapping file.
const (
	maxMapping = 1 << 20 // bytes
	maxSkip    = 1000    // lines left out at the beginning of a table
	maxSplit   = 8       // bytes between the parts of a cell
)

// ParseMapping reads a mapping file; see [Mapping] for its form. The name goes
// into errors, which say file:line and what is wrong; all of them are
// reported at once, joined.
func ParseMapping(name string, data []byte) (*Mapping, error) {
	p := &mappingParser{name: text.Line(name, 120), slots: map[string]int{}, source: data}
	root := p.tree(data)
	if root == nil {
		return nil, errors.Join(p.errs...)
	}
	m := p.mapping(root)
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return m, nil
}

// mappingParser gathers the problems of one mapping file.
type mappingParser struct {
	name  string
	errs  []error
	slots map[string]int // name in templates to Mapping.names
	m     Mapping
	// source is the file.
	source []byte
	// inValues is set while the templates of values are read.
	inValues bool
}

func (p *mappingParser) fail(line int, format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %s", p.name, line, text.Line(fmt.Sprintf(format, args...), 300)))
}

// tree parses the YAML, or returns nil.
func (p *mappingParser) tree(data []byte) *node {
	if len(data) > maxMapping {
		p.fail(1, "the mapping is longer than %d bytes", maxMapping)
		return nil
	}
	if line, ok := flat(data); !ok {
		p.fail(line, "longer or more deeply nested than a mapping needs")
		return nil
	}
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		line, msg := 1, err.Error()
		var se yaml.Error
		if errors.As(err, &se) {
			msg = se.GetMessage()
			if t := se.GetToken(); t != nil {
				line = t.Position.Line
			}
		}
		p.fail(line, "%s", msg)
		return nil
	}
	var body ast.Node
	for _, d := range f.Docs {
		if d.Body == nil || d.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			p.fail(d.Body.GetToken().Position.Line, "a second document; a mapping is one")
			return nil
		}
		body = d.Body
	}
	if body == nil {
		p.fail(1, "the mapping is empty")
		return nil
	}
	n := p.node(body, 0)
	if n != nil && n.kind != object {
		p.fail(n.line, "a mapping is an object, not %s", n.kind)
		return nil
	}
	return n
}

// cellwise reports whether a row is a cell or a part of one.
func (m *Mapping) cellwise() bool {
	return m.each != "" && (m.split != "" || m.form != "jsonl")
}

// recorded reports whether a template is filled with what the table holds, and
// not with what the mapping itself says.
func (m *Mapping) recorded(t *template) bool {
	return slices.ContainsFunc(t.parts, func(p part) bool {
		if p.name == "" {
			return false
		}
		v := m.names[p.slot].value
		return v < 0 || m.values[v].passThru
	})
}

// flat guards the parser, whose time grows with the square of the nesting: it
// finds the first line that is longer or opens more brackets than any mapping.
func flat(data []byte) (line int, ok bool) {
	open := 0
	for l := range bytes.Lines(data) {
		line++
		open += bytes.Count(l, []byte("[")) + bytes.Count(l, []byte("{")) - bytes.Count(l, []byte("]")) - bytes.Count(l, []byte("}"))
		if len(l) > 4096 || open > 2*maxDepth {
			return line, false
		}
	}
	return line, true
}

// node converts a YAML node.
func (p *mappingParser) node(a ast.Node, depth int) *node {
	n := &node{line: a.GetToken().Position.Line}
	if depth > maxDepth {
		p.fail(n.line, "nested deeper than %d", maxDepth)
		return n
	}
	switch a := a.(type) {
	case *ast.MappingNode:
		n.kind = object
		for _, v := range a.Values {
			p.pair(n, v, depth)
		}
	case *ast.MappingValueNode:
		n.kind = object
		p.pair(n, a, depth)
	case *ast.SequenceNode:
		n.kind = list
		for _, v := range a.Values {
			n.vals = append(n.vals, p.node(v, depth+1))
		}
	case *ast.StringNode:
		n.kind, n.text = str, a.Value
	case *ast.LiteralNode:
		n.kind, n.text = str, strings.TrimSuffix(a.Value.Value, "\n")
	case *ast.IntegerNode, *ast.FloatNode:
		n.kind, n.text = number, a.GetToken().Value
	case *ast.BoolNode:
		n.kind, n.text = boolean, strconv.FormatBool(a.Value)
	case *ast.NullNode:
	default:
		p.fail(n.line, "anchors, aliases, tags and merge keys are not used here")
	}
	return n
}

func (p *mappingParser) pair(n *node, v *ast.MappingValueNode, depth int) {
	k, ok := v.Key.(ast.ScalarNode)
	if !ok {
		p.fail(n.line, "a key is plain text")
		return
	}
	key := k.GetToken().Value
	if slices.Contains(n.keys, key) {
		p.fail(k.GetToken().Position.Line, "%s: twice", key)
		return
	}
	val := p.node(v.Value, depth+1)
	if val.kind == null {
		val.line = k.GetToken().Position.Line
	}
	n.keys = append(n.keys, key)
	n.vals = append(n.vals, val)
}

// fields checks that an object has no key but the known ones and returns a
// lookup of those it has.
func (p *mappingParser) fields(n *node, what string, known ...string) func(string) *node {
	if n.kind != object {
		p.fail(n.line, "%s is an object, not %s", what, n.kind)
		return func(string) *node { return nil }
	}
	for i, k := range n.keys {
		if !slices.Contains(known, k) {
			p.fail(n.vals[i].line, "%s: unknown field of %s%s", k, what, hint(k, known))
		}
	}
	return n.get
}

func hint(s string, known []string) string {
	if h := model.Nearest(s, known); h != "" {
		return "; did you mean " + h + "?"
	}
	return "; known are " + strings.Join(known, ", ")
}

// mapping reads the whole file.
func (p *mappingParser) mapping(root *node) *Mapping {
	m := &p.m
	m.name = p.name
	m.source = slices.Clone(p.source)
	get := p.fields(root, "a mapping", "format", "separator", "quote", "header", "columns", "skip", "each", "split", "numbers", "visitor", "visit", "at", "values", "events")

	m.form, m.separator, m.quote, m.header = "csv", ",", '"', true
	if n := get("format"); n != nil {
		m.form = n.scalar()
		if !slices.Contains([]string{"csv", "tsv", "jsonl"}, m.form) {
			p.fail(n.line, "format: want csv, tsv or jsonl, have %q", m.form)
		}
	}
	if m.form == "tsv" {
		m.separator, m.quote = "\t", 0
	}
	p.tableForm(get)

	// Values first: templates elsewhere may name them.
	if n := get("values"); n != nil {
		p.values(n)
	}
	if n := get("visitor"); n != nil {
		m.visitor = p.template(n, "visitor")
	} else {
		p.fail(root.line, "visitor: missing; say which column is the visitor")
	}
	if n := get("visit"); n != nil {
		m.visit = p.template(n, "visit")
	}
	if n := get("at"); n != nil {
		p.instant(n)
	} else {
		p.fail(root.line, "at: missing; say which column is the instant")
	}
	n := get("events")
	if n == nil || n.kind != list || len(n.vals) == 0 {
		p.fail(root.line, "events: want a list of events")
		return m
	}
	fields := payloadFields()
	for _, e := range n.vals {
		p.event(e, fields)
	}
	return m
}

// tableForm reads what belongs to CSV, TSV or JSON Lines alone.
func (p *mappingParser) tableForm(get func(string) *node) {
	m := &p.m
	for _, k := range []string{"separator", "quote", "header", "columns"} {
		if n := get(k); n != nil && m.form == "jsonl" {
			p.fail(n.line, "%s: not for jsonl", k)
			return
		}
	}
	if n := get("split"); n != nil {
		switch m.split = n.scalar(); {
		case m.split == "" || len(m.split) > maxSplit || strings.ContainsAny(m.split, "\r\n"):
			p.fail(n.line, "split: want one to %d characters, not a line end", maxSplit)
		case get("each") == nil:
			p.fail(n.line, "split: each is missing; say the cells of which column it cuts")
		}
	}
	if n := get("numbers"); n != nil {
		if m.numbers = n.scalar(); m.numbers != numbersComma && m.numbers != numbersPoint {
			p.fail(n.line, "numbers: want comma for 1.234,50 or point for 1,234.50, have %q", m.numbers)
		}
	}
	if n := get("each"); n != nil {
		switch m.each = n.scalar(); {
		case m.each == "":
			p.fail(n.line, "each: want the name of a list, or cells for csv and tsv")
		case m.split != "":
			m.eachSlot = p.slot(m.each, n.line)
		case m.form == "jsonl":
		case m.each != eachCell:
			p.fail(n.line, "each: want cells, a column with split, or format: jsonl for a list in an object")
		case get("columns") != nil || get("header") != nil:
			p.fail(n.line, "each: rows whose every cell is one of its own have neither columns nor a header; leave lines out with skip")
		default:
			m.header = false
		}
	}
	if n := get("skip"); n != nil {
		k, err := strconv.Atoi(n.scalar())
		if err != nil || k < 0 || k > maxSkip {
			p.fail(n.line, "skip: want a number of lines, up to %d", maxSkip)
		}
		m.skip = k
	}
	if n := get("separator"); n != nil {
		if m.separator = n.scalar(); m.separator == "" || len(m.separator) > 8 || strings.ContainsAny(m.separator, "\r\n") {
			p.fail(n.line, "separator: want one to eight characters, not a line end")
		}
	}
	if n := get("quote"); n != nil {
		switch s := n.scalar(); {
		case s == "none":
			m.quote = 0
		case len(s) == 1 && s != m.separator:
			m.quote = s[0]
		default:
			p.fail(n.line, "quote: want one character or none")
		}
	}
	if n := get("header"); n != nil {
		if n.kind != boolean {
			p.fail(n.line, "header: want true or false")
		}
		m.header = n.text == "true"
	}
	if n := get("columns"); n != nil {
		m.columns = p.texts(n, "columns")
		if get("header") == nil {
			m.header = false
		}
	} else if m.form != "jsonl" && !m.header && (m.each == "" || m.split != "") {
		p.fail(get("header").line, "columns: missing; without a header the columns need names")
	}
}

// texts reads a list of texts, or one.
func (p *mappingParser) texts(n *node, what string) []string {
	if n.kind < list && n.kind != null {
		return []string{n.text}
	}
	var out []string
	for _, v := range n.items() {
		if v.kind == null || v.kind >= list {
			p.fail(v.line, "%s: want text, have %s", what, v.kind)
			continue
		}
		out = append(out, v.text)
	}
	if out == nil {
		p.fail(n.line, "%s: want a list of texts", what)
	}
	return out
}

// template reads a template and gives its names their slots.
func (p *mappingParser) template(n *node, what string) template {
	if n.kind == null || n.kind >= list {
		p.fail(n.line, "%s: want text, have %s", what, n.kind)
		return template{}
	}
	t, err := parseTemplate(n.text, n.line)
	if err != nil {
		p.fail(n.line, "%s: %v", what, err)
	}
	for i := range t.parts {
		if t.parts[i].name != "" {
			t.parts[i].slot = p.slot(t.parts[i].name, n.line)
		}
	}
	return t
}

// slot returns the slot of a name.
func (p *mappingParser) slot(name string, line int) int {
	ref := nameRef{name: name, value: -1, line: line}
	if strings.HasPrefix(name, "#") {
		switch {
		case name == ofLine:
		case !p.m.cellwise() || name != ofCell && name != ofPlace:
			p.fail(line, "{%s}: there is {#line}, the number of the line, and with each: cells or split {#cell} and {#place}", name)
		}
	}
	key := "column " + name
	if !p.inValues {
		if i := slices.IndexFunc(p.m.values, func(v valueRule) bool { return v.name == name }); i >= 0 {
			ref.value, key = i, "value "+name
		}
	}
	if i, ok := p.slots[key]; ok {
		return i
	}
	if ref.value < 0 && p.m.form == "jsonl" {
		ref.column = strings.Split(name, ".")
	}
	p.slots[key] = len(p.m.names)
	p.m.names = append(p.m.names, ref)
	return p.slots[key]
}

// values reads the names made from columns.
func (p *mappingParser) values(n *node) {
	if n.kind != object {
		p.fail(n.line, "values: want an object of names")
		return
	}
	p.inValues = true
	defer func() { p.inValues = false }()
	for i, name := range n.keys {
		v := n.vals[i]
		rule := valueRule{name: name}
		get := p.fields(v, "values."+name, "from", "map", "else")
		if f := get("from"); f != nil {
			rule.from = p.template(f, "from")
		} else {
			p.fail(v.line, "values.%s: from is missing", name)
		}
		if t := get("map"); t != nil {
			if t.kind != object {
				p.fail(t.line, "map: want an object")
			}
			rule.to = map[string]string{}
			for j, k := range t.keys {
				if t.vals[j].kind >= list {
					p.fail(t.vals[j].line, "map: %s: want text, have %s", k, t.vals[j].kind)
				}
				rule.to[k] = t.vals[j].text
			}
		} else {
			rule.passThru = true
		}
		if e := get("else"); e != nil {
			rule.orElse, rule.hasElse = p.template(e, "else"), true
		}
		p.m.values = append(p.m.values, rule)
	}
}

// instant reads at: a template, or an object.
func (p *mappingParser) instant(n *node) {
	at := &p.m.at
	at.layouts, at.zone = []string{"rfc3339"}, time.UTC
	if n.kind != object {
		at.value = p.template(n, "at")
		return
	}
	get := p.fields(n, "at", "value", "layout", "zone", "order", "gap")
	if v := get("value"); v != nil {
		at.value = p.template(v, "at.value")
	} else {
		p.fail(n.line, "at.value: missing")
	}
	if v := get("layout"); v != nil {
		at.layouts = p.texts(v, "at.layout")
		for _, l := range at.layouts {
			if !knownLayout(l) {
				p.fail(v.line, "at.layout: want rfc3339, unix-s, unix-ms, unix-us or a Go layout such as \"2006-01-02 15:04:05\", have %q", l)
			}
		}
	}
	if v := get("zone"); v != nil {
		loc, err := time.LoadLocation(v.scalar())
		if err != nil || v.scalar() == "" || v.scalar() == "Local" {
			p.fail(v.line, "at.zone: want a zone such as Europe/Warsaw, have %q", v.scalar())
		} else {
			at.zone = loc
		}
	}
	order, gap := get("order"), get("gap")
	if (order == nil) != (gap == nil) {
		p.fail(n.line, "at: order and gap come together")
		return
	}
	if order != nil {
		at.order = p.template(order, "at.order")
		d, err := model.ParseDuration(gap.scalar())
		if err != nil || d <= 0 {
			p.fail(gap.line, "at.gap: want a duration such as 30s, have %q", gap.scalar())
		}
		at.gap = d
	}
}

// knownLayout reports whether instants can be read with a layout: a name, or
// a Go layout that has at least the year.
func knownLayout(l string) bool {
	switch l {
	case "rfc3339", "unix-s", "unix-ms", "unix-us":
		return true
	}
	return strings.Contains(l, "2006") || strings.Contains(l, "06")
}

// event reads one event of the list.
func (p *mappingParser) event(n *node, fields map[string]*schemaNode) {
	if n.kind != object {
		p.fail(n.line, "an event is an object such as {page: {url: ...}}, not %s", n.kind)
		return
	}
	rule, known, found := eventRule{line: n.line}, []string{"when", "unless"}, ""
	for k := range fields {
		known = append(known, k)
	}
	slices.Sort(known)
	p.fields(n, "an event", known...)
	for i, k := range n.keys {
		v := n.vals[i]
		switch {
		case k == "when":
			rule.when = p.conditions(v, k)
		case k == "unless":
			rule.unless = p.conditions(v, k)
		case fields[k] == nil:
		case found != "":
			p.fail(v.line, "%s: an event is one thing, and this one is %s already", k, found)
		default:
			found = k
			rule.typ = ParseType(k)
			switch k {
			case "cartAdd":
				rule.typ, rule.delta = Cart, 1
			case "cartRemove":
				rule.typ, rule.delta = Cart, -1
			}
			if v.kind == null { // {leave: }
				v.kind = object
			}
			rule.payload = p.shape(v, k, fields[k])
		}
	}
	if found == "" {
		p.fail(n.line, "an event without its type; known are %s", strings.Join(known, ", "))
		return
	}
	p.m.events = append(p.m.events, rule)
}

// conditions reads when or unless: columns or values, and what they are.
func (p *mappingParser) conditions(n *node, what string) []condition {
	if n.kind != object {
		p.fail(n.line, "%s: want columns and their values", what)
		return nil
	}
	var out []condition
	for i, k := range n.keys {
		v := n.vals[i]
		ref := template{text: "{" + k + "}", line: v.line, parts: []part{{name: k, slot: p.slot(k, v.line)}}}
		c := condition{value: ref}
		if v.kind == null {
			c.in = []string{""}
		} else {
			c.in = p.texts(v, what+"."+k)
		}
		out = append(out, c)
	}
	return out
}

// shape reads a payload and checks its fields against the native form.
func (p *mappingParser) shape(n *node, path string, sn *schemaNode) *shape {
	s := &shape{kind: n.kind}
	switch n.kind {
	case object:
		if sn.props == nil {
			p.fail(n.line, "%s: not an object in the native form", path)
			return s
		}
		for i, k := range n.keys {
			child := sn.props[k]
			if child == nil && !sn.open {
				p.fail(n.vals[i].line, "%s.%s: unknown field%s", path, k, hint(k, sn.names))
				continue
			}
			if child == nil {
				child = &schemaNode{}
			}
			s.keys = append(s.keys, k)
			s.vals = append(s.vals, p.shape(n.vals[i], path+"."+k, child))
		}
		for _, k := range sn.required {
			if !slices.Contains(n.keys, k) {
				p.fail(n.line, "%s.%s: missing", path, k)
			}
		}
	case list:
		if sn.items == nil {
			p.fail(n.line, "%s: not a list in the native form", path)
			return s
		}
		for i, v := range n.vals {
			s.vals = append(s.vals, p.shape(v, fmt.Sprintf("%s[%d]", path, i), sn.items))
		}
	case null:
		p.fail(n.line, "%s: no value", path)
	default:
		if sn.props != nil || sn.items != nil {
			p.fail(n.line, "%s: want %s, have %s", path, sn.want(), n.kind)
		}
		s.kind, s.leaf = str, p.template(n, path)
		s.url = strings.HasSuffix(path, ".url")
		s.number = sn.number && p.m.recorded(&s.leaf)
	}
	return s
}
