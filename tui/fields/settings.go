package fields

import (
	"strconv"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
)

// MostNames is how many customer types and statuses there may be. Domain 1.4.
const MostNames = 110

// Settings are the sections of the settings of the account. They are asked for as they are, because
// some fields show only with others.
func Settings(now func() *model.Settings) []form.Section {
	split := func(is bool, path func(*model.Settings) int) func() bool {
		return func() bool { s := now(); return s.Displays.Split == is || path(s) != 0 }
	}
	limit := form.Choice{Options: []form.Option{{Value: "1", Title: "1"}, {Value: "2", Title: "2"}, {Value: "3", Title: "3"}}, Unset: "unlimited"}
	list := func(path, label, noun string, max int) form.Field {
		return form.Field{Path: path, Label: label, Kind: form.List{Noun: noun, Max: max}}
	}
	return []form.Section{
		{Title: "Proactive behavior", Help: "Overlays, toasters and peeling corners come up by themselves: how many, and whether again after a no.", Fields: []form.Field{
			{Path: "displays.split", Label: "Displays a visit", Help: "Conversations and content, counted apart, have limits of their own. A limit that was set holds for both then.",
				Kind: form.Toggle{Yes: "counted apart", No: "counted together", With: func(on bool) []form.Edit { return limits(now().Displays, on) }}},
			{Path: "displays.limit", Label: "At most", Kind: limit, Help: "How many come up by themselves in a visit, over all campaigns.", When: split(false, func(s *model.Settings) int { return s.Displays.Limit })},
			{Path: "displays.conversation", Label: "Conversations", Kind: limit, Help: "How many conversations come up by themselves in a visit, over all campaigns.", When: split(true, func(s *model.Settings) int { return s.Displays.Conversation })},
			{Path: "displays.content", Label: "Content", Kind: limit, Help: "How many content engagements come up by themselves in a visit, over all campaigns.", When: split(true, func(s *model.Settings) int { return s.Displays.Content })},
			{Path: "inviteAfterDecline.conversation", Label: "Declined conversation", Kind: invite("no")},
			{Path: "inviteAfterDecline.content", Label: "Declined content", Kind: invite("yes")},
		}},
		{Title: "Control group", Help: "The share of visitors who see no engagement at all, so that the effect of all of them can be measured.", Fields: []form.Field{
			{Path: "siteControlGroup", Label: "Site control group", Kind: form.Percent{Max: model.MaxControl, Hint: strconv.Itoa(model.DefaultSiteControl)}},
		}},
		{Title: "Visits and evaluation", Fields: []form.Field{
			{Path: "visit.idle", Label: "A visit ends after", Kind: form.Duration{Hint: "30m"}, Help: "So long without an event ends a visit; 30m if empty."},
			{Path: "visit.maxAge", Label: "At the latest after", Kind: form.Duration{Hint: "6h"}, Help: "So long after its start a visit ends in any case; 6h if empty."},
			{Path: "evaluateEvery", Label: "Conditions every", Kind: form.Duration{Hint: "10s"},
				Help: "How often conditions are looked at again on a page; 10s if empty, 0s at the exact instant one becomes true."},
			{Path: "agents", Label: "Agents, unless told", Kind: form.Choice{Options: form.Options(model.FieldChoices(model.Settings{}, "agents")...), Default: string(model.Online)}},
		}},
		{Title: "Publishing", Help: "Whether one operator alone may change what visitors see.", Fields: []form.Field{
			{Path: "approval", Label: "Four eyes", Help: "Publishing, and every change of what is published, waits until another operator has approved exactly that. Only an admin ends it.",
				Kind: form.Toggle{Yes: "another operator approves it", No: "a publisher publishes"}},
		}},
		{Title: "Defaults", Fields: []form.Field{
			{Path: "zone", Label: "Time zone", Kind: form.Zone{Default: "UTC"}},
			{Path: "currency", Label: "Currency", Kind: form.Text{Hint: "EUR", Max: 3}, Width: 10},
		}},
		{Title: "Attribution", Fields: []form.Field{
			{Path: "crossSession", Label: "Goals count for", Kind: form.Choice{Options: []form.Option{{Value: "0", Title: "the visit"}, {Value: "1", Title: "1 day"}, {Value: "7", Title: "7 days"},
				{Value: "14", Title: "14 days"}, {Value: "31", Title: "31 days"}}, Default: "31"}},
			{Path: "attribution", Label: "For the engagement", Kind: form.Choice{Options: []form.Option{{Value: "first", Title: "met first"}, {Value: "last", Title: "met last"}}, Default: "last"}},
		}},
		{Title: "Customers", Help: "The names that audiences may ask for, at most 110 each; a paste takes one a line.", Fields: []form.Field{
			list("customerTypes", "Customer types", "type", MostNames), list("customerStatuses", "Customer statuses", "status", MostNames),
		}},
		{Title: "Organization", Fields: []form.Field{
			list("linesOfBusiness", "Lines of business", "line of business", 0), list("skills", "Skills", "skill", 0),
		}},
		{Title: "Account", Fields: []form.Field{
			{Path: "name", Label: "Name", Kind: form.Text{Name: true}, Required: true},
			{Path: "id", Label: "ID", Kind: form.Text{}, Fixed: func() string { return "the account's ID stays" }, Width: 30},
			{Path: "description", Label: "Description", Kind: form.Prose{Rows: 2}},
		}},
	}
}

// limits carries the limits over when they are split or joined, so that a turn
// of the switch never lets more through than before.
func limits(d model.DisplaySettings, split bool) []form.Edit {
	var out []form.Edit
	set := func(path string, was, n int) {
		switch {
		case was == n:
		case n == 0:
			out = append(out, edit.Clear(edit.Path(path)))
		default:
			out = append(out, edit.Set(edit.Path(path), n))
		}
	}
	least := func(a, b int) int {
		if a == 0 || b == 0 {
			return max(a, b)
		}
		return min(a, b)
	}
	if split {
		set("displays.conversation", d.Conversation, least(d.Conversation, d.Limit))
		set("displays.content", d.Content, least(d.Content, d.Limit))
		set("displays.limit", d.Limit, 0)
		return out
	}
	set("displays.limit", d.Limit, least(d.Limit, least(d.Conversation, d.Content)))
	set("displays.conversation", d.Conversation, 0)
	set("displays.content", d.Content, 0)
	return out
}

// invite is a choice with a default that depends on the type.
func invite(otherwise string) form.Choice {
	return form.Choice{Unset: otherwise + ", by default", Options: []form.Option{{Value: "true", Title: "invite again"}, {Value: "false", Title: "not again"}}}
}
