package persona

import (
	"cmp"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// Likeness is what was measured of a log, to make traffic like it. It holds
// counts and pages, and of visitors no id and no address; of URLs and referrers
// it holds no query but what says which campaign led here. Paths and titles are
// as they were, whatever the site put into them: the report says how many pages
// one visitor alone has seen.
//
// Visits walk the log's pages as a Markov chain: the next page, or the end,
// depends on the present page and on whether it is the first. So the pages are
// seen as often as in the log, visits are as long on average, and as many end
// after one page.
type Likeness struct {
	Curve Curve

	pages  []Page // with the whole URL as its path
	index  map[string]int
	seenBy []audience // by page
	landed tally[int32]
	next   map[int32]*tally[int32] // by state
	hops   int                     // distinct transitions

	stays     times
	devices   tally[sighting]
	places    tally[home]
	referrers tally[lead]
	visits    tally[int] // of a visitor
	gaps      tally[int] // between visits of one, in days
	returning tally[bool]

	views, known                uint64
	visitors, sessions, bounces uint64
	leaves                      bool
	types                       map[string]int64
	missing                     []string
	first, last                 journey.Instant
	zone                        *time.Location
	starts                      Curve // counts
	unseen                      []time.Weekday
}

// What is kept of a log at most; the report says what was not.
const (
	maxPages     = 5000
	maxHops      = 200_000
	maxOthers    = 2000
	maxLikeVisit = 50
	maxGap       = 365
	maxWalk      = 1000
)

// audience is who has seen a page: the last visitor, by number, and whether
// there was another.
type audience struct {
	last uint64
	more bool
}

// end is where a visit goes from its last page.
const end int32 = -1

// sighting is what a visitor came with; home is where from; lead is what a
// visit's first page says of the way here.
type (
	sighting struct {
		userAgent   string
		platform    model.Platform
		browser, os string
	}
	home struct {
		geo      journey.Geo
		language string
	}
	lead struct{ referrer, query string }
)

// state is a page as the walk knows it.
func state(page int32, first bool) int32 {
	if first {
		return 2*page + 1
	}
	return 2 * page
}

// Measure takes the likeness of journeys; hours and days are those of the zone.
func Measure(journeys *journey.Journeys, zone *time.Location) (*Likeness, error) {
	l := &Likeness{index: map[string]int{}, landed: newTally[int32](maxPages), next: map[int32]*tally[int32]{}, devices: newTally[sighting](maxOthers),
		places: newTally[home](maxOthers), referrers: newTally[lead](maxOthers), visits: newTally[int](maxLikeVisit), gaps: newTally[int](maxGap + 1), returning: newTally[bool](2), zone: zone}
	m := measuring{l: l}
	for {
		st, err := journeys.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if st.First {
			m = measuring{l: l}
			l.visitors++
		}
		for _, e := range st.Events {
			m.take(e)
		}
		if st.Last {
			m.endVisit()
			if m.visits > 0 {
				l.visits.add(min(m.visits, maxLikeVisit))
			}
		}
	}
	if l.sessions == 0 {
		return nil, errors.New("the log has no page views to take a likeness of")
	}
	r := journeys.Report()
	l.types, l.missing, l.leaves = r.Types, r.Missing(), r.Types[journey.Leave.String()] > 0
	l.close()
	return l, nil
}

// measuring is one visitor on the way through a measurement.
type measuring struct {
	l      *Likeness
	cut    journey.VisitCut
	visits int
	begun  journey.Instant // of the visit before
	page   int32           // the present one
	pages  int             // of this visit
	at     journey.Instant // of the present page
}

// take takes an event.
func (m *measuring) take(e *journey.Event) {
	rule := journey.VisitRule{}
	if m.cut.Starts(rule, e) {
		m.endVisit()
	}
	m.cut = m.cut.Take(rule, e)
	l := m.l
	if l.first == 0 || e.At < l.first {
		l.first = e.At
	}
	l.last = max(l.last, e.At)
	if e.Type != journey.PageView {
		return
	}
	l.views++
	page, ok := l.page(e.Page)
	if !ok {
		return
	}
	l.known++
	if m.pages == 0 {
		m.land(e)
		l.landed.add(page)
	} else {
		l.stays.add(e.At.Sub(m.at))
		l.hop(state(m.page, m.pages == 1), page)
	}
	m.page, m.at = page, e.At
	m.pages++
}

// land takes what the first page of a visit tells.
func (m *measuring) land(e *journey.Event) {
	l, p := m.l, e.Page
	t := e.At.Time().In(l.zone)
	l.starts.Hours[t.Hour()]++
	l.starts.Days[t.Weekday()]++
	l.sessions++
	if m.visits > 0 {
		l.gaps.add(int(min(maxGap, e.At.Sub(m.begun)/(24*model.Hour))))
	}
	m.begun = e.At
	m.visits++
	l.referrers.add(leadOf(p))
	// Visits count, not visitors: whose device comes more often counts more.
	if s := (sighting{p.UserAgent, p.Platform, p.Browser, p.OS}); s != (sighting{}) {
		l.devices.add(s)
	}
	h := home{language: p.Language}
	if p.Geo != nil {
		h.geo = *p.Geo
	}
	if h != (home{}) {
		l.places.add(h)
	}
	if m.visits == 1 && p.Returning != nil {
		l.returning.add(*p.Returning)
	}
}

// endVisit takes the end of a visit.
func (m *measuring) endVisit() {
	if m.pages > 0 {
		m.l.hop(state(m.page, m.pages == 1), end)
		if m.pages == 1 {
			m.l.bounces++
		}
	}
	m.pages = 0
}

// page returns the number of a page, without its query.
func (l *Likeness) page(p *journey.Page) (int32, bool) {
	address, _, _ := strings.Cut(p.URL, "#")
	address, _, _ = strings.Cut(address, "?")
	i, ok := l.index[address]
	if !ok {
		if len(l.pages) >= maxPages {
			return 0, false
		}
		i = len(l.pages)
		l.index[address] = i
		l.pages = append(l.pages, Page{Path: address, Title: p.Title, Sections: p.Sections})
		l.seenBy = append(l.seenBy, audience{last: l.visitors})
	}
	if l.seenBy[i].last != l.visitors {
		l.seenBy[i] = audience{l.visitors, true}
	}
	return int32(i), true
}

// hop counts a step of a walk.
func (l *Likeness) hop(from, to int32) {
	n := l.next[from]
	if n == nil {
		t := newTally[int32](maxPages + 1)
		n = &t
		l.next[from] = n
	}
	if _, known := n.index[to]; !known && to != end {
		if l.hops >= maxHops {
			n.rest++
			return
		}
		l.hops++
	}
	n.add(to)
}

// leadOf is what a landing page says of the way here, as far as it is nobody's.
func leadOf(p *journey.Page) lead {
	var out lead
	if r, err := url.Parse(p.Referrer); err == nil && r.Host != "" && !journey.ArrivalOf(p.URL, p.Referrer).Internal {
		out.referrer = r.Scheme + "://" + r.Host + "/"
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return out
	}
	query := u.Query()
	var keep []string
	for _, k := range []string{"utm_source", "utm_medium", "utm_campaign"} {
		if v := query.Get(k); v != "" {
			keep = append(keep, k+"="+url.QueryEscape(v))
		}
	}
	out.query = strings.Join(keep, "&")
	return out
}

// close makes the likeness ready to draw from.
func (l *Likeness) close() {
	l.landed.close(cmp.Compare[int32])
	for _, n := range l.next {
		n.close(cmp.Compare[int32])
	}
	l.devices.close(func(a, b sighting) int {
		return cmp.Or(strings.Compare(a.userAgent, b.userAgent), cmp.Compare(a.platform, b.platform), strings.Compare(a.browser, b.browser), strings.Compare(a.os, b.os))
	})
	l.places.close(func(a, b home) int {
		return cmp.Or(strings.Compare(a.geo.Country, b.geo.Country), strings.Compare(a.geo.Region, b.geo.Region), strings.Compare(a.geo.City, b.geo.City), strings.Compare(a.language, b.language))
	})
	l.referrers.close(func(a, b lead) int {
		return cmp.Or(strings.Compare(a.referrer, b.referrer), strings.Compare(a.query, b.query))
	})
	l.visits.close(cmp.Compare[int])
	l.gaps.close(cmp.Compare[int])
	l.returning.close(func(a, b bool) int {
		if a == b {
			return 0
		}
		return -1
	})
	l.index = nil
	l.curve()
}

// curve makes weights of the counts of visits: hours as they are, days by how
// much of each the log covers. A day that it does not cover is like the others.
func (l *Likeness) curve() {
	var covered [7]uint64
	for at := l.first - l.first%hour; at <= l.last; at += hour {
		covered[at.Time().In(l.zone).Weekday()]++
	}
	var days [7]uint64
	sum, seen := uint64(0), uint64(0)
	for d, hours := range covered {
		if hours == 0 {
			l.unseen = append(l.unseen, time.Weekday(d))
			continue
		}
		days[d] = uint64(l.starts.Days[d]) * 1_000_000 / hours
		sum += days[d]
		seen++
	}
	for _, d := range l.unseen {
		days[d] = sum / seen
	}
	var hours [24]uint64
	for h, n := range l.starts.Hours {
		hours[h] = uint64(n)
	}
	scale(l.Curve.Hours[:], hours[:])
	scale(l.Curve.Days[:], days[:])
}

// scale fits weights below a bound, keeping apart what is something and what is
// nothing.
func scale(to []uint32, from []uint64) {
	const bound = 50_000
	most := slices.Max(from)
	for i, n := range from {
		if n > 0 {
			to[i] = uint32(max(1, n*bound/most))
		}
	}
}

// perVisitor is how many visits a visitor makes at most, on average.
func (l *Likeness) perVisitor() int64 {
	sum := uint64(0)
	for i, visits := range l.visits.list {
		sum += uint64(visits) * l.visits.counts[i]
	}
	return int64(sum/l.visits.total()) + 1
}

// plan draws when a visitor comes.
func (l *Likeness) plan(d *dice, s *span) plan {
	p := plan{starts: []journey.Instant{s.draw(d)}}
	visits, _ := l.visits.draw(d)
	for len(p.starts) < visits {
		last := p.starts[len(p.starts)-1]
		days, _ := l.gaps.draw(d)
		mid := last.Add(model.Duration(days) * 24 * model.Hour)
		from, to := mid.Add(-12*model.Hour), mid.Add(12*model.Hour)
		if days == 0 {
			to = last.Add(24 * model.Hour)
		}
		next, ok := s.drawWithin(d, max(from, last.Add(model.Hour)), to)
		if !ok {
			break
		}
		p.starts = append(p.starts, next)
	}
	return p
}

// visit walks through the pages once.
func (l *Likeness) visit(g *generator, p *plan, i int64, number int) []*journey.Event {
	visitor := g.id(i)
	d := diceFor(g.Seed, uint64(i), streamWho)
	s, _ := l.devices.draw(&d)
	h, _ := l.places.draw(&d)
	returning, told := l.returning.draw(&d)
	d = diceFor(g.Seed, uint64(i), streamVisit+uint64(number))
	at, until := p.starts[number], p.until(number)
	way, _ := l.referrers.draw(&d)
	page, _ := l.landed.draw(&d)
	var out []*journey.Event
	for n := 0; n < maxWalk && (n == 0 || at <= until); n++ {
		look := &journey.Page{URL: l.pages[page].Path, Title: l.pages[page].Title, Sections: l.pages[page].Sections}
		if n == 0 {
			if way.query != "" {
				look.URL += "?" + way.query
			}
			look.Referrer, look.Language = way.referrer, h.language
			look.UserAgent, look.Platform, look.Browser, look.OS = s.userAgent, s.platform, s.browser, s.os
			if h.geo != (journey.Geo{}) {
				geo := h.geo
				look.Geo = &geo
			}
			if told {
				again := returning || number > 0
				look.Returning = &again
			}
		}
		out = append(out, &journey.Event{Visitor: visitor, At: at, Type: journey.PageView, Page: look})
		at = at.Add(l.stays.draw(&d, 1000))
		next, ok := int32(0), false
		if hops := l.next[state(page, n == 0)]; hops != nil {
			next, ok = hops.draw(&d)
		}
		if !ok || next == end {
			break
		}
		page = next
	}
	if l.leaves {
		out = append(out, &journey.Event{Visitor: visitor, At: min(at, max(until, out[len(out)-1].At)), Type: journey.Leave})
	}
	return out
}
