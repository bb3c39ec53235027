package engine

// Gate is one reason why an engagement may not show, or [Shown].
type Gate uint8

// The gates in their fixed order.
const (
	Draft Gate = iota
	Disabled
	NotStarted
	Ended
	OutsideHours
	OccasionOff
	AudienceGate
	IdentityGate
	EntryPointGate
	BehaviorGate
	SiteControl
	CampaignControl
	AvailabilityGate
	DelayGate
	Closed
	ConversationOpen
	DisplayLimit
	DeclinedGate
	ZoneLocked
	LostDraw
	Shown

	// GateCount is the number of gates, Shown included.
	GateCount = int(Shown) + 1
)

var gateCodes = [GateCount]string{"draft", "disabled", "not-started", "ended", "outside-hours", "occasion-off", "audience",
	"identity", "entry-point", "behavior", "site-control", "campaign-control", "availability", "delay", "closed",
	"conversation-open", "display-limit", "declined", "zone-locked", "lost-draw", "shown"}

// String returns the gate's stable code, the same in JSON and on screens.
func (g Gate) String() string {
	if int(g) < GateCount {
		return gateCodes[g]
	}
	return "?"
}

// Prospect reports whether a visit stopped at the gate is a prospect: it
// passed behavior.
func (g Gate) Prospect() bool { return g > BehaviorGate }

// ParseGate returns the gate of a code.
func ParseGate(code string) (Gate, bool) {
	for i, c := range gateCodes {
		if c == code {
			return Gate(i), true
		}
	}
	return 0, false
}
