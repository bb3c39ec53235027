package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
	"beckon/tui/app"
	"beckon/tui/cast"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/serve"
)

const (
	// recordedTerm is the kind of terminal that a recording without one is for.
	recordedTerm = "xterm-256color"
	// mostTour is how long a recorded tour may take.
	mostTour = 15 * time.Minute
)

// demoDay is when the demo shop's journeys begin, and the time on the clock of
// a tour that is recorded of it: the same on every day that it is recorded.
var demoDay = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// recordOptions are what record was asked for.
type recordOptions struct {
	path, storeURL, tour, size string
	seed                       uint64
	replace                    bool
	look                       look
}

func recordCommand(w *world) *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:   "record FILE",
		Short: "Record the console, or a tour, as an asciicast",
		Long: "Record writes what the console shows to FILE, in the format asciicast v2 that asciinema plays.\n" +
			"Without --tour it opens the console on a store, as beckon does, and records it until you quit; what\n" +
			"you type is not recorded, but what the screen shows of it is.\n" +
			"With --tour it needs no terminal: the tour of a campaign, of the demo shop or with --store of your own " +
			"store, is drawn as fast as it can be. The same store and seed give the same bytes.",
		Example: "beckon record session.cast\nbeckon record tour.cast --tour cart-rescue\nbeckon record tour.cast --tour cart-rescue --size 80x24 --store bolt://shop.db",
		Args:    wants(1, 1, "the file to write"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.path = args[0]
			for _, name := range []string{"size", "seed"} {
				if o.tour == "" && cmd.Flags().Changed(name) {
					return misuse("--" + name + " goes with --tour: the console is as large as the terminal")
				}
			}
			if o.tour != "" && o.look.still {
				return misuse("--still: a tour that is recorded goes on by itself")
			}
			if o.tour != "" {
				return recordTour(cmd.Context(), w, o)
			}
			return runConsole(cmd.Context(), w, o.storeURL, o.look, false, opening{keep: &keeping{path: o.path, replace: o.replace}})
		},
	}
	storeFlag(cmd, &o.storeURL)
	pictureFlags(cmd, &o.look)
	cmd.Flags().StringVar(&o.tour, "tour", "", "record the tour of a `CAMPAIGN`, without a terminal")
	cmd.Flags().StringVar(&o.size, "size", "120x40", "draw a tour of `COLUMNSxROWS`")
	cmd.Flags().Uint64Var(&o.seed, "seed", 0, "draw the chance of a recorded tour by `N` (default 0)")
	replaceFlag(cmd, &o.replace, "replace a file that is there", "force")
	return cmd
}

// keeping is a file that a session is recorded to.
type keeping struct {
	path    string
	replace bool
	file    *os.File
	made    string // the file that was made for it; empty: it was there, and is no plain file
	over    bool   // in the place of another
}

// free refuses a file that is there, before anything is begun.
func (k *keeping) free() error {
	if _, err := os.Lstat(k.path); err == nil && !k.replace {
		return k.taken()
	}
	return nil
}

func (k *keeping) taken() error {
	return fmt.Errorf("%s is there already: name another file, or say --replace", text.Line(k.path, 200))
}

// open makes the file. What it holds may be confidential: it is the operator's
// alone. Another file of that name gives way once there is a recording to take its
// place, and not before.
func (k *keeping) open(h cast.Header, since func() time.Duration) (*cast.Writer, error) {
	was, err := os.Lstat(k.path)
	if k.over = err == nil && k.replace && was.Mode().IsRegular(); k.over {
		f, err := os.CreateTemp(filepath.Dir(k.path), ".beckon-record-*")
		if err != nil {
			return nil, fmt.Errorf("recording: %w", err)
		}
		c, err := k.begin(f, h, since)
		if err != nil {
			return nil, err
		}
		if err := os.Rename(f.Name(), k.path); err != nil {
			k.drop()
			return nil, fmt.Errorf("recording: %w", err)
		}
		k.made = k.path
		return c, nil
	}
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if err == nil && k.replace { // a pipe, a device: it is written to
		how = os.O_WRONLY
	}
	f, err := os.OpenFile(k.path, how, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, k.taken()
	case err != nil:
		return nil, fmt.Errorf("recording: %w", err)
	case how&os.O_EXCL == 0:
		k.file = f
		return cast.NewWriter(f, h, since)
	}
	return k.begin(f, h, since)
}

// begin writes the head of a recording to a file that was made for it. A file
// that cannot even take that is not left behind.
func (k *keeping) begin(f *os.File, h cast.Header, since func() time.Duration) (*cast.Writer, error) {
	k.file, k.made = f, f.Name()
	c, err := cast.NewWriter(f, h, since)
	if err != nil {
		k.drop()
		return nil, err
	}
	return c, nil
}

// drop takes away a file in which nothing is.
func (k *keeping) drop() {
	_ = k.file.Close()
	if k.made != "" {
		_ = os.Remove(k.made)
	}
}

// live records what the process's terminal shows from now on.
func (k *keeping) live(w *world) (*cast.Writer, error) {
	width, height, err := term.GetSize(os.Stdout.Fd())
	if err != nil {
		width, height = 0, 0
	}
	width, height = serve.Clamp(width, height)
	start := w.now()
	return k.open(cast.Header{Width: width, Height: height, Started: start, Title: "Beckon", Term: serve.Term(w.getenv("TERM"))},
		func() time.Duration { return w.now().Sub(start) })
}

// beside is the output of a program at a terminal that is recorded.
func (k *keeping) beside(terminal *os.File, c *cast.Writer) *serve.Output {
	return serve.NewOutput(&cast.Both{Terminal: terminal, Kept: serve.NewOutput(c)})
}

// done closes the file and says what is in it.
func (k *keeping) done(w *world, c *cast.Writer) error {
	name, length := text.Line(k.path, 200), c.Length().Round(100*time.Millisecond)
	switch err := c.Err(); {
	case err != nil && c.Length() == 0:
		k.drop()
		return fmt.Errorf("%w; nothing was recorded", err)
	case err != nil:
		return errors.Join(fmt.Errorf("%w; %s holds the first %s", err, name, length), k.file.Close())
	}
	if err := k.file.Close(); err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	over := ""
	if k.over {
		over = ", in the place of what was there"
	}
	fmt.Fprintf(w.out, "%s holds %s%s.\n", name, length, over)
	return nil
}

// recordTour draws a tour by a clock of its own.
func recordTour(ctx context.Context, w *world, o recordOptions) error {
	size, err := parseSize(o.size)
	if err != nil {
		return err
	}
	keep := &keeping{path: o.path, replace: o.replace}
	if err := keep.free(); err != nil {
		return err
	}
	simulated := *w
	simulated.now = func() time.Time { return demoDay }
	s, done, err := demoStore(ctx, &simulated, o.storeURL)
	if err != nil {
		return err
	}
	defer done()
	if err := campaignExists(ctx, s, o.tour); err != nil {
		return err
	}
	at, err := lastWritten(ctx, s)
	if err != nil {
		return err
	}
	clock := cast.NewClock(at)
	simulated.now = clock.Now
	failures := &firstFailure{}
	ses := &pane.Session{Ctx: ctx, Who: operator(w), Now: clock.Now, NoColor: o.look.noColor || w.getenv("NO_COLOR") != "", Light: o.look.light, ASCII: o.look.ascii,
		Log: slog.New(failures)}
	root, err := app.New(ses, screens(s, ses.Who, &simulated)...)
	if err != nil {
		return err
	}
	root.BeginWith(pane.TourOf{Campaign: o.tour, Seed: o.seed})
	kept, err := keep.open(cast.Header{Width: size.W, Height: size.H, Started: at, Title: "Beckon: a tour of " + text.Line(o.tour, 80), Term: recordedTerm}, clock.Since)
	if err != nil {
		return err
	}
	began := false
	err = cast.Play(ctx, root, cast.Options{Clock: clock, Size: size, Out: serve.NewOutput(kept), Most: mostTour, Over: func() bool {
		began = began || root.OnTour()
		return began && !root.OnTour() || failures.said != ""
	}})
	closed := keep.done(w, kept)
	switch {
	case failures.said != "":
		return errors.New(failures.said)
	case err != nil:
		return fmt.Errorf("recording a tour: %w", err)
	}
	return closed
}

// lastWritten is when a store was written to last: what its screens say of the
// time is the same whenever they are recorded.
func lastWritten(ctx context.Context, s store.Store) (time.Time, error) {
	docs, err := store.At(ctx, s, 0, append(catalogKinds(), kindJourney)...)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the store: %w", err)
	}
	at := demoDay
	for i, d := range docs {
		if i == 0 || d.At.After(at) {
			at = d.At
		}
	}
	return at, nil
}

var sizePattern = regexp.MustCompile(`^([0-9]{1,4})[x×]([0-9]{1,4})$`)

// parseSize reads columns and rows, "120x40".
func parseSize(v string) (layout.Size, error) {
	m := sizePattern.FindStringSubmatch(v)
	if m == nil {
		return layout.Size{}, misuse(fmt.Sprintf("--size: want columns and rows, such as 120x40, not %q", text.Line(v, 40)))
	}
	width, _ := strconv.Atoi(m[1])
	height, _ := strconv.Atoi(m[2])
	size := layout.Size{W: width, H: height}
	if w, h := serve.Clamp(width, height); w != width || h != height || layout.ModeOf(size) == layout.TooSmall {
		return size, misuse(fmt.Sprintf("--size: from %dx%d to %dx%d, not %s", layout.MinW, layout.MinH, serve.MaxWidth, serve.MaxHeight, v))
	}
	return size, nil
}
