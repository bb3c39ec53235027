package journey

import "beckon/model"

// VisitRule cuts one visitor's events, taken in order, into visits. Domain 3.1
// and 8 no. 15. The zero value cuts at 30 minutes idle and 6 hours of age.
//
//   - An event with a visit id that differs from the visit's starts a new one;
//     an event with the same id never does, whatever the gap.
//   - Otherwise a gap of more than Idle since the visit's last event, or more
//     than MaxAge since its first, starts a new one.
//   - Leave ends the visit: what follows belongs to a new one.
//
// An agents event starts no visit and does not count as the visitor's doing.
type VisitRule struct {
	Idle   model.Duration
	MaxAge model.Duration
}

// Limits returns the rule's limits, defaulted.
func (r VisitRule) Limits() (idle, maxAge model.Duration) {
	idle, maxAge = r.Idle, r.MaxAge
	if idle == 0 {
		idle = 30 * model.Minute
	}
	if maxAge == 0 {
		maxAge = 6 * model.Hour
	}
	return idle, maxAge
}

// VisitCut is where a visitor's present visit stands. The zero value has none.
type VisitCut struct {
	Open  bool
	ID    string // the source's id, "" if none was told
	Start Instant
	Last  Instant
}

// End returns the instant at which an open visit ends if nothing more comes:
// the idle limit after its last event, but no later than its greatest age.
func (c VisitCut) End(r VisitRule) Instant {
	idle, maxAge := r.Limits()
	return min(c.Last.Add(idle), c.Start.Add(maxAge))
}

// Starts reports whether the event begins a new visit.
func (c VisitCut) Starts(r VisitRule, e *Event) bool {
	if e.Type == Agents {
		return false
	}
	if !c.Open {
		return true
	}
	if e.Visit != "" && c.ID != "" {
		return e.Visit != c.ID
	}
	idle, maxAge := r.Limits()
	return e.At.Sub(c.Last) > idle || e.At.Sub(c.Start) > maxAge
}

// Take returns the cut after the event.
func (c VisitCut) Take(r VisitRule, e *Event) VisitCut {
	if e.Type == Agents {
		return c
	}
	if c.Starts(r, e) {
		c = VisitCut{Open: true, ID: e.Visit, Start: e.At}
	} else if c.ID == "" {
		c.ID = e.Visit
	}
	c.Last = e.At
	c.Open = e.Type != Leave
	return c
}
