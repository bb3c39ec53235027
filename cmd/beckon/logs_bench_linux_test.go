package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/live"
)

// made is a log that is made as it is read: 10,000 events a second of its own
// time, a tenth of them of a few visitors who never stop, the others of ever new
// ones, who each go through five pages a minute apart.
type made struct {
	left, n   int
	line      []byte
	clock     func(at time.Time) // told the time of every line
	heavy     int
	perSecond int
}

var madePages = []string{"/", "/tents", "/cart", "/checkout", "/help", "/account"}

func (m *made) Read(b []byte) (int, error) {
	n := 0
	for m.left > 0 {
		if len(m.line) == 0 {
			m.next()
		}
		c := copy(b[n:], m.line)
		m.line, n = m.line[c:], n+c
		if len(m.line) > 0 { // the room is up
			return n, nil
		}
		m.left--
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (m *made) next() {
	at := monday.Add(time.Duration(m.n) * time.Second / time.Duration(m.perSecond))
	m.clock(at)
	who, page := 0, 0
	if m.n%10 == 0 {
		who, page = m.n/10%m.heavy, m.n/10/m.heavy
	} else {
		minute := m.perSecond * 60
		who, page = m.heavy+m.n%minute+m.n/(5*minute)*minute, m.n/minute
	}
	m.line = append(m.line[:0], `{"visitor":"v-`...)
	m.line = strconv.AppendInt(m.line, int64(who), 10)
	m.line = append(m.line, `","at":"`...)
	m.line = at.AppendFormat(m.line, "2006-01-02T15:04:05.000Z07:00")
	m.line = append(m.line, `","type":"page","url":"https://shop.example`...)
	m.line = append(m.line, madePages[page%len(madePages)]...)
	m.line = append(m.line, "\"}\n"...)
	m.n++
}

// spent is the time that this process had of its processors.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFollowedLog is what an event of a followed log costs, from its line to
// the account of it, however it goes on: the heap in use is that at the end.
// Nobody asks, as where the screen is hidden or slow, or somebody does a hundred
// times a second.
func BenchmarkFollowedLog(b *testing.B) {
	for _, asks := range []bool{false, true} {
		b.Run(fmt.Sprintf("asked=%v", asks), func(b *testing.B) {
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			f := newFeed(live.Log{Path: "log"}, shopEngine(b), newLibrary(nil, "ana", time.Now), replay.WatchOptions{Lateness: liveLateness, Visitors: liveVisitors}, cancel)
			// Times are the log's own: a tick comes with every second of it.
			now, ticks := make(chan time.Time, 1), make(chan time.Time)
			now <- monday
			f.follower.now = func() time.Time { t := <-now; now <- t; return t }
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			last := monday
			source := &made{left: b.N, heavy: 200, perSecond: 10_000, clock: func(at time.Time) {
				<-now
				now <- at
				if at.Sub(last) >= time.Second {
					last = at
					select {
					case ticks <- at:
					case <-f.done:
					}
				}
			}}
			asked := make(chan int64)
			go func() {
				decisions := int64(0)
				for asks {
					n, err := f.Next(b.Context())
					decisions += int64(len(n.Decisions)) + n.Missed
					if err != nil || n.Ended {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
				asked <- decisions
			}()
			b.ReportAllocs()
			b.ResetTimer()
			cpu := spent()
			f.run(ctx, journey.Options{}, io.NopCloser(source), ticks)
			b.StopTimer()
			cpu = spent() - cpu
			decisions := <-asked
			if !asks {
				n, err := f.Next(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				decisions = int64(len(n.Decisions)) + n.Missed
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if f.news.Err != nil || f.news.Events != int64(b.N) {
				b.Fatalf("%d events of %d, %v", f.news.Events, b.N, f.news.Err)
			}
			if decisions != f.seq {
				b.Fatalf("%d decisions came of %d", decisions, f.seq)
			}
			b.ReportMetric(float64(after.HeapAlloc-min(before.HeapAlloc, after.HeapAlloc))/(1<<20), "MB-kept")
			b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/event")
			runtime.KeepAlive(f)
		})
	}
}
