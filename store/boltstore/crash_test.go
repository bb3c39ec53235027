package boltstore

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"beckon/store"
)

// crashDocument returns which document the n-th save writes, and over which revision.
func crashDocument(n int) (id string, base store.Revision) {
	return fmt.Sprint("doc-", n%3), store.Revision(max(0, n-2))
}

// crash starts a child that saves, kills it after some acknowledged saves, and returns the last acknowledged revision.
func crash(t *testing.T, role, path string, after int) store.Revision {
	t.Helper()
	c := start(t, role, path)
	var acked store.Revision
	read := func(line string) {
		if _, err := fmt.Sscanf(line, "saved %d", &acked); err != nil {
			t.Fatalf("the child says %q", line)
		}
	}
	for range after {
		read(c.line(t))
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for c.out.Scan() { // what it said before it died counts
		read(c.out.Text())
	}
	c.Wait()
	return acked
}

func TestKilledProcessLosesNoAcknowledgedSave(t *testing.T) {
	t.Parallel()
	loops := 50
	if raceEnabled || testing.Short() {
		loops = 10
	}
	path := newPath(t)
	rng := rand.New(rand.NewPCG(1, 1))
	for range loops {
		acked := crash(t, "save", path, rng.IntN(30))
		s, err := Open(bg, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		rev, err := s.Revision(bg)
		if err != nil {
			t.Fatal(err)
		}
		if rev < acked {
			t.Fatalf("revision %d after %d was acknowledged", rev, acked)
		}
		if err := s.Check(bg); err != nil {
			t.Fatal(err)
		}
		for n := max(0, int(rev)-3); n < int(rev); n++ {
			id, _ := crashDocument(n)
			doc, err := s.Get(bg, "campaign", id)
			if err != nil || string(doc.Body) != string(body(id, n)) {
				t.Fatalf("save %d of %d came back wrong: %v", n, rev, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKilledProcessLeavesTheScrapBeforeOrTheNewOneWhole(t *testing.T) {
	t.Parallel()
	loops := 30
	if raceEnabled || testing.Short() {
		loops = 6
	}
	path := newPath(t)
	rng := rand.New(rand.NewPCG(2, 2))
	last := 0
	for range loops {
		acked := int(crash(t, "scribble", path, rng.IntN(20)))
		s, err := Open(bg, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(bg); err != nil {
			t.Fatal(err)
		}
		list, err := store.AllScraps(bg, s, "ana")
		if err != nil || len(list) != 1 && max(acked, last) > 0 {
			t.Fatalf("%d scraps after %d was acknowledged, %v", len(list), acked, err)
		}
		if len(list) == 1 {
			n := 0
			if _, err := fmt.Sscanf(string(list[0].Body), "draft version %d ", &n); err != nil || string(list[0].Body) != string(body("draft", n)) {
				t.Fatalf("version %d came back torn: %v", n, err)
			}
			if n < acked || n < last {
				t.Fatalf("version %d after %d was acknowledged, and %d before", n, acked, last)
			}
			last = n
		}
		if rev, err := s.Revision(bg); err != nil || rev != 0 {
			t.Fatalf("revision %d, %v", rev, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Size() > 2*growth {
		t.Errorf("after %d versions of one scrap the file has %d bytes, %v", last, info.Size(), err)
	}
}

// The first loop above would notice a save that is acknowledged before it is on disk.
func TestKilledProcessThatBoastsIsCaught(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	for range 200 {
		acked := crash(t, "boast", path, 3)
		s, err := Open(bg, path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		rev, err := s.Revision(bg)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		if rev < acked {
			return
		}
	}
	t.Fatal("200 children that acknowledged too early lost nothing: the loop proves nothing")
}
