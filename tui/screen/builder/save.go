package builder

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/dialog"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// Times of keeping and writing.
const (
	keepAfter = 2 * time.Second
	writeTime = 20 * time.Second
)

// keepTick says that what was changed is to be kept now.
type keepTick struct{}

// kept is how keeping a draft ended.
type kept struct {
	work    *work
	changes uint64
	err     error
	dropped bool
}

// keepSoon keeps the draft some seconds after a change, at most once in that
// time.
func (s *Screen) keepSoon() tea.Cmd {
	if s.waiting || s.work == nil || s.work.changes() == s.work.kept {
		return nil
	}
	s.waiting = true
	return pane.Wait(tea.Tick(keepAfter, func(time.Time) tea.Msg { return keepTick{} }))
}

// pastRoom is what a draft may take with all that can be undone; beyond it the
// past is left out.
const pastRoom = 600 << 10

// keepNow keeps what is not saved as a draft; where everything is saved, there
// is none.
func (s *Screen) keepNow() tea.Cmd {
	w := s.work
	if w == nil || s.keeping || w.changes() == w.kept {
		return nil
	}
	ctx, keeper, changes := s.ses.Ctx, s.keeper, w.changes()
	if !s.unsaved() {
		if !w.drafted {
			w.kept = changes
			return nil
		}
		s.keeping = true
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, writeTime)
			defer cancel()
			return kept{w, changes, keeper.DropDraft(ctx, w.key), true}
		}
	}
	h, items := w.doc.history, w.items()
	body, err := h.Save()
	if err == nil && len(body) > pastRoom {
		body, err = withoutPast(h)
	}
	if err != nil {
		s.fail("keeping the draft", err)
		w.kept = changes
		return nil
	}
	d := Draft{Key: w.key, Name: w.campaign().Name, Work: body, Items: items, At: s.ses.Now()}
	s.keeping = true
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		return kept{w, changes, keeper.SaveDraft(ctx, d), false}
	}
}

// withoutPast saves a history as one step from its base.
func withoutPast(h *edit.History) ([]byte, error) {
	short, err := edit.NewHistory(h.Base(), h.Revision())
	if err != nil {
		return nil, fmt.Errorf("keeping the draft: %w", err)
	}
	if err := short.Replace("everything so far", h.Document()); err != nil {
		return nil, fmt.Errorf("keeping the draft: %w", err)
	}
	body, err := short.Save()
	if err != nil {
		return nil, fmt.Errorf("keeping the draft: %w", err)
	}
	return body, nil
}

func (s *Screen) kept(m kept) tea.Cmd {
	s.keeping = false
	if m.err != nil {
		s.fail("keeping the draft", m.err)
		if s.work == m.work && !s.waiting {
			s.waiting = true
			return pane.Wait(tea.Tick(5*keepAfter, func(time.Time) tea.Msg { return keepTick{} }))
		}
		return nil
	}
	m.work.kept = m.changes
	m.work.drafted = !m.dropped
	return s.keepSoon()
}

// drop throws a draft away and reads the list anew.
func (s *Screen) drop(key string) tea.Cmd {
	ctx, keeper, gen, w := s.ses.Ctx, s.keeper, s.gen, s.work
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		if err := keeper.DropDraft(ctx, key); err != nil {
			return kept{w, 0, err, false}
		}
		drafts, err := keeper.Drafts(ctx)
		return opened{gen: gen, drafts: drafts, err: err}
	}
}

// aim is what a change is written for.
type aim uint8

const (
	saving aim = iota
	publishing
	deleting
)

// written is how a write ended.
type written struct {
	work     *work
	aim      aim
	change   Change
	revision uint64
	err      error
}

// save writes the campaign. One that visitors see stays as it is for them: its
// changes are kept as the draft.
func (s *Screen) save() tea.Cmd {
	w := s.work
	w.form.ShowProblems()
	switch {
	case w.campaign().ID == "":
		s.warn("It is kept as a draft; give it a name to save it.")
		s.goTo(stepName)
		return s.keepNow()
	case w.base().Published && w.doc.settled():
		s.say("Kept as your draft. Visitors see the published version until you publish this one in step 12.")
		return s.keepNow()
	case !s.unsaved() && w.doc.settled():
		s.say("Everything is saved.")
		return nil
	}
	var shared []string // items that others may use, and that change with it
	for _, it := range w.stock.mentioned(w.campaign()) {
		if it.Base != 0 {
			key := keyOf(it.Document)
			shared = append(shared, fmt.Sprintf("%s %s %s: used in %s", s.ses.Theme.Bullet, kindWords(key.Kind), it.Document.Head().Name,
				count(len(w.stock.find().UsedBy(key.Kind, key.ID)), "place")))
		}
		if n := len(model.Errors(w.stock.check(it.Document))); n > 0 {
			s.warn(fmt.Sprintf("Kept as a draft: the %s %s is not finished.", kindWords(it.Document.Head().Kind), it.Document.Head().Name))
			return s.keepNow()
		}
	}
	if len(shared) > 0 {
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
	w := s.work
	if s.saving != "" {
		return nil
	}
	k, _ := edit.Clone(w.campaign()).(*model.Campaign)
	k.Kind = model.KindCampaign
	if w.doc.settled() {
		k.ID = w.base().ID // undo may have brought an older one back
	}
	k.Published = a == publishing
	c := Change{Campaign: k, Base: w.doc.history.Revision(), Delete: a == deleting, Draft: w.key, Why: verb + " " + w.name()}
	if a == deleting {
		c.Campaign, c.Draft = w.base(), ""
	} else {
		c.Items = w.stock.mentioned(k)
	}
	c.Audit = audit(w, c, a)
	s.saving = map[aim]string{saving: "saving", publishing: "publishing", deleting: "deleting"}[a]
	ctx, keeper := s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		rev, err := keeper.Write(ctx, c)
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
	var stale *Conflict
	if errors.As(m.err, &stale) {
		return s.conflict(m, stale)
	}
	if m.err != nil {
		s.fail("writing "+w.name(), m.err)
		return nil
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
	w.key, w.drafted = m.change.Campaign.ID, false
	w.accepted = map[string]bool{}
	w.refresh()
	if m.aim == publishing {
		s.say(w.name() + " is published; the Simulator shows it at work.")
	} else {
		s.say("Saved " + w.name() + "; it is not published.")
	}
	return s.changed()
}

// conflict shows who was faster, and offers to put the work on top of that.
func (s *Screen) conflict(m written, c *Conflict) tea.Cmd {
	w := m.work
	if c.Key.Kind != model.KindCampaign || c.Theirs == nil {
		did, more := "changed", " Open the campaign again to go on from there; your draft is kept."
		if c.Theirs == nil {
			did = "deleted"
		}
		s.ses.Shell.AskLater(&dialog.Reader{Title: "Not written", Lines: []widget.Line{widget.L(widget.T(fmt.Sprintf("%s %s was %s by %s at revision %d.%s",
			kindWords(c.Key.Kind), c.Key.ID, did, author(c), c.Revision, more)))}})
		w.doc.changes++
		return s.keepNow()
	}
	merged, clashes := edit.Merge3(w.base(), w.campaign(), c.Theirs)
	theirs := edit.Diff(w.base(), c.Theirs)
	var body []string
	body = append(body, fmt.Sprintf("%s changed it at revision %d:", author(c), c.Revision))
	body = append(body, few(s.ses.Theme.Bullet, len(theirs), func(i int) string { return theirs[i].String() })...)
	if len(clashes) > 0 {
		body = append(body, "", fmt.Sprintf("Changed by both, where yours would be kept: %d.", len(clashes)))
		body = append(body, few(s.ses.Theme.Bullet, len(clashes), func(i int) string { return clashes[i].String() })...)
	}
	body = append(body, "", "Nothing was written. Join your changes with theirs? You save afterwards.")
	s.ses.Shell.AskLater(&dialog.Confirm{Title: w.name() + " was changed meanwhile", Body: strings.Join(body, "\n"), Yes: "Join", Then: func() tea.Cmd {
		return func() tea.Msg { return joined{w, merged, c.Theirs, c.Revision} }
	}})
	return nil
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

func author(c *Conflict) string {
	if c.Author == "" {
		return "somebody"
	}
	return c.Author
}

// joined is the operator's answer to a conflict.
type joined struct {
	work           *work
	merged, theirs model.Document
	revision       uint64
}

// joined takes over what somebody else wrote, with the operator's changes over
// it.
func (s *Screen) joined(m joined) tea.Cmd {
	w := m.work
	if s.work != w {
		return nil
	}
	if err := w.doc.history.Replace("join with the version of revision "+fmt.Sprint(m.revision), m.merged); err != nil {
		s.fail("joining", err)
		return nil
	}
	if err := w.doc.history.Saved(m.theirs, m.revision); err != nil {
		s.fail("joining", err)
		return nil
	}
	w.stock.wrote([]model.Document{m.theirs})
	w.stock.revisions[keyOf(m.theirs)] = m.revision
	w.doc.changes++
	w.refresh()
	s.say("Joined: look it over and save.")
	return s.changed()
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
	w := s.work
	k, _ := edit.Clone(w.campaign()).(*model.Campaign)
	k.Name, k.Published = k.Name+" copy", false
	keep := s.keepNow()
	k.ID = w.stock.freeID(model.KindCampaign, k.Name, "")
	h, err := edit.NewHistory(&model.Campaign{Header: model.Header{Kind: model.KindCampaign}}, 0)
	if err != nil {
		s.fail("duplicating", err)
		return nil
	}
	if err := h.Replace("duplicate "+w.name(), k); err != nil {
		s.fail("duplicating", err)
		return nil
	}
	st := w.stock.again()
	for _, it := range w.stock.pending() {
		st.take(it)
	}
	next := newWork(s.ses, s.newKey(), h, st, s.add)
	next.doc.changes++
	cmd := s.show(next)
	s.say("This is a copy, not saved yet.")
	return tea.Batch(keep, cmd)
}

func (s *Screen) askDelete() {
	w := s.work
	body := "It is taken out of the store."
	if w.base().Published {
		body = "Visitors are no longer shown anything of it."
	}
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Delete " + w.name() + "?", Body: body + " It stays open here as a draft: ctrl+s writes it again.", Yes: "Delete", Danger: true,
		Then: func() tea.Cmd { return s.write(deleting, "delete") }})
}

// deleted keeps the campaign at hand as one that was never written, so that
// saving brings it back.
func (s *Screen) deleted(w *work, m written) tea.Cmd {
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
	cmd := s.show(next)
	s.say("Deleted " + next.name() + ". It is here as a draft: ctrl+s writes it again.")
	return tea.Batch(cmd, s.keepSoon())
}
