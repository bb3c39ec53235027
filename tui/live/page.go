package live

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/site"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Bounds of what the page keeps and does.
const (
	mostKept    = 1000 // decisions
	mostSeconds = 240  // of the small charts: no row is wider
	apart       = 100 * time.Millisecond
	// Putting many counts in order costs more than all the rest of a frame: of
	// more than fewCounts that is done once in countsApart.
	fewCounts   = 500
	countsApart = time.Second
)

// The panes, in the order of the focus.
const (
	decisionsPane = iota
	countsPane
	panes
)

// Page follows one log at a time. The zero value follows none; New makes one.
type Page struct {
	ses *pane.Session
	src Source

	gen  int // of followings: news of older ones are dropped
	log  Log
	feed Feed
	stop context.CancelFunc
	open bool
	// asked: a command waits for news. hidden: the screen is not in sight, and
	// none is asked for.
	asked, hidden bool

	now, shown state // what is, and what is drawn: the same unless paused
	paused     bool
	held       int64 // decisions that came since the pause
	campaign   string
	countedAt  time.Time // the counts were put in order, by the feed's clock

	table  *widget.Table[Decision]
	counts *widget.Table[Count]
	focus  pane.Ring
	size   layout.Size
}

// state is what following came to.
type state struct {
	News
	seconds []Second
	kept    []Decision // the last first
	missed  int64
	counts  map[Count]Count // by the engagement and the gate alone
	note    string
	version int
}

// New makes a page that follows nothing yet.
func New(src Source) *Page {
	p := &Page{src: src, focus: pane.NewRing(panes)}
	p.table, p.counts = newDecisions(p.clock), newCounts()
	return p
}

// On tells whether the page is open.
func (p *Page) On() bool { return p.open }

type (
	// began is a following that began, or did not.
	began struct {
		gen  int
		feed Feed
		err  error
	}
	// came is what is new.
	came struct {
		gen  int
		news News
		err  error
	}
	// played is what the Simulator is handed.
	played struct {
		watch any
		err   error
	}
)

// Follow opens the page on a log.
func (p *Page) Follow(ses *pane.Session, log Log) tea.Cmd {
	p.Stop()
	p.ses, p.log, p.open = ses, log, true
	p.now, p.shown = state{counts: map[Count]Count{}}, state{}
	p.paused, p.held, p.campaign, p.countedAt = false, 0, "", time.Time{}
	p.table.SetFilter("")
	p.counts.SetFilter("")
	p.table.SetItems(nil)
	p.counts.SetItems(nil)
	p.table.Empty = "Nothing is decided yet."
	p.focus.Set(decisionsPane)
	ctx := ses.Ctx
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, p.stop = context.WithCancel(ctx)
	gen, src, stop := p.gen, p.src, p.stop
	return ses.Shell.Work("opening the log", func(waited context.Context) tea.Msg {
		// Opening may be given up; what was opened goes on until it is stopped.
		end := context.AfterFunc(waited, stop)
		feed, err := src.Follow(ctx, log)
		if !end() && err == nil {
			feed.Close()
			err = context.Canceled
		}
		return began{gen, feed, err}
	})
}

// Stop ends the following and closes the page.
func (p *Page) Stop() {
	p.gen++
	p.open, p.asked = false, false
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	p.feed = nil
}

// End is told that the program has ended, and waits until nothing goes on.
func (p *Page) End() {
	feed := p.feed
	p.Stop()
	if feed != nil {
		feed.Close()
	}
}

// Pause is told that the screen is hidden, or shown again: what comes meanwhile
// is kept by the feed, as far as it keeps anything.
func (p *Page) Pause(hidden bool) tea.Cmd {
	p.hidden = hidden
	return p.ask(0)
}

// ask has the feed asked for news, if that is not done already.
func (p *Page) ask(after time.Duration) tea.Cmd {
	if p.feed == nil || p.asked || p.hidden || p.now.Ended {
		return nil
	}
	p.asked = true
	gen, feed, ctx := p.gen, p.feed, p.ses.Ctx
	if ctx == nil {
		ctx = context.Background()
	}
	return pane.Wait(func() tea.Msg {
		if after > 0 {
			pane.Tick(ctx, after, nil)()
		}
		news, err := feed.Next(ctx)
		return came{gen, news, err}
	})
}

// Update takes the page's own messages.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case began:
		return p.began(m)
	case came:
		return p.came(m)
	case played:
		if m.err != nil {
			p.ses.Shell.Fail("opening the visit", m.err)
			return nil
		}
		return p.ses.Shell.Show("simulator", m.watch)
	}
	return nil
}

func (p *Page) began(m began) tea.Cmd {
	switch {
	case m.gen != p.gen:
		if m.feed != nil {
			return func() tea.Msg { m.feed.Close(); return nil }
		}
		return nil
	case errors.Is(m.err, context.Canceled):
		p.Stop()
		return nil
	case m.err != nil:
		p.Stop()
		if !p.whose(m.err) {
			p.ses.Shell.Fail("following "+p.log.Name(), m.err)
		}
		return nil
	}
	p.feed = m.feed
	return p.ask(0)
}

// came takes what is new.
func (p *Page) came(m came) tea.Cmd {
	if m.gen != p.gen {
		return nil
	}
	p.asked = false
	if m.err != nil { // the session ends
		return nil
	}
	p.now.take(m.news)
	if p.paused {
		p.held += int64(len(m.news.Decisions)) + m.news.Missed
	}
	if at := m.news.At; m.news.Ended || len(p.now.counts) <= fewCounts || at.Sub(p.countedAt) >= countsApart {
		p.refresh()
	} else {
		p.list()
	}
	switch {
	case !m.news.Ended:
		return p.ask(apart)
	case p.whose(m.news.Err):
		p.Stop()
	case m.news.Err != nil:
		p.ses.Shell.Fail("following "+p.log.Name(), m.news.Err)
	}
	return nil
}

// whose asks of which site the log is where that is needed, and follows it anew
// then.
func (p *Page) whose(err error) bool {
	log, ses := p.log, p.ses
	return site.Ask(ses.Shell, err, func(host string) tea.Cmd {
		log.Host = host
		return p.Follow(ses, log)
	})
}

// take adds what is new. What a picture may hold is never changed in place.
func (s *state) take(n News) {
	s.News = n
	s.version++
	s.missed += n.Missed
	if len(n.Notes) > 0 {
		s.note = n.Notes[len(n.Notes)-1]
	}
	if len(n.Seconds) > 0 {
		s.seconds = slices.Concat(s.seconds, n.Seconds)
		s.seconds = s.seconds[max(0, len(s.seconds)-mostSeconds):]
	}
	if len(n.Decisions) > 0 {
		kept := make([]Decision, 0, mostKept)
		for i := len(n.Decisions) - 1; i >= 0 && len(kept) < mostKept; i-- {
			kept = append(kept, n.Decisions[i])
		}
		s.kept = append(kept, s.kept[:min(len(s.kept), mostKept-len(kept))]...)
	}
	for _, c := range n.Counts {
		s.counts[Count{Engagement: c.Engagement, Gate: c.Gate}] = c
	}
	s.News.Decisions, s.News.Seconds, s.News.Counts, s.News.Notes = nil, nil, nil, nil
}

// refresh has what is drawn be what is, unless that is paused.
func (p *Page) refresh() {
	p.list()
	p.count()
}

// list does so for all but the counts.
func (p *Page) list() {
	if p.paused {
		return
	}
	p.shown = p.now
	items := p.now.kept
	if p.campaign != "" {
		items = nil
		for _, d := range p.now.kept {
			if d.Campaign == p.campaign {
				items = append(items, d)
			}
		}
	}
	first := p.table.AtFirst()
	p.table.SetItems(items)
	if first { // whoever looks at the newest goes on to look at the newest
		p.table.Do(keymap.First, nil)
	}
}

// count does so for the counts.
func (p *Page) count() {
	if p.paused {
		return
	}
	p.countedAt = p.now.At
	counts := make([]Count, 0, len(p.now.counts))
	for _, c := range p.now.counts {
		if p.campaign == "" || c.Gate != "" || campaignOf(c.Engagement) == p.campaign {
			counts = append(counts, c)
		}
	}
	slices.SortFunc(counts, byCount)
	p.counts.SetItems(counts)
}

// byCount puts engagements first, those shown most at the top, and then the
// gates, in their order.
func byCount(a, b Count) int {
	switch {
	case (a.Gate == "") != (b.Gate == ""):
		return strings.Compare(a.Gate, b.Gate)
	case a.Gate != "" && a.Rank != b.Rank:
		return b.Rank - a.Rank
	case a.Shown != b.Shown:
		return int(b.Shown - a.Shown)
	}
	return strings.Compare(a.Engagement, b.Engagement)
}

// campaigns are those that were counted, and what they are called, by their ids.
func (p *Page) campaigns() map[string]string {
	out := map[string]string{p.campaign: p.campaign}
	for _, c := range p.now.counts {
		if k := campaignOf(c.Engagement); k != "" {
			out[k] = cmp.Or(c.Called.Campaign, k)
		}
	}
	delete(out, "")
	return out
}

func campaignOf(path string) string {
	campaign, _, _ := strings.Cut(path, "/")
	return campaign
}

func newDecisions(clock func(Decision) string) *widget.Table[Decision] {
	key := func(d Decision) string { return "decision " + text.Number(d.Seq) }
	t := widget.NewTable(key,
		widget.Column[Decision]{Title: "UTC", Width: 10, Whole: 2, Cell: func(d Decision) widget.Cell { return widget.T(clock(d)) }},
		widget.Column[Decision]{Title: "Visitor", Width: 10, Grow: 1, Most: 24, Cell: func(d Decision) widget.Cell { return widget.T(d.Visitor) }},
		widget.Column[Decision]{Title: "Page", Width: 12, Grow: 1, Rank: 1, Cell: func(d Decision) widget.Cell { return widget.Cell{Text: place(d.URL), Look: theme.Muted} }},
		widget.Column[Decision]{Title: "Decided", Width: 9, Cell: func(d Decision) widget.Cell {
			switch d.What {
			case Nearest:
				return widget.Cell{Text: "nothing", Look: theme.Muted}
			case Shown:
				return widget.Cell{Text: string(d.What), Look: theme.Display}
			case Goal:
				return widget.Cell{Text: string(d.What), Look: theme.Goal}
			}
			return widget.T(string(d.What))
		}},
		widget.Column[Decision]{Title: "Engagement, or the gate", Width: 20, Grow: 3, Cell: func(d Decision) widget.Cell { return widget.T(d.about()) }},
	)
	t.Searched = func(d Decision) string {
		return strings.ToLower(d.Visitor + "\n" + d.URL + "\n" + string(d.What) + "\n" + d.about() + "\n" + d.id())
	}
	return t
}

// about is whom the decision is about, or what stops the nearest.
func (d Decision) about() string {
	switch {
	case d.What == Nearest && d.Margin != "":
		return d.Gate + ": " + d.called() + ", " + d.Margin
	case d.What == Nearest:
		return d.Gate + ": " + d.called()
	}
	return d.called()
}

// called is whom the decision is about.
func (d Decision) called() string {
	if d.Engagement == "" {
		return cmp.Or(d.Called.Campaign, d.Campaign)
	}
	return cmp.Or(d.Called.Engagement, d.Engagement)
}

// id is that of whom the decision is about, where it is not called so.
func (d Decision) id() string {
	id := cmp.Or(d.Engagement, d.Campaign)
	if strings.Contains(d.called(), id) {
		return ""
	}
	return id
}

// called is the engagement that is counted.
func (c Count) called() string { return cmp.Or(c.Called.Engagement, c.Engagement) }

// place is the part of a URL that tells pages of one site apart.
func place(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:]
		}
	}
	return url
}

func newCounts() *widget.Table[Count] {
	n := func(title string, rank int, of func(Count) int64) widget.Column[Count] {
		return widget.Column[Count]{Title: title, Width: 8, Right: true, Rank: rank, Cell: func(c Count) widget.Cell {
			if v := of(c); v != 0 {
				return widget.T(text.Number(v))
			}
			return widget.Cell{Text: "-", Look: theme.Muted}
		}}
	}
	t := widget.NewTable(func(c Count) string { return "count " + c.Engagement + "\x00" + c.Gate },
		widget.Column[Count]{Title: "Engagement, gate", Width: 16, Grow: 1, Cell: func(c Count) widget.Cell {
			if c.Gate != "" {
				return widget.Cell{Text: "stopped by " + c.Gate, Look: theme.Muted}
			}
			return widget.T(c.called())
		}},
		n("Shown", 0, func(c Count) int64 {
			if c.Gate != "" {
				return c.Stopped
			}
			return c.Shown
		}),
		n("Accepted", 1, func(c Count) int64 { return c.Accepted }),
		n("Declined", 2, func(c Count) int64 { return c.Declined }),
	)
	t.Searched = func(c Count) string { return strings.ToLower(c.called() + "\n" + c.Engagement + "\n" + c.Gate) }
	t.Empty = "Nothing is counted yet."
	return t
}

// Rows is the picture: how it goes above, what was decided and counted below.
func (p *Page) Rows(size layout.Size, focused bool) frame.Rows {
	p.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	th := p.ses.Theme
	head := p.head(th, size.W)
	head = head[:min(len(head), size.H)]
	cols := p.columns()
	parts := make([]frame.Rows, 0, len(cols))
	for i, at := range p.panesShown(len(cols)) {
		parts = append(parts, p.pane(th, at, cols[i].Size(), focused && p.focus.At(at)))
	}
	return frame.Above(head, frame.Beside(parts...))
}

// headRows is how many rows tell how it goes.
const headRows = 4

func (p *Page) columns() []layout.Rect {
	body := layout.Rect{W: p.size.W, H: p.size.H}
	out := layout.Columns(body, panes)
	if len(out) == panes {
		out = body.Columns(2, 1)
	}
	head := min(headRows, p.size.H)
	for i := range out {
		out[i].Y, out[i].H = head, out[i].H-head
	}
	return out
}

func (p *Page) panesShown(n int) []int {
	switch {
	case n >= panes:
		return []int{decisionsPane, countsPane}
	case p.focus.At(countsPane):
		return []int{countsPane}
	}
	return []int{decisionsPane}
}

func (p *Page) pane(th *theme.Theme, which int, size layout.Size, has bool) frame.Rows {
	box := widget.Box{Focused: has}
	inner := box.Inner(size)
	if which == countsPane {
		box.Title = "Counts"
		if n := p.shown.Looked; n > 0 {
			box.Note = "gates: " + text.Many(n, "page") + " looked at"
		}
		return box.Rows(th, size, p.counts.Rows(th, inner, has))
	}
	box.Title = "Decisions"
	if p.campaign != "" {
		box.Title += " of " + p.campaigns()[p.campaign]
	}
	n, _ := p.table.Count()
	box.Note = "the last " + text.Number(int64(n))
	foot := p.foot(th, inner.W)
	if inner.H < 3*len(foot) {
		foot = nil
	}
	return box.Rows(th, size, frame.Above(p.table.Rows(th, layout.Size{W: inner.W, H: inner.H - len(foot)}, has), foot))
}

// clock is when a decision was: by the clock, of another day with the day, and of
// another year the day alone.
func (p *Page) clock(d Decision) string {
	at, now := d.At.Time(), p.shown.At.UTC()
	switch {
	case now.IsZero() || at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return at.Format(time.TimeOnly)
	case at.Year() == now.Year():
		return at.Format("_2 Jan 15:04")
	}
	return at.Format(time.DateOnly)
}

// foot says the whole of the selected decision, whose row may be cut.
func (p *Page) foot(th *theme.Theme, w int) frame.Rows {
	d, ok := p.table.Selected()
	if !ok {
		return frame.Blank(w, footRows)
	}
	said := d.Visitor + " at " + d.At.Time().Format("2 Jan 2006 15:04:05 UTC") + " on " + d.URL + ": " + d.said()
	if id := d.id(); id != "" {
		said += " (" + id + ")"
	}
	if !d.Came.IsZero() {
		said += ", decided " + span(d.Came.Sub(d.At.Time())) + " later"
	}
	return widget.Whole(th, said, w, footRows)
}

// footRows are the lines below the list.
const footRows = 3
