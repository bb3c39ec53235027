package activity

import (
	"context"
	"errors"
	"fmt"
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
	Same   keymap.ID = "activity.same"
	Export keymap.ID = "activity.export"
	Reload keymap.ID = "activity.reload"
)

// The panes, in the order of the focus. Who is at work now is beside them where
// there is room.
const (
	listPane = iota
	detailPane
	panes
)

// Screen shows what was changed.
type Screen struct {
	ses    *pane.Session
	keeper Keeper

	table    *widget.Table[Entry]
	detail   widget.Lines
	online   widget.Lines
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
)

// New makes the screen on what keeps the audit.
func New(k Keeper) *Screen {
	s := &Screen{keeper: k, focus: pane.NewRing(panes)}
	s.search = search{s: s, asked: make(chan int, 1)}
	s.table = newTable(func() *pane.Session { return s.ses })
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
			Help: "Opens the campaign in the Builder, the item in the Library, the settings, or the Simulator."},
		{ID: Same, Title: "Only this object", Hint: "only this", Keys: []string{"o"},
			Help: "Searches for the changes of the selected object; again, or esc, shows all."},
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
	return tea.Batch(s.begin(), s.search.wait())
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
		s.shown = shown{}
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
			s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s in %s.", counted(m.n), text.Line(m.file, 200)))
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
	switch id {
	case Whole, Past, Object, Same:
		if !ok {
			return "there is no entry"
		}
	}
	switch id {
	case Object:
		if screen, _ := home(e); screen == "" {
			return "there is no screen for a " + text.Line(e.Kind, 40)
		}
	case Past:
		if screen, _ := pastHome(e); screen == "" {
			return "there are no versions of a " + text.Line(e.Kind, 40) + " to choose from"
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

// home is the screen that shows an object, and what it is told.
func home(e Entry) (screen, path string) {
	switch kind := model.Kind(e.Kind); kind {
	case model.KindCampaign:
		return "builder", e.ID
	case model.KindSettings:
		return "settings", ""
	case "journey", "scenario":
		return "simulator", ""
	default:
		for _, k := range model.Kinds() {
			if k == kind {
				return "library", e.Kind + "/" + e.ID
			}
		}
	}
	return "", ""
}

// pastHome is the screen that has the versions of an object.
func pastHome(e Entry) (screen, path string) {
	switch screen, path = home(e); screen {
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
	case Object, Past:
		screen, path := home(e)
		if id == Past {
			screen, path = pastHome(e)
		}
		if !ok || screen == "" {
			return nil, true
		}
		if path == "" {
			return s.ses.Shell.Show(screen, nil), true
		}
		return s.ses.Shell.Show(screen, path), true
	case Same:
		q := "kind:" + e.Kind + " id:" + e.ID
		if s.search.text == q {
			q = ""
		}
		s.search.SetFilter(q)
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
	focused := []widget.Doer{s.table, &s.detail}[s.focus.Index()]
	switch widget.Target(arg, focused).Do(id, arg) {
	case widget.Handled:
		if p, ok := arg.(frame.Pointer); ok && id == keymap.Click {
			s.focus.Set(map[bool]int{true: detailPane}[p.Arg == widget.Doer(&s.detail)])
		}
		return tea.Batch(s.look(), s.reach()), true
	case widget.Opened:
		s.focus.Set(detailPane)
		return s.look(), true
	}
	return nil, false
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
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Export the entries", Hint: "a file that ends in .csv or .json", Value: "audit-" + s.ses.Now().Format("2006-01-02") + ".csv",
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

// besideFrom is the width from which the change is beside the list, and
// onlineFrom that from which there is room for who is at work, too.
const (
	besideFrom = 110
	onlineFrom = 170
)

// columns are the panes that there is room for: the list, the change, and who
// is at work now.
func (s *Screen) columns() []layout.Rect {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	switch {
	case s.size.W >= onlineFrom:
		return body.Columns(9, 8, 3)
	case s.size.W >= besideFrom:
		return body.Columns(11, 9)
	}
	return []layout.Rect{body}
}

// Rows implements pane.Screen.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	s.describe()
	th := s.ses.Theme
	cols := s.columns()
	if len(cols) == 1 {
		return s.pane(th, s.focus.Index(), size, focused)
	}
	var parts []frame.Rows
	for i, at := range cols {
		parts = append(parts, s.pane(th, i, at.Size(), focused))
	}
	return frame.Beside(parts...)
}

func (s *Screen) pane(th *theme.Theme, i int, size layout.Size, focused bool) frame.Rows {
	has := focused && s.focus.At(i)
	box := widget.Box{Focused: has}
	switch i {
	case listPane:
		box.Title, box.Note = "Changes", s.note()
		return box.Rows(th, size, s.table.Rows(th, box.Inner(size), has))
	case detailPane:
		box.Title = "What was changed"
		if s.whole {
			box.Title = "The document then"
		}
		return box.Rows(th, size, s.detail.Rows(th, box.Inner(size), has))
	}
	box.Title = "At work now"
	return box.Rows(th, size, s.online.Rows(th, box.Inner(size), false))
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
	return out
}

// Hits implements pane.Clickable. It is asked after Rows.
func (s *Screen) Hits(h *frame.Hits) {
	cols := s.columns()
	if len(cols) == 1 {
		h.In(1, 1, []func(*frame.Hits){s.table.Hits, s.detail.Hits}[s.focus.Index()])
		return
	}
	h.In(1, 1, s.table.Hits)
	h.In(cols[1].X+1, 1, s.detail.Hits)
}
