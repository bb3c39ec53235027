package live

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// The actions of the page, and the one that opens it, which is of the screen
// around it.
const (
	Follow   keymap.ID = "traffic.follow"
	Freeze   keymap.ID = "traffic.live.pause"
	Campaign keymap.ID = "traffic.live.campaign"
	Stop     keymap.ID = "traffic.live.stop"
)

// scope is the page's part of the key catalogue.
const scope = "traffic.live"

// Opens is the action that opens the page.
func Opens() keymap.Action {
	return keymap.Action{ID: Follow, Title: "Follow a log", Hint: "follow", Keys: []string{"f"},
		Help: "Asks for the path of a log that is being written, and shows what is decided as it comes."}
}

// Scope is the scope of the page, while it is open.
func (p *Page) Scope() keymap.Scope {
	return keymap.Scope{Name: scope, Title: "Traffic, a followed log", Leak: keymap.LeakGlobal, Actions: []keymap.Action{
		{ID: Freeze, Title: "Pause or go on", Hint: "pause", Keys: []string{"space", "p"},
			Help: "Holds the picture still, while the log is read on, and shows what came meanwhile."},
		{ID: Campaign, Title: "Decisions of one campaign", Hint: "campaign", Keys: []string{"c"},
			Help: "Chooses whose decisions are shown: those of one campaign, or all."},
		{ID: Stop, Title: "Stop following", Hint: "stop", Keys: []string{"x"},
			Help: "Ends the following and goes back to the results; esc does so, too."},
	}}
}

// Ask asks which log to follow.
func (p *Page) Ask(ses *pane.Session) {
	ses.Shell.Ask(&dialog.Prompt{Title: "Follow a log", Label: "A web server's log or journeys in Beckon's own form, not compressed, also if it is rotated.", Hint: "path of the file",
		Value: p.log.Path, Max: 1024, Paths: ses.Paths,
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("give the path of a file")
			}
			return nil
		},
		Then: func(v string) tea.Cmd { return p.Follow(ses, Log{Path: strings.TrimSpace(v)}) }})
}

// Disabled tells why an action of the page cannot be done now.
func (p *Page) Disabled(id keymap.ID) string {
	switch id {
	case Freeze, Campaign, Stop:
		if !p.open {
			return "no log is followed"
		}
	}
	return ""
}

// Do does an action while the page is open.
func (p *Page) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	switch id {
	case Freeze:
		p.paused, p.held = !p.paused, 0
		p.refresh()
	case Campaign:
		p.choose()
	case Stop, keymap.Back:
		if id == keymap.Back && p.focus.Set(decisionsPane) {
			return nil, true
		}
		p.Stop()
	case keymap.NextPane:
		p.focus.Next()
	case keymap.PrevPane:
		p.focus.Prev()
	case keymap.Open:
		return p.play(), true
	default:
		return p.move(id, arg)
	}
	return nil, true
}

// move hands an action to the list with the focus, or to the one under the
// mouse, which takes the focus.
func (p *Page) move(id keymap.ID, arg any) (tea.Cmd, bool) {
	doers := [...]widget.Doer{decisionsPane: p.table, countsPane: p.counts}
	at := p.focus.Index()
	if pointer, ok := arg.(frame.Pointer); ok {
		for i, d := range doers {
			if pointer.Arg == d {
				at = i
			}
		}
		if id == keymap.Click {
			p.focus.Set(at)
		}
	}
	switch doers[at].Do(id, arg) {
	case widget.Ignored:
		return nil, false
	case widget.Opened:
		return p.play(), true
	}
	return nil, true
}

// choose asks whose decisions are shown.
func (p *Page) choose() {
	campaigns := p.campaigns()
	k := &dialog.Picker{Title: "Decisions of", Hint: "type to search", Items: []dialog.Item{{Title: "All campaigns", Value: ""}}}
	ids := slices.SortedFunc(maps.Keys(campaigns), func(a, b string) int {
		return cmp.Or(strings.Compare(campaigns[a], campaigns[b]), strings.Compare(a, b))
	})
	for i, c := range ids {
		if c == p.campaign {
			k.Start = i + 1
		}
		it := dialog.Item{Title: campaigns[c], Value: c}
		if !strings.Contains(it.Title, c) {
			it.Detail = c
		}
		k.Items = append(k.Items, it)
	}
	k.Then = func(it dialog.Item) tea.Cmd {
		p.campaign, _ = it.Value.(string)
		was := p.paused
		p.paused = false // what is chosen is chosen of all that came
		p.refresh()
		if p.paused = was; was {
			p.held = 0
		}
		return nil
	}
	p.ses.Shell.Ask(k)
}

// play has the Simulator play the visit of the selected decision; in the counts
// it shows the decisions of the selected one's campaign.
func (p *Page) play() tea.Cmd {
	if p.focus.At(countsPane) {
		if c, ok := p.counts.Selected(); ok && c.Gate == "" {
			p.campaign = campaignOf(c.Engagement)
			p.focus.Set(decisionsPane)
			p.refresh()
		}
		return nil
	}
	d, ok := p.table.Selected()
	if !ok || p.feed == nil {
		return nil
	}
	feed := p.feed
	return p.ses.Shell.Work("opening the visit", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		watch, err := feed.Play(ctx, d)
		return played{watch, err}
	})
}

// Hits adds what answers the mouse. It is asked after Rows.
func (p *Page) Hits(h *frame.Hits) {
	cols := p.columns()
	for i, which := range p.panesShown(len(cols)) {
		if which == countsPane {
			h.In(cols[i].X+1, cols[i].Y+1, p.counts.Hits)
		} else {
			h.In(cols[i].X+1, cols[i].Y+1, p.table.Hits)
		}
	}
}

// Filtered is the list with the focus.
func (p *Page) Filtered() pane.Filterable {
	if p.focus.At(countsPane) {
		return p.counts
	}
	return p.table
}

// Crumbs tell where the operator is.
func (p *Page) Crumbs() []string { return []string{"Live", p.log.Name()} }

// Status says how it goes in a few words.
func (p *Page) Status() string {
	switch {
	case p.now.Ended:
		return "ended"
	case p.paused:
		return "paused"
	}
	return "live"
}

// Read is the page in lines.
func (p *Page) Read() pane.Reading {
	r := pane.Reading{Title: "Traffic, live: " + p.log.Name(), Next: keymap.Open, Before: keymap.Back,
		Lines: []string{p.standing() + ".", "Rate " + p.rate() + ", lag " + p.lag() + ".", strings.Join(append(p.totals(), p.troubles()...), ", ") + "."}}
	list := p.table.Shown()
	list = list[:min(len(list), mostRead)]
	for _, d := range list {
		r.Items = append(r.Items, d.At.Time().Format("15:04:05")+", "+d.Visitor+", "+place(d.URL)+", "+d.said())
	}
	r.Choose = func(i int) tea.Cmd {
		p.table.Select("decision " + text.Number(list[i].Seq))
		return nil
	}
	for _, c := range p.counts.Items() {
		if c.Gate == "" {
			r.Lines = append(r.Lines, c.called()+": shown "+text.Number(c.Shown)+", accepted "+text.Number(c.Accepted)+", declined "+text.Number(c.Declined)+".")
		} else {
			r.Lines = append(r.Lines, "Stopped by "+c.Gate+": "+text.Many(c.Stopped, "page")+".")
		}
	}
	return r
}

// mostRead is how many decisions are read out.
const mostRead = 20

// said is what was decided, in words.
func (d Decision) said() string {
	if d.What == Nearest {
		return "nothing shown, " + d.about()
	}
	return string(d.What) + " " + d.about()
}
