package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// A visit that was recorded before the campaign became a draft shows what the
// visitor saw then, from the entry of the audit that tells of the catalog of
// those days.
func TestAnEntryOfTheAuditDecidesAVisitByTheCatalogOfThen(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}} {
		driveConsole(t, size, func(d *tuitest.Driver, s store.Store) {
			const seen = "Stuck with your order?"
			doc, err := s.Get(context.Background(), "campaign", running)
			if err != nil {
				t.Fatal(err)
			}
			body := strings.Replace(string(doc.Body), "published: true", "published: false", 1)
			if body == string(doc.Body) {
				t.Fatal("the campaign is not published")
			}
			if _, err := s.Commit(context.Background(), store.Change{Author: "eve", At: time.Now(), Writes: []store.Write{store.Put{Kind: "campaign", ID: running, Base: doc.Revision, Body: []byte(body)}},
				Audit: []store.AuditEntry{{Kind: "campaign", ID: running, Action: "update", Element: "published", Old: "yes", New: "no"}}}); err != nil {
				t.Fatal(err)
			}
			toTheOverlay := func() {
				d.Press("t")
				d.Type("09:16:12")
				d.Press("enter")
				d.Wait(time.Second)
			}
			d.Press("3")
			d.Wait(time.Second)
			toTheOverlay()
			d.ExpectNot(seen) // as the catalog stands now
			d.Press("5")
			d.Wait(time.Second)
			d.Press("/")
			d.Type("kind:campaign id:" + running)
			d.Press("enter")
			d.Wait(time.Second)
			d.Expect("2 entries")
			d.Press("end", "V")
			d.Wait(time.Second)
			d.Expect("Simulator", "Replayed through revision 1", seen)
			// What is opened next goes through it, too, until another is chosen.
			d.Press("o")
			d.Wait(time.Second)
			d.Type("cart rescued")
			d.Press("enter")
			d.Wait(time.Second)
			d.Expect("revision 1")
			toTheOverlay()
			d.Expect(seen)
			d.Press("R", "enter") // the catalog in force is the first
			d.Wait(time.Second)
			d.ExpectNot(seen, "revision 1")
			d.Press("o")
			d.Wait(time.Second)
			d.Type("cart rescued")
			d.Press("enter")
			d.Wait(time.Second)
			toTheOverlay()
			d.ExpectNot(seen)
			// The change after it decides otherwise.
			d.Press("5", "home", "V")
			d.Wait(time.Second)
			d.Expect("Replayed through revision 2")
			d.ExpectNot(seen)
		})
	}
}

func TestAnEntryOfTheAuditLeadsToASimulatorThatWasNeverOpened(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, _ store.Store) {
		d.Press("5")
		d.Wait(time.Second)
		d.Press("V")
		d.Wait(time.Second)
		d.Expect("Simulator", "Replayed through revision 1, as is what you open next", "Cart rescued")
	})
}
