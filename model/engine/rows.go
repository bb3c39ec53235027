package engine

import (
	"math/bits"
)

// The rows of dimensions. Each is looked up, or made, when the facts that it is
// made of changed, and stays until they change again.

// refreshTimed brings the rows of dimensions that change by waiting up to date.
func (r *Run) refreshTimed() {
	for d := r.e.timed.lo; d < r.e.timed.hi; d++ {
		r.refreshOne(d, &r.e.dimensions[d])
	}
}

// refreshStill brings the rows of all other dimensions up to date, whose facts
// changed.
func (r *Run) refreshStill() {
	dirty := r.dirty & r.e.watched
	r.dirty = 0
	for left := dirty; left != 0; left &= left - 1 {
		before := left&-left - 1
		looks := r.e.looks[bits.TrailingZeros32(uint32(left))]
		for i := range looks {
			c := &looks[i]
			if c.groups&dirty&before != 0 || !r.refreshOne(c.dim, c.x) { // done by one before
				continue
			}
			if c.audience {
				r.audienceOK = false
			} else {
				r.eligibleOK = false
			}
		}
	}
	if dirty&factsOfAudience != 0 && r.e.mixed[phaseAudience] {
		r.audienceOK = false // what is left over may have changed
	}
}

// refreshOne reports whether the dimension's row is another one now.
func (r *Run) refreshOne(d int32, x *dimension) bool {
	if x.value == nil {
		was := r.cur[d]
		r.cur[d] = r.lookUp(d, x)
		return !r.cur[d].is(was)
	}
	was := r.interval[d]
	if v, known := x.value(&r.f); known {
		if i := x.reached(v); i != was || r.cur[d] == nil {
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
	sign := r.key[:0]
	switch {
	case x.sign != nil:
		sign = x.sign(&r.f, sign)
	case x.keys != nil:
		r.keyBuf = x.keys(&r.f, r.keyBuf[:0])
		for _, k := range r.keyBuf {
			sign = append(append(sign, k...), 0)
		}
	default:
		for _, l := range r.trueLeaves(x) {
			sign = append(sign, byte(l), byte(l>>8), byte(l>>16), byte(l>>24))
		}
	}
	r.key = sign
	if len(sign) == 0 {
		return x.idle
	}
	known := &r.memo[d]
	if made, ok := known.now[string(sign)]; ok {
		return made
	}
	if made, ok := known.recall(sign); ok {
		return made
	}
	made := r.unused(known)
	if x.keys != nil {
		r.keyBuf = x.keys(&r.f, r.keyBuf[:0])
		r.rowOfKeys(x, r.keyBuf, made)
	} else {
		copy(made, x.idle)
		r.turn(x, r.trueLeaves(x), made)
	}
	known.put(sign, made)
	return made
}

// rememberedRows bounds what a run remembers of one dimension, twice over.
const rememberedRows = 256

// unused returns a row, one that was forgotten if there is any. Snapshots share
// rows, so that a run that was saved leaves them alone.
func (r *Run) unused(known *recent[row]) row {
	if r.saved {
		known.forgotten = nil
	}
	if x, ok := known.again(); ok {
		return x
	}
	return make(row, r.e.words)
}

// trueLeaves lists the leaves of a dimension that is not keyed that are true now.
func (r *Run) trueLeaves(x *dimension) []int32 {
	hits := r.hits[:0]
	if x.find != nil {
		hits = x.find(&r.f, hits)
	} else {
		for _, l := range x.leaves {
			if r.e.leaves[l].truth(&r.f) == True {
				hits = append(hits, l)
			}
		}
	}
	r.hits = hits
	return hits
}

// turn gives the engagements of a dimension whose trees look at leaves that are
// true, of those that are named, their bits of a row that says what holds while
// none is; one may be named more than once.
func (r *Run) turn(x *dimension, hits []int32, out row) {
	once := hits[:0]
	for _, l := range hits {
		if !r.isTrue[l] {
			r.isTrue[l] = true
			once = append(once, l)
		}
	}
	r.round++
	for _, l := range once {
		use := &r.e.uses[l]
		use.who.addTo(out)
		for _, p := range use.parts {
			seen := &r.partSeen[p]
			if seen.round != r.round {
				*seen = partSeen{round: r.round}
			}
			seen.leaves++
			switch part := &x.parts[p]; {
			case part.need == seen.leaves && part.need > 0, part.need == 0 && seen.leaves == 1 && r.e.holds(part.node, r.isTrue):
				part.who.addTo(out)
			case part.need == 0 && seen.leaves == 1:
				part.who.takeFrom(out)
			}
		}
	}
	for _, l := range once {
		r.isTrue[l] = false
	}
}

// partSeen is how many leaves of a part were found true while a row is built.
type partSeen struct {
	round  uint64
	leaves int32
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
