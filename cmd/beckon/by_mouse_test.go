package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// pointer uses the console with the mouse; text alone is typed.
type pointer struct {
	*tuitest.Driver
	clicks int
}

// on clicks the first place where each text stands.
func (p *pointer) on(texts ...string) {
	p.T.Helper()
	for _, s := range texts {
		p.clicks++
		p.ClickText(s)
	}
}

// hint clicks hints of the footer.
func (p *pointer) hint(words ...string) {
	p.T.Helper()
	for _, s := range words {
		lines := strings.Split(p.Screen(), "\n")
		x := strings.Index(lines[len(lines)-1], s)
		if x < 0 {
			p.T.Fatalf("the footer has no %q:\n%s", s, p.Screen())
		}
		p.clicks++
		p.Click(x, len(lines)-1)
	}
}

// fresh makes a library item of a name, by the place that stands for it.
func (p *pointer) fresh(place, kind, name string) {
	p.T.Helper()
	p.on(place)
	p.Type(name)
	p.on("Add new " + kind + ": " + name)
}

// publish goes to the last step, publishes, and shows it at work on a file.
func (p *pointer) publish(name, journey, shows string) {
	p.T.Helper()
	file := filepath.Join(p.T.TempDir(), "v.jsonl")
	if err := os.WriteFile(file, []byte(journey+"\n"), 0o600); err != nil {
		p.T.Fatal(err)
	}
	p.Wait(time.Second)
	p.hint("publish")
	p.on("Publish (y)")
	p.Wait(time.Second)
	p.Expect(name + " is published")
	p.hint("at work")
	p.Wait(time.Second)
	p.on("for a file")
	p.Type(file)
	p.on("enter: done")
	p.Wait(time.Second)
	p.Expect(shows)
	p.T.Logf("%s: %d clicks", name, p.clicks)
}

func TestACampaignIsMadeFromNothingWithTheMouse(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}, {W: 160, H: 50}} {
		driveOn(t, size, false, func(d *tuitest.Driver, _ store.Store) {
			p := &pointer{Driver: d}
			p.hint("new")
			d.Type("First time visitors")
			p.hint("next")
			p.fresh("choose", "goal", "Looks around")
			p.on("Page views", "Page views")
			p.hint("take it")
			p.hint("next")
			p.fresh("add audience", "audience", "Newcomers")
			p.on("+ add a condition")
			d.Type("new or")
			p.on("New or returning")
			p.hint("take it")
			p.hint("next")
			p.on("No engagements yet")
			p.hint("format", "format", "type", "type")
			p.on("toaster  ")
			p.hint("next")
			p.on("https://")
			d.Type("https://shop.example/first-tour")
			p.hint("next")
			p.fresh("add entry point", "entry point", "Everywhere")
			p.hint("take it", "next")
			p.fresh("add behavior", "behavior", "Second page")
			p.on("+ add a condition")
			d.Type("pages viewed")
			p.on("Pages viewed")
			d.Type("2")
			p.hint("take it", "next")
			p.publish("First time visitors", wholes[2].journey, wholes[2].shows[0])
		})
	}
}

func TestACampaignWithAScheduleIsMadeWithTheMouse(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}} {
		driveOn(t, size, false, func(d *tuitest.Driver, _ store.Store) {
			p := &pointer{Driver: d}
			p.hint("new")
			d.Type("Bill payments")
			p.hint("next")
			p.fresh("choose", "goal", "Bills settled")
			d.Wheel(30, 12, 1)
			p.on("Service: a status", "Service: a status")
			p.hint("take it", "next")
			p.fresh("add audience", "audience", "Customers")
			p.on("+ add a condition")
			d.Type("returning")
			p.on("New or returning", ") returning")
			p.hint("take it")
			p.on(") a schedule")
			p.fresh("choose", "schedule", "Billing desk")
			p.on("all hours", "custom", "custom") // Monday
			p.on("09:00-17:00")
			d.Press("end", "ctrl+u") // a click puts the caret where it points
			d.Type("8-18")
			p.on("Name*")
			d.Expect("08:00-18:00")
			p.hint("take it")
			p.hint("next", "add", "format", "type")
			p.on("overlay  ")
			p.hint("next")
			p.fresh("choose", "window", "Billing desk")
			p.hint("take it")
			p.on(") chat")
			p.hint("next")
			p.fresh("add entry point", "entry point", "Bills")
			p.on("+ add a page rule")
			d.Type("/account/bills")
			p.hint("take it", "next")
			p.fresh("add behavior", "behavior", "Lingers over the bill")
			p.on("+ add a condition")
			d.Type("time on page")
			p.on("Time on page")
			d.Type("20")
			p.hint("take it", "next")
			p.publish("Bill payments", wholes[1].journey, wholes[1].shows[0])
		})
	}
}
