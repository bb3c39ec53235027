package simulator

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// Stages are the simulators that sessions of one process let each other see, and
// those of other hosts, where there is an exchange (mirror.go). What is shared is
// what is played and how far, not a picture: each session draws it for itself.
// Its methods may be called by all of them at once, and none waits for another.
// The zero value is that of a process that is alone.
type Stages struct {
	mu    sync.Mutex
	shown map[string]*stage

	exchange Exchange // nil: there are no other hosts
	clock    Clock
	log      *slog.Logger
	host     string // names this process to the others
	most     int    // bytes that it gives them of one play, but for the catalog, which may have as many
	closing  chan struct{}
	mirrors  sync.WaitGroup
}

// Clock is the host's, for what hosts tell each other.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// NewStages makes the stages of a host that is not alone. Close ends them.
func NewStages(x Exchange, clock Clock, log *slog.Logger) *Stages {
	return &Stages{exchange: x, clock: clock, log: log, host: rareName(), most: mostPacked, closing: make(chan struct{})}
}

// rareName gives a name that no other host gives.
func rareName() string { return strconv.FormatUint(rand.Uint64(), 36) }

// mostGuests bounds who looks on at one simulator.
const mostGuests = 16

// stage is one simulator that is shown.
type stage struct {
	owner   seat
	holder  seat
	guests  []seat
	scene   performance
	number  uint64 // 0: another host has not told of it yet
	changed chan struct{}

	mirror *mirror // of other hosts; nil: there are none
	cut    string  // why it may be played otherwise by now on the holder's host; empty: it is not
}

// seat is a session at the simulator.
type seat struct {
	id  uint64
	who string
}

// performance is what is played, and how far: nothing in it is changed afterwards.
type performance struct {
	by     uint64 // whose play it is, and which of his
	play   uint64
	name   string
	events []*journey.Event
	o      replay.PlayerOptions
	eng    *engine.Engine

	head    replay.Position
	playing bool
	speed   int
	since   time.Time // with playing: when the head was there
}

// seen is a stage as one of its sessions is told of it.
type seen struct {
	number uint64
	owner  seat
	holder seat
	guests []seat
	scene  performance
	cut    string
}

var (
	errNoStage   = errors.New("it is not shown any more, or by another server")
	errStageFull = errors.New("too many look on already")
)

// enter gives a session its number, which none has on another host either.
func (s *Stages) enter() uint64 { return rand.Uint64() }

// open begins to show a simulator and returns its code.
func (s *Stages) open(by seat, sc performance) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := rareName()
	t := &stage{owner: by, holder: by, scene: sc, number: 1, changed: make(chan struct{})}
	s.show(code, t, true)
	return code
}

// show takes a stage in, with the lock held; mine is one whose owner is here.
func (s *Stages) show(code string, t *stage, mine bool) {
	if s.shown == nil {
		s.shown = map[string]*stage{}
	}
	s.shown[code] = t
	if s.exchange != nil {
		s.reflect(code, t, mine)
	}
}

// change makes the next state of a stage, with the lock held.
func (t *stage) change() {
	t.number++
	close(t.changed)
	t.changed = make(chan struct{})
	t.mirror.turn()
}

// moved says that somebody came or went, with the lock held: that is no state of
// a stage that another host has not told of.
func (t *stage) moved() {
	if t.number > 0 {
		t.change()
	} else {
		t.mirror.turn()
	}
}

// join lets a session look on at what an operator shows.
func (s *Stages) join(code, owner string, by seat) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.shown[code]
	if t == nil && s.exchange != nil && code != "" {
		there := seat{0, owner} // who it is in truth, the other host tells
		t = &stage{owner: there, holder: there, changed: make(chan struct{})}
		s.show(code, t, false)
	}
	switch {
	case t == nil || t.owner.who != owner || t.owner.id == by.id:
		return errNoStage
	case len(t.guests) >= mostGuests:
		return errStageFull
	}
	t.guests = append(slices.Clone(t.guests), by)
	if t.mirror != nil {
		t.mirror.here[by.id] = by
	}
	t.moved()
	return nil
}

// leave takes a session off a stage; with its owner it ends.
func (s *Stages) leave(code string, id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.shown[code]
	if t == nil {
		return
	}
	if t.mirror != nil {
		delete(t.mirror.here, id)
	}
	if t.owner.id == id || t.mirror.deserted() {
		delete(s.shown, code)
		t.change()
		t.mirror.end()
		return
	}
	t.guests = slices.DeleteFunc(slices.Clone(t.guests), func(g seat) bool { return g.id == id })
	if t.holder.id == id && t.mirror.decides() {
		t.holder = t.owner
	}
	t.moved()
}

// hand gives the keys to a session that is there; only the owner does.
func (s *Stages) hand(code string, by, to uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.shown[code]
	if t == nil || t.owner.id != by {
		return
	}
	for _, g := range append([]seat{t.owner}, t.guests...) {
		if g.id == to && t.holder.id != to {
			t.holder = g
			t.change()
		}
	}
}

// put shows what is played now, if the session has the keys.
func (s *Stages) put(code string, by uint64, sc performance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.shown[code]; t != nil && t.holder.id == by {
		t.scene = sc
		t.change()
	}
}

// next waits for a state behind a number.
func (s *Stages) next(ctx context.Context, code string, after uint64) (seen, error) {
	for {
		s.mu.Lock()
		t := s.shown[code]
		if t == nil {
			s.mu.Unlock()
			return seen{}, errNoStage
		}
		now, changed := seen{t.number, t.owner, t.holder, t.guests, t.scene, t.cut}, t.changed
		if t.mirror.holdsHere() {
			now.cut = ""
		}
		s.mu.Unlock()
		if now.number > after {
			return now, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return seen{}, ctx.Err()
		}
	}
}
