package campaigns

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/conflict"
	"beckon/tui/dialog"
	"beckon/tui/trial"
	"beckon/tui/widget"
)

// aim is why a change is written.
type aim uint8

const (
	doing aim = iota
	undoing
	redoing
)

// write is a change that is on its way.
type write struct {
	change change
	aim    aim
	before *model.Campaign // the version that it was made to
}

// written is how a write ended.
type written struct {
	write   write
	edit    Edit
	version Version
	err     error
}

// saveTime is how long a write may take.
const saveTime = 20 * time.Second

// publish checks the campaign as it would be and then asks.
func (s *Screen) publish(k *model.Campaign) tea.Cmd {
	return s.judge(change{campaign: k.ID, name: k.Name, element: publishedElement, from: no, to: yes}, doing)
}

// judged is what a check of a campaign that is to be published found.
type judged struct {
	gen      int
	change   change
	aim      aim
	problems []model.Problem
	trials   []replay.Trial // of a campaign without errors
	seen     uint64         // the version that was judged
	err      error          // the scenarios could not be run
}

// judge checks a campaign, and tries the scenarios that concern it, in a
// command: with ten thousand others that takes longer than a frame.
func (s *Screen) judge(c change, a aim) tea.Cmd {
	k := s.w.campaign(c.campaign)
	if k == nil {
		return nil
	}
	s.judging = true
	gen, now, next := s.gen, s.ses.Now(), s.w.with([]Changed{{Kind: model.KindCampaign, ID: k.ID, Document: c.done(k),
		Version: Version{Revision: s.w.versions[k.ID].Revision + 1}}})
	ctx, keeper, published, seen := s.ses.Ctx, s.keeper, c.done(k), s.w.versions[k.ID].Revision
	return func() tea.Msg {
		m := judged{gen: gen, change: c, aim: a, seen: seen, problems: model.ValidateCampaign(next.catalog, c.campaign, now)}
		if len(model.Errors(m.problems)) == 0 {
			ctx, cancel := context.WithTimeout(ctx, saveTime)
			defer cancel()
			m.trials, m.err = keeper.Try(ctx, published)
		}
		return m
	}
}

func (s *Screen) judged(m judged) tea.Cmd {
	s.judging = false
	k := s.w.campaign(m.change.campaign)
	switch {
	case k == nil:
		s.ses.Shell.Toast(widget.Warning, label(m.change.name, m.change.campaign)+" was deleted meanwhile.")
		return nil
	case m.gen != s.gen || m.seen != s.w.versions[k.ID].Revision: // another version than was judged
		return s.judge(m.change, m.aim)
	}
	failures, warnings := tally(m.problems)
	switch {
	case failures > 0:
		s.refuse(k, m.problems, failures)
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("running the scenarios of "+label(k.Name, k.ID), m.err)
		return nil
	case replay.Refuse(m.trials) != nil:
		s.ses.Shell.Ask(trial.Picker(s.ses, label(k.Name, k.ID), m.trials))
		return nil
	case m.aim != doing:
		return s.commit(m.change, m.aim)
	}
	enabled, _ := enabledOf(k)
	lines := []string{s.forecast(m.change.done(k), enabled)}
	if n := len(m.trials); n > 0 {
		lines = append(lines, count(n, "scenario")+" that "+map[bool]string{true: "concerns it holds.", false: "concern it hold."}[n == 1])
	}
	yes := "Publish"
	if warnings > 0 {
		yes = "Publish all the same"
		lines = append(lines, "", count(warnings, "warning")+":")
		for _, p := range m.problems {
			lines = append(lines, s.ses.Theme.Glyphs.Warn+" "+p.Message+where(p))
		}
	}
	lines = append(lines, "", "ctrl+z takes it back.")
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Publish " + label(k.Name, k.ID) + "?", Body: strings.Join(lines, "\n"), Yes: yes, Danger: true,
		Then: func() tea.Cmd {
			if s.newer(m.change, m.aim, m.seen) {
				return nil
			}
			return s.commit(m.change, m.aim)
		}})
	return nil
}

// where says what a problem is about, in brackets.
func where(p model.Problem) string {
	out := p.Path
	if p.Kind != model.KindCampaign {
		out = strings.TrimSuffix(string(p.Kind)+" "+text.Line(p.ID, 64)+", "+p.Path, ", ")
	}
	if out == "" {
		return ""
	}
	return " (" + out + ")"
}

// forecast says what visitors see of a campaign once it is published.
func (s *Screen) forecast(k *model.Campaign, enabled int) string {
	now := s.ses.Now()
	state := s.w.frames.State(k, now)
	next, changes := s.w.frames.Next(k, now)
	when := ""
	if changes {
		when = " " + moment(next.At, now, s.w.frames.Zone(k.TimeFrame.Zone))
	}
	switch state {
	case model.StateRunning:
		if changes {
			return fmt.Sprintf("Visitors may be shown its %s at once; it is %s from%s.", count(enabled, "engagement"), next.To, when)
		}
		return fmt.Sprintf("Visitors may be shown its %s at once.", count(enabled, "engagement"))
	case model.StateScheduled, model.StateOutsideHours:
		return fmt.Sprintf("It is %s; visitors may be shown its %s from%s.", state, count(enabled, "engagement"), when)
	case model.StatePaused:
		return "Nothing of it is shown: none of its engagements is enabled."
	}
	return "Nothing of it is shown: its last day is over."
}

// refuse tells why a campaign cannot be published, and leads to each reason.
func (s *Screen) refuse(k *model.Campaign, problems []model.Problem, failures int) {
	th := s.ses.Theme
	verb := "keep"
	if failures == 1 {
		verb = "keeps"
	}
	p := &dialog.Picker{Title: fmt.Sprintf("%s %s %s from being published", count(failures, "error"), verb, label(k.Name, k.ID)),
		Hint: "enter goes to its place"}
	for _, severity := range []model.Severity{model.Error, model.Warning} {
		for _, q := range problems {
			if q.Severity != severity {
				continue
			}
			sign := th.Cross
			if severity == model.Warning {
				sign = th.Glyphs.Warn
			}
			p.Items = append(p.Items, dialog.Item{Title: sign + " " + q.Message, Detail: string(severity) + where(q) + ": " + q.Message, Value: q})
		}
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		s.table.Select(k.ID)
		s.focus.Set(detailPane)
		s.describe()
		s.campaign.reveal(problemKey(it.Value.(model.Problem)))
		return nil
	}
	s.ses.Shell.Ask(p)
}

func (s *Screen) unpublish(k *model.Campaign) {
	body := "It becomes a draft; nothing of it is shown now anyway."
	if s.w.frames.State(k, s.ses.Now()) == model.StateRunning {
		body = "It becomes a draft, and visitors are no longer shown anything of it."
	}
	c := change{campaign: k.ID, name: k.Name, element: publishedElement, from: yes, to: no}
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Unpublish " + label(k.Name, k.ID) + "?", Body: body + " ctrl+z takes it back.", Yes: "Unpublish", Danger: true,
		Then: func() tea.Cmd { return s.write(c, doing) }})
}

// write makes a change; one that publishes is checked before.
func (s *Screen) write(c change, a aim) tea.Cmd {
	if k := s.w.campaign(c.campaign); k != nil && a == doing {
		if now, ok := c.present(k); ok && !c.same(now, c.from) && !c.same(now, c.to) {
			s.newer(c, a, 0) // somebody has set it while it was asked about
			return nil
		}
	}
	if c.element == publishedElement && c.to == yes {
		return s.judge(c, a)
	}
	return s.commit(c, a)
}

// commit writes a change to the present version of its campaign.
func (s *Screen) commit(c change, a aim) tea.Cmd {
	if s.saving != nil {
		return nil
	}
	k := s.w.campaign(c.campaign)
	if k == nil {
		s.ses.Shell.Toast(widget.Warning, label(c.name, c.campaign)+" was deleted meanwhile.")
		return nil
	}
	w := write{c, a, k}
	why := c.words()
	if a == undoing {
		why = "undo: " + c.inverse().words()
	}
	e := Edit{Campaign: c.done(k), Base: s.w.versions[k.ID].Revision, Why: why,
		Action: c.action(), Element: c.path(), Old: c.audited(c.from), New: c.audited(c.to)}
	s.saving = &w
	s.arrange()
	ctx, keeper := s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, saveTime)
		defer cancel()
		v, err := keeper.Put(ctx, e)
		return written{w, e, v, err}
	}
}

func (s *Screen) written(m written) tea.Cmd {
	s.saving = nil
	if c, ok := conflict.Of(m.err); ok {
		return s.conflict(m, c)
	}
	if r, ok := replay.RefusalOf(m.err); ok { // something changed since they were tried
		s.arrange()
		s.ses.Shell.AskLater(trial.Picker(s.ses, label(m.edit.Campaign.Name, m.edit.Campaign.ID), r.Trials))
		return nil
	}
	if m.err != nil {
		s.arrange()
		if errors.Is(m.err, context.DeadlineExceeded) {
			m.err = fmt.Errorf("no answer for %v, it may or may not be saved: %w", saveTime, m.err)
		}
		s.ses.Shell.Fail(failing(m.write.change), m.err)
		// What is kept now is not known: it is read again.
		return s.load()
	}
	s.put(s.w.with([]Changed{{Kind: model.KindCampaign, ID: m.edit.Campaign.ID, Document: m.edit.Campaign, Version: m.version}}))
	c := m.write.change
	switch m.write.aim {
	case doing:
		s.history.did(c)
		s.ses.Shell.Done(failing(c), c.past()+"; ctrl+z takes it back.")
	case undoing:
		s.history.undid()
		s.ses.Shell.Done(failing(c), "Undone: "+c.inverse().words()+"; ctrl+y does it again.")
	case redoing:
		s.history.redid()
		s.ses.Shell.Done(failing(c), "Done again: "+c.words()+"; ctrl+z takes it back.")
	}
	return s.check()
}

// failing names a change that cannot be written.
func failing(c change) string { return "could not " + c.words() }

// undo writes the inverse of the last change to the present version.
func (s *Screen) undo() tea.Cmd {
	c, ok := last(s.history.undo)
	if !ok {
		return nil
	}
	return s.again(c.inverse(), undoing)
}

// redo writes the change again that was taken back last.
func (s *Screen) redo() tea.Cmd {
	c, ok := last(s.history.redo)
	if !ok {
		return nil
	}
	return s.again(c, redoing)
}

// again writes a change of the history. Where somebody else has set the same
// element since, it asks instead of overwriting.
func (s *Screen) again(c change, a aim) tea.Cmd {
	verb, drop := "Undo", func() { s.history.undo = s.history.undo[:len(s.history.undo)-1] }
	if a == redoing {
		verb, drop = "Redo", func() { s.history.redo = s.history.redo[:len(s.history.redo)-1] }
	}
	k := s.w.campaign(c.campaign)
	if k == nil {
		drop()
		s.ses.Shell.Toast(widget.Warning, verb+": "+label(c.name, c.campaign)+" was deleted meanwhile.")
		return nil
	}
	now, ok := c.present(k)
	switch {
	case !ok:
		drop()
		s.ses.Shell.Toast(widget.Warning, verb+": "+c.subject()+" was deleted meanwhile.")
		return nil
	case c.same(now, c.to):
		drop()
		s.ses.Shell.Toast(widget.Info, verb+": "+c.subject()+" is "+c.value(c.to)+" already.")
		return nil
	case c.same(now, c.from):
		s.table.Select(c.campaign)
		return s.write(c, a)
	}
	v := s.w.versions[k.ID]
	moved := c
	moved.from = now
	s.table.Select(c.campaign)
	s.ses.Shell.Ask(&dialog.Confirm{Title: verb + " what was changed since?",
		Body: fmt.Sprintf("%s was %s after your change. Since then %s made it %s, at revision %d.\n\nIt would be %s again.",
			c.subject(), c.value(c.from), label(v.Author, "somebody"), c.value(now), v.Revision, c.value(c.to)),
		Yes: verb + " it", Danger: true,
		Then: func() tea.Cmd { return s.write(moved, a) }})
	return nil
}

// conflict takes over what somebody else wrote, shows it, and offers to make
// the change to that version.
func (s *Screen) conflict(m written, theirs *Conflict) tea.Cmd {
	c := m.write.change
	now, _ := theirs.Theirs.(*model.Campaign)
	ch := Changed{Kind: model.KindCampaign, ID: c.campaign,
		Version: Version{Revision: theirs.Revision, Author: theirs.Author, Why: theirs.Why, At: theirs.At}}
	if now != nil {
		ch.Document = now
	}
	s.put(s.w.with([]Changed{ch}))
	s.settle(c, m.write.aim, m.write.before, now, theirs)
	return s.check()
}

// settle shows what was written meanwhile beside a change that was made to an
// older version, and makes it to that one if the operator says so.
func (s *Screen) settle(c change, a aim, before, now *model.Campaign, theirs *Conflict) {
	q := conflict.Question{Name: label(c.name, c.campaign), Base: before, Mine: c.done(before), Theirs: theirs, Yes: capital(c.verb()), Fixed: true}
	if now == nil {
		conflict.Ask(s.ses, q)
		return
	}
	said := ""
	switch value, ok := c.present(now); {
	case !ok:
		said = "It cannot be any more: " + c.subject() + " is gone."
	case c.same(value, c.to):
		said = "It need not be: " + c.subject() + " is " + c.value(c.to) + " now."
	}
	if said != "" {
		lines := []widget.Line{widget.L(widget.T(theirs.Words(s.ses.Now())))}
		for _, d := range edit.Diff(before, now) {
			lines = append(lines, widget.L(widget.T(s.ses.Theme.Bullet+" "+d.String())))
		}
		lines = append(lines, widget.L(), widget.L(widget.T("Your change was not written: "+c.words()+".")), widget.L(widget.T(said)))
		s.ses.Shell.AskLater(&dialog.Reader{Title: q.Name + " was changed meanwhile", Lines: lines})
		return
	}
	q.Then = func(merged model.Document) tea.Cmd {
		k, _ := merged.(*model.Campaign)
		moved := c
		var ok bool
		if k == nil {
			return nil
		}
		if moved.to, ok = c.present(k); !ok {
			return nil
		}
		if moved.from, ok = c.present(now); !ok || c.same(moved.from, moved.to) {
			s.ses.Shell.Toast(widget.Info, c.subject()+" stays "+c.value(moved.to)+".")
			return nil
		}
		return s.writeTo(moved, a, theirs.Revision)
	}
	conflict.Ask(s.ses, q)
}

// writeTo makes a change to the version that the operator saw. Where there is a
// newer one by now, that is shown first.
func (s *Screen) writeTo(c change, a aim, seen uint64) tea.Cmd {
	if s.newer(c, a, seen) {
		return nil
	}
	return s.write(c, a)
}

// newer shows what was written behind the version that a change was made to; it
// is false where nothing was.
func (s *Screen) newer(c change, a aim, seen uint64) bool {
	k, v := s.w.campaign(c.campaign), s.w.versions[c.campaign]
	if k == nil || v.Revision == seen {
		return false
	}
	s.settle(c, a, c.inverse().done(k), k, &Conflict{Key: model.DocumentKey{Kind: model.KindCampaign, ID: c.campaign}, Theirs: k,
		Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At})
	return true
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
