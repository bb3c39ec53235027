package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

var design = layout.Size{W: 80, H: 24}

type driver = tuitest.Driver

func TestTheShellStandsAroundTheScreen(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Expect("1 Orchard", "2 Meadow", "3 Plain", "ana", "Orchard › spring", "› north", "120 fruits", "fruit 000", "? help", "q quit")
		if !strings.Contains(d.Title(), "Orchard") {
			t.Errorf("title %q", d.Title())
		}
		d.Press("2")
		d.Expect("3 fruits")
		d.Press("1", "down", "j")
		if f, _ := o.table.Selected(); f.name != "fruit 002" {
			t.Errorf("selected %q", f.name)
		}
		if len(o.paused) != 2 || !o.paused[0] || o.paused[1] {
			t.Errorf("hidden and shown again: %v", o.paused)
		}
	})
}

func TestEveryKeyOfTheFooterDoesWhatItSays(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		footer := d.Line(23)
		for _, a := range o.ses.Keys.Footer("one", 7, nil) {
			if o.Disabled(a.ID) != "" {
				if strings.Contains(footer, a.Hint) {
					t.Errorf("the footer shows %q, which cannot be done now", a.Hint)
				}
				continue
			}
			if !strings.Contains(footer, a.Label()+" "+a.Hint) {
				t.Errorf("the footer lacks %q: %q", a.Hint, footer)
			}
			if got, _ := o.ses.Keys.Resolve("one", a.Keys[0]); got.ID != a.ID {
				t.Errorf("%s does %s, not %s", a.Keys[0], got.ID, a.ID)
			}
		}
	})
}

func TestTheFilterNarrowsCountsAndLetsGo(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Press("down", "down", "/")
		d.Type("01")
		d.Expect("12/120")
		if _, y, visible := d.Cursor(); y != 23 || !visible {
			t.Errorf("the cursor is not in the filter: row %d", y)
		}
		d.Press("backspace", "backspace")
		d.Type("q7") // q is typed, it does not quit
		d.Expect("0/120", "Nothing matches")
		d.Press("esc")
		d.Expect("120 fruits")
		d.ExpectNot("/120")
		if f, _ := o.table.Selected(); f.name != "fruit 002" {
			t.Errorf("the selection is lost: %q", f.name)
		}
		d.Press("/")
		d.Type("099")
		d.Press("enter")
		d.Expect("/099 1/120")
		d.Press("esc")
		d.ExpectNot("/099")
	})
}

// A slow line brings two presses in one piece, which reads as alt+esc.
func TestEscPressedTwiceIsTwoHoweverItComes(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, _ *orchard, _ *app.Root) {
		d.Press("/")
		d.Type("09")
		d.Press("enter")
		d.Expect("/09")
		d.Press(":")
		d.Expect("Commands")
		d.Send("\x1b\x1b")
		d.ExpectNot("Commands")
		d.ExpectNot("/09")
	})
}

func TestThePaletteFindsShowsTheKeyAndRuns(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Press(":")
		d.Type("cutd")
		d.Expect("Commands", "Cut down !", "y ")
		d.Press("enter")
		d.Expect("Cut fruit 000?", "Cut (y)")
		d.Press("y")
		if o.cut != 1 {
			t.Errorf("cut %d", o.cut)
		}
		d.Press("ctrl+p")
		d.Type("graft")
		d.Expect("Not now: no knife at hand")
		d.Press("enter")
		d.Expect("Not now")
	})
}

func TestThePaletteListsExactlyTheActionsOfTheScope(t *testing.T) {
	t.Parallel()
	r, o := still(t, look{})
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	for _, make := range []func(*keymap.Map, string, func(keymap.ID) string, func(keymap.ID) tea.Cmd) *dialog.Picker{dialog.NewPalette, dialog.NewHelp} {
		p := make(o.ses.Keys, "one", o.Disabled, nil)
		want := o.ses.Keys.Actions("one")
		if len(p.Items) != len(want) {
			t.Fatalf("%d items for %d actions", len(p.Items), len(want))
		}
		for i, a := range want {
			if p.Items[i].Value != a.ID || p.Items[i].Disabled != o.Disabled(a.ID) {
				t.Errorf("item %d is %+v, want %s", i, p.Items[i], a.ID)
			}
		}
	}
}

func TestHelpIsSearchedAndRuns(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Press("?")
		d.Expect("Keys", "Orchard", "Cut down", "Destroys the selected fruit.")
		d.Type("note")
		d.Press("enter")
		if !o.typing {
			t.Error("the action did not run")
		}
	})
}

func TestADisabledActionSaysWhy(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Press("x")
		d.Expect("Graft: no knife at hand")
		d.Wait(10 * time.Second)
		d.ExpectNot("no knife")
		d.Press("3", "/")
		d.Expect("Filter the list: there is no list here")
	})
}

func TestTheSameKeyTwiceNeverDestroys(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Press("y", "y", "y")
		if o.cut != 0 {
			t.Fatalf("cut %d", o.cut)
		}
		d.Expect("Cut (o)")
		d.Press("enter")
		d.ExpectNot("Cut fruit")
		if o.cut != 0 {
			t.Fatal("the default answer is not No")
		}
		d.Press("y", "right", "enter")
		if o.cut != 1 {
			t.Fatalf("cut %d", o.cut)
		}
	})
}

func TestEscNeverDestroysAndNeverLeaves(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		o.unsaved = true
		for _, k := range []string{"esc", "y", "esc", "/", "esc", ":", "esc", "?", "esc", "n", "esc", "q", "esc", "f9", "esc", "esc", "esc"} {
			d.Press(k)
		}
		if o.cut != 0 || d.Ended() || o.typing {
			t.Errorf("cut %d, ended %v, typing %v", o.cut, d.Ended(), o.typing)
		}
	})
}

func TestQuitAsksWhileSomethingIsUnsaved(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		o.unsaved = true
		d.Press("q")
		d.Expect("Quit without saving?", "Orchard: the note is not saved.", "Orchard *")
		d.Press("enter")
		if d.Ended() {
			t.Fatal("left although the answer was No")
		}
		o.unsaved = false
		d.Press("q")
		if !d.Ended() || d.Err() != nil {
			t.Errorf("ended %v, %v", d.Ended(), d.Err())
		}
	})
}

func TestCtrlCTwiceLeavesFromAnywhere(t *testing.T) {
	t.Parallel()
	for _, before := range [][]string{nil, {"n"}, {":"}, {"y"}, {"/"}, {"?"}} {
		run(t, design, func(d *driver, o *orchard, _ *app.Root) {
			o.unsaved = true
			d.Press(before...)
			d.Press("ctrl+c")
			d.Expect("ctrl+c again")
			d.Wait(3 * time.Second)
			d.Press("ctrl+c")
			if d.Ended() {
				t.Fatalf("after %v: two presses far apart are not twice", before)
			}
			d.Press("ctrl+c")
			if !d.Ended() {
				t.Fatalf("after %v: did not leave", before)
			}
		})
	}
}

func TestAPasteIntoAListRunsNoKeys(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Paste("yoyoq\r\nqqq2")
		d.Expect("120 fruits")
		if o.cut != 0 || d.Ended() {
			t.Fatal("the paste ran keys")
		}
		d.Press("n")
		d.Paste("one\ntwo\r\nthree")
		if got := o.note.Value(); got != "one two three" {
			t.Errorf("note %q", got)
		}
		d.Expect("one two three")
	})
}

func TestKeysAreTypedWhereTextIsTyped(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.Press("n")
		d.Type("q?:/y2")
		if o.note.Value() != "q?:/y2" || d.Ended() {
			t.Errorf("note %q", o.note.Value())
		}
		x, y, visible := d.Cursor()
		if x != 6 || y != 22 || !visible {
			t.Errorf("cursor at %d,%d visible %v", x, y, visible)
		}
		d.Press("esc")
		if _, _, visible := d.Cursor(); visible {
			t.Error("the cursor is seen although nothing is typed")
		}
	})
}

func TestTheMouseSelectsOpensScrollsAndStaysOutsideDialogs(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		d.ClickText("fruit 004")
		if f, _ := o.table.Selected(); f.name != "fruit 004" {
			t.Errorf("selected %q", f.name)
		}
		d.Wheel(10, 10, 2)
		if f, _ := o.table.Selected(); f.name != "fruit 010" {
			t.Errorf("after the wheel %q", f.name)
		}
		d.ClickText("2 Meadow")
		d.Expect("3 fruits")
		d.ClickText("1 Orchard")
		d.ClickText("n note")
		if !o.typing {
			t.Error("the footer does not answer the mouse")
		}
		d.Press("esc", "y")
		d.Click(2, 4)
		d.ClickText("2 Meadow")
		d.Expect("Cut fruit 010?")
		if f, _ := o.table.Selected(); f.name != "fruit 010" {
			t.Error("a click went through the dialog")
		}
		d.ClickText("Cut (o)")
		if o.cut != 1 {
			t.Error("the button does not answer the mouse")
		}
	})
}

func TestTheMouseCanBeGivenBack(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, _ *orchard, _ *app.Root) {
		if !strings.Contains(d.Sent(), "\x1b[?1002h") {
			t.Error("the mouse is not asked for")
		}
		d.Press("f8")
		if !strings.Contains(d.Sent(), "\x1b[?1002l") {
			t.Error("the mouse is not given back")
		}
	})
}

func TestADialogThatOpensByItselfIgnoresKeysInFlight(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		cut := 0
		d.Message(&dialog.Confirm{Title: "Another operator changed this", Yes: "Reload", Then: func() tea.Cmd { cut++; return nil }})
		d.Press("y")
		d.Press("enter")
		d.Expect("Another operator")
		if cut != 0 {
			t.Fatal("a key in flight answered")
		}
		d.Wait(time.Second)
		d.Press("y")
		if cut != 1 {
			t.Fatal("a key after a pause did not answer")
		}
	})
}

func TestLightAndDarkFollowTheTerminal(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, _ *app.Root) {
		if o.ses.Theme.Options().Light {
			t.Fatal("light at first")
		}
		d.Send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
		if !o.ses.Theme.Options().Light {
			t.Error("the light background was not taken")
		}
		d.Message(tea.BackgroundColorMsg{Color: lipgloss.Color("#101010")})
		if o.ses.Theme.Options().Light {
			t.Error("the dark background was not taken")
		}
	})
}

func TestNoColorIsAnyValue(t *testing.T) {
	t.Parallel()
	o := newOrchard("one", "Orchard", 3)
	tuitest.RunWith(t, tuitest.Options{Env: []string{"NO_COLOR=yes"}}, func() tea.Model {
		return newRoot(t, &app.Session{Now: time.Now}, o)
	}, func(d *driver) {
		d.Sent()
		d.Press("ctrl+r", "2")
		for _, seq := range []string{"\x1b[38;", "\x1b[48;", ";38;5", ";48;5"} {
			if s := d.Sent(); strings.Contains(s, seq) {
				t.Errorf("colors in %q", s)
			}
		}
	})
}

func TestIdleSendsNothing(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, _ *orchard, _ *app.Root) {
		d.Press("down", "x")
		d.Wait(time.Minute) // the message goes
		d.Sent()
		d.Wait(time.Minute)
		if s := d.Sent(); s != "" {
			t.Errorf("%d bytes in an idle minute: %q", len(s), s)
		}
	})
}

func TestOneChangedLineIsFewBytes(t *testing.T) {
	t.Parallel()
	run(t, layout.Size{W: 120, H: 40}, func(d *driver, o *orchard, _ *app.Root) {
		list := o.table.Items()
		d.Sent()
		const frames = 20
		for i := range frames {
			changed := append(fruits{}, list...)
			changed[5].price = 10 + i
			d.Message(changed)
		}
		if n := len(d.Sent()) / frames; n >= 100 {
			t.Errorf("%d bytes a frame for one changed line", n)
		}
	})
}

func TestRedrawDrawsEverything(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, _ *orchard, _ *app.Root) {
		d.Sent()
		d.Press("ctrl+r")
		if n := len(d.Sent()); n < 500 {
			t.Errorf("only %d bytes", n)
		}
		d.Expect("fruit 000")
	})
}

func TestFailuresAreToldAndKeptReadable(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, _ *orchard, _ *app.Root) {
		d.Press("e")
		d.Expect("shaking the tree: the ladder")
		if d.Title() == "stolen" {
			t.Fatal("an error set the title")
		}
		d.Wait(time.Minute)
		d.ExpectNot("shaking")
		d.Press("f9")
		d.Expect("Messages", "shaking the tree")
	})
}

func TestAScreenHandsOverToAnother(t *testing.T) {
	t.Parallel()
	r, o := still(t, look{})
	r.Show("two", nil)
	r.Show("one", 42)
	if o.got != 42 {
		t.Errorf("got %v", o.got)
	}
}

func TestContradictingKeysAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := app.New(&app.Session{Now: time.Now}, newOrchard("one", "A", 0), newOrchard("one", "B", 0)); err == nil {
		t.Error("two screens of one name are accepted")
	}
	if _, err := app.New(&app.Session{}, newOrchard("one", "A", 0)); err == nil {
		t.Error("a session without a clock is accepted")
	}
	if _, err := app.New(&app.Session{Now: time.Now}); err == nil {
		t.Error("a console without a screen is accepted")
	}
}

func TestLongWorkIsShownAndCanBeCanceled(t *testing.T) {
	t.Parallel()
	run(t, design, func(d *driver, o *orchard, r *app.Root) {
		work := func(takes time.Duration) func(context.Context) tea.Msg {
			return func(ctx context.Context) tea.Msg {
				select {
				case <-time.After(takes):
					return fruits{{"harvest", 1}}
				case <-ctx.Done():
					return fruits{{"windfall", 1}}
				}
			}
		}
		d.Message(begin{"harvesting", work(250 * time.Millisecond)})
		d.ExpectNot("harvesting")
		d.Wait(time.Second)
		d.Expect("1 fruits", "harvest")
		d.Message(begin{"harvesting", work(time.Hour)})
		d.Wait(time.Second)
		d.Expect("harvesting… esc: cancel")
		d.Press("esc")
		d.Expect("Canceled: harvesting.", "windfall")
		d.ExpectNot("esc: cancel")
	})
}
