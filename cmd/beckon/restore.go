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
	var replace, asJSON bool
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
			return restoreFrom(cmd.Context(), w, path, args[0], replace, asJSON)
		},
	}
	storeFlag(cmd, &storeURL)
	replaceFlag(cmd, &replace, "replace the store that is there", "yes")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell it as JSON")
	return cmd
}

// restoredOut is how a backup stands to the store, and what became of it.
type restoredOut struct {
	Backup   verifiedOut  `json:"backup"`
	Store    string       `json:"store"`
	Compared *comparedOut `json:"compared,omitempty"` // where there is a store
	Restored bool         `json:"restored"`
	Kept     string       `json:"kept,omitempty"` // what was there
}

// comparedOut is what a restore would take away of a store.
type comparedOut struct {
	Unreadable string         `json:"unreadable,omitempty"` // why it cannot be compared
	Head       string         `json:"head,omitempty"`
	Common     store.Revision `json:"common"` // the last revision that both share
	Gained     uint64         `json:"gained"` // changes of the backup that the store has not
	Lost       uint64         `json:"lost"`   // changes of the store that would go
	Authors    string         `json:"authors,omitempty"`
	Last       *time.Time     `json:"last,omitempty"`
}

func restoreFrom(ctx context.Context, w *world, path, file string, replace, asJSON bool) error {
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
	out := restoredOut{Backup: verifiedOf(found), Store: path}
	out.Backup.File = file
	say := func(format string, a ...any) {
		if !asJSON {
			fmt.Fprintf(w.out, format, a...)
		}
	}
	// told ends it with what is known by then.
	told := func(err error) error {
		if !asJSON {
			return err
		}
		if failed := writeJSON(w.out, out); failed != nil {
			return failed
		}
		return err
	}
	say("backup    %s\n", text.Line(file, 200))
	if !asJSON {
		err = tellVerified(w, found)
	} else if !out.Backup.Holds {
		err = errNo
	}
	if err != nil && !replace {
		return told(err)
	}
	there, err := exists(path)
	if err != nil {
		return err
	}
	if there {
		if out.Compared, err = compareReplaced(ctx, w, path, backup); err != nil {
			return err
		}
		if !asJSON {
			out.Compared.tell(w, path)
		}
		if !replace {
			say("nothing was replaced: --replace does it\n")
			return told(errNo)
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
	out.Restored, out.Kept = true, kept
	say("restored  %s\n", text.Line(path, 200))
	if kept != "" {
		say("kept      what was there, as %s\n", text.Line(kept, 200))
	}
	return told(nil)
}

// compareReplaced finds out what a restore would take away. A store that cannot
// be opened is what a restore is for; one that is held is left alone.
func compareReplaced(ctx context.Context, w *world, path string, backup store.Store) (*comparedOut, error) {
	s, err := openStore(ctx, w, path)
	switch {
	case errors.Is(err, store.ErrInUse):
		return nil, fmt.Errorf("%w; a store is not replaced under those who work in it", err)
	case err != nil:
		return &comparedOut{Unreadable: "cannot be opened: " + text.Line(err.Error(), 500)}, ctx.Err()
	}
	defer s.Close()
	head, err := store.HeadOf(ctx, s)
	if err != nil {
		return &comparedOut{Unreadable: "cannot be read: " + text.Line(err.Error(), 500)}, ctx.Err()
	}
	common, err := commonRevision(ctx, s, backup)
	if err != nil {
		return nil, fmt.Errorf("comparing the store with the backup: %w", err)
	}
	end, err := backup.Revision(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	out := &comparedOut{Head: fmt.Sprint(head), Common: common, Gained: uint64(end - common), Lost: uint64(head.Revision - common)}
	if out.Lost > 0 {
		who, last, err := authorsSince(ctx, s, common)
		if err != nil {
			return nil, fmt.Errorf("reading the store: %w", err)
		}
		last = last.UTC()
		out.Authors, out.Last = who, &last
	}
	return out, nil
}

// tell says it in words.
func (c *comparedOut) tell(w *world, path string) {
	if c.Unreadable != "" {
		fmt.Fprintf(w.out, "store     %s, which %s\n", text.Line(path, 200), c.Unreadable)
		return
	}
	fmt.Fprintf(w.out, "store     %s\nhead      %s\n", text.Line(path, 200), c.Head)
	switch {
	case c.Lost == 0 && c.Gained == 0:
		fmt.Fprintln(w.out, "compared  the backup has the same changes as the store")
	case c.Lost == 0:
		fmt.Fprintf(w.out, "compared  the backup is further on, by %s; no change would go\n", counted(int(c.Gained), "change"))
	default:
		how := "the backup is an earlier state"
		if c.Gained > 0 {
			how = fmt.Sprintf("the two have different changes behind revision %d", c.Common)
		}
		end := uint64(c.Common) + c.Lost
		which := fmt.Sprintf("revision %d", end)
		if c.Lost > 1 {
			which = fmt.Sprintf("revisions %d to %d", c.Common+1, end)
		}
		fmt.Fprintf(w.out, "compared  %s: %s of the store would go, %s, by %s, the last at %s\n",
			how, counted(int(c.Lost), "change"), which, c.Authors, c.Last.Format("2006-01-02 15:04:05 UTC"))
	}
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
