package simulator

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/keymap"
	"beckon/tui/pane"
)

// Rerun replays the journey through the catalog as it is now.
const Rerun keymap.ID = "simulator.rerun"

func newerActions() []keymap.Action {
	return []keymap.Action{{ID: Rerun, Title: "Replay through the catalog as it is now", Keys: []string{"f5"},
		Help: "Replays the journey, from where it stands, through the catalog that somebody has changed meanwhile."}}
}

// Following is a source that tells when somebody changes the catalog.
type Following interface {
	// Changed waits until the catalog was changed behind a revision, and says up
	// to which, and by whom; behind 0 it says at once which there is.
	Changed(ctx context.Context, after uint64) (revision uint64, author string, err error)
}

// newerMsg says that the catalog was changed.
type newerMsg struct {
	after, revision uint64
	author          string
	err             error
}

const listenAfter = 5 * time.Second

// listen waits for a change of the catalog behind a revision.
func (s *Screen) listen(after uint64) tea.Cmd {
	src, ok := s.src.(Following)
	if !ok {
		return nil
	}
	ctx := s.ses.Ctx
	return pane.Wait(func() tea.Msg {
		m := newerMsg{after: after}
		m.revision, m.author, m.err = src.Changed(ctx, after)
		return m
	})
}

// heard notes that the catalog was changed. What is shown stays as it is: the
// operator may be explaining it.
func (s *Screen) heard(m newerMsg) tea.Cmd {
	switch {
	case s.ses.Ctx.Err() != nil:
		return nil
	case m.err != nil:
		return pane.After(listenAfter, newerMsg{revision: m.after, after: m.after})
	case m.after != 0 && m.revision != m.after && s.player != nil:
		s.newer = m.author
		if s.newer == "" {
			s.newer = "Somebody"
		}
	}
	return s.listen(m.revision)
}

// Notice implements pane.Noticing.
func (s *Screen) Notice() string {
	if said := s.shareNotice(); said != "" {
		return said
	}
	if s.newer == "" || s.player == nil || s.guise.catalog != (Catalog{}) {
		return ""
	}
	who := text.Line(s.newer, 40)
	if s.newer == s.ses.Who {
		who = "You"
	}
	return who + " changed the catalog since this was replayed: f5 replays it through the catalog as it is now."
}
