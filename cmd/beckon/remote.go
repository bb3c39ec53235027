package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/serve"
)

// remoteCommand runs one of the commands that go over SSH beside the console,
// and returns its exit code. There is no shell: a line is cut at its spaces.
func remoteCommand(ctx context.Context, w *world, g store.Store, c *serve.Client, line string) int {
	root := remoteCommands(w, g, c)
	root.SetArgs(strings.Fields(line))
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.err)
	var failed error
	ownHelp(root, 0)
	keepErrors(root, &failed)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd, err) })
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = failed
	}
	report(w.err, err)
	return exitCode(err)
}

// overSSH is an annotation of the root of commands that go over SSH.
const overSSH = "over SSH"

// remoteCommands are the commands that go over SSH.
func remoteCommands(w *world, g store.Store, c *serve.Client) *cobra.Command {
	root := &cobra.Command{
		Use:     "beckon",
		Short:   "Commands of a Beckon that is reached over SSH; without one it opens the console",
		Example: "beckon campaign list\nssh -t HOST console --ascii\nssh HOST help replay",
		Args:    wantsNone,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.Annotations = map[string]string{overSSH: "yes"}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SilenceErrors, root.SilenceUsage = true, true
	campaign := &cobra.Command{
		Use:   "campaign",
		Short: "Read and change campaigns, and have them approved",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	r := reach{w: w, who: func() string { return c.Operator }, open: func(context.Context) (store.Store, error) { return g, nil }, remote: true}
	approvals := approvalCommands(r)
	last := len(approvals) - 1 // publishes what was approved
	campaign.AddCommand(remoteExportCommand(w, g), remoteImportCommand(w, g, c.Operator))
	campaign.AddCommand(campaignCommands(r, approvals[last])...)
	campaign.AddCommand(approvals[:last]...)
	root.AddCommand(remoteConsoleCommand(), campaign, libraryCommands(r), settingsCommands(r), journeyCommands(r), scenarioCommands(r), runsCommands(r), remoteCheckCommand(w, g), remoteTestCommand(w, g), remoteReplayCommand(w, g), remoteConvertCommand(w), remoteWatchCommand(w, g),
		auditCommands(r), whoamiCommand(w, g, c), whoCommand(w, g), operatorCommands(r), verifyCommands(r), remoteBackupCommand(w, g))
	return root
}

func remoteExportCommand(w *world, s store.Store) *cobra.Command {
	return &cobra.Command{
		Use:   "export ID",
		Short: "Give a campaign and what it mentions as one YAML file, on standard output",
		Args:  wants(1, 1, "one campaign's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := storedCatalog(cmd.Context(), s, 0)
			if err != nil {
				return err
			}
			data, _, err := packCampaign(cmd.Context(), s, c, args[0], false)
			if err != nil {
				return err
			}
			_, err = w.out.Write(data)
			return err
		},
	}
}

func remoteCheckCommand(w *world, s store.Store) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the catalog, as JSON; exit code 1 if it has errors",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := storedCatalog(cmd.Context(), s, 0)
			if err != nil {
				return err
			}
			out := checkStored(w, c)
			if err := writeJSON(w.out, out); err != nil {
				return err
			}
			return out.no()
		},
	}
	jsonAnyway(cmd)
	return cmd
}

func whoamiCommand(w *world, s store.Store, c *serve.Client) *cobra.Command {
	return &cobra.Command{
		Use:   "whoami",
		Short: "Tell who you are here and what you may do, as JSON",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := guard.Find(cmd.Context(), s, c.Operator)
			if err != nil {
				return err
			}
			return writeJSON(w.out, struct {
				Operator string `json:"operator"`
				Role     string `json:"role"`
				Key      string `json:"key"`
				Address  string `json:"address"`
			}{o.Name, string(o.Role), c.Key, c.Address})
		},
	}
}

// remoteWorld is what a command over SSH may touch: nothing of this machine.
func remoteWorld(now func() time.Time, in io.Reader, out, errs io.Writer) *world {
	return &world{in: in, out: out, err: errs, now: now, getenv: func(string) string { return "" }, elsewhere: true}
}
