// Package modeltest makes catalogs for tests: small, valid and of every kind
// of document, condition, format and goal. Tests of any package draw from it;
// nothing else imports it.
package modeltest

import (
	"fmt"

	"pgregory.net/rapid"

	"beckon/model"
)

// Catalog draws a catalog without errors (warnings it may have): each library
// has up to four items, and there are up to four campaigns of up to three
// engagements, most of them published. Every reference leads somewhere.
func Catalog(t *rapid.T) *model.Catalog {
	g := &generator{t: t, c: &model.Catalog{}}
	g.settings()
	g.goals()
	g.entryPoints()
	g.audiences()
	g.schedules()
	g.occasions()
	g.windows()
	g.templates()
	g.plan()
	g.behaviors()
	g.campaigns()
	return g.c
}

// Audience draws a valid condition of an audience that nests at most depth
// levels.
func Audience(t *rapid.T, depth int) model.Condition {
	return (&generator{t: t, c: &model.Catalog{}}).audience(depth)
}

// Behavior draws a valid condition of a behavior that nests at most depth
// levels and mentions only the entry points and engagements given; without
// any, none.
func Behavior(t *rapid.T, depth int, entryPoints, engagements []string) model.Condition {
	return (&generator{t: t, c: &model.Catalog{}, entries: entryPoints, paths: engagements}).behavior(depth)
}

type generator struct {
	t *rapid.T
	c *model.Catalog
	// entries are the entry points' IDs, paths the engagements' to come.
	entries []string
	paths   []string
	counts  []int // engagements of each campaign to come
}

func (g *generator) int(low, high int) int { return rapid.IntRange(low, high).Draw(g.t, "n") }
func (g *generator) bool() bool            { return rapid.Bool().Draw(g.t, "b") }

// often is true nine times of ten.
func (g *generator) often() bool { return g.int(0, 9) > 0 }

func pick[T any](g *generator, list ...T) T { return rapid.SampledFrom(list).Draw(g.t, "pick") }

// some draws a nonempty list without repetition.
func some[T comparable](g *generator, list ...T) []T {
	n := g.int(1, min(3, len(list)))
	return rapid.SliceOfNDistinct(rapid.SampledFrom(list), n, n, rapid.ID[T]).Draw(g.t, "some")
}

func ref[T any](v T) *T { return &v }

// words are what names and texts are made of: plain ones, and those that a
// codec gets wrong.
var words = []string{"Cart", "help", "Zelt für 2", "true", "12", "0x1f", "1e3", "- dash", "a: b", "#tag", "'single'", `"double"`,
	"  padded  ", "yes", "null", "~", "2026-03-01", "09:30", "[x]", "{y}", "a #b", "\\back", "tab\there", "日本語", "é", "😀", "*star", "&amp", "!bang",
	"%pct", "@at", "`tick`", "50%", "https://shop.example/a?b=c#d", "x:y", "-", "?", "|", ">", "…", "=", "<<", "\u00a0", "end:"}

// text draws one line; lines draws text of one or several.
func (g *generator) text() string {
	if g.int(0, 3) > 0 {
		return rapid.SampledFrom(words).Draw(g.t, "word")
	}
	return rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ 019-_.:,/#'\"äß日\\")), 1, 20, -1).Draw(g.t, "text")
}

func (g *generator) lines() string {
	out := g.text()
	for range g.int(0, 3) {
		out += pick(g, "\n", "\n\n", "\r\n", "\n  ", " \n") + g.text()
	}
	return out + pick(g, "", "", "\n")
}

func (g *generator) maybe() string {
	if g.bool() {
		return ""
	}
	return g.text()
}

// list draws values, none of them blank.
func (g *generator) list() []string { return some(g, words[:20]...) }

func (g *generator) header(k model.Kind, i int) model.Header {
	return model.Header{Kind: k, ID: fmt.Sprintf("%s-%d", pick(g, "shop", "cart", "x2"), i), Name: fmt.Sprintf("%s %d", pick(g, "Cart", "Zelt", "#1"), i), Description: g.maybe()}
}

func ids[D model.Document](docs []D) []string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Head().ID)
	}
	return out
}

func (g *generator) settings() {
	s := model.DefaultSettings()
	s.Zone = pick(g, "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
	s.Currency = pick(g, "EUR", "USD")
	if g.bool() {
		s.SiteControlGroup = ref(g.int(0, 25))
	}
	if s.Displays.Split = g.bool(); s.Displays.Split {
		s.Displays.Conversation, s.Displays.Content = g.int(0, 3), g.int(0, 3)
	} else {
		s.Displays.Limit = g.int(0, 3)
	}
	if g.bool() {
		s.InviteAfterDecline.Conversation = ref(g.bool())
	}
	if g.bool() {
		s.InviteAfterDecline.Content = ref(g.bool())
	}
	if g.bool() {
		s.EvaluateEvery = ref(pick(g, 0, model.Second, 5*model.Second, 30*model.Second, 5*model.Minute))
	}
	if g.bool() {
		s.Visit.Idle = model.Duration(g.int(1, 60)) * model.Minute
	}
	if g.bool() {
		s.Visit.MaxAge = model.Duration(g.int(60, 600)) * model.Minute
	}
	s.Agents = pick(g, "", model.Online, model.Busy, model.Offline)
	s.Skills = []string{"sales", "service"}
	s.CustomerTypes, s.CustomerStatuses = []string{"gold", "silver"}, []string{"active", "overdue"}
	s.LinesOfBusiness = []string{"retail", "bank"}
	if g.bool() {
		s.CrossSession = ref(pick(g, 0, 1, 7, 14, 31))
	}
	s.Attribution = pick(g, "", "first", "last")
	g.c.Settings = s
}

func (g *generator) goals() {
	for i := range g.int(1, 4) {
		d := &model.Goal{Header: g.header(model.KindGoal, i), OncePerVisit: g.bool()}
		switch g.int(0, 7) {
		case 0:
			d.Type, d.URLs = model.GoalSell, g.pageRules(false)
		case 1:
			d.Type, d.Transaction = model.GoalSell, &model.TransactionGoal{MoreThan: model.Money(g.int(0, 100)) * model.MoneyScale}
		case 2:
			d.Type, d.URLs = model.GoalLead, g.pageRules(false)
		case 3:
			d.Type, d.LeadEvent = model.GoalLead, true
		case 4:
			d.Type = model.GoalService
			d.Service = []model.ServiceBox{{Status: pick(g, model.ServiceStatuses()...), Topics: []string{"bill"}}}
		case 5:
			d.Type, d.Pages = model.GoalPageViews, g.int(1, 6)
		case 6:
			d.Type, d.URLs = model.GoalOther, g.pageRules(false)
		default:
			d.Type = model.GoalInteract
		}
		g.c.Goals = append(g.c.Goals, d)
	}
}

// Pages are paths that the rules drawn here match, for journeys to visit.
var Pages = []string{"/", "/cart", "/cart/shipping", "/checkout", "/thanks", "/help", "/tents/trail-2p", "/account/bill"}

// Sections are tags that the rules drawn here match.
var Sections = []string{"checkout", "camera DSLR", "help"}

func (g *generator) urlRule() model.URLRule {
	switch g.int(0, 4) {
	case 0:
		return model.URLRule{Contains: pick(g, "cart", "HELP", "/t", "checkout")}
	case 1:
		return model.URLRule{Exact: "https://shop.example" + pick(g, Pages...)}
	case 2:
		return model.URLRule{StartsWith: pick(g, "/cart", "shop.example/tents", "/help")}
	case 3:
		return model.URLRule{Wildcard: pick(g, "/cart*", "*/trail-*", "shop.example/*")}
	}
	return model.URLRule{Regex: pick(g, `/cart(/|$)`, `^shop\.example/(help|thanks)`, `[0-9]p`)}
}

func (g *generator) pageRule() model.PageRule {
	switch g.int(0, 5) {
	case 0:
		return model.PageRule{Section: pick(g, "checkout", "camera", `"help"`)}
	case 1:
		return model.PageRule{Title: &model.URLRule{Contains: pick(g, "Cart", "tent")}}
	}
	return model.PageRule{URLRule: g.urlRule()}
}

func (g *generator) pageRules(mayBeEmpty bool) []model.PageRule {
	low := 1
	if mayBeEmpty {
		low = 0
	}
	var out []model.PageRule
	for range g.int(low, 2) {
		out = append(out, g.pageRule())
	}
	return out
}

func (g *generator) entryPoints() {
	for i := range g.int(1, 4) {
		g.c.EntryPoints = append(g.c.EntryPoints, &model.EntryPoint{Header: g.header(model.KindEntryPoint, i), Include: g.pageRules(true), Exclude: g.pageRules(true)})
	}
	g.entries = ids(g.c.EntryPoints)
}

func (g *generator) audiences() {
	for i := range g.int(1, 3) {
		d := &model.Audience{Header: g.header(model.KindAudience, i)}
		if g.bool() {
			d.When = g.audience(3)
		}
		g.c.Audiences = append(g.c.Audiences, d)
	}
}

func (g *generator) behaviors() {
	for i := range g.int(1, 3) {
		d := &model.Behavior{Header: g.header(model.KindBehavior, i)}
		if g.bool() {
			d.When = g.behavior(3)
		}
		g.c.Behaviors = append(g.c.Behaviors, d)
	}
}

// shifts draws ordered shifts that do not overlap, on the 5-minute grid.
func (g *generator) shifts() []model.Shift {
	var out []model.Shift
	at := 0
	for range g.int(1, 3) {
		from := at + 5*g.int(0, 60)
		to := from + 5*g.int(1, 90)
		if to >= 24*60 {
			if from < 23*60+55 {
				out = append(out, model.Shift{From: clock(from), To: model.ClockAt(23, 59)})
			}
			break
		}
		out = append(out, model.Shift{From: clock(from), To: clock(to)})
		at = to
	}
	if len(out) == 0 {
		out = []model.Shift{{From: model.ClockAt(9, 0), To: model.ClockAt(17, 0)}}
	}
	return out
}

func clock(minutes int) model.Clock { return model.ClockAt(minutes/60, minutes%60) }

func (g *generator) day() model.Day {
	switch g.int(0, 3) {
	case 0:
		return model.Day{Status: model.DayCustom, Shifts: g.shifts()}
	case 1:
		return model.Day{Status: model.DayOff}
	case 2:
		return model.Day{Status: model.DayAll}
	}
	return model.Day{}
}

func (g *generator) zone() string {
	return pick(g, "", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
}

func (g *generator) schedules() {
	for i := range g.int(0, 2) {
		g.c.Schedules = append(g.c.Schedules, &model.Schedule{Header: g.header(model.KindSchedule, i), Zone: g.zone(), Days: model.Week{
			Monday: g.day(), Tuesday: g.day(), Wednesday: g.day(), Thursday: g.day(), Friday: g.day(), Saturday: g.day(), Sunday: model.Day{}}})
	}
}

func (g *generator) date() model.Date {
	first, _ := model.ParseDate("2026-02-20")
	return first + model.Date(g.int(0, 60))
}

func (g *generator) occasions() {
	for i := range g.int(0, 2) {
		d := &model.Occasion{Header: g.header(model.KindOccasion, i), Zone: g.zone()}
		for n := range g.int(1, 2) {
			l := model.OccasionLine{Name: fmt.Sprintf("Feast %d", n), From: g.date(), Status: pick(g, "", model.DayAll, model.DayOff, model.DayCustom)}
			if g.bool() {
				l.To = l.From + model.Date(g.int(0, 9))
			}
			if l.Status == model.DayCustom {
				l.Shifts = g.shifts()
			}
			d.Lines = append(d.Lines, l)
		}
		g.c.Occasions = append(g.c.Occasions, d)
	}
}

// plan fixes the names of the engagements to come, for conditions to mention.
func (g *generator) plan() {
	for i := range g.int(1, 4) {
		n := g.int(1, 3)
		g.counts = append(g.counts, n)
		for e := range n {
			g.paths = append(g.paths, fmt.Sprintf("campaign-%d/engagement-%d", i, e))
		}
	}
}

func (g *generator) campaigns() {
	for i, n := range g.counts {
		c := &model.Campaign{
			Header:    model.Header{Kind: model.KindCampaign, ID: fmt.Sprintf("campaign-%d", i), Name: fmt.Sprintf("Campaign %d", i), Description: g.maybe()},
			LOB:       pick(g, "", "retail", "bank"),
			Published: g.often(),
			Goal:      pick(g, ids(g.c.Goals)...),
			Audiences: some(g, ids(g.c.Audiences)...),
			Priority:  pick(g, "", model.High, model.Medium, model.Low),
		}
		if g.bool() {
			c.ControlGroup = ref(g.int(0, 25))
		}
		c.TimeFrame.Start = g.date() - 30
		if g.bool() {
			c.TimeFrame.End = g.date() + 30
		}
		c.TimeFrame.Zone = g.zone()
		switch g.int(0, 3) {
		case 0:
			s := g.shifts()[0]
			c.TimeFrame.Hours, c.TimeFrame.From, c.TimeFrame.To = model.SpecificHours, s.From, s.To
		case 1:
			if len(g.c.Schedules) > 0 {
				c.TimeFrame.Hours, c.TimeFrame.Schedule = model.CustomHours, pick(g, ids(g.c.Schedules)...)
			}
		}
		if len(g.c.Occasions) > 0 && g.bool() {
			c.TimeFrame.Occasions = some(g, ids(g.c.Occasions)...)
		}
		for e := range n {
			c.Engagements = append(c.Engagements, g.engagement(e))
		}
		c.Engagements[0].Disabled = false
		g.c.Campaigns = append(g.c.Campaigns, c)
	}
}
