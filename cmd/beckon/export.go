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
	return cmd
}
