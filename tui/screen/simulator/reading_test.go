package simulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/site"
	"beckon/tui/tuitest"
)

// ofPaths are logs that have paths alone.
type ofPaths struct {
	*shop
	hosts []string
}

func (p *ofPaths) ReadFile(ctx context.Context, path, host string) (*Recording, error) {
	if p.hosts = append(p.hosts, host); host == "" {
		return nil, &site.Needed{Proposed: "https://shop.example"}
	}
	return p.shop.ReadFile(ctx, path, host)
}

func TestALogWithPathsAloneAsksOfWhichSiteItIs(t *testing.T) {
	t.Parallel()
	shop, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	src := &ofPaths{shop: shop}
	driveOver(t, small, src, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("O")
		d.Type("../../../fixtures/journeys/bill-payment.jsonl")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Which site is the traffic of?", "https://shop.example")
		d.Press("esc")
		d.Expect("event 1 of 16") // what was open stays
		d.Press("O")
		d.Type("../../../fixtures/journeys/bill-payment.jsonl")
		d.Press("enter")
		d.Wait(time.Second)
		d.Press("enter")
		d.Expect("bill-payment")
		d.ExpectNot("event 1 of 16")
	})
	if got := strings.Join(src.hosts, ","); got != ",,https://shop.example" {
		t.Errorf("read with %q", got)
	}
}

// lossy is a shop whose files hold lines that became no event.
type lossy struct{ *shop }

func (lossy) ReadFile(context.Context, string, string) (*Recording, error) {
	rec, err := record("logs/two.log", []byte(`{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}
{"visitor":"b","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}
`))
	rec.Lost = Lost{LeftOut: 12, Unread: 1, Why: "json 1 (line 3), robot 12 (line 9)"}
	return rec, err
}

func TestLinesThatBecameNoEventAreTold(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	driveOver(t, layout.Size{W: 120, H: 40}, lossy{src}, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("O")
		d.Type("two.log")
		d.Press("enter")
		d.Expect("Which visitor? (12 lines left out, 1 unreadable)", "two.log: 12 lines left out, 1 unreadable: json 1 (line 3), robot 12 (line 9).")
		d.Press("esc")
		d.Expect("12 lines left out, 1 unreadable") // as long as it is open
		d.Press("o")
		d.Type("cart-rescued")
		d.Press("enter")
		d.ExpectNot("12 lines left out, 1 unreadable  ")
	})
}

func TestWhatIsLostIsSaidInNumbersAndReasons(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lost         Lost
		short, words string
	}{
		{Lost{}, "", ""},
		{Lost{LeftOut: 1}, "1 line left out", "1 line left out"},
		{Lost{Unread: 2, Why: "json 2 (line 1)"}, "2 lines unreadable", "2 lines unreadable: json 2 (line 1)"},
		{Lost{Why: "a.gz breaks off"}, "", "a.gz breaks off"},
	} {
		if short, words := tt.lost.short(), tt.lost.words(); short != tt.short || words != tt.words || tt.lost.any() != (tt.words != "") {
			t.Errorf("%+v: %q, %q", tt.lost, short, words)
		}
	}
}

func TestTheVisitorWithTheMostToSeeComesFirst(t *testing.T) {
	t.Parallel()
	eng, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	src, err := newShop()
	if err != nil {
		t.Fatal(err)
	}
	rec, err := src.Load(context.Background(), "saturday-crowd")
	if err != nil {
		t.Fatal(err)
	}
	rank(context.Background(), eng, rec)
	if !rec.counted || rec.Visitors[0].displays == 0 {
		t.Fatalf("counted %v, the first has %d displays", rec.counted, rec.Visitors[0].displays)
	}
	for i, v := range rec.Visitors {
		p, err := replay.NewPlayer(eng, v.Events, replay.PlayerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		shown := 0
		for _, m := range p.Marks() {
			if m.Kind == replay.MarkDisplay {
				shown++
			}
		}
		if shown != v.displays {
			t.Errorf("%s: %d displays counted, %d in its journey", v.ID, v.displays, shown)
		}
		if i > 0 && v.displays > rec.Visitors[i-1].displays {
			t.Errorf("%s with %d displays comes after %d", v.ID, v.displays, rec.Visitors[i-1].displays)
		}
	}
}

func TestOfVisitorsThatAreNotCountedTheLongestComesFirst(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	eng, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	ev := func(who string) *journey.Event {
		e, err := journey.ParseEvent([]byte(`{"visitor":"` + who + `","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/"}`))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	rec := &Recording{Visitors: []Visitor{{ID: "a", Events: []*journey.Event{ev("a")}}, {ID: "b", Events: []*journey.Event{ev("b"), ev("b")}}}}
	rank(ended, eng, rec)
	if rec.counted || rec.Visitors[0].ID != "b" {
		t.Errorf("counted %v, %s comes first", rec.counted, rec.Visitors[0].ID)
	}
}

func TestAFilterLeadsToWhyNotInFourKeys(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium, large} {
		drive(t, size, &pane.Session{}, func(d *tuitest.Driver) {
			d.Press("/")
			d.Type("trail letter")
			pane := "━ Engagements ━"
			if size == small {
				pane = "Page [Engagements]"
			}
			d.Expect(pane)
			d.Press("enter", "enter")
			d.Expect("newsletter/", "✗ entry-point", "/journal")
			d.Press("esc", "/")
			d.Type("nobody has this")
			if size == large {
				d.Expect("━ Engagements ━", "─ Why ─")
				if n := strings.Count(d.Screen(), "Nothing matches the filter"); n != 2 {
					t.Errorf("it is said in %d panes", n)
				}
			}
		}, "cart-rescued")
	}
}

func TestAfterTheVisitRowsTellWhatCameOfIt(t *testing.T) {
	t.Parallel()
	drive(t, large, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("e")
		d.Expect("no visit is open: how far each came", "shown at 09:16:12, accepted", "The visit has ended", "Visit         none is open")
		d.ExpectNot("no page yet", "zone-locked")
		d.Press("/")
		d.Type("save the cart")
		d.Press("enter", "enter")
		d.Expect("no visit is open; in the one that", "it came to behavior at 09:", "✗ behavior")
	}, "cart-rescued")
}

// The outcome of a visit is the furthest gate of any evaluation in it.
func TestHowFarEachCameIsTheFurthestOfItsDecisions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cart-rescued", "tent-shopper", "back-after-weeks"} {
		s := opened(t, name, &pane.Session{})
		s.move(s.player.End())
		if !s.between() {
			t.Fatalf("%s: a visit is open at the end", name)
		}
		out := s.outcomes()
		shown := map[int]bool{}
		for _, m := range s.player.Marks() {
			switch m.Kind {
			case replay.MarkVisit:
				shown = map[int]bool{}
			case replay.MarkDisplay:
				shown[m.Engagement] = true
			}
		}
		for i, o := range out {
			if (o.last != "") != shown[i] {
				t.Errorf("%s, engagement %d: %+v, displayed %v", name, i, o, shown[i])
			}
			f := s.player.At(o.at)
			if o.last == "" && f.Decisions[i].Gate != o.gate {
				t.Errorf("%s, engagement %d: %v at %v, where it is %v", name, i, o.gate, o.at, f.Decisions[i].Gate)
			}
		}
		size := layout.Size{W: 80, H: 21}
		s.focus = whyPane
		if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
			t.Error(err)
		}
	}
}

func TestADateIsCountedFromTheJourneysOwn(t *testing.T) {
	t.Parallel()
	drive(t, large, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("/")
		d.Type("not-started")
		d.Expect("days later")
		d.ExpectNot("from now")
	}, "cart-rescued")
}

func TestMessagesLeaveTheTimelineFree(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("t")
		d.Type("09:16:12")
		d.Press("enter", "tab", "a", "ctrl+z", "ctrl+z")
		d.Expect("Undo: nothing to undo", "‖ paused")
		for y := 19; y < 23; y++ {
			if strings.Contains(d.Line(y), "ndo") {
				t.Errorf("row %d is covered: %s", y, d.Line(y))
			}
		}
	}, "cart-rescued")
}
