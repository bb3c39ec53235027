package boltstore

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"syscall"

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
	tx, err := s.begin(false)
	if err != nil {
		return err
	}
	err = guard(s.path, func() error { return fn(tx) })
	if failed := s.rollback(tx); failed != nil {
		return failed
	}
	return err
}

// update runs a write transaction. A failure while it is being written leaves open whether it will be seen, so the store takes no
// more writes from then on; only where the disk was full, and nothing of it can be seen, it goes on once there is room.
func (s *Store) update(ctx context.Context, fn func(tx *bolt.Tx) error) error {
	return s.writing(ctx, func(tx *bolt.Tx) error {
		if poison := s.poison.Load(); poison != nil {
			return *poison
		}
		if err := guard(s.path, func() error { return fn(tx) }); err != nil {
			if errors.Is(err, store.ErrCorrupt) {
				return s.poisoned(err) // nothing more goes on top of what is damaged
			}
			return err
		}
		id := tx.ID()
		err := guard(s.path, func() error { return s.commitTx(tx) })
		if err == nil {
			return nil
		}
		if err = noRoom(err); errors.Is(err, store.ErrFull) && s.unseen(id) {
			return fmt.Errorf("nothing was written, %w", err)
		}
		return s.poisoned(err)
	})
}

// noRoom gives an error for want of room the name that the contract has for it. bbolt hides the system's error where the file grows.
func noRoom(err error) error {
	switch {
	case err == nil, errors.Is(err, store.ErrFull):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG),
		errors.Is(err, bolterrors.ErrMaxSizeReached), strings.Contains(err.Error(), "file resize error"):
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return err
}

// unseen says that a write transaction that failed has left nothing behind: no header page names it, so the pages that it has written
// are free ones.
func (s *Store) unseen(id int) bool {
	tx, err := s.begin(false)
	if err != nil {
		return false
	}
	last := tx.ID()
	return s.rollback(tx) == nil && last < id
}

// writing gives fn a write transaction while nobody else writes, and ends it unless fn has.
func (s *Store) writing(ctx context.Context, fn func(tx *bolt.Tx) error) error {
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
	if fixed := s.fixed.Load(); fixed != nil {
		return *fixed
	}
	tx, err := s.begin(true)
	if err != nil {
		return err
	}
	err = fn(tx)
	if failed := s.rollback(tx); failed != nil {
		return failed
	}
	return err
}

// begin starts a transaction, if the store can.
func (s *Store) begin(writable bool) (tx *bolt.Tx, err error) {
	if s.db == nil {
		return nil, s.absent
	}
	if wedged := s.wedged.Load(); wedged != nil {
		return nil, *wedged
	}
	err = guard(s.path, func() (err error) {
		tx, err = s.db.Begin(writable)
		return err
	})
	if errors.Is(err, store.ErrCorrupt) {
		s.wedged.Store(&err)
	}
	return tx, err
}

// rollback ends a transaction that is not committed; one that has ended already is left alone.
func (s *Store) rollback(tx *bolt.Tx) error {
	err := guard(s.path, tx.Rollback)
	if err == nil || errors.Is(err, bolterrors.ErrTxClosed) {
		return nil
	}
	s.wedged.Store(&err)
	return err
}

// poisoned makes the store read-only because of err, and returns the error that every write gets from now on.
func (s *Store) poisoned(err error) error {
	err = fmt.Errorf("%q: %w, until it is opened again, because the last one failed and may or may not be there: %w",
		s.path, store.ErrReadOnly, noRoom(err))
	s.poison.Store(&err)
	return err
}
