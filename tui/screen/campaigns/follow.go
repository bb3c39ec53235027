package campaigns

import (
	"context"
	"fmt"
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// minute is the tick of states, which change on whole minutes.
type minute struct{ gen int }

func (s *Screen) tick() tea.Cmd {
	s.ticks++
	gen, now := s.ticks, s.ses.Now()
	return pane.Wait(pane.Tick(s.ses.Ctx, now.Truncate(time.Minute).Add(time.Minute).Sub(now), minute{gen}))
}

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
	gen, keeper, worlds := s.gen, s.keeper, s.worlds
	return s.ses.Shell.Work("reading the campaigns", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		data, err := keeper.Catalog(ctx)
		if err == nil && data.Catalog == nil {
			err = fmt.Errorf("there is no catalog")
		}
		if err != nil {
			return loaded{gen: gen, err: err}
		}
		return loaded{gen: gen, w: worlds.at(data.Catalog.Revision, func() *world { return newWorld(data.Catalog, data.Versions) })}
	})
}

// followed is what others, and this screen itself, wrote.
type followed struct {
	gen  int
	news News
	err  error
}

// retry asks to go on after reading or following failed.
type retry struct {
	gen  int
	load bool // read everything, not only what follows
}

const retryAfter = 5 * time.Second

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

func (s *Screen) loaded(m loaded) tea.Cmd {
	s.loading = false
	if m.err != nil {
		if s.failed == nil { // said once
			s.ses.Shell.Fail("reading the campaigns", m.err)
		}
		s.failed = m.err
		s.table.Empty = "The campaigns could not be read. f5 tries again."
		s.table.Refresh()
		return pane.Wait(pane.Tick(s.ses.Ctx, retryAfter, retry{m.gen, true}))
	}
	s.failed = nil
	s.table.Empty = "No campaigns yet. n makes one; a catalog comes in with beckon import PATH, over SSH with campaign import < FILE; beckon demo shows a shop that has some."
	s.revision = m.w.catalog.Revision
	s.put(m.w)
	return tea.Batch(s.check(), s.follow(), s.readBoard())
}

func (s *Screen) followed(m followed) tea.Cmd {
	gen := s.gen
	if m.err != nil {
		if s.deaf == "" {
			s.ses.Shell.Fail("following what others change", m.err)
		}
		s.deaf = "changes of others are not seen now"
		return pane.Wait(pane.Tick(s.ses.Ctx, retryAfter, retry{gen, false}))
	}
	s.deaf = ""
	if m.news.Reload {
		s.ses.Shell.Toast(widget.Warning, "The catalog was replaced; it is read again.")
		return s.load()
	}
	s.revision = max(s.revision, m.news.Revision)
	cmd := s.boardRead(boardRead{gen, m.news.Board, m.news.BoardErr})
	if len(m.news.Changed) == 0 {
		return tea.Batch(cmd, s.follow())
	}
	before := s.w
	s.put(s.after(m.news))
	s.tell(before, m.news.Changed)
	return tea.Batch(cmd, s.checkSoon(), s.follow())
}

// checkNow begins a check that was put off.
type checkNow struct{ gen int }

// Quiet implements pane.Quiet: a check is not seen before it is done.
func (checkNow) Quiet() bool { return true }

// checkSoon checks what changed; over a network a moment later. There, all
// consoles of a server hear of a change at the same instant: what it is goes to
// all of them before what is wrong with it, and the checks are spread out.
func (s *Screen) checkSoon() tea.Cmd {
	if !s.ses.Remote {
		return s.check()
	}
	s.soon++
	apart := time.Duration(s.ses.Now().Nanosecond()) % spread // as good as drawn
	return pane.Wait(pane.Tick(s.ses.Ctx, calm+apart, checkNow{s.soon}))
}

const (
	calm   = 300 * time.Millisecond
	spread = 500 * time.Millisecond
)

// tell says what others changed.
func (s *Screen) tell(before *world, changes []Changed) {
	var theirs []Changed
	for _, ch := range changes {
		if v := before.versions[ch.ID]; ch.Version.Author != s.ses.Who && (ch.Kind != model.KindCampaign || ch.Version.Revision > v.Revision) {
			theirs = append(theirs, ch)
		}
	}
	switch len(theirs) {
	case 0:
	case 1:
		ch := theirs[0]
		name := ch.ID
		if ch.Document != nil {
			name = label(ch.Document.Head().Name, ch.ID)
		}
		did := "changed"
		if ch.Document == nil {
			did = "deleted"
		}
		s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s %s the %s %s.", label(ch.Version.Author, "Somebody"), did, ch.Kind, name))
	default:
		s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s changed %d documents.", label(theirs[0].Version.Author, "Somebody"), len(theirs)))
	}
}

// put takes a new world.
func (s *Screen) put(w *world) {
	s.w = w
	s.arrange()
	s.comeBack()
	if path := s.wanted; path != "" {
		s.wanted = ""
		s.goTo(path)
	}
}

// checkDone is what a check found.
type checkDone struct {
	gen     int
	checked *checked
	same    bool // as before
}

// Quiet implements pane.Quiet.
func (m checkDone) Quiet() bool { return m.same }

// check validates the world in a command, one check at a time.
func (s *Screen) check() tea.Cmd {
	if s.checking {
		s.stale = true
		return nil
	}
	s.checking, s.stale = true, false
	gen, keeper, w, now, before := s.gen, s.keeper, s.w, s.ses.Now(), s.checked
	return func() tea.Msg {
		c := w.check(keeper, now)
		return checkDone{gen, c, before != nil && (before == c || reflect.DeepEqual(before, c))}
	}
}

func (s *Screen) checkDone(m checkDone) tea.Cmd {
	s.checking = false
	switch {
	case m.gen != s.gen:
	case m.same: // all that is drawn stays, and what is told of it is everybody's
		if s.shown.checked == s.checked {
			s.shown.checked = m.checked
		}
		s.checked = m.checked
	default:
		s.checked = m.checked
		s.arrange()
	}
	if s.stale || m.gen != s.gen && s.w != nil {
		return s.check()
	}
	return nil
}
