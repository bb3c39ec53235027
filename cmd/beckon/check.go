package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/text"
)

func checkCommand(w *world) *cobra.Command {
	return &cobra.Command{
		Use:     "check PATH...",
		Short:   "Check a catalog: everything that is wrong with it, with places",
		Long:    "Check reads a catalog from files and directories and tells everything that is wrong with it at once.\nErrors block publishing and end with exit code 1; warnings, and errors of campaigns that are not published, do not.",
		Example: "beckon check fixtures/catalog",
		Args:    wants(1, 0, "a file or directory of a catalog"),
		RunE: func(_ *cobra.Command, args []string) error {
			return check(w, args)
		},
	}
}

func check(w *world, paths []string) error {
	found := model.Check(w.now(), paths...)
	var unread []error // not mistakes in a catalog: it could not be read
	malformed, errs, warnings, drafts := 0, 0, 0, 0
	for _, f := range found.Findings {
		if f.File != nil && f.File.Err != nil {
			unread = append(unread, f.File)
			continue
		}
		place := f.Source.String()
		if place != "" {
			place += ": "
		}
		if f.File != nil {
			malformed++
			fmt.Fprintf(w.out, "%serror: %s\n", place, reasonOf(f.File))
			continue
		}
		note := ""
		switch {
		case f.Problem.Severity != model.Error:
			warnings++
		case f.Problem.Draft:
			drafts++
			note = " [draft]"
		default:
			errs++
		}
		fmt.Fprintf(w.out, "%s%s%s\n", place, f.Problem, note)
	}
	if len(unread) > 0 && len(unread) == len(found.Findings) {
		return errors.Join(unread...)
	}
	if errs += malformed; errs == 0 && len(unread) == 0 {
		// What the rules let through, the engine must take.
		if _, err := engine.Compile(found.Catalog); err != nil && drafts == 0 {
			for _, line := range text.Lines(err.Error(), 1000, 1000) {
				fmt.Fprintf(w.out, "error: %s\n", line)
				errs++
			}
		}
	}
	engagements := 0
	for _, c := range found.Catalog.Campaigns {
		engagements += len(c.Engagements)
	}
	fmt.Fprintf(w.out, "%s, %s: %s, %s", counted(len(found.Catalog.Campaigns), "campaign"), counted(engagements, "engagement"), counted(errs, "error"), counted(warnings, "warning"))
	if drafts > 0 {
		fmt.Fprintf(w.out, ", %s in drafts", counted(drafts, "error"))
	}
	fmt.Fprintln(w.out)
	if len(unread) > 0 {
		return errors.Join(unread...)
	}
	if errs > 0 {
		return errNo
	}
	return nil
}

// reasonOf is a problem's message without its place.
func reasonOf(p *model.FileError) string {
	q := *p
	q.Source = model.Source{}
	return q.Error()
}
