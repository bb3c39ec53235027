package simulator

import (
	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/page"
)

// browser is the pane with the visitor's page: its picture, what in it answers
// the mouse, and how the operator wishes to see it.
type browser struct {
	cache frame.Cache
	spots []page.Spot

	flipped bool            // the other device than the visitor's
	folded  map[string]bool // by path, what the operator opened or folded up; "" is the conversation's window
	since   came            // of the window
	leaving []leaving       // what went a moment ago
	motion  motion
}

// came is when the conversation's window came, if it is there.
type came struct {
	at    replay.Position
	there bool
}

// pageRows draws the page, as it is at this moment of its motion.
func (s *Screen) pageRows(inner layout.Size) frame.Rows {
	th := s.ses.Theme
	view, step := s.inMotion(s.look.page)
	key := frame.Key{Version: s.look.number, W: inner.W, H: inner.H, Look: th.Look(), Extra: step}
	return s.page.cache.Rows(key, func() frame.Rows {
		d := page.Draw(th, inner, view)
		s.page.spots = d.Spots
		return d.Rows
	})
}

// pageView is what the visitor's browser shows, at rest.
func (s *Screen) pageView() page.View {
	f := &s.look.frame
	st := &f.State
	v := page.View{Phone: (st.Platform == model.Smartphone) != s.page.flipped, User: st.User}
	s.page.leaving, s.page.since = nil, came{}
	if f.State.Page == nil {
		v.Away = "No visit yet: step to the first event, or play."
		if f.Over {
			v.Away = "The visit has ended: the visitor has left, or nothing came for too long."
		} else if f.Events > 0 {
			v.Away = "The visitor is between two visits."
		}
		return v
	}
	v.URL, v.Title, v.Sections = f.State.Page.URL, f.State.Page.Title, f.State.Page.Sections
	if st.CartTold {
		v.Items, v.Total = st.Cart.NumItems, money(st.Cart.Total, "")
	}
	v.Opened = s.onThisPage(&v)
	if n := len(st.Errors); n > 0 {
		if v.Problem = st.Errors[n-1].Message; v.Problem == "" {
			v.Problem = st.Errors[n-1].Code
		}
	}
	if n := len(st.Searches); n > 0 {
		v.Search = st.Searches[n-1]
	}
	refs := s.player.Engine().Engagements()
	seen := map[string]bool{"": true}
	for _, x := range st.Screen {
		ref := refs[x.Engagement]
		seen[ref.Path] = true
		shown := page.Shown{Engagement: ref.Engagement, Path: ref.Path, State: x.Availability, Followed: x.Followed}
		if page.Expands(ref.Engagement.Format) {
			_, opens := s.opensAt(x.Engagement)
			if shown.Expanded = opens && s.look.at.At >= s.openedBy(x.Engagement); s.page.folded[ref.Path] {
				shown.Expanded = !shown.Expanded
			}
		}
		v.Shown = append(v.Shown, shown)
	}
	for path := range s.page.folded {
		if !seen[path] {
			delete(s.page.folded, path)
		}
	}
	v.Window = s.window(v.Phone)
	return v
}

// onThisPage fills in what the journey told since the page was opened: the
// product that it is about, if it is a product's; and it gives what a click on
// content opened in another tab.
func (s *Screen) onThisPage(v *page.View) (tab string) {
	add := func(products []journey.Product) {
		for _, x := range products {
			p := page.Product{Name: x.Name, Quantity: x.Quantity}
			if x.Price != nil {
				p.Price = x.Price.String()
			}
			v.Products = append(v.Products, p)
		}
	}
	product := page.KindOf(v.URL, v.Title, v.Sections) == page.ProductPage
	if !product {
		add(s.look.frame.State.Cart.Products)
	}
	refs := s.player.Engine().Engagements()
	marks := s.player.Marks()
	for i := s.look.marks - 1; i >= 0; i-- {
		switch m := &marks[i]; {
		case m.Kind == replay.MarkAccept && tab == "":
			if e := refs[m.Engagement].Engagement; e.Type == model.Content && !e.SameTab {
				tab = e.URL
			}
		case m.Kind == replay.MarkEvent && m.Event.Page != nil:
			return tab
		case m.Kind == replay.MarkEvent && m.Event.ProductView != nil && product && len(v.Products) == 0:
			add(m.Event.ProductView.Products)
		}
	}
	return tab
}

// opensBefore is how long before its accept a corner is peeled or a panel
// pulled out: nobody clicks in it before it is open, and the journey tells of
// the click alone.
const opensBefore = 4 * second

// opensAt finds the accept of something that is on the screen and small.
func (s *Screen) opensAt(engagement int) (journey.Instant, bool) {
	marks := s.player.Marks()
	for i := s.look.marks; i < len(marks) && marks[i].At <= s.look.at.At+opensBefore; i++ {
		switch m := &marks[i]; {
		case m.Kind == replay.MarkAccept && m.Engagement == engagement:
			return m.At, true
		case m.Kind == replay.MarkEvent && m.Event.Page != nil:
			return 0, false
		}
	}
	return 0, false
}

// openedBy is the instant at which what will be accepted opens: a full second,
// since the screen looks at full seconds, but not before it is displayed.
func (s *Screen) openedBy(engagement int) journey.Instant {
	at, ok := s.opensAt(engagement)
	if !ok {
		return 0
	}
	at -= opensBefore
	if part := (at%second + second) % second; part > 0 {
		at += second - part
	}
	return max(at, s.look.shown[engagement].Since)
}

// fold opens or folds up what can be: a corner, a panel, else the window.
func (s *Screen) fold(path string) {
	if s.page.folded == nil {
		s.page.folded = map[string]bool{}
	}
	s.page.folded[path] = !s.page.folded[path]
	s.stir(s.head, path)
	s.review()
}

// foldAll does so with everything on the page that can be folded; it tells
// whether there was anything.
func (s *Screen) foldAll() bool {
	var paths []string
	collapsed := false
	for i := range s.look.page.Shown {
		if x := &s.look.page.Shown[i]; page.Expands(x.Engagement.Format) {
			paths = append(paths, x.Path)
			collapsed = collapsed || !x.Expanded
		}
	}
	if len(paths) == 0 {
		if s.look.page.Window == nil {
			return false
		}
		s.fold("")
		return true
	}
	for i := range s.look.page.Shown {
		if x := s.look.page.Shown[i]; page.Expands(x.Engagement.Format) && x.Expanded != collapsed {
			s.fold(x.Path)
		}
	}
	return true
}

// review derives the page anew: the operator wishes to see it otherwise.
func (s *Screen) review() {
	s.look.page = s.pageView()
	s.page.cache.Drop()
}

// surveyFor is how long the survey before a conversation is shown where the
// journey does not tell how long it took.
const surveyFor = 5 * second

// window is the conversation's window, nil while there is none. It comes with
// the accept and its survey, talks from the start of the conversation to its
// end, asks once more, and goes with the next page. On a phone, where it fills
// the screen, it is folded up when the visitor goes on to another page.
func (s *Screen) window(phone bool) *page.Window {
	p := s.player
	refs := p.Engine().Engagements()
	var (
		open, went bool
		eng        = -1
		stage      page.Stage
		since      journey.Instant // of the accept
		from       replay.Position
	)
	for i := range p.Marks()[:s.look.marks] {
		m := &p.Marks()[i]
		switch m.Kind {
		case replay.MarkVisitEnd:
			open, eng = false, -1
		case replay.MarkAccept:
			if refs[m.Engagement].Engagement.Type == model.Conversation {
				open, went, eng, stage, since, from = true, false, m.Engagement, page.Asking, m.At, m.Position
			}
		case replay.MarkEvent:
			switch ev := m.Event; {
			case ev.Conversation != nil && ev.Conversation.Start:
				if i, ok := p.Engine().Index(ev.Conversation.Engagement); ok {
					eng = i
				}
				if !open {
					since, from, went = m.At-surveyFor, m.Position, false
				}
				open, stage = true, page.Talking
				if m.At == since && s.look.at.At < since+surveyFor {
					stage = page.Asking
				}
			case ev.Conversation != nil:
				stage = page.Asked
			case ev.Page != nil && open && stage == page.Asked:
				open = false
			case ev.Page != nil:
				went = true
			}
		}
	}
	if !open {
		return nil
	}
	st := &s.look.frame.State
	if stage == page.Asking && st.Conversation && s.look.at.At >= since+surveyFor {
		stage = page.Talking // started by a policy, which makes no event
	}
	s.page.since = came{from, true}
	w := &page.Window{Stage: stage, State: st.Agents, Who: st.User, Minimized: phone && went}
	if w.Who == "" {
		w.Who = p.Options().Visitor
	}
	if s.page.folded[""] {
		w.Minimized = !w.Minimized
	}
	if eng >= 0 {
		e := refs[eng].Engagement
		w.Own, w.Skill = e.SeparateWindow, e.Skill
		w.Window = windowOf(p.Engine().Catalog(), e.Window)
		if stage == page.Asking && (w.Window == nil || w.Window.Surveys.PreChat == nil && w.State != model.Offline) {
			w.Stage = page.Talking
		}
	}
	return w
}

// windowOf finds a window of the catalog, or its default.
func windowOf(c *model.Catalog, id string) *model.Window {
	var fallback *model.Window
	for _, w := range c.Windows {
		if w.ID == id {
			return w
		}
		if w.Default {
			fallback = w
		}
	}
	return fallback
}

// flip shows the page on the other device.
func (s *Screen) flip() {
	s.page.flipped = !s.page.flipped
	s.review()
}
