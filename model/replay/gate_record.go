package replay

import (
	"beckon/model/engine"
)

// GateRecord returns the record of an engagement's gate at the last evaluation
// up to a position, as [Run] tells it with Options.Trace; false if the visit
// was not evaluated yet. It replays the journey to there, and moves nothing in
// the player.
func (p *Player) GateRecord(at Position, engagement int) (*Gate, bool) {
	refs := p.eng.Engagements()
	if engagement < 0 || engagement >= len(refs) {
		return nil, false
	}
	at = p.clamp(at)
	var (
		last    Gate
		is      bool
		landing string // URL of the page under way
	)
	d := newDrive(p.eng, engine.Options{Seed: p.o.Seed, Trace: true, Outcomes: true, Control: p.o.Control}, p.o.Policy, func(r *engine.Record) {
		switch r.Kind {
		case engine.VisitStarted:
			is = false
			if r.Event == nil || r.Event.Page == nil {
				landing = ""
			}
		case engine.Evaluated:
			is = true
			last = Gate{Moment: Moment{Visitor: r.Visitor, Visit: r.Visit, At: r.At, URL: landing, OpenPage: r.OpenPage}, Tick: r.Evaluation.Cause == engine.ByTick}
			if r.Event != nil {
				last.Line = r.Event.Line
			}
		}
	})
	d.begin(p.o.Visitor)
	for _, ev := range p.events[:at.Events] {
		d.before(ev)
		if ev.Page != nil {
			landing = ev.Page.URL
		}
		d.event(ev)
	}
	d.until(at.At, p.events[at.Events:])
	if !is {
		return nil, false
	}
	x := d.run.Explain(engagement)
	last.Campaign, last.Engagement, last.Index, last.Gate = p.eng.Campaigns()[refs[engagement].Campaign].ID, refs[engagement].Path, engagement, x.Gate
	if x.Gate != engine.Shown {
		last.Margin, last.TrueAt = x.Margin, x.TrueAt
	}
	if x.Draw != nil && (x.Gate == engine.Shown || x.Gate == engine.LostDraw) {
		last.Draw = newDraw(refs, x.Draw)
	}
	return &last, true
}

// newDraw copies the arbitration of a zone.
func newDraw(refs []engine.Ref, d *engine.Draw) *Draw {
	out := &Draw{Zone: d.Zone, Class: d.Class, Tiers: d.Tiers, Number: d.Number, Tier: d.Tier, Winner: refs[d.Winner].Path, Candidates: make([]Candidate, len(d.Candidates))}
	for i, c := range d.Candidates {
		out.Candidates[i] = Candidate{Engagement: refs[c.Engagement].Path, Class: c.Class, Tier: c.Tier, Number: c.Number}
	}
	return out
}
