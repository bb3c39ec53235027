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
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return check(w, args)
		},
	}
}

func check(w *world, paths []string) error {
	loaded, err := model.LoadWithSources(paths...)
	var malformed model.FileErrors
	switch {
	case errors.As(err, &malformed):
		for _, p := range malformed {
			if p.Err != nil { // not a mistake in a catalog: it could not be read
				return err
			}
		}
		for _, p := range malformed {
			fmt.Fprintf(w.out, "%s: error: %s\n", p.Source, reasonOf(p))
		}
		fmt.Fprintf(w.out, "%s\n", counted(len(malformed), "error"))
		return errNo
	case err != nil:
		return err
	}
	errs, warnings, drafts := 0, 0, 0
	for _, p := range model.Validate(loaded.Catalog) {
		switch {
		case p.Severity != model.Error:
			warnings++
		case p.Draft:
			drafts++
		default:
			errs++
		}
		place := loaded.Sources.PlaceOf(p).String()
		if place != "" {
			place += ": "
		}
		note := ""
		if p.Draft {
			note = " [draft]"
		}
		fmt.Fprintf(w.out, "%s%s%s\n", place, p, note)
	}
	if errs == 0 {
		// What the rules let through, the engine must take.
		if _, err := engine.Compile(loaded.Catalog); err != nil && drafts == 0 {
			for _, line := range text.Lines(err.Error(), 1000, 1000) {
				fmt.Fprintf(w.out, "error: %s\n", line)
				errs++
			}
		}
	}
	engagements := 0
	for _, c := range loaded.Catalog.Campaigns {
		engagements += len(c.Engagements)
	}
	fmt.Fprintf(w.out, "%s, %s: %s, %s", counted(len(loaded.Catalog.Campaigns), "campaign"), counted(engagements, "engagement"), counted(errs, "error"), counted(warnings, "warning"))
	if drafts > 0 {
		fmt.Fprintf(w.out, ", %s in drafts", counted(drafts, "error"))
	}
	fmt.Fprintln(w.out)
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
