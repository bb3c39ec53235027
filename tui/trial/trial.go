// Package trial shows how the scenarios went that guard publishing: what a
// screen lists of one, and the whole of it to read. It runs nothing; what
// happened is package replay's to say.
package trial

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// mend says what to do about a scenario that cannot be run.
func mend(t replay.Trial) string {
	return "Mend it in the file " + t.ID + ".yaml, which beckon export writes, and put it in again with beckon import; or take it out in step 12 of the Builder."
}

// Brief says in few lines why a trial did not pass: the first difference, or
// what keeps it from being run. One that passed has none.
func Brief(t replay.Trial) []string {
	switch {
	case t.Err != nil:
		first, rest, more := strings.Cut(t.Err.Error(), "\n")
		var known model.FileErrors
		if errors.As(t.Err, &known) && len(known) > 0 {
			first = known[0].Reason
		}
		if more {
			first += fmt.Sprintf(" (and %d more)", 1+strings.Count(rest, "\n"))
		}
		return []string{"cannot be run: " + first}
	case t.Passed():
		return nil
	}
	f := t.Result.Failures[0]
	return []string{"expected: " + f.Expected, "happened: " + f.Happened}
}

// Reader shows a trial whole: what was expected, what happened, the trace.
func Reader(th *theme.Theme, t replay.Trial) *dialog.Reader {
	signs := strings.NewReplacer("✓", th.Check, "✗", th.Cross, "▸", th.Arrow, "·", th.Dot)
	out := &dialog.Reader{Title: t.Title}
	for line := range strings.Lines(t.Text()) {
		line = strings.TrimRight(line, "\n")
		look := theme.Text
		switch word := strings.TrimSpace(line); {
		case strings.HasPrefix(line, "FAIL"):
			look = theme.Danger
		case strings.HasPrefix(line, "ok"):
			look = theme.OK
		case strings.HasPrefix(word, "expected:"), strings.HasPrefix(word, "happened:"):
			look = theme.Title
		}
		hang := len(line) - len(strings.TrimLeft(line, " ")) + 2
		out.Lines = append(out.Lines, widget.Line{Cells: []widget.Cell{{Text: signs.Replace(line), Look: look}}, Hang: hang})
	}
	if t.Err != nil {
		out.Lines = append(out.Lines, widget.L(), widget.L(widget.T(mend(t))))
	}
	return out
}

// Picker tells which scenarios keep a campaign from being published, and leads
// to the whole of each.
func Picker(ses *pane.Session, campaign string, trials []replay.Trial) *dialog.Picker {
	p := &dialog.Picker{Hint: "enter shows it whole"}
	for _, t := range trials {
		if !t.Passed() {
			p.Items = append(p.Items, dialog.Item{Title: ses.Theme.Cross + " " + t.Title, Detail: strings.Join(Brief(t), "; "), Value: t})
		}
	}
	p.Title = fmt.Sprintf("%d scenarios keep %s from being published", len(p.Items), campaign)
	if len(p.Items) == 1 {
		p.Title = "1 scenario keeps " + campaign + " from being published"
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		ses.Shell.Ask(Reader(ses.Theme, it.Value.(replay.Trial)))
		return nil
	}
	return p
}
