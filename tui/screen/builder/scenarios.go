package builder

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/trial"
	"beckon/tui/widget"
)

// tryTime is how long a run of scenarios may take.
const tryTime = time.Minute

// trials is how the scenarios went that concern the campaign.
type trials struct {
	run    int // which run it was; results of older ones are dropped
	state  trialState
	list   []replay.Trial
	err    error
	cancel context.CancelFunc

	standing Standing // of approval
	unknown  error    // why it is not known
}

type trialState uint8

const (
	untried trialState = iota // nothing to run: not checked yet, or errors to mend first
	running
	tried
)

// tested is the end of a run.
type tested struct {
	run  int
	list []replay.Trial
	err  error

	standing Standing
	unknown  error
}

// stopTrials ends a run under way: the campaign is another one now.
func (s *Screen) stopTrials() {
	if s.trials.cancel != nil {
		s.trials.cancel()
	}
	s.trials = trials{run: s.trials.run + 1}
}

// try runs the scenarios that concern the campaign, in a command, once nothing
// else keeps it from being published.
func (s *Screen) try() tea.Cmd {
	w := s.work
	s.stopTrials()
	if len(model.Errors(s.judged.problems)) > 0 {
		return nil
	}
	k, _ := edit.Clone(w.campaign()).(*model.Campaign)
	k.Kind, k.Published = model.KindCampaign, true
	var items []model.Document
	for _, it := range w.stock.mentioned(k) {
		items = append(items, it.Document)
	}
	ctx, cancel := context.WithTimeout(s.ses.Ctx, tryTime)
	s.trials.state, s.trials.cancel = running, cancel
	run, keeper, c := s.trials.run, s.keeper, s.proposed()
	return func() tea.Msg {
		defer cancel()
		list, err := keeper.Try(ctx, k, items)
		standing, unknown := keeper.Standing(ctx, c)
		return tested{run, list, err, standing, unknown}
	}
}

func (s *Screen) tested(m tested) tea.Cmd {
	if m.run != s.trials.run || s.work == nil {
		return nil
	}
	s.trials = trials{run: m.run, state: tried, list: m.list, err: m.err, standing: m.standing, unknown: m.unknown}
	s.filled()
	return s.resumed()
}

// stands is how approval stands by now.
type stands struct {
	run      int
	standing Standing
	unknown  error
}

// standAgain asks how approval stands: something was written that is not of the
// catalog, a decision perhaps.
func (s *Screen) standAgain() tea.Cmd {
	if s.work == nil || s.work.step != stepPublish || s.trials.state != tried {
		return nil // else it is asked in due course
	}
	ctx, run, keeper, c := s.ses.Ctx, s.trials.run, s.keeper, s.proposed()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, tryTime)
		defer cancel()
		standing, unknown := keeper.Standing(ctx, c)
		return stands{run, standing, unknown}
	}
}

func (s *Screen) stands(m stands) {
	if m.run != s.trials.run || s.trials.state != tried || s.work == nil {
		return
	}
	s.trials.standing, s.trials.unknown = m.standing, m.unknown
	s.filled()
}

// trialLines lists the scenarios with how they went.
func (s *Screen) trialLines() []line {
	th, t := s.ses.Theme, &s.trials
	head := func(look theme.Token, format string, args ...any) line {
		return line{key: "head scenarios", cell: widget.Cell{Text: fmt.Sprintf(format, args...), Look: look}}
	}
	switch {
	case s.judged.campaign == nil || s.judged.underway:
		return nil // the check comes first, and says that it runs
	case t.state == untried:
		return []line{head(theme.Title, "Its scenarios are run once the errors are mended")}
	case t.state == running:
		return []line{head(theme.Title, "Running the scenarios that concern it%s", th.Ellipsis)}
	case t.err != nil:
		return []line{head(theme.Danger, "%s The scenarios could not be run; enter tries again", th.Cross),
			{key: "scenarios failed", again: true, cell: widget.Cell{Text: "  " + t.err.Error(), Look: theme.Danger}}}
	case len(t.list) == 0:
		return []line{head(theme.Muted, "No scenario concerns it")}
	}
	failed := 0
	for _, one := range t.list {
		if !one.Passed() {
			failed++
		}
	}
	title := head(theme.OK, "%s %s passed", th.Check, count(len(t.list), "scenario"))
	switch {
	case failed > 0 && len(t.list) == 1:
		title = head(theme.Title, "Its scenario did not pass; enter shows it whole")
	case failed > 0:
		title = head(theme.Title, "%d of %s did not pass; enter shows one whole", failed, count(len(t.list), "scenario"))
	}
	out := []line{title}
	add := func(passed bool) {
		for i := range t.list {
			one := &t.list[i]
			if one.Passed() != passed {
				continue
			}
			l := line{key: fmt.Sprint("scenario ", i, one.ID), trial: one, cell: widget.Cell{Text: "  " + th.Check + " passed: " + one.Title, Look: theme.OK}}
			switch {
			case one.Err != nil:
				l.cell = widget.Cell{Text: "  " + th.Cross + " broken: " + one.Title, Look: theme.Danger}
			case !passed:
				l.cell = widget.Cell{Text: "  " + th.Cross + " failed: " + one.Title, Look: theme.Danger}
			}
			out = append(out, l)
			brief := trial.Brief(*one)
			if one.Err != nil {
				brief = append(brief, "mend and import it again, or d takes it out of the store")
			}
			for j, why := range brief {
				out = append(out, line{key: fmt.Sprint("scenario ", i, one.ID, " ", j), trial: one, cell: widget.T("      " + why)})
			}
		}
	}
	add(false)
	add(true)
	return out
}

// whyNotTried says what of the scenarios keeps the campaign from being
// published.
func (s *Screen) whyNotTried() string {
	switch {
	case s.trials.state != tried:
		return "its scenarios are still running"
	case s.trials.err != nil:
		return "its scenarios could not be run"
	}
	if err := replay.Refuse(s.trials.list); err != nil {
		return err.Error()
	}
	return ""
}

// refused takes over what was found as the campaign was to be written: what the
// scenarios look at has changed since they were run here.
func (s *Screen) refused(w *work, r *replay.Refusal) tea.Cmd {
	s.ses.Shell.AskLater(trial.Picker(s.ses, w.name(), r.Trials))
	if s.work != w {
		return nil
	}
	cmd := s.try()
	s.filled()
	return cmd
}

// askDropScenario takes the selected scenario out of the store.
func (s *Screen) askDropScenario(one *replay.Trial) {
	ctx, keeper, id, gen := s.ses.Ctx, s.keeper, one.ID, s.gen
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Take the scenario out of the store?", Danger: true, Yes: "Take it out",
		Body: one.Title + "\n\nIt no longer guards any campaign. Its versions stay in the history.",
		Then: func() tea.Cmd {
			return func() tea.Msg {
				ctx, cancel := context.WithTimeout(ctx, writeTime)
				defer cancel()
				return scenarioDropped{gen, id, keeper.DropScenario(ctx, id)}
			}
		}})
}

// scenarioDropped is how taking out a scenario ended.
type scenarioDropped struct {
	gen int
	id  string
	err error
}

func (s *Screen) scenarioDropped(m scenarioDropped) tea.Cmd {
	if m.err != nil {
		s.fail("taking out the scenario "+m.id, m.err)
		return nil
	}
	s.say("Took the scenario " + m.id + " out of the store.")
	if m.gen != s.gen || s.work == nil || s.work.step != stepPublish {
		return nil
	}
	cmd := s.try()
	s.filled()
	return cmd
}
