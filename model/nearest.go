package model

import "strings"

// Nearest returns the name of a list that a mistyped one most likely means, or
// "" if none is near: at most two slips (one in a short name) of a letter too
// many, missing, wrong or swapped with its neighbor. Letters' case, "-" and
// "_" cost nothing.
func Nearest(typed string, names []string) string {
	n := newNearness(typed)
	for _, name := range names {
		n.try(name)
	}
	return n.found
}

// nearness looks for the name that a mistyped one means: of those that are
// equally near the first that was tried or, where names come in no order, the
// first by the alphabet.
type nearness struct {
	plain     string
	unordered bool
	best      int
	found     string
	rows      [3][]int // of slips
}

func newNearness(typed string) *nearness {
	n := &nearness{plain: plainName(typed), best: 3}
	switch {
	case len(typed) > 64:
		n.best = 0
	case len(typed) <= 4:
		n.best = 2
	}
	return n
}

func plainName(s string) string { return joiners.Replace(strings.ToLower(s)) }

// try looks at one name. Among many names most differ in length alone by more
// than the best so far.
func (n *nearness) try(name string) {
	limit := n.best
	if n.unordered && n.found != "" && name < n.found {
		limit++ // as near will do
	}
	if len(name) <= len(n.plain)-limit {
		return
	}
	plain := plainName(name)
	if gap := len(plain) - len(n.plain); gap >= limit || -gap >= limit {
		return
	}
	if d := n.slips(n.plain, plain); d < limit && d < len(name) {
		n.best, n.found = d, name
	}
}

// joiners are what spellings of one name differ by.
var joiners = strings.NewReplacer("-", "", "_", "", " ", "")

// slips is the optimal string alignment distance.
func (n *nearness) slips(a, b string) int {
	for i := range n.rows {
		n.rows[i] = append(n.rows[i][:0], make([]int, len(b)+1)...)
	}
	before, last, now := n.rows[0], n.rows[1], n.rows[2]
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
