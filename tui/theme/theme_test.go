package theme

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Every pair of fore- and background keeps 4.5:1, as it arrives after the
// terminal's profile has reduced it, on the backgrounds that people use.
func TestEveryLookIsReadable(t *testing.T) {
	t.Parallel()
	grounds := map[bool][]color.Color{
		false: {color.Black, color.RGBA{0x1e, 0x1e, 0x1e, 255}, color.RGBA{0x28, 0x2c, 0x34, 255}},
		true:  {color.White, color.RGBA{0xfa, 0xf4, 0xe6, 255}, color.RGBA{0xf0, 0xf0, 0xf0, 255}},
	}
	for _, p := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		for _, light := range []bool{false, true} {
			o := Options{Light: light, Profile: p}
			for tok, l := range looks {
				fg, bg := l.fg.pick(o), l.bg.pick(o)
				if fg == nil && bg == nil {
					continue
				}
				if fg == nil {
					t.Errorf("%v light=%v token %d: a ground without a color on it", p, light, tok)
					continue
				}
				on := grounds[light]
				if p == colorprofile.ANSI {
					on = on[:1] // such terminals have a black or a white ground
				}
				if bg != nil {
					on = []color.Color{bg}
				}
				for _, g := range on {
					if c := contrast(p.Convert(fg), p.Convert(g)); bg != nil && c < 4.5 {
						t.Errorf("%v light=%v token %d: contrast %.2f on its own ground", p, light, tok, c)
					}
					if c := contrast(p.Convert(fg), g); bg == nil && c < 4.5 {
						t.Errorf("%v light=%v token %d: contrast %.2f on %v", p, light, tok, c, g)
					}
				}
			}
		}
	}
}

// Terminals of sixteen colors may draw bold as the brighter color, and have no
// shades for grounds: what is told by either has to be told otherwise.
func TestSixteenColorsTellWhatShadesTell(t *testing.T) {
	t.Parallel()
	for _, light := range []bool{false, true} {
		o := Options{Light: light, Profile: colorprofile.ANSI}
		th := New(o)
		ground := color.Color(color.Black)
		if light {
			ground = color.White
		}
		for tok, l := range looks {
			fg, bg := l.fg.number(o), l.bg.pick(o)
			if !th.Style(Token(tok)).GetBold() || fg < 0 || fg > 7 {
				continue
			}
			if bg == nil {
				bg = ground
			}
			if c := contrast(lipgloss.ANSIColor(fg+8), bg); c < 4.5 {
				t.Errorf("light=%v token %d: contrast %.2f where bold is brighter", light, tok, c)
			}
		}
		for _, pair := range [][2]Token{{Selection, Text}, {Selection, SelectionQuiet}, {SelectionQuiet, Text}, {Input, Text}, {Placeholder, Text}, {Input, Dialog},
			{TabActive, TabIdle}, {ButtonFocus, Button}, {Button, Dialog}, {Toast, Text}, {Warn, Danger}, {Danger, Text}, {BorderFocus, Border}, {Header, Text}} {
			if th.Paint(pair[0], "x") == th.Paint(pair[1], "x") {
				t.Errorf("light=%v: tokens %d and %d look the same in sixteen colors", light, pair[0], pair[1])
			}
		}
		for _, tok := range []Token{SelectionQuiet, Input, Placeholder, Toast, Button} {
			s := th.Style(tok)
			if bg := looks[tok].bg.number(o); !s.GetUnderline() && (bg == 0 && !light || bg == 15 && light) {
				t.Errorf("light=%v: the ground of token %d is that of the screen", light, tok)
			}
		}
	}
}

func TestWithoutColorOnlyAttributesAreLeft(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{NoColor: true, Profile: colorprofile.TrueColor}, {Profile: colorprofile.ASCII}, {Profile: colorprofile.NoTTY}} {
		th := New(o)
		for k := range tokens {
			if fg, bg := th.Style(k).GetForeground(), th.Style(k).GetBackground(); fmt.Sprint(fg, bg) != "{} {}" {
				t.Errorf("token %d has a color: %v on %v", k, fg, bg)
			}
		}
		for _, pair := range [][2]Token{{Selection, Text}, {Selection, SelectionQuiet}, {TabActive, TabIdle}, {ButtonFocus, Button}, {Danger, Text}, {BorderFocus, Border}, {Header, Text}} {
			if th.Paint(pair[0], "x") == th.Paint(pair[1], "x") {
				t.Errorf("tokens %d and %d look the same without color", pair[0], pair[1])
			}
		}
	}
}

func TestGlyphsAreOneCellEach(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]Glyphs{"unicode": unicode, "ascii": ascii} {
		v := reflect.ValueOf(set)
		var walk func(path string, v reflect.Value)
		walk = func(path string, v reflect.Value) {
			if v.Kind() == reflect.Struct {
				for i := range v.NumField() {
					walk(path+"."+v.Type().Field(i).Name, v.Field(i))
				}
				return
			}
			s := v.String()
			if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 || len([]rune(s)) != 1 {
				t.Errorf("%s%s: %q is not one cell", name, path, s)
			}
			for _, r := range s {
				if r >= 0x2800 && r <= 0x28ff || r >= 0xe000 && r <= 0xf8ff || r > 0xffff {
					t.Errorf("%s%s: %q is Braille, private or an emoji", name, path, s)
				}
				if name == "ascii" && r > 0x7e {
					t.Errorf("%s%s: %q is not ASCII", name, path, s)
				}
			}
		}
		walk("", v)
	}
}

func TestStatesDifferInTheirGlyphs(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]Glyphs{"unicode": unicode, "ascii": ascii} {
		for _, group := range [][]string{
			{g.Draft, g.Scheduled, g.Running, g.Outside, g.Paused, g.Ended},
			{g.Shown, g.Blocked, g.Waiting},
			{g.Play, g.Pause},
			{g.Rail, g.Event, g.Display, g.Goal, g.Head},
			{g.Box.V, g.BoxFocus.V}, {g.Box.H, g.BoxFocus.H}, {g.Closed, g.Opened},
		} {
			seen := map[string]bool{}
			for _, s := range group {
				if seen[s] {
					t.Errorf("%s: %q means two things in %q", name, s, group)
				}
				seen[s] = true
			}
		}
	}
}

func TestPaintGoesOnAfterALookInside(t *testing.T) {
	t.Parallel()
	th := New(Options{})
	inner := th.Paint(Danger, "b")
	got := th.Paint(Footer, "a"+inner+"c")
	want := th.open[Footer] + "a" + th.open[Danger] + "b" + reset + th.open[Footer] + "c" + reset
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := th.Over(Selection, "a"+inner); got != th.Paint(Selection, "ab") {
		t.Errorf("a look survived inside a selection: %q", got)
	}
	if ansi.Strip(th.Paint(Title, "plain")) != "plain" || th.Paint(Danger, "") != "" {
		t.Error("painting changed the text")
	}
}

func TestLooksAreToldApart(t *testing.T) {
	t.Parallel()
	seen := map[uint32]Options{}
	for _, p := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		for i := range 4 {
			o := New(Options{Profile: p, Light: i&1 > 0, ASCII: i&2 > 0}).Options()
			n := New(o).Look()
			if other, twice := seen[n]; twice {
				t.Errorf("%+v and %+v are one look", o, other)
			}
			seen[n] = o
		}
	}
}
