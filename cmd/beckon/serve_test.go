package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"

	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/serve"
	"beckon/tui/tuitest"
)

// secretOf is the private key of a name, always the same.
func secretOf(name string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(name+".", ed25519.SeedSize))[:ed25519.SeedSize])
}

func signerOf(t testing.TB, name string) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(secretOf(name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// publicOf is the line of a .pub file.
func publicOf(t testing.TB, name string) string {
	t.Helper()
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signerOf(t, name).PublicKey()))) + " " + name + "@host\n"
}

// A team is a served store with the demo shop and the operators ana (an admin),
// pia (a publisher), ed (an editor) and vi (a viewer).
type team struct {
	t       *testing.T
	store   store.Store
	path    string // of a store in a file
	address string
	stop    func()
	host    ssh.PublicKey // nil: that of the name host
}

func serveTeam(t *testing.T, bounds serve.Bounds) *team {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	shopAt(t, path)
	s := reopened(t, path)
	employ(t, s)
	g := serveOn(t, s, bounds)
	g.path = s.Path()
	return g
}

// employ makes the operators of a team.
func employ(t *testing.T, s store.Store) {
	t.Helper()
	if err := firstAdmin(t.Context(), here(), s, publicOf(t, "ana"), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]guard.Role{"pia": guard.Publisher, "ed": guard.Editor, "vi": guard.Viewer} {
		keys, err := guard.ParseKeys([]byte(publicOf(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		o := guard.Operator{Name: name, Role: role, Keys: keys}
		if _, err := guard.Write(t.Context(), s, store.Change{Author: "ana", At: monday}, o, store.AuditEntry{Action: "create"}); err != nil {
			t.Fatal(err)
		}
	}
}

// serveOn serves a store whose team is there already.
func serveOn(t *testing.T, s store.Store, bounds serve.Bounds) *team {
	t.Helper()
	if bounds.Rate == 0 {
		bounds.Rate = 1000 // everybody is at one address
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() {
		over <- serveStore(ctx, here(), s, signerOf(t, "host"), l, bounds, slog.New(slog.DiscardHandler))
	}()
	g := &team{t: t, store: s, address: l.Addr().String(), stop: sync.OnceFunc(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})}
	t.Cleanup(g.stop)
	return g
}

func (g *team) dial(name string) (*ssh.Client, error) {
	host := g.host
	if host == nil {
		host = signerOf(g.t, "host").PublicKey()
	}
	return ssh.Dial("tcp", g.address, &ssh.ClientConfig{User: "root", Auth: []ssh.AuthMethod{ssh.PublicKeys(signerOf(g.t, name))},
		HostKeyCallback: ssh.FixedHostKey(host)})
}

// run runs a command as an operator.
func (g *team) run(name, line, in string) (out, errs string, code int) {
	g.t.Helper()
	c, err := g.dial(name)
	if err != nil {
		g.t.Fatalf("%s: %v", name, err)
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		g.t.Fatal(err)
	}
	var o, e bytes.Buffer
	s.Stdin, s.Stdout, s.Stderr = strings.NewReader(in), &o, &e
	err = s.Run(line)
	var exit *ssh.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitStatus()
	} else if err != nil {
		g.t.Fatalf("%s as %s: %v", line, name, err)
	}
	return o.String(), e.String(), code
}

// A seat is an operator's console, seen through a terminal.
type seat struct {
	t    *testing.T
	in   io.Writer
	conn *ssh.Client
	over chan error

	mu   sync.Mutex
	news *sync.Cond
	vt   *tuitest.Emulator
	gone bool
}

// sit opens a console and waits until it shows something, a campaign of the
// shop where nothing is named.
func (g *team) sit(name string, shows ...string) *seat {
	g.t.Helper()
	c, err := g.dial(name)
	if err != nil {
		g.t.Fatalf("%s: %v", name, err)
	}
	g.t.Cleanup(func() { c.Close() })
	s, err := c.NewSession()
	if err != nil {
		g.t.Fatal(err)
	}
	p := &seat{t: g.t, conn: c, over: make(chan error, 1), vt: tuitest.NewEmulator(120, 40)}
	p.news = sync.NewCond(&p.mu)
	if p.in, err = s.StdinPipe(); err != nil {
		g.t.Fatal(err)
	}
	s.Stdout, s.Stderr = p, p
	if err := s.RequestPty("xterm-256color", 40, 120, ssh.TerminalModes{}); err != nil {
		g.t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		g.t.Fatal(err)
	}
	go func() {
		p.over <- s.Wait()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.gone = true
		p.news.Broadcast()
	}()
	if len(shows) == 0 {
		shows = []string{"Cart rescue"}
	}
	p.expect(shows...)
	return p
}

func (p *seat) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.news.Broadcast()
	return p.vt.Write(b)
}

// expect waits until all of it is on the screen.
func (p *seat) expect(all ...string) {
	p.t.Helper()
	for _, s := range all {
		p.await("no "+strconv.Quote(s)+" on the screen", func(screen string) bool { return strings.Contains(screen, s) })
	}
}

// lacks waits until it is not on the screen.
func (p *seat) lacks(s string) {
	p.t.Helper()
	p.await(strconv.Quote(s)+" stays on the screen", func(screen string) bool { return !strings.Contains(screen, s) })
}

func (p *seat) await(wrong string, is func(screen string) bool) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	late := time.AfterFunc(time.Minute, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.gone = true
		p.news.Broadcast()
	})
	defer late.Stop()
	for !is(p.vt.String()) {
		if p.gone {
			p.t.Fatalf("%s:\n%s", wrong, p.vt.String())
		}
		p.news.Wait()
	}
}

// click clicks on the first of these words on the screen.
func (p *seat) click(words string) {
	p.t.Helper()
	p.expect(words)
	p.mu.Lock()
	lines := strings.Split(p.vt.String(), "\n")
	p.mu.Unlock()
	for y, l := range lines {
		if before, _, ok := strings.Cut(l, words); ok {
			at := fmt.Sprintf("%d;%d", utf8.RuneCountInString(before)+1, y+1)
			p.press("\x1b[<0;" + at + "M\x1b[<0;" + at + "m")
			return
		}
	}
}

func (p *seat) press(keys string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, keys); err != nil {
		p.t.Fatal(err)
	}
}

// Two who edit one campaign each publish it; the second settles what both
// changed, and what she asked for goes on.
func TestAConflictIsSettledBetweenTwoSessions(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	ana, pia := g.sit("ana"), g.sit("pia")
	edits := func(p *seat, typed string) {
		p.press("/newsletter\r")
		p.expect("2/17")
		p.press("e")
		p.expect("Builder › Newsletter › Name")
		p.press(typed)
		p.expect("Newsletter" + typed)
		p.press("\x1b[15~")
		p.expect("Check and publish")
		p.press("12\r")
		p.expect("2 scenarios passed", "Nothing keeps it from being published.")
	}
	edits(ana, "?")
	edits(pia, "!")
	ana.expect("pia edits this too, since")
	ana.press("p")
	ana.expect("Publish Newsletter?")
	ana.press("y")
	ana.expect("Newsletter? is published")
	pia.expect("ana changed this campaign at", "alt+j joins it.")
	pia.press("p")
	pia.expect("Publish Newsletter!?")
	pia.press("y")
	pia.expect("Newsletter! was changed meanwhile", "publish Newsletter?", "( ) yours        Newsletter!", "( ) ana's        Newsletter?", "Publish (enter)")
	pia.click("( ) yours") // by the mouse: keys wait for a clock that stands still here
	pia.expect("Everything is chosen.")
	pia.click("Publish (enter)")
	pia.expect("Newsletter! is published")
	ana.expect("Builder › Newsletter! ›", "published")
	doc, err := g.store.Get(t.Context(), "campaign", "newsletter")
	if err != nil || doc.Author != "pia" || !strings.Contains(string(doc.Body), "name: Newsletter!") {
		t.Errorf("%s wrote\n%s%v", doc.Author, doc.Body, err)
	}
}

func TestOperatorsSeeEachOthersChangesOverSSH(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	pia, ed := g.sit("pia"), g.sit("ed")
	choose := func(p *seat, priority, says string) {
		p.press("r")
		p.expect("Priority of")
		p.press(priority)
		p.expect(says)
		p.press("\r")
	}
	choose(pia, "low", "Wins 10 of 100")
	pia.expect("takes it back")
	ed.expect("pia changed the campaign")

	ed.press("r")
	ed.expect("Set the priority: only publishers may, and you are an editor")

	pia.press("q")
	if err := <-pia.over; err != nil {
		t.Errorf("quitting: %v", err)
	}
	if _, _, code := g.run("ana", "operator disable ed", ""); code != 0 {
		t.Fatal("not disabled")
	}
	var cut *ssh.ExitError
	if err := <-ed.over; !errors.As(err, &cut) || cut.ExitStatus() != 1 {
		t.Errorf("a disabled operator's session: %v", err)
	}
	ed.expect("Beckon: you are no longer let in.")
	if c, err := g.dial("ed"); err == nil {
		c.Close()
		t.Error("a disabled operator came in again")
	}
}

func TestDraftsAreKeptWhenTheServerStops(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	ed := g.sit("ed")
	ed.press("n")
	ed.expect("Builder")
	ed.expect("Name")
	ed.press("A summer of tents")
	ed.expect("A summer of tents")
	g.stop()
	<-ed.over
	ed.expect("Beckon: the server is being stopped.")
	drafts, err := (&workshop{store: g.store, who: "ed"}).Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].Name != "A summer of tents" {
		t.Errorf("drafts: %+v, %v", drafts, err)
	}
}

func TestCommandsOverSSH(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	into := func(v any, name, line, in string) {
		t.Helper()
		out, errs, code := g.run(name, line, in)
		if code > 1 || json.Unmarshal([]byte(out), v) != nil {
			t.Errorf("%s as %s: exit code %d, %q, %q", line, name, code, out, errs)
		}
	}
	var me struct{ Operator, Role, Key string }
	into(&me, "vi", "whoami", "")
	if me.Operator != "vi" || me.Role != "viewer" || me.Key != ssh.FingerprintSHA256(signerOf(t, "vi").PublicKey()) {
		t.Errorf("whoami: %+v", me)
	}
	var list []struct {
		ID        string
		Published bool
	}
	into(&list, "vi", "campaign list", "")
	if len(list) < 7 {
		t.Errorf("%d campaigns", len(list))
	}
	var shown struct{ ID, Name string }
	into(&shown, "vi", "campaign show cart-rescue", "")
	if shown.ID != "cart-rescue" || shown.Name != "Cart rescue" {
		t.Errorf("shown: %+v", shown)
	}
	var checked struct{ Campaigns, Errors int }
	into(&checked, "vi", "check", "")
	if checked.Campaigns != len(list) || checked.Errors != 0 {
		t.Errorf("checked: %+v", checked)
	}
	if out, _, code := g.run("vi", "campaign export cart-rescue", ""); code != 0 || !strings.Contains(out, "id: cart-rescue") {
		t.Errorf("exported: %d, %q", code, out)
	}

	var op operatorOut
	into(&op, "ana", "operator add new --role editor", publicOf(t, "new"))
	if op.Role != "editor" || len(op.Keys) != 1 || op.Keys[0].Comment != "new@host" {
		t.Errorf("added: %+v", op)
	}
	into(&me, "new", "whoami", "")
	if me.Operator != "new" {
		t.Errorf("the new one is %+v", me)
	}
	into(&op, "ana", "operator role new publisher", "")
	into(&me, "new", "whoami", "")
	if me.Role != "publisher" {
		t.Errorf("the new one is %+v", me)
	}
	into(&op, "ana", "operator remove-key new "+op.Keys[0].Fingerprint, "")
	if _, err := g.dial("new"); err == nil {
		t.Error("a key that was removed lets in")
	}
	audit, err := g.store.Audit(t.Context(), store.AuditQuery{Kind: guard.Kind, ID: "new", OldestFirst: true})
	if err != nil || len(audit) != 3 || audit[0].Action != "create" || audit[1].Old != "editor" || audit[1].New != "publisher" || audit[2].Element != "keys" ||
		audit[0].Author != "ana" || !strings.HasPrefix(audit[0].From, "127.0.0.1:") {
		t.Errorf("the audit: %+v, %v", audit, err)
	}

	for _, tt := range []struct {
		name, line, in, says string
	}{
		{"pia", "operator add eve", publicOf(t, "eve"), "only admins may manage operators; pia is a publisher"},
		{"vi", "operator role vi admin", "", "only admins may"},
		{"ana", "operator disable ana", "", "the last admin"},
		{"ana", "operator add eve", publicOf(t, "vi"), "vi has the key"},
		{"ana", "operator add eve", "nothing", "line 1: no public key"},
		{"ana", "operator add eve /etc/passwd", "", "one too many"},
		{"ana", "operator add ../eve", publicOf(t, "eve"), "cannot be an operator's name"},
		{"vi", "campaign show nothing", "", "there is no campaign nothing"},
		{"vi", "campaign show \x1b]0;x\a", "", "there is no campaign"},
		{"vi", "sh", "", "unknown command"},
		{"vi", "serve --ssh 127.0.0.1:0", "", "unknown"},
		{"vi", "check --frob", "", "unknown flag: --frob"},
	} {
		out, errs, code := g.run(tt.name, tt.line, tt.in)
		if code != exitBad || !strings.Contains(errs, tt.says) || strings.ContainsAny(out+errs, "\x1b\a") {
			t.Errorf("%s as %s: exit code %d, %q, %q", tt.line, tt.name, code, out, errs)
		}
	}
}

func TestJSONIsHarmlessOnATerminal(t *testing.T) {
	t.Parallel()
	hostile := "\x1b[2J\u009b2J \u202e \u2028 \U000e0041 <b> é 火"
	var b strings.Builder
	if err := writeJSON(&b, hostile); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\u009b\u202e\u2028\U000e0041") || !strings.Contains(b.String(), "<b> é 火") {
		t.Errorf("%q", b.String())
	}
	var again string
	if err := json.Unmarshal([]byte(b.String()), &again); err != nil || again != hostile {
		t.Errorf("%q, %v", again, err)
	}
}

func TestTheFirstAdminIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := reopened(t, filepath.Join(t.TempDir(), "x.db"))
	log := slog.New(slog.DiscardHandler)
	file := filepath.Join(t.TempDir(), "ana.pub")
	if err := os.WriteFile(file, []byte(publicOf(t, "ana")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		admin, fails string
		admins       string
	}{
		{"", "name the first admin", ""},
		{"/nowhere/x.pub", "no such file", ""},
		{"not a key", "no public key", ""},
		{file, "", "ana"},
		{publicOf(t, "eve"), "", "ana"}, // there is one
		{"", "", "ana"},
	} {
		err := firstAdmin(t.Context(), here(), s, tt.admin, log)
		if (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%q: %v", tt.admin, err)
		}
		all, err := guard.Operators(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, o := range all {
			names = append(names, o.Name)
		}
		if got := strings.Join(names, " "); got != tt.admins {
			t.Errorf("after %q there are the admins %q", tt.admin, got)
		}
	}
}

func TestAServerThatCannotListenMakesNoAdmin(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	path := filepath.Join(t.TempDir(), "x.db")
	w := here()
	if err := runServe(t.Context(), w, path, service{address: l.Addr().String(), admin: publicOf(t, "ana"), bounds: serve.Bounds{Idle: time.Hour, Sessions: 1, SessionsOf: 1}}); err == nil {
		t.Fatal("it serves at an address that is taken")
	}
	s, err := openStore(t.Context(), w, path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if all, err := guard.Operators(t.Context(), s); err != nil || len(all) != 0 {
		t.Errorf("operators of a store that was never served: %+v, %v", all, err)
	}
}

func TestWhoseKeyIsNotTheAdminsIsToldHowToComeIn(t *testing.T) {
	t.Parallel()
	s := reopened(t, filepath.Join(t.TempDir(), "x.db"))
	var said strings.Builder
	log := slog.New(slog.NewTextHandler(&said, nil))
	for _, tt := range []struct{ admin, says string }{
		{"ana", `level=INFO msg="the first admin" operator=ana`},
		{"ana", `level=INFO msg="there is an admin already: --admin changes nothing" admins=[ana]`},
		{"bob", `beckon operator add NAME KEYFILE --role admin does" admins=[ana] key=SHA256:`},
	} {
		said.Reset()
		if err := firstAdmin(t.Context(), here(), s, publicOf(t, tt.admin), log); err != nil || !strings.Contains(said.String(), tt.says) {
			t.Errorf("--admin with the key of %s: %v, says %q, want %q", tt.admin, err, said.String(), tt.says)
		}
	}
}

func TestWhereToListen(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"2222": "127.0.0.1:2222", ":2222": "127.0.0.1:2222", "0.0.0.0:2222": "0.0.0.0:2222",
		"[::1]:22": "[::1]:22", "": "", "1.2.3.4:": "", "a:b:c": "", "localhost": "", "99999": ""} {
		if got, err := listenAddress(address); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
}

func TestWhoFindsTheStoreInUseIsToldTheAddress(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	w := here()
	logged := &waiting{want: "msg=serving", there: make(chan struct{})}
	w.err = logged
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() {
		over <- runServe(ctx, w, path, service{address: "127.0.0.1:0", admin: publicOf(t, "ana"), bounds: serve.Bounds{Idle: time.Hour, Sessions: 1, SessionsOf: 1}})
	}()
	select {
	case <-logged.there:
	case err := <-over:
		t.Fatal(err)
	}
	_, err := openStore(t.Context(), here(), path)
	var used *store.InUseError
	if !errors.As(err, &used) || !strings.HasPrefix(used.Address, "127.0.0.1:") || !strings.Contains(err.Error(), "serving 127.0.0.1:") || !strings.Contains(err.Error(), "connect there with ssh") {
		t.Errorf("in use: %v", err)
	}
	if info, err := os.Stat(filepath.Join(filepath.Dir(path), "ssh_host_ed25519_key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the host key: %v", err)
	}
	cancel()
	if err := <-over; err != nil {
		t.Error(err)
	}
	s, err := openStore(t.Context(), here(), path)
	if err != nil {
		t.Fatalf("after the server: %v", err)
	}
	s.Close()
}

// waiting says when something was written.
type waiting struct {
	want  string
	there chan struct{}
	mu    sync.Mutex
	buf   bytes.Buffer
	once  sync.Once
}

func (w *waiting) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(p)
	if strings.Contains(w.buf.String(), w.want) {
		w.once.Do(func() { close(w.there) })
	}
	return len(p), nil
}

func TestTheSSHThatPeopleHaveComesIn(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	o := theOpenSSH(t, g)
	file, secret, host := o.file, o.secret, o.host
	call := func(args ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), "ssh", append(slices.Clone(o.options), args...)...).CombinedOutput()
		return string(out), err
	}
	vi := secret("vi")
	if out, err := call("-i", vi, "ana@"+host, "whoami"); err != nil || !strings.Contains(out, `"operator": "vi"`) {
		t.Errorf("whoami under another's login name: %v, %q", err, out)
	}
	// The admin's public key is offered, and welcome; the viewer's signs.
	ana := file("stolen.pub", publicOf(t, "ana"))
	if out, err := call("-i", ana, "-i", vi, host, "whoami"); err != nil || !strings.Contains(out, `"operator": "vi"`) {
		t.Errorf("with the admin's public key: %v, %q", err, out)
	}
	wrong := []string{"-i", secret("e1"), "-i", secret("e2"), "-i", secret("e3"), "-i", secret("e4")}
	if out, err := call(append(wrong, "-i", vi, host, "whoami")...); err != nil || !strings.Contains(out, `"operator": "vi"`) {
		t.Errorf("behind four wrong keys: %v, %q", err, out)
	}
	if out, err := call(append(wrong, host, "whoami")...); err == nil {
		t.Errorf("wrong keys came in: %q", out)
	}
	// An agent and a display are asked for, not given, and nobody is kept out.
	if out, err := call("-A", "-X", "-i", vi, host, "whoami"); err != nil || !strings.Contains(out, `"operator": "vi"`) {
		t.Errorf("with an agent and a display: %v, %q", err, out)
	}
	for _, line := range []string{"operator disable ed", "operator remove-key pia " + ssh.FingerprintSHA256(signerOf(t, "pia").PublicKey())} {
		if _, errs, code := g.run("ana", line, ""); code != 0 {
			t.Fatalf("%s: %q", line, errs)
		}
	}
	if _, errs, code := g.run("ana", "operator add old", `expiry-time="20200101" `+publicOf(t, "old")); code != 0 {
		t.Fatal(errs)
	}
	for _, name := range []string{"ed", "pia", "old"} { // disabled, without a key, expired
		if out, err := call("-i", secret(name), host, "whoami"); err == nil || !strings.Contains(out, "Permission denied (publickey)") {
			t.Errorf("%s came in: %v, %q", name, err, out)
		}
	}
	if out, err := call("-w", "0:0", "-N", "-o", "ExitOnForwardFailure=yes", "-i", vi, host); err == nil {
		t.Errorf("a tunnel was granted: %q", out)
	}
}
