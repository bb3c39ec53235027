package engine

import "beckon/model/journey"

// Truth is the value of a condition.
type Truth uint8

// The values.
const (
	False Truth = iota
	Unknown
	True
)

// String returns "false", "unknown" or "true".
func (t Truth) String() string { return [...]string{"false", "unknown", "true"}[t%3] }

// Explanation is the whole trace of one engagement at the run's last
// evaluation.
type Explanation struct {
	Engagement int
	At         journey.Instant
	Gate       Gate
	// Margin says by how much the gate failed, in words; "" if it did not or
	// there is no measure.
	Margin string
	// TrueAt is when the gate would open if the visitor stayed and nothing else
	// changed, or 0.
	TrueAt journey.Instant
	// Gates in their order, up to and including Shown.
	Gates []GateTrace
	// Draw of the engagement's zone, if it was a candidate.
	Draw *Draw
}

// GateTrace is one gate of an explanation. All gates are evaluated, those
// behind the first that fails too, but for lost-draw, which only candidates
// reach.
type GateTrace struct {
	Gate  Gate
	Truth Truth // True is open
	// Text says what was looked at, in words.
	Text   string
	Margin string
	TrueAt journey.Instant
	// Conditions of audience, entry-point and behavior.
	Conditions []Node
}

// Node is one condition of a trace, or a group of them.
type Node struct {
	// Label is the condition in words: "cart total is 50.00 or more", "all of",
	// "any of", "none of", or a library item's name.
	Label string
	// Shared is the library item's kind and ID, where the node is its root.
	Shared string
	Truth  Truth
	// Observed is the fact looked at, in words; "" for groups.
	Observed string
	// Margin is what is missing: "1.90 short".
	Margin string
	// TrueAt is when it would become true if the visitor stayed, or 0.
	TrueAt journey.Instant
	// Report says which event would tell the fact, while it is unknown: "a cart
	// event".
	Report string
	// Flow is the flow that the condition looks at; nil for others.
	Flow     *FlowTrace
	Children []Node
}
