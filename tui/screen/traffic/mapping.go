package traffic

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
	"beckon/tui/mapping"
	"beckon/tui/pane"
)

// Mapping is the action that changes how the file at hand is read.
const Mapping keymap.ID = "traffic.mapping"

var _ pane.Receiver = (*Screen)(nil)

// Receive implements pane.Receiver: it replays a file whose mapping was made.
func (s *Screen) Receive(arg any) tea.Cmd {
	m, ok := arg.(mapping.Read)
	if !ok || s.running != nil {
		return nil
	}
	o := s.order
	o.Input = Input{ID: m.Path, File: true, Name: m.Path}
	return s.run(o)
}

// editMapping has the mapping of the file at hand changed.
func (s *Screen) editMapping() tea.Cmd {
	return s.ses.Shell.Show(mapping.ID, mapping.Open{Path: s.order.Input.ID, From: s.ID(), Edit: true})
}
