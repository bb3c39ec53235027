package settings

import (
	"beckon/tui/pane"
	"beckon/tui/widget"
)

var _ pane.Readable = (*Screen)(nil)

// Read implements pane.Readable: the form that is open, or the settings in
// words.
func (s *Screen) Read() pane.Reading {
	switch {
	case s.editing != nil:
		return pane.Reading{Title: "Edit the settings", Form: s.editing.form, Next: Save}
	case s.now == nil:
		return pane.Reading{Title: "Settings", Lines: widget.Say(s.words.Text()...)}
	}
	return pane.Reading{Title: "Settings", Lines: widget.Say(words(s.ses, s.now, s.version, s.problems)...)}
}
