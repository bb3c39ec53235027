package mapping

import (
	"context"
	"errors"
	"strings"

	"beckon/model/journey"
	"beckon/model/text"
)

// ErrTaken says that there is a mapping, or a file, of that name.
var ErrTaken = errors.New("there is one of this name")

// Needed is the error of reading a table that no mapping, or more than one,
// fits.
type Needed struct {
	Path string
	Fits []string // the IDs of the mappings of the store that fit
}

// Error implements error.
func (n *Needed) Error() string {
	if len(n.Fits) > 1 {
		return "it is a table that several mappings of the store fit: " + text.Line(strings.Join(n.Fits, ", "), 200)
	}
	return "it is a table, and no mapping of the store fits its columns: beckon map --save FILE makes one"
}

// Source is what the page needs of the world. Its methods are called from
// commands.
type Source interface {
	// Table looks at the first rows of a file that the operator named. A source
	// that must not read files refuses.
	Table(ctx context.Context, path string) (Table, error)
	// Choose has a file be read by a mapping from now on.
	Choose(ctx context.Context, path string, body []byte) error
	// Keep keeps a mapping in the store under an ID. Where there is another of
	// it, it is replaced only if that is asked for; else the error is ErrTaken.
	Keep(ctx context.Context, id string, body []byte, replace bool) error
	// WriteMapping writes one to a file, and returns its whole path. A file that
	// is there is replaced only if that is asked for; else the error is ErrTaken.
	WriteMapping(ctx context.Context, path string, body []byte, replace bool) (string, error)
}

// Table is the beginning of a table.
type Table struct {
	Name   string // of the file
	ID     string // that a mapping of it would be kept under
	Sample []byte
	// Chosen is the mapping that the file is read by now; nil: none was chosen.
	Chosen *journey.Mapping
	Fits   []Stored // mappings of the store that its columns fit
	// Try reads the sample by a mapping.
	Try func(*journey.Mapping) *journey.Trial
}

// Stored is a mapping of the store.
type Stored struct {
	ID     string
	Body   []byte
	Author string
}

// Open is what the page is handed: which table, and which screen wants it read.
type Open struct {
	Path string
	From string // the ID of the screen that gets a Read
	Edit bool   // the mapping that it is read by now is to be changed
}

// Read is handed back: the file can be read.
type Read struct{ Path string }

// For is what to hand the page over where reading a file failed for want of a
// mapping; false: it failed for something else.
func For(err error, screen string) (Open, bool) {
	var n *Needed
	if !errors.As(err, &n) {
		return Open{}, false
	}
	return Open{Path: n.Path, From: screen}, true
}

// open makes the sketch that the page begins with, and says what there is to
// know about it.
func open(t Table, edit bool) (s *journey.Sketch, said string, err error) {
	by, name := t.Chosen, "the mapping that was chosen"
	if by == nil && len(t.Fits) > 0 {
		name = "the mapping " + text.Line(t.Fits[0].ID, 60)
		if by, err = journey.ParseMapping(t.Fits[0].ID, t.Fits[0].Body); err != nil {
			by = nil
		}
	}
	if edit && by != nil {
		if s, err = journey.OpenSketch(by, t.Sample); err == nil {
			return s, "", nil
		}
		said = "guessed anew; " + name + ": " + err.Error()
	}
	s, err = journey.NewSketch(t.Sample)
	return s, said, err
}
