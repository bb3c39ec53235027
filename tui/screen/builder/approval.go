package builder

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/approval"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// proposed is what publishing would write.
func (s *Screen) proposed() Change {
	k := s.as(publishing)
	return Change{Campaign: k, Base: s.work.doc.history.Revision(), Items: s.work.stock.mentioned(k)}
}

// whyNotApproved says what keeps the campaign from being published although
// nothing is wrong with it.
func (s *Screen) whyNotApproved() string {
	st := s.trials.standing
	switch {
	case s.trials.unknown != nil:
		return "whether it takes an approval is not known"
	case !st.Required:
		return ""
	case st.Request == nil || !st.Same || st.Request.State == approval.Done:
		return "another operator has to approve it first: r asks"
	case st.Request.State == approval.Approved:
		return ""
	case st.Request.State == approval.Void:
		return "its approval no longer holds: r asks again"
	}
	return "it " + st.Request.Words(s.ses.Now())
}

// whyNotAsked says why approval cannot be asked for now.
func (s *Screen) whyNotAsked() string {
	if st := s.trials.standing; s.trials.state == tried && s.trials.unknown == nil {
		switch {
		case !st.Required:
			return "publishing takes no approval here"
		case st.Request != nil && st.Same && st.Request.State == approval.Waiting:
			return "it is asked for already"
		case st.Request != nil && st.Same && st.Request.State == approval.Approved:
			return "it is approved: p publishes it"
		}
	}
	why := s.whyNotPublished()
	if why == s.whyNotApproved() {
		return ""
	}
	return why
}

// approvalLines say how approval stands; there are none where none is wanted.
func (s *Screen) approvalLines() []line {
	st, th := s.trials.standing, s.ses.Theme
	if s.trials.state != tried || !st.Required && s.trials.unknown == nil {
		return nil
	}
	head := func(look theme.Token, text string) line {
		return line{key: "head approval", asked: st.Request != nil, cell: widget.Cell{Text: text, Look: look}}
	}
	r := st.Request
	switch {
	case s.trials.unknown != nil:
		return []line{head(theme.Danger, th.Cross+" Whether it takes an approval is not known: "+s.trials.unknown.Error())}
	case r == nil || r.State == approval.Done:
		return []line{head(theme.Title, "Another operator has to approve it: r asks for approval")}
	case !st.Same && r.State != approval.Void:
		return []line{head(theme.Title, "What was asked for is not what is here; r asks anew, enter reads it"),
			{key: "asked", asked: true, cell: widget.T("  " + th.Bullet + " " + r.Words(s.ses.Now()))}}
	}
	text := "Approval: it " + r.Words(s.ses.Now()) + "; enter reads it"
	switch r.State {
	case approval.Approved:
		return []line{head(theme.OK, th.Check+" It is "+r.Words(s.ses.Now()))}
	case approval.Waiting:
		return []line{head(theme.Warn, th.Waiting+" It "+r.Words(s.ses.Now())+"; enter reads it, w withdraws")}
	case approval.Declined:
		return []line{head(theme.Danger, th.Cross+" It was "+r.Words(s.ses.Now()))}
	}
	return []line{head(theme.Warn, th.Glyphs.Warn+" "+text)}
}

// askApproval asks for a note, and then that the campaign be approved as it is.
func (s *Screen) askApproval() {
	w, c := s.work, s.proposed()
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Ask for approval of " + w.name(), Label: "What it is for, for whoever decides; it may be empty.", Max: 300, MayBeEmpty: true,
		Then: func(note string) tea.Cmd {
			keeper := s.keeper
			return approval.Do(s.ses, "asking for approval", "Asked for approval of "+w.name()+".",
				func(ctx context.Context) error { return keeper.AskApproval(ctx, c, note) }, s.judgeAgain)
		}})
}

func (s *Screen) readRequest() {
	if r := s.trials.standing.Request; r != nil {
		approval.Read(s.ses, s.keeper, *r, s.judgeAgain)
	}
}

// judgeAgain checks anew, because somebody decided.
func (s *Screen) judgeAgain() tea.Cmd {
	if s.work == nil {
		return nil
	}
	s.judged = judgement{}
	cmd := s.judge()
	s.filled()
	return cmd
}
