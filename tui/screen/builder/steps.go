package builder

import (
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/keymap"
)

// step is one pane of the way to a campaign.
type step = fields.Step

const (
	stepName        = fields.StepName
	stepGoal        = fields.StepGoal
	stepTime        = fields.StepTime
	stepEngagements = fields.StepEngagements
	stepGallery     = fields.StepGallery
	stepStudio      = fields.StepStudio
	stepWindow      = fields.StepWindow
	stepLocation    = fields.StepLocation
	stepBehavior    = fields.StepBehavior
	stepPublish     = fields.StepPublish
	steps           = fields.Steps
)

// fields is the table of the campaign's fields, as it is now.
func (w *work) fields() fields.Campaign {
	set := &w.stock.kept.Settings
	return fields.Campaign{Now: w.campaign, At: w.at, LinesOfBusiness: set.LinesOfBusiness, Zone: set.Zone,
		ID: func() string {
			if w.doc.settled() {
				return "it is written under this ID"
			}
			return "it follows from the name until the campaign is saved"
		},
		LOB: func() string {
			if base := w.base(); w.doc.settled() && base.LOB != "" {
				return "a line of business is set once"
			}
			return ""
		}}
}

// fields is the table of the item's fields, as it is now.
func (s *sub) fields(zone string) fields.Item {
	return fields.Item{Now: s.doc.Document, Zone: zone, Optional: "f12 adds and takes it away as a whole.", ID: func() string {
		if s.doc.settled() {
			return "the Library changes it, with every mention of it"
		}
		return "it follows from the name until the campaign is saved"
	}}
}

// sections are the forms of the item on top.
func (w *work) sections(s *sub) []form.Section {
	return s.fields(w.stock.kept.Settings.Zone).Sections()
}

// isProblem tells whether an action leads to a problem.
func (s *Screen) isProblem(id keymap.ID) bool {
	next, prior := form.Problems(scopeForm)
	return id == next || id == prior
}

// elsewhere is the first step without a form where something is missing or
// wrong, -1 for none: there the form of the campaign cannot lead. Nor is it
// looked for from an item.
func (s *Screen) elsewhere() step {
	if s.work.top() != nil {
		return -1
	}
	for i, state := range s.work.standings() {
		if at := step(i); !at.About().Form && state.missing+state.wrong > 0 {
			return at
		}
	}
	return -1
}
