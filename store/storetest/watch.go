package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"beckon/store"
)

func watchFromAnywhere(t *testing.T, s store.Store) {
	var want []store.Event
	for i := range 12 {
		c := change(i, put(fmt.Sprint("z", i), fmt.Sprint("body ", i), 0), put(fmt.Sprint("a", i), "", 0))
		if i == 7 {
			c.Writes = append(c.Writes, store.Delete{Kind: "campaign", ID: "z3", Base: 4})
		}
		rev := mustCommit(t, s, c)
		e := store.Event{Revision: rev, Author: c.Author, Why: c.Why, At: c.At}
		for _, w := range c.Writes {
			ref, _ := store.Target(w)
			d := store.Document{Kind: ref.Kind, ID: ref.ID, Revision: rev, Author: c.Author, Why: c.Why, At: c.At}
			if p, ok := w.(store.Put); ok {
				d.Body = p.Body
			} else {
				d.Deleted = true
			}
			e.Documents = append(e.Documents, d)
		}
		want = append(want, e)
	}
	for since := range want {
		w := must[store.Watch](t)(s.Watch(bg, store.Revision(since)))
		same(t, fmt.Sprint("since ", since), collect(t, w, 12), want[since:])
		succeed(t, w.Close())
	}
}

func watchWakes(t *testing.T, s store.Store) {
	w := must[store.Watch](t)(s.Watch(bg, 0))
	defer w.Close()
	got := make(chan []store.Event)
	go func() {
		for range 3 {
			events, err := w.Next(bg)
			if err != nil {
				t.Errorf("next: %v", err)
			}
			got <- events
		}
	}()
	for i := 1; i <= 3; i++ {
		mustCommit(t, s, change(i, put(fmt.Sprint("d", i), "x", 0)))
		events := <-got
		same(t, "events", len(events), 1)
		same(t, "revision", events[0].Revision, store.Revision(i))
	}
}

func watchSlow(t *testing.T, s store.Store) {
	w := must[store.Watch](t)(s.Watch(bg, 0))
	defer w.Close()
	const commits = 600
	base := store.Revision(0)
	for i := range commits {
		base = mustCommit(t, s, change(i, put("a", fmt.Sprint(i), base)))
	}
	for i, e := range collect(t, w, commits) {
		if e.Revision != store.Revision(i+1) || string(e.Documents[0].Body) != fmt.Sprint(i) {
			t.Fatalf("event %d is revision %d with %q", i, e.Revision, e.Documents[0].Body)
		}
	}
}

func watchContext(t *testing.T, s store.Store) {
	w := must[store.Watch](t)(s.Watch(bg, 0))
	defer w.Close()
	ctx, cancel := context.WithCancel(bg)
	ended := make(chan error)
	go func() {
		_, err := w.Next(ctx)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("next: %v, want the context's error", err)
	}
	mustCommit(t, s, change(1, put("a", "x", 0)))
	same(t, "events", len(collect(t, w, 1)), 1)
}

func watchClosed(t *testing.T, s store.Store) {
	w := must[store.Watch](t)(s.Watch(bg, 0))
	ended := make(chan error)
	go func() {
		_, err := w.Next(bg)
		ended <- err
	}()
	succeed(t, w.Close())
	if err := <-ended; !errors.Is(err, store.ErrClosed) {
		t.Fatalf("next: %v, want ErrClosed", err)
	}
	succeed(t, w.Close())
}

func futureRevision(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "x", 0)))
	if _, err := s.List(bg, store.Query{At: 2}); !errors.Is(err, store.ErrNoRevision) {
		t.Fatalf("list: %v, want ErrNoRevision", err)
	}
	if _, err := s.Watch(bg, 2); !errors.Is(err, store.ErrNoRevision) {
		t.Fatalf("watch: %v, want ErrNoRevision", err)
	}
	w := must[store.Watch](t)(s.Watch(bg, 1))
	succeed(t, w.Close())
}
