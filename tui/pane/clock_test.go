package pane_test

import (
	"testing"
	"time"

	"beckon/tui/pane"
)

func TestTimesAreToldInTheZoneOfTheSession(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	s := &pane.Session{Now: func() time.Time { return time.Date(2026, 3, 2, 1, 0, 0, 0, tokyo) }}
	at := time.Date(2026, 3, 1, 15, 30, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{s.When(at), "2026-03-02 00:30 JST"},
		{s.Clock(at), "00:30"},
		{s.Clock(at.Add(-time.Hour)), "2026-03-01 23:30"},
		{s.Zone(), "Asia/Tokyo"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
