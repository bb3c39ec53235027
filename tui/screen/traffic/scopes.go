package traffic

import (
	"strings"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// scope is a row of the left pane: the account, a campaign or an engagement.
type scope struct {
	path  string // "", "campaign" or "campaign/engagement"
	name  string
	depth int
	r     *replay.Scope
	zone  string
}

// scopesOf lists what results tell of, engagements under their campaigns.
func scopesOf(r *Report) []*scope {
	out := []*scope{{name: "All campaigns", r: &r.Account}}
	below := map[string][]*scope{}
	for i := range r.Engagements {
		e := &r.Engagements[i]
		below[e.Campaign] = append(below[e.Campaign], &scope{path: e.ID, name: r.called(e.ID), depth: 2, r: &e.Scope, zone: e.Zone})
	}
	for i := range r.Campaigns {
		k := &r.Campaigns[i]
		out = append(out, &scope{path: k.ID, name: r.called(k.ID), depth: 1, r: &k.Scope})
		out = append(out, below[k.ID]...)
	}
	return out
}

// called is the name of a campaign or an engagement.
func (r *Report) called(path string) string {
	if n := r.Names[path]; n != "" {
		return n
	}
	return path
}

// apart says how engagements are called where those of several campaigns stand
// together: with the campaign, where two of them share a name.
func (r *Report) apart() func(path string) string {
	times := map[string]int{}
	for path, name := range r.Names {
		if strings.Contains(path, "/") {
			times[name]++
		}
	}
	return func(path string) string {
		name := r.called(path)
		if times[name] < 2 {
			return name
		}
		return name + " (" + r.called(campaignOf(path)) + ")"
	}
}

// campaignOf is the campaign of a path.
func campaignOf(path string) string {
	campaign, _, _ := strings.Cut(path, "/")
	return campaign
}

// The cells of a row of the left pane: its numbers, and what its name takes at
// least and, however much room there is, at most.
const (
	countWidth = 9
	leastNamed = 20
	mostNamed  = 48
)

// numbersShown are the columns of numbers beside a name.
const numbersShown = 5

// between is what stands between a name and its numbers, and between those.
const betweenColumns = 2

// setScopes sets the rows. The names have the room that they need before the
// numbers have theirs: those stand in the other pane, too.
func (s *Screen) setScopes(list []*scope) {
	s.named = leastNamed
	for _, sc := range list {
		s.named = max(s.named, 2*sc.depth+frame.Width(sc.name))
	}
	s.named = min(s.named, mostNamed)
	s.scopes.Columns[0].Width = s.named
	s.scopes.SetItems(list)
}

// wanted is how wide the left pane would be with n columns of numbers.
func (s *Screen) wanted(n int) int {
	return max(leastNamed, s.named) + n*(countWidth+betweenColumns) + 5 // the frame, the mark of the selection and the scroll bar
}

func newScopes() *widget.Table[*scope] {
	number := func(title string, rank int, of func(*replay.Scope) int64) widget.Column[*scope] {
		return widget.Column[*scope]{Title: title, Width: countWidth, Right: true, Rank: rank,
			Cell: func(s *scope) widget.Cell {
				n := of(s.r)
				if n == 0 {
					return widget.Cell{Text: "-", Look: theme.Muted}
				}
				return widget.T(text.Number(n))
			}}
	}
	t := widget.NewTable(func(s *scope) string { return "scope " + s.path },
		widget.Column[*scope]{Title: "Campaign, engagement", Width: leastNamed, Grow: 1, Whole: numbersShown, Cell: func(s *scope) widget.Cell {
			look := theme.Text
			if s.depth < 2 {
				look = theme.Strong
			}
			return widget.Cell{Text: strings.Repeat("  ", s.depth) + s.name, Look: look}
		}},
		number("Prospects", 2, func(r *replay.Scope) int64 { return r.Prospects }),
		number("Exposed", 0, func(r *replay.Scope) int64 { return r.Exposed }),
		number("Displays", 1, func(r *replay.Scope) int64 { return r.Displays }),
		number("Accepted", 3, func(r *replay.Scope) int64 { return r.Accepted }),
		number("Converted", 4, func(r *replay.Scope) int64 { return r.Converted }),
	)
	t.Searched = func(s *scope) string { return s.name + " " + s.path }
	return t
}
