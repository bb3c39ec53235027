package library

import "beckon/model"

// shelf is one of the eight libraries.
type shelf struct {
	kind  model.Kind
	title string // of many: "Entry points"
	one   string // of one: "entry point"
	about string
}

// shelves are the libraries in the order in which a campaign needs them.
func shelves() []shelf {
	return []shelf{
		{model.KindGoal, "Goals", "goal", "What a campaign is there for, and how reaching it is measured."},
		{model.KindAudience, "Audiences", "audience", "Who: visitor profiles."},
		{model.KindSchedule, "Schedules", "schedule", "When: weekly hours in a time zone of their own."},
		{model.KindOccasion, "Occasions", "occasion", "Days on which the regular hours do not hold."},
		{model.KindWindow, "Windows", "window", "What a conversation looks like, and what it asks before and after."},
		{model.KindEntryPoint, "Entry points", "entry point", "Where: pages, by their address, title or section."},
		{model.KindBehavior, "Behaviors", "behavior", "What visitors do that brings an engagement up."},
		{model.KindTemplate, "Templates", "template", "Creatives that new engagements begin from."},
	}
}

// shelfOf finds the library of a kind; false if items of the kind are in none.
func shelfOf(kind model.Kind) (int, bool) {
	for i, s := range shelves() {
		if s.kind == kind {
			return i, true
		}
	}
	return 0, false
}

// noun is what one document of a kind is called.
func noun(kind model.Kind) string {
	if i, ok := shelfOf(kind); ok {
		return shelves()[i].one
	}
	return string(kind)
}
