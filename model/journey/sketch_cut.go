package journey

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// cut makes columns and rows of the lines.
func (s *Sketch) cut() error {
	s.Columns, s.Rows, s.renamed, s.lists = nil, nil, false, nil
	if s.Form == "jsonl" {
		s.objects()
	} else if s.separator() != "" {
		s.cells()
	}
	if c := s.cutColumn(); c != "" {
		if err := s.parts(c); err != nil {
			return err
		}
	}
	switch {
	case len(s.Columns) < 2:
		return fmt.Errorf("%w: no table: its lines have no columns that are told apart by a comma, a semicolon, a tab or a bar", ErrFormat)
	case len(s.Columns) > sketchColumns:
		return fmt.Errorf("%w: %d columns, more than %d", ErrFormat, len(s.Columns), sketchColumns)
	case len(s.Rows) == 0 && s.odd > 0:
		return fmt.Errorf("%w: no row of it is text in UTF-8, and shorter than a megabyte; save the table as UTF-8", ErrFormat)
	case len(s.Rows) == 0:
		return fmt.Errorf("%w: a header and no row", ErrFormat)
	}
	return nil
}

// cells reads lines of CSV or TSV.
func (s *Sketch) cells() {
	sep := s.separator()
	lines := s.texts()
	if len(lines) == 0 {
		return
	}
	if s.set[FieldEach] == EveryCell {
		s.Columns = []string{ofCell, ofPlace}
		for _, l := range lines {
			c, _, _ := cut([]byte(l), sep, s.quote())
			for i, v := range c {
				if strings.TrimSpace(v) != "" {
					s.Rows = append(s.Rows, []string{v, strconv.Itoa(i + 1)})
				}
			}
		}
		s.Rows = s.Rows[:min(len(s.Rows), sketchRows)]
		return
	}
	head, _, f := cut([]byte(lines[0]), sep, s.quote())
	if f != nil {
		return
	}
	header := s.set[FieldHeader] != "no"
	if header {
		lines = lines[1:]
	}
	for _, l := range lines {
		if c, open, f := cut([]byte(l), sep, s.quote()); f == nil && !open && len(c) == len(head) {
			s.Rows = append(s.Rows, c)
		}
	}
	if s.renamed = !header; len(s.names) == len(head) {
		s.Columns, s.renamed = slices.Clone(s.names), true
		return
	}
	seen := map[string]bool{}
	again := map[string]int{}
	for i, c := range head {
		name := "column " + strconv.Itoa(i+1)
		if header {
			name = nameOf(c, name)
			for base := name; seen[name]; name = base + " (" + strconv.Itoa(again[base]+1) + ")" {
				again[base]++
			}
			s.renamed = s.renamed || name != c
		}
		seen[name] = true
		s.Columns = append(s.Columns, name)
	}
}

// parts makes a row of every part of the cells of a column.
func (s *Sketch) parts(column string) error {
	at, by := slices.Index(s.Columns, column), s.set[FieldSplit]
	switch {
	case at < 0:
		return fmt.Errorf("there is no column %s%s", text.Line(column, 40), near(column, s.Columns))
	case by == "":
		return errors.New("it is not said what stands between two parts")
	}
	var rows [][]string
	for _, r := range s.Rows {
		n := 0
		for part := range strings.SplitSeq(r[at], by) {
			if part = strings.TrimSpace(part); part != "" && len(rows) < 5*sketchRows {
				n++
				rows = append(rows, append(slices.Clone(r), part, strconv.Itoa(n)))
			}
		}
	}
	s.Columns, s.Rows = append(s.Columns, ofCell, ofPlace), rows
	return nil
}

// nameOf is a column's name as a mapping can say it.
func nameOf(c, without string) string {
	c = strings.NewReplacer("{", "(", "}", ")").Replace(text.Line(c, columnName))
	if c = strings.TrimLeft(c, "#"); strings.TrimSpace(c) == "" {
		return without
	}
	return c
}

// objects reads lines of JSON: the columns are the keys, with those of objects
// in them behind a dot; with each, every element of that list is a row.
func (s *Sketch) objects() {
	seen := map[string]bool{}
	unnamed := map[string]bool{}
	var all []map[string]string
	each := s.set[FieldEach]
	if s.cutColumn() != "" {
		each = ""
	}
	for _, l := range s.texts() {
		n, err := parseTree([]byte(strings.TrimSpace(l)))
		if err != nil || n.kind != object {
			continue
		}
		rows := []*node{nil}
		if each != "" {
			rows = find(n, strings.Split(each, ".")).items()
		}
		for _, r := range rows {
			if len(all) > sketchRows {
				break
			}
			row := map[string]string{}
			s.flatten(r, "", row, seen, unnamed)
			s.flatten(n, "", row, seen, unnamed)
			all = append(all, row)
		}
	}
	if len(unnamed) > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d keys have a dot, a brace or a sign in their names that a mapping cannot say", len(unnamed)))
	}
	for _, row := range all {
		cells := make([]string, len(s.Columns))
		for i, c := range s.Columns {
			cells[i] = row[c]
		}
		s.Rows = append(s.Rows, cells)
	}
}

func (s *Sketch) flatten(n *node, path string, row map[string]string, seen, unnamed map[string]bool) {
	if n == nil {
		return
	}
	for i, k := range n.keys {
		name := strings.TrimPrefix(path+"."+k, ".")
		v := n.vals[i]
		switch {
		case k == "" || strings.ContainsAny(k, ".{}#") || text.Line(k, columnName) != k:
			unnamed[name] = true
		case v.kind == object:
			s.flatten(v, name, row, seen, unnamed)
		case v.kind == list:
			if len(v.vals) > 0 && v.vals[0].kind == object && !slices.Contains(s.lists, name) && len(s.lists) < sketchKinds {
				s.lists = append(s.lists, name)
			}
		case len(s.Columns) > sketchColumns:
		default:
			if !seen[name] {
				seen[name] = true
				s.Columns = append(s.Columns, name)
			}
			if _, there := row[name]; !there {
				row[name] = v.scalar()
			}
		}
	}
}
