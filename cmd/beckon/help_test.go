package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/tui/serve"
)

// Whoever asks for help of a command, here or over SSH, is told how it is called,
// and of every flag what it takes.
func TestHelpSaysHowACommandIsCalled(t *testing.T) {
	t.Parallel()
	w := &world{out: new(bytes.Buffer), err: new(bytes.Buffer), getenv: func(string) string { return "" }}
	here := rootCommand(w)
	ownHelp(here, 0)
	here.InitDefaultHelpCmd()
	there := remoteCommands(w, nil, &serve.Client{})
	ownHelp(there, 0)
	there.InitDefaultHelpCmd()
	for name, root := range map[string]*cobra.Command{"here": here, "over SSH": there} {
		var visit func(cmd *cobra.Command)
		visit = func(cmd *cobra.Command) {
			t.Run(name+"/"+cmd.CommandPath(), func(t *testing.T) {
				var b bytes.Buffer
				writeHelp(&b, cmd, 0)
				_, example, ok := strings.Cut(b.String(), "\nExamples:\n")
				example, _, _ = strings.Cut(example, "\n\n")
				if !ok || strings.TrimSpace(example) == "" {
					t.Errorf("no example:\n%s", b.String())
				}
				if name != "here" {
					for line := range strings.Lines(b.String()) {
						if strings.HasPrefix(strings.TrimSpace(line), "beckon ") {
							t.Errorf("over SSH, nobody can type %q", line)
						}
					}
				}
				cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
					what, _ := pflag.UnquoteUsage(f)
					if f.Value.Type() != "bool" && what == strings.ToLower(what) {
						t.Errorf("--%s does not say what it takes, but %q: %s", f.Name, what, f.Usage)
					}
				})
			})
			for _, sub := range cmd.Commands() {
				visit(sub)
			}
		}
		visit(root)
	}
}

func TestWhatReplacesIsAskedForByOneName(t *testing.T) {
	t.Parallel()
	var below func(cmd *cobra.Command)
	below = func(cmd *cobra.Command) {
		for _, before := range []string{"force", "overwrite", "yes"} {
			if f := cmd.Flags().Lookup(before); f != nil && (!f.Hidden || cmd.Flags().Lookup("replace") == nil) {
				t.Errorf("%s --%s: want --replace, and the other name understood and not told", cmd.CommandPath(), before)
			}
		}
		for _, sub := range cmd.Commands() {
			below(sub)
		}
	}
	below(rootCommand(&world{}))
}
