package frame

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of cells that a line with looks takes: what x/ansi counts,
// without a search for clusters where ASCII, a look or a ruled line cannot be
// part of one. Most of a picture is that, and every row is measured.
func Width(s string) int {
	width := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f && alone(s[i+1:]):
			width++
			i++
		case c == '\x1b':
			n := look(s[i:])
			if n == 0 {
				return width + ansi.StringWidth(s[i:])
			}
			i += n
		case ruled(s[i:]) && alone(s[i+3:]):
			width++
			i += 3
		case c >= ' ' && c != 0x7f && c < 0x80, c >= 0xc2 && c <= 0xf4:
			cluster, w := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
			width += w
			i += len(cluster)
		default:
			return width + ansi.StringWidth(s[i:])
		}
	}
	return width
}

// alone reports whether what stands before rest ends with it: nothing in ASCII
// and no ruled line joins a sign before it.
func alone(rest string) bool { return rest == "" || rest[0] < 0x80 || ruled(rest) }

// ruled reports whether s begins with a part of a line, U+2500 to U+257F.
func ruled(s string) bool {
	return len(s) >= 3 && s[0] == 0xe2 && (s[1] == 0x94 || s[1] == 0x95) && s[2]&0xc0 == 0x80
}

// look is the length of a look at the start of s, 0 if there is none.
func look(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c < '0' || c > ';':
			return 0
		}
	}
	return 0
}

// Fit makes a line exactly w cells wide: cut with an ellipsis, or filled with
// blanks. Foreign text in it must have passed model/text before.
func Fit(s string, w int) string { return FitWith(s, w, "…") }

// FitWith is [Fit] with another sign for the cut, as the ASCII glyphs need.
func FitWith(s string, w int, ellipsis string) string {
	if w <= 0 {
		return ""
	}
	s = steady(s)
	n := Width(s)
	if n > w {
		s = Truncate(s, w, ellipsis)
		n = Width(s)
	}
	if n < w {
		s += blanks(w - n)
	}
	return s
}

// FitRight is [Fit] with the text at the right end.
func FitRight(s string, w int) string {
	s = steady(s)
	if n := Width(s); n < w {
		return blanks(w-n) + s
	}
	return Fit(s, w)
}

// FitCenter is [Fit] with the text in the middle.
func FitCenter(s string, w int) string {
	s = steady(s)
	if n := Width(s); n < w {
		return Fit(blanks((w-n)/2)+s, w)
	}
	return Fit(s, w)
}

// Truncate cuts a line to at most w cells; where something was cut off it
// ends with the ellipsis.
func Truncate(s string, w int, ellipsis string) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(steady(s), w, ellipsis)
}

// Cut gives the cells from left to before right, exactly right-left of them:
// half a wide character becomes a blank. (x/ansi's own Cut keeps or drops the
// whole character, depending on the side, and so moves what follows.)
func Cut(s string, left, right int) string {
	left = max(0, left)
	if right <= left {
		return ""
	}
	var b strings.Builder
	var state byte
	at, looks := 0, false
	for len(s) > 0 && at < right {
		seq, width, n, next := ansi.DecodeSequence(s, state, nil)
		s, state = s[n:], next
		switch {
		case width == 0:
			if seq[0] == '\x1b' {
				looks = true
				b.WriteString(seq)
			} else if at > left {
				b.WriteString(seq)
			}
		case at >= left && at+width <= right:
			b.WriteString(seq)
		default:
			b.WriteString(blanks(min(at+width, right) - max(at, left)))
		}
		at += width
	}
	if looks {
		b.WriteString(end)
	}
	b.WriteString(blanks(right - max(at, left)))
	return b.String()
}

// Wrap breaks a plain line at blanks into lines of at most w cells, for prose
// in cards and dialogs. There is always at least one line.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return []string{""}
	}
	var out []string
	for _, l := range strings.Split(ansi.Wrap(steady(s), w, " "), "\n") {
		if Width(l) > w { // a hyphen may stand one cell outside
			out = append(out, strings.Split(ansi.Hardwrap(l, w, true), "\n")...)
			continue
		}
		out = append(out, l)
	}
	return out
}

// steady removes what makes terminals disagree on widths: joiners and
// presentation selectors, which glue several signs into one cell on some
// terminals and not on others. The signs themselves stay, each counted by
// itself, so that a border right of them stays where it is.
func steady(s string) string {
	if utf8.ValidString(s) && !unsteady(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x200c, r == 0x200d, r >= 0xfe00 && r <= 0xfe0f:
			return -1
		case r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
			return -1
		case r >= 0x1f1e6 && r <= 0x1f1ff: // regional indicators: two make a flag, or not
			return 'A' + r - 0x1f1e6
		}
		return r
	}, s)
}

// unsteady reports whether one of these signs may be in a valid s, by its bytes:
// rows are full of ruled lines, and decoding those costs more than all else.
func unsteady(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0xe2:
		case c >= 0xf0, // U+10000 and above
			c == 0xe2 && s[i+1] == 0x80 && (s[i+2] == 0x8c || s[i+2] == 0x8d),
			c == 0xef && s[i+1] == 0xb8 && s[i+2] <= 0x8f:
			return true
		}
	}
	return false
}

const spaces = "                                                                                                                                "

func blanks(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(spaces) {
		return spaces[:n]
	}
	return strings.Repeat(" ", n)
}
