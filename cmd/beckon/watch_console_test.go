package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/live"
	"beckon/tui/site"
)

// TestStandardInputIsFollowedMoreThanOnce: anew where its host had to be asked
// for, with nothing lost, and after it was left from the line on that was not decided on.
func TestStandardInputIsFollowedMoreThanOnce(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	in, log := io.Pipe()
	l := &logs{played: tr.library, named: &watchedLog{log: live.Log{Path: live.Input}, piped: newPiped(in), watch: replay.WatchOptions{Lateness: model.Second, Visitors: 100}}}
	line := func(n int) string {
		return logOf(monday.Add(time.Duration(n)*time.Second), fmt.Sprint("/page/", n), "https://tents.example/")
	}
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		io.WriteString(log, logOf(monday, "/a.css", "https://tents.example/")+line(0)+line(1)+line(2)[:40])
		io.WriteString(log, line(2)[40:]+line(3))
	}()
	follow := func(host string) *feed {
		t.Helper()
		f, err := l.Follow(t.Context(), live.Log{Path: live.Input, Host: host})
		if err != nil {
			t.Fatal(err)
		}
		return f.(*feed)
	}
	until := func(f *feed, events int64) {
		t.Helper()
		for {
			n, err := f.Next(t.Context())
			f.mu.Lock()
			got := int64(0)
			for _, v := range f.kept.visitors {
				got += int64(len(v.Value.(*heardOf).events))
			}
			f.mu.Unlock()
			if err != nil || n.Ended || got > events || n.Rejected > 0 {
				t.Fatalf("%d events, %+v, %v", got, n, err)
			}
			if got == events {
				return
			}
		}
	}
	f := follow("")
	var needed *site.Needed
	for {
		n, err := f.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !n.Ended {
			continue
		}
		if !errors.As(n.Err, &needed) || needed.Proposed != "https://tents.example" {
			t.Fatalf("%v, proposed %+v", n.Err, needed)
		}
		break
	}
	f = follow(needed.Proposed)
	until(f, 4)
	<-wrote
	f.Close()
	wrote = make(chan struct{})
	go func() { // it waits while nobody follows
		defer close(wrote)
		io.WriteString(log, line(4)[:40])
		io.WriteString(log, line(4)[40:]+line(5))
	}()
	f = follow("https://tents.example")
	until(f, 2)
	<-wrote
	go io.WriteString(log, line(6)+line(7)[:40])
	until(f, 3)                         // in one read with the half of a line
	f = follow("https://tents.example") // without a Close
	go func() {
		io.WriteString(log, line(7)[40:]+line(8))
		log.Close()
	}()
	for {
		n, err := f.Next(t.Context())
		if err != nil || n.Rejected > 0 {
			t.Fatalf("%+v, %v", n, err)
		}
		if n.Ended {
			if n.Err != nil || n.Events != 2 { // the line of which half had come, and the next
				t.Errorf("%d events of the last following, %v", n.Events, n.Err)
			}
			break
		}
	}
	l.named = nil
	if _, err := l.Follow(t.Context(), live.Log{Path: live.Input}); err == nil {
		t.Error("standard input is followed that nobody named")
	}
}

// TestWhatWasReadAheadOfAFollowingThatIsLeftIsInTheNext: however many lines came in
// one read.
func TestWhatWasReadAheadOfAFollowingThatIsLeftIsInTheNext(t *testing.T) {
	t.Parallel()
	const lines = 500
	var log strings.Builder
	for n := range lines {
		log.WriteString(logOf(monday.Add(time.Duration(n)*time.Second), fmt.Sprint("/page/", n), "https://tents.example/"))
	}
	p := newPiped(strings.NewReader(log.String()))
	got := map[string]int{}
	for from := 0; len(got) < lines; from++ {
		if from == lines {
			t.Fatalf("after %d followings %d of %d events came", from, len(got), lines)
		}
		ctx, cancel := context.WithCancel(t.Context())
		source := p.follow(ctx, false)
		eng, err := engine.Compile(&model.Catalog{})
		if err != nil {
			t.Fatal(err)
		}
		f := follower{now: func() time.Time { return monday }, watcher: replay.NewWatcher(eng, replay.WatchOptions{Lateness: model.Second, Visitors: 1000}, func(replay.Record) error { return nil })}
		f.ticked = func(time.Time) error { return nil }
		f.took = func(ev *journey.Event) {
			if got[ev.Page.URL]++; len(got)%100 == 7 {
				cancel() // it is left in the middle of what was read
			}
		}
		if err := f.run(ctx, journey.Options{Format: journey.FormatCombined, Host: "https://tents.example"}, "-", source, nil); err != nil {
			t.Fatal(err)
		}
		source.Close()
		cancel()
	}
	for page, n := range got {
		if n != 1 {
			t.Errorf("%s came %d times", page, n)
		}
	}
}

func TestWhatIsHeldOfStandardInputIsBounded(t *testing.T) {
	t.Parallel()
	p := newPiped(nil)
	line := logOf(monday, "/", "-")
	for range 3 * mostHeld / len(line) {
		if p.hold([]byte(line)); len(p.held) > mostHeld || len(p.held)%len(line) != 0 {
			t.Fatalf("%d bytes are held", len(p.held))
		}
	}
}
