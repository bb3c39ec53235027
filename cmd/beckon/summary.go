package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

// Bounds of what is printed: names in tables, and rejected lines told.
const (
	nameRunes   = 60
	maxProblems = 5
)

// printSummary writes what a replay adds up to, for people.
func printSummary(w io.Writer, eng *engine.Engine, s *replay.Summary, report *journey.Report) {
	printInput(w, &s.Input)
	fmt.Fprintf(w, "traffic   %s, %s, %s", many(s.Visitors, "visitor"), many(s.Visits, "visit"), many(s.Events, "event"))
	if s.Events > 0 {
		fmt.Fprintf(w, ", %s to %s", report.First, report.Last)
	}
	fmt.Fprint(w, "\n")
	printTypes(w, report)
	fmt.Fprint(w, "\n")

	t := columns{head: []string{"engagement", "visits", "shown", "displays", "prospects", "control", "stopped most by"},
		right: []bool{false, true, true, true, true, true, false}}
	for i := range s.Engagements {
		e := &s.Engagements[i]
		t.rows = append(t.rows, []string{text.Line(e.ID, nameRunes), number(e.Visits), number(e.Shown()), number(e.Displays),
			number(e.Prospects), number(e.Control), stoppedBy(e)})
	}
	t.write(w, "")
	fmt.Fprintln(w)

	t = columns{head: []string{"campaign", "goal", "prospects", "displays", "reached", "control", "reached in control", "duplicates"},
		right: []bool{false, false, true, true, true, true, true, true}}
	for i, c := range s.Campaigns {
		goal := eng.Campaigns()[i].Goal
		if goal == "" {
			goal = "-"
		}
		t.rows = append(t.rows, []string{text.Line(c.ID, nameRunes), text.Line(goal, nameRunes), number(c.Prospects), number(c.Displays),
			number(c.Goals), number(c.Control), number(c.ControlGoals), number(c.Duplicates)})
	}
	t.write(w, "")
	for _, note := range notes(report) {
		fmt.Fprintf(w, "\n%s", note)
	}
	if len(notes(report)) > 0 {
		fmt.Fprintln(w)
	}
}

// printTypes writes which events there were, the most frequent first.
func printTypes(w io.Writer, r *journey.Report) {
	types := slices.SortedFunc(maps.Keys(r.Types), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Types[b], r.Types[a]), cmp.Compare(a, b))
	})
	line := "events   "
	for i, t := range types {
		sep := ", "
		if i == 0 {
			sep = " "
		}
		part := fmt.Sprintf("%s %s (%.1f %%)", t, number(r.Types[t]), 100*float64(r.Types[t])/float64(r.Events))
		if i > 0 && len(line)+len(sep)+len(part) > 118 {
			fmt.Fprintf(w, "%s,\n", line)
			line, sep = "         ", " "
		}
		line += sep + part
	}
	if len(types) > 0 {
		fmt.Fprintln(w, line)
	}
}

// nothingFitsNote goes with a replay in which nothing could ever show.
const nothingFitsNote = "note: nothing can show: no engagement has a time frame and entry points that fit this traffic.\n" +
	"      These campaigns are for another site, or another time: name the catalog of this one with --catalog PATH\n" +
	"      (a small one to copy is fixtures/recorded/weblog/catalog.yaml)."

// nothingFits reports that no visit of any engagement came further than its
// entry points, and that some stopped there or at a time frame: so looks a
// catalog that was made for another site.
func nothingFits(s *replay.Summary) bool {
	elsewhere := false
	for i := range s.Engagements {
		for g, n := range s.Engagements[i].Outcomes {
			gate := engine.Gate(g)
			if n > 0 && gate > engine.EntryPointGate {
				return false
			}
			elsewhere = elsewhere || n > 0 && (gate == engine.EntryPointGate || gate == engine.NotStarted || gate == engine.Ended)
		}
	}
	return elsewhere
}

// printInput writes what became of the lines.
func printInput(w io.Writer, in *replay.Input) {
	var skipped, rejected int64
	for _, c := range in.Skipped {
		skipped += c.Count
	}
	for _, c := range in.Rejected {
		rejected += c.Count
	}
	fmt.Fprintf(w, "input     %s: %s read, %s skipped, %s rejected\n", many(in.Lines, "line"), number(in.Read), number(skipped), number(rejected))
	list := func(what string, counts []replay.Count) {
		for _, c := range counts {
			place := fmt.Sprintf("line %d", c.FirstLine)
			if c.FirstFile != "" {
				place = text.Line(c.FirstFile, 120) + " " + place
			}
			fmt.Fprintf(w, "          %s: %s %s, first at %s\n", what, text.Line(c.Reason, 40), number(c.Count), place)
		}
	}
	list("skipped", in.Skipped)
	list("rejected", in.Rejected)
}

// stoppedBy names the gates that stopped most visits.
func stoppedBy(e *replay.EngagementSummary) string {
	type stop struct {
		gate engine.Gate
		n    int64
	}
	var stops []stop
	for g, n := range e.Stopped() {
		stops = append(stops, stop{g, n})
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return int(min(1, max(-1, b.n-a.n))) })
	var parts []string
	for i, s := range stops {
		if i == 3 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%s %s", s.gate, number(s.n)))
	}
	return strings.Join(parts, ", ")
}

const missingNote = "note: the input has no "

// eventWords are the types of events in plain words.
var eventWords = map[string]string{
	"page": "page views", "cart": "carts", "purchase": "purchases", "prodView": "product views", "ctmrinfo": "customer details",
	"mrktInfo": "marketing details", "personal": "personal details", "lead": "leads", "service": "service activities",
	"error": "errors", "searchInfo": "searches",
}

// notes are what a reader should know of the input.
func notes(r *journey.Report) []string {
	var out []string
	if missing := r.Missing(); len(missing) > 0 {
		for i, name := range missing {
			if words, ok := eventWords[name]; ok {
				missing[i] = words
			}
		}
		out = append(out, missingNote+strings.Join(missing, ", ")+": conditions that look at them cannot hold")
	}
	for _, n := range r.Notes {
		out = append(out, "note: "+text.Line(n, 300))
	}
	for i, p := range r.Problems {
		if i == maxProblems {
			out = append(out, fmt.Sprintf("rejected: and %s more", number(r.RejectedLines()-int64(i))))
			break
		}
		out = append(out, "rejected: "+text.Line(p.Error(), 300))
	}
	return out
}

// printProblems tells on stderr of what JSON Lines have no place for.
func printProblems(w io.Writer, r *journey.Report) {
	for _, n := range notes(r) {
		if !strings.HasPrefix(n, missingNote) {
			fmt.Fprintln(w, n)
		}
	}
}

func many(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}
