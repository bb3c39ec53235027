package mapping

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/tui/dialog"
)

// The results of saving.
type (
	kept struct {
		of   *work
		id   string // "" where it has none
		said string
		err  error
	}
	written struct {
		of   *work
		body string
		path string
		err  error
	}
)

// askName asks for the name that the mapping is kept under.
func (s *Screen) askName() {
	id := s.work.table.ID
	if len(s.work.table.Fits) > 0 && s.work.Edit {
		id = s.work.table.Fits[0].ID
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Save the mapping", Label: "Its name in the store. Every table with these columns is read by it.", Value: id, Max: 60, Check: named,
		Then: func(v string) tea.Cmd { return s.finish(strings.TrimSpace(v), false) }})
}

// named checks the name of a mapping.
func named(v string) error {
	if v = strings.TrimSpace(v); v == "" || exchange.Slug(v, "") != v {
		return errors.New("small letters, digits and hyphens")
	}
	return nil
}

// finish has the file be read by the mapping, which is kept under an ID, or
// only for this session.
func (s *Screen) finish(id string, replace bool) tea.Cmd {
	w, src := s.work, s.src
	body := w.sketch.Body()
	return s.ses.Shell.Work("saving the mapping", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := kept{of: w, id: id, said: "The mapping is used for this session; it is not saved."}
		if id != "" {
			m.said = "The mapping " + id + " is saved."
			m.err = src.Keep(ctx, id, body, replace)
		}
		if m.err == nil {
			m.err = src.Choose(ctx, w.Path, body)
		}
		return m
	})
}

func (s *Screen) kept(m kept) tea.Cmd {
	switch {
	case s.work == nil || m.of != s.work:
		return nil
	case errors.Is(m.err, ErrTaken):
		s.ses.Shell.AskLater(&dialog.Confirm{Title: "Replace the mapping " + m.id + "?", Body: "There is one of this name; tables that it fits would be read by this one. What it was stays in the history.",
			Yes: "Replace", Danger: true, Then: func() tea.Cmd { return s.finish(m.id, true) }})
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("saving the mapping", m.err)
		return nil
	}
	s.ses.Shell.Done("saving the mapping", m.said)
	return s.close(Read{Path: m.of.Path})
}

// close leaves the page; what is handed over tells the screen that wanted the
// table that it can be read.
func (s *Screen) close(arg any) tea.Cmd {
	from := s.work.From
	s.work = nil
	s.fields.SetItems(nil)
	s.describe()
	return s.ses.Shell.Show(from, arg)
}

// leave goes back without a mapping; it asks where something was chosen.
func (s *Screen) leave() tea.Cmd {
	if !s.changed() {
		return s.close(nil)
	}
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Leave the mapping?", Body: "What was chosen for " + text.Line(s.work.table.Name, 60) + " is not saved, and lost.", Yes: "Leave", Danger: true,
		Then: func() tea.Cmd {
			if s.work == nil {
				return nil
			}
			return s.close(nil)
		}})
	return nil
}

// askFile asks where to write the mapping.
func (s *Screen) askFile(path, wrong string) {
	if path == "" {
		path = s.work.table.ID + ".map.yaml"
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Write a mapping file", Label: "The path of the file; beckon replay takes it with --map.", Value: path, Wrong: wrong, Max: 1000, Paths: s.ses.Paths,
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("a path is needed")
			}
			return nil
		},
		Then: func(v string) tea.Cmd { return s.write(strings.TrimSpace(v), false) }})
}

func (s *Screen) write(path string, replace bool) tea.Cmd {
	w, src := s.work, s.src
	body := w.sketch.Body()
	return s.ses.Shell.Work("writing the mapping", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		at, err := src.WriteMapping(ctx, path, body, replace)
		if at == "" {
			at = path
		}
		return written{w, string(body), at, err}
	})
}

func (s *Screen) written(m written) {
	switch {
	case s.work == nil || m.of != s.work:
	case errors.Is(m.err, ErrTaken):
		s.ses.Shell.AskLater(&dialog.Confirm{Title: "Replace the file?", Body: m.path + " is there already.", Yes: "Replace", Danger: true,
			Then: func() tea.Cmd { return s.write(m.path, true) }})
	case m.err != nil:
		s.ses.Shell.Fail("writing the mapping", m.err)
	default:
		if string(s.work.sketch.Body()) == m.body { // nothing was chosen since
			s.work.begun = s.work.sketch.Clone()
		}
		s.ses.Shell.Done("writing the mapping", "The mapping is in "+m.path+".")
	}
}

// askWhich asks which of the mappings that fit reads the table.
func (s *Screen) askWhich() {
	p := &dialog.Picker{Title: "Which mapping reads it?", Hint: "type to search"}
	for _, f := range s.work.table.Fits {
		p.Items = append(p.Items, dialog.Item{Title: f.ID, Detail: "Put into the store by " + f.Author + ".", Value: f})
	}
	p.Items = append(p.Items, dialog.Item{Title: "a new one", Detail: "Say what the columns are, beginning with what is guessed."})
	w, src := s.work, s.src
	p.Then = func(it dialog.Item) tea.Cmd {
		f, ok := it.Value.(Stored)
		if !ok {
			return nil
		}
		return s.ses.Shell.Work("choosing the mapping", func(ctx context.Context) tea.Msg {
			return kept{of: w, id: f.ID, said: "Read by the mapping " + f.ID + ".", err: src.Choose(ctx, w.Path, f.Body)}
		})
	}
	s.ses.Shell.AskLater(p)
}
