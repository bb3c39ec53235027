package versions

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
	"beckon/tui/widget"
)

// Read says the pane in lines: the versions to choose from, and how the one
// that is chosen differs.
func (v *View) Read() pane.Reading {
	v.describe()
	out := pane.Reading{Title: "Versions of " + v.o.Name}
	rows := v.list.Shown()
	if len(rows) == 0 {
		out.Lines = []string{v.list.Empty}
	}
	for _, r := range rows {
		out.Items = append(out.Items, v.line(r))
	}
	if r, ok := v.list.Selected(); ok {
		out.Lines = append(out.Lines, "Chosen: "+v.line(r)+". "+v.title()+":")
		out.Lines = append(out.Lines, widget.Say(v.said.Text()...)...)
	}
	out.Choose = func(i int) tea.Cmd {
		if i < len(rows) {
			v.list.Select(keyOf(rows[i]))
			v.describe()
		}
		return v.reach()
	}
	return out
}

// line is a row of the list as a sentence.
func (v *View) line(r row) string {
	var parts []string
	for _, c := range []widget.Cell{v.when(r), v.who(r), v.why(r), v.mark(r)} {
		parts = append(parts, widget.Say(widget.L(c))...)
	}
	return strings.Join(parts, ", ")
}
