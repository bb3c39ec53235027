package builder

import (
	"encoding/json"
	"slices"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/pane"
)

var _ pane.Placing = (*Screen)(nil)

// whereabouts are where the operator is. What is not saved is a draft.
type whereabouts struct {
	Key        string `json:"key"`
	Step       int    `json:"step"`
	Engagement int    `json:"engagement,omitempty"`
	Field      string `json:"field,omitempty"`
	Item       string `json:"item,omitempty"` // field of the item on top
}

// Place implements pane.Placing.
func (s *Screen) Place() []byte {
	w := s.work
	if w == nil || w.gone != "" {
		return nil
	}
	p := whereabouts{Key: w.key, Step: int(w.step), Engagement: w.at}
	if w.step.About().Form {
		_, p.Field = w.form.At()
	}
	if top := w.top(); top != nil {
		_, p.Item = top.form.At()
	}
	body, err := json.Marshal(p)
	if err != nil {
		return nil
	}
	return body
}

// Return implements pane.Placing: the campaign is read, and its draft.
func (s *Screen) Return(at []byte) tea.Cmd {
	var p whereabouts
	if json.Unmarshal(at, &p) != nil || p.Key == "" {
		return nil
	}
	s.cutAt = &p
	return s.read(p.Key)
}

// comeBack opens what was open, without asking, if it is still there, and goes
// to the step and the field.
func (s *Screen) comeBack(m opened, p whereabouts) tea.Cmd {
	var cmd tea.Cmd
	k := m.stock.base.Campaign(p.Key)
	if i := slices.IndexFunc(m.drafts, func(d Draft) bool { return d.Key == p.Key }); i >= 0 {
		cmd = s.resume(m.drafts[i], m.stock)
	} else if k != nil {
		cmd = s.begin(k, m.stock.revisions[model.DocumentKey{Kind: model.KindCampaign, ID: p.Key}], p.Key, m.stock)
	}
	if s.work == nil {
		return cmd
	}
	if p.Engagement > 0 && p.Engagement < len(s.work.campaign().Engagements) {
		s.work.at = p.Engagement
		s.work.refresh()
	}
	s.goTo(step(p.Step))
	if p.Field != "" && s.work.step.About().Form {
		s.work.form.GoToPath(p.Field)
	}
	if top := s.work.top(); top != nil && p.Item != "" {
		top.form.GoToPath(p.Item)
	}
	return cmd
}
