package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"beckon/fixtures"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/cast"
	"beckon/tui/mapping"
	"beckon/tui/pane"
	"beckon/tui/plain"
	"beckon/tui/screen/activity"
	"beckon/tui/screen/builder"
	"beckon/tui/screen/campaigns"
	libraryscreen "beckon/tui/screen/library"
	"beckon/tui/screen/settings"
	"beckon/tui/screen/simulator"
	trafficscreen "beckon/tui/screen/traffic"
	"beckon/tui/serve"
	"beckon/tui/widget"
)

// errNoTerminal refuses a console where nobody could see it.
var errNoTerminal = errors.New("the console needs a terminal; --accessible does without, and beckon --help lists what else does")

// endTime is how long the screens may take to keep what would be lost when the
// console ends.
const endTime = 5 * time.Second

// look is what the operator asks of the console's picture.
type look struct {
	noColor, light, ascii, still bool
	accessible                   bool // no picture: line by line
}

func lookFlags(cmd *cobra.Command, l *look) {
	pictureFlags(cmd, l)
	cmd.Flags().BoolVar(&l.accessible, "accessible", false, "talk line by line, for screen readers; works through pipes, too")
}

// pictureFlags are those of what is drawn.
func pictureFlags(cmd *cobra.Command, l *look) {
	cmd.Flags().BoolVar(&l.noColor, "no-color", false, "draw without colors")
	cmd.Flags().BoolVar(&l.light, "light", false, "draw for a light background, whatever the terminal says")
	cmd.Flags().BoolVar(&l.ascii, "ascii", false, "draw lines and marks with ASCII alone")
	cmd.Flags().BoolVar(&l.still, "still", false, "nothing moves by itself")
}

// runConsole opens the console on the store that was asked for. An empty one is
// filled with the demo shop, unless it is to stay as it is. Of how it begins the
// log and the greeting are its own.
func runConsole(ctx context.Context, w *world, storeURL string, l look, noDemo bool, o opening) error {
	if !w.terminal && !l.accessible {
		return errNoTerminal
	}
	if o.keep != nil {
		if err := o.keep.free(); err != nil {
			return err
		}
	}
	path, err := storePath(w, storeURL)
	if err != nil {
		return err
	}
	there, err := storeExists(ctx, w, path)
	if err != nil {
		return err
	}
	s, err := openStore(ctx, w, path)
	if err != nil {
		return err
	}
	defer s.Close()
	made := ""
	if !there && storeAsked(w, storeURL) {
		made = path
	}
	if o.greeting, err = greet(ctx, w, s, noDemo, made); err != nil {
		return err
	}
	beside, err := besideStore(w, path)
	if err != nil {
		return err
	}
	log := &lateFile{path: filepath.Join(beside, "beckon.log")}
	defer log.Close()
	o.log, o.logAt = slog.New(slog.NewTextHandler(log, nil)), log.path
	defer answering(s, o.log).Close()
	return console(ctx, w, s, l, o)
}

// greet fills an empty store, or leaves it, and gives the words that say so;
// none for a store that somebody wrote to. Of a store that was named and made they
// say where: perhaps another was meant.
func greet(ctx context.Context, w *world, s store.Store, noDemo bool, made string) (string, error) {
	is, held := "The store is empty", "The store was empty and now holds"
	if made != "" {
		at := text.Line(made, 200)
		is, held = "There was no store at "+at+", and the new one is empty", "There was no store at "+at+": the new one holds"
	}
	if noDemo {
		rev, err := s.Revision(ctx)
		if err != nil {
			return "", fmt.Errorf("reading the store: %w", err)
		}
		if rev != 0 {
			return "", nil
		}
		return is + ": n begins the first campaign.", nil
	}
	filled, err := fill(ctx, w, s)
	if err != nil || !filled {
		return "", err
	}
	return held + " a demo shop, Fell & Fern.", nil
}

// fill puts the demo shop into a store that nobody ever wrote to, and reports
// whether it did.
func fill(ctx context.Context, w *world, s store.Store) (bool, error) {
	rev, err := s.Revision(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the store: %w", err)
	}
	if rev != 0 {
		return false, nil
	}
	c, err := fixtures.Catalog()
	if err != nil {
		return false, err
	}
	docs, err := catalogDocuments(c)
	if err != nil {
		return false, err
	}
	journeys, err := journeysOf(fixtures.Journeys())
	if err != nil {
		return false, err
	}
	scenarios, err := shopScenarios()
	if err != nil {
		return false, err
	}
	if _, _, err := putAll(ctx, w, s, slices.Concat(docs, journeys, scenarios), "the demo shop"); err != nil {
		return false, err
	}
	return true, nil
}

// opening is how a console begins.
type opening struct {
	log      *slog.Logger
	logAt    string
	greeting string
	tour     *pane.TourOf // nil: none
	keep     *keeping     // where it is recorded; nil: nowhere
	follow   *watchedLog  // the log that it follows; nil: none
}

// console runs the screens on a store until the operator quits.
func console(ctx context.Context, w *world, s store.Store, l look, o opening) error {
	who := operator(w)
	out := serve.NewOutput(os.Stdout)
	var kept *cast.Writer
	if o.keep != nil {
		var err error
		if kept, err = o.keep.live(w); err != nil {
			return err
		}
		out = o.keep.beside(os.Stdout, kept)
	}
	ses := &pane.Session{Ctx: ctx, Who: who, Role: func() string { return string(guard.Admin) }, Now: w.now, Log: o.log, LogAt: o.logAt, Away: awayOf(s), Paths: paths, Copy: out.Copy, NoColor: l.noColor || w.getenv("NO_COLOR") != "",
		Light: l.light, ASCII: l.ascii, Still: l.still || l.accessible, Lines: l.accessible}
	if l.accessible {
		ses.Copy = nil // it is done by a sequence that only a terminal understands
	}
	in := w.in
	if o.follow != nil {
		inner := *w
		inner.follow, w = o.follow, &inner
		if l.accessible && o.follow.piped != nil {
			keys, done, err := serve.Keyboard()
			if err != nil {
				return err
			}
			defer done()
			in = keys
		}
	}
	if _, ok := s.(store.Exchange); ok { // others may look on by way of the store
		inner := *w
		inner.share.shelf = newShelf()
		inner.stages, w = stagesOf(s, inner.share.shelf, w.now, o.log), &inner
		defer inner.stages.Close()
	}
	root, end, err := seated(ctx, atHome(s, who), ses, w)
	if err != nil {
		if kept != nil {
			o.keep.drop()
		}
		return err
	}
	if o.follow != nil {
		root.BeginAt("traffic", o.follow.log)
	}
	if o.greeting != "" {
		ses.Shell.Toast(widget.Info, o.greeting)
	}
	if o.tour != nil {
		root.BeginWith(*o.tour)
	}
	switch {
	case l.accessible:
		if err = plain.Run(ctx, root, in, w.out); err != nil {
			err = fmt.Errorf("the console line by line: %w", err)
		}
	case kept != nil:
		err = serve.Local(ctx, cast.Watch(root, kept), serve.Options{Out: out})
		if done := o.keep.done(w, kept); err == nil {
			err = done
		}
	default:
		err = serve.Local(ctx, root, serve.Options{Out: out})
	}
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	end(over)
	return err
}

// screens are the tabs of the console, in their order.
func screens(s store.Store, who string, w *world) []pane.Screen {
	at := w.share
	if at.shelf == nil {
		at.shelf = newShelf()
	}
	played := newSharedLibrary(s, who, w.now, at)
	played.getenv = w.getenv
	played.elsewhere = w.elsewhere
	sim := simulator.New(played)
	sim.SetStages(w.stages)
	list := campaigns.New(&keeper{store: s, who: who, now: w.now, elsewhere: w.elsewhere, share: at})
	list.SetWorlds(&at.shelf.worlds)
	return []pane.Screen{
		list,
		libraryscreen.New(&libraryKeeper{store: s, who: who, now: w.now, share: at}),
		sim,
		trafficscreen.New(&traffics{library: played}).WithLogs(&logs{played: played, named: w.follow}),
		activity.New(&activityKeeper{store: s, elsewhere: w.elsewhere}),
		settings.New(&settingsKeeper{store: s, who: who, now: w.now, share: at}),
		builder.New(&workshop{store: s, who: who, now: w.now, share: at}),
		mapping.New(played),
	}
}

// lateFile is a log that is made when there is something to write.
type lateFile struct {
	path string
	mu   sync.Mutex
	f    *os.File
}

func (l *lateFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil { // no store lies there, perhaps
			return 0, fmt.Errorf("opening the log: %w", err)
		}
		f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return 0, fmt.Errorf("opening the log: %w", err)
		}
		l.f = f
	}
	return l.f.Write(b)
}

// Close closes the file, if there is one.
func (l *lateFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		return nil
	}
	return l.f.Close()
}
