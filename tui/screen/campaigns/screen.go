package campaigns

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
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

	census census
	rivals rivals
	shown  shown  // what the outlines were written for
	chosen string // ID of the engagement that is shown

	history  history
	saving   *write
	judging  bool
	checking bool // a check is under way
	stale    bool // the world changed since the check began
	watching bool
	deaf     string // why others' changes are not seen now
	revision uint64 // of the store, as far as it was followed
}

// shown says what the outlines were written for; they are written anew when it
// changes.
type shown struct {
	campaign   *model.Campaign
	w          *world
	checked    *checked
	minute     int64
	engagement string
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
)

// New makes the screen on what keeps the catalog.
func New(k Keeper) *Screen {
	s := &Screen{keeper: k, focus: pane.NewRing(panes)}
	s.table = newTable(func() *theme.Theme { return s.ses.Theme })
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

// minute is the tick of states, which change on whole minutes.
type minute struct{ gen int }

func (s *Screen) tick() tea.Cmd {
	s.ticks++
	gen, now := s.ticks, s.ses.Now()
	return tea.Tick(now.Truncate(time.Minute).Add(time.Minute).Sub(now), func(time.Time) tea.Msg { return minute{gen} })
}

// loaded is the whole catalog, read by a command.
type loaded struct {
	gen  int
	data Loaded
	err  error
}

func (s *Screen) load() tea.Cmd {
	s.gen++
	s.loading = true
	gen, keeper := s.gen, s.keeper
	return s.ses.Shell.Work("reading the campaigns", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		data, err := keeper.Catalog(ctx)
		if err == nil && data.Catalog == nil {
			err = fmt.Errorf("there is no catalog")
		}
		return loaded{gen, data, err}
	})
}

// followed is what others, and this screen itself, wrote.
type followed struct {
	gen  int
	news News
	err  error
}

// retry asks to follow again after following failed.
type retry struct{ gen int }

const retryAfter = 5 * time.Second

func (s *Screen) follow() tea.Cmd {
	gen, keeper, ctx, after := s.gen, s.keeper, s.ses.Ctx, s.revision
	return func() tea.Msg {
		news, err := keeper.Next(ctx, after)
		return followed{gen, news, err}
	}
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
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
		if m.gen != s.gen {
			return nil
		}
		return s.follow()
	case checkDone:
		return s.checkDone(m)
	case judged:
		return s.judged(m)
	case written:
		return s.written(m)
	}
	return nil
}

func (s *Screen) loaded(m loaded) tea.Cmd {
	s.loading = false
	if m.err != nil {
		s.failed = m.err
		s.table.Empty = "The campaigns could not be read. f5 tries again."
		s.table.Refresh()
		s.ses.Shell.Fail("reading the campaigns", m.err)
		return nil
	}
	s.failed = nil
	s.table.Empty = "No campaigns yet. A catalog comes in with beckon import PATH; beckon demo shows a shop that has some."
	s.revision = m.data.Catalog.Revision
	s.put(newWorld(m.data.Catalog, m.data.Versions))
	return tea.Batch(s.check(), s.follow())
}

func (s *Screen) followed(m followed) tea.Cmd {
	gen := s.gen
	if m.err != nil {
		if s.deaf == "" {
			s.ses.Shell.Fail("following what others change", m.err)
		}
		s.deaf = "changes of others are not seen now"
		return tea.Tick(retryAfter, func(time.Time) tea.Msg { return retry{gen} })
	}
	s.deaf = ""
	if m.news.Reload {
		s.ses.Shell.Toast(widget.Warning, "The catalog was replaced; it is read again.")
		return s.load()
	}
	s.revision = max(s.revision, m.news.Revision)
	if len(m.news.Changed) == 0 {
		return s.follow()
	}
	before := s.w
	s.put(before.with(m.news.Changed))
	s.tell(before, m.news.Changed)
	return tea.Batch(s.check(), s.follow())
}

// tell says what others changed.
func (s *Screen) tell(before *world, changes []Changed) {
	var theirs []Changed
	for _, ch := range changes {
		if v := before.versions[ch.ID]; ch.Version.Author != s.ses.Who && (ch.Kind != model.KindCampaign || ch.Version.Revision > v.Revision) {
			theirs = append(theirs, ch)
		}
	}
	switch len(theirs) {
	case 0:
	case 1:
		ch := theirs[0]
		name := ch.ID
		if ch.Document != nil {
			name = label(ch.Document.Head().Name, ch.ID)
		}
		did := "changed"
		if ch.Document == nil {
			did = "deleted"
		}
		s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s %s the %s %s.", label(ch.Version.Author, "Somebody"), did, ch.Kind, name))
	default:
		s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s changed %d documents.", label(theirs[0].Version.Author, "Somebody"), len(theirs)))
	}
}

// put takes a new world.
func (s *Screen) put(w *world) {
	s.w = w
	s.arrange()
}

// arrange makes the list anew: from the world, the clock and the last check.
func (s *Screen) arrange() {
	if s.w == nil {
		return
	}
	saving := ""
	if s.saving != nil {
		saving = s.saving.change.campaign
	}
	var sums map[string]sums
	if s.checked != nil {
		sums = s.checked.sums
	}
	rows := rowsOf(s.w, s.ses.Now(), sums, saving, s.table.Items())
	s.census, s.rivals = censusOf(rows), rivalsOf(rows)
	s.table.SetItems(rows)
}

// checkDone is what a check found.
type checkDone struct {
	gen     int
	checked *checked
}

// check validates the world in a command, one check at a time.
func (s *Screen) check() tea.Cmd {
	if s.checking {
		s.stale = true
		return nil
	}
	s.checking, s.stale = true, false
	gen, w, now := s.gen, s.w, s.ses.Now()
	return func() tea.Msg {
		c := &checked{findings: check(w.catalog, now), sums: map[string]sums{}}
		for _, k := range w.catalog.Campaigns {
			var n sums
			if n.failures, n.warnings = tally(c.findings.of(w, k)); n != (sums{}) {
				c.sums[k.ID] = n
			}
		}
		return checkDone{gen, c}
	}
}

func (s *Screen) checkDone(m checkDone) tea.Cmd {
	s.checking = false
	if m.gen == s.gen {
		s.checked = m.checked
		s.arrange()
	}
	if s.stale || m.gen != s.gen && s.w != nil {
		return s.check()
	}
	return nil
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
	next := shown{campaign: k, w: s.w, checked: s.checked, minute: now.Unix() / 60, look: s.ses.Theme.Look()}
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
		sheet := &sheet{w: s.w, th: s.ses.Theme, at: now, k: k}
		put(&s.campaign, same, sheet.campaign(s.w.frames.State(k, now), s.w.versions[k.ID], s.rivals, s.checked != nil, problems))
	}
	if e == nil {
		s.engagement.reset(nil)
		return
	}
	sheet := &sheet{w: s.w, th: s.ses.Theme, at: now, k: k, prefix: "pane "}
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
	if e := s.campaign.marked(); e != nil && e.opens != "" {
		s.chosen = e.opens
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
	case s.judging:
		return "checking"
	case s.loading && s.w != nil:
		return "reading again"
	case s.deaf != "":
		return s.deaf
	case s.w != nil && s.revision > 0:
		return fmt.Sprintf("revision %d", s.revision)
	}
	return ""
}

// Unsaved implements pane.Guarded: a change that is on its way.
func (s *Screen) Unsaved() string {
	if s.saving != nil {
		return "still saving: " + s.saving.change.words() + "."
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
	return frame.Above(frame.Rows{s.census.row(th, total, size.W)}, frame.Beside(parts...))
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
		return box.Rows(th, size, s.table.Rows(th, inner, focused))
	case detailPane:
		box.Title = "Campaign"
		if ok {
			box.Title = label(k.Name, k.ID)
		}
		return box.Rows(th, size, s.campaign.Rows(th, inner, focused))
	}
	box.Title = "Engagement"
	if i, e := s.engagementShown(); e != nil {
		box.Title = label(e.Name, e.ID)
		box.Note = fmt.Sprintf("engagement %d of %d", i+1, len(k.Engagements))
	}
	return box.Rows(th, size, s.engagement.Rows(th, inner, focused))
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
