package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

type fruit struct {
	name  string
	price int
}

// orchard is a screen of the tests: a list that can be filtered, changed and
// left unsaved, beside a note that is typed.
type orchard struct {
	id, title string
	ses       *pane.Session
	table     *widget.Table[fruit]
	note      widget.Input
	typing    bool
	unsaved   bool
	cut       int // how many fruits were destroyed
	paused    []bool
	got       any
	ticks     int
}

type fruits []fruit

// begin makes every orchard that is open work.
type begin struct {
	what string
	do   func(context.Context) tea.Msg
}

func newOrchard(id, title string, n int) *orchard {
	o := &orchard{id: id, title: title}
	o.table = widget.NewTable(func(f fruit) string { return f.name },
		widget.Column[fruit]{Title: "Fruit", Width: 8, Grow: 1,
			Cell:    func(f fruit) widget.Cell { return widget.T(f.name) },
			Compare: func(a, b fruit) int { return strings.Compare(a.name, b.name) }},
		widget.Column[fruit]{Title: "Price", Width: 6, Right: true,
			Cell:    func(f fruit) widget.Cell { return widget.T(fmt.Sprint(f.price)) },
			Compare: func(a, b fruit) int { return a.price - b.price }},
	)
	o.table.Empty = "No fruit yet: press n to plant one."
	var list fruits
	for i := range n {
		list = append(list, fruit{fmt.Sprintf("fruit %03d", i), (i * 7) % 100})
	}
	o.table.SetItems(list)
	return o
}

func (o *orchard) ID() string    { return o.id }
func (o *orchard) Title() string { return o.title }

func (o *orchard) Scopes() []keymap.Scope {
	return []keymap.Scope{
		{Name: o.id, Title: o.title, Actions: []keymap.Action{
			{ID: o.act("cut"), Title: "Cut down", Hint: "cut", Keys: []string{"y"}, Danger: true, Help: "Destroys the selected fruit."},
			{ID: o.act("type"), Title: "Type a note", Hint: "note", Keys: []string{"n"}, Help: "Writes a note."},
			{ID: o.act("never"), Title: "Graft", Hint: "graft", Keys: []string{"x"}, Help: "Cannot be done in these tests."},
			{ID: o.act("fail"), Title: "Fail", Keys: []string{"e"}, Help: "Reports a failure."},
		}},
		{Name: o.id + ".note", Title: "Note", Leak: keymap.LeakNone, Text: true, Actions: []keymap.Action{
			{ID: o.act("done"), Title: "Done", Keys: []string{"esc", "enter"}, Help: "Ends the note."},
		}},
	}
}

func (o *orchard) act(s string) keymap.ID { return keymap.ID(o.id + "." + s) }

func (o *orchard) Open(ses *pane.Session) tea.Cmd { o.ses = ses; return nil }

func (o *orchard) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case fruits:
		o.table.SetItems(m)
	case begin:
		return o.ses.Shell.Work(m.what, m.do)
	case dialog.Dialog:
		o.ses.Shell.AskLater(m)
	}
	return nil
}

func (o *orchard) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	switch id {
	case o.act("cut"):
		f, _ := o.table.Selected()
		o.ses.Shell.Ask(&dialog.Confirm{Title: "Cut " + f.name + "?", Body: "It does not grow again.", Yes: "Cut", Danger: true,
			Then: func() tea.Cmd { o.cut++; o.ses.Shell.Toast(widget.Info, "cut "+f.name); return nil }})
		return nil, true
	case o.act("type"):
		o.typing = true
		return nil, true
	case o.act("done"):
		o.typing = false
		return nil, true
	case o.act("fail"):
		o.ses.Shell.Fail("shaking the tree", errors.New("the ladder \x1b]0;stolen\x07 broke"))
		return nil, true
	}
	return nil, o.table.Do(id, arg) != widget.Ignored
}

func (o *orchard) Scope() string {
	if o.typing {
		return o.id + ".note"
	}
	return o.id
}

func (o *orchard) Type(k tea.Key) (tea.Cmd, bool) { return nil, o.note.Type(k) }
func (o *orchard) Paste(s string) tea.Cmd         { o.note.Paste(s); return nil }
func (o *orchard) Filtered() pane.Filterable      { return o.table }
func (o *orchard) Crumbs() []string               { return []string{"spring\x1b[2J", "north"} }
func (o *orchard) Receive(arg any) tea.Cmd        { o.got = arg; return nil }
func (o *orchard) Pause(p bool) tea.Cmd           { o.paused = append(o.paused, p); return nil }

func (o *orchard) Status() string {
	_, total := o.table.Count()
	return fmt.Sprintf("%d fruits", total)
}

func (o *orchard) Unsaved() string {
	if o.unsaved {
		return "the note is not saved."
	}
	return ""
}

func (o *orchard) Disabled(id keymap.ID) string {
	if id == o.act("never") {
		return "no knife at hand"
	}
	return ""
}

func (o *orchard) Rows(size layout.Size, focused bool) frame.Rows {
	note, _ := o.note.Row(o.ses.Theme, size.W)
	return frame.Above(o.table.Rows(o.ses.Theme, layout.Size{W: size.W, H: size.H - 1}, focused && !o.typing), frame.Rows{note})
}

func (o *orchard) Hits(h *frame.Hits) { o.table.Hits(h) }

func (o *orchard) Cursor() (x, y int, visible bool) {
	_, caret := o.note.Row(o.ses.Theme, 80)
	return caret, 20, o.typing
}

// plain is the smallest screen there can be.
type plain struct{ ses *pane.Session }

func (p *plain) ID() string                            { return "plain" }
func (p *plain) Title() string                         { return "Plain" }
func (p *plain) Scopes() []keymap.Scope                { return nil }
func (p *plain) Open(ses *pane.Session) tea.Cmd        { p.ses = ses; return nil }
func (p *plain) Update(tea.Msg) tea.Cmd                { return nil }
func (p *plain) Do(keymap.ID, any) (tea.Cmd, bool)     { return nil, false }
func (p *plain) Scope() string                         { return "plain" }
func (p *plain) Rows(s layout.Size, _ bool) frame.Rows { return frame.Blank(s.W, s.H) }

// run drives a console of two orchards and a plain screen.
func run(t *testing.T, size layout.Size, use func(d *tuitest.Driver, o *orchard, r *app.Root)) {
	t.Helper()
	var r *app.Root
	o := newOrchard("one", "Orchard", 120)
	tuitest.Run(t, size, func() tea.Model {
		r = newRoot(t, &pane.Session{Who: "ana", Now: time.Now}, o)
		return r
	}, func(d *tuitest.Driver) { use(d, o, r) })
}

func newRoot(t testing.TB, ses *pane.Session, o *orchard) *app.Root {
	t.Helper()
	r, err := app.New(ses, o, newOrchard("two", "Meadow", 3), &plain{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// still makes a console that no program runs, with a clock that stands.
func still(t testing.TB, opts theme.Options) (*app.Root, *orchard) {
	t.Helper()
	o := newOrchard("one", "Orchard", 120)
	now := time.Date(2026, 3, 2, 10, 15, 0, 0, time.UTC)
	r := newRoot(t, &pane.Session{Who: "ana", Now: func() time.Time { return now },
		NoColor: opts.NoColor, Light: opts.Light, ASCII: opts.ASCII}, o)
	drain(r, r.Init())
	return r, o
}

// drain runs a command and what follows from it; ticks are left out, since
// nobody waits here.
func drain(r *app.Root, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, c := range batch {
			drain(r, c)
		}
	}
}
