package simulator

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// everyJourney are all of the demo shop, in the order of its guide.
var everyJourney = []string{
	"cart-rescued", "help-declined", "checkout-abandoned", "bill-payment", "first-visit", "after-the-order", "payment-trouble", "tent-shopper", "gold-member",
	"company-quote", "search-in-vain", "back-after-weeks", "leaving-with-a-cart", "nobody-at-the-desk", "good-friday", "journal-reader", "saturday-crowd",
}

func TestATourOfCartRescueSaysWhatHappensInOrderAndEnds(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, medium, large} {
		drive(t, size, &pane.Session{}, func(d *tuitest.Driver) {
			d.Message(pane.TourOf{Campaign: "cart-rescue"})
			for _, caption := range []string{
				"Cart rescue: Help for customers", "Its goal: Order placed", "replays the journey of wren-00", "the visitor opens the page Tents", "Trail Tent 2P", "Gas Stove",
				"Help at the cart waits 30s", "here it shows: Help at the cart", `the audience "Shoppers"`, "And why not Save the cart", "is accepted with the key a",
				"the visitor buys for 248.50 EUR", "That was the tour",
			} {
				for range 60 {
					if _, _, there := d.Find(caption); there {
						break
					}
					d.Wait(250 * time.Millisecond)
				}
				d.Expect(caption, "any key ends the tour")
				switch caption {
				case "And why not Save the cart":
					d.Expect("before-you-go/save-the-cart", "9 gates passed") // its trace
				case "is accepted with the key a":
					d.Wait(2 * time.Second)
					d.Expect("Accepted Help at the cart")
				}
			}
			d.Wait(20 * time.Second)
			d.ExpectNot("any key ends the tour")
			d.Expect("q quit", "09:21:28 UTC", "paused", "1 change of yours", "10x")
			d.Press("ctrl+z") // it is the operator's now
			d.Expect("Undone: accepted Help at the cart")
		}, everyJourney...)
	}
}

func TestACaptionStaysAsLongAsItTakesToRead(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Message(pane.TourOf{Campaign: "cart-rescue"})
		first := "Cart rescue: Help for customers who are about to abandon their cart."
		d.Expect(first)
		d.Wait(pane.ReadingTime(first) - 500*time.Millisecond)
		d.Expect(first)
		d.Wait(time.Second)
		d.ExpectNot(first)
		d.Expect("Its goal", "tour, 2 of 13")
	}, "cart-rescued")
	if short, long := pane.ReadingTime("It shows."), pane.ReadingTime(strings.Repeat("word ", 40)); short != 3*time.Second || long != 13500*time.Millisecond {
		t.Errorf("a short caption stays %v, forty words %v", short, long)
	}
}

// underWay waits until the tour is on the way from one stop to the next.
func underWay(d *tuitest.Driver) {
	for range 200 {
		if _, _, ok := d.Find("playing"); ok {
			return
		}
		d.Wait(250 * time.Millisecond)
	}
	d.Expect("playing")
}

func TestAKeyEndsTheTourAtOnceAndDoesNothingElse(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"q", "esc", "a", "space", "1", "x", "ctrl+z", ":"} {
		drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
			d.Message(pane.TourOf{Campaign: "cart-rescue"})
			underWay(d)
			d.Expect("any key ends the tour", "playing")
			d.Press(key)
			d.ExpectNot("any key ends the tour", "Commands", "Accepted")
			d.Expect("q quit", "paused")
			if d.Ended() {
				t.Fatalf("%s left the console", key)
			}
			before := d.Screen()
			d.Wait(time.Minute)
			if d.Screen() != before {
				t.Errorf("after %s it goes on", key)
			}
			d.Press("space")
			d.Expect("playing")
		}, "cart-rescued")
	}
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Message(pane.TourOf{Campaign: "cart-rescue"})
		underWay(d)
		d.Click(3, 0)
		d.ExpectNot("any key ends the tour")
		d.Message(pane.TourOf{Campaign: "cart-rescue"})
		d.Press("ctrl+c", "ctrl+c") // leaves from anywhere
		if !d.Ended() {
			t.Error("ctrl+c twice does not leave a tour")
		}
	}, "cart-rescued")
}

func TestStillTheTourGoesOnBySpaceAlone(t *testing.T) {
	t.Parallel()
	src, err := newShop(everyJourney...)
	if err != nil {
		t.Fatal(err)
	}
	eng, err := src.Engine(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	toured, unseen := 0, []string{}
	for _, k := range eng.Campaigns() {
		driveOver(t, small, src, &pane.Session{Still: true}, func(d *tuitest.Driver) {
			d.Message(pane.TourOf{Campaign: k.ID})
			d.Expect("space goes on", "tour, 1 of ")
			before := d.Screen()
			d.Wait(time.Minute)
			if d.Screen() != before {
				t.Errorf("%s: still, it moves", k.ID)
			}
			shows, steps := false, 0
			for ; strings.Contains(d.Line(23), "space goes on"); steps++ {
				if want := fmt.Sprintf("tour, %d of ", steps+1); !strings.Contains(d.Line(23), want) || steps > 30 {
					t.Fatalf("%s: %q is not %q", k.ID, d.Line(23), want)
				}
				if _, _, ok := d.Find("here it shows"); ok {
					shows = true
				}
				d.ExpectNot("preparing the tour:", "E1")
				d.Press("space")
			}
			if d.Ended() {
				t.Fatalf("%s: the console ended", k.ID)
			}
			d.Expect("q quit")
			if toured++; !shows {
				unseen = append(unseen, k.ID)
			}
		})
	}
	if got := strings.Join(unseen, " "); toured != len(eng.Campaigns()) || got != "summer-camp" {
		t.Errorf("%d tours, no display for %q", toured, got)
	}
}

func TestATourOfWhatNobodySeesSaysSo(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{Still: true}, func(d *tuitest.Driver) {
		d.Message(pane.TourOf{Campaign: "summer-camp"})
		d.Press("space", "space")
		d.Expect("No stored journey shows Summer camp to anybody", "the campaign is a draft")
		d.Press("space", "space")
		d.Expect("q quit")
		d.Message(pane.TourOf{Campaign: "no-such"})
		d.Expect("there is no engagement in no-such")
		d.ExpectNot("tour, 1 of")
	}, "cart-rescued")
	empty, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	empty.order = nil
	driveOver(t, medium, empty, &pane.Session{Still: true}, func(d *tuitest.Driver) {
		d.Message(pane.TourOf{Campaign: "cart-rescue"})
		d.Press("space", "space")
		d.Expect("nor comes near")
		d.Press("space")
		d.Expect("q quit")
		d.Message(pane.TourOf{})
		d.Expect("name a campaign")
	})
}

func TestATourWithoutANameTakesWhatTheFirstJourneyAccepts(t *testing.T) {
	t.Parallel()
	for journey, campaign := range map[string]string{"cart-rescued": "Cart rescue: ", "bill-payment": "Bill payment: "} {
		drive(t, medium, &pane.Session{Still: true}, func(d *tuitest.Driver) {
			d.Message(pane.TourOf{})
			d.Expect(campaign)
		}, journey)
	}
}
