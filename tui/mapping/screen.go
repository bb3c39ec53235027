package mapping

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// ID is the page's, for who shows it.
const ID = "mapping"

// The panes.
const (
	fieldsPane = iota
	lookPane
	panes
)

// patience is how long reading and writing may take.
const patience = time.Minute

// Screen is the page.
type Screen struct {
	ses *pane.Session
	src Source

	work   *work // nil: no table is open
	asked  int   // of tables asked for; older results are dropped
	fields *widget.Table[journey.Field]
	look   widget.Lines
	focus  pane.Ring
	size   layout.Size
}

// work is the open table.
type work struct {
	Open
	table  Table
	sketch *journey.Sketch
	begun  *journey.Sketch // as it was opened, or kept last
	past   []*journey.Sketch
	future []*journey.Sketch

	examples map[string]string // of fields
	heads    map[string]bool   // the first fields of their parts
	tries    int
	trying   bool
	trial    *journey.Trial
	wrong    string // why nothing was tried
}

var (
	_ pane.Screen    = (*Screen)(nil)
	_ pane.Aside     = (*Screen)(nil)
	_ pane.Clickable = (*Screen)(nil)
	_ pane.Disabler  = (*Screen)(nil)
	_ pane.Filtering = (*Screen)(nil)
	_ pane.Guarded   = (*Screen)(nil)
	_ pane.Hinting   = (*Screen)(nil)
	_ pane.Located   = (*Screen)(nil)
	_ pane.Readable  = (*Screen)(nil)
	_ pane.Receiver  = (*Screen)(nil)
	_ pane.Reporting = (*Screen)(nil)
)

// New makes the page on a source.
func New(src Source) *Screen {
	s := &Screen{src: src, focus: pane.NewRing(panes)}
	s.fields = widget.NewTable(func(f journey.Field) string { return f.Key },
		widget.Column[journey.Field]{Title: "", Width: 14, Rank: 2, Cell: s.partCell},
		widget.Column[journey.Field]{Title: "Field", Width: 17, Most: 34, Grow: 1, Cell: s.titleCell},
		widget.Column[journey.Field]{Title: "Is read from", Width: 16, Grow: 3, Cell: s.valueCell},
		widget.Column[journey.Field]{Title: "First values", Width: 14, Grow: 2, Rank: 1, Cell: s.exampleCell})
	s.fields.Empty = "No table is open: O on the screen Traffic reads a file, and comes here if it is a table without a mapping."
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return ID }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Mapping" }

// Scope implements pane.Screen.
func (s *Screen) Scope() string { return ID }

// Aside implements pane.Aside.
func (s *Screen) Aside() string {
	if s.work == nil {
		return "no table is open; O on the screen Traffic opens one"
	}
	return ""
}

// Open implements pane.Screen.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	return nil
}

// The results of the page's commands.
type (
	opened struct {
		asked int
		open  Open
		table Table
		begin *journey.Sketch
		said  string
		err   error
	}
	tried struct {
		of    *work
		try   int
		trial *journey.Trial
		err   error
	}
)

// Receive implements pane.Receiver: it opens a table.
func (s *Screen) Receive(arg any) tea.Cmd {
	o, ok := arg.(Open)
	if !ok {
		return nil
	}
	if s.work != nil && s.changed() {
		if s.work.Path == o.Path {
			return nil // it is open already
		}
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Open another table?", Body: "What was chosen for " + s.work.table.Name + " is not saved, and lost with it.", Yes: "Open", Danger: true,
			Then: func() tea.Cmd { return s.begin(o) }})
		return nil
	}
	return s.begin(o)
}

func (s *Screen) begin(o Open) tea.Cmd {
	s.asked++
	asked, src := s.asked, s.src
	return s.ses.Shell.Work("looking at the table", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := opened{asked: asked, open: o}
		if m.table, m.err = src.Table(ctx, o.Path); m.err == nil {
			m.begin, m.said, m.err = open(m.table, o.Edit)
		}
		return m
	})
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case opened:
		return s.opened(m)
	case tried:
		s.tried(m)
	case kept:
		return s.kept(m)
	case written:
		s.written(m)
	}
	return nil
}

func (s *Screen) opened(m opened) tea.Cmd {
	if m.asked != s.asked {
		return nil
	}
	if m.err != nil {
		s.ses.Shell.Fail("looking at the table", m.err)
		if s.work == nil {
			return s.ses.Shell.Show(m.open.From, nil)
		}
		return nil
	}
	s.work = &work{Open: m.open, table: m.table, sketch: m.begin, begun: m.begin.Clone()}
	s.focus.Set(fieldsPane)
	s.fields.SetFilter("")
	cmd := s.again()
	s.fields.Do(keymap.First, nil)
	if _, key := m.begin.Missing(); key != "" {
		s.fields.Select(key)
	}
	if m.said != "" {
		s.ses.Shell.Toast(widget.Warning, strings.ToUpper(m.said[:1])+m.said[1:])
	}
	if len(m.table.Fits) > 1 && !m.open.Edit {
		s.askWhich()
	}
	return cmd
}

// again draws the fields anew and tries the mapping.
func (s *Screen) again() tea.Cmd {
	w := s.work
	fields := w.sketch.Fields()
	w.examples, w.heads = map[string]string{}, map[string]bool{}
	for i, f := range fields {
		w.heads[f.Key] = i == 0 || f.Part != fields[i-1].Part
		if f.Form == journey.FromColumns && strings.Contains(f.Value, "{") {
			w.examples[f.Key] = strings.Join(first(w.sketch.Filled(f.Value), 4), ", ")
		}
	}
	s.fields.SetItems(fields)
	w.tries++
	w.wrong, _ = w.sketch.Missing()
	if w.wrong != "" {
		w.trying, w.trial = false, nil
		s.describe()
		return nil
	}
	w.trying = true
	s.describe()
	try, body, table := w.tries, w.sketch.YAML(false), w.table
	return func() tea.Msg {
		m, err := journey.ParseMapping("mapping", body)
		if err != nil {
			return tried{w, try, nil, err}
		}
		return tried{w, try, table.Try(m), nil}
	}
}

func first(v []string, n int) []string { return v[:min(n, len(v))] }

func (s *Screen) tried(m tried) {
	if s.work == nil || m.of != s.work || m.try != s.work.tries {
		return
	}
	s.work.trying, s.work.trial = false, m.trial
	if m.err != nil {
		s.work.wrong = m.err.Error()
	}
	s.describe()
}

// changed tells whether something would be lost.
func (s *Screen) changed() bool { return s.work != nil && !s.work.sketch.Same(s.work.begun) }

// Unsaved implements pane.Guarded.
func (s *Screen) Unsaved() string {
	if !s.changed() {
		return ""
	}
	return "The mapping of " + text.Line(s.work.table.Name, 60) + " is not saved."
}

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	if s.work == nil {
		return nil
	}
	return []string{s.work.table.Name}
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	if s.work == nil {
		return ""
	}
	said := fmt.Sprintf("%s, %s", strings.ToUpper(s.work.sketch.Form), text.Many(int64(len(s.work.sketch.Columns)), "column"))
	if s.changed() {
		said += ", changed"
	}
	return said
}

// Filtered implements pane.Filtering.
func (s *Screen) Filtered() pane.Filterable {
	if s.work == nil {
		return nil
	}
	return s.fields
}

// The cells of the fields.

func (s *Screen) partCell(f journey.Field) widget.Cell {
	if s.work != nil && s.fields.Filter() == "" && !s.work.heads[f.Key] { // the one above says it
		return widget.Cell{}
	}
	return widget.Cell{Text: f.Part, Look: theme.Muted}
}

func (s *Screen) titleCell(f journey.Field) widget.Cell { return widget.T(f.Title) }

func (s *Screen) valueCell(f journey.Field) widget.Cell {
	switch {
	case f.Value == "" && f.Needed:
		return widget.Cell{Text: s.ses.Theme.Glyphs.Warn + " needed", Look: theme.Warn}
	case f.Value == "" && chosenTitle(f) == "":
		return widget.Cell{Text: "none", Look: theme.Muted}
	}
	return widget.T(saying(f))
}

func (s *Screen) exampleCell(f journey.Field) widget.Cell {
	if s.work == nil {
		return widget.Cell{}
	}
	return widget.Cell{Text: s.work.examples[f.Key], Look: theme.Muted}
}

// saying is a value in words: a column by its name, text in quotes.
func saying(f journey.Field) string {
	switch {
	case f.Form == journey.AsWritten && f.Value != "":
		return f.Value
	case f.Form != journey.FromColumns:
		if t := chosenTitle(f); t != "" {
			return t
		}
		if f.Value == "" {
			return "none"
		}
		return f.Value
	case f.Value == "":
		return "none"
	case strings.HasPrefix(f.Value, "{") && strings.IndexByte(f.Value, '}') == len(f.Value)-1:
		return columnTitle(f.Value[1 : len(f.Value)-1])
	case !strings.ContainsAny(f.Value, "{}"):
		return `"` + f.Value + `" in all rows`
	}
	return f.Value
}

func chosenTitle(f journey.Field) string {
	for _, c := range f.Choices {
		if c.Value == f.Value {
			return c.Title
		}
	}
	return ""
}

// Rows implements pane.Screen.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	th := s.ses.Theme
	at := s.rects()
	fields := s.fieldsBox(th, at[fieldsPane].Size(), focused && s.focus.At(fieldsPane))
	if len(at) == 1 {
		return fields
	}
	box := widget.Box{Title: "The first rows, read so", Note: s.note(), Focused: focused && s.focus.At(lookPane)}
	look := box.Rows(th, at[lookPane].Size(), s.look.Rows(th, box.Inner(at[lookPane].Size()), box.Focused))
	if s.beside() {
		return frame.Beside(fields, look)
	}
	return frame.Above(fields, look)
}

// footRows say what a field is for and why it is what it is.
const footRows = 3

func (s *Screen) fieldsBox(th *theme.Theme, size layout.Size, has bool) frame.Rows {
	box := widget.Box{Title: "What the columns are", Focused: has}
	if s.work != nil && has {
		box.Note = "enter: choose"
	}
	inner := box.Inner(size)
	foot := footRows
	if inner.H < 5*foot {
		foot = 2
	}
	if inner.H < 9 || s.work == nil {
		foot = 0
	}
	list := s.fields.Rows(th, layout.Size{W: inner.W, H: inner.H - foot}, has)
	return box.Rows(th, size, frame.Above(list, frame.Block(widget.Wrapped(th, s.foot(), inner.W), inner.W, foot)))
}

// foot tells about the selected field.
func (s *Screen) foot() []widget.Line {
	f, ok := s.fields.Selected()
	if !ok || s.work == nil {
		return nil
	}
	cells := []widget.Cell{{Text: f.Help, Look: theme.Muted}}
	if f.Why != "" && f.Value != "" {
		cells = append(cells, widget.T(" Guessed: "+f.Why+"."))
	}
	return []widget.Line{{Cells: cells}}
}

// besideFrom is the width from which the panes are beside each other.
const besideFrom = 110

func (s *Screen) beside() bool { return s.size.W >= besideFrom }

func (s *Screen) rects() []layout.Rect {
	all := layout.Rect{W: s.size.W, H: s.size.H}
	switch {
	case s.work == nil:
		return []layout.Rect{all}
	case s.beside():
		return all.Columns(1, 1)
	}
	return all.Stack(3, 2)
}

// Hits implements pane.Clickable.
func (s *Screen) Hits(h *frame.Hits) {
	at := s.rects()
	h.In(at[fieldsPane].X+1, at[fieldsPane].Y+1, s.fields.Hits)
	if len(at) > 1 {
		h.In(at[lookPane].X+1, at[lookPane].Y+1, s.look.Hits)
	}
}
