package simulator

import (
	"math"
	"net/url"
	"sort"
	"strings"
	"time"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// bar is the timeline's scale. Time runs evenly while something happens; a
// long stretch without anything takes less room the longer it is, so that half
// an hour of an open page does not push a minute of events into one cell.
type bar struct {
	stops []journey.Instant // distinct instants at which something happens
	at0   []float64         // where each stands, in even milliseconds
	marks []widget.Mark
}

// even is how much of a stretch is drawn evenly.
const even = 20_000.0

// room is what a stretch of so many milliseconds takes.
func room(ms float64) float64 {
	if ms <= even {
		return ms
	}
	return even + even/2*math.Log2(ms/even)
}

// span is the inverse of room.
func span(r float64) float64 {
	if r <= even {
		return r
	}
	return even * math.Exp2((r-even)/(even/2))
}

func newBar(p *replay.Player) bar { return barOf(p.Start().At, p.End().At, p.Marks()) }

// barOf is the scale of marks in the order of time.
func barOf(start, end journey.Instant, marks []replay.Mark) bar {
	b := bar{stops: []journey.Instant{start}, at0: []float64{0}}
	add := func(at journey.Instant) {
		last := b.stops[len(b.stops)-1]
		if at > last {
			b.at0 = append(b.at0, b.at0[len(b.at0)-1]+room(float64(at-last)))
			b.stops = append(b.stops, at)
		}
	}
	for _, m := range marks {
		if m.Kind != replay.MarkChange { // nothing that a visitor would notice
			add(m.At)
		}
	}
	add(end)
	for _, m := range marks {
		kind, ok := markKind(m.Kind)
		if ok {
			b.marks = append(b.marks, widget.Mark{At: b.place(m.At), Kind: kind})
		}
	}
	return b
}

func markKind(k replay.MarkKind) (widget.Kind, bool) {
	switch k {
	case replay.MarkEvent:
		return widget.EventMark, true
	case replay.MarkAccept:
		return widget.AcceptMark, true
	case replay.MarkDecline:
		return widget.DeclineMark, true
	case replay.MarkDisplay:
		return widget.DisplayMark, true
	case replay.MarkGoal:
		return widget.GoalMark, true
	}
	return 0, false
}

// place is where an instant stands on the scale.
func (b *bar) place(at journey.Instant) time.Duration {
	if len(b.stops) == 0 {
		return 0
	}
	i := sort.Search(len(b.stops), func(i int) bool { return b.stops[i] > at }) - 1
	if i < 0 {
		return 0
	}
	d := b.at0[i]
	if i+1 < len(b.stops) {
		d += min(room(float64(at-b.stops[i])), b.at0[i+1]-b.at0[i])
	}
	return time.Duration(d * float64(time.Millisecond))
}

// instant is the inverse of place.
func (b *bar) instant(d time.Duration) journey.Instant {
	if len(b.stops) == 0 {
		return 0
	}
	ms := float64(d) / float64(time.Millisecond)
	i := max(0, sort.Search(len(b.at0), func(i int) bool { return b.at0[i] > ms })-1)
	at := b.stops[i] + journey.Instant(math.Round(span(ms-b.at0[i])))
	if i+1 < len(b.stops) {
		at = min(at, b.stops[i+1])
	}
	return min(at, b.stops[len(b.stops)-1])
}

func (b *bar) length() time.Duration {
	if len(b.at0) == 0 {
		return 0
	}
	return time.Duration(b.at0[len(b.at0)-1] * float64(time.Millisecond))
}

// at is the instant of a cell of a bar w cells wide.
func (b *bar) at(x, w int) journey.Instant {
	return b.instant(widget.Timeline{Length: b.length()}.At(x, w))
}

// timelineRows is how many rows the timeline takes.
const timelineRows = 4

// timeline draws the transport, the bar and what is going on.
func (s *Screen) timeline(w int) frame.Rows {
	th := s.ses.Theme
	head := widget.Timeline{Length: s.bar.length(), Head: s.bar.place(s.head.At)}.Cell(s.bar.place(s.head.At), w-2)
	extra := uint64(head)<<16 | uint64(s.clock.speed)<<3
	for i, on := range []bool{s.clock.playing, s.clock.skip, s.clock.loop} {
		if on {
			extra |= 1 << i
		}
	}
	key := frame.Key{Version: s.look.number, W: w, H: timelineRows, Look: th.Look(), Extra: extra}
	return s.bottom.Rows(key, func() frame.Rows {
		tl := widget.Timeline{Length: s.bar.length(), Head: s.bar.place(s.head.At), Marks: s.bar.marks}
		rows := frame.Rows{s.transportRow(w)}
		for _, r := range tl.Rows(th, max(1, w-2)) {
			rows = append(rows, frame.Fit(" "+r, w))
		}
		return append(rows, s.storyRow(w))
	})
}

// transportRow tells whether it plays, when and where.
func (s *Screen) transportRow(w int) string {
	th := s.ses.Theme
	sign, word := th.Pause, "paused"
	if s.clock.playing {
		sign, word = th.Play, "playing"
	}
	at, start, end := s.look.at.At, s.player.Start().At, s.player.End().At
	left := " " + th.Paint(theme.Play, sign) + " " + frame.Fit(word, 7) + " " +
		th.Paint(theme.Strong, frame.FitRight(speedWords(s.clock.speed), 6)) + th.Paint(theme.Info, s.clock.flags()) + "   " + stamp(at) // without a look: it changes with every frame
	right := span2(at-start) + " of " + span2(end-start) + "   event " + number(s.head.Events) + " of " + number(len(s.player.Events())) + " "
	if room := w - frame.Width(left) - frame.Width(right); room >= 2 {
		return left + strings.Repeat(" ", room) + th.Paint(theme.Muted, right)
	}
	short := number(s.head.Events) + "/" + number(len(s.player.Events())) + " "
	return frame.Fit(left, max(0, w-len(short))) + th.Paint(theme.Muted, frame.Fit(short, min(w, len(short))))
}

// legendWidth is the width from which the timeline's signs are explained.
const legendWidth = 118

// storyRow tells what happened last and what comes next.
func (s *Screen) storyRow(w int) string {
	th := s.ses.Theme
	marks := s.player.Marks()
	last, next, brief := "", "", ""
	for i := s.look.marks - 1; i >= 0; i-- {
		if h, ok := s.happened(&marks[i]); ok {
			last = h.sign + " " + h.words
			break
		}
	}
	for i := s.look.marks; i < len(marks); i++ {
		if h, ok := s.happened(&marks[i]); ok && !answered(marks, i) {
			next = "in " + span2(marks[i].At-s.look.at.At) + ": " + h.words
			brief = strings.Replace(next, siteOf(s.look.page.URL), "", 1)
			break
		}
	}
	if next == "" {
		next = "nothing more comes"
	}
	legend := ""
	if w >= legendWidth {
		legend = "  " + th.Paint(theme.Event, th.Event) + " event  " + th.Paint(theme.Display, th.Display) + " display  " + th.Paint(theme.OK, th.Check) + " accepted  " +
			th.Paint(theme.Danger, th.Cross) + " declined  " + th.Paint(theme.Goal, th.Goal) + " goal "
		w -= frame.Width(legend)
	}
	// What comes next has its place, and moves to the left where it is long and what
	// happened is short; of an address on the same site the path does.
	last, next = clean(last), clean(next)
	room := w - 3
	half := room * 11 / 20
	if over := frame.Width(next) - (room - half); over > 0 {
		if brief = clean(brief); brief != "" && frame.Width(last)+frame.Width(next) > room {
			next = brief
		}
		half = max(min(half, frame.Width(last)), min(half, room-frame.Width(next)))
	}
	return " " + frame.FitWith(last, half, th.Ellipsis) + "  " + th.Paint(theme.Muted, frame.FitWith(next, max(0, room-half), th.Ellipsis)) + legend
}

// siteOf is what an address begins with, up to its path; empty: it has none.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
