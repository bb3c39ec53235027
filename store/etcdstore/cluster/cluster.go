// Package cluster runs etcd for tests: real members of the real server, each a process on loopback with a directory of its own, that
// can be killed, paused, cut off and brought back.
//
// The server is the tool of a module of its own (etcdtest, beside this package), so that nothing of it comes into the product. Begin with
// [Start].
package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// patience is how long a cluster may take to do what it is asked, on a machine that does much else.
const patience = time.Minute

// Options of [Start].
type Options struct {
	Members      int           // 0: three
	Quota        int64         // bytes that a member may keep; 0: 2 GiB
	RequestBytes int           // that a request may have; 0: 1.5 MiB
	NoSync       bool          // members do not wait for the disk: for tests in which none is killed
	Secure       bool          // clients come by TLS, and show a certificate
	TokenTTL     time.Duration // of who signed in, in whole seconds; 0: five minutes
}

// Cluster is some members that know each other.
type Cluster struct {
	Members []*Member
	Files   Files            // where the cluster is secure
	client  *clientv3.Client // for what tests do to etcd itself
	tls     *tls.Config
}

// Member is one process, and the door that clients come to it by.
type Member struct {
	*Door
	name string
	args []string
	path string

	mu  sync.Mutex
	cmd *exec.Cmd
	// end ends the member with the test program, even if that is killed.
	end *exec.Cmd
}

// Start starts a cluster for a test, or for all of a package: stop ends it. It skips the test where there is no server to be had.
func Start(t testing.TB, o Options) (c *Cluster, stop func()) {
	t.Helper()
	path := need(t)
	dir, err := os.MkdirTemp("", "beckon-etcd-")
	if err != nil {
		t.Fatal(err)
	}
	c = &Cluster{}
	stop = func() {
		c.stop()
		os.RemoveAll(dir)
	}
	if err := c.start(path, dir, o); err != nil {
		logs := c.logs(dir)
		stop()
		t.Fatalf("starting etcd: %v\n%s", err, logs)
	}
	return c, stop
}

func (c *Cluster) start(path, dir string, o Options) error {
	if o.Members == 0 {
		o.Members = 3
	}
	if o.Quota == 0 {
		o.Quota = 2 << 30
	}
	ports, err := freePorts(2 * o.Members)
	if err != nil {
		return err
	}
	scheme, secured := "http", []string(nil)
	if o.Secure {
		scheme = "https"
		if secured, c.tls, err = c.secure(dir); err != nil {
			return err
		}
	}
	if o.TokenTTL > 0 {
		secured = append(secured, "--auth-token-ttl", strconv.Itoa(int(o.TokenTTL/time.Second)))
	}
	var peers []string
	for i := range o.Members {
		peers = append(peers, fmt.Sprintf("n%d=http://127.0.0.1:%d", i, ports[2*i+1]))
	}
	for i := range o.Members {
		name := fmt.Sprint("n", i)
		client, peer := fmt.Sprintf("%s://127.0.0.1:%d", scheme, ports[2*i]), fmt.Sprintf("http://127.0.0.1:%d", ports[2*i+1])
		m := &Member{name: name, path: path, args: []string{
			"--name", name, "--data-dir", filepath.Join(dir, name), "--log-outputs", filepath.Join(dir, name+".log"), "--log-level", "error",
			"--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
			"--initial-cluster", strings.Join(peers, ","), "--initial-cluster-token", filepath.Base(dir), "--initial-cluster-state", "new",
			"--heartbeat-interval", "100", "--election-timeout", "1000", "--quota-backend-bytes", strconv.FormatInt(o.Quota, 10)}}
		m.args = append(m.args, secured...)
		if o.RequestBytes > 0 {
			m.args = append(m.args, "--max-request-bytes", strconv.Itoa(o.RequestBytes))
		}
		if o.NoSync {
			m.args = append(m.args, "--unsafe-no-fsync")
		}
		if m.Door, err = newDoor(strings.TrimPrefix(client, scheme+"://")); err != nil {
			return err
		}
		c.Members = append(c.Members, m)
		if err := m.start(); err != nil {
			return err
		}
	}
	c.client, err = clientv3.New(c.config())
	if err != nil {
		return err
	}
	return c.whole()
}

// config is that of the cluster's own client.
func (c *Cluster) config() clientv3.Config {
	return clientv3.Config{Endpoints: c.inner(), TLS: c.tls, Logger: zap.NewNop(), DialTimeout: patience}
}

// portsGiven are those that this process has for its members, so that clusters that start at once do not take each other's.
var portsGiven sync.Map

// freePorts finds ports that nobody listens at. They lie below those that the system gives to connections, so that nothing comes by them
// while their member is killed.
func freePorts(n int) (ports []int, err error) {
	const lowest, many, tries = 10_000, 20_000, 1000
	for range tries {
		if len(ports) == n {
			return ports, nil
		}
		port := lowest + rand.IntN(many)
		if _, given := portsGiven.LoadOrStore(port, true); given {
			continue
		}
		l, fails := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if fails != nil {
			err = fails
			continue
		}
		l.Close()
		ports = append(ports, port)
	}
	return nil, fmt.Errorf("finding %d free ports: %w", n, err)
}

// inner are the addresses of the members behind their doors.
func (c *Cluster) inner() (out []string) {
	for _, m := range c.Members {
		out = append(out, m.behind)
	}
	return out
}

// Endpoints are the addresses that clients come to.
func (c *Cluster) Endpoints() (out []string) {
	for _, m := range c.Members {
		out = append(out, m.Address())
	}
	return out
}

// Client talks to the members behind their doors.
func (c *Cluster) Client() *clientv3.Client { return c.client }

// ready waits until the cluster writes.
func (c *Cluster) ready() error {
	return Until(func(ctx context.Context) error {
		_, err := c.client.Put(ctx, "ready", "1")
		return err
	})
}

// Heal brings everything back that was killed, paused or cut off, and waits until all members know all.
func (c *Cluster) Heal(t testing.TB) {
	t.Helper()
	for _, m := range c.Members {
		m.Mend()
		m.Resume(t)
		m.Restart(t)
	}
	if err := c.whole(); err != nil {
		t.Fatalf("the cluster does not come back: %v", err)
	}
}

// whole waits until the cluster writes and all its members follow.
func (c *Cluster) whole() error {
	if err := c.ready(); err != nil {
		return err
	}
	for _, m := range c.Members {
		err := Until(func(ctx context.Context) error {
			status, err := c.client.Status(ctx, m.behind)
			if err == nil && status.Leader == 0 {
				err = errors.New("it knows no leader")
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("member %s: %w", m.name, err)
		}
	}
	return nil
}

// Leader returns the member that leads.
func (c *Cluster) Leader(t testing.TB) *Member {
	t.Helper()
	var leader *Member
	err := Until(func(ctx context.Context) error {
		for _, m := range c.Members {
			if status, err := c.client.Status(ctx, m.behind); err == nil && status.Leader == status.Header.MemberId {
				leader = m
				return nil
			}
		}
		return errors.New("nobody leads")
	})
	if err != nil {
		t.Fatal(err)
	}
	return leader
}

// Until tries something until it succeeds or a minute has passed. Each time it has two seconds.
func Until(try func(ctx context.Context) error) error {
	for over := time.Now().Add(patience); ; {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		err := try(ctx)
		cancel()
		if err == nil || time.Now().After(over) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *Cluster) stop() {
	if c.client != nil {
		c.client.Close()
	}
	for _, m := range c.Members {
		m.Door.close()
		m.kill()
	}
}

func (c *Cluster) logs(dir string) string {
	var b strings.Builder
	for _, m := range c.Members {
		log, _ := os.ReadFile(filepath.Join(dir, m.name+".log"))
		fmt.Fprintf(&b, "%s: %s\n", m.name, log[max(0, len(log)-2000):])
	}
	return b.String()
}

func (m *Member) start() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	cmd := exec.Command(m.path, m.args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	m.cmd = cmd
	end := exec.Command("sh", "-c", `cat >/dev/null; kill -9 "$0"`, strconv.Itoa(cmd.Process.Pid))
	if _, err := end.StdinPipe(); err == nil && end.Start() == nil { // where there is no shell, a killed test leaves members behind
		m.end = end
	}
	return nil
}

func (m *Member) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd == nil {
		return
	}
	if m.end != nil {
		_ = m.end.Process.Kill()
		_ = m.end.Wait()
		m.end = nil
	}
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
	m.cmd = nil
}

// Kill ends the member at once, without a chance to write anything.
func (m *Member) Kill(t testing.TB) {
	t.Helper()
	m.kill()
}

// Restart starts a member that was killed, with the directory that it had.
func (m *Member) Restart(t testing.TB) {
	t.Helper()
	m.mu.Lock()
	runs := m.cmd != nil
	m.mu.Unlock()
	if runs {
		return
	}
	if err := m.start(); err != nil {
		t.Fatal(err)
	}
}
