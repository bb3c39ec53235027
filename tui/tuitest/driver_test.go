package tuitest

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
	"beckon/tui/layout"
)

// listener notes what reaches a program.
type listener struct {
	keys  []string
	paste string
	mouse []string
	size  tea.WindowSizeMsg
}

func (l *listener) Init() tea.Cmd { return nil }

func (l *listener) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		l.keys = append(l.keys, m.String())
	case tea.PasteMsg:
		l.paste += m.Content
	case tea.MouseMsg:
		l.mouse = append(l.mouse, m.String())
	case tea.WindowSizeMsg:
		l.size = m
	}
	return l, nil
}

func (l *listener) View() tea.View {
	v := tea.NewView("top line\nwhat was typed: " + strings.Join(l.keys, ""))
	v.AltScreen, v.MouseMode, v.WindowTitle = true, tea.MouseModeCellMotion, "listener"
	v.Cursor = tea.NewCursor(3, 1)
	return v
}

func listen(t *testing.T, use func(*Driver, *listener)) {
	t.Helper()
	l := &listener{}
	Run(t, layout.Size{W: 60, H: 10}, func() tea.Model { return l }, func(d *Driver) { use(d, l) })
}

func TestEveryPlainKeyArrivesUnderItsName(t *testing.T) {
	t.Parallel()
	var keys []string
	for c := '!'; c <= '~'; c++ {
		keys = append(keys, string(c))
	}
	for c := 'a'; c <= 'z'; c++ {
		keys = append(keys, "ctrl+"+string(c))
	}
	keys = append(keys, "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "enter", "esc", "tab", "shift+tab", "space",
		"backspace", "delete", "insert", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12")
	listen(t, func(d *Driver, l *listener) {
		pressed := 0
		for _, k := range keys {
			if !keymap.Plain(k) {
				continue
			}
			l.keys = nil
			d.Press(k)
			if len(l.keys) != 1 || l.keys[0] != k {
				t.Errorf("%s arrives as %q", k, l.keys)
			}
			pressed++
		}
		if pressed < 100 {
			t.Errorf("only %d plain keys", pressed)
		}
	})
}

func TestTheDriverActsLikeAnOperator(t *testing.T) {
	t.Parallel()
	listen(t, func(d *Driver, l *listener) {
		d.Expect("top line", "what was typed: ")
		d.ExpectNot("abc")
		d.Type("abc")
		d.Expect("what was typed: abc")
		d.Paste("two\nlines")
		if l.paste != "two\nlines" || len(l.keys) != 3 {
			t.Errorf("pasted %q, keys %v", l.paste, l.keys)
		}
		d.ClickText("typed")
		d.Wheel(2, 3, -1)
		d.Wheel(2, 3, 1)
		if got := strings.Join(l.mouse, " "); got != "left left wheelup wheeldown" {
			t.Errorf("mouse %q", got)
		}
		if x, y, visible := d.Cursor(); x != 3 || y != 1 || !visible {
			t.Errorf("cursor %d,%d %v", x, y, visible)
		}
		if d.Title() != "listener" || d.Cell(0, 0).Char != 't' || !strings.HasPrefix(d.Line(0), "top line   ") {
			t.Errorf("title %q, first line %q", d.Title(), d.Line(0))
		}
		d.Resize(30, 5)
		if l.size.Width != 30 || l.size.Height != 5 || len(strings.Split(d.Screen(), "\n")) != 5 {
			t.Errorf("resized to %+v", l.size)
		}
		if d.Sent() == "" || d.Sent() != "" {
			t.Error("what was sent is counted once")
		}
		if d.Ended() {
			t.Error("ended")
		}
	})
}
