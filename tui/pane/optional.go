package pane

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/frame"
	"beckon/tui/keymap"
)

// What follows a screen may implement or leave; the shell asks by type
// assertion.
type (
	// Typist takes keys while its present scope is text. False hands the key
	// on to the catalogue.
	Typist interface {
		Type(tea.Key) (tea.Cmd, bool)
	}

	// Paster takes pasted text while its present scope is text. Anywhere else
	// a paste is ignored, so that it never runs keys.
	Paster interface {
		Paste(string) tea.Cmd
	}

	// Clickable adds what answers the mouse, in coordinates of the body. It is
	// asked after Rows of the same frame.
	Clickable interface {
		Hits(*frame.Hits)
	}

	// Pointed tells where the terminal's cursor stands, in coordinates of the
	// body; false hides it.
	Pointed interface {
		Cursor() (x, y int, visible bool)
	}

	// Disabler tells why an action cannot be done now, in a few words that
	// follow the action's title; empty means that it can.
	Disabler interface {
		Disabled(keymap.ID) string
	}

	// Filterable is what "/" narrows, one of the screen's lists.
	Filterable interface {
		Filter() string
		SetFilter(string)
		Count() (shown, total int)
	}

	// Filtering names the list that "/" narrows now; nil means none.
	Filtering interface {
		Filtered() Filterable
	}

	// Hinting names actions that are worth showing in the footer of this screen
	// now, with the words for it, in place of their own; they come first.
	Hinting interface {
		Hints() []Hint
	}

	// Hint is an action and one or two words for the footer.
	Hint struct {
		ID    keymap.ID
		Words string
	}

	// Keeping tells how many rows at the lower end of the body messages must
	// not cover.
	Keeping interface {
		Kept() int
	}

	// Located tells where in the screen the operator is: the breadcrumb behind
	// the tab's name.
	Located interface {
		Crumbs() []string
	}

	// Reporting gives the words at the right end of the breadcrumb row.
	Reporting interface {
		Status() string
	}

	// Guarded says what would be lost by leaving, as a sentence; empty means
	// nothing.
	Guarded interface {
		Unsaved() string
	}

	// Pausing is told when it is hidden (true: stop ticks) and shown again
	// (false: the command starts them).
	Pausing interface {
		Pause(bool) tea.Cmd
	}

	// Ending is told that the program has ended, whatever ended it: the operator,
	// a signal, a lost connection, a fault. It is called once, after the last
	// Update, and may take as long as its context lets it.
	Ending interface {
		End(context.Context)
	}

	// Aside is a screen that has a tab only while there is something on it: it
	// says why there is nothing to go to now; empty: there is.
	Aside interface {
		Aside() string
	}

	// Receiver takes what another screen handed over with Shell.Show.
	Receiver interface {
		Receive(arg any) tea.Cmd
	}
)
