package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

// Commit implements [store.Store]. What it has begun to write it brings to an end, whatever becomes of ctx.
func (s *Store) Commit(ctx context.Context, c store.Change) (store.Revision, error) {
	if err := c.Validate(); err != nil {
		return 0, err
	}
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	a, err := s.attempt(c)
	if err != nil {
		return 0, err
	}
	rev, err := a.run(ctx)
	if a.staged && !errors.Is(err, store.ErrUnknown) {
		a.clear(err == nil)
	}
	return rev, err
}

// attempt is one call of Commit.
type attempt struct {
	s      *Store
	change store.Change
	began  time.Time
	token  token
	commit commit
	parts  []part
	size   int  // of all that is written of it
	staged bool // the parts are in etcd already
	lease  clientv3.LeaseID

	// What became of it, once done is closed.
	done     chan struct{}
	revision store.Revision
	err      error
	theirs   version // where err is a conflict: the version that is there
}

func (s *Store) attempt(c store.Change) (*attempt, error) {
	a := &attempt{s: s, change: c, began: time.Now(), token: newToken(), done: make(chan struct{})}
	var err error
	if a.commit, a.parts, err = pack(a.token, c); err != nil {
		return nil, err
	}
	a.size = len(a.commit.seal(0)) + envelopeRoom
	for _, p := range a.parts {
		a.size += p.size() + envelopeRoom
	}
	return a, nil
}

// run waits in the line until the change is written or refused. Whoever has nothing to wait for leads the line meanwhile.
func (a *attempt) run(ctx context.Context) (store.Revision, error) {
	s := a.s
	if a.large() && !a.staged {
		if over, err := a.beforehand(ctx); over || err != nil {
			return a.outcome(ctx, err)
		}
		if err := a.stage(ctx); err != nil {
			return 0, refusal(err)
		}
	}
	s.line.join(a)
	gone, closed := ctx.Done(), s.life.Done()
	for {
		select {
		case <-a.done:
			return a.outcome(ctx, nil)
		case s.writer <- struct{}{}:
			if !a.over() && s.usable(ctx) == nil {
				s.round()
			}
			<-s.writer
		case <-gone:
			gone = nil // what is on its way may come back to the line
		case <-closed:
			closed = nil
		}
		if err := s.usable(ctx); err != nil && s.line.leave(a) {
			return 0, err
		}
	}
}

func (a *attempt) over() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

// beforehand says whether there is anything to write at all, before the parts of a large change are.
func (a *attempt) beforehand(ctx context.Context) (over bool, err error) {
	if err := a.s.writable(ctx); err != nil {
		return false, err
	}
	a.s.mu.RLock()
	defer a.s.mu.RUnlock()
	return a.judge(a.s.ix, true) == decided, nil
}

// outcome is what the caller is told.
func (a *attempt) outcome(ctx context.Context, err error) (store.Revision, error) {
	if err != nil {
		return 0, err
	}
	var conflict *store.ConflictError
	if errors.As(a.err, &conflict) && a.theirs.by != nil {
		docs, err := a.s.withBodies(ctx, []version{a.theirs})
		if err != nil {
			return 0, err
		}
		conflict.Theirs = docs[0]
	}
	return a.revision, a.err
}

// verdict is what the index says of a change.
type verdict int

const (
	writes  verdict = iota // its bases are there
	decided                // it is refused, or was written before
	unsure                 // it would be refused, unless the cluster knows more
)

// judge compares the bases with what is there. The index is fresh if it has all that was acknowledged before the change began; only
// then is a base that is not there refused. The lock is held.
func (a *attempt) judge(ix *index, fresh bool) verdict {
	if ix.broken != nil {
		a.err = ix.broken
		return decided
	}
	if a.change.Key != "" {
		if a.revision = ix.keys[a.change.Key]; a.revision > 0 {
			return decided
		}
	}
	conflict, theirs := a.compare(ix)
	switch {
	case conflict == nil:
		return writes
	case !fresh:
		return unsure
	}
	a.err, a.theirs = conflict, theirs
	return decided
}

// refusal says of an error that the cluster is away that nothing was written.
func refusal(err error) error {
	if errors.Is(err, store.ErrAway) {
		return fmt.Errorf("nothing was written, %w: %w", store.ErrReadOnly, err)
	}
	return err
}

// compare returns the first write whose base does not live, and the newest version there.
func (a *attempt) compare(ix *index) (*store.ConflictError, version) {
	for _, w := range a.change.Writes {
		ref, base := store.Target(w)
		if base == ix.living(ref) {
			continue
		}
		mine := store.Document{Kind: ref.Kind, ID: ref.ID, Revision: base, Author: a.change.Author, Why: a.change.Why, At: a.commit.at}
		if put, ok := w.(store.Put); ok {
			mine.Body = append([]byte{}, put.Body...)
		} else {
			mine.Deleted = true
		}
		var theirs version
		if doc := ix.docs[ref]; doc != nil {
			theirs = doc.versions[len(doc.versions)-1]
		}
		return &store.ConflictError{Mine: mine}, theirs
	}
	return nil, version{}
}
