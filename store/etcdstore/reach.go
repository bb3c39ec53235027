package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"beckon/model/text"
	"beckon/store"
	"beckon/store/internal/bell"
)

// pace is how long things may take. An election takes up to two seconds, a member that hangs takes one try of each request that
// goes to it.
type pace struct {
	try    time.Duration // of one request that reads
	write  time.Duration // of one that writes
	read   time.Duration // how long a read tries before it goes on without the quorum
	commit time.Duration // how long a write tries to find the quorum, and then to be told that it was written
	probe  time.Duration // how often the cluster is asked whether it is there
}

var ordinary = pace{try: 600 * time.Millisecond, write: 1500 * time.Millisecond, read: 1500 * time.Millisecond, commit: 5 * time.Second, probe: time.Second}

// reach is whether the cluster answers.
type reach struct {
	mu   sync.Mutex
	why  error // it does not; nil: it does
	bell bell.Bell
}

// set returns err.
func (r *reach) set(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	changed := (r.why == nil) != (err == nil)
	r.why = err
	if changed {
		r.bell.Ring()
	}
	return err
}

func (r *reach) away() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.why
}

// Away implements [store.Distant].
func (s *Store) Away() (why error, changed <-chan struct{}) {
	changed = s.reach.bell.Wait()
	return s.reach.away(), changed
}

// ask sends a request that may be sent any number of times, until it is answered or patience ends. Requests go to one member after the
// other; once around, each is given more time, since it may be the answer that takes so long. The error is one of the caller's context, [store.ErrClosed], [store.ErrAway], or what
// etcd has against the request.
func (s *Store) ask(ctx context.Context, limit, patience time.Duration, request func(ctx context.Context, limit time.Duration) error) error {
	over := time.Now().Add(patience)
	var last error
	for sent := 1; ; sent++ {
		err := request(ctx, limit)
		if err == nil || !passing(err) {
			return s.explained(ctx, err)
		}
		if err := s.pause(ctx); err != nil {
			return err
		}
		if last == nil || codeOf(err) != codes.DeadlineExceeded || !strings.Contains(last.Error(), "connection error") {
			last = err // else it waited for a member that cannot be connected to, which says more
		}
		if !time.Now().Before(over) {
			return s.away(last)
		}
		if sent%s.members == 0 {
			limit = max(limit, min(2*limit, time.Until(over)))
		}
	}
}

func (s *Store) away(err error) error {
	return fmt.Errorf("%s: %w: %s", s.place, store.ErrAway, reason(err))
}

// pause waits a moment before a request is sent again.
func (s *Store) pause(ctx context.Context) error {
	timer := time.NewTimer(50 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-s.life.Done():
	}
	return s.usable(ctx)
}

// usable says whether there is any use in going on.
func (s *Store) usable(ctx context.Context) error {
	if s.life.Err() != nil {
		return fmt.Errorf("%s: %w", s.place, store.ErrClosed)
	}
	return ctx.Err()
}

// explained makes an error of etcd one of the store, with nothing in it that is not to be shown.
func (s *Store) explained(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if over := s.usable(ctx); over != nil {
		return over
	}
	switch {
	case errors.Is(err, rpctypes.ErrNoSpace):
		return fmt.Errorf("%s: %w: etcd has used up its quota: compact and defragment it, then disarm the alarm", s.place, store.ErrFull)
	case errors.Is(err, rpctypes.ErrRequestTooLarge), errors.Is(err, rpctypes.ErrTooManyOps), codeOf(err) == codes.ResourceExhausted:
		return fmt.Errorf("%s: %w for etcd as it is set up: %s", s.place, store.ErrTooLarge, reason(err))
	}
	var known rpctypes.EtcdError
	if _, ok := status.FromError(err); ok || errors.As(err, &known) {
		return fmt.Errorf("%s: etcd says: %s", s.place, reason(err))
	}
	return err // it is ours
}

func codeOf(err error) codes.Code {
	var known rpctypes.EtcdError
	if errors.As(err, &known) {
		return known.Code()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return codes.DeadlineExceeded
	}
	st, ok := status.FromError(err)
	switch {
	case !ok:
		return codes.Unknown
	case st.Code() == codes.Unknown && st.Message() == context.DeadlineExceeded.Error(): // so says a member of 3.4 that has no quorum
		return codes.DeadlineExceeded
	case st.Code() == codes.Unknown && st.Message() == context.Canceled.Error():
		return codes.Canceled
	}
	return st.Code()
}

// passing reports whether a request may be answered when it is sent again: a member is away, hangs, or has no leader.
func passing(err error) bool {
	switch {
	case errors.Is(err, rpctypes.ErrTooManyRequests), errors.Is(err, rpctypes.ErrAuthOldRevision), errors.Is(err, rpctypes.ErrNotLeader):
		return true
	}
	switch codeOf(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.Internal: // the last for a connection that broke in a message
		return true
	}
	return false
}

// reason is the short of an error of etcd.
func reason(err error) string {
	said := rpctypes.ErrorDesc(err)
	switch {
	case errors.Is(err, rpctypes.ErrNoLeader), errors.Is(err, rpctypes.ErrLeaderChanged), errors.Is(err, rpctypes.ErrTimeoutDueToLeaderFail):
		return "its members have no leader"
	case codeOf(err) == codes.DeadlineExceeded, errors.Is(err, rpctypes.ErrTimeout), errors.Is(err, rpctypes.ErrTimeoutDueToConnectionLost):
		return "no answer from most of its members"
	case codeOf(err) == codes.Unavailable:
		if i := strings.LastIndex(said, ": "); i >= 0 {
			said = said[i+2:] // behind what gRPC was doing
		}
		return "no member answers: " + text.Line(strings.TrimRight(said, `"`), 200)
	}
	return text.Line(strings.TrimPrefix(said, "etcdserver: "), 300)
}
