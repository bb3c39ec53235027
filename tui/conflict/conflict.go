// Package conflict is what happens when two operators write the same document:
// one place for every screen that saves.
//
// A keeper refuses a stale write with a [*Conflict]: what somebody else wrote
// meanwhile, who, when and why. [Ask] shows the operator each field that both
// changed with both values and lets him choose, one by one; what one side alone
// changed is brought together by itself, and shown as such. What was chosen is
// handed back to be written again to the version that was seen, which may be
// refused again: nothing is ever overwritten unseen, however often it happens.
//
// It must not know a store. Begin with [Ask].
package conflict

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Conflict refuses a write because one of its documents is no longer the version
// that was replaced.
type Conflict struct {
	// Key is the document that was to be written.
	Key model.DocumentKey
	// Theirs is what is there now, nil if it was deleted. Where its ID was
	// changed it is the document under the new one.
	Theirs   model.Document
	Revision uint64
	Author   string
	Why      string
	At       time.Time
}

// Gone tells whether the document was deleted.
func (c *Conflict) Gone() bool { return c.Theirs == nil }

// Moved tells whether the document has another ID now.
func (c *Conflict) Moved() bool { return c.Theirs != nil && c.Theirs.Head().ID != c.Key.ID }

func (c *Conflict) Error() string {
	return fmt.Sprintf("%s %s was %s by %s at revision %d", c.Key.Kind, text.Line(c.Key.ID, 64), c.did(), text.Line(c.Author, 64), c.Revision)
}

func (c *Conflict) did() string {
	switch {
	case c.Gone():
		return "deleted"
	case c.Moved():
		return "given another ID"
	}
	return "changed"
}

// Of finds the conflict in an error.
func Of(err error) (*Conflict, bool) {
	var c *Conflict
	ok := errors.As(err, &c)
	return c, ok
}

// Who wrote it, harmless to show.
func (c *Conflict) Who() string {
	if c.Author == "" {
		return "somebody"
	}
	return text.Line(c.Author, 64)
}

// Words say who did what, and when: "ben changed it on 2026-03-02 at 10:15 (save
// Cart rescue), revision 12." The clock is the one of now.
func (c *Conflict) Words(now time.Time) string {
	when := ""
	if !c.At.IsZero() {
		at := c.At.In(now.Location())
		when = " at " + at.Format("15:04:05 MST")
		if at.Format(time.DateOnly) != now.Format(time.DateOnly) {
			when = " on " + at.Format(time.DateOnly) + when
		}
	}
	why := ""
	if c.Why != "" {
		why = " (" + text.Line(c.Why, 80) + ")"
	}
	did := "changed it"
	switch {
	case c.Gone():
		did = "deleted it"
	case c.Moved():
		did = "gave it the ID " + text.Line(c.Theirs.Head().ID, 64)
	}
	return fmt.Sprintf("%s %s%s%s, revision %d.", c.Who(), did, when, why, c.Revision)
}

// Question is a conflict to be settled.
type Question struct {
	Name string // what it is about: "Cart rescue", "The goal Calls"
	// Base is what both began with, Mine what was to be written.
	Base, Mine model.Document
	Theirs     *Conflict
	// Yes is the verb of what comes next: "Save", "Add it again".
	Yes string
	// Fixed refuses values of one's own: only mine or theirs are taken.
	Fixed bool
	// Then is handed what was chosen; of what was deleted, mine.
	Then func(merged model.Document) tea.Cmd
}

// Ask shows a conflict and settles it. It opens by itself, over the keys that
// are on their way; leaving it writes nothing and loses nothing.
func Ask(ses *pane.Session, q Question) {
	if q.Theirs.Gone() {
		askGone(ses, q)
		return
	}
	found, err := edit.Merge(q.Base, q.Mine, q.Theirs.Theirs, nil)
	if err != nil {
		ses.Shell.Fail("bringing both versions together", err)
		return
	}
	th, now := ses.Theme, ses.Now()
	m := &dialog.Merge{Title: was(q) + " meanwhile", Yes: q.Yes, Names: [2]string{"yours", possessive(q.Theirs.Who())},
		Head: []widget.Line{widget.L(widget.T(q.Theirs.Words(now) + " Nothing of yours is written yet."))}}
	for _, c := range found.Conflicts {
		k := &dialog.Contest{Label: c.Label, Mine: c.Mine, Theirs: c.Theirs, Was: c.Base, Own: c.Value,
			Settable: c.Settable && !q.Fixed && !strings.ContainsAny(c.Value, "\n\t")}
		k.Check = func(v string) error {
			_, err := edit.Set(c.Path, v).Apply(edit.Clone(found.Document))
			return err
		}
		m.Contests = append(m.Contests, k)
	}
	m.Foot = taken(th, m.Names, found)
	m.Then = func() tea.Cmd {
		answers := make(map[string]edit.Answer, len(found.Conflicts))
		for i, c := range found.Conflicts {
			side := map[dialog.Pick]edit.Side{dialog.PickMine: edit.Mine, dialog.PickTheirs: edit.Theirs, dialog.PickOwn: edit.Own}[m.Contests[i].Picked]
			answers[c.Key] = edit.Answer{Side: side, Text: m.Contests[i].Own}
		}
		done, err := edit.Merge(q.Base, q.Mine, q.Theirs.Theirs, answers)
		if err != nil || done.Open(answers) > 0 {
			ses.Shell.Fail("bringing both versions together", errors.Join(err, open(done, answers)))
			return nil
		}
		return q.Then(done.Document)
	}
	ses.Shell.AskLater(m)
}

// was is what became of it, of one thing or of several.
func was(q Question) string {
	if q.Theirs.Key.Kind == model.KindSettings {
		return q.Name + " were " + q.Theirs.did()
	}
	return q.Name + " was " + q.Theirs.did()
}

func open(m edit.Merged, answers map[string]edit.Answer) error {
	if n := m.Open(answers); n > 0 {
		return fmt.Errorf("%d fields are not chosen", n)
	}
	return nil
}

func possessive(who string) string {
	if strings.HasSuffix(who, "s") {
		return who + "'"
	}
	return who + "'s"
}

// taken tells what needed no choice.
func taken(th *theme.Theme, names [2]string, m edit.Merged) []widget.Line {
	if len(m.Taken) == 0 {
		return nil
	}
	out := []widget.Line{widget.Heading("Brought together without a choice")}
	for _, part := range []struct {
		side edit.Side
		name string
	}{{edit.Theirs, names[1]}, {edit.Mine, names[0]}, {edit.Both, "both alike"}} {
		for _, t := range m.Taken {
			if t.Side == part.side {
				out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{{Text: th.Bullet + " " + part.name + ": ", Look: theme.Muted}, widget.T(t.Change.String())}})
			}
		}
	}
	return out
}

// askGone tells that there is nothing to merge with, and what of mine is not
// written.
func askGone(ses *pane.Session, q Question) {
	th := ses.Theme
	lines := []widget.Line{widget.L(widget.T(q.Theirs.Words(ses.Now())))}
	mine := edit.Diff(q.Base, q.Mine)
	switch {
	case q.Then == nil:
		lines = append(lines, widget.L(), widget.L(widget.T("Nothing of yours was written.")))
	case len(mine) > 0:
		lines = append(lines, widget.L(), widget.L(widget.T("What you changed is not lost; it can be written again as a new one:")))
	default:
		lines = append(lines, widget.L(), widget.L(widget.T("It can be written again as a new one.")))
	}
	for _, c := range mine {
		lines = append(lines, widget.Line{Hang: 2, Cells: []widget.Cell{widget.T(th.Bullet + " " + c.String())}})
	}
	title := q.Name + " was deleted meanwhile"
	if q.Then == nil {
		ses.Shell.AskLater(&dialog.Reader{Title: title, Lines: lines})
		return
	}
	ses.Shell.AskLater(&dialog.Review{Title: title, Lines: lines, Yes: q.Yes, Then: func() tea.Cmd { return q.Then(q.Mine) }})
}
