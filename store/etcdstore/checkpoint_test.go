package etcdstore

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
	"beckon/store/etcdstore/cluster"
	"beckon/store/internal/wire"
)

// grow commits so many changes, each to a document of its own, many at once.
func grow(t testing.TB, s *Store, name string, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for w := range 32 {
		wg.Go(func() {
			for i := w; i < n; i += 32 {
				if _, err := s.Commit(bg, writesTo(fmt.Sprint(name, "-", i), 0)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// copied is an installation with the same values as another one.
func copied(t testing.TB, from Options) Options {
	t.Helper()
	to, c := fresh(calmCluster(t)), calmCluster(t).Client()
	old, _ := from.keys()
	now, _ := to.keys()
	all, err := c.Get(bg, string(old), clientv3.WithPrefix())
	if err != nil {
		t.Fatal(err)
	}
	for some := range slices.Chunk(all.Kvs, requestOps) {
		var puts []clientv3.Op
		for _, kv := range some {
			puts = append(puts, clientv3.OpPut(string(now)+string(kv.Key[len(old):]), string(kv.Value)))
		}
		if _, err := c.Txn(bg).Then(puts...).Commit(); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// begun opens a store, and returns up to where it read checkpoints and how many requests it took.
func begun(t testing.TB, o Options) (s *Store, from store.Revision, asked int) {
	t.Helper()
	s, err := connect(bg, o, patient, formatNumber)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.asking = func() { asked++ }
	if err := s.found(bg); err != nil {
		t.Fatal(err)
	}
	return s, s.checkpointed, asked
}

// sameIndex compares what two processes have in memory.
func sameIndex(t testing.TB, a, b *Store) {
	t.Helper()
	if a.ix.last() != b.ix.last() || a.ix.broken != nil || b.ix.broken != nil {
		t.Fatalf("revisions %d and %d, %v and %v", a.ix.last(), b.ix.last(), a.ix.broken, b.ix.broken)
	}
	for i := range a.ix.commits {
		if x, y := a.ix.commits[i], b.ix.commits[i]; !sameCommit(x.commit, y.commit) || x.revision != y.revision {
			t.Fatalf("commit %d: %+v and %+v", i+1, x.commit, y.commit)
		}
	}
	if len(a.ix.docs) != len(b.ix.docs) || len(a.ix.keys) != len(b.ix.keys) {
		t.Fatalf("%d and %d documents, %d and %d keys", len(a.ix.docs), len(b.ix.docs), len(a.ix.keys), len(b.ix.keys))
	}
}

const grown = 2*checkpointCommits + 40

// withCheckpoints is one installation with two checkpoints and what is behind them, for tests that copy it.
var withCheckpoints struct {
	once sync.Once
	o    Options
	all  *index // as who reads every commit has it
}

func checkpointed(t testing.TB) Options {
	t.Helper()
	calmCluster(t)
	withCheckpoints.once.Do(func() {
		o := fresh(calmCluster(t))
		s := alone(t, o)
		large := store.Change{Author: "ana", At: at, Key: "import"}
		for n := range 400 { // its list of writes does not lie in the commit
			large.Writes = append(large.Writes, store.Put{Kind: "journey", ID: strings.Repeat("x", 90) + fmt.Sprint(n), Body: []byte("x")})
		}
		if _, err := s.Commit(bg, large); err != nil {
			t.Fatal(err)
		}
		mustSave(t, s, "gone", 1, 0)
		if _, err := s.Commit(bg, store.Change{Author: "ben", Why: "no longer", At: at, Writes: []store.Write{store.Delete{Kind: "campaign", ID: "gone", Base: 2}}}); err != nil {
			t.Fatal(err)
		}
		grow(t, s, "d", grown-3)
		if err := s.writeCheckpoints(bg); err != nil {
			t.Fatal(err)
		}
		if s.ix.at(1).listPieces == 0 || s.checkpointed != 2*checkpointCommits {
			t.Fatalf("checkpoints up to %d", s.checkpointed)
		}
		withCheckpoints.all, withCheckpoints.o = s.ix, o
	})
	return withCheckpoints.o
}

func TestWhatBeginsWithCheckpointsIsWhatAllCommitsSay(t *testing.T) {
	t.Parallel()
	client := calmCluster(t).Client()
	put := func(t *testing.T, key, value string) {
		t.Helper()
		if _, err := client.Put(bg, key, value); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(t *testing.T, key string) {
		t.Helper()
		if _, err := client.Delete(bg, key); err != nil {
			t.Fatal(err)
		}
	}
	valueOf := func(t *testing.T, key string) string {
		t.Helper()
		got, err := client.Get(bg, key)
		if err != nil || len(got.Kvs) != 1 {
			t.Fatalf("%s: %d values, %v", key, len(got.Kvs), err)
		}
		return string(got.Kvs[0].Value)
	}
	const one, two = checkpointCommits, 2 * checkpointCommits
	for _, c := range []struct {
		name  string
		harm  func(t *testing.T, k keys)
		from  store.Revision // up to where checkpoints are used
		later store.Revision // and after somebody has put them right
	}{
		{"both are there", func(*testing.T, keys) {}, two, two},
		{"there is none", func(t *testing.T, k keys) { remove(t, k.checkpoint(one)); remove(t, k.checkpoint(two)) }, 0, two},
		{"the first one is missing", func(t *testing.T, k keys) { remove(t, k.checkpoint(one)) }, 0, two},
		{"who wrote the second one was killed before", func(t *testing.T, k keys) { remove(t, k.checkpoint(two)) }, one, two},
		{"one is no checkpoint", func(t *testing.T, k keys) { put(t, k.checkpoint(one), "nonsense") }, 0, two},
		{"a bit of one is another one", func(t *testing.T, k keys) {
			value := []byte(valueOf(t, k.checkpoint(two)))
			value[len(value)/2] ^= 4
			put(t, k.checkpoint(two), string(value))
		}, one, two},
		{"one lies in the place of another one", func(t *testing.T, k keys) { put(t, k.checkpoint(two), valueOf(t, k.checkpoint(one))) }, one, two},
		{"the digest of one does not fit, though its checksum does", func(t *testing.T, k keys) {
			name := commitName(two)
			payload, err := wire.Unseal(placeCheckpoints, []byte(name), []byte(valueOf(t, k.checkpoint(two))))
			if err != nil {
				t.Fatal(err)
			}
			payload[len(payload)-1] ^= 1
			put(t, k.checkpoint(two), string(wire.Seal(placeCheckpoints, []byte(name), payload)))
		}, one, two},
		{"the last one is of another store", func(t *testing.T, k keys) {
			other := otherCheckpoints(t)
			put(t, k.checkpoint(two), valueOf(t, other.checkpoint(two)))
		}, one, two},
		{"all are of another store, and fit each other", func(t *testing.T, k keys) {
			other := otherCheckpoints(t)
			put(t, k.checkpoint(one), valueOf(t, other.checkpoint(one)))
			put(t, k.checkpoint(two), valueOf(t, other.checkpoint(two)))
		}, 0, two},
		{"a longer store was here before", func(t *testing.T, k keys) {
			value, last, full := checkpointOf(otherCommits(t, 3*checkpointCommits))
			if !full || last != 3*checkpointCommits {
				t.Fatal(last, full)
			}
			put(t, k.checkpoint(last), string(value))
		}, two, two},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := copied(t, checkpointed(t))
			k, _ := o.keys()
			c.harm(t, k)
			s, from, _ := begun(t, o)
			if from != c.from {
				t.Errorf("checkpoints are used up to %d, want %d", from, c.from)
			}
			sameIndex(t, s, &Store{ix: withCheckpoints.all})
			if err := s.writeCheckpoints(bg); err != nil {
				t.Fatal(err)
			}
			mustSave(t, s, "more", 1, 0)
			again, from, _ := begun(t, o)
			if from != c.later {
				t.Errorf("when it was put right, checkpoints are used up to %d, want %d", from, c.later)
			}
			sameIndex(t, s, again)
			if left, err := client.Get(bg, k.checkpoints(), clientv3.WithPrefix(), clientv3.WithCountOnly()); err != nil || left.Count != 2 {
				t.Errorf("%d checkpoints are left, %v", left.Count, err)
			}
			if v, err := store.Verify(bg, again); err != nil || v.Total > 0 || v.Commits != grown+1 {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
}

// otherCommits are commits of another store, up to a revision that is the end of a checkpoint.
func otherCommits(t *testing.T, last store.Revision) (out []*indexed) {
	t.Helper()
	for rev := last - checkpointCommits + 1; rev <= last; rev++ {
		out = append(out, &indexed{revision: rev, commit: commit{token: newToken(), sum: store.Sum{byte(rev), 1}, at: at, author: "eve"}})
	}
	return out
}

// otherCheckpoints is another store with as many checkpoints, that fit each other.
func otherCheckpoints(t *testing.T) keys {
	t.Helper()
	o := fresh(calmCluster(t))
	k, _ := o.keys()
	prior := store.Sum{}
	for _, last := range []store.Revision{checkpointCommits, 2 * checkpointCommits} {
		commits := otherCommits(t, last)
		commits[0].prior = prior
		prior = commits[len(commits)-1].sum
		value, _, full := checkpointOf(commits)
		if _, err := calmCluster(t).Client().Put(bg, k.checkpoint(last), string(value)); err != nil || !full {
			t.Fatal(err)
		}
	}
	return k
}

// Who can write a checkpoint with the right digest can say something else in it than the commits do: that is found where all is read.
func TestACheckpointThatSaysSomethingElseIsFoundByVerifyAndCheck(t *testing.T) {
	t.Parallel()
	o := copied(t, checkpointed(t))
	k, _ := o.keys()
	s := alone(t, o)
	commits := slices.Clone(s.ix.commits[:checkpointCommits])
	forged := *commits[99]
	forged.author = "eve"
	commits[99] = &forged
	value, last, _ := checkpointOf(commits)
	if _, err := calmCluster(t).Client().Put(bg, k.checkpoint(last), string(value)); err != nil {
		t.Fatal(err)
	}
	misled, from, _ := begun(t, o)
	if from != 2*checkpointCommits || misled.ix.at(100).author != "eve" {
		t.Fatalf("it begins at %d with %q", from, misled.ix.at(100).author)
	}
	if v, err := store.Verify(bg, misled); err != nil || v.Total == 0 || v.Faults[0].Revision != 100 {
		t.Errorf("verify: %+v, %v", v, err)
	}
	if err := misled.Check(bg); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), commitName(100)) {
		t.Errorf("check: %v", err)
	}
}

func TestCheckpointsAreWrittenByManyAtOnce(t *testing.T) {
	t.Parallel()
	o := copied(t, checkpointed(t))
	k, _ := o.keys()
	client := calmCluster(t).Client()
	if _, err := client.Delete(bg, k.checkpoints(), clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		s := alone(t, o)
		wg.Go(func() {
			if err := s.writeCheckpoints(bg); err != nil || s.checkpointed != 2*checkpointCommits {
				t.Errorf("checkpoints up to %d, %v", s.checkpointed, err)
			}
		})
	}
	wg.Wait()
	all, err := client.Get(bg, k.checkpoints(), clientv3.WithPrefix())
	if err != nil || len(all.Kvs) != 2 {
		t.Fatalf("%d checkpoints, %v", len(all.Kvs), err)
	}
	for _, kv := range all.Kvs {
		if kv.Version != 1 {
			t.Errorf("%s was written %d times", kv.Key, kv.Version)
		}
	}
}

func TestACheckpointOfANewerBeckonIsLeftAlone(t *testing.T) {
	t.Parallel()
	o := copied(t, checkpointed(t))
	k, _ := o.keys()
	name := commitName(checkpointCommits)
	payload := wire.AppendUint(nil, checkpointFormat+1)
	digest := sha256.Sum256(payload)
	value := string(wire.Seal(placeCheckpoints, []byte(name), append(digest[:], payload...)))
	if _, err := calmCluster(t).Client().Put(bg, k.checkpoint(checkpointCommits), value); err != nil {
		t.Fatal(err)
	}
	s, from, _ := begun(t, o)
	if from != 0 {
		t.Errorf("it was used, up to %d", from)
	}
	sameIndex(t, s, &Store{ix: withCheckpoints.all})
	if err := s.writeCheckpoints(bg); !errors.Is(err, errNewerCheckpoint) {
		t.Errorf("writing: %v", err)
	}
	if got, err := calmCluster(t).Client().Get(bg, k.checkpoint(checkpointCommits)); err != nil || string(got.Kvs[0].Value) != value {
		t.Errorf("it was replaced: %v", err)
	}
}

// Whoever commits writes them, and whoever opens a store that has none.
func TestCheckpointsAreWrittenWithoutBeingAskedFor(t *testing.T) {
	t.Parallel()
	there := func(o Options, last store.Revision) {
		t.Helper()
		k, _ := o.keys()
		err := cluster.Until(func(ctx context.Context) error {
			got, err := calmCluster(t).Client().Get(ctx, k.checkpoint(last))
			if err == nil && len(got.Kvs) == 0 {
				err = errors.New("it is not there yet")
			}
			return err
		})
		if err != nil {
			t.Errorf("the checkpoint of %d commits: %v", last, err)
		}
	}
	o := fresh(calmCluster(t))
	s := opened(t, o, patient)
	grow(t, s, "d", checkpointCommits+1)
	there(o, checkpointCommits)

	old := copied(t, checkpointed(t))
	k, _ := old.keys()
	if _, err := calmCluster(t).Client().Delete(bg, k.checkpoints(), clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	opened(t, old, patient)
	there(old, 2*checkpointCommits)
}

func TestOpeningWithCheckpointsAsksForLittle(t *testing.T) {
	t.Parallel()
	o := checkpointed(t)
	_, _, with := begun(t, o)
	none := copied(t, o)
	k, _ := none.keys()
	if _, err := calmCluster(t).Client().Delete(bg, k.checkpoints(), clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	_, _, without := begun(t, none)
	// The checkpoints by one request, what is behind them by another one, and the list of writes that lies elsewhere by a third.
	if with != 3 || without < 7 {
		t.Errorf("%d requests, %d without checkpoints", with, without)
	}
}

// BenchmarkOpen opens a store of 10,000 commits.
func BenchmarkOpen(b *testing.B) {
	o := fresh(calmCluster(b))
	s := alone(b, o)
	grow(b, s, "d", 10_000)
	if err := s.writeCheckpoints(bg); err != nil {
		b.Fatal(err)
	}
	for name, all := range map[string]bool{"checkpoints": false, "commits": true} {
		b.Run(name, func(b *testing.B) {
			asked := 0
			for b.Loop() {
				s, err := connect(bg, o, patient, formatNumber)
				if err != nil {
					b.Fatal(err)
				}
				s.readAll = all
				s.asking = func() { asked++ }
				if err := s.found(bg); err != nil || s.ix.last() != 10_000 {
					b.Fatal(err)
				}
				s.Close()
			}
			b.ReportMetric(float64(asked)/float64(b.N), "requests/op")
		})
	}
}
