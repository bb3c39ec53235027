// Package pane is the contract between the shell and a screen: what the shell
// asks of a screen, and what a screen may ask of the shell.
//
// A [Screen] is a plain struct with pointers, never a tea.Model: the one
// tea.Model is the root in package app, which routes. Keys never reach a
// screen, actions do ([Screen.Do]); only a screen whose present scope is text
// is typed into ([Typist]). What a screen can do beyond the minimum it shows
// by implementing one of the small interfaces of optional.go, which the shell
// finds by type assertion.
//
// # Rules
//
//   - Update and Do run on the program's one goroutine: change state there,
//     directly. A command does the slow work, takes Session.Ctx with a
//     deadline, changes nothing, and returns a message of the screen's own
//     type. Every open screen gets every message: ignore what is not yours,
//     and drop a message whose generation is stale.
//   - No time.Now, no os.Getenv, no variable of the package: everything comes
//     from the [Session].
//   - Rows returns exactly size.H rows of exactly size.W cells, and the same
//     slice while nothing changed (widgets do both; frame.Cache helps).
//   - A tick chain carries a generation and ends in Pause(true).
//   - Text that somebody else wrote is given to a widget's Cell, which passes
//     it through model/text, or passes text.Line by your hand before it meets
//     Theme.Paint.
//
// # A screen in one page
//
//	const Publish keymap.ID = "campaigns.publish"
//
//	type Screen struct {
//		ses   *pane.Session
//		store Catalog                       // the interface this screen needs
//		table *widget.Table[model.Campaign]
//		detail widget.Lines
//		focus pane.Ring
//	}
//
//	func New(store Catalog) *Screen {
//		s := &Screen{store: store, focus: pane.NewRing(2)}
//		s.table = widget.NewTable(
//			func(c model.Campaign) string { return c.ID },
//			widget.Column[model.Campaign]{Title: "Name", Width: 16, Grow: 1,
//				Cell:    func(c model.Campaign) widget.Cell { return widget.Cell{Text: c.Name} },
//				Compare: func(a, b model.Campaign) int { return strings.Compare(a.Name, b.Name) }},
//			widget.Column[model.Campaign]{Title: "Prio", Width: 4, Right: true, Rank: 1,
//				Cell: func(c model.Campaign) widget.Cell { return widget.Cell{Text: c.Priority, Look: theme.Muted} }},
//		)
//		s.table.Empty = "No campaign yet: press n to make one."
//		return s
//	}
//
//	func (s *Screen) ID() string    { return "campaigns" }
//	func (s *Screen) Title() string { return "Campaigns" }
//
//	// Scopes is the screen's part of the key catalogue; the first scope is named as the screen.
//	func (s *Screen) Scopes() []keymap.Scope {
//		return []keymap.Scope{{Name: "campaigns", Title: "Campaigns", Actions: []keymap.Action{
//			{ID: Publish, Title: "Publish", Hint: "publish", Keys: []string{"p"}, Danger: true,
//				Help: "Makes the selected campaign live."},
//		}}}
//	}
//	func (s *Screen) Scope() string { return "campaigns" }
//
//	func (s *Screen) Open(ses *pane.Session) tea.Cmd { s.ses = ses; return s.load() }
//
//	func (s *Screen) load() tea.Cmd {
//		ctx := s.ses.Ctx
//		return func() tea.Msg { list, err := s.store.List(ctx); return loaded{list, err} }
//	}
//
//	func (s *Screen) Update(msg tea.Msg) tea.Cmd {
//		if m, ok := msg.(loaded); ok {
//			if m.err != nil { s.ses.Shell.Fail("reading the campaigns", m.err); return nil }
//			s.table.SetItems(m.list)
//		}
//		return nil
//	}
//
//	func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
//		switch id {
//		case keymap.NextPane: s.focus.Next(); return nil, true
//		case keymap.PrevPane: s.focus.Prev(); return nil, true
//		case keymap.Back:     return nil, s.focus.Set(0)
//		case Publish:
//			c, _ := s.table.Selected()
//			s.ses.Shell.Ask(&dialog.Confirm{Title: "Publish " + c.Name + "?", Yes: "Publish",
//				Then: func() tea.Cmd { return s.publish(c.ID) }})
//			return nil, true
//		}
//		switch s.table.Do(id, arg) {         // arrows, pages, click and wheel
//		case widget.Opened: s.focus.Set(1); return nil, true
//		case widget.Handled: return nil, true
//		}
//		return nil, false
//	}
//
//	// Disabled says why an action cannot be done now; the key then shows the reason.
//	func (s *Screen) Disabled(id keymap.ID) string {
//		if _, ok := s.table.Selected(); id == Publish && !ok { return "select a campaign first" }
//		return ""
//	}
//
//	// Lists are filtered with "/" by handing the shell the table.
//	func (s *Screen) Filtered() pane.Filterable { return s.table }
//
//	func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
//		th := s.ses.Theme
//		cols := layout.Columns(layout.Rect{W: size.W, H: size.H}, 2)
//		draw := func(i int, r layout.Rect) frame.Rows {
//			has := focused && s.focus.At(i)
//			box := widget.Box{Title: []string{"Campaigns", "Detail"}[i], Focused: has}
//			if i == 0 { return box.Rows(th, r.Size(), s.table.Rows(th, box.Inner(r.Size()), has)) }
//			return box.Rows(th, r.Size(), s.detail.Rows(th, box.Inner(r.Size()), has))
//		}
//		if len(cols) == 1 { return draw(s.focus.Index(), cols[0]) } // one pane at a time
//		return frame.Beside(draw(0, cols[0]), draw(1, cols[1]))
//	}
//
//	// Hits is asked after Rows; coordinates are those of the body.
//	func (s *Screen) Hits(h *frame.Hits) {
//		h.In(1, 1, s.table.Hits) // inside its box
//	}
//
// A test draws the same screen without a terminal (tuitest.Golden) or drives
// the whole program (tuitest.Run).
package pane
