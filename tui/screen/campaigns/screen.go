package campaigns

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/approval"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// The panes, in the order of the focus.
const (
	listPane = iota
	detailPane
	engagementPane
	panes
)

// Screen shows campaigns and changes what can be changed without a form.
type Screen struct {
	ses    *pane.Session
	keeper Keeper

	worlds  *Worlds
	w       *world
	checked *checked // nil until the first check is done
	failed  error    // why there is no world
	loading bool
	gen     int // of loads and watches: results of older ones are dropped
	ticks   int // of the minute's tick

	table      *widget.Table[*row]
	campaign   outline
	engagement outline
	focus      pane.Ring
	size       layout.Size
	boxes      [panes]widget.Boxed
	body       frame.Joint

	census census
	rivals *rivals
	shown  shown  // what the outlines were written for
	chosen string // ID of the engagement that is shown

	history   history
	board     approval.Board
	boarded   bool // it was read before
	saving    *write
	judging   bool
	checking  bool   // a check is under way
	stale     bool   // the world changed since the check began
	soon      int    // of checks that were put off: only the last is begun
	deaf      string // why others' changes are not seen now
	revision  uint64 // of the store, as far as it was followed
	unfollow  context.CancelFunc
	asked     int          // of files to import: results of older ones are dropped
	importing string       // name of the file whose plan is being written
	cutAt     *whereabouts // where the operator was before he was cut off
	wanted    string       // path that another screen asked for before there was a world
}

// shown says what the outlines were written for; they are written anew when it
// changes.
type shown struct {
	campaign   *model.Campaign
	version    Version
	on         *ground
	rivals     *rivals
	asked      string
	checked    *checked
	minute     int64
	engagement string
	edited     string
	look       uint32
}

// checked is what the last check found.
type checked struct {
	findings findings
	sums     map[string]sums
}

var (
	_ pane.Screen    = (*Screen)(nil)
	_ pane.Clickable = (*Screen)(nil)
	_ pane.Disabler  = (*Screen)(nil)
	_ pane.Filtering = (*Screen)(nil)
	_ pane.Located   = (*Screen)(nil)
	_ pane.Reporting = (*Screen)(nil)
	_ pane.Guarded   = (*Screen)(nil)
	_ pane.Pausing   = (*Screen)(nil)
	_ pane.Receiver  = (*Screen)(nil)
)

// New makes the screen on what keeps the catalog.
func New(k Keeper) *Screen {
	s := &Screen{keeper: k, focus: pane.NewRing(panes)}
	s.table = newTable(func() *theme.Theme { return s.ses.Theme }, func(id string) bool { return s.editedBy(id) != "" })
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return "campaigns" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Campaigns" }

// Open implements pane.Screen: it reads the catalog and follows its changes.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	s.table.Empty = "Reading the campaigns" + ses.Theme.Ellipsis
	return tea.Batch(s.load(), s.tick())
}

// Pause implements pane.Pausing: a hidden screen has no clock.
func (s *Screen) Pause(hidden bool) tea.Cmd {
	s.ticks++
	if hidden {
		return nil
	}
	s.arrange()
	return s.tick()
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case pane.Others:
		s.table.Refresh()
	case minute:
		if m.gen != s.ticks {
			return nil
		}
		s.arrange()
		return s.tick()
	case loaded:
		if m.gen != s.gen {
			return nil
		}
		return s.loaded(m)
	case followed:
		if m.gen != s.gen || s.ses.Ctx.Err() != nil {
			return nil
		}
		return s.followed(m)
	case retry:
		switch {
		case m.gen != s.gen:
			return nil
		case m.load:
			return s.load()
		}
		return s.follow()
	case checkNow:
		if m.gen == s.soon {
			return s.check()
		}
	case checkDone:
		return s.checkDone(m)
	case judged:
		return s.judged(m)
	case written:
		return s.written(m)
	case exported:
		return s.exported(m)
	case planned:
		return s.planned(m)
	case imported:
		return s.imported(m)
	case boardRead:
		return s.boardRead(m)
	}
	cmd, _ := approval.Heard(s.ses, msg)
	return cmd
}

// Receive implements pane.Receiver: it shows the campaign of a path,
// "cart-rescue", or the engagement, "cart-rescue/help-overlay".
func (s *Screen) Receive(arg any) tea.Cmd {
	path, ok := arg.(string)
	if !ok || path == "" {
		return nil
	}
	if s.w == nil {
		s.wanted = path
		return nil
	}
	s.goTo(path)
	return nil
}

func (s *Screen) goTo(path string) {
	id, e, deeper := strings.Cut(path, "/")
	if s.w.campaign(id) == nil {
		s.ses.Shell.Toast(widget.Warning, "There is no campaign "+label("", id)+" any more.")
		return
	}
	if !s.table.Select(id) {
		s.table.SetFilter("")
		s.table.Select(id)
	}
	s.focus.Set(detailPane)
	if deeper {
		s.chosen = e
		s.describe()
		s.campaign.reveal("engagement " + e)
		s.focus.Set(engagementPane)
	}
}

// editedBy says who else has a campaign open to change it, and since when.
func (s *Screen) editedBy(id string) string {
	return s.ses.EditedBy(string(model.KindCampaign), id)
}

// Views implements pane.Viewing: the campaign whose panes the operator is in.
func (s *Screen) Views() (pane.Doc, bool) {
	k, ok := s.selected()
	if !ok || s.focus.At(listPane) {
		return pane.Doc{}, false
	}
	return pane.Doc{Kind: string(model.KindCampaign), ID: k.ID, Name: label(k.Name, k.ID)}, true
}

// selected is the campaign that the list is on.
func (s *Screen) selected() (*model.Campaign, bool) {
	r, ok := s.table.Selected()
	if !ok {
		return nil, false
	}
	return r.k, true
}

// engagementShown is the engagement that the third pane has.
func (s *Screen) engagementShown() (int, *model.Engagement) {
	k, ok := s.selected()
	if !ok {
		return -1, nil
	}
	first := -1
	for i, e := range k.Engagements {
		if e == nil {
			continue
		}
		if e.ID == s.chosen {
			return i, e
		}
		if first < 0 {
			first = i
		}
	}
	if first < 0 {
		return -1, nil
	}
	return first, k.Engagements[first]
}

// describe writes the outlines anew if what they are about changed. The shell
// may have moved the selection by filtering, so it is called before drawing.
func (s *Screen) describe() {
	k, ok := s.selected()
	if !ok || s.w == nil {
		s.shown = shown{}
		s.campaign.reset(nil)
		s.engagement.reset(nil)
		s.focus.Set(listPane)
		return
	}
	s.choose()
	now := s.ses.Now()
	i, e := s.engagementShown()
	next := shown{campaign: k, version: s.w.versions[k.ID], on: s.w.ground, rivals: s.rivals, checked: s.checked, minute: now.Unix() / 60, edited: s.editedBy(k.ID), asked: s.askedFor(k.ID), look: s.ses.Theme.Look()}
	if e != nil {
		next.engagement = e.ID
	} else if s.focus.At(engagementPane) {
		s.focus.Set(detailPane)
	}
	if next == s.shown {
		return
	}
	before := s.shown
	s.shown = next
	var problems []model.Problem
	if s.checked != nil {
		problems = s.checked.findings.of(s.w, k)
	}
	same := before.campaign != nil && before.campaign.ID == k.ID
	around := before
	around.engagement = next.engagement
	if around != next { // more than the engagement changed
		sheet := &sheet{w: s.w, th: s.ses.Theme, at: now, k: k, edited: next.edited, asked: next.asked, entries: make([]entry, 0, len(s.campaign.entries)+fewEntries)}
		put(&s.campaign, same, sheet.campaign(s.w.frames.State(k, now), next.version, *s.rivals, s.checked != nil, problems))
	}
	if e == nil {
		s.engagement.reset(nil)
		return
	}
	sheet := &sheet{w: s.w, th: s.ses.Theme, at: now, k: k, prefix: "pane ", entries: make([]entry, 0, len(s.engagement.entries)+fewEntries)}
	sheet.engagement(i, e, 0)
	sheet.problems(problems, false)
	put(&s.engagement, same && before.engagement == next.engagement, sheet.entries)
}

func put(o *outline, same bool, entries []entry) {
	if same {
		o.set(entries)
	} else {
		o.reset(entries)
	}
}

// choose lets the third pane follow the mark in the second.
func (s *Screen) choose() {
	if !s.focus.At(detailPane) {
		return
	}
	if id := s.campaign.within(); id != "" {
		s.chosen = id
	}
}

// Filtered implements pane.Filtering: the list, where it is seen.
func (s *Screen) Filtered() pane.Filterable {
	if len(s.columns()) == 1 && !s.focus.At(listPane) || len(s.columns()) == 2 && s.focus.At(engagementPane) {
		return nil
	}
	return s.table
}

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	k, ok := s.selected()
	if !ok || s.focus.At(listPane) {
		return nil
	}
	out := []string{label(k.Name, k.ID)}
	if _, e := s.engagementShown(); e != nil && s.focus.At(engagementPane) {
		out = append(out, label(e.Name, e.ID))
	}
	return out
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	switch {
	case s.saving != nil:
		return "saving: " + s.saving.change.words()
	case s.importing != "":
		return "importing " + s.importing
	case s.judging:
		return "checking"
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

// Unsaved implements pane.Guarded: a change or an import that is on its way.
func (s *Screen) Unsaved() string {
	if s.saving != nil {
		return "still saving: " + s.saving.change.words() + "."
	}
	if s.importing != "" {
		return "still importing " + s.importing + "."
	}
	return ""
}

// Scope implements pane.Screen.
func (s *Screen) Scope() string {
	return [...]string{listPane: "campaigns", detailPane: "campaigns.detail", engagementPane: "campaigns.engagement"}[s.focus.Index()]
}

// columns are the panes that there is room for. Of two, the list gets more
// than elsewhere, since names and states stand in it; two details are equal.
func (s *Screen) columns() []layout.Rect {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	out := layout.Columns(body, panes)
	if len(out) == 2 {
		out = body.Columns(9, 11)
		if s.focus.At(engagementPane) {
			out = body.Columns(1, 1)
		}
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
		return []int{listPane, detailPane, engagementPane}
	case n == 2 && s.focus.At(engagementPane):
		return []int{detailPane, engagementPane}
	case n == 2:
		return []int{listPane, detailPane}
	}
	return []int{s.focus.Index()}
}

// Rows implements pane.Screen: one row of totals, and the panes below it.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	s.describe()
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	th := s.ses.Theme
	_, total := s.table.Count()
	cols := s.columns()
	parts := make([]frame.Rows, 0, len(cols))
	for i, p := range s.panesShown(len(cols)) {
		parts = append(parts, s.pane(th, p, cols[i].Size(), focused && s.focus.At(p)))
	}
	return frame.Above(frame.Rows{s.census.row(th, total, size.W)}, s.body.Beside(parts...))
}

func (s *Screen) pane(th *theme.Theme, p int, size layout.Size, focused bool) frame.Rows {
	box := widget.Box{Focused: focused}
	k, ok := s.selected()
	inner := box.Inner(size)
	switch p {
	case listPane:
		shown, total := s.table.Count()
		box.Title, box.Note = "Campaigns", fmt.Sprintf("%d/%d", shown, total)
		if shown == total {
			box.Note = s.order()
		}
		if size.W < s.size.W { // what is beside it says the whole
			return s.boxes[p].Rows(th, box, size, s.table.Rows(th, inner, focused))
		}
		return s.boxes[p].Rows(th, box, size, s.table.RowsSaid(th, inner, focused, 2, (*row).brief))
	case detailPane:
		box.Title = "Campaign"
		if ok {
			box.Title = label(k.Name, k.ID)
		}
		return s.boxes[p].Rows(th, box, size, s.campaign.Rows(th, inner, focused))
	}
	box.Title = "Engagement"
	if i, e := s.engagementShown(); e != nil {
		box.Title = label(e.Name, e.ID)
		box.Note = fmt.Sprintf("engagement %d of %d", i+1, len(k.Engagements))
	}
	return s.boxes[p].Rows(th, box, size, s.engagement.Rows(th, inner, focused))
}

// order says what the list is sorted by.
func (s *Screen) order() string {
	by, desc := s.table.Sorted()
	if by < 0 {
		return ""
	}
	out := "by " + columnNames(s.table)[by]
	if desc {
		out += ", reversed"
	}
	return out
}

// Hits implements pane.Clickable.
func (s *Screen) Hits(h *frame.Hits) {
	cols := s.columns()
	for i, p := range s.panesShown(len(cols)) {
		draw := [...]func(*frame.Hits){listPane: s.table.Hits, detailPane: s.campaign.Hits, engagementPane: s.engagement.Hits}[p]
		h.In(cols[i].X+1, cols[i].Y+1, draw)
	}
}
