package traffic

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

func (s *Screen) askRivals() tea.Cmd {
	src, o := s.src, s.order
	return s.begin("Pausing each campaign in turn", o, func(ctx context.Context, progress func(Progress), stops Stops) (any, error) {
		return src.Rivals(ctx, o, progress, stops)
	})
}

// others is what the other campaigns have more, in all.
func others(x *replay.WithoutCampaign) (displays, exposed int64) {
	for _, m := range x.Others {
		displays += m.Displays
		exposed += m.Exposed
	}
	return displays, exposed
}

// rivals makes the study of who takes what from whom.
func (s *Screen) rivals(r *Rivalry) *study {
	called := func(id string) string { return (&Report{Names: r.Names}).called(id) }
	rows := make([]*replay.WithoutCampaign, len(r.Paused))
	for i := range r.Paused {
		rows[i] = &r.Paused[i]
	}
	number := func(title string, w, rank int, plus string, of func(*replay.WithoutCampaign) int64) widget.Column[*replay.WithoutCampaign] {
		return widget.Column[*replay.WithoutCampaign]{Title: title, Width: w, Right: true, Rank: rank, Cell: func(x *replay.WithoutCampaign) widget.Cell {
			switch n := of(x); {
			case n == 0:
				return widget.Cell{Text: "-", Look: theme.Muted}
			case n > 0:
				return widget.T(plus + text.Number(n))
			default:
				return widget.T(text.Number(n))
			}
		}, Compare: func(a, b *replay.WithoutCampaign) int { return cmp.Compare(of(a), of(b)) }}
	}
	key := func(x *replay.WithoutCampaign) string { return "without " + x.Campaign }
	t := widget.NewTable(key,
		widget.Column[*replay.WithoutCampaign]{Title: "Without", Width: 18, Grow: 1, Most: 40, Cell: func(x *replay.WithoutCampaign) widget.Cell { return widget.T(called(x.Campaign)) }},
		number("Displays", 9, 2, "", func(x *replay.WithoutCampaign) int64 { return -x.Displays }),
		number("Visits", 9, 3, "", func(x *replay.WithoutCampaign) int64 { return -x.Exposed }),
		number("Others", 9, 0, "+", func(x *replay.WithoutCampaign) int64 { n, _ := others(x); return n }),
		widget.Column[*replay.WithoutCampaign]{Title: "Who has how many displays more", Width: 24, Grow: 2, Rank: 1, Cell: func(x *replay.WithoutCampaign) widget.Cell {
			return widget.Cell{Text: gainers(x, called), Look: theme.Muted}
		}},
	)
	t.Searched = func(x *replay.WithoutCampaign) string { return called(x.Campaign) + " " + gainers(x, called) }
	x := newStudy("What each campaign takes from the others", t, rows, key, func(x *replay.WithoutCampaign) string {
		return "Without " + called(x.Campaign) + ", " + text.Many(x.Displays, "display") + " in " + text.Many(x.Exposed, "visit") + " are gone, and " + gainers(x, called)
	})
	x.note = text.Many(r.Visits, "visit")
	x.about = []string{"Each row is a replay with the campaign paused. Who won which draws is in the view Draws."}
	if !r.Complete {
		x.about = append(x.about, "Stopped: the numbers are of the visitors up to "+r.UpTo+".")
	}
	if p := r.part(); p != "" {
		x.about = append(x.about, p)
	}
	x.enter = "the visits that change"
	x.open = onSelected(t, func(x *replay.WithoutCampaign) tea.Cmd {
		o, base := r.Order, r.Order.Catalog
		o.Catalog.Without, o.Catalog.Name = x.Campaign, "without "+called(x.Campaign)
		return s.compare(o, base)
	})
	return x
}

// gainers says what the others have without a campaign.
func gainers(x *replay.WithoutCampaign, called func(string) string) string {
	if len(x.Others) == 0 {
		return "the others have what they had"
	}
	var out []string
	for _, m := range x.Others {
		switch {
		case m.Displays != 0:
			out = append(out, fmt.Sprintf("%s %+d", called(m.Campaign), m.Displays))
		default:
			out = append(out, fmt.Sprintf("%s %+d visits", called(m.Campaign), m.Exposed))
		}
	}
	return strings.Join(out, ", ")
}
