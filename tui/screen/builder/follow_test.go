package builder

import (
	"testing"
	"time"

	"beckon/model"
	"beckon/tui/tuitest"
)

func TestACampaignThatNobodyTouchedHereBecomesWhatOthersMakeOfIt(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	k.quick = true
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		d.Press("down", "down") // the focus stays where it is
		k.other("cart-abandonment", func(c *model.Campaign) { c.Name = "Carts of ben" })
		d.Wait(time.Second)
		d.Expect("Builder › Carts of ben", "▌ Description", "ben changed this campaign; this is how it is now.")
		d.ExpectNot("draft", "alt+j")
		k.mu.Lock()
		k.put("ben", &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "sales", Name: "Orders of ben"}, Type: model.GoalInteract})
		k.mu.Unlock()
		d.Wait(time.Second)
		d.Press("ctrl+l")
		d.Expect("Orders of ben") // what it uses is followed, too
		d.Press("ctrl+z")
		d.Expect("Cart abandonment", "draft") // taken back as work of one's own
	})
}

func TestWorkStaysWhenOthersChangeTheCampaignAndSaysSoUntilTheyAreJoined(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	k.quick = true
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		d.Type(" 2")
		d.Press("f11")
		d.Press("esc")
		k.other("cart-abandonment", func(c *model.Campaign) { c.Description = "From the garden" })
		d.Wait(time.Minute)
		d.Expect("Cart abandonment 2", "ben changed this campaign at 11:08. Your work is kept: alt+j joins it.")
		d.ExpectNot("From the garden")
		d.Send("\x1bj")
		d.Wait(2 * time.Second)
		d.Expect("was changed meanwhile", "ben changed it at 11:08", "From the garden")
		d.Press("esc")
		d.Expect("alt+j joins") // until it is done
		d.Send("\x1bj")
		d.Wait(2 * time.Second)
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Cart abandonment 2", "From the garden", "Both versions are together")
		d.ExpectNot("alt+j")
	})
}

func TestACampaignThatOthersDeleteStaysOnTheScreenAndSaysSo(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	k.quick = true
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		k.mu.Lock()
		k.put("ben", k.loaded.Catalog.Campaigns[0])
		key := keyOf(k.loaded.Catalog.Campaigns[0])
		k.past[key][0].Document = nil
		delete(k.loaded.Revisions, key)
		k.mu.Unlock()
		d.Wait(time.Second)
		d.Expect("Cart abandonment", "ben deleted this campaign at 11:08. What you see stays here")
	})
}
