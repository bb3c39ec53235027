package page

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

func TestAnyColorsOfACreativeAreLegible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		any := rapid.Custom(func(t *rapid.T) rgb { return 1<<24 | rgb(rapid.Uint32Range(0, 0xffffff).Draw(t, "rgb")) })
		th := theme.New(theme.Options{Profile: rapid.SampledFrom([]colorprofile.Profile{colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor}).Draw(t, "profile"),
			Light: rapid.Bool().Draw(t, "light")})
		i := ink{token: bodyLook, fg: any.Draw(t, "text"), bg: any.Draw(t, "ground")}
		if fg, bg := i.colors(th); contrast(fg, bg) < legible {
			t.Fatalf("contrast %.2f of %v on %v", contrast(fg, bg), fg, bg)
		}
	})
}

func TestALegibleColorIsKept(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{Profile: colorprofile.TrueColor})
	i := ink{token: bodyLook, fg: hex("#16302b"), bg: hex("#f4efe4")}
	if fg, bg := i.colors(th); rgbOf(fg) != i.fg || rgbOf(bg) != i.bg {
		t.Errorf("%v on %v", fg, bg)
	}
	if got := i.open(theme.New(theme.Options{NoColor: true})); i.own(theme.New(theme.Options{NoColor: true})) {
		t.Errorf("without color there are colors: %q", got)
	}
	if hex("#f4efe4").on(colorprofile.ANSI) != ansi.BrightWhite || hex("#ffd166").on(colorprofile.ANSI) == ansi.BrightWhite {
		t.Error("of 16 colors cream is no white, or amber is")
	}
	for _, s := range []string{"", "red", "#12", "#12345", "#gggggg", "transparent", "\x1b[31m"} {
		if hex(s) != 0 {
			t.Errorf("%q is a color", s)
		}
	}
	if hex("#fff") != white || hex("#000000") != black {
		t.Error("white and black are not read")
	}
}

func TestElementsStandInProportionToTheirPixels(t *testing.T) {
	t.Parallel()
	s := &Shown{Engagement: designed()}
	for _, b := range []bounds{{room: layout.Size{W: 76, H: 14}, least: 26, most: 38}, {room: layout.Size{W: 200, H: 50}, least: 26, most: 100}} {
		c := s.lay(b)
		if len(c.pieces) != 4 {
			t.Fatalf("%d pieces", len(c.pieces))
		}
		in := layout.Rect{W: c.w - 4, H: c.h - 2}
		for i, x := range c.pieces {
			if x.X < 0 || x.Y < 0 || x.X+x.W > in.W || x.Y+x.H > in.H {
				t.Errorf("%s leaves the card: %v in %v", x.Kind, x.Rect, in)
			}
			if got, want := x.X, x.Left*in.W/360; got != want {
				t.Errorf("%s stands at %d, want %d", x.Kind, got, want)
			}
			for _, o := range c.pieces[:i] {
				if !cut(x.Rect, o.Rect).Empty() {
					t.Errorf("%s %v lies over %s %v", x.Kind, x.Rect, o.Kind, o.Rect)
				}
			}
		}
	}
}

// A text that was placed where it does not fit is drawn below, never lost.
func TestNoWordAndNoButtonIsLostWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		px := rapid.IntRange(0, 500)
		e := &model.Engagement{ID: "e", Format: model.Overlay, Creative: model.Creative{Online: model.Face{Width: px.Draw(t, "w"), Height: px.Draw(t, "h")}}}
		words := []string{"Stuck with the order?", "A guide answers.", "Yes, help", "No"}
		for i, w := range words {
			k := model.Label
			if i >= 2 {
				k = model.Button
			}
			e.Creative.Online.Elements = append(e.Creative.Online.Elements,
				model.Element{Kind: k, Text: w, Left: px.Draw(t, "left"), Top: px.Draw(t, "top"), Width: px.Draw(t, "width"), Order: i})
		}
		c := (&Shown{Engagement: e}).lay(bounds{room: layout.Size{W: 60, H: 30}, least: 26, most: 40, more: "…"})
		var said []string
		for _, x := range c.pieces {
			said = append(said, strings.Join(x.lines, " "), says(&x.Element))
		}
		all := strings.Join(said, "|")
		for _, w := range words {
			if !strings.Contains(all, w) {
				t.Fatalf("%q is lost: %q", w, all)
			}
		}
	})
}

func TestHTMLIsReadForItsTextAndItsLinks(t *testing.T) {
	t.Parallel()
	labels, buttons := htmlElements(`<style>p{}</style><h2>News &amp; more</h2><p>Worth <b>knowing</b>.</p><script>alert(1)</script><a href="#">Read on</a><button>Later`)
	if len(labels) != 2 || labels[0].Text != "News & more" || labels[0].Heading != 2 || labels[1].Text != "Worth knowing ." {
		t.Errorf("labels %+v", labels)
	}
	if len(buttons) != 2 || buttons[0].Text != "Read on" || buttons[1].Text != "Later" {
		t.Errorf("buttons %+v", buttons)
	}
}

func TestFormatsOverlapInABrowsersOrder(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 40, H: 14}
	all := []model.Format{model.Overlay, model.Toaster, model.SlideOut, model.Sticky, model.PeelingCorner}
	for i, upper := range all {
		for _, lower := range all[i+1:] {
			for _, turned := range []bool{false, true} {
				v := cartView()
				a, b := Shown{Engagement: of(upper, model.Right, model.BottomRight), Expanded: true}, Shown{Engagement: of(lower, model.Right, model.BottomRight), Expanded: true}
				v.Shown = []Shown{a}
				alone := Draw(look(), size, v).Spots
				v.Shown = []Shown{a, b}
				if turned {
					v.Shown = []Shown{b, a}
				}
				spots := Draw(look(), size, v).Spots
				if len(spots) < len(alone) || len(alone) == 0 {
					t.Fatalf("%s over %s: %d spots, alone %d", upper, lower, len(spots), len(alone))
				}
				for j, s := range spots[len(spots)-len(alone):] { // the last drawn is on top
					if s != alone[j] {
						t.Errorf("%s lies over %s", lower, upper)
						break
					}
				}
			}
		}
	}
}

func TestASmallFormOpensAndTheLargeOneAnswers(t *testing.T) {
	t.Parallel()
	for _, f := range []model.Format{model.PeelingCorner, model.SlideOut} {
		for _, expanded := range []bool{false, true} {
			v := cartView()
			v.Shown = []Shown{{Engagement: of(f, model.Right, model.TopRight), Path: "c/e", Expanded: expanded}}
			d := Draw(look(), layout.Size{W: 78, H: 20}, v)
			opens, accepts := 0, 0
			for _, s := range d.Spots {
				if s.Opens {
					opens++
				}
				if s.Action == journey.Accept {
					accepts++
				}
			}
			if opens == 0 || (accepts > 0) != expanded {
				t.Errorf("%s, expanded %v: %d spots open it, %d accept", f, expanded, opens, accepts)
			}
		}
	}
}

func TestContentSaysWhereAClickLeads(t *testing.T) {
	t.Parallel()
	for _, f := range model.Formats() {
		e := of(f, model.Left, model.BottomLeft)
		e.Type, e.URL = model.Content, "https://www.shop.example/x/"
		v := cartView()
		v.Shown = []Shown{{Engagement: e, Expanded: true}}
		size := layout.Size{W: 100, H: 30}
		if got := ansi.Strip(Draw(look(), size, v).Rows.Join()); !strings.Contains(got, "→ shop.example/x") {
			t.Errorf("%s does not say where it leads:\n%s", f, got)
		}
		e.Type = model.Conversation
		if got := ansi.Strip(Draw(look(), size, v).Rows.Join()); strings.Contains(got, "→ shop") {
			t.Errorf("%s: a conversation leads elsewhere:\n%s", f, got)
		}
	}
}
