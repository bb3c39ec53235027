package campaigns

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

var _ pane.Readable = (*Screen)(nil)

// Read implements pane.Readable: the list, the campaign or the engagement,
// whichever has the focus.
func (s *Screen) Read() pane.Reading {
	s.describe()
	k, ok := s.selected()
	switch {
	case !ok || s.focus.At(listPane):
		return s.readList()
	case s.focus.At(engagementPane):
		if _, e := s.engagementShown(); e != nil {
			return pane.Reading{Title: "Engagement " + label(e.Name, e.ID) + " of " + label(k.Name, k.ID), Lines: s.engagement.said()}
		}
	}
	out := pane.Reading{Title: "Campaign " + label(k.Name, k.ID), Lines: s.campaign.said()}
	var ids []string
	for _, e := range k.Engagements {
		if e != nil {
			ids = append(ids, e.ID)
			out.Items = append(out.Items, "engagement "+label(e.Name, e.ID)+", "+formatWords(e))
		}
	}
	out.Choose = func(i int) tea.Cmd {
		s.chosen = ids[i]
		s.focus.Set(engagementPane)
		s.describe()
		return nil
	}
	return out
}

func (s *Screen) readList() pane.Reading {
	rows := s.table.Shown()
	_, total := s.table.Count()
	out := pane.Reading{Title: "Campaigns"}
	if total == 0 {
		out.Lines = []string{s.table.Empty}
		return out
	}
	said := count(total, "campaign")
	for _, state := range model.CampaignStates() {
		if n := s.census[state]; n > 0 {
			said += fmt.Sprintf(", %d %s", n, state)
		}
	}
	out.Lines = []string{said + "."}
	for _, r := range rows {
		words := r.words()
		if by := s.editedBy(r.k.ID); by != "" {
			words += ", open to be changed by " + by
		}
		out.Items = append(out.Items, words)
	}
	out.Choose = func(i int) tea.Cmd {
		s.table.Select(rows[i].k.ID)
		s.focus.Set(detailPane)
		s.describe()
		return nil
	}
	return out
}

// words say the row as a sentence.
func (r *row) words() string {
	parts := []string{r.state.String(), "priority " + tier(r.k.Priority)}
	if r.k.LOB != "" {
		parts = append(parts, "line of business "+r.k.LOB)
	}
	if r.goal != "" {
		parts = append(parts, "goal "+r.goal)
	}
	if r.enabled == r.total {
		parts = append(parts, count(r.total, "engagement"))
	} else {
		parts = append(parts, fmt.Sprintf("%d of %s enabled", r.enabled, count(r.total, "engagement")))
	}
	if r.failures > 0 {
		parts = append(parts, count(r.failures, "error"))
	}
	if r.warnings > 0 {
		parts = append(parts, count(r.warnings, "warning"))
	}
	return label(r.k.Name, r.k.ID) + ": " + strings.Join(parts, ", ")
}

// said is everything in the outline, folded or not, as sentences.
func (o *outline) said() []string {
	var lines []widget.Line
	for _, e := range o.entries {
		l := e.line
		if e.depth > 0 {
			l = widget.L(append(append([]widget.Cell{}, l.Cells...), widget.T(" "))...)
		}
		l.Cells = append(append([]widget.Cell{}, l.Cells...), e.note...)
		lines = append(lines, l)
	}
	return widget.Say(lines...)
}
