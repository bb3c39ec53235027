package simulator

import (
	"sort"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/page"
	"beckon/tui/widget"
)

// second is how finely the screen looks at time.
const second journey.Instant = 1000

// look is what the screen shows: all of it derived from one position.
type look struct {
	of        *replay.Player
	at        replay.Position
	marks     int // how many marks lie at or before it
	frame     replay.Frame
	page      page.View
	shown     map[int]engine.OnScreen // on the screen, by engagement
	rows      []row
	said      [2][]widget.Line // of the visitor: who it is and the visit, what the shop knows
	described bool             // said is of this position
	laid      int              // in how many columns they were laid out
	number    uint64           // grows with every change
}

// steady is the position that the screen shows for the head: the second that
// it lies in, or the last mark in it. Between the two nothing happens; so what
// is shown is calm, and still the same whatever way led here.
func steady(p *replay.Player, head replay.Position) (replay.Position, int) {
	marks := p.Marks()
	n := sort.Search(len(marks), func(i int) bool { return head.Before(marks[i].Position) })
	at := head
	if floor := head.At - (head.At%second+second)%second; floor > p.Start().At {
		at.At = floor
	} else {
		at.At = p.Start().At
	}
	if n > 0 && at.Before(marks[n-1].Position) {
		at = marks[n-1].Position
	}
	at.Events = head.Events
	return at, n
}

// refresh derives what is shown from the player and the head, if either is
// elsewhere than before.
func (s *Screen) refresh() {
	if s.player == nil {
		return
	}
	at, marks := steady(s.player, s.head)
	if s.look.of == s.player && s.look.at == at && s.look.marks == marks {
		return
	}
	fresh := s.look.of != s.player
	s.look.of, s.look.at, s.look.marks = s.player, at, marks
	s.look.number++
	s.look.frame = s.player.At(at)
	s.look.shown = make(map[int]engine.OnScreen, len(s.look.frame.State.Screen))
	for _, x := range s.look.frame.State.Screen {
		s.look.shown[x.Engagement] = x
	}
	s.look.page = s.pageView()
	if fresh {
		s.bar = newBar(s.player)
		s.listEvents()
	}
	s.look.laid, s.look.described = 0, false
	s.order()
}

// pageView is what the visitor's browser shows.
func (s *Screen) pageView() page.View {
	f := &s.look.frame
	st := &f.State
	v := page.View{Phone: st.Platform == model.Smartphone, User: st.User}
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
	kind := page.KindOf(v.URL, v.Title, v.Sections)
	from := st.Cart.Products
	if kind == page.ProductPage {
		from = st.Viewed
	}
	for _, x := range from {
		p := page.Product{Name: x.Name, Quantity: x.Quantity}
		if x.Price != nil {
			p.Price = x.Price.String()
		}
		v.Products = append(v.Products, p)
	}
	if n := len(st.Errors); n > 0 {
		if v.Problem = st.Errors[n-1].Message; v.Problem == "" {
			v.Problem = st.Errors[n-1].Code
		}
	}
	if n := len(st.Searches); n > 0 {
		v.Search = st.Searches[n-1]
	}
	refs := s.player.Engine().Engagements()
	for _, x := range st.Screen {
		ref := refs[x.Engagement]
		v.Shown = append(v.Shown, page.Shown{Engagement: ref.Engagement, Path: ref.Path, State: x.Availability, Followed: x.Followed})
	}
	v.Window = s.window()
	return v
}

// surveyFor is how long the survey before a conversation is shown where the
// journey does not tell how long it took.
const surveyFor = 5 * second

// window is the conversation's window, nil while there is none. It comes with
// the accept and its survey, talks from the start of the conversation to its
// end, asks once more, and goes with the next page.
func (s *Screen) window() *page.Window {
	p := s.player
	refs := p.Engine().Engagements()
	var (
		open  bool
		eng   = -1
		stage page.Stage
		since journey.Instant // of the accept
	)
	for _, m := range p.Marks()[:s.look.marks] {
		switch m.Kind {
		case replay.MarkVisitEnd:
			open, eng = false, -1
		case replay.MarkAccept:
			if refs[m.Engagement].Engagement.Type == model.Conversation {
				open, eng, stage, since = true, m.Engagement, page.Asking, m.At
			}
		case replay.MarkEvent:
			switch ev := m.Event; {
			case ev.Conversation != nil && ev.Conversation.Start:
				if i, ok := p.Engine().Index(ev.Conversation.Engagement); ok {
					eng = i
				}
				if !open {
					since = m.At - surveyFor
				}
				open, stage = true, page.Talking
				if m.At == since && s.look.at.At < since+surveyFor {
					stage = page.Asking
				}
			case ev.Conversation != nil:
				stage = page.Asked
			case ev.Page != nil && open && stage == page.Asked:
				open = false
			}
		}
	}
	if !open {
		return nil
	}
	if stage == page.Asking && s.look.frame.State.Conversation && s.look.at.At >= since+surveyFor {
		stage = page.Talking // started by a policy, which makes no event
	}
	w := &page.Window{Stage: stage, State: s.look.frame.State.Agents}
	if eng >= 0 {
		e := refs[eng].Engagement
		w.Own = e.SeparateWindow
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
