package library

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
	"beckon/tui/widget"
)

var _ pane.Readable = (*Screen)(nil)

// Read implements pane.Readable: the form that is open, the item, or the list
// of the library.
func (s *Screen) Read() pane.Reading {
	if s.past != nil {
		return s.past.Read()
	}
	s.describe()
	if e := s.editing; e != nil {
		return pane.Reading{Title: e.reads(), Form: e.form, Next: Save}
	}
	if d, ok := s.selected(); ok && !s.focus.At(listPane) {
		return pane.Reading{Title: quoted(d), Lines: widget.Say(s.detail.Text()...)}
	}
	shelf := shelves()[s.at]
	rows := s.table.Shown()
	out := pane.Reading{Title: fmt.Sprintf("%s, library %d of %d", shelf.title, s.at+1, len(shelves())), Lines: []string{shelf.about}}
	if _, total := s.table.Count(); total == 0 {
		out.Lines = append(out.Lines, s.table.Empty)
	}
	for _, r := range rows {
		words := r.words()
		if by := s.editedBy(r.key); by != "" {
			words += ", open to be changed by " + by
		}
		out.Items = append(out.Items, words)
	}
	out.Choose = func(i int) tea.Cmd {
		s.table.Select(rows[i].key.ID)
		s.focus.Set(detailPane)
		return nil
	}
	return out
}

// words say the row as a sentence.
func (r *row) words() string {
	out := whole(r.d.Head().Name, r.key.ID) + ": " + r.brief()
	switch {
	case r.surveyed && r.users > 0:
		out += ", used by " + count(r.users, "engagement")
	case r.surveyed:
		out += ", not used"
	}
	if r.failures > 0 {
		out += ", " + count(r.failures, "error")
	}
	if r.warnings > 0 {
		out += ", " + count(r.warnings, "warning")
	}
	return out
}

// reads is the title while the form is open; it stays while the name changes.
func (e *editing) reads() string {
	if e.fresh {
		return "New " + noun(e.key.Kind)
	}
	return "Edit the " + quoted(e.history.Base())
}
