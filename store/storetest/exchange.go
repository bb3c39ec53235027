package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"beckon/store"
)

// exchangeRules has one test for every rule of [store.Exchange], named for the rule. A and b are one store, opened by two processes.
var exchangeRules = []struct {
	name string
	test func(t *testing.T, a, b exchange)
}{
	{"what one posts the other is told, the last under each name, in order", postedIsTold},
	{"who posts names what is there, and of several who replace one posting one does", postedOnce},
	{"what is posted in another's place goes with the other, and what was made stays", postedLife},
	{"one is told of the names that he follows, and of no other", postedUnder},
	{"a posting that breaks the rules is refused by the field", postedInvalid},
	{"who waits is woken by the end of his context", postedContext},
	{"postings have no revision, no audit and are no scraps", postedNoTrace},
}

type exchange interface {
	store.Store
	store.Exchange
}

// Exchange tests stores by way of which processes tell each other something. Every call of open returns a new, empty store as two
// processes have it.
func Exchange(t *testing.T, open func(t *testing.T) (a, b store.Store)) {
	for _, rule := range exchangeRules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			a, b := open(t)
			rule.test(t, a.(exchange), b.(exchange))
		})
	}
}

// post posts a body in place of a mark, and returns its mark.
func post(t fataler, s store.Exchange, name, body string, base store.Mark) store.Mark {
	t.Helper()
	mark, err := s.Post(bg, store.Posting{Name: name, Body: []byte(body), Mark: base})
	succeed(t, err)
	return mark
}

func follow(t *testing.T, s store.Exchange, under string) store.Following {
	t.Helper()
	f, err := s.Follow(bg, under)
	succeed(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// heard waits until postings are these, each as name=body.
func heard(t *testing.T, f store.Following, want ...string) {
	t.Helper()
	for {
		list, err := f.Next(t.Context()) // hangs where a state is not told
		succeed(t, err)
		got := make([]string, len(list))
		for i, p := range list {
			if got[i] = p.Name + "=" + string(p.Body); p.Mark == 0 {
				t.Fatalf("%s has the mark 0", p.Name)
			}
		}
		if strings.Join(got, " ") == strings.Join(want, " ") {
			return
		}
	}
}

func postedIsTold(t *testing.T, a, b exchange) {
	f, g := follow(t, b, "s/"), follow(t, a, "s/")
	heard(t, f)
	heard(t, g)
	x := post(t, a, "s/x", "1", 0)
	heard(t, f, "s/x=1")
	heard(t, g, "s/x=1")
	body := []byte("\x00\xff")
	mark, err := b.Post(bg, store.Posting{Name: "s/a", Body: body})
	succeed(t, err)
	copy(body, "no")
	heard(t, f, "s/a=\x00\xff", "s/x=1")
	for n := range 20 {
		x = post(t, a, "s/x", fmt.Sprint(n), x)
	}
	heard(t, g, "s/a=\x00\xff", "s/x=19")
	heard(t, f, "s/a=\x00\xff", "s/x=19")
	succeed(t, b.Unpost(bg, "s/x"))
	heard(t, g, "s/a=\x00\xff")
	succeed(t, b.Unpost(bg, "s/x"))
	post(t, a, "s/a", strings.Repeat("x", store.MaxPosting), mark)
	heard(t, f, "s/a="+strings.Repeat("x", store.MaxPosting))
	heard(t, follow(t, b, "s/"), "s/a="+strings.Repeat("x", store.MaxPosting)) // who comes later is told at once
}

func postedOnce(t *testing.T, a, b exchange) {
	refused := func(s store.Exchange, base store.Mark) {
		t.Helper()
		if _, err := s.Post(bg, store.Posting{Name: "x", Body: []byte("no"), Mark: base}); !errors.Is(err, store.ErrReplaced) {
			t.Fatalf("in place of %d: %v", base, err)
		}
	}
	refused(b, 7)
	first := post(t, a, "x", "1", 0)
	refused(a, 0)
	refused(b, 0)
	second := post(t, b, "x", "2", first)
	refused(a, first)

	var wg sync.WaitGroup
	var mu sync.Mutex
	won := []string{}
	for i := range 8 {
		s := store.Exchange(a)
		if i%2 == 1 {
			s = b
		}
		wg.Go(func() {
			body := fmt.Sprint("by ", i)
			_, err := s.Post(bg, store.Posting{Name: "x", Body: []byte(body), Mark: second})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, body)
			} else if !errors.Is(err, store.ErrReplaced) {
				t.Errorf("posting %s: %v", body, err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of 8 replaced one posting: %v", len(won), won)
	}
	heard(t, follow(t, a, "x"), "x="+won[0])
	succeed(t, a.Unpost(bg, "x"))
	refused(b, second)
	post(t, b, "x", "3", 0)
}

func postedLife(t *testing.T, a, b exchange) {
	mark := post(t, a, "s/of a", "1", 0)
	post(t, b, "s/of b", "1", 0)
	post(t, b, "s/of a", "by b", mark)
	f := follow(t, b, "s/")
	heard(t, f, "s/of a=by b", "s/of b=1")
	succeed(t, a.Close())
	heard(t, f, "s/of b=1")
	for name, err := range map[string]error{
		"Post":   second(a.Post(bg, store.Posting{Name: "s/x"})),
		"Follow": second(a.Follow(bg, "s/")),
		"Unpost": a.Unpost(bg, "s/"),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s of a closed store: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func postedUnder(t *testing.T, a, b exchange) {
	f := follow(t, b, "s/1/")
	heard(t, f)
	post(t, a, "s/10/x", "other", 0)
	post(t, a, "s/1", "other", 0)
	post(t, a, "s/1/é", "mine", 0)
	heard(t, f, "s/1/é=mine")
	succeed(t, a.Unpost(bg, "s/1/"))
	heard(t, f)
	heard(t, follow(t, b, "s"), "s/1=other", "s/10/x=other")
}

func postedInvalid(t *testing.T, a, _ exchange) {
	for name, c := range map[string]struct {
		p    store.Posting
		want error
	}{
		"no name":        {store.Posting{}, store.ErrInvalid},
		"a control rune": {store.Posting{Name: "\x1b[2J"}, store.ErrInvalid},
		"a long name":    {store.Posting{Name: strings.Repeat("x", store.MaxName+1)}, store.ErrTooLarge},
		"a large body":   {store.Posting{Name: "x", Body: make([]byte, store.MaxPosting+1)}, store.ErrTooLarge},
	} {
		if _, err := a.Post(bg, c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Follow(bg, ""); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("following everything: %v", err)
	}
	if err := a.Unpost(bg, ""); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("taking away everything: %v", err)
	}
}

func postedContext(t *testing.T, a, _ exchange) {
	f := follow(t, a, "s/")
	heard(t, f)
	ctx, cancel := context.WithCancel(bg)
	ended := make(chan error, 1)
	go func() {
		_, err := f.Next(ctx)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("waiting in an ended context: %v", err)
	}
	post(t, a, "s/x", "1", 0)
	heard(t, f, "s/x=1") // with another context it goes on
}

func postedNoTrace(t *testing.T, a, b exchange) {
	post(t, a, "s/x", "1", 0)
	heard(t, follow(t, b, "s/"), "s/x=1")
	same(t, "revision", must[store.Revision](t)(b.Revision(bg)), store.Revision(0))
	same(t, "owners", must[[]string](t)(store.AllOwners(bg, b)), nil)
	list, _ := here(t, b)
	same(t, "present", list, nil)
	check(t, b)
}
