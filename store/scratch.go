package store

import (
	"context"
	"fmt"
	"time"
)

// PlacePrefix begins the keys of scraps that say where an operator was, and are
// no work of his.
const PlacePrefix = "@place/"

// Scrap is unfinished work as an operator left it: one value under the operator's own key.
type Scrap struct {
	Owner string    // whose it is; nobody else is shown it
	Key   string    // unique with its owner
	Body  []byte    // the caller's bytes, never looked into; at most [MaxBody]
	At    time.Time // when, in UTC, as the owner's side gave it
}

// Validate says whether a scrap may be kept; every store calls it first. The error is [ErrInvalid] or [ErrTooLarge] and names the
// field.
func (e Scrap) Validate() error {
	if err := CheckName("owner", e.Owner); err != nil {
		return err
	}
	if err := CheckName("key", e.Key); err != nil {
		return err
	}
	if e.At.IsZero() {
		return fmt.Errorf("at: the time of the scrap is missing: %w", ErrInvalid)
	}
	if len(e.Body) > MaxBody {
		return fmt.Errorf("body of %d bytes, the limit is %d: %w", len(e.Body), MaxBody, ErrTooLarge)
	}
	return nil
}

// Scratch is the part of a [Store] that has no past: see the comment of the package. A scrap is kept whole or not at all, and one
// that was kept without an error is on disk. The last to write a key is right; there is no base to be late for.
type Scratch interface {
	// PutScrap keeps a scrap in place of the one of its owner and key. The errors are those of Scrap.Validate, [ErrReadOnly] and
	// [ErrFull].
	PutScrap(ctx context.Context, e Scrap) error

	// Scraps returns an owner's scraps behind a key (empty: from the first), in order of key, byte by byte. An implementation may
	// return only some of them, but none only at the end.
	Scraps(ctx context.Context, owner, after string) ([]Scrap, error)

	// ScrapOwners returns who has scraps, behind an owner (empty: from the first), in order, byte by byte. An implementation may
	// return only some of them, but none only at the end.
	ScrapOwners(ctx context.Context, after string) ([]string, error)

	// DropScrap takes a scrap away. One that is not there is no error.
	DropScrap(ctx context.Context, owner, key string) error

	// TakeScrap takes a scrap away and returns it. Of several who take one at the same time, one is given it; for the others there
	// is none, and the error is [ErrNotFound].
	TakeScrap(ctx context.Context, owner, key string) (Scrap, error)
}

// AllScraps reads every scrap of an owner.
func AllScraps(ctx context.Context, s Scratch, owner string) ([]Scrap, error) {
	var out []Scrap
	after := ""
	for {
		page, err := s.Scraps(ctx, owner, after)
		if err != nil || len(page) == 0 {
			return out, err
		}
		out = append(out, page...)
		after = page[len(page)-1].Key
	}
}

// AllOwners reads who has scraps.
func AllOwners(ctx context.Context, s Scratch) ([]string, error) {
	var out []string
	after := ""
	for {
		page, err := s.ScrapOwners(ctx, after)
		if err != nil || len(page) == 0 {
			return out, err
		}
		out = append(out, page...)
		after = page[len(page)-1]
	}
}
