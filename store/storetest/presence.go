package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"beckon/store"
)

// long is a life that no test outlives.
const long = time.Hour

func present(operator, session, body string, i int) store.Present {
	return store.Present{Operator: operator, Session: session, From: "192.0.2.1:" + fmt.Sprint(i), Since: start.Add(time.Duration(i) * time.Second), Body: []byte(body)}
}

// here is who is present now, and the mark.
func here(t fataler, s store.Store) ([]store.Present, store.Mark) {
	t.Helper()
	list, mark, err := s.Present(bg, 0)
	succeed(t, err)
	return list, mark
}

func presentRoundTrip(t *testing.T, s store.Store) {
	list, mark := here(t, s)
	same(t, "nobody", list, nil)
	if mark == 0 {
		t.Fatal("the mark of a state is 0")
	}
	since := time.Date(2026, 3, 29, 3, 30, 0, 987654321, time.FixedZone("CEST", 7200))
	body := []byte("\x00\xff body")
	want := store.Present{Operator: "ana", Session: "1", From: "[2001:db8::1]:22", Since: since.UTC(), Body: []byte("\x00\xff body")}
	succeed(t, s.Announce(bg, store.Present{Operator: "ana", Session: "1", From: "[2001:db8::1]:22", Since: since, Body: body}, long))
	copy(body, "spoilt")
	list, _ = here(t, s)
	same(t, "present", list, []store.Present{want})
	if list[0].Since.Location() != time.UTC {
		t.Fatalf("the time came back in %v, want UTC", list[0].Since.Location())
	}
	copy(list[0].Body, "spoilt")
	list, _ = here(t, s)
	same(t, "present", list, []store.Present{want})

	largest := strings.Repeat("x", store.MaxPresentBody)
	for _, b := range []string{largest, "shorter", ""} {
		want.Body = []byte(b)
		succeed(t, s.Announce(bg, want, long))
		list, _ = here(t, s)
		same(t, "present", list, []store.Present{want})
	}
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(0))
}

func presentOrder(t *testing.T, s store.Store) {
	for i, p := range []store.Present{present("ben", "1", "", 1), present("ana", "b", "", 2), present("an", "z", "", 3), present("ana", "a", "", 4), present("ana/a", "a", "", 5), present("ana", "ü", "", 6)} {
		p.Since = start.Add(-time.Duration(i) * time.Minute)
		succeed(t, s.Announce(bg, p, long))
	}
	names := func() (out []string) {
		list, _ := here(t, s)
		for _, p := range list {
			out = append(out, p.Operator+" "+p.Session)
		}
		return out
	}
	same(t, "order", names(), []string{"an z", "ana a", "ana b", "ana ü", "ana/a a", "ben 1"})
	succeed(t, s.Withdraw(bg, "ana", "a"))
	succeed(t, s.Withdraw(bg, "ana", "a"))
	succeed(t, s.Withdraw(bg, "ben", "b"))
	same(t, "order", names(), []string{"an z", "ana b", "ana ü", "ana/a a", "ben 1"})
}

func presentMarks(t *testing.T, s store.Store) {
	wait := func(seen store.Mark) chan []store.Present {
		told := make(chan []store.Present, 1)
		go func() {
			list, mark, err := s.Present(bg, seen)
			if err != nil || mark == seen {
				t.Errorf("waiting: mark %d after %d, %v", mark, seen, err)
			}
			told <- list
		}()
		return told
	}
	_, mark := here(t, s)
	told := wait(mark)
	first := present("ana", "1", "looks on", 1)
	succeed(t, s.Announce(bg, first, long))
	same(t, "woken by who comes", <-told, []store.Present{first})

	_, mark = here(t, s)
	succeed(t, s.Announce(bg, first, 2*long))
	if _, again := here(t, s); again != mark {
		t.Fatal("an announcement that says nothing new makes a new state")
	}
	told = wait(mark)
	first.Body = []byte("edits")
	succeed(t, s.Announce(bg, first, long))
	same(t, "woken by who does something else", <-told, []store.Present{first})

	_, mark = here(t, s)
	told = wait(mark)
	succeed(t, s.Withdraw(bg, "ana", "1"))
	same(t, "woken by who goes", <-told, nil)

	_, old := here(t, s)
	succeed(t, s.Announce(bg, first, long))
	same(t, "a mark of long ago", <-wait(old), []store.Present{first})
	same(t, "a mark of another time", <-wait(1<<60), []store.Present{first})

	ctx, cancel := context.WithCancel(bg)
	_, mark = here(t, s)
	ended := make(chan error, 1)
	go func() {
		_, _, err := s.Present(ctx, mark)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("waiting in an ended context: %v", err)
	}
}

func invalidPresent(t *testing.T, s store.Store) {
	for name, bad := range map[string]store.Present{
		"operator": {Session: "1", Since: start},
		"session":  {Operator: "ana", Since: start},
		"since":    {Operator: "ana", Session: "1"},
		"from":     {Operator: "ana", Session: "1", Since: start, From: "\x1b[2J"},
	} {
		if err := s.Announce(bg, bad, long); !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string]store.Present{
		"operator": {Operator: strings.Repeat("x", store.MaxName+1), Session: "1", Since: start},
		"body":     {Operator: "ana", Session: "1", Since: start, Body: make([]byte, store.MaxPresentBody+1)},
	} {
		if err := s.Announce(bg, bad, long); !errors.Is(err, store.ErrTooLarge) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, ttl := range []time.Duration{0, -time.Second} {
		if err := s.Announce(bg, present("ana", "1", "", 1), ttl); !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), "ttl") {
			t.Errorf("ttl %v: %v", ttl, err)
		}
	}
	list, _ := here(t, s)
	same(t, "present", list, nil)
}

func presentRace(t *testing.T, s store.Store) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range 25 {
				p := present("ana", fmt.Sprint(i), fmt.Sprint(n), i)
				if err := s.Announce(bg, p, long); err != nil {
					t.Errorf("announcing: %v", err)
				}
				if n == 24 && i%2 == 1 {
					if err := s.Withdraw(bg, "ana", p.Session); err != nil {
						t.Errorf("withdrawing: %v", err)
					}
				}
			}
		}()
	}
	var told []store.Present
	var mark store.Mark
	for len(told) != 4 || string(told[0].Body) != "24" || string(told[1].Body) != "24" || string(told[2].Body) != "24" || string(told[3].Body) != "24" {
		var err error
		if told, mark, err = s.Present(bg, mark); err != nil { // hangs where a change is not told
			t.Fatal(err)
		}
	}
	wg.Wait()
}

// Expiry tests that who is heard of no longer is present no longer. It is not part of [Run], because time has to pass for it: pass
// lets it do so for the store, at least for as long as it is told, and need not take as long. A store that counts coarsely is given
// a ttl of several of its units.
func Expiry(t *testing.T, s store.Store, ttl time.Duration, pass func(time.Duration)) {
	t.Helper()
	stays, goes := present("ana", "stays", "", 1), present("ben", "goes", "", 2)
	succeed(t, s.Announce(bg, stays, 4*ttl))
	succeed(t, s.Announce(bg, goes, 2*ttl))
	list, mark := here(t, s)
	same(t, "at first", list, []store.Present{stays, goes})
	pass(ttl)
	succeed(t, s.Announce(bg, goes, 2*ttl)) // announced again in time
	pass(ttl + ttl/2)
	list, again := here(t, s)
	same(t, "announced again", list, []store.Present{stays, goes})
	same(t, "mark", again, mark)
	succeed(t, s.Announce(bg, stays, 20*ttl))
	told := make(chan []store.Present, 1)
	go func() {
		list, _, err := s.Present(bg, mark)
		if err != nil {
			t.Errorf("waiting: %v", err)
		}
		told <- list
	}()
	pass(5 * ttl)
	same(t, "woken by who was not heard of", <-told, []store.Present{stays})
}
