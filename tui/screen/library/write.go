package library

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/conflict"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// aim is why a change is written.
type aim uint8

const (
	doing  aim = iota
	saving     // what stands in the form
	undoing
	redoing
)

// ask is what the operator is asked before a change is written.
type ask uint8

const (
	askNothing ask = iota
	askDelete
	askID
	askEffect // where others use the item, what the change does to visitors
)

// plan looks into a change in a command: whom it touches, and, where that is
// asked for, what it does to the decisions on the journeys.
func (s *Screen) plan(c change, a aim, q ask) tea.Cmd {
	s.plans++
	n, w, keeper := s.plans, s.w, s.keeper
	c = c.at(w)
	s.planning = "looking into it"
	return s.ses.Shell.Work("looking into what it changes", func(ctx context.Context) tea.Msg {
		return look(ctx, keeper, planned{n: n, w: w, change: c, aim: a, ask: q})
	})
}

// planned is what was found out about a change.
type planned struct {
	n      int
	w      *world
	change change
	aim    aim
	ask    ask

	touched []string    // engagements, as paths
	orphans []model.Use // who would mention what is no longer there
	orphan  key
	index   *model.Index
	effect  *Effect
	err     error // why there is no effect
}

// effectTime is how long the journeys are replayed at most.
const effectTime = 20 * time.Second

func look(ctx context.Context, keeper Keeper, p planned) planned {
	p.index = p.w.catalog.Index()
	next := p.change.done(p.w)
	after := next.Index()
	for _, put := range p.change.puts {
		if put.after == nil {
			if uses := after.Uses(put.key.Kind, put.key.ID); len(uses) > 0 {
				p.orphans, p.orphan, p.index = uses, put.key, after
				return p
			}
		}
	}
	k := p.change.subject()
	p.touched = p.index.UsedBy(k.Kind, k.ID)
	if p.ask == askID {
		p.touched = after.UsedBy(k.Kind, k.ID)
		p.index = after
	}
	if p.ask == askEffect && len(p.touched) > 0 {
		ctx, cancel := context.WithTimeout(ctx, effectTime)
		defer cancel()
		effect, err := keeper.Effect(ctx, p.w.catalog, next)
		if err != nil {
			p.err = err
		} else {
			p.effect = &effect
		}
	}
	return p
}

func (s *Screen) planned(m planned) tea.Cmd {
	if m.n != s.plans {
		return nil
	}
	s.planning = ""
	c := m.change
	if len(m.orphans) > 0 {
		s.refuse(m)
		return nil
	}
	switch {
	case m.ask == askDelete:
		s.ses.Shell.AskLater(&dialog.Confirm{Title: "Delete the " + quoted(c.puts[0].before) + "?", Body: "Nothing uses it. ctrl+z brings it back.", Yes: "Delete", Danger: true,
			Then: func() tea.Cmd { return s.commit(c, m.aim) }})
	case m.ask == askID && len(c.puts) > 2:
		s.ses.Shell.AskLater(&dialog.Review{Title: strings.ToUpper(c.why[:1]) + c.why[1:] + "?", Yes: "Change it", Danger: true,
			Lines: append(s.named(m, "Its mentions are rewritten in the same step. No decision changes."), widget.L(), widget.L(muted("ctrl+z takes it back."))),
			Then:  func() tea.Cmd { return s.commit(c, m.aim) }})
	case m.ask == askEffect && len(m.touched) > 0:
		s.ses.Shell.AskLater(&dialog.Review{Title: "Save the " + quoted(c.puts[0].after) + "?", Yes: "Save", Danger: true, Lines: s.blast(m),
			Then: func() tea.Cmd { return s.commit(c, m.aim) }})
	default:
		return s.commit(c, m.aim)
	}
	return nil
}

// refuse tells who keeps an item from being deleted.
func (s *Screen) refuse(m planned) {
	name := noun(m.orphan.Kind) + " " + text.Line(m.orphan.ID, 60)
	if d := s.w.documents[m.orphan]; d != nil {
		name = quoted(d)
	}
	about := &sheet{th: s.ses.Theme, w: m.w}
	about.say(widget.T("It is used, so that it cannot be deleted. Take it out of these first:"))
	about.say()
	about.uses(m.index, m.orphan)
	s.ses.Shell.AskLater(&dialog.Reader{Title: "The " + name + " is not deleted", Lines: about.lines})
}

// named writes the campaigns and engagements that a change touches.
func (s *Screen) named(m planned, intro string) []widget.Line {
	about := &sheet{th: s.ses.Theme, w: m.w}
	about.say(widget.T(intro))
	about.say()
	k := m.change.subject()
	about.uses(m.index, k)
	return about.lines
}

// blast writes whom the change of a shared item touches, and how what is shown
// on the journeys changes.
func (s *Screen) blast(m planned) []widget.Line {
	about := &sheet{th: s.ses.Theme, w: m.w}
	k := m.change.subject()
	published := 0
	last := ""
	for _, p := range m.touched {
		if c, _ := m.index.Engagement(p); c != nil && c.ID != last {
			last = c.ID
			if c.Published {
				published++
			}
		}
	}
	switch published {
	case 0:
		about.say(widget.T("No visitor sees a change yet: none of the campaigns that use it is published."))
	default:
		about.say(widget.Cell{Text: s.ses.Theme.Glyphs.Warn + " Visitors of " + count(published, "published campaign") + " get the change at once.", Look: theme.Warn})
	}
	about.effect(m)
	about.head("It changes")
	about.uses(m.index, k)
	about.say()
	about.say(muted("ctrl+z takes it back."))
	return about.lines
}

// effect writes the displays before and after, of every engagement of which
// they differ.
func (s *sheet) effect(m planned) {
	switch {
	case m.err != nil:
		s.head("On the journeys")
		s.say(muted("Not known: " + text.Line(m.err.Error(), 300)))
		return
	case m.effect == nil:
		return
	}
	e := m.effect
	s.head(fmt.Sprintf("On %s (%s, %s)", count(e.Journeys, "journey"), count(e.Visits, "visit"), count(e.Events, "event")))
	same := 0
	for _, d := range e.Engagements {
		if d.Before == d.After {
			same++
			continue
		}
		name := text.Line(d.Engagement, 100)
		if k, g := m.index.Engagement(d.Engagement); g != nil {
			name = called(k) + " " + s.th.Separator + " " + label(g.Name, g.ID)
		}
		sign, look := "+", theme.OK
		if d.After < d.Before {
			sign, look = "", theme.Warn
		}
		s.list(widget.T(name+": "), strong(fmt.Sprintf("%d %s %s", d.Before, s.th.Arrow, count(d.After, "display"))),
			widget.Cell{Text: fmt.Sprintf(" (%s%d)", sign, d.After-d.Before), Look: look})
	}
	switch {
	case same == len(e.Engagements) && same > 0:
		s.say(widget.T("No number of displays changes: " + count(same, "engagement") + " shown as before."))
	case same > 0:
		s.say(muted(count(same, "engagement") + " shown as before."))
	case len(e.Engagements) == 0:
		s.say(widget.T("Nothing is shown, neither now nor then."))
	}
}

// write is a change that is on its way.
type write struct {
	change change
	aim    aim
}

func (w *write) touches(k key) bool { return w.change.touches(k) }

// written is how a write ended.
type written struct {
	write   write
	version Version
	err     error
}

// saveTime is how long a write may take.
const saveTime = 20 * time.Second

// commit writes a change to the versions that it was made to.
func (s *Screen) commit(c change, a aim) tea.Cmd {
	if s.saving != nil {
		return nil
	}
	c = c.at(s.w)
	out := c.written()
	if a == undoing {
		out.Why = "undo: " + c.why
	}
	w := write{c, a}
	s.saving = &w
	s.arrange()
	ctx, keeper := s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, saveTime)
		defer cancel()
		v, err := keeper.Commit(ctx, out)
		return written{w, v, err}
	}
}

func (s *Screen) written(m written) tea.Cmd {
	s.saving = nil
	c := m.write.change
	if theirs, ok := conflict.Of(m.err); ok {
		return s.conflict(m, theirs)
	}
	if m.err != nil {
		s.arrange()
		if errors.Is(m.err, context.DeadlineExceeded) {
			m.err = fmt.Errorf("no answer for %v, it may or may not be saved: %w", saveTime, m.err)
		}
		s.ses.Shell.Fail("could not "+c.why, m.err)
		return s.load() // what is kept now is not known
	}
	changed := make([]Changed, len(c.puts))
	for i, p := range c.puts {
		changed[i] = Changed{Kind: p.key.Kind, ID: p.key.ID, Document: p.after, Version: m.version}
	}
	cmd := s.put(s.w.with(changed))
	s.follows(c)
	switch m.write.aim {
	case undoing:
		s.history.undid()
		s.ses.Shell.Done("could not "+c.why, "Undone: "+c.why+"; ctrl+y does it again.")
	case redoing:
		s.history.redid()
		s.ses.Shell.Done("could not "+c.why, "Done again: "+c.why+"; ctrl+z takes it back.")
	default:
		s.history.did(c.free())
		s.ses.Shell.Done("could not "+c.why, c.past+"; ctrl+z takes it back.")
	}
	if m.write.aim == saving {
		s.editing = nil
	}
	return cmd
}

// follows selects what a change was about.
func (s *Screen) follows(c change) {
	k := c.subject()
	at, item := shelfOf(k.Kind)
	if !item || s.w.documents[k] == nil {
		return
	}
	s.turn(at)
	if !s.table.Select(k.ID) {
		s.table.SetFilter("")
		s.table.Select(k.ID)
	}
}

// conflict takes over what somebody else wrote and says so. What stands in a
// form stays there.
func (s *Screen) conflict(m written, theirs *Conflict) tea.Cmd {
	v := Version{Revision: theirs.Revision, Author: theirs.Author, Why: theirs.Why, At: theirs.At}
	news := []Changed{{Kind: theirs.Key.Kind, ID: theirs.Key.ID, Document: theirs.Theirs, Version: v}}
	if theirs.Moved() {
		news[0].Document = nil
		news = append(news, Changed{Kind: theirs.Key.Kind, ID: theirs.Theirs.Head().ID, Document: theirs.Theirs, Version: v})
	}
	cmd := s.put(s.w.with(news))
	if e := s.editing; m.write.aim == saving && e != nil && m.write.change.subject() == theirs.Key && !e.fresh {
		s.askTheirs(theirs)
		return cmd
	}
	name := noun(theirs.Key.Kind) + " " + text.Line(theirs.Key.ID, 60)
	lines := []widget.Line{widget.L(widget.T(theirs.Words(s.ses.Now())))}
	for _, p := range m.write.change.puts {
		if p.key == theirs.Key && p.before != nil && theirs.Theirs != nil {
			for _, d := range edit.Diff(p.before, theirs.Theirs) {
				lines = append(lines, widget.L(widget.T(s.ses.Theme.Bullet+" "+d.String())))
			}
		}
	}
	lines = append(lines, widget.L(), widget.L(widget.T("Your change was not written: "+m.write.change.why+".")),
		widget.L(widget.T("What is shown now is the present state; you may do it again.")))
	s.ses.Shell.AskLater(&dialog.Reader{Title: "The " + name + " was changed meanwhile", Lines: lines})
	return cmd
}

// because adds the reason that somebody gave.
func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + text.Line(why, 80) + ")"
}

// again writes a change of the history, or its inverse. Where somebody else
// has changed the same document since, it asks instead of overwriting.
func (s *Screen) again(c change, a aim) tea.Cmd {
	verb := "Redo"
	if a == undoing {
		c, verb = c.inverse(), "Undo"
	}
	for _, p := range c.puts {
		v, now := s.w.versions[p.key], s.w.documents[p.key]
		if p.before == nil && now == nil || p.before != nil && now != nil && edit.Equal(p.before, now) {
			continue
		}
		if p.before != nil && p.after != nil && now != nil && len(c.puts) == 1 {
			s.askAgain(c, a, verb, now, v)
			return nil
		}
		did := "changed"
		if now == nil {
			did = "deleted"
		}
		c := c.at(s.w)
		s.ses.Shell.Ask(&dialog.Confirm{Title: verb + " what was " + did + " since?", Yes: verb + " it", Danger: true,
			Body: fmt.Sprintf("%s %s the %s %s since, at revision %d%s.\n\nWhat was written then would be lost: %s.",
				label(v.Author, "Somebody"), did, noun(p.key.Kind), text.Line(p.key.ID, 60), v.Revision, because(v.Why), strings.ToLower(verb)+" "+c.why),
			Then: func() tea.Cmd { return s.plan(c, a, askNothing) }})
		return nil
	}
	return s.plan(c, a, askNothing)
}

// askAgain brings a change of the history together with what was written since.
func (s *Screen) askAgain(c change, a aim, verb string, now model.Document, v Version) {
	p := c.puts[0]
	theirs := &Conflict{Key: p.key, Theirs: now, Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At}
	conflict.Ask(s.ses, conflict.Question{Name: "The " + quoted(now), Base: p.before, Mine: p.after, Theirs: theirs, Yes: verb + " it", Fixed: true,
		Then: func(merged model.Document) tea.Cmd {
			if edit.Equal(merged, now) {
				s.ses.Shell.Toast(widget.Info, "The "+quoted(now)+" stays as "+theirs.Who()+" made it.")
				return nil
			}
			p.before, p.after, p.base, p.bound = now, merged, v.Revision, true
			c.puts = []put{p}
			return s.plan(c, a, askNothing)
		}})
}
