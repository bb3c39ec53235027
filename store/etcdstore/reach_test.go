package etcdstore

import (
	"context"
	"errors"
	"testing"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestWhatMayBeAskedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"no answer in time", context.DeadlineExceeded, true},
		{"no answer in time, as a member says it", status.Error(codes.DeadlineExceeded, "deadline"), true},
		{"no answer in time, as a member of 3.4 says it", status.Error(codes.Unknown, "context deadline exceeded"), true},
		{"a member of 3.4 that ends", status.Error(codes.Unknown, "context canceled"), true},
		{"no member", status.Error(codes.Unavailable, "connection refused"), true},
		{"no leader", rpctypes.ErrNoLeader, true},
		{"too many requests", rpctypes.ErrTooManyRequests, true},
		{"no room", rpctypes.ErrNoSpace, false},
		{"no permission", rpctypes.ErrPermissionDenied, false},
		{"something else that a member says", status.Error(codes.Unknown, "a deadline of context exceeded"), false},
		{"ours", errors.New("context deadline exceeded"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := passing(c.err); got != c.want {
				t.Errorf("passing: %v", got)
			}
		})
	}
}
