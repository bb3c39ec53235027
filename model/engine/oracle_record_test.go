package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"beckon/model"
	"beckon/model/journey"
)

// plainRecord is a [Record] with names for indices, so that records of
// different makers can be compared and read.
type plainRecord struct {
	Kind           RecordKind
	At             journey.Instant
	Visitor, Visit string
	Event          *journey.Event
	OpenPage       bool

	Engagement, Campaign string
	Availability         model.Availability
	Action               journey.Action
	Goal                 *plainGoal

	Start                   journey.Instant
	Events, Pages, Displays int
	Outcomes                map[string]string
	Prospects, Control      map[string]bool
}

// plainGoal is a [Goal] without pointers.
type plainGoal struct {
	Type                                  model.GoalType
	Value, Currency                       string
	Control, Engaged, Duplicate, Repeated bool
}

// readRecords copies an engine's records, but for evaluations.
func readRecords(e *Engine, records []Record) []plainRecord {
	var out []plainRecord
	for _, r := range records {
		if r.Kind == Evaluated {
			continue
		}
		visit := Totals{}
		if r.Totals != nil {
			visit = *r.Totals
		}
		p := plainRecord{Kind: r.Kind, At: r.At, Visitor: r.Visitor, Visit: r.Visit, Event: r.Event, OpenPage: r.OpenPage,
			Availability: r.Availability, Action: r.Action, Start: r.Start, Events: visit.Events, Pages: visit.Pages, Displays: visit.Displays}
		if r.Engagement >= 0 {
			p.Engagement = e.Engagements()[r.Engagement].Path
		}
		if r.Campaign >= 0 {
			p.Campaign = e.Campaigns()[r.Campaign].ID
		}
		if r.Kind == GoalReached {
			p.Goal = &plainGoal{Type: r.Goal.Type, Currency: r.Goal.Currency, Control: r.Goal.Control, Engaged: r.Goal.Engaged,
				Duplicate: r.Goal.Duplicate, Repeated: r.Goal.Repeated}
			if r.Goal.Value != nil {
				p.Goal.Value = r.Goal.Value.String()
			}
		}
		if visit.Outcomes != nil {
			p.Outcomes, p.Prospects, p.Control = map[string]string{}, map[string]bool{}, map[string]bool{}
			gates := e.Gates(visit.Outcomes)
			for i, ref := range e.Engagements() {
				p.Outcomes[ref.Path] = gates[i].String()
			}
			for i, c := range e.Campaigns() {
				p.Prospects[c.ID] = visit.Prospects.Has(i)
				p.Control[c.ID] = visit.Prospects.Has(i) && visit.Control.Has(i)
			}
		}
		out = append(out, p)
	}
	return out
}

// runEngine returns the engine's records of one visitor's events.
func runEngine(t testing.TB, c *model.Catalog, o Options, events []*journey.Event) []plainRecord {
	t.Helper()
	e, err := Compile(c)
	if err != nil {
		t.Fatalf("compile: %v\n%s", err, showCatalog(c))
	}
	return runOn(e, e.NewRun(o), events)
}

// runOn plays a journey on a run from its beginning.
func runOn(e *Engine, r *Run, events []*journey.Event) []plainRecord {
	var out []plainRecord
	if len(events) > 0 {
		r.Reset(events[0].Visitor)
	}
	for _, ev := range events {
		out = append(out, readRecords(e, r.Step(ev))...)
	}
	return append(out, readRecords(e, r.End())...)
}

// runBoth plays a journey on the engine and on the plain evaluator, and fails
// if they differ.
func runBoth(t testing.TB, c *model.Catalog, o Options, events []*journey.Event) []plainRecord {
	t.Helper()
	want := runPlain(c, o, events).records
	same(t, "plain evaluator (-) and engine (+)", want, runEngine(t, c, o, events), c, events)
	return want
}

// fataler is what *testing.T and *rapid.T share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// same fails with both sides, the catalog and the events, if records differ.
func same(t fataler, what string, want, got []plainRecord, c *model.Catalog, events []*journey.Event) {
	t.Helper()
	place := map[*journey.Event]int{}
	for i, e := range events {
		place[e] = i
	}
	a, b := lines(want, place), lines(got, place)
	if slices.Equal(a, b) {
		return
	}
	first := 0
	for first < len(a) && first < len(b) && a[first] == b[first] {
		first++
	}
	t.Fatalf("%s differ at record %d:\n%s\n-%s\n+%s\nevents:\n%scatalog: %s", what, first,
		strings.Join(a[max(0, first-3):first], "\n"), strings.Join(a[first:min(len(a), first+3)], "\n-"),
		strings.Join(b[first:min(len(b), first+3)], "\n+"), showEvents(events), showCatalog(c))
}

// lines writes records one a line.
func lines(records []plainRecord, place map[*journey.Event]int) []string {
	var out []string
	for _, r := range records {
		kind := [...]string{"visit started", "displayed", "followed", "answered", "timed out", "goal", "evaluated", "visit ended"}[r.Kind]
		cause := "by time"
		if r.Event != nil {
			cause = fmt.Sprintf("by event %d (%s)", place[r.Event], r.Event.Type)
		}
		if r.OpenPage {
			cause += " on an open page"
		}
		s := fmt.Sprintf("%s %s %s %s %s:", r.At.Time().Format("2006-01-02T15:04:05.000Z"), r.Visitor, r.Visit, kind, cause)
		switch r.Kind {
		case GoalReached:
			s += fmt.Sprintf(" %s %+v", r.Campaign, *r.Goal)
		case VisitEnded:
			s += fmt.Sprintf(" since %s, %d events, %d pages, %d displays, outcomes %v prospects %v control %v", r.Start.Time().Format("15:04:05.000"),
				r.Events, r.Pages, r.Displays, r.Outcomes, r.Prospects, r.Control)
		default:
			s += fmt.Sprintf(" %s %s %s %s", r.Campaign, r.Engagement, r.Availability, r.Action)
		}
		out = append(out, s)
	}
	return out
}

// showCatalog writes a catalog on one line.
func showCatalog(c *model.Catalog) string {
	b, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// showEvents writes events one a line, without what they do not say.
func showEvents(events []*journey.Event) string {
	s := ""
	for i, e := range events {
		b, _ := json.Marshal([]any{e.Page, e.Cart, e.Purchase, e.ProductView, e.Customer, e.Marketing, e.Personal, e.Lead, e.Service, e.Error, e.Search,
			e.Respond, e.Conversation, e.Agents, e.Identify, e.Signal})
		said := strings.NewReplacer("null,", "", ",null", "").Replace(string(b))
		s += fmt.Sprintf("%d %s %q %s %s\n", i, e.At.Time().Format("2006-01-02T15:04:05Z"), e.Visit, e.Type, said)
	}
	return s
}
