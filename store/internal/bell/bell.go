// Package bell wakes whoever waits for something to change.
package bell

import "sync"

// Bell carries no data, so nobody can be too slow for it. The zero value works.
type Bell struct {
	mu   sync.Mutex
	next chan struct{}
}

// Wait returns a channel that is closed by the next ring. Take it before looking for what it announces.
func (b *Bell) Wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

// Ring wakes all who wait now.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
