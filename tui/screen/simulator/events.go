package simulator

import (
	"sort"
	"strings"

	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// happening is a line of the event list: an event of the journey, or what it
// led to.
type happening struct {
	n     int // marks up to and with its own
	at    replay.Position
	sign  string
	words string
	look  theme.Token
}

// events is the list around the head. It has no selection and no place of its
// own: the line of the head is in the middle, and moving in the list moves the
// head.
type events struct {
	items  []happening
	shown  []int // items that the filter leaves
	filter string
	number uint64
	top    int // first item in the last picture
	height int
	cache  frame.Cache
	hits   layout.Rect
}

func (l *events) set(items []happening) {
	l.items = items
	l.arrange()
}

// Filter implements pane.Filterable.
func (l *events) Filter() string { return l.filter }

// SetFilter implements pane.Filterable: every word has to occur.
func (l *events) SetFilter(q string) {
	l.filter = q
	l.arrange()
}

// Count implements pane.Filterable.
func (l *events) Count() (shown, total int) { return len(l.shown), len(l.items) }

func (l *events) arrange() {
	l.number++
	l.shown = l.shown[:0]
	words := strings.Fields(strings.ToLower(l.filter))
next:
	for i := range l.items {
		if len(words) > 0 {
			said := strings.ToLower(clean(l.items[i].words))
			for _, w := range words {
				if !strings.Contains(said, w) {
					continue next
				}
			}
		}
		l.shown = append(l.shown, i)
	}
}

// current is the line of what happened last, -1 before everything.
func (l *events) current(marks int) int {
	return sort.Search(len(l.shown), func(i int) bool { return l.items[l.shown[i]].n > marks }) - 1
}

// rows draws the lines around the head.
func (l *events) rows(th *theme.Theme, size layout.Size, focused bool, marks int) frame.Rows {
	l.hits = layout.Rect{W: size.W, H: size.H}
	at := l.current(marks)
	key := frame.Key{Version: l.number, W: size.W, H: size.H, Focused: focused, Look: th.Look(), Extra: uint64(at + 1)}
	return l.cache.Rows(key, func() frame.Rows {
		if len(l.shown) == 0 {
			said := "The journey has no event."
			if len(l.items) > 0 {
				said = "Nothing matches the filter; esc shows all."
			}
			return frame.Block([]string{" " + th.Paint(theme.Muted, said)}, size.W, size.H)
		}
		var whole frame.Rows // of what is cut in its row
		if at >= 0 && 10+frame.Width(l.items[l.shown[at]].words)+3 > size.W {
			list, foot := widget.Footed(size.H, 2)
			whole, size.H = widget.Whole(th, l.items[l.shown[at]].words, size.W, foot), list
		}
		l.height = size.H
		l.top = max(0, min(at-size.H/2, len(l.shown)-size.H))
		bar := widget.Scrollbar(th, size.H, l.top, len(l.shown))
		w := size.W
		if bar != nil {
			w--
		}
		out := frame.Blank(size.W, size.H)
		for i := range out {
			line := ""
			if n := l.top + i; n < len(l.shown) {
				line = l.items[l.shown[n]].line(th, w, n == at, focused)
			}
			out[i] = frame.Fit(line, w)
			if bar != nil {
				out[i] += bar[i]
			}
		}
		return frame.Above(out, whole)
	})
}

// line draws a line: the time, the sign of its kind, the words.
func (h *happening) line(th *theme.Theme, w int, current, focused bool) string {
	rest := th.Paint(h.look, frame.FitWith(h.sign+" "+clean(h.words), max(0, w-10), th.Ellipsis))
	line := th.Paint(theme.Muted, clockOf(h.at.At)) + " " + rest
	switch {
	case !current:
		return " " + line
	case focused:
		return th.Over(theme.Selection, frame.Fit(th.Selected+line, w))
	}
	return th.Over(theme.SelectionQuiet, frame.Fit(th.Selected+line, w))
}

// happened says what a mark tells; false for those that the list leaves out.
func (s *Screen) happened(m *replay.Mark) (happening, bool) {
	th := s.ses.Theme
	h := happening{at: m.Position, sign: th.Glyphs.Event}
	name := ""
	if m.Engagement >= 0 {
		name = nameOf(s.player.Engine().Engagements()[m.Engagement].Engagement)
	} else if m.Campaign >= 0 {
		name = s.player.Engine().Campaigns()[m.Campaign].Name
	}
	switch m.Kind {
	case replay.MarkEvent:
		h.words = describeEvent(m.Event)
	case replay.MarkDisplay:
		h.sign, h.look, h.words = th.Glyphs.Display, theme.Display, "shown: "+name
	case replay.MarkFollow:
		h.sign, h.look, h.words = th.Glyphs.Display, theme.Display, "followed: "+name
	case replay.MarkAccept:
		h.sign, h.look, h.words = th.Check, theme.OK, "accepted: "+name
	case replay.MarkDecline:
		h.sign, h.look, h.words = th.Cross, theme.Warn, "declined: "+name
	case replay.MarkTimeout:
		h.sign, h.look, h.words = th.Waiting, theme.Warn, "timed out: "+name
	case replay.MarkGoal:
		h.sign, h.look, h.words = th.Glyphs.Goal, theme.Goal, "goal reached: "+name
	case replay.MarkDuplicate:
		h.sign, h.look, h.words = th.Glyphs.Goal, theme.Muted, "a duplicate, not counted for "+name
	case replay.MarkVisit:
		h.sign, h.look, h.words = th.Play, theme.Muted, "a visit begins"
	case replay.MarkVisitEnd:
		h.sign, h.look, h.words = th.Ended, theme.Muted, "the visit ends"
	default:
		return h, false
	}
	return h, true
}

// listEvents makes the list anew for another journey.
func (s *Screen) listEvents() {
	marks := s.player.Marks()
	out := make([]happening, 0, len(marks))
	for i := range marks {
		h, ok := s.happened(&marks[i])
		if !ok || answered(marks, i) {
			continue
		}
		h.n = i + 1
		out = append(out, h)
		// The visit that an event begins comes before the event.
		if n := len(out); marks[i].Kind == replay.MarkVisit && n > 1 && out[n-2].at == h.at {
			out[n-1], out[n-2] = out[n-2], out[n-1]
			out[n-1].n, out[n-2].n = out[n-2].n, out[n-1].n
		}
	}
	s.list.set(out)
}

// answered tells whether a mark is an answer of the journey that the engine
// took, so that the next mark says the same.
func answered(marks []replay.Mark, i int) bool {
	m := &marks[i]
	if m.Kind != replay.MarkEvent || m.Event.Respond == nil || i+1 == len(marks) {
		return false
	}
	next := marks[i+1]
	return next.Event == m.Event && (next.Kind == replay.MarkAccept || next.Kind == replay.MarkDecline)
}

// inEvents moves the head along the list.
func (s *Screen) inEvents(id keymap.ID, arg any) bool {
	l := &s.list
	if len(l.shown) == 0 {
		return false
	}
	page := max(1, l.height-1)
	switch id {
	case keymap.Up:
		s.along(-1)
	case keymap.Down:
		s.along(1)
	case keymap.PageUp:
		s.along(-page)
	case keymap.PageDown:
		s.along(page)
	case keymap.HalfUp:
		s.along(-max(1, page/2))
	case keymap.HalfDown:
		s.along(max(1, page/2))
	case keymap.First:
		s.move(s.player.Start())
	case keymap.Last:
		s.move(l.items[l.shown[len(l.shown)-1]].at)
	case keymap.Open:
		s.askEvent()
	case keymap.Wheel:
		p, _ := arg.(frame.Pointer)
		s.along(p.Wheel)
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		if n := l.top + p.Y; n >= 0 && n < len(l.shown) {
			if now := l.current(s.look.marks); now >= 0 && l.items[l.shown[n]].at == l.items[l.shown[now]].at { // once more
				s.askEvent()
				break
			}
			s.move(l.items[l.shown[n]].at)
		}
	default:
		return false
	}
	return true
}

// along moves the head by n lines; lines of one position count as one.
func (s *Screen) along(n int) {
	l := &s.list
	at := s.head
	for ; n > 0; n-- {
		i := sort.Search(len(l.shown), func(i int) bool { return at.Before(l.items[l.shown[i]].at) })
		if i == len(l.shown) {
			break
		}
		at = l.items[l.shown[i]].at
	}
	for ; n < 0; n++ {
		i := sort.Search(len(l.shown), func(i int) bool { return !l.items[l.shown[i]].at.Before(at) }) - 1
		if i < 0 {
			at = s.player.Start()
			break
		}
		at = l.items[l.shown[i]].at
	}
	s.move(at)
}
