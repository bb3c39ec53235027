package journey

import (
	"strconv"
	"time"

	"beckon/model"
)

// text reads text and shares it.
func (d *decoder) text() string {
	switch k := d.s.kind(); k {
	case str:
		return d.share(d.s.text())
	case number:
		if d.lenient {
			return d.share(d.s.number())
		}
		if d.s.f == nil && len(d.s.number()) > 0 {
			d.want("text", k)
		}
	default:
		d.want("text", k)
	}
	return ""
}

// id reads an id, the same string if it is the last one again.
func (d *decoder) id(last *string) string {
	if k := d.s.kind(); k != str {
		return d.text()
	}
	if b := d.s.text(); d.s.f == nil && string(b) != *last {
		*last = string(b)
	}
	if d.s.f != nil {
		return ""
	}
	return *last
}

// Bounds of what the decoder remembers for sharing.
const (
	maxShared      = 1 << 15
	maxSharedBytes = 4 << 20
)

func (d *decoder) share(b []byte) string {
	if len(b) == 0 || d.s.f != nil {
		return ""
	}
	if s, ok := d.known[string(b)]; ok {
		return s
	}
	if len(b) > 512 {
		return string(b)
	}
	if d.known == nil {
		d.known = make(map[string]string, 256)
	}
	if len(d.known) >= maxShared || d.size > maxSharedBytes {
		clear(d.known)
		d.size = 0
	}
	s := string(b)
	d.known[s] = s
	d.size += len(s)
	return s
}

func (d *decoder) instant() Instant {
	if k := d.s.kind(); k != str {
		d.want("an instant as text", k)
		return 0
	}
	b := d.s.text()
	if d.s.f != nil {
		return 0
	}
	i, f := parseInstant(b)
	d.s.f = f
	return i
}

// scalarText reads text, a number or a truth as text.
func (d *decoder) scalarText() string {
	switch k := d.s.kind(); k {
	case str:
		return d.share(d.s.text())
	case number:
		return d.share(d.s.number())
	case boolean:
		return strconv.FormatBool(d.s.boolean())
	default:
		d.want("text, a number, true or false", k)
	}
	return ""
}

// integer reads a whole number from least to most.
func (d *decoder) integer(least, most int64) int64 {
	var b []byte
	switch k := d.s.kind(); {
	case k == number:
		b = d.s.number()
	case k == str && d.lenient:
		b = d.s.text()
	default:
		d.want("a whole number", k)
		return 0
	}
	if d.s.f != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	switch {
	case err != nil:
		d.fail("value", "not a whole number", string(b))
	case n < least || n > most:
		d.fail("value", "not from "+strconv.FormatInt(least, 10)+" to "+strconv.FormatInt(most, 10), string(b))
	}
	return n
}

// maxCount bounds counts and sizes, so that sums of them cannot overflow.
const maxCount = 1_000_000_000

func (d *decoder) count() int { return int(d.integer(0, maxCount)) }

func (d *decoder) truth() bool {
	switch k := d.s.kind(); {
	case k == boolean:
		return d.s.boolean()
	case k == str && d.lenient:
		switch s := string(d.s.text()); s {
		case "true", "1", "yes":
			return true
		case "false", "0", "no":
		default:
			d.fail("value", "want true or false", s)
		}
	default:
		d.want("true or false", k)
	}
	return false
}

// money reads an amount from its source text.
func (d *decoder) money() model.Money {
	var b []byte
	switch k := d.s.kind(); k {
	case str:
		b = d.s.text()
	case number:
		b = d.s.number()
	default:
		d.want("an amount", k)
	}
	if d.s.f != nil {
		return 0
	}
	m, err := model.ParseMoney(string(b))
	if err != nil {
		d.fail("money", err.Error(), string(b))
	}
	return m
}

// texts reads a list of texts.
func (d *decoder) texts() []string {
	if k := d.s.kind(); k != list {
		d.want("a list of texts", k)
		return nil
	}
	var out []string
	if d.s.open('[') {
		for first := true; d.s.more(&first, ']'); {
			out = append(out, d.text())
		}
	}
	return out
}

// date makes a date; a missing day or month is the first.
func (d *decoder) date(y, m, day int64) model.Date {
	if d.s.f != nil {
		return 0
	}
	if m == 0 {
		m = 1
	}
	if day == 0 {
		day = 1
	}
	if y == 0 || m > 12 || int(day) > monthDays(int(y), int(m)) {
		d.fail("value", "no such date", strconv.FormatInt(y, 10)+"-"+strconv.FormatInt(m, 10)+"-"+strconv.FormatInt(day, 10))
		return 0
	}
	return dateOf(int(y), int(m), int(day))
}

// dateOf returns a date. The first day of 1970 is the zero Date, which means
// none, and so becomes the day before.
func dateOf(y, m, d int) model.Date {
	date := model.DateOf(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC))
	if date == 0 {
		date = -1
	}
	return date
}
