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
	r.mixedAt++
	r.evaluatedAt = r.f.now
	if r.displays != r.displaysBefore {
		r.displaysBefore, r.stopsChanged = r.displays, true
	}
	r.toTick()
	r.haveEval, r.traced = true, r.tracing
	if len(r.drawn) > 0 {
		r.drawn, r.passOK = r.drawn[:0], false
	}
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
	known := r.dirty == 0
	changed := r.passStill(r.o.Outcomes)
	if !r.traced && !changed && r.still(known) {
		return
	}
	few := r.e.narrow && r.o.Outcomes && !r.traced
	any := false
	if few {
		any = r.accountFew()
	} else {
		any = r.passTimed(r.o.Outcomes)
	}
	r.few.decided = true
	if r.traced {
		r.note(cause)
	}
	switch {
	case any && r.traced:
		r.draws()
	case any:
		r.displayDrawn(few)
	}
	if r.tracing {
		r.record(Evaluated, nobody, nobody).Evaluation = &r.evaluated
	}
}

// passGates fills the rows of every gate. Zones that the evaluation itself has
// given away by now were free.
func (r *Run) passGates() {
	r.passStill(false)
	r.passTimed(false)
}

// passStill brings up to date what gates hang on, time aside, and reports whether
// anything changed.
func (r *Run) passStill(account bool) bool {
	if r.wordwise {
		r.wordwise, r.audienceOK = false, false
	}
	r.refreshStill()
	r.audience(account)
	changed := r.conditions(account)
	changed = r.unstop() || changed
	r.lockZones()
	return changed
}

// passTimed fills the rows of the gates from behavior on, and reports whether
// there are candidates.
func (r *Run) passTimed(account bool) bool {
	r.lazy, r.few.ok, r.few.decided = false, false, false
	r.refreshTimed()
	r.prospects.copyAnd(r.eligible, r.rowsOf(r.e.waits), 0, r.e.words)
	r.test(r.prospects, phaseBehavior)
	return r.gates(account)
}

// work fills the rows of the last evaluation, if it left them out.
func (r *Run) work() {
	r.account()
	if !r.lazy || !r.haveEval {
		return
	}
	now := r.f.now
	r.f.now = r.evaluatedAt
	r.mixedAt++
	r.passGates()
	r.f.now = now
	r.mixedAt++
}

// audience works out who is in: the calendar's and the audience's gates. It
// seldom changes within a visit. Account is kept of an evaluation alone.
func (r *Run) audience(account bool) {
	s := r.slotNow()
	if s == r.slot && r.audienceOK {
		return
	}
	if account && s != r.slot {
		r.enterSlot(s)
	}
	r.slot, r.audienceOK, r.placeOK = s, true, false
	r.inAudience.copyAnd(s.pass, r.rowsOf(r.e.still[phaseAudience]), 0, r.e.words)
	r.test(r.inAudience, phaseAudience)
	if account {
		r.reached(IdentityGate).or(r.inAudience)
	}
}

// test evaluates, for the engagements of a row, what no dimension could take
// of their condition.
func (r *Run) test(in row, p phase) {
	if r.e.mixed[p] {
		r.testWords(in, 0, len(in), p)
	}
}

// testWords is test for some words, and tells which of them have members left, as
// far as there is room.
func (r *Run) testWords(in row, lo, hi int, p phase) uint64 {
	for w := lo; w < hi; w++ {
		if x := in[w]; x&r.e.leftover[p][w] != 0 {
			in[w] = r.testWord(w, x, p)
		}
	}
	return in[lo:hi].words()
}

// testWord is test for one word.
func (r *Run) testWord(w int, x uint64, p phase) uint64 {
	for left := x & r.e.leftover[p][w]; left != 0; left &= left - 1 {
		b := w<<6 + bits.TrailingZeros64(left)
		if !r.holds(r.e.byBit[b].roots[p]) {
			x &^= left & -left
		}
	}
	return x
}

// holds reports whether a tree that mixes dimensions holds. Many engagements
// share a library item's, so that each is evaluated once for all of them.
func (r *Run) holds(root int32) bool {
	if known := r.mixed[root]; known>>1 == r.mixedAt {
		return known&1 != 0
	}
	is := r.e.truthAt(root, &r.f) == True
	r.mixed[root] = r.mixedAt<<1 | uint64(b2i(is))
	return is
}

// conditions works out who passes identity and entry point and is kept out by
// nothing but waiting, and reports whether that changed. In place are those who
// pass all but behavior. Either is worked out again only when something it hangs
// on is another one than before.
func (r *Run) conditions(account bool) bool {
	if signed := r.f.user != ""; signed != r.signed {
		r.signed, r.placeOK = signed, false
	}
	if !r.placeOK {
		r.placeOK, r.eligibleOK = true, false
		r.comeToPlace(account)
	}
	if r.eligibleOK {
		return false
	}
	r.eligibleOK = true
	all := r.rowsOf(r.e.still[phaseBehavior])
	if !r.e.narrow {
		r.eligible.copyAnd(r.inPlace, all, 0, r.e.words)
		return true
	}
	r.live[0] = r.eligible.copyAndTell(r.inPlace, all, 0, r.e.words)
	r.eligibleKnown.fill()
	return true
}

// rowsOf are the rows of dimensions as they are now.
func (r *Run) rowsOf(dims dimRange) []row { return r.cur[dims.lo:dims.hi] }

// comeToPlace works out who passes the gates of identity and entry point.
func (r *Run) comeToPlace(account bool) {
	in, known := r.inPlace, r.inAudience
	if r.e.guests != nil && !r.signed {
		in.copyAnd(known, []row{r.e.guests}, 0, r.e.words)
		known = in
	}
	if account {
		r.reached(EntryPointGate).or(known)
	}
	if r.f.view == nil {
		in.zero()
		return
	}
	in.copyAnd(known, []row{r.f.view.row}, 0, r.e.words)
	r.test(in, phaseEntryPoint)
	if account {
		r.reached(BehaviorGate).or(in)
	}
}

// gates takes the prospects through the remaining gates to candidates, and
// reports whether there are any. What stops the others is the same from one
// evaluation to the next, but for the delay: that they were prospects is kept,
// and account works out later which gate each of them came to.
func (r *Run) gates(account bool) (any bool) {
	e, in := r.e, r.prospects
	if (r.traced || !account) && !r.site {
		r.askAll(in)
	}
	if d := e.order[phaseDelay]; len(d) > 0 {
		in = r.candidates
		in.copyAnd(r.prospects, r.cur[d[0].dim:][:1], 0, e.words)
		if account {
			for w, x := range r.prospects {
				r.delayed[w] |= x &^ in[w]
			}
		}
	}
	if r.f.view == nil {
		r.candidates.zero()
		return false
	}
	if account {
		r.pending = true
		r.met.or(in)
	}
	r.candidatesKnown.fill()
	return r.stand(in, account)
}

// stand makes candidates of those whom nothing stops, and reports whether there are
// any.
func (r *Run) stand(in row, account bool) (any bool) {
	for i := range r.standing {
		lo := i << 6
		standing := r.candidates.copyAndTell(in, []row{r.pass}, lo, min(lo+64, r.e.words))
		for words := standing; words != 0; words &= words - 1 {
			w := lo + bits.TrailingZeros64(words)
			x := r.candidates[w]
			r.askWord(w, x)
			x &^= r.control[w]
			if r.candidates[w] = x; x == 0 {
				standing &^= words & -words
			} else if account {
				r.reached(LostDraw)[w] |= x
			}
		}
		r.standing[i], any = standing, any || standing != 0
	}
	return any
}

// account enters how far those came who were prospects since it was done last.
// Nothing that stops them changed meanwhile; zones did, but a zone is the last
// gate, and who came to a draw is entered at once.
func (r *Run) account() {
	if !r.pending {
		return
	}
	r.pending = false
	left, delays := r.layer, len(r.e.order[phaseDelay]) > 0
	if copy(left, r.met); delays {
		left.or(r.delayed)
	}
	if r.site {
		r.controlled.or(left)
		r.reached(SiteControl).or(left)
	} else {
		r.accountFor(left)
	}
	r.met.zero()
	if delays {
		r.delayed.zero()
	}
}

// accountFor enters the gates that prospects came to, who are used up by it.
func (r *Run) accountFor(left row) {
	r.askAll(left)
	if r.stopAt(CampaignControl, left, r.control) {
		r.controlled.or(r.part)
	}
	stops := &r.stopRows
	for i := range stops[1 : len(stops)-1] {
		switch s := &stops[1+i]; s.gate {
		case AvailabilityGate:
			if r.e.chats.none() {
				continue
			}
			copy(r.part, left)
			r.part.andNot(s.pass)
			r.stopAt(s.gate, left, r.part)
		case DelayGate:
			if len(r.e.order[phaseDelay]) > 0 {
				r.stopAt(s.gate, left, r.delayed)
				r.part.and(r.met) // who waited at first, and no longer
				left.or(r.part)
			}
		default:
			r.stopAt(s.gate, left, s.stop)
			r.stopAt(s.gate, left, s.stop2)
		}
	}
	r.reached(ZoneLocked).or(left)
}

// stopAt enters those who a gate stops, takes them away from the others and reports
// whether there are any; they are in r.part then.
func (r *Run) stopAt(g Gate, left, stop row) bool {
	if stop == nil {
		return false
	}
	r.part.copyAnd(left, []row{stop}, 0, r.e.words)
	if r.part.none() {
		return false
	}
	r.reached(g).or(r.part)
	left.andNot(r.part)
	return true
}

// stopRow is what one gate lets pass, or stops.
type stopRow struct {
	gate        Gate
	pass        row
	stop, stop2 row
}

// stopState is what the rows of the gates behind campaign-control hang on, delay
// and zones aside.
type stopState struct {
	limit, declined [2]bool
	conversation    bool
	faces, closed   int
}

// unstop brings up to date what stops prospects, control group, delay and zone
// aside, and reports whether that changed.
func (r *Run) unstop() bool {
	if !r.agentsOK {
		r.availability()
	}
	if r.stopsOK && !r.stopsChanged {
		return false
	}
	r.stopsChanged = false
	now := stopState{conversation: r.f.conversation, faces: r.facesMade, closed: r.closings}
	for t := range now.limit {
		now.limit[t], now.declined[t] = r.limitReached(t), r.declined[t] && !r.e.mayInvite[t]
	}
	if r.stopsOK && now == r.stopState {
		return false
	}
	r.account()
	r.stopsOK, r.stopState, r.passOK = true, now, false
	if r.site {
		r.unstopped.zero()
		return true
	}
	copy(r.unstopped, r.available)
	for i, s := range r.stops() {
		if i == 0 || s.gate == DelayGate || s.gate == ZoneLocked {
			continue
		}
		r.unstopped.andNot(s.stop)
		r.unstopped.andNot(s.stop2)
	}
	return true
}

// lockZones brings up to date which zones are taken, and pass. Within a page zones
// are only taken: that lets nobody in, and is behind whatever stopped somebody
// before, so that it is no reason to evaluate.
func (r *Run) lockZones() {
	if r.passOK {
		return
	}
	r.passOK, r.lazy = true, true
	r.lockedBefore.zero()
	for _, z := range r.taken {
		if !slices.Contains(r.drawn, z) {
			r.lockedBefore.setRange(r.e.zones[z].lo, r.e.zones[z].hi)
		}
	}
	copy(r.pass, r.unstopped)
	r.pass.andNot(r.lockedBefore)
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
