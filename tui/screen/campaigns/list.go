package campaigns

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/approval"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// row is a campaign in the list. Rows are made anew with every world; nobody
// changes one that the table has.
type row struct {
	facts
	fold  string   // the name in lower case, to sort by
	zones []string // that it competes in
}

// facts are what a row is made of.
type facts struct {
	k     *model.Campaign
	state model.CampaignState
	goal  string
	sums
	saving bool
	asked  approval.State // of a request for approval; "": there is none

	enabled, total int
}

// rowsOf makes the list of a world at an instant. The rows before it stay where
// there is nothing new to tell.
func rowsOf(w *world, now time.Time, sums map[string]sums, before []*row) []*row {
	out := make([]*row, len(w.catalog.Campaigns))
	for i, k := range w.catalog.Campaigns {
		f := facts{k: k, state: w.frames.State(k, now), goal: k.Goal, sums: sums[k.ID]}
		if g, ok := item[*model.Goal](w, model.KindGoal, k.Goal); ok {
			f.goal = whole(g.Name, g.ID)
		}
		f.enabled, f.total = enabledOf(k)
		switch {
		case i < len(before) && before[i].facts == f:
			out[i] = before[i]
		case i < len(before) && before[i].k == k:
			out[i] = &row{f, before[i].fold, before[i].zones}
		default:
			out[i] = &row{f, strings.ToLower(cmp.Or(k.Name, k.ID)), zonesOf(k)}
		}
	}
	return out
}

// sums are the numbers of problems of a campaign and what it uses.
type sums struct{ failures, warnings int }

// The columns, in their order.
const (
	byName = iota
	byState
	byPriority
	byCheck
	byEngagements
	byGoal
	byControl
	byLOB
)

// newTable makes the list. Signs come from the theme at the time of drawing.
func newTable(th func() *theme.Theme, edited func(id string) bool) *widget.Table[*row] {
	order := map[model.CampaignState]int{}
	for i, s := range model.CampaignStates() {
		order[s] = i
	}
	name := func(a, b *row) int { return strings.Compare(a.fold, b.fold) }
	then := func(c int, a, b *row) int {
		if c != 0 {
			return c
		}
		return name(a, b)
	}
	t := widget.NewTable(func(r *row) string { return r.k.ID },
		widget.Column[*row]{Title: "Campaign", Width: 18, Grow: 3, Whole: 4,
			Cell: func(r *row) widget.Cell {
				if edited(r.k.ID) {
					return widget.Cell{Text: th().Edited + " " + whole(r.k.Name, r.k.ID), Look: theme.Warn}
				}
				return widget.T(whole(r.k.Name, r.k.ID))
			},
			Compare: name},
		widget.Column[*row]{Title: "State", Width: 15,
			Cell: func(r *row) widget.Cell {
				if r.saving {
					return widget.Cell{Text: th().Waiting + " saving", Look: theme.Warn}
				}
				if cell, ok := askedCell(th(), r.asked); ok {
					return cell
				}
				return stateCell(th(), r.state)
			},
			Compare: func(a, b *row) int { return then(order[a.state]-order[b.state], a, b) }},
		widget.Column[*row]{Title: "Prio", Width: 6, Rank: 2,
			Cell: func(r *row) widget.Cell {
				return widget.Cell{Text: tier(r.k.Priority), Look: [...]theme.Token{theme.Strong, theme.Text, theme.Muted}[r.k.Priority.Tier()]}
			},
			Compare: func(a, b *row) int { return then(a.k.Priority.Tier()-b.k.Priority.Tier(), a, b) }},
		widget.Column[*row]{Title: "Chk", Width: 3, Rank: 1,
			Cell: func(r *row) widget.Cell { return checkCell(th(), r) },
			Compare: func(a, b *row) int {
				return then(cmp.Or(b.failures-a.failures, b.warnings-a.warnings), a, b)
			}},
		widget.Column[*row]{Title: "Eng", Width: 3, Right: true, Rank: 3,
			Cell: func(r *row) widget.Cell {
				if r.enabled == r.total {
					return widget.T(strconv.Itoa(r.total))
				}
				return widget.Cell{Text: strconv.Itoa(r.enabled) + "/" + strconv.Itoa(r.total), Look: theme.Warn}
			},
			Compare: func(a, b *row) int { return then(cmp.Or(a.total-b.total, a.enabled-b.enabled), a, b) }},
		widget.Column[*row]{Title: "Goal", Width: 12, Grow: 2, Rank: 4,
			Cell: func(r *row) widget.Cell { return widget.Cell{Text: r.goal, Look: theme.Muted} },
			Compare: func(a, b *row) int {
				return then(strings.Compare(strings.ToLower(a.goal), strings.ToLower(b.goal)), a, b)
			}},
		widget.Column[*row]{Title: "Ctl", Width: 3, Right: true, Rank: 5,
			Cell: func(r *row) widget.Cell {
				return widget.Cell{Text: strconv.Itoa(r.k.Control()) + "%", Look: theme.Muted}
			},
			Compare: func(a, b *row) int { return then(a.k.Control()-b.k.Control(), a, b) }},
		widget.Column[*row]{Title: "LOB", Width: 8, Grow: 1, Rank: 6,
			Cell: func(r *row) widget.Cell { return widget.Cell{Text: r.k.LOB, Look: theme.Muted} },
			Compare: func(a, b *row) int {
				return then(strings.Compare(strings.ToLower(a.k.LOB), strings.ToLower(b.k.LOB)), a, b)
			}},
	)
	t.SortBy(byName, false)
	return t
}

// brief says of a campaign what its row may have no room for.
func (r *row) brief() string {
	out := whole(r.k.Name, r.k.ID) + ": goal " + r.goal + ", control group " + strconv.Itoa(r.k.Control()) + "%"
	if r.k.LOB != "" {
		out += ", " + text.Line(r.k.LOB, 60)
	}
	return out
}

// askedCell is the state of a campaign for which approval was asked.
func askedCell(th *theme.Theme, asked approval.State) (widget.Cell, bool) {
	switch asked {
	case approval.Waiting:
		return widget.Cell{Text: th.Waiting + " for approval", Look: theme.Warn}, true
	case approval.Approved:
		return widget.Cell{Text: th.Check + " approved", Look: theme.OK}, true
	case approval.Declined:
		return widget.Cell{Text: th.Cross + " declined", Look: theme.Danger}, true
	}
	return widget.Cell{}, false
}

func checkCell(th *theme.Theme, r *row) widget.Cell {
	switch {
	case r.failures > 0:
		return widget.Cell{Text: fmt.Sprintf("%s%d", th.Cross, r.failures), Look: theme.Danger}
	case r.warnings > 0:
		return widget.Cell{Text: fmt.Sprintf("%s%d", th.Glyphs.Warn, r.warnings), Look: theme.Warn}
	}
	return widget.Cell{}
}

// census counts campaigns by state.
type census map[model.CampaignState]int

// row is the line above the panes: how many campaigns there are in each state,
// with the sign that the list has for it. Where the room is short the gaps go
// first, then the words, since the signs are explained in the list.
func (c census) row(th *theme.Theme, total, w int) string {
	var out string
	for _, style := range []struct {
		gap   int
		all   string
		words bool
	}{{3, count(total, "campaign"), true}, {2, count(total, "campaign"), true}, {2, fmt.Sprint(total), true}, {2, fmt.Sprint(total), false}} {
		var b strings.Builder
		b.WriteString(" " + th.Paint(theme.Strong, style.all))
		for _, state := range model.CampaignStates() {
			if c[state] == 0 {
				continue
			}
			sign, look := stateSign(th, state)
			part := fmt.Sprintf("%s %d", sign, c[state])
			if style.words {
				part += " " + state.String()
			}
			b.WriteString(strings.Repeat(" ", style.gap) + th.Paint(look, part))
		}
		if out = b.String(); frame.Width(out) <= w {
			break
		}
	}
	return frame.FitWith(out, w, th.Ellipsis)
}

// rivalsOf counts the running campaigns in each zone.
func rivalsOf(rows []*row) rivals {
	out := rivals{}
	for _, r := range rows {
		if r.state != model.StateRunning {
			continue
		}
		for _, zone := range r.zones {
			n := out[zone]
			n[r.k.Priority.Tier()]++
			out[zone] = n
		}
	}
	return out
}

func censusOf(rows []*row) census {
	out := census{}
	for _, r := range rows {
		out[r.state]++
	}
	return out
}

// columnNames lists what the list can be sorted by.
func columnNames(t *widget.Table[*row]) []string {
	out := make([]string, len(t.Columns))
	for i := range t.Columns {
		out[i] = []string{byName: "name", byState: "state", byPriority: "priority", byCheck: "problems",
			byEngagements: "number of engagements", byGoal: "goal", byControl: "control group", byLOB: "line of business"}[i]
	}
	return slices.Clip(out)
}
