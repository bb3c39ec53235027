package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// Source is a place in a file. Line and Column count from 1, 0 where there is
// none.
type Source struct {
	File         string
	Line, Column int
}

// String returns "file:line:column", as far as known, fit to be shown.
func (s Source) String() string {
	out := text.Line(s.File, 200)
	if s.Line > 0 {
		out += ":" + strconv.Itoa(s.Line)
		if s.Column > 0 {
			out += ":" + strconv.Itoa(s.Column)
		}
	}
	return out
}

// FileError is one thing in a file that cannot be read as a catalog.
type FileError struct {
	Source
	// Document is "campaign cart-rescue" where the document is known.
	Document string
	// Path is the field, "engagements[2].entryPoints[0]"; empty where the file
	// or a whole document is at fault.
	Path string
	// Reason says what is wrong and what is wanted. It holds no foreign text.
	Reason string
	// Value is what was found, made harmless and cut; empty where it does not
	// matter.
	Value string
	// Err is the cause where the file could not be read at all.
	Err error
	// more is set where it only tells how many others there are.
	more bool
}

// Error returns "file:line:column: document: field: reason: value".
func (e *FileError) Error() string {
	parts := make([]string, 0, 5)
	for _, p := range []string{e.Source.String(), e.Document, e.Path, e.Reason, e.Value} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// FileErrors is everything that is wrong with the files of a catalog, by file
// and line. It is never empty.
type FileErrors []*FileError

// MaxFileErrors is how many problems of one load are told; the rest are
// counted in one last entry.
const MaxFileErrors = 1000

// Error returns one line for each problem.
func (e FileErrors) Error() string {
	lines := make([]string, len(e))
	for i, p := range e {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems.
func (e FileErrors) Unwrap() []error {
	out := make([]error, len(e))
	for i, p := range e {
		out[i] = p
	}
	return out
}

// complaints collects the problems of a load.
type complaints struct {
	list []*FileError
	more int
}

func (c *complaints) add(e *FileError) {
	if len(c.list) >= MaxFileErrors {
		c.more++
		return
	}
	c.list = append(c.list, e)
}

// addAll adds what others collected.
func (c *complaints) addAll(o *complaints) {
	for _, e := range o.list {
		c.add(e)
	}
	c.more += o.more
}

// err returns the problems in the order of their places, or nil.
func (c *complaints) err() error {
	if len(c.list) == 0 {
		return nil
	}
	slices.SortStableFunc(c.list, func(a, b *FileError) int {
		if n := strings.Compare(a.File, b.File); n != 0 {
			return n
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	out := FileErrors(c.list)
	if c.more > 0 {
		last := c.list[len(c.list)-1]
		out = append(out, &FileError{Source: Source{File: last.File}, more: true, Reason: fmt.Sprintf("and %d more problems", c.more)})
	}
	return out
}

// shown makes a value of a file harmless and short.
func shown(s string) string { return text.Line(s, 60) }
