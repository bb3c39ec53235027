package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"beckon/model"
	"beckon/model/journey"
)

// errUnsayable is wrapped where a scenario holds what its file has no words
// for.
var errUnsayable = errors.New("a scenario cannot say it")

// EncodeScenario returns a scenario as a document of YAML in canonical form:
// fields in the order in which people write them, a step a line in its
// shortest form, what is usual left out. Equal scenarios give equal bytes, and
// [ParseScenario] gives the scenario again, its File and Lines aside. A
// scenario that no file can say is refused: one without a name or an
// expectation, or with a step that has its own idea of the visit.
func EncodeScenario(s *Scenario) ([]byte, error) {
	refuse := func(err error) ([]byte, error) {
		return nil, fmt.Errorf("writing the scenario: %w", err)
	}
	out, err := appendScenario(nil, s)
	if err != nil {
		return refuse(err)
	}
	// What was written is read back: a kept scenario is never another one.
	again, err := ParseScenario("", out)
	if err != nil {
		return refuse(err)
	}
	same, err := appendScenario(nil, again[0])
	if err != nil {
		return refuse(err)
	}
	if len(again) != 1 || !bytes.Equal(out, same) {
		return refuse(errUnsayable)
	}
	return out, nil
}

func appendScenario(b []byte, s *Scenario) ([]byte, error) {
	field := func(name string, value *node) {
		b = append(append(b, name...), ": "...)
		b = append(appendFlow(b, value, value.kind == scalar), '\n')
	}
	field("scenario", quoted(s.Name))
	if s.Catalog != "" {
		field("catalog", quoted(s.Catalog))
	}
	if s.Seed != 0 {
		field("seed", bare(strconv.FormatUint(s.Seed, 10)))
	}
	if s.Start != DefaultStart {
		field("at", bare(s.Start.String()))
	}
	visitor, err := visitorNode(&s.Visitor)
	if err != nil {
		return nil, fmt.Errorf("visitor: %w", err)
	}
	if len(visitor.keys) > 0 {
		field("visitor", visitor)
	}
	if s.Policy != (Policy{}) {
		field("respond", quoted(s.Policy.String()))
	}
	b = append(b, "steps:\n"...)
	for i := range s.Steps {
		step, err := stepNode(&s.Steps[i])
		if err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
		word := step.keys[0].text
		b = append(append(append(b, "  - "...), word...), ": "...)
		b = append(appendFlow(b, step.items[0], step.items[0].kind == scalar), '\n')
	}
	return b, nil
}

// visitorNode tells who makes the journey; what is usual is left out.
func visitorNode(v *ScenarioVisitor) (*node, error) {
	out := &node{kind: mapping}
	if v.ID != defaultVisitor && v.ID != "" {
		out.add("id", quoted(v.ID))
	}
	page := v.Page
	page.URL = ""
	if len(page.Sections) > 0 || page.Title != "" {
		return nil, fmt.Errorf("a title or sections, which pages have: %w", errUnsayable)
	}
	told, err := payloadNode(&journey.Event{Type: journey.PageView, Page: &page})
	if err != nil {
		return nil, err
	}
	for _, name := range visitorFields {
		if item := told.get(name); item != nil {
			out.add(name, item)
		}
	}
	switch c := v.Control; {
	case c == nil:
		out.add("control", quoted("hash"))
	case c.Site && len(c.Campaigns) > 0:
		return nil, fmt.Errorf("the site's control group and a campaign's at once: %w", errUnsayable)
	case c.Site:
		out.add("control", quoted("site"))
	default:
		in := &node{kind: list}
		for _, id := range slices.Sorted(maps.Keys(c.Campaigns)) {
			if c.Campaigns[id] {
				in.items = append(in.items, quoted(id))
			}
		}
		if len(in.items) > 0 {
			out.add("control", in)
		}
	}
	return out, nil
}

// stepNode is a step in its shortest form: one word and what it takes.
func stepNode(step *Step) (*node, error) {
	one := func(word string, value *node) *node {
		out := &node{kind: mapping}
		out.add(word, value)
		return out
	}
	ev := step.Event
	switch {
	case step.Expect != nil && (ev != nil || step.Wait != 0), ev != nil && step.Wait != 0,
		step.Visit != nil && (ev != nil || step.Wait != 0 || step.Expect != nil):
		return nil, fmt.Errorf("several things in one step: %w", errUnsayable)
	case step.Expect != nil:
		n, err := expectNode(step.Expect)
		return one("expect", n), err
	case step.Visit != nil:
		return one("visit", quoted(*step.Visit)), nil
	case ev == nil:
		return one("wait", bare(step.Wait.String())), nil
	case ev.Visit != "":
		return nil, fmt.Errorf("which visit an event is of, other than by waiting and leaving: %w", errUnsayable)
	case ev.Type == journey.Respond && step.OffScreen:
		answer := &node{kind: mapping}
		answer.add("engagement", quoted(ev.Respond.Engagement))
		answer.add("on-screen", bare("false"))
		return one(string(ev.Respond.Action), answer), nil
	case ev.Type == journey.Respond:
		return one(string(ev.Respond.Action), quoted(ev.Respond.Engagement)), nil
	case ev.Type == journey.Leave:
		return one("leave", bare("true")), nil
	}
	n, err := payloadNode(ev)
	if err != nil {
		return nil, err
	}
	word := ev.Type.String()
	return one(word, shortest(word, n)), nil
}

// shortest is the inverse of scenarioParser.native.
func shortest(word string, n *node) *node {
	alone := func(name string) *node {
		if v := n.get(name); v != nil && len(n.keys) == 1 {
			return v
		}
		return n
	}
	switch word {
	case "page":
		return alone("url")
	case "searchInfo":
		return alone("keywords")
	case "conversation":
		if from := n.get("engagement"); from != nil {
			out := &node{kind: mapping}
			out.add(n.get("action").text, from)
			return out
		}
		return alone("action")
	case "agents":
		return alone("state")
	case "identify":
		return alone("user")
	case "signal":
		return alone("name")
	}
	if inner := n.get(wrapper(word)); inner != nil && inner.get(wrapper(word)) == nil {
		return inner
	}
	return n
}

func expectNode(e *Expect) (*node, error) {
	out := &node{kind: mapping}
	names := func(field string, list []string) {
		switch len(list) {
		case 0:
		case 1:
			out.add(field, quoted(list[0]))
		default:
			out.add(field, quotedList(list))
		}
	}
	text := func(field, v string) {
		if v != "" {
			out.add(field, quoted(v))
		}
	}
	number := func(field string, v *int) {
		if v != nil {
			out.add(field, bare(strconv.Itoa(*v)))
		}
	}
	names("shown", e.Shown)
	text("zone", e.Zone)
	text("state", string(e.State))
	names("not-shown", e.NotShown)
	if e.Because != nil {
		text("because", e.Because.String())
	}
	if e.Nothing {
		out.add("nothing", bare("true"))
	}
	if len(e.OneOf) > 0 {
		out.add("one-of", quotedList(e.OneOf))
	}
	switch {
	case e.Displays != nil && len(e.DisplaysOf) > 0:
		return nil, fmt.Errorf("displays of everything and of engagements in one expectation: %w", errUnsayable)
	case e.Displays != nil:
		number("displays", e.Displays)
	case len(e.DisplaysOf) > 0:
		of := &node{kind: mapping}
		for _, d := range e.DisplaysOf {
			of.add(d.Engagement, bare(strconv.Itoa(d.Count)))
		}
		out.add("displays", of)
	}
	names("prospect", e.Prospect)
	names("control", e.Control)
	text("goal", e.Goal)
	number("count", e.Count)
	number("duplicates", e.Duplicates)
	return out, nil
}

// payloadNode is what an event tells beside who, when and its type, as the
// native form of journeys writes it: one writer knows what is left out.
func payloadNode(ev *journey.Event) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(journey.AppendEvent(nil, ev)))
	d.UseNumber()
	n, err := jsonNode(d)
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", ev.Type, err)
	}
	out := &node{kind: mapping}
	for i, k := range n.keys {
		if k.text != "visitor" && k.text != "at" && k.text != "type" {
			out.add(k.text, n.items[i])
		}
	}
	return out, nil
}

// jsonNode reads the next value, its fields in their order.
func jsonNode(d *json.Decoder) (*node, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case string:
		return quoted(t), nil
	case json.Number:
		return bare(t.String()), nil
	case bool:
		return bare(strconv.FormatBool(t)), nil
	case json.Delim:
		out := &node{kind: list}
		if t == '{' {
			out.kind = mapping
		}
		for d.More() {
			key := ""
			if out.kind == mapping {
				k, err := d.Token()
				if err != nil {
					return nil, err
				}
				key, _ = k.(string)
			}
			item, err := jsonNode(d)
			if err != nil {
				return nil, err
			}
			if out.kind == mapping {
				out.add(key, item)
			} else {
				out.items = append(out.items, item)
			}
		}
		if _, err := d.Token(); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return out, nil
	}
	return &node{}, nil
}

func (n *node) add(key string, item *node) {
	n.keys, n.items = append(n.keys, quoted(key)), append(n.items, item)
}

// bare is a number, a truth, an instant or a span; quoted a text.
func bare(s string) *node   { return &node{kind: scalar, text: s} }
func quoted(s string) *node { return &node{kind: scalar, text: s, quoted: true} }

func quotedList(texts []string) *node {
	out := &node{kind: list}
	for _, s := range texts {
		out.items = append(out.items, quoted(s))
	}
	return out
}

// appendFlow appends a value on one line. A text that is alone on it may hold
// commas without quotes.
func appendFlow(b []byte, n *node, alone bool) []byte {
	switch n.kind {
	case scalar:
		switch {
		case !n.quoted:
			return append(b, n.text...)
		case alone:
			return model.AppendYAMLText(b, n.text)
		}
		return model.AppendYAMLFlow(b, n.text)
	case list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendFlow(b, item, false)
		}
		return append(b, ']')
	case mapping:
		b = append(b, '{')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(model.AppendYAMLFlow(b, n.keys[i].text), ": "...)
			b = appendFlow(b, item, false)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
