package engine

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
)

// world is a small random catalog and the journey of one visitor through it,
// drawn from the same few words so that things do match. All its times are
// whole seconds.
type world struct {
	catalog *model.Catalog
	options Options
	events  []*journey.Event
}

// moments are where journeys begin: a quiet Monday, midnights, and an hour
// before the changes of daylight saving of 2026 in Berlin and New York.
var moments = []string{"2026-03-02T10:00:00Z", "2026-03-01T23:58:30Z", "2026-03-29T00:40:00Z", "2026-03-29T00:59:30Z", "2026-10-25T00:40:00Z",
	"2026-10-25T00:59:30Z", "2026-03-08T06:59:00Z", "2026-11-01T05:50:00Z", "2026-03-28T22:59:00Z", "2026-10-24T21:59:00Z"}

var zones = []string{"", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"}

// The words.
var (
	siteURLs = []string{"https://shop.example/", "https://shop.example/cart", "https://Shop.Example:443/cart/", "http://shop.example/checkout",
		"https://shop.example/checkout/confirm", "https://shop.example/p/tent?ref=mail", "https://shop.example/p/stove", "https://shop.example/p/../help",
		"https://shop.example/app#/basket", "https://shop.example/help#top", "https://www.shop.example/blog/Tents/"}
	siteTitles   = []string{"", "Cart", "Trail Tent", "Help center"}
	siteSections = [][]string{nil, nil, {"checkout"}, {"waterproof camera", "sale"}, {"camera"}}
	siteRules    = []model.PageRule{
		{URLRule: model.URLRule{Exact: "/cart"}}, {URLRule: model.URLRule{Exact: "https://SHOP.example/cart/"}},
		{URLRule: model.URLRule{Exact: "shop.example/checkout"}}, {URLRule: model.URLRule{Exact: "/Cart"}}, {URLRule: model.URLRule{Exact: "/"}},
		{URLRule: model.URLRule{Contains: "CART"}}, {URLRule: model.URLRule{Contains: "checkout"}}, {URLRule: model.URLRule{Contains: "/p/"}},
		{URLRule: model.URLRule{Contains: "ref=mail"}}, {URLRule: model.URLRule{Contains: "basket"}}, {URLRule: model.URLRule{Contains: "top"}},
		{URLRule: model.URLRule{StartsWith: "/p/"}}, {URLRule: model.URLRule{StartsWith: "https://shop.example/c"}}, {URLRule: model.URLRule{StartsWith: "/checkout"}},
		{URLRule: model.URLRule{Wildcard: "*/cart"}}, {URLRule: model.URLRule{Wildcard: "/p/*"}}, {URLRule: model.URLRule{Wildcard: "shop.example/*t*"}},
		{URLRule: model.URLRule{Wildcard: "/help"}}, {URLRule: model.URLRule{Wildcard: "*.example/*o*e*"}},
		{URLRule: model.URLRule{Regex: "/(cart|help)$"}}, {URLRule: model.URLRule{Regex: "^shop\\.example/p/[a-z]+"}}, {URLRule: model.URLRule{Regex: "Tents"}},
		{Title: &model.URLRule{Contains: "tent"}}, {Title: &model.URLRule{Exact: "cart"}}, {Title: &model.URLRule{StartsWith: "help"}},
		{Title: &model.URLRule{Wildcard: "*center"}}, {Title: &model.URLRule{Regex: "^T"}},
		{Section: "camera"}, {Section: `"camera"`}, {Section: "Check"}, {Section: `"SALE"`},
	}
	referrers = []string{"", "", "https://www.google.com/search?q=trail+tent", "https://www.bing.com/search?q=Camping", "https://news.example/a",
		"https://shop.example/help", "https://www.facebook.com/"}
	referralRules = []model.URLRule{{Contains: "google"}, {Exact: "https://news.example/a"}, {StartsWith: "https://www.bing.com/"}, {Regex: "facebook"}, {Wildcard: "*.example/*"}}
	keywords      = []string{"tent", "camp", "STOVE", "return policy"}
	agentStrings  = []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
	productNames = []journey.Product{{Name: "Trail Tent", SKU: "TT-2P", Category: "camping", Quantity: 1}, {Name: "Gas Stove", SKU: "GS-01", Category: "camping", Quantity: 1},
		{Name: "Alpine Boot", SKU: "ab-39", Category: "shoes", Quantity: 1}, {Name: "Map", Quantity: 1}}
	errorMessages = []string{"Card expired", "Not found"}
	errorCodes    = []string{"PAY-12", "404"}
	topics        = []string{"return parcel", "invoice"}
	statuses      = []model.ServiceStatus{"complete", "in-progress", "resolved"}
	signalNames   = []string{journey.SignalAboutToAbandon, journey.SignalExit, journey.SignalScroll, "video"}
	skills        = []string{"", "sales"}
)

// below draws a number below n, all of them alike; rapid's own ranges prefer
// small numbers, which would leave the rarer events out.
func below(t *rapid.T, what string, n int) int {
	v := 0
	for size := 1; size < 4*n; size *= 2 {
		v *= 2
		if rapid.Bool().Draw(t, what) {
			v++
		}
	}
	return v % n
}

// pick draws one of a list.
func pick[T any](t *rapid.T, what string, from []T) T { return from[below(t, what, len(from))] }

// chance draws true n times of a hundred.
func chance(t *rapid.T, what string, n int) bool { return below(t, what, 100) >= 100-n }

// some draws at least one of a list, each once at most.
func some[T any](t *rapid.T, what string, from []T, most int) []T {
	n := 1 + below(t, what+" count", min(most, len(from)))
	first := below(t, what, len(from))
	var out []T
	for i := range n {
		out = append(out, from[(first+i)%len(from)])
	}
	return out
}

func seconds(t *rapid.T, what string, from ...int) model.Duration {
	return model.Duration(pick(t, what, from)) * model.Second
}

// drawWorld draws a world. An exact one is evaluated at exact instants.
func drawWorld(t *rapid.T, exact bool) world {
	start, err := time.Parse(time.RFC3339, pick(t, "moment", moments))
	if err != nil {
		panic(err)
	}
	w := world{catalog: drawCatalog(t, start, exact)}
	w.options = Options{Seed: uint64(below(t, "seed", 10)), Outcomes: true}
	if chance(t, "control given", 30) {
		c := &Control{Site: chance(t, "site control", 30), Campaigns: map[string]bool{}}
		for _, x := range w.catalog.Campaigns {
			c.Campaigns[x.ID] = chance(t, "campaign control", 30)
		}
		w.options.Control = c
	}
	w.events = drawJourney(t, w, journey.At(start))
	return w
}

func drawCatalog(t *rapid.T, start time.Time, exact bool) *model.Catalog {
	s := model.DefaultSettings()
	s.Zone = pick(t, "account zone", zones)
	s.SiteControlGroup = ptr(pick(t, "site share", []int{0, 0, 0, 5, 25}))
	limit := func() int { return pick(t, "limit", []int{0, 0, 1, 2, 3}) }
	s.Displays = model.DisplaySettings{Limit: limit()}
	if chance(t, "split", 40) {
		s.Displays = model.DisplaySettings{Split: true, Conversation: limit(), Content: limit()}
	}
	invite := func() *bool { return pick(t, "invite", []*bool{nil, ptr(true), ptr(false)}) }
	s.InviteAfterDecline = model.InviteAfterDecline{Conversation: invite(), Content: invite()}
	s.Agents = pick(t, "agents", []model.Availability{"", model.Online, model.Busy, model.Offline})
	if exact {
		s.EvaluateEvery = ptr(model.Duration(0))
		s.Visit = model.VisitRule{Idle: seconds(t, "idle", 40, 90), MaxAge: seconds(t, "age", 200, 400)}
	} else {
		s.EvaluateEvery = pick(t, "every", []*model.Duration{nil, ptr(10 * model.Second), ptr(7 * model.Second), ptr(model.Minute)})
		s.Visit = model.VisitRule{Idle: seconds(t, "idle", 0, 60, 300), MaxAge: seconds(t, "age", 0, 600)}
	}

	c := &model.Catalog{Settings: s}
	most := 6
	if exact {
		most = 3
	}
	// The names first, because conditions speak of engagements.
	campaigns := 1 + below(t, "campaigns", most)
	counts := make([]int, campaigns)
	var paths []string
	for i := range counts {
		counts[i] = 1 + below(t, "engagements", 3)
		for j := range counts[i] {
			paths = append(paths, fmt.Sprintf("c%d/e%d", i, j))
		}
	}
	named := func(k model.Kind, name string, n int) (ids []string, heads []model.Header) {
		for i := range n {
			id := fmt.Sprintf("%s%d", name, i)
			ids, heads = append(ids, id), append(heads, head(k, id))
		}
		return ids, heads
	}

	places, heads := named(model.KindEntryPoint, "place", 1+below(t, "entry points", 4))
	for i, h := range heads {
		e := &model.EntryPoint{Header: h}
		if i > 0 {
			e.Include = some(t, "include", siteRules, 4)
			if chance(t, "excludes", 20) {
				e.Exclude = some(t, "exclude", siteRules, 2)
			}
		}
		c.EntryPoints = append(c.EntryPoints, e)
	}
	who, heads := named(model.KindAudience, "who", 1+below(t, "audiences", 3))
	for i, h := range heads {
		a := &model.Audience{Header: h}
		if i > 0 {
			a.When = drawTree(t, 2, func() model.Condition { return drawAudience(t) })
		}
		c.Audiences = append(c.Audiences, a)
	}
	why, heads := named(model.KindBehavior, "why", 1+below(t, "behaviors", 4))
	for i, h := range heads {
		b := &model.Behavior{Header: h}
		if i > 0 {
			b.When = drawTree(t, 2, func() model.Condition { return drawBehavior(t, places, paths) })
		}
		c.Behaviors = append(c.Behaviors, b)
	}
	goals, heads := named(model.KindGoal, "goal", 1+below(t, "goals", 3))
	for _, h := range heads {
		c.Goals = append(c.Goals, drawGoal(t, h))
	}
	weeks, heads := named(model.KindSchedule, "week", 1)
	for _, h := range heads {
		day := func() model.Day {
			d := model.Day{Status: pick(t, "day", []model.DayStatus{"", model.DayAll, model.DayCustom, model.DayCustom, model.DayOff})}
			if d.Status == model.DayCustom {
				d.Shifts = drawShifts(t, start)
			}
			return d
		}
		c.Schedules = append(c.Schedules, &model.Schedule{Header: h, Zone: pick(t, "schedule zone", zones), Days: model.Week{
			Monday: day(), Tuesday: day(), Saturday: day(), Sunday: day()}})
	}
	days, heads := named(model.KindOccasion, "days", 2)
	for _, h := range heads {
		o := &model.Occasion{Header: h, Zone: pick(t, "occasion zone", zones)}
		for range 1 + below(t, "lines", 2) {
			l := model.OccasionLine{Name: "a day", From: model.DateOf(start) + model.Date(-1+below(t, "from", 3)),
				Status: pick(t, "occasion", []model.DayStatus{"", model.DayAll, model.DayAll, model.DayCustom, model.DayCustom, model.DayOff})}
			if chance(t, "two days", 40) {
				l.To = l.From + 1
			}
			if l.Status == model.DayCustom {
				l.Shifts = drawShifts(t, start)
			}
			o.Lines = append(o.Lines, l)
		}
		c.Occasions = append(c.Occasions, o)
	}

	for i, n := range counts {
		x := &model.Campaign{Header: head(model.KindCampaign, fmt.Sprintf("c%d", i)), Published: !chance(t, "draft", 5),
			Goal: pick(t, "goal", goals), Audiences: some(t, "audience", who, 2),
			Priority:     pick(t, "priority", []model.Priority{"", model.High, model.Medium, model.Low}),
			ControlGroup: pick(t, "share", []*int{ptr(0), ptr(0), nil, ptr(25)}),
			TimeFrame:    drawTimeFrame(t, start, weeks, days)}
		if chance(t, "everyone", 50) {
			x.Audiences = who[:1]
		}
		for j := range n {
			x.Engagements = append(x.Engagements, drawEngagement(t, fmt.Sprintf("e%d", j), places, why))
		}
		c.Campaigns = append(c.Campaigns, x)
	}
	return c
}

func drawTimeFrame(t *rapid.T, start time.Time, weeks, days []string) model.TimeFrame {
	f := model.TimeFrame{Start: model.DateOf(start) - 30, Zone: pick(t, "campaign zone", zones)}
	if chance(t, "near start", 20) {
		f.Start = model.DateOf(start) + model.Date(-1+below(t, "first day", 3))
	}
	if chance(t, "near end", 20) {
		f.End = model.DateOf(start) + model.Date(-1+below(t, "last day", 3))
	}
	switch f.Hours = pick(t, "hours", []model.Hours{"", "", model.AllHours, model.SpecificHours, model.CustomHours}); f.Hours {
	case model.SpecificHours:
		s := drawShifts(t, start)[0]
		f.From, f.To = s.From, s.To
	case model.CustomHours:
		f.Schedule = weeks[0]
	}
	if chance(t, "occasions", 25) {
		f.Occasions = some(t, "occasion lists", days, 2)
	}
	return f
}

// drawShifts draws shifts that begin or end near the journey's start in one of
// the zones.
func drawShifts(t *rapid.T, start time.Time) []model.Shift {
	if chance(t, "whole day", 30) {
		return []model.Shift{{From: model.ClockAt(0, 0), To: model.ClockAt(23, 59)}}
	}
	loc, err := time.LoadLocation(pick(t, "shift zone", zones))
	if err != nil {
		panic(err)
	}
	local := start.In(loc)
	near := local.Hour()*60 + local.Minute()/5*5 + 5*(below(t, "near", 6)-2)
	near = min(max(near, 10), 24*60-10)
	clock := func(m int) model.Clock { return model.ClockAt(m/60, m%60) }
	switch below(t, "shift", 4) {
	case 0:
		return []model.Shift{{From: clock(0), To: clock(near)}}
	case 1:
		return []model.Shift{{From: clock(near), To: model.ClockAt(23, 59)}}
	case 2:
		return []model.Shift{{From: clock(near), To: clock(near + 5)}}
	}
	return []model.Shift{{From: clock(near - 10), To: clock(near - 5)}, {From: clock(near), To: clock(near + 5)}}
}

func drawEngagement(t *rapid.T, id string, places, why []string) *model.Engagement {
	e := &model.Engagement{ID: id, Name: id, Disabled: chance(t, "disabled", 5),
		Format:      pick(t, "format", model.Formats()),
		Type:        pick(t, "type", []model.EngagementType{model.Conversation, model.Content}),
		EntryPoints: places[:1], Behaviors: why[:1],
		Delay: seconds(t, "delay", 0, 0, 0, 5, 10, 12), Duration: seconds(t, "duration", 0, 0, 0, 5, 10, 15)}
	if chance(t, "somewhere", 60) {
		e.EntryPoints = some(t, "entry points", places, 2)
	}
	if chance(t, "for a reason", 60) {
		e.Behaviors = some(t, "behaviors", why, 2)
	}
	switch pick(t, "follows", []int{0, 0, 0, 1, 2}) {
	case 1:
		e.Follow.Pages = 1 + below(t, "follow pages", 2)
	case 2:
		e.Follow.Time = seconds(t, "follow time", 5, 10, 30)
	}
	switch e.Format {
	case model.Sticky, model.SlideOut:
		e.Side = pick(t, "side", []model.Side{"", model.Left, model.Right})
	case model.Embedded:
		e.Div = pick(t, "div", []string{"top", "foot"})
	}
	if e.Type == model.Conversation {
		e.Channel = pick(t, "channel", []model.Channel{"", model.Messaging, model.Chat, model.Chat})
		e.Authentication = pick(t, "authentication", []model.Authentication{"", model.Unauthenticated, model.Unauthenticated, model.Authenticated})
		if e.Channel == model.Chat {
			e.Skill = pick(t, "skill", skills)
			e.IgnoreMaxWait = chance(t, "ignore max wait", 30)
			e.Creative.OfflineOff = chance(t, "offline off", 30)
			if e.Format != model.Overlay && chance(t, "busy face", 30) {
				e.Creative.Busy = &model.Face{Width: 100}
			}
		}
	}
	return e
}

func drawGoal(t *rapid.T, h model.Header) *model.Goal {
	g := &model.Goal{Header: h, OncePerVisit: chance(t, "once", 40)}
	switch below(t, "goal type", 7) {
	case 0:
		g.Type, g.URLs = model.GoalSell, some(t, "goal pages", siteRules, 3)
	case 1:
		g.Type, g.Transaction = model.GoalSell, &model.TransactionGoal{MoreThan: pick(t, "more than", []model.Money{0, amount(50), amount(80)})}
	case 2:
		g.Type, g.LeadEvent = model.GoalLead, true
	case 3:
		g.Type, g.Service = model.GoalService, []model.ServiceBox{{Status: pick(t, "status", statuses), Topics: pick(t, "topics", [][]string{nil, {"Invoice"}, topics})}}
	case 4:
		g.Type, g.Pages, g.OncePerVisit = model.GoalPageViews, 1+below(t, "pages", 4), false
	case 5:
		g.Type, g.URLs = model.GoalOther, some(t, "goal pages", siteRules, 3)
	case 6:
		g.Type = model.GoalInteract
	}
	return g
}

// drawTree draws a condition tree over leaves.
func drawTree(t *rapid.T, depth int, leaf func() model.Condition) model.Condition {
	if depth == 0 || chance(t, "leaf", 50) {
		return leaf()
	}
	var children []model.Condition
	for range 1 + below(t, "children", 3) {
		children = append(children, drawTree(t, depth-1, leaf))
	}
	switch below(t, "group", 4) {
	case 0:
		return model.Condition{All: children}
	case 1:
		return model.Condition{Exclude: children}
	}
	return model.Condition{Any: children}
}

func intRange(t *rapid.T, what string, from ...int) *model.IntRange {
	n := pick(t, what, from)
	switch below(t, what+" bounds", 4) {
	case 0:
		return &model.IntRange{Max: ptr(n)}
	case 1:
		return &model.IntRange{Min: ptr(n), Max: ptr(n + 1)}
	}
	return &model.IntRange{Min: ptr(n)}
}

func moneyRange(t *rapid.T, what string) model.MoneyRange {
	n := amount(int64(pick(t, what, []int{0, 20, 50, 80})))
	switch below(t, what+" bounds", 4) {
	case 0:
		return model.MoneyRange{Max: ptr(n)}
	case 1:
		return model.MoneyRange{Min: ptr(n), Max: ptr(n + amount(30))}
	}
	return model.MoneyRange{Min: ptr(n)}
}

func timeCondition(t *rapid.T, what string) model.TimeCondition {
	d := seconds(t, what, 0, 5, 10, 20, 25, 30, 60)
	switch below(t, what+" bounds", 5) {
	case 0:
		return model.TimeCondition{AtMost: ptr(d)}
	case 1:
		return model.TimeCondition{AtLeast: ptr(d)}
	case 2:
		return model.TimeCondition{MoreThan: ptr(d), AtMost: ptr(d + 10*model.Second)}
	case 3:
		return model.TimeCondition{AtLeast: ptr(d), AtMost: ptr(d)}
	}
	return model.TimeCondition{MoreThan: ptr(d)}
}

func valuesOf(in ...string) *model.ListCondition { return &model.ListCondition{In: in} }

// drawAudience draws one of the audience conditions.
func drawAudience(t *rapid.T) model.Condition {
	switch below(t, "audience condition", 22) {
	case 0:
		return model.Condition{Referral: &model.ReferralCondition{URLs: some(t, "referral", referralRules, 3)}}
	case 1:
		return model.Condition{SearchKeywords: &model.KeywordCondition{Keywords: some(t, "keywords", keywords, 2)}}
	case 2:
		return model.Condition{IP: &model.IPCondition{Ranges: some(t, "ranges", []string{"198.51.100.0/24", "203.0.113.5-203.0.113.9", "2001:db8::/32", "0.0.0.0/1"}, 3)}}
	case 3:
		return model.Condition{Platform: &model.PlatformCondition{In: some(t, "platform", []model.Platform{model.Desktop, model.Tablet, model.Smartphone}, 2)}}
	case 4:
		switch below(t, "source", 3) {
		case 0:
			return model.Condition{MarketingSource: &model.MarketingCondition{Channels: some(t, "channels", model.MarketingChannels(), 4)}}
		case 1:
			return model.Condition{MarketingSource: &model.MarketingCondition{Affiliates: []string{"outdoormag"}}}
		}
		return model.Condition{MarketingSource: &model.MarketingCondition{Campaigns: []string{"Spring", "summer"}}}
	case 5:
		return model.Condition{Geo: pick(t, "geo", []*model.GeoCondition{{Countries: []string{"de", "US"}}, {Regions: []string{"be"}}, {Regions: []string{"DE/BY"}},
			{Cities: []string{"berlin"}}, {Cities: []string{"DE/BE/Berlin"}, Countries: []string{"US"}}})}
	case 6:
		return model.Condition{Visitor: pick(t, "visitor", []model.VisitorKind{model.FirstTime, model.Returning})}
	case 7:
		return model.Condition{Customer: pick(t, "customer", []*model.CustomerCondition{{Types: []string{"Gold", "silver"}}, {Statuses: []string{"ACTIVE"}}})}
	case 8:
		return model.Condition{Age: intRange(t, "age", 18, 34, 35, 40)}
	case 9:
		return model.Condition{Registered: &model.RegisteredCondition{AtLeast: 1 + below(t, "at least", 4),
			Unit: pick(t, "unit", []string{"days", "weeks", "months", "years"})}}
	case 10:
		return model.Condition{CompanySize: intRange(t, "size", 10, 40)}
	case 11:
		return model.Condition{Balance: ptr(moneyRange(t, "balance"))}
	case 12:
		return model.Condition{CustomerID: valuesOf("C-1", "c-2")}
	case 13:
		return model.Condition{Gender: valuesOf(some(t, "gender", []string{"female", "male", "other"}, 2)...)}
	case 14:
		return model.Condition{StoreZIP: valuesOf("10115", "sw1a")}
	case 15:
		return model.Condition{StoreNumber: valuesOf("117")}
	case 16:
		return model.Condition{Language: valuesOf(some(t, "language", []string{"de", "en-US", "DE-at", "fr"}, 2)...)}
	case 17:
		return model.Condition{Browser: valuesOf(some(t, "browser", []string{"chrome", "Safari", "firefox"}, 2)...)}
	case 18:
		return model.Condition{OS: valuesOf(some(t, "os", []string{"windows", "iOS", "linux"}, 2)...)}
	case 19:
		return model.Condition{Visits: intRange(t, "visits", 1, 2, 3)}
	case 20:
		return model.Condition{DaysSinceLastVisit: intRange(t, "days", 0, 1, 9, 10)}
	}
	return model.Condition{Attribute: drawAttribute(t)}
}

func drawAttribute(t *rapid.T) *model.AttributeCondition {
	if chance(t, "number", 40) {
		return &model.AttributeCondition{Name: pick(t, "attribute", []string{"score", "balance", "companySize"}), Values: []string{pick(t, "value", []string{"20", "40", "50.5"})},
			Op: pick(t, "op", []model.AttributeOp{model.OpGreater, model.OpAtLeast, model.OpLess, model.OpAtMost})}
	}
	a := &model.AttributeCondition{Name: pick(t, "attribute", []string{"plan", "role", "ctype", "firstname", "customerId"})}
	a.Op = pick(t, "op", []model.AttributeOp{model.OpEquals, model.OpNotEquals, model.OpContains, model.OpStartsWith, model.OpEndsWith, model.OpMatches, model.OpExists})
	switch a.Op {
	case model.OpExists:
	case model.OpMatches:
		a.Values = []string{pick(t, "pattern", []string{"^g", "A|o", "r$"})}
	default:
		a.Values = some(t, "values", []string{"Gold", "pro", "buyer", "ada", "o", "C-1"}, 3)
	}
	return a
}

// drawBehavior draws one of the behavior conditions.
func drawBehavior(t *rapid.T, places, paths []string) model.Condition {
	switch below(t, "behavior condition", 25) {
	case 0, 1, 2:
		f := &model.FlowCondition{On: pick(t, "flow", []model.FlowTrigger{"", model.FlowAbandoned, model.FlowBack})}
		for range 2 + below(t, "steps", 3) {
			f.Steps = append(f.Steps, model.FlowStep{PageRule: pick(t, "step", siteRules), Optional: chance(t, "optional", 30)})
		}
		f.Steps[below(t, "required", 2)].Optional = false
		return model.Condition{Flow: f}
	case 3, 4:
		return model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: some(t, "places", places, 2), TimeCondition: timeCondition(t, "time")}}
	case 5:
		return model.Condition{Visited: &model.VisitedCondition{EntryPoints: some(t, "places", places, 2)}}
	case 6:
		return model.Condition{AboutToAbandon: true}
	case 7, 8:
		switch below(t, "cart", 3) {
		case 0:
			return model.Condition{CartValue: &model.CartCondition{Decreased: true}}
		case 1:
			return model.Condition{CartValue: &model.CartCondition{Emptied: true}}
		}
		return model.Condition{CartValue: &model.CartCondition{MoneyRange: moneyRange(t, "total")}}
	case 9:
		return model.Condition{CartProducts: ptr(drawProducts(t))}
	case 10, 11:
		v := &model.ViewedCondition{ProductCondition: drawProducts(t), Views: below(t, "views", 3)}
		if chance(t, "priced", 30) {
			v.Price = ptr(moneyRange(t, "price"))
		}
		if chance(t, "stocked", 30) {
			v.Stock = pick(t, "stock", []*model.StockCondition{{Status: []string{"LOW"}}, {AtMost: ptr(3)}, {Status: []string{"high"}, AtMost: ptr(3)}})
		}
		return model.Condition{ViewedProduct: v}
	case 12, 13:
		e := &model.ErrorCondition{From: below(t, "from", 3)}
		if chance(t, "message", 50) {
			e.Messages = some(t, "messages", []string{"card EXPIRED", "not found"}, 2)
		} else {
			e.Codes = some(t, "codes", []string{"pay-12", "404"}, 2)
		}
		return model.Condition{VisitorError: e}
	case 14, 15:
		return model.Condition{Engaged: &model.EngagedCondition{Engagements: some(t, "engaged", paths, 3),
			Statuses: some(t, "status", []model.EngagedStatus{model.Exposed, model.Declined, model.Clicked, model.Interacted}, 2)}}
	case 16:
		return model.Condition{ServiceActivity: &model.ServiceCondition{Topics: pick(t, "topics", [][]string{nil, {"INVOICE"}, topics}), Statuses: some(t, "status", statuses, 2)}}
	case 17:
		return model.Condition{TimeOnPage: ptr(timeCondition(t, "time"))}
	case 18:
		return model.Condition{TimeOnSite: ptr(timeCondition(t, "time"))}
	case 19:
		return model.Condition{PagesViewed: intRange(t, "pages", 1, 2, 3)}
	case 20:
		return model.Condition{CartItems: intRange(t, "items", 0, 1, 2)}
	case 21:
		return model.Condition{SearchedFor: &model.KeywordCondition{Keywords: some(t, "keywords", keywords, 2)}}
	case 22:
		return pick(t, "page fact", []model.Condition{{ScrollDepth: &model.IntRange{Min: ptr(50)}}, {ScrollDepth: &model.IntRange{Max: ptr(70)}}, {ExitSignal: true}})
	case 23:
		return model.Condition{Idle: ptr(timeCondition(t, "time"))}
	}
	return model.Condition{Event: &model.EventCondition{Name: pick(t, "signal", signalNames), Count: below(t, "count", 4),
		Within: seconds(t, "within", 0, 10, 30, 60)}}
}

func drawProducts(t *rapid.T) model.ProductCondition {
	return pick(t, "products", []model.ProductCondition{{}, {Names: []string{"TRAIL TENT", "map"}}, {SKUs: []string{"gs-01"}}, {SKUs: []string{"tt-2p", "AB-39"}},
		{Categories: []string{"Camping"}}, {Names: []string{"Gas Stove"}, Categories: []string{"shoes"}}})
}

// drawJourney draws events in order, answering mostly what is on the screen.
func drawJourney(t *rapid.T, w world, start journey.Instant) []*journey.Event {
	idle, age := int(w.catalog.Settings.VisitIdle()/model.Second), int(w.catalog.Settings.VisitMaxAge()/model.Second)
	now, begun := start, start
	screen := newPlain(w.catalog, w.options)
	var events []*journey.Event
	visits := 1
	named := chance(t, "named visits", 15)
	browser := below(t, "browser", 3)
	for i := range 1 + below(t, "events", 25) {
		gap := pick(t, "gap", []int{0, 0, 1, 1, 2, 3, 5, 5, 7, 8, 10, 10, 11, 15, 20, 25, 26, 30, 31, 60})
		switch below(t, "long gap", 60) {
		case 57:
			gap = pick(t, "around idle", []int{idle - 1, idle, idle + 1, 2 * idle, 86400})
			visits++
		case 58:
			if left := int((begun-now)/1000) + age; left >= 0 && left <= idle {
				gap = left + below(t, "around age", 2)
			}
		case 59:
			gap = 10 * (1 + below(t, "tens", 12))
			gap -= int((now-start)/1000) % 10
		}
		now += journey.Instant(max(gap, 0) * 1000)
		e := &journey.Event{Visitor: "v-1", At: now, Line: int64(i + 1)}
		if named {
			if chance(t, "next visit", 5) {
				visits++
			}
			e.Visit = fmt.Sprint("s-", visits)
		}
		drawEvent(t, e, i == 0, browser, screen, w.catalog)
		events = append(events, e)
		screen.step(e)
		if screen.visit != nil {
			begun = screen.visit.start
		}
	}
	return events
}

func drawEvent(t *rapid.T, e *journey.Event, first bool, browser int, screen *plain, c *model.Catalog) {
	kind := below(t, "event", 40)
	if first && kind < 30 {
		kind = 0
	}
	switch {
	case kind < 13:
		e.Type, e.Page = journey.PageView, drawPage(t, browser)
	case kind < 19:
		e.Type, e.Respond = journey.Respond, drawResponse(t, screen, c)
	case kind < 21:
		e.Type, e.Conversation = journey.Conversation, &journey.ConversationChange{Start: chance(t, "start", 60)}
		if chance(t, "names", 40) {
			e.Conversation.Engagement = drawPath(t, c)
		}
	case kind < 23:
		total := int64(pick(t, "total", []int{0, 0, 20, 50, 80, 120}))
		e.Type, e.Cart = journey.Cart, &journey.CartState{Total: amount(total), NumItems: below(t, "items", 4), Products: drawCart(t, false)}
	case kind < 25:
		e.Type, e.Purchase = journey.Purchase, &journey.Order{Total: amount(int64(pick(t, "total", []int{20, 50, 80, 81}))), Currency: pick(t, "currency", []string{"", "EUR"}),
			OrderID: pick(t, "order", []string{"", "o-1", "o-2"}), Products: drawCart(t, false)}
	case kind < 27:
		e.Type, e.ProductView = journey.ProductView, &journey.Views{Products: drawCart(t, true)}
	case kind == 27:
		e.Type, e.Customer = journey.CustomerInfo, drawCustomer(t)
	case kind == 28:
		e.Type, e.Marketing = journey.MarketingInfo, &journey.Marketing{Channel: pick(t, "channel", append(model.MarketingChannels(), "")),
			Affiliate: pick(t, "affiliate", []string{"", "OutdoorMag"}), Campaign: pick(t, "campaign", []string{"", "spring"})}
	case kind == 29:
		e.Type, e.Personal = journey.Personal, &journey.Person{Gender: pick(t, "gender", []string{"", "female", "male"}), Language: pick(t, "language", []string{"", "de-AT"})}
		switch below(t, "age", 4) {
		case 0:
			e.Personal.Age = ptr(pick(t, "years", []int{17, 18, 35}))
		case 1:
			e.Personal.Birth = pick(t, "birth", []model.Date{mustDate("2008-03-02"), mustDate("2008-03-03"), mustDate("2000-10-25")})
		case 2:
			e.Personal.Other = map[string]string{"firstname": "Ada"}
		}
	case kind == 30:
		e.Type, e.Lead = journey.Lead, &journey.LeadMade{LeadID: pick(t, "lead", []string{"", "l-1"}), Currency: pick(t, "currency", []string{"", "USD"})}
		if chance(t, "valued", 50) {
			e.Lead.Value = ptr(amount(4))
		}
	case kind == 31:
		e.Type, e.Service = journey.Service, &journey.ServiceUpdate{Topic: pick(t, "topic", topics), Status: pick(t, "status", statuses), ServiceID: pick(t, "service", []string{"", "s-1"})}
	case kind < 34:
		e.Type, e.Error = journey.Error, &journey.VisitorError{Message: pick(t, "message", append(errorMessages, "")), Code: pick(t, "code", append(errorCodes, "")),
			ContextID: pick(t, "context", []string{"form", "page"}), Resolved: chance(t, "resolved", 30)}
	case kind == 34:
		e.Type, e.Search = journey.SearchInfo, &journey.Search{Keywords: some(t, "phrases", []string{"Tent repair", "gas stove", "shoes"}, 2)}
	case kind == 35:
		e.Type, e.Agents = journey.Agents, &journey.AgentState{Skill: pick(t, "skill", skills), State: pick(t, "state", []model.Availability{model.Online, model.Busy, model.Offline})}
	case kind == 36:
		e.Type, e.Identify = journey.Identify, &journey.Identity{User: pick(t, "user", []string{"u-1", "u-1", ""})}
		if chance(t, "traits", 60) {
			e.Identify.Traits = pick(t, "traits", []map[string]string{{"plan": "Pro"}, {"plan": "gold", "score": "50.5"}, {"score": "9"}, {"score": "many"}})
		}
	case kind < 39:
		e.Type, e.Signal = journey.Signal, &journey.SignalSent{Name: pick(t, "signal", signalNames)}
		if e.Signal.Name == journey.SignalScroll {
			e.Signal.Value = ptr(pick(t, "depth", []int{10, 50, 90}))
		}
	default:
		e.Type = journey.Leave
	}
}

func drawPath(t *rapid.T, c *model.Catalog) string {
	x := pick(t, "campaign", c.Campaigns)
	return x.Path(pick(t, "engagement", x.Engagements))
}

func drawResponse(t *rapid.T, screen *plain, c *model.Catalog) *journey.Response {
	r := &journey.Response{Action: pick(t, "action", []journey.Action{journey.Accept, journey.Decline})}
	if screen.visit != nil && len(screen.visit.screen) > 0 && chance(t, "on screen", 85) {
		d := screen.visit.screen[pick(t, "zone", zonesInOrder(screen.visit.screen))]
		r.Engagement = d.campaign.Path(d.engagement)
		return r
	}
	r.Engagement = drawPath(t, c)
	return r
}

func drawPage(t *rapid.T, browser int) *journey.Page {
	p := &journey.Page{URL: pick(t, "url", siteURLs), Title: pick(t, "title", siteTitles), Sections: pick(t, "sections", siteSections)}
	if chance(t, "referred", 50) {
		p.Referrer = pick(t, "referrer", referrers)
	}
	if chance(t, "tells the browser", 60) {
		if browser == 2 {
			p.Platform, p.Browser, p.OS = model.Tablet, "Safari", "iOS"
		} else {
			p.UserAgent = agentStrings[browser]
		}
		p.Language = pick(t, "language", []string{"", "de-AT", "en-us", "fr"})
		p.IP = pick(t, "ip", []string{"", "198.51.100.7", "203.0.113.9", "203.0.113.10", "2001:db8::1"})
		p.Geo = pick(t, "geo", []*journey.Geo{nil, {Country: "DE", Region: "BE", City: "Berlin"}, {Country: "US"}, {Country: "DE", Region: "BY"}})
	}
	if chance(t, "tells the history", 15) {
		p.Returning = pick(t, "returning", []*bool{nil, ptr(true), ptr(false)})
		p.Visits = below(t, "visits", 4)
		if chance(t, "last visit", 50) {
			p.LastVisit = journey.At(time.Date(2026, 2, 20, 10, 0, 0, 0, time.UTC))
		}
	}
	return p
}

func drawCart(t *rapid.T, views bool) []journey.Product {
	var out []journey.Product
	for range below(t, "products", 3) {
		p := pick(t, "product", productNames)
		if views {
			if chance(t, "priced", 50) {
				p.Price = ptr(amount(int64(pick(t, "price", []int{20, 50, 80}))))
			}
			p.StatusInStock = pick(t, "stock", []string{"", "low", "high"})
			if chance(t, "counted", 50) {
				p.QuantityInStock = ptr(pick(t, "quantity", []int{3, 4}))
			}
		}
		out = append(out, p)
	}
	return out
}

func drawCustomer(t *rapid.T) *journey.Customer {
	c := &journey.Customer{Type: pick(t, "type", []string{"", "gold", "Silver"}), Status: pick(t, "status", []string{"", "active", "closed"}),
		CustomerID: pick(t, "customer", []string{"", "C-1", "C-2"}), StoreZIP: pick(t, "zip", []string{"", "10115", "SW1A"}),
		StoreNumber: pick(t, "store", []string{"", "117"})}
	if chance(t, "balance", 40) {
		c.Balance = ptr(amount(int64(pick(t, "balance", []int{0, 20, 50, 200}))))
	}
	if chance(t, "size", 40) {
		c.CompanySize = ptr(pick(t, "size", []int{9, 10, 40}))
	}
	if chance(t, "registered", 60) {
		c.RegistrationDate = pick(t, "date", []model.Date{mustDate("2026-03-01"), mustDate("2026-02-02"), mustDate("2025-02-28"), mustDate("2023-03-02")})
	}
	if chance(t, "role", 40) {
		c.Other = map[string]string{"role": "buyer"}
	}
	return c
}
