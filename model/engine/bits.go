package engine

import (
	"math/bits"
	"unsafe"
)

// row is a set of engagements, one bit each, in the engine's bit order.
type row []uint64

func (r row) set(i int32)      { r[i>>6] |= 1 << (i & 63) }
func (r row) clear(i int32)    { r[i>>6] &^= 1 << (i & 63) }
func (r row) has(i int32) bool { return r[i>>6]&(1<<(i&63)) != 0 }

func (r row) zero() {
	for i := range r {
		r[i] = 0
	}
}

// or adds the members of a row.
func (r row) or(o row) {
	r = r[:len(o)]
	if wide && len(o) >= wideWords {
		orRow(&r[0], &o[0], len(o))
		return
	}
	for i, w := range o {
		r[i] |= w
	}
}

// wideWords is from how many words on the machine's code is worth calling for
// two rows.
const wideWords = 16

// andNot takes the members of a row away; nil has none.
func (r row) andNot(o row) {
	r = r[:len(o)]
	if wide && len(o) >= wideWords {
		andNotRow(&r[0], &o[0], len(o))
		return
	}
	for i, w := range o {
		r[i] &^= w
	}
}

// copyAnd makes the words from lo up to hi what one row has there in common
// with all of some.
func (r row) copyAnd(o row, all []row, lo, hi int) {
	switch {
	case !wide || lo >= hi:
		r.copyAndWords(o, all, lo, hi)
	case wider:
		r.copyAndTell(o, all, lo, hi)
	default:
		r.reach(o, all, hi)
		andRows(&r[0], &o[0], unsafe.SliceData(all), len(all), lo, hi)
	}
}

// copyAndTell is copyAnd that tells which words it left members in, as far as there
// is room: the first is bit 0.
func (r row) copyAndTell(o row, all []row, lo, hi int) uint64 {
	if !wider || lo >= hi {
		r.copyAnd(o, all, lo, hi)
		return r[lo:hi].words()
	}
	_, _ = r[hi-1], o[hi-1]
	told, short := andRowsWider(&r[0], &o[0], unsafe.SliceData(all), len(all), lo, hi)
	if short {
		r.reach(o, all, hi) // panics
	}
	return told
}

// reach panics unless all rows have so many words.
func (r row) reach(o row, all []row, words int) {
	_, _ = r[words-1], o[words-1]
	for i := range all {
		_ = all[i][words-1]
	}
}

// words tells which words have members, the first 64 of them. Which do is nobody's
// guess, so that there is no branch.
func (r row) words() (is uint64) {
	r = r[:min(len(r), 64)]
	from := 0
	switch {
	case len(r) < 4:
	case wider:
		return wordsOf(&r[0], len(r))
	case wide:
		from = len(r) &^ 3
		is = foursOf(&r[0], from)
	}
	for i, x := range r[from:] {
		is |= (x | -x) >> 63 << (from + i)
	}
	return is
}

// copyAndWords is copyAnd on any machine. Three rows are taken at a time, so
// that what is made is written and read less often.
func (r row) copyAndWords(o row, all []row, lo, hi int) {
	r, o = r[lo:hi], o[lo:hi]
	r = r[:len(o)]
	for ; len(all) >= 3; all = all[3:] {
		a, b, c := all[0][lo:hi], all[1][lo:hi], all[2][lo:hi]
		a, b, c = a[:len(o)], b[:len(o)], c[:len(o)]
		for i, w := range o {
			r[i] = w & a[i] & b[i] & c[i]
		}
		o = r
	}
	switch len(all) {
	case 2:
		a, b := all[0][lo:hi], all[1][lo:hi]
		a, b = a[:len(o)], b[:len(o)]
		for i, w := range o {
			r[i] = w & a[i] & b[i]
		}
	case 1:
		a := all[0][lo:hi]
		a = a[:len(o)]
		for i, w := range o {
			r[i] = w & a[i]
		}
	default:
		copy(r, o)
	}
}

// fill sets the first n bits.
func (r row) fill(n int) {
	for i := range r {
		r[i] = ^uint64(0)
	}
	if rest := n & 63; rest != 0 {
		r[len(r)-1] = 1<<rest - 1
	}
}

func (r row) setAll(list []int32) {
	for _, i := range list {
		r.set(i)
	}
}

func (r row) clearAll(list []int32) {
	for _, i := range list {
		r.clear(i)
	}
}

// is reports whether two are the same row, not whether they are equal.
func (r row) is(o row) bool { return len(r) == len(o) && (len(r) == 0 || &r[0] == &o[0]) }

// and leaves the members that a row has, too.
func (r row) and(o row) { r.copyAnd(r, []row{o}, 0, len(r)) }

// none reports whether the set is empty.
func (r row) none() bool {
	for _, w := range r {
		if w != 0 {
			return false
		}
	}
	return true
}

// setRange sets the bits from lo up to hi.
func (r row) setRange(lo, hi int32) {
	first, last := lo>>6, (hi-1)>>6
	if first >= last {
		if first == last {
			r[first] |= wordRange(first, lo, hi)
		}
		return
	}
	r[first] |= ^uint64(0) << (lo & 63)
	between := r[first+1 : last]
	for i := range between {
		between[i] = ^uint64(0)
	}
	r[last] |= ^uint64(0) >> (63 - (hi-1)&63)
}

// wordRange returns the bits of one word that lie from lo up to hi.
func wordRange(w, lo, hi int32) uint64 {
	x := ^uint64(0)
	if w == lo>>6 {
		x &= ^uint64(0) << (lo & 63)
	}
	if w == (hi-1)>>6 {
		x &= ^uint64(0) >> (63 - (hi-1)&63)
	}
	return x
}

// each calls f for every set bit in order.
func (r row) each(f func(i int32)) {
	for w, x := range r {
		for ; x != 0; x &= x - 1 {
			f(int32(w<<6 + bits.TrailingZeros64(x)))
		}
	}
}
