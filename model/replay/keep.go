package replay

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
)

// KeepOptions say what a journey is kept as.
type KeepOptions struct {
	// Name says what is to be, in a sentence; "" is what was seen.
	Name string
	// Catalog is the path of the catalog, relative to the file to be.
	Catalog string
	// NotShown are engagements of which it is expected that they are not shown
	// at the end, and because of which gate.
	NotShown []string
}

// Loss is something about a journey that a scenario does not say.
type Loss struct {
	Event int // its place in the journey, from 1; 0 for the whole
	What  string
}

// String returns the loss as a line.
func (l Loss) String() string {
	if l.Event == 0 {
		return l.What
	}
	return fmt.Sprintf("event %d: %s", l.Event, l.What)
}

// longestWait is the longest duration that a file holds.
const longestWait = 3660 * model.DayLong

// Keep returns the journey up to a position as a scenario: its steps in
// relative time, who the visitor is, and expectations of what was seen. A
// display is expected after the wait or the event that brought it, with its
// zone and face; a goal where it was reached; at the end how many displays
// there were and what the options ask for. The scenario decides as the player
// does; what of the journey it does not say is told, and only then it may
// differ.
func (p *Player) Keep(to Position, o KeepOptions) (*Scenario, []Loss) {
	to = p.clamp(to)
	k := keeper{p: p, o: o, now: p.o.Start, rule: visitRule(p.eng)}
	k.s = &Scenario{Name: o.Name, Catalog: o.Catalog, Seed: p.o.Seed, Start: p.o.Start, Policy: p.o.Policy,
		Visitor: ScenarioVisitor{ID: p.o.Visitor, Control: kept(p.o.Control)}}
	if y := k.s.Start.Time().Year(); y < 2000 || y > 2100 {
		k.lose(0, "it begins in the year %d; a scenario begins from 2000 to 2100", y)
	}
	k.events(p.events[:to.Events])
	stops := k.stops(to)
	for n := range to.Events + 1 {
		for len(stops) > 0 && stops[0].at.Events == n {
			k.wait(stops[0].at.At)
			for _, e := range stops[0].expect {
				k.s.Steps = append(k.s.Steps, Step{Word: "expect", Expect: e})
			}
			stops = stops[1:]
		}
		if n < to.Events {
			k.event(n)
		}
	}
	if k.s.Name == "" {
		k.s.Name = k.said()
	}
	return k.s, k.losses
}

// kept copies control groups; who is in the site's is in all.
func kept(c *engine.Control) *engine.Control {
	if c == nil {
		return nil
	}
	out := &engine.Control{Site: c.Site}
	for id, in := range c.Campaigns {
		if in && !c.Site {
			if out.Campaigns == nil {
				out.Campaigns = make(map[string]bool)
			}
			out.Campaigns[id] = true
		}
	}
	return out
}

// keeper makes a scenario of a journey.
type keeper struct {
	p      *Player
	o      KeepOptions
	rule   journey.VisitRule
	s      *Scenario
	losses []Loss

	steps []Step // of the events, by index
	now   journey.Instant
	visit string
	seen  []string // for the name
}

func (k *keeper) lose(event int, format string, args ...any) {
	k.losses = append(k.losses, Loss{event, fmt.Sprintf(format, args...)})
}

// wait lets time pass up to an instant.
func (k *keeper) wait(until journey.Instant) {
	for until > k.now {
		d := min(until.Sub(k.now), longestWait)
		k.s.Steps = append(k.s.Steps, Step{Word: "wait", Wait: d})
		k.now = k.now.Add(d)
	}
}

// event lets the journey's nth event happen.
func (k *keeper) event(n int) {
	ev := k.p.events[n]
	k.wait(ev.At)
	if ev.Visit != k.visit {
		k.visit = ev.Visit
		k.s.Steps = append(k.s.Steps, Step{Word: "visit", Visit: &ev.Visit})
	}
	if k.steps[n].Event != nil {
		k.s.Steps = append(k.s.Steps, k.steps[n])
	}
}

// events makes steps of the events, and takes together what pages tell of the
// visitor.
func (k *keeper) events(events []*journey.Event) {
	answered := make(map[*journey.Event]bool)
	for _, m := range k.p.Marks() {
		if m.Event != nil && (m.Kind == MarkAccept || m.Kind == MarkDecline) {
			answered[m.Event] = true
		}
	}
	var (
		cut    journey.VisitCut
		visits int
		told   int
		pages  []toldPage
	)
	k.steps = make([]Step, len(events))
	for i, old := range events {
		ev := *old
		ev.Visitor, ev.Visit, ev.At, ev.Line = "", "", 0, 0
		step := Step{Word: ev.Type.String(), Event: &ev}
		if cut.Starts(k.rule, old) {
			visits++
		}
		cut = cut.Take(k.rule, old)
		switch {
		case ev.Page != nil:
			page := *ev.Page
			ev.Page = &page
			pages = append(pages, toldPage{&page, visits, told < visits})
			told = visits
		case ev.Respond != nil:
			step.Word, step.OffScreen = string(ev.Respond.Action), !answered[old]
			if strings.Count(ev.Respond.Engagement, "/") != 1 {
				k.lose(i+1, "it answers %q, which is no engagement's full name", text.Line(ev.Respond.Engagement, nameRunes))
				step.Event = nil
			}
		case ev.Conversation != nil && ev.Conversation.Engagement != "":
			if _, ok := k.p.eng.Index(ev.Conversation.Engagement); !ok {
				k.lose(i+1, "its conversation is from %s, which the catalog does not have", text.Line(ev.Conversation.Engagement, nameRunes))
				conversation := *ev.Conversation
				conversation.Engagement = ""
				ev.Conversation = &conversation
			}
		}
		if step.Event != nil {
			k.sayable(i, old)
		}
		k.steps[i] = step
	}
	liftVisitor(&k.s.Visitor, pages, visits)
}

// sayable tells what the native form of events, which files hold, does not say
// of an event.
func (k *keeper) sayable(i int, ev *journey.Event) {
	same := *ev
	same.Line, same.Visitor, same.Visit, same.At = 0, "v-1", "", DefaultStart
	again, err := journey.ParseEvent(journey.AppendEvent(nil, &same))
	if err != nil {
		k.lose(i+1, "the %s is not one that a file may hold: %s", ev.Type, text.Line(err.Error(), valueRunes))
		return
	}
	if !tellSame(reflect.ValueOf(again).Elem(), reflect.ValueOf(&same).Elem()) {
		k.lose(i+1, "the %s tells what a file does not say", ev.Type)
	}
}

// tellSame reports whether two values tell the same: an empty list tells
// nothing, as none does.
func tellSame(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return tellSame(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if !tellSame(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !tellSame(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		return a.Len() == 0 && b.Len() == 0 || reflect.DeepEqual(a.Interface(), b.Interface())
	}
	return a.Equal(b)
}

// toldPage is a page of a visit, by number; first is the visit's first.
type toldPage struct {
	page  *journey.Page
	visit int
	first bool
}

// liftVisitor moves to the visitor what all pages tell of the browser alike,
// and the first of its history, so that no page needs to repeat it.
func liftVisitor(v *ScenarioVisitor, pages []toldPage, visits int) {
	if len(pages) == 0 {
		return
	}
	type device struct {
		agent       string
		platform    model.Platform
		browser, os string
	}
	known := &v.Page
	lift(pages, func(p *journey.Page) device { return device{p.UserAgent, p.Platform, p.Browser, p.OS} }, func(p *journey.Page, d device) {
		p.UserAgent, p.Platform, p.Browser, p.OS = d.agent, d.platform, d.browser, d.os
	}, known)
	lift(pages, func(p *journey.Page) string { return p.Language }, func(p *journey.Page, s string) { p.Language = s }, known)
	lift(pages, func(p *journey.Page) string { return p.IP }, func(p *journey.Page, s string) { p.IP = s }, known)
	lift(pages, func(p *journey.Page) journey.Geo {
		if p.Geo == nil {
			return journey.Geo{}
		}
		return *p.Geo
	}, func(p *journey.Page, g journey.Geo) {
		if p.Geo = nil; g != (journey.Geo{}) {
			p.Geo = &g
		}
	}, known)
	first := pages[0].page
	if pages[0].visit == 1 {
		known.Referrer, first.Referrer = first.Referrer, ""
	}
	if visits == 1 {
		known.Returning, known.Visits, known.LastVisit = first.Returning, first.Visits, first.LastVisit
		first.Returning, first.Visits, first.LastVisit = nil, 0, 0
	}
}

// lift moves what get reads to the visitor, if the first page of every visit
// tells the same and no other page tells otherwise.
func lift[T comparable](pages []toldPage, get func(*journey.Page) T, set func(*journey.Page, T), known *journey.Page) {
	var none T
	v := get(pages[0].page)
	if v == none {
		return
	}
	for _, x := range pages {
		if got := get(x.page); got != v && (x.first || got != none) {
			return
		}
	}
	set(known, v)
	for _, x := range pages {
		set(x.page, none)
	}
}

// stop is a place in the journey at which something is expected.
type stop struct {
	at     Position
	expect []*Expect
}

// stops are the expectations of what was seen, in order.
func (k *keeper) stops(to Position) []stop {
	p, refs, campaigns := k.p, k.p.eng.Engagements(), k.p.eng.Campaigns()
	var out []stop
	add := func(at Position, e *Expect) {
		if n := len(out); n == 0 || out[n-1].at != at {
			out = append(out, stop{at: at})
		}
		last := &out[len(out)-1]
		last.expect = append(last.expect, e)
	}
	displays := make([]int, len(refs))
	goals, doubles := make([]int, len(campaigns)), make([]int, len(campaigns))
	total, visited := 0, false
	var frame Frame
	looked := Position{Events: -1}
	screen := func(at Position) []engine.OnScreen {
		if looked != at {
			frame, looked = p.At(at), at
		}
		return frame.State.Screen
	}
	for _, m := range p.Marks() {
		if to.Before(m.Position) {
			break
		}
		switch m.Kind {
		case MarkVisit:
			clear(displays)
			clear(goals)
			clear(doubles)
			total, visited = 0, true
		case MarkDisplay:
			displays[m.Engagement]++
			total++
			path := refs[m.Engagement].Path
			on := screen(m.Position)
			i := slices.IndexFunc(on, func(x engine.OnScreen) bool { return x.Engagement == m.Engagement })
			if i >= 0 {
				add(m.Position, &Expect{Shown: []string{path}, Zone: on[i].Zone, State: on[i].Availability})
			} else {
				// It was answered at once; what comes later at this position is
				// counted as well.
				add(m.Position, &Expect{DisplaysOf: []DisplayCount{{path, displays[m.Engagement]}}})
			}
			k.see(path + " is shown")
		case MarkAccept:
			k.see(refs[m.Engagement].Path + " is accepted")
		case MarkDecline:
			k.see(refs[m.Engagement].Path + " is declined")
		case MarkGoal, MarkDuplicate:
			if m.Kind == MarkGoal {
				goals[m.Campaign]++
				k.see("the goal of " + campaigns[m.Campaign].ID + " is reached")
			} else {
				doubles[m.Campaign]++
			}
			e := &Expect{Goal: campaigns[m.Campaign].ID}
			if goals[m.Campaign] != 1 || doubles[m.Campaign] > 0 {
				count := goals[m.Campaign]
				e.Count = &count
			}
			if doubles[m.Campaign] > 0 {
				count := doubles[m.Campaign]
				e.Duplicates = &count
			}
			add(m.Position, e)
		}
	}
	settle(out)
	for _, e := range k.atEnd(to, screen(to)) {
		add(to, e)
	}
	if visited && total > 0 {
		add(to, &Expect{Displays: &total})
	}
	if n := len(out); n == 0 || len(screen(to)) == 0 && out[n-1].at != to {
		add(to, &Expect{Nothing: true})
	}
	return out
}

// settle leaves one expectation of what counts up within a position: the last.
func settle(stops []stop) {
	for i := range stops {
		var kept []*Expect
		for j, e := range stops[i].expect {
			again := slices.ContainsFunc(stops[i].expect[j+1:], func(f *Expect) bool {
				return e.Goal != "" && e.Goal == f.Goal || len(e.DisplaysOf) > 0 && len(f.DisplaysOf) > 0 && e.DisplaysOf[0].Engagement == f.DisplaysOf[0].Engagement
			})
			if !again {
				kept = append(kept, e)
			}
		}
		stops[i].expect = kept
	}
}

// atEnd expects what was asked for of engagements that are not shown.
func (k *keeper) atEnd(to Position, on []engine.OnScreen) []*Expect {
	decisions := k.p.At(to).Decisions
	var out []*Expect
	for _, path := range k.o.NotShown {
		i, ok := k.p.eng.Index(path)
		if !ok {
			k.lose(0, "the catalog has no engagement %s to expect something of", text.Line(path, nameRunes))
			continue
		}
		if slices.ContainsFunc(on, func(x engine.OnScreen) bool { return x.Engagement == i }) {
			k.lose(0, "%s is on the screen at the end, so nothing is expected of what stops it", text.Line(path, nameRunes))
			continue
		}
		e := &Expect{NotShown: []string{path}}
		if i < len(decisions) {
			gate := decisions[i].Gate
			e.Because = &gate
			k.see(path + " is not shown because of " + gate.String())
		}
		out = append(out, e)
	}
	return out
}

// see notes something for the name.
func (k *keeper) see(what string) {
	if !slices.Contains(k.seen, what) {
		k.seen = append(k.seen, what)
	}
}

// said makes a name of what was seen.
func (k *keeper) said() string {
	const most = 3
	switch n := len(k.seen); {
	case n == 0:
		return "nothing is shown"
	case n > most:
		return strings.Join(k.seen[:most], ", ") + " and more"
	case n > 1:
		return strings.Join(k.seen[:n-1], ", ") + " and " + k.seen[n-1]
	}
	return k.seen[0]
}
