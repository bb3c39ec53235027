package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"beckon/store"
)

// Rounds returns how many rounds a long test goes: as many as usual, or as BECKON_ROUNDS says.
func Rounds(t *testing.T, usual int) int {
	t.Helper()
	if s := os.Getenv("BECKON_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n <= 0 {
			t.Fatalf("BECKON_ROUNDS=%s is no number of rounds", s)
		}
		return n
	}
	if testing.Short() {
		return min(usual, 50)
	}
	return usual
}

// Operators lets two operators edit the same few documents at random, each as often as there are rounds: they write, delete, write
// several at once, and work on what they read a while ago. Each has a way to the store; it may be the same one. In the end no write that
// was acknowledged is lost and none is there twice, nobody has written over a version without having had it as his base, and the
// commits explain every document, its history and the audit.
func Operators(t *testing.T, one, two store.Store, rounds int) {
	t.Helper()
	ops := []*editor{{name: "ana", s: one}, {name: "ben", s: two}}
	var wg sync.WaitGroup
	began := time.Now()
	for i, o := range ops {
		wg.Go(func() {
			if err := o.edit(rand.New(rand.NewPCG(uint64(rounds), uint64(i))), rounds); err != nil {
				t.Errorf("%s: %v", o.name, err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	took := time.Since(began)
	acked := map[string]told{}
	conflicts := 0
	for _, o := range ops {
		for why, rev := range o.acked {
			acked[why] = rev
		}
		conflicts += o.conflicts
	}
	Explained(t, two, 0, acked, nil)
	if conflicts == 0 && rounds >= 50 {
		t.Error("nobody was ever too late: the test shows nothing")
	}
	t.Logf("%d rounds of two operators in %v: %d writes, %d conflicts told", rounds, took.Round(time.Millisecond), len(acked), conflicts)
}

// told is what a writer was told of a commit.
type told struct {
	revision store.Revision
	writes   []store.Write
}

// editor is one operator of [Operators].
type editor struct {
	name      string
	s         store.Store
	known     map[string]store.Document // as he read them last; one that he saw go has Deleted set
	acked     map[string]told           // by the reason, which no two have in common
	conflicts int
}

func (o *editor) edit(rng *rand.Rand, rounds int) error {
	o.known, o.acked = map[string]store.Document{}, map[string]told{}
	ids := []string{"a", "b", "c", "d", "e"}
	for n := range rounds {
		rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		if rng.IntN(4) > 0 { // else he goes on with what he has
			if err := o.look(ids[0]); err != nil {
				return err
			}
		}
		c := store.Change{Author: o.name, Why: fmt.Sprint(o.name, " ", n), At: start.Add(time.Duration(n) * time.Second)}
		for _, id := range ids[:1+rng.IntN(5)/4] {
			doc := o.known[id]
			if !doc.Deleted && doc.Revision > 0 && rng.IntN(6) == 0 {
				c.Writes = append(c.Writes, store.Delete{Kind: "campaign", ID: id, Base: doc.Revision})
			} else {
				base := doc.Revision
				if doc.Deleted {
					base = 0
				}
				c.Writes = append(c.Writes, put(id, c.Why+" "+id, base))
			}
			c.Audit = append(c.Audit, store.AuditEntry{Kind: "campaign", ID: id, Action: "update", New: c.Why})
		}
		rev, err := o.s.Commit(bg, c)
		var stale *store.ConflictError
		switch {
		case errors.As(err, &stale):
			o.conflicts++
			if stale.Mine.Revision == stale.Theirs.Revision && !stale.Theirs.Deleted {
				return fmt.Errorf("a conflict with the version that was the base: %w", err)
			}
			o.known[stale.Mine.ID] = stale.Theirs
		case err != nil:
			return err
		default:
			o.acked[c.Why] = told{rev, c.Writes}
			for _, w := range c.Writes {
				ref, _ := store.Target(w)
				_, isPut := w.(store.Put)
				o.known[ref.ID] = store.Document{Kind: ref.Kind, ID: ref.ID, Revision: rev, Deleted: !isPut}
			}
		}
	}
	return nil
}

func (o *editor) look(id string) error {
	doc, err := o.s.Get(bg, "campaign", id)
	if errors.Is(err, store.ErrNotFound) {
		doc, err = store.Document{}, nil
	}
	o.known[id] = doc
	return err
}

// Explained checks a store after much was done to it at once, behind a revision. Every commit there has a reason that no other has. Those that were acknowledged
// are there with the revision that was told; others are only those of which it was told that it is not known. No write replaced
// another version than its base. What the store shows is what its commits say (store.Verify).
func Explained(t *testing.T, s store.Store, behind store.Revision, acked map[string]told, unknown []string) {
	t.Helper()
	living := map[store.Ref]store.Revision{}
	seen := map[string]store.Revision{}
	for _, c := range allCommits(t, s, 0, 0) {
		if first, twice := seen[c.Why]; twice && c.Revision > behind {
			t.Fatalf("%q was written twice, as revisions %d and %d", c.Why, first, c.Revision)
		}
		seen[c.Why] = c.Revision
		ack, was := acked[c.Why]
		if !was && c.Revision > behind && !slices.Contains(unknown, c.Why) {
			t.Fatalf("revision %d is %q, and nobody was told of it", c.Revision, c.Why)
		}
		if was && ack.revision != c.Revision {
			t.Fatalf("%q is revision %d and was acknowledged as %d", c.Why, c.Revision, ack.revision)
		}
		if was && ack.writes != nil {
			same(t, "the writes of "+c.Why, c.Writes, ack.writes)
		}
		for _, w := range c.Writes {
			ref, base := store.Target(w)
			if living[ref] != base {
				t.Fatalf("%q wrote %v over revision %d with base %d", c.Why, ref, living[ref], base)
			}
			living[ref] = c.Revision
			if _, isPut := w.(store.Put); !isPut {
				living[ref] = 0
			}
		}
	}
	for why, ack := range acked {
		if _, there := seen[why]; !there {
			t.Errorf("%q was acknowledged as revision %d and is lost", why, ack.revision)
		}
	}
	v, err := store.Verify(bg, s)
	succeed(t, err)
	if v.Total > 0 {
		t.Fatalf("the store does not show what its commits say: %v", v.Faults)
	}
}
