package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
)

// ParseScenario reads a scenario file; a file may hold several, as documents
// of a YAML stream. The name stands in errors, and the catalog's path, if there
// is one, is relative to it. The error, [model.FileErrors], tells everything that is
// wrong at once, with lines. Whether the engagements that a scenario names
// exist is for [Scenario.Check].
func ParseScenario(name string, data []byte) ([]*Scenario, error) {
	whole, _, problems := parseScenarios(name, data)
	if len(problems) > 0 {
		return nil, problems
	}
	return whole, nil
}

// parseScenarios returns the scenarios of a file that were read as a whole,
// those that were read in part, and what could not be read.
func parseScenarios(name string, data []byte) (whole, partly []*Scenario, problems model.FileErrors) {
	docs, problems := readDocuments(name, data)
	if at := catalogAmong(docs); at != nil {
		return nil, nil, model.FileErrors{{Source: model.Source{File: name, Line: at.line, Column: at.column},
			Reason: "this is a catalog, not a scenario: beckon check takes it"}}
	}
	p := scenarioParser{file: name, problems: problems}
	for _, d := range docs {
		before := len(p.problems)
		s := p.scenario(d)
		if len(p.problems) == before {
			whole = append(whole, s)
		} else {
			partly = append(partly, s)
		}
	}
	slices.SortStableFunc(p.problems, func(a, b *model.FileError) int { return a.Line - b.Line })
	return whole, partly, p.problems
}

// catalogAmong returns the first document if the file holds a catalog's and no
// scenario.
func catalogAmong(docs []*node) *node {
	var found *node
	for _, d := range docs {
		if d.get("scenario") != nil || d.get("steps") != nil {
			return nil
		}
		if d.kind == list && len(d.items) > 0 {
			d = d.items[0]
		}
		if found == nil && d.get("kind") != nil {
			found = d
		}
	}
	return found
}

// The words of a scenario file, in the order in which people write them.
var (
	scenarioFields = []string{"scenario", "catalog", "seed", "at", "visitor", "respond", "steps"}
	visitorFields  = []string{"id", "returning", "visits", "lastVisit", "geo", "userAgent", "platform", "browser", "os", "language", "ip",
		"referrer", "control"}
	stepWords = []string{"page", "cart", "purchase", "prodView", "ctmrinfo", "mrktInfo", "personal", "lead", "service", "error",
		"searchInfo", "wait", "accept", "decline", "conversation", "agents", "identify", "signal", "leave", "visit", "expect"}
	answerFields = []string{"engagement", "on-screen"}
	expectFields = []string{"shown", "zone", "state", "not-shown", "because", "nothing", "one-of", "displays", "prospect", "control",
		"goal", "count", "duplicates"}
)

type scenarioParser struct {
	file     string
	problems model.FileErrors
}

func (p *scenarioParser) refuse(n *node, path, reason string) {
	p.problems = append(p.problems, &model.FileError{Source: model.Source{File: p.file, Line: n.line, Column: n.column}, Path: path, Reason: reason})
}

// fields checks the names of a mapping's fields.
func (p *scenarioParser) fields(n *node, path string, names []string) bool {
	if n.kind != mapping {
		p.refuse(n, path, "want fields, found "+n.kind.String())
		return false
	}
	seen := map[string]bool{}
	for _, k := range n.keys {
		switch {
		case seen[k.text]:
			p.refuse(k, join(path, text.Line(k.text, 40)), "given twice")
		case !slices.Contains(names, k.text):
			p.refuse(k, join(path, text.Line(k.text, 40)), "unknown field"+didYouMean(k.text, names))
		}
		seen[k.text] = true
	}
	return true
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// text returns a scalar's text; a missing one is "".
func (p *scenarioParser) text(n *node, path string) string {
	if n == nil || n.kind == null {
		return ""
	}
	if n.kind != scalar {
		p.refuse(n, path, "want text, found "+n.kind.String())
		return ""
	}
	return n.text
}

// names returns a text or a list of texts.
func (p *scenarioParser) names(n *node, path string) []string {
	if n == nil {
		return nil
	}
	if n.kind != list {
		if s := p.text(n, path); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for i, item := range n.items {
		if s := p.text(item, fmt.Sprintf("%s[%d]", path, i)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (p *scenarioParser) whole(n *node, path string) *int {
	if n == nil {
		return nil
	}
	v, err := strconv.Atoi(p.text(n, path))
	if err != nil || v < 0 || v > 1e6 {
		p.refuse(n, path, "want a whole number")
		return nil
	}
	return &v
}

func (p *scenarioParser) truth(n *node, path string) bool {
	if n == nil {
		return false
	}
	if n.kind != scalar || n.quoted || n.text != "true" && n.text != "false" {
		p.refuse(n, path, "want true or false")
	}
	return n.text == "true"
}

func (p *scenarioParser) instant(n *node, path string) journey.Instant {
	if n == nil {
		return 0
	}
	t, err := time.Parse(time.RFC3339, p.text(n, path))
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		p.refuse(n, path, "want an instant such as 2026-03-02T10:00:00Z, from 2000 to 2100")
		return 0
	}
	return journey.At(t)
}

func (p *scenarioParser) scenario(n *node) *Scenario {
	s := &Scenario{File: p.file, Line: n.line, Start: DefaultStart}
	if !p.fields(n, "", scenarioFields) {
		return s
	}
	if s.Name = p.text(n.get("scenario"), "scenario"); s.Name == "" {
		p.refuse(n, "scenario", "missing: what is to be, in a sentence")
	}
	s.Catalog = p.text(n.get("catalog"), "catalog")
	if seed := n.get("seed"); seed != nil {
		v, err := strconv.ParseUint(p.text(seed, "seed"), 10, 64)
		if err != nil {
			p.refuse(seed, "seed", "want a whole number")
		}
		s.Seed = v
	}
	if at := n.get("at"); at != nil {
		s.Start = p.instant(at, "at")
	}
	p.visitor(n.get("visitor"), &s.Visitor)
	if respond := n.get("respond"); respond != nil {
		policy, err := ParsePolicy(p.text(respond, "respond"))
		if err != nil {
			p.refuse(respond, "respond", text.Line(err.Error(), 300))
		}
		s.Policy = policy
	}
	steps := n.get("steps")
	switch {
	case steps == nil || steps.kind == null:
		p.refuse(n, "steps", "missing")
	case steps.kind != list:
		p.refuse(steps, "steps", "want a list, found "+steps.kind.String())
	default:
		expects := false
		for i, item := range steps.items {
			step := p.step(item, fmt.Sprintf("steps[%d]", i))
			expects = expects || step.Expect != nil
			s.Steps = append(s.Steps, step)
		}
		if !expects {
			p.refuse(steps, "steps", "expects nothing, so it can never fail")
		}
	}
	return s
}

func (p *scenarioParser) visitor(n *node, v *ScenarioVisitor) {
	v.ID, v.Control = defaultVisitor, &engine.Control{}
	if n == nil || n.kind == null || !p.fields(n, "visitor", visitorFields) {
		return
	}
	if id := p.text(n.get("id"), "visitor.id"); id != "" {
		v.ID = id
	}
	p.control(n.get("control"), v)
	// The rest is told as a page tells it.
	page := &node{line: n.line, column: n.column, kind: mapping}
	for i, k := range n.keys {
		if k.text != "id" && k.text != "control" {
			page.keys, page.items = append(page.keys, k), append(page.items, n.items[i])
		}
	}
	page.keys = append(page.keys, &node{kind: scalar, text: "url"})
	page.items = append(page.items, &node{kind: scalar, text: "https://visitor.example/", quoted: true})
	if ev := p.event(page, "visitor", "page"); ev != nil {
		v.Page = *ev.Page
		v.Page.URL = ""
	}
}

func (p *scenarioParser) control(n *node, v *ScenarioVisitor) {
	switch {
	case n == nil:
	case n.kind == list:
		v.Control.Campaigns = map[string]bool{}
		for _, id := range p.names(n, "visitor.control") {
			v.Control.Campaigns[id] = true
		}
	default:
		switch s := p.text(n, "visitor.control"); s {
		case "none":
		case "site":
			v.Control.Site = true
		case "hash":
			v.Control = nil
		default:
			p.refuse(n, "visitor.control", "want none, site, hash or a list of campaigns")
		}
	}
}

func (p *scenarioParser) step(n *node, path string) Step {
	step := Step{Line: n.line}
	if n.kind == scalar && n.text == "leave" {
		step.Word, step.Event = "leave", &journey.Event{Type: journey.Leave}
		return step
	}
	if !p.fields(n, path, stepWords) {
		return step
	}
	if len(n.keys) != 1 {
		p.refuse(n, path, "want one thing a step")
		return step
	}
	word, value := n.keys[0].text, n.items[0]
	step.Word = word
	path = join(path, word)
	if !slices.Contains(stepWords, word) {
		return step
	}
	switch word {
	case "wait":
		d, err := model.ParseDuration(p.text(value, path))
		if err != nil {
			p.refuse(value, path, "want a duration such as 31s or 1m30s")
		}
		step.Wait = d
	case "expect":
		step.Expect = p.expect(value, path)
	case "visit":
		id := p.text(value, path)
		step.Visit = &id
	case "accept", "decline":
		name := value
		if value.kind == mapping && p.fields(value, path, answerFields) {
			name = value.get("engagement")
			step.OffScreen = value.get("on-screen") != nil && !p.truth(value.get("on-screen"), join(path, "on-screen"))
		}
		full := p.text(name, path)
		if strings.Count(full, "/") != 1 {
			p.refuse(value, path, "want campaign/engagement")
		}
		step.Event = &journey.Event{Type: journey.Respond, Respond: &journey.Response{Engagement: full, Action: journey.Action(word)}}
	case "leave":
		if !p.truth(value, path) {
			p.refuse(value, path, "want leave: true")
		}
		step.Event = &journey.Event{Type: journey.Leave}
	default:
		step.Event = p.event(p.native(word, value), path, word)
	}
	return step
}

// native turns the short ways to write a step into the native form.
func (p *scenarioParser) native(word string, n *node) *node {
	with := func(pairs ...any) *node {
		out := &node{line: n.line, column: n.column, kind: mapping}
		for i := 0; i < len(pairs); i += 2 {
			out.keys = append(out.keys, &node{line: n.line, column: n.column, kind: scalar, text: pairs[i].(string)})
			out.items = append(out.items, pairs[i+1].(*node))
		}
		return out
	}
	word1 := func(s string) *node {
		return &node{line: n.line, column: n.column, kind: scalar, text: s, quoted: true}
	}
	switch word {
	case "page":
		if n.kind == scalar {
			return with("url", n)
		}
	case "searchInfo":
		if n.kind == list {
			return with("keywords", n)
		}
	case "conversation":
		if n.kind == scalar {
			return with("action", n)
		}
		for _, action := range []string{"start", "end"} {
			if n.kind == mapping && len(n.keys) == 1 && n.keys[0].text == action {
				return with("action", word1(action), "engagement", n.items[0])
			}
		}
	case "agents":
		if n.kind == scalar {
			return with("state", n)
		}
	case "identify":
		if n.kind == scalar {
			return with("user", word1(n.text))
		}
	case "signal":
		if n.kind == scalar {
			return with("name", n)
		}
	default:
		if inner := wrapper(word); inner != "" && n.kind == mapping && n.get(inner) == nil {
			return with(inner, n)
		}
	}
	return n
}

// event reads the payload of an event in its native form.
func (p *scenarioParser) event(n *node, path, typ string) *journey.Event {
	before := len(p.problems)
	p.payload(n, path, shapes()[typ])
	if len(p.problems) > before {
		return nil
	}
	line := []byte(`{"visitor":"v","at":"2026-03-02T10:00:00Z","type":"` + typ + `"`)
	if body := appendNode(nil, n); n.kind == mapping && len(body) > 2 {
		line = append(append(line, ','), body[1:]...)
	} else {
		line = append(line, '}')
	}
	ev, err := journey.ParseEvent(line)
	if err != nil {
		p.refuse(n, path, text.Line(err.Error(), 300))
		return nil
	}
	ev.Visitor, ev.At = "", 0 // of the scenario, not of the step
	return ev
}

// payload refuses the fields that the native form does not know.
func (p *scenarioParser) payload(n *node, path string, s *shape) {
	switch {
	case s == nil || n.kind == null:
	case n.kind == list:
		for i, item := range n.items {
			p.payload(item, fmt.Sprintf("%s[%d]", path, i), s.items)
		}
	case n.kind == mapping && s.fields == nil && s.items == nil:
		p.refuse(n, path, "want a value, found fields")
	case n.kind == mapping:
		seen := map[string]bool{}
		for i, k := range n.keys {
			here := join(path, text.Line(k.text, 40))
			f, ok := s.fields[k.text]
			switch {
			case seen[k.text]:
				p.refuse(k, here, "given twice")
			case ok:
				p.payload(n.items[i], here, f)
			case !s.open:
				p.refuse(k, here, "unknown field"+didYouMean(k.text, s.names))
			}
			seen[k.text] = true
		}
	}
}

func (p *scenarioParser) expect(n *node, path string) *Expect {
	e := &Expect{}
	if !p.fields(n, path, expectFields) {
		return e
	}
	at := func(field string) (*node, string) { return n.get(field), join(path, field) }
	e.Shown = p.paths(at("shown"))
	e.NotShown = p.paths(at("not-shown"))
	e.OneOf = p.paths(at("one-of"))
	e.Zone = p.text(at("zone"))
	e.State = model.Availability(p.text(at("state")))
	e.Prospect = p.names(at("prospect"))
	e.Control = p.names(at("control"))
	e.Goal = p.text(at("goal"))
	e.Count = p.whole(at("count"))
	e.Duplicates = p.whole(at("duplicates"))
	if b, here := at("because"); b != nil {
		code := p.text(b, here)
		g, ok := engine.ParseGate(code)
		if !ok {
			var codes []string
			for g := range engine.Gate(engine.GateCount) {
				codes = append(codes, g.String())
			}
			p.refuse(b, here, "no gate's code"+didYouMean(code, codes))
		}
		e.Because = &g
	}
	if b, here := at("nothing"); b != nil {
		if e.Nothing = p.truth(b, here); !e.Nothing {
			p.refuse(b, here, "want true; to expect something, say what is shown")
		}
	}
	if d, here := at("displays"); d != nil && d.kind == mapping {
		for i, k := range d.keys {
			if count := p.whole(d.items[i], join(here, text.Line(k.text, 80))); count != nil {
				e.DisplaysOf = append(e.DisplaysOf, DisplayCount{k.text, *count})
			}
		}
	} else {
		e.Displays = p.whole(d, here)
	}
	states := []string{string(model.Online), string(model.Busy), string(model.Offline)}
	switch {
	case len(n.keys) == 0:
		p.refuse(n, path, "expects nothing, so it can never fail")
	case (e.Zone != "" || e.State != "") && len(e.Shown) == 0:
		p.refuse(n, path, "zone and state say more of what is shown: name it under shown")
	case e.State != "" && !slices.Contains(states, string(e.State)):
		p.refuse(n.get("state"), join(path, "state"), "want "+anyOf(states))
	case e.Because != nil && len(e.NotShown) == 0:
		p.refuse(n, path, "because says more of what is not shown: name it under not-shown")
	case (e.Count != nil || e.Duplicates != nil) && e.Goal == "":
		p.refuse(n, path, "count and duplicates say more of a goal: name its campaign under goal")
	case len(e.OneOf) == 1:
		p.refuse(n.get("one-of"), join(path, "one-of"), "want two or more engagements")
	}
	return e
}

// paths reads engagements' full names.
func (p *scenarioParser) paths(n *node, path string) []string {
	out := p.names(n, path)
	for _, s := range out {
		if strings.Count(s, "/") != 1 {
			p.refuse(n, path, "want campaign/engagement")
		}
	}
	return out
}
