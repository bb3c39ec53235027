package builder

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/replay"
	"beckon/tui/conflict"
	"beckon/tui/dialog"
)

// aim is what a change is written for.
type aim uint8

const (
	saving aim = iota
	publishing
	deleting
	joining // nothing is written
)

// written is how a write ended.
type written struct {
	work     *work
	aim      aim
	change   Change
	revision uint64
	err      error
}

// save writes the campaign, and asks first where that changes what others use.
// One that visitors see stays as it is for them: its
// changes are kept as the draft.
func (s *Screen) save() tea.Cmd { return s.saveAsked(false) }

// saveAsked is save; where the operator was asked already he is not once more.
func (s *Screen) saveAsked(asked bool) tea.Cmd {
	w := s.work
	w.form.ShowProblems()
	switch {
	case w.campaign().ID == "":
		s.warn("Give it a name to save it; until then it is a draft.")
		s.goTo(stepName)
		return s.keepNow()
	case !s.unsaved() && w.doc.settled():
		return s.keepSaying("Everything is saved.")
	case w.base().Published && w.doc.settled():
		return s.keepSaying("Kept as your draft; visitors see the version before until step 12.")
	}
	var shared []string // items that others may use, and that change with it
	for _, it := range w.stock.mentioned(w.campaign()) {
		if it.Base != 0 {
			key := keyOf(it.Document)
			shared = append(shared, fmt.Sprintf("%s %s %s: used in %s", s.ses.Theme.Bullet, kindWords(key.Kind), it.Document.Head().Name,
				count(len(w.stock.find().UsedBy(key.Kind, key.ID)), "place")))
		}
		if n := len(model.Errors(w.stock.check(it.Document))); n > 0 {
			s.warn(fmt.Sprintf("Nothing is saved yet: the %s %s is not finished.", kindWords(it.Document.Head().Kind), it.Document.Head().Name))
			return s.keepNow()
		}
	}
	if len(shared) > 0 && !asked {
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Save with what others use?", Body: "These items of the library change at once, in published campaigns too:\n" +
			strings.Join(few("", len(shared), func(i int) string { return shared[i] }), "\n"), Yes: "Save", Danger: true,
			Then: func() tea.Cmd { return s.write(saving, "save") }})
		return nil
	}
	return s.write(saving, "save")
}

// write writes the campaign, and the library items that it uses, in one
// change.
func (s *Screen) write(a aim, verb string) tea.Cmd {
	return s.writeOver(a, verb, s.work.base(), s.work.doc.history.Revision())
}

// as is the campaign as it is written for an aim.
func (s *Screen) as(a aim) *model.Campaign {
	w := s.work
	k, _ := edit.Clone(w.campaign()).(*model.Campaign)
	k.Kind = model.KindCampaign
	if w.doc.settled() {
		k.ID = w.base().ID // undo may have brought an older one back
	}
	k.Published = a == publishing
	return k
}

// writeOver writes in place of a version of the campaign.
func (s *Screen) writeOver(a aim, verb string, was *model.Campaign, revision uint64) tea.Cmd {
	w := s.work
	if s.saving != "" {
		return nil
	}
	k := s.as(a)
	c := Change{Campaign: k, Base: revision, Delete: a == deleting, Draft: w.key, Why: verb + " " + w.name()}
	if a == deleting {
		c.Campaign, c.Draft = was, ""
	} else {
		c.Items = w.stock.mentioned(k)
	}
	c.Audit = audit(w, c, a)
	s.saving = map[aim]string{saving: "saving", publishing: "publishing", deleting: "deleting"}[a]
	w.writing = true
	ctx, keeper, pen, key, turn := s.ses.Ctx, s.keeper, s.pen, w.key, s.pen.turn()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		var rev uint64
		// Nothing that touches the draft is asked for while it is written, so
		// that this is never passed by.
		_, err := pen.write(key, turn, func() (err error) {
			rev, err = keeper.Write(ctx, c)
			return err
		})
		return written{w, a, c, rev, err}
	}
}

// most bounds how many values of one document the audit is told.
const most = 200

// audit tells what a change does, value by value.
func audit(w *work, c Change, a aim) []Entry {
	var out []Entry
	differences := func(key model.DocumentKey, before, after model.Document, base uint64) {
		if base == 0 {
			out = append(out, Entry{Key: key, Action: "create", New: after.Head().Name})
			return
		}
		for i, d := range edit.Diff(before, after) {
			if i == most {
				break
			}
			out = append(out, Entry{Key: key, Action: "update", Element: shorten(string(d.Path)), Old: d.Old, New: d.New})
		}
	}
	for _, it := range c.Items {
		key := keyOf(it.Document)
		differences(key, w.stock.base.Document(key.Kind, key.ID), it.Document, it.Base)
	}
	key := keyOf(c.Campaign)
	switch a {
	case deleting:
		return append(out, Entry{Key: key, Action: "delete", Old: c.Campaign.Name})
	case publishing:
		out = append(out, Entry{Key: key, Action: "publish", Element: "published", Old: map[bool]string{true: "yes", false: "no"}[w.base().Published], New: "yes"})
	}
	differences(key, w.base(), c.Campaign, c.Base)
	return out
}

func shorten(path string) string {
	const limit = 200
	if len(path) > limit {
		return path[:limit]
	}
	return path
}

func (s *Screen) written(m written) tea.Cmd {
	s.saving = ""
	w := m.work
	w.writing = false
	if stale, ok := conflict.Of(m.err); ok {
		return s.conflict(m, stale)
	}
	if r, ok := replay.RefusalOf(m.err); ok {
		return s.refused(w, r)
	}
	if m.err != nil {
		s.fail("writing "+w.name(), m.err)
		return s.keep(w)
	}
	if m.aim == deleting {
		return s.deleted(w, m)
	}
	for _, it := range m.change.Items {
		delete(w.stock.items, keyOf(it.Document))
		w.stock.revisions[keyOf(it.Document)] = m.revision
	}
	docs := []model.Document{m.change.Campaign}
	for _, it := range m.change.Items {
		docs = append(docs, it.Document)
	}
	w.stock.wrote(docs)
	w.stock.revisions[keyOf(m.change.Campaign)] = m.revision
	if err := w.doc.history.Saved(m.change.Campaign, m.revision); err != nil {
		s.fail("noting that it is saved", err)
	}
	if w.campaign().Published != m.change.Campaign.Published {
		w.doc.history.Seal()
		if err := w.doc.do("publish", edit.Set("published", fmt.Sprint(m.change.Campaign.Published))); err != nil {
			s.fail("noting that it is published", err)
		}
	}
	w.key, w.drafted, w.theirs = m.change.Campaign.ID, false, nil
	w.accepted = map[string]bool{}
	w.refresh()
	if m.aim == publishing {
		s.ses.Shell.Done("writing "+w.name(), w.name()+" is published; V shows it at work in the Simulator.")
	} else {
		s.ses.Shell.Done("writing "+w.name(), "Saved "+w.name()+"; it is not published.")
	}
	if w.due || s.work != w {
		return tea.Batch(s.keep(w), s.changed())
	}
	return s.changed()
}

// few lists some lines and counts the rest.
func few(bullet string, n int, line func(int) string) []string {
	var out []string
	for i := range n {
		if i == 6 && n > 7 {
			return append(out, fmt.Sprintf("and %d others", n-6))
		}
		out = append(out, strings.TrimSpace(bullet+" "+line(i)))
	}
	return out
}

// discard makes the campaign as it is written; undo brings the work back.
func (s *Screen) discard() {
	w := s.work
	w.subs = nil
	if err := w.doc.history.Replace("discard what was not saved", w.base()); err != nil {
		s.fail("discarding", err)
		return
	}
	w.stock.items = map[model.DocumentKey]Item{}
	w.stock.changed()
	w.doc.changes++
	w.refresh()
}

// duplicate begins a new campaign that is as this one.
func (s *Screen) duplicate() tea.Cmd {
	st := s.work.stock.again()
	for _, it := range s.work.stock.pending() {
		st.take(it)
	}
	return s.copyOf(s.work.campaign(), st)
}

// copyOf begins a campaign that is as another one.
func (s *Screen) copyOf(of *model.Campaign, st *stock) tea.Cmd {
	k, _ := edit.Clone(of).(*model.Campaign)
	k.Name, k.Published = k.Name+" copy", false
	k.ID = st.freeID(model.KindCampaign, k.Name, "")
	h, err := edit.NewHistory(&model.Campaign{Header: model.Header{Kind: model.KindCampaign}}, 0)
	if err != nil {
		s.fail("duplicating", err)
		return nil
	}
	if err := h.Replace("duplicate "+of.Name, k); err != nil {
		s.fail("duplicating", err)
		return nil
	}
	next := newWork(s.ses, s.newKey(), h, st, s.add)
	next.doc.changes++
	cmd := s.show(next)
	s.say("This is a copy, not saved yet.")
	return cmd
}

// askDelete asks whether to delete the campaign at hand; who does not leads back
// to where it was asked, nil for here.
func (s *Screen) askDelete(back func() tea.Cmd) {
	w := s.work
	body := "It is taken out of the store."
	if w.base().Published {
		body = "Visitors are no longer shown anything of it."
	}
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Delete " + w.name() + "?", Body: body + " It stays open here as a draft: f2 writes it again.", Yes: "Delete", Danger: true,
		Then: func() tea.Cmd { return s.write(deleting, "delete") }, Else: back})
}

// deleted keeps the campaign at hand as one that was never written, so that
// saving brings it back.
func (s *Screen) deleted(w *work, m written) tea.Cmd {
	if s.work != w {
		s.say("Deleted " + w.name() + ".")
		return s.keep(w)
	}
	k, _ := edit.Clone(w.campaign()).(*model.Campaign)
	k.Published = false
	h, err := edit.NewHistory(&model.Campaign{Header: model.Header{Kind: model.KindCampaign}}, 0)
	if err == nil {
		err = h.Replace("what was deleted", k)
	}
	if err != nil {
		s.fail("keeping what was deleted", err)
		return nil
	}
	gone := keyOf(m.change.Campaign)
	delete(w.stock.revisions, gone)
	st := w.stock.again()
	st.wrote(nil, gone)
	st.kept.Revision = m.revision
	for _, it := range w.stock.pending() {
		st.take(it)
	}
	next := newWork(s.ses, w.key, h, st, s.add)
	next.drafted, next.doc.changes = w.drafted, 1
	w.kept = w.changes() // the draft is next's from here on
	cmd := s.show(next)
	s.say("Deleted " + next.name() + ". It is here as a draft: f2 writes it again.")
	return tea.Batch(cmd, s.keepSoon())
}
