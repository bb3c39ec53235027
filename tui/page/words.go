package page

import (
	"strconv"
	"strings"
)

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// contains looks for a lower-case word in a text, letters' case aside.
func contains(s, word string) bool { return strings.Contains(strings.ToLower(s), word) }
