package simulator

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/widget"
)

// copied is what was copied last: asked for once more, it is shown to be read,
// since nobody can know whether a terminal lets a program write its clipboard.
type copied struct{ what, said string }

// copyText copies the selected engagement's explanation as people read it.
func (s *Screen) copyText() tea.Cmd {
	r, ok := s.copyOf()
	if !ok {
		return nil
	}
	x, ok := s.explanation(r)
	if !ok {
		s.tell("Nothing was evaluated yet in this visit.")
		return nil
	}
	return s.copy(r, "text", replay.ExplainText(s.player.Engine(), x))
}

// copyJSON copies it as the record that a traced replay prints.
func (s *Screen) copyJSON() tea.Cmd {
	r, ok := s.copyOf()
	if !ok {
		return nil
	}
	at := s.look.at
	if r.past != nil {
		at = r.past.at
	}
	g, ok := s.player.GateRecord(at, r.index)
	if !ok {
		s.tell("Nothing was evaluated yet in this visit.")
		return nil
	}
	return s.copy(r, "JSON", string(replay.AppendJSON(nil, g)))
}

// copyOf is the engagement that a copy is for.
func (s *Screen) copyOf() (row, bool) {
	r, ok := s.why.Selected()
	if !ok {
		s.tell("Select an engagement to copy its explanation.")
	}
	return r, ok
}

// copy writes to the clipboard, or shows what cannot be written there.
func (s *Screen) copy(r row, form, said string) tea.Cmd {
	what := r.path + " as " + form
	again := s.copied == (copied{what, said})
	s.copied = copied{what, said}
	if again || s.ses.Copy == nil {
		s.copied = copied{}
		var lines []widget.Line
		for _, l := range strings.Split(strings.TrimRight(said, "\n"), "\n") {
			body := strings.TrimLeft(l, " ")
			lines = append(lines, widget.Line{Cells: []widget.Cell{widget.T(l)}, Hang: len(l) - len(body) + 2})
		}
		s.ses.Shell.Ask(&dialog.Reader{Title: what + " (f8 lets the terminal select)", Lines: lines})
		return nil
	}
	key := "y"
	if form == "JSON" {
		key = "Y"
	}
	s.tell("Copied " + text.Line(r.name, 60) + " as " + form + "; " + key + " again shows it.")
	return s.ses.Copy(said)
}
