package etcdstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
	"beckon/store/internal/wire"
)

// postedFor is how many seconds postings outlive their process, or the way of it to the cluster.
const postedFor = 10

// postings is what this process posted: one lease carries it.
type postings struct {
	mu    sync.Mutex
	lease clientv3.LeaseID // 0: there is none, or none any more
}

var _ store.Exchange = (*Store)(nil)

// postingLease returns the lease of what this process posts.
func (s *Store) postingLease(ctx context.Context) (clientv3.LeaseID, error) {
	p := &s.postings
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lease != 0 {
		return p.lease, nil
	}
	err := s.send(ctx, func(ctx context.Context) error {
		lease, err := s.client.Grant(ctx, postedFor)
		if err == nil {
			p.lease = lease.ID
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	lease := p.lease
	s.busy.Go(func() { s.keepPostings(lease) })
	return lease, nil
}

// keepPostings makes the life of a lease longer until it has ended, or the store is closed.
func (s *Store) keepPostings(lease clientv3.LeaseID) {
	tick := time.NewTicker(postedFor * time.Second / 4)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.life.Done():
			return
		}
		ctx, cancel := context.WithTimeout(s.life, s.pace.write)
		_, err := s.client.KeepAliveOnce(ctx, lease)
		cancel()
		if errors.Is(err, rpctypes.ErrLeaseNotFound) {
			s.lostLease(lease)
			return
		}
	}
}

// lostLease has the next posting begin another lease: what the one before carried is gone.
func (s *Store) lostLease(lease clientv3.LeaseID) {
	p := &s.postings
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lease == lease {
		p.lease = 0
	}
}

// unpostAll ends what this process posted.
func (s *Store) unpostAll() {
	p := &s.postings
	p.mu.Lock()
	lease := p.lease
	p.lease = 0
	p.mu.Unlock()
	if lease != 0 {
		s.revoke(s.life, lease)
	}
}

// Post implements [store.Exchange]. A posting's mark is the revision of etcd that has it. A request that was not answered is not sent
// again: sent twice it would be refused for itself.
func (s *Store) Post(ctx context.Context, p store.Posting) (store.Mark, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	if why := s.reach.away(); why != nil {
		return 0, why
	}
	key := s.keys.posting(p.Name)
	there, life, lease := clientv3.Compare(clientv3.ModRevision(key), "=", int64(p.Mark)), clientv3.WithIgnoreLease(), clientv3.LeaseID(0)
	if p.Mark == 0 {
		var err error
		if lease, err = s.postingLease(ctx); err != nil {
			return 0, err
		}
		life = clientv3.WithLease(lease)
	}
	limited, cancel := context.WithTimeout(ctx, s.pace.write)
	defer cancel()
	resp, err := s.client.Txn(limited).If(there).Then(clientv3.OpPut(key, string(wire.Seal(placePostings, []byte(p.Name), p.Body)), life)).Commit()
	switch {
	case errors.Is(err, rpctypes.ErrLeaseNotFound): // it ended a moment ago
		s.lostLease(lease)
		return 0, store.ErrReplaced
	case err != nil && passing(err):
		return 0, fmt.Errorf("posting: %w: %w", store.ErrUnknown, s.away(err))
	case err != nil:
		return 0, fmt.Errorf("posting: %w", s.explained(ctx, err))
	case !resp.Succeeded:
		return 0, store.ErrReplaced
	}
	return store.Mark(resp.Header.Revision), nil
}

// Unpost implements [store.Exchange].
func (s *Store) Unpost(ctx context.Context, under string) error {
	if err := store.CheckName("under", under); err != nil {
		return err
	}
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.send(ctx, func(ctx context.Context) error {
		_, err := s.client.Delete(ctx, s.keys.posting(under), clientv3.WithPrefix())
		return err
	})
}

// Follow implements [store.Exchange].
func (s *Store) Follow(ctx context.Context, under string) (store.Following, error) {
	if err := store.CheckName("under", under); err != nil {
		return nil, err
	}
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return &following{s: s, under: under}, nil
}

// following is what is posted under some names, as far as one of this process has heard.
type following struct {
	s     *Store
	under string

	posted map[string]store.Posting
	events clientv3.WatchChan // nil: it has to be read anew
	stop   context.CancelFunc // of events
	away   bool               // the caller was told
}

// Next implements [store.Following].
func (f *following) Next(ctx context.Context) ([]store.Posting, error) {
	for {
		why, changed := f.s.Away()
		if err := f.s.usable(ctx); err != nil {
			return nil, err
		}
		switch {
		case why != nil && !f.away:
			f.Close()
			f.away = true
			return nil, why
		case why == nil && f.events == nil:
			err := f.read(ctx)
			if err == nil {
				f.away = false
				return f.all(), nil
			}
			if !errors.Is(err, store.ErrAway) {
				return nil, err
			}
			if !f.away {
				f.away = true
				return nil, err
			}
			if err := f.s.pause(ctx); err != nil {
				return nil, err
			}
			continue
		}
		select {
		case resp, ok := <-f.events:
			if !ok || resp.Err() != nil {
				f.Close()
			} else if f.heard(resp) {
				return f.all(), nil
			}
		case <-changed:
		case <-ctx.Done():
		case <-f.s.life.Done():
		}
	}
}

// read reads all that is posted, and watches what comes behind.
func (f *following) read(ctx context.Context) error {
	s := f.s
	var got *clientv3.GetResponse
	err := s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) (err error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		got, err = s.client.Get(ctx, s.keys.posting(f.under), clientv3.WithPrefix())
		return err
	})
	if err != nil {
		return err
	}
	f.posted = map[string]store.Posting{}
	for _, kv := range got.Kvs {
		f.take(kv)
	}
	var watching context.Context
	watching, f.stop = context.WithCancel(clientv3.WithRequireLeader(s.life))
	f.events = s.client.Watch(watching, s.keys.posting(f.under), clientv3.WithPrefix(), clientv3.WithRev(got.Header.Revision+1))
	return nil
}

// heard takes in what changed, and reports whether something did.
func (f *following) heard(resp clientv3.WatchResponse) bool {
	for _, ev := range resp.Events {
		if ev.Type == clientv3.EventTypeDelete {
			delete(f.posted, f.nameOf(ev.Kv))
		} else {
			f.take(ev.Kv)
		}
	}
	return len(resp.Events) > 0
}

func (f *following) nameOf(kv *mvccpb.KeyValue) string {
	return strings.TrimPrefix(string(kv.Key), f.s.keys.posting(""))
}

// take takes in a posting. One that cannot be read is none.
func (f *following) take(kv *mvccpb.KeyValue) {
	name := f.nameOf(kv)
	body, err := wire.Unseal(placePostings, []byte(name), kv.Value)
	if err != nil {
		delete(f.posted, name)
		return
	}
	f.posted[name] = store.Posting{Name: name, Body: bytes.Clone(body), Mark: store.Mark(kv.ModRevision)}
}

func (f *following) all() []store.Posting {
	out := make([]store.Posting, 0, len(f.posted))
	for _, p := range f.posted {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b store.Posting) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Close implements [store.Following].
func (f *following) Close() error {
	if f.stop != nil {
		f.stop()
	}
	f.stop, f.events = nil, nil
	return nil
}
