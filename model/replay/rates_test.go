package replay

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
)

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

// TestAShareHasWilsonsInterval: the values that R. G. Newcombe prints for the
// score method in "Two-sided confidence intervals for the single proportion",
// Statistics in Medicine 17 (1998), table I.
func TestAShareHasWilsonsInterval(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, n      int64
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		r := NewRate(c.x, c.n)
		if !near(float64(r.Low), c.low, 5e-5) || !near(float64(r.High), c.high, 5e-5) {
			t.Errorf("%d of %d: %v to %v, published %v to %v", c.x, c.n, r.Low, r.High, c.low, c.high)
		}
	}
	if NewRate(0, 0) != nil {
		t.Error("there is a share of nothing")
	}
}

// TestADifferenceHasNewcombesInterval: method 10 in R. G. Newcombe, "Interval
// estimation for the difference between independent proportions", Statistics in
// Medicine 17 (1998), table II.
func TestADifferenceHasNewcombesInterval(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x1, n1, x2, n2 int64
		low, high      float64
	}{{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {6, 7, 2, 7, 0.0582, 0.8062}, {5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775}, {0, 10, 0, 10, -0.2775, 0.2775}, {10, 10, 0, 20, 0.6791, 1}, {10, 10, 0, 10, 0.6075, 1}} {
		low, high := newcombe(c.x1, c.n1, c.x2, c.n2)
		if !near(low, c.low, 5e-5) || !near(high, c.high, 5e-5) {
			t.Errorf("%d/%d - %d/%d: %.4f to %.4f, published %v to %v", c.x1, c.n1, c.x2, c.n2, low, high, c.low, c.high)
		}
	}
}

// TestARatioHasKatzsInterval: heart attacks of physicians with placebo and with
// aspirin, as A. Agresti prints them: 1.82, from 1.43 to 2.31.
func TestARatioHasKatzsInterval(t *testing.T) {
	t.Parallel()
	low, high, ok := katz(189, 11034, 104, 11037)
	if !ok || !near(low, 1.433, 5e-4) || !near(high, 2.306, 5e-4) {
		t.Errorf("%.4f to %.4f, published 1.433 to 2.306", low, high)
	}
}

// worked is the reference's example: 1,000 visitors, of 100 in the control group
// 10 buy at 100, of 900 exposed 270 at 150.
func worked(t *testing.T) (Counts, Revenue) {
	t.Helper()
	c := Counts{Prospects: 1000, Control: 100, Exposed: 900, Converted: 270, ControlConverted: 10}
	r := Revenue{Currency: "EUR", Orders: 270, ControlOrders: 10}
	spend := func(n int, price model.Money, sum *Total, squares *Square) {
		for range n {
			var visit Total
			visit.Add(price * model.MoneyScale)
			sum.AddTotal(&visit)
			squares.addSquare(&visit)
		}
	}
	spend(270, 150, &r.Exposed, &r.ExposedSquares)
	spend(10, 100, &r.Control, &r.ControlSquares)
	return c, r
}

func TestTheReferencesWorkedExample(t *testing.T) {
	t.Parallel()
	c, r := worked(t)
	l := NewLift(&c, true)
	if l.Incremental.Value.String() != "180.000000" || l.Share.Value.String() != "0.666667" || l.Uplift.Value.String() != "2.000000" || l.Why != "" {
		t.Errorf("incremental %v, share %v, uplift %v; want 180, 66.7 %% and 200 %%", l.Incremental.Value, l.Share.Value, l.Uplift.Value)
	}
	for name, e := range map[string]*Estimate{"incremental": l.Incremental, "share": l.Share, "uplift": l.Uplift} {
		if !(*e.Low < e.Value && e.Value < *e.High) {
			t.Errorf("%s: %v is not within %v to %v", name, e.Value, *e.Low, *e.High)
		}
	}
	rl, ok := r.Lift(&c)
	if !ok || rl.Incremental.String() != "31500.00" || rl.AverageOrder.String() != "150.00" || rl.ControlAverageOrder.String() != "100.00" {
		t.Errorf("incremental revenue %v, want 31500.00", rl.Incremental.String())
	}
	// By hand: variances 4730.256 and 909.091, so 900 x 1.96 x sqrt(5.2558+9.0909).
	if rl.Low.String()[:5] != "24818" || rl.High.String()[:5] != "38181" {
		t.Errorf("incremental revenue from %v to %v", rl.Low.String(), rl.High.String())
	}
}

func TestWhatCannotBeComparedIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		counts  Counts
		grouped bool
		why     string
		has     [3]bool // incremental, share, uplift
	}{
		{Counts{Exposed: 10, Converted: 1}, false, NoControlGroup, [3]bool{}},
		{Counts{Exposed: 10, Converted: 1}, true, NoControlVisit, [3]bool{}},
		{Counts{Control: 10, ControlConverted: 1}, true, NoExposedVisit, [3]bool{}},
		{Counts{Exposed: 10, Control: 10}, true, NobodyConverted, [3]bool{true}},
		{Counts{Exposed: 10, Control: 10, ControlConverted: 1}, true, NobodyConverted, [3]bool{true, false, true}},
		{Counts{Exposed: 10, Control: 10, Converted: 1}, true, NoControlConverted, [3]bool{true, true}},
		{Counts{Exposed: 10, Control: 10, Converted: 1, ControlConverted: 1}, true, "", [3]bool{true, true, true}},
	} {
		l := NewLift(&c.counts, c.grouped)
		if l.Why != c.why || [3]bool{l.Incremental != nil, l.Share != nil, l.Uplift != nil} != c.has {
			t.Errorf("%+v: %q, %+v", c.counts, l.Why, l)
		}
	}
	var r Revenue
	if _, ok := r.Lift(&Counts{Exposed: 3}); ok {
		t.Error("revenue is compared with nothing")
	}
}

func TestIntervalsHoldTheirValueAndNoNumberIsWithoutBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n1, n2 := rapid.Int64Range(0, 1<<40).Draw(t, "exposed"), rapid.Int64Range(0, 1<<40).Draw(t, "control")
		c := Counts{Exposed: n1, Control: n2, Converted: rapid.Int64Range(0, n1).Draw(t, "converted"), ControlConverted: rapid.Int64Range(0, n2).Draw(t, "control converted")}
		l := NewLift(&c, true)
		for _, e := range []*Estimate{l.Incremental, l.Share, l.Uplift} {
			if e == nil {
				continue
			}
			if math.IsNaN(float64(e.Value)) || math.IsInf(float64(e.Value), 0) {
				t.Fatalf("%+v gives %v", c, e.Value)
			}
			if e.Low == nil {
				continue
			}
			slack := Figure(1e-9 * math.Max(1, math.Abs(float64(e.Value))))
			if !(*e.Low <= e.Value+slack && e.Value <= *e.High+slack) {
				t.Fatalf("%+v gives %v, from %v to %v", c, e.Value, *e.Low, *e.High)
			}
		}
		if r := NewRate(c.Converted, c.Exposed); r != nil && !(0 <= r.Low && r.Low <= r.Value+1e-12 && r.Value <= r.High+1e-12 && r.High <= 1) {
			t.Fatalf("%d of %d: %+v", c.Converted, c.Exposed, r)
		}
	})
}

func TestSumsAreExactBeyondMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var sum Total
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			sum.Add(model.Money(rapid.Int64().Draw(t, "amount")))
		}
		data, err := json.Marshal(&sum)
		if err != nil {
			t.Fatal(err)
		}
		var back Total
		if err := json.Unmarshal(data, &back); err != nil || !back.Equal(sum) {
			t.Fatalf("%s reads back as %s: %v", data, back.String(), err)
		}
	})
	var sum Total
	for range 3 {
		sum.Add(math.MaxInt64)
	}
	if got := sum.String(); got != "2767011611056432.7421" {
		t.Errorf("three of the largest amounts are %s", got)
	}
}

func TestATotalIsToldAsAnAmountIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := model.Money(rapid.Int64Range(-1e15, 1e15).Draw(t, "amount"))
		currency := rapid.SampledFrom([]string{"EUR", "JPY", "KWD", ""}).Draw(t, "currency")
		var sum Total
		sum.Add(m)
		if sum.In(currency) != m.In(currency) {
			t.Fatalf("%s %s: %s and %s", m, currency, sum.In(currency), m.In(currency))
		}
	})
}

func TestAnAverageIsRoundedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		sum      string
		n        int64
		currency string
		want     string
	}{
		{"2011.00", 201, "EUR", "10.00"}, // 10.004975, which has 10.0050 in four decimals
		{"-2011.00", 201, "EUR", "-10.00"},
		{"10.01", 2, "EUR", "5.01"}, // an exact half goes away from zero
		{"-10.01", 2, "EUR", "-5.01"},
		{"7.00", 2, "JPY", "4"},
		{"100.00", 201, "JPY", "0"},
		{"0.01", 3, "EUR", "0.00"},
	} {
		var sum Total
		if err := sum.UnmarshalText([]byte(tt.sum)); err != nil {
			t.Fatal(err)
		}
		if got := sum.AverageIn(tt.n, tt.currency); got != tt.want {
			t.Errorf("%s by %d is %s %s, want %s", tt.sum, tt.n, got, tt.currency, tt.want)
		}
	}
}
