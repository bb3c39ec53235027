package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
)

func exportCommand(w *world) *cobra.Command {
	var storeURL, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "export --out DIR",
		Short:   "Write a store's catalog and its scenarios as files, one a document",
		Example: "beckon export --out catalog",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return errors.New("name a directory with --out")
			}
			s, c, err := openCatalog(cmd.Context(), w, storeURL)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := model.WriteDir(out, c); err != nil {
				return err
			}
			scenarios, err := storedScenarios(cmd.Context(), s, store.Revision(c.Revision))
			if err != nil {
				return err
			}
			if err := exportScenarios(out, scenarios); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(w.out, exportedOut{len(c.Documents()), len(scenarios), c.Revision, out})
			}
			what := counted(len(c.Documents()), "document")
			if len(scenarios) > 0 {
				what += " and " + counted(len(scenarios), "scenario")
			}
			fmt.Fprintf(w.out, "%s of revision %d in %s\n", what, c.Revision, text.Line(out, 200))
			return nil
		},
	}
	storeFlag(cmd, &storeURL)
	cmd.Flags().StringVar(&out, "out", "", "write to `DIR`; files that are there are replaced")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell it as JSON")
	return cmd
}

// exportedOut is what was written.
type exportedOut struct {
	Documents int    `json:"documents"`
	Scenarios int    `json:"scenarios"`
	Revision  uint64 `json:"revision"`
	Directory string `json:"directory"`
}
