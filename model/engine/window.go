package engine

import (
	"math/bits"
	"slices"

	"beckon/model/journey"
)

// Windows. An engagement that nothing but waiting keeps out has windows: from
// when on it is let in, and until when. Until the first window of those opens, or
// what they were worked out from changes, there is nothing to decide. In small
// catalogs so few are eligible that who is a candidate is told by their windows
// as well, and the rows of time are not looked at.

// fewWords is up to how many words of engagements their windows are looked at
// one by one: beyond, too many are eligible. One word of marks holds them.
const fewWords = 16

// stretch is the values, both included, at which a part of a dimension of time
// holds; ragged if there is more than one stretch.
type stretch struct {
	from, to int64
	ragged   bool
}

// window is a stretch that an engagement waits for. It is small, since those of
// many are looked at: what does not fit is ragged.
type window struct {
	dim      int32
	from, to uint32 // to is noEnd where it never shuts
}

const noEnd = 1<<32 - 1

func windowOf(dim int32, s *stretch) (window, bool) {
	w := window{dim: dim, from: uint32(max(s.from, 0)), to: noEnd}
	if s.to < maxValue {
		w.to = uint32(s.to)
	}
	return w, !s.ragged && s.from < noEnd && (s.to == maxValue || s.to >= 0 && s.to < noEnd)
}

// windows lists the windows of every engagement. What they do not say all of is
// ragged: a condition that mixes dimensions, several stretches, or what waits
// without a number. Of those the leaves that change by waiting are listed.
type windows struct {
	at     []int32 // by bit, and one more: where its windows begin
	list   []window
	ragged row
	leaves map[int32][]int32
	// later are those whose stage may change once their behavior holds, and wait are
	// those who have anything to wait for.
	later, wait row
}

func (w *windows) of(b int32) []window { return w.list[w.at[b]:w.at[b+1]] }

// openWindows lists the windows once dimensions are in their places.
func (c *compiler) openWindows() {
	c.narrow = c.words <= fewWords
	c.rowsTick = c.every > 0 && !c.mixed[phaseBehavior] && len(c.order[phaseDelay]) == 0
	for d := c.waits.lo; d < c.waits.hi; d++ {
		x := &c.dimensions[d]
		c.rowsTick = c.rowsTick && x.value != nil && !x.sparse
	}
	w := &c.windows
	w.ragged = make(row, c.words)
	copy(w.ragged, c.leftover[phaseBehavior])
	w.later, w.wait = make(row, c.words), make(row, c.words)
	each := func(f func(b int32, x window)) {
		for d := c.timed.lo; d < c.timed.hi; d++ {
			for i := range c.dimensions[d].parts {
				p := &c.dimensions[d].parts[i]
				x, fits := windowOf(d, &p.holds)
				for _, b := range p.bits {
					if fits && c.dimensions[d].value != nil {
						f(b, x)
					} else {
						w.ragged.set(b)
					}
				}
			}
		}
	}
	w.at = make([]int32, c.n+1)
	each(func(b int32, _ window) { w.at[b+1]++ })
	for b := range c.n {
		w.at[b+1] += w.at[b]
	}
	w.list = make([]window, w.at[c.n])
	next := slices.Clone(w.at)
	each(func(b int32, x window) {
		w.list[next[b]] = x
		next[b]++
		w.wait.set(b)
		if x.to != noEnd || c.dimensions[x.dim].phase == phaseDelay {
			w.later.set(b)
		}
	})
	w.leaves = make(map[int32][]int32)
	w.ragged.each(func(b int32) {
		w.later.set(b)
		w.wait.set(b)
		c.leavesOf(c.byBit[b].roots[phaseBehavior], func(l int32) {
			if c.dimensions[c.leaves[l].dim].waits {
				w.leaves[b] = append(w.leaves[b], l)
			}
		})
	})
}

// clock tells a dimension's value from the time: the value, while it runs, is
// the instant less what it is behind by.
type clock struct {
	behind         int64
	running, known bool
	delay          bool // it is that of the delay, which only the display waits for
	read           bool // since the windows were looked at last
}

// readClock reads a dimension's clock.
func (r *Run) readClock(d int32) clock {
	x := &r.e.dimensions[d]
	v, known := x.value(&r.f)
	return clock{behind: int64(r.f.now) - v, running: known && x.running(&r.f), known: known, delay: x.phase == phaseDelay, read: true}
}

// read reads a dimension's clock, for as long as windows are looked at.
func (r *Run) read(d int32) {
	if c := &r.few.clocks[d]; !c.read {
		*c = r.readClock(d)
		r.few.read = append(r.few.read, d)
		if !r.e.dimensions[d].steady {
			r.few.unsteady = append(r.few.unsteady, d)
		}
	}
}

// few is what was found by looking at windows.
type few struct {
	ok      bool            // they were looked at since something else changed
	decided bool            // and so did an evaluation
	until   journey.Instant // before which nobody is let in
	wake    journey.Instant // when somebody may be
	ragged  bool            // somebody ragged was looked at
	clocks  []clock         // by dimension
	read    []int32         // those that were read
	visits  uint64          // the visit and its page that they were read on
	pages   int
	// Those of them that may be set back though nothing else changed.
	unsteady []int32
}

// still reports whether nobody is let in who was not at the last evaluation:
// nothing changed since, but for the time, and no window opened. Known is whether
// no fact changed, whether it was looked at or not.
func (r *Run) still(known bool) bool {
	few := &r.few
	if !few.ok || !few.decided || r.f.now >= few.until || few.ragged && !known {
		return false
	}
	for _, d := range few.unsteady {
		if r.readClock(d) != few.clocks[d] {
			return false
		}
	}
	return true
}

// startLooking forgets what was found.
func (r *Run) startLooking() {
	few := &r.few
	samePage, kept := few.visits == r.visits && few.pages == r.f.pages, few.read[:0]
	for _, d := range few.read {
		if samePage && r.e.dimensions[d].steady {
			kept = append(kept, d)
		} else {
			few.clocks[d].read = false
		}
	}
	few.visits, few.pages = r.visits, r.f.pages
	few.read, few.unsteady, few.ragged = kept, few.unsteady[:0], false
	few.ok, few.until, few.wake = true, forever, forever
}

// lookAtFew works out all candidates by their windows, and reports whether there
// are any.
func (r *Run) lookAtFew() bool {
	e, few := r.e, &r.few
	r.startLooking()
	standing := uint64(0)
	for live := r.live[0]; live != 0; live &= live - 1 {
		w := bits.TrailingZeros64(live)
		x := r.eligible[w] & r.unstopped[w] &^ r.lockedNow[w]
		let := x &^ e.windows.wait[w]
		for x &^= let; x != 0; x &= x - 1 {
			if is, t := r.stage(int32(w<<6+bits.TrailingZeros64(x)), true); is == ready {
				let |= x & -x
			} else {
				few.wake = min(few.wake, t)
			}
		}
		if r.candidates[w] = let; let != 0 {
			standing |= 1 << w
		}
	}
	few.until = few.wake
	r.standing[0], r.candidatesKnown[0] = standing, ^uint64(0)
	return standing != 0
}

// accountFew is conditions and gates by windows: it notes who is a prospect, and
// reports whether there are candidates. The rows of the gates are left out.
func (r *Run) accountFew() bool {
	few := &r.few
	r.startLooking()
	r.lazy, r.pending = true, true
	r.candidates.zero()
	standing := uint64(0)
	for words := r.live[0]; words != 0; words &= words - 1 {
		w := bits.TrailingZeros64(words)
		x := r.eligible[w]
		met, delayed := x&^r.e.windows.wait[w], uint64(0)
		for x &^= met; x != 0; x &= x - 1 {
			is, t := r.stage(int32(w<<6+bits.TrailingZeros64(x)), false)
			switch is {
			case ready:
				met |= x & -x
			case delays:
				delayed |= x & -x
			}
			few.wake = min(few.wake, t)
		}
		r.met[w] |= met
		r.delayed[w] |= delayed
		if met &= r.pass[w]; met != 0 {
			r.askWord(w, met)
			if met &^= r.control[w]; met != 0 {
				standing |= 1 << w
				r.reached(LostDraw)[w] |= met
			}
		}
		r.candidates[w] = met
	}
	few.until = few.wake
	r.standing[0] = standing
	r.candidatesKnown.fill()
	return standing != 0
}

// lookForWake looks for when something changes for those who are eligible, the
// first tick after the present being as good as any instant before it. Who only
// decides looks for whom it lets in, where a zone is free.
func (r *Run) lookForWake(decides bool) {
	e, few, now := r.e, &r.few, r.f.now
	r.startLooking()
	first := r.tick(now + 1)
	if !decides && e.rowsTick && !r.o.Trace && !r.resumed && r.letsInBy(first) {
		few.wake, few.until = first, now
		return
	}
	look := func(w int, x uint64) bool {
		for ; x != 0; x &= x - 1 {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			if decides && r.lockedZones[e.zoneOf[b]] {
				continue
			}
			if _, t := r.stage(b, decides); t < few.wake {
				if few.wake = t; t <= first {
					few.until = now
					return true
				}
			}
		}
		return false
	}
	if !decides && r.f.view != nil {
		for i, words := range r.f.view.live { // nobody is elsewhere
			for ; words != 0; words &= words - 1 {
				w := i<<6 + bits.TrailingZeros64(words)
				if look(w, r.eligible[w]&^(r.prospects[w]&^e.windows.later[w])) {
					return
				}
			}
		}
	}
	for w := r.live.next(0); decides && w >= 0; w = r.live.next(w + 1) {
		if z := e.zoneAt[w]; r.shut(z) && int(e.zones[z].hi)>>6 > w {
			w = int(e.zones[z].hi)>>6 - 1
			continue
		}
		if look(w, r.eligibleWord(w)&r.unstopped[w]) {
			return
		}
	}
	few.until = few.wake
}

// letsInBy reports whether the rows of an instant to come, if nothing but the time
// changes, let somebody in who was not at the last evaluation.
func (r *Run) letsInBy(t journey.Instant) bool {
	now := r.f.now
	r.f.now = t
	rows := r.both[:0]
	for d := r.e.waits.lo; d < r.e.waits.hi; d++ {
		x := &r.e.dimensions[d]
		if v, known := x.value(&r.f); known {
			rows = append(rows, x.rows[x.reached(v)])
		} else {
			rows = append(rows, x.idle)
		}
	}
	r.f.now = now
	r.both = rows
	r.part.copyAnd(r.eligible, rows, 0, r.e.words)
	r.part.andNot(r.prospects)
	return !r.part.none()
}

// stage is how far one who is eligible comes by now.
type stage uint8

const (
	waits  stage = iota // for the time of its behavior, or too late for it
	delays              // a prospect whose delay has not passed
	ready
)

// stage returns an engagement's stage and the next instant at which it may be
// another. Whoever only decides wants to know when it is ready, and not until
// when. Whoever traces shows how far every condition is, so that each window that
// opens or shuts is told to him, whatever the others do.
func (r *Run) stage(b int32, decides bool) (stage, journey.Instant) {
	e, now := r.e, int64(r.f.now)
	from, to, delay, soon := int64(minValue), int64(forever), int64(minValue), int64(forever)
	all := e.windows.of(b)
	if len(all) == 1 && all[0].to == noEnd && !e.windows.ragged.has(b) { // as most have
		c := &r.few.clocks[all[0].dim]
		if !c.read {
			r.read(all[0].dim)
		}
		if from := int64(all[0].from) + c.behind; c.running && !c.delay {
			if now < from {
				return waits, journey.Instant(from)
			}
			return ready, forever
		}
	}
	for i := range all {
		w := &all[i]
		c := &r.few.clocks[w.dim]
		if !c.read {
			r.read(w.dim)
		}
		lo, hi := int64(w.from)+c.behind, int64(forever)
		if w.to != noEnd {
			hi = int64(w.to) + c.behind
		}
		switch {
		case c.delay:
			delay = lo
		case c.running:
			from, to = max(from, lo), min(to, hi)
		case !c.known:
			if !e.dimensions[w.dim].idle.has(b) {
				to = minValue
			}
			continue
		case now < lo || now > hi:
			to = minValue
			continue
		default:
			continue // it stands still
		}
		if r.o.Trace {
			if now < lo {
				soon = min(soon, lo)
			} else if now <= hi && hi < int64(forever) {
				soon = min(soon, hi+1)
			}
		}
	}
	if decides {
		from, delay = max(from, delay), minValue
	}
	next := journey.Instant(soon)
	switch {
	case now > to || from > to:
		return waits, next
	case now < from:
		return waits, min(next, journey.Instant(from))
	case to < int64(forever) && !decides:
		next = min(next, journey.Instant(to+1))
	}
	if e.windows.ragged.has(b) {
		holds, flips := r.holdsNow(b)
		if !decides || !holds {
			next = min(next, flips)
		}
		if !holds {
			return waits, next
		}
	}
	if now < delay {
		return delays, min(next, journey.Instant(delay))
	}
	return ready, next
}

// holdsNow reports whether the behavior of somebody ragged holds, and when that
// may change.
func (r *Run) holdsNow(b int32) (bool, journey.Instant) {
	r.few.ragged = true
	next := forever
	for _, l := range r.e.windows.leaves[b] {
		if d := r.e.leaves[l].dim; r.e.dimensions[d].value != nil {
			r.read(d)
		}
		r.changes = r.leafChanges(l, r.changes[:0])
		for _, t := range r.changes {
			if t > r.f.now {
				next = min(next, t)
			}
		}
	}
	return r.holds(r.e.byBit[b].roots[phaseBehavior]), next
}

// pickFew is pick where all candidates are known and few.
func (r *Run) pickFew(z, from int32) int32 {
	best, tiers, some := classOffline+1, uint8(0), r.picked[:0]
	hi := r.e.zones[z].hi
	for words := r.standing[0] & wordRange(0, from>>6, (hi-1)>>6+1); words != 0; words &= words - 1 {
		w := int32(bits.TrailingZeros64(words))
		for x := r.candidates[w] & wordRange(w, from, hi); x != 0; x &= x - 1 {
			b := w<<6 + int32(bits.TrailingZeros64(x))
			class := r.class(b)
			if class > best || r.heldBack(b) {
				continue
			}
			if class < best {
				best, tiers, some = class, 0, some[:0]
			}
			tiers |= 1 << r.e.byBit[b].tier
			some = append(some, b)
		}
	}
	r.picked = some
	if len(some) < 2 {
		return append(some, nobody)[0]
	}
	tier := int8(bits.TrailingZeros8(tiers))
	if tiers&(tiers-1) != 0 {
		tier = int8(pickTier(tiers, r.tierNumber(z, tiers)))
	}
	winner, top, draw := int32(nobody), uint64(0), r.drawHash(z)
	for _, b := range some {
		if r.e.byBit[b].tier != tier {
			continue
		}
		if k := candidateRank(draw, r.e.paths[b]); r.e.ahead(b, k, winner, top) {
			winner, top = b, k
		}
	}
	return winner
}
