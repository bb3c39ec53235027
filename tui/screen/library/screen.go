package library

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

// The panes, in the order of the focus.
const (
	listPane = iota
	detailPane
	usesPane
	panes
)

// Screen shows the eight libraries and changes what is in them.
type Screen struct {
	ses    *pane.Session
	keeper Keeper

	w       *world
	survey  *survey // nil until the first is done
	failed  error   // why there is no world
	loading bool
	gen     int // of loads and follows: results of older ones are dropped

	at     int // the library that is shown
	sizes  [8]int
	table  *widget.Table[*row]
	detail widget.Lines
	uses   widget.Lines
	focus  pane.Ring
	size   layout.Size
	tabs   []tab
	shown  shown
	chosen map[model.Kind]string // what was selected in each library
	cutAt  *whereabouts          // where the operator was before he was cut off
	wanted string                // ID to select with the next list
	asked  key                   // whose versions to show with the next list

	editing *editing       // nil: no form is open
	past    *versions.View // the versions of an item, nil while they are not shown
	pages   []journey.Page // of the journeys at hand, to try rules on

	history   history
	saving    *write
	planning  string // what is being looked into
	plans     int
	surveying bool
	stale     bool   // the world changed since the survey began
	deaf      string // why others' changes are not seen now
	revision  uint64 // of the store, as far as it was followed
	unfollow  context.CancelFunc
}

// shown says what the panes beside the list were written for.
type shown struct {
	d       model.Document
	w       *world
	survey  *survey
	edited  string
	look    uint32
	columns int
	used    key // whose uses are told
}

var (
	_ pane.Screen    = (*Screen)(nil)
	_ pane.Typist    = (*Screen)(nil)
	_ pane.Paster    = (*Screen)(nil)
	_ pane.Clickable = (*Screen)(nil)
	_ pane.Pointed   = (*Screen)(nil)
	_ pane.Disabler  = (*Screen)(nil)
	_ pane.Filtering = (*Screen)(nil)
	_ pane.Located   = (*Screen)(nil)
	_ pane.Reporting = (*Screen)(nil)
	_ pane.Guarded   = (*Screen)(nil)
	_ pane.Receiver  = (*Screen)(nil)
)

// New makes the screen on what keeps the catalog.
func New(k Keeper) *Screen {
	s := &Screen{keeper: k, focus: pane.NewRing(panes), chosen: map[model.Kind]string{}}
	s.table = newTable(func() *theme.Theme { return s.ses.Theme }, s.editedBy)
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return "library" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Library" }

// Open implements pane.Screen: it reads the catalog and follows its changes.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	s.table.Empty = "Reading the libraries" + ses.Theme.Ellipsis
	return tea.Batch(s.load(), s.loadPages())
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case pane.Others:
		s.table.Refresh()
	case loaded:
		if m.gen == s.gen {
			return s.loaded(m)
		}
	case followed:
		if m.gen == s.gen && s.ses.Ctx.Err() == nil {
			return s.followed(m)
		}
	case retry:
		switch {
		case m.gen != s.gen:
		case m.load:
			return s.load()
		default:
			return s.follow()
		}
	case pagesRead:
		if m.err != nil {
			s.ses.Shell.Fail("reading the journeys' pages", m.err)
		}
		s.pages = m.pages
	case surveyed:
		return s.surveyed(m)
	case planned:
		return s.planned(m)
	case written:
		return s.written(m)
	}
	if s.past != nil {
		return s.past.Update(msg)
	}
	return nil
}

// Receive implements pane.Receiver: it shows the item of a path such as
// "audience/cart-over-100", and its versions with "versions:" before that.
func (s *Screen) Receive(arg any) tea.Cmd {
	path, _ := arg.(string)
	path, past := strings.CutPrefix(path, "versions:")
	kind, id, ok := strings.Cut(path, "/")
	at, known := shelfOf(model.Kind(kind))
	if !ok || !known || s.editing != nil {
		return nil
	}
	s.past = nil
	s.turn(at)
	s.table.SetFilter("")
	if !s.table.Select(id) {
		s.wanted = id
	}
	s.focus.Set(detailPane)
	if past {
		return s.askPast(key{Kind: model.Kind(kind), ID: id})
	}
	return nil
}

func (s *Screen) kind() model.Kind { return shelves()[s.at].kind }

// turn shows another library.
func (s *Screen) turn(to int) {
	if to == s.at {
		return
	}
	if id, ok := s.table.SelectedKey(); ok {
		s.chosen[s.kind()] = id
	}
	s.at = to
	s.table.SetFilter("") // it was about the other library
	s.arrange()
	s.table.Do(keymap.First, nil)
	if id := s.chosen[s.kind()]; id != "" {
		s.table.Select(id)
	}
	s.focus.Set(listPane)
}

// Edits implements pane.Editor: the item of the form, once it is kept.
func (s *Screen) Edits() (pane.Doc, bool) {
	if s.editing == nil || s.editing.fresh {
		return pane.Doc{}, false
	}
	return pane.Doc{Kind: string(s.editing.key.Kind), ID: s.editing.key.ID, Name: called(s.editing.form.Document())}, true
}

// Views implements pane.Viewing: the item whose panes the operator is in.
func (s *Screen) Views() (pane.Doc, bool) {
	d, ok := s.selected()
	if !ok || s.editing != nil || s.focus.At(listPane) {
		return pane.Doc{}, false
	}
	return pane.Doc{Kind: string(d.Head().Kind), ID: d.Head().ID, Name: called(d)}, true
}

// editedBy says who else has an item open to change it, and since when.
func (s *Screen) editedBy(k key) string { return s.ses.EditedBy(string(k.Kind), k.ID) }

// selected is the item that the list is on.
func (s *Screen) selected() (model.Document, bool) {
	r, ok := s.table.Selected()
	if !ok {
		return nil, false
	}
	return r.d, true
}

// describe writes the panes beside the list anew if what they are about
// changed. The shell may have moved the selection by filtering, so it is
// called before drawing.
func (s *Screen) describe() {
	d, ok := s.selected()
	if !ok || s.w == nil {
		s.shown = shown{}
		s.detail.SetLines()
		s.uses.SetLines()
		s.focus.Set(listPane)
		return
	}
	next := shown{d: d, w: s.w, survey: s.survey, edited: s.editedBy(keyOf(d)), look: s.ses.Theme.Look(), columns: len(s.columns()), used: keyOf(d)}
	if s.editing != nil && next.columns == panes {
		next.used = s.editing.key // beside the form stands what the form is about
	}
	if next == s.shown {
		return
	}
	if s.shown.d == nil || keyOf(s.shown.d) != keyOf(d) {
		s.detail.Top()
		s.uses.Top()
	}
	s.shown = next
	var x *model.Index
	var problems []model.Problem
	if s.survey != nil {
		x, problems = s.survey.index, s.survey.problems[keyOf(d)]
	}
	about := &sheet{th: s.ses.Theme, w: s.w, when: s.ses.When, edited: next.edited}
	about.item(d, s.w.versions[keyOf(d)], problems, s.survey != nil)
	use := &sheet{th: s.ses.Theme, w: s.w}
	if s.editing != nil && s.editing.fresh && next.used == s.editing.key {
		use.say(muted("Nowhere yet: it is new."))
	} else {
		use.uses(x, next.used)
	}
	s.uses.SetLines(use.lines...)
	if next.columns < panes {
		about.head("Where it is used")
		about.lines = append(about.lines, use.lines...)
	}
	s.detail.SetLines(about.lines...)
}

// Filtered implements pane.Filtering: the list, where it is seen.
func (s *Screen) Filtered() pane.Filterable {
	if s.past != nil {
		return s.past.Filtered()
	}
	if s.editing != nil || len(s.columns()) == 1 && !s.focus.At(listPane) {
		return nil
	}
	return s.table
}

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	out := []string{shelves()[s.at].title}
	if s.editing != nil {
		return append(out, "editing "+called(s.editing.form.Document()))
	}
	if d, ok := s.selected(); ok && (s.past != nil || !s.focus.At(listPane)) {
		out = append(out, called(d))
	}
	if s.past != nil {
		out = append(out, "Versions")
	}
	return out
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	switch {
	case s.saving != nil:
		return "saving: " + s.saving.change.why
	case s.planning != "":
		return s.planning
	case s.editing != nil && s.editing.form.Dirty():
		return "not saved"
	case s.loading && s.w != nil:
		return "reading again"
	case s.failed != nil:
		return "not up to date: f5 reads again"
	case s.deaf != "":
		return s.deaf
	case s.w != nil && s.revision > 0:
		return fmt.Sprintf("revision %d", s.revision)
	}
	return ""
}

// Unsaved implements pane.Guarded.
func (s *Screen) Unsaved() string {
	switch {
	case s.saving != nil:
		return "still saving: " + s.saving.change.why + "."
	case s.editing != nil && s.editing.form.Dirty():
		return "the " + noun(s.editing.key.Kind) + " " + called(s.editing.form.Document()) + " has changes that are not saved."
	}
	return ""
}

// Scope implements pane.Screen.
func (s *Screen) Scope() string {
	if s.editing != nil {
		return s.editing.form.Scope()
	}
	if s.past != nil {
		return pastScope
	}
	return itemScope
}

// columns are the panes that there is room for.
func (s *Screen) columns() []layout.Rect {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	out := layout.Columns(body, panes)
	switch {
	case len(out) == 2 && s.editing != nil:
		out = body.Columns(2, 3)
	case len(out) == 2:
		out = body.Columns(1, 1)
	case len(out) == panes && s.editing != nil:
		out = body.Columns(3, 5, 3)
	case len(out) == panes:
		out = body.Columns(5, 5, 3)
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
		return []int{listPane, detailPane, usesPane}
	case n == 2:
		return []int{listPane, detailPane}
	case s.editing != nil || !s.focus.At(listPane):
		return []int{detailPane}
	}
	return []int{listPane}
}

// Rows implements pane.Screen: one row with the libraries, and the panes below.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	s.settle()
	s.describe()
	th := s.ses.Theme
	if s.past != nil {
		return frame.Above(frame.Rows{s.headRow(th, size.W)}, s.past.Rows(layout.Size{W: size.W, H: size.H - 1}, focused))
	}
	cols := s.columns()
	parts := make([]frame.Rows, 0, len(cols))
	for i, p := range s.panesShown(len(cols)) {
		parts = append(parts, s.pane(th, p, cols[i].Size(), focused))
	}
	return frame.Above(frame.Rows{s.headRow(th, size.W)}, frame.Beside(parts...))
}

// settle takes the focus off a pane that is not seen by itself.
func (s *Screen) settle() {
	if s.focus.At(usesPane) && len(s.columns()) < panes {
		s.focus.Set(detailPane)
	}
}

func (s *Screen) pane(th *theme.Theme, p int, size layout.Size, focused bool) frame.Rows {
	has := focused && s.focus.At(p) && s.editing == nil
	box := widget.Box{Focused: has}
	inner := box.Inner(size)
	switch {
	case p == listPane:
		n, total := s.table.Count()
		box.Title, box.Note = shelves()[s.at].title, fmt.Sprintf("%d/%d", n, total)
		if n == total {
			by, desc := s.table.Sorted()
			box.Note = "by " + columnNames()[max(0, by)]
			if desc {
				box.Note += " " + th.Descending
			}
		}
		list, foot := inner.H, 0
		if size.W == s.size.W { // nothing beside it says the whole
			list, foot = widget.Footed(inner.H, 3)
		}
		said := ""
		if r, ok := s.table.Selected(); ok {
			said = whole(r.d.Head().Name, r.key.ID) + ": " + r.brief()
		}
		return box.Rows(th, size, frame.Above(s.table.Rows(th, layout.Size{W: inner.W, H: list}, has), widget.Whole(th, said, inner.W, foot)))
	case p == detailPane && s.editing != nil:
		box.Focused = focused
		box.Title = s.editing.title()
		if s.editing.form.Dirty() {
			box.Note = "not saved"
		}
		return box.Rows(th, size, s.editing.form.Rows(inner, focused))
	case p == usesPane:
		box.Title = "Where it is used"
		return box.Rows(th, size, s.uses.Rows(th, inner, has))
	}
	box.Title = strings.ToUpper(shelves()[s.at].one[:1]) + shelves()[s.at].one[1:]
	return box.Rows(th, size, s.detail.Rows(th, inner, has))
}

// Hits implements pane.Clickable. It is asked after Rows.
func (s *Screen) Hits(h *frame.Hits) {
	if s.past != nil {
		h.In(0, 1, s.past.Hits)
		return
	}
	if s.editing == nil {
		for i, t := range s.tabs {
			h.Add(frame.Hit{Rect: layout.Rect{X: t.x, W: t.w, H: 1}, Click: keymap.Click, Arg: tabHit(i)})
		}
	}
	cols := s.columns()
	for i, p := range s.panesShown(len(cols)) {
		at := cols[i]
		switch {
		case p == detailPane && s.editing != nil:
			h.In(at.X+1, at.Y+1, s.editing.form.Hits)
		case s.editing != nil:
		case p == listPane:
			h.In(at.X+1, at.Y+1, s.table.Hits)
		case p == detailPane:
			h.In(at.X+1, at.Y+1, s.detail.Hits)
		default:
			h.In(at.X+1, at.Y+1, s.uses.Hits)
		}
	}
}

// tabHit is the name of a library under the mouse.
type tabHit int

// Cursor implements pane.Pointed: the caret of the form.
func (s *Screen) Cursor() (x, y int, visible bool) {
	if s.editing == nil {
		return 0, 0, false
	}
	cols := s.columns()
	for i, p := range s.panesShown(len(cols)) {
		if p == detailPane {
			x, y, visible = s.editing.form.Cursor()
			return x + cols[i].X + 1, y + cols[i].Y + 1, visible
		}
	}
	return 0, 0, false
}

// Type implements pane.Typist.
func (s *Screen) Type(k tea.Key) (tea.Cmd, bool) {
	if s.editing == nil {
		return nil, false
	}
	return s.editing.form.Type(k)
}

// Paste implements pane.Paster.
func (s *Screen) Paste(text string) tea.Cmd {
	if s.editing == nil {
		return nil
	}
	return s.editing.form.Paste(text)
}
