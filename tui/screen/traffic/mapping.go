package traffic

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
	"beckon/tui/live"
	"beckon/tui/mapping"
	"beckon/tui/pane"
)

// Mapping is the action that changes how the file at hand is read.
const Mapping keymap.ID = "traffic.mapping"

var _ pane.Receiver = (*Screen)(nil)

// Receive implements pane.Receiver: it replays a file whose mapping was made,
// or follows a log.
func (s *Screen) Receive(arg any) tea.Cmd {
	if s.running != nil {
		return nil
	}
	switch arg := arg.(type) {
	case mapping.Read:
		o := s.order
		o.Input = Input{ID: arg.Path, File: true, Name: arg.Path}
		return s.run(o)
	case live.Log:
		if s.logs {
			return s.live.Follow(s.ses, arg)
		}
	}
	return nil
}

// editMapping has the mapping of the file at hand changed.
func (s *Screen) editMapping() tea.Cmd {
	return s.ses.Shell.Show(mapping.ID, mapping.Open{Path: s.order.Input.ID, From: s.ID(), Edit: true})
}
