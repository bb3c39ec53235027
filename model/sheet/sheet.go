// Package sheet writes tables as CSV that people open in a spreadsheet.
//
// It owns how a cell is made harmless: text of foreign origin neither runs as a
// formula nor acts on a terminal, numbers of our own stay numbers. Every cell
// is quoted, rows end with a line feed. It knows nothing of what is in a table.
//
// Begin reading at [Writer.Row].
package sheet

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"beckon/model/text"
)

// maxCell bounds a cell, in characters: what spreadsheets take is not more.
const maxCell = 32000

// Cell is one cell of a row, made by [Text], [Int], [Number] or [Raw].
type Cell struct{ content string }

// Text is a cell of text, from wherever.
func Text(s string) Cell {
	// Made harmless first, as that may bring a formula's first character to the
	// front.
	return Cell{text.Spreadsheet(text.Line(s, maxCell))}
}

// Raw is a cell of text as it is, for a program that reads the table: opened in
// a spreadsheet it may run.
func Raw(s string) Cell { return Cell{s} }

// Int is a cell of a whole number.
func Int(n int64) Cell { return Cell{strconv.FormatInt(n, 10)} }

// Number is a cell of a number that the program wrote, such as -1.50. What is
// none becomes text.
func Number(s string) Cell {
	if strings.Trim(s, "0123456789") == "" {
		return Cell{s}
	}
	if _, err := strconv.ParseFloat(s, 64); err != nil || strings.Trim(s, "-.0123456789") != "" {
		return Text(s)
	}
	return Cell{s}
}

// Writer writes rows.
type Writer struct {
	out *bufio.Writer
	n   int // cells of the first row
}

// NewWriter returns a writer to out.
func NewWriter(out io.Writer) *Writer { return &Writer{out: bufio.NewWriter(out)} }

// Row writes a row. All rows of a table have as many cells as its first.
func (w *Writer) Row(cells ...Cell) error {
	if w.n == 0 {
		w.n = len(cells)
	}
	if len(cells) != w.n {
		return fmt.Errorf("writing a table: a row of %d cells in a table of %d", len(cells), w.n)
	}
	for i, c := range cells {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.WriteByte('"')
		w.out.WriteString(strings.ReplaceAll(c.content, `"`, `""`))
		w.out.WriteByte('"')
	}
	return w.out.WriteByte('\n')
}

// Head writes a row of our own words, such as the names of columns.
func (w *Writer) Head(names ...string) error {
	cells := make([]Cell, len(names))
	for i, n := range names {
		cells[i] = Text(n)
	}
	return w.Row(cells...)
}

// Flush writes what is held back, and tells the first error of all writing.
func (w *Writer) Flush() error { return w.out.Flush() }
