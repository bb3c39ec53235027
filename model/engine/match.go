package engine

import (
	"beckon/model"
	"beckon/model/journey"
)

// MatchPage tests one page rule against one page, exactly as entry points,
// flows and goals do. It is Unknown where the page does not tell what the rule
// looks at: no title, no sections, an address that cannot be read. The error
// says what is wrong with the rule: none or several of its fields, or a
// regular expression that does not compile.
func MatchPage(rule model.PageRule, page journey.Page) (Truth, error) {
	compiled, err := compilePageRule(rule)
	if err != nil {
		return Unknown, err
	}
	view := viewPage(&page)
	return compiled.truth(&view), nil
}
