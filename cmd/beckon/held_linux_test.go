package main

import (
	"context"
	"flag"
	"slices"
	"testing"
	"time"
)

var hold = flag.Duration("hold", 10*time.Second, "how long BenchmarkSessionsHeld holds its sessions")

// BenchmarkSessionsHeld holds a hundred sessions for a while, of which a third
// does nothing, a third types and a third plays, while every second somebody
// saves what all see, and says how much more the server has at the end than
// behind the first tenth, and whom it lost. Ten minutes are -hold 10m.
func BenchmarkSessionsHeld(b *testing.B) {
	for range b.N {
		holdSessions(b, 100)
	}
}

func holdSessions(b *testing.B, n int) {
	l := loadServer(b)
	first := l.rides(1) // what is made once is made
	first[0].conn.Close()
	<-first[0].gone
	time.Sleep(time.Second)
	base := l.use()

	all := l.rides(n)
	l.atOnce(all, func(i int, r *rider) error {
		if i%3 != 2 {
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
		select {
		case <-held.Done():
		case <-time.After(*hold / 10):
		}
		early = used()
		for i := 0; held.Err() == nil; i++ {
			l.rename(nameNo(i))
			select {
			case <-held.Done():
			case <-time.After(time.Second):
			}
		}
		last = used()
	}()
	keys := make([][]time.Duration, n)
	l.atOnce(all, func(i int, r *rider) (err error) {
		if i%3 == 1 {
			time.Sleep(time.Duration(i) * 500 * time.Millisecond / time.Duration(n))
			// Redrawn whole: by and by, cells of a word are there before it comes.
			keys[i], err = r.types(held, 500*time.Millisecond, "\x12")
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
	b.ReportMetric(mib(last.Heap+last.Stacks, base.Heap+base.Stacks)/float64(n), "MB/session")
	b.ReportMetric(mib(last.Heap+last.Stacks, early.Heap+early.Stacks), "growth-MB")
	b.ReportMetric(mib(last.Resident, early.Resident), "growth-rss-MB")
	b.ReportMetric(float64(last.Goroutines-early.Goroutines), "growth-goroutines")
	b.ReportMetric(float64(len(took)), "keys")
	l.atOnce(all, func(_ int, r *rider) error { return r.conn.Close() })
	after := l.settles(base.Goroutines)
	b.ReportMetric(float64(after.Goroutines-base.Goroutines), "goroutines-left")
	b.ReportMetric(mib(after.Heap, base.Heap), "heap-left-MB")
}
