package model

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

func (v *validator) template(t *Template) {
	v.shape("", t.Format, t.Type)
	// A template for conversations may serve chats.
	v.creative("creative", &t.Creative, t.Format, t.Type, Chat)
}

func (v *validator) creative(at string, c *Creative, f Format, t EngagementType, ch Channel) {
	if c.HTML == "" && c.Online.IsZero() {
		v.report(at, "creative-empty", "nothing to draw yet")
	}
	if c.HTML != "" {
		if f != Overlay && f != Embedded && f != "" {
			v.report(at+".html", "html-format", "HTML is for overlay and embedded, not %s", f)
		}
		v.html(at+".html", c.HTML, f)
		v.unused(!c.Online.IsZero(), at+".online", "the HTML replaces it")
	}
	v.unused((c.Left != 0 || c.Top != 0) && c.Position != CustomPlace, at+".left", "the position is not custom")
	v.size(at+".left", c.Left)
	v.size(at+".top", c.Top)
	v.unused(c.LightBox && f != Overlay && f != "", at+".lightBox", "the light box is for overlays")
	v.unused(c.Edge != "" && f != Toaster && f != "", at+".edge", "the edge is for toasters")
	chat := t == Conversation && ch == Chat
	if c.Busy != nil && (!chat && t != "" || f == Overlay) {
		v.report(at+".busy", "busy-unsupported", "a busy creative is for chats that are no overlays")
	}
	v.unused((c.Offline != nil || c.OfflineOff) && !chat && t != "", at+".offline", "it is for chats")
	v.face(at+".online", &c.Online)
	if c.Offline != nil {
		v.face(at+".offline", c.Offline)
	}
	if c.Busy != nil {
		v.face(at+".busy", c.Busy)
	}
}

func (v *validator) face(at string, f *Face) {
	v.size(at+".width", f.Width)
	v.size(at+".height", f.Height)
	v.size(at+".margin", f.Margin)
	v.color(at+".background", f.Background, true)
	v.image(at+".image", f.Image)
	v.unused(f.ImageFit != "" && f.Image == "", at+".imageFit", "there is no image")
	v.color(at+".border.color", f.Border.Color, false)
	v.size(at+".border.width", f.Border.Width)
	v.size(at+".border.radius", f.Border.Radius)
	for i := range f.Elements {
		v.element(indexed(at+".elements", i), &f.Elements[i], f)
	}
}

func (v *validator) element(at string, e *Element, f *Face) {
	for _, s := range []struct {
		name  string
		value int
	}{{"left", e.Left}, {"top", e.Top}, {"width", e.Width}, {"height", e.Height}, {"z", e.Z}, {"fontSize", e.FontSize}, {"order", e.Order}} {
		v.size(at+"."+s.name, s.value)
	}
	v.color(at+".color", e.Color, false)
	v.color(at+".background", e.Background, true)
	v.image(at+".image", e.Image)
	if e.Heading < 0 || e.Heading > 6 {
		v.report(at+".heading", "heading-out-of-range", "want 1 to 6, or none: %d", e.Heading)
	}
	switch e.Kind {
	case "":
		v.report(at+".kind", "element-kind-missing", "no kind: want %s", either(choicesOf(e.Kind)...))
	case Label, Button:
		if strings.TrimSpace(e.Text) == "" && e.Image == "" {
			v.report(at+".text", "element-empty", "a %s without text", e.Kind)
		}
		ground := e.Background
		if ground == "" || ground == "transparent" {
			ground = f.Background
		}
		// Large is 18 pt, or 14 pt and bold; sizes are pixels, 4/3 to the point.
		large := e.FontSize >= 24 || e.Bold && e.FontSize >= 19
		v.contrast(at+".color", e.Color, ground, large)
	case Picture:
		if e.Image == "" {
			v.report(at+".image", "element-empty", "an image without URL")
		}
	}
}

func (v *validator) contrast(path, ink, ground string, large bool) {
	want := 4.5
	if large {
		want = 3
	}
	if ratio, ok := Contrast(ink, ground); ok && ratio < want {
		v.report(path, "contrast-low", "a contrast of %.1f:1 on %s, want %g:1", math.Floor(ratio*10)/10, ground, want)
	}
}

func (v *validator) size(path string, pixels int) {
	if pixels < 0 || pixels > 4000 {
		v.report(path, "size-out-of-range", "want 0 to 4000: %d", pixels)
	}
}

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (v *validator) color(path, c string, transparent bool) {
	if c == "" || hexColor.MatchString(c) || transparent && c == "transparent" {
		return
	}
	v.report(path, "color-invalid", "want a color such as #1a2b3c: %s", shown(c))
}

func (v *validator) image(path, s string) {
	if s == "" || webURL(s) {
		return
	}
	if u, err := url.Parse(s); err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.Contains(s, `\`) {
		return
	}
	v.report(path, "image-invalid", "want an http or https URL, or a path of the site: %s", shown(s))
}

// Contrast returns the ratio of two colors' luminance, 1 to 21, as in WCAG
// 2.1, and whether both are colors of the form #rrggbb.
func Contrast(a, b string) (float64, bool) {
	x, ok := luminance(a)
	y, ok2 := luminance(b)
	if !ok || !ok2 {
		return 0, false
	}
	return (max(x, y) + 0.05) / (min(x, y) + 0.05), true
}

func luminance(c string) (float64, bool) {
	if !hexColor.MatchString(c) {
		return 0, false
	}
	n, _ := strconv.ParseUint(c[1:], 16, 32) // the expression has checked it
	part := func(shift uint) float64 {
		s := float64(n>>shift&0xff) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0), true
}

// What HTML engagements may be made of. Everything else is refused: no
// scripts, frames, forms, styles of their own or foreign content. Domain 2.6.
var (
	htmlElements = set("a abbr b blockquote br button caption center code dd div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i " +
		"img label li main nav ol p section small span strong sub sup table tbody td tfoot th thead tr u ul")
	htmlAttributes = set("align alt bgcolor border cellpadding cellspacing class color colspan dir height href id lang rel role rowspan size src style " +
		"tabindex target title type valign width")
	styleDanger = regexp.MustCompile(`(?i)expression|javascript|behavior\s*:|-moz-binding|@import|url\s*\(|\\|/\*|position\s*:\s*fixed`)
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

const maxHTML = 64 << 10

// html holds an HTML creative to a list of what is allowed.
func (v *validator) html(path, source string, f Format) {
	if len(source) > maxHTML {
		v.report(path, "html-unsafe", "%d bytes, more than %d", len(source), maxHTML)
		return
	}
	clicks := false
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.CommentToken, html.DoctypeToken:
			v.report(path, "html-unsafe", "comments and doctypes are not allowed")
		case html.StartTagToken, html.SelfClosingTagToken:
			if !htmlElements[token.Data] {
				v.report(path, "html-unsafe", "the element <%s> is not allowed", shown(token.Data))
			}
			for _, a := range token.Attr {
				v.htmlAttribute(path, token.Data, a)
				if a.Key == "data-lp-event" {
					switch strings.ToLower(a.Val) {
					case "click":
						clicks = true
					case "close":
						if f != Overlay && f != "" {
							v.report(path, "html-close", `data-LP-event="close" is for overlays`)
						}
					default:
						v.report(path, "html-unsafe", "data-LP-event is click or close: %s", shown(a.Val))
					}
				}
			}
		}
	}
	if !clicks {
		v.report(path, "html-no-click", `nothing has data-LP-event="click": visitors cannot accept`)
	}
}

func (v *validator) htmlAttribute(path, element string, a html.Attribute) {
	name := shown(a.Key)
	switch {
	case strings.HasPrefix(a.Key, "on"):
		v.report(path, "html-unsafe", "the event handler %s of <%s> is not allowed", name, shown(element))
	case strings.HasPrefix(a.Key, "aria-"), strings.HasPrefix(a.Key, "data-"):
	case !htmlAttributes[a.Key]:
		v.report(path, "html-unsafe", "the attribute %s of <%s> is not allowed", name, shown(element))
	case a.Key == "href" || a.Key == "src":
		if !safeLink(a.Val) {
			v.report(path, "html-unsafe", "%s wants an http, https, mailto or tel URL, or a path: %s", name, shown(a.Val))
		}
	case a.Key == "style" && styleDanger.MatchString(a.Val):
		v.report(path, "html-unsafe", "the style of <%s> holds what is not allowed: %s", shown(element), shown(a.Val))
	}
}

// safeLink looks at a link as a browser does, which drops control characters
// and spaces before it reads the scheme.
func safeLink(s string) bool {
	plain := strings.Map(func(r rune) rune {
		if r <= 0x20 || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
	scheme, _, ok := strings.Cut(plain, ":")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return !strings.Contains(plain, `\`)
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return true
	}
	return false
}
