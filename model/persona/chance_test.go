package persona

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"beckon/model"
)

func TestPowersAreThoseOfTwo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1, 1<<32-1).Draw(t, "n")
		x := rapid.Int64Range(-20<<16, 20<<16).Draw(t, "x")
		want := float64(n) * math.Exp2(float64(x)/65536)
		if got := float64(power(n, x)); math.Abs(got-want) > 1+want*1e-6 {
			t.Errorf("%d times 2^(%d/65536) is %.0f, want %.1f", n, x, got, want)
		}
	})
	if power(5, -64<<16) != 0 || power(5, 40<<16) != math.MaxUint64 {
		t.Error("what does not fit is not at the bounds")
	}
}

func TestTimesAreLogNormal(t *testing.T) {
	t.Parallel()
	d := diceFor(1, 2, 3)
	const n = 20000
	var all []float64
	for range n {
		all = append(all, math.Log2(float64(d.about(30_000, 11))))
	}
	slices.Sort(all)
	middle := math.Log2(30_000)
	for _, c := range []struct{ share, deviations float64 }{{.5, 0}, {.1587, -1}, {.8413, 1}, {.9772, 2}, {.0228, -2}} {
		got, want := all[int(c.share*n)], middle+1.1*c.deviations
		if math.Abs(got-want) > 0.1 {
			t.Errorf("%.2f of times are below 2^%.2f ms, want 2^%.2f", c.share, got, want)
		}
	}
}

func TestDrawsAreEven(t *testing.T) {
	t.Parallel()
	var counts [7]int
	for visitor := range uint64(7000) { // the first draw of each visitor, where seeds alike would show
		d := diceFor(1, visitor, streamWho)
		counts[d.below(7)]++
	}
	for i, n := range counts {
		if n < 850 || n > 1150 {
			t.Errorf("%d comes %d times of 7000", i, n)
		}
	}
}

func TestEverySpanIsWithinTheBoundsOfItsStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.Uint64Range(0, 1<<40).Draw(t, "span")
		s := step(model.Duration(span))
		from, to := bounds(s)
		if span < from || span >= to {
			t.Fatalf("%d is in step %d, of %d to %d", span, s, from, to)
		}
		if _, before := bounds(max(0, s-1)); s > 0 && before != from {
			t.Fatalf("step %d begins at %d, and the one before ends at %d", s, from, before)
		}
	})
}

// Whatever the number of parts, they follow each other and weigh about the same.
func TestASpanIsCutIntoPartsOfEqualWeight(t *testing.T) {
	t.Parallel()
	s := newSpan(OrdinaryCurve(), 1772406000000, 7, time.UTC)
	for _, n := range []uint64{1, 2, 7, 500} {
		bounds := s.parts(n)
		if bounds[0] != s.start || bounds[len(bounds)-1] <= s.end || len(bounds) != int(n)+1 || !slices.IsSorted(bounds) {
			t.Fatalf("%d parts: %v", n, bounds)
		}
		counts := make([]int, n)
		d := diceFor(4, 0, 0)
		for range 200 * n {
			at := s.draw(&d)
			if at < s.start || at >= s.end {
				t.Fatalf("%s is out of the span", at)
			}
			i, found := slices.BinarySearch(bounds, at)
			if !found {
				i--
			}
			counts[i]++
		}
		for i, c := range counts {
			if c < 130 || c > 275 {
				t.Errorf("part %d of %d has %d of %d draws", i, n, c, 200*n)
			}
		}
	}
}
