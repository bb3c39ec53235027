package page

import (
	"net/url"
	"strings"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
)

// Looks of the browser and of the page itself.
var (
	stripLook   = is(theme.PageBar)
	toolLook    = is(theme.PageTool)
	pageLook    = is(theme.Page)
	mutedLook   = is(theme.PageMuted)
	strongLook  = is(theme.PageStrong)
	linkLook    = is(theme.PageLink)
	pushLook    = is(theme.PageButton)
	pictureLook = is(theme.PagePicture)
)

// tabbed is the height from which a window has a row of tabs.
const tabbed = 12

// window draws a browser's window: its tabs, the row with the address, the
// page.
func (p *painter) window(a area) {
	top := 0
	if a.H >= tabbed {
		p.tabs(a.in(0, 0, a.W, 1))
		top = 1
	}
	p.address(a.in(0, top, a.W, 1))
	p.page(a.in(0, top+1, a.W, a.H-top-1))
}

// tabs draws the strip with the page's title, and the tab that a click opened.
func (p *painter) tabs(a area) {
	a.fill(" ", stripLook)
	title := p.v.Title
	if title == "" {
		title = p.host()
	}
	w := min(max(16, width(title)+5), 36, a.W-2)
	tab := a.in(1, 0, w, 1)
	tab.fill(" ", toolLook)
	tab.in(1, 0, w-4, 1).put(0, 0, title, toolLook)
	tab.put(w-2, 0, p.th.Close, toolLook)
	x := w + 2
	if p.v.Opened != "" && a.W-x > 16 {
		x = a.in(0, 0, min(a.W-4, x+30), 1).put(x, 0, p.th.Arrow+" "+shortAddress(p.v.Opened), stripLook) + 1
		x = a.put(x, 0, p.th.Close, stripLook) + 2
	}
	a.put(x, 0, "+", stripLook)
}

// address draws the buttons, the padlock and the address.
func (p *painter) address(a area) {
	a.fill(" ", toolLook)
	x := a.put(1, 0, p.th.StepBack+" "+p.th.Step+" "+p.th.Reload, toolLook) + 2
	field := a.in(x, 0, a.W-x-1, 1)
	if a.W < 30 {
		field = a.in(1, 0, a.W-2, 1)
	}
	field.fill(" ", pageLook)
	p.url(field, 1)
}

// url writes the address with its padlock, the site's name stronger.
func (p *painter) url(a area, x int) {
	scheme, rest, found := strings.Cut(p.v.URL, "://")
	switch {
	case !found:
		a.put(x, 0, p.v.URL, pageLook)
		return
	case scheme == "https":
		x = a.put(x, 0, p.th.Lock+" ", strongLook)
	default:
		x = a.put(x, 0, p.th.Warn+" not secure ", strongLook)
	}
	host, path, slash := strings.Cut(rest, "/")
	x = a.put(x, 0, scheme+"://", mutedLook)
	x = a.put(x, 0, host, strongLook)
	if slash {
		a.put(x, 0, "/"+path, pageLook)
	}
}

// A phone's screen is so many cells wide, its case left out.
const (
	phoneLeast = 32
	phoneMost  = 44
)

// phone draws a phone: its case, the address, the page.
func (p *painter) phone(a area) {
	w := min(a.W, max(phoneLeast, min(a.H*5/3, phoneMost))+2)
	a = a.in((a.W-w)/2, 0, w, a.H)
	if a.W >= 8 {
		a.frame(p.th.Round, stripLook)
		if a.H >= tabbed {
			a.line(1, 0, a.W-2, " ", stripLook)
			a.line(1, a.H-1, a.W-2, " ", stripLook)
			a.in(1, 0, a.W-2, 1).putCenter(0, strings.Repeat(p.th.BarFull, 4), stripLook)
			a.in(1, a.H-1, a.W-2, 1).putCenter(0, p.th.Draft, stripLook)
			a = a.in(1, 1, a.W-2, a.H-2)
		} else {
			a = a.in(1, 0, a.W-2, a.H)
		}
	}
	bar := a.in(0, 0, a.W, 1)
	bar.fill(" ", toolLook)
	p.url(bar.in(1, 0, bar.W-2, 1), 0)
	p.page(a.in(0, 1, a.W, a.H-1))
}

// page draws the page and what lies over it.
func (p *painter) page(body area) {
	body = body.within(body)
	body.fill(" ", pageLook)
	top := p.header(body)
	content := body.in(0, top, body.W, body.H-top)
	content = content.within(content)
	p.content(content)
	p.engagements(body, content)
	if p.v.Window != nil {
		p.conversation(body)
	}
}

// header draws the site's own line: its name, a few links, who is signed in
// and the cart. It gives the first row below.
func (p *painter) header(a area) int {
	if a.H < 6 {
		return 0
	}
	x := a.put(2, 0, p.host(), strongLook) + 3
	right := ""
	if p.v.User != "" && !p.v.Phone {
		right = p.v.User + "   "
	}
	switch {
	case p.v.Items > 0 && p.v.Total != "" && !p.v.Phone:
		right += count(p.v.Items, "item") + " " + p.th.Dot + " " + p.v.Total
	case p.v.Items > 0:
		right += count(p.v.Items, "item")
	default:
		right += "cart"
	}
	end := a.W - 2 - min(width(right), max(0, a.W/2))
	if end > x {
		a.in(end, 0, a.W-end-1, 1).put(0, 0, right, linkLook)
	}
	if p.v.Phone {
		return 1
	}
	for _, n := range []int{6, 9, 5, 7, 8} {
		if x+n+2 > end {
			break
		}
		a.line(x, 0, n, p.th.Rail, mutedLook)
		x += n + 3
	}
	if a.H < 12 {
		return 1
	}
	a.line(0, 1, a.W, p.th.Box.H, mutedLook)
	return 2
}

// host is the site's name.
func (p *painter) host() string {
	if u, err := url.Parse(p.v.URL); err == nil && u.Host != "" {
		return strings.TrimPrefix(u.Host, "www.")
	}
	return "the site"
}

// shortAddress is an address without what everybody knows.
func shortAddress(s string) string {
	_, rest, found := strings.Cut(s, "://")
	if !found {
		rest = s
	}
	return strings.TrimPrefix(strings.TrimSuffix(rest, "/"), "www.")
}

// clip shortens a text to w cells.
func (p *painter) clip(s string, w int) string {
	return frame.Truncate(text.Line(s, max(0, w)+1), max(0, w), p.th.Ellipsis)
}
