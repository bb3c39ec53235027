package campaigns

import (
	"encoding/json"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
)

var _ pane.Placing = (*Screen)(nil)

// whereabouts are where the operator is.
type whereabouts struct {
	Campaign   string `json:"campaign,omitempty"`
	Engagement string `json:"engagement,omitempty"`
	Pane       int    `json:"pane,omitempty"`
	Filter     string `json:"filter,omitempty"`
}

// Place implements pane.Placing.
func (s *Screen) Place() []byte {
	k, ok := s.selected()
	if !ok {
		return nil
	}
	body, err := json.Marshal(whereabouts{k.ID, s.chosen, s.focus.Index(), s.table.Filter()})
	if err != nil {
		return nil
	}
	return body
}

// Return implements pane.Placing, once the campaigns are read.
func (s *Screen) Return(at []byte) tea.Cmd {
	var p whereabouts
	if json.Unmarshal(at, &p) == nil {
		s.cutAt = &p
	}
	return nil
}

// comeBack goes to where the operator was, if that is still there.
func (s *Screen) comeBack() {
	p := s.cutAt
	s.cutAt = nil
	if p == nil || s.w.campaign(p.Campaign) == nil {
		return
	}
	s.table.SetFilter(p.Filter)
	if !s.table.Select(p.Campaign) {
		s.table.SetFilter("")
		s.table.Select(p.Campaign)
	}
	s.chosen = p.Engagement
	s.focus.Set(p.Pane)
}
