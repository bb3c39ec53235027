package replay

import (
	"fmt"
	"slices"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// Whatever is changed about a journey gives a further player, and the position
// at which to look at what came of it. Players never change, so that undo is
// to keep the one before; what comes after a change is replayed with it.

// with returns a player of other events or options. It shares with p what is
// known of the events that are the same.
func (p *Player) with(eng *engine.Engine, events []*journey.Event, o PlayerOptions) *Player {
	if len(events) > 0 {
		o.Visitor, o.Start = events[0].Visitor, events[0].At
	}
	q := newPlayerOf(eng, slices.Clip(events), o)
	q.moved = p.moved
	same, least := 0, min(len(p.events), len(q.events))
	for same < least && p.events[same] == q.events[same] {
		same++
	}
	if q.scan.every = p.scan.every; eng == p.eng && q.o == p.o {
		q.scan.inherit(p.scan, same)
	}
	return q
}

// Insert returns a player in whose journey the visitor does something more at
// a position, and the position after it. The events need no visitor, visit
// and instant.
func (p *Player) Insert(at Position, events ...*journey.Event) (*Player, Position) {
	at = p.clamp(at)
	n := at.Events
	added := make([]*journey.Event, len(events))
	for i, ev := range events {
		added[i] = p.own(ev, at.At, n)
	}
	return p.with(p.eng, slices.Insert(slices.Clone(p.events), n, added...), p.o), Position{at.At, n + len(added)}
}

// own returns an event as one of the journey's at an instant, after the first
// n of them: of its visitor, and of the visit that the source names there.
func (p *Player) own(ev *journey.Event, at journey.Instant, n int) *journey.Event {
	done := *ev
	done.Visitor, done.At, done.Line, done.Visit = p.o.Visitor, at, 0, ""
	if n > 0 {
		done.Visit = p.events[n-1].Visit
	}
	return &done
}

// Act is [Player.Insert] of what a visitor does who is driven by hand: a page
// that tells nothing of the browser tells what the pages before it told, as the
// browser would.
func (p *Player) Act(at Position, events ...*journey.Event) (*Player, Position) {
	at = p.clamp(at)
	var known ScenarioVisitor
	for _, ev := range p.events[:at.Events] {
		known.learn(ev)
	}
	told := make([]*journey.Event, len(events))
	for i, ev := range events {
		if ev.Page != nil {
			done := *ev
			done.Page = known.browser(ev.Page)
			ev = &done
			known.learn(ev)
		}
		told[i] = ev
	}
	return p.Insert(at, told...)
}

// learn notes what a page tells of the browser.
func (v *ScenarioVisitor) learn(ev *journey.Event) {
	if ev.Page == nil {
		return
	}
	v.Page = *v.browser(ev.Page)
}

// Answer is [Player.Insert] of the visitor's answer to an engagement. Who
// accepts a conversation starts it.
func (p *Player) Answer(at Position, engagement int, action journey.Action) (*Player, Position) {
	ref := p.eng.Engagements()[engagement]
	events := []*journey.Event{{Type: journey.Respond, Respond: &journey.Response{Engagement: ref.Path, Action: action}}}
	if action == journey.Accept && ref.Engagement.Type == model.Conversation {
		events = append(events, StartConversation(ref.Path))
	}
	return p.Insert(at, events...)
}

// Wait returns the position a while later, what comes in between done.
func (p *Player) Wait(at Position, d model.Duration) Position {
	at = p.clamp(at)
	if d <= 0 {
		return at
	}
	return p.Seek(at.At.Add(d))
}

// has reports whether the journey has an event of an index.
func (p *Player) has(i int) bool { return i >= 0 && i < len(p.events) }

// Delete returns a player without the event of an index, and the position at
// its instant. Without an event left the journey keeps its start. An event
// that there is not leaves the journey as it is, here and below.
func (p *Player) Delete(i int) (*Player, Position) {
	if !p.has(i) {
		return p, p.clamp(Position{p.o.Start, i})
	}
	q := p.with(p.eng, slices.Delete(slices.Clone(p.events), i, i+1), p.o)
	return q, q.clamp(Position{p.events[i].At, i})
}

// CutAfter returns a player whose journey ends at a position: nothing comes
// after it.
func (p *Player) CutAfter(at Position) (*Player, Position) {
	at = p.clamp(at)
	return p.with(p.eng, slices.Clone(p.events[:at.Events]), p.o), at
}

// Replace returns a player in which something else happens at an event's
// place and instant, and the position after it.
func (p *Player) Replace(i int, ev *journey.Event) (*Player, Position) {
	if !p.has(i) {
		return p, p.clamp(Position{p.o.Start, i})
	}
	events := slices.Clone(p.events)
	done := p.own(ev, events[i].At, i)
	done.Visit = events[i].Visit
	events[i] = done
	return p.with(p.eng, events, p.o), Position{done.At, i + 1}
}

// Move returns a player in which an event happens at another position, and the
// position after it there. The position counts events as they are now, the
// moved one included: [Player.Seek] of an instant puts it behind everything of
// that instant, and its own place with another instant leaves it in the order.
// The event belongs to the visit that the source names at its new place.
func (p *Player) Move(i int, to Position) (*Player, Position) {
	if !p.has(i) {
		return p, p.clamp(Position{p.o.Start, i})
	}
	n := max(0, min(to.Events, len(p.events)))
	if n > i {
		n--
	}
	rest, ev := slices.Delete(slices.Clone(p.events), i, i+1), *p.events[i]
	ev.At = to.At
	if n < len(rest) {
		ev.At = min(ev.At, rest[n].At)
	}
	if n > 0 {
		ev.At = max(ev.At, rest[n-1].At)
	}
	if n != i {
		ev.Visit = ""
		if n > 0 {
			ev.Visit = rest[n-1].Visit
		}
	}
	return p.with(p.eng, slices.Insert(rest, n, &ev), p.o), Position{ev.At, n + 1}
}

// Who is what may be told otherwise of who makes a journey. What is nil stays
// as it was told.
type Who struct {
	// ID of the visitor: draws and control groups hang on it.
	ID string
	// Device is what every page tells of the browser, as a whole: what is empty
	// is unknown.
	Device *Device
	// Geo is where the visitor is; the zero value is unknown.
	Geo *journey.Geo
	// Language and IP of the browser; "" is unknown.
	Language, IP *string
	// History is told by the first page of each visit, of which later ones of
	// the journey count on; it replaces whatever pages told of it.
	History *History
	// Customer and Person are told after the first page of each visit. Fields
	// that they tell are told otherwise by no later event.
	Customer *journey.Customer
	Person   *journey.Person
}

// Device is what a page tells of the visitor's browser.
type Device struct {
	UserAgent string
	Platform  model.Platform
	Browser   string
	OS        string
}

// History is what a page tells of a visitor's earlier visits; what is zero is
// unknown to the source and counted within the journey.
type History struct {
	Returning *bool
	Visits    int
	LastVisit journey.Instant
}

// As returns a player in which somebody else makes the same journey at the
// same times, and the position that corresponds to at.
func (p *Player) As(at Position, who Who) (*Player, Position) {
	at = p.clamp(at)
	o := p.o
	if who.ID != "" {
		o.Visitor = who.ID
	}
	rule := visitRule(p.eng)
	var (
		cut     journey.VisitCut
		before  journey.Instant // last event of the visit before
		visits  int
		told    int // visits whose first page has come
		events  = make([]*journey.Event, 0, len(p.events))
		history ScenarioVisitor
		done    = at.Events
	)
	if h := who.History; h != nil {
		history.Page = journey.Page{Returning: h.Returning, Visits: h.Visits, LastVisit: h.LastVisit}
	}
	for i, old := range p.events {
		ev := *old
		ev.Visitor = o.Visitor
		if cut.Starts(rule, old) {
			visits++
			before = cut.Last
		}
		cut = cut.Take(rule, old)
		first := ev.Page != nil && told < visits
		switch {
		case ev.Page != nil:
			page := *ev.Page
			who.browse(&page)
			if who.History != nil {
				page.Returning, page.Visits, page.LastVisit = nil, 0, 0
				if first {
					history.history(&page, visits, before)
				}
			}
			ev.Page = &page
		case ev.Customer != nil && who.Customer != nil:
			ev.Customer = overrideCustomer(ev.Customer, who.Customer)
		case ev.Personal != nil && who.Person != nil:
			ev.Personal = overridePerson(ev.Personal, who.Person)
		}
		events = append(events, &ev)
		if !first {
			continue
		}
		told = visits
		tell := func(more journey.Event) {
			more.Visitor, more.Visit, more.At = ev.Visitor, ev.Visit, ev.At
			events = append(events, &more)
			if i < at.Events {
				done++
			}
		}
		if who.Customer != nil {
			c := *who.Customer
			tell(journey.Event{Type: journey.CustomerInfo, Customer: &c})
		}
		if who.Person != nil {
			x := *who.Person
			tell(journey.Event{Type: journey.Personal, Personal: &x})
		}
	}
	q := p.with(p.eng, events, o)
	return q, q.clamp(Position{at.At, done})
}

// browse changes what a page tells of the browser.
func (w *Who) browse(page *journey.Page) {
	if d := w.Device; d != nil {
		page.UserAgent, page.Platform, page.Browser, page.OS = d.UserAgent, d.Platform, d.Browser, d.OS
	}
	switch {
	case w.Geo == nil:
	case *w.Geo == journey.Geo{}:
		page.Geo = nil
	default:
		geo := *w.Geo
		page.Geo = &geo
	}
	if w.Language != nil {
		page.Language = *w.Language
	}
	if w.IP != nil {
		page.IP = *w.IP
	}
}

// overrideCustomer returns what an event tells but for what is told otherwise.
func overrideCustomer(c, by *journey.Customer) *journey.Customer {
	out := *c
	hush(&out.Type, by.Type)
	hush(&out.Status, by.Status)
	hush(&out.CustomerID, by.CustomerID)
	hush(&out.Currency, by.Currency)
	hush(&out.StoreZIP, by.StoreZIP)
	hush(&out.StoreNumber, by.StoreNumber)
	hush(&out.RegistrationDate, by.RegistrationDate)
	if by.Balance != nil {
		out.Balance = nil
	}
	if by.CompanySize != nil {
		out.CompanySize = nil
	}
	out.Other = without(c.Other, by.Other)
	return &out
}

func overridePerson(c, by *journey.Person) *journey.Person {
	out := *c
	hush(&out.Gender, by.Gender)
	hush(&out.Language, by.Language)
	if by.Age != nil || !by.Birth.IsZero() {
		out.Age, out.Birth = nil, 0
	}
	out.Other = without(c.Other, by.Other)
	return &out
}

// hush empties a field that is told otherwise.
func hush[T comparable](field *T, otherwise T) {
	var none T
	if otherwise != none {
		*field = none
	}
}

func without(m, by map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		if _, told := by[k]; !told {
			out[k] = v
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Shift returns a player of the same journey at another time, by which at
// falls on an instant, and the position there. All spans between events, and
// to what pages tell of the last visit, are kept to the millisecond, over
// changes of daylight saving, too: there clocks show another span. Dates that
// events tell (of birth, of registration) stay. The engine's names of visits
// carry their start, so draws and simulated answers are those of the new time
// unless the source names its visits.
func (p *Player) Shift(at Position, to journey.Instant) (*Player, Position) {
	at = p.clamp(at)
	by := to.Sub(at.At)
	o := p.o
	o.Start = o.Start.Add(by)
	q := p.with(p.eng, Later(p.events, by), o)
	q.moved += by
	return q, Position{to, at.Events}
}

// Later returns copies of events that happen later by a span, or earlier by a
// negative one, as [Player.Shift] tells.
func Later(events []*journey.Event, by model.Duration) []*journey.Event {
	out := make([]*journey.Event, len(events))
	for i, old := range events {
		ev := *old
		if ev.Page != nil && ev.Page.LastVisit != 0 { // Move changes it
			page := *ev.Page
			ev.Page = &page
		}
		ev.Move(by)
		out[i] = &ev
	}
	return out
}

// WithSeed returns a player with another seed, and the position.
func (p *Player) WithSeed(at Position, seed uint64) (*Player, Position) {
	o := p.o
	o.Seed = seed
	return p.with(p.eng, slices.Clone(p.events), o), p.clamp(at)
}

// WithPolicy returns a player that answers otherwise, and the position.
func (p *Player) WithPolicy(at Position, policy Policy) (*Player, Position) {
	o := p.o
	o.Policy = policy
	return p.with(p.eng, slices.Clone(p.events), o), p.clamp(at)
}

// WithEngine returns a player of the same journey through another catalog, of
// another revision or a draft, and the position. Engagements have other
// indices there; journeys name them by their paths.
func (p *Player) WithEngine(at Position, eng *engine.Engine) (*Player, Position) {
	return p.with(eng, slices.Clone(p.events), p.o), p.clamp(at)
}

// WithCampaigns returns a player of the same journey through the campaigns of
// its catalog that keep takes, and no others: without one, or with one alone.
// The error is the compiler's.
func (p *Player) WithCampaigns(keep func(*model.Campaign) bool) (*Player, error) {
	c := *p.eng.Catalog()
	c.Campaigns = nil
	for _, k := range p.eng.Catalog().Campaigns {
		if keep(k) {
			c.Campaigns = append(c.Campaigns, k)
		}
	}
	eng, err := engine.Compile(&c)
	if err != nil {
		return nil, fmt.Errorf("compiling a part of the catalog: %w", err)
	}
	q, _ := p.WithEngine(p.Start(), eng)
	return q, nil
}

// WithControl returns a player whose visitor is in the control groups told and
// no other, nil for by hash, and the position.
func (p *Player) WithControl(at Position, c *engine.Control) (*Player, Position) {
	o := p.o
	o.Control = c
	return p.with(p.eng, slices.Clone(p.events), o), p.clamp(at)
}

// InControl returns a player whose visitor is in a campaign's control group, or
// is not, whatever the hash says, and the position; "" is the site's. All other
// groups stay as they are.
func (p *Player) InControl(at Position, campaign string, in bool) (*Player, Position) {
	c := p.o.Control
	if c == nil {
		c = p.eng.Membership(p.o.Seed, p.o.Visitor)
	}
	forced := engine.Control{Site: c.Site, Campaigns: make(map[string]bool, len(c.Campaigns)+1)}
	for id, is := range c.Campaigns {
		if is {
			forced.Campaigns[id] = true
		}
	}
	switch {
	case campaign == "":
		forced.Site = in
	case in:
		forced.Campaigns[campaign] = true
	default:
		delete(forced.Campaigns, campaign)
	}
	return p.WithControl(at, &forced)
}
