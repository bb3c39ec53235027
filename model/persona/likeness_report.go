package persona

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/text"
)

// Report says in lines what was measured, then what the log does not tell and
// what was not taken of it.
func (l *Likeness) Report() []string {
	out := []string{fmt.Sprintf("measured: %s of %s, %s, %s to %s", text.Many(int64(l.sessions), "visit"), text.Many(int64(l.visitors), "visitor"),
		text.Many(int64(l.views), "page view"), l.first, l.last)}
	say := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	tenths := l.known * 10 / l.sessions
	say("measured: pages: %d, %d steps from one to another; most seen: %s", len(l.pages), l.hops, l.favorites())
	say("measured: length of visits: %d.%d pages on average, %d %% with one page", tenths/10, tenths%10, l.bounces*100/l.sessions)
	if n := l.stays.total(); n > 0 {
		say("measured: time on a page: half below about %s, nine of ten below about %s", tenth(l.stays.below(50)), tenth(l.stays.below(90)))
	}
	say("measured: hours: most visits begin at %d o'clock, fewest at %d o'clock (%s)", most(l.Curve.Hours[:]), fewest(l.Curve.Hours[:]), l.zone)
	if busy, quiet := l.extremeDays(); busy == quiet {
		say("measured: days: visits of %s alone", busy)
	} else {
		say("measured: days: most visits on %s, fewest on %s", busy, quiet)
	}
	again := l.visitorsWhoCameAgain()
	say("measured: %d %% of visitors come again within the log", again*100/max(1, l.visits.total()))
	if l.devices.total() > 0 {
		say("measured: devices: %d", len(l.devices.list))
	}
	if n := l.countries(); n > 0 {
		say("measured: countries: %d", n)
	}
	if n := len(l.referrers.list); n > 1 {
		say("measured: ways to the site: %d", n)
	}
	return append(out, l.notTold()...)
}

// notTold says what the log does not tell, and what was not taken of it.
func (l *Likeness) notTold() []string {
	var out []string
	say := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	if l.stays.total() == 0 {
		say("not told: time on a page, as no visit has two")
	} else {
		say("not told: time on the last page of a visit; it is taken for that on others")
	}
	if len(l.unseen) > 0 {
		var days []string
		for _, d := range l.unseen {
			days = append(days, d.String())
		}
		say("not told: how %s differ, which the log does not cover; they are like the others", strings.Join(days, ", "))
	}
	if l.devices.total() == 0 {
		say("not told: devices")
	}
	if l.countries() == 0 {
		say("not told: countries")
	}
	if len(l.referrers.list) == 1 && l.referrers.list[0] == (lead{}) {
		say("not told: where visits came from")
	}
	if l.returning.total() == 0 {
		say("not told: who had been here before the log begins")
	}
	if m := slices.DeleteFunc(slices.Clone(l.missing), func(s string) bool { return s == journey.PageView.String() }); len(m) > 0 {
		say("not told: %s", strings.Join(m, ", "))
	}
	var others []string
	for t := journey.Cart; t < journey.Leave; t++ {
		if n := l.types[t.String()]; n > 0 {
			others = append(others, fmt.Sprintf("%d %s", n, t))
		}
	}
	if len(others) > 0 {
		say("not taken: events that are no pages: %s", strings.Join(others, ", "))
	}
	say("not taken: addresses of visitors, queries of URLs but utm_source, utm_medium and utm_campaign, what was searched for")
	alone := 0
	for _, a := range l.seenBy {
		if !a.more {
			alone++
		}
	}
	if alone > 0 {
		say("taken as they are: paths and titles of pages, %d of which one visitor alone has seen: look at them before you pass the traffic on", alone)
	}
	if n := l.views - l.known; n > 0 {
		say("not taken: %d views of pages beyond the first %d", n, maxPages)
	}
	if n := l.lostHops(); n > 0 {
		say("not taken: %d steps between pages beyond the first %d pairs", n, maxHops)
	}
	return out
}

func (l *Likeness) lostHops() uint64 {
	n := uint64(0)
	for _, t := range l.next {
		n += t.rest
	}
	return n
}

func (l *Likeness) visitorsWhoCameAgain() uint64 {
	n := uint64(0)
	for i, visits := range l.visits.list {
		if visits > 1 {
			n += l.visits.counts[i]
		}
	}
	return n
}

func (l *Likeness) countries() int {
	seen := map[string]bool{}
	for _, h := range l.places.list {
		if h.geo.Country != "" {
			seen[h.geo.Country] = true
		}
	}
	return len(seen)
}

// favorites are the pages that are seen most.
func (l *Likeness) favorites() string {
	seen := make([]uint64, len(l.pages))
	for i, p := range l.landed.list {
		seen[p] += l.landed.counts[i]
	}
	for _, n := range l.next {
		for i, p := range n.list {
			if p != end {
				seen[p] += n.counts[i]
			}
		}
	}
	var out []string
	for range min(3, len(seen)) {
		i := most(seen)
		out = append(out, fmt.Sprintf("%s (%d)", text.Line(l.pages[i].Path, 80), seen[i]))
		seen[i] = 0
	}
	return strings.Join(out, ", ")
}

// tenth rounds a span to tenths of a second.
func tenth(d model.Duration) model.Duration { return (d + 50) / 100 * 100 }

// most and fewest return the first index of the greatest and the least.
// extremeDays are the weekday with the most visits and the one with the fewest,
// of those that the log covers.
func (l *Likeness) extremeDays() (busy, quiet time.Weekday) {
	var covered []time.Weekday
	for d := time.Sunday; d <= time.Saturday; d++ {
		if !slices.Contains(l.unseen, d) {
			covered = append(covered, d)
		}
	}
	if len(covered) == 0 {
		return 0, 0
	}
	by := func(a, b time.Weekday) int { return cmp.Compare(l.Curve.Days[a], l.Curve.Days[b]) }
	quiet = slices.MinFunc(covered, by)
	slices.Reverse(covered) // of days alike another is the busy one
	return slices.MaxFunc(covered, by), quiet
}

func most[N uint32 | uint64](list []N) int   { return slices.Index(list, slices.Max(list)) }
func fewest[N uint32 | uint64](list []N) int { return slices.Index(list, slices.Min(list)) }
