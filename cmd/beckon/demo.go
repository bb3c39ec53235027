package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func demoCommand(w *world) *cobra.Command {
	var l look
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the console on the demo shop, in a store that is thrown away",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), w, l)
		},
	}
	lookFlags(cmd, &l)
	return cmd
}

func runDemo(ctx context.Context, w *world, l look) error {
	if !w.terminal && !l.accessible {
		return errNoTerminal
	}
	dir, err := os.MkdirTemp("", "beckon-demo-")
	if err != nil {
		return fmt.Errorf("making a store for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := openStore(ctx, w, filepath.Join(dir, "demo.db"))
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := fill(ctx, w, s); err != nil {
		return err
	}
	return console(ctx, w, s, l, slog.New(slog.DiscardHandler), "", "A demo: what you change here is gone when you quit.")
}
