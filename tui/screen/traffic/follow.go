package traffic

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/live"
)

// WithLogs has the screen follow logs, too. While one is followed, the page of
// package live is the screen.
func (s *Screen) WithLogs(src live.Source) *Screen {
	s.live, s.logs = live.New(src), true
	return s
}

// Pause implements pane.Pausing.
func (s *Screen) Pause(hidden bool) tea.Cmd { return s.live.Pause(hidden) }

// End implements pane.Ending.
func (s *Screen) End(context.Context) { s.live.End() }

// followable tells why no log can be followed; empty: one can.
func (s *Screen) followable() string {
	switch {
	case !s.logs:
		return "no log can be followed here"
	case s.running != nil:
		return "a replay goes on: x stops it"
	}
	return ""
}
