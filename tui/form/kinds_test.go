package form_test

import (
	"beckon/model"
	"beckon/tui/form"
)

// window is a form of a window with one question in its survey.
func window() *Editing {
	w := &model.Window{Header: model.Header{Kind: model.KindWindow, ID: "w", Name: "Window"},
		Branding: model.WindowBranding{Background: "#ffffff", Text: "#999999"},
		Surveys:  model.Surveys{PreChat: &model.Survey{Questions: []model.Question{{ID: "q1", Label: "Your name", Type: model.TextField}}}}}
	return &Editing{world: shopWorld(), doc: w, sections: func(s *Editing) []form.Section {
		return []form.Section{
			{Title: "Branding", Help: "How the window looks to the visitor.", Fields: []form.Field{
				{Path: "branding.background", Label: "Background", Kind: form.Color{}},
				{Path: "branding.text", Label: "Text", Kind: form.Color{Against: func() string {
					return s.History.Document().(*model.Window).Branding.Background
				}}},
				{Path: "branding.cornersTop", Label: "Top corners", Kind: form.Number{Max: 20, Unit: "px"}},
				{Path: "branding.emoji", Label: "Emoji", Kind: form.Toggle{}},
				{Path: "theme", Label: "Theme", Kind: form.Choice{Options: form.Options("ocean", "horizon", "harmony"), Default: "horizon"}},
			}},
			{Title: "Pre-chat survey", Fields: []form.Field{
				{Path: "surveys.preChat.questions", Kind: form.Records{Noun: "question", New: func() any { return model.Question{ID: "q", Type: model.TextField} },
					Title: func(i int) string { return s.History.Document().(*model.Window).Surveys.PreChat.Questions[i].Label },
					Fields: func(at string, _ int) []form.Field {
						return []form.Field{
							{Path: at + ".label", Label: "Label", Kind: form.Text{}, Required: true},
							{Path: at + ".type", Label: "Answered by", Kind: form.Choice{Options: form.Options(model.Choices(model.QuestionType(""))...)}},
							{Path: at + ".mandatory", Label: "Mandatory", Kind: form.Toggle{}},
							{Path: at + ".options", Label: "Options", Kind: form.List{Noun: "option"}},
						}
					}}},
			}},
		}
	}}
}

func schedule() *Editing {
	return &Editing{world: shopWorld(), doc: &model.Schedule{Header: model.Header{Kind: model.KindSchedule, ID: "s", Name: "Office"}},
		sections: func(*Editing) []form.Section {
			return []form.Section{{Title: "Office", Fields: []form.Field{
				{Path: "zone", Label: "Time zone", Kind: form.Zone{Default: "UTC"}},
				{Path: "days", Kind: form.Week{}},
			}}}
		}}
}

func entryPoint() *Editing {
	return &Editing{world: shopWorld(), doc: &model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "e", Name: "Cart"}},
		sections: func(*Editing) []form.Section {
			return []form.Section{{Title: "Pages", Fields: []form.Field{
				{Path: "include", Label: "Pages", Kind: form.PageRules{}},
				{Path: "exclude", Label: "but not", Kind: form.PageRules{}},
			}}}
		}}
}

func audience() *Editing {
	five, seven := 5, 7
	return &Editing{world: shopWorld(), doc: &model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "a", Name: "A"},
		When: model.Condition{All: []model.Condition{
			{Visits: &model.IntRange{Min: &five, Max: &seven}},
			{Any: []model.Condition{{Geo: &model.GeoCondition{Countries: []string{"DE", "AT"}, Cities: []string{"Zürich"}}},
				{Customer: &model.CustomerCondition{Types: []string{"gold"}}},
				{Platform: &model.PlatformCondition{In: []model.Platform{model.Desktop}}}}},
			{Attribute: &model.AttributeCondition{Name: "plan", Op: model.OpContains, Values: []string{"pro"}}},
			{Referral: &model.ReferralCondition{URLs: []model.URLRule{{Contains: "news"}}}},
		}}},
		sections: func(*Editing) []form.Section {
			return []form.Section{{Title: "Who", Fields: []form.Field{{Path: "when", Kind: form.Condition{Audience: true, Always: "everyone"}}}}}
		}}
}
