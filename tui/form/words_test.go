package form

import (
	"regexp"
	"slices"
	"testing"
	"unicode"

	"beckon/model"
)

func TestHelpIsInTheWordsOfWhoFillsItIn(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"TimeOnEntryPoint, cumulative over the visit.":          "Cumulative over the visit.",
		"Customer: types or statuses, never both.":              "Customer: types or statuses, never both.", // not the name of the field
		"PagesViewed in the visit, this one included.":          "Pages viewed in the visit, this one included.",
		"API replaces the window by a JavaScript method.":       "API replaces the window by a JavaScript method.",
		"StoreZIP and StoreNumber are exact.":                   "Store zip and store number are exact.",
		"zero is From":                                          "Zero is From",
		"":                                                      "",
		"URLs are landing pages; any of them will do.":          "URLs are landing pages; any of them will do.",
		"Language: BCP 47 tags; \"de\" also matches \"de-AT\".": "Language: BCP 47 tags; \"de\" also matches \"de-AT\".",
	} {
		if got := inWords(said, "timeOnEntryPoint"); got != want {
			t.Errorf("%q is said as %q, want %q", said, got, want)
		}
	}
}

func TestNoConditionIsOfferedInTheNamesOfTheCode(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`\b[A-Z][a-z]+[A-Z]\w*`)
	for _, k := range []Condition{{}, {Audience: true}} {
		for _, o := range k.offered() {
			if o.Detail == "" || !unicode.IsUpper([]rune(o.Detail)[0]) {
				t.Errorf("%s is described by %q", o.Title, o.Detail)
			}
			if found := name.FindString(o.Detail); found != "" {
				t.Errorf("%s is described by %q, a name of the code", o.Title, found)
			}
		}
	}
	for _, l := range model.Leaves() {
		if got := leafHelp(l.Name); got == "" && l.Category != model.Grouping {
			t.Errorf("nothing is said of %s", l.Name)
		}
	}
}

func TestCountriesAreListedByTheirNames(t *testing.T) {
	t.Parallel()
	var names []string
	for _, o := range countries() {
		names = append(names, plainName(o.Title))
	}
	if len(names) < 200 || !slices.IsSorted(names) {
		t.Errorf("%d countries: %q", len(names), names)
	}
}
