package builder

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/approval"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

// NewCampaign asks the screen, by Shell.Show, for a campaign that is not there
// yet.
const NewCampaign = "+"

// Screen builds one campaign at a time.
type Screen struct {
	ses    *pane.Session
	keeper Keeper

	gen     int // of readings: results of older ones are dropped
	loading bool
	failed  error
	wanted  string // what another screen asked for before the screen was open

	work   *work // nil: nothing is open
	drafts *widget.Table[Draft]

	engagements *widget.Table[row]
	gallery     *widget.Table[*templateRow]
	filter      filter
	checklist   *widget.Table[line]
	judged      judgement
	trials      trials
	goingOn     goingOn

	saving  string         // what is on its way to the store, in words
	pen     *pen           // writes in the order in which it was asked for
	waiting bool           // a tick that keeps the draft is on its way
	turned  bool           // a step or an item was left: the draft is kept at once
	left    map[*work]bool // campaigns that are no longer open and whose draft is on its way

	cutAt    *whereabouts // where the operator was before he was cut off
	unfollow context.CancelFunc
	follows  int    // of waits for what others write: results of older ones are dropped
	revision uint64 // of the store, as far as it was followed
	deaf     bool   // following failed, and that was said

	past *versions.View // the versions, nil while they are not shown

	size    layout.Size
	view    int  // which view the preview shows
	looking bool // the preview has the place of the form, where there is one place
	scroll  widget.Lines
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
	_ pane.Pausing   = (*Screen)(nil)
	_ pane.Receiver  = (*Screen)(nil)
	_ pane.Ending    = (*Screen)(nil)
	_ pane.Hinting   = (*Screen)(nil)
	_ pane.Editor    = (*Screen)(nil)
	_ pane.Noticing  = (*Screen)(nil)
)

// New makes the screen on what keeps catalog and drafts.
func New(k Keeper) *Screen {
	s := &Screen{keeper: k, pen: &pen{last: map[string]uint64{}}, left: map[*work]bool{}}
	s.drafts = draftTable(func() *pane.Session { return s.ses })
	s.engagements = engagementTable(s.theme)
	s.gallery = galleryTable()
	s.checklist = checkTable()
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return "builder" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Builder" }

// Open implements pane.Screen.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	wanted := s.wanted
	s.wanted = ""
	return s.read(wanted)
}

// Receive implements pane.Receiver: it opens the campaign of a path, or a new
// one.
func (s *Screen) Receive(arg any) tea.Cmd {
	path, ok := arg.(string)
	if !ok || path == "" {
		return nil
	}
	if s.ses == nil {
		s.wanted = path
		return nil
	}
	if id, past := strings.CutPrefix(path, Past); past && id != "" && s.work != nil && s.work.key == id {
		return s.openPast(false)
	}
	if id, gone := strings.CutPrefix(path, Remove); gone && s.work != nil && s.work.key == id && s.work.doc.settled() {
		s.past = nil
		s.askDelete(s.toCampaign(id))
		return s.keepNow()
	}
	if id, engagement, _ := strings.Cut(path, "/"); s.work != nil && s.work.key == id && s.work.unsaved() {
		s.past = nil
		s.choose(engagement) // reading again could find an older draft than what is at hand
		return s.keepNow()
	}
	return tea.Batch(s.keepNow(), s.read(path))
}

// Pause implements pane.Pausing: leaving the screen keeps the draft.
func (s *Screen) Pause(hidden bool) tea.Cmd {
	if hidden {
		return s.keepNow()
	}
	if s.work == nil {
		return s.read("")
	}
	return nil
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case opened:
		return s.opened(m)
	case followed:
		return s.followed(m)
	case followAgain:
		if m.gen == s.follows {
			return s.listen(s.revision)
		}
	case keepTick:
		s.waiting = false
		return s.keepNow()
	case form.Picked:
		return s.changed()
	case goneList:
		return s.askGone(m)
	case tea.BlurMsg:
		return s.keepNow() // the operator looks elsewhere
	case kept:
		return s.kept(m)
	case dropped:
		s.fail("dropping the draft", m.err)
	case written:
		return s.written(m)
	case judgement:
		if m.gen == s.gen && s.work != nil && s.work.campaign() == m.campaign && s.work.doc.changes == m.changes {
			s.judged = m
			cmd := s.try()
			s.fillChecklist()
			if cmd == nil { // nothing is run before the errors are mended
				return s.resumed()
			}
			return cmd
		}
	case tested:
		return s.tested(m)
	case stands:
		s.stands(m)
	case scenarioDropped:
		return s.scenarioDropped(m)
	}
	if cmd, ok := approval.Heard(s.ses, msg); ok {
		return cmd
	}
	if s.past != nil {
		return s.past.Update(msg)
	}
	return nil
}

// Scope implements pane.Screen.
func (s *Screen) Scope() string {
	switch {
	case s.work == nil:
		return scopeStart
	case s.past != nil:
		return scopeVersions
	case s.looking && s.narrow():
		return scopeLook
	}
	if f := s.work.current(); f != nil {
		return f.Scope()
	}
	switch s.work.step {
	case stepEngagements:
		return scopeEngagements
	case stepGallery:
		return scopeGallery
	}
	return scopePublish
}

// Type implements pane.Typist.
func (s *Screen) Type(k tea.Key) (tea.Cmd, bool) {
	f := s.form()
	if f == nil {
		return nil, false
	}
	if s.onlyReads() {
		return nil, k.Text != ""
	}
	cmd, ok := f.Type(k)
	return tea.Batch(cmd, s.changed()), ok
}

// Paste implements pane.Paster.
func (s *Screen) Paste(text string) tea.Cmd {
	f := s.form()
	if f == nil || s.onlyReads() {
		return nil
	}
	return tea.Batch(f.Paste(text), s.changed())
}

// edits tells whether an action that means the same on every screen changes
// something here.
func (s *Screen) edits(id keymap.ID) bool {
	switch id {
	case keymap.Undo, keymap.Redo:
		return true
	case keymap.Left, keymap.Right, keymap.Open, keymap.Click:
		return s.form() != nil || s.work.step == stepGallery
	}
	return false
}

// onlyReads tells whether the operator may only look, and tells him so.
func (s *Screen) onlyReads() bool {
	why := s.ses.Refuses(keymap.Edit)
	if why != "" {
		s.warn("This cannot be changed: " + why + ".")
	}
	return why != ""
}

// form is the one that has the keys, nil where none has.
func (s *Screen) form() *form.Form {
	if s.work == nil || s.past != nil || s.looking && s.narrow() {
		return nil
	}
	return s.work.current()
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	cmd, ok := s.act(id, arg)
	return tea.Batch(cmd, s.changed()), ok
}

func (s *Screen) act(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.work == nil {
		return s.start(id, arg)
	}
	if s.past != nil && id != stepClicked {
		return s.inPast(id, arg)
	}
	if s.edits(id) && s.onlyReads() {
		return nil, true
	}
	if cmd, ok := s.anywhere(id, arg); ok {
		return cmd, true
	}
	if s.looking && s.narrow() {
		return nil, false
	}
	if f := s.form(); f != nil {
		return s.inForm(f, id, arg)
	}
	switch s.work.step {
	case stepEngagements:
		return s.inEngagements(id, arg)
	case stepGallery:
		return s.inGallery(id, arg)
	}
	return s.inChecklist(id, arg)
}

// inForm hands an action to the form; beyond its last field lies the next
// step.
func (s *Screen) inForm(f *form.Form, id keymap.ID, arg any) (tea.Cmd, bool) {
	if p, ok := arg.(frame.Pointer); ok && !f.Owns(p) {
		return nil, false
	}
	if s.isProblem(id) && f.Disabled(id) != "" {
		if to := s.elsewhere(); to >= 0 {
			s.goTo(to)
			return nil, true
		}
	}
	cmd, ok := f.Do(id, arg)
	if id == keymap.Undo || id == keymap.Redo {
		s.work.refresh() // what fields there are may have changed with it
	}
	s.followForm(f)
	if ok || s.work.top() != nil {
		return cmd, ok
	}
	switch id {
	case keymap.NextPane:
		s.goTo(s.work.step + 1)
		return cmd, true
	case keymap.PrevPane:
		s.goTo(s.work.step - 1)
		return cmd, true
	}
	return cmd, false
}

// followForm shows the step whose field has the focus: the next problem may
// stand in another one.
func (s *Screen) followForm(f *form.Form) {
	w := s.work
	if f != w.form || f.Shown() == w.step.Section() {
		return
	}
	w.seen[w.step] = true
	w.step = fields.StepWith(f.Shown())
	s.turned = true
}

func (s *Screen) goTo(to step) {
	if to < 0 || to >= steps {
		return
	}
	if s.turned = s.turned || to != s.work.step; to != s.work.step {
		s.goingOn = goingOn{}
	}
	if to == stepPublish && to != s.work.step {
		s.judged = judgement{} // others may have decided, or changed what it uses
	}
	s.work.goTo(to)
	s.filled()
}

// changed follows a change of the campaign: lists that show it, and the draft.
func (s *Screen) changed() tea.Cmd {
	if s.work == nil {
		return nil
	}
	s.filled()
	keep := s.keepSoon
	if s.turned {
		s.turned, keep = false, s.keepNow
	}
	return tea.Batch(keep(), s.judge())
}

// filled fills the list of the present step.
func (s *Screen) filled() {
	switch s.work.step {
	case stepEngagements:
		s.fillEngagements()
	case stepGallery:
		s.fillGallery()
	case stepPublish:
		s.fillChecklist()
	}
}

// Filtered implements pane.Filtering.
func (s *Screen) Filtered() pane.Filterable {
	switch {
	case s.work == nil:
		return s.drafts
	case s.past != nil:
		return s.past.Filtered()
	case s.form() != nil || s.looking && s.narrow():
		return nil
	case s.work.step == stepEngagements:
		return s.engagements
	case s.work.step == stepGallery:
		return s.gallery
	}
	return s.checklist
}

// Edits implements pane.Editor: the campaign, once it is written.
func (s *Screen) Edits() (pane.Doc, bool) {
	if s.work == nil || !s.work.doc.settled() {
		return pane.Doc{}, false
	}
	return pane.Doc{Kind: string(model.KindCampaign), ID: s.work.base().ID, Name: s.work.name()}, true
}

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	if s.work == nil {
		return nil
	}
	out := []string{s.work.name(), s.work.step.About().Title}
	for _, sub := range s.work.subs {
		name := sub.doc.Document().Head().Name
		if name == "" {
			name = "new " + kindWords(sub.kind)
		}
		out = append(out, name)
	}
	if s.past != nil {
		out = append(out, "Versions")
	}
	return out
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	switch {
	case s.loading:
		return "reading"
	case s.saving != "":
		return s.saving
	case s.work == nil:
		return ""
	case s.work.changes() != s.work.kept && s.unsaved():
		return "draft not kept yet"
	case s.unsaved():
		return "draft kept"
	case s.work.base().Published:
		return "published"
	case s.work.doc.settled():
		return "saved"
	}
	return ""
}

// unsaved tells whether the work differs from what is written.
func (s *Screen) unsaved() bool { return s.work != nil && s.work.unsaved() }

// Unsaved implements pane.Guarded: what no draft will hold.
func (s *Screen) Unsaved() string {
	switch {
	case s.saving != "":
		return "still " + s.saving + "."
	case s.work != nil && s.work.lost != nil && s.unsaved():
		return fmt.Sprintf("the last change of %s could not be kept as a draft.", s.work.name())
	}
	if s.work != nil {
		n := s.work.form.Unread()
		for _, sub := range s.work.subs {
			n += sub.form.Unread()
		}
		if n > 0 {
			return fmt.Sprintf("%d values of %s cannot be read and are in no draft.", n, s.work.name())
		}
	}
	return ""
}

// fail tells that something went wrong.
func (s *Screen) fail(doing string, err error) { s.ses.Shell.Fail(doing, err) }

func (s *Screen) say(text string) { s.ses.Shell.Toast(widget.Info, text) }

func (s *Screen) warn(text string) { s.ses.Shell.Toast(widget.Warning, text) }

// add opens a new library item for a reference: "add new" in pickers. With a
// name there is one field less to fill in.
func (s *Screen) add(kind kindOf, name string, then func(string)) tea.Cmd {
	w := s.work
	if w == nil {
		return nil
	}
	field := ""
	if f := w.current(); f != nil {
		_, field = f.At()
	}
	begin := func(d document) tea.Cmd {
		w.place(d)
		if err := w.open(s.ses, d, 0, then, s.add); err != nil {
			s.fail("adding to the library", err)
			return nil
		}
		w.top().field = field
		if name == "" {
			return nil
		}
		sub := w.top()
		if err := sub.doc.do("change name", edit.Set("name", name)); err != nil {
			s.fail("naming it", err)
			return nil
		}
		sub.form.Reload()
		sub.form.Do(keymap.NextPane, nil)
		return s.changed()
	}
	d := freshItem(kind)
	if d == nil {
		s.warn("This cannot be added here.")
		return nil
	}
	if _, goal := d.(*goal); !goal {
		return begin(d)
	}
	s.askIndicator("How is success measured?", func(i fields.Indicator) tea.Cmd {
		g := i.Goal
		g.Kind = kind
		return begin(&g)
	})
	return nil
}

func (s *Screen) askIndicator(title string, then func(fields.Indicator) tea.Cmd) {
	p := &dialog.Picker{Title: title, Hint: "type to search"}
	for _, i := range fields.Indicators() {
		p.Items = append(p.Items, dialog.Item{Title: i.Title, Detail: i.Detail, Value: i})
	}
	p.Then = func(it dialog.Item) tea.Cmd { return then(it.Value.(fields.Indicator)) }
	s.ses.Shell.Ask(p)
}
