package store

import (
	"context"
	"errors"
	"fmt"
)

// MaxPosting is how many bytes are posted under one name.
const MaxPosting = 512 << 10

// ErrReplaced refuses a posting that names one which is there no longer.
var ErrReplaced = errors.New("it was posted anew meanwhile, or is gone")

// Posting is what a process says to the others of its store under a name.
type Posting struct {
	Name string // unique; names with the same beginning are followed together
	Body []byte // the caller's bytes, never looked into; at most [MaxPosting]
	Mark Mark   // of this body; greater than that of any body that the name had before
}

// Validate says whether it may be posted; every exchange calls it first. The error is [ErrInvalid] or [ErrTooLarge] and names the field.
func (p Posting) Validate() error {
	if err := CheckName("name", p.Name); err != nil {
		return err
	}
	if len(p.Body) > MaxPosting {
		return fmt.Errorf("body of %d bytes, the limit is %d: %w", len(p.Body), MaxPosting, ErrTooLarge)
	}
	return nil
}

// Exchange is a store by way of which processes tell each other what is true at the moment, and what none of them need know tomorrow. A
// store that one process holds has no use for it. Like [Presence] it outlives nothing, and like a scrap a posting has no revision, no
// history and no audit.
type Exchange interface {
	// Post says something under a name, in place of the posting whose mark is Mark (0: there is none), and returns the new mark. The
	// posting is there until it is withdrawn, or for some seconds after the process is gone that posted under the name first; who posts in
	// its place lends it no life. So a name belongs to who made it, and yet others may say something under it. The errors are those of
	// Posting.Validate, [ErrReplaced] where another is there, [ErrAway], and [ErrUnknown] where it is not known whether it was posted.
	Post(ctx context.Context, p Posting) (Mark, error)

	// Unpost takes postings away whose names begin with under, whoever posted them. Nothing there is no error.
	Unpost(ctx context.Context, under string) error

	// Follow follows the postings whose names begin with under.
	Follow(ctx context.Context, under string) (Following, error)
}

// Following tells what is posted. It is for one goroutine.
type Following interface {
	// Next returns all that is posted, in order of name, byte by byte: the first time at once, then when it is something else. Of
	// states that follow each other quickly it may tell the last alone. The error is [ErrAway] once where the store is out of reach:
	// what was told may not be true any longer. The next call waits until it is there again, and tells all.
	Next(ctx context.Context) ([]Posting, error)

	// Close ends it. It waits for nothing.
	Close() error
}
