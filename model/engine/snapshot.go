package engine

import (
	"maps"
	"slices"

	"beckon/model"
	"beckon/model/journey"
)

// Snapshot is where a run stands, kept in memory to go on from later: the
// account of every engagement included and, where it was asked for, the trace
// of the last evaluation, both of which a parked visitor lacks. It never changes, and any run of the same
// engine and options may go on from it.
type Snapshot struct {
	e *Engine

	visitor, visit string
	cut            journey.VisitCut
	f              facts
	events, displ  int
	evaluations    int

	site        bool
	controlSeed uint64

	dirty    factGroup
	cur      []row // rows of the run's own are nil here and in own
	own      []row
	interval []int

	slot       *slot
	audienceOK bool

	screen    []shown
	taken     []int32
	drawn     []int32
	displays  [2]int
	declined  [2]bool
	justShown []int32

	agents []model.Availability

	exposedL []int32
	clicked  campaignSet
	goalMet  campaignSet
	seenIDs  map[string]struct{}

	rows []uint64 // of keptRows, one after the other

	evaluated      Evaluation
	evaluatedAt    journey.Instant
	haveEval       bool
	traced         bool
	resumed        bool
	rowsOK         bool
	displaysBefore [2]int

	nextEval   journey.Instant
	nextEvalTo journey.Instant
	horizon    journey.Instant
	nextEvalOK bool
}

// keptRows are the run's sets of engagements that outlast a call.
func (r *Run) keptRows() []row {
	rows := []row{r.control, r.asked, r.inAudience, r.eligible, r.prospects, r.candidates, r.closed,
		r.controlled, r.lockedBefore}
	if r.o.Outcomes {
		rows = append(rows, r.reach[:]...)
	}
	return rows
}

// Save returns where the run stands between two calls. Without the trace of the
// last evaluation it takes less room; of it the gates remain.
func (r *Run) Save(trace bool) *Snapshot {
	r.work()
	r.openSlots()
	r.saved = true
	s := &Snapshot{e: r.e, visitor: r.visitor, visit: r.visit, cut: r.cut, f: r.f, events: r.events, displ: r.displ, evaluations: r.evaluations,
		site: r.site, controlSeed: r.controlSeed, dirty: r.dirty, interval: slices.Clone(r.interval), slot: r.slot, audienceOK: r.audienceOK,
		screen: slices.Clone(r.screen), taken: slices.Clone(r.taken), drawn: slices.Clone(r.drawn), displays: r.displays, declined: r.declined, justShown: slices.Clone(r.justShown),
		agents: slices.Clone(r.agents), exposedL: slices.Clone(r.exposedL), clicked: slices.Clone(r.clicked), goalMet: slices.Clone(r.goalMet),
		seenIDs: maps.Clone(r.seenIDs), evaluatedAt: r.evaluatedAt, haveEval: r.haveEval, traced: r.traced && trace, resumed: r.resumed, rowsOK: r.rowsOK,
		displaysBefore: r.displaysBefore, nextEval: r.nextEval, nextEvalTo: r.nextEvalTo, horizon: r.horizon, nextEvalOK: r.nextEvalOK}
	s.f.copyLists(&facts{}, &r.f)
	s.f.view = nil // is the run's own
	s.cur, s.own = slices.Clone(r.cur), make([]row, len(r.own))
	for d, own := range r.own {
		// All other rows are shared and never change.
		if len(own) > 0 && len(r.cur[d]) > 0 && &own[0] == &r.cur[d][0] {
			s.cur[d], s.own[d] = nil, slices.Clone(own)
		}
	}
	for _, x := range r.keptRows() {
		s.rows = append(s.rows, x...)
	}
	if s.traced {
		s.evaluated = r.evaluated
		s.evaluated.Decisions, s.evaluated.Draws = slices.Clone(r.evaluated.Decisions), slices.Clone(r.evaluated.Draws)
	}
	return s
}

// Restore makes the run stand where another one of the same engine and options
// stood, and reports whether it could.
func (r *Run) Restore(s *Snapshot) bool {
	if s == nil || s.e != r.e || len(s.rows) != len(r.keptRows())*r.e.words {
		return false
	}
	r.Reset(s.visitor)
	r.fresh = false
	r.visit, r.cut, r.events, r.displ, r.evaluations = s.visit, s.cut, s.events, s.displ, s.evaluations
	r.site, r.controlSeed = s.site, s.controlSeed
	own := r.f
	r.f = s.f
	r.f.copyLists(&own, &s.f)
	if r.f.page != nil {
		r.f.view = r.pageEntry(r.f.page)
	}
	r.dirty, r.slot, r.audienceOK = s.dirty, s.slot, s.audienceOK
	copy(r.interval, s.interval)
	for d := range r.cur {
		if r.cur[d] = s.cur[d]; s.own[d] != nil {
			r.cur[d] = r.mine(int32(d))
			copy(r.cur[d], s.own[d])
		}
	}
	r.screen, r.justShown = append(r.screen[:0], s.screen...), append(r.justShown[:0], s.justShown...)
	r.drawn = append(r.drawn[:0], s.drawn...)
	for _, z := range s.taken {
		r.lock(z)
	}
	r.displays, r.declined = s.displays, s.declined
	copy(r.agents, s.agents)
	r.availability()
	r.exposedL = append(r.exposedL[:0], s.exposedL...)
	for _, c := range r.exposedL {
		r.exposed[c] = true
	}
	r.clicked, r.goalMet = append(r.clicked[:0], s.clicked...), append(r.goalMet[:0], s.goalMet...)
	maps.Copy(r.seenIDs, s.seenIDs)
	rows := s.rows
	for _, x := range r.keptRows() {
		copy(x, rows)
		rows = rows[len(x):]
	}
	if s.traced {
		r.evaluated.At, r.evaluated.Cause = s.evaluated.At, s.evaluated.Cause
		r.evaluated.Decisions = append(r.evaluated.Decisions[:0], s.evaluated.Decisions...)
		r.evaluated.Draws = append(r.evaluated.Draws[:0], s.evaluated.Draws...)
	}
	r.evaluatedAt, r.haveEval, r.traced, r.resumed, r.rowsOK = s.evaluatedAt, s.haveEval, s.traced, s.resumed, s.rowsOK
	r.displaysBefore, r.nextEval, r.nextEvalTo, r.horizon, r.nextEvalOK = s.displaysBefore, s.nextEval, s.nextEvalTo, s.horizon, s.nextEvalOK
	r.placeOK, r.stopsOK, r.lazy = false, false, false
	r.manySlots, r.entered = true, 1<<GateCount-1
	return true
}

// copyLists makes the facts' lists copies of another's, in the room of a
// third's.
func (f *facts) copyLists(room, from *facts) {
	f.attrs = maps.Clone(from.attrs)
	f.geoKeys = append(room.geoKeys[:0], from.geoKeys...)
	f.products = append(room.products[:0], from.products...)
	f.views = append(room.views[:0], from.views...)
	f.purchased = append(room.purchased[:0], from.purchased...)
	f.errors = append(room.errors[:0], from.errors...)
	f.searches = append(room.searches[:0], from.searches...)
	f.services = append(room.services[:0], from.services...)
	f.signals = append(room.signals[:0], from.signals...)
	f.visited = append(room.visited[:0], from.visited...)
	f.spent = append(room.spent[:0], from.spent...)
	f.flows = append(room.flows[:0], from.flows...)
	f.engaged = append(room.engaged[:0], from.engaged...)
}

// Evaluations returns how many evaluations there were since the run's Reset.
func (r *Run) Evaluations() int { return r.evaluations }

// TraceAfter leaves the first n evaluations since the run's Reset without a
// trace, for those who know which one they want it of; otherwise SetTrace
// decides.
func (r *Run) TraceAfter(n int) { r.traceAfter = n }
