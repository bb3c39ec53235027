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

// mistake is something wrong that an operator puts into a field of a campaign
// that is otherwise complete.
type mistake struct {
	name string
	step string // the number of the step
	make func(*tuitest.Driver)
	told []string // at the field
	kept string   // what stands there still
	// atOnce is what is told while the focus is there: it was not taken, and
	// nothing is wrong afterwards.
	atOnce bool
	item   bool // in a library item, which is asked about before it is left
}

// tabs goes to the field so many further, and takes away what is in it.
func tabs(d *tuitest.Driver, n int) {
	for range n {
		d.Press("tab")
	}
	d.Press("ctrl+u")
}

var mistakes = []mistake{
	{name: "a day that is not", step: "5", make: func(d *tuitest.Driver) { tabs(d, 1); d.Type("2026-02-30") }, told: []string{"✗"}, kept: "2026-02-30"},
	{name: "a day in words", step: "5", make: func(d *tuitest.Driver) { tabs(d, 1); d.Type("some Friday") }, told: []string{"✗ want a date"}, kept: "some Friday"},
	{name: "no first day", step: "5", make: func(d *tuitest.Driver) { tabs(d, 1) }, told: []string{"✗ no first day"}},
	{name: "an end before the start", step: "5", make: func(d *tuitest.Driver) { tabs(d, 2); d.Type("1999-12-31") }, told: []string{"✗"}, kept: "1999-12-31"},
	{name: "a zone that is not", step: "5", make: func(d *tuitest.Driver) { tabs(d, 3); d.Type("Berlin time") }, told: []string{"✗"}, kept: "Berlin time"},
	{name: "nearly all visitors held out", step: "5", make: func(d *tuitest.Driver) { tabs(d, 7); d.Type("95") }, told: []string{"✗"}, kept: "95"},
	{name: "a time that is none", step: "11", make: func(d *tuitest.Driver) { tabs(d, 1); d.Type("a while") }, told: []string{"✗"}, kept: "a while"},
	{name: "a name that is too long", step: "1", make: func(d *tuitest.Driver) { tabs(d, 0); d.Paste(strings.Repeat("long ", 80)) }, told: []string{"✗"}, kept: "long long"},
	{name: "a name of blanks", step: "1", make: func(d *tuitest.Driver) { tabs(d, 0); d.Type("   ") }, told: []string{"✗"}},
	{name: "shifts that overlap", step: "5", item: true, make: func(d *tuitest.Driver) {
		d.Press("tab", "tab", "tab", "tab", "right", "right", "tab", "enter")
		d.Type("Desk hours")
		d.Press("enter", "tab", "space", "tab", "ctrl+u")
		d.Type("8-12, 11-18")
	}, told: []string{"08:00-12:00 overlaps 11:00-18:00"}, kept: "8-12, 11-18"},
	{name: "an expression that does not compile", step: "10", item: true, make: func(d *tuitest.Driver) {
		d.Press("enter")
		d.Type("The cart")
		d.Press("enter", "enter", "shift+tab", "enter")
		d.Type("regular")
		d.Press("enter", "tab")
		d.Type("/(cart")
	}, told: []string{"✗", "missing closing )"}, kept: "/(cart"},
	{name: "control characters", step: "1", atOnce: true, make: func(d *tuitest.Driver) { d.Paste("gone\x07\x00") }, told: []string{"Not taken"}, kept: "Spring"},
	{name: "text that turns around", step: "1", atOnce: true, make: func(d *tuitest.Driver) { d.Paste("\u202egnirpS") }, told: []string{"RIGHT-TO-LEFT OVERRIDE"}, kept: "Spring"},
}

// spring is a complete campaign, in the last step.
func spring(d *tuitest.Driver) {
	h := &hands{Driver: d}
	h.press("n")
	h.typed("Spring")
	h.press("tab", "tab")
	h.typed("From the garden")
	h.press("f5")
	h.typed("goal")
	h.press("enter")
	h.fresh("Sales")
	h.press("enter", "f2", "ctrl+l")
	h.fresh("Everybody")
	h.press("f2", "ctrl+l", "enter", "enter", "ctrl+l")
	h.fresh("Desk")
	h.press("f2", "ctrl+l")
	h.fresh("Everywhere")
	h.press("f2", "ctrl+l")
	h.fresh("Always")
	h.press("f2", "ctrl+l")
	d.Expect("Nothing keeps it from being published")
}

// toStep goes to a step by its number.
func toStep(d *tuitest.Driver, number string) {
	d.Press("f5")
	d.Type(number)
	d.Press("enter")
}

func TestAMistakeIsToldWhereItIsMadeAndNothingElseIsLost(t *testing.T) {
	t.Parallel()
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			driveOn(t, layout.Size{W: 80, H: 24}, false, func(d *tuitest.Driver, _ store.Store) {
				spring(d)
				toStep(d, m.step)
				m.make(d)
				if m.atOnce {
					d.Expect(m.told...)
				}
				d.Press("shift+tab")
				if m.item {
					d.Expect(append(m.told, m.kept)...)
					d.Press("f2")
					d.Expect("without it?", "cannot be read")
					d.Press("n")
					d.Expect(append(m.told, m.kept)...) // and at it again
					return
				}
				toStep(d, m.step)
				if !m.atOnce {
					d.Expect(m.told...)
				}
				d.Expect(m.kept)
				toStep(d, "12")
				if m.atOnce {
					d.Expect("Nothing keeps it from being published")
				} else {
					d.Expect("1 error to mend before it can be published")
					d.Press("p")
					d.Expect("Publish: 1 ")
					d.Press("down", "enter") // leads to it
					d.Expect(append(m.told, m.kept)...)
				}
				toStep(d, "1")
				d.Expect("From the garden")
			})
		})
	}
}

func TestWideAndRightToLeftTextIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"春の帐篷", "מבצע אביב", "Été à l’air 👩\u200d👧"} {
		driveOn(t, layout.Size{W: 80, H: 24}, false, func(d *tuitest.Driver, s store.Store) {
			d.Press("n")
			d.Paste(name)
			d.Press("f2")
			d.Wait(time.Second)
			c, err := storedCatalog(context.Background(), s, 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Campaigns) != 1 || c.Campaigns[0].Name != name {
				t.Errorf("%q is written as %+v\n%s", name, c.Campaigns, d.Screen())
			}
			for y, line := range strings.Split(d.Screen(), "\n") {
				if y > 2 && y < 22 && !strings.HasSuffix(line, "┃") && !strings.HasSuffix(line, "┓") && !strings.HasSuffix(line, "┛") {
					t.Errorf("line %d is out of line: %q", y, line)
				}
			}
		})
	}
}
