package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

// pond is a screen whose last rows are not to be covered, with something to
// say in the footer.
type pond struct{ *orchard }

func (pond) Kept() int { return 4 }

func (pond) Hints() []pane.Hint { return []pane.Hint{{ID: keymap.NextPane, Words: "reeds"}} }

func TestMessagesStandAboveWhatAScreenKeeps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		size layout.Size
		want int // messages seen at once
	}{{layout.Size{W: 80, H: 24}, 1}, {layout.Size{W: 120, H: 40}, 2}} {
		o := newOrchard("one", "Pond", 120)
		var r *app.Root
		tuitest.Run(t, tt.size, func() tea.Model {
			var err error
			if r, err = app.New(&app.Session{Now: time.Now}, pond{o}); err != nil {
				t.Fatal(err)
			}
			return r
		}, func(d *driver) {
			d.Expect(" tab reeds ")
			o.ses.Shell.Toast(widget.Warning, "the ice is thin")
			o.ses.Shell.Toast(widget.Failure, "the ice is gone")
			seen := 0
			for y, row := range r.Frame() {
				if strings.Contains(row, "the ice is") {
					seen++
					if y >= tt.size.H-1-4 {
						t.Errorf("%v: row %d is covered", tt.size, y)
					}
				}
			}
			if seen != tt.want {
				t.Errorf("%v: %d messages are seen, want %d", tt.size, seen, tt.want)
			}
			d.Press("?") // a dialog keeps its list, the screen its rows
			if !strings.Contains(d.Line(tt.size.H-1), "the ice is gone") {
				t.Errorf("%v: over a dialog the message is not in the last row", tt.size)
			}
		})
	}
}

func TestTheEnvironmentTellsTheBackgroundUntilTheTerminalAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		colors string
		light  bool
	}{{"0;15", true}, {"0;default;15", true}, {"0;7", true}, {"15;0", false}, {"7;8", false}, {"0;99", false}, {"15", false}, {"light;very", false}, {"", false}} {
		o := newOrchard("one", "Orchard", 3)
		tuitest.RunWith(t, tuitest.Options{Env: []string{"COLORFGBG=" + tt.colors}}, func() tea.Model {
			return newRoot(t, &app.Session{Now: time.Now}, o)
		}, func(d *driver) {
			if got := o.ses.Theme.Options().Light; got != tt.light {
				t.Errorf("%q is light: %v", tt.colors, got)
			}
			d.Message(tea.BackgroundColorMsg{Color: lipgloss.Color("#101010")})
			if o.ses.Theme.Options().Light {
				t.Errorf("%q: the terminal's answer does not count", tt.colors)
			}
		})
	}
}

func TestWhoAskedForALightBackgroundKeepsIt(t *testing.T) {
	t.Parallel()
	o := newOrchard("one", "Orchard", 3)
	tuitest.RunWith(t, tuitest.Options{Env: []string{"COLORFGBG=15;0"}}, func() tea.Model {
		return newRoot(t, &app.Session{Now: time.Now, Light: true}, o)
	}, func(d *driver) {
		d.Message(tea.BackgroundColorMsg{Color: lipgloss.Color("#101010")})
		if !o.ses.Theme.Options().Light {
			t.Error("it is dark")
		}
	})
}

func TestTheLogIsNamedWhereThereIsOne(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"", "/var/log/beckon.log"} {
		o := newOrchard("one", "Orchard", 3)
		tuitest.Run(t, design, func() tea.Model {
			return newRoot(t, &app.Session{Now: time.Now, LogAt: at}, o)
		}, func(d *driver) {
			o.ses.Shell.Fail("shaking the tree", errors.New("the ladder"))
			d.Press("down")
			if at == "" {
				d.ExpectNot("in the log")
			} else {
				d.Expect("E1 in the log")
			}
			d.Press(":")
			d.Type("where is the log")
			d.Press("enter")
			if at == "" {
				d.Expect("keeps no log")
			} else {
				d.Expect(at)
			}
		})
	}
}

func TestMessagesNameTheirClock(t *testing.T) {
	t.Parallel()
	r, o := still(t, look{})
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	o.ses.Shell.Toast(widget.Info, "ripe")
	r.Update(press("f9"))
	if got := ansi.Strip(r.Frame().Join()); !strings.Contains(got, "Times are in UTC.") || !strings.Contains(got, "10:15:00") {
		t.Errorf("no clock is named:\n%s", got)
	}
}

func TestAMessageThatIsCutSaysWhereAllOfItIs(t *testing.T) {
	t.Parallel()
	r, o := still(t, look{})
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	screen := func() string { return ansi.Strip(r.Frame().Join()) }
	o.ses.Shell.Fail("shaking", errors.New("shaking: the ladder is short"))
	if got := screen(); !strings.Contains(got, " shaking: the ladder is short ") || strings.Contains(got, "f9: all") {
		t.Errorf("one that fits:\n%s", got)
	}
	o.ses.Shell.Fail("shaking", fmt.Errorf("the tree %s: the ladder is broken", strings.Repeat("/orchard", 30)))
	if got := screen(); strings.Contains(got, "broken") || !strings.Contains(got, "… (f9: all of it) ") {
		t.Errorf("one that is cut:\n%s", got)
	}
	r.Update(press("f9"))
	if got := screen(); !strings.Contains(got, "the ladder is broken") {
		t.Errorf("all of it:\n%s", got)
	}
}

// refusal is an error that is no fault.
type refusal struct{ error }

func (refusal) Refusal() string {
	return "only publishers may shake the published tree; ana is an editor"
}

func TestARefusalIsSaidInFullAndIsNoFault(t *testing.T) {
	t.Parallel()
	o := newOrchard("one", "Orchard", 3)
	tuitest.Run(t, design, func() tea.Model {
		return newRoot(t, &app.Session{Now: time.Now, LogAt: "beckon.log"}, o)
	}, func(d *driver) {
		o.ses.Shell.Fail("shaking the tree", fmt.Errorf("writing to the store: %w", refusal{errors.New("no")}))
		d.Press("down")
		d.Expect("only publishers may shake the published tree; ana is an editor")
		d.ExpectNot("in the log", "writing to the store")
		o.ses.Shell.Fail("shaking the tree", errors.New("the ladder"))
		d.Press("up")
		d.Expect("E1 in the log")
	})
}

func TestASuccessTakesThePlaceOfTheFailureToDoTheSame(t *testing.T) {
	t.Parallel()
	r, o := still(t, look{})
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	screen := func() string { return ansi.Strip(r.Frame().Join()) }
	o.ses.Shell.Fail("shaking the tree", errors.New("the ladder is short"))
	o.ses.Shell.Fail("watering", errors.New("the well is dry"))
	o.ses.Shell.Done("picking", "Picked a pear.")
	if got := screen(); !strings.Contains(got, "the ladder is short") || !strings.Contains(got, "the well is dry") {
		t.Errorf("another action's failure is gone:\n%s", got)
	}
	o.ses.Shell.Done("shaking the tree", "Shaken.")
	if got := screen(); strings.Contains(got, "the ladder is short") || !strings.Contains(got, "the well is dry") || !strings.Contains(got, "Shaken.") {
		t.Errorf("after the tree was shaken:\n%s", got)
	}
	o.ses.Shell.Fail("watering", errors.New("the can leaks"))
	if got := screen(); strings.Contains(got, "the well is dry") || !strings.Contains(got, "the can leaks") {
		t.Errorf("after a second failure to water:\n%s", got)
	}
	r.Update(press("f9"))
	if got := screen(); !strings.Contains(got, "the ladder is short") || !strings.Contains(got, "the well is dry") {
		t.Errorf("what failed cannot be read any more:\n%s", got)
	}
}

func TestWorkThatEndsWithoutAFailureTakesThatOfTheLastTimeAway(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		o.ses.Shell.Fail("looking for pears", errors.New("too dark"))
		d.Press("down")
		d.Expect("too dark")
		d.Message(begin{"looking for apples", func(context.Context) tea.Msg { return fruits(nil) }})
		d.Expect("too dark")
		d.Message(begin{"looking for pears", func(context.Context) tea.Msg { return fruits(nil) }})
		d.ExpectNot("too dark")
	})
}

func TestTheFooterSaysWhereTheKeysAreThatItLeavesOut(t *testing.T) {
	t.Parallel()
	o := newOrchard("one", "Orchard", 3)
	tuitest.Run(t, layout.Size{W: 80, H: 24}, func() tea.Model {
		r, err := app.New(&app.Session{Now: time.Now}, pond{o})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}, func(d *driver) {
		footer := d.Line(23)
		if !strings.Contains(footer, "? help") || strings.Contains(footer, "? more") {
			t.Errorf("with room for all keys it says %q", footer)
		}
		d.Resize(layout.MinW, layout.MinH)
		if narrow := d.Line(layout.MinH - 1); !strings.Contains(narrow, "? more") || len(strings.Fields(narrow)) >= len(strings.Fields(footer)) {
			t.Errorf("where some are left out it says %q", narrow)
		}
	})
}

func TestTheFooterShowsNoKeysThatADialogTakes(t *testing.T) {
	t.Parallel()
	o := newOrchard("one", "Orchard", 3)
	tuitest.Run(t, layout.Size{W: 80, H: 24}, func() tea.Model { return newRoot(t, &app.Session{Now: time.Now}, o) }, func(d *driver) {
		before := d.Line(23)
		d.Press("?")
		if got := strings.TrimSpace(d.Line(23)); got != "" {
			t.Errorf("under a dialog it says %q", got)
		}
		d.Press("esc")
		if got := d.Line(23); got != before {
			t.Errorf("after it %q, before %q", got, before)
		}
	})
}
