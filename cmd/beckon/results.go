package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/sheet"
	"beckon/model/text"
)

// tableWidth is what tables for people fit in.
const tableWidth = 80

// What a replay can be told by, beside what is always told.
const (
	byPressure   = "pressure"
	byConditions = "conditions"
	byDraws      = "draws"
	byTime       = "time"
)

// breakdownNames are what --by takes.
func breakdownNames() []string {
	return []string{replay.ByCountry, replay.ByDevice, replay.BySource, replay.ByPage, byTime, byPressure, byConditions, byDraws}
}

// percent writes a share.
func percent(r *replay.Rate) string {
	if r == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", float64(r.Value)*100)
}

// percentWithin writes a share with its interval.
func percentWithin(r *replay.Rate) string {
	if r == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %% (%.1f to %.1f)", float64(r.Value)*100, float64(r.Low)*100, float64(r.High)*100)
}

// within writes an estimate with its interval, scaled and with so many decimals.
func within(e *replay.Estimate, scale float64, decimals int, unit string) string {
	if e == nil {
		return "-"
	}
	s := fmt.Sprintf("%.*f%s", decimals, float64(e.Value)*scale, unit)
	if e.Low != nil {
		s += fmt.Sprintf(" (%.*f to %.*f)", decimals, float64(*e.Low)*scale, decimals, float64(*e.High)*scale)
	}
	return s
}

// nameIn is a name that fits a column.
func nameIn(name string, runes int) string {
	if name == "" {
		return "unknown"
	}
	return text.Line(name, runes)
}

// printResults writes what a replay adds up to, for people: of a campaign, of
// "campaign/engagement", which is what is broken down then, or of all.
func printResults(w io.Writer, r *replay.Results, by []string, scope string) {
	campaign, _, _ := strings.Cut(scope, "/")
	if a := &r.Account; a.Displays > 0 {
		fmt.Fprintf(w, "contact   %s in %s, %s to a visit at most\n", many(a.Displays, "display"), many(a.Exposed, "visit"), number(r.Pressure.Most))
	}
	fmt.Fprintln(w)
	t := columns{head: []string{"campaign / engagement", "prospects", "control", "exposed", "displays", "accepted", "rate"}, right: []bool{false, true, true, true, true, true, true}}
	row := func(name string, s *replay.Scope) {
		t.rows = append(t.rows, []string{name, number(s.Prospects), number(s.Control), number(s.Exposed), number(s.Displays), number(s.Accepted), percent(s.Rates.Accepted)})
	}
	for c, engagements := range r.ByCampaign() {
		if campaign != "" && c.ID != campaign {
			continue
		}
		row(text.Line(c.ID, 80), &c.Scope)
		for _, e := range engagements {
			row("  "+text.Line(strings.TrimPrefix(e.ID, c.ID+"/"), 80), &e.Scope)
		}
	}
	t.write(w, "")
	printStops(w, r, campaign)
	printGoals(w, r, campaign)
	if campaign != "" {
		printCampaign(w, r, campaign)
	}
	for _, what := range by {
		fmt.Fprintln(w)
		switch what {
		case byPressure:
			printPressure(w, &r.Pressure)
		case byConditions:
			printConditions(w, r.Conditions, campaign)
		case byDraws:
			printDraws(w, r.Draws, r.FurtherDraws)
		default:
			printBreakdown(w, r, what, scope)
		}
	}
}

// printStops writes where visits stop.
func printStops(w io.Writer, r *replay.Results, campaign string) {
	stop := "stop"
	if r.Visits == 1 {
		stop = "stops"
	}
	fmt.Fprintf(w, "\nwhere the %s %s that an engagement is not shown to\n", many(r.Visits, "visit"), stop)
	indent := 30
	for i := range r.Engagements { // an id is copied into --visits: it is whole wherever it can be
		if e := &r.Engagements[i]; (campaign == "" || e.Campaign == campaign) && len(e.Gates) > 0 {
			indent = min(max(indent, utf8.RuneCountInString(e.ID)+2), tableWidth/2)
		}
	}
	for i := range r.Engagements {
		e := &r.Engagements[i]
		if campaign != "" && e.Campaign != campaign || len(e.Gates) == 0 {
			continue
		}
		stops := slices.Clone(e.Gates)
		slices.SortStableFunc(stops, func(a, b replay.GateStop) int { return int(min(1, max(-1, b.Visits-a.Visits))) })
		line := fmt.Sprintf("%-*s", indent, text.Line(e.ID, indent-2))
		width := indent
		for j, s := range stops {
			part := fmt.Sprintf("%s %s", s.Gate, number(s.Visits))
			switch {
			case j == 0:
			case width+2+len(part)+3 <= tableWidth || j == len(stops)-1 && width+2+len(part) <= tableWidth:
				line, width = line+", ", width+2
			case campaign == "":
				line += ", …"
				part = ""
			default:
				fmt.Fprintln(w, line+",")
				line, width = strings.Repeat(" ", indent), indent
			}
			if part == "" {
				break
			}
			line, width = line+part, width+len(part)
		}
		fmt.Fprintln(w, line)
	}
}

// printGoals writes goals and lift, a line a campaign.
func printGoals(w io.Writer, r *replay.Results, campaign string) {
	t := columns{head: []string{"goal of", "converted", "rate", "in control", "rate", "because of it"}, right: []bool{false, true, true, true, true, false}}
	for i := range r.Campaigns {
		c := &r.Campaigns[i]
		if c.Goal == "" || campaign != "" && c.ID != campaign {
			continue
		}
		because := c.Lift.Why
		if c.Lift.Incremental != nil {
			decimals := 1
			if max(*c.Lift.Incremental.High, -*c.Lift.Incremental.Low) >= 1000 {
				decimals = 0
			}
			because = within(c.Lift.Incremental, 1, decimals, "")
		}
		t.rows = append(t.rows, []string{text.Line(c.ID, 80), number(c.Converted), percent(c.Rates.Conversion), number(c.ControlConverted), percent(c.Rates.ControlConversion), because})
	}
	if len(t.rows) == 0 {
		return
	}
	fmt.Fprintln(w)
	t.write(w, "")
}

// printCampaign writes the rates of one campaign with their intervals.
func printCampaign(w io.Writer, r *replay.Results, id string) {
	i := slices.IndexFunc(r.Campaigns, func(c replay.CampaignResults) bool { return c.ID == id })
	if i < 0 {
		return
	}
	c := &r.Campaigns[i]
	fmt.Fprintf(w, "\n%s: %s, 95 %% intervals in brackets\n", text.Line(id, 40), many(c.ExposedVisitors, "visitor")+" exposed of "+many(c.ProspectVisitors, "prospect"))
	t := columns{right: []bool{false, false}}
	line := func(what, value string) { t.rows = append(t.rows, []string{what, value}) }
	line("exposed of prospects", percentWithin(c.Rates.Exposed))
	line("engaged of exposed", percentWithin(c.Rates.Engaged))
	line("accepted of displays", percentWithin(c.Rates.Accepted))
	line("declined of displays", percentWithin(c.Rates.Declined))
	line("timed out of displays", percentWithin(c.Rates.TimedOut))
	if f := c.Rates.AverageExposures; f != nil {
		line("displays a visit exposed", fmt.Sprintf("%.2f", float64(*f)))
	}
	kind := "assisting goals"
	if c.Conversion {
		kind = "conversions"
	}
	if c.Goal != "" {
		line(kind, fmt.Sprintf("%s, %s engaged, %s in control, %s left out", number(c.Goals), number(c.EngagedGoals), number(c.ControlGoals), many(c.Duplicates, "duplicate")))
		line("converted of exposed", percentWithin(c.Rates.Conversion))
		line("converted of engaged", percentWithin(c.Rates.EngagedConversion))
		line("converted of control", percentWithin(c.Rates.ControlConversion))
		if c.Lift.Why != "" {
			line("lift", c.Lift.Why)
		}
		if c.Lift.Incremental != nil {
			line("because of it", within(c.Lift.Incremental, 1, 1, ""))
			line("of all that converted", within(c.Lift.Share, 100, 1, " %"))
			line("more often than control", within(c.Lift.Uplift, 100, 1, " %"))
		}
	}
	for j := range c.Revenue {
		v := &c.Revenue[j]
		line("revenue "+nameIn(v.Currency, 10), fmt.Sprintf("%s, of engaged %s, of control %s", v.Exposed.In(v.Currency), v.Engaged.In(v.Currency), v.Control.In(v.Currency)))
		if j < len(c.RevenueLift) {
			l := &c.RevenueLift[j]
			s := l.Incremental.In(v.Currency)
			if l.Low != nil {
				s += fmt.Sprintf(" (%s to %s)", l.Low.In(v.Currency), l.High.In(v.Currency))
			}
			line("  because of it", s)
			if l.AverageOrder != nil {
				s := v.Exposed.AverageIn(v.Orders, v.Currency)
				if l.ControlAverageOrder != nil {
					s += ", of control " + v.Control.AverageIn(v.ControlOrders, v.Currency)
				}
				line("  average order", s)
			}
		}
	}
	t.write(w, "  ")
}

// printBreakdown writes a breakdown of a campaign, of "campaign/engagement", or
// of all.
func printBreakdown(w io.Writer, r *replay.Results, by, scope string) {
	i := slices.IndexFunc(r.Breakdowns, func(b replay.Breakdown) bool {
		return b.OfScope(scope) && (b.By == by || by == byTime && (b.By == replay.ByHour || b.By == replay.ByDay))
	})
	if i < 0 {
		fmt.Fprintf(w, "by %s: nothing\n", by)
		return
	}
	b := &r.Breakdowns[i]
	head := b.By
	if b.By == replay.ByHour {
		head = "hour, " + r.Zone
	} else if b.By == replay.ByDay {
		head = "day, " + r.Zone
	}
	// Of pages the name is what is long, and who is a prospect is no matter of
	// theirs. Of a campaign or an engagement, the visits are those that had
	// anything of it, which its prospects tell already, and not all.
	visits, runes := "visits", 80
	if b.By == replay.ByPage {
		runes = 200
		if scope != "" {
			visits = "visits with it"
		}
	}
	titles := []string{head, "prospects", visits, "exposed", "displays", "accepted", "converted"}
	told := func(cells []string) []string {
		switch {
		case b.By == replay.ByPage:
			return slices.Delete(cells, 1, 2)
		case scope != "":
			return slices.Delete(cells, 2, 3)
		}
		return cells
	}
	t := columns{head: told(titles)}
	for i := range t.head {
		t.right = append(t.right, i > 0)
	}
	row := func(name string, c *replay.Counts) {
		t.rows = append(t.rows, told([]string{name, number(c.Prospects), number(c.Visits), number(c.Exposed), number(c.Displays), number(c.Accepted), number(c.Converted)}))
	}
	for i := range b.Rows {
		name := nameIn(b.Rows[i].Name, runes)
		if b.By == replay.ByHour {
			name = strings.Replace(b.Rows[i].Name[:min(16, len(b.Rows[i].Name))], "T", " ", 1)
		}
		row(name, &b.Rows[i].Counts)
	}
	if b.Other != nil {
		row(fmt.Sprintf("%s other", number(int64(b.Names-len(b.Rows)))), &b.Other.Counts)
	}
	t.write(w, "")
	if b.Bounded {
		fmt.Fprintf(w, "more than %s names: those that came later are among the other\n", number(int64(b.Names)))
	}
}

func printPressure(w io.Writer, p *replay.Pressure) {
	t := columns{head: []string{"displays in a visit", "visits", ""}, right: []bool{true, true, false}}
	var most int64
	for _, n := range p.Visits {
		most = max(most, n)
	}
	for i, n := range p.Visits {
		if n == 0 {
			continue
		}
		name := number(int64(i))
		if i == len(p.Visits)-1 {
			name += " or more"
		}
		t.rows = append(t.rows, []string{name, number(n), strings.Repeat("#", int(max(1, 40*n/most)))})
	}
	t.write(w, "")
	if p.Worst != nil {
		fmt.Fprintf(w, "the worst visit: %s, visitor %s, from %s\n", many(p.Most, "display"), text.Line(p.Worst.Visitor, 40), p.Worst.Start)
	}
}

func printConditions(w io.Writer, c *replay.Conditions, campaign string) {
	if c == nil {
		return
	}
	fmt.Fprintf(w, "conditions at %s of %s", many(c.Evaluations, "evaluation"), many(c.Visitors, "visitor"))
	if c.OneIn > 1 {
		fmt.Fprintf(w, ", one in %s", number(int64(c.OneIn)))
	}
	fmt.Fprintln(w)
	for _, x := range c.List {
		var what string
		switch {
		case campaign != "" && !strings.HasPrefix(x.Engagement, campaign+"/"):
			continue
		case x.True+x.False == 0:
			what = "never known"
		case x.True == 0:
			what = "never true"
		case x.False+x.Unknown == 0:
			what = "never false"
		case x.Decisive == 0:
			what = "never decisive"
		default:
			continue
		}
		fmt.Fprintf(w, "  %-14s  %s\n  %-14s  %s: %s\n", what, text.Line(x.Engagement, 60), "", x.Gate, text.Line(x.Condition, 48))
	}
	for _, m := range c.Missing {
		fmt.Fprintf(w, "never reported: %s, which %s look at\n", text.Line(m.Report, 80), counted(len(m.Engagements), "engagement"))
	}
}

func printDraws(w io.Writer, list []replay.LostDraws, further int64) {
	t := columns{head: []string{"zone", "winner", "loser", "draws"}, right: []bool{false, false, false, true}}
	for _, d := range list {
		t.rows = append(t.rows, []string{text.Line(d.Zone, 20), text.Line(d.Winner, 160), text.Line(d.Loser, 160), number(d.Draws)})
	}
	if len(t.rows) == 0 {
		fmt.Fprintln(w, "draws: nothing competed")
		return
	}
	t.write(w, "")
	if further > 0 {
		fmt.Fprintf(w, "and %s of further pairs, which are too many to tell apart\n", many(further, "draw"))
	}
}

// countHead and countCells are the columns of counts in CSV.
func countHead() []string {
	return []string{"visits", "prospects", "prospectVisitors", "control", "displays", "exposed", "exposedVisitors", "accepted", "declined", "timedOut", "engaged",
		"goals", "engagedGoals", "controlGoals", "converted", "engagedConverted", "controlConverted"}
}

// countCells leaves visitors empty where they are not counted: a visit is under
// every page that it saw.
func countCells(c *replay.Counts, by string) []sheet.Cell {
	var out []sheet.Cell
	head := countHead()
	for i, n := range []int64{c.Visits, c.Prospects, c.ProspectVisitors, c.Control, c.Displays, c.Exposed, c.ExposedVisitors, c.Accepted, c.Declined, c.TimedOut, c.Engaged,
		c.Goals, c.EngagedGoals, c.ControlGoals, c.Converted, c.EngagedConverted, c.ControlConverted} {
		if by == replay.ByPage && strings.HasSuffix(head[i], "Visitors") {
			out = append(out, sheet.Number(""))
			continue
		}
		out = append(out, sheet.Int(n))
	}
	return out
}

// writeResultsCSV writes one table: of the scopes, with a column for every
// gate, or of one breakdown.
func writeResultsCSV(w io.Writer, r *replay.Results, by, scopeOf string) error {
	out := sheet.NewWriter(w)
	campaign, _, _ := strings.Cut(scopeOf, "/")
	if by != "" {
		out.Head(append([]string{"by", "campaign", "name"}, countHead()...)...)
		for _, b := range r.Breakdowns {
			if b.By != by && (by != byTime || b.By != replay.ByHour && b.By != replay.ByDay) || !b.OfScope(scopeOf) {
				continue
			}
			for i := range b.Rows {
				out.Row(append([]sheet.Cell{sheet.Text(b.By), sheet.Text(cmp.Or(b.Engagement, b.Campaign)), sheet.Text(b.Rows[i].Name)}, countCells(&b.Rows[i].Counts, b.By)...)...)
			}
			if b.Other != nil {
				out.Row(append([]sheet.Cell{sheet.Text(b.By), sheet.Text(cmp.Or(b.Engagement, b.Campaign)), sheet.Text("(other)")}, countCells(&b.Other.Counts, b.By)...)...)
			}
		}
		return out.Flush()
	}
	head := append([]string{"campaign", "engagement"}, countHead()...)
	head = append(head, "exposedRate", "engagedRate", "acceptedRate", "declinedRate", "timedOutRate", "conversionRate", "controlConversionRate", "averageExposures",
		"incremental", "incrementalLow", "incrementalHigh", "liftShare", "uplift", "lift", "revenue")
	for g := range engine.GateCount - 1 {
		head = append(head, "stop:"+engine.Gate(g).String())
	}
	out.Head(head...)
	scope := func(campaign, engagement string, s *replay.Scope, gates []replay.GateStop) {
		cells := append([]sheet.Cell{sheet.Text(campaign), sheet.Text(engagement)}, countCells(&s.Counts, "")...)
		rate := func(r *replay.Rate) {
			if r == nil {
				cells = append(cells, sheet.Number(""))
				return
			}
			cells = append(cells, sheet.Number(r.Value.String()))
		}
		for _, r := range []*replay.Rate{s.Rates.Exposed, s.Rates.Engaged, s.Rates.Accepted, s.Rates.Declined, s.Rates.TimedOut, s.Rates.Conversion, s.Rates.ControlConversion} {
			rate(r)
		}
		figure := func(f *replay.Figure) {
			if f == nil {
				cells = append(cells, sheet.Number(""))
				return
			}
			cells = append(cells, sheet.Number(f.String()))
		}
		figure(s.Rates.AverageExposures)
		lift := s.Lift
		if lift == nil {
			lift = &replay.Lift{}
		}
		value := func(e *replay.Estimate) *replay.Figure {
			if e == nil {
				return nil
			}
			return &e.Value
		}
		figure(value(lift.Incremental))
		if e := lift.Incremental; e != nil {
			figure(e.Low)
			figure(e.High)
		} else {
			figure(nil)
			figure(nil)
		}
		figure(value(lift.Share))
		figure(value(lift.Uplift))
		cells = append(cells, sheet.Text(lift.Why))
		var revenue []string
		for i := range s.Revenue {
			revenue = append(revenue, strings.TrimSpace(s.Revenue[i].Exposed.String()+" "+s.Revenue[i].Currency))
		}
		cells = append(cells, sheet.Text(strings.Join(revenue, "; ")))
		stops := make([]int64, engine.GateCount-1)
		for _, g := range gates {
			if x, ok := engine.ParseGate(g.Gate); ok && int(x) < len(stops) {
				stops[x] = g.Visits
			}
		}
		for _, n := range stops {
			if engagement == "" {
				cells = append(cells, sheet.Number(""))
			} else {
				cells = append(cells, sheet.Int(n))
			}
		}
		out.Row(cells...)
	}
	if campaign == "" {
		scope("", "", &r.Account, nil)
	}
	for c, engagements := range r.ByCampaign() {
		if campaign != "" && c.ID != campaign {
			continue
		}
		scope(c.ID, "", &c.Scope, nil)
		for _, e := range engagements {
			scope(c.ID, e.ID, &e.Scope, e.Gates)
		}
	}
	return out.Flush()
}
