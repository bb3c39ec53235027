package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/store"
	"beckon/store/guard"
)

// settingsCommand changes the settings of a store of this machine.
func settingsCommand(w *world) *cobra.Command {
	var storeURL string
	return onStore(settingsCommands(hereReach(w, &storeURL)), &storeURL)
}

// settingsCommands read and change the account's settings: at this machine, and
// over SSH.
func settingsCommands(r reach) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "settings",
		Short: "Read and change the account's settings",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(showCommand(r, "show", "Show the settings, as JSON", wantsNone, settingsNamed),
		historyCommand(r, "history", "List the latest versions of the settings, as JSON", wantsNone, settingsNamed),
		setCommand(r, "set FIELD [VALUE...]", "the settings", "beckon settings set visit.idle 45m", 0, guard.Publisher, settingsNamed),
		putCommand(r, "the settings", "beckon settings show --with-revision > settings.json\nbeckon settings put < settings.json", guard.Publisher, string(model.KindSettings)),
		revertCommand(r, "revert REVISION", "Make the settings as they were at a revision that history lists", wants(1, 1, "a revision"), guard.Publisher, settingsNamed))
	return cmd
}

// settingsNamed are the settings, which there is one document of.
func settingsNamed(ctx context.Context, s store.Store, _ []string) (string, string, error) {
	kind := string(model.KindSettings)
	docs, err := store.At(ctx, s, 0, kind)
	if err != nil {
		return "", "", fmt.Errorf("reading the store: %w", err)
	}
	if len(docs) > 0 {
		return kind, docs[0].ID, nil
	}
	d := model.DefaultSettings()
	return kind, d.ID, nil
}
