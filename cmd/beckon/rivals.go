package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/sheet"
	"beckon/model/text"
)

func rivalsCommand(w *world) *cobra.Command {
	var f replayFlags
	var campaigns []string
	cmd := &cobra.Command{
		Use:   "rivals FILE...",
		Short: "Tell which campaigns beat which, and what others would have without one",
		Long: "Rivals replays traffic as replay reads it, and tells for each zone who was displayed how often while who was a candidate, too. " +
			"Then it tells what the other campaigns would have with one of them paused: that is not estimated, but replayed, one replay for each campaign, all in one pass.",
		Example: "beckon rivals week.jsonl\nbeckon rivals --campaign cart-rescue --json 'logs/*.gz'",
		Args:    wants(1, 0, "a file to replay, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRivals(cmd.Context(), w, &f, campaigns, args)
		},
	}
	trafficFlags(cmd, &f)
	flags := cmd.Flags()
	catalogFlag(cmd, &f.catalog)
	flags.StringSliceVar(&campaigns, "campaign", nil, "pause the campaign `ID`; may be given several times (default: every one that is published)")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVar(&f.csv, "csv", false, "print what the others would have as a table for a spreadsheet")
	return cmd
}

// catalogAndTraffic reads what a command replays.
func catalogAndTraffic(ctx context.Context, w *world, f *replayFlags, files []string) (*engine.Engine, *traffic, error) {
	catalog, from, err := loadCatalog(ctx, w, f.catalog, f.store)
	if err != nil {
		return nil, nil, err
	}
	eng, err := compile(catalog, from)
	if err != nil {
		return nil, nil, err
	}
	t, err := openTraffic(ctx, w, f, &catalog.Settings, files)
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(w.err, "catalog: %s, %s, %s\n", from, counted(len(eng.Campaigns()), "campaign"), counted(len(eng.Engagements()), "engagement"))
	return eng, t, nil
}

func runRivals(ctx context.Context, w *world, f *replayFlags, campaigns, files []string) error {
	if f.json && f.csv {
		return misuse("--json and --csv each print something else: choose one")
	}
	eng, t, err := catalogAndTraffic(ctx, w, f, files)
	if err != nil {
		return err
	}
	defer t.journeys.Close()
	defer t.bar.clear()
	if len(campaigns) == 0 {
		for _, k := range eng.Campaigns() {
			if k.Published && slices.ContainsFunc(k.Engagements, func(e *model.Engagement) bool { return !e.Disabled }) {
				campaigns = append(campaigns, k.ID)
			}
		}
		if len(campaigns) >= replay.MostSides {
			return fmt.Errorf("%s are published; up to %d can be paused one after the other: name them with --campaign", counted(len(campaigns), "campaign"), replay.MostSides-1)
		}
	}
	for _, id := range campaigns {
		if err := campaignNamed(eng, id); err != nil {
			return fmt.Errorf("--campaign: %w", err)
		}
	}
	r, err := replay.Rivals(context.WithoutCancel(ctx), eng, campaigns, t.journeys.All(), t.options(ctx, f))
	t.bar.clear()
	if err != nil {
		return fmt.Errorf("replaying: %w", err)
	}
	switch {
	case f.json:
		err = writeJSON(w.out, r)
	case f.csv:
		out := sheet.NewWriter(w.out)
		out.Head("without", "campaign", "displays", "visits")
		for _, x := range r.Paused {
			out.Row(sheet.Text(x.Campaign), sheet.Text(x.Campaign), sheet.Int(-x.Displays), sheet.Int(-x.Exposed))
			for _, m := range x.Others {
				out.Row(sheet.Text(x.Campaign), sheet.Text(m.Campaign), sheet.Int(m.Displays), sheet.Int(m.Exposed))
			}
		}
		err = out.Flush()
	default:
		printDraws(w.out, r.Draws, r.FurtherDraws)
		fmt.Fprintln(w.out)
		c := columns{head: []string{"without", "displays", "visits", "others have", "displays", "visits"}, right: []bool{false, true, true, false, true, true}}
		for _, x := range r.Paused {
			row := []string{text.Line(x.Campaign, 80), number(-x.Displays), number(-x.Exposed)}
			if len(x.Others) == 0 {
				c.rows = append(c.rows, append(row, "as before", "", ""))
			}
			for i, m := range x.Others {
				if i > 0 {
					row = []string{"", "", ""}
				}
				c.rows = append(c.rows, append(row, text.Line(m.Campaign, 80), signed(m.Displays), signed(m.Exposed)))
			}
		}
		c.write(w.out, "")
	}
	if err == nil && !r.Complete {
		err = fmt.Errorf("%w: complete up to visitor %s", errInterrupted, text.Line(r.UpTo, 80))
	}
	if err != nil {
		return err
	}
	return brokenOff(t.journeys.Report())
}

// signed is a number of more, or of fewer.
func signed(n int64) string {
	if n < 0 {
		return number(n)
	}
	return "+" + number(n)
}
