package replay

import "beckon/model/engine"

// prospects counts, of every campaign or engagement, the visits that came to being
// its prospect's, those of them in a control group, and the visitors, many at a time.
// A visit that came to more is counted with that and is here for its visitor alone.
type prospects struct {
	visits, control, visitors setCounter
	visitor                   engine.Set // whose prospect the visitor at hand was
	all, held                 engine.Set // the visit at hand's that are not counted yet
}

func newProspects(of int) prospects {
	set := func() engine.Set { return make(engine.Set, (of+63)/64) }
	return prospects{visitor: set(), all: set(), held: set()}
}

// met says that the visitor at hand was the prospect of those of the visit.
func (p *prospects) met() {
	for w, x := range p.all {
		p.visitor[w] |= x
	}
}

// take leaves one to be counted otherwise, and reports whether the visit was its
// prospect's, and in a control group.
func (p *prospects) take(i int) (is, held bool) {
	w, bit := i>>6, uint64(1)<<(i&63)
	is, held = p.all[w]&bit != 0, p.held[w]&bit != 0
	p.all[w] &^= bit
	p.held[w] &^= bit
	return is, held
}

// count adds the visit for those that were not taken.
func (p *prospects) count() {
	p.visits.add(p.all)
	p.control.add(p.held)
}

// next leaves the visitor at hand.
func (p *prospects) next() {
	p.visitors.add(p.visitor)
	clear(p.visitor)
}

// addTo adds what was counted of one to its counts.
func (p *prospects) addTo(c *Counts, i int) {
	c.Prospects += p.visits.of(i)
	c.Control += p.control.of(i)
	c.ProspectVisitors += p.visitors.of(i)
}
