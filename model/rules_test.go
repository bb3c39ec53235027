package model_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
)

// sound is a catalog without errors and, but for what a test changes, without
// warnings.
const sound = `
kind: settings
id: account
name: Account
zone: Europe/Berlin
currency: EUR
skills: [sales]
customerTypes: [gold]
linesOfBusiness: [retail]
---
{kind: goal, id: order, name: Order, type: sell, transaction: {moreThan: 10.00}}
---
{kind: audience, id: all-visitors, name: All visitors}
---
{kind: audience, id: home, name: Home, when: {visitor: returning}}
---
kind: schedule
id: office
name: Office
days: {monday: {status: custom, shifts: [{from: 09:00, to: 12:00}, {from: 13:00, to: "23:59"}]}}
---
kind: occasion
id: feasts
name: Feasts
lines: [{name: Easter, from: 2026-04-05, to: 2026-04-06}, {name: May Day, from: 2026-05-01}]
---
kind: window
id: desk
name: Desk
default: true
branding: {background: "#ffffff", text: "#222222"}
surveys: {preChat: {questions: [{id: topic, label: About, type: dropdown, options: [a, b]}]}}
---
{kind: entry-point, id: cart, name: Cart, include: [{contains: /cart}], exclude: [{contains: /cart/done}]}
---
{kind: entry-point, id: help, name: Help, include: [{contains: /help}]}
---
{kind: behavior, id: always, name: All behaviors}
---
{kind: behavior, id: lingers, name: Lingers, when: {timeOnEntryPoint: {entryPoints: [cart], atLeast: 30s}}}
---
kind: template
id: blank
name: Blank
format: overlay
type: content
creative: {online: {width: 200, height: 100}}
---
kind: campaign
id: rescue
name: Rescue
published: true
goal: order
audiences: [all-visitors]
timeFrame: {start: 2026-01-01}
engagements:
  - id: offer
    name: Offer
    format: overlay
    type: content
    entryPoints: [cart]
    behaviors: [lingers]
    url: https://shop.example/offer
    creative: {position: middle-center, online: {background: "#ffffff", elements: [{kind: label, text: Hi, color: "#000000"}]}}
  - id: chat
    name: Chat
    format: sticky
    type: conversation
    entryPoints: [help]
    behaviors: [always]
    window: desk
    channel: chat
    creative: {online: {width: 40, height: 150}}
`

func soundCatalog(t *testing.T) *model.Catalog {
	t.Helper()
	return decode(t, "sound.yaml", []byte(sound))
}

func ptr[T any](v T) *T { return &v }

// c is the sound catalog at hand with its parts by name.
type parts struct {
	*model.Catalog
	campaign    *model.Campaign
	offer, chat *model.Engagement
	order       *model.Goal
	home        *model.Audience
	lingers     *model.Behavior
	cart        *model.EntryPoint
	desk        *model.Window
	office      *model.Schedule
	feasts      *model.Occasion
}

func partsOf(c *model.Catalog) parts {
	x := c.Index()
	_, offer := x.Engagement("rescue/offer")
	_, chat := x.Engagement("rescue/chat")
	return parts{c, x.Campaign("rescue"), offer, chat, x.Goal("order"), x.Audience("home"), x.Behavior("lingers"), x.EntryPoint("cart"), x.Window("desk"),
		x.Schedule("office"), x.Occasion("feasts")}
}

var ruleCases = []struct {
	rule string
	// where is "kind id path".
	where  string
	mutate func(parts)
}{
	{"id-missing", "campaign rescue engagements[0].id", func(p parts) { p.offer.ID = "" }},
	{"id-invalid", "entry-point Not_Kebab id", func(p parts) { p.Catalog.EntryPoints[1].ID = "Not_Kebab"; p.chat.EntryPoints[0] = "Not_Kebab" }},
	{"id-duplicate", "campaign rescue engagements[1].id", func(p parts) { p.chat.ID = "offer" }},
	{"id-duplicate", "goal order id", func(p parts) { p.Goals = append(p.Goals, ptr(*p.order)) }},
	{"name-missing", "goal order name", func(p parts) { p.order.Name = " " }},
	{"name-duplicate", "audience home name", func(p parts) { p.home.Name = "ALL visitors" }},
	{"name-unsafe", "goal order name", func(p parts) { p.order.Name = "a\x1b[2Jb" }},
	{"reference-missing", "campaign rescue goal", func(p parts) { p.campaign.Goal = "ordr" }},
	{"reference-missing", "campaign rescue engagements[0].entryPoints[1]", func(p parts) { p.offer.EntryPoints = []string{"cart", "nowhere"} }},
	{"reference-missing", "behavior lingers when.engaged.engagements[0]", func(p parts) {
		p.lingers.When = model.Condition{Engaged: &model.EngagedCondition{Engagements: []string{"rescue/ofer"}, Statuses: []model.EngagedStatus{model.Exposed}}}
	}},
	{"choice-unknown", "campaign rescue priority", func(p parts) { p.campaign.Priority = "urgent" }},
	{"choice-unknown", "window desk theme", func(p parts) { p.desk.Theme = "beach" }},
	{"choice-unknown", "audience home when.platform.in[0]", func(p parts) {
		p.home.When = model.Condition{Platform: &model.PlatformCondition{In: []model.Platform{"watch"}}}
	}},
	{"choice-unknown", "audience home when.gender.in[0]", func(p parts) {
		p.home.When = model.Condition{Gender: &model.ListCondition{In: []string{"unknown"}}}
	}},
	{"setting-unused", "campaign rescue engagements[0].side", func(p parts) { p.offer.Side = model.Left }},
	{"setting-unused", "campaign rescue engagements[0].window", func(p parts) { p.offer.Window = "desk" }},
	{"setting-unused", "campaign rescue engagements[1].url", func(p parts) { p.chat.URL = "https://shop.example/" }},
	{"setting-unused", "campaign rescue timeFrame.schedule", func(p parts) { p.campaign.TimeFrame.Schedule = "office" }},
	{"setting-unused", "goal order pages", func(p parts) { p.order.Pages = 3 }},
	{"list-empty", "audience home when.ip.ranges", func(p parts) { p.home.When = model.Condition{IP: &model.IPCondition{}} }},
	{"list-empty", "behavior lingers when.visited.entryPoints", func(p parts) { p.lingers.When = model.Condition{Visited: &model.VisitedCondition{}} }},
	{"list-empty", "occasion feasts lines", func(p parts) { p.feasts.Lines = nil }},
	{"value-empty", "settings account skills[1]", func(p parts) { p.Settings.Skills = []string{"sales", " "} }},
	{"value-repeated", "settings account skills[1]", func(p parts) { p.Settings.Skills = []string{"sales", "Sales"} }},

	{"goal-missing", "campaign rescue goal", func(p parts) { p.campaign.Goal = "" }},
	{"audience-missing", "campaign rescue audiences", func(p parts) { p.campaign.Audiences = nil }},
	{"engagement-missing", "campaign rescue engagements", func(p parts) { p.offer.Disabled, p.chat.Disabled = true, true }},
	{"engagements-many", "campaign rescue engagements", func(p parts) {
		for range 100 {
			e := *p.offer
			p.campaign.Engagements = append(p.campaign.Engagements, &e)
		}
	}},
	{"control-out-of-range", "campaign rescue controlGroup", func(p parts) { p.campaign.ControlGroup = ptr(26) }},
	{"control-out-of-range", "settings account siteControlGroup", func(p parts) { p.Settings.SiteControlGroup = ptr(-1) }},
	{"control-zero", "campaign rescue controlGroup", func(p parts) { p.campaign.ControlGroup = ptr(0) }},
	{"lob-unknown", "campaign rescue lob", func(p parts) { p.campaign.LOB = "bank" }},
	{"start-missing", "campaign rescue timeFrame.start", func(p parts) { p.campaign.TimeFrame.Start = 0 }},
	{"end-before-start", "campaign rescue timeFrame.end", func(p parts) { p.campaign.TimeFrame.End = p.campaign.TimeFrame.Start - 1 }},
	{"zone-invalid", "campaign rescue timeFrame.zone", func(p parts) { p.campaign.TimeFrame.Zone = "Local" }},
	{"zone-invalid", "schedule office zone", func(p parts) { p.office.Zone = "EST5EDT" }},
	{"zone-invalid", "settings account zone", func(p parts) { p.Settings.Zone = "" }},
	{"zone-invalid", "occasion feasts zone", func(p parts) { p.feasts.Zone = "Europe/Atlantis" }},
	{"hours-missing", "campaign rescue timeFrame.hours", func(p parts) { p.campaign.TimeFrame.Hours = model.SpecificHours }},
	{"schedule-missing", "campaign rescue timeFrame.schedule", func(p parts) { p.campaign.TimeFrame.Hours = model.CustomHours }},
	{"not-started", "campaign rescue timeFrame.start", func(p parts) { p.campaign.TimeFrame.Start += 3650 }},
	{"ended", "campaign rescue timeFrame.end", func(p parts) { p.campaign.TimeFrame.End = p.campaign.TimeFrame.Start }},

	{"format-missing", "campaign rescue engagements[0].format", func(p parts) { p.offer.Format = "" }},
	{"type-missing", "template blank type", func(p parts) { p.Templates[0].Type = "" }},
	{"entry-point-missing", "campaign rescue engagements[0].entryPoints", func(p parts) { p.offer.EntryPoints = nil }},
	{"behavior-missing", "campaign rescue engagements[0].behaviors", func(p parts) { p.offer.Behaviors = nil }},
	{"window-missing", "campaign rescue engagements[1].window", func(p parts) { p.chat.Window = "" }},
	{"url-missing", "campaign rescue engagements[0].url", func(p parts) { p.offer.URL = "" }},
	{"url-invalid", "campaign rescue engagements[0].url", func(p parts) { p.offer.URL = "javascript:alert(1)" }},
	{"div-missing", "campaign rescue engagements[0].div", func(p parts) { p.offer.Format = model.Embedded }},
	{"delay-out-of-range", "campaign rescue engagements[0].delay", func(p parts) { p.offer.Delay = 7 * model.Hour }},
	{"duration-out-of-range", "campaign rescue engagements[0].duration", func(p parts) { p.offer.Duration = 10 }},
	{"follow-both", "campaign rescue engagements[0].follow", func(p parts) { p.offer.Follow = model.Follow{Pages: 1, Time: model.Minute} }},
	{"follow-out-of-range", "campaign rescue engagements[0].follow", func(p parts) { p.offer.Follow.Pages = -1 }},
	{"language-invalid", "campaign rescue engagements[0].language", func(p parts) { p.offer.Language = "english please" }},
	{"skill-unknown", "campaign rescue engagements[1].skill", func(p parts) { p.chat.Skill = "gardening" }},
	{"agents-offline", "campaign rescue engagements[1].channel", func(p parts) { p.Settings.Agents = model.Offline }},
	{"same-place", "campaign rescue engagements[0]", func(p parts) {
		p.chat.Format, p.chat.EntryPoints, p.chat.Behaviors = model.Toaster, p.offer.EntryPoints, p.offer.Behaviors
	}},
	{"overlap", "campaign rescue engagements[1].creative.position", func(p parts) {
		p.chat.EntryPoints, p.chat.Behaviors = p.offer.EntryPoints, p.offer.Behaviors
		p.offer.Creative.Position = model.MiddleRight
	}},

	{"creative-empty", "campaign rescue engagements[0].creative", func(p parts) { p.offer.Creative = model.Creative{} }},
	{"busy-unsupported", "campaign rescue engagements[0].creative.busy", func(p parts) { p.offer.Creative.Busy = &model.Face{} }},
	{"size-out-of-range", "campaign rescue engagements[0].creative.online.width", func(p parts) { p.offer.Creative.Online.Width = -1 }},
	{"color-invalid", "window desk branding.agentBubble", func(p parts) { p.desk.Branding.AgentBubble = "red" }},
	{"image-invalid", "campaign rescue engagements[0].creative.online.image", func(p parts) { p.offer.Creative.Online.Image = "data:image/png;base64,x" }},
	{"element-kind-missing", "campaign rescue engagements[0].creative.online.elements[0].kind", func(p parts) { p.offer.Creative.Online.Elements[0].Kind = "" }},
	{"element-empty", "campaign rescue engagements[0].creative.online.elements[0].text", func(p parts) { p.offer.Creative.Online.Elements[0].Text = "" }},
	{"heading-out-of-range", "campaign rescue engagements[0].creative.online.elements[0].heading", func(p parts) { p.offer.Creative.Online.Elements[0].Heading = 7 }},
	{"contrast-low", "campaign rescue engagements[0].creative.online.elements[0].color", func(p parts) { p.offer.Creative.Online.Elements[0].Color = "#cccccc" }},
	{"contrast-low", "window desk branding.text", func(p parts) { p.desk.Branding.Text = "#eeeeee" }},
	{"html-format", "campaign rescue engagements[1].creative.html", func(p parts) {
		p.chat.Creative = model.Creative{HTML: `<a data-LP-event="click">Chat</a>`}
	}},
	{"html-unsafe", "campaign rescue engagements[0].creative.html", func(p parts) {
		p.offer.Creative = model.Creative{HTML: `<a data-LP-event="click" onclick="x()">Chat</a>`}
	}},
	{"html-close", "campaign rescue engagements[0].creative.html", func(p parts) {
		p.offer.Format, p.offer.Div = model.Embedded, "offer"
		p.offer.Creative = model.Creative{HTML: `<a data-LP-event="click">Chat</a><a data-LP-event="close">x</a>`}
	}},
	{"html-no-click", "campaign rescue engagements[0].creative.html", func(p parts) { p.offer.Creative = model.Creative{HTML: `<p>Chat</p>`} }},

	{"goal-type-missing", "goal order type", func(p parts) { p.order.Type = "" }},
	{"goal-indicator-missing", "goal order type", func(p parts) { p.order.Transaction = nil }},
	{"goal-indicator-missing", "goal order type", func(p parts) { p.order.Transaction, p.order.Type = nil, model.GoalPageViews }},
	{"goal-indicator-both", "goal order transaction", func(p parts) {
		p.order.URLs = []model.PageRule{{URLRule: model.URLRule{Contains: "/thanks"}}}
	}},
	{"amount-negative", "goal order transaction.moreThan", func(p parts) { p.order.Transaction.MoreThan = -1 }},
	{"status-missing", "goal order service[0].status", func(p parts) {
		*p.order = model.Goal{Header: p.order.Header, Type: model.GoalService, Service: []model.ServiceBox{{}}}
	}},
	{"rule-missing", "entry-point cart include[0]", func(p parts) { p.cart.Include[0] = model.PageRule{} }},
	{"rule-several", "entry-point cart include[0]", func(p parts) { p.cart.Include[0].Section = "cart" }},
	{"rule-several", "entry-point cart include[0].title", func(p parts) {
		p.cart.Include[0] = model.PageRule{Title: &model.URLRule{Contains: "a", Exact: "b"}}
	}},
	{"regex-invalid", "entry-point cart include[0].regex", func(p parts) { p.cart.Include[0] = model.PageRule{URLRule: model.URLRule{Regex: "(?=x)"}} }},
	{"regex-invalid", "entry-point cart include[0].regex", func(p parts) {
		p.cart.Include[0] = model.PageRule{URLRule: model.URLRule{Regex: strings.Repeat("x", 257)}}
	}},
	{"entry-point-excluded", "entry-point cart exclude", func(p parts) { p.cart.Exclude[0].Contains = "/CART" }},
	{"shift-missing", "schedule office days.tuesday.shifts", func(p parts) { p.office.Days.Tuesday.Status = model.DayCustom }},
	{"shift-off-grid", "schedule office days.monday.shifts[0].from", func(p parts) { p.office.Days.Monday.Shifts[0].From = model.ClockAt(9, 2) }},
	{"shift-reversed", "schedule office days.monday.shifts[0]", func(p parts) { p.office.Days.Monday.Shifts[0].To = model.ClockAt(9, 0) }},
	{"shift-reversed", "campaign rescue timeFrame", func(p parts) {
		p.campaign.TimeFrame.Hours, p.campaign.TimeFrame.From, p.campaign.TimeFrame.To = model.SpecificHours, model.ClockAt(22, 0), model.ClockAt(6, 0)
	}},
	{"shift-overlap", "schedule office days.monday.shifts[1]", func(p parts) { p.office.Days.Monday.Shifts[1].From = model.ClockAt(11, 55) }},
	{"date-missing", "occasion feasts lines[1].from", func(p parts) { p.feasts.Lines[1].From = 0 }},
	{"date-reversed", "occasion feasts lines[0].to", func(p parts) { p.feasts.Lines[0].To = p.feasts.Lines[0].From - 1 }},
	{"occasion-overlap", "occasion feasts lines[1]", func(p parts) { p.feasts.Lines[1].From = p.feasts.Lines[0].To }},
	{"corner-out-of-range", "window desk branding.cornersTop", func(p parts) { p.desk.Branding.CornersTop = 21 }},
	{"picture-not-https", "window desk branding.agentPictureUrl", func(p parts) { p.desk.Branding.AgentPictureURL = "http://shop.example/a.png" }},
	{"api-method-invalid", "window desk api.method", func(p parts) { p.desk.API = &model.WindowAPI{Method: "a();b"} }},
	{"default-several", "window desk-2 default", func(p parts) {
		w := *p.desk
		w.ID, w.Name = "desk-2", "Desk 2"
		p.Windows = append(p.Windows, &w)
	}},
	{"survey-empty", "window desk surveys.agent.questions", func(p parts) { p.desk.Surveys.Agent = &model.Survey{} }},
	{"question-id-missing", "window desk surveys.preChat.questions[0].id", func(p parts) { p.desk.Surveys.PreChat.Questions[0].ID = "" }},
	{"question-id-duplicate", "window desk surveys.preChat.questions[1].id", func(p parts) {
		q := p.desk.Surveys.PreChat
		q.Questions = append(q.Questions, q.Questions[0])
	}},
	{"question-label-missing", "window desk surveys.preChat.questions[0].label", func(p parts) { p.desk.Surveys.PreChat.Questions[0].Label = "" }},
	{"question-type-missing", "window desk surveys.preChat.questions[0].type", func(p parts) { p.desk.Surveys.PreChat.Questions[0].Type = "" }},
	{"options-missing", "window desk surveys.preChat.questions[0].options", func(p parts) { p.desk.Surveys.PreChat.Questions[0].Options = nil }},

	{"condition-empty", "audience home when.any[0]", func(p parts) { p.home.When = model.Condition{Any: []model.Condition{{}}} }},
	{"condition-several", "audience home when", func(p parts) { p.home.When.Age = &model.IntRange{Min: ptr(18)} }},
	{"condition-misplaced", "audience home when.exitSignal", func(p parts) { p.home.When = model.Condition{ExitSignal: true} }},
	{"condition-misplaced", "behavior lingers when.all[0].visitor", func(p parts) {
		p.lingers.When = model.Condition{All: []model.Condition{{Visitor: model.FirstTime}}}
	}},
	{"condition-too-deep", "audience home when" + strings.Repeat(".any[0]", 16), func(p parts) {
		for range 16 {
			p.home.When = model.Condition{Any: []model.Condition{p.home.When}}
		}
	}},
	{"range-missing", "audience home when.age", func(p parts) { p.home.When = model.Condition{Age: &model.IntRange{}} }},
	{"range-missing", "behavior lingers when.cartValue", func(p parts) { p.lingers.When = model.Condition{CartValue: &model.CartCondition{}} }},
	{"range-reversed", "audience home when.age", func(p parts) { p.home.When = model.Condition{Age: &model.IntRange{Min: ptr(30), Max: ptr(20)}} }},
	{"range-reversed", "behavior lingers when.idle", func(p parts) {
		p.lingers.When = model.Condition{Idle: &model.TimeCondition{MoreThan: ptr(30 * model.Second), AtMost: ptr(30 * model.Second)}}
	}},
	{"range-out-of-bounds", "behavior lingers when.scrollDepth.max", func(p parts) {
		p.lingers.When = model.Condition{ScrollDepth: &model.IntRange{Max: ptr(101)}}
	}},
	{"time-missing", "behavior lingers when.timeOnPage", func(p parts) { p.lingers.When = model.Condition{TimeOnPage: &model.TimeCondition{}} }},
	{"time-both", "behavior lingers when.timeOnPage", func(p parts) {
		p.lingers.When = model.Condition{TimeOnPage: &model.TimeCondition{MoreThan: ptr(model.Second), AtLeast: ptr(model.Second)}}
	}},
	{"ip-invalid", "audience home when.ip.ranges[0]", func(p parts) {
		p.home.When = model.Condition{IP: &model.IPCondition{Ranges: []string{"198.51.100.9-198.51.100.2"}}}
	}},
	{"source-several", "audience home when.marketingSource", func(p parts) {
		p.home.When = model.Condition{MarketingSource: &model.MarketingCondition{Affiliates: []string{"a"}, Campaigns: []string{"b"}}}
	}},
	{"customer-both", "audience home when.customer", func(p parts) {
		p.home.When = model.Condition{Customer: &model.CustomerCondition{Types: []string{"gold"}, Statuses: []string{"active"}}}
	}},
	{"customer-unknown", "audience home when.customer.types[0]", func(p parts) {
		p.home.When = model.Condition{Customer: &model.CustomerCondition{Types: []string{"gold plus"}}}
	}},
	{"registered-invalid", "audience home when.registered", func(p parts) { p.home.When = model.Condition{Registered: &model.RegisteredCondition{AtLeast: 3}} }},
	{"attribute-name-missing", "audience home when.attribute.name", func(p parts) {
		p.home.When = model.Condition{Attribute: &model.AttributeCondition{Op: model.OpExists}}
	}},
	{"operator-missing", "audience home when.attribute.op", func(p parts) {
		p.home.When = model.Condition{Attribute: &model.AttributeCondition{Name: "plan", Values: []string{"pro"}}}
	}},
	{"number-invalid", "audience home when.attribute.values[0]", func(p parts) {
		p.home.When = model.Condition{Attribute: &model.AttributeCondition{Name: "score", Op: model.OpAtLeast, Values: []string{"1e3"}}}
	}},
	{"flow-too-short", "behavior lingers when.flow.steps", func(p parts) {
		p.lingers.When = model.Condition{Flow: &model.FlowCondition{Steps: steps("/cart")}}
	}},
	{"flow-no-required", "behavior lingers when.flow.steps", func(p parts) {
		s := steps("/cart", "/pay")
		s[0].Optional, s[1].Optional = true, true
		p.lingers.When = model.Condition{Flow: &model.FlowCondition{Steps: s}}
	}},
	{"flow-repeated-step", "behavior lingers when.flow.steps[2]", func(p parts) {
		p.lingers.When = model.Condition{Flow: &model.FlowCondition{Steps: steps("/cart", "/pay", "/cart")}}
	}},
	{"cart-several", "behavior lingers when.cartValue", func(p parts) {
		p.lingers.When = model.Condition{CartValue: &model.CartCondition{Decreased: true, Emptied: true}}
	}},
	{"count-negative", "behavior lingers when.event.count", func(p parts) {
		p.lingers.When = model.Condition{Event: &model.EventCondition{Name: "video", Count: -1}}
	}},
	{"event-name-missing", "behavior lingers when.event.name", func(p parts) { p.lingers.When = model.Condition{Event: &model.EventCondition{}} }},
	{"country-named", "audience home when.geo.countries[1]", func(p parts) {
		p.home.When = model.Condition{Geo: &model.GeoCondition{Countries: []string{"de", "Schweiz"}}}
	}},
	{"about-to-abandon", "behavior lingers when.aboutToAbandon", func(p parts) { p.lingers.When = model.Condition{AboutToAbandon: true} }},
	{"contradiction", "audience home when.all[1]", func(p parts) {
		p.home.When = model.Condition{All: []model.Condition{{Visitor: model.FirstTime}, {Visits: &model.IntRange{Min: ptr(2)}}}}
	}},
	{"contradiction", "audience home when.all[0]", func(p parts) {
		age := model.Condition{Age: &model.IntRange{Min: ptr(18)}}
		p.home.When = model.Condition{All: []model.Condition{age, {Exclude: []model.Condition{age}}}}
	}},

	{"currency-invalid", "settings account currency", func(p parts) { p.Settings.Currency = "Euro" }},
	{"displays-out-of-range", "settings account displays.limit", func(p parts) { p.Settings.Displays.Limit = 4 }},
	{"display-limit-low", "settings account displays.limit", func(p parts) { p.Settings.Displays.Limit, p.chat.Format = 1, model.Toaster }},
	{"evaluate-every-out-of-range", "settings account evaluateEvery", func(p parts) { p.Settings.EvaluateEvery = ptr(model.Duration(500)) }},
	{"visit-out-of-range", "settings account visit", func(p parts) { p.Settings.Visit.Idle = 7 * model.Hour }},
	{"list-too-long", "settings account customerTypes", func(p parts) {
		for i := range 111 {
			p.Settings.CustomerTypes = append(p.Settings.CustomerTypes, strings.Repeat("x", i+1))
		}
	}},
	{"cross-session-invalid", "settings account crossSession", func(p parts) { p.Settings.CrossSession = ptr(30) }},
}

func steps(paths ...string) []model.FlowStep {
	var out []model.FlowStep
	for _, p := range paths {
		out = append(out, model.FlowStep{PageRule: model.PageRule{URLRule: model.URLRule{Contains: p}}})
	}
	return out
}

var today = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func TestRules(t *testing.T) {
	t.Parallel()
	severity := map[string]model.Severity{}
	for _, r := range model.Rules() {
		severity[r.Code] = r.Severity
	}
	covered := map[string]bool{}
	for _, tc := range ruleCases {
		covered[tc.rule] = true
		t.Run(tc.rule+" "+tc.where, func(t *testing.T) {
			t.Parallel()
			c := soundCatalog(t)
			tc.mutate(partsOf(c))
			problems := model.ValidateAt(c, today)
			for _, p := range problems {
				if severity[p.Code] != p.Severity || p.Message == "" {
					t.Errorf("%v: code %q is not of the rules, or says nothing", p, p.Code)
				}
			}
			if !slices.ContainsFunc(problems, func(p model.Problem) bool {
				return p.Code == tc.rule && string(p.Kind)+" "+p.ID+" "+p.Path == tc.where
			}) {
				t.Fatalf("want %s at %s, got %v", tc.rule, tc.where, problems)
			}
		})
	}
	for code := range severity {
		if !covered[code] {
			t.Errorf("rule %s has no case", code)
		}
	}
}

func TestASoundCatalogHasNoProblem(t *testing.T) {
	t.Parallel()
	if problems := model.ValidateAt(soundCatalog(t), today); len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
}

func TestUnsafeHTMLIsRefused(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`<script>alert(1)</script>`, `<ScRiPt src=//x>`, `<img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
		`<a href=" java&#10;script:alert(1)">x</a>`, `<a href="JaVaScRiPt&colon;alert(1)">x</a>`, `<a href="data:text/html,x">x</a>`, `<iframe src="https://x.example">`,
		`<svg onload=alert(1)>`, `<math><mi xlink:href="x">`, `<style>*{}</style>`, `<div style="background:url(javascript:x)">`, `<div style="width:expression(1)">`,
		`<base href="https://x.example">`, `<form action="https://x.example">`, `<meta http-equiv=refresh>`, `<object data=x>`, `<!--[if IE]><script><![endif]-->`,
		`<a formaction="javascript:x">`, `<img srcset="x">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<a data-LP-event="eval">x</a>`,
		`<link rel=import href=x>`, `<template><script>x</script></template>`, `<a href="vbscript:x">`,
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			c := soundCatalog(t)
			p := partsOf(c)
			p.offer.Creative = model.Creative{HTML: source + `<a data-LP-event="click">Go</a>`}
			if !slices.ContainsFunc(model.Validate(c), func(p model.Problem) bool { return p.Code == "html-unsafe" }) {
				t.Fatalf("%s passed", source)
			}
		})
	}
	c := soundCatalog(t)
	partsOf(c).offer.Creative = model.Creative{HTML: `<div class="x" style="color: #333; padding: 4px"><h2>Hi</h2><img src="/a.png" alt="">` +
		`<a href="https://shop.example/a?b=c&amp;d" data-LP-event="click">Go</a><button type="button" data-LP-event="close" aria-label="Close">x</button></div>`}
	if problems := model.Validate(c); len(problems) > 0 {
		t.Errorf("harmless HTML: %v", problems)
	}
}

func TestZonesAreIANANames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"UTC": true, "Europe/Berlin": true, "America/Argentina/Ushuaia": true, "Etc/GMT+5": true,
		"": false, "Local": false, "EST5EDT": false, "CET": false, "GMT": false, "../etc/passwd": false, "/etc/localtime": false, "posix/Europe/Berlin": false,
		"Europe/../Europe/Berlin": false, "Europe/berlin2": false} {
		if _, err := model.LoadZone(name); (err == nil) != want {
			t.Errorf("LoadZone(%q) = %v, want ok %v", name, err, want)
		}
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b     string
		low, top float64
	}{{"#000000", "#ffffff", 21, 21}, {"#ffffff", "#ffffff", 1, 1}, {"#767676", "#ffffff", 4.5, 4.6}, {"#777777", "#ffffff", 4.4, 4.5}} {
		if got, ok := model.Contrast(tc.a, tc.b); !ok || got < tc.low-1e-9 || got > tc.top+1e-9 {
			t.Errorf("Contrast(%s, %s) = %v, want %v to %v", tc.a, tc.b, got, tc.low, tc.top)
		}
	}
	if _, ok := model.Contrast("red", "#ffffff"); ok {
		t.Error("a name is no color")
	}
}

func TestDraftsAreToldApart(t *testing.T) {
	t.Parallel()
	c := soundCatalog(t)
	p := partsOf(c)
	p.campaign.Published, p.campaign.Goal = false, ""
	p.order.Name = ""
	for _, problem := range model.Errors(model.Validate(c)) {
		if problem.Draft != (problem.Kind == model.KindCampaign) {
			t.Errorf("%v: draft %v", problem, problem.Draft)
		}
	}
}

func TestValidateCampaignTellsWhatPublishingAsksFor(t *testing.T) {
	t.Parallel()
	c := soundCatalog(t)
	p := partsOf(c)
	p.campaign.Published = false
	p.cart.Include[0] = model.PageRule{} // used
	p.home.Name = ""                     // not used
	p.chat.Format, p.chat.EntryPoints, p.chat.Behaviors = model.Toaster, p.offer.EntryPoints, p.offer.Behaviors
	var got []string
	for _, problem := range model.ValidateCampaign(c, "rescue", today) {
		got = append(got, problem.ID+" "+problem.Code)
	}
	want := []string{"cart rule-missing", "rescue same-place", "rescue same-place"}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if model.ValidateCampaign(c, "nobody", today) != nil {
		t.Error("a campaign that does not exist has problems")
	}
}

func TestADocumentIsValidatedBeforeTheCatalogHoldsIt(t *testing.T) {
	t.Parallel()
	x := soundCatalog(t).Index()
	for _, tc := range []struct {
		doc  model.Document
		want string
	}{
		{&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "all", Name: "all VISITORS"}}, "name name-duplicate"},
		{&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "home", Name: "Homes"}}, ""},
		{&model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "b", Name: "B"}, When: model.Condition{Visited: &model.VisitedCondition{EntryPoints: []string{"kart"}}}},
			"when.visited.entryPoints[0] reference-missing"},
	} {
		var got []string
		for _, p := range x.ValidateDocument(tc.doc) {
			got = append(got, p.Path+" "+p.Code)
		}
		if strings.Join(got, "; ") != tc.want {
			t.Errorf("%s: got %q, want %q", tc.doc.Head().ID, got, tc.want)
		}
	}
}

func TestOddsOfEngagementsThatCompete(t *testing.T) {
	t.Parallel()
	c := soundCatalog(t)
	p := partsOf(c)
	p.campaign.Priority = model.High
	rival := *p.campaign
	rival.ID, rival.Name, rival.Priority = "rival", "Rival", model.Low
	rival.Engagements = []*model.Engagement{ptr(*p.offer)}
	p.Campaigns = append(p.Campaigns, &rival)
	var got []string
	for _, problem := range model.Validate(c) {
		got = append(got, problem.ID+": "+problem.Message)
	}
	want := []string{
		"rescue: competes with rival/offer for the proactive zone on cart with lingers: wins about 87.5 % of draws",
		"rival: competes with rescue/offer for the proactive zone on cart with lingers: wins about 12.5 % of draws",
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}
