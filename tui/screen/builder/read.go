package builder

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/theme"
)

var _ pane.Readable = (*Screen)(nil)

// Read implements pane.Readable: the drafts, the item on top, or the step.
func (s *Screen) Read() pane.Reading {
	w := s.work
	if w == nil {
		return s.readDrafts()
	}
	if s.past != nil {
		return s.past.Read()
	}
	if sub := w.top(); sub != nil {
		verb := "Edit "
		if !sub.doc.settled() {
			verb = "New "
		}
		return pane.Reading{Title: verb + kindWords(sub.kind) + ", for " + w.name(), Form: sub.form, Next: Save}
	}
	a := w.step.About()
	out := pane.Reading{Title: "Step " + a.Number + ", " + a.Title, Lines: []string{s.readStanding()}, Next: NextStep, Before: PrevStep}
	if w.step == stepName {
		out.Before = keymap.Back
	}
	switch {
	case a.Form:
		out.Form = w.form
		if e := w.engagement(); a.Engagement && e != nil {
			out.Title += " of " + e.Name
		} else if a.Engagement {
			out.Lines = []string{"There is no engagement yet: add one in step 6, from the gallery."}
		}
	case w.step == stepEngagements:
		s.readEngagements(&out)
	case w.step == stepGallery:
		s.readGallery(&out)
	default:
		s.readChecklist(&out)
	}
	return out
}

func (s *Screen) readDrafts() pane.Reading {
	drafts := s.drafts.Shown()
	out := pane.Reading{Title: "Builder, nothing is open", Lines: []string{s.drafts.Empty}}
	if len(drafts) > 0 {
		out.Lines = []string{"Your drafts; n begins a new campaign."}
	}
	for _, d := range drafts {
		out.Items = append(out.Items, draftName(d)+", left "+ago(s.ses.Now(), d.At))
	}
	out.Choose = func(i int) tea.Cmd { return s.read(drafts[i].Key) }
	return out
}

// readStanding says what is missing or wrong in the step.
func (s *Screen) readStanding() string {
	w := s.work
	var missing []string
	for _, p := range w.stock.check(w.campaign()) {
		if p.Code == "id-missing" && p.Path == "id" || fields.StepOf(p.Path) != w.step {
			continue
		}
		missing = append(missing, p.Message)
	}
	if len(missing) == 0 {
		return "Nothing is missing here."
	}
	return "To do here: " + strings.Join(missing, "; ") + "."
}

func (s *Screen) readEngagements(out *pane.Reading) {
	w := s.work
	rows := s.engagements.Shown()
	if len(rows) == 0 {
		out.Lines = append(out.Lines, s.engagements.Empty)
	} else if e := w.engagement(); e != nil {
		out.Lines = append(out.Lines, "Steps 8 to 11 are about "+e.Name+"; a number chooses another one.")
	}
	for _, r := range rows {
		said := fmt.Sprintf("%s: %s, %s, enabled", r.e.Name, strings.ReplaceAll(string(r.e.Format), "-", " "), r.e.Type)
		if r.e.Disabled {
			said = strings.TrimSuffix(said, "enabled") + "disabled"
		}
		if r.errors > 0 {
			said += ", " + count(r.errors, "error")
		}
		if r.warning > 0 {
			said += ", " + count(r.warning, "warning")
		}
		out.Items = append(out.Items, said)
	}
	out.Choose = func(i int) tea.Cmd {
		s.engagements.Select(rows[i].e.ID)
		w.at = rows[i].at
		w.refresh()
		return s.changed()
	}
}

func (s *Screen) readGallery(out *pane.Reading) {
	f := s.filter.Filter
	any := func(s string) string {
		if s == "" {
			return "any"
		}
		return strings.ReplaceAll(s, "-", " ")
	}
	verb := "A number gives the engagement the look of a template; add puts a new one there."
	if e := s.work.engagement(); e == nil || s.work.adding {
		verb = "A number adds an engagement that looks like the template."
	} else {
		verb = strings.Replace(verb, "the engagement", e.Name, 1)
	}
	out.Lines = []string{verb, fmt.Sprintf("Format: %s, type: %s, use case: %s, style: %s, size: %s. The orders f, t, u, s, z and 0 change these; find WORD looks in all.",
		any(string(f.Format)), any(string(f.Type)), any(f.UseCase), any(f.Style), any(f.Size))}
	rows := s.gallery.Shown()
	for _, r := range rows {
		said := r.t.Name + ": " + any(string(r.t.Format)) + ", " + string(r.t.Type)
		for _, more := range []string{r.t.UseCase, r.t.Style, r.t.Size} {
			if more != "" {
				said += ", " + more
			}
		}
		out.Items = append(out.Items, said)
	}
	out.Choose = func(i int) tea.Cmd {
		s.gallery.Select(fmt.Sprint(rows[i].mine, rows[i].t.ID))
		s.take(s.work.adding || s.work.engagement() == nil)
		return s.changed()
	}
}

func (s *Screen) readChecklist(out *pane.Reading) {
	out.Lines, out.Next = nil, ""
	var lines []line
	for _, l := range s.checklist.Shown() {
		said := strings.Join(strings.Fields(l.cell.Text), " ")
		if l.path == "" && l.item == (model.DocumentKey{}) {
			out.Lines = append(out.Lines, said)
			continue
		}
		switch {
		case strings.HasPrefix(said, "[ ]"):
			said = "Warning, not acknowledged:" + strings.TrimPrefix(said, "[ ]")
		case strings.HasPrefix(said, "[x]"):
			said = "Warning, acknowledged:" + strings.TrimPrefix(said, "[x]")
		case l.cell.Look == theme.Danger:
			said = "Error: " + said
		}
		lines = append(lines, l)
		out.Items = append(out.Items, said)
	}
	if why := s.whyNotPublished(); why != "" {
		out.Lines = append(out.Lines, "Publish: not now, "+why+".")
	} else {
		out.Lines = append(out.Lines, "It can be published: type publish.")
	}
	out.Choose = func(i int) tea.Cmd {
		l := lines[i]
		s.checklist.Select(l.key)
		if l.warn == "" {
			return tea.Batch(s.follow(l), s.changed())
		}
		s.ses.Shell.Ask(&dialog.Picker{Title: "A warning", Items: []dialog.Item{
			{Title: "Acknowledge it, or take that back", Value: true}, {Title: "Go to its place", Value: false}},
			Then: func(it dialog.Item) tea.Cmd {
				if it.Value.(bool) {
					cmd, _ := s.Do(accept, nil)
					return cmd
				}
				return tea.Batch(s.follow(l), s.changed())
			}})
		return nil
	}
}
