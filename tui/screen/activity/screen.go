package activity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// The actions of the screen.
const (
	Whole  keymap.ID = "activity.whole"
	Past   keymap.ID = "activity.versions"
	Object keymap.ID = "activity.object"
	Replay keymap.ID = "activity.replay"
	AtWork keymap.ID = "activity.atwork"
	Same   keymap.ID = "activity.same"
	Export keymap.ID = "activity.export"
	Reload keymap.ID = "activity.reload"
)

// The panes, in the order of the focus.
const (
	listPane = iota
	detailPane
	onlinePane
	panes
)

// Screen shows what was changed.
type Screen struct {
	ses    *pane.Session
	keeper Keeper

	table    *widget.Table[Entry]
	detail   widget.Lines
	online   online
	hidden   bool
	focus    pane.Ring
	size     layout.Size
	search   search
	entries  []Entry // newest first, as far as they were read
	complete bool    // the oldest entry is among them
	reading  bool
	failed   error
	deaf     string
	newest   uint64 // number of the newest entry that was seen
	revision uint64 // of the store, as far as it was followed
	gen      int    // of queries: results of older ones are dropped
	unfollow context.CancelFunc
	unread   context.CancelFunc // ends the reading that goes on

	whole   bool // the document is shown whole
	version *version
	shown   shown
}

var (
	_ pane.Screen    = (*Screen)(nil)
	_ pane.Clickable = (*Screen)(nil)
	_ pane.Disabler  = (*Screen)(nil)
	_ pane.Filtering = (*Screen)(nil)
	_ pane.Located   = (*Screen)(nil)
	_ pane.Reporting = (*Screen)(nil)
	_ pane.Readable  = (*Screen)(nil)
	_ pane.Ending    = (*Screen)(nil)
	_ pane.Pausing   = (*Screen)(nil)
)

// New makes the screen on what keeps the audit.
func New(k Keeper) *Screen {
	s := &Screen{keeper: k, focus: pane.NewRing(panes)}
	s.search = search{s: s, asked: make(chan int, 1)}
	s.table = newTable(func() *pane.Session { return s.ses })
	s.online = newOnline(func() *pane.Session { return s.ses })
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return "activity" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Activity" }

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: "activity", Title: "Activity", Actions: []keymap.Action{
		{ID: Whole, Title: "Show the whole document", Hint: "whole", Keys: []string{"w"},
			Help: "Shows the document as the change left it, whole, or again what the change did."},
		{ID: Past, Title: "Versions of the object", Hint: "versions", Keys: []string{"v"},
			Help: "Lists every version of the object in the Builder or the Library, where r reverts to one."},
		{ID: Object, Title: "Go to the object", Hint: "go to it", Keys: []string{"e"},
			Help: "Opens the campaign in the Builder, the item in the Library, the settings, or the journey in the Simulator; among those at work, what the selected one is at."},
		{ID: Replay, Title: "Replay with the catalog of then", Hint: "replay", Keys: []string{"V"},
			Help: "Goes to the Simulator, where the journey, and what is opened next, is decided by the catalog as this change left it: why a visitor saw what he saw that day."},
		{ID: AtWork, Title: "Who is at work now", Hint: "at work", Keys: []string{"a"},
			Help: "Goes to the list of all who are here: what each edits or looks at, since when, and idle how long. Enter goes there; again, or esc, leads back."},
		{ID: Same, Title: "Only this object", Hint: "only this", Keys: []string{"o"},
			Help: "Searches for the changes of the selected object, or of what somebody is at; again, or esc, shows all."},
		{ID: Export, Title: "Export as CSV or JSON", Hint: "export", Keys: []string{"x"},
			Help: "Writes the entries that the search leaves to a file: .csv for spreadsheets, in which text runs nothing, or .json."},
		{ID: Reload, Title: "Read again", Keys: []string{"f5"},
			Help: "Reads the entries again; new ones come in by themselves. A search takes " + queryHelp + "."},
	}}}
}

// Scope implements pane.Screen.
func (s *Screen) Scope() string { return "activity" }

// Open implements pane.Screen.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	return tea.Batch(s.begin(), s.search.wait(), s.online.next())
}

// Pause implements pane.Pausing.
func (s *Screen) Pause(hidden bool) tea.Cmd {
	if s.hidden = hidden; hidden {
		return nil
	}
	return s.online.next()
}

// End implements pane.Ending.
func (s *Screen) End(context.Context) {
	for _, end := range []context.CancelFunc{s.unfollow, s.unread} {
		if end != nil {
			end()
		}
	}
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case pane.Others:
		s.online.stale = true
		if !s.hidden {
			return s.online.next()
		}
	case minuteMsg:
		s.online.minute = false
		s.online.people.Refresh()
		if !s.hidden {
			return s.online.next()
		}
	case asked:
		return tea.Batch(s.begin(), s.search.wait())
	case page:
		if m.gen == s.gen {
			return s.took(m)
		}
	case followed:
		if m.gen == s.gen && s.ses.Ctx.Err() == nil {
			return s.followed(m)
		}
	case retry:
		if m.gen == s.gen {
			if m.whole {
				return s.begin()
			}
			return s.follow()
		}
	case *version:
		if s.version != nil && s.version.of == m.of {
			s.version = m
			s.describe()
		}
	case exported:
		switch {
		case m.err != nil:
			s.ses.Shell.Fail("exporting", m.err)
		default:
			s.ses.Shell.Done("exporting", fmt.Sprintf("%s in %s.", counted(m.n), text.Line(m.file, 200)))
		}
	}
	return nil
}

// counted says how many entries there are.
func counted(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// selected is the entry that the list is on.
func (s *Screen) selected() (Entry, bool) { return s.table.Selected() }

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	e, ok := s.selected()
	of, named := s.target()
	switch id {
	case Whole, Replay:
		if s.focus.At(onlinePane) {
			return "choose a change in the list first"
		}
		if !ok {
			return "there is no entry"
		}
	case Past, Same:
		if !named {
			return "there is no object"
		}
	}
	switch id {
	case Object:
		if s.focus.At(onlinePane) {
			break // those who are at none are somewhere, too
		}
		if !named {
			return "there is no entry"
		}
		if screen, _ := home(of.kind, of.id); screen == "" {
			return "no screen shows what is of the kind " + text.Line(of.kind, 40)
		}
	case Past:
		if screen, _ := pastHome(of.kind, of.id); screen == "" {
			return "no screen has the versions of what is of the kind " + text.Line(of.kind, 40)
		}
	case Replay:
		if e.Revision == 0 {
			return "it was no change of the store"
		}
	case Export:
		if words := s.keeper.Elsewhere(); words != "" {
			return words
		}
		if s.search.wrong != nil {
			return "the search cannot be read"
		}
	}
	return ""
}

// thing names an object.
type thing struct{ kind, id string }

// target is the object that actions are about: of the selected change, or what
// the selected one of those at work is at.
func (s *Screen) target() (thing, bool) {
	if s.focus.At(onlinePane) {
		p, _ := s.online.people.Selected()
		d, ok := p.Object()
		return thing{d.Kind, d.ID}, ok
	}
	e, ok := s.selected()
	return thing{e.Kind, e.ID}, ok
}

// home is the screen that shows an object, and what it is told.
func home(kind, id string) (screen, path string) {
	switch k := model.Kind(kind); k {
	case model.KindCampaign, "approval": // a request has the ID of its campaign
		return "builder", id
	case model.KindSettings:
		return "settings", ""
	case "journey":
		return "simulator", "journey:" + id
	case "scenario":
		return "simulator", ""
	default:
		if slices.Contains(model.Kinds(), k) {
			return "library", kind + "/" + id
		}
	}
	return "", ""
}

// homeFor is the screen that shows an object to an operator: who may change
// nothing reads a campaign where campaigns are read.
func homeFor(ses *pane.Session, kind, id string) (screen, path string) {
	if screen, path = home(kind, id); screen == "builder" && ses.Refuses(keymap.Edit) != "" {
		screen = "campaigns"
	}
	return screen, path
}

// pastHome is the screen that has the versions of an object.
func pastHome(kind, id string) (screen, path string) {
	switch screen, path = home(kind, id); screen {
	case "builder", "library":
		return screen, "versions:" + path
	}
	return "", ""
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	e, ok := s.selected()
	switch id {
	case Reload:
		return s.begin(), true
	case Whole:
		s.whole = !s.whole
		s.focus.Set(detailPane)
		return s.look(), true
	case Replay:
		if !ok {
			return nil, true
		}
		return s.ses.Shell.Show("simulator", fmt.Sprintf("revision:%d", e.Revision)), true
	case AtWork:
		if !s.focus.Set(onlinePane) {
			s.focus.Set(listPane)
		}
		return nil, true
	case Object, Past:
		if id == Object && s.focus.At(onlinePane) {
			return s.visit(false), true
		}
		of, _ := s.target()
		screen, path := homeFor(s.ses, of.kind, of.id)
		if id == Past {
			screen, path = pastHome(of.kind, of.id)
		}
		if screen == "" {
			return nil, true
		}
		return show(s.ses.Shell, screen, path), true
	case Same:
		of, _ := s.target()
		q := "kind:" + of.kind + " id:" + of.id
		if s.search.text == q {
			q = ""
		}
		s.search.SetFilter(q)
		s.focus.Set(listPane)
		return nil, true
	case Export:
		s.askFile()
		return nil, true
	case keymap.NextPane:
		s.focus.Next()
		return nil, true
	case keymap.PrevPane:
		s.focus.Prev()
		return nil, true
	case keymap.Open:
		if s.focus.At(onlinePane) {
			return s.visit(true), true
		}
		s.focus.Set(detailPane)
		return s.look(), true
	case keymap.Back:
		switch {
		case s.whole && s.focus.At(detailPane):
			s.whole = false
			return s.look(), true
		case s.focus.Set(listPane):
			return nil, true
		case s.search.text != "":
			s.search.SetFilter("")
			return nil, true
		}
		return nil, false
	}
	doers := []widget.Doer{s.table, &s.detail, s.online.people}
	switch widget.Target(arg, doers[s.focus.Index()]).Do(id, arg) {
	case widget.Handled:
		if p, ok := arg.(frame.Pointer); ok && id == keymap.Click {
			s.clicked(p, doers)
		}
		return tea.Batch(s.look(), s.reach()), true
	case widget.Opened:
		if p, ok := arg.(frame.Pointer); ok {
			s.clicked(p, doers)
		}
		if s.focus.At(onlinePane) {
			return s.visit(true), true
		}
		s.focus.Set(detailPane)
		return s.look(), true
	}
	return nil, false
}

// clicked moves the focus to the pane that was clicked.
func (s *Screen) clicked(p frame.Pointer, doers []widget.Doer) {
	for i, d := range doers {
		if p.Arg == d {
			s.focus.Set(i)
		}
	}
}

// visit goes to what the selected one of those at work is at.
func (s *Screen) visit(join bool) tea.Cmd {
	p, ok := s.online.people.Selected()
	if !ok {
		return nil
	}
	return s.online.visit(p, join)
}

// exported is an export that is done.
type exported struct {
	file string
	n    int
	err  error
}

// askFile asks where to write what the search leaves.
func (s *Screen) askFile() {
	q := s.search.query
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Export the entries", Hint: "a file that ends in .csv or .json", Value: "audit-" + s.ses.Now().Format("2006-01-02") + ".csv", Paths: s.ses.Paths,
		Check: func(name string) error {
			if low := strings.ToLower(name); !strings.HasSuffix(low, ".csv") && !strings.HasSuffix(low, ".json") {
				return errors.New("end it in .csv or .json")
			}
			return nil
		},
		Then: func(name string) tea.Cmd {
			keeper := s.keeper
			return s.ses.Shell.Work("exporting", func(ctx context.Context) tea.Msg {
				n, err := keeper.Export(ctx, q, name)
				return exported{name, n, err}
			})
		}})
}

// Filtered implements pane.Filtering.
func (s *Screen) Filtered() pane.Filterable { return &s.search }

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	if e, ok := s.selected(); ok && s.focus.At(detailPane) {
		return []string{object(e)}
	}
	if s.focus.At(onlinePane) {
		return []string{"At work now"}
	}
	return nil
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	switch {
	case s.search.wrong != nil:
		return text.Line(s.search.wrong.Error(), 120)
	case s.failed != nil:
		return "not up to date: f5 reads again"
	case s.deaf != "":
		return s.deaf
	case s.revision > 0:
		return fmt.Sprintf("revision %d", s.revision)
	}
	return ""
}

// The list is nowhere narrower than in a window of listWidth, where it is alone.
// From besideFrom on the change is beside it, and from onlineFrom on who is at
// work, too; between them that is below the change in windows of a body of
// belowFrom rows, and in others takes the place of the change while it has the
// focus. In windows that are narrower, from underFrom on, and as high, both are
// below the list.
const (
	listWidth  = 80
	underFrom  = 100
	besideFrom = 132
	onlineFrom = 170
	belowFrom  = 30
)

// seat is a pane and where it is drawn.
type seat struct {
	pane int
	at   layout.Rect
}

// seats are the panes that there is room for.
func (s *Screen) seats() []seat {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	beside := detailPane
	if s.focus.At(onlinePane) {
		beside = onlinePane
	}
	left, right := body.CutLeft(max(listWidth, 11*s.size.W/20))
	switch {
	case s.size.W >= onlineFrom:
		left, right = body.CutLeft(max(listWidth, 19*s.size.W/41))
		cols := right.Columns(12, 10)
		return []seat{{listPane, left}, {detailPane, cols[0]}, {onlinePane, cols[1]}}
	case s.size.W >= besideFrom && s.size.H >= belowFrom:
		rows := right.Stack(3, 2)
		return []seat{{listPane, left}, {detailPane, rows[0]}, {onlinePane, rows[1]}}
	case s.size.W >= besideFrom:
		return []seat{{listPane, left}, {beside, right}}
	case s.size.W >= underFrom && s.size.H >= belowFrom:
		rows := body.Stack(11, 9)
		cols := rows[1].Columns(11, 9)
		return []seat{{listPane, rows[0]}, {detailPane, cols[0]}, {onlinePane, cols[1]}}
	}
	return []seat{{s.focus.Index(), body}}
}

// Rows implements pane.Screen.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	s.describe()
	s.online.describe()
	var over frame.Rows // the list, where it is above the others
	var columns []frame.Rows
	left := -1
	for _, p := range s.seats() {
		rows := s.pane(s.ses.Theme, p.pane, p.at.Size(), focused)
		switch n := len(columns); {
		case p.at.W == size.W:
			over = rows
		case n > 0 && p.at.X == left:
			columns[n-1] = append(columns[n-1], rows...)
		default:
			columns, left = append(columns, slices.Clone(rows)), p.at.X
		}
	}
	if len(columns) == 0 {
		return over
	}
	return frame.Above(over, frame.Beside(columns...))
}

func (s *Screen) pane(th *theme.Theme, i int, size layout.Size, focused bool) frame.Rows {
	has := focused && s.focus.At(i)
	box := widget.Box{Focused: has}
	switch i {
	case listPane:
		box.Title, box.Note = "Changes", s.note()
		inner := box.Inner(size)
		list, foot := inner.H, 0
		if len(s.seats()) == 1 { // nothing beside it says the whole
			list, foot = widget.Footed(inner.H, 2)
		}
		said := ""
		if e, ok := s.selected(); ok {
			said = object(e) + ": " + what(th, e)
		}
		return box.Rows(th, size, frame.Above(s.table.Rows(th, layout.Size{W: inner.W, H: list}, has), widget.Whole(th, said, inner.W, foot)))
	case detailPane:
		box.Title = "What was changed"
		if s.whole {
			box.Title = "The document then"
		}
		return box.Rows(th, size, s.detail.Rows(th, box.Inner(size), has))
	}
	box.Title, box.Note = "At work now", s.online.counted()
	return box.Rows(th, size, s.online.rows(th, box.Inner(size), has))
}

// note says how much of the audit is in the list.
func (s *Screen) note() string {
	out := counted(len(s.entries))
	if !s.complete {
		out += " and more"
	}
	if s.search.text != "" {
		return out + " for " + text.Line(s.search.text, 40)
	}
	return out + ", times of " + s.ses.Zone()
}

// Hits implements pane.Clickable. It is asked after Rows.
func (s *Screen) Hits(h *frame.Hits) {
	hits := [...]func(*frame.Hits){s.table.Hits, s.detail.Hits, s.online.people.Hits}
	for _, p := range s.seats() {
		h.In(p.at.X+1, p.at.Y+1, hits[p.pane])
	}
}
