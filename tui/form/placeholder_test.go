package form

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
)

// empty is a form of empty fields.
func empty(t *testing.T, d model.Document, fields ...Field) *Form {
	t.Helper()
	h, err := edit.NewHistory(d, 0)
	if err != nil {
		t.Fatal(err)
	}
	return New(&pane.Session{Theme: theme.New(theme.Options{NoColor: true})}, "test.form", h, World{}, Section{Title: "Fields", Fields: fields})
}

// Fields that nobody gave a placeholder have an example, which says that it is
// one and is not cut.
func TestAnExampleInAnEmptyFieldSaysThatItIsOne(t *testing.T) {
	t.Parallel()
	goal, audience := &model.Goal{Header: model.Header{Kind: model.KindGoal}}, &model.Audience{Header: model.Header{Kind: model.KindAudience}}
	campaign := &model.Campaign{Header: model.Header{Kind: model.KindCampaign}, Engagements: []*model.Engagement{{}}}
	window := &model.Window{Header: model.Header{Kind: model.KindWindow}}
	when := func(c model.Condition) *Form {
		audience := *audience
		audience.When = c
		return empty(t, &audience, Field{Path: "when", Kind: Condition{Audience: true}})
	}
	for name, f := range map[string]*Form{
		"a duration": empty(t, campaign, Field{Path: "engagements[0].delay", Label: "Delay", Kind: Duration{}}),
		"a date":     empty(t, campaign, Field{Path: "timeFrame.start", Label: "Day", Kind: Date{}}),
		"a clock":    empty(t, campaign, Field{Path: "timeFrame.from", Label: "From", Kind: Clock{}}),
		"a color":    empty(t, window, Field{Path: "branding.background", Label: "Color", Kind: Color{}}),
		"a page":     empty(t, goal, Field{Path: "urls", Label: "Pages", Kind: PageRules{}}),
		"a range":    when(model.Condition{IP: &model.IPCondition{}}),
		"a language": when(model.Condition{Language: &model.ListCondition{}}),
		"a time":     when(model.Condition{TimeOnPage: &model.TimeCondition{}}),
	} {
		f.Do(addRow, nil)
		seen := 0
		for i := range f.stops {
			hint := ""
			switch c := f.stops[i].control.(type) {
			case *line:
				hint = c.syn.hint
			case *chips:
				hint = c.kind.Hint
			}
			if hint == "" {
				continue
			}
			seen++
			picture := ansi.Strip(f.Rows(layout.Size{W: 80, H: 20}, true).Join())
			if !strings.HasPrefix(hint, "such as ") {
				t.Errorf("%s: the placeholder is %q", name, hint)
			} else if !strings.Contains(picture, hint) {
				t.Errorf("%s: %q is cut:\n%s", name, hint, picture)
			}
		}
		if seen == 0 {
			t.Errorf("%s has no placeholder", name)
		}
	}
}
