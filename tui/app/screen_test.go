package app_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

type look = theme.Options

func press(key string) tea.KeyPressMsg {
	switch key {
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "f9":
		return tea.KeyPressMsg{Code: tea.KeyF9}
	case "pgdown":
		return tea.KeyPressMsg{Code: tea.KeyPgDown}
	}
	return tea.KeyPressMsg{Code: rune(key[0]), Text: key}
}

// states are the ways to reach each kind of picture.
var states = map[string][]string{
	"list": nil, "filter": {"/", "0", "1"}, "palette": {":", "c"}, "help": {"?"}, "confirm": {"y"}, "note": {"n", "h", "i"},
	"toast": {"x", "e", "x", "e"}, "messages": {"x", "e", "f9"}, "plain": {"3"},
}

func TestEveryPictureIsExactAtAnySize(t *testing.T) {
	t.Parallel()
	for name, keys := range states {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				o := look{NoColor: rapid.Bool().Draw(rt, "no color"), Light: rapid.Bool().Draw(rt, "light"), ASCII: rapid.Bool().Draw(rt, "ascii")}
				r, _ := still(t, o)
				r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
				for _, k := range keys {
					r.Update(press(k))
				}
				w, h := rapid.IntRange(1, 300).Draw(rt, "w"), rapid.IntRange(1, 100).Draw(rt, "h")
				r.Update(tea.WindowSizeMsg{Width: w, Height: h})
				if err := frame.Check(r.Frame(), w, h); err != nil {
					rt.Fatal(err)
				}
			})
		})
	}
}

func TestAMessageThatIsNotSeenDrawsNothing(t *testing.T) {
	t.Parallel()
	r, o := still(t, look{})
	r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	before := r.View().Content
	o.title = "Meadow" // without a message
	r.Update(pane.Waiting{})
	if r.View().Content != before {
		t.Error("a command that begins to wait draws the frame anew")
	}
	r.Update(struct{}{})
	after := r.View().Content
	if after == before {
		t.Error("a message that a screen may know draws nothing")
	}
	r.Update(press("down"))
	r.Update(pane.Waiting{})
	if r.View().Content == after {
		t.Error("what was not drawn yet is lost behind a message that is not seen")
	}
}

func TestAStormOfResizesAndKeysNeverPanics(t *testing.T) {
	t.Parallel()
	r, _ := still(t, look{})
	rnd := rand.New(rand.NewPCG(1, 2))
	keys := []string{"down", "esc", "enter", "/", ":", "?", "y", "n", "x", "e", "1", "2", "3", "pgdown", "a", "f9"}
	for i := range 400 {
		w, h := 1+rnd.IntN(300), 1+rnd.IntN(100)
		r.Update(tea.WindowSizeMsg{Width: w, Height: h})
		r.Update(press(keys[rnd.IntN(len(keys))]))
		r.Update(tea.MouseClickMsg{X: rnd.IntN(w), Y: rnd.IntN(h), Button: tea.MouseLeft})
		r.Update(tea.MouseWheelMsg{X: rnd.IntN(w), Y: rnd.IntN(h), Button: tea.MouseWheelDown})
		r.View()
		if err := frame.Check(r.Frame(), w, h); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
}

func TestHostileSizesAreClamped(t *testing.T) {
	t.Parallel()
	r, _ := still(t, look{})
	for _, s := range []layout.Size{{W: -1, H: -1}, {}, {W: 1 << 30, H: 1 << 30}} {
		r.Update(tea.WindowSizeMsg{Width: s.W, Height: s.H})
		if rows := r.Frame(); len(rows) > 200 {
			t.Errorf("%v: %d rows", s, len(rows))
		}
	}
}

func TestGoldenScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{{W: 40, H: 10}, {W: 60, H: 15}, {W: 80, H: 24}, {W: 120, H: 40}} {
		r, _ := still(t, look{})
		r.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
		tuitest.Golden(t, fmt.Sprintf("list-%dx%d", size.W, size.H), size, r.Frame())
	}
	for _, name := range []string{"filter", "palette", "help", "confirm", "toast"} {
		r, _ := still(t, look{})
		r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		for _, k := range states[name] {
			r.Update(press(k))
		}
		tuitest.Golden(t, name+"-80x24", layout.Size{W: 80, H: 24}, r.Frame())
	}
	for name, o := range map[string]look{"ascii": {ASCII: true}, "nocolor": {NoColor: true}, "light": {Light: true}, "dark": {}} {
		r, _ := still(t, o)
		r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		r.Update(press("y"))
		tuitest.GoldenLooks(t, "looks-"+name, layout.Size{W: 80, H: 24}, r.Frame())
	}
}

func TestTheASCIIGlyphsAreASCII(t *testing.T) {
	t.Parallel()
	for name, keys := range states {
		r, _ := still(t, look{ASCII: true})
		r.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		for _, k := range keys {
			r.Update(press(k))
		}
		for i, line := range r.Frame() {
			for _, c := range line {
				if c > 0x7e && c != '␛' && c != '␇' { // how hostile text is shown
					t.Fatalf("%s: row %d has %q", name, i, c)
				}
			}
		}
	}
}
