package app

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// awayMsg tells whether the store is out of reach, and what to wait for.
type awayMsg struct {
	why     error
	changed <-chan struct{}
}

// heed waits until the store goes out of reach or comes back; before the first
// wait it tells how things are.
func (r *Root) heed(changed <-chan struct{}) tea.Cmd {
	ask, ctx := r.ses.Away, r.ses.Ctx
	if ask == nil {
		return nil
	}
	return pane.Wait(func() tea.Msg {
		if changed != nil {
			select {
			case <-changed:
			case <-ctx.Done():
				return nil
			}
		}
		why, next := ask()
		return awayMsg{why, next}
	})
}

// away takes in whether the store is out of reach. The row of the tabs shows it
// as long as it lasts.
func (r *Root) away(m awayMsg) tea.Cmd {
	was := r.apart
	r.apart = m.why
	switch {
	case was == nil && m.why != nil:
		r.ses.Log.Warn("the store is away", "why", text.Line(m.why.Error(), 2000))
		r.Toast(widget.Warning, "Not connected: what is shown may be old, nothing can be saved. It goes on by itself. The reason: "+m.why.Error())
	case was != nil && m.why == nil:
		r.ses.Log.Info("the store is back")
		r.Toast(widget.Info, "Connected again: what is shown is up to date.")
	}
	if m.changed == nil {
		return nil
	}
	return r.heed(m.changed)
}

// badge is what the row of the tabs says of the store; empty while all is well.
func (r *Root) badge() string {
	if r.apart == nil {
		return ""
	}
	return r.ses.Theme.Paint(theme.ToastDanger, " ! not connected ")
}
