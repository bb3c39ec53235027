package replay

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// sameScenario leaves out where a scenario was read.
var sameScenario = cmp.Options{
	cmpopts.IgnoreFields(Scenario{}, "File", "Line"), cmpopts.IgnoreFields(Step{}, "Line"), cmpopts.EquateEmpty(),
}

func TestAScenarioIsWrittenInItsShortestForm(t *testing.T) {
	t.Parallel()
	scenarios, err := ParseScenario("s.yaml", []byte(oneOfEach))
	if err != nil {
		t.Fatal(err)
	}
	got, err := EncodeScenario(scenarios[0])
	if err != nil {
		t.Fatal(err)
	}
	const want = `scenario: everything that a scenario can say
catalog: ../catalog
seed: 7
visitor: {id: v-7, returning: true, visits: 3, lastVisit: "2026-02-20T09:00:00Z", geo: {country: DE, city: Berlin}, userAgent: Mozilla/5.0, platform: desktop, browser: Firefox, os: Linux, language: de, ip: "198.51.100.7", referrer: https://www.google.com/?q=tent, control: [bill-pay]}
steps:
  - page: https://shop.example/
  - page: {url: https://shop.example/cart, title: Cart, sections: [checkout]}
  - cart: {total: "120.00", numItems: 2, products: [{product: {name: Tent, price: "60.00"}, quantity: 2}]}
  - purchase: {total: "99.50", orderId: o-1}
  - prodView: {products: [{product: {sku: TT-2P}}]}
  - ctmrinfo: {ctype: gold}
  - ctmrinfo: {ctype: gold, anything: else}
  - mrktInfo: {channel: 2}
  - personal: {gender: FEMALE}
  - lead: {topic: quote, value: "10.00"}
  - service: {topic: bill, status: complete}
  - error: {message: declined, code: "402"}
  - searchInfo: [tent]
  - searchInfo: [boots]
  - wait: 1m31s
  - accept: cart-rescue/help-overlay
  - decline: cart-rescue/help-overlay
  - conversation: start
  - conversation: {start: cart-rescue/help-overlay}
  - conversation: end
  - agents: busy
  - agents: {skill: sales, state: offline}
  - identify: u-1
  - identify: {user: u-1, traits: {plan: gold}}
  - signal: exit
  - signal: {name: scroll, value: 70}
  - expect: {shown: [a/x, a/y], zone: proactive, state: online}
  - expect: {not-shown: a/x, because: declined}
  - expect: {nothing: true}
  - expect: {one-of: [a/x, a/y]}
  - expect: {displays: 2}
  - expect: {displays: {a/x: 1, a/y: 0}}
  - expect: {prospect: a, control: [a, b]}
  - expect: {goal: a, count: 1, duplicates: 1}
  - leave: true
  - leave: true
`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

// The shop's scenarios were written by hand; what is written of them says the
// same to the engine, too.
func TestTheShopsScenariosAreWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	for _, name := range fixtures.ScenarioNames() {
		data, err := fs.ReadFile(fixtures.Scenarios(), name)
		if err != nil {
			t.Fatal(err)
		}
		scenarios, err := ParseScenario(name, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scenarios {
			out, err := EncodeScenario(s)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			again, err := ParseScenario(name, out)
			if err != nil || len(again) != 1 {
				t.Fatalf("%s: %v\n%s", name, err, out)
			}
			if d := cmp.Diff(s, again[0], sameScenario); d != "" {
				t.Errorf("%s: %s\n%s", name, d, out)
			}
		}
	}
}

func TestWritingAndReadingGivesTheSameScenario(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		out, err := EncodeScenario(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseScenario("s.yaml", out)
		if err != nil || len(again) != 1 {
			t.Fatalf("%v\n%s", err, out)
		}
		if d := cmp.Diff(s, again[0], sameScenario); d != "" {
			t.Fatalf("%s\n%s", d, out)
		}
		if same, err := EncodeScenario(again[0]); err != nil || string(same) != string(out) {
			t.Fatalf("not canonical: %v\n%s\n%s", err, out, same)
		}
	})
}

func TestAScenarioThatNoFileCanSayIsRefused(t *testing.T) {
	t.Parallel()
	n := 1
	fine := func() *Scenario {
		return &Scenario{Name: "x", Start: DefaultStart, Visitor: ScenarioVisitor{Control: &engine.Control{}},
			Steps: []Step{{Expect: &Expect{Nothing: true}}}}
	}
	if _, err := EncodeScenario(fine()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Scenario){
		"no name":                func(s *Scenario) { s.Name = "" },
		"no expectation":         func(s *Scenario) { s.Steps = []Step{{Wait: model.Second}} },
		"no step":                func(s *Scenario) { s.Steps = nil },
		"an instant of no year":  func(s *Scenario) { s.Start = 0 },
		"an empty expectation":   func(s *Scenario) { s.Steps[0].Expect = &Expect{} },
		"an empty name":          func(s *Scenario) { s.Steps[0].Expect = &Expect{Nothing: true, Prospect: []string{""}} },
		"two things in one step": func(s *Scenario) { s.Steps[0].Wait = model.Second },
		"displays twice": func(s *Scenario) {
			s.Steps[0].Expect = &Expect{Displays: &n, DisplaysOf: []DisplayCount{{"a/b", 1}}}
		},
		"both control groups": func(s *Scenario) {
			s.Visitor.Control = &engine.Control{Site: true, Campaigns: map[string]bool{"a": true}}
		},
		"a visitor with a page's title": func(s *Scenario) { s.Visitor.Page.Title = "Cart" },
		"a page that names its visit": func(s *Scenario) {
			s.Steps = append(s.Steps, Step{Event: &journey.Event{Type: journey.PageView, Visit: "3", Page: &journey.Page{URL: "https://shop.example/"}}})
		},
		"a page without a URL": func(s *Scenario) {
			s.Steps = append(s.Steps, Step{Event: &journey.Event{Type: journey.PageView, Page: &journey.Page{}}})
		},
		"more than a file may be": func(s *Scenario) { s.Name = strings.Repeat("x", maxScenarioBytes) },
	} {
		s := fine()
		spoil(s)
		if out, err := EncodeScenario(s); err == nil {
			t.Errorf("%s: written as\n%s", name, out)
		}
	}
	s := fine()
	s.Steps[0].Wait = model.Second
	if _, err := EncodeScenario(s); !errors.Is(err, errUnsayable) {
		t.Errorf("err = %v", err)
	}
}

// drawScenario draws a scenario with steps of every kind and texts of every
// kind.
func drawScenario(t *rapid.T) *Scenario {
	d := drawing{t}
	s := &Scenario{Name: d.some(), Start: DefaultStart, Visitor: ScenarioVisitor{ID: d.some(), Control: &engine.Control{}}}
	if d.bool() {
		s.Catalog, s.Seed, s.Start = d.some(), rapid.Uint64().Draw(t, "seed"), d.instant()
	}
	if d.bool() {
		p := d.page()
		p.URL, p.Title, p.Sections = "", "", nil
		s.Visitor.Page = *p
	}
	switch d.int(0, 3) {
	case 0:
		s.Visitor.Control = nil
	case 1:
		s.Visitor.Control.Site = true
	case 2:
		s.Visitor.Control.Campaigns = map[string]bool{d.some(): true, d.some(): true}
	}
	for range d.int(0, 6) {
		s.Steps = append(s.Steps, d.step())
	}
	s.Steps = append(s.Steps, Step{Word: "expect", Expect: d.expect()})
	return s
}

type drawing struct{ t *rapid.T }

func (d drawing) int(low, high int) int { return rapid.IntRange(low, high).Draw(d.t, "n") }
func (d drawing) bool() bool            { return rapid.Bool().Draw(d.t, "b") }

// text draws what people write, what readers of YAML trip over, and anything.
func (d drawing) text() string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "true", "null", "~", "12", "1e5", "0x1f", ".inf", "2026-03-02", "10:15", "a: b", "a #b", "- a", "a, b", "[a]", "{a: b}",
			"&a", "*a", "!!b", "%a", "@a", "`a`", "'a'", `"a"`, `a\b`, "a\nb", "\t", " a ", "a:", "?", "? a", "|", ">", "<<", "---", "...", "https://shop.example/cart?q=a,b#c",
			"embedded:quote", "a\u0085b", "\u202ea", "\ufeffa", "é", "日本", "🏕", "no", "on", "=", "a  b", "leave"}),
		rapid.StringOf(rapid.RuneFrom([]rune(`ab19 :#-,[]{}&*!|>'"%@?\~/=.`))),
		rapid.StringOf(rapid.Rune()),
	).Draw(d.t, "text")
}

// some draws a text that is not empty, as names must be.
func (d drawing) some() string { return "x" + d.text() }

func (d drawing) path() string {
	return strings.ReplaceAll(d.some(), "/", "") + "/" + strings.ReplaceAll(d.some(), "/", "")
}

func (d drawing) paths(least, most int) []string {
	var out []string
	for range d.int(least, most) {
		out = append(out, d.path())
	}
	return out
}

func (d drawing) money() model.Money {
	return model.Money(rapid.Int64Range(-999_999_999_999, 999_999_999_999).Draw(d.t, "money"))
}

func (d drawing) instant() journey.Instant {
	const day = 24 * 60 * 60 * 1000
	return journey.Instant(rapid.Int64Range(11_000*day, 47_000*day).Draw(d.t, "instant")) // from 2000 to 2098
}

func (d drawing) count() *int {
	if d.bool() {
		return nil
	}
	n := d.int(0, 100)
	return &n
}

func (d drawing) texts() []string {
	var out []string
	for range d.int(0, 3) {
		out = append(out, d.text())
	}
	return out
}

func (d drawing) page() *journey.Page {
	p := &journey.Page{URL: d.some(), Title: d.text(), Referrer: d.text(), Sections: d.texts(), UserAgent: d.text(), IP: d.text(), Language: d.text(),
		Browser: d.text(), OS: d.text(), Platform: rapid.SampledFrom([]model.Platform{"", model.Desktop}).Draw(d.t, "platform"), Visits: d.int(0, 9)}
	if d.bool() {
		known := d.bool()
		p.Geo, p.Returning, p.LastVisit = &journey.Geo{Country: d.text(), City: d.text()}, &known, d.instant()
	}
	return p
}

func (d drawing) products() []journey.Product {
	var out []journey.Product
	for range d.int(0, 2) {
		p := journey.Product{Name: d.text(), Category: d.text(), SKU: d.text(), StatusInStock: d.text(), QuantityInStock: d.count(), Quantity: d.int(0, 3)}
		if d.bool() {
			m := d.money()
			p.Price = &m
		}
		out = append(out, p)
	}
	return out
}

func (d drawing) step() Step {
	switch d.int(0, 5) {
	case 0:
		return Step{Word: "wait", Wait: model.Duration(rapid.Int64Range(0, int64(3660*model.DayLong)).Draw(d.t, "wait"))}
	case 1:
		return Step{Word: "expect", Expect: d.expect()}
	}
	ev := &journey.Event{Type: journey.Type(d.int(int(journey.PageView), int(journey.Leave)))}
	word, m := ev.Type.String(), d.money()
	switch ev.Type {
	case journey.PageView:
		if ev.Page = d.page(); d.bool() {
			ev.Page = &journey.Page{URL: d.some()}
		}
	case journey.Cart:
		ev.Cart = &journey.CartState{Total: m, Currency: d.text(), NumItems: d.int(0, 9), Products: d.products(), Partial: d.bool()}
	case journey.Purchase:
		ev.Purchase = &journey.Order{Total: m, Currency: d.text(), OrderID: d.text(), NumItems: d.int(0, 9), Products: d.products()}
	case journey.ProductView:
		ev.ProductView = &journey.Views{Currency: d.text(), Products: d.products()}
	case journey.CustomerInfo:
		ev.Customer = &journey.Customer{Type: d.text(), Balance: &m, CompanySize: d.count(), StoreZIP: d.text(), RegistrationDate: 4000}
		if d.bool() { // one of its own that is called as what holds them
			ev.Customer = &journey.Customer{Other: map[string]string{"info": d.text(), "role": d.text()}}
		}
	case journey.MarketingInfo:
		ev.Marketing = &journey.Marketing{Channel: rapid.SampledFrom(model.MarketingChannels()).Draw(d.t, "channel"), Affiliate: d.text(), Campaign: d.text()}
	case journey.Personal:
		ev.Personal = &journey.Person{Age: d.count(), Gender: rapid.SampledFrom([]string{"", "male", "other"}).Draw(d.t, "gender"), Language: d.text(),
			Other: map[string]string{"company": d.text(), "email": d.some(), "region": d.some()}}
	case journey.Lead:
		ev.Lead = &journey.LeadMade{Topic: d.text(), Value: &m, Currency: d.text(), LeadID: d.text()}
	case journey.Service:
		ev.Service = &journey.ServiceUpdate{Topic: d.text(), Status: rapid.SampledFrom(model.ServiceStatuses()).Draw(d.t, "status"), ServiceID: d.text()}
	case journey.Error:
		ev.Error = &journey.VisitorError{Message: d.text(), Code: d.text(), Level: int64(d.int(-9, 9)), Resolved: d.bool()}
	case journey.SearchInfo:
		ev.Search = &journey.Search{Keywords: d.texts()}
	case journey.Respond:
		ev.Respond = &journey.Response{Engagement: d.path(), Action: rapid.SampledFrom([]journey.Action{journey.Accept, journey.Decline}).Draw(d.t, "action")}
		word = string(ev.Respond.Action)
	case journey.Conversation:
		ev.Conversation = &journey.ConversationChange{Start: d.bool()}
		if d.bool() {
			ev.Conversation.Engagement = d.path()
		}
	case journey.Agents:
		ev.Agents = &journey.AgentState{State: model.Busy}
		if d.bool() {
			ev.Agents.Skill = d.text()
		}
	case journey.Identify:
		ev.Identify = &journey.Identity{User: d.text()}
		if d.bool() {
			ev.Identify.Traits = map[string]string{"plan": d.text(), d.some(): d.text()}
		}
	case journey.Signal:
		ev.Signal = &journey.SignalSent{Name: d.some(), Value: d.count()}
	}
	return Step{Word: word, Event: ev}
}

func (d drawing) expect() *Expect {
	e := &Expect{}
	if d.bool() {
		e.Nothing = true
	}
	if e.Shown = d.paths(0, 3); len(e.Shown) > 0 && d.bool() {
		e.Zone, e.State = d.text(), model.Online
	}
	if e.NotShown = d.paths(0, 2); len(e.NotShown) > 0 && d.bool() {
		g := engine.Gate(d.int(0, engine.GateCount-1))
		e.Because = &g
	}
	if d.bool() {
		e.OneOf = d.paths(2, 3)
	}
	if d.bool() {
		e.Displays = d.count()
	} else {
		for _, p := range d.paths(0, 2) {
			e.DisplaysOf = append(e.DisplaysOf, DisplayCount{p, d.int(0, 3)})
		}
	}
	if d.bool() {
		e.Prospect, e.Control = []string{d.some()}, []string{d.some(), d.some()}
	}
	if d.bool() {
		e.Goal, e.Count, e.Duplicates = d.some(), d.count(), d.count()
	}
	if cmp.Equal(e, &Expect{}, cmpopts.EquateEmpty()) {
		e.Nothing = true // it must be able to fail
	}
	return e
}
