package dialog

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Paths lists what a path that is being typed may go on to: whole paths, each
// beginning with what is typed, directories with a slash at their end. It is called
// from a command and may take long. Nil: there are no files to choose from.
type Paths func(typed string) []string

// Completed is what a path that was being typed may go on to. The shell hands it
// over with Apply.
type Completed struct {
	to    interface{ complete(Completed) }
	typed string
	paths []string
}

// Apply tells the dialog that asked.
func (c Completed) Apply() { c.to.complete(c) }

// complete makes a command that asks what a path may go on to.
func (of Paths) complete(to interface{ complete(Completed) }, typed string) tea.Cmd {
	if of == nil {
		return nil
	}
	return func() tea.Msg { return Completed{to, typed, of(typed)} }
}

// completion is what tab came to in a line that is being typed.
type completion struct {
	Completed
	went string // the text that came of it
}

// take goes on with the path as far as there is no choice, unless something else was
// typed meanwhile, and reports whether it did.
func (x *completion) take(c Completed, in *widget.Input) bool {
	if in.Value() != c.typed {
		return false
	}
	in.SetValue(c.common())
	*x = completion{c, in.Value()}
	return true
}

// choices says in at most so many rows, from one on, what may come next, if there is a
// choice, or that there is nothing; nothing once more was typed.
func (x *completion) choices(th *theme.Theme, in *widget.Input, w, rows int) []string {
	if x.to == nil || in.Value() != x.went || rows < 1 {
		return nil
	}
	return x.Completed.choices(th, w, rows)
}

// common is how all the paths begin.
func (c Completed) common() string {
	if len(c.paths) == 0 {
		return c.typed
	}
	out := c.paths[0]
	for _, p := range c.paths[1:] {
		for !strings.HasPrefix(p, out) {
			_, n := utf8.DecodeLastRuneInString(out)
			out = out[:len(out)-n]
		}
	}
	return out
}

func (c Completed) choices(th *theme.Theme, w, rows int) []string {
	if len(c.paths) == 1 {
		return nil
	}
	if len(c.paths) == 0 {
		return []string{th.Paint(theme.Muted, frame.Truncate("No file begins like this.", w, th.Ellipsis))}
	}
	names, wide := make([]string, len(c.paths)), 1
	for i, p := range c.paths {
		names[i] = text.Line(p[strings.LastIndexByte(strings.TrimSuffix(p, "/"), '/')+1:], w)
		wide = max(wide, frame.Width(names[i]))
	}
	var out []string
	for a := range slices.Chunk(names, max(1, (w+2)/(wide+2))) {
		if len(out) == rows {
			last := frame.Truncate(out[rows-1], w-frame.Width(th.Ellipsis)-1, "")
			out[rows-1] = last + " " + th.Ellipsis
			break
		}
		row := ""
		for _, name := range a {
			row += frame.Fit(name, wide) + "  "
		}
		out = append(out, strings.TrimRight(row, " "))
	}
	for i := range out {
		out[i] = th.Paint(theme.Muted, out[i])
	}
	return out
}
