package engine

import (
	"math/bits"
	"slices"

	"beckon/model"
)

// evaluate passes every engagement through the gates and displays what is
// drawn. This is the one evaluation: traces and outcomes are records of it.
func (r *Run) evaluate(cause Cause) {
	r.nextEvalOK = false
	r.evaluations++
	r.tracing = r.o.Trace && r.evaluations > r.traceAfter
	// What was displayed counts as exposed from the next evaluation on, so that
	// a trace of this one finds the facts as it found them.
	for _, b := range r.justShown {
		r.engage(b, model.Exposed)
	}
	r.justShown, r.resumed = r.justShown[:0], false
	r.evaluatedAt, r.displaysBefore = r.f.now, r.displays
	r.haveEval, r.traced, r.drawn = true, r.tracing, r.drawn[:0]
	if r.decides() {
		r.decide()
	} else {
		r.evaluateAll(cause)
	}
	if r.e.every == 0 && len(r.justShown) > 0 {
		r.evaluate(cause) // each round displays something, so it ends
	}
}

// decides reports whether who is displayed is all that is asked.
func (r *Run) decides() bool { return !r.o.Outcomes && !r.o.Trace }

// evaluateAll works out how far every engagement comes.
func (r *Run) evaluateAll(cause Cause) {
	r.passGates(r.o.Outcomes)
	if r.traced {
		r.note(cause)
	}
	if !r.site {
		r.draws()
	}
	if r.tracing {
		r.record(Evaluated, nobody, nobody).Evaluation = &r.evaluated
	}
}

// passGates fills the rows of every gate. Zones that the evaluation itself has
// given away by now were free.
func (r *Run) passGates(account bool) {
	r.accounted = r.accounted || account
	if r.lazy = false; r.wordwise {
		r.wordwise, r.audienceOK = false, false
	}
	r.lockedBefore.zero()
	for _, z := range r.taken {
		if !slices.Contains(r.drawn, z) {
			r.lockedBefore.setRange(r.e.zones[z].lo, r.e.zones[z].hi)
		}
	}
	r.refresh()
	r.audience(account)
	r.conditions(account)
	r.gates(account)
}

// work fills the rows of the last evaluation, if it left them out.
func (r *Run) work() {
	if !r.lazy || !r.haveEval {
		return
	}
	now := r.f.now
	r.f.now = r.evaluatedAt
	r.passGates(false)
	r.f.now = now
}

// audience works out who is in: the calendar's and the audience's gates. It
// seldom changes within a visit. Account is kept of an evaluation alone.
func (r *Run) audience(account bool) {
	s := r.slotNow()
	if s == r.slot && r.audienceOK {
		return
	}
	if account && s != r.slot {
		if r.visitSlot == nil {
			r.visitSlot = s
		}
		r.manySlots = r.manySlots || r.visitSlot != s
		for g := range s.stop {
			r.reach[NotStarted+Gate(g)].or(s.stop[g])
		}
		r.reach[AudienceGate].or(s.pass)
	}
	r.slot, r.audienceOK, r.eligibleOK = s, true, false
	copy(r.inAudience, s.pass)
	for _, c := range r.e.order[phaseAudience] {
		r.inAudience.and(r.cur[c.dim])
	}
	r.test(r.inAudience, phaseAudience)
	if account {
		r.reach[IdentityGate].or(r.inAudience)
	}
}

// test evaluates, for the engagements of a row, what no dimension could take
// of their condition.
func (r *Run) test(in row, p phase) {
	for w, x := range r.e.leftover[p] {
		for x &= in[w]; x != 0; x &= x - 1 {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			if r.e.truthAt(r.e.byBit[b].roots[p], &r.f) != True {
				in.clear(b)
			}
		}
	}
}

// conditions works out the prospects: who passes identity, entry point and
// behavior. Eligible are those whom nothing but waiting keeps out; they are
// worked out again only where something they hang on changed.
func (r *Run) conditions(account bool) {
	if signed := r.f.user != ""; signed != r.signed {
		r.signed, r.eligibleOK = signed, false
	}
	if !r.eligibleOK {
		r.eligibleOK = true
		r.becomeEligible(account)
	}
	waits := r.waits[:0]
	for _, c := range r.e.order[phaseBehavior] {
		if c.waits {
			waits = append(waits, r.cur[c.dim])
		}
	}
	r.waits = waits
	left := r.e.leftover[phaseBehavior]
	for w, x := range r.eligible {
		if x != 0 {
			for _, b := range waits {
				x &= b[w]
			}
			if x&left[w] != 0 {
				x = r.testWord(w, x, phaseBehavior)
			}
		}
		r.prospects[w] = x
	}
}

// becomeEligible works out the eligible.
func (r *Run) becomeEligible(account bool) {
	e := r.e
	clear(r.eligible)
	var page row
	if r.f.view != nil {
		page = r.f.view.row
	}
	rows := r.rows[:0]
	for _, c := range e.order[phaseBehavior] {
		if !c.waits {
			rows = append(rows, r.cur[c.dim])
		}
	}
	r.rows = rows
	for w, x := range r.inAudience {
		if x == 0 {
			continue
		}
		if !r.signed {
			x &^= e.authenticated[w]
		}
		if account {
			r.reach[EntryPointGate][w] |= x
		}
		if page == nil {
			continue
		}
		x &= page[w]
		if x&e.leftover[phaseEntryPoint][w] != 0 {
			x = r.testWord(w, x, phaseEntryPoint)
		}
		if account {
			r.reach[BehaviorGate][w] |= x
		}
		for _, b := range rows {
			if x &= b[w]; x == 0 {
				break
			}
		}
		r.eligible[w] = x
	}
}

// testWord is test for one word.
func (r *Run) testWord(w int, x uint64, p phase) uint64 {
	for left := x & r.e.leftover[p][w]; left != 0; left &= left - 1 {
		b := w<<6 + bits.TrailingZeros64(left)
		if r.e.truthAt(r.e.byBit[b].roots[p], &r.f) != True {
			x &^= left & -left
		}
	}
	return x
}

// gates takes the prospects through the remaining gates to candidates.
func (r *Run) gates(account bool) {
	if r.site {
		for w, x := range r.prospects {
			if x != 0 && account {
				r.controlled[w] |= x
				r.reach[SiteControl][w] |= x
			}
			r.candidates[w] = 0
		}
		return
	}
	if !r.agentsOK {
		r.availability()
	}
	stop := r.stops()
	for w, x := range r.prospects {
		r.candidates[w] = 0
		if x == 0 {
			continue
		}
		for left := x &^ r.asked[w]; left != 0; left = x &^ r.asked[w] {
			r.ask(int32(w<<6 + bits.TrailingZeros64(left)))
		}
		if account {
			r.controlled[w] |= x & r.control[w]
		}
		for i := range stop {
			s, was := &stop[i], x
			if s.pass != nil {
				x &= s.pass[w]
			}
			if s.stop != nil {
				x &^= s.stop[w]
			}
			if s.stop2 != nil {
				x &^= s.stop2[w]
			}
			if account && was != x { // those who pass come further still
				r.reach[s.gate][w] |= was
			}
			if x == 0 {
				break
			}
		}
		r.candidates[w] = x
		if account {
			r.reach[LostDraw][w] |= x
		}
	}
}

// stopRow is what one gate lets pass, or stops.
type stopRow struct {
	gate        Gate
	pass        row
	stop, stop2 row
}

// stops brings the gates from campaign-control to zone-locked up to date.
func (r *Run) stops() *[8]stopRow {
	e, out := r.e, &r.stopRows
	if out[0].stop == nil {
		*out = [8]stopRow{
			{gate: CampaignControl, stop: r.control},
			{gate: AvailabilityGate},
			{gate: DelayGate},
			{gate: Closed, stop: r.closed},
			{gate: ConversationOpen},
			{gate: DisplayLimit},
			{gate: DeclinedGate},
			{gate: ZoneLocked, stop: r.lockedBefore},
		}
	}
	out[1].pass = r.available
	if len(e.order[phaseDelay]) > 0 {
		out[2].pass = r.cur[e.order[phaseDelay][0].dim]
	}
	out[4].stop = nil
	if r.f.conversation {
		out[4].stop = e.conversations
	}
	for t, of := range e.proactive {
		limit, declined := row(nil), row(nil)
		if r.limitReached(t) {
			limit = of
		}
		if r.declined[t] && !e.mayInvite[t] {
			declined = of
		}
		if t == 0 {
			out[5].stop, out[6].stop = limit, declined
		} else {
			out[5].stop2, out[6].stop2 = limit, declined
		}
	}
	return out
}

// limitReached reports whether the display limit stops proactive engagements
// of a type (0 conversation, 1 content).
func (r *Run) limitReached(t int) bool {
	if r.e.limits[t] == 0 {
		return false
	}
	if r.e.splitLimit {
		return r.displaysBefore[t] >= r.e.limits[t]
	}
	return r.displaysBefore[0]+r.displaysBefore[1] >= r.e.limits[0]
}
