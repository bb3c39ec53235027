package live

import (
	"testing"
	"time"

	"beckon/model/journey"
)

func TestADecisionOfAnotherDayTellsTheDay(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	p := New(nil)
	for _, tt := range []struct{ now, at, want string }{
		{"2026-03-02T10:00:00Z", "2026-03-02T09:59:58Z", "09:59:58"},
		{"2026-03-02T01:30:00+02:00", "2026-03-01T23:29:58Z", "23:29:58"}, // both are UTC
		{"2026-03-02T10:00:00Z", "2026-03-01T09:59:58Z", " 1 Mar 09:59"},  // a log that lags behind
		{"2026-03-02T10:00:00Z", "2015-05-17T09:59:58Z", "2015-05-17"},
	} {
		p.shown.At = at(tt.now)
		if got := p.clock(Decision{At: journey.At(at(tt.at))}); got != tt.want {
			t.Errorf("at %s one of %s is told as %s, want %s", tt.now, tt.at, got, tt.want)
		}
	}
}
