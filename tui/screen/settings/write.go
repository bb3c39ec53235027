package settings

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
	"beckon/tui/dialog"
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

// askTheirs tells what somebody else has changed while the form was open, and
// takes both changes together.
func (s *Screen) askTheirs() {
	e, v, theirs := s.editing, s.version, s.now
	lines := []string{fmt.Sprintf("%s changed them at revision %d%s:", label(v.Author), v.Revision, because(v.Why))}
	bullet := s.ses.Theme.Bullet + " "
	for i, c := range edit.Diff(e.history.Base(), theirs) {
		if i == 6 {
			lines = append(lines, bullet+"and more")
			break
		}
		lines = append(lines, bullet+c.String())
	}
	merged, conflicts := edit.Merge3(e.history.Base(), e.history.Document(), theirs)
	yes := "Take both"
	if len(conflicts) > 0 {
		yes = "Save mine there"
		lines = append(lines, "", "Changed by both; what stands in the form would be saved:")
		for i, c := range conflicts {
			if i == 6 {
				lines = append(lines, bullet+"and more")
				break
			}
			lines = append(lines, bullet+c.String())
		}
	} else {
		lines = append(lines, "", "Nothing of it stands against your changes: both can be saved together.")
	}
	s.ses.Shell.AskLater(&dialog.Confirm{Title: "The settings were changed meanwhile", Body: strings.Join(lines, "\n"), Yes: yes, Danger: len(conflicts) > 0,
		Then: func() tea.Cmd {
			h, err := edit.NewHistory(theirs, v.Revision)
			if err == nil {
				err = h.Replace("take over what was changed here", merged)
			}
			if err != nil {
				s.ses.Shell.Fail("taking both changes together", err)
				return nil
			}
			s.open(h, v.Revision)
			return s.save()
		}})
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
	if theirs, ok := conflictOf(m.err); ok {
		if theirs.Theirs == nil { // what holds now are the defaults
			d := model.DefaultSettings()
			theirs.Theirs, theirs.Version.Revision = &d, 0
		}
		s.take(theirs.Theirs, theirs.Version)
		if m.write.aim == saving {
			return s.save()
		}
		s.ses.Shell.Toast(widget.Warning, label(theirs.Version.Author)+" changed the settings meanwhile; nothing was written.")
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
		s.ses.Shell.Toast(widget.Info, "Undone: "+st.why+"; ctrl+y does it again.")
	case redoing:
		s.history.redo = s.history.redo[:len(s.history.redo)-1]
		s.history.undo = append(s.history.undo, st)
		s.ses.Shell.Toast(widget.Info, "Done again: "+st.why+"; ctrl+z takes it back.")
	default:
		s.editing = nil
		s.history.undo, s.history.redo = append(s.history.undo, st), nil
		if n := len(s.history.undo) - remembered; n > 0 {
			s.history.undo = s.history.undo[n:]
		}
		s.ses.Shell.Toast(widget.Info, "Saved "+st.why+"; ctrl+z takes it back.")
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
	merged, _ := edit.Merge3(st.before, st.after, s.now)
	after, ok := merged.(*model.Settings)
	if !ok {
		return nil
	}
	now, revision := s.now, s.version.Revision
	s.ses.Shell.Ask(&dialog.Confirm{Title: verb + " what was changed since?", Yes: verb + " it", Danger: true,
		Body: fmt.Sprintf("%s changed the settings since, at revision %d%s. Only your own fields would be set back: %s.",
			label(s.version.Author), s.version.Revision, because(s.version.Why), st.why),
		Then: func() tea.Cmd {
			if s.version.Revision != revision { // somebody was quicker still
				return s.again(a)
			}
			st.before, st.after = now, after
			return s.commit(st, a)
		}})
	return nil
}
