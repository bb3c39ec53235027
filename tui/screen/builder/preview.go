package builder

import (
	"strings"

	"beckon/model"
	"beckon/model/gallery"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/page"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// view is one way to look at the page.
type view struct {
	name     string
	state    model.Availability
	phone    bool
	expanded bool
	window   bool
	stage    page.Stage
}

// views lists the ways to look at what is under edit.
func (s *Screen) views() []view {
	if win := s.windowUnderEdit(); win != nil {
		out := []view{{name: "before the conversation", state: model.Online, window: true},
			{name: "talking", state: model.Online, window: true, stage: page.Talking}}
		if win.Surveys.PostChat != nil {
			out = append(out, view{name: "after the conversation", state: model.Online, window: true, stage: page.Asked})
		}
		if win.Surveys.Offline != nil {
			out = append(out, view{name: "nobody there", state: model.Offline, window: true})
		}
		return out
	}
	e := s.shown()
	out := []view{{name: "online", state: model.Online}}
	if e == nil {
		return out
	}
	if e.Type == model.Conversation && e.Channel == model.Chat {
		if !e.Creative.OfflineOff {
			out = append(out, view{name: "offline", state: model.Offline})
		}
		if e.Creative.Busy != nil {
			out = append(out, view{name: "busy", state: model.Busy})
		}
	}
	if page.Expands(e.Format) {
		out = append(out, view{name: "expanded", state: model.Online, expanded: true})
	}
	out = append(out, view{name: "phone", state: model.Online, phone: true})
	if e.Type == model.Conversation {
		out = append(out, view{name: "window", state: model.Online, window: true})
	}
	return out
}

// windowUnderEdit is the window whose form is open, nil for none.
func (s *Screen) windowUnderEdit() *model.Window {
	sub := s.work.top()
	if sub == nil {
		return nil
	}
	win, _ := sub.doc.Document().(*model.Window)
	return win
}

// shown is the engagement that the preview draws: in the gallery as the
// selected template would dress it. Nil for none.
func (s *Screen) shown() *model.Engagement {
	w := s.work
	if w.step != stepGallery || w.top() != nil {
		return w.engagement()
	}
	r, ok := s.gallery.Selected()
	if !ok {
		return w.engagement()
	}
	e := model.Engagement{ID: "preview", Name: r.t.Name}
	if have := w.engagement(); have != nil && !w.adding {
		e = *have
	}
	gallery.Apply(r.t, &e)
	return &e
}

// look shows the next view; where there is one place it opens the preview
// first.
func (s *Screen) look() {
	if s.narrow() && !s.looking {
		s.looking = true
		return
	}
	s.view = (s.view + 1) % len(s.views())
}

// preview draws the page as a visitor would see it.
func (s *Screen) preview(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	views := s.views()
	v := views[min(s.view, len(views)-1)]
	box := widget.Box{Title: "Preview", Note: v.name, Focused: focused}
	inner := box.Inner(size)
	if inner.W < 1 || inner.H < 1 {
		return frame.Blank(size.W, size.H)
	}
	p := page.View{URL: s.address(), Phone: v.phone}
	e, win := s.shown(), s.windowUnderEdit()
	switch {
	case win != nil:
		p.Window = &page.Window{Window: win, State: v.state, Stage: v.stage}
	case e == nil:
		p.URL, p.Away = "", "Nothing to see yet: add an engagement in step 6, from the gallery."
	case v.window:
		p.Window = &page.Window{Window: s.work.stock.find().Window(e.Window), State: v.state, Own: e.SeparateWindow, Skill: e.Skill}
	default:
		p.Shown = []page.Shown{{Engagement: e, Path: e.ID, State: v.state, Expanded: v.expanded}}
	}
	return box.Rows(th, size, page.Draw(th, inner, p).Rows)
}

// address is a page on which the engagement may show, as far as its entry
// points tell.
func (s *Screen) address() string {
	e := s.work.engagement()
	if e == nil {
		return pageOf("/")
	}
	for _, id := range e.EntryPoints {
		p := s.work.stock.find().EntryPoint(id)
		if p == nil {
			continue
		}
		for _, r := range p.Include {
			for _, v := range []string{r.Exact, r.StartsWith, r.Contains, strings.ReplaceAll(r.Wildcard, "*", "")} {
				if v != "" {
					return pageOf(v)
				}
			}
		}
	}
	return pageOf("/")
}

// pageOf is a page that has what an entry point asks for in its URL: one of the
// site that it names, or of a site of no name.
func pageOf(v string) string {
	rest := strings.TrimPrefix(v, "//")
	switch site, _, under := strings.Cut(rest, "/"); {
	case strings.HasPrefix(v, "http://"), strings.HasPrefix(v, "https://"):
		return v
	case under && strings.Contains(strings.Trim(site, "."), "."):
		return "https://" + rest
	}
	return "https://your.site/" + strings.TrimPrefix(v, "/")
}
