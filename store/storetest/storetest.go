// Package storetest is the suite that every implementation of [store.Store] passes: one named test for every rule of the contract,
// and random sequences of operations against a model. It knows nothing of any implementation.
//
// An implementation calls [Run] from its own tests. Begin with the table in rules.go; watch.go, scratch.go, presence.go and limits.go
// have the rest of its tests, oracle.go the model. Call [Expiry], too, where time can be let pass.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"beckon/store"
)

// Run tests the stores that open makes. Every call of open returns a new, empty store; it may close it in a cleanup of the test. After
// every test the store is verified, and checked, if it is a [store.Checker].
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			rule.test(t, checked(t, open))
		})
	}
	t.Run("the commits of one store make the same commits in another", func(t *testing.T) {
		t.Parallel()
		replayed(t, checked(t, open), checked(t, open))
	})
	t.Run("concurrent editors of one document lose nothing", func(t *testing.T) {
		t.Parallel()
		Editors(t, checked(t, open), 8, 25)
	})
	t.Run("any sequence of operations does what the model does", func(t *testing.T) {
		t.Parallel()
		sequences(t, open)
	})
}

func checked(t *testing.T, open func(t *testing.T) store.Store) store.Store {
	t.Helper()
	s := open(t)
	t.Cleanup(func() { check(t, s) }) // before the cleanup that closes it
	return s
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func check(t fataler, s store.Store) {
	t.Helper()
	if c, ok := s.(store.Checker); ok {
		if err := c.Check(context.Background()); err != nil && !errors.Is(err, store.ErrClosed) {
			t.Fatalf("the store does not hold together after the test: %v", err)
		}
	}
	found, err := store.Verify(context.Background(), s)
	if err != nil && !errors.Is(err, store.ErrClosed) {
		t.Fatalf("verifying the store after the test: %v", err)
	}
	if found.Total > 0 {
		t.Fatalf("the store does not agree with its commits after the test: %v", found.Faults)
	}
}

// start is the time of the first change in these tests.
var start = time.Date(2026, 3, 2, 10, 15, 0, 123456789, time.UTC)

// change makes a valid change that happens i minutes after the start.
func change(i int, writes ...store.Write) store.Change {
	return store.Change{Author: "ana", Why: fmt.Sprintf("change %d", i), At: start.Add(time.Duration(i) * time.Minute), Writes: writes}
}

func put(id, body string, base store.Revision) store.Put {
	return store.Put{Kind: "campaign", ID: id, Body: []byte(body), Base: base}
}

func mustCommit(t fataler, s store.Store, c store.Change) store.Revision {
	t.Helper()
	rev, err := s.Commit(context.Background(), c)
	if err != nil {
		t.Fatalf("commit %q: %v", c.Why, err)
	}
	return rev
}

func must[T any](t fataler) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected error: %v", err)
		}
		return v
	}
}

func succeed(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

func same[T any](t fataler, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// all pages through a list.
func all(t fataler, s store.Store, q store.Query) []store.Document {
	t.Helper()
	var docs []store.Document
	for {
		page, err := s.List(context.Background(), q)
		if err != nil {
			t.Fatalf("list %+v: %v", q, err)
		}
		if len(page) == 0 {
			return docs
		}
		if q.Limit > 0 && len(page) > q.Limit {
			t.Fatalf("a page of at most %d has %d documents", q.Limit, len(page))
		}
		docs = append(docs, page...)
		last := page[len(page)-1]
		q.After = store.Ref{Kind: last.Kind, ID: last.ID}
	}
}

// collect fetches from a watch until it has told the given revision.
func collect(t fataler, w store.Watch, until store.Revision) []store.Event {
	t.Helper()
	var events []store.Event
	for len(events) == 0 || events[len(events)-1].Revision < until {
		more, err := w.Next(context.Background())
		if err != nil {
			t.Fatalf("next: %v", err)
		}
		if len(more) == 0 {
			t.Fatalf("next returned nothing and no error")
		}
		events = append(events, more...)
	}
	return events
}

func ids(docs []store.Document) []string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Kind+"/"+d.ID)
	}
	return out
}

func bodies(docs []store.Document) []string {
	var out []string
	for _, d := range docs {
		if d.Deleted {
			out = append(out, "(deleted)")
		} else {
			out = append(out, string(d.Body))
		}
	}
	return out
}
