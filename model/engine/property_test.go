package engine

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model/journey"
)

// TestEngineIsPlain holds the engine to the plain evaluator, at ticks.
func TestEngineIsPlain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkPlain(t, drawWorld(t, false)) })
}

// TestEngineIsPlainAtExactInstants holds it at exact instants.
func TestEngineIsPlainAtExactInstants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkPlain(t, drawWorld(t, true)) })
}

// checkPlain compares the engine's records with the plain evaluator's.
func checkPlain(t *rapid.T, w world) {
	e := compileWorld(t, w)
	same(t, "plain evaluator (-) and engine (+)", runPlain(w.catalog, w.options, w.events).records,
		runOn(e, e.NewRun(w.options), w.events), w.catalog, w.events)
}

func compileWorld(t *rapid.T, w world) *Engine {
	e, err := Compile(w.catalog)
	if err != nil {
		t.Fatalf("compile: %v\n%s", err, showCatalog(w.catalog))
	}
	if rapid.Bool().Draw(t, "control groups one by one") { // as machines do that cannot otherwise
		e.groups = nil
	}
	return e
}

// TestClosedPagesArePlain holds it where visits end at their last event.
func TestClosedPagesArePlain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, false)
		w.options.ClosePages = true
		// Whether a page is still open when agents come or go can only be told
		// from what follows, which a run does not know.
		w.events = slices.DeleteFunc(w.events, func(e *journey.Event) bool { return e.Type == journey.Agents })
		checkPlain(t, w)
	})
}

// TestEveryVisitHasOneOutcome: for every engagement, visits = shown + the sum
// over the other gates; and what was displayed is shown.
func TestEveryVisitHasOneOutcome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, false)
		e := compileWorld(t, w)
		visits, shown := 0, make([]int, len(e.Engagements()))
		gates := make([][GateCount]int, len(e.Engagements()))
		displayed := make([]bool, len(e.Engagements()))
		take := func(records []Record) {
			for _, r := range records {
				switch r.Kind {
				case Displayed:
					if !displayed[r.Engagement] {
						displayed[r.Engagement] = true
						shown[r.Engagement]++
					}
				case VisitEnded:
					visits++
					stands := make([]int, len(e.Engagements()))
					for _, at := range r.Totals.Outcomes {
						for place := range at.All() {
							stands[e.EngagementAt(place)]++
						}
					}
					for i, g := range e.Gates(r.Totals.Outcomes) {
						gates[i][g]++
						if place := e.PlaceOf(i); stands[i] != 1 || e.EngagementAt(place) != i || r.Totals.Outcomes.Gate(place) != g {
							t.Fatalf("%s stands at %d gates: want one, %v, and got %v", e.Engagements()[i].Path, stands[i], g, r.Totals.Outcomes.Gate(place))
						}
						if g.Prospect() && !r.Totals.Prospects.Has(e.Engagements()[i].Campaign) {
							t.Fatalf("%s stopped at %v and its campaign has no prospect", e.Engagements()[i].Path, g)
						}
					}
					clear(displayed)
				}
			}
		}
		run := e.NewRun(w.options)
		run.Reset("v-1")
		for _, ev := range w.events {
			take(run.Step(ev))
		}
		take(run.End())
		for i, ref := range e.Engagements() {
			sum := 0
			for _, n := range gates[i] {
				sum += n
			}
			if sum != visits || gates[i][Shown] != shown[i] {
				t.Fatalf("%s: %d visits, %d outcomes, %d shown of which %d displayed", ref.Path, visits, sum, gates[i][Shown], shown[i])
			}
		}
	})
}

// TestOptionsChangeNoDecision: with the trace and with the outcomes, on or
// off, the same is displayed and answered.
func TestOptionsChangeNoDecision(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		want := runOn(e, e.NewRun(w.options), w.events)
		for _, o := range []Options{{Trace: true, Outcomes: true}, {Trace: true}, {}} {
			o.Seed, o.Control = w.options.Seed, w.options.Control
			expect := slices.Clone(want)
			if !o.Outcomes { // nor are control groups' goals told without them
				expect = slices.DeleteFunc(expect, func(r plainRecord) bool { return r.Goal != nil && r.Goal.Control })
				for i := range expect {
					expect[i].Outcomes, expect[i].Prospects, expect[i].Control = nil, nil, nil
				}
			}
			same(t, fmt.Sprintf("outcomes alone (-) and trace %v, outcomes %v (+)", o.Trace, o.Outcomes), expect,
				runOn(e, e.NewRun(o), w.events), w.catalog, w.events)
		}
	})
}

// TestSmallSteps: time may pass in steps of any size. What was not yet known
// to be an open page is not marked.
func TestSmallSteps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		want := runOn(e, e.NewRun(w.options), w.events)
		for i := range want {
			want[i].OpenPage = false
		}
		run := e.NewRun(w.options)
		run.Reset("v-1")
		var got []plainRecord
		var cut journey.VisitCut
		rule := journey.VisitRule{Idle: w.catalog.Settings.VisitIdle(), MaxAge: w.catalog.Settings.VisitMaxAge()}
		take := func(records []Record) { got = append(got, readRecords(e, records)...) }
		for i, ev := range w.events {
			// Steps stay within the visit and before the event.
			for now := run.Now(); i > 0; {
				now += journey.Instant(pick(t, "step", []int{1, 500, 1000, 7000, 100_000, 10_000_000}))
				if now >= ev.At || cut.Open && now >= cut.End(rule) {
					break
				}
				take(run.Advance(now))
			}
			take(run.Step(ev))
			cut = cut.Take(rule, ev)
		}
		take(run.End())
		for i := range got {
			got[i].OpenPage = false
		}
		same(t, "one step (-) and many (+)", want, got, w.catalog, w.events)
	})
}

// TestNextIsWhenSomethingHappens: stepping from [Run.Next] to Next misses
// nothing.
func TestNextIsWhenSomethingHappens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		want := runOn(e, e.NewRun(w.options), w.events)
		run := e.NewRun(w.options)
		run.Reset("v-1")
		var got []plainRecord
		take := func(records []Record) { got = append(got, readRecords(e, records)...) }
		for _, ev := range append(slices.Clone(w.events), nil) {
			for {
				records, ok := run.Before(ev)
				take(records)
				if !ok {
					break
				}
				if ev != nil && run.Now() > ev.At {
					t.Fatalf("now is %d, behind the event at %d", run.Now(), ev.At)
				}
			}
			if ev != nil {
				take(run.Step(ev))
			} else {
				take(run.End())
			}
		}
		same(t, "steps (-) and one thing at a time (+)", want, got, w.catalog, w.events)
	})
}

// TestRunsAreReusable: a run that was reset, even in the middle of a visit, is
// like a fresh one; and runs of one engine do not know of each other.
func TestRunsAreReusable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		want := runOn(e, e.NewRun(w.options), w.events)

		used := e.NewRun(w.options)
		runOn(e, used, w.events)
		same(t, "a fresh run (-) and one used before (+)", want, runOn(e, used, w.events), w.catalog, w.events)
		used.Reset("v-1")
		for _, ev := range w.events[:rapid.IntRange(0, len(w.events)).Draw(t, "middle")] {
			used.Step(ev)
		}
		same(t, "a fresh run (-) and one left in the middle (+)", want, runOn(e, used, w.events), w.catalog, w.events)

		runs := [2]*Run{e.NewRun(w.options), e.NewRun(w.options)}
		var got [2][]plainRecord
		for _, r := range runs {
			r.Reset("v-1")
		}
		for next := [2]int{}; next[0] < len(w.events) || next[1] < len(w.events); {
			i := rapid.IntRange(0, 1).Draw(t, "turn")
			if next[i] == len(w.events) {
				i = 1 - i
			}
			got[i] = append(got[i], readRecords(e, runs[i].Step(w.events[next[i]]))...)
			next[i]++
		}
		for i, r := range runs {
			got[i] = append(got[i], readRecords(e, r.End())...)
			same(t, "alone (-) and beside another (+)", want, got[i], w.catalog, w.events)
		}
	})
}

// TestTraceIsTheDecision: what the trace says at an evaluation is what the
// plain evaluator says, and what Explain says of the last evaluation.
func TestTraceIsTheDecision(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		w.options.Trace = true
		e := compileWorld(t, w)
		type moment struct {
			at    journey.Instant
			event *journey.Event
		}
		said := map[moment][]plainEvaluation{}
		for _, v := range runPlain(w.catalog, w.options, w.events).evaluations {
			said[moment{v.At, v.Event}] = append(said[moment{v.At, v.Event}], v)
		}
		run := e.NewRun(w.options)
		run.Reset("v-1")
		for _, ev := range append(slices.Clone(w.events), nil) {
			for {
				records, ok := run.Before(ev)
				checkTrace(t, e, run, records, func(r *Record) []plainEvaluation { return said[moment{r.At, r.Event}] })
				if !ok {
					break
				}
			}
			if ev != nil {
				checkTrace(t, e, run, run.Step(ev), func(r *Record) []plainEvaluation { return said[moment{r.At, r.Event}] })
			}
		}
	})
}

func checkTrace(t *rapid.T, e *Engine, run *Run, records []Record, said func(*Record) []plainEvaluation) {
	last := -1
	for i := range records {
		r := &records[i]
		if r.Kind != Evaluated {
			continue
		}
		last = i
		gates := map[string]Gate{}
		for i, d := range r.Evaluation.Decisions {
			gates[e.Engagements()[i].Path] = d.Gate
		}
		if !slices.ContainsFunc(said(r), func(v plainEvaluation) bool { return fmt.Sprint(v.Gates) == fmt.Sprint(gates) }) {
			t.Fatalf("the trace at %v says %v, the plain evaluator %v", r.At.Time(), gates, said(r))
		}
		for _, d := range r.Evaluation.Draws {
			if g := r.Evaluation.Decisions[d.Winner].Gate; g != Shown {
				t.Fatalf("the winner %s is %v", e.Engagements()[d.Winner].Path, g)
			}
		}
	}
	// Explanations are of the run's last evaluation, while its visit is open.
	if last < 0 || records[len(records)-1].Kind == VisitEnded {
		return
	}
	decisions := slices.Clone(records[last].Evaluation.Decisions)
	at := records[last].At
	for i, d := range decisions {
		x := run.Explain(i)
		if x.Engagement != i || x.At != at || x.Gate != d.Gate || d.TrueAt != 0 && x.TrueAt != d.TrueAt {
			t.Fatalf("%s: decided %+v at %d, explained %+v", e.Engagements()[i].Path, d, at, x)
		}
		if diff := cmp.Diff(briefly(x), run.Truths(i)); diff != "" {
			t.Fatalf("%s: explained (-) and its truths alone (+):\n%s", e.Engagements()[i].Path, diff)
		}
		failed := Shown
		for _, g := range x.Gates {
			if g.Truth != True && g.Gate != Shown {
				failed = g.Gate
				break
			}
		}
		if failed != d.Gate {
			t.Fatalf("%s at %v: decided %v, the first gate that failed is %v; %v is explained %+v\ncatalog: %s", e.Engagements()[i].Path, at.Time(), d.Gate, failed,
				d.Gate, x.Gates[d.Gate], showCatalog(e.Catalog()))
		}
		for _, g := range x.Gates {
			if len(g.Conditions) == 0 {
				continue
			}
			any := False
			for _, n := range g.Conditions {
				checkNode(t, n)
				any = max(any, n.Truth)
			}
			if (any == True) != (g.Truth == True) {
				t.Fatalf("gate %v is %v, its conditions %v", g.Gate, g.Truth, g.Conditions)
			}
		}
	}
}

// checkNode holds that a group's truth follows from its children's.
func checkNode(t *rapid.T, n Node) {
	for _, c := range n.Children {
		checkNode(t, c)
	}
	if len(n.Children) == 0 {
		return
	}
	least, most := True, False
	for _, c := range n.Children {
		least, most = min(least, c.Truth), max(most, c.Truth)
	}
	want := most // any of
	switch n.Label {
	case "all of":
		want = least
	case "none of":
		want = truth(most != True)
	case "any of":
	default:
		if len(n.Children) != 1 && n.Shared == "" {
			t.Fatalf("a group is labeled %q", n.Label)
		}
		return
	}
	if n.Truth != want {
		t.Fatalf("%q is %v over %+v, want %v", n.Label, n.Truth, n.Children, want)
	}
}

// TestTrueAt: the instant an explanation names is that of the first evaluation
// at which the gate is open if the visitor stays; where it names none, the
// gate stays closed for as long as the page is open. Time frames open by the
// clock, whether an evaluation takes place then or not.
func TestTrueAt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		run, p := e.NewRun(w.options), newPlain(w.catalog, w.options)
		run.Reset("v-1")
		quiet := false
		for _, ev := range w.events {
			before := len(p.records)
			run.Step(ev)
			p.step(ev)
			// What a display changes is not in the explanation of the evaluation
			// that made it.
			quiet = !slices.ContainsFunc(p.records[before:], func(r plainRecord) bool { return r.Kind == Displayed && r.At == p.now })
		}
		if p.visit == nil || p.visit.page() == nil || !quiet {
			return
		}
		now, end, every := p.now, p.ends(), w.catalog.Settings.Every()
		due := func(at journey.Instant, g Gate) bool {
			return every == 0 || g <= OccasionOff || at.Sub(p.visit.page().at)%every == 0
		}
		for i, ref := range e.Engagements() {
			x := run.Explain(i)
			if x.Gate == Shown || x.At != now {
				continue
			}
			c := byID(w.catalog.Campaigns, e.Campaigns()[ref.Campaign].ID)
			// A time frame opens when hours and occasions both let it: a closed day
			// that begins is no opening.
			beyond := x.Gate
			if beyond == OutsideHours {
				beyond = OccasionOff
			}
			var opened journey.Instant
			for second := now - now%1000; second <= end && opened == 0; second += 1000 {
				for _, at := range []journey.Instant{second, second + 1} {
					if p.now = at; at > now && at <= end && opened == 0 && due(at, x.Gate) && p.gate(c, ref.Engagement) > beyond {
						opened = at
					}
				}
			}
			// Another gate, before this one, may have closed by then.
			p.now = max(x.TrueAt, now)
			behind := x.TrueAt != 0 && (opened == 0 || opened > x.TrueAt) && p.gate(c, ref.Engagement) < x.Gate
			p.now = now
			if opened != x.TrueAt && !behind && (opened != 0 || x.TrueAt <= end) {
				t.Fatalf("%s is stopped by %v at %v: true at %v, opens at %v\n%+v\nevents:\n%scatalog: %s", ref.Path, x.Gate, now.Time(), x.TrueAt.Time(), opened.Time(),
					x.Gates[x.Gate], showEvents(w.events), showCatalog(w.catalog))
			}
		}
	})
}

// TestGeneratorsReachEverything holds the generators to their purpose: worlds
// in which every gate stops something and everything that can happen does.
func TestGeneratorsReachEverything(t *testing.T) {
	t.Parallel()
	gates, kinds, marks := map[string]int{}, map[RecordKind]int{}, map[string]int{}
	worlds := rapid.Custom(func(t *rapid.T) world { return drawWorld(t, false) })
	for i := range 250 {
		w := worlds.Example(i)
		p := runPlain(w.catalog, w.options, w.events)
		for _, v := range p.evaluations {
			for _, g := range v.Gates {
				gates[g.String()]++
			}
		}
		for _, r := range p.records {
			kinds[r.Kind]++
			if r.Kind == GoalReached {
				marks["goal "+string(r.Goal.Type)]++
				if r.Goal.Duplicate {
					marks["duplicate"]++
				}
				if r.Goal.Repeated {
					marks["repeated"]++
				}
				if r.Goal.Control {
					marks["control"]++
				}
			}
		}
	}
	t.Logf("gates %v, kinds %v, marks %v", gates, kinds, marks)
	for _, code := range gateCodes {
		if gates[code] == 0 {
			t.Errorf("nothing is stopped by %s", code)
		}
	}
	for _, k := range []RecordKind{VisitStarted, Displayed, Followed, Answered, TimedOut, GoalReached, VisitEnded} {
		if kinds[k] == 0 {
			t.Errorf("no record of kind %d", k)
		}
	}
	for _, m := range []string{"goal sell", "goal lead", "goal service", "goal page-views", "goal other", "goal interact", "duplicate", "repeated", "control"} {
		if marks[m] == 0 {
			t.Errorf("no record marked %s", m)
		}
	}
}

// briefly is what Truths has of an explanation.
func briefly(x Explanation) Explanation {
	out := Explanation{Engagement: x.Engagement, At: x.At, Gate: x.Gate}
	var brief func([]Node) []Node
	brief = func(in []Node) []Node {
		nodes := []Node{}
		for _, n := range in {
			k := Node{Label: n.Label, Truth: n.Truth, Report: n.Report}
			if len(n.Children) > 0 || slices.Contains([]string{"any of", "all of", "none of", "always"}, n.Label) {
				k.Children = brief(n.Children)
			}
			nodes = append(nodes, k)
		}
		return nodes
	}
	for _, g := range x.Gates {
		if g.Gate == AudienceGate || g.Gate == EntryPointGate || g.Gate == BehaviorGate {
			out.Gates = append(out.Gates, GateTrace{Gate: g.Gate, Truth: g.Truth, Conditions: brief(g.Conditions)})
		}
	}
	return out
}
