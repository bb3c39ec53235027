package page

import (
	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// View is a browser window at an instant. Texts may come from anywhere.
type View struct {
	// URL, Title and Sections of the page. Without a URL and a title there is
	// no page, and Away says why.
	URL, Title string
	Sections   []string
	Away       string
	// Phone draws a phone in place of a window.
	Phone bool
	// Opened is what a click on this page opened in another tab.
	Opened string

	// What the journey tells and the page would show.
	User     string    // signed in as
	Items    int       // in the cart
	Total    string    // of the cart, "" if it was never told
	Products []Product // in the cart, or viewed
	Problem  string    // an error's message
	Search   string    // what was searched for

	Shown  []Shown
	Window *Window
}

// Product is one line of a cart or the subject of a product page.
type Product struct {
	Name, Price string
	Quantity    int
}

// Shown is an engagement on the page.
type Shown struct {
	Engagement *model.Engagement
	Path       string // "campaign/engagement", handed back in a Spot
	State      model.Availability
	Followed   bool // it came along from an earlier page
	// Expanded is a corner that was peeled, a panel that was pulled out.
	Expanded bool
	Motion   Motion
}

// Expands tells whether a format has a small form that opens.
func Expands(f model.Format) bool { return f == model.PeelingCorner || f == model.SlideOut }

// Stage is how far a conversation has come.
type Stage uint8

// The stages of a conversation's window.
const (
	Asking  Stage = iota // the survey before it
	Talking              // the conversation itself
	Asked                // the survey after it
)

// Window is the conversation's window over the page.
type Window struct {
	Window *model.Window // nil: the engagement names none
	State  model.Availability
	Stage  Stage
	// Who talks, and whom the engagement routes to; "" where it is not known.
	Who, Skill string
	// Own marks one that opens as a browser window of its own.
	Own bool
	// Minimized is folded up to a badge at the page's lower edge.
	Minimized bool
	Motion    Motion
}

// Spot is a part of the picture that answers an engagement, or that opens its
// larger form.
type Spot struct {
	Rect   layout.Rect
	Path   string
	Action journey.Action // "" where it opens
	Opens  bool
}

// Drawing is a finished picture.
type Drawing struct {
	Rows  frame.Rows
	Spots []Spot
}

// painter is one drawing being made.
type painter struct {
	th    *theme.Theme
	v     *View
	spots []Spot
}

// Draw draws the window, exactly size.H rows of size.W cells.
func Draw(th *theme.Theme, size layout.Size, v View) Drawing {
	c := newCanvas(th, size.W, size.H)
	p := &painter{th: th, v: &v}
	at := c.whole()
	switch {
	case v.URL == "" && v.Title == "":
		p.away(at)
	case v.Phone:
		p.phone(at)
	default:
		p.window(at)
	}
	return Drawing{Rows: c.rows(), Spots: p.spots}
}

// away is the room without a page.
func (p *painter) away(a area) {
	lines := wrap(p.v.Away, min(a.W-4, 60))
	for i, l := range lines {
		a.putCenter((a.H-len(lines))/2+i, l, is(theme.Muted))
	}
}
