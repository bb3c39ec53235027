package page

import (
	"net/url"
	"strings"

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
	// Phone draws a narrow window.
	Phone bool

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
}

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
	// Own marks one that opens as a browser window of its own.
	Own bool
}

// Spot is a part of the picture that answers an engagement.
type Spot struct {
	Rect   layout.Rect
	Path   string
	Action journey.Action
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
	if v.Phone {
		w := min(size.W, 42)
		at = at.in((size.W-w)/2, 0, w, size.H)
	}
	if v.URL == "" && v.Title == "" {
		p.away(c.whole())
		return Drawing{Rows: c.rows()}
	}
	p.window(at)
	return Drawing{Rows: c.rows(), Spots: p.spots}
}

// away is the room without a page.
func (p *painter) away(a area) {
	lines := wrap(p.v.Away, min(a.W-4, 60))
	for i, l := range lines {
		a.putCenter((a.H-len(lines))/2+i, l, theme.Muted)
	}
}

// window draws the browser's window.
func (p *painter) window(a area) {
	bar := a.in(0, 0, a.W, 1)
	bar.fill(" ", theme.PageBar)
	x := bar.put(1, 0, p.th.StepBack+" "+p.th.Step+"  ", theme.PageBar)
	bar.put(x, 0, p.v.URL, theme.PageBar)
	if p.v.Phone && a.W > 30 {
		bar.putRight(0, " phone ", theme.PageBar)
	}
	body := a.in(0, 1, a.W, a.H-1)
	body.fill(" ", theme.Page)
	top := p.header(body)
	content := body.in(0, top, body.W, body.H-top)
	p.content(content)
	p.engagements(body, content)
	if p.v.Window != nil {
		p.conversation(content)
	}
}

// header draws the site's own line: its name, a few links, who is signed in
// and the cart. It gives the first row below.
func (p *painter) header(a area) int {
	if a.H < 6 {
		return 0
	}
	x := a.put(2, 0, p.host(), theme.Page) + 3
	right := ""
	if p.v.User != "" {
		right = p.v.User + "   "
	}
	switch {
	case p.v.Items > 0 && p.v.Total != "":
		right += count(p.v.Items, "item") + " " + p.th.Dot + " " + p.v.Total
	case p.v.Items > 0:
		right += count(p.v.Items, "item")
	default:
		right += "cart"
	}
	end := a.W - 2 - min(width(right), max(0, a.W/2))
	if end > x {
		a.in(end, 0, a.W-end-1, 1).put(0, 0, right, theme.Page)
	}
	for _, n := range []int{6, 9, 5, 7, 8} {
		if x+n+2 > end {
			break
		}
		a.line(x, 0, n, p.th.Rail, theme.Page)
		x += n + 3
	}
	if a.H < 12 {
		return 1
	}
	a.line(0, 1, a.W, p.th.Box.H, theme.Page)
	return 2
}

// host is the site's name.
func (p *painter) host() string {
	if u, err := url.Parse(p.v.URL); err == nil && u.Host != "" {
		return strings.TrimPrefix(u.Host, "www.")
	}
	return "the site"
}
