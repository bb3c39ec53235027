package engine

import (
	"slices"
	"sort"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// plain is the reference evaluator: slow, obvious, and written from the
// semantics in doc.go alone. It walks through a visit in steps of one second
// and one second and a millisecond, and at each step reads every condition of
// every engagement from the catalog as it stands, over the list of events so
// far. Events, thresholds and intervals have to be whole seconds for that to
// be exact.
type plain struct {
	catalog *model.Catalog
	options Options
	visitor string

	agents   map[string]model.Availability
	cut      journey.VisitCut
	began    int             // visits begun in the journey
	lastDone journey.Instant // the last event of the previous visit, or 0
	visit    *plainVisit

	now      journey.Instant
	event    *journey.Event // what causes the records made now
	openPage bool
	answered bool // the last respond event was to something on the screen

	records     []plainRecord
	evaluations []plainEvaluation
}

// plainVisit is a visit: its events so far, and what was shown and answered.
type plainVisit struct {
	id       string
	start    journey.Instant
	number   int
	previous journey.Instant // the last event of the visit before, or 0
	last     journey.Instant // the visitor's last event

	events []*journey.Event
	pages  []plainPage

	exposed, declined, clicked, interacted map[string]bool // by path

	lastAccepted string
	conversation bool
	user         string

	displays          int
	proactive         map[model.EngagementType]int
	declinedProactive map[model.EngagementType]bool
	screen            map[string]*plainDisplay // by zone
	locked            map[string]bool          // by zone

	prospect map[string]bool // by campaign
	reached  map[string]bool // by campaign
	outcomes map[string]Gate // by path
}

// plainDisplay is what is on the screen in a zone.
type plainDisplay struct {
	campaign   *model.Campaign
	engagement *model.Engagement
	state      model.Availability
	first      journey.Instant
	number     int // of the displays of the visit
	followed   int
}

// plainEvaluation is the result of one evaluation.
type plainEvaluation struct {
	At    journey.Instant
	Event *journey.Event
	Gates map[string]Gate
}

// runPlain returns the records of one visitor's events.
func runPlain(c *model.Catalog, o Options, events []*journey.Event) *plain {
	p := newPlain(c, o)
	for _, e := range events {
		p.step(e)
	}
	p.end()
	return p
}

func newPlain(c *model.Catalog, o Options) *plain {
	return &plain{catalog: c, options: o, agents: map[string]model.Availability{}}
}

func (p *plain) rule() journey.VisitRule {
	return journey.VisitRule{Idle: p.catalog.Settings.VisitIdle(), MaxAge: p.catalog.Settings.VisitMaxAge()}
}

// step takes one event.
func (p *plain) step(e *journey.Event) {
	p.visitor = e.Visitor
	at := max(e.At, p.now)
	starts := p.cut.Starts(p.rule(), e)
	if p.visit != nil {
		if p.cut.Over(p.rule(), e) {
			p.close(min(p.ends(), at))
		} else {
			p.walk(at)
		}
	}
	p.now, p.event = at, e
	p.cut = p.cut.Take(p.rule(), e)
	if starts {
		p.begin(e)
	}
	switch {
	case e.Type == journey.Agents:
		p.agents[e.Agents.Skill] = e.Agents.State
		if p.visit != nil {
			p.evaluate()
		}
	case p.visit != nil: // else it is a leave that means nothing
		p.apply(e)
	}
	p.event = nil
}

// end closes the journey: the last page runs out.
func (p *plain) end() {
	if p.visit != nil {
		p.close(p.ends())
	}
}

// ends returns when the open visit ends if nothing more comes.
func (p *plain) ends() journey.Instant {
	return max(p.cut.End(p.rule()), p.visit.last)
}

func (p *plain) begin(e *journey.Event) {
	p.began++
	id := e.Visit
	if id == "" {
		id = e.Visitor + "@" + e.At.Time().Format(time.RFC3339)
	}
	p.visit = &plainVisit{id: id, start: e.At, number: p.began, previous: p.lastDone,
		exposed: map[string]bool{}, declined: map[string]bool{}, clicked: map[string]bool{}, interacted: map[string]bool{},
		proactive: map[model.EngagementType]int{}, declinedProactive: map[model.EngagementType]bool{},
		screen: map[string]*plainDisplay{}, locked: map[string]bool{},
		prospect: map[string]bool{}, reached: map[string]bool{}, outcomes: map[string]Gate{}}
	p.emit(plainRecord{Kind: VisitStarted})
}

// close ends the open visit without a leave.
func (p *plain) close(end journey.Instant) {
	if p.options.ClosePages {
		p.finish(p.visit.last)
		return
	}
	p.openPage = true
	p.walk(end)
	p.finish(max(end, p.visit.last))
	p.openPage = false
}

func (p *plain) finish(at journey.Instant) {
	v := p.visit
	r := plainRecord{Kind: VisitEnded, Start: v.start, Events: len(v.events), Pages: len(v.pages), Displays: v.displays}
	if p.options.Outcomes {
		r.Outcomes, r.Prospects, r.Control = map[string]string{}, map[string]bool{}, map[string]bool{}
		for _, c := range p.campaigns() {
			r.Prospects[c.ID] = v.prospect[c.ID]
			r.Control[c.ID] = v.prospect[c.ID] && (p.siteControl() || p.campaignControl(c))
			for _, e := range c.Engagements {
				r.Outcomes[c.Path(e)] = v.outcomes[c.Path(e)].String()
			}
		}
	}
	p.now = at
	p.emit(r)
	p.lastDone = v.last
	p.visit = nil
}

func (p *plain) emit(r plainRecord) {
	r.At, r.Visitor, r.Visit, r.Event, r.OpenPage = p.now, p.visitor, p.visit.id, p.event, p.openPage
	p.records = append(p.records, r)
}

// walk lives through the time up to an instant, that included.
func (p *plain) walk(to journey.Instant) {
	for second := p.now - p.now%1000; second <= to; second += 1000 {
		for _, at := range []journey.Instant{second, second + 1} {
			if at > p.now && at <= to {
				p.now = at
				p.due()
			}
		}
	}
	p.now = max(p.now, to)
}

// due does what is due now: durations that end, then an evaluation.
func (p *plain) due() {
	zones := zonesInOrder(p.visit.screen) // in the order in which they were displayed
	sort.Slice(zones, func(i, j int) bool { return p.visit.screen[zones[i]].number < p.visit.screen[zones[j]].number })
	for _, zone := range zones {
		d := p.visit.screen[zone]
		if d.engagement.Duration > 0 && p.now >= d.first.Add(d.engagement.Duration) {
			delete(p.visit.screen, zone)
			p.emit(plainRecord{Kind: TimedOut, Engagement: d.campaign.Path(d.engagement), Campaign: d.campaign.ID, Availability: d.state})
		}
	}
	page := p.visit.page()
	if page == nil {
		return
	}
	if every := p.catalog.Settings.Every(); every == 0 || p.now.Sub(page.at)%every == 0 {
		p.evaluate()
	}
}

// apply does what an event does.
func (p *plain) apply(e *journey.Event) {
	v := p.visit
	v.events = append(v.events, e)
	v.last = e.At
	var followers []string
	switch e.Type {
	case journey.Leave:
		p.finish(e.At)
		return
	case journey.PageView:
		v.pages = append(v.pages, readPage(e))
		v.locked = map[string]bool{}
		for _, zone := range zonesInOrder(v.screen) {
			if d := v.screen[zone]; v.follows(d, e.At) {
				d.followed++
				v.locked[zone] = true
				followers = append(followers, zone)
			} else {
				delete(v.screen, zone)
			}
		}
	case journey.Respond:
		p.answered = p.answer(e.Respond)
	case journey.Conversation:
		v.conversation = e.Conversation.Start
		if e.Conversation.Start {
			name := e.Conversation.Engagement
			if name == "" {
				name = v.lastAccepted
			}
			if v.clicked[name] && p.engagement(name).Type == model.Conversation {
				v.interacted[name] = true
			}
		}
	case journey.Identify:
		v.user = e.Identify.User
	}
	p.goals(e)
	for _, zone := range followers {
		d := v.screen[zone]
		p.emit(plainRecord{Kind: Followed, Engagement: d.campaign.Path(d.engagement), Campaign: d.campaign.ID, Availability: d.state})
	}
	p.evaluate()
}

// follows reports whether a display goes with the visitor to a page.
func (v *plainVisit) follows(d *plainDisplay, at journey.Instant) bool {
	f := d.engagement.Follow
	if d.engagement.Format == model.Embedded || d.engagement.Type == model.Conversation && v.conversation {
		return false
	}
	return f.Pages > 0 && d.followed < f.Pages || f.Time > 0 && at <= d.first.Add(f.Time)
}

// answer takes an answer to what is on the screen, and reports whether it was.
func (p *plain) answer(r *journey.Response) bool {
	v := p.visit
	for _, zone := range zonesInOrder(v.screen) {
		d := v.screen[zone]
		path := d.campaign.Path(d.engagement)
		if path != r.Engagement {
			continue
		}
		delete(v.screen, zone)
		if r.Action == journey.Accept {
			v.clicked[path] = true
			if d.engagement.Type == model.Content {
				v.interacted[path] = true
			} else {
				v.lastAccepted = path
			}
		} else {
			v.declined[path] = true
			if d.engagement.Format.Proactive() {
				v.declinedProactive[d.engagement.Type] = true
			}
		}
		p.emit(plainRecord{Kind: Answered, Engagement: path, Campaign: d.campaign.ID, Availability: d.state, Action: r.Action})
		return true
	}
	return false
}

// evaluate looks at everything at once and displays what wins. At exact
// instants a display may open a gate at its own instant.
func (p *plain) evaluate() {
	for p.evaluateOnce() && p.catalog.Settings.Every() == 0 {
	}
}

type plainCandidate struct {
	campaign   *model.Campaign
	engagement *model.Engagement
	state      model.Availability
}

func (p *plain) evaluateOnce() (displayed bool) {
	v := p.visit
	gates := map[string]Gate{}
	candidates := map[string][]plainCandidate{} // by zone
	for _, c := range p.campaigns() {
		for _, e := range c.Engagements {
			g := p.gate(c, e)
			gates[c.Path(e)] = g
			if g.Prospect() {
				v.prospect[c.ID] = true
			}
			if g == Shown {
				state, _ := p.availability(e)
				candidates[e.Zone()] = append(candidates[e.Zone()], plainCandidate{c, e, state})
			}
		}
	}
	for _, zone := range zonesInOrder(candidates) {
		for _, k := range candidates[zone] {
			gates[k.campaign.Path(k.engagement)] = LostDraw
		}
		k := p.draw(zone, candidates[zone])
		path := k.campaign.Path(k.engagement)
		gates[path] = Shown
		displayed = true
		v.locked[zone] = true
		v.exposed[path] = true
		v.displays++
		if k.engagement.Format.Proactive() {
			v.proactive[k.engagement.Type]++
		}
		v.screen[zone] = &plainDisplay{campaign: k.campaign, engagement: k.engagement, state: k.state, first: p.now, number: v.displays}
		p.emit(plainRecord{Kind: Displayed, Engagement: path, Campaign: k.campaign.ID, Availability: k.state})
	}
	for path, g := range gates {
		v.outcomes[path] = max(v.outcomes[path], g)
	}
	p.evaluations = append(p.evaluations, plainEvaluation{At: p.now, Event: p.event, Gates: gates})
	return displayed
}

// gate returns the first gate that stops an engagement, or Shown if it is a
// candidate.
func (p *plain) gate(c *model.Campaign, e *model.Engagement) Gate {
	v, s := p.visit, &p.catalog.Settings
	if !c.Published {
		return Draft
	}
	if e.Disabled {
		return Disabled
	}
	if g, ok := p.inTimeFrame(&c.TimeFrame); !ok {
		return g
	}
	if !slices.ContainsFunc(c.Audiences, func(id string) bool { return p.holds(p.audience(id).When) == True }) {
		return AudienceGate
	}
	if e.Type == model.Conversation && e.Authentication == model.Authenticated && v.user == "" {
		return IdentityGate
	}
	page := v.page()
	if page == nil || !slices.ContainsFunc(e.EntryPoints, func(id string) bool { return p.matches(id, page) }) {
		return EntryPointGate
	}
	if !slices.ContainsFunc(e.Behaviors, func(id string) bool { return p.holds(p.behavior(id).When) == True }) {
		return BehaviorGate
	}
	if p.siteControl() {
		return SiteControl
	}
	if p.campaignControl(c) {
		return CampaignControl
	}
	if _, ok := p.availability(e); !ok {
		return AvailabilityGate
	}
	if p.now.Sub(page.at) < e.Delay {
		return DelayGate
	}
	if v.declined[c.Path(e)] {
		return Closed
	}
	if e.Type == model.Conversation && v.conversation {
		return ConversationOpen
	}
	if e.Format.Proactive() {
		count, limit := v.proactive[model.Conversation]+v.proactive[model.Content], s.Displays.Limit
		if s.Displays.Split {
			count, limit = v.proactive[e.Type], s.Displays.Conversation
			if e.Type == model.Content {
				limit = s.Displays.Content
			}
		}
		if limit > 0 && count >= limit {
			return DisplayLimit
		}
		if v.declinedProactive[e.Type] && !s.MayInvite(e.Type) {
			return DeclinedGate
		}
	}
	if v.locked[e.Zone()] {
		return ZoneLocked
	}
	return Shown
}

// siteControl and campaignControl report membership of the control groups.
func (p *plain) siteControl() bool {
	if p.options.Control != nil {
		return p.options.Control.Site
	}
	return inSiteControl(p.options.Seed, p.visitor, p.catalog.Settings.SiteControl())
}

func (p *plain) campaignControl(c *model.Campaign) bool {
	if p.options.Control != nil {
		return p.options.Control.Campaigns[c.ID]
	}
	return controlNumber(controlHash(p.options.Seed, p.visitor), pathHash(c.ID)) < float64(c.Control())
}

// availability returns the creative's state, or false if there is none to
// show.
func (p *plain) availability(e *model.Engagement) (model.Availability, bool) {
	if e.Type == model.Content || e.Channel != model.Chat {
		return model.Online, true
	}
	state, ok := p.agents[e.Skill]
	if !ok {
		state, ok = p.agents[""]
	}
	if !ok {
		state = p.catalog.Settings.Agents
	}
	if state == model.Busy {
		switch {
		case e.Creative.Busy != nil && e.Format != model.Overlay:
			return model.Busy, true
		case e.IgnoreMaxWait:
			return model.Online, true
		}
		state = model.Offline
	}
	if state == model.Offline {
		if !e.Creative.OfflineOff {
			return model.Offline, true
		}
		return model.Online, e.Format == model.Embedded
	}
	return model.Online, true
}

// draw picks one candidate of a zone.
func (p *plain) draw(zone string, all []plainCandidate) plainCandidate {
	class := func(k plainCandidate) int {
		switch {
		case k.engagement.Type == model.Content:
			return 1
		case k.state == model.Offline:
			return 2
		}
		return 0
	}
	best := 2
	for _, k := range all {
		best = min(best, class(k))
	}
	names, sum := "", 0
	var present [3]bool
	for _, k := range all {
		if class(k) == best {
			present[k.campaign.Priority.Tier()] = true
		}
	}
	for tier, name := range []string{"high", "medium", "low"} {
		if present[tier] {
			if names != "" {
				names += ","
			}
			names += name
			sum += model.TierWeights[tier]
		}
	}
	number := unit(hash(p.options.Seed, "tier", p.visitor, p.visit.id, zone, names)) * float64(sum)
	drawn, upTo := 0, 0
	for tier := range present {
		if present[tier] {
			drawn = tier
			if upTo += model.TierWeights[tier]; number < float64(upTo) {
				break
			}
		}
	}
	var winner plainCandidate
	highest := -1.0
	for _, k := range all {
		path := k.campaign.Path(k.engagement)
		if class(k) != best || k.campaign.Priority.Tier() != drawn {
			continue
		}
		n := candidateNumber(hash(p.options.Seed, "draw", p.visitor, p.visit.id, zone), pathHash(path))
		if n > highest || n == highest && path < winner.campaign.Path(winner.engagement) {
			winner, highest = k, n
		}
	}
	return winner
}

// goals looks at what an event means to the campaigns' goals.
func (p *plain) goals(e *journey.Event) {
	v := p.visit
	for _, c := range p.campaigns() {
		goal := p.goal(c.Goal)
		if !p.hits(goal, e) {
			continue
		}
		control := p.siteControl() || p.campaignControl(c)
		exposed, engaged := false, false
		for _, x := range c.Engagements {
			exposed = exposed || v.exposed[c.Path(x)]
			engaged = engaged || v.clicked[c.Path(x)]
		}
		if control && !v.prospect[c.ID] || !control && !exposed {
			continue
		}
		g := plainGoal{Type: goal.Type, Control: control, Engaged: engaged, Duplicate: p.duplicate(e)}
		once := goal.OncePerVisit || goal.Type == model.GoalInteract
		if !g.Duplicate {
			g.Repeated = once && v.reached[c.ID]
			v.reached[c.ID] = true
		}
		switch e.Type {
		case journey.Purchase:
			g.Value, g.Currency = e.Purchase.Total.String(), e.Purchase.Currency
		case journey.Lead:
			g.Currency = e.Lead.Currency
			if e.Lead.Value != nil {
				g.Value = e.Lead.Value.String()
			}
		}
		p.emit(plainRecord{Kind: GoalReached, Campaign: c.ID, Goal: &g})
	}
}

// hits reports whether an event is what a goal waits for.
func (p *plain) hits(g *model.Goal, e *journey.Event) bool {
	v := p.visit
	switch e.Type {
	case journey.PageView:
		switch g.Type {
		case model.GoalSell, model.GoalLead, model.GoalOther:
			return slices.ContainsFunc(g.URLs, func(r model.PageRule) bool { return v.page().matches(r) == True })
		case model.GoalPageViews:
			return len(v.pages) == g.Pages
		}
	case journey.Purchase:
		return g.Type == model.GoalSell && g.Transaction != nil &&
			(g.Transaction.MoreThan == 0 || e.Purchase.Total > g.Transaction.MoreThan)
	case journey.Lead:
		return g.Type == model.GoalLead && g.LeadEvent
	case journey.Service:
		return g.Type == model.GoalService && slices.ContainsFunc(g.Service, func(b model.ServiceBox) bool {
			return b.Status == e.Service.Status && (len(b.Topics) == 0 || anyEqual(b.Topics, e.Service.Topic))
		})
	case journey.Conversation:
		return g.Type == model.GoalInteract && e.Conversation.Start
	case journey.Respond:
		if g.Type != model.GoalInteract || e.Respond.Action != journey.Accept {
			return false
		}
		return p.answered && p.engagement(e.Respond.Engagement).Type == model.Content
	}
	return false
}

// duplicate reports whether an earlier event of the visit had the same ids.
func (p *plain) duplicate(e *journey.Event) bool {
	for _, b := range p.visit.events[:len(p.visit.events)-1] {
		switch {
		case b.Type != e.Type:
		case e.Type == journey.Purchase:
			if e.Purchase.OrderID != "" && b.Purchase.OrderID == e.Purchase.OrderID {
				return true
			}
		case e.Type == journey.Lead:
			if e.Lead.LeadID != "" && b.Lead.LeadID == e.Lead.LeadID {
				return true
			}
		case e.Type == journey.Service:
			x, y := e.Service, b.Service
			if x.ServiceID != "" && x.ServiceID == y.ServiceID && x.Topic == y.Topic && x.Status == y.Status {
				return true
			}
		}
	}
	return false
}

// campaigns returns the campaigns by ID.
func (p *plain) campaigns() []*model.Campaign {
	all := slices.Clone(p.catalog.Campaigns)
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

func (p *plain) engagement(path string) *model.Engagement {
	for _, c := range p.catalog.Campaigns {
		for _, e := range c.Engagements {
			if c.Path(e) == path {
				return e
			}
		}
	}
	return &model.Engagement{}
}

func (p *plain) goal(id string) *model.Goal         { return byID(p.catalog.Goals, id) }
func (p *plain) audience(id string) *model.Audience { return byID(p.catalog.Audiences, id) }
func (p *plain) behavior(id string) *model.Behavior { return byID(p.catalog.Behaviors, id) }
func (p *plain) entryPoint(id string) *model.EntryPoint {
	return byID(p.catalog.EntryPoints, id)
}

// byID returns the document of an ID; the catalog has it.
func byID[D model.Document](docs []D, id string) D {
	return docs[slices.IndexFunc(docs, func(d D) bool { return d.Head().ID == id })]
}

// zonesInOrder returns the zones of a map: proactive, left, right, then the
// embedded ones by name.
func zonesInOrder[V any](m map[string]V) []string {
	rank := func(zone string) int {
		return slices.Index([]string{model.ZoneRight, model.ZoneLeft, model.ZoneProactive}, zone)
	}
	var zones []string
	for z := range m {
		zones = append(zones, z)
	}
	sort.Slice(zones, func(i, j int) bool {
		if a, b := rank(zones[i]), rank(zones[j]); a != b {
			return a > b
		}
		return zones[i] < zones[j]
	})
	return zones
}
