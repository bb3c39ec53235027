package persona

import (
	"strconv"

	"beckon/model"
	"beckon/model/journey"
)

// Visitor is one visitor of a persona.
type Visitor struct {
	Kind Kind
	Seed uint64
	// Start is the instant of the first event.
	Start journey.Instant
	// Site is where; nil, or one that [Site.Check] refuses, is the demo shop.
	Site *Site
	// Visits is how many there are at most; 0 leaves it to chance.
	Visits int
}

// New returns a visitor who comes to the demo shop at an instant. An unknown
// kind is a first-time browser.
func New(kind Kind, seed uint64, start journey.Instant) Visitor {
	return Visitor{Kind: kind, Seed: seed, Start: start}
}

// ID is the visitor's id.
func (v Visitor) ID() string {
	return string(v.role().kind) + "-" + strconv.FormatUint(v.Seed, 10)
}

func (v Visitor) role() *role {
	if r := v.Kind.role(); r != nil {
		return r
	}
	return &roles[0]
}

// Events returns the visitor's journey, in order: one visit, and those on later
// days that it leads to.
func (v Visitor) Events() []*journey.Event {
	site := v.Site
	if site == nil || site.Check() != nil {
		site = FellAndFern()
	}
	r := v.role()
	d := diceFor(v.Seed, 0, streamPlan)
	p := plan{role: r, starts: []journey.Instant{v.Start}}
	for len(p.starts) < maxVisits && (v.Visits == 0 || len(p.starts) < v.Visits) && d.in100(r.back) {
		last := p.starts[len(p.starts)-1]
		p.starts = append(p.starts, last.Add(model.Duration(r.gap(&d))*24*model.Hour+model.Duration(d.between(-180, 180))*model.Minute))
	}
	w := born(v.ID(), v.Seed, 0, r, site, v.Start)
	var out []*journey.Event
	p.live(site, w, v.Seed, len(p.starts)-1, func(_ int, events []*journey.Event) { out = append(out, events...) })
	return out
}

// maxVisits bounds the visits of one visitor of a persona.
const maxVisits = 4

// gap draws the days until the next visit.
func (r *role) gap(d *dice) uint64 { return min(60, max(1, d.about(r.days, 11))) }

// plan is when a visitor comes.
type plan struct {
	role   *role
	starts []journey.Instant
}

// live makes a visitor's visits up to one, one after the other, as what one
// leaves behind (a cart, a paid bill) the next one finds.
func (p *plan) live(s *Site, w who, seed uint64, last int, took func(number int, events []*journey.Event)) {
	v := visit{site: s, who: &w, before: w.visits, lastVisit: p.starts[0].Add(-model.Duration(w.lastDays) * 24 * model.Hour)}
	for n := 0; n <= last; n++ {
		v.dice = diceFor(seed, w.index, streamVisit+uint64(n))
		v.number, v.at, v.until = n, p.starts[n], p.until(n)
		v.over, v.landed, v.signed, v.serial, v.out = false, false, false, 0, nil
		p.role.story(&v)
		took(n, v.out)
		v.before++
		v.lastVisit = v.out[len(v.out)-1].At
	}
}

// until is when a visit is over at the latest: it may last some hours, and ends
// before the next begins.
func (p *plan) until(n int) journey.Instant {
	until := p.starts[n].Add(mostVisit)
	if n+1 < len(p.starts) {
		until = min(until, p.starts[n+1].Add(-31*model.Minute))
	}
	return until
}
