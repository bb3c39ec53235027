//go:build unix && !solaris && !illumos && !aix

package boltstore

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the exclusive lock of an open file, or returns errBusy at once. It belongs to the open file, so bbolt may take it
// once more.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errBusy
	}
	return err
}

// unlockFile gives the lock back even where a memory map still holds the open file.
func unlockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
