package model

// Rule is one thing that [Validate] holds a catalog to.
type Rule struct {
	Code     string
	Severity Severity
	// About says what the rule asks for.
	About string
}

// Rules lists every rule. Codes never change their meaning. Domain 7.3, 1.10.
func Rules() []Rule { return append([]Rule(nil), rules...) }

var rules = []Rule{
	// Every document.
	{"id-missing", Error, "every document and engagement has an id"},
	{"id-invalid", Error, "ids are kebab-case: a to z, 0 to 9 and single hyphens, at most 64"},
	{"id-duplicate", Error, "an id is unique in its kind, an engagement's in its campaign"},
	{"name-missing", Error, "every document and engagement has a name"},
	{"name-duplicate", Error, "a name is unique in its library, letters' case aside"},
	{"name-unsafe", Warning, "a name is one line of at most 120 characters that can be seen"},
	{"reference-missing", Error, "what is mentioned exists"},
	{"choice-unknown", Error, "a choice is one of its names"},
	{"setting-unused", Warning, "a setting that has no effect is left out"},
	{"list-empty", Error, "a list that must hold something does"},
	{"value-empty", Error, "a value of a list is not blank"},
	{"value-repeated", Error, "a value stands once in a list"},

	// Campaigns.
	{"goal-missing", Error, "a campaign has a goal"},
	{"audience-missing", Error, "a campaign has an audience"},
	{"engagement-missing", Error, "a campaign has an engagement that is enabled"},
	{"engagements-many", Warning, "a campaign has at most 100 engagements"},
	{"control-out-of-range", Error, "a control group is 0 to 25 percent"},
	{"control-zero", Warning, "without a control group there is no lift to measure"},
	{"lob-unknown", Warning, "a line of business is one of the settings'"},
	{"start-missing", Error, "a campaign has a first day"},
	{"end-before-start", Error, "the last day is not before the first"},
	{"zone-invalid", Error, "a time zone is an IANA name"},
	{"hours-missing", Error, "specific hours have from and to"},
	{"schedule-missing", Error, "custom hours have a schedule"},
	{"not-started", Warning, "a published campaign has begun"},
	{"ended", Warning, "a published campaign has not ended"},

	// Engagements.
	{"format-missing", Error, "an engagement has a format"},
	{"type-missing", Error, "an engagement is conversation or content"},
	{"entry-point-missing", Error, "an engagement has an entry point"},
	{"behavior-missing", Error, "an engagement has a behavior"},
	{"window-missing", Error, "a conversation has a window"},
	{"url-missing", Error, "content leads to a URL"},
	{"url-invalid", Error, "a URL is absolute, http or https"},
	{"div-missing", Error, "an embedded engagement names its div"},
	{"delay-out-of-range", Error, "a delay is 0 to 6 hours"},
	{"duration-out-of-range", Error, "a duration is 0, or 1 second to 6 hours"},
	{"follow-both", Error, "an engagement follows for pages or for a time"},
	{"follow-out-of-range", Error, "an engagement follows for at most 100 pages or 6 hours"},
	{"language-invalid", Error, "a language is a BCP 47 tag"},
	{"skill-unknown", Warning, "a skill is one of the settings'"},
	{"agents-offline", Warning, "a chat has agents online, as the settings assume them"},
	{"same-place", Warning, "two engagements do not compete for one zone at one place and behavior"},
	{"overlap", Warning, "a proactive engagement does not cover one at the side"},

	// Creatives.
	{"creative-empty", Warning, "there is something to draw"},
	{"busy-unsupported", Error, "a busy creative is for chats, and never for overlays"},
	{"size-out-of-range", Error, "sizes and places are 0 to 4000 pixels"},
	{"color-invalid", Error, "a color is #rrggbb, a background may be transparent"},
	{"image-invalid", Error, "an image is an http or https URL or a path of the site"},
	{"element-kind-missing", Error, "an element has a kind"},
	{"element-empty", Warning, "a label or button has a text, an image a URL"},
	{"heading-out-of-range", Error, "a heading's level is 1 to 6"},
	{"contrast-low", Warning, "text has a contrast of 4.5:1, large text of 3:1"},
	{"html-format", Error, "HTML is for overlay and embedded"},
	{"html-unsafe", Error, "HTML holds no scripts, event handlers or other active parts"},
	{"html-close", Error, "HTML closes overlays only"},
	{"html-no-click", Warning, "HTML has something to click"},

	// Libraries.
	{"goal-type-missing", Error, "a goal has a type"},
	{"goal-indicator-missing", Error, "a goal has the indicator of its type"},
	{"goal-indicator-both", Error, "a goal has one indicator"},
	{"amount-negative", Error, "an amount to exceed is not negative"},
	{"status-missing", Error, "a service box has a status"},
	{"rule-missing", Error, "a page rule says something"},
	{"rule-several", Error, "a page rule says one thing"},
	{"regex-invalid", Error, "a regular expression is RE2 of at most 256 bytes"},
	{"entry-point-excluded", Warning, "an entry point does not exclude all it includes"},
	{"shift-missing", Error, "custom hours have shifts"},
	{"shift-off-grid", Error, "shifts keep to 5-minute steps, but for an end at 23:59"},
	{"shift-reversed", Error, "a shift ends after it begins"},
	{"shift-overlap", Error, "shifts of a day do not overlap"},
	{"date-missing", Error, "a special occasion has a first day"},
	{"date-reversed", Error, "a special occasion does not end before it begins"},
	{"occasion-overlap", Warning, "special occasions of a list do not overlap"},
	{"corner-out-of-range", Error, "a window's corners are 0 to 20 pixels"},
	{"picture-not-https", Error, "an agent's picture is an https URL"},
	{"api-method-invalid", Error, "an API window names a JavaScript method"},
	{"default-several", Warning, "one window is the default"},
	{"survey-empty", Error, "a survey has questions"},
	{"question-id-missing", Error, "a question has an id"},
	{"question-id-duplicate", Error, "a question's id is unique in its survey"},
	{"question-label-missing", Error, "a question has a label"},
	{"question-type-missing", Error, "a question has a type"},
	{"options-missing", Error, "a question to choose from has options"},

	// Conditions.
	{"condition-empty", Error, "a condition in a group says something"},
	{"condition-several", Error, "a condition says one thing"},
	{"condition-misplaced", Error, "audiences say who, behaviors what visitors do"},
	{"condition-too-deep", Error, "conditions nest at most 16 levels"},
	{"range-missing", Error, "a range has a least, a most, or both"},
	{"range-reversed", Error, "the least is not above the most"},
	{"range-out-of-bounds", Error, "a range holds values that can occur"},
	{"time-missing", Error, "a time has a bound"},
	{"time-both", Error, "a time has one lower bound"},
	{"ip-invalid", Error, "an IP range is a CIDR block or first-last"},
	{"source-several", Error, "a marketing source is channels, affiliates or campaigns"},
	{"customer-both", Error, "customer info is types or statuses, never both"},
	{"country-named", Warning, "a country is given by its code, such as DE, unless the traffic tells names"},
	{"customer-unknown", Warning, "a customer type or status is one of the settings'"},
	{"registered-invalid", Error, "a registration is 1 unit or more ago"},
	{"attribute-name-missing", Error, "an attribute has a name"},
	{"operator-missing", Error, "an attribute has an operator"},
	{"number-invalid", Error, "comparisons of size have decimal numbers"},
	{"flow-too-short", Error, "a flow has two steps or more"},
	{"flow-no-required", Error, "a flow has a required step"},
	{"flow-repeated-step", Warning, "a flow's steps differ, or going back cannot be told"},
	{"cart-several", Error, "a cart value is a range, decreased, or emptied"},
	{"count-negative", Error, "a number of times is not negative"},
	{"event-name-missing", Error, "a custom event has a name"},
	{"about-to-abandon", Warning, "the signal about-to-abandon must be in the journeys"},
	{"contradiction", Warning, "what must hold together can"},

	// Settings.
	{"currency-invalid", Error, "a currency is three capital letters, as in ISO 4217"},
	{"displays-out-of-range", Error, "a number of displays is 1, 2, 3 or 0 for unlimited"},
	{"display-limit-low", Warning, "a limit of one display leaves room for all proactive engagements"},
	{"evaluate-every-out-of-range", Error, "conditions are looked at every 1 second to 5 minutes, or 0"},
	{"visit-out-of-range", Error, "a visit's idle limit is at most its age, and that at most 7 days"},
	{"list-too-long", Error, "there are at most 110 customer types and 110 statuses"},
	{"cross-session-invalid", Error, "the cross-session period is 0, 1, 7, 14 or 31 days"},
}

// severities finds a rule's severity by its code.
var severities = func() map[string]Severity {
	out := make(map[string]Severity, len(rules))
	for _, r := range rules {
		out[r.Code] = r.Severity
	}
	return out
}()
