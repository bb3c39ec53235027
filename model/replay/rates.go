package replay

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"beckon/model"
)

// z is the normal quantile of intervals that hold in 95 of 100 cases.
const z = 1.959963984540054

// Figure is a number that was computed, such as a share. It is written with six
// decimals, so that equal counts give equal bytes.
type Figure float64

// MarshalJSON implements json.Marshaler.
func (f Figure) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// String returns the figure with six decimals.
func (f Figure) String() string {
	s := strconv.FormatFloat(float64(f), 'f', 6, 64)
	if s == "-0.000000" {
		return s[1:]
	}
	return s
}

// Rate is a share of cases, with Wilson's interval. It is nil where there are
// no cases.
type Rate struct {
	Value Figure `json:"value"`
	Low   Figure `json:"low"`
	High  Figure `json:"high"`
}

// NewRate returns how often something was so, of so many times; nil for none.
func NewRate(hits, of int64) *Rate {
	if of <= 0 {
		return nil
	}
	low, high := wilson(hits, of)
	return &Rate{Figure(float64(hits) / float64(of)), Figure(low), Figure(high)}
}

// wilson is the score interval of a proportion (E. B. Wilson 1927), without a
// correction for continuity. It keeps its promise where counts are small.
func wilson(hits, of int64) (low, high float64) {
	x, n := float64(hits), float64(of)
	mid := (x + z*z/2) / (n + z*z)
	half := z / (n + z*z) * math.Sqrt(x*(n-x)/n+z*z/4)
	low, high = max(0, mid-half), min(1, mid+half)
	if hits == 0 {
		low = 0 // and not what rounding leaves
	}
	if hits == of {
		high = 1
	}
	return low, high
}

// newcombe is the interval of a difference of two proportions that is made of
// their score intervals (R. G. Newcombe 1998, method 10).
func newcombe(x1, n1, x2, n2 int64) (low, high float64) {
	p1, p2 := float64(x1)/float64(n1), float64(x2)/float64(n2)
	l1, u1 := wilson(x1, n1)
	l2, u2 := wilson(x2, n2)
	d := p1 - p2
	return d - math.Hypot(p1-l1, u2-p2), d + math.Hypot(u1-p1, p2-l2)
}

// katz is the interval of a ratio of two proportions, even on the scale of
// logarithms (D. Katz and others 1978). There is none where a count is zero.
func katz(x1, n1, x2, n2 int64) (low, high float64, ok bool) {
	if x1 == 0 || x2 == 0 {
		return 0, 0, false
	}
	a, b, c, d := float64(x1), float64(n1), float64(x2), float64(n2)
	ratio := (a / b) / (c / d)
	spread := math.Exp(z * math.Sqrt(1/a-1/b+1/c-1/d))
	return ratio / spread, ratio * spread, true
}

// Estimate is a computed number with its interval, which is left out where
// there is none.
type Estimate struct {
	Value Figure  `json:"value"`
	Low   *Figure `json:"low,omitempty"`
	High  *Figure `json:"high,omitempty"`
}

func estimate(value, low, high float64) *Estimate {
	l, h := Figure(low), Figure(high)
	return &Estimate{Figure(value), &l, &h}
}

// Lift is what the displays did, against the control group. Of its numbers
// those are nil that cannot be said, and Why says why.
type Lift struct {
	// Why there is no number, or not every one; "" where there are all.
	Why string `json:"why,omitempty"`
	// Incremental is how many converted that would not have without the
	// displays, of those exposed: converted - exposed x the control group's
	// rate. Newcombe's interval.
	Incremental *Estimate `json:"incremental,omitempty"`
	// Share is the share of Incremental in all who were exposed and converted.
	Share *Estimate `json:"share,omitempty"`
	// Uplift is by how much more often the exposed convert than the control
	// group, of the latter: rate / control group's rate - 1. Katz's interval,
	// as for Share.
	Uplift *Estimate `json:"uplift,omitempty"`
}

// Why there is no lift, or not all of it.
const (
	NoControlGroup     = "no control group"
	NoControlVisit     = "empty control group"
	NoExposedVisit     = "nobody was exposed"
	NobodyConverted    = "nobody converted"
	NoControlConverted = "nobody converted in the control group"
)

// NewLift compares the visits exposed with those of the control group. Grouped
// says that there is a control group.
func NewLift(c *Counts, grouped bool) Lift {
	x1, n1, x2, n2 := c.Converted, c.Exposed, c.ControlConverted, c.Control
	switch {
	case n2 == 0 && !grouped:
		return Lift{Why: NoControlGroup}
	case n2 == 0:
		return Lift{Why: NoControlVisit}
	case n1 == 0:
		return Lift{Why: NoExposedVisit}
	}
	var l Lift
	p1, p2 := float64(x1)/float64(n1), float64(x2)/float64(n2)
	low, high := newcombe(x1, n1, x2, n2)
	n := float64(n1)
	l.Incremental = estimate(n*(p1-p2), n*low, n*high)
	switch {
	case x1 == 0 && x2 == 0:
		l.Why = NobodyConverted
	case x2 == 0:
		l.Share, l.Why = &Estimate{Value: 1}, NoControlConverted
	case x1 == 0:
		l.Uplift, l.Why = &Estimate{Value: -1}, NobodyConverted
	default:
		low, high, _ := katz(x1, n1, x2, n2)
		l.Share = estimate(1-p2/p1, 1-1/low, 1-1/high)
		l.Uplift = estimate(p1/p2-1, low-1, high-1)
	}
	return l
}

// Total is a sum of amounts of one currency, exact however large: the unit is
// that of [model.Money].
type Total struct{ n big.Int }

// Add adds an amount.
func (t *Total) Add(m model.Money) { t.n.Add(&t.n, big.NewInt(int64(m))) }

// AddTotal adds a sum.
func (t *Total) AddTotal(o *Total) { t.n.Add(&t.n, &o.n) }

// addSquare adds the square of a sum.
func (t *Total) addSquare(o *Total) { t.n.Add(&t.n, new(big.Int).Mul(&o.n, &o.n)) }

// IsZero reports whether the sum is zero.
func (t *Total) IsZero() bool { return t.n.Sign() == 0 }

// Equal reports whether two sums are.
func (t Total) Equal(o Total) bool { return t.n.Cmp(&o.n) == 0 }

// String returns the sum as an amount, "41500.00".
func (t Total) String() string {
	whole, frac := new(big.Int).QuoRem(new(big.Int).Abs(&t.n), big.NewInt(model.MoneyScale), new(big.Int))
	part := model.Money(frac.Int64()).String() // 0.50
	sign := ""
	if t.n.Sign() < 0 {
		sign = "-"
	}
	return sign + whole.String() + part[1:]
}

// In returns the sum as people are told it, as [model.Money.In] does an amount.
func (t Total) In(currency string) string { return t.AverageIn(1, currency) }

// AverageIn is In of the sum shared by n. It is rounded once: an average that was
// rounded to four decimals before may end up on the other side of a half.
func (t Total) AverageIn(n int64, currency string) string {
	unit := big.NewInt(1)
	for range 4 - model.Decimals(currency) {
		unit.Mul(unit, big.NewInt(10))
	}
	var rounded Total
	rounded.n.Set(&t.n)
	divide(&rounded.n, unit.Int64()*n)
	rounded.n.Mul(&rounded.n, unit)
	whole, part := new(big.Int).QuoRem(new(big.Int).Abs(&rounded.n), big.NewInt(model.MoneyScale), new(big.Int))
	sign := ""
	if rounded.n.Sign() < 0 {
		sign = "-"
	}
	return sign + whole.String() + model.Money(part.Int64()).In(currency)[1:]
}

// MarshalText implements encoding.TextMarshaler.
func (t Total) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

var errTotal = errors.New("not a sum")

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Total) UnmarshalText(b []byte) error {
	r, ok := new(big.Rat).SetString(string(b))
	if !ok || len(b) > 100 {
		return errTotal
	}
	r.Mul(r, big.NewRat(model.MoneyScale, 1))
	if !r.IsInt() {
		return fmt.Errorf("%w: more than four decimals", errTotal)
	}
	t.n.Set(r.Num())
	return nil
}

// Revenue is the value of the goals of one currency.
type Revenue struct {
	Currency string `json:"currency"` // "" where the source tells none
	// Exposed is of visits that were exposed; Engaged of those of them that had
	// engaged before; Control of the control group. Orders are how many goals
	// with a value.
	Exposed       Total `json:"exposed"`
	Engaged       Total `json:"engaged"`
	Control       Total `json:"control"`
	Orders        int64 `json:"orders"`
	ControlOrders int64 `json:"controlOrders"`
	// The sums of the squares of what each visit spent, in the square of
	// model.Money's unit, for intervals.
	ExposedSquares Square `json:"exposedSquares"`
	ControlSquares Square `json:"controlSquares"`
}

// Square is a sum of squares of amounts.
type Square struct{ Total }

// MarshalText implements encoding.TextMarshaler.
func (s Square) MarshalText() ([]byte, error) { return []byte(s.n.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Square) UnmarshalText(b []byte) error {
	if _, ok := s.n.SetString(string(b), 10); !ok || len(b) > 200 {
		return errTotal
	}
	return nil
}

func (r *Revenue) add(o *Revenue) {
	r.Exposed.AddTotal(&o.Exposed)
	r.Engaged.AddTotal(&o.Engaged)
	r.Control.AddTotal(&o.Control)
	r.Orders += o.Orders
	r.ControlOrders += o.ControlOrders
	r.ExposedSquares.AddTotal(&o.ExposedSquares.Total)
	r.ControlSquares.AddTotal(&o.ControlSquares.Total)
}

// RevenueLift is what the displays did to revenue, against the control group.
type RevenueLift struct {
	// Incremental is actual revenue, of exposed and control group, less what
	// all of them would have spent as the control group did. Low and High are
	// Welch's interval of the difference of means; nil with fewer than two
	// visits on a side.
	Incremental Total  `json:"incremental"`
	Low         *Total `json:"low,omitempty"`
	High        *Total `json:"high,omitempty"`
	// The average values of an order; nil without orders.
	AverageOrder        *Total `json:"averageOrder,omitempty"`
	ControlAverageOrder *Total `json:"controlAverageOrder,omitempty"`
}

// Lift compares revenue; false where there is no control group to compare with
// or nobody was exposed.
func (r *Revenue) Lift(c *Counts) (RevenueLift, bool) {
	if c.Control == 0 || c.Exposed == 0 {
		return RevenueLift{}, false
	}
	var l RevenueLift
	// exposed revenue - exposed visits x control revenue / control visits; what
	// the control group spent is in both terms of the definition.
	l.Incremental.n.Mul(&r.Exposed.n, big.NewInt(c.Control))
	l.Incremental.n.Sub(&l.Incremental.n, new(big.Int).Mul(&r.Control.n, big.NewInt(c.Exposed)))
	divide(&l.Incremental.n, c.Control)
	if r.Orders > 0 {
		l.AverageOrder = new(Total)
		l.AverageOrder.AddTotal(&r.Exposed)
		divide(&l.AverageOrder.n, r.Orders)
	}
	if r.ControlOrders > 0 {
		l.ControlAverageOrder = new(Total)
		l.ControlAverageOrder.AddTotal(&r.Control)
		divide(&l.ControlAverageOrder.n, r.ControlOrders)
	}
	if c.Control < 2 || c.Exposed < 2 {
		return l, true
	}
	half := z * math.Sqrt(ofMean(&r.Exposed, &r.ExposedSquares, c.Exposed)+ofMean(&r.Control, &r.ControlSquares, c.Control)) * float64(c.Exposed)
	wide, _ := new(big.Float).SetFloat64(math.Round(half)).Int(nil)
	l.Low, l.High = new(Total), new(Total)
	l.Low.n.Sub(&l.Incremental.n, wide)
	l.High.n.Add(&l.Incremental.n, wide)
	return l, true
}

// ofMean is the variance of the mean of n visits, most of which spent nothing.
func ofMean(sum *Total, squares *Square, n int64) float64 {
	// (squares - sum^2/n) / (n-1) / n, exact up to the last step: the terms are
	// large and near each other.
	v := new(big.Int).Mul(&squares.n, big.NewInt(n))
	v.Sub(v, new(big.Int).Mul(&sum.n, &sum.n))
	r := new(big.Rat).SetFrac(v, new(big.Int).Mul(big.NewInt(n), new(big.Int).Mul(big.NewInt(n), big.NewInt(n-1))))
	f, _ := r.Float64()
	return max(0, f)
}

// divide rounds halves away from zero.
func divide(n *big.Int, by int64) {
	d := big.NewInt(by)
	twice := new(big.Int).Lsh(new(big.Int).Abs(n), 1)
	q := twice.Add(twice, d).Div(twice, new(big.Int).Lsh(d, 1))
	if n.Sign() < 0 {
		q.Neg(q)
	}
	n.Set(q)
}
