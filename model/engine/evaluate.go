package engine

import (
	"math/bits"
	"slices"

	"beckon/model"
	"beckon/model/journey"
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
	copy(r.lockedBefore, r.locked)
	r.refresh()
	r.audience(r.o.Outcomes)
	r.conditions(r.o.Outcomes)
	r.gates()
	if r.traced = r.tracing; r.traced {
		r.note(cause)
	}
	if !r.site {
		r.draws()
	}
	if r.tracing {
		r.record(Record{Kind: Evaluated, Engagement: nobody, Campaign: nobody, Evaluation: &r.evaluated})
	}
	r.haveEval = true
	if r.e.every == 0 && len(r.justShown) > 0 {
		r.evaluate(cause) // each round displays something, so it ends
	}
}

// refresh brings the rows of dimensions up to date: those whose facts changed,
// and those that change by waiting.
func (r *Run) refresh() {
	for p := range r.e.order {
		for _, d := range r.e.order[p] {
			x := &r.e.dimensions[d]
			if x.groups&r.dirty == 0 && !x.waits {
				continue
			}
			r.refreshOne(d, x)
			if phase(p) == phaseAudience {
				r.audienceOK = false
			}
		}
	}
	if r.dirty&(factHistory|factArrival|factBrowser|factCustomer) != 0 {
		r.audienceOK = false // what is left over may have changed
	}
	r.dirty = 0
}

func (r *Run) refreshOne(d int32, x *dimension) {
	if x.value != nil {
		v, known := x.value(&r.f)
		if !known {
			r.cur[d], r.interval[d] = x.idle, -1
			return
		}
		r.setInterval(d, x, x.near(v, r.interval[d]))
		return
	}
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
		r.cur[d] = x.idle
		return
	}
	if known, ok := r.memo[d][string(key)]; ok {
		r.cur[d] = known
		return
	}
	if r.memo[d] == nil || len(r.memo[d]) >= rememberedRows {
		r.memo[d] = make(map[string]row)
	}
	made := r.rowOf(x, r.trueLeaves(x))
	r.memo[d][string(key)] = made
	r.cur[d] = made
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
	s := r.slotAt(r.slotOf(r.f.now))
	if s == r.slot && r.audienceOK {
		return
	}
	if account && s != r.slot {
		for g := range s.stop {
			r.reach[NotStarted+Gate(g)].or(s.stop[g])
		}
		r.reach[AudienceGate].or(s.pass)
	}
	r.slot, r.audienceOK = s, true
	copy(r.inAudience, s.pass)
	for _, d := range r.e.order[phaseAudience] {
		r.inAudience.and(r.cur[d])
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
// behavior. Eligible are those whom nothing but waiting keeps out.
func (r *Run) conditions(account bool) {
	e := r.e
	var page row
	if r.f.view != nil {
		page = r.f.view.row
	}
	rows, waits := r.rows[:0], r.waits[:0]
	for _, d := range e.order[phaseBehavior] {
		if e.dimensions[d].waits {
			waits = append(waits, r.cur[d])
		} else {
			rows = append(rows, r.cur[d])
		}
	}
	r.rows, r.waits = rows, waits
	// Where nobody keeps account, zones that are taken need not be looked at.
	quick := !r.o.Outcomes && !r.o.Trace
	clear(r.eligible)
	clear(r.prospects)
	for w, x := range r.inAudience {
		if quick {
			x &^= r.locked[w]
		}
		if x == 0 {
			continue
		}
		if r.f.user == "" {
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
		if x == 0 {
			continue
		}
		r.eligible[w] = x
		for _, b := range waits {
			x &= b[w]
		}
		if x&e.leftover[phaseBehavior][w] != 0 {
			x = r.testWord(w, x, phaseBehavior)
		}
		r.prospects[w] = x
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
func (r *Run) gates() {
	account := r.o.Outcomes
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
		r.agentsOK = true
		r.availability()
	}
	stop := r.stops()
	if !account {
		r.passAll(stop)
		return
	}
	for w, x := range r.prospects {
		r.candidates[w] = 0
		if x == 0 {
			continue
		}
		for left := x &^ r.asked[w]; left != 0; left = x &^ r.asked[w] {
			r.ask(int32(w<<6 + bits.TrailingZeros64(left)))
		}
		r.controlled[w] |= x & r.control[w]
		for i := range stop {
			s := &stop[i]
			r.reach[s.gate][w] |= x
			if s.pass != nil {
				x &= s.pass[w]
			}
			if s.stop != nil {
				x &^= s.stop[w]
			}
			if s.stop2 != nil {
				x &^= s.stop2[w]
			}
			if x == 0 {
				break
			}
		}
		r.candidates[w] = x
		r.reach[LostDraw][w] |= x
	}
}

// passAll is gates where nobody keeps account: all at once, and membership of
// a control group is asked last, of few.
func (r *Run) passAll(stop *[8]stopRow) {
	delay := stop[DelayGate-CampaignControl].pass
	var extra [5]row
	n := 0
	for i := range stop[4:7] {
		for _, s := range [...]row{stop[4+i].stop, stop[4+i].stop2} {
			if s != nil {
				extra[n] = s
				n++
			}
		}
	}
	clear(r.candidates)
	for w, x := range r.prospects {
		if x == 0 {
			continue
		}
		x &= r.available[w] &^ (r.closed[w] | r.lockedBefore[w])
		if x != 0 && delay != nil {
			x &= delay[w]
		}
		for i := 0; i < n && x != 0; i++ {
			x &^= extra[i][w]
		}
		for left := x &^ r.asked[w]; left != 0; left = x &^ r.asked[w] {
			r.ask(int32(w<<6 + bits.TrailingZeros64(left)))
		}
		r.candidates[w] = x &^ r.control[w]
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
			{gate: AvailabilityGate, pass: r.available},
			{gate: DelayGate},
			{gate: Closed, stop: r.closed},
			{gate: ConversationOpen},
			{gate: DisplayLimit},
			{gate: DeclinedGate},
			{gate: ZoneLocked, stop: r.lockedBefore},
		}
	}
	if len(e.order[phaseDelay]) > 0 {
		out[2].pass = r.cur[e.order[phaseDelay][0]]
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

// availability works out which chat engagements have a creative for the state
// of their agents.
func (r *Run) availability() {
	r.available.fill(r.e.n)
	r.e.chats.each(func(b int32) {
		if _, ok := r.face(b); !ok {
			r.available.clear(b)
		}
	})
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

// face returns the availability state an engagement is drawn in; false if it
// has none to draw. Domain 2.7.
func (r *Run) face(b int32) (model.Availability, bool) {
	x := &r.e.byBit[b]
	if x.kind != 2 {
		return model.Online, true
	}
	state := r.agentsOf(x.skill)
	if state == model.Busy {
		if x.busy {
			return model.Busy, true
		}
		if x.ignore {
			return model.Online, true
		}
		state = model.Offline
	}
	if state == model.Offline {
		if x.offline {
			return model.Offline, true
		}
		return model.Online, x.embedded
	}
	return model.Online, true
}

// restore works out the rows of a resumed visit as its last evaluation left
// them, without another.
func (r *Run) restore() {
	r.refresh()
	r.audience(false)
	r.conditions(false)
	r.rowsOK = true
	r.slot = nil // is accounted for by the next evaluation
}

// nextEvaluation returns the next instant at which an evaluation may find
// something changed if no event comes, or 0.
func (r *Run) nextEvaluation() journey.Instant {
	if !r.haveEval && !r.resumed {
		return 0
	}
	// What changes is seen from the last evaluation: a change since then may
	// wait for its tick.
	defer func(now journey.Instant) { r.f.now = now }(r.f.now)
	r.f.now = r.evaluatedAt
	if r.resumed && !r.rowsOK {
		r.restore()
	}
	end := max(r.cut.End(r.e.visitRule), r.cut.Last, r.horizon)
	var best journey.Instant
	if len(r.justShown) > 0 {
		best = r.f.now + 1 // what was displayed may let something else in
	}
	if t, ok := r.nextSlot(r.slotOf(r.f.now), end); ok && (best == 0 || t < best) {
		best = t
	}
	none := r.eligible.none()
	for _, d := range r.e.waiting {
		x := &r.e.dimensions[d]
		if x.value == nil {
			for _, l := range x.leaves {
				if f := r.e.leaves[l].flips; f != nil {
					if t, ok := f(&r.f); ok && (best == 0 || journey.Instant(t) < best) {
						best = journey.Instant(t)
					}
				}
			}
			continue
		}
		if none || !x.running(&r.f) {
			continue
		}
		v, known := x.value(&r.f)
		if !known {
			continue
		}
		for j := x.interval(v); j < len(x.cuts); j++ {
			t := r.f.now + journey.Instant(x.cuts[j]-v)
			if best != 0 && t >= best {
				break
			}
			if x.wake[j].any(r.eligible) {
				best = t
				break
			}
		}
	}
	if best == 0 || r.e.every == 0 {
		return best
	}
	every := journey.Instant(r.e.every)
	ticks := (best - r.f.pageStart + every - 1) / every
	return r.f.pageStart + ticks*every
}

// settle works out the visit's outcomes from the gates that were reached.
func (r *Run) settle() {
	e := r.e
	for w := range e.words {
		left := e.all[w]
		assign := func(g Gate, x uint64) {
			for left &^= x; x != 0; x &= x - 1 {
				r.outcomes[e.refOf[w<<6+bits.TrailingZeros64(x)]] = g
			}
		}
		assign(Draft, left&e.draft[w])
		assign(Disabled, left&^e.live[w])
		for g := Shown; g >= NotStarted && left != 0; g-- {
			assign(g, left&r.reach[g][w])
		}
	}
	clear(r.prospect)
	for ref, g := range r.outcomes {
		if g.Prospect() {
			r.prospect[e.refs[ref].Campaign] = true
		}
	}
	for c, is := range r.prospect {
		r.heldOut[c] = is && (r.site || r.inGroup(int32(c)))
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
