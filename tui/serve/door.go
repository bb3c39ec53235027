package serve

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Bounds are how much a [Server] grants. Fields that are 0 have the defaults.
type Bounds struct {
	Strangers        int // connections whose client has not signed yet; 64
	StrangersFrom    int // the same from one address; 8
	Sessions         int // in all; 200
	SessionsOf       int // of one operator; 5
	SessionsEach     int // at a time over one connection; 1
	Tries            int // keys that a client may offer; 6, so that an agent with some of them gets in
	Variables        int // env requests of a session that are looked at; 16
	InRate, InBurst  int // bytes a second of input, and at once; 64 KiB and 256 KiB
	CommandBytes     int // of a command's line; 4 KiB
	CommandInputSize int // bytes of a command's input; 64 KiB

	Handshake time.Duration // until a client has signed, and then until it asks for something; 20 s
	Idle      time.Duration // without input; 30 min. What the server sends does not count
	Warning   time.Duration // before the idle limit; 1 min
	Longest   time.Duration // of a session; 12 h
	Command   time.Duration // of a command; 1 min
	Keepalive time.Duration // between two questions whether the client is there; three unanswered end it; 30 s
	Stall     time.Duration // without progress of output; 10 s
	Grace     time.Duration // for sessions to end in order; 5 s
}

func (b Bounds) filled() Bounds {
	whole := func(n *int, or int) {
		if *n <= 0 {
			*n = or
		}
	}
	span := func(d *time.Duration, or time.Duration) {
		if *d <= 0 {
			*d = or
		}
	}
	whole(&b.Strangers, 64)
	whole(&b.StrangersFrom, 8)
	whole(&b.Sessions, 200)
	whole(&b.SessionsOf, 5)
	whole(&b.SessionsEach, 1)
	whole(&b.Tries, 6)
	whole(&b.Variables, 16)
	whole(&b.InRate, 64<<10)
	whole(&b.InBurst, 256<<10)
	whole(&b.CommandBytes, 4<<10)
	whole(&b.CommandInputSize, 64<<10)
	span(&b.Handshake, 20*time.Second)
	span(&b.Idle, 30*time.Minute)
	span(&b.Warning, time.Minute)
	b.Warning = min(b.Warning, b.Idle/2)
	span(&b.Longest, 12*time.Hour)
	span(&b.Command, time.Minute)
	span(&b.Keepalive, 30*time.Second)
	span(&b.Stall, 10*time.Second)
	span(&b.Grace, 5*time.Second)
	return b
}

var errFull = errors.New("no room")

// A door counts who is in.
type door struct {
	bounds Bounds

	mu        sync.Mutex
	strangers int
	from      map[string]int // strangers by address
	sessions  int
	of        map[string]int // sessions by operator
	refused   int            // connections since it was told last
	told      time.Time
}

func newDoor(b Bounds) *door {
	return &door{bounds: b, from: map[string]int{}, of: map[string]int{}}
}

// knock counts a stranger until known is called, or refuses him.
func (d *door) knock(address string) (known func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.strangers >= d.bounds.Strangers:
		d.refused++
		return nil, fmt.Errorf("%w: %d connections have yet to sign in", errFull, d.strangers)
	case d.from[address] >= d.bounds.StrangersFrom:
		d.refused++
		return nil, fmt.Errorf("%w: %d connections from this address have yet to sign in", errFull, d.from[address])
	}
	d.strangers++
	d.from[address]++
	return sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.strangers--
		if d.from[address]--; d.from[address] == 0 {
			delete(d.from, address)
		}
	}), nil
}

// turnedAway returns how many connections were refused since it last returned
// any, at most once in ten seconds: a flood of them must not be one of the log.
func (d *door) turnedAway() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); now.Sub(d.told) >= 10*time.Second {
		n := d.refused
		d.refused, d.told = 0, now
		return n
	}
	return 0
}

// enter counts a session until leave is called, or refuses it in words for the
// operator.
func (d *door) enter(operator string) (leave func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.of[operator] >= d.bounds.SessionsOf:
		return nil, fmt.Errorf("%w: you have %d sessions open already", errFull, d.of[operator])
	case d.sessions >= d.bounds.Sessions:
		return nil, fmt.Errorf("%w: %d sessions are open, try again later", errFull, d.sessions)
	}
	d.sessions++
	d.of[operator]++
	return sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.sessions--
		if d.of[operator]--; d.of[operator] == 0 {
			delete(d.of, operator)
		}
	}), nil
}
