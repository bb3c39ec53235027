package versions

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Version is one version of a document.
type Version struct {
	Revision uint64
	Author   string
	Why      string
	At       time.Time
	// Document is nil where the version says that the document was deleted, and
	// where it cannot be read, which Unread then tells.
	Document model.Document
	Unread   string
}

// Reader reads versions that are older than a revision (0: from the newest),
// newest first; none at the end. It is called from commands.
type Reader func(ctx context.Context, before uint64) ([]Version, error)

// Options are what the pane is about.
type Options struct {
	Scope string // of its keys
	Name  string // what the document is called
	Read  Reader
	// Work is the document at hand, and Unsaved whether it differs from what is
	// in force. Nil where there is none, or where it would be what is in force.
	Work    func() model.Document
	Unsaved func() bool
	// Force is what is in force now, in words too: "what visitors see". Nil
	// where nothing is.
	Force func() (d model.Document, words string)
	// Marks says what a version is besides a version: "published".
	Marks func(Version) string
	// Gone lists what a version mentions and is not there any more.
	Gone func(model.Document) []string
	// Reverted is what the work would be after reverting to a document: what
	// reverting leaves as it is counts as no difference from the work.
	Reverted func(model.Document) model.Document
	// Revert is asked to make the work as a version was.
	Revert func(Version) tea.Cmd
}

const readTime = time.Minute

// View is the open pane.
type View struct {
	ses  *pane.Session
	o    Options
	gen  *int // names this view among others, by its address
	list *widget.Table[row]
	said widget.Lines

	read    []Version
	newest  bool // the selection goes to the newest version once it is read
	reading bool
	failed  bool
	whole   bool // the oldest version is there

	focus   pane.Ring
	against against
	shown   key
	size    layout.Size
}

// row is one line of the list: the work at hand, or a version.
type row struct {
	work bool
	v    Version
	at   int // among the versions that were read
}

// page is a page of versions, read by a command.
type page struct {
	gen    *int
	before uint64
	found  []Version
	err    error
}

// New opens the pane on the newest version, or on the work at hand.
func New(ses *pane.Session, o Options, onWork bool) (*View, tea.Cmd) {
	v := &View{ses: ses, o: o, gen: new(int), focus: pane.NewRing(2), newest: !onWork}
	if onWork {
		v.against = inForce
	}
	v.list = widget.NewTable(keyOf,
		widget.Column[row]{Title: "When", Width: 20, Whole: 3, Cell: v.when},
		widget.Column[row]{Title: "Who", Width: 8, Most: 16, Grow: 1, Rank: 1, Cell: v.who},
		widget.Column[row]{Title: "What for", Width: 12, Grow: 4, Cell: v.why},
		widget.Column[row]{Title: "", Width: 9, Rank: 2, Cell: v.mark})
	cmd := v.more()
	v.fill()
	v.describe()
	return v, cmd
}

// more reads the next page.
func (v *View) more() tea.Cmd {
	if v.reading || v.whole {
		return nil
	}
	v.reading = true
	before := uint64(0)
	if n := len(v.read); n > 0 {
		before = v.read[n-1].Revision
	}
	gen, read := v.gen, v.o.Read
	return v.ses.Shell.Work("reading the versions", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		found, err := read(ctx, before)
		return page{gen, before, found, err}
	})
}

// Update takes the pages that the view asked for.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(page)
	if !ok || m.gen != v.gen {
		return nil
	}
	v.reading = false
	v.failed = m.err != nil
	if m.err != nil {
		v.ses.Shell.Fail("reading the versions", m.err)
		v.fill()
		return nil
	}
	v.read = append(v.read, m.found...)
	v.whole = len(m.found) == 0
	v.fill()
	if v.newest && len(v.read) > 0 {
		v.newest = false
		v.list.Select(fmt.Sprint(v.read[0].Revision))
	}
	v.describe()
	return v.reach()
}

// fill puts the work at hand and what was read into the list.
func (v *View) fill() {
	var rows []row
	if v.work() != nil {
		rows = append(rows, row{work: true, at: -1})
	}
	for i, one := range v.read {
		rows = append(rows, row{v: one, at: i})
	}
	v.list.Empty = "There is no version yet: nothing was saved."
	switch {
	case v.reading:
		v.list.Empty = "Reading" + v.ses.Theme.Ellipsis
	case v.failed:
		v.list.Empty = "The versions could not be read; f5 tries again."
	}
	v.list.SetItems(rows)
}

// work is the document at hand, nil for none.
func (v *View) work() model.Document {
	if v.o.Work == nil {
		return nil
	}
	return v.o.Work()
}

// near is how close to the last version that was read the next page is asked
// for.
const near = 5

// reach reads on when the selection comes near the end of what was read.
func (v *View) reach() tea.Cmd {
	if r, ok := v.list.Selected(); v.failed || !v.whole && ok && r.at < len(v.read)-near {
		return nil
	}
	return v.more()
}

// keyOf names a line of the list for good.
func keyOf(r row) string {
	if r.work {
		return "work"
	}
	return fmt.Sprint(r.v.Revision)
}

func (v *View) when(r row) widget.Cell {
	if r.work {
		return widget.T("now")
	}
	return widget.T(v.ses.When(r.v.At))
}

func (v *View) who(r row) widget.Cell {
	if r.work {
		return widget.T(v.ses.Who)
	}
	return widget.T(r.v.Author)
}

func (v *View) why(r row) widget.Cell {
	if r.work {
		return widget.T("your work")
	}
	return widget.T(r.v.Why)
}

func (v *View) mark(r row) widget.Cell {
	switch {
	case r.work && v.o.Unsaved():
		return widget.Cell{Text: "not saved", Look: theme.Warn}
	case r.work:
		return widget.Cell{}
	case r.v.Unread != "":
		return widget.Cell{Text: v.ses.Theme.Cross + " unread", Look: theme.Danger}
	case r.v.Document == nil:
		return widget.Cell{Text: "deleted", Look: theme.Warn}
	case v.o.Marks != nil:
		return widget.Cell{Text: v.o.Marks(r.v), Look: theme.OK}
	}
	return widget.Cell{}
}

// Do does an action. False leaves it to the screen, which closes the pane on
// back.
func (v *View) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	r, any := v.list.Selected()
	switch id {
	case v.id(compare):
		v.against = v.next(r)
		v.describe()
		return nil, true
	case v.id(revert):
		if !any || r.work {
			return nil, true
		}
		return v.o.Revert(r.v), true
	case v.id(again):
		v.failed = false
		cmd := v.more()
		v.fill()
		return cmd, true
	case keymap.NextPane, keymap.PrevPane:
		v.focus.Next()
		return nil, true
	case keymap.Open:
		v.focus.Set(1)
		return nil, true
	case keymap.Back:
		return nil, v.focus.Set(0)
	}
	var doer widget.Doer = v.list
	if v.focus.At(1) {
		doer = &v.said
	}
	res := widget.Target(arg, doer).Do(id, arg)
	if res == widget.Ignored {
		return nil, false
	}
	if p, ok := arg.(frame.Pointer); ok && id == keymap.Click {
		v.focus.Set(map[bool]int{true: 1}[p.Arg == widget.Doer(&v.said)])
	}
	v.describe()
	return v.reach(), true
}

// Disabled says why an action of the pane cannot be done now.
func (v *View) Disabled(id keymap.ID) string {
	r, ok := v.list.Selected()
	switch id {
	case v.id(compare):
		if !ok || !r.work && r.v.Document == nil {
			return "there is nothing to compare"
		}
	case v.id(revert):
		switch {
		case !ok:
			return "there is no version"
		case r.work:
			return "this is your work as it is; select a version"
		case r.v.Unread != "":
			return "this version cannot be read"
		case r.v.Document == nil:
			return "it was deleted then; the version before it has it"
		}
	case v.id(again):
		if !v.failed {
			return "everything is read"
		}
	}
	return ""
}

// Filtered is the list that "/" narrows.
func (v *View) Filtered() pane.Filterable { return v.list }

// Rows draws list and comparison, beside each other where there is room.
func (v *View) Rows(size layout.Size, focused bool) frame.Rows {
	v.size = size
	v.describe()
	th := v.ses.Theme
	at := v.rects()
	list := widget.Box{Title: "Versions of " + text.Line(v.o.Name, 60), Note: v.count(), Focused: focused && v.focus.At(0)}
	said := widget.Box{Title: v.title(), Note: v.offer(), Focused: focused && v.focus.At(1)}
	a := list.Rows(th, at[0].Size(), v.list.Rows(th, list.Inner(at[0].Size()), focused && v.focus.At(0)))
	b := said.Rows(th, at[1].Size(), v.said.Rows(th, said.Inner(at[1].Size()), focused && v.focus.At(1)))
	if v.beside() {
		return frame.Beside(a, b)
	}
	return frame.Above(a, b)
}

// besideFrom is the width from which list and comparison are beside each
// other.
const besideFrom = 130

func (v *View) beside() bool { return v.size.W >= besideFrom }

func (v *View) rects() []layout.Rect {
	all := layout.Rect{W: v.size.W, H: v.size.H}
	if v.beside() {
		return all.Columns(10, 11)
	}
	return all.Stack(2, 3)
}

// Hits adds what answers the mouse.
func (v *View) Hits(h *frame.Hits) {
	at := v.rects()
	h.In(at[0].X+1, at[0].Y+1, v.list.Hits)
	h.In(at[1].X+1, at[1].Y+1, v.said.Hits)
}

// count says how many versions there are, as far as that is known.
func (v *View) count() string {
	switch n := len(v.read); {
	case v.whole:
		return fmt.Sprint(n)
	case n > 0:
		return fmt.Sprintf("%d and more", n)
	}
	return ""
}

// The actions of the pane. A screen's catalogue has them under the screen's
// name, see [Scopes].
const (
	compare = "compare"
	revert  = "revert"
	again   = "again"
)

func (v *View) id(action string) keymap.ID { return keymap.ID(v.o.Scope + "." + action) }

// Scopes are the part of the key catalogue that the pane needs.
func Scopes(scope string) []keymap.Scope {
	id := func(a string) keymap.ID { return keymap.ID(scope + "." + a) }
	return []keymap.Scope{{Name: scope, Title: "Versions", Leak: keymap.LeakGlobal, Actions: []keymap.Action{
		{ID: id(compare), Title: "Compare with another", Hint: "compare", Keys: []string{"c"},
			Help: "Compares the selected version with the next of: your work, what is in force, the version before it."},
		{ID: id(revert), Needs: keymap.Edit, Title: "Revert to the version", Hint: "revert", Keys: []string{"r"},
			Help: "Makes your work as the version was, in one step that undo takes back; nothing is written until you save."},
		{ID: id(again), Title: "Read the versions again", Keys: []string{"f5"}, Help: "Reads on where reading the versions failed."},
	}}}
}

// sentence ends a reason with one period.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
