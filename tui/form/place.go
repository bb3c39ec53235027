package form

import (
	_ "embed"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"beckon/model"
	"beckon/tui/theme"
)

//go:embed zones.txt
var zoneNames string

//go:embed countries.txt
var countryNames string

// Zone is a time zone by its IANA name; enter lists them.
type Zone struct {
	// Default is what holds while none is given, as a hint.
	Default string
}

func (k Zone) stops(f *Form, at Field) []stop {
	if at.Width == 0 {
		at.Width = 36
	}
	return f.lineAt(at, syntax{hint: k.Default, listed: zones,
		parse: func(s string) (string, error) {
			if _, err := model.LoadZone(s); err != nil {
				return "", errors.New("want an IANA name such as Europe/Berlin; enter lists them")
			}
			return s, nil
		},
		open: func(_ string, take func(string)) tea.Cmd {
			f.pick("Time zone", "type a city", zones(), func(v string) tea.Cmd {
				take(v)
				return nil
			})
			return nil
		}})
}

// zones lists the zones by area.
var zones = sync.OnceValue(func() []Option {
	var out []Option
	for _, name := range strings.Fields(zoneNames) {
		area, _, _ := strings.Cut(name, "/")
		out = append(out, Option{Value: name, Title: strings.ReplaceAll(name, "_", " "), Group: area})
	}
	return out
})

// countries lists the countries of ISO 3166 by their English names.
var countries = sync.OnceValue(func() []Option {
	var out []Option
	for _, l := range strings.Split(strings.TrimSpace(countryNames), "\n") {
		code, name, _ := strings.Cut(l, " ")
		out = append(out, Option{Value: code, Title: name, Key: code})
	}
	slices.SortFunc(out, func(a, b Option) int { return strings.Compare(plainName(a.Title), plainName(b.Title)) })
	return out
})

// plainName is a name without its accents, as a list is searched by eye: the
// Åland Islands stand among those with an A.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

// Countries is a list of countries: enter lists them, a code or a name is
// typed.
func Countries() List {
	return List{Noun: "country", Hint: "code or name, or enter to choose", Options: countries,
		Title: func(code string) string {
			for _, o := range countries() {
				if strings.EqualFold(o.Value, code) {
					return o.Title
				}
			}
			return code
		},
		Parse: func(s string) (string, error) {
			for _, o := range countries() {
				if strings.EqualFold(o.Value, s) || strings.EqualFold(o.Title, s) {
					return o.Value, nil
				}
			}
			if len(s) == 2 {
				return "", errors.New("no country has this code; enter lists them")
			}
			return s, nil // as the source of the journeys names it
		}}
}

// Places is a list of regions or cities: free text, with what World.Suggest
// knows under the noun.
func Places(noun string, suggest func() []Option) List {
	return List{Noun: noun, Hint: "such as Berlin or DE/BE", Options: suggest}
}

// Color is a color of the form #rrggbb.
type Color struct {
	// Against is the color it has to be read on or under; its contrast is told.
	// Nil, or an empty color, tells none.
	Against func() string
	// Transparent allows "transparent".
	Transparent bool
	Hint        string
}

func (k Color) parse(s string) (string, error) {
	s = strings.ToLower(s)
	if k.Transparent && s == "transparent" {
		return s, nil
	}
	hex := strings.TrimPrefix(s, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	if _, ok := model.Contrast("#"+hex, "#000000"); !ok {
		if k.Transparent {
			return "", errors.New("want a color such as #1a73e8, or transparent")
		}
		return "", errors.New("want a color such as #1a73e8")
	}
	return "#" + hex, nil
}

func (k Color) stops(f *Form, at Field) []stop {
	hint := k.Hint
	if hint == "" {
		hint = "such as #1a2b3c"
	}
	if at.Width == 0 {
		at.Width = 44
		if k.Against == nil {
			at.Width = 20
		}
	}
	return f.lineAt(at, syntax{parse: k.parse, hint: hint, said: k.said, swatch: swatch})
}

// said tells the contrast. Below 4.5 text is hard to read.
func (k Color) said(s string) (string, theme.Token) {
	if k.Against == nil {
		return "", theme.Muted
	}
	other := k.Against()
	ratio, ok := model.Contrast(s, other)
	if !ok {
		return "", theme.Muted
	}
	said := "contrast " + decimal(ratio) + " on " + other
	if ratio < 4.5 {
		return said + ": low", theme.Warn
	}
	return said, theme.OK
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// swatch reads a color for the sign beside it.
func swatch(s string) (r, g, b uint8, ok bool) {
	hex, ok := strings.CutPrefix(s, "#")
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil || len(hex) != 6 {
		return 0, 0, 0, false
	}
	return uint8(n >> 16), uint8(n >> 8), uint8(n), true
}
