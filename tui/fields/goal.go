package fields

import (
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
)

func (it Item) goal() []form.Field {
	typed := func(path string, types ...model.GoalType) func() bool {
		return func() bool {
			g, ok := it.Now().(*model.Goal)
			return ok && slices.Contains(types, g.Type) || given(it.Now(), path)
		}
	}
	counted := func() bool { return given(it.Now(), "transaction") }
	purchases := func(hint string, when func() bool) form.Field {
		return form.Field{Path: "transaction.moreThan", Label: "Purchases above", Kind: form.Money{Hint: hint}, When: when,
			Help: it.optional("Counts the purchases that pages report, of more than this amount; 0 counts them all.")}
	}
	return []form.Field{
		{Path: "type", Label: "Type", Required: true, Kind: form.Choice{Menu: true, Options: []form.Option{
			{Value: string(model.GoalSell), Title: "sell", Detail: "Purchases: a page of thanks, or the transaction that a page reports."},
			{Value: string(model.GoalLead), Title: "lead", Detail: "Leads: a page of thanks, or the lead that a page reports."},
			{Value: string(model.GoalService), Title: "service", Detail: "Service requests that reach a status."},
			{Value: string(model.GoalPageViews), Title: "page views", Detail: "A number of pages in one visit; an assisting goal."},
			{Value: string(model.GoalOther), Title: "other", Detail: "A landing page; an assisting goal."},
			{Value: string(model.GoalInteract), Title: "interact", Detail: "A conversation starts or content is clicked; an assisting goal."},
		}}},
		{Path: "urls", Label: "Landing pages", Kind: form.PageRules{}, When: typed("urls", model.GoalSell, model.GoalLead, model.GoalOther)},
		purchases("any value", counted),
		purchases("not counted", func() bool { return !counted() && typed("transaction", model.GoalSell)() }),
		{Path: "leadEvent", Label: "Leads that are reported", Kind: form.Toggle{Yes: "count", No: "do not count"}, When: typed("leadEvent", model.GoalLead)},
		{Path: "service", Label: "Service requests", When: typed("service", model.GoalService), Kind: form.Records{Noun: "status", Open: true,
			New: func() any { return model.ServiceBox{Status: "complete"} },
			Title: func(i int) string {
				return strings.ReplaceAll(text(it.Now(), number("service", i)+".status"), "-", " ")
			},
			Fields: func(at string, _ int) []form.Field {
				return []form.Field{{Path: at + ".status", Label: "Status", Required: true, Kind: form.Choice{Menu: true, Options: choices(model.ServiceBox{}, "status")}},
					{Path: at + ".topics", Label: "Topics", Kind: form.List{Noun: "topic", Hint: "any topic"}}}
			}}},
		{Path: "pages", Label: "Pages in one visit", Kind: form.Number{Min: 1, Max: 1000, Unit: "pages"}, When: typed("pages", model.GoalPageViews)},
		{Path: "oncePerVisit", Label: "Counted", Help: "Whether a visitor who reaches it twice in a visit counts once or twice.", Kind: form.Toggle{Yes: "once a visit", No: "each time"}},
	}
}

// Indicator is a goal's type with the one indicator that fits it.
type Indicator struct {
	Title, Detail string
	Goal          model.Goal
}

// Indicators lists what success can be measured by.
func Indicators() []Indicator {
	return []Indicator{
		{"Sell: a purchase", "Any approved purchase, or one above an amount.", model.Goal{Type: model.GoalSell, Transaction: &model.TransactionGoal{}}},
		{"Sell: a landing page", "A page that only buyers see.", model.Goal{Type: model.GoalSell}},
		{"Lead: the page tells", "The page reports a lead.", model.Goal{Type: model.GoalLead, LeadEvent: true}},
		{"Lead: a landing page", "A page that only leads see, such as thanks for a form.", model.Goal{Type: model.GoalLead}},
		{"Service: a status", "A service request reaches a status.", model.Goal{Type: model.GoalService, Service: []model.ServiceBox{{Status: "complete"}}}},
		{"Page views", "A number of pages in one visit.", model.Goal{Type: model.GoalPageViews, Pages: 5}},
		{"Other: a landing page", "Any page that you name.", model.Goal{Type: model.GoalOther}},
		{"Interact", "A conversation starts, or content is clicked.", model.Goal{Type: model.GoalInteract}},
	}
}

// Edits make a goal be of the indicator.
func (i Indicator) Edits() []edit.Edit {
	out := []edit.Edit{edit.Set("type", string(i.Goal.Type)), edit.Clear("urls"), edit.Clear("transaction"), edit.Clear("leadEvent"), edit.Clear("service"), edit.Clear("pages")}
	if t := i.Goal.Transaction; t != nil {
		out = append(out, edit.Set("transaction", *t))
	}
	if i.Goal.LeadEvent {
		out = append(out, edit.Set("leadEvent", "true"))
	}
	if len(i.Goal.Service) > 0 {
		out = append(out, edit.Set("service", i.Goal.Service))
	}
	if i.Goal.Pages > 0 {
		out = append(out, edit.Set("pages", strconv.Itoa(i.Goal.Pages)))
	}
	return out
}
