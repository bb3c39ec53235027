package replay

import (
	"cmp"
	"slices"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// ResultsOptions ask a run for [Results].
type ResultsOptions struct {
	// Examples is how many visits are kept for each gate of an engagement.
	Examples int
	// Rows bounds each breakdown; the rest is summed up. 0 is 20, and below 0
	// there is none.
	Rows int
	// Each breaks every campaign down, and not only the account.
	Each bool
	// EachEngagement breaks every engagement down, too.
	EachEngagement bool
	// Conditions looks at every condition at every evaluation of one visitor
	// in so many, which takes time; 0 is of nobody.
	Conditions int
	// Draws keeps the ledger of draws.
	Draws bool
}

// tally is what one worker counts of a run's visits.
type tally struct {
	o         ResultsOptions
	eng       *engine.Engine
	refs      []engine.Ref
	campaign  []*model.Campaign
	zone      *time.Location
	devices   map[string]string // by user agent
	pageAt    map[string]int    // pages of the visit at hand
	onPageAt  map[[2]int]int    // engagements on them
	sampled   bool              // conditions are looked at
	truths    func(engagement int) engine.Explanation
	groups    *groupDelta
	breakdown bool

	account     Counts
	campaigns   []sums
	engagements []sums
	pressure    Pressure
	examples    examples
	alone       bool // nothing is broken down but the account
	conditions  conditionTally
	// Where that is so, of visits that came to nothing more, and of all visitors.
	ofCampaigns, ofEngagements prospects

	// Of the visitor at hand: what was counted of him already.
	visitor     int32
	prospect    []int32 // by campaign: the last visitor counted
	exposed     []int32
	prospectOf  []int32 // by engagement
	exposedTo   []int32
	anyProspect int32
	anyExposed  int32

	v visitTally
}

// sums are a scope's counts.
type sums struct {
	Counts
	revenue []Revenue // by currency
}

func (s *sums) of(currency string) *Revenue {
	i, ok := slices.BinarySearchFunc(s.revenue, currency, func(r Revenue, c string) int { return cmp.Compare(r.Currency, c) })
	if !ok {
		s.revenue = slices.Insert(s.revenue, i, Revenue{Currency: currency})
	}
	return &s.revenue[i]
}

func b2i(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (s *sums) add(o *sums) {
	s.Counts.add(&o.Counts)
	for i := range o.revenue {
		s.of(o.revenue[i].Currency).add(&o.revenue[i])
	}
}

// visitTally is what is known of the visit at hand.
type visitTally struct {
	open                    bool
	start                   journey.Instant
	country, device, source string
	told                    bool // the source by an event
	arrived                 bool
	Counts                  // of the account
	campaigns, engagements  parts
	pages                   []page
	onPages                 []onPage // of engagements
	campaignPages           []onPage // made of them at its end
	controlGoals            []controlGoal
}

// part is what a visit had of one campaign or engagement.
type part struct {
	index int
	Counts
	spent []spent
}

// parts are what a visit had of the campaigns, or engagements, that it had
// anything of: thousands where a catalog is large.
type parts struct {
	list []part
	at   []int32 // by index: the place in the list, plus one
}

func newParts(of int) parts { return parts{at: make([]int32, of)} }

// of returns what the visit had of one, nothing so far if it is the first time.
// It is valid until the next.
func (p *parts) of(index int) *part {
	if p.at[index] == 0 {
		p.list = append(p.list, part{index: index})
		p.at[index] = int32(len(p.list))
	}
	return &p.list[p.at[index]-1]
}

// cleared returns the parts of a visit that had nothing yet.
func (p *parts) cleared() parts {
	for i := range p.list {
		p.at[p.list[i].index] = 0
	}
	return parts{p.list[:0], p.at}
}

// spent is what a visit spent in one currency.
type spent struct {
	currency       string
	total, engaged Total
	orders         int64
}

type page struct {
	name string
	groupCounts
}

// onPage is what a visit had of an engagement, or a campaign, on one page, by
// its place among the visit's.
type onPage struct {
	of, page int
	Counts
}

type controlGoal struct {
	campaign int
	value    *model.Money
	currency string
}

func newTally(eng *engine.Engine, o ResultsOptions) *tally {
	n, k := len(eng.Engagements()), len(eng.Campaigns())
	t := &tally{o: o, eng: eng, refs: eng.Engagements(), campaign: eng.Campaigns(), v: visitTally{campaigns: newParts(k), engagements: newParts(n)}, zone: zoneOf(eng), devices: map[string]string{}, alone: o.Rows < 0 || !o.Each && !o.EachEngagement, pageAt: map[string]int{}, onPageAt: map[[2]int]int{}, breakdown: o.Rows >= 0,
		groups: newGroupDelta(), campaigns: make([]sums, k), engagements: make([]sums, n), examples: examples{enough: o.Examples},
		conditions: newConditionTally(o.Conditions),
		prospect:   make([]int32, k), exposed: make([]int32, k), prospectOf: make([]int32, n), exposedTo: make([]int32, n)}
	t.ofCampaigns, t.ofEngagements = newProspects(k), newProspects(n)
	return t
}

// zoneOf is the clock that the account lives by.
func zoneOf(eng *engine.Engine) *time.Location {
	if name := eng.Catalog().Settings.Zone; name != "" && name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// begin takes the next visitor.
func (t *tally) begin(visitor string) {
	t.visitor++
	t.ofCampaigns.next()
	t.ofEngagements.next()
	t.sampled = t.conditions.takes(visitor)
}

// took takes the facts of an event that the engine has taken.
func (t *tally) took(ev *journey.Event) {
	v := &t.v
	if !v.open || !t.breakdown {
		return
	}
	switch {
	case ev.Marketing != nil && ev.Marketing.Channel != "" && !v.told:
		v.source, v.told = string(ev.Marketing.Channel), true
	case ev.Page == nil:
	default:
		p := ev.Page
		if v.country == "" && p.Geo != nil {
			v.country = p.Geo.Country
		}
		if v.device == "" {
			v.device = t.deviceOf(p)
		}
		if !v.arrived {
			v.arrived = true
			if !v.told {
				v.source = string(journey.ArrivalOf(p.URL, p.Referrer).Channel)
			}
		}
		t.page(pageName(p.URL)).Views++
	}
}

// mostDevices bounds the user agents that are kept.
const mostDevices = 4096

func (t *tally) deviceOf(p *journey.Page) string {
	if p.Platform != "" || p.UserAgent == "" {
		return string(p.Platform)
	}
	if d, ok := t.devices[p.UserAgent]; ok {
		return d
	}
	platform, _, _ := journey.Device(p.UserAgent)
	if len(t.devices) >= mostDevices {
		clear(t.devices)
	}
	t.devices[p.UserAgent] = string(platform)
	return string(platform)
}

// searched is how many pages of a visit are looked through before an index is.
const searched = 16

// page is the visit's account of a page.
func (t *tally) page(name string) *groupCounts { return &t.v.pages[t.placeOf(name)].groupCounts }

// placeOf is the place of a page among the visit's.
func (t *tally) placeOf(name string) int {
	v := &t.v
	for i := len(v.pages) - 1; i >= 0 && i >= len(v.pages)-searched; i-- { // mostly one of the last
		if v.pages[i].name == name {
			return i
		}
	}
	if len(v.pages) >= searched {
		if i, ok := t.pageAt[name]; ok {
			return i
		}
		if len(v.pages) >= mostPages && name != furtherPages {
			return t.placeOf(furtherPages)
		}
	}
	t.pageAt[name] = len(v.pages)
	v.pages = append(v.pages, page{name: name})
	return len(v.pages) - 1
}

// onPage is the visit's account of an engagement on a page.
func (t *tally) onPage(engagement, page int) *Counts {
	v := &t.v
	key := [2]int{engagement, page}
	i, ok := t.onPageAt[key]
	if !ok {
		i = len(v.onPages)
		t.onPageAt[key] = i
		v.onPages = append(v.onPages, onPage{of: engagement, page: page})
	}
	return &v.onPages[i].Counts
}

// record takes what the engine tells; url is the page's.
func (t *tally) record(r *engine.Record, url string) {
	v := &t.v
	switch r.Kind {
	case engine.VisitStarted:
		clear(t.pageAt)
		clear(t.onPageAt)
		*v = visitTally{open: true, start: r.At, campaigns: v.campaigns.cleared(), engagements: v.engagements.cleared(), pages: v.pages[:0], onPages: v.onPages[:0], campaignPages: v.campaignPages[:0], controlGoals: v.controlGoals[:0]}
	case engine.Displayed:
		t.onScreen(r, url, func(c *Counts) { c.Displays++ })
		t.groups.ledger.lost(r)
	case engine.Answered:
		if r.Action == journey.Accept {
			t.onScreen(r, url, func(c *Counts) { c.Accepted++; c.Engaged = 1 })
		} else {
			t.onScreen(r, url, func(c *Counts) { c.Declined++ })
		}
	case engine.TimedOut:
		t.onScreen(r, url, func(c *Counts) { c.TimedOut++ })
	case engine.GoalReached:
		t.goal(r)
	case engine.Evaluated:
		if t.sampled {
			t.conditions.look(t.truths, len(t.refs))
		}
	case engine.VisitEnded:
		t.ended(r)
		v.open = false
	}
}

// onScreen counts what happened to a display in every scope that it is of.
func (t *tally) onScreen(r *engine.Record, url string, count func(*Counts)) {
	v := &t.v
	count(&v.Counts)
	count(&v.campaigns.of(t.refs[r.Engagement].Campaign).Counts)
	count(&v.engagements.of(r.Engagement).Counts)
	if t.breakdown {
		place := t.placeOf(pageName(url))
		count(&v.pages[place].Counts)
		if t.o.Each || t.o.EachEngagement {
			count(t.onPage(r.Engagement, place))
		}
	}
}

// goal counts a goal that is counted.
func (t *tally) goal(r *engine.Record) {
	v, g := &t.v, &r.Goal
	switch {
	case g.Duplicate || g.Repeated:
		return
	case g.Control:
		v.ControlGoals++
		c := controlGoal{campaign: r.Campaign, currency: g.Currency}
		if g.Value != nil {
			value := *g.Value
			c.value = &value
		}
		v.controlGoals = append(v.controlGoals, c)
		return
	}
	count := func(c *Counts, engaged bool) {
		c.Goals++
		if engaged {
			c.EngagedGoals++
		}
	}
	count(&v.Counts, g.Engaged)
	p := v.campaigns.of(r.Campaign)
	count(&p.Counts, g.Engaged)
	p.spend(g.Value, g.Currency, g.Engaged)
	for i := range v.engagements.list {
		e := &v.engagements.list[i]
		if t.refs[e.index].Campaign == r.Campaign {
			count(&e.Counts, e.Accepted > 0)
			e.spend(g.Value, g.Currency, e.Accepted > 0)
		}
	}
}

func (p *part) spend(value *model.Money, currency string, engaged bool) {
	if value == nil {
		return
	}
	i := slices.IndexFunc(p.spent, func(s spent) bool { return s.currency == currency })
	if i < 0 {
		i = len(p.spent)
		p.spent = append(p.spent, spent{currency: currency})
	}
	s := &p.spent[i]
	s.total.Add(*value)
	if engaged {
		s.engaged.Add(*value)
	}
	s.orders++
}

// finish makes of a visit's counts those of one visit.
func (c *Counts) finish() {
	c.Exposed, c.Engaged = min(1, c.Displays), min(1, c.Accepted)
	c.Converted, c.EngagedConverted, c.ControlConverted = min(1, c.Goals), min(1, c.EngagedGoals), min(1, c.ControlGoals)
}

// ended adds a visit that ended to the sums.
func (t *tally) ended(r *engine.Record) {
	v := &t.v
	ref := VisitRef{r.Visitor, r.Visit, v.start}
	t.control(r)
	v.Visits = 1
	if all := r.Totals.Prospects; !all.None() {
		v.Prospects = 1
		if slices.Equal(all, r.Totals.Control) {
			v.Control = 1
		}
	}
	if v.Control == 0 {
		v.ControlGoals = 0
	}
	t.prospects(r)
	t.outcomes(r, ref)
	v.finish()
	once(&v.ProspectVisitors, v.Prospects, &t.anyProspect, t.visitor)
	once(&v.ExposedVisitors, v.Exposed, &t.anyExposed, t.visitor)
	t.account.add(&v.Counts)
	t.pressure.note(v.Displays, ref)
	settle := func(list []part, to []sums, prospect, exposed []int32) {
		for i := range list {
			p := &list[i]
			p.finish()
			if !t.alone {
				once(&p.ProspectVisitors, p.Prospects, &prospect[p.index], t.visitor)
			}
			once(&p.ExposedVisitors, p.Exposed, &exposed[p.index], t.visitor)
			s := &to[p.index]
			s.Counts.add(&p.Counts)
			for j := range p.spent {
				x := &p.spent[j]
				rev := s.of(x.currency)
				if p.Control > 0 && p.Exposed == 0 {
					rev.Control.AddTotal(&x.total)
					rev.ControlOrders += x.orders
					rev.ControlSquares.addSquare(&x.total)
					continue
				}
				rev.Exposed.AddTotal(&x.total)
				rev.Engaged.AddTotal(&x.engaged)
				rev.Orders += x.orders
				rev.ExposedSquares.addSquare(&x.total)
			}
		}
	}
	settle(v.campaigns.list, t.campaigns, t.prospect, t.exposed)
	settle(v.engagements.list, t.engagements, t.prospectOf, t.exposedTo)
	if t.breakdown {
		t.breakDown()
	}
}

// once counts a visitor at the first of his visits that counts.
func once(n *int64, counts int64, last *int32, visitor int32) {
	if *n = 0; counts > 0 && *last != visitor {
		*last, *n = visitor, 1
	}
}

// control gives the goals of control groups to the campaigns, and puts them in the
// order of these.
func (t *tally) control(r *engine.Record) {
	slices.SortStableFunc(t.v.controlGoals, func(a, b controlGoal) int { return cmp.Compare(a.campaign, b.campaign) })
	for i := range t.v.controlGoals {
		g := &t.v.controlGoals[i]
		p := t.v.campaigns.of(g.campaign)
		p.ControlGoals++
		p.spend(g.value, g.currency, false)
	}
}

// prospects counts prospects and control groups of campaigns.
func (t *tally) prospects(r *engine.Record) {
	of, parts := &t.ofCampaigns, &t.v.campaigns
	copy(of.all, r.Totals.Prospects)
	copy(of.held, r.Totals.Control)
	if t.alone {
		of.met()
	} else {
		for i := range of.all.All() {
			parts.of(i)
		}
	}
	for i := range parts.list {
		p := &parts.list[i]
		is, held := of.take(p.index)
		p.Prospects, p.Control = int64(b2i(is)), int64(b2i(held))
	}
	of.count()
}

// outcomes counts prospects and control groups of engagements, and keeps
// examples of where visits stop.
func (t *tally) outcomes(r *engine.Record, ref VisitRef) {
	if t.o.Examples > 0 {
		t.examples.keep(r.Totals.Outcomes, ref)
	}
	of, parts := &t.ofEngagements, &t.v.engagements
	clear(of.all)
	clear(of.held)
	for g := engine.SiteControl; g <= engine.Shown; g++ {
		for w, x := range r.Totals.Outcomes[g] {
			of.all[w] |= x
			if g <= engine.CampaignControl {
				of.held[w] |= x
			}
		}
	}
	listed := of.held // whose goals are told of each
	if t.alone {
		of.met()
	} else {
		listed = of.all
	}
	if !t.alone || len(t.v.controlGoals) > 0 {
		for place := range listed.All() {
			parts.of(t.eng.EngagementAt(place))
		}
	}
	for i := range parts.list {
		p := &parts.list[i]
		is, held := of.take(t.eng.PlaceOf(p.index))
		if p.Prospects = int64(b2i(is)); held {
			t.heldOut(p)
		}
	}
	of.count()
}

// heldOut counts an engagement's prospect in a control group, and the goals that it
// reached there.
func (t *tally) heldOut(p *part) {
	campaign, goals := t.refs[p.index].Campaign, t.v.controlGoals
	p.Control = 1
	for j, _ := slices.BinarySearchFunc(goals, campaign, func(g controlGoal, c int) int { return cmp.Compare(g.campaign, c) }); j < len(goals) && goals[j].campaign == campaign; j++ {
		p.ControlGoals++
		p.spend(goals[j].value, goals[j].currency, false)
	}
}

// add adds what another worker counted.
func (t *tally) add(o *tally) {
	t.account.add(&o.account)
	o.ofCampaigns.next()
	o.ofEngagements.next()
	for i := range o.campaigns {
		t.campaigns[i].add(&o.campaigns[i])
		o.ofCampaigns.addTo(&t.campaigns[i].Counts, i)
	}
	for i := range o.engagements {
		t.engagements[i].add(&o.engagements[i])
		o.ofEngagements.addTo(&t.engagements[i].Counts, t.eng.PlaceOf(i))
	}
	t.pressure.add(&o.pressure)
	t.examples.add(&o.examples)
	t.conditions.add(&o.conditions)
}
