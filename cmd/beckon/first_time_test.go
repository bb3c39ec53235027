package main

import (
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

func TestACampaignIsDuplicatedAndDeletedFromTheList(t *testing.T) {
	t.Parallel()
	driveOn(t, layout.Size{W: 80, H: 24}, true, func(d *tuitest.Driver, _ store.Store) {
		wait := func() { d.Wait(2 * time.Second) }
		wait()
		d.Press("t") // there is nothing to choose from, and nothing else to see
		wait()
		d.Expect("No campaign was deleted.", "1 draft")
		d.Press("/")
		d.Type("cart resc")
		d.Press("enter", "D")
		wait()
		d.Expect("Cart rescue copy", "This is a copy, not saved yet")
		d.Press("f2")
		wait()
		d.Expect("Saved Cart rescue copy")
		d.Press("esc")
		wait()
		d.Expect("Campaigns › Cart rescue copy")
		d.Press("delete")
		wait()
		d.Expect("Delete Cart rescue copy?", "It is taken out of the store")
		d.Press("esc") // back to where it was asked, and not into the Builder
		wait()
		d.Expect("Campaigns › Cart rescue copy")
		d.Press("d")
		wait()
		d.Press("y")
		wait()
		d.Expect("Deleted Cart rescue copy")
	})
}
