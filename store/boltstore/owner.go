package boltstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"beckon/store"
)

// Owner is what a process says of itself in the file NAME.owner while it holds the store. A file that is still there when nobody
// holds the store tells that it was not closed.
type Owner struct {
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
	Address string    `json:"address,omitempty"` // where it serves operators over SSH; empty: nowhere
}

const ownerLimit = 4 << 10 // bytes; more is not an owner file of ours

func ownerPath(path string) string { return path + ".owner" }

func writeOwner(path string, o Owner) error {
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("telling who holds the store: %w", err)
	}
	err = replaceFile(ownerPath(path), append(b, '\n'))
	if errors.Is(noRoom(err), store.ErrFull) {
		// A full disk is no reason not to be read, or copied elsewhere. That somebody holds the store is told by an empty file, too,
		// which needs no room of its own.
		err = markOwned(path)
	}
	if err != nil {
		return fmt.Errorf("telling who holds the store: %w", err)
	}
	return nil
}

// markOwned leaves an owner file that says no more than that there is an owner.
func markOwned(path string) error {
	f, err := os.OpenFile(ownerPath(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	return f.Close()
}

// readOwner returns what the owner file says, and whether there is one. What cannot be read counts as an owner not known.
func readOwner(path string) (Owner, bool) {
	f, err := os.Open(ownerPath(path))
	if err != nil {
		return Owner{}, !errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, ownerLimit))
	var o Owner
	if err != nil || json.Unmarshal(b, &o) != nil {
		return Owner{}, true
	}
	return o, true
}

func inUse(path string) error {
	o, _ := readOwner(path)
	return &store.InUseError{Place: path, PID: o.PID, Since: o.Since, Address: o.Address}
}
