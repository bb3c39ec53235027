package main

import (
	"github.com/spf13/cobra"
)

func rootCommand(w *world) *cobra.Command {
	var storeURL string
	var l look
	var noDemo bool
	cmd := &cobra.Command{
		Use:   "beckon",
		Short: "Proactive engagement campaigns: build, replay, explain",
		Long: "Beckon is a console for proactive engagement campaigns on a web site.\n" +
			"Without a subcommand it opens the console on a store; an empty store is filled with a demo shop,\n" +
			"unless --no-demo says to leave it empty.",
		Example: "beckon\nbeckon replay access.log\nbeckon test fixtures/scenarios",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runConsole(cmd.Context(), w, storeURL, l, noDemo, opening{})
		},
	}
	storeFlag(cmd, &storeURL)
	lookFlags(cmd, &l)
	cmd.Flags().BoolVar(&noDemo, "no-demo", false, "leave an empty store empty")
	cmd.AddCommand(
		demoCommand(w),
		recordCommand(w),
		replayCommand(w),
		compareCommand(w),
		runsCommand(w),
		rivalsCommand(w),
		sweepCommand(w),
		watchCommand(w),
		generateCommand(w),
		convertCommand(w),
		testCommand(w),
		checkCommand(w),
		schemaCommand(w),
		importCommand(w),
		mapCommand(w),
		exportCommand(w),
		campaignCommand(w),
		libraryCommand(w),
		settingsCommand(w),
		journeyCommand(w),
		scenarioCommand(w),
		serveCommand(w),
		operatorCommand(w),
		auditCommand(w),
		verifyCommand(w),
		storeCommand(w),
		backupCommand(w),
		restoreCommand(w),
		completionCommand(w),
		versionCommand(w),
	)
	completeValues(w, cmd)
	return cmd
}
