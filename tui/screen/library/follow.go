package library

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// loaded is the whole catalog, read by a command.
type loaded struct {
	gen int
	w   *world
	err error
}

func (s *Screen) load() tea.Cmd {
	s.gen++
	s.loading = true
	if s.unfollow != nil {
		s.unfollow()
	}
	gen, keeper := s.gen, s.keeper
	return s.ses.Shell.Work("reading the libraries", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		data, err := keeper.Catalog(ctx)
		if err == nil && data.Catalog == nil {
			err = errors.New("there is no catalog")
		}
		if err != nil {
			return loaded{gen: gen, err: err}
		}
		return loaded{gen: gen, w: newWorld(data.Catalog, data.Versions)}
	})
}

// pagesRead are the pages that rules are tried on.
type pagesRead struct {
	pages []journey.Page
	err   error
}

func (s *Screen) loadPages() tea.Cmd {
	ctx, keeper := s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		pages, err := keeper.Pages(ctx)
		return pagesRead{pages, err}
	}
}

// retryAfter is the pause after reading or following failed.
const retryAfter = 5 * time.Second

// retry asks to go on then.
type retry struct {
	gen  int
	load bool // read everything, not only what follows
}

func (s *Screen) loaded(m loaded) tea.Cmd {
	s.loading = false
	if m.err != nil {
		if s.failed == nil { // said once
			s.ses.Shell.Fail("reading the libraries", m.err)
		}
		s.failed = m.err
		if s.w == nil {
			s.table.Empty = "The libraries could not be read. f5 tries again."
			s.table.Refresh()
		}
		return pane.Wait(pane.Tick(s.ses.Ctx, retryAfter, retry{m.gen, true}))
	}
	s.failed = nil
	s.revision = m.w.catalog.Revision
	return tea.Batch(s.put(m.w), s.follow())
}

// followed is what others, and this screen itself, wrote.
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
	gen, keeper, after := s.gen, s.keeper, s.revision
	return pane.Wait(func() tea.Msg {
		defer cancel()
		news, err := keeper.Next(ctx, after)
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
		return pane.Wait(pane.Tick(s.ses.Ctx, retryAfter, retry{gen, false}))
	}
	s.deaf = ""
	if m.news.Reload {
		s.ses.Shell.Toast(widget.Warning, "The catalog was replaced; it is read again.")
		return s.load()
	}
	s.revision = max(s.revision, m.news.Revision)
	if len(m.news.Changed) == 0 {
		return s.follow()
	}
	s.tell(m.news.Changed)
	return tea.Batch(s.put(s.w.with(m.news.Changed)), s.follow())
}

// tell says what others changed in the libraries.
func (s *Screen) tell(changes []Changed) {
	var theirs []Changed
	for _, ch := range changes {
		_, item := shelfOf(ch.Kind)
		if v := s.w.versions[key{Kind: ch.Kind, ID: ch.ID}]; item && ch.Version.Author != s.ses.Who && ch.Version.Revision > v.Revision {
			theirs = append(theirs, ch)
		}
	}
	switch len(theirs) {
	case 0:
	case 1:
		ch, name, did := theirs[0], theirs[0].ID, "changed"
		if ch.Document != nil {
			name = called(ch.Document)
		} else {
			did = "deleted"
		}
		s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s %s the %s %s.", label(ch.Version.Author, "Somebody"), did, noun(ch.Kind), label(name, "")))
	default:
		s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s changed %d items.", label(theirs[0].Version.Author, "Somebody"), len(theirs)))
	}
}

// put takes a new world and has it surveyed.
func (s *Screen) put(w *world) tea.Cmd {
	s.w = w
	for i, shelf := range shelves() {
		s.sizes[i] = len(w.shelf(shelf.kind))
	}
	s.arrange()
	s.comeBack()
	if s.asked != (key{}) {
		return tea.Batch(s.lookInto(), s.askPast(s.asked))
	}
	return s.lookInto()
}

// surveyed is a survey that is done.
type surveyed struct{ survey *survey }

// lookInto makes a survey in a command, one at a time.
func (s *Screen) lookInto() tea.Cmd {
	if s.surveying {
		s.stale = true
		return nil
	}
	s.surveying, s.stale = true, false
	w := s.w
	return func() tea.Msg { return surveyed{surveyOf(w)} }
}

func (s *Screen) surveyed(m surveyed) tea.Cmd {
	s.surveying = false
	s.survey = m.survey
	s.arrange()
	if s.editing != nil {
		s.editing.learn(s.survey)
	}
	if s.stale {
		return s.lookInto()
	}
	return nil
}
