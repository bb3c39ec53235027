package persona

import (
	"math/bits"
	"slices"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// Curve is when visits begin: the weight of an hour of the week, by the local
// clock, is that of its hour times that of its day.
type Curve struct {
	Hours [24]uint32
	Days  [7]uint32 // by time.Weekday: Sunday is 0
}

// OrdinaryCurve is that of a shop: quiet nights, a rise until noon, most of it
// in the evening, and a strong Sunday.
func OrdinaryCurve() Curve {
	return Curve{
		Hours: [24]uint32{14, 8, 5, 4, 4, 7, 16, 30, 46, 58, 66, 70, 70, 66, 64, 64, 66, 72, 82, 96, 104, 96, 66, 34},
		Days:  [7]uint32{112, 104, 100, 98, 96, 90, 94},
	}
}

// span is a time that visits begin in, cut into hours, with the weights of all
// hours up to each one.
type span struct {
	start, end journey.Instant
	upTo       []uint64
}

const hour = journey.Instant(model.Hour)

func newSpan(c Curve, start journey.Instant, days int, zone *time.Location) *span {
	end := journey.At(start.Time().In(zone).AddDate(0, 0, days))
	s := &span{start: start, end: end}
	total := uint64(0)
	for at := start; at < end; at += hour {
		t := at.Time().In(zone)
		w := uint64(c.Hours[t.Hour()]) * uint64(c.Days[t.Weekday()])
		if end-at < hour { // a change of the clock by less
			w = w * uint64(end-at) / uint64(hour)
		}
		total += w
		s.upTo = append(s.upTo, total)
	}
	return s
}

// total is the weight of the whole span.
func (s *span) total() uint64 { return s.upTo[len(s.upTo)-1] }

// before is the weight of the slots before one.
func (s *span) before(slot int) uint64 {
	if slot == 0 {
		return 0
	}
	return s.upTo[slot-1]
}

// at returns the instant at which a weight has passed; part says where within
// an hour, in 2^64ths.
func (s *span) at(weight, part uint64) journey.Instant {
	slot, _ := slices.BinarySearch(s.upTo, weight+1) // the first above it
	from := s.start + journey.Instant(slot)*hour
	in, _ := bits.Mul64(uint64(min(hour, s.end-from)), part)
	return from + journey.Instant(in)
}

// draw draws an instant.
func (s *span) draw(d *dice) journey.Instant {
	w := d.below(s.total())
	return s.at(w, d.pcg.Uint64())
}

// drawWithin draws an instant from hours that begin in a part of the span; ok
// is false if there is none with a weight.
func (s *span) drawWithin(d *dice, from, to journey.Instant) (at journey.Instant, ok bool) {
	first := int((max(from, s.start) - s.start + hour - 1) / hour)
	last := int((min(to, s.end) - s.start + hour - 1) / hour) // exclusive
	w, part := d.pcg.Uint64(), d.pcg.Uint64()
	if first >= last || s.upTo[last-1] == s.before(first) {
		return 0, false
	}
	hi, _ := bits.Mul64(w, s.upTo[last-1]-s.before(first))
	return s.at(s.before(first)+hi, part), true
}

// parts cuts the span into so many stretches of about equal weight; the first
// begins before everything and the last never ends.
func (s *span) parts(n uint64) []journey.Instant {
	bounds := []journey.Instant{s.start}
	for i := uint64(1); i < n; i++ {
		hi, lo := bits.Mul64(s.total(), i)
		weight, _ := bits.Div64(hi, lo, n)
		slot, _ := slices.BinarySearch(s.upTo, weight+1)
		from, of := s.start+journey.Instant(slot)*hour, s.upTo[slot]-s.before(slot)
		at := from + journey.Instant(uint64(hour)*(weight-s.before(slot))/of)
		if at > bounds[len(bounds)-1] {
			bounds = append(bounds, at)
		}
	}
	return append(bounds, 1<<62)
}
