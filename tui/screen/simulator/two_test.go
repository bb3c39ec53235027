package simulator

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// ask opens the menu of what might be and chooses from it.
func ask(d *tuitest.Driver, choices ...string) {
	d.Press("=")
	for _, c := range choices {
		d.Type(c)
		d.Press("enter")
	}
}

// parting finds the first instant, second by second and event by event, at
// which two players' screens show something else: without the comparison.
func parting(a, b *replay.Player) (journey.Instant, string) {
	shown := func(p *replay.Player, at replay.Position) map[string]bool {
		out := map[string]bool{}
		for _, x := range p.At(at).State.Screen {
			out[p.Engine().Engagements()[x.Engagement].Path] = true
		}
		return out
	}
	at := a.Start()
	for at.At <= a.End().At {
		sa, sb := shown(a, at), shown(b, at)
		for path := range sa {
			if !sb[path] {
				return at.At, path
			}
		}
		next, ok := a.NextEvent(at)
		if sec := a.Seek(at.At + 1000); !ok || sec.Before(next) {
			next = sec
		}
		at = next
	}
	return 0, ""
}

func TestAnotherSeedChangesADrawAndTheRunsAreShownWhereTheyPart(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	rec, err := src.Load(t.Context(), "cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	a, err := replay.NewPlayer(src.eng, rec.Visitors[0].Events, replay.PlayerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := a.WithSeed(a.Start(), 6)
	at, lost := parting(a, b)
	i, _ := src.eng.Index(lost)
	name := nameOf(src.eng.Engagements()[i].Engagement)
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		ask(d, "another seed")
		d.Expect("What if, with another seed", "A has 0")
		d.Press("backspace", "6", "enter")
		d.Expect("First difference at "+clockOf(at)+": "+name+" shown in A, lost-draw in B.", "what if: seed 6", "A: as it is", "B: seed 6", "difference 1 of ")
		d.Press("tab", "enter") // the engagements that stand elsewhere, and why
		d.Expect("why, "+name, "won the draw", "drew")
		d.Press("esc")
		d.ExpectNot("won the draw")
		d.Press("esc")
		d.Expect("event 1 of 16")
		d.ExpectNot("B: seed 6", "seed 6")
	}, "cart-rescued")
}

func TestWithoutACampaignTheLoserOfItsDrawShows(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		ask(d, "without", "mountain guide")
		d.Expect("First difference at 09:14:24: Ask a guide shown in A, not in B's catalog.", "B: without Ask a mountain guide")
		d.Press("n")
		d.Expect("Difference at 09:14:24: Rent it instead lost-draw in A, shown in B.", "difference 2 of")
		d.Press("p", "p")
		d.Expect("There is no difference before this.")
		d.Press("e", "n")
		d.Expect("There is no difference after this.")
		d.Press("f")
		d.Expect("First difference at 09:14:24")
	}, "cart-rescued")
}

func TestWithOneCampaignOnlyNothingElseShows(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		ask(d, "only", "cart rescue")
		d.Expect("B: with nothing but Cart rescue", "First difference at 09:14:00: Chat with us shown in A, not in B's catalog.")
		d.ExpectNot("Help at the cart") // it shows in both
	}, "cart-rescued")
}

func TestEqualRunsSayThatNothingDiffers(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium} {
		drive(t, size, &pane.Session{}, func(d *tuitest.Driver) {
			ask(d, "another seed")
			d.Press("enter") // the next seed
			d.Expect("A and B are equal: seed 1 changes nothing in this journey.", "A and B are equal at every instant.", "no difference")
			d.Press("n")
			d.Expect("Next difference: A and B are equal at every instant")
			d.Press("esc")
			d.Expect("event 1 of 16")
		}, "cart-rescued")
	}
}

func TestEveryOtherThingIsCompared(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		choices []string
		typed   string
		want    []string
	}{
		{"a revision", []string{"older", "revision"}, "", []string{"B: revision 3", "Help at the cart", "draft"}},
		{"the site's control group", []string{"control group", "site"}, "", []string{"B: in the site's group", "First difference at 09:14:00: Chat with us shown in A, site-control in B."}},
		{"a campaign's control group", []string{"control group", "cart rescue"}, "", []string{"B: in the group of Cart rescue", "First difference at 09:16:12: Help at the cart shown in A, campaign-control in B."}},
		{"a declined answer", []string{"another answer", "cart: declined"}, "", []string{"B: Help at the cart declined", "First difference at 09:16:20: Help at the cart zone-locked in A, closed in B."}},
		{"no answer", []string{"another answer", "cart: not"}, "", []string{"B: Help at the cart not answered", "First difference at 09:16:20: Help at the cart zone-locked in A, on the screen in B."}},
		{"a date", []string{"date"}, "Sunday 23:50", []string{"B: Sun 8 Mar 2026 23:50", ", B Sun 8 Mar 2026 22:50:00 UTC", "outside-hours"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
				ask(d, tt.choices...)
				if tt.typed != "" {
					d.Type(tt.typed)
					d.Press("enter")
				}
				d.Expect(tt.want...)
			}, "cart-rescued")
		})
	}
}

func TestADraftIsComparedWithWhatIsPublished(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	src.draft = true
	driveOver(t, medium, src, &pane.Session{}, func(d *tuitest.Driver) {
		ask(d, "a draft", "your draft")
		d.Expect("B: your draft of Cart rescue", "First difference at 09:14:00: Back on track behavior in A, draft in B.")
		d.Press("N")
		d.Expect("Difference at 09:16:12: Help at the cart shown in A, draft in B.")
		d.Press("P")
		d.Expect("There is nothing before this that the visitor would see.")
	})
}

func TestBothRunsMoveTogetherAndTheOneRunStaysAsItWas(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	s := New(src)
	tuitest.Run(t, medium, program(t, &pane.Session{}, s), func(d *tuitest.Driver) {
		player, head := s.player, s.head
		ask(d, "date")
		d.Type("+2d")
		d.Press("enter")
		locked := func() {
			t.Helper()
			if s.two == nil {
				t.Fatal("the two runs were left")
			}
			a, b := s.two.sides[0].head, s.two.sides[1].head
			if b.At.Sub(a.At) != 2*model.DayLong || a.Events != b.Events {
				t.Errorf("A at %v, B at %v", a, b)
			}
		}
		for _, key := range []string{"r", ".", ".", ",", "n", "e", "r", "tab", "tab", "right", "right", "left", "down", "up", "end", "home"} {
			d.Press(key)
			locked()
		}
		d.Press("t")
		d.Type("09:16:02")
		d.Press("enter")
		d.Expect("09:16:02 UTC, B Wed 4 Mar 2026 09:16:02 UTC")
		locked()
		d.Press("-", "-", "-", "space")
		d.Wait(9850 * time.Millisecond) // and 150 ms of the key
		d.Expect("playing")
		d.Press("space")
		d.Expect("paused", "09:16:12 UTC, B Wed 4 Mar 2026 09:16:12 UTC")
		locked()
		d.Drag(60, 37, 118, 37)
		d.Expect("09:21:53 UTC, B Wed")
		locked()
		d.Press("a", "x", "S", "u", "K", "ctrl+z") // what changes the one run is out of reach
		d.ExpectNot("Change the seed", "Act as the visitor")
		d.Press("esc")
		if s.two != nil || s.player != player || s.head != head || len(s.done.past) != 0 {
			t.Error("the one run is another")
		}
	})
}

func TestAComparisonThatIsNotAskedForAnyMoreIsLeft(t *testing.T) {
	t.Parallel()
	s := opened(t, "cart-rescued", &pane.Session{})
	seed := func(n uint64) variant {
		return variant{name: fmt.Sprint("seed ", n), make: reseeded(n)}
	}
	first, second := s.whatIf(seed(6)), s.whatIf(seed(2))
	s.Update(first())
	if s.two != nil {
		t.Error("the first is shown")
	}
	s.Update(second())
	if s.two == nil || s.two.names[1] != "seed 2" {
		t.Fatal("the second is not")
	}
	third := s.whatIf(seed(6))
	s.leaveTwo()
	if s.Update(third()); s.two != nil {
		t.Error("it comes although it was left")
	}
}

// waits is a comparison that goes on until it is ended.
func waits(name string) variant {
	return variant{name: name, make: func(ctx context.Context, _ *replay.Player) (*replay.Player, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
}

func TestAComparisonEndsWithWhateverLeavesIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		leave func(*Screen)
		told  string
	}{
		"esc":                  {func(s *Screen) { s.Do(keymap.Back, nil) }, "Canceled: comparing with all time."},
		"another screen":       {func(s *Screen) { s.Pause(true) }, "Canceled: comparing with all time."},
		"another comparison":   {func(s *Screen) { s.whatIf(waits("the next")) }, ""},
		"another journey":      {func(s *Screen) { update(s, s.load("help-declined", "help-declined")) }, ""},
		"two runs, that close": {func(s *Screen) { s.leaveTwo() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := opened(t, "cart-rescued", &pane.Session{})
			said := &asked{}
			s.ses.Shell = said
			cmd := s.whatIf(waits("all time"))
			came := make(chan tea.Msg, 1)
			go func() { came <- cmd() }()
			focus := s.focus
			tt.leave(s)
			if got := strings.Join(said.told, "\n"); tt.told != "" && got != tt.told {
				t.Errorf("told %q", got)
			}
			if s.focus != focus {
				t.Error("esc did something else, too")
			}
			if s.Update(<-came); s.two != nil || len(said.failed) > 0 {
				t.Errorf("it is shown, or a fault: %v", said.failed)
			}
		})
	}
}

func TestEscEndsAComparisonBegunFromTwoRunsAndKeepsThem(t *testing.T) {
	t.Parallel()
	s := comparing(t, &pane.Session{})
	cmd := s.whatIf(waits("all time"))
	if s.Do(keymap.Back, nil); s.two == nil {
		t.Fatal("the two runs were left")
	}
	if s.Update(cmd()); s.two == nil || s.two.names[1] != "seed 6" {
		t.Error("other runs are shown")
	}
	if s.Do(keymap.Back, nil); s.two != nil {
		t.Error("esc leads nowhere")
	}
}

// comparing is a screen with two runs, without a program.
func comparing(t *testing.T, ses *pane.Session) *Screen {
	t.Helper()
	s := opened(t, "cart-rescued", ses)
	update(s, s.whatIf(variant{name: "seed 6", make: reseeded(6)}))
	if s.two == nil {
		t.Fatal("nothing was compared")
	}
	return s
}

func TestGoldenTwoRuns(t *testing.T) {
	t.Parallel()
	states := map[string]func(*two){
		"two":  func(x *two) {},
		"side": func(x *two) { x.focus = sideB },
		"pair": func(x *two) { x.focus = pairPane },
		"why":  func(x *two) { x.openTraces(x.diffs[0].Engagement) },
	}
	for name, to := range states {
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			for look, ses := range map[string]*pane.Session{"": {}, "-plain": {NoColor: true}, "-ascii": {NoColor: true, ASCII: true}} {
				if look != "" && size.W > 120 {
					continue
				}
				t.Run(fmt.Sprintf("%s%s at %dx%d", name, look, size.W, size.H), func(t *testing.T) {
					t.Parallel()
					s := comparing(t, &pane.Session{NoColor: ses.NoColor, ASCII: ses.ASCII})
					s.Rows(size, true)
					to(s.two)
					s.two.number++
					tuitest.Golden(t, fmt.Sprintf("two-%s%s-%dx%d", name, look, size.W, size.H), size, s.Rows(size, true))
				})
			}
		}
	}
}

func TestTwoRunsAreExactAtAnySize(t *testing.T) {
	t.Parallel()
	s := comparing(t, &pane.Session{})
	for _, size := range []layout.Size{{W: 1, H: 1}, {W: 20, H: 4}, {W: 80, H: 21}, {W: 119, H: 30}, {W: 120, H: 9}, {W: 120, H: 37}, {W: 200, H: 47}} {
		for p := range twoPlaces {
			for _, traced := range []bool{false, true} {
				s.two.focus, s.two.traced = p, traced
				s.two.explain(s.two.diffs[0].Engagement)
				rows := s.Rows(size, true)
				if err := frame.Check(rows, size.W, size.H); err != nil {
					t.Errorf("%v, pane %v: %v", size, p, err)
				}
				if !frame.Same(rows, s.Rows(size, true)) {
					t.Errorf("%v, pane %v: drawn anew", size, p)
				}
				s.Hits(&frame.Hits{})
			}
		}
	}
}

func TestTwoRunsAreReadInLines(t *testing.T) {
	t.Parallel()
	s := comparing(t, &pane.Session{Lines: true})
	r := s.Read()
	said := strings.Join(r.Lines, "\n")
	for _, want := range []string{"First difference at 09:14:24: Ask a guide shown in A, lost-draw in B.", "A: At 09:14:24", "B: On the screen: Rent it instead"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in:\n%s", want, said)
		}
	}
	if r.Title != "Two runs: A as it is, B seed 6" || r.Next != NextDiff || len(r.Items) == 0 {
		t.Fatalf("%+v", r)
	}
	r.Choose(0)
	if said := strings.Join(s.Read().Lines, "\n"); !strings.Contains(said, "A, as it is. Why, ") || !strings.Contains(said, "B, seed 6. Why, ") {
		t.Errorf("why:\n%s", said)
	}
}

func TestDifferencesAreToldInWords(t *testing.T) {
	t.Parallel()
	s := comparing(t, &pane.Session{})
	at := func(clock string) replay.Position {
		i, err := s.where(clock)
		if err != nil {
			t.Fatal(err)
		}
		return s.player.Seek(i)
	}
	a, b := at("09:16:12"), at("09:16:24")
	help, cart := "cart-rescue/help-overlay", "cart-rescue"
	for _, tt := range []struct {
		d    replay.Difference
		want string
	}{
		{replay.Difference{Kind: replay.VisitLost}, "a visit begins in A, none in B"},
		{replay.Difference{Kind: replay.VisitGained}, "no visit begins in A, one in B"},
		{replay.Difference{Kind: replay.VisitMoved, A: a, B: b}, "the visit begins at 09:16:12 in A, at 09:16:24 in B"},
		{replay.Difference{Kind: replay.DisplayMoved, A: a, B: b, Engagement: help, Campaign: cart}, "Help at the cart shown at 09:16:12 in A, at 09:16:24 in B"},
		{replay.Difference{Kind: replay.GoalLost, Campaign: cart}, "the goal of Cart rescue reached in A, not in B"},
		{replay.Difference{Kind: replay.GoalGained, Campaign: cart}, "the goal of Cart rescue not reached in A, but in B"},
		{replay.Difference{Kind: replay.GoalMoved, A: a, B: b, Campaign: cart}, "the goal of Cart rescue reached at 09:16:12 in A, at 09:16:24 in B"},
		{replay.Difference{Kind: replay.AnswerLost, Engagement: help, Action: journey.Decline}, "Help at the cart declined in A, not on the screen in B"},
		{replay.Difference{Kind: replay.AnswerGained, Engagement: help, Action: journey.Accept}, "Help at the cart not on the screen in A, accepted in B"},
		{replay.Difference{Kind: replay.GateDiffers, Engagement: help, StandingA: replay.Standing{Open: true, Gate: engine.BehaviorGate}, StandingB: replay.Standing{Open: true, OnScreen: true}}, "Help at the cart behavior in A, on the screen in B"},
		{replay.Difference{Kind: replay.DisplayGained, Engagement: "gone/gone"}, "gone/gone not in A's catalog, shown in B"},
	} {
		s.two.diffs[0] = tt.d
		if got := s.two.words(0); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestAnAcceptThatIsDeclinedTakesItsConversationAlong(t *testing.T) {
	t.Parallel()
	s := opened(t, "cart-rescued", &pane.Session{})
	marks := s.player.Marks()
	for i, m := range marks {
		if m.Kind != replay.MarkDisplay || s.eng.Engagements()[m.Engagement].Path != "cart-rescue/help-overlay" {
			continue
		}
		was, event := outcomeOf(marks, i)
		if was != journey.Accept || event < 0 {
			t.Fatalf("%q by event %d", was, event)
		}
		p := other{m.Engagement, m.Position, event, journey.Decline, ""}.answered(s.player)
		declined := 0
		for _, ev := range p.Events() {
			if ev.Conversation != nil {
				t.Errorf("a conversation is left at %s", clockOf(ev.At))
			}
			if ev.Respond != nil && ev.Respond.Action == journey.Decline {
				declined++
			}
		}
		if declined != 1 {
			t.Errorf("%d declines", declined)
		}
		back, _ := outcomeOf(p.Marks(), i)
		if back != journey.Decline {
			t.Errorf("it ends %q", back)
		}
		return
	}
	t.Fatal("it is not displayed")
}

func TestTheMouseReachesBothRuns(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		ask(d, "without", "chat on every")
		d.ClickText("09:19:49")
		d.Expect("Difference at 09:19:49: Chat with us shown in A", "difference 4 of 6")
		d.ClickText("Engagements")
		d.Expect("━ Engagements ━")
		d.ClickText("B: without")
		d.Expect("━ B: without")
		d.Press("z")
		d.Expect("A [B] Differences Engagements")
		d.Press("s")
		d.Expect("[A] B Differences Engagements")
		d.Press("esc")
		d.Expect("━ A: as it is")
	}, "cart-rescued")
}
