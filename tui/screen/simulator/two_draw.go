package simulator

import (
	"strings"

	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/page"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// besideWidth is the width from which both runs stand side by side.
const besideWidth = 120

// apart tells whether one pane alone has room.
func (t *two) apart() bool { return t.zoomed || t.size.W < besideWidth }

// twoSlot is a pane and where it stands.
type twoSlot struct {
	pane twoPlace
	at   layout.Rect
}

// arrange divides the body: both runs above, the differences and the
// engagements below, the timeline at the end.
func (t *two) arrange(size layout.Size) (panes []twoSlot, bottom layout.Rect) {
	h := 5
	if size.W < besideWidth {
		h = 6 // the sentence takes two rows
	}
	body, bottom := layout.Rect{W: size.W, H: size.H}.CutBottom(min(h, max(0, size.H-3)))
	if t.apart() {
		return []twoSlot{{t.focus, body}}, bottom
	}
	top, low := body.CutBottom(max(7, body.H*2/5))
	up, down := top.Columns(1, 1), low.Columns(11, 10)
	return []twoSlot{{sideA, up[0]}, {sideB, up[1]}, {listPane, down[0]}, {pairPane, down[1]}}, bottom
}

// draw draws both runs.
func (t *two) draw(size layout.Size, focused bool) frame.Rows {
	t.size = size
	key := frame.Key{Version: t.number, W: size.W, H: size.H, Focused: focused, Look: t.s.ses.Theme.Look()}
	return t.body.Rows(key, func() frame.Rows {
		panes, bottom := t.arrange(size)
		body := make(frame.Rows, size.H)
		for _, p := range panes {
			for i, r := range t.pane(p, focused) {
				body[p.at.Y+i] += r
			}
		}
		if !bottom.Empty() {
			copy(body[bottom.Y:], t.timeline(size.W, bottom.H))
		}
		return body
	})
}

// pane draws one pane in its box.
func (t *two) pane(p twoSlot, focused bool) frame.Rows {
	th := t.s.ses.Theme
	has := focused && t.focus == p.pane
	box := widget.Box{Title: t.title(p.pane), Note: t.note(p.pane), Focused: has}
	inner := box.Inner(p.at.Size())
	var inside frame.Rows
	switch p.pane {
	case listPane:
		inside = t.list.Rows(th, inner, has)
	case pairPane:
		inside = t.rows.Rows(th, inner, has)
	default:
		inside = t.side(t.sides[p.pane], inner, has)
	}
	return box.Rows(th, p.at.Size(), inside)
}

// side draws the page of a run, or its trace.
func (t *two) side(side *Screen, inner layout.Size, focused bool) frame.Rows {
	if !t.traced {
		return side.pageRows(inner)
	}
	th := t.s.ses.Theme
	if key, _ := side.why.SelectedKey(); key != t.path {
		return frame.Block(widget.Wrapped(th, []widget.Line{widget.L(widget.Cell{Text: t.path, Look: theme.Strong}, widget.T(" is not in this catalog."))}, inner.W), inner.W, inner.H)
	}
	return side.trace.rows(side, inner, focused)
}

// title is a pane's name, among the names of the others where it stands alone.
func (t *two) title(p twoPlace) string {
	if !t.apart() {
		if p <= sideB {
			return twoTitles[p] + ": " + t.names[p]
		}
		return twoTitles[p]
	}
	names := make([]string, twoPlaces)
	for i := range names {
		names[i] = twoTitles[i]
		if twoPlace(i) == p {
			names[i] = "[" + names[i] + "]"
		}
	}
	return strings.Join(names, " ")
}

// note is what the upper edge of a pane says at its right end.
func (t *two) note(p twoPlace) string {
	switch {
	case p == listPane && len(t.diffs) > 0:
		return number(len(t.diffs))
	case p == pairPane:
		return "that differ now"
	case p > sideB:
		return ""
	case t.traced && t.apart():
		return twoTitles[p] + ", " + t.names[p] + ": why"
	case t.traced:
		return "why, " + t.nameIn(t.path, "")
	case t.apart():
		return twoTitles[p] + ": " + t.names[p]
	}
	if pg := t.sides[p].look.frame.State.Page; pg != nil {
		if kind := page.KindOf(pg.URL, pg.Title, pg.Sections); kind != page.PlainPage {
			return kind.String() + " page"
		}
	}
	return ""
}

// timeline draws the transport, the one bar of both with what differs below
// it, and the difference in a sentence.
func (t *two) timeline(w, h int) frame.Rows {
	th := t.s.ses.Theme
	tl := widget.Timeline{Length: t.bar.length(), Head: t.bar.place(t.head), Marks: t.bar.marks}
	rows := frame.Rows{t.transportRow(w)}
	for _, r := range tl.Rows(th, max(1, w-2)) {
		rows = append(rows, frame.Fit(" "+r, w))
	}
	rows = append(rows, t.marked.Rows(frame.Key{W: w, H: 1, Look: th.Look()}, func() frame.Rows {
		return frame.Rows{frame.Fit(" "+t.differenceRow(max(1, w-2)), w)}
	})...)
	said, room := clean(t.story()), h-len(rows)
	lines := widget.Wrapped(th, []widget.Line{widget.L(widget.T(said))}, max(1, w-2))
	for i := range max(0, room) {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		if i == room-1 && len(lines) > room {
			line = frame.Truncate(line, max(0, w-2-frame.Width(th.Ellipsis)), "") + th.Ellipsis
		}
		if legend := t.legend(); i == 0 && len(t.diffs) > 0 && frame.Width(said)+frame.Width(legend)+6 < w {
			line = frame.Fit(said, w-3-frame.Width(legend)) + " " + th.Paint(theme.Muted, legend)
		}
		rows = append(rows, frame.Fit(" "+line, w))
	}
	return rows[:max(0, h)]
}

// transportRow tells whether it plays, when, and which difference it is.
func (t *two) transportRow(w int) string {
	th, c := t.s.ses.Theme, &t.s.clock
	sign, word := th.Pause, "paused"
	if c.playing {
		sign, word = th.Play, "playing"
	}
	left := " " + th.Paint(theme.Play, sign) + " " + frame.Fit(word, 7) + " " + th.Paint(theme.Strong, frame.FitRight(speedWords(c.speed), 6)) + "   " + stamp(t.head)
	if t.lock != 0 {
		left += ", B " + stamp(t.head.Add(t.lock))
	}
	right := "no difference "
	if n := len(t.diffs); n > 0 && t.on >= 0 {
		right = "difference " + number(t.on+1) + " of " + number(n) + " "
	} else if n > 0 {
		right = plural(n, "difference") + " "
	}
	if room := w - frame.Width(left) - frame.Width(right); room >= 2 {
		return left + strings.Repeat(" ", room) + th.Paint(theme.Muted, right)
	}
	return frame.FitWith(left, w, th.Ellipsis)
}

// legend says what the signs of differences mean.
func (t *two) legend() string {
	return "A, B only there  " + bothSign + " both, or at another time  " + t.s.ses.Theme.Dot + " gates"
}

// differenceRow marks below the bar where the runs differ.
func (t *two) differenceRow(w int) string {
	th := t.s.ses.Theme
	bar := widget.Timeline{Length: t.bar.length()}
	signs, looks := make([]string, w), make([]theme.Token, w)
	for i, d := range t.diffs {
		x := bar.Cell(t.spots[i], w)
		sign, look := t.signOf(d.Kind)
		switch {
		case signs[x] == "" || signs[x] == th.Dot:
			signs[x], looks[x] = sign, look
		case d.Kind != replay.GateDiffers && sign != signs[x]:
			signs[x], looks[x] = bothSign, theme.Strong
		}
	}
	last := 0
	for x, sign := range signs {
		if sign != "" {
			last = x + 1
		}
	}
	var b strings.Builder
	for x := range last {
		if signs[x] == "" {
			b.WriteString(" ")
		} else {
			b.WriteString(th.Paint(looks[x], signs[x]))
		}
	}
	return b.String()
}

// hits adds what answers the mouse.
func (t *two) hits(h *frame.Hits) {
	panes, bottom := t.arrange(t.size)
	for _, p := range panes {
		h.Add(frame.Hit{Rect: p.at, Click: keymap.Click, Wheel: keymap.Wheel, Arg: p.pane})
		h.In(p.at.X+1, p.at.Y+1, func(h *frame.Hits) {
			switch {
			case p.pane == listPane:
				t.list.Hits(h)
			case p.pane == pairPane:
				t.rows.Hits(h)
			case t.traced:
				inner := layout.Size{W: max(0, p.at.W-2), H: max(0, p.at.H-2)}
				side := t.sides[p.pane]
				h.In(0, side.trace.treeTop(side, inner), side.trace.tree.Hits)
			}
		})
	}
	if bottom.H >= 3 {
		h.Add(frame.Hit{Rect: layout.Rect{X: 1, Y: bottom.Y + 1, W: max(1, bottom.W-2), H: 3}, Click: seek, Drag: true})
	}
}
