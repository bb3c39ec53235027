package builder

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/conflict"
	"beckon/tui/dialog"
	"beckon/tui/widget"
)

// conflict settles what somebody else wrote meanwhile, document by document:
// what is settled is written again, and may be refused again.
func (s *Screen) conflict(m written, theirs *Conflict) tea.Cmd {
	w := m.work
	w.doc.changes++ // the draft is kept whatever comes of it
	switch {
	case s.work != w:
		s.warn(w.name() + " was not written, its draft is kept: " + theirs.Words(s.ses.Now()))
		return s.keep(w)
	case theirs.Key.Kind != model.KindCampaign:
		s.itemConflict(m, theirs)
	case m.aim == deleting && theirs.Gone():
		return s.deleted(w, m)
	case m.aim == deleting:
		was, _ := theirs.Theirs.(*model.Campaign)
		conflict.Ask(s.ses, conflict.Question{Name: w.name(), Base: w.base(), Mine: w.base(), Theirs: theirs, Yes: "Delete it all the same",
			Then: func(model.Document) tea.Cmd { return s.writeOver(deleting, "delete", was, theirs.Revision) }})
	case theirs.Gone():
		conflict.Ask(s.ses, conflict.Question{Name: w.name(), Base: w.base(), Mine: w.campaign(), Theirs: theirs, Yes: "Go on with it as a new one",
			Then: func(model.Document) tea.Cmd { return s.deleted(w, m) }})
	case !w.doc.settled():
		s.askOtherID(w, m, theirs)
	default:
		conflict.Ask(s.ses, conflict.Question{Name: w.name(), Base: w.base(), Mine: w.campaign(), Theirs: theirs, Yes: m.aim.verb(),
			Then: func(merged model.Document) tea.Cmd { return s.joined(m, merged, theirs) }})
	}
	return s.keepNow()
}

// verb is what is done once a conflict is settled.
func (a aim) verb() string {
	return [...]string{saving: "Save", publishing: "Publish", deleting: "Delete", joining: "Take it"}[a]
}

// joined goes on from what somebody else wrote, with what was chosen over it.
func (s *Screen) joined(m written, merged model.Document, theirs *Conflict) tea.Cmd {
	w := m.work
	if s.work != w {
		return nil
	}
	if err := w.doc.history.Replace("bring together with what "+theirs.Who()+" changed", merged); err != nil {
		s.fail("bringing both versions together", err)
		return nil
	}
	if err := w.doc.history.Saved(theirs.Theirs, theirs.Revision); err != nil {
		s.fail("bringing both versions together", err)
		return nil
	}
	w.stock.wrote([]model.Document{theirs.Theirs})
	w.stock.revisions[keyOf(theirs.Theirs)], w.theirs = theirs.Revision, nil
	return s.goOn(m)
}

// goOn does with what was settled what the operator had asked for. What is to be
// published is checked anew first: what somebody else wrote may be in its way.
func (s *Screen) goOn(m written) tea.Cmd {
	w := s.work
	w.subs = nil
	w.doc.changes++
	w.refresh()
	switch {
	case m.aim == publishing:
		s.goTo(stepPublish)
		s.goingOn = goingOn{w, w.doc.changes}
		return s.changed()
	case m.aim == joining:
		s.say("Both versions are together: look it over, and save or publish.")
		return s.changed()
	case m.aim == deleting:
		return tea.Batch(s.changed(), s.write(deleting, "delete"))
	case !s.unsaved():
		s.say(w.name() + " is as " + "they made it; there is nothing of yours to save.")
		return s.changed()
	}
	return tea.Batch(s.changed(), s.saveAsked(true))
}

// goingOn is a publishing that goes on once what was brought together is checked.
// The zero value is none.
type goingOn struct {
	of      *work
	changes uint64
}

// resumed publishes what was brought together, or says what now keeps it from
// that. Who has done something else meanwhile is not surprised by it.
func (s *Screen) resumed() tea.Cmd {
	r := s.goingOn
	s.goingOn = goingOn{}
	if r.of == nil || r.of != s.work || r.changes != r.of.doc.changes || r.of.step != stepPublish {
		return nil
	}
	if why := s.whyNotPublished(); why != "" {
		s.warn("Both versions are together, and not published: " + why + ".")
		return nil
	}
	return s.write(publishing, "publish")
}

// askOtherID is for a campaign that is new here, while somebody else began one
// under the same ID.
func (s *Screen) askOtherID(w *work, m written, theirs *Conflict) {
	w.stock.wrote([]model.Document{theirs.Theirs})
	w.stock.revisions[keyOf(theirs.Theirs)] = theirs.Revision
	id := w.stock.freeID(model.KindCampaign, w.campaign().Name, "")
	s.ses.Shell.AskLater(&dialog.Review{Title: "There is another campaign " + theirs.Key.ID + " meanwhile", Yes: m.aim.verb() + " as " + id, Lines: []widget.Line{
		widget.L(widget.T(theirs.Words(s.ses.Now()))), widget.L(widget.T("Nothing was written. Yours can be written beside it, under the ID " + id + "."))},
		Then: func() tea.Cmd {
			if s.work != w {
				return nil
			}
			if err := w.doc.do("change ID", edit.Set("id", id)); err != nil {
				s.fail("giving it another ID", err)
				return nil
			}
			return s.goOn(m)
		}})
}

// itemConflict settles a library item that was to be written with the campaign.
func (s *Screen) itemConflict(m written, theirs *Conflict) {
	w := m.work
	it, ok := w.stock.items[theirs.Key]
	if !ok {
		s.warn("Not written: " + theirs.Error() + ". Open the campaign again to go on from there; your draft is kept.")
		return
	}
	name := fmt.Sprintf("The %s %s", kindWords(theirs.Key.Kind), it.Document.Head().Name)
	yes := m.aim.verb()
	if it.Base == 0 && !theirs.Gone() {
		s.askOtherItem(m, it, theirs)
		return
	}
	base := w.stock.base.Document(theirs.Key.Kind, theirs.Key.ID)
	if theirs.Gone() {
		if yes = "Add it again"; m.aim == publishing {
			yes += " and publish"
		}
	}
	conflict.Ask(s.ses, conflict.Question{Name: name, Base: base, Mine: it.Document, Theirs: theirs, Yes: yes,
		Then: func(merged model.Document) tea.Cmd {
			if s.work != w {
				return nil
			}
			delete(w.stock.items, theirs.Key)
			delete(w.stock.revisions, theirs.Key)
			if theirs.Gone() {
				w.stock.wrote(nil, theirs.Key)
				w.stock.take(Item{Document: merged})
				return s.goOn(m)
			}
			if theirs.Moved() {
				w.stock.wrote(nil, theirs.Key)
				if err := s.mention(theirs.Key, merged.Head().ID); err != nil {
					s.fail("following the new ID", err)
					return nil
				}
			}
			w.stock.wrote([]model.Document{theirs.Theirs})
			w.stock.revisions[keyOf(theirs.Theirs)] = theirs.Revision
			if !edit.Equal(merged, theirs.Theirs) {
				w.stock.take(Item{Document: merged, Base: theirs.Revision})
			}
			return s.goOn(m)
		}})
}

// askOtherItem is for an item that is new here, while somebody else began one
// under the same ID.
func (s *Screen) askOtherItem(m written, it Item, theirs *Conflict) {
	w := m.work
	w.stock.revisions[theirs.Key] = theirs.Revision
	id := w.stock.freeID(theirs.Key.Kind, it.Document.Head().Name, "")
	s.ses.Shell.AskLater(&dialog.Review{Title: fmt.Sprintf("There is another %s %s meanwhile", kindWords(theirs.Key.Kind), theirs.Key.ID), Yes: m.aim.verb() + " as " + id,
		Lines: []widget.Line{widget.L(widget.T(theirs.Words(s.ses.Now()))), widget.L(widget.T("Nothing was written. Yours can be written beside it, under the ID " + id + "."))},
		Then: func() tea.Cmd {
			if s.work != w {
				return nil
			}
			fresh := edit.Clone(it.Document)
			fresh.Head().ID = id
			delete(w.stock.items, theirs.Key)
			if err := s.mention(theirs.Key, id); err != nil {
				s.fail("giving it another ID", err)
				return nil
			}
			w.stock.wrote([]model.Document{theirs.Theirs})
			w.stock.take(Item{Document: fresh})
			return s.goOn(m)
		}})
}

// mention makes everything that is not written yet mention an item by its new
// ID.
func (s *Screen) mention(old model.DocumentKey, id string) error {
	w := s.work
	edits := func(d model.Document) []edit.Edit {
		var out []edit.Edit
		for _, r := range model.References(d) {
			if r.Kind == old.Kind && r.ID == old.ID {
				out = append(out, edit.Set(edit.Path(r.Path), id))
			}
		}
		return out
	}
	for _, it := range w.stock.pending() {
		if more := edits(it.Document); len(more) > 0 {
			d := edit.Clone(it.Document)
			if _, err := edit.Apply(d, more...); err != nil {
				return err
			}
			w.stock.take(Item{Document: d, Base: it.Base})
		}
	}
	if more := edits(w.campaign()); len(more) > 0 {
		return w.doc.do("follow the new ID of the "+kindWords(old.Kind), more...)
	}
	return nil
}
