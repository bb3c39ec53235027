package activity

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
	"beckon/tui/pane"
)

const (
	pageSize   = 200
	near       = 50 // rows before the end of the list at which the next page is read
	readTime   = time.Minute
	retryAfter = 5 * time.Second
)

// search is what "/" narrows: the audit itself, by the keeper. The shell sets
// it on the program's goroutine and takes no command for it, so that a command
// waits for it.
type search struct {
	s     *Screen
	text  string
	query Query
	wrong error
	asked chan int // has room for one, which stands for all
}

var _ pane.Filterable = (*search)(nil)

// asked is the message that the search has changed.
type asked struct{}

// Filter implements pane.Filterable.
func (q *search) Filter() string { return q.text }

// SetFilter implements pane.Filterable. A search that cannot be read leaves the
// list as it is, and the status says what is wrong.
func (q *search) SetFilter(words string) {
	if words == q.text {
		return
	}
	q.text = words
	query, err := ParseQuery(words, q.s.ses.Now().Location())
	if q.wrong = err; err != nil {
		return
	}
	q.query = query
	select {
	case q.asked <- 0:
	default:
	}
}

// Count implements pane.Filterable: what was read, which is what there is to
// count.
func (q *search) Count() (shown, total int) { return len(q.s.entries), len(q.s.entries) }

func (q *search) wait() tea.Cmd {
	ctx, changed := q.s.ses.Ctx, q.asked
	return pane.Wait(func() tea.Msg {
		select {
		case <-changed:
			return asked{}
		case <-ctx.Done():
			return nil
		}
	})
}

// page is a page of entries, read by a command.
type page struct {
	gen     int
	first   bool
	entries []Entry
	err     error
}

// begin reads the newest entries that the search leaves.
func (s *Screen) begin() tea.Cmd {
	s.gen++
	if s.unfollow != nil {
		s.unfollow()
	}
	if s.unread != nil { // a search that is still being typed looks through everything once more with every key
		s.unread()
	}
	s.complete, s.reading = false, false
	if len(s.entries) == 0 {
		s.table.Empty = "Reading" + s.ses.Theme.Ellipsis
	}
	return s.read(true)
}

// read reads the next page, or the first.
func (s *Screen) read(first bool) tea.Cmd {
	if s.reading || s.complete {
		return nil
	}
	s.reading = true
	after := uint64(0)
	if n := len(s.entries); n > 0 && !first {
		after = s.entries[n-1].Seq
	}
	gen, keeper, q := s.gen, s.keeper, s.search.query
	wanted, unread := context.WithCancel(s.ses.Ctx)
	s.unread = unread
	return s.ses.Shell.Work("reading the audit", func(ctx context.Context) tea.Msg {
		defer unread()
		ctx, cancel := context.WithTimeout(ctx, readTime)
		defer cancel()
		defer context.AfterFunc(wanted, cancel)()
		found, err := keeper.Entries(ctx, q, after, pageSize)
		return page{gen, first, found, err}
	})
}

// reach reads on when the selection comes near the end of what was read.
func (s *Screen) reach() tea.Cmd {
	e, ok := s.selected()
	if n := len(s.entries); !ok || n == 0 || s.failed != nil || n > near && e.Seq > s.entries[n-near].Seq {
		return nil
	}
	return s.read(false)
}

func (s *Screen) took(m page) tea.Cmd {
	s.reading = false
	if m.err != nil {
		if s.failed == nil { // said once
			s.ses.Shell.Fail("reading the audit", m.err)
		}
		s.failed = m.err
		s.table.Empty = "The audit could not be read; f5 tries again."
		s.table.Refresh()
		gen := s.gen
		return pane.Wait(tea.Tick(retryAfter, func(time.Time) tea.Msg { return retry{gen, true} }))
	}
	s.failed = nil
	s.complete = len(m.entries) == 0 || m.first && len(m.entries) < pageSize
	if !m.first {
		s.entries = append(s.entries, m.entries...)
		s.fill()
		return tea.Batch(s.look(), s.reach())
	}
	s.entries = m.entries
	if len(m.entries) > 0 {
		s.newest = max(s.newest, m.entries[0].Seq)
		s.revision = max(s.revision, m.entries[0].Revision)
	}
	s.fill()
	return tea.Batch(s.look(), s.follow())
}

// fill puts what was read into the list.
func (s *Screen) fill() {
	s.table.Empty = "Nothing was changed yet."
	if s.search.text != "" {
		s.table.Empty = "No change fits. A search takes " + queryHelp + "."
	}
	s.list()
}

// retry asks to go on after reading or following failed.
type retry struct {
	gen   int
	whole bool
}

// followed is what was changed meanwhile.
type followed struct {
	gen  int
	news News
	err  error
}

func (s *Screen) follow() tea.Cmd {
	if s.unfollow != nil {
		s.unfollow()
	}
	ctx, cancel := context.WithCancel(s.ses.Ctx)
	s.unfollow = cancel
	gen, keeper, q, newest, revision := s.gen, s.keeper, s.search.query, s.newest, s.revision
	return pane.Wait(func() tea.Msg {
		defer cancel()
		news, err := keeper.Next(ctx, q, newest, revision)
		return followed{gen, news, err}
	})
}

func (s *Screen) followed(m followed) tea.Cmd {
	if m.err != nil {
		if s.deaf == "" {
			s.ses.Shell.Fail("following what others change", m.err)
		}
		s.deaf = "changes of others are not seen now"
		gen := s.gen
		return pane.Wait(tea.Tick(retryAfter, func(time.Time) tea.Msg { return retry{gen, false} }))
	}
	s.deaf = ""
	if m.news.Reload {
		s.newest, s.revision, s.entries = 0, 0, nil
		return s.begin()
	}
	s.revision = max(s.revision, m.news.Revision)
	if n := len(m.news.Entries); n > 0 {
		top := false // who looks at the newest goes on doing so
		if e, ok := s.selected(); ok && len(s.entries) > 0 && s.focus.At(listPane) {
			top = e.Seq == s.entries[0].Seq
		}
		s.newest = max(s.newest, m.news.Entries[0].Seq)
		s.entries = append(append(make([]Entry, 0, len(s.entries)+n), m.news.Entries...), s.entries...)
		s.fill()
		if top {
			s.table.Do(keymap.First, nil)
		}
	}
	return tea.Batch(s.look(), s.follow())
}

// keyOf names an entry for good.
func keyOf(e Entry) string { return fmt.Sprint(e.Seq) }
