package replay

import (
	"slices"
	"sort"

	"beckon/model/engine"
	"beckon/model/journey"
)

// scan is what a player knows of its journey from going through it once: the
// timeline, when there were evaluations, and here and there where everything
// stood, to go on from.
type scan struct {
	p     *Player
	drive *drive // nil until the scan goes on

	events int // that it went through
	over   bool
	open   bool // a visit is

	marks  []Mark          // as they were noticed
	sorted []Mark          // as they were due, once the scan is over
	evals  []Position      // of every evaluation
	gates  []engine.Gate   // of the visit's last evaluation, nil before the first
	at     journey.Instant // of the event that happens

	points []checkpoint
	every  int // evaluations between checkpoints
}

// checkpoint is where everything stood right after an event.
type checkpoint struct {
	events int // that had happened
	evals  int
	marks  int
	open   bool
	gates  []engine.Gate
	run    *engine.Snapshot
	drive  driveState
}

// Checkpoints lie pointEvery evaluations apart at first; where there would be
// more than mostPoints, every second is dropped, so that a long journey takes
// no more room than a short one.
const (
	pointEvery = 32
	mostPoints = 256
)

// inherit takes over what another scan knows of the first same events.
func (s *scan) inherit(from *scan, same int) {
	n := sort.Search(len(from.points), func(i int) bool { return from.points[i].events > same })
	if n == 0 {
		return
	}
	c := from.points[n-1]
	s.points, s.every = slices.Clip(from.points[:n]), from.every
	s.marks, s.evals = slices.Clip(from.marks[:c.marks]), slices.Clip(from.evals[:c.evals])
	s.events, s.open, s.gates = c.events, c.open, slices.Clone(c.gates)
}

// on goes through up to so many events more, then what is due after the last,
// and reports whether that is all.
func (s *scan) on(events int) bool {
	if s.over {
		return true
	}
	p := s.p
	if s.drive == nil {
		s.drive = p.newDrive(true, s.record)
		if n := len(s.points); n > 0 && s.points[n-1].events == s.events {
			s.points[n-1].enter(s.drive)
		} else {
			s.events, s.marks, s.evals, s.points = 0, s.marks[:0], s.evals[:0], nil
			s.drive.begin(p.o.Visitor)
		}
	}
	for ; events > 0 && s.events < len(p.events); events-- {
		ev := p.events[s.events]
		s.drive.before(ev)
		s.events++
		s.at = ev.At
		s.marks = append(s.marks, Mark{Kind: MarkEvent, Position: Position{ev.At, s.events}, Event: ev, Engagement: -1, Campaign: -1})
		s.drive.event(ev)
		s.keep()
	}
	if events <= 0 || s.events < len(p.events) {
		return false
	}
	s.drive.end()
	s.over, s.drive = true, nil
	s.sorted = s.marks
	byPosition := func(a, b Mark) int {
		switch {
		case a.Position.Before(b.Position):
			return -1
		case b.Position.Before(a.Position):
			return 1
		}
		return 0
	}
	// A visit that ends by its idle limit is noticed at the next event only.
	if !slices.IsSortedFunc(s.marks, byPosition) {
		s.sorted = slices.Clone(s.marks)
		slices.SortStableFunc(s.sorted, byPosition)
	}
	return true
}

// keep makes a checkpoint, if the last one is far enough.
func (s *scan) keep() {
	last := 0
	if n := len(s.points); n > 0 {
		last = s.points[n-1].evals
	}
	if len(s.evals)-last < s.every {
		return
	}
	s.points = append(s.points, checkpoint{events: s.events, evals: len(s.evals), marks: len(s.marks), open: s.open, gates: slices.Clone(s.gates),
		run: s.drive.run.Save(false), drive: s.drive.save()})
	if len(s.points) <= mostPoints {
		return
	}
	// A scan that shares them is not to see them change.
	kept := make([]checkpoint, 0, mostPoints)
	for i := 1; i < len(s.points); i += 2 {
		kept = append(kept, s.points[i])
	}
	s.points = kept
	s.every *= 2
}

// enter has a drive stand where the checkpoint was made.
func (c *checkpoint) enter(d *drive) {
	d.run.Restore(c.run)
	d.restore(c.drive)
}

// point returns the last checkpoint from which a replay comes to a position
// and to the evaluation that was the last one there; nil is the start.
func (s *scan) point(events, evals int) *checkpoint {
	n := sort.Search(len(s.points), func(i int) bool { return s.points[i].events > events || s.points[i].evals >= max(evals, 1) })
	if n == 0 {
		return nil
	}
	return &s.points[n-1]
}

// evaluated returns how many evaluations there were up to a position. The scan
// must have come beyond it.
func (s *scan) evaluated(at Position) int {
	return sort.Search(len(s.evals), func(i int) bool { return at.Before(s.evals[i]) })
}

// record notes what the engine did.
func (s *scan) record(r *engine.Record) {
	add := func(k MarkKind) *Mark {
		n := s.events
		if n > 0 && r.At < s.at { // noticed at an event, but due before it
			n--
		}
		s.marks = append(s.marks, Mark{Kind: k, Position: Position{r.At, n}, Event: r.Event, Engagement: r.Engagement, Campaign: r.Campaign, OpenPage: r.OpenPage})
		return &s.marks[len(s.marks)-1]
	}
	switch r.Kind {
	case engine.VisitStarted:
		s.open, s.gates = true, s.gates[:0]
		add(MarkVisit)
	case engine.VisitEnded:
		s.open = false
		add(MarkVisitEnd)
	case engine.Displayed:
		add(MarkDisplay)
	case engine.Followed:
		add(MarkFollow)
	case engine.TimedOut:
		add(MarkTimeout)
	case engine.Answered:
		if r.Action == journey.Accept {
			add(MarkAccept)
		} else {
			add(MarkDecline)
		}
	case engine.GoalReached:
		switch {
		case r.Goal.Duplicate:
			add(MarkDuplicate)
		case !r.Goal.Repeated:
			add(MarkGoal)
		}
	case engine.Evaluated:
		s.evals = append(s.evals, Position{r.At, s.events})
		first, changed := len(s.gates) == 0, 0
		for i, d := range r.Evaluation.Decisions {
			if first {
				s.gates = append(s.gates, d.Gate)
			} else if s.gates[i] != d.Gate {
				s.gates[i] = d.Gate
				changed++
			}
		}
		if changed > 0 {
			add(MarkChange).Changed = changed
		}
	}
}
