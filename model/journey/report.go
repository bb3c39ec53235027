package journey

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// Count is how often something happened to lines, and where first.
type Count struct {
	Count     int64  `json:"count"`
	FirstLine int64  `json:"firstLine"`
	FirstFile string `json:"firstFile,omitempty"` // where there are several files
}

// Report says what became of every line: Read plus all of Skipped plus all of
// Rejected is Lines. Counts of events, visits and visitors, and the span, grow
// as journeys are handed out; they are whole when the last one was.
type Report struct {
	// Formats are those of the files, in their order.
	Formats []Format `json:"formats,omitempty"`
	Lines   int64    `json:"lines"`
	// Read lines became events.
	Read int64 `json:"read"`
	// Skipped lines were understood and left out, by reason: blank, header,
	// robot, no-agent, request, method, asset, feed, redirect, partial-content, status,
	// outside (of From and To), duplicate, screen, group, alias, no-url,
	// session, content, order-item, frame, eligibility, goal, impression,
	// attribute, other-data, no-event, no-facts, continuation (of a quoted field).
	Skipped map[string]Count `json:"skipped"`
	// Rejected lines could not be read, by the reason of the [Problem].
	Rejected map[string]Count `json:"rejected"`
	// Problems are the first rejected lines.
	Problems []Problem `json:"problems,omitempty"`
	// LeftOut counts events of read lines that were left out, by the reasons of
	// Skipped.
	LeftOut map[string]int64 `json:"leftOut,omitempty"`
	// Unknown are fields that the native form does not know.
	Unknown map[string]Count `json:"unknownFields,omitempty"`
	// Notes say what is approximate or odd about the input.
	Notes []string `json:"notes,omitempty"`
	// Truncated names the files whose compressed stream breaks off.
	Truncated []string `json:"truncated,omitempty"`
	// FilesLeftOut are the files of Options.Found that are no traffic, in the order
	// of the files: their lines count nowhere. Beyond some they are only counted.
	FilesLeftOut     []FileLeftOut `json:"filesLeftOut,omitempty"`
	MoreFilesLeftOut int64         `json:"moreFilesLeftOut,omitempty"`

	Events   int64 `json:"events"`
	Visits   int64 `json:"visits"`
	Visitors int64 `json:"visitors"`
	// First and Last are the instants of the first and the last event; zero
	// if there is none.
	First Instant `json:"-"`
	Last  Instant `json:"-"`
	// Types counts the events of each type, by its name in files.
	Types map[string]int64 `json:"types"`
	// Idle is the gap that cut visits which the source did not.
	Idle model.Duration `json:"idle"`
}

// FileLeftOut is a file of which nothing was read, and why.
type FileLeftOut struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

// Kept in a report at most.
const (
	maxProblems     = 20
	maxUnknown      = 200
	maxFilesLeftOut = 1000
)

func newReport(rule VisitRule) *Report {
	idle, _ := rule.Limits()
	return &Report{Skipped: map[string]Count{}, Rejected: map[string]Count{}, LeftOut: map[string]int64{},
		Unknown: map[string]Count{}, Types: map[string]int64{}, Idle: idle}
}

// count adds one to a reason.
func count(m map[string]Count, reason, file string, line int64) {
	c := m[reason]
	if c.Count == 0 {
		c.FirstLine, c.FirstFile = line, file
	}
	c.Count++
	m[reason] = c
}

// sum adds up the counts of reasons.
func sum(m map[string]Count) int64 {
	var n int64
	for _, c := range m {
		n += c.Count
	}
	return n
}

// Balanced reports whether every line is accounted for.
func (r *Report) Balanced() bool { return r.Read+sum(r.Skipped)+sum(r.Rejected) == r.Lines }

// understood is the number of lines that a reader knew: those that became events,
// and those of which it can say why they did not.
func (r *Report) understood() int64 {
	n := r.Read + sum(r.Skipped)
	for _, reason := range []string{"blank", "header", "continuation", "no-event"} {
		n -= r.Skipped[reason].Count
	}
	return n
}

// as is a copy of a report that stays as it is when lines are counted.
func (r *Report) as() Report {
	c := *r
	c.Skipped, c.Rejected, c.LeftOut, c.Unknown = maps.Clone(r.Skipped), maps.Clone(r.Rejected), maps.Clone(r.LeftOut), maps.Clone(r.Unknown)
	return c
}

// leaveOut notes a file of which nothing is read.
func (r *Report) leaveOut(file, why string) {
	if len(r.FilesLeftOut) == maxFilesLeftOut {
		r.MoreFilesLeftOut++
		return
	}
	r.FilesLeftOut = append(r.FilesLeftOut, FileLeftOut{file, text.Line(why, 200)})
}

// RejectedLines is the number of lines that could not be read.
func (r *Report) RejectedLines() int64 { return sum(r.Rejected) }

// Missing names the types of events that the input has none of, so that the
// conditions that look at them cannot hold.
func (r *Report) Missing() []string {
	var out []string
	for t := PageView; t <= SearchInfo; t++ {
		if r.Types[t.String()] == 0 {
			out = append(out, t.String())
		}
	}
	return out
}

// note adds a note once.
func (r *Report) note(s string) {
	if !slices.Contains(r.Notes, s) {
		r.Notes = append(r.Notes, s)
	}
}

// String is the report for a reader, in lines.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d lines: %d read, %d skipped, %d rejected\n", r.Lines, r.Read, sum(r.Skipped), sum(r.Rejected))
	counts := func(what string, m map[string]Count) {
		for _, k := range byCount(m) {
			c := m[k]
			place := fmt.Sprintf("line %d", c.FirstLine)
			if c.FirstFile != "" {
				place = fmt.Sprintf("%s:%d", c.FirstFile, c.FirstLine)
			}
			fmt.Fprintf(&b, "  %s %s: %d, first at %s\n", what, k, c.Count, place)
		}
	}
	counts("skipped", r.Skipped)
	counts("rejected", r.Rejected)
	counts("unknown field", r.Unknown)
	for _, k := range slices.Sorted(maps.Keys(r.LeftOut)) {
		fmt.Fprintf(&b, "  left out of read lines, %s: %d events\n", k, r.LeftOut[k])
	}
	fmt.Fprintf(&b, "%d events, %d visits, %d visitors; visits cut after %s\n", r.Events, r.Visits, r.Visitors, r.Idle)
	if r.Events > 0 {
		fmt.Fprintf(&b, "%s to %s\n", r.First, r.Last)
		for t := PageView; t <= Leave; t++ {
			if n := r.Types[t.String()]; n > 0 {
				fmt.Fprintf(&b, "  %s: %d (%.1f %%)\n", t, n, 100*float64(n)/float64(r.Events))
			}
		}
	}
	if m := r.Missing(); len(m) > 0 {
		fmt.Fprintf(&b, "no events of: %s\n", strings.Join(m, ", "))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	for _, f := range r.FilesLeftOut {
		fmt.Fprintf(&b, "left out: %s, %s\n", f.File, f.Why)
	}
	if r.MoreFilesLeftOut > 0 {
		fmt.Fprintf(&b, "left out: %d more files\n", r.MoreFilesLeftOut)
	}
	for _, n := range r.Truncated {
		fmt.Fprintf(&b, "truncated: %s\n", n)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s\n", p.Error())
	}
	return b.String()
}

// byCount orders reasons by count, then name.
func byCount(m map[string]Count) []string {
	keys := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(keys, func(a, b string) int { return int(min(1, max(-1, m[b].Count-m[a].Count))) })
	return keys
}
