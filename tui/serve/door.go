package serve

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Bounds are how much a [Server] grants. Fields that are 0 have the defaults.
type Bounds struct {
	Strangers        int // connections whose client has not signed yet; 64
	StrangersFrom    int // the same from one address; 8
	Rate             int // connections a second from one address, and as many at once; 10
	Sessions         int // in all; 200
	SessionsOf       int // of one operator; 5
	SessionsEach     int // at a time over one connection; 1
	Tries            int // keys that a client may offer; 6, so that an agent with some of them gets in
	Variables        int // env requests of a session that are looked at; 16
	InRate, InBurst  int // bytes a second of input, and at once; 64 KiB and 256 KiB
	CommandBytes     int // of a command's line; 4 KiB
	CommandInputSize int // bytes of a command's input; 64 MiB

	Handshake time.Duration // until a client has signed, and then until it asks for something; 20 s
	Idle      time.Duration // without input; 30 min. What the server sends does not count
	Warning   time.Duration // before the idle limit; 1 min
	Longest   time.Duration // of a session; 12 h
	Command   time.Duration // of a command; 5 min
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
	whole(&b.Rate, 10)
	whole(&b.Sessions, 200)
	whole(&b.SessionsOf, 5)
	whole(&b.SessionsEach, 1)
	whole(&b.Tries, 6)
	whole(&b.Variables, 16)
	whole(&b.InRate, 64<<10)
	whole(&b.InBurst, 256<<10)
	whole(&b.CommandBytes, 4<<10)
	whole(&b.CommandInputSize, 64<<20)
	span(&b.Handshake, 20*time.Second)
	span(&b.Idle, 30*time.Minute)
	span(&b.Warning, time.Minute)
	b.Warning = min(b.Warning, b.Idle/2)
	span(&b.Longest, 12*time.Hour)
	span(&b.Command, 5*time.Minute)
	span(&b.Keepalive, 30*time.Second)
	span(&b.Stall, 10*time.Second)
	span(&b.Grace, 5*time.Second)
	return b
}

var errFull = errors.New("no room")

// patience is how long a stranger who has not signed yet is safe from those
// behind him. A client signs in a fraction of it.
const patience = time.Second

// maxBuckets bounds the addresses whose rate is remembered.
const maxBuckets = 4096

// A door counts who is in, and chooses who may come in.
//
// Where there is no room for one more stranger, the one who has stood there
// longest gives way, of those from the address that has the most: somebody who
// opens connections and says nothing keeps nobody out for more than a moment,
// neither from other addresses nor from his own.
type door struct {
	bounds   Bounds
	patience time.Duration

	mu        sync.Mutex
	strangers []*stranger // in the order in which they came
	rates     map[string]*rate
	sessions  int
	of        map[string]int // sessions by operator
	paces     map[string]*pace
	refused   int // connections since it was told last
	told      time.Time
}

// A stranger is a client who has not signed yet.
type stranger struct {
	from   string // as countedBy makes it
	came   time.Time
	hangUp func()
}

// A rate says how many connections an address may open at an instant.
type rate struct {
	left float64
	at   time.Time
}

func newDoor(b Bounds) *door {
	return &door{bounds: b, patience: patience, rates: map[string]*rate{}, of: map[string]int{}, paces: map[string]*pace{}}
}

// countedBy is what stands for an address where strangers are counted: the
// network of an IPv6 address, since whoever has one has all of it.
func countedBy(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	if p, err := a.WithZone("").Prefix(64); err == nil {
		return p.String()
	}
	return address
}

// knock counts a stranger until known is called, or refuses him. He may be
// hung up on for the sake of another one.
func (d *door) knock(address string, hangUp func()) (known func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, from := time.Now(), countedBy(address)
	if !d.inTime(from, now) {
		d.refused++
		return nil, fmt.Errorf("%w: more than %d connections a second from this address", errFull, d.bounds.Rate)
	}
	switch n := d.countOf(from); {
	case n >= d.bounds.StrangersFrom && !d.makeRoom(from, now):
		d.refused++
		return nil, fmt.Errorf("%w: %d connections from this address have yet to sign in", errFull, n)
	case len(d.strangers) >= d.bounds.Strangers && !d.makeRoom("", now):
		d.refused++
		return nil, fmt.Errorf("%w: %d connections have yet to sign in", errFull, len(d.strangers))
	}
	one := &stranger{from, now, hangUp}
	d.strangers = append(d.strangers, one)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if i := slices.Index(d.strangers, one); i >= 0 {
			d.strangers = slices.Delete(d.strangers, i, i+1)
		}
	}, nil
}

// inTime takes one of the connections that an address may open now.
func (d *door) inTime(from string, now time.Time) bool {
	full := float64(d.bounds.Rate)
	r := d.rates[from]
	if r == nil {
		if len(d.rates) >= maxBuckets {
			maps.DeleteFunc(d.rates, func(_ string, r *rate) bool { return now.Sub(r.at) >= time.Second })
		}
		if len(d.rates) >= maxBuckets { // so many in one second: the other bounds have to do
			clear(d.rates)
		}
		r = &rate{left: full}
		d.rates[from] = r
	} else {
		r.left = min(full, r.left+now.Sub(r.at).Seconds()*full)
	}
	r.at = now
	if r.left < 1 {
		return false
	}
	r.left--
	return true
}

func (d *door) countOf(from string) (n int) {
	for _, s := range d.strangers {
		if s.from == from {
			n++
		}
	}
	return n
}

// makeRoom hangs up on the stranger of an address, or if it is empty of that
// with the most of them, who came first, if he was given his time.
func (d *door) makeRoom(from string, now time.Time) bool {
	if from == "" {
		most := 0
		for _, s := range d.strangers { // the first of equals came first
			if n := d.countOf(s.from); n > most {
				from, most = s.from, n
			}
		}
	}
	i := slices.IndexFunc(d.strangers, func(s *stranger) bool { return s.from == from })
	if i < 0 || now.Sub(d.strangers[i].came) < d.patience {
		return false
	}
	d.strangers[i].hangUp()
	d.strangers = slices.Delete(d.strangers, i, i+1)
	d.refused++
	return true
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
			delete(d.paces, operator)
		}
	}), nil
}

// pace is that of an operator who has a session.
func (d *door) pace(operator string) *pace {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.paces[operator] == nil {
		d.paces[operator] = newPace(d.bounds.SessionsOf)
	}
	return d.paces[operator]
}
