package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/pane"
)

// anyCampaign stands for --tour without a name: the guide chooses. No campaign
// has such an ID.
const anyCampaign = "one of them"

func demoCommand(w *world) *cobra.Command {
	var l look
	var tour, storeURL string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the console on the demo shop, in a store that is thrown away",
		Long: "Demo opens the console on the demo shop, in a store that is thrown away.\n" +
			"With --tour it shows a campaign by itself, with captions, on a journey in which it shows: what it is\n" +
			"for, what the visitor does, the display and why, and the goal. Any key ends the tour; with --still,\n" +
			"space goes on. A name chooses the campaign, and --store one of your own store.",
		Example: "beckon demo\nbeckon demo --tour\nbeckon demo --tour cart-rescue\nbeckon demo --tour checkout-help --store bolt://shop.db",
		Args: func(cmd *cobra.Command, args []string) error {
			if tour == anyCampaign && len(args) == 1 { // --tour NAME
				return nil
			}
			return wantsNone(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var of *pane.TourOf
			if tour != "" {
				of = &pane.TourOf{}
				if tour != anyCampaign {
					of.Campaign = tour
				}
				if len(args) == 1 {
					of.Campaign = args[0]
				}
			} else if storeURL != "" {
				return misuse("--store goes with --tour; beckon --store opens the console on a store")
			}
			return runDemo(cmd.Context(), w, storeURL, l, of)
		},
	}
	lookFlags(cmd, &l)
	cmd.Flags().StringVar(&tour, "tour", "", "show a `CAMPAIGN` by itself, with captions; without a name one is chosen")
	cmd.Flags().Lookup("tour").NoOptDefVal = anyCampaign
	cmd.Flags().StringVar(&storeURL, "store", "", "with --tour: show a campaign of this store, `bolt://PATH`, instead of the demo shop's")
	return cmd
}

func runDemo(ctx context.Context, w *world, storeURL string, l look, tour *pane.TourOf) error {
	if !w.terminal && !l.accessible {
		return errNoTerminal
	}
	s, done, err := demoStore(ctx, w, storeURL)
	if err != nil {
		return err
	}
	defer done()
	o := opening{log: slog.New(slog.DiscardHandler), tour: tour}
	if storeURL == "" && tour == nil {
		o.greeting = "A demo: what you change here is gone when you quit."
	}
	if tour != nil {
		if err := campaignExists(ctx, s, tour.Campaign); err != nil {
			return err
		}
	}
	return console(ctx, w, s, l, o)
}

// demoStore opens the store of a URL, which has to be there; without one, a
// store with the demo shop that is gone when it is done with.
func demoStore(ctx context.Context, w *world, storeURL string) (store.Store, func(), error) {
	if storeURL != "" {
		path, err := storePath(w, storeURL)
		if err != nil {
			return nil, nil, err
		}
		switch there, err := storeExists(ctx, w, path); {
		case err != nil:
			return nil, nil, err
		case !there:
			return nil, nil, noStore(w, storeURL, path)
		}
		s, err := openStore(ctx, w, path)
		if err != nil {
			return nil, nil, err
		}
		return s, func() { s.Close() }, nil
	}
	dir, err := os.MkdirTemp("", "beckon-demo-")
	if err != nil {
		return nil, nil, fmt.Errorf("making a store for the demo: %w", err)
	}
	s, err := openStore(ctx, w, filepath.Join(dir, "demo.db"))
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	done := func() {
		s.Close()
		os.RemoveAll(dir)
	}
	if _, err := fill(ctx, w, s); err != nil {
		done()
		return nil, nil, err
	}
	return s, done, nil
}

// campaignExists refuses the name of a campaign that the store does not have.
func campaignExists(ctx context.Context, s store.Store, id string) error {
	if id == "" {
		return nil
	}
	_, err := s.Get(ctx, string(model.KindCampaign), id)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	docs, err := store.At(ctx, s, 0, string(model.KindCampaign))
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	return misuse(fmt.Sprintf("there is no campaign %q%s", text.Line(id, 80), alike(id, namedDocuments(docs))))
}
