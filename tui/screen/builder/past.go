package builder

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

// Past asks the screen, by Shell.Show, for the versions of the campaign whose
// ID follows it; alone, for the campaigns that were deleted.
const Past = "versions:"

// Copy and Remove, before the ID of a campaign, ask the screen for a copy of
// it, or to delete it after a question.
const (
	Copy   = "copy:"
	Remove = "delete:"
)

// scopeVersions is the scope of the versions.
const scopeVersions = "builder.versions"

// openPast shows the versions of the campaign: on the work at hand, to see what
// it changes, or on the newest version.
func (s *Screen) openPast(onWork bool) tea.Cmd {
	w := s.work
	if w == nil || !s.leaveItems() {
		return nil
	}
	id := w.campaign().ID
	if w.doc.settled() {
		id = w.base().ID
	} else if w.gone != "" {
		id = w.gone
	}
	keeper, key := s.keeper, model.DocumentKey{Kind: model.KindCampaign, ID: id}
	o := versions.Options{Scope: scopeVersions, Name: w.name(), Unsaved: w.unsaved,
		Read: func(ctx context.Context, before uint64) ([]versions.Version, error) {
			return keeper.Versions(ctx, key, before)
		},
		Work: func() model.Document {
			if k := w.campaign(); k.Name != "" || k.ID != "" || len(k.Engagements) > 0 {
				return k
			}
			return nil // nothing but a version that was deleted
		},
		Force: func() (model.Document, string) {
			switch {
			case !w.doc.settled():
				return nil, "what is saved: nothing yet"
			case w.base().Published:
				return w.base(), "what visitors see"
			}
			return w.base(), "what is saved, which visitors do not see"
		},
		Marks: func(v versions.Version) string {
			k, _ := v.Document.(*model.Campaign)
			switch {
			case k == nil || !k.Published:
				return ""
			case v.Revision == w.doc.history.Revision():
				return "live"
			}
			return "published"
		},
		Gone: func(d model.Document) []string { return w.stock.missing(d) }, Reverted: w.reverted, Revert: s.revert}
	if id == "" {
		o.Read = func(context.Context, uint64) ([]versions.Version, error) { return nil, nil } // nothing was ever saved
	}
	var cmd tea.Cmd
	s.past, cmd = versions.New(s.ses, o, onWork)
	s.looking = false
	return cmd
}

// missing lists what a document mentions and the library does not have.
func (s *stock) missing(d model.Document) []string { return versions.Gone(d, s.find(), kindWords) }

// reverted is the campaign as a version was, but for its ID and for whether
// visitors see it: that, publishing decides, now as ever.
func (w *work) reverted(d model.Document) model.Document {
	old, ok := edit.Clone(d).(*model.Campaign)
	if !ok {
		return d
	}
	old.Published = w.campaign().Published
	if w.doc.settled() {
		old.ID = w.base().ID
	}
	return old
}

// revert makes the work as a version was.
func (s *Screen) revert(v versions.Version) tea.Cmd {
	w := s.work
	old := w.reverted(v.Document)
	s.past = nil
	if edit.Equal(w.campaign(), old) {
		s.say("Your work is as that version was already.")
		return nil
	}
	when := s.ses.When(v.At)
	w.doc.history.Seal()
	if err := w.doc.history.Replace("revert to the version of "+when, old); err != nil {
		s.fail("reverting", err)
		return nil
	}
	w.doc.changed()
	w.refresh()
	s.turned = true
	said := "The version of " + when
	if w.unsaved() {
		said += ", not saved"
	}
	s.say(said + "; ctrl+z takes it back.")
	if gone := w.stock.missing(old); len(gone) > 0 {
		said := fmt.Sprintf("It mentions %s, which is gone", gone[0])
		if len(gone) > 1 {
			said = fmt.Sprintf("It mentions %d items that are gone: %s and others", len(gone), gone[0])
		}
		s.warn(said + "; step 12 leads there.")
	}
	return s.changed()
}

// inPast does what works while the versions are shown.
func (s *Screen) inPast(id keymap.ID, arg any) (tea.Cmd, bool) {
	switch id {
	case keymap.Undo, keymap.Redo:
		if id == keymap.Undo {
			s.work.form.Undo()
		} else {
			s.work.form.Redo()
		}
		s.work.refresh()
		return nil, true
	}
	cmd, ok := s.past.Do(id, arg)
	if !ok && id == keymap.Back {
		s.past = nil
		return nil, true
	}
	return cmd, ok
}

// Gone is a campaign that was deleted and can be opened from its versions.
type Gone struct {
	ID, Name string
	Version  versions.Version // that deleted it
}

// goneList is what was deleted, read by a command.
type goneList struct {
	gen   int
	back  func() tea.Cmd // to where it was asked for, nil for here
	found []Gone
	err   error
}

// readGone reads which campaigns were deleted.
func (s *Screen) readGone(back func() tea.Cmd) tea.Cmd {
	gen, keeper := s.gen, s.keeper
	return s.ses.Shell.Work("reading what was deleted", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		found, err := keeper.Gone(ctx)
		return goneList{gen, back, found, err}
	})
}

// askGone lets the operator choose among the deleted campaigns.
func (s *Screen) askGone(m goneList) tea.Cmd {
	switch {
	case m.gen != s.gen:
		return nil
	case m.err != nil:
		s.fail("reading what was deleted", m.err)
		return nil
	case len(m.found) == 0:
		s.say("No campaign was deleted.")
		if m.back == nil {
			return nil
		}
		return m.back()
	}
	p := &dialog.Picker{Title: "Deleted campaigns", Hint: "type to search; enter shows its versions", Left: m.back}
	for _, g := range m.found {
		name := g.Name
		if name == "" {
			name = g.ID
		}
		p.Items = append(p.Items, dialog.Item{Title: name, Key: s.ses.When(g.Version.At), Value: g.ID,
			Detail: fmt.Sprintf("%s, deleted by %s at revision %d.", g.ID, g.Version.Author, g.Version.Revision)})
	}
	p.Then = func(it dialog.Item) tea.Cmd { return s.read(Past + it.Value.(string)) }
	s.ses.Shell.Ask(p)
	return nil
}

// openGone opens what is left of a deleted campaign: its versions, over a work
// that holds nothing until one of them is reverted to.
func (s *Screen) openGone(id string, st *stock) tea.Cmd {
	cmd := s.begin(&model.Campaign{Header: model.Header{Kind: model.KindCampaign}}, 0, id, st)
	if s.work == nil {
		return cmd // begin has told
	}
	s.work.gone = id
	s.ses.Shell.Toast(widget.Info, text.Line(id, 64)+" was deleted: r on a version brings it back as your work.")
	return tea.Batch(cmd, s.openPast(false))
}
