package builder

import (
	"slices"
	"testing"
	"time"

	"beckon/model"
	"beckon/tui/tuitest"
)

// hand presses keys and counts them.
type hand struct {
	*tuitest.Driver
	keys int
}

func (h *hand) press(keys ...string) {
	h.T.Helper()
	h.keys += len(keys)
	h.Press(keys...)
}

func (h *hand) typed(s string) {
	h.T.Helper()
	h.keys += len([]rune(s))
	h.Type(s)
}

// cartAbandonment builds the campaign for visitors who are about to leave
// their cart, from nothing to the page that publishes it.
func cartAbandonment(h *hand) {
	h.T.Helper()
	h.press("n")
	h.typed("Cart abandonment")
	h.press("ctrl+l", "enter", "enter") // a new goal
	h.typed("purchase")
	h.press("enter")
	h.typed("Sales")
	h.press("f2")
	h.Expect("┃Sales", "Goal✓")
	h.press("ctrl+l", "enter", "enter") // a new audience
	h.typed("All visitors")
	h.press("f2")
	h.Expect("[All visitors]")
	h.press("ctrl+l", "enter", "f", "f", "t", "down", "enter") // a toaster
	h.Expect("8 Studio of Cart abandonment", "toaster")
	h.press("ctrl+l", "enter", "enter") // a new window
	h.typed("Sales desk")
	h.press("f2")
	h.Expect("┃Sales desk")
	h.press("ctrl+l", "enter", "enter") // a new entry point
	h.typed("Cart")
	h.press("tab", "enter")
	h.typed("/cart")
	h.press("f2")
	h.Expect("[Cart]")
	h.press("ctrl+l", "enter", "enter") // a new behavior
	h.typed("Leaves a cart")
	h.press("tab", "enter")
	h.typed("cart value")
	h.press("enter")
	h.typed("50")
	h.press("ctrl+n")
	h.typed("about to")
	h.press("enter")
	h.Expect("About to abandon")
	h.press("f2")
	h.Expect("[Leaves a cart]", "Behavior✓")
	h.press("ctrl+l")
}

// build builds and publishes that campaign with the keyboard alone.
func (k *cabinet) build(t *testing.T) {
	t.Helper()
	use(t, small, k, func(d *tuitest.Driver) {
		h := &hand{Driver: d}
		cartAbandonment(h)
		d.Expect("1 warning to acknowledge", "new goal Sales", "new window Sales desk", "new behavior Leaves a cart")
		h.press("a")
		d.Expect("Nothing keeps it from being published", "1 warning, acknowledged")
		h.press("p")
		d.Expect("Publish Cart abandonment?", "It is running then", "5 library items are written with it")
		h.press("y")
		d.Expect("Cart abandonment is published")
		t.Logf("%d keys", h.keys)
	})
}

func TestTheCartAbandonmentCampaignIsBuiltFromNothingWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	k := empty()
	k.build(t)
	c := k.campaign("cart-abandonment")
	if c == nil || !c.Published || c.Goal != "sales" || len(c.Engagements) != 1 {
		t.Fatalf("written: %+v", c)
	}
	if p := model.Errors(model.Validate(k.loaded.Catalog)); len(p) > 0 {
		t.Errorf("the catalog is left with %v", p)
	}
	e := c.Engagements[0]
	if e.ID != "cart-abandonment" || e.Format != model.Toaster || e.Window != "sales-desk" || !slices.Equal(e.Behaviors, []string{"leaves-a-cart"}) {
		t.Errorf("the engagement: %+v", e)
	}
	if len(k.changes) != 1 || len(k.changes[0].Items) != 5 || len(k.kept()) != 0 {
		t.Errorf("%d changes, the first with %d items, and %d drafts left", len(k.changes), len(k.changes[0].Items), len(k.kept()))
	}
	actions := map[string]int{}
	for _, a := range k.changes[0].Audit {
		actions[a.Action]++
	}
	if actions["create"] != 6 || actions["publish"] != 1 {
		t.Errorf("the audit says %v", actions)
	}
}

func TestTheNameThatWasSearchedForIsThatOfTheNewItem(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, small, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "enter")
		d.Type("Sales")
		d.Expect("Add new goal: Sales")
		d.Press("enter", "enter")
		d.Expect("New goal", "│Sales ", "▌ Type")
		d.Press("shift+tab", "end")
		d.Type(" of tents")
		d.Press("f2")
		d.Expect("┃Sales of tents")
		d.Press("ctrl+l", "enter")
		d.Type("All")
		d.Press("enter")
		d.Expect("New audience", "│All ")
		d.Press("f2")
		d.Expect("[All]")
		d.Press("enter")
		d.Expect("Add new audience…") // what is in the list already is not offered
		d.Press("esc")
		d.Press("f2")
		d.Expect("Saved Spring")
	})
	if c := k.campaign("spring"); c == nil || c.Goal != "sales-of-tents" || len(c.Audiences) != 1 || c.Audiences[0] != "all" {
		t.Errorf("written: %+v", c)
	}
}

func TestUndoOfEverythingGivesTheCampaignBack(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		cartAbandonment(&hand{Driver: d})
		d.Expect("No errors; 1 warning to acknowledge")
		for range 40 {
			d.Press("ctrl+z")
		}
		d.Expect("no goal", "no audience", "no engagement is enabled", "no name")
		for range 40 {
			d.Press("ctrl+y")
		}
		d.Expect("No errors; 1 warning to acknowledge")
	})
}

func TestNoMistakeKeepsAnyoneFromGoingOn(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "tab")
		d.Press("ctrl+u")
		d.Type("the 30th of February")
		d.Press("shift+tab")
		d.Expect("✗")
		d.Press("ctrl+l")
		d.Expect("6 Engagements")
		d.Press(",")
		d.Expect("of February", "want a date", "wrong")
		d.Press("f5")
		d.Expect("12 · Check and publish", "missing")
		d.Type("11")
		d.Press("enter")
		d.Expect("11 Behavior", "There is no engagement yet")
		d.Press("f5")
		d.Type("name")
		d.Press("enter")
		d.Expect("Spring")
		d.Press("f2")
		d.Expect("Saved Spring; it is not published")
	})
	if c := k.campaign("spring"); c == nil || c.Published {
		t.Errorf("written: %+v", c)
	}
}

func TestAnErrorLeadsToItsField(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f5")
		d.Type("12")
		d.Press("enter")
		d.Expect("3 errors to mend", "no goal", "no audience")
		d.Press("p")
		d.Expect("Publish: 3 errors to mend first")
		d.Press("down", "down", "enter")
		d.Expect("5 Audience and time", "no audience")
	})
}

func TestADraftSurvivesTheSession(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Bill payments")
		d.Press("ctrl+l", "enter", "enter", "enter")
		d.Type("Sales")
		d.Wait(3 * time.Second)
		d.Expect("draft kept")
	})
	if len(k.kept()) != 1 || k.written() != 0 {
		t.Fatalf("%d drafts, %d writes", len(k.kept()), k.written())
	}
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Expect("Bill payments")
		d.Press("enter")
		d.Expect("Your draft is back", "Bill payments › Goal › Sales") // in the item that was under edit
		d.Press("f2")
		d.Expect("┃Sales")
		d.Press("f5")
		d.Type("name")
		d.Press("enter", "ctrl+z", "ctrl+z")
		d.Expect("Builder › New campaign")
	})
}

func TestAPublishedCampaignStaysAsItIsUntilPublishedAgain(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		cartAbandonment(&hand{Driver: d})
		d.Press("a", "p", "y")
		d.Expect("is published")
		d.Press("f5")
		d.Type("audience")
		d.Press("enter", "down", "down", "down", "down", "down", "left")
		d.Expect("(•) high")
		d.Press("f2")
		d.Expect("Kept as your draft")
		if c := k.campaign("cart-abandonment"); c.Priority != "" || k.written() != 1 {
			t.Errorf("priority %q after %d writes", c.Priority, k.written())
		}
		d.Press("f5")
		d.Type("12")
		d.Press("enter")
		d.Expect("1 change against what visitors see now", "priority: high")
		d.Press("a", "p", "y")
		d.Expect("is published")
		if c := k.campaign("cart-abandonment"); c.Priority != model.High {
			t.Errorf("priority %q", c.Priority)
		}
	})
}

func TestWhatSomebodyElseWroteIsJoinedAndNeverOverwritten(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f2")
		d.Expect("Saved Spring")
		k.other("spring", func(c *model.Campaign) { c.Description = "From the garden" })
		d.Press("f5")
		d.Type("audience")
		d.Press("enter", "down", "down", "down", "down", "down", "left", "f2")
		d.Wait(2 * time.Second)
		d.Expect("Spring was changed meanwhile", "ben changed it", "From the garden")
		if c := k.campaign("spring"); c.Priority != "" {
			t.Fatal("overwritten")
		}
		d.Press("enter")
		d.Expect("Saved Spring")
		if c := k.campaign("spring"); c.Priority != model.High || c.Description != "From the garden" {
			t.Errorf("written: %+v", c)
		}
	})
}
