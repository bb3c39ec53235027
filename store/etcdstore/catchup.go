package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

// commitsPage is how many commits are read at a time.
const commitsPage = 100

var (
	// errNothing says that there is no store under the prefix.
	errNothing = errors.New("there is no store")
	// errReplaced says that what is there is no continuation of what was.
	errReplaced = errors.New("the store was replaced")
)

// read runs some gets as one state of etcd: the last one that was acknowledged, or, local, whatever the member has that is asked.
func (s *Store) read(ctx context.Context, limit time.Duration, local bool, gets ...clientv3.Op) ([][]*mvccpb.KeyValue, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if local {
		for i := range gets {
			clientv3.WithSerializable()(&gets[i])
		}
	}
	if s.asking != nil {
		s.asking()
	}
	resp, err := s.client.Txn(ctx).Then(gets...).Commit()
	if err != nil {
		return nil, err
	}
	return ranges(resp), nil
}

// whatIsNew asks for format, head and the next commits behind a revision.
func (s *Store) whatIsNew(last store.Revision) []clientv3.Op {
	return []clientv3.Op{clientv3.OpGet(s.keys.format()), clientv3.OpGet(s.keys.head()),
		clientv3.OpGet(s.keys.commit(last+1), clientv3.WithRange(s.keys.commitsEnd()), clientv3.WithLimit(commitsPage))}
}

// ranges are the answers to gets.
func ranges(resp *clientv3.TxnResponse) [][]*mvccpb.KeyValue {
	out := make([][]*mvccpb.KeyValue, len(resp.Responses))
	for i, r := range resp.Responses {
		out[i] = r.GetResponseRange().GetKvs()
	}
	return out
}

// catchUp brings the index up to the head.
func (s *Store) catchUp(ctx context.Context, limit time.Duration, local bool) error {
	for {
		if err := s.begin(ctx, limit, local); err != nil {
			return err
		}
		s.mu.RLock()
		ix, last := s.ix, s.ix.last()
		s.mu.RUnlock()
		asked := time.Now()
		got, err := s.read(ctx, limit, local, s.whatIsNew(last)...)
		if err != nil {
			return err
		}
		done, err := s.digest(ctx, ix, last, got, local, asked)
		if errors.Is(err, errReplaced) {
			s.forget(ix)
			continue
		}
		if done || err != nil {
			return err
		}
	}
}

// digest takes in the answer to whatIsNew, and reports whether the index has reached the head.
func (s *Store) digest(ctx context.Context, ix *index, last store.Revision, got [][]*mvccpb.KeyValue, local bool, asked time.Time) (bool, error) {
	now, err := s.headOf(got[0], got[1])
	if err != nil {
		return false, err
	}
	news, err := s.decode(ctx, last, now.revision, got[2])
	if err != nil {
		return false, err
	}
	done, err := s.absorb(ix, last, now, got[1][0].ModRevision, news, local)
	if done && err == nil && !local {
		s.mu.Lock()
		if s.ix == ix && s.heardAt.Before(asked) {
			s.heardAt = asked
		}
		s.mu.Unlock()
	}
	return done, err
}

// turn is one catching up that several wait for.
type turn struct {
	done      chan struct{}
	err       error
	abandoned bool // whoever led it went away
}

// catchUpTogether brings the index up to the head as of now or later. Of those who ask at the same time one does it for all: a turn
// that began after somebody came has all that was acknowledged before he did.
func (s *Store) catchUpTogether(ctx context.Context, limit time.Duration) error {
	for mine := false; ; mine = true {
		s.turns.Lock()
		t := s.turn
		if t == nil {
			t = &turn{done: make(chan struct{})}
			s.turn = t
			s.turns.Unlock()
			t.err = s.catchUp(ctx, limit, false)
			t.abandoned = ctx.Err() != nil
			s.turns.Lock()
			s.turn = nil
			s.turns.Unlock()
			close(t.done)
			return t.err
		}
		s.turns.Unlock()
		select {
		case <-t.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if mine && !t.abandoned {
			return t.err
		}
	}
}

// headOf checks the format and reads the head.
func (s *Store) headOf(format, value []*mvccpb.KeyValue) (head, error) {
	if len(format) == 0 && len(value) == 0 {
		return head{}, errNothing
	}
	if len(format) == 0 || len(value) == 0 {
		return head{}, s.corrupt("", "", "its format or its head is missing")
	}
	n, err := openFormat(format[0].Value)
	if err != nil {
		return head{}, s.corrupt(placeFormat, "", "%v", err)
	}
	if n > s.format {
		return head{}, &store.NewerFormatError{Place: s.place, Found: int(n), Known: int(s.format)}
	}
	now, err := openHead(value[0].Value)
	if err != nil {
		return head{}, s.corrupt(placeHead, "", "%v", err)
	}
	return now, nil
}

func (s *Store) corrupt(bucket, key, format string, args ...any) error {
	return &store.CorruptError{Place: s.place, Bucket: bucket, Key: key, Reason: fmt.Sprintf(format, args...)}
}

// decoded is a commit as it was read, or why it cannot be.
type decoded struct {
	commit
	broken error
}

// decode reads the commits behind last that belong to the head, as far as the page has them. One that is missing is one that cannot
// be read.
func (s *Store) decode(ctx context.Context, last, head store.Revision, kvs []*mvccpb.KeyValue) (out []decoded, err error) {
	missing := func(until store.Revision) {
		for rev := last + store.Revision(len(out)) + 1; rev < until; rev++ {
			out = append(out, decoded{broken: s.corrupt(placeCommits, commitName(rev), "the commit is missing")})
		}
	}
	for _, kv := range kvs {
		var rev store.Revision
		name := string(kv.Key[len(s.keys)+len(placeCommits)+1:])
		if _, err := fmt.Sscanf(name, "%d", &rev); err != nil || rev > head || name != commitName(rev) {
			continue // nothing that a head speaks of
		}
		missing(rev)
		c, err := s.openCommit(ctx, rev, kv.Value)
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return nil, err
		}
		out = append(out, decoded{commit: c, broken: err})
	}
	if len(kvs) < commitsPage {
		missing(head + 1)
	}
	return out, nil
}

// openCommit reads a commit, and its list of writes where that lies elsewhere.
func (s *Store) openCommit(ctx context.Context, rev store.Revision, value []byte) (commit, error) {
	c, err := openCommit(rev, value)
	if err == nil && c.listPieces > 0 {
		var list []byte
		if list, err = s.joined(ctx, false, c.token.manifest(), c.listPieces); err != nil {
			return c, err
		}
		c.writes, err = decodeWrites(list)
	}
	if err != nil {
		return c, s.corrupt(placeCommits, commitName(rev), "%v", err)
	}
	return c, nil
}

// absorb adds news to the index that they were read for, and reports whether it has reached the head.
func (s *Store) absorb(ix *index, last store.Revision, now head, mod int64, news []decoded, local bool) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ix != ix {
		return false, nil
	}
	if now.revision < last || now.revision == last && now.sum != ix.sumAt(last) && ix.broken == nil {
		if local && !s.leaning {
			return true, nil // a member that is behind
		}
		return false, errReplaced
	}
	before := ix.last()
	for i, c := range news {
		rev := last + store.Revision(i) + 1
		switch {
		case rev != ix.last()+1: // somebody else was faster
		case c.broken != nil:
			ix.addBroken(c.broken)
		case ix.broken == nil && c.prior != ix.tip().sum:
			if i == 0 && (!local && s.whole || s.leaning) {
				return false, errReplaced
			}
			ix.addBroken(s.corrupt(placeCommits, commitName(rev), "it does not follow the commit before"))
		default:
			ix.add(c.commit)
		}
	}
	if ix.last() > before {
		s.news.Ring()
	}
	if ix.last() < now.revision {
		return false, nil
	}
	s.whole, s.leaning, s.readAll = true, false, false
	s.checkpointDue(2 * checkpointCommits) // nobody has done it who was nearer
	if ix.last() == now.revision {
		s.mod = max(s.mod, mod)
	}
	return true, nil
}

func (ix *index) sumAt(rev store.Revision) store.Sum {
	if rev == 0 {
		return store.Sum{}
	}
	return ix.at(rev).sum
}

// forget begins with an empty index, because the store was replaced, or because checkpoints do not fit what is there. Whoever watches is
// told.
func (s *Store) forget(ix *index) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ix != ix {
		return
	}
	s.readAll = s.leaning
	s.ix, s.mod, s.whole, s.leaning, s.heardAt = newIndex(), 0, false, false, time.Time{}
	s.checkpointed, s.checkpointNext = 0, 0
	s.news.Ring()
}

// upToDate brings the index to the last commit that was acknowledged to anybody, by way of the quorum. Without one the error is
// [store.ErrAway].
func (s *Store) upToDate(ctx context.Context, patience time.Duration) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	err := s.ask(ctx, s.pace.try, patience, s.catchUpTogether)
	if errors.Is(err, errNothing) {
		err = s.corrupt("", "", "it is there no longer")
	}
	if err == nil || errors.Is(err, store.ErrAway) {
		s.reach.set(err)
	}
	return err
}

// writable brings the index up to date for a write, and says that nothing was written where that cannot be. Where the cluster is known to
// be away, one try has to do: whoever follows finds out when it is back.
func (s *Store) writable(ctx context.Context) error {
	patience := s.pace.commit
	if s.reach.away() != nil {
		patience = 0
	}
	return refusal(s.upToDate(ctx, patience))
}

// current brings the index up to date for a read, or, where the cluster is away, leaves it as it is.
func (s *Store) current(ctx context.Context) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.RLock()
	whole := s.whole
	s.mu.RUnlock()
	if whole && s.reach.away() != nil {
		return nil // whoever follows finds out when it is back
	}
	err := s.upToDate(ctx, s.pace.read)
	if whole && errors.Is(err, store.ErrAway) {
		return nil
	}
	return err
}

// follow keeps the index up to date and finds out whether the cluster is there.
func (s *Store) follow() {
	tick := time.NewTicker(s.pace.probe)
	defer tick.Stop()
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.nudge:
		case <-tick.C:
		}
		if errors.Is(s.upToDate(s.life, s.pace.read), store.ErrAway) {
			// Whatever is there is better than nothing new; it never goes back.
			_ = s.catchUp(s.life, s.pace.try, true)
		}
	}
}

// listen wakes follow when etcd says that there is a new head. What it misses, follow finds a second later: nothing hangs on it, so
// that neither a compaction nor a lost connection needs any care here.
func (s *Store) listen() {
	for s.usable(s.life) == nil {
		ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(s.life))
		for resp := range s.client.Watch(ctx, s.keys.head()) {
			if resp.Err() != nil {
				break
			}
			if s.hasHeads(resp.Events) {
				continue // this process wrote them
			}
			select {
			case s.nudge <- struct{}{}:
			default:
			}
		}
		cancel()
		timer := time.NewTimer(s.pace.probe)
		select {
		case <-timer.C:
		case <-s.life.Done():
			timer.Stop()
		}
	}
}

// hasHeads reports whether the index has all that some heads speak of.
func (s *Store) hasHeads(events []*clientv3.Event) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, ev := range events {
		if ev.Type != clientv3.EventTypePut || ev.Kv.ModRevision > s.mod {
			return false
		}
	}
	return len(events) > 0
}
