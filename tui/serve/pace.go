package serve

import (
	"sync"
	"time"
)

// The consoles of one operator have a quarter of a core together, and where he may
// have more of them than the default a twentieth for each that he may have.
const (
	paceShare = 4
	paceEach  = 20

	paceBurst = 250 * time.Millisecond // of work that is done at once, as when a screen is opened
	paceWait  = 100 * time.Millisecond // the longest that a message waits
)

// A pace bounds how much the consoles of one operator work. Whoever holds a key
// down, plays a journey or is shown what others write comes nowhere near it; a
// client that sends keys as fast as they are taken would have a core for each of
// its sessions, and everybody else would wait behind them. A nil pace bounds
// nothing.
type pace struct {
	mu   sync.Mutex
	left time.Duration // less than nothing: more than it should
	at   time.Time
	each int // sessions that he may have
}

func newPace(sessions int) *pace {
	return &pace{left: paceBurst, at: time.Now(), each: max(sessions, paceEach/paceShare)}
}

// earn adds what the time since brought, with mu held.
func (p *pace) earn() {
	now := time.Now()
	p.left = min(paceBurst, p.left+min(now.Sub(p.at), time.Minute)*time.Duration(p.each)/paceEach)
	p.at = now
}

// work does something and counts how long it took.
func (p *pace) work() (done func()) {
	if p == nil {
		return func() {}
	}
	began := time.Now()
	return func() {
		took := time.Since(began)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.earn()
		p.left = max(-paceBurst, p.left-took)
	}
}

// wait waits until there is something left, or for a moment.
func (p *pace) wait() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.earn()
	short := -p.left * paceEach / time.Duration(p.each)
	p.mu.Unlock()
	if short > 0 {
		time.Sleep(min(short, paceWait))
	}
}
