package etcdstore

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"beckon/store"
	"beckon/store/etcdstore/cluster"
	"beckon/store/storetest"
)

// calm is one cluster for all tests that do it no harm. Each has a prefix of its own.
var calm struct {
	once sync.Once
	of   *cluster.Cluster
	stop func()
}

var installations atomic.Int64

func TestMain(m *testing.M) {
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]string{
		"rapid.checks":  "15", // every step is a round over the network
		"test.parallel": "8",  // they wait for members, elections and leases, more than that they compute
	} {
		if !given[name] {
			flag.Set(name, value)
		}
	}
	code := m.Run()
	if calm.stop != nil {
		calm.stop()
	}
	os.Exit(code)
}

func calmCluster(t testing.TB) *cluster.Cluster {
	t.Helper()
	calm.once.Do(func() { calm.of, calm.stop = cluster.Start(t, cluster.Options{NoSync: true}) })
	if calm.of == nil {
		t.Skip("SKIPPED: there is no etcd server to be had")
	}
	return calm.of
}

var bg = context.Background()

var at = time.Date(2026, 3, 2, 10, 15, 0, 0, time.UTC)

// patient does not take a machine that does much else for a cluster that is away.
var patient = pace{try: 5 * time.Second, write: 5 * time.Second, read: 20 * time.Second, commit: 30 * time.Second, probe: time.Second}

// fresh are the options of an installation that nobody else has.
func fresh(c *cluster.Cluster) Options {
	return Options{Endpoints: c.Endpoints(), Prefix: fmt.Sprint("tests/", installations.Add(1))}
}

func opened(t testing.TB, o Options, p pace) *Store {
	t.Helper()
	s, err := open(bg, o, p, formatNumber)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// alone opens a store that does nothing but what it is asked for.
func alone(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := connect(bg, o, patient, formatNumber)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.found(bg); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	t.Parallel()
	c := calmCluster(t)
	storetest.Run(t, func(t *testing.T) store.Store { return opened(t, fresh(c), patient) })
}

// save writes version n of document id over the one with revision base.
func save(s store.Store, id string, n int, base store.Revision) (store.Revision, error) {
	return s.Commit(bg, store.Change{Author: "ana", Why: "test", At: at,
		Writes: []store.Write{store.Put{Kind: "campaign", ID: id, Body: body(id, n), Base: base}},
		Audit:  []store.AuditEntry{{Kind: "campaign", ID: id, Action: "update", New: fmt.Sprint(n)}}})
}

func mustSave(t testing.TB, s store.Store, id string, n int, base store.Revision) store.Revision {
	t.Helper()
	rev, err := save(s, id, n, base)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// body is the content of version n.
func body(id string, n int) []byte {
	b := fmt.Appendf(nil, "%s version %d ", id, n)
	for i := range 1000 {
		b = append(b, byte('a'+(n*7+i*i)%26))
	}
	return b
}
