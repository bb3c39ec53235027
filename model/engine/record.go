package engine

import (
	"iter"
	"math/bits"

	"beckon/model"
	"beckon/model/journey"
)

// RecordKind is what a record tells.
type RecordKind uint8

// The kinds of records.
const (
	// VisitStarted comes before anything else of a visit.
	VisitStarted RecordKind = iota
	// Displayed: an engagement was put on the screen.
	Displayed
	// Followed: a displayed engagement was shown again on the next page. It is
	// a view and no display.
	Followed
	// Answered: the visitor accepted or declined what was on the screen.
	Answered
	// TimedOut: a display was removed at the end of its duration.
	TimedOut
	// GoalReached: a campaign's goal was reached.
	GoalReached
	// Evaluated: everything was evaluated; only with Options.Trace.
	Evaluated
	// VisitEnded comes last; Outcomes and Prospects are set with
	// Options.Outcomes.
	VisitEnded
)

// Record is one thing the engine did. Fields that do not belong to the kind
// are zero. A record and what it points to are valid until the next call of
// the run that made it.
type Record struct {
	Kind    RecordKind
	At      journey.Instant
	Visitor string
	// Visit is the source's id, or the visitor's id, "@" and the visit's start
	// in RFC 3339.
	Visit string
	// Event is the event that caused it, or nil for a tick or a duration.
	Event *journey.Event
	// OpenPage marks what happened after the visit's last event, while its
	// last page was taken to be open.
	OpenPage bool

	// Engagement is its index in [Engine.Engagements]; -1 where there is none.
	Engagement int
	// Campaign is its index in [Engine.Campaigns]; -1 where there is none.
	Campaign int
	// Availability is the creative's state, for what concerns the screen.
	Availability model.Availability
	// Action is the answer.
	Action journey.Action

	// Goal is set for GoalReached.
	Goal Goal

	// Losers are, for Displayed with Options.Draws, the engagements that were
	// candidates of the same draw. They are valid as long as the record is.
	Losers []int32

	// Evaluation is set for Evaluated.
	Evaluation *Evaluation

	// Start of the visit, for VisitStarted and VisitEnded; the rest of what it came
	// to is set for VisitEnded alone.
	Start  journey.Instant
	Totals *Totals
}

// Totals are what a visit came to, valid until the run's next call.
type Totals struct {
	Events    int
	Pages     int
	Displays  int
	Outcomes  *Outcomes
	Prospects Set // of campaigns
	Control   Set // of campaigns: a prospect in its control group or the site's
}

// Set is a set of indices.
type Set []uint64

// Has reports whether an index is in the set.
func (s Set) Has(i int) bool { return i>>6 < len(s) && s[i>>6]>>(i&63)&1 != 0 }

// None reports whether the set is empty.
func (s Set) None() bool { return row(s).none() }

// All yields the indices in order.
func (s Set) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, x := range s {
			for ; x != 0; x &= x - 1 {
				if !yield(w<<6 + bits.TrailingZeros64(x)) {
					return
				}
			}
		}
	}
}

func (s Set) set(i int32) { s[i>>6] |= 1 << (i & 63) }

// Goal is a goal reached.
type Goal struct {
	Type model.GoalType
	// Value and Currency of a purchase or a lead that tells them.
	Value    *model.Money
	Currency string
	// Control marks a conversion of the control group.
	Control bool
	// Engaged marks a visit that clicked an engagement of the campaign.
	Engaged bool
	// Duplicate marks an event excluded because its id came before; Repeated
	// one that is not counted because the goal counts once per visit.
	Duplicate bool
	Repeated  bool
}

// Cause is why an evaluation took place.
type Cause uint8

// The causes.
const (
	ByEvent Cause = iota
	ByTick
)

// Evaluation is the record of one evaluation: every engagement's gate, and
// every draw.
type Evaluation struct {
	At    journey.Instant
	Cause Cause
	// Decisions are by engagement.
	Decisions []Decision
	Draws     []Draw
}

// Decision is what was concluded for one engagement at one evaluation.
type Decision struct {
	Gate Gate
	// TrueAt is when the gate would open if the visitor stayed and nothing else
	// changed, or 0 where waiting does not help.
	TrueAt journey.Instant
}

// Draw is the arbitration of one zone.
type Draw struct {
	Zone string
	// Class is "conversation", "content" or "offline".
	Class string
	// Tiers holds the chance in [0,1) of each tier present, by Priority.Tier;
	// absent tiers are 0. Number is what was drawn, Tier the result.
	Tiers  [3]float64
	Number float64
	Tier   int
	// Winner is an engagement's index.
	Winner     int
	Candidates []Candidate
}

// Candidate of a draw. Number decides within the tier: the highest wins.
type Candidate struct {
	Engagement int
	Class      string
	Tier       int
	Number     float64
}
