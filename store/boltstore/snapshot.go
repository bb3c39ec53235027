package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Snapshot writes one state of the store to w while it is in use. The state goes to a local file first and is checked there, so that
// a slow w holds nothing up, and w gets nothing but a whole store. [Restore] reads it.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) error {
	f, err := s.snapshot(ctx, s.path)
	if err != nil {
		return fmt.Errorf("taking a snapshot: %w", explain(err))
	}
	defer func() {
		f.Close()
		os.Remove(f.Name())
	}()
	if _, err = f.Seek(0, io.SeekStart); err == nil {
		_, err = io.Copy(w, &interruptible{ctx, f})
	}
	if err != nil {
		return fmt.Errorf("sending a snapshot: %w", err)
	}
	return nil
}

// SnapshotFile writes one state of the store to a file, which has its name only when it is whole, checked and on disk. A file that has
// the name is replaced.
func (s *Store) SnapshotFile(ctx context.Context, path string) error {
	f, err := s.snapshot(ctx, path)
	if err != nil {
		return fmt.Errorf("taking a snapshot: %w", explain(err))
	}
	if err = f.Close(); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("taking a snapshot: %w", explain(err))
	}
	return syncDir(filepath.Dir(path))
}

// snapshot makes a checked and synced copy in a temporary file beside path.
func (s *Store) snapshot(ctx context.Context, path string) (f *os.File, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.snapshots.Lock()
	defer s.snapshots.Unlock()
	f, err = tempFile(path, "snapshot")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := s.copyNow(f); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	return f, verify(ctx, f.Name(), s.schema)
}

func (s *Store) copyNow(f *os.File) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return s.absent
	}
	return s.copyInto(f)
}

// Restore puts the snapshot that r gives in the place of the store at path, which nobody may hold ([store.InUseError]). The snapshot is
// written beside it and checked in full before anything is replaced. A store that was there is kept; its new name is returned, empty
// if there was none.
func Restore(ctx context.Context, path string, r io.Reader, opts Options) (kept string, err error) {
	if kept, err = restore(ctx, path, r, opts, formats); err != nil {
		return "", fmt.Errorf("restoring the store: %w", explain(err))
	}
	return kept, nil
}

func restore(ctx context.Context, path string, r io.Reader, opts Options, sch schema) (kept string, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), directoryMode); err != nil {
		return "", err
	}
	f, err := tempFile(path, "restore")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, &interruptible{ctx, r})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	if err := verify(ctx, f.Name(), sch); err != nil {
		return "", fmt.Errorf("the backup cannot be used: %w", err)
	}
	patience := opts.Patience
	if patience <= 0 {
		patience = defaultPatience
	}
	old, err := openLocked(path, os.O_RDWR, patience)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	default:
		defer func() {
			unlockFile(old)
			old.Close()
		}()
		kept = freeName(path + ".before-restore")
		if err := linkOrCopy(path, kept); err != nil {
			return "", fmt.Errorf("keeping the store that is there: %w", err)
		}
	}
	// An owner file would belong to the file that goes, and call the new one suspicious.
	if err := os.Remove(ownerPath(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return "", err
	}
	return kept, syncDir(filepath.Dir(path))
}

// interruptible ends a long copy when its context ends.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i *interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
