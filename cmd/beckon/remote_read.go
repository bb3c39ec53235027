package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/store"
)

// The commands of this file read, for operators elsewhere.

// versionOut is a version of a document.
type versionOut struct {
	Revision uint64    `json:"revision"`
	Author   string    `json:"author"`
	At       time.Time `json:"at"`
	Why      string    `json:"why,omitempty"`
	Deleted  bool      `json:"deleted,omitempty"`
}

func remoteTestCommand(w *world, g store.Store) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Run the store's scenarios, as JSON; exit code 1 if one fails",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rev, err := g.Revision(cmd.Context())
			if err != nil {
				return fmt.Errorf("reading the store: %w", err)
			}
			docs, err := storedScenarios(cmd.Context(), g, rev)
			if err != nil {
				return err
			}
			c, err := storedCatalog(cmd.Context(), g, rev)
			if err != nil {
				return err
			}
			eng, err := compile(c, "of the store")
			if err != nil {
				return err
			}
			out, failed := []scenarioOut{}, false
			for _, d := range docs {
				if err := cmd.Context().Err(); err != nil {
					return err
				}
				results, err := replay.RunOn(eng, d.place(), d.body)
				for _, told := range scenariosOut(d.place(), results, err) {
					failed = failed || !told.Passed
					out = append(out, told)
				}
			}
			if err := writeJSON(w.out, out); err != nil {
				return err
			}
			if failed {
				return errNo
			}
			return nil
		},
	}
	jsonAnyway(cmd)
	return cmd
}

// jsonAnyway takes the flag of the same command at a machine of one's own, where
// it asks for what is given here in any case.
func jsonAnyway(cmd *cobra.Command) {
	cmd.Flags().Bool("json", false, "print JSON, which it does anyway")
}

// remoteReplayCommand replays what comes on standard input. It takes one core:
// others are at work.
func remoteReplayCommand(w *world, g store.Store) *cobra.Command {
	f := replayFlags{json: true, workers: 1}
	cmd := &cobra.Command{
		Use:     "replay",
		Short:   "Replay recorded traffic from standard input through the campaigns, as JSON Lines",
		Example: "ssh HOST replay < access.log",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			policy, err := replay.ParsePolicy(f.respond)
			if err != nil {
				return fmt.Errorf("--respond: %w", err)
			}
			c, err := storedCatalog(cmd.Context(), g, 0)
			if err != nil {
				return err
			}
			eng, err := compile(c, "of the store")
			if err != nil {
				return err
			}
			journeys, err := f.sent(cmd.Context(), w, &c.Settings)
			if err != nil {
				return err
			}
			defer journeys.Close()
			if _, err := f.replay(cmd.Context(), w, eng, &traffic{journeys: journeys, policy: policy, bar: newProgress(w)}); err != nil {
				return err
			}
			return brokenOff(journeys.Report())
		},
	}
	flags := cmd.Flags()
	f.sentFlags(flags)
	flags.Uint64Var(&f.seed, "seed", 0, "seed draws, control groups and simulated answers with `N` (default 0)")
	flags.StringVar(&f.respond, "respond", "ignore", "give `ANSWER` to displays: ignore, accept, decline, or shares such as accept=0.1,decline=0.3")
	flags.BoolVar(&f.closePages, "close-pages", false, "end visits at their last event instead of leaving the last page open")
	jsonAnyway(cmd)
	flags.BoolVar(&f.trace, "trace", false, "print every engagement's gate at every evaluation, too")
	return cmd
}

// remoteConvertCommand writes anew what comes on standard input.
func remoteConvertCommand(w *world) *cobra.Command {
	f := convertFlags{out: "-"}
	cmd := &cobra.Command{
		Use:     "convert",
		Short:   "Write recorded traffic from standard input anew, in Beckon's own form or as messages of Segment",
		Example: "ssh HOST convert --as segment < access.log > messages.jsonl",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.known(); err != nil {
				return err
			}
			journeys, err := f.read.sent(cmd.Context(), w, &model.Settings{})
			if err != nil {
				return err
			}
			defer journeys.Close()
			return f.write(cmd.Context(), w, &traffic{journeys: journeys, bar: newProgress(w)})
		},
	}
	f.asFlag(cmd.Flags())
	f.read.sentFlags(cmd.Flags())
	return cmd
}

// sent reads the traffic that comes on standard input.
func (f *replayFlags) sent(ctx context.Context, w *world, settings *model.Settings) (*journey.Journeys, error) {
	in, err := f.input()
	if err != nil {
		return nil, err
	}
	in.Visit = journey.VisitRule{Idle: settings.VisitIdle(), MaxAge: settings.VisitMaxAge()}
	in.Stop = ctx.Err
	if in.Key, err = w.key(ctx); err != nil {
		return nil, err
	}
	journeys, err := journey.SortedReader(in, "standard input", w.in)
	if err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	return journeys, nil
}

// sentFlags say how that is read.
func (f *replayFlags) sentFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.format, "format", "", "the `FORMAT` of the input (default: told from the first lines)")
	flags.StringVar(&f.host, "host", "", "what the `URL`s of a log begin with (default: http://localhost)")
	flags.BoolVar(&f.robots, "robots", false, "take robots in, whose visits are left out otherwise")
	flags.BoolVar(&f.strict, "strict", false, "stop at the first line that cannot be read")
	flags.IntVar(&f.maxRejects, "max-rejects", 0, "stop after `N` lines that cannot be read; -1 never (default: 100, or 1 % if that is more)")
	flags.StringVar(&f.from, "from", "", "leave out what came before `TIME`")
	flags.StringVar(&f.to, "to", "", "leave out what came at `TIME` or later")
	laterFlag(flags, &f.later)
}

// mostVisitorsElsewhere is how many visitors one operator may have a server keep
// in mind.
const mostVisitorsElsewhere = 100_000

// remoteWatchCommand watches what comes on standard input.
func remoteWatchCommand(w *world, g store.Store) *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:     "watch -",
		Short:   "Follow a log that comes on standard input, and show what would be displayed as it comes",
		Example: "tail -F access.log | ssh HOST watch --json -",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "-" {
				return errors.New("watch: no file of the server is opened; - is what comes on standard input: tail -F FILE | ssh HOST watch -")
			}
			in, how, err := f.asked()
			if err != nil {
				return err
			}
			if f.visitors > mostVisitorsElsewhere {
				return fmt.Errorf("--visitors: up to %s here, where others are at work", number(mostVisitorsElsewhere))
			}
			c, err := storedCatalog(cmd.Context(), g, 0)
			if err != nil {
				return err
			}
			eng, err := compile(c, "of the store")
			if err != nil {
				return err
			}
			return newWatching(w, &f, eng, how).run(cmd.Context(), in, "standard input", w.in)
		},
	}
	f.flags(cmd.Flags())
	return cmd
}
