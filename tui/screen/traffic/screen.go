package traffic

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/live"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// The panes, in the order of the focus. The visits stand in the place of the
// facts, while they are open.
const (
	scopesPane = iota
	factsPane
	panes
)

// Screen shows what the campaigns would have done to recorded visitors.
type Screen struct {
	ses *pane.Session
	src Source

	order   Order
	report  *Report
	running *running // nil: nothing is replayed now
	runs    int
	failed  string // why the last run has no report

	at      int // the view
	plain   bool
	scopes  *widget.Table[*scope]
	named   int // cells that the names in it need
	facts   *widget.Table[*fact]
	visits  *visits  // nil: not open
	studies []*study // the last is looked at
	listed  int      // of lists asked for; results of older ones are dropped
	focus   pane.Ring
	live    *live.Page
	logs    bool // can be followed
	size    layout.Size
	tabs    []tab
	shown   shown
	laid    laid
}

// shown says what the facts were made of.
type shown struct {
	report *Report
	path   string
	at     int
}

// tab is where a view's name stands in the row of names; tabHit is the one
// under the mouse.
type (
	tab    struct{ x, w int }
	tabHit int
)

var (
	_ pane.Screen    = (*Screen)(nil)
	_ pane.Clickable = (*Screen)(nil)
	_ pane.Disabler  = (*Screen)(nil)
	_ pane.Filtering = (*Screen)(nil)
	_ pane.Located   = (*Screen)(nil)
	_ pane.Reporting = (*Screen)(nil)
	_ pane.Readable  = (*Screen)(nil)
	_ pane.Pausing   = (*Screen)(nil)
	_ pane.Ending    = (*Screen)(nil)
)

// New makes the screen on a source.
func New(src Source) *Screen {
	s := &Screen{src: src, focus: pane.NewRing(panes), scopes: newScopes(), facts: newFacts(), live: live.New(nil)}
	s.order = Order{Input: Input{Name: "All journeys"}, Catalog: Catalog{Name: "as it stands"}}
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return "traffic" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Traffic" }

// Scope implements pane.Screen.
func (s *Screen) Scope() string {
	if s.live.On() {
		return s.live.Scope().Name
	}
	return "traffic"
}

// Open implements pane.Screen.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	s.invite()
	return nil
}

// invite says how to begin.
func (s *Screen) invite() {
	s.scopes.Empty = "Nothing is replayed yet: r replays " + strings.ToLower(s.order.Input.Name[:1]) + s.order.Input.Name[1:] + ", o chooses other traffic."
	if s.failed != "" {
		s.scopes.Empty = s.failed
	}
	s.scopes.Refresh()
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case done:
		return s.done(m)
	case tick:
		if s.running != nil && m.run == s.runs {
			return s.tick()
		}
	case choices:
		s.choose(m)
	case found:
		s.found(m)
	case changed:
		s.changed(m)
	case traced:
		s.traced(m)
	case keptRuns:
		s.listKept(m)
	case kept:
		return s.kept(m)
	case recalled:
		s.recalled(m)
	case thresholds:
		s.chooseThreshold(m)
	case played:
		if m.err != nil {
			s.ses.Shell.Fail("opening the visit", m.err)
			return nil
		}
		return s.ses.Shell.Show("simulator", m.watch)
	default:
		return s.live.Update(msg)
	}
	return nil
}

// selected is the scope that the facts are of.
func (s *Screen) selected() (*scope, bool) { return s.scopes.Selected() }

// describe makes the facts anew if what they are about changed.
func (s *Screen) describe() {
	sc, ok := s.selected()
	if !ok || s.report == nil {
		s.shown = shown{}
		s.facts.SetItems(nil)
		return
	}
	next := shown{s.report, sc.path, s.at}
	if next == s.shown {
		return
	}
	if s.shown.at != s.at || s.shown.path != sc.path {
		s.visits = nil
	}
	s.shown = next
	facts := views()[s.at].facts(s.report, sc)
	items := make([]*fact, len(facts))
	for i := range facts {
		items[i] = &facts[i]
	}
	s.facts.SetItems(items)
	s.facts.Do(keymap.First, nil)
	if f, ok := s.facts.Selected(); ok && f.number == "" {
		s.facts.Do(keymap.Down, nil)
	}
}

// factsNeed is what the right pane needs for a label, its numbers, a bar and an
// interval; leastFacts is what it does with.
const (
	factsNeed  = 84
	leastFacts = 60
)

// columns are the panes that there is room for: the left one as wide as its names
// and as many of its numbers as leave the right one what it needs, and the right
// one with the rest.
func (s *Screen) columns() []layout.Rect {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	out := layout.Columns(body, panes)
	if len(out) == panes {
		n := numbersShown
		for n > 1 && body.W-s.wanted(n) < factsNeed {
			n--
		}
		left := max(40, min(s.wanted(n), body.W-leastFacts))
		out = body.Columns(left, body.W-left)
	}
	head := min(1, s.size.H)
	for i := range out {
		out[i].Y, out[i].H = head, out[i].H-head
	}
	return out
}

// panesShown lists the panes that are seen, from left to right.
func (s *Screen) panesShown(n int) []int {
	switch {
	case n >= panes:
		return []int{scopesPane, factsPane}
	case s.focus.At(scopesPane):
		return []int{scopesPane}
	}
	return []int{factsPane}
}

// Rows implements pane.Screen: the views in a row, and the panes below.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	if s.live.On() {
		return s.live.Rows(size, focused)
	}
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	if x := s.study(); x != nil {
		return s.studyRows(x, size, focused)
	}
	s.describe()
	th := s.ses.Theme
	cols := s.columns()
	parts := make([]frame.Rows, 0, len(cols))
	for i, p := range s.panesShown(len(cols)) {
		parts = append(parts, s.pane(th, p, cols[i].Size(), focused && s.focus.At(p)))
	}
	return frame.Above(frame.Rows{s.headRow(th, size.W)}, frame.Beside(parts...))
}

func (s *Screen) pane(th *theme.Theme, p int, size layout.Size, has bool) frame.Rows {
	box := widget.Box{Focused: has}
	inner := box.Inner(size)
	if p == scopesPane {
		box.Title = "Campaigns"
		if s.report != nil {
			box.Note = text.Many(s.report.Visits, "visit")
			if !s.report.Complete || s.report.part() != "" {
				box.Note += ", in part"
			}
		}
		if s.running != nil {
			return box.Rows(th, size, frame.Block(s.progress(th, inner.W), inner.W, inner.H))
		}
		return box.Rows(th, size, s.scopes.RowsSaid(th, inner, has, 2, func(sc *scope) string { return sc.name }))
	}
	box.Title = views()[s.at].title
	if sc, ok := s.selected(); ok && s.report != nil {
		box.Title = sc.name + " " + th.Separator + " " + box.Title
	}
	if s.visits != nil {
		box.Title, box.Note = s.visits.title, s.visits.note()
		return box.Rows(th, size, s.visits.table.RowsSaid(th, inner, has, 2, s.visits.said))
	}
	if f, ok := s.facts.Selected(); ok && has && f.query != nil {
		box.Note = "enter: the visits"
	}
	s.lay(inner.W)
	list, foot := widget.Footed(inner.H, 2)
	return box.Rows(th, size, frame.Above(s.facts.Rows(th, layout.Size{W: inner.W, H: list}, has), widget.Whole(th, s.whole(), inner.W, foot)))
}

// whole says all of the selected fact, whose row may be cut.
func (s *Screen) whole() string {
	f, ok := s.facts.Selected()
	if !ok || f.number == "" && f.note == "" {
		return ""
	}
	if f.number == "" {
		return f.label + ": " + f.note
	}
	said, v := f.label+": "+f.number, views()[s.at]
	if f.unit(v) != "" {
		said += " " + f.unit(v)
	}
	if f.share != nil {
		said += ", " + percent(*f.share)
		if v.base != "" {
			said += " of " + v.base
		}
	}
	if f.note != "" {
		said += "; " + f.note
	}
	return said
}

// headRow names the views; the present one is in brackets.
func (s *Screen) headRow(th *theme.Theme, w int) string {
	var b strings.Builder
	s.tabs = s.tabs[:0]
	x := 0
	for i, v := range views() {
		part, look := " "+v.title, theme.TabIdle
		if i == s.at {
			part, look = "["+v.title+"]", theme.TabActive
		}
		s.tabs = append(s.tabs, tab{x, frame.Width(part)})
		x += frame.Width(part)
		b.WriteString(th.Paint(look, part))
	}
	return frame.FitWith(b.String(), w, th.Ellipsis)
}

// Hits implements pane.Clickable. It is asked after Rows.
func (s *Screen) Hits(h *frame.Hits) {
	if s.live.On() {
		s.live.Hits(h)
		return
	}
	if x := s.study(); x != nil {
		h.In(1, 1, x.list.Hits)
		return
	}
	for i, t := range s.tabs {
		h.Add(frame.Hit{Rect: layout.Rect{X: t.x, W: t.w, H: 1}, Click: keymap.Click, Arg: tabHit(i)})
	}
	cols := s.columns()
	for i, p := range s.panesShown(len(cols)) {
		at := cols[i]
		switch {
		case p == scopesPane && s.running == nil:
			h.In(at.X+1, at.Y+1, s.scopes.Hits)
		case p == factsPane && s.visits != nil:
			h.In(at.X+1, at.Y+1, s.visits.table.Hits)
		case p == factsPane:
			h.In(at.X+1, at.Y+1, s.facts.Hits)
		}
	}
}

// Filtered implements pane.Filtering: the list with the focus.
func (s *Screen) Filtered() pane.Filterable {
	switch x := s.study(); {
	case s.live.On():
		return s.live.Filtered()
	case x != nil:
		return x.list
	case s.report == nil:
		return nil
	case s.focus.At(scopesPane):
		return s.scopes
	case s.visits != nil:
		return s.visits.table
	}
	return s.facts
}

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	if s.live.On() {
		return s.live.Crumbs()
	}
	if s.report == nil {
		return nil
	}
	out := []string{s.report.Order.Input.Name}
	if s.study() != nil {
		for _, x := range s.studies {
			out = append(out, x.title)
		}
		return out
	}
	if sc, ok := s.selected(); ok && !s.focus.At(scopesPane) {
		out = append(out, sc.name, views()[s.at].title)
		if s.visits != nil {
			out = append(out, s.visits.title)
		}
	}
	return out
}

// answers says how visitors answer what the traffic has no answer to.
func answers(p replay.Policy) string {
	if p == (replay.Policy{}) {
		return "as recorded"
	}
	return p.String()
}

// Status implements pane.Reporting: what was replayed, and how.
func (s *Screen) Status() string {
	if s.live.On() {
		return s.live.Status()
	}
	if s.running != nil {
		// First what esc does: what is cut off is the end, which the pane says.
		said := "esc keeps what is done; "
		if !s.running.partly {
			said = "esc stops it; "
		}
		return said + strings.ToLower(s.running.what[:1]) + s.running.what[1:]
	}
	r := s.report
	if r == nil {
		return ""
	}
	var part []string // first: what is cut off is the end
	if r.part() != "" {
		part = append(part, "first "+text.Many(r.Order.Input.Lines, "line"))
	}
	if !r.Complete {
		part = append(part, "stopped early")
	}
	said := []string{r.Catalog.Name, "answers " + answers(r.Respond)}
	if r.Catalog.inForce() {
		said[0] = fmt.Sprintf("revision %d", r.Revision)
	}
	if r.Seed != 0 {
		said = append(said, fmt.Sprintf("seed %d", r.Seed))
	}
	return strings.Join(append(part, said...), ", ")
}
