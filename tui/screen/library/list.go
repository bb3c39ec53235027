package library

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// row is one item in the list.
type row struct {
	key                key
	d                  model.Document
	surveyed, saving   bool
	users              int
	failures, warnings int
	said               *string // brief, made when it is first drawn
}

type key = model.DocumentKey

func (r *row) brief() string {
	if r.said == nil {
		s := brief(r.d)
		r.said = &s
	}
	return *r.said
}

// leastName is how many cells of a name are seen in any case.
const leastName = 18

// The columns of the list.
const (
	byName = iota
	byUse
	byCheck
	byWords
	byID
)

func newTable(th func() *theme.Theme, edited func(key) string) *widget.Table[*row] {
	then := func(n int, a, b *row) int {
		return cmp.Or(n, strings.Compare(strings.ToLower(a.d.Head().Name), strings.ToLower(b.d.Head().Name)), strings.Compare(a.key.ID, b.key.ID))
	}
	t := widget.NewTable(func(r *row) string { return r.key.ID },
		widget.Column[*row]{Title: "Name", Width: leastName, Grow: 9, Whole: 2,
			Cell: func(r *row) widget.Cell {
				if r.saving {
					return widget.Cell{Text: th().Waiting + " " + whole(r.d.Head().Name, r.key.ID), Look: theme.Warn}
				}
				if edited(r.key) != "" {
					return widget.Cell{Text: th().Edited + " " + whole(r.d.Head().Name, r.key.ID), Look: theme.Warn}
				}
				return widget.T(whole(r.d.Head().Name, r.key.ID))
			},
			Compare: func(a, b *row) int { return then(0, a, b) }},
		widget.Column[*row]{Title: "Used", Width: 5, Right: true,
			Cell: func(r *row) widget.Cell {
				switch {
				case !r.surveyed:
					return widget.Cell{Text: th().Unknown, Look: theme.Muted}
				case r.users == 0:
					return widget.Cell{Text: "-", Look: theme.Muted}
				}
				return widget.T(strconv.Itoa(r.users))
			},
			Compare: func(a, b *row) int { return then(b.users-a.users, a, b) }},
		widget.Column[*row]{Title: "Chk", Width: 3, Rank: 1,
			Cell: func(r *row) widget.Cell {
				switch {
				case r.failures > 0:
					return widget.Cell{Text: fmt.Sprintf("%s%d", th().Cross, r.failures), Look: theme.Danger}
				case r.warnings > 0:
					return widget.Cell{Text: fmt.Sprintf("%s%d", th().Glyphs.Warn, r.warnings), Look: theme.Warn}
				}
				return widget.Cell{}
			},
			Compare: func(a, b *row) int { return then(cmp.Or(b.failures-a.failures, b.warnings-a.warnings), a, b) }},
		widget.Column[*row]{Title: "In words", Width: 24, Grow: 3, Rank: 2,
			Cell:    func(r *row) widget.Cell { return widget.Cell{Text: r.brief(), Look: theme.Muted} },
			Compare: func(a, b *row) int { return then(strings.Compare(a.brief(), b.brief()), a, b) }},
		widget.Column[*row]{Title: "ID", Width: 24, Rank: 3,
			Cell:    func(r *row) widget.Cell { return widget.Cell{Text: r.key.ID, Look: theme.Muted} },
			Compare: func(a, b *row) int { return strings.Compare(a.key.ID, b.key.ID) }},
	)
	t.SortBy(byName, false)
	return t
}

// columnNames lists what the list can be sorted by.
func columnNames() []string {
	return []string{byName: "name", byUse: "engagements that use it", byCheck: "problems", byWords: "what it says", byID: "ID"}
}

// arrange makes the list anew: from the world and the last survey.
func (s *Screen) arrange() {
	if s.w == nil {
		return
	}
	shelf := s.w.shelf(s.kind())
	rows := make([]*row, len(shelf))
	all := make([]row, len(shelf))
	before := make(map[key]*row, len(s.table.Items()))
	for _, r := range s.table.Items() {
		before[r.key] = r
	}
	longest := leastName // names take what they need of the room that is left over, and no more
	for i, d := range shelf {
		longest = max(longest, frame.Width(whole(d.Head().Name, d.Head().ID))+2) // with the mark of who edits it
		r := &all[i]
		r.key, r.d = keyOf(d), d
		if old := before[r.key]; old != nil && old.d == d {
			r.said = old.said
		}
		if s.survey != nil {
			r.surveyed, r.users = true, s.survey.users[r.key]
			for _, p := range s.survey.problems[r.key] {
				if p.Severity == model.Error {
					r.failures++
				} else {
					r.warnings++
				}
			}
		}
		r.saving = s.saving != nil && s.saving.touches(r.key)
		rows[i] = r
	}
	s.table.Columns[byName].Most = longest
	s.table.SetItems(rows)
	s.table.Empty = "No " + strings.ToLower(shelves()[s.at].title) + " yet: n adds the first."
	if s.wanted != "" {
		s.table.Select(s.wanted)
		s.wanted = ""
	}
}

// headRow names the libraries above the panes; the present one is in brackets.
// Where there is room, each has its number of items.
func (s *Screen) headRow(th *theme.Theme, w int) string {
	for _, counted := range []bool{true, false} {
		var b strings.Builder
		s.tabs = s.tabs[:0]
		x := 0
		for i, shelf := range shelves() {
			part, look := " "+shelf.title, theme.TabIdle
			if counted {
				part = fmt.Sprintf("  %s %d ", shelf.title, s.sizes[i])
			}
			if i == s.at {
				look = theme.TabActive
				if part = "[" + shelf.title + "]"; counted {
					part = fmt.Sprintf(" [%s %d]", shelf.title, s.sizes[i])
				}
			}
			s.tabs = append(s.tabs, tab{x, frame.Width(part)})
			x += frame.Width(part)
			b.WriteString(th.Paint(look, part))
		}
		if x <= w || !counted {
			return frame.FitWith(b.String(), w, th.Ellipsis)
		}
	}
	return ""
}

// tab is where a library's name stands in the row of names.
type tab struct{ x, w int }
