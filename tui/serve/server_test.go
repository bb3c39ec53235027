package serve

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/crypto/ssh"
)

// keyOf makes the key of a name, always the same.
func keyOf(name string) ssh.Signer {
	seed := bytes.Repeat([]byte(name+"."), ed25519.SeedSize)[:ed25519.SeedSize]
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		panic(err)
	}
	return key
}

// A rig is a server in a bubble of simulated time, whose end fails the test if
// a goroutine is left, and what its consoles were told.
type rig struct {
	t      *testing.T
	server *Server
	lines  chan net.Conn
	stop   func() // ends the server in order and waits
	logged *screen

	mu      sync.Mutex
	barred  map[string]bool
	offered []string // operators whose keys were asked about, in order
	opened  []*Client
	sizes   []tea.WindowSizeMsg
	typed   int // keys
	notices []string
	ended   int
}

// served runs use with a server for the operators ana, bo and mallory.
func served(t *testing.T, change func(*Config), use func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, lines: make(chan net.Conn), logged: newScreen(), barred: map[string]bool{}}
		config := Config{HostKey: keyOf("host"), Operator: r.operator, Console: r.console, Log: slog.New(slog.NewTextHandler(r.logged, nil))}
		if change != nil {
			change(&config)
		}
		var err error
		if r.server, err = NewServer(config); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan error, 1)
		go func() { over <- r.server.Serve(ctx, &pipes{lines: r.lines, closed: make(chan struct{})}) }()
		r.stop = sync.OnceFunc(func() {
			cancel()
			if err := <-over; err != nil {
				t.Errorf("serving: %v", err)
			}
		})
		defer r.stop()
		use(r)
	})
}

func (r *rig) operator(_ context.Context, key ssh.PublicKey) (Operator, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range []string{"ana", "bo", "mallory"} {
		if bytes.Equal(key.Marshal(), keyOf(name).PublicKey().Marshal()) && !r.barred[name] {
			r.offered = append(r.offered, name)
			return Operator{Name: name, Role: "editor"}, nil
		}
	}
	return Operator{}, ErrNotAdmitted
}

func (r *rig) bar(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.barred[name] = true
}

func (r *rig) console(_ context.Context, c *Client) (Console, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened = append(r.opened, c)
	show := func() tea.View {
		v := tea.NewView(marker)
		v.AltScreen = true
		return v
	}
	m := model{show: show, update: func(msg tea.Msg) tea.Cmd {
		r.mu.Lock()
		defer r.mu.Unlock()
		switch msg := msg.(type) {
		case tea.WindowSizeMsg:
			r.sizes = append(r.sizes, msg)
		case tea.KeyPressMsg:
			if r.typed++; msg.Text == "!" {
				panic("\x1b]0;broken\a")
			}
		case Notice:
			r.notices = append(r.notices, string(msg))
		}
		return nil
	}}
	return Console{Model: m, End: func(context.Context) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ended++
	}}, nil
}

// seen reads what the consoles were told, when nothing goes on any more.
func (r *rig) seen(read func()) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	read()
}

func (r *rig) expect(what string, got, want any) {
	r.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// connect opens a connection from an address of its own.
func (r *rig) connect(from string) net.Conn {
	its, mine := pipe(from + ":4000")
	r.lines <- its
	return mine
}

func (r *rig) dial(signers ...ssh.Signer) (*ssh.Client, error) {
	return r.dialFrom("198.51.100.7", signers...)
}

func (r *rig) dialFrom(address string, signers ...ssh.Signer) (*ssh.Client, error) {
	c, channels, requests, err := ssh.NewClientConn(r.connect(address), "beckon", &ssh.ClientConfig{
		User: "somebody", Auth: []ssh.AuthMethod{ssh.PublicKeys(signers...)},
		HostKeyCallback: ssh.FixedHostKey(keyOf("host").PublicKey()),
	})
	if err != nil {
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

func (r *rig) client(name string) *ssh.Client {
	r.t.Helper()
	c, err := r.dial(keyOf(name))
	if err != nil {
		r.t.Fatalf("signing in as %s: %v", name, err)
	}
	r.t.Cleanup(func() { c.Close() })
	return c
}

// A shell is a session at the client's end.
type shell struct {
	ssh.Channel
	r      *rig
	screen *screen
	over   chan struct{} // closed when the channel is
	status chan uint32
}

// channel opens a session and asks for nothing yet. What it is shown is read,
// unless blind.
func (r *rig) channel(c *ssh.Client) *shell {
	r.t.Helper()
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		r.t.Fatalf("opening a session: %v", err)
	}
	s := &shell{Channel: ch, r: r, screen: newScreen(), over: make(chan struct{}), status: make(chan uint32, 1)}
	go func() {
		for q := range requests {
			if q.Type == "exit-status" {
				var p struct{ Status uint32 }
				_ = ssh.Unmarshal(q.Payload, &p)
				s.status <- p.Status
			}
		}
	}()
	go func() {
		var both sync.WaitGroup
		both.Go(func() { _, _ = io.Copy(s.screen, ch) })
		both.Go(func() { _, _ = io.Copy(s.screen, ch.Stderr()) })
		both.Wait()
		close(s.over)
	}()
	return s
}

func (s *shell) ask(kind string, payload any) bool {
	s.r.t.Helper()
	var data []byte
	switch p := payload.(type) {
	case nil:
	case []byte:
		data = p
	default:
		data = ssh.Marshal(p)
	}
	ok, err := s.SendRequest(kind, true, data)
	if err != nil {
		s.r.t.Fatalf("%s: %v", kind, err)
	}
	return ok
}

type ptyRequest struct {
	Term       string
	W, H, X, Y uint32
	Modes      string
}

type sizeChange struct{ W, H, X, Y uint32 }

// shell opens a session with a console.
func (r *rig) shell(c *ssh.Client) *shell {
	r.t.Helper()
	s := r.channel(c)
	if !s.ask("pty-req", ptyRequest{"xterm-256color", 80, 24, 0, 0, ""}) || !s.ask("shell", nil) {
		r.t.Fatal("no shell")
	}
	<-s.screen.drawn
	return s
}

// ends waits for the end of a session and gives its status and what was shown.
func (s *shell) ends() (uint32, string) {
	<-s.over
	synctest.Wait()
	select {
	case status := <-s.status:
		return status, s.screen.String()
	default:
		return ^uint32(0), s.screen.String()
	}
}

func TestAnOperatorSignsInAndQuits(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		s := r.shell(r.client("ana"))
		fmt.Fprint(s, "q")
		status, shown := s.ends()
		r.expect("status", status, 0)
		if !strings.Contains(shown, "\x1b[?1049h") || !strings.Contains(shown, "\x1b[?1049l") {
			t.Errorf("the screen is not as it was: %q", shown)
		}
		r.seen(func() {
			r.expect("ended", r.ended, 1)
			r.expect("operator", r.opened[0].Operator, "ana")
			r.expect("key", r.opened[0].Key, ssh.FingerprintSHA256(keyOf("ana").PublicKey()))
			r.expect("address", r.opened[0].Address, "198.51.100.7:4000")
		})
	})
}

func TestAServerThatWouldLetInAnybodyIsRefused(t *testing.T) {
	t.Parallel()
	full := func() Config {
		r := &rig{}
		return Config{HostKey: keyOf("host"), Operator: r.operator, Console: r.console}
	}
	if _, err := NewServer(full()); err != nil {
		t.Fatal(err)
	}
	for name, drop := range map[string]func(*Config){"host key": func(c *Config) { c.HostKey = nil },
		"operator": func(c *Config) { c.Operator = nil }, "console": func(c *Config) { c.Console = nil }} {
		c := full()
		drop(&c)
		if _, err := NewServer(c); err == nil {
			t.Errorf("a server without %s was made", name)
		}
	}
}

func TestStoppingTheServerRestoresTerminalsAndKeepsWork(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		a, b := r.shell(r.client("ana")), r.shell(r.client("bo"))
		began := time.Now()
		r.stop()
		if took := time.Since(began); took >= r.server.bounds.Grace {
			t.Errorf("stopping took %v", took)
		}
		for _, s := range []*shell{a, b} {
			status, shown := s.ends()
			r.expect("status", status, exitCut)
			if _, last, ok := strings.Cut(shown, "\x1b[?1049l"); !ok || !strings.Contains(last, "Beckon: the server is being stopped. What you were writing is kept as a draft.\r\n") {
				t.Errorf("shown at the end: %q", shown)
			}
		}
		r.seen(func() { r.expect("ended", r.ended, 2) })
	})
}

func TestAPanicEndsOneSessionAndIsLogged(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		a, b := r.shell(r.client("ana")), r.shell(r.client("bo"))
		fmt.Fprint(a, "!")
		status, shown := a.ends()
		r.expect("status", status, exitFailed)
		if !strings.Contains(shown, failed) || !strings.Contains(shown, "\x1b[?1049l") || strings.Contains(shown, "broken") {
			t.Errorf("shown: %q", shown)
		}
		if log := r.logged.String(); !strings.Contains(log, "panic") || !strings.Contains(log, "broken") || strings.ContainsAny(log, "\x1b\a") {
			t.Errorf("log: %q", log)
		}
		fmt.Fprint(b, "q")
		status, _ = b.ends()
		r.expect("the other's status", status, 0)
		r.seen(func() { r.expect("ended", r.ended, 2) })
	})
}

func TestWhoIsBarredIsCut(t *testing.T) {
	t.Parallel()
	for name, recheck := range map[string]func(*rig){
		"at once":   func(r *rig) { r.server.Recheck(t.Context()) },
		"in a time": func(r *rig) { time.Sleep(r.server.bounds.Keepalive) }, // simulated
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served(t, nil, func(r *rig) {
				a, b := r.shell(r.client("ana")), r.shell(r.client("bo"))
				r.bar("ana")
				recheck(r)
				status, shown := a.ends()
				r.expect("status", status, exitCut)
				if !strings.Contains(shown, "no longer let in") {
					t.Errorf("shown: %q", shown)
				}
				if _, err := r.dial(keyOf("ana")); err == nil {
					t.Error("she came in again")
				}
				fmt.Fprint(b, "q")
				status, _ = b.ends()
				r.expect("the other's status", status, 0)
			})
		})
	}
}

func TestAKeyThatExpiresEndsItsSessionsAtThatInstant(t *testing.T) {
	t.Parallel()
	const left = 2*time.Hour + 7*time.Second // between two questions
	for name, c := range map[string]struct {
		at        time.Duration // when it ends
		prolonged time.Duration
		away      bool // the operators cannot be read then
		says      string
	}{
		"as it was":               {left, 0, false, "Beckon: your key has expired."},
		"where nobody can say so": {left, 0, true, "Beckon: your key has expired."},
		"prolonged meanwhile":     {left + time.Hour, time.Hour, false, "Beckon: your key has expired."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			var expires time.Time
			var mu sync.Mutex
			served(t, func(config *Config) {
				config.Bounds.Idle = 24 * time.Hour
				began = time.Now()
				expires = began.Add(left)
				was := config.Operator
				config.Operator = func(ctx context.Context, key ssh.PublicKey) (Operator, error) {
					o, err := was(ctx, key)
					mu.Lock()
					defer mu.Unlock()
					if err == nil && o.Name == "ana" {
						if o.Left = time.Until(expires); o.Left <= 0 {
							err = ErrNotAdmitted
							if c.away {
								err = errors.New("the store is away")
							}
						}
					}
					return o, err
				}
			}, func(r *rig) {
				a, b := r.shell(r.client("ana")), r.shell(r.client("bo"))
				time.Sleep(time.Hour)
				mu.Lock()
				expires = expires.Add(c.prolonged)
				mu.Unlock()
				r.server.Recheck(t.Context())
				status, shown := a.ends()
				r.expect("ended after", time.Since(began).Round(100*time.Millisecond), c.at)
				r.expect("status", status, exitCut)
				if !strings.Contains(shown, c.says) {
					t.Errorf("shown: %q", shown)
				}
				fmt.Fprint(b, "q")
				status, _ = b.ends()
				r.expect("the other's status", status, 0)
			})
		})
	}
}

func TestTheLogTellsWhoCameInAndWhoDidNot(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		s := r.shell(r.client("ana"))
		fmt.Fprint(s, "q")
		s.ends()
		if _, err := r.dial(keyOf("eve"), keyOf("mal")); err == nil {
			t.Error("eve came in")
		}
		config := &ssh.ClientConfig{User: "\x1b]0;x\a\nlevel=INFO", Auth: []ssh.AuthMethod{ssh.PublicKeys(keyOf("eve"))}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}
		if _, _, _, err := ssh.NewClientConn(r.connect("198.51.100.7"), "beckon", config); err == nil {
			t.Error("eve came in")
		}
		r.seen(func() {})
		log := r.logged.String()
		print := func(name string) string { return ssh.FingerprintSHA256(keyOf(name).PublicKey()) }
		for _, want := range []string{
			"msg=\"signed in\" operator=ana role=editor address=198.51.100.7:4000 key=" + print("ana") + " user=somebody client=",
			"msg=\"session ended\" operator=ana role=editor address=198.51.100.7:4000 key=" + print("ana") + " code=0 why=\"\" term=xterm-256color",
			"msg=\"not signed in\" address=198.51.100.7:4000 user=somebody offered=\"" + print("eve") + " " + print("mal") + "\" why=\"no operator is let in by this key\" took=",
			"user=\"␛]0;x␇␊level=INFO\" offered=",
		} {
			if !strings.Contains(log, want) {
				t.Errorf("no %s in the log:\n%s", want, log)
			}
		}
		if strings.ContainsAny(log, "\x1b\a") {
			t.Errorf("raw bytes in the log: %q", log)
		}
	})
}

func TestAKeyThatIsNoLongerFromHereIsCut(t *testing.T) {
	t.Parallel()
	for sources, stays := range map[string]bool{"": true, "198.51.100.0/24": true, "203.0.113.9,198.51.100.7": true, "203.0.113.0/24": false} {
		if within("198.51.100.7:4000", sources) != stays {
			t.Errorf("from %q: %v", sources, !stays)
		}
	}
	if !within("[2001:db8::1%eth0]:22", "2001:db8::/32") || within("nonsense", "0.0.0.0/0") {
		t.Error("addresses of another form")
	}
}
