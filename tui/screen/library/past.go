package library

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/keymap"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

// pastScope is the scope of the versions.
const pastScope = "library.versions"

// openPast shows the versions of an item.
func (s *Screen) openPast(d model.Document) tea.Cmd {
	k, keeper := keyOf(d), s.keeper
	present := func() model.Document {
		if d, there := s.w.documents[k]; there {
			return d
		}
		return nil // somebody has deleted it since
	}
	var cmd tea.Cmd
	s.past, cmd = versions.New(s.ses, versions.Options{Scope: pastScope, Name: called(d),
		Read: func(ctx context.Context, before uint64) ([]versions.Version, error) {
			return keeper.Past(ctx, k, before)
		},
		Force: func() (model.Document, string) { return present(), "what is saved" },
		Marks: func(v versions.Version) string {
			if v.Revision == s.w.versions[k].Revision {
				return "in use"
			}
			return ""
		},
		Gone:   func(d model.Document) []string { return versions.Gone(d, s.index(), noun) },
		Revert: func(v versions.Version) tea.Cmd { s.revert(k, v); return nil }}, false)
	return cmd
}

// askPast shows the versions of an item that another screen leads to, as soon
// as there is a list to find it in.
func (s *Screen) askPast(k key) tea.Cmd {
	if s.w == nil {
		s.asked = k
		return nil
	}
	s.asked = key{}
	d, there := s.w.documents[k]
	if !there {
		s.ses.Shell.Toast(widget.Warning, "The "+noun(k.Kind)+" "+text.Line(k.ID, 64)+" was deleted.")
		return nil
	}
	return s.openPast(d)
}

// index finds documents of the world at hand.
func (s *Screen) index() *model.Index {
	if s.survey != nil && s.survey.w == s.w {
		return s.survey.index
	}
	return s.w.catalog.Index()
}

// revert opens the form of an item with a version in it, as a change that undo
// takes back. It is saved as every other change is.
func (s *Screen) revert(k key, v versions.Version) {
	now, there := s.w.documents[k]
	if !there {
		s.ses.Shell.Toast(widget.Warning, "The "+noun(k.Kind)+" was deleted meanwhile.")
		return
	}
	s.past = nil
	if edit.Equal(now, v.Document) {
		s.ses.Shell.Toast(widget.Info, "The "+quoted(now)+" is as that version already.")
		return
	}
	s.edit(now, s.w.versions[k].Revision)
	e := s.editing
	if e == nil {
		return // edit has told
	}
	when := s.ses.When(v.At)
	if err := e.history.Replace("revert to the version of "+when, v.Document); err != nil {
		s.ses.Shell.Fail("reverting", err)
		return
	}
	e.form.Reload()
	s.ses.Shell.Toast(widget.Info, "The version of "+when+", not saved; ctrl+z takes it back.")
	if gone := versions.Gone(v.Document, s.index(), noun); len(gone) > 0 {
		s.ses.Shell.Toast(widget.Warning, "It mentions "+gone[0]+", which is gone.")
	}
}

// inPast does an action while the versions are shown.
func (s *Screen) inPast(id keymap.ID, arg any) (tea.Cmd, bool) {
	cmd, ok := s.past.Do(id, arg)
	if !ok && id == keymap.Back {
		s.past = nil
		return nil, true
	}
	return cmd, ok
}
