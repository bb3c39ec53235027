package engine

import (
	"math/bits"

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

// window is what one dimension of time lets an engagement wait for: values from
// one up to another, both included.
type window struct {
	dim      int32
	from, to int64
	// ragged is set where a condition lets in more than one stretch of values.
	ragged bool
}

// windows lists the windows of every engagement. What they do not say all of is
// ragged: a condition that mixes dimensions, several stretches, or what waits
// without a number. Of those the leaves that change by waiting are listed.
type windows struct {
	at     []int32 // by bit, and one more: where its windows begin
	list   []window
	ragged row
	leaves map[int32][]int32
}

func (w *windows) of(b int32) []window { return w.list[w.at[b]:w.at[b+1]] }

// openWindows lists the windows once dimensions are in their places.
func (c *compiler) openWindows() {
	c.narrow = c.words <= fewWords
	w := &c.windows
	w.ragged = make(row, c.words)
	copy(w.ragged, c.leftover[phaseBehavior])
	of := make([][]window, c.n)
	for d := c.timed.lo; d < c.timed.hi; d++ {
		x := &c.dimensions[d]
		for i := range x.parts {
			p := &x.parts[i]
			for _, b := range p.bits {
				if x.value == nil || p.window.ragged {
					w.ragged.set(b)
					continue
				}
				of[b] = append(of[b], window{dim: d, from: p.window.from, to: p.window.to})
			}
		}
	}
	w.leaves = make(map[int32][]int32)
	w.at = make([]int32, 1, c.n+1)
	for b := range of {
		w.list = append(w.list, of[b]...)
		w.at = append(w.at, int32(len(w.list)))
		if !w.ragged.has(int32(b)) {
			continue
		}
		c.leavesOf(c.byBit[b].roots[phaseBehavior], func(l int32) {
			if c.dimensions[c.leaves[l].dim].waits {
				w.leaves[int32(b)] = append(w.leaves[int32(b)], l)
			}
		})
	}
}

// clock tells a dimension's value from the time: the value, while it runs, is
// the instant less what it is behind by.
type clock struct {
	behind         int64
	running, known bool
	read           bool // since the windows were looked at last
}

// readClock reads a dimension's clock.
func (r *Run) readClock(d int32) clock {
	x := &r.e.dimensions[d]
	v, known := x.value(&r.f)
	return clock{behind: int64(r.f.now) - v, running: known && x.running(&r.f), known: known, read: true}
}

// clock is what a dimension's clock showed when it was read first since windows
// are looked at.
func (r *Run) clock(d int32) *clock {
	c := &r.few.clocks[d]
	if !c.read {
		*c = r.readClock(d)
		r.few.read = append(r.few.read, d)
	}
	return c
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
}

// still reports whether nobody is let in who was not at the last evaluation:
// nothing changed since, but for the time, and no window opened. Known is whether
// no fact changed, whether it was looked at or not.
func (r *Run) still(known bool) bool {
	few := &r.few
	if !few.ok || !few.decided || r.f.now >= few.until || few.ragged && !known {
		return false
	}
	for _, d := range few.read {
		if r.readClock(d) != few.clocks[d] {
			return false
		}
	}
	return true
}

// startLooking forgets what was found.
func (r *Run) startLooking() {
	few := &r.few
	for _, d := range few.read {
		few.clocks[d].read = false
	}
	few.read, few.ragged = few.read[:0], false
	few.ok, few.until, few.wake = true, forever, forever
}

// lookAtFew works out all candidates by their windows, and reports whether there
// are any.
func (r *Run) lookAtFew() bool {
	e, few, now := r.e, &r.few, r.f.now
	r.startLooking()
	standing := uint64(0)
	for live := r.live[0]; live != 0; live &= live - 1 {
		w := bits.TrailingZeros64(live)
		let := uint64(0)
		for x := r.eligibleWord(w) & r.unstopped[w]; x != 0; x &= x - 1 {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			if r.lockedZones[e.zoneOf[b]] {
				continue
			}
			if t := r.letIn(b); t <= now {
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

// lookForWake looks for when somebody may be let in who is not, the first tick
// after the present being as good as any instant before it.
func (r *Run) lookForWake() {
	e, few, now := r.e, &r.few, r.f.now
	r.startLooking()
	first := r.tick(now + 1)
	for w := r.live.next(0); w >= 0; w = r.live.next(w + 1) {
		if z := e.zoneAt[w]; r.shut(z) && int(e.zones[z].hi)>>6 > w {
			w = int(e.zones[z].hi)>>6 - 1
			continue
		}
		for x := r.eligibleWord(w) & r.unstopped[w]; x != 0; x &= x - 1 {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			if r.lockedZones[e.zoneOf[b]] {
				continue
			}
			if t := r.letIn(b); t > now && t < few.wake {
				if few.wake = t; t <= first {
					few.until = now
					return
				}
			}
		}
	}
	few.until = few.wake
}

// letIn returns when an engagement that is eligible is let in by waiting: now if
// it is, and otherwise not before the instant returned.
func (r *Run) letIn(b int32) journey.Instant {
	e, now := r.e, int64(r.f.now)
	from, to := int64(minValue), int64(forever)
	all := e.windows.of(b)
	for i := range all {
		w := &all[i]
		c := r.clock(w.dim)
		switch lo, hi := w.from+c.behind, w.to+c.behind; {
		case c.running:
			from, to = max(from, lo), min(to, hi)
		case !c.known:
			if !e.dimensions[w.dim].idle.has(b) {
				return forever
			}
		case now < lo || now > hi:
			return forever
		}
	}
	switch {
	case now > to || from > to:
		return forever
	case now < from:
		return journey.Instant(from)
	case !e.windows.ragged.has(b):
		return r.f.now
	}
	return r.letInRagged(b)
}

// letInRagged is letIn for one whose windows do not say all.
func (r *Run) letInRagged(b int32) journey.Instant {
	r.few.ragged = true
	wake, now := forever, r.f.now
	for _, l := range r.e.windows.leaves[b] {
		if d := r.e.leaves[l].dim; r.e.dimensions[d].value != nil {
			r.clock(d)
		}
		r.changes = r.leafChanges(l, r.changes[:0])
		for _, t := range r.changes {
			if t > now {
				wake = min(wake, t)
			}
		}
	}
	if r.e.truthAt(r.e.byBit[b].roots[phaseBehavior], &r.f) == True {
		return now
	}
	return wake
}

// pickFew is pick where all candidates are known and few.
func (r *Run) pickFew(z, from int32) int32 {
	best, tiers, some := classOffline+1, uint8(0), r.picked[:0]
	hi := r.e.zones[z].hi
	for words := r.standing[0] & wordRange(0, from>>6, (hi-1)>>6+1); words != 0; words &= words - 1 {
		w := int32(bits.TrailingZeros64(words))
		for x := r.candidates[w] & wordRange(w, from, hi); x != 0; x &= x - 1 {
			b := w<<6 + int32(bits.TrailingZeros64(x))
			class := r.classOf(b)
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
		k := candidateRank(draw, r.e.drawn[b].path)
		if k > top || winner < 0 || k == top && r.e.byBit[b].path < r.e.byBit[winner].path {
			winner, top = b, k
		}
	}
	return winner
}
