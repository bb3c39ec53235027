package widget

import (
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// Node is a line of a tree and what lies below it.
type Node struct {
	Key   string // unique in the tree; what is folded is remembered by it
	Cells []Cell
	Open  bool // unfolded until the operator folds it
	Below []Node
}

// Tree shows nodes that fold and unfold, as a trace has them. The zero value
// is empty and ready.
type Tree struct {
	Empty string

	roots   []Node
	folded  map[string]bool // what the operator did, by key
	flat    []flatNode
	cursor  cursor
	version uint64
	cache   frame.Cache
	hits    layout.Rect
}

type flatNode struct {
	node  *Node
	depth int
	open  bool
}

// SetNodes replaces the nodes. What the operator folded or unfolded stays so,
// and the selection stays on its key.
func (t *Tree) SetNodes(roots []Node) {
	key := t.SelectedKey()
	t.roots = roots
	t.flatten()
	t.Select(key)
}

// Nodes gives the nodes, those that are folded away included.
func (t *Tree) Nodes() []Node { return t.roots }

// SelectedKey gives the key of the selected node, empty when there is none.
func (t *Tree) SelectedKey() string {
	if t.cursor.at < len(t.flat) {
		return t.flat[t.cursor.at].node.Key
	}
	return ""
}

// Select moves the selection to the node of the key, if it is visible.
func (t *Tree) Select(key string) bool {
	for i, f := range t.flat {
		if f.node.Key == key {
			t.cursor.at = i
			t.version++
			return true
		}
	}
	return false
}

// Do moves and folds for the universal actions: right unfolds or goes into a
// branch, left folds or goes up, enter and a second click toggle.
func (t *Tree) Do(id keymap.ID, arg any) Result {
	if len(t.flat) == 0 {
		return t.cursor.do(id, arg, 0, 0)
	}
	t.cursor.clamp(len(t.flat))
	at := t.flat[t.cursor.at]
	switch id {
	case keymap.Right:
		if len(at.node.Below) > 0 && !at.open {
			t.fold(at.node, false)
		} else if at.open && len(at.node.Below) > 0 {
			t.cursor.at++
			t.version++
		}
		return Handled
	case keymap.Left:
		if at.open && len(at.node.Below) > 0 {
			t.fold(at.node, true)
			return Handled
		}
		for i := t.cursor.at - 1; i >= 0; i-- {
			if t.flat[i].depth < at.depth {
				t.cursor.at = i
				t.version++
				break
			}
		}
		return Handled
	case keymap.Open:
		if len(at.node.Below) == 0 {
			return Ignored
		}
		t.fold(at.node, at.open)
		return Handled
	}
	before := t.cursor.at
	r := t.cursor.do(id, arg, len(t.flat), 0)
	if r == Opened {
		if len(at.node.Below) > 0 {
			t.fold(at.node, at.open)
			return Handled
		}
		return Opened
	}
	if t.cursor.at != before {
		t.version++
	}
	return r
}

func (t *Tree) fold(n *Node, folded bool) {
	if t.folded == nil {
		t.folded = map[string]bool{}
	}
	t.folded[n.Key] = folded
	t.flatten()
}

func (t *Tree) flatten() {
	t.flat = t.flat[:0]
	var walk func(nodes []Node, depth int)
	walk = func(nodes []Node, depth int) {
		for i := range nodes {
			n := &nodes[i]
			open := n.Open
			if folded, set := t.folded[n.Key]; set {
				open = !folded
			}
			t.flat = append(t.flat, flatNode{n, depth, open})
			if open {
				walk(n.Below, depth+1)
			}
		}
	}
	walk(t.roots, 0)
	t.cursor.clamp(len(t.flat))
	t.version++
}

// Rows draws the visible part.
func (t *Tree) Rows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	t.hits = layout.Rect{W: size.W, H: size.H}
	key := frame.Key{Version: t.version, W: size.W, H: size.H, Focused: focused, Look: th.Look()}
	return t.cache.Rows(key, func() frame.Rows { return t.draw(th, size, focused) })
}

// Hits makes the lines of the last picture clickable and the wheel turn them.
func (t *Tree) Hits(h *frame.Hits) {
	h.Add(frame.Hit{Rect: t.hits, Click: keymap.Click, Wheel: keymap.Wheel, Arg: t})
}

func (t *Tree) draw(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	if len(t.flat) == 0 {
		return frame.Block([]string{" " + th.Paint(theme.Muted, clean(t.Empty))}, size.W, size.H)
	}
	t.cursor.scroll(size.H, len(t.flat))
	bar := Scrollbar(th, size.H, t.cursor.top, len(t.flat))
	w := size.W
	if bar != nil {
		w--
	}
	out := frame.Blank(size.W, size.H)
	for i := range out {
		n := t.cursor.top + i
		line := ""
		if n < len(t.flat) {
			line = t.line(th, n, w, focused)
		}
		out[i] = frame.Fit(line, w)
		if bar != nil {
			out[i] += bar[i]
		}
	}
	return out
}

func (t *Tree) line(th *theme.Theme, n, w int, focused bool) string {
	f := t.flat[n]
	sign := th.Leaf
	if len(f.node.Below) > 0 {
		sign = th.Closed
		if f.open {
			sign = th.Opened
		}
	}
	var b strings.Builder
	b.WriteString(strings.Repeat("  ", min(f.depth, w/4)) + sign + " ")
	for _, c := range f.node.Cells {
		b.WriteString(c.Painted(th))
	}
	line := frame.FitWith(b.String(), max(0, w-1), th.Ellipsis)
	switch {
	case n != t.cursor.at:
		return " " + line
	case focused:
		return th.Over(theme.Selection, th.Selected+line)
	default:
		return th.Over(theme.SelectionQuiet, th.Selected+line)
	}
}
