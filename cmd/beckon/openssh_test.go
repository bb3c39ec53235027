package main

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"beckon/store"
	"beckon/tui/serve"
)

// An openssh is the client that people have, for a server of ours.
type openssh struct {
	t          testing.TB
	g          *team // nil: another process serves
	dir        string
	host, port string
	options    []string
	env        []string
}

func theOpenSSH(t *testing.T, g *team) *openssh {
	t.Helper()
	o := openSSHFor(t, g.address)
	o.g = g
	return o
}

// openSSHFor is the client for whatever is served at an address by the key of
// this package's servers.
func openSSHFor(t testing.TB, address string) *openssh {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("SKIPPED: there is no ssh on this machine")
	}
	o := &openssh{t: t, dir: t.TempDir()}
	var err error
	if o.host, o.port, err = net.SplitHostPort(address); err != nil {
		t.Fatal(err)
	}
	known := o.file("known", "["+o.host+"]:"+o.port+" "+strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signerOf(t, "host").PublicKey())))+"\n")
	o.options = []string{"-F", "none", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=" + known,
		"-o", "StrictHostKeyChecking=yes", "-o", "Port=" + o.port}
	o.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + o.dir, "LC_ALL=C.UTF-8"}
	return o
}

// file makes a file that no other client reads, as several may run at once.
func (o *openssh) file(name, data string) string {
	o.t.Helper()
	dir, err := os.MkdirTemp(o.dir, "")
	if err != nil {
		o.t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// secret is the file of a private key.
func (o *openssh) secret(name string) string {
	o.t.Helper()
	block, err := ssh.MarshalPrivateKey(secretOf(name), name)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.file(name, string(pem.EncodeToMemory(block)))
}

// as is a program of OpenSSH for an operator.
func (o *openssh) as(name, program string, args ...string) *exec.Cmd {
	o.t.Helper()
	all := append([]string{"-o", "IdentityFile=" + o.secret(name)}, o.options...)
	cmd := exec.CommandContext(o.t.Context(), program, append(all, args...)...)
	cmd.Env = o.env
	return cmd
}

// run runs a program to its end.
func (o *openssh) run(cmd *exec.Cmd) (out, errs string, code int) {
	o.t.Helper()
	var b, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &e
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return b.String(), e.String(), exit.ExitCode()
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return b.String(), e.String(), 0
}

// A guest is a client that stays.
type guest struct {
	o   *openssh
	cmd *exec.Cmd
	in  io.WriteCloser

	mu   sync.Mutex
	news *sync.Cond
	said bytes.Buffer
	gone bool
	over chan struct{}
}

func (g *guest) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer g.news.Broadcast()
	return g.said.Write(b)
}

// stays starts a client and waits for nothing.
func (o *openssh) stays(cmd *exec.Cmd) *guest {
	o.t.Helper()
	g := &guest{o: o, cmd: cmd, over: make(chan struct{})}
	g.news = sync.NewCond(&g.mu)
	var err error
	if g.in, err = cmd.StdinPipe(); err != nil {
		o.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = g, g
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait()
		g.mu.Lock()
		defer g.mu.Unlock()
		g.gone = true
		g.news.Broadcast()
		close(g.over)
	}()
	o.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-g.over
	})
	return g
}

// hears waits for words, on either stream.
func (g *guest) hears(words string) {
	g.o.t.Helper()
	late := time.AfterFunc(time.Minute, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.gone = true
		g.news.Broadcast()
	})
	defer late.Stop()
	g.mu.Lock()
	defer g.mu.Unlock()
	for !strings.Contains(g.said.String(), words) {
		if g.gone {
			g.o.t.Fatalf("no %q in %q", words, g.said.String())
		}
		g.news.Wait()
	}
}

// opened tells whether the server opened a channel of its own, of which ssh -v
// tells.
func (g *guest) opened() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.Contains(g.said.String(), "client_input_channel_open")
}

// ends waits for the end of a client and gives its exit code and all that it
// said.
func (g *guest) ends() (int, string) {
	g.o.t.Helper()
	select {
	case <-g.over:
	case <-time.After(time.Minute):
		g.o.t.Fatal("the client does not end")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cmd.ProcessState.ExitCode(), g.said.String()
}

func (g *guest) press(keys string) {
	g.o.t.Helper()
	if _, err := io.WriteString(g.in, keys); err != nil {
		g.o.t.Fatal(err)
	}
}

// quits uses the console, to see that it works, and quits it.
func (g *guest) quits() {
	g.o.t.Helper()
	g.press("2")
	g.hears("Beckon · Library")
	g.press("\x03\x03")
	if code, said := g.ends(); code != 0 {
		g.o.t.Errorf("quitting: exit code %d, %q", code, said)
	}
}

func TestWhatTheOpenSSHClientAsksForBesideIsRefusedAndTold(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	o := theOpenSSH(t, g)
	if _, errs, code := g.run("ana", "operator disable pia", ""); code != 0 {
		t.Fatal(errs)
	}
	nowhere := filepath.Join(o.dir, "x")
	for _, c := range []struct {
		name, who, program string
		args               []string
		code               int
		says               string
	}{
		{"a command", "vi", "ssh", []string{o.host, "whoami"}, 0, `"operator": "vi"`},
		{"a command that fails", "vi", "ssh", []string{o.host, "campaign", "delete", "summer-camp"}, 2, "only editors may"},
		{"an answer that is no", "vi", "ssh", []string{o.host, "campaign", "show", "none"}, 2, "beckon: there is no campaign none"},
		{"a wrong key", "mallory", "ssh", []string{o.host, "whoami"}, 255, "Permission denied (publickey)."},
		{"a disabled operator", "pia", "ssh", []string{o.host, "whoami"}, 255, "Permission denied (publickey)."},
		{"no terminal for the console", "vi", "ssh", []string{"-T", o.host}, 64, "Beckon: the console needs a terminal: ssh -t."},
		{"a shell command", "vi", "ssh", []string{o.host, "cat", "/etc/passwd"}, 2, `beckon: unknown command "cat" (ssh HOST --help lists them)`},
		{"sftp", "vi", "sftp", []string{"-b", "/dev/null", o.host}, 255, "subsystem request failed on channel 0"},
		{"another subsystem", "vi", "ssh", []string{"-s", o.host, "netconf"}, 255, "subsystem request failed on channel 0"},
		{"scp to", "vi", "scp", []string{o.file("mine", "x"), o.host + ":" + nowhere}, 255, "subsystem request failed on channel 0"},
		{"scp as it was", "vi", "scp", []string{"-O", o.file("mine", "x"), o.host + ":" + nowhere}, 1, "beckon: unknown flag: -t"},
		{"a port through a pipe", "vi", "ssh", []string{"-W", "127.0.0.1:1", o.host}, 255, "administratively prohibited: nothing is forwarded here"},
		{"a port of the server", "vi", "ssh", []string{"-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", o.host}, 255, "remote port forwarding failed"},
		{"a port of the server beside a command", "vi", "ssh", []string{"-R", "0:127.0.0.1:1", o.host, "whoami"}, 0, "remote port forwarding failed"},
		{"a socket of the server beside a command", "vi", "ssh", []string{"-R", nowhere + ":127.0.0.1:1", o.host, "whoami"}, 0, "remote port forwarding failed"},
		{"a window beside a command", "vi", "ssh", []string{"-Y", o.host, "whoami"}, 0, "X11 forwarding request failed"},
		{"variables beside a command", "vi", "ssh", []string{"-o", "SetEnv=LD_PRELOAD=/x.so BECKON_STORE=bolt:///x.db BECKON_OPERATOR=ana USER=ana", o.host, "whoami"}, 0, `"operator": "vi"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := *o
			o.t = t
			if _, err := exec.LookPath(c.program); err != nil {
				t.Skip("SKIPPED: there is no " + c.program)
			}
			cmd := o.as(c.who, c.program, c.args...)
			cmd.Env = append(cmd.Env, "DISPLAY=127.0.0.1:99")
			out, errs, code := o.run(cmd)
			if code != c.code || !strings.Contains(out+errs, c.says) {
				t.Errorf("exit code %d, want %d with %q: %q, %q", code, c.code, c.says, out, errs)
			}
			if c.code == 0 && !strings.Contains(out, `"operator": "vi"`) {
				t.Errorf("the command beside it: %q", out)
			}
		})
	}
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("something was made on the server")
	}
}

func TestAConsoleGoesOnWhereTheClientAsksForForwarding(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	o := theOpenSSH(t, g)
	port := func() string { // one that is free
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}
	// What the server would be asked to connect to.
	target, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	go func() {
		for {
			c, err := target.Accept()
			if err != nil {
				return
			}
			c.Close()
			t.Error("the server connected somebody to a port")
		}
	}()
	tries := map[string]func(address string){
		"-L": func(address string) {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			if n, err := c.Read(make([]byte, 1)); err == nil {
				t.Errorf("%d bytes through a port", n)
			}
		},
		"-D": func(address string) {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			host, port, _ := net.SplitHostPort(target.Addr().String())
			var p int
			fmt.Sscan(port, &p)
			ip := net.ParseIP(host).To4()
			c.Write(append(append([]byte{4, 1, byte(p >> 8), byte(p)}, ip...), 'x', 0)) // SOCKS 4
			answer, _ := io.ReadAll(c)
			if len(answer) > 1 && answer[1] == 90 {
				t.Error("a proxy was granted")
			}
		},
	}
	for flag, try := range tries {
		at := port()
		what := at
		if flag == "-L" {
			what += ":" + target.Addr().String()
		}
		cmd := o.as("vi", "ssh", "-tt", "-o", "ExitOnForwardFailure=yes", flag, what, o.host)
		cmd.Env = append(cmd.Env, "TERM=xterm-256color")
		p := o.stays(cmd)
		p.hears("Campaigns")
		try(at)
		p.hears("administratively prohibited: nothing is forwarded here")
		p.quits()
	}
	// A port of the server's, which the client only warns about.
	cmd := o.as("vi", "ssh", "-tt", "-R", "0:"+target.Addr().String(), o.host)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	p := o.stays(cmd)
	p.hears("remote port forwarding failed")
	p.hears("Campaigns")
	p.quits()
}

// watched counts who uses an agent.
type watched struct {
	agent.Agent
	mu   sync.Mutex
	used int
}

func (w *watched) List() ([]*agent.Key, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.used++
	return w.Agent.List()
}

func TestAnAgentIsNotReachedFromTheServer(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	o := theOpenSSH(t, g)
	keys := &watched{Agent: agent.NewKeyring()}
	if err := keys.Add(agent.AddedKey{PrivateKey: secretOf("ana")}); err != nil {
		t.Fatal(err)
	}
	short, err := os.MkdirTemp("", "agent") // a socket's name is short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(short)
	l, err := net.Listen("unix", filepath.Join(short, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keys, c) }()
		}
	}()
	for i, option := range o.options {
		if option == "IdentityAgent=none" {
			o.options[i] = "IdentityAgent=SSH_AUTH_SOCK"
		}
	}
	cmd := o.as("vi", "ssh", "-v", "-A", "-tt", o.host)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "SSH_AUTH_SOCK="+l.Addr().String())
	p := o.stays(cmd)
	p.hears("Requesting authentication agent forwarding")
	p.hears("Campaigns")
	keys.mu.Lock()
	before := keys.used // by the client itself, which looks for its key there
	keys.mu.Unlock()
	p.quits()
	keys.mu.Lock()
	defer keys.mu.Unlock()
	if before == 0 || keys.used != before {
		t.Errorf("the agent was asked %d times, %d of them by the client", keys.used, before)
	}
	if p.opened() {
		t.Errorf("the server opened a channel: %q", p.said.String())
	}
}

func TestWhoIsDisabledIsCutInTheMiddleOfIt(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	o := theOpenSSH(t, g)
	cmd := o.as("vi", "ssh", "-tt", o.host)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	console := o.stays(cmd)
	console.hears("Campaigns")
	command := o.stays(o.as("vi", "ssh", o.host, "replay")) // waits for its input
	lines := o.stays(o.as("vi", "ssh", o.host, "console", "--accessible"))
	lines.hears("Campaigns")
	other := o.stays(o.as("ed", "ssh", "-tt", o.host))
	other.hears("Campaigns")
	g.awaitSessions("vi", func(n int) bool { return n >= 2 }) // both consoles are told of; the command is one that runs by then, or is refused
	if _, errs, code := g.run("ana", "operator disable vi", ""); code != 0 {
		t.Fatal(errs)
	}
	for what, p := range map[string]*guest{"the console": console, "the console line by line": lines} {
		if code, said := p.ends(); code != 1 || !strings.Contains(said, "Beckon: you are no longer let in.") {
			t.Errorf("%s: exit code %d, %q", what, code, said)
		}
	}
	if code, said := command.ends(); code == 0 || !strings.Contains(said, "no longer let in") && !strings.Contains(said, "Permission denied") {
		t.Errorf("the command: exit code %d, %q", code, said)
	}
	other.quits()
	if _, errs, code := o.run(o.as("vi", "ssh", o.host, "whoami")); code != 255 || !strings.Contains(errs, "Permission denied (publickey).") {
		t.Errorf("coming again: %d, %q", code, errs)
	}
}

// awaitSessions returns when an operator has as many consoles open as there
// should be.
func (g *team) awaitSessions(who string, enough func(n int) bool) {
	g.t.Helper()
	for mark := store.Mark(0); ; {
		here, now, err := g.store.Present(g.t.Context(), mark)
		if err != nil {
			g.t.Fatal(err)
		}
		his := 0
		for _, p := range here {
			if p.Operator == who {
				his++
			}
		}
		if enough(his) {
			return
		}
		mark = now
	}
}
