package engine

import (
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// TestRowsAndAlike: ANDing rows by what the machine has is ANDing them word by
// word, whatever stretch of rows of whatever length and alignment, and touches
// nothing beyond the stretch.
func TestRowsAndAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, 70).Draw(t, "words")
		draw := func(name string) row {
			from := rapid.IntRange(0, 3).Draw(t, name+" begins at")
			return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uint64 {
				// Few bits are lost by an AND, so that there is something left to compare.
				if rapid.IntRange(0, 20).Draw(t, "is empty") == 0 {
					return 0
				}
				return rapid.Uint64().Draw(t, "a") | rapid.Uint64().Draw(t, "b") | rapid.Uint64().Draw(t, "c")
			}), from+words, from+words).Draw(t, name)[from:]
		}
		of, to := draw("of"), draw("to")
		all := make([]row, rapid.IntRange(0, 11).Draw(t, "rows"))
		for i := range all {
			all[i] = draw("row")
		}
		lo := rapid.IntRange(0, words).Draw(t, "lo")
		hi := rapid.IntRange(lo, words).Draw(t, "hi")
		want := slices.Clone(to)
		for w := lo; w < hi; w++ {
			want[w] = of[w]
			for _, r := range all {
				want[w] &= r[w]
			}
		}
		plain := slices.Clone(to)
		plain.copyAndWords(of, all, lo, hi)
		if !slices.Equal(plain, want) {
			t.Errorf("word by word: %x, want %x", plain, want)
		}
		told := uint64(0)
		for w, x := range want[lo:min(hi, lo+64)] {
			if x != 0 {
				told |= 1 << w
			}
		}
		if got := to.copyAndTell(of, all, lo, hi); !slices.Equal(to, want) || got != told {
			t.Errorf("by the machine: %x and words %b, want %x and %b", to, got, want, told)
		}
		if !wider {
			return
		}
		plain = slices.Clone(plain)
		andRows(&plain[0], &of[0], unsafe.SliceData(all), len(all), lo, hi)
		if !slices.Equal(plain, want) {
			t.Errorf("four words at a time: %x, want %x", plain, want)
		}
	})
}

// TestRowsOrAlike is the same of ORing rows, and of taking one from another.
func TestRowsOrAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(0, 70).Draw(t, "words")
		draw := func(name string, n int) row {
			from := rapid.IntRange(0, 3).Draw(t, name+" begins at")
			return rapid.SliceOfN(rapid.Uint64(), from+n, from+n).Draw(t, name)[from:]
		}
		of, to := draw("of", words), draw("to", words+rapid.IntRange(0, 9).Draw(t, "more"))
		or, andNot, less := slices.Clone(to), slices.Clone(to), slices.Clone(to)
		for w := range of {
			or[w] |= of[w]
			andNot[w] &^= of[w]
		}
		if less.andNot(of); !slices.Equal(less, andNot) {
			t.Errorf("without it %x, want %x", less, andNot)
		}
		if to.or(of); !slices.Equal(to, or) {
			t.Errorf("with it %x, want %x", to, or)
		}
	})
}

// TestShortRowIsNotReadBeyond: a row that is shorter than the stretch is told,
// not read beyond its end.
func TestShortRowIsNotReadBeyond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ words, short, lo, hi int }{{8, 7, 0, 8}, {16, 15, 0, 16}, {16, 1, 2, 16}, {40, 39, 0, 40}, {40, 16, 16, 32}, {40, 35, 32, 36}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a row of %d of %d words: nothing was told", c.short, c.words)
				}
			}()
			of := make(row, c.words)
			make(row, c.words).copyAnd(of, []row{of, of[:c.short:c.short]}, c.lo, c.hi)
		}()
	}
}

// TestHeldOutAlike: asking for the control groups of 64 campaigns at once is asking
// for one after the other, at the borders of groups, too.
func TestHeldOutAlike(t *testing.T) {
	t.Parallel()
	if !wider {
		t.Skip("this machine asks for one after the other")
	}
	rapid.Check(t, func(t *rapid.T) {
		visitor := rapid.Uint64().Draw(t, "visitor")
		var campaigns, draws [64]uint64
		want := uint64(0)
		for i := range campaigns {
			campaigns[i] = rapid.Uint64().Draw(t, "campaign")
			n := controlDraw(visitor, campaigns[i])
			draws[i] = rapid.SampledFrom([]uint64{0, 1, n, n + 1, n - 1, shareDraws(10), shareDraws(100)}).Draw(t, "draws")
			if n < draws[i] {
				want |= 1 << i
			}
		}
		if got := heldOutOf(visitor, &campaigns, &draws); got != want {
			t.Errorf("%b, want %b", got, want)
		}
	})
}

// TestWordsAreThoseWithMembers: of however many words those are told that have
// members, and none beyond the first 64.
func TestWordsAreThoseWithMembers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := row(rapid.SliceOfN(rapid.SampledFrom([]uint64{0, 0, 1, 1 << 63, 1 << 31}), 0, 80).Draw(t, "row"))
		want := uint64(0)
		for w, x := range r[:min(len(r), 64)] {
			if x != 0 {
				want |= 1 << w
			}
		}
		if got := r.words(); got != want {
			t.Errorf("%b, want %b", got, want)
		}
		if whole := min(len(r), 64) &^ 3; wide && whole > 0 {
			if got := foursOf(&r[0], whole); got != want&(1<<whole-1) {
				t.Errorf("four at a time: %b, want %b", got, want)
			}
		}
		if got := r.none(); got != !slices.ContainsFunc(r, func(x uint64) bool { return x != 0 }) {
			t.Errorf("none is %v", got)
		}
	})
}

// TestControlGroupsAreToldAlike: whoever asks for the groups of many at once tells of
// each what he tells who asks one by one.
func TestControlGroupsAreToldAlike(t *testing.T) {
	t.Parallel()
	if !wider {
		t.Skip("this machine asks for one after the other")
	}
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, false)
		o := w.options
		o.Trace, o.Outcomes, o.Control = rapid.Bool().Draw(t, "trace"), rapid.Bool().Draw(t, "outcomes"), nil
		many, one := compileWorld(t, w), compileWorld(t, w)
		many.groups, one.groups = nil, nil
		(&compiler{Engine: many}).groupWords()
		a, b := many.NewRun(o), one.NewRun(o)
		a.Reset("v-1")
		b.Reset("v-1")
		for _, ev := range w.events {
			a.Step(ev)
			b.Step(ev)
			sameStanding(t, a, b)
		}
	})
}
