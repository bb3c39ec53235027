package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/tui/screen/activity"
)

// auditCommand shows the audit of a store of this machine. While a server holds
// it, the same command goes over SSH.
func auditCommand(w *world) *cobra.Command {
	var storeURL string
	cmd := auditCommands(hereReach(w, &storeURL))
	storeFlag(cmd, &storeURL)
	return cmd
}

func auditCommands(r reach) *cobra.Command {
	var csv, asText, raw bool
	cmd := &cobra.Command{
		Use:   "audit [QUERY]",
		Short: "List who changed what, when and from where, newest first",
		Long: "Audit lists every value that was changed. A query has words, which are looked for everywhere, and by:OPERATOR, kind:KIND, id:ID, " +
			"action:ACTION, since:DATE and until:DATE; dates without a zone are UTC.\n" +
			"In the CSV every cell is quoted, and what a spreadsheet would run is made text; --raw leaves it as it is.",
		Example: "beckon audit by:ana since:2026-03-01\nbeckon audit kind:campaign action:publish --csv > published.csv\nssh -p 2222 HOST audit --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if csv && asText {
				return misuse("--csv or --json, not both")
			}
			if raw && !csv {
				return misuse("--raw is about --csv")
			}
			q, err := activity.ParseQuery(strings.Join(args, " "), r.w.now().UTC().Location())
			if err != nil {
				return misuse(err.Error())
			}
			s, err := r.openThere(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			form := asLines
			switch {
			case csv:
				form = asCSV
			case asText:
				form = asJSON
			}
			n, err := writeAudit(cmd.Context(), r.w.out, s, q, form, raw)
			if err == nil && n == 0 {
				what := "nothing was changed in this store"
				if len(args) > 0 {
					what = "no change fits " + text.Line(strings.Join(args, " "), 200)
				}
				fmt.Fprintln(r.w.err, what)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&csv, "csv", false, "write CSV")
	cmd.Flags().BoolVar(&asText, "json", false, "write JSON")
	cmd.Flags().BoolVar(&raw, "raw", false, "leave cells as they are, formulas included")
	return cmd
}
