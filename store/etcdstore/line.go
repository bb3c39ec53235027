package etcdstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

const (
	// heardLately is how long ago the cluster may have answered for a write to go out without asking first whether it is there. Where
	// it is not, a write that went out is not known to be there or not, and one that asked is known not to be.
	heardLately = 100 * time.Millisecond
	// envelopeRoom is more than is written around one value.
	envelopeRoom = 128
)

// line is the changes of this process that wait to be written, in the order that they came.
type line struct {
	mu      sync.Mutex
	waiting []*attempt
}

func (l *line) join(a *attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, a)
}

// leave takes a change out of the line. It reports false for one that is on its way, or done.
func (l *line) leave(a *attempt) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.waiting, a)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	return true
}

// back puts changes in front of the line again.
func (l *line) back(some []*attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(slices.Clone(some), l.waiting...)
}

// refuse ends all who wait.
func (l *line) refuse(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.waiting {
		a.end(0, err)
	}
	l.waiting = nil
}

func (a *attempt) end(rev store.Revision, err error) {
	a.revision, a.err = rev, err
	close(a.done)
}

// group is changes that become commits by one transaction, behind the state that they were checked against. None of them touches what
// another one does, so that the order among them changes nothing.
type group struct {
	members []*attempt
	ix      *index
	tip     commit
	last    store.Revision
	entries uint64
	mod     int64

	ops, size int
	touched   map[store.Ref]bool
	keys      map[string]bool
}

// takes reports whether a change may go with those that the group has, and takes it.
func (g *group) takes(a *attempt, most int) bool {
	if len(g.members) > 0 {
		if a.staged || g.members[0].staged || len(g.members) >= most {
			return false
		}
		if g.ops+1+len(a.parts) > requestOps || g.size+a.size > requestBytes || g.keys[a.change.Key] {
			return false
		}
		for _, w := range a.change.Writes {
			if ref, _ := store.Target(w); g.touched[ref] {
				return false
			}
		}
	}
	g.members = append(g.members, a)
	g.ops, g.size = g.ops+1+len(a.parts), g.size+a.size
	for _, w := range a.change.Writes {
		ref, _ := store.Target(w)
		g.touched[ref] = true
	}
	if a.change.Key != "" {
		g.keys[a.change.Key] = true
	}
	return true
}

// round writes what can go together of those that wait, and tells those that are refused. Whoever calls it has the place of the writer.
func (s *Store) round() {
	s.mu.RLock()
	ask := time.Since(s.heardAt) > heardLately
	s.mu.RUnlock()
	ask = ask || s.reach.away() != nil
	for {
		if ask {
			if err := s.writable(s.life); err != nil {
				s.line.refuse(err)
				return
			}
		}
		g, unsure := s.pick()
		if len(g.members) > 0 {
			s.bring(g)
			return
		}
		if !unsure {
			return
		}
		ask = true
	}
}

// pick takes the changes out of the line that go together, and ends those of which it is known what becomes of them. It reports whether
// there are some that the cluster has to be asked about first.
func (s *Store) pick() (g group, asks bool) {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	s.mu.RLock()
	defer s.mu.RUnlock()
	g = group{ix: s.ix, tip: s.ix.tip(), last: s.ix.last(), entries: s.ix.entries(), mod: s.mod, ops: 1, size: envelopeRoom,
		touched: map[store.Ref]bool{}, keys: map[string]bool{}}
	var stay []*attempt
	for _, a := range s.line.waiting {
		switch a.judge(s.ix, !s.heardAt.Before(a.began)) {
		case decided:
			close(a.done)
		case unsure:
			asks = true
			stay = append(stay, a)
		case writes:
			if !g.takes(a, s.together) {
				stay = append(stay, a)
			}
		}
	}
	s.line.waiting = stay
	return g, asks
}

// bring writes a group. Where another process was faster its members are in the line again.
func (s *Store) bring(g group) {
	sum, entries := g.tip.sum, g.entries
	for i, a := range g.members {
		rev := g.last + store.Revision(i) + 1
		a.commit.prior, a.commit.before = sum, entries
		a.commit.sum = store.NextSum(sum, rev, a.change)
		sum, entries = a.commit.sum, entries+a.commit.entries
	}
	sent := time.Now()
	mod, written, err := s.write(g)
	switch {
	case errors.Is(err, store.ErrTooLarge) && len(g.members) > 1:
		// The cluster takes less at a time than it does by default.
		s.together = max(1, len(g.members)/2)
		s.line.back(g.members)
	case err != nil:
		for _, a := range g.members {
			a.end(0, err)
		}
	case !written:
		s.line.back(g.members)
		s.rivals = min(s.rivals+1, mostRivals)
	default:
		s.settle(g, mod, sent)
		for i, a := range g.members {
			a.end(g.last+store.Revision(i)+1, nil)
		}
		if s.rivals > 0 {
			s.rivals--
			s.yield(time.Since(sent))
		}
	}
}

// mostRivals bounds how long is waited for other processes.
const mostRivals = 8

// yield waits a moment after a write while other processes write, too, by chance more or less, so that another has its turn. Those who come
// to this process meanwhile go with the next group. Who was too late does not wait but tries again at once, with what it was told: of all
// who try one is first, whoever they are. If the late ones waited, the one who was first would have the store to itself, and the longer
// the more. The time is that of the last write.
func (s *Store) yield(took time.Duration) {
	if took = min(took, 50*time.Millisecond) * time.Duration(s.rivals) / 2; took <= 0 {
		return
	}
	timer := time.NewTimer(rand.N(took))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.life.Done():
	}
}

// write sends the transaction of a group until it is known what became of it. It reports false where somebody else was faster, and has
// learned what he wrote.
func (s *Store) write(g group) (mod int64, written bool, err error) {
	when := []clientv3.Cmp{
		clientv3.Compare(clientv3.ModRevision(s.keys.head()), "=", g.mod),
		clientv3.Compare(clientv3.Value(s.keys.format()), "=", sealFormat(s.format)),
	}
	var do []clientv3.Op
	var next head
	for i, a := range g.members {
		rev := g.last + store.Revision(i) + 1
		do = append(do, clientv3.OpPut(s.keys.commit(rev), string(a.commit.seal(rev))))
		if a.staged {
			when = append(when, clientv3.Compare(clientv3.CreateRevision(s.keys.staging(a.token)), "!=", 0))
			do = append(do, clientv3.OpDelete(s.keys.staging(a.token)))
		} else {
			for _, p := range a.parts {
				do = append(do, clientv3.OpPut(s.keys.part(p.name), string(p.value)))
			}
		}
		next = head{revision: rev, sum: a.commit.sum, entries: a.commit.before + a.commit.entries}
	}
	do = append(do, clientv3.OpPut(s.keys.head(), next.seal()))
	if s.sending != nil {
		s.sending()
	}
	over := time.Now().Add(s.pace.commit)
	unanswered := false
	for {
		asked := time.Now()
		resp, err := s.transact(s.pace.write, when, do, s.whatIsNew(g.last)...)
		switch {
		case err == nil && resp.Succeeded:
			return resp.Header.Revision, true, nil
		case err == nil:
			news := ranges(resp)
			if kvs := news[2]; unanswered && !s.forgetful && len(kvs) > 0 && bytes.Equal(kvs[0].Key, []byte(s.keys.commit(g.last+1))) {
				// The head moved on, so that what was not answered was written or never will be.
				if there, err := openCommit(g.last+1, kvs[0].Value); err == nil && there.token == g.members[0].token {
					return kvs[0].ModRevision, true, nil
				}
			}
			if g.members[0].staged && len(news[2]) == 0 {
				return 0, false, g.members[0].stagingLost()
			}
			return 0, false, s.learn(g, news, asked)
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

// learn brings the index up to date with what came instead of a write that was too late.
func (s *Store) learn(g group, news [][]*mvccpb.KeyValue, asked time.Time) error {
	_, err := s.digest(s.life, g.ix, g.last, news, false, asked)
	if errors.Is(err, errReplaced) {
		s.forget(g.ix)
		return nil
	}
	if errors.Is(err, errNothing) {
		err = s.corrupt("", "", "it is there no longer")
	}
	if err != nil && passing(err) {
		return nil // the next round asks
	}
	return s.explained(s.life, err)
}

// settle adds the commits of this process to the index that they were made on, unless that has them already, and keeps the bodies: it is
// likely that they are read.
func (s *Store) settle(g group, mod int64, sent time.Time) {
	for _, a := range g.members {
		for i, w := range a.change.Writes {
			if put, ok := w.(store.Put); ok {
				s.parts.put(a.token.body(i), bytes.Clone(put.Body))
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ix != g.ix {
		return
	}
	for i, a := range g.members {
		if s.ix.last() == g.last+store.Revision(i) {
			s.ix.add(a.commit)
		}
	}
	if s.ix.last() == g.last+store.Revision(len(g.members)) {
		s.mod = max(s.mod, mod)
	}
	if s.heardAt.Before(sent) {
		s.heardAt = sent
	}
	s.checkpointDue(checkpointCommits)
	s.news.Ring()
}

// transact sends one transaction, with what to read where a compare fails. It belongs to no caller, so that none can leave it half
// way.
func (s *Store) transact(limit time.Duration, when []clientv3.Cmp, do []clientv3.Op, otherwise ...clientv3.Op) (*clientv3.TxnResponse, error) {
	ctx, cancel := context.WithTimeout(s.life, limit)
	defer cancel()
	return s.client.Txn(ctx).If(when...).Then(do...).Else(otherwise...).Commit()
}
