package engine

import (
	"beckon/model/journey"
)

// Waiting. Between events something can change only where a condition looks at
// the time, a time frame opens or closes, or what was displayed lets something
// else in. The next such instant is looked for, not waited for step by step.

// forever is later than anything.
const forever journey.Instant = 1<<62 - 1

// Next returns the next instant at which something is due in the open visit, if
// nothing more comes.
func (r *Run) Next() (journey.Instant, bool) {
	due, ok := r.due(forever)
	if !ok || due > r.ends() {
		return 0, false
	}
	return due, true
}

// nextEvaluation returns the next instant at which an evaluation may find
// something changed if no event comes, or 0. Beyond the limit it need not look.
func (r *Run) nextEvaluation(limit journey.Instant) journey.Instant {
	if !r.haveEval && !r.resumed {
		return 0
	}
	// What changes is seen from the last evaluation: a change since then may
	// wait for its tick. What changes behind the last tick is nobody's before the
	// limit, and most events come before the first.
	every, last := journey.Instant(r.e.every), limit
	if every > 0 && limit < r.f.pageStart+every {
		return 0 // before the page's first
	}
	if every > 0 && limit < forever {
		if last = r.f.pageStart + (limit-r.f.pageStart)/every*every; last <= r.evaluatedAt {
			return 0
		}
	}
	now := r.f.now
	r.f.now = r.evaluatedAt
	best := r.nextChange(last)
	r.f.now = now
	if best > last {
		return 0 // there may be an earlier one, which was not looked for
	}
	if best == 0 || every == 0 {
		return best
	}
	ticks := (best - r.f.pageStart + every - 1) / every
	return r.f.pageStart + ticks*every
}

// nextChange is nextEvaluation, ticks aside.
func (r *Run) nextChange(limit journey.Instant) journey.Instant {
	decides := r.decides()
	r.mixedAt++
	switch {
	case r.few.ok:
	case decides && r.nothingOpen():
		return 0
	case decides:
		r.ready()
		r.lookForWake(true)
	default:
		if r.resumed && !r.rowsOK {
			r.restore()
		}
		r.lookForWake(false)
	}
	end := min(max(r.cut.End(r.e.visitRule), r.cut.Last, r.horizon), limit)
	var best journey.Instant
	if len(r.justShown) > 0 {
		best = r.f.now + 1 // what was displayed may let something else in
	}
	if r.slotNow(); end >= r.almanac.to {
		if t, ok := r.nextSlot(r.slotOf(r.f.now), end); ok && (best == 0 || t < best) {
			best = t
		}
	}
	if w := r.few.wake; w <= limit && (best == 0 || w < best) {
		best = w
	}
	return best
}

// restore works out the rows of a resumed visit as its last evaluation left
// them, without another.
func (r *Run) restore() {
	r.refreshStill()
	r.audience(false)
	r.conditions(false)
	r.prospects.zero() // are not known
	r.rowsOK = true
	r.slot, r.placeOK = nil, false // is accounted for by the next evaluation
}
