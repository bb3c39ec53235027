package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"beckon/store"
	"beckon/store/internal/bell"
)

const (
	defaultPatience = time.Second
	// The file grows by this much at a time, and MaxSize may be passed by so much.
	growth = 4 << 20
	// Mapping more than there is costs address space only, and saves the writer from waiting for readers when the file grows.
	roomToMap = 1 << 30
)

// Options of [Open]; the zero value works.
type Options struct {
	Owner    Owner         // what a second process is told; the package itself asks neither the clock nor the system
	MaxSize  int64         // bytes that the file may have, within 4 MiB; 0: no limit. Beyond it commits return store.ErrFull
	Patience time.Duration // how long to wait for another process to let go; 0: one second
	ReadOnly bool          // leave the file, and what lies beside it, as they are: nothing is made, brought up to date or probed
}

// Store is a [store.Store] in one file. It is also a [store.Checker].
type Store struct {
	path   string
	opts   Options
	schema schema
	news   bell.Bell // rung by new commits, and by the end

	presence presence

	// mu keeps db from being closed or replaced under a transaction.
	mu     sync.RWMutex
	db     *bolt.DB
	file   *os.File // the open file of db
	absent error    // why db is nil

	writer   chan struct{} // has one place, for the one that writes
	commitTx func(*bolt.Tx) error

	poison atomic.Pointer[error] // why the store takes no writes; nil: it does
	fixed  atomic.Pointer[error] // why the file may only be read; nil: it may be written
	wedged atomic.Pointer[error] // a panic has left bbolt with its locks taken: it must not be called again

	snapshots sync.Mutex // one at a time
}

var (
	_ store.Store   = (*Store)(nil)
	_ store.Checker = (*Store)(nil)
)

// Open opens the store in the file at path, and creates it where there is none. It returns a [store.InUseError] where another process
// holds it, a [store.CorruptError] where it is damaged, a [store.NewerFormatError] where a newer Beckon wrote it. A file of an older
// format is copied to PATH.format-N and brought up to date. One that may not be written, by this user or by anybody, is read as it
// is: every change is a [store.ErrReadOnly].
//
// A program that opens stores calls [ProbeMain] first thing in main; without, a file that was not closed is checked less deeply.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	return open(ctx, path, opts, formats)
}

func open(ctx context.Context, path string, opts Options, sch schema) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	if opts.Patience <= 0 {
		opts.Patience = defaultPatience
	}
	s := &Store{path: path, opts: opts, schema: sch, writer: make(chan struct{}, 1), commitTx: (*bolt.Tx).Commit}
	s.presence.init()
	if err := s.openFile(ctx); err != nil {
		return nil, fmt.Errorf("opening the store: %w", noRoom(err))
	}
	return s, nil
}

// openFile does all of Open that Reopen does again. It sets db or leaves everything closed.
func (s *Store) openFile(ctx context.Context) error {
	if !s.opts.ReadOnly {
		if err := os.MkdirAll(filepath.Dir(s.path), directoryMode); err != nil {
			return err
		}
		if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
			if err := create(s.path, s.schema); err != nil {
				return fmt.Errorf("creating %q: %w", s.path, err)
			}
		}
	}
	unclean, err := s.glance()
	if err != nil {
		return err
	}
	if unclean && probing.Load() && !s.opts.ReadOnly {
		if err := Probe(ctx, s.path); err != nil {
			return err
		}
	}
	if err := s.openBolt(unclean); err != nil {
		return err
	}
	err = s.adopt(ctx)
	if err == nil && s.fixed.Load() == nil {
		err = writeOwner(s.path, s.opts.Owner)
	}
	if err != nil {
		return errors.Join(err, s.closeFile(false))
	}
	if s.fixed.Load() == nil {
		removeLeftovers(s.path, "snapshot")
	}
	return nil
}

// glance waits until nobody holds the file, closes it to other users, and says whether whoever had it before has not closed it.
func (s *Store) glance() (unclean bool, err error) {
	how := os.O_RDWR
	s.fixed.Store(nil)
	if s.opts.ReadOnly {
		how = os.O_RDONLY
		fixed := fmt.Errorf("%w, since it was opened to be read", store.ErrReadOnly)
		s.fixed.Store(&fixed)
	}
	f, err := openLocked(s.path, how, s.opts.Patience)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		fixed := fmt.Errorf("%w, since its file may only be read: %w", store.ErrReadOnly, err)
		s.fixed.Store(&fixed)
		f, err = openLocked(s.path, os.O_RDONLY, s.opts.Patience)
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, unlockFile(f), f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	if info.Mode().Perm()&0o222 == 0 && s.fixed.Load() == nil { // root may write it nevertheless, and is not meant to
		fixed := fmt.Errorf("%w, since nobody may write its file %q", store.ErrReadOnly, s.path)
		s.fixed.Store(&fixed)
	}
	if info.Mode().Perm()&0o077 != 0 && s.fixed.Load() == nil && runtime.GOOS != "windows" {
		if err := f.Chmod(fileMode); err != nil {
			return false, fmt.Errorf("closing %q to other users: %w", s.path, err)
		}
	}
	_, unclean = readOwner(s.path)
	return unclean, nil
}

// openBolt opens the file with bbolt once every live page of it has been read and found whole.
func (s *Store) openBolt(unclean bool) error {
	var file *os.File
	options := &bolt.Options{
		Timeout:        s.opts.Patience,
		FreelistType:   bolt.FreelistMapType,
		NoFreelistSync: true,
		NoStatistics:   true,
		MaxSize:        int(s.opts.MaxSize),
		ReadOnly:       s.fixed.Load() != nil,
		OpenFile: func(_ string, flag int, _ os.FileMode) (*os.File, error) {
			f, err := openLocked(s.path, flag, s.opts.Patience)
			if err == nil {
				err = s.inspectOpen(f, unclean)
			}
			if err != nil && f != nil {
				return nil, errors.Join(err, unlockFile(f), f.Close())
			}
			file = f
			return f, err
		},
	}
	if strconv.IntSize == 64 && runtime.GOOS != "windows" {
		options.InitialMmapSize = roomToMap // Windows would make the file that large
	}
	var db *bolt.DB
	err := guard(s.path, func() (err error) {
		db, err = bolt.Open(s.path, fileMode, options)
		return err
	})
	switch {
	case err == nil:
		db.AllocSize = growth
		s.db, s.file = db, file
		return nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return inUse(s.path)
	case errors.Is(err, store.ErrCorrupt) && file != nil:
		unlockFile(file) // a panic in bbolt leaves the file open and locked
		file.Close()
	}
	return err
}

func (s *Store) inspectOpen(f *os.File, unclean bool) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	both, err := inspect(s.path, f, info.Size(), s.schema.current)
	if err != nil {
		return err
	}
	if !both && !unclean {
		// After a power cut one header page may be torn: it belonged to a commit that nobody was told of. In a file that was
		// closed in order it held the last commit or the one before.
		return &store.CorruptError{Place: s.path, Reason: "one of its two header pages does not hold, though it was closed in order; the last commit may be missing"}
	}
	return nil
}

// create makes a new store in a temporary file and gives it its name when it is whole and on disk, so that a power cut cannot leave
// half of one. Where another process was first, its file stays.
func create(path string, sch schema) error {
	f, err := tempFile(path, "new")
	if err != nil {
		return err
	}
	temp := f.Name()
	defer os.Remove(temp)
	if err := f.Close(); err != nil {
		return err
	}
	db, err := bolt.Open(temp, fileMode, &bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType, Timeout: defaultPatience})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error { return found(tx, sch.current) })
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := syncFile(temp); err != nil {
		return err
	}
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(temp, path); err != nil { // a file system without links
			return err
		}
	}
	return syncDir(filepath.Dir(path))
}

// SetAddress changes the address that a second process is told, once this one serves operators.
func (s *Store) SetAddress(address string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return s.absent
	}
	if fixed := s.fixed.Load(); fixed != nil {
		return *fixed
	}
	s.opts.Owner.Address = address
	return writeOwner(s.path, s.opts.Owner)
}

// Path returns the absolute name of the file.
func (s *Store) Path() string { return s.path }

// Close waits for transactions to end, and lets the file go. A second call does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.absent, store.ErrClosed) {
		return nil
	}
	err := s.closeFile(s.ReadOnly() == nil)
	s.absent = fmt.Errorf("%q: %w", s.path, store.ErrClosed)
	s.news.Ring()
	s.presence.close()
	if err != nil {
		return fmt.Errorf("closing the store: %w", err)
	}
	return nil
}

// closeFile lets the file go; the caller holds mu. In order means that the next one to open it need not suspect it.
func (s *Store) closeFile(inOrder bool) error {
	if s.db == nil {
		return nil
	}
	var err error
	if inOrder {
		if err = os.Remove(ownerPath(s.path)); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if s.wedged.Load() != nil {
		err = errors.Join(err, unlockFile(s.file), s.file.Close())
	} else {
		err = errors.Join(err, guard(s.path, s.db.Close))
	}
	s.db, s.file = nil, nil
	s.wedged.Store(nil)
	return err
}

// ReadOnly returns why the store takes no changes, and nil while it does. It waits for nothing.
func (s *Store) ReadOnly() error {
	for _, p := range []*atomic.Pointer[error]{&s.fixed, &s.wedged, &s.poison} {
		if err := p.Load(); err != nil {
			return *err
		}
	}
	return nil
}

// Reopen closes the file and reads it again as Open does: the way back after [store.ErrReadOnly]. What was committed is then known:
// read [Store.Revision]. Watches go on. Where it fails, every method returns the error until Reopen succeeds.
func (s *Store) Reopen(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.absent, store.ErrClosed) {
		return s.absent
	}
	err := s.closeFile(false)
	if err == nil && s.fixed.Load() == nil {
		err = syncFile(s.path)
	}
	if err == nil {
		err = s.openFile(ctx)
	}
	if err != nil {
		s.absent = fmt.Errorf("opening the store again: %w", noRoom(err))
		return s.absent
	}
	s.absent = nil
	s.poison.Store(nil)
	s.news.Ring()
	return nil
}
