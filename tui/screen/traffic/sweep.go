package traffic

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// thresholds are what can be swept.
type thresholds struct {
	order Order
	list  []Threshold
	err   error
}

func (s *Screen) askThreshold() tea.Cmd {
	src, o := s.src, s.order
	return s.ses.Shell.Work("reading the catalog", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		list, err := src.Thresholds(ctx, o)
		return thresholds{o, list, err}
	})
}

func (s *Screen) chooseThreshold(m thresholds) {
	if m.err != nil {
		s.failedStudy("reading the catalog", m.err)
		return
	}
	if len(m.list) == 0 {
		s.ses.Shell.Toast(widget.Info, "The catalog has no number to sweep.")
		return
	}
	p := &dialog.Picker{Title: "Sweep a threshold", Hint: "type to search"}
	sc, _ := s.selected()
	for _, x := range m.list {
		if sc != nil && sc.path != "" && x.Scope == campaignOf(sc.path) && p.Start == 0 {
			p.Start = len(p.Items)
		}
		p.Items = append(p.Items, dialog.Item{Title: x.Name, Detail: "is " + x.Value + "; " + x.Field, Group: x.Group, Value: x})
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		s.askValues(m.order, it.Value.(Threshold))
		return nil
	}
	s.ses.Shell.Ask(p)
}

// checked says what is wrong with values, while they can still be changed.
func (x Threshold) checked(said string) error {
	values, err := replay.ParseValues(said)
	if err != nil || x.Takes == nil {
		return err
	}
	for _, v := range values {
		if err := x.Takes(v); err != nil {
			return err
		}
	}
	return nil
}

func (s *Screen) askValues(o Order, x Threshold) {
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Sweep: " + x.Name, Label: fmt.Sprintf("It is %s. Values with commas between them, or a span such as 20..200:20 or 10s..60s:10s; up to %d.", x.Value, replay.MostSides),
		Hint: "values", Max: 400,
		Check: x.checked,
		Then: func(v string) tea.Cmd {
			values, err := replay.ParseValues(v)
			if err != nil {
				return nil
			}
			src := s.src
			return s.begin("Sweeping "+x.Name, o, func(ctx context.Context, progress func(Progress), stops Stops) (any, error) {
				return src.Sweep(ctx, o, x, values, progress, stops)
			})
		}})
}

// sweep makes the study of what values come to.
func (s *Screen) sweep(c *Curve) *study {
	type point = *replay.SweepPoint
	rows := make([]point, len(c.Points))
	most := int64(1)
	for i := range c.Points {
		rows[i] = &c.Points[i]
		most = max(most, rows[i].Displays)
	}
	perVisit := func(p point) string {
		if p.PerVisit == nil {
			return "-"
		}
		return fmt.Sprintf("%.2f", float64(*p.PerVisit))
	}
	number := func(title string, rank int, of func(point) int64) widget.Column[point] {
		return widget.Column[point]{Title: title, Width: 9, Right: true, Rank: rank, Cell: func(p point) widget.Cell { return widget.T(text.Number(of(p))) }}
	}
	key := func(p point) string { return "value " + p.Value }
	t := widget.NewTable(key)
	t.Searched = func(p point) string { return p.Value }
	x := newStudy("Sweep: "+c.Name, t, rows, key, func(p point) string {
		return c.Name + " at " + p.Value + ": " + text.Many(p.Displays, "display") + " in " + text.Many(p.Exposed, "visit") + " of " + text.Many(p.ExposedVisitors, "visitor") + "; of all campaigns " +
			perVisit(p) + " a visit that is shown anything, at most " + text.Number(p.Most)
	})
	x.lay = func(th *theme.Theme, w int) {
		bars := min(60, w-70)
		if s.plain || bars < 4 {
			bars = 0
		}
		t.Columns = []widget.Column[point]{
			{Title: "Value", Width: 10, Right: true, Cell: func(p point) widget.Cell {
				if p.Value == c.Value {
					return widget.Cell{Text: "now " + p.Value, Look: theme.Strong}
				}
				return widget.T(p.Value)
			}},
		}
		if bars > 0 {
			t.Columns = append(t.Columns, widget.Column[point]{Title: axisTitle(text.Many(most, "display"), bars), Width: bars, Cell: func(p point) widget.Cell {
				return widget.Cell{Text: bar(th, bars, float64(p.Displays)/float64(most)), Look: theme.Accent}
			}})
		}
		t.Columns = append(t.Columns, number("Displays", 0, func(p point) int64 { return p.Displays }),
			number("Visits", 2, func(p point) int64 { return p.Exposed }), number("Visitors", 1, func(p point) int64 { return p.ExposedVisitors }),
			widget.Column[point]{Title: "Per visit", Width: 9, Right: true, Rank: 1, Cell: func(p point) widget.Cell { return widget.T(perVisit(p)) }},
			number("Worst", 1, func(p point) int64 { return p.Most }))
		t.Refresh()
	}
	of := "all campaigns"
	if c.Scope != "" {
		of = c.Group
	}
	x.note = fmt.Sprintf("%d values", len(rows))
	x.about = []string{"Displays, visits and visitors are of " + strings.ToLower(of[:1]) + of[1:] + "; displays a visit and the worst visit are of all."}
	if !c.Complete {
		x.about = append(x.about, "Stopped: the numbers are of the visitors up to "+c.UpTo+".")
	}
	if p := c.part(); p != "" {
		x.about = append(x.about, p)
	}
	x.enter = "the visits that change"
	x.open = onSelected(t, func(p point) tea.Cmd {
		o, base := c.Order, c.Order.Catalog
		o.Catalog.Field, o.Catalog.Value, o.Catalog.Name = c.Field, p.Value, c.Name+" at "+p.Value
		return s.compare(o, base)
	})
	return x
}
