package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Token is a meaning that has a look.
type Token uint8

const (
	Text Token = iota
	Muted
	Strong
	Accent
	Title
	Link
	Key
	OK
	Warn
	Danger
	Info
	Border
	BorderFocus
	Selection      // the selected line of the focused pane
	SelectionQuiet // the selected line of a pane without focus
	Match          // what a filter or a search found
	Header         // column titles
	TabActive
	TabIdle
	Crumb
	Footer
	Toast
	ToastWarn
	ToastDanger
	Dialog
	DialogTitle
	Button
	ButtonFocus
	Input
	Placeholder
	Backdrop // the screen behind a dialog
	Page     // the visitor's page in the simulator
	PageBar  // the browser's strip of tabs, and a phone's case
	PageTool // its open tab and the row with the address
	PageMuted
	PageStrong
	PageLink
	PageButton
	PagePicture // what stands for an image
	Overlay     // what the console says of an engagement on the page
	Play        // the play head
	Event
	Display
	Goal

	tokens // their number
)

// Options is what is known of the terminal and wished by the operator.
type Options struct {
	Light   bool // light background
	Profile colorprofile.Profile
	NoColor bool // attributes only, whatever the profile
	ASCII   bool // glyphs of plain ASCII
	Words   bool // no glyphs, for who reads and sees no picture
}

// Theme is a finished look.
type Theme struct {
	Glyphs
	opts   Options
	styles [tokens]lipgloss.Style
	open   [tokens]string
}

const reset = "\x1b[m"

// New derives the look. An unknown profile counts as 256 colors, which is
// what most terminals offer over SSH.
func New(o Options) *Theme {
	if o.Profile == colorprofile.Unknown {
		o.Profile = colorprofile.ANSI256
	}
	if o.Profile <= colorprofile.ASCII {
		o.NoColor = true
	}
	t := &Theme{Glyphs: unicode, opts: o}
	if o.ASCII {
		t.Glyphs = ascii
	}
	if o.Words {
		t.Glyphs = spoken
	}
	for i := range t.styles {
		t.styles[i] = looks[i].style(o)
		t.open[i], _, _ = strings.Cut(t.styles[i].Render("x"), "x")
	}
	return t
}

// Options gives back what the theme was made of.
func (t *Theme) Options() Options { return t.opts }

// Look identifies the theme among all themes, for caches: equal looks draw
// equal rows.
func (t *Theme) Look() uint32 {
	n := uint32(t.opts.Profile) << 4
	if t.opts.Light {
		n |= 1
	}
	if t.opts.NoColor {
		n |= 2
	}
	if t.opts.ASCII {
		n |= 4
	}
	if t.opts.Words {
		n |= 8
	}
	return n
}

// Style is the token as a lipgloss style, for the rare place that needs one.
func (t *Theme) Style(k Token) lipgloss.Style { return t.styles[k] }

// Paint gives s the look of the token. s is one line; looks inside it end
// with their own reset, after which the outer look goes on.
func (t *Theme) Paint(k Token, s string) string {
	open := t.open[k]
	if open == "" || s == "" {
		return s
	}
	if strings.Contains(s, reset) {
		s = strings.ReplaceAll(s, reset, reset+open)
	}
	return open + s + reset
}

// Over repaints a finished line in one look and drops the looks inside it, as
// a selected line does.
func (t *Theme) Over(k Token, s string) string {
	return t.Paint(k, ansi.Strip(s))
}
