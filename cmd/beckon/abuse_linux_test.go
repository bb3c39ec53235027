package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// raw is a client that keeps to nothing.
func (l *loaded) raw(name string) *ssh.Client {
	l.t.Helper()
	signer, err := ssh.NewSignerFromKey(secretOf(name))
	if err != nil {
		l.t.Fatal(err)
	}
	c, err := ssh.Dial("tcp", l.address, &ssh.ClientConfig{User: name, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { c.Close() })
	return c
}

func (l *loaded) channel(c *ssh.Client) ssh.Channel {
	l.t.Helper()
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		l.t.Fatal(err)
	}
	go ssh.DiscardRequests(requests)
	return ch
}

type ptyWish struct {
	Term       string
	W, H, X, Y uint32
	Modes      string
}

// abuses are what clients did to servers that others wrote. Each gets the server
// with its defaults, except that one address may come in as fast as it likes.
var abuses = map[string]func(*loaded){
	"a thousand half-open connections": func(l *loaded) {
		for range 1000 {
			if c, err := net.Dial("tcp", l.address); err == nil {
				l.t.Cleanup(func() { c.Close() })
			}
		}
	},
	"a thousand channels": func(l *loaded) {
		c := l.raw("vi")
		refused := 0
		for range 1000 {
			ch, requests, err := c.OpenChannel("session", nil)
			if err != nil {
				refused++
				continue
			}
			go ssh.DiscardRequests(requests)
			ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 120, 40, 0, 0, ""}))
			ch.SendRequest("shell", true, nil)
		}
		if refused != 999 {
			l.t.Errorf("%d of 1000 channels were refused", refused)
		}
	},
	"giant windows": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		shown := drain(ch)
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 100_000, 100_000, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		for i := range uint32(200) {
			ch.SendRequest("window-change", true, ssh.Marshal(struct{ W, H, X, Y uint32 }{1<<31 + i, 1<<32 - 1 - i, 0, 0}))
		}
		<-shown
	},
	"a paste without end": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		drain(ch)
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 120, 40, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		ch.Write([]byte("\x1b[200~"))
		go repeats(ch, "j")
	},
	"output that nobody reads": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 500, 200, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		go func() {
			for i := 0; ; i++ {
				if _, err := fmt.Fprint(ch, []string{"1", "2", "3"}[i%3]); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
	},
	"41,000 variables": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		value := string(bytes.Repeat([]byte("x"), 1000))
		for i := range 41_000 {
			if _, err := ch.SendRequest("env", false, ssh.Marshal(struct{ K, V string }{fmt.Sprint("LC_", i), value})); err != nil {
				l.t.Errorf("variable %d: %v", i, err)
				return
			}
		}
	},
	"more parameters than the library has room for": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		drain(ch)
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 120, 40, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		fmt.Fprintf(ch, "\x1b[1%sm\x1b[1%s_\x1bP1%sq\x1b\\", bytes.Repeat([]byte(";1"), 32), bytes.Repeat([]byte(";1"), 40), bytes.Repeat([]byte(";1"), 40))
	},
}

// floods go on for as long as the client is there, and are measured: what a server
// works of them is counted where it is bounded.
var floods = map[string]func(*loaded){
	"windows that change without end": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		drain(ch)
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 500, 200, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		go func() { // each is answered before the next, or they would wait in the connection
			for i := uint32(0); ; i++ {
				if _, err := ch.SendRequest("window-change", true, ssh.Marshal(struct{ W, H, X, Y uint32 }{500 - i%2, 200, 0, 0})); err != nil {
					return
				}
			}
		}()
	},
	"sizes in the input without end": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		drain(ch)
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 500, 200, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		go repeats(ch, "\x1b[8;200;500t\x1b[48;200;499;1;1t")
	},
	"keys without end": func(l *loaded) {
		ch := l.channel(l.raw("vi"))
		drain(ch)
		ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 500, 200, 0, 0, ""}))
		ch.SendRequest("shell", true, nil)
		go repeats(ch, "jk")
	},
	"keys without end in five sessions": func(l *loaded) {
		for range 5 {
			ch := l.channel(l.raw("vi"))
			drain(ch)
			ch.SendRequest("pty-req", true, ssh.Marshal(ptyWish{"xterm", 120, 40, 0, 0, ""}))
			ch.SendRequest("shell", true, nil)
			go repeats(ch, "jk")
		}
	},
}

// repeats sends the same again and again: the server takes what its rate allows,
// and the rest waits here.
func repeats(ch ssh.Channel, keys string) {
	for part := bytes.Repeat([]byte(keys), 1<<20/len(keys)); ; {
		if _, err := ch.Write(part); err != nil {
			return
		}
	}
}

// drain reads what a client is shown. The first picture is larger than shown.
func drain(ch ssh.Channel) (shown <-chan struct{}) {
	first := make(chan struct{})
	go func() {
		tell := sync.OnceFunc(func() { close(first) })
		defer tell()
		sum := 0
		for b := make([]byte, 32<<10); ; {
			n, err := ch.Read(b)
			if sum += n; sum > 4<<10 {
				tell()
			}
			if err != nil {
				return
			}
		}
	}()
	return first
}

const abuseBound = 64 << 20 // bytes

func TestAbuseCostsTheServerLittleAndOthersNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector's own memory is several times what is measured")
	}
	t.Parallel()
	for name, abuse := range abuses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := loadServer(t, "BECKON_LOAD_BOUNDS=default")
			other, err := l.ride("ana")
			if err != nil {
				t.Fatal(err)
			}
			defer other.conn.Close()
			before := l.use()
			abuse(l)
			most := uint64(0)
			for i := range 20 {
				most = max(most, l.use().Resident)
				key, word := moves(i)
				seen := other.look(word)
				if err := other.press(key); err != nil {
					t.Fatal(err)
				}
				if _, err := other.await(seen); err != nil {
					t.Fatalf("the other operator's key %d: %v", i, err)
				}
			}
			if more := int64(most) - int64(before.Resident); more > abuseBound {
				t.Errorf("it took %d MiB", more>>20)
			}
			// The address that was abused from has used up its rate for a moment.
			var late *rider
			for range 200 {
				if late, err = l.ride("ana"); err == nil {
					break
				}
				<-time.After(100 * time.Millisecond)
			}
			if err != nil {
				t.Fatalf("signing in afterwards: %v", err)
			}
			late.conn.Close()
		})
	}
}

// What the test above measures sees what it should: so many consoles of the
// largest window are more.
func TestAbuseWithoutABoundWouldBeSeen(t *testing.T) {
	t.Parallel()
	l := loadServer(t)
	first, err := l.ride("ana")
	if err != nil {
		t.Fatal(err)
	}
	defer first.conn.Close()
	before := l.use()
	for range 8 {
		abuses["giant windows"](l)
	}
	if more := int64(l.use().Resident) - int64(before.Resident); more <= abuseBound {
		t.Errorf("eight of the largest windows took %d MiB", more>>20)
	}
}

// BenchmarkAbuse says what an abuse does to how long others wait for a key: the
// same operators type for a while before it and beside it.
func BenchmarkAbuse(b *testing.B) {
	all := maps.Clone(abuses)
	maps.Copy(all, floods)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				measureAbuse(b, all[name])
			}
		})
	}
}

func measureAbuse(b *testing.B, abuse func(*loaded)) {
	const phase = 4 * time.Second
	l := loadServer(b, "BECKON_LOAD_BOUNDS=default")
	var others []*rider
	for range 4 {
		r, err := l.ride("ana")
		if err != nil {
			b.Fatal(err)
		}
		defer r.conn.Close()
		others = append(others, r)
	}
	typed := func(beside func()) []time.Duration {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		took, over := make([][]time.Duration, len(others)), make(chan struct{})
		go func() {
			defer close(over)
			var all sync.WaitGroup
			for i, r := range others {
				all.Go(func() {
					var err error
					if took[i], err = r.types(ctx, 100*time.Millisecond); err != nil {
						b.Error(err)
					}
				})
			}
			all.Wait()
		}()
		late := time.After(phase)
		beside()
		<-late
		stop()
		<-over
		return slices.Concat(took...)
	}
	typed(func() {}) // what is made once is made
	before := typed(func() {})
	resident := l.use().Resident
	machine, began := l.others(), time.Now()
	during := typed(func() { abuse(l) })
	busy := (l.others() - machine).Seconds() / time.Since(began).Seconds()
	b.ReportMetric(float64(int64(l.use().Resident)-int64(resident))/(1<<20), "rss-MB")
	b.ReportMetric(quantile(before, 0.5), "before-p50-ms")
	b.ReportMetric(quantile(before, 0.99), "before-p99-ms")
	b.ReportMetric(quantile(during, 0.5), "during-p50-ms")
	b.ReportMetric(quantile(during, 0.99), "during-p99-ms")
	b.ReportMetric(quantile(during, 0.99)/quantile(before, 0.99), "p99-ratio")
	b.ReportMetric(busy, "others-cores")
}
