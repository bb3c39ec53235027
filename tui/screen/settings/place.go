package settings

import (
	"encoding/json"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/pane"
)

var _ pane.Placing = (*Screen)(nil)

// whereabouts are the form that is open.
type whereabouts struct {
	Form  []byte `json:"form"` // with what can be undone
	Base  uint64 `json:"base"`
	Field string `json:"field,omitempty"`
}

// roomForForm bounds what of a form is kept.
const roomForForm = 200 << 10

// Place implements pane.Placing.
func (s *Screen) Place() []byte {
	if s.editing == nil {
		return nil
	}
	work, err := s.editing.history.Save()
	if err != nil || len(work) > roomForForm {
		return nil
	}
	p := whereabouts{Form: work, Base: s.editing.base}
	_, p.Field = s.editing.form.At()
	body, err := json.Marshal(p)
	if err != nil {
		return nil
	}
	return body
}

// Return implements pane.Placing, once the settings are read.
func (s *Screen) Return(at []byte) tea.Cmd {
	var p whereabouts
	if json.Unmarshal(at, &p) == nil {
		s.cutAt = &p
	}
	return nil
}

// comeBack opens the form as it was.
func (s *Screen) comeBack() {
	p := s.cutAt
	s.cutAt = nil
	if p == nil {
		return
	}
	h, err := edit.LoadHistory(p.Form)
	if err != nil {
		return
	}
	if _, ok := h.Document().(*model.Settings); !ok {
		return
	}
	s.open(h, p.Base)
	s.editing.form.GoToPath(p.Field)
}
