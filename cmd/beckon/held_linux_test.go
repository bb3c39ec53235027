package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"beckon/tui/tuitest"
)

var hold = flag.Duration("hold", 10*time.Second, "how long the benchmarks of held sessions hold them")

// BenchmarkSessionsHeld holds a hundred sessions for a while, of which a third
// does nothing, a third types and a third plays, while every second somebody
// saves what all see, and says how much more the server has at the end than
// behind the first tenth, and whom it lost. Ten minutes are -hold 10m.
func BenchmarkSessionsHeld(b *testing.B) {
	for range b.N {
		l := loadServer(b)
		holdSessions(b, l, held{100, l.ride, func(i int) bool { return i%3 == 1 }, func(i int) bool { return i%3 == 2 }})
	}
}

// BenchmarkSessionsHeldByOpenSSH holds a hundred sessions of the client that
// people have, each in a terminal of 120 by 40, in which everybody types.
func BenchmarkSessionsHeldByOpenSSH(b *testing.B) {
	for range b.N {
		l := loadServer(b)
		o := openSSHFor(b, l.address)
		holdSessions(b, l, held{100, func(name string) (*rider, error) { return o.ride(name) }, func(int) bool { return true }, func(int) bool { return false }})
	}
}

// ride opens a console with ssh.
func (o *openssh) ride(name string) (*rider, error) {
	began := time.Now()
	master, slave := tuitest.PseudoTerminal(o.t)
	tuitest.SetSize(o.t, master, 120, 40)
	cmd := o.as(name, "ssh", "-tt", o.host)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	tuitest.Own(cmd, slave)
	err := cmd.Start()
	slave.Close() // the client has it; with the last who has, reading ends
	if err != nil {
		return nil, errors.Join(err, master.Close())
	}
	r := &rider{in: master, looks: map[string]*sight{}, gone: make(chan struct{})}
	r.hangUp = func() error {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		<-r.gone
		return master.Close()
	}
	seen := r.look("Campaigns")
	go r.read(master)
	if _, err := r.await(seen); err != nil {
		return nil, errors.Join(fmt.Errorf("ssh: %w", err), r.hangUp())
	}
	r.took = time.Since(began)
	return r, nil
}

// leave hangs up, whatever the client is.
func (r *rider) leave() error {
	if r.hangUp != nil {
		return r.hangUp()
	}
	return r.conn.Close()
}

// held says how many sessions are held, by which client, and what they do.
type held struct {
	n           int
	ride        func(name string) (*rider, error)
	types, play func(i int) bool
}

func holdSessions(b *testing.B, l *loaded, h held) {
	first := l.ridesBy(1, h.ride) // what is made once is made
	if err := first[0].leave(); err != nil {
		b.Fatal(err)
	}
	<-first[0].gone
	time.Sleep(time.Second)
	base := l.use()

	all := l.ridesBy(h.n, h.ride)
	l.atOnce(all, func(i int, r *rider) error {
		if !h.play(i) {
			return nil
		}
		if err := r.play(); err != nil {
			return err
		}
		return r.press("L") // again and again
	})
	held, stop := context.WithTimeout(context.Background(), *hold)
	defer stop()
	over := make(chan struct{})
	var early, last usage
	go func() {
		defer close(over)
		used := func() (u usage) { // the least of some, for what is alive for a moment is none of it
			u = l.use()
			for range 4 {
				time.Sleep(100 * time.Millisecond)
				next := l.use()
				u.Heap, u.Stacks, u.Goroutines = min(u.Heap, next.Heap), min(u.Stacks, next.Stacks), min(u.Goroutines, next.Goroutines)
				u.Resident = next.Resident
			}
			return u
		}
		tenth := time.Now().Add(*hold / 10)
		for i := 0; held.Err() == nil; i++ {
			if early.Heap == 0 && time.Now().After(tenth) {
				early = used()
				l.profiled("early")
			}
			l.rename(nameNo(i))
			select {
			case <-held.Done():
			case <-time.After(time.Second):
			}
		}
		last = used()
		l.profiled("last")
	}()
	keys := make([][]time.Duration, h.n)
	l.atOnce(all, func(i int, r *rider) (err error) {
		if h.types(i) {
			time.Sleep(time.Duration(i) * 500 * time.Millisecond / time.Duration(h.n))
			keys[i], err = r.types(held, 500*time.Millisecond)
		}
		return err
	})
	<-over

	dropped := 0
	for _, r := range all {
		select {
		case <-r.gone:
			dropped++
		default:
		}
	}
	mib := func(a, b uint64) float64 { return (float64(a) - float64(b)) / (1 << 20) }
	took := slices.Concat(keys...)
	b.ReportMetric(float64(dropped), "dropped")
	b.ReportMetric(mib(last.Heap+last.Stacks, base.Heap+base.Stacks)/float64(h.n), "MB/session")
	b.ReportMetric(mib(last.Resident, base.Resident)/float64(h.n), "rss-MB/session")
	b.ReportMetric(mib(last.Heap+last.Stacks, early.Heap+early.Stacks), "growth-MB")
	b.ReportMetric(mib(last.Resident, early.Resident), "growth-rss-MB")
	b.ReportMetric(float64(last.Goroutines-early.Goroutines), "growth-goroutines")
	b.ReportMetric(float64(len(took)), "keys")
	l.atOnce(all, func(_ int, r *rider) error {
		if err := r.leave(); !errors.Is(err, net.ErrClosed) { // one that was dropped is
			return err
		}
		return nil
	})
	after := l.settles(base.Goroutines)
	b.ReportMetric(float64(after.Goroutines-base.Goroutines), "goroutines-left")
	b.ReportMetric(mib(after.Heap, base.Heap), "heap-left-MB")
}

// profiled writes what the heap holds, and what goroutines there are, to files of
// a directory that BECKON_PROFILE names.
func (l *loaded) profiled(when string) {
	if dir := os.Getenv("BECKON_PROFILE"); dir != "" {
		for _, kind := range []string{"heap", "goroutines"} {
			var done string
			l.order("profile "+kind+" "+filepath.Join(dir, kind+"-held-"+when), &done)
		}
	}
}
