package builder

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/pane"
)

// followed is what others, and this screen itself, wrote.
type followed struct {
	gen  int
	news News
	err  error
}

// followAgain asks to go on after following failed.
type followAgain struct{ gen int }

const followAfter = 5 * time.Second

// listen waits for what is written behind a revision. One that waits already is
// given up for it.
func (s *Screen) listen(after uint64) tea.Cmd {
	if s.unfollow != nil {
		s.unfollow()
	}
	ctx, cancel := context.WithCancel(s.ses.Ctx)
	s.unfollow, s.revision = cancel, after
	s.follows++
	gen, keeper := s.follows, s.keeper
	return pane.Wait(func() tea.Msg {
		defer cancel()
		news, err := keeper.Next(ctx, after)
		return followed{gen, news, err}
	})
}

func (s *Screen) followed(m followed) tea.Cmd {
	if m.gen != s.follows || s.ses.Ctx.Err() != nil {
		return nil
	}
	if m.err != nil {
		if !s.deaf {
			s.fail("following what others change", m.err)
		}
		s.deaf = true
		return pane.After(followAfter, followAgain{m.gen})
	}
	s.deaf = false
	if m.news.Reload {
		s.warn("The catalog was replaced: open the campaign again. Your work is kept as a draft.")
		return tea.Batch(s.keepNow(), s.listen(m.news.Revision))
	}
	cmd := s.learn(s.work, m.news.Changed)
	if len(m.news.Changed) == 0 {
		cmd = s.standAgain()
	}
	return tea.Batch(cmd, s.listen(m.news.Revision))
}

// theirs is a version of the campaign at hand that somebody else has written,
// and that is not joined yet.
type theirs struct {
	Changed
	when string
}

// learn brings what was written to the campaign at hand and to what it may use.
// A campaign that nobody has touched here becomes what it is now; work that is
// not saved stays, and says that it stands on an older version.
func (s *Screen) learn(w *work, changes []Changed) tea.Cmd {
	if w == nil {
		return nil
	}
	var docs []model.Document
	var gone []model.DocumentKey
	var own *Changed
	for i := range changes {
		ch := &changes[i]
		known, there := w.stock.revisions[ch.Key]
		switch {
		case ch.Revision <= known || !there && ch.Document == nil:
			continue // it is known
		case w.writing && ch.Author == s.ses.Who:
			continue // written tells
		case ch.Document == nil:
			delete(w.stock.revisions, ch.Key)
			gone = append(gone, ch.Key)
		default:
			w.stock.revisions[ch.Key] = ch.Revision
			docs = append(docs, ch.Document)
		}
		if w.doc.settled() && ch.Key == keyOf(w.base()) {
			own = ch
		}
	}
	if len(docs)+len(gone) == 0 {
		return nil
	}
	untouched := !w.unsaved() && len(w.subs) == 0
	docs, gone = lasting(docs, gone)
	w.stock.wrote(docs, gone...)
	if own != nil {
		s.campaignWritten(w, own, untouched)
	}
	w.refresh()
	return s.changed()
}

// lasting leaves of documents that were written and deleted what was last.
func lasting(docs []model.Document, gone []model.DocumentKey) ([]model.Document, []model.DocumentKey) {
	last := map[model.DocumentKey]model.Document{}
	var order []model.DocumentKey
	for _, d := range docs {
		if _, twice := last[keyOf(d)]; !twice {
			order = append(order, keyOf(d))
		}
		last[keyOf(d)] = d
	}
	docs = docs[:0:0]
	for _, key := range order {
		docs = append(docs, last[key])
	}
	kept := gone[:0:0]
	for _, key := range gone {
		if last[key] == nil {
			kept = append(kept, key)
		}
	}
	return docs, kept
}

// campaignWritten takes what somebody wrote of the campaign at hand.
func (s *Screen) campaignWritten(w *work, ch *Changed, untouched bool) {
	now, _ := ch.Document.(*model.Campaign)
	if now == nil || !untouched {
		w.theirs = &theirs{*ch, s.ses.Clock(ch.At)}
		return
	}
	h := w.doc.history
	if edit.Equal(h.Document(), now) {
		return
	}
	if err := h.Replace("what "+name(ch.Author)+" wrote at revision "+fmt.Sprint(ch.Revision), now); err != nil {
		s.fail("taking over what was written", err)
		return
	}
	if err := h.Saved(now, ch.Revision); err != nil {
		s.fail("taking over what was written", err)
		return
	}
	h.Seal()
	w.theirs = nil
	w.doc.changes++
	if ch.Author != s.ses.Who { // what one does oneself is said where it is done
		s.say(name(ch.Author) + " changed this campaign; this is how it is now.")
	}
}

func name(author string) string {
	if author == "" {
		return "Somebody"
	}
	return text.Line(author, 40)
}

// Notice implements pane.Noticing: that the work stands on an older version.
func (s *Screen) Notice() string {
	if s.work == nil || s.work.theirs == nil {
		return ""
	}
	t := s.work.theirs
	when := ""
	if t.when != "" {
		when = " at " + t.when
	}
	if t.Document == nil {
		return fmt.Sprintf("%s deleted this campaign%s. What you see stays here; duplicating it brings it back.", name(t.Author), when)
	}
	return fmt.Sprintf("%s changed this campaign%s. Your work is kept: alt+j joins it.", name(t.Author), when) // it fits 80 columns
}

// join puts the work on top of what somebody else wrote. Nothing is written.
func (s *Screen) join() tea.Cmd {
	t := s.work.theirs
	return s.conflict(written{work: s.work, aim: joining}, &Conflict{Key: t.Key, Theirs: t.Document, Revision: t.Revision, Author: t.Author, Why: t.Why, At: t.At})
}

// whyNoJoin says why there is nothing to join.
func (s *Screen) whyNoJoin() string {
	switch {
	case s.saving != "":
		return s.saving
	case s.work.theirs == nil:
		return "nobody else has changed the campaign since"
	case s.work.theirs.Document == nil:
		return "the campaign was deleted"
	case s.work.top() != nil:
		return "finish the item first" // it would be left behind
	}
	return ""
}
