package replay

import (
	"strings"

	"beckon/model"
)

// didYouMean ends a message with the nearest name, or, of a short list, with
// all of them.
func didYouMean(typed string, names []string) string {
	if near := model.Nearest(typed, names); near != "" {
		return ", did you mean " + near + "?"
	}
	if len(names) > 0 && len(names) <= 12 {
		return ", want " + anyOf(names)
	}
	return ""
}

// anyOf joins names as in "high, medium or low".
func anyOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
