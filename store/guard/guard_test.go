package guard

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"

	"beckon/store"
	"beckon/store/boltstore"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func opened(t *testing.T) store.Store {
	t.Helper()
	s, err := boltstore.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func keyOf(name string) Key {
	seed := []byte(strings.Repeat(name+".", ed25519.SeedSize))[:ed25519.SeedSize]
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		panic(err)
	}
	return Key{Public: signer.PublicKey(), Comment: name + "@host"}
}

func added(t *testing.T, s store.Store, name string, role Role, keys ...Key) Operator {
	t.Helper()
	o := Operator{Name: name, Role: role, Keys: keys}
	if len(keys) == 0 {
		o.Keys = []Key{keyOf(name)}
	}
	written(t, s, o)
	o, err := Find(t.Context(), s, name)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func written(t *testing.T, s store.Store, o Operator) {
	t.Helper()
	if err := write(t.Context(), s, o); err != nil {
		t.Fatal(err)
	}
}

func write(ctx context.Context, s store.Store, o Operator) error {
	_, err := Write(ctx, s, store.Change{Author: "root", At: noon}, o, store.AuditEntry{Action: "update"})
	return err
}

// change is what somebody wants to write.
func change(who string, writes ...store.Write) store.Change {
	return store.Change{Author: who, At: noon, Writes: writes}
}

const (
	draft     = "kind: campaign\nid: spring\nname: Spring\ngoal: sold\naudiences: [returning]\n"
	published = "kind: campaign\nid: spring\nname: Spring\npublished: true\ngoal: sold\naudiences: [returning]\n"
	audience  = "kind: audience\nid: returning\nname: Returning\nwhen: {visited: {entryPoints: [cart]}}\n"
	cart      = "kind: entry-point\nid: cart\nname: Cart\ninclude: [{contains: /cart}]\n"
	other     = "kind: entry-point\nid: other\nname: Other\ninclude: [{contains: /other}]\n"
)

func put(kind, id, body string, base store.Revision) store.Put {
	return store.Put{Kind: kind, ID: id, Body: []byte(body), Base: base}
}

func commit(t *testing.T, s store.Store, c store.Change) store.Revision {
	t.Helper()
	rev, err := s.Commit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func TestAnEditorTouchesNoItemUnderAPublishedCampaign(t *testing.T) {
	t.Parallel()
	s := opened(t)
	added(t, s, "boss", Admin)
	added(t, s, "bo", Editor)
	base := commit(t, s, change("root", put("audience", "returning", audience, 0), put("entry-point", "cart", cart, 0), put("entry-point", "other", other, 0), put("campaign", "spring", draft, 0)))
	g := New(s, "bo", "192.0.2.1:1")
	again := func(id, body string, base store.Revision) (store.Revision, error) {
		return g.Commit(t.Context(), change("bo", put("entry-point", id, body+"# "+time.Duration(base).String()+"\n", base)))
	}
	cartAt, err := again("cart", cart, base)
	if err != nil {
		t.Fatalf("under a draft: %v", err)
	}
	commit(t, s, change("root", put("campaign", "spring", published, base)))
	if _, err := again("cart", cart, cartAt); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "only publishers may change the entry-point cart, which the published campaign spring uses; bo is an editor") {
		t.Errorf("under a published campaign, through an audience: %v", err)
	}
	if _, err := g.Commit(t.Context(), change("bo", store.Delete{Kind: "audience", ID: "returning", Base: base})); !errors.Is(err, ErrRefused) {
		t.Errorf("deleting what it uses: %v", err)
	}
	if _, err := again("other", other, base); err != nil {
		t.Errorf("what it does not use: %v", err)
	}
}

func TestABodyThatIsSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	s := opened(t)
	added(t, s, "boss", Admin)
	added(t, s, "bo", Editor)
	g := New(s, "bo", "")
	for name, w := range map[string]store.Put{
		"a published campaign as an entry point": put("entry-point", "spring", published, 0),
		"another campaign":                       put("campaign", "summer", draft, 0),
		"two documents":                          put("campaign", "spring", draft+"---\n"+published, 0),
		"nonsense":                               put("campaign", "spring", "\x00", 0),
	} {
		if _, err := g.Commit(t.Context(), change("bo", w)); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := g.Commit(t.Context(), change("bo", put("campaign", "spring", draft, 0))); err != nil {
		t.Errorf("what it is: %v", err)
	}
}

func TestNobodyWritesAsSomebodyElse(t *testing.T) {
	t.Parallel()
	s := opened(t)
	added(t, s, "boss", Admin)
	g := New(s, "boss", "192.0.2.1:1")
	refused := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := g.Commit(t.Context(), change("bo", put("campaign", "spring", draft, 0)))
	refused("another author", err)
	c := change("boss", put("campaign", "spring", draft, 0))
	c.Audit = []store.AuditEntry{{Kind: "campaign", ID: "summer", Action: "delete"}}
	_, err = g.Commit(t.Context(), c)
	refused("an audit of something else", err)
	_, err = g.Commit(t.Context(), change("boss", put("anything", "x", "x", 0)))
	refused("a kind that nobody knows", err)
	refused("another's draft", g.PutScrap(t.Context(), store.Scrap{Owner: "bo", Key: "k", At: noon}))
	refused("dropping another's draft", g.DropScrap(t.Context(), "bo", "k"))
	_, err = g.TakeScrap(t.Context(), "bo", "k")
	refused("taking another's draft", err)
	_, err = g.Scraps(t.Context(), "bo", "")
	refused("reading another's drafts", err)

	refused("where another is", g.Announce(t.Context(), store.Present{Operator: "bo", Session: "1", Since: noon}, time.Hour))
	refused("that another went", g.Withdraw(t.Context(), "bo", "1"))
	if err := g.Announce(t.Context(), store.Present{Operator: "boss", Session: "1", Since: noon, From: "a lie"}, time.Hour); err != nil {
		t.Error(err)
	}
	if here, _, err := g.Present(t.Context(), 0); err != nil || len(here) != 1 || here[0].From != "192.0.2.1:1" {
		t.Errorf("present: %+v, %v", here, err)
	}
	c.Audit = []store.AuditEntry{{Kind: "campaign", ID: "spring", Action: "create"}}
	c.From = "a lie"
	commit(t, g, c)
	entries, err := s.Audit(t.Context(), store.AuditQuery{Kind: "campaign"})
	if err != nil || len(entries) != 1 || entries[0].From != "192.0.2.1:1" || entries[0].Author != "boss" {
		t.Errorf("the audit: %+v, %v", entries, err)
	}
}

func TestARoleHoldsFromTheMomentItIsGiven(t *testing.T) {
	t.Parallel()
	s := opened(t)
	added(t, s, "boss", Admin)
	o := added(t, s, "bo", Viewer)
	g := New(s, "bo", "")
	keep := func() error { return g.PutScrap(t.Context(), store.Scrap{Owner: "bo", Key: "k", At: noon}) }
	if err := keep(); !errors.Is(err, ErrRefused) || err.Error() != "only editors may keep drafts; bo is a viewer" {
		t.Errorf("a viewer: %v", err)
	}
	o.Role = Editor
	written(t, s, o)
	if err := keep(); err != nil {
		t.Errorf("an editor: %v", err)
	}
	o, _ = Find(t.Context(), s, "bo")
	o.Disabled = true
	written(t, s, o)
	if err := keep(); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "no operator here any longer") {
		t.Errorf("disabled: %v", err)
	}
	if err := New(s, "bo", "").Announce(t.Context(), store.Present{Operator: "bo", Session: "1", Since: noon}, time.Hour); !errors.Is(err, ErrRefused) {
		t.Errorf("disabled, and seen: %v", err)
	}
	if err := New(s, "nobody", "").PutScrap(t.Context(), store.Scrap{Owner: "nobody", Key: "k", At: noon}); !errors.Is(err, ErrRefused) {
		t.Errorf("who never was one: %v", err)
	}
}

func TestWhoseKeyItIs(t *testing.T) {
	t.Parallel()
	s := opened(t)
	added(t, s, "boss", Admin)
	old := keyOf("old")
	old.Expires = noon
	bo := added(t, s, "bo", Editor, keyOf("bo"), old)
	who := func(k Key, at time.Time) (string, error) {
		o, _, err := SignedBy(t.Context(), s, k.Public, at)
		return o.Name, err
	}
	if name, err := who(keyOf("bo"), noon); name != "bo" || err != nil {
		t.Errorf("%s, %v", name, err)
	}
	if name, err := who(old, noon.Add(-time.Second)); name != "bo" || err != nil {
		t.Errorf("before it expires: %s, %v", name, err)
	}
	if _, err := who(old, noon); !errors.Is(err, ErrExpired) {
		t.Errorf("when it expires: %v", err)
	}
	if _, err := who(keyOf("eve"), noon); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("nobody's: %v", err)
	}
	if err := write(t.Context(), s, Operator{Name: "eve", Role: Viewer, Keys: []Key{keyOf("bo")}}); err == nil || !strings.Contains(err.Error(), "bo has the key") {
		t.Errorf("a key of two: %v", err)
	}
	bo.Disabled = true
	written(t, s, bo)
	if _, err := who(keyOf("bo"), noon); !errors.Is(err, ErrDisabled) {
		t.Errorf("disabled: %v", err)
	}
	// A document that says a thing twice says nothing, and keeps nobody out.
	line := keyOf("eve").Line()
	commit(t, s, change("root", put(Kind, "eve", `{"role": "viewer", "ROLE": "admin", "keys": ["`+line+`"]}`, 0)))
	if _, err := who(keyOf("eve"), noon); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a document with two roles: %v", err)
	}
	if name, err := who(keyOf("boss"), noon); name != "boss" || err != nil {
		t.Errorf("beside it: %s, %v", name, err)
	}
}

func TestThereIsAlwaysAnAdmin(t *testing.T) {
	t.Parallel()
	s := opened(t)
	boss := added(t, s, "boss", Admin)
	last := func(change func(*Operator)) {
		t.Helper()
		o := boss
		change(&o)
		if err := write(t.Context(), s, o); err == nil || !strings.Contains(err.Error(), "the last admin") {
			t.Errorf("the last one went: %v", err)
		}
	}
	last(func(o *Operator) { o.Role = Publisher })
	last(func(o *Operator) { o.Disabled = true })
	last(func(o *Operator) { o.Keys = nil })
	added(t, s, "second", Admin)
	boss.Role = Viewer
	written(t, s, boss)
}

func TestKeysThatAreRefusedAndWhy(t *testing.T) {
	t.Parallel()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	small, err := ssh.NewPublicKey(&weak.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	ok := keyOf("ana").Line()
	for line, why := range map[string]string{
		"":                                      "there is none",
		"# only words\n\n":                      "there is none",
		"ssh-ed25519 AAAA":                      "line 1: no public key",
		ok + "\nnonsense":                       "line 2: no public key",
		"-----BEGIN OPENSSH PRIVATE KEY":        "a private key",
		string(ssh.MarshalAuthorizedKey(small)): "2048 to 8192 bits",
		`command="sh" ` + ok:                    "the option command is not known",
		`cert-authority ` + ok:                  "the option cert-authority is not known",
		`from="*.example.com" ` + ok:            "want addresses and networks",
		`from="!198.51.100.1" ` + ok:            "want addresses and networks",
		`expiry-time="tomorrow" ` + ok:          "want YYYYMMDD",
		strings.Repeat("#", maxKeyFile+1):       "more than 64 KiB",
	} {
		if _, err := ParseKeys([]byte(line)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%.60q: %v, want %s", line, err, why)
		}
	}
}

func TestKeysComeBackAsTheyWereRead(t *testing.T) {
	t.Parallel()
	if keys, err := ParseKeys([]byte(strings.TrimSpace(string(ssh.MarshalAuthorizedKey(keyOf("ana").Public))) + " \u00a0\u0300")); err != nil {
		t.Error(err)
	} else if again, err := ParseKeys([]byte(keys[0].Line())); err != nil || again[0].Line() != keys[0].Line() {
		t.Errorf("a mark behind a space: %q, %q, %v", keys[0].Line(), again[0].Line(), err)
	}
	rapid.Check(t, func(t *rapid.T) {
		k := keyOf(rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "name"))
		line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.Public))) + " " + rapid.String().Draw(t, "comment")
		if rapid.Bool().Draw(t, "options") {
			line = `restrict,from="198.51.100.0/24, 2001:db8::1",expiry-time="20270101" ` + line
		}
		keys, err := ParseKeys([]byte(line))
		if err != nil {
			t.Skip(err) // the comment had lines
		}
		o := Operator{Name: "ana", Role: Editor, Keys: keys}
		body, err := o.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(store.Document{Kind: Kind, ID: "ana", Body: body})
		if err != nil || again.Keys[0].Line() != keys[0].Line() {
			t.Errorf("%q: %+v, %v", line, again, err)
		}
	})
}

func TestNamesOfOperators(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"ana": true, "a": true, "ana.b-c_2": true, "": false, "Ana": false, "ana b": false, "-ana": false, "ana.": false,
		"\x1b[2J": false, strings.Repeat("a", 33): false, "änne": false} {
		if err := CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
