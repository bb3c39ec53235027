package serve

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/crypto/ssh"
)

// Every client here is one that brought down, blocked or deceived a server that
// others wrote. Where it is a bound that holds it, the same client gets through
// with the bound out of the way.

// A thief signs with his own key for that of somebody else.
type thief struct {
	ssh.Signer               // his own
	shown      ssh.PublicKey // of somebody else
}

func (f thief) PublicKey() ssh.PublicKey { return f.shown }
func (f thief) Sign(r io.Reader, data []byte) (*ssh.Signature, error) {
	return f.Signer.Sign(rand.Reader, data)
}

// An offer is a key of somebody else that is offered and, once it was said to be
// welcome, not signed with. It is all that ssh -i does with a public key alone.
type offer struct {
	ssh.PublicKey // his own
	shown         ssh.PublicKey
	done          *bool
}

func (o offer) Marshal() []byte {
	if *o.done {
		return o.PublicKey.Marshal()
	}
	*o.done = true
	return o.shown.Marshal()
}

func TestWhoSignsIsWhoCountsNotWhoseKeyWasOffered(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		own := keyOf("mallory")
		c, err := r.dial(thief{own, offer{own.PublicKey(), keyOf("ana").PublicKey(), new(bool)}}, own)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		r.shell(c)
		r.seen(func() {
			if len(r.offered) < 2 || r.offered[0] != "ana" {
				t.Errorf("offered %v: nothing was to be gained", r.offered)
			}
			r.expect("operator", r.opened[0].Operator, "mallory")
		})
	})
}

func TestOtherWaysInAreRefused(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		for name, methods := range map[string][]ssh.AuthMethod{
			"none":        nil,
			"password":    {ssh.Password("ana")},
			"interactive": {ssh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return []string{"ana"}, nil })},
			"unknown key": {ssh.PublicKeys(keyOf("eve"))},
			"stolen key":  {ssh.PublicKeys(thief{keyOf("eve"), keyOf("ana").PublicKey()})},
		} {
			config := &ssh.ClientConfig{User: "ana", Auth: methods, HostKeyCallback: ssh.InsecureIgnoreHostKey()}
			if _, _, _, err := ssh.NewClientConn(r.connect("198.51.100.7"), "beckon", config); err == nil {
				t.Errorf("%s let in", name)
			}
		}
		four := []ssh.Signer{keyOf("e1"), keyOf("e2"), keyOf("e3"), keyOf("e4"), keyOf("ana")} // an agent with some keys
		c, err := r.dial(four...)
		if err != nil {
			t.Fatalf("four wrong keys before the right one: %v", err)
		}
		c.Close()
	})
}

func TestAKeyCountsFromItsAddressesOnly(t *testing.T) {
	t.Parallel()
	for sources, in := range map[string]bool{"198.51.100.0/24": true, "203.0.113.9": false, "": true} {
		served(t, func(c *Config) {
			ask := c.Operator
			c.Operator = func(ctx context.Context, k ssh.PublicKey) (Operator, error) {
				o, err := ask(ctx, k)
				o.Sources = sources
				return o, err
			}
		}, func(r *rig) {
			c, err := r.dial(keyOf("ana"))
			if (err == nil) != in {
				t.Errorf("from %q: %v", sources, err)
			}
			if c != nil {
				c.Close()
			}
		})
	}
}

func TestMalformedRequestsAreRefusedAndHarmless(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		c := r.client("ana")
		s := r.channel(c)
		for _, kind := range []string{"pty-req", "window-change", "env", "exec", "signal", "no-such-request"} {
			for _, payload := range [][]byte{nil, {0}, {0, 0, 0, 9, 'x'}, bytes.Repeat([]byte{0xff}, 40)} {
				if s.ask(kind, payload) {
					t.Errorf("%s with %x was granted", kind, payload)
				}
			}
		}
		if !s.ask("pty-req", ptyRequest{"xterm", 80, 24, 0, 0, ""}) || !s.ask("shell", nil) {
			t.Fatal("no shell behind them")
		}
		<-s.screen.drawn
		if s.ask("shell", nil) || s.ask("pty-req", ptyRequest{"xterm", 80, 24, 0, 0, ""}) || s.ask("exec", struct{ S string }{"whoami"}) {
			t.Error("a second time was granted")
		}
	})
}

func TestWhatIsNoConsoleIsRefused(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		c := r.client("ana")
		for _, kind := range []string{"direct-tcpip", "x11", "auth-agent@openssh.com", "direct-streamlocal@openssh.com"} {
			if _, _, err := c.OpenChannel(kind, []byte("anything")); err == nil {
				t.Errorf("a channel %s was opened", kind)
			}
		}
		for _, kind := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "no-more-sessions@openssh.com"} {
			if ok, _, err := c.SendRequest(kind, true, nil); ok || err != nil {
				t.Errorf("%s: %v, %v", kind, ok, err)
			}
		}
		if ok, _, err := c.SendRequest(keepalive, true, nil); !ok || err != nil {
			t.Errorf("keepalive: %v, %v", ok, err)
		}
		s := r.channel(c)
		if s.ask("subsystem", struct{ S string }{"sftp"}) || s.ask("auth-agent-req@openssh.com", nil) || s.ask("x11-req", nil) || s.ask("exec", struct{ S string }{"sh"}) {
			t.Error("something else than a console was granted")
		}
		if !s.ask("shell", nil) { // without a terminal
			t.Fatal("no shell")
		}
		status, shown := s.ends()
		r.expect("status", status, exitUsage)
		if !strings.Contains(shown, "needs a terminal") {
			t.Errorf("shown: %q", shown)
		}
	})
}

func TestSizesAreClampedWheneverTheyCome(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		s := r.channel(r.client("ana"))
		s.ask("pty-req", ptyRequest{"xterm", 100000, 100000, 0, 0, ""})
		if !s.ask("window-change", sizeChange{90, 30, 0, 0}) || !s.ask("window-change", sizeChange{0, 0, 0, 0}) {
			t.Error("a change before the shell was refused")
		}
		if !s.ask("shell", nil) {
			t.Fatal("no shell")
		}
		<-s.screen.drawn
		want := []tea.WindowSizeMsg{{Width: defaultWidth, Height: defaultHeight}}
		for _, size := range []sizeChange{{1 << 31, 1<<32 - 1, 0, 0}, {1, 1, 0, 0}, {132, 43, 0, 0}} {
			s.ask("window-change", size)
			w, h := clampCells(size.W, size.H)
			want = append(want, tea.WindowSizeMsg{Width: w, Height: h})
			time.Sleep(resizePause) // simulated
		}
		r.seen(func() { r.expect("sizes", r.sizes, want) })
		r.expect("the largest", want[1], tea.WindowSizeMsg{Width: MaxWidth, Height: MaxHeight})
	})
}

// Every size is a screen to draw: a client that sends thousands has its console
// drawn ten times a second, in the latest one at last.
func TestAFloodOfSizesIsDrawnAtAPace(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		s := r.shell(r.client("ana"))
		const flood = 400
		for i := range uint32(flood) {
			s.ask("window-change", sizeChange{100 + i, 1000, 0, 0})
			if i%2 == 0 { // as a terminal would report it, were it asked
				fmt.Fprintf(s, "\x1b[8;%d;%dt\x1b[48;%[1]d;%[2]d;0;0t", 20+i%50, 80+i%50)
			}
			time.Sleep(time.Millisecond) // simulated
		}
		s.ask("window-change", sizeChange{132, 43, 0, 0})
		time.Sleep(2 * resizePause)
		r.seen(func() {
			if n, most := len(r.sizes), 2+int((flood*time.Millisecond+2*resizePause)/resizePause); n < 4 || n > most {
				t.Errorf("%d sizes reached the console, want %d at most", n, most)
			}
			r.expect("the last", r.sizes[len(r.sizes)-1], tea.WindowSizeMsg{Width: 132, Height: 43})
			for _, size := range r.sizes[1:] {
				if size.Height < 200 && size.Width != 132 {
					t.Errorf("%v came in the input", size)
				}
			}
		})
	})
}

func TestAClosedChannelEndsItsProgramOnAnOpenConnection(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		c := r.client("ana")
		for n := 1; n <= 3; n++ {
			s := r.shell(c)
			s.Close()
			<-s.over
			r.seen(func() { r.expect("ended", r.ended, n) })
		}
	})
}

func TestOnlySomeVariablesAreTaken(t *testing.T) {
	t.Parallel()
	env := func(r *rig) (granted int) {
		s := r.channel(r.client("ana"))
		set := func(name, value string) bool { return s.ask("env", struct{ K, V string }{name, value}) }
		for _, name := range []string{"TERM", "TMUX", "LD_PRELOAD", "SSH_TTY", "TTY_FORCE"} {
			if set(name, "1") {
				t.Errorf("%s was granted", name)
			}
		}
		if set("LANG", strings.Repeat("x", maxVariable+1)) {
			t.Error("a long value was granted")
		}
		for range 500 {
			if set("LANG", "C.UTF-8") {
				granted++
			}
		}
		s.ask("pty-req", ptyRequest{"\x1b[2J", 80, 24, 0, 0, ""})
		s.ask("shell", nil)
		<-s.screen.drawn
		r.seen(func() { r.expect("environment", r.opened[0].Environ, "[LANG=C.UTF-8 SSH_TTY=/dev/null TERM=xterm]") })
		return granted
	}
	served(t, nil, func(r *rig) { r.expect("granted", env(r), 10) })
	served(t, func(c *Config) { c.Bounds.Variables = 1000 }, func(r *rig) { r.expect("granted without the bound", env(r), 500) })
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	type bounded struct {
		name  string
		bound func(*Bounds)
		try   func(*rig) bool // whether one more session opens
	}
	more := func(c *ssh.Client) bool {
		ch, reqs, err := c.OpenChannel("session", nil)
		if err == nil {
			go ssh.DiscardRequests(reqs)
			ch.Close()
		}
		return err == nil
	}
	for _, b := range []bounded{
		{"over one connection", func(b *Bounds) { b.SessionsEach = 2 }, func(r *rig) bool {
			c := r.client("ana")
			r.shell(c)
			return more(c)
		}},
		{"of one operator", func(b *Bounds) { b.SessionsOf = 6 }, func(r *rig) bool {
			for range 5 {
				r.shell(r.client("ana"))
			}
			r.shell(r.client("bo")) // is not concerned
			return more(r.client("ana"))
		}},
		{"in all", func(b *Bounds) { b.Sessions = 3 }, func(r *rig) bool {
			r.shell(r.client("ana"))
			r.shell(r.client("bo"))
			return more(r.client("mallory"))
		}},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			served(t, func(c *Config) { c.Bounds.Sessions = 2 + map[string]int{"of one operator": 10}[b.name] }, func(r *rig) {
				if b.try(r) {
					t.Error("one more was granted")
				}
			})
			served(t, func(c *Config) { b.bound(&c.Bounds) }, func(r *rig) {
				if !b.try(r) {
					t.Error("refused with a larger bound, too")
				}
			})
		})
	}
}

func TestSessionsWithoutEndTakeTheirTime(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		c := r.client("ana")
		began := time.Now()
		for range sessionsAtOnce {
			s := r.shell(c)
			s.Close()
			<-s.over
			r.seen(func() {})
		}
		if took := time.Since(began); took > sessionPause {
			t.Errorf("the first ones took %v", took)
		}
		began = time.Now()
		for range 20 {
			s := r.shell(c)
			s.Close()
			<-s.over
			r.seen(func() {})
		}
		if took := time.Since(began); took < 20*sessionPause {
			t.Errorf("20 further ones took %v", took)
		}
	})
}

func TestAPlaceIsFreeAgain(t *testing.T) {
	t.Parallel()
	served(t, func(c *Config) { c.Bounds.SessionsOf = 1 }, func(r *rig) {
		for range 4 {
			s := r.shell(r.client("ana"))
			fmt.Fprint(s, "q")
			s.ends()
		}
	})
}

func TestStrangersAreBoundedDoNotStayAndKeepNobodyOut(t *testing.T) {
	t.Parallel()
	hungUp := func(c net.Conn) bool {
		c.SetReadDeadline(time.Now().Add(time.Millisecond))
		_, err := io.Copy(io.Discard, c)
		return err == nil // the end, not the deadline
	}
	one := func(int) string { return "203.0.113.1" }
	each := func(i int) string { return fmt.Sprintf("203.0.%d.%d", i/200, i%200) }
	network := func(i int) string { return fmt.Sprintf("[2001:db8::%x]", i+1) }
	const later = 3 * patience
	for _, tt := range []struct {
		name     string
		bounds   Bounds
		patience time.Duration
		from     func(int) string
		refused  int
		in       bool // whether a good login gets in beside them, from elsewhere
		same     bool // and from where the last of them came, later
	}{
		{"from one address", Bounds{}, patience, one, 992, true, true},
		{"from one network", Bounds{}, patience, network, 992, true, true},
		{"from many addresses", Bounds{}, patience, each, 936, true, true},
		{"from many, without giving way", Bounds{}, time.Hour, each, 936, false, false},
		{"from one, without giving way", Bounds{}, time.Hour, one, 992, true, false},
		{"without the bound of an address", Bounds{StrangersFrom: 5000}, patience, one, 990, true, true},
		{"without the rate either", Bounds{StrangersFrom: 5000, Rate: 5000}, patience, one, 936, true, true},
		{"without any", Bounds{StrangersFrom: 5000, Rate: 5000, Strangers: 5000}, patience, one, 0, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			served(t, func(c *Config) { c.Bounds = tt.bounds }, func(r *rig) {
				r.server.door.patience = tt.patience
				var all []net.Conn
				refused := 0
				for i := range 1000 {
					c := r.connect(tt.from(i))
					defer c.Close()
					all = append(all, c)
				}
				for _, c := range all {
					if hungUp(c) {
						refused++
					}
				}
				r.expect("refused", refused, tt.refused)
				time.Sleep(later) // simulated
				for from, in := range map[string]bool{"198.51.100.7": tt.in, tt.from(999): tt.same} {
					c, err := r.dialFrom(from, keyOf("ana"))
					if (err == nil) != in {
						t.Errorf("signing in from %s beside %d strangers: %v", from, 1000-refused, err)
					}
					if err == nil {
						c.Close()
					}
				}
				time.Sleep(20*time.Second - later)
				for i, c := range all {
					if !hungUp(c) {
						t.Fatalf("stranger %d stays", i)
					}
				}
				r.shell(r.client("ana"))
			})
		})
	}
}

func TestAnAddressComesInSoManyTimesASecond(t *testing.T) {
	t.Parallel()
	for rate, in := range map[int]int{0: 40, 1000: 400} { // the default is 10
		served(t, func(c *Config) { c.Bounds.Rate = rate }, func(r *rig) {
			n := 0
			for range 400 { // in four seconds
				if c, err := r.dial(keyOf("ana")); err == nil {
					n++
					c.Close()
				}
				time.Sleep(10 * time.Millisecond) // simulated
			}
			if n < in || n > in+10 {
				t.Errorf("at %d a second, %d came in", rate, n)
			}
			if c, err := r.dialFrom("203.0.113.1", keyOf("bo")); err != nil {
				t.Errorf("from another address: %v", err)
			} else {
				c.Close()
			}
		})
	}
}

func TestWhoAsksForNothingIsCut(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		nothing, channel := r.client("ana"), r.client("ana")
		r.channel(channel)
		busy := r.shell(r.client("bo"))
		time.Sleep(20 * time.Second) // simulated
		if nothing.Wait(); channel.Wait() == nil {
			t.Error("there was no error")
		}
		fmt.Fprint(busy, "q")
		status, _ := busy.ends()
		r.expect("the busy one's status", status, 0)
	})
}

func TestAClientThatIsGoneIsFoundOut(t *testing.T) {
	t.Parallel()
	served(t, func(c *Config) { c.Bounds.Idle = 24 * time.Hour }, func(r *rig) {
		c, channels, requests, err := ssh.NewClientConn(r.connect("198.51.100.7"), "beckon", &ssh.ClientConfig{
			Auth: []ssh.AuthMethod{ssh.PublicKeys(keyOf("ana"))}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		none := make(chan *ssh.Request)
		close(none)
		questions := 0
		go func() {
			for range requests { // none is answered
				questions++
			}
		}()
		r.shell(ssh.NewClient(c, channels, none))
		here := r.shell(r.client("bo"))
		time.Sleep(3 * time.Minute) // simulated
		r.seen(func() { r.expect("questions", questions, 1); r.expect("ended", r.ended, 1) })
		fmt.Fprint(here, "q")
		status, _ := here.ends()
		r.expect("the status of who answers", status, 0)
	})
}

func TestIdleCountsInputAlone(t *testing.T) {
	t.Parallel()
	// A journey plays: every second something is drawn.
	ended := func(r *rig) { r.stop(); time.Sleep(time.Second) } // the last beat, simulated
	playing := func(c *Config) {
		c.Console = func(context.Context, *Client) (Console, error) {
			n := 0
			type beat struct{}
			var tick tea.Cmd = func() tea.Msg { <-time.After(time.Second); return beat{} }
			var notice string
			return Console{Model: model{initial: tick, show: func() tea.View { return tea.NewView(fmt.Sprint(marker, n, "\n", notice)) },
				update: func(msg tea.Msg) tea.Cmd {
					switch msg := msg.(type) {
					case beat:
						n++
						return tick
					case Notice:
						notice = string(msg)
					}
					return nil
				}}}, nil
		}
	}
	served(t, playing, func(r *rig) {
		s := r.shell(r.client("ana"))
		began := time.Now()
		status, shown := s.ends()
		r.expect("status", status, exitCut)
		r.expect("cut after", time.Since(began).Round(time.Minute), 30*time.Minute)
		if !strings.Contains(shown, "this session ends in 1m0s") || !strings.Contains(shown, "after 30m0s without input") {
			t.Errorf("no warning, or no word at the end: %q", shown[max(0, len(shown)-300):])
		}
		ended(r)
	})
	served(t, playing, func(r *rig) { // the same with a key now and then
		s := r.shell(r.client("ana"))
		for range 6 {
			time.Sleep(29 * time.Minute) // simulated
			fmt.Fprint(s, "j")
		}
		fmt.Fprint(s, "q")
		status, _ := s.ends()
		r.expect("status", status, 0)
		ended(r)
	})
}

func TestASessionDoesNotLastForEver(t *testing.T) {
	t.Parallel()
	served(t, func(c *Config) { c.Bounds.Idle = 100 * time.Hour }, func(r *rig) {
		s := r.shell(r.client("ana"))
		began := time.Now()
		status, _ := s.ends()
		r.expect("status", status, exitCut)
		r.expect("cut after", time.Since(began).Round(time.Hour), 12*time.Hour)
		r.seen(func() { r.expect("notices", r.notices, "[This session ends in 1m0s: it may last 12h0m0s.]") })
	})
}

func TestWhoDoesNotReadIsCut(t *testing.T) {
	t.Parallel()
	const much = 8 << 20 // more than the client's window
	pour := func(c *Config) {
		c.Command = func(_ context.Context, _ *Client, _ string, _ io.Reader, out, _ io.Writer) int {
			n, _ := io.Copy(out, io.LimitReader(zeros{}, much))
			return map[bool]int{true: 0, false: 9}[n == much]
		}
	}
	served(t, pour, func(r *rig) {
		c := r.client("ana")
		ch, requests, err := c.OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		go ssh.DiscardRequests(requests)
		other := r.shell(r.client("bo"))
		began := time.Now()
		if ok, err := ch.SendRequest("exec", true, ssh.Marshal(struct{ S string }{"pour"})); !ok || err != nil {
			t.Fatal(ok, err)
		}
		c.Wait()
		r.expect("cut after", time.Since(began), 10*time.Second)
		fmt.Fprint(other, "q")
		status, _ := other.ends()
		r.expect("the other's status", status, 0)
	})
	served(t, pour, func(r *rig) { // who reads gets all
		s := r.channel(r.client("ana"))
		if !s.ask("exec", struct{ S string }{"pour"}) {
			t.Fatal("refused")
		}
		status, shown := s.ends()
		r.expect("status", status, 0)
		r.expect("bytes", len(shown), much)
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// A console whose client does not read is blocked in several places, so this is
// on a network and in real time.
func TestAConsoleWhoseClientDoesNotReadIsCut(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	r := &rig{t: t}
	s, err := NewServer(Config{HostKey: keyOf("host"), Operator: r.operator, Bounds: Bounds{Stall: 300 * time.Millisecond},
		Console: func(context.Context, *Client) (Console, error) {
			n := 0
			type beat struct{}
			var tick tea.Cmd = func() tea.Msg { return beat{} }
			return Console{
				Model: model{initial: tick, show: func() tea.View {
					return tea.NewView(strings.Repeat(strings.Repeat(string(rune('a'+n%26)), MaxWidth)+"\n", MaxHeight))
				}, update: func(msg tea.Msg) tea.Cmd {
					if _, ok := msg.(beat); !ok {
						return nil
					}
					n++
					return tick
				}},
				End: func(context.Context) { close(ended) },
			}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- s.Serve(ctx, l) }()
	c, err := ssh.Dial("tcp", l.Addr().String(), &ssh.ClientConfig{Auth: []ssh.AuthMethod{ssh.PublicKeys(keyOf("ana"))}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go ssh.DiscardRequests(requests)
	if ok, err := ch.SendRequest("pty-req", true, ssh.Marshal(ptyRequest{"xterm", MaxWidth, MaxHeight, 0, 0, ""})); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := ch.SendRequest("shell", true, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	c.Wait()
	<-ended
	cancel()
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func TestPoisonThatIsTypedHarmsNobody(t *testing.T) {
	t.Parallel()
	// That it ends a process without the filter is held by TestPoison's child.
	served(t, nil, func(r *rig) {
		a, b := r.shell(r.client("ana")), r.shell(r.client("bo"))
		fmt.Fprint(a, poison, "q")
		status, _ := a.ends()
		r.expect("status", status, 0)
		fmt.Fprint(b, "q")
		status, _ = b.ends()
		r.expect("the other's status", status, 0)
	})
}

func TestALongPasteIsCutAndSaid(t *testing.T) {
	t.Parallel()
	served(t, func(c *Config) { c.Bounds.Idle = time.Hour }, func(r *rig) {
		s := r.shell(r.client("ana"))
		began := time.Now()
		go func() {
			fmt.Fprint(s, "\x1b[200~")
			for range 4 {
				s.Write(bytes.Repeat([]byte("j"), 1<<20))
			}
			fmt.Fprint(s, "\x1b[201~q")
		}()
		status, _ := s.ends()
		r.expect("status", status, 0)
		if took := time.Since(began); took < 50*time.Second {
			t.Errorf("4 MiB came through in %v", took)
		}
		r.seen(func() {
			if len(r.notices) == 0 || !strings.Contains(r.notices[0], string(CutPaste)) {
				t.Errorf("notices %q", r.notices)
			}
		})
	})
}

func TestTheHostKeyIsMadeOnceAndForNobodyElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	first, err := HostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	second, err := HostKey(path)
	if err != nil || !bytes.Equal(first.PublicKey().Marshal(), second.PublicKey().Marshal()) {
		t.Errorf("another key: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path); err == nil || !strings.Contains(err.Error(), "0640") {
		t.Errorf("a key that others can read: %v", err)
	}
	if err := os.WriteFile(path, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path); err == nil {
		t.Error("nonsense was taken for a key")
	}
	if data, _ := os.ReadFile(path); string(data) != "no key" {
		t.Error("it was replaced")
	}
}

func TestAPaceGoesByHowManySessionsAnOperatorMayHave(t *testing.T) {
	t.Parallel()
	for sessions, want := range map[int]time.Duration{1: time.Second / 4, 5: time.Second / 4, 20: time.Second, 1000: 50 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			p := newPace(sessions)
			p.left = -time.Hour
			time.Sleep(time.Second)
			p.earn()
			if got := p.left + time.Hour; got != want {
				t.Errorf("who may have %d has %v of work in a second, want %v", sessions, got, want)
			}
		})
	}
}

// A reader that has more than its program took would wait for ever, and the
// bubble would say so.
func TestWhoHangsUpWithKeysOnTheWayLeavesNothing(t *testing.T) {
	t.Parallel()
	served(t, nil, func(r *rig) {
		for _, end := range []func(*ssh.Client, *shell){
			func(c *ssh.Client, _ *shell) { c.Close() },
			func(_ *ssh.Client, s *shell) { s.Close() },
			func(c *ssh.Client, s *shell) { fmt.Fprint(s, "q", strings.Repeat("j", 1000)); <-s.over; c.Close() },
		} {
			c := r.client("ana")
			s := r.shell(c)
			fmt.Fprint(s, strings.Repeat("j", 3000))
			end(c, s)
		}
	})
}

// The consoles of one operator share a quarter of a core, however many he has open:
// who sends keys without end has some of them worked off, and nobody else waits.
func TestAFloodOfKeysIsWorkedOffAtAPace(t *testing.T) {
	t.Parallel()
	const cost, lasts = 5 * time.Millisecond, 10 * time.Second
	worked := map[string]int{} // under r.mu
	var in *rig
	served(t, func(c *Config) {
		c.Console = func(_ context.Context, client *Client) (Console, error) {
			return Console{Model: model{update: func(msg tea.Msg) tea.Cmd {
				if _, key := msg.(tea.KeyPressMsg); key {
					time.Sleep(cost) // simulated: it works
					in.mu.Lock()
					defer in.mu.Unlock()
					worked[client.Operator]++
				}
				return nil
			}}}, nil
		}
	}, func(r *rig) {
		in = r
		for range 3 {
			s := r.shell(r.client("ana"))
			fmt.Fprint(s, strings.Repeat("j", 10_000))
		}
		other := r.shell(r.client("bo"))
		began := time.Now()
		for i := range 50 {
			fmt.Fprint(other, "j")
			time.Sleep(lasts / 50)
			r.seen(func() { r.expect("keys of who types", worked["bo"], i+1) })
		}
		r.seen(func() {
			most := int((paceBurst+time.Since(began)/paceShare)/cost) + 10
			if n := worked["ana"]; n > most || n < most/2 {
				t.Errorf("%d keys of the flood were worked off in %v, want %d", n, time.Since(began), most)
			}
		})
		r.stop()
		r.expect("paces that are kept", len(r.server.door.paces), 0)
	})
}
