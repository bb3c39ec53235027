package main

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// turns are taken by the consoles of a server that have something to draw which
// nobody there asked for: what another operator wrote. All of them hear of it at
// the same instant, and a key that is pressed then would wait behind them all.
// So they take it up on all cores but one, and whoever presses a key finds one
// that is soon free: with as many as there are cores, the runtime does not look
// at the network before they are done.
type turns chan struct{}

func newTurns() turns { return make(turns, max(1, runtime.GOMAXPROCS(0)-1)) }

// longestTurn is how long a console may keep the others waiting: one whose
// client does not read may not draw for a long time.
const longestTurn = 50 * time.Millisecond

// A turn is what one console takes: it begins when there is something new and
// ends when that is drawn. A nil turn never waits.
type turn struct {
	of turns

	mu  sync.Mutex
	end *time.Timer // nil: it is not this console's turn
}

// take waits for the turn. More than once takes one turn.
func (t *turn) take(ctx context.Context) {
	if t == nil || t.of == nil || t.taken() {
		return
	}
	select {
	case t.of <- struct{}{}:
	case <-ctx.Done():
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end != nil { // another screen of the same console was faster
		<-t.of
		return
	}
	t.end = time.AfterFunc(longestTurn, t.drawn)
}

func (t *turn) taken() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.end != nil
}

// drawn ends the turn, if it is this console's.
func (t *turn) drawn() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end == nil {
		return
	}
	t.end.Stop()
	t.end = nil
	<-t.of
}
