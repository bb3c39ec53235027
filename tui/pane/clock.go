package pane

import "time"

// What operators did is told in one zone on every screen, that of the session's
// clock: the account's, in which its campaigns begin and end, since the machine
// that serves a console may stand anywhere. What visitors did is told in UTC, as
// it is in the files that it comes from.

// When is an instant in the session's zone, with the zone.
func (s *Session) When(at time.Time) string {
	return at.In(s.Now().Location()).Format("2006-01-02 15:04 MST")
}

// Zone names the session's zone, for lists that have no room for it in a row:
// one name, though clocks may have been set forward or back between rows.
func (s *Session) Zone() string { return s.Now().Location().String() }

// Clock is a time of the day in the session's zone, with the day where it is
// another one.
func (s *Session) Clock(at time.Time) string {
	now := s.Now()
	at = at.In(now.Location())
	if at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("15:04")
}
