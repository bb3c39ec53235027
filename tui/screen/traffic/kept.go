package traffic

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

type (
	// keptRuns are the runs of the store.
	keptRuns struct {
		list []KeptRun
		err  error
	}
	// kept is a run that was put into the store or taken out of it.
	kept struct {
		said   string
		err    error
		reload bool
	}
	// recalled is the report of a run that was kept.
	recalled struct {
		report *Report
		err    error
	}
)

// askKeep asks for the name that a run is kept under.
func (s *Screen) askKeep() {
	src, r := s.src, s.report
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Keep the run", Label: "Its results, and all that it takes to repeat it: traffic, catalog, seed, answers. A name in a to z, 0 to 9 and hyphens.", Hint: "such as monday", Max: 100,
		Check: func(v string) error { return RunName(strings.TrimSpace(v)) },
		Then: func(v string) tea.Cmd {
			name := strings.TrimSpace(v)
			// The traffic is replayed to see that it is what it was, which may take
			// as long as the run did.
			return s.beginWhole("Keeping "+name, r.Order, func(ctx context.Context, progress func(Progress), stops Stops) (any, error) {
				err := src.Keep(ctx, r, name, progress, stops)
				return kept{said: "Kept as " + name + "."}, err
			})
		}})
}

var errRunName = errors.New("want a to z, 0 to 9 and single hyphens, at most 100")

// RunName tells what is wrong with a name for a run, or nil.
func RunName(name string) error {
	if len(name) > 100 || !model.IsKebab(name) {
		return errRunName
	}
	return nil
}

func (s *Screen) askKept() tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("reading the store", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		list, err := src.Kept(ctx)
		return keptRuns{list, err}
	})
}

// listKept shows the runs of the store.
func (s *Screen) listKept(m keptRuns) {
	switch {
	case m.err != nil:
		s.failedStudy("reading the store", m.err)
		return
	case len(m.list) == 0:
		s.ses.Shell.Toast(widget.Info, "No run is kept. Y keeps the one that was just replayed.")
		return
	}
	whole := func(k KeptRun) string {
		if k.Complete {
			return ""
		}
		return "stopped"
	}
	key := func(k KeptRun) string { return k.Name }
	t := widget.NewTable(key,
		widget.Column[KeptRun]{Title: "Run", Width: 14, Grow: 2, Cell: func(k KeptRun) widget.Cell { return widget.T(k.Name) },
			Compare: func(a, b KeptRun) int { return strings.Compare(a.Name, b.Name) }},
		widget.Column[KeptRun]{Title: "By", Width: 8, Rank: 2, Cell: func(k KeptRun) widget.Cell { return widget.T(k.By) }},
		widget.Column[KeptRun]{Title: "At", Width: 20, Whole: 5, Cell: func(k KeptRun) widget.Cell { return widget.T(s.ses.When(k.At)) },
			Compare: func(a, b KeptRun) int { return a.At.Compare(b.At) }},
		widget.Column[KeptRun]{Title: "Traffic", Width: 12, Grow: 2, Rank: 1, Cell: func(k KeptRun) widget.Cell { return widget.T(lastPart(k.Traffic)) }},
		widget.Column[KeptRun]{Title: "Catalog", Width: 12, Grow: 1, Rank: 3, Cell: func(k KeptRun) widget.Cell { return widget.T(k.Catalog) }},
		widget.Column[KeptRun]{Title: "Visits", Width: 9, Right: true, Cell: func(k KeptRun) widget.Cell { return widget.T(text.Number(k.Visits)) },
			Compare: func(a, b KeptRun) int { return cmp.Compare(a.Visits, b.Visits) }},
		widget.Column[KeptRun]{Title: "Displays", Width: 9, Right: true, Cell: func(k KeptRun) widget.Cell { return widget.T(text.Number(k.Displays)) },
			Compare: func(a, b KeptRun) int { return cmp.Compare(a.Displays, b.Displays) }},
		widget.Column[KeptRun]{Title: "", Width: 7, Rank: 4, Cell: func(k KeptRun) widget.Cell { return widget.Cell{Text: whole(k), Look: theme.Warn} }},
	)
	t.Searched = func(k KeptRun) string { return k.Name + " " + k.By + " " + k.Traffic + " " + k.Catalog }
	x := newStudy("Kept runs", t, m.list, key, func(k KeptRun) string {
		said := k.Name + ": " + k.Traffic + " through " + k.Catalog + ", by " + k.By + " at " + s.ses.When(k.At) + "; " + text.Many(k.Visits, "visit") + ", " + text.Many(k.Displays, "display")
		if !k.Complete {
			said += "; stopped before its end"
		}
		return said
	})
	x.note = text.Many(int64(len(m.list)), "run")
	x.enter = "its results"
	x.about = []string{"R repeats the selected run and tells whether the results are the same, to the byte."}
	x.open = onSelected(t, s.recall)
	x.kept = t.Selected
	s.push(x)
}

// lastPart is the name of a file without the way to it, which tells files apart
// where there is little room; all of it is said below the list.
func lastPart(traffic string) string {
	if i := strings.LastIndexByte(strings.TrimSuffix(traffic, "/"), '/'); strings.HasPrefix(traffic, "/") && i >= 0 {
		return traffic[i+1:]
	}
	return traffic
}

func (s *Screen) recall(k KeptRun) tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("opening the run", func(ctx context.Context) tea.Msg {
		r, err := src.Recall(ctx, k.Name)
		return recalled{r, err}
	})
}

// recalled shows the report of a kept run as that of a fresh one.
func (s *Screen) recalled(m recalled) {
	if m.err != nil {
		s.failedStudy("opening the run", m.err)
		return
	}
	s.show(m.report)
	s.ses.Shell.Toast(widget.Info, "As it was kept; r replays it anew.")
}

// show makes a report the one that is looked at, and its order the one that r
// replays.
func (s *Screen) show(r *Report) {
	s.order, s.report, s.visits, s.studies = r.Order, r, nil, nil
	s.order.Input.Lines = 0 // r replays all of it
	s.setScopes(scopesOf(r))
}

// repeat repeats the selected run.
func (s *Screen) repeat() tea.Cmd {
	k, ok := s.keptRun()
	if !ok {
		return nil
	}
	src := s.src
	return s.beginWhole("Repeating "+k.Name, s.order, func(ctx context.Context, progress func(Progress), stops Stops) (any, error) {
		return src.Repeat(ctx, k.Name, progress, stops)
	})
}

// beginWhole begins what is nothing unless it comes to its end.
func (s *Screen) beginWhole(what string, o Order, work func(context.Context, func(Progress), Stops) (any, error)) tea.Cmd {
	cmd := s.begin(what, o, work)
	if cmd != nil {
		s.running.partly = false
	}
	return cmd
}

// repeated says whether a repetition is the same.
func (s *Screen) repeated(r *Repetition) {
	said := []widget.Line{}
	say := func(words string) { said = append(said, widget.L(widget.T(words))) }
	switch {
	case r.Same:
		say("The results are the same as those of " + r.Name + ", byte for byte.")
	case !r.Complete || r.part() != "":
		say("It was stopped before its end, so that there is nothing to compare.")
	default:
		say("The results are not the same as those of " + r.Name + ".")
	}
	for _, n := range r.Notes {
		say(n)
	}
	s.show(r.Report)
	s.ses.Shell.Ask(&dialog.Reader{Title: "Repeated: " + r.Name, Lines: said})
}

// keptRun is the kept run that is selected.
func (s *Screen) keptRun() (KeptRun, bool) {
	if x := s.study(); x != nil && x.kept != nil {
		return x.kept()
	}
	return KeptRun{}, false
}

func (s *Screen) askForget() {
	k, ok := s.keptRun()
	if !ok {
		return
	}
	src := s.src
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Delete the run " + k.Name, Body: "Its results go out of the store. The history keeps them.", Yes: "Delete", Danger: true, Then: func() tea.Cmd {
		return s.ses.Shell.Work("deleting the run", func(ctx context.Context) tea.Msg {
			return kept{"Deleted " + k.Name + ".", src.Forget(ctx, k.Name), true}
		})
	}})
}

// kept says what became of a run.
func (s *Screen) kept(m kept) tea.Cmd {
	if m.err != nil {
		s.ses.Shell.Fail("writing to the store", m.err)
		return nil
	}
	s.ses.Shell.Done("writing to the store", m.said)
	if m.reload && s.study() != nil {
		s.studies = s.studies[:len(s.studies)-1]
		return s.askKept()
	}
	return nil
}
