package simulator

import (
	"slices"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/page"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// place is one of the screen's panes.
type place int

const (
	pagePane place = iota
	whyPane
	tracePane
	eventsPane
	visitorPane
	lanePane // of the followed engagements; there while there are any
)

var paneTitles = [...]string{lanePane: "Lanes", pagePane: "Page", whyPane: "Engagements", tracePane: "Why", eventsPane: "Events", visitorPane: "Visitor"}

// mode is how many panes stand side by side.
type mode int

const (
	one  mode = iota // the pane with the focus
	some             // the page beside one of events and visitor, below them the rows or the trace
	all              // every pane
)

func modeOf(size layout.Size) mode {
	switch {
	case size.W < 100:
		return one
	case size.W < 160 || size.H < 37:
		return some
	}
	return all
}

// wide tells whether rows and trace are seen at once.
func (s *Screen) wide() bool { return modeOf(s.size) == all }

// round lists the panes that there are, in the order of tab.
func (s *Screen) round() []place {
	round := []place{pagePane, whyPane, eventsPane, visitorPane}
	switch {
	case s.wide():
		round = []place{pagePane, whyPane, tracePane, eventsPane, visitorPane}
	case s.traced:
		round[1] = tracePane
	}
	if len(s.follow.paths) > 0 {
		round = append(round, lanePane)
	}
	return round
}

// step is the pane n further in the round.
func (s *Screen) step(n int) place {
	round := s.round()
	for i, p := range round {
		if p == s.focus {
			return round[(i+n+len(round))%len(round)]
		}
	}
	return pagePane
}

// remember keeps which of the two panes that share a place was used last.
func (s *Screen) remember() {
	switch s.focus {
	case eventsPane, visitorPane:
		s.lower = s.focus
	case whyPane:
		s.traced = s.traced && s.wide()
	}
}

// eventLines is what the mouse is told that it points at in the event list.
type eventLines struct{}

// slot is a pane and where it stands.
type slot struct {
	pane place
	at   layout.Rect
}

// arrange divides the body: the panes above, from left to right, the timeline
// below.
func (s *Screen) arrange(size layout.Size) (panes []slot, bottom layout.Rect) {
	body, bottom := layout.Rect{W: size.W, H: size.H}.CutBottom(min(timelineRows, max(0, size.H-3)))
	upper := whyPane
	if s.traced {
		upper = tracePane
	}
	m := modeOf(size)
	focus := s.focus
	if focus == lanePane && len(s.follow.paths) == 0 {
		focus = upper
	}
	if m != all && (focus == whyPane || focus == tracePane) {
		focus = upper
	}
	switch {
	case m == one || s.zoomed:
		return []slot{{focus, body}}, bottom
	}
	var lanes layout.Rect
	if n := s.laneRows(body); n > 0 {
		body, lanes = body.CutBottom(n)
		defer func() { panes = append(panes, slot{lanePane, lanes}) }()
	}
	switch {
	case m == some:
		low := body.H * 2 / 5
		if s.traced {
			low = body.H / 2
		}
		top, rows := body.CutBottom(low)
		left, right := top.CutRight(max(40, body.W*2/5))
		return []slot{{pagePane, left}, {s.lower, right}, {upper, rows}}, bottom
	}
	top, low := body.CutBottom(body.H * 2 / 5)
	up, down := top.Columns(11, 8, 5), low.Columns(5, 3)
	return []slot{{pagePane, up[0]}, {tracePane, up[1]}, {visitorPane, up[2]}, {whyPane, down[0]}, {eventsPane, down[1]}}, bottom
}

// Rows implements pane.Screen.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	before := s.wide()
	s.size = size
	if s.player == nil {
		return s.welcome(size)
	}
	if s.two != nil {
		return s.two.draw(size, focused)
	}
	if s.wide() && !before {
		s.explain()
	}
	panes, bottom := s.arrange(size)
	parts := make([]frame.Rows, 0, len(panes)+1)
	for _, p := range panes {
		parts = append(parts, s.draw(p, focused))
	}
	if !bottom.Empty() {
		parts = append(parts, s.timeline(size.W))
	}
	if slices.EqualFunc(parts, s.drawn.parts, frame.Same) && len(s.drawn.body) == size.H {
		return s.drawn.body
	}
	body := make(frame.Rows, size.H)
	for n, p := range panes {
		for i, r := range parts[n] {
			body[p.at.Y+i] += r
		}
	}
	if !bottom.Empty() {
		copy(body[bottom.Y:], parts[len(panes)])
	}
	s.drawn.parts, s.drawn.body = parts, body
	return body
}

// drawn is what was drawn last: the boxes by pane, the parts of the body, and
// the body.
type drawn struct {
	boxes [lanePane + 1]widget.Boxed
	parts []frame.Rows
	body  frame.Rows
	facts frame.Joint // the visitor's two columns
}

// draw draws a pane in its box.
func (s *Screen) draw(p slot, focused bool) frame.Rows {
	th := s.ses.Theme
	has := focused && s.focus == p.pane
	box := widget.Box{Title: s.title(p.pane), Note: s.note(p.pane), Focused: has}
	inner := box.Inner(p.at.Size())
	var inside frame.Rows
	switch p.pane {
	case pagePane:
		inside = s.pageRows(inner)
	case whyPane:
		inside = s.whyRows(th, inner, has)
	case tracePane:
		inside = s.trace.rows(s, inner, has)
	case eventsPane:
		inside = s.list.rows(th, inner, has, s.look.marks)
	case visitorPane:
		inside = s.visitorRows(th, inner, has)
	case lanePane:
		inside = s.laneRowsOf(th, inner, has)
	}
	return s.drawn.boxes[p.pane].Rows(th, box, p.at.Size(), inside)
}

// title is a pane's name, among the names of the others where it stands alone.
func (s *Screen) title(p place) string {
	if modeOf(s.size) != one && !s.zoomed {
		return paneTitles[p]
	}
	round := s.round()
	names := make([]string, len(round))
	for i, other := range round {
		names[i] = paneTitles[other]
		if other == p {
			names[i] = "[" + names[i] + "]"
		}
	}
	return strings.Join(names, " ")
}

// note is what the upper edge of a pane says at its right end.
func (s *Screen) note(p place) string {
	switch p {
	case pagePane:
		f := &s.look.frame
		if f.State.Page == nil {
			break
		}
		if kind := page.KindOf(f.State.Page.URL, f.State.Page.Title, f.State.Page.Sections); kind != page.PlainPage {
			return kind.String() + " page"
		}
	case whyPane:
		out := "as in the catalog"
		switch {
		case s.between():
			out = "no visit is open: how far each came"
		case s.near:
			out = "nearest first"
		}
		if s.narrow.any() {
			out = clean(s.narrow.words()) + " " + s.ses.Theme.Dot + " " + out
		}
		return out
	case tracePane:
		return s.trace.title
	case eventsPane:
		return s.neighbor(p, visitorPane, "tab: ")
	case visitorPane:
		return s.neighbor(p, eventsPane, "shift+tab: ")
	}
	return ""
}

// neighbor names the pane that shares the place of another, and the key that
// leads to it from there.
func (s *Screen) neighbor(p, other place, key string) string {
	switch {
	case modeOf(s.size) != some || s.zoomed:
		return ""
	case s.focus == p:
		return key + paneTitles[other]
	}
	return "or " + paneTitles[other]
}

// welcome is what is seen before a journey is there.
func (s *Screen) welcome(size layout.Size) frame.Rows {
	th := s.ses.Theme
	rows := frame.Blank(size.W, size.H)
	lines := []string{
		th.Paint(theme.Title, "No journey is open."),
		"",
		"Press " + th.Paint(theme.Key, "o") + " to choose one of the library,",
		th.Paint(theme.Key, "O") + " to read a file,",
		th.Paint(theme.Key, "D") + " to drive a visitor of your own.",
	}
	if s.wanted != "" {
		lines = []string{
			th.Paint(theme.Title, s.wantedName+" waits for a visitor."),
			"",
			"There is no journey in the library. Press " + th.Paint(theme.Key, "O") + " for a file with some:",
			"it opens where a visitor sees it. Or " + th.Paint(theme.Key, "D") + " drives a visitor of your own.",
		}
	}
	if said := s.readingWords(); said != "" {
		lines = []string{th.Paint(theme.Title, upper(said)+".")}
	}
	top := max(0, (size.H-len(lines))/2)
	for i, l := range lines {
		if top+i < len(rows) {
			rows[top+i] = frame.FitCenter(l, size.W)
		}
	}
	return rows
}

// Hits implements pane.Clickable.
func (s *Screen) Hits(h *frame.Hits) {
	if s.player == nil {
		opens := OpenJourney
		if s.wanted != "" {
			opens = OpenFile
		}
		h.Add(frame.Hit{Rect: layout.Rect{W: s.size.W, H: s.size.H}, Click: opens})
		return
	}
	if s.two != nil {
		s.two.hits(h)
		return
	}
	panes, bottom := s.arrange(s.size)
	for _, p := range panes {
		h.Add(frame.Hit{Rect: p.at, Click: keymap.Click, Wheel: keymap.Wheel, Arg: p.pane})
		h.In(p.at.X+1, p.at.Y+1, func(h *frame.Hits) {
			switch p.pane {
			case pagePane:
				for _, spot := range s.page.spots {
					h.Add(frame.Hit{Rect: spot.Rect, Click: tap, Arg: spot})
				}
			case whyPane:
				s.why.Hits(h)
			case tracePane:
				inner := layout.Size{W: max(0, p.at.W-2), H: max(0, p.at.H-2)}
				h.In(0, s.trace.treeTop(s, inner), s.trace.tree.Hits)
			case eventsPane:
				h.Add(frame.Hit{Rect: s.list.hits, Click: keymap.Click, Wheel: keymap.Wheel, Arg: eventLines{}})
			case lanePane:
				h.Add(frame.Hit{Rect: layout.Rect{W: max(0, p.at.W-2), H: max(0, p.at.H-2)}, Click: keymap.Click, Wheel: keymap.Wheel, Arg: laneArea{}})
			case visitorPane:
				h.Add(frame.Hit{Rect: layout.Rect{W: max(0, p.at.W-2), H: max(0, p.at.H-2)}, Click: keymap.Click, Wheel: keymap.Wheel, Arg: visitorPane})
			}
		})
	}
	if bottom.H >= 3 {
		h.Add(frame.Hit{Rect: layout.Rect{X: 1, Y: bottom.Y + 1, W: max(1, bottom.W-2), H: 2}, Click: seek, Drag: true})
	}
}

// pointed is the pane that the mouse asked.
func (s *Screen) pointed(p frame.Pointer) (place, bool) {
	switch arg := p.Arg.(type) {
	case place:
		return arg, true
	case *widget.Tree:
		return tracePane, true
	case eventLines:
		return eventsPane, true
	case laneArea:
		return lanePane, true
	case widget.Doer:
		return whyPane, true
	}
	return 0, false
}
