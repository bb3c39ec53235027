package journey

import (
	"errors"
	"fmt"
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
// a table that it reads.
func OpenSketch(m *Mapping, sample []byte) (*Sketch, error) {
	s := &Sketch{Form: m.form, set: map[string]string{}, why: map[string]string{}, values: m.values}
	if err := s.begin(sample); err != nil {
		return nil, err
	}
	beyond := func(what string) (*Sketch, error) { return nil, fmt.Errorf("%w: %s", ErrBeyondSketch, what) }
	if m.form != "jsonl" {
		if m.skip > 0 || m.each != "" || m.quote != quoteOf(m.separator) {
			return beyond("lines that are left out, cells that are rows, or another quote")
		}
		s.set[FieldSeparator], s.set[FieldHeader] = m.separator, "yes"
		if !m.header {
			s.set[FieldHeader] = "no"
		}
	}
	if m.form == "jsonl" && m.skip > 0 {
		return beyond("lines that are left out")
	}
	if s.set[FieldEach] = m.each; m.each == "" {
		delete(s.set, FieldEach)
	}
	if err := s.cut(); err != nil {
		return nil, err
	}
	if len(m.columns) > 0 {
		if len(m.columns) != len(s.Columns) {
			return beyond("another number of columns than the table has")
		}
		s.Columns, s.renamed = slices.Clone(m.columns), true
	}
	put := func(key, value string) {
		if value != "" {
			s.set[key] = value
		}
	}
	put(FieldVisitor, m.visitor.text)
	put(FieldVisit, m.visit.text)
	put(FieldAt, m.at.value.text)
	if len(m.at.layouts) != 1 {
		return beyond("several ways in which times are written")
	}
	put(FieldLayout, m.at.layouts[0])
	if m.at.zone != time.UTC && m.at.zone.String() != "UTC" {
		put(FieldZone, m.at.zone.String())
	}
	put(FieldOrder, m.at.order.text)
	if m.at.gap > 0 {
		put(FieldGap, m.at.gap.String())
	}
	if err := s.openEvents(m); err != nil {
		return nil, err
	}
	for k, v := range s.set {
		if err := s.check(k, v); err != nil {
			return beyond(text.Line(v, 40) + ": " + err.Error())
		}
	}
	// What it says has to be all that the mapping said.
	again, err := ParseMapping(m.name, s.YAML(false))
	if err != nil || !slices.Equal(m.outline(), again.outline()) {
		return beyond("events or conditions of another form")
	}
	return s, nil
}

// openEvents takes what the events say.
func (s *Sketch) openEvents(m *Mapping) error {
	beyond := func(what string) error { return fmt.Errorf("%w: %s", ErrBeyondSketch, what) }
	types := map[string][]string{} // of a value of the kind; "" of all rows
	all := 0
	for _, r := range m.events {
		if len(r.unless) > 0 || len(r.when) > 1 {
			return beyond("several conditions on an event, or unless")
		}
		if len(r.when) == 1 {
			switch kind := r.when[0].value.text; {
			case s.set[FieldKind] == "":
				s.set[FieldKind] = kind
			case s.set[FieldKind] != kind:
				return beyond("conditions on several columns")
			}
			for _, v := range r.when[0].in {
				types[v] = append(types[v], r.name())
			}
		} else {
			all++
			types[""] = append(types[""], r.name())
		}
		if err := s.openPayload(r.payload, r.name(), ""); err != nil {
			return err
		}
	}
	if all > 0 && s.set[FieldKind] != "" {
		return beyond("events of all rows beside events of some")
	}
	for v, of := range types {
		key := KindField(v)
		if all > 0 {
			key = FieldRow
		}
		switch {
		case len(of) == 1:
			s.set[key] = of[0]
		case len(of) == 2 && slices.Contains(of, "page") && slices.Contains(of, "prodView"):
			s.set[key] = productPage
		default:
			return beyond("several events of a row")
		}
	}
	return nil
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

func (s *Sketch) openPayload(n *shape, typ, path string) error {
	if n.kind == str {
		for _, p := range payloadFieldsOfSketch {
			if p.at[typ] != path {
				continue
			}
			if was, ok := s.set[p.key]; ok && was != n.leaf.text {
				return fmt.Errorf("%w: %s is not the same in all events", ErrBeyondSketch, p.title)
			}
			s.set[p.key] = n.leaf.text
			return nil
		}
		if typ == "purchase" && path == "cart.numItems" {
			return nil // it is made of the pieces, or told by the comparison
		}
		return fmt.Errorf("%w: %s.%s", ErrBeyondSketch, typ, path)
	}
	for i, v := range n.vals {
		k := strconv.Itoa(i)
		if n.kind == object {
			k = n.keys[i]
		}
		if err := s.openPayload(v, typ, strings.TrimPrefix(path+"."+k, ".")); err != nil {
			return err
		}
	}
	return nil
}

// outline is what a mapping says, in lines without an order.
func (m *Mapping) outline() []string {
	out := []string{fmt.Sprint("form ", m.form, m.separator, m.quote, m.header, m.columns, m.skip, m.each), "visitor " + m.visitor.text, "visit " + m.visit.text,
		fmt.Sprint("at ", m.at.value.text, m.at.layouts, m.at.zone, m.at.order.text, m.at.gap)}
	for _, v := range m.values {
		out = append(out, fmt.Sprint("value ", v.name, v.from.text, v.to, v.orElse.text, v.hasElse, v.passThru))
	}
	for _, r := range m.events {
		in := []string{""}
		if len(r.when) > 0 {
			in = r.when[0].in
		}
		for _, v := range in { // one line a value: lists may be cut in other ways
			head := r.name() + fmt.Sprint(len(r.when), len(r.unless)) + " " + v + " "
			out = append(out, head)
			r.payload.outline(head, &out)
		}
	}
	slices.Sort(out)
	return out
}

func (s *shape) outline(path string, out *[]string) {
	if s.kind == str {
		*out = append(*out, path+" = "+s.leaf.text)
		return
	}
	for i, v := range s.vals {
		k := strconv.Itoa(i)
		if s.kind == object {
			k = s.keys[i]
		}
		v.outline(path+"."+k, out)
	}
}
