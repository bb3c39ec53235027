package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	trafficscreen "beckon/tui/screen/traffic"
)

func runsCommand(w *world) *cobra.Command {
	var storeURL string
	cmd := onStore(runsCommands(hereReach(w, &storeURL)), &storeURL)
	storeFlag(cmd, &storeURL)
	return cmd
}

// runsCommands read and change the runs that a store keeps: at this machine, and
// over SSH.
func runsCommands(r reach) *cobra.Command {
	asJSON := r.remote
	cmd := &cobra.Command{
		Use:   "runs [NAME]",
		Short: "List the replays that were kept, or show one",
		Long: "Runs lists the replays that beckon replay --save, beckon runs keep and the screen Traffic have put into the store, or shows the results of one as they were printed. " +
			"beckon replay --again NAME repeats one of files, beckon runs repeat NAME one of the store's journeys.",
		Example: "beckon runs\nbeckon runs monday\nbeckon runs monday --json",
		Args:    wants(0, 1, "the name of a run"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if len(args) == 1 {
				return showRun(cmd.Context(), r.w, s, args[0], asJSON)
			}
			return listRuns(cmd.Context(), r.w, s, asJSON)
		}),
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the replays that were kept",
		Args:  wantsNone,
		RunE: r.on(func(cmd *cobra.Command, s store.Store, _ []string) error {
			return listRuns(cmd.Context(), r.w, s, asJSON)
		}),
	}
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Show the results of a run",
		Args:  wants(1, 1, "the name of a run"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			return showRun(cmd.Context(), r.w, s, args[0], asJSON)
		}),
	}
	if !r.remote {
		for _, c := range []*cobra.Command{cmd, list, show} {
			c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
		}
	}
	cmd.AddCommand(list, show, runsKeepCommand(r), runsRepeatCommand(r), runsDeleteCommand(r))
	return cmd
}

// traffics is what the screen Traffic replays, for a command.
func (r reach) traffics(s store.Store) *traffics {
	l := newLibrary(s, r.who(), r.w.now)
	l.elsewhere, l.getenv = r.remote, r.w.getenv
	return &traffics{library: l}
}

// keptOut is what was kept, or repeated.
type keptOut struct {
	Run      string   `json:"run"`
	Visits   int64    `json:"visits"`
	Displays int64    `json:"displays"`
	Same     *bool    `json:"same,omitempty"` // of a repetition: to the byte
	Notes    []string `json:"notes,omitempty"`
}

func runsKeepCommand(r reach) *cobra.Command {
	var respond, journey string
	var seed uint64
	cmd := &cobra.Command{
		Use:   "keep NAME",
		Short: "Replay the store's journeys and keep the run, as the screen Traffic does",
		Long:  "Keep replays all journeys of the store, or one, through the catalog as it stands, and keeps the results under a name, with all that it takes to repeat them. Files are kept by beckon replay --save.",
		Args:  wants(1, 1, "a name for the run"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if err := mayFirst(cmd.Context(), s, guard.Editor, "keep a run"); err != nil {
				return err
			}
			policy, err := replay.ParsePolicy(respond)
			if err != nil {
				return fmt.Errorf("--respond: %w", err)
			}
			if err := runName(args[0]); err != nil {
				return err
			}
			if err := freeRun(cmd.Context(), s, args[0]); err != nil { // before the work, and not behind it
				return err
			}
			t := r.traffics(s)
			o := trafficscreen.Order{Input: trafficscreen.Input{ID: journey, Name: text.Line(journey, 80)}, Respond: policy, Seed: seed}
			run, err := t.Run(cmd.Context(), o, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
			if err != nil {
				return err
			}
			if err := t.Keep(cmd.Context(), run, args[0], func(trafficscreen.Progress) {}, trafficscreen.Stops{}); err != nil {
				return err
			}
			return writeJSON(r.w.out, keptOut{Run: args[0], Visits: run.Visits, Displays: run.Account.Displays})
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&journey, "journey", "", "replay the journey `ID` (default: all)")
	flags.StringVar(&respond, "respond", "ignore", "give `ANSWER` to displays: ignore, accept, decline, or shares such as accept=0.1,decline=0.3")
	flags.Uint64Var(&seed, "seed", 0, "seed draws, control groups and simulated answers with `N` (default 0)")
	return cmd
}

func runsRepeatCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "repeat NAME",
		Short: "Repeat a run of the store's journeys; exit code 1 unless it is the same to the byte",
		Args:  wants(1, 1, "the name of a run"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			again, err := r.traffics(s).Repeat(cmd.Context(), args[0], func(trafficscreen.Progress) {}, trafficscreen.Stops{})
			if err != nil {
				return err
			}
			if err := writeJSON(r.w.out, keptOut{args[0], again.Visits, again.Account.Displays, &again.Same, again.Notes}); err != nil {
				return err
			}
			if !again.Same {
				return errNo
			}
			return nil
		}),
	}
}

func runsDeleteCommand(r reach) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:   "delete NAME",
		Short: "Delete a run; its history stays",
		Args:  wants(1, 1, "the name of a run"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if err := mayFirst(cmd.Context(), s, guard.Editor, "delete the run "+text.Line(args[0], 80)); err != nil {
				return err
			}
			d, err := plainDocument(cmd, s, kindRun, args[0])
			if err != nil {
				return err
			}
			return r.delete(cmd, s, &b, kindRun, d.ID, "", d.Revision)
		}),
	}
	b.flags(cmd, false)
	return cmd
}
