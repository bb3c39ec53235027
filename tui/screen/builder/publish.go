package builder

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/trial"
	"beckon/tui/widget"
)

// judgement is what publishing asks for, found by a command.
type judgement struct {
	gen      int
	changes  uint64
	campaign *model.Campaign // that was judged; nil: none yet
	problems []model.Problem
	underway bool // the problems are still those of another one
}

// judge checks the campaign as it would be published, in a command: with ten
// thousand others that takes longer than a frame.
func (s *Screen) judge() tea.Cmd {
	w := s.work
	if w == nil || w.step != stepPublish || s.judged.campaign == w.campaign() && s.judged.changes == w.doc.changes {
		return nil
	}
	s.stopTrials()
	k := w.campaign()
	copied, _ := edit.Clone(k).(*model.Campaign)
	copied.Published = true
	s.judged.campaign, s.judged.changes, s.judged.underway = k, w.doc.changes, true
	gen, changes, catalog, now := s.gen, w.doc.changes, w.stock.catalog(), s.ses.Now()
	return func() tea.Msg {
		return judgement{gen: gen, changes: changes, campaign: k, problems: model.ValidateCampaign(over(catalog, copied), copied.ID, now)}
	}
}

// line is one line of the page that leads to publishing.
type line struct {
	key  string
	cell widget.Cell
	path string // where enter leads
	item model.DocumentKey
	warn string // a warning that can be acknowledged

	trial *replay.Trial // a scenario that was run
	asked bool          // enter shows the request for approval
	again bool          // enter runs the scenarios again
}

func checkTable() *widget.Table[line] {
	t := widget.NewTable(func(l line) string { return l.key },
		widget.Column[line]{Title: "Check", Width: 20, Grow: 1, Whole: 1, Cell: func(l line) widget.Cell { return l.cell }})
	t.NoHead = true
	return t
}

func problemKey(p model.Problem) string {
	return strings.Join([]string{string(p.Kind), p.ID, p.Path, p.Code}, "|")
}

// fillChecklist lists errors, warnings, and what changes for visitors.
func (s *Screen) fillChecklist() {
	w, th := s.work, s.ses.Theme
	var out []line
	head := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		out = append(out, line{key: "head " + text, cell: widget.Cell{Text: text, Look: theme.Title}})
	}
	problems := s.problems()
	errors, warnings := 0, 0
	for _, p := range problems {
		if p.Severity == model.Error {
			errors++
		} else {
			warnings++
		}
	}
	first := s.unaccepted()
	asks := !s.live() // whether warnings have to be acknowledged
	fine := func(text string) {
		out = append(out, line{key: "head ok", cell: widget.Cell{Text: th.Check + " " + text, Look: theme.OK}})
	}
	switch {
	case s.judged.campaign == nil || s.judged.underway:
		head("Checking%s", th.Ellipsis)
	case errors > 0:
		head("%s to mend before it can be published; enter goes there", count(errors, "error"))
		for _, p := range problems {
			if l := &out[len(out)-1]; p.Severity == model.Error && l.path == "" {
				l.path, l.item = p.Path, itemOf(p)
			}
		}
	case !asks:
		fine("Visitors see it as it is.")
	case len(first) > 0: // the head of the warnings says so
	case s.whyNotTried() != "", s.whyNotApproved() != "":
		fine("No errors.")
	default:
		fine("Nothing keeps it from being published.")
	}
	list := func(severity model.Severity) {
		for i, p := range problems {
			if p.Severity != severity {
				continue
			}
			l := line{key: fmt.Sprint(i, problemKey(p)), path: p.Path, cell: widget.Cell{Text: "  " + th.Cross + " " + p.Message, Look: theme.Danger}}
			if l.item = itemOf(p); p.Kind != model.KindCampaign {
				l.cell.Text += " (" + kindWords(p.Kind) + " " + w.stock.name(p.Kind, p.ID) + ")"
			} else if i := fields.EngagementOf(p.Path); i >= 0 && i < len(w.campaign().Engagements) {
				l.cell.Text += " (" + w.campaign().Engagements[i].Name + ")"
			}
			if severity == model.Warning {
				l.warn = problemKey(p)
				mark := "[ ]"
				switch {
				case !asks:
					mark = th.Bullet
				case w.accepted[l.warn]:
					mark = "[x]"
				}
				l.cell = widget.Cell{Text: "  " + mark + strings.TrimPrefix(l.cell.Text, "  "+th.Cross), Look: theme.Warn}
			}
			out = append(out, l)
		}
	}
	list(model.Error)
	if warnings > 0 {
		text := count(warnings, "warning")
		switch {
		case asks && len(first) > 0 && errors == 0:
			text = th.Check + " No errors; " + count(len(first), "warning") + " to acknowledge: space one, a all"
		case asks && len(first) > 0:
			text += "; space acknowledges one, a all"
		case asks:
			text += ", acknowledged"
		}
		head("%s", text)
		if l := &out[len(out)-1]; len(first) > 0 && asks {
			l.key, l.warn = "head warnings", first[0] // so that space does what the line says
		}
	}
	list(model.Warning)
	out = append(out, s.trialLines()...)
	out = append(out, s.approvalLines()...)
	if base := w.base(); base.Published {
		changes := edit.Diff(base, w.campaign())
		head("%s against what visitors see now", count(len(changes), "change"))
		for _, c := range changes {
			out = append(out, line{key: "change " + string(c.Action) + string(c.Path), path: string(c.Path), cell: widget.T("  " + th.Bullet + " " + c.String())})
		}
	} else {
		if len(w.campaign().Engagements) == 0 {
			head("Visitors see nothing of it yet")
		} else {
			head("Visitors see nothing of it yet; publishing shows them:")
		}
		for i, e := range w.campaign().Engagements {
			text := fmt.Sprintf("  %s %s, %s for %s", th.Bullet, e.Name, e.Format, e.Type)
			if e.Disabled {
				text += ", disabled"
			}
			out = append(out, line{key: "shows " + e.ID + fmt.Sprint(i), path: fmt.Sprintf("engagements[%d].name", i), cell: widget.T(text)})
		}
	}
	if items := w.stock.mentioned(w.campaign()); len(items) > 0 {
		head("Written with it, in one change:")
		for _, it := range items {
			key := keyOf(it.Document)
			text := fmt.Sprintf("  %s new %s %s", th.Bullet, kindWords(key.Kind), it.Document.Head().Name)
			if it.Base != 0 {
				text = fmt.Sprintf("  %s changed %s %s, used in %s", th.Bullet, kindWords(key.Kind), it.Document.Head().Name,
					count(len(w.stock.find().UsedBy(key.Kind, key.ID)), "place"))
			}
			out = append(out, line{key: "item " + string(key.Kind) + key.ID, item: key, cell: widget.T(text)})
		}
	}
	s.checklist.SetItems(out)
}

// problems are those of the campaign as it was judged; where a text cannot be
// read, that instead of what is wrong with the value before it.
func (s *Screen) problems() []model.Problem {
	out := s.work.form.UnreadValues()
	unread := map[string]bool{}
	for i := range out {
		out[i].Kind = model.KindCampaign
		unread[out[i].Path] = true
	}
	for _, p := range s.judged.problems {
		if p.Kind != model.KindCampaign || !unread[p.Path] {
			out = append(out, p)
		}
	}
	return out
}

// itemOf is the library item that a problem is in, zero for the campaign.
func itemOf(p model.Problem) model.DocumentKey {
	if p.Kind == model.KindCampaign {
		return model.DocumentKey{}
	}
	return model.DocumentKey{Kind: p.Kind, ID: p.ID}
}

// live tells whether visitors see the campaign as it is here.
func (s *Screen) live() bool { return s.work.base().Published && !s.unsaved() }

// unaccepted are the warnings that were not acknowledged yet.
func (s *Screen) unaccepted() []string {
	var out []string
	for _, p := range s.judged.problems {
		if key := problemKey(p); p.Severity == model.Warning && !s.work.accepted[key] {
			out = append(out, key)
		}
	}
	return out
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// whyNotPublished says what keeps the campaign from being published now.
func (s *Screen) whyNotPublished() string {
	w := s.work
	switch {
	case s.judged.campaign != w.campaign() || s.judged.changes != w.doc.changes || s.judged.campaign == nil || s.judged.underway:
		return "it is still being checked"
	case s.live():
		return "visitors see it as it is"
	}
	if n := len(model.Errors(s.problems())); n > 0 {
		return count(n, "error") + " to mend first"
	}
	if left := len(s.unaccepted()); left > 0 {
		return count(left, "warning") + " to acknowledge first"
	}
	if why := s.whyNotTried(); why != "" {
		return why
	}
	return s.whyNotApproved()
}

// inChecklist does what the last step can do.
func (s *Screen) inChecklist(id keymap.ID, arg any) (tea.Cmd, bool) {
	w := s.work
	l, any := s.checklist.Selected()
	switch id {
	case publishNow:
		return s.askPublish(), true
	case askFor:
		s.askApproval()
		return nil, true
	case readAsked:
		s.readRequest()
		return nil, true
	case accept:
		if any && l.warn != "" {
			w.accepted[l.warn] = !w.accepted[l.warn]
			s.fillChecklist()
		}
		return nil, true
	case dropScenario:
		if any && l.trial != nil {
			s.askDropScenario(l.trial)
		}
		return nil, true
	case acceptAll:
		for _, p := range s.judged.problems {
			if p.Severity == model.Warning {
				w.accepted[problemKey(p)] = true
			}
		}
		s.fillChecklist()
		return nil, true
	case keymap.Open:
		return s.follow(l), true
	case keymap.NextPane:
		return nil, true
	case keymap.PrevPane:
		s.goTo(w.step - 1)
		return nil, true
	}
	switch widget.Target(arg, s.checklist).Do(id, arg) {
	case widget.Ignored:
		return nil, false
	case widget.Opened:
		return s.follow(l), true
	}
	return nil, true
}

// follow leads from a line to where it is made.
func (s *Screen) follow(l line) tea.Cmd {
	w := s.work
	switch {
	case l.asked:
		s.readRequest()
	case l.trial != nil:
		s.ses.Shell.Ask(trial.Reader(s.ses.Theme, *l.trial))
	case l.again:
		cmd := s.try()
		s.fillChecklist()
		return cmd
	case l.item != model.DocumentKey{}:
		d := w.stock.find().Document(l.item.Kind, l.item.ID)
		if d == nil {
			return nil
		}
		base := w.stock.revisions[l.item]
		if mine, ok := w.stock.items[l.item]; ok {
			base = mine.Base
		}
		if err := w.open(s.ses, d, base, nil, s.add); err != nil {
			s.fail("opening it", err)
			return nil
		}
		if l.path != "" {
			w.top().form.ShowProblems()
			w.top().form.GoToPath(l.path)
		}
	case l.path != "":
		w.form.ShowProblems()
		w.show(l.path)
		s.filled()
	}
	return nil
}

func (s *Screen) askPublish() tea.Cmd {
	w := s.work
	k, _ := edit.Clone(w.campaign()).(*model.Campaign)
	k.Published = true
	state := over(w.stock.catalog(), k).State(k, s.ses.Now())
	body := fmt.Sprintf("It is %s then. ", state)
	if n := len(w.stock.mentioned(k)); n > 0 {
		body += count(n, "library item") + " are written with it. "
		if n == 1 {
			body = strings.Replace(body, "item are", "item is", 1)
		}
	}
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Publish " + w.name() + "?", Body: body + "u in Campaigns makes it a draft again.", Yes: "Publish", Danger: true,
		Then: func() tea.Cmd { return s.write(publishing, "publish") }})
	return nil
}
