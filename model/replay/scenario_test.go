package replay

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
)

// quietCatalog shows nothing.
const quietCatalog = "kind: settings\nid: account\nname: Account\n"

const oneOfEach = `
scenario: everything that a scenario can say
catalog: ../catalog
seed: 7
at: 2026-03-02T10:00:00Z
visitor:
  id: v-7
  returning: true
  visits: 3
  lastVisit: 2026-02-20T09:00:00Z
  geo: {country: DE, city: Berlin}
  userAgent: Mozilla/5.0
  platform: desktop
  browser: Firefox
  os: Linux
  language: de
  ip: 198.51.100.7
  referrer: https://www.google.com/?q=tent
  control: [bill-pay]
steps:
  - page: https://shop.example/
  - page: {url: https://shop.example/cart, title: Cart, sections: [checkout]}
  - cart: {total: "120.00", numItems: 2, products: [{product: {name: Tent, price: "60"}, quantity: 2}]}
  - purchase: {total: 99.5, orderId: o-1}
  - prodView: {products: [{product: {sku: TT-2P}}]}
  - ctmrinfo: {ctype: gold}
  - ctmrinfo: {info: {ctype: gold, anything: else}}
  - mrktInfo: {channel: 2}
  - personal: {personal: {gender: FEMALE}}
  - lead: {topic: quote, value: "10"}
  - service: {service: {topic: bill, status: 0}}
  - error: {message: declined, code: 402}
  - searchInfo: [tent]
  - searchInfo: {keywords: [boots]}
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
  - leave
`

func TestAScenarioMaySayEverything(t *testing.T) {
	t.Parallel()
	scenarios, err := ParseScenario("s.yaml", []byte(oneOfEach))
	if err != nil {
		t.Fatal(err)
	}
	s := scenarios[0]
	if s.Name != "everything that a scenario can say" || s.Seed != 7 || s.Visitor.ID != "v-7" || len(s.Steps) != 36 {
		t.Errorf("read %+v with %d steps", s, len(s.Steps))
	}
	p := s.Visitor.Page
	if p.Visits != 3 || p.Geo.City != "Berlin" || p.Platform != model.Desktop || p.LastVisit == 0 || !*p.Returning || p.URL != "" {
		t.Errorf("the visitor is %+v", p)
	}
	if !s.Visitor.Control.Campaigns["bill-pay"] || s.Visitor.Control.Site {
		t.Errorf("control is %+v", s.Visitor.Control)
	}
	events, end := s.Journey(visitRule(shop(t)))
	if len(events) != 27 || end.Sub(s.Start) != 91*model.Second {
		t.Errorf("%d events, the end %v after the start", len(events), end.Sub(s.Start))
	}
	if events[2].Cart.Total != 120*model.MoneyScale || events[3].Purchase.Total != 995000 || events[1].Page.Browser != "Firefox" ||
		events[0].Page.Referrer == "" || events[1].Page.Referrer != "" {
		t.Errorf("events are not what was written: %+v", events[:4])
	}
}

func TestEverythingWrongWithAScenarioIsToldAtOnceWithItsLine(t *testing.T) {
	t.Parallel()
	_, err := ParseScenario("bad.yaml", []byte(`scenario: ""
sed: 3
visitor: {retruning: true, control: all, platform: toaster}
at: yesterday
steps:
  - pge: https://shop.example/
  - page: {url: https://shop.example/, tittle: Cart}
  - wait: soon
  - cart: {total: "1e5", numItems: 2}
  - decline: help
  - expect: {show: a/b}
  - expect: {not-shown: a/b, because: declind}
  - expect: {zone: left}
  - expect: {count: 1}
  - wait: 1s
    page: https://shop.example/
  - expect: {}
  - error: {mesage: x}
`))
	var all model.FileErrors
	if !errors.As(err, &all) {
		t.Fatalf("err = %v", err)
	}
	got := all.Error()
	for _, want := range []string{
		"bad.yaml:1:1: scenario: missing",
		"bad.yaml:2:1: sed: unknown field, did you mean seed?",
		"bad.yaml:3:11: visitor.retruning: unknown field, did you mean returning?",
		"visitor.control: want none, site, hash or a list of campaigns",
		"bad.yaml:4:5: at: want an instant",
		"bad.yaml:6:5: steps[0].pge: unknown field, did you mean page?",
		"steps[1].page.tittle: unknown field, did you mean title?",
		"steps[2].wait: want a duration",
		"bad.yaml:9:",
		"steps[4].decline: want campaign/engagement",
		"steps[5].expect.show: unknown field, did you mean shown?",
		"steps[6].expect.because: no gate's code, did you mean declined?",
		"steps[7].expect: zone and state say more of what is shown",
		"steps[8].expect: count and duplicates say more of a goal",
		"bad.yaml:15:5: steps[9]: want one thing a step",
		"steps[10].expect: expects nothing",
		"steps[11].error.error.mesage: unknown field, did you mean message?",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
}

func TestAFileThatIsNoScenarioIsRefused(t *testing.T) {
	t.Parallel()
	deep := "scenario: x\ncatalog: c\nsteps: " + strings.Repeat("[", 100) + strings.Repeat("]", 100)
	for name, data := range map[string]string{
		"empty":          "",
		"blank":          "  \n\n",
		"binary":         "scenario: \x00",
		"not UTF-8":      "scenario: \xff",
		"truncated":      "scenario: x\nsteps:\n  - page: \"https://",
		"anchors":        "scenario: &a x\ncatalog: *a\nsteps: []",
		"deep":           deep,
		"large":          "scenario: " + strings.Repeat("x", maxScenarioBytes),
		"a list":         "- page: x",
		"a tag":          "scenario: !!binary aGk=",
		"no expectation": "scenario: x\ncatalog: c\nsteps:\n  - page: https://shop.example/",
	} {
		if s, err := ParseScenario("x.yaml", []byte(data)); err == nil {
			t.Errorf("%s: read as %+v", name, s)
		} else if !strings.HasPrefix(err.Error(), "x.yaml") {
			t.Errorf("%s: the error names no file: %v", name, err)
		}
	}
}

func TestAFailureShowsExpectationHappeningAndTrace(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	scenarios, err := ParseScenario("s.yaml", []byte(`scenario: nobody is offered help
catalog: c
steps:
  - page: https://shop.example/cart
  - cart: {total: "20.00", numItems: 1}
  - expect: {shown: cart-rescue/help-overlay, zone: left}
  - expect: {not-shown: cart-rescue/help-overlay, because: draft}
  - expect: {displays: 9}
  - expect: {goal: cart-rescue, count: 2}
  - expect: {control: cart-rescue}
  - accept: cart-rescue/help-overlay
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := scenarios[0].Run(eng)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Failures) != 6 || r.Passed() {
		t.Fatalf("%d failures:\n%s", len(r.Failures), r.Text())
	}
	got := r.Text()
	for _, want := range []string{
		"FAIL s.yaml:1: nobody is offered help\n",
		"  s.yaml:6: step 3, 0s after the start\n    expected: cart-rescue/help-overlay on the screen in zone left\n    happened: ",
		"cart-rescue/help-overlay was stopped by behavior",
		"▸ ✗ behavior",
		"✓ audience",
		"expected: cart-rescue/help-overlay not on the screen because of draft",
		"expected: 9 displays in this visit",
		"expected: the goal of cart-rescue reached 2 times\n    happened: reached never, 0 duplicates left out",
		"expected: the visit a prospect of cart-rescue in a control group\n    happened: it is no prospect",
		"expected: cart-rescue/help-overlay on the screen, to accept it",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
}

func TestNamesThatTheCatalogDoesNotHaveAreRefused(t *testing.T) {
	t.Parallel()
	scenarios, err := ParseScenario("s.yaml", []byte(`scenario: x
catalog: c
visitor: {control: [cart-rescu]}
steps:
  - accept: cart-rescue/help-overly
  - conversation: {start: nobody/nothing}
  - expect: {goal: bill-pya}
`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = scenarios[0].Run(shop(t))
	var all model.FileErrors
	if !errors.As(err, &all) || len(all) != 4 {
		t.Fatalf("err = %v", err)
	}
	for _, want := range []string{"did you mean cart-rescue?", "s.yaml:5: accept: no engagement of the catalog: cart-rescue/help-overly, did you mean cart-rescue/help-overlay?",
		"s.yaml:6: conversation: no engagement", "s.yaml:7: expect: no campaign of the catalog: bill-pya, did you mean bill-pay?"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in\n%v", want, err)
		}
	}
}

func TestASuiteFindsScenariosAndTheirCatalogsOnDiskAndInAFileSystem(t *testing.T) {
	t.Parallel()
	const good = "scenario: a visitor sees nothing\ncatalog: ../catalog.yaml\nsteps:\n  - page: https://shop.example/\n  - expect: {nothing: true}\n"
	const lost = "scenario: a catalog is missing\ncatalog: nowhere\nsteps:\n  - expect: {nothing: true}\n"
	files := fstest.MapFS{
		"catalog.yaml":        {Data: []byte(quietCatalog)},
		"s/b.yaml":            {Data: []byte(good + "---\n" + lost)},
		"s/a.yml":             {Data: []byte(good)},
		"s/more/c.yaml":       {Data: []byte(strings.Replace(good, "../", "../../", 1))},
		"s/.hidden.yaml":      {Data: []byte(good)},
		"s/not-scenario.yaml": {Data: []byte("kind: audience\nid: x\nname: X\n")},
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	for root, suite := range map[string]*Suite{"s": FS(files), filepath.Join(dir, "s"): Disk()} {
		found, err := suite.Files(root)
		if err != nil || len(found) != 3 {
			t.Fatalf("%s: found %v, %v", root, found, err)
		}
		passed, broken := 0, 0
		for _, file := range found {
			results, err := suite.Run(file)
			if err != nil {
				if broken++; !strings.Contains(err.Error(), "nowhere") {
					t.Errorf("err = %v", err)
				}
			}
			for _, r := range results {
				if r.Passed() {
					passed++
				}
			}
		}
		if passed != 3 || broken != 1 {
			t.Errorf("%s: %d passed, %d files broken", root, passed, broken)
		}
	}
	if _, err := Disk().Files(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a path that is not there holds no scenarios and no error")
	}
}

func TestAScenarioWithoutACatalogRunsOnTheOneAtHand(t *testing.T) {
	t.Parallel()
	const bare = "scenario: a shopper is offered help\nsteps:\n  - page: https://shop.example/cart\n  - expect: {not-shown: cart-rescue/help-overlay, because: behavior}\n"
	results, err := RunOn(shop(t), "s", []byte(bare))
	if err != nil || len(results) != 1 || !results[0].Passed() {
		t.Fatalf("%v, %v", results, err)
	}
	files := fstest.MapFS{"bare.yaml": {Data: []byte(bare)}, "lost.yaml": {Data: []byte("catalog: nowhere\n" + bare)}}
	for name := range files {
		results, err := FS(files).On(shop(t)).Run(name)
		if err != nil || len(results) != 1 || !results[0].Passed() {
			t.Errorf("%s on the shop: %v, %v", name, results, err)
		}
	}
	results, err = FS(files).Run("bare.yaml")
	if unread, ok := errors.AsType[*Unread](err); !ok || len(results) != 0 || !strings.Contains(unread.Error(), "bare.yaml:1: catalog: missing") {
		t.Errorf("on its own: %v, %v", results, err)
	}
	var all model.FileErrors
	if _, err := RunOn(shop(t), "s", []byte(strings.Replace(bare, "cart-rescue/help", "cart-rescue/hlp", 1))); !errors.As(err, &all) {
		t.Errorf("an engagement that is gone: %v", err)
	}
}

func TestTheSchemaCoversEveryWordOfAScenario(t *testing.T) {
	t.Parallel()
	b, err := ScenarioSchema()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{scenarioFields, visitorFields, stepWords, expectFields, {"lost-draw", "site-control"}} {
		for _, word := range list {
			if !strings.Contains(string(b), `"`+word+`"`) {
				t.Errorf("the schema does not know %q", word)
			}
		}
	}
}

func FuzzParseScenario(f *testing.F) {
	f.Add([]byte(oneOfEach))
	f.Add([]byte("scenario: x\ncatalog: c\nsteps:\n  - expect: {nothing: true}\n---\nscenario: y\n"))
	f.Add([]byte("scenario: \u202e\nsteps: [{page: {url: [1]}}, {cart: {total: .nan}}]"))
	rule := visitRule(shop(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		scenarios, err := ParseScenario("f.yaml", data)
		if (err == nil) == (len(scenarios) == 0) {
			t.Fatalf("%d scenarios, %v", len(scenarios), err)
		}
		for _, s := range scenarios {
			s.Journey(rule)
			out, err := EncodeScenario(s)
			if err != nil {
				continue // every text that is read may be more than is written
			}
			again, err := ParseScenario("f.yaml", out)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if d := cmp.Diff(s, again[0], sameScenario); d != "" {
				t.Fatalf("%s\n%s", d, out)
			}
		}
	})
}

func TestWhatWasShownAndIsOffTheScreenSinceIsZoneLocked(t *testing.T) {
	t.Parallel()
	c, err := model.LoadFS(fixtures.Scenarios(), "scenarios/catalogs/timeouts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	eng := compiled(t, c)
	scenarios, err := ParseScenario("s.yaml", []byte(`scenario: an offer goes by itself
catalog: c
steps:
  - page: https://shop.example/one
  - expect: {shown: short/offer}
  - wait: 16s
  - expect: {not-shown: short/offer, because: zone-locked}
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := scenarios[0].Run(eng)
	if err != nil || !r.Passed() {
		t.Fatalf("%v\n%s", err, r.Text())
	}
	events, end := scenarios[0].Journey(visitRule(eng))
	p := newPlayer(t, eng, events, PlayerOptions{Control: &engine.Control{}})
	index, _ := eng.Index("short/offer")
	at := p.Seek(end)
	if f := p.At(at); f.Decisions[index].Gate != engine.ZoneLocked {
		t.Errorf("the player says %v", f.Decisions[index])
	}
	x, ok := p.Explain(at, index)
	if !ok || x.Gate != engine.ZoneLocked || x.Gates[engine.ZoneLocked].Truth != engine.False || x.Gates[engine.Shown].Truth != engine.False {
		t.Errorf("the trace says %+v", x)
	}
}
