package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"beckon/store"
)

// allCommits pages through the commits behind a revision.
func allCommits(t fataler, s store.Store, since store.Revision, limit int) (out []store.Commit) {
	t.Helper()
	for {
		page := must[[]store.Commit](t)(s.Commits(bg, since, limit))
		if len(page) == 0 {
			return out
		}
		if limit > 0 && len(page) > limit {
			t.Fatalf("a page of at most %d has %d commits", limit, len(page))
		}
		out = append(out, page...)
		since = out[len(out)-1].Revision
	}
}

// story makes commits of every kind, and returns what they are to come back as.
func story(t *testing.T, s store.Store) (want []store.Commit) {
	t.Helper()
	first := change(1, put("b", "\x00\xff", 0), put("a", "", 0))
	first.From, first.Key = "ssh 192.0.2.7", "import sha256:00"
	first.Audit = []store.AuditEntry{{Kind: "campaign", ID: "b", Action: "create"}, {Kind: "campaign", ID: "a", Action: "create", Element: "name", New: "two\nlines"}}
	late := change(2, put("a", "two", 1))
	late.At = time.Date(2026, 3, 29, 3, 30, 0, 987654321, time.FixedZone("CEST", 7200))
	told := change(3)
	told.Why, told.Audit = "", []store.AuditEntry{{Action: "sign in", Old: "x", Seq: 99, Author: "someone else", Revision: 7}}
	for i, c := range []store.Change{first, late, told,
		change(4, store.Delete{Kind: "campaign", ID: "a", Base: 2}, store.Put{Kind: "goal", ID: "a", Body: []byte("g")}),
		change(5, put("a", "three", 0))} {
		rev := mustCommit(t, s, c)
		if i == 0 {
			mustCommit(t, s, c) // under its key: no commit
		}
		c.At = c.At.UTC()
		for i := range c.Audit {
			e := c.Audit[i]
			c.Audit[i] = store.AuditEntry{Kind: e.Kind, ID: e.ID, Action: e.Action, Element: e.Element, Old: e.Old, New: e.New}
		}
		var before store.Sum
		if len(want) > 0 {
			before = want[len(want)-1].Sum
		}
		want = append(want, store.Commit{Revision: rev, Change: c, Sum: store.NextSum(before, rev, c)})
	}
	return want
}

func commits(t *testing.T, s store.Store) {
	same(t, "of an empty store", must[[]store.Commit](t)(s.Commits(bg, 0, 0)), nil)
	same(t, "its head", must[store.Head](t)(store.HeadOf(bg, s)), store.Head{})
	want := story(t, s)
	conflict(t, s, change(9, put("a", "late", 1)))
	succeed(t, s.PutScrap(bg, scrap("ana", "spring", "no commit", 1)))
	for since := range want {
		for _, limit := range []int{0, 1, 2} {
			same(t, fmt.Sprintf("behind %d by %d", since, limit), allCommits(t, s, store.Revision(since), limit), want[since:])
		}
	}
	same(t, "behind the last", must[[]store.Commit](t)(s.Commits(bg, 5, 0)), nil)
	same(t, "the head", must[store.Head](t)(store.HeadOf(bg, s)), store.Head{Revision: 5, Sum: want[4].Sum})
	if _, err := s.Commits(bg, 6, 0); !errors.Is(err, store.ErrNoRevision) {
		t.Fatalf("commits behind a revision to come: %v, want ErrNoRevision", err)
	}
	got := must[[]store.Commit](t)(s.Commits(bg, 0, 1))
	if at := got[0].At; at.Location() != time.UTC {
		t.Fatalf("the time came back in %v, want UTC", at.Location())
	}
	copy(got[0].Writes[0].(store.Put).Body, "spoilt")
	same(t, "after the caller wrote into it", must[[]store.Commit](t)(s.Commits(bg, 0, 1)), want[:1])
}

func replayed(t *testing.T, from, to store.Store) {
	want := story(t, from)
	succeed(t, from.PutScrap(bg, scrap("ana", "spring", "newer", 2)))
	succeed(t, from.PutScrap(bg, scrap("ben", "b", "older", 1)))
	succeed(t, to.PutScrap(bg, scrap("ana", "spring", "older", 1)))
	succeed(t, to.PutScrap(bg, scrap("ben", "b", "newer", 2)))
	same(t, "what is copied", must[store.Copied](t)(store.Copy(bg, from, to, store.CopyOptions{})),
		store.Copied{Head: store.Head{Revision: 5, Sum: want[4].Sum}, Commits: 5, Scraps: 1})
	same(t, "commits", allCommits(t, to, 0, 0), want)
	same(t, "documents", all(t, to, store.Query{}), all(t, from, store.Query{}))
	same(t, "audit", must[[]store.AuditEntry](t)(to.Audit(bg, store.AuditQuery{})), must[[]store.AuditEntry](t)(from.Audit(bg, store.AuditQuery{})))
	same(t, "drafts", append(bodiesOf(scraps(t, to, "ana")), bodiesOf(scraps(t, to, "ben"))...), []string{"newer", "newer"})

	mustCommit(t, from, change(6, put("b", "later", 1)))
	again := must[store.Copied](t)(store.Copy(bg, from, to, store.CopyOptions{}))
	same(t, "a second time", again, store.Copied{Head: must[store.Head](t)(store.HeadOf(bg, from)), Before: 5, Commits: 1})
	mustCommit(t, to, change(7, put("b", "by somebody else", 6)))
	if _, err := store.Copy(bg, from, to, store.CopyOptions{}); !errors.Is(err, store.ErrOtherHistory) {
		t.Fatalf("a copy to a store that went on: %v, want ErrOtherHistory", err)
	}
	mustCommit(t, from, change(7, put("b", "by one", 6)))
	if _, err := store.Copy(bg, from, to, store.CopyOptions{}); !errors.Is(err, store.ErrOtherHistory) {
		t.Fatalf("a copy to a store that went another way: %v, want ErrOtherHistory", err)
	}
}
