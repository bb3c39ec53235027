package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// hands use the console with the keyboard alone, and count.
type hands struct {
	*tuitest.Driver
	chars, keys int // typed characters, and other keys
}

func (h *hands) press(keys ...string) {
	h.T.Helper()
	h.keys += len(keys)
	h.Press(keys...)
}

func (h *hands) typed(s string) {
	h.T.Helper()
	h.chars += len([]rune(s))
	h.Type(s)
}

// fresh makes a new library item of a name where a reference has the focus.
func (h *hands) fresh(name string) {
	h.T.Helper()
	h.press("enter")
	h.typed(name)
	h.press("enter")
}

// when adds a condition of a kind.
func (h *hands) when(kind string) {
	h.T.Helper()
	h.press("ctrl+n")
	h.typed(kind)
	h.press("enter")
}

// whole is one campaign that an operator makes from nothing and sees at work.
type whole struct {
	name    string
	build   func(*hands)
	journey string   // of a visitor who sees it
	shows   []string // then, in the Simulator
	written func(*testing.T, *model.Campaign, *model.Catalog)
	// At most so many characters and other keys, from the empty list of
	// campaigns to the display.
	chars, keys int
}

var wholes = []whole{
	{
		name: "Cart abandonment",
		build: func(h *hands) {
			h.typed("Cart abandonment")
			h.press("ctrl+l")
			h.fresh("Sales")
			h.press("enter", "f2") // a purchase
			h.press("ctrl+l")
			h.fresh("All visitors")
			h.press("f2")
			h.press("ctrl+l", "enter", "f", "f", "t", "down", "enter") // a toaster for the shop
			h.press("ctrl+l")
			h.fresh("Sales desk")
			h.press("f2")
			h.press("ctrl+l")
			h.fresh("Cart")
			h.press("enter")
			h.typed("/cart")
			h.press("f2")
			h.press("ctrl+l")
			h.fresh("Leaves a cart")
			h.when("cart value")
			h.typed("50")
			h.when("about to")
			h.press("f2")
		},
		journey: `{"visitor":"v-1","at":"2026-03-04T10:00:00Z","type":"page","url":"https://shop.example/cart","title":"Cart"}
{"visitor":"v-1","at":"2026-03-04T10:00:02Z","type":"cart","total":"120.00","currency":"EUR","numItems":2}
{"visitor":"v-1","at":"2026-03-04T10:00:40Z","type":"signal","name":"about-to-abandon"}
{"visitor":"v-1","at":"2026-03-04T10:02:00Z","type":"leave"}`,
		shows: []string{"Cart abandonment shows to v-1 at 10:00:40", "https://shop.example/cart"},
		written: func(t *testing.T, k *model.Campaign, c *model.Catalog) {
			if e := k.Engagements[0]; e.Format != model.Toaster || e.Type != model.Conversation || len(c.Behaviors) != 1 || len(c.Behaviors[0].When.All) != 2 {
				t.Errorf("%s for %s, when %s", e.Format, e.Type, c.Behaviors[0].When.Sentence())
			}
		},
		chars: 90, keys: 45,
	},
	{
		name: "Bill payments",
		build: func(h *hands) {
			h.typed("Bill payments")
			h.press("ctrl+l")
			h.fresh("Bills settled")
			h.typed("service")
			h.press("enter", "f2")
			h.press("ctrl+l")
			h.fresh("Customers")
			h.when("returning")
			h.press("right", "f2")
			h.press("tab", "tab", "tab", "tab", "right", "right", "tab") // hours by a schedule
			h.fresh("Billing desk")
			h.press("tab", "space", "tab")
			h.press("ctrl+u")
			h.typed("8-18")
			h.press("shift+tab", "ctrl+t", "ctrl+t", "ctrl+t", "ctrl+t", "tab", "tab", "space", "space", "ctrl+t", "f2")
			h.press("ctrl+l", "enter", "f", "t", "enter") // an overlay
			h.press("ctrl+l")
			h.fresh("Billing desk")
			h.press("f2", "tab", "tab", "right") // chat
			h.press("ctrl+l")
			h.fresh("Bills")
			h.press("enter")
			h.typed("/account/bills")
			h.press("f2")
			h.press("ctrl+l")
			h.fresh("Lingers over the bill")
			h.when("time on page")
			h.typed("20")
			h.press("f2")
		},
		journey: `{"visitor":"v-3","at":"2026-03-04T08:30:00Z","type":"page","url":"https://shop.example/account/bills","title":"Bills","returning":true}
{"visitor":"v-3","at":"2026-03-04T08:30:01Z","type":"agents","state":"online"}
{"visitor":"v-3","at":"2026-03-04T08:32:00Z","type":"leave"}`,
		shows: []string{"Bill payments shows to v-3 at 08:30:30", "https://shop.example/account/bills"},
		written: func(t *testing.T, k *model.Campaign, c *model.Catalog) {
			e := k.Engagements[0]
			if e.Format != model.Overlay || e.Channel != model.Chat || k.TimeFrame.Schedule != "billing-desk" || c.Goals[0].Type != model.GoalService {
				t.Errorf("%s by %s, %+v", e.Format, e.Channel, k.TimeFrame)
			}
			if d := c.Schedules[0].Days; len(d.Monday.Shifts) != 1 || len(d.Friday.Shifts) != 1 || d.Saturday.Status != model.DayOff || d.Sunday.Status != model.DayOff {
				t.Errorf("the week: %+v", d)
			}
		},
		chars: 140, keys: 70,
	},
	{
		name: "First time visitors",
		build: func(h *hands) {
			h.typed("First time visitors")
			h.press("ctrl+l")
			h.fresh("Looks around")
			h.typed("page views")
			h.press("enter", "f2")
			h.press("ctrl+l")
			h.fresh("Newcomers")
			h.when("new or")
			h.press("f2")
			h.press("ctrl+l", "enter", "f", "f", "t", "t", "enter") // a toaster with content
			h.press("ctrl+l")
			h.typed("https://shop.example/first-tour")
			h.press("ctrl+l")
			h.fresh("Everywhere")
			h.press("f2")
			h.press("ctrl+l")
			h.fresh("Second page")
			h.when("pages viewed")
			h.typed("2")
			h.press("f2")
		},
		journey: `{"visitor":"v-2","at":"2026-03-05T17:05:00Z","type":"page","url":"https://shop.example/","title":"Shop","returning":false}
{"visitor":"v-2","at":"2026-03-05T17:05:18Z","type":"page","url":"https://shop.example/c/packs","title":"Packs"}
{"visitor":"v-2","at":"2026-03-05T17:06:12Z","type":"leave"}`,
		shows: []string{"First time visitors shows to v-2 at 17:05:18", "https://shop.example/c/packs"},
		written: func(t *testing.T, k *model.Campaign, c *model.Catalog) {
			if e := k.Engagements[0]; e.Format != model.Toaster || e.Type != model.Content || e.URL == "" || c.Goals[0].Type != model.GoalPageViews {
				t.Errorf("%s for %s to %q", e.Format, e.Type, e.URL)
			}
		},
		chars: 125, keys: 40,
	},
	{
		name: "Post-purchase support",
		build: func(h *hands) {
			h.typed("Post-purchase support")
			h.press("ctrl+l")
			h.fresh("Bought")
			h.press("enter", "f2") // a purchase
			h.press("ctrl+l")
			h.fresh("All visitors")
			h.press("f2")
			h.press("ctrl+l", "enter", "f", "f", "f", "f", "f", "t", "enter") // a slide-out
			h.press("ctrl+l")
			h.fresh("After-sales")
			h.press("f12")
			h.typed("after")
			h.press("enter") // a survey when the conversation has ended
			h.press("f2")
			h.press("ctrl+l")
			h.fresh("Order confirmed")
			h.press("enter")
			h.typed("/confirmation")
			h.press("f2")
			h.press("ctrl+l")
			h.fresh("Stays a moment")
			h.when("time on page")
			h.typed("5")
			h.press("f2")
		},
		journey: `{"visitor":"v-4","at":"2026-03-06T18:40:00Z","type":"page","url":"https://shop.example/checkout/confirmation?order=1","title":"Thank you"}
{"visitor":"v-4","at":"2026-03-06T18:40:00Z","type":"purchase","total":"147.80","currency":"EUR","orderId":"1"}
{"visitor":"v-4","at":"2026-03-06T18:41:00Z","type":"leave"}`,
		shows: []string{"Post-purchase support shows to v-4 at 18:40:10", "https://shop.example/checkout/confirmation"},
		written: func(t *testing.T, k *model.Campaign, c *model.Catalog) {
			e := k.Engagements[0]
			if s := c.Windows[0].Surveys.PostChat; e.Format != model.SlideOut || e.Type != model.Conversation || s == nil || len(s.Questions) != 1 {
				t.Errorf("%s for %s, survey %+v", e.Format, e.Type, s)
			}
		},
		chars: 115, keys: 45,
	},
}

func TestACampaignIsMadeFromNothingWithTheKeyboardAndSeenAtWork(t *testing.T) {
	t.Parallel()
	for _, r := range wholes {
		for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}} {
			t.Run(r.name+fmt.Sprintf(" %dx%d", size.W, size.H), func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "v.jsonl")
				if err := os.WriteFile(file, []byte(r.journey+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				driveOn(t, size, false, func(d *tuitest.Driver, s store.Store) {
					d.Expect("No campaigns yet")
					h := &hands{Driver: d}
					h.press("n")
					r.build(h)
					h.press("ctrl+l")
					d.Wait(time.Second)
					if strings.Contains(d.Screen(), "to acknowledge") {
						h.press("a")
					}
					d.Expect("Nothing keeps it from being published")
					h.press("p")
					d.Expect("Publish " + r.name + "?")
					h.press("y")
					d.Wait(time.Second)
					d.Expect(r.name + " is published; V shows it at work")
					h.press("V")
					d.Wait(time.Second)
					d.Expect(r.name+" waits for a visitor", "Press O for a file")
					h.press("O")
					d.Type(file) // as long as it happens to be
					h.press("enter")
					d.Wait(time.Second)
					d.Expect(r.shows...)
					c, err := storedCatalog(context.Background(), s, 0)
					if err != nil {
						t.Fatal(err)
					}
					if len(c.Campaigns) != 1 || !c.Campaigns[0].Published || len(c.Campaigns[0].Engagements) != 1 {
						t.Fatalf("the store holds %d campaigns: %+v", len(c.Campaigns), c.Campaigns)
					}
					if p := model.Errors(model.Validate(c)); len(p) > 0 {
						t.Errorf("left with %v", p)
					}
					r.written(t, c.Campaigns[0], c)
					t.Logf("%s: %d characters typed and %d other keys", r.name, h.chars, h.keys)
					if h.chars > r.chars || h.keys > r.keys {
						t.Errorf("%d characters and %d other keys, want at most %d and %d", h.chars, h.keys, r.chars, r.keys)
					}
				})
			})
		}
	}
}
