package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/persona"
	"beckon/model/text"
)

// generateFlags are what synthetic traffic was asked for.
type generateFlags struct {
	visitors int64
	seed     uint64
	mix      string
	start    string
	days     int
	zone     string
	out      string
	// like is a log to make traffic like, and how it is read.
	like string
	read replayFlags
}

func generateCommand(w *world) *cobra.Command {
	var f generateFlags
	var about strings.Builder
	for _, k := range persona.Kinds() {
		fmt.Fprintf(&about, "  %s: %s\n", k, k.About())
	}
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Make journeys of synthetic visitors, to replay or to demo",
		Long: "Generate makes visitors who never were and writes what they do on the demo shop's site as JSON Lines of Beckon's own form, in the order of instants, visits interleaved as in a log. " +
			"They answer nothing that campaigns show: --respond of replay does.\n\n" +
			"The same flags give the same bytes. A visitor is the same whatever the number of visitors.\n\n" +
			"With --like, there are no personas: visits go through the pages of a log, in any form that replay reads, with its length of visits, times on a page, steps between pages, hours and days, " +
			"devices, countries, ways to the site and share of visitors who come again. What was measured, and what the log does not tell, is said on standard error. " +
			"No id and no address of a visitor and no query of a URL goes into the traffic; paths of pages do, and it is said how many of them one visitor alone has seen.\n\nThe personas:\n" + about.String(),
		Example: "beckon generate --visitors 2000 | beckon replay -\nbeckon generate --visitors 500 --mix 'cart-abandoner=3,bill-payer=1' --seed 7 --out carts.jsonl.gz\nbeckon generate --like access.log --host https://www.example.com --visitors 100000 --out more.jsonl.zst",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runGenerate(cmd.Context(), w, &f)
		},
	}
	flags := cmd.Flags()
	flags.Int64Var(&f.visitors, "visitors", 1000, "make `N` visitors")
	flags.Uint64Var(&f.seed, "seed", 0, "another `N`, other visitors (default 0)")
	flags.StringVar(&f.mix, "mix", "", "the `WEIGHTS` of personas, such as cart-abandoner=3,bill-payer=1 (default: "+persona.OrdinaryMix().String()+")")
	flags.StringVar(&f.start, "start", "2026-03-02", "let visits begin at `TIME`, a day, which begins at midnight in the zone, or an instant such as 2026-03-02T10:00:00Z")
	flags.IntVar(&f.days, "days", 7, "let visits begin on `N` days")
	flags.StringVar(&f.zone, "zone", "Europe/Berlin", "the `ZONE` whose clock the visitors live by")
	flags.StringVar(&f.like, "like", "", "make visits like those in the log in `FILE`")
	flags.StringVar(&f.read.format, "format", "", "the `FORMAT` of that log: "+formatNames()+" (default: told from the first lines)")
	placesFlag(cmd, &f.read.places)
	flags.StringVar(&f.read.mapping, "map", "", "say what a table's columns are by the mapping in `FILE`")
	flags.StringVar(&f.read.host, "host", "", "what the `URL`s of that log begin with, https://www.example.com (default: http://localhost)")
	flags.StringVar(&f.out, "out", "-", "write to a new `FILE`, compressed if it ends with .gz or .zst; - is standard output")
	return cmd
}

// traffic reads the flags.
func (f *generateFlags) traffic() (persona.Traffic, error) {
	t := persona.Traffic{Visitors: f.visitors, Seed: f.seed, Days: f.days}
	if f.visitors < 1 || f.visitors > persona.MaxVisitors {
		return t, fmt.Errorf("--visitors: want 1 to %s, not %d", number(persona.MaxVisitors), f.visitors)
	}
	if f.days < 1 || f.days > persona.MaxDays {
		return t, fmt.Errorf("--days: want 1 to %s, not %d", number(persona.MaxDays), f.days)
	}
	var err error
	if t.Mix, err = persona.ParseMix(f.mix); err != nil {
		return t, fmt.Errorf("--mix: %w", err)
	}
	if f.zone == "" || f.zone == "Local" {
		return t, errors.New("--zone: want the name of a time zone, such as Europe/Berlin")
	}
	if t.Zone, err = time.LoadLocation(f.zone); err != nil {
		return t, fmt.Errorf("--zone: %q is no time zone; want a name such as Europe/Berlin", text.Line(f.zone, 40))
	}
	if d, err := model.ParseDate(f.start); err == nil {
		t.Start = journey.At(d.In(t.Zone))
	} else if t.Start, err = instantFlag("start", f.start); err != nil {
		return t, err
	}
	if t.Start == 0 {
		return t, errors.New("--start: want a day or an instant")
	}
	switch {
	case f.like == "" && (f.read.format != "" || f.read.mapping != "" || f.read.host != "" || f.read.places != ""):
		return t, errors.New("--format, --map, --host and --geoip say how the log of --like is read: name one")
	case f.like != "" && f.mix != "":
		return t, errors.New("--like makes visits like those in a log, which knows no personas: leave out --mix")
	}
	return t, t.Check()
}

// measure takes the likeness of the log that was named, and says what it is.
func (f *generateFlags) measure(ctx context.Context, w *world, zone *time.Location, bar *progress) (*persona.Likeness, error) {
	in, err := f.read.input()
	if err != nil {
		return nil, err
	}
	in.Progress, in.Stop = bar.reading, ctx.Err
	journeys, err := journey.Sorted(in, f.like)
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	defer journeys.Close()
	l, err := persona.Measure(journeys, zone)
	bar.clear()
	if err != nil {
		return nil, fmt.Errorf("measuring the log: %w", err)
	}
	printProblems(w.err, journeys.Report())
	for _, line := range l.Report() {
		fmt.Fprintln(w.err, line)
	}
	return l, brokenOff(journeys.Report())
}

func runGenerate(ctx context.Context, w *world, f *generateFlags) error {
	t, err := f.traffic()
	if err != nil {
		return err
	}
	bar := newProgress(w)
	defer bar.clear()
	if f.like != "" {
		if f.out != "-" {
			if err := free(f.out); err != nil { // before the work, not after it
				return fmt.Errorf("generating: %w", err)
			}
		}
		if t.Like, err = f.measure(ctx, w, t.Zone, bar); err != nil {
			return err
		}
	}
	t.Progress = func(visits int64, done int) { bar.generating(visits, done) }
	var told persona.Told
	fill := func(out io.Writer) (err error) {
		to := journey.NewWriter(out)
		if told, err = t.Each(ctx, to.Write); err != nil {
			return err
		}
		return to.Flush()
	}
	if f.out == "-" {
		err = fill(w.out)
	} else {
		err = writeNew(f.out, fill)
	}
	bar.clear()
	if err != nil {
		return fmt.Errorf("generating: %w", err)
	}
	fmt.Fprintf(w.err, "generated %s, %s, %s, %s to %s\n", many(told.Visitors, "visitor"), many(told.Visits, "visit"), many(told.Events, "event"), told.First, told.Last)
	return nil
}

// free reports whether a file may be made at a path.
func free(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("writing %s: it is there already; name another file", text.Line(path, 200))
	case !errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("writing %s: %w", text.Line(path, 200), err)
	}
	return nil
}

// writeNew makes a file that was not there, compressed as its name says.
func writeNew(path string, fill func(io.Writer) error) error {
	if err := free(path); err != nil {
		return err
	}
	return writeFile(path, func(out io.Writer) error {
		var z io.WriteCloser
		switch {
		case strings.HasSuffix(path, ".gz"):
			z = gzip.NewWriter(out)
		case strings.HasSuffix(path, ".zst"):
			var err error
			if z, err = zstd.NewWriter(out, zstd.WithEncoderConcurrency(1)); err != nil {
				return err
			}
		default:
			return fill(out)
		}
		if err := fill(z); err != nil {
			return err
		}
		return z.Close()
	})
}
