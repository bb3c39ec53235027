package library

import (
	"encoding/json"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/pane"
)

var _ pane.Placing = (*Screen)(nil)

// whereabouts are where the operator is, with the form that is open.
type whereabouts struct {
	Kind  model.Kind `json:"kind"`
	ID    string     `json:"id,omitempty"`
	Pane  int        `json:"pane,omitempty"`
	Form  []byte     `json:"form,omitempty"` // with what can be undone
	Base  uint64     `json:"base,omitempty"`
	Field string     `json:"field,omitempty"`
}

// roomForForm bounds what of a form is kept.
const roomForForm = 200 << 10

// Place implements pane.Placing.
func (s *Screen) Place() []byte {
	p := whereabouts{Kind: s.kind(), Pane: s.focus.Index()}
	p.ID, _ = s.table.SelectedKey()
	if e := s.editing; e != nil {
		if work, err := e.history.Save(); err == nil && len(work) <= roomForForm {
			p.Form, p.Base = work, e.base
			_, p.Field = e.form.At()
		}
	}
	body, err := json.Marshal(p)
	if err != nil {
		return nil
	}
	return body
}

// Return implements pane.Placing, once the libraries are read.
func (s *Screen) Return(at []byte) tea.Cmd {
	var p whereabouts
	if json.Unmarshal(at, &p) == nil {
		s.cutAt = &p
	}
	return nil
}

// comeBack goes to where the operator was, as far as that is still there.
func (s *Screen) comeBack() {
	p := s.cutAt
	s.cutAt = nil
	if p == nil {
		return
	}
	at, ok := shelfOf(p.Kind)
	if !ok {
		return
	}
	s.turn(at)
	if p.ID != "" && s.table.Select(p.ID) {
		s.focus.Set(p.Pane)
	}
	if p.Form == nil {
		return
	}
	h, err := edit.LoadHistory(p.Form)
	if err != nil || h.Document().Head().Kind != p.Kind {
		return
	}
	s.openForm(h, p.Base)
	s.editing.form.GoToPath(p.Field)
}
