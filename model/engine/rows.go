package engine

import (
	"math/bits"
	"slices"
)

// The rows of dimensions. Each is looked up, or made, when the facts that it is
// made of changed, and stays until they change again.

// refreshTimed brings the rows of dimensions that change by waiting up to date.
func (r *Run) refreshTimed() {
	for d := r.e.timed.lo; d < r.e.timed.hi; d++ {
		r.refreshOne(d)
	}
}

// refreshStill brings the rows of all other dimensions up to date, whose facts
// changed.
func (r *Run) refreshStill() {
	dirty := r.dirty & r.e.watched
	r.dirty = 0
	for left := dirty; left != 0; left &= left - 1 {
		before := left&-left - 1
		for _, c := range r.e.looks[bits.TrailingZeros32(uint32(left))] {
			if c.groups&dirty&before != 0 || !r.refreshOne(c.dim) { // done by one before
				continue
			}
			if r.e.dimensions[c.dim].phase == phaseAudience {
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
	switch {
	case x.sign != nil:
		key = x.sign(&r.f, key)
	case x.keys != nil:
		r.keyBuf = x.keys(&r.f, r.keyBuf[:0])
		for _, k := range r.keyBuf {
			key = append(append(key, k...), 0)
		}
	default:
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
		r.keyBuf = x.keys(&r.f, r.keyBuf[:0])
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

// rowOf builds a dimension's row while some of its leaves are true; one may be
// named more than once.
func (r *Run) rowOf(x *dimension, hits []int32) row {
	out := slices.Clone(x.idle)
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
		out.setAll(use.bits)
		for _, p := range use.parts {
			seen := &r.partSeen[p]
			if seen.round != r.round {
				*seen = partSeen{round: r.round}
			}
			seen.leaves++
			switch part := &x.parts[p]; {
			case part.need == seen.leaves && part.need > 0, part.need == 0 && seen.leaves == 1 && r.e.holds(part.node, r.isTrue):
				out.setAll(part.bits)
			case part.need == 0 && seen.leaves == 1:
				out.clearAll(part.bits)
			}
		}
	}
	for _, l := range once {
		r.isTrue[l] = false
	}
	return out
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
