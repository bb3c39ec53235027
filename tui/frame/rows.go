package frame

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"beckon/tui/layout"
)

// Rows is a finished picture. Whoever gets rows must not change them: they
// may be cached.
type Rows []string

// Blank is an empty picture.
func Blank(w, h int) Rows {
	out := make(Rows, max(0, h))
	line := blanks(w)
	for i := range out {
		out[i] = line
	}
	return out
}

// Block makes lines into a picture of exactly w by h cells: lines too many
// are left out, lines too few are blank, and each is fitted.
func Block(lines []string, w, h int) Rows {
	out := make(Rows, max(0, h))
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], w)
		} else {
			out[i] = blanks(w)
		}
	}
	return out
}

// Beside joins pictures of equal height from left to right.
func Beside(parts ...Rows) Rows {
	if len(parts) == 0 {
		return nil
	}
	if len(parts) == 1 {
		return parts[0]
	}
	out := make(Rows, len(parts[0]))
	for i := range out {
		out[i] = besideRow(parts, i)
	}
	return out
}

// besideRow is one row of pictures that stand beside each other.
func besideRow(parts []Rows, i int) string {
	n := 0
	for _, p := range parts {
		if i < len(p) {
			n += len(p[i])
		}
	}
	var b strings.Builder
	b.Grow(n)
	for _, p := range parts {
		if i < len(p) {
			b.WriteString(p[i])
		}
	}
	return b.String()
}

// Above joins pictures of equal width from top to bottom.
func Above(parts ...Rows) Rows {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := make(Rows, 0, n)
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Over lays a picture of the given width on another one, w cells wide, with
// its top left corner at (x, y). What sticks out is cut off. The pictures
// given are not changed.
func Over(base Rows, w int, top Rows, at layout.Rect) Rows {
	out := make(Rows, len(base))
	copy(out, base)
	left, right := max(0, at.X), min(w, at.X+at.W)
	if right <= left {
		return out
	}
	for i, line := range top {
		y := at.Y + i
		if i >= at.H || y < 0 || y >= len(out) {
			continue
		}
		out[y] = Cut(out[y], 0, left) + end + Cut(line, left-at.X, right-at.X) + end + Cut(out[y], right, w)
	}
	return out
}

const end = "\x1b[m"

// Join writes the rows as the content of one view.
func (r Rows) Join() string {
	n := len(r)
	for _, line := range r {
		n += len(line)
	}
	var b strings.Builder
	b.Grow(n)
	for i, line := range r {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// Check tells what is wrong with a picture that should be w by h cells: a
// wrong number of rows, a row of another width, or a control character that
// is not part of a look. Tests check every screen with it.
func Check(r Rows, w, h int) error {
	if len(r) != max(0, h) {
		return fmt.Errorf("%d rows, want %d", len(r), h)
	}
	for i, line := range r {
		if n := Width(line); n != max(0, w) {
			return fmt.Errorf("row %d is %d cells wide, want %d: %q", i, n, w, line)
		}
		if err := harmless(line); err != nil {
			return fmt.Errorf("row %d: %w: %q", i, err, line)
		}
	}
	return nil
}

// harmless refuses every control character except those of a look (SGR) with
// at most 16 parameters.
func harmless(line string) error {
	rest := line
	for rest != "" {
		if after, ok := strings.CutPrefix(rest, "\x1b["); ok {
			n := 0
			for n < len(after) && (after[n] >= '0' && after[n] <= '9' || after[n] == ';' || after[n] == ':') {
				n++
			}
			if n == len(after) || after[n] != 'm' {
				return fmt.Errorf("an escape sequence that is not a look")
			}
			if strings.Count(after[:n], ";")+strings.Count(after[:n], ":") >= 16 {
				return fmt.Errorf("a look of more than 16 parameters")
			}
			rest = after[n+1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case r < 0x20, r >= 0x7f && r < 0xa0,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x2028, r == 0x2029:
			return fmt.Errorf("the control character %U", r)
		}
		rest = rest[n:]
	}
	return nil
}
