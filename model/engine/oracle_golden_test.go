package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
	"beckon/model/journey"
)

// monday is where the tables' journeys begin.
var monday = journey.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))

// shop returns a catalog of campaigns, with control groups off, one audience
// "all", one entry point "everywhere", one behavior "always" and one goal
// "talk".
func shop(campaigns ...*model.Campaign) *model.Catalog {
	s := model.DefaultSettings()
	s.SiteControlGroup = new(int)
	return &model.Catalog{Settings: s,
		Goals:       []*model.Goal{{Header: head(model.KindGoal, "talk"), Type: model.GoalInteract}},
		Audiences:   []*model.Audience{{Header: head(model.KindAudience, "all")}},
		EntryPoints: []*model.EntryPoint{{Header: head(model.KindEntryPoint, "everywhere")}},
		Behaviors:   []*model.Behavior{{Header: head(model.KindBehavior, "always")}},
		Campaigns:   campaigns,
	}
}

func head(k model.Kind, id string) model.Header { return model.Header{Kind: k, ID: id, Name: id} }

// campaign returns a campaign that always runs for everyone.
func campaign(id string, engagements ...*model.Engagement) *model.Campaign {
	return &model.Campaign{Header: head(model.KindCampaign, id), Published: true, Goal: "talk", Audiences: []string{"all"},
		TimeFrame: model.TimeFrame{Start: mustDate("2026-01-01")}, ControlGroup: new(int), Engagements: engagements}
}

// offer returns an engagement that shows everywhere and at once.
func offer(id string, f model.Format, t model.EngagementType, change ...func(*model.Engagement)) *model.Engagement {
	e := &model.Engagement{ID: id, Name: id, Format: f, Type: t, EntryPoints: []string{"everywhere"}, Behaviors: []string{"always"}}
	for _, c := range change {
		c(e)
	}
	return e
}

func chat(e *model.Engagement) { e.Channel = model.Chat }
func at(ids ...string) func(*model.Engagement) {
	return func(e *model.Engagement) { e.EntryPoints = ids }
}
func when(ids ...string) func(*model.Engagement) {
	return func(e *model.Engagement) { e.Behaviors = ids }
}
func on(s model.Side) func(*model.Engagement) { return func(e *model.Engagement) { e.Side = s } }
func in(div string) func(*model.Engagement)   { return func(e *model.Engagement) { e.Div = div } }
func delay(d model.Duration) func(*model.Engagement) {
	return func(e *model.Engagement) { e.Delay = d }
}
func lasting(d model.Duration) func(*model.Engagement) {
	return func(e *model.Engagement) { e.Duration = d }
}

// pages adds entry points "/x" for the paths given.
func pages(c *model.Catalog, paths ...string) *model.Catalog {
	for _, p := range paths {
		c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, strings.TrimPrefix(p, "/")),
			Include: []model.PageRule{{URLRule: model.URLRule{Exact: p}}}})
	}
	return c
}

func behavior(c *model.Catalog, id string, when model.Condition) *model.Catalog {
	c.Behaviors = append(c.Behaviors, &model.Behavior{Header: head(model.KindBehavior, id), When: when})
	return c
}

func audience(c *model.Catalog, id string, when model.Condition) *model.Catalog {
	c.Audiences = append(c.Audiences, &model.Audience{Header: head(model.KindAudience, id), When: when})
	return c
}

func mustDate(s string) model.Date {
	d, err := model.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func ptr[T any](v T) *T { return &v }

func amount(units int64) model.Money { return model.Money(units * model.MoneyScale) }

// steps writes one visitor's journey.
type steps struct {
	visitor string
	now     journey.Instant
	events  []*journey.Event
}

func visit() *steps { return &steps{visitor: "v-1", now: monday} }

func (s *steps) add(t journey.Type, fill func(*journey.Event)) *steps {
	e := &journey.Event{Visitor: s.visitor, At: s.now, Type: t}
	fill(e)
	s.events = append(s.events, e)
	return s
}

func (s *steps) wait(seconds int64) *steps { s.now += journey.Instant(seconds * 1000); return s }

func (s *steps) page(path string, sections ...string) *steps {
	return s.add(journey.PageView, func(e *journey.Event) {
		e.Page = &journey.Page{URL: "https://shop.example" + path, Sections: sections}
	})
}

func (s *steps) respond(path string, a journey.Action) *steps {
	return s.add(journey.Respond, func(e *journey.Event) { e.Respond = &journey.Response{Engagement: path, Action: a} })
}

func (s *steps) cart(total int64, products ...journey.Product) *steps {
	return s.add(journey.Cart, func(e *journey.Event) {
		e.Cart = &journey.CartState{Total: amount(total), NumItems: len(products), Products: products}
	})
}

func (s *steps) purchase(id string, total int64) *steps {
	return s.add(journey.Purchase, func(e *journey.Event) { e.Purchase = &journey.Order{OrderID: id, Total: amount(total)} })
}

func (s *steps) agents(state model.Availability) *steps {
	return s.add(journey.Agents, func(e *journey.Event) { e.Agents = &journey.AgentState{State: state} })
}

func (s *steps) leave() *steps { return s.add(journey.Leave, func(*journey.Event) {}) }

// told writes what records say, without the start and the end of visits.
func told(records []plainRecord) []string {
	var out []string
	for _, r := range records {
		at := fmt.Sprintf("%ds ", (r.At-monday)/1000)
		switch r.Kind {
		case Displayed:
			out = append(out, fmt.Sprintf("%sshown %s %s", at, r.Engagement, r.Availability))
		case Followed:
			out = append(out, at+"followed "+r.Engagement)
		case TimedOut:
			out = append(out, at+"timed out "+r.Engagement)
		case Answered:
			out = append(out, at+string(r.Action)+" "+r.Engagement)
		case GoalReached:
			s := at + "goal " + r.Campaign
			for _, m := range []struct {
				on   bool
				mark string
			}{{r.Goal.Duplicate, " duplicate"}, {r.Goal.Repeated, " repeated"}, {r.Goal.Control, " control"}, {r.Goal.Engaged, " engaged"}} {
				if m.on {
					s += m.mark
				}
			}
			out = append(out, s)
		}
	}
	return out
}

// TestGolden holds the golden scenarios of domain 3.9 that are one journey's.
// Every row is played on the engine and on the plain evaluator.
func TestGolden(t *testing.T) {
	t.Parallel()
	const conv, content = model.Conversation, model.Content
	tent := journey.Product{Name: "Trail Tent", SKU: "TT-2P", Category: "camping"}
	stove := journey.Product{Name: "Gas Stove", SKU: "GS-01", Category: "camping"}

	limits := func(d model.DisplaySettings) *model.Catalog {
		c := pages(shop(campaign("a", offer("one", model.Overlay, conv, at("one")), offer("two", model.Overlay, conv, at("two")),
			offer("toaster", model.Toaster, content, at("two"), delay(model.Second)))), "/one", "/two")
		c.Settings.Displays = d
		return c
	}
	flow := func(on model.FlowTrigger) *model.Catalog {
		rule := func(p string) model.PageRule { return model.PageRule{URLRule: model.URLRule{Exact: p}} }
		return behavior(shop(campaign("a", offer("help", model.Sticky, conv, when("flow")))), "flow",
			model.Condition{Flow: &model.FlowCondition{On: on, Steps: []model.FlowStep{{PageRule: rule("/cart")}, {PageRule: rule("/checkout")},
				{PageRule: rule("/confirm")}}}})
	}
	cartRule := func(r model.CartCondition) *model.Catalog {
		return behavior(shop(campaign("a", offer("help", model.Sticky, conv, when("cart")))), "cart", model.Condition{CartValue: &r})
	}
	section := func(text string) *model.Catalog {
		c := shop(campaign("a", offer("help", model.Sticky, conv, at("camera"))))
		c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, "camera"),
			Include: []model.PageRule{{Section: text}}})
		return c
	}
	lingering := func() *model.Catalog {
		return behavior(pages(shop(campaign("a", offer("help", model.Overlay, conv, at("cart"), when("linger")))), "/cart"), "linger",
			model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: []string{"cart"},
				TimeCondition: model.TimeCondition{MoreThan: ptr(25 * model.Second)}}})
	}
	exact := lingering()
	exact.Settings.EvaluateEvery = new(model.Duration)
	orders := shop(campaign("a", offer("help", model.Sticky, conv)))
	orders.Goals[0].Type, orders.Goals[0].Transaction = model.GoalSell, &model.TransactionGoal{}
	holiday := shop(campaign("a", offer("help", model.Sticky, conv)))
	holiday.Occasions = []*model.Occasion{{Header: head(model.KindOccasion, "days"),
		Lines: []model.OccasionLine{{Name: "closed", From: mustDate("2026-03-02"), Status: model.DayOff}}}}
	holiday.Campaigns[0].TimeFrame = model.TimeFrame{Start: mustDate("2026-01-01"), Hours: model.SpecificHours,
		From: model.ClockAt(9, 0), To: model.ClockAt(17, 0), Occasions: []string{"days"}}
	merged := audience(behavior(behavior(shop(campaign("a", offer("right", model.Sticky, conv, when("cart"))),
		campaign("b", offer("left", model.Sticky, conv, on(model.Left), when("viewed")))),
		"cart", model.Condition{All: []model.Condition{{CartProducts: &model.ProductCondition{SKUs: []string{"gs-01"}}},
			{Exclude: []model.Condition{{CartProducts: &model.ProductCondition{SKUs: []string{"tt-2p"}}}}}}}),
		"viewed", model.Condition{All: []model.Condition{
			{ViewedProduct: &model.ViewedCondition{ProductCondition: model.ProductCondition{SKUs: []string{"gs-01"}}}},
			{ViewedProduct: &model.ViewedCondition{ProductCondition: model.ProductCondition{SKUs: []string{"tt-2p"}}}}}}),
		"known", model.Condition{All: []model.Condition{{Age: &model.IntRange{Min: ptr(30)}}, {Gender: &model.ListCondition{In: []string{"female"}}}}})
	merged.Campaigns[0].Audiences = []string{"known"}

	for _, x := range []struct {
		name    string
		catalog *model.Catalog
		journey *steps
		want    []string
	}{
		{"1 split limits count the types apart", limits(model.DisplaySettings{Split: true, Conversation: 1}),
			visit().page("/one").wait(5).page("/two").wait(15).leave(),
			[]string{"0s shown a/one online", "15s shown a/toaster online"}},
		{"1 a combined limit counts both types", limits(model.DisplaySettings{Limit: 1}),
			visit().page("/one").wait(5).page("/two").wait(15).leave(),
			[]string{"0s shown a/one online"}},
		{"2 a declined conversation ends proactive conversations only",
			pages(shop(campaign("a", offer("one", model.Overlay, conv, at("one")), offer("two", model.Overlay, conv, at("two")),
				offer("sticky", model.Sticky, conv, chat, at("two")), offer("toaster", model.Toaster, content, at("two"), delay(model.Second)))), "/one", "/two"),
			visit().page("/one").wait(3).respond("a/one", journey.Decline).wait(2).page("/two").wait(15).leave(),
			[]string{"0s shown a/one online", "3s decline a/one", "5s shown a/sticky online", "15s shown a/toaster online"}},
		{"3 after declined content other content shows on the next page",
			shop(campaign("a", offer("first", model.Overlay, content), offer("second", model.Toaster, content, delay(model.Second)))),
			visit().page("/one").wait(12).respond("a/first", journey.Decline).wait(18).page("/two").wait(15).leave(),
			[]string{"0s shown a/first online", "12s decline a/first", "40s shown a/second online"}},
		{"4 a timeout is no decline and the display counts", shop(campaign("a", offer("help", model.Overlay, conv, lasting(15*model.Second)))),
			visit().page("/one").wait(30).page("/two").wait(5).leave(),
			[]string{"0s shown a/help online", "15s timed out a/help", "30s shown a/help online"}},
		{"5 every zone holds one", shop(campaign("a", offer("left", model.Sticky, conv, on(model.Left)), offer("right", model.SlideOut, conv),
			offer("overlay", model.Overlay, conv), offer("top", model.Embedded, conv, in("top")), offer("foot", model.Embedded, content, in("foot")))),
			visit().page("/one").wait(5).leave(),
			[]string{"0s shown a/overlay online", "0s shown a/left online", "0s shown a/right online", "0s shown a/foot online", "0s shown a/top online"}},
		{"7 offline chat gives way to content", shop(campaign("a", offer("chat", model.Toaster, conv, chat), offer("content", model.Toaster, content))),
			visit().agents(model.Offline).page("/one").wait(5).leave(),
			[]string{"0s shown a/content online"}},
		{"7 online chat comes before content", shop(campaign("a", offer("chat", model.Toaster, conv, chat), offer("content", model.Toaster, content))),
			visit().page("/one").wait(5).leave(),
			[]string{"0s shown a/chat online"}},
		{"7 without content the offline chat shows", shop(campaign("a", offer("chat", model.Toaster, conv, chat))),
			visit().agents(model.Offline).page("/one").wait(5).leave(),
			[]string{"0s shown a/chat offline"}},
		{"7 messaging shows whatever the agents' state", shop(campaign("a", offer("message", model.Toaster, conv))),
			visit().agents(model.Offline).page("/one").wait(5).leave(),
			[]string{"0s shown a/message online"}},
		{"8 more than 25 s is seen at the 30 s tick", lingering(), visit().page("/cart").wait(60).leave(),
			[]string{"30s shown a/help online"}},
		{"8 time on an entry point accumulates over the visit", lingering(),
			visit().page("/cart").wait(20).page("/help").wait(40).page("/cart").wait(20).leave(),
			[]string{"70s shown a/help online"}},
		{"8 at exact instants it is seen a millisecond after 25 s", exact, visit().page("/cart").wait(25).leave(), nil},
		{"8 at exact instants it is seen as soon as it is more", exact, visit().page("/cart").wait(26).leave(),
			[]string{"25s shown a/help online"}},
		{"9 cart, checkout, cart is a back flow", flow(model.FlowBack), visit().page("/cart").page("/checkout").wait(5).page("/cart").leave(),
			[]string{"5s shown a/help online"}},
		{"9 cart, checkout, help is abandoned", flow(model.FlowAbandoned), visit().page("/cart").page("/checkout").wait(5).page("/help").leave(),
			[]string{"5s shown a/help online"}},
		{"9 a back flow is not abandoned", flow(model.FlowAbandoned), visit().page("/cart").page("/checkout").wait(5).page("/cart").leave(), nil},
		{"9 after the last step nothing triggers", flow(model.FlowAbandoned),
			visit().page("/cart").page("/checkout").page("/confirm").page("/cart").page("/help").leave(), nil},
		{"9 after the last step nothing goes back", flow(model.FlowBack),
			visit().page("/cart").page("/checkout").page("/confirm").page("/cart").page("/help").leave(), nil},
		{"10 from 120 to 80 the cart decreased", cartRule(model.CartCondition{Decreased: true}),
			visit().page("/cart").wait(1).cart(120).wait(1).cart(80).leave(), []string{"2s shown a/help online"}},
		{"10 from 120 to 80 is not emptied", cartRule(model.CartCondition{Emptied: true}),
			visit().page("/cart").wait(1).cart(120).wait(1).cart(80).leave(), nil},
		{"10 from 80 to 0 the cart is emptied", cartRule(model.CartCondition{Emptied: true}),
			visit().page("/cart").wait(1).cart(120).wait(1).cart(80).wait(1).cart(0).leave(), []string{"3s shown a/help online"}},
		{"10 the first cart is no decrease", cartRule(model.CartCondition{Decreased: true}),
			visit().page("/cart").cart(0).wait(20).leave(), nil},
		{"10 the emptying that a purchase brings is no decrease", cartRule(model.CartCondition{Decreased: true}),
			visit().page("/cart").cart(50).purchase("o-1", 50).wait(20).leave(), nil},
		{"11 a section contains the text", section("camera"), visit().page("/c", "waterproof camera").leave(),
			[]string{"0s shown a/help online"}},
		{"11 a quoted section equals the text", section(`"camera"`), visit().page("/c", "waterproof camera").leave(), nil},
		{"11 a quoted section that is equal", section(`"Camera"`), visit().page("/c", "camera").leave(),
			[]string{"0s shown a/help online"}},
		{"12 two purchases with one order id are one conversion", orders,
			visit().page("/c").wait(1).purchase("o-1", 50).wait(1).purchase("o-1", 50).wait(1).purchase("o-2", 50).leave(),
			[]string{"0s shown a/help online", "1s goal a", "2s goal a duplicate", "3s goal a"}},
		{"14 an occasion that is off wins over the hours", holiday, visit().page("/c").wait(3600).leave(), nil},
		{"14 on the next day the hours hold", holiday, visit().wait(86400).page("/c").leave(), []string{"86400s shown a/help online"}},
		{"14 before the hours nothing shows", holiday, visit().wait(86400 - 3601).page("/c").wait(1).leave(), nil},
		{"14 the hours open at a tick", holiday, visit().wait(86400 - 3601).page("/c").wait(60).leave(),
			[]string{"82809s shown a/help online"}},
		{"15 personal merges, cart is replaced, views are appended", merged,
			visit().page("/c").add(journey.Personal, func(e *journey.Event) { e.Personal = &journey.Person{Age: ptr(40)} }).
				wait(1).add(journey.Personal, func(e *journey.Event) { e.Personal = &journey.Person{Gender: "female"} }).
				wait(1).cart(200, tent, stove).wait(1).cart(50, stove).
				wait(1).add(journey.ProductView, func(e *journey.Event) { e.ProductView = &journey.Views{Products: []journey.Product{tent}} }).
				wait(1).add(journey.ProductView, func(e *journey.Event) { e.ProductView = &journey.Views{Products: []journey.Product{stove}} }).leave(),
			[]string{"3s shown a/right online", "5s shown b/left online"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			records := runBoth(t, x.catalog, Options{Seed: 1, Outcomes: true}, x.journey.events)
			if d := cmp.Diff(x.want, told(records)); d != "" {
				t.Errorf("want (-), got (+):\n%s\noutcomes %v", d, records[len(records)-1].Outcomes)
			}
		})
	}
}

// TestGoldenOneOfTwo holds the rest of scenario 5: a zone holds one.
func TestGoldenOneOfTwo(t *testing.T) {
	t.Parallel()
	c := shop(campaign("a", offer("sticky", model.Sticky, model.Conversation), offer("slide", model.SlideOut, model.Conversation)))
	records := runBoth(t, c, Options{Seed: 1, Outcomes: true}, visit().page("/one").wait(60).leave().events)
	if got := told(records); len(got) != 1 {
		t.Errorf("one of two in the right zone shows, got %q", got)
	}
	outcomes := records[len(records)-1].Outcomes
	if a, b := outcomes["a/sticky"], outcomes["a/slide"]; a == b || a != "shown" && b != "shown" || a != "lost-draw" && b != "lost-draw" {
		t.Errorf("one is shown and one lost the draw, got %v", outcomes)
	}
}

// TestGoldenPriorities holds scenario 6: high and low in one zone share visits
// by 87.5 to 12.5.
func TestGoldenPriorities(t *testing.T) {
	t.Parallel()
	c := shop(campaign("high", offer("x", model.Overlay, model.Conversation)), campaign("low", offer("x", model.Overlay, model.Conversation)))
	c.Campaigns[0].Priority, c.Campaigns[1].Priority = model.High, model.Low
	e, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	run, high, n := e.NewRun(Options{Seed: 7}), 0, 10_000
	for i := range n {
		s := visit()
		s.visitor = fmt.Sprint("v-", i)
		s.page("/one").leave()
		got := runOn(e, run, s.events)
		if i < 300 {
			same(t, "plain evaluator (-) and engine (+)", runPlain(c, Options{Seed: 7}, s.events).records, got, c, s.events)
		}
		if told(got)[0] == "0s shown high/x online" {
			high++
		}
	}
	if share := float64(high) / float64(n); share < 0.86 || share > 0.89 {
		t.Errorf("high has %.3f of the visits, want 0.875", share)
	}
}

// TestGoldenControl holds scenario 13: members of a control group are
// prospects and are shown nothing.
func TestGoldenControl(t *testing.T) {
	t.Parallel()
	c := shop(campaign("a", offer("x", model.Overlay, model.Conversation)), campaign("b", offer("x", model.Sticky, model.Conversation)))
	c.Settings.SiteControlGroup = nil
	c.Campaigns[0].ControlGroup = nil
	e, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Seed: 3, Outcomes: true}
	run, members, n := e.NewRun(o), 0, 4_000
	for i := range n {
		s := visit()
		s.visitor = fmt.Sprint("v-", i)
		s.page("/one").wait(20).leave()
		got := runOn(e, run, s.events)
		if i < 300 {
			same(t, "plain evaluator (-) and engine (+)", runPlain(c, o, s.events).records, got, c, s.events)
		}
		end := got[len(got)-1]
		if !end.Prospects["a"] || !end.Prospects["b"] {
			t.Fatalf("every visit is a prospect of both: %v", end)
		}
		if !end.Control["a"] {
			continue
		}
		members++
		if o := end.Outcomes["a/x"]; o != "site-control" && o != "campaign-control" {
			t.Fatalf("a member is shown nothing: %v", end)
		}
		if (end.Outcomes["a/x"] == "site-control") != end.Control["b"] || end.Control["b"] != (end.Outcomes["b/x"] == "site-control") {
			t.Fatalf("the site's control group is every campaign's: %v", end)
		}
	}
	// 5 % of the site, and 10 % of the rest.
	if share := float64(members) / float64(n); share < 0.125 || share > 0.165 {
		t.Errorf("%.3f of the visitors are in a's control group, want 0.145", share)
	}
}
