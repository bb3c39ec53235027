package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpColumns is how wide help is at most.
const helpColumns = 100

// ownHelp makes a command and those under it show their help as plain text. The
// library's asks the terminal for its colors first, and waits for an answer
// that some terminals never give. It puts its own help in place as it starts,
// so that ours goes back when help is asked for.
func ownHelp(root *cobra.Command, width int) {
	show := func(cmd *cobra.Command, _ []string) { writeHelp(cmd.OutOrStdout(), cmd, width) }
	var below func(*cobra.Command)
	below = func(cmd *cobra.Command) { // of those that only group others, called without one
		cmd.SetHelpFunc(show)
		for _, sub := range cmd.Commands() {
			below(sub)
		}
	}
	below(root)
	root.PersistentFlags().VarPF(&helpFlag{func() { root.SetHelpFunc(show) }, false}, "help", "h", "show this help").NoOptDefVal = "true"
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return fmt.Errorf("no command %q: beckon --help lists them", strings.Join(args, " "))
			}
			show(cmd, nil)
			return nil
		},
	})
}

// helpFlag is a flag that prepares for help to be shown.
type helpFlag struct {
	prepare func()
	asked   bool
}

func (f *helpFlag) String() string { return strconv.FormatBool(f.asked) }
func (f *helpFlag) Type() string   { return "bool" }

func (f *helpFlag) Set(s string) (err error) {
	if f.asked, err = strconv.ParseBool(s); f.asked {
		f.prepare()
	}
	return err
}

// writeHelp says what a command does, how it is called, and its flags.
func writeHelp(w io.Writer, cmd *cobra.Command, width int) {
	if width <= 20 || width > helpColumns {
		width = helpColumns
	}
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	for line := range strings.Lines(about) {
		fmt.Fprintln(w, ansi.Wordwrap(strings.TrimSpace(line), width, ""))
	}
	fmt.Fprintf(w, "\nUsage:\n  %s\n", cmd.UseLine())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND [flags]\n\nCommands:\n", cmd.CommandPath())
		widest := 0
		for _, sub := range cmd.Commands() {
			widest = max(widest, len(sub.Name()))
		}
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(w, "  %-*s  %s\n", widest, sub.Name(), sub.Short)
			}
		}
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n")
		for line := range strings.Lines(cmd.Example) {
			fmt.Fprintf(w, "  %s\n", strings.TrimSpace(line))
		}
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.AddFlagSet(cmd.Flags())
	flags.AddFlagSet(cmd.InheritedFlags())
	fmt.Fprintf(w, "\nFlags:\n%s", flags.FlagUsagesWrapped(width))
}
