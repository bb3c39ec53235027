package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/store/guard"
)

func backupCommand(w *world) *cobra.Command {
	var storeURL string
	var replace, asJSON bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write one state of a whole store to a file, while it is in use, too",
		Long: "Backup writes everything that a store holds, drafts and operators included, to a file that beckon restore reads and that is a store " +
			"itself. It is checked before it has its name. Where a console or a server holds the store, that process is asked for it; from another " +
			"machine an admin takes one with ssh HOST backup > FILE.",
		Example: "beckon backup monday.db\nssh -p 2222 HOST backup > monday.db",
		Args:    wants(1, 1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := storeThere(cmd.Context(), w, storeURL); err != nil {
				return err
			}
			path, err := storePath(w, storeURL)
			if err != nil {
				return err
			}
			return backupTo(cmd.Context(), w, path, args[0], replace, asJSON)
		},
	}
	storeFlag(cmd, &storeURL)
	replaceFlag(cmd, &replace, "replace a file that is there", "force")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell it as JSON")
	return cmd
}

func backupTo(ctx context.Context, w *world, path, file string, replace, asJSON bool) error {
	switch info, err := plainFile(file); {
	case err != nil:
		return fmt.Errorf("backing up: %w", err)
	case info != nil:
		if at, err := os.Stat(path); err == nil && os.SameFile(at, info) {
			return misuse(fmt.Sprintf("%s is the store itself", text.Line(file, 200)))
		}
		if !replace {
			return misuse(fmt.Sprintf("%s is there already: name another file, or say --replace", text.Line(file, 200)))
		}
	}
	asked := ""
	switch s, err := openStore(ctx, w, path); {
	case errors.Is(err, store.ErrInUse):
		if failed := boltstore.AskSnapshot(ctx, path, file); errors.Is(failed, boltstore.ErrUnanswered) {
			return fmt.Errorf("%w, or take it over SSH: ssh HOST backup > FILE", err)
		} else if failed != nil {
			return failed
		}
		asked = ", from the process that holds the store"
	case err != nil:
		return err
	default:
		if err := errors.Join(snapshotFile(ctx, s, file), s.Close()); err != nil {
			return err
		}
	}
	// The head is read from what was written, which is what will be restored.
	dir, err := os.MkdirTemp(filepath.Dir(file), ".beckon-backup-")
	if err != nil {
		return fmt.Errorf("reading the backup: %w", err)
	}
	defer os.RemoveAll(dir)
	b, err := openBackup(ctx, file, dir)
	if err != nil {
		return err
	}
	defer b.Close()
	found, err := store.Verify(ctx, b)
	if err != nil {
		return fmt.Errorf("verifying the backup: %w", err)
	}
	if asJSON {
		out := verifiedOf(found)
		out.File = file
		return writeVerified(w, out)
	}
	fmt.Fprintf(w.out, "written   %s%s\n", text.Line(file, 200), asked)
	return tellVerified(w, found)
}

// snapshotFile writes one state of a store to a file. One that lies in no file is
// copied into one.
func snapshotFile(ctx context.Context, s store.Store, file string) error {
	if s, ok := s.(*boltstore.Store); ok {
		return s.SnapshotFile(ctx, file)
	}
	return copied(ctx, s, filepath.Dir(file), func(c *boltstore.Store) error { return c.SnapshotFile(ctx, file) })
}

// snapshotTo writes one state of a store that lies in no file. A receiver gets nothing before all of it is there and checked.
func snapshotTo(ctx context.Context, s store.Store, w io.Writer) error {
	return copied(ctx, s, "", func(c *boltstore.Store) error { return c.Snapshot(ctx, w) })
}

// copied copies a store into a file in a directory, or where temporary files lie, for as long as it is used.
func copied(ctx context.Context, s store.Store, in string, use func(*boltstore.Store) error) error {
	dir, err := os.MkdirTemp(in, ".beckon-backup-")
	if err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	defer os.RemoveAll(dir)
	to, err := boltstore.Open(ctx, filepath.Join(dir, "backup.db"), boltstore.Options{})
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := store.Copy(ctx, s, to, store.CopyOptions{}); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	return use(to)
}

// openBackup opens a copy of a backup in a directory of its own: opening a store
// writes to it.
func openBackup(ctx context.Context, file, dir string) (*boltstore.Store, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	defer f.Close()
	path := filepath.Join(dir, "backup.db")
	_, err = boltstore.Restore(ctx, path, f, boltstore.Options{})
	var damaged *store.CorruptError
	if errors.As(err, &damaged) {
		damaged.Place = file // the copy has a name that says nothing
		return nil, fmt.Errorf("the backup cannot be used: %w", damaged)
	}
	if err != nil {
		return nil, err
	}
	return boltstore.Open(ctx, path, boltstore.Options{})
}

// remoteBackupCommand gives an admin elsewhere a backup.
func remoteBackupCommand(w *world, g store.Store) *cobra.Command {
	return &cobra.Command{
		Use:   "backup",
		Short: "Give one state of the whole store on standard output: ssh HOST backup > FILE",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, ok := g.(guard.Snapshotter)
			if !ok {
				return guard.ErrNoSnapshot
			}
			return s.Snapshot(cmd.Context(), w.out)
		},
	}
}

// answering lets other processes ask for backups while this one holds a store.
// A store that nobody can ask works as ever.
func answering(s store.Store, log *slog.Logger) io.Closer {
	a, ok := s.(interface {
		Answer(*slog.Logger) (func(), error)
	})
	if !ok {
		return closer(func() {})
	}
	stop, err := a.Answer(log)
	if err != nil {
		log.Warn("beckon backup cannot ask this process", "err", err)
		return closer(func() {})
	}
	return closer(stop)
}

type closer func()

func (c closer) Close() error {
	c()
	return nil
}
