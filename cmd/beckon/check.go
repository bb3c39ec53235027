package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/text"
)

func checkCommand(w *world) *cobra.Command {
	var storeURL string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Check a catalog: everything that is wrong with it, with places",
		Long: "Check reads a catalog from files and directories, or by one of the names @published, @123, @draft:CAMPAIGN and @demo, and tells everything that is wrong with it at once. " +
			"Without a path it is that of the store.\nErrors block publishing and end with exit code 1; warnings, and errors of campaigns that are not published, do not.",
		Example: "beckon check\nbeckon check fixtures/catalog\nbeckon check --json catalog | jq -r '.problems[] | .place + \" \" + .message'",
		Args:    wants(0, 0, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return check(cmd.Context(), w, args, storeURL, asJSON)
		},
	}
	storeFlag(cmd, &storeURL)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what is wrong as JSON, and nothing else")
	return cmd
}

// checkOut is what is wrong with a catalog.
type checkOut struct {
	Revision    uint64       `json:"revision,omitempty"` // of a store
	Campaigns   int          `json:"campaigns"`
	Engagements int          `json:"engagements"`
	Errors      int          `json:"errors"`
	Warnings    int          `json:"warnings"`
	Drafts      int          `json:"errorsInDrafts"`
	Problems    []problemOut `json:"problems"`
	Unusable    string       `json:"unusable,omitempty"`
}

// problemOut is a problem, and where in a file it is.
type problemOut struct {
	Place string `json:"place,omitempty"`
	model.Problem
}

// line is the problem in a line.
func (p problemOut) line() string {
	out := p.String()
	if p.Code == unreadable {
		out = "error: " + p.Message
	}
	if p.Place != "" {
		out = p.Place + ": " + out
	}
	if p.Draft && p.Severity == model.Error {
		out += " [draft]"
	}
	return out
}

// unreadable is the code of a place in a file that cannot be read as a part of
// a catalog.
const unreadable = "unreadable"

// checked tells what is wrong with a catalog of which problems were found.
func checked(c *model.Catalog, problems []problemOut) checkOut {
	out := checkOut{Revision: c.Revision, Campaigns: len(c.Campaigns), Problems: problems}
	for _, k := range c.Campaigns {
		out.Engagements += len(k.Engagements)
	}
	for _, p := range problems {
		switch {
		case p.Severity != model.Error:
			out.Warnings++
		case p.Draft:
			out.Drafts++
		default:
			out.Errors++
		}
	}
	if out.Errors == 0 && out.Drafts == 0 { // what the rules let through, the engine must take
		if _, err := engine.Compile(c); err != nil {
			out.Unusable = err.Error()
		}
	}
	return out
}

// checkStored checks a catalog that is in no files.
func checkStored(w *world, c *model.Catalog) checkOut {
	problems := []problemOut{}
	for _, p := range model.ValidateAt(c, w.now()) {
		problems = append(problems, problemOut{Problem: p})
	}
	return checked(c, problems)
}

// no is whether a catalog can be published as it is.
func (o checkOut) no() error {
	if o.Errors > 0 || o.Unusable != "" {
		return errNo
	}
	return nil
}

func check(ctx context.Context, w *world, paths []string, storeURL string, asJSON bool) error {
	if len(paths) == 0 || namesCatalog(paths) {
		c, from, err := loadCatalog(ctx, w, paths, storeURL)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.err, "catalog: %s\n", from)
		return tellChecked(w, checkStored(w, c), asJSON)
	}
	found := model.Check(w.now(), paths...)
	var unread []error // not mistakes in a catalog: it could not be read
	problems := []problemOut{}
	for _, f := range found.Findings {
		switch {
		case f.File != nil && f.File.Err != nil:
			unread = append(unread, f.File)
		case f.File != nil:
			problems = append(problems, problemOut{f.Source.String(), model.Problem{Severity: model.Error, Code: unreadable, Message: reasonOf(f.File)}})
		default:
			problems = append(problems, problemOut{f.Source.String(), *f.Problem})
		}
	}
	if len(unread) > 0 && len(problems) == 0 {
		return errors.Join(unread...)
	}
	out := checked(found.Catalog, problems)
	if len(unread) > 0 { // what is missing may be in what was not read
		out.Unusable = ""
	}
	answer := tellChecked(w, out, asJSON)
	if len(unread) > 0 {
		return errors.Join(unread...)
	}
	return answer
}

// tellChecked prints what is wrong, and says whether that is an answer of no.
func tellChecked(w *world, out checkOut, asJSON bool) error {
	if asJSON {
		return errors.Join(writeJSON(w.out, out), out.no())
	}
	for _, p := range out.Problems {
		fmt.Fprintln(w.out, p.line())
	}
	errs := out.Errors
	for _, line := range text.Lines(out.Unusable, 1000, 1000) {
		fmt.Fprintf(w.out, "error: %s\n", line)
		errs++
	}
	fmt.Fprintf(w.out, "%s, %s: %s, %s", counted(out.Campaigns, "campaign"), counted(out.Engagements, "engagement"), counted(errs, "error"), counted(out.Warnings, "warning"))
	if out.Drafts > 0 {
		fmt.Fprintf(w.out, ", %s in drafts", counted(out.Drafts, "error"))
	}
	fmt.Fprintln(w.out)
	return out.no()
}

// reasonOf is a problem's message without its place.
func reasonOf(p *model.FileError) string {
	q := *p
	q.Source = model.Source{}
	return q.Error()
}
