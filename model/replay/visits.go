package replay

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
)

// ErrSelector is wrapped by every refusal of [ParseSelector].
var ErrSelector = errors.New("not a number of the results")

// Selector names a number of the results, so that the visits behind it can be
// listed.
type Selector struct {
	// Scope is a campaign, "campaign/engagement", or "" for the account.
	Scope string
	// What is a gate's code, for an engagement, or one of [Selectable].
	What string
	// Where narrows by a breakdown: its name, and the row's.
	Where []Narrowing
}

// Narrowing is a row of a breakdown.
type Narrowing struct{ By, Name string }

// Selectable lists the numbers that can be asked for beside gates. Those of
// displays, answers and goals are listed one by one, the others by visit.
func Selectable() []string {
	return []string{"visits", "prospects", "control", "displays", "exposed", "accepts", "declines", "timeouts", "engaged", "goals", "converted", "engaged-converted",
		"control-goals", "control-converted"}
}

// ParseSelector reads "cart-rescue/help-overlay:audience" (the visits that
// stopped at a gate), "cart-rescue:exposed", ":visits", and narrowed by rows of
// breakdowns "cart-rescue:exposed,country=DE,page=shop.example/cart".
func ParseSelector(eng *engine.Engine, s string) (Selector, error) {
	head, rest, narrowed := strings.Cut(s, ",")
	var x Selector
	var named bool
	if x.Scope, x.What, named = strings.Cut(head, ":"); !named {
		return x, fmt.Errorf("%w: %s: want CAMPAIGN/ENGAGEMENT:GATE, CAMPAIGN:NUMBER or :NUMBER", ErrSelector, text.Line(head, 80))
	}
	_, engagement := eng.Index(x.Scope)
	if x.Scope != "" && !engagement && !slices.ContainsFunc(eng.Campaigns(), func(k *model.Campaign) bool { return k.ID == x.Scope }) {
		var names []string
		for _, k := range eng.Campaigns() {
			names = append(names, k.ID)
		}
		for _, r := range eng.Engagements() {
			names = append(names, r.Path)
		}
		hint := ""
		if near := model.Nearest(x.Scope, names); near != "" {
			hint = ", did you mean " + near + "?"
		}
		return x, fmt.Errorf("%w: there is no campaign and no engagement %s%s", ErrSelector, text.Line(x.Scope, 80), hint)
	}
	if _, gate := engine.ParseGate(x.What); gate && !engagement {
		return x, fmt.Errorf("%w: visits stop at a gate of an engagement: CAMPAIGN/ENGAGEMENT:%s", ErrSelector, x.What)
	} else if !gate && !slices.Contains(Selectable(), x.What) {
		return x, fmt.Errorf("%w: %q: want a gate's code, or %s", ErrSelector, text.Line(x.What, 40), strings.Join(Selectable(), ", "))
	}
	for narrowed {
		var part string
		part, rest, narrowed = strings.Cut(rest, ",")
		by, name, ok := strings.Cut(part, "=")
		if !ok || !slices.Contains([]string{ByCountry, ByDevice, BySource, ByPage, ByHour, ByDay, ByDisplays}, by) {
			return x, fmt.Errorf("%w: %q: narrow by country=, device=, source=, page=, hour=, day= or displays=", ErrSelector, text.Line(part, 80))
		}
		if _, _, is := displaysOf(name); by == ByDisplays && !is {
			return x, fmt.Errorf("%w: %q: want a number of displays in a visit, or from how many on: displays=3, displays=3+", ErrSelector, text.Line(part, 80))
		}
		if name == "unknown" {
			name = ""
		}
		x.Where = append(x.Where, Narrowing{by, name})
	}
	return x, nil
}

// displaysOf reads a number of displays in a visit, or from which on: 3, 3+.
func displaysOf(name string) (least, most int, ok bool) {
	digits, open := strings.CutSuffix(name, "+")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return 0, 0, false
	}
	if open {
		return n, math.MaxInt, true
	}
	return n, n, true
}

// Row names a number of displays in a visit as [ByDisplays] narrows by it.
func (p *Pressure) Row(displays int) string {
	if displays == len(p.Visits)-1 {
		return strconv.Itoa(displays) + "+"
	}
	return strconv.Itoa(displays)
}

// Found is a visit behind a number, and the instant at which to look: of a
// display, an answer, a goal; else of the visit's start.
type Found struct {
	Visitor string
	Visit   string
	At      journey.Instant
	// Campaign of the display, the answer or the goal, and Engagement, its full
	// name, of a display or an answer; "" of a whole visit.
	Campaign   string
	Engagement string
}

// AppendJSON appends it as one line of JSON.
func (f Found) AppendJSON(b []byte) []byte {
	b = append(b, `{"record":"found"`...)
	b = stringField(b, "visitor", f.Visitor)
	b = stringField(b, "visit", f.Visit)
	b = instantField(b, "at", f.At)
	b = optionalField(b, "campaign", f.Campaign)
	b = optionalField(b, "engagement", f.Engagement)
	return append(b, '}', '\n')
}

// visitFacts are what a visit is broken down by, and its outcomes.
type visitFacts struct {
	names    [len(dimensions)]string
	pages    []string
	outcomes []engine.Gate
}

// factsOf copies them at a visit's end.
func (t *tally) factsOf(r *engine.Record) *visitFacts {
	v := &t.v
	f := &visitFacts{outcomes: t.eng.Gates(r.Totals.Outcomes)}
	f.names[countryOf], f.names[deviceOf], f.names[sourceOf], f.names[hourOf] = v.country, v.device, v.source, t.hourOf(v.start)
	for i := range v.pages {
		f.pages = append(f.pages, v.pages[i].name)
	}
	return f
}

// hourOf names the hour of an instant by the account's clock. One that comes
// twice when clocks go back is told by its offset.
func (t *tally) hourOf(at journey.Instant) string {
	clock := at.Time().In(t.zone)
	_, offset := clock.Zone()
	return time.Unix(clock.Unix()-(clock.Unix()+int64(offset))%3600, 0).In(t.zone).Format(time.RFC3339)
}

// Find replays journeys and hands out every visit behind a number of the
// results of the same run, and none else, in the order of visitors.
func Find(ctx context.Context, eng *engine.Engine, events iter.Seq2[*journey.Event, error], o Options, x Selector, emit func(Found) error) (*Summary, error) {
	o.Trace, o.facts = false, true
	o.Results = &ResultsOptions{}
	f := finder{x: x, engagement: -1}
	if i, ok := eng.Index(x.Scope); ok {
		f.engagement = i
		f.campaign = eng.Campaigns()[eng.Engagements()[i].Campaign].ID
	} else {
		f.campaign = x.Scope
	}
	return Run(ctx, eng, events, o, func(r Record) error {
		f.take(r)
		v, ended := r.(*Visit)
		if !ended {
			return nil
		}
		for _, found := range f.end(v) {
			if err := emit(found); err != nil {
				return err
			}
		}
		return nil
	})
}

// finder puts together what happened in the visit at hand.
type finder struct {
	x          Selector
	engagement int    // its index, or -1
	campaign   string // or "" for all

	displays, answers, goals, controlGoals []Found
	exposed, clicked                       bool
	engagedGoals                           bool
}

func (f *finder) of(campaign string, engagement int) bool {
	return (f.campaign == "" || campaign == f.campaign) && (f.engagement < 0 || engagement == f.engagement)
}

// here reports whether a moment is on the page asked for.
func (f *finder) here(m *Moment) bool {
	for _, n := range f.x.Where {
		if n.By == ByPage && n.Name != pageName(m.URL) {
			return false
		}
	}
	return true
}

func (f *finder) take(r Record) {
	found := func(m *Moment, campaign, engagement string) Found {
		return Found{m.Visitor, m.Visit, m.At, campaign, engagement}
	}
	switch r := r.(type) {
	case *Display:
		if f.of(r.Campaign, r.Index) {
			f.exposed = true
			if f.here(&r.Moment) {
				f.displays = append(f.displays, found(&r.Moment, r.Campaign, r.Engagement))
			}
		}
	case *Response:
		if !f.of(r.Campaign, r.Index) {
			return
		}
		accepted := r.Action == journey.Accept
		f.clicked = f.clicked || accepted
		want := f.x.What == "declines" && r.Action == journey.Decline || f.x.What == "timeouts" && r.Action == Timeout ||
			accepted && (f.x.What == "accepts" || f.x.What == "engaged")
		if want && f.here(&r.Moment) {
			f.answers = append(f.answers, found(&r.Moment, r.Campaign, r.Engagement))
		}
	case *Goal:
		switch {
		case f.campaign != "" && r.Campaign != f.campaign || r.Duplicate || r.Repeated:
		case r.Control:
			f.controlGoals = append(f.controlGoals, found(&r.Moment, r.Campaign, ""))
		case f.exposed:
			f.goals = append(f.goals, found(&r.Moment, r.Campaign, ""))
			engaged := r.Engaged
			if f.engagement >= 0 {
				engaged = f.clicked
			}
			if engaged && !f.engagedGoals {
				f.engagedGoals = true
				if f.x.What == "engaged-converted" {
					f.answers = append(f.answers, found(&r.Moment, r.Campaign, ""))
				}
			}
		}
	}
}

// end returns what the visit has of the number, and forgets the visit.
func (f *finder) end(v *Visit) []Found {
	defer func() { *f = finder{x: f.x, engagement: f.engagement, campaign: f.campaign} }()
	if !f.narrow(v) {
		return nil
	}
	whole := []Found{{Visitor: v.Visitor, Visit: v.Visit, At: v.Start}}
	prospect, control := len(v.Prospects) > 0, len(v.Prospects) > 0 && len(v.Prospects) == len(v.Control)
	switch {
	case f.engagement >= 0:
		prospect = v.facts.outcomes[f.engagement].Prospect()
		control = prospect && slices.Contains(v.Control, f.campaign)
	case f.campaign != "":
		prospect, control = slices.Contains(v.Prospects, f.campaign), slices.Contains(v.Control, f.campaign)
	}
	if !control {
		f.controlGoals = nil
	}
	when := func(is bool, list []Found) []Found {
		if is {
			return list
		}
		return nil
	}
	first := func(list []Found) []Found { return list[:min(1, len(list))] }
	onPage := slices.ContainsFunc(f.x.Where, func(n Narrowing) bool { return n.By == ByPage })
	goals := when(!onPage || len(f.displays) > 0, f.goals)
	switch f.x.What {
	case "visits":
		return whole
	case "prospects":
		return when(prospect, whole)
	case "control":
		return when(control, whole)
	case "displays":
		return f.displays
	case "exposed":
		return first(f.displays)
	case "engaged":
		return first(f.answers)
	case "accepts", "declines", "timeouts":
		return f.answers
	case "goals":
		return goals
	case "converted":
		return first(goals)
	case "engaged-converted":
		return when(len(goals) > 0, f.answers)
	case "control-goals":
		return f.controlGoals
	case "control-converted":
		return first(f.controlGoals)
	}
	gate, _ := engine.ParseGate(f.x.What)
	if gate == engine.Shown && v.facts.outcomes[f.engagement] == gate {
		return first(f.displays)
	}
	return when(v.facts.outcomes[f.engagement] == gate, whole)
}

// narrow reports whether the visit is in all rows asked for.
func (f *finder) narrow(v *Visit) bool {
	for _, n := range f.x.Where {
		switch n.By {
		case ByPage:
			if !slices.Contains(v.facts.pages, n.Name) {
				return false
			}
		case ByDisplays:
			if least, most, _ := displaysOf(n.Name); v.Displays < least || v.Displays > most {
				return false
			}
		case ByDay:
			if day, _, _ := strings.Cut(v.facts.names[hourOf], "T"); day != n.Name {
				return false
			}
		default:
			if v.facts.names[slices.Index(dimensions[:], n.By)] != n.Name {
				return false
			}
		}
	}
	return true
}
