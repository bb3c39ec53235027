package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

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
	cmd := &cobra.Command{
		Use:   "watch FILE",
		Short: "Follow a log as it grows, and show what would be displayed as it comes",
		Long: "Watch reads a file from its beginning and goes on as it grows, also when it is rotated (another file takes its name) or truncated, and prints every display, answer and goal as it is decided, " +
			"with how long after the event that was. - is standard input. It ends at ctrl+c, or at the end of standard input, with a summary.\n\n" +
			"It takes journeys in Beckon's own form and web server logs. Decisions wait for events that come late, by --lateness; what comes later is left out and counted. " +
			"Visitors beyond --visitors are forgotten, the one who was longest without an event first; that is counted, too. Control groups' goals are not counted.",
		Example: "beckon watch --host https://shop.example /var/log/nginx/access.log\ntail -f journeys.jsonl | beckon watch --json -",
		Args:    wants(1, 1, "a file to follow, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWatch(cmd.Context(), w, &f, args[0])
		},
	}
	flags := cmd.Flags()
	r := &f.read
	storeFlag(cmd, &r.store)
	flags.StringArrayVar(&r.catalog, "catalog", nil, "a catalog's file or directory at `PATH`; may be given several times")
	flags.StringVar(&r.format, "format", "", "the `FORMAT` of the file: native or combined (default: told from the first line)")
	flags.StringVar(&r.host, "host", "", "what the `URL`s of a log begin with, https://www.example.com (default: http://localhost)")
	flags.BoolVar(&r.robots, "robots", false, "take robots in")
	flags.Uint64Var(&r.seed, "seed", 0, "seed draws, control groups and simulated answers with `N`")
	flags.StringVar(&r.respond, "respond", "ignore", "give `ANSWER` to displays: ignore, accept, decline, or shares such as accept=0.1,decline=0.3")
	flags.BoolVar(&r.json, "json", false, "print JSON Lines")
	flags.DurationVar(&f.lateness, "lateness", 10*time.Second, "let decisions wait for events that come up to a `SPAN` late")
	flags.IntVar(&f.visitors, "visitors", 100_000, "keep up to `N` visitors in mind")
	flags.BoolVar(&f.fresh, "new", false, "begin at the end of the file: only what is new")
	flags.DurationVar(&f.every, "every", 10*time.Second, "tell rate and lag on standard error every `SPAN`; 0 never")
	return cmd
}

func runWatch(ctx context.Context, w *world, f *watchFlags, name string) error {
	switch {
	case f.lateness < time.Millisecond || f.lateness > time.Hour:
		return errors.New("--lateness: want 1ms to 1h")
	case f.visitors < 1 || f.visitors > 10_000_000:
		return errors.New("--visitors: want 1 to 10,000,000")
	case f.every < 0:
		return errors.New("--every: want a span such as 10s")
	}
	policy, err := replay.ParsePolicy(f.read.respond)
	if err != nil {
		return fmt.Errorf("--respond: %w", err)
	}
	in, err := f.read.input()
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
	var source io.Reader = w.in
	if name != "-" {
		poll := func(ctx context.Context) {
			t := time.NewTimer(200 * time.Millisecond)
			defer t.Stop()
			select {
			case <-ctx.Done():
			case <-t.C:
			}
		}
		tail, err := openTail(ctx, name, f.fresh, poll, func(why string) { fmt.Fprintf(w.err, "%s: %s\n", text.Line(name, 120), why) })
		if err != nil {
			return fmt.Errorf("opening the file: %w", err)
		}
		defer tail.Close()
		source = tail
	}
	fmt.Fprintf(w.err, "catalog: %s, %s, %s\n", from, counted(len(eng.Campaigns()), "campaign"), counted(len(eng.Engagements()), "engagement"))
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	v := &watching{w: w, f: f, eng: eng}
	v.watcher = replay.NewWatcher(eng, replay.WatchOptions{Seed: f.read.seed, Policy: policy, Lateness: model.Duration(f.lateness.Milliseconds()), Visitors: f.visitors}, v.tell)
	return v.run(ctx, in, name, source, ticks.C)
}

// watching is a file that is watched.
type watching struct {
	w       *world
	f       *watchFlags
	eng     *engine.Engine
	watcher *replay.Watcher

	arrived time.Time // of the last event
	told    time.Time // when rate and lag were told last
	events  int64     // by then
	line    []byte
	report  *journey.Report
	done    bool // the report is there
}

// run watches until the source ends or ctx is done. Ticks come about every
// second.
func (v *watching) run(ctx context.Context, in journey.Options, name string, source io.Reader, ticks <-chan time.Time) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	events := make(chan *journey.Event, 256)
	ended := make(chan error, 1)
	go func() {
		rep, err := journey.Follow(in, name, source, func(ev *journey.Event, rep *journey.Report) error {
			select {
			case events <- ev:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		v.report = rep // ended says when
		ended <- err
		close(events)
	}()
	v.told = v.w.now()
	for open := true; open; {
		select {
		case ev, more := <-events:
			if !more {
				open = false
				break
			}
			v.arrived = v.w.now()
			if err := v.watcher.Take(ev); err != nil {
				return err
			}
		case <-ticks:
			if err := v.tick(); err != nil {
				return err
			}
		case <-ctx.Done():
			open = false
		}
	}
	var err error
	if _, file := source.(*tailed); file || ctx.Err() == nil { // standard input may never answer
		if err = <-ended; errors.Is(err, context.Canceled) {
			err = nil
		}
		v.done = true
	}
	if closed := v.watcher.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("watching: %w", err)
	}
	return v.summary()
}

// tick lets time pass where no event came, and tells how it goes.
func (v *watching) tick() error {
	now := v.w.now()
	if !v.arrived.IsZero() {
		if err := v.watcher.Pass(model.Duration(now.Sub(v.arrived).Milliseconds())); err != nil {
			return err
		}
	}
	if took := now.Sub(v.told); v.f.every > 0 && took >= v.f.every {
		t := v.watcher.Totals()
		fmt.Fprintf(v.w.err, "%.1f events/s, %s, %s, %s, decided up to %s", float64(t.Events-v.events)/took.Seconds(), many(t.Events, "event"), many(t.Displays, "display"), counted(t.Visitors, "visitor"), t.Clock)
		if lag := now.Sub(t.Clock.Time()); t.Clock != 0 {
			fmt.Fprintf(v.w.err, ", %s behind", lag.Round(time.Second))
		}
		fmt.Fprintln(v.w.err)
		v.told, v.events = now, t.Events
	}
	return nil
}

// tell prints what was decided.
func (v *watching) tell(r replay.Record) error {
	if v.f.read.json {
		v.line = replay.AppendJSON(v.line[:0], r)
		_, err := v.w.out.Write(v.line)
		return err
	}
	var m *replay.Moment
	var what, who string
	switch r := r.(type) {
	case *replay.Display:
		m, what, who = &r.Moment, "shown", r.Engagement
	case *replay.Response:
		m, what, who = &r.Moment, string(r.Action), r.Engagement
	case *replay.Goal:
		m, what, who = &r.Moment, "goal", r.Campaign
	default:
		return nil
	}
	_, err := fmt.Fprintf(v.w.out, "%s  %-7s  %-32s  %s\n", m.At.Time().Format("2006-01-02 15:04:05"), what, text.Line(who, 32), text.Line(m.Visitor, 18))
	return err
}

// summary says what was watched.
func (v *watching) summary() error {
	t := v.watcher.Totals()
	out := v.w.err
	fmt.Fprintf(out, "watched   %s, %s, %s up to %s\n", many(t.Events, "event"), many(t.Visits, "visit"), many(t.Displays, "display"), t.Clock)
	fmt.Fprintf(out, "answers   %s accepted, %s declined; %s\n", number(t.Accepted), number(t.Declined), many(t.Goals, "goal"))
	if v.done && v.report != nil {
		if n := v.report.RejectedLines(); n > 0 {
			fmt.Fprintf(out, "rejected  %s, the first: %s\n", many(n, "line"), text.Line(v.report.Problems[0].Error(), 200))
		}
	}
	if t.Late > 0 {
		fmt.Fprintf(out, "late      %s left out, as they came more than %s after later ones\n", many(t.Late, "event"), v.f.lateness)
	}
	if t.Hurried > 0 {
		fmt.Fprintf(out, "hurried   %s did not wait, as too many did\n", many(t.Hurried, "event"))
	}
	if t.Forgotten > 0 {
		fmt.Fprintf(out, "forgotten %s, as more than %s came\n", many(t.Forgotten, "visitor"), number(int64(v.f.visitors)))
	}
	return nil
}
