// Command beckon is a console for proactive engagement campaigns on a web
// site, and the same engine on the command line: it replays recorded traffic
// through campaigns and says what would have been shown, and why not.
//
// One file holds one subcommand; what several need is in files named for it:
// catalog.go (catalogs from files, a store or the demo shop), open.go (stores),
// write.go (files that appear whole or not at all), columns.go (tables of
// text), progress.go. This package parses, wires and prints; it decides
// nothing. It alone knows both a store and the screens.
//
// Exit codes: 0 fine; 1 the answer is no (a scenario failed, a check found
// errors); 2 bad use or bad input.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // time zones are part of campaigns, whatever the machine has

	"charm.land/fang/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store/boltstore"
	"beckon/tui/screen/simulator"
	"beckon/tui/trial"
)

// The exit codes.
const (
	exitFine = 0
	exitNo   = 1
	exitBad  = 2
)

// errNo ends a command whose answer is no; what is to say was said.
var errNo = errors.New("no")

func main() {
	boltstore.ProbeMain()
	os.Exit(run(os.Args[1:], environment()))
}

// world is everything outside of the program that commands may touch.
type world struct {
	in       io.Reader
	out      io.Writer
	err      io.Writer
	getenv   func(string) string
	now      func() time.Time
	terminal bool // out is one
	errWidth int  // columns of err if it is a terminal, else 0

	// elsewhere is set for operators at another machine, whose files are not
	// those of this one.
	elsewhere bool
	// key gives the key by which ids become hashes to commands of operators
	// elsewhere, whose guard keeps it from them.
	key func(context.Context) (string, error)
	// stages is where the consoles of this process share simulators.
	stages *simulator.Stages
	// follow is the log that this console begins with; nil: none.
	follow *watchedLog
	// share is this console's of what those of this process share besides.
	share share
}

func environment() *world {
	w := &world{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now, terminal: term.IsTerminal(os.Stdout.Fd())}
	if term.IsTerminal(os.Stderr.Fd()) {
		if width, _, err := term.GetSize(os.Stderr.Fd()); err == nil {
			w.errWidth = width
		}
	}
	return w
}

// run executes a command line and returns its exit code.
func run(args []string, w *world) int {
	// A second signal ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	inner := *w
	out := &output{w: w.out}
	inner.out = out
	w = &inner

	root := rootCommand(w)
	root.SetArgs(args)
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.err)
	var failed error
	ownHelp(root, w.errWidth)
	keepErrors(root, &failed)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		failed = flagError(cmd, err)
		return nil
	})
	err := fang.Execute(ctx, root,
		fang.WithVersion(version()),
		fang.WithErrorHandler(func(_ io.Writer, _ fang.Styles, err error) { report(w.err, err) }))
	if err == nil {
		err = failed
		if out.err != nil && (err == nil || errors.Is(err, errNo) || errors.Is(err, out.err)) {
			err = fmt.Errorf("printing: %w", out.err)
		}
		report(w.err, err)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errNo):
		return exitNo
	}
	return exitBad
}

// keepErrors keeps what commands fail with to ourselves: to style an error, the
// library asks the terminal for its colors, which is noise in a line or two of
// plain text.
func keepErrors(cmd *cobra.Command, failed *error) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			*failed = check(cmd, args)
			return nil
		}
	}
	if do := cmd.RunE; do != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if *failed == nil {
				*failed = do(cmd, args)
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		keepErrors(sub, failed)
	}
}

// report says on stderr what went wrong, in lines that are safe to show.
func report(w io.Writer, err error) {
	switch {
	case err == nil, errors.Is(err, errNo):
		return
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "beckon: interrupted")
		return
	}
	for i, line := range text.Lines(err.Error(), 2000, 1000) {
		if i == 0 {
			line = "beckon: " + line
		}
		fmt.Fprintln(w, line)
	}
	if refused, ok := errors.AsType[*replay.Refusal](err); ok && len(refused.Trials) > 0 {
		for _, why := range trial.Brief(refused.Trials[0]) {
			fmt.Fprintln(w, "  "+text.Line(why, 400))
		}
	}
}
