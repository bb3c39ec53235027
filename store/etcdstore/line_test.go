package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"beckon/store"
	"beckon/store/etcdstore/cluster"
)

// ended is what became of a change.
type ended struct {
	rev store.Revision
	err error
}

// atOnce commits changes that wait in the line together, in their order, and returns how many groups were sent and what became of each.
func atOnce(t *testing.T, s *Store, changes ...store.Change) (groups int, out []ended) {
	t.Helper()
	s.writer <- struct{}{}
	var before func()
	s.sending, before = func() {
		groups++
		if before != nil {
			before()
		}
	}, s.sending
	out = make([]ended, len(changes))
	var wg sync.WaitGroup
	for i, c := range changes {
		wg.Go(func() { out[i].rev, out[i].err = s.Commit(bg, c) })
		waiting(s, i+1)
	}
	<-s.writer
	wg.Wait()
	s.sending = before
	return groups, out
}

// waiting lets others go on until so many changes are in the line.
func waiting(s *Store, n int) {
	for {
		s.line.mu.Lock()
		there := len(s.line.waiting)
		s.line.mu.Unlock()
		if there == n {
			return
		}
		runtime.Gosched()
	}
}

func writesTo(id string, base store.Revision) store.Change {
	return store.Change{Author: "ana", Why: "line", At: at, Writes: []store.Write{store.Put{Kind: "campaign", ID: id, Body: []byte(id), Base: base}},
		Audit: []store.AuditEntry{{Kind: "campaign", ID: id, Action: "update"}}}
}

func TestChangesThatWaitTogetherAreWrittenTogether(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	s := opened(t, o, patient)
	var changes []store.Change
	for n := range 40 {
		changes = append(changes, writesTo(fmt.Sprint("d", n), 0))
	}
	groups, out := atOnce(t, s, changes...)
	if groups != 2 { // of 100 operations each, three a change
		t.Errorf("40 changes to 40 documents were sent as %d groups", groups)
	}
	for i, e := range out {
		if e.err != nil || e.rev != store.Revision(i+1) {
			t.Errorf("change %d: revision %d, %v", i, e.rev, e.err)
		}
	}
	if v, err := store.Verify(bg, opened(t, o, patient)); err != nil || v.Total > 0 || v.Commits != 40 || v.Entries != 40 {
		t.Errorf("verify: %+v, %v", v, err)
	}
}

func TestOfChangesThatWaitForOneDocumentOneIsWrittenAndTheOthersAreToldOfIt(t *testing.T) {
	t.Parallel()
	s := opened(t, fresh(calmCluster(t)), patient)
	groups, out := atOnce(t, s, writesTo("x", 0), writesTo("x", 0), writesTo("y", 0), writesTo("x", 0))
	for i, want := range []store.Revision{1, 0, 2, 0} {
		var conflict *store.ConflictError
		switch refused := errors.As(out[i].err, &conflict); {
		case want > 0 && (out[i].err != nil || out[i].rev != want):
			t.Errorf("change %d: revision %d, %v; want %d", i, out[i].rev, out[i].err, want)
		case want == 0 && (!refused || conflict.Theirs.Revision == 0 || string(conflict.Theirs.Body) != "x"):
			t.Errorf("change %d: %+v", i, out[i])
		}
	}
	if groups != 1 {
		t.Errorf("%d groups were sent", groups)
	}
}

func TestOneKeyThatWaitsTwiceIsWrittenOnce(t *testing.T) {
	t.Parallel()
	s := opened(t, fresh(calmCluster(t)), patient)
	one, other := writesTo("x", 0), writesTo("y", 0)
	one.Key, other.Key = "import", "import"
	_, out := atOnce(t, s, one, other)
	if now, err := s.Revision(bg); err != nil || now != 1 || out[0] != (ended{1, nil}) || out[1] != (ended{1, nil}) {
		t.Errorf("revision %d, %v; told %+v", now, err, out)
	}
}

func TestWhoGoesAwayWhileHeWaitsWritesNothing(t *testing.T) {
	t.Parallel()
	s := opened(t, fresh(calmCluster(t)), patient)
	s.writer <- struct{}{}
	ctx, cancel := context.WithCancel(bg)
	result := make(chan error)
	go func() {
		_, err := s.Commit(ctx, writesTo("x", 0))
		result <- err
	}()
	waiting(s, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("told %v", err)
	}
	waiting(s, 0)
	<-s.writer
	if rev := mustSave(t, s, "x", 1, 0); rev != 1 {
		t.Errorf("the next save is revision %d", rev)
	}
}

// The index of a process may be behind, so that a base that it does not know is no reason to refuse a change.
func TestABaseThatOnlyTheClusterKnowsIsNotRefused(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	a := opened(t, o, patient)
	b := alone(t, o)
	mustSave(t, a, "x", 1, 0)
	if rev, err := save(b, "x", 2, 1); err != nil || rev != 2 {
		t.Fatalf("over a version that it has not read: revision %d, %v", rev, err)
	}
	if _, err := a.Commit(bg, store.Change{Author: "ben", At: at, Writes: []store.Write{store.Delete{Kind: "campaign", ID: "x", Base: 2}}}); err != nil {
		t.Fatal(err)
	}
	if rev, err := save(b, "x", 3, 0); err != nil || rev != 4 {
		t.Fatalf("in the place of one that was taken away elsewhere: revision %d, %v", rev, err)
	}
	mustSave(t, a, "x", 4, 4)
	var conflict *store.ConflictError
	if _, err := save(b, "x", 5, 4); !errors.As(err, &conflict) || conflict.Theirs.Revision != 5 {
		t.Fatalf("over one that was replaced elsewhere: %v", err)
	}
}

// A process that was slower learns from the refusal what was written, and asks for nothing before it tries again.
func TestWhoWasTooLateGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	a := opened(t, o, patient)
	b := alone(t, o)
	var once sync.Once
	tries := 0
	b.sending = func() {
		tries++
		once.Do(func() {
			for n := range 3 {
				mustSave(t, a, fmt.Sprint("d", n), 1, 0)
			}
		})
	}
	if rev, err := save(b, "x", 1, 0); err != nil || rev != 4 || tries != 2 {
		t.Errorf("revision %d by the %d. try, %v", rev, tries, err)
	}
	if v, err := store.Verify(bg, a); err != nil || v.Total > 0 {
		t.Errorf("%+v, %v", v, err)
	}
}

// What was too late comes back to the line, where those who asked for it may have gone away meanwhile.
func TestWhoGoesAwayWhileHisChangeIsOnItsWayWaitsForNobody(t *testing.T) {
	t.Parallel()
	o := fresh(calmCluster(t))
	a, b := opened(t, o, patient), opened(t, o, patient)
	ctx, cancel := context.WithCancel(bg)
	var once sync.Once
	b.sending = func() {
		once.Do(func() {
			mustSave(t, a, "y", 1, 0)
			cancel()
		})
	}
	b.writer <- struct{}{}
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Go(func() {
			if rev, err := b.Commit(ctx, writesTo(fmt.Sprint("d", n), 0)); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("revision %d, %v", rev, err)
			}
		})
		waiting(b, n+1)
	}
	<-b.writer
	wg.Wait()
	waiting(b, 0)
	mustSave(t, b, "x", 1, 0)
}

func TestAClusterThatTakesLessAtATimeGetsLess(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a cluster has to be started")
	}
	c, stop := cluster.Start(t, cluster.Options{Members: 1, NoSync: true, RequestBytes: 64 << 10})
	t.Cleanup(stop)
	s := opened(t, fresh(c), patient)
	var changes []store.Change
	noise := rand.New(rand.NewPCG(1, 2))
	for n := range 20 {
		c := writesTo(fmt.Sprint("d", n), 0)
		body := make([]byte, 20<<10)
		for i := range body {
			body[i] = byte(noise.Uint32())
		}
		c.Writes = []store.Write{store.Put{Kind: "campaign", ID: fmt.Sprint("d", n), Body: body}}
		changes = append(changes, c)
	}
	groups, out := atOnce(t, s, changes...)
	if slices.ContainsFunc(out, func(e ended) bool { return e.err != nil }) || groups < 10 {
		t.Errorf("%d groups: %+v", groups, out)
	}
	if err := s.Check(bg); err != nil {
		t.Error(err)
	}
}
