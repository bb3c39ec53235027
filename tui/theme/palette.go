package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// shade is one color in the four surroundings; -1 leaves the terminal's own.
// The numbers are the terminal's color indexes.
type shade struct{ dark, light, dark16, light16 int }

// look is how a token appears: colors where there are any, and attributes
// that are the same with and without color, or stand in for color.
type look struct {
	fg, bg    shade
	bold      bool
	underline bool
	// Without color these tell the token apart.
	plainBold, plainReverse, plainUnderline, plainFaint bool
}

var none = shade{-1, -1, -1, -1}

var (
	muted  = shade{248, 240, 7, 0}
	accent = shade{117, 25, 14, 4}
	green  = shade{114, 22, 10, 0}
	amber  = shade{221, 94, 11, 0}
	red    = shade{210, 124, 9, 1}
	blue   = shade{111, 26, 14, 4}
	violet = shade{183, 90, 13, 5}
	ink    = shade{16, 231, 0, 15}  // on a colored ground
	panel  = shade{236, 254, 0, 15} // the ground of a dialog
	onText = shade{255, 234, 15, 0}
)

// looks gives every token its look. Fore- and background pairs keep a
// contrast of 4.5:1 and more; a test computes it.
var looks = [tokens]look{
	Text:           {fg: none, bg: none},
	Muted:          {fg: muted, bg: none},
	Strong:         {fg: none, bg: none, bold: true},
	Accent:         {fg: accent, bg: none},
	Title:          {fg: accent, bg: none, bold: true},
	Link:           {fg: blue, bg: none, underline: true},
	Key:            {fg: accent, bg: none, bold: true},
	OK:             {fg: green, bg: none},
	Warn:           {fg: amber, bg: none, plainUnderline: true},
	Danger:         {fg: red, bg: none, bold: true, plainUnderline: true},
	Info:           {fg: blue, bg: none},
	Border:         {fg: muted, bg: none},
	BorderFocus:    {fg: accent, bg: none, plainBold: true},
	Selection:      {fg: ink, bg: shade{117, 25, 14, 4}, plainReverse: true},
	SelectionQuiet: {fg: shade{255, 234, 15, 0}, bg: shade{239, 252, 0, 7}, plainUnderline: true},
	Match:          {fg: amber, bg: none, bold: true, underline: true},
	Header:         {fg: muted, bg: none, bold: true, plainUnderline: true},
	TabActive:      {fg: ink, bg: shade{117, 25, 14, 4}, bold: true, plainReverse: true},
	TabIdle:        {fg: muted, bg: none},
	Crumb:          {fg: muted, bg: none},
	Footer:         {fg: muted, bg: none},
	Toast:          {fg: shade{255, 234, 0, 0}, bg: shade{239, 252, 7, 7}, plainReverse: true},
	ToastWarn:      {fg: ink, bg: shade{221, 94, 11, 0}, bold: true, plainReverse: true},
	ToastDanger:    {fg: ink, bg: shade{210, 124, 9, 1}, bold: true, plainReverse: true},
	Dialog:         {fg: onText, bg: panel},
	DialogTitle:    {fg: accent, bg: panel, bold: true, plainBold: true},
	Button:         {fg: shade{255, 234, 0, 0}, bg: shade{239, 252, 7, 7}},
	ButtonFocus:    {fg: ink, bg: shade{117, 25, 14, 4}, bold: true, plainReverse: true},
	Input:          {fg: onText, bg: shade{238, 253, 0, 15}, plainUnderline: true},
	Placeholder:    {fg: shade{250, 239, 7, 0}, bg: shade{238, 253, 0, 15}, plainUnderline: true},
	Backdrop:       {fg: shade{247, 241, 7, 0}, bg: none, plainFaint: true},
	Page:           {fg: shade{235, 235, 0, 0}, bg: shade{254, 255, 7, 15}},
	PageBar:        {fg: shade{255, 255, 15, 15}, bg: shade{240, 240, 0, 0}, plainReverse: true},
	PageTool:       {fg: shade{235, 235, 0, 0}, bg: shade{251, 253, 15, 7}, plainUnderline: true},
	PageMuted:      {fg: shade{240, 240, 0, 0}, bg: shade{254, 255, 7, 15}},
	PageStrong:     {fg: shade{235, 235, 0, 0}, bg: shade{254, 255, 7, 15}, bold: true},
	PageLink:       {fg: shade{25, 25, 4, 4}, bg: shade{254, 255, 7, 15}, plainUnderline: true},
	PageButton:     {fg: shade{231, 231, 15, 15}, bg: shade{24, 24, 4, 4}, bold: true, plainReverse: true},
	PagePicture:    {fg: shade{239, 239, 0, 0}, bg: shade{251, 252, 7, 7}},
	Overlay:        {fg: shade{16, 16, 0, 0}, bg: shade{222, 222, 11, 11}, bold: true, plainReverse: true},
	Play:           {fg: red, bg: none, bold: true, plainBold: true},
	Event:          {fg: blue, bg: none},
	Display:        {fg: amber, bg: none, bold: true},
	Goal:           {fg: green, bg: none, bold: true},
}

func (l look) style(o Options) lipgloss.Style {
	s := lipgloss.NewStyle()
	if o.NoColor {
		if l.bold || l.plainBold {
			s = s.Bold(true)
		}
		if l.underline || l.plainUnderline {
			s = s.Underline(true)
		}
		return s.Reverse(l.plainReverse).Faint(l.plainFaint)
	}
	if c := l.fg.pick(o); c != nil {
		s = s.Foreground(c)
	}
	if c := l.bg.pick(o); c != nil {
		s = s.Background(c)
	}
	bold, underline := l.bold, l.underline
	if o.Profile == colorprofile.ANSI {
		// Of sixteen colors two are grounds: a field on one of them is seen by its
		// line. And many such terminals make bold a brighter color, which is not
		// to be read on every ground.
		if bold && l.brightened(o) {
			bold, underline = false, underline || l.plainUnderline
		}
		underline = underline || l.plainUnderline && l.grounded(o)
	}
	return s.Bold(bold).Underline(underline)
}

// number is the shade's color index.
func (s shade) number(o Options) int {
	switch {
	case o.Profile == colorprofile.ANSI && o.Light:
		return s.light16
	case o.Profile == colorprofile.ANSI:
		return s.dark16
	case o.Light:
		return s.light
	}
	return s.dark
}

// brightened tells whether bold may turn the color into one that is hard to
// read: a dark one on a ground of its own, or on a light screen.
func (l look) brightened(o Options) bool {
	fg := l.fg.number(o)
	return fg >= 0 && fg < 8 && (o.Light || l.bg.number(o) >= 0)
}

// grounded tells whether the look's own ground is the screen's.
func (l look) grounded(o Options) bool {
	return !o.Light && l.bg.dark16 == 0 || o.Light && l.bg.light16 == 15
}

func (s shade) pick(o Options) color.Color {
	n := s.number(o)
	if n < 0 {
		return nil
	}
	return lipgloss.ANSIColor(n)
}
