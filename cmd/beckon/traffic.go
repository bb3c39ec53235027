package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

// trafficFlags let a command choose how recorded traffic is read and replayed.
func trafficFlags(cmd *cobra.Command, f *replayFlags) {
	flags := cmd.Flags()
	storeFlag(cmd, &f.store)
	f.readingFlags(cmd)
	flags.Uint64Var(&f.seed, "seed", 0, "seed draws, control groups and simulated answers with `N` (default 0)")
	flags.StringVar(&f.respond, "respond", "ignore", "give `ANSWER` to displays: ignore, accept, decline, or shares such as accept=0.1,decline=0.3")
	flags.BoolVar(&f.closePages, "close-pages", false, "end visits at their last event instead of leaving the last page open")
	flags.IntVar(&f.workers, "workers", 0, "replay `N` journeys at once, at most 1024; 0 is one for each core (default 0)")
}

// traffic is recorded traffic that was read, ready to be replayed once.
type traffic struct {
	journeys *journey.Journeys
	files    []string
	policy   replay.Policy
	bar      *progress
	// cut says that reading was interrupted: what was read by then is taken,
	// all of it.
	cut bool
}

// openTraffic reads files whose visits are cut as the settings say. Close the
// journeys.
func openTraffic(ctx context.Context, w *world, f *replayFlags, settings *model.Settings, args []string) (*traffic, error) {
	if f.workers < 0 || f.workers > 1024 {
		return nil, errors.New("--workers: want 0 to 1024")
	}
	policy, err := replay.ParsePolicy(f.respond)
	if err != nil {
		return nil, fmt.Errorf("--respond: %w", err)
	}
	in, err := f.input()
	if err != nil {
		return nil, err
	}
	if i := slices.Index(args, "-"); i >= 0 && slices.Contains(args[i+1:], "-") {
		return nil, misuse("- is named twice, and standard input can be read once")
	}
	found, err := f.files(args)
	if err != nil {
		return nil, err
	}
	files := found.paths
	in.Found = found.found
	in.Visit = journey.VisitRule{Idle: settings.VisitIdle(), MaxAge: settings.VisitMaxAge()}
	bar := newProgress(w)
	in.Progress = bar.reading
	in.Stop = func() error {
		if ctx.Err() != nil {
			return journey.ErrEnough
		}
		return nil
	}
	if in.Key, err = f.hashKey(ctx, w); err != nil {
		return nil, err
	}
	journeys, err := journey.Sorted(in, files...)
	bar.clear()
	if err != nil {
		if errors.Is(err, journey.ErrFormat) && f.mapping == "" && f.format == "" && !f.strict {
			if table, _, regular := tableAmong(found); regular > aTable {
				table = text.Line(table, 200)
				return nil, fmt.Errorf("reading the input: no file found is traffic as it is; %s is a table and needs a mapping: beckon map %s makes one, and --map names it", table, table)
			}
		}
		err = fmt.Errorf("reading the input: %w", err)
		if errors.Is(err, journey.ErrFormat) && len(args) > 1 {
			err = fmt.Errorf("%w\na directory or a pattern in quotes leaves such files out and says so, where a file that is named has to be traffic", err)
		}
		return nil, err
	}
	noteLeftOut(w.err, journeys.Report())
	for _, again := range namedAgain(files, found.found) {
		fmt.Fprintf(w.err, "note: %s\n", again)
	}
	cut := ctx.Err() != nil && len(journeys.Report().Truncated) > 0
	if cut {
		fmt.Fprintln(w.err, "interrupted while reading: what was read by then is taken, and what comes of it is partial; once more ends it at once")
	}
	return &traffic{journeys, files, policy, bar, cut}, nil
}

// options are how the traffic is replayed. An interruption stops it, and what
// was done is kept.
func (t *traffic) options(ctx context.Context, f *replayFlags) replay.Options {
	most, stop := t.journeys.Most(), ctx.Done()
	if t.cut {
		stop = nil
	}
	return replay.Options{Seed: f.seed, Policy: t.policy, Trace: f.trace, ClosePages: f.closePages, Workers: f.workers, Stop: stop,
		Progress: func(p replay.Progress) { t.bar.replaying(p.Visitors, p.Events, most) }}
}

// mostFiles bounds what a directory or a pattern stands for.
const mostFiles = 100_000

// trafficPaths are the files that arguments stand for.
type trafficPaths struct {
	paths []string
	found map[string]bool // those of directories and patterns that are not named as well
}

// files are those of arguments; of a saved run, those that it was of.
func (f *replayFlags) files(args []string) (*trafficPaths, error) {
	if f.repeated != nil {
		return f.repeated, nil
	}
	return trafficFiles(args)
}

// trafficFiles puts the files of directories and patterns in their place, in
// the order of their names. Hidden files are left out.
func trafficFiles(args []string) (*trafficPaths, error) {
	out := &trafficPaths{found: map[string]bool{}}
	find := func(found []string) {
		for i, name := range found {
			if name == "-" { // a file, and not standard input
				found[i] = "./-"
			}
			out.found[found[i]] = true
		}
		out.paths = append(out.paths, found...)
	}
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			out.paths = append(out.paths, arg)
		case err == nil:
			found, err := filesIn(arg)
			if err != nil {
				return nil, err
			}
			find(found)
		case strings.ContainsAny(arg, "*?["):
			found, bad := filepath.Glob(arg)
			if bad != nil {
				return nil, fmt.Errorf("the pattern %s: %w", text.Line(arg, 200), bad)
			}
			found = slices.DeleteFunc(found, isDirectory)
			if len(found) == 0 {
				return nil, fmt.Errorf("no file is like %s", text.Line(arg, 200))
			}
			slices.Sort(found)
			find(found)
		default:
			out.paths = append(out.paths, arg) // reading it tells
		}
		if len(out.paths) > mostFiles {
			return nil, fmt.Errorf("more than %s files", number(mostFiles))
		}
	}
	for _, arg := range args { // named beside its directory
		delete(out.found, arg)
	}
	return out, nil
}

// noteLeftOut says which files that were found are no traffic.
func noteLeftOut(w io.Writer, r *journey.Report) {
	n := int64(len(r.FilesLeftOut)) + r.MoreFilesLeftOut
	if n == 0 {
		return
	}
	var names []string
	for _, f := range r.FilesLeftOut[:min(3, len(r.FilesLeftOut))] {
		names = append(names, text.Line(f.File, 120))
	}
	said := strings.Join(names, ", ")
	if more := n - int64(len(names)); more > 0 {
		said += fmt.Sprintf(" and %s more", number(more))
	}
	is := "are"
	if n == 1 {
		is = "is"
	}
	fmt.Fprintf(w, "note: %s %s left out, as no traffic or read already: %s\n", many(n, "file"), is, said)
}

// filesIn lists the files of a directory and of those in it.
func filesIn(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular() || d.Type()&fs.ModeSymlink != 0:
			if out = append(out, name); len(out) > mostFiles {
				return fmt.Errorf("more than %s files", number(mostFiles))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking through %s: %w", text.Line(dir, 200), err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: a directory without a file", text.Line(dir, 200))
	}
	return out, nil
}

// campaignNamed refuses a campaign that there is not.
func campaignNamed(eng *engine.Engine, id string) error {
	var all []nameable
	for _, k := range eng.Campaigns() {
		all = append(all, nameable{k.ID, k.Name})
	}
	return among("campaign", id, all)
}

// engagementNamed refuses an engagement that there is not.
func engagementNamed(eng *engine.Engine, path string) error {
	var all []nameable
	for _, ref := range eng.Engagements() {
		all = append(all, nameable{id: ref.Path})
	}
	return among("engagement", path, all)
}

// among refuses what is none of those that there are.
func among(kind, id string, all []nameable) error {
	if slices.ContainsFunc(all, func(n nameable) bool { return n.id == id }) {
		return nil
	}
	return noneSuch(kind, id, all)
}
