package engine

import (
	"fmt"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// The calendar says which campaigns are within their time frames. What it says
// is constant over a slot of a few minutes, so a run remembers slots.

// calendar holds the distinct time frames and the zones they look at.
type calendar struct {
	frames []frame
	bits   [][]int32 // by frame: live engagements
	zones  []*time.Location
	step   model.Duration // length of a slot
}

// frame is a compiled model.TimeFrame.
type frame struct {
	zone       int
	start, end model.Date
	hours      model.Hours
	shift      span5
	week       *week
	occasions  []occasion
}

// span5 is a shift in minutes of a day, to exclusive.
type span5 struct{ from, to int }

func (s span5) covers(minute int) bool { return s.from <= minute && minute < s.to }

type week struct {
	zone int
	days [7]day
}

type day struct {
	status model.DayStatus
	shifts []span5
}

func (d *day) covers(minute int) bool {
	switch d.status {
	case model.DayAll:
		return true
	case model.DayOff:
		return false
	}
	for _, s := range d.shifts {
		if s.covers(minute) {
			return true
		}
	}
	return false
}

type occasion struct {
	zone  int
	lines []occasionLine
}

type occasionLine struct {
	from, to model.Date
	day      day
}

// local is an instant on a zone's wall clock.
type local struct {
	date    model.Date
	weekday time.Weekday
	minute  int
}

func (c *compiler) compileCalendar() {
	c.calendar.step = 5 * model.Minute
	zones := make(map[string]int)
	zone := func(where, name string) int {
		if name == "" {
			name = c.catalog.Settings.Zone
		}
		if name == "" {
			name = "UTC"
		}
		if i, ok := zones[name]; ok {
			return i
		}
		loc, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			c.fail(where, "time zone %s is not an IANA name", quote(name))
			loc = time.UTC
		}
		zones[name] = len(c.calendar.zones)
		c.calendar.zones = append(c.calendar.zones, loc)
		return zones[name]
	}
	clock := func(t model.Clock, end bool) int {
		switch {
		case t.IsZero() && end, end && t.Minutes() == 23*60+59:
			return 24 * 60
		case t.IsZero():
			return 0
		}
		if t.Minutes()%5 != 0 {
			c.calendar.step = model.Minute
		}
		return t.Minutes()
	}
	shifts := func(in []model.Shift) []span5 {
		out := make([]span5, len(in))
		for i, s := range in {
			out[i] = span5{clock(s.From, false), clock(s.To, true)}
		}
		return out
	}
	schedules := make(map[string]*week)
	for _, s := range c.catalog.Schedules {
		w := &week{zone: zone("schedule "+quote(s.ID), s.Zone)}
		for i, d := range s.Days.All() {
			w.days[i] = day{d.Status, shifts(d.Shifts)}
			if d.Status == "" {
				w.days[i].status = model.DayAll
			}
		}
		schedules[s.ID] = w
	}
	occasions := make(map[string]occasion)
	for _, o := range c.catalog.Occasions {
		x := occasion{zone: zone("occasion "+quote(o.ID), o.Zone)}
		for _, l := range o.Lines {
			to, status := l.To, l.Status
			if to.IsZero() {
				to = l.From
			}
			if status == "" {
				status = model.DayOff
			}
			x.lines = append(x.lines, occasionLine{l.From, to, day{status, shifts(l.Shifts)}})
		}
		occasions[o.ID] = x
	}
	known := make(map[string]int32)
	for i, k := range c.campaigns {
		where := "campaign " + quote(k.ID)
		t := &k.TimeFrame
		key := fmt.Sprint(*t)
		id, ok := known[key]
		if !ok {
			f := frame{zone: zone(where, t.Zone), start: t.Start, end: t.End, hours: t.Hours}
			switch t.Hours {
			case model.SpecificHours:
				f.shift = span5{clock(t.From, false), clock(t.To, true)}
			case model.CustomHours:
				if f.week = schedules[t.Schedule]; f.week == nil {
					c.fail(where, "schedule %s does not exist", quote(t.Schedule))
				}
			case model.AllHours, "":
			default:
				c.fail(where, "hours %s: want all, specific or custom", quote(string(t.Hours)))
			}
			for _, id := range t.Occasions {
				o, ok := occasions[id]
				if !ok {
					c.fail(where, "occasion %s does not exist", quote(id))
					continue
				}
				f.occasions = append(f.occasions, o)
			}
			id = int32(len(c.calendar.frames))
			known[key] = id
			c.calendar.frames = append(c.calendar.frames, f)
			c.calendar.bits = append(c.calendar.bits, nil)
		}
		for _, b := range c.campaignB[i] {
			c.byBit[b].frame = id
			if c.live.has(b) {
				c.calendar.bits[id] = append(c.calendar.bits[id], b)
			}
		}
	}
}

// gate returns the first of the time frame's gates that is shut at an instant
// given on every zone's wall clock, or AudienceGate, the next one.
func (f *frame) gate(at []local) Gate {
	now := at[f.zone]
	if now.date < f.start {
		return NotStarted
	}
	if !f.end.IsZero() && now.date > f.end {
		return Ended
	}
	if l, ok := f.special(at); ok {
		if l.day.covers(at[l.zone].minute) {
			return AudienceGate
		}
		return OccasionOff
	}
	switch f.hours {
	case model.SpecificHours:
		if !f.shift.covers(now.minute) {
			return OutsideHours
		}
	case model.CustomHours:
		w := at[f.week.zone]
		if !f.week.days[w.weekday].covers(w.minute) {
			return OutsideHours
		}
	}
	return AudienceGate
}

type coveringLine struct {
	zone int
	*occasionLine
}

// special returns the first special-occasion line that covers the day.
func (f *frame) special(at []local) (coveringLine, bool) {
	for i := range f.occasions {
		o := &f.occasions[i]
		d := at[o.zone].date
		for j := range o.lines {
			if l := &o.lines[j]; l.from <= d && d <= l.to {
				return coveringLine{o.zone, l}, true
			}
		}
	}
	return coveringLine{}, false
}

// wallClocks reads an instant on the wall clock of every zone.
func (c *calendar) wallClocks(t journey.Instant, out []local) []local {
	for _, z := range c.zones {
		w := t.Time().In(z)
		h, m, _ := w.Clock()
		out = append(out, local{model.DateOf(w), w.Weekday(), h*60 + m})
	}
	return out
}

// slot is what the calendar says of one slot: the engagements that pass, and
// those that each of its four gates stops.
type slot struct {
	gates []Gate // by frame
	pass  row
	stop  [4]row // NotStarted to OccasionOff
}

// almanac is a run's memory of slots.
type almanac struct {
	slots map[int64]*slot
	alike map[string]*slot
	until map[int64]int64 // slot -> the next that differs, or the last looked at
	wall  []local
	key   []byte

	// The slot that was looked at last.
	last     *slot
	lastSlot int64

	// The slot of the present, from an instant up to another.
	now      *slot
	from, to journey.Instant
}

// Bounds of what an almanac remembers.
const (
	rememberedSlots = 1 << 14
	rememberedAlike = 1 << 9
)

func (r *Run) slotOf(t journey.Instant) int64 {
	n, d := int64(t), int64(r.e.calendar.step)
	if n < 0 {
		n -= d - 1
	}
	return n / d
}

// slotNow returns what the calendar says of the present.
func (r *Run) slotNow() *slot {
	a := &r.almanac
	if now := r.f.now; a.now == nil || now < a.from || now >= a.to {
		i, step := r.slotOf(now), int64(r.e.calendar.step)
		a.now = r.slotAt(i)
		a.from, a.to = journey.Instant(i*step), journey.Instant((i+1)*step)
	}
	return a.now
}

// slotAt returns what the calendar says of a slot.
func (r *Run) slotAt(i int64) *slot {
	a, c := &r.almanac, &r.e.calendar
	if a.last != nil && a.lastSlot == i {
		return a.last
	}
	if s, ok := a.slots[i]; ok {
		a.last, a.lastSlot = s, i
		return s
	}
	if a.slots == nil || len(a.slots) >= rememberedSlots {
		a.slots, a.until = make(map[int64]*slot), make(map[int64]int64)
	}
	if a.alike == nil || len(a.alike) >= rememberedAlike {
		a.alike = make(map[string]*slot)
		a.slots, a.until = make(map[int64]*slot), make(map[int64]int64)
	}
	a.wall = c.wallClocks(journey.Instant(i*int64(c.step)), a.wall[:0])
	a.key = a.key[:0]
	for j := range c.frames {
		a.key = append(a.key, byte(c.frames[j].gate(a.wall)))
	}
	s, ok := a.alike[string(a.key)]
	if !ok {
		s = r.e.newSlot(a.key)
		a.alike[string(a.key)] = s
	}
	a.slots[i] = s
	return s
}

func (e *Engine) newSlot(gates []byte) *slot {
	s := &slot{pass: make(row, e.words), gates: make([]Gate, len(gates))}
	for g := range s.stop {
		s.stop[g] = make(row, e.words)
	}
	for i, b := range gates {
		g := Gate(b)
		s.gates[i] = g
		if g == AudienceGate {
			s.pass.setAll(e.calendar.bits[i])
		} else {
			s.stop[g-NotStarted].setAll(e.calendar.bits[i])
		}
	}
	return s
}

// nextSlot returns the start of the first slot after i, up to the one that
// holds the limit, that differs from it; false if none does.
func (r *Run) nextSlot(i int64, limit journey.Instant) (journey.Instant, bool) {
	if len(r.e.calendar.frames) == 0 {
		return 0, false
	}
	a, last := &r.almanac, r.slotOf(limit)
	s := r.slotAt(i)
	j, ok := a.until[i]
	if !ok || j < i {
		j = i
	}
	for ; j <= last; j++ {
		if r.slotAt(j) != s {
			a.until[i] = j
			r.slotAt(i)
			return journey.Instant(j * int64(r.e.calendar.step)), true
		}
	}
	a.until[i] = last
	r.slotAt(i)
	return 0, false
}
