package replay

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/modeltest"
)

// drawWorld draws a player of one visitor's journey through the demo shop or a
// catalog of any kind, with visits that the source names, what a browser tells,
// simulated answers and control groups.
func drawWorld(t *rapid.T, shop *engine.Engine) *Player {
	eng := shop
	if rapid.Bool().Draw(t, "any catalog") {
		var err error
		if eng, err = engine.Compile(modeltest.Catalog(t)); err != nil {
			t.Fatal(err)
		}
	}
	if len(eng.Engagements()) == 0 {
		t.Skip("an empty catalog")
	}
	p := drawPlayer(t, eng)
	named := rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "visits are named")
	events := make([]*journey.Event, len(p.events))
	returning := rapid.SampledFrom([]*bool{nil, new(bool)}).Draw(t, "returning")
	for i, old := range p.events {
		ev := *old
		if named > 0 && rapid.IntRange(0, named).Draw(t, "named") > 0 {
			ev.Visit = "s-" + string(rune('0'+i/4))
		}
		if ev.Page != nil {
			page := *ev.Page
			page.UserAgent = rapid.SampledFrom([]string{"", "", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}).Draw(t, "agent")
			page.Platform = rapid.SampledFrom([]model.Platform{"", "", "", model.Tablet}).Draw(t, "platform")
			page.Geo = rapid.SampledFrom([]*journey.Geo{nil, nil, {Country: "DE"}, {Country: "US"}}).Draw(t, "place")
			page.Language = rapid.SampledFrom([]string{"", "de", "de"}).Draw(t, "language")
			page.Referrer = rapid.SampledFrom([]string{"", "https://www.google.com/?q=tent"}).Draw(t, "referrer")
			if rapid.IntRange(0, 3).Draw(t, "history told") == 0 {
				page.Visits, page.Returning = rapid.IntRange(0, 4).Draw(t, "visits"), returning
			}
			ev.Page = &page
		}
		events[i] = &ev
	}
	o := p.o
	o.Control = rapid.SampledFrom([]*engine.Control{nil, {}, {}, {Site: true, Campaigns: map[string]bool{"cart-rescue": true}}, {Campaigns: map[string]bool{eng.Campaigns()[0].ID: true}}}).Draw(t, "control")
	return newPlayer(t, eng, events, o)
}

// TestAKeptScenarioPassesAndDecidesAsThePlayerDid: on the catalog it was kept
// on, after every step.
func TestAKeptScenarioPassesAndDecidesAsThePlayerDid(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		p := drawWorld(t, eng)
		to := p.End()
		if rapid.Bool().Draw(t, "part") {
			to = p.Seek(p.Start().At.Add(model.Duration(rapid.IntRange(0, int(to.At-p.Start().At)).Draw(t, "to"))))
		}
		var watched []string
		for range rapid.IntRange(0, 2).Draw(t, "watched") {
			watched = append(watched, rapid.SampledFrom(p.eng.Engagements()).Draw(t, "watch").Path)
		}
		s, losses := p.Keep(to, KeepOptions{Catalog: "../catalog", NotShown: watched})
		for _, l := range losses {
			if !strings.Contains(l.What, "on the screen at the end") {
				t.Fatalf("lost: %s", l)
			}
		}
		if err := s.Check(p.eng); err != nil {
			t.Fatal(err)
		}
		// It is what its file says that runs.
		file, err := EncodeScenario(s)
		if err != nil {
			t.Fatalf("writing what was kept: %v", err)
		}
		again, err := ParseScenario("kept.yaml", file)
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
		s = again[0]
		c, out := newCourse(p.eng, s), Result{Scenario: s}
		at := p.Start()
		expects := 0
		s.walk(p.eng, c, &out, func(i int) {
			step := s.Steps[i]
			at.At = at.At.Add(step.Wait)
			switch {
			case step.Event != nil:
				at.Events++
			case step.Expect != nil:
				expects++
				if reflect.DeepEqual(step.Expect, &Expect{}) {
					t.Fatalf("step %d expects nothing", i+1)
				}
				return
			}
			want, got := p.At(at), c.drive.decisions()
			if diff := cmp.Diff(want.Decisions, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("after step %d, %+v, the player decided (-) and the scenario (+):\n%s", i+1, step, diff)
			}
			if diff := cmp.Diff(want.State.Screen, c.drive.run.State().Screen, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("after step %d the screens differ:\n%s", i+1, diff)
			}
		})
		if !out.Passed() {
			t.Fatalf("the kept scenario fails:\n%s", out.Text())
		}
		if at != to {
			t.Fatalf("kept up to %+v, want %+v", at, to)
		}
		if expects == 0 {
			t.Fatal("it expects nothing")
		}
	})
}

// TestAKeptScenarioIsWhatAPersonWouldWrite: step by step.
func TestAKeptScenarioIsWhatAPersonWouldWrite(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	p := newPlayer(t, eng, nil, PlayerOptions{Visitor: "v-1", Start: DefaultStart, Control: &engine.Control{}})
	de := &journey.Geo{Country: "DE"}
	page := func(url string) *journey.Event {
		return &journey.Event{Type: journey.PageView, Page: &journey.Page{URL: url, Geo: de, Language: "de"}}
	}
	p, at := p.Act(p.Start(), page("https://shop.example/cart"), ChangeCart(120*model.MoneyScale, 2))
	index, _ := eng.Index("cart-rescue/help-overlay")
	shown, ok := p.Next(at, func(m *Mark) bool { return m.Kind == MarkDisplay && m.Engagement == index })
	if !ok {
		t.Fatal("the overlay is never displayed")
	}
	p, at = p.Answer(shown.Position, index, journey.Decline)
	p, at = p.Act(p.Wait(at, 5*model.Second), OpenPage("https://shop.example/help"))
	s, losses := p.Keep(p.Wait(at, model.Minute), KeepOptions{Catalog: "../catalog", NotShown: []string{"cart-rescue/help-overlay"}})
	if len(losses) > 0 {
		t.Fatalf("lost: %v", losses)
	}
	var got []string
	for _, step := range s.Steps {
		line := step.Word
		switch {
		case step.Event != nil && step.Event.Page != nil:
			line += " " + step.Event.Page.URL
			if step.Event.Page.Geo != nil || step.Event.Page.Language != "" {
				t.Errorf("the page repeats what the visitor tells: %+v", step.Event.Page)
			}
		case step.Event != nil && step.Event.Respond != nil:
			line += " " + step.Event.Respond.Engagement
		case step.Wait > 0:
			line += " " + step.Wait.String()
		case step.Expect != nil:
			e := step.Expect
			line += " " + strings.Join(slices.Concat(e.Shown, e.NotShown), ",") + " " + e.Zone
			if e.Because != nil {
				line += e.Because.String()
			}
		}
		got = append(got, strings.TrimSpace(line))
	}
	want := []string{"page https://shop.example/cart", "expect service-chat/chat-tab right", "cart", "wait " + shown.At.Sub(DefaultStart).String(), "expect cart-rescue/help-overlay proactive",
		"decline cart-rescue/help-overlay", "wait 5s", "page https://shop.example/help",
		"expect service-chat/chat-tab right", "wait 1m", "expect cart-rescue/help-overlay entry-point", "expect"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the steps differ:\n%s", diff)
	}
	if s.Visitor.Page.Geo == nil || s.Visitor.Page.Language != "de" || *s.Steps[len(s.Steps)-1].Expect.Displays != 3 {
		t.Errorf("the visitor is %+v", s.Visitor.Page)
	}
	if want := "service-chat/chat-tab is shown, cart-rescue/help-overlay is shown, cart-rescue/help-overlay is declined and more"; s.Name != want {
		t.Errorf("it is named %q", s.Name)
	}
}

// TestWhatAScenarioDoesNotSayIsTold: never lost in silence.
func TestWhatAScenarioDoesNotSayIsTold(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	at := DefaultStart
	events := []*journey.Event{
		{Visitor: "v", At: at, Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/"}},
		{Visitor: "v", At: at, Type: journey.Respond, Respond: &journey.Response{Engagement: "gone/offer", Action: journey.Accept}},
		{Visitor: "v", At: at, Type: journey.Respond, Respond: &journey.Response{Engagement: "a label", Action: journey.Accept}},
		{Visitor: "v", At: at, Type: journey.Conversation, Conversation: &journey.ConversationChange{Start: true, Engagement: "gone/offer"}},
		{Visitor: "v", At: at, Type: journey.PageView, Page: &journey.Page{URL: "\xff"}},
	}
	p := newPlayer(t, eng, events, PlayerOptions{})
	s, losses := p.Keep(p.End(), KeepOptions{Catalog: "c", NotShown: []string{"no/such"}})
	var told []int
	for _, l := range losses {
		told = append(told, l.Event)
	}
	slices.Sort(told)
	if !slices.Equal(told, []int{0, 3, 4, 5}) {
		t.Errorf("lost %v; an answer to what is not on the screen, an engagement that is gone included, can be said", losses)
	}
	if r, err := s.Run(eng); err != nil || !r.Passed() {
		t.Errorf("what is left does not run: %v\n%s", err, r.Text())
	}
}

func TestAScenarioMayNameVisitsAndAnswerWhatIsNotThere(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	all, err := ParseScenario("s.yaml", []byte(`scenario: two visits that the source names
catalog: ../catalog
respond: decline
steps:
  - visit: s-1
  - page: https://shop.example/cart
  - decline: {engagement: gone/offer, on-screen: false}
  - wait: 2h
  - page: https://shop.example/
  - expect: {displays: 1}
  - visit: s-2
  - page: https://shop.example/cart
  - cart: {total: "120.00", numItems: 2}
  - wait: 31s
  - expect: {not-shown: cart-rescue/help-overlay, because: closed}
  - accept: {engagement: cart-rescue/help-overlay, on-screen: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	s := all[0]
	events, _ := s.Journey(visitRule(eng))
	var visits []string
	for _, ev := range events {
		visits = append(visits, ev.Visit)
	}
	if !slices.Equal(visits, []string{"s-1", "s-1", "s-1", "s-2", "s-2", "s-2"}) {
		t.Errorf("events are of visits %v", visits)
	}
	r, err := s.Run(eng)
	if err != nil || len(r.Failures) != 1 || !strings.Contains(r.Failures[0].Expected, "on the screen, to accept it") {
		t.Errorf("%v\n%s", err, r.Text())
	}
	_, err = ParseScenario("bad.yaml", []byte(`scenario: x
catalog: c
respond: maybe
steps:
  - decline: {engagement: a/b, onscreen: false}
  - expect: {nothing: true}
`))
	if err == nil || !strings.Contains(err.Error(), "respond: ") || !strings.Contains(err.Error(), "did you mean on-screen?") {
		t.Errorf("err = %v", err)
	}
}
