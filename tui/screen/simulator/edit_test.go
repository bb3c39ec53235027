package simulator

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// toTheOverlay goes to where help is offered at the cart.
func toTheOverlay(d *tuitest.Driver) {
	d.Press("t")
	d.Type("09:16:12")
	d.Press("enter")
	d.Expect("Stuck with your order?")
}

func TestAnEarlierEventIsEditedAndTheDisplayVanishes(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium} {
		drive(t, size, &pane.Session{}, func(d *tuitest.Driver) {
			toTheOverlay(d)
			d.Press("t")
			d.Type("09:15:36")
			d.Press("enter", "E")
			d.Expect("Total", "248.50", "Currency")
			for range 6 {
				d.Press("backspace")
			}
			d.Type("1.0x")
			d.Expect("total")
			d.Press("backspace")
			d.Press("enter")
			d.Expect("Changed to: cart 1.0", "1 change of yours")
			d.Press("t")
			d.Type("09:16:12")
			d.Press("enter")
			d.ExpectNot("Stuck with your order?")
			d.Press("ctrl+z")
			toTheOverlay(d)
		}, "cart-rescued")
	}
}

func TestAnEventIsDeletedDoubledAndMoved(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press(".")
		d.Expect("event 2 of 16")
		d.Press("*")
		d.Expect("Once more: opens https://shop.example/p/trail-tent-2p", "event 3 of 17")
		d.Press("_")
		d.Expect("Deleted: opens https://shop.example/p/trail-tent-2p", "event 2 of 16")
		d.Press("delete")
		d.Expect("event 1 of 15")
		d.Press("ctrl+z", "ctrl+z", "ctrl+z")
		d.Expect("event 2 of 16", "Undone: once more")
		d.Press("M")
		d.Expect("Event 2 of 16, 09:14:24")
		d.Type("soon")
		d.Press("enter")
		d.Expect("say +5s")
		for range 4 {
			d.Press("backspace")
		}
		d.Type("+2m")
		d.Press("enter")
		d.Expect("Moved to 09:16:24", "09:16:24 UTC")
		d.Press("ctrl+z", "r")
		d.Press("E")
		d.Expect("No event has happened yet")
	}, "cart-rescued")
}

func TestALineThatIsNoEventIsNotEdited(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("tab", "tab")
		toTheOverlay(d) // which the time brought
		d.Press("_")
		d.Expect("This line is no event of the journey", "event 8 of 16")
		d.Press(",", "_")
		d.Expect("Deleted:", "of 15")
	}, "cart-rescued")
}

func TestAnEventIsChangedByTheMouse(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("tab", "tab", ".")
		d.Expect("event 2 of 16")
		d.ClickText("09:14:24 •")
		d.Expect("Event 2 of 16", "Edit the event", "Delete the event", "Cut here")
		d.ClickText("Delete the event")
		d.ClickText("Delete the event")
		d.Expect("Deleted: opens", "event 1 of 15")
	}, "cart-rescued")
}

func TestALineOfJSONIsEditedAndJudged(t *testing.T) {
	t.Parallel()
	s, shell := driven(t, "cart-rescued", journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC)))
	before := s.player
	s.Do(EditJSON, nil)
	sheet := shell.last().(*dialog.Sheet)
	line := sheet.Entries[0].Value
	if strings.Contains(line, `"visitor"`) || strings.Contains(line, `"at"`) || !strings.HasPrefix(line, `{"type":"`) {
		t.Fatalf("offered %s", line)
	}
	shell.answer(t)
	shell.open = nil
	s.Do(EditJSON, nil)
	sheet = shell.last().(*dialog.Sheet)
	sheet.Entries[0].Value = `{"type":"leave"}`
	sheet.Then()
	i := s.head.Events - 1
	if s.player == before || s.player.Events()[i].Type != journey.Leave || s.player.Events()[i].At != before.Events()[i].At {
		t.Errorf("the event is %+v", s.player.Events()[i])
	}
}

func TestWhenAnEventHappensIsReadFromWhereItIs(t *testing.T) {
	t.Parallel()
	from := journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC))
	for _, tt := range []struct{ typed, want string }{
		{"+5s", "2026-03-02T09:15:45Z"}, {"-1m", "2026-03-02T09:14:40Z"}, {"10:00", "2026-03-02T10:00:00Z"}, {"09:00:01", "2026-03-02T09:00:01Z"},
		{"", ""}, {"+", ""}, {"25:00", ""}, {"+40000d", ""},
	} {
		at, err := when(tt.typed, from)
		if got := at.Time().Format(time.RFC3339); (err == nil) != (tt.want != "") || err == nil && got != tt.want {
			t.Errorf("%q is %s, %v; want %s", tt.typed, got, err, tt.want)
		}
	}
}

func TestTheJourneyIsMadeByOthersAtOtherTimes(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium, large} {
		drive(t, size, &pane.Session{}, func(d *tuitest.Driver) { asOthers(d, size) }, "cart-rescued")
	}
}

func asOthers(d *tuitest.Driver, size layout.Size) {
	d.Press("I")
	d.Expect("Who makes this journey?", "as the journey tells")
	d.Press("right", "down", "right", "right", "right", "enter")
	if size == small {
		d.Expect("other visitor")
	} else {
		d.Expect("as first visit, smartphone")
	}
	d.Press("T")
	d.Type("sunday 23:50")
	d.Press("enter")
	d.Expect("Sun 8 Mar 2026", "+6d")
	d.Press("H")
	d.Type("no control")
	d.Press("enter")
	d.Expect("no control group")
	d.Press("S", "backspace")
	d.Type("7")
	d.Press("enter")
	d.Expect("seed 7", "+6d", "no control")
	d.Press("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z")
	d.Expect("Undone")
	d.ExpectNot("seed 7", "no control", "+6d", "of yours")
	d.Expect("Mon 2 Mar 2026")
}

func TestAChangeOfClocksIsTold(t *testing.T) {
	t.Parallel()
	s, shell := driven(t, "cart-rescued", journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC)))
	s.Do(Hour, nil)
	zone := zoneOf(s.eng)
	if zone.String() != "Europe/Berlin" {
		t.Skip("the demo shop is elsewhere: ", zone)
	}
	shell.last().(*dialog.Prompt).Then("2026-03-29 02:30")
	if said := strings.Join(shell.told, "\n"); !strings.Contains(said, "02:30 does not come that day") {
		t.Errorf("told:\n%s", said)
	}
	shell.told = nil
	s.Do(Hour, nil)
	shell.last().(*dialog.Prompt).Then("2026-03-29 01:59")
	if said := strings.Join(shell.told, "\n"); !strings.Contains(said, "Clocks are set forward by 1h on the way") {
		t.Errorf("told:\n%s", said)
	}
}

func TestTheJourneyIsReplayedThroughAnotherCatalog(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	src.draft = true
	driveOver(t, medium, src, &pane.Session{}, func(d *tuitest.Driver) {
		toTheOverlay(d)
		d.Press("R")
		d.Expect("Your draft of Cart rescue", "Revision 3", "The catalog in force")
		d.Type("draft of")
		d.Press("enter")
		d.Expect("Replayed through your draft of Cart rescue", "your draft of Cart rescue")
		d.ExpectNot("Stuck with your order?")
		d.Press("ctrl+z")
		d.Expect("Stuck with your order?")
		d.Press("ctrl+y")
		d.ExpectNot("Stuck with your order?")
		src.draft = false // it was saved meanwhile
		d.Press("ctrl+z", "ctrl+y")
		d.Expect("Your draft is not there any more", "Stuck with your order?")
	})
}

func TestTheJourneyIsReplayedThroughTheCatalogOfItsInstant(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	driveOver(t, medium, src, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("@")
		d.Expect("There was no catalog yet at 2026-03-02T09:")
		toTheOverlay(d)
		d.Press("@")
		d.Expect("Replayed through revision 3, in force then")
		d.ExpectNot("Stuck with your order?")
		d.Press("ctrl+z")
		d.Expect("Stuck with your order?")
	})
}

// A catalog that changes while the operator is elsewhere leaves what was done
// to be undone.
func TestUndoOutlivesAChangeOfTheCatalog(t *testing.T) {
	t.Parallel()
	s, _ := driven(t, "cart-rescued", journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC)))
	first := s.player
	s.act("opened", replay.OpenPage("https://shop.example/cart"))
	src := s.src.(*shop)
	now, err := past()
	if err != nil {
		t.Fatal(err)
	}
	src.eng = now
	s.Update(s.recompile()())
	if s.player.Engine() != now || len(s.player.Events()) != len(first.Events())+1 {
		t.Fatal("the catalog is not followed")
	}
	s.Do(keymap.Undo, nil)
	if s.player.Engine() != now || len(s.player.Events()) != len(first.Events()) {
		t.Errorf("undone: %d events, the new catalog %v", len(s.player.Events()), s.player.Engine() == now)
	}
	s.Rows(medium, true)
	if err := frame.Check(s.Rows(medium, true), medium.W, medium.H); err != nil {
		t.Error(err)
	}
}

func TestGoldenEditing(t *testing.T) {
	t.Parallel()
	at := journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC))
	for _, tt := range []struct {
		name string
		ask  func(*Screen)
	}{
		{"event", func(s *Screen) { s.askEvent() }},
		{"edit", func(s *Screen) { s.Do(EditEvent, nil) }},
		{"json", func(s *Screen) { s.Do(EditJSON, nil) }},
		{"move", func(s *Screen) { s.Do(MoveEvent, nil) }},
		{"who", func(s *Screen) { s.Do(WhoComes, nil) }},
		{"hour", func(s *Screen) { s.Do(Hour, nil) }},
		{"groups", func(s *Screen) { s.Do(Groups, nil) }},
		{"catalog", func(s *Screen) {
			found, _ := s.src.Catalogs(context.Background())
			s.askCatalog(catalogsMsg{catalogs: found})
		}},
	} {
		for _, size := range []layout.Size{small, medium} {
			s, shell := driven(t, "cart-rescued", at)
			s.src.(*shop).draft = true
			tt.ask(s)
			golden(t, tt.name, shell.last(), size)
		}
	}
}

// An audience may be of a customer's status, so that a visitor can be made one.
func TestACustomersStatusIsAskedForAndTold(t *testing.T) {
	t.Parallel()
	fill := func(d dialog.Dialog, status string) tea.Cmd {
		t.Helper()
		sheet := d.(*dialog.Sheet)
		for _, e := range sheet.Entries {
			if e.Label == "Customer status" {
				if len(e.Choices) != 4 || e.Choices[3] != "in arrears" { // the account's, and none
					t.Errorf("the statuses are %q", e.Choices)
				}
				e.Value = status
			}
		}
		return sheet.Then()
	}
	told := func(s *Screen) (out []string) {
		for _, ev := range s.player.Events() {
			if ev.Customer != nil {
				out = append(out, ev.Customer.Type+"/"+ev.Customer.Status)
			}
		}
		return out
	}
	s, shell := driven(t, "cart-rescued", journey.At(atNine()))
	s.askOwn(ownMsg{eng: s.eng})
	s.Update(fill(shell.last(), "in arrears")())
	if got := told(s); !slices.Equal(got, []string{"/in arrears"}) {
		t.Errorf("a visitor of one's own tells %q", got)
	}
	s.Do(WhoComes, nil)
	fill(shell.last(), "dormant")
	if got := told(s); !slices.Contains(got, "/dormant") || slices.Contains(got, "/in arrears") {
		t.Errorf("somebody else tells %q", got)
	}
	if words := s.guise.who.words(); words != "as dormant" {
		t.Errorf("he comes %q", words)
	}
	s.Do(WhoComes, nil)
	for _, e := range shell.last().(*dialog.Sheet).Entries {
		if e.Label == "Customer status" && e.Value != "dormant" {
			t.Errorf("asked again with %q", e.Value)
		}
	}
}
