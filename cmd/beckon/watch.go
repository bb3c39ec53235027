package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

// watchFlags are what watching was asked for.
type watchFlags struct {
	read     replayFlags
	lateness time.Duration
	visitors int
	fresh    bool
	every    time.Duration
}

func watchCommand(w *world) *cobra.Command {
	var f watchFlags
	var l look
	var console bool
	cmd := &cobra.Command{
		Use:   "watch FILE",
		Short: "Follow a log as it grows, and show what would be displayed as it comes",
		Long: "Watch reads a file from its beginning and goes on as it grows, also when it is rotated (another file takes its name, also several one after the other, which are read where they went, also compressed: FILE.1, FILE.2.gz, FILE-20260302 and the like) or truncated, waits for it where it is not there yet, and prints every display, answer and goal as it is decided, " +
			"with how long after the event that was. - is standard input. It ends at ctrl+c, or at the end of standard input, with a summary.\n\n" +
			"It takes journeys in Beckon's own form and web server logs, not compressed ones. Decisions wait for events that come late, by --lateness; what comes later is left out and counted, " +
			"and so is what is more than a minute ahead of the clock. Visitors beyond --visitors are forgotten, the one who was longest without an event first; that is counted, too. Control groups' goals are not counted.\n\n" +
			"With --console it opens the console, which follows the log on the screen Traffic; where that is standard input, keys come from the terminal all the same.",
		Example: "beckon watch --host https://shop.example /var/log/nginx/access.log\ntail -f journeys.jsonl | beckon watch --json -\ntail -F access.log | beckon watch --console -",
		Args:    wants(1, 1, "a file to follow, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch strings.ToLower(filepath.Ext(args[0])) {
			case ".gz", ".zst": // also where it is not there yet, so that nobody waits for it
				return misuse(text.Line(args[0], 200) + ": compressed with gzip or zstd, which cannot be followed: nothing of it can be read before it is complete; replay reads it")
			}
			if console {
				return watchInConsole(cmd, w, &f, l, args[0])
			}
			for _, flag := range lookNames {
				if cmd.Flags().Changed(flag) {
					return misuse("--" + flag + " goes with --console")
				}
			}
			return runWatch(cmd.Context(), w, &f, args[0])
		},
	}
	flags := cmd.Flags()
	r := &f.read
	storeFlag(cmd, &r.store)
	catalogFlag(cmd, &r.catalog)
	flags.BoolVar(&f.fresh, "new", false, "begin at the end of the file: only what is new")
	f.flags(flags)
	flags.BoolVar(&console, "console", false, "open the console on the store, and follow the log there")
	lookFlags(cmd, &l)
	return cmd
}

// lookNames are the flags of the console's picture.
var lookNames = []string{"no-color", "light", "ascii", "still", "accessible"}

// flags are those that watching has everywhere.
func (f *watchFlags) flags(flags *pflag.FlagSet) {
	r := &f.read
	flags.StringVar(&r.format, "format", "", "the `FORMAT` of the file: native or combined (default: told from the first line)")
	flags.StringVar(&r.host, "host", "", "what the `URL`s of a log begin with, https://www.example.com (default: http://localhost)")
	flags.BoolVar(&r.robots, "robots", false, "take robots in, whose visits are left out otherwise")
	flags.Uint64Var(&r.seed, "seed", 0, "seed draws, control groups and simulated answers with `N` (default 0)")
	flags.StringVar(&r.respond, "respond", "ignore", "give `ANSWER` to displays: ignore, accept, decline, or shares such as accept=0.1,decline=0.3")
	flags.BoolVar(&r.json, "json", false, "print JSON Lines, those of rate and lag and of the summary included")
	flags.DurationVar(&f.lateness, "lateness", 10*time.Second, "let decisions wait for events that come up to a `SPAN` late")
	flags.IntVar(&f.visitors, "visitors", 100_000, "keep up to `N` visitors in mind")
	flags.DurationVar(&f.every, "every", 10*time.Second, "tell rate and lag on standard error, with --json among the lines, every `SPAN`; 0 never")
}

func runWatch(ctx context.Context, w *world, f *watchFlags, name string) error {
	in, how, err := f.asked()
	if err != nil {
		return err
	}
	if in.Key, err = f.read.hashKey(ctx, w); err != nil {
		return err
	}
	catalog, from, err := loadCatalog(ctx, w, f.read.catalog, f.read.store)
	if err != nil {
		return err
	}
	eng, err := compile(catalog, from)
	if err != nil {
		return err
	}
	v := newWatching(w, f, eng, how)
	var source io.Reader = w.in
	if name != "-" {
		tail, err := openTail(ctx, name, f.fresh, looking, func(why string) { fmt.Fprintf(w.err, "%s: %s\n", text.Line(name, 120), why) })
		if err != nil {
			return fmt.Errorf("opening the file: %w", err)
		}
		defer tail.Close()
		source = tail
	}
	fmt.Fprintf(w.err, "catalog: %s, %s, %s\n", from, counted(len(eng.Campaigns()), "campaign"), counted(len(eng.Engagements()), "engagement"))
	return v.run(ctx, in, name, source)
}

// asked is how the log is read and decided on, if that can be.
func (f *watchFlags) asked() (in journey.Options, how replay.WatchOptions, err error) {
	switch {
	case f.lateness < time.Millisecond || f.lateness > time.Hour:
		return in, how, errors.New("--lateness: want 1ms to 1h")
	case f.visitors < 1 || f.visitors > 10_000_000:
		return in, how, errors.New("--visitors: want 1 to 10,000,000")
	case f.every < 0:
		return in, how, errors.New("--every: want a span such as 10s")
	}
	how = replay.WatchOptions{Seed: f.read.seed, Lateness: model.Duration(f.lateness.Milliseconds()), Visitors: f.visitors}
	if how.Policy, err = replay.ParsePolicy(f.read.respond); err != nil {
		return in, how, fmt.Errorf("--respond: %w", err)
	}
	in, err = f.read.input()
	return in, how, err
}

// watching is a log that is watched on the command line.
type watching struct {
	follower
	w      *world
	f      *watchFlags
	titles titles

	told   time.Time // when rate and lag were told last
	events int64     // by then
	line   []byte
}

func newWatching(w *world, f *watchFlags, eng *engine.Engine, how replay.WatchOptions) *watching {
	v := &watching{w: w, f: f, titles: titlesOf(eng), told: w.now()}
	v.follower = follower{now: w.now, ticked: v.tick}
	v.watcher = replay.NewWatcher(eng, how, v.tell)
	return v
}

// run watches until the source ends or ctx is done.
func (v *watching) run(ctx context.Context, in journey.Options, name string, source io.Reader) error {
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	return v.follow(ctx, in, name, source, ticks.C)
}

func (v *watching) follow(ctx context.Context, in journey.Options, name string, source io.Reader, ticks <-chan time.Time) error {
	if err := v.follower.run(ctx, in, name, source, ticks); err != nil {
		return fmt.Errorf("watching: %w", err)
	}
	return v.summary()
}

// tick tells how it goes.
func (v *watching) tick(now time.Time) error {
	took := now.Sub(v.told)
	if v.f.every <= 0 || took < v.f.every {
		return nil
	}
	t := v.watcher.Totals()
	rate := float64(t.Events-v.events) / took.Seconds()
	v.told, v.events = now, t.Events
	if v.f.read.json {
		return v.totals("rate", now, t, &rate)
	}
	fmt.Fprintf(v.w.err, "%.1f events/s, %s, %s, %s open of %s", rate, many(t.Events, "event"), many(t.Displays, "display"), many(int64(t.Open), "visit"), counted(t.Visitors, "visitor"))
	if t.Clock != 0 {
		fmt.Fprintf(v.w.err, ", decided up to %s, %s behind", t.Clock, span(now.Sub(t.Clock.Time())))
	}
	if !v.arrived.IsZero() {
		fmt.Fprintf(v.w.err, "; the last event came %s ago, %s after it was", span(now.Sub(v.arrived)), span(v.lag))
	}
	fmt.Fprintln(v.w.err)
	return nil
}

// span is a lag in words: shorter ones more exactly.
func span(d time.Duration) string {
	switch {
	case d < 10*time.Second && d > -10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d < 48*time.Hour:
		return d.Round(time.Second).String()
	}
	return counted(int(d/(24*time.Hour)), "day")
}

// totals prints what was watched so far as a line of JSON.
func (v *watching) totals(record string, now time.Time, t replay.WatchTotals, rate *float64) error {
	out := struct {
		Record   string   `json:"record"`
		At       string   `json:"at"`
		Clock    string   `json:"clock,omitempty"` // decided up to
		Rate     *float64 `json:"eventsPerSecond,omitempty"`
		Lag      *float64 `json:"lagSeconds,omitempty"` // of the last event
		Events   int64    `json:"events"`
		Visits   int64    `json:"visits"`
		Open     int      `json:"open"`
		Visitors int      `json:"visitors"`
		Displays int64    `json:"displays"`
		Accepted int64    `json:"accepted"`
		Declined int64    `json:"declined"`
		Goals    int64    `json:"goals"`
		Late     int64    `json:"late"`
		Ahead    int64    `json:"ahead"`
		Hurried  int64    `json:"hurried"`
		Forgot   int64    `json:"forgotten"`
		Cut      int64    `json:"cut"`
		Rejected *int64   `json:"rejected,omitempty"`
	}{Record: record, At: journey.At(now).String(), Rate: rate, Events: t.Events, Visits: t.Visits, Open: t.Open, Visitors: t.Visitors, Displays: t.Displays,
		Accepted: t.Accepted, Declined: t.Declined, Goals: t.Goals, Late: t.Late, Ahead: t.Ahead, Hurried: t.Hurried, Forgot: t.Forgotten, Cut: t.Cut}
	if t.Clock != 0 {
		out.Clock = t.Clock.String()
	}
	if !v.arrived.IsZero() {
		lag := v.lag.Seconds()
		out.Lag = &lag
	}
	if v.ended && v.report != nil {
		n := v.report.RejectedLines()
		out.Rejected = &n
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	_, err = v.w.out.Write(append(b, '\n'))
	return err
}

// tell prints what was decided, and how long after it was.
func (v *watching) tell(r replay.Record) error {
	var m *replay.Moment
	var what, campaign, engagement string
	switch r := r.(type) {
	case *replay.Display:
		m, what, campaign, engagement = &r.Moment, "shown", r.Campaign, r.Engagement
	case *replay.Response:
		m, what, campaign, engagement = &r.Moment, string(r.Action), r.Campaign, r.Engagement
	case *replay.Goal:
		m, what, campaign = &r.Moment, "goal", r.Campaign
	}
	if v.f.read.json {
		v.line = replay.AppendJSON(v.line[:0], r)
		if m != nil {
			v.line = v.named(v.line, campaign, engagement)
		}
		_, err := v.w.out.Write(v.line)
		return err
	}
	if m == nil {
		return nil
	}
	who := v.titles.words[cmp.Or(engagement, campaign)]
	_, err := fmt.Fprintf(v.w.out, "%s  %-7s  %-32s  %-20s  %s later\n", m.At.Time().Format("2006-01-02 15:04:05"), what, who, text.Line(m.Visitor, 160), span(v.now().Sub(m.At.Time())))
	return err
}

// named adds the names to a record's line, whose ids stay.
func (v *watching) named(line []byte, campaign, engagement string) []byte {
	line = line[:len(line)-len("}\n")]
	for _, add := range []struct{ field, id string }{{"campaignName", campaign}, {"engagementName", engagement}} {
		if name := v.titles.names[add.id]; name != "" {
			quoted, _ := json.Marshal(name) // a string always can be
			line = append(append(line, `,"`+add.field+`":`...), quoted...)
		}
	}
	return append(line, "}\n"...)
}

// summary says what was watched.
func (v *watching) summary() error {
	t := v.watcher.Totals()
	out := v.w.err
	if v.f.read.json {
		if err := v.totals("watched", v.now(), t, nil); err != nil {
			return err
		}
	}
	upTo := ""
	if t.Clock != 0 { // something came
		upTo = " up to " + t.Clock.String()
	}
	fmt.Fprintf(out, "watched   %s, %s, %s%s\n", many(t.Events, "event"), many(t.Visits, "visit"), many(t.Displays, "display"), upTo)
	fmt.Fprintf(out, "answers   %s accepted, %s declined; %s\n", number(t.Accepted), number(t.Declined), many(t.Goals, "goal"))
	if v.ended && v.report != nil {
		if n := v.report.RejectedLines(); n > 0 {
			fmt.Fprintf(out, "rejected  %s, the first: %s\n", many(n, "line"), text.Line(v.report.Problems[0].Error(), 200))
		}
	}
	if t.Late > 0 {
		fmt.Fprintf(out, "late      %s left out, as they came more than %s after later ones\n", many(t.Late, "event"), v.f.lateness)
	}
	if t.Ahead > 0 {
		fmt.Fprintf(out, "ahead     %s left out, as their time had not come\n", many(t.Ahead, "event"))
	}
	if t.Hurried > 0 {
		fmt.Fprintf(out, "hurried   %s did not wait, as too many did\n", many(t.Hurried, "event"))
	}
	if t.Forgotten > 0 {
		fmt.Fprintf(out, "forgotten %s, as more than %s came; %s of theirs ended there\n", many(t.Forgotten, "visitor"), number(int64(v.f.visitors)), many(t.Cut, "open visit"))
	}
	return nil
}
