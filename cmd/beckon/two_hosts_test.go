package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"beckon/store"
	"beckon/store/etcdstore"
	"beckon/store/etcdstore/cluster"
	"beckon/tui/serve"
)

// etcdCluster runs one member of etcd for a test.
func etcdCluster(t *testing.T) *cluster.Cluster {
	t.Helper()
	c, stop := cluster.Start(t, cluster.Options{Members: 1, NoSync: true})
	t.Cleanup(stop)
	return c
}

// shopIn opens one store in a cluster, each time by a way of its own.
func shopIn(t *testing.T, c *cluster.Cluster) store.Store {
	t.Helper()
	return shopBy(t, c.Endpoints())
}

// shopBy opens it by way of some endpoints.
func shopBy(t *testing.T, endpoints []string) store.Store {
	t.Helper()
	s, err := etcdstore.Open(t.Context(), etcdstore.Options{Endpoints: endpoints, Prefix: "shop"})
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

// etcdHosts are two hosts that serve one store in etcd; each has its own way
// to it, and nothing else in common.
func etcdHosts(t *testing.T) (a, b *team) {
	t.Helper()
	c := etcdCluster(t)
	return hostsOf(t, shopIn(t, c), shopIn(t, c))
}

// hostsOf serve one store that each has its own way to.
func hostsOf(t *testing.T, one, two store.Store) (a, b *team) {
	t.Helper()
	if did, err := fill(t.Context(), here(), one); err != nil || !did {
		t.Fatalf("fill = %v, %v", did, err)
	}
	employ(t, one)
	return serveOn(t, one, serve.Bounds{}), serveOn(t, two, serve.Bounds{})
}

func TestOperatorsOnTwoHostsWorkInOneStore(t *testing.T) {
	t.Parallel()
	here, there := etcdHosts(t)
	pia, ed := here.sit("pia"), there.sit("ed")

	// They know of each other.
	pia.expect("with ed")
	ed.expect("with pia")

	// What one changes the other sees.
	pia.press("r")
	pia.expect("Priority of")
	pia.press("low")
	pia.expect("Wins 10 of 100")
	pia.press("\r")
	pia.expect("takes it back")
	ed.expect("pia changed the campaign")

	// Where both change one field, the later one is told what the other wrote.
	if _, errs, code := here.run("pia", "campaign unpublish ask-a-guide", ""); code != 0 {
		t.Fatalf("not unpublished: %s", errs)
	}
	rev, err := there.store.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pia.expect(fmt.Sprint("revision ", rev))
	pia.press("e")
	pia.expect("Builder › Ask a mountain guide")
	ed.expect("✎ Ask a mountain")
	ed.press("e")
	ed.expect("pia edits this too, since")
	pia.expect("ed edits this too, since")
	ed.press("!")
	ed.expect("Ask a mountain guide!")
	pia.press("+")
	pia.expect("Ask a mountain guide+")
	pia.press("\x1bOQ")
	pia.expect("Saved Ask a mountain guide+")
	ed.expect("pia changed this campaign", "Your work is kept: alt+j joins it.", "Ask a mountain guide!")
	ed.press("\x1bj")
	ed.expect("was changed meanwhile", "Nothing of yours is written yet.", "guide!", "guide+")

	// Who is let in no longer is cut off wherever he sits, and stays out.
	began := time.Now()
	if _, errs, code := here.run("ana", "operator disable ed", ""); code != 0 {
		t.Fatalf("not disabled: %s", errs)
	}
	var cut *ssh.ExitError
	if err := <-ed.over; !errors.As(err, &cut) || cut.ExitStatus() != 1 {
		t.Errorf("a disabled operator's session on the other host: %v", err)
	}
	t.Logf("cut off on the other host %v after the command began", time.Since(began).Round(time.Millisecond))
	ed.expect("Beckon: you are no longer let in.")
	pia.lacks("with ed")
	for _, host := range []*team{here, there} {
		if c, err := host.dial("ed"); err == nil {
			c.Close()
			t.Error("a disabled operator came in again")
		}
	}

	// A host that goes takes its consoles with it, and nobody else's.
	vi := there.sit("vi")
	pia.expect("with vi")
	there.stop()
	<-vi.over
	pia.lacks("with vi")
	if out, errs, code := here.run("vi", "campaign show ask-a-guide", ""); code != 0 || out == "" {
		t.Errorf("the host that is left: %d, %q", code, errs)
	}
}

func TestASimulatorIsSharedBetweenTwoHosts(t *testing.T) {
	t.Parallel()
	here, there := etcdHosts(t)
	pia, vi := here.sit("pia"), there.sit("vi")
	lookOn(pia, vi)

	// Who joins where there is a guest already sees the same.
	ed := there.sit("ed")
	ed.press("&")
	ed.expect("pia shows a simulator", "Enter joins the simulator.")
	ed.press("\r")
	ed.expect("pia shows this simulator; keys: pia. Z leaves.", "event 3 of")
	pia.expect("to 2 guests")
	ed.press("Z")
	ed.expect("You have left; o opens a journey of your own.")
	pia.expect("to 1 guest;")

	handOver(pia, vi)

	// What the guest makes of the journey the owner sees: another seed, with the
	// engagements that it lets win.
	vi.press("S")
	vi.expect("Change the seed")
	vi.press("7\r")
	vi.expect("seed 7")
	pia.expect("seed 7")

	pia.press(",") // whatever the owner changes takes them back
	pia.expect("keys: you.", "event 3 of")
	vi.expect("keys: pia.", "event 3 of")

	// A guest whose host goes is a guest no longer.
	vi.expect("pia shows this simulator")
	there.stop()
	pia.expect("nobody looks on yet", "event 3 of")
}

func TestAGuestWhoseHostIsCutOffIsToldSoAndSeesWhatWasSeenLast(t *testing.T) {
	t.Parallel()
	c := etcdCluster(t)
	here, there := hostsOf(t, shopBy(t, c.Client().Endpoints()), shopIn(t, c)) // the first does not go through the doors
	pia, vi := here.sit("pia"), there.sit("vi")
	lookOn(pia, vi)

	c.Members[0].Cut()
	vi.expect("Cut off from pia's host: this is how it stood last. Z leaves.", "event 3 of")
	pia.press(".")
	pia.expect("event 4 of")
	c.Members[0].Mend()
	vi.expect("pia shows this simulator; keys: pia.", "event 4 of")

	// The host that shows it goes: it takes what it posted with it.
	here.stop()
	vi.expect("pia shows the simulator no longer; o opens a journey of your own.")
}

func TestAnAdminTakesABackupOfAStoreInEtcdOverSSH(t *testing.T) {
	t.Parallel()
	one, two := etcdHosts(t)
	if err := one.store.PutScrap(t.Context(), store.Scrap{Owner: "ed", Key: "draft", Body: []byte("half"), At: monday}); err != nil {
		t.Fatal(err)
	}
	head, err := store.HeadOf(t.Context(), one.store)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"pia", "ed", "vi"} {
		if out, errs, code := two.run(who, "backup", ""); code != exitBad || out != "" || !strings.Contains(errs, "only admins may take a backup of the whole store; "+who+" is ") {
			t.Errorf("%s: %d, %d bytes, %s", who, code, len(out), errs)
		}
	}
	out, errs, code := two.run("ana", "backup", "")
	if code != exitFine {
		t.Fatalf("an admin's: %d, %s", code, errs)
	}
	taken := filepath.Join(t.TempDir(), "taken.db")
	if err := os.WriteFile(taken, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.db")
	if err := restoreFrom(t.Context(), here(), elsewhere, taken, true, false); err != nil {
		t.Fatal(err)
	}
	b := reopened(t, elsewhere)
	found, err := store.Verify(t.Context(), b, head)
	if err != nil || found.Total > 0 || found.Head != head {
		t.Errorf("restored: %+v, %v; the store is at %v", found, err, head)
	}
	kept, err := store.AllScraps(t.Context(), b, "ed")
	if err != nil || len(kept) != 1 || string(kept[0].Body) != "half" {
		t.Errorf("restored drafts: %+v, %v", kept, err)
	}
}
