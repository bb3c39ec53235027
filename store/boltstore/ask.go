package boltstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"beckon/store"
)

// Only the process that holds a store can give a snapshot of it. It answers at a socket beside the file, NAME.sock, which its own user
// alone may open:
//
//	asked     "snapshot\n"
//	answered  "ok SIZE\n" and so many bytes, or "no REASON\n"
const (
	askSnapshot  = "snapshot\n"
	askPatience  = 10 * time.Second // for the question
	askStall     = time.Minute      // without progress of the answer, the taking of the snapshot included
	askReason    = 4 << 10          // bytes of an answer that is no
	longestAsked = 100              // bytes of a socket's name: systems take little more
)

// ErrUnanswered says that nobody answers for a store.
var ErrUnanswered = errors.New("nobody answers for the store")

func askPath(path string) string { return path + ".sock" }

// Answer lets other processes of the same user ask for snapshots until the store is closed or stop is called. Where the file's name is
// too long for a socket's, or the file system has none, it returns an error, and the store works as ever.
func (s *Store) Answer(log *slog.Logger) (stop func(), err error) {
	path := askPath(s.path)
	if len(path) > longestAsked {
		return nil, fmt.Errorf("answering for the store: the name of %q is too long for a socket", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // of a process that died: we hold the lock
		return nil, fmt.Errorf("answering for the store: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("answering for the store: %w", err)
	}
	if err := os.Chmod(path, fileMode); err != nil {
		l.Close()
		return nil, fmt.Errorf("answering for the store: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				context.AfterFunc(ctx, func() { c.Close() })
				if err := s.answer(ctx, c); err != nil {
					log.Error("answering for the store", "err", err)
				}
			})
		}
	})
	return sync.OnceFunc(func() {
		cancel()
		l.Close()
		all.Wait()
	}), nil
}

func (s *Store) answer(ctx context.Context, c net.Conn) error {
	c.SetDeadline(time.Now().Add(askPatience))
	question := make([]byte, len(askSnapshot))
	if _, err := io.ReadFull(c, question); err != nil || string(question) != askSnapshot {
		return fmt.Errorf("what is asked is not known: %w", errors.Join(err, store.ErrInvalid))
	}
	c.SetDeadline(time.Time{})
	f, err := s.snapshot(ctx, s.path)
	if err != nil {
		c.SetDeadline(time.Now().Add(askPatience))
		reason := strings.ReplaceAll(err.Error(), "\n", " ")
		fmt.Fprintf(c, "no %s\n", reason[:min(len(reason), askReason)])
		return err
	}
	defer func() {
		f.Close()
		os.Remove(f.Name())
	}()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w := stalling{c}
	if _, err := fmt.Fprintf(w, "ok %d\n", info.Size()); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// stalling is a connection that ends when it makes no progress.
type stalling struct{ net.Conn }

func (s stalling) Write(b []byte) (int, error) {
	s.SetDeadline(time.Now().Add(askStall))
	return s.Conn.Write(b)
}

func (s stalling) Read(b []byte) (int, error) {
	s.SetDeadline(time.Now().Add(askStall))
	return s.Conn.Read(b)
}

// AskSnapshot has the process that holds the store at path write a snapshot to a file, which has its name only when it is whole, checked
// and on disk. A file that has the name is replaced. The error is [ErrUnanswered] where no process answers.
func AskSnapshot(ctx context.Context, path, file string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("asking for a snapshot: %w", err)
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", askPath(path))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	if err := fetchSnapshot(ctx, stalling{c}, file); err != nil {
		return fmt.Errorf("asking for a snapshot: %w", explain(err))
	}
	return nil
}

func fetchSnapshot(ctx context.Context, c io.ReadWriter, file string) error {
	if _, err := io.WriteString(c, askSnapshot); err != nil {
		return err
	}
	r := bufio.NewReaderSize(c, askReason+16)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	answer, rest, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
	size, err := strconv.ParseInt(rest, 10, 64)
	switch {
	case answer == "no":
		return errors.New(rest)
	case answer != "ok" || err != nil || size < 0:
		return errors.New("the answer is not known")
	}
	f, err := tempFile(file, "snapshot")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = io.CopyN(f, r, size)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := verify(ctx, f.Name(), formats); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}
