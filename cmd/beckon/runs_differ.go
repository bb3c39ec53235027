package main

import (
	"fmt"

	"beckon/model/replay"
	"beckon/model/text"
)

// mostDiffering is how many numbers are named that a repetition has otherwise.
const mostDiffering = 12

// ranWith says what a run was made with.
func (r *savedRun) ranWith() string {
	catalog := text.Line(r.Catalog.From, 80)
	if r.Catalog.Revision > 0 {
		catalog = fmt.Sprintf("revision %d", r.Catalog.Revision)
	}
	return fmt.Sprintf("%s, seed %d, answers %s, by beckon %s", catalog, r.Options.Seed, text.Line(r.Options.Respond, 60), text.Line(r.Engine, 60))
}

// otherwise says in words how results differ from those of a run: what it was
// run with, which numbers are others, and, where nothing that it was run with
// has changed, that it is the program.
func (r *savedRun) otherwise(now *replay.Results, changed bool) []string {
	out := []string{"It was run with " + r.ranWith() + "."}
	var numbers []string
	number := func(of, what string, was, is int64) {
		if was != is {
			numbers = append(numbers, fmt.Sprintf("%s%s: %s, was %s", of, what, number(is), number(was)))
		}
	}
	counts := func(of string, was, is *replay.Counts) {
		number(of, "prospects", was.Prospects, is.Prospects)
		number(of, "control", was.Control, is.Control)
		number(of, "exposed", was.Exposed, is.Exposed)
		number(of, "displays", was.Displays, is.Displays)
		number(of, "accepted", was.Accepted, is.Accepted)
		number(of, "declined", was.Declined, is.Declined)
		number(of, "timed out", was.TimedOut, is.TimedOut)
		number(of, "goals", was.Goals, is.Goals)
	}
	was := r.Results
	number("", "lines read", was.Input.Read, now.Input.Read)
	number("", "visitors", was.Visitors, now.Visitors)
	number("", "visits", was.Visits, now.Visits)
	number("", "events", was.Events, now.Events)
	counts("", &was.Account.Counts, &now.Account.Counts)
	before := map[string]*replay.Counts{}
	for i := range was.Engagements {
		before[was.Engagements[i].ID] = &was.Engagements[i].Counts
	}
	for i := range now.Engagements {
		e := &now.Engagements[i]
		if b := before[e.ID]; b != nil {
			counts(e.ID+", ", b, &e.Counts)
		}
	}
	switch more := len(numbers) - mostDiffering; {
	case len(numbers) == 0:
		out = append(out, "All visits, displays, answers and goals are the same: what differs is told beside them, such as rates, breakdowns, conditions or draws.")
	case more > 0:
		out = append(append(out, numbers[:mostDiffering]...), fmt.Sprintf("and %s more", counted(more, "number")))
	default:
		out = append(out, numbers...)
	}
	switch {
	case changed:
	case r.Engine != version():
		out = append(out, "The traffic, the catalog and the options are what they were: beckon "+version()+" decides or counts otherwise.")
	default:
		out = append(out, "The traffic, the catalog and the options are what they were: another build of beckon "+version()+" kept it, which decided or counted otherwise.")
	}
	return out
}
