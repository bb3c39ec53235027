package persona

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// Traffic is many visitors in a span of time. The zero value but for Visitors
// and Start is a week of ordinary traffic of the demo shop, in UTC.
//
// Visitor i, from 0, depends on Seed, i and the rest, never on Visitors. Its
// dice are PCG generators of the state (h, mix(h)), with h = mix(mix(mix(Seed)
// xor i) xor stream) and mix the SplitMix64 step; stream 0 is for who the
// visitor is, 1 for when the visits are, 2 and on for each visit.
type Traffic struct {
	Visitors int64
	Seed     uint64
	Mix      Mix
	// Visits begin from Start on, Days days long by the clock of Zone; 0 and
	// nil are 7 and UTC. A visit that begins before the end is told to its end.
	Start journey.Instant
	Days  int
	Zone  *time.Location
	// Curve is when; zero is that of a shop.
	Curve Curve
	// Site is where; nil is the demo shop.
	Site *Site
	// Like makes visits like those that were measured of a log, in place of
	// personas; Mix, Curve and Site then say nothing.
	Like *Likeness
	// Progress is told, now and then, of the visits told so far and how far
	// through the span they are, in 1000ths.
	Progress func(visits int64, done int)
}

// Bounds of traffic.
const (
	MaxVisitors = 1_000_000_000
	MaxDays     = 3660
)

// windowVisits is how many visits are planned at once, 24 bytes each.
const windowVisits int64 = 1 << 19

// Told is what Each has told.
type Told struct {
	Visitors, Visits, Events int64
	First, Last              journey.Instant
}

// generator is traffic that was checked and defaulted.
type generator struct {
	Traffic
	span *span
}

func (t Traffic) generator() (*generator, error) {
	if t.Visitors < 1 || t.Visitors > MaxVisitors {
		return nil, fmt.Errorf("want 1 to %d visitors, not %d", MaxVisitors, t.Visitors)
	}
	if t.Days == 0 {
		t.Days = 7
	}
	if t.Days < 1 || t.Days > MaxDays {
		return nil, fmt.Errorf("want 1 to %d days, not %d", MaxDays, t.Days)
	}
	if t.Zone == nil {
		t.Zone = time.UTC
	}
	if y := t.Start.Time().In(t.Zone).Year(); y < 2001 {
		return nil, fmt.Errorf("a start in the year %d: want 2001 to 2099", y)
	}
	if y := t.Start.Time().In(t.Zone).AddDate(0, 0, t.Days).Year(); y > 2099 {
		return nil, fmt.Errorf("an end in the year %d: want 2099 at the latest", y)
	}
	if t.Mix == (Mix{}) {
		t.Mix = OrdinaryMix()
	}
	if t.Curve == (Curve{}) {
		t.Curve = OrdinaryCurve()
	}
	if t.Like != nil {
		t.Curve = t.Like.Curve
	}
	if t.Site == nil {
		t.Site = FellAndFern()
	}
	if err := t.Site.Check(); err != nil {
		return nil, err
	}
	g := &generator{Traffic: t, span: newSpan(t.Curve, t.Start, t.Days, t.Zone)}
	if g.span.total() == 0 {
		return nil, errors.New("no hour of the span has a weight")
	}
	return g, nil
}

// Check says what is wrong with the traffic that was asked for.
func (t Traffic) Check() error {
	_, err := t.generator()
	return err
}

// plan says who visitor i is and when the visits are.
func (g *generator) plan(i int64) plan {
	d := diceFor(g.Seed, uint64(i), streamPlan)
	if g.Like != nil {
		return g.Like.plan(&d, g.span)
	}
	p := plan{role: g.Mix.draw(&d)}
	p.starts = append(p.starts, g.span.draw(&d))
	for len(p.starts) < maxVisits && d.in100(p.role.back) {
		last := p.starts[len(p.starts)-1]
		mid := last.Add(model.Duration(p.role.gap(&d)) * 24 * model.Hour)
		next, ok := g.span.drawWithin(&d, max(mid.Add(-12*model.Hour), last.Add(6*model.Hour)), mid.Add(12*model.Hour))
		if !ok {
			break
		}
		p.starts = append(p.starts, next)
	}
	return p
}

// id is the visitor's, unlike those of other seeds.
func (g *generator) id(i int64) string {
	return "v" + strconv.FormatUint(g.Seed, 10) + "-" + strconv.FormatInt(i, 10)
}

// visit makes one visit of visitor i.
func (g *generator) visit(i int64, number int) []*journey.Event {
	p := g.plan(i)
	if g.Like != nil {
		return g.Like.visit(g, &p, i, number)
	}
	w := born(g.id(i), g.Seed, uint64(i), p.role, g.Site, p.starts[0])
	var out []*journey.Event
	p.live(g.Site, w, g.Seed, number, func(n int, events []*journey.Event) {
		if n == number {
			out = events
		}
	})
	return out
}

// Journey returns all events of visitor i, in order.
func (t Traffic) Journey(i int64) ([]*journey.Event, error) {
	g, err := t.generator()
	if err != nil {
		return nil, err
	}
	var out []*journey.Event
	for n := range g.plan(i).starts {
		out = append(out, g.visit(i, n)...)
	}
	return out, nil
}

// Kind returns the persona of visitor i; there is none where traffic is like a
// log.
func (t Traffic) Kind(i int64) (Kind, error) {
	g, err := t.generator()
	if err != nil || g.Like != nil {
		return "", err
	}
	return g.plan(i).role.kind, nil
}

// Each tells all events in the order of their instants, visits interleaved as
// in a log; those of one instant by visitor. Memory holds the visits that go on
// at the time and a window of the plan, whatever the number of visitors.
func (t Traffic) Each(ctx context.Context, tell func(*journey.Event) error) (Told, error) {
	return t.each(ctx, windowVisits, tell)
}

func (t Traffic) each(ctx context.Context, window int64, tell func(*journey.Event) error) (Told, error) {
	g, err := t.generator()
	if err != nil {
		return Told{}, err
	}
	o := outflow{g: g, tell: tell, told: Told{Visitors: t.Visitors}}
	perVisitor := int64(2) // about; rather too small a window than too large
	if g.Like != nil {
		perVisitor = g.Like.perVisitor()
	}
	bounds := g.span.parts(uint64(perVisitor*t.Visitors/window) + 1)
	for w := range len(bounds) - 1 {
		planned, err := g.window(ctx, bounds[w], bounds[w+1])
		if err != nil {
			return o.told, err
		}
		for _, s := range planned {
			if o.told.Visits%256 == 0 {
				if err := ctx.Err(); err != nil {
					return o.told, err
				}
				if g.Progress != nil {
					g.Progress(o.told.Visits, int((s.at-g.span.start)*1000/(g.span.end-g.span.start)))
				}
			}
			if err := o.until(s.at); err != nil {
				return o.told, err
			}
			o.told.Visits++
			heap.Push(&o.going, &stream{visitor: s.visitor, events: g.visit(s.visitor, s.number)})
		}
	}
	return o.told, o.until(1 << 62)
}

// start is the begin of a visit.
type start struct {
	at      journey.Instant
	visitor int64
	number  int
}

// window plans the visits that begin in a part of the span.
func (g *generator) window(ctx context.Context, from, to journey.Instant) ([]start, error) {
	var out []start
	for i := range g.Visitors {
		if i%65536 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		p := g.plan(i)
		for n, at := range p.starts {
			if at >= from && at < to {
				out = append(out, start{at, i, n})
			}
		}
	}
	slices.SortFunc(out, func(a, b start) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.visitor, b.visitor)) })
	return out, nil
}

// outflow merges the visits that are going on.
type outflow struct {
	g     *generator
	tell  func(*journey.Event) error
	going streams
	told  Told
}

// until tells the events before an instant.
func (o *outflow) until(at journey.Instant) error {
	for len(o.going) > 0 && o.going[0].events[0].At < at {
		s := o.going[0]
		e := s.events[0]
		if err := o.tell(e); err != nil {
			return err
		}
		if o.told.Events++; o.told.Events == 1 {
			o.told.First = e.At
		}
		o.told.Last = e.At
		if s.events = s.events[1:]; len(s.events) > 0 {
			heap.Fix(&o.going, 0)
		} else {
			heap.Pop(&o.going)
		}
	}
	return nil
}

// stream is the rest of a visit.
type stream struct {
	visitor int64
	events  []*journey.Event
}

// streams is a heap of visits, by their next event.
type streams []*stream

func (h streams) Len() int { return len(h) }
func (h streams) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(cmp.Compare(a.events[0].At, b.events[0].At), cmp.Compare(a.visitor, b.visitor)) < 0
}
func (h streams) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *streams) Push(x any)   { *h = append(*h, x.(*stream)) }
func (h *streams) Pop() any {
	old := *h
	s := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return s
}
