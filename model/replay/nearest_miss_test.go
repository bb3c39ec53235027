package replay

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// miss is a margin as a trace tells it, read from its words.
type miss struct {
	words  string
	over   bool            // by that much too much, else short of it
	by     int64           // in the fact's own unit: money, a count, milliseconds
	trueAt journey.Instant // 0: waiting does not help
}

var (
	shortOrOver = regexp.MustCompile(`: ([^:]+) (short|over)$`)
	countOf     = regexp.MustCompile(`^(\d+) of (\d+) `)
	timeOf      = regexp.MustCompile(`: ([0-9dhms]+) of ([0-9dhms]+)$`)
	daysAgo     = regexp.MustCompile(`, (\d+) days? ago$`)
)

// readMiss reads a margin's words.
func readMiss(t *rapid.T, k *missKind, x engine.GateTrace) miss {
	m := miss{words: x.Margin, trueAt: x.TrueAt}
	number := func(s string) int64 {
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatalf("%q: %v", x.Margin, err)
		}
		return v
	}
	duration := func(s string) int64 {
		d, err := model.ParseDuration(s)
		if err != nil {
			t.Fatalf("%q: %v", x.Margin, err)
		}
		return int64(d)
	}
	switch found := shortOrOver.FindStringSubmatch(x.Margin); {
	case found != nil:
		m.over = found[2] == "over"
		switch amount, _, _ := strings.Cut(found[1], " "); {
		case k.money:
			v, err := model.ParseMoney(amount)
			if err != nil {
				t.Fatalf("%q: %v", x.Margin, err)
			}
			m.by = int64(v)
		case k.time:
			m.by = duration(amount)
		default:
			m.by = number(amount)
		}
	case countOf.MatchString(x.Margin):
		found = countOf.FindStringSubmatch(x.Margin)
		m.by = number(found[2]) - number(found[1])
	case timeOf.MatchString(x.Margin):
		found = timeOf.FindStringSubmatch(x.Margin)
		m.by = duration(found[2]) - duration(found[1])
	case daysAgo.MatchString(x.Margin):
		m.over, m.by = true, number(daysAgo.FindStringSubmatch(x.Margin)[1])
	case x.TrueAt == 0:
		t.Fatalf("%s: a margin without a measure: %q", k.name, x.Margin)
	}
	return m
}

// missKind is a kind of margin: what may be missed, and how it is made good.
type missKind struct {
	name        string
	gate        engine.Gate
	money, time bool // what the margin is counted in; else whole numbers
	// set puts a condition or a setting into the catalog.
	set func(t *rapid.T, c *model.Catalog)
	// facts are told after the first page.
	facts func(t *rapid.T) []*journey.Event
	// apply makes good for the margin.
	apply func(p *Player, at Position, m miss) (*Player, Position)
	// never says why what is over cannot be made good for: the exceptions.
	never string
}

func signed(m miss) int64 {
	if m.over {
		return -m.by
	}
	return m.by
}

// last returns the last event of the journey that is of a type.
func last(p *Player, typ journey.Type) *journey.Event {
	i := len(p.events) - 1
	for p.events[i].Type != typ {
		i--
	}
	return p.events[i]
}

func stay(p *Player, _ Position, m miss) (*Player, Position) { return p, p.Seek(m.trueAt) }

// missKinds are all margins in money, counts, numbers and time. Conditions on
// dates (registered) and on attributes by name have none: their traces tell
// what was seen.
func missKinds() []missKind {
	behavior := func(draw func(t *rapid.T) model.Condition) func(*rapid.T, *model.Catalog) {
		return func(t *rapid.T, c *model.Catalog) { c.Behaviors[0].When = draw(t) }
	}
	audience := func(draw func(t *rapid.T) model.Condition) func(*rapid.T, *model.Catalog) {
		return func(t *rapid.T, c *model.Catalog) { c.Audiences[0].When = draw(t) }
	}
	num := func(t *rapid.T, low, high int) int { return rapid.IntRange(low, high).Draw(t, "n") }
	ints := func(t *rapid.T, low, high int) *model.IntRange {
		a, b := num(t, low, high), num(t, low, high)
		a, b = min(a, b), max(a, b)
		return [...]*model.IntRange{{Min: &a}, {Max: &b}, {Min: &a, Max: &b}}[num(t, 0, 2)]
	}
	cents := func(t *rapid.T) model.Money { return model.Money(num(t, 0, 20_000)) * model.MoneyScale / 100 }
	moneys := func(t *rapid.T) model.MoneyRange {
		a, b := cents(t), cents(t)
		a, b = min(a, b), max(a, b)
		return [...]model.MoneyRange{{Min: &a}, {Max: &b}, {Min: &a, Max: &b}}[num(t, 0, 2)]
	}
	times := func(t *rapid.T) *model.TimeCondition {
		a := model.Duration(num(t, 1, 80)) * model.Second
		b := a + model.Duration(num(t, 10, 60))*model.Second
		return [...]*model.TimeCondition{{AtLeast: &a}, {MoreThan: &a}, {AtMost: &b}, {AtLeast: &a, AtMost: &b}}[num(t, 0, 3)]
	}
	told := func(events ...*journey.Event) func(*rapid.T) []*journey.Event {
		return func(*rapid.T) []*journey.Event { return events }
	}
	one := func(draw func(t *rapid.T) *journey.Event) func(*rapid.T) []*journey.Event {
		return func(t *rapid.T) []*journey.Event { return []*journey.Event{draw(t)} }
	}
	again := func(ev *journey.Event) func(*Player, Position, miss) (*Player, Position) {
		return func(p *Player, at Position, m miss) (*Player, Position) {
			return p.Act(at, slices.Repeat([]*journey.Event{ev}, int(m.by))...)
		}
	}
	some := func(ev *journey.Event) func(*rapid.T) []*journey.Event {
		return func(t *rapid.T) []*journey.Event { return slices.Repeat([]*journey.Event{ev}, num(t, 0, 3)) }
	}
	shift := func(p *Player, at Position, m miss) (*Player, Position) {
		if m.over {
			return p.Shift(at, at.At.Add(-model.Duration(m.by)*model.DayLong))
		}
		return p.Shift(at, m.trueAt)
	}
	item := journey.Product{SKU: "TT-2P", Quantity: 1}
	const time = "time does not run back within a visit"
	return []missKind{
		{name: "cart total", gate: engine.BehaviorGate, money: true,
			set: behavior(func(t *rapid.T) model.Condition {
				return model.Condition{CartValue: &model.CartCondition{MoneyRange: moneys(t)}}
			}),
			facts: one(func(t *rapid.T) *journey.Event { return ChangeCart(cents(t), 2) }),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				return p.Act(at, ChangeCart(last(p, journey.Cart).Cart.Total+model.Money(signed(m)), 2))
			}},
		{name: "items in the cart", gate: engine.BehaviorGate,
			set:   behavior(func(t *rapid.T) model.Condition { return model.Condition{CartItems: ints(t, 0, 9)} }),
			facts: one(func(t *rapid.T) *journey.Event { return ChangeCart(0, num(t, 0, 9)) }),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				return p.Act(at, ChangeCart(0, last(p, journey.Cart).Cart.NumItems+int(signed(m))))
			}},
		{name: "pages viewed", gate: engine.BehaviorGate, never: "a page that was viewed stays viewed in the visit",
			set:   behavior(func(t *rapid.T) model.Condition { return model.Condition{PagesViewed: ints(t, 1, 6)} }),
			facts: some(OpenPage("https://shop.example/a")), apply: again(OpenPage("https://shop.example/b"))},
		{name: "scroll depth", gate: engine.BehaviorGate, never: "how far a page was scrolled never becomes less on it",
			set:   behavior(func(t *rapid.T) model.Condition { return model.Condition{ScrollDepth: ints(t, 0, 100)} }),
			facts: one(func(t *rapid.T) *journey.Event { return ScrollTo(num(t, 0, 100)) }),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				return p.Act(at, ScrollTo(*last(p, journey.Signal).Signal.Value+int(m.by)))
			}},
		{name: "errors", gate: engine.BehaviorGate,
			set: behavior(func(t *rapid.T) model.Condition {
				return model.Condition{VisitorError: &model.ErrorCondition{Codes: []string{"402"}, From: num(t, 0, 5)}}
			}),
			facts: some(MeetError("declined", "402")), apply: again(MeetError("", "402"))},
		{name: "viewed products", gate: engine.BehaviorGate,
			set: behavior(func(t *rapid.T) model.Condition {
				return model.Condition{ViewedProduct: &model.ViewedCondition{ProductCondition: model.ProductCondition{SKUs: []string{"tt-2p"}}, Views: num(t, 0, 5)}}
			}),
			facts: some(ViewProducts(item)), apply: again(ViewProducts(item))},
		{name: "events", gate: engine.BehaviorGate,
			set: behavior(func(t *rapid.T) model.Condition {
				return model.Condition{Event: &model.EventCondition{Name: "video", Count: num(t, 0, 5), Within: model.Duration(num(t, 0, 2)) * model.Minute}}
			}),
			facts: some(SendSignal("video")), apply: again(SendSignal("video"))},
		{name: "time on page", gate: engine.BehaviorGate, time: true, never: time,
			set: behavior(func(t *rapid.T) model.Condition { return model.Condition{TimeOnPage: times(t)} }), apply: stay},
		{name: "time on site", gate: engine.BehaviorGate, time: true, never: time,
			set: behavior(func(t *rapid.T) model.Condition { return model.Condition{TimeOnSite: times(t)} }), apply: stay},
		{name: "idle time", gate: engine.BehaviorGate, time: true,
			set: behavior(func(t *rapid.T) model.Condition {
				x := times(t)
				if x.AtMost != nil {
					x.AtLeast = nil // who does something is idle for no time
				}
				return model.Condition{Idle: x}
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				if m.over {
					return p.Act(at, SendSignal("anything"))
				}
				return stay(p, at, m)
			}},
		{name: "time on an entry point", gate: engine.BehaviorGate, time: true, never: time,
			set: behavior(func(t *rapid.T) model.Condition {
				return model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: []string{"all"}, TimeCondition: *times(t)}}
			}),
			apply: stay},
		{name: "time on an entry point that was left", gate: engine.BehaviorGate, time: true,
			set: behavior(func(t *rapid.T) model.Condition {
				a := model.Duration(num(t, 1, 80)) * model.Second
				x := [...]model.TimeCondition{{AtLeast: &a}, {MoreThan: &a}}[num(t, 0, 1)]
				return model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: []string{"cart"}, TimeCondition: x}}
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				p, at = p.Act(at, OpenPage("https://shop.example/cart"))
				// More than a time is a millisecond more; and then the next tick.
				return p, p.Wait(at, model.Duration(m.by)+model.Millisecond+10*model.Second)
			}},
		{name: "delay", gate: engine.DelayGate, time: true,
			set: func(t *rapid.T, c *model.Catalog) {
				c.Campaigns[0].Engagements[0].Delay = model.Duration(num(t, 1, 90)) * model.Second
			}, apply: stay},
		{name: "balance", gate: engine.AudienceGate, money: true,
			set: audience(func(t *rapid.T) model.Condition { m := moneys(t); return model.Condition{Balance: &m} }),
			facts: one(func(t *rapid.T) *journey.Event {
				m := cents(t)
				return TellCustomer(journey.Customer{Balance: &m})
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				now := *last(p, journey.CustomerInfo).Customer.Balance + model.Money(signed(m))
				return p.Act(at, TellCustomer(journey.Customer{Balance: &now}))
			}},
		{name: "company size", gate: engine.AudienceGate,
			set: audience(func(t *rapid.T) model.Condition { return model.Condition{CompanySize: ints(t, 0, 500)} }),
			facts: one(func(t *rapid.T) *journey.Event {
				n := num(t, 0, 500)
				return TellCustomer(journey.Customer{CompanySize: &n})
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				now := *last(p, journey.CustomerInfo).Customer.CompanySize + int(signed(m))
				return p.Act(at, TellCustomer(journey.Customer{CompanySize: &now}))
			}},
		{name: "age", gate: engine.AudienceGate,
			set: audience(func(t *rapid.T) model.Condition { return model.Condition{Age: ints(t, 0, 99)} }),
			facts: one(func(t *rapid.T) *journey.Event {
				n := num(t, 0, 99)
				return &journey.Event{Type: journey.Personal, Personal: &journey.Person{Age: &n}}
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				now := *last(p, journey.Personal).Personal.Age + int(signed(m))
				return p.As(at, Who{Person: &journey.Person{Age: &now}})
			}},
		{name: "visits", gate: engine.AudienceGate,
			set: audience(func(t *rapid.T) model.Condition { return model.Condition{Visits: ints(t, 1, 30)} }),
			facts: one(func(t *rapid.T) *journey.Event {
				return &journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/a", Visits: num(t, 1, 30)}}
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				return p.As(at, Who{History: &History{Visits: last(p, journey.PageView).Page.Visits + int(signed(m))}})
			}},
		{name: "days since the last visit", gate: engine.AudienceGate,
			set: audience(func(t *rapid.T) model.Condition { return model.Condition{DaysSinceLastVisit: ints(t, 0, 30)} }),
			facts: one(func(t *rapid.T) *journey.Event {
				return &journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/a", LastVisit: DefaultStart.Add(-model.Duration(num(t, 0, 31*24)) * model.Hour)}}
			}),
			apply: func(p *Player, at Position, m miss) (*Player, Position) {
				return p.As(at, Who{History: &History{LastVisit: last(p, journey.PageView).Page.LastVisit.Add(-model.Duration(signed(m)) * model.DayLong)}})
			}},
		{name: "starts", gate: engine.NotStarted, time: true, apply: shift,
			set: func(t *rapid.T, c *model.Catalog) {
				c.Campaigns[0].TimeFrame.Start = model.DateOf(DefaultStart.Time()) + model.Date(num(t, 1, 60))
			}},
		{name: "ended", gate: engine.Ended, apply: shift,
			set: func(t *rapid.T, c *model.Catalog) {
				c.Campaigns[0].TimeFrame.Start = model.DateOf(DefaultStart.Time()) - 400
				c.Campaigns[0].TimeFrame.End = model.DateOf(DefaultStart.Time()) - model.Date(num(t, 1, 60))
			}},
		{name: "hours", gate: engine.OutsideHours, time: true, apply: shift,
			set: func(t *rapid.T, c *model.Catalog) {
				f := &c.Campaigns[0].TimeFrame
				f.Hours, f.From = model.SpecificHours, model.ClockAt(12+num(t, 0, 9), 0)
				f.To = f.From + 60
			}},
		{name: "display limit", gate: engine.DisplayLimit, never: "what was displayed stays displayed in the visit",
			set: func(t *rapid.T, c *model.Catalog) {
				c.Settings.Displays = model.DisplaySettings{Limit: 1}
				c.Campaigns[0].Engagements[0].Format = model.Overlay
			},
			facts: told(OpenPage("https://shop.example/a"))},
	}
}

// TestMakingGoodForANearestMissOpensItsGate: what a trace says is missing, in
// money, numbers, counts and time, is what is missing: with it made good for, the
// gate is open.
func TestMakingGoodForANearestMissOpensItsGate(t *testing.T) {
	t.Parallel()
	for _, k := range missKinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			missed, made, never := 0, 0, 0
			rapid.Check(t, func(t *rapid.T) {
				every := rapid.SampledFrom([]model.Duration{0, 10 * model.Second}).Draw(t, "every")
				eng := compiled(t, missCatalog(t, &k, every))
				p := newPlayer(t, eng, nil, PlayerOptions{Start: DefaultStart, Control: &engine.Control{}})
				var events []*journey.Event
				if k.facts != nil {
					events = k.facts(t)
				}
				if len(events) == 0 || events[0].Page == nil || events[0].Page.Visits == 0 && events[0].Page.LastVisit == 0 {
					events = slices.Insert(slices.Clone(events), 0, OpenPage("https://shop.example/a"))
				}
				p, at := p.Act(p.Start(), events...)
				if k.time && k.gate >= engine.BehaviorGate {
					at = p.Wait(at, model.Duration(rapid.IntRange(0, 100).Draw(t, "later"))*model.Second)
				}
				x, ok := p.Explain(at, 0)
				if !ok {
					t.Fatal("nothing was evaluated")
				}
				gate := x.Gates[k.gate]
				if gate.Truth == engine.True {
					return // nothing is missed
				}
				missed++
				m := readMiss(t, &k, gate)
				if k.never != "" && (m.over || k.apply == nil) {
					never++
					return
				}
				if k.time && m.trueAt == 0 && !m.over && m.by == 0 {
					t.Fatalf("%q does not say when", m.words)
				}
				q, there := k.apply(p, at, m)
				after, ok := q.Explain(there, 0)
				if !ok || after.Gates[k.gate].Truth != engine.True {
					t.Fatalf("%q: made good for, the gate says %q, %q", m.words, after.Gates[k.gate].Text, after.Gates[k.gate].Margin)
				}
				made++
			})
			if missed == 0 || made == 0 && k.apply != nil {
				t.Errorf("missed %d times, made good for %d times, %d never (%s)", missed, made, never, k.never)
			}
			t.Logf("missed %d, made good for %d, never %d %s", missed, made, never, k.never)
		})
	}
}

// missCatalog is a catalog of one engagement with what a kind sets.
func missCatalog(t *rapid.T, k *missKind, every model.Duration) *model.Catalog {
	head := func(kind model.Kind, id string) model.Header { return model.Header{Kind: kind, ID: id, Name: id} }
	c := &model.Catalog{Settings: model.DefaultSettings()}
	c.Settings.Zone, c.Settings.EvaluateEvery = "Europe/Berlin", &every
	c.Audiences = []*model.Audience{{Header: head(model.KindAudience, "who")}}
	c.Behaviors = []*model.Behavior{{Header: head(model.KindBehavior, "why")}}
	c.EntryPoints = []*model.EntryPoint{{Header: head(model.KindEntryPoint, "all")},
		{Header: head(model.KindEntryPoint, "cart"), Include: []model.PageRule{{URLRule: model.URLRule{Exact: "/cart"}}}}}
	c.Campaigns = []*model.Campaign{{Header: head(model.KindCampaign, "c"), Published: true, Audiences: []string{"who"},
		TimeFrame: model.TimeFrame{Start: model.DateOf(DefaultStart.Time()) - 30},
		Engagements: []*model.Engagement{{ID: "e", Name: "e", Format: model.Embedded, Div: "top", Type: model.Content,
			EntryPoints: []string{"all"}, Behaviors: []string{"why"}}}}}
	k.set(t, c)
	return c
}
