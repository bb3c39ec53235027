package simulator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"beckon/model"
)

var errHour = errors.New("say 2026-03-08 23:50, Sunday 23:50, 23:50, +2d or -3h")

// readHour reads a date and hour as an operator writes it, seen from another
// one: what is not said is that one's. The note says what of it clocks that
// are set forward or back make doubtful.
func readHour(v string, from time.Time) (at time.Time, note string, err error) {
	v = strings.ToLower(strings.Join(strings.Fields(v), " "))
	if strings.HasPrefix(v, "+") || strings.HasPrefix(v, "-") {
		d, err := model.ParseDuration(v[1:])
		if err != nil {
			return from, "", fmt.Errorf("so far: %w", err)
		}
		if v[0] == '-' {
			d = -d
		}
		at = from.Add(time.Duration(d) * time.Millisecond)
		return at, "", inRange(at)
	}
	day, clock := from, v
	if head, rest, ok := strings.Cut(v, " "); ok {
		clock = rest
		if t, err := readDay(head); err == nil {
			day = t
		} else if n, ok := weekday(head); ok {
			day = from.AddDate(0, 0, (int(n)-int(from.Weekday())+7)%7)
		} else {
			return from, "", errHour
		}
	} else if t, err := readDay(v); err == nil {
		day, clock = t, from.Format("15:04:05")
	}
	for _, form := range []string{"15:04:05", "15:04"} {
		t, err := time.Parse(form, clock)
		if err != nil {
			continue
		}
		at, note = wall(day, t, from.Location())
		return at, note, inRange(at)
	}
	return from, "", errHour
}

// readDay reads a date as the console's forms do.
func readDay(v string) (time.Time, error) {
	d, err := model.ReadDate(v)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.DateOnly, d.String())
}

// inRange keeps to the years that journeys may lie in.
func inRange(at time.Time) error {
	if y := at.UTC().Year(); y < 2000 || y > 2100 {
		return errors.New("a year from 2000 to 2100 is needed")
	}
	return nil
}

// weekday reads the name of a day, or its first letters.
func weekday(v string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(v) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), v) {
			return d, true
		}
	}
	return 0, false
}

// wall is when clocks of a zone show a time of a day. Where they skip it, it
// is as much later; where they show it twice, it is the first.
func wall(day, clock time.Time, zone *time.Location) (time.Time, string) {
	at := time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, zone)
	const form = "2006-01-02 15:04:05"
	want := day.Format(time.DateOnly) + " " + clock.Format("15:04:05")
	if at.Format(form) != want {
		before, after := offset(at.Add(-24*time.Hour)), offset(at.Add(24*time.Hour))
		later := time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, time.FixedZone("", before)).In(zone)
		if after > before {
			at = later
		}
		return at, clock.Format("15:04") + " does not come that day, since clocks are set forward: it is " + at.Format("15:04")
	}
	for _, by := range []time.Duration{time.Hour, 30 * time.Minute} {
		if first := at.Add(-by); first.Format(form) == want {
			return first, clock.Format("15:04") + " comes twice that day, since clocks are set back: it is the first"
		}
		if at.Add(by).Format(form) == want {
			return at, clock.Format("15:04") + " comes twice that day, since clocks are set back: it is the first"
		}
	}
	return at, ""
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// clocksChange says that clocks of a zone are set while something goes on, ""
// if they are not.
func clocksChange(from, to time.Time) string {
	by := offset(to) - offset(from)
	if by == 0 {
		return ""
	}
	way := "forward"
	if by < 0 {
		way, by = "back", -by
	}
	return fmt.Sprintf("clocks are set %s by %s on the way", way, model.Duration(by)*model.Second)
}
