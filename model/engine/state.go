package engine

import (
	"slices"

	"beckon/model"
	"beckon/model/journey"
)

// State is where a run stands, for screens: a copy that stays as it is.
type State struct {
	Visitor string
	Visit   string // "" while no visit is open
	Now     journey.Instant
	Start   journey.Instant
	// Evaluated is the instant of the last evaluation, 0 before the first.
	Evaluated journey.Instant

	Page      *journey.Page // nil before the first page
	PageStart journey.Instant
	Pages     int

	Screen []OnScreen
	Locked []string // zones taken until the next page

	Visits     int
	Returning  bool
	Platform   model.Platform
	Browser    string
	OS         string
	Language   string
	Geo        journey.Geo
	Channel    model.MarketingChannel
	User       string // signed in as
	Attributes map[string]string

	CartTold bool
	Cart     journey.CartState
	Viewed   []journey.Product
	Errors   []journey.VisitorError // unresolved
	Searches []string

	Conversation bool
	// Displays and declines of proactive engagements in the visit; limits are
	// 0 for unlimited, equal for both types unless Split.
	ConversationDisplays, ContentDisplays int
	ConversationLimit, ContentLimit       int
	Split                                 bool
	ConversationDeclined, ContentDeclined bool
	SiteControl                           bool
	Agents                                model.Availability // of all skills
}

// OnScreen is an engagement on the visitor's screen.
type OnScreen struct {
	Engagement   int
	Zone         string
	Availability model.Availability
	First        journey.Instant // displayed
	Since        journey.Instant // on this page
	Until        journey.Instant // end of its duration, or 0
	Followed     bool            // came along from an earlier page
}

// State returns where the run stands.
func (r *Run) State() State {
	f, e := &r.f, r.e
	s := State{Visitor: r.visitor, Now: f.now, Agents: r.agentsOf(0), SiteControl: r.site, Split: e.splitLimit}
	s.ConversationLimit, s.ContentLimit = e.limits[0], e.limits[1]
	if !r.cut.Open {
		return s
	}
	s.Visit, s.Start, s.Page, s.PageStart, s.Pages = r.visit, f.start, f.page, f.pageStart, f.pages
	if r.haveEval {
		s.Evaluated = r.evaluatedAt
	}
	s.Screen = r.Screen(nil)
	for i, taken := range r.lockedZones {
		if taken {
			s.Locked = append(s.Locked, e.zones[i].name)
		}
	}
	s.Visits, s.Returning = f.visits, f.isReturning() == True
	s.Platform, s.Browser, s.OS, s.Language, s.Geo, s.User = f.platform, f.browser, f.os, f.lang(), f.geo, f.user
	if s.Platform == "" && s.Browser == "" && f.userAgent != "" {
		s.Platform, s.Browser, s.OS = journey.Device(f.userAgent)
	}
	if f.arrived && !f.arrivalOK {
		f.arrival, f.arrivalOK = journey.ArrivalOf(f.landing, f.referrerRaw), true
	}
	s.Channel, _, _ = f.source()
	s.Attributes = make(map[string]string, len(f.attrs))
	for k, v := range f.attrs {
		s.Attributes[k] = v
	}
	s.CartTold = f.cartTold
	s.Cart = journey.CartState{Total: f.total, NumItems: f.items, Products: slices.Clone(f.products)}
	s.Viewed, s.Errors, s.Searches = slices.Clone(f.views), slices.Clone(f.errors), slices.Clone(f.searches)
	s.Conversation = f.conversation
	s.ConversationDisplays, s.ContentDisplays = r.displays[0], r.displays[1]
	s.ConversationDeclined, s.ContentDeclined = r.declined[0], r.declined[1]
	return s
}

// Screen appends what is on the visitor's screen; nothing is while no visit is
// open.
func (r *Run) Screen(out []OnScreen) []OnScreen {
	if !r.cut.Open {
		return out
	}
	for _, x := range r.screen {
		out = append(out, OnScreen{Engagement: int(r.e.refOf[x.bit]), Zone: r.e.zones[x.zone].name, Availability: x.state,
			First: x.first, Since: x.since, Until: x.until, Followed: x.first != x.since})
	}
	return out
}

// Decisions returns every engagement's decision at the last evaluation, by
// index; it is valid until the run's next call.
func (r *Run) Decisions() []Decision {
	if !r.haveEval {
		return nil
	}
	if r.traced {
		return r.evaluated.Decisions
	}
	out := make([]Decision, r.e.n)
	for i := range out {
		out[i].Gate = r.lastGate(r.e.bitOf[i])
	}
	return out
}
