package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"beckon/model/text"
)

// completionCommand prints what lets a shell complete commands, flags and the
// values of those flags that take one of a few.
func completionCommand(w *world) *cobra.Command {
	scripts := map[string]func(root *cobra.Command, out io.Writer) error{
		"bash":       func(root *cobra.Command, out io.Writer) error { return root.GenBashCompletionV2(out, true) },
		"fish":       func(root *cobra.Command, out io.Writer) error { return root.GenFishCompletion(out, true) },
		"powershell": func(root *cobra.Command, out io.Writer) error { return root.GenPowerShellCompletionWithDesc(out) },
		"zsh":        func(root *cobra.Command, out io.Writer) error { return root.GenZshCompletion(out) },
	}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print what lets a shell complete commands and flags",
		Long: "Completion prints a script for a shell, which then completes commands, flags and what they take at the tab key: words, files, and the ids of what is in the store, as long as no other process holds it. " +
			"Load it in the present shell, or put it where the shell looks for completions as it starts. That for bash needs the package bash-completion.",
		Example: "source <(beckon completion bash)\n" +
			"beckon completion bash > /etc/bash_completion.d/beckon\n" +
			"beckon completion zsh > \"${fpath[1]}/_beckon\"\n" +
			"beckon completion fish > ~/.config/fish/completions/beckon.fish\n" +
			"beckon completion powershell | Out-String | Invoke-Expression",
		Args:      wants(1, 1, "a shell: bash, zsh, fish or powershell"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(cmd *cobra.Command, args []string) error {
			script, ok := scripts[args[0]]
			if !ok {
				return misuse(fmt.Sprintf("no completion for %q: want bash, zsh, fish or powershell", text.Line(args[0], 40)))
			}
			return script(cmd.Root(), w.out)
		},
	}
}
