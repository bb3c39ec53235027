package traffic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// askBase asks what the catalog of the traffic is compared with.
func (s *Screen) askBase(catalogs []Catalog) {
	p := &dialog.Picker{Title: "Compare " + s.order.Catalog.Name + " with", Hint: "type to search"}
	for _, c := range catalogs {
		if c.same(s.order.Catalog) || c.Last && s.order.Catalog.inForce() {
			continue
		}
		it := dialog.Item{Title: c.Name, Detail: c.About, Value: c}
		if c.Revision != 0 { // when, by whom and what is what one looks for
			it.Title += ": " + c.About
		}
		p.Items = append(p.Items, it)
	}
	p.Items = append(p.Items, dialog.Item{Title: "A catalog file", Detail: "Asks for the path of a file, or of a directory of files: it is the head, and " + s.order.Catalog.Name + " the base."})
	p.Hint = "type to search, or the number of a revision"
	p.Last = func(typed string) dialog.Item { return anyRevision(s.order.Catalog, typed) }
	p.Then = func(it dialog.Item) tea.Cmd {
		if it.Value == nil {
			s.askCatalogFile()
			return nil
		}
		// What stands is the base of a draft, and an earlier revision that of
		// what stands.
		base, o := it.Value.(Catalog), s.order
		if base.Draft != "" {
			base, o.Catalog = o.Catalog, base
		}
		return s.compare(o, base)
	}
	s.ses.Shell.Ask(p)
}

// anyRevision offers the revision whose number is typed, however long ago it was.
func anyRevision(of Catalog, typed string) dialog.Item {
	it := dialog.Item{Title: "another revision, by its number", Disabled: "type its number"}
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimSpace(typed), "@"), 10, 63)
	switch {
	case err != nil || n == 0:
	case of.Revision == n:
		it.Disabled = "it is the one that is compared"
	default:
		it = dialog.Item{Title: fmt.Sprintf("revision %d", n), Detail: "The catalog as it was then.", Value: Catalog{Revision: n, Name: fmt.Sprintf("revision %d", n)}}
	}
	return it
}

// askCatalogFile asks for the path of a catalog to compare with.
func (s *Screen) askCatalogFile() {
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Compare " + s.order.Catalog.Name + " with a file", Label: "A catalog in YAML or JSON, or a directory of such files.", Hint: "path of the file", Max: 1024, Paths: s.ses.Paths,
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("give the path of a file")
			}
			return nil
		},
		Then: func(v string) tea.Cmd {
			base, o := s.order.Catalog, s.order
			path := strings.TrimSpace(v)
			o.Catalog = Catalog{File: path, Name: text.Line(path, 80)}
			return s.compare(o, base)
		}})
}

func (s *Screen) compare(o Order, base Catalog) tea.Cmd {
	src := s.src
	return s.begin("Comparing "+base.Name+" with "+o.Catalog.Name, o, func(ctx context.Context, progress func(Progress), stops Stops) (any, error) {
		return src.Compare(ctx, o, base, progress, stops)
	})
}

// comparison makes the study of a contrast: a row for all campaigns, and for
// each, those that changed most first.
func (s *Screen) comparison(c *Contrast) *study {
	rows := []*replay.ChangeCounts{&c.Total}
	each := make([]*replay.ChangeCounts, len(c.Each))
	for i := range c.Each {
		each[i] = &c.Each[i]
	}
	slices.SortStableFunc(each, func(a, b *replay.ChangeCounts) int { return cmp.Compare(changes(b), changes(a)) })
	rows = append(rows, each...)
	called := func(x *replay.ChangeCounts) string {
		if x.Campaign == "" {
			return "All campaigns"
		}
		return c.called(x.Campaign)
	}
	number := func(title string, w, rank int, of func(*replay.ChangeCounts) int64, look theme.Token) widget.Column[*replay.ChangeCounts] {
		return widget.Column[*replay.ChangeCounts]{Title: title, Width: w, Right: true, Rank: rank, Cell: func(x *replay.ChangeCounts) widget.Cell {
			n := of(x)
			if n == 0 {
				return widget.Cell{Text: "-", Look: theme.Muted}
			}
			return widget.Cell{Text: text.Number(n), Look: look}
		}, Compare: func(a, b *replay.ChangeCounts) int { return cmp.Compare(of(a), of(b)) }}
	}
	key := func(x *replay.ChangeCounts) string { return "change " + x.Campaign }
	t := widget.NewTable(key,
		widget.Column[*replay.ChangeCounts]{Title: "Visits shown", Width: 18, Grow: 1, Whole: 2, Cell: func(x *replay.ChangeCounts) widget.Cell {
			look := theme.Text
			if x.Campaign == "" {
				look = theme.Strong
			}
			return widget.Cell{Text: called(x), Look: look}
		}},
		number("Base", 9, 2, func(x *replay.ChangeCounts) int64 { return x.Base }, theme.Text),
		number("Head", 9, 2, func(x *replay.ChangeCounts) int64 { return x.Head }, theme.Text),
		number("Same", 9, 3, func(x *replay.ChangeCounts) int64 { return x.Same }, theme.Muted),
		number("Gained", 9, 0, func(x *replay.ChangeCounts) int64 { return x.Gained }, theme.OK),
		number("Lost", 9, 0, func(x *replay.ChangeCounts) int64 { return x.Lost }, theme.Danger),
		number("Moved", 9, 1, func(x *replay.ChangeCounts) int64 { return x.Moved }, theme.Accent),
	)
	t.Searched = func(x *replay.ChangeCounts) string { return called(x) + " " + x.Campaign }
	x := newStudy("Base: "+c.Base.Name+"; head: "+c.Order.Catalog.Name, t, rows, key, func(x *replay.ChangeCounts) string {
		of := func(n int64) string {
			if x.Base == 0 {
				return text.Number(n)
			}
			return text.Number(n) + " (" + percent(float64(n)/float64(x.Base)) + " of base)"
		}
		return called(x) + ": shown in " + text.Many(x.Base, "visit") + " under base, " + text.Number(x.Head) + " under head; gained " + of(x.Gained) + ", lost " + of(x.Lost) + ", moved " + of(x.Moved)
	})
	x.note = text.Many(c.Visits, "visit")
	switch n := changes(&c.Total); {
	case n == 0:
		x.about = []string{"Nothing differs: every visit is shown the same under both."}
	default:
		x.about = []string{fmt.Sprintf("%s of %s fare otherwise. Moved: shown other engagements.", text.Many(n, "visit"), text.Number(c.Visits))}
	}
	if !c.Complete {
		x.about = append(x.about, "Stopped: the numbers are of the visitors up to "+c.UpTo+".")
	}
	if p := c.part(); p != "" {
		x.about = append(x.about, p)
	}
	x.about = append(x.about, differ(c.Differs))
	x.differs = func() *study { return differences(c) }
	x.enter = "the visits"
	x.open = onSelected(t, func(x *replay.ChangeCounts) tea.Cmd { return s.listChanges(c, x.Campaign, called(x)) })
	return x
}

// differ says what the catalogs have otherwise.
func differ(list []Difference) string {
	if len(list) == 0 {
		return "The catalogs are the same."
	}
	return "The catalogs differ in " + DifferWords(list, 0) + ": D lists it."
}

// DifferWords counts differences kind by kind, and names the objects of kinds
// that have so few; "" where there are none.
func DifferWords(list []Difference, few int) string {
	var kinds []string
	for i := 0; i < len(list); {
		var ids []string
		kind := list[i].Kind
		for ; i < len(list) && list[i].Kind == kind; i++ {
			ids = append(ids, list[i].ID)
		}
		said := text.Many(int64(len(ids)), strings.ReplaceAll(kind, "-", " "))
		switch {
		case kind == string(model.KindSettings):
			said = "the account settings"
		case len(ids) <= few:
			said += " (" + strings.Join(ids, ", ") + ")"
		}
		kinds = append(kinds, said)
	}
	return strings.Join(kinds, ", ")
}

// differences makes the study of what two catalogs have otherwise.
func differences(c *Contrast) *study {
	key := func(d *Difference) string { return d.Kind + "/" + d.ID }
	look := map[string]theme.Token{InBase: theme.Danger, InHead: theme.OK}
	rows := make([]*Difference, len(c.Differs))
	for i := range c.Differs {
		rows[i] = &c.Differs[i]
	}
	t := widget.NewTable(key,
		widget.Column[*Difference]{Title: "Kind", Width: 12, Cell: func(d *Difference) widget.Cell { return widget.T(d.Kind) }, Compare: func(a, b *Difference) int { return strings.Compare(a.Kind, b.Kind) }},
		widget.Column[*Difference]{Title: "Object", Width: 18, Grow: 1, Cell: func(d *Difference) widget.Cell { return widget.Cell{Text: d.Name, Look: theme.Strong} }},
		widget.Column[*Difference]{Title: "Is", Width: 10, Cell: func(d *Difference) widget.Cell { return widget.Cell{Text: d.How, Look: look[d.How]} }},
		widget.Column[*Difference]{Title: "What", Width: 24, Grow: 3, Rank: 1, Cell: func(d *Difference) widget.Cell { return widget.T(strings.Join(d.Fields, "; ")) }},
	)
	t.Searched = func(d *Difference) string {
		return d.Kind + " " + d.ID + " " + d.Name + " " + d.How + " " + strings.Join(d.Fields, " ")
	}
	x := newStudy("What differs", t, rows, key, func(d *Difference) string {
		said := d.Kind + " " + d.Name + " (" + d.ID + "): " + d.How
		if len(d.Fields) > 0 {
			said += "; " + strings.Join(d.Fields, "; ")
		}
		return said
	})
	x.note = text.Many(int64(len(rows)), "object")
	x.about = []string{"Base: " + c.Base.Name + "; head: " + c.Order.Catalog.Name + "."}
	return x
}

// changes counts the visits that fare otherwise.
func changes(c *replay.ChangeCounts) int64 { return c.Gained + c.Lost + c.Moved }

// called is the name of a campaign or an engagement of either catalog.
func (c *Contrast) called(path string) string { return c.side(0).called(path) }

type (
	// changed are the visits of a contrast that were asked for.
	changed struct {
		asked int
		of    *Contrast
		title string
		list  []replay.Changed // of one campaign, the kinds are how that campaign fares
		total int64
		err   error
	}
	// traced is why one of them changed.
	traced struct {
		asked int
		of    *Contrast
		visit replay.Changed
		list  []Trace
		err   error
	}
)

func (s *Screen) listChanges(c *Contrast, campaign, title string) tea.Cmd {
	s.listed++
	asked, src := s.listed, s.src
	return s.ses.Shell.Work("looking for the visits", func(ctx context.Context) tea.Msg {
		list, total, err := src.Changes(ctx, c, campaign, mostListed)
		for i := range list {
			for _, k := range list[i].Campaigns {
				if k.Campaign == campaign {
					list[i].Kind = k.Kind // as the row of the campaign counts it
				}
			}
		}
		return changed{asked, c, title, list, total, err}
	})
}

// changed lists the changed visits.
func (s *Screen) changed(m changed) {
	switch {
	case m.asked != s.listed:
		return
	case m.err != nil:
		s.failedStudy("looking for the visits", m.err)
		return
	case len(m.list) == 0:
		s.ses.Shell.Toast(widget.Info, "No visit of "+m.title+" fares otherwise.")
		return
	}
	// alone names what only one of the catalogs shows.
	alone := func(r replay.Changed) (base, head string) {
		named := func(list []string) string {
			if len(list) == 0 {
				return "-"
			}
			out := make([]string, len(list))
			for i, p := range list {
				out[i] = m.of.called(p)
			}
			return strings.Join(out, ", ")
		}
		b, h := r.Alone()
		return named(b), named(h)
	}
	look := map[replay.ChangeKind]theme.Token{replay.Gained: theme.OK, replay.Lost: theme.Danger, replay.Moved: theme.Accent}
	key := func(r replay.Changed) string { return r.Visitor + "\x00" + r.Visit + "\x00" + r.At.String() }
	t := widget.NewTable(key,
		widget.Column[replay.Changed]{Title: "Change", Width: 7, Cell: func(r replay.Changed) widget.Cell { return widget.Cell{Text: string(r.Kind), Look: look[r.Kind]} },
			Compare: func(a, b replay.Changed) int { return strings.Compare(string(a.Kind), string(b.Kind)) }},
		widget.Column[replay.Changed]{Title: "Visitor", Width: 12, Grow: 1, Cell: func(r replay.Changed) widget.Cell { return widget.T(r.Visitor) },
			Compare: func(a, b replay.Changed) int { return strings.Compare(a.Visitor, b.Visitor) }},
		widget.Column[replay.Changed]{Title: "At, UTC", Width: 15, Rank: 1, Cell: func(r replay.Changed) widget.Cell { return widget.T(r.At.Time().Format("2 Jan 15:04:05")) },
			Compare: func(a, b replay.Changed) int { return cmp.Compare(a.At, b.At) }},
		widget.Column[replay.Changed]{Title: "Base alone", Width: 16, Grow: 2, Cell: func(r replay.Changed) widget.Cell { base, _ := alone(r); return widget.T(base) }},
		widget.Column[replay.Changed]{Title: "Head alone", Width: 16, Grow: 2, Cell: func(r replay.Changed) widget.Cell { _, head := alone(r); return widget.T(head) }},
	)
	t.Searched = func(r replay.Changed) string {
		base, head := alone(r)
		return string(r.Kind) + " " + r.Visitor + " " + r.Visit + " " + base + " " + head
	}
	x := newStudy(m.title, t, m.list, key, func(r replay.Changed) string {
		base, head := alone(r)
		return string(r.Kind) + ": visitor " + r.Visitor + ", visit " + r.Visit + ", at " + r.At.String() + "; base alone: " + base + "; head alone: " + head
	})
	x.note = text.Many(m.total, "visit")
	if n := int64(len(m.list)); n < m.total {
		x.note = text.Number(n) + " of " + x.note
	}
	x.enter = "both traces"
	x.open = onSelected(t, func(r replay.Changed) tea.Cmd { return s.trace(m.of, r) })
	x.barred = m.of.barred()
	x.under = func(i int) tea.Cmd {
		return onSelected(t, func(r replay.Changed) tea.Cmd { return s.playUnder(m.of, r, i) })()
	}
	s.push(x)
}

// barred says of base and head why they do not play in the Simulator, "" where
// they do.
func (c *Contrast) barred() (why [2]string) {
	for i := range why {
		if k := c.side(i).Order.Catalog; k.altered() || k.File != "" {
			why[i] = "it is no draft and no revision"
		}
	}
	return why
}

// playUnder has the Simulator play a changed visit under base or head.
func (s *Screen) playUnder(c *Contrast, v replay.Changed, side int) tea.Cmd {
	r := c.side(side)
	engagement := "" // what this side alone shows, or else what it lacks
	here, there := v.Alone()
	if side == 1 {
		here, there = there, here
	}
	if all := append(here, there...); len(all) > 0 {
		engagement = all[0]
	}
	src := s.src
	return s.ses.Shell.Work("opening the visit", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		watch, err := src.Play(ctx, r, replay.Found{Visitor: v.Visitor, Visit: v.Visit, At: v.At}, engagement)
		return played{watch, err}
	})
}

func (s *Screen) trace(c *Contrast, v replay.Changed) tea.Cmd {
	s.listed++
	asked, src := s.listed, s.src
	return s.ses.Shell.Work("tracing the visit", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		list, err := src.Traces(ctx, c, v)
		return traced{asked, c, v, list, err}
	})
}

// gateRow is one gate of an engagement under both catalogs; a row without a
// gate heads an engagement's.
type gateRow struct {
	key, gate, base, head string
	differs               bool
	heading               bool
}

// gateRows sets the gates of two traces side by side. Where the two part is
// marked. That a visit was not asked yet for a campaign's control group follows
// from a gate before: it would be the same group.
func gateRows(c *Contrast, list []Trace) []*gateRow {
	var out []*gateRow
	for _, t := range list {
		outcome := func(x *engine.Explanation) string {
			if x == nil {
				return "not in this catalog"
			}
			return x.Gate.String()
		}
		alone := t.Base == nil || t.Head == nil // one catalog has no such engagement: that is the difference
		out = append(out, &gateRow{key: t.Engagement, gate: c.called(t.Engagement), base: outcome(t.Base), head: outcome(t.Head), heading: true, differs: alone})
		for g := engine.Draft; g <= engine.Shown; g++ {
			said := func(x *engine.Explanation) (string, engine.Truth) {
				if x == nil {
					return "-", engine.Unknown
				}
				for i := range x.Gates {
					if k := &x.Gates[i]; k.Gate == g {
						return gateWords(k), k.Truth
					}
				}
				return "-", engine.Unknown
			}
			base, was := said(t.Base)
			head, is := said(t.Head)
			if base == "-" && head == "-" {
				continue
			}
			out = append(out, &gateRow{key: t.Engagement + " " + g.String(), gate: g.String(), base: base, head: head, differs: !alone && was != is && !(g == engine.CampaignControl && (was == engine.Unknown || is == engine.Unknown))})
		}
	}
	return out
}

// gateWords says how a gate stands: its truth, and what was looked at or is
// missing.
func gateWords(k *engine.GateTrace) string {
	said := map[engine.Truth]string{engine.True: "yes", engine.False: "no", engine.Unknown: "unknown"}[k.Truth]
	if k.Truth != engine.True && k.Margin != "" {
		return said + ": " + k.Margin
	}
	if k.Text != "" {
		return said + ": " + k.Text
	}
	return said
}

// traced shows why a visit fares otherwise.
func (s *Screen) traced(m traced) {
	switch {
	case m.asked != s.listed:
		return
	case m.err != nil:
		s.failedStudy("tracing the visit", m.err)
		return
	}
	rows := gateRows(m.of, m.list)
	key := func(r *gateRow) string { return r.key }
	look := func(r *gateRow) theme.Token {
		switch {
		case r.heading:
			return theme.Title
		case r.differs:
			return theme.Warn
		}
		return theme.Muted
	}
	mark := func(r *gateRow) string {
		if r.differs {
			return "<>"
		}
		return ""
	}
	t := widget.NewTable(key,
		widget.Column[*gateRow]{Title: "", Width: 2, Cell: func(r *gateRow) widget.Cell { return widget.Cell{Text: mark(r), Look: theme.Warn} }},
		widget.Column[*gateRow]{Title: "Gate", Width: 17, Grow: 1, Most: 30, Cell: func(r *gateRow) widget.Cell {
			if r.heading {
				return widget.Cell{Text: r.gate, Look: theme.Title}
			}
			return widget.Cell{Text: " " + r.gate, Look: look(r)}
		}},
		widget.Column[*gateRow]{Title: "Base", Width: 22, Grow: 3, Cell: func(r *gateRow) widget.Cell { return widget.Cell{Text: r.base, Look: look(r)} }},
		widget.Column[*gateRow]{Title: "Head", Width: 22, Grow: 3, Cell: func(r *gateRow) widget.Cell { return widget.Cell{Text: r.head, Look: look(r)} }},
	)
	t.Searched = func(r *gateRow) string { return r.gate + " " + r.base + " " + r.head }
	x := newStudy("Both traces at "+m.visit.At.Time().Format("2 Jan 2006 15:04:05 UTC"), t, rows, key, func(r *gateRow) string {
		return strings.TrimSpace(mark(r) + " " + r.gate + "; base: " + r.base + "; head: " + r.head)
	})
	x.note = m.visit.Visitor
	x.about = []string{"<> marks where base and head part."}
	for _, r := range rows {
		if r.differs {
			t.Select(r.key)
			break
		}
	}
	x.barred = m.of.barred()
	x.under = func(i int) tea.Cmd { return s.playUnder(m.of, m.visit, i) }
	s.push(x)
}
