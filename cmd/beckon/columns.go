package main

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"

	"beckon/model/text"
)

// columns is a table of plain text. Names stand left, numbers right. It may go
// without a head.
type columns struct {
	head  []string
	right []bool
	rows  [][]string
}

// write writes the table under an indent; the last column is not padded.
func (t *columns) write(w io.Writer, indent string) {
	widths := make([]int, len(t.right))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	for _, row := range append([][]string{t.head}, t.rows...) {
		if len(row) == 0 {
			continue
		}
		var b strings.Builder
		for i, cell := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-lipgloss.Width(cell))
			if t.right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		fmt.Fprintln(w, indent+strings.TrimRight(b.String(), " "))
	}
}

func number(n int64) string { return text.Number(n) }

// counted writes "1 error" or "12 errors".
func counted(n int, what string) string { return text.Many(int64(n), what) }

// joined names paths in a line.
func joined(paths []string) string {
	safe := make([]string, len(paths))
	for i, p := range paths {
		safe[i] = text.Line(p, 200)
	}
	return strings.Join(safe, ", ")
}
