package etcdstore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"beckon/store"
	"beckon/store/etcdstore/cluster"
)

// hurried does not wait long for what will not come.
var hurried = pace{try: time.Second, write: time.Second, read: 2 * time.Second, commit: 3 * time.Second, probe: time.Second}

// TestWhoIsLetInAndWhoIsNot: against a member that asks for certificates and
// passwords. Whoever is kept out is told why, soon, and sees nothing.
func TestWhoIsLetInAndWhoIsNot(t *testing.T) {
	t.Parallel()
	c, stop := cluster.Start(t, cluster.Options{Members: 1, NoSync: true, Secure: true, TokenTTL: time.Second})
	t.Cleanup(stop)
	if err := c.EnableUsers(cluster.Users{"beckon": {"right", "/shop/"}, "neighbor": {"right", "/other/"}, "nobody": {"right", ""}}); err != nil {
		t.Fatal(err)
	}
	right := Options{Endpoints: c.Endpoints(), Prefix: "shop", CA: c.Files.CA, Cert: c.Files.Cert, Key: c.Files.Key, User: "beckon", Password: "right"}

	// With a role for the prefix and nothing else, everything works.
	s := opened(t, right, patient)
	mustSave(t, s, "x", 1, 0)
	w, err := s.Watch(bg, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if events, err := w.Next(bg); err != nil || len(events) != 1 {
		t.Fatalf("told %+v, %v", events, err)
	}
	if err := s.Announce(bg, store.Present{Operator: "ana", Session: "1", Since: at, Body: []byte("edits")}, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "k", At: at}); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}

	for name, x := range map[string]struct {
		of   func(o *Options)
		says string
		away bool
	}{
		"a wrong password":                      {func(o *Options) { o.Password = "wrong" }, "authentication failed", false},
		"nobody's name":                         {func(o *Options) { o.User = "stranger" }, "authentication failed", false},
		"no name":                               {func(o *Options) { o.User, o.Password = "", "" }, "permission denied", false},
		"a role without a permission":           {func(o *Options) { o.User = "nobody" }, "permission denied", false},
		"a role for another prefix":             {func(o *Options) { o.User = "neighbor" }, "permission denied", false},
		"members that another authority signed": {func(o *Options) { o.CA = c.Files.OtherCA }, "certificate signed by unknown authority", true},
		"no certificate of the client":          {func(o *Options) { o.Cert, o.Key = "", "" }, "certificate required", true},
		"a certificate of a stranger":           {func(o *Options) { o.Cert, o.Key = c.Files.StrangeCert, c.Files.StrangeKey }, "certificate", true},
		"no TLS":                                {func(o *Options) { o.CA, o.Cert, o.Key = "", "", "" }, "speaks TLS", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := right
			x.of(&o)
			s, err := open(bg, o, hurried, formatNumber)
			if err == nil {
				s.Close()
				t.Fatal("it was let in")
			}
			if !strings.Contains(err.Error(), x.says) || errors.Is(err, store.ErrAway) != x.away || strings.Contains(err.Error(), "wrong") || strings.Contains(err.Error(), o.Password) && o.Password != "" {
				t.Errorf("it says: %v", err)
			}
			t.Log(err)
			if strings.Contains(err.Error(), "\n") || len(err.Error()) > 400 {
				t.Errorf("not a sentence: %q", err)
			}
		})
	}

	if testing.Short() {
		return
	}
	// Who signed in is forgotten after a second of silence, in real time; work goes on.
	for n := 2; n < 4; n++ {
		time.Sleep(1500 * time.Millisecond)
		mustSave(t, s, "x", n, store.Revision(n-1))
		if events, err := w.Next(bg); err != nil || len(events) != 1 || events[0].Revision != store.Revision(n) {
			t.Fatalf("told %+v, %v", events, err)
		}
	}
	// A permission that is taken away is told.
	if _, err := c.Client().RoleRevokePermission(bg, "beckon", "/shop/", "/shop0"); err != nil {
		t.Fatal(err)
	}
	if _, err := save(s, "x", 4, 3); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("a save without a permission: %v", err)
	}
	if _, err := s.Get(bg, "campaign", "x"); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("reading without a permission: %v", err)
	}
}
