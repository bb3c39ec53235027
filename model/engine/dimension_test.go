package engine

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestIntervalIsTheCutsReached: a value's interval is the number of cuts that are
// no greater, at the ends of what there is, too.
func TestIntervalIsTheCutsReached(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cut := rapid.OneOf(rapid.Int64Range(-50, 50), rapid.Int64Range(minValue+1, maxValue))
		d := dimension{cuts: rapid.SliceOfN(cut, 0, 40).Draw(t, "cuts")}
		slices.Sort(d.cuts)
		d.cuts = slices.Compact(d.cuts)
		d.stepUp()
		v := rapid.OneOf(rapid.Int64Range(-51, 51), rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, minValue, maxValue, math.MaxInt64})).Draw(t, "value")
		want := 0
		for _, c := range d.cuts {
			if c <= v {
				want++
			}
		}
		if got := d.reached(v); got != want {
			t.Errorf("interval %d, want %d", got, want)
		}
	})
}
