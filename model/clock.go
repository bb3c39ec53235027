package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a span of time in milliseconds. Its text form is a Go duration
// such as "1m30s", with days ("2d", "1d12h") before it.
type Duration int64

// Spans.
const (
	Millisecond Duration = 1
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
	DayLong              = 24 * Hour
)

// ErrTime is wrapped by every refusal of a date, clock time or duration.
var ErrTime = errors.New("not a time")

// ParseDuration reads "90s", "1m30s", "250ms", "2d" or "1d12h". Negative spans,
// fractions of a millisecond and more than 3,660 days are refused.
func ParseDuration(s string) (Duration, error) {
	rest, days := s, int64(0)
	if i := strings.IndexByte(s, 'd'); i > 0 {
		n, err := strconv.ParseUint(s[:i], 10, 12)
		if err != nil {
			return 0, fmt.Errorf("%w: want a duration such as 30s, 1m30s or 2d", ErrTime)
		}
		days, rest = int64(n), s[i+1:]
	}
	var d time.Duration
	if rest != "" && rest != "0" || days == 0 && rest == "" {
		var err error
		if d, err = time.ParseDuration(rest); err != nil {
			return 0, fmt.Errorf("%w: want a duration such as 30s, 1m30s or 2d", ErrTime)
		}
	}
	if d < 0 || d%time.Millisecond != 0 {
		return 0, fmt.Errorf("%w: a duration is zero or more whole milliseconds", ErrTime)
	}
	out := Duration(days)*DayLong + Duration(d/time.Millisecond)
	if out > 3660*DayLong {
		return 0, fmt.Errorf("%w: more than 3660 days", ErrTime)
	}
	return out, nil
}

// Std returns the span as a time.Duration.
func (d Duration) Std() time.Duration { return time.Duration(d) * time.Millisecond }

// IsZero reports whether the span is zero.
func (d Duration) IsZero() bool { return d == 0 }

// String returns the shortest text form: "1m30s", "2d", "0s".
func (d Duration) String() string {
	var b strings.Builder
	if n := d / DayLong; n > 0 {
		fmt.Fprintf(&b, "%dd", n)
		if d %= DayLong; d == 0 {
			return b.String()
		}
	}
	if n := d / Hour; n > 0 {
		fmt.Fprintf(&b, "%dh", n)
		if d %= Hour; d == 0 {
			return b.String()
		}
	}
	if n := d / Minute; n > 0 {
		fmt.Fprintf(&b, "%dm", n)
		if d %= Minute; d == 0 {
			return b.String()
		}
	}
	switch {
	case d%Second == 0:
		fmt.Fprintf(&b, "%ds", d/Second)
	case d < Second:
		fmt.Fprintf(&b, "%dms", d)
	default:
		fmt.Fprintf(&b, "%ss", strings.TrimRight(fmt.Sprintf("%d.%03d", d/Second, d%Second), "0"))
	}
	return b.String()
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := ParseDuration(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Date is a calendar day, 2000-01-01 to 2100-12-31, as days since 1970-01-01;
// zero is no date. Its text form is "2026-03-01".
type Date int32

// ReadDate reads a date as people type it: "2026-03-01", "2026/3/1", "1.3.2026".
func ReadDate(s string) (Date, error) {
	for _, form := range []string{"2006-1-2", "2006/1/2", "2.1.2006"} {
		if t, err := time.Parse(form, s); err == nil {
			s = t.Format(time.DateOnly)
			break
		}
	}
	return ParseDate(s)
}

// ParseDate reads a date in the form "2026-03-01".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return 0, fmt.Errorf("%w: want a date such as 2026-03-01, from 2000 to 2100", ErrTime)
	}
	return Date(t.Unix() / 86400), nil
}

// DateOf returns the date of an instant in its location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == 0 }

// In returns the first instant of the day in a location. Where a change of
// daylight saving skips midnight, that is the first instant after it.
func (d Date) In(loc *time.Location) time.Time {
	y, m, day := d.UTC().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, loc)
}

// UTC returns midnight of the day in UTC.
func (d Date) UTC() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String returns "2026-03-01", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.UTC().Format(time.DateOnly)
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Clock is a time of day in minutes since midnight, plus one, so that the zero
// value is no time. Its text form is "09:30"; "9:30 am" is read as well.
type Clock int16

// ClockAt returns the clock time of an hour and a minute.
func ClockAt(hour, minute int) Clock { return Clock(hour*60 + minute + 1) }

// ParseClock reads "09:30", "9:30 am" or "11:59 pm".
func ParseClock(s string) (Clock, error) {
	bad := fmt.Errorf("%w: want a time of day such as 09:30 or 5:15 pm", ErrTime)
	t, half := strings.ToLower(strings.TrimSpace(s)), ""
	if n := len(t); n > 2 && (t[n-2:] == "am" || t[n-2:] == "pm") {
		half, t = t[n-2:], strings.TrimSpace(t[:n-2])
	}
	hs, ms, ok := strings.Cut(t, ":")
	h, err := strconv.ParseUint(hs, 10, 8)
	m, err2 := strconv.ParseUint(ms, 10, 8)
	if !ok || err != nil || err2 != nil || len(ms) != 2 || m > 59 || h > 23 {
		return 0, bad
	}
	if half != "" {
		if h < 1 || h > 12 {
			return 0, bad
		}
		h %= 12
		if half == "pm" {
			h += 12
		}
	}
	return ClockAt(int(h), int(m)), nil
}

// IsZero reports whether no time is set.
func (c Clock) IsZero() bool { return c == 0 }

// Minutes returns the minutes since midnight; 23:59 as an end means 24:00.
func (c Clock) Minutes() int { return int(c) - 1 }

// String returns "09:30", or "" for no time.
func (c Clock) String() string {
	if c == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", c.Minutes()/60, c.Minutes()%60)
}

// MarshalText implements encoding.TextMarshaler.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Clock) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = 0
		return nil
	}
	v, err := ParseClock(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}
