package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

// replayFlags are what a replay was asked for.
type replayFlags struct {
	store      string
	catalog    []string
	format     string
	mapping    string
	host       string
	robots     bool
	strict     bool
	maxRejects int
	from, to   string
	seed       uint64
	respond    string
	closePages bool
	json       bool
	trace      bool
	workers    int
}

func replayCommand(w *world) *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "Replay recorded traffic through a catalog: what would have been shown, and what not, and why",
		Long: "Replay reads recorded traffic (NCSA combined logs, Segment and RudderStack messages, tables with a mapping, and journeys in Beckon's own form;\n" +
			"also compressed with gzip or zstd; - is standard input) and runs every visitor's journey through the campaigns of a catalog.\n" +
			"The catalog is that of --catalog, else that of the store, else the demo shop's.\n" +
			"The same input gives the same bytes, whatever the number of workers.\n" +
			"A log's visitors go by hashes of their addresses; BECKON_KEY, if set, makes these hashes impossible to guess.",
		Example: "beckon replay access.log\nbeckon replay --catalog fixtures/catalog --respond accept=0.1,decline=0.3 --json journeys.jsonl\nbeckon replay --map mapping.yaml clicks.csv",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReplay(cmd.Context(), w, &f, args)
		},
	}
	flags := cmd.Flags()
	storeFlag(cmd, &f.store)
	flags.StringArrayVar(&f.catalog, "catalog", nil, "a catalog's file or directory; may be given several times")
	flags.StringVar(&f.format, "format", "", "native, combined, segment or table (default: told from the first lines)")
	flags.StringVar(&f.mapping, "map", "", "a mapping file that says what a table's columns are")
	flags.StringVar(&f.host, "host", "", "what the URLs of a log begin with (default \"http://localhost\")")
	flags.BoolVar(&f.robots, "robots", false, "take robots in")
	flags.BoolVar(&f.strict, "strict", false, "stop at the first line that cannot be read")
	flags.IntVar(&f.maxRejects, "max-rejects", 0, "stop after so many lines that cannot be read; -1 never (default: 100, or 1 % if that is more)")
	flags.StringVar(&f.from, "from", "", "leave out what came before this instant, 2026-03-02T10:00:00Z, or day")
	flags.StringVar(&f.to, "to", "", "leave out what came at this instant or day, or later")
	flags.Uint64Var(&f.seed, "seed", 0, "seed of draws, control groups and simulated answers")
	flags.StringVar(&f.respond, "respond", "ignore", "what visitors do about a display: ignore, accept, decline, or shares such as accept=0.1,decline=0.3")
	flags.BoolVar(&f.closePages, "close-pages", false, "end visits at their last event instead of leaving the last page open")
	flags.BoolVar(&f.json, "json", false, "print JSON Lines: displays, responses, goals, visits, and a summary")
	flags.BoolVar(&f.trace, "trace", false, "with --json: print every engagement's gate at every evaluation, too")
	flags.IntVar(&f.workers, "workers", 0, "how many journeys to replay at once (default: one for each core)")
	return cmd
}

func runReplay(ctx context.Context, w *world, f *replayFlags, files []string) error {
	if f.trace && !f.json {
		return errors.New("--trace prints JSON records: add --json")
	}
	if f.workers < 0 || f.workers > 1024 {
		return errors.New("--workers: want 1 to 1024")
	}
	policy, err := replay.ParsePolicy(f.respond)
	if err != nil {
		return fmt.Errorf("--respond: %w", err)
	}
	in, err := f.input()
	if err != nil {
		return err
	}
	catalog, from, err := loadCatalog(ctx, w, f.catalog, f.store)
	if err != nil {
		return err
	}
	eng, err := compile(catalog, from)
	if err != nil {
		return err
	}
	in.Visit = journey.VisitRule{Idle: catalog.Settings.VisitIdle(), MaxAge: catalog.Settings.VisitMaxAge()}
	bar := newProgress(w)
	defer bar.clear()
	in.Progress, in.Stop = bar.reading, ctx.Err
	in.Key = w.getenv("BECKON_KEY")
	journeys, err := journey.Sorted(in, files...)
	bar.clear()
	if err != nil {
		return fmt.Errorf("reading the input: %w", err)
	}
	defer journeys.Close()
	fmt.Fprintf(w.err, "catalog: %s, %s, %s\n", from, counted(len(eng.Campaigns()), "campaign"), counted(len(eng.Engagements()), "engagement"))
	return f.replay(ctx, w, eng, journeys, policy, bar)
}

// replay runs the journeys and prints what came of them.
func (f *replayFlags) replay(ctx context.Context, w *world, eng *engine.Engine, journeys *journey.Journeys, policy replay.Policy, bar *progress) error {
	report := journeys.Report()
	o := replay.Options{Seed: f.seed, Policy: policy, Trace: f.trace, ClosePages: f.closePages, Workers: f.workers,
		Progress: func(p replay.Progress) { bar.replaying(p.Visitors, p.Events, report.Read) }}
	if !f.json {
		summary, err := replay.Run(ctx, eng, journeys.All(), o, nil)
		bar.clear()
		if err != nil {
			return fmt.Errorf("replaying: %w", err)
		}
		summary.Input = replay.InputOf(report)
		printSummary(w.out, eng, summary, report)
		return nil
	}
	out := bufio.NewWriterSize(w.out, 1<<16)
	var line []byte
	_, err := replay.Run(ctx, eng, journeys.All(), o, func(r replay.Record) error {
		if s, ok := r.(*replay.Summary); ok {
			s.Input = replay.InputOf(report)
		}
		line = replay.AppendJSON(line[:0], r)
		_, err := out.Write(line)
		return err
	})
	bar.clear()
	if err != nil {
		return errors.Join(fmt.Errorf("replaying: %w", err), out.Flush())
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	printProblems(w.err, report)
	return nil
}

// input says how the files are to be read.
func (f *replayFlags) input() (journey.Options, error) {
	o := journey.Options{Format: journey.Format(f.format), Host: f.host, Robots: f.robots, Strict: f.strict, MaxRejects: f.maxRejects}
	var err error
	if o.From, err = instantFlag("from", f.from); err != nil {
		return o, err
	}
	if o.To, err = instantFlag("to", f.to); err != nil {
		return o, err
	}
	if o.From != 0 && o.To != 0 && o.To <= o.From {
		return o, errors.New("--to is not after --from")
	}
	if f.mapping != "" {
		data, err := os.ReadFile(f.mapping)
		if err != nil {
			return o, fmt.Errorf("reading the mapping: %w", err)
		}
		if o.Mapping, err = journey.ParseMapping(f.mapping, data); err != nil {
			return o, fmt.Errorf("the mapping cannot be used:\n%w", err)
		}
	}
	return o, nil
}

// instantFlag reads an instant, or a day, which begins at midnight UTC.
func instantFlag(name, s string) (journey.Instant, error) {
	if s == "" {
		return 0, nil
	}
	if d, err := model.ParseDate(s); err == nil {
		return journey.At(d.UTC()), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, fmt.Errorf("--%s: want an instant such as 2026-03-02T10:00:00Z, or a day such as 2026-03-02, not %q", name, text.Line(s, 40))
	}
	return journey.At(t), nil
}
