package widget

import (
	"slices"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// gap is the number of blank cells between two columns.
const gap = 2

// Rows draws the visible part of the table.
func (t *Table[T]) Rows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	t.hits = layout.Rect{W: size.W, H: size.H}
	key := frame.Key{Version: t.version, W: size.W, H: size.H, Focused: focused, Look: th.Look()}
	return t.cache.Rows(key, func() frame.Rows { return t.draw(th, size, focused) })
}

// Hits makes the lines of the last picture clickable and the wheel turn them.
func (t *Table[T]) Hits(h *frame.Hits) {
	h.Add(frame.Hit{Rect: t.hits, Click: keymap.Click, Wheel: keymap.Wheel, Arg: t})
}

func (t *Table[T]) draw(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	head := min(t.head(), size.H-1)
	height := size.H - head
	t.cursor.scroll(height, len(t.order))
	bar := Scrollbar(th, height, t.cursor.top, len(t.order))
	room := size.W - 1
	if bar != nil {
		room--
	}
	widths := t.widths(max(0, room))

	out := make(frame.Rows, 0, size.H)
	if head > 0 {
		out = append(out, frame.Fit(" "+t.titles(th, widths), size.W))
	}
	if len(t.order) == 0 {
		note := t.Empty
		if len(t.items) > 0 {
			note = "Nothing matches the filter; esc shows all."
		}
		for _, l := range frame.Wrap(clean(note), max(1, size.W-2)) {
			out = append(out, frame.Fit(" "+th.Paint(theme.Muted, l), size.W))
		}
		return frame.Block(out, size.W, size.H)
	}
	t.kept.begin(widths, size.W, th.Look())
	for i := range height {
		edge := ""
		if bar != nil {
			edge = bar[i]
		}
		if n := t.cursor.top + i; n < len(t.order) {
			out = append(out, t.line(th, t.items[t.order[n]], widths, markOf(n == t.cursor.at, focused), edge, size.W))
		} else {
			out = append(out, frame.Fit("", size.W-frame.Width(edge))+edge)
		}
	}
	t.kept.before = nil
	return out
}

// A mark says how a line stands out.
type mark uint8

const (
	unmarked mark = iota
	quiet         // selected in a pane without the focus
	marked
)

func markOf(selected, focused bool) mark {
	switch {
	case !selected:
		return unmarked
	case focused:
		return marked
	}
	return quiet
}

// keptLines are the lines of a table as they were drawn last, by the keys of
// their items. A line is what stands in it: where that is what it was, it stays,
// wherever it stands.
type keptLines struct {
	widths        []int
	w             int
	look          uint32
	before, lines map[string]keptLine
	cells         []Cell // scratch
}

type keptLine struct {
	cells []Cell
	mark  mark
	edge  string // of the bar
	line  string
}

// begin starts a picture. Of those before, the last one counts, if it is as wide.
func (k *keptLines) begin(widths []int, w int, look uint32) {
	k.before = k.lines
	if !slices.Equal(k.widths, widths) || k.w != w || k.look != look {
		k.widths, k.w, k.look, k.before = widths, w, look, nil
	}
	k.lines = make(map[string]keptLine, len(k.before))
}

// line is a line of the table, w cells wide, with what is right of it.
func (t *Table[T]) line(th *theme.Theme, item T, widths []int, m mark, edge string, w int) string {
	cells := t.kept.cells[:0]
	for i, c := range t.Columns {
		if widths[i] > 0 {
			cells = append(cells, c.Cell(item))
		}
	}
	t.kept.cells = cells
	key := t.key(item)
	l, ok := t.kept.before[key]
	if !ok || l.mark != m || l.edge != edge || !slices.Equal(l.cells, cells) {
		l = keptLine{slices.Clone(cells), m, edge, t.paint(th, cells, widths, m, edge, w)}
	}
	t.kept.lines[key] = l
	return l.line
}

func (t *Table[T]) paint(th *theme.Theme, cells []Cell, widths []int, m mark, edge string, w int) string {
	var b strings.Builder
	n := 0
	for i, c := range t.Columns {
		if widths[i] == 0 {
			continue
		}
		if n > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(cells[n].fit(th, widths[i], c.Right))
		n++
	}
	if edge != "" {
		w--
	}
	line := frame.Fit(b.String(), max(0, w-1))
	switch m {
	case unmarked:
		line = " " + line
	case marked:
		line = th.Over(theme.Selection, th.Selected+line)
	case quiet:
		line = th.Over(theme.SelectionQuiet, th.Selected+line)
	}
	return frame.Fit(line, w) + edge
}

func (t *Table[T]) titles(th *theme.Theme, widths []int) string {
	var b strings.Builder
	first := true
	for i, c := range t.Columns {
		if widths[i] == 0 {
			continue
		}
		if !first {
			b.WriteString(strings.Repeat(" ", gap))
		}
		first = false
		title := c.Title
		if i == t.sortBy {
			sign := th.Ascending
			if t.desc {
				sign = th.Descending
			}
			title += sign
			if frame.Width(title) > widths[i] {
				title = frame.Truncate(c.Title, widths[i]-1, "") + sign
			}
		}
		b.WriteString(Cell{title, theme.Header}.fit(th, widths[i], c.Right))
	}
	return b.String()
}

// Cuts tells whether a table of a size cuts a name, of whichever line: then the
// whole of the selected one is worth being said below.
func (t *Table[T]) Cuts(size layout.Size) bool {
	room := size.W - 1 // beside the mark of the selection
	if len(t.order) > size.H-t.head() {
		room-- // and the scroll bar
	}
	for i, n := range t.widths(max(0, room)) {
		if n < t.whole(i) {
			return true
		}
	}
	return false
}

// RowsSaid is [Table.Rows], and where the table cuts names the whole of the
// selected line in n rows below it.
func (t *Table[T]) RowsSaid(th *theme.Theme, size layout.Size, focused bool, n int, whole func(T) string) frame.Rows {
	if !t.Cuts(size) {
		return t.Rows(th, size, focused)
	}
	list, foot := Footed(size.H, n)
	said := ""
	if it, ok := t.Selected(); ok {
		said = whole(it)
	}
	return frame.Above(t.Rows(th, layout.Size{W: size.W, H: list}, focused), Whole(th, said, size.W, foot))
}

// whole is how many cells the longest text of a column takes, 0 of one that
// need not be whole.
func (t *Table[T]) whole(column int) int {
	if t.longest == nil {
		t.longest = make([]int, len(t.Columns))
		for i, c := range t.Columns {
			for n := 0; c.Whole > 0 && n < len(t.items); n++ {
				if s := c.Cell(t.items[n]).Text; len(s) > t.longest[i] || !ascii(s) {
					t.longest[i] = max(t.longest[i], frame.Width(clean(s)))
				}
			}
		}
	}
	return t.longest[column]
}

// ascii tells whether a text takes as many cells as it has bytes.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// widths divides the room between the columns; 0 leaves a column out.
func (t *Table[T]) widths(room int) []int {
	out := make([]int, len(t.Columns))
	least := make([]int, len(t.Columns))
	for rank := t.highestRank(); ; rank-- {
		need, shown := 0, 0
		for i, c := range t.Columns {
			if c.Rank > rank {
				continue
			}
			least[i] = max(1, c.Width)
			if c.Whole > 0 && rank >= c.Whole {
				least[i] = max(least[i], min(t.whole(i), room/2))
			}
			need += least[i]
			shown++
		}
		need += gap * max(0, shown-1)
		if need > room && rank > 0 {
			continue
		}
		for i, c := range t.Columns {
			if c.Rank <= rank {
				out[i] = least[i]
			}
		}
		spare := room - need
		for i, n := range out {
			if n > 0 && spare > 0 {
				most := t.whole(i)
				if c := t.Columns[i]; c.Most > 0 {
					most = min(most, c.Most)
				}
				more := min(spare, max(0, most-n))
				out[i] += more
				spare -= more
			}
		}
		t.grow(out, spare)
		t.shrink(out, need-room)
		return out
	}
}

// grow shares spare cells between the growing columns that are shown; what one
// may not take goes to the others.
func (t *Table[T]) grow(widths []int, spare int) {
	others := false // that grow besides names that are whole
	for i, c := range t.Columns {
		others = others || widths[i] > 0 && c.Grow > 0 && c.Whole == 0
	}
	for spare > 0 {
		shares, last := 0, -1
		for i, c := range t.Columns {
			if widths[i] > 0 && c.Grow > 0 && (c.Most == 0 || widths[i] < c.Most) && (c.Whole == 0 || !others) {
				shares += c.Grow
				last = i
			}
		}
		if last < 0 {
			return
		}
		all, full := spare, false
		for i, c := range t.Columns {
			if widths[i] == 0 || c.Grow <= 0 || c.Most > 0 && widths[i] >= c.Most || c.Whole > 0 && others {
				continue
			}
			part := all * c.Grow / shares
			if c.Most > 0 && part > c.Most-widths[i] {
				part, full = c.Most-widths[i], true
			}
			widths[i] += part
			spare -= part
		}
		if !full { // what rounding left
			if most := t.Columns[last].Most; most > 0 {
				all = most - widths[last]
			}
			part := min(spare, all)
			widths[last] += part
			spare -= part
		}
	}
}

// shrink takes what is missing from the growing columns, the widest first, so
// that the fixed ones (states, numbers) stay whole.
func (t *Table[T]) shrink(widths []int, missing int) {
	for ; missing > 0; missing-- {
		widest := -1
		for i, c := range t.Columns {
			if c.Grow > 0 && widths[i] > 4 && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

func (t *Table[T]) highestRank() int {
	n := 0
	for _, c := range t.Columns {
		n = max(n, c.Rank)
	}
	return n
}
