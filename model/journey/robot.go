package journey

import "io"

// A robot says what it is where it opens a page, and nowhere else in most forms.
// So that all that it does goes the same way, the visit of such a page is left
// out whole, whatever else it holds and in whatever order its lines come. Other
// visits of the same visitor stay: ids are shared, by a user and whatever calls
// in his name.
//
// In a log that is followed, events that came before the page are out already.

// robot leaves out a page that a robot opened, and marks its visit.
func (im *importer) robot(e *Event) {
	im.leave("robot")
	im.marked(e)
}

// marked marks the visit of a robot's page.
func (im *importer) marked(e *Event) {
	if im.mark == nil {
		return
	}
	im.hidePerson(e)
	e.Line = im.n
	im.marks = append(im.marks, e)
}

// markRobots hands the robots' pages of the present line on.
func (im *importer) markRobots() error {
	for _, e := range im.marks {
		if err := im.mark(e); err != nil {
			return err
		}
	}
	return nil
}

// pastRobots hands records on, in their order, without those of robots' visits.
type pastRobots struct {
	rule VisitRule
	next func() (*record, error)
	left func(*record) // is told what is left out

	visitor string   // who was a robot at least once; "" before the first
	cut     VisitCut // of his visit
	robot   bool     // it is a robot's
	held    []record // of it, as long as it is none
	ready   []record
	cur     record
}

// record returns the next record, valid until the next call, or io.EOF.
func (p *pastRobots) record() (*record, error) {
	for {
		if len(p.ready) > 0 {
			p.cur, p.ready = p.ready[0], p.ready[1:]
			return &p.cur, nil
		}
		r, err := p.next()
		if err == io.EOF && len(p.held) > 0 {
			p.release()
			continue
		}
		if err != nil {
			return nil, err
		}
		switch {
		case r.role == robotMark:
			if r.ev.Visitor != p.visitor {
				p.release()
				p.visitor, p.cut, p.robot = r.ev.Visitor, VisitCut{}, false
			}
		case r.ev.Visitor != p.visitor:
			if len(p.held) == 0 {
				return r, nil
			}
			p.release()
			p.ready = append(p.ready, *r)
		default:
			p.take(r)
		}
	}
}

// release hands out what was held.
func (p *pastRobots) release() { p.ready, p.held = p.held, nil }

// take takes a record of somebody who was a robot at least once.
func (p *pastRobots) take(r *record) {
	if p.cut.Starts(p.rule, r.ev) || p.cut.Over(p.rule, r.ev) {
		p.release()
		p.robot = false
	}
	p.cut = p.cut.Take(p.rule, r.ev)
	switch {
	case r.role == robotPage: // its line was told of as it was read
		p.robot = true
		for i := range p.held {
			p.left(&p.held[i])
		}
		p.held = nil
	case p.robot:
		p.left(r)
	default:
		p.held = append(p.held, *r)
		if len(p.held) > maxStretch { // that long, no page has told
			p.release()
		}
	}
}

// leftRobot accounts for an event of a robot's visit, whose line was read.
func (r *Report) leftRobot(rec *record, many bool) {
	if !rec.alone {
		r.LeftOut["robot"]++
		return
	}
	r.Read--
	c := r.Skipped["robot"] // the page's line is counted
	c.Count++
	if !many {
		c.FirstLine = min(c.FirstLine, rec.ev.Line)
	}
	r.Skipped["robot"] = c
}

// maxRobots is how many robots' visits are remembered of a log that is followed.
const maxRobots = 100_000

// robotsFollowed are the visits of a log that is followed in which a robot
// opened a page.
type robotsFollowed struct {
	rule  VisitRule
	known map[string]VisitCut
}

// mark remembers the visit of a robot's page.
func (f *robotsFollowed) mark(e *Event) {
	if len(f.known) >= maxRobots {
		for v, cut := range f.known {
			if cut.End(f.rule) < e.At {
				delete(f.known, v)
			}
		}
		if len(f.known) >= maxRobots {
			clear(f.known)
		}
	}
	f.known[e.Visitor] = f.known[e.Visitor].Take(f.rule, e)
}

// has reports whether an event is of such a visit.
func (f *robotsFollowed) has(e *Event) bool {
	cut, ok := f.known[e.Visitor]
	if !ok {
		return false
	}
	if cut.Starts(f.rule, e) || cut.Over(f.rule, e) {
		delete(f.known, e.Visitor)
		return false
	}
	f.known[e.Visitor] = cut.Take(f.rule, e)
	return true
}
