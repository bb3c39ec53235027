package journey

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model/text"
)

// ErrBeyondSketch says that a mapping holds what a sketch cannot say: it is to
// be changed in its file.
var ErrBeyondSketch = errors.New("it says more than can be asked for")

// OpenSketch makes a sketch of a mapping, to change it, with the first rows of
// a table that it reads. What the fields cannot say is kept as it is written.
func OpenSketch(m *Mapping, sample []byte) (*Sketch, error) {
	s := &Sketch{Form: m.form, set: map[string]string{}, why: map[string]string{}, values: slices.Clone(m.values), names: m.columns, source: m.source}
	if err := s.begin(sample); err != nil {
		return nil, err
	}
	beyond := func(what string) (*Sketch, error) { return nil, fmt.Errorf("%w: %s", ErrBeyondSketch, what) }
	put := func(key, value string) {
		if value != "" {
			s.set[key] = value
		}
	}
	s.openForm(m, put)
	if len(s.texts()) == 0 {
		return beyond("it leaves out all of the first lines")
	}
	if err := s.cut(); err != nil {
		return nil, err
	}
	if len(m.columns) > 0 && !slices.Equal(m.columns, s.Columns[:min(len(m.columns), len(s.Columns))]) {
		return beyond("another number of columns than the table has")
	}
	put(FieldVisitor, m.visitor.text)
	put(FieldVisit, m.visit.text)
	put(FieldAt, m.at.value.text)
	put(FieldLayout, strings.Join(m.at.layouts, " or "))
	if m.at.zone != time.UTC && m.at.zone.String() != "UTC" {
		put(FieldZone, m.at.zone.String())
	}
	put(FieldOrder, m.at.order.text)
	if m.at.gap > 0 {
		put(FieldGap, m.at.gap.String())
	}
	begun := s.Clone()
	s.openEvents(m)
	if s.opens(m) != nil { // all events as they are written are always the same
		*s = *begun
		for i, r := range m.events {
			s.kept = append(s.kept, keptEvent{r, i})
		}
		if err := s.opens(m); err != nil {
			return beyond(err.Error())
		}
	}
	s.opened = s.Clone()
	return s, nil
}

// openForm takes how the table is written.
func (s *Sketch) openForm(m *Mapping, put func(key, value string)) {
	if m.form != "jsonl" {
		s.set[FieldSeparator] = m.separator
		if s.set[FieldQuote] = noQuote; m.quote != 0 {
			s.set[FieldQuote] = string(rune(m.quote))
		}
		if s.set[FieldHeader] = "yes"; !m.header {
			s.set[FieldHeader] = "no"
		}
	}
	if m.skip > 0 {
		s.set[FieldSkip] = strconv.Itoa(m.skip)
	}
	put(FieldNumbers, m.numbers)
	if put(FieldSplit, m.split); m.split != "" {
		s.set[FieldEach] = Column(m.each)
	} else {
		put(FieldEach, m.each)
	}
}

// opens says what a sketch says otherwise than the mapping that it was made of.
func (s *Sketch) opens(m *Mapping) error {
	for k, v := range s.set {
		if err := s.check(k, v); err != nil {
			return fmt.Errorf("%s: %w", text.Line(v, 40), err)
		}
	}
	again, err := ParseMapping(m.name, s.YAML(false))
	switch {
	case err != nil:
		return err
	case !slices.Equal(m.outline(), again.outline()):
		return errors.New("a form of its own")
	case !maps.EqualFunc(m.sequences(), again.sequences(), slices.Equal):
		return errors.New("events in an order of their own")
	}
	return nil
}

// openEvents takes what the events say, one after the other; those that the
// fields cannot say beside the ones before are kept as they are.
func (s *Sketch) openEvents(m *Mapping) {
	s.places = map[string]int{}
	some := slices.ContainsFunc(m.events, func(r eventRule) bool { return len(r.when) == 1 && len(r.unless) == 0 })
	said := map[string]*eventRule{} // the first event of a type
	types := map[string][]string{}  // of a field that says what a row is
	for i := range m.events {
		r := &m.events[i]
		next := s.Clone()
		if !next.openEvent(r, some, types) {
			s.kept = append(s.kept, keptEvent{*r, i})
			continue
		}
		same := s.set[FieldKind] == "" || s.set[FieldKind] == next.set[FieldKind]
		for _, of := range append(slices.Collect(maps.Values(said)), r) {
			same = same && maps.Equal(leavesOf(next.payload(of.name())), leavesOf(of.payload.tree()))
		}
		if !same {
			s.kept = append(s.kept, keptEvent{*r, i})
			continue
		}
		for _, k := range next.rowKeys(r) {
			types[k] = append(types[k], r.name())
		}
		if _, there := s.places[r.name()]; !there {
			s.places[r.name()], said[r.name()] = i, r
		}
		next.places = s.places
		*s = *next
	}
}

// rowKeys are the fields that say that a row is such an event.
func (s *Sketch) rowKeys(r *eventRule) []string {
	if len(r.when) == 0 {
		return []string{FieldRow}
	}
	var out []string
	for _, v := range r.when[0].in {
		out = append(out, KindField(v))
	}
	return out
}

// openEvent takes what one event says, or reports that the fields cannot say
// it.
func (s *Sketch) openEvent(r *eventRule, some bool, types map[string][]string) bool {
	if len(r.unless) > 0 || len(r.when) > 1 || some != (len(r.when) == 1) || !slices.Contains(SketchKinds(), r.name()) {
		return false
	}
	if some {
		s.set[FieldKind] = r.when[0].value.text
	}
	for _, k := range s.rowKeys(r) {
		switch of := types[k]; {
		case len(of) == 0:
			s.set[k] = r.name()
		case len(of) == 1 && of[0] == "page" && r.name() == "prodView":
			s.set[k] = productPage
		default:
			return false
		}
	}
	return s.openPayload(r.payload, r.name(), "")
}

func (s *Sketch) openPayload(n *shape, typ, path string) bool {
	if n.kind == str {
		key := moreField + typ + "." + path
		for _, p := range payloadFieldsOfSketch {
			if p.at[typ] == path {
				key = p.key
			}
		}
		if typ == "purchase" && path == "cart.numItems" && n.leaf.text == s.set["quantity"] {
			return true // it is made of the pieces
		}
		if was, ok := s.set[key]; ok && was != n.leaf.text {
			return false
		}
		s.set[key] = n.leaf.text
		return true
	}
	for i, v := range n.vals {
		k := strconv.Itoa(i)
		if n.kind == object {
			k = n.keys[i]
		}
		if !s.openPayload(v, typ, strings.TrimPrefix(path+"."+k, ".")) {
			return false
		}
	}
	return true
}

// leavesOf are the texts of a payload by their paths; a field of a sketch knows
// its key as well.
func leavesOf(n *node) map[string]string {
	out := map[string]string{}
	var walk func(n *node, path string)
	walk = func(n *node, path string) {
		if n == nil || n.kind == str {
			if n != nil {
				out[path] = n.text
			}
			return
		}
		for i, v := range n.vals {
			k := strconv.Itoa(i)
			if n.kind == object {
				k = n.keys[i]
			}
			walk(v, path+"."+k)
		}
	}
	walk(n, "")
	return out
}

// name is the event's as mappings have it.
func (r *eventRule) name() string {
	switch r.delta {
	case 1:
		return "cartAdd"
	case -1:
		return "cartRemove"
	}
	return r.typ.String()
}

// outline is what a mapping says besides its events, in lines without an order.
func (m *Mapping) outline() []string {
	out := []string{fmt.Sprint("form ", m.form, m.separator, m.quote, m.header, m.columns, m.skip, m.each, m.split, m.numbers), "visitor " + m.visitor.text, "visit " + m.visit.text,
		fmt.Sprint("at ", m.at.value.text, m.at.layouts, m.at.zone, m.at.order.text, m.at.gap)}
	for _, v := range m.values {
		out = append(out, fmt.Sprint("value ", v.name, v.from.text, v.to, v.orElse.text, v.hasElse, v.passThru))
	}
	slices.Sort(out)
	return out
}

// sequences are the events of rows, in their order: of those with each value
// that a condition names, and of all others. Lists of values may be cut in
// other ways, and fields come in any order.
func (m *Mapping) sequences() map[string][]string {
	simple := func(r eventRule) bool { return len(r.when) == 1 && len(r.unless) == 0 }
	out := map[string][]string{"": nil}
	for _, r := range m.events {
		if simple(r) {
			for _, v := range r.when[0].in {
				out[r.when[0].value.text+"\x00"+v] = nil
			}
		}
	}
	for key := range out {
		column, value, _ := strings.Cut(key, "\x00")
		for _, r := range m.events {
			of := r
			if simple(r) && (column == r.when[0].value.text || column == "") {
				if column == "" || !slices.Contains(r.when[0].in, value) {
					continue
				}
				of.when = nil
			}
			var b strings.Builder
			writeFlow(&b, keptEvent{rule: of}.tree(), true)
			out[key] = append(out[key], b.String())
		}
	}
	return out
}
