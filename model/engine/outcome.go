package engine

import "math/bits"

// What is kept of evaluations: a visit's outcomes, and the decisions of a trace.

// Outcomes are a visit's, by gate: those whom it stopped, each engagement at the
// furthest gate it came to. Their members are places, in the engine's own order:
// [Engine.EngagementAt] and [Engine.PlaceOf] translate. Where a catalog is large
// most of it is counted without being listed. They are not to be changed: visits
// share rows.
type Outcomes [GateCount]Set

// Gate returns where the engagement of a place stopped.
func (o *Outcomes) Gate(place int) Gate {
	for g := Shown; g > Draft; g-- {
		if o[g].Has(place) {
			return g
		}
	}
	return Draft
}

// EngagementAt returns the index of the engagement of a place in [Outcomes].
func (e *Engine) EngagementAt(place int) int { return int(e.refOf[place]) }

// PlaceOf returns the place of an engagement in [Outcomes].
func (e *Engine) PlaceOf(engagement int) int { return int(e.bitOf[engagement]) }

// Gates returns a visit's outcomes by engagement.
func (e *Engine) Gates(o *Outcomes) []Gate {
	out := make([]Gate, e.n)
	for g := range o {
		for place := range o[g].All() {
			out[e.refOf[place]] = Gate(g)
		}
	}
	return out
}

// enterSlot enters whom the calendar stops, or lets pass. Within one slot, as
// nearly every visit is, they are those of the slot, and nothing is copied.
func (r *Run) enterSlot(s *slot) {
	if !r.manySlots && (r.visitSlot == nil || r.visitSlot == s) {
		r.visitSlot = s
		return
	}
	r.openSlots()
	r.enter(s)
}

// openSlots gives a visit rows of its own for the calendar's gates.
func (r *Run) openSlots() {
	if r.manySlots || !r.o.Outcomes {
		return
	}
	r.manySlots = true
	if r.visitSlot != nil {
		r.enter(r.visitSlot)
	}
}

func (r *Run) enter(s *slot) {
	for g := range s.stop {
		r.reached(NotStarted + Gate(g)).or(s.stop[g])
	}
	r.reached(AudienceGate).or(s.pass)
}

// reached returns those whom an evaluation of the visit stopped at a gate, to enter
// more.
func (r *Run) reached(g Gate) row {
	r.entered |= 1 << g
	return r.reach[g]
}

// settle works out the visit's outcomes from the gates that were reached: from the
// furthest on, whoever was not stopped at one further. The rows that they are in
// are the visit's no more: the next one, which may start at once, has others.
func (r *Run) settle() {
	clear(r.prospect)
	clear(r.heldOut)
	further := r.layer
	further.zero()
	lowest := IdentityGate
	if s := r.visitSlot; r.manySlots || s == nil {
		lowest = NotStarted
	} else {
		for g := range s.stop {
			r.outcomes[NotStarted+Gate(g)] = Set(s.stop[g])
		}
	}
	for g := Shown; g >= lowest; g-- {
		if at := r.settled(g); at != nil {
			at.andNot(further)
			further.or(at)
		}
		if g == SiteControl {
			r.settleProspects(further)
		}
	}
	if lowest == IdentityGate {
		r.entered |= 1 << AudienceGate
		at := r.settled(AudienceGate)
		copy(at, r.visitSlot.pass)
		at.andNot(further)
	}
	r.outcomes[Draft], r.outcomes[Disabled] = Set(r.e.draft), Set(r.e.disabled)
}

// settled takes the row of a gate from the visit; nil is nobody's.
func (r *Run) settled(g Gate) row {
	if r.entered>>g&1 == 0 {
		r.outcomes[g] = nil
		return nil
	}
	at := r.reach[g]
	r.reach[g], r.gone[g] = r.gone[g], at
	r.reach[g].zero()
	r.entered &^= 1 << g
	r.outcomes[g] = Set(at)
	return at
}

// settleProspects lists the campaigns of the visit's prospects.
func (r *Run) settleProspects(who row) {
	for w, x := range who {
		campaigns, held := r.e.campaignOf[w<<6:], r.controlled[w]
		for y := x & held; y != 0; y &= y - 1 {
			r.heldOut.set(campaigns[bits.TrailingZeros64(y)])
		}
		for x &^= r.e.twins[w]; x != 0; x &= x - 1 {
			r.prospect.set(campaigns[bits.TrailingZeros64(x)])
		}
	}
}

// note records every engagement's decision of this evaluation, before the
// draws; winners are set by the draws.
func (r *Run) note(cause Cause) {
	ev := &r.evaluated
	ev.At, ev.Cause = r.f.now, cause
	ev.Draws = ev.Draws[:0]
	stops := r.stops()
	if r.o.GatesOnly {
		r.noteGates(stops)
		return
	}
	for i := range ev.Decisions {
		b := r.e.bitOf[i]
		g := r.gateOf(b, stops)
		d := Decision{Gate: g}
		switch x := &r.e.byBit[b]; g {
		case BehaviorGate:
			if n := x.roots[phaseBehavior]; r.e.nodes[n].waits {
				d.TrueAt = r.opensAt(n)
			}
		case DelayGate:
			d.TrueAt = r.tick(r.f.pageStart.Add(x.eng.Delay))
		}
		ev.Decisions[i] = d
	}
}

// noteGates is note for the gates alone, many engagements at a time.
func (r *Run) noteGates(stops *[8]stopRow) {
	e, out := r.e, r.evaluated.Decisions
	for w, left := range e.all {
		stop := func(g Gate, x uint64) {
			x &= left
			left &^= x
			for ; x != 0; x &= x - 1 {
				out[e.refOf[w<<6+bits.TrailingZeros64(x)]] = Decision{Gate: g}
			}
		}
		stop(Draft, e.draft[w])
		stop(Disabled, ^e.live[w])
		for g := range r.slot.stop {
			stop(NotStarted+Gate(g), r.slot.stop[g][w])
		}
		stop(AudienceGate, ^r.inAudience[w])
		if r.f.user == "" {
			stop(IdentityGate, e.authenticated[w])
		}
		var here uint64
		if r.f.view != nil {
			here = r.f.view.row[w]
			for x := left & here & e.leftover[phaseEntryPoint][w]; x != 0; x &= x - 1 {
				if b := w<<6 + bits.TrailingZeros64(x); !r.onEntryPoint(int32(b)) {
					here &^= x & -x
				}
			}
		}
		stop(EntryPointGate, ^here)
		stop(BehaviorGate, ^r.prospects[w])
		if r.site {
			stop(SiteControl, left)
		}
		stop(LostDraw, r.candidates[w])
		for i := range stops {
			s := &stops[i]
			if s.pass != nil {
				stop(s.gate, ^s.pass[w])
			}
			if s.stop != nil {
				stop(s.gate, s.stop[w])
			}
			if s.stop2 != nil {
				stop(s.gate, s.stop2[w])
			}
		}
		stop(LostDraw, left)
	}
}

// gateOf reads one engagement's gate off the rows of the last evaluation,
// LostDraw for a candidate.
func (r *Run) gateOf(b int32, stops *[8]stopRow) Gate {
	e := r.e
	switch {
	case e.draft.has(b):
		return Draft
	case !e.live.has(b):
		return Disabled
	}
	if g := r.slot.gates[e.byBit[b].frame]; g != AudienceGate {
		return g
	}
	switch {
	case !r.inAudience.has(b):
		return AudienceGate
	case r.f.user == "" && e.authenticated.has(b):
		return IdentityGate
	case !r.onEntryPoint(b):
		return EntryPointGate
	case !r.prospects.has(b):
		return BehaviorGate
	case r.site:
		return SiteControl
	case r.candidates.has(b):
		return LostDraw
	}
	for i := range stops {
		s := &stops[i]
		if s.pass != nil && !s.pass.has(b) || s.stop != nil && s.stop.has(b) || s.stop2 != nil && s.stop2.has(b) {
			return s.gate
		}
	}
	return LostDraw
}

func (r *Run) onEntryPoint(b int32) bool {
	if r.f.view == nil || !r.f.view.row.has(b) {
		return false
	}
	return !r.e.leftover[phaseEntryPoint].has(b) || r.e.truthAt(r.e.byBit[b].roots[phaseEntryPoint], &r.f) == True
}
