package text

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Line returns s as one line that is safe in a frame, a title, a log or an
// error. It has at most maxRunes runes, and one ellipsis more where something
// was cut.
//
//   - C0 controls and DEL become their pictures (ESC is ␛, newline is ␊).
//   - C1 controls, bidi and other format characters, private use, tags,
//     noncharacters, line and paragraph separators, invisible fillers and each
//     broken byte of UTF-8 become U+FFFD.
//   - Marks beyond four on a base, and marks without a base, become one U+FFFD
//     for the run. A zero width joiner stays only where it joins, at most four
//     in a row.
//
// Line(Line(s, n), n) == Line(s, n). The work is bounded by maxRunes, not by
// the length of s, so it may be given a megabyte. Nothing is allocated when s
// is shown as it is.
func Line(s string, maxRunes int) string {
	out, _ := line(s, max(maxRunes, 0), false)
	return out
}

// Safe reports whether [Line] would show s as it is, whatever its length.
func Safe(s string) bool {
	_, changed := line(s, math.MaxInt, true)
	return !changed
}

// Lines returns s as lines that are each as [Line] makes them, at most
// maxLines of them; where lines were left out, the last one is an ellipsis. A
// line feed ends a line, a carriage return before it is folded into it, and one
// line feed at the very end begins no further line. The empty string has no
// lines.
func Lines(s string, maxLines, maxRunes int) []string {
	if s == "" || maxLines <= 0 {
		return nil
	}
	lines := make([]string, 0, min(maxLines, 16))
	for s != "" {
		if len(lines) == maxLines {
			lines[maxLines-1] = string(ellipsis)
			break
		}
		var l string
		l, s, _ = strings.Cut(s, "\n")
		lines = append(lines, Line(strings.TrimSuffix(l, "\r"), maxRunes))
	}
	return lines
}

// Block is [Lines] joined with line feeds, for text that goes to a place that
// breaks lines itself.
func Block(s string, maxLines, maxRunes int) string {
	return strings.Join(Lines(s, maxLines, maxRunes), "\n")
}

// line does the work of Line and says whether it changed anything; with probe
// it only finds that out. What it does with a rune depends only on what it has
// written before, which is what makes Line idempotent.
func line(s string, maxRunes int, probe bool) (string, bool) {
	start := plainPrefix(s, maxRunes)
	if start == len(s) {
		return s, false
	}
	var (
		b       strings.Builder
		changed bool    // whether b is in use; s[:i] is the output until then
		n       = start // runes taken

		base    = start > 0 // whether a mark has something to stand on
		marks   int         // marks on the present base
		joiners int         // joiners in the present sequence
		last    rune        // what a joiner would join: a base or its virama
		flooded bool        // the last thing shown is the U+FFFD of a run of marks
	)
	change := func(i int) {
		if !changed {
			changed = true
			if probe {
				return
			}
			b.Grow(min(len(s), 4*min(maxRunes, 1<<20)) + utf8.UTFMax)
			b.WriteString(s[:i])
		}
	}
	for i := start; i < len(s); {
		if changed && probe {
			break
		}
		if n == maxRunes {
			if s[i:] == string(ellipsis) { // an earlier cut
				if changed {
					b.WriteRune(ellipsis)
				}
				break
			}
			change(i)
			b.WriteRune(ellipsis)
			break
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		c := classify(r)
		if r == utf8.RuneError && w == 1 {
			c = hidden
		}
		n++
		out := r
		switch c {
		case control:
			if out = r + 0x2400; r == 0x7f {
				out = delPicture
			}
		case hidden:
			out = replacement
		case mark:
			if marks++; !base || marks > maxMarks {
				out = replacement
			}
		case joiner:
			next, _ := utf8.DecodeRuneInString(s[i+w:])
			if joiners++; joiners > maxJoiners || !joins(last, next) {
				out = replacement
			} else if n == maxRunes { // no room for what it would join
				n--
				maxRunes = n
				continue
			}
		}

		if c == mark && out == replacement && flooded {
			change(i) // the run has its replacement already
			i += w
			continue
		}
		if out != r || r == utf8.RuneError && w == 1 {
			change(i)
		}
		if changed {
			b.WriteRune(out)
		}
		flooded = c == mark && out == replacement
		switch {
		case flooded:
			base, last = false, out
		case c == mark:
			if isVirama(r) {
				last = r
			}
		case out == zwj:
			marks, last = 0, zwj
		case base && isSkinTone(r):
			// The pictograph below stays what a joiner joins.
		default:
			if last != zwj {
				joiners = 0
			}
			base, marks, last = true, 0, out
		}
		i += w
	}
	if !changed {
		return s, false
	}
	return b.String(), true
}

// plainPrefix returns how many bytes of s, at most limit, are printable ASCII.
func plainPrefix(s string, limit int) int {
	n := min(len(s), limit)
	for i := range n {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return i
		}
	}
	return n
}
