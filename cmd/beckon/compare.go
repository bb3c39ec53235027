package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model/replay"
	"beckon/model/text"
	trafficscreen "beckon/tui/screen/traffic"
)

// mostListed is how many changed visits are listed for people.
const mostListed = 20

func compareCommand(w *world) *cobra.Command {
	var f replayFlags
	var failOn []string
	cmd := &cobra.Command{
		Use:   "compare BASE HEAD FILE...",
		Short: "Compare two catalogs on the same traffic: visits gained, lost and moved",
		Long: "Compare replays the same traffic with the same seed through two catalogs and tells which visits are shown something under HEAD alone (gained), under BASE alone (lost), " +
			"or under both, but not the same engagements (moved), per campaign and in all. Every such visit is listed, with the instant of the first display that only one of the two has: open it there in the Simulator under both.\n\n" +
			catalogSpelling + "\n\n" +
			"Files and directories are read as replay reads them. Where the two catalogs cut visits differently, the visits that only one of them has count as shown nothing under the other.\n\n" +
			"--fail-on makes the answer no (exit code 1) where more changed than that: lost>1%, moved>=10, cart-rescue:lost>0, several with commas. A percentage is of the visits that BASE shows anything.",
		Example: "beckon compare @published @draft:cart-rescue week.jsonl\nbeckon compare catalog/ ../main/catalog/ 'logs/*.gz' --fail-on 'lost>1%'\nbeckon compare @41 @42 week.jsonl --json",
		Args:    wants(3, 0, "two catalogs and a file to replay"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCompare(cmd.Context(), w, &f, failOn, args[0], args[1], args[2:])
		},
	}
	trafficFlags(cmd, &f)
	cmd.Flags().BoolVar(&f.json, "json", false, "print JSON Lines: every changed visit, and the comparison")
	cmd.Flags().StringSliceVar(&failOn, "fail-on", nil, "fail if more changed than a `LIMIT` such as lost>1%")
	return cmd
}

// limit is what may change, at most.
type limit struct {
	text     string
	campaign string
	what     string
	orEqual  bool
	percent  bool
	n        float64
}

// parseLimit reads "lost>1%", "cart-rescue:moved>=10".
func parseLimit(s string) (limit, error) {
	bad := fmt.Errorf("--fail-on: want such as lost>1%%, moved>=10 or cart-rescue:gained>0, not %q", text.Line(s, 60))
	l := limit{text: s}
	what, value, ok := strings.Cut(s, ">")
	if !ok {
		return l, bad
	}
	if i := strings.LastIndexByte(what, ':'); i >= 0 {
		l.campaign, what = what[:i], what[i+1:]
	}
	if l.what = strings.TrimSpace(what); !slices.Contains([]string{"gained", "lost", "moved", "changed"}, l.what) {
		return l, bad
	}
	value, l.orEqual = strings.CutPrefix(value, "=")
	value, l.percent = strings.CutSuffix(strings.TrimSpace(value), "%")
	value = strings.TrimSpace(value)
	if value == "" || len(value) > 12 || strings.Trim(value, "0123456789.") != "" {
		return l, bad
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return l, bad
	}
	l.n = n
	return l, nil
}

// passed tells what changed, where that is more than the limit says, else "".
func (l limit) passed(c *replay.Comparison) (string, error) {
	counts := &c.Total
	if l.campaign != "" {
		i := slices.IndexFunc(c.Each, func(x replay.ChangeCounts) bool { return x.Campaign == l.campaign })
		if i < 0 {
			var all []nameable
			for _, x := range c.Each {
				all = append(all, nameable{id: x.Campaign})
			}
			return "", fmt.Errorf("--fail-on: there is no campaign %s in either catalog%s", text.Line(l.campaign, 80), alike(l.campaign, all))
		}
		counts = &c.Each[i]
	}
	n := map[string]int64{"gained": counts.Gained, "lost": counts.Lost, "moved": counts.Moved, "changed": counts.Gained + counts.Lost + counts.Moved}[l.what]
	most, have := l.n, float64(n)
	if l.percent { // n/base > p/100, of nothing anything is more
		most, have = l.n*float64(counts.Base), have*100
	}
	if have <= most && !(l.orEqual && have >= most && n > 0) {
		return "", nil
	}
	out := number(n) + " " + l.what
	if l.percent && counts.Base > 0 {
		out += fmt.Sprintf(", %.1f %% of the %s that BASE shows anything", 100*float64(n)/float64(counts.Base), many(counts.Base, "visit"))
	}
	return out, nil
}

func runCompare(ctx context.Context, w *world, f *replayFlags, failOn []string, baseName, headName string, files []string) error {
	var limits []limit
	for _, s := range failOn {
		l, err := parseLimit(s)
		if err != nil {
			return err
		}
		limits = append(limits, l)
	}
	base, baseFrom, err := namedCatalog(ctx, w, baseName, f.store)
	if err != nil {
		return fmt.Errorf("BASE: %w", err)
	}
	head, headFrom, err := namedCatalog(ctx, w, headName, f.store)
	if err != nil {
		return fmt.Errorf("HEAD: %w", err)
	}
	a, err := compile(base, baseFrom)
	if err != nil {
		return err
	}
	b, err := compile(head, headFrom)
	if err != nil {
		return err
	}
	t, err := openTraffic(ctx, w, f, &base.Settings, files)
	if err != nil {
		return err
	}
	defer t.journeys.Close()
	defer t.bar.clear()
	fmt.Fprintf(w.err, "base: %s, %s\nhead: %s, %s\n", baseFrom, counted(len(a.Campaigns()), "campaign"), headFrom, counted(len(b.Campaigns()), "campaign"))
	fmt.Fprintf(w.err, "differ: %s\n", cmp.Or(trafficscreen.DifferWords(differencesOf(base, head), 3), "in nothing"))
	out := bufio.NewWriterSize(w.out, 1<<16)
	var line []byte
	var listed []replay.Changed
	c, err := replay.Compare(context.WithoutCancel(ctx), a, b, t.journeys.All(), t.options(ctx, f), func(x replay.Changed) error {
		if !f.json {
			if len(listed) < mostListed {
				listed = append(listed, x)
			}
			return nil
		}
		line = x.AppendJSON(line[:0])
		_, err := out.Write(line)
		return err
	})
	t.bar.clear()
	if err != nil {
		return errors.Join(fmt.Errorf("comparing: %w", err), out.Flush())
	}
	var fails []string
	for _, l := range limits {
		more, err := l.passed(c)
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		if more != "" {
			fails = append(fails, l.text+": "+more)
		}
	}
	if f.json {
		out.Write(replay.AppendComparison(nil, c))
	} else {
		printComparison(out, c, listed)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	for _, s := range fails {
		fmt.Fprintf(w.err, "more changed than %s\n", text.Line(s, 160))
	}
	switch {
	case !c.Complete:
		return fmt.Errorf("%w: complete up to visitor %s", errInterrupted, text.Line(c.UpTo, 80))
	case len(fails) > 0:
		return errNo
	}
	return brokenOff(t.journeys.Report())
}

// printComparison writes a comparison for people.
func printComparison(w io.Writer, c *replay.Comparison, listed []replay.Changed) {
	t := columns{head: []string{fmt.Sprintf("shown, of %s", many(c.Visits, "visit")), "base", "head", "same", "gained", "lost", "moved"}, right: []bool{false, true, true, true, true, true, true}}
	row := func(name string, x *replay.ChangeCounts) {
		t.rows = append(t.rows, []string{name, number(x.Base), number(x.Head), number(x.Same), number(x.Gained), number(x.Lost), number(x.Moved)})
	}
	row("in all", &c.Total)
	same := 0
	for i := range c.Each {
		x := &c.Each[i]
		if x.Gained+x.Lost+x.Moved == 0 {
			same++
			continue
		}
		row("  "+text.Line(x.Campaign, 80), x)
	}
	t.write(w, "")
	if same > 0 {
		fmt.Fprintf(w, "no change of %s\n", counted(same, "campaign"))
	}
	changed := c.Total.Gained + c.Total.Lost + c.Total.Moved
	if changed == 0 {
		return
	}
	fmt.Fprintln(w)
	for i := range listed {
		x := &listed[i]
		fmt.Fprintf(w, "%-6s  %s  visit %s\n", x.Kind, x.At, text.Line(x.Visit, 42))
		base, head := x.Alone()
		if len(base) > 0 {
			fmt.Fprintf(w, "        base: %s\n", text.Line(strings.Join(base, ", "), 66))
		}
		if len(head) > 0 {
			fmt.Fprintf(w, "        head: %s\n", text.Line(strings.Join(head, ", "), 66))
		}
	}
	if more := changed - int64(len(listed)); more > 0 {
		fmt.Fprintf(w, "and %s more; --json lists all\n", number(more))
	}
}
