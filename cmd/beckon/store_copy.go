package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
)

func storeCommand(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Move stores",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(storeCopyCommand(w))
	return cmd
}

func storeCopyCommand(w *world) *cobra.Command {
	var noDrafts bool
	cmd := &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Copy a store with its whole history and audit into an empty one",
		Long: "Copy replays every change of a store in order into another one, who, when, why and from where included, and proves by the sums that " +
			"both have the same past and show the same documents. Drafts go over, too, unless --no-drafts leaves them.\n" +
			"TO is made if it is not there. A copy that was interrupted goes on where it was, and one that is repeated brings over what is new; " +
			"a TO with a past of its own is refused.",
		Example: "beckon store copy bolt://old.db bolt://new.db",
		Args:    wants(2, 2, "the store to copy from and the one to copy to"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return copyStore(cmd.Context(), w, args[0], args[1], noDrafts)
		},
	}
	cmd.Flags().BoolVar(&noDrafts, "no-drafts", false, "leave unfinished work behind")
	return cmd
}

func copyStore(ctx context.Context, w *world, fromURL, toURL string, noDrafts bool) (err error) {
	if fromURL == toURL && strings.HasPrefix(fromURL, etcdScheme) { // a file says so itself
		return misuse("FROM and TO are the same store")
	}
	if err := storeThere(ctx, w, fromURL); err != nil {
		return err
	}
	from, err := openStoreURL(ctx, w, fromURL)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := openStoreURL(ctx, w, toURL)
	if errors.Is(err, store.ErrInUse) && fromURL == toURL {
		return misuse("FROM and TO are the same store")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	line := newProgress(w)
	done, err := store.Copy(ctx, from, to, store.CopyOptions{NoScraps: noDrafts, Progress: func(done, of store.Revision) {
		line.copying(int64(done), int64(of))
	}})
	line.clear()
	if err != nil {
		if done.Commits > 0 && !errors.Is(err, store.ErrCorrupt) {
			err = fmt.Errorf("%w\nRevision %d is reached: the same command goes on from there.", err, done.Head.Revision)
		}
		return fmt.Errorf("copying %s to %s: %w", text.Line(fromURL, 200), text.Line(toURL, 200), err)
	}
	fmt.Fprintf(w.out, "copied    %s and %s, from revision %d to %d\n", counted(int(done.Commits), "change"), counted(done.Scraps, "draft"), done.Before, done.Head.Revision)
	fmt.Fprintf(w.out, "head      %v, the same in both\n", done.Head)
	return nil
}

// openStoreURL opens the store of an address.
func openStoreURL(ctx context.Context, w *world, url string) (store.Store, error) {
	path, err := storePath(w, url)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, w, path)
}
