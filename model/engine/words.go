package engine

import (
	"strconv"
	"strings"

	"beckon/model/text"
)

// shownText bounds foreign text in a trace.
const shownText = 120

// quote writes foreign text for a trace.
func quote(s string) string { return `"` + text.Line(s, shownText) + `"` }

// list writes foreign values for a trace: "a, b or c".
func list(in []string) string {
	out := make([]string, 0, len(in))
	for i, s := range in {
		if i == 8 {
			out = append(out, strconv.Itoa(len(in)-i)+" more")
			break
		}
		out = append(out, text.Line(s, shownText))
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " or " + out[len(out)-1]
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}

// span writes an inclusive range in a unit.
func span(u scale, lo, hi int64) string {
	switch {
	case lo <= minValue && hi >= maxValue:
		return "anything"
	case hi >= maxValue:
		return u.words(lo) + " or more"
	case lo <= minValue:
		return u.words(hi) + " or less"
	case lo == hi:
		return u.words(lo)
	}
	return u.words(lo) + " to " + u.words(hi)
}

const notReported = "not reported"
