package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/text"
)

// convertFlags say what traffic is written as.
type convertFlags struct {
	read replayFlags
	as   string
	out  string
}

func convertCommand(w *world) *cobra.Command {
	var f convertFlags
	cmd := &cobra.Command{
		Use:   "convert FILE...",
		Short: "Write recorded traffic anew, in Beckon's own form or as messages of Segment",
		Long: "Convert reads recorded traffic as replay reads it, directories and patterns included, and writes it in the order of visitors and instants.\n\n" +
			"--as native is Beckon's own form, which says all. --as segment are messages of Segment, one a line: pages with where visitors came from, carts, orders, products viewed, searches, signals, who signs in, and personal facts. " +
			"What no message can say, such as answers to engagements, is left out and counted on standard error, and so is what is read from a message as nearly the same.\n\n" +
			"What tells of a person is hidden as it is read, as replay does; --keep-personal keeps addresses, ids and URLs as they were recorded.",
		Example: "beckon convert --as segment week.jsonl > messages.jsonl\nbeckon convert --host https://shop.example --out week.jsonl.gz 'logs/*.gz'",
		Args:    wants(1, 0, "a file to convert, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runConvert(cmd.Context(), w, &f, args)
		},
	}
	storeFlag(cmd, &f.read.store)
	f.read.readingFlags(cmd)
	flags := cmd.Flags()
	f.asFlag(flags)
	flags.StringVar(&f.out, "out", "-", "write to a new `FILE`, compressed if it ends with .gz or .zst; - is standard output")
	return cmd
}

// eventWriter writes traffic in a format.
type eventWriter interface {
	Write(e *journey.Event) error
	Flush() error
}

func (f *convertFlags) asFlag(flags *pflag.FlagSet) {
	flags.StringVar(&f.as, "as", "native", "write traffic in the `FORMAT` native or segment")
}

func (f *convertFlags) known() error {
	if f.as != string(journey.FormatNative) && f.as != string(journey.FormatSegment) {
		return fmt.Errorf("--as: want native or segment, not %q", text.Line(f.as, 40))
	}
	return nil
}

func runConvert(ctx context.Context, w *world, f *convertFlags, args []string) error {
	if err := f.known(); err != nil {
		return err
	}
	if f.out != "-" {
		if err := free(f.out); err != nil { // before the work, not after it
			return err
		}
	}
	f.read.respond = "ignore"
	t, err := openTraffic(ctx, w, &f.read, &model.Settings{}, args)
	if err != nil {
		return err
	}
	defer t.journeys.Close()
	return f.write(ctx, w, t)
}

// write writes traffic that was read, and says what of it.
func (f *convertFlags) write(ctx context.Context, w *world, t *traffic) error {
	var told journey.SegmentTold
	written := int64(0)
	fill := func(out io.Writer) error {
		var to eventWriter = journey.NewWriter(out)
		if f.as == string(journey.FormatSegment) {
			to = journey.NewSegmentWriter(out)
		}
		for e, err := range t.journeys.All() {
			if err == nil && !t.cut {
				err = ctx.Err()
			}
			if err == nil {
				err = to.Write(e)
			}
			if err != nil {
				return err
			}
			written++
		}
		err := to.Flush()
		if s, ok := to.(*journey.SegmentWriter); ok {
			told = s.Told()
		}
		return err
	}
	var err error
	if f.out == "-" {
		err = fill(w.out)
	} else {
		err = writeNew(f.out, fill)
	}
	t.bar.clear()
	if err != nil {
		return fmt.Errorf("converting: %w", err)
	}
	r := t.journeys.Report()
	printProblems(w.err, r)
	for _, n := range told.LeftOut {
		written -= n
	}
	say := func(what string, counts map[string]int64) {
		var all []string
		for _, typ := range slices.Sorted(maps.Keys(counts)) {
			all = append(all, typ+" "+number(counts[typ]))
		}
		if len(all) > 0 {
			fmt.Fprintf(w.err, "%s: %s\n", what, strings.Join(all, ", "))
		}
	}
	say("left out, which no message can say", told.LeftOut)
	say("written, and read as nearly the same", told.Approximate)
	fmt.Fprintf(w.err, "converted %s of %s\n", many(written, "event"), many(r.Visitors, "visitor"))
	return brokenOff(r)
}
