package replay

import (
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// Record is one thing that a replay tells: a [*Display], [*Response], [*Goal],
// [*Gate], [*Visit] or [*Summary]. Records belong to whoever gets them.
type Record interface {
	// appendJSON appends the record as a JSON object.
	appendJSON(dst []byte) []byte
}

// Moment is when and where something happened, and to whom.
type Moment struct {
	Visitor string
	Visit   string
	At      journey.Instant
	// URL of the page, "" before the first.
	URL string
	// OpenPage marks what happened after the visit's last event.
	OpenPage bool
}

// Display is an engagement put on the screen.
type Display struct {
	Moment
	Campaign   string
	Engagement string // full name
	Index      int    // of the engagement in the engine
	Zone       string
	State      model.Availability
}

// Response is the answer to a display, or its timeout.
type Response struct {
	Moment
	Campaign   string
	Engagement string
	Index      int
	Zone       string
	// Action is accept, decline or timeout.
	Action journey.Action
	// Simulated marks an answer of the policy's.
	Simulated bool
}

// Timeout is the action of a display that was removed when its duration ran
// out.
const Timeout journey.Action = "timeout"

// Goal is a goal reached, or an event that would have but for its id.
type Goal struct {
	Moment
	Campaign string
	engine.Goal
}

// Gate is what was concluded for one engagement at one evaluation.
type Gate struct {
	Moment
	Campaign   string
	Engagement string
	Index      int
	Gate       engine.Gate
	Margin     string
	TrueAt     journey.Instant // 0: waiting does not help
	Tick       bool            // no event caused the evaluation
	Line       int64           // of the event in its source, or 0
	Draw       *Draw           // nil unless it was a candidate
}

// Draw is the arbitration of one zone, as a candidate of it sees it.
type Draw struct {
	Zone       string
	Class      string
	Tiers      [3]float64
	Number     float64
	Tier       int // the tier drawn
	Winner     string
	Candidates []Candidate
}

// Candidate of a draw.
type Candidate struct {
	Engagement string
	Class      string
	Tier       int
	Number     float64
}

// Visit is a visit that ended.
type Visit struct {
	Visitor   string
	Visit     string
	Start     journey.Instant
	End       journey.Instant
	Events    int
	Pages     int
	Displays  int
	Shown     []string // engagements shown in the visit
	Prospects []string // campaigns
	Control   []string // campaigns it was a prospect of in a control group

	facts *visitFacts // for [Find]
}
