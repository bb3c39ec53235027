package engine

import (
	"slices"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// Options of a run.
type Options struct {
	// Seed of every draw and control group.
	Seed uint64
	// Trace makes Evaluated records, with every engagement's decision and the
	// draws. It changes no decision.
	Trace bool
	// GatesOnly leaves out of the trace when gates would open and how draws
	// went, for those who look at many.
	GatesOnly bool
	// Outcomes keeps account of a visit: the furthest gate of every engagement,
	// for VisitEnded, and the goals that control groups reach. Without it only
	// what may be displayed is looked at. It changes no decision.
	Outcomes bool
	// Draws tells with every display which other candidates its draw had; only
	// with Outcomes or Trace. It changes no decision.
	Draws bool
	// ClosePages ends a visit at its last event; otherwise its last page is
	// taken to stay open until the visit's idle limit.
	ClosePages bool
	// Control decides membership in control groups; nil is by hash.
	Control *Control
}

// Run takes one visitor at a time through an engine. It is one worker's: not
// for concurrent use, but used again for any number of visitors, so that what
// it has grown is not made anew.
type Run struct {
	e *Engine
	o Options

	visitor string
	visit   string
	cut     journey.VisitCut
	fresh   bool // there was no visit since Reset
	f       facts
	event   *journey.Event // being taken
	open    bool           // the visit is ending: its last page is taken to be open
	events  int
	recs    []Record
	losers  []int32 // of recs
	displ   int

	// Control groups.
	site        bool
	controlSeed uint64
	asked       row   // engagements that came to the gate of their campaign's group
	askedWords  marks // where that of all of a word is known
	control     row

	// Conditions.
	dirty    factGroup
	cur      []row // by dimension
	own      []row
	memo     []recent[row] // by dimension
	interval []int
	isTrue   []bool
	mixed    []uint64 // by tree: when it was evaluated, and whether it holds
	mixedAt  uint64   // the present instant, of facts as they are
	partSeen []partSeen
	round    uint64
	hits     []int32
	keyBuf   []string
	keys     []*key
	layer    row
	part     row  // of a row
	saved    bool // a snapshot shares its rows
	rows     []row
	waits    []row // the last of both
	both     []row

	slot       *slot
	almanac    almanac
	inAudience row
	audienceOK bool
	inPlace    row // who passes all gates before behavior
	placeOK    bool
	signed     bool // somebody was signed in when they were worked out
	eligible   row  // who passes behavior, but for waiting
	eligibleOK bool
	// Where only deciding is asked they are worked out word by word: which words
	// were, and which may hold somebody: live who is eligible, standing a
	// candidate.
	wordwise                           bool
	audienceKnown, eligibleKnown, live marks
	candidatesKnown, standing          marks
	few                                few
	picked                             []int32
	prospects                          row
	candidates                         row

	// What stops prospects, and when it was worked out.
	stopRows  [8]stopRow
	stopState stopState
	stopsOK   bool
	// Displays, declines, the conversation, agents or what was closed did.
	stopsChanged bool
	unstopped    row // whom no gate stops, but for control group, delay and zone
	pass         row // those of them whose zone is free
	passOK       bool
	closings     int // how often the visitor closed something
	facesMade    int // how often availability was worked out
	// Prospects that account was not yet kept of: whose delay had passed, or not.
	met, delayed row
	pending      bool

	// The screen.
	screen      []shown // in the order of their displays
	followers   []shown
	lockedZones []bool
	taken       []int32 // zones that are locked
	lockedNow   row     // whoever is in them, in narrow catalogs
	drawn       []int32 // those of them by the last evaluation
	closed      row
	displays    [2]int
	declined    [2]bool
	justShown   []int32 // by the last evaluation

	agents []model.Availability // by skill; "" was not told
	faces
	agentsOK bool

	hash      visitHash
	hashOK    bool
	visits    uint64 // that the run has begun, or gone on with
	zoneDraws []zoneDraw

	// Goals.
	exposed    []bool // by campaign
	exposedL   []int32
	clicked    campaignSet
	goalMet    campaignSet
	controlled row // prospects of control groups
	seenIDs    map[string]struct{}
	goalBuf    []int32
	changes    []journey.Instant
	truths     truths

	// reach holds, by gate, those whom an evaluation of the visit stopped there.
	reach     [GateCount]row
	entered   uint32         // gates whose rows may have members
	gone      [GateCount]row // those of the visit before
	visitSlot *slot          // of the visit's first evaluation
	manySlots bool           // there may have been others: the calendar's gates have rows, too
	outcomes  Outcomes
	totals    Totals
	prospect  Set // of campaigns
	heldOut   Set // of campaigns: a prospect in a control group

	evaluations int  // since Reset
	traceAfter  int  // so many of them go without the trace
	tracing     bool // the present evaluation is traced
	evaluated   Evaluation
	evaluatedAt journey.Instant
	haveEval    bool
	traced      bool // the last evaluation was
	lazy        bool // the last evaluation left out the rows of the gates
	resumed     bool // from a parked state; nothing was evaluated since
	rowsOK      bool // the resumed state's rows were worked out
	// As they stood when the gates were passed, before the draws.
	lockedBefore   row
	displaysBefore [2]int

	nextTick   journey.Instant // the first behind the last evaluation, or 0
	nextEval   journey.Instant // 0 is none
	nextEvalTo journey.Instant // up to which it was looked for
	horizon    journey.Instant // how far to look ahead beyond the visit's end
	nextEvalOK bool

	pageCache   recent[*pageEntry]
	key         []byte
	places      []int32
	touched     []int32
	targetRound []uint64
}

// campaignSet holds the few campaigns with which something happened in a visit,
// in order.
type campaignSet []int32

func (s *campaignSet) clear() { *s = (*s)[:0] }

func (s campaignSet) has(c int32) bool {
	_, found := slices.BinarySearch(s, c)
	return found
}

func (s *campaignSet) add(c int32) {
	if i, found := slices.BinarySearch(*s, c); !found {
		*s = slices.Insert(*s, i, c)
	}
}

// shown is an engagement on the screen.
type shown struct {
	bit   int32
	zone  int32
	first journey.Instant // of the chain
	since journey.Instant // on this page
	until journey.Instant // end of its duration, or 0
	pages int             // further pages it follows to
	state model.Availability
}

// NewRun returns a run of the engine. Call Reset before the first event.
func (e *Engine) NewRun(o Options) *Run {
	mk := func() row { return make(row, e.words) }
	r := &Run{e: e, o: o, control: mk(), asked: mk(), inAudience: mk(), inPlace: mk(), eligible: mk(), prospects: mk(), candidates: mk(), layer: mk(), part: mk(), lockedNow: mk(),
		closed: mk(), controlled: mk(), lockedBefore: mk(), unstopped: mk(), pass: mk(),
		audienceKnown: newMarks(e.words), askedWords: newMarks(e.words), eligibleKnown: newMarks(e.words), candidatesKnown: newMarks(e.words), standing: newMarks(e.words), live: newMarks(e.words),
		cur: make([]row, len(e.dimensions)), own: make([]row, len(e.dimensions)), memo: make([]recent[row], len(e.dimensions)), interval: make([]int, len(e.dimensions)),
		isTrue: make([]bool, len(e.leaves)), lockedZones: make([]bool, len(e.zones)), zoneDraws: make([]zoneDraw, len(e.zones)), round: 1,
		agents:  make([]model.Availability, len(e.skills)),
		exposed: make([]bool, len(e.campaigns)),
		seenIDs: make(map[string]struct{}), pageCache: recent[*pageEntry]{bound: e.pagesOf()}, targetRound: make([]uint64, len(e.pages.targets)),
	}
	for d := range r.memo {
		r.memo[d].bound = rememberedRows
	}
	r.few.clocks = make([]clock, len(e.dimensions))
	if e.mixed[phaseAudience] || e.mixed[phaseEntryPoint] || !e.windows.ragged.none() {
		r.mixed = make([]uint64, len(e.nodes))
	}
	most := 0
	for i := range e.dimensions {
		most = max(most, len(e.dimensions[i].parts))
	}
	r.partSeen = make([]partSeen, most)
	r.f.visited, r.f.spent = make(row, (len(e.trackedNodes)+63)/64), make([]model.Duration, len(e.trackedNodes))
	r.f.flows = make([]flowState, len(e.flows))
	if o.Outcomes {
		for g := range r.reach {
			r.reach[g], r.gone[g] = mk(), mk()
		}
		r.met, r.delayed = mk(), mk()
		campaigns := (len(e.campaigns) + 63) / 64
		r.prospect, r.heldOut = make(Set, campaigns), make(Set, campaigns)
	}
	if o.Trace {
		r.evaluated.Decisions = make([]Decision, e.n)
	}
	r.Reset("")
	return r
}

// SetTrace turns the trace on or off from the next evaluation on. A replay that
// wants the trace of one instant need not pay for those before it.
func (r *Run) SetTrace(on bool) {
	r.o.Trace = on
	if on && r.evaluated.Decisions == nil {
		r.evaluated.Decisions = make([]Decision, r.e.n)
	}
}

// Reset begins a visitor's journey. Agents' states are forgotten with the
// visitor before.
func (r *Run) Reset(visitor string) {
	r.visitor, r.visit, r.cut = visitor, "", journey.VisitCut{}
	r.f.now, r.f.counted, r.f.previous = 0, 0, 0
	r.f.resetVisit()
	r.event, r.open, r.resumed = nil, false, false
	r.evaluations = 0
	r.forget()
	r.fresh = true
	r.recs, r.losers = r.recs[:0], r.losers[:0]
	clear(r.agents)
	r.agentsOK = false
	r.screen = r.screen[:0]
	r.nextEvalOK = false
	r.membership()
}

// Now returns the instant the run has come to, 0 before the first event.
func (r *Run) Now() journey.Instant { return r.f.now }

// Step does what is due up to the event's instant and then takes the event. An
// event earlier than the last is taken at the last one's instant.
func (r *Run) Step(ev *journey.Event) []Record {
	r.recs, r.losers = r.recs[:0], r.losers[:0]
	if ev.At < r.f.now {
		late := *ev
		late.At = r.f.now
		return r.step(&late, ev)
	}
	return r.step(ev, ev)
}

// step takes an event; told is what records name as the event.
func (r *Run) step(ev, told *journey.Event) []Record {
	rule := r.e.visitRule
	over := r.cut.Over(rule, ev)
	limit, open := r.limit(ev, over)
	r.until(limit, open)
	if over {
		r.open = open
		r.endVisit(limit)
		r.open = false
	}
	starts := !r.cut.Open && r.cut.Starts(rule, ev)
	if starts {
		r.event = told
		r.startVisit(ev)
	}
	wasOpen := r.cut.Open || starts
	if r.cut.Open && ev.Type != journey.Agents {
		r.cut.Go(ev) // a visit that was over has ended by now
	} else {
		r.cut = r.cut.Take(rule, ev)
	}
	r.f.now = ev.At
	r.event = told
	if wasOpen && ev.Type != journey.Agents {
		r.events++
		r.f.last = ev.At
	}
	r.take(ev, wasOpen)
	r.event = nil
	return r.recs
}

// ends returns when the open visit ends if nothing more comes.
func (r *Run) ends() journey.Instant {
	if r.o.ClosePages {
		return r.cut.Last
	}
	return max(r.cut.End(r.e.visitRule), r.cut.Last)
}

// limit returns the instant up to which things are due before an event, and
// whether they fall on an open page: the visit ends before the event, or, for
// nil, with the journey.
func (r *Run) limit(ev *journey.Event, over bool) (journey.Instant, bool) {
	switch {
	case !r.cut.Open:
		return -1 << 62, false
	case ev == nil:
		return r.ends(), !r.o.ClosePages
	case over:
		return min(r.ends(), max(ev.At, r.f.now)), !r.o.ClosePages
	}
	return ev.At, false
}

// Before does the one next thing that is due before the event, or before the
// journey's end for nil, and reports whether there was one. Step and End do
// the rest.
func (r *Run) Before(ev *journey.Event) ([]Record, bool) { return r.BeforeUntil(ev, forever) }

// BeforeUntil is Before for what is due no later than an instant.
func (r *Run) BeforeUntil(ev *journey.Event, to journey.Instant) ([]Record, bool) {
	r.recs, r.losers = r.recs[:0], r.losers[:0]
	limit, open := r.limit(ev, ev != nil && r.cut.Over(r.e.visitRule, ev))
	r.lookTo(limit)
	defer r.lookTo(0)
	due, ok := r.due(limit)
	if !ok || due > min(limit, to) {
		return nil, false
	}
	r.open = open
	r.fire(due)
	r.open = false
	return r.recs, true
}

// Wait moves to an instant of a visit that goes on beyond it, behind what was
// due until then.
func (r *Run) Wait(to journey.Instant) { r.f.now = max(r.f.now, to) }

// Advance does what is due up to and including an instant, and moves there. A
// visit that reaches its end on the way ends. Whether more will come is not
// known, so that nothing is marked as falling on an open page.
func (r *Run) Advance(to journey.Instant) []Record {
	r.recs, r.losers = r.recs[:0], r.losers[:0]
	if r.cut.Open {
		end := r.ends()
		r.until(min(to, end), false)
		if to > end {
			r.endVisit(end)
		}
	}
	if to > r.f.now {
		r.f.now = to
	}
	return r.recs
}

// End says that the journey is over: the open page runs out and the visit
// ends.
func (r *Run) End() []Record {
	r.recs, r.losers = r.recs[:0], r.losers[:0]
	if r.cut.Open {
		limit, open := r.limit(nil, false)
		r.until(limit, open)
		r.open = open
		r.endVisit(limit)
		r.open = false
	}
	return r.recs
}

// until does everything due up to a limit.
func (r *Run) until(limit journey.Instant, open bool) {
	if r.nothingDue(limit) {
		return
	}
	r.open = open
	r.lookTo(limit)
	for r.cut.Open {
		due, ok := r.due(limit)
		if !ok || due > limit {
			break
		}
		r.fire(due)
	}
	r.lookTo(0)
	r.open = false
}

// nothingDue reports whether nothing can be due up to a limit, which is so before
// most events: no tick has come, and no duration ends.
func (r *Run) nothingDue(limit journey.Instant) bool {
	if limit >= r.nextTick {
		return false
	}
	for i := range r.screen {
		if u := r.screen[i].until; u != 0 && u <= limit {
			return false
		}
	}
	return true
}

// toTick notes the first tick behind the present; 0 where there are none.
func (r *Run) toTick() {
	if r.f.now >= r.nextTick && r.e.every > 0 && r.f.page != nil {
		r.nextTick = r.tick(r.f.now + 1)
	}
}

// lookTo has the calendar looked at beyond the visit's end, for a visit that
// the source says goes on whatever the gap.
func (r *Run) lookTo(limit journey.Instant) {
	if r.horizon != 0 || limit > 0 && limit > r.cut.End(r.e.visitRule) {
		r.horizon, r.nextEvalOK = max(limit, 0), false
	}
}

// due returns the next instant at which a duration ends or an evaluation may
// find something changed, if it is not beyond the limit.
func (r *Run) due(limit journey.Instant) (journey.Instant, bool) {
	if !r.cut.Open || r.f.page == nil {
		return 0, false
	}
	r.lookFor(limit)
	due := r.nextEval
	for i := range r.screen {
		if u := r.screen[i].until; u != 0 && (due == 0 || u < due) {
			due = u
		}
	}
	return due, due != 0
}

// lookFor looks for the next evaluation up to a limit, unless it has.
func (r *Run) lookFor(limit journey.Instant) {
	if !r.nextEvalOK || r.nextEval == 0 && r.nextEvalTo < limit {
		r.nextEval, r.nextEvalTo, r.nextEvalOK = r.nextEvaluation(limit), limit, true
	}
}

// fire does what is due at an instant: durations end first.
func (r *Run) fire(at journey.Instant) {
	r.f.now = max(r.f.now, at)
	kept := r.screen[:0]
	for _, s := range r.screen {
		if s.until != 0 && s.until <= at {
			x := &r.e.byBit[s.bit]
			r.record(TimedOut, int(x.ref), int(x.campaign)).Availability = s.state
			continue
		}
		kept = append(kept, s)
	}
	r.screen = kept
	if r.nextEvalOK && r.nextEval != 0 && r.nextEval <= at {
		r.evaluate(ByTick)
	}
}

// record appends a record, with what all have in common filled in, for the
// caller to add what belongs to its kind.
func (r *Run) record(k RecordKind, engagement, campaign int) *Record {
	n := len(r.recs)
	r.recs = slices.Grow(r.recs, 1)[:n+1]
	x := &r.recs[n]
	*x = Record{} // and then field by field: a whole one would be made elsewhere and copied
	x.Kind, x.At, x.Visitor, x.Visit, x.Event, x.OpenPage = k, r.f.now, r.visitor, r.visit, r.event, r.open
	x.Engagement, x.Campaign = engagement, campaign
	return x
}

const nobody = -1

func (r *Run) startVisit(ev *journey.Event) {
	at := ev.At
	if !r.fresh {
		r.f.resetVisit()
		r.forget()
	}
	r.fresh = false
	r.f.now = at
	r.f.startVisit(at)
	r.visit = ev.Visit
	if r.visit == "" {
		r.visit = r.visitor + "@" + at.Time().Format(time.RFC3339Nano)
	}
	r.record(VisitStarted, nobody, nobody).Start = at
}

// forget clears what ends with a visit, but for the facts.
func (r *Run) forget() {
	r.events, r.displ = 0, 0
	r.dirty, r.hashOK = factAll, false
	r.visits++
	r.slot, r.audienceOK, r.placeOK, r.stopsOK = nil, false, false, false
	r.few.ok, r.few.decided = false, false
	r.screen, r.justShown = r.screen[:0], r.justShown[:0]
	r.unlock()
	r.closed.zero()
	r.displays, r.declined = [2]int{}, [2]bool{}
	for _, c := range r.exposedL {
		r.exposed[c] = false
	}
	r.exposedL = r.exposedL[:0]
	r.clicked.clear()
	r.goalMet.clear()
	clear(r.seenIDs)
	r.controlled.zero()
	r.nextEvalOK, r.nextTick = false, 0
	r.haveEval = false
	for g, at := range r.reach {
		if r.entered>>g&1 != 0 {
			at.zero()
		}
	}
	r.entered = 0
	if r.pending {
		r.met.zero()
		r.delayed.zero()
		r.pending = false
	}
	r.visitSlot, r.manySlots = nil, false
}

func (r *Run) endVisit(at journey.Instant) {
	r.f.now = max(r.f.now, at)
	r.account()
	x := r.record(VisitEnded, nobody, nobody)
	r.totals = Totals{Events: r.events, Pages: r.f.pages, Displays: r.displ}
	x.At, x.Start, x.Totals = at, r.f.start, &r.totals
	if r.o.Outcomes {
		r.settle()
		t := &r.totals
		t.Outcomes, t.Prospects, t.Control = &r.outcomes, r.prospect, r.heldOut
	}
	r.f.previous = r.cut.Last
	r.cut.Open = false
	r.f.page, r.f.view = nil, nil
	r.screen = r.screen[:0]
	r.nextEvalOK = false
}
