package replay

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/text"
)

// Wall is what a clock on a wall shows: a date and a time of day, which is an
// instant once a zone is given.
type Wall struct {
	Date model.Date
	// Time of day, from 0 up to 24 hours.
	Time model.Duration
}

// WallAt returns what clocks of a zone show at an instant.
func WallAt(at journey.Instant, zone *time.Location) Wall {
	t := at.Time().In(zone)
	h, m, s := t.Clock()
	return Wall{model.DateOf(t), model.Duration(h)*model.Hour + model.Duration(m)*model.Minute + model.Duration(s)*model.Second +
		model.Duration(t.Nanosecond()/int(time.Millisecond))}
}

// String returns "Sun 2026-03-29 23:50", seconds where there are any.
func (w Wall) String() string {
	t := w.Date.UTC().Add(w.Time.Std())
	switch {
	case w.Time%model.Second != 0:
		return t.Format("Mon 2006-01-02 15:04:05.000")
	case w.Time%model.Minute != 0:
		return t.Format("Mon 2006-01-02 15:04:05")
	}
	return t.Format("Mon 2006-01-02 15:04")
}

// Reading is how often clocks of a zone show a time.
type Reading uint8

// The readings.
const (
	Once    Reading = iota
	Skipped         // never: clocks were put forward over it
	Twice           // clocks were put back over it
)

// In returns the instant at which clocks of a zone show the time. One that is
// skipped is taken as if clocks had not yet been put forward: 02:30 is the
// instant that shows 03:30. Of two instants it is the first.
func (w Wall) In(zone *time.Location) (journey.Instant, Reading) {
	const around = model.DayLong
	utc := journey.At(w.Date.UTC()).Add(w.Time)
	// The offsets in use a day before and a day after tell all candidates:
	// zones do not change more often.
	offset := func(at journey.Instant) model.Duration {
		_, s := at.Time().In(zone).Zone()
		return model.Duration(s) * model.Second
	}
	before, after := utc.Add(-offset(utc.Add(-around))), utc.Add(-offset(utc.Add(around)))
	isBefore, isAfter := WallAt(before, zone) == w, WallAt(after, zone) == w
	switch {
	case before == after:
		return before, Once
	case isBefore && isAfter:
		return min(before, after), Twice
	case isAfter:
		return after, Once
	case isBefore:
		return before, Once
	}
	return before, Skipped
}

// ErrWall is wrapped by every refusal of [ParseWall].
var ErrWall = errors.New("not a clock time")

// ParseWall reads "23:50", "Sunday 23:50" or "2026-03-29 23:50", seconds as
// they come. Without a date it is that of near; a day of the week is the first
// one from then on.
func ParseWall(s string, near Wall) (Wall, error) {
	refuse := func() (Wall, error) {
		return Wall{}, fmt.Errorf("%w: %q: want 23:50, Sunday 23:50 or 2026-03-29 23:50", ErrWall, text.Line(s, 60))
	}
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields) > 2 {
		return refuse()
	}
	w := Wall{Date: near.Date}
	clock := fields[len(fields)-1]
	t, err := time.Parse("15:04:05", clock)
	if err != nil {
		t, err = time.Parse("15:04", clock)
	}
	if err != nil {
		return refuse()
	}
	w.Time = model.Duration(t.Hour())*model.Hour + model.Duration(t.Minute())*model.Minute + model.Duration(t.Second())*model.Second +
		model.Duration(t.Nanosecond()/int(time.Millisecond))
	if len(fields) == 1 {
		return w, nil
	}
	if d, err := model.ParseDate(fields[0]); err == nil {
		w.Date = d
		return w, nil
	}
	name := strings.ToLower(strings.TrimSuffix(fields[0], ","))
	if len(name) < 2 {
		return refuse()
	}
	for day := range model.Date(7) {
		if strings.HasPrefix(strings.ToLower((near.Date + day).UTC().Weekday().String()), name) {
			w.Date = near.Date + day
			return w, nil
		}
	}
	return refuse()
}

// AsIf returns a player of the same journey at another time, by which at falls
// on what clocks of a zone show, and the position there; see [Player.Shift].
func (p *Player) AsIf(at Position, clock Wall, zone *time.Location) (*Player, Position, Reading) {
	to, reading := clock.In(zone)
	q, there := p.Shift(at, to)
	return q, there, reading
}
