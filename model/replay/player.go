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
// asked of it is answered by a replay from the start (one that is under way is
// gone on with), so that going back shows exactly what a first look showed. Its journey never changes; what the
// operator does as the visitor gives a further player.
//
// A player is for one goroutine.
type Player struct {
	eng    *engine.Engine
	o      PlayerOptions
	events []*journey.Event
	drive  *drive
	each   func(*engine.Record)

	marks []Mark // nil until asked for
	// evaluates says of each event whether something was evaluated since the
	// event before it; as long as marks.
	evaluates []bool

	at    Position // where the drive stands, if it is ready
	ready bool
	open  bool // a visit is
	short int  // events that are replayed with the trace all the way

	moved model.Duration // from where the journey was first, by Shift
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

// shortWay is how many events are replayed with the trace all the way: fewer
// than it takes to notice.
const shortWay = 64

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
	p := &Player{eng: eng, o: o, events: events, short: shortWay}
	p.drive = newDrive(eng, engine.Options{Seed: o.Seed, Trace: true, Outcomes: true, Control: o.Control}, o.Policy, func(r *engine.Record) { p.each(r) })
	return p
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

// Marks returns everything on the timeline in order; read-only.
func (p *Player) Marks() []Mark {
	if p.marks != nil {
		return p.marks
	}
	p.ready = false
	p.drive.run.SetTrace(true)
	p.evaluates = make([]bool, len(p.events))
	out := make([]Mark, 0, len(p.events)+16)
	events, event := 0, 0
	add := func(k MarkKind, r *engine.Record) *Mark {
		n := events
		if n > 0 && r.At < p.events[n-1].At { // noticed at an event, but due before it
			n--
		}
		out = append(out, Mark{Kind: k, Position: Position{r.At, n}, Event: r.Event, Engagement: r.Engagement, Campaign: r.Campaign, OpenPage: r.OpenPage})
		return &out[len(out)-1]
	}
	var gates []engine.Gate
	p.each = func(r *engine.Record) {
		switch r.Kind {
		case engine.VisitStarted:
			gates = gates[:0]
			add(MarkVisit, r)
		case engine.VisitEnded:
			add(MarkVisitEnd, r)
		case engine.Displayed:
			add(MarkDisplay, r)
		case engine.Followed:
			add(MarkFollow, r)
		case engine.TimedOut:
			add(MarkTimeout, r)
		case engine.Answered:
			if r.Action == journey.Accept {
				add(MarkAccept, r)
			} else {
				add(MarkDecline, r)
			}
		case engine.GoalReached:
			switch {
			case r.Goal.Duplicate:
				add(MarkDuplicate, r)
			case !r.Goal.Repeated:
				add(MarkGoal, r)
			}
		case engine.Evaluated:
			if event < len(p.evaluates) {
				p.evaluates[event] = true
			}
			changed := 0
			first := len(gates) == 0
			for i, d := range r.Evaluation.Decisions {
				if first {
					gates = append(gates, d.Gate)
				} else if gates[i] != d.Gate {
					gates[i] = d.Gate
					changed++
				}
			}
			if changed > 0 {
				add(MarkChange, r).Changed = changed
			}
		}
	}
	p.drive.begin(p.o.Visitor)
	for i, ev := range p.events {
		event = i
		p.drive.before(ev)
		events = i + 1
		out = append(out, Mark{Kind: MarkEvent, Position: Position{ev.At, events}, Event: ev, Engagement: -1, Campaign: -1})
		p.drive.event(ev)
	}
	event = len(p.events)
	p.drive.end()
	// A visit that ends by its idle limit is noticed at the next event only.
	slices.SortStableFunc(out, func(a, b Mark) int {
		switch {
		case a.Position.Before(b.Position):
			return -1
		case b.Position.Before(a.Position):
			return 1
		}
		return 0
	})
	p.marks = out
	return out
}

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

// replay takes the drive to a position: on from where it stands if that comes
// before it, which is the same replay, else from the start.
func (p *Player) replay(at Position) {
	at = p.clamp(at)
	if p.ready && p.at == at {
		return
	}
	anew := !p.ready || at.At < p.at.At || at.Events < p.at.Events
	start := p.at.Events
	if anew {
		start = 0
	}
	from := p.traceFrom(start, at.Events)
	if anew || !p.ready {
		p.at, p.ready, p.open = p.Start(), true, false
		p.each = func(r *engine.Record) {
			switch r.Kind {
			case engine.VisitStarted:
				p.open = true
			case engine.VisitEnded:
				p.open = false
			}
		}
		p.drive.begin(p.o.Visitor)
	}
	// Only the last evaluation's trace is looked at.
	for i, ev := range p.events[p.at.Events:at.Events] {
		p.drive.run.SetTrace(p.at.Events+i >= from)
		p.drive.event(ev)
	}
	p.drive.run.SetTrace(true)
	p.drive.until(at.At, p.events[at.Events:])
	p.at = at
}

// traceFrom returns the event from which on a replay to so many events needs
// the trace: the last one with which something was evaluated. Short ways are
// not worth the look.
func (p *Player) traceFrom(start, events int) int {
	if events-start < p.short {
		return start
	}
	p.Marks()
	for i := events - 1; i >= start; i-- {
		if p.evaluates[i] {
			return i
		}
	}
	return start
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
