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

// refresh brings the rows of dimensions up to date: those whose facts changed,
// and those that change by waiting.
func (r *Run) refresh() {
	if r.dirty&r.e.watched == 0 {
		for _, d := range r.e.timed {
			r.refreshOne(d)
		}
		r.dirty = 0
		return
	}
	for p := range r.e.order {
		for _, c := range r.e.order[p] {
			if c.groups&r.dirty == 0 && !c.waits || !r.refreshOne(c.dim) {
				continue
			}
			switch {
			case phase(p) == phaseAudience:
				r.audienceOK = false
			case !c.waits:
				r.eligibleOK = false
			}
		}
	}
	if r.dirty&factsOfAudience != 0 && r.e.mixedAudience {
		r.audienceOK = false // what is left over may have changed
	}
	r.dirty = 0
}

// refreshOne reports whether the dimension's row is another one now.
func (r *Run) refreshOne(d int32) bool {
	x := &r.e.dimensions[d]
	if x.value == nil {
		was := r.cur[d]
		r.cur[d] = r.lookUp(d, x)
		return !r.cur[d].is(was)
	}
	was := r.interval[d]
	if v, known := x.value(&r.f); known {
		if i := x.near(v, was); i != was || r.cur[d] == nil {
			r.setInterval(d, x, i)
			return true
		}
		return false
	}
	r.cur[d], r.interval[d] = x.idle, -1
	return was != -1
}

// lookUp returns the row of a dimension that is not numeric.
func (r *Run) lookUp(d int32, x *dimension) row {
	key := r.key[:0]
	if x.keys != nil {
		r.keyBuf = x.keys(&r.f, r.keyBuf[:0])
		for _, k := range r.keyBuf {
			key = append(append(key, k...), 0)
		}
	} else if x.sign != nil {
		key = x.sign(&r.f, key)
	} else {
		for _, l := range r.trueLeaves(x) {
			key = append(key, byte(l), byte(l>>8), byte(l>>16), byte(l>>24))
		}
	}
	r.key = key
	if len(key) == 0 {
		return x.idle
	}
	if known, ok := r.memo[d][string(key)]; ok {
		return known
	}
	if r.memo[d] == nil || len(r.memo[d]) >= rememberedRows {
		r.memo[d] = make(map[string]row)
	}
	made := r.rowOf(x, r.trueLeaves(x))
	r.memo[d][string(key)] = made
	return made
}

// rememberedRows bounds what a run remembers of one dimension.
const rememberedRows = 512

// trueLeaves lists the leaves of a dimension that are true now.
func (r *Run) trueLeaves(x *dimension) []int32 {
	hits := r.hits[:0]
	switch {
	case x.find != nil:
		hits = x.find(&r.f, hits)
	case x.keys != nil:
		for _, k := range r.keyBuf {
			hits = append(hits, x.index[k]...)
		}
	default:
		for _, l := range x.leaves {
			if r.e.leaves[l].truth(&r.f) == True {
				hits = append(hits, l)
			}
		}
	}
	r.hits = hits
	return hits
}

// rowOf builds a dimension's row while some of its leaves are true.
func (r *Run) rowOf(x *dimension, hits []int32) row {
	out := slices.Clone(x.idle)
	for _, l := range hits {
		r.isTrue[l] = true
	}
	r.round++
	for _, l := range hits {
		for _, p := range x.uses[l] {
			if r.partSeen[p] == r.round {
				continue
			}
			r.partSeen[p] = r.round
			if r.e.holds(x.parts[p].node, r.isTrue) {
				out.setAll(x.parts[p].bits)
			} else {
				out.clearAll(x.parts[p].bits)
			}
		}
	}
	for _, l := range hits {
		r.isTrue[l] = false
	}
	return out
}

// mine returns the run's own row for a dimension.
func (r *Run) mine(d int32) row {
	if r.own[d] == nil {
		r.own[d] = make(row, r.e.words)
	}
	return r.own[d]
}

// setInterval gives a numeric dimension the row of an interval.
func (r *Run) setInterval(d int32, x *dimension, i int) {
	r.interval[d] = i
	if !x.sparse {
		r.cur[d] = x.rows[i]
		return
	}
	row := r.mine(d)
	copy(row, x.rows[i/checkpoint])
	for j := i / checkpoint * checkpoint; j < i; j++ {
		for _, f := range x.flips[j] {
			x.turn(row, f)
		}
	}
	r.cur[d] = row
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

// faces says of chat engagements whether they have a creative for the state of
// their agents, and which draw the offline one; all others are available.
type faces struct{ available, offline row }

func (e *Engine) newFaces(state func(skill int32) model.Availability) faces {
	f := faces{make(row, e.words), make(row, e.words)}
	f.available.fill(e.n)
	e.chats.each(func(b int32) {
		switch shown, ok := e.face(b, state(e.byBit[b].skill)); {
		case !ok:
			f.available.clear(b)
		case shown == model.Offline:
			f.offline.set(b)
		}
	})
	return f
}

// availability works out the faces of the agents' states.
func (r *Run) availability() {
	r.agentsOK, r.faces = true, r.e.untold
	for _, s := range r.agents {
		if s != "" {
			r.faces = r.e.newFaces(r.agentsOf)
			return
		}
	}
}

// agentsOf returns the state of a skill's agents.
func (r *Run) agentsOf(skill int32) model.Availability {
	if s := r.agents[skill]; s != "" {
		return s
	}
	if s := r.agents[0]; s != "" {
		return s
	}
	return r.e.agentState
}

// face returns the availability state an engagement is drawn in.
func (r *Run) face(b int32) (model.Availability, bool) {
	return r.e.face(b, r.agentsOf(r.e.byBit[b].skill))
}

// face returns the state an engagement is drawn in while its agents are in a
// state; false if it has none to draw. Domain 2.7.
func (e *Engine) face(b int32, agents model.Availability) (model.Availability, bool) {
	x := &e.byBit[b]
	if x.kind != 2 {
		return model.Online, true
	}
	if agents == model.Busy {
		if x.busy {
			return model.Busy, true
		}
		if x.ignore {
			return model.Online, true
		}
		agents = model.Offline
	}
	if agents == model.Offline {
		if x.offline {
			return model.Offline, true
		}
		return model.Online, x.embedded
	}
	return model.Online, true
}

// settle works out the visit's outcomes from the gates that were reached. A
// visit within one slot of the calendar begins with what the slot says of those
// who never passed the audience's gate, and has only the others to look at.
func (r *Run) settle() {
	e := r.e
	clear(r.prospect)
	clear(r.heldOut)
	lowest, of := NotStarted, e.all
	if s := r.visitSlot; s != nil && !r.manySlots {
		copy(r.outcomes, s.outcomes(e))
		lowest, of = IdentityGate, r.reach[IdentityGate]
	}
	for w, left := range of {
		if lowest == NotStarted {
			r.assign(w, Draft, left&e.draft[w])
			r.assign(w, Disabled, left&^e.draft[w]&^e.live[w])
			left &= e.live[w]
		}
		for g := Shown; g >= lowest && left != 0; g-- {
			x := left & r.reach[g][w]
			r.assign(w, g, x)
			left &^= x
		}
	}
}

// assign gives an outcome to engagements of one word.
func (r *Run) assign(w int, g Gate, x uint64) {
	for ; x != 0; x &= x - 1 {
		b := w<<6 + bits.TrailingZeros64(x)
		r.outcomes[r.e.refOf[b]] = g
		if !g.Prospect() {
			continue
		}
		if c := r.e.byBit[b].campaign; !r.prospect[c] {
			r.prospect[c], r.heldOut[c] = true, r.site || r.inGroup(c)
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
