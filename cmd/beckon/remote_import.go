package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/store"
)

// The commands of this file bring campaigns, for operators elsewhere. They write
// through the operator's guard, like the screens.

// importOut says what became of what was imported.
type importOut struct {
	Documents []importedOut `json:"documents"`
	Absent    []string      `json:"absent,omitempty"`
	Lost      []string      `json:"noCounterpart,omitempty"`
	Written   int           `json:"written"`
	Revision  uint64        `json:"revision,omitempty"`
	DryRun    bool          `json:"dryRun,omitempty"`
}

type importedOut struct {
	Kind  string   `json:"kind"`
	ID    string   `json:"id"`
	State string   `json:"state"`
	As    string   `json:"as,omitempty"`
	Notes []string `json:"notes,omitempty"`
}

func remoteImportCommand(w *world, g store.Store, who string) *cobra.Command {
	var prefer string
	var published, dry, asJSON bool
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Read campaigns with what they mention from standard input",
		Long: "Import reads a YAML file that export wrote, or with --json one of the account-config shape, from standard input, and tells as JSON what becomes of each document.\n" +
			"Campaigns arrive as drafts. What differs from a document of the same id is renamed, unless --prefer says otherwise. All is written in one change.",
		Example: "ssh HOST campaign import --dry-run < cart-rescue.yaml",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := exchange.Options{KeepPublished: published, Prefer: exchange.Choice(prefer)}
			switch o.Prefer {
			case exchange.Rename, exchange.Mine, exchange.Theirs:
			default:
				return misuse(fmt.Sprintf("--prefer %s: want rename, mine or theirs", text.Line(prefer, 40)))
			}
			name, limit := "standard input", int64(model.MaxFileBytes)
			if asJSON {
				name, limit = "standard input.json", exchange.MaxJSONBytes
			}
			data, err := io.ReadAll(io.LimitReader(w.in, limit+1))
			if err != nil {
				return fmt.Errorf("reading campaigns: %w", err)
			}
			if int64(len(data)) > limit {
				return fmt.Errorf("reading campaigns: more than %d MiB", limit>>20)
			}
			if len(strings.TrimSpace(string(data))) == 0 {
				return misuse("give a file on standard input: ssh HOST campaign import < FILE")
			}
			c, err := storedCatalog(cmd.Context(), g, 0)
			if err != nil {
				return err
			}
			plan, err := planFiles(cmd.Context(), g, c, []exchange.File{{Name: name, Data: data}}, o)
			if err != nil {
				return err
			}
			out := tellImport(plan)
			if out.DryRun = dry; !dry {
				if err := importPlan(cmd.Context(), w, g, who, c, plan, &out); err != nil {
					return err
				}
			}
			return writeJSON(w.out, out)
		},
	}
	cmd.Flags().StringVar(&prefer, "prefer", string(exchange.Rename), "for what differs here: `CHOICE` of rename, mine and theirs")
	cmd.Flags().BoolVar(&published, "published", false, "take published campaigns as published, not as drafts")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would become of each document, and write nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "read the account-config JSON")
	return cmd
}

func tellImport(plan *exchange.Plan) importOut {
	out := importOut{Documents: []importedOut{}, Lost: exchange.Lines(plan.Findings)}
	for _, i := range plan.Items {
		told := importedOut{Kind: string(i.Kind), ID: i.ID, State: string(i.State), Notes: i.Notes}
		if i.State == exchange.Different {
			told.State += ", " + string(i.Choice)
		}
		if i.As != i.ID {
			told.As = i.As
		}
		out.Documents = append(out.Documents, told)
	}
	for _, a := range plan.Absent() {
		out.Absent = append(out.Absent, string(a.Kind)+" "+a.ID)
	}
	return out
}

// importPlan writes what was planned. A campaign that arrives as published is
// held to its scenarios, like one that is published otherwise.
func importPlan(ctx context.Context, w *world, g store.Store, who string, c *model.Catalog, plan *exchange.Plan, out *importOut) error {
	list, err := plan.Documents()
	if err != nil {
		return err
	}
	for _, d := range list {
		if k, ok := d.(*model.Campaign); ok && k.Published {
			if err := guardPublishing(ctx, g, w.now(), k, list...); err != nil {
				return err
			}
		}
	}
	docs, err := planDocuments(plan, list)
	if err != nil {
		return err
	}
	change := store.Change{Author: who, Why: "import over SSH", At: w.now().UTC()}
	written, rev, err := putSince(ctx, g, change, docs, store.Revision(c.Revision))
	if err != nil {
		return err
	}
	out.Written, out.Revision = len(written), uint64(rev)
	return nil
}
