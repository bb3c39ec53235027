package simulator

import (
	"strconv"
	"strings"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// trace is the whole explanation of one engagement, as a tree, with the
// selected line written out below it.
type trace struct {
	tree   widget.Tree
	title  string
	head   widget.Line
	said   map[string]string // whole text of a node, by its key
	once   map[string]string // key of the node that shows a library item, by its kind and ID
	path   string            // of the engagement
	gate   string            // that decided
	number uint64
	cache  frame.Cache
}

func (t *trace) do(id keymap.ID, arg any) bool {
	t.number++
	return t.tree.Do(id, arg) != widget.Ignored
}

// showsTrace tells whether a trace is drawn at all.
func (s *Screen) showsTrace() bool { return s.traced || s.wide() }

// explain fills the trace for the selected engagement.
func (s *Screen) explain() {
	if s.player == nil || !s.showsTrace() {
		return
	}
	r, ok := s.why.Selected()
	if !ok {
		said := noMatch
		if len(s.why.Items()) == 0 {
			said = noEngagement
		}
		s.trace = trace{head: widget.L(widget.Cell{Text: said, Look: theme.Muted})}
		return
	}
	t := &s.trace
	t.number++
	t.title, t.said, t.once = r.name, map[string]string{}, map[string]string{}
	x, ok := s.explanation(r)
	if !ok {
		t.head = widget.L(widget.Cell{Text: r.path, Look: theme.Strong}, widget.T(": nothing was evaluated yet in this visit."))
		t.tree.SetNodes(nil)
		return
	}
	t.head, t.gate = s.traceHead(r, &x), x.Gate.String()
	t.tree.SetNodes(s.gates(&x))
	if t.path != r.path { // of another one, what decided is what one wants to see
		t.path = r.path
		t.tree.Select(t.gate)
	}
}

// explanation is the trace of a row: at the head, or, while no visit is open,
// where the engagement came furthest in the one that has ended.
func (s *Screen) explanation(r row) (engine.Explanation, bool) {
	if r.past == nil {
		return s.player.Explain(s.look.at, r.index)
	}
	if !r.evaluated || s.ended.look == nil {
		return engine.Explanation{}, false
	}
	return s.ended.look.Explain(r.past.at, r.index)
}

// traceHead says in a line what was decided.
func (s *Screen) traceHead(r row, x *engine.Explanation) widget.Line {
	cells := []widget.Cell{{Text: r.path + " ", Look: theme.Muted}}
	if r.past != nil {
		cells = append(cells, widget.Cell{Text: "no visit is open", Look: theme.Warn}, widget.T("; in the one that ended it came to "), widget.Cell{Text: r.gate.String(), Look: theme.Strong}, widget.T(" at "+clockOf(r.past.at.At)))
		if r.past.last != "" && r.past.last != "shown" {
			cells = append(cells, widget.T(", and was "+r.past.last))
		}
		return widget.L(append(cells, widget.T("."))...)
	}
	if r.on != nil {
		cells = append(cells, widget.Cell{Text: "is on the screen", Look: theme.Display}, widget.T(" "+s.margin(r)+"."))
		if x.Gate != engine.Shown {
			cells = append(cells, widget.Cell{Text: " What stands below is why it is not shown anew.", Look: theme.Muted})
		}
		return widget.L(cells...)
	}
	cells = append(cells, widget.Cell{Text: x.Gate.String(), Look: r.look()})
	if m := s.whole(r); m != "" {
		cells = append(cells, widget.T(": "+m))
	}
	cells = append(cells, widget.Cell{Text: " (looked at " + clockOf(x.At) + ")", Look: theme.Muted})
	return widget.L(cells...)
}

// gates makes the tree: the gates that were passed folded into one node, the
// one that decided with its conditions, what lies behind it folded again, and
// the draw.
func (s *Screen) gates(x *engine.Explanation) []widget.Node {
	var passed, behind []widget.Node
	var shut []string
	var out []widget.Node
	for _, g := range x.Gates {
		n := s.gateNode(&g, x)
		switch {
		case g.Gate == x.Gate || g.Gate == engine.LostDraw && x.Draw != nil:
			out = append(out, n)
		case g.Gate < x.Gate:
			passed = append(passed, n)
		case g.Gate != engine.Shown && g.Gate != engine.LostDraw:
			behind = append(behind, n)
			if g.Truth == engine.False {
				shut = append(shut, g.Gate.String())
			}
		}
	}
	if len(passed) > 0 {
		said := plural(len(passed), "gate") + " passed"
		s.trace.said["passed"] = said
		out = append([]widget.Node{{Key: "passed", Below: passed, Cells: []widget.Cell{s.truth(engine.True), widget.T(" " + said)}}}, out...)
	}
	if len(behind) > 0 {
		said := plural(len(behind), "gate") + " behind it"
		sign := widget.Cell{Text: s.ses.Theme.Dot, Look: theme.Muted}
		if len(shut) > 0 {
			said += ", shut too: " + strings.Join(shut, ", ")
			sign = s.truth(engine.False)
		}
		s.trace.said["behind"] = said
		out = append(out, widget.Node{Key: "behind", Below: behind, Cells: []widget.Cell{sign, {Text: " " + said, Look: theme.Muted}}})
	}
	return out
}

// gateNode makes a node of a gate, with its conditions.
func (s *Screen) gateNode(g *engine.GateTrace, x *engine.Explanation) widget.Node {
	look := theme.Text
	if g.Gate == x.Gate {
		look = theme.Strong
	}
	key := g.Gate.String()
	said := g.Text + missing(shortFirst(g.Margin, s.ses.Theme.Dot), g.Text, g.TrueAt, x.At)
	n := widget.Node{Key: key, Open: g.Gate == x.Gate || g.Gate == engine.LostDraw,
		Cells: []widget.Cell{s.truth(g.Truth), {Text: " " + frame.Fit(key, 18), Look: look}, {Text: said, Look: theme.Muted}}}
	s.trace.said[key] = key + ": " + said
	for i := range g.Conditions {
		n.Below = append(n.Below, s.condition(key+"."+strconv.Itoa(i), &g.Conditions[i], x))
	}
	if g.Gate == engine.LostDraw && x.Draw != nil {
		n.Below = s.drawNodes(x.Draw)
	}
	return n
}

// truth is the sign of a value; a word stands in the line below the tree.
func (s *Screen) truth(t engine.Truth) widget.Cell {
	th := s.ses.Theme
	switch t {
	case engine.True:
		return widget.Cell{Text: th.Check, Look: theme.OK}
	case engine.False:
		return widget.Cell{Text: th.Cross, Look: theme.Danger}
	}
	return widget.Cell{Text: th.Unknown, Look: theme.Warn}
}

// shortFirst puts first by how much something is short, or when it would be
// true.
func shortFirst(margin, dot string) string {
	if rest, short := split(margin); rest != "" {
		return short + " " + dot + " " + rest
	}
	return margin
}

// missing ends a line with what is short, unless it says so already.
func missing(margin, said string, trueAt, now journey.Instant) string {
	var parts []string
	if margin != "" && margin != said {
		parts = append(parts, margin)
	}
	if trueAt > now && !strings.Contains(margin, " at ") {
		parts = append(parts, "true at "+clockOf(trueAt)+" if the visitor stays")
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// rows draws what was decided, the tree, and the selected line in full.
func (t *trace) rows(s *Screen, size layout.Size, focused bool) frame.Rows {
	th := s.ses.Theme
	if size.H < 6 || size.W < 8 {
		return t.tree.Rows(th, size, focused)
	}
	key := frame.Key{Version: t.number, W: size.W, H: size.H, Focused: focused, Look: th.Look()}
	return t.cache.Rows(key, func() frame.Rows { return t.draw(th, size, focused) })
}

func (t *trace) draw(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	top := widget.Wrapped(th, []widget.Line{t.head}, size.W)
	top = top[:min(len(top), 3)]
	var foot frame.Rows
	if said := t.said[t.tree.SelectedKey()]; said != "" && focused {
		foot = widget.Wrapped(th, []widget.Line{widget.L(widget.T(said))}, size.W)
		if foot = foot[:min(len(foot), 3)]; len(foot) == 1 && frame.Width(said) < size.W/2 {
			foot = nil
		}
	}
	line := frame.Rows{rule(th, size.W)}
	parts := []frame.Rows{top, line}
	h := size.H - len(top) - 1
	if len(foot) > 0 {
		h -= len(foot) + 1
	}
	parts = append(parts, t.tree.Rows(th, layout.Size{W: size.W, H: h}, focused))
	if len(foot) > 0 {
		parts = append(parts, line, foot)
	}
	return frame.Above(parts...)
}

// rule is a line across a pane.
func rule(th *theme.Theme, w int) string {
	return th.Paint(theme.Border, strings.Repeat(th.Box.H, max(0, w)))
}

// treeTop is the row at which the tree begins in the pane of a size.
func (t *trace) treeTop(s *Screen, size layout.Size) int {
	if size.H < 6 || size.W < 8 {
		return 0
	}
	return min(len(widget.Wrapped(s.ses.Theme, []widget.Line{t.head}, size.W)), 3) + 1
}
