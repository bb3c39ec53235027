package widget

import (
	"fmt"
	"strings"
	"time"

	"beckon/tui/frame"
	"beckon/tui/theme"
)

// Scrollbar draws a bar of the given height beside a list of total lines of
// which the one at top is the first visible. It is nil where all is visible.
func Scrollbar(th *theme.Theme, height, top, total int) []string {
	if height <= 0 || total <= height {
		return nil
	}
	size := max(1, height*height/total)
	at := 0
	if total > height {
		at = top * (height - size) / (total - height)
	}
	if top > 0 && at == 0 && height > size {
		at = 1 // there is something above
	}
	out := make([]string, height)
	for i := range out {
		if i >= at && i < at+size {
			out[i] = th.Paint(theme.Border, th.Thumb)
		} else {
			out[i] = th.Paint(theme.Border, th.Track)
		}
	}
	return out
}

// Progress draws how much of the total is done, exactly w cells wide, with
// the share in percent. A total of 0 shows what is done as a plain count.
func Progress(th *theme.Theme, w int, done, total int64) string {
	if total <= 0 {
		return frame.Fit(fmt.Sprint(done), w)
	}
	done = max(0, min(done, total))
	label := fmt.Sprintf(" %3d%%", int(float64(done)/float64(total)*100))
	room := w - len(label)
	if room < 3 {
		return frame.FitRight(strings.TrimSpace(label), w)
	}
	full := int(float64(done) / float64(total) * float64(room))
	return th.Paint(theme.Accent, strings.Repeat(th.BarFull, full)) +
		th.Paint(theme.Muted, strings.Repeat(th.BarEmpty, room-full)) + label
}

// Kind says what a mark on a timeline stands for.
type Kind uint8

const (
	EventMark Kind = iota
	AcceptMark
	DeclineMark
	DisplayMark
	GoalMark
)

// Mark is something that happened at an instant of a timeline.
type Mark struct {
	At   time.Duration // since its beginning
	Kind Kind
}

// Timeline is a bar of events, answers, displays and goals with a play head. Length is
// its whole duration.
type Timeline struct {
	Length time.Duration
	Head   time.Duration
	Marks  []Mark
}

// Rows draws the timeline on two rows of w cells: the play head above the
// rail. Where several marks fall on one cell a goal covers a display, a display
// an answer, and an answer an event.
func (t Timeline) Rows(th *theme.Theme, w int) frame.Rows {
	if w <= 0 {
		return frame.Rows{"", ""}
	}
	kinds := make([]int8, w)
	for i := range kinds {
		kinds[i] = -1
	}
	for _, m := range t.Marks {
		if x := t.Cell(m.At, w); int8(m.Kind) > kinds[x] {
			kinds[x] = int8(m.Kind)
		}
	}
	head := t.Cell(t.Head, w)
	var rail strings.Builder
	run := 0
	flush := func() {
		if run > 0 {
			rail.WriteString(th.Paint(theme.Muted, strings.Repeat(th.Rail, run)))
			run = 0
		}
	}
	for _, k := range kinds {
		switch Kind(k) {
		case EventMark:
			flush()
			rail.WriteString(th.Paint(theme.Event, th.Glyphs.Event))
		case AcceptMark:
			flush()
			rail.WriteString(th.Paint(theme.OK, th.Glyphs.Check))
		case DeclineMark:
			flush()
			rail.WriteString(th.Paint(theme.Danger, th.Glyphs.Cross))
		case DisplayMark:
			flush()
			rail.WriteString(th.Paint(theme.Display, th.Glyphs.Display))
		case GoalMark:
			flush()
			rail.WriteString(th.Paint(theme.Goal, th.Glyphs.Goal))
		default:
			run++
		}
	}
	flush()
	return frame.Rows{
		frame.Fit(strings.Repeat(" ", head)+th.Paint(theme.Play, th.Glyphs.Head), w),
		rail.String(),
	}
}

// Cell is the column of an instant on a timeline w cells wide: the beginning
// in the first, the end in the last.
func (t Timeline) Cell(at time.Duration, w int) int {
	if t.Length <= 0 || w <= 1 {
		return 0
	}
	at = max(0, min(at, t.Length))
	return int(float64(at)/float64(t.Length)*float64(w-1) + 0.5)
}

// At is the instant that a column of a timeline w cells wide stands for.
func (t Timeline) At(x, w int) time.Duration {
	if w <= 1 {
		return 0
	}
	x = max(0, min(x, w-1))
	return time.Duration(float64(t.Length) * float64(x) / float64(w-1))
}
