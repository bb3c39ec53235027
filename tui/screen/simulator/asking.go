package simulator

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// asking does what asks why: choosing, narrowing and grouping engagements,
// following one, going to where its gate changes, copying its explanation.
func (s *Screen) asking(id keymap.ID) (tea.Cmd, bool) {
	if s.player == nil {
		return nil, false
	}
	switch id {
	case Why:
		s.askWhy()
	case WhatIf:
		s.askWhatIf()
	case Narrow:
		s.askNarrow()
	case Group:
		s.regroup()
	case Follow:
		s.followOrNot()
	case NextChange, PrevChange:
		s.toChange(id)
	case NextDisplay:
		m, ok := s.player.Next(s.head, displays)
		s.jump(m.Position, ok)
	case PrevDisplay:
		m, ok := s.player.Prev(s.head, displays)
		s.jump(m.Position, ok)
	case CopyText:
		return s.copyText(), true
	case CopyJSON:
		return s.copyJSON(), true
	default:
		return nil, false
	}
	return nil, true
}

func displays(m *replay.Mark) bool { return m.Kind == replay.MarkDisplay }

// toChange goes to where the selected engagement stands at another gate, and
// keeps it selected.
func (s *Screen) toChange(id keymap.ID) {
	r, ok := s.why.Selected()
	if !ok {
		return
	}
	s.pinned = true
	lanes := s.laneOf()
	if lanes == nil {
		s.follow.step, s.follow.left = id, false
		return
	}
	next, step := id == NextChange, lanes.Prev
	if next {
		step = lanes.Next
	}
	to, ok := step(r.index, s.head)
	if !ok {
		s.tell(r.name + " stands at no other gate " + map[bool]string{true: "after this.", false: "before this."}[next])
		return
	}
	s.move(to)
}

// whyRows draws the rows, and below them where there is room what the selected
// one is missing in full.
func (s *Screen) whyRows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	r, ok := s.why.Selected()
	if !ok || size.H < 9 || size.W >= footWidth || !focused {
		return s.why.Rows(th, size, focused)
	}
	foot, named := 2, r.path+" "
	if s.why.Cuts(size) {
		foot, named = 3, text.Line(r.name, 240)+" ("+r.path+") "
	}
	table := s.why.Rows(th, layout.Size{W: size.W, H: size.H - foot - 1}, focused)
	key := frame.Key{Version: s.why.Version(), W: size.W, H: size.H, Focused: focused, Look: th.Look(), Extra: s.look.number}
	return s.whyFoot.Rows(key, func() frame.Rows {
		said := widget.L(widget.Cell{Text: named, Look: theme.Muted}, widget.Cell{Text: r.code(), Look: r.look()}, widget.T(": "+s.whole(r)))
		if r.on != nil {
			said = widget.L(widget.Cell{Text: named, Look: theme.Muted}, widget.Cell{Text: "is on the screen", Look: r.look()}, widget.T(" "+s.margin(r)))
		}
		below := frame.Block(widget.Wrapped(th, []widget.Line{said}, size.W), size.W, foot)
		return frame.Above(table, frame.Rows{rule(th, size.W)}, below)
	})
}

// footWidth is the width from which a row says all that it is missing itself.
const footWidth = 100
