package journey

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"beckon/model/text"
)

// Trial is what the first rows of a table become by a mapping: line by line,
// in the order of the file.
type Trial struct {
	Rows []TrialRow // the first ones that are more than blank
	// Rejects are the first that were rejected, wherever they are.
	Rejects []TrialRow
	Lines   int64
	Read    int64
	Skipped int64
	// Rejected lines could not be read.
	Rejected int64
	// Reasons are those of skipped and rejected lines.
	SkippedBy, RejectedBy map[string]Count
	Events                int64
	Visitors              int
	// Wrong says why nothing can be read at all.
	Wrong error
}

// TrialRow is what a line became: events, or a reason.
type TrialRow struct {
	Line     int64
	Events   []*Event
	Skipped  string // the reason
	Rejected string // the reason, in words
}

// Limits of a trial.
const (
	trialRows  = 500
	trialLines = 5000
)

// Try reads the first rows of a table by a mapping. A change of the cart, which
// is summed up when a visitor's events are in order, is shown as it comes.
func Try(m *Mapping, o Options, name string, sample []byte) *Trial {
	o.Mapping, o.MaxRejects, o.Format = m, -1, FormatTable
	t := &Trial{}
	var made []*Event
	im := newImporter(o, func(r record) error {
		made = append(made, r.ev)
		return nil
	})
	im.file, im.where, im.format = text.Line(name, 120), new(string), FormatTable
	if i := bytes.LastIndexByte(sample, '\n'); i > 0 {
		sample = sample[:i+1]
	}
	im.lines = &lineReader{r: bufio.NewReader(bytes.NewReader(sample))}
	r := newTableReader(im, m)
	who := map[string]bool{}
	for im.rep.Lines < trialLines {
		l, err := im.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			made = nil
			err = im.take(r, l)
		}
		if err != nil {
			t.Wrong = err
			break
		}
		for _, e := range made {
			who[e.Visitor] = true
		}
		t.Events += int64(len(made))
		if im.skipped != "blank" && (len(t.Rows) < trialRows || im.rejects != nil && len(t.Rejects) < maxProblems) {
			row := TrialRow{Line: im.n, Events: made, Skipped: im.skipped}
			if f := im.rejects; f != nil {
				p := im.told(f.at(im.file, im.n))
				row.Rejected = p.Detail
				if p.Field != "" {
					row.Rejected = p.Field + ": " + row.Rejected
				}
				if p.Value != "" {
					row.Rejected += ": " + p.Value
				}
			}
			if row.Rejected != "" && len(t.Rejects) < maxProblems {
				t.Rejects = append(t.Rejects, row)
			}
			if len(t.Rows) < trialRows {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	rep := im.rep
	t.Lines, t.Read, t.Skipped, t.Rejected = rep.Lines, rep.Read, sum(rep.Skipped), rep.RejectedLines()
	t.SkippedBy, t.RejectedBy, t.Visitors = rep.Skipped, rep.Rejected, len(who)
	if t.Wrong == nil && t.Read == 0 && t.Rejected > 0 && len(rep.Problems) > 0 {
		t.Wrong = fmt.Errorf("no row can be read; the first problem is %w", rep.Problems[0])
	}
	return t
}
