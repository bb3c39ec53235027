package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"beckon/store"
	"beckon/store/internal/bell"
)

// Store is a [store.Store] in an etcd cluster. It is also a [store.Checker], a [store.Distant], a [store.Historian] and
// a [store.Exchange].
type Store struct {
	place   string // to be shown
	keys    keys
	pace    pace
	format  uint64
	client  *clientv3.Client
	members int // that are known

	life context.Context // of the store
	end  context.CancelFunc
	busy sync.WaitGroup // its goroutines

	writer   chan struct{} // has one place, for the one that leads the line
	line     line
	together int // how many changes go together at most; for who leads the line
	rivals   int // how much other processes write at the same time; for who leads the line

	due chan struct{} // has one place, for the news that checkpoints are due

	turns sync.Mutex
	turn  *turn // of catching up, while there is one

	mu                           sync.RWMutex
	ix                           *index
	mod                          int64          // the revision of etcd that wrote the head of ix
	whole                        bool           // ix reached the head once: not so after the store was replaced
	heardAt                      time.Time      // ix has all that was acknowledged before
	leaning                      bool           // ix was begun with checkpoints, and has not reached a head yet
	readAll                      bool           // what they have does not fit, so that they are not to be used until ix is whole
	stray                        bool           // there are some behind the head
	checkpointed, checkpointNext store.Revision // up to where ix has checkpoints, and from where on to try again

	news     bell.Bell // rung by new commits, and by the end
	nudge    chan struct{}
	reach    reach
	parts    cache
	presence presence
	postings postings

	// For tests: what is done before commits are sent and before anything is read, and whether commits that were not answered are taken
	// for some that failed.
	sending   func()
	asking    func()
	forgetful bool
}

var (
	_ store.Store     = (*Store)(nil)
	_ store.Checker   = (*Store)(nil)
	_ store.Distant   = (*Store)(nil)
	_ store.Historian = (*Store)(nil)
)

// Open opens the store of an installation, and makes it where there is none. It returns [store.ErrAway] where no member of the
// cluster answers, and [store.NewerFormatError] where a newer Beckon wrote what is there. Without a quorum it opens for reading what
// one member has.
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, ordinary, formatNumber)
}

func open(ctx context.Context, o Options, p pace, format uint64) (*Store, error) {
	s, err := connect(ctx, o, p, format)
	if err != nil {
		return nil, err
	}
	if err := s.found(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("opening the store: %w", s.refused(ctx, o, err))
	}
	s.busy.Go(s.follow)
	s.busy.Go(s.listen)
	s.busy.Go(s.keep)
	s.mu.RLock()
	s.checkpointDue(checkpointCommits)
	s.mu.RUnlock()
	return s, nil
}

// connect makes a store that has read nothing yet.
func connect(ctx context.Context, o Options, p pace, format uint64) (*Store, error) {
	k, err := o.keys()
	if err != nil {
		return nil, err
	}
	s := &Store{place: o.String(), keys: k, pace: p, format: format, members: max(1, len(o.Endpoints)), writer: make(chan struct{}, 1), together: requestOps, ix: newIndex(), nudge: make(chan struct{}, 1), due: make(chan struct{}, 1)}
	s.life, s.end = context.WithCancel(context.Background())
	fail := func(err error) (*Store, error) {
		s.Close()
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	config, err := o.tlsConfig()
	if err != nil {
		return fail(err)
	}
	s.client, err = clientv3.New(clientv3.Config{
		Endpoints: o.Endpoints, TLS: config, Username: o.User, Password: o.Password,
		Context: s.life, Logger: zap.NewNop(),
		DialTimeout:          p.commit, // it bounds the signing in, nothing else
		DialKeepAliveTime:    10 * time.Second,
		DialKeepAliveTimeout: 3 * time.Second,
		PermitWithoutStream:  true,
		DialOptions: []grpc.DialOption{grpc.WithConnectParams(grpc.ConnectParams{
			// A member that comes back is to be used within seconds.
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
			MinConnectTimeout: 2 * time.Second,
		})},
	})
	if err != nil {
		if passing(err) {
			err = s.refused(ctx, o, s.away(err))
		} else {
			err = s.explained(ctx, err)
		}
		return fail(err)
	}
	return s, nil
}

// Exists reports whether there is a store under the prefix, and makes none.
func Exists(ctx context.Context, o Options) (bool, error) {
	s, err := connect(ctx, o, ordinary, formatNumber)
	if err != nil {
		return false, err
	}
	defer s.Close()
	err = s.first(ctx)
	switch {
	case errors.Is(err, errNothing):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("looking for the store: %w", err)
	}
	return true, nil
}

// first reads the store for the first time, from one member where there is no quorum.
func (s *Store) first(ctx context.Context) error {
	err := s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) error { return s.catchUp(ctx, limit, false) })
	if !errors.Is(err, store.ErrAway) {
		return err
	}
	for range 2 * s.members { // each member that is there is asked at least once
		if s.catchUp(ctx, s.pace.try, true) == nil {
			s.reach.set(err)
			return nil
		}
	}
	return err
}

// found reads the store, and lays out an empty one where there is none.
func (s *Store) found(ctx context.Context) error {
	err := s.first(ctx)
	if !errors.Is(err, errNothing) {
		return err
	}
	err = s.send(ctx, func(ctx context.Context) error {
		_, err := s.client.Txn(ctx).If(
			clientv3.Compare(clientv3.CreateRevision(s.keys.format()), "=", 0),
			clientv3.Compare(clientv3.CreateRevision(s.keys.head()), "=", 0),
		).Then(clientv3.OpPut(s.keys.format(), sealFormat(s.format)), clientv3.OpPut(s.keys.head(), head{}.seal())).Commit()
		return err
	})
	if err != nil {
		return err
	}
	return s.first(ctx)
}

// Place returns the address of the store, without anything secret.
func (s *Store) Place() string { return s.place }

// Close ends the store, and the sessions that it announced. A second call does nothing.
func (s *Store) Close() error {
	if s.life.Err() != nil {
		return nil
	}
	s.withdrawAll()
	s.unpostAll()
	s.end()
	s.news.Ring()
	s.presence.close()
	s.busy.Wait()
	if s.client == nil {
		return nil
	}
	if err := s.client.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("closing the store: %w", err)
	}
	return nil
}
