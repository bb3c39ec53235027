package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"beckon/store"
)

const (
	fileMode      = 0o600
	directoryMode = 0o700
	lockPause     = 20 * time.Millisecond
)

// errBusy says that another process holds the lock of a file.
var errBusy = errors.New("locked")

// lockFor takes the lock that bbolt will take again on the same open file, and gives up after patience with errBusy.
func lockFor(f *os.File, patience time.Duration) error {
	for ; ; patience -= lockPause {
		err := lockFile(f)
		if !errors.Is(err, errBusy) || patience <= 0 {
			return err
		}
		time.Sleep(lockPause)
	}
}

// openLocked opens the file of a store and takes its lock, as bbolt would, but notices when a restore puts another file in its
// place meanwhile.
func openLocked(path string, flag int, patience time.Duration) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, flag&^os.O_CREATE, fileMode)
		if err != nil {
			return nil, err
		}
		err = lockFor(f, patience)
		if errors.Is(err, errBusy) {
			err = inUse(path)
		}
		same := true
		if err == nil {
			same, err = samePath(f, path)
		}
		if err == nil && same {
			return f, nil
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
}

// samePath says whether an open file is still the one that its name leads to; a restore may have put another one there.
func samePath(f *os.File, path string) (bool, error) {
	open, err := f.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return os.SameFile(open, named), nil
}

// tempFile makes an empty file beside path, whose name says what it is for.
func tempFile(path, purpose string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), tempPrefix(path, purpose)+"*")
}

func tempPrefix(path, purpose string) string { return "." + filepath.Base(path) + "." + purpose + "-" }

// removeLeftovers deletes the temporary files of one purpose that a process which died has left behind. Only the holder of the
// store's lock may do so.
func removeLeftovers(path, purpose string) {
	dir, prefix := filepath.Dir(path), tempPrefix(path, purpose)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // they only take room
	}
	for _, e := range entries {
		if len(e.Name()) > len(prefix) && e.Name()[:len(prefix)] == prefix {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// replaceFile writes a small file so that a reader sees the old one or the new one, whole.
func replaceFile(path string, content []byte) error {
	f, err := tempFile(path, "new")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already where all went well
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// syncFile brings a file that is not open to disk.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir brings the names in a directory to disk. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// freeName returns a name that starts with path and is not taken.
func freeName(path string) string {
	name := path
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, i)
	}
}

// linkOrCopy gives a file a second name, or makes a synced copy where the file system knows no links.
func linkOrCopy(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = dst.ReadFrom(src)
	if err = errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		os.Remove(to)
	}
	return err
}

// explain gives an error of the system the name that the contract has for it.
func explain(err error) error {
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %w", store.ErrReadOnly, err)
	}
	return noRoom(err)
}
