package simulator

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/engine"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// narrow is what the rows are narrowed to, beside the text of the filter. The
// zero value shows all.
type narrow struct {
	gate     string // its code
	zone     string
	campaign string // its ID
}

func (n narrow) any() bool { return n != narrow{} }

// lets tells whether a row is shown.
func (n narrow) lets(r *row) bool {
	return (n.gate == "" || n.gate == r.code()) && (n.zone == "" || n.zone == r.zone) && (n.campaign == "" || n.campaign == r.campaignID)
}

// words says what is shown: "gate behavior, zone right".
func (n narrow) words() string {
	var out []string
	for _, p := range [][2]string{{"gate", n.gate}, {"zone", n.zone}, {"campaign", n.campaign}} {
		if p[1] != "" {
			out = append(out, p[0]+" "+p[1])
		}
	}
	return strings.Join(out, ", ")
}

// grouping is by what the rows stand together.
type grouping int

const (
	ungrouped grouping = iota
	byCampaign
	byZone
	byGate
	groupings // how many there are
)

var groupTitles = [groupings]string{byCampaign: "Campaign", byZone: "Zone", byGate: "Gate"}

// group is the name of the group that a row belongs to.
func (g grouping) group(r *row) string {
	switch g {
	case byCampaign:
		return r.campaign
	case byZone:
		return r.zone
	case byGate:
		if c := r.code(); c != "" {
			return c
		}
		return "not evaluated"
	}
	return ""
}

// together brings the rows of a group together, the groups in the order of
// their first rows, and writes into each row the words of its group: with the
// group's size in its first one.
func (g grouping) together(rows []row) {
	if g == ungrouped {
		return
	}
	first, size := map[string]int{}, map[string]int{}
	for i := range rows {
		name := g.group(&rows[i])
		if _, known := first[name]; !known {
			first[name] = i
		}
		size[name]++
		rows[i].group = name
	}
	slices.SortStableFunc(rows, func(a, b row) int { return first[a.group] - first[b.group] })
	for i := range rows {
		if i == 0 || rows[i-1].group != rows[i].group {
			rows[i].heads = size[rows[i].group]
		}
	}
}

// groupCell names the group: with its size where it begins, quietly after.
func (r row) groupCell() widget.Cell {
	if r.heads > 0 {
		return widget.Cell{Text: number(r.heads) + " " + r.group, Look: theme.Header}
	}
	return widget.Cell{Text: "  " + r.group, Look: theme.Muted}
}

// regroup goes to the next grouping.
func (s *Screen) regroup() {
	s.group = (s.group + 1) % groupings
	s.why.Columns = s.whyColumns()
	if s.focus != whyPane && s.focus != tracePane {
		s.focus = whyPane
	}
	s.order()
	if s.group == ungrouped {
		s.tell("The rows stand in one list.")
	} else {
		s.tell("The rows stand by " + strings.ToLower(groupTitles[s.group]) + ".")
	}
}

// askNarrow asks which engagements to show.
func (s *Screen) askNarrow() {
	count := map[narrow]int{}
	var gates, zones, campaigns []narrow
	name := map[string]string{}
	note := func(list *[]narrow, n narrow) {
		if count[n]++; count[n] == 1 {
			*list = append(*list, n)
		}
	}
	for i := range s.look.rows {
		r := &s.look.rows[i]
		if c := r.code(); c != "" {
			note(&gates, narrow{gate: c})
		}
		note(&zones, narrow{zone: r.zone})
		note(&campaigns, narrow{campaign: r.campaignID})
		name[r.campaignID] = r.campaign
	}
	slices.SortFunc(gates, func(a, b narrow) int {
		ga, _ := engine.ParseGate(a.gate)
		gb, _ := engine.ParseGate(b.gate)
		return int(gb) - int(ga)
	})
	slices.SortFunc(zones, func(a, b narrow) int { return strings.Compare(a.zone, b.zone) })
	slices.SortFunc(campaigns, func(a, b narrow) int { return strings.Compare(name[a.campaign], name[b.campaign]) })

	var items []dialog.Item
	if s.narrow.any() {
		items = append(items, dialog.Item{Title: "Everything", Detail: "Shows every engagement again; now: " + s.narrow.words() + ".", Key: plural(len(s.look.rows), "engagement"), Value: narrow{}})
	}
	for _, n := range gates {
		items = append(items, dialog.Item{Title: "gate " + n.gate, Group: "By gate", Key: number(count[n]), Detail: "Engagements that stand at this gate at the head.", Value: n})
	}
	for _, n := range zones {
		items = append(items, dialog.Item{Title: "zone " + n.zone, Group: "By zone", Key: number(count[n]), Detail: "Engagements that would take this zone.", Value: n})
	}
	for _, n := range campaigns {
		items = append(items, dialog.Item{Title: "campaign " + name[n.campaign], Group: "By campaign", Key: number(count[n]), Detail: "Engagements of " + n.campaign + ".", Value: n})
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Show which engagements?", Hint: "a gate, a zone or a campaign; one of each may hold at once", Items: items, Then: func(it dialog.Item) tea.Cmd {
		n := it.Value.(narrow)
		if n.any() { // one of each kind
			n = narrow{gate: first(n.gate, s.narrow.gate), zone: first(n.zone, s.narrow.zone), campaign: first(n.campaign, s.narrow.campaign)}
		}
		s.setNarrow(n)
		return nil
	}})
}

// first is the first text that there is.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// setNarrow narrows the rows and goes to them.
func (s *Screen) setNarrow(n narrow) {
	s.narrow = n
	s.traced, s.focus = s.traced && s.wide(), whyPane
	s.remember()
	s.order()
}

// detailed is for how many engagements the question why says at once what
// they miss; of the others the trace does.
const detailed = 200

// askWhy asks for an engagement, the nearest to showing first, and explains
// it.
func (s *Screen) askWhy() {
	rows := slices.Clone(s.look.rows)
	slices.SortStableFunc(rows, func(a, b row) int {
		if a.displayed() != b.displayed() { // what was there needs no explanation
			if a.displayed() {
				return 1
			}
			return -1
		}
		return nearer(a, b)
	})
	items := make([]dialog.Item, len(rows))
	for i, r := range rows {
		it := dialog.Item{Title: r.name, Key: r.code(), Group: "Not on the screen, the nearest first", Value: r.path}
		switch {
		case r.displayed() && r.past != nil:
			it.Group = "Displayed in the visit"
		case r.displayed():
			it.Group = "On the screen"
		case r.past != nil:
			it.Group = "Not displayed in the visit, the nearest first"
		}
		if i < detailed {
			it.Detail = r.path + ": " + s.whole(r)
		}
		items[i] = it
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Why does it show, or why not?", Hint: "type a part of its name", Items: items, Then: func(it dialog.Item) tea.Cmd {
		s.selectPath(it.Value.(string))
		s.openTrace()
		return nil
	}})
}

// displayed tells whether it is on the screen, or was in the visit that has
// ended.
func (r *row) displayed() bool { return r.on != nil || r.past != nil && r.past.last != "" }

// selectPath selects an engagement, and shows all rows again if it is hidden.
func (s *Screen) selectPath(path string) bool {
	s.pinned = true
	if s.why.Select(path) {
		s.explain()
		return true
	}
	s.narrow = narrow{}
	s.why.SetFilter("")
	s.order()
	ok := s.why.Select(path)
	s.explain()
	return ok
}
