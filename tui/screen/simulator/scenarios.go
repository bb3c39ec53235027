package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/trial"
	"beckon/tui/widget"
)

// The results of what is done with scenarios.
type (
	// ranMsg is how the store's scenarios went.
	ranMsg struct {
		trials []replay.Trial
		eng    *engine.Engine
		err    error
	}
	// droppedMsg is one that was deleted, or written to a file.
	droppedMsg struct {
		doing, said string
		again       func() tea.Cmd // where something is in the way
		err         error
	}
)

// runScenarios runs all scenarios of the store on the catalog in force.
func (s *Screen) runScenarios() tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("running the scenarios", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := ranMsg{}
		kept, err := src.Scenarios(ctx)
		if err != nil {
			return ranMsg{err: err}
		}
		m.trials, m.err = replay.Try(ctx, kept, "", func() (*engine.Engine, error) {
			m.eng, err = src.Engine(ctx)
			return m.eng, err
		})
		return m
	})
}

// ran lists how the scenarios went, those that failed first.
func (s *Screen) ran(m ranMsg) tea.Cmd {
	switch {
	case errors.Is(m.err, context.Canceled):
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("running the scenarios", m.err)
		return nil
	case len(m.trials) == 0:
		s.tell("There is no scenario in the store: f6 keeps what you see as one.")
		return nil
	}
	trials := slices.Clone(m.trials)
	slices.SortStableFunc(trials, func(a, b replay.Trial) int {
		switch {
		case a.Passed() == b.Passed():
			return 0
		case a.Passed():
			return 1
		}
		return -1
	})
	th := s.ses.Theme
	failed := 0
	items := make([]dialog.Item, len(trials))
	for i, t := range trials {
		it := dialog.Item{Title: th.Check + " " + t.Title, Key: "passed", Group: "Passed", Detail: "scenario/" + t.ID + ": everything holds.", Value: t}
		if !t.Passed() {
			failed++
			it.Title, it.Key, it.Group = th.Cross+" "+t.Title, "FAILED", "Failed"
			if t.Err != nil {
				it.Key = "cannot be run"
			}
			it.Detail = strings.Join(trial.Brief(t), "; ")
		}
		items[i] = it
	}
	title := fmt.Sprintf("%s passed", plural(len(trials), "scenario"))
	if failed > 0 {
		title = fmt.Sprintf("%d of %s failed", failed, plural(len(trials), "scenario"))
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		s.askScenario(it.Value.(replay.Trial), m.eng)
		return nil
	}})
	return nil
}

// askScenario asks what to do with a scenario that was run.
func (s *Screen) askScenario(t replay.Trial, eng *engine.Engine) {
	open := dialog.Item{Title: "Open it", Detail: "Plays its journey; the head is at its end.", Value: "open"}
	update := dialog.Item{Title: "Expect what happens now", Detail: "Replaces all that it expects by what is seen with the catalog in force; asks first.", Danger: true, Value: "update"}
	file := dialog.Item{Title: "Write it to a file", Detail: "For beckon test, or to be sent to somebody.", Value: "file"}
	if !t.Passed() {
		open.Title, open.Detail = "Open it where it fails", strings.Join(trial.Brief(t), "; ")
	}
	if t.Err != nil {
		why := "it cannot be run"
		open.Disabled, update.Disabled, file.Disabled = why, why, why
	}
	items := []dialog.Item{open,
		{Title: "Read what happened", Detail: "What was expected and what happened, with the trace.", Value: "read"},
		update, file,
		{Title: "Delete it", Detail: "Takes it out of the store, for everybody; asks first.", Danger: true, Value: "delete"},
	}
	if t.Err != nil {
		items = items[1:]
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: text.Line(t.Title, 60), Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		switch it.Value {
		case "open":
			return s.openTrial(t, eng)
		case "read":
			s.ses.Shell.Ask(trial.Reader(s.ses.Theme, t))
		case "update":
			s.askUpdate(t, eng)
		case "file":
			s.askScenarioFile(t, "", "")
		case "delete":
			s.ses.Shell.Ask(&dialog.Confirm{Title: "Delete " + text.Line(t.Title, 50) + "?", Body: "It goes for everybody, and keeps nothing from being published any more.", Yes: "Delete", Danger: true, Then: func() tea.Cmd {
				src := s.src
				return s.withScenario("deleting the scenario", "Deleted "+t.ID+".", nil, func(ctx context.Context) (string, error) { return "", src.DropScenario(ctx, t.ID) })
			}})
		}
		return nil
	}})
}

// withScenario does something with a scenario, and tells.
func (s *Screen) withScenario(doing, said string, again func() tea.Cmd, do func(context.Context) (string, error)) tea.Cmd {
	return s.ses.Shell.Work(doing, func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		more, err := do(ctx)
		return droppedMsg{doing, said + more, again, err}
	})
}

func (s *Screen) dropped(m droppedMsg) tea.Cmd {
	switch {
	case errors.Is(m.err, ErrTaken) && m.again != nil:
		return m.again()
	case m.err != nil:
		s.ses.Shell.Fail(m.doing, m.err)
		return nil
	}
	s.tell(m.said)
	return nil
}

// playerOfScenario plays a scenario's journey as the scenario is run.
func playerOfScenario(eng *engine.Engine, sc *replay.Scenario) (*replay.Player, error) {
	settings := &eng.Catalog().Settings
	events, _ := sc.Journey(journey.VisitRule{Idle: settings.VisitIdle(), MaxAge: settings.VisitMaxAge()})
	return replay.NewPlayer(eng, events, replay.PlayerOptions{Seed: sc.Seed, Policy: sc.Policy, Control: sc.Visitor.Control, Visitor: sc.Visitor.ID, Start: sc.Start})
}

// momentOf is where a step of a scenario stands in its journey; behind the last
// step, its end.
func momentOf(sc *replay.Scenario, step int) replay.Position {
	at := replay.Position{At: sc.Start}
	for i, s := range sc.Steps {
		if i == step {
			break
		}
		at.At = at.At.Add(s.Wait)
		if s.Event != nil {
			at.Events++
		}
	}
	return at
}

// openTrial plays a scenario, from where it fails.
func (s *Screen) openTrial(t replay.Trial, eng *engine.Engine) tea.Cmd {
	sc := t.Result.Scenario
	p, err := playerOfScenario(eng, sc)
	if err != nil {
		s.ses.Shell.Fail("playing the scenario", err)
		return nil
	}
	s.asked++
	rec := &Recording{Name: t.ID, Visitors: []Visitor{{ID: p.Options().Visitor, Events: p.Events()}}}
	return s.ready(p, "", func() tea.Cmd {
		s.begun(loadedMsg{rec: rec, eng: eng, player: p, watch: Watch{Recording: rec, At: sc.Start}})
		if t.Passed() {
			s.move(momentOf(sc, len(sc.Steps)))
			return nil
		}
		f := t.Result.Failures[0]
		s.move(momentOf(sc, f.Step-1))
		for _, path := range engagementsOf(sc.Steps[f.Step-1].Expect) {
			if s.selectPath(path) {
				s.openTrace()
				break
			}
		}
		s.ses.Shell.Toast(widget.Warning, "It fails here. Expected: "+f.Expected+".")
		return s.recompile()
	})
}

// engagementsOf are those that an expectation is about.
func engagementsOf(e *replay.Expect) []string {
	if e == nil {
		return nil
	}
	return slices.Concat(e.Shown, e.NotShown, e.OneOf)
}

// askUpdate asks whether a scenario is to expect what happens now.
func (s *Screen) askUpdate(t replay.Trial, eng *engine.Engine) {
	sc := t.Result.Scenario
	p, err := playerOfScenario(eng, sc)
	if err != nil {
		s.ses.Shell.Fail("playing the scenario", err)
		return
	}
	o := replay.KeepOptions{Name: sc.Name}
	for _, step := range sc.Steps {
		if step.Expect != nil {
			for _, path := range step.Expect.NotShown {
				if !slices.Contains(o.NotShown, path) {
					o.NotShown = append(o.NotShown, path)
				}
			}
		}
	}
	now, losses := p.Keep(momentOf(sc, len(sc.Steps)), o)
	var expected []string
	for _, step := range now.Steps {
		if step.Expect != nil {
			expected = append(expected, expectWords(step.Expect))
		}
	}
	body := "All that it expects goes, what was written by hand too. It will expect: " + strings.Join(expected, "; ") + "."
	if len(losses) > 0 {
		body += " " + plural(len(losses), "thing") + " it does not say: " + losses[0].String() + "."
	}
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Expect what happens now?", Body: body, Yes: "Replace", Danger: true, Then: func() tea.Cmd {
		return s.keep(keptMsg{id: t.ID, scenario: now, replace: true})
	}})
}

// askScenarioFile asks for the path of a file to write a scenario to.
func (s *Screen) askScenarioFile(t replay.Trial, path, wrong string) {
	if path == "" {
		path = t.ID + ".yaml"
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Write the scenario to a file", Label: "A path that ends in .yaml; beckon test runs it on the catalog at hand.", Value: path, Wrong: wrong, Max: 1000, Paths: s.ses.Paths,
		Check: func(v string) error {
			if err := notEmpty("a path is needed")(v); err != nil {
				return err
			}
			return scenarioPath(v)
		},
		Then: func(v string) tea.Cmd {
			return s.writeScenario(t, strings.TrimSpace(v), false)
		}})
}

func (s *Screen) writeScenario(t replay.Trial, path string, replace bool) tea.Cmd {
	src := s.src
	again := func() tea.Cmd {
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Replace " + text.Line(path, 50) + "?", Body: "There is a file of this name.", Yes: "Replace", Danger: true,
			Then: func() tea.Cmd { return s.writeScenario(t, path, true) }})
		return nil
	}
	return s.withScenario("writing the scenario", "Written to ", again, func(ctx context.Context) (string, error) {
		wrote, err := src.WriteScenario(ctx, path, t.Result.Scenario, replace)
		return wrote + ".", err
	})
}
