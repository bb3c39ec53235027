package campaigns

import (
	"context"
	"reflect"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/approval"
	"beckon/tui/widget"
)

// boardRead is how the requests for approval stand.
type boardRead struct {
	gen   int
	board approval.Board
	err   error
}

// readBoard reads the requests anew.
func (s *Screen) readBoard() tea.Cmd {
	gen, ctx, keeper := s.gen, s.ses.Ctx, s.keeper
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, saveTime)
		defer cancel()
		b, err := keeper.Requests(ctx)
		return boardRead{gen, b, err}
	}
}

func (s *Screen) boardRead(m boardRead) tea.Cmd {
	switch {
	case m.gen != s.gen || s.ses.Ctx.Err() != nil:
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("reading the requests for approval", m.err)
		return nil
	}
	same := reflect.DeepEqual(s.board, m.board)
	if s.boarded && !same {
		for _, said := range approval.News(s.board, m.board, s.ses.Now()) {
			s.ses.Shell.Toast(widget.Info, said)
		}
	}
	s.board, s.boarded = m.board, true
	if s.w != nil && !same { // else all that is drawn stays
		s.arrange()
	}
	return nil
}

// whyNotLive says why what visitors see of a campaign cannot be changed here
// without more ado.
func (s *Screen) whyNotLive(k *model.Campaign) string {
	if !s.board.Required {
		return ""
	}
	if r, ok := s.board.For(k.ID); ok && r.State == approval.Approved {
		if k.Published {
			return "what was approved is published by a"
		}
		return ""
	}
	return "another operator approves it first: step 12 of the Builder asks"
}

// askedFor says where a request for a campaign stands, "" where there is none or
// it is done.
func (s *Screen) askedFor(id string) string {
	r, ok := s.board.For(id)
	if !ok || r.State == approval.Done {
		return ""
	}
	return r.Words(s.ses.Now())
}
