package simulator

import (
	"cmp"
	"slices"
	"strings"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// row is one engagement of the catalog at the head.
type row struct {
	index          int
	path           string
	name, campaign string
	campaignID     string
	zone           string
	group          string // that it stands in, while the rows stand in groups
	heads          int    // rows of the group that it begins
	gate           engine.Gate
	evaluated      bool
	trueAt         journey.Instant
	on             *engine.OnScreen // nil: not on the screen
	past           *outcome         // of the visit that has ended, while none is open
}

// widestName is how many cells a name gets at most; the rest is for what is
// missing.
const widestName = 26

func (s *Screen) whyTable() *widget.Table[row] {
	t := widget.NewTable(func(r row) string { return r.path }, s.whyColumns()...)
	t.Empty = noEngagement
	t.Searched = func(r row) string { return s.users.searched(s.player.Engine(), r.index) + r.code() }
	return t
}

// whyColumns are the columns as the rows are grouped: what they stand together
// by comes first, and not once more.
func (s *Screen) whyColumns() []widget.Column[row] {
	out := []widget.Column[row]{{Title: "", Width: 1, Cell: func(r row) widget.Cell { return widget.Cell{Text: s.rowSign(r), Look: r.look()} }}}
	if s.group != ungrouped {
		out = append([]widget.Column[row]{{Title: groupTitles[s.group], Width: 17, Grow: 1, Most: widestName, Cell: row.groupCell}}, out...)
	}
	if s.group != byGate {
		out = append(out, widget.Column[row]{Title: "Gate", Width: 17, Cell: func(r row) widget.Cell { return widget.Cell{Text: r.code(), Look: r.look()} }})
	}
	out = append(out, widget.Column[row]{Title: "Engagement", Width: 16, Grow: 3, Most: widestName, Whole: 2, Cell: func(r row) widget.Cell { return widget.Cell{Text: s.followSign(r) + r.name} }})
	if s.group != byCampaign {
		out = append(out, widget.Column[row]{Title: "Campaign", Width: 16, Grow: 1, Most: widestName, Rank: 1, Cell: func(r row) widget.Cell { return widget.Cell{Text: r.campaign, Look: theme.Muted} }})
	}
	return append(out, widget.Column[row]{Title: "What is missing", Width: 34, Grow: 3, Cell: func(r row) widget.Cell {
		return widget.Cell{Text: s.margin(r), Look: theme.Muted}
	}})
}

const (
	noEngagement = "The catalog has no engagement."
	noMatch      = "Nothing matches the filter; esc shows all."
)

// code is what the row says of the engagement: the gate that stopped it, or
// that it is on the screen.
func (r row) code() string {
	switch {
	case r.on != nil:
		return engine.Shown.String()
	case !r.evaluated:
		return ""
	}
	return r.gate.String() // also of the ended visit: the furthest
}

func (r row) look() theme.Token {
	switch {
	case r.past != nil:
		return theme.Muted
	case r.on != nil:
		return theme.Display
	case r.trueAt != 0:
		return theme.Warn
	case r.evaluated && r.gate.Prospect():
		return theme.Info
	}
	return theme.Muted
}

func (s *Screen) rowSign(r row) string {
	th := s.ses.Theme
	switch {
	case r.on != nil, r.past != nil && r.past.last != "":
		return th.Shown
	case r.past != nil:
		return th.Dot
	case r.trueAt != 0:
		return th.Waiting
	case !r.evaluated:
		return th.Dot
	}
	return th.Blocked
}

// order makes the rows and puts them in order: by how near they are to
// showing, or as in the catalog.
func (s *Screen) order() {
	if s.player == nil {
		return
	}
	refs, f := s.player.Engine().Engagements(), &s.look.frame
	campaigns := s.player.Engine().Campaigns()
	var past []outcome
	if s.between() {
		past = s.outcomes()
	}
	rows := make([]row, len(refs))
	for i, ref := range refs {
		r := row{index: i, path: ref.Path, name: nameOf(ref.Engagement), campaign: campaigns[ref.Campaign].Name, campaignID: campaigns[ref.Campaign].ID, zone: ref.Zone}
		if i < len(past) {
			r.past = &past[i]
			r.evaluated, r.gate = past[i].at != replay.Position{}, past[i].gate
		} else if i < len(f.Decisions) {
			r.evaluated, r.gate = true, f.Decisions[i].Gate
			if at := f.Decisions[i].TrueAt; at > f.At {
				r.trueAt = at
			}
		}
		if x, ok := s.look.shown[i]; ok {
			on := x // here, so that only rows on the screen take room
			r.on = &on
			r.trueAt = 0
		}
		rows[i] = r
	}
	if s.near {
		slices.SortFunc(rows, func(a, b row) int { return cmp.Or(nearer(a, b), a.index-b.index) })
	}
	s.look.rows = rows
	rows = s.narrowed(rows)
	s.group.together(rows)
	s.why.SetItems(rows)
	if !s.pinned && len(rows) > 0 && s.why.Filter() == "" {
		s.why.Select(rows[0].path)
	}
	s.explain()
}

// narrowed leaves the rows that are to be shown. The one whose trace is read
// stays, whatever becomes of it.
func (s *Screen) narrowed(rows []row) []row {
	s.why.Empty = noEngagement
	if !s.narrow.any() {
		if s.group != ungrouped {
			return slices.Clone(rows)
		}
		return rows
	}
	s.why.Empty = "No engagement of " + s.narrow.words() + " now; f chooses others, esc shows all."
	read := ""
	if s.pinned && s.focus == tracePane {
		read, _ = s.why.SelectedKey()
	}
	out := make([]row, 0, len(rows))
	for i := range rows {
		if s.narrow.lets(&rows[i]) || rows[i].path == read {
			out = append(out, rows[i])
		}
	}
	return out
}

// nearer orders rows by nearness to showing: what is on the screen, then by
// how far they came, and among equals those that waiting helps, the soonest
// first.
func nearer(a, b row) int {
	if (a.on != nil) != (b.on != nil) {
		if a.on != nil {
			return -1
		}
		return 1
	}
	if c := cmp.Compare(b.gate, a.gate); c != 0 {
		return c
	}
	if (a.trueAt != 0) != (b.trueAt != 0) {
		if a.trueAt != 0 {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.trueAt, b.trueAt)
}

// margin says what the row is missing. Only rows in sight are asked.
func (s *Screen) margin(r row) string {
	if r.past != nil {
		return r.past.words()
	}
	if r.on != nil {
		out := "since " + clockOf(r.on.First) + ", " + r.on.Zone
		if r.on.Until != 0 {
			out += ", until " + clockOf(r.on.Until)
		}
		if a := string(r.on.Availability); a != "" && a != "online" {
			out += ", " + a
		}
		if r.on.Followed {
			out += ", followed"
		}
		return out
	}
	th, url := s.ses.Theme, ""
	if p := s.look.frame.State.Page; p != nil {
		url = p.URL
	}
	return needs(s.whole(r), url, th.Dot, th.Ellipsis)
}

// split takes a margin apart: what was looked at, and by how much it is short
// or when it would be true. The first is empty where there is no second.
func split(margin string) (seen, short string) {
	i := strings.LastIndex(margin, ": ")
	if i < 0 {
		return "", margin
	}
	for _, end := range []string{" short", " over", " stays"} {
		if strings.HasSuffix(margin, end) {
			return margin[:i], margin[i+2:]
		}
	}
	return "", margin
}

// whole says what the row is missing in the engine's own words.
func (s *Screen) whole(r row) string {
	if r.past != nil {
		return r.past.words()
	}
	x, ok := s.player.Explain(s.look.at, r.index)
	if !ok {
		return ""
	}
	out := x.Margin
	if out == "" {
		out = x.Gates[x.Gate].Text
	}
	if r.trueAt != 0 && !strings.Contains(out, "true at") {
		out += ": true at " + clockOf(r.trueAt) + " if the visitor stays"
	}
	return out
}
