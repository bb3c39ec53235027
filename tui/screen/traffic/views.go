package traffic

import (
	"fmt"
	"strings"
	"time"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/theme"
)

// view is one way to look at a scope of the results.
type view struct {
	title string
	about string
	facts func(r *Report, s *scope) []fact
	// number heads what is counted, share of what the share is; "" where each
	// part of the view says so itself. unit (one of a single one) and base say it
	// of one number.
	number, share, one, unit, base string
}

// views are in the order of the row above the panes.
func views() []view {
	by := func(what string) func(*Report, *scope) []fact {
		return func(r *Report, s *scope) []fact { return brokenDown(r, s, what) }
	}
	return []view{
		{title: "Overview", about: "what became of the visits, and the rates with their intervals", facts: overview},
		{"Gates", "where the visits stop", gates, "Visits", "Of visits", "visit", "visits", "all visits"},
		{"Time", "by the hour or the day", overTime, "Exposed", "", "exposed", "exposed", ""},
		{"Country", "by country", by(replay.ByCountry), "Exposed", "Of visits", "exposed", "exposed", "its visits"},
		{"Device", "by device", by(replay.ByDevice), "Exposed", "Of visits", "exposed", "exposed", "its visits"},
		{"Source", "by source", by(replay.BySource), "Exposed", "Of visits", "exposed", "exposed", "its visits"},
		{"Page", "by page", by(replay.ByPage), "Exposed", "Of visits", "exposed", "exposed", "its visits"},
		{"Pressure", "how much single visits were shown", pressure, "Visits", "Of visits", "visit", "visits", "all visits"},
		{"Rules", "conditions that never turned, and facts that were never told", conditions, "Decided", "", "time decisive", "times decisive", ""},
		{"Draws", "who was displayed while whom else could have been", draws, "Times", "", "time", "times", ""},
	}
}

// overview tells the funnel, the rates, the lift and the revenue.
func overview(r *Report, s *scope) []fact {
	c, rates := &s.r.Counts, &s.r.Rates
	out := append(unfit(r),
		heading("Of all visits"),
		counted("Visits", c.Visits, r.Visits).to(s.path, "visits"),
		counted("Prospects", c.Prospects, r.Visits).to(s.path, "prospects"),
		counted("In a control group", c.Control, r.Visits).to(s.path, "control"),
		counted("Exposed", c.Exposed, r.Visits).to(s.path, "exposed"),
		counted("Accepted one or more", c.Engaged, r.Visits).to(s.path, "engaged"),
		counted("Converted after display", c.Converted, r.Visits).to(s.path, "converted"),
		counted("Converted, control", c.ControlConverted, r.Visits).to(s.path, "control-converted"),
		heading("Of all displays"),
		counted("Displays", c.Displays, c.Displays).to(s.path, "displays"),
		counted("Accepted", c.Accepted, c.Displays).to(s.path, "accepts"),
		counted("Declined", c.Declined, c.Displays).to(s.path, "declines"),
		counted("Timed out", c.TimedOut, c.Displays).to(s.path, "timeouts"),
		heading("Rates (95 % interval)"),
		rated("Exposed of prospects", rates.Exposed, "no prospects"),
		rated("Engaged of exposed", rates.Engaged, "nobody was exposed"),
		rated("Accepted of displays", rates.Accepted, "no displays"),
		rated("Declined of displays", rates.Declined, "no displays"),
		rated("Timed out of displays", rates.TimedOut, "no displays"),
		rated("Converted of exposed", rates.Conversion, "nobody was exposed"),
		rated("Converted of engaged", rates.EngagedConversion, "nobody engaged"),
		rated("Converted of control", rates.ControlConversion, "no control group"),
	)
	if rates.AverageExposures != nil {
		f := fact{key: "average", label: "Displays per exposed", number: fmt.Sprintf("%.2f", float64(*rates.AverageExposures)), bar: -1}
		out = append(out, f)
	}
	out = append(out, lift(s.r)...)
	out = append(out, heading("Visitors"),
		counted("Visitors, all", r.Visitors, 0),
		counted("Visitors, prospects", c.ProspectVisitors, r.Visitors),
		counted("Visitors, exposed", c.ExposedVisitors, r.Visitors))
	return out
}

// unfit says that the campaigns are not for this traffic, and of which pages it is.
func unfit(r *Report) []fact {
	if !r.NothingFits() {
		return nil
	}
	what := said("Another site, or time", "no engagement's time frame, audience and entry points fit this traffic; Gates leads to the visits and what each misses")
	if r.NoTimeFits() {
		traffic := "this traffic"
		if r.First > 0 {
			traffic = "the traffic of " + span(r.First, r.Last)
		}
		what = said("Another time", "every campaign begins after "+traffic+", or ended before it; see Gates")
	}
	out := []fact{heading("Nothing can show"), what}
	if b := breakdownOf(r, "", replay.ByPage); b != nil && len(b.Rows) > 0 {
		out = append(out, said("Most visits are on", b.Rows[0].Name))
	}
	return out
}

// span tells the days, in UTC, from the first event to the last.
func span(first, last journey.Instant) string {
	const day = "2 Jan 2006"
	from, to := first.Time().Format(day), last.Time().Format(day)
	if from == to {
		return from
	}
	return from + " to " + to
}

// lift tells what the displays did against the control group.
func lift(s *replay.Scope) []fact {
	l := s.Lift
	if l == nil {
		return nil
	}
	out := []fact{heading("Against control group")}
	if l.Incremental == nil {
		out = append(out, said("No comparison", l.Why))
	} else {
		out = append(out, estimated("Incremental conversions", l.Incremental, plainly),
			estimated("Share of conversions", l.Share, percent), estimated("Relative uplift", l.Uplift, percent))
		if l.Why != "" {
			out = append(out, said("Not all can be said", l.Why))
		}
	}
	if len(s.Revenue) > 0 {
		out = append(out, heading("Revenue"))
	}
	for i := range s.Revenue {
		v := &s.Revenue[i]
		currency := v.Currency
		if currency == "" {
			currency = "no currency"
		}
		average := func(label string, t replay.Total, of int64, note string) fact {
			return fact{key: currency + label, label: label + ", " + currency, number: t.AverageIn(of, v.Currency), note: note, bar: -1}
		}
		money := func(label string, t replay.Total, note string) fact { return average(label, t, 1, note) }
		out = append(out, money("Exposed", v.Exposed, text.Many(v.Orders, "order")), money("Engaged", v.Engaged, ""),
			money("Control", v.Control, text.Many(v.ControlOrders, "order")))
		if i < len(s.RevenueLift) {
			rl := &s.RevenueLift[i]
			note := ""
			if rl.Low != nil && rl.High != nil {
				note = rl.Low.In(v.Currency) + " to " + rl.High.In(v.Currency)
			}
			out = append(out, money("Incremental", rl.Incremental, note))
			if rl.AverageOrder != nil {
				out = append(out, average("Average order", v.Exposed, v.Orders, ""))
			}
			if rl.ControlAverageOrder != nil {
				out = append(out, average("Average, control", v.Control, v.ControlOrders, ""))
			}
		}
	}
	return out
}

// gates tells where the visits stop, of one engagement; of a campaign or of
// all of them how many each reached, which leads on.
func gates(r *Report, s *scope) []fact {
	if s.depth < 2 {
		var out []fact
		for i := range r.Engagements {
			e := &r.Engagements[i]
			if s.path != "" && e.Campaign != s.path {
				continue
			}
			f := counted(r.called(e.ID), e.Exposed, r.Visits).named(e.ID).of(e.ID)
			f.note = furthest(e)
			out = append(out, f)
		}
		if len(out) == 0 {
			return []fact{said("No engagements", "")}
		}
		return append([]fact{heading("Shown; enter opens one")}, out...)
	}
	for i := range r.Engagements {
		e := &r.Engagements[i]
		if e.ID != s.path {
			continue
		}
		out := []fact{heading("The furthest visits came")}
		for _, g := range e.Gates {
			if g.Visits > 0 {
				out = append(out, counted(g.Gate, g.Visits, r.Visits).to(s.path, g.Gate))
			}
		}
		shown := counted(engine.Shown.String(), e.Exposed, r.Visits).to(s.path, "exposed")
		shown.look = theme.Display
		return append(out, shown)
	}
	return nil
}

// furthest names the gate that stops most visits.
func furthest(e *replay.EngagementGates) string {
	var most replay.GateStop
	for _, g := range e.Gates {
		if g.Visits > most.Visits {
			most = g
		}
	}
	if most.Visits == 0 {
		return ""
	}
	return fmt.Sprintf("most stop at %s: %s", most.Gate, text.Number(most.Visits))
}

// pressure tells how many visits had how many displays.
func pressure(r *Report, s *scope) []fact {
	head := "By displays in a visit"
	if s.path != "" {
		head += ", of all campaigns"
	}
	out := []fact{heading(head)}
	last := len(r.Pressure.Visits) - 1
	for n, visits := range r.Pressure.Visits {
		if visits == 0 {
			continue
		}
		label := text.Many(int64(n), "display")
		if n == last {
			label = fmt.Sprintf("%d or more displays", n)
		}
		f := counted(label, visits, r.Visits).to("", "visits")
		f.query.Where = []replay.Narrowing{{By: replay.ByDisplays, Name: r.Pressure.Row(n)}}
		out = append(out, f)
	}
	scaled(out)
	if w := r.Pressure.Worst; w != nil {
		worst := counted(text.Many(r.Pressure.Most, "display"), 1, 0).named("worst")
		worst.visit, worst.note = w, w.Visitor+", "+w.Start.String()
		out = append(out, heading("The most in one visit"), worst)
	}
	return out
}

// mostBehind bounds the engagements that are named behind a fact nobody reports.
const mostBehind = 12

// conditions tells which conditions this traffic cannot turn, and what it
// never reports.
func conditions(r *Report, s *scope) []fact {
	c := r.Conditions
	if c == nil {
		return []fact{said("Not looked at", "this run did not look at conditions")}
	}
	mine := func(engagement string) bool {
		return s.path == "" || engagement == s.path || campaignOf(engagement) == s.path
	}
	called := r.apart()
	var never, always, idle, missing []fact
	for _, t := range c.List {
		if !mine(t.Engagement) {
			continue
		}
		f := fact{key: t.Engagement + t.Gate + t.Condition, label: t.Condition, number: text.Number(t.Decisive), value: float64(t.Decisive), bar: -1,
			note:  fmt.Sprintf("%s, %s; true %s, false %s, unknown %s", called(t.Engagement), t.Gate, text.Number(t.True), text.Number(t.False), text.Number(t.Unknown)),
			leads: t.Engagement}
		switch {
		case t.True == 0:
			never = append(never, f)
		case t.False == 0 && t.Unknown == 0:
			always = append(always, f)
		case t.Decisive == 0:
			idle = append(idle, f)
		}
	}
	for _, m := range c.Missing {
		var of []string
		for _, e := range m.Engagements {
			if mine(e) {
				of = append(of, called(e))
			}
		}
		if n := len(of); n > mostBehind {
			of = append(of[:mostBehind:mostBehind], text.Number(int64(n-mostBehind))+" more")
		}
		if len(of) > 0 {
			missing = append(missing, fact{key: "missing " + m.Report, label: m.Report, number: "never", bar: -1, note: strings.Join(of, ", ")})
		}
	}
	var out []fact
	for _, part := range []struct {
		title string
		facts []fact
	}{{"Never true", never}, {"Always true", always}, {"Turns, never decides", idle}, {"Never told here", missing}} {
		if len(part.facts) > 0 {
			out = append(append(out, heading(part.title)), part.facts...)
		}
	}
	if len(out) == 0 {
		out = []fact{said("Nothing to say", "every condition was true, false and decisive at some time")}
	}
	return append(out, said("Looked at", lookedAt(c)))
}

// lookedAt says how many visitors' conditions were looked at.
func lookedAt(c *replay.Conditions) string {
	said := text.Many(c.Evaluations, "evaluation") + " of " + text.Many(c.Visitors, "visitor")
	if c.OneIn > 1 {
		return fmt.Sprintf("%s, one in %d", said, c.OneIn)
	}
	return said + ", which are all"
}

// drawsListed bounds how many pairs of a zone are listed: the rest is summed up, and
// is there where a campaign or an engagement is looked at.
const drawsListed = 500

// draws tells who was displayed while whom else could have been.
func draws(r *Report, s *scope) []fact {
	if len(r.Draws) == 0 {
		return []fact{said("No draws", "no two engagements were ready in one zone at a time")}
	}
	var out []fact
	further, zone, listed, called := r.FurtherDraws, "", 0, r.apart()
	for _, d := range r.Draws {
		if s.path != "" && s.path != d.Winner && s.path != d.Loser && s.path != campaignOf(d.Winner) && s.path != campaignOf(d.Loser) {
			continue
		}
		if d.Zone != zone {
			zone, listed = d.Zone, 0
		}
		if listed++; listed > drawsListed {
			further += d.Draws
			continue
		}
		f := fact{key: d.Zone + d.Winner + ">" + d.Loser, label: called(d.Winner), number: text.Number(d.Draws), value: float64(d.Draws), bar: -1,
			note: "before " + called(d.Loser) + ", in the " + d.Zone + " zone", leads: d.Winner}
		out = append(out, f)
	}
	if len(out) == 0 {
		return []fact{said("No draws", "none with this one")}
	}
	out = append([]fact{heading("Displayed before others")}, scaled(out)...)
	if further > 0 {
		out = append(out, said("Further pairs", text.Number(further)+" draws of pairs that are not listed here"))
	}
	return out
}

// brokenDown tells the visits of a campaign or an engagement apart, or those of
// all.
func brokenDown(r *Report, s *scope, by string) []fact {
	path := s.path
	b := breakdownOf(r, path, by)
	if b == nil && s.depth == 2 {
		path = campaignOf(path)
		b = breakdownOf(r, path, by)
	}
	if b == nil {
		return []fact{said("Not broken down", "this run has no breakdown by "+by)}
	}
	title := "By " + by
	if by == replay.ByHour || by == replay.ByDay {
		title += ", " + r.Zone
	}
	head := heading(title)
	if path != s.path {
		head.note = "of the whole campaign"
	}
	out := []fact{head}
	for i := range b.Rows {
		row := &b.Rows[i]
		name := row.Name
		if name == "" {
			name = "unknown"
		}
		f := counted(name, row.Exposed, row.Visits).named("row "+row.Name).to(path, "exposed")
		f.query.Where = []replay.Narrowing{{By: by, Name: row.Name}}
		f.note = tally(&row.Counts)
		out = append(out, f)
	}
	if b.Other != nil {
		f := counted(fmt.Sprintf("%d others", b.Names), b.Other.Exposed, b.Other.Visits).named("others")
		f.note = tally(&b.Other.Counts)
		if b.Bounded {
			f.note += "; there were too many to keep apart"
		}
		out = append(out, f)
	}
	return out
}

// overTime tells the same by instants, with bars against the longest.
func overTime(r *Report, s *scope) []fact {
	by := replay.ByHour
	if breakdownOf(r, s.path, by) == nil && breakdownOf(r, campaignOf(s.path), by) == nil {
		by = replay.ByDay
	}
	facts := brokenDown(r, s, by)
	for i := range facts {
		facts[i].share = nil
	}
	return gapped(scaled(facts), by)
}

// gapped says between instants how many there are without a visit, or a curve
// would run over them.
func gapped(facts []fact, by string) []fact {
	layout, step, unit := time.RFC3339, time.Hour, "hour"
	if by == replay.ByDay {
		layout, step, unit = time.DateOnly, 24*time.Hour, "day"
	}
	var out []fact
	var last time.Time
	for _, f := range facts {
		at, err := time.Parse(layout, f.label)
		if n := int64(at.Sub(last) / step); err == nil && !last.IsZero() && n > 1 {
			out = append(out, said(text.Many(n-1, unit)+" without a visit", "").named("gap "+f.label))
		}
		if err == nil {
			last = at
		}
		out = append(out, f)
	}
	return out
}

func breakdownOf(r *Report, path, by string) *replay.Breakdown {
	for i := range r.Breakdowns {
		if b := &r.Breakdowns[i]; b.By == by && b.OfScope(path) {
			return b
		}
	}
	return nil
}

// tally says a row's counts in few words.
func tally(c *replay.Counts) string {
	return fmt.Sprintf("%s, %s, %s accepted, %s", text.Many(c.Visits, "visit"), text.Many(c.Displays, "display"), text.Number(c.Accepted), text.Many(c.Goals, "goal"))
}
