package simulator

import (
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

func TestAJourneyIsSavedAsItIsNow(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued", "help-declined")
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []layout.Size{small, medium} {
		src.order, src.shelf = []string{"cart-rescued", "help-declined"}, nil
		driveOver(t, size, src, &pane.Session{}, func(d *tuitest.Driver) {
			d.Press(".", "_", "f2")
			d.Expect("Save the journey", "Cart-rescued")
			d.Type("shorter")
			d.Press("enter")
			d.Expect("Saved as shorter")
			if got := src.shelf["shorter"]; len(got) != 1 || len(got[0].Events) != 15 {
				t.Fatalf("saved %+v", got)
			}
			d.Press("ctrl+z", "f2")
			d.Type("shorter")
			d.Press("enter")
			d.Expect("Replace shorter?")
			d.Press("n")
			if len(src.shelf["shorter"][0].Events) != 15 {
				t.Error("replaced all the same")
			}
			d.Press("f4")
			d.Expect("Journeys of the store", "Import a file", "shorter")
			d.Type("shorter")
			d.Press("enter")
			d.Expect("Open it", "Rename it", "Double it", "Delete it")
			d.Type("ren")
			d.Press("enter")
			for range 20 {
				d.Press("backspace")
			}
			d.Type("help-declined")
			d.Press("enter")
			d.Expect("There is a journey called help-declined already")
			d.Press("f4")
			d.Type("shorter")
			d.Press("enter")
			d.Type("double")
			d.Press("enter", "enter")
			d.Expect("Saved as shorter 2")
			d.Press("f4")
			d.Type("shorter 2")
			d.Press("enter")
			d.Type("delete")
			d.Press("enter")
			d.Expect("Delete shorter 2?")
			d.Press("y")
			d.Expect("Deleted shorter 2")
			d.Press("o")
			d.Type("shorter")
			d.Press("enter")
			d.Expect("of 15")
		})
	}
}

func TestAllVisitorsOfAFileAreSavedOrOne(t *testing.T) {
	t.Parallel()
	src, err := newShop("saturday-crowd")
	if err != nil {
		t.Fatal(err)
	}
	driveOver(t, medium, src, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("esc", ".", "_", "f2")
		d.Expect("Visitors", "this one")
		d.Press("down", "right", "enter")
		d.Expect("Saved as Saturday-crowd")
		all := src.shelf["Saturday-crowd"]
		if len(all) < 3 {
			t.Fatalf("%d visitors", len(all))
		}
	})
}

func TestGoldenJourneys(t *testing.T) {
	t.Parallel()
	at := journey.At(time.Date(2026, 3, 2, 9, 15, 40, 0, time.UTC))
	for _, tt := range []struct {
		name string
		ask  func(*Screen)
	}{
		{"shelf", func(s *Screen) {
			s.askShelf([]Journey{{ID: "cart-rescued", Name: "Cart rescued", About: "A cart is rescued."}})
		}},
		{"journey", func(s *Screen) { s.askJourney(Journey{ID: "cart-rescued", Name: "Cart rescued"}) }},
		{"save", func(s *Screen) { s.Do(SaveJourney, nil) }},
	} {
		for _, size := range []layout.Size{small, medium} {
			s, shell := driven(t, "cart-rescued", at)
			s.wear(s.player, s.head, guise{catalog: Catalog{Revision: 3, Name: "revision 3"}}, "replayed")
			tt.ask(s)
			golden(t, tt.name, shell.last(), size)
		}
	}
}
