package journey

import "beckon/model"

// VisitRule cuts one visitor's events, taken in order, into visits. Domain 3.1
// and 8 no. 15. The zero value cuts at 30 minutes idle and 6 hours of age.
//
//   - An event with a visit id that differs from the visit's starts a new one;
//     an event with the same id never does, whatever the gap.
//   - Otherwise a gap of more than Idle since the visit's last event, or more
//     than MaxAge since its first, starts a new one.
//   - Leave ends the visit: what follows belongs to a new one. A leave that
//     comes when no visit is open, or when the visit is over, means nothing.
//   - Agents events are not the visitor's doing: they start and prolong no
//     visit, but one that comes after the visit's end ends it.
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

// Over reports whether the open visit has ended before the event, because
// nothing came in time or because the source says so.
func (c *VisitCut) Over(r VisitRule, e *Event) bool {
	switch {
	case !c.Open:
		return false
	case e.Type == Agents:
		return e.At > max(c.End(r), c.Last)
	case e.Visit != "" && c.ID != "":
		return e.Visit != c.ID
	}
	idle, maxAge := r.Limits()
	return e.At.Sub(c.Last) > idle || e.At.Sub(c.Start) > maxAge
}

// Starts reports whether the event begins a new visit.
func (c *VisitCut) Starts(r VisitRule, e *Event) bool {
	return e.Type != Agents && e.Type != Leave && (!c.Open || c.Over(r, e))
}

// Go takes an event of the visitor's own doing that the open visit is not over
// before, as [VisitCut.Take] does.
func (c *VisitCut) Go(e *Event) {
	if c.ID == "" {
		c.ID = e.Visit
	}
	c.Last, c.Open = e.At, e.Type != Leave
}

// Take returns the cut after the event.
func (c VisitCut) Take(r VisitRule, e *Event) VisitCut {
	over := c.Over(r, e)
	switch {
	case e.Type == Agents || e.Type == Leave && (over || !c.Open):
		c.Open = c.Open && !over
		return c
	case over || !c.Open:
		c = VisitCut{Start: e.At}
	}
	c.Go(e)
	return c
}
