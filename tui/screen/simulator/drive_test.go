package simulator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

// emptyShop is the demo shop's catalog in a store without a journey.
func emptyShop(t *testing.T) *shop {
	t.Helper()
	src, err := newShop("none")
	if err != nil {
		t.Fatal(err)
	}
	src.order = nil
	return src
}

// atNine is when the demo shop's campaigns run.
func atNine() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

// From nothing: a visitor comes to the cart, fills it, waits, and is offered
// help.
func TestACartVisitorIsDrivenFromNothing(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium} {
		src := emptyShop(t)
		driveOver(t, size, src, &pane.Session{}, func(d *tuitest.Driver) {
			d.Expect("No journey is open", "to drive a visitor of your own")
			d.Press("D")
			d.Expect("A visitor of your own", "First page", "Date and hour")
			for range 60 {
				d.Press("backspace")
			}
			d.Type("https://shop.example/")
			d.Press("down")
			d.Type("2026-03-02 10:14")
			d.Press("enter")
			d.Expect("a visitor of your own", "https://shop.example/")
			d.Press("u")
			d.Expect("What does the visitor do", "Open a page", "Change the cart")
			d.Press("enter")
			d.Type("/cart")
			d.Press("enter")
			d.Expect("shop.example/cart")
			d.Press("B")
			d.Type("tell")
			d.Press("enter")
			for range 4 {
				d.Press("backspace")
			}
			d.Type("120.00")
			d.Press("down", "down", "backspace")
			d.Type("2")
			d.Press("enter", "W")
			d.Type("31s")
			d.Press("enter")
			d.Expect("Stuck with your order?", "changes of yours")
			d.Press("ctrl+z", "ctrl+z") // neither the cart nor the page
			d.ExpectNot("Stuck with your order?")
			d.Press("ctrl+y", "ctrl+y", "W", "backspace", "backspace", "backspace")
			d.Type("31s")
			d.Press("enter")
			d.Expect("Stuck with your order?")
		})
	}
}

// driven is a screen that plays a journey without a console around it; what
// it asks is in asked.
func driven(t *testing.T, name string, at journey.Instant) (*Screen, *asked) {
	t.Helper()
	src, err := newShop(name)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := src.Load(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := replay.NewPlayer(src.eng, rec.Visitors[0].Events, replay.PlayerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := New(src)
	shell := &asked{}
	s.ses = &pane.Session{Ctx: context.Background(), Now: atNine, Theme: theme.New(theme.Options{}), Shell: shell, Still: true}
	if s.ses.Keys, err = keymap.New(append(s.Scopes(), keymap.Global())...); err != nil {
		t.Fatal(err)
	}
	s.rec, s.eng, s.player, s.size = rec, src.eng, p, medium
	s.head = p.Seek(at)
	s.refresh()
	return s, shell
}

// Every act of the menu leaves the journey sound, and undo gives back what was
// before.
func TestEveryActIsUndoneAndRedone(t *testing.T) {
	t.Parallel()
	at := journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC))
	for _, a := range acts() {
		if a.ID == ActWait {
			continue // changes nothing but the head
		}
		t.Run(string(a.ID), func(t *testing.T) {
			t.Parallel()
			s, shell := driven(t, "cart-rescued", at)
			before := s.player
			s.Do(a.ID, nil)
			for range 3 { // takes what each question offers first
				if s.player != before {
					break
				}
				shell.answer(t)
			}
			if s.player == before || len(shell.failed) > 0 {
				t.Fatalf("nothing was done: %v; last asked %T", shell.failed, shell.last())
			}

			if len(s.player.Events()) <= len(before.Events()) {
				t.Errorf("%d events of %d", len(s.player.Events()), len(before.Events()))
			}
			for _, ev := range s.player.Events() {
				if err := sound(ev); err != nil {
					t.Errorf("%s: %v", describeEvent(ev), err)
				}
			}
			after := s.player
			if s.Do(keymap.Undo, nil); s.player != before {
				t.Error("undo gives another journey")
			}
			if s.Do(keymap.Redo, nil); s.player != after {
				t.Error("redo gives another journey")
			}
		})
	}
}

// asked is a shell that notes what it is asked for.
type asked struct {
	open   []dialog.Dialog
	failed []error
	told   []string
}

func (a *asked) Toast(_ widget.Level, text string) { a.told = append(a.told, text) }
func (a *asked) Done(_, said string)               { a.told = append(a.told, said) }
func (a *asked) Fail(_ string, err error)          { a.failed = append(a.failed, err) }
func (a *asked) Ask(d dialog.Dialog)               { a.open = append(a.open, d) }
func (a *asked) AskLater(d dialog.Dialog)          { a.open = append(a.open, d) }
func (a *asked) Show(string, any) tea.Cmd          { return nil }
func (a *asked) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg { return do(context.Background()) }
}

func (a *asked) last() dialog.Dialog {
	if len(a.open) == 0 {
		return nil
	}
	return a.open[len(a.open)-1]
}

// answer gives the last question the answer that it takes.
func (a *asked) answer(t *testing.T) {
	t.Helper()
	d := a.last()
	if d == nil {
		t.Fatal("nothing is asked")
	}
	switch d := d.(type) {
	case *dialog.Prompt:
		if d.Value == "" {
			d.Paste("tent, stove")
		}
	case *dialog.Sheet:
		d.Draw(theme.New(theme.Options{}), small)
		for _, e := range d.Entries {
			if e.Value == "" && e.Choices == nil && !e.Box {
				e.Value = map[string]string{"Age": "30", "Level": "1", "Company size": "7", "Balance": "1.00", "Value": "1.00", "Price": "5.00"}[e.Label]
				if e.Value == "" {
					e.Value = "x"
				}
			}
			if len(e.Choices) > 1 && e.Value == "" {
				e.Value = e.Choices[1]
			}
			if e.Label == "JSON" {
				e.Value = `{"type":"page","url":"https://shop.example/"}`
			}
		}
	}
	d.Key(tea.Key{Code: tea.KeyEnter})
}

func TestAURLIsResolvedAgainstThePageOrWhole(t *testing.T) {
	t.Parallel()
	const base = "https://shop.example/c/tents?page=2"
	for _, tt := range []struct{ typed, want string }{
		{"/cart", "https://shop.example/cart"},
		{"?page=3", "https://shop.example/c/tents?page=3"},
		{"other.example/x", "https://other.example/x"},
		{"http://other.example/x", "http://other.example/x"},
		{"cart", ""},
		{"", ""},
		{"javascript:alert(1)", ""},
		{"https://", ""},
	} {
		got, err := resolveURL(base, tt.typed)
		if (err == nil) != (tt.want != "") || err == nil && got != tt.want {
			t.Errorf("%q gives %q, %v; want %q", tt.typed, got, err, tt.want)
		}
	}
	if u, err := resolveURL("", "/cart"); err == nil {
		t.Errorf("without a page /cart is %s", u)
	}
}

func TestTheCartHoldsWhatIsPutInAndTakenOut(t *testing.T) {
	t.Parallel()
	price := model.Money(199 * model.MoneyScale)
	tent := journey.Product{Name: "Trail Tent 2P", SKU: "TT-2P", Price: &price, StatusInStock: "yes"}
	c := added(added(journey.CartState{}, tent), tent)
	if c.Total != 2*price || c.NumItems != 2 || len(c.Products) != 1 || c.Products[0].Quantity != 2 || c.Products[0].StatusInStock != "" {
		t.Fatalf("two tents give %+v", c)
	}
	if c = without(c, 0); c.Total != price || c.NumItems != 1 || c.Products[0].Quantity != 1 {
		t.Fatalf("one taken out: %+v", c)
	}
	if c = without(c, 0); c.Total != 0 || c.NumItems != 0 || len(c.Products) != 0 {
		t.Fatalf("both taken out: %+v", c)
	}
}

func TestAnHourIsReadInTheAccountsZone(t *testing.T) {
	t.Parallel()
	zone, err := model.LoadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 3, 4, 10, 15, 0, 0, zone) // a Wednesday
	for _, tt := range []struct{ typed, want, note string }{
		{"2026-03-08 23:50", "2026-03-08T22:50:00Z", ""},
		{"8.3.2026 23:50", "2026-03-08T22:50:00Z", ""},
		{"30.11.2026 10:00", "2026-11-30T09:00:00Z", ""},
		{"2026/3/8 9:05", "2026-03-08T08:05:00Z", ""},
		{"8.3.2026", "2026-03-08T09:15:00Z", ""},
		{"31.2.2026 10:00", "", ""},
		{"sunday 23:50", "2026-03-08T22:50:00Z", ""},
		{"Wed 09:00", "2026-03-04T08:00:00Z", ""},
		{"23:50:07", "2026-03-04T22:50:07Z", ""},
		{"2026-03-08", "2026-03-08T09:15:00Z", ""},
		{"+2d", "2026-03-06T09:15:00Z", ""},
		{"-3h", "2026-03-04T06:15:00Z", ""},
		{"2026-03-29 02:30", "2026-03-29T01:30:00Z", "02:30 does not come that day, since clocks are set forward: it is 03:30"},
		{"2026-10-25 02:30", "2026-10-25T00:30:00Z", "02:30 comes twice that day, since clocks are set back: it is the first"},
		{"someday", "", ""},
		{"1999-01-01 00:00", "", ""},
	} {
		at, note, err := readHour(tt.typed, from)
		if got := at.UTC().Format(time.RFC3339); (err == nil) != (tt.want != "") || err == nil && (got != tt.want || note != tt.note) {
			t.Errorf("%q is %s %q, %v; want %s %q", tt.typed, got, note, err, tt.want, tt.note)
		}
	}
	if got := clocksChange(time.Date(2026, 3, 28, 0, 0, 0, 0, zone), time.Date(2026, 3, 30, 0, 0, 0, 0, zone)); got != "clocks are set forward by 1h on the way" {
		t.Error(got)
	}
}

// Filling in an event's lines as they are gives the event again, whatever it
// holds besides.
func TestAnEventThatIsFilledInUnchangedStaysAsItIs(t *testing.T) {
	t.Parallel()
	src, err := newShop()
	if err != nil {
		t.Fatal(err)
	}
	events, err := src.Seen(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	types := map[journey.Type]bool{}
	for _, ev := range events {
		types[ev.Type] = true
		_, read, err := fill(ev)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read()
		if err != nil {
			t.Fatalf("%s: %v", describeEvent(ev), err)
		}
		if a, b := journey.AppendEvent(nil, got), journey.AppendEvent(nil, ev); !slices.Equal(a, b) {
			t.Fatalf("filled in:\n%s\nwas:\n%s", a, b)
		}
	}
	if len(types) < 12 {
		t.Errorf("only %d types were looked at", len(types))
	}
}

func TestWhatIsTypedIsJudgedAsALineOfAFile(t *testing.T) {
	t.Parallel()
	for line, wrong := range map[string]string{
		`{"type":"page","url":"https://shop.example/cart"}`: "",
		`{"type":"leave"}`: "",
		`{"type":"cart","total":"1.00","numItems":1,"colour":"red"}`: `a cart has no field "colour"`,
		`{"type":"cart","total":"1e3","numItems":1}`:                 "total",
		`{"type":"page"}`:                    "url",
		`{"type":"dance"}`:                   "type",
		`page`:                               "object",
		`{"type":"agents","state":"asleep"}`: "state",
	} {
		_, err := parse(withEnvelope(line))
		if (err == nil) != (wrong == "") || err != nil && !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v, want %q", line, err, wrong)
		}
	}
}

// Whatever is done in whatever order, the journey is sound and in order.
func TestDrivingLeavesASoundJourney(t *testing.T) {
	t.Parallel()
	src := emptyShop(t)
	rapid.Check(t, func(t *rapid.T) {
		p, err := replay.NewPlayer(src.eng, nil, replay.PlayerOptions{Start: replay.DefaultStart})
		if err != nil {
			t.Fatal(err)
		}
		s := New(src)
		s.ses = &pane.Session{Ctx: context.Background(), Now: atNine, Theme: theme.New(theme.Options{}), Shell: &asked{}, Still: true}
		s.rec, s.eng, s.player, s.size = &Recording{Visitors: []Visitor{{}}}, src.eng, p, small
		s.head = p.Start()
		s.refresh()
		for range rapid.IntRange(1, 8).Draw(t, "acts") {
			switch rapid.IntRange(0, 4).Draw(t, "act") {
			case 0:
				s.act("", replay.OpenPage(rapid.SampledFrom([]string{"https://shop.example/", "https://shop.example/cart"}).Draw(t, "url")))
			case 1:
				s.setCart("", added(s.cart(), journey.Product{Name: "Tent"}))
			case 2:
				s.move(s.player.Wait(s.head, model.Duration(rapid.IntRange(0, 4_000_000).Draw(t, "wait"))))
			case 3:
				s.Do(keymap.Undo, nil)
			case 4:
				s.cut()
			}
			s.Rows(small, true)
			if _, err := replay.NewPlayer(s.eng, s.player.Events(), s.player.Options()); err != nil {
				t.Fatal(err)
			}
			if n := len(s.player.Events()); s.head.Events > n || s.head.Events > 0 && s.head.At < s.player.Events()[s.head.Events-1].At {
				t.Fatalf("the head %+v is outside of %d events", s.head, n)
			}
		}
	})
}

// Dialogs of driving, at the sizes that count.
func TestGoldenDriving(t *testing.T) {
	t.Parallel()
	at := journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC))
	for _, tt := range []struct {
		name string
		ask  func(*Screen)
	}{
		{"act", func(s *Screen) { s.Do(ActMenu, nil) }},
		{"open-page", func(s *Screen) { s.Do(ActPage, nil) }},
		{"change-cart", func(s *Screen) { s.Do(ActCart, nil) }},
		{"buy", func(s *Screen) { s.Do(ActBuy, nil) }},
		{"service", func(s *Screen) { s.Do(ActService, nil) }},
		{"own", func(s *Screen) { s.askOwn(ownMsg{eng: s.eng}) }},
	} {
		for _, size := range []layout.Size{small, medium} {
			s, shell := driven(t, "cart-rescued", at)
			tt.ask(s)
			golden(t, tt.name, shell.last(), size)
		}
	}
}

// golden compares a dialog over an empty screen.
func golden(t *testing.T, name string, d dialog.Dialog, size layout.Size) {
	t.Helper()
	var stack dialog.Stack
	stack.Push(d, "")
	rows, _, _, _ := stack.Over(theme.New(theme.Options{}), frame.Blank(size.W, size.H), size)
	tuitest.Golden(t, fmt.Sprintf("ask-%s-%dx%d", name, size.W, size.H), size, rows)
}
