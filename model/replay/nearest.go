package replay

import "strings"

// nearest returns the name that a mistyped one most likely means, or "" if
// none is near. Letters' case, "-" and "_" cost nothing.
func nearest(typed string, names []string) string {
	if len(typed) > 80 {
		return ""
	}
	plain := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
	}
	best, found := 3, ""
	if len(typed) <= 4 {
		best = 2
	}
	for _, name := range names {
		if d := slips(plain(typed), plain(name)); d < best && d < len(name) {
			best, found = d, name
		}
	}
	return found
}

// slips counts the letters too many, missing, wrong or swapped with their
// neighbor.
func slips(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

// didYouMean ends a message with the nearest name, or, of a short list, with
// all of them.
func didYouMean(typed string, names []string) string {
	if near := nearest(typed, names); near != "" {
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
