package activity

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// newTable makes the list.
func newTable(ses func() *pane.Session) *widget.Table[Entry] {
	return widget.NewTable(keyOf,
		widget.Column[Entry]{Title: "When", Width: 12, Cell: func(e Entry) widget.Cell { return widget.T(when(ses(), e)) }},
		widget.Column[Entry]{Title: "Who", Width: 8, Most: 14, Grow: 1, Cell: func(e Entry) widget.Cell { return widget.T(e.Author) }},
		widget.Column[Entry]{Title: "Action", Width: 8, Cell: func(e Entry) widget.Cell { return widget.Cell{Text: e.Action, Look: look(e.Action)} }},
		widget.Column[Entry]{Title: "Object", Width: leastObject, Grow: 6, Cell: func(e Entry) widget.Cell { return widget.T(object(e)) }},
		widget.Column[Entry]{Title: "What", Width: 8, Grow: 12, Cell: func(e Entry) widget.Cell { return widget.Cell{Text: what(ses().Theme, e), Look: theme.Muted} }})
}

// The cells of the name of an object: at least, the most that it takes from what
// was changed, and in which column they are.
const (
	leastObject  = 18
	wholeObject  = 30
	objectColumn = 3
)

// list sets the rows. The objects' names take what they need, also of a narrow
// list, where the line below tells what was changed; of the room that is left
// over no more than that: the rest is for what was changed.
func (s *Screen) list() {
	longest := leastObject
	for i := range s.entries {
		longest = max(longest, frame.Width(object(s.entries[i])))
	}
	s.table.Columns[objectColumn].Width, s.table.Columns[objectColumn].Most = min(longest, wholeObject), longest
	s.table.SetItems(s.entries)
}

// when is the time of an entry in a few cells: of another year, the day alone.
func when(ses *pane.Session, e Entry) string {
	now := ses.Now()
	at := e.At.In(now.Location())
	if at.Year() != now.Year() {
		return at.Format("2006-01-02")
	}
	return at.Format("_2 Jan 15:04")
}

func look(action string) theme.Token {
	switch action {
	case "delete", "disable":
		return theme.Danger
	case "publish":
		return theme.OK
	case "create", "add":
		return theme.Info
	}
	return theme.Text
}

// object names what was changed.
func object(e Entry) string { return strings.TrimSpace(e.Kind + " " + e.ID) }

// what tells the change in a line: the element, and its values.
func what(th *theme.Theme, e Entry) string {
	out := e.Element
	switch {
	case e.Old != "" && e.New != "":
		out += ": " + e.New + " (was " + e.Old + ")"
	case e.New != "":
		out += ": " + e.New
	case e.Old != "":
		out += ": none (was " + e.Old + ")"
	}
	if out = strings.TrimPrefix(out, ": "); out == "" {
		return e.Why
	}
	return out
}

// version is what the selected change made of its document.
type version struct {
	of      change
	reading bool
	v       Version
	err     error
}

// change names the document of a change.
type change struct {
	kind, id string
	revision uint64
}

// shown is what the panes beside the list were written for.
type shown struct {
	entry Entry
	whole bool
	v     *version
	look  uint32
	ok    bool
}

// look reads what the selected change made of its document, unless that is at
// hand.
func (s *Screen) look() tea.Cmd {
	s.describe()
	e, ok := s.selected()
	of := change{e.Kind, e.ID, e.Revision}
	if !ok || s.version != nil && s.version.of == of {
		return nil
	}
	s.version = &version{of: of, reading: true}
	s.describe()
	ctx, keeper := s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		v, err := keeper.Version(ctx, of.kind, of.id, of.revision)
		return &version{of: of, v: v, err: err}
	}
}

// describe writes the panes beside the list anew if what they are about
// changed.
func (s *Screen) describe() {
	e, ok := s.selected()
	next := shown{e, s.whole, s.version, s.ses.Theme.Look(), true}
	if next == s.shown {
		return
	}
	if next.entry.Seq != s.shown.entry.Seq || next.whole != s.shown.whole {
		s.detail.Top()
	}
	s.shown = next
	if !ok {
		s.detail.SetLines()
		return
	}
	s.detail.SetLines(s.lines(e)...)
}

func muted(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Muted} }

const labels = 9 // cells of a label

// maxWhole bounds the lines of a document that is shown whole.
const maxWhole = 2000

// lines say all of an entry, and what the change did to the document.
func (s *Screen) lines(e Entry) []widget.Line {
	var out []widget.Line
	if !s.whole {
		pair := func(label, value string) {
			if value != "" {
				out = append(out, widget.Pair(label, labels, widget.T(value)))
			}
		}
		pair("Object", object(e))
		pair("Action", e.Action)
		pair("Element", e.Element)
		pair("Old", e.Old)
		pair("New", e.New)
		pair("When", e.At.In(s.ses.Now().Location()).Format("Mon 2006-01-02 15:04:05 MST"))
		pair("Who", e.Author)
		from := e.From
		if from == "" {
			from = "at the machine of the store"
		}
		pair("From", from)
		pair("Why", e.Why)
		out = append(out, widget.Pair("Revision", labels, widget.T(fmt.Sprint(e.Revision)), muted(fmt.Sprintf(", entry %d", e.Seq))), widget.Line{})
	}
	v := s.version
	switch {
	case v == nil || v.of != (change{e.Kind, e.ID, e.Revision}) || v.reading:
		return append(out, widget.L(muted("Reading"+s.ses.Theme.Ellipsis)))
	case errors.Is(v.err, ErrNoVersion):
		return append(out, widget.L(muted("The change wrote no document of this name.")))
	case v.err != nil:
		return append(out, widget.L(widget.Cell{Text: s.ses.Theme.Cross + " It cannot be read: " + v.err.Error(), Look: theme.Danger}))
	case s.whole:
		return s.wholeLines(v.v)
	}
	return append(out, s.difference(v.v)...)
}

// wholeLines are the document as the change left it.
func (s *Screen) wholeLines(v Version) []widget.Line {
	var out []widget.Line
	body := v.Body
	if body == "" {
		body = v.Had
		out = append(out, widget.L(widget.Cell{Text: "It was deleted; this is what it had.", Look: theme.Warn}), widget.Line{})
	}
	for _, line := range text.Lines(body, 1000, maxWhole) {
		out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{widget.T(line)}})
	}
	return out
}

// difference tells field by field what the change did to the document.
func (s *Screen) difference(v Version) []widget.Line {
	switch {
	case v.Document == nil && v.Unread == "" && v.Body == "":
		return []widget.Line{widget.L(widget.Cell{Text: "The document was deleted; w shows what it had.", Look: theme.Warn})}
	case v.Document == nil:
		return []widget.Line{widget.L(muted("w shows the document as the change left it."))}
	case v.Before == nil:
		return []widget.Line{widget.L(muted("This is the first version; w shows it whole."))}
	case v.Before.Document == nil:
		return []widget.Line{widget.L(muted("There was none before it; w shows it whole."))}
	}
	changes := edit.Diff(v.Before.Document, v.Document)
	if len(changes) == 0 {
		return []widget.Line{widget.L(muted("The document is as it was before."))}
	}
	out := []widget.Line{widget.Heading(fmt.Sprintf("%s against revision %d", differences(len(changes)), v.Before.Revision))}
	for _, c := range changes {
		sign, look := "~", theme.Info
		switch c.Action {
		case edit.Added:
			sign, look = "+", theme.OK
		case edit.Removed:
			sign, look = "-", theme.Danger
		}
		out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{{Text: sign, Look: look}, widget.T(" " + c.String())}})
	}
	return out
}

func differences(n int) string {
	if n == 1 {
		return "1 difference"
	}
	return fmt.Sprintf("%d differences", n)
}

// Read implements pane.Readable.
func (s *Screen) Read() pane.Reading {
	s.describe()
	out := pane.Reading{Title: "Activity, " + s.note()}
	rows := s.table.Shown()
	if len(rows) == 0 {
		out.Lines = append([]string{s.table.Empty}, s.online.sentences()...)
		return out
	}
	for _, e := range rows[:min(len(rows), pageSize)] {
		line := strings.Join([]string{e.At.In(s.ses.Now().Location()).Format("2006-01-02 15:04"), e.Author, e.Action, object(e), what(s.ses.Theme, e)}, ", ")
		out.Items = append(out.Items, text.Line(line, 300))
	}
	out.Lines = append(widget.Say(s.detail.Text()...), s.online.sentences()...)
	out.Choose = func(i int) tea.Cmd {
		if i < len(rows) {
			s.table.Select(keyOf(rows[i]))
		}
		return tea.Batch(s.look(), s.reach())
	}
	return out
}
