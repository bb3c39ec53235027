package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sequence guesses what there is to guess where cells, or parts of them, are
// rows: what is in them, and the order that they are in.
func (g *guesser) sequence() {
	s := g.s
	if s.set[FieldVisitor] == "" {
		g.put(FieldVisitor, "visitor-{"+ofLine+"}", "no column is the visitor: every line is one")
	}
	if s.set[FieldOrder] == "" {
		g.put(FieldOrder, Column(ofPlace), "what is in a line comes in this order")
		g.put(FieldGap, "30s", "one is taken to come after the other")
	}
	cells := s.Values(ofCell)
	if every(isURL)(cells) || every(func(v string) bool { return strings.HasPrefix(v, "/") })(cells) {
		g.put("url", Column(ofCell), "what is cut are pages")
	} else {
		g.put("url", "https://site.example/{"+ofCell+"}", "no column is a URL: it is made of what is cut")
	}
}

// guessCells takes every cell of a line for a row, where lines of numbers have
// ever so many: codes of what a visitor did, one after the other.
func (s *Sketch) guessCells() bool {
	codes := func(l string) bool { return every(isNumber)(strings.Fields(l)) }
	last := -1 // the last line that is none
	several := false
	for i, l := range s.lines {
		if !codes(l.text) {
			last = i
		}
	}
	rest := s.lines[last+1:]
	for _, l := range rest {
		several = several || strings.Contains(strings.TrimSpace(l.text), " ")
	}
	if len(rest) < 2 || !several || 2*len(rest) < len(s.lines) {
		return false
	}
	s.set = map[string]string{FieldSeparator: " ", FieldEach: EveryCell}
	s.why = map[string]string{FieldSeparator: "the lines are numbers with spaces between them", FieldEach: "the lines have as many numbers as they like"}
	if skip := rest[0].at - 1; skip > 0 {
		s.set[FieldSkip], s.why[FieldSkip] = strconv.Itoa(skip), "they are not of numbers"
	}
	return true
}

// splits are what stands between the parts of a cell: longer ones first, and
// what text has by itself only where there is nothing else.
var splits = [][]string{{" > ", " -> ", "->", "=>", ">", "|", ";"}, {",", " / "}, {"/"}, {" "}}

// guessSplit tells what the cells of the column that is cut are cut by.
func (s *Sketch) guessSplit() {
	c := s.cutColumn()
	if c == "" {
		delete(s.set, FieldSplit)
		delete(s.why, FieldSplit)
		return
	}
	if s.set[FieldSplit] != "" {
		return
	}
	values := s.Values(c)
	for _, tier := range splits {
		best := 0
		for _, by := range tier {
			n := 0
			for _, v := range values {
				if strings.Contains(strings.TrimSpace(v), by) {
					n++
				}
			}
			if n > best {
				best = n
				s.set[FieldSplit], s.why[FieldSplit] = by, fmt.Sprintf("%d of the first %d cells have it", n, len(values))
			}
		}
		if best > 0 {
			return
		}
	}
}

// sequences are the columns whose cells may hold several things.
func (s *Sketch) sequences() []string {
	var out []string
	for _, c := range s.Columns {
		values := s.Values(c)
		if strings.HasPrefix(c, "#") || len(values) == 0 || every(isURL)(values) || len(layoutsOf(values, true)) > 0 || len(numberForms(values)) > 0 {
			continue
		}
		if slices.ContainsFunc(slices.Concat(splits[0], splits[1]), func(by string) bool {
			return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, by) })
		}) {
			out = append(out, c)
		}
	}
	return first(out, sketchKinds)
}
