package main

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
)

// said takes what is printed, and tells of every line.
type said struct {
	mu    sync.Mutex
	text  strings.Builder
	lines chan string
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	s.text.Write(b)
	s.mu.Unlock()
	s.lines <- string(b)
	return len(b), nil
}

// TestAWatchedLogShowsDisplaysAsTheyComeAndEndsWithASummary: the clock is the
// test's. A display that waits for time on the page comes by itself.
func TestAWatchedLogShowsDisplaysAsTheyComeAndEndsWithASummary(t *testing.T) {
	t.Parallel()
	w := here()
	out := &said{lines: make(chan string, 100)}
	w.out = out
	var mu sync.Mutex
	clock := time.Date(2026, 3, 2, 10, 0, 4, 0, time.UTC)
	w.now = func() time.Time { mu.Lock(); defer mu.Unlock(); return clock }
	catalog, _, err := loadCatalog(t.Context(), w, []string{"../../fixtures/catalog"}, "")
	if err != nil {
		t.Fatal(err)
	}
	eng, err := compile(catalog, "the shop")
	if err != nil {
		t.Fatal(err)
	}
	v := newWatching(w, &watchFlags{every: time.Minute}, eng, replay.WatchOptions{Lateness: model.Second, Visitors: 100})
	in, log := io.Pipe()
	ticks := make(chan time.Time)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- v.follow(ctx, journey.Options{}, "log", in, ticks) }()
	io.WriteString(log, `{"visitor":"v-1","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}`+"\n")
	io.WriteString(log, `{"visitor":"v-1","at":"2026-03-02T10:00:02Z","type":"cart","total":"120.00","currency":"EUR","numItems":2}`+"\n")
	if line := <-out.lines; !strings.HasPrefix(line, "2026-03-02 10:00:00  shown    Chat with us ") {
		t.Errorf("first came %q", line)
	}
	mu.Lock()
	clock = clock.Add(2 * time.Minute)
	mu.Unlock()
	for shown := false; !shown; {
		select {
		case ticks <- monday: // as often as it takes until the second event is there
		case line := <-out.lines:
			if shown = true; !strings.HasPrefix(line, "2026-03-02 10:00:30  shown    Help at the cart ") {
				t.Errorf("then came %q", line)
			}
		}
		mu.Lock()
		clock = clock.Add(time.Second)
		mu.Unlock()
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if told := w.err.(*strings.Builder).String(); !strings.Contains(told, "watched   2 events, 1 visit, 2 displays up to 2026-03-02T10:") || !strings.Contains(told, " events/s, 2 events") {
		t.Errorf("told:\n%s", told)
	}
	log.Close()
}
