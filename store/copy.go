package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Copied is what [Copy] did.
type Copied struct {
	Head    Head     // where both stores stand now
	Before  Revision // where the target stood
	Commits uint64   // copied now
	Scraps  int      // copied now
}

// CopyOptions of [Copy]; the zero value copies everything and says nothing on the way.
type CopyOptions struct {
	NoScraps bool                    // leave unfinished work behind
	Progress func(done, of Revision) // called now and then; may be nil
}

// ErrOtherHistory says that a store cannot go on where another one stands: its commits are not the first of the other's.
var ErrOtherHistory = errors.New("the stores have different histories")

const copyCommits = 100

// Copy replays the commits of a store into another one, which is empty or has the first of them already, from an earlier copy: their
// sums tell. So a copy that was interrupted goes on where it was, and one that is repeated brings over what is new. Every commit is
// held against its sum before it is replayed. In the end the target is verified, its sums are those of the source, and so are its
// documents.
//
// Unfinished work has no history: a scrap goes over unless the target has a newer one under its key, and none is dropped. It goes over
// first. Who publishes a draft commits before dropping it, so whatever was dropped before it was read is in a commit that is copied.
func Copy(ctx context.Context, from, to Store, opts CopyOptions) (Copied, error) {
	var done Copied
	before, err := from.Revision(ctx)
	if err != nil {
		return done, fmt.Errorf("reading the source: %w", err)
	}
	at, err := HeadOf(ctx, to)
	if err != nil {
		return done, fmt.Errorf("reading the target: %w", err)
	}
	done.Before = at.Revision
	if err := sameSoFar(ctx, from, before, at); err != nil {
		return done, err
	}
	if !opts.NoScraps {
		if done.Scraps, err = copyScraps(ctx, from, to); err != nil {
			return done, err
		}
	}
	end, err := from.Revision(ctx)
	if err != nil {
		return done, fmt.Errorf("reading the source: %w", err)
	}
	done.Head = at
	for done.Head.Revision < end {
		page, err := from.Commits(ctx, done.Head.Revision, copyCommits)
		if err != nil {
			return done, fmt.Errorf("reading the source: %w", err)
		}
		if len(page) == 0 {
			return done, fmt.Errorf("reading the source: commit %d is missing: %w", done.Head.Revision+1, ErrCorrupt)
		}
		for _, c := range page {
			if err := replay(ctx, to, c, done.Head); err != nil {
				return done, err
			}
			done.Head = Head{c.Revision, c.Sum}
			done.Commits++
		}
		if opts.Progress != nil {
			opts.Progress(done.Head.Revision, end)
		}
	}
	return done, sameContents(ctx, from, to, done.Head)
}

// sameSoFar says whether the target's chain is the beginning of the source's.
func sameSoFar(ctx context.Context, from Store, end Revision, at Head) error {
	if at.Revision == 0 {
		return nil
	}
	if at.Revision > end {
		return fmt.Errorf("%w: the target is at revision %d, the source at %d", ErrOtherHistory, at.Revision, end)
	}
	there, err := from.Commits(ctx, at.Revision-1, 1)
	if err != nil {
		return fmt.Errorf("reading the source: %w", err)
	}
	if len(there) == 0 || there[0].Revision != at.Revision || there[0].Sum != at.Sum {
		return fmt.Errorf("%w: at revision %d the target has another sum than the source; copy into an empty store", ErrOtherHistory, at.Revision)
	}
	return nil
}

// replay commits one change more where the target stands.
func replay(ctx context.Context, to Store, c Commit, at Head) error {
	if c.Revision != at.Revision+1 {
		return fmt.Errorf("reading the source: after commit %d comes %d: %w", at.Revision, c.Revision, ErrCorrupt)
	}
	if NextSum(at.Sum, c.Revision, c.Change) != c.Sum {
		return fmt.Errorf("commit %d of the source does not fit its sum, it was changed since: verify the source: %w", c.Revision, ErrCorrupt)
	}
	if len(c.Writes) == 0 && len(c.Audit) == 0 {
		return fmt.Errorf("commit %d of the source holds nothing any more, since it was a draft of a Beckon of old, and cannot be replayed: "+
			"take a backup and restore it", c.Revision)
	}
	rev, err := to.Commit(ctx, c.Change)
	if err != nil {
		return fmt.Errorf("writing commit %d to the target: %w", c.Revision, err)
	}
	if rev != c.Revision {
		return fmt.Errorf("commit %d became revision %d of the target: %w: somebody else writes to it", c.Revision, rev, ErrOtherHistory)
	}
	return nil
}

func copyScraps(ctx context.Context, from, to Store) (int, error) {
	n := 0
	owners, err := AllOwners(ctx, from)
	if err != nil {
		return 0, fmt.Errorf("reading the drafts of the source: %w", err)
	}
	for _, owner := range owners {
		list, err := AllScraps(ctx, from, owner)
		if err != nil {
			return n, fmt.Errorf("reading the drafts of the source: %w", err)
		}
		had, err := AllScraps(ctx, to, owner)
		if err != nil {
			return n, fmt.Errorf("reading the drafts of the target: %w", err)
		}
		for _, e := range list {
			if slices.ContainsFunc(had, func(o Scrap) bool { return o.Key == e.Key && !o.At.Before(e.At) }) {
				continue
			}
			if err := to.PutScrap(ctx, e); err != nil {
				return n, fmt.Errorf("writing a draft to the target: %w", err)
			}
			n++
		}
	}
	return n, nil
}

// sameContents proves that the copy is one.
func sameContents(ctx context.Context, from, to Store, head Head) error {
	found, err := Verify(ctx, to, head)
	if err != nil {
		return fmt.Errorf("verifying the target: %w", err)
	}
	if found.Total > 0 {
		return fmt.Errorf("the target is no copy: %v: %w", found.Faults[0], ErrCorrupt)
	}
	if head.Revision == 0 {
		return nil
	}
	next, stop := iter.Pull2(Each(ctx, to, head.Revision))
	defer stop()
	for want, err := range Each(ctx, from, head.Revision) {
		if err != nil {
			return fmt.Errorf("reading the source: %w", err)
		}
		got, err, more := next()
		ref := Ref{want.Kind, want.ID}
		switch {
		case !more:
			return fmt.Errorf("the target lacks %v, though the commits are the same: verify the source: %w", ref, ErrCorrupt)
		case err != nil:
			return fmt.Errorf("reading the target: %w", err)
		case ref != (Ref{got.Kind, got.ID}) || versionOf(want) != versionOf(got):
			return fmt.Errorf("%v differs, though the commits are the same: verify the source: %w", ref, ErrCorrupt)
		}
	}
	if got, err, more := next(); err != nil {
		return fmt.Errorf("reading the target: %w", err)
	} else if more {
		return fmt.Errorf("the target shows %v, which the source does not, though their commits are the same: verify the source: %w", Ref{got.Kind, got.ID}, ErrCorrupt)
	}
	return nil
}
