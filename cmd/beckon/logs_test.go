package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/live"
	"beckon/tui/screen/simulator"
)

// TestAFollowedLogComesToTheConsole: decisions, counts and who came nearest, in
// bounded number while nobody asks, and a visit that can be played.
func TestAFollowedLogComesToTheConsole(t *testing.T) {
	t.Parallel()
	_, s := newTraffics(t)
	lib := newLibrary(s, "ana", time.Now)
	eng, err := lib.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g := newGrowing(t)
	const visitors = 900
	for i := range visitors {
		at := journey.At(monday.Add(time.Duration(i) * time.Second))
		g.write(fmt.Sprintf(`{"visitor":"v-%d","at":"%s","type":"page","url":"https://shop.example/cart"}`+"\n", i, at))()
	}
	g.then(g.write("nothing\n"), g.rename, g.open)
	g.rest()
	ctx, cancel := context.WithCancel(t.Context())
	f := newFeed(live.Log{Path: g.path}, eng, lib, replay.WatchOptions{Lateness: liveLateness, Visitors: liveVisitors}, cancel)
	f.follower.now = func() time.Time { return monday.Add(time.Hour) }
	tail, _, err := g.follow(false)
	if err != nil {
		t.Fatal(err)
	}
	tail.note = f.note
	f.run(ctx, journey.Options{}, tail, nil)
	if err := f.tick(time.Time{}); err != nil {
		t.Fatal(err)
	}
	n, err := f.Next(t.Context())
	if err != nil || !n.Ended || n.Err != nil {
		t.Fatalf("%+v: %v", n, err)
	}
	if n.Events != visitors || n.Rejected != 1 || len(n.Notes) != 1 || n.Notes[0] != "rotated" || n.Open == 0 || len(n.Seconds) != 1 || n.Seconds[0].Events != visitors || n.Lag != time.Hour-(visitors-1)*time.Second {
		t.Errorf("%+v", n)
	}
	var shown, stopped int64
	for _, c := range n.Counts {
		shown, stopped = shown+c.Shown, stopped+c.Stopped
	}
	if len(n.Decisions) != liveDecisions || n.Missed+liveDecisions < n.Displays || shown != n.Displays || n.Displays == 0 || stopped != n.Looked {
		t.Errorf("%d decisions, %d missed, %d displays, %d counted, %d stopped of %d", len(n.Decisions), n.Missed, n.Displays, shown, stopped, n.Looked)
	}
	for i, d := range n.Decisions {
		if i > 0 && d.Seq != n.Decisions[i-1].Seq+1 || d.Visitor == "" || d.URL == "" || d.Campaign == "" {
			t.Fatalf("decision %d: %+v", i, d)
		}
	}
	d := n.Decisions[len(n.Decisions)-1]
	w, err := f.Play(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	watch := w.(simulator.Watch)
	if watch.Visitor != d.Visitor || watch.At != d.At || watch.Engagement != d.Engagement || len(watch.Recording.Visitors) != 1 || watch.Recording.Name != g.path {
		t.Errorf("watch: %+v", watch)
	}
	if _, err := f.Play(t.Context(), live.Decision{Visitor: "nobody"}); !errors.Is(err, errForgotten) {
		t.Errorf("of nobody: %v", err)
	}
	f.Close()
	f.Close()
	if again, err := f.Next(t.Context()); err != nil || !again.Ended || len(again.Decisions)+len(again.Counts) > 0 {
		t.Errorf("asked again: %+v, %v", again, err)
	}
}

// TestPagesAreAskedForTheNearestUpToABound: so many a second.
func TestPagesAreAskedForTheNearestUpToABound(t *testing.T) {
	t.Parallel()
	f := newFeed(live.Log{Path: "log"}, shopEngine(t), newLibrary(nil, "ana", time.Now), replay.WatchOptions{}, func() {})
	asked := 0
	for range 10 * livePages {
		if f.nearest() {
			asked++
		}
	}
	if err := f.tick(monday); err != nil || asked != livePages || !f.nearest() {
		t.Errorf("%d were asked: %v", asked, err)
	}
	for range 3 * liveDecisions {
		if err := f.tell(&replay.Display{Engagement: "a/b"}); err != nil || len(f.news.Decisions) >= 2*liveDecisions {
			t.Fatalf("%d decisions wait: %v", len(f.news.Decisions), err)
		}
	}
}

func TestEventsAreRememberedUpToABound(t *testing.T) {
	t.Parallel()
	k := newRemembered()
	long := make([]byte, 30<<10)
	for i := range 3000 {
		k.keep(&journey.Event{Visitor: fmt.Sprint("v-", i%1500), Type: journey.PageView, Page: &journey.Page{URL: string(long)}})
		if k.bytes > liveBytes {
			t.Fatalf("%d bytes", k.bytes)
		}
	}
	last, whole := k.of("v-1499")
	if gone, _ := k.of("v-0"); len(gone) != 0 || len(last) != 1 || whole || len(k.visitors) != k.recent.Len() {
		t.Errorf("%d of the first, %d of the last, whole %v", len(gone), len(last), whole)
	}
}

func TestNoFileOfAServerIsFollowed(t *testing.T) {
	t.Parallel()
	l := newLibrary(nil, "ana", time.Now)
	l.elsewhere = true
	if _, err := (&logs{played: l}).Follow(t.Context(), live.Log{Path: "/etc/passwd"}); !errors.Is(err, errElsewhere) {
		t.Errorf("%v", err)
	}
}
