package replay

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// Player is one visitor's journey, to be looked at from any instant. It holds
// no position and no clock: whoever plays it says where he is. Whatever is
// asked of it is answered by a replay, on from where the last one came to or
// from a checkpoint of its first pass over the journey; what is shown is
// exactly what a replay from the start shows. Its journey never changes; what
// the operator does as the visitor gives a further player, which knows from the
// one before what comes before the change.
//
// A player is for one goroutine.
type Player struct {
	eng    *engine.Engine
	o      PlayerOptions
	events []*journey.Event
	moved  model.Duration // from where the journey was first, by Shift

	scan  *scan
	lanes keptLanes

	drive *drive   // nil until something is looked at
	at    Position // where it stands, if it is ready
	ready bool
	open  bool // a visit is
}

// PlayerOptions of a player. The zero value replays as a bulk run does.
type PlayerOptions struct {
	Seed   uint64
	Policy Policy
	// Control decides membership in control groups; nil is by hash.
	Control *engine.Control
	// Visitor and Start are those of a journey that has no event yet.
	Visitor string
	Start   journey.Instant
}

// Position is a place in a journey: an instant, and how many of its events
// have happened. It tells apart events of one instant.
type Position struct {
	At     journey.Instant
	Events int
}

// Before reports whether the position comes before another.
func (p Position) Before(q Position) bool {
	return p.At < q.At || p.At == q.At && p.Events < q.Events
}

// MarkKind is what a mark on the timeline tells.
type MarkKind uint8

// The kinds of marks.
const (
	MarkEvent     MarkKind = iota // an event of the journey
	MarkVisit                     // a visit started
	MarkVisitEnd                  // a visit ended
	MarkDisplay                   // an engagement was displayed
	MarkFollow                    // a displayed engagement was shown again on a next page
	MarkAccept                    // the visitor accepted
	MarkDecline                   // the visitor declined
	MarkTimeout                   // a display ended by its duration
	MarkGoal                      // a campaign's goal was reached
	MarkDuplicate                 // a goal's event was left out as a duplicate
	MarkChange                    // an evaluation changed the gate of some engagements
)

// Decides reports whether the mark tells of a decision, and not only of the
// journey.
func (k MarkKind) Decides() bool { return k > MarkVisitEnd }

// Mark is one thing on the timeline.
type Mark struct {
	Kind MarkKind
	Position
	Event      *journey.Event // of MarkEvent, and what caused the others; nil for a tick
	Engagement int            // its index, or -1
	Campaign   int            // its index, or -1
	Changed    int            // engagements whose gate changed, for MarkChange
	OpenPage   bool
}

// Frame is a journey at one position.
type Frame struct {
	Position
	// State of the visit and the screen.
	State engine.State
	// Decisions by engagement as they stand now: of the last evaluation, nil
	// before the first of the visit; what was shown then and is off the screen
	// since is zone-locked. They stay when the visit has ended.
	Decisions []engine.Decision
	// Over says that nothing more comes: the last visit has ended.
	Over bool
}

// ErrJourney is wrapped by [NewPlayer] for events that are not one journey.
var ErrJourney = errors.New("not one visitor's journey in order")

// NewPlayer returns a player of a visitor's events in order; there may be
// none.
func NewPlayer(eng *engine.Engine, events []*journey.Event, o PlayerOptions) (*Player, error) {
	for i, ev := range events {
		if i > 0 && (ev.Visitor != events[0].Visitor || ev.At < events[i-1].At) {
			return nil, fmt.Errorf("event %d: %w", i+1, ErrJourney)
		}
	}
	if len(events) > 0 {
		o.Visitor, o.Start = events[0].Visitor, events[0].At
	}
	if o.Visitor == "" {
		o.Visitor = "v-1"
	}
	return newPlayerOf(eng, slices.Clip(slices.Clone(events)), o), nil
}

// newPlayerOf returns a player of events that are one journey, and are its own.
func newPlayerOf(eng *engine.Engine, events []*journey.Event, o PlayerOptions) *Player {
	p := &Player{eng: eng, o: o, events: events}
	p.scan = &scan{p: p, every: pointEvery}
	return p
}

// newDrive returns a drive of the player's options, of whose trace gates alone
// may be all that is wanted.
func (p *Player) newDrive(gatesOnly bool, each func(*engine.Record)) *drive {
	o := engine.Options{Seed: p.o.Seed, Trace: true, GatesOnly: gatesOnly, Outcomes: true, Control: p.o.Control}
	return newDrive(p.eng, o, p.o.Policy, each)
}

// Engine returns the player's engine.
func (p *Player) Engine() *engine.Engine { return p.eng }

// Options returns the player's options, the visitor and the start filled in.
func (p *Player) Options() PlayerOptions { return p.o }

// Events returns the journey; read-only.
func (p *Player) Events() []*journey.Event { return p.events }

// Start is the position before everything.
func (p *Player) Start() Position { return Position{At: p.o.Start} }

// End is the position at which nothing more comes: the last visit has ended.
func (p *Player) End() Position {
	if marks := p.Marks(); len(marks) > 0 {
		return Position{max(marks[len(marks)-1].At, p.o.Start), len(p.events)}
	}
	return p.Start()
}

// Seek returns the position at an instant, its events done.
func (p *Player) Seek(at journey.Instant) Position {
	n := sort.Search(len(p.events), func(i int) bool { return p.events[i].At > at })
	return Position{max(at, p.o.Start), n}
}

// SeekDisplay returns the position at an instant at which an engagement was
// displayed: events of the instant that come after the display are not done,
// which would be looked at next and say something else. Where it was not
// displayed then, it is [Player.Seek].
func (p *Player) SeekDisplay(at journey.Instant, engagement int) Position {
	marks := p.Marks()
	first := sort.Search(len(marks), func(i int) bool { return marks[i].At >= at })
	for _, m := range marks[first:] {
		if m.At > at {
			break
		}
		if m.Kind == MarkDisplay && m.Engagement == engagement {
			return m.Position
		}
	}
	return p.Seek(at)
}

// NextEvent returns the position after the next event; false if there is none.
func (p *Player) NextEvent(at Position) (Position, bool) {
	if at.Events >= len(p.events) {
		return at, false
	}
	return Position{p.events[at.Events].At, at.Events + 1}, true
}

// PrevEvent returns the position after the event before: the last one that
// happened if time has gone by since, else the one before it, else the start.
func (p *Player) PrevEvent(at Position) (Position, bool) {
	n := min(at.Events, len(p.events))
	if n > 0 && at.At <= p.events[n-1].At {
		n--
	}
	if n == 0 {
		return p.Start(), p.Start().Before(at)
	}
	return Position{p.events[n-1].At, n}, true
}

// Next returns the first mark after a position that a caller wants, and Prev
// the last one before it; false if there is none.
func (p *Player) Next(at Position, want func(*Mark) bool) (Mark, bool) {
	marks := p.Marks()
	for i := range marks {
		if at.Before(marks[i].Position) && want(&marks[i]) {
			return marks[i], true
		}
	}
	return Mark{}, false
}

// Prev is described at Next.
func (p *Player) Prev(at Position, want func(*Mark) bool) (Mark, bool) {
	marks := p.Marks()
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i].Position.Before(at) && want(&marks[i]) {
			return marks[i], true
		}
	}
	return Mark{}, false
}

// NextDecision returns the position of the next decision: something was
// displayed, answered or reached, or a gate changed.
func (p *Player) NextDecision(at Position) (Position, bool) {
	m, ok := p.Next(at, func(m *Mark) bool { return m.Kind.Decides() })
	return m.Position, ok
}

// PrevDecision returns the position of the decision before.
func (p *Player) PrevDecision(at Position) (Position, bool) {
	m, ok := p.Prev(at, func(m *Mark) bool { return m.Kind.Decides() })
	return m.Position, ok
}

// Marks returns everything on the timeline in order; read-only. It goes through
// the whole journey, unless [Player.Prepare] did.
func (p *Player) Marks() []Mark {
	p.scan.on(len(p.events) + 1)
	return p.scan.sorted
}

// Prepare goes through up to so many further events of the journey, so that it
// is looked at from anywhere within a frame, and reports whether it came to its
// end. Whoever opens a long journey prepares it in slices before showing it;
// what was not prepared is when it is first asked for.
func (p *Player) Prepare(events int) bool { return p.scan.on(max(events, 1)) }

// Prepared returns how many events of the journey were gone through.
func (p *Player) Prepared() int { return p.scan.events }

// At replays the journey up to a position.
func (p *Player) At(at Position) Frame {
	p.replay(at)
	return Frame{Position: p.at, State: p.drive.run.State(), Decisions: p.drive.decisions(),
		Over: p.at.Events == len(p.events) && p.at.Events > 0 && !p.open}
}

// Explain returns the whole trace of an engagement at a position; false if the
// visit was not evaluated yet.
func (p *Player) Explain(at Position, engagement int) (engine.Explanation, bool) {
	p.replay(at)
	if engagement < 0 || engagement >= len(p.drive.run.Decisions()) {
		return engine.Explanation{}, false
	}
	return p.drive.explain(engagement), true
}

// ExplainAt is [Player.Explain] as of the instant of the position, whenever the
// visit was evaluated last: for two players of one journey, set side by side.
func (p *Player) ExplainAt(at Position, engagement int) (engine.Explanation, bool) {
	p.replay(at)
	if engagement < 0 || engagement >= len(p.drive.run.Decisions()) {
		return engine.Explanation{}, false
	}
	return p.drive.explained(p.drive.run.ExplainAt(engagement, p.at.At)), true
}

// replay takes the drive to a position: on from where it stands, or from the
// last checkpoint before, whichever is nearer. Only the last evaluation before
// the position is traced.
func (p *Player) replay(at Position) {
	at = p.clamp(at)
	if p.ready && p.at == at {
		return
	}
	if n := at.Events + 1 - p.scan.events; n > 0 {
		p.scan.on(n)
	}
	evals := p.scan.evaluated(at)
	point := p.scan.point(at.Events, evals)
	if p.drive == nil {
		p.drive = p.newDrive(false, p.follow)
	}
	d := p.drive
	switch {
	case p.ready && !at.Before(p.at) && at.Events >= p.at.Events && (point == nil || point.events <= p.at.Events):
	case point != nil:
		point.enter(d)
		p.at, p.open = Position{p.events[point.events-1].At, point.events}, point.open
	default:
		p.at, p.open = p.Start(), false
		d.begin(p.o.Visitor)
	}
	d.run.TraceAfter(evals - 1)
	for _, ev := range p.events[p.at.Events:at.Events] {
		d.event(ev)
	}
	d.until(at.At, p.events[at.Events:])
	p.at, p.ready = at, true
}

// follow notes whether a visit is open.
func (p *Player) follow(r *engine.Record) {
	switch r.Kind {
	case engine.VisitStarted:
		p.open = true
	case engine.VisitEnded:
		p.open = false
	}
}

// clamp returns the position that there is: no later than the next event, no
// earlier than the last.
func (p *Player) clamp(at Position) Position {
	at.Events = max(0, min(at.Events, len(p.events)))
	at.At = max(at.At, p.o.Start)
	if at.Events > 0 {
		at.At = max(at.At, p.events[at.Events-1].At)
	}
	if at.Events < len(p.events) {
		at.At = min(at.At, p.events[at.Events].At)
	}
	return at
}
