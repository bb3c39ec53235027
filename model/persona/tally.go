package persona

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"

	"beckon/model"
)

// tally counts how often each of several things was seen, of the first most of
// them; the rest is one number.
type tally[T comparable] struct {
	most  int
	index map[T]int
	things[T]
	rest uint64
}

// things are what was counted, to draw from.
type things[T any] struct {
	list   []T
	counts []uint64
	upTo   []uint64
}

func newTally[T comparable](most int) tally[T] { return tally[T]{most: most, index: map[T]int{}} }

func (t *tally[T]) add(v T) {
	i, ok := t.index[v]
	if !ok {
		if len(t.list) >= t.most {
			t.rest++
			return
		}
		i = len(t.list)
		t.index[v] = i
		t.list, t.counts = append(t.list, v), append(t.counts, 0)
	}
	t.counts[i]++
}

// close makes the tally ready to draw from: often seen comes first.
func (t *tally[T]) close(less func(a, b T) int) {
	sort.Sort(&byCount[T]{&t.things, less})
	t.index = nil
	t.sum()
}

func (t *things[T]) sum() {
	total := uint64(0)
	t.upTo = make([]uint64, 0, len(t.counts))
	for _, n := range t.counts {
		total += n
		t.upTo = append(t.upTo, total)
	}
}

func (t *things[T]) total() uint64 {
	if len(t.upTo) == 0 {
		return 0
	}
	return t.upTo[len(t.upTo)-1]
}

// draw draws one as often as it was seen; ok is false if nothing was.
func (t *things[T]) draw(d *dice) (v T, ok bool) {
	if t.total() == 0 {
		return v, false
	}
	i, _ := slices.BinarySearch(t.upTo, d.below(t.total())+1)
	return t.list[i], true
}

// byCount sorts things by how often they were seen, then by themselves.
type byCount[T any] struct {
	*things[T]
	less func(a, b T) int
}

func (b *byCount[T]) Len() int { return len(b.list) }
func (b *byCount[T]) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(b.counts[j], b.counts[i]), b.less(b.list[i], b.list[j])) < 0
}
func (b *byCount[T]) Swap(i, j int) {
	b.list[i], b.list[j] = b.list[j], b.list[i]
	b.counts[i], b.counts[j] = b.counts[j], b.counts[i]
}

// times counts spans of time in steps of a quarter of their double.
type times [4 * 64]uint64

// step returns the step of a span.
func step(d model.Duration) int {
	n := uint64(max(d, 0))
	length := bits.Len64(n)
	if length < 3 {
		return int(n) // 0 to 3
	}
	return 4*(length-2) + int(n>>(length-3)&3)
}

// bounds returns the least span of a step, and the one after it.
func bounds(step int) (from, to uint64) {
	edge := func(s int) uint64 {
		if s < 4 {
			return uint64(s)
		}
		return uint64(4+s%4) << (s/4 - 1)
	}
	return edge(step), edge(step + 1)
}

func (t *times) add(d model.Duration) { t[step(d)]++ }

func (t *times) total() uint64 {
	n := uint64(0)
	for _, c := range t {
		n += c
	}
	return n
}

// draw draws a span as often as its step was seen; one that was less than could
// be told is anything below that.
func (t *times) draw(d *dice, least model.Duration) model.Duration {
	total := t.total()
	if total == 0 {
		return least
	}
	n := d.below(total)
	for i, c := range t {
		if n < c {
			from, to := bounds(i)
			if got := model.Duration(from + d.below(to-from)); got >= least {
				return got
			}
			return model.Duration(1 + d.below(uint64(least)))
		}
		n -= c
	}
	return least
}

// below returns a span that so many of a hundred are below, about.
func (t *times) below(share uint64) model.Duration {
	left := t.total() * share / 100
	for i, c := range t {
		if left < c {
			from, to := bounds(i)
			return model.Duration(from + (to-from)*left/c)
		}
		left -= c
	}
	return 0
}
