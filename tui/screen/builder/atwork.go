package builder

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
)

// whyNotAtWork says what keeps the Simulator from showing the campaign.
func (s *Screen) whyNotAtWork() string {
	w := s.work
	switch base := w.base(); {
	case s.saving != "":
		return s.saving
	case !base.Published:
		return "it is not published yet"
	case w.top() != nil:
		return "finish the item first"
	}
	return ""
}

// atWork shows the published campaign in the Simulator; in a step that is about
// one engagement, that one.
func (s *Screen) atWork() tea.Cmd {
	w := s.work
	path := w.base().ID
	if e := w.engagement(); e != nil && w.step.About().Engagement {
		for _, kept := range w.base().Engagements {
			if kept.ID == e.ID { // visitors know it
				path = w.base().Path(e)
			}
		}
	}
	return s.ses.Shell.Show("simulator", path)
}

// Hints implements pane.Hinting: what the key that saves does to an item, and
// where publishing leads to.
func (s *Screen) Hints() []pane.Hint {
	if s.work != nil && s.work.top() != nil && s.past == nil {
		return []pane.Hint{{ID: Save, Words: "take it"}}
	}
	if s.work == nil || s.work.step != stepPublish || s.work.top() != nil || s.whyNotAtWork() != "" {
		return nil
	}
	return []pane.Hint{{ID: AtWork, Words: "at work"}}
}
