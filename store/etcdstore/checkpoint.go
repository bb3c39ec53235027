package etcdstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
	"beckon/store/internal/wire"
)

const (
	// checkpointFormat is that of one checkpoint; what has another one is left alone.
	checkpointFormat = 1
	// checkpointCommits is how many commits one has, unless they are large: then it ends where the bytes are reached. So it is one
	// value, far below what a request may carry.
	checkpointCommits = 256
	checkpointBytes   = 512 << 10
	// checkpointsPage is how many are read at a time.
	checkpointsPage = 16
	// checkpointAgain is how many commits behind a checkpoint that could not be written the next try is.
	checkpointAgain = 64
)

var errNewerCheckpoint = errors.New("the checkpoint has a format that is not known")

// checkpoint is what the index has of some commits, one behind the other, packed. The commits never change, so that what is in it stays
// right for ever, and whoever makes it makes the same bytes.
type checkpoint struct {
	first   store.Revision
	prior   store.Sum // of the chain before the first
	before  uint64    // how many entries the audit had before the first
	commits []commit  // without their lists of writes where those lie elsewhere
}

func (c checkpoint) last() store.Revision { return c.first + store.Revision(len(c.commits)) - 1 }

// checkpointOf packs commits that follow each other, as many as one takes, and reports whether it is full.
func checkpointOf(commits []*indexed) (value []byte, last store.Revision, full bool) {
	var body []byte
	n := 0
	for n < len(commits) && n < checkpointCommits && len(body) < checkpointBytes {
		body = commits[n].appendTo(body, commits[n].listPieces == 0)
		n++
	}
	if n == 0 {
		return nil, 0, false
	}
	full = n == checkpointCommits || len(body) >= checkpointBytes
	first := commits[0]
	b := wire.AppendUint(nil, checkpointFormat)
	b = wire.AppendUint(wire.AppendUint(b, uint64(first.revision)), uint64(n))
	b = append(b, first.prior[:]...)
	b = append(wire.AppendUint(b, first.before), body...)
	sum := sha256.Sum256(b)
	last = commits[n-1].revision
	return wire.Seal(placeCheckpoints, []byte(commitName(last)), append(sum[:], b...)), last, full
}

// openCheckpoint reads what checkpointOf made.
func openCheckpoint(name string, value []byte) (c checkpoint, err error) {
	b, err := wire.Unseal(placeCheckpoints, []byte(name), value)
	if err != nil {
		return c, err
	}
	r := wire.Reader{B: b}
	digest := r.Bytes(sha256.Size)
	if sum := sha256.Sum256(r.B); r.Err != nil || !bytes.Equal(digest, sum[:]) {
		return c, errors.New("the digest does not match")
	}
	if format := r.Uint(); format != checkpointFormat {
		return c, errNewerCheckpoint
	}
	c.first = store.Revision(r.Uint())
	n := r.Uint()
	copy(c.prior[:], r.Bytes(uint64(len(c.prior))))
	c.before = r.Uint()
	prior, before := c.prior, c.before
	for range n {
		next := readCommit(&r)
		if r.Err != nil {
			return c, r.Err
		}
		next.prior, next.before = prior, before
		prior, before = next.sum, before+next.entries
		c.commits = append(c.commits, next)
	}
	if err := r.End(); err != nil {
		return c, err
	}
	if n == 0 || commitName(c.last()) != name {
		return c, fmt.Errorf("it ends with commit %d", c.last())
	}
	return c, nil
}

// appendTo writes a commit as a checkpoint has it: what follows from the one before is not there.
func (c commit) appendTo(b []byte, list bool) []byte {
	b = append(append(b, c.token[:]...), c.sum[:]...)
	b = wire.AppendStrings(wire.AppendTime(b, c.at), c.author, c.from, c.why, c.key)
	for _, n := range []uint64{c.entries, c.auditPieces, c.listPieces} {
		b = wire.AppendUint(b, n)
	}
	if !list {
		return wire.AppendUint(b, 0)
	}
	return append(wire.AppendUint(b, uint64(len(c.writes))), encodeWrites(c.writes)...)
}

func readCommit(r *wire.Reader) (c commit) {
	copy(c.token[:], r.Bytes(uint64(len(c.token))))
	copy(c.sum[:], r.Bytes(uint64(len(c.sum))))
	c.at = r.Time()
	for _, s := range []*string{&c.author, &c.from, &c.why, &c.key} {
		*s = r.String()
	}
	c.entries, c.auditPieces, c.listPieces = r.Uint(), r.Uint(), r.Uint()
	for n := r.Uint(); n > 0 && r.Err == nil; n-- {
		c.writes = append(c.writes, readWrite(r))
	}
	return c
}

// sameCommit reports whether two are the same in all that the index has.
func sameCommit(a, b commit) bool {
	return a.prior == b.prior && a.before == b.before && bytes.Equal(a.appendTo(nil, true), b.appendTo(nil, true))
}

// fromCheckpoints makes an index of what checkpoints have, empty where there are none. One that is damaged, or does not follow the one
// before, ends it: what is behind is read from the commits, as all is without any.
func (s *Store) fromCheckpoints(ctx context.Context, limit time.Duration, local bool) (ix *index, stray bool, err error) {
	ix = newIndex()
	for from := s.keys.checkpoint(1); ; {
		got, err := s.read(ctx, limit, local, clientv3.OpGet(s.keys.format()), clientv3.OpGet(s.keys.head()),
			clientv3.OpGet(from, clientv3.WithRange(s.keys.checkpointsEnd()), clientv3.WithLimit(checkpointsPage)))
		if err != nil {
			return nil, false, err
		}
		now, err := s.headOf(got[0], got[1])
		if err != nil {
			return nil, false, err
		}
		for _, kv := range got[2] {
			from = string(kv.Key) + "\x00"
			c, err := openCheckpoint(string(kv.Key[len(s.keys.checkpoints()):]), kv.Value)
			if err == nil && c.last() > now.revision {
				stray = true // of a store that was here before
				continue
			}
			if err != nil || c.first != ix.last()+1 || c.prior != ix.tip().sum || c.before != ix.entries() {
				continue
			}
			if err := s.lists(ctx, c.commits); errors.Is(err, store.ErrCorrupt) {
				return ix, stray, nil // who reads the commits tells it
			} else if err != nil {
				return nil, false, err
			}
			for _, one := range c.commits {
				ix.add(one)
			}
		}
		if len(got[2]) < checkpointsPage {
			return ix, stray, nil
		}
	}
}

// lists reads the lists of writes that lie elsewhere.
func (s *Store) lists(ctx context.Context, commits []commit) error {
	for i := range commits {
		if c := &commits[i]; c.listPieces > 0 {
			list, err := s.joined(ctx, false, c.token.manifest(), c.listPieces)
			if err != nil {
				return err
			}
			if c.writes, err = decodeWrites(list); err != nil {
				return s.corrupt(placeParts, c.token.manifest(), "%v", err)
			}
		}
	}
	return nil
}

// begin takes an index from checkpoints in the place of an empty one, which is to be brought up to the head.
func (s *Store) begin(ctx context.Context, limit time.Duration, local bool) error {
	s.mu.RLock()
	empty, all := s.ix, s.ix.last() > 0 || s.whole || s.readAll
	s.mu.RUnlock()
	if all {
		return nil
	}
	ix, stray, err := s.fromCheckpoints(ctx, limit, local)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ix == empty && empty.last() == 0 {
		s.stray = stray
		if ix.last() > 0 {
			s.ix, s.checkpointed, s.leaning = ix, ix.last(), true
		}
	}
	return nil
}

// checkpointDue asks for checkpoints where so many commits have none yet. The lock is held.
func (s *Store) checkpointDue(commits store.Revision) {
	if s.ix.last() < max(s.checkpointed+commits, s.checkpointNext) {
		return
	}
	select {
	case s.due <- struct{}{}:
	default:
	}
}

// keep writes checkpoints when they are due.
func (s *Store) keep() {
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.due:
		}
		if err := s.writeCheckpoints(s.life); err != nil { // nothing hangs on it
			s.mu.Lock()
			s.checkpointNext = s.ix.last() + checkpointAgain
			s.mu.Unlock()
		}
	}
}

// writeCheckpoints writes those that are missing, and replaces those that are not right. Each is one value that is written whole or not
// at all, and where it is there already it is the same: so it does not matter who writes it, how many do, and when they are stopped.
func (s *Store) writeCheckpoints(ctx context.Context) error {
	if err := s.dropStray(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		s.mu.RLock()
		ix, from := s.ix, s.checkpointed
		var rest []*indexed
		if ix.broken == nil && s.whole {
			rest = ix.commits[from:min(len(ix.commits), int(from)+checkpointCommits)]
		}
		s.mu.RUnlock()
		value, last, full := checkpointOf(rest)
		if !full {
			return nil
		}
		if err := s.writeCheckpoint(ctx, last, value, rest); err != nil {
			return err
		}
		s.mu.Lock()
		if s.ix == ix {
			s.checkpointed = max(s.checkpointed, last)
		}
		s.mu.Unlock()
	}
	return ctx.Err()
}

// writeCheckpoint writes one, unless a right one is there.
func (s *Store) writeCheckpoint(ctx context.Context, last store.Revision, value []byte, of []*indexed) error {
	// Where another store is here by now it does not fit, and is none.
	name := s.keys.checkpoint(last)
	for replaced := int64(0); ; { // the revision of etcd that wrote what is to be replaced; 0: nothing is there
		var resp *clientv3.TxnResponse
		err := s.send(ctx, func(ctx context.Context) (err error) {
			resp, err = s.client.Txn(ctx).If(
				clientv3.Compare(clientv3.ModRevision(name), "=", replaced),
				clientv3.Compare(clientv3.Value(s.keys.format()), "=", sealFormat(s.format)),
			).Then(clientv3.OpPut(name, string(value))).Else(clientv3.OpGet(name)).Commit()
			return err
		})
		if err != nil || resp.Succeeded {
			return err
		}
		kvs := resp.Responses[0].GetResponseRange().GetKvs()
		if len(kvs) == 0 || kvs[0].ModRevision == replaced {
			return errReplaced
		}
		c, err := openCheckpoint(commitName(last), kvs[0].Value)
		if errors.Is(err, errNewerCheckpoint) || err == nil && c.says(of) {
			return err
		}
		replaced = kvs[0].ModRevision
	}
}

// says reports whether a checkpoint has of some commits what the index has. It may begin elsewhere.
func (c checkpoint) says(of []*indexed) bool {
	for i, one := range c.commits {
		rev := c.first + store.Revision(i)
		if rev < of[0].revision || rev > of[len(of)-1].revision {
			return false
		}
		known := of[rev-of[0].revision].commit
		if known.listPieces > 0 {
			known.writes = nil
		}
		if !sameCommit(one, known) {
			return false
		}
	}
	return c.first == of[0].revision
}

// dropStray takes away checkpoints behind the head, which another store has left.
func (s *Store) dropStray(ctx context.Context) error {
	s.mu.RLock()
	stray, last, mod, whole := s.stray, s.ix.last(), s.mod, s.whole
	s.mu.RUnlock()
	if !stray || !whole {
		return nil
	}
	err := s.send(ctx, func(ctx context.Context) error {
		// Nobody can have written a checkpoint behind a head that is still the last one.
		_, err := s.client.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(s.keys.head()), "=", mod)).
			Then(clientv3.OpDelete(s.keys.checkpoint(last+1), clientv3.WithRange(s.keys.checkpointsEnd()))).Commit()
		return err
	})
	if err == nil {
		s.mu.Lock()
		s.stray = false
		s.mu.Unlock()
	}
	return err
}
