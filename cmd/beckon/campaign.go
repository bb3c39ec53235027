package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/store"
)

// campaignCommand reads and changes the campaigns of a store of this machine, and
// carries them out of it and into another.
func campaignCommand(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "campaign",
		Short: "Read and change campaigns, carry them out of a store and into another, and have them approved",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var storeURL string
	r := hereReach(w, &storeURL)
	approvals := approvalCommands(r)
	last := len(approvals) - 1 // publishes what was approved
	cmd.AddCommand(campaignCommands(r, approvals[last])...)
	cmd.AddCommand(approvals[:last]...)
	onStore(cmd, &storeURL)
	cmd.AddCommand(campaignExportCommand(w), campaignImportCommand(w))
	return cmd
}

func campaignExportCommand(w *world) *cobra.Command {
	var storeURL, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "export ID",
		Short: "Write a campaign and what it mentions as one YAML file",
		Long: "Export writes a campaign with the goal, audiences, time frames, windows, entry points, behaviors and templates it mentions.\n" +
			"With --json it is the account-config shape; what has no place in it is told on stderr.",
		Example: "beckon campaign export cart-rescue --out cart-rescue.yaml",
		Args:    wants(1, 1, "one campaign's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, c, err := openCatalog(cmd.Context(), w, storeURL)
			if err != nil {
				return err
			}
			defer s.Close()
			data, lost, err := packCampaign(cmd.Context(), s, c, args[0], asJSON)
			if err != nil {
				return err
			}
			for _, l := range lost {
				fmt.Fprintln(w.err, l)
			}
			if out == "" || out == "-" {
				_, err = w.out.Write(data)
				return err
			}
			return writeCampaign(out, data)
		},
	}
	storeFlag(cmd, &storeURL)
	cmd.Flags().StringVar(&out, "out", "", "write to `FILE` and not to standard output")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the account-config JSON")
	return cmd
}

func campaignImportCommand(w *world) *cobra.Command {
	var storeURL, prefer string
	var published, dry bool
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Read campaigns with what they mention into a store",
		Long: "Import reads one YAML file that export wrote, or JSON files of the account-config shape, and says of each document what becomes of it.\n" +
			"Campaigns arrive as drafts. What differs from a document of the same id is renamed, unless --prefer says otherwise. All is written in one change.",
		Example: "beckon campaign import cart-rescue.yaml --dry-run",
		Args:    wants(1, 64, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := exchange.Options{KeepPublished: published, Prefer: exchange.Choice(prefer)}
			switch o.Prefer {
			case "", exchange.Rename, exchange.Mine, exchange.Theirs:
			default:
				return fmt.Errorf("--prefer %s: want rename, mine or theirs", text.Line(prefer, 40))
			}
			s, c, err := openCatalog(cmd.Context(), w, storeURL)
			if err != nil {
				return err
			}
			defer s.Close()
			plan, err := planImport(cmd.Context(), s, c, args, o)
			if err != nil {
				return err
			}
			tellPlan(w, plan)
			if dry {
				return nil
			}
			return writePlan(cmd.Context(), w, s, c, plan, whyImport(args[0]))
		},
	}
	storeFlag(cmd, &storeURL)
	cmd.Flags().StringVar(&prefer, "prefer", "rename", "for what differs here: `CHOICE` of rename, mine and theirs")
	cmd.Flags().BoolVar(&published, "published", false, "take published campaigns as published, not as drafts")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would become of each document, and write nothing")
	return cmd
}

// openCatalog opens a store that exists and reads its catalog.
func openCatalog(ctx context.Context, w *world, url string) (store.Store, *model.Catalog, error) {
	path, err := storePath(w, url)
	if err != nil {
		return nil, nil, err
	}
	if there, err := storeExists(ctx, w, path); err != nil {
		return nil, nil, err
	} else if !there {
		return nil, nil, noStore(w, url, path)
	}
	s, err := openStore(ctx, w, path)
	if err != nil {
		return nil, nil, err
	}
	c, err := storedCatalog(ctx, s, 0)
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return atHome(s, operator(w)), c, nil
}

// tellPlan says of every document what becomes of it, and what had no place.
func tellPlan(w *world, plan *exchange.Plan) {
	for _, i := range plan.Items {
		what := string(i.State)
		if i.State == exchange.Different {
			what += ", " + string(i.Choice)
		}
		if i.As != i.ID {
			what += " to " + text.Line(i.As, 100)
		}
		fmt.Fprintf(w.out, "%s %s: %s\n", i.Kind, text.Line(i.ID, 100), what)
		for _, n := range i.Notes {
			fmt.Fprintf(w.out, "  %s\n", n)
		}
	}
	for _, a := range plan.Absent() {
		here := "not here either"
		if a.Here {
			here = "the one that is here is meant"
		}
		fmt.Fprintf(w.out, "did not come along: %s %s (%s)\n", a.Kind, text.Line(a.ID, 100), here)
	}
	for _, l := range exchange.Lines(plan.Findings) {
		fmt.Fprintf(w.out, "no counterpart: %s\n", l)
	}
}

// writePlan writes everything in one change.
func writePlan(ctx context.Context, w *world, s store.Store, c *model.Catalog, plan *exchange.Plan, why string) error {
	list, err := plan.Documents()
	if err != nil {
		return err
	}
	docs, err := planDocuments(plan, list)
	if err != nil {
		return err
	}
	written, rev, err := putSince(ctx, s, store.Change{Author: operator(w), Why: why, At: w.now().UTC()}, docs, store.Revision(c.Revision))
	if err != nil {
		return err
	}
	if len(written) == 0 {
		fmt.Fprintln(w.out, "nothing to change: all of it is in the store already")
		return nil
	}
	fmt.Fprintf(w.out, "%s written, revision %d\n", counted(len(written), "document"), rev)
	return nil
}
