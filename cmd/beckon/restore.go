package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
	"beckon/store/boltstore"
)

func restoreCommand(w *world) *cobra.Command {
	var storeURL string
	var replace bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of a store, once it says what that would replace",
		Long: "Restore checks and verifies a backup, and says how it stands to the store that is there: whether it is an earlier state of it, and which " +
			"changes would go. Only with --replace is the store replaced, and it is kept beside under another name.\n" +
			"A store that a console or a server holds is not replaced under it: stop that process first. Exit code 1 if nothing was replaced.",
		Example: "beckon restore monday.db\nbeckon restore monday.db --replace",
		Args:    wants(1, 1, "a backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := storePath(w, storeURL)
			if err != nil {
				return err
			}
			if strings.HasPrefix(path, etcdScheme) {
				return misuse("a store in etcd is not replaced: beckon store copy bolt://FILE etcd://... puts a backup under a prefix that nothing is under")
			}
			return restoreFrom(cmd.Context(), w, path, args[0], replace)
		},
	}
	storeFlag(cmd, &storeURL)
	replaceFlag(cmd, &replace, "replace the store that is there", "yes")
	return cmd
}

func restoreFrom(ctx context.Context, w *world, path, file string, replace bool) error {
	if info, err := plainFile(file); err != nil || info == nil {
		if err == nil {
			err = fmt.Errorf("there is no file %s", text.Line(file, 200))
		}
		return fmt.Errorf("restoring: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".beckon-restore-")
	if err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	defer os.RemoveAll(dir)
	backup, err := openBackup(ctx, file, dir)
	if err != nil {
		return err
	}
	defer backup.Close()
	found, err := store.Verify(ctx, backup)
	if err != nil {
		return fmt.Errorf("verifying the backup: %w", err)
	}
	fmt.Fprintf(w.out, "backup    %s\n", text.Line(file, 200))
	if err := tellVerified(w, found); err != nil && !replace {
		return err
	}
	there, err := exists(path)
	if err != nil {
		return err
	}
	if there {
		if err := tellReplaced(ctx, w, path, backup); err != nil {
			return err
		}
		if !replace {
			fmt.Fprintln(w.out, "nothing was replaced: --replace does it")
			return errNo
		}
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	defer f.Close()
	kept, err := boltstore.Restore(ctx, path, f, boltstore.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "restored  %s\n", text.Line(path, 200))
	if kept != "" {
		fmt.Fprintf(w.out, "kept      what was there, as %s\n", text.Line(kept, 200))
	}
	return nil
}

// tellReplaced says what a restore would take away. A store that cannot be
// opened is what a restore is for; one that is held is left alone.
func tellReplaced(ctx context.Context, w *world, path string, backup store.Store) error {
	s, err := openStore(ctx, w, path)
	switch {
	case errors.Is(err, store.ErrInUse):
		return fmt.Errorf("%w; a store is not replaced under those who work in it", err)
	case err != nil:
		fmt.Fprintf(w.out, "store     %s, which cannot be opened: %s\n", text.Line(path, 200), text.Line(err.Error(), 500))
		return ctx.Err()
	}
	defer s.Close()
	head, err := store.HeadOf(ctx, s)
	if err != nil {
		fmt.Fprintf(w.out, "store     %s, which cannot be read: %s\n", text.Line(path, 200), text.Line(err.Error(), 500))
		return ctx.Err()
	}
	fmt.Fprintf(w.out, "store     %s\nhead      %v\n", text.Line(path, 200), head)
	common, err := commonRevision(ctx, s, backup)
	if err != nil {
		return fmt.Errorf("comparing the store with the backup: %w", err)
	}
	end, err := backup.Revision(ctx)
	if err != nil {
		return fmt.Errorf("reading the backup: %w", err)
	}
	switch {
	case common == head.Revision && common == end:
		fmt.Fprintln(w.out, "compared  the backup has the same changes as the store")
	case common == head.Revision:
		fmt.Fprintf(w.out, "compared  the backup is further on, by %s; no change would go\n", counted(int(end-common), "change"))
	default:
		how := "the backup is an earlier state"
		if common < end {
			how = fmt.Sprintf("the two have different changes behind revision %d", common)
		}
		who, last, err := authorsSince(ctx, s, common)
		if err != nil {
			return fmt.Errorf("reading the store: %w", err)
		}
		which := fmt.Sprintf("revision %d", head.Revision)
		if common+1 < head.Revision {
			which = fmt.Sprintf("revisions %d to %d", common+1, head.Revision)
		}
		fmt.Fprintf(w.out, "compared  %s: %s of the store would go, %s, by %s, the last at %s\n",
			how, counted(int(head.Revision-common), "change"), which, who, last.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return nil
}

// commonRevision returns the last revision that two stores share.
func commonRevision(ctx context.Context, a, b store.Store) (store.Revision, error) {
	endA, err := a.Revision(ctx)
	if err != nil {
		return 0, err
	}
	endB, err := b.Revision(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	sum := func(s store.Store, rev store.Revision) (out store.Sum) {
		c, err := s.Commits(ctx, rev-1, 1)
		if err == nil && len(c) == 0 {
			err = fmt.Errorf("commit %d is missing: %w", rev, store.ErrCorrupt)
		}
		if err != nil {
			failed = err
			return out
		}
		return c[0].Sum
	}
	// Behind the first sum that differs, all do.
	n := sort.Search(int(min(endA, endB)), func(i int) bool {
		rev := store.Revision(i + 1)
		return failed != nil || sum(a, rev) != sum(b, rev)
	})
	return store.Revision(n), failed
}

// authorsSince names who changed a store behind a revision, and when it was last.
func authorsSince(ctx context.Context, s store.Store, since store.Revision) (string, time.Time, error) {
	var names []string
	var last time.Time
	for {
		page, err := s.Commits(ctx, since, 0)
		if err != nil {
			return "", last, err
		}
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			if name := text.Line(c.Author, 40); !slices.Contains(names, name) {
				names = append(names, name)
			}
			if c.At.After(last) {
				last = c.At
			}
		}
		since = page[len(page)-1].Revision
	}
	const most = 5
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d others", len(names)-most))
	}
	return strings.Join(names, ", "), last, nil
}
