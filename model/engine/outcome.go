package engine

import "math/bits"

// What is kept of evaluations: a visit's outcomes, and the decisions of a trace.

// settle works out the visit's outcomes from the gates that were reached. A
// visit within one slot of the calendar begins with what the slot says of those
// who never passed the audience's gate, and has only the others to look at.
func (r *Run) settle() {
	e := r.e
	clear(r.prospect)
	clear(r.heldOut)
	lowest, of := NotStarted, e.all
	r.usual, r.others = nil, r.others[:0]
	if s := r.visitSlot; s != nil && !r.manySlots {
		r.usual = s.outcomes(e)
		copy(r.outcomes, r.usual)
		lowest, of = IdentityGate, r.reach[IdentityGate]
	}
	r.reachedGates(lowest)
	for w, left := range of {
		if left == 0 {
			continue
		}
		if lowest == NotStarted {
			r.assign(w, Draft, left&e.draft[w])
			r.assign(w, Disabled, left&^e.draft[w]&^e.live[w])
			left &= e.live[w]
		}
		left &^= r.settleProspects(w, left)
		for _, g := range r.before {
			if x := left & r.reach[g][w]; x != 0 {
				r.assign(w, g, x)
				if left &^= x; left == 0 {
					break
				}
			}
		}
	}
}

// reachedGates lists the gates that somebody was stopped at: up to behavior the
// furthest first, and those behind it, where prospects are, the nearest first.
func (r *Run) reachedGates(lowest Gate) {
	r.before, r.behind = r.before[:0], r.behind[:0]
	for g := BehaviorGate; g >= lowest; g-- {
		if !r.reach[g].none() {
			r.before = append(r.before, g)
		}
	}
	for g := SiteControl; g <= Shown; g++ {
		if who := r.reach[g]; !who.none() {
			r.behind = append(r.behind, gateBehind{who, &gateDigits[g]})
		}
	}
}

// gateBehind is a gate behind behavior that somebody was stopped at.
type gateBehind struct {
	who    row
	digits *[4]uint64
}

// gateDigits are the digits of gates' places behind behavior, each filling a word.
var gateDigits = func() (out [GateCount][4]uint64) {
	for g := SiteControl; g <= Shown; g++ {
		for d := range out[g] {
			out[g][d] = -uint64((g - SiteControl) >> d & 1)
		}
	}
	return out
}()

// settleProspects gives the prospects of one word their outcomes, and returns
// them. There are many gates for few of them: what is worked out is four words
// with a digit each of 64 gates' places, in which a gate is written over nearer
// ones, whether it stopped anybody or not, so that there is nothing to guess.
func (r *Run) settleProspects(w int, of uint64) uint64 {
	var all, a, b, c, d uint64
	for i := range r.behind {
		g := &r.behind[i]
		x, n := g.who[w], g.digits
		all |= x
		a, b, c, d = a&^x|x&n[0], b&^x|x&n[1], c&^x|x&n[2], d&^x|x&n[3]
	}
	all &= of
	refs, campaigns, held := r.e.refOf[w<<6:], r.e.campaignOf[w<<6:], r.controlled[w]
	out, others := r.outcomes, r.others
	for x := all; x != 0; x &= x - 1 {
		i := bits.TrailingZeros64(x)
		ref := refs[i]
		out[ref] = SiteControl + Gate(a>>i&1|b>>i&1<<1|c>>i&1<<2|d>>i&1<<3)
		others = append(others, ref)
		r.prospect.set(campaigns[i])
		if held>>i&1 != 0 {
			r.heldOut.set(campaigns[i])
		}
	}
	r.others = others
	return all
}

// assign gives an outcome to engagements of one word.
func (r *Run) assign(w int, g Gate, x uint64) {
	refs, out, others := r.e.refOf[w<<6:], r.outcomes, r.others
	for ; x != 0; x &= x - 1 {
		i := refs[bits.TrailingZeros64(x)]
		out[i] = g
		others = append(others, i)
	}
	r.others = others
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
