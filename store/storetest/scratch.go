package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"beckon/store"
)

func scrap(owner, key, body string, i int) store.Scrap {
	return store.Scrap{Owner: owner, Key: key, Body: []byte(body), At: start.Add(time.Duration(i) * time.Second)}
}

// scraps pages through all that an owner has.
func scraps(t fataler, s store.Store, owner string) []store.Scrap {
	t.Helper()
	return must[[]store.Scrap](t)(store.AllScraps(bg, s, owner))
}

func scrapRoundTrip(t *testing.T, s store.Store) {
	at := time.Date(2026, 3, 29, 3, 30, 0, 987654321, time.FixedZone("CEST", 7200))
	body := []byte("\x00\xff body")
	want := store.Scrap{Owner: "ana", Key: "spring", Body: []byte("\x00\xff body"), At: at.UTC()}
	succeed(t, s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "spring", Body: body, At: at}))
	copy(body, "spoilt")
	got := scraps(t, s, "ana")
	same(t, "scraps", got, []store.Scrap{want})
	if got[0].At.Location() != time.UTC {
		t.Fatalf("the time came back in %v, want UTC", got[0].At.Location())
	}
	copy(got[0].Body, "spoilt")
	same(t, "scraps", scraps(t, s, "ana"), []store.Scrap{want})

	large := bytes.Repeat([]byte("cart "), store.MaxBody)[:store.MaxBody]
	for i, b := range [][]byte{large, []byte("shorter"), {}} { // replaced, an older time over a newer one too
		succeed(t, s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "spring", Body: b, At: start.Add(-time.Duration(i) * time.Hour)}))
		got = scraps(t, s, "ana")
		if len(got) != 1 || !bytes.Equal(got[0].Body, b) || got[0].Body == nil {
			t.Fatalf("put %d of %d bytes came back as %d scraps", i, len(b), len(got))
		}
	}
}

func scrapOrder(t *testing.T, s store.Store) {
	for i, e := range []store.Scrap{scrap("ana", "b", "1", 1), scrap("an", "ab", "2", 2), scrap("ana", "+a", "3", 3), scrap("ana/b", "a", "4", 4), scrap("ana", "ü", "5", 5)} {
		e.At = start.Add(time.Duration(i) * time.Minute)
		succeed(t, s.PutScrap(bg, e))
	}
	keys := func(owner, after string) (out []string) {
		for {
			page := must[[]store.Scrap](t)(s.Scraps(bg, owner, after))
			if len(page) == 0 {
				return out
			}
			for _, e := range page {
				same(t, "owner", e.Owner, owner)
				out = append(out, e.Key)
			}
			after = page[len(page)-1].Key
		}
	}
	same(t, "ana's", keys("ana", ""), []string{"+a", "b", "ü"})
	same(t, "behind a key", keys("ana", "+a"), []string{"b", "ü"})
	same(t, "behind one that is not there", keys("ana", "c"), []string{"ü"})
	same(t, "behind the last", keys("ana", "ü"), nil)
	same(t, "an's", keys("an", ""), []string{"ab"})
	same(t, "one with a slash", keys("ana/b", ""), []string{"a"})
	same(t, "somebody without any", keys("ben", ""), nil)

	owners := must[[]string](t)
	same(t, "owners", owners(store.AllOwners(bg, s)), []string{"an", "ana", "ana/b"})
	same(t, "owners behind one", owners(s.ScrapOwners(bg, "an")), []string{"ana", "ana/b"})
	same(t, "owners behind who has none", owners(s.ScrapOwners(bg, "ana!")), []string{"ana/b"})
	same(t, "owners behind the last", owners(s.ScrapOwners(bg, "ana/b")), nil)
	succeed(t, s.DropScrap(bg, "ana/b", "a"))
	same(t, "owners, one having dropped all", owners(store.AllOwners(bg, s)), []string{"an", "ana"})
}

func scrapNoTrace(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "x", 0)))
	w := must[store.Watch](t)(s.Watch(bg, 1))
	defer w.Close()
	for i := range 20 {
		succeed(t, s.PutScrap(bg, scrap("ana", "a", fmt.Sprint("draft ", i), i)))
	}
	succeed(t, s.DropScrap(bg, "ana", "a"))
	succeed(t, s.PutScrap(bg, scrap("ana", "b", "stays", 1)))
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(1))
	same(t, "documents", ids(all(t, s, store.Query{})), []string{"campaign/a"})
	same(t, "audit", must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{})), nil)
	same(t, "history", len(must[[]store.Document](t)(s.History(bg, "campaign", "a", store.HistoryQuery{}))), 1)
	mustCommit(t, s, change(2, put("b", "y", 0)))
	events := must[[]store.Event](t)(w.Next(bg))
	if len(events) != 1 || events[0].Revision != 2 {
		t.Fatalf("the watch tells %+v, want the commit alone", events)
	}
	same(t, "scraps after a commit", bodiesOf(scraps(t, s, "ana")), []string{"stays"})
}

func bodiesOf(list []store.Scrap) (out []string) {
	for _, e := range list {
		out = append(out, string(e.Body))
	}
	return out
}

func scrapDropped(t *testing.T, s store.Store) {
	succeed(t, s.DropScrap(bg, "ana", "a"))
	succeed(t, s.PutScrap(bg, scrap("ana", "a", "1", 1)))
	succeed(t, s.PutScrap(bg, scrap("ana", "ab", "2", 1)))
	succeed(t, s.PutScrap(bg, scrap("ben", "a", "3", 1)))
	succeed(t, s.DropScrap(bg, "ana", "a"))
	succeed(t, s.DropScrap(bg, "ana", "a"))
	same(t, "ana's", bodiesOf(scraps(t, s, "ana")), []string{"2"})
	same(t, "ben's", bodiesOf(scraps(t, s, "ben")), []string{"3"})
	succeed(t, s.PutScrap(bg, scrap("ana", "a", "again", 1)))
	same(t, "ana's", bodiesOf(scraps(t, s, "ana")), []string{"again", "2"})
}

func scrapTaken(t *testing.T, s store.Store) {
	succeed(t, s.PutScrap(bg, scrap("ana", "ab", "stays", 1)))
	for round := range 5 {
		want := scrap("ana", "a", fmt.Sprint("round ", round), round)
		succeed(t, s.PutScrap(bg, want))
		const n = 4
		given, errs := make([]store.Scrap, n), make([]error, n)
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() { given[i], errs[i] = s.TakeScrap(bg, "ana", "a") })
		}
		all.Wait()
		got := 0
		for i, err := range errs {
			switch {
			case err == nil:
				got++
				same(t, "taken", []store.Scrap{given[i]}, []store.Scrap{want})
			case !errors.Is(err, store.ErrNotFound):
				t.Fatalf("taking: %v", err)
			}
		}
		same(t, "who were given it", got, 1)
		same(t, "what is left", bodiesOf(scraps(t, s, "ana")), []string{"stays"})
	}
	if _, err := s.TakeScrap(bg, "nobody", "a"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("taking what never was: %v", err)
	}
}

func invalidScraps(t *testing.T, s store.Store) {
	long := strings.Repeat("x", store.MaxName)
	succeed(t, s.PutScrap(bg, store.Scrap{Owner: long, Key: long, Body: make([]byte, store.MaxBody), At: start}))
	for name, bad := range map[string]store.Scrap{
		"owner":          {Key: "a", At: start},
		"key":            {Owner: "ana", At: start},
		"key: control":   {Owner: "ana", Key: "a\x00b", At: start},
		"owner: control": {Owner: "ana\nben", Key: "a", At: start},
		"key: not valid": {Owner: "ana", Key: "\xff", At: start},
		"at":             {Owner: "ana", Key: "a"},
	} {
		if err := s.PutScrap(bg, bad); !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want ErrInvalid that names it", name, err)
		}
	}
	for name, bad := range map[string]store.Scrap{
		"owner": {Owner: long + "x", Key: "a", At: start},
		"key":   {Owner: "ana", Key: long + "x", At: start},
		"body":  {Owner: "ana", Key: "a", Body: make([]byte, store.MaxBody+1), At: start},
	} {
		if err := s.PutScrap(bg, bad); !errors.Is(err, store.ErrTooLarge) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want ErrTooLarge that names it", name, err)
		}
	}
	same(t, "ana's", scraps(t, s, "ana"), nil)
	if _, err := s.Scraps(bg, "", ""); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("everybody's scraps: %v, want ErrInvalid", err)
	}
}

func scrapRace(t *testing.T, s store.Store) {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 10 {
				body := strings.Repeat(fmt.Sprint(w), 1000+100*i)
				if err := s.PutScrap(bg, scrap("ana", "a", body, i)); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	wg.Wait()
	got := bodiesOf(scraps(t, s, "ana"))
	if len(got) != 1 || len(got[0]) != 1900 || strings.Trim(got[0], got[0][:1]) != "" {
		t.Fatalf("%d scraps are left, the first of %d bytes", len(got), len(strings.Join(got, "")))
	}
}
