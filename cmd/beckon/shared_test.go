package main

import (
	"context"
	"testing"
	"time"

	"beckon/model"
	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

func TestAnEditOfASharedItemShowsItsEffectBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, s store.Store) {
		d.Press("2")
		d.Wait(time.Second)
		d.Expect("[Goals", "Order placed")
		d.Press("b")
		d.Type("behaviors")
		d.Press("enter", "/")
		d.Type("second page")
		d.Press("enter", "e")
		d.Expect("Edit the behavior")
		d.Press("tab", "tab", "tab", "tab", "ctrl+x", "f2")
		d.Wait(2 * time.Second)
		d.Expect("Save the behavior", "visits,", "It changes", "display")
		d.Press("y")
		d.Wait(time.Second)
		d.Expect("Changed the behavior", "at once, whatever the visitor does", "revision 2")
		d.Press("ctrl+z")
		d.Wait(time.Second)
		d.Expect("Undone", "revision 3")
		audit, err := s.Audit(context.Background(), store.AuditQuery{Kind: string(model.KindBehavior)})
		if err != nil || len(audit) < 2 || audit[0].Revision != 3 || audit[0].Author != "ana" {
			t.Errorf("audit %+v, %v", audit, err)
		}
	})
}

func TestAnItemLeadsToWhatUsesIt(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, _ store.Store) {
		d.Press("2")
		d.Wait(time.Second)
		d.Press("b")
		d.Type("schedules")
		d.Press("enter", "u")
		d.Expect("What uses the schedule")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Campaigns ›")
	})
}

func TestTheSettingsOfTheStoreAreEdited(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, s store.Store) {
		d.Press(tabOf(t, "settings"))
		d.Wait(time.Second)
		d.Expect("Proactive behavior", "Displays a visit")
		d.Press("e")
		d.Expect("Edit the settings")
		d.Press("space", "f2")
		d.Wait(time.Second)
		d.Expect("Saved settings")
		c, err := storedCatalog(context.Background(), s, 0)
		if err != nil || c.Revision != 2 {
			t.Errorf("revision %d, %v", c.Revision, err)
		}
		d.Press("ctrl+z")
		d.Wait(time.Second)
		d.Expect("Undone", "revision 3")
	})
}
