package pane

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
)

// Screen is one tab. All methods are called on the program's one goroutine.
type Screen interface {
	// ID names the screen for good: "campaigns". It is also the name of the
	// screen's outermost scope.
	ID() string
	// Title is what its tab says.
	Title() string
	// Scopes is its part of the key catalogue. It is asked once, before Open.
	Scopes() []keymap.Scope
	// Open is called once, when the screen is shown for the first time.
	Open(*Session) tea.Cmd
	// Update gets every message that is not the shell's, never a key.
	Update(tea.Msg) tea.Cmd
	// Do does an action. The argument is nil for a key, a frame.Pointer for the
	// mouse. False means that the screen has nothing to do for it.
	Do(id keymap.ID, arg any) (tea.Cmd, bool)
	// Scope is the scope whose keys apply now.
	Scope() string
	// Rows is the picture: exactly size.H rows of size.W cells. Focused is
	// false while a dialog has the keys.
	Rows(size layout.Size, focused bool) frame.Rows
}
