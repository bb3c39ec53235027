package simulator

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// Stages are the simulators that sessions of one process let each other see. What
// is shared is what is played and how far, not a picture: each session draws it
// for itself. Its methods may be called by all of them at once, and none waits
// for another.
type Stages struct {
	mu    sync.Mutex
	seats uint64
	codes uint64
	shown map[string]*stage
}

// mostGuests bounds who looks on at one simulator.
const mostGuests = 16

// stage is one simulator that is shown.
type stage struct {
	owner   seat
	holder  seat
	guests  []seat
	scene   performance
	number  uint64
	changed chan struct{}
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
}

var (
	errNoStage   = errors.New("it is not shown any more, or by another server")
	errStageFull = errors.New("too many look on already")
)

// enter gives a session its number.
func (s *Stages) enter() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seats++
	return s.seats
}

// open begins to show a simulator and returns its code.
func (s *Stages) open(by seat, sc performance) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown == nil {
		s.shown = map[string]*stage{}
	}
	s.codes++
	code := strconv.FormatUint(s.codes, 36)
	s.shown[code] = &stage{owner: by, holder: by, scene: sc, number: 1, changed: make(chan struct{})}
	return code
}

// change makes the next state of a stage, with the lock held.
func (t *stage) change() {
	t.number++
	close(t.changed)
	t.changed = make(chan struct{})
}

// join lets a session look on at what an operator shows.
func (s *Stages) join(code, owner string, by seat) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.shown[code]
	switch {
	case t == nil || t.owner.who != owner || t.owner.id == by.id:
		return errNoStage
	case len(t.guests) >= mostGuests:
		return errStageFull
	}
	t.guests = append(slices.Clone(t.guests), by)
	t.change()
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
	if t.owner.id == id {
		delete(s.shown, code)
		t.change()
		return
	}
	t.guests = slices.DeleteFunc(slices.Clone(t.guests), func(g seat) bool { return g.id == id })
	if t.holder.id == id {
		t.holder = t.owner
	}
	t.change()
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
		now, changed := seen{t.number, t.owner, t.holder, t.guests, t.scene}, t.changed
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
