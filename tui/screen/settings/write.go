package settings

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/conflict"
	"beckon/tui/widget"
)

// aim is why the settings are written.
type aim uint8

const (
	saving aim = iota // what stands in the form
	undoing
	redoing
)

// step is a change that was saved: from one version to another.
type step struct {
	before, after *model.Settings
	why           string
}

// history has the steps to take back and to do again.
type history struct{ undo, redo []step }

// remembered is how many changes can be taken back.
const remembered = 100

// write is a change that is on its way.
type write struct {
	step step
	aim  aim
}

// written is how a write ended.
type written struct {
	write   write
	version Version
	err     error
}

// saveTime is how long a write may take.
const saveTime = 20 * time.Second

// save writes what stands in the form. What is wrong is told first, then what
// somebody else has changed.
func (s *Screen) save() tea.Cmd {
	e := s.editing
	if e == nil || s.saving != nil {
		return nil
	}
	if n := e.form.ShowProblems(); n > 0 {
		s.ses.Shell.Toast(widget.Warning, count(n, "error")+" to mend before they can be saved; f4 goes to the next.")
		return nil
	}
	if !e.history.Dirty() {
		s.editing = nil
		return nil
	}
	if s.version.Revision != e.base {
		s.askTheirs()
		return nil
	}
	before, _ := e.history.Base().(*model.Settings)
	after, _ := e.history.Document().(*model.Settings)
	return s.commit(step{before: before, after: after, why: why(before, after)}, saving)
}

// why says a change in words.
func why(before, after *model.Settings) string {
	diff := edit.Diff(before, after)
	if len(diff) == 1 {
		return "settings: " + text.Line(diff[0].String(), 160)
	}
	return "settings: " + count(len(diff), "field")
}

// askTheirs shows what somebody else has changed while the form was open, and
// brings both together.
func (s *Screen) askTheirs() {
	e, theirs := s.editing, s.theirs()
	conflict.Ask(s.ses, conflict.Question{Name: "The settings", Base: e.history.Base(), Mine: e.history.Document(), Theirs: theirs, Yes: "Save",
		Then: func(merged model.Document) tea.Cmd {
			h, err := edit.NewHistory(theirs.Theirs, theirs.Revision)
			if err == nil {
				err = h.Replace("bring together with what "+theirs.Who()+" changed", merged)
			}
			if err != nil {
				s.ses.Shell.Fail("bringing both versions together", err)
				return nil
			}
			s.open(h, theirs.Revision)
			return s.save()
		}})
}

// theirs are the present settings as a conflict.
func (s *Screen) theirs() *Conflict {
	v := s.version
	return &Conflict{Key: model.DocumentKey{Kind: model.KindSettings, ID: s.now.ID}, Theirs: s.now, Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At}
}

// commit writes a step to the present version.
func (s *Screen) commit(st step, a aim) tea.Cmd {
	if s.saving != nil {
		return nil
	}
	e := Edit{Settings: st.after, Base: s.version.Revision, Why: st.why}
	if a == undoing {
		e.Why = "undo: " + st.why
	}
	for _, c := range edit.Diff(st.before, st.after) {
		e.Changes = append(e.Changes, Field{Element: string(c.Path), Old: c.Old, New: c.New})
	}
	w := write{st, a}
	s.saving = &w
	ctx, keeper := s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, saveTime)
		defer cancel()
		v, err := keeper.Put(ctx, e)
		return written{w, v, err}
	}
}

func (s *Screen) written(m written) tea.Cmd {
	s.saving = nil
	st := m.write.step
	if theirs, ok := conflict.Of(m.err); ok {
		now, _ := theirs.Theirs.(*model.Settings)
		v := Version{Revision: theirs.Revision, Author: theirs.Author, Why: theirs.Why, At: theirs.At}
		if now == nil { // what holds now are the defaults
			d := model.DefaultSettings()
			now, v.Revision = &d, 0
		}
		s.take(now, v)
		if m.write.aim == saving {
			return s.save()
		}
		s.ses.Shell.Toast(widget.Warning, theirs.Who()+" changed the settings meanwhile; nothing was written.")
		return nil
	}
	if m.err != nil {
		if errors.Is(m.err, context.DeadlineExceeded) {
			m.err = fmt.Errorf("no answer for %v, they may or may not be saved: %w", saveTime, m.err)
		}
		s.ses.Shell.Fail("saving the settings", m.err)
		return s.load()
	}
	s.take(st.after, m.version)
	switch m.write.aim {
	case undoing:
		s.history.undo = s.history.undo[:len(s.history.undo)-1]
		st.before, st.after = st.after, st.before
		s.history.redo = append(s.history.redo, st)
		s.ses.Shell.Done("saving the settings", "Undone: "+st.why+"; ctrl+y does it again.")
	case redoing:
		s.history.redo = s.history.redo[:len(s.history.redo)-1]
		s.history.undo = append(s.history.undo, st)
		s.ses.Shell.Done("saving the settings", "Done again: "+st.why+"; ctrl+z takes it back.")
	default:
		s.editing = nil
		s.history.undo, s.history.redo = append(s.history.undo, st), nil
		if n := len(s.history.undo) - remembered; n > 0 {
			s.history.undo = s.history.undo[n:]
		}
		s.ses.Shell.Done("saving the settings", "Saved "+st.why+"; ctrl+z takes it back.")
	}
	return nil
}

// again takes the last step back, or does it again. Where somebody else has
// saved since, it asks instead of overwriting.
func (s *Screen) again(a aim) tea.Cmd {
	side, verb := s.history.undo, "Undo"
	if a == redoing {
		side, verb = s.history.redo, "Redo"
	}
	st := side[len(side)-1]
	if a == undoing {
		st.before, st.after = st.after, st.before
	}
	if edit.Equal(s.now, st.before) {
		return s.commit(st, a)
	}
	theirs := s.theirs()
	conflict.Ask(s.ses, conflict.Question{Name: "The settings", Base: st.before, Mine: st.after, Theirs: theirs, Yes: verb + " it", Fixed: true,
		Then: func(merged model.Document) tea.Cmd {
			after, ok := merged.(*model.Settings)
			switch {
			case s.version.Revision != theirs.Revision: // somebody was quicker still
				return s.again(a)
			case !ok || edit.Equal(after, s.now):
				s.ses.Shell.Toast(widget.Info, "The settings stay as "+theirs.Who()+" made them.")
				return nil
			}
			st.before, st.after = s.now, after
			return s.commit(st, a)
		}})
	return nil
}
