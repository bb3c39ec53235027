package store

import (
	"context"
	"fmt"
	"time"
)

const (
	MaxPresentBody = 4 << 10 // bytes that a session says of itself
	MaxPresent     = 1000    // sessions that a store tells of at a time
)

// Present is somebody at work: one session of an operator, as it was announced last.
type Present struct {
	Operator string    // who; given by what proved it, never by who is at the other end
	Session  string    // unique with its operator
	From     string    // where the operator sits, such as the address of a connection; may be empty
	Since    time.Time // since when the session is here, in UTC, as its side gave it
	Body     []byte    // what it is at: the caller's bytes, never looked into; at most [MaxPresentBody]
}

// Validate says whether a session may be announced; every store calls it first. The error is [ErrInvalid] or [ErrTooLarge] and names
// the field.
func (p Present) Validate() error {
	if err := CheckName("operator", p.Operator); err != nil {
		return err
	}
	if err := CheckName("session", p.Session); err != nil {
		return err
	}
	if err := checkText("from", p.From, MaxName, true); err != nil {
		return err
	}
	if p.Since.IsZero() {
		return fmt.Errorf("since: the time of the session is missing: %w", ErrInvalid)
	}
	if len(p.Body) > MaxPresentBody {
		return fmt.Errorf("body of %d bytes, the limit is %d: %w", len(p.Body), MaxPresentBody, ErrTooLarge)
	}
	return nil
}

// Mark names a state of who is present, among those of one open store. 0 is the mark of none.
type Mark uint64

// Presence is the part of a [Store] that tells who is at work in it: see the comment of the package. It outlives nothing: neither the
// store that is closed nor the machine that announced.
type Presence interface {
	// Announce says that a session is here, in place of what it said before. It is believed for ttl, or a few seconds longer where
	// an implementation counts coarsely; whoever stays announces again before. An announcement that says nothing new makes the life
	// longer and no new state. The errors are those of Present.Validate, [ErrInvalid] for a ttl that is not positive, and [ErrFull]
	// for a new session beyond [MaxPresent].
	Announce(ctx context.Context, p Present, ttl time.Duration) error

	// Withdraw says that a session is gone. One that is not there is no error.
	Withdraw(ctx context.Context, operator, session string) error

	// Present returns all who are here, in order of operator, then session, byte by byte, and the mark of that state. While seen is
	// the mark of the state that is, it waits for another; so a caller that gives what it got last is told of every change, or of
	// several at once. A mark that the store does not know, such as 0, is answered at once.
	Present(ctx context.Context, seen Mark) ([]Present, Mark, error)
}
