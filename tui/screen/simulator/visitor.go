package simulator

import (
	"slices"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// label is the width of a fact's name.
const label = 13

// twoColumns is the width from which the visitor's facts stand in two columns.
const twoColumns = 70

// visitorRows draws the facts: who it is and the visit, beside or above what
// the shop knows.
func (s *Screen) visitorRows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	s.describe()
	two := size.W >= twoColumns
	if s.look.laid != laid(two) {
		s.look.laid = laid(two)
		left := s.look.said[0]
		if !two {
			left = append(append(slices.Clone(left), widget.L()), s.look.said[1]...)
		}
		s.facts[0].SetLines(left...)
		s.facts[1].SetLines(s.look.said[1]...)
	}
	if !two {
		return s.facts[0].Rows(th, size, focused)
	}
	w := size.W / 2
	one, other := s.facts[0].Rows(th, layout.Size{W: w, H: size.H}, focused), s.facts[1].Rows(th, layout.Size{W: size.W - w, H: size.H}, focused)
	return s.drawn.facts.Beside(one, other)
}

// laid says in how many columns the facts were laid out, 0 for not yet.
func laid(two bool) int {
	if two {
		return 2
	}
	return 1
}

// words joins what is told.
func words(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}
