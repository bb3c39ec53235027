package etcdstore

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

// Check implements [store.Checker]: it reads every commit with all its parts, and every scrap, and compares the commits with the index
// and the head.
func (s *Store) Check(ctx context.Context) error {
	if err := s.current(ctx); err != nil {
		return err
	}
	s.mu.RLock()
	known, now, broken := s.ix.commits[:len(s.ix.commits):len(s.ix.commits)], s.ix.last(), s.ix.broken
	s.mu.RUnlock()
	if broken != nil {
		return broken
	}
	var sum store.Sum
	var entries uint64
	for since := store.Revision(0); since < now; {
		until := min(now, since+commitsPage)
		page, err := s.records(ctx, since, until)
		if err != nil {
			return err
		}
		for since < until {
			some, err := s.complete(ctx, page, since, until)
			if err != nil {
				return err
			}
			for _, c := range some {
				since++
				name := commitName(since)
				switch {
				case c.prior != sum:
					return s.corrupt(placeCommits, name, "it does not follow the commit before")
				case c.before != entries:
					return s.corrupt(placeCommits, name, "its entries of the audit are behind %d, those before it end at %d", c.before, entries)
				case !sameCommit(c.commit, known[since-1].commit):
					return s.corrupt(placeCommits, name, "it is not the one that was there before, or the checkpoint that has it says something else")
				}
				sum, entries = c.sum, entries+c.entries
			}
		}
	}
	return s.checkScraps(ctx)
}

func (s *Store) checkScraps(ctx context.Context) error {
	prefix := s.keys.scraps()
	for from := prefix; ; {
		var kvs []*mvccpb.KeyValue
		err := s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) error {
			got, err := s.read(ctx, limit, false, clientv3.OpGet(from, clientv3.WithRange(clientv3.GetPrefixRangeEnd(prefix)), clientv3.WithLimit(scrapsPage)))
			if err == nil {
				kvs = got[0]
			}
			return err
		})
		if err != nil && !errors.Is(err, store.ErrAway) {
			return err
		}
		if len(kvs) == 0 {
			return nil
		}
		for _, kv := range kvs {
			name := s.scrapName(kv)
			if _, err := openScrap(name, kv.Value); err != nil {
				return s.corrupt(placeScratch, name, "%v", err)
			}
		}
		from = string(kvs[len(kvs)-1].Key) + "\x00"
	}
}
