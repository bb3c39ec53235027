package replay

import (
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
)

// Result is what came of a scenario.
type Result struct {
	Scenario *Scenario
	// Failures are the expectations that did not hold, in their order.
	Failures []Failure
}

// Passed reports whether everything held.
func (r Result) Passed() bool { return len(r.Failures) == 0 }

// Failure is an expectation that did not hold. Its texts are safe to show.
type Failure struct {
	Line  int            // of the step, in the file
	Step  int            // its place, from 1
	After model.Duration // since the scenario's start
	// Expected is what was to be, Happened what was.
	Expected string
	Happened string
	// Trace of that moment: of the engagements concerned, each as
	// [ExplainText] writes it.
	Trace string
}

// Text writes a result as lines for people: what was expected, what happened,
// and the trace of that moment.
func (r Result) Text() string {
	var b strings.Builder
	verdict := "ok  "
	if !r.Passed() {
		verdict = "FAIL"
	}
	fmt.Fprintf(&b, "%s %s:%d: %s\n", verdict, text.Line(r.Scenario.File, nameRunes), r.Scenario.Line, text.Line(r.Scenario.Name, valueRunes))
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "  %s:%d: step %d, %s after the start\n", text.Line(r.Scenario.File, nameRunes), f.Line, f.Step, f.After)
		fmt.Fprintf(&b, "    expected: %s\n    happened: %s\n", f.Expected, f.Happened)
		for line := range strings.Lines(f.Trace) {
			b.WriteString("      " + line)
		}
	}
	return b.String()
}

// Check refuses names of engagements and campaigns that the catalog does not
// have, all at once, as [model.FileErrors].
func (s *Scenario) Check(eng *engine.Engine) error {
	var problems model.FileErrors
	refuse := func(line int, path, what, name string, known []string) {
		reason := fmt.Sprintf("no %s of the catalog: %s", what, text.Line(name, nameRunes))
		if near := model.Nearest(name, known); near != "" {
			reason += ", did you mean " + near + "?"
		}
		problems = append(problems, &model.FileError{Source: model.Source{File: s.File, Line: line}, Path: path, Reason: reason})
	}
	var paths, campaigns []string
	for _, r := range eng.Engagements() {
		paths = append(paths, r.Path)
	}
	for _, c := range eng.Campaigns() {
		campaigns = append(campaigns, c.ID)
	}
	if s.Visitor.Control != nil {
		for id := range s.Visitor.Control.Campaigns {
			if !slices.Contains(campaigns, id) {
				refuse(s.Line, "visitor.control", "campaign", id, campaigns)
			}
		}
	}
	for _, step := range s.Steps {
		var engagements, named []string
		switch {
		case step.Expect != nil:
			engagements, named = step.Expect.engagements(), step.Expect.campaigns()
		case step.Event != nil && step.Event.Respond != nil && !step.OffScreen:
			engagements = []string{step.Event.Respond.Engagement}
		case step.Event != nil && step.Event.Conversation != nil && step.Event.Conversation.Engagement != "":
			engagements = []string{step.Event.Conversation.Engagement}
		}
		for _, name := range engagements {
			if _, ok := eng.Index(name); !ok {
				refuse(step.Line, step.Word, "engagement", name, paths)
			}
		}
		for _, name := range named {
			if !slices.Contains(campaigns, name) {
				refuse(step.Line, step.Word, "campaign", name, campaigns)
			}
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// Journey returns the scenario's events at their instants, what the visitor
// is told by its pages, and the instant at which the last step ends.
func (s *Scenario) Journey(rule journey.VisitRule) (events []*journey.Event, end journey.Instant) {
	var cut journey.VisitCut
	var before journey.Instant // last event of the visit before
	now, visits, told, visit := s.Start, 0, 0, ""
	for _, step := range s.Steps {
		now = now.Add(step.Wait)
		if step.Visit != nil {
			visit = *step.Visit
		}
		if step.Event == nil {
			continue
		}
		ev := *step.Event
		ev.Visitor, ev.Visit, ev.At = s.Visitor.ID, visit, now
		if ev.Type != journey.Agents && cut.Starts(rule, &ev) {
			visits++
			before = cut.Last
		}
		if ev.Page != nil {
			ev.Page = s.Visitor.browser(ev.Page)
			if told < visits {
				s.Visitor.history(ev.Page, visits, before)
				told = visits
			}
		}
		cut = cut.Take(rule, &ev)
		events = append(events, &ev)
	}
	return events, now
}

// browser adds what is known of the visitor's browser to a copy of a page that
// does not tell otherwise.
func (v *ScenarioVisitor) browser(page *journey.Page) *journey.Page {
	p, known := *page, &v.Page
	fill(&p.UserAgent, known.UserAgent)
	fill(&p.Platform, known.Platform)
	fill(&p.Browser, known.Browser)
	fill(&p.OS, known.OS)
	fill(&p.Language, known.Language)
	fill(&p.IP, known.IP)
	if p.Geo == nil {
		p.Geo = known.Geo
	}
	return &p
}

// history adds where the visitor came from and his earlier visits to the first
// page of the nth visit of the scenario.
func (v *ScenarioVisitor) history(p *journey.Page, nth int, before journey.Instant) {
	known := &v.Page
	if nth == 1 {
		fill(&p.Referrer, known.Referrer)
		fill(&p.LastVisit, known.LastVisit)
	} else if known.Visits > 0 || known.Returning != nil {
		fill(&p.LastVisit, before)
	}
	if known.Visits > 0 {
		fill(&p.Visits, known.Visits+nth-1)
	}
	if p.Returning == nil && known.Returning != nil {
		returning := *known.Returning || nth > 1
		p.Returning = &returning
	}
}

func fill[T comparable](field *T, v T) {
	var none T
	if *field == none {
		*field = v
	}
}

// Run plays the scenario and looks at every expectation; one that does not
// hold does not end it. The error is that of [Scenario.Check].
func (s *Scenario) Run(eng *engine.Engine) (Result, error) {
	out := Result{Scenario: s}
	if err := s.Check(eng); err != nil {
		return out, err
	}
	s.walk(eng, newCourse(eng, s), &out, func(int) {})
	return out, nil
}

// walk plays the scenario's steps, and tells after each.
func (s *Scenario) walk(eng *engine.Engine, c *course, out *Result, after func(step int)) {
	events, _ := s.Journey(visitRule(eng))
	now := s.Start
	fail := func(i int, expected, happened, trace string) {
		out.Failures = append(out.Failures, Failure{Line: s.Steps[i].Line, Step: i + 1, After: now.Sub(s.Start),
			Expected: expected, Happened: happened, Trace: trace})
	}
	for i, step := range s.Steps {
		switch {
		case step.Expect != nil:
			c.check(step.Expect, func(expected, happened, trace string) { fail(i, expected, happened, trace) })
		case step.Event == nil:
			now = now.Add(step.Wait)
			c.drive.until(now, events)
		default:
			next := events[0]
			events = events[1:]
			c.answer(next, step.OffScreen, func(expected, happened, trace string) { fail(i, expected, happened, trace) })
		}
		after(i)
	}
}

// answer lets the next event happen, and holds it to be an answer to what is on
// the screen, if it is one, or to what is not.
func (c *course) answer(next *journey.Event, offScreen bool, fail func(expected, happened, trace string)) {
	r := next.Respond
	if r == nil {
		c.drive.event(next)
		return
	}
	where := "on"
	if offScreen {
		where = "not on"
	}
	expected := fmt.Sprintf("%s %s the screen, to %s it", text.Line(r.Engagement, nameRunes), where, r.Action)
	// A visit that ends with the answer's arrival takes the screen with it.
	on, happened, trace := c.onScreen(r.Engagement), c.screen(), c.trace(r.Engagement)
	c.answered = nil
	c.drive.event(next)
	switch {
	case offScreen == (c.answered != next):
	case on && !offScreen:
		fail(expected, "a new visit began with it", trace)
	default:
		fail(expected, happened, trace)
	}
}

// course is a scenario under way: the engine, and what happened in the visit.
type course struct {
	eng   *engine.Engine
	refs  []engine.Ref
	drive *drive

	visit     bool
	answered  *journey.Event // the last answer that was taken
	displays  []int          // in the visit, by engagement
	prospects []bool         // by campaign
	control   []bool
	goals     []int
	doubles   []int
}

func newCourse(eng *engine.Engine, s *Scenario) *course {
	c := &course{eng: eng, refs: eng.Engagements()}
	c.drive = newDrive(eng, engine.Options{Seed: s.Seed, Trace: true, Outcomes: true, Control: s.Visitor.Control}, s.Policy, c.note)
	c.forget()
	c.drive.begin(s.Visitor.ID)
	return c
}

func (c *course) forget() {
	n := len(c.eng.Campaigns())
	c.displays = make([]int, len(c.refs))
	c.prospects, c.control = make([]bool, n), make([]bool, n)
	c.goals, c.doubles = make([]int, n), make([]int, n)
}

// note keeps what expectations ask for.
func (c *course) note(r *engine.Record) {
	switch r.Kind {
	case engine.VisitStarted:
		c.forget()
		c.visit = true
	case engine.VisitEnded:
		c.visit = false
	case engine.Displayed:
		c.displays[r.Engagement]++
	case engine.Answered:
		if r.Event != nil {
			c.answered = r.Event
		}
	case engine.GoalReached:
		switch {
		case r.Goal.Duplicate:
			c.doubles[r.Campaign]++
		case !r.Goal.Repeated:
			c.goals[r.Campaign]++
		}
	case engine.Evaluated:
		for i, d := range r.Evaluation.Decisions {
			if campaign := c.refs[i].Campaign; d.Gate.Prospect() {
				c.prospects[campaign] = true
				c.control[campaign] = c.control[campaign] || d.Gate == engine.SiteControl || d.Gate == engine.CampaignControl
			}
		}
	}
}
