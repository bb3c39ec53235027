package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
)

// What is worked out word by word, remembered from event to event or left off
// early shows only where engagements fill many words.

// drawWideWorld draws a world whose campaigns come many times over, with other
// names, priorities and switches.
func drawWideWorld(t *rapid.T) world {
	w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
	c := *w.catalog
	c.Campaigns = nil
	times := rapid.IntRange(10, 25).Draw(t, "times")
	for i := range times {
		for j, from := range w.catalog.Campaigns {
			k := *from
			if i > 0 { // conditions name the first
				k.ID = fmt.Sprintf("%s-%d", from.ID, i)
			}
			k.Priority = []model.Priority{model.High, model.Medium, model.Low}[(i+j*i)%3]
			// Whole stretches of words have nobody who may be displayed.
			k.Published = from.Published && (i/7+j)%3 != 0
			k.Engagements = nil
			for n, e := range from.Engagements {
				x := *e
				x.Disabled = e.Disabled || (i+n)%5 == 0
				k.Engagements = append(k.Engagements, &x)
			}
			if w.options.Control != nil {
				w.options.Control.Campaigns[k.ID] = w.options.Control.Campaigns[from.ID] != (i%4 == 0)
			}
			c.Campaigns = append(c.Campaigns, &k)
		}
	}
	w.catalog = &c
	for _, ev := range w.events { // answers are to those who are there
		if r := ev.Respond; r != nil {
			if campaign, engagement, ok := strings.Cut(r.Engagement, "/"); ok && rapid.Bool().Draw(t, "answers another") {
				r.Engagement = fmt.Sprintf("%s-%d/%s", campaign, rapid.IntRange(1, times-1).Draw(t, "answers"), engagement)
			}
		}
	}
	return w
}

// TestDecidingAloneDecidesAlike: who is displayed where nobody keeps account is
// who is displayed where everything is looked at, event by event, whatever
// the visitor answers.
func TestDecidingAloneDecidesAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { decidesAlike(t, drawWideWorld(t)) })
}

// TestWhoWaitsIsDecidedAlike: the same where nearly everybody waits: behaviors
// look at little but the time, each at one or two stretches of it.
func TestWhoWaitsIsDecidedAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWideWorld(t)
		for i, b := range w.catalog.Behaviors[1:] {
			waits := func() model.Condition {
				x := timeCondition(t, "time")
				switch below(t, "clock", 4) {
				case 0:
					return model.Condition{TimeOnSite: &x}
				case 1:
					return model.Condition{Idle: &x}
				case 2:
					return model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: []string{"place0"}, TimeCondition: x}}
				}
				return model.Condition{TimeOnPage: &x}
			}
			k := *b
			k.When = model.Condition{All: []model.Condition{waits(), waits()}}
			switch below(t, "besides", 4) {
			case 0:
				k.When.All[1] = model.Condition{Exclude: []model.Condition{waits()}}
			case 1:
				k.When.All[1] = drawBehavior(t, []string{"place0"}, []string{"c0/e0"})
			}
			w.catalog.Behaviors[i+1] = &k
		}
		for _, k := range w.catalog.Campaigns {
			k.Audiences = []string{w.catalog.Audiences[0].ID}
		}
		decidesAlike(t, w)
	})
}

func decidesAlike(t *rapid.T, w world) {
	t.Helper()
	e := compileWorld(t, w)
	e.narrow = rapid.Bool().Draw(t, "by windows")
	o := w.options
	o.ClosePages = rapid.Bool().Draw(t, "pages close")
	o.Trace = true
	all := e.NewRun(o)
	o.Outcomes, o.Trace = false, false
	alone := e.NewRun(o)
	all.Reset("v-1")
	alone.Reset("v-1")
	decided := func(records []Record) []plainRecord {
		return slices.DeleteFunc(readRecords(e, records), func(r plainRecord) bool {
			return r.Kind == VisitEnded || r.Goal != nil && r.Goal.Control
		})
	}
	answer := rapid.SampledFrom([]journey.Action{"", "", journey.Decline, journey.Accept})
	for _, ev := range w.events {
		same(t, "all that is looked at (-) and deciding alone (+)", decided(all.Step(ev)), decided(alone.Step(ev)), w.catalog, w.events)
		// Explanations are of a visit that is open.
		if all.cut.Open && rapid.IntRange(0, 9).Draw(t, "looks") == 0 {
			for i := range e.Engagements() {
				if want, got := all.lastGate(e.bitOf[i]), alone.lastGate(e.bitOf[i]); want != got {
					t.Fatalf("%s: %v where all is looked at, %v deciding alone", e.Engagements()[i].Path, want, got)
				}
			}
		}
		for _, s := range all.Screen(nil) {
			if a := answer.Draw(t, "answer"); a != "" {
				want := decided(all.Answer(s.Engagement, a))
				same(t, "answered, all that is looked at (-) and deciding alone (+)", want, decided(alone.Answer(s.Engagement, a)), w.catalog, w.events)
			}
		}
	}
	same(t, "at the end, all that is looked at (-) and deciding alone (+)", decided(all.End()), decided(alone.End()), w.catalog, w.events)
}

// forgetAll makes a run work out everything anew at its next evaluation.
func (r *Run) forgetAll() {
	r.dirty, r.audienceOK, r.placeOK = factAll, false, false
	for d := range r.memo {
		r.memo[d] = recent[row]{bound: r.memo[d].bound}
	}
	r.pageCache = recent[*pageEntry]{bound: r.pageCache.bound}
	for d := range r.cur {
		r.cur[d], r.interval[d] = nil, -1
	}
	r.almanac, r.hashOK, r.agentsOK = almanac{}, false, false
}

// TestWhatIsRememberedIsWhatIsTrue: a run that works out everything anew at
// every event has the same decisions, and the same account of the visit, as
// one that remembers.
func TestWhatIsRememberedIsWhatIsTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWideWorld(t)
		e := compileWorld(t, w)
		o := w.options
		o.GatesOnly = true
		for _, o.Trace = range []bool{true, false} {
			remembers, anew := e.NewRun(o), e.NewRun(o)
			remembers.Reset("v-1")
			anew.Reset("v-1")
			for i, ev := range w.events {
				anew.forgetAll()
				anew.nextEvalOK = false
				want := readRecords(e, anew.Step(ev))
				same(t, "anew (-) and remembered (+)", want, readRecords(e, remembers.Step(ev)), w.catalog, w.events)
				if diff := cmp.Diff(anew.Decisions(), remembers.Decisions()); diff != "" {
					t.Fatalf("event %d: the decisions worked out anew (-) and remembered (+):\n%s", i+1, diff)
				}
			}
			same(t, "at the end, anew (-) and remembered (+)", readRecords(e, anew.End()), readRecords(e, remembers.End()), w.catalog, w.events)
		}
	})
}

// TestNobodyIsShownWhereThereIsNobody: a catalog without campaigns decides
// nothing, however much is asked for.
func TestNobodyIsShownWhereThereIsNobody(t *testing.T) {
	t.Parallel()
	e, err := Compile(&model.Catalog{Settings: model.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Outcomes: true}, {Trace: true}, {Outcomes: true, Trace: true}} {
		run := e.NewRun(o)
		for _, visit := range benchVisits(3) {
			run.Reset(visit[0].Visitor)
			records := 0
			for _, ev := range visit {
				for _, r := range run.Step(ev) {
					if r.Kind != VisitStarted && r.Kind != Evaluated {
						t.Errorf("%+v: %v", o, r)
					}
					records++
				}
			}
			if end := run.End(); records == 0 || len(end) != 1 || end[0].Kind != VisitEnded || (end[0].Totals.Outcomes != nil) != o.Outcomes {
				t.Errorf("%+v: %d records and at the end %v", o, records, end)
			}
		}
	}
}

// TestManyAreDecidedAlike: the same in catalogs that are too large for windows, read
// block by block, with control groups and without.
func TestManyAreDecidedAlike(t *testing.T) {
	t.Parallel()
	for _, share := range []int{0, 60} {
		c := benchCatalog(1_500)
		for _, k := range c.Campaigns {
			k.ControlGroup = &share
		}
		e, err := Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		all, shown := e.NewRun(Options{Outcomes: true}), 0
		alone := e.NewRun(Options{})
		for _, visit := range benchVisits(60) {
			all.Reset(visit[0].Visitor)
			alone.Reset(visit[0].Visitor)
			for i, ev := range visit {
				want, got := displays(e, all.Step(ev)), displays(e, alone.Step(ev))
				if shown += len(want); !slices.Equal(want, got) {
					t.Fatalf("%d %% held out, event %d of %s: %v where all is looked at, %v deciding alone", share, i, ev.Visitor, want, got)
				}
			}
		}
		if shown < 200 {
			t.Errorf("only %d displays", shown)
		}
	}
}

func displays(e *Engine, records []Record) (paths []string) {
	for i := range records {
		if r := &records[i]; r.Kind == Displayed {
			paths = append(paths, e.Engagements()[r.Engagement].Path)
		}
	}
	return paths
}
