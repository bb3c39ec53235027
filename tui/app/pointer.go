package app

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/frame"
	"beckon/tui/keymap"
)

// pointer routes the mouse by what the last frame had under it.
func (r *Root) pointer(msg tea.MouseMsg) tea.Cmd {
	m := msg.Mouse()
	step := 0
	switch m.Button {
	case tea.MouseWheelUp:
		step = -1
	case tea.MouseWheelDown:
		step = 1
	}
	_, wheel := msg.(tea.MouseWheelMsg)
	_, click := msg.(tea.MouseClickMsg)
	_, drag := msg.(tea.MouseMotionMsg)
	left := m.Button == tea.MouseLeft
	if r.dialogs.Len() > 0 {
		switch {
		case wheel:
			r.dialogs.Wheel(step)
		case click && left:
			return r.dialogs.Click(m.X, m.Y)
		}
		return nil
	}
	var id keymap.ID
	var p frame.Pointer
	var ok bool
	switch {
	case wheel && step != 0:
		id, p, ok = r.view.hits.Wheel(m.X, m.Y, step)
	case click && left:
		id, p, ok = r.view.hits.Click(m.X, m.Y)
	case drag && left:
		id, p, ok = r.view.hits.DragOver(m.X, m.Y)
	}
	if !ok {
		return nil
	}
	if r.filter.on && click {
		r.filter.on = false
	}
	return r.run(id, p)
}
