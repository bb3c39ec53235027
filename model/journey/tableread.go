package journey

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"beckon/model"
	"beckon/model/text"
)

// tableReader reads the rows of a table by a mapping.
type tableReader struct {
	im     *importer
	m      *Mapping
	index  []int // of a slot's column in a row; -1 is none; CSV only
	header bool  // it is still to come
	width  int   // columns of a row; CSV only
	values []tableValue
	row    tableRow
	made   []record // of the present row
	json   []byte
	dec    decoder
	later  string // behind visitors that go by their lines, in any file but the first
}

// tableValue is a value of the present row, computed when first asked for.
type tableValue struct {
	text string
	done bool
}

// tableRow is the present row.
type tableRow struct {
	cells []string // CSV
	cell  string   // the cell, or part of one, that is the row
	place int      // of it, from 0
	outer *node    // JSON: the line
	elem  *node    // JSON: the element of each, or the line
}

func newTableReader(im *importer, m *Mapping) *tableReader {
	r := &tableReader{im: im, m: m, header: m.header && m.form != "jsonl", values: make([]tableValue, len(m.values))}
	byLine := func(p part) bool { return p.name == ofLine }
	if n := len(im.rep.Formats); n > 1 && slices.ContainsFunc(m.visitor.parts, byLine) {
		r.later = " of file " + strconv.Itoa(n)
	}
	r.dec.lenient = true
	r.dec.unknown = func(string) {} // the mapping was checked
	if len(m.columns) > 0 {
		r.width = len(m.columns)
	}
	if m.at.gap > 0 {
		im.rep.note(fmt.Sprintf("%s tells no time of day: instants are the place in the day times %s, so times on pages are approximate", m.name, m.at.gap))
	}
	return r
}

func (r *tableReader) end() error { return nil }

func (r *tableReader) line(b []byte) error {
	if r.im.n <= int64(r.m.skip) {
		r.im.skip("header")
		return nil
	}
	if r.m.form == "jsonl" {
		return r.object(b)
	}
	cells, f := r.im.cells(b, r.m.separator, r.m.quote)
	if f != nil {
		r.im.reject(f)
		return nil
	}
	if r.header {
		r.header = false
		r.im.skip("header")
		if len(r.m.columns) > 0 {
			r.width = len(cells)
			return r.bind(r.m.columns)
		}
		return r.bind(cells)
	}
	if r.m.each != "" && r.m.split == "" {
		return r.cells(cells)
	}
	if r.index == nil {
		if err := r.bind(r.m.columns); err != nil {
			return err
		}
	}
	if len(cells) != r.width {
		r.im.reject(&fault{reason: "columns", detail: fmt.Sprintf("want %d columns, have %d", r.width, len(cells))})
		return nil
	}
	r.row = tableRow{cells: cells}
	return r.take()
}

// take makes the events of the row at hand: one row, or one for every part of
// the cell that is cut.
func (r *tableReader) take() error {
	if r.m.split == "" {
		return r.events()
	}
	whole, f := r.lookup(r.m.eachSlot)
	if f != nil {
		r.im.reject(f)
		return nil
	}
	r.row.place = -1
	for part := range strings.SplitSeq(whole, r.m.split) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		r.row.cell = part
		r.row.place++
		if err := r.events(); err != nil {
			return err
		}
		if f := r.im.rejects; f != nil {
			f.field = strings.TrimSuffix(fmt.Sprintf("%s, part %d. %s", r.m.each, r.row.place+1, f.field), ". ")
			break
		}
	}
	return nil
}

// cells makes the events of a row whose every cell is a row. An empty one is none:
// codes with a blank behind each have one at the end.
func (r *tableReader) cells(cells []string) error {
	if r.index == nil {
		if err := r.bind(nil); err != nil {
			return err
		}
	}
	r.row = tableRow{cells: cells}
	for i := range cells {
		if strings.TrimSpace(cells[i]) == "" {
			continue
		}
		r.row.place, r.row.cell = i, cells[i]
		if err := r.events(); err != nil {
			return err
		}
		if f := r.im.rejects; f != nil {
			f.field = strings.TrimSuffix(fmt.Sprintf("cell %d. %s", i+1, f.field), ". ")
			return nil
		}
	}
	return nil
}

// errNoColumn says that a table is another than the mapping is of.
var errNoColumn = errors.New("has no column")

// bind finds the columns that the mapping names.
func (r *tableReader) bind(columns []string) error {
	if r.width == 0 {
		r.width = len(columns)
	}
	r.index = make([]int, len(r.m.names))
	for i, ref := range r.m.names {
		r.index[i] = -1
		if ref.value >= 0 || strings.HasPrefix(ref.name, "#") {
			continue
		}
		if r.index[i] = slices.Index(columns, ref.name); r.index[i] < 0 || r.index[i] >= r.width {
			known := hint(ref.name, columns)
			if !r.im.o.KeepPersonal { // what is taken for the header may be a row
				known = scrub(known)
			}
			return fmt.Errorf("%s:%d: %s %w %q%s", r.m.name, ref.line, r.im.file, errNoColumn, text.Line(ref.name, 60), text.Line(known, 300))
		}
	}
	return nil
}

// Limits of a quoted field that goes over several lines.
const (
	maxQuotedLines = 100
	maxQuotedBytes = 64 << 10
)

// cells cuts a row into its columns. A quoted field may go on in the next
// lines, which are then accounted for as continuation.
func (im *importer) cells(b []byte, separator string, quote byte) ([]string, *fault) {
	cells, open, f := cut(b, separator, quote)
	if !open || f != nil {
		return cells, f
	}
	whole := append([]byte(nil), b...)
	var ahead []line
	for len(ahead) < maxQuotedLines && len(whole) < maxQuotedBytes {
		l, err := im.lines.next()
		if len(l.b) > 0 || err == nil {
			l.b = append([]byte(nil), l.b...)
			ahead = append(ahead, l)
		}
		if err != nil || l.long || bytes.IndexByte(l.b, 0) >= 0 || !utf8.Valid(l.b) {
			break
		}
		whole = append(append(whole, '\n'), l.b...)
		if cells, open, f = cut(whole, separator, quote); f != nil {
			break
		}
		if !open {
			im.follow(int64(len(ahead)))
			return cells, nil
		}
	}
	im.lines.unread(ahead)
	return nil, &fault{reason: "quote", detail: "a quoted field without its end", value: string(b[:min(len(b), 200)])}
}

// cut cuts a row; open is true where a quoted field has no end yet.
func cut(b []byte, separator string, quote byte) (cells []string, open bool, f *fault) {
	sep := []byte(separator)
	for {
		if quote != 0 && len(b) > 0 && b[0] == quote {
			var field []byte
			i := 1
			for {
				n := bytes.IndexByte(b[i:], quote)
				if n < 0 {
					return nil, true, nil
				}
				field = append(field, b[i:i+n]...)
				i += n + 1
				if i < len(b) && b[i] == quote { // a doubled quote is one
					field = append(field, quote)
					i++
					continue
				}
				break
			}
			cells = append(cells, string(field))
			if i == len(b) {
				return cells, false, nil
			}
			if !bytes.HasPrefix(b[i:], sep) {
				return nil, false, &fault{reason: "quote", detail: "something follows a quoted field", value: string(b[i:min(len(b), i+60)])}
			}
			b = b[i+len(sep):]
			continue
		}
		n := bytes.Index(b, sep)
		if n < 0 {
			return append(cells, string(b)), false, nil
		}
		cells = append(cells, string(b[:n]))
		b = b[n+len(sep):]
	}
}

// object reads a line of JSON.
func (r *tableReader) object(b []byte) error {
	n, err := r.im.trees.parse(b)
	if err != nil {
		r.im.reject(asFault(err))
		return nil
	}
	if n.kind != object {
		r.im.reject(&fault{reason: "type", detail: "want an object, have " + n.kind.String()})
		return nil
	}
	r.row = tableRow{outer: n, elem: n}
	if r.m.each == "" || r.m.split != "" {
		return r.take()
	}
	each := find(n, strings.Split(r.m.each, "."))
	if each == nil || each.kind != list {
		r.im.reject(&fault{reason: "missing", field: r.m.each, detail: "not a list"})
		return nil
	}
	for i, e := range each.vals {
		r.row.elem = e
		if err := r.events(); err != nil {
			return err
		}
		if f := r.im.rejects; f != nil {
			f.field = strings.TrimSuffix(fmt.Sprintf("%s[%d].%s", r.m.each, i, f.field), ".")
			return nil
		}
	}
	return nil
}

// find follows a path of keys and indexes.
func find(n *node, path []string) *node {
	for _, k := range path {
		if n != nil && n.kind == list {
			i, err := strconv.Atoi(k)
			if err != nil || i < 0 || i >= len(n.vals) {
				return nil
			}
			n = n.vals[i]
			continue
		}
		n = n.get(k)
	}
	return n
}

// events makes the events of the present row.
func (r *tableReader) events() error {
	for i := range r.values {
		r.values[i].done = false
	}
	var visitor, visit string
	var at Instant
	r.made = r.made[:0]
	robot := false
	for i := range r.m.events {
		rule := &r.m.events[i]
		holds, f := r.holds(rule)
		if f == nil && holds && at == 0 { // who and when are asked for once there is an event
			if visitor, f = r.fill(&r.m.visitor, false); f == nil {
				if visit, f = r.fill(&r.m.visit, false); f == nil {
					at, f = r.instant()
				}
			}
			if f == nil && visitor == "" {
				f = &fault{reason: "missing", field: "visitor", detail: "empty"}
			}
			visitor += r.later
		}
		if f != nil {
			r.im.reject(f)
			return nil
		}
		if !holds {
			continue
		}
		e, f := r.event(rule)
		if f != nil {
			r.im.reject(f)
			return nil
		}
		if err := r.atSite(e); err != nil {
			return err
		}
		e.Visitor, e.Visit, e.At = r.dec.share([]byte(visitor)), r.dec.share([]byte(visit)), at
		as := plain
		switch rule.delta {
		case 1:
			as = cartAdd
		case -1:
			as = cartRemove
		}
		r.made = append(r.made, record{ev: e, role: as})
		robot = robot || e.Type == PageView && r.im.leavesOut(e.Page.UserAgent)
	}
	for _, m := range r.made {
		switch {
		case robot && m.ev.Type == PageView:
			r.im.robot(m.ev)
			continue
		case robot: // all that the row tells, not the page alone
			r.im.leave("robot")
			continue
		}
		r.im.emit(m.ev, m.role)
	}
	return nil
}

// atSite completes the URL of a page that is a path alone, as in a web server's
// log: of which site it is, is said or asked for.
func (r *tableReader) atSite(e *Event) error {
	if e.Type != PageView || !strings.HasPrefix(e.Page.URL, "/") || strings.HasPrefix(e.Page.URL, "//") {
		return nil
	}
	host, err := r.im.host()
	if err != nil {
		return err
	}
	e.Page.URL = strings.TrimSuffix(host, "/") + e.Page.URL
	return nil
}

// holds reports whether the row gives the rule's event.
func (r *tableReader) holds(rule *eventRule) (bool, *fault) {
	for i := range rule.when {
		if in, f := r.in(&rule.when[i]); !in || f != nil {
			return false, f
		}
	}
	for i := range rule.unless {
		if in, f := r.in(&rule.unless[i]); in || f != nil {
			return false, f
		}
	}
	return true, nil
}

func (r *tableReader) in(c *condition) (bool, *fault) {
	v, f := r.fill(&c.value, false)
	return slices.Contains(c.in, v), f
}

// lookup returns what a name stands for in the row.
func (r *tableReader) lookup(slot int) (string, *fault) {
	ref := &r.m.names[slot]
	switch {
	case ref.value >= 0:
		return r.value(ref.value)
	case ref.name == ofLine:
		return strconv.FormatInt(r.im.n, 10), nil
	case ref.name == ofCell:
		return r.row.cell, nil
	case ref.name == ofPlace:
		return strconv.Itoa(r.row.place + 1), nil
	case r.row.outer == nil:
		return r.row.cells[r.index[slot]], nil
	}
	n := find(r.row.elem, ref.column)
	if n == nil && r.row.elem != r.row.outer {
		n = find(r.row.outer, ref.column)
	}
	if n != nil && n.kind >= list {
		return "", &fault{reason: "type", field: ref.name, detail: "want text, have " + n.kind.String()}
	}
	return n.scalar(), nil
}

// value returns a name of the mapping's values.
func (r *tableReader) value(i int) (string, *fault) {
	v, rule := &r.values[i], &r.m.values[i]
	if v.done {
		return v.text, nil
	}
	s, f := r.fill(&rule.from, false)
	if f != nil {
		return "", f
	}
	if !rule.passThru {
		to, ok := rule.to[s]
		switch {
		case ok:
			s = to
		case rule.hasElse:
			if s, f = r.fill(&rule.orElse, false); f != nil {
				return "", f
			}
		default:
			return "", &fault{reason: "unmapped", field: rule.name, detail: "the mapping has no such value, and no else", value: s}
		}
	}
	*v = tableValue{text: s, done: true}
	return s, nil
}

// fill fills in a template; with escape what is put into it becomes one part
// of a URL.
func (r *tableReader) fill(t *template, escape bool) (string, *fault) {
	if t.single() {
		return r.lookup(t.parts[0].slot)
	}
	if len(t.parts) == 1 {
		return t.parts[0].literal, nil
	}
	var b strings.Builder
	for i := range t.parts {
		p := &t.parts[i]
		if p.name == "" {
			b.WriteString(p.literal)
			continue
		}
		s, f := r.lookup(p.slot)
		if f != nil {
			return "", f
		}
		if escape {
			s = url.PathEscape(s)
			if strings.ContainsAny(s, "&+=") {
				s = strings.NewReplacer("&", "%26", "+", "%2B", "=", "%3D").Replace(s)
			}
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// instant makes the row's instant.
func (r *tableReader) instant() (Instant, *fault) {
	at := &r.m.at
	s, f := r.fill(&at.value, false)
	if f != nil {
		return 0, f
	}
	i, ok := Instant(0), false
	for _, l := range at.layouts {
		if i, ok = parseLayout(s, l, at.zone); ok {
			break
		}
	}
	if !ok {
		return 0, &fault{reason: "time", field: "at", detail: "not an instant as " + strings.Join(at.layouts, " or ") + ", from 2000 to 2100", value: s}
	}
	if at.gap == 0 {
		return i, nil
	}
	o, f := r.fill(&at.order, false)
	if f != nil {
		return 0, f
	}
	n, err := strconv.ParseInt(o, 10, 32)
	if err != nil || n < 1 {
		return 0, &fault{reason: "time", field: "at.order", detail: "want a place from 1", value: o}
	}
	if i = i.Add(at.gap * model.Duration(n-1)); !i.inWindow() {
		return 0, outOfWindow(i.Time().String())
	}
	return i, nil
}

// event makes an event: the payload is filled in as the native form and read
// by its decoder, so that the same rules hold.
func (r *tableReader) event(rule *eventRule) (*Event, *fault) {
	r.json = append(r.json[:0], `{"visitor":"v","at":"2000-01-01T00:00:00Z","type":"`...)
	r.json = append(append(r.json, rule.typ.String()...), '"')
	if rule.delta != 0 {
		r.json = append(r.json, `,"total":0,"numItems":0`...)
	}
	for i, k := range rule.payload.keys {
		if f := r.render(k, rule.payload.vals[i], true); f != nil {
			return nil, f
		}
	}
	r.json = append(r.json, '}')
	e, f := r.dec.event(r.json)
	if f != nil {
		f.field = rule.typ.String() + "." + f.field
	}
	return e, f
}

// render appends a field, or with no key an element, unless it is empty.
func (r *tableReader) render(key string, s *shape, named bool) *fault {
	start := len(r.json)
	if c := r.json[start-1]; c != '{' && c != '[' {
		r.json = append(r.json, ',')
	}
	if named {
		r.json = append(appendText(r.json, key), ':')
	}
	var f *fault
	empty := true
	switch s.kind {
	case str:
		var v string
		if v, f = r.fill(&s.leaf, s.url); f != nil {
			return f
		}
		if s.number && r.m.numbers != "" {
			plain, ok := plainNumber(v, r.m.numbers)
			if !ok {
				return &fault{reason: "number", field: key, detail: "no number as " + numberExample(r.m.numbers), value: v}
			}
			v = plain
		}
		if empty = v == "" && s.leaf.single(); !empty {
			r.json = appendText(r.json, v)
		}
	case object, list:
		open, end := byte('{'), byte('}')
		if s.kind == list {
			open, end = '[', ']'
		}
		r.json = append(r.json, open)
		inside := len(r.json)
		for i, v := range s.vals {
			k := ""
			if s.kind == object {
				k = s.keys[i]
			}
			if f = r.render(k, v, s.kind == object); f != nil {
				return f
			}
		}
		empty = len(r.json) == inside
		r.json = append(r.json, end)
	}
	if empty {
		r.json = r.json[:start]
	}
	return nil
}
