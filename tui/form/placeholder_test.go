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

// A value that stands beside another where there is room begins below it where
// there is none, as the values of rows of their own do.
func TestAValueWithoutRoomBesideAnotherStandsBelowIt(t *testing.T) {
	t.Parallel()
	campaign := &model.Campaign{Header: model.Header{Kind: model.KindCampaign}}
	f := empty(t, campaign, Field{Path: "timeFrame.zone", Label: "Time zone", Kind: Zone{}}, Field{Path: "timeFrame.start", Label: "First day", Kind: Date{}, Width: 24},
		Field{Path: "timeFrame.end", Label: "Last day", Kind: Date{Hint: "no end"}, Beside: true, Width: 14})
	for w, beside := range map[int]bool{60: false, 80: true} {
		rows := strings.Split(ansi.Strip(f.Rows(layout.Size{W: w, H: 20}, true).Join()), "\n")
		at := map[string]int{}
		line := map[string]int{}
		for y, row := range rows {
			for _, label := range []string{"First day", "Last day"} {
				if x := strings.Index(row, label); x >= 0 {
					at[label], line[label] = x+strings.Index(row[x:], "│"), y
				}
			}
		}
		if got := line["First day"] == line["Last day"]; got != beside {
			t.Errorf("%d: beside %v\n%s", w, got, strings.Join(rows, "\n"))
		}
		if !beside && at["First day"] != at["Last day"] {
			t.Errorf("%d: the values begin at %d and %d\n%s", w, at["First day"], at["Last day"], strings.Join(rows, "\n"))
		}
	}
}
