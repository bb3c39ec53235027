package replay

import (
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// Scenario is a journey in relative time with expectations between the steps,
// kept as a file and run as a test.
type Scenario struct {
	// File is where it was read, and Line where the scenario begins.
	File string
	Line int
	// Name says what is to be, in a sentence.
	Name string
	// Catalog is the path of the catalog, relative to the file. One that names
	// none is run against the catalog at hand.
	Catalog string
	Seed    uint64
	// Start is the instant of the first step.
	Start   journey.Instant
	Visitor ScenarioVisitor
	// Policy answers what no step does. A scenario that says nothing ignores
	// everything.
	Policy Policy
	Steps  []Step
}

// DefaultStart is when a scenario begins that does not say: a Monday, 10:00
// UTC.
var DefaultStart = journey.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))

// defaultVisitor is the visitor's ID in a scenario that gives none.
const defaultVisitor = "v-1"

// ScenarioVisitor is who makes the journey. What the fields of journey.Page
// tell of a browser is told by every page of the scenario that does not tell
// otherwise; the history by the first page of a visit.
type ScenarioVisitor struct {
	ID   string // defaultVisitor if none is given
	Page journey.Page
	// Control is nil for control groups by the engine's hash. A scenario that
	// says nothing puts the visitor into none.
	Control *engine.Control
}

// Step is one step of a scenario: exactly one of Event, Wait, Visit and Expect.
type Step struct {
	Line int // in the file
	// Word is what the step is called in the file: "page", "wait", "accept".
	Word string
	// Event is without a visitor, a visit and an instant.
	Event *journey.Event
	// OffScreen marks an answer to what is not on the screen: it changes
	// nothing, but it is the visitor's doing.
	OffScreen bool
	Wait      model.Duration
	// Visit is the source's id of the visit that the events from here on belong
	// to, which then cuts visits; "" leaves that to the idle rule again.
	Visit  *string
	Expect *Expect
}

// Expect is what must hold at a moment. Everything that is set is looked at.
type Expect struct {
	// Shown engagements are on the screen; Zone and State say more of them.
	Shown []string
	Zone  string
	State model.Availability
	// NotShown engagements are not on the screen; Because is the gate that
	// stopped them at the last evaluation.
	NotShown []string
	Because  *engine.Gate
	// Nothing is on the screen.
	Nothing bool
	// OneOf these engagements is on the screen, and no other of them.
	OneOf []string
	// Displays in this visit so far, of everything and by engagement.
	Displays   *int
	DisplaysOf []DisplayCount
	// Prospect campaigns: the visit is a prospect of them. Control campaigns:
	// it is one in a control group.
	Prospect []string
	Control  []string
	// Goal is a campaign. Its goal was reached Count times in this visit (nil:
	// at least once, unless Duplicates is set), Duplicates left out.
	Goal       string
	Count      *int
	Duplicates *int
}

// DisplayCount is how often an engagement is to have been displayed.
type DisplayCount struct {
	Engagement string
	Count      int
}

// Concerns reports whether a scenario looks at a campaign: an expectation, or a
// visitor's answer, names it or one of its engagements.
func (s *Scenario) Concerns(campaign string) bool {
	of := func(path string) bool {
		id, _, _ := strings.Cut(path, "/")
		return id == campaign
	}
	for _, step := range s.Steps {
		switch {
		case step.Expect != nil:
			if slices.ContainsFunc(step.Expect.engagements(), of) || slices.Contains(step.Expect.campaigns(), campaign) {
				return true
			}
		case step.Event != nil && step.Event.Respond != nil && of(step.Event.Respond.Engagement),
			step.Event != nil && step.Event.Conversation != nil && of(step.Event.Conversation.Engagement):
			return true
		}
	}
	return false
}

// engagements and campaigns list the names that an expectation refers to.
func (e *Expect) engagements() []string {
	out := append(append(append([]string(nil), e.Shown...), e.NotShown...), e.OneOf...)
	for _, d := range e.DisplaysOf {
		out = append(out, d.Engagement)
	}
	return out
}

func (e *Expect) campaigns() []string {
	out := append(append([]string(nil), e.Prospect...), e.Control...)
	if e.Goal != "" {
		out = append(out, e.Goal)
	}
	return out
}
