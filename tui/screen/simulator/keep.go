package simulator

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
)

// What was seen is kept as a scenario, which is run again whenever somebody
// wants to know whether it still is so.
const (
	Keep      keymap.ID = "simulator.keep"
	Scenarios keymap.ID = "simulator.scenarios"
)

func keepingActions() []keymap.Action {
	return []keymap.Action{
		{ID: Keep, Needs: keymap.Edit, Title: "Keep as a scenario", Keys: []string{"f6"}, Help: "Keeps the journey up to the head with what was seen as a scenario of the store, or in a file for beckon test."},
		{ID: Scenarios, Title: "Run the scenarios", Keys: []string{"f7"}, Help: "Runs all scenarios of the store on the catalog in force, and leads to where one fails."},
	}
}

// keptMsg is a scenario that was kept.
type keptMsg struct {
	scenario *replay.Scenario
	id       string // "" where it was not in the store yet
	replace  bool   // whatever is there
	file     string
	wrote    string // path of the file that was written
	refused  error  // it was written, the file was not
	err      error
}

// keeping does what concerns scenarios.
func (s *Screen) keeping(id keymap.ID) (tea.Cmd, bool) {
	switch id {
	case Scenarios:
		return s.runScenarios(), true
	case Keep:
		if s.player != nil {
			s.askKeep()
			return nil, true
		}
	}
	return nil, false
}

// askKeep proposes a scenario of what was seen up to the head.
func (s *Screen) askKeep() {
	to := s.head
	if to.Events == 0 {
		to = s.player.End()
	}
	o := replay.KeepOptions{}
	if r, ok := s.why.Selected(); ok && s.pinned && r.on == nil {
		o.NotShown = []string{r.path}
	}
	sc, losses := s.player.Keep(to, o)
	name := &dialog.Entry{Label: "What is to be", Value: sc.Name, Proposed: true, Max: 200, Help: "A sentence: it is the scenario's name.", Check: notEmpty("a name is needed")}
	file := &dialog.Entry{Label: "Also into a file", Hint: "nowhere else", Max: 1000, Help: "A path that ends in .yaml; beckon test runs it.", Check: scenarioPath}
	entries := []*dialog.Entry{name, file}
	boxes := map[int]*dialog.Entry{} // by step
	after := model.Duration(0)
	for i, step := range sc.Steps {
		after += step.Wait
		if step.Expect == nil {
			continue
		}
		boxes[i] = &dialog.Entry{Label: span2(journey.Instant(after)) + " " + expectWords(step.Expect), Box: true, Value: dialog.Ticked, Help: "Expected at this moment; space leaves it out."}
		entries = append(entries, boxes[i])
	}
	note := "Up to " + clockOf(to.At) + ", the head. "
	if len(losses) > 0 {
		note += plural(len(losses), "thing") + " it does not say: " + text.Line(losses[0].String(), 120) + ". "
	}
	if c := s.guise.catalog; !c.inForce() {
		note += "It is run on the catalog in force, not on " + text.Line(c.Name, 60) + "."
	}
	sheet := &dialog.Sheet{Title: "Keep as a scenario", Note: note, Yes: "Keep", Width: 96, Entries: entries}
	sheet.Check = func() error {
		for _, b := range boxes {
			if b.Is() {
				return nil
			}
		}
		return errors.New("a scenario expects at least one thing")
	}
	sheet.Then = func() tea.Cmd {
		kept := *sc
		kept.Name, kept.Steps = strings.TrimSpace(name.Value), nil
		for i, step := range sc.Steps {
			if b := boxes[i]; b == nil || b.Is() {
				kept.Steps = append(kept.Steps, step)
			}
		}
		return s.keep(keptMsg{scenario: &kept, file: strings.TrimSpace(file.Value)})
	}
	s.ses.Shell.Ask(sheet)
}

func scenarioPath(v string) error {
	v = strings.TrimSpace(v)
	if v != "" && !strings.HasSuffix(v, ".yaml") && !strings.HasSuffix(v, ".yml") {
		return errors.New("the name has to end in .yaml")
	}
	return nil
}

// keep writes a scenario to the store and, where a file is named, there too.
func (s *Screen) keep(m keptMsg) tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("keeping the scenario", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if m.id, m.err = src.KeepScenario(ctx, m.id, m.scenario, m.replace); m.err != nil {
			return m
		}
		if m.file != "" {
			m.wrote, m.refused = src.WriteScenario(ctx, m.file, m.scenario, false)
		}
		return m
	})
}

// kept tells what came of it; where the name is in use, it asks.
func (s *Screen) kept(m keptMsg) tea.Cmd {
	switch {
	case errors.Is(m.err, ErrTaken) && !m.replace:
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Replace the scenario?", Body: "There is a scenario of this name in the store: " + m.scenario.Name + ". What it was stays in the history.", Yes: "Replace", Danger: true,
			Then: func() tea.Cmd { m.replace, m.err = true, nil; return s.keep(m) }})
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("keeping the scenario", m.err)
		return nil
	}
	said := "Kept as " + text.Line(m.id, 60)
	switch {
	case m.refused != nil:
		s.ses.Shell.Fail("writing the scenario to "+text.Line(m.file, 60), m.refused)
	case m.wrote != "":
		said += " and in " + text.Line(m.wrote, 60)
	}
	s.ses.Shell.Done("keeping the scenario", said+"; f7 runs it.")
	return nil
}

// expectWords say what a scenario expects.
func expectWords(e *replay.Expect) string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if len(e.Shown) > 0 {
		said := "shown: " + strings.Join(e.Shown, ", ")
		if e.Zone != "" {
			said += " in the " + e.Zone + " zone"
		}
		if e.State != "" {
			said += ", " + string(e.State)
		}
		out = append(out, said)
	}
	if len(e.NotShown) > 0 {
		said := "not shown: " + strings.Join(e.NotShown, ", ")
		if e.Because != nil {
			said += ", because of " + e.Because.String()
		}
		out = append(out, said)
	}
	if e.Nothing {
		add("nothing is on the screen")
	}
	if len(e.OneOf) > 0 {
		add("one of %s is shown", strings.Join(e.OneOf, ", "))
	}
	if e.Displays != nil {
		add("%s in this visit so far", plural(*e.Displays, "display"))
	}
	for _, d := range e.DisplaysOf {
		add("%s of %s", plural(d.Count, "display"), d.Engagement)
	}
	if len(e.Prospect) > 0 {
		add("a prospect of %s", strings.Join(e.Prospect, ", "))
	}
	if len(e.Control) > 0 {
		add("in the control group of %s", strings.Join(e.Control, ", "))
	}
	if e.Goal != "" {
		said := "the goal of " + e.Goal + " is reached"
		if e.Count != nil {
			said += " " + plural(*e.Count, "time")
		}
		if e.Duplicates != nil {
			said += ", " + plural(*e.Duplicates, "duplicate") + " left out"
		}
		out = append(out, said)
	}
	return clean(strings.Join(out, "; "))
}
