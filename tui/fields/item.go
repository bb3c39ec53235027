package fields

import (
	"regexp"
	"strings"

	"beckon/model"
	"beckon/tui/form"
)

// Item is what the fields of a library item depend on.
type Item struct {
	// Now is the item as it is when it is asked.
	Now func() model.Document
	// ID says why the ID cannot be changed; empty or nil means that it can.
	ID func() string
	// Zone is the account's.
	Zone string
	// Optional says how parts are added and taken away: "f10 turns the whole on
	// and off."
	Optional string
}

// LongestID is how many characters an ID may have.
const LongestID = 64

// Kebab is the form of IDs.
var Kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// optional is what is said of an optional part.
func (it Item) optional(said string) string { return strings.TrimSpace(said + " " + it.Optional) }

// Sections are the parts of the item's form: what it is first, its ID and
// description last.
func (it Item) Sections() []form.Section {
	name := form.Field{Path: "name", Label: "Name", Kind: form.Text{Name: true}, Required: true}
	out := it.own()
	if len(out) == 0 {
		out = []form.Section{{}}
	}
	out[0].Fields = append([]form.Field{name}, out[0].Fields...)
	return append(out, form.Section{Title: "ID and description", Fields: []form.Field{
		{Path: "id", Label: "ID", Required: true, Fixed: it.ID, Width: 40,
			Kind: form.Text{Max: LongestID, Pattern: Kebab, Want: "want lower-case letters, digits and single hyphens between them"}},
		{Path: "description", Label: "Description", Kind: form.Prose{Rows: 2}},
	}})
}

// own are the sections of what makes an item one of its kind.
func (it Item) own() []form.Section {
	one := func(title, help string, fields ...form.Field) []form.Section {
		return []form.Section{{Title: title, Help: help, Fields: fields}}
	}
	switch it.Now().(type) {
	case *model.Goal:
		return one("Goal", "How success is measured.", it.goal()...)
	case *model.Audience:
		return one("Audience", "Who. Without a condition it is everyone.",
			form.Field{Path: "when", Label: "Who", Kind: form.Condition{Audience: true, Always: "everyone"}})
	case *model.Behavior:
		return one("Behavior", "What visitors do. Without a condition it holds always.",
			form.Field{Path: "when", Label: "What they do", Kind: form.Condition{Always: "always, at page load"}})
	case *model.EntryPoint:
		return one("Entry point", "Pages that any row includes and none excludes. Without a row it is the entire website.",
			form.Field{Path: "include", Label: "Pages", Kind: form.PageRules{}},
			form.Field{Path: "exclude", Label: "But not", Kind: form.PageRules{}})
	case *model.Schedule:
		return one("Schedule", "Weekly hours, in a zone of their own.", it.zone(), form.Field{Path: "days", Label: "Hours", Kind: form.Week{}})
	case *model.Occasion:
		return one("Special occasions", "Exceptions to the regular hours. Where lines overlap, the first decides.", it.zone(), it.occasions())
	case *model.Window:
		return it.window()
	case *model.Template:
		return it.template()
	}
	return nil
}

func (it Item) zone() form.Field {
	zone := it.Zone
	if zone == "" {
		zone = "UTC"
	}
	return form.Field{Path: "zone", Label: "Time zone", Kind: form.Zone{Default: zone + ", the account's"}}
}

func (it Item) occasions() form.Field {
	return form.Field{Path: "lines", Label: "Occasions", Kind: form.Records{Noun: "occasion", Open: true,
		New: func() any { return model.OccasionLine{} },
		Title: func(i int) string {
			at := number("lines", i)
			days := text(it.Now(), at+".from")
			if to := text(it.Now(), at+".to"); to != "" && to != days {
				days += " to " + to
			}
			return strings.TrimSpace(days + "  " + text(it.Now(), at+".name"))
		},
		Fields: func(at string, _ int) []form.Field {
			return []form.Field{
				{Path: at + ".name", Label: "Name", Required: true, Kind: form.Text{Hint: "such as Christmas"}},
				{Path: at + ".from", Label: "First day", Required: true, Kind: form.Date{}},
				{Path: at + ".to", Label: "Last day", Kind: form.Date{Hint: "the first day"}, Beside: true, Help: "Empty: the occasion is that one day."},
				{Path: at, Label: "Hours", Kind: form.Hours{Default: model.DayOff}},
			}
		}}}
}
