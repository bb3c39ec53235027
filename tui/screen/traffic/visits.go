package traffic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/widget"
)

// mostListed is how many visits are listed.
const mostListed = 5000

// visits are those behind a number.
type visits struct {
	title string
	query replay.Selector
	total int64
	table *widget.Table[replay.Found]
	// of names what a row is about, "" where all are about the same.
	of func(replay.Found) string
}

// listedAs are the numbers of which a visit may be listed more than once, and
// what is listed then.
var listedAs = map[string]string{"displays": "display", "accepts": "accept", "declines": "decline", "timeouts": "timeout", "goals": "goal", "control-goals": "goal"}

func (v *visits) note() string {
	what := cmp.Or(listedAs[v.query.What], "visit")
	n, _ := v.table.Count()
	if int64(n) < v.total {
		return fmt.Sprintf("%s of %s", text.Number(int64(n)), text.Many(v.total, what))
	}
	return text.Many(v.total, what)
}

type (
	// found are the visits that were asked for.
	found struct {
		asked int
		of    *Report
		title string
		query replay.Selector
		list  []replay.Found
		total int64
		err   error
	}
	// played is what the Simulator is handed.
	played struct {
		watch any
		err   error
	}
)

// list asks for the visits behind a fact.
func (s *Screen) list(f *fact) tea.Cmd {
	s.listed++
	asked, src, report, q, title := s.listed, s.src, s.report, *f.query, strings.TrimSpace(f.label)
	return s.ses.Shell.Work("looking for the visits", func(ctx context.Context) tea.Msg {
		list, total, err := src.Find(ctx, report, q, mostListed)
		return found{asked, report, title, q, list, total, err}
	})
}

func (s *Screen) found(m found) {
	if m.asked != s.listed || m.of != s.report {
		return
	}
	switch {
	case errors.Is(m.err, ErrGone):
		s.ses.Shell.Toast(widget.Warning, "The traffic or the catalog is not what it was: r replays it again.")
		return
	case errors.Is(m.err, context.Canceled):
		return
	case m.err != nil:
		s.ses.Shell.Fail("looking for the visits", m.err)
		return
	case len(m.list) == 0:
		s.ses.Shell.Toast(widget.Info, "No visit is behind this number.")
		return
	}
	v := &visits{title: m.title, query: m.query, total: m.total}
	v.of = s.naming(m.query)
	v.table = widget.NewTable(func(r replay.Found) string { return foundKey(r) },
		widget.Column[replay.Found]{Title: "Visitor", Width: 16, Grow: 2, Whole: 1, Cell: func(r replay.Found) widget.Cell { return widget.T(r.Visitor) },
			Compare: func(a, b replay.Found) int { return strings.Compare(a.Visitor, b.Visitor) }},
		widget.Column[replay.Found]{Title: "Visit", Width: 8, Grow: 1, Rank: 1, Cell: func(r replay.Found) widget.Cell { return widget.T(r.Visit) }},
		widget.Column[replay.Found]{Title: "At, UTC", Width: 20, Cell: func(r replay.Found) widget.Cell { return widget.T(r.At.Time().Format("2 Jan 2006 15:04:05")) },
			Compare: func(a, b replay.Found) int { return a.At.Time().Compare(b.At.Time()) }},
	)
	if v.of(m.list[0]) != "" {
		of := widget.Column[replay.Found]{Title: "Engagement", Width: 16, Grow: 2, Cell: func(r replay.Found) widget.Cell { return widget.T(v.of(r)) },
			Compare: func(a, b replay.Found) int { return strings.Compare(v.of(a), v.of(b)) }}
		if m.list[0].Engagement == "" {
			of.Title = "Campaign"
		}
		v.table.Columns = slices.Insert(v.table.Columns, 2, of)
	}
	v.table.SetItems(m.list)
	s.visits = v
	s.focus.Set(factsPane)
}

// naming names the engagement of every display and answer that is listed, or the
// campaign of every goal, unless the number is of that alone.
func (s *Screen) naming(q replay.Selector) func(replay.Found) string {
	called, apart := s.report.called, s.report.apart()
	return func(f replay.Found) string {
		switch {
		case strings.Contains(q.Scope, "/"), f.Engagement == "" && f.Campaign == q.Scope:
			return ""
		case f.Engagement == "":
			return called(f.Campaign)
		case q.Scope != "":
			return called(f.Engagement)
		}
		return apart(f.Engagement)
	}
}

// said is a row in words.
func (v *visits) said(r replay.Found) string {
	said := r.Visitor + ", visit " + r.Visit
	if of := v.of(r); of != "" {
		said = of + ", " + said
	}
	return said
}

// foundKey tells visits, and what is found in one visit, apart.
func foundKey(r replay.Found) string {
	return r.Visitor + "\x00" + r.Visit + "\x00" + r.At.String() + "\x00" + cmp.Or(r.Engagement, r.Campaign)
}

// play has the Simulator play a visit, with the trace of what was found in it, or
// else of the engagement that the number is of.
func (s *Screen) play(v replay.Found, engagement string) tea.Cmd {
	src, report := s.src, s.report
	if engagement = cmp.Or(v.Engagement, engagement); !strings.Contains(engagement, "/") {
		engagement = ""
	}
	return s.ses.Shell.Work("opening the visit", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		watch, err := src.Play(ctx, report, v, engagement)
		return played{watch, err}
	})
}
