package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
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
	select {
	case s.writer <- struct{}{}: // one at a time in this process, so that only other processes can be faster
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-s.life.Done():
		return 0, s.usable(ctx)
	}
	a := attempt{s: s, change: c, token: newToken()}
	var err error
	if a.commit, a.parts, err = pack(a.token, c); err != nil {
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
	token  token
	commit commit
	parts  []part
	staged bool // the parts are in etcd already
	lease  clientv3.LeaseID
}

// basis is the state that a change was checked against.
type basis struct {
	ix      *index
	tip     commit
	last    store.Revision
	entries uint64
	mod     int64
}

func (a *attempt) run(ctx context.Context) (store.Revision, error) {
	for {
		if err := a.s.writable(ctx); err != nil {
			return 0, err
		}
		on, first, err := a.check(ctx)
		if first > 0 || err != nil {
			return first, err
		}
		if !a.staged && a.large() {
			if err := a.stage(ctx); err != nil {
				return 0, refusal(err)
			}
			continue // others had time to write
		}
		a.commit.prior, a.commit.before = on.tip.sum, on.entries
		rev := on.last + 1
		a.commit.sum = store.NextSum(on.tip.sum, rev, a.change)
		mod, written, err := a.write(rev, on.mod)
		if err != nil {
			return 0, err
		}
		if written {
			a.s.settle(on.ix, rev, a.commit, mod)
			return rev, nil
		}
		// Somebody was faster. Of two that try again at once, one waits longer.
		select {
		case <-time.After(rand.N(5 * time.Millisecond)):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// refusal says of an error that the cluster is away that nothing was written.
func refusal(err error) error {
	if errors.Is(err, store.ErrAway) {
		return fmt.Errorf("nothing was written, %w: %w", store.ErrReadOnly, err)
	}
	return err
}

// check compares the bases with what is there. It returns the first revision of a change that is repeated.
func (a *attempt) check(ctx context.Context) (on basis, first store.Revision, err error) {
	conflict, theirs := (*store.ConflictError)(nil), version{}
	a.s.mu.RLock()
	ix := a.s.ix
	on = basis{ix: ix, tip: ix.tip(), last: ix.last(), entries: ix.entries(), mod: a.s.mod}
	err = ix.broken
	if err == nil {
		if a.change.Key != "" {
			first = ix.keys[a.change.Key]
		}
		if first == 0 {
			conflict, theirs = a.compare(ix)
		}
	}
	a.s.mu.RUnlock()
	if conflict == nil || err != nil {
		return on, first, err
	}
	if theirs.by != nil {
		docs, err := a.s.withBodies(ctx, []version{theirs})
		if err != nil {
			return on, 0, err
		}
		conflict.Theirs = docs[0]
	}
	return on, 0, conflict
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

// write sends the transaction of a commit until it is known what became of it. It reports false where somebody else was faster.
func (a *attempt) write(rev store.Revision, mod int64) (written int64, ok bool, err error) {
	s, name := a.s, a.s.keys.commit(rev)
	when := []clientv3.Cmp{
		clientv3.Compare(clientv3.ModRevision(s.keys.head()), "=", mod),
		clientv3.Compare(clientv3.Value(s.keys.format()), "=", sealFormat(s.format)),
	}
	next := head{revision: rev, sum: a.commit.sum, entries: a.commit.before + a.commit.entries}
	do := []clientv3.Op{clientv3.OpPut(name, string(a.commit.seal(rev))), clientv3.OpPut(s.keys.head(), next.seal())}
	if a.staged {
		when = append(when, clientv3.Compare(clientv3.CreateRevision(s.keys.staging(a.token)), "!=", 0))
		do = append(do, clientv3.OpDelete(s.keys.staging(a.token)))
	} else {
		for _, p := range a.parts {
			do = append(do, clientv3.OpPut(s.keys.part(p.name), string(p.value)))
		}
	}
	if s.sending != nil {
		s.sending()
	}
	over := time.Now().Add(s.pace.commit)
	unanswered := false
	for {
		resp, err := s.transact(s.pace.write, when, do, clientv3.OpGet(name))
		switch {
		case err == nil && resp.Succeeded:
			return resp.Header.Revision, true, nil
		case err == nil:
			kvs := resp.Responses[0].GetResponseRange().GetKvs()
			if unanswered && !s.forgetful && len(kvs) == 1 {
				// The head moved on, so that what was not answered was written or never will be.
				if there, err := openCommit(rev, kvs[0].Value); err == nil && there.token == a.token {
					return kvs[0].ModRevision, true, nil
				}
			}
			if a.staged && len(kvs) == 0 {
				return 0, false, a.stagingLost()
			}
			return 0, false, nil
		case !passing(err) && !unanswered:
			return 0, false, s.explained(s.life, err)
		case !errors.Is(err, rpctypes.ErrTooManyRequests):
			unanswered = true
		}
		if s.life.Err() != nil || !time.Now().Before(over) || s.pause(s.life) != nil {
			s.reach.set(s.away(err))
			return 0, false, fmt.Errorf("%s: %w: %s", s.place, store.ErrUnknown, reason(err))
		}
	}
}

// transact sends one transaction, with what to read where a compare fails. It belongs to no caller, so that none can leave it half
// way.
func (s *Store) transact(limit time.Duration, when []clientv3.Cmp, do []clientv3.Op, otherwise clientv3.Op) (*clientv3.TxnResponse, error) {
	ctx, cancel := context.WithTimeout(s.life, limit)
	defer cancel()
	return s.client.Txn(ctx).If(when...).Then(do...).Else(otherwise).Commit()
}

// settle adds a commit of this process to the index that it was made on, unless that has it already.
func (s *Store) settle(ix *index, rev store.Revision, c commit, mod int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ix != ix || ix.last() != rev-1 {
		return
	}
	ix.add(c)
	s.mod = mod
	s.news.Ring()
}
