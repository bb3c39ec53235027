package app

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

var _ pane.Shell = (*Root)(nil)

// Toast implements pane.Shell.
func (r *Root) Toast(level widget.Level, s string) {
	r.toasts.Add(level, r.greet(level, s), r.ses.Now())
}

// Fail implements pane.Shell.
func (r *Root) Fail(doing string, err error) {
	var no interface{ Refusal() string }
	if errors.As(err, &no) { // not a fault, and all of it has to fit
		r.ses.Log.Info("refused", slog.String("operator", text.Line(r.ses.Who, 64)),
			slog.String("doing", text.Line(doing, 200)), slog.String("why", text.Line(no.Refusal(), 2000)))
		r.Toast(widget.Warning, no.Refusal())
		return
	}
	r.failures++
	id := fmt.Sprintf("E%d", r.failures)
	r.ses.Log.Error("console", slog.String("id", id), slog.String("operator", text.Line(r.ses.Who, 64)),
		slog.String("doing", text.Line(doing, 200)), slog.String("error", text.Line(err.Error(), 2000)))
	// Whoever did it may have said what it was.
	said := fmt.Sprintf("%s: %s", doing, strings.TrimPrefix(err.Error(), doing+": "))
	if r.ses.LogAt != "" { // else nobody could look it up
		said += " (" + id + " in the log)"
	}
	r.work.failed = true
	r.toasts.AddFailed(doing, r.greet(widget.Failure, said), r.ses.Now())
}

// Done implements pane.Shell.
func (r *Root) Done(doing, said string) {
	r.toasts.Succeeded(doing)
	if said != "" {
		r.Toast(widget.Info, said)
	}
}

// whereLog tells where errors are written down.
func (r *Root) whereLog() {
	if r.ses.LogAt == "" {
		r.Toast(widget.Info, "This session keeps no log; f9 lists its messages.")
		return
	}
	r.Ask(&dialog.Reader{Title: "The log", Lines: []widget.Line{
		widget.L(widget.T(r.ses.LogAt)),
		widget.L(widget.Cell{Text: "It is made with the first error; each has the number that its message shows: E1, E2.", Look: theme.Muted}),
	}})
}

// Ask implements pane.Shell.
func (r *Root) Ask(d dialog.Dialog) { r.dialogs.Push(d, r.lastKey) }

// AskLater implements pane.Shell.
func (r *Root) AskLater(d dialog.Dialog) { r.dialogs.PushUnasked(d, r.ses.Now()) }

// Show implements pane.Shell.
func (r *Root) Show(id string, arg any) tea.Cmd {
	for i, s := range r.screens {
		if s.ID() != id {
			continue
		}
		cmd := r.goTo(i)
		if rec, ok := s.(pane.Receiver); ok && arg != nil {
			return tea.Batch(cmd, rec.Receive(arg))
		}
		return cmd
	}
	return nil
}

func (r *Root) screen() pane.Screen { return r.screens[r.active] }

// scope is the scope whose keys apply now.
func (r *Root) scope() string {
	if r.filter.on {
		return keymap.TextEntry().Name
	}
	return r.screen().Scope()
}

// goTo shows the nth screen; the one before is told that it is hidden.
func (r *Root) goTo(n int) tea.Cmd {
	if n < 0 || n >= len(r.screens) || n == r.active && r.opened[n] {
		return nil
	}
	var cmds []tea.Cmd
	if p, ok := r.screen().(pane.Pausing); ok && r.opened[r.active] {
		cmds = append(cmds, p.Pause(true))
	}
	r.filter.on = false
	r.active = n
	if !r.opened[n] {
		r.opened[n] = true
		cmds = append(cmds, r.screen().Open(r.ses), r.returned(r.screen()))
	} else if p, ok := r.screen().(pane.Pausing); ok {
		cmds = append(cmds, p.Pause(false))
	}
	return tea.Batch(cmds...)
}

// filterable is the list that "/" narrows now, nil when there is none.
func (r *Root) filterable() pane.Filterable {
	if f, ok := r.screen().(pane.Filtering); ok && r.opened[r.active] {
		return f.Filtered()
	}
	return nil
}

func (r *Root) filterOpen() {
	f := r.filterable()
	r.filter.on = true
	r.filter.input = widget.Input{Hint: "type to filter", Max: 120}
	r.filter.input.SetValue(f.Filter())
}

// filterKey handles a key while the filter is typed. Enter keeps what was
// found, esc shows all again, and keys that move do so in the list; everything
// else is typed.
func (r *Root) filterKey(k tea.Key) (done bool) {
	f := r.filterable()
	if f == nil {
		r.filter.on = false
		return false
	}
	switch k.String() {
	case "enter":
		r.filter.on = false
		return true
	case "esc":
		r.filter.on = false
		f.SetFilter("")
		return true
	case "up", "down", "pgup", "pgdown":
		if a, ok := r.ses.Keys.Resolve("", k.String()); ok {
			r.screen().Do(a.ID, nil)
		}
		return true
	}
	if r.filter.input.Type(k) {
		f.SetFilter(r.filter.input.Value())
	}
	return true
}

// quit leaves, and asks first while something is unsaved.
func (r *Root) quit() tea.Cmd {
	lost := r.Lost()
	if len(lost) == 0 {
		return r.leave()
	}
	r.Ask(&dialog.Confirm{Title: "Quit without saving?", Body: strings.Join(lost, "\n"), Yes: "Quit", Danger: true, Then: r.leave})
	return nil
}

func (r *Root) leave() tea.Cmd {
	r.quitting = true
	return tea.Quit
}

// interrupted is ctrl+c: the second one in a row leaves from anywhere.
func (r *Root) interrupted() tea.Cmd {
	now := r.ses.Now()
	if !r.interrupt.IsZero() && now.Sub(r.interrupt) < twice {
		return r.leave()
	}
	r.interrupt = now
	r.Toast(widget.Warning, "Press ctrl+c again to quit.")
	return nil
}

// allOfIt is where a message that is cut can be read.
const allOfIt = "(f9: all of it)"

// messages shows the last toasts again.
func (r *Root) messages() {
	past := r.toasts.Past()
	if len(past) == 0 {
		r.Toast(widget.Info, "There was no message yet.")
		return
	}
	lines := []widget.Line{widget.L(widget.Cell{Text: "Times are in " + r.ses.Now().Format("MST") + ".", Look: theme.Muted})}
	for _, m := range past {
		look := [...]theme.Token{widget.Info: theme.Text, widget.Warning: theme.Warn, widget.Failure: theme.Danger}[m.Level]
		lines = append(lines, widget.Pair(m.At.Format("15:04:05"), 8, widget.Cell{Text: m.Text, Look: look}))
	}
	r.Ask(&dialog.Reader{Title: "Messages", Lines: lines})
}

// relook derives the theme anew from what the terminal answered.
func (r *Root) relook(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		r.told = true
		r.look.Light = r.ses.Light || !msg.IsDark()
	case tea.ColorProfileMsg:
		r.look.Profile = msg.Profile
	case tea.EnvMsg:
		// Any value but the empty one counts, as no-color.org has it.
		if msg.Getenv("NO_COLOR") != "" {
			r.look.NoColor = true
		}
		if light, known := backgroundOf(msg.Getenv("COLORFGBG")); known && !r.told {
			r.look.Light = r.ses.Light || light
		}
	}
	if t := theme.New(r.look); t.Look() != r.ses.Theme.Look() {
		r.ses.Theme = t
	}
}

// backgroundOf reads COLORFGBG, "15;0" or "15;default;0": its last part is the
// number of the background's color among the sixteen. False for anything else.
func backgroundOf(colors string) (light, known bool) {
	n, err := strconv.Atoi(colors[strings.LastIndexByte(colors, ';')+1:])
	if err != nil || n < 0 || n > 15 || !strings.Contains(colors, ";") {
		return false, false
	}
	return n == 7 || n > 8, true
}
