package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"beckon/store"
)

// rules has one test for every rule of the contract, named for the rule.
var rules = []struct {
	name string
	test func(t *testing.T, s store.Store)
}{
	{"an empty store is at revision 0 and has nothing", emptyStore},
	{"a document comes back as it was put, with who, when and why", roundTrip},
	{"what the caller does with its bytes afterwards changes nothing", ownBytes},
	{"large and incompressible bodies come back byte for byte", largeBodies},
	{"a stale base is refused and both versions are at hand", staleBase},
	{"base 0 is refused where the document exists", putExisting},
	{"a base for what never existed is refused", putMissing},
	{"several documents are written together under one revision", together},
	{"one stale write refuses the whole change", allOrNothing},
	{"revisions grow by one with every commit of the whole store", revisions},
	{"a deleted document is gone, keeps its history and may be put again", deleteAndRecreate},
	{"a delete names the living revision", deleteStale},
	{"a list is ordered by kind, then id, byte by byte", listOrder},
	{"a list pages without gap or repetition, over changes too", listPaging},
	{"any past revision can be read as it was", past},
	{"a past revision pages as one state while others commit", pastWhileChanging},
	{"history tells every version, newest first, in pages", history},
	{"the audit is written with the change or not at all", auditWithChange},
	{"the audit pages in both directions and filters", auditQueries},
	{"a commit may write nothing but audit", auditOnly},
	{"the same key twice writes once and returns the first revision", repeatedKey},
	{"a refused change does not use up its key", refusedKey},
	{"commits come back as they were, in order, with sums that chain", commits},
	{"a watch tells every commit in order from any revision", watchFromAnywhere},
	{"a waiting watch is woken by a commit", watchWakes},
	{"a watch that was not read for long has missed nothing", watchSlow},
	{"a watch ends with its context and goes on with another", watchContext},
	{"a closed watch says so, even to one that waits", watchClosed},
	{"a revision that is not there yet is refused", futureRevision},
	{"a change that breaks the rules is refused by the field", invalidChanges},
	{"the limits themselves are allowed, one more is not", limits},
	{"names in any script keep their bytes", scripts},
	{"a scrap comes back as it was kept, the last one for its key", scrapRoundTrip},
	{"scraps are listed by owner and key, and nobody sees another's", scrapOrder},
	{"scraps have no revision, no history, no audit and wake no watch", scrapNoTrace},
	{"a dropped scrap is gone, and dropping nothing is no error", scrapDropped},
	{"of several who take a scrap at once, one is given it", scrapTaken},
	{"a scrap that breaks the rules is refused by the field", invalidScraps},
	{"of scraps written at once one is kept whole", scrapRace},
	{"who is announced is present, as it was said last", presentRoundTrip},
	{"who is present is listed by operator and session until it is withdrawn", presentOrder},
	{"whoever waits is told who comes, goes and does something else, and nothing twice", presentMarks},
	{"an announcement that breaks the rules is refused by the field", invalidPresent},
	{"of announcements at once none is lost to who waits", presentRace},
	{"an ended context does nothing", endedContext},
	{"a closed store says so and closes twice", closed},
}

var bg = context.Background()

func emptyStore(t *testing.T, s store.Store) {
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(0))
	same(t, "list", all(t, s, store.Query{}), nil)
	same(t, "state", must[[]store.Document](t)(store.At(bg, s, 0)), nil)
	same(t, "audit", must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{})), nil)
	same(t, "oldest audit", must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{OldestFirst: true})), nil)
	if _, err := s.Get(bg, "campaign", "a"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("get: %v, want ErrNotFound", err)
	}
	if _, err := s.History(bg, "campaign", "a", store.HistoryQuery{}); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("history: %v, want ErrNotFound", err)
	}
}

func roundTrip(t *testing.T, s store.Store) {
	at := time.Date(2026, 3, 29, 3, 30, 0, 987654321, time.FixedZone("CEST", 7200))
	rev := mustCommit(t, s, store.Change{Author: "ana", Why: "line one\nline two", At: at,
		Writes: []store.Write{put("a", "\x00\xff body", 0), put("empty", "", 0)}})
	want := store.Document{Kind: "campaign", ID: "a", Body: []byte("\x00\xff body"), Revision: rev,
		Author: "ana", Why: "line one\nline two", At: at.UTC()}
	same(t, "document", must[store.Document](t)(s.Get(bg, "campaign", "a")), want)
	got := must[store.Document](t)(s.Get(bg, "campaign", "empty"))
	if got.Body == nil || len(got.Body) != 0 {
		t.Fatalf("an empty body came back as %#v", got.Body)
	}
	if got.At.Location() != time.UTC {
		t.Fatalf("the time came back in %v, want UTC", got.At.Location())
	}
}

func ownBytes(t *testing.T, s store.Store) {
	body := []byte("before")
	mustCommit(t, s, change(1, store.Put{Kind: "campaign", ID: "a", Body: body}))
	copy(body, "spoilt")
	got := must[store.Document](t)(s.Get(bg, "campaign", "a"))
	copy(got.Body, "spoilt")
	same(t, "body", bodies(all(t, s, store.Query{})), []string{"before"})
}

func largeBodies(t *testing.T, s store.Store) {
	noise := make([]byte, store.MaxBody)
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(noise)
	want := map[string][]byte{"noise": noise, "zeros": make([]byte, store.MaxBody)}
	for _, size := range []int{3399, 3400, 3500, 3501, 4096, 10_000} {
		want[fmt.Sprintf("noise-%d", size)] = noise[:size]
		want[fmt.Sprintf("text-%d", size)] = []byte(strings.Repeat("cart ", size)[:size])
	}
	i := 0
	for id, body := range want {
		i++
		mustCommit(t, s, change(i, store.Put{Kind: "journey", ID: id, Body: body}))
	}
	for _, d := range all(t, s, store.Query{Kind: "journey"}) {
		if !bytes.Equal(d.Body, want[d.ID]) {
			t.Fatalf("%s came back with %d other bytes", d.ID, len(d.Body))
		}
		delete(want, d.ID)
	}
	same(t, "missing", len(want), 0)
}

func conflict(t *testing.T, s store.Store, c store.Change) *store.ConflictError {
	t.Helper()
	before := must[store.Revision](t)(s.Revision(bg))
	rev, err := s.Commit(bg, c)
	var e *store.ConflictError
	if !errors.As(err, &e) || !errors.Is(err, store.ErrConflict) {
		t.Fatalf("commit returned %d, %v; want a conflict", rev, err)
	}
	same(t, "revision after a conflict", must[store.Revision](t)(s.Revision(bg)), before)
	if want := e.Ref().String(); !strings.Contains(e.Error(), want) {
		t.Fatalf("%q does not name %s", e, want)
	}
	return e
}

func staleBase(t *testing.T, s store.Store) {
	r1 := mustCommit(t, s, change(1, put("a", "one", 0)))
	r2 := mustCommit(t, s, store.Change{Author: "ben", Why: "mine first", At: start, Writes: []store.Write{put("a", "two", r1)}})
	e := conflict(t, s, change(3, put("a", "three", r1)))
	same(t, "mine", e.Mine, store.Document{Kind: "campaign", ID: "a", Body: []byte("three"), Revision: r1,
		Author: "ana", Why: "change 3", At: change(3).At})
	same(t, "theirs", e.Theirs, store.Document{Kind: "campaign", ID: "a", Body: []byte("two"), Revision: r2,
		Author: "ben", Why: "mine first", At: start})
	same(t, "kept", bodies(all(t, s, store.Query{})), []string{"two"})
	mustCommit(t, s, change(4, put("a", "three", e.Theirs.Revision)))
	conflict(t, s, change(5, put("a", "from the future", 99)))
}

func putExisting(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "one", 0)))
	e := conflict(t, s, change(2, put("a", "mine", 0)))
	same(t, "both", bodies([]store.Document{e.Mine, e.Theirs}), []string{"mine", "one"})
}

func putMissing(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "one", 0)))
	e := conflict(t, s, change(2, put("b", "mine", 1)))
	same(t, "theirs", e.Theirs, store.Document{})
	conflict(t, s, change(3, store.Delete{Kind: "campaign", ID: "b", Base: 1}))
}

func together(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("old", "one", 0)))
	rev := mustCommit(t, s, change(2, put("old", "two", 1), put("new", "n", 0), store.Put{Kind: "goal", ID: "old", Body: []byte("g")}))
	for _, d := range all(t, s, store.Query{}) {
		if d.Revision != rev {
			t.Fatalf("%s/%s has revision %d, want %d", d.Kind, d.ID, d.Revision, rev)
		}
	}
	same(t, "documents", ids(all(t, s, store.Query{})), []string{"campaign/new", "campaign/old", "goal/old"})
}

func allOrNothing(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "one", 0), put("b", "one", 0)))
	mustCommit(t, s, change(2, put("b", "two", 1)))
	c := change(3, put("a", "lost", 1), put("c", "lost", 0), put("b", "lost", 1))
	c.Audit = []store.AuditEntry{{Kind: "campaign", ID: "a", Action: "update"}}
	e := conflict(t, s, c)
	same(t, "the document in conflict", e.Ref(), store.Ref{Kind: "campaign", ID: "b"})
	same(t, "documents", bodies(all(t, s, store.Query{})), []string{"one", "two"})
	same(t, "audit", must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{})), nil)
	same(t, "history", bodies(must[[]store.Document](t)(s.History(bg, "campaign", "a", store.HistoryQuery{}))), []string{"one"})
}

func revisions(t *testing.T, s store.Store) {
	for i := 1; i <= 5; i++ {
		rev := mustCommit(t, s, change(i, put(fmt.Sprint("d", i), "x", 0)))
		same(t, "revision", rev, store.Revision(i))
		same(t, "last", must[store.Revision](t)(s.Revision(bg)), rev)
	}
}

func deleteAndRecreate(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "first life", 0)))
	mustCommit(t, s, change(2, store.Delete{Kind: "campaign", ID: "a", Base: 1}))
	if _, err := s.Get(bg, "campaign", "a"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("get: %v, want ErrNotFound", err)
	}
	same(t, "list", all(t, s, store.Query{}), nil)
	e := conflict(t, s, change(3, put("a", "an edit that came late", 1)))
	same(t, "theirs is deleted", e.Theirs, store.Document{Kind: "campaign", ID: "a", Revision: 2, Deleted: true,
		Author: "ana", Why: "change 2", At: change(2).At})
	conflict(t, s, change(3, put("a", "a deletion is no base", 2)))
	mustCommit(t, s, change(4, put("a", "second life", 0)))
	docs := must[[]store.Document](t)(s.History(bg, "campaign", "a", store.HistoryQuery{}))
	same(t, "history", bodies(docs), []string{"second life", "(deleted)", "first life"})
	same(t, "then", bodies(must[[]store.Document](t)(store.At(bg, s, 1))), []string{"first life"})
	same(t, "between", must[[]store.Document](t)(store.At(bg, s, 2)), nil)
	same(t, "now", bodies(must[[]store.Document](t)(store.At(bg, s, 0))), []string{"second life"})
}

func deleteStale(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "one", 0)))
	mustCommit(t, s, change(2, put("a", "two", 1)))
	e := conflict(t, s, change(3, store.Delete{Kind: "campaign", ID: "a", Base: 1}))
	if !e.Mine.Deleted || e.Mine.Body != nil {
		t.Fatalf("mine is %+v, want a deletion", e.Mine)
	}
	mustCommit(t, s, change(4, store.Delete{Kind: "campaign", ID: "a", Base: 2}))
	conflict(t, s, change(5, store.Delete{Kind: "campaign", ID: "a", Base: 2}))
}

func listOrder(t *testing.T, s store.Store) {
	var writes []store.Write
	want := []string{"a/b", "a/b!", "a/ba", "a/é", "a b/a", "a-b/a", "ab/a", "b/A", "b/a"}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(want)) {
		kind, id, _ := strings.Cut(want[i], "/")
		writes = append(writes, store.Put{Kind: kind, ID: id})
	}
	mustCommit(t, s, change(1, writes...))
	same(t, "list", ids(all(t, s, store.Query{})), want)
	same(t, "one kind", ids(all(t, s, store.Query{Kind: "a"})), want[:4])
	same(t, "a kind that is not there", all(t, s, store.Query{Kind: "aa"}), nil)
	same(t, "a kind that begins like another", ids(all(t, s, store.Query{Kind: "ab"})), []string{"ab/a"})
	page := must[[]store.Document](t)(s.List(bg, store.Query{Kind: "a", After: store.Ref{ID: "b!"}}))
	same(t, "behind an id of the kind", ids(page), []string{"a/ba", "a/é"})
	page = must[[]store.Document](t)(s.List(bg, store.Query{Kind: "b", After: store.Ref{Kind: "a", ID: "b"}}))
	same(t, "behind a document of an earlier kind", ids(page), []string{"b/A", "b/a"})
}

func listPaging(t *testing.T, s store.Store) {
	var writes []store.Write
	for i := range 25 {
		writes = append(writes, put(fmt.Sprintf("d%02d", i), "x", 0), store.Put{Kind: "goal", ID: fmt.Sprintf("g%02d", i)})
	}
	mustCommit(t, s, change(1, writes...))
	whole := all(t, s, store.Query{})
	same(t, "documents", len(whole), 50)
	for _, limit := range []int{1, 7, 25, 50, 51} {
		same(t, "in pages", ids(all(t, s, store.Query{Limit: limit})), ids(whole))
	}
	page := must[[]store.Document](t)(s.List(bg, store.Query{Kind: "campaign", Limit: 10}))
	mustCommit(t, s, change(2, store.Delete{Kind: "campaign", ID: "d09", Base: 1}, put("d091", "x", 0), put("a", "x", 0)))
	last := page[len(page)-1]
	page = must[[]store.Document](t)(s.List(bg, store.Query{Kind: "campaign", Limit: 2, After: store.Ref{Kind: last.Kind, ID: last.ID}}))
	same(t, "the page behind a deleted document", ids(page), []string{"campaign/d091", "campaign/d10"})
}

func past(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "a1", 0), put("b", "b1", 0)))
	mustCommit(t, s, change(2, put("a", "a2", 1), store.Put{Kind: "goal", ID: "g", Body: []byte("g2")}))
	mustCommit(t, s, change(3, store.Delete{Kind: "campaign", ID: "b", Base: 1}, put("c", "c3", 0)))
	mustCommit(t, s, change(4, put("b", "b4", 0)))
	for rev, want := range map[store.Revision][]string{
		1: {"a1", "b1"}, 2: {"a2", "b1", "g2"}, 3: {"a2", "c3", "g2"}, 4: {"a2", "b4", "c3", "g2"}, 0: {"a2", "b4", "c3", "g2"},
	} {
		same(t, fmt.Sprint("revision ", rev), bodies(must[[]store.Document](t)(store.At(bg, s, rev))), want)
		same(t, "in pages of one", bodies(all(t, s, store.Query{At: rev, Limit: 1})), want)
	}
	same(t, "two kinds", bodies(must[[]store.Document](t)(store.At(bg, s, 2, "goal", "campaign"))), []string{"g2", "a2", "b1"})
}

func pastWhileChanging(t *testing.T, s store.Store) {
	var writes []store.Write
	for i := range 10 {
		writes = append(writes, put(fmt.Sprint("d", i), "then", 0))
	}
	rev := mustCommit(t, s, change(1, writes...))
	q := store.Query{At: rev, Limit: 1}
	for i := range 10 {
		page := must[[]store.Document](t)(s.List(bg, q))
		same(t, "page", bodies(page), []string{"then"})
		q.After = store.Ref{Kind: page[0].Kind, ID: page[0].ID}
		mustCommit(t, s, change(2+i, put(fmt.Sprint("d", 9-i), "now", rev)))
	}
}

func history(t *testing.T, s store.Store) {
	var want []string
	for i := range 30 {
		base := store.Revision(0)
		if i > 0 {
			base = store.Revision(2*i - 1)
		}
		mustCommit(t, s, change(i, put("a", fmt.Sprint("v", i), base)))
		mustCommit(t, s, change(i, put(fmt.Sprint("a", i), "neighbor", 0)))
		want = append([]string{fmt.Sprint("v", i)}, want...)
	}
	docs := must[[]store.Document](t)(s.History(bg, "campaign", "a", store.HistoryQuery{}))
	same(t, "history", bodies(docs), want)
	same(t, "the oldest version", docs[29], store.Document{Kind: "campaign", ID: "a", Body: []byte("v0"), Revision: 1,
		Author: "ana", Why: "change 0", At: start})
	var paged []string
	for before := store.Revision(0); ; {
		page := must[[]store.Document](t)(s.History(bg, "campaign", "a", store.HistoryQuery{Before: before, Limit: 7}))
		if len(page) == 0 {
			break
		}
		paged = append(paged, bodies(page)...)
		before = page[len(page)-1].Revision
	}
	same(t, "in pages", paged, want)
	same(t, "one version by its revision",
		bodies(must[[]store.Document](t)(s.History(bg, "campaign", "a", store.HistoryQuery{Before: 11 + 1, Limit: 1}))), []string{"v5"})
}

func auditWithChange(t *testing.T, s store.Store) {
	c := change(1, put("a", "one", 0))
	c.From = "ssh 192.0.2.7"
	c.Audit = []store.AuditEntry{
		{Kind: "campaign", ID: "a", Action: "create"},
		{Kind: "campaign", ID: "a", Action: "update", Element: "priority", Old: "low", New: "high\nand more", Seq: 77, Author: "someone else"},
	}
	rev := mustCommit(t, s, c)
	entry := store.AuditEntry{Kind: "campaign", ID: "a", Action: "create", Seq: 1, Revision: rev, Author: "ana", From: "ssh 192.0.2.7", Why: "change 1", At: c.At}
	second := entry
	second.Seq, second.Action, second.Element, second.Old, second.New = 2, "update", "priority", "low", "high\nand more"
	same(t, "audit", must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{})), []store.AuditEntry{second, entry})
}

func auditQueries(t *testing.T, s store.Store) {
	for i := range 20 {
		c := change(i)
		c.Author = []string{"ana", "ben"}[i%2]
		c.Audit = []store.AuditEntry{
			{Kind: "campaign", ID: fmt.Sprint("c", i%3), Action: "update"},
			{Kind: "goal", ID: "g", Action: []string{"create", "delete"}[i%2]},
		}
		mustCommit(t, s, c)
	}
	query := func(q store.AuditQuery) []uint64 {
		t.Helper()
		var out []uint64
		for {
			page := must[[]store.AuditEntry](t)(s.Audit(bg, q))
			if len(page) == 0 {
				return out
			}
			if q.Limit > 0 && len(page) > q.Limit {
				t.Fatalf("a page of at most %d has %d entries", q.Limit, len(page))
			}
			for _, e := range page {
				out = append(out, e.Seq)
			}
			q.After = out[len(out)-1]
		}
	}
	var up, down []uint64
	for n := uint64(1); n <= 40; n++ {
		up, down = append(up, n), append([]uint64{n}, down...)
	}
	same(t, "newest first", query(store.AuditQuery{Limit: 7}), down)
	same(t, "oldest first", query(store.AuditQuery{Limit: 7, OldestFirst: true}), up)
	same(t, "by object", query(store.AuditQuery{Kind: "campaign", ID: "c1", Limit: 2, OldestFirst: true}), []uint64{3, 9, 15, 21, 27, 33, 39})
	same(t, "by author and action", query(store.AuditQuery{Author: "ben", Action: "delete", Limit: 4, OldestFirst: true})[:3], []uint64{4, 8, 12})
	same(t, "by time, bounds included", query(store.AuditQuery{Since: change(3).At, Until: change(4).At}), []uint64{10, 9, 8, 7})
	last := must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{Until: change(9).At.Add(time.Second), Limit: 1}))
	same(t, "the revision of an instant", last[0].Revision, store.Revision(10))
	same(t, "no such author", query(store.AuditQuery{Author: "cy"}), nil)
}

func auditOnly(t *testing.T, s store.Store) {
	c := change(1)
	c.Audit = []store.AuditEntry{{Action: "sign in"}}
	rev := mustCommit(t, s, c)
	w := must[store.Watch](t)(s.Watch(bg, 0))
	defer w.Close()
	same(t, "events", collect(t, w, rev), []store.Event{{Revision: 1, Author: "ana", Why: "change 1", At: c.At}})
}

func repeatedKey(t *testing.T, s store.Store) {
	c := change(1, put("a", "one", 0))
	c.Key = "import sha256:00"
	c.Audit = []store.AuditEntry{{Action: "import"}}
	first := mustCommit(t, s, c)
	mustCommit(t, s, change(2, put("b", "x", 0)))
	same(t, "the second time", mustCommit(t, s, c), first)
	other := change(3, put("c", "another change under the same key", 0))
	other.Key = c.Key
	same(t, "another change under the key", mustCommit(t, s, other), first)
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(2))
	same(t, "documents", ids(all(t, s, store.Query{})), []string{"campaign/a", "campaign/b"})
	same(t, "audit", len(must[[]store.AuditEntry](t)(s.Audit(bg, store.AuditQuery{}))), 1)
}

func refusedKey(t *testing.T, s store.Store) {
	mustCommit(t, s, change(1, put("a", "one", 0)))
	c := change(2, put("a", "two", 9))
	c.Key = "k"
	conflict(t, s, c)
	c.Writes = []store.Write{put("a", "two", 1)}
	same(t, "after the mistake is mended", mustCommit(t, s, c), store.Revision(2))
}

func scripts(t *testing.T, s store.Store) {
	names := []string{"Ünïcode", "营销活动", "حملة", "e\u0301", "é", "👩‍💻", " ", "/", `\`, "%00"}
	var writes []store.Write
	for _, n := range names {
		writes = append(writes, store.Put{Kind: n, ID: n, Body: []byte(n)})
	}
	mustCommit(t, s, change(1, writes...))
	for _, n := range names {
		same(t, n, string(must[store.Document](t)(s.Get(bg, n, n)).Body), n)
	}
	same(t, "list", len(all(t, s, store.Query{})), len(names))
}

func endedContext(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if _, err := s.Commit(ctx, change(1, put("a", "x", 0))); !errors.Is(err, context.Canceled) {
		t.Fatalf("commit: %v", err)
	}
	if _, err := s.Revision(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("revision: %v", err)
	}
	if err := s.PutScrap(ctx, scrap("ana", "a", "x", 1)); !errors.Is(err, context.Canceled) {
		t.Fatalf("put scrap: %v", err)
	}
	if err := s.Announce(ctx, present("ana", "1", "", 1), long); !errors.Is(err, context.Canceled) {
		t.Fatalf("announce: %v", err)
	}
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(0))
	same(t, "scraps", scraps(t, s, "ana"), nil)
	list, _ := here(t, s)
	same(t, "present", list, nil)
}

func closed(t *testing.T, s store.Store) {
	w := must[store.Watch](t)(s.Watch(bg, 0))
	ended := make(chan error)
	go func() {
		_, err := w.Next(bg)
		ended <- err
	}()
	_, mark := here(t, s)
	left := make(chan error)
	go func() {
		_, _, err := s.Present(bg, mark)
		left <- err
	}()
	check(t, s)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	_, getErr := s.Get(bg, "campaign", "a")
	_, commitErr := s.Commit(bg, change(1, put("a", "x", 0)))
	_, watchErr := s.Watch(bg, 0)
	_, scrapsErr := s.Scraps(bg, "ana", "")
	_, takeErr := s.TakeScrap(bg, "ana", "a")
	for what, err := range map[string]error{"get": getErr, "take scrap": takeErr, "commit": commitErr, "watch": watchErr, "put scrap": s.PutScrap(bg, scrap("ana", "a", "x", 1)),
		"scraps": scrapsErr, "drop scrap": s.DropScrap(bg, "ana", "a"), "a waiting next": <-ended,
		"announce": s.Announce(bg, present("ana", "1", "", 1), long), "withdraw": s.Withdraw(bg, "ana", "1"), "waiting for who is present": <-left} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed", what, err)
		}
	}
}
