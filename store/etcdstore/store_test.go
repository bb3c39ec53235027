package etcdstore

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
	"beckon/store/storetest"
)

func TestWhoIsHeardOfNoLongerIsPresentNoLonger(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("leases end in real time")
	}
	s := opened(t, fresh(calmCluster(t)), patient)
	storetest.Expiry(t, s, 2*time.Second, time.Sleep) // etcd counts in seconds
}

func TestStoresOnTwoMachinesAreOneStore(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	a, b := opened(t, o, patient), opened(t, o, patient)
	w, err := b.Watch(bg, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for rev := store.Revision(1); rev <= 3; rev++ {
		mustSave(t, a, "x", int(rev), rev-1)
		if doc, err := b.Get(bg, "campaign", "x"); err != nil || doc.Revision != rev {
			t.Fatalf("the other reads revision %d, %v after %d was written", doc.Revision, err, rev)
		}
		if events, err := w.Next(bg); err != nil || len(events) != 1 || events[0].Revision != rev {
			t.Fatalf("the other is told %+v, %v", events, err)
		}
	}
	_, err = save(b, "x", 4, 2)
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) || conflict.Theirs.Revision != 3 {
		t.Fatalf("a stale save: %v", err)
	}
	if err := a.Announce(bg, store.Present{Operator: "ana", Session: "1", Since: at, Body: []byte("edits")}, time.Hour); err != nil {
		t.Fatal(err)
	}
	for mark, told := store.Mark(0), []store.Present(nil); len(told) != 1; {
		if told, mark, err = b.Present(bg, mark); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExchangeBetweenTwoMachines(t *testing.T) {
	t.Parallel()
	storetest.Exchange(t, func(t *testing.T) (a, b store.Store) {
		o := fresh(calmCluster(t))
		return opened(t, o, patient), opened(t, o, patient)
	})
}

func TestInstallationsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	one := fresh(calmCluster(t))
	inside := one
	inside.Prefix += "/commits"
	for i, o := range []Options{one, inside, fresh(calmCluster(t))} {
		s := opened(t, o, patient)
		if rev := mustSave(t, s, "x", 1, 0); rev != 1 {
			t.Fatalf("installation %d is at revision %d after its first save", i, rev)
		}
		if err := s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "k", At: at}); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(bg); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []Options{one, inside} {
		if docs, err := opened(t, o, patient).List(bg, store.Query{}); err != nil || len(docs) != 1 {
			t.Fatalf("%d documents, %v", len(docs), err)
		}
	}
}

func TestANewerFormatIsRefusedByName(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	old := opened(t, o, patient)
	mustSave(t, old, "x", 1, 0)
	k, _ := o.keys()
	if _, err := calmCluster(t).Client().Put(bg, k.format(), sealFormat(formatNumber+1)); err != nil {
		t.Fatal(err)
	}
	_, err := open(bg, o, patient, formatNumber)
	var newer *store.NewerFormatError
	if !errors.As(err, &newer) || newer.Found != formatNumber+1 || !strings.Contains(err.Error(), o.String()) {
		t.Fatalf("opening: %v", err)
	}
	if _, err := save(old, "x", 2, 1); !errors.Is(err, store.ErrNewerFormat) {
		t.Fatalf("a save by one that was open: %v", err)
	}
}

func TestAStoreIsNotMadeByLookingForIt(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	for range 2 {
		if there, err := Exists(bg, o); err != nil || there {
			t.Fatalf("there: %v, %v", there, err)
		}
	}
	opened(t, o, patient)
	if there, err := Exists(bg, o); err != nil || !there {
		t.Fatalf("there: %v, %v", there, err)
	}
}

func TestALargeChangeIsThereWholeAndLeavesNothingWhereItIsRefused(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	s := opened(t, o, patient)
	c := store.Change{Author: "ana", At: at}
	for n := range 450 { // more operations than a request has, and a list of writes that does not fit into the commit
		c.Writes = append(c.Writes, store.Put{Kind: "campaign", ID: strings.Repeat("x", 80) + string(rune('a'+n%26)) + time.Duration(n).String(), Body: body("large", n)[:n%900]})
	}
	if rev, err := s.Commit(bg, c); err != nil || rev != 1 {
		t.Fatalf("revision %d, %v", rev, err)
	}
	if s.ix.at(1).listPieces == 0 {
		t.Fatal("the list of writes lies in the commit")
	}
	left := func() (n int64) {
		k, _ := o.keys()
		resp, err := calmCluster(t).Client().Get(bg, string(k), clientv3.WithPrefix(), clientv3.WithCountOnly())
		if err != nil {
			t.Fatal(err)
		}
		return resp.Count
	}
	keys := left()
	stale := store.Change{Author: "ben", At: at}
	for i, w := range c.Writes {
		p := w.(store.Put)
		p.Base = 1
		if i == len(c.Writes)-1 {
			p.Base = 7
		}
		stale.Writes = append(stale.Writes, p)
	}
	if _, err := s.Commit(bg, stale); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	if now := left(); now != keys {
		t.Errorf("%d keys are left of a change that was refused", now-keys)
	}
	other := opened(t, o, patient) // reads it from etcd
	docs, err := store.At(bg, other, 0)
	if err != nil || len(docs) != len(c.Writes) {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	if v, err := store.Verify(bg, other); err != nil || v.Total > 0 {
		t.Fatalf("%v, %v", v.Faults, err)
	}
}

func TestWhatNobodyCommittedIsSweptUpAndNothingElse(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	s := opened(t, o, patient)
	mustSave(t, s, "x", 1, 0)
	large := func(id string) *attempt {
		c := store.Change{Author: "ana", At: at, Writes: []store.Write{store.Put{Kind: "campaign", ID: id, Body: []byte("body")}}}
		a, err := s.attempt(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.stage(bg); err != nil {
			t.Fatal(err)
		}
		return a
	}
	dead, late := large("dead"), large("late")
	s.revoke(bg, dead.lease) // as if its time were over
	s.sweep(bg)
	parts := func(a *attempt) int {
		resp, err := calmCluster(t).Client().Get(bg, s.keys.part(a.parts[0].name))
		if err != nil {
			t.Fatal(err)
		}
		return len(resp.Kvs)
	}
	if d, l := parts(dead), parts(late); d != 0 || l != 1 {
		t.Errorf("%d parts are left of the one whose process died, %d of the one that goes on", d, l)
	}
	if _, err := dead.run(context.Background()); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("one that was swept up commits: %v", err)
	}
	if rev, err := late.run(bg); err != nil || rev != 2 {
		t.Errorf("the other: revision %d, %v", rev, err)
	}
	s.sweep(bg)
	if err := s.Check(bg); err != nil {
		t.Error(err)
	}
}

func TestDamageIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(k keys, s *Store) (key, value string){
		"a changed commit": func(k keys, s *Store) (string, string) { return k.commit(2), "nonsense" },
		"a missing commit": func(k keys, s *Store) (string, string) { return k.commit(2), "" },
		"a changed body":   func(k keys, s *Store) (string, string) { return k.part(s.ix.at(2).token.body(0)), "nonsense" },
		"a missing audit":  func(k keys, s *Store) (string, string) { return k.part(pieceName(s.ix.at(2).token.audit(), 0)), "" },
		"a commit in another's place": func(k keys, s *Store) (string, string) {
			return k.commit(2), string(s.ix.at(1).commit.seal(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := fresh(calmCluster(t))
			s := opened(t, o, patient)
			for n := range 3 {
				mustSave(t, s, "x", n+1, store.Revision(n))
			}
			k, _ := o.keys()
			key, value := harm(k, s)
			var err error
			if value == "" {
				_, err = calmCluster(t).Client().Delete(bg, key)
			} else {
				_, err = calmCluster(t).Client().Put(bg, key, value)
			}
			if err != nil {
				t.Fatal(err)
			}
			other := opened(t, o, patient)
			if err := other.Check(bg); !errors.Is(err, store.ErrCorrupt) {
				t.Errorf("check: %v", err)
			}
			v, err := store.Verify(bg, other)
			if err != nil && !errors.Is(err, store.ErrCorrupt) || err == nil && v.Total == 0 {
				t.Errorf("verify: %+v, %v", v, err)
			}
			if after, err := other.Commits(bg, 2, 1); err != nil || len(after) != 1 {
				t.Errorf("the commit behind it: %v", err)
			}
		})
	}
}

func TestAStoreThatWasReplacedIsReadAnew(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	s := opened(t, o, patient)
	for n := range 3 {
		mustSave(t, s, "x", n+1, store.Revision(n))
	}
	w, err := s.Watch(bg, 3)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := o.keys()
	if _, err := calmCluster(t).Client().Delete(bg, string(k), clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	other := opened(t, o, patient)
	mustSave(t, other, "y", 1, 0)
	if docs, err := store.At(bg, s, 0); err != nil || len(docs) != 1 || docs[0].ID != "y" {
		t.Fatalf("%+v, %v", docs, err)
	}
	if _, err := w.Next(bg); !errors.Is(err, store.ErrNoRevision) {
		t.Fatalf("a watch of before: %v", err)
	}
}

func TestNoWriterOfTwoProcessesStarves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		saves  int
		shared bool
	}{"one document": {4, true}, "documents of their own": {20, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := fresh(calmCluster(t))
			storetest.Fairness(t, []store.Store{opened(t, o, patient), opened(t, o, patient)}, 8, c.saves, c.shared)
		})
	}
}
