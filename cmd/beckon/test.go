package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"beckon/model/replay"
	"beckon/model/text"
)

// errNoScenario is wrapped where a path holds nothing to run.
var errNoScenario = errors.New("no scenario")

func testCommand(w *world) *cobra.Command {
	var junit string
	var verbose bool
	cmd := &cobra.Command{
		Use:     "test PATH...",
		Short:   "Run scenarios: files, or directories of them",
		Long:    "Test runs scenarios and shows of each failure what was expected, what happened, and the trace of that moment.",
		Example: "beckon test fixtures/scenarios\nbeckon test --junit report.xml fixtures/scenarios",
		Args:    wants(1, 0, "a scenario, or a directory of them"),
		RunE: func(_ *cobra.Command, args []string) error {
			return runScenarios(w, args, junit, verbose)
		},
	}
	cmd.Flags().StringVar(&junit, "junit", "", "write the results as JUnit XML to `FILE`, too")
	cmd.Flags().BoolVarP(&verbose, "all", "a", false, "list the scenarios that passed, too")
	return cmd
}

func runScenarios(w *world, paths []string, junit string, verbose bool) error {
	suite := replay.Disk()
	var results []replay.Result
	var bad []error
	var unread []*replay.Unread
	files := 0
	for _, path := range paths {
		found, err := suite.Files(path)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("%w in %s", errNoScenario, text.Line(path, 200))
		}
		files += len(found)
		for _, file := range found {
			r, err := suite.Run(file)
			if u, ok := errors.AsType[*replay.Unread](err); ok {
				unread = append(unread, u)
			}
			if err != nil {
				bad = append(bad, err)
			}
			results = append(results, r...)
		}
	}
	failed := 0
	for _, r := range results {
		if !r.Passed() {
			failed++
		}
		if verbose || !r.Passed() {
			fmt.Fprint(w.out, r.Text())
		}
	}
	fmt.Fprintf(w.out, "%s in %s: %s passed, %s failed", counted(len(results), "scenario"), counted(files, "file"),
		number(int64(len(results)-failed)), number(int64(failed)))
	if len(bad) > 0 {
		fmt.Fprintf(w.out, "; %s could not be read", counted(len(bad), "file"))
	}
	fmt.Fprintln(w.out)
	if junit != "" {
		if err := writeFile(junit, func(out io.Writer) error { return replay.WriteJUnit(out, results, unread...) }); err != nil {
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
