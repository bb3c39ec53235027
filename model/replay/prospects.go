package replay

import "beckon/model/engine"

// prospects counts, of every campaign or engagement, the visits that came to being
// its prospect's, those of them in a control group, and the visitors, many at a time.
// A visit that came to more is counted with that and is here for its visitor alone.
type prospects struct {
	visits, control, visitors setCounter
	visitor                   engine.Set // whose prospect the visitor at hand was
}

func newProspects(of int) prospects { return prospects{visitor: make(engine.Set, (of+63)/64)} }

// met says whose prospect a visit of the visitor at hand was.
func (p *prospects) met(all engine.Set) {
	for w, x := range all {
		p.visitor[w] |= x
	}
}

// count adds a visit.
func (p *prospects) count(all, control engine.Set) {
	p.visits.add(all)
	p.control.add(control)
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
