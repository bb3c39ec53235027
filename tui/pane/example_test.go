package pane_test

import (
	"context"
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

// This file is a whole screen, to copy from: a list and its detail, one action
// that asks first, work done by a command, the filter, the mouse.

// Tent is what the screen shows.
type Tent struct {
	ID, Name string
	Price    int
	Sold     bool
}

// Shop is what the screen needs of the world, declared where it is used.
type Shop interface {
	Tents(context.Context) ([]Tent, error)
	Sell(ctx context.Context, id string) error
}

// Sell is an action of the screen. Its id is its name for good.
const Sell keymap.ID = "tents.sell"

// Tents is the screen.
type Tents struct {
	ses    *pane.Session
	shop   Shop
	table  *widget.Table[Tent]
	detail widget.Lines
	focus  pane.Ring
	size   layout.Size // of the last picture, for Hits
}

// NewTents makes the screen. What it works on is handed in here; the session
// comes with Open.
func NewTents(shop Shop) *Tents {
	s := &Tents{shop: shop, focus: pane.NewRing(2)}
	s.table = widget.NewTable(func(t Tent) string { return t.ID },
		widget.Column[Tent]{Title: "Tent", Width: 12, Grow: 1,
			Cell:    func(t Tent) widget.Cell { return widget.T(t.Name) },
			Compare: func(a, b Tent) int { return strings.Compare(a.Name, b.Name) }},
		widget.Column[Tent]{Title: "Price", Width: 6, Right: true, Rank: 1,
			Cell:    func(t Tent) widget.Cell { return widget.Cell{Text: fmt.Sprint(t.Price), Look: theme.Muted} },
			Compare: func(a, b Tent) int { return a.Price - b.Price }},
	)
	s.table.Empty = "No tents yet: ask the tailor."
	return s
}

func (s *Tents) ID() string    { return "tents" }
func (s *Tents) Title() string { return "Tents" }

// Scopes is the screen's part of the key catalogue. The first scope has the
// screen's name; a scope inside it would be called "tents.detail".
func (s *Tents) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: "tents", Title: "Tents", Actions: []keymap.Action{
		{ID: Sell, Title: "Sell", Hint: "sell", Keys: []string{"s"}, Danger: true, Help: "Sells the selected tent."},
	}}}
}

func (s *Tents) Scope() string { return "tents" }

func (s *Tents) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	return s.load()
}

// loaded and sold are the results of the screen's commands; their types are
// its own, so no other screen takes them.
type (
	loaded struct {
		tents []Tent
		err   error
	}
	sold struct {
		name string
		err  error
	}
)

// load reads the tents. The command only reads and answers; what changes the
// screen happens in Update.
func (s *Tents) load() tea.Cmd {
	ctx, shop := s.ses.Ctx, s.shop
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		tents, err := shop.Tents(ctx)
		return loaded{tents, err}
	}
}

func (s *Tents) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case loaded:
		if m.err != nil {
			s.ses.Shell.Fail("reading the tents", m.err)
			return nil
		}
		s.table.SetItems(m.tents)
		s.describe()
	case sold:
		if m.err != nil {
			s.ses.Shell.Fail("selling "+m.name, m.err)
			return nil
		}
		s.ses.Shell.Toast(widget.Info, "Sold "+m.name+"; ctrl+z takes it back.")
		return s.load()
	}
	return nil
}

// Do does an action: its own, and the universal ones that make sense here.
func (s *Tents) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	switch id {
	case Sell:
		t, _ := s.table.Selected()
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Sell " + t.Name + "?", Yes: "Sell", Danger: true,
			Then: func() tea.Cmd { return s.sell(t) }})
		return nil, true
	case keymap.NextPane:
		s.focus.Next()
		return nil, true
	case keymap.PrevPane:
		s.focus.Prev()
		return nil, true
	case keymap.Open:
		s.focus.Set(1)
		return nil, true
	case keymap.Back:
		return nil, s.focus.Set(0) // handled only if there was a step to go back
	}
	focused := []widget.Doer{s.table, &s.detail}[s.focus.Index()]
	switch widget.Target(arg, focused).Do(id, arg) {
	case widget.Handled:
		s.describe()
		return nil, true
	case widget.Opened: // the selected line was clicked again
		s.focus.Set(1)
		return nil, true
	}
	return nil, false
}

func (s *Tents) sell(t Tent) tea.Cmd {
	ctx, shop := s.ses.Ctx, s.shop
	return func() tea.Msg { return sold{t.Name, shop.Sell(ctx, t.ID)} }
}

// Disabled says why an action cannot be done now; pressing its key says so.
func (s *Tents) Disabled(id keymap.ID) string {
	if t, ok := s.table.Selected(); id == Sell && !ok {
		return "select a tent first"
	} else if id == Sell && t.Sold {
		return "it is sold already"
	}
	return ""
}

// Filtered is the list that "/" narrows.
func (s *Tents) Filtered() pane.Filterable { return s.table }

// Crumbs is the way from the tab to where the operator is.
func (s *Tents) Crumbs() []string {
	if t, ok := s.table.Selected(); ok && s.focus.At(1) {
		return []string{t.Name}
	}
	return nil
}

// describe fills the detail from the selection.
func (s *Tents) describe() {
	t, ok := s.table.Selected()
	if !ok {
		s.detail.SetLines()
		return
	}
	s.detail.SetLines(
		widget.Heading(t.Name),
		widget.Pair("Price", 8, widget.T(fmt.Sprint(t.Price))),
		widget.Pair("Sold", 8, widget.T(map[bool]string{true: "yes", false: "no"}[t.Sold])),
	)
}

// Rows draws one pane where the terminal is narrow and two where it is wide.
func (s *Tents) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	th := s.ses.Theme
	draw := func(i int, at layout.Rect) frame.Rows {
		has := focused && s.focus.At(i)
		box := widget.Box{Title: []string{"Tents", "Detail"}[i], Focused: has}
		inner := box.Inner(at.Size())
		if i == 0 {
			return box.Rows(th, at.Size(), s.table.Rows(th, inner, has))
		}
		return box.Rows(th, at.Size(), s.detail.Rows(th, inner, has))
	}
	cols := s.columns()
	if len(cols) == 1 {
		return draw(s.focus.Index(), cols[0])
	}
	return frame.Beside(draw(0, cols[0]), draw(1, cols[1]))
}

func (s *Tents) columns() []layout.Rect {
	return layout.Columns(layout.Rect{W: s.size.W, H: s.size.H}, 2)
}

// Hits is asked after Rows. A widget adds the rectangle that it was drawn in
// last, which lies at (1, 1) of its box.
func (s *Tents) Hits(h *frame.Hits) {
	cols := s.columns()
	if len(cols) == 2 || s.focus.At(0) {
		h.In(1, 1, s.table.Hits)
	}
	if len(cols) == 2 {
		h.In(cols[1].X+1, 1, s.detail.Hits)
	} else if s.focus.At(1) {
		h.In(1, 1, s.detail.Hits)
	}
}

// stall is a shop for tests.
type stall []Tent

func (s stall) Tents(context.Context) ([]Tent, error) { return append([]Tent{}, s...), nil }
func (s stall) Sell(_ context.Context, id string) error {
	for i := range s {
		if s[i].ID == id {
			s[i].Sold = true
		}
	}
	return nil
}

func TestTheExampleScreenSellsATent(t *testing.T) {
	t.Parallel()
	shop := stall{{ID: "t1", Name: "Trail Tent 2P", Price: 199}, {ID: "t2", Name: "Dome \x1b[2JTent", Price: 349}}
	tuitest.Run(t, layout.Size{W: 110, H: 24}, func() tea.Model {
		root, err := app.New(&app.Session{Who: "ana", Now: time.Now}, NewTents(shop))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		d.Expect("Trail Tent 2P", "Detail", "Dome ␛[2JTent", "s sell")
		d.ClickText("Dome")
		d.Press("s")
		d.Expect("Sell Dome ␛[2JTent?", "Sell (y)")
		d.Press("y")
		d.Expect("ctrl+z takes it back", "Sold     yes")
		d.Press("s")
		d.Expect("Sell: it is sold already")
		d.Press("tab")
		d.Expect("Tents › Dome")
		if !shop[1].Sold || shop[0].Sold {
			t.Errorf("sold: %v", shop)
		}
	})
}

func TestTheExampleScreenIsExactAtAnySize(t *testing.T) {
	t.Parallel()
	s := NewTents(nil)
	s.ses = &pane.Session{Theme: theme.New(theme.Options{})}
	s.table.SetItems([]Tent{{ID: "t1", Name: "Trail Tent 2P", Price: 199}})
	s.describe()
	for _, size := range []layout.Size{{W: 1, H: 1}, {W: 60, H: 12}, {W: 80, H: 21}, {W: 99, H: 40}, {W: 100, H: 20}, {W: 200, H: 47}} {
		for focus := range 2 {
			s.focus.Set(focus)
			if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
				t.Errorf("%v: %v", size, err)
			}
		}
	}
}

func TestTheFocusGoesRound(t *testing.T) {
	t.Parallel()
	r := pane.NewRing(3)
	r.Prev()
	if !r.At(2) {
		t.Errorf("before the first is %d", r.Index())
	}
	r.Next()
	if !r.At(0) || r.Set(0) || r.Set(3) || r.Set(-1) || !r.Set(1) || r.Index() != 1 {
		t.Errorf("focus on %d", r.Index())
	}
	var none pane.Ring
	none.Next()
	none.Prev()
	if !none.At(0) {
		t.Error("a ring of one moved")
	}
}
