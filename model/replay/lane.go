package replay

import (
	"context"
	"math"
	"slices"
	"sort"
	"sync"

	"beckon/model/engine"
	"beckon/model/journey"
)

// Lanes say of every engagement at which gate it stood at every instant of a
// journey. They are made in one pass and never change; any goroutine may read
// them.
type Lanes struct {
	moments []Position // at which some engagement's standing changed
	turns   [][]turn   // by engagement, in order of moments
}

// Standing is where an engagement stands at an instant of a journey.
type Standing struct {
	// Open says that a visit is open and was evaluated; without it there is no
	// gate.
	Open bool
	// OnScreen says that it is on the visitor's screen. Then its gate is
	// [engine.Shown], whatever a later evaluation said of showing it anew.
	OnScreen bool
	Gate     engine.Gate
}

// Stay is a stretch of a journey over which a standing lasts, up to the next
// one's beginning.
type Stay struct {
	From Position
	Standing
}

// turn is a change of a standing: the moment, and in the lowest byte the
// standing, packed. Large catalogs turn often, so it is small.
type turn uint32

const (
	turnOpen     = 1 << 7
	turnOnScreen = 1 << 6
	turnGate     = turnOnScreen - 1
	// mostMoments bounds what is recorded: beyond, standings stay as they are.
	mostMoments = 1 << 24
)

func pack(s Standing) uint8 {
	if !s.Open {
		return 0
	}
	if s.OnScreen {
		return turnOpen | turnOnScreen | uint8(engine.Shown)
	}
	return turnOpen | uint8(s.Gate)
}

func (t turn) standing() Standing {
	return Standing{Open: t&turnOpen != 0, OnScreen: t&turnOnScreen != 0, Gate: engine.Gate(t & turnGate)}
}

// keptLanes are a player's lanes once they were made.
type keptLanes struct {
	mu   sync.Mutex // held while they are made
	made *Lanes
}

// Lanes replays the journey once and returns every engagement's standings. It
// moves nothing in the player, and may be called beside its other methods.
func (p *Player) Lanes() *Lanes {
	lanes, _ := p.LanesWithin(context.Background())
	return lanes
}

// LanesWithin returns what Lanes does, or the error of ctx where that ends
// while they are made: then nothing of them is kept.
func (p *Player) LanesWithin(ctx context.Context) (*Lanes, error) {
	p.lanes.mu.Lock()
	defer p.lanes.mu.Unlock()
	if p.lanes.made != nil {
		return p.lanes.made, nil
	}
	made, err := p.makeLanes(ctx)
	if err != nil {
		return nil, err
	}
	p.lanes.made = made
	return made, nil
}

// gatesApart is how many gates are gone through between two looks at whether
// anybody waits still: some milliseconds.
const gatesApart = 1 << 16

func (p *Player) makeLanes(ctx context.Context) (*Lanes, error) {
	r := &laneRecorder{lanes: &Lanes{turns: make([][]turn, len(p.eng.Engagements()))}, standing: make([]uint8, len(p.eng.Engagements()))}
	d := p.newDrive(true, r.take)
	d.begin(p.o.Visitor)
	apart := max(1, gatesApart/max(1, len(p.eng.Engagements())))
	for i, ev := range p.events {
		if i%apart == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		r.due(d, ev)
		r.events, r.event = i+1, ev.At
		d.take(d.run.Step(ev))
		d.cut = d.cut.Take(d.rule, ev)
		r.look(d.run)
	}
	r.due(d, nil)
	r.events, r.event = len(p.events)+1, math.MaxInt64 // before an event that never comes
	d.take(d.run.End())
	r.look(d.run)
	for i := range r.lanes.turns {
		r.lanes.turns[i] = slices.Clip(r.lanes.turns[i])
	}
	return r.lanes, nil
}

// laneRecorder makes lanes of what a drive tells.
type laneRecorder struct {
	lanes    *Lanes
	standing []uint8 // by engagement, packed
	decided  []engine.Decision
	screen   []engine.OnScreen
	seen     []int // engagements on the screen when it was last looked at

	at     Position        // of the last record
	events int             // that have happened
	event  journey.Instant // instant of the last of them
	told   bool            // something was, since the screen was last looked at
}

// due does what is due before an event, or, without one, before the end.
func (r *laneRecorder) due(d *drive, ev *journey.Event) {
	for {
		records, ok := d.run.Before(ev)
		if !ok {
			return
		}
		d.take(records)
		r.look(d.run)
	}
}

func (r *laneRecorder) take(rec *engine.Record) {
	at := Position{rec.At, r.events}
	early := rec.At < r.event // noticed at an event, but due before it
	if at.Events > 0 && early {
		at.Events--
	}
	if rec.Kind == engine.VisitEnded && early { // of itself: at its last instant it is open still
		at.At++
	}
	if at.Before(r.at) {
		at = r.at
	}
	r.at, r.told = at, true
	switch rec.Kind {
	case engine.VisitStarted, engine.VisitEnded:
		r.decided, r.seen = nil, r.seen[:0]
		for i := range r.standing {
			r.turn(i, Standing{})
		}
	case engine.Evaluated:
		r.decided = append(r.decided[:0], rec.Evaluation.Decisions...)
	}
}

// look compares what is decided and on the screen with what was.
func (r *laneRecorder) look(run *engine.Run) {
	if !r.told {
		return
	}
	r.told = false
	if r.decided == nil {
		return
	}
	r.screen = run.Screen(r.screen[:0])
	r.seen = r.seen[:0]
	for _, x := range r.screen {
		r.seen = append(r.seen, x.Engagement)
	}
	for i := range r.decided {
		s := Standing{Open: true, Gate: r.decided[i].Gate}
		if slices.Contains(r.seen, i) {
			s.OnScreen = true
		} else if s.Gate == engine.Shown { // off the screen since
			s.Gate = engine.ZoneLocked
		}
		r.turn(i, s)
	}
}

// turn notes that an engagement's standing is another one.
func (r *laneRecorder) turn(i int, s Standing) {
	packed := pack(s)
	if r.standing[i] == packed {
		return
	}
	moments := r.lanes.moments
	if n := len(moments); n == 0 || moments[n-1] != r.at {
		if n == mostMoments {
			return
		}
		moments = append(moments, r.at)
		r.lanes.moments = moments
	}
	r.standing[i] = packed
	t := turn(len(moments)-1)<<8 | turn(packed)
	list := r.lanes.turns[i]
	if n := len(list); n > 0 && list[n-1]>>8 == t>>8 { // the moment's last word counts
		list[n-1] = t
		if n > 1 && uint8(list[n-2]) == packed || n == 1 && packed == 0 {
			list = list[:n-1]
		}
		r.lanes.turns[i] = list
		return
	}
	r.lanes.turns[i] = append(list, t)
}

// turns is empty for an engagement that there is not.
func (l *Lanes) turnsOf(engagement int) []turn {
	if engagement < 0 || engagement >= len(l.turns) {
		return nil
	}
	return l.turns[engagement]
}

// At returns an engagement's standing at a position.
func (l *Lanes) At(engagement int, at Position) Standing {
	list := l.turnsOf(engagement)
	i := sort.Search(len(list), func(i int) bool { return at.Before(l.moments[list[i]>>8]) })
	if i == 0 {
		return Standing{}
	}
	return list[i-1].standing()
}

// Stays lists an engagement's standings in order. Before the first it has
// none.
func (l *Lanes) Stays(engagement int) []Stay {
	list := l.turnsOf(engagement)
	out := make([]Stay, len(list))
	for i, t := range list {
		out[i] = Stay{l.moments[t>>8], t.standing()}
	}
	return out
}

// Next returns the first position after another at which an engagement's
// standing changes; false if there is none.
func (l *Lanes) Next(engagement int, at Position) (Position, bool) {
	list := l.turnsOf(engagement)
	i := sort.Search(len(list), func(i int) bool { return at.Before(l.moments[list[i]>>8]) })
	if i == len(list) {
		return at, false
	}
	return l.moments[list[i]>>8], true
}

// Prev returns the last position before another at which an engagement's
// standing changes; false if there is none.
func (l *Lanes) Prev(engagement int, at Position) (Position, bool) {
	list := l.turnsOf(engagement)
	i := sort.Search(len(list), func(i int) bool { return !l.moments[list[i]>>8].Before(at) })
	if i == 0 {
		return at, false
	}
	return l.moments[list[i-1]>>8], true
}
