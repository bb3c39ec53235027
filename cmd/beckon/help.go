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
		fmt.Fprintln(w, wrapped(strings.TrimSpace(line), width))
	}
	fmt.Fprintf(w, "\nUsage:\n")
	if cmd.Runnable() && !groups(cmd) {
		fmt.Fprintf(w, "  %s\n", typed(cmd, cmd.UseLine()))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s\n\nCommands:\n", typed(cmd, cmd.CommandPath()+" COMMAND [flags]"))
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
	if example := exampleOf(cmd); example != "" {
		fmt.Fprintf(w, "\nExamples:\n")
		for line := range strings.Lines(example) {
			fmt.Fprintf(w, "  %s\n", typed(cmd, strings.TrimSpace(line)))
		}
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, set := range []*pflag.FlagSet{cmd.Flags(), cmd.InheritedFlags()} {
		set.VisitAll(func(f *pflag.Flag) {
			if flags.Lookup(f.Name) != nil {
				return
			}
			told := *f
			if f.Value.Type() == "string" { // its usage says what it is without a value
				told.NoOptDefVal = ""
			}
			flags.AddFlag(&told)
		})
	}
	fmt.Fprintf(w, "\nFlags:\n%s", flags.FlagUsagesWrapped(width))
}

// wrapped breaks a line between its words; those with hyphens, such as --map and
// cart-rescue, stay whole, so that they can be copied.
func wrapped(line string, width int) string {
	const whole = "\u2011"
	return strings.ReplaceAll(ansi.Wordwrap(strings.ReplaceAll(line, "-", whole), width, ""), whole, "-")
}

// groups reports whether a command does nothing but group others: it says what is
// in it.
func groups(cmd *cobra.Command) bool {
	return cmd.HasParent() && cmd.HasAvailableSubCommands() && cmd.Use == cmd.Name()
}

// typed is a line as somebody types it to have it done: those of a Beckon that
// is reached over SSH begin otherwise.
func typed(cmd *cobra.Command, line string) string {
	if cmd.Root().Annotations[overSSH] == "" {
		return line
	}
	if rest, ok := strings.CutPrefix(line, "beckon"); ok {
		return "ssh HOST" + rest
	}
	return line
}
