package replay

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The ways in which results are broken down. A visit is counted by its start,
// by what was first told of it, and under every page that it saw.
const (
	ByCountry = "country"
	ByDevice  = "device"
	BySource  = "source"
	ByPage    = "page"
	ByHour    = "hour"
	ByDay     = "day"
)

// ByDisplays narrows to visits with so many displays of all campaigns: a row of
// [Pressure], whose last is "32+".
const ByDisplays = "displays"

// dimensions are counted apart; days are made of hours.
var dimensions = [...]string{ByCountry, ByDevice, BySource, ByPage, ByHour}

// furtherPages is what those of a visit go by that saw very many.
const furtherPages = "further pages of very long visits"

const (
	countryOf = iota
	deviceOf
	sourceOf
	pageOf
	hourOf
)

// Bounds of what is kept. Names that come after so many are counted together.
const (
	mostNames      = 5_000   // of a breakdown
	mostHours      = 50_000  // of a breakdown by hour
	mostRows       = 200_000 // of all breakdowns
	mostFine       = 100_000 // of those of engagements and of campaigns' pages among them
	mostOnWay      = 4_096   // rows on their way from a worker
	mostPairsOnWay = 32_768  // and pairs of draws
	mostPage       = 200     // bytes of a page's name
	mostPages      = 5_000   // of one visit
	longestDays    = 4       // days that are told by the hour
)

// Breakdown tells visits apart. The rows and Other add up to all visits; of
// pages a visit is under each that it saw, and its displays, answers and
// timeouts are under the page that they happened on, goals under each that
// something was displayed on.
type Breakdown struct {
	By string `json:"by"`
	// Campaign that the counts are of; "" for the account. Engagement is
	// "campaign/engagement" where they are of one alone.
	Campaign   string `json:"campaign,omitempty"`
	Engagement string `json:"engagement,omitempty"`
	Rows       []Row  `json:"rows"`
	// Other are those that are not among the rows: Names is how many. Bounded
	// says that there were too many to keep apart: then Names counts those kept,
	// and what a row says is exact nevertheless.
	Other   *Row `json:"other,omitempty"`
	Names   int  `json:"names"`
	Bounded bool `json:"bounded,omitempty"`
}

// Row is what became of the visits that a name is told of; "" is unknown.
type Row struct {
	Name string `json:"name"`
	groupCounts
}

// groupCounts are counts, and the views of a page.
type groupCounts struct {
	Counts
	Views int64 `json:"views,omitempty"`
}

func (g *groupCounts) add(o *groupCounts) {
	g.Counts.add(&o.Counts)
	g.Views += o.Views
}

// groupDelta is what some visits of one worker add to breakdowns. It goes to
// the merger in the order of visits, so that which names are kept apart does
// not depend on the workers.
type groupDelta struct {
	names []string
	ids   map[string]int32
	at    map[groupKey]int32
	rows  []groupRow
	// ledger is of the visits' draws, and goes the same way for the same reason.
	ledger ledger
}

// full reports whether it is time to send the delta on its way.
func (d *groupDelta) full() bool {
	return len(d.rows) >= mostOnWay || len(d.ledger.list) >= mostPairsOnWay
}

type groupKey struct {
	dim   uint8
	scope groupScope
	name  int32
}

// groupScope is what counts are of: a campaign by its index, the account, or an
// engagement.
type groupScope int32

const ofAccount groupScope = -1

func ofEngagement(index int) groupScope { return groupScope(-2 - index) }

// engagement is its index, if it is one.
func (s groupScope) engagement() (int, bool) { return int(-2 - s), s < ofAccount }

// compare orders the account, then campaigns, then engagements.
func (s groupScope) compare(o groupScope) int {
	i, fine := s.engagement()
	j, finer := o.engagement()
	switch {
	case fine && finer:
		return cmp.Compare(i, j)
	case fine:
		return 1
	case finer:
		return -1
	}
	return cmp.Compare(s, o)
}

type groupRow struct {
	groupKey
	groupCounts
}

// fine reports whether the row is of an engagement, or of a campaign's pages:
// of those there may be so many that they get no more than a part of the room.
func (k groupKey) fine() bool {
	_, engagement := k.scope.engagement()
	return engagement || k.dim == pageOf && k.scope != ofAccount
}

func newGroupDelta() *groupDelta {
	return &groupDelta{ids: make(map[string]int32), at: make(map[groupKey]int32)}
}

func (d *groupDelta) id(name string) int32 {
	id, ok := d.ids[name]
	if !ok {
		id = int32(len(d.names))
		d.ids[name] = id
		d.names = append(d.names, name)
	}
	return id
}

func (d *groupDelta) add(dim uint8, scope groupScope, name int32, c *groupCounts) {
	key := groupKey{dim, scope, name}
	i, ok := d.at[key]
	if !ok {
		i = int32(len(d.rows))
		d.at[key] = i
		d.rows = append(d.rows, groupRow{groupKey: key})
	}
	d.rows[i].groupCounts.add(c)
}

// take hands the delta over and begins a new one.
func (t *tally) take() *groupDelta {
	if len(t.groups.rows) == 0 && len(t.groups.ledger.list) == 0 {
		return nil
	}
	d := t.groups
	t.groups = newGroupDelta()
	return d
}

// breakDown adds the visit that ended to the breakdowns.
func (t *tally) breakDown() {
	v, d := &t.v, t.groups
	names := [...]int32{countryOf: d.id(v.country), deviceOf: d.id(v.device), sourceOf: d.id(v.source), hourOf: d.id(t.hourOf(v.start))}
	one := groupCounts{Counts: v.Counts}
	for dim, name := range names {
		if dim != pageOf {
			d.add(uint8(dim), ofAccount, name, &one)
		}
	}
	for i := range v.pages {
		p := &v.pages[i]
		// Of the page is what happened on it, of the visit what it came to.
		c := p.groupCounts
		if c.Displays > 0 {
			c.Goals, c.EngagedGoals = v.Goals, v.EngagedGoals
		}
		c.ControlGoals = v.ControlGoals
		c.finish()
		c.Visits, c.Prospects, c.Control = 1, v.Prospects, v.Control
		d.add(pageOf, ofAccount, d.id(p.name), &c)
	}
	parts := func(list []part, scope func(int) groupScope) {
		for i := range list {
			p := &list[i]
			c := groupCounts{Counts: p.Counts}
			c.Visits = 1
			for dim, name := range names {
				if dim != pageOf {
					d.add(uint8(dim), scope(p.index), name, &c)
				}
			}
		}
	}
	if t.o.Each {
		parts(v.campaigns.list, func(i int) groupScope { return groupScope(i) })
	}
	if t.o.EachEngagement {
		parts(v.engagements.list, ofEngagement)
	}
	t.breakDownPages()
}

// breakDownPages adds what the visit had of campaigns and of single engagements
// to the pages that it happened on. As with other breakdowns of a part, visits
// are those that had something of it: here on that page.
func (t *tally) breakDownPages() {
	add := func(scope groupScope, page int, on *Counts, p *part) {
		c := groupCounts{Counts: *on}
		if c.Displays > 0 {
			c.Goals, c.EngagedGoals = p.Goals, p.EngagedGoals
		}
		c.finish()
		c.Visits, c.Prospects, c.Control = 1, p.Prospects, p.Control
		t.groups.add(pageOf, scope, t.groups.id(t.v.pages[page].name), &c)
	}
	v := &t.v
	if t.o.Each {
		// Several engagements of a campaign on one page are one visit of it there.
		v.campaignPages = v.campaignPages[:0]
		for i := range v.onPages {
			x := &v.onPages[i]
			key := [2]int{-1 - t.refs[x.of].Campaign, x.page} // below all engagements
			at, ok := t.onPageAt[key]
			if !ok {
				at = len(v.campaignPages)
				t.onPageAt[key] = at
				v.campaignPages = append(v.campaignPages, onPage{t.refs[x.of].Campaign, x.page, Counts{}})
			}
			v.campaignPages[at].Counts.add(&x.Counts)
		}
		for i := range v.campaignPages {
			x := &v.campaignPages[i]
			add(groupScope(x.of), x.page, &x.Counts, v.campaigns.of(x.of))
		}
	}
	if t.o.EachEngagement {
		for i := range v.onPages {
			x := &v.onPages[i]
			add(ofEngagement(x.of), x.page, &x.Counts, v.engagements.of(x.of))
		}
	}
}

// breakdowns are what the merger makes of deltas.
type breakdowns struct {
	campaigns   []string
	engagements []string
	groups      map[groupKey]*group // without names
	rows, fine  int                 // in all, and fine ones
	ledger      ledger
}

type group struct {
	at      map[string]int
	rows    []Row
	other   groupCounts
	bounded bool
}

func newBreakdowns(campaigns, engagements []string) *breakdowns {
	return &breakdowns{campaigns: campaigns, engagements: engagements, groups: make(map[groupKey]*group)}
}

func (b *breakdowns) add(d *groupDelta) {
	b.ledger.addAll(&d.ledger)
	for i := range d.rows {
		r := &d.rows[i]
		key := groupKey{r.dim, r.scope, 0}
		fine := r.fine()
		g := b.groups[key]
		if g == nil {
			g = &group{at: make(map[string]int)}
			b.groups[key] = g
		}
		most := mostNames
		if r.dim == hourOf {
			most = mostHours
		}
		name := d.names[r.name]
		j, ok := g.at[name]
		if !ok {
			if len(g.rows) >= most || b.rows >= mostRows || fine && b.fine >= mostFine {
				g.bounded = true
				g.other.add(&r.groupCounts)
				continue
			}
			j = len(g.rows)
			name = strings.Clone(name) // not the line that it was in
			g.at[name] = j
			g.rows = append(g.rows, Row{Name: name})
			b.rows++
			if fine {
				b.fine++
			}
		}
		g.rows[j].groupCounts.add(&r.groupCounts)
	}
}

// OfScope reports whether the breakdown is of a campaign, of
// "campaign/engagement", or, of "", of the account.
func (b *Breakdown) OfScope(scope string) bool { return cmp.Or(b.Engagement, b.Campaign) == scope }

// list returns the breakdowns, the largest rows of each.
func (b *breakdowns) list(keep int) []Breakdown {
	if keep <= 0 {
		keep = 20
	}
	var keys []groupKey
	for key := range b.groups {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(x, y groupKey) int { return cmp.Or(x.scope.compare(y.scope), cmp.Compare(x.dim, y.dim)) })
	var out []Breakdown
	for _, key := range keys {
		g := b.groups[key]
		d := Breakdown{By: dimensions[key.dim], Bounded: g.bounded, Rows: slices.Clone(g.rows)}
		if i, ok := key.scope.engagement(); ok {
			d.Engagement = b.engagements[i]
			d.Campaign = campaignOf(d.Engagement)
		} else if key.scope != ofAccount {
			d.Campaign = b.campaigns[key.scope]
		}
		other := g.other
		if key.dim == hourOf {
			d.Rows, d.By = hours(d.Rows)
			d.Names = len(d.Rows)
		} else {
			d.Names = len(d.Rows)
			slices.SortFunc(d.Rows, func(x, y Row) int {
				return cmp.Or(cmp.Compare(y.Visits, x.Visits), cmp.Compare(y.Displays, x.Displays), cmp.Compare(x.Name, y.Name))
			})
			for i := range d.Rows[min(keep, len(d.Rows)):] {
				other.add(&d.Rows[keep+i].groupCounts)
			}
			d.Rows = slices.Clip(d.Rows[:min(keep, len(d.Rows))])
		}
		if g.bounded || d.Names > len(d.Rows) {
			d.Other = &Row{groupCounts: other}
		}
		out = append(out, d)
	}
	return out
}

// hours orders hours, and makes days of them where they are of many.
func hours(rows []Row) ([]Row, string) {
	slices.SortFunc(rows, func(x, y Row) int {
		a, _ := time.Parse(time.RFC3339, x.Name)
		b, _ := time.Parse(time.RFC3339, y.Name)
		return a.Compare(b)
	})
	var days []Row
	for i := range rows {
		day, _, _ := strings.Cut(rows[i].Name, "T")
		if len(days) == 0 || days[len(days)-1].Name != day {
			days = append(days, Row{Name: day})
		}
		days[len(days)-1].groupCounts.add(&rows[i].groupCounts)
	}
	if len(days) <= longestDays {
		return rows, ByHour
	}
	return days, ByDay
}

// pageName is what a page goes by: its address without scheme, query and
// fragment, so that what is personal in a query goes nowhere.
func pageName(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	url = strings.TrimSuffix(url, "/")
	if len(url) > mostPage {
		cut := mostPage
		for cut > 0 && !utf8.RuneStart(url[cut]) {
			cut--
		}
		url = url[:cut]
	}
	if i := strings.IndexByte(url, '/'); i >= 0 {
		if host := strings.ToLower(url[:i]); host != url[:i] {
			return host + url[i:]
		}
		return url
	}
	return strings.ToLower(url)
}
