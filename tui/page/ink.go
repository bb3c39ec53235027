package page

import (
	"image/color"
	"math"
	"strconv"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"beckon/tui/theme"
)

// ink is how a cell looks: like a token of the theme, or in colors that a
// creative or a window brings along. Where the terminal has no color, the
// token alone counts.
type ink struct {
	token  theme.Token
	fg, bg rgb // 0 leaves the token's
	bold   bool
	behind bool // dimmed: what lies behind a light box need not be legible
}

// is makes the ink of a token.
func is(t theme.Token) ink { return ink{token: t} }

// rgb is a color, or none: 1<<24 and eight bits each of red, green, blue.
type rgb uint32

// hex reads #rrggbb and #rgb; anything else is no color.
func hex(s string) rgb {
	if len(s) == 4 && s[0] == '#' {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	if len(s) != 7 || s[0] != '#' {
		return 0
	}
	n, err := strconv.ParseUint(s[1:], 16, 24)
	if err != nil {
		return 0
	}
	return 1<<24 | rgb(n)
}

// rgbOf is a color of the theme.
func rgbOf(c color.Color) rgb {
	if c == nil {
		return 0
	}
	if _, none := c.(lipgloss.NoColor); none {
		return 0
	}
	r, g, b, _ := c.RGBA()
	return 1<<24 | rgb(r>>8)<<16 | rgb(g>>8)<<8 | rgb(b>>8)
}

func (c rgb) color() color.Color {
	return color.RGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 255}
}

// pale is the difference of a color's parts up to which it counts as a gray.
const pale = 40

// on is the color as a terminal of the profile shows it. Of 16 colors a pale
// one becomes a gray and not the nearest bright color: cream is no yellow.
func (c rgb) on(p colorprofile.Profile) color.Color {
	r, g, b := int(c>>16&255), int(c>>8&255), int(c&255)
	if p != colorprofile.ANSI || max(r, g, b)-min(r, g, b) > pale {
		return p.Convert(c.color())
	}
	switch level := (r + g + b) / 3; {
	case level < 64:
		return ansi.Black
	case level < 160:
		return ansi.BrightBlack
	case level < 224:
		return ansi.White
	}
	return ansi.BrightWhite
}

// toward mixes two colors: part 0 is the first, 1 the other.
func (c rgb) toward(to rgb, part float64) rgb {
	mix := func(shift uint) rgb {
		a, b := float64(c>>shift&255), float64(to>>shift&255)
		return rgb(math.Round(a+(b-a)*part)) << shift
	}
	return 1<<24 | mix(16) | mix(8) | mix(0)
}

const (
	black rgb = 1 << 24
	white rgb = 1<<24 | 0xffffff
)

// legible is the least contrast of a text with its ground that everybody can
// read.
const legible = 4.5

// luminance and contrast are those of WCAG 2.
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

// own tells whether the ink has colors of its own and they are to be seen.
func (i ink) own(th *theme.Theme) bool {
	return (i.fg != 0 || i.bg != 0) && !th.Options().NoColor
}

// colors gives an ink's two colors as they arrive on the terminal. A text that
// its designer, or the terminal's few colors, made illegible becomes black or
// white.
func (i ink) colors(th *theme.Theme) (fg, bg color.Color) {
	p := th.Options().Profile
	style := th.Style(i.token)
	f, b := i.fg, i.bg
	if f == 0 {
		f = rgbOf(style.GetForeground())
	}
	if b == 0 {
		b = rgbOf(style.GetBackground())
	}
	if b == 0 { // on the terminal's own ground nothing is known of contrast
		return f.on(p), nil
	}
	fg, bg = f.on(p), b.on(p)
	if !i.behind && contrast(fg, bg) < legible {
		dark, bright := black.on(p), white.on(p)
		fg = dark
		if contrast(bright, bg) > contrast(dark, bg) {
			fg = bright
		}
	}
	return fg, bg
}

// open is what turns the ink on.
func (i ink) open(th *theme.Theme) string {
	fg, bg := i.colors(th)
	s := ansi.NewStyle()
	if i.bold || th.Style(i.token).GetBold() {
		s = s.Bold()
	}
	s = s.ForegroundColor(fg)
	if bg != nil {
		s = s.BackgroundColor(bg)
	}
	return s.String()
}

// shaded is the ink of a cell once a part of a light box's shade lies on it.
func (i ink) shaded(th *theme.Theme, part float64) ink {
	style := th.Style(i.token)
	if i.fg == 0 {
		i.fg = rgbOf(style.GetForeground())
	}
	if i.bg == 0 {
		i.bg = rgbOf(style.GetBackground())
	}
	if i.fg != 0 {
		dark := part
		if i.bg != 0 && luminance(i.fg.color()) > luminance(i.bg.color()) {
			dark *= shade // a light text stays lighter than its ground
		}
		i.fg = i.fg.toward(black, dark)
	}
	if i.bg != 0 {
		i.bg = i.bg.toward(black, part*shade)
	}
	i.bold, i.behind, i.token = false, true, theme.Page
	return i
}

// shade is how dark a light box makes a white page.
const shade = 0.55
