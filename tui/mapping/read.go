package mapping

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// Of what is read line by line.
const readLines = 12

// Read implements pane.Readable: what the rows become, and the fields to choose
// from.
func (s *Screen) Read() pane.Reading {
	if s.work == nil {
		return pane.Reading{Title: "Mapping", Lines: []string{s.fields.Empty}}
	}
	r := pane.Reading{Title: "Mapping of " + s.work.table.Name, Before: "back"}
	said := widget.Say(s.look.Text()...)
	r.Lines = first(said, readLines)
	if n := len(said) - readLines; n > 0 {
		r.Lines = append(r.Lines, "and "+text.Many(int64(n), "more line")+" of the first rows.")
	}
	r.Lines = append(r.Lines, "Save keeps the mapping and reads the file. A number chooses what a field is read from:")
	fields := s.fields.Shown()
	for _, f := range fields {
		r.Items = append(r.Items, s.line(f))
	}
	r.Choose = func(i int) tea.Cmd {
		if i < len(fields) {
			s.fields.Select(fields[i].Key)
			s.choose()
		}
		return nil
	}
	return r
}

// line is a field as a sentence.
func (s *Screen) line(f journey.Field) string {
	out := f.Part + ", " + f.Title + ": "
	if f.Value == "" && f.Needed {
		return out + "needed"
	}
	out += saying(f)
	if e := s.work.examples[f.Key]; e != "" {
		out += ", such as " + e
	}
	if f.Why != "" && f.Value != "" {
		out += " (guessed: " + f.Why + ")"
	}
	return out
}
