package boltstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"beckon/store"
)

const (
	probeVariable = "BECKON_PROBE_STORE" // the file that a child process is to check
	probePatience = 2 * time.Minute      // a check of 300 MiB takes about a second
	probeOutput   = 64 << 10
)

// probing says that this program has called ProbeMain, so that its own executable can be started as the checker.
var probing atomic.Bool

// ProbeMain makes the program able to check a suspicious store in a child process: its own executable, started once more. A program
// that opens stores calls it first thing in main (a test in TestMain), before it reads its arguments. In the child it does not return.
func ProbeMain() {
	path, child := os.LookupEnv(probeVariable)
	if !child {
		probing.Store(true)
		return
	}
	json.NewEncoder(os.Stdout).Encode(newVerdict(probeHere(context.Background(), path, formats)))
	os.Exit(0)
}

// verdict is what the child tells.
type verdict struct {
	Fine    bool                    `json:"fine,omitempty"`
	Corrupt *corruption             `json:"corrupt,omitempty"`
	Newer   *store.NewerFormatError `json:"newer,omitempty"`
	InUse   *store.InUseError       `json:"inUse,omitempty"`
	Other   string                  `json:"other,omitempty"`
}

type corruption struct {
	Bucket, Reason string
	Key            []byte
}

func newVerdict(err error) verdict {
	var (
		v       verdict
		corrupt *store.CorruptError
	)
	switch {
	case err == nil:
		v.Fine = true
	case errors.As(err, &corrupt):
		v.Corrupt = &corruption{corrupt.Bucket, corrupt.Reason, []byte(corrupt.Key)}
		if corrupt.Cause != nil {
			v.Corrupt.Reason += ": " + corrupt.Cause.Error()
		}
	case errors.As(err, &v.Newer), errors.As(err, &v.InUse):
	default:
		v.Other = err.Error()
	}
	return v
}

func (v verdict) err(path string) error {
	switch {
	case v.Fine:
		return nil
	case v.Corrupt != nil:
		return &store.CorruptError{Place: path, Bucket: v.Corrupt.Bucket, Key: string(v.Corrupt.Key), Reason: v.Corrupt.Reason}
	case v.Newer != nil:
		return v.Newer
	case v.InUse != nil:
		return v.InUse
	}
	return fmt.Errorf("checking %q: %s", path, v.Other)
}

// Probe checks a store that nobody holds in a child process: it is opened and read as [Store.Check] does. If the child dies of the
// file, that is a [store.CorruptError] too. The program must have called [ProbeMain].
func Probe(ctx context.Context, path string) error {
	if !probing.Load() {
		return errors.New("checking a store in a child process: this program cannot be one")
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("checking %q in a child process: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	var stdout, stderr tail
	cmd := exec.CommandContext(ctx, self)
	cmd.Args[0] = os.Args[0] // a program may go by the name that it was called with
	cmd.Env = append(os.Environ(), probeVariable+"="+path)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()
	var v verdict
	if runErr == nil {
		if runErr = json.Unmarshal(stdout.Bytes(), &v); runErr == nil {
			return v.err(path)
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("checking %q: %w", path, ctx.Err())
	}
	var died *exec.ExitError
	if !errors.As(runErr, &died) {
		return fmt.Errorf("checking %q in a child process: %w", path, runErr)
	}
	line, _, _ := strings.Cut(stderr.String(), "\n")
	return &store.CorruptError{Place: path, Reason: fmt.Sprintf("the process that checked it died of it (%v, %q)", died, line)}
}

// tail keeps the beginning of what a child writes.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := probeOutput - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// probeHere reads a whole store that nobody holds, in this process, without changing it.
func probeHere(ctx context.Context, path string, sch schema) error {
	var file *os.File
	options := &bolt.Options{
		ReadOnly:     true,
		Timeout:      defaultPatience,
		NoStatistics: true,
		OpenFile: func(string, int, os.FileMode) (*os.File, error) {
			f, err := openLocked(path, os.O_RDONLY, defaultPatience)
			if err != nil {
				return nil, err
			}
			file = f
			info, err := f.Stat()
			if err == nil {
				_, err = inspect(path, f, info.Size(), sch.current)
			}
			return f, err
		},
	}
	err := guard(path, func() error {
		db, err := bolt.Open(path, fileMode, options)
		if err != nil {
			return err
		}
		return errors.Join(db.View(func(tx *bolt.Tx) error {
			format, err := sch.checkFormat(path, tx)
			if err != nil || format < sch.current {
				return err // an older one is read once it is brought up to date
			}
			return examine(ctx, path, tx)
		}), db.Close())
	})
	if err != nil && file != nil {
		unlockFile(file)
		file.Close()
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		return inUse(path)
	}
	return err
}

// verify checks a snapshot, in a child process where the program can be one. A snapshot has two good header pages: it was never
// interrupted in a commit.
func verify(ctx context.Context, path string, sch schema) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, both, err := readMetas(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return &store.CorruptError{Place: path, Reason: err.Error()}
	}
	if !both {
		return &store.CorruptError{Place: path, Reason: "one of its two header pages does not hold"}
	}
	if probing.Load() {
		return Probe(ctx, path)
	}
	return probeHere(ctx, path, sch)
}
