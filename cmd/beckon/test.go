package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/text"
)

// errNoScenario is wrapped where a path holds nothing to run.
var errNoScenario = errors.New("no scenario")

func testCommand(w *world) *cobra.Command {
	var t testRun
	cmd := &cobra.Command{
		Use:   "test [PATH...]",
		Short: "Run scenarios: the store's, or files and directories of them",
		Long: "Test runs scenarios and shows of each failure what was expected, what happened, and the trace of that moment.\n" +
			"Without a path it runs the scenarios of the store on the catalog of the store; a file is run on the catalog that it names. " +
			"With --catalog all run on that one.\n" +
			"Exit code 1 if one fails, 2 if one could not be read.",
		Example: "beckon test\nbeckon test fixtures/scenarios\nbeckon test --catalog drafts --junit report.xml\nbeckon test --json | jq -r '.[] | select(.passed | not) | .scenario'",
		Args:    wants(0, 0, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.run(cmd.Context(), w, args)
		},
	}
	storeFlag(cmd, &t.storeURL)
	cmd.Flags().StringVar(&t.catalog, "catalog", "", "run on the catalog at `PATH`, whichever a scenario names")
	cmd.Flags().BoolVar(&t.json, "json", false, "print what came of every scenario as JSON, and nothing else")
	cmd.Flags().StringVar(&t.junit, "junit", "", "write the results as JUnit XML to `FILE`, too")
	cmd.Flags().BoolVarP(&t.verbose, "all", "a", false, "list the scenarios that passed, too")
	return cmd
}

// testRun is what the command test was asked.
type testRun struct {
	storeURL, catalog, junit string
	verbose, json            bool
}

// scenarioOut is what came of a scenario.
type scenarioOut struct {
	Scenario string   `json:"scenario"`
	File     string   `json:"file"` // or the document of a store
	Line     int      `json:"line"`
	Passed   bool     `json:"passed"`
	Failures []string `json:"failures,omitempty"`
}

// scenariosOut tells what came of the scenarios of a file, and why it, or one of
// them, could not be run.
func scenariosOut(file string, results []replay.Result, err error) []scenarioOut {
	var out []scenarioOut
	for _, r := range results {
		told := scenarioOut{Scenario: r.Scenario.Name, File: file, Line: r.Scenario.Line, Passed: r.Passed()}
		for _, f := range r.Failures {
			told.Failures = append(told.Failures, fmt.Sprintf("line %d: expected %s, but %s", f.Line, f.Expected, f.Happened))
		}
		out = append(out, told)
	}
	if err != nil {
		out = append(out, scenarioOut{Scenario: file, File: file, Line: 1, Failures: []string{err.Error()}})
	}
	return out
}

// tested is what may hold scenarios: a file, or a document of a store.
type tested struct {
	name string
	run  func() ([]replay.Result, error)
}

// subjects lists what is to be run, and what one of it is called.
func (t *testRun) subjects(ctx context.Context, w *world, paths []string) ([]tested, string, error) {
	var eng *engine.Engine
	if t.catalog != "" {
		c, from, err := loadCatalog(ctx, w, []string{t.catalog}, t.storeURL)
		if err != nil {
			return nil, "", err
		}
		if eng, err = compile(c, from); err != nil {
			return nil, "", err
		}
	}
	var out []tested
	if len(paths) == 0 {
		docs, c, from, err := testedScenarios(ctx, w, t.storeURL)
		if err != nil {
			return nil, "", err
		}
		if eng == nil {
			if eng, err = compile(c, from); err != nil {
				return nil, "", err
			}
		}
		for _, d := range docs {
			out = append(out, tested{d.place(), func() ([]replay.Result, error) { return replay.RunOn(eng, d.place(), d.body) }})
		}
		return out, "document", nil
	}
	suite := replay.Disk().On(eng)
	for _, path := range paths {
		found, err := suite.Files(path)
		if err != nil {
			return nil, "", err
		}
		if len(found) == 0 {
			return nil, "", fmt.Errorf("%w in %s", errNoScenario, text.Line(path, 200))
		}
		for _, file := range found {
			out = append(out, tested{file, func() ([]replay.Result, error) { return suite.Run(file) }})
		}
	}
	return out, "file", nil
}

func (t *testRun) run(ctx context.Context, w *world, paths []string) error {
	subjects, what, err := t.subjects(ctx, w, paths)
	if err != nil {
		return err
	}
	var results []replay.Result
	told := []scenarioOut{}
	var bad []error
	var unread []*replay.Unread
	for _, s := range subjects {
		r, err := s.run()
		if u, ok := errors.AsType[*replay.Unread](err); ok {
			unread = append(unread, u)
		}
		if err != nil {
			bad = append(bad, err)
		}
		results = append(results, r...)
		told = append(told, scenariosOut(s.name, r, err)...)
	}
	failed := 0
	for _, r := range results {
		if !r.Passed() {
			failed++
		}
		if !t.json && (t.verbose || !r.Passed()) {
			fmt.Fprint(w.out, r.Text())
		}
	}
	if t.json {
		if err := writeJSON(w.out, told); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w.out, "%s in %s: %s passed, %s failed", counted(len(results), "scenario"), counted(len(subjects), what),
			number(int64(len(results)-failed)), number(int64(failed)))
		if len(bad) > 0 {
			fmt.Fprintf(w.out, "; %s could not be read", counted(len(bad), what))
		}
		fmt.Fprintln(w.out)
	}
	if t.junit != "" {
		if err := writeFile(t.junit, func(out io.Writer) error { return replay.WriteJUnit(out, results, unread...) }); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return errors.Join(bad...)
	}
	if failed > 0 {
		return errNo
	}
	return nil
}
