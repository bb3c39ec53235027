package traffic

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// study is a table that stands in the place of both panes: what was asked of
// the traffic beyond one replay, or what is behind a row of such a table.
// Studies are stacked; esc leads back.
type study struct {
	title  string
	note   string
	about  []string // what is said below the table, of all of it
	list   studyList
	said   func() string     // the whole of the selected row; nil: nothing more
	open   func() tea.Cmd    // on enter; nil: nothing is behind a row
	enter  string            // what enter does, in a word or two
	under  func(int) tea.Cmd // plays what is selected under base (0) or head (1); nil: it is no visit
	barred [2]string         // why under does not play base (0) or head (1); "": it does
	// differs makes the study of what the catalogs of a comparison have otherwise.
	differs func() *study
	kept    func() (KeptRun, bool)  // the selected run, of kept ones
	read    func() []string         // the rows as lines
	pick    func(i int)             // selects one of them
	lay     func(*theme.Theme, int) // sets the columns for a width; nil: they stay
}

type studyList interface {
	widget.Doer
	pane.Filterable
	Rows(th *theme.Theme, size layout.Size, focused bool) frame.Rows
	Hits(*frame.Hits)
}

// newStudy makes a study of a table.
func newStudy[T any](title string, t *widget.Table[T], items []T, key func(T) string, line func(T) string) *study {
	t.SetItems(items)
	return &study{title: title, list: t,
		said: func() string {
			if it, ok := t.Selected(); ok {
				return line(it)
			}
			return ""
		},
		read: func() []string {
			var out []string
			for _, it := range t.Shown() {
				out = append(out, line(it))
			}
			return out
		},
		pick: func(i int) {
			if list := t.Shown(); i >= 0 && i < len(list) {
				t.Select(key(list[i]))
			}
		}}
}

// onSelected makes what enter does of the selected item.
func onSelected[T any](t *widget.Table[T], do func(T) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		if it, ok := t.Selected(); ok {
			return do(it)
		}
		return nil
	}
}

// study is the one that is looked at, or nil.
func (s *Screen) study() *study {
	if len(s.studies) == 0 || s.running != nil {
		return nil
	}
	return s.studies[len(s.studies)-1]
}

// push puts a study on top.
func (s *Screen) push(x *study) { s.studies = append(s.studies, x) }

// studyRows draws a study.
func (s *Screen) studyRows(x *study, size layout.Size, focused bool) frame.Rows {
	th := s.ses.Theme
	note := x.note
	about := x.about
	if x.enter != "" && frame.Width(x.title+note+x.enter) > size.W-18 { // there is no room for it above
		about = append(slices.Clone(about), "Enter: "+x.enter+".")
	} else if x.enter != "" {
		note += " " + th.Separator + " enter: " + x.enter
	}
	box := widget.Box{Focused: focused, Title: x.title, Note: note}
	inner := box.Inner(size)
	if x.lay != nil {
		x.lay(th, inner.W)
	}
	var lines []widget.Line
	if x.said != nil {
		if said := x.said(); said != "" {
			lines = append(lines, widget.L(widget.Cell{Text: said, Look: theme.Muted}))
		}
	}
	for _, a := range about {
		lines = append(lines, widget.L(widget.T(a)))
	}
	foot := widget.Wrapped(th, lines, inner.W)
	n := min(len(foot), len(about)+3, inner.H/3)
	rows := x.list.Rows(th, layout.Size{W: inner.W, H: inner.H - n}, focused)
	return box.Rows(th, size, frame.Above(rows, frame.Block(foot[:n], inner.W, n)))
}

// begin runs something that goes through the traffic, with its progress shown.
func (s *Screen) begin(what string, o Order, work func(context.Context, func(Progress), Stops) (any, error)) tea.Cmd {
	if s.running != nil {
		return nil
	}
	s.runs++
	now := s.ses.Now()
	r := &running{what: what, partly: true, order: o, began: now, now: now, enough: make(chan struct{}), stop: make(chan struct{})}
	s.running = r
	run, ctx, clock := s.runs, s.ses.Ctx, s.ses.Now
	if ctx == nil {
		ctx = context.Background()
	}
	return tea.Batch(func() tea.Msg {
		got, err := work(ctx, func(p Progress) { r.far.Store(&p) }, Stops{Read: r.enough, Replay: r.stop})
		return done{run, got, clock().Sub(r.began), err}
	}, s.tick())
}

// studied takes what came of a study.
func (s *Screen) studied(m done) {
	switch got := m.got.(type) {
	case *Contrast:
		s.push(s.comparison(got))
	case *Rivalry:
		s.push(s.rivals(got))
	case *Curve:
		s.push(s.sweep(got))
	case kept:
		s.kept(got)
	case *Repetition:
		got.Took = m.took
		s.repeated(got)
	}
}

// failedStudy says why there is none.
func (s *Screen) failedStudy(what string, err error) {
	switch {
	case errors.Is(err, ErrGone):
		s.ses.Shell.Toast(widget.Warning, "The traffic or the catalog is not what it was: r replays it again.")
	case errors.Is(err, context.Canceled):
	default:
		s.ses.Shell.Fail(what, err)
	}
}
