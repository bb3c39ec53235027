package model

import "strings"

// Nearest returns the name of a list that a mistyped one most likely means, or
// "" if none is near: at most two slips (one in a short name) of a letter too
// many, missing, wrong or swapped with its neighbor. Letters' case, "-" and
// "_" cost nothing.
func Nearest(typed string, names []string) string {
	if len(typed) > 64 {
		return ""
	}
	plain := func(s string) string { return joiners.Replace(strings.ToLower(s)) }
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

// joiners are what spellings of one name differ by.
var joiners = strings.NewReplacer("-", "", "_", "", " ", "")

// slips is the optimal string alignment distance.
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

// listed joins names as in "high, medium or low".
func listed(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
