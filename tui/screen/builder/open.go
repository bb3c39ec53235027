package builder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// opened is the catalog and the operator's drafts, read by a command.
type opened struct {
	gen    int
	path   string // what is to be opened, empty for nothing
	stock  *stock // nil where nothing is to be opened
	drafts []Draft
	err    error
}

const readTime = time.Minute

// read reads everything anew, and then opens what a path names: a campaign, an
// engagement of one, a draft by its key, or a new campaign.
func (s *Screen) read(path string) tea.Cmd {
	s.gen++
	s.loading = true
	gen, keeper := s.gen, s.keeper
	return s.ses.Shell.Work("reading the catalog", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		data, err := keeper.Catalog(ctx)
		if err == nil && data.Catalog == nil {
			err = errors.New("there is no catalog")
		}
		if err != nil {
			return opened{gen: gen, path: path, err: err}
		}
		drafts, err := readDrafts(ctx, keeper, data)
		out := opened{gen: gen, path: path, drafts: drafts, err: err}
		if path != "" && err == nil {
			out.stock = newStock(data)
		}
		return out
	})
}

func (s *Screen) opened(m opened) tea.Cmd {
	if m.gen != s.gen {
		return nil
	}
	s.loading = false
	s.failed = m.err
	if m.err != nil {
		s.fail("reading the catalog", m.err)
		return nil
	}
	s.drafts.SetItems(m.drafts)
	if m.path == "" {
		return nil
	}
	listen := s.listen(m.stock.kept.Revision)
	return tea.Batch(s.openPath(m), listen)
}

// openPath opens what was asked for when everything was read.
func (s *Screen) openPath(m opened) tea.Cmd {
	if p := s.cutAt; p != nil && p.Key == m.path {
		s.cutAt = nil
		return s.comeBack(m, *p)
	}
	if m.path == NewCampaign {
		return s.begin(&model.Campaign{Header: model.Header{Kind: model.KindCampaign},
			TimeFrame: model.TimeFrame{Start: model.DateOf(s.ses.Now())}}, 0, s.newKey(), m.stock)
	}
	if m.path == Past {
		return s.readGone(func() tea.Cmd { return s.ses.Shell.Show("campaigns", nil) })
	}
	path, past := strings.CutPrefix(m.path, Past)
	path, twice := strings.CutPrefix(path, Copy)
	path, gone := strings.CutPrefix(path, Remove)
	id, engagement, _ := strings.Cut(path, "/")
	i := slices.IndexFunc(m.drafts, func(d Draft) bool { return d.Key == id })
	k := m.stock.base.Campaign(id)
	rev := m.stock.revisions[model.DocumentKey{Kind: model.KindCampaign, ID: id}]
	then := func(cmd tea.Cmd) tea.Cmd {
		switch {
		case s.work == nil:
			return cmd
		case past:
			return tea.Batch(cmd, s.openPast(false))
		case gone:
			s.askDelete(s.toCampaign(id))
		}
		return cmd
	}
	switch {
	case twice && k != nil: // of what is written, whatever a draft has
		return s.copyOf(k, m.stock)
	case gone && k != nil && i >= 0:
		return then(s.resume(m.drafts[i], m.stock))
	case i >= 0 && (k == nil || s.isDraft(path)):
		return then(s.resume(m.drafts[i], m.stock))
	case i >= 0:
		s.offer(m.drafts[i], k, rev, engagement, m.stock, then)
		return nil
	case k == nil && past:
		return s.openGone(id, m.stock)
	case k == nil:
		s.warn("There is no campaign " + text.Line(id, 64) + " any more; t in Campaigns lists what was deleted.")
		return nil
	}
	cmd := s.begin(k, rev, id, m.stock)
	s.choose(engagement)
	return then(cmd)
}

// toCampaign leads to a campaign in Campaigns.
func (s *Screen) toCampaign(id string) func() tea.Cmd {
	return func() tea.Cmd { return s.ses.Shell.Show("campaigns", id) }
}

// newKey is a name for the draft of a campaign that has no ID yet. It is no ID
// itself.
func (s *Screen) newKey() string { return "+" + s.ses.Now().UTC().Format("20060102-150405.000") }

// isDraft tells whether a path is one of the list of drafts and is opened
// from there.
func (s *Screen) isDraft(path string) bool {
	d, ok := s.drafts.Selected()
	return ok && s.work == nil && d.Key == path
}

// choose makes an engagement the one that the steps are about.
func (s *Screen) choose(id string) {
	if id == "" || s.work == nil {
		return
	}
	for i, e := range s.work.campaign().Engagements {
		if e != nil && e.ID == id {
			s.work.at = i
			s.work.refresh()
			s.goTo(stepStudio)
		}
	}
}

// begin opens a campaign as it is.
func (s *Screen) begin(k *model.Campaign, rev uint64, key string, st *stock) tea.Cmd {
	h, err := edit.NewHistory(k, rev)
	if err != nil {
		s.fail("opening the campaign", err)
		return nil
	}
	return s.show(newWork(s.ses, key, h, st, s.add))
}

func (s *Screen) show(w *work) tea.Cmd {
	keep := s.leave()
	delete(s.left, w)
	s.work, s.past, s.judged, s.looking, s.view = w, nil, judgement{}, false, 0
	s.filter = filter{}
	s.filled()
	return tea.Batch(keep, s.judge())
}

// offer asks whether to go on with a draft. Leaving it leaves the draft.
func (s *Screen) offer(d Draft, k *model.Campaign, rev uint64, engagement string, st *stock, then func(tea.Cmd) tea.Cmd) {
	p := &dialog.Picker{Title: "There is a draft of " + draftName(d), Hint: "esc leaves both", Items: []dialog.Item{
		{Title: "Go on with the draft", Key: ago(s.ses.Now(), d.At), Detail: "As you left it, with all that can be undone."},
		{Title: "Begin from what is saved", Detail: "The draft is dropped for good.", Danger: true, Value: true},
	}}
	p.Then = func(it dialog.Item) tea.Cmd {
		if it.Value == nil {
			return then(s.resume(d, st))
		}
		cmd := tea.Batch(s.begin(k, rev, k.ID, st), s.drop(d.Key))
		s.choose(engagement)
		return then(cmd)
	}
	s.ses.Shell.Ask(p)
}

// resume goes on with a draft.
func (s *Screen) resume(d Draft, st *stock) tea.Cmd {
	h, err := edit.LoadHistory(d.Work)
	if err != nil {
		s.fail("reading the draft", err)
		return nil
	}
	if _, ok := h.Document().(*model.Campaign); !ok {
		s.fail("reading the draft", errors.New("it holds no campaign"))
		return nil
	}
	begun, err := readBegun(d.Begun)
	if err != nil {
		s.fail("reading the draft", err)
		return nil
	}
	st.resume(d.Items, begun)
	w := newWork(s.ses, d.Key, h, st, s.add)
	w.drafted = true
	cmd := s.show(w)
	s.reopen(begun)
	s.say("Your draft is back, as you left it " + ago(s.ses.Now(), d.At) + ".")
	if now := st.revisions[keyOf(w.base())]; w.doc.settled() && now != h.Revision() {
		s.warn("Somebody has written the campaign since.")
		w.theirs = &theirs{Changed{Key: keyOf(w.base()), Document: st.base.Document(model.KindCampaign, w.base().ID), Revision: now}, ""}
		if k, ok := w.theirs.Document.(*model.Campaign); !ok || k == nil {
			w.theirs.Document = nil
		}
	}
	return cmd
}

// ago says how long something is past.
func ago(now, at time.Time) string {
	switch d := now.Sub(at); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return "on " + at.In(now.Location()).Format("2006-01-02")
}

func draftName(d Draft) string {
	if strings.TrimSpace(d.Name) == "" {
		return "a new campaign"
	}
	return text.Line(d.Name, 240)
}

func draftTable(ses func() *pane.Session) *widget.Table[Draft] {
	t := widget.NewTable(func(d Draft) string { return d.Key },
		widget.Column[Draft]{Title: "Draft", Width: 20, Grow: 1, Whole: 1, Cell: func(d Draft) widget.Cell { return widget.T(draftName(d)) }},
		widget.Column[Draft]{Title: "Left", Width: 14, Cell: func(d Draft) widget.Cell {
			return widget.Cell{Text: ago(ses().Now(), d.At), Look: theme.Muted}
		}})
	t.Empty = "No drafts. n begins a new campaign; e on a campaign in Campaigns edits it."
	return t
}

func checkName(name string) error {
	_, err := text.Name(name)
	return err
}
