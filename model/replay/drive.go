package replay

import (
	"slices"

	"beckon/model/engine"
	"beckon/model/journey"
)

// drive takes one visitor's journey at a time through a run of the engine, and
// answers as the policy says at the instant of each display. Everything that
// the engine does passes through each, in order. It is the one way in which
// this package moves the engine.
type drive struct {
	refs   []engine.Ref
	run    *engine.Run
	policy Policy
	seed   uint64
	each   func(*engine.Record)

	rule    journey.VisitRule
	cut     journey.VisitCut
	nth     []int // displays in the visit, by engagement
	touched []int // engagements with nth above 0
	answers []answer
}

// answer is what the visitor does about a display.
type answer struct {
	engagement int
	action     journey.Action
	openPage   bool
}

func newDrive(eng *engine.Engine, o engine.Options, p Policy, each func(*engine.Record)) *drive {
	refs := eng.Engagements()
	return &drive{refs: refs, run: eng.NewRun(o), policy: p, seed: o.Seed, each: each, rule: visitRule(eng), nth: make([]int, len(refs))}
}

// visitRule is how the catalog's settings cut visits.
func visitRule(eng *engine.Engine) journey.VisitRule {
	s := &eng.Catalog().Settings
	return journey.VisitRule{Idle: s.VisitIdle(), MaxAge: s.VisitMaxAge()}
}

// begin starts a visitor's journey.
func (d *drive) begin(visitor string) {
	d.cut = journey.VisitCut{}
	d.forget()
	d.run.Reset(visitor)
}

// driveState is where a drive stands between events, but for its run.
type driveState struct {
	cut journey.VisitCut
	nth []nth
}

type nth struct{ engagement, displays int }

func (d *drive) save() driveState {
	s := driveState{cut: d.cut}
	for _, e := range d.touched {
		s.nth = append(s.nth, nth{e, d.nth[e]})
	}
	return s
}

func (d *drive) restore(s driveState) {
	d.forget()
	d.cut = s.cut
	for _, x := range s.nth {
		d.nth[x.engagement] = x.displays
		d.touched = append(d.touched, x.engagement)
	}
}

// event does what is due before the event, then the event.
func (d *drive) event(ev *journey.Event) {
	d.before(ev)
	d.take(d.run.Step(ev))
	d.cut = d.cut.Take(d.rule, ev)
}

// before does what is due before the event arrives, or, without one, before
// the journey's end.
func (d *drive) before(ev *journey.Event) {
	for {
		records, ok := d.run.Before(ev)
		if !ok {
			return
		}
		d.take(records)
	}
}

// until does what is due up to and including an instant, and moves there,
// knowing which events come next. A visit that ends on the way ends.
func (d *drive) until(to journey.Instant, rest []*journey.Event) {
	var next *journey.Event
	if len(rest) > 0 {
		next = rest[0]
	}
	for {
		records, ok := d.run.BeforeUntil(next, to)
		if !ok {
			break
		}
		d.take(records)
	}
	if len(rest) > 0 && d.cut.Open && to > d.cut.End(d.rule) && !d.cut.Over(d.rule, rest[0]) {
		d.run.Wait(to) // the source's own visit id keeps the visit open beyond its idle limit
		return
	}
	d.take(d.run.Advance(to))
}

// decisions returns every engagement's decision as it stands now, nil before
// the visit's first evaluation. It is that of the last evaluation, but for what
// was shown then and is off the screen since: nothing evaluates that until
// something changes, and its zone is taken until the next page.
func (d *drive) decisions() []engine.Decision {
	out := slices.Clone(d.run.Decisions())
	for i := range out {
		if out[i].Gate == engine.Shown && d.gone(i) {
			out[i] = engine.Decision{Gate: engine.ZoneLocked}
		}
	}
	return out
}

// explain returns the whole trace of an engagement as it stands now, in the
// same sense.
func (d *drive) explain(engagement int) engine.Explanation {
	return d.explained(d.run.Explain(engagement))
}

// explained is an explanation as the journey goes on after it.
func (d *drive) explained(x engine.Explanation) engine.Explanation {
	if x.Gate != engine.Shown || !d.gone(x.Engagement) {
		return x
	}
	const since = "it was displayed on this page"
	x.Gate, x.Margin = engine.ZoneLocked, since
	for i := range x.Gates {
		switch g := &x.Gates[i]; g.Gate {
		case engine.ZoneLocked:
			g.Truth, g.Text, g.Margin = engine.False, since, ""
		case engine.Shown:
			g.Truth, g.Text, g.Margin = engine.False, "displayed at "+x.At.Time().Format("15:04:05")+", off the screen since", ""
		}
	}
	return x
}

// gone reports whether a visit is open and an engagement is not on its screen.
func (d *drive) gone(engagement int) bool {
	s := d.run.State()
	return s.Visit != "" && !slices.ContainsFunc(s.Screen, func(o engine.OnScreen) bool { return o.Engagement == engagement })
}

// end closes the journey.
func (d *drive) end() {
	d.before(nil)
	d.take(d.run.End())
}

// take passes records on and gives the answers that they call for. An answer
// makes records of its own, so it waits until those at hand are read.
func (d *drive) take(records []engine.Record) {
	for i := range records {
		r := &records[i]
		if r.Kind == engine.VisitStarted {
			d.forget()
		}
		d.each(r)
		if r.Kind == engine.Displayed {
			d.displayed(r)
		}
	}
	for len(d.answers) > 0 {
		a := d.answers[0]
		d.answers = append(d.answers[:0], d.answers[1:]...)
		made := d.run.Answer(a.engagement, a.action)
		for i := range made {
			made[i].OpenPage = made[i].OpenPage || a.openPage
		}
		d.take(made)
	}
}

func (d *drive) displayed(r *engine.Record) {
	if d.nth[r.Engagement]++; d.nth[r.Engagement] == 1 {
		d.touched = append(d.touched, r.Engagement)
	}
	action := d.policy.answer(d.seed, r.Visitor, r.Visit, d.refs[r.Engagement].Path, d.nth[r.Engagement])
	if action != "" {
		d.answers = append(d.answers, answer{r.Engagement, action, r.OpenPage})
	}
}

// forget clears what was counted in the visit.
func (d *drive) forget() {
	for _, e := range d.touched {
		d.nth[e] = 0
	}
	d.touched = d.touched[:0]
	d.answers = d.answers[:0]
}
