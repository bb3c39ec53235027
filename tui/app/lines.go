package app

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// What follows is for a front end that has no picture and no keys, such as the
// accessible mode: it asks the console what there is to read and to answer.

// Screen is the one that is shown.
func (r *Root) Screen() pane.Screen { return r.screen() }

// Screens are all of them, in the order of their tabs.
func (r *Root) Screens() []pane.Screen { return r.screens }

// Dialog takes the dialog on top off the stack, to be answered; nil when none
// is open.
func (r *Root) Dialog() dialog.Dialog { return r.dialogs.Pop() }

// Filterable is the list that can be narrowed now, nil when there is none.
func (r *Root) Filterable() pane.Filterable { return r.filterable() }

// Actions lists what the present screen itself can do now, the innermost
// first: without moving a focus, which no picture shows.
func (r *Root) Actions() []keymap.Action {
	var out []keymap.Action
	for _, s := range r.ses.Keys.Groups(r.screen().Scope()) {
		if s.Name != "" && !s.Text {
			out = append(out, s.Actions...)
		}
	}
	return out
}

// Action finds an action by its ID.
func (r *Root) Action(id keymap.ID) (keymap.Action, bool) { return r.ses.Keys.Action(id) }

// Why says why an action cannot be done now; empty means that it can.
func (r *Root) Why(id keymap.ID) string { return r.why(id) }

// Run does an action, or tells why it cannot be done.
func (r *Root) Run(id keymap.ID) tea.Cmd {
	r.lastKey = ""
	awake := r.awake()
	return tea.Batch(r.run(id, nil), awake)
}

// ShowScreen goes to the nth screen.
func (r *Root) ShowScreen(n int) tea.Cmd { return tea.Batch(r.goTo(n), r.awake()) }

// Hide tells the present screen that it is left, so that it keeps what has to
// be kept.
func (r *Root) Hide() tea.Cmd {
	if p, ok := r.screen().(pane.Pausing); ok && r.opened[r.active] {
		return p.Pause(true)
	}
	return nil
}

// Lost says what would be lost by leaving now, a sentence each.
func (r *Root) Lost() []string {
	var out []string
	for i, s := range r.screens {
		if g, ok := s.(pane.Guarded); ok && r.opened[i] {
			if why := g.Unsaved(); why != "" {
				out = append(out, s.Title()+": "+why)
			}
		}
	}
	return out
}

// Heard are the messages that nobody has read yet, the oldest first.
func (r *Root) Heard() []widget.Toast { return r.toasts.Unread() }
