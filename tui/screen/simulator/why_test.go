package simulator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/fixtures"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// A question of QA: where the journey stands, three keys, and what the screen
// says then.
func TestWhyNotIsAnsweredInThreeKeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, journey, at string
		keys              []string
		says              []string
	}{
		{"when does the overlay come that waits", "cart-rescued", "09:16:02", []string{"w", "h", "enter"},
			[]string{"Help at the cart", "✗ behavior", "true at 09:16:12 if the visitor stays"}},
		{"why does it not come over another page", "cart-rescued", "09:15:14", []string{"w", "h", "enter"},
			[]string{"Help at the cart", "✗ entry-point", `URL is "shop.example/cart"`}},
		{"what holds the zone", "cart-rescued", "09:15:40", []string{"tab", "down", "enter"},
			[]string{"Rent it instead", "✗ zone-locked", "taken by \"ask-a-guide/guide-tab\""}},
		{"what came nearest in the visit without a display", "cart-rescued", "100%", []string{"w", "down", "enter"},
			[]string{"Save the cart", "no visit is open", "✗ behavior", "exit signal on this page"}},
		{"after a decline nothing more of it comes", "help-declined", "100%", []string{"w", "h", "enter"},
			[]string{"no visit is open", "declined"}},
	} {
		for _, size := range []layout.Size{small, medium, large} {
			drive(t, size, &pane.Session{}, func(d *tuitest.Driver) {
				d.Press("t")
				d.Type(tt.at)
				d.Press("enter")
				if len(tt.keys) != 3 {
					t.Fatalf("%s: %d keys", tt.name, len(tt.keys))
				}
				d.Press(tt.keys...)
				d.Expect(tt.says...)
			}, tt.journey)
		}
	}
}

func TestATraceTellsTheFlowTheDrawAndWhatIsUnknown(t *testing.T) {
	t.Parallel()
	drive(t, large, &pane.Session{}, func(d *tuitest.Driver) {
		open := func(at, name string) {
			d.Press("t")
			d.Type(at)
			d.Press("enter", "w")
			d.Type(name)
			d.Press("enter", "z")
		}
		open("09:15:52", "back on")
		d.Expect("1 of 5 URL is \"shop.example/cart\": the visitor has come to this step and is on its page", "2 of 5 path starts with \"/checkout/address\": may come next",
			"3 of 5 path starts with \"/checkout/gift\", optional")
		d.Press("z")
		open("09:15:42", "chat with")
		d.Expect("drew 0.5368 among the tiers present: medium", "medium 100.0 %  from 0.0000 to 1.0000  drawn", "0.9147  service-chat/chat-tab, medium, conversation  won")
		d.Press("z")
		open("09:14:00", "kept for")
		d.Expect("unknown, a cart event would tell")
		d.Press("end", "right", "down") // what lies behind
		for range 4 {
			d.Press("down")
		}
		d.Expect("site-control", "number 35.2984, members are below 5", "campaign-control", "members are below 10")
	}, "cart-rescued")
}

func TestRowsAreGroupedAndNarrowed(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("tab", "b")
		d.Expect("The rows stand by campaign.", "3 Cart rescue")
		d.Press("b")
		d.Expect("The rows stand by zone.", "3 right")
		d.Press("b")
		d.Expect("The rows stand by gate.", "entry-point")
		d.Press("b", "f")
		d.Expect("Show which engagements?", "By gate", "gate entry-point")
		d.Type("gate audience")
		d.Press("enter")
		d.Expect("gate audience")
		d.ExpectNot("✗  entry-point")
		d.Press("f")
		d.Expect("Everything")
		d.Type("campaign bill")
		d.Press("enter")
		d.Expect("gate audience, campaign bill-pay", "Talk to us about your bill")
		d.ExpectNot("Back on track")
		d.Press("w")
		d.Type("back on")
		d.Press("enter") // what is hidden is shown when it is asked for
		d.Expect("━ Why ━", "cart-rescue/")
		d.Press("esc")
		d.ExpectNot("gate audience, ")
		d.Press("f")
		d.Type("zone left")
		d.Press("enter")
		d.Expect("zone left")
		d.Press("esc")
		d.ExpectNot("zone left")
	}, "cart-rescued")
}

// Whatever the order and the grouping, each engagement has one row, and the
// rows of a group stand together with its size at its head.
func TestGroupingLosesNoRow(t *testing.T) {
	t.Parallel()
	s := opened(t, "cart-rescued", &pane.Session{})
	for range s.player.Events() {
		s.jump(s.player.NextEvent(s.head))
		for g := range groupings {
			s.group = g
			s.order()
			rows := s.why.Items()
			if len(rows) != len(s.eng.Engagements()) {
				t.Fatalf("by %s: %d rows of %d", groupTitles[g], len(rows), len(s.eng.Engagements()))
			}
			if g == ungrouped {
				continue
			}
			size, left := map[string]int{}, 0
			for _, r := range rows {
				size[g.group(&r)]++
			}
			for _, r := range rows {
				if left == 0 {
					if r.heads != size[r.group] {
						t.Fatalf("by %s: %s begins %d rows of %d", groupTitles[g], r.group, r.heads, size[r.group])
					}
					left = r.heads
				} else if r.heads != 0 {
					t.Fatalf("by %s: %s begins within another group", groupTitles[g], r.group)
				}
				left--
			}
		}
	}
}

func TestAnEngagementIsFollowedOverTheVisit(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("w", "h", "enter", "m")
		d.Expect("Help at the cart is followed", "[Lanes]", "Help at the cart: entry-point", "next behavior at 09:15:42", "◆ on the screen", "b behavior", "eeeeeebbbb")
		d.Press("c")
		d.Expect("09:15:42 UTC", "Help at the cart: behavior since 09:15:42, next on the screen at 09:16:12")
		d.Press("c")
		d.Expect("09:16:12 UTC", "Help at the cart: on the screen")
		d.Press("C")
		d.Expect("09:15:42 UTC")
		before := d.Line(20)
		d.Press("right")
		if after := d.Line(20); after == before {
			t.Errorf("a cell further: %s", after)
		}
		d.Press("left", "home")
		d.Expect("event 0 of 16")
		d.Press("w")
		d.Type("save the")
		d.Press("enter", "m", "up", "enter")
		d.Expect("[Why]", "cart-rescue/help-overlay")
		d.Press("tab", "tab", "tab")
		d.Expect("Save the cart: ", "Help at the cart: ")
		d.Press("m")
		d.Expect("followed no more")
		d.ExpectNot("Help at the cart: ")
		d.Press("m")
		d.ExpectNot("Lanes")
	}, "cart-rescued")
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) { // under the same scale as the timeline
		d.Press("w", "h", "enter", "m")
		d.Expect("─ Lanes ─")
		d.Press("c", "c") // to the display
		x, _, _ := d.Find("▼")
		_, y, _ := d.Find("Help at the cart: on the screen")
		if c := d.Cell(x, y+1); c.Char != '◆' {
			t.Errorf("below the head stands %q", c.Char)
		}
		d.Click(x+1+20, y+1)
		d.Expect("conversation-open since")
	}, "cart-rescued")
}

// A lane's cell shows the furthest that lies in it, and the head's what a
// replay shows.
func TestTheHeadsCellIsWhatTheRowSays(t *testing.T) {
	t.Parallel()
	s := opened(t, "tent-shopper", &pane.Session{})
	for _, ref := range s.eng.Engagements() {
		s.follow.paths = append(s.follow.paths, ref.Path)
	}
	for range s.player.Events() {
		s.jump(s.player.NextEvent(s.head))
		for _, r := range s.look.rows {
			got := s.laneOf().At(r.index, s.look.at)
			switch {
			case r.past != nil:
				if got.Open {
					t.Fatalf("%s: the visit is over, its lane says %+v", r.path, got)
				}
			case got.OnScreen != (r.on != nil), !got.OnScreen && r.evaluated && got.Gate != r.gate:
				t.Fatalf("%s at %v: %+v in its lane, %s in its row", r.path, s.look.at, got, r.code())
			}
		}
	}
	signs := map[string]int{}
	for g, sign := range gateSigns[:engine.Shown] {
		if signs[sign]++; sign == "" || signs[sign] > 1 {
			t.Errorf("%s has the sign %q", engine.Gate(g), sign)
		}
	}
}

// clipboard takes what a program writes to it.
type clipboard struct{ got []string }

func (c *clipboard) copy(s string) tea.Cmd {
	c.got = append(c.got, s)
	return tea.SetClipboard(s)
}

func TestAnExplanationIsCopied(t *testing.T) {
	t.Parallel()
	var c clipboard
	drive(t, medium, &pane.Session{Copy: c.copy}, func(d *tuitest.Driver) {
		d.Press("t")
		d.Type("09:16:02")
		d.Press("enter", "w", "h", "enter")
		d.Sent()
		d.Press("y")
		d.Expect("Copied Help at the cart as text")
		if sent := d.Sent(); !strings.Contains(sent, "\x1b]52;c;"+base64.StdEncoding.EncodeToString([]byte(c.got[0]))) {
			t.Errorf("the clipboard was not written: %q", sent)
		}
		if !strings.HasPrefix(c.got[0], "cart-rescue/help-overlay at 2026-03-02 09:15:52 UTC: behavior") {
			t.Errorf("copied: %s", c.got[0])
		}
		d.Press("y") // nothing could be pasted
		d.Expect("cart-rescue/help-overlay as text", "✓ draft", "✗ behavior")
		d.Press("esc", "Y")
		d.Expect("Copied Help at the cart as JSON; Y again shows it.")
		var record struct{ Record, Engagement, Gate, TrueAt string }
		if err := json.Unmarshal([]byte(c.got[1]), &record); err != nil || record.Record != "gate" || record.Gate != "behavior" || record.TrueAt != "2026-03-02T09:16:12.000Z" {
			t.Errorf("copied %s: %+v, %v", c.got[1], record, err)
		}
		d.Press("e", "Y")
		d.Expect("Copied Help at the cart as JSON") // of the visit that has ended
		if !strings.Contains(c.got[2], `"gate":"shown"`) {
			t.Errorf("copied %s", c.got[2])
		}
	}, "cart-rescued")
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) { // no clipboard: it is shown
		d.Press("w", "h", "enter", "Y")
		d.Expect("cart-rescue/help-overlay as JSON", `"record":"gate"`)
	}, "cart-rescued")
}

// What is copied of a hostile journey holds nothing that a terminal obeys.
func TestWhatIsCopiedIsHarmless(t *testing.T) {
	t.Parallel()
	var c clipboard
	s := opened(t, "hostile-text", &pane.Session{Copy: c.copy})
	for range s.player.Events() {
		s.jump(s.player.NextEvent(s.head))
		for _, r := range s.why.Items()[:5] {
			s.selectPath(r.path)
			s.copyText()
			s.copyJSON()
		}
	}
	if len(c.got) < 50 {
		t.Fatalf("%d copies", len(c.got))
	}
	for _, got := range c.got {
		if bad := foreign(strings.ReplaceAll(got, "\n", ""), nil); len(bad) > 0 {
			t.Errorf("%q in %s", bad, got)
		}
	}
}

func TestDisplaysAreJumpedTo(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("r", "N")
		d.Expect("09:14:00 UTC", "◆ shown")
		d.Press("N")
		d.Expect("◆ shown: ")
		d.ExpectNot("09:14:00 UTC")
		d.Press("e", "P")
		d.Expect("09:21:28 UTC", "◆ shown: ")
	}, "cart-rescued")
}

func TestPlayingSkipsWhatIsIdleAndLoops(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	s := opened(t, "cart-rescued", &pane.Session{})
	s.ses.Now = func() time.Time { return now }
	play := func(most int) (frames int, visited map[int]bool) {
		s.move(s.player.Start())
		s.playOrStop()
		visited = map[int]bool{}
		for frames < most && s.clock.playing {
			frames++
			now = now.Add(100 * time.Millisecond)
			s.Update(tickMsg{s.clock.gen})
			visited[s.look.marks] = true
		}
		return frames, visited
	}
	all, _ := play(10_000)
	s.clock.skip = true
	fewer, visited := play(10_000)
	if fewer >= all*3/4 {
		t.Errorf("%d frames, %d without skipping", fewer, all)
	}
	marks := s.player.Marks()
	for n := 1; n <= len(marks); n++ { // no instant at which something happens is jumped over
		if n < len(marks) && marks[n].At-marks[n-1].At < 1000 {
			continue // falls into the same frame
		}
		if !visited[n] {
			t.Errorf("the instant of %v was skipped", marks[n-1].At.Time())
		}
	}
	s.clock.loop = true
	if _, _ = play(2 * fewer); !s.clock.playing {
		t.Error("it stopped at the end")
	}
	s.Do(Loop, nil)
	s.stop()
	if frames, _ := play(10_000); frames == 10_000 {
		t.Error("it does not stop any more")
	}
}

func TestTheVisitorsPaneMarksWhatAnEventChanged(t *testing.T) {
	t.Parallel()
	drive(t, large, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("shift+tab", "z", "t")
		d.Type("09:15:05")
		d.Press("enter")
		d.Expect("199.00 EUR, 1 item: Trail Tent 2P", "• new", "0 of 3 shown, 3 left", "Control groups", "members below", "Not told", "proactive", "free", "with event 4")
		d.Press("t")
		d.Type("09:15:40")
		d.Press("enter")
		d.Expect("248.50, 2 items: Trail Tent 2P, Gas Stove • changed")
		d.Press("t")
		d.Type("09:16:12")
		d.Press("enter")
		d.Expect("1 of 3 shown, 2 left", "Help at the cart since 09:16:12 • ")
	}, "cart-rescued")
}

func TestEveryTypeOfAttributesIsTold(t *testing.T) {
	t.Parallel()
	var events []*journey.Event
	for i, ev := range []journey.Event{
		{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/"}},
		{Type: journey.Cart, Cart: &journey.CartState{Total: 481000, Currency: "EUR", NumItems: 1}},
		{Type: journey.Purchase, Purchase: &journey.Order{Total: 100000, OrderID: "o-1"}},
		{Type: journey.Purchase, Purchase: &journey.Order{Total: 200000, OrderID: "o-2"}},
		{Type: journey.ProductView, ProductView: &journey.Views{Products: []journey.Product{{Name: "Tent", Quantity: 1}}}},
		{Type: journey.CustomerInfo, Customer: &journey.Customer{Type: "vip"}},
		{Type: journey.CustomerInfo, Customer: &journey.Customer{Status: "gold"}},
		{Type: journey.MarketingInfo, Marketing: &journey.Marketing{Channel: "email", Affiliate: "hills"}},
		{Type: journey.Personal, Personal: &journey.Person{Gender: "female"}},
		{Type: journey.Lead, Lead: &journey.LeadMade{Topic: "newsletter"}},
		{Type: journey.Service, Service: &journey.ServiceUpdate{Topic: "refund", Status: "open"}},
		{Type: journey.Error, Error: &journey.VisitorError{Message: "card refused"}},
		{Type: journey.SearchInfo, Search: &journey.Search{Keywords: []string{"tent"}}},
	} {
		ev.Visitor, ev.At = "v", journey.Instant(1000*(i+1))
		events = append(events, &ev)
	}
	eng, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	p, err := replay.NewPlayer(eng, events, replay.PlayerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f := p.At(replay.Position{At: events[len(events)-1].At, Events: len(events)})
	got := map[string]string{}
	for _, x := range toldOf(events, &f.State) {
		got[x.name] = x.words
	}
	for name, want := range map[string]string{"Cart": "0.00, 0 items", "Purchases": "2, last 20.00, order o-2", "Looked at": "1: Tent", "Customer": "cstatus gold, ctype vip",
		"Marketing": "channel email, affiliate hills", "Person": "gender female", "Leads": "topic newsletter", "Service": "topic refund, status open", "Errors": "card refused", "Searches": "tent"} {
		if !strings.HasPrefix(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d types of attributes", len(got))
	}
}

func TestGoldenReasons(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, journey, at string
		to                func(*Screen)
	}{
		{"flow", "cart-rescued", "09:15:52", func(s *Screen) { s.selectPath("cart-rescue/back-on-track"); s.openTrace() }},
		{"lanes", "cart-rescued", "09:16:02", func(s *Screen) {
			for _, p := range []string{"cart-rescue/help-overlay", "service-chat/chat-tab"} {
				s.focus = whyPane
				s.selectPath(p)
				s.followOrNot()
			}
		}},
		{"grouped", "cart-rescued", "09:15:40", func(s *Screen) { s.Do(Group, nil) }},
		{"told", "gold-member", "90%", func(s *Screen) { s.focus = visitorPane; s.remember() }},
	} {
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			for look, ses := range map[string]*pane.Session{"": {}, "-plain": {NoColor: true}, "-ascii": {NoColor: true, ASCII: true}} {
				if look != "" && size.W != 80 {
					continue
				}
				t.Run(fmt.Sprintf("%s%s at %dx%d", tt.name, look, size.W, size.H), func(t *testing.T) {
					t.Parallel()
					s := opened(t, tt.journey, ses)
					s.Rows(size, true)
					at, err := s.where(tt.at)
					if err != nil {
						t.Fatal(err)
					}
					s.move(s.player.Seek(at))
					tt.to(s)
					tuitest.Golden(t, fmt.Sprintf("%s%s-%dx%d", tt.name, look, size.W, size.H), size, s.Rows(size, true))
				})
			}
		}
	}
}

// crowded is a screen over 1,003 campaigns and a journey of 200 events.
func crowded(tb testing.TB) *Screen {
	c, err := fixtures.Catalog()
	if err != nil {
		tb.Fatal(err)
	}
	few := c.Campaigns
	for i := range 58 {
		for _, k := range few {
			copied := *k
			copied.ID = fmt.Sprintf("%s-%d", k.ID, i)
			c.Campaigns = append(c.Campaigns, &copied)
		}
	}
	eng, err := engine.Compile(c)
	if err != nil {
		tb.Fatal(err)
	}
	src, err := newShop("cart-rescued")
	if err != nil {
		tb.Fatal(err)
	}
	rec, err := src.Load(context.Background(), "cart-rescued")
	if err != nil {
		tb.Fatal(err)
	}
	var events []*journey.Event
	first := rec.Visitors[0].Events
	for i := range 200 {
		ev := *first[i%(len(first)-1)]
		ev.At, ev.Visit = first[0].At+journey.Instant(i)*5000, "one"
		events = append(events, &ev)
	}
	src.eng = eng
	s := New(src)
	s.ses = &pane.Session{Now: time.Now, Ctx: context.Background(), Theme: theme.New(theme.Options{}), Shell: quiet{}}
	update(s, s.Receive(Watch{Recording: &Recording{Name: "long", Visitors: []Visitor{{ID: "v", Events: events}}}}))
	return s
}

// BenchmarkStepCrowded is a key and its frame over 1,003 campaigns.
func BenchmarkStepCrowded(b *testing.B) {
	for name, set := range map[string]func(*Screen){
		"rows": func(s *Screen) { s.focus = whyPane },
		"grouped, narrowed": func(s *Screen) {
			s.group = byCampaign
			s.why.Columns = s.whyColumns()
			s.narrow = narrow{zone: "right"}
		},
		"filter": func(s *Screen) { s.why.SetFilter("help") },
		"followed": func(s *Screen) {
			for _, r := range s.look.rows[:5] {
				s.follow.paths = append(s.follow.paths, r.path)
			}
			s.laneOf()
		},
	} {
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 200, H: 47}} {
			b.Run(fmt.Sprintf("%s at %dx%d", name, size.W, size.H), func(b *testing.B) {
				s := crowded(b)
				s.Rows(size, true)
				set(s)
				b.ReportAllocs()
				for b.Loop() {
					next, ok := s.player.NextEvent(s.head)
					if !ok {
						next = s.player.Start()
					}
					s.move(next)
					s.Rows(size, true)
				}
			})
		}
	}
}

func TestEveryActionAtEverySizeIsExact(t *testing.T) {
	t.Parallel()
	var c clipboard
	s := opened(t, "hostile-text", &pane.Session{Copy: c.copy})
	sizes := []layout.Size{{W: 0, H: 0}, {W: 3, H: 5}, {W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}}
	ids := []keymap.ID{Follow, Group, NextChange, PrevChange, NextDisplay, PrevDisplay, CopyText, CopyJSON, SkipIdle, Loop, Follow, keymap.Down, keymap.Right, keymap.Open, keymap.Back}
	for k := range 60 {
		s.focus = place(k % int(lanePane+1))
		id := ids[k%len(ids)]
		s.Do(id, nil)
		for _, size := range sizes {
			if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
				t.Fatalf("%v after %s: %v", size, id, err)
			}
			s.Hits(&frame.Hits{})
		}
	}
	if !slices.ContainsFunc(c.got, func(s string) bool { return strings.Contains(s, "✓") }) {
		t.Error("nothing was copied")
	}
}

// BenchmarkLanesCrowded is what following costs once, over 1,003 campaigns and
// 200 events.
func BenchmarkLanesCrowded(b *testing.B) {
	s := crowded(b)
	b.ReportAllocs()
	for b.Loop() {
		s.player.Lanes()
	}
}
