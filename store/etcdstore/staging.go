package etcdstore

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

// stagingTTL is how long the parts of a change may take to be written and named by a commit.
const stagingTTL = 15 * time.Minute

// large reports whether the change is too much for one request.
func (a *attempt) large() bool {
	size := inlineBytes + store.MaxWhy
	for _, p := range a.parts {
		size += p.size()
	}
	return size > requestBytes || len(a.parts) > requestOps
}

// stage writes the parts of a change before it is committed.
func (a *attempt) stage(ctx context.Context) error {
	s := a.s
	s.sweep(ctx)
	err := s.send(ctx, func(ctx context.Context) error {
		granted, err := s.client.Grant(ctx, int64(stagingTTL/time.Second))
		if err != nil {
			return err
		}
		a.lease = granted.ID
		_, err = s.client.Put(ctx, s.keys.staging(a.token), "", clientv3.WithLease(a.lease))
		return err
	})
	if err != nil {
		return err
	}
	a.staged = true
	for rest := a.parts; len(rest) > 0; {
		n, size := 0, 0
		var puts []clientv3.Op
		for n < len(rest) && n < requestOps && (n == 0 || size+rest[n].size() <= requestBytes) {
			puts = append(puts, clientv3.OpPut(s.keys.part(rest[n].name), string(rest[n].value)))
			size += rest[n].size()
			n++
		}
		err := s.send(ctx, func(ctx context.Context) error {
			_, err := s.client.Txn(ctx).Then(puts...).Commit()
			return err
		})
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// send writes what may be written any number of times.
func (s *Store) send(ctx context.Context, request func(ctx context.Context) error) error {
	return s.ask(ctx, s.pace.write, s.pace.commit, func(ctx context.Context, limit time.Duration) error {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return request(ctx)
	})
}

// stagingLost refuses a change whose parts took so long that they may have been swept up.
func (a *attempt) stagingLost() error {
	return fmt.Errorf("%s: writing the parts of the change took more than %v: nothing was written, %w", a.s.place, stagingTTL, store.ErrReadOnly)
}

// clear takes away what was staged: the parts too, unless a commit names them. What it cannot take away is swept up later.
func (a *attempt) clear(written bool) {
	ctx, cancel := context.WithTimeout(a.s.life, a.s.pace.write)
	defer cancel()
	if !written {
		_, _ = a.s.client.Delete(ctx, a.s.keys.part(a.token.String()+"/"), clientv3.WithPrefix())
	}
	a.s.revoke(ctx, a.lease)
}

// sweep takes away parts that no commit names and none ever will: of changes whose process died. It is done before other parts are
// written, which is seldom; where it fails, the next time will do.
//
// The order makes it safe. The parts were there before the staging was looked at, and that before the commits: whoever had no staging
// left then has committed, and is in the index, or cannot commit, because the transaction would compare the staging.
func (s *Store) sweep(ctx context.Context) {
	orphans := map[token]bool{}
	after := s.keys.parts()
	for {
		var page []string
		err := s.send(ctx, func(ctx context.Context) error {
			resp, err := s.client.Get(ctx, after, clientv3.WithRange(clientv3.GetPrefixRangeEnd(s.keys.parts())), clientv3.WithKeysOnly(), clientv3.WithLimit(10_000))
			if err != nil {
				return err
			}
			page = page[:0]
			for _, kv := range resp.Kvs {
				page = append(page, string(kv.Key))
			}
			return nil
		})
		if err != nil {
			return
		}
		for _, key := range page {
			if t, ok := tokenOf(key[len(s.keys.parts()):]); ok {
				orphans[t] = true
			}
		}
		if len(page) < 10_000 {
			break
		}
		after = page[len(page)-1] + "\x00"
	}
	prefix := s.keys.staging(token{})
	prefix = prefix[:len(prefix)-2*len(token{})]
	err := s.send(ctx, func(ctx context.Context) error {
		resp, err := s.client.Get(ctx, prefix, clientv3.WithPrefix(), clientv3.WithKeysOnly())
		if err != nil {
			return err
		}
		for _, kv := range resp.Kvs {
			if t, ok := tokenOf(string(kv.Key[len(prefix):])); ok {
				delete(orphans, t)
			}
		}
		return nil
	})
	if err != nil || s.upToDate(ctx, s.pace.commit) != nil {
		return
	}
	s.mu.RLock()
	if s.ix.broken != nil { // it is not known what its commits name
		clear(orphans)
	}
	for _, c := range s.ix.commits {
		delete(orphans, c.token)
	}
	s.mu.RUnlock()
	for t := range orphans {
		_ = s.send(ctx, func(ctx context.Context) error {
			_, err := s.client.Delete(ctx, s.keys.part(t.String()+"/"), clientv3.WithPrefix())
			return err
		})
	}
}
