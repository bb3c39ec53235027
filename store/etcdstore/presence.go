package etcdstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
	"beckon/store/internal/bell"
)

// presence is who is at work, as far as this process has heard. It begins to listen when somebody asks for the first time.
type presence struct {
	mu       sync.Mutex
	closed   bool
	watching bool
	read     int64                 // the revision of etcd that all was read at
	sessions map[string]*present   // by operator and session; one that went stays, so that late news of it count for nothing
	own      map[string]*announced // of this process
	mark     store.Mark
	bell     bell.Bell
}

type present struct {
	told store.Present
	gone bool
	mod  int64 // the revision of etcd that said so
}

// announced is a session that this process speaks for. Its lock keeps announcements of one session in order.
type announced struct {
	mu    sync.Mutex
	lease clientv3.LeaseID
	ttl   int64
	value string
}

func (p *presence) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.bell.Ring()
}

// say takes in what etcd says of a session; nil: it is gone. The lock is held.
func (p *presence) say(name string, told *store.Present, mod int64) {
	was := p.sessions[name]
	if was != nil && mod < was.mod {
		return
	}
	now := &present{mod: mod, gone: told == nil}
	if told != nil {
		now.told = *told
	}
	p.sessions[name] = now
	if (was == nil || was.gone) != now.gone || !now.gone && was != nil && !samePresent(was.told, now.told) {
		p.mark++
		p.bell.Ring()
	}
}

func samePresent(a, b store.Present) bool {
	return a.From == b.From && a.Since.Equal(b.Since) && bytes.Equal(a.Body, b.Body)
}

func (s *Store) presentName(key []byte) string { return string(key[len(s.keys.presence()):]) }

// heard takes in a value of presence. One that cannot be read is nobody.
func (s *Store) heard(kv *mvccpb.KeyValue) {
	name := s.presentName(kv.Key)
	if told, err := openPresent(name, kv.Value); err == nil && told.Validate() == nil {
		s.presence.say(name, &told, kv.ModRevision)
	}
}

// readPresent reads who is there, and returns the revision of etcd that it was read at.
func (s *Store) readPresent(ctx context.Context) (int64, error) {
	var resp *clientv3.GetResponse
	err := s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) (err error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		resp, err = s.client.Get(ctx, s.keys.presence(), clientv3.WithPrefix())
		return err
	})
	if err != nil {
		return 0, err
	}
	p := &s.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	at, there := resp.Header.Revision, map[string]bool{}
	for _, kv := range resp.Kvs {
		there[s.presentName(kv.Key)] = true
		s.heard(kv)
	}
	for name, was := range p.sessions {
		switch {
		case there[name] || was.mod > at:
		case was.gone:
			delete(p.sessions, name)
		default:
			p.say(name, nil, at)
		}
	}
	return at, nil
}

// listening makes sure that it is known who is there, and goes on to be.
func (s *Store) listening(ctx context.Context) error {
	p := &s.presence
	p.mu.Lock()
	if p.sessions == nil {
		p.sessions, p.mark = map[string]*present{}, 1
	}
	ready := p.watching
	p.mu.Unlock()
	if ready {
		return nil
	}
	at, err := s.readPresent(ctx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.watching && !p.closed {
		p.watching = true
		s.busy.Go(func() { s.listenPresent(at) })
	}
	return nil
}

// listenPresent takes in who comes and goes behind a revision of etcd. Where it missed something it reads all again.
func (s *Store) listenPresent(at int64) {
	for s.usable(s.life) == nil {
		ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(s.life))
		for resp := range s.client.Watch(ctx, s.keys.presence(), clientv3.WithPrefix(), clientv3.WithRev(at+1)) {
			if resp.Err() != nil {
				break
			}
			s.presence.mu.Lock()
			for _, ev := range resp.Events {
				if ev.Type == clientv3.EventTypeDelete {
					s.presence.say(s.presentName(ev.Kv.Key), nil, ev.Kv.ModRevision)
				} else {
					s.heard(ev.Kv)
				}
			}
			s.presence.mu.Unlock()
			at = max(at, resp.Header.Revision)
		}
		cancel()
		for s.pause(s.life) == nil {
			if now, err := s.readPresent(s.life); err == nil {
				at = now
				break
			}
		}
	}
}

// Announce implements [store.Presence]. A lease carries the session; etcd counts in seconds, from about two on.
func (s *Store) Announce(ctx context.Context, told store.Present, ttl time.Duration) error {
	if err := told.Validate(); err != nil {
		return err
	}
	if ttl <= 0 {
		return fmt.Errorf("ttl of %v: %w", ttl, store.ErrInvalid)
	}
	if err := s.usable(ctx); err != nil {
		return err
	}
	if err := s.listening(ctx); err != nil {
		return refusal(err)
	}
	told.Since = told.Since.UTC().Round(0)
	name, value := pair(told.Operator, told.Session), string(sealPresent(told))
	a, err := s.ownSession(name)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	seconds := int64((ttl + time.Second - 1) / time.Second)
	if a.lease != 0 && a.value == value && a.ttl == seconds {
		expired := false
		err := s.send(ctx, func(ctx context.Context) error {
			_, err := s.client.KeepAliveOnce(ctx, a.lease)
			if expired = errors.Is(err, rpctypes.ErrLeaseNotFound); expired {
				return nil
			}
			return err
		})
		if !expired {
			return refusal(err)
		}
	}
	old := a.lease
	var mod int64
	err = s.send(ctx, func(ctx context.Context) error {
		lease, err := s.client.Grant(ctx, seconds)
		if err != nil {
			return err
		}
		put, err := s.client.Put(ctx, s.keys.presence()+name, value, clientv3.WithLease(lease.ID))
		if err != nil {
			return err
		}
		a.lease, a.value, a.ttl, mod = lease.ID, value, seconds, put.Header.Revision
		return nil
	})
	if err != nil {
		return refusal(err)
	}
	s.presence.mu.Lock()
	told.Body = bytes.Clone(told.Body)
	s.presence.say(name, &told, mod)
	s.presence.mu.Unlock()
	if old != 0 { // it carries nothing any longer
		s.revoke(ctx, old)
	}
	return nil
}

// ownSession returns what this process announced of a session, and makes room for one that is new.
func (s *Store) ownSession(name string) (*announced, error) {
	p := &s.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.own[name]; a != nil {
		return a, nil
	}
	here := 0
	for _, was := range p.sessions {
		if !was.gone {
			here++
		}
	}
	if was := p.sessions[name]; here >= store.MaxPresent && (was == nil || was.gone) {
		return nil, fmt.Errorf("there are %d sessions: %w", here, store.ErrFull)
	}
	if p.own == nil {
		p.own = map[string]*announced{}
	}
	p.own[name] = &announced{}
	return p.own[name], nil
}

// Withdraw implements [store.Presence].
func (s *Store) Withdraw(ctx context.Context, operator, session string) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	name := pair(operator, session)
	s.presence.mu.Lock()
	a := s.presence.own[name]
	delete(s.presence.own, name)
	s.presence.mu.Unlock()
	if a != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
	}
	var mod int64
	err := s.send(ctx, func(ctx context.Context) error {
		resp, err := s.client.Delete(ctx, s.keys.present(operator, session))
		if err == nil {
			mod = resp.Header.Revision
		}
		return err
	})
	if err != nil {
		return refusal(err)
	}
	s.presence.mu.Lock()
	if s.presence.sessions != nil {
		s.presence.say(name, nil, mod)
	}
	s.presence.mu.Unlock()
	if a != nil && a.lease != 0 {
		s.revoke(ctx, a.lease)
	}
	return nil
}

// revoke ends a lease; where it does not come to that, the lease ends by itself.
func (s *Store) revoke(ctx context.Context, lease clientv3.LeaseID) {
	ctx, cancel := context.WithTimeout(ctx, s.pace.try)
	defer cancel()
	_, _ = s.client.Revoke(ctx, lease)
}

// withdrawAll ends what this process announced. Where that cannot be said, the leases end by themselves.
func (s *Store) withdrawAll() {
	s.presence.mu.Lock()
	own := s.presence.own
	s.presence.own = nil
	s.presence.mu.Unlock()
	ctx, cancel := context.WithTimeout(s.life, s.pace.try)
	defer cancel()
	for _, a := range own {
		a.mu.Lock()
		if a.lease != 0 {
			_, _ = s.client.Revoke(ctx, a.lease)
		}
		a.mu.Unlock()
	}
}

// Present implements [store.Presence]. While the cluster is away it tells who was there last.
func (s *Store) Present(ctx context.Context, seen store.Mark) ([]store.Present, store.Mark, error) {
	if err := s.usable(ctx); err != nil {
		return nil, 0, err
	}
	if err := s.listening(ctx); err != nil {
		return nil, 0, err
	}
	for {
		changed := s.presence.bell.Wait()
		if err := s.usable(ctx); err != nil {
			return nil, 0, err
		}
		if here, mark := s.presence.state(); mark != seen {
			return here, mark, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (p *presence) state() ([]store.Present, store.Mark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	here := make([]store.Present, 0, len(p.sessions))
	for _, was := range p.sessions {
		if !was.gone {
			told := was.told
			told.Body = bytes.Clone(told.Body)
			here = append(here, told)
		}
	}
	slices.SortFunc(here, func(a, b store.Present) int {
		return cmp.Or(cmp.Compare(a.Operator, b.Operator), cmp.Compare(a.Session, b.Session))
	})
	return here, p.mark
}
