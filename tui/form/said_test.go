package form_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/model"
	"beckon/tui/form"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// told is what a form says of a behavior, or of an audience, with a condition.
func told(t *testing.T, c model.Condition, audience bool) (picture string, problems []model.Problem) {
	t.Helper()
	var doc model.Document = &model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "b", Name: "B"}, When: c}
	if audience {
		doc = &model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "a", Name: "A"}, When: c}
	}
	s := &Editing{doc: doc, world: shopWorld(), sections: func(*Editing) []form.Section {
		return []form.Section{{Title: "When", Fields: []form.Field{{Path: "when", Kind: form.Condition{Audience: audience}}}}}
	}}
	f := opened(s, theme.Options{NoColor: true})
	f.ShowProblems()
	return ansi.Strip(f.Rows(layout.Size{W: 160, H: 60}, true).Join()), s.world.Check(doc)
}

// TestAFieldsMessageSpeaksToWhoFillsItIn: the names that files have for fields
// and values stay out of forms.
func TestAFieldsMessageSpeaksToWhoFillsItIn(t *testing.T) {
	t.Parallel()
	one, two := model.Second, 2*model.Second
	amount := model.Money(5)
	for _, tt := range []struct {
		name     string
		when     model.Condition
		audience bool
		want     string
	}{
		{"a rule without a value", model.Condition{Referral: &model.ReferralCondition{URLs: []model.URLRule{{}}}}, true, "nothing to look for"},
		{"a step without a value", model.Condition{Flow: &model.FlowCondition{Steps: []model.FlowStep{{}, {}}}}, false, "nothing to look for"},
		{"a number without a bound", model.Condition{PagesViewed: &model.IntRange{}}, false, "no bound"},
		{"a time without one", model.Condition{TimeOnPage: &model.TimeCondition{}}, false, "no time"},
		{"two times", model.Condition{TimeOnPage: &model.TimeCondition{MoreThan: &one, AtLeast: &two}}, false, "want more than or at least, not both"},
		{"a cart without an amount", model.Condition{CartValue: &model.CartCondition{}}, false, "no amount"},
		{"a cart that is two things", model.Condition{CartValue: &model.CartCondition{MoneyRange: model.MoneyRange{Min: &amount}, Decreased: true}}, false,
			"want a range, fell or was emptied: one of them"},
		{"no product", model.Condition{CartProducts: &model.ProductCondition{}}, false, "no product"},
		{"no error", model.Condition{VisitorError: &model.ErrorCondition{}}, false, "no error"},
		{"no stock", model.Condition{ViewedProduct: &model.ViewedCondition{Stock: &model.StockCondition{}}}, false, "no stock"},
		{"no customer", model.Condition{Customer: &model.CustomerCondition{}}, true, "no value"},
		{"types and statuses", model.Condition{Customer: &model.CustomerCondition{Types: []string{"gold"}, Statuses: []string{"new"}}}, true,
			"want type or status, never both: use two conditions"},
		{"no place", model.Condition{Geo: &model.GeoCondition{}}, true, "no place"},
		{"no source", model.Condition{MarketingSource: &model.MarketingCondition{}}, true, "no value"},
		{"an unknown gender", model.Condition{Gender: &model.ListCondition{In: []string{"martian"}}}, true, "martian"},
		{"no operator", model.Condition{Attribute: &model.AttributeCondition{Name: "a", Values: []string{"b"}}}, true, "no operator"},
		{"two that exclude each other", model.Condition{All: []model.Condition{{Visitor: model.FirstTime}, {Visitor: model.Returning}}}, true,
			"cannot hold with new or returning: nobody is first-time and returning"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			picture, problems := told(t, tt.when, tt.audience)
			if !strings.Contains(picture, tt.want) {
				t.Errorf("%q is not said:\n%s", tt.want, picture)
			}
			said := false
			for _, p := range problems {
				said = said || p.Written != ""
				if p.Written != "" && p.Written != strings.ToLower(p.Written) && strings.Contains(picture, p.Written) {
					t.Errorf("%q is said as files have it:\n%s", p.Written, picture)
				}
			}
			if !said {
				t.Errorf("no problem names what files have: %v", problems)
			}
		})
	}
}
