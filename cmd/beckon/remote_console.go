package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/tui/pane"
	"beckon/tui/plain"
	"beckon/tui/serve"
)

// lookOf reads the line by which an operator elsewhere opens a console that
// looks as he wants it: console and flags, or flags alone. It is false for
// every other line, a wrong one too: those are commands, which say what is wrong.
func lookOf(line string) (l look, ok bool) {
	words := strings.Fields(line)
	switch {
	case len(words) == 0:
		return l, false
	case words[0] == "console":
		words = words[1:]
	case !strings.HasPrefix(words[0], "--"):
		return l, false
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	cmd := &cobra.Command{}
	lookFlags(cmd, &l)
	flags.AddFlagSet(cmd.Flags())
	return l, flags.Parse(words) == nil && flags.NArg() == 0
}

// opens tells the server which console a line opens.
func opens(line string) serve.Opened {
	switch l, ok := lookOf(line); {
	case !ok:
		return serve.Nothing
	case l.accessible:
		return serve.InLines
	}
	return serve.Drawn
}

// remoteConsoleCommand has the help of the console, and says what is wrong with
// a line that opens none.
func remoteConsoleCommand() *cobra.Command {
	var l look
	cmd := &cobra.Command{
		Use:   "console",
		Short: "Open the console, as you want it to look; without a terminal, --accessible",
		Args:  wantsNone,
		RunE:  func(*cobra.Command, []string) error { return errNoTerminal },
	}
	lookFlags(cmd, &l)
	return cmd
}

// session is the session of an operator elsewhere: what his client said of its
// terminal, and what he asked for.
func (h *house) session(ctx context.Context, c *serve.Client) *pane.Session {
	env := func(name string) string {
		for _, kv := range c.Environ {
			if value, ok := strings.CutPrefix(kv, name+"="); ok {
				return value
			}
		}
		return ""
	}
	l, _ := lookOf(c.Line)
	return &pane.Session{Ctx: ctx, Who: c.Operator, Role: h.roleOf(c.Operator), May: h.may(ctx, c.Operator), Now: h.now, Remote: true, Log: h.log.With("operator", c.Operator, "address", c.Address),
		Copy: c.Copy, NoColor: l.noColor || env("NO_COLOR") != "", ASCII: l.ascii || onlyASCII(env), Light: l.light,
		Still: l.still || l.accessible, Lines: l.accessible}
}

// onlyASCII tells from what a client says of its language whether its terminal
// shows anything else: a client that says nothing shows UTF-8, as all do by now.
func onlyASCII(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToUpper(env(name)); value != "" {
			return !strings.Contains(value, "UTF-8") && !strings.Contains(value, "UTF8")
		}
	}
	return false
}

// lines talks with an operator elsewhere line by line.
func (h *house) lines(ctx context.Context, c *serve.Client, in io.Reader, out io.Writer) error {
	w := remoteWorld(h.now, strings.NewReader(""), io.Discard, io.Discard)
	w.stages, w.share.shelf = h.stages, h.shelf
	root, end, err := seated(ctx, h.guarded(c), h.session(ctx, c), w)
	if err != nil {
		return err
	}
	err = plain.Run(ctx, root, in, out)
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	end(over)
	if err != nil {
		return fmt.Errorf("the console line by line: %w", err)
	}
	return nil
}
