package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
)

// button does something: it adds a row, or opens a list of what to add.
type button struct {
	base
	title string
	press func() tea.Cmd
	// list is what press lets choose from, for who answers line by line.
	list func() []Option
	take func(value string)
	look theme.Token
	// begin adds with what is typed on it: it reports whether the field with the
	// focus then takes that, or did so itself. Nil: letters are keys there.
	begin func(typed string) bool
	// turns says that it makes something else of what is there: adding is its row's.
	turns bool
}

// buttonAt makes the stop of a button.
func (f *Form) buttonAt(path, part, title string, press func() tea.Cmd) (stop, *button) {
	key := path + "#" + part
	b := keep(f, key, func() *button { return &button{base: base{f: f, path: path}} })
	if b.title != title {
		b.title = title
		b.changed()
	}
	b.press, b.look = press, theme.Key
	return stop{key: key, control: b, help: title + "."}, b
}

// typing is of what adds: a rule is typed where it will stand, and none of its
// first letters is a key.
func (b *button) typing() bool { return b.begin != nil }

// typed adds with what is typed, and goes on into the field that takes it; a
// blank only adds.
func (f *Form) typed(b *button, s string, into func()) tea.Cmd {
	if strings.TrimSpace(s) == "" {
		return b.press()
	}
	if b.begin(s) {
		into()
	}
	return nil
}

func (b *button) do(id action, arg any) (tea.Cmd, bool) {
	switch id {
	case addRow:
		if b.turns {
			return nil, false
		}
		return b.press(), true
	case keymap.Open, toggleField, keymap.Click:
		return b.press(), true
	}
	return nil, false
}

func (b *button) draw(th *theme.Theme, w int, focused bool) picture {
	s := text.Line(b.title, 120)
	s = frame.FitWith(s, min(w, frame.Width(s)), th.Ellipsis)
	if focused {
		return picture{rows: []string{th.Paint(theme.Selection, s)}, caret: true}
	}
	return picture{rows: []string{th.Paint(b.look, s)}}
}
