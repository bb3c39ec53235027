package boltstore

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"beckon/store"
)

// guard runs what touches the memory map. A page that went bad makes bbolt panic, and a file that was cut makes the memory fault:
// both become [store.ErrCorrupt] instead of the end of the process.
func guard(place string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &store.CorruptError{Place: place, Reason: fmt.Sprint(r)}
		}
	}()
	return fn()
}

// view runs a read transaction. Nothing of the file may leave fn without being copied.
func (s *Store) view(ctx context.Context, fn func(tx *bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		return s.absent
	}
	return guard(s.path, func() error { return s.db.View(fn) })
}

// update runs a write transaction. A failure while it is being written leaves open whether it will be seen, so the store takes no
// more writes from then on.
func (s *Store) update(ctx context.Context, fn func(tx *bolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.db == nil {
		return s.absent
	}
	if s.poison != nil {
		return s.poison
	}
	var tx *bolt.Tx
	err := guard(s.path, func() (err error) {
		tx, err = s.db.Begin(true)
		return err
	})
	if err != nil {
		return s.poisoned(err)
	}
	if err := guard(s.path, func() error { return fn(tx) }); err != nil {
		if failed := s.rollback(tx); failed != nil {
			return failed
		}
		if errors.Is(err, store.ErrCorrupt) {
			return s.poisoned(err) // nothing more goes on top of what is damaged
		}
		return err
	}
	err = guard(s.path, func() error { return s.commitTx(tx) })
	if err == nil {
		return nil
	}
	s.rollback(tx) // does nothing where bbolt has already done it
	if errors.Is(err, bolterrors.ErrMaxSizeReached) {
		return fmt.Errorf("%q: %w: %w", s.path, store.ErrFull, err) // refused before anything was written
	}
	return s.poisoned(err)
}

// rollback ends a write transaction that is not committed. A transaction that cannot even be ended leaves bbolt locked for good.
func (s *Store) rollback(tx *bolt.Tx) error {
	err := guard(s.path, tx.Rollback)
	if err == nil || errors.Is(err, bolterrors.ErrTxClosed) {
		return nil
	}
	s.wedged = true
	return s.poisoned(err)
}

// poisoned makes the store read-only because of err, and returns the error that every write gets from now on.
func (s *Store) poisoned(err error) error {
	if err = explain(err); strings.Contains(err.Error(), "file resize error") && !errors.Is(err, store.ErrFull) {
		err = fmt.Errorf("%w: %w", store.ErrFull, err) // bbolt hides the system's error here
	}
	s.poison = fmt.Errorf("%q: %w, until it is opened again, because the last one failed and may or may not be there: %w",
		s.path, store.ErrReadOnly, err)
	return s.poison
}
