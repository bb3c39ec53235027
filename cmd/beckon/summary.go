package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

// maxProblems bounds the rejected lines told.
const maxProblems = 5

// printTraffic writes what was read and replayed, for people.
func printTraffic(w io.Writer, s *replay.Summary, report *journey.Report) {
	printInput(w, &s.Input, countedAs(report))
	fmt.Fprintf(w, "traffic   %s, %s, %s\n", many(s.Visitors, "visitor"), many(s.Visits, "visit"), many(s.Events, "event"))
	if s.Events > 0 {
		fmt.Fprintf(w, "          %s to %s\n", report.First, report.Last)
	}
	printTypes(w, report)
	if s.Stopped {
		fmt.Fprintf(w, "stopped   complete up to visitor %s, %s of %s\n", text.Line(s.UpTo, 60), number(s.Events), many(report.Read, "event"))
	}
}

// printNotes writes what a reader should know of the input.
func printNotes(w io.Writer, report *journey.Report) {
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
		if i > 0 && len(line)+len(sep)+len(part) >= tableWidth {
			fmt.Fprintf(w, "%s,\n", line)
			line, sep = "         ", " "
		}
		line += sep + part
	}
	if len(types) > 0 {
		fmt.Fprintln(w, line)
	}
}

// nothingFitsNote goes with a replay in which nothing could ever show, through a
// catalog that was named or not, for its time frames alone or not.
func nothingFitsNote(named, time bool) string {
	note := "note: nothing can show: no engagement has a time frame, an audience and entry points that fit this traffic.\n"
	if time {
		note = "note: nothing can show: every campaign begins after this traffic, or ended before it.\n"
	}
	switch {
	case !named:
		return note + "      These campaigns are for another site, or another time: name the catalog of this one with --catalog PATH\n" +
			"      (a small one to copy is fixtures/recorded/weblog/catalog.yaml)."
	case time:
		return note + "      With other dates in its time frame a campaign tells what it would have done, or the traffic as if it\n" +
			"      came when the campaign runs: --later SPAN, such as 4w."
	}
	return note + "      The catalog is for another site, or another time, or a mapping leaves out what its audiences ask for;\n" +
		"      --by page,conditions tells the pages, and what the traffic never reports."
}

// countedAs names what the numbers of an input count: lines, but of an HTTP
// archive requests, each of which has many lines.
func countedAs(report *journey.Report) string {
	if len(report.Formats) == 0 || slices.ContainsFunc(report.Formats, func(f journey.Format) bool { return f != journey.FormatHAR }) {
		return "line"
	}
	return "request"
}

// printInput writes what became of the lines, or whatever else is counted.
func printInput(w io.Writer, in *replay.Input, counted string) {
	var skipped, rejected int64
	for _, c := range in.Skipped {
		skipped += c.Count
	}
	for _, c := range in.Rejected {
		rejected += c.Count
	}
	fmt.Fprintf(w, "input     %s: %s read, %s skipped, %s rejected\n", many(in.Lines, counted), number(in.Read), number(skipped), number(rejected))
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
	for i, f := range in.FilesLeftOut {
		if i == mostLeftOut {
			fmt.Fprintf(w, "          left out: %s more, which --results and --json list\n", many(int64(len(in.FilesLeftOut)-i)+in.MoreFilesLeftOut, "file"))
			break
		}
		fmt.Fprintf(w, "          left out: %s, %s\n", text.Line(f.File, 120), text.Line(f.Why, 200))
	}
}

// mostLeftOut bounds the files that are told for people.
const mostLeftOut = 20

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

func many(n int64, what string) string { return text.Many(n, what) }
