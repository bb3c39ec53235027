package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
	"beckon/store/etcdstore/cluster"
	"beckon/store/storetest"
)

// TestFaults does harm to clusters of its own, one after the other to each. After each it must hold that nothing that was acknowledged
// is lost, nothing is there twice, and the watches have told every commit once and in order.
func TestFaults(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("clusters take their time to come back")
	}
	type fault struct {
		name string
		test func(t *testing.T, c *cluster.Cluster, o Options)
	}
	for of, faults := range map[string][]fault{
		"leaders": {
			{"the leader is killed while writers write, and comes back", leaderKilled},
			{"the leader hangs while writers write, and goes on", leaderHangs},
		},
		"quorums": {
			{"without a quorum writes are refused, reads go on, and all goes on when it is back", quorumLost},
			{"a process that is cut off says so and catches up, while others go on", cutOff},
		},
		"connections": {
			{"connections break again and again while writers write", flaky},
			{"a watch goes on over a compaction", compacted},
			{"an answer that is lost writes nothing twice", answerLost},
		},
	} {
		t.Run(of, func(t *testing.T) {
			t.Parallel()
			c, stop := cluster.Start(t, cluster.Options{})
			t.Cleanup(stop)
			for _, f := range faults {
				ok := t.Run(f.name, func(t *testing.T) {
					t.Cleanup(func() { c.Heal(t) })
					f.test(t, c, fresh(c))
				})
				if !ok {
					return
				}
			}
		})
	}
}

// ready opens two ways to the same store at the pace of a program.
func ready(t *testing.T, o Options) (a, b *Store) {
	t.Helper()
	return opened(t, o, ordinary), opened(t, o, ordinary)
}

func leaderKilled(t *testing.T, c *cluster.Cluster, o Options) {
	a, b := ready(t, o)
	tr := storetest.Begin(t, a, b)
	tr.Acked(30)
	tr.Calm()
	leader := c.Leader(t)
	leader.Kill(t)
	tr.Acked(60)
	leader.Restart(t)
	tr.Acked(30)
	tr.End()
}

func leaderHangs(t *testing.T, c *cluster.Cluster, o Options) {
	a, b := ready(t, o)
	tr := storetest.Begin(t, a, b)
	tr.Acked(30)
	tr.Calm()
	leader := c.Leader(t)
	leader.Pause(t)
	tr.Acked(60)
	leader.Resume(t)
	tr.Acked(30)
	tr.End()
}

// is waits until a store is away, or is not, and returns how long that took.
func is(t *testing.T, s *Store, away bool) time.Duration {
	t.Helper()
	began := time.Now()
	late := time.After(time.Minute)
	for {
		why, changed := s.Away()
		if (why != nil) == away {
			return time.Since(began)
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("the store is away: %v, want %v", why, away)
		}
	}
}

func quorumLost(t *testing.T, c *cluster.Cluster, o Options) {
	a, b := ready(t, o)
	for n := range 5 {
		mustSave(t, a, "x", n+1, store.Revision(n))
	}
	if err := a.PutScrap(bg, store.Scrap{Owner: "ana", Key: "k", Body: []byte("draft"), At: at}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(bg, "campaign", "x"); err != nil {
		t.Fatal(err)
	}
	tr := storetest.Begin(t, a, b)
	tr.Acked(30)
	for _, m := range c.Members[:2] {
		m.Kill(t)
	}
	said := is(t, a, true)
	if is(t, b, true); said > 30*time.Second {
		t.Errorf("it took %v to say that the cluster is away", said)
	}
	began := time.Now()
	_, err := save(a, "y", 1, 0)
	if !errors.Is(err, store.ErrReadOnly) || !errors.Is(err, store.ErrAway) || !strings.Contains(err.Error(), "nothing was written") {
		t.Errorf("a save: %v", err)
	}
	t.Logf("away after %v; a save is refused after %v: %v", said.Round(10*time.Millisecond), time.Since(began).Round(10*time.Millisecond), err)
	began = time.Now()
	if doc, err := a.Get(bg, "campaign", "x"); err != nil || doc.Revision != 5 {
		t.Errorf("a read: revision %d, %v", doc.Revision, err)
	}
	if docs, err := b.History(bg, "campaign", "x", store.HistoryQuery{}); err != nil || len(docs) != 5 {
		t.Errorf("a history: %d versions, %v", len(docs), err)
	}
	if docs, err := store.At(bg, b, 3); err != nil || len(docs) != 1 || docs[0].Revision != 3 {
		t.Errorf("a past revision: %+v, %v", docs, err)
	}
	if entries, err := b.Audit(bg, store.AuditQuery{Kind: "campaign", ID: "x"}); err != nil || len(entries) < 5 {
		t.Errorf("the audit: %d entries, %v", len(entries), err)
	}
	if kept, err := b.Scraps(bg, "ana", ""); err != nil || len(kept) != 1 {
		t.Errorf("scraps: %d, %v", len(kept), err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("five reads took %v", took)
	}
	slow := ordinary
	slow.try = 3 * time.Second                   // the machine may do much else
	late, err := open(bg, o, slow, formatNumber) // one member is left to read from
	if err != nil {
		t.Errorf("opening: %v", err)
	} else {
		if docs, err := late.List(bg, store.Query{}); err != nil || len(docs) == 0 {
			t.Errorf("what was opened without a quorum lists %d documents, %v", len(docs), err)
		}
		late.Close()
	}
	for _, m := range c.Members[:2] {
		m.Restart(t)
	}
	is(t, a, false)
	is(t, b, false)
	tr.Acked(30)
	tr.End()
}

func cutOff(t *testing.T, c *cluster.Cluster, o Options) {
	a := opened(t, o, ordinary)
	o.Endpoints = c.Client().Endpoints() // past the doors
	b := opened(t, o, ordinary)
	if _, err := b.Post(bg, store.Posting{Name: "stage/1", Body: []byte("plays")}); err != nil {
		t.Fatal(err)
	}
	f, err := a.Follow(bg, "stage/")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if told, err := f.Next(bg); err != nil || len(told) != 1 {
		t.Fatalf("before: %+v, %v", told, err)
	}
	tr := storetest.Begin(t, a, b)
	tr.Acked(30)
	for _, m := range c.Members {
		m.Cut()
	}
	is(t, a, true)
	if _, err := f.Next(bg); !errors.Is(err, store.ErrAway) {
		t.Errorf("who follows is told %v", err)
	}
	if _, err := b.Post(bg, store.Posting{Name: "stage/2", Body: []byte("plays on")}); err != nil {
		t.Fatal(err)
	}
	tr.Acked(60)
	if why, _ := b.Away(); why != nil {
		t.Errorf("the other is away, too: %v", why)
	}
	for _, m := range c.Members {
		m.Mend()
	}
	is(t, a, false)
	if told, err := f.Next(bg); err != nil || len(told) != 2 || string(told[1].Body) != "plays on" {
		t.Errorf("after: %+v, %v", told, err)
	}
	tr.Acked(30)
	tr.End()
}

func flaky(t *testing.T, c *cluster.Cluster, o Options) {
	a, b := ready(t, o)
	tr := storetest.Begin(t, a, b)
	for n := range 4 {
		tr.Acked(10)
		m := c.Members[n%3]
		if n%2 == 0 {
			m.Cut()
		} else {
			m.Mute()
		}
		tr.Acked(10)
		m.Mend()
	}
	tr.End()
}

func compacted(t *testing.T, c *cluster.Cluster, o Options) {
	a := opened(t, o, ordinary)
	o.Endpoints = c.Client().Endpoints()
	b := opened(t, o, ordinary)
	tr := storetest.Begin(t, a, b)
	compact := func() {
		t.Helper()
		err := cluster.Until(func(ctx context.Context) error {
			now, err := c.Client().Get(ctx, "ready")
			if err == nil {
				_, err = c.Client().Compact(ctx, now.Header.Revision)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		tr.Acked(20)
		for _, m := range c.Members { // the watch of a falls behind
			m.Cut()
		}
		tr.Acked(20)
		compact()
		for _, m := range c.Members {
			m.Mend()
		}
		tr.Acked(20)
		compact()
	}
	late, err := b.Watch(bg, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if events, err := late.Next(bg); err != nil || events[0].Revision != 1 {
		t.Errorf("a watch from the start, after all of it was compacted: %v", err)
	}
	tr.End()
}

// answerLost loses the answer to commits that were written together. Where their token were not looked for, they would be written once
// more.
func answerLost(t *testing.T, c *cluster.Cluster, o Options) {
	for _, forgetful := range []bool{false, true} {
		o.Prefix += fmt.Sprint("/", forgetful)
		s := opened(t, o, ordinary)
		s.forgetful = forgetful
		var once sync.Once
		s.sending = func() {
			once.Do(func() {
				for _, m := range c.Members {
					m.Mute()
				}
				go func() {
					_ = cluster.Until(func(ctx context.Context) error {
						resp, err := c.Client().Get(ctx, s.keys.commit(1))
						if err == nil && resp.Count == 0 {
							err = errors.New("not written yet")
						}
						return err
					})
					for _, m := range c.Members {
						m.Mend()
					}
				}()
			})
		}
		note := store.Change{Author: "ana", At: at, Audit: []store.AuditEntry{{Action: "sign in"}}}
		_, out := atOnce(t, s, note, note, note)
		want := store.Revision(3)
		if forgetful {
			want = 6 // the control: all of them are there twice
		}
		now, err := s.Revision(bg)
		if err != nil || now != want {
			t.Errorf("forgetful=%v: the store is at revision %d, %v; want %d", forgetful, now, err, want)
		}
		for i, e := range out {
			if e.err != nil || e.rev != want-2+store.Revision(i) {
				t.Errorf("forgetful=%v: commit %d is revision %d, %v", forgetful, i, e.rev, e.err)
			}
		}
	}
}

func TestAFullClusterRefusesWritesAndGoesOnWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a cluster has to be filled")
	}
	c, stop := cluster.Start(t, cluster.Options{Members: 1, Quota: 16 << 20, NoSync: true})
	t.Cleanup(stop)
	s := opened(t, fresh(c), patient)
	last := mustSave(t, s, "x", 1, 0)
	noise := []byte(strings.Repeat("0123456789abcdef", 40_000))
	for i := range noise {
		noise[i] = byte(i * i >> 3)
	}
	var err error
	for n := 0; err == nil && n < 100; n++ {
		_, err = c.Client().Put(bg, fmt.Sprint("filler/", n), string(noise))
	}
	for n := 2; ; n++ { // what fits still fits
		rev, err := save(s, "x", n, last)
		if errors.Is(err, store.ErrFull) {
			break
		}
		if err != nil || n > 100 {
			t.Fatalf("a save in a full cluster: %v", err)
		}
		last = rev
	}
	if err := s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "k", At: at}); !errors.Is(err, store.ErrFull) {
		t.Errorf("a scrap: %v", err)
	}
	large := store.Change{Author: "ana", At: at}
	for n := range 3 {
		large.Writes = append(large.Writes, store.Put{Kind: "journey", ID: fmt.Sprint(n), Body: noise})
	}
	if _, err := s.Commit(bg, large); !errors.Is(err, store.ErrFull) {
		t.Errorf("a large change: %v", err)
	}
	if doc, err := s.Get(bg, "campaign", "x"); err != nil || doc.Revision != last {
		t.Errorf("a read: %d, %v", doc.Revision, err)
	}
	if why, _ := s.Away(); why != nil {
		t.Errorf("it is full, and said to be away: %v", why)
	}
	err = cluster.Until(func(ctx context.Context) error {
		resp, err := c.Client().Delete(ctx, "filler/", clientv3.WithPrefix())
		if err != nil {
			return err
		}
		if _, err := c.Client().Compact(ctx, resp.Header.Revision); err != nil && !strings.Contains(err.Error(), "compacted") {
			return err
		}
		if _, err := c.Client().Defragment(ctx, c.Client().Endpoints()[0]); err != nil {
			return err
		}
		_, err = c.Client().AlarmDisarm(ctx, &clientv3.AlarmMember{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if rev := mustSave(t, s, "x", 1000, last); rev != last+1 {
		t.Errorf("revision %d after %d", rev, last)
	}
	if err := s.Check(bg); err != nil {
		t.Error(err)
	}
}

func TestFiftyEditorsOfOneDocument(t *testing.T) {
	t.Parallel()
	editors, saves := 10, 8
	if n := storetest.Rounds(t, 300); n > 300 {
		editors, saves = 50, 100
	}
	s := opened(t, fresh(calmCluster(t)), patient)
	storetest.Editors(t, s, editors, saves)
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}
}

func TestTwoOperatorsOnTwoMachines(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	storetest.Operators(t, opened(t, o, patient), opened(t, o, patient), storetest.Rounds(t, 300))
}
