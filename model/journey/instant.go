package journey

import (
	"strconv"
	"time"
)

// The window of instants that readers take, in milliseconds: 2000-01-01 to
// before 2101-01-01, UTC.
const (
	minInstant Instant = 946684800000
	maxInstant Instant = 4133980800000 - 1
)

// inWindow reports whether readers take the instant.
func (i Instant) inWindow() bool { return i >= minInstant && i <= maxInstant }

// String returns the instant as RFC 3339 in UTC, with milliseconds where it
// has any: "2026-03-02T10:15:00Z", "2026-03-02T10:15:00.250Z".
func (i Instant) String() string { return string(i.append(nil)) }

// append appends String to b.
func (i Instant) append(b []byte) []byte {
	t := i.Time()
	b = t.AppendFormat(b, "2006-01-02T15:04:05")
	if ms := t.Nanosecond() / 1e6; ms > 0 {
		b = append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	return append(b, 'Z')
}

// ParseInstant reads RFC 3339 with a zone, from 2000 to 2100. What is finer
// than a millisecond is cut.
func ParseInstant(s string) (Instant, error) {
	i, f := parseInstant([]byte(s))
	if f != nil {
		return 0, f
	}
	return i, nil
}

// parseInstant reads the one form that files use by hand: it is on the path
// of every event.
func parseInstant(b []byte) (Instant, *fault) {
	bad := func() (Instant, *fault) {
		return 0, &fault{reason: "time", detail: "not an instant such as 2026-03-02T10:15:00Z", value: string(b)}
	}
	if len(b) < 20 || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != 't' || b[13] != ':' || b[16] != ':' {
		return bad()
	}
	y1, ok1 := two(b[0:])
	y2, ok2 := two(b[2:])
	mo, ok3 := two(b[5:])
	d, ok4 := two(b[8:])
	h, ok5 := two(b[11:])
	mi, ok6 := two(b[14:])
	sec, ok7 := two(b[17:])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7) || h > 23 || mi > 59 || sec > 59 || mo < 1 || mo > 12 || d < 1 {
		return bad()
	}
	rest, ms := b[19:], 0
	if rest[0] == '.' {
		n, scale := 1, 100
		for ; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
			ms += int(rest[n]-'0') * scale
			scale /= 10
		}
		if n == 1 || n > 10 || n == len(rest) {
			return bad()
		}
		rest = rest[n:]
	}
	offset := 0 // minutes
	switch {
	case len(rest) == 1 && (rest[0] == 'Z' || rest[0] == 'z'):
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		oh, ok1 := two(rest[1:])
		om, ok2 := two(rest[4:])
		if !ok1 || !ok2 || oh > 23 || om > 59 {
			return bad()
		}
		if offset = oh*60 + om; rest[0] == '-' {
			offset = -offset
		}
	default:
		return bad()
	}
	year := y1*100 + y2
	if d > monthDays(year, mo) {
		return bad()
	}
	secs := days(year, mo, d)*86400 + int64(h*3600+mi*60+sec) - int64(offset)*60
	i := Instant(secs*1000 + int64(ms))
	if !i.inWindow() {
		return 0, outOfWindow(string(b))
	}
	return i, nil
}

func outOfWindow(value string) *fault {
	return &fault{reason: "time", detail: "outside the years 2000 to 2100", value: value}
}

// two reads two digits.
func two(b []byte) (int, bool) {
	return int(b[0]-'0')*10 + int(b[1]-'0'), b[0] >= '0' && b[0] <= '9' && b[1] >= '0' && b[1] <= '9'
}

func monthDays(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// days returns the days from 1970-01-01 to a date of the Gregorian calendar.
func days(y, m, d int) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	return int64(365*y+y/4-y/100+y/400+(153*(m-3)+2)/5+d-1) - 719468
}

// parseLayout reads an instant by a mapping's layout.
func parseLayout(s, layout string, loc *time.Location) (Instant, bool) {
	unit := int64(0)
	switch layout {
	case "rfc3339":
		i, f := parseInstant([]byte(s))
		return i, f == nil
	case "unix-s":
		unit = 1_000_000
	case "unix-ms":
		unit = 1_000
	case "unix-us":
		unit = 1
	default:
		t, err := time.ParseInLocation(layout, s, loc)
		if err != nil {
			return 0, false
		}
		return At(t), At(t).inWindow()
	}
	us, ok := micros(s, unit)
	if !ok {
		return 0, false
	}
	i := Instant(us / 1000)
	return i, i.inWindow()
}

// micros reads a decimal count of a unit of so many microseconds.
func micros(s string, unit int64) (int64, bool) {
	whole, frac := s, ""
	for i := range len(s) {
		if s[i] == '.' {
			whole, frac = s[:i], s[i+1:]
			break
		}
	}
	n, err := strconv.ParseUint(whole, 10, 63)
	if err != nil || n > uint64(maxInstant)*1000/uint64(unit) {
		return 0, false
	}
	us, scale := int64(n)*unit, unit
	for i := range len(frac) {
		if frac[i] < '0' || frac[i] > '9' {
			return 0, false
		}
		scale /= 10
		us += int64(frac[i]-'0') * scale
	}
	return us, true
}
