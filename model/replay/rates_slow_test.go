package replay

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
)

// spender is a visit, as a slow computation of rates and lift has it.
type spender struct {
	exposed, engaged, control bool
	spent                     []model.Money // at each goal that it reached
}

// bisect finds where a function that grows becomes zero.
func bisect(low, high float64, f func(float64) float64) float64 {
	for range 200 {
		if mid := (low + high) / 2; f(mid) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// scoreBounds are the shares that a score test at 95 % would just not refuse,
// found by trying them.
func scoreBounds(x, n float64) (low, high float64) {
	p := x / n
	refuses := func(share float64) float64 { return math.Abs(p-share) - z*math.Sqrt(share*(1-share)/n) }
	return bisect(0, p, func(s float64) float64 { return -refuses(s) }), bisect(p, 1, refuses)
}

// meanAndItsVariance are of what visits spent, one after the other.
func meanAndItsVariance(spent []float64) (mean, variance float64) {
	for _, s := range spent {
		mean += s / float64(len(spent))
	}
	for _, s := range spent {
		variance += (s - mean) * (s - mean) / float64(len(spent)-1)
	}
	return mean, variance / float64(len(spent))
}

func agree(t *rapid.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 2e-6*max(1, math.Abs(want)) {
		t.Fatalf("%s is %v, slowly %v", what, got, want)
	}
}

// sameRate compares a share with what was counted, and its bounds with those that
// trying finds. Where there are no cases there is none.
func agreeRate(t *rapid.T, what string, r *Rate, hits, of int) {
	t.Helper()
	if (r == nil) != (of == 0) {
		t.Fatalf("%s of %d: %v", what, of, r)
	}
	if r == nil {
		return
	}
	agree(t, what, float64(r.Value), float64(hits)/float64(of))
	low, high := scoreBounds(float64(hits), float64(of))
	agree(t, what+", low", float64(r.Low), low)
	agree(t, what+", high", float64(r.High), high)
}

// TestRatesLiftAndIntervalsAreThoseOfASlowComputation: every number that follows
// from the counts, from visits one by one and the definitions of the reference:
// none at all, one alone, all in the control group and nobody converted included.
func TestRatesLiftAndIntervalsAreThoseOfASlowComputation(t *testing.T) {
	t.Parallel()
	kinds := rapid.SampledFrom([]string{"mixed", "mixed", "mixed", "control", "exposed", "unconverted", "one"})
	rapid.Check(t, func(t *rapid.T) {
		kind, n := kinds.Draw(t, "kind"), rapid.IntRange(0, 60).Draw(t, "visits")
		if kind == "one" {
			n = 1
		}
		var c Counts
		var r Revenue
		var exposed, engaged, control, converted, engagedConverted, controlConverted, displays int
		var bought, boughtControl []float64 // each goal
		var spentExposed, spentControl []float64
		for range n {
			v := spender{control: kind == "control" || kind != "exposed" && rapid.IntRange(0, 2).Draw(t, "control") == 0}
			v.exposed = !v.control && rapid.IntRange(0, 3).Draw(t, "exposed") > 0
			v.engaged = v.exposed && rapid.Bool().Draw(t, "engaged")
			if kind != "unconverted" && rapid.Bool().Draw(t, "converts") {
				v.spent = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) model.Money {
					return model.Money(rapid.Int64Range(-500_0000, 9_999_0000).Draw(t, "amount"))
				}), 1, 3).Draw(t, "spent")
			}
			c.Visits++
			c.Prospects++
			var sum Total
			total := 0.0
			for _, m := range v.spent {
				sum.Add(m)
				total += float64(m) / model.MoneyScale
			}
			switch {
			case v.control:
				control++
				c.Control++
				spentControl = append(spentControl, total)
				r.Control.AddTotal(&sum)
				r.ControlSquares.addSquare(&sum)
				r.ControlOrders += int64(len(v.spent))
				for _, m := range v.spent {
					boughtControl = append(boughtControl, float64(m)/model.MoneyScale)
				}
				if len(v.spent) > 0 {
					controlConverted++
					c.ControlConverted++
				}
			case v.exposed:
				exposed++
				c.Exposed++
				shown := rapid.IntRange(1, 4).Draw(t, "displays")
				displays += shown
				c.Displays += int64(shown)
				spentExposed = append(spentExposed, total)
				r.Exposed.AddTotal(&sum)
				r.ExposedSquares.addSquare(&sum)
				r.Orders += int64(len(v.spent))
				for _, m := range v.spent {
					bought = append(bought, float64(m)/model.MoneyScale)
				}
				if v.engaged {
					engaged++
					c.Engaged++
					c.Accepted++
				}
				if len(v.spent) > 0 {
					converted++
					c.Converted++
					if v.engaged {
						engagedConverted++
						c.EngagedConverted++
					}
				}
			}
		}
		c.Declined = int64(rapid.IntRange(0, displays-int(c.Accepted)).Draw(t, "declined"))
		c.TimedOut = int64(displays) - c.Accepted - c.Declined

		rates := c.Rates()
		agreeRate(t, "exposed", rates.Exposed, exposed, n)
		agreeRate(t, "engaged", rates.Engaged, engaged, exposed)
		agreeRate(t, "accepted", rates.Accepted, int(c.Accepted), displays)
		agreeRate(t, "declined", rates.Declined, int(c.Declined), displays)
		agreeRate(t, "timed out", rates.TimedOut, int(c.TimedOut), displays)
		agreeRate(t, "conversion", rates.Conversion, converted, exposed)
		agreeRate(t, "conversion of the engaged", rates.EngagedConversion, engagedConverted, engaged)
		agreeRate(t, "conversion of the control group", rates.ControlConversion, controlConverted, control)
		if (rates.AverageExposures == nil) != (exposed == 0) {
			t.Fatalf("average exposures of %d: %v", exposed, rates.AverageExposures)
		}
		if exposed > 0 {
			agree(t, "average exposures", float64(*rates.AverageExposures), float64(displays)/float64(exposed))
		}
		slowLift(t, &c, exposed, converted, control, controlConverted)
		slowRevenue(t, &c, &r, spentExposed, spentControl, bought, boughtControl)
	})
}

// slowLift holds a lift to the definitions: what converted beyond the control
// group's rate, that of all who converted, and by how much more often.
func slowLift(t *rapid.T, c *Counts, exposed, converted, control, controlConverted int) {
	l := NewLift(c, true)
	if exposed == 0 || control == 0 {
		if l.Why == "" || l.Incremental != nil || l.Share != nil || l.Uplift != nil {
			t.Fatalf("%d exposed, %d in the control group: %+v", exposed, control, l)
		}
		return
	}
	x1, n1, x2, n2 := float64(converted), float64(exposed), float64(controlConverted), float64(control)
	l1, u1 := scoreBounds(x1, n1)
	l2, u2 := scoreBounds(x2, n2)
	d := x1/n1 - x2/n2
	agree(t, "incremental", float64(l.Incremental.Value), x1-n1*x2/n2)
	agree(t, "incremental, low", float64(*l.Incremental.Low), n1*(d-math.Sqrt(math.Pow(x1/n1-l1, 2)+math.Pow(u2-x2/n2, 2))))
	agree(t, "incremental, high", float64(*l.Incremental.High), n1*(d+math.Sqrt(math.Pow(u1-x1/n1, 2)+math.Pow(x2/n2-l2, 2))))
	if (l.Share != nil) != (converted > 0) || (l.Uplift != nil) != (controlConverted > 0) || (l.Why == "") != (converted > 0 && controlConverted > 0) {
		t.Fatalf("%d and %d converted: %+v", converted, controlConverted, l)
	}
	if converted > 0 {
		agree(t, "share", float64(l.Share.Value), (x1-n1*x2/n2)/x1)
	}
	if controlConverted > 0 {
		agree(t, "uplift", float64(l.Uplift.Value), (x1/n1-x2/n2)/(x2/n2))
	}
	if converted > 0 && controlConverted > 0 {
		ratio := (x1 / n1) / (x2 / n2)
		spread := math.Sqrt((n1-x1)/(n1*x1) + (n2-x2)/(n2*x2)) // of the logarithm
		refuses := func(r float64) float64 { return math.Abs(math.Log(r)-math.Log(ratio)) - z*spread }
		low := bisect(ratio*1e-9, ratio, func(r float64) float64 { return -refuses(r) })
		high := bisect(ratio, ratio*1e3, refuses)
		agree(t, "uplift, low", float64(*l.Uplift.Low), low-1)
		agree(t, "uplift, high", float64(*l.Uplift.High), high-1)
		agree(t, "share, low", float64(*l.Share.Low), (low-1)/low)
		agree(t, "share, high", float64(*l.Share.High), (high-1)/high)
	}
}

// slowRevenue holds revenue to the definitions: the actual one less what all
// would have spent who are control group or exposed, at the control group's rate
// and average order.
func slowRevenue(t *rapid.T, c *Counts, r *Revenue, spent, spentControl, bought, boughtControl []float64) {
	l, ok := r.Lift(c)
	if ok != (len(spent) > 0 && len(spentControl) > 0) {
		t.Fatalf("%d exposed, %d in the control group: compared %v", len(spent), len(spentControl), ok)
	}
	if !ok {
		return
	}
	sum := func(all []float64) (s float64) {
		for _, x := range all {
			s += x
		}
		return s
	}
	total := func(of *Total) float64 {
		f, _ := of.n.Float64()
		return f / model.MoneyScale
	}
	all, orders := float64(len(spent)+len(spentControl)), 0.0
	if len(boughtControl) > 0 {
		orders = float64(len(boughtControl)) / float64(len(spentControl)) * (sum(boughtControl) / float64(len(boughtControl)))
	}
	within := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-4+1e-9*math.Abs(want) {
			t.Fatalf("%s is %v, slowly %v", what, got, want)
		}
	}
	incremental := sum(bought) + sum(boughtControl) - all*orders
	within("incremental revenue", total(&l.Incremental), incremental)
	for _, o := range []struct {
		what string
		got  *Total
		of   []float64
	}{{"the average order", l.AverageOrder, bought}, {"the control group's average order", l.ControlAverageOrder, boughtControl}} {
		if (o.got == nil) != (len(o.of) == 0) {
			t.Fatalf("%s of %d: %v", o.what, len(o.of), o.got)
		}
		if o.got != nil {
			within(o.what, total(o.got), sum(o.of)/float64(len(o.of)))
		}
	}
	if (l.Low == nil) != (len(spent) < 2 || len(spentControl) < 2) || (l.Low == nil) != (l.High == nil) {
		t.Fatalf("%d and %d visits: from %v to %v", len(spent), len(spentControl), l.Low, l.High)
	}
	if l.Low != nil {
		_, v1 := meanAndItsVariance(spent)
		_, v2 := meanAndItsVariance(spentControl)
		half := z * math.Sqrt(v1+v2) * float64(len(spent))
		within("incremental revenue, low", total(l.Low), incremental-half)
		within("incremental revenue, high", total(l.High), incremental+half)
	}
}
